#ifndef RECONCILE_CAUSE_H
#define RECONCILE_CAUSE_H

#include "reconcile/world.h"

/* How long a removal by hand that was put back is remembered: twice within it is meant. */
#define CAUSE_RESTORE_MEMORY (7 * INSTANT_DAY)

/* Why access goes; *explained is the record that says so, or NULL. */
enum cause cause_of_removal(const struct world *world, uint32_t person, const struct holding *have,
    const struct slot *slot, const struct trace **explained);

/* Why access that is there gets other dates. */
enum cause cause_of_adjust(
    const struct world *world, const struct holding *have, struct interval want);

/* Why access is given: new, or put back after somebody removed it by hand. */
enum cause cause_of_grant(
    const struct world *world, uint32_t person, int64_t group_id, struct interval want);

/* Why access goes whose row is gone: source and rule as the ledger has them; rule may be NULL. */
enum cause cause_of_vanishing(const struct world *world, const char *source, const char *rule);

/* The live ledger entry for the slot, or NULL. */
const struct ledger_entry *cause_ledger(
    const struct world *world, uint32_t person, int64_t group_id);

/* How many times, in the week before now, this tool put this access back after a removal by hand. */
unsigned cause_restored(const struct world *world, uint32_t person, int64_t group_id);

/* The window that a source's last good import had for the person and group around now, or NULL. */
const struct last_window *cause_last_window(
    const struct world *world, const struct last_import *import, uint32_t person, int64_t group_id);

#endif
