/* The lines of `check` and their exit code. */
#include "model/check.h"

static void
test_code(void)
{
	struct check *check = check_new();
	g_assert_cmpint(check_code(check), ==, EXIT_IN_STEP);
	check_block(check);
	check_ok(check, "a", "%d", 1);
	check_warn(check, "b", "do it", "%s", "odd");
	g_assert_cmpint(check_code(check), ==, EXIT_IN_STEP);
	check_wrong(check, EXIT_NO_KISI, "c", NULL, "gone");
	check_block(check);
	check_wrong(check, EXIT_HELD, "d", NULL, "missing");
	g_assert_cmpint(check_code(check), ==, EXIT_NO_KISI);
	g_assert_cmpuint(check_count(check, CHECK_WRONG), ==, 2);

	static const bool blocks[] = {false, false, false, true};
	for (guint i = 0; i < check->lines->len; i++)
		g_assert_true(((struct check_line *)check->lines->pdata[i])->block == blocks[i]);
	check_free(check);
}

static void
test_error(void)
{
	struct check *check = check_new();
	GError *plain = NULL, *hinted = NULL;
	fail(&plain, EXIT_FAILED, NULL, "x: broken");
	fail(&hinted, EXIT_BAD_CONFIG, "mend it", "y: broken");
	check_error(check, "x", plain);
	check_error(check, "y", hinted);
	const struct check_line *x = check->lines->pdata[0], *y = check->lines->pdata[1];
	g_assert_cmpstr(x->text, ==, "x: broken");
	g_assert_null(x->hint);
	g_assert_cmpstr(y->text, ==, "y: broken");
	g_assert_cmpstr(y->hint, ==, "mend it");
	g_assert_cmpint(y->code, ==, EXIT_BAD_CONFIG);
	check_free(check);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/check/code", test_code);
	g_test_add_func("/check/error", test_error);
	return g_test_run();
}
