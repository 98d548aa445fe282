#ifndef RECONCILE_LOGS_H
#define RECONCILE_LOGS_H

#include "model/config.h"
#include "reconcile/repeats.h"

/*
 * A log of events beside a full export.  Events get lost and some changes never make one, so what the export says holds;
 * only what happened after it was made can be known from the log alone.
 */

/* What the full export of a source is worth; one for each source. */
struct full_export {
	bool good; /* it was not refused: what it says of an id holds against older events */
	instant
	    made; /* an id it does not have counts only in events after this; INSTANT_NEVER: in none */
};

/*
 * For every id of every log: which of export and event counts.  lose is called with the rows that count no more, in the
 * order in which ids first came.
 */
void logs_settle(const struct config *config, const struct full_export *exports,
    const struct repeats *repeats, void (*lose)(void *user, const struct superseded *), void *user);

#endif
