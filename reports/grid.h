#ifndef REPORTS_GRID_H
#define REPORTS_GRID_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * A table of text in aligned columns, by the width a terminal gives each character.  Every text is made harmless
 * for a terminal (base/text.h, text_printable) and cut, visibly, where it is absurdly long.
 */
struct grid;

/* The most columns a grid may have. */
#define GRID_COLUMNS 12

/* A grid with this many columns.  Returned, caller frees with grid_free (NULL is fine). */
struct grid *grid_new(size_t columns);
void grid_free(struct grid *grid);

/* The next cell, rows from left to right; NULL is an empty one.  text: borrowed for the call. */
void grid_cell(struct grid *grid, const char *text);
void grid_cellf(struct grid *grid, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Text below the row last filled, further in; each line of it by itself.  The row must be complete. */
void grid_note(struct grid *grid, const char *text);

/* Rows begun so far. */
size_t grid_rows(const struct grid *grid);

/* Append the rows to out, two blanks between columns; a column with nothing in it takes no room. */
void grid_print(const struct grid *grid, GString *out, const char *indent);

/*
 * The same in at most `width` columns of a terminal: cells and notes go on in the next line, inside their column, broken
 * between words and never in one (a word that is too long sticks out).  width 0: as grid_print.
 */
void grid_print_within(const struct grid *grid, GString *out, const char *indent, size_t width);

/*
 * Append text made harmless as a paragraph of lines of at most `width` columns, broken between words; `first` leads the
 * first line, `rest` the others.  width 0: one line.  A text with nothing in it appends `first` and the line's end.
 */
void grid_paragraph(
    GString *out, const char *first, const char *rest, const char *text, size_t width);

/* The same for a command line: each line but the last ends with ` \`, and no quoted word is broken. */
void grid_command(
    GString *out, const char *first, const char *rest, const char *command, size_t width);

/* Columns that a terminal needs for the text (valid UTF-8). */
size_t grid_width(const char *text);

/* Append text made harmless, each of its lines behind indent. */
void grid_lines(GString *out, const char *indent, const char *text);

#endif
