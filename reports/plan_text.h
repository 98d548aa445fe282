#ifndef REPORTS_PLAN_TEXT_H
#define REPORTS_PLAN_TEXT_H

#include "model/run.h"

/*
 * The plan as text for a terminal or mail.  What needs a person comes first (failures, refused input, removals, what
 * guards hold and the next command), then the other changes, findings, refused rows, and one line of counts at
 * the end.  Times are those of the plan's zone, named once at the top.  A section lists at most 200 rows.
 * After an apply each change ends with its outcome.  verbose adds ids, every reason, every verdict, file hashes.
 * Nothing in it depends on run->id unless there are outcomes: two dry runs of one plan give the same text.
 * Returned, caller frees with g_free.
 */
char *plan_text_format(const struct run *run, bool verbose);

/*
 * The last line alone, without its end: `3 changes: 1 grant, 2 revokes; 1 held; 5 findings`; after an apply the outcomes
 * stand behind the actions.  Returned, caller frees with g_free.
 */
char *plan_text_summary(const struct run *run);

#endif
