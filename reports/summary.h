#ifndef REPORTS_SUMMARY_H
#define REPORTS_SUMMARY_H

#include "reports/sheet.h"
#include "reports/view.h"

/*
 * Lay out the first page of the workbook on an empty sheet: can this run be relied on, what needs a decision, do the
 * totals tie, how it was made, and lines to sign.  One portrait page.  left_out: rows that the other sheets cannot hold.
 */
void summary_write(struct view *view, struct sheet *sheet, size_t left_out);

#endif
