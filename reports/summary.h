#ifndef REPORTS_SUMMARY_H
#define REPORTS_SUMMARY_H

#include "model/run.h"
#include "reports/sheet.h"

/*
 * Lay out the first page of the workbook on an empty sheet: what ran on what, the figures, and lines to sign.
 * room: how many rows each of the other sheets can hold.
 */
void summary_write(const struct run *run, struct sheet *sheet, size_t room);

#endif
