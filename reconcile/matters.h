#ifndef RECONCILE_MATTERS_H
#define RECONCILE_MATTERS_H

#include "reconcile/guards.h"

/*
 * What waits for a person, and whether this run says it: when it is new or has grown, then after 1, 3 and 7 days and every
 * week, all that is due in the first run of a day.  A closed door is said when it is known, and once more in the last run
 * before it matters.
 *
 * Fill in plan->matters and plan->closed, and mark the verdicts and missing groups that are to be said; after
 * audit_missing_groups.  undoing: a past run is undone, so who stands outside by what the inputs say is no matter of it.
 */
void matters_find(const struct world *world, bool undoing);

#endif
