#ifndef REPORTS_SHEETS_H
#define REPORTS_SHEETS_H

#include "model/run.h"
#include "reports/table.h"

/* What stands on the table sheets of the workbook. */
struct sheet_kind {
	const char *name;
	const char *about; /* half a sentence for the summary */
	const struct table_column *columns;
	size_t n_columns;
	size_t (*rows)(const struct run *run); /* how many rows there are to list */
	void (*fill)(const struct run *run, struct table *table); /* offers exactly so many */
};

/* In the order of the workbook. */
#define SHEET_KINDS 7
extern const struct sheet_kind sheet_kinds[SHEET_KINDS];

#endif
