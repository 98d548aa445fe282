/* Columns that line up whatever stands in them. */
#include "reports/grid.h"

#include <string.h>

static void
assert_prints(struct grid *grid, const char *wanted)
{
	GString *out = g_string_new(NULL);
	grid_print(grid, out, "  ");
	g_assert_cmpstr(out->str, ==, wanted);
	g_string_free(out, TRUE);
	grid_free(grid);
}

static void
fill(struct grid *grid, const char *const *cells, size_t n)
{
	for (size_t i = 0; i < n; i++)
		grid_cell(grid, cells[i]);
}

static void
test_columns(void)
{
	static const char *const cells[] = {"a", NULL, "long one", "x", "bb", "", NULL, "y"};
	struct grid *grid = grid_new(4);
	fill(grid, cells, G_N_ELEMENTS(cells));
	g_assert_cmpuint(grid_rows(grid), ==, 2);
	assert_prints(grid, "  a   long one  x\n  bb            y\n");
}

static void
test_wide_and_combining(void)
{
	static const char *const cells[] = {
	    "\xe6\x9d\x8e\xe5\xb0\x8f", "x", "e\xcc\x81t\xc3\xa9", "x", "abcd", "x"};
	struct grid *grid = grid_new(2);
	fill(grid, cells, G_N_ELEMENTS(cells));
	assert_prints(grid, "  \xe6\x9d\x8e\xe5\xb0\x8f  x\n  e\xcc\x81t\xc3\xa9   x\n  abcd  x\n");
	g_assert_cmpuint(grid_width("\xe6\x9d\x8e"), ==, 2);
	g_assert_cmpuint(grid_width("e\xcc\x81"), ==, 1);
}

static void
test_one_long_cell_moves_its_row_only(void)
{
	char *text = g_strnfill(60, 'l');
	const char *const cells[] = {text, "x", "a", "x"};
	struct grid *grid = grid_new(2);
	fill(grid, cells, G_N_ELEMENTS(cells));
	char *wanted = g_strdup_printf("  %s  x\n  a%*sx\n", text, 45, "");
	assert_prints(grid, wanted);
	g_free(wanted);
	g_free(text);
}

static void
test_notes_and_lines(void)
{
	struct grid *grid = grid_new(1);
	grid_cell(grid, "a\x1b[2J\nb");
	grid_note(grid, "first\n\nsecond\x07");
	grid_note(grid, "third");
	grid_cell(grid, "c");
	assert_prints(grid, "  a?[2J?b\n        first\n        second?\n        third\n  c\n");
}

static void
test_nothing(void)
{
	assert_prints(grid_new(3), "");
	grid_free(NULL);
}

/* In a given width cells go on below, between words. */
static void
test_within(void)
{
	static const char *const cells[] = {
	    "-", "Fatima Zahra", "until 8:45 -> 11:45", "+", "Bo", "a-word-that-is-long"};
	struct grid *grid = grid_new(3);
	fill(grid, cells, G_N_ELEMENTS(cells));
	grid_note(grid, "a note of several words");
	g_autoptr(GString) out = g_string_new(NULL);
	grid_print_within(grid, out, " ", 30);
	g_assert_cmpstr(out->str, ==,
	    " -  Fatima  until 8:45 -> 11:45\n"
	    "    Zahra\n"
	    " +  Bo      a-word-that-is-long\n"
	    "      a note of several words\n");
	g_string_truncate(out, 0);
	grid_print_within(grid, out, " ", 200);
	g_assert_cmpstr(out->str, ==,
	    " -  Fatima Zahra  until 8:45 -> 11:45\n"
	    " +  Bo            a-word-that-is-long\n"
	    "      a note of several words\n");
	grid_free(grid);
}

/* A command can be copied from several lines, and no quoted word is torn. */
static void
test_command(void)
{
	g_autoptr(GString) out = g_string_new(NULL);
	grid_command(out, "Do: ", "      ", "kisi-reconcile -c 'my venue.ini' apply --yes", 32);
	g_assert_cmpstr(out->str, ==,
	    "Do: kisi-reconcile -c \\\n"
	    "      'my venue.ini' apply \\\n"
	    "      --yes\n");
	g_string_truncate(out, 0);
	grid_paragraph(out, "1 ", "  ", "one two three", 9);
	g_assert_cmpstr(out->str, ==, "1 one two\n  three\n");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/grid/columns", test_columns);
	g_test_add_func("/grid/wide-and-combining", test_wide_and_combining);
	g_test_add_func(
	    "/grid/one-long-cell-moves-its-row-only", test_one_long_cell_moves_its_row_only);
	g_test_add_func("/grid/notes-and-lines", test_notes_and_lines);
	g_test_add_func("/grid/nothing", test_nothing);
	g_test_add_func("/grid/within", test_within);
	g_test_add_func("/grid/command", test_command);
	return g_test_run();
}
