#ifndef RECONCILE_REMEMBERED_H
#define RECONCILE_REMEMBERED_H

#include "model/config.h"
#include "model/history.h"
#include "model/record.h"

/*
 * Which records that gave access at the last good imports are still there, whatever they say now.  A record that is gone
 * tells less than one that says it is cancelled; and when all are gone, it may be another export.
 */
struct remembered;

/* All borrowed until remembered_free (NULL is fine).  policies: one for each of config->sources.  Caller frees. */
struct remembered *remembered_new(const struct config *config, const struct source_policy *policies,
    const struct history *history, instant now);
void remembered_free(struct remembered *remembered);

/* Take one record that could be read, of any source. */
void remembered_take(struct remembered *remembered, const struct record *record);

/* A record with this id is there, but could not be read. */
void remembered_reject(struct remembered *remembered, uint32_t source, const char *id);

/*
 * Did this window come of a record whose own time goes on beyond now, and which could be read in no source of its
 * system?  False when it is not known which record it was.
 */
bool remembered_gone(
    const struct remembered *remembered, uint32_t source, const struct last_window *window);

struct remembered_count {
	int64_t known; /* records of the last good import whose time goes on beyond now */
	int64_t gone;  /* of them: those that are not there, readable or not */
	int64_t
	    renewed; /* of these: those whose person has another record of the source for the same time */
};

struct remembered_count remembered_count(const struct remembered *remembered, uint32_t source);

#endif
