/* One run of the audit trail, read back whole. */
#include "tests/unit/store/scratch.h"

static const struct journal_intent grant = {.change_id = "c1",
    .action = "grant",
    .email = "ada@example.org",
    .user_id = 7,
    .group_id = 10,
    .have_id = 0,
    .want = {100, INSTANT_NEVER},
    .wanted = true,
    .cause = "new",
    .source = "bookings",
    .rule = "room"};

static const struct journal_intent removal = {.change_id = "c2",
    .action = "delete_schedule",
    .email = "",
    .lock_id = 5,
    .label = "marker 17",
    .have_id = 301,
    .have = {INSTANT_ALWAYS, 200},
    .cause = "moved",
    .surprising = true};

static int64_t
intend(struct store *store, const char *run, struct journal_intent intent, instant at)
{
	GError *error = NULL;
	int64_t id = 0;
	intent.run_id = run;
	store_intend(store, &intent, at, &id, &error);
	g_assert_no_error(error);
	return id;
}

static void
settle(struct store *store, int64_t id, enum outcome outcome, const char *text, instant at)
{
	GError *error = NULL;
	store_outcome(store, id, outcome, text, at, &error);
	g_assert_no_error(error);
}

static struct trail *
trail_of(struct store *store, const char *run)
{
	GError *error = NULL;
	struct trail *trail = store_trail(store, run, &error);
	g_assert_no_error(error);
	return trail;
}

static void
assert_outcome(
    const struct trail_change *change, guint i, enum outcome outcome, const char *text, instant at)
{
	const struct trail_outcome *found = &g_array_index(
	    change->outcomes, struct trail_outcome, i);
	g_assert_cmpint(found->outcome, ==, outcome);
	g_assert_cmpstr(found->text, ==, text);
	g_assert_cmpint(found->at, ==, at);
}

/* Changes of another run lie between those of this one, and settle later. */
static void
test_changes(void)
{
	struct scratch s = scratch_open();
	char run[PLAN_ID], other[PLAN_ID];
	scratch_run(s.store, "apply", SCRATCH_NOW, run);
	scratch_run(s.store, "unlock-due", SCRATCH_NOW, other);
	int64_t first = intend(s.store, run, grant, 1000);
	int64_t between = intend(s.store, other, grant, 1001);
	int64_t second = intend(s.store, run, removal, 1002);
	settle(s.store, between, OUTCOME_DONE, NULL, 1003);
	settle(s.store, second, OUTCOME_UNKNOWN, "no answer", 1004);
	settle(s.store, first, OUTCOME_UNKNOWN, "answered success", 1005);
	settle(s.store, first, OUTCOME_DONE, NULL, 1006);

	struct trail *trail = trail_of(s.store, run);
	g_assert_cmpuint(trail->changes->len, ==, 2);
	const struct trail_change *change = trail->changes->pdata[0];
	g_assert_cmpint(change->id, ==, first);
	g_assert_cmpstr(change->change_id, ==, "c1");
	g_assert_cmpstr(change->action, ==, "grant");
	g_assert_cmpstr(change->email, ==, "ada@example.org");
	g_assert_cmpint(change->user_id, ==, 7);
	g_assert_cmpint(change->group_id, ==, 10);
	g_assert_true(change->wanted);
	g_assert_true(change->want.from == 100 && change->want.until == INSTANT_NEVER);
	g_assert_cmpstr(change->cause, ==, "new");
	g_assert_cmpstr(change->source, ==, "bookings");
	g_assert_cmpstr(change->rule, ==, "room");
	g_assert_cmpint(change->at, ==, 1000);
	g_assert_cmpuint(change->outcomes->len, ==, 2);
	assert_outcome(change, 0, OUTCOME_UNKNOWN, "answered success", 1005);
	assert_outcome(change, 1, OUTCOME_DONE, NULL, 1006);
	g_assert_cmpint(trail_outcome(change), ==, OUTCOME_DONE);

	change = trail->changes->pdata[1];
	g_assert_cmpint(change->lock_id, ==, 5);
	g_assert_cmpstr(change->label, ==, "marker 17");
	g_assert_cmpint(change->have_id, ==, 301);
	g_assert_true(change->have.from == INSTANT_ALWAYS && change->have.until == 200);
	g_assert_false(change->wanted);
	g_assert_true(change->surprising);
	g_assert_null(change->source);
	g_assert_cmpint(trail_outcome(change), ==, OUTCOME_UNKNOWN);
	trail_free(trail);
	scratch_remove(&s);
}

static void
test_run(void)
{
	struct scratch s = scratch_open();
	GError *error = NULL;
	char run[PLAN_ID];
	const struct approval approval = {
	    .plan_id = "p2", .max_removals = 3, .who = "mira", .at = 900};
	scratch_run(s.store, "apply", SCRATCH_NOW, run);

	struct trail *trail = trail_of(s.store, run);
	g_assert_cmpstr(trail->id, ==, run);
	g_assert_cmpstr(trail->command, ==, "apply");
	g_assert_cmpint(trail->ended, ==, INSTANT_NEVER);
	g_assert_cmpint(trail->exit_code, ==, -1);
	g_assert_null(trail->summary);
	g_assert_null(trail->document);
	g_assert_null(trail->plan);
	g_assert_null(trail->applied);
	g_assert_null(trail->approval.plan_id);
	trail_free(trail);

	store_save_plan(s.store, "p1", NULL, run, &error);
	store_use_plan(s.store, "p1", run, &error);
	store_save_approval(s.store, &approval, run, &error);
	store_run_end(s.store, run, SCRATCH_NOW + 5, 3, "held", "{}", &error);
	g_assert_no_error(error);
	trail = trail_of(s.store, run);
	g_assert_cmpint(trail->ended, ==, SCRATCH_NOW + 5);
	g_assert_cmpint(trail->exit_code, ==, 3);
	g_assert_cmpstr(trail->summary, ==, "held");
	g_assert_cmpstr(trail->document, ==, "{}");
	g_assert_cmpstr(trail->plan, ==, "p1");
	g_assert_cmpstr(trail->applied, ==, "p1");
	g_assert_cmpstr(trail->approval.plan_id, ==, "p2");
	g_assert_cmpint(trail->approval.max_removals, ==, 3);
	g_assert_cmpstr(trail->approval.who, ==, "mira");
	g_assert_cmpint(trail->approval.at, ==, 900);
	trail_free(trail);
	g_assert_null(store_trail(s.store, "nobody", &error));
	scratch_refused(&error, EXIT_FAILED, "there is no run nobody", NULL);
	scratch_remove(&s);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/trail/changes", test_changes);
	g_test_add_func("/trail/run", test_run);
	return g_test_run();
}
