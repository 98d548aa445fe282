/* The words of actions and causes, in both directions. */
#include "model/plan.h"

static void
test_actions(void)
{
	for (int i = 0; i < ACTION_COUNT; i++) {
		enum action action = (enum action)i;
		/* What an action is told by is what it is derived from. */
		struct change change = {.object = action_object(action),
		    .wanted = action_gives(action),
		    .have_id = action != ACTION_GRANT,
		    .have.until = action == ACTION_CLEANUP ? 0 : 2};
		g_assert_cmpint(action_of_word(action_word(action)), ==, action);
		g_assert_cmpint(change_action(&change, 1), ==, action);
	}
	g_assert_cmpint(action_of_word("unlock"), ==, ACTION_COUNT);
}

static void
test_causes(void)
{
	for (int i = 0; i < CAUSE_COUNT; i++) {
		enum cause cause = (enum cause)i;
		g_assert_cmpint(cause_of_word(cause_word(cause), cause_expected(cause)), ==, cause);
	}
	g_assert_cmpint(cause_of_word("cancelled", true), ==, CAUSE_CANCELLED);
	g_assert_cmpint(cause_of_word("cancelled", false), ==, CAUSE_ABSENT);
	/* A removal that only in part was to be expected keeps its word. */
	g_assert_cmpint(cause_of_word("ended", false), ==, CAUSE_ENDED);
	g_assert_cmpint(cause_of_word("no such cause", true), ==, CAUSE_COUNT);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/plan/actions", test_actions);
	g_test_add_func("/plan/causes", test_causes);
	return g_test_run();
}
