#ifndef RECONCILE_DIFF_H
#define RECONCILE_DIFF_H

#include "reconcile/loss.h"

/*
 * Compare every slot with what is there, as if every record that is there were believed: put the changes into
 * world->plan->changes, in no particular order and none of them held, and what they take into world->losses.  Adds the
 * findings protected, report_only, other_role, no_user, suspended and unconfirmed.
 */
void diff(struct world *world);

/*
 * The guards have held pieces: in place of each change that would take one of them put what can be done without it, and
 * mark the former as held.
 */
void diff_settle(struct world *world);

/* Everybody who is given something, by a change that is not held or else by one that is, and has no user is made once. */
void diff_users(struct world *world);

#endif
