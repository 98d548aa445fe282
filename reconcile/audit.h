#ifndef RECONCILE_AUDIT_H
#define RECONCILE_AUDIT_H

#include "reconcile/loss.h"

/*
 * What an auditor wants to see besides the changes: orphans (with the finding orphan), who can open what at now by
 * Kisi's own state, and whom a missing group hits.  Called when changes and holds are settled.
 */
void audit_orphans(struct world *world, const struct losses *alone);
void audit_missing_groups(struct world *world);

/* judged: the plan whose verdicts say why a source cannot be used; world->plan, or the one before it. */
void audit_access(struct world *world, const struct losses *alone, const struct plan *judged);

/* What would be lost in slots of which nobody asked, since they are left alone.  Caller frees with losses_free. */
struct losses *audit_left_alone(struct world *world);

/* `booking 17 (bookings.csv:12)`, of a number in entitled->reasons.  Caller frees with g_free. */
char *audit_record(const struct world *world, uint32_t number);

/* Why a right without any window stands there; piece: that tells most, or NULL.  Of the plan. */
const char *audit_nothing(struct world *world, uint32_t person, const struct piece *piece);

/* The groups of Kisi; after audit_access. */
void audit_groups(struct world *world);

/* People whom a source blocks and another one books; finding blocked_but_booked. */
void audit_blocked(struct world *world);

/*
 * ... and what blocked or deleted people have in Kisi, now, where no run takes it away: groups without a rule, teams, roles,
 * links.  After audit_access.
 */
void audit_blocked_elsewhere(struct world *world);

/* Managed groups whose doors cannot be opened from afar; finding restricted_lock. */
void audit_locks(struct world *world);

#endif
