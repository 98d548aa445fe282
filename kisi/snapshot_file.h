#ifndef KISI_SNAPSHOT_FILE_H
#define KISI_SNAPSHOT_FILE_H

#include "kisi/snapshot_object.h"

/*
 * Snapshot files: {"format_version":1,"fetched_at":...,"organization":{...},"places":[...], ...};
 * each array holds Kisi's objects as they came.
 */
#define SNAPSHOT_FORMAT_VERSION 1

/* Far beyond an organisation: a thousand bytes for each of four million people. */
#define SNAPSHOT_FILE_MAX ((int64_t)4 << 30) /* bytes */
#define SNAPSHOT_OBJECTS_MAX 20000000	     /* of one array */

/*
 * Objects on their way into a file, kept as text.  Returned, caller frees with snapshot_raw_free
 * (NULL is fine).
 */
struct snapshot_raw *snapshot_raw_new(void);
void snapshot_raw_free(struct snapshot_raw *raw);

/* Keep one object (borrowed) of the array; the organisation has its own call. */
void snapshot_raw_add(
    struct snapshot_raw *raw, enum snapshot_array array, struct json_object *object);
void snapshot_raw_organization(struct snapshot_raw *raw, struct json_object *object);

/*
 * How much of an array is kept, and back to such a mark: what came after it is forgotten, because
 * it is read again.
 */
size_t snapshot_raw_mark(const struct snapshot_raw *raw, enum snapshot_array array);
void snapshot_raw_rollback(struct snapshot_raw *raw, enum snapshot_array array, size_t mark);

/* Write the file beside and rename it into place, mode 0600.  False and *error (EXIT_FAILED). */
bool snapshot_raw_save(
    const struct snapshot_raw *raw, instant fetched_at, const char *path, GError **error);

/*
 * Load a snapshot file, element by element.  Returned, caller frees with snapshot_free; NULL and
 * *error (EXIT_BAD_INPUT) when it is missing, too large, not JSON, of another version, truncated, or lacks an
 * array that it cannot do without (users, groups, role_assignments, places, locks; the others are
 * empty when absent). A user that only a role assignment's stub names is added from the stub.
 */
struct snapshot *snapshot_load(const char *path, GError **error);

#endif
