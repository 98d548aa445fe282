#ifndef REPORTS_WORKBOOK_H
#define REPORTS_WORKBOOK_H

#include "model/run.h"

/*
 * Write the workbook of a run to path: beside first, then renamed, mode 0600.  Sheets: Summary, Drift, Orphaned users,
 * Missing groups, E-mail mismatches, Access now, Rejected rows, Findings.  The same run gives the same bytes.
 * False and *error (EXIT_FAILED) when it could not be written whole; then path is as it was.
 */
bool workbook_write(const struct run *run, const char *path, GError **error);

#endif
