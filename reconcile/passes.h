#ifndef RECONCILE_PASSES_H
#define RECONCILE_PASSES_H

#include "reconcile/world.h"

/*
 * Passes: access made for one booking, as an access link (for each person) or as a single unlock schedule of a lock.
 * Unlike assignments any number of them stand beside each other, so nothing is united or bridged: one booking, one
 * pass, known again by its name in Kisi, `<marker> <source>/<record>`.
 */
struct pass {
	enum object object; /* OBJECT_LINK or OBJECT_SCHEDULE */
	const char *label;  /* its name in Kisi */
	const char *email;  /* canonical; of a schedule, that of the first person of the booking */
	int64_t
	    door_id; /* group of a link, lock of a schedule; 0 = wanted, but not to be found in Kisi */
	struct interval span;
	uint32_t source;       /* index into config->sources */
	const char *record;    /* the part of the label that names it */
	int64_t id;	       /* in Kisi; 0 = wanted */
	bool off;	       /* there, but switched off */
	uint32_t first, count; /* wanted: its windows in passes->windows */
};

struct passes {
	GArray *windows; /* of struct raw_window with until > now */
	GArray *wanted;	 /* of struct pass, by object, label, door, email */
	GArray *there;	 /* of struct pass: ours, in the same order */
};

/*
 * Find the passes that are wanted and ours that are there.  Ours is what carries our marker and the name of one of our
 * sources, and either opens a door that a rule of ours names or was made by this state's runs: the same marker may
 * be in use for another venue.  Returned, caller frees with passes_free (NULL is fine); texts are the plan's.
 */
struct passes *passes_new(struct world *world);
void passes_free(struct passes *passes);

/* The order of wanted and there; equal ones are the same pass, whatever its dates. */
int pass_compare(const struct pass *a, const struct pass *b);

/* The person of an address in Kisi: canonical, its alias followed; the address as it is when it is none.  Of the plan. */
const char *passes_person(struct world *world, const char *raw);

/* The name of a lock, or NULL; owned by the snapshot. */
const char *passes_lock(const struct world *world, int64_t id);

/* The name of its group or lock, or NULL; owned by the snapshot. */
const char *pass_door(const struct world *world, const struct pass *pass);

/* Does it keep a lock unlocked once, and not every week or for whom it lets in? */
bool is_single_unlock(const struct kisi_schedule *schedule);

/*
 * Compare world->passes, and put the changes into world->plan->changes.  A pass is made when it begins within the lookahead; one
 * that is there and right stays, however early.  Other dates, another door: a new one, then the old one goes.
 */
void passes_diff(struct world *world);

/* What is held by a guard holds what waits for it. */
void passes_hold_followers(struct plan *plan);

/* Links and schedules nobody's booking accounts for, and which are not ours: findings stale_link, stale_schedule. */
void passes_audit(struct world *world);

/* Add whom links and unlock schedules let in at now, ours or not, to world->plan->access. */
void passes_access(struct world *world);

/* The source of a change about a pass, by its label; UINT32_MAX for other changes. */
uint32_t pass_source(const struct world *world, const struct change *change);

/* The record of a change about a pass; NULL for other changes. */
const char *pass_record(const struct world *world, const struct change *change);

/* How many times, in the week before now, the pass was put back after a removal by hand. */
unsigned pass_restored(const struct world *world, const struct change *change);

#endif
