#ifndef REPORTS_PLAN_TEXT_H
#define REPORTS_PLAN_TEXT_H

#include "model/run.h"

/*
 * The plan as text for a terminal or mail: changes grouped by what they do, removals loud, what is held and by which
 * guard with the next command, findings, and one line of counts at the end.  verbose adds every verdict and
 * every reason.  Returned, caller frees with g_free.
 */
char *plan_text_format(const struct run *run, bool verbose);

/* The last line alone: `3 changes: 1 grant, 2 revokes; 1 held; 5 findings`.  Caller frees. */
char *plan_text_summary(const struct run *run);

#endif
