#ifndef MODEL_SNAPSHOT_H
#define MODEL_SNAPSHOT_H

#include "base/instant.h"

#include <glib.h>

/*
 * The state of a Kisi organisation at one time, complete.  Only what this program needs of each
 * object; field meanings as in Kisi's API.  Strings and arrays belong to the snapshot.
 */
/* What of Kisi's this program makes, changes and takes away. */
enum object {
	OBJECT_ASSIGNMENT, /* of a user to a group */
	OBJECT_USER,
	OBJECT_LINK,	 /* an access link */
	OBJECT_SCHEDULE, /* a single unlock schedule of a lock */
};

struct kisi_place {
	int64_t id;
	const char *name;
	const char *time_zone; /* IANA, or NULL */
	bool locked_down;
};

/* What can keep somebody with access from opening a door, from afar or at all; or-ed. */
enum {
	RESTRICTION_READER = 1 << 0,   /* only near the reader */
	RESTRICTION_TAP = 1 << 1,      /* only by tapping the reader */
	RESTRICTION_GEOFENCE = 1 << 2, /* only near the building */
	RESTRICTION_TIME = 1 << 3,     /* only at the times of its schedules */
	RESTRICTION_DEVICE = 1 << 4,   /* only with the primary or a managed device */
};

/* What keeps a lock from opening at all, as long as it lasts; or-ed.  Volatile: not in the hash of a snapshot. */
enum {
	TROUBLE_OFFLINE = 1 << 0,
	TROUBLE_UNCONFIGURED = 1 << 1,
	TROUBLE_LOCKED_DOWN = 1 << 2,
};

struct kisi_lock {
	int64_t id;
	const char *name;
	int64_t place_id;
	unsigned restrictions;
	unsigned trouble;
};

struct kisi_group {
	int64_t id;
	const char *name;
	int64_t place_id;    /* 0 = organisation-wide */
	int64_t locks_count; /* -1 when Kisi does not say */
	bool login_enabled;  /* its people may unlock with the app */
	unsigned restrictions;
};

struct kisi_group_lock {
	int64_t id; /* 0 when the relation was read from the lock's side */
	int64_t group_id;
	int64_t lock_id;
};

struct kisi_user {
	int64_t id;
	const char *email;  /* as Kisi has it */
	const char *person; /* canonical; NULL when email is no address */
	const char *name;
	bool access_enabled;	/* access_enabled and scim_access_enabled */
	bool confirmed;		/* true also when Kisi does not say */
	instant created_at;	/* 0 when Kisi does not say */
	instant last_access_at; /* 0: never, or Kisi does not say */
};

/* Who gave an assignment. */
enum creator { CREATOR_UNKNOWN, CREATOR_USER, CREATOR_APP };

enum assignee { ASSIGNEE_USER, ASSIGNEE_TEAM, ASSIGNEE_GUEST };
enum applies_to { APPLIES_TO_ORGANIZATION, APPLIES_TO_PLACE, APPLIES_TO_GROUP };

#define ROLE_GROUP_BASIC "group_basic" /* may open the locks of a group, and nothing else */

struct kisi_assignment {
	int64_t id;
	const char *role_id; /* group_basic, group_manager, administrator ... */
	enum assignee assignee;
	int64_t assignee_id;
	enum applies_to applies_to;
	int64_t applies_to_id; /* group, place or organisation */
	struct interval valid; /* open ends where Kisi has null */
	instant created_at;    /* 0 when Kisi does not say */
	enum creator creator;
	int64_t creator_id; /* user or integration; 0 when Kisi does not say */
};

struct kisi_link {
	int64_t id;
	const char *name;
	const char *email; /* NULL */
	int64_t group_id;
	bool enabled;
	struct interval valid;
};

struct kisi_schedule {
	int64_t id;
	const char *name;	 /* NULL */
	const char *type;	 /* single_event ... */
	const char *consequence; /* unlock, allow ... */
	const char *target_type; /* Group, Lock, ElevatorStop */
	int64_t target_id;
	bool enabled;
	bool override;	      /* an exception: it cancels others of its consequence */
	const char *hours;    /* `Mon Tue 08:00-17:30`: of a weekly one; NULL */
	struct interval span; /* single_event only; else all of time */
};

struct kisi_team {
	int64_t id;
	const char *name;
};

struct kisi_team_member {
	int64_t team_id;
	bool guest;
	int64_t member_id;
};

struct kisi_role {
	const char *id;
	const char *name;
	const char *applies_to; /* Organization, Place, Group */
};

struct snapshot {
	instant fetched_at;
	int64_t organization_id;  /* 0 when not known */
	const char *organization; /* name, or NULL */
	const char *time_zone;	  /* of the organisation; IANA or NULL */
	GArray *places;		  /* of struct kisi_place; every array is sorted by id */
	GArray *locks;
	GArray *groups;
	GArray *group_locks; /* sorted by group, lock */
	GArray *users;
	GArray *assignments;
	GArray *links;
	GArray *schedules;
	GArray *teams;
	GArray *team_members;
	GArray *roles;
	GArray *stubs;	/* of struct kisi_user, named by assignments; empty when finished */
	GArray *doubts; /* of struct kisi_doubt (model/doubts.h): what was not understood */
	const struct kisi_doubt
	    *doubted_all;	    /* the first about which nobody can tell where; NULL */
	GHashTable *doubted_groups; /* int64_t * -> const struct kisi_doubt * */
	GHashTable *doubted_locks;  /* set of int64_t * */
	GHashTable *doubted_slots;  /* set of "user group" */
	GStringChunk *text;	    /* keeps the strings */
	GHashTable *user_by_id;	    /* int64_t * -> struct kisi_user *; made by snapshot_finish */
	GHashTable *group_by_id;
};

/* An empty snapshot.  Returned, caller frees with snapshot_free (NULL is fine). */
struct snapshot *snapshot_new(void);
void snapshot_free(struct snapshot *snapshot);

/* A copy of text that lives as long as the snapshot, shared with equal ones; NULL gives NULL. */
const char *snapshot_text(struct snapshot *snapshot, const char *text);

/*
 * Sort the arrays, build the look-ups, compute canonical addresses, and add the users whom only an
 * assignment names (stubs).  After this nothing may be added. Fails with EXIT_HELD when an id
 * occurs twice in one array: then the reading was not one state.
 */
bool snapshot_finish(struct snapshot *snapshot, GError **error);

/* What there may be many of, in the order in which reports count it. */
enum snapshot_count {
	COUNT_USERS,
	COUNT_GROUPS,
	COUNT_ASSIGNMENTS,
	COUNT_LOCKS,
	COUNT_GROUP_LOCKS,
	COUNT_PLACES,
	COUNT_LINKS,
	COUNT_SCHEDULES,
	COUNT_TEAMS,
	COUNT_TEAM_MEMBERS,
	COUNT_ROLES,
	SNAPSHOT_COUNTS
};

/* `users`, `role_assignments` ...: as a snapshot file names its arrays.  Constant. */
const char *snapshot_count_word(enum snapshot_count kind);

/* What reports say of a snapshot. */
struct snapshot_facts {
	instant fetched_at;
	const char *organization; /* name, borrowed from the snapshot; NULL */
	size_t counts[SNAPSHOT_COUNTS];
};
struct snapshot_facts snapshot_facts_of(const struct snapshot *snapshot);

/* By id; NULL when there is none.  Owned by the snapshot. */
const struct kisi_user *snapshot_user(const struct snapshot *snapshot, int64_t id);
const struct kisi_group *snapshot_group(const struct snapshot *snapshot, int64_t id);
const struct kisi_lock *snapshot_lock(const struct snapshot *snapshot, int64_t id);
const struct kisi_place *snapshot_place(const struct snapshot *snapshot, int64_t id);

/* Index of the group's first relation in group_locks, or of the next group's. */
guint snapshot_doors(const struct snapshot *snapshot, int64_t group_id);

/* `reader, time`: the words of or-ed restrictions; "" for none.  Returned, caller frees with g_free. */
char *snapshot_restrictions(unsigned restrictions);

/* `offline, locked down`: the words of or-ed troubles; "" for none.  Returned, caller frees with g_free. */
char *snapshot_lock_words(unsigned trouble);

/*
 * SHA-256 over everything that decides access, in id order; volatile fields and the order of
 * arrival do not matter.  Returned, caller frees with g_free.
 */
char *snapshot_hash(const struct snapshot *snapshot);

#endif
