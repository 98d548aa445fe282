#ifndef TESTS_SAMPLE_PLAN_H
#define TESTS_SAMPLE_PLAN_H

#include "model/run.h"

#include <string.h>

/*
 * A made-up run with every kind of row that reports show, and texts that terminals, JSON and spreadsheets stumble
 * over.  sample_empty has none of them.
 */
struct sample {
	struct run run;
	struct plan *plan;
	struct snapshot *snapshot;
	GPtrArray *facts;   /* of struct import_facts * */
	GPtrArray *reasons; /* arrays of reasons, and what they point at */
	struct change_outcome outcomes[16];
};

static instant
at(const char *text)
{
	instant t;
	g_assert_true(instant_parse(text, &t));
	return t;
}

static struct interval
span(const char *from, const char *until)
{
	return (struct interval){.from = from != NULL ? at(from) : INSTANT_ALWAYS,
	    .until = until != NULL ? at(until) : INSTANT_NEVER};
}

/* 40,000 characters, with the same beginning as a formula. */
static const char *
sample_long(struct plan *plan)
{
	char *text = g_strnfill(40000, 'x');
	text[0] = '=';
	const char *kept = plan_text(plan, text);
	g_free(text);
	return kept;
}

static struct change *
sample_change(struct sample *sample, GPtrArray *list, const char *email, enum cause cause)
{
	struct change *change = g_new0(struct change, 1);
	change->email = plan_text(sample->plan, email);
	change->cause = cause;
	change->group_id = 45;
	change->group = "Room 1 + Front door";
	change->user_id = 7;
	char number[8];
	g_snprintf(number, sizeof(number), "%u", list->len);
	plan_make_id(change->id, email, cause_word(cause), number, NULL);
	g_ptr_array_add(list, change);
	return change;
}

static void
sample_reasons(struct sample *sample, struct change *change, size_t n)
{
	struct reason *reasons = g_new0(struct reason, n);
	const struct reason **list = g_new0(const struct reason *, n);
	g_ptr_array_add(sample->reasons, reasons);
	g_ptr_array_add(sample->reasons, list);
	for (size_t i = 0; i < n; i++) {
		reasons[i] = (struct reason){.source = "bookings",
		    .file = "bookings.csv",
		    .record = plan_printf(sample->plan, "%zu", 17 + i),
		    .rule = "meeting-room-1",
		    .row = (uint32_t)(12 + i),
		    .kind = RECORD_BOOKING,
		    .span = span("2026-11-14T10:30:00Z", "2026-11-14T15:30:00Z")};
		list[i] = &reasons[i];
	}
	change->reasons = list;
	change->n_reasons = n;
}

static void
sample_changes(struct sample *sample)
{
	GPtrArray *changes = sample->plan->changes;
	struct change *create = sample_change(sample, changes, "ada@example.com", CAUSE_NEW);
	*create = (struct change){.object = OBJECT_USER,
	    .email = create->email,
	    .name = "Ada, =1+1",
	    .wanted = true,
	    .cause = CAUSE_NEW};
	plan_make_id(create->id, "create", NULL);
	sample_reasons(sample, create, 1);

	struct change *grant = sample_change(sample, changes, "ada@example.com", CAUSE_NEW);
	grant->user_id = 0;
	grant->name = "=1+1";
	grant->wanted = true;
	grant->want = span("2026-11-14T10:30:00Z", "2026-11-14T15:30:00Z");
	sample_reasons(sample, grant, 1);

	struct change *resident = sample_change(
	    sample, changes, "bo@example.com", CAUSE_REMOVED_BY_HAND);
	resident->name = "@x";
	resident->wanted = true;
	resident->want = span("2026-11-01T23:00:00Z", NULL);
	sample_reasons(sample, resident, 3);

	struct change *adjust = sample_change(sample, changes, "cleo@example.com", CAUSE_EXTENDED);
	adjust->name = "Cl\xc3\xa9o \xf0\x9f\x9a\xaa";
	adjust->wanted = true;
	adjust->have_id = 901;
	adjust->have = span("2026-11-14T10:30:00Z", "2026-11-14T12:30:00Z");
	adjust->want = span("2026-11-14T10:30:00Z", "2027-01-02T01:00:00Z");
	sample_reasons(sample, adjust, 2);

	struct change *revoke = sample_change(sample, changes, "dan@example.com", CAUSE_CANCELLED);
	revoke->name = "'quoted";
	revoke->have_id = 902;
	revoke->have = span("2026-11-14T09:00:00Z", "2026-11-14T12:00:00Z");
	sample_reasons(sample, revoke, 1);

	struct change *stranger = sample_change(
	    sample, changes, "eve@example.com", CAUSE_HAND_MADE);
	stranger->name = "Eve \xe2\x80\xae"
			 "evil\nnew line\ttab \x01";
	stranger->group = "-2+3|cmd";
	stranger->group_id = 46;
	stranger->have_id = 903;
	stranger->have = span(NULL, NULL);
	stranger->surprising = true;

	struct change *cleanup = sample_change(sample, changes, "+49301234567", CAUSE_ENDED);
	cleanup->name = "\xe6\x9d\x8e \xe5\xb0\x8f\xe9\xbe\x8d _x0041_";
	cleanup->group = NULL;
	cleanup->have_id = 904;
	cleanup->have = span("2026-10-25T00:30:00Z", "2026-10-25T01:30:17Z");

	struct change *held = sample_change(
	    sample, sample->plan->held, "fay@example.com", CAUSE_ROW_VANISHED);
	held->name = sample_long(sample->plan);
	held->have_id = 905;
	held->have = span("2026-11-01T23:00:00Z", NULL);
	held->held = GUARD_MAX_REMOVALS;
	held->surprising = true;
	sample_reasons(sample, held, 1);
	struct change *absent = sample_change(
	    sample, sample->plan->held, "gus@example.com", CAUSE_ABSENT);
	absent->have_id = 906;
	absent->have = span("2026-11-01T23:00:00Z", "2026-12-01T23:00:00Z");
	absent->held = GUARD_MAX_REMOVALS;
	absent->surprising = true;
}

static void
sample_findings(struct sample *sample)
{
	const struct finding list[] = {
	    {.id = "f00000000001",
		.kind = FINDING_EMAIL_MISMATCH,
		.email = "ada@example.com",
		.text = "may be ada@exmaple.com in Kisi",
		.first_seen = at("2026-11-14T10:00:00Z"),
		.runs_seen = 1},
	    {.id = "f00000000002",
		.kind = FINDING_EMAIL_MISMATCH,
		.email = "zed@example.com",
		.text = "=HYPERLINK(\"http://x\")",
		.first_seen = at("2026-11-01T10:00:00Z"),
		.runs_seen = 300},
	    {.id = "f00000000003",
		.kind = FINDING_MISSING_GROUP,
		.group = "Room 9",
		.text = "no group of this name in Kisi",
		.first_seen = at("2026-11-13T10:00:00Z"),
		.runs_seen = 24},
	    {.id = "f00000000004",
		.kind = FINDING_UNMAPPED_RESOURCE,
		.text = sample_long(sample->plan),
		.first_seen = at("2026-11-13T10:00:00Z"),
		.runs_seen = 2},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(list); i++)
		g_ptr_array_add(sample->plan->findings, g_memdup2(&list[i], sizeof(list[i])));
	const struct reject rejects[] = {
	    {"bookings", "bookings.csv", 41, 44, "start: not a date: \"31/02\"", NULL},
	    {"bookings", "bookings.csv", 42, 42, "email: \"=cmd|' /C calc'!A0\": no @ in it", NULL},
	    {"members", "members.csv", 3, 3, "end: \"\x1b[31mred\": not a date", NULL},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(rejects); i++)
		g_ptr_array_add(sample->plan->rejects, g_memdup2(&rejects[i], sizeof(rejects[i])));
}

static void
sample_verdicts(struct sample *sample)
{
	const struct verdict list[] = {
	    {GUARD_MAX_AGE, "bookings", false, false, 720, 93600, 0,
		"oldest file is 12 min old, limit 26 h", NULL, NULL, false, false},
	    {GUARD_NOT_UNDERSTOOD, "members", true, false, 1, -1, 0,
		"members.csv: header not matched", "kisi-reconcile describe members.csv", NULL,
		false, false},
	    {GUARD_MAX_REMOVALS, NULL, true, false, 3, 2, 2,
		"3 of 6 people would lose access that nobody announced: eve@example.com, "
		"fay@example.com, "
		"gus@example.com",
		"kisi-reconcile apply --approve 77aa9c81d04e --max-removals 3", NULL, false, false},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(list); i++)
		g_ptr_array_add(sample->plan->verdicts, g_memdup2(&list[i], sizeof(list[i])));
}

static void
sample_people(struct sample *sample)
{
	struct plan *plan = sample->plan;
	const struct mismatch mismatch = {"ada@example.com", "Ada", "ada@exmaple.com", "ADA", 8, 93,
	    "same name; domain typo", "Room 1 + Front door; =SUM(A1)",
	    "booking 17 (bookings.csv:12)",
	    "kisi-reconcile -c venue.ini same ada@example.com ada@exmaple.com",
	    "kisi-reconcile -c venue.ini different ada@example.com ada@exmaple.com", false};
	g_ptr_array_add(plan->mismatches, g_memdup2(&mismatch, sizeof(mismatch)));
	const struct orphan orphans[] = {
	    {"eve@example.com", "Eve", 7, 46, "-2+3|cmd", 903, span(NULL, NULL), "never known",
		"c00000000001", GUARD_NONE},
	    {"fay@example.com", NULL, 9, 45, "Room 1 + Front door", 905,
		span("2026-11-01T23:00:00Z", NULL), "ended 13 Nov", "c00000000002",
		GUARD_MAX_REMOVALS},
	    {"hal@example.com", NULL, 10, 99, NULL, INT64_C(9007199254740993),
		span(NULL, "2026-12-31T23:00:00Z"), "protected", NULL, GUARD_NONE},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(orphans); i++)
		g_ptr_array_add(plan->orphans, g_memdup2(&orphans[i], sizeof(orphans[i])));
	const char *const groups[] = {"Room 9", "Room 10"};
	for (size_t i = 0; i < G_N_ELEMENTS(groups); i++) {
		struct missing_group *missing = g_new0(struct missing_group, 1);
		*missing = (struct missing_group){.group = groups[i],
		    .kind = FINDING_MISSING_GROUP,
		    .rules = "room-9; room-9b",
		    .text = "no group of this name; nearest: Room 8",
		    .hit = g_ptr_array_new_with_free_func(g_free)};
		g_ptr_array_add(plan->missing_groups, missing);
		for (size_t h = 0; i == 0 && h < 2; h++) {
			struct missing_hit hit = {h == 0 ? "ida@example.com" : "jo@example.com",
			    span("2026-11-15T08:00:00Z", "2026-11-15T09:00:00Z")};
			g_ptr_array_add(missing->hit, g_memdup2(&hit, sizeof(hit)));
		}
	}
	const struct access_now access[] = {
	    {.email = "bo@example.com",
		.name = "Bo",
		.group_id = 45,
		.group = "Room 1 + Front door",
		.via = "team Staff",
		.valid = span(NULL, NULL),
		.why = "member of the team \"Staff\" in Kisi",
		.basis = BASIS_TEAM,
		.can = "Yes",
		.left = "a team",
		.user_id = 71,
		.assignment_id = 901},
	    {.email = "dan@example.com",
		.name = "=1+1",
		.group_id = 45,
		.group = "Room 1 + Front door",
		.via = "assignment",
		.valid = span("2026-11-14T09:00:00Z", "2026-11-14T12:00:00Z"),
		.why = "nothing entitles this",
		.basis = BASIS_NONE,
		.can = "No: Front door: locked down",
		.cannot = true,
		.place = "Harbour",
		.doors = "Front door; Room 1",
		.role = "group_basic",
		.user_id = 72,
		.assignment_id = 77,
		.given_at = at("2026-11-01T09:00:00Z"),
		.given_by = "Willem",
		.last_used = at("2026-11-13T09:00:00Z")},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(access); i++)
		g_ptr_array_add(plan->access, g_memdup2(&access[i], sizeof(access[i])));
}

static void
sample_sources(struct sample *sample)
{
	struct import_facts *bookings = import_facts_new("bookings", RECORD_BOOKING);
	struct file_facts *file = import_facts_add_file(bookings, "/srv/exports/bookings.csv");
	file->sha256 = g_strdup("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08");
	file->bytes = 4096;
	file->rows = bookings->rows = 120;
	bookings->rejected = 2;
	struct import_facts *members = import_facts_new("members", RECORD_MEMBERSHIP);
	struct file_facts *second = import_facts_add_file(members, "/srv/exports/members.csv");
	second->rows = members->rows = 3;
	members->rejected = 1;
	import_facts_refuse(members, "see `describe members.csv`",
	    "members.csv: header not matched: no column email");
	g_ptr_array_add(sample->facts, bookings);
	g_ptr_array_add(sample->facts, members);
	const struct source_result results[] = {
	    {bookings, "spacebring-bookings", .age = 720},
	    {members, "memberships", .refused = true, .age = -1},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(results); i++)
		g_ptr_array_add(sample->plan->sources, g_memdup2(&results[i], sizeof(results[i])));
}

static struct sample *
sample_empty(void)
{
	struct sample *sample = g_new0(struct sample, 1);
	sample->facts = g_ptr_array_new_with_free_func((GDestroyNotify)import_facts_free);
	sample->reasons = g_ptr_array_new_with_free_func(g_free);
	sample->snapshot = snapshot_new();
	sample->snapshot->fetched_at = at("2026-11-14T09:59:58Z");
	sample->snapshot->organization = snapshot_text(sample->snapshot, "Harbour House");
	sample->plan = plan_new();
	g_strlcpy(sample->plan->id, "3f2a9c81d04e", PLAN_ID);
	g_strlcpy(sample->plan->removals_id, "77aa9c81d04e", PLAN_ID);
	sample->plan->as_of = at("2026-11-14T10:00:00Z");
	sample->plan->zone = "Europe/Amsterdam";
	sample->plan->hash_inputs = g_strdup("1111");
	sample->plan->hash_config = g_strdup("2222");
	sample->plan->hash_snapshot = g_strdup("3333");
	sample->plan->snapshot = snapshot_facts_of(sample->snapshot);
	sample->plan->managed_people = 6;
	sample->run = (struct run){.id = "a1b2c3d4e5f6",
	    .command = "plan",
	    .version = "0.1.0",
	    .who = "mira@front-desk",
	    .config_path = "/etc/kisi-reconcile/kisi-reconcile.ini",
	    .snapshot_source = "https://api.kisi.io",
	    .as_of = sample->plan->as_of,
	    .plan = sample->plan,
	    .exit_code = EXIT_HELD};
	return sample;
}

static struct sample *
sample_new(void)
{
	struct sample *sample = sample_empty();
	sample_changes(sample);
	sample_findings(sample);
	sample_verdicts(sample);
	sample_people(sample);
	sample_sources(sample);
	return sample;
}

/* The same after an apply in which not all went well. */
G_GNUC_UNUSED static struct sample *
sample_applied(void)
{
	struct sample *sample = sample_new();
	for (guint i = 0; i < sample->plan->changes->len; i++)
		sample->outcomes[i].outcome = OUTCOME_DONE;
	sample->outcomes[2] = (struct change_outcome){OUTCOME_FAILED, "422: role is taken"};
	sample->outcomes[3] = (struct change_outcome){OUTCOME_UNKNOWN, "no answer within 30 s"};
	sample->outcomes[6] = (struct change_outcome){OUTCOME_PENDING, NULL};
	sample->run.command = "apply";
	sample->run.outcomes = sample->outcomes;
	sample->run.exit_code = EXIT_PARTLY;
	sample->run.proof = "planned again: 3 changes left";
	return sample;
}

/* A link and a schedule of one booking each, moved: the new ones, one of them not made, and what they replace. */
G_GNUC_UNUSED static struct sample *
sample_passes(void)
{
	static const struct {
		enum object object;
		int64_t have_id; /* 0: it is to be made */
		const char *door;
		enum outcome outcome;
		const char *text;
	} passes[] = {
	    {OBJECT_LINK, 0, "Suite", OUTCOME_FAILED, "422: too many links"},
	    {OBJECT_LINK, 301, "Suite", OUTCOME_FAILED, "not sent: what replaces it was not made"},
	    {OBJECT_SCHEDULE, 0, "Gate", OUTCOME_DONE, NULL},
	    {OBJECT_SCHEDULE, 401, NULL, OUTCOME_DONE, NULL},
	};
	struct sample *sample = sample_empty();
	for (size_t i = 0; i < G_N_ELEMENTS(passes); i++) {
		bool link = passes[i].object == OBJECT_LINK;
		struct change *change = sample_change(
		    sample, sample->plan->changes, link ? "ada@example.com" : "", CAUSE_MOVED);
		change->object = passes[i].object;
		change->user_id = 0;
		change->group_id = link ? 51 : 0;
		change->group = link ? passes[i].door : NULL;
		change->lock_id = link ? 0 : 52;
		change->lock = link ? NULL : passes[i].door;
		change->label = link ? "kisi-reconcile bookings/17" : "kisi-reconcile bookings/18";
		change->wanted = passes[i].have_id == 0;
		change->want = span("2026-11-14T10:30:00Z", "2026-11-14T15:30:00Z");
		change->have_id = passes[i].have_id;
		change->have = span("2026-11-14T09:00:00Z", "2026-11-14T12:00:00Z");
		sample->outcomes[i] = (struct change_outcome){passes[i].outcome, passes[i].text};
		sample_reasons(sample, change, 1);
	}
	sample->run.command = "apply";
	sample->run.outcomes = sample->outcomes;
	sample->run.exit_code = EXIT_PARTLY;
	return sample;
}

static void
sample_free(struct sample *sample)
{
	plan_free(sample->plan);
	snapshot_free(sample->snapshot);
	g_ptr_array_unref(sample->facts);
	g_ptr_array_unref(sample->reasons);
	g_free(sample);
}

#endif
