/* The history as a whole. */
#include "tests/unit/store/scratch.h"

static bool
is_fresh(struct store *store)
{
	GError *error = NULL;
	struct history *history = store_history(store, SCRATCH_NOW, &error);
	g_assert_no_error(error);
	bool fresh = history->fresh;
	history_free(history);
	return fresh;
}

/* Fresh until the first apply has ended: plans, and an apply that died, do not count. */
static void
test_fresh(void)
{
	struct scratch s = scratch_open();
	char plan[PLAN_ID], apply[PLAN_ID];
	g_assert_true(is_fresh(s.store));
	scratch_run(s.store, "plan", SCRATCH_NOW, plan);
	g_assert_true(store_run_end(s.store, plan, SCRATCH_NOW, 0, "", "{}", NULL));
	g_assert_true(is_fresh(s.store));
	scratch_run(s.store, "apply", SCRATCH_NOW, apply);
	g_assert_true(is_fresh(s.store));
	g_assert_true(store_run_end(s.store, apply, SCRATCH_NOW, 0, "", "{}", NULL));
	g_assert_false(is_fresh(s.store));
	scratch_remove(&s);
}

static void
test_empty(void)
{
	struct scratch s = scratch_open();
	GError *error = NULL;
	struct history *history = store_history(s.store, SCRATCH_NOW, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(history->ledger->len, ==, 0);
	g_assert_cmpuint(history->imports->len, ==, 0);
	g_assert_cmpuint(history->rules->len, ==, 0);
	g_assert_cmpuint(history->findings->len, ==, 0);
	g_assert_cmpuint(history->day_removed->len, ==, 0);
	g_assert_null(history->approval);
	history_free(history);
	scratch_remove(&s);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/load/fresh", test_fresh);
	g_test_add_func("/load/empty", test_empty);
	return g_test_run();
}
