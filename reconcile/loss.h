#ifndef RECONCILE_LOSS_H
#define RECONCILE_LOSS_H

#include "reconcile/world.h"

/*
 * What somebody has in Kisi from now on and is not entitled to, piece by piece, with the account of each.  Guards judge
 * losses and hold pieces of them, never changes: what is given never waits for what is taken.
 */
struct piece {
	struct interval span;
	struct account account;
	enum guard held;   /* that keeps it; GUARD_NONE: it may go */
	const char *scope; /* of that guard; NULL */
	bool by_hand;	   /* given by staff in a group where that stays: no loss, only listed */
};

/* One place where somebody may lose something: a slot, a link, a schedule. */
struct loss {
	enum object object;
	uint32_t person;   /* INTERN_NONE: nobody is known */
	const char *email; /* canonical, or ""; of the plan */
	int64_t door_id;
	const char *door;
	const struct managed_group *group; /* of a slot, else NULL */
	const struct slot *slot;	   /* NULL: nothing is wanted there */
	const struct holding *have;	   /* NULL: there is nothing */
	bool second;			   /* of a second user of a person: given nothing */
	struct change *change; /* what would be done if nothing were held; NULL: nothing */
	uint32_t first, count; /* pieces, in losses->pieces */
};

struct losses {
	GArray *pieces; /* of struct piece */
	GArray *list;	/* of struct loss */
};

struct losses *losses_new(void);
void losses_free(struct losses *losses);

/*
 * Fill in the pieces of a loss that has have, slot and the rest already, and add it, unless nothing is lost and no
 * remembered giver stands in there.  Returned: the loss in the list, valid until the next one is added; NULL when it was
 * not.
 */
struct loss *losses_add(struct world *world, struct losses *losses, struct loss *loss);

/* Add what a change about a pass, or one that undoes another, takes; account: of all of it. */
void losses_add_change(struct world *world, struct losses *losses, struct change *change,
    const struct account *account);

/* The pieces of a loss. */
struct piece *loss_piece(const struct losses *losses, const struct loss *loss, uint32_t i);

/*
 * Under what the loss is counted, each text once: a booking that is gone is one, whomever it let in; else the person.
 * Owned by the plan; NULL when nothing of it counts.
 */
const char *loss_unit(
    const struct world *world, const struct losses *losses, const struct loss *loss);

/* The piece that tells most about why it goes: what nobody explains first, then the earliest.  NULL: none goes. */
const struct piece *loss_telling(const struct losses *losses, const struct loss *loss);

#endif
