/*
 * Records and rules become windows.  Decides whom a record is for, which groups it reaches, and what is worth
 * keeping; what a record's words mean is reconcile/judge.c, which rules fit is reconcile/rules.c.
 */
#include "reconcile/entitle.h"

#include "base/text.h"
#include "reconcile/findings.h"
#include "reconcile/judge.h"
#include "reconcile/logs.h"
#include "reconcile/people.h"
#include "reconcile/persons.h"
#include "reconcile/refs.h"
#include "reconcile/repeats.h"
#include "reconcile/rules.h"
#include "reconcile/united.h"
#include "reconcile/windows.h"

/* No configuration asks for a longer grace (model/config.c). */
#define GRACE_MAX INSTANT_DAY

struct entitlement {
	const struct config *config;
	const struct source_policy *policies;
	instant now;
	struct plan *plan;
	struct rule_index *rules;
	struct directory *directory;
	struct intern *texts;
	struct persons *persons;
	struct door_refs *refs;
	GArray *reasons;
	struct windows *windows;
	struct repeats *repeats;
	struct united *united;
	struct full_export *exports; /* one for each source */
	GArray *barred;		     /* of struct entitled_bar */
	GArray *unmapped;	     /* of struct unmapped */
	GArray *nameless;	     /* of uint32_t: what of the record at hand no rule names */
	GArray *reaches;	     /* of struct reach, of the record at hand */
	GArray *holders;	     /* of struct holder, of the record at hand */
	uint64_t records;	     /* taken so far */
	GArray *people_met, *rules_met, *refs_met; /* of uint64_t, see met() */
	struct judgement judgement;		   /* of the record at hand */
	struct entitled result;
};

/* ---- life ---- */

struct entitlement *
entitlement_new(const struct config *config, const struct source_policy *policies, instant now,
    struct plan *plan)
{
	struct entitlement *e = g_new0(struct entitlement, 1);
	e->config = config;
	e->policies = policies;
	e->now = now;
	e->plan = plan;
	e->rules = rule_index_new(config, policies);
	e->directory = directory_new(policies);
	e->texts = intern_new();
	e->persons = persons_new(config, e->texts);
	e->refs = door_refs_new(config->rules, e->texts);
	e->reasons = g_array_new(FALSE, FALSE, sizeof(struct raw_reason));
	e->windows = windows_new(e->reasons, e->texts);
	e->repeats = repeats_new(config->sources->len);
	e->united = united_new(config->sources->len);
	e->exports = g_new0(struct full_export, config->sources->len);
	e->unmapped = g_array_new(FALSE, FALSE, sizeof(struct unmapped));
	e->nameless = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	e->barred = g_array_new(FALSE, FALSE, sizeof(struct entitled_bar));
	e->people_met = g_array_new(FALSE, TRUE, sizeof(uint64_t));
	e->rules_met = g_array_new(FALSE, TRUE, sizeof(uint64_t));
	e->refs_met = g_array_new(FALSE, TRUE, sizeof(uint64_t));
	e->reaches = g_array_new(FALSE, FALSE, sizeof(struct reach));
	e->holders = g_array_new(FALSE, FALSE, sizeof(struct holder));
	judgement_init(&e->judgement);
	return e;
}

void
entitlement_free(struct entitlement *e)
{
	if (e == NULL)
		return;
	GArray *const arrays[] = {e->reasons, e->reaches, e->holders, e->barred, e->unmapped,
	    e->nameless, e->people_met, e->rules_met, e->refs_met};
	for (size_t i = 0; i < G_N_ELEMENTS(arrays); i++)
		g_array_unref(arrays[i]);
	rule_index_free(e->rules);
	directory_free(e->directory);
	persons_free(e->persons);
	door_refs_free(e->refs);
	intern_free(e->texts);
	windows_free(e->windows);
	repeats_free(e->repeats);
	united_free(e->united);
	g_free(e->exports);
	judgement_done(&e->judgement);
	g_free(e);
}

/* ---- which groups a record reaches ---- */

/* Half of it tells two contents of one record apart well enough. */
static uint32_t
fold(uint64_t content)
{
	return (uint32_t)(content ^ content >> 32);
}

static uint32_t
add_reason(struct entitlement *e, const struct record *record, uint32_t rule)
{
	struct raw_reason reason = {.source = record->place.source,
	    .file = record->place.file,
	    .record = intern_add(e->texts, record->id),
	    .row = record->place.row,
	    .rule = rule,
	    .content = fold(record_content(record)),
	    .kind = record->kind};
	g_array_append_val(e->reasons, reason);
	return e->reasons->len - 1;
}

/*
 * Was this number met before with the record at hand?  A booker may be an attendee, too, and two spaces of a booking
 * may reach one group: that is one reason, not two.
 */
static bool
met(struct entitlement *e, GArray *numbers, uint32_t number)
{
	if (number >= numbers->len)
		g_array_set_size(numbers, number + 1);
	uint64_t *last = &g_array_index(numbers, uint64_t, number);
	bool already = *last == e->records;
	*last = e->records;
	return already;
}

static void
report_disabled(struct entitlement *e, const struct source_policy *policy, const char *door)
{
	char *subject = g_strconcat(policy->name, "\n", door, NULL);
	finding_add(e->plan, FINDING_NOT_ENABLED, NULL, door, subject,
	    "records of %s would open \"%s\", which its enabled_doors leave out", policy->name,
	    door)
	    ->source = plan_text(e->plan, policy->name);
	g_free(subject);
}

static void
reach_rules(struct entitlement *e, const struct record *record, const uint32_t *rules, size_t count)
{
	const struct source_policy *policy = &e->policies[record->place.source];
	for (size_t i = 0; i < count; i++) {
		const struct rule *rule = g_ptr_array_index(e->config->rules, rules[i]);
		if (met(e, e->rules_met, rules[i]))
			continue;
		if (!rule_index_enabled(e->rules, record->place.source, rules[i])) {
			report_disabled(e, policy, rule->door);
			continue;
		}
		struct reach reach = {.ref = door_refs_of_rule(e->refs, rules[i]),
		    .reason = add_reason(e, record, rules[i]),
		    .rule = rules[i]};
		/* A door that is opened when the booking begins knows no early and no late. */
		if (rule->method != METHOD_UNLOCK) {
			reach.before = rule->grace_before != UNSET ? rule->grace_before
								   : policy->grace_before;
			reach.after = rule->grace_after != UNSET ? rule->grace_after
								 : policy->grace_after;
		}
		g_array_append_val(e->reaches, reach);
	}
}

static void
reach_named(struct entitlement *e, const struct record *record, const char *group, bool by_data)
{
	const struct source_policy *policy = &e->policies[record->place.source];
	if (!door_enabled(policy, group)) {
		report_disabled(e, policy, group);
		return;
	}
	uint32_t ref = door_refs_group(e->refs, group);
	door_refs_at(e->refs, ref)->from_data |= by_data;
	if (met(e, e->refs_met, ref))
		return;
	struct reach reach = {.ref = ref,
	    .reason = add_reason(e, record, INTERN_NONE),
	    .rule = INTERN_NONE,
	    .before = policy->grace_before,
	    .after = policy->grace_after};
	g_array_append_val(e->reaches, reach);
}

static void
report_unmapped(struct entitlement *e, const struct record *record, const struct record_ref *target,
    const char *location)
{
	bool booking = record->kind == RECORD_BOOKING;
	const char *name = target->name != NULL ? target->name : target->id;
	const char *what = booking ? "resource" : "plan";
	char *subject = g_strconcat(name, "\n", location != NULL ? location : "", NULL);
	/* Spacebring names locations by ids, which tell nobody anything. */
	bool readable = location != NULL && !g_uuid_string_is_valid(location);
	char *where = readable ? g_strdup_printf(" at \"%s\"", location) : g_strdup("");
	finding_add(e->plan, booking ? FINDING_UNMAPPED_RESOURCE : FINDING_UNMAPPED_PLAN, NULL,
	    NULL, subject, "%s \"%s\"%s opens nothing: no rule names it", what, name, where);
	g_free(subject);
	g_free(where);
}

/* The resource or plan with everything the data knows about it. */
static void
reach_target(struct entitlement *e, const struct record *record, struct record_ref target)
{
	const struct directory_resource *resource = NULL;
	const char *location = record->location;
	if (record->kind == RECORD_BOOKING && target.id != NULL)
		resource = directory_resource(e->directory, record->place.source, target.id);
	if (resource != NULL) {
		target.name = target.name != NULL ? target.name : resource->name;
		location = location != NULL ? location : resource->location;
	}
	size_t count;
	const uint32_t *rules = rule_index_match(e->rules, record->place.source,
	    record->kind == RECORD_BOOKING ? RULE_RESOURCE : RULE_PLAN, &target, location, &count);
	reach_rules(e, record, rules, count);
	bool named = resource != NULL && resource->group != NULL;
	if (named)
		reach_named(e, record, resource->group, true);
	bool matters = e->judgement.spans->len > 0 && record->span.until > e->now;
	if (count == 0 && !named && record->group == NULL && matters &&
	    !e->policies[record->place.source].unless_named) {
		uint32_t name = intern_add(e->texts, target.name != NULL ? target.name : target.id);
		g_array_append_val(e->nameless, name);
		report_unmapped(e, record, &target, location);
	}
}

/* A door given by hand is what a rule calls so, else a group of that name. */
static void
reach_door(struct entitlement *e, const struct record *record, const struct record_ref *door)
{
	size_t count;
	const uint32_t *rules = rule_index_match(
	    e->rules, record->place.source, RULE_RESOURCE, door, record->location, &count);
	reach_rules(e, record, rules, count);
	if (count == 0)
		reach_named(e, record, door->name, false);
}

static void
find_reaches(struct entitlement *e, const struct record *record)
{
	if (record->group != NULL)
		reach_named(e, record, record->group, record->kind != RECORD_GRANT);
	/* What an item is assigned to may itself name a group. */
	const struct directory_resource *assigned =
	    record->assigned != NULL
		? directory_resource(e->directory, record->place.source, record->assigned)
		: NULL;
	if (assigned != NULL && assigned->group != NULL)
		reach_named(e, record, assigned->group, true);
	for (size_t i = 0; i < record->n_targets; i++) {
		if (record->kind == RECORD_GRANT)
			reach_door(e, record, &record->targets[i]);
		else
			reach_target(e, record, record->targets[i]);
	}
}

/* ---- windows and traces ---- */

/* An open end stays open, whatever grace is added. */
static struct interval
widen(const struct record *record, struct interval span, const struct reach *reach)
{
	if (record->kind == RECORD_BOOKING) {
		span.from -= reach->before;
		span.until += reach->after;
	}
	return span;
}

/* With this much grace, did the booking end too long ago to matter?  Memberships and grants are few. */
static bool
long_gone(const struct entitlement *e, const struct record *record, instant until, instant grace)
{
	return record->kind == RECORD_BOOKING && until <= e->now - ENTITLE_PAST - grace;
}

static void
entitle_pair(struct entitlement *e, const struct record *record, const struct holder *holder,
    const struct reach *reach)
{
	const struct judgement *judgement = &e->judgement;
	struct raw_window window = {.via = INTERN_NONE, .ref = reach->ref, .reason = reach->reason};
	for (guint i = 0; i < judgement->spans->len; i++) {
		window.span = widen(
		    record, g_array_index(judgement->spans, struct interval, i), reach);
		if (window.span.until > e->now - ENTITLE_PAST)
			windows_add(e->windows, holder, &window);
	}
	if (!judgement->explains)
		return;
	window.span = widen(record, judgement->span, reach);
	/* With its grace a booking that is over may still be running. */
	bool over = judgement->cause != CAUSE_ENDED || window.span.until <= e->now;
	if (over && !long_gone(e, record, window.span.until, 0))
		windows_explain(e->windows, holder, &window, judgement->cause);
}

/* The person a record names by address or id; INTERN_NONE (with a finding) when nobody has that id. */
static uint32_t
resolve_person(
    struct entitlement *e, const struct record *record, const struct record_person *person)
{
	if (person->email != NULL)
		return persons_number(e->persons, person->email, person->name);
	g_assert(person->ref != NULL);
	uint32_t number = directory_person(e->directory, record->place.source, person->ref);
	if (number == INTERN_NONE)
		finding_add(e->plan, FINDING_NO_EMAIL, NULL, NULL, person->ref,
		    "%s %s is for \"%s\", of whom no e-mail address is known",
		    record_kind_word(record->kind), record->id != NULL ? record->id : "without id",
		    person->ref);
	return number;
}

static void
add_holder(struct entitlement *e, const struct record *record, const struct record_person *named)
{
	struct holder holder = {resolve_person(e, record, named), INTERN_NONE};
	if (holder.person != INTERN_NONE && !met(e, e->people_met, holder.person))
		g_array_append_val(e->holders, holder);
}

static void
find_holders(struct entitlement *e, const struct record *record)
{
	const struct record_person *person = &record->person;
	if (person->email != NULL || person->ref != NULL) {
		add_holder(e, record, person);
	} else if (record->company != NULL) {
		struct holder all = {INTERN_NONE,
		    directory_company(e->directory, record->place.source, record->company)};
		g_array_append_val(e->holders, all);
	}
	for (size_t i = 0; i < record->n_attendees; i++)
		add_holder(e, record, &record->attendees[i]);
}

/* ---- records ---- */

static void
report_repeat(struct entitlement *e, const struct record *record)
{
	const char *source = e->policies[record->place.source].name;
	char *subject = g_strconcat(source, "\n", record->id, NULL);
	finding_add_of_source(e->plan, FINDING_DUPLICATE_ID, source, "", record->person.email,
	    subject,
	    "%s %s stands there more than once with different content; the last row counts",
	    record_kind_word(record->kind), record->id);
	g_free(subject);
}

static void
bury(struct entitlement *e, struct reason_range row)
{
	for (uint32_t i = 0; i < row.count; i++)
		g_array_index(e->reasons, struct raw_reason, row.first + i).dead = 1;
}

/* It was to run to its end, and has none: it is over, but perhaps too early. */
static void
report_no_end(struct entitlement *e, const struct record *record)
{
	const struct source_policy *policy = &e->policies[record->place.source];
	if (record->kind != RECORD_MEMBERSHIP || record->status != STATUS_CANCELLED ||
	    policy->cancelled != CANCELLED_UNTIL_END || record->span.until != INSTANT_NEVER)
		return;
	char *subject = g_strconcat(policy->name, "\n", record->id != NULL ? record->id : "", NULL);
	finding_add_of_source(e->plan, FINDING_CANCELLED_WITHOUT_END, policy->name, "",
	    record->person.email, subject,
	    "membership %s was cancelled without an end date; taken as ended",
	    record->id != NULL ? record->id : "without id");
	g_free(subject);
}

static void
entitle_pairs(struct entitlement *e, const struct record *record)
{
	for (guint i = 0; i < e->holders->len; i++) {
		for (guint j = 0; j < e->reaches->len; j++)
			entitle_pair(e, record, &g_array_index(e->holders, struct holder, i),
			    &g_array_index(e->reaches, struct reach, j));
	}
}

/* Is the record perhaps only one row of its booking? */
static bool
unites(const struct entitlement *e, const struct record *record)
{
	return record->kind == RECORD_BOOKING && record->id != NULL &&
	       e->policies[record->place.source].same_id == SAME_ID_UNITE;
}

struct row_at_hand {
	struct entitlement *e;
	const struct record *record;
};

static void
entitle_united_pair(void *user, const struct holder *holder, const struct reach *reach)
{
	struct row_at_hand *row = user;
	entitle_pair(row->e, row->record, holder, reach);
}

static void
entitle_united(struct entitlement *e, const struct record *record)
{
	struct row_at_hand row = {e, record};
	if (united_take(e->united, record, e->holders, e->reaches, entitle_united_pair, &row))
		report_repeat(e, record);
}

/* Whoever has it may stand before a closed door soon. */
static void
keep_unmapped(struct entitlement *e, const struct record *record)
{
	instant ahead = e->now + e->config->schedule.lookahead;
	for (guint i = 0; i < e->nameless->len && record->span.from <= ahead; i++) {
		for (guint j = 0; j < e->holders->len; j++) {
			const struct holder *holder = &g_array_index(e->holders, struct holder, j);
			struct unmapped one = {.person = holder->person,
			    .name = g_array_index(e->nameless, uint32_t, i),
			    .source = record->place.source,
			    .record = intern_add(e->texts, record->id),
			    .content = fold(record_content(record)),
			    .span = record->span};
			if (holder->person != INTERN_NONE)
				g_array_append_val(e->unmapped, one);
		}
	}
}

static void
entitle_access(struct entitlement *e, const struct record *record)
{
	e->records++;
	report_no_end(e, record);
	judge(record, &e->policies[record->place.source], e->now, &e->judgement);
	bool gone = long_gone(e, record, record->span.until, GRACE_MAX);
	g_array_set_size(e->reaches, 0);
	g_array_set_size(e->holders, 0);
	g_array_set_size(e->nameless, 0);
	if (!gone) {
		find_reaches(e, record);
		find_holders(e, record);
		keep_unmapped(e, record);
	} else if (record->person.email != NULL) {
		persons_number(e->persons, record->person.email, record->person.name);
	}
	if (!unites(e, record))
		entitle_pairs(e, record);
	else if (!gone || united_knows(e->united, record))
		entitle_united(e, record);
}

/* The ids under which its system knows the person stay when the address changes. */
static void
note_identity(struct entitlement *e, const struct record *record)
{
	const struct record_person *person = &record->person;
	uint32_t source = record->place.source;
	bool listed = record->kind == RECORD_PERSON && e->policies[source].kind == RECORD_PERSON &&
		      record->id != NULL;
	if (person->email == NULL)
		return;
	const char *email = config_person(e->config, person->email);
	if (person->ref != NULL)
		directory_identify(e->directory, source, person->ref, email);
	if (listed)
		directory_identify(e->directory, source, record->id, email);
}

static void
take_person(struct entitlement *e, const struct record *record)
{
	if (record->person.email == NULL)
		return;
	uint32_t person = persons_number(e->persons, record->person.email, record->person.name);
	if (e->policies[record->place.source].kind == RECORD_PERSON)
		directory_add_person(e->directory, record, person);
	else
		directory_add_status(e->directory, record, person);
}

static void
take_record(struct entitlement *e, const struct record *record)
{
	note_identity(e, record);
	switch (record->kind) {
	case RECORD_RESOURCE:
		directory_add_resource(e->directory, record);
		if (record->group != NULL)
			door_refs_at(e->refs, door_refs_group(e->refs, record->group))->from_data =
			    true;
		break;
	case RECORD_COMPANY:
		directory_add_company(e->directory, record);
		break;
	case RECORD_PERSON:
		take_person(e, record);
		break;
	default:
		entitle_access(e, record);
	}
}

/* Something else counts now for what was known under an id. */
static void
supersede(void *user, const struct superseded *row)
{
	struct entitlement *e = user;
	if (row->bare && row->by.count > 0)
		windows_withdraw(e->windows, row->former, row->by.first);
	bury(e, row->former);
}

void
entitle_record(struct entitlement *e, const struct record *record)
{
	const struct source_policy *policy = &e->policies[record->place.source];
	struct superseded row = {.by.first = e->reasons->len, .bare = record->bare};
	if (unites(e, record)) {
		take_record(e, record);
		return;
	}
	enum repeat repeat = repeats_look(e->repeats, record, policy->log, &row.former);
	if (repeat == REPEAT_EQUAL || repeat == REPEAT_OLDER)
		return;
	if (!record->bare)
		take_record(e, record);
	else if (record->status == STATUS_CANCELLED)
		add_reason(e, record, INTERN_NONE);
	row.by.count = e->reasons->len - row.by.first;
	if (repeat == REPEAT_DIFFERENT) {
		supersede(e, &row);
		if (!policy->log)
			report_repeat(e, record);
	}
	/* Most rows of an export are long gone; remembering their ids would take more memory than all else. */
	if (repeat == REPEAT_DIFFERENT || policy->log || policy->logged ||
	    !long_gone(e, record, record->span.until, GRACE_MAX))
		repeats_keep(e->repeats, record, row.by);
}

/* ---- the end ---- */

void
entitle_export(struct entitlement *e, uint32_t source, bool good, instant made)
{
	e->exports[source] = (struct full_export){good, made};
}

void
entitle_refuse(struct entitlement *e, uint32_t source)
{
	for (guint i = 0; i < e->reasons->len; i++) {
		struct raw_reason *reason = &g_array_index(e->reasons, struct raw_reason, i);
		reason->dead |= reason->source == source;
	}
	directory_refuse(e->directory, source);
}

void
entitle_still_blocked(
    struct entitlement *e, uint32_t source, const char *email, enum entitle_doubt doubt)
{
	enum record_status status = STATUS_UNKNOWN;
	uint32_t person = persons_number(e->persons, email, NULL);
	bool named = directory_names(e->directory, source, person, &status);
	bool says = named && status != STATUS_UNKNOWN && doubt != ENTITLE_UNREAD;
	/* One that blocks again is taken as it stands there. */
	if (says || (!named && doubt == ENTITLE_ACCEPTED))
		return;
	struct entitled_bar bar = {person, source};
	g_array_append_val(e->barred, bar);
	persons_bar(e->persons, person, false,
	    named ? "blocked at the last good import; the row cannot be read now"
		  : "blocked at the last good import, and named no more");
}

static void
block_row(void *user, uint32_t person, enum record_status status, uint32_t source, uint32_t row)
{
	struct entitlement *e = user;
	char *why = g_strdup_printf(
	    "%s in %s, row %u", record_status_word(status), e->policies[source].name, row);
	persons_bar(e->persons, person, status == STATUS_DELETED, why);
	struct entitled_bar bar = {person, source};
	g_array_append_val(e->barred, bar);
	g_free(why);
}

static void
bury_reason(void *user, uint32_t reason)
{
	struct entitlement *e = user;
	g_array_index(e->reasons, struct raw_reason, reason).dead = 1;
}

const struct entitled *
entitle_finish(struct entitlement *e)
{
	united_bury(e->united, bury_reason, e);
	logs_settle(e->config, e->exports, e->repeats, supersede, e);
	directory_barred(e->directory, block_row, e);
	persons_bar_listed(e->persons);
	windows_finish(e->windows, e->directory, e->persons);
	e->result = (struct entitled){.people = persons_addresses(e->persons),
	    .persons = persons_all(e->persons),
	    .texts = e->texts,
	    .refs = door_refs_all(e->refs),
	    .windows = windows_living(e->windows),
	    .blocked_windows = windows_barred(e->windows),
	    .traces = windows_traces(e->windows),
	    .reasons = e->reasons,
	    .barred = e->barred,
	    .unmapped = e->unmapped,
	    .directory = e->directory,
	    .ref_of_rule = door_refs_of_rules(e->refs)};
	return &e->result;
}
