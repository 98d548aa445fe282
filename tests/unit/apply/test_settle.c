/* What Kisi shows decides what became of a change. */
#include "apply/settle.h"

#include "apply/apply.h"
#include "model/doubts.h"
#include "model/config.h"
#include "tests/unit/store/scratch.h"

#define NOW ((instant)1794816000) /* 2026-11-16T08:00:00Z */
#define HOUR INSTANT_HOUR

static struct config *
config_with_alias(void)
{
	GError *error = NULL;
	struct config *config = config_read(
	    "[source a]\nprofile = p\nfile = f\n[rule r]\nresource = x\ngroup = y\n", "test.ini",
	    "/", &error);
	g_assert_no_error(error);
	g_hash_table_insert(
	    config->people.aliases, g_strdup("old@example.com"), g_strdup("ada@example.com"));
	return config;
}

/* User 5 holds group 10 from NOW - 1 h to NOW + 2 h by assignment 100; user 6 is known under an alias. */
static struct snapshot *
small_snapshot(void)
{
	GError *error = NULL;
	struct snapshot *snapshot = snapshot_new();
	const struct kisi_user users[] = {{.id = 5,
					      .email = "Bea@Example.com",
					      .name = "Bea",
					      .access_enabled = true,
					      .confirmed = true},
	    {.id = 6,
		.email = "old@example.com",
		.name = "Ada",
		.access_enabled = true,
		.confirmed = true},
	    {.id = 7, .email = "not an address", .access_enabled = true}};
	const struct kisi_assignment assignments[] = {{.id = 100,
							  .role_id = "group_basic",
							  .assignee = ASSIGNEE_USER,
							  .assignee_id = 5,
							  .applies_to = APPLIES_TO_GROUP,
							  .applies_to_id = 10,
							  .valid = {NOW - HOUR, NOW + 2 * HOUR}},
	    {.id = 101,
		.role_id = "group_manager",
		.assignee = ASSIGNEE_USER,
		.assignee_id = 5,
		.applies_to = APPLIES_TO_GROUP,
		.applies_to_id = 11,
		.valid = {INSTANT_ALWAYS, INSTANT_NEVER}},
	    {.id = 102,
		.role_id = "group_basic",
		.assignee = ASSIGNEE_TEAM,
		.assignee_id = 5,
		.applies_to = APPLIES_TO_GROUP,
		.applies_to_id = 12,
		.valid = {INSTANT_ALWAYS, INSTANT_NEVER}}};
	const struct kisi_group groups[] = {{.id = 10, .name = "A"}, {.id = 11, .name = "B"}};
	g_array_append_vals(snapshot->users, users, G_N_ELEMENTS(users));
	g_array_append_vals(snapshot->groups, groups, G_N_ELEMENTS(groups));
	g_array_append_vals(snapshot->assignments, assignments, G_N_ELEMENTS(assignments));
	/* Ids of links and schedules are their own: 100 is an assignment, too. */
	const struct kisi_link links[] = {{.id = 100,
					      .name = "kr b1",
					      .email = "Bea@Example.com",
					      .group_id = 10,
					      .enabled = true,
					      .valid = {NOW, NOW + HOUR}},
	    {.id = 300,
		.name = "kr b2",
		.email = "bea@example.com",
		.group_id = 10,
		.enabled = false,
		.valid = {NOW, NOW + HOUR}}};
	const struct kisi_schedule schedules[] = {{.id = 400,
	    .name = "kr b1",
	    .type = "single_event",
	    .consequence = "unlock",
	    .target_type = "Lock",
	    .target_id = 20,
	    .enabled = true,
	    .span = {NOW, NOW + HOUR}}};
	g_array_append_vals(snapshot->links, links, G_N_ELEMENTS(links));
	g_array_append_vals(snapshot->schedules, schedules, G_N_ELEMENTS(schedules));
	g_assert_true(snapshot_finish(snapshot, &error));
	g_assert_no_error(error);
	return snapshot;
}

#define LINK(what, mail, group, id, from_, until_)                                                 \
	{                                                                                          \
		.action = (what), .label = "kr b1", .email = (mail), .group_id = (group),          \
		.have_id = (id), .want = {                                                         \
			(from_),                                                                   \
			(until_)                                                                   \
		}                                                                                  \
	}
#define SCHEDULE(what, name, lock, id, from_, until_)                                              \
	{                                                                                          \
		.action = (what), .label = (name), .email = "", .lock_id = (lock),                 \
		.have_id = (id), .want = {                                                         \
			(from_),                                                                   \
			(until_)                                                                   \
		}                                                                                  \
	}

static void
test_goals(void)
{
	static const struct {
		const char *name;
		struct goal goal;
		bool met;
		int64_t found; /* assignment in the slot; 0 = none */
	} cases[] = {
	    {"grant that is there",
		{.action = ACTION_GRANT,
		    .email = "bea@example.com",
		    .user_id = 5,
		    .group_id = 10,
		    .have_id = 0,
		    .want = {NOW - HOUR, NOW + 2 * HOUR}},
		true, 100},
	    {"grant that began at another past moment",
		{.action = ACTION_GRANT,
		    .email = "bea@example.com",
		    .user_id = 5,
		    .group_id = 10,
		    .have_id = 0,
		    .want = {NOW - 3 * HOUR, NOW + 2 * HOUR}},
		true, 100},
	    {"grant with another end",
		{.action = ACTION_GRANT,
		    .email = "bea@example.com",
		    .user_id = 5,
		    .group_id = 10,
		    .have_id = 0,
		    .want = {NOW, NOW + HOUR}},
		false, 100},
	    {"grant that begins later",
		{.action = ACTION_GRANT,
		    .email = "bea@example.com",
		    .user_id = 5,
		    .group_id = 10,
		    .have_id = 0,
		    .want = {NOW + 1, NOW + 2 * HOUR}},
		false, 100},
	    {"grant of a user made in the run, found by address",
		{.action = ACTION_GRANT,
		    .email = "bea@example.com",
		    .user_id = 0,
		    .group_id = 10,
		    .have_id = 0,
		    .want = {NOW, NOW + 2 * HOUR}},
		true, 100},
	    {"grant of nobody",
		{.action = ACTION_GRANT,
		    .email = "new@example.com",
		    .user_id = 0,
		    .group_id = 10,
		    .have_id = 0,
		    .want = {NOW, NOW + 2 * HOUR}},
		false, 0},
	    {"another role is not the grant",
		{.action = ACTION_GRANT,
		    .email = "bea@example.com",
		    .user_id = 5,
		    .group_id = 11,
		    .have_id = 0,
		    .want = {INSTANT_ALWAYS, INSTANT_NEVER}},
		false, 0},
	    {"nor is a team's",
		{.action = ACTION_GRANT,
		    .email = "bea@example.com",
		    .user_id = 5,
		    .group_id = 12,
		    .have_id = 0,
		    .want = {INSTANT_ALWAYS, INSTANT_NEVER}},
		false, 0},
	    {"adjust that was replaced by another assignment",
		{.action = ACTION_ADJUST,
		    .email = "bea@example.com",
		    .user_id = 5,
		    .group_id = 10,
		    .have_id = 99,
		    .want = {NOW, NOW + 2 * HOUR}},
		true, 100},
	    {"revoke of what is gone",
		{.action = ACTION_REVOKE,
		    .email = "bea@example.com",
		    .user_id = 5,
		    .group_id = 10,
		    .have_id = 99,
		    .want = {0, 0}},
		true, 100},
	    {"revoke of what is still there",
		{.action = ACTION_REVOKE,
		    .email = "bea@example.com",
		    .user_id = 5,
		    .group_id = 10,
		    .have_id = 100,
		    .want = {0, 0}},
		false, 100},
	    {"cleanup of what is still there",
		{.action = ACTION_CLEANUP,
		    .email = "bea@example.com",
		    .user_id = 5,
		    .group_id = 10,
		    .have_id = 100,
		    .want = {0, 0}},
		false, 100},
	    {"user that exists",
		{.action = ACTION_CREATE_USER,
		    .email = "bea@example.com",
		    .user_id = 0,
		    .group_id = 0,
		    .have_id = 0,
		    .want = {0, 0}},
		true, 0},
	    {"user known under an alias",
		{.action = ACTION_CREATE_USER,
		    .email = "ada@example.com",
		    .user_id = 0,
		    .group_id = 0,
		    .have_id = 0,
		    .want = {0, 0}},
		true, 0},
	    {"user that does not",
		{.action = ACTION_CREATE_USER,
		    .email = "new@example.com",
		    .user_id = 0,
		    .group_id = 0,
		    .have_id = 0,
		    .want = {0, 0}},
		false, 0},
	    {"link that is there",
		LINK(ACTION_CREATE_LINK, "bea@example.com", 10, 0, NOW, NOW + HOUR), true, 100},
	    {"link of somebody else",
		LINK(ACTION_CREATE_LINK, "ada@example.com", 10, 0, NOW, NOW + HOUR), false, 0},
	    {"link to another group",
		LINK(ACTION_CREATE_LINK, "bea@example.com", 11, 0, NOW, NOW + HOUR), false, 0},
	    {"link with another end, to the second",
		LINK(ACTION_CREATE_LINK, "bea@example.com", 10, 0, NOW, NOW + HOUR + 1), false, 0},
	    {"link that is switched off",
		{.action = ACTION_CREATE_LINK,
		    .label = "kr b2",
		    .email = "bea@example.com",
		    .group_id = 10,
		    .want = {NOW, NOW + HOUR}},
		false, 0},
	    {"end of a link that is still there",
		LINK(ACTION_DELETE_LINK, "bea@example.com", 10, 100, 0, 0), false, 0},
	    {"end of a link, whose number a schedule has",
		LINK(ACTION_DELETE_LINK, "bea@example.com", 10, 400, 0, 0), true, 0},
	    {"schedule that is there, to the minute",
		SCHEDULE(ACTION_CREATE_SCHEDULE, "kr b1", 20, 0, NOW + 20, NOW + HOUR + 59), true,
		400},
	    {"schedule with another name",
		SCHEDULE(ACTION_CREATE_SCHEDULE, "kr b2", 20, 0, NOW, NOW + HOUR), false, 0},
	    {"schedule of another lock",
		SCHEDULE(ACTION_CREATE_SCHEDULE, "kr b1", 21, 0, NOW, NOW + HOUR), false, 0},
	    {"end of a schedule that is still there",
		SCHEDULE(ACTION_DELETE_SCHEDULE, "kr b1", 20, 400, 0, 0), false, 0},
	    {"end of a schedule, whose number an assignment and a link have",
		SCHEDULE(ACTION_DELETE_SCHEDULE, "kr b1", 20, 100, 0, 0), true, 0},
	};
	struct config *config = config_with_alias();
	struct snapshot *snapshot = small_snapshot();
	struct evidence *evidence = evidence_new(snapshot, config);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct found found;
		g_test_message("%s", cases[i].name);
		g_assert_cmpint(
		    evidence_met(evidence, &cases[i].goal, NOW, &found), ==, cases[i].met);
		g_assert_cmpint(found.id, ==, cases[i].found);
	}
	evidence_free(evidence);
	snapshot_free(snapshot);
	config_free(config);
}

/* ---- open intents ---- */

static int64_t
intend(struct store *store, struct journal_intent intent)
{
	GError *error = NULL;
	int64_t id = 0;
	intent.change_id = "c0ffee000000";
	store_intend(store, &intent, NOW, &id, &error);
	g_assert_no_error(error);
	return id;
}

/*
 * What a run that died left open: a link made, a schedule that was not, the end of a link that has the number of an
 * assignment in the ledger, and the end of a schedule that is still there.
 */
static void
test_passes_after_death(void)
{
	struct scratch s = scratch_open();
	struct config *config = config_with_alias();
	struct snapshot *snapshot = small_snapshot();
	GError *error = NULL;
	char run[PLAN_ID];
	scratch_run(s.store, "apply", NOW, run);
	struct ledger_entry entry = {
	    .assignment_id = 99, .email = "bea@example.com", .group_id = 10};
	struct ledger_pass gone = {
	    .object = OBJECT_LINK, .id = 99, .label = "kr b0", .email = "bea@example.com"};
	struct ledger_pass kept = {
	    .object = OBJECT_SCHEDULE, .id = 400, .label = "kr b1", .email = ""};
	store_ledger_put(s.store, &entry, &error);
	store_pass_put(s.store, &gone, &error);
	store_pass_put(s.store, &kept, &error);
	g_assert_no_error(error);
	const struct journal_intent intents[] = {
	    {.run_id = run,
		.action = "create_link",
		.email = "bea@example.com",
		.group_id = 10,
		.label = "kr b1",
		.wanted = true,
		.want = {NOW, NOW + HOUR},
		.cause = "removed-by-hand",
		.source = "bookings",
		.rule = "suite"},
	    {.run_id = run,
		.action = "create_schedule",
		.email = "",
		.lock_id = 20,
		.label = "kr b9",
		.wanted = true,
		.want = {NOW, NOW + HOUR},
		.cause = "new"},
	    {.run_id = run,
		.action = "delete_link",
		.email = "bea@example.com",
		.group_id = 10,
		.label = "kr b0",
		.have_id = 99,
		.cause = "cancelled"},
	    {.run_id = run,
		.action = "delete_schedule",
		.email = "",
		.lock_id = 20,
		.label = "kr b1",
		.have_id = 400,
		.cause = "cancelled"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(intents); i++)
		intend(s.store, intents[i]);

	g_assert_true(apply_settle(s.store, snapshot, config, NOW, NOW + 5, &error));
	g_assert_no_error(error);
#define COUNT(table, condition)                                                                    \
	scratch_ask(s.store, "SELECT count(*) FROM " table " WHERE " condition)
	g_assert_cmpint(COUNT("outcomes", "outcome = 'done' AND intent IN (1, 3)"), ==, 2);
	g_assert_cmpint(COUNT("outcomes", "outcome = 'failed' AND intent IN (2, 4)"), ==, 2);
	g_assert_cmpint(COUNT("outcomes", "1"), ==, 4);
	/* The link is in the ledger under its own number, with what is known of it. */
	g_assert_cmpint(COUNT("passes", "object = 'link' AND id = 100 AND label = 'kr b1' AND "
					"email = 'bea@example.com' AND door_id = 10 AND restored "
					"AND rule = 'suite' AND gone_at IS NULL"),
	    ==, 1);
	g_assert_cmpint(
	    COUNT("passes", "object = 'link' AND id = 99 AND gone_at IS NOT NULL"), ==, 1);
	g_assert_cmpint(COUNT("passes", "id = 400 AND gone_at IS NULL"), ==, 1);
	g_assert_cmpint(COUNT("passes", "1"), ==, 3);
	g_assert_cmpint(COUNT("ledger", "gone_at IS NULL"), ==, 1);
	snapshot_free(snapshot);
	config_free(config);
	scratch_remove(&s);
}

/* An intent that cannot be judged stays open, whatever stands before it is settled. */
static void
test_settling_fails(void)
{
	static const struct {
		const char *script; /* what is wrong with the database */
		const char *message;
		int outcomes; /* that were written all the same */
	} cases[] = {
	    {"ALTER TABLE intents RENAME TO lost", "intents", 0},
	    {"CREATE TRIGGER full BEFORE INSERT ON outcomes WHEN (SELECT count(*) FROM outcomes) > "
	     "0"
	     " BEGIN SELECT raise(ABORT, 'no room'); END",
		"no room", 1},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct scratch s = scratch_open();
		struct config *config = config_with_alias();
		struct snapshot *snapshot = small_snapshot();
		GError *error = NULL;
		char run[PLAN_ID];
		scratch_run(s.store, "apply", NOW, run);
		const struct journal_intent intent = {.run_id = run,
		    .action = "create_user",
		    .email = "bea@example.com",
		    .cause = "new",
		    .wanted = true};
		for (int n = 0; n < 3; n++)
			intend(s.store, intent);
		stmt_script(s.store, cases[i].script);
		g_assert_false(apply_settle(s.store, snapshot, config, NOW, NOW + 5, &error));
		scratch_refused(&error, EXIT_FAILED, s.path, cases[i].message, NULL);
		g_assert_cmpint(COUNT("outcomes", "1"), ==, cases[i].outcomes);
		snapshot_free(snapshot);
		config_free(config);
		scratch_remove(&s);
	}
}

/*
 * The same of assignments: one that was made, one that was not, one that is gone, and one that should be.  The ledger
 * says whose an assignment is, and what it says must be there.
 */
static void
test_assignments_after_death(void)
{
	struct scratch s = scratch_open();
	struct config *config = config_with_alias();
	struct snapshot *snapshot = small_snapshot();
	GError *error = NULL;
	char run[PLAN_ID];
	scratch_run(s.store, "apply", NOW, run);
	const struct interval span = {NOW - HOUR, NOW + 2 * HOUR};
	struct ledger_entry gone = {
	    .assignment_id = 98, .email = "bea@example.com", .group_id = 17, .live = true};
	store_ledger_put(s.store, &gone, &error);
	g_assert_no_error(error);
	const struct journal_intent intents[] = {
	    {.action = "grant", .user_id = 5, .group_id = 10, .wanted = true, .want = span},
	    {.action = "grant", .user_id = 5, .group_id = 13, .wanted = true, .want = span},
	    {.action = "revoke", .user_id = 5, .group_id = 17, .have_id = 98, .have = span},
	    {.action = "revoke", .user_id = 5, .group_id = 10, .have_id = 100, .have = span},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(intents); i++) {
		struct journal_intent intent = intents[i];
		intent.run_id = run;
		intent.email = "bea@example.com";
		intent.cause = "new";
		intend(s.store, intent);
	}
	g_assert_true(apply_settle(s.store, snapshot, config, NOW, NOW + 5, &error));
	g_assert_no_error(error);
	g_assert_cmpint(COUNT("outcomes", "outcome = 'done' AND intent IN (1, 3)"), ==, 2);
	g_assert_cmpint(COUNT("outcomes", "outcome = 'failed' AND intent IN (2, 4)"), ==, 2);
	g_assert_cmpint(
	    COUNT("ledger", "assignment_id = 100 AND group_id = 10 AND gone_at IS NULL"), ==, 1);
	g_assert_cmpint(COUNT("ledger", "assignment_id = 98 AND gone_at IS NOT NULL"), ==, 1);
	g_assert_cmpint(COUNT("ledger", "1"), ==, 2);
	snapshot_free(snapshot);
	config_free(config);
	scratch_remove(&s);
}

/*
 * An access that was to be made anew: whose old one is gone and whose new one never came stays open, so that the next run
 * puts the old one back.  What was put back is whose it was before.
 */
static void
test_half_an_adjust(void)
{
	const struct interval held = {NOW - HOUR, NOW + 2 * HOUR}, past = {NOW - HOUR, NOW};
	const struct journal_intent intents[] = {
	    {.user_id = 6, .group_id = 10, .have_id = 90, .have = held}, /* outside */
	    {.user_id = 6,
		.group_id = 10,
		.have_id = 91,
		.have = past}, /* nothing is lost any more */
	    {.user_id = 9, .group_id = 10, .have_id = 92, .have = held},  /* no such user now */
	    {.user_id = 6, .group_id = 99, .have_id = 94, .have = held},  /* no such group now */
	    {.user_id = 5, .group_id = 10, .have_id = 93, .have = held},  /* 100 was put back */
	    {.user_id = 5, .group_id = 11, .have_id = 101, .have = held}, /* was never taken away */
	};
	const bool outside[] = {true, false, false, false, false, false};
	struct scratch s = scratch_open();
	struct config *config = config_with_alias();
	struct snapshot *snapshot = small_snapshot();
	struct evidence *evidence = evidence_new(snapshot, config);
	GError *error = NULL;
	char run[PLAN_ID];
	scratch_run(s.store, "apply", NOW, run);
	struct ledger_entry entry = {.assignment_id = 93,
	    .email = "bea@example.com",
	    .group_id = 10,
	    .valid = {NOW - HOUR, NOW + HOUR},
	    .rule = "room"};
	store_ledger_put(s.store, &entry, &error);
	g_assert_no_error(error);
	for (size_t i = 0; i < G_N_ELEMENTS(intents); i++) {
		struct journal_intent intent = intents[i];
		intent.run_id = run;
		intent.action = "adjust";
		intent.email = intent.user_id == 5 ? "bea@example.com" : "ada@example.com";
		intent.cause = "extended";
		intent.wanted = true;
		intent.want = (struct interval){NOW - HOUR, NOW + 3 * HOUR};
		intend(s.store, intent);
		g_assert_true(evidence_outside(evidence, &intent, NOW) == outside[i]);
		intent.action = "revoke";
		g_assert_false(evidence_outside(evidence, &intent, NOW));
	}
	evidence_free(evidence);
	g_assert_true(apply_settle(s.store, snapshot, config, NOW, NOW + 5, &error));
	g_assert_no_error(error);
	g_assert_cmpint(COUNT("outcomes", "outcome = 'failed' AND intent > 1"), ==, 5);
	g_assert_cmpint(COUNT("outcomes", "1"), ==, 5);
	g_assert_cmpint(COUNT("ledger", "assignment_id = 93 AND gone_at IS NOT NULL"), ==, 1);
	/* With the dates that this program gave it, so that dates of a hand stay known as such. */
	g_assert_cmpint(COUNT("ledger", "assignment_id = 100 AND rule = 'room' AND gone_at IS NULL "
					"AND valid_until - valid_from = 7200"),
	    ==, 1);
	g_assert_cmpint(COUNT("ledger", "1"), ==, 2);
	snapshot_free(snapshot);
	config_free(config);
	scratch_remove(&s);
}

/* Where Kisi shows what is not understood, nobody can say whether a change took: not at once, and not in the next run. */
static void
test_not_understood(void)
{
	static const struct kisi_doubt doubts[] = {
	    {.kind = COUNT_ASSIGNMENTS, .id = 200, .what = "?", .group_id = 13, .user_id = 5},
	    {.kind = COUNT_LINKS, .id = 300, .what = "?", .group_id = 10, .label = "kr b7"},
	    {.kind = COUNT_SCHEDULES, .id = 400, .what = "?", .lock_id = 20},
	};
	static const struct {
		struct journal_intent intent;
		bool doubted;
	} cases[] = {
	    {{.action = "grant", .user_id = 5, .group_id = 13, .wanted = true}, true},
	    {{.action = "grant", .user_id = 0, .group_id = 13, .wanted = true}, true},
	    {{.action = "grant", .user_id = 6, .group_id = 13, .wanted = true}, false},
	    {{.action = "revoke", .user_id = 5, .group_id = 17, .have_id = 200}, true},
	    {{.action = "revoke", .user_id = 5, .group_id = 17, .have_id = 300}, false},
	    {{.action = "adjust", .user_id = 5, .group_id = 13, .have_id = 90, .wanted = true},
		true},
	    {{.action = "create_user", .wanted = true}, false},
	    {{.action = "create_link", .group_id = 10, .label = "kr b7", .wanted = true}, true},
	    {{.action = "create_link", .group_id = 10, .label = "kr b8", .wanted = true}, false},
	    {{.action = "delete_link", .group_id = 10, .label = "kr b6", .have_id = 300}, true},
	    {{.action = "delete_schedule", .lock_id = 20, .label = "kr b6", .have_id = 400}, true},
	    {{.action = "delete_schedule", .lock_id = 20, .label = "kr b6", .have_id = 300}, false},
	};
	struct scratch s = scratch_open();
	struct config *config = config_with_alias();
	struct snapshot *snapshot = small_snapshot();
	GError *error = NULL;
	char run[PLAN_ID];
	g_array_set_size(snapshot->links, 0);
	g_array_set_size(snapshot->schedules, 0);
	for (size_t i = 0; i < G_N_ELEMENTS(doubts); i++)
		snapshot_doubt(snapshot, &doubts[i]);
	g_assert_true(doubts_finish(snapshot, &error));
	g_assert_no_error(error);
	scratch_run(s.store, "apply", NOW, run);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct journal_intent intent = cases[i].intent;
		intent.run_id = run;
		intent.email = "bea@example.com";
		intent.cause = "new";
		intent.have = intent.want = (struct interval){NOW - HOUR, NOW + HOUR};
		g_assert_cmpint(intend(s.store, intent), ==, i + 1);
	}
	g_assert_true(apply_settle(s.store, snapshot, config, NOW, NOW + 5, &error));
	g_assert_no_error(error);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *question = g_strdup_printf(
		    "SELECT count(*) FROM outcomes WHERE intent = %zu", i + 1);
		g_test_message("%zu", i);
		g_assert_cmpint(scratch_ask(s.store, question), ==, cases[i].doubted ? 0 : 1);
	}
	snapshot_free(snapshot);
	config_free(config);
	scratch_remove(&s);
}

/* Of what was not sent, nothing is proved. */
static void
test_prove_leaves_the_unsent(void)
{
	static const struct {
		enum outcome before, after;
	} cases[] = {
	    {OUTCOME_UNKNOWN, OUTCOME_DONE},
	    {OUTCOME_PENDING, OUTCOME_PENDING},
	    {OUTCOME_FAILED, OUTCOME_FAILED},
	};
	struct config *config = config_with_alias();
	struct snapshot *snapshot = small_snapshot();
	struct plan *plan = plan_new();
	struct change_outcome outcomes[G_N_ELEMENTS(cases)];
	struct apply_result result = {.outcomes = outcomes};
	plan->as_of = NOW;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct change *change = g_new0(struct change, 1);
		*change = (struct change){
		    .object = OBJECT_LINK, .email = "bea@example.com", .have_id = 99};
		g_ptr_array_add(plan->changes, change);
		outcomes[i] = (struct change_outcome){cases[i].before, NULL};
	}
	apply_prove(&result, plan, snapshot, config);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		g_assert_cmpint(outcomes[i].outcome, ==, cases[i].after);
	plan_free(plan);
	snapshot_free(snapshot);
	config_free(config);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/settle/goals", test_goals);
	g_test_add_func("/settle/passes-after-death", test_passes_after_death);
	g_test_add_func("/settle/settling-fails", test_settling_fails);
	g_test_add_func("/settle/not-understood", test_not_understood);
	g_test_add_func("/settle/half-an-adjust", test_half_an_adjust);
	g_test_add_func("/settle/assignments-after-death", test_assignments_after_death);
	g_test_add_func("/settle/prove-leaves-the-unsent", test_prove_leaves_the_unsent);
	return g_test_run();
}
