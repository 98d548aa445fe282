#ifndef REPORTS_CHANGE_TEXT_H
#define REPORTS_CHANGE_TEXT_H

#include "reports/phrase.h"

/* One change, as a person says it. */

/* What becomes of access: the section that a change stands in. */
enum turn {
	TURN_REMOVE,
	TURN_CHANGE,
	TURN_GIVE,
	TURN_CLEAR,  /* has expired already: nobody loses access */
	TURN_CREATE, /* somebody who is new in Kisi */
	TURN_COUNT
};

enum turn change_turn(const struct change *change, instant now);

/* Its sign: `-`, `~`, `+`, and `!` where nothing explains what it takes; constant. */
const char *change_sign(const struct change *change, instant now);

/* The door as it is known: its name, else `group 45`, `lock 52`.  Caller frees. */
char *change_place(const struct change *change);

/* The times it is about: what is taken, what is given, or how the dates change.  Caller frees. */
char *change_times(const struct clock_face *face, instant now, const struct change *change);

/*
 * Why, as a clause: `booking cancelled`, `given by hand, 22 Jun; in no export`, `booked`.  orphan: what the plan says of
 * this access; NULL.  Caller frees.
 */
char *change_clause(const struct clock_face *face, instant now, const struct change *change,
    const struct orphan *orphan);

#endif
