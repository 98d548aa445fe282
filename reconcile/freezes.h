#ifndef RECONCILE_FREEZES_H
#define RECONCILE_FREEZES_H

#include "model/history.h"
#include "model/record.h"

/*
 * The freezes that memberships have ahead.  A column of them that is blank now would let people in; so what the last
 * good import had is remembered.  A freeze that is over is not missed: systems blank it.
 */
struct freezes;

/* History is borrowed.  Caller frees with freezes_free (NULL is fine). */
struct freezes *freezes_new(guint sources, const struct history *history, instant now);
void freezes_free(struct freezes *freezes);

/* Take a record with an id; only memberships count.  source: the name; key: of the record, among those of its source. */
void freezes_take(
    struct freezes *freezes, const struct record *record, const char *source, uint64_t key);

/* Have at least two of the source's memberships, and more than half of those that had a freeze ahead, none now? */
bool freezes_lost(const struct freezes *freezes, uint32_t source);

/* What is to be remembered under "frozen": key -> end of the last freeze, both texts; owned by freezes. */
GHashTable *freezes_ahead(const struct freezes *freezes);

#endif
