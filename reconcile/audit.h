#ifndef RECONCILE_AUDIT_H
#define RECONCILE_AUDIT_H

#include "reconcile/world.h"

/*
 * What an auditor wants to see besides the changes: orphans (with the finding orphan), who can open what at now by
 * Kisi's own state, and whom a missing group hits.  Called when changes and holds are settled.
 */
void audit_orphans(struct world *world);
void audit_access(struct world *world);
void audit_missing_groups(struct world *world);

/* People whom a source blocks and another one books; finding blocked_but_booked. */
void audit_blocked(struct world *world);

/* Managed groups whose doors cannot be opened from afar; finding restricted_lock. */
void audit_locks(struct world *world);

#endif
