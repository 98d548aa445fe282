#ifndef STORE_LOAD_H
#define STORE_LOAD_H

#include "store/stmt.h"

/*
 * The parts of store_history: each reads its table into the history, in the order that
 * model/history.h promises.  Called inside a transaction; a failure sticks to the store.
 */
void imports_load(struct store *store, struct history *history);
/* Who gave time that is still ahead, and the keys of later records. */
void givers_load(struct store *store, struct history *history);
/* Small things by kind and key. */
void memory_load(struct store *store, struct history *history);
void rules_load(struct store *store, struct history *history);
void findings_load(struct store *store, struct history *history);
/* What lives, and what was made at or after `since`. */
void ledger_load(struct store *store, struct history *history, instant since);
void passes_load(struct store *store, struct history *history, instant since);
/* Surprising removals in (since, now] that were not refused. */
void journal_load(struct store *store, struct history *history, instant since, instant now);

#endif
