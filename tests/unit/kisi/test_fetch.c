/*
 * Whole snapshots from a made-up Kisi: lists with paging, sorting and filters as documented, and with the ways in which
 * they go wrong.  Pages and offsets are small, so that limits are met with few rows.
 */
#include "base/json.h"
#include "kisi/access.h"
#include "kisi/fetch.h"
#include "kisi/snapshot_file.h"

#include "fake_http.h"

#define PAGE 5
#define MAX_OFFSET 20

/* --- the made-up Kisi --- */

enum fault {
	FAULT_NONE,
	FAULT_TWICE_ON_PAGE,	/* an id stands twice on a page, in place of another row */
	FAULT_TOTAL_MOVES,	/* the total grows with every request */
	FAULT_ROW_MOVES,	/* a row before the page is taken away and one is added at the end, once per request */
	FAULT_NO_RANGE,
	FAULT_SHORT,		/* the last row never comes */
	FAULT_WRONG_START,	/* the range is that of another page */
	FAULT_OBJECT,		/* not a list */
	FAULT_BAD_TIME,
	FAULT_500,
	FAULT_403,
	FAULT_401,
};

struct world {
	GHashTable *lists;	/* path -> GPtrArray of struct json_object * */
	unsigned clamp;		/* rows of a page at most; 0 = what was asked for */
	bool star;		/* `*` + `/0` for an empty list */
	bool shuffle;		/* rows of equal sort text, or all without sort, in another order with each request */
	enum fault fault;
	const char *fault_path;
	unsigned fault_times;	/* requests that it happens to */
	GRand *rand;
	guint moved;
};

static void
row_free(gpointer row)
{
	json_object_put(row);
}

static GPtrArray *
rows_of(struct world *world, const char *path)
{
	GPtrArray *rows = g_hash_table_lookup(world->lists, path);

	if (rows == NULL) {
		rows = g_ptr_array_new_with_free_func(row_free);
		g_hash_table_insert(world->lists, g_strdup(path), rows);
	}
	return rows;
}

static void
add(struct world *world, const char *path, const char *format, ...) G_GNUC_PRINTF(3, 4);

static void
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

static void
add_user(struct world *world, int id, const char *name)
{
	add(world, "/users", "{'id':%d,'email':'u%d@example.com','name':'%s','access_enabled':true}", id, id, name);
}

static void
add_assignment(struct world *world, int id, int user, int group, const char *name)
{
	add(world, "/role_assignments",
	    "{'id':%d,'role_id':'group_basic','applies_to_type':'Group','applies_to_id':%d,'assignee_type':'User',"
	    "'assignee_id':%d,'user':{'name':'%s'},'assignee':{'id':%d,'email':'u%d@example.com','name':'%s'},"
	    "'valid_from':'2026-11-01T08:00:00.123Z','valid_until':null}",
	    id, group, user, name, user, user, name);
}

static void
add_schedule(struct world *world, int id, const char *consequence, const char *type, int target)
{
	add(world, "/schedules",
	    "{'id':%d,'name':null,'type':'recurring_event','consequence':'%s','scheduleable_type':'%s','scheduleable_id':%d,"
	    "'enabled':true}",
	    id, consequence, type, target);
}

/* One place, two doors, three groups, a role. */
static struct world *
world_new(void)
{
	struct world *world = g_new0(struct world, 1);

	world->lists = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
	world->rand = g_rand_new_with_seed(7);
	world->fault_times = 1000000;
	add(world, "/organization", "{'id':9,'name':'Harbour','time_zone':'Europe/Amsterdam'}");
	add(world, "/roles", "{'id':'group_basic','name':'Basic','applies_to':'Group'}");
	add(world, "/places", "{'id':1,'name':'Harbour House','tz_time_zone':'Europe/Amsterdam'}");
	add(world, "/locks", "{'id':21,'name':'Front','place_id':1}");
	add(world, "/locks", "{'id':22,'name':'Room','place_id':1}");
	add(world, "/groups", "{'id':7,'name':'Rooms','place_id':1,'locks_count':2,'login_enabled':true}");
	add(world, "/groups", "{'id':8,'name':'Front','place_id':null,'locks_count':1,'login_enabled':true}");
	add(world, "/groups", "{'id':10,'name':'Empty','place_id':1,'locks_count':0,'login_enabled':true}");
	add(world, "/group_locks", "{'id':31,'group_id':7,'lock_id':21}");
	add(world, "/group_locks", "{'id':32,'group_id':7,'lock_id':22}");
	add(world, "/group_locks", "{'id':33,'group_id':8,'lock_id':21}");
	return world;
}

static void
world_free(struct world *world)
{
	g_hash_table_unref(world->lists);
	g_rand_free(world->rand);
	g_free(world);
}

/* Does the row have the value that the filter `key=value` asks for? */
static bool
matches(struct world *world, const char *path, struct json_object *row, const char *key, const char *value)
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
			char *relation = g_strdup_printf("\"group_id\":%d,\"lock_id\":%s}", (int)id, value);
			bool yes = strstr(json_compact(relations->pdata[i]), relation) != NULL;

			g_free(relation);
			if (yes)
				return true;
		}
		return false;
	}
	if (g_str_equal(key, "group_id") && g_str_equal(path, "/users"))
		return strstr(json_text(row, "name"), "group") != NULL;
	member = json_member(row, key);
	return member != NULL && g_str_equal(json_object_get_string(member), value);
}

static const char *
sort_text(struct json_object *row, const char *sort)
{
	const char *text = g_str_has_suffix(sort, "user.name") ? json_text(json_member(row, "user"), "name")
								: json_text(row, "name");

	return text == NULL ? "" : text;
}

static gint
compare_rows(gconstpointer a, gconstpointer b, gpointer user)
{
	struct json_object *x = *(struct json_object *const *)a;
	struct json_object *y = *(struct json_object *const *)b;
	const char *sort = user;
	int order = strcmp(sort_text(x, sort), sort_text(y, sort));

	return *sort == '-' ? -order : order;
}

static GPtrArray *
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

static const char *
parameter(char **parameters, const char *key)
{
	for (char **p = parameters; *p != NULL; p++)
		if (g_str_has_prefix(*p, key) && (*p)[strlen(key)] == '=')
			return *p + strlen(key) + 1;
	return NULL;
}

static struct fake_answer
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
		return (struct fake_answer){.status = 400, .body = g_strdup("{\"error\":\"offset\"}")};
	if (world->clamp > 0)
		limit = MIN(limit, world->clamp);
	rows = select_rows(world, path, parameters, sort);
	total = rows->len + (fault == FAULT_TOTAL_MOVES ? world->moved++ : 0);
	for (guint i = offset; i < MIN(offset + limit, rows->len - (fault == FAULT_SHORT)); i++) {
		guint which = fault == FAULT_TWICE_ON_PAGE && i == offset + 1 ? offset : i;

		g_string_append_printf(body, "%s%s", i > offset ? "," : "", json_compact(rows->pdata[which]));
	}
	g_string_append(body, "]");
	g_ptr_array_unref(rows);
	return (struct fake_answer){
	    .body = g_string_free(body, FALSE),
	    .headers = fault == FAULT_NO_RANGE ? NULL
		: total == 0 && world->star    ? g_strdup("X-Collection-Range: */0\r\n")
					       : g_strdup_printf("X-Collection-Range: %u-%u/%u\r\n",
						     offset + (fault == FAULT_WRONG_START), offset + limit - 1, total),
	};
}

static struct fake_answer
answer(void *user, const struct fake_request *request)
{
	struct world *world = user;
	char **parts = g_strsplit(request->target, "?", 2);
	char **parameters = g_strsplit(parts[1] == NULL ? "" : parts[1], "&", 0);
	const char *path = parts[0];
	enum fault fault = FAULT_NONE;
	struct fake_answer answer = {0};

	g_assert_cmpstr(request->method, ==, "GET");
	if (g_strcmp0(path, world->fault_path) == 0 && world->fault_times > 0) {
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
		    .body = g_strdup("[{\"id\":1,\"name\":\"x\",\"group_id\":7,\"valid_until\":\"tomorrow\"}]")};
	else if (g_str_equal(path, "/organization"))
		answer.body = g_strdup(json_compact(rows_of(world, path)->pdata[0]));
	else if (g_str_equal(path, "/roles"))
		answer.body = g_strdup_printf("[%s]", json_compact(rows_of(world, path)->pdata[0]));
	else if (g_str_equal(path, "/group_locks") && parameter(parameters, "group_id") == NULL)
		answer.status = 400;
	else
		answer = page(world, path, parameters, fault);
	g_strfreev(parameters);
	g_strfreev(parts);
	return answer;
}

/* --- reading it --- */

struct reading {
	struct snapshot *snapshot;
	struct snapshot_raw *raw;
	GError *error;
	GPtrArray *log;
};

static struct kisi_client *
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

/* Fetch from the world, taken. */
static struct reading
read_world(struct world *world, bool raw)
{
	struct reading reading = {.raw = raw ? snapshot_raw_new() : NULL};
	struct fake *fake = fake_begin(answer, world);
	struct kisi_client *client = open_client(fake);

	reading.snapshot = kisi_fetch_within(client, 1000, reading.raw, PAGE, MAX_OFFSET, &reading.error);
	if (reading.error != NULL)
		g_test_message("%s", reading.error->message);
	kisi_close(client);
	reading.log = g_ptr_array_ref(fake->log);
	fake_end(fake);
	world_free(world);
	return reading;
}

static void
reading_done(struct reading *reading)
{
	snapshot_free(reading->snapshot);
	snapshot_raw_free(reading->raw);
	g_clear_error(&reading->error);
	g_ptr_array_unref(reading->log);
}

static guint
requests_for(const struct reading *reading, const char *path)
{
	char *prefix = g_strconcat("GET ", path, "?", NULL);
	guint count = 0;

	for (guint i = 0; i < reading->log->len; i++)
		count += g_str_has_prefix(reading->log->pdata[i], prefix);
	g_free(prefix);
	return count;
}

/* --- cases --- */

static void
test_all(void)
{
	struct world *world = world_new();
	struct reading reading;
	const struct kisi_assignment *assignment = NULL;

	world->star = true;
	add_user(world, 41, "Ann");
	add_assignment(world, 101, 41, 7, "Ann");
	add_assignment(world, 102, 43, 8, "Ghost");
	add(world, "/group_links", "{'id':51,'name':'Plumber','group_id':7,'email':null,'valid_from':null,'valid_until':null}");
	add(world, "/teams", "{'id':61,'name':'Crew'}");
	add(world, "/team_memberships", "{'id':62,'team_id':61,'member_type':'User','member_id':41}");
	add_schedule(world, 71, "unlock", "Lock", 21);
	reading = read_world(world, true);
	g_assert_no_error(reading.error);
	g_assert_cmpint(reading.snapshot->organization_id, ==, 9);
	g_assert_cmpint(reading.snapshot->fetched_at, ==, 1000);
	g_assert_cmpuint(reading.snapshot->places->len, ==, 1);
	g_assert_cmpuint(reading.snapshot->locks->len, ==, 2);
	g_assert_cmpuint(reading.snapshot->groups->len, ==, 3);
	g_assert_cmpuint(reading.snapshot->group_locks->len, ==, 3);
	g_assert_cmpuint(reading.snapshot->assignments->len, ==, 2);
	g_assert_cmpuint(reading.snapshot->links->len, ==, 1);
	g_assert_cmpuint(reading.snapshot->schedules->len, ==, 1);
	g_assert_cmpuint(reading.snapshot->teams->len, ==, 1);
	g_assert_cmpuint(reading.snapshot->team_members->len, ==, 1);
	g_assert_cmpuint(reading.snapshot->roles->len, ==, 1);
	/* One user is listed, the other only named by an assignment. */
	g_assert_cmpuint(reading.snapshot->users->len, ==, 2);
	g_assert_cmpstr(snapshot_user(reading.snapshot, 43)->person, ==, "u43@example.com");
	assignment = &g_array_index(reading.snapshot->assignments, struct kisi_assignment, 0);
	g_assert_cmpint(assignment->valid.from, ==, 1793520000);
	g_assert_cmpint(assignment->valid.until, ==, INSTANT_NEVER);
	/* The group without locks is not asked for. */
	g_assert_cmpuint(requests_for(&reading, "/group_locks"), ==, 2);
	reading_done(&reading);
}

/* Fewer locks than groups: the relation is read from the locks. */
static void
test_locks_side(void)
{
	struct world *world = world_new();
	struct reading reading;

	g_ptr_array_set_size(rows_of(world, "/group_locks"), 3);
	add(world, "/groups", "{'id':11,'name':'More','place_id':1,'locks_count':1}");
	add(world, "/group_locks", "{'id':34,'group_id':11,'lock_id':22}");
	reading = read_world(world, false);
	g_assert_no_error(reading.error);
	g_assert_cmpuint(requests_for(&reading, "/group_locks"), ==, 0);
	g_assert_cmpuint(reading.snapshot->group_locks->len, ==, 4);
	reading_done(&reading);
}

enum names { NAMES_DIFFERENT, NAMES_PAIRS, NAMES_FEW, NAMES_EQUAL };

static struct world *
world_with_users(guint count, enum names names)
{
	struct world *world = world_new();

	for (guint i = 0; i < count; i++) {
		guint n = (i * 7) % count;
		guint same = names == NAMES_EQUAL ? 0 : names == NAMES_FEW ? n / 4 : names == NAMES_PAIRS ? n / 2 : n;
		char *name = g_strdup_printf("name %03u", same);

		add_user(world, 1000 + (int)i, name);
		g_free(name);
	}
	return world;
}

static void
expect_users(struct world *world, guint count)
{
	struct reading reading = read_world(world, false);

	g_assert_no_error(reading.error);
	g_assert_cmpuint(reading.snapshot->users->len, ==, count);
	g_test_message("%u requests", requests_for(&reading, "/users"));
	reading_done(&reading);
}

/* Every number of rows round the page and offset limits, with every kind of equal names, in steady and in shuffled order. */
static void
test_paging(void)
{
	static const guint counts[] = {0, 1, 4, 5, 6, 9, 10, 11, 19, 20, 21, 22, 24, 25, 26, 30, 40, 41};

	for (size_t i = 0; i < G_N_ELEMENTS(counts); i++)
		for (int names = NAMES_DIFFERENT; names <= NAMES_EQUAL; names++)
			for (int shuffle = 0; shuffle <= 1; shuffle++) {
				struct world *world = world_with_users(counts[i], names);

				/* Without any order there are no two ends to read from. */
				if (names == NAMES_EQUAL && counts[i] > MAX_OFFSET) {
					world_free(world);
					continue;
				}
				g_test_message("%u users, names %d, shuffle %d", counts[i], names, shuffle);
				world->shuffle = shuffle;
				expect_users(world, counts[i]);
			}
}

static void
test_clamped(void)
{
	for (guint clamp = 1; clamp < PAGE; clamp++) {
		struct world *world = world_with_users(18, NAMES_DIFFERENT);

		world->clamp = clamp;
		expect_users(world, 18);
	}
}

/* What lies in the middle, out of reach from both ends, comes through the groups; or not at all. */
static void
test_beyond_reach(void)
{
	for (int reachable = 0; reachable <= 1; reachable++) {
		struct world *world = world_new();
		struct reading reading;

		for (int i = 0; i < 60; i++) {
			char *name = g_strdup_printf("%02d%s", i, reachable ? " group" : "");

			/* Only a few of them are in the group, else that list is too long as well. */
			if (i < 22 || i > 38)
				name[2] = '\0';
			add_user(world, 1000 + i, name);
			g_free(name);
		}
		reading = read_world(world, false);
		if (reachable) {
			g_assert_no_error(reading.error);
			g_assert_cmpuint(reading.snapshot->users->len, ==, 60);
		} else {
			g_assert_error(reading.error, FAILURE, EXIT_HELD);
			g_assert_nonnull(strstr(reading.error->message, "/users: 60 rows"));
		}
		reading_done(&reading);
	}
}

/* Lists without a sort, longer than a page, in another order with each request: read in parts. */
static void
test_unsorted(void)
{
	static const char *const consequences[] = {"allow", "first_to_arrive", "permit", "unlock"};
	struct world *world = world_new();
	struct reading reading;
	int id = 200;

	world->shuffle = true;
	for (int i = 0; i < 12; i++)
		add_schedule(world, id++, consequences[i % 4], "Lock", 21 + i % 2);
	for (int i = 0; i < 4; i++)
		add_schedule(world, id++, "unlock", "Lock", 21 + i % 2);
	for (int team = 0; team < 3; team++) {
		add(world, "/teams", "{'id':%d,'name':'Team'}", 61 + team);
		for (int i = 0; i < 8; i++, id++)
			add(world, "/team_memberships", "{'id':%d,'team_id':%d,'member_type':'%s','member_id':%d}", id,
			    61 + team, i % 2 == 0 ? "User" : "Guest", id);
	}
	reading = read_world(world, false);
	g_assert_no_error(reading.error);
	g_assert_cmpuint(reading.snapshot->schedules->len, ==, 16);
	g_assert_cmpuint(reading.snapshot->team_members->len, ==, 24);
	/* Whole, four consequences, and one of these for two locks and three groups; and each sum is checked. */
	g_assert_cmpuint(requests_for(&reading, "/schedules"), ==, 1 + 4 + 5 + 1 + 1);
	reading_done(&reading);
}

/* The parts do not cover the list (elevator stops): it is read again and again until every row was seen. */
static void
test_unsorted_without_parts(void)
{
	struct world *world = world_new();
	struct reading reading;

	world->shuffle = true;
	for (int i = 0; i < 18; i++)
		add_schedule(world, 200 + i, "permit", "ElevatorStop", 900 + i);
	reading = read_world(world, false);
	g_assert_no_error(reading.error);
	g_assert_cmpuint(reading.snapshot->schedules->len, ==, 18);
	reading_done(&reading);
}

/* More assignments than offsets reach: one list for each group. */
static void
test_many_assignments(void)
{
	for (int shuffle = 0; shuffle <= 1; shuffle++) {
		struct world *world = world_new();
		struct reading reading;

		world->shuffle = shuffle;
		for (int i = 0; i < 57; i++) {
			char *name = g_strdup_printf("name %02d", i / 3);

			add_assignment(world, 3000 + i, 1000 + i / 3, i % 3 == 0 ? 7 : i % 3 == 1 ? 8 : 10, name);
			g_free(name);
		}
		add(world, "/role_assignments",
		    "{'id':4000,'role_id':'owner','applies_to_type':'Organization','applies_to_id':9,'assignee_type':'User',"
		    "'assignee_id':1000,'user':{'name':'x'}}");
		add(world, "/role_assignments",
		    "{'id':4001,'role_id':'manager','applies_to_type':'Place','applies_to_id':1,'assignee_type':'Team',"
		    "'assignee_id':61}");
		reading = read_world(world, true);
		g_assert_no_error(reading.error);
		g_assert_cmpuint(reading.snapshot->assignments->len, ==, 59);
		reading_done(&reading);
	}
}

/* One person in more groups than a page holds: the order among these rows is nobody's promise. */
static void
test_person_in_many_groups(void)
{
	struct world *world = world_new();
	struct reading reading;

	world->shuffle = true;
	for (int i = 0; i < 12; i++) {
		add(world, "/groups", "{'id':%d,'name':'G%d','locks_count':0}", 300 + i, i);
		add_assignment(world, 3000 + i, 1000, 300 + i, "Ann");
	}
	reading = read_world(world, false);
	g_assert_no_error(reading.error);
	g_assert_cmpuint(reading.snapshot->assignments->len, ==, 12);
	reading_done(&reading);
}

struct fault_case {
	const char *name;
	enum fault fault;
	const char *path;
	int code;
	const char *message;
	bool passes; /* is it forgiven when it happens only once? */
};

static const struct fault_case fault_cases[] = {
    {"twice-on-page", FAULT_TWICE_ON_PAGE, "/users", EXIT_HELD, "twice on one page", true},
    {"total-moves", FAULT_TOTAL_MOVES, "/users", EXIT_HELD, "total changed", true},
    {"row-moves", FAULT_ROW_MOVES, "/users", EXIT_HELD, "rows moved", true},
    {"no-range", FAULT_NO_RANGE, "/users", EXIT_HELD, "X-Collection-Range", true},
    {"short", FAULT_SHORT, "/users", EXIT_HELD, "fewer rows", false},
    {"wrong-start", FAULT_WRONG_START, "/users", EXIT_HELD, "not the one", true},
    {"object", FAULT_OBJECT, "/users", EXIT_NO_KISI, "not a list", false},
    {"bad-time", FAULT_BAD_TIME, "/group_links", EXIT_HELD, "group_links: id 1: its end is not a time", false},
    {"500", FAULT_500, "/users", EXIT_NO_KISI, "500", true},
    {"403", FAULT_403, "/schedules", EXIT_NO_KISI, "403", false},
    {"401", FAULT_401, "/organization", EXIT_NO_KISI, "401", false},
};

static void
test_fault(gconstpointer data)
{
	const struct fault_case *c = data;

	for (int once = 0; once <= c->passes; once++) {
		struct world *world = world_with_users(12, NAMES_DIFFERENT);
		struct reading reading;

		world->fault = c->fault;
		world->fault_path = c->path;
		/* Two requests: what moves must be seen before and after. */
		if (once)
			world->fault_times = c->fault == FAULT_ROW_MOVES || c->fault == FAULT_TOTAL_MOVES ? 2 : 1;
		reading = read_world(world, true);
		if (once) {
			g_assert_no_error(reading.error);
			g_assert_cmpuint(reading.snapshot->users->len, ==, 12);
		} else {
			g_assert_null(reading.snapshot);
			g_assert_error(reading.error, FAILURE, c->code);
			g_assert_nonnull(strstr(reading.error->message, c->message));
		}
		reading_done(&reading);
	}
}

/* What was read twice is kept once. */
static void
test_raw_after_reread(void)
{
	struct world *world = world_with_users(12, NAMES_DIFFERENT);
	struct reading reading;
	struct snapshot *loaded = NULL;
	GError *error = NULL;
	char *path = NULL;
	int fd = g_file_open_tmp("snapshot-XXXXXX", &path, NULL);
	char *a = NULL;
	char *b = NULL;

	world->fault = FAULT_TOTAL_MOVES;
	world->fault_path = "/users";
	world->fault_times = 2;
	reading = read_world(world, true);
	g_assert_no_error(reading.error);
	g_assert_true(snapshot_raw_save(reading.raw, 1000, path, &error));
	loaded = snapshot_load(path, &error);
	g_assert_no_error(error);
	a = snapshot_hash(reading.snapshot);
	b = snapshot_hash(loaded);
	g_assert_cmpstr(a, ==, b);
	g_free(a);
	g_free(b);
	snapshot_free(loaded);
	reading_done(&reading);
	unlink(path);
	close(fd);
	g_free(path);
}

/* --- the reads of access.c: filters are not believed --- */

static struct fake_answer
answer_everything(void *user, const struct fake_request *request)
{
	static const char users[] = "[{\"id\":1,\"email\":\"xann@example.com\"},{\"id\":2,\"email\":\"Ann@Example.com\"}]";
	static const char rights[] =
	    "[{\"id\":5,\"role_id\":\"group_basic\",\"assignee_type\":\"User\",\"assignee_id\":3,"
	    "\"applies_to_type\":\"Group\",\"applies_to_id\":7},"
	    "{\"id\":6,\"role_id\":\"group_manager\",\"assignee_type\":\"User\",\"assignee_id\":2,"
	    "\"applies_to_type\":\"Group\",\"applies_to_id\":7},"
	    "{\"id\":8,\"role_id\":\"group_basic\",\"assignee_type\":\"Team\",\"assignee_id\":2,"
	    "\"applies_to_type\":\"Group\",\"applies_to_id\":7},"
	    "{\"id\":9,\"role_id\":\"group_basic\",\"assignee_type\":\"User\",\"assignee_id\":2,"
	    "\"applies_to_type\":\"Group\",\"applies_to_id\":7,\"valid_until\":\"2026-12-01T00:00:00Z\"}]";
	bool is_users = strstr(request->target, "/users") != NULL;

	if (strcmp(request->method, "GET") != 0)
		return (struct fake_answer){.status = strcmp(request->method, "POST") == 0 ? 200 : 204,
		    .body = strcmp(request->method, "POST") == 0 ? g_strdup("{\"id\":77}") : NULL};
	return (struct fake_answer){
	    .body = g_strdup(is_users ? users : rights),
	    .headers = g_strdup(is_users ? "X-Collection-Range: 0-99/2\r\n" : "X-Collection-Range: 0-249/4\r\n"),
	};
}

static void
test_access_reads(void)
{
	struct fake *fake = fake_begin(answer_everything, NULL);
	struct kisi_client *client = open_client(fake);
	struct kisi_reply reply;
	struct kisi_assignment found;
	int64_t id = 0;

	g_assert_cmpint(kisi_find_user(client, "ann@example.com", &reply, &id), ==, KISI_OK);
	g_assert_cmpint(id, ==, 2);
	kisi_reply_done(&reply);
	g_assert_cmpstr(fake->log->pdata[0], ==, "GET /users?limit=100&offset=0&email=ann%40example.com");
	g_assert_cmpint(kisi_find_user(client, "bob+x@example.com", &reply, &id), ==, KISI_GONE);
	g_assert_cmpint(reply.result, ==, KISI_GONE);
	kisi_reply_done(&reply);
	g_assert_cmpstr(fake->log->pdata[2], ==, "GET /users?limit=100&offset=0&query=bob%2Bx%40example.com");

	g_assert_cmpint(kisi_find_assignment(client, 2, 7, &reply, &found), ==, KISI_OK);
	g_assert_cmpint(found.id, ==, 9);
	g_assert_cmpint(found.valid.from, ==, INSTANT_ALWAYS);
	g_assert_cmpint(found.valid.until, ==, 1796083200);
	g_assert_cmpstr(found.role_id, ==, "group_basic");
	kisi_reply_done(&reply);
	g_assert_cmpint(kisi_find_assignment(client, 2, 8, &reply, &found), ==, KISI_GONE);
	kisi_reply_done(&reply);
	kisi_close(client);
	fake_end(fake);
}

static void
test_access_writes(void)
{
	struct fake *fake = fake_begin(answer_everything, NULL);
	struct kisi_client *client = open_client(fake);
	const struct interval open = {INSTANT_ALWAYS, INSTANT_NEVER};
	const struct interval valid = {1796083200, 1796086800};
	struct kisi_reply reply;
	int64_t id = 0;

	g_assert_cmpint(kisi_create_user(client, "ann@example.com", NULL, false, &reply, &id), ==, KISI_OK);
	g_assert_cmpint(id, ==, 77);
	kisi_reply_done(&reply);
	g_assert_cmpint(kisi_create_user(client, "ann@example.com", "Ann", true, &reply, &id), ==, KISI_OK);
	kisi_reply_done(&reply);
	g_assert_cmpint(kisi_create_assignment(client, 2, 7, valid, &reply, &id), ==, KISI_OK);
	kisi_reply_done(&reply);
	g_assert_cmpint(kisi_patch_assignment(client, 9, open, &reply), ==, KISI_OK);
	kisi_reply_done(&reply);
	g_assert_cmpint(kisi_delete_assignment(client, 9, &reply), ==, KISI_OK);
	kisi_reply_done(&reply);
	g_assert_cmpstr(fake->bodies->pdata[0], ==,
	    "{\"user\":{\"email\":\"ann@example.com\",\"send_emails\":false,\"confirm\":true,"
	    "\"notes\":\"created by kisi-reconcile\"}}");
	g_assert_cmpstr(fake->bodies->pdata[1], ==,
	    "{\"user\":{\"email\":\"ann@example.com\",\"name\":\"Ann\",\"send_emails\":true,\"confirm\":false,"
	    "\"notes\":\"created by kisi-reconcile\"}}");
	g_assert_cmpstr(fake->bodies->pdata[2], ==,
	    "{\"role_assignment\":{\"applies_to_type\":\"Group\",\"applies_to_id\":7,\"assignee_type\":\"User\","
	    "\"assignee_id\":2,\"role_id\":\"group_basic\",\"valid_from\":\"2026-12-01T00:00:00Z\","
	    "\"valid_until\":\"2026-12-01T01:00:00Z\",\"notify\":false}}");
	g_assert_cmpstr(fake->log->pdata[3], ==, "PATCH /role_assignments/9");
	g_assert_cmpstr(fake->bodies->pdata[3], ==,
	    "{\"role_assignment\":{\"valid_from\":null,\"valid_until\":null,\"notify\":false}}");
	g_assert_cmpstr(fake->log->pdata[4], ==, "DELETE /role_assignments/9");
	g_assert_cmpstr(fake->bodies->pdata[4], ==, "");
	kisi_close(client);
	fake_end(fake);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/fetch/all", test_all);
	g_test_add_func("/fetch/locks-side", test_locks_side);
	g_test_add_func("/fetch/paging", test_paging);
	g_test_add_func("/fetch/clamped", test_clamped);
	g_test_add_func("/fetch/beyond-reach", test_beyond_reach);
	g_test_add_func("/fetch/unsorted", test_unsorted);
	g_test_add_func("/fetch/unsorted-without-parts", test_unsorted_without_parts);
	g_test_add_func("/fetch/many-assignments", test_many_assignments);
	g_test_add_func("/fetch/person-in-many-groups", test_person_in_many_groups);
	for (size_t i = 0; i < G_N_ELEMENTS(fault_cases); i++) {
		char *path = g_strconcat("/fetch/fault/", fault_cases[i].name, NULL);

		g_test_add_data_func(path, &fault_cases[i], test_fault);
		g_free(path);
	}
	g_test_add_func("/fetch/raw-after-reread", test_raw_after_reread);
	g_test_add_func("/access/reads", test_access_reads);
	g_test_add_func("/access/writes", test_access_writes);
	return g_test_run();
}
