/* What `check` prints. */
#include "reports/check_text.h"

static struct check *
sample(void)
{
	struct check *check = check_new();
	check_ok(check, "file", "fine");
	check_warn(check, "source a\x1b[2J", "look", "odd");
	check_block(check);
	check_ok(check, "Kisi", "answers");
	check_block(check);
	check_wrong(check, EXIT_HELD, "group Rome", "make it", "missing");
	return check;
}

static void
test_whole(void)
{
	struct check *check = sample();
	char *text = check_text_format(check, false);
	g_assert_cmpstr(text, ==,
	    "ok     file          fine\n"
	    "warn   source a?[2J  odd\n"
	    "                     hint: look\n"
	    "\n"
	    "ok     Kisi  answers\n"
	    "\n"
	    "wrong  group Rome  missing\n"
	    "                   hint: make it\n"
	    "\n"
	    "2 ok, 1 warning, 1 wrong\n");
	g_free(text);
	check_free(check);
}

static void
test_quiet(void)
{
	struct check *check = sample();
	char *text = check_text_format(check, true);
	g_assert_cmpstr(text, ==,
	    "warn   source a?[2J  odd\n"
	    "                     hint: look\n"
	    "wrong  group Rome    missing\n"
	    "                     hint: make it\n");
	g_free(text);
	check_free(check);
	check = check_new();
	check_ok(check, "file", "fine");
	text = check_text_format(check, true);
	g_assert_cmpstr(text, ==, "");
	g_free(text);
	check_free(check);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/check_text/whole", test_whole);
	g_test_add_func("/check_text/quiet", test_quiet);
	return g_test_run();
}
