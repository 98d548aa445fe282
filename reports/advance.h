#ifndef REPORTS_ADVANCE_H
#define REPORTS_ADVANCE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * How many lines a text takes in a cell, by the advance widths of Calibri (and Carlito, which has the same): broken at
 * words, and inside a word only where it is longer than a line.  width: of the column, in digits of 11 points; size: of
 * the font in points.
 */
size_t advance_lines(const char *text, double width, double size, bool bold);

#endif
