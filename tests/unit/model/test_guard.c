/* The table of guards: whole, and without two rows for one word. */
#include "model/guard.h"

#include <glib.h>

static void
test_rows(void)
{
	g_assert_null(guard_word(GUARD_NONE));
	for (int i = GUARD_NONE + 1; i < GUARDS; i++) {
		enum guard guard = (enum guard)i;
		g_assert_nonnull(guard_word(guard));
		g_assert_cmpint(guard_of_word(guard_word(guard)), ==, guard);
	}
	g_assert_cmpint(guard_of_word("no such guard"), ==, GUARDS);
}

/* A limit on what one source's people lose is no verdict on that source's export. */
static void
test_about_source(void)
{
	g_assert_true(guard_is_about_source(GUARD_MAX_AGE));
	g_assert_true(guard_is_about_source(GUARD_REFUSED_SOURCE));
	g_assert_false(guard_is_about_source(GUARD_MAX_SOURCE_REMOVALS));
	g_assert_false(guard_is_about_source(GUARD_SHORT_LIST));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/guard/rows", test_rows);
	g_test_add_func("/guard/about-source", test_about_source);
	return g_test_run();
}
