#ifndef RECONCILE_DIFF_H
#define RECONCILE_DIFF_H

#include "reconcile/world.h"

/*
 * Compare every slot with what is there, and put the changes into world->plan->changes, in no particular order and
 * none of them held.  Adds the findings protected, report_only, other_role, no_user, suspended and unconfirmed.
 */
void diff(struct world *world);

#endif
