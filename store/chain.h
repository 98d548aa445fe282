#ifndef STORE_CHAIN_H
#define STORE_CHAIN_H

#include "store/stmt.h"

/* Seal what was added to the audit trail since the last link and add the link of the run that has just ended. */
void chain_link(struct store *store, const char *run);

#endif
