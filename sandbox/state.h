#ifndef SANDBOX_STATE_H
#define SANDBOX_STATE_H

#include <glib.h>
#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * The collections the sandbox keeps.  /members and /shares are other views of users and role
 * assignments.
 */
enum store_id {
	STORE_PLACES,
	STORE_LOCKS,
	STORE_GROUPS,
	STORE_GROUP_LOCKS,
	STORE_USERS,
	STORE_ROLE_ASSIGNMENTS,
	STORE_GROUP_LINKS,
	STORE_SCHEDULES,
	STORE_TEAMS,
	STORE_TEAM_MEMBERSHIPS,
	STORE_ROLES,
	STORE_GUESTS,
	STORE_LOGINS,
	STORE_INVITES, /* nobody can read these; kept for their ids */
	STORE_COUNT
};

/* Ways to look rows up other than by id. */
enum index_id {
	INDEX_LOCKS_BY_PLACE,
	INDEX_GROUPS_BY_PLACE,
	INDEX_GROUP_LOCKS_BY_GROUP,
	INDEX_GROUP_LOCKS_BY_LOCK,
	INDEX_USERS_BY_EMAIL,
	INDEX_ASSIGNMENTS_BY_TARGET,   /* typed: applies_to */
	INDEX_ASSIGNMENTS_BY_ASSIGNEE, /* typed */
	INDEX_LINKS_BY_GROUP,
	INDEX_SCHEDULES_BY_TARGET, /* typed: scheduleable */
	INDEX_MEMBERSHIPS_BY_TEAM,
	INDEX_MEMBERSHIPS_BY_MEMBER, /* typed */
	INDEX_LOGINS_BY_USER,
	INDEX_LOGINS_BY_SECRET,
	INDEX_COUNT
};

/* One object: only what cannot be derived and is not a default. */
struct row {
	int64_t id;
	struct json_object *fields; /* owned; read only outside state.c */
	int64_t born_us;	    /* monotonic time of creation; 0 = it was in the snapshot */
	guint position;		    /* where it stands in its store */
};

struct state;

/* Returned, caller frees with state_free (NULL is fine). */
struct state *state_new(void);
void state_free(struct state *state);

/* The organisation: its kept fields and id.  Owned by state. */
struct row *state_organization(const struct state *state);

/*
 * The rows (struct row *) of a store, in no order that means anything; owned by state, valid
 * until a write.
 */
const GPtrArray *state_rows(const struct state *state, enum store_id store);

/* The row, or NULL. */
struct row *state_find(const struct state *state, enum store_id store, int64_t id);

/*
 * The rows with this key, valid until a write; NULL when there are none.  type: the word of a
 * typed index, else NULL.
 */
const GPtrArray *state_where(
    const struct state *state, enum index_id index, const char *type, int64_t id);

/*
 * The row whose text of this index (e-mail, secret) is that, compared case-folded; NULL when
 * there is none.
 */
struct row *state_where_text(const struct state *state, enum index_id index, const char *text);

/*
 * Add a row.  id 0 takes the next free one.  fields: taken.  born_us: see struct row.  Returned,
 * owned by state; NULL (and fields freed) when the id is taken.
 */
struct row *state_add(struct state *state, enum store_id store, int64_t id,
    struct json_object *fields, int64_t born_us);

/* Put other fields (taken) in the place of the row's. */
void state_change(
    struct state *state, enum store_id store, struct row *row, struct json_object *fields);

/*
 * Call `missing` for every reference to a row that is not there: store and row refer to `id` of
 * `owner`.  It may add the missing row.
 */
void state_each_dangling(struct state *state,
    void (*missing)(
	void *user, enum store_id store, const struct row *row, enum store_id owner, int64_t id),
    void *user);

/* Remove the row with everything that refers to it. */
void state_remove(struct state *state, enum store_id store, struct row *row);

/* Grows with every write: what was derived at another generation is stale. */
uint64_t state_generation(const struct state *state);

/* The member of a row's fields; 0, NULL or false when it is absent or something else. */
int64_t row_integer(const struct row *row, const char *name);
const char *row_text(const struct row *row, const char *name);
bool row_flag(const struct row *row, const char *name);

/* Is the member this text? */
bool row_is(const struct row *row, const char *name, const char *text);

#endif
