#ifndef APPLY_SETTLE_H
#define APPLY_SETTLE_H

#include "model/plan.h"
#include "store/store.h"

/* What a change was to bring about, as far as settling it needs to know. */
struct goal {
	enum action action;
	const char *email; /* canonical */
	int64_t user_id;   /* 0: found by email */
	int64_t group_id;
	int64_t lock_id;
	const char *label; /* of links and schedules; else NULL */
	int64_t have_id;   /* assignment, link or schedule, as the action says */
	struct interval want;
};

/* What Kisi has where the goal is about: an assignment, link or schedule. */
struct found {
	int64_t id; /* 0 = nothing */
	int64_t user_id; /* whose assignment it is, or the user; else 0 */
	struct interval valid;
};

/* What one snapshot shows, ready for looking up. */
struct evidence;

/* snapshot, config: borrowed until evidence_free.  Returned, caller frees with evidence_free. */
struct evidence *evidence_new(const struct snapshot *snapshot, const struct config *config);
void evidence_free(struct evidence *evidence);

/*
 * Is Kisi as the goal wanted it?  *found takes the group_basic assignment now in the slot, or exactly the link or
 * schedule that was to be made.  now: instant from which on two intervals of an assignment must agree.
 */
bool evidence_met(
    const struct evidence *evidence, const struct goal *goal, instant now, struct found *found);

/* Does Kisi show something that is not understood where the goal is about, so that nobody can say whether it is met? */
bool evidence_doubted(const struct evidence *evidence, const struct goal *goal);

/*
 * Has the intent, to adjust an access, taken the old one away and brought nothing in its place, so that somebody stands
 * outside who would have access at now?
 */
bool evidence_outside(
    const struct evidence *evidence, const struct journal_intent *intent, instant now);

#endif
