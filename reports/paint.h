#ifndef REPORTS_PAINT_H
#define REPORTS_PAINT_H

/*
 * The same text in colour: signs at the beginning of a row, and headings in capitals.  Colour only repeats what is there:
 * without its escapes the text is the same, byte by byte.  text: harmless for a terminal.  Returned, caller frees with g_free.
 */
char *paint(const char *text);

#endif
