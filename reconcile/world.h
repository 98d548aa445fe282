#ifndef RECONCILE_WORLD_H
#define RECONCILE_WORLD_H

#include "reconcile/givers.h"
#include "reconcile/slots.h"

/*
 * Everything the comparing stages look at, put together once and then only read: what is wanted (slots), what is
 * there (holdings), and what earlier runs knew (history).
 */
struct losses;

struct holding {
	bool second; /* of a user that is not the one its person is given access with */
	uint32_t person;
	int64_t group_id;
	const struct kisi_assignment *assignment;
	const struct kisi_user *user;
};

struct world {
	const struct config *config;
	const struct source_policy *policies; /* one for each source */
	const GPtrArray *imports;	      /* of struct import_facts *, one for each source */
	const struct entitled *entitled;
	const struct groups *groups;
	const struct slots *slots;
	const struct passes *passes; /* reconcile/passes.h; set after world_prepare */
	const struct snapshot *snapshot;
	const struct history *history;
	const struct givers *givers;   /* what became of the records of the history */
	const bool *refused, *doubted; /* by source */
	struct losses *losses;	       /* reconcile/loss.h; filled by the difference */
	int64_t own_user;	       /* Kisi user of the API key; 0: not known */
	instant now;
	struct plan *plan;  /* takes findings and changes */
	GPtrArray *user_of; /* const struct kisi_user * by person; NULL = no user */
	GArray *holdings; /* of struct holding, by person, group, user: the assignments in scope */
	GHashTable *ledger; /* int64_t *: assignment id -> live struct ledger_entry */
	GHashTable *
	    adopted; /* int64_t *: user id -> address by which this program knew the user, when Kisi has another now */
	GHashTable *protected; /* set of person + 1 */
	GHashTable *
	    other_roles; /* set of "person group" with another role than group_basic in the group */
	GHashTable *group_texts; /* group text out of the history -> id */
};

/*
 * Fill in user_of, holdings and the rest from the snapshot; the members above `user_of` are set by the caller and
 * borrowed.  Adds the findings about users and assignments that are out of scope (duplicate_user,
 * indirect_access).  Caller ends it with world_done.
 */
void world_prepare(struct world *world);
void world_done(struct world *world);

/* The e-mail address (or what stands for it) of a person. */
const char *world_email(const struct world *world, uint32_t person);

/* What the sources say of a person; an empty one for people only Kisi knows. */
struct entitled_person world_person(const struct world *world, uint32_t person);

/* The person behind a Kisi user; INTERN_NONE when world_prepare never saw the user. */
uint32_t world_person_of(const struct world *world, const struct kisi_user *user);

/* Is this a person whose access is never changed? */
bool world_protected(const struct world *world, uint32_t person);

/* Is it the account of the API key? */
bool world_own(const struct world *world, uint32_t person);

/* Does the user hold another role than group_basic in the group? */
bool world_other_role(const struct world *world, uint32_t person, int64_t group_id);

/* The name of a team, or NULL when Kisi lists no such team. */
const char *world_team(const struct world *world, int64_t id);

/* The name of the file a record came from. */
const char *world_file(const struct world *world, const struct raw_reason *reason);

/* The slot of a person in a group, or NULL. */
const struct slot *world_slot(const struct world *world, uint32_t person, int64_t group_id);

/* Today's id of a group that the history names; 0 when there is none. */
int64_t world_group_of(const struct world *world, const char *text);

/* What is wrong with a reference to a group or lock that was not found; NULL when nothing is.  Owned by the plan. */
struct missing_group *world_missing(const struct world *world, uint32_t ref);

/* Index of the first trace of the person's in entitled->traces, or of who comes next. */
guint world_traces(const struct world *world, uint32_t person);

/* Does one window of the slot cover all of this time?  slot: NULL has none. */
bool world_entitles(const struct world *world, const struct slot *slot, struct interval span);

/*
 * Index of the first assignment of the person's in a group, in world->holdings, or of what would follow it there.
 */
guint world_holdings(const struct world *world, uint32_t person, int64_t group_id);

/* The first window of a slot that is not yet past, or NULL. */
const struct window *world_next_window(const struct world *world, const struct slot *slot);

#endif
