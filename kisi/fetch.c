/*
 * What makes a snapshot: which collections are read, in which order, and what they must say about
 * one another.  How a collection is read whole is kisi/collection.c.
 */
#include "kisi/fetch.h"

#include "base/json.h"
#include "kisi/collection.h"

/* Kisi's largest `limit` (kisi-api 2.1). */
#define PAGE 250
#define PAGE_USERS 100

/*
 * In this order, since later ones are divided by earlier ones; sorts as documented (kisi-api 2.3).
 */
static const struct collection collections[] = {
    {SNAPSHOT_PLACES, "/places", PAGE, "name", "name", NULL, NULL},
    {SNAPSHOT_LOCKS, "/locks", PAGE, "name", "name", &collection_places, NULL},
    {SNAPSHOT_GROUPS, "/groups", PAGE, "name", "name", &collection_scopes, NULL},
    {SNAPSHOT_TEAMS, "/teams", PAGE, "name", "name", NULL, NULL},
    {SNAPSHOT_TEAM_MEMBERSHIPS, "/team_memberships", PAGE, NULL, NULL, &collection_teams, NULL},
    {SNAPSHOT_GROUP_LINKS, "/group_links", PAGE, "name", "name", &collection_groups, NULL},
    {SNAPSHOT_SCHEDULES, "/schedules", PAGE, NULL, NULL, &collection_consequences, NULL},
};

/* These two must agree with one another: see read_people. */
static const struct collection assignments = {SNAPSHOT_ROLE_ASSIGNMENTS, "/role_assignments", PAGE,
    "user.name", "user.name", &collection_targets, NULL};
static const struct collection users = {
    SNAPSHOT_USERS, "/users", PAGE_USERS, "name", "name", NULL, &collection_groups};

/* group_id is required there, so it is no collection like the others. */
static const struct collection group_locks = {
    SNAPSHOT_GROUP_LOCKS, "/group_locks", PAGE, NULL, NULL, NULL, NULL};

static bool
read_collection(const struct fetch *fetch, const struct collection *collection, GError **error)
{
	struct list_sink sink;
	bool ok = false;

	list_sink_init(&sink, fetch->snapshot, fetch->raw, collection->array);
	ok = collection_read(fetch, collection, "", &sink, error);
	list_sink_done(&sink);
	return ok;
}

/* --- which group holds which lock --- */

static bool
has_locks(const struct kisi_group *group)
{
	return group->locks_count != 0;
}

static bool
read_locks_of_groups(const struct fetch *fetch, GError **error)
{
	const GArray *groups = fetch->snapshot->groups;
	struct list_sink sink;
	bool ok = true;

	list_sink_init(&sink, fetch->snapshot, fetch->raw, SNAPSHOT_GROUP_LOCKS);
	for (guint i = 0; i < groups->len && ok; i++) {
		const struct kisi_group *group = &g_array_index(groups, struct kisi_group, i);
		char *filter = NULL;

		if (!has_locks(group))
			continue;
		filter = g_strdup_printf("group_id=%" G_GINT64_FORMAT, group->id);
		ok = collection_read(fetch, &group_locks, filter, &sink, error);
		g_free(filter);
	}
	list_sink_done(&sink);
	return ok;
}

/* The same from the other side: the groups that hold a lock, for each lock. */
static bool
read_groups_of_locks(const struct fetch *fetch, GError **error)
{
	static const struct collection groups = {
	    SNAPSHOT_GROUPS, "/groups", PAGE, "name", "name", NULL, NULL};
	const GArray *locks = fetch->snapshot->locks;
	bool ok = true;

	for (guint i = 0; i < locks->len && ok; i++) {
		int64_t lock_id = g_array_index(locks, struct kisi_lock, i).id;
		struct list_sink sink;
		char *filter = g_strdup_printf("lock_id=%" G_GINT64_FORMAT, lock_id);

		/*
		 * A group holds many locks: its id may come again for the next lock, so each has a
		 * sink of its own.
		 */
		list_sink_init(&sink, fetch->snapshot, NULL, SNAPSHOT_GROUP_LOCKS);
		sink.lock_id = lock_id;
		ok = collection_read(fetch, &groups, filter, &sink, error);
		list_sink_done(&sink);
		g_free(filter);
	}
	return ok;
}

/*
 * Whichever side takes fewer requests; but only one side gives the objects that a snapshot file
 * keeps.
 */
static bool
read_group_locks(const struct fetch *fetch, GError **error)
{
	const GArray *groups = fetch->snapshot->groups;
	guint asked = 0;

	for (guint i = 0; i < groups->len; i++)
		asked += has_locks(&g_array_index(groups, struct kisi_group, i));
	if (fetch->raw == NULL && fetch->snapshot->locks->len < asked)
		return read_groups_of_locks(fetch, error);
	return read_locks_of_groups(fetch, error);
}

/* --- people and their rights --- */

/*
 * Look up at most so many users who are not listed; more than that are not people who were deleted
 * just now.
 */
#define UNLISTED_MAX 50

static void
forget(const struct fetch *fetch, enum snapshot_array array)
{
	g_array_set_size(snapshot_array_of(fetch->snapshot, array), 0);
	if (fetch->raw != NULL)
		snapshot_raw_rollback(fetch->raw, array, 0);
}

/*
 * Read the user; *gone: there is none with this id.  One who may not be read stays what the
 * assignment says.
 */
static bool
look_up(const struct fetch *fetch, int64_t id, bool *gone, GError **error)
{
	char *path = g_strdup_printf("/users/%" G_GINT64_FORMAT, id);
	struct kisi_reply reply;
	bool ok = true;

	kisi_request(fetch->client, "GET", path, NULL, &reply);
	*gone = reply.result == KISI_GONE;
	if (reply.result == KISI_OK) {
		ok = snapshot_parse(fetch->snapshot, SNAPSHOT_USERS, reply.body, error);
		if (ok && fetch->raw != NULL)
			snapshot_raw_add(fetch->raw, SNAPSHOT_USERS, reply.body);
	} else if (reply.result != KISI_GONE && reply.result != KISI_REFUSED) {
		ok = list_fail_reply(path, &reply, error);
	}
	kisi_reply_done(&reply);
	g_free(path);
	return ok;
}

/*
 * Look up the users whom assignments name and the list does not have.  dead: those known not to
 * exist; *moved: one more was found, so that the assignments were read before he was deleted and
 * the users after it.
 */
static bool
look_up_unlisted(const struct fetch *fetch, GHashTable *dead, bool *moved, GError **error)
{
	const struct snapshot *snapshot = fetch->snapshot;
	GHashTable *known = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	unsigned asked = 0;
	bool ok = true;

	for (guint i = 0; i < snapshot->users->len; i++)
		g_hash_table_add(
		    known, g_memdup2(&g_array_index(snapshot->users, struct kisi_user, i).id,
			       sizeof(int64_t)));
	for (guint i = 0; i < snapshot->stubs->len && ok && asked < UNLISTED_MAX; i++) {
		int64_t id = g_array_index(snapshot->stubs, struct kisi_user, i).id;
		bool gone = false;

		if (!g_hash_table_add(known, g_memdup2(&id, sizeof id)) ||
		    g_hash_table_contains(dead, &id))
			continue;
		asked++;
		ok = look_up(fetch, id, &gone, error);
		if (gone)
			*moved = g_hash_table_add(dead, g_memdup2(&id, sizeof id));
	}
	g_hash_table_unref(known);
	return ok;
}

/*
 * The users come after the assignments, so that nobody is assigned who was created in between.
 * Somebody deleted in between took his assignments along: both are read again.  If they are still
 * there, Kisi keeps rights of the dead.
 */
static bool
read_people(const struct fetch *fetch, GError **error)
{
	GHashTable *dead = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	guint doubts = fetch->snapshot->doubts->len;
	bool moved = true;
	bool ok = true;

	for (int n = 0; n <= KISI_REREADS && ok && moved; n++) {
		forget(fetch, SNAPSHOT_ROLE_ASSIGNMENTS);
		forget(fetch, SNAPSHOT_USERS);
		g_array_set_size(fetch->snapshot->stubs, 0);
		g_array_set_size(fetch->snapshot->doubts, doubts);
		moved = false;
		ok = read_collection(fetch, &assignments, error) &&
		     read_collection(fetch, &users, error) &&
		     look_up_unlisted(fetch, dead, &moved, error);
	}
	g_hash_table_unref(dead);
	if (ok && moved)
		return fail(error, EXIT_HELD, "run again when fewer changes are made in Kisi",
		    "users are being deleted faster than they can be read");
	return ok;
}

/* --- what is not paged --- */

/*
 * The JSON of a GET that must be of this type.  Caller frees with json_object_put; NULL and *error.
 */
static struct json_object *
read_json(const struct fetch *fetch, const char *path, enum json_type type, GError **error)
{
	struct kisi_reply reply;
	struct json_object *body = NULL;

	kisi_request(fetch->client, "GET", path, NULL, &reply);
	if (reply.result != KISI_OK)
		list_fail_reply(path, &reply, error);
	else if (!json_object_is_type(reply.body, type))
		fail(error, EXIT_NO_KISI, "is base_url the address of the API?",
		    "GET %s: the answer is not what the API describes", path);
	else if (type == json_type_array && reply.range_total >= 0 &&
		 reply.range_total != (int64_t)json_object_array_length(reply.body))
		/* Not paged as we know it; if that has changed, this is only a part. */
		fail(error, EXIT_HELD, NULL, "GET %s: only a part of it was sent", path);
	else
		body = json_object_get(reply.body);
	kisi_reply_done(&reply);
	return body;
}

static bool
read_roles(const struct fetch *fetch, GError **error)
{
	struct json_object *roles = read_json(fetch, "/roles", json_type_array, error);
	bool ok = roles != NULL;

	for (size_t i = 0; ok && i < json_object_array_length(roles); i++) {
		struct json_object *role = json_object_array_get_idx(roles, i);

		ok = snapshot_parse(fetch->snapshot, SNAPSHOT_ROLES, role, error);
		if (ok && fetch->raw != NULL)
			snapshot_raw_add(fetch->raw, SNAPSHOT_ROLES, role);
	}
	json_object_put(roles);
	return ok;
}

static bool
read_organization(const struct fetch *fetch, GError **error)
{
	struct json_object *organization = read_json(
	    fetch, "/organization", json_type_object, error);

	if (organization == NULL)
		return false;
	snapshot_parse_organization(fetch->snapshot, organization);
	if (fetch->raw != NULL)
		snapshot_raw_organization(fetch->raw, organization);
	json_object_put(organization);
	return true;
}

/* The organisation first: it is the cheapest proof that the key is good. */
static bool
read_all(const struct fetch *fetch, GError **error)
{
	if (!read_organization(fetch, error) || !read_roles(fetch, error))
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(collections); i++) {
		if (!read_collection(fetch, &collections[i], error))
			return false;
		if (collections[i].array == SNAPSHOT_GROUPS && !read_group_locks(fetch, error))
			return false;
	}
	return read_people(fetch, error);
}

struct snapshot *
kisi_fetch_within(struct kisi_client *client, instant fetched_at, struct snapshot_raw *raw,
    unsigned page, int64_t max_offset, GError **error)
{
	const struct fetch fetch = {
	    .client = client,
	    .snapshot = snapshot_new(),
	    .raw = raw,
	    .page = page,
	    .max_offset = max_offset,
	};

	fetch.snapshot->fetched_at = fetched_at;
	if (read_all(&fetch, error) && snapshot_finish(fetch.snapshot, error))
		return fetch.snapshot;
	snapshot_free(fetch.snapshot);
	return NULL;
}

struct snapshot *
kisi_fetch_doors(struct kisi_client *client, instant fetched_at, GError **error)
{
	const struct fetch fetch = {
	    .client = client, .snapshot = snapshot_new(), .max_offset = KISI_MAX_OFFSET};
	bool ok = read_organization(&fetch, error);

	fetch.snapshot->fetched_at = fetched_at;
	for (size_t i = 0; i < G_N_ELEMENTS(collections) && ok; i++)
		if (collections[i].array == SNAPSHOT_PLACES ||
		    collections[i].array == SNAPSHOT_LOCKS)
			ok = read_collection(&fetch, &collections[i], error);
	if (ok && snapshot_finish(fetch.snapshot, error))
		return fetch.snapshot;
	snapshot_free(fetch.snapshot);
	return NULL;
}

struct snapshot *
kisi_fetch(struct kisi_client *client, instant fetched_at, struct snapshot_raw *raw, GError **error)
{
	return kisi_fetch_within(client, fetched_at, raw, 0, KISI_MAX_OFFSET, error);
}
