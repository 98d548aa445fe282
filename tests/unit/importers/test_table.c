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

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/table/read", test_read);
	return g_test_run();
}
