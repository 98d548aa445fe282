/*
 * Reads one list page by page and decides whether what came is the whole list at one time.  Which
 * lists make a snapshot, and into which parts they can be split, is kisi/fetch.c.
 */
#include "kisi/list.h"

#include "base/json.h"
#include "base/text.h"
#include "kisi/fetch.h"

#include <string.h>

/*
 * A list in shuffled order is read again and again until every row was seen.  Each pass misses
 * about a third of what is missing (1/e), so this many find the last of 100,000 rows.
 */
#define SHUFFLED_PASSES 14

/* One reading from the beginning to the end of a query. */
struct pass {
	const struct list_query *query;
	bool backward;
	bool loose;	 /* the order of some rows is unknown: repeats across pages prove nothing */
	bool capped;	 /* ended at max_offset */
	int64_t offset;	 /* of the next page */
	GArray *pending; /* of int64_t: ids that the next page must have */
	unsigned number; /* of this pass in the sink */
	int64_t total;	 /* of the query; -1 before the first page */
	int64_t rows;	 /* ids that this query has seen, in this pass and those before */
	unsigned first;	 /* number of the first pass of this query */
	const char *why; /* the list changed while it was read, or NULL */
};

/* What a page or pass came to. */
enum step { STEP_ON, STEP_END, STEP_CHANGED, STEP_SPLIT, STEP_FAILED };

void
list_sink_init(struct list_sink *sink, struct snapshot *snapshot, struct snapshot_raw *raw,
    enum snapshot_array array)
{
	*sink = (struct list_sink){.snapshot = snapshot, .raw = raw, .array = array};
	sink->seen = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	sink->ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
}

void
list_sink_done(struct list_sink *sink)
{
	g_hash_table_unref(sink->seen);
	g_array_unref(sink->ids);
}

struct list_mark
list_sink_mark(const struct list_sink *sink)
{
	return (struct list_mark){
	    .ids = sink->ids->len,
	    .rows = snapshot_array_of(sink->snapshot, sink->array)->len,
	    .doubts = sink->snapshot->doubts->len,
	    .raw = sink->raw == NULL ? 0 : snapshot_raw_mark(sink->raw, sink->array),
	};
}

void
list_sink_rollback(struct list_sink *sink, struct list_mark mark)
{
	for (guint i = mark.ids; i < sink->ids->len; i++)
		g_hash_table_remove(sink->seen, &g_array_index(sink->ids, int64_t, i));
	g_array_set_size(sink->ids, mark.ids);
	g_array_set_size(snapshot_array_of(sink->snapshot, sink->array), mark.rows);
	g_array_set_size(sink->snapshot->doubts, mark.doubts);
	if (sink->raw != NULL)
		snapshot_raw_rollback(sink->raw, sink->array, mark.raw);
}

/* Put a row that is not there yet into the model. */
static bool
take_row(struct list_sink *sink, struct json_object *row, int64_t id, GError **error)
{
	if (sink->lock_id != 0) {
		struct kisi_group_lock relation = {.group_id = id, .lock_id = sink->lock_id};

		g_array_append_val(sink->snapshot->group_locks, relation);
	} else {
		if (!snapshot_parse(sink->snapshot, sink->array, row, error))
			return false;
		if (sink->raw != NULL)
			snapshot_raw_add(sink->raw, sink->array, row);
	}
	g_array_append_val(sink->ids, id);
	return true;
}

bool
list_fail_reply(const char *path, const struct kisi_reply *reply, GError **error)
{
	const char *hint = NULL;

	if (reply->result == KISI_DENIED)
		hint = "the key is wrong, expired, or its maker is no administrator any more";
	else if (reply->status == 403)
		hint = "the user of this key may not read this; make the key as the owner";
	return fail(error, EXIT_NO_KISI, hint, "GET %s: %s", path,
	    reply->message == NULL ? "no answer" : reply->message);
}

static char *
page_path(const struct pass *pass, unsigned limit)
{
	const struct list_query *query = pass->query;
	GString *path = g_string_new(query->path);

	g_string_append_printf(path, "?limit=%u&offset=%" G_GINT64_FORMAT, limit, pass->offset);
	if (query->sort != NULL)
		g_string_append_printf(path, "&sort=%s%s", pass->backward ? "-" : "", query->sort);
	if (*query->filter != '\0')
		g_string_append_printf(path, "&%s", query->filter);
	return g_string_free(path, FALSE);
}

static enum step
changed(struct pass *pass, const char *why)
{
	pass->why = why;
	return STEP_CHANGED;
}

/* --- one page --- */

static bool
row_id(struct json_object *rows, size_t i, int64_t *id)
{
	return json_integer(json_object_array_get_idx(rows, i), "id", id) && *id > 0;
}

/* The text by which the list is sorted; NULL when the row has none.  Owned by the row. */
static const char *
tie_text(const struct list_query *query, struct json_object *row)
{
	char **steps = g_strsplit(query->tie, ".", 0);
	const char *text = NULL;
	size_t i = 0;

	for (; steps[i + 1] != NULL; i++)
		row = json_member(row, steps[i]);
	text = json_text(row, steps[i]);
	g_strfreev(steps);
	return text;
}

static bool
tied(const struct list_query *query, struct json_object *rows, size_t a, size_t b)
{
	return text_same(tie_text(query, json_object_array_get_idx(rows, a)),
	    tie_text(query, json_object_array_get_idx(rows, b)));
}

/*
 * How many rows of the page to take: all but the last ones of equal text, which the next page has
 * again.  All, when they are all equal: then their order is anybody's guess.
 */
static size_t
rows_to_take(struct pass *pass, struct json_object *rows)
{
	size_t count = json_object_array_length(rows);
	size_t take = count - 1;

	if (pass->query->sort == NULL || pass->offset + (int64_t)count >= pass->total)
		return count;
	while (take > 0 && tied(pass->query, rows, take - 1, take))
		take--;
	if (take == 0) {
		pass->loose = true;
		return count;
	}
	/* The next page would begin where the server does not go: this is the last. */
	return pass->offset + (int64_t)take > pass->query->max_offset ? count : take;
}

/* Are ids unique in the page, and are the rows there again that the page before ended with? */
static enum step
check_ids(struct pass *pass, struct json_object *rows, GError **error)
{
	size_t count = json_object_array_length(rows);
	GHashTable *here = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	/*
	 * Rows of one text that fill more than a page come in any order: which of them are here
	 * proves nothing.
	 */
	bool one_tie = pass->query->sort != NULL && count > 1 &&
		       pass->offset + (int64_t)count < pass->total &&
		       tied(pass->query, rows, 0, count - 1);
	enum step step = STEP_ON;

	for (size_t i = 0; i < count && step == STEP_ON; i++) {
		int64_t id = 0;

		if (!row_id(rows, i, &id)) {
			fail(error, EXIT_HELD, NULL, "GET %s: an object without an id",
			    pass->query->path);
			step = STEP_FAILED;
		} else if (!g_hash_table_add(here, g_memdup2(&id, sizeof id))) {
			step = changed(pass, "an id was twice on one page");
		}
	}
	for (guint i = 0; i < pass->pending->len && step == STEP_ON && !one_tie; i++)
		if (!g_hash_table_contains(here, &g_array_index(pass->pending, int64_t, i)))
			step = changed(pass, "rows moved from one page to the next");
	g_hash_table_unref(here);
	return step;
}

static enum step
take_rows(struct pass *pass, struct list_sink *sink, struct json_object *rows, GError **error)
{
	size_t count = json_object_array_length(rows);
	size_t take = rows_to_take(pass, rows);
	int64_t id = 0;

	for (size_t i = 0; i < take; i++) {
		gpointer last = NULL;
		bool known = false;

		row_id(rows, i, &id);
		known = g_hash_table_lookup_extended(sink->seen, &id, NULL, &last);
		if (known && GPOINTER_TO_UINT(last) == pass->number) {
			if (!pass->loose)
				return changed(pass, "an id came on two pages");
			continue;
		}
		if (!known && !take_row(sink, json_object_array_get_idx(rows, i), id, error))
			return STEP_FAILED;
		if (!known || GPOINTER_TO_UINT(last) < pass->first)
			pass->rows++;
		g_hash_table_insert(
		    sink->seen, g_memdup2(&id, sizeof id), GUINT_TO_POINTER(pass->number));
	}
	g_array_set_size(pass->pending, 0);
	for (size_t i = take; i < count; i++) {
		row_id(rows, i, &id);
		g_array_append_val(pass->pending, id);
	}
	pass->offset += (int64_t)take;
	return STEP_ON;
}

/* Does the page say about itself what it must? */
static enum step
check_page(struct pass *pass, const struct kisi_reply *reply)
{
	size_t count = json_object_array_length(reply->body);

	if (reply->range_total < 0)
		return changed(pass, "a page had no readable X-Collection-Range");
	if (reply->range_start >= 0 && reply->range_start != pass->offset)
		return changed(pass, "a page was not the one that was asked for");
	if (pass->total >= 0 && reply->range_total != pass->total)
		return changed(pass, "the total changed");
	pass->total = reply->range_total;
	if (count > pass->query->limit || pass->offset + (int64_t)count > pass->total)
		return changed(pass, "there were more rows than the total");
	if (count == 0 && pass->offset < pass->total)
		return changed(pass, "there were fewer rows than the total");
	return count == 0 ? STEP_END : STEP_ON;
}

static enum step
judge_page(struct pass *pass, struct list_sink *sink, struct kisi_reply *reply, GError **error)
{
	const struct list_query *query = pass->query;
	bool first = pass->total < 0;
	enum step step = check_page(pass, reply);

	if (step != STEP_ON)
		return step;
	if (first && (int64_t)json_object_array_length(reply->body) < pass->total) {
		if (query->can_split && (query->sort == NULL || pass->total > query->max_offset))
			return STEP_SPLIT;
		pass->loose = pass->loose || query->sort == NULL;
	}
	step = check_ids(pass, reply->body, error);
	if (step == STEP_ON)
		step = take_rows(pass, sink, reply->body, error);
	if (step != STEP_ON)
		return step;
	if (pass->offset >= pass->total ||
	    (pass->number > pass->first && pass->rows == pass->total))
		return STEP_END;
	pass->capped = pass->offset > query->max_offset;
	return pass->capped ? STEP_END : STEP_ON;
}

static enum step
read_page(struct kisi_client *client, struct pass *pass, struct list_sink *sink, GError **error)
{
	struct kisi_reply reply;
	enum step step = STEP_FAILED;
	char *path = page_path(pass, pass->query->limit);

	kisi_request(client, "GET", path, NULL, &reply);
	if (reply.result != KISI_OK)
		list_fail_reply(path, &reply, error);
	else if (!json_object_is_type(reply.body, json_type_array))
		fail(error, EXIT_NO_KISI, "is base_url the address of the API?",
		    "GET %s: the answer is not a list", path);
	else
		step = judge_page(pass, sink, &reply, error);
	kisi_reply_done(&reply);
	g_free(path);
	return step;
}

/* --- the whole --- */

/* One pass; STEP_END when its pages are read. */
static enum step
read_pass(struct kisi_client *client, struct pass *pass, struct list_sink *sink, GError **error)
{
	enum step step = STEP_ON;

	pass->number = ++sink->passes;
	if (pass->first == 0)
		pass->first = pass->number;
	pass->offset = 0;
	pass->capped = false;
	g_array_set_size(pass->pending, 0);
	while (step == STEP_ON)
		step = read_page(client, pass, sink, error);
	return step;
}

/*
 * Pass after pass until every row was seen.  More than one is needed only where the list is longer
 * than the server's offsets reach (then from its other end) or where the order of rows is unknown.
 */
static enum step
read_passes(struct kisi_client *client, struct pass *pass, struct list_sink *sink, GError **error)
{
	const struct list_query *query = pass->query;
	unsigned most = 1;

	for (unsigned n = 1; n <= most; n++) {
		enum step step = read_pass(client, pass, sink, error);

		if (step != STEP_END || pass->rows == pass->total)
			return step;
		if (pass->loose && query->can_split)
			return STEP_SPLIT;
		if (pass->loose)
			most = SHUFFLED_PASSES;
		else if (pass->capped && query->sort != NULL)
			most = 2;
		else
			return changed(pass, "there were fewer rows than the total");
		pass->backward = query->sort != NULL && !pass->backward;
	}
	if (pass->capped)
		return STEP_END;
	fail(error, EXIT_HELD, "run again when fewer changes are made in Kisi",
	    "GET %s: its rows come in another order with every request, and %" G_GINT64_FORMAT
	    " of %" G_GINT64_FORMAT " never came",
	    query->path, pass->total - pass->rows, pass->total);
	return STEP_FAILED;
}

static enum list_end
end_of(enum step step, const struct pass *pass)
{
	if (step == STEP_SPLIT)
		return LIST_SPLIT;
	if (step == STEP_FAILED)
		return LIST_FAILED;
	return pass->rows == pass->total ? LIST_COMPLETE : LIST_PARTIAL;
}

enum list_end
list_read(struct kisi_client *client, const struct list_query *query, struct list_sink *sink,
    int64_t *total, GError **error)
{
	struct list_mark mark = list_sink_mark(sink);
	GArray *pending = g_array_new(FALSE, FALSE, sizeof(int64_t));
	struct pass pass = {0};
	enum step step = STEP_CHANGED;
	enum list_end end = LIST_FAILED;

	for (int n = 0; n <= KISI_REREADS && step == STEP_CHANGED; n++) {
		list_sink_rollback(sink, mark);
		pass = (struct pass){.query = query, .pending = pending, .total = -1};
		step = read_passes(client, &pass, sink, error);
	}
	g_array_unref(pending);
	if (step == STEP_CHANGED)
		fail(error, EXIT_HELD, "run again when fewer changes are made in Kisi",
		    "GET %s%s%s: could not be read as one state, %d times: %s", query->path,
		    *query->filter != '\0' ? "?" : "", query->filter, KISI_REREADS + 1, pass.why);
	else
		end = end_of(step, &pass);
	if (end == LIST_SPLIT || end == LIST_FAILED)
		list_sink_rollback(sink, mark);
	if (end != LIST_FAILED)
		*total = pass.total;
	return end;
}

int64_t
list_total(struct kisi_client *client, const struct list_query *query, GError **error)
{
	struct pass pass = {.query = query};
	struct kisi_reply reply;
	int64_t total = -1;
	char *path = page_path(&pass, 1);

	kisi_request(client, "GET", path, NULL, &reply);
	if (reply.result != KISI_OK)
		list_fail_reply(path, &reply, error);
	else if (reply.range_total < 0)
		fail(error, EXIT_HELD, NULL, "GET %s: no readable X-Collection-Range", path);
	else
		total = reply.range_total;
	kisi_reply_done(&reply);
	g_free(path);
	return total;
}
