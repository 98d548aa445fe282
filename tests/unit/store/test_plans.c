/* Saved plans and approvals: each works once. */
#include "tests/unit/store/scratch.h"

static void
assert_plan(struct store *store, const char *id, const char *expected, bool expected_used)
{
	GError *error = NULL;
	bool used = !expected_used;
	char *document = store_load_plan(store, id, &used, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(document, ==, expected);
	g_assert_cmpint(used, ==, expected_used);
	g_free(document);
}

/* A run that came to this plan and ended. */
static void
save_run(struct store *store, const char *plan, const char *document, char run[static PLAN_ID])
{
	GError *error = NULL;
	scratch_run(store, "plan", SCRATCH_NOW, run);
	g_assert_true(store_save_plan(store, plan, NULL, run, &error));
	g_assert_true(store_run_end(store, run, SCRATCH_NOW, 0, "ended", document, &error));
	g_assert_no_error(error);
}

static void
test_single_use(void)
{
	struct scratch s = scratch_open();
	GError *error = NULL;
	char first[PLAN_ID], other[PLAN_ID], second[PLAN_ID];
	save_run(s.store, "p1", "{\"a\":1}", first);
	save_run(s.store, "p2", "other", other);
	scratch_run(s.store, "apply", SCRATCH_NOW, second);
	assert_plan(s.store, "p1", "{\"a\":1}", false);
	g_assert_true(store_use_plan(s.store, "p1", second, &error));
	g_assert_no_error(error);
	assert_plan(s.store, "p1", "{\"a\":1}", true);
	assert_plan(s.store, "p2", "other", false);

	g_assert_false(store_use_plan(s.store, "p1", second, &error));
	scratch_refused(&error, EXIT_HELD, s.path, "plan p1", second, "hint: ", NULL);

	/* Planned again: a newer document, and no second use. */
	save_run(s.store, "p1", "newer", other);
	assert_plan(s.store, "p1", "newer", true);
	g_assert_false(store_use_plan(s.store, "p1", second, &error));
	scratch_refused(&error, EXIT_HELD, "applied before", NULL);
	scratch_remove(&s);
}

/* When a plan, or what it offers to approve, was last seen by anybody. */
static void
test_last_shown(void)
{
	static const struct {
		const char *plan, *approval;
		instant as_of;
	} runs[] = {
	    {"p1", "a1", SCRATCH_NOW}, {"p2", "a1", SCRATCH_NOW + 60},
	    {"p3", NULL, SCRATCH_NOW + 120},
	    {"p2", "a2", SCRATCH_NOW + 30}, /* the newest run, not the newest time */
	};
	static const struct {
		const char *id;
		instant shown;
	} questions[] = {
	    {"p1", SCRATCH_NOW},
	    {"p2", SCRATCH_NOW + 30},
	    {"p3", SCRATCH_NOW + 120},
	    {"a1", SCRATCH_NOW + 60},
	    {"a2", SCRATCH_NOW + 30},
	    {"a3", INSTANT_ALWAYS},
	    {"", INSTANT_ALWAYS},
	};
	struct scratch s = scratch_open();
	GError *error = NULL;
	for (size_t i = 0; i < G_N_ELEMENTS(runs); i++) {
		char run[PLAN_ID];
		scratch_run(s.store, "plan", runs[i].as_of, run);
		store_save_plan(s.store, runs[i].plan, runs[i].approval, run, &error);
		store_run_end(s.store, run, SCRATCH_NOW, 0, "ended", NULL, &error);
		g_assert_no_error(error);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(questions); i++) {
		instant shown = 7;
		g_assert_true(store_last_shown(s.store, questions[i].id, &shown, &error));
		g_assert_no_error(error);
		g_assert_cmpint(shown, ==, questions[i].shown);
	}
	scratch_remove(&s);
}

static void
test_unknown(void)
{
	struct scratch s = scratch_open();
	GError *error = NULL;
	char run[PLAN_ID];
	bool used = false;
	scratch_run(s.store, "apply", SCRATCH_NOW, run);
	g_assert_null(store_load_plan(s.store, "p1", &used, &error));
	scratch_refused(&error, EXIT_FAILED, s.path, "no plan \"p1\"", "hint: ", NULL);
	g_assert_false(store_use_plan(s.store, "p1", run, &error));
	scratch_refused(&error, EXIT_FAILED, s.path, "no plan \"p1\"", NULL);
	g_assert_false(store_save_plan(s.store, "p1", NULL, "norun", &error));
	scratch_refused(&error, EXIT_FAILED, s.path, "save a plan", NULL);
	scratch_remove(&s);
}

static void
test_approval(void)
{
	struct scratch s = scratch_open();
	GError *error = NULL;
	char run[PLAN_ID];
	struct approval approval = {
	    .plan_id = "p1", .max_removals = 12, .who = "mira@desk", .at = SCRATCH_NOW};
	struct approval other = {
	    .plan_id = "p2", .max_removals = 1, .who = "mira@desk", .at = SCRATCH_NOW};
	scratch_run(s.store, "apply", SCRATCH_NOW, run);
	g_assert_true(store_save_approval(s.store, &approval, run, &error));
	g_assert_no_error(error);
	approval.who = "eve@desk";
	g_assert_false(store_save_approval(s.store, &approval, run, &error));
	scratch_refused(&error, EXIT_HELD, s.path, "plan p1", "mira@desk", "2026-03-02T08:00:00Z",
	    run, "hint: ", NULL);
	g_assert_true(store_save_approval(s.store, &other, run, &error));
	g_assert_no_error(error);
	g_assert_cmpint(
	    scratch_ask(s.store, "SELECT max_removals FROM approvals WHERE plan = 'p1'"), ==, 12);
	scratch_remove(&s);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/plans/last-shown", test_last_shown);
	g_test_add_func("/plans/single-use", test_single_use);
	g_test_add_func("/plans/unknown", test_unknown);
	g_test_add_func("/plans/approval", test_approval);
	return g_test_run();
}
