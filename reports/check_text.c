/* The lines of `check` as text. */
#include "reports/check_text.h"

#include "reports/grid.h"

static const char *const marks[] = {
    /* As wide as the widest, so that subjects of all blocks begin in one column. */
    [CHECK_OK] = "ok   ",
    [CHECK_WARN] = "warn ",
    [CHECK_WRONG] = "wrong",
};

static void
add_line(struct grid *grid, const struct check_line *line)
{
	grid_cell(grid, marks[line->mark]);
	grid_cell(grid, line->subject);
	grid_cell(grid, line->text);
	if (line->hint != NULL) {
		grid_cell(grid, NULL);
		grid_cell(grid, NULL);
		grid_cellf(grid, "hint: %s", line->hint);
	}
}

/* Prints and empties the block. */
static void
end_block(struct grid **block, GString *out)
{
	if (grid_rows(*block) > 0) {
		g_string_append(out, out->len > 0 ? "\n" : "");
		grid_print(*block, out, "");
	}
	grid_free(*block);
	*block = grid_new(3);
}

char *
check_text_format(const struct check *check, bool quiet)
{
	GString *out = g_string_new(NULL);
	struct grid *block = grid_new(3);
	for (guint i = 0; i < check->lines->len; i++) {
		const struct check_line *line = check->lines->pdata[i];
		if (line->block && !quiet)
			end_block(&block, out);
		if (line->mark != CHECK_OK || !quiet)
			add_line(block, line);
	}
	end_block(&block, out);
	grid_free(block);
	guint warnings = check_count(check, CHECK_WARN);
	if (!quiet)
		g_string_append_printf(out, "\n%u ok, %u warning%s, %u wrong\n",
		    check_count(check, CHECK_OK), warnings, warnings == 1 ? "" : "s",
		    check_count(check, CHECK_WRONG));
	return g_string_free(out, FALSE);
}
