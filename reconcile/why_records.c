/* What each record says of one person, and what became of it in the import before. */
#include "reconcile/why.h"

#include "base/text.h"
#include "reconcile/judge.h"
#include "reconcile/people.h"
#include "reconcile/rules.h"

#include <string.h>

/* Bookings that were over this long before the time asked about explain nothing. */
#define LONG_OVER (7 * INSTANT_DAY)

/* Shorter beginnings of addresses stand in too many texts. */
#define TELLING 4

/* Persons of the reader's directory: the one asked about, and all others. */
enum { ASKED, OTHERS };

struct why_reader {
	struct why_reading in;
	struct why *why;
	uint32_t person; /* number in entitled->people; INTERN_NONE when no record was taken */
	GArray *windows; /* of struct raw_window: the person's, barred ones too */
	GArray *traces;	 /* of struct trace: the person's */
	struct directory *directory;
	struct rule_index *rules;
	struct judgement judgement;
	GArray *companies;    /* of uint32_t: that the person belongs to, by the rows so far */
	GPtrArray *titles;    /* of const char *: as the rows call them */
	GHashTable *sponsors; /* set of company + 1 with a membership */
};

static void
keep_own(GArray *own, const GArray *all, size_t size, uint32_t person)
{
	/* Windows and traces both begin with their person. */
	for (guint i = 0; i < all->len; i++) {
		const uint32_t *element = (const void *)(all->data + i * size);
		if (*element == person)
			g_array_append_vals(own, element, 1);
	}
}

struct why_reader *
why_reader_new(const struct why_reading *reading, struct why *why)
{
	struct why_reader *reader = g_new0(struct why_reader, 1);
	const struct entitled *entitled = reading->entitled;
	reader->in = *reading;
	reader->why = why;
	reader->person = intern_find(entitled->people, why->email);
	reader->windows = g_array_new(FALSE, FALSE, sizeof(struct raw_window));
	reader->traces = g_array_new(FALSE, FALSE, sizeof(struct trace));
	keep_own(reader->windows, entitled->windows, sizeof(struct raw_window), reader->person);
	keep_own(
	    reader->windows, entitled->blocked_windows, sizeof(struct raw_window), reader->person);
	keep_own(reader->traces, entitled->traces, sizeof(struct trace), reader->person);
	reader->directory = directory_new(reading->policies);
	reader->rules = rule_index_new(reading->config, reading->policies);
	judgement_init(&reader->judgement);
	reader->companies = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	reader->titles = g_ptr_array_new();
	reader->sponsors = g_hash_table_new(NULL, NULL);
	return reader;
}

void
why_reader_free(struct why_reader *reader)
{
	if (reader == NULL)
		return;
	g_array_unref(reader->windows);
	g_array_unref(reader->traces);
	g_array_unref(reader->companies);
	g_ptr_array_unref(reader->titles);
	g_hash_table_unref(reader->sponsors);
	directory_free(reader->directory);
	rule_index_free(reader->rules);
	judgement_done(&reader->judgement);
	g_free(reader);
}

static const struct entitled_person *
asked_person(const struct why_reader *reader)
{
	const GArray *persons = reader->in.entitled->persons;
	return reader->person < persons->len
		   ? &g_array_index(persons, struct entitled_person, reader->person)
		   : NULL;
}

static bool
is_asked(const struct why_reader *reader, const char *email)
{
	return strcmp(config_person(reader->in.config, email), reader->why->email) == 0;
}

/* ---- is the record about the person? ---- */

static bool
names_asked(const struct why_reader *reader, const struct record *record,
    const struct record_person *person)
{
	if (person->email != NULL)
		return is_asked(reader, person->email);
	return person->ref != NULL &&
	       directory_person(reader->directory, record->place.source, person->ref) == ASKED;
}

static void
note_asked(void *user, uint32_t person, uint32_t source)
{
	bool *asked = user;
	*asked |= person == ASKED;
}

static bool
company_of_asked(struct why_reader *reader, const struct record *record)
{
	bool asked = false;
	if (record->company == NULL || record->person.email != NULL || record->person.ref != NULL)
		return false;
	uint32_t company = directory_company(
	    reader->directory, record->place.source, record->company);
	g_hash_table_add(reader->sponsors, GUINT_TO_POINTER(company + 1));
	directory_members(reader->directory, company, note_asked, &asked);
	return asked;
}

/* How the record is the person's; false when it is not. */
static bool
concerns(struct why_reader *reader, const struct record *record, bool *invited, bool *by_company)
{
	*invited = *by_company = false;
	if (names_asked(reader, record, &record->person))
		return true;
	for (size_t i = 0; i < record->n_attendees && !*invited; i++)
		*invited = names_asked(reader, record, &record->attendees[i]);
	*by_company = !*invited && company_of_asked(reader, record);
	return *invited || *by_company;
}

/* ---- what became of it ---- */

static bool
is_of(const struct why_reader *reader, const struct raw_reason *reason, const struct record *record)
{
	const char *id = intern_text(reader->in.entitled->texts, reason->record);
	return reason->source == record->place.source && reason->file == record->place.file &&
	       reason->row == record->place.row && g_strcmp0(id, record->id) == 0;
}

static void
add_ref(struct why_record *found, uint32_t ref)
{
	for (guint i = 0; i < found->refs->len; i++) {
		if (g_array_index(found->refs, uint32_t, i) == ref)
			return;
	}
	g_array_append_val(found->refs, ref);
}

/* A series has one row for all its bookings: of its windows those count that meet the booking's own time. */
static bool
meets(const struct record *record, const struct interval *span)
{
	return record->kind != RECORD_BOOKING ||
	       (span->from <= record->span.until && span->until >= record->span.from);
}

static void
add_given(const struct why_reader *reader, const struct record *record, struct why_record *found,
    uint32_t number)
{
	const struct raw_reason *reason = &g_array_index(
	    reader->in.entitled->reasons, struct raw_reason, number);
	for (guint i = 0; i < reader->windows->len; i++) {
		const struct raw_window *window = &g_array_index(
		    reader->windows, struct raw_window, i);
		if (window->reason != number || !meets(record, &window->span))
			continue;
		const struct door_ref *door = &g_array_index(
		    reader->in.entitled->refs, struct door_ref, window->ref);
		const struct rule *rule = reason->rule != INTERN_NONE
					      ? reader->in.config->rules->pdata[reason->rule]
					      : NULL;
		struct why_given given = {.door = door->text,
		    .rule = rule != NULL ? rule->name : NULL,
		    .method = door->method,
		    .span = window->span};
		g_array_append_val(found->given, given);
		add_ref(found, window->ref);
	}
	for (guint i = 0; i < reader->traces->len; i++) {
		const struct trace *trace = &g_array_index(reader->traces, struct trace, i);
		if (trace->reason == number)
			add_ref(found, trace->ref);
	}
}

/* What the import before kept of the record. */
struct kept {
	guint reasons, dead;
};

static struct kept
recall(const struct why_reader *reader, const struct record *record, struct why_record *found)
{
	const struct entitled *entitled = reader->in.entitled;
	struct kept kept = {0};
	for (guint i = 0; i < entitled->reasons->len; i++) {
		const struct raw_reason *reason = &g_array_index(
		    entitled->reasons, struct raw_reason, i);
		if (!is_of(reader, reason, record))
			continue;
		kept.reasons++;
		kept.dead += reason->dead;
		if (reason->rule != INTERN_NONE)
			add_ref(
			    found, g_array_index(entitled->ref_of_rule, uint32_t, reason->rule));
		add_given(reader, record, found, i);
	}
	return kept;
}

static enum why_mark
mark_of_status(const struct record *record)
{
	static const enum why_mark marks[STATUS_COUNT] = {[STATUS_UNKNOWN] = WHY_UNKNOWN,
	    [STATUS_TENTATIVE] = WHY_TENTATIVE,
	    [STATUS_NO_SHOW] = WHY_NO_SHOW,
	    [STATUS_BLOCKED_TIME] = WHY_VENUE_BLOCK,
	    [STATUS_CANCELLED] = WHY_CANCELLED,
	    [STATUS_FROZEN] = WHY_FROZEN,
	    [STATUS_EXPIRED] = WHY_EXPIRED,
	    [STATUS_INCOMPLETE] = WHY_INCOMPLETE};
	enum why_mark mark = marks[record->status];
	/* A membership of no days, all of them frozen, has a word that grants. */
	return mark != WHY_GIVES ? mark : WHY_FROZEN;
}

/* Is this door of the record's enabled?  It is remembered where it is not. */
static bool
lets_through(
    const struct why_reader *reader, struct why_record *found, bool enabled, const char *door)
{
	if (!enabled)
		g_ptr_array_add(found->left_out, (gpointer)plan_text(reader->why->plan, door));
	return enabled;
}

/* The record names a door and the import kept nothing of it: why? */
static enum why_mark
mark_of_lost(const struct why_reader *reader, const struct record *record, struct why_record *found)
{
	const struct source_policy *policy = &reader->in.policies[record->place.source];
	bool named = record->group != NULL,
	     enabled = named && lets_through(reader, found, door_enabled(policy, record->group),
				    record->group);
	enum rule_kind kind = record->kind == RECORD_MEMBERSHIP ? RULE_PLAN : RULE_RESOURCE;
	for (size_t i = 0; i < record->n_targets; i++) {
		struct record_ref target = record->targets[i];
		const char *location = record->location;
		const struct directory_resource *resource =
		    target.id != NULL && record->kind == RECORD_BOOKING
			? directory_resource(reader->directory, record->place.source, target.id)
			: NULL;
		if (resource != NULL) {
			target.name = target.name != NULL ? target.name : resource->name;
			location = location != NULL ? location : resource->location;
		}
		if (resource != NULL && resource->group != NULL) {
			named = true;
			enabled |= lets_through(
			    reader, found, door_enabled(policy, resource->group), resource->group);
		}
		size_t count;
		const uint32_t *rules = rule_index_match(
		    reader->rules, record->place.source, kind, &target, location, &count);
		for (size_t r = 0; r < count; r++) {
			const struct rule *rule = reader->in.config->rules->pdata[rules[r]];
			enabled |= lets_through(reader, found,
			    rule_index_enabled(reader->rules, record->place.source, rules[r]),
			    rule->door);
		}
		named |= count > 0;
	}
	return !named ? WHY_UNMAPPED : enabled ? WHY_REPEATED : WHY_NOT_ENABLED;
}

/* By its windows, with their grace. */
static enum why_mark
mark_of_time(const struct why_reader *reader, const struct record *record, struct why_record *found)
{
	instant at = reader->why->at, next = INSTANT_NEVER;
	for (guint i = 0; i < found->given->len; i++) {
		const struct interval *span =
		    &g_array_index(found->given, struct why_given, i).span;
		if (span->from <= at && at < span->until)
			return WHY_GIVES;
		if (span->from > at)
			next = MIN(next, span->from);
	}
	const struct judgement *judgement = &reader->judgement;
	found->from = next;
	if (judgement->explains && judgement->cause == CAUSE_FROZEN) {
		found->from = judgement->span.until;
		return WHY_FROZEN;
	}
	if (next != INSTANT_NEVER)
		return WHY_LATER;
	if (record->span.until <= at)
		return record->kind == RECORD_BOOKING ? WHY_OVER : WHY_EXPIRED;
	return found->invited ? WHY_INVITED_ONLY : WHY_NOT_MEMBER;
}

static const char *
refusal(const struct why_reader *reader, uint32_t source)
{
	const struct plan *plan = reader->why->plan;
	for (guint i = 0; i < plan->verdicts->len; i++) {
		const struct verdict *verdict = plan->verdicts->pdata[i];
		if (verdict->tripped && guard_is_about_source(verdict->guard) &&
		    g_strcmp0(verdict->scope, reader->in.policies[source].name) == 0)
			return verdict->text;
	}
	return "the export it is a log of is refused";
}

static enum why_mark
mark_of(struct why_reader *reader, const struct record *record, struct why_record *found)
{
	const struct entitled_person *person = asked_person(reader);
	struct kept kept = recall(reader, record, found);
	if (reader->in.refused[record->place.source] && kept.dead == kept.reasons) {
		found->reason = refusal(reader, record->place.source);
		return WHY_REFUSED;
	}
	if (record->bare)
		return WHY_EVENT;
	judge(record, &reader->in.policies[record->place.source], reader->why->at,
	    &reader->judgement);
	if (kept.reasons > 0 && kept.dead == kept.reasons)
		return WHY_SUPERSEDED;
	enum why_mark lost = mark_of_lost(reader, record, found);
	if (reader->judgement.spans->len == 0)
		return mark_of_status(record);
	if (kept.reasons == 0)
		return lost;
	enum why_mark mark = mark_of_time(reader, record, found);
	bool barred = person != NULL && (person->blocked || person->deleted);
	return barred && (mark == WHY_GIVES || mark == WHY_LATER) ? WHY_BARRED : mark;
}

/* ---- records ---- */

static const char *
what_it_names(const struct why_reader *reader, const struct record *record)
{
	GString *text = g_string_new(NULL);
	for (size_t i = 0; i < record->n_targets; i++) {
		const struct record_ref *target = &record->targets[i];
		const struct directory_resource *resource =
		    target->id != NULL && record->kind == RECORD_BOOKING
			? directory_resource(reader->directory, record->place.source, target->id)
			: NULL;
		const char *name = target->name;
		if (name == NULL)
			name = resource != NULL && resource->name != NULL ? resource->name
									  : target->id;
		g_string_append_printf(text, "%s%s", text->len > 0 ? "; " : "", name);
	}
	if (record->kind == RECORD_GRANT && record->group != NULL && text->len == 0)
		g_string_append(text, record->group);
	const char *kept = text->len > 0 ? plan_text(reader->why->plan, text->str) : NULL;
	g_string_free(text, TRUE);
	return kept;
}

static const char *
file_name(const struct why_reader *reader, const struct record_place *place)
{
	const struct import_facts *facts = reader->in.imports->pdata[place->source];
	return ((const struct file_facts *)facts->files->pdata[place->file])->name;
}

static struct why_record *
add_record(struct why_reader *reader, const struct record_place *place, const char *id)
{
	struct plan *plan = reader->why->plan;
	struct why_record *found = why_add_record(reader->why);
	found->source = reader->in.policies[place->source].name;
	found->file = plan_text(plan, file_name(reader, place));
	found->row = place->row;
	found->id = plan_text(plan, id);
	found->kind = reader->in.policies[place->source].kind;
	return found;
}

static struct why_record *
describe(struct why_reader *reader, const struct record *record)
{
	struct why_record *found = add_record(reader, &record->place, record->id);
	found->kind = record->kind;
	found->status = record->status;
	found->company = plan_text(reader->why->plan, record->company);
	found->what = what_it_names(reader, record);
	found->span = record->span;
	return found;
}

static void
take_access(struct why_reader *reader, const struct record *record)
{
	bool invited, by_company;
	if (!concerns(reader, record, &invited, &by_company))
		return;
	reader->why->known = true;
	if (record->kind == RECORD_BOOKING && !record->bare &&
	    record->span.until <= reader->why->at - LONG_OVER) {
		reader->why->older++;
		return;
	}
	struct why_record *found = describe(reader, record);
	found->invited = invited;
	found->by_company = by_company;
	found->mark = mark_of(reader, record, found);
}

static enum why_mark
mark_of_person(enum record_status status)
{
	switch (status) {
	case STATUS_BLOCKED:
	case STATUS_DELETED:
		return WHY_BARS;
	case STATUS_REQUESTED:
		return WHY_REQUESTED;
	case STATUS_UNKNOWN:
		return WHY_UNKNOWN;
	default:
		return WHY_PERSON;
	}
}

static void
take_person(struct why_reader *reader, const struct record *record)
{
	if (record->person.email == NULL)
		return;
	bool asked = is_asked(reader, record->person.email);
	bool listed = reader->in.policies[record->place.source].kind == RECORD_PERSON;
	if (listed)
		directory_add_person(reader->directory, record, asked ? ASKED : OTHERS);
	if (!asked)
		return;
	reader->why->known = true;
	struct why_record *found = describe(reader, record);
	found->mark = mark_of_person(record->status);
	if (reader->in.refused[record->place.source]) {
		found->mark = WHY_REFUSED;
		found->reason = refusal(reader, record->place.source);
	} else if (listed && record->company != NULL && found->mark == WHY_PERSON) {
		uint32_t company = directory_company(
		    reader->directory, record->place.source, record->company);
		g_array_append_val(reader->companies, company);
		g_ptr_array_add(reader->titles, (gpointer)found->company);
	}
}

void
why_read_record(struct why_reader *reader, const struct record *record)
{
	switch (record->kind) {
	case RECORD_RESOURCE:
		directory_add_resource(reader->directory, record);
		break;
	case RECORD_COMPANY:
		directory_add_company(reader->directory, record);
		break;
	case RECORD_PERSON:
		take_person(reader, record);
		break;
	default:
		take_access(reader, record);
	}
}

/* A row whose address cannot be read may still show a piece of it. */
static bool
mentions(const struct why_reader *reader, const char *reason)
{
	size_t length = strcspn(reader->why->email, "@");
	char *local = g_strndup(reader->why->email, length), *text = text_key(reason);
	bool has = length >= TELLING && strstr(text, local) != NULL;
	g_free(local);
	g_free(text);
	return has;
}

void
why_read_reject(struct why_reader *reader, const struct record_reject *reject)
{
	bool theirs = reject->email != NULL ? is_asked(reader, reject->email)
					    : mentions(reader, reject->reason);
	if (!theirs)
		return;
	reader->why->known = true;
	struct why_record *found = add_record(reader, &reject->place, reject->id);
	found->mark = WHY_REJECTED;
	found->reason = plan_text(reader->why->plan, reject->reason);
}

/* Somebody of a company has nothing by it when no membership names it. */
void
why_reader_finish(struct why_reader *reader)
{
	for (guint i = 0; i < reader->companies->len; i++) {
		uint32_t company = g_array_index(reader->companies, uint32_t, i);
		if (!g_hash_table_contains(reader->sponsors, GUINT_TO_POINTER(company + 1)))
			reader->why->company = reader->titles->pdata[i];
	}
}
