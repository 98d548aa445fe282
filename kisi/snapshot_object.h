#ifndef KISI_SNAPSHOT_OBJECT_H
#define KISI_SNAPSHOT_OBJECT_H

#include "model/snapshot.h"

#include <json-c/json.h>

/* The arrays of a snapshot file, in file order. */
enum snapshot_array {
	SNAPSHOT_PLACES,
	SNAPSHOT_LOCKS,
	SNAPSHOT_GROUPS,
	SNAPSHOT_GROUP_LOCKS,
	SNAPSHOT_USERS,
	SNAPSHOT_ROLE_ASSIGNMENTS,
	SNAPSHOT_GROUP_LINKS,
	SNAPSHOT_SCHEDULES,
	SNAPSHOT_TEAMS,
	SNAPSHOT_TEAM_MEMBERSHIPS,
	SNAPSHOT_ROLES,
	SNAPSHOT_ARRAYS
};

/*
 * The name of an array in snapshot files, which is Kisi's name of the collection:
 * `role_assignments`.
 */
const char *snapshot_array_name(enum snapshot_array array);

/* The array of the model that takes these objects; owned by the snapshot. */
GArray *snapshot_array_of(struct snapshot *snapshot, enum snapshot_array array);

/*
 * Add one object of Kisi's to the model.  One that is not what the API describes (an unknown kind of assignee, an
 * unreadable or inverted time) is noted with what it concerns (model/doubts.h); of places, locks, groups and teams what
 * can be read of them stays.  False and *error (EXIT_HELD) when it has no id: then nobody can tell whether a list is
 * whole.
 */
bool snapshot_parse(struct snapshot *snapshot, enum snapshot_array array,
    struct json_object *object, GError **error);
void snapshot_parse_organization(struct snapshot *snapshot, struct json_object *object);

/*
 * Read one role assignment.  Its role_id is owned by object.  False and *error (EXIT_HELD) when it is not what the API
 * describes.
 */
bool snapshot_parse_assignment(
    struct json_object *object, struct kisi_assignment *out, GError **error);

#endif
