/*
 * A made-up Kisi for one test: lists with paging, sorting and filters as documented, and with the
 * ways in which they go wrong.  Pages and offsets are small, so that limits are met with few rows.
 */
#ifndef TESTS_FAKE_KISI_H
#define TESTS_FAKE_KISI_H

#include "base/json.h"
#include "kisi/client.h"

#include "../net/fake_http.h"

#define PAGE 5
#define MAX_OFFSET 20

enum fault {
	FAULT_NONE,
	FAULT_TWICE_ON_PAGE, /* an id stands twice on a page, in place of another row */
	FAULT_TOTAL_MOVES,   /* the total grows with every request */
	FAULT_ROW_MOVES,     /* the first row is taken away, and one is added at the end */
	FAULT_NO_RANGE,
	FAULT_SHORT,	   /* the last row never comes */
	FAULT_WRONG_START, /* the range is that of another page */
	FAULT_OBJECT,	   /* not a list */
	FAULT_BAD_TIME,
	FAULT_NO_ID,
	FAULT_WHOLE,	   /* all rows, whatever was asked for */
	FAULT_PART,	   /* of a list that is not paged */
	FAULT_FIRST_AGAIN, /* in place of the last */
	FAULT_TWO_PAGES,   /* the second row of a later page is the first of all */
	FAULT_SUM,	   /* the total is another when nothing but the total is asked for */
	FAULT_500,
	FAULT_403,
	FAULT_401,
};

struct world {
	GHashTable *lists; /* path -> GPtrArray of struct json_object * */
	unsigned clamp;	   /* rows of a page at most; 0 = what was asked for */
	bool star;	   /* `*` + `/0` for an empty list */
	bool shuffle;	   /* rows of equal sort text come in any order */
	enum fault fault;
	const char *fault_path; /* `/` at its end: all below it */
	unsigned fault_skip;	/* requests that go well before */
	unsigned fault_times;	/* requests that it happens to */
	GRand *rand;
	guint moved;
	int delete_user; /* with his assignments, when he is asked for */
	int stray; /* id of a schedule under `permit` and `unlock`, in place of the one after it */
	int next_ghost; /* assigned when a user is asked for who is gone; 0: none */
};

static inline void
row_free(gpointer row)
{
	json_object_put(row);
}

static inline GPtrArray *
rows_of(struct world *world, const char *path)
{
	GPtrArray *rows = g_hash_table_lookup(world->lists, path);

	if (rows == NULL) {
		rows = g_ptr_array_new_with_free_func(row_free);
		g_hash_table_insert(world->lists, g_strdup(path), rows);
	}
	return rows;
}

static void add(struct world *world, const char *path, const char *format, ...) G_GNUC_PRINTF(3, 4);

static inline void
add(struct world *world, const char *path, const char *format, ...)
{
	va_list arguments;
	struct json_object *row = NULL;
	char *text = NULL;
	GError *error = NULL;

	va_start(arguments, format);
	text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	for (char *c = text; *c != '\0'; c++)
		if (*c == '\'')
			*c = '"';
	row = json_read(text, strlen(text), "row", &error);
	g_assert_no_error(error);
	g_ptr_array_add(rows_of(world, path), row);
	g_free(text);
}

static inline void
add_user(struct world *world, int id, const char *name)
{
	add(world, "/users",
	    "{'id':%d,'email':'u%d@example.com','name':'%s','access_enabled':true}", id, id, name);
}

static inline void
add_assignment(struct world *world, int id, int user, int group, const char *name)
{
	add(world, "/role_assignments",
	    "{'id':%d,'role_id':'group_basic','applies_to_type':'Group','applies_to_id':%d,'"
	    "assignee_type':'User',"
	    "'assignee_id':%d,'user':{'name':'%s'},'assignee':{'id':%d,'email':'u%d@example.com','"
	    "name':'%s'},"
	    "'valid_from':'2026-11-01T08:00:00.123Z','valid_until':null}",
	    id, group, user, name, user, user, name);
}

static inline void
add_schedule(struct world *world, int id, const char *consequence, const char *type, int target)
{
	add(world, "/schedules",
	    "{'id':%d,'name':null,'type':'recurring_event','consequence':'%s','scheduleable_type':'"
	    "%s','scheduleable_id':%d,"
	    "'enabled':true}",
	    id, consequence, type, target);
}

/* One place, two doors, three groups, a role. */
static inline struct world *
world_new(void)
{
	struct world *world = g_new0(struct world, 1);

	world->lists = g_hash_table_new_full(
	    g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
	world->rand = g_rand_new_with_seed(7);
	world->fault_times = 1000000;
	add(world, "/organization", "{'id':9,'name':'Harbour','time_zone':'Europe/Amsterdam'}");
	add(world, "/roles", "{'id':'group_basic','name':'Basic','applies_to':'Group'}");
	add(world, "/places", "{'id':1,'name':'Harbour House','tz_time_zone':'Europe/Amsterdam'}");
	add(world, "/locks", "{'id':21,'name':'Front','place_id':1}");
	add(world, "/locks", "{'id':22,'name':'Room','place_id':1}");
	add(world, "/groups",
	    "{'id':7,'name':'Rooms','place_id':1,'locks_count':2,'login_enabled':true}");
	add(world, "/groups",
	    "{'id':8,'name':'Front','place_id':null,'locks_count':1,'login_enabled':true}");
	add(world, "/groups",
	    "{'id':10,'name':'Empty','place_id':1,'locks_count':0,'login_enabled':true}");
	add(world, "/group_locks", "{'id':31,'group_id':7,'lock_id':21}");
	add(world, "/group_locks", "{'id':32,'group_id':7,'lock_id':22}");
	add(world, "/group_locks", "{'id':33,'group_id':8,'lock_id':21}");
	return world;
}

static inline void
world_free(struct world *world)
{
	g_hash_table_unref(world->lists);
	g_rand_free(world->rand);
	g_free(world);
}

/* Does the row have the value that the filter `key=value` asks for? */
static inline bool
matches(struct world *world, const char *path, struct json_object *row, const char *key,
    const char *value)
{
	struct json_object *member = NULL;
	int64_t id = 0;

	if (g_str_equal(key, "limit") || g_str_equal(key, "offset") || g_str_equal(key, "sort"))
		return true;
	if (g_str_equal(key, "scope"))
		return json_member(row, "place_id") == NULL;
	if (g_str_equal(key, "lock_id") && g_str_equal(path, "/groups")) {
		GPtrArray *relations = rows_of(world, "/group_locks");

		json_integer(row, "id", &id);
		for (guint i = 0; i < relations->len; i++) {
			char *relation = g_strdup_printf(
			    "\"group_id\":%d,\"lock_id\":%s}", (int)id, value);
			bool yes = strstr(json_compact(relations->pdata[i]), relation) != NULL;

			g_free(relation);
			if (yes)
				return true;
		}
		return false;
	}
	if (g_str_equal(key, "group_id") && g_str_equal(path, "/users"))
		return strstr(json_text(row, "name"), "group") != NULL;
	if (world->stray != 0 && g_str_equal(key, "consequence") && json_integer(row, "id", &id) &&
	    (id == world->stray || id == world->stray + 1))
		return id == world->stray && g_str_equal(value, "allow") == 0 &&
		       g_str_equal(value, "first_to_arrive") == 0;
	member = json_member(row, key);
	return member != NULL && g_str_equal(json_object_get_string(member), value);
}

static inline const char *
sort_text(struct json_object *row, const char *sort)
{
	const char *text = g_str_has_suffix(sort, "user.name")
			       ? json_text(json_member(row, "user"), "name")
			       : json_text(row, "name");

	return text == NULL ? "" : text;
}

static inline gint
compare_rows(gconstpointer a, gconstpointer b, gpointer user)
{
	struct json_object *x = *(struct json_object *const *)a;
	struct json_object *y = *(struct json_object *const *)b;
	const char *sort = user;
	int order = strcmp(sort_text(x, sort), sort_text(y, sort));

	return *sort == '-' ? -order : order;
}

static inline GPtrArray *
select_rows(struct world *world, const char *path, char **parameters, const char *sort)
{
	GPtrArray *all = rows_of(world, path);
	GPtrArray *rows = g_ptr_array_new();

	for (guint i = 0; i < all->len; i++) {
		bool yes = true;

		for (char **p = parameters; *p != NULL; p++) {
			char **pair = g_strsplit(*p, "=", 2);

			yes = yes && matches(world, path, all->pdata[i], pair[0], pair[1]);
			g_strfreev(pair);
		}
		if (yes)
			g_ptr_array_add(rows, all->pdata[i]);
	}
	for (guint i = rows->len; world->shuffle && i > 1; i--) {
		guint j = (guint)g_rand_int_range(world->rand, 0, (gint32)i);
		gpointer keep = rows->pdata[i - 1];

		rows->pdata[i - 1] = rows->pdata[j];
		rows->pdata[j] = keep;
	}
	if (sort != NULL)
		g_ptr_array_sort_with_data(rows, compare_rows, (gpointer)sort);
	return rows;
}

static inline const char *
parameter(char **parameters, const char *key)
{
	for (char **p = parameters; *p != NULL; p++)
		if (g_str_has_prefix(*p, key) && (*p)[strlen(key)] == '=')
			return *p + strlen(key) + 1;
	return NULL;
}

static inline struct fake_answer
page(struct world *world, const char *path, char **parameters, enum fault fault)
{
	const char *sort = parameter(parameters, "sort");
	guint limit = (guint)g_ascii_strtoull(parameter(parameters, "limit"), NULL, 10);
	guint offset = (guint)g_ascii_strtoull(parameter(parameters, "offset"), NULL, 10);
	GPtrArray *rows = NULL;
	GString *body = g_string_new("[");
	guint total = 0;

	if (fault == FAULT_ROW_MOVES && offset > 0) {
		GPtrArray *all = rows_of(world, path);

		g_ptr_array_sort_with_data(all, compare_rows, (gpointer) "name");
		g_ptr_array_remove_index(all, 0);
		add_user(world, 5000 + (int)world->moved, "zzz");
		world->moved++;
	}
	if (offset > MAX_OFFSET)
		return (struct fake_answer){
		    .status = 400, .body = g_strdup("{\"error\":\"offset\"}")};
	if (world->clamp > 0)
		limit = MIN(limit, world->clamp);
	if (fault == FAULT_WHOLE)
		limit = G_MAXINT;
	rows = select_rows(world, path, parameters, sort);
	if (fault == FAULT_FIRST_AGAIN && rows->len > 0)
		rows->pdata[rows->len - 1] = rows->pdata[0];
	if (fault == FAULT_TWO_PAGES && offset > 0 && offset + 1 < rows->len)
		rows->pdata[offset + 1] = rows->pdata[0];
	total = rows->len;
	if (fault == FAULT_TOTAL_MOVES || (fault == FAULT_SUM && limit == 1))
		total += world->moved++;
	for (guint i = offset; i < MIN(offset + limit, rows->len - (fault == FAULT_SHORT)); i++) {
		guint which = fault == FAULT_TWICE_ON_PAGE && i == offset + 1 ? offset : i;

		g_string_append_printf(
		    body, "%s%s", i > offset ? "," : "", json_compact(rows->pdata[which]));
	}
	g_string_append(body, "]");
	g_ptr_array_unref(rows);
	return (struct fake_answer){
	    .body = g_string_free(body, FALSE),
	    .headers = fault == FAULT_NO_RANGE ? NULL
		       : total == 0 && world->star
			   ? g_strdup("X-Collection-Range: */0\r\n")
			   : g_strdup_printf("X-Collection-Range: %u-%u/%u\r\n",
				 offset + (fault == FAULT_WRONG_START), offset + limit - 1, total),
	};
}

static inline struct fake_answer
one_user(struct world *world, const char *path)
{
	GPtrArray *rows = rows_of(world, path);
	GPtrArray *rights = rows_of(world, "/role_assignments");

	if (rows->len > 0)
		return (struct fake_answer){.body = g_strdup(json_compact(rows->pdata[0]))};
	if (world->next_ghost > 0) {
		add_assignment(world, 100 + world->next_ghost, world->next_ghost, 7, "Ghost");
		world->next_ghost++;
	}
	for (guint i = rights->len; i > 0; i--) {
		int64_t id = 0;

		if (json_integer(rights->pdata[i - 1], "assignee_id", &id) &&
		    id == world->delete_user)
			g_ptr_array_remove_index(rights, i - 1);
	}
	return (struct fake_answer){.status = 404};
}

static inline bool
at_fault(const struct world *world, const char *path)
{
	const char *at = world->fault_path;

	return at != NULL &&
	       (g_str_has_suffix(at, "/") ? g_str_has_prefix(path, at) : g_str_equal(path, at));
}

static inline struct fake_answer
answer(void *user, const struct fake_request *request)
{
	struct world *world = user;
	char **parts = g_strsplit(request->target, "?", 2);
	char **parameters = g_strsplit(parts[1] == NULL ? "" : parts[1], "&", 0);
	const char *path = parts[0];
	enum fault fault = FAULT_NONE;
	struct fake_answer answer = {0};

	g_assert_cmpstr(request->method, ==, "GET");
	if (at_fault(world, path) && world->fault_skip > 0) {
		world->fault_skip--;
	} else if (at_fault(world, path) && world->fault_times > 0) {
		fault = world->fault;
		world->fault_times--;
	}
	if (fault == FAULT_500)
		answer.status = 500;
	else if (fault == FAULT_403 || fault == FAULT_401)
		answer.status = fault == FAULT_403 ? 403 : 401;
	else if (fault == FAULT_OBJECT)
		answer.body = g_strdup("{\"a\":1}");
	else if (fault == FAULT_BAD_TIME)
		answer = (struct fake_answer){.headers = g_strdup("X-Collection-Range: 0-4/1\r\n"),
		    .body = g_strdup(
			"[{\"id\":1,\"name\":\"x\",\"group_id\":7,\"valid_until\":\"tomorrow\"}]")};
	else if (fault == FAULT_NO_ID)
		answer = (struct fake_answer){.headers = g_strdup("X-Collection-Range: 0-4/1\r\n"),
		    .body = g_strdup("[{\"name\":\"x\"}]")};
	else if (fault == FAULT_PART)
		answer = (struct fake_answer){
		    .headers = g_strdup("X-Collection-Range: 0-0/2\r\n"), .body = g_strdup("[1]")};
	else if (g_str_equal(path, "/roles") && fault == FAULT_TWICE_ON_PAGE)
		answer.body = g_strdup_printf("[%s,%s]",
		    json_compact(rows_of(world, path)->pdata[0]),
		    json_compact(rows_of(world, path)->pdata[0]));
	else if (g_str_equal(path, "/organization"))
		answer.body = g_strdup(json_compact(rows_of(world, path)->pdata[0]));
	else if (g_str_equal(path, "/roles"))
		answer.body = g_strdup_printf("[%s]", json_compact(rows_of(world, path)->pdata[0]));
	else if (g_str_has_prefix(path, "/users/"))
		answer = one_user(world, path);
	else if (g_str_equal(path, "/group_locks") && parameter(parameters, "group_id") == NULL)
		answer.status = 400;
	else
		answer = page(world, path, parameters, fault);
	g_strfreev(parameters);
	g_strfreev(parts);
	return answer;
}

/* A client of the server, impatient.  Caller frees with kisi_close. */
static inline struct kisi_client *
open_client(const struct fake *fake)
{
	char *url = g_strdup_printf("http://127.0.0.1:%u", fake->port);
	const struct kisi_options options = {
	    .base_url = url,
	    .key = "sesame",
	    .rate = 100000,
	    .version = "test",
	    .attempts = 2,
	    .backoff_ms = 1,
	    .jitter_seed = 1,
	};
	struct kisi_client *client = kisi_open(&options, NULL);

	g_assert_nonnull(client);
	g_free(url);
	return client;
}

#endif
