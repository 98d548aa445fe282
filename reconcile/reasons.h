#ifndef RECONCILE_REASONS_H
#define RECONCILE_REASONS_H

#include "reconcile/world.h"

/* Give the change n reasons, blank and owned by the plan, to be filled by the caller. */
struct reason *reasons_alloc(struct world *world, struct change *change, size_t n);

/* Fill in a reason from number (of entitled->reasons) and the window it gave. */
void reason_fill(struct world *world, struct reason *reason, uint32_t number, struct interval span);

/* The same from a giver that an earlier run remembered. */
void reason_fill_giver(struct world *world, struct reason *reason, const struct giver *giver);

#endif
