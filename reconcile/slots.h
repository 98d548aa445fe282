#ifndef RECONCILE_SLOTS_H
#define RECONCILE_SLOTS_H

#include "reconcile/groups.h"

/*
 * Windows become slots.  Kisi keeps one role for each user and group, so of all windows of a person in a group
 * one interval must be chosen that serves until the next run can change it.
 */

/* Windows of one person in one group that touch or overlap, united. */
struct window {
	struct interval span;
	uint32_t first, count; /* the raw windows it is made of, in slots->raw */
};

struct slot {
	uint32_t person; /* number in entitled->people */
	int64_t group_id;
	uint32_t first, count; /* its windows, in slots->windows, in order */
	bool wanted;	       /* false: nothing is to be there now */
	struct interval want;  /* meaningless when wanted is false */
	uint32_t used;	       /* how many windows, from `next`, want covers */
	uint32_t next;	       /* index of its first window with until > now, or first + count */
};

struct slots {
	GArray *raw;	 /* of struct raw_window, sorted; ref resolved to a usable group */
	GArray *windows; /* of struct window */
	GArray *slots;	 /* of struct slot, sorted by person, group */
};

/* Unite the raw windows whose group is usable.  Fills in *out; caller ends it with slots_done. */
void slots_unite(const struct entitled *entitled, const struct groups *groups, struct slots *out);
void slots_done(struct slots *slots);

/* One stretch of time that the slot is to serve. */
struct piece_of_time {
	struct interval span;
	bool kept; /* nothing gives it now, but Kisi has it and it must not be taken */
};

/* What a slot is to hold. */
struct choice {
	bool wanted;	      /* false: nothing now */
	struct interval want; /* meaningless when wanted is false */
	uint32_t next;	      /* index of the first piece that is not yet past; n: none */
	uint32_t used;	      /* how many, from next, want covers */
	uint32_t late; /* index of a piece that the next run can only place too late; UINT32_MAX */
};

/*
 * Choose among pieces in order of time that do not touch: the first that is not past, with what begins before the next
 * run, and up to the last kept one that begins within the lookahead.
 */
struct choice slots_pick(
    const struct config *config, instant now, const struct piece_of_time *list, size_t n);

/*
 * Choose each slot's interval for a run at now, and add the findings `bridged` and `late`.  What is already there
 * does not matter here (reconcile/diff.h keeps an early assignment that equals the first window).
 */
void slots_choose(struct slots *slots, const struct config *config, const struct entitled *entitled,
    const struct groups *groups, instant now, struct plan *plan);

/* Do the two intervals give the same access from now on? */
bool interval_equal_in_effect(struct interval a, struct interval b, instant now);

#endif
