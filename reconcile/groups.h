#ifndef RECONCILE_GROUPS_H
#define RECONCILE_GROUPS_H

#include "model/history.h"
#include "model/plan.h"
#include "reconcile/entitle.h"
#include "reconcile/namesakes.h"

/*
 * Door references meet the groups and locks Kisi has.  A lock that is opened by assignments or links stands for the
 * group that holds just that lock.
 *
 * An all-digit reference is an id first, then a name.  Names compare exactly first, then by text_key when that is
 * unique.  With a place configured, groups of other places are foreign and no namesakes; organisation-wide groups
 * belong to every place.  Locks are found in the same way.
 */
struct managed_group {
	int64_t id;
	const char *name; /* of the snapshot */
	enum exclusive exclusive;
	bool former; /* nothing names it any more: only what this program gave there counts */
};

struct groups {
	GArray *
	    of_ref; /* of int64_t: for each reference by METHOD_GROUP the group's id; 0 = not to be used */
	GArray *
	    pass_of_ref; /* of int64_t: for the others the id of the link's group, or of the lock; else 0 */
	GArray *managed; /* of struct managed_group, sorted by id */
	GArray *doubted; /* of int64_t, rising: groups that an ambiguous reference may mean */
	struct namesakes *names;
	int64_t place_id; /* the configured place; 0 = none */
	const char *zone; /* IANA name of the site's zone */
};

/* The zone of the site, whose clocks people go by: IANA name, known to this machine; constant or of the snapshot. */
const char *groups_zone(const struct config *config, const struct snapshot *snapshot);

/*
 * Fills in *out (caller ends it with groups_done).  A group
 * that is called otherwise now is known by its id; one that nothing names any more is managed as long as the ledger has
 * something alive in it.  Adds findings renamed_group, former_group, missing_group, ambiguous_group and foreign_group,
 * missing_lock, ambiguous_lock and foreign_lock, and the plan's missing_groups without their hits.  False and *error (EXIT_BAD_CONFIG) when the configured place
 * is missing or ambiguous.
 */
bool groups_resolve(const struct config *config, const struct entitled *entitled,
    const struct snapshot *snapshot, const struct history *history, struct plan *plan,
    struct groups *out, GError **error);
void groups_done(struct groups *groups);

/*
 * The id of the lock that one reference by METHOD_UNLOCK means; the snapshot need hold places and locks only.  0 and
 * *error: EXIT_HELD when the lock is missing, ambiguous or foreign, EXIT_BAD_CONFIG as for groups_resolve.
 */
int64_t groups_lock(const struct config *config, const struct snapshot *snapshot,
    const struct door_ref *ref, GError **error);

/* The managed group with this id, or NULL; owned by groups. */
const struct managed_group *groups_managed(const struct groups *groups, int64_t id);

/* May an ambiguous reference mean this group?  Then whom it entitles cannot be known. */
bool groups_doubted(const struct groups *groups, int64_t id);

/*
 * All groups that a rule_door_key out of the history may mean today, several when it is ambiguous.  Returned, caller
 * frees with g_array_unref (of int64_t).
 */
GArray *groups_candidates(
    const struct groups *groups, const struct snapshot *snapshot, const char *text);

/* The id of the group that a rule_door_key out of the history stands for today; 0 when none. */
int64_t groups_find(const struct groups *groups, const struct snapshot *snapshot, const char *text);

#endif
