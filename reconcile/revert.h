#ifndef RECONCILE_REVERT_H
#define RECONCILE_REVERT_H

#include "model/trail.h"
#include "reconcile/world.h"

/*
 * In place of diff and passes_diff: put into world->plan->changes what undoes a past run.  Of each change that was done,
 * what is there now must be what the run left; else it stays, with the finding moved_since.  What lies in the past by now
 * is not given back; users that were made stay.  None of the changes is held yet.
 */
void revert_diff(struct world *world, const struct trail *trail);

#endif
