/* Ids and memberships of people, companies and resources, as the data names them. */
#include "reconcile/people.h"

#include "base/text.h"

#include <string.h>

struct person_row {
	uint32_t person;
	enum record_status status;
	uint32_t source;
	uint32_t row;
	bool dead;
};

/* An id of a person, and the address that rows have beside it. */
struct identity {
	uint32_t source;
	const char *id;
	const char *email; /* NULL: several */
};

struct directory {
	const struct source_policy *policies;
	GString *key; /* of scoped, reused */
	GStringChunk *text;
	GHashTable *resources;	  /* scoped id -> struct directory_resource */
	GHashTable *company_ids;  /* scoped id -> title key */
	struct intern *companies; /* canonical company keys */
	GArray *rows;		  /* of struct person_row */
	GHashTable *row_ids;	  /* "source\nid" -> index + 1 */
	GHashTable *refs;	  /* scoped id of a person -> index of row + 1 */
	GHashTable *identities;	  /* scoped id of a person -> struct identity */
	GHashTable *refused;	  /* set of source + 1 */
	GHashTable *by_company;	  /* company + 1 -> GArray of row indexes */
	GHashTable *by_person;	  /* int64_t, see person_key -> index of the last row + 1 */
};

static void
array_free(gpointer p)
{
	g_array_unref(p);
}

struct directory *
directory_new(const struct source_policy *policies)
{
	struct directory *directory = g_new0(struct directory, 1);
	directory->policies = policies;
	directory->key = g_string_new(NULL);
	directory->text = g_string_chunk_new(4096);
	directory->resources = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
	directory->company_ids = g_hash_table_new(g_str_hash, g_str_equal);
	directory->companies = intern_new();
	directory->rows = g_array_new(FALSE, FALSE, sizeof(struct person_row));
	directory->row_ids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	directory->refs = g_hash_table_new(g_str_hash, g_str_equal);
	directory->identities = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
	directory->refused = g_hash_table_new(NULL, NULL);
	directory->by_person = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	directory->by_company = g_hash_table_new_full(NULL, NULL, NULL, array_free);
	return directory;
}

void
directory_free(struct directory *directory)
{
	g_string_free(directory->key, TRUE);
	g_string_chunk_free(directory->text);
	g_hash_table_unref(directory->resources);
	g_hash_table_unref(directory->company_ids);
	intern_free(directory->companies);
	g_array_unref(directory->rows);
	g_hash_table_unref(directory->row_ids);
	g_hash_table_unref(directory->refs);
	g_hash_table_unref(directory->identities);
	g_hash_table_unref(directory->refused);
	g_hash_table_unref(directory->by_company);
	g_hash_table_unref(directory->by_person);
	g_free(directory);
}

static const char *
keep(struct directory *directory, const char *text)
{
	return text != NULL ? g_string_chunk_insert_const(directory->text, text) : NULL;
}

/*
 * An id as the source means it: number 7 of one system is another person than number 7 of the next.  Valid until the
 * next call.
 */
static const char *
scoped(const struct directory *directory, uint32_t source, const char *id)
{
	const char *system = directory->policies[source].system;
	if (system != NULL)
		g_string_assign(directory->key, system);
	else
		g_string_printf(directory->key, "\n%u", source);
	g_string_append_c(directory->key, '\n');
	g_string_append(directory->key, id);
	return directory->key->str;
}

void
directory_add_resource(struct directory *directory, const struct record *record)
{
	const char *id = record->id;
	const char *name = record->n_targets > 0 ? record->targets[0].name : NULL;
	if (id == NULL && record->n_targets > 0)
		id = record->targets[0].id;
	if (id == NULL)
		return;
	struct directory_resource *resource = g_new0(struct directory_resource, 1);
	const char *key = keep(directory, scoped(directory, record->place.source, id));
	resource->name = keep(directory, name);
	resource->location = keep(directory, record->location);
	resource->group = keep(directory, record->group);
	g_hash_table_insert(directory->resources, (gpointer)key, resource);
}

void
directory_add_company(struct directory *directory, const struct record *record)
{
	if (record->id == NULL)
		return;
	char *title = text_key(record->company != NULL ? record->company : record->id);
	const char *key = scoped(directory, record->place.source, record->id);
	g_hash_table_insert(directory->company_ids, (gpointer)keep(directory, key),
	    (gpointer)keep(directory, title));
	g_free(title);
}

uint32_t
directory_company(struct directory *directory, uint32_t source, const char *text)
{
	const char *id = scoped(directory, source, text);
	const char *title = g_hash_table_lookup(directory->company_ids, id);
	if (title != NULL)
		return intern_add(directory->companies, title);
	/* A number is no title: companies that no list names are told apart by it within their system alone. */
	char *key = text_digits(text) ? g_strdup(id) : text_key(text);
	uint32_t number = intern_add(directory->companies, key);
	g_free(key);
	return number;
}

static void
index_company(struct directory *directory, uint32_t company, uint32_t row)
{
	gpointer key = GUINT_TO_POINTER(company + 1);
	GArray *rows = g_hash_table_lookup(directory->by_company, key);
	if (rows == NULL) {
		rows = g_array_new(FALSE, FALSE, sizeof(uint32_t));
		g_hash_table_insert(directory->by_company, key, rows);
	}
	g_array_append_val(rows, row);
}

static int64_t
person_key(uint32_t source, uint32_t person)
{
	return (int64_t)source << 32 | person;
}

uint32_t
directory_add_status(struct directory *directory, const struct record *record, uint32_t person)
{
	struct person_row row = {.person = person,
	    .status = record->status,
	    .source = record->place.source,
	    .row = record->place.row};
	uint32_t number = directory->rows->len;
	if (record->id != NULL) {
		char *key = g_strdup_printf("%u\n%s", record->place.source, record->id);
		guint former = GPOINTER_TO_UINT(g_hash_table_lookup(directory->row_ids, key));
		if (former != 0)
			g_array_index(directory->rows, struct person_row, former - 1).dead = true;
		g_hash_table_replace(directory->row_ids, key, GUINT_TO_POINTER(number + 1));
	}
	int64_t key = person_key(row.source, person);
	g_array_append_val(directory->rows, row);
	g_hash_table_replace(
	    directory->by_person, g_memdup2(&key, sizeof key), GUINT_TO_POINTER(number + 1));
	return number;
}

void
directory_add_person(struct directory *directory, const struct record *record, uint32_t person)
{
	uint32_t number = directory_add_status(directory, record, person);
	const char *const refs[] = {record->id, record->person.ref};
	for (size_t i = 0; i < G_N_ELEMENTS(refs); i++) {
		if (refs[i] != NULL)
			g_hash_table_insert(directory->refs,
			    (gpointer)keep(
				directory, scoped(directory, record->place.source, refs[i])),
			    GUINT_TO_POINTER(number + 1));
	}
	if (record->company != NULL)
		index_company(directory,
		    directory_company(directory, record->place.source, record->company), number);
}

void
directory_identify(struct directory *directory, uint32_t source, const char *id, const char *email)
{
	const char *key = scoped(directory, source, id);
	struct identity *known = g_hash_table_lookup(directory->identities, key);
	if (known != NULL) {
		if (known->email != NULL && strcmp(known->email, email) != 0)
			known->email = NULL;
		return;
	}
	known = g_new0(struct identity, 1);
	key = keep(directory, key);
	*known = (struct identity){source, keep(directory, id), keep(directory, email)};
	g_hash_table_insert(directory->identities, (gpointer)key, known);
}

void
directory_identities(const struct directory *directory,
    void (*known)(void *user, const char *name, const char *id, const char *email), void *user)
{
	GHashTableIter iter;
	gpointer value;
	g_hash_table_iter_init(&iter, directory->identities);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const struct identity *one = value;
		const struct source_policy *policy = &directory->policies[one->source];
		if (one->email != NULL &&
		    !g_hash_table_contains(directory->refused, GUINT_TO_POINTER(one->source + 1)))
			known(user, policy->system != NULL ? policy->system : policy->name, one->id,
			    one->email);
	}
}

void
directory_refuse(struct directory *directory, uint32_t source)
{
	g_hash_table_add(directory->refused, GUINT_TO_POINTER(source + 1));
	for (guint i = 0; i < directory->rows->len; i++) {
		struct person_row *row = &g_array_index(directory->rows, struct person_row, i);
		if (row->source == source)
			row->dead = true;
	}
}

uint32_t
directory_person(const struct directory *directory, uint32_t source, const char *ref)
{
	guint number = GPOINTER_TO_UINT(
	    g_hash_table_lookup(directory->refs, scoped(directory, source, ref)));
	if (number == 0)
		return INTERN_NONE;
	const struct person_row *row = &g_array_index(
	    directory->rows, struct person_row, number - 1);
	return row->dead ? INTERN_NONE : row->person;
}

bool
directory_names(
    const struct directory *directory, uint32_t source, uint32_t person, enum record_status *status)
{
	int64_t key = person_key(source, person);
	guint number = GPOINTER_TO_UINT(g_hash_table_lookup(directory->by_person, &key));
	if (number == 0)
		return false;
	const struct person_row *row = &g_array_index(
	    directory->rows, struct person_row, number - 1);
	*status = row->status;
	return !row->dead;
}

const struct directory_resource *
directory_resource(const struct directory *directory, uint32_t source, const char *id)
{
	return g_hash_table_lookup(directory->resources, scoped(directory, source, id));
}

void
directory_members(const struct directory *directory, uint32_t company,
    void (*member)(void *user, uint32_t person, uint32_t source), void *user)
{
	const GArray *rows = g_hash_table_lookup(
	    directory->by_company, GUINT_TO_POINTER(company + 1));
	if (rows == NULL)
		return;
	GHashTable *seen = g_hash_table_new(NULL, NULL);
	for (guint i = 0; i < rows->len; i++) {
		const struct person_row *row = &g_array_index(
		    directory->rows, struct person_row, g_array_index(rows, uint32_t, i));
		if (!row->dead && row->status != STATUS_REQUESTED &&
		    g_hash_table_add(seen, GUINT_TO_POINTER(row->person + 1)))
			member(user, row->person, row->source);
	}
	g_hash_table_unref(seen);
}

void
directory_barred(const struct directory *directory,
    void (*barred)(
	void *user, uint32_t person, enum record_status status, uint32_t source, uint32_t row),
    void *user)
{
	for (guint i = 0; i < directory->rows->len; i++) {
		const struct person_row *row = &g_array_index(
		    directory->rows, struct person_row, i);
		if (!row->dead && (row->status == STATUS_BLOCKED || row->status == STATUS_DELETED))
			barred(user, row->person, row->status, row->source, row->row);
	}
}
