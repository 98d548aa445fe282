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

/* ---- lines of words ---- */

/* Words with how they are led in; quoted: a blank inside quotes ends none.  Returned, caller frees with g_ptr_array_unref. */
static GPtrArray *
split_words(const char *text, bool quoted)
{
	GPtrArray *words = g_ptr_array_new_with_free_func(g_free);
	GString *word = g_string_new(NULL);
	char quote = '\0';
	for (const char *p = text;; p++) {
		if (quoted && (*p == '\'' || *p == '"') && (quote == '\0' || quote == *p))
			quote = quote == '\0' ? *p : '\0';
		if (*p != '\0' && (*p != ' ' || quote != '\0')) {
			g_string_append_c(word, *p);
			continue;
		}
		if (word->len > 0)
			g_ptr_array_add(words, g_strdup(word->str));
		g_string_truncate(word, 0);
		if (*p == '\0')
			break;
	}
	g_string_free(word, TRUE);
	return words;
}

/* The text in lines of at most width columns; width 0: in one, as it is.  Returned, caller frees as split_words. */
static GPtrArray *
split_lines(const char *text, size_t width, bool quoted)
{
	if (width == 0 || grid_width(text) <= width) {
		GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
		g_ptr_array_add(lines, g_strdup(text));
		return lines;
	}
	g_autoptr(GPtrArray) words = split_words(text, quoted);
	GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GString) line = g_string_new(NULL);
	for (guint i = 0; i < words->len; i++) {
		const char *word = words->pdata[i];
		if (line->len > 0 && grid_width(line->str) + 1 + grid_width(word) > width) {
			g_ptr_array_add(lines, g_strdup(line->str));
			g_string_truncate(line, 0);
		}
		g_string_append_printf(line, "%s%s", line->len > 0 ? " " : "", word);
	}
	g_ptr_array_add(lines, g_strdup(line->str));
	return lines;
}

static size_t
room_behind(const char *lead, size_t width, size_t reserve)
{
	size_t used = grid_width(lead) + reserve;
	return width == 0 ? 0 : width > used ? width - used : 1;
}

static void
append_lines(GString *out, const char *first, const char *rest, const char *text, size_t width,
    const char *join)
{
	size_t room = MIN(
	    room_behind(first, width, strlen(join)), room_behind(rest, width, strlen(join)));
	g_autoptr(GPtrArray) lines = split_lines(text, room, *join != '\0');
	for (guint i = 0; i < lines->len; i++)
		g_string_append_printf(out, "%s%s%s\n", i == 0 ? first : rest,
		    (const char *)lines->pdata[i], i + 1 < lines->len ? join : "");
}

void
grid_paragraph(GString *out, const char *first, const char *rest, const char *text, size_t width)
{
	g_autofree char *shown = presentable(text);
	append_lines(out, first, rest, shown, width, "");
}

void
grid_command(GString *out, const char *first, const char *rest, const char *command, size_t width)
{
	g_autofree char *shown = text_printable(command);
	append_lines(out, first, rest, shown, width, " \\");
}

/* ---- rows in a given width ---- */

static size_t
longest_word(const char *text)
{
	g_autoptr(GPtrArray) words = split_words(text, false);
	size_t longest = 0;
	for (guint i = 0; i < words->len; i++)
		longest = MAX(longest, grid_width(words->pdata[i]));
	return longest;
}

/* Narrow the widest columns, none below its longest word, until the row fits into `room` or nothing helps. */
static void
fit(const struct grid *grid, size_t widths[static GRID_COLUMNS], size_t room)
{
	size_t least[GRID_COLUMNS] = {0};
	for (guint i = 0; i < grid->cells->len; i++) {
		size_t column = i % grid->columns;
		least[column] = MAX(least[column], longest_word(grid->cells->pdata[i]));
	}
	for (;;) {
		size_t used = 0, widest = GRID_COLUMNS;
		for (size_t c = 0; c < grid->columns; c++) {
			used += widths[c] > 0 ? widths[c] + (used > 0 ? 2 : 0) : 0;
			if (widths[c] > least[c] &&
			    (widest == GRID_COLUMNS || widths[c] >= widths[widest]))
				widest = c;
		}
		if (used <= room || widest == GRID_COLUMNS)
			return;
		widths[widest]--;
	}
}

static void
print_folded(
    const struct grid *grid, size_t row, const size_t *widths, const char *indent, GString *out)
{
	g_autoptr(GPtrArray)
	    cells = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
	guint lines = 1;
	for (size_t c = 0; c < grid->columns; c++) {
		size_t i = row * grid->columns + c;
		const char *cell = i < grid->cells->len ? grid->cells->pdata[i] : "";
		GPtrArray *folded = split_lines(cell, widths[c], false);
		lines = MAX(lines, folded->len);
		g_ptr_array_add(cells, folded);
	}
	for (guint line = 0; line < lines; line++) {
		g_string_append(out, indent);
		for (size_t c = 0; c < grid->columns; c++) {
			const GPtrArray *folded = cells->pdata[c];
			const char *text = line < folded->len ? folded->pdata[line] : "";
			size_t width = grid_width(text);
			size_t gap = 2 + (width < widths[c] ? widths[c] - width : 0);
			if (widths[c] > 0)
				g_string_append_printf(out, "%s%*s", text, (int)gap, "");
		}
		while (out->len > 0 && out->str[out->len - 1] == ' ')
			g_string_truncate(out, out->len - 1);
		g_string_append_c(out, '\n');
	}
}

/* The widest cell of each column, however wide. */
static void
measure_all(const struct grid *grid, size_t widths[static GRID_COLUMNS])
{
	for (guint i = 0; i < grid->cells->len; i++) {
		size_t *column = &widths[i % grid->columns];
		*column = MAX(*column, grid_width(grid->cells->pdata[i]));
	}
}

void
grid_print_within(const struct grid *grid, GString *out, const char *indent, size_t width)
{
	if (width == 0) {
		grid_print(grid, out, indent);
		return;
	}
	size_t widths[GRID_COLUMNS] = {0};
	measure_all(grid, widths);
	fit(grid, widths, room_behind(indent, width, 0));
	g_autofree char *deeper = g_strconcat(indent, "     ", NULL);
	for (size_t row = 0; row < grid_rows(grid); row++) {
		print_folded(grid, row, widths, indent, out);
		const char *note = g_hash_table_lookup(grid->notes, GSIZE_TO_POINTER(row));
		g_auto(GStrv) lines = note != NULL ? g_strsplit(note, "\n", -1) : NULL;
		for (char **line = lines; line != NULL && *line != NULL; line++) {
			if (**line != '\0')
				grid_paragraph(out, deeper, deeper, *line, width);
		}
	}
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
