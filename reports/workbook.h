#ifndef REPORTS_WORKBOOK_H
#define REPORTS_WORKBOOK_H

#include "model/run.h"

/*
 * Write the workbook of a run to path: beside first, then renamed, mode 0600.  Sixteen sheets, from Summary to Words
 * (reports/sheets.c); only_changes: none but Changes made and Held back.  The same run gives the same bytes.
 * False and *error (EXIT_FAILED) when it could not be written whole; then path is as it was, unless the error says that
 * only the folder could not be synced.
 */
bool workbook_write(const struct run *run, const char *path, bool only_changes, GError **error);

/* Where a workbook changes its ways. */
struct workbook_limits {
	size_t sheet_rows; /* of one sheet with its header; more are left out, loudly */
	bool only_changes;
};

/* The same with limits of one's own, for tests. */
bool workbook_write_within(
    const struct run *run, const char *path, const struct workbook_limits *limits, GError **error);

#endif
