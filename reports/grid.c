/* Aligned text.  Decides widths and what is cut; knows nothing of plans. */
#include "reports/grid.h"

#include "base/text.h"

#include <string.h>

/* A column grows to its widest cell, but one long cell must not push all others off the screen. */
#define ALIGN_MAX 44
/* Longest cell and longest line below a row, in characters; all of it is in the other reports. */
#define CELL_MAX 400
#define CUT_MARK "... (cut)"

struct grid {
	size_t columns;
	GPtrArray *cells;  /* of char *, row by row; printable */
	GHashTable *notes; /* row number -> char *, lines with an end each */
};

struct grid *
grid_new(size_t columns)
{
	g_assert(columns > 0 && columns <= GRID_COLUMNS);
	struct grid *grid = g_new0(struct grid, 1);
	grid->columns = columns;
	grid->cells = g_ptr_array_new_with_free_func(g_free);
	grid->notes = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	return grid;
}

void
grid_free(struct grid *grid)
{
	if (grid == NULL)
		return;
	g_ptr_array_unref(grid->cells);
	g_hash_table_unref(grid->notes);
	g_free(grid);
}

/* Harmless, and at most CELL_MAX characters.  Returned, caller frees. */
static char *
presentable(const char *text)
{
	char *printable = text_printable(text);
	if (g_utf8_strlen(printable, -1) <= CELL_MAX)
		return printable;
	char *end = g_utf8_offset_to_pointer(printable, CELL_MAX - (glong)strlen(CUT_MARK));
	char *cut = g_strdup_printf("%.*s%s", (int)(end - printable), printable, CUT_MARK);
	g_free(printable);
	return cut;
}

void
grid_cell(struct grid *grid, const char *text)
{
	g_ptr_array_add(grid->cells, presentable(text != NULL ? text : ""));
}

void
grid_cellf(struct grid *grid, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	char *text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	grid_cell(grid, text);
	g_free(text);
}

size_t
grid_rows(const struct grid *grid)
{
	return (grid->cells->len + grid->columns - 1) / grid->columns;
}

void
grid_note(struct grid *grid, const char *text)
{
	g_assert(grid->cells->len > 0 && grid->cells->len % grid->columns == 0);
	gpointer row = GSIZE_TO_POINTER(grid_rows(grid) - 1);
	const char *before = g_hash_table_lookup(grid->notes, row);
	char *both = g_strconcat(before != NULL ? before : "", text, "\n", NULL);
	g_hash_table_insert(grid->notes, row, both);
}

size_t
grid_width(const char *text)
{
	size_t width = 0;
	for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		if (!g_unichar_iszerowidth(c))
			width += g_unichar_iswide(c) ? 2 : 1;
	}
	return width;
}

void
grid_lines(GString *out, const char *indent, const char *text)
{
	char **lines = g_strsplit(text, "\n", -1);
	for (char **line = lines; *line != NULL; line++) {
		if (**line == '\0')
			continue;
		char *shown = presentable(*line);
		g_string_append_printf(out, "%s%s\n", indent, shown);
		g_free(shown);
	}
	g_strfreev(lines);
}

static void
measure(const struct grid *grid, size_t widths[static GRID_COLUMNS])
{
	for (guint i = 0; i < grid->cells->len; i++) {
		size_t width = MIN(grid_width(grid->cells->pdata[i]), ALIGN_MAX);
		size_t *column = &widths[i % grid->columns];
		*column = MAX(*column, width);
	}
}

static void
print_row(const struct grid *grid, size_t row, const size_t *widths, GString *out)
{
	for (size_t c = 0; c < grid->columns; c++) {
		size_t i = row * grid->columns + c;
		if (widths[c] == 0 || i >= grid->cells->len)
			continue;
		const char *cell = grid->cells->pdata[i];
		size_t width = grid_width(cell);
		size_t gap = 2 + (width < widths[c] ? widths[c] - width : 0);
		g_string_append_printf(out, "%s%*s", cell, (int)gap, "");
	}
	while (out->len > 0 && out->str[out->len - 1] == ' ')
		g_string_truncate(out, out->len - 1);
	g_string_append_c(out, '\n');
}

void
grid_print(const struct grid *grid, GString *out, const char *indent)
{
	size_t widths[GRID_COLUMNS] = {0};
	measure(grid, widths);
	char *deeper = g_strconcat(indent, "      ", NULL);
	for (size_t row = 0; row < grid_rows(grid); row++) {
		g_string_append(out, indent);
		print_row(grid, row, widths, out);
		const char *note = g_hash_table_lookup(grid->notes, GSIZE_TO_POINTER(row));
		if (note != NULL)
			grid_lines(out, deeper, note);
	}
	g_free(deeper);
}
