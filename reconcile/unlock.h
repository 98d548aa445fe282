#ifndef RECONCILE_UNLOCK_H
#define RECONCILE_UNLOCK_H

#include "model/snapshot.h"

/* What keeps people who have a group from opening its doors, as Kisi tells it. */

/*
 * `Sluis: reader, time; the group itself: tap`: the restrictions and troubles of the group's locks and of itself; plain:
 * in words for people.  *shut: not one of its doors can be opened by anybody now, or it has none.  Returned, caller frees
 * with g_free; NULL when nothing is known to be in the way.
 */
char *unlock_limits(const struct snapshot *snapshot, int64_t group_id, bool plain, bool *shut);

/* Names of the group's locks, `; ` between.  Returned, caller frees with g_free; NULL when it has none. */
char *unlock_doors(const struct snapshot *snapshot, int64_t group_id);

#endif
