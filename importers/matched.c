/* Which of the things that a profile reads a source has. */
#include "importers/matched.h"

#include <string.h>

/* JSON leaves out what is empty: of fewer records it is chance that all of them have a key. */
#define RECORDS_ENOUGH 20

#define LINE_BREAK "last line break"

struct thing {
	const char *name; /* of the profile, or constant */
	enum field field; /* FIELDS: a single column, of that number */
	unsigned column;
	bool in_tables;	     /* every table has it */
	uint64_t in_records; /* so many records have it */
};

struct matched {
	const struct profile *profile;
	GArray *things; /* of struct thing */
	bool *there;	/* by name of the profile; of the table or record at hand */
	uint64_t tables, records;
	char *
	    headings; /* digest of those of all tables; "" when they differ; NULL before the first */
	bool unended; /* some table lacks its last line break */
};

static void
add_column(GArray *things, const struct profile *profile, unsigned column)
{
	const char *name = profile->names.list[column].text;
	for (guint i = 0; i < things->len; i++) {
		if (strcmp(g_array_index(things, struct thing, i).name, name) == 0)
			return;
	}
	struct thing thing = {.name = name, .field = FIELDS, .column = column, .in_tables = true};
	g_array_append_val(things, thing);
}

static GArray *
list_things(const struct profile *profile)
{
	GArray *things = g_array_new(FALSE, FALSE, sizeof(struct thing));
	for (int f = 0; f < FIELDS; f++) {
		const struct field_spec *spec = &profile->fields[f];
		struct thing thing = {
		    .name = field_word((enum field)f), .field = (enum field)f, .in_tables = true};
		if (f != FIELD_NAME && spec->used &&
		    spec->any.count + spec->n_parts + spec->duration.count > 0)
			g_array_append_val(things, thing);
	}
	const struct conditions *const rules[] = {
	    &profile->keep, &profile->drop, &profile->company_rows};
	for (size_t r = 0; r < G_N_ELEMENTS(rules); r++) {
		for (size_t i = 0; i < rules[r]->count; i++)
			add_column(things, profile, rules[r]->list[i].name);
	}
	const struct vocabulary *const words[] = {&profile->status, &profile->person_status};
	for (size_t w = 0; w < G_N_ELEMENTS(words); w++) {
		for (size_t i = 0; i < words[w]->n_presence; i++)
			add_column(things, profile, words[w]->presence[i].condition.name);
	}
	return things;
}

struct matched *
matched_new(const struct profile *profile)
{
	struct matched *matched = g_new0(struct matched, 1);
	matched->profile = profile;
	matched->things = list_things(profile);
	matched->there = g_new0(bool, profile->names.count);
	return matched;
}

void
matched_free(struct matched *matched)
{
	if (matched == NULL)
		return;
	g_array_unref(matched->things);
	g_free(matched->headings);
	g_free(matched->there);
	g_free(matched);
}

static bool
any_there(const struct matched *matched, const struct alternatives *any)
{
	for (size_t i = 0; i < any->count; i++) {
		if (matched->there[any->names[i]])
			return true;
	}
	return false;
}

static bool
is_there(const struct matched *matched, const struct thing *thing)
{
	if (thing->field == FIELDS)
		return matched->there[thing->column];
	const struct field_spec *spec = &matched->profile->fields[thing->field];
	bool parts = spec->n_parts > 0;
	for (size_t i = 0; i < spec->n_parts && parts; i++)
		parts = any_there(matched, &spec->parts[i]);
	return parts || any_there(matched, &spec->any) || any_there(matched, &spec->duration);
}

static void
note_headings(struct matched *matched, char *const *headings)
{
	char *all = g_strjoinv("\n", (char **)headings);
	char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, all, -1);
	if (matched->headings == NULL)
		matched->headings = g_steal_pointer(&digest);
	else if (strcmp(matched->headings, digest) != 0)
		matched->headings[0] = '\0';
	g_free(digest);
	g_free(all);
}

void
matched_table(struct matched *matched, const int *columns, char *const *headings)
{
	matched->tables++;
	note_headings(matched, headings);
	for (unsigned i = 0; i < matched->profile->names.count; i++)
		matched->there[i] = columns[i] >= 0;
	for (guint i = 0; i < matched->things->len; i++) {
		struct thing *thing = &g_array_index(matched->things, struct thing, i);
		thing->in_tables = thing->in_tables && is_there(matched, thing);
	}
}

void
matched_table_end(struct matched *matched, bool line_break)
{
	matched->unended = matched->unended || !line_break;
}

static bool
name_there(const struct row *row, unsigned number)
{
	const struct name *name = &row->names->list[number];
	struct value value;
	if (!name->each && (name->n_steps == 1 || !row->there[number]))
		return row->there[number];
	row_first(row, number, &value);
	return value.presence != VALUE_ABSENT;
}

void
matched_record(struct matched *matched, const struct row *row)
{
	matched->records++;
	for (unsigned i = 0; i < matched->profile->names.count; i++)
		matched->there[i] = name_there(row, i);
	for (guint i = 0; i < matched->things->len; i++) {
		struct thing *thing = &g_array_index(matched->things, struct thing, i);
		thing->in_records += is_there(matched, thing);
	}
}

/* A status is never empty, so a single record shows that the export has it. */
static bool
is_certain(const struct matched *matched, const struct thing *thing)
{
	return matched->records >= RECORDS_ENOUGH || thing->field == FIELD_STATUS ||
	       thing->field == FIELD_PERSON_STATUS;
}

void
matched_finish(const struct matched *matched, struct import_facts *facts)
{
	for (guint i = 0; i < matched->things->len && matched->tables + matched->records > 0; i++) {
		const struct thing *thing = &g_array_index(matched->things, struct thing, i);
		bool some = matched->records == 0 || thing->in_records > 0;
		bool all = matched->records == 0 ||
			   (thing->in_records == matched->records && is_certain(matched, thing));
		if (!thing->in_tables || !some)
			g_ptr_array_add(facts->missing, g_strdup(thing->name));
		else if (all)
			g_ptr_array_add(facts->columns, g_strdup(thing->name));
	}
	if (matched->headings != NULL && *matched->headings != '\0')
		g_ptr_array_add(
		    facts->columns, g_strconcat(FACTS_HEADINGS, matched->headings, NULL));
	if (matched->tables > 0)
		g_ptr_array_add(
		    matched->unended ? facts->missing : facts->columns, g_strdup(LINE_BREAK));
}

bool
matched_asks(const struct profile *profile, const char *thing)
{
	GArray *things = list_things(profile);
	bool asks = strcmp(thing, LINE_BREAK) == 0;
	for (guint i = 0; i < things->len; i++)
		asks = asks || strcmp(g_array_index(things, struct thing, i).name, thing) == 0;
	g_array_unref(things);
	return asks;
}
