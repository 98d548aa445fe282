#ifndef REPORTS_TRAIL_TEXT_H
#define REPORTS_TRAIL_TEXT_H

#include "model/trail.h"

/*
 * What one run did, from the audit trail: who ran it and how it ended, each change with what was there, what was
 * wanted, sent, answered and read back, and what was held and why.  Times are UTC.  plan: the run's, read back from its
 * document; NULL when there is none.  Returned, caller frees with g_free.
 */
char *trail_text(const struct trail *trail, const struct plan *plan);

/* The same for programs: one JSON object, format_version 1. */
char *trail_json(const struct trail *trail, const struct plan *plan);

/* Change id -> struct change * of the plan, which knows the names of doors; caller frees with g_hash_table_unref. */
GHashTable *trail_planned(const struct plan *plan);

/* The verdict of the guard that holds the change; NULL when the plan has none. */
const struct verdict *trail_verdict(const struct plan *plan, const struct change *held);

#endif
