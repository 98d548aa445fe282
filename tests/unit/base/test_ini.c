/* INI files, read strictly. */
#include "base/ini.h"

#include "base/failure.h"

#include <string.h>

static const char *const sections[] = {"schedule", "people", "source NAME", NULL};
static const char *const colours[] = {"red", "green", "blue", NULL};

/* Ask for everything a reader of this test's files knows, then finish; the error, or NULL. */
static GError *
read_all(const char *text)
{
	GError *error = NULL;
	struct ini *ini = ini_read(text, "test.ini", EXIT_BAD_CONFIG, &error);
	if (ini == NULL)
		return error;
	ini_text(ini, "schedule", "title", NULL);
	ini_duration(ini, "schedule", "every", 1, &error);
	ini_clock(ini, "schedule", "at", -1, &error);
	ini_number(ini, "schedule", "count", 1, 9, 1, &error);
	ini_flag(ini, "schedule", "strict", false, &error);
	ini_word(ini, "people", "colour", colours, 0, &error);
	g_strfreev(ini_list(ini, "people", "names"));
	for (const char *const *section = ini_sections(ini); *section != NULL; section++) {
		if (g_str_has_prefix(*section, "source "))
			ini_text(ini, *section, "file", NULL);
	}
	if (error == NULL)
		ini_finish(ini, sections, &error);
	ini_free(ini);
	return error;
}

static void
test_refused(void)
{
	static const struct {
		const char *text;
		const char *want; /* part of the message; NULL: fine */
	} cases[] = {
	    {"", NULL},
	    {"\n\n", NULL},
	    {"# nothing\n", NULL},
	    {"[schedule]\n", NULL},
	    {"[schedule]\ntitle = a # b\nevery = 30m\ncount = 3\nstrict = YES\n", NULL},
	    {"[schedule]\r\ntitle = x\r\nevery = 30m\r\n", NULL},
	    {"  [schedule]\n\tevery=1d\n", NULL},
	    {"[source a]\nfile = x\n[source b]\nfile = y\n", NULL},
	    {"every = 30m\n", "test.ini"},
	    {"[schedule\nevery = 30m\n", "test.ini"},
	    {"[schedule]\nevery\n", "test.ini"},
	    {"[schedule]\nevery = \xff\n", "not UTF-8"},
	    {"[schedule]\nevery = 1h\n[people]\n[schedule]\ncount = 1\n",
		"test.ini:4: [schedule] given twice, first in line 1"},
	    {"[schedule]\nevery = 1h\ncount = 1\nevery = 2h\n",
		"test.ini:4: every given twice, first in line 2"},
	    {"[schedule]\nevery = 1h\nevery=1h\n", "given twice"},
	    {"[shedule]\nevery = 1h\n",
		"test.ini:1: [shedule]: unknown section; did you mean \"schedule\"?"},
	    {"[colours]\n", "unknown section"},
	    {"[schedule]\nevry = 1h\n",
		"test.ini:2: [schedule] evry: unknown key; did you mean \"every\"?"},
	    {"[schedule]\nzzzzzz = 1h\n", "[schedule] zzzzzz: unknown key"},
	    {"[schedule]\nevery[de] = 1h\n", "unknown key"},
	    {"[people]\ncolour = gren\n", "unknown word \"gren\"; did you mean \"green\"?"},
	    {"[people]\ncolour =\n", "unknown word \"\""},
	    {"[schedule]\nstrict = maybe\n", "unknown word \"maybe\""},
	    {"[schedule]\ncount = 10\n", "not a whole number from 1 to 9: \"10\""},
	    {"[schedule]\ncount = two\n", "not a whole number"},
	    {"[schedule]\nevery = 30\n", "not a duration: \"30\""},
	    {"[schedule]\nat = 24:00\n", "not a time like 14:00: \"24:00\""},
	    {"[schedule]\nat = 2pm\n", "not a time like 14:00"},
	    {"[schedule]\nevery = m\n", "not a duration"},
	    {"[schedule]\nevery = 1h30m\n", "not a duration"},
	    {"[schedule]\nevery = -1h\n", "not a duration"},
	    {"[schedule]\nevery = 1.5h\n", "not a duration"},
	    {"[schedule]\nevery = 1 h\n", "not a duration"},
	    {"[schedule]\nevery = 1w\n", "not a duration"},
	    {"[schedule]\nevery = 1000000d\n", "not a duration"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		GError *error = read_all(cases[i].text);
		g_test_message("%zu: %s", i, error != NULL ? error->message : "fine");
		g_assert_cmpint(error != NULL, ==, cases[i].want != NULL);
		if (error == NULL)
			continue;
		g_assert_cmpint(error->code, ==, EXIT_BAD_CONFIG);
		g_assert_nonnull(strstr(error->message, cases[i].want));
		g_error_free(error);
	}
}

static struct ini *
read_good(const char *text)
{
	GError *error = NULL;
	struct ini *ini = ini_read(text, "test.ini", EXIT_BAD_CONFIG, &error);
	g_assert_no_error(error);
	return ini;
}

static void
test_values(void)
{
	GError *error = NULL;
	struct ini *ini = read_good("[a]\ntext =  two words  \nblank =\nzero = 0\nseconds = 90s\n"
				    "noon = 12:30\nminutes = 30m\nhours = 26h\ndays = 7d\nnumber = "
				    "-3\nflag = On\nword = BLUE\n"
				    "list = a; b ;;  c d ;\nequals = a = b\n");
	g_assert_cmpstr(ini_name(ini), ==, "test.ini");
	g_assert_cmpstr(ini_text(ini, "a", "text", NULL), ==, "two words");
	g_assert_cmpstr(ini_text(ini, "a", "blank", "x"), ==, "");
	g_assert_cmpstr(ini_text(ini, "a", "absent", "x"), ==, "x");
	g_assert_cmpstr(ini_text(ini, "nowhere", "text", "x"), ==, "x");
	g_assert_cmpstr(ini_text(ini, "a", "equals", NULL), ==, "a = b");
	g_assert_cmpint(ini_duration(ini, "a", "zero", 5, &error), ==, 0);
	g_assert_cmpint(ini_duration(ini, "a", "seconds", 5, &error), ==, 90);
	g_assert_cmpint(ini_duration(ini, "a", "minutes", 5, &error), ==, 1800);
	g_assert_cmpint(ini_duration(ini, "a", "hours", 5, &error), ==, 93600);
	g_assert_cmpint(ini_duration(ini, "a", "days", 5, &error), ==, 604800);
	g_assert_cmpint(ini_duration(ini, "a", "absent", 5, &error), ==, 5);
	g_assert_cmpint(ini_clock(ini, "a", "noon", -1, &error), ==, 45000);
	g_assert_cmpint(ini_clock(ini, "a", "absent", -1, &error), ==, -1);
	g_assert_cmpint(ini_number(ini, "a", "number", -9, 9, 1, &error), ==, -3);
	g_assert_true(ini_flag(ini, "a", "flag", false, &error));
	g_assert_true(ini_flag(ini, "a", "absent", true, &error));
	g_assert_cmpint(ini_word(ini, "a", "word", colours, -1, &error), ==, 2);
	g_assert_cmpint(ini_word(ini, "a", "absent", colours, -1, &error), ==, -1);
	g_assert_no_error(error);

	char **list = ini_list(ini, "a", "list");
	char *joined = g_strjoinv("|", list);
	g_assert_cmpstr(joined, ==, "a|b|c d");
	g_strfreev(list);
	g_free(joined);
	list = ini_list(ini, "a", "absent");
	g_assert_null(list[0]);
	g_strfreev(list);
	ini_free(ini);
}

/* The first fault is the one reported: a reader asks for everything and looks once. */
static void
test_first_fault(void)
{
	GError *error = NULL;
	struct ini *ini = read_good("[a]\none = x\ntwo = y\n");
	g_assert_cmpint(ini_duration(ini, "a", "one", 5, &error), ==, 5);
	g_assert_cmpint(ini_duration(ini, "a", "two", 6, &error), ==, 6);
	g_assert_nonnull(strstr(error->message, "test.ini:2: [a] one"));
	g_assert_nonnull(strstr(error->message, "\nhint: "));
	g_clear_error(&error);
	ini_free(ini);
}

static void
test_order(void)
{
	struct ini *ini = read_good("[b]\nz = 1\na = 2\n[a]\n[c x]\n");
	char *all = g_strjoinv(" ", (char **)ini_sections(ini));
	char *keys = g_strjoinv(" ", (char **)ini_keys(ini, "b"));
	g_assert_cmpstr(all, ==, "b a c x");
	g_assert_cmpstr(keys, ==, "z a");
	g_assert_null(ini_keys(ini, "nowhere"));
	g_free(all);
	g_free(keys);
	ini_free(ini);
	ini_free(NULL);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ini/refused", test_refused);
	g_test_add_func("/ini/values", test_values);
	g_test_add_func("/ini/first-fault", test_first_fault);
	g_test_add_func("/ini/order", test_order);
	return g_test_run();
}
