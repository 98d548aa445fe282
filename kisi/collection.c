/*
 * Reads one collection, in parts when it cannot be read as a whole: which filters divide it, and
 * when their sum counts. How one list is read, and when that counts, is kisi/list.c.
 */
#include "kisi/collection.h"

#include "kisi/fetch.h"

#include <string.h>

struct division {
	/* Add the filters of the parts (of char *) of what `filter` selects. */
	void (*divide)(const struct fetch *fetch, const char *filter, GPtrArray *filters);
	const struct division *next; /* divides the parts again; or NULL */
};

/*
 * A filter `<prefix><id>` for each element of an array that begins with its id, behind the filter
 * already there.
 */
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

/*
 * Of the consequences, only `allow` can stand on a group (kisi-api 5.10).  Elevator stops are not
 * known here; where schedules hang on them, the sum of the parts shows it.
 */
static void
by_scheduleable(const struct fetch *fetch, const char *filter, GPtrArray *filters)
{
	filter_by_id(
	    filter, "scheduleable_type=Lock&scheduleable_id=", fetch->snapshot->locks, filters);
	if (strstr(filter, "consequence=allow") != NULL)
		filter_by_id(filter,
		    "scheduleable_type=Group&scheduleable_id=", fetch->snapshot->groups, filters);
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

const struct division collection_places = {by_place, NULL};
const struct division collection_scopes = {by_scope, NULL};
const struct division collection_groups = {by_group, NULL};
const struct division collection_targets = {by_target, NULL};
static const struct division scheduleables = {by_scheduleable, NULL};
const struct division collection_consequences = {by_consequence, &scheduleables};
static const struct division member_types = {by_member_type, NULL};
const struct division collection_teams = {by_team, &member_types};

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
 * Read what the filter selects: as one list where that can be trusted, else in parts, else (the
 * parts do not cover it) as one list after all, as well as that goes.
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

bool
collection_read(const struct fetch *fetch, const struct collection *collection, const char *filter,
    struct list_sink *sink, GError **error)
{
	int64_t total = 0;

	return read_filter(fetch, collection, filter, collection->parts, sink, &total, error);
}
