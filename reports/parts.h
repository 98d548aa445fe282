#ifndef REPORTS_PARTS_H
#define REPORTS_PARTS_H

#include <stdbool.h>

/*
 * Is every XML part of the workbook file at path there to its end?  NULL when all are; else the reason, with the
 * name of the part.  Caller frees with g_free.
 */
char *parts_problem(const char *path);

#endif
