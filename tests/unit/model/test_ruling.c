/* Rulings: what a row means, what is refused, and whom they are about. */
#include "model/ruling.h"

#include "base/failure.h"

#include <string.h>

static struct ruling *
read_row(const char *row, GError **error)
{
	g_auto(GStrv) words = g_strsplit(row, ",", -1);
	const char *cells[RULING_CELLS];
	guint n = g_strv_length(words);
	for (guint i = 0; i < RULING_CELLS; i++)
		cells[i] = i < n ? words[i] : "";
	return ruling_read(cells, error);
}

static void
test_rows(void)
{
	g_autoptr(GError) error = NULL;
	struct ruling *ruling = read_row(
	    "Different,Ada <ADA@x.org>,ben@x.org,,olga,2026-11-14T10:00:00Z,twins", &error);
	g_assert_no_error(error);
	g_assert_cmpint(ruling->kind, ==, RULING_DIFFERENT);
	g_assert_cmpstr(ruling->who, ==, "ada@x.org");
	g_assert_cmpstr(ruling->other, ==, "ben@x.org");
	g_assert_cmpint(ruling->until, ==, INSTANT_NEVER);
	g_assert_cmpint(ruling->at, ==, 1794650400);
	g_assert_cmpstr(ruling->by, ==, "olga");
	g_assert_cmpstr(ruling->reason, ==, "twins");
	ruling_free(ruling);
	ruling = read_row("accept,4F1C09AB77DE,,2026-11-14", &error);
	g_assert_no_error(error);
	g_assert_cmpstr(ruling->who, ==, "4f1c09ab77de");
	g_assert_null(ruling->other);
	g_assert_cmpint(ruling->until, ==, 1794657600 + 86400); /* noon UTC of the 15th */
	g_assert_cmpint(ruling->at, ==, INSTANT_ALWAYS);
	g_assert_null(ruling->by);
	ruling_free(ruling);
	ruling_free(NULL);
}

static void
test_refused(void)
{
	static const struct {
		const char *row, *word;
	} cases[] = {
	    {"protekt,a@x.org", "is it \"protect\"?"},
	    {",a@x.org", "different, protect or accept"},
	    {"protect,ada", "who: not an e-mail address"},
	    {"protect,", "who: not an e-mail address"},
	    {"protect,a@x.org,b@x.org", "other: protect has none"},
	    {"protect,a@x.org,,tomorrow", "until: not a time"},
	    {"protect,a@x.org,,2026-02-30", "until: not a time"},
	    {"protect,a@x.org,,2026-11-14T10:00:00", "until: not a time"}, /* in which zone? */
	    {"protect,a@x.org,,,,yesterday", "at: not a time"},
	    {"different,a@x.org,", "other: not an e-mail address"},
	    {"different,a@x.org,A@X.org", "stands there twice"},
	    {"different,a@x.org,b@x.org,2026-12-31", "until: two people"},
	    {"accept,a@x.org", "who: not an id"},
	    {"accept,4f1c09ab77d", "who: not an id"},
	    {"accept,4f1c09ab77dea", "who: not an id"},
	    {"accept,4f1c09ab77dg", "who: not an id"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_test_message("%s", cases[i].row);
		g_assert_null(read_row(cases[i].row, &error));
		g_assert_error(error, FAILURE, EXIT_BAD_CONFIG);
		g_assert_nonnull(strstr(error->message, cases[i].word));
	}
}

static struct config *
config_with(const char *const *rows)
{
	struct config *config = config_read(
	    "[source b]\nprofile = p\nfile = f\n[people]\nprotected = zoe@x.org\n", "t", "/", NULL);
	for (; *rows != NULL; rows++)
		g_ptr_array_add(config->rulings, read_row(*rows, NULL));
	g_hash_table_insert(config->people.aliases, g_strdup("ben@old.org"), g_strdup("ben@x.org"));
	g_hash_table_insert(config->people.aliases, g_strdup("own@x.org"), g_strdup("own@x.org"));
	return config;
}

static void
test_different(void)
{
	static const char *const rows[] = {
	    "different,ada@x.org,ben@old.org", "protect,cem@x.org", NULL};
	static const struct {
		const char *a, *b;
		bool want;
	} cases[] = {
	    {"ada@x.org", "ben@x.org", true},
	    {"ben@x.org", "ada@x.org", true},
	    {"ben@old.org", "ada@x.org", true},
	    {"ben@old.org", "ben@x.org", false},
	    {"ada@x.org", "ada@x.org", false},
	    {"ada@x.org", "cem@x.org", false},
	    {"cem@x.org", "own@x.org", true},
	    {"own@x.org", "cem@x.org", true},
	    {"own@x.org", "own@x.org", false},
	};
	struct config *config = config_with(rows);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_test_message("%s %s", cases[i].a, cases[i].b);
		g_assert_cmpint(
		    config_different(config, cases[i].a, cases[i].b), ==, cases[i].want);
	}
	config_free(config);
}

static void
test_until(void)
{
	static const char *const rows[] = {"accept,4f1c09ab77de,,2026-11-14T10:00:00Z",
	    "accept,4f1c09ab77de,,2026-11-14T09:00:00Z", "accept,000000000000",
	    "protect,ada@x.org,,2026-11-14T10:00:00Z", "protect,ben@x.org", NULL};
	const instant end = 1794650400;
	struct config *config = config_with(rows);
	g_assert_true(config_ruled_accept(config, "4f1c09ab77de", end - 1));
	g_assert_false(config_ruled_accept(config, "4f1c09ab77de", end));
	g_assert_true(config_ruled_accept(config, "000000000000", end));
	g_assert_false(config_ruled_accept(config, "111111111111", 0));
	g_assert_cmpint(config_ruled_until(config, RULING_PROTECT, "ada@x.org"), ==, end);
	config_protect_ruled(config, end);
	g_assert_cmpuint(g_hash_table_size(config->people.protected), ==, 2);
	g_assert_false(g_hash_table_contains(config->people.protected, "ada@x.org"));
	config_protect_ruled(config, end - 1);
	g_assert_true(g_hash_table_contains(config->people.protected, "ada@x.org"));
	config_free(config);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ruling/rows", test_rows);
	g_test_add_func("/ruling/refused", test_refused);
	g_test_add_func("/ruling/different", test_different);
	g_test_add_func("/ruling/until", test_until);
	return g_test_run();
}
