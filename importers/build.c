/*
 * From a row to a record: which rows are left out, what a record of each kind must have, and what becomes of a row
 * that lacks it.
 */
#include "importers/importer.h"

#include "base/email.h"
#include "base/failure.h"
#include "base/text.h"
#include "importers/limits.h"

#include <string.h>

#define SCRATCH_ROWS 256 /* rows that share the scratch memory before it is emptied */
#define WORDS_MAX 4096	 /* raw status words remembered */

/* `1.55E+10`: a spreadsheet has taken the id for a number and rounded it. */
static bool
looks_mangled(const char *id)
{
	const char *e = strpbrk(id, "Ee");
	if (e == NULL || !g_ascii_isdigit(id[0]) || e[1] != '+' || !text_digits(e + 2))
		return false;
	return strspn(id, "0123456789.,") == (size_t)(e - id);
}

static bool
read_id(struct draft *draft)
{
	if (!draft_text(draft, FIELD_ID, &draft->record.id))
		return false;
	if (draft->record.id != NULL && looks_mangled(draft->record.id)) {
		importer_note(draft->im, &draft->row->place, FINDING_MANGLED_ID, NULL,
		    draft->record.id,
		    "a spreadsheet program has rounded this id: export it as text");
		/* What was rounded is one id for many: the last of them would be all that counts. */
		draft->record.id = NULL;
	}
	return true;
}

static enum record_status
status_of_word(const struct vocabulary *vocabulary, GHashTable *statuses, const char *raw)
{
	gpointer known;
	if (g_hash_table_lookup_extended(statuses, raw, NULL, &known))
		return (enum record_status)GPOINTER_TO_INT(known);
	enum record_status status = vocabulary_status(vocabulary, raw);
	if (g_hash_table_size(statuses) < WORDS_MAX)
		g_hash_table_insert(statuses, g_strdup(raw), GINT_TO_POINTER(status));
	return status;
}

/* 1 true, 0 false or nothing, -1 neither. */
static int
truth(const struct value *value)
{
	static const char *const yes[] = {"true", "yes", "y", "1", "on", NULL};
	static const char *const no[] = {"false", "no", "n", "0", "off", NULL};
	if (value->presence < VALUE_TEXT)
		return 0;
	char *key = text_key(value->text);
	int truth = g_strv_contains(yes, key) ? 1 : g_strv_contains(no, key) ? 0 : -1;
	g_free(key);
	return truth;
}

/* 1 the rule applies, 0 not, -1 refused. */
static int
rule_applies(struct draft *draft, const struct presence_rule *rule)
{
	struct value value;
	if (rule->test == PRESENT_WORD)
		return row_says(draft->row, rule->condition.name, rule->condition.key);
	row_value(draft->row, rule->condition.name, &value);
	if (rule->test == PRESENT_FILLED)
		return value.presence > VALUE_BLANK;
	int is = truth(&value);
	if (is < 0)
		draft_refuse(draft, "%s: neither yes nor no: \"%s\"",
		    draft->im->profile->names.list[rule->condition.name].text,
		    draft_quote(draft, value.text));
	return is;
}

/* 1 a rule sets the status, 0 none does, -1 refused. */
static int
status_by_rule(struct draft *draft, const struct vocabulary *vocabulary, enum record_status *status)
{
	int applies = 0;
	for (size_t i = 0; i < vocabulary->n_presence && applies == 0; i++) {
		applies = rule_applies(draft, &vocabulary->presence[i]);
		*status = vocabulary->presence[i].status;
	}
	return applies;
}

/*
 * Read a status field; *unknown becomes the reason when there is no word for it.  A rule that finds a date of
 * cancellation beats a status that still says confirmed.
 */
static bool
read_status(struct draft *draft, enum field field, enum record_status *status, char **unknown)
{
	struct importer *im = draft->im;
	bool person = field == FIELD_PERSON_STATUS;
	const struct vocabulary *vocabulary = person ? &im->profile->person_status
						     : &im->profile->status;
	int by_rule = status_by_rule(draft, vocabulary, status);
	if (by_rule != 0)
		return by_rule > 0;
	struct value value;
	field_value(im, draft->row, field, &value);
	*status = STATUS_UNKNOWN;
	if (value.presence == VALUE_ABSENT)
		*status = vocabulary->absent;
	else if (value.presence == VALUE_TEXT)
		*status = status_of_word(
		    vocabulary, person ? im->person_statuses : im->statuses, value.text);
	if (*status != STATUS_UNKNOWN)
		return true;
	const char *word = field_word(field);
	if (value.presence == VALUE_BLANK)
		*unknown = g_strdup_printf("%s is blank", word);
	else if (value.presence == VALUE_BAD)
		*unknown = g_strdup_printf("%s %s", word, value.text);
	else
		*unknown = g_strdup_printf(
		    "unknown %s \"%s\"", word, draft_quote(draft, value.text));
	return true;
}

/* What the record is about, as pairs of name and id in the order of the lists. */
static bool
read_targets(struct draft *draft, enum field name_field, enum field id_field)
{
	struct importer *im = draft->im;
	GArray *names = im->values, *ids = im->more_values;
	if (!draft_values(draft, name_field, names) || !draft_values(draft, id_field, ids))
		return false;
	g_array_set_size(im->targets, 0);
	for (guint i = 0; i < MAX(names->len, ids->len); i++) {
		static const struct value none = {.presence = VALUE_ABSENT};
		const struct value *name = i < names->len ? &g_array_index(names, struct value, i)
							  : &none;
		const struct value *id = i < ids->len ? &g_array_index(ids, struct value, i)
						      : &none;
		if (name->presence == VALUE_BAD)
			return draft_refuse(draft, "%s %s", field_word(name_field), name->text);
		if (id->presence == VALUE_BAD)
			return draft_refuse(draft, "%s %s", field_word(id_field), id->text);
		struct record_ref ref = {
		    .id = id->presence == VALUE_TEXT ? id->text : NULL,
		    .name = name->presence == VALUE_TEXT ? name->text : NULL,
		};
		if (ref.id != NULL || ref.name != NULL)
			g_array_append_val(im->targets, ref);
	}
	draft->record.targets = (const struct record_ref *)(void *)im->targets->data;
	draft->record.n_targets = im->targets->len;
	return true;
}

/* Location and group, which several kinds have. */
static bool
read_place(struct draft *draft)
{
	struct record *record = &draft->record;
	if (!draft_text(draft, FIELD_LOCATION, &record->location) ||
	    !draft_text(draft, FIELD_GROUP, &record->group))
		return false;
	if (record->location == NULL)
		record->location = draft->im->source->location;
	return true;
}

/* Everything but the booker. */
static bool
read_booking(struct draft *draft)
{
	if (!read_place(draft) || !read_targets(draft, FIELD_RESOURCE, FIELD_RESOURCE_ID) ||
	    !span_zone(draft) || !span_booking(draft))
		return false;
	if (draft->record.n_targets == 0 && draft->record.group == NULL)
		return draft_refuse(draft, "resource is blank");
	return attendees_read(draft);
}

/* A booker who cannot be let in costs those who are invited nothing. */
static bool
build_booking(struct draft *draft)
{
	booker_read(draft);
	bool good = read_booking(draft);
	if (draft->booker == NULL || (good && draft->record.n_attendees > 0))
		return good;
	g_free(draft->reason);
	draft->reason = g_steal_pointer(&draft->booker);
	return false;
}

/*
 * A membership's row that says of its person, too, whether it is blocked: a record of its own, so that it holds
 * whatever becomes of the membership.  A word nobody knows does not block, and is told.
 */
static bool
tell_person(struct draft *draft)
{
	const struct record *membership = &draft->record;
	struct record person = {.kind = RECORD_PERSON,
	    .place = membership->place,
	    .id = membership->id,
	    .person = membership->person,
	    .span = {INSTANT_ALWAYS, INSTANT_NEVER}};
	char *unknown = NULL;
	if (!says_person(draft->im->profile) || person.person.email == NULL)
		return true;
	if (!read_status(draft, FIELD_PERSON_STATUS, &person.status, &unknown))
		return false;
	draft->im->sink->record(draft->im->sink->user, &person);
	if (unknown != NULL)
		importer_note(draft->im, &person.place, FINDING_UNKNOWN_STATUS, person.person.email,
		    person.id, unknown);
	g_free(unknown);
	return true;
}

static bool
build_membership(struct draft *draft)
{
	if (!person_read(draft) || !tell_person(draft) || !read_place(draft) ||
	    !read_targets(draft, FIELD_PLAN, FIELD_PLAN_ID) ||
	    !draft_text(draft, FIELD_RESOURCE_ID, &draft->record.assigned))
		return false;
	if (draft->record.n_targets == 0 && draft->record.group == NULL &&
	    draft->record.assigned == NULL) {
		/* A list of members has those without a membership, too. */
		draft->empty = says_person(draft->im->profile);
		return !draft->empty && draft_refuse(draft, "plan is blank");
	}
	return span_zone(draft) && span_membership(draft) && span_freezes(draft);
}

static bool
build_grant(struct draft *draft)
{
	if (!person_read(draft) || !read_place(draft) ||
	    !read_targets(draft, FIELD_RESOURCE, FIELD_RESOURCE_ID) || !span_zone(draft) ||
	    !span_grant(draft))
		return false;
	return draft->record.group != NULL || draft->record.n_targets > 0 ||
	       draft_refuse(draft, "group is blank");
}

static bool
build_person(struct draft *draft)
{
	return person_read(draft);
}

static bool
build_company(struct draft *draft)
{
	if (!draft_text(draft, FIELD_TITLE, &draft->record.company))
		return false;
	return draft->record.id != NULL || draft_refuse(draft, "id is blank");
}

static bool
build_resource(struct draft *draft)
{
	struct importer *im = draft->im;
	struct record_ref self = {.id = draft->record.id};
	if (!read_place(draft) || !draft_text(draft, FIELD_TITLE, &self.name))
		return false;
	if (self.id == NULL)
		return draft_refuse(draft, "id is blank");
	g_array_set_size(im->targets, 0);
	g_array_append_val(im->targets, self);
	draft->record.targets = (const struct record_ref *)(void *)im->targets->data;
	draft->record.n_targets = 1;
	return true;
}

static bool (*const builders[RECORD_KINDS])(struct draft *) = {
    [RECORD_RESOURCE] = build_resource,
    [RECORD_COMPANY] = build_company,
    [RECORD_PERSON] = build_person,
    [RECORD_MEMBERSHIP] = build_membership,
    [RECORD_BOOKING] = build_booking,
    [RECORD_GRANT] = build_grant,
};

static void
reject(struct draft *draft, const char *reason, enum row_look look)
{
	struct importer *im = draft->im;
	if (look == LOOK_REPORT) {
		im->facts->rows--;
		im->file->rows--;
		im->facts->dropped++;
		look_list(im, draft->row);
		return;
	}
	person_recognise(draft);
	struct record_reject reject = {.place = draft->row->place,
	    .reason = reason,
	    .email = draft->record.person.email,
	    .id = look == LOOK_RECORD ? draft->record.id : NULL,
	    .record_like = look == LOOK_RECORD};
	bool counts = reject.record_like && im->rejected_at != im->facts->rows;
	im->facts->rejected += counts;
	im->facts->unsettled += counts && draft->unsettled;
	if (reject.record_like)
		im->rejected_at = im->facts->rows;
	im->sink->reject(im->sink->user, &reject);
}

/* Somebody else's address may have been made to look like that of a member. */
static void
note_lookalike(const struct importer *im, const struct record *record, const char *email)
{
	if (email == NULL || !email_lookalike(email))
		return;
	char *text = g_strdup_printf(
	    "%s mixes letters of several alphabets, or looks like another address: is it whom it "
	    "seems to be?",
	    email);
	importer_note(im, &record->place, FINDING_LOOKALIKE, email, email, text);
	g_free(text);
}

static void
hand_over(const struct draft *draft)
{
	struct importer *im = draft->im;
	const struct record *record = &draft->record;
	if (record->id != NULL && draft->row->columns != NULL)
		look_learn(im, record->id);
	note_lookalike(im, record, record->person.email);
	sharing_look(im, record);
	for (size_t i = 0; i < record->n_attendees; i++)
		note_lookalike(im, record, record->attendees[i].email);
	for (guint i = 0; draft->notes != NULL && i < draft->notes->len; i++)
		importer_note(im, &record->place, FINDING_DST, record->person.email, record->id,
		    draft->notes->pdata[i]);
	if (record->kind == RECORD_BOOKING && !record->bare) {
		im->facts->earliest = MIN(im->facts->earliest, record->span.from);
		im->facts->latest = MAX(im->facts->latest, record->span.until);
	}
	im->sink->record(im->sink->user, record);
}

/* Each occurrence is a booking of its own, known by the id of the series and when it begins. */
static void
hand_over_series(struct draft *draft)
{
	struct importer *im = draft->im;
	const char *series = draft->record.id;
	char text[INSTANT_TEXT];
	for (guint i = 0; i < im->starts->len; i++) {
		if (!span_occurrence(draft, g_array_index(im->starts, int64_t, i)))
			continue;
		instant_format(draft->record.span.from, text);
		/* Without an id they are as any other booking without one: all of them count. */
		char *id = series != NULL ? g_strconcat(series, "/", text, NULL) : NULL;
		draft->record.id = id;
		hand_over(draft);
		g_free(id);
	}
	draft->record.id = series;
}

static void
accept(struct draft *draft, const char *unknown)
{
	const struct record *record = &draft->record;
	if (draft->recurs)
		hand_over_series(draft);
	else
		hand_over(draft);
	/* The row counts for the invited, and is refused for who booked. */
	if (unknown == NULL)
		unknown = draft->booker;
	if (unknown == NULL)
		return;
	/* A word nobody knows must not take the block off a person, nor put one on. */
	if (record->kind == RECORD_PERSON)
		importer_note(draft->im, &record->place, FINDING_UNKNOWN_STATUS,
		    record->person.email, record->id, unknown);
	else
		reject(draft, unknown, LOOK_RECORD);
}

/* refused: why no record can come of the row, or NULL. */
static void
build_record(struct importer *im, const struct row *row, const char *refused)
{
	struct draft draft = {.im = im, .row = row};
	char *unknown = NULL;
	draft.record = (struct record){.kind = im->profile->kind,
	    .place = row->place,
	    .span = {INSTANT_ALWAYS, INSTANT_NEVER}};
	bool good = refused == NULL || draft_refuse(&draft, "%s", refused);
	good = good && read_id(&draft) &&
	       read_status(&draft, FIELD_STATUS, &draft.record.status, &unknown) &&
	       event_read(&draft) && builders[draft.record.kind](&draft);
	enum row_look look = good || draft.empty ? LOOK_RECORD : look_of(&draft);
	if (good || (look == LOOK_RECORD && event_salvage(&draft, &unknown)))
		accept(&draft, unknown);
	else if (!draft.empty)
		reject(&draft, draft.reason, look);
	if (look != LOOK_REPORT)
		person_notes(&draft);
	g_free(unknown);
	g_free(draft.reason);
	g_free(draft.booker);
	if (draft.notes != NULL)
		g_ptr_array_unref(draft.notes);
}

static bool
any_applies(const struct conditions *conditions, const struct row *row)
{
	for (size_t i = 0; i < conditions->count; i++) {
		if (row_says(row, conditions->list[i].name, conditions->list[i].key))
			return true;
	}
	return false;
}

static bool
field_blank(const struct importer *im, const struct row *row, enum field field)
{
	struct value value;
	field_value(im, row, field, &value);
	return value.presence <= VALUE_BLANK;
}

/* The sums below a table: a row that names nobody, no id and no time, and whose text says total; it is listed. */
static bool
is_total(const struct importer *im, const struct row *row)
{
	static const char *const words[] = {"total", "totals", "total:", "totals:", "grand total",
	    "grand total:", "sum", "sum:", NULL};
	if (row->columns == NULL || !field_blank(im, row, FIELD_EMAIL) ||
	    !field_blank(im, row, FIELD_REF) || !field_blank(im, row, FIELD_START))
		return false;
	bool said = false, in_id = false;
	for (size_t i = 0; i < row->n_cells; i++) {
		char *key = text_key(row->cells[i]);
		if (g_strv_contains(words, key)) {
			said = true;
			/* Often the word stands in the first column, which is the id's. */
			in_id = in_id || i == 0;
		}
		g_free(key);
	}
	return said && (in_id || field_blank(im, row, FIELD_ID));
}

static void
note_seen(struct importer *im, const struct row *row)
{
	im->seen_records++;
	for (int f = 0; f < FIELDS; f++) {
		if (im->profile->fields[f].required != REQUIRED_YES || im->seen[f])
			continue;
		struct value value;
		field_value(im, row, (enum field)f, &value);
		im->seen[f] = value.presence != VALUE_ABSENT;
	}
}

bool
build_complete(const struct importer *im, const char *name, GError **error)
{
	for (int f = 0; f < FIELDS && im->seen_records > 0; f++) {
		const struct field_spec *spec = &im->profile->fields[f];
		if (spec->required == REQUIRED_YES && !im->seen[f])
			return fail(error, EXIT_BAD_INPUT, "is this the right profile?",
			    "%s: required column missing: no record has \"%s\"", name,
			    spec->any.count > 0 ? im->profile->names.list[spec->any.names[0]].text
						: field_word((enum field)f));
	}
	return true;
}

/* One record for each element of the list that the profile names. */
static void
build_elements(struct importer *im, struct row *row, struct json_object *object)
{
	struct json_object *list = NULL;
	if (json_object_is_type(object, json_type_object))
		json_object_object_get_ex(object, im->profile->each, &list);
	if (list != NULL && !json_object_is_type(list, json_type_array)) {
		char *reason = g_strdup_printf("%s is no list", im->profile->each);
		build_record(im, row, reason);
		g_free(reason);
		return;
	}
	size_t n = list != NULL ? json_object_array_length(list) : 0;
	if (n > LIST_MAX) {
		char *reason = g_strdup_printf(
		    "%s has more than %zu items", im->profile->each, LIST_MAX);
		build_record(im, row, reason);
		g_free(reason);
		return;
	}
	if (n == 0) {
		struct value id;
		field_value(im, row, FIELD_ID, &id);
		importer_note(im, &row->place, FINDING_NO_ITEMS, NULL,
		    id.presence == VALUE_TEXT ? id.text : NULL,
		    "a record without items: it gives nothing");
		return;
	}
	for (size_t i = 0; i < n; i++) {
		row->element = json_object_array_get_idx(list, i);
		note_seen(im, row);
		matched_record(im->matched, row);
		build_record(im, row, NULL);
	}
}

/* Rows that the profile leaves out. */
static bool
is_dropped(const struct importer *im, const struct row *row)
{
	const struct profile *profile = im->profile;
	return any_applies(&profile->drop, row) ||
	       (profile->keep.count > 0 && !any_applies(&profile->keep, row));
}

/* True when the row goes on to become a record. */
static bool
begin_row(struct importer *im, struct row *row, const char *refused)
{
	row->scratch = im->scratch;
	if (++im->scratch_rows % SCRATCH_ROWS == 0)
		g_string_chunk_clear(im->scratch);
	bool total = refused == NULL && is_total(im, row);
	if (total)
		look_list(im, row);
	if (total || (refused == NULL && (is_dropped(im, row) || event_repeats(im, row)))) {
		im->facts->dropped++;
		return false;
	}
	im->facts->rows++;
	im->file->rows++;
	return true;
}

bool
importer_full(const struct importer *im)
{
	return im->rows_max > 0 && im->facts->rows >= im->rows_max;
}

void
build_row(struct importer *im, struct row *row, const char *refused)
{
	if (begin_row(im, row, refused))
		build_record(im, row, refused);
}

void
build_object(struct importer *im, struct row *row, struct json_object *object, const char *refused)
{
	if (!begin_row(im, row, refused))
		return;
	if (refused == NULL && im->profile->each != NULL) {
		build_elements(im, row, object);
		return;
	}
	/* Of an event that cannot be read nothing may be there: that does not make it another kind of record. */
	if (refused == NULL || !im->profile->ics)
		note_seen(im, row);
	if (refused == NULL)
		matched_record(im->matched, row);
	build_record(im, row, refused);
}
