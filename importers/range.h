#ifndef IMPORTERS_RANGE_H
#define IMPORTERS_RANGE_H

#include <stdbool.h>

/*
 * Two times of day in one text, as clubs write them: `7-8:30am`, `8:00 a.m.–8:15 a.m.`, `2026-11-14 | 9:00–10:00`.
 * What stands before the first of them, such as a date, belongs to it alone.
 *
 * A first time without am or pm takes it from the second, such that it lies less than twelve hours before it: 11-1pm
 * begins in the morning.  A second one without it, where the first has it, is no range: nobody can tell what it means.
 *
 * False when the text is no range.  Else *first and *last, each may be NULL, are returned: caller frees with g_free.
 */
bool range_split(const char *text, char **first, char **last);

#endif
