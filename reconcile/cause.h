#ifndef RECONCILE_CAUSE_H
#define RECONCILE_CAUSE_H

#include "reconcile/loss.h"

/* How long a removal by hand that was put back is remembered: twice within it is meant. */
#define CAUSE_RESTORE_MEMORY (7 * INSTANT_DAY)

/* Why all of it goes; *reason is the record that says so (in entitled->reasons, what it gave in *span), or INTERN_NONE. */
enum cause cause_of_removal(
    const struct world *world, const struct loss *loss, uint32_t *reason, struct interval *span);

/* Why access that is there gets other dates. */
enum cause cause_of_adjust(
    const struct world *world, const struct loss *loss, struct interval want);

/* Why access is given: new, or put back after somebody removed it by hand. */
enum cause cause_of_grant(
    const struct world *world, uint32_t person, int64_t group_id, struct interval want);

/* Why access goes whose record is not known: source and rule as the ledger has them; may be NULL. */
enum cause cause_of_vanishing(const struct world *world, const char *source, const char *rule);

/* The live ledger entry for the slot, or NULL. */
const struct ledger_entry *cause_ledger(
    const struct world *world, uint32_t person, int64_t group_id);

/* The live ledger entry of this very assignment, whosever it is now; NULL: this program did not make it. */
const struct ledger_entry *cause_ledger_of(
    const struct world *world, const struct holding *have);

/* Did this tool give the person something there in the last week, whatever became of it? */
bool cause_was_let_in(const struct world *world, uint32_t person, int64_t group_id);

/* How many times, in the week before now, this tool put this access back after a removal by hand. */
unsigned cause_restored(const struct world *world, uint32_t person, int64_t group_id);

#endif
