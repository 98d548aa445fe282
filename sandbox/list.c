/*
 * Lists: parameters, filters, order, pages, X-Collection-Range, and the faults that strike pages.
 * A page of 100 out of 200,000 rows must not sort them all: whole sorted collections are kept
 * until the next write, and filters that name a user or a group go through an index.
 */
#include "sandbox/resource.h"

#include "base/json.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define FILTERS_MAX 20

/* What one list request asks for. */
struct list {
	const struct resource *resource;
	const struct filter *filters[FILTERS_MAX]; /* those that were given */
	struct filter_value values[FILTERS_MAX];
	size_t count;
	const struct sort *sort; /* NULL = none asked for */
	bool backward;
	int64_t limit, offset;
	bool beyond; /* offset above Kisi's maximum, to be answered by an empty page */
};

static bool
bad_parameter(struct request *request, const char *name, const char *text)
{
	return answer_complaint(
	    request, (int)request->sandbox->switches.number[SWITCH_BAD_PARAMETER], name, text);
}

/* A parameter that says something; an empty one counts as absent. */
static const char *
given(const struct request *request, const char *name)
{
	const char *text = request_parameter(request, name);

	return text != NULL && text[0] != '\0' ? text : NULL;
}

static bool
read_value(struct request *request, const struct filter *filter, const char *text,
    struct filter_value *out)
{
	out->text = text;
	if (filter->words != NULL && !g_strv_contains(filter->words, text))
		return bad_parameter(request, filter->name, "is not included in the list");
	if (filter->type == FILTER_TEXT) {
		out->folded = g_utf8_casefold(text, -1);
		return true;
	}
	if (filter->type == FILTER_FLAG) {
		out->number = strcmp(text, "true") == 0;
		if (out->number == 0 && strcmp(text, "false") != 0)
			return bad_parameter(request, filter->name, "is not a boolean");
		return true;
	}
	if (filter->type == FILTER_USER && strcmp(text, "me") == 0) {
		out->number = request->user_id;
		return true;
	}
	if (!text_number(text, 0, INT64_MAX, &out->number))
		return bad_parameter(request, filter->name, "is not an integer");
	return true;
}

static bool
read_filters(struct request *request, struct list *list)
{
	int pair_status = (int)request->sandbox->switches.number[SWITCH_PAIR_MISSING];
	const struct filter *filter = list->resource->filters;

	for (; filter != NULL && filter->name != NULL; filter++) {
		const char *text = given(request, filter->name);
		if (text == NULL && filter->required)
			return bad_parameter(request, filter->name, "is missing");
		if (text == NULL)
			continue;
		if (filter->needs != NULL && given(request, filter->needs) == NULL)
			return answer_complaint(request, pair_status, filter->needs, "is missing");
		g_assert(list->count < FILTERS_MAX);
		list->filters[list->count] = filter;
		list->count++;
		if (!read_value(request, filter, text, &list->values[list->count - 1]))
			return false;
	}
	return true;
}

static bool
read_sort(struct request *request, struct list *list)
{
	const char *text = given(request, "sort");
	const struct sort *sort = list->resource->sorts;

	if (text == NULL)
		return true;
	list->backward = text[0] == '-';
	for (; sort != NULL && sort->name != NULL; sort++) {
		if (strcmp(sort->name, text + list->backward) == 0 &&
		    !(list->backward && sort->one_way)) {
			list->sort = sort;
			return true;
		}
	}
	return bad_parameter(request, "sort", "is not included in the list");
}

static bool
read_page(struct request *request, struct list *list)
{
	const struct switches *switches = &request->sandbox->switches;
	const char *limit = given(request, "limit"), *offset = given(request, "offset");

	list->limit = list->resource->limit;
	if (limit != NULL && !text_number(limit, 1, INT32_MAX, &list->limit))
		return bad_parameter(request, "limit", "is not a positive integer");
	if (offset != NULL && !text_number(offset, 0, INT32_MAX, &list->offset))
		return bad_parameter(request, "offset", "is not an integer");
	if (list->limit > list->resource->limit_max) {
		if (!switch_is(switches, SWITCH_LIMIT_OVER, "clamp"))
			return answer_complaint(request, (int)switches->number[SWITCH_LIMIT_OVER],
			    "limit", "is too large");
		list->limit = list->resource->limit_max;
	}
	list->beyond = list->offset > OFFSET_MAX;
	if (list->beyond && !switch_is(switches, SWITCH_OFFSET_OVER, "empty"))
		return answer_complaint(request, (int)switches->number[SWITCH_OFFSET_OVER],
		    "offset", "is too large (maximum is 20000)");
	return true;
}

struct keyed_row {
	char *key; /* owned; NULL when rows go by id */
	struct row *row;
};

static int
compare_keyed(const void *a, const void *b)
{
	const struct keyed_row *left = a, *right = b;
	int by_key = g_strcmp0(left->key, right->key);

	if (by_key != 0)
		return by_key;
	return (left->row->id > right->row->id) - (left->row->id < right->row->id);
}

/* Put the rows into the order of the sort (NULL: of ids). */
static void
sort_rows(const struct state *state, const struct sort *sort, GPtrArray *rows)
{
	struct keyed_row *keyed = g_new(struct keyed_row, rows->len + 1);

	for (guint i = 0; i < rows->len; i++) {
		keyed[i].row = g_ptr_array_index(rows, i);
		keyed[i].key = sort != NULL ? sort->key(state, keyed[i].row) : NULL;
	}
	qsort(keyed, rows->len, sizeof *keyed, compare_keyed);
	for (guint i = 0; i < rows->len; i++) {
		rows->pdata[i] = keyed[i].row;
		g_free(keyed[i].key);
	}
	g_free(keyed);
}

static GPtrArray *
copy_rows(const GPtrArray *rows)
{
	GPtrArray *out = g_ptr_array_sized_new(rows != NULL ? rows->len : 0);

	for (guint i = 0; rows != NULL && i < rows->len; i++)
		g_ptr_array_add(out, g_ptr_array_index(rows, i));
	return out;
}

/* The whole store in order; owned by the sandbox, valid until the next write. */
static const GPtrArray *
sorted_store(struct sandbox *sandbox, const struct resource *resource, const struct sort *sort)
{
	g_autofree char *key = g_strdup_printf(
	    "%s %s", resource->path, sort != NULL ? sort->name : "");

	if (sandbox->sorted_generation != state_generation(sandbox->state)) {
		g_hash_table_remove_all(sandbox->sorted);
		sandbox->sorted_generation = state_generation(sandbox->state);
	}
	GPtrArray *rows = g_hash_table_lookup(sandbox->sorted, key);
	if (rows == NULL) {
		rows = copy_rows(state_rows(sandbox->state, resource->store));
		sort_rows(sandbox->state, sort, rows);
		g_hash_table_insert(sandbox->sorted, g_steal_pointer(&key), rows);
	}
	return rows;
}

/* Add the rows that `ids` names, each once; false when it has answered. */
static bool
rows_by_ids(struct request *request, const struct list *list, const char *ids, GPtrArray *out)
{
	g_auto(GStrv) words = g_strsplit(ids, ",", -1);

	for (size_t i = 0; words[i] != NULL; i++) {
		int64_t id;
		if (!text_number(g_strstrip(words[i]), 0, INT64_MAX, &id))
			return bad_parameter(request, "ids", "is not a list of integers");
		struct row *row = state_find(
		    request->sandbox->state, list->resource->store, id - list->resource->id_shift);
		if (row != NULL && !g_ptr_array_find(out, row, NULL))
			g_ptr_array_add(out, row);
	}
	return true;
}

/* The rows of the first filter that has an index; true when there was one. */
static bool
rows_by_index(const struct request *request, const struct list *list, GPtrArray **out)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct filter *filter = list->filters[i];
		if (!filter->indexed)
			continue;
		const char *type = filter->index_type != NULL ? filter->index_type
				   : filter->needs != NULL
				       ? request_parameter(request, filter->needs)
				       : NULL;
		*out = copy_rows(state_where(
		    request->sandbox->state, filter->index, type, list->values[i].number));
		return true;
	}
	return false;
}

static bool
passes(const struct list *list, size_t i, const struct request *request, const struct row *row)
{
	const struct filter *filter = list->filters[i];
	const struct filter_value *value = &list->values[i];

	if (filter->match != NULL)
		return filter->match(request, row, value);
	if (filter->field == NULL)
		return true;
	if (filter->type == FILTER_TEXT)
		return g_strcmp0(row_text(row, filter->field), value->text) == 0;
	if (filter->type == FILTER_FLAG)
		return fields_flag(list->resource->fields, row->fields, filter->field) ==
		       (value->number != 0);
	return row_integer(row, filter->field) == value->number;
}

static bool
wanted(const struct request *request, const struct list *list, const struct row *row)
{
	if (list->resource->visible != NULL && !list->resource->visible(request, row))
		return false;
	for (size_t i = 0; i < list->count; i++) {
		if (!passes(list, i, request, row))
			return false;
	}
	return true;
}

static void
reverse(GPtrArray *rows)
{
	for (guint i = 0; i < rows->len / 2; i++) {
		gpointer kept = rows->pdata[i];
		rows->pdata[i] = rows->pdata[rows->len - 1 - i];
		rows->pdata[rows->len - 1 - i] = kept;
	}
}

/* A new random order; rows from `needed` on may stay as they are. */
static void
shuffle(GRand *random, GPtrArray *rows, int64_t needed)
{
	for (guint i = 0; i < rows->len && (int64_t)i < needed; i++) {
		guint other = (guint)g_rand_int_range(random, (gint32)i, (gint32)rows->len);
		gpointer kept = rows->pdata[i];
		rows->pdata[i] = rows->pdata[other];
		rows->pdata[other] = kept;
	}
}

/* The whole filtered collection in its order; NULL when that was answered.  Caller unrefs. */
static GPtrArray *
collect(struct request *request, const struct list *list)
{
	struct sandbox *sandbox = request->sandbox;
	const struct switches *switches = &sandbox->switches;
	bool shuffled = list->sort == NULL && list->resource->limit > 0 &&
			switch_is(switches, SWITCH_ORDER, "shuffled");
	GPtrArray *few = NULL;
	GPtrArray *out = g_ptr_array_new();
	const char *ids = given(request, "ids");

	if (ids == NULL)
		ids = given(request, "ids[]");
	if (ids != NULL) {
		few = g_ptr_array_new();
		if (!rows_by_ids(request, list, ids, few)) {
			g_ptr_array_unref(few);
			g_ptr_array_unref(out);
			return NULL;
		}
	} else {
		rows_by_index(request, list, &few);
	}
	if (few != NULL && !shuffled)
		sort_rows(sandbox->state, list->sort, few);
	const GPtrArray *from = few != NULL ? few
				: shuffled  ? state_rows(sandbox->state, list->resource->store)
					    : sorted_store(sandbox, list->resource, list->sort);
	for (guint i = 0; i < from->len; i++) {
		if (wanted(request, list, g_ptr_array_index(from, i)))
			g_ptr_array_add(out, g_ptr_array_index(from, i));
	}
	if (few != NULL)
		g_ptr_array_unref(few);
	if (shuffled)
		shuffle(sandbox->random, out, list->offset + list->limit);
	if (list->backward != request->fired.on[FAULT_PAGE_REORDER])
		reverse(out);
	return out;
}

/*
 * The value of X-Collection-Range: its end is that of the range asked for, not of the rows given.
 */
static char *
range_text(const struct request *request, const struct list *list, int64_t total)
{
	const struct switches *switches = &request->sandbox->switches;
	bool star = total == 0 ? switch_is(switches, SWITCH_EMPTY_RANGE, "star")
			       : list->offset >= total &&
				     switch_is(switches, SWITCH_PAST_END_RANGE, "star");

	if (star)
		return g_strdup_printf("*/%" G_GINT64_FORMAT, total);
	return g_strdup_printf("%" G_GINT64_FORMAT "-%" G_GINT64_FORMAT "/%" G_GINT64_FORMAT,
	    list->offset, list->offset + list->limit - 1, total);
}

/* The rows of the page, with the faults that make it a wrong one.  Caller unrefs. */
static GPtrArray *
cut_page(const struct request *request, const struct list *list, const GPtrArray *rows)
{
	const struct fired *fired = &request->fired;
	GPtrArray *page = g_ptr_array_new();
	int64_t length = list->resource->limit > 0 ? list->limit : INT32_MAX;

	if (fired->on[FAULT_CLAMP])
		length = MIN(length, MAX(fired->terms[FAULT_CLAMP].rows, 0));
	for (int64_t i = list->offset; !list->beyond && i < list->offset + length && i < rows->len;
	     i++)
		g_ptr_array_add(page, g_ptr_array_index(rows, (guint)i));
	if (fired->on[FAULT_PAGE_SKIP] && page->len > 0)
		g_ptr_array_remove_index(page, 0);
	if (fired->on[FAULT_PAGE_REPEAT] && page->len > 1)
		page->pdata[page->len - 1] = page->pdata[0];
	else if (fired->on[FAULT_PAGE_REPEAT] && page->len == 1)
		g_ptr_array_add(page, page->pdata[0]);
	return page;
}

/* A user nobody asked for. */
static int64_t
grown_user(const struct request *request)
{
	struct json_object *fields = json_object_new_object();
	g_autofree char *name = g_strdup_printf("Grown %u", g_rand_int(request->sandbox->random));
	g_autofree char *email = g_strdup_printf("grown-%s@example.org", name + strlen("Grown "));

	json_put_text(fields, "name", name);
	json_put_text(fields, "email", email);
	return resource_add(request, &user_resource, fields)->id;
}

/*
 * Another client adds a row while this one reads: like the given one, but with a new user or lock
 * in it where a pair must be unique.
 */
static void
grow(const struct request *request, const struct resource *resource, const struct row *like)
{
	struct json_object *fields = NULL;

	if (resource->store == STORE_USERS) {
		grown_user(request);
		return;
	}
	json_object_deep_copy(like->fields, &fields, NULL);
	if (resource->store == STORE_ROLE_ASSIGNMENTS) {
		json_put_text(fields, "assignee_type", "User");
		json_put_integer(fields, "assignee_id", grown_user(request));
	} else if (resource->store == STORE_TEAM_MEMBERSHIPS) {
		json_put_text(fields, "member_type", "User");
		json_put_integer(fields, "member_id", grown_user(request));
	} else if (resource->store == STORE_GROUP_LOCKS) {
		struct json_object *lock = NULL;
		const struct row *old = state_find(
		    request->sandbox->state, STORE_LOCKS, row_integer(like, "lock_id"));
		json_object_deep_copy(old->fields, &lock, NULL);
		json_put_integer(
		    fields, "lock_id", resource_add(request, &lock_resource, lock)->id);
	}
	json_object_object_del(fields, "secret");
	resource_add(request, resource, fields);
}

/*
 * Another client deletes the first row of the page; not the one who reads, whose key would go
 * with him.
 */
static void
shrink(const struct request *request, const struct resource *resource, const GPtrArray *page)
{
	for (guint i = 0; i < page->len; i++) {
		struct row *row = g_ptr_array_index(page, i);
		if (resource->store == STORE_USERS && row->id == request->user_id)
			continue;
		state_remove(request->sandbox->state, resource->store, row);
		return;
	}
}

static void
answer_page(struct request *request, const struct list *list, const GPtrArray *rows)
{
	const struct fired *fired = &request->fired;
	GPtrArray *page = cut_page(request, list, rows);
	struct json_object *body = json_object_new_array();
	int64_t total = rows->len;

	for (guint i = 0; i < page->len; i++)
		json_object_array_add(
		    body, resource_object(request, list->resource, g_ptr_array_index(page, i)));
	answer_json(request, body);
	if (fired->on[FAULT_TOTAL_LIES])
		total = MAX(total + fired->terms[FAULT_TOTAL_LIES].rows, 0);
	if (list->resource->limit > 0)
		request->answer.range = range_text(request, list, total);
	if (page->len > 0 && fired->on[FAULT_PAGE_GROW])
		grow(request, list->resource, page->pdata[0]);
	if (fired->on[FAULT_PAGE_SHRINK])
		shrink(request, list->resource, page);
	g_ptr_array_unref(page);
}

void
resource_list(struct request *request, const struct resource *resource)
{
	struct list list = {.resource = resource};
	bool fine = read_filters(request, &list) && read_sort(request, &list) &&
		    (resource->limit == 0 || read_page(request, &list));
	GPtrArray *rows = fine ? collect(request, &list) : NULL;

	if (rows != NULL) {
		answer_page(request, &list, rows);
		g_ptr_array_unref(rows);
	}
	for (size_t i = 0; i < list.count; i++)
		g_free(list.values[i].folded);
}
