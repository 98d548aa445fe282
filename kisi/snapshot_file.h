#ifndef KISI_SNAPSHOT_FILE_H
#define KISI_SNAPSHOT_FILE_H

#include "model/snapshot.h"

#include <json-c/json.h>

/*
 * Snapshot files: {"format_version":1,"fetched_at":...,"organization":{...},"places":[...], ...}; each array holds
 * Kisi's objects as they came.
 */

/* Objects on their way into a file, kept as text.  Returned, caller frees with snapshot_raw_free (NULL is fine). */
struct snapshot_raw *snapshot_raw_new(void);
void snapshot_raw_free(struct snapshot_raw *raw);

/* The arrays of a snapshot file, in file order. */
enum snapshot_array {
	SNAPSHOT_PLACES, SNAPSHOT_LOCKS, SNAPSHOT_GROUPS, SNAPSHOT_GROUP_LOCKS, SNAPSHOT_USERS,
	SNAPSHOT_ROLE_ASSIGNMENTS, SNAPSHOT_GROUP_LINKS, SNAPSHOT_SCHEDULES, SNAPSHOT_TEAMS,
	SNAPSHOT_TEAM_MEMBERSHIPS, SNAPSHOT_ROLES, SNAPSHOT_ARRAYS
};

/* Keep one object (borrowed) of the array; the organisation has its own call. */
void snapshot_raw_add(struct snapshot_raw *raw, enum snapshot_array array, struct json_object *object);
void snapshot_raw_organization(struct snapshot_raw *raw, struct json_object *object);
/* Forget what was kept of one array: it is read again. */
void snapshot_raw_reset(struct snapshot_raw *raw, enum snapshot_array array);

/* Write the file beside and rename it into place, mode 0600.  False and *error (EXIT_FAILED). */
bool snapshot_raw_save(const struct snapshot_raw *raw, instant fetched_at, const char *path, GError **error);

/*
 * Add one object of Kisi's to the model.  False and *error (EXIT_HELD) when it is not what the API describes:
 * a missing id, an unreadable time.
 */
bool snapshot_parse(struct snapshot *snapshot, enum snapshot_array array, struct json_object *object,
    GError **error);
void snapshot_parse_organization(struct snapshot *snapshot, struct json_object *object);

/*
 * Load a snapshot file, element by element.  Returned, caller frees with snapshot_free; NULL and *error
 * (EXIT_BAD_INPUT) when it is missing, not JSON, of another version, truncated, or lacks an array.
 * A user that only a role assignment's stub names is added from the stub.
 */
struct snapshot *snapshot_load(const char *path, GError **error);

#endif
