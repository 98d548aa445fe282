#ifndef RECONCILE_DOUBTS_H
#define RECONCILE_DOUBTS_H

#include "reconcile/passes.h"
#include "reconcile/world.h"

/*
 * What the plan makes of objects of Kisi that are not understood (model/doubts.h): a place that such an object takes is
 * left as it is, and nobody loses access to the groups that they concern.
 */

/* Add a finding not_understood for each kind of trouble and group. */
void doubts_report(const struct world *world);

/*
 * Has the person something in this group that is not understood?  Then nothing is changed there; that is a finding, whose
 * text begins with `should`.
 */
bool doubts_slot(const struct world *world, uint32_t person, int64_t group_id, const char *group,
    const char *should);

/* May the link or schedule that is wanted be there, as one that is not understood?  Then none is made; a finding, too. */
bool doubts_pass(const struct world *world, const struct pass *wanted);

#endif
