#ifndef RECONCILE_LATER_H
#define RECONCILE_LATER_H

#include "model/history.h"

/*
 * The records of time that no piece of access reaches yet: of each only a key is remembered, to see that it is missing.
 */
struct later;

/* History is borrowed until later_free (NULL is fine).  Caller frees. */
struct later *later_new(const struct history *history, instant now);
void later_free(struct later *later);

/* A record is there; key: see givers_later_key. */
void later_take(struct later *later, uint64_t key);

/* Did the last good import of the source have it? */
bool later_knew(const struct later *later, const char *source, uint64_t key);

/*
 * How many of the source are remembered whose time is not over.  To missing (of char *) the keys are added of those that
 * were not taken.
 */
guint later_missing(const struct later *later, const char *source, GPtrArray *missing);

#endif
