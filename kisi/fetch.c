/*
 * What makes a snapshot: which lists are read, in which order, and into which parts one is split that cannot be read
 * as a whole.  How a list is read, and when that counts, is kisi/list.c.
 */
#include "kisi/fetch.h"

#include "kisi/list.h"

#define PAGE 250
#define PAGE_USERS 100

struct fetch {
	struct kisi_client *client;
	struct snapshot *snapshot;
	struct snapshot_raw *raw; /* or NULL */
	unsigned page;
	int64_t max_offset;
};

struct collection;

/*
 * Divides a collection, or a part of it: adds the filters of its parts (of char *) to `filters` and returns what divides
 * those again; NULL when nothing does.
 */
struct division {
	void (*divide)(const struct fetch *fetch, const char *filter, GPtrArray *filters);
	const struct division *next;
};

struct collection {
	enum snapshot_array array;
	const char *path;
	unsigned page;
	const char *sort, *tie; /* as in struct list_query */
	const struct division *parts; /* disjoint, and together the whole; or NULL */
	const struct division
	    *more; /* parts that may overlap and miss rows: the last resort; or NULL */
};

/* --- divisions --- */

/* A filter `<prefix><id>` for each element of an array that begins with its id, behind the filter already there. */
static void
filter_by_id(const char *filter, const char *prefix, const GArray *array, GPtrArray *filters)
{
	guint size = g_array_get_element_size((GArray *)array);

	for (guint i = 0; i < array->len; i++)
		g_ptr_array_add(filters,
		    g_strdup_printf("%s%s%s%" G_GINT64_FORMAT, filter, *filter == '\0' ? "" : "&",
			prefix, *(const int64_t *)(array->data + (size_t)i * size)));
}

static void
filter_by_word(const char *filter, const char *key, const char *const *words, GPtrArray *filters)
{
	for (; *words != NULL; words++)
		g_ptr_array_add(filters,
		    g_strdup_printf("%s%s%s=%s", filter, *filter == '\0' ? "" : "&", key, *words));
}

static void
by_place(const struct fetch *fetch, const char *filter, GPtrArray *filters)
{
	filter_by_id(filter, "place_id=", fetch->snapshot->places, filters);
}

static void
by_scope(const struct fetch *fetch, const char *filter, GPtrArray *filters)
{
	filter_by_word(filter, "scope", (const char *const[]){"organization", NULL}, filters);
	by_place(fetch, filter, filters);
}

static void
by_group(const struct fetch *fetch, const char *filter, GPtrArray *filters)
{
	filter_by_id(filter, "group_id=", fetch->snapshot->groups, filters);
}

static void
by_target(const struct fetch *fetch, const char *filter, GPtrArray *filters)
{
	filter_by_word(filter, "applies_to_type",
	    (const char *const[]){"Organization", "Place", NULL}, filters);
	filter_by_id(
	    filter, "applies_to_type=Group&applies_to_id=", fetch->snapshot->groups, filters);
}

static void
by_consequence(const struct fetch *fetch, const char *filter, GPtrArray *filters)
{
	filter_by_word(filter, "consequence",
	    (const char *const[]){"allow", "first_to_arrive", "permit", "unlock", NULL}, filters);
}

/* Elevator stops are not known here; when schedules hang on them, the sum of the parts shows it. */
static void
by_scheduleable(const struct fetch *fetch, const char *filter, GPtrArray *filters)
{
	filter_by_id(
	    filter, "scheduleable_type=Lock&scheduleable_id=", fetch->snapshot->locks, filters);
	filter_by_id(
	    filter, "scheduleable_type=Group&scheduleable_id=", fetch->snapshot->groups, filters);
}

static void
by_team(const struct fetch *fetch, const char *filter, GPtrArray *filters)
{
	filter_by_id(filter, "team_id=", fetch->snapshot->teams, filters);
}

static void
by_member_type(const struct fetch *fetch, const char *filter, GPtrArray *filters)
{
	filter_by_word(
	    filter, "member_type", (const char *const[]){"User", "Guest", NULL}, filters);
}

static const struct division places_of = {by_place, NULL};
static const struct division scopes = {by_scope, NULL};
static const struct division groups_of = {by_group, NULL};
static const struct division targets = {by_target, NULL};
static const struct division scheduleables = {by_scheduleable, NULL};
static const struct division consequences = {by_consequence, &scheduleables};
static const struct division member_types = {by_member_type, NULL};
static const struct division teams_of = {by_team, &member_types};

/*
 * In this order, since later ones are divided by earlier ones.  Users come after the assignments, so that nobody is
 * assigned who was created in between.  Page sizes and sorts as documented (kisi-api 2.1, 2.3).
 */
static const struct collection collections[] = {
    {SNAPSHOT_PLACES, "/places", PAGE, "name", "name", NULL, NULL},
    {SNAPSHOT_LOCKS, "/locks", PAGE, "name", "name", &places_of, NULL},
    {SNAPSHOT_GROUPS, "/groups", PAGE, "name", "name", &scopes, NULL},
    {SNAPSHOT_TEAMS, "/teams", PAGE, "name", "name", NULL, NULL},
    {SNAPSHOT_TEAM_MEMBERSHIPS, "/team_memberships", PAGE, NULL, NULL, &teams_of, NULL},
    {SNAPSHOT_ROLE_ASSIGNMENTS, "/role_assignments", PAGE, "user.name", "user.name", &targets,
	NULL},
    {SNAPSHOT_USERS, "/users", PAGE_USERS, "name", "name", NULL, &groups_of},
    {SNAPSHOT_GROUP_LINKS, "/group_links", PAGE, "name", "name", &groups_of, NULL},
    {SNAPSHOT_SCHEDULES, "/schedules", PAGE, NULL, NULL, &consequences, NULL},
};

/* group_id is required there, so it is no collection like the others. */
static const struct collection group_locks = {
    SNAPSHOT_GROUP_LOCKS, "/group_locks", PAGE, NULL, NULL, NULL, NULL};

/* --- reading --- */

static struct list_query
query_of(const struct fetch *fetch, const struct collection *collection, const char *filter)
{
	return (struct list_query){
	    .path = collection->path,
	    .filter = filter,
	    .sort = collection->sort,
	    .tie = collection->tie,
	    .limit = fetch->page > 0 ? MIN(fetch->page, collection->page) : collection->page,
	    .max_offset = fetch->max_offset,
	};
}

static GPtrArray *
divide(const struct fetch *fetch, const struct division *division, const char *filter)
{
	GPtrArray *filters = g_ptr_array_new_with_free_func(g_free);

	division->divide(fetch, filter, filters);
	return filters;
}

static bool
fail_size(const struct list_query *query, int64_t total, int64_t read, GError **error)
{
	return fail(error, EXIT_HELD, NULL,
	    "GET %s%s%s: %" G_GINT64_FORMAT " rows, of which Kisi lets only %" G_GINT64_FORMAT
	    " be read (its offset ends at %" G_GINT64_FORMAT ")",
	    query->path, *query->filter != '\0' ? "?" : "", query->filter, total, read,
	    query->max_offset);
}

/* Read as one list, from both ends when it is long. */
static bool
read_whole(const struct fetch *fetch, const struct collection *collection, const char *filter,
    struct list_sink *sink, int64_t *total, GError **error)
{
	struct list_query query = query_of(fetch, collection, filter);
	struct list_mark before = list_sink_mark(sink);
	enum list_end end = list_read(fetch->client, &query, sink, total, error);
	GPtrArray *filters = NULL;
	int64_t ignored = 0;
	bool ok = true;

	if (end != LIST_PARTIAL)
		return end == LIST_COMPLETE;
	if (collection->more != NULL && *filter == '\0') {
		filters = divide(fetch, collection->more, filter);
		for (guint i = 0; i < filters->len && ok && sink->ids->len - before.ids < *total;
		     i++) {
			struct list_query part = query_of(fetch, collection, filters->pdata[i]);

			ok = list_read(fetch->client, &part, sink, &ignored, error) != LIST_FAILED;
		}
		g_ptr_array_unref(filters);
	}
	if (ok && sink->ids->len - before.ids != *total)
		return fail_size(&query, *total, sink->ids->len - before.ids, error);
	return ok;
}

static bool read_filter(const struct fetch *fetch, const struct collection *collection,
    const char *filter, const struct division *division, struct list_sink *sink, int64_t *total,
    GError **error);

/* Read all parts; *sum: rows they have. */
static bool
read_parts(const struct fetch *fetch, const struct collection *collection, const char *filter,
    const struct division *division, struct list_sink *sink, int64_t *sum, GError **error)
{
	GPtrArray *filters = divide(fetch, division, filter);
	bool ok = true;

	*sum = 0;
	for (guint i = 0; i < filters->len && ok; i++) {
		int64_t total = 0;

		ok = read_filter(
		    fetch, collection, filters->pdata[i], division->next, sink, &total, error);
		*sum += total;
	}
	g_ptr_array_unref(filters);
	return ok;
}

/* What reading in parts came to. */
enum parts { PARTS_COMPLETE, PARTS_MISSING, PARTS_CHANGED, PARTS_FAILED };

/* Read in parts, whose sum must be the whole that there was before and is after. */
static enum parts
try_parts(const struct fetch *fetch, const struct collection *collection, const char *filter,
    const struct division *division, struct list_sink *sink, int64_t *total, GError **error)
{
	struct list_query query = query_of(fetch, collection, filter);
	struct list_mark mark = list_sink_mark(sink);
	int64_t sum = 0;
	int64_t after = 0;

	if (!read_parts(fetch, collection, filter, division, sink, &sum, error))
		return PARTS_FAILED;
	after = list_total(fetch->client, &query, error);
	if (after < 0)
		return PARTS_FAILED;
	if (after == *total && sum == after && sink->ids->len - mark.ids == sum)
		return PARTS_COMPLETE;
	list_sink_rollback(sink, mark);
	if (after == *total && sum < after)
		return PARTS_MISSING;
	*total = after;
	return PARTS_CHANGED;
}

/*
 * Read what the filter selects: as one list where that can be trusted, else in parts, else (the parts do not cover it)
 * as one list after all, as well as that goes.
 */
static bool
read_filter(const struct fetch *fetch, const struct collection *collection, const char *filter,
    const struct division *division, struct list_sink *sink, int64_t *total, GError **error)
{
	struct list_query query = query_of(fetch, collection, filter);
	enum parts parts = PARTS_CHANGED;
	enum list_end end = LIST_FAILED;

	if (division == NULL)
		return read_whole(fetch, collection, filter, sink, total, error);
	query.can_split = true;
	end = list_read(fetch->client, &query, sink, total, error);
	if (end != LIST_SPLIT)
		return end == LIST_COMPLETE;
	for (int n = 0; n <= KISI_REREADS && parts == PARTS_CHANGED; n++)
		parts = try_parts(fetch, collection, filter, division, sink, total, error);
	if (parts == PARTS_MISSING)
		return read_whole(fetch, collection, filter, sink, total, error);
	if (parts == PARTS_CHANGED)
		return fail(error, EXIT_HELD, "run again when fewer changes are made in Kisi",
		    "GET %s%s%s: the sum of its parts is not its total, %d times", query.path,
		    *filter != '\0' ? "?" : "", filter, KISI_REREADS + 1);
	return parts == PARTS_COMPLETE;
}

static bool
read_collection(const struct fetch *fetch, const struct collection *collection, GError **error)
{
	struct list_sink sink;
	int64_t total = 0;
	bool ok = false;

	list_sink_init(&sink, fetch->snapshot, fetch->raw, collection->array);
	ok = read_filter(fetch, collection, "", collection->parts, &sink, &total, error);
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
	int64_t total = 0;
	bool ok = true;

	list_sink_init(&sink, fetch->snapshot, fetch->raw, SNAPSHOT_GROUP_LOCKS);
	for (guint i = 0; i < groups->len && ok; i++) {
		const struct kisi_group *group = &g_array_index(groups, struct kisi_group, i);
		char *filter = NULL;

		if (!has_locks(group))
			continue;
		filter = g_strdup_printf("group_id=%" G_GINT64_FORMAT, group->id);
		ok = read_filter(fetch, &group_locks, filter, NULL, &sink, &total, error);
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
		int64_t total = 0;
		char *filter = g_strdup_printf("lock_id=%" G_GINT64_FORMAT, lock_id);

		/* A group holds many locks: its id may come again for the next lock, so each has a sink of its own. */
		list_sink_init(&sink, fetch->snapshot, NULL, SNAPSHOT_GROUP_LOCKS);
		sink.lock_id = lock_id;
		ok = read_filter(fetch, &groups, filter, NULL, &sink, &total, error);
		list_sink_done(&sink);
		g_free(filter);
	}
	return ok;
}

/* Whichever side takes fewer requests; but only one side gives the objects that a snapshot file keeps. */
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

/* --- what is not paged --- */

/* The JSON of a GET that must be of this type.  Caller frees with json_object_put; NULL and *error. */
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
	return true;
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
kisi_fetch(struct kisi_client *client, instant fetched_at, struct snapshot_raw *raw, GError **error)
{
	return kisi_fetch_within(client, fetched_at, raw, 0, KISI_MAX_OFFSET, error);
}
