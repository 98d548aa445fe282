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

#endif
