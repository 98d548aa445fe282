/* Tables of the configuration: every fault is one of the configuration. */
#include "importers/table.h"

#include "base/failure.h"

#include <glib/gstdio.h>
#include <string.h>

static const struct table_column columns[] = {{"alias", COLUMN_REQUIRED},
    {"email", COLUMN_REQUIRED}, {"reason", COLUMN_OPTIONAL}, {NULL, COLUMN_OPTIONAL}};

static bool
take(void *user, const char *const *cells, unsigned row, GError **error)
{
	g_string_append_printf(user, "%u{%s}{%s}{%s} ", row, cells[0], cells[1], cells[2]);
	if (strcmp(cells[0], "bad") != 0)
		return true;
	return fail(error, EXIT_BAD_CONFIG, NULL, "row %u: bad", row);
}

static void
test_read(void)
{
	char *filler = g_strnfill((64 << 10) + 1, 'x');
	char *too_long = g_strconcat("alias,email,reason\na,b,", filler, "\n", NULL);
	const struct {
		const char *text, *want, *message;
	} cases[] = {
	    {"alias,email\na,b\n\n c , d \n", "2{a}{b}{} 4{c}{d}{} ", NULL},
	    {"Email;Alias;Reason\nb;a;r\n;;\n", "2{a}{b}{r} ", NULL},
	    {"alias,email\n", "", NULL},
	    {"alias,email\na,b,,\n", "2{a}{b}{} ", NULL},
	    {"alias,emial\na,b\n", NULL, "no column \"email\"\nhint: is it \"emial\"?"},
	    {"alias,email,raeson\n", NULL, "unknown column \"raeson\"\nhint: is it \"reason\"?"},
	    {"alias,email,E-Mail\n", NULL, "two columns \"email\""},
	    {"alias,email\na\n", NULL, "row 2: no email"},
	    {"alias,email\na,b,c\n", NULL, "row 2: has 3 cells, the header 2"},
	    {"alias,email\na,\"b\n", NULL, "a quote that is never closed"},
	    {"alias,email\nbad,b\n", NULL, "row 2: bad"},
	    {"Who else is whom\nalias,email\na,b\n", "3{a}{b}{} ", NULL},
	    {"a,b\nalias,email\nc,d\n", NULL, "row 1 stands above the header"},
	    {"a@b.example\nalias,email\nc,d\n", NULL, "row 1 stands above the header"},
	    {"x\n", NULL, "no column \"alias\""},
	    {too_long, NULL, "row 2: a cell is longer than 64 KiB"},
	    {"", NULL, "empty"},
	};
	char *dir = g_dir_make_tmp("table-XXXXXX", NULL);
	char *path = g_build_filename(dir, "t.csv", NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		GError *error = NULL;
		GString *log = g_string_new(NULL), *bytes = NULL;
		g_assert_true(g_file_set_contents(path, cases[i].text, -1, NULL));
		bool good = table_read(path, columns, take, log, EXIT_BAD_CONFIG, &bytes, &error);
		if (cases[i].want != NULL) {
			g_assert_no_error(error);
			g_assert_true(good);
			g_assert_cmpstr(log->str, ==, cases[i].want);
			g_assert_cmpstr(bytes->str, ==, cases[i].text);
			g_string_free(bytes, TRUE);
		} else {
			g_assert_false(good);
			g_assert_error(error, FAILURE, EXIT_BAD_CONFIG);
			if (strstr(error->message, cases[i].message) == NULL)
				g_test_fail_printf("%s\ngave %s", cases[i].text, error->message);
			g_assert_null(bytes);
			g_error_free(error);
		}
		g_string_free(log, TRUE);
	}
	g_unlink(path);
	GError *error = NULL;
	g_assert_false(table_read(path, columns, take, NULL, EXIT_BAD_CONFIG, NULL, &error));
	g_assert_error(error, FAILURE, EXIT_BAD_CONFIG);
	g_error_free(error);
	g_rmdir(dir);
	g_free(path);
	g_free(dir);
	g_free(too_long);
	g_free(filler);
}

/* How a table is written, for who adds to it. */
static void
test_shape(void)
{
	static const struct {
		const char *text;
		char delimiter;
		size_t width;
		int at[3]; /* alias, email, reason */
	} cases[] = {
	    {"alias,email\na,b\n", ',', 2, {0, 1, -1}},
	    {"\xef\xbb\xbf"
	     "reason;E-Mail;;alias\r\n",
		';', 4, {3, 1, 0}},
	    {"Our people\nalias\temail\n", '\t', 2, {0, 1, -1}},
	    {"alias\na\n", '\0', 0, {0}},
	    {"", '\0', 0, {0}},
	};
	g_autofree char *dir = g_dir_make_tmp("table-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(dir, "table.csv", NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct table_shape shape = {0};
		g_autoptr(GError) error = NULL;
		g_assert_true(g_file_set_contents(path, cases[i].text, -1, NULL));
		bool good = table_shape(path, columns, &shape, &error);
		g_test_message("%s", cases[i].text);
		g_assert_cmpint(good, ==, cases[i].width > 0);
		g_assert_cmpint(error == NULL, ==, good);
		g_assert_cmpint(shape.delimiter, ==, cases[i].delimiter);
		g_assert_cmpuint(shape.width, ==, cases[i].width);
		for (size_t j = 0; j < G_N_ELEMENTS(cases[i].at) && good; j++)
			g_assert_cmpint(shape.at[j], ==, cases[i].at[j]);
		g_free(shape.at);
	}
	g_unlink(path);
	g_rmdir(dir);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/table/read", test_read);
	g_test_add_func("/table/shape", test_shape);
	return g_test_run();
}
