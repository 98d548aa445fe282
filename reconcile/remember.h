#ifndef RECONCILE_REMEMBER_H
#define RECONCILE_REMEMBER_H

#include "model/baseline.h"
#include "reconcile/loss.h"

/* Fill the baseline that the next run will compare with, if this plan is applied; after diff_settle. */
void remember(const struct world *world, struct baseline *baseline);

#endif
