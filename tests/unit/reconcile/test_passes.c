/* Links and schedules: which are ours, what becomes of them, whose others are reported, and whom they let in now. */
#include "scene.h"

static const char text[] = "[source b]\nprofile = p\nfile = f\n"
			   "[source b/x]\nprofile = p\nfile = f\n"
			   "[source c]\nprofile = p\nfile = f\n"
			   "[rule hall]\nresource = Hall\ngroup = Hall\nmethod = link\n"
			   "[rule gate]\nresource = Gate\nlock = Gate\nmethod = unlock-schedule\n";

enum { HALL = 12, WING = 13, DESKS = 14, GATE = 20, DOOR = 21, SHED = 22 };

/* rules: more of the configuration. */
static struct scene *
venue(const char *rules)
{
	char *whole = g_strconcat(text, rules, NULL);
	struct scene *s = scene_new(whole);
	SCENE_ADD(s->kisi->groups, struct kisi_group, .id = HALL, .name = "Hall");
	SCENE_ADD(s->kisi->groups, struct kisi_group, .id = WING, .name = "Wing");
	SCENE_ADD(s->kisi->groups, struct kisi_group, .id = DESKS, .name = "Desks");
	SCENE_ADD(s->kisi->locks, struct kisi_lock, .id = GATE, .name = "Gate");
	SCENE_ADD(s->kisi->locks, struct kisi_lock, .id = DOOR, .name = "Door");
	SCENE_ADD(s->kisi->locks, struct kisi_lock, .id = SHED, .name = "Shed");
	SCENE_ADD(s->kisi->group_locks, struct kisi_group_lock, 1, HALL, DOOR);
	SCENE_ADD(s->kisi->group_locks, struct kisi_group_lock, 2, WING, SHED);
	g_free(whole);
	return s;
}

static struct kisi_link *
put_link(struct scene *s, int64_t id, const char *name, const char *email, struct interval span)
{
	SCENE_ADD(s->kisi->links, struct kisi_link, .id = id, .name = name, .email = email,
	    .group_id = HALL, .enabled = true, .valid = span);
	return &g_array_index(s->kisi->links, struct kisi_link, s->kisi->links->len - 1);
}

static struct kisi_schedule *
put_schedule(struct scene *s, int64_t id, const char *name, struct interval span)
{
	SCENE_ADD(s->kisi->schedules, struct kisi_schedule, .id = id, .name = name,
	    .type = "single_event", .consequence = "unlock", .target_type = "Lock",
	    .target_id = GATE, .enabled = true, .span = span);
	return &g_array_index(
	    s->kisi->schedules, struct kisi_schedule, s->kisi->schedules->len - 1);
}

static struct ledger_pass *
put_ledger(struct scene *s, enum object object, int64_t id, const char *email, struct interval span)
{
	SCENE_ADD(s->history->passes, struct ledger_pass, .object = object, .id = id,
	    .label = "kisi-reconcile b/1", .email = email,
	    .door_id = object == OBJECT_LINK ? HALL : GATE, .valid = span, .source = "b",
	    .rule = object == OBJECT_LINK ? "hall" : "gate", .made_at = SCENE_NOW - INSTANT_HOUR,
	    .live = true);
	return &g_array_index(s->history->passes, struct ledger_pass, s->history->passes->len - 1);
}

/* ---- which are ours ---- */

/* By the name alone, at a door that a rule of ours names: the longest source that fits is meant. */
static void
test_labels(void)
{
	static const struct {
		const char *name;
		const char *wanted; /* source that it is of; NULL: not ours */
	} cases[] = {
	    {"kisi-reconcile b/1", "b"},
	    {"kisi-reconcile b/x/1", "b/x"},
	    {"kisi-reconcile b/y/1", "b"},
	    {"kisi-reconcile c/1", "c"},
	    {"kisi-reconcile bc/1", NULL},
	    {"kisi-reconcile d/1", NULL},
	    {"kisi-reconcile", NULL},
	    {"kisi-reconciled b/1", NULL},
	    {"kisi b/1", NULL},
	    {NULL, NULL},
	};
	for (size_t n = 0; n < G_N_ELEMENTS(cases); n++) {
		struct scene *s = venue("");
		put_schedule(s, 40, cases[n].name, scene_span(1, 2));
		g_test_message("%s", cases[n].name);
		scene_expect(s, cases[n].wanted != NULL
				    ? "delete_schedule  Gate #40 1..2 row-vanished\n"
				    : "stale_schedule - Gate\n");
		if (cases[n].wanted != NULL) {
			const struct change *change = s->plan->changes->pdata[0];
			const struct world world = {.config = s->config, .policies = s->policies};
			g_assert_cmpstr(
			    s->policies[pass_source(&world, change)].name, ==, cases[n].wanted);
		}
		scene_free(s);
	}
}

/* The same with the longer name first. */
static void
test_longest_first(void)
{
	struct scene *s = scene_new("[source b/x]\nprofile = p\nfile = f\n"
				    "[source b]\nprofile = p\nfile = f\n");
	const struct world world = {.config = s->config, .policies = s->policies};
	struct change change = {.label = "kisi-reconcile b/x/1"};
	g_assert_cmpuint(pass_source(&world, &change), ==, 0);
	g_assert_cmpstr(pass_record(&world, &change), ==, "1");
	change.label = "kisi-reconcile b/y/1";
	g_assert_cmpuint(pass_source(&world, &change), ==, 1);
	g_assert_cmpstr(pass_record(&world, &change), ==, "y/1");
	change.label = NULL;
	g_assert_cmpuint(pass_source(&world, &change), ==, UINT32_MAX);
	g_assert_null(pass_record(&world, &change));
	scene_free(s);
}

/* Where no rule of ours leads only what this state made is ours, even if its group is gone. */
static void
test_made_here(void)
{
	struct scene *s = venue("");
	put_link(s, 40, "kisi-reconcile b/1", "ada@example.org", scene_span(1, 2))->group_id = WING;
	put_link(s, 41, "kisi-reconcile b/1", "ben@example.org", scene_span(1, 2))->group_id = 99;
	put_link(s, 42, "kisi-reconcile b/1", "cleo@example.org", scene_span(1, 2))->group_id =
	    WING;
	put_ledger(s, OBJECT_SCHEDULE, 40, "", scene_span(1, 2));
	put_ledger(s, OBJECT_LINK, 41, "ben@example.org", scene_span(1, 2));
	put_ledger(s, OBJECT_LINK, 42, "cleo@example.org", scene_span(1, 2));
	scene_expect(s, "delete_link ben@example.org - #41 1..2 row-vanished\n"
			"delete_link cleo@example.org Wing #42 1..2 row-vanished\n");
	scene_free(s);
}

/* Weekly ones, and those that only let people in, are no passes of ours, whatever they are called. */
static void
test_kinds(void)
{
	struct scene *s = venue("");
	put_schedule(s, 40, "kisi-reconcile b/1", scene_span(1, 2))->type = "recurring";
	put_schedule(s, 41, "kisi-reconcile b/1", scene_span(1, 2))->consequence = "allow";
	put_schedule(s, 42, "kisi-reconcile b/1", scene_span(1, 2))->target_type = "Group";
	scene_expect(s, "");
	scene_free(s);
}

/* ---- what becomes of them ---- */

/* Without an id the time tells a booking from the next one. */
static void
test_no_id(void)
{
	struct scene *s = venue("");
	scene_book(s, 0, NULL, "ada@example.org", "Hall", scene_span(1, 2));
	scene_book(s, 0, NULL, "ada@example.org", "Hall", scene_span(3, 4));
	put_link(
	    s, 40, "kisi-reconcile b/2026-11-16T09:00:00Z", "ada@example.org", scene_span(1, 2));
	scene_expect(s, "create_link ada@example.org Hall 3..4 new\n");
	const struct change *change = s->plan->changes->pdata[0];
	g_assert_cmpstr(change->label, ==, "kisi-reconcile b/2026-11-16T11:00:00Z");
	scene_free(s);
}

/* Rules with different grace make one pass, as wide as both; of several guests the first by address is named. */
static void
test_one_pass(void)
{
	static const char wide[] =
	    "[rule wide]\nresource = Gate\nlock = Gate\n"
	    "method = unlock-schedule\ngrace_before = 1h\ngrace_after = 2h\n"
	    "[rule same]\nresource = Gate\nlock = Gate\n"
	    "method = unlock-schedule\ngrace_before = 1h\ngrace_after = 2h\n";
	struct scene *s = venue(wide);
	const struct record_ref gate = {NULL, "Gate"};
	const struct record_person guests[] = {
	    {.email = "zoe@example.org"}, {.email = "ada@example.org"}};
	struct record record = {.kind = RECORD_BOOKING,
	    .id = "1",
	    .status = STATUS_CONFIRMED,
	    .person = {.email = "mo@example.org"},
	    .attendees = guests,
	    .n_attendees = 2,
	    .targets = &gate,
	    .n_targets = 1,
	    .span = scene_span(3, 4)};
	scene_add(s, record);
	scene_expect(s, "create_schedule ada@example.org Gate 2..6 new\n");
	const struct change *change = s->plan->changes->pdata[0];
	g_assert_cmpuint(change->n_reasons, ==, 9);
	g_assert_cmpstr(change->reasons[0]->rule, ==, "wide");
	g_assert_cmpstr(change->reasons[1]->rule, ==, "same");
	g_assert_cmpstr(change->reasons[2]->rule, ==, "gate");
	scene_free(s);
}

/* A booking that is over wants none, and keeps none that is there. */
static void
test_over(void)
{
	struct scene *s = venue("");
	scene_book(s, 0, "1", "ada@example.org", "Hall", scene_span(-2, 0));
	put_link(s, 40, "kisi-reconcile b/1", "ada@example.org", scene_span(-2, 3));
	scene_expect(s, "delete_link ada@example.org Hall #40 -2..3 ended\n");
	scene_free(s);

	/* what was over and begins anew: the old one is cleared away */
	s = venue("");
	scene_book(s, 0, "1", "ada@example.org", "Hall", scene_span(1, 2));
	put_link(s, 40, "kisi-reconcile b/1", "ada@example.org", scene_span(-2, -1));
	scene_expect(s, "create_link ada@example.org Hall 1..2 moved\n"
			"delete_link ada@example.org Hall #40 -2..-1 ended\n");
	scene_free(s);
}

/* One booking of two doors: the old one goes when the first of the new ones is there. */
static void
test_two_doors(void)
{
	static const char wing[] = "[rule wing]\nresource = Hall\ngroup = Wing\nmethod = link\n"
				   "[rule desks]\nresource = Hall\ngroup = Desks\nmethod = link\n";
	struct scene *s = venue(wing);
	scene_book(s, 0, "1", "ada@example.org", "Hall", scene_span(1, 2));
	put_link(s, 40, "kisi-reconcile b/1", "ada@example.org", scene_span(1, 3));
	scene_expect(s, "create_link ada@example.org Desks 1..2 new\n"
			"create_link ada@example.org Hall 1..2 moved\n"
			"create_link ada@example.org Wing 1..2 new\n"
			"delete_link ada@example.org Hall #40 1..3 moved\n");
	const struct change *first = s->plan->changes->pdata[1], *gone = s->plan->changes->pdata[3];
	g_assert_cmpstr(gone->after, ==, first->id);
	scene_free(s);
}

/* Where the group cannot be found, the passes of the booking's people stay, and nobody else's. */
static void
test_missing_door(void)
{
	struct scene *s = venue("[rule attic]\nresource = Attic\ngroup = Attic\nmethod = link\n");
	static const struct record_ref attic = {NULL, "Attic"};
	static const struct record_person guest = {.email = "cleo@example.org"};
	scene_add(s, (struct record){.kind = RECORD_BOOKING,
			 .id = "1",
			 .status = STATUS_CONFIRMED,
			 .person = {.email = "ada@example.org"},
			 .attendees = &guest,
			 .n_attendees = 1,
			 .targets = &attic,
			 .n_targets = 1,
			 .span = scene_span(1, 2)});
	put_link(s, 42, "kisi-reconcile b/1", "cleo@example.org", scene_span(1, 2));
	put_link(s, 40, "kisi-reconcile b/1", "ada@example.org", scene_span(1, 2));
	put_link(s, 41, "kisi-reconcile b/1", "ben@example.org", scene_span(1, 2));
	scene_expect(s, "delete_link ben@example.org Hall #41 1..2 moved\n"
			"missing_group - Attic\n");
	scene_free(s);
}

static void
test_protected(void)
{
	struct scene *s = venue("");
	g_hash_table_add(s->config->people.protected, g_strdup("ada@example.org"));
	scene_book(s, 0, "1", "ada@example.org", "Hall", scene_span(1, 2));
	scene_book(s, 0, "2", "ben@example.org", "Hall", scene_span(1, 2));
	scene_expect(s, "create_link ben@example.org Hall 1..2 new\n"
			"protected ada@example.org Hall\n");
	scene_free(s);
}

/* What a blocked or deleted person's booking made goes as expected, by link as by schedule. */
static void
test_barred(void)
{
	static const struct {
		enum record_status status;
		const char *link;
	} cases[] = {
	    {STATUS_BLOCKED, "delete_link ada@example.org Hall #40 1..2 blocked\n"},
	    {STATUS_DELETED, "delete_link ada@example.org Hall #40 1..2 deleted\n"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct scene *s = venue("");
		scene_bar(s, 0, "ada@example.org", cases[i].status);
		scene_book(s, 0, "1", "ada@example.org", "Hall", scene_span(1, 2));
		scene_book(s, 0, "2", "ada@example.org", "Gate", scene_span(1, 2));
		put_link(s, 40, "kisi-reconcile b/1", "ada@example.org", scene_span(1, 2));
		put_schedule(s, 41, "kisi-reconcile b/2", scene_span(1, 2));
		char *wanted = g_strconcat("delete_schedule  Gate #41 1..2 blocked\n",
		    cases[i].link,
		    "blocked_but_booked ada@example.org Gate\n"
		    "blocked_but_booked ada@example.org Hall\n",
		    NULL);
		scene_expect(s, wanted);
		g_free(wanted);
		scene_free(s);
	}
}

/* Taken away by hand is what this state made, at this door, for this time and person, and is not there. */
static void
test_removed_by_hand(void)
{
	static const struct {
		const char *name;
		int64_t door;
		int from, until; /* hours */
		const char *email;
		bool live;
		enum cause cause;
	} cases[] = {
	    {"made by us", HALL, 1, 2, "ada@example.org", true, CAUSE_REMOVED_BY_HAND},
	    {"for somewhat other times", HALL, 0, 3, "ada@example.org", true,
		CAUSE_REMOVED_BY_HAND},
	    {"elsewhere", WING, 1, 2, "ada@example.org", true, CAUSE_NEW},
	    {"for somebody else", HALL, 1, 2, "ben@example.org", true, CAUSE_NEW},
	    {"past", HALL, -2, 0, "ada@example.org", true, CAUSE_NEW},
	    {"before", HALL, 0, 1, "ada@example.org", true, CAUSE_NEW},
	    {"after", HALL, 2, 3, "ada@example.org", true, CAUSE_NEW},
	    {"taken away by us", HALL, 1, 2, "ada@example.org", false, CAUSE_NEW},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct scene *s = venue("");
		scene_book(s, 0, "1", "ada@example.org", "Hall", scene_span(1, 2));
		struct ledger_pass *entry = put_ledger(
		    s, OBJECT_LINK, 40, cases[i].email, scene_span(cases[i].from, cases[i].until));
		entry->door_id = cases[i].door;
		entry->live = cases[i].live;
		/* of another kind, or of another booking: not the one that is meant */
		put_ledger(s, OBJECT_SCHEDULE, 41, "ada@example.org", scene_span(1, 2))->door_id =
		    HALL;
		put_ledger(s, OBJECT_LINK, 42, "ada@example.org", scene_span(1, 2))->label =
		    "kisi-reconcile b/2";
		g_test_message("%s", cases[i].name);
		g_assert_true(scene_plan(s));
		g_assert_cmpuint(s->plan->changes->len, ==, 1);
		const struct change *change = s->plan->changes->pdata[0];
		g_assert_cmpstr(cause_word(change->cause), ==, cause_word(cases[i].cause));
		scene_free(s);
	}
}

/* Made by us for these times and of others now: somebody edited it.  Made for others: the booking moved. */
static void
test_edited(void)
{
	static const struct {
		enum object object; /* of the ledger's entry */
		int until;	    /* hours: as the ledger has it */
		enum cause cause;
	} cases[] = {
	    {OBJECT_LINK, 2, CAUSE_HAND_EDITED},
	    {OBJECT_LINK, 3, CAUSE_MOVED},
	    {OBJECT_SCHEDULE, 2, CAUSE_MOVED},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct scene *s = venue("");
		scene_book(s, 0, "1", "ada@example.org", "Hall", scene_span(1, 2));
		put_link(s, 40, "kisi-reconcile b/1", "ada@example.org", scene_span(1, 3));
		put_ledger(
		    s, cases[i].object, 40, "ada@example.org", scene_span(1, cases[i].until));
		g_assert_true(scene_plan(s));
		const struct change *change = s->plan->changes->pdata[0];
		g_assert_cmpstr(cause_word(change->cause), ==, cause_word(cases[i].cause));
		scene_free(s);
	}
}

/* Put back once already, for this person and lately: the second time a person must look. */
static void
test_restored(void)
{
	static const struct {
		const char *name, *email;
		instant ago;
		bool restored, held;
	} cases[] = {
	    {"lately", "ada@example.org", INSTANT_HOUR, true, true},
	    {"never", "ada@example.org", INSTANT_HOUR, false, false},
	    {"long ago", "ada@example.org", 8 * INSTANT_DAY, true, false},
	    {"for somebody else", "ben@example.org", INSTANT_HOUR, true, false},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct scene *s = venue("");
		scene_book(s, 0, "1", "ada@example.org", "Hall", scene_span(1, 2));
		put_ledger(s, OBJECT_LINK, 40, "ada@example.org", scene_span(1, 2));
		struct ledger_pass *entry = put_ledger(
		    s, OBJECT_LINK, 39, cases[i].email, scene_span(1, 2));
		entry->restored = cases[i].restored;
		entry->made_at = SCENE_NOW - cases[i].ago;
		g_test_message("%s", cases[i].name);
		scene_expect(s, cases[i].held
				    ? "held(removed_twice) create_link ada@example.org Hall 1..2 "
				      "removed-by-hand\n"
				    : "create_link ada@example.org Hall 1..2 removed-by-hand\n");
		scene_free(s);
	}
}

/* What is held by itself stays held by that; what waits for something held is held with it. */
static void
test_followers(void)
{
	struct scene *s = venue("");
	s->facts.only_person = "ben@example.org";
	scene_book(s, 0, "1", "ada@example.org", "Hall", scene_span(1, 2));
	scene_book(s, 0, "2", "ben@example.org", "Hall", scene_span(1, 2));
	put_link(s, 40, "kisi-reconcile b/1", "ada@example.org", scene_span(1, 3));
	put_link(s, 41, "kisi-reconcile b/2", "ben@example.org", scene_span(1, 3));
	scene_expect(s, "create_link ben@example.org Hall 1..2 moved\n"
			"delete_link ben@example.org Hall #41 1..3 moved\n"
			"held(scope) create_link ada@example.org Hall 1..2 moved\n"
			"held(scope) delete_link ada@example.org Hall #40 1..3 moved\n");
	scene_free(s);

	s = venue("[guards]\nmax_grants = 0\n");
	scene_book(s, 0, "1", "ada@example.org", "Hall", scene_span(1, 2));
	put_link(s, 40, "kisi-reconcile b/1", "ada@example.org", scene_span(1, 3));
	scene_expect(s, "held(max_grants) create_link ada@example.org Hall 1..2 moved\n"
			"held(max_grants) delete_link ada@example.org Hall #40 1..3 moved\n");
	scene_free(s);
}

static void
test_free(void)
{
	passes_free(NULL);
}

/* ---- those of others ---- */

/* A link is accounted for by a booking of its person there, whichever way that lets them in; else it is stale. */
static void
test_stale_links(void)
{
	static const struct {
		const char *name, *resource, *email, *link_email;
		int from, until; /* hours, of the booking */
		bool stale;
	} cases[] = {
	    {"booked", "Hall", "ada@example.org", "Ada@Example.org", 1, 2, false},
	    {"booked by somebody else", "Hall", "ben@example.org", "ada@example.org", 1, 2, true},
	    {"for nobody, booked by anybody", "Hall", "ben@example.org", NULL, 1, 2, false},
	    {"booked before", "Hall", "ada@example.org", "ada@example.org", -1, 1, true},
	    {"booked after", "Hall", "ada@example.org", "ada@example.org", 2, 3, true},
	    {"booked elsewhere", "Gate", "ada@example.org", "ada@example.org", 1, 2, true},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct scene *s = venue("");
		/* the pass of the booking itself is there */
		struct interval span = scene_span(cases[i].from, cases[i].until);
		scene_book(s, 0, "1", cases[i].email, cases[i].resource, span);
		put_link(s, 39, "kisi-reconcile b/1", cases[i].email, span);
		put_schedule(s, 38, "kisi-reconcile b/1", span);
		put_link(s, 40, "by hand", cases[i].link_email, scene_span(1, 2));
		g_test_message("%s", cases[i].name);
		g_assert_true(scene_plan(s));
		g_assert_cmpuint(s->plan->findings->len, ==, cases[i].stale);
		if (cases[i].stale)
			g_assert_nonnull(
			    strstr(scene_finding(s, "stale_link"), "access link 40 \"by hand\""));
		scene_free(s);
	}
}

/* One that lets nobody in, or leads where we have no say, is nobody's trouble. */
static void
test_quiet_links(void)
{
	struct scene *s = venue("");
	put_link(s, 40, "off", NULL, scene_span(1, 2))->enabled = false;
	put_link(s, 41, "past", NULL, scene_span(-1, 0));
	put_link(s, 42, "elsewhere", NULL, scene_span(1, 2))->group_id = WING;
	scene_expect(s, "");
	scene_free(s);

	s = venue("");
	put_link(s, 43, "for ever", NULL, scene_open);
	scene_expect(s, "stale_link - Hall\n");
	g_assert_cmpstr(scene_finding(s, "stale_link"), ==,
	    "access link 43 \"for ever\" (always - no end) was not made by this program, and no "
	    "booking accounts for it: delete it in Kisi unless it is meant");
	scene_free(s);
}

/* A schedule by any booking that leads to its lock: by schedule, by opening it once, by a group or link that opens it. */
static void
test_stale_schedules(void)
{
	static const char more[] = "[rule once]\nresource = Once\nlock = Gate\nmethod = unlock\n"
				   "[rule desks]\nresource = Desks\ngroup = Desks\n";
	static const struct {
		const char *resource;
		int64_t lock;
		bool stale;
	} cases[] = {
	    {"Gate", GATE, false},
	    {"Once", GATE, false},
	    {"Hall", GATE, true},
	    {"Hall", DOOR, false},
	    {"Gate", DOOR, true},
	    {"Desks", DOOR, false},
	    {"Desks", GATE, true},
	    {"Desks", SHED, false},
	    {"Hall", SHED, true},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct scene *s = venue(more);
		SCENE_ADD(s->kisi->group_locks, struct kisi_group_lock, 3, DESKS, DOOR);
		SCENE_ADD(s->kisi->group_locks, struct kisi_group_lock, 4, DESKS, SHED);
		scene_book(s, 0, "1", "ada@example.org", cases[i].resource, scene_span(1, 2));
		put_schedule(s, 40, NULL, scene_span(1, 2))->target_id = cases[i].lock;
		g_test_message("%s %d", cases[i].resource, (int)cases[i].lock);
		g_assert_true(scene_plan(s));
		g_assert_cmpuint(s->plan->findings->len, ==, cases[i].stale);
		if (cases[i].stale)
			g_assert_nonnull(
			    strstr(scene_finding(s, "stale_schedule"), "unlock schedule 40 \"\""));
		scene_free(s);
	}
}

static void
test_quiet_schedules(void)
{
	struct scene *s = venue("");
	put_schedule(s, 40, "off", scene_span(1, 2))->enabled = false;
	put_schedule(s, 41, "exception", scene_span(1, 2))->override = true;
	put_schedule(s, 42, "past", scene_span(-1, 0));
	put_schedule(s, 43, "elsewhere", scene_span(1, 2))->target_id = SHED;
	put_schedule(s, 44, "opening hours", scene_span(1, 2))->type = "recurring";
	scene_expect(s, "");
	scene_free(s);
}

/* ---- who can enter now ---- */

static void
expect_access(const struct scene *s, const char *wanted)
{
	GString *out = g_string_new(NULL);
	for (guint i = 0; i < s->plan->access->len; i++) {
		const struct access_now *access = s->plan->access->pdata[i];
		g_string_append_printf(out, "%s|%s|%s|%s|%s\n", access->email,
		    access->name != NULL ? access->name : "",
		    access->group != NULL ? access->group : "", access->via, access->why);
	}
	g_assert_cmpstr(out->str, ==, wanted);
	g_string_free(out, TRUE);
}

static void
test_access(void)
{
	struct scene *s = venue("");
	scene_book(s, 0, "1", "ada@example.org", "Hall", scene_span(-1, 2));
	scene_book(s, 0, "3", "ada@example.org", "Gate", scene_span(-1, 2));
	put_link(s, 40, "kisi-reconcile b/1", "Ada@Example.org", scene_span(-1, 2));
	put_link(s, 41, "kisi-reconcile b/2", "ben@example.org", scene_span(-1, 2));
	put_link(s, 42, "by hand", NULL, scene_span(0, 1));
	put_link(s, 43, "odd", "nobody", scene_open)->group_id = 99;
	put_link(s, 44, "off", NULL, scene_span(-1, 2))->enabled = false;
	put_link(s, 45, "past", NULL, scene_span(-1, 0));
	put_link(s, 46, "later", NULL, scene_span(1, 2));
	put_schedule(s, 50, "kisi-reconcile b/3", scene_span(-1, 2));
	put_schedule(s, 51, "vendor", scene_span(-1, 2));
	put_schedule(s, 52, "off", scene_span(-1, 2))->enabled = false;
	put_schedule(s, 53, "exception", scene_span(-1, 2))->override = true;
	put_schedule(s, 54, "past", scene_span(-1, 0));
	put_schedule(s, 55, "later", scene_span(1, 2));
	put_schedule(s, 56, "opening hours", scene_span(-1, 2))->type = "recurring";
	g_assert_true(scene_plan(s));
	expect_access(s,
	    "nobody|odd||access link|not made here\n"
	    "(anyone)|kisi-reconcile b/3|Gate|unlock schedule|booking 3 of b\n"
	    "(anyone)|vendor|Gate|unlock schedule|not made here\n"
	    "(anyone)|later|Gate|unlock schedule|not made here\n"
	    "(whoever has the link)|by hand|Hall|access link|not made here\n"
	    "(whoever has the link)|later|Hall|access link|not made here\n"
	    "ada@example.org|kisi-reconcile b/1|Hall|access link|booking 1 of b\n"
	    "ben@example.org|kisi-reconcile b/2|Hall|access link|nothing entitles this\n");
	scene_free(s);
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(void);
	} tests[] = {
	    {"labels", test_labels},
	    {"longest-first", test_longest_first},
	    {"made-here", test_made_here},
	    {"kinds", test_kinds},
	    {"no-id", test_no_id},
	    {"one-pass", test_one_pass},
	    {"over", test_over},
	    {"two-doors", test_two_doors},
	    {"missing-door", test_missing_door},
	    {"protected", test_protected},
	    {"barred", test_barred},
	    {"removed-by-hand", test_removed_by_hand},
	    {"edited", test_edited},
	    {"restored", test_restored},
	    {"followers", test_followers},
	    {"free", test_free},
	    {"stale-links", test_stale_links},
	    {"quiet-links", test_quiet_links},
	    {"stale-schedules", test_stale_schedules},
	    {"quiet-schedules", test_quiet_schedules},
	    {"access", test_access},
	};
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(tests); i++) {
		char *path = g_strconcat("/reconcile/passes/", tests[i].name, NULL);
		g_test_add_func(path, tests[i].run);
		g_free(path);
	}
	return g_test_run();
}
