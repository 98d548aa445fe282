#ifndef RECONCILE_GUARD_RUN_H
#define RECONCILE_GUARD_RUN_H

#include "reconcile/guards.h"
#include "reconcile/loss.h"

/* What the guards share.  Inside reconcile/guard_*.c only. */
struct guard_run {
	struct world *world;
	const struct guard_facts *facts;
	struct plan *plan;
	struct losses *losses;
};

/* Is this piece of the loss meant?  about: what the caller of guard_hold_pieces handed over. */
typedef bool (*piece_test)(const struct guard_run *run, const struct loss *loss,
    const struct piece *piece, gconstpointer about);

/*
 * Hold, for the guard and its scope (constant, or of the plan; NULL: the whole run), each piece that would go and passes
 * the test.  Returned: the losses of which it holds something, of struct loss *; caller frees with g_ptr_array_unref.
 */
GPtrArray *guard_hold_pieces(const struct guard_run *run, enum guard guard, const char *scope,
    piece_test test, gconstpointer about);

/* The losses of which the guard holds something already; caller frees with g_ptr_array_unref. */
GPtrArray *guard_held(const struct guard_run *run, enum guard guard, const char *scope);

/*
 * Record the verdict of a guard: on losses (borrowed; NULL: on none).  limit: -1 when the guard has no number.  scope, hint:
 * copied, may be NULL; the hint (NULL: what the guard's row says) shows only when it tripped.  text is taken.  Returned: the verdict, of the plan.
 */
struct verdict *guard_conclude(struct guard_run *run, enum guard guard, const char *scope,
    bool tripped, int64_t measured, int64_t limit, const GPtrArray *losses, char *text,
    const char *hint);

/* The same on changes that are held as a whole (of struct change *); marks them. */
struct verdict *guard_conclude_changes(struct guard_run *run, enum guard guard, bool tripped,
    int64_t measured, int64_t limit, const GPtrArray *changes, char *text, const char *hint);

/* What this run came to before its own changes, when they are made and it is planned again; NULL in the first place. */
const struct verdict *guard_before(
    const struct guard_run *run, enum guard guard, const char *scope);

/* Was this given leave to go beyond a limit, for so many? */
bool guard_approved(const struct guard_run *run, int64_t leave, int64_t wanted);

/* The limits on losses, in reconcile/guard_limits.c; on gains, in reconcile/guard_gains.c. */
void guard_limits(struct guard_run *run);
void guard_grants(struct guard_run *run);

#endif
