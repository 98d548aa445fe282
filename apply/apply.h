#ifndef APPLY_APPLY_H
#define APPLY_APPLY_H

#include "kisi/client.h"
#include "model/run.h"
#include "store/store.h"

/*
 * Carrying out a frozen plan, so that the program may die at any line: every change is journalled before it is sent,
 * and what became of it is decided by reading Kisi back, never by its answer alone.
 */
struct apply {
	struct kisi_client *client;
	struct store *store;
	const struct config *config;
	const char *run_id;
	instant (*clock)(void); /* the machine's time, for the journal */
	instant read_at;	/* when the state was read that was planned from, by that clock */
	bool (*holding)(void);	/* true: nothing may be removed any more; NULL = never */
	bool (*stopped)(void);	/* true: finish the request at hand and send no more */
	void (*progress)(size_t done, size_t all); /* NULL = none */
};

struct apply_result {
	struct change_outcome *outcomes; /* one for each of plan->changes; owned */
	GStringChunk *text;
	bool denied; /* Kisi refused the key: nothing more was sent */
	size_t sent; /* changes of which something was sent */
	size_t took; /* writes that Kisi answered with success */
};

/*
 * Send the changes in plan order.  Outcomes are unknown until apply_settle has read them back, pending where nothing
 * was sent, and failed where nothing was sent because what the change waits for (`after`) is not there.  False and *error (EXIT_FAILED) when the journal could not be written: then nothing more is
 * sent either.  Whatever is returned, the caller ends result with apply_result_done.
 */
bool apply_plan(const struct apply *apply, const struct plan *plan, struct apply_result *result,
    GError **error);
void apply_result_done(struct apply_result *result);

/*
 * Until when changes are sent, so that what became of them can be read back before the deadline: the reserve is twice
 * what reading Kisi took, at least ten seconds, but never more than half of what is left, so that even a short run sends
 * something.  All in microseconds of one clock.
 */
int64_t apply_send_until(int64_t now, int64_t deadline, int64_t read_took);

/*
 * Has an earlier run left an adjustment open?  *open likewise.  False and *error (EXIT_FAILED) when the journal cannot be
 * read.
 */
bool apply_left_open(struct store *store, bool *open, GError **error);

/*
 * Put back what an earlier run took away to make it anew with other dates, and then did not make: it died in between, or
 * Kisi took nothing.  That such an access was there is known from the open intents; that it is not, from the snapshot.
 * *restored: how many Kisi says it made; after that the snapshot is out of date.  The addresses of the people for whom it
 * did not are added to outside, as char * that it owns.  False and *error (EXIT_FAILED) when the journal cannot be read.
 */
bool apply_restore(const struct apply *apply, const struct snapshot *snapshot, instant now,
    guint *restored, GPtrArray *outside, GError **error);

/*
 * Settle every open intent (of this run or one that died) against a snapshot read after it: done when Kisi is as the
 * change wanted it, else failed; the ledger follows in the same transaction.  What apply_restore would have to put back
 * stays open.  now: as-of of the run.
 */
bool apply_settle(struct store *store, const struct snapshot *snapshot, const struct config *config,
    instant now, instant clock, GError **error);

/* The same verdict for the outcomes of a result: what was sent is done or failed by this snapshot. */
void apply_prove(struct apply_result *result, const struct plan *plan,
    const struct snapshot *snapshot, const struct config *config);

#endif
