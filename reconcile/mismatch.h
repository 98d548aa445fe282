#ifndef RECONCILE_MISMATCH_H
#define RECONCILE_MISMATCH_H

#include "reconcile/world.h"

/* From this score on a pair is likely enough that both sides are held until somebody rules on it. */
#define MISMATCH_HOLD 60

/* Below this a pair is not worth anybody's time. */
#define MISMATCH_SHOWN 40

/*
 * Pair wanted people without a Kisi user with Kisi users nobody wants, by evidence: plus tag, dots, domain typo, near
 * spelling, same name.  Fills in plan->mismatches, best first, and adds the finding email_mismatch.  The work is
 * proportional to the people, never to their product: only those that share a derived key are compared.
 */
void mismatch_find(struct world *world);

/* In reconcile/identity.c. */

/*
 * People whom their system knows by the same id under another address than at the last apply: what is due is given under the
 * new one, and the old one's loss waits.  Adds the pair, or says it of one that was found; called by mismatch_find.
 */
void identity_find(struct world *world, GHashTable *with_window);

/* Which address each id has now, or had, where Kisi has a user of it: for the next run. */
void identity_remember(const struct world *world, GHashTable *identities);

/* A command that rules on a pair, ready to be pasted; owned by the plan. */
const char *mismatch_ruling(struct world *world, const char *command, const char *a, const char *b);

/* Where the wanted address stands, and for which groups it waits; owned by the plan. */
const char *mismatch_record(struct world *world, uint32_t person);
const char *mismatch_groups(const struct world *world, uint32_t person);

/* Add the finding that tells a pair. */
void mismatch_say(struct world *world, const struct mismatch *mismatch);

#endif
