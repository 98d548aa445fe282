#ifndef RECONCILE_UNITED_H
#define RECONCILE_UNITED_H

#include "reconcile/windows.h"

/*
 * Bookings that stand in several rows, one for each player or space: rows of one id that agree in status and time are
 * one booking, for all their people and all they reach.  The last row of an id says which status and time hold; rows
 * that disagree with it are superseded.
 */
struct united;

/* One group that a record reaches. */
struct reach {
	uint32_t ref;
	uint32_t reason;
	uint32_t rule;	       /* or INTERN_NONE */
	instant before, after; /* grace */
};

/* Returned, caller frees with united_free.  sources: how many there are. */
struct united *united_new(guint sources);
void united_free(struct united *united);

/* Was a row with the record's id taken before? */
bool united_knows(const struct united *united, const struct record *record);

typedef void (*united_pair)(void *user, const struct holder *holder, const struct reach *reach);

/*
 * Take a row (with an id), its holders and what it reaches (of struct holder, struct reach; borrowed), and call pair
 * for every holder and reach that its booking did not have together.  Returns whether the row taken before disagrees.
 */
bool united_take(struct united *united, const struct record *record, const GArray *holders,
    const GArray *reaches, united_pair pair, void *user);

/* Call bury for the reason of everything that superseded rows reach. */
void united_bury(
    const struct united *united, void (*bury)(void *user, uint32_t reason), void *user);

#endif
