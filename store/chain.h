#ifndef STORE_CHAIN_H
#define STORE_CHAIN_H

#include "store/stmt.h"

/*
 * Seal what was added to the audit trail since the last link, and add the link of the run that has just begun or ended.
 * Of beginnings only that of this run.
 */
void chain_link(struct store *store, const char *run);

/* Note something that is not as it was sealed. */
void chain_fault(struct chain_proof *proof, int64_t link, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

/* Is all that is marked as removed what retention removed?  Notes faults, and what was removed. */
void retention_prove(struct store *store, struct chain_proof *proof);

#endif
