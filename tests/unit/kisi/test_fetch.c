/* Whole snapshots from a made-up Kisi, steady and failing. */
#include "kisi/fetch.h"
#include "kisi/snapshot_file.h"
#include "model/doubts.h"

#include "fake_kisi.h"

struct reading {
	struct snapshot *snapshot;
	struct snapshot_raw *raw;
	GError *error;
	GPtrArray *log;
};

/* Fetch from the world, taken. */
static struct reading
read_world(struct world *world, bool raw)
{
	struct reading reading = {.raw = raw ? snapshot_raw_new() : NULL};
	struct fake *fake = fake_begin(answer, world);
	struct kisi_client *client = open_client(fake);

	reading.snapshot = kisi_fetch_within(
	    client, 1000, reading.raw, PAGE, MAX_OFFSET, &reading.error);
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
	add(world, "/group_links",
	    "{'id':51,'name':'Plumber','group_id':7,'email':null,'valid_from':null,'valid_until':"
	    "null}");
	add(world, "/teams", "{'id':61,'name':'Crew'}");
	add(world, "/team_memberships",
	    "{'id':62,'team_id':61,'member_type':'User','member_id':41}");
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
	/*
	 * The assignment is still there when both are read again: a right of nobody, which must be
	 * seen.
	 */
	g_assert_cmpuint(requests_for(&reading, "/role_assignments"), ==, 2);
	reading_done(&reading);
}

/* Who only opens doors reads no more than them, and refuses half a list all the same. */
static void
test_doors(void)
{
	for (int broken = 0; broken <= 1; broken++) {
		struct world *world = world_new();
		struct fake *fake = NULL;
		struct kisi_client *client = NULL;
		struct snapshot *doors = NULL;
		GError *error = NULL;

		add_user(world, 41, "Ann");
		world->fault = broken ? FAULT_SHORT : FAULT_NONE;
		world->fault_path = "/locks";
		world->fault_times = 1000;
		fake = fake_begin(answer, world);
		client = open_client(fake);
		doors = kisi_fetch_doors(client, 1000, &error);
		g_assert_true((doors == NULL) == broken);
		if (!broken) {
			g_assert_no_error(error);
			g_assert_cmpuint(doors->places->len, ==, 1);
			g_assert_cmpuint(doors->locks->len, ==, 2);
			g_assert_cmpuint(doors->users->len, ==, 0);
			g_assert_cmpint(doors->organization_id, !=, 0);
			g_assert_cmpuint(fake->log->len, ==, 3);
		}
		g_clear_error(&error);
		snapshot_free(doors);
		kisi_close(client);
		fake_end(fake);
		world_free(world);
	}
}

/*
 * Somebody is deleted between the assignments and the users; somebody else is hidden from the list.
 */
static void
test_unlisted_users(void)
{
	struct world *world = world_new();
	struct reading reading;

	add_user(world, 41, "Ann");
	add_assignment(world, 101, 41, 7, "Ann");
	add_assignment(world, 102, 43, 8, "Bob");
	add_assignment(world, 103, 44, 8, "Owner");
	add(world, "/users/44",
	    "{'id':44,'email':'owner@example.com','name':'Owner','access_enabled':false}");
	world->delete_user = 43;
	reading = read_world(world, true);
	g_assert_no_error(reading.error);
	g_assert_cmpuint(reading.snapshot->assignments->len, ==, 2);
	g_assert_cmpuint(reading.snapshot->users->len, ==, 2);
	g_assert_cmpstr(snapshot_user(reading.snapshot, 44)->person, ==, "owner@example.com");
	g_assert_false(snapshot_user(reading.snapshot, 44)->access_enabled);
	reading_done(&reading);
}

/* Who may not be read stays what the assignment says; who cannot be read now stops the reading. */
static void
test_unlisted_unreadable(void)
{
	for (int down = 0; down <= 1; down++) {
		struct world *world = world_new();
		struct reading reading;

		for (int i = 0; i < 52; i++)
			add_assignment(
			    world, 3000 + i, 1000 + i, i % 3 == 0 ? 10 : 6 + i % 3, "Bob");
		world->fault = down ? FAULT_500 : FAULT_403;
		world->fault_path = "/users/";
		reading = read_world(world, true);
		if (down) {
			g_assert_null(reading.snapshot);
			g_assert_error(reading.error, FAILURE, EXIT_NO_KISI);
		} else {
			guint asked = 0;

			g_assert_no_error(reading.error);
			g_assert_cmpuint(reading.snapshot->users->len, ==, 52);
			for (guint i = 0; i < reading.log->len; i++)
				asked += g_str_has_prefix(reading.log->pdata[i], "GET /users/");
			g_assert_cmpuint(asked, ==, 50);
		}
		reading_done(&reading);
	}
}

/* Whenever it is seen that one is gone, there is another. */
static void
test_deleted_for_ever(void)
{
	struct world *world = world_new();
	struct reading reading;

	add_assignment(world, 101, 40, 7, "Ghost");
	world->next_ghost = 41;
	reading = read_world(world, true);
	g_assert_null(reading.snapshot);
	g_assert_error(reading.error, FAILURE, EXIT_HELD);
	g_assert_nonnull(strstr(reading.error->message, "faster than they can be read"));
	g_assert_cmpuint(requests_for(&reading, "/role_assignments"), ==, 4);
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

/* Half of the relation is none: which doors a group opens would be told wrongly. */
static void
test_locks_side_fails(void)
{
	struct world *world = world_new();
	struct reading reading;

	add(world, "/groups", "{'id':11,'name':'More','place_id':1,'locks_count':1}");
	world->fault = FAULT_403;
	world->fault_path = "/groups";
	world->fault_skip = 1;
	reading = read_world(world, false);
	g_assert_null(reading.snapshot);
	g_assert_error(reading.error, FAILURE, EXIT_NO_KISI);
	g_assert_nonnull(strstr(reading.error->message, "lock_id=21"));
	reading_done(&reading);
}

enum names { NAMES_DIFFERENT, NAMES_PAIRS, NAMES_FEW, NAMES_EQUAL };

static struct world *
world_with_users(guint count, enum names names)
{
	struct world *world = world_new();

	for (guint i = 0; i < count; i++) {
		guint n = (i * 7) % count;
		guint same = names == NAMES_EQUAL   ? 0
			     : names == NAMES_FEW   ? n / 4
			     : names == NAMES_PAIRS ? n / 2
						    : n;
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

/*
 * Every number of rows round the page and offset limits, with every kind of equal names, in steady
 * and in shuffled order.
 */
static void
test_paging(void)
{
	static const guint counts[] = {
	    0, 1, 4, 5, 6, 9, 10, 11, 19, 20, 21, 22, 24, 25, 26, 30, 40, 41};

	for (size_t i = 0; i < G_N_ELEMENTS(counts); i++)
		for (int names = NAMES_DIFFERENT; names <= NAMES_EQUAL; names++)
			for (int shuffle = 0; shuffle <= 1; shuffle++) {
				struct world *world = world_with_users(counts[i], names);

				/* Without any order there are no two ends to read from. */
				if (names == NAMES_EQUAL && counts[i] > MAX_OFFSET) {
					world_free(world);
					continue;
				}
				g_test_message(
				    "%u users, names %d, shuffle %d", counts[i], names, shuffle);
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

			/*
			 * Only a few of them are in the group, else that list is too long as well.
			 */
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
			add(world, "/team_memberships",
			    "{'id':%d,'team_id':%d,'member_type':'%s','member_id':%d}", id,
			    61 + team, i % 2 == 0 ? "User" : "Guest", id);
	}
	reading = read_world(world, false);
	g_assert_no_error(reading.error);
	g_assert_cmpuint(reading.snapshot->schedules->len, ==, 16);
	g_assert_cmpuint(reading.snapshot->team_members->len, ==, 24);
	/* Whole, four consequences, and one of these for two locks; and each sum is checked. */
	g_assert_cmpuint(requests_for(&reading, "/schedules"), ==, 1 + 4 + 2 + 1 + 1);
	reading_done(&reading);
}

/* Who may come in with the first of a group: schedules that hang on groups, not on locks. */
static void
test_unsorted_groups(void)
{
	struct world *world = world_new();
	struct reading reading;

	world->shuffle = true;
	for (int i = 0; i < 16; i++)
		add_schedule(world, 200 + i, "allow", i % 4 == 0 ? "Lock" : "Group",
		    i % 4 == 0 ? 21 : 7 + i % 2);
	reading = read_world(world, false);
	g_assert_no_error(reading.error);
	g_assert_cmpuint(reading.snapshot->schedules->len, ==, 16);
	/* Whole, four consequences, two locks and three groups; one of these is long; the sums. */
	g_assert_cmpuint(requests_for(&reading, "/schedules"), <, 20);
	reading_done(&reading);
}

/* The parts count only when their sum is the total, before and after. */
static void
test_sum_of_parts(void)
{
	static const struct {
		enum fault fault;
		unsigned skip, times;
		int code; /* 0: it is forgiven */
		const char *message;
	} cases[] = {
	    {FAULT_SUM, 0, 1000, EXIT_HELD, "the sum of its parts is not its total, 4 times"},
	    {FAULT_SUM, 5, 2, 0, NULL},
	    {FAULT_NO_RANGE, 5, 1, EXIT_HELD, "no readable X-Collection-Range"},
	    {FAULT_500, 5, 2, EXIT_NO_KISI, "500"},
	    {FAULT_500, 3, 2, EXIT_NO_KISI, "500"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		static const char *const consequences[] = {
		    "allow", "first_to_arrive", "permit", "unlock"};
		struct world *world = world_new();
		struct reading reading;

		for (int n = 0; n < 12; n++)
			add_schedule(world, 200 + n, consequences[n % 4], "Lock", 21);
		world->fault = cases[i].fault;
		world->fault_path = "/schedules";
		world->fault_skip = cases[i].skip;
		world->fault_times = cases[i].times;
		/* So that the total moves at once. */
		world->moved = 1;
		reading = read_world(world, true);
		if (cases[i].code == 0) {
			g_assert_no_error(reading.error);
			g_assert_cmpuint(reading.snapshot->schedules->len, ==, 12);
		} else {
			g_assert_null(reading.snapshot);
			g_assert_error(reading.error, FAILURE, cases[i].code);
			g_assert_nonnull(strstr(reading.error->message, cases[i].message));
		}
		reading_done(&reading);
	}
}

/* Parts whose sum is right, in which one row stands twice and another not at all, are not the whole. */
static void
test_parts_overlap(void)
{
	struct world *world = world_new();
	struct reading reading;

	world->shuffle = true;
	for (int i = 0; i < 8; i++)
		add_schedule(world, 200 + i, i % 2 == 0 ? "permit" : "unlock", "Lock", 21);
	world->stray = 200;
	reading = read_world(world, false);
	g_assert_null(reading.snapshot);
	g_assert_error(reading.error, FAILURE, EXIT_HELD);
	reading_done(&reading);
}

/* One row never comes, and another comes twice in its place: after enough tries it is said. */
static void
test_row_never_comes(void)
{
	struct world *world = world_new();
	struct reading reading;

	for (int i = 0; i < 18; i++)
		add_schedule(world, 200 + i, "permit", "ElevatorStop", 900 + i);
	world->fault = FAULT_FIRST_AGAIN;
	world->fault_path = "/schedules";
	reading = read_world(world, true);
	g_assert_null(reading.snapshot);
	g_assert_error(reading.error, FAILURE, EXIT_HELD);
	g_assert_nonnull(strstr(reading.error->message, "1 of 18 never came"));
	reading_done(&reading);
}

/*
 * The parts do not cover the list (elevator stops): it is read again and again until every row was
 * seen.
 */
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

			add_assignment(world, 3000 + i, 1000 + i / 3,
			    i % 3 == 0	 ? 7
			    : i % 3 == 1 ? 8
					 : 10,
			    name);
			g_free(name);
		}
		add(world, "/role_assignments",
		    "{'id':4000,'role_id':'owner','applies_to_type':'Organization','applies_to_id':"
		    "9,'assignee_type':'User',"
		    "'assignee_id':1000,'user':{'name':'x'}}");
		add(world, "/role_assignments",
		    "{'id':4001,'role_id':'manager','applies_to_type':'Place','applies_to_id':1,'"
		    "assignee_type':'Team',"
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
    {"two-pages", FAULT_TWO_PAGES, "/users", EXIT_HELD, "on two pages", true},
    {"no-id", FAULT_NO_ID, "/users", EXIT_HELD, "/users: an object without an id", false},
    {"whole", FAULT_WHOLE, "/users", EXIT_HELD, "more rows", true},
    {"roles-object", FAULT_OBJECT, "/roles", EXIT_NO_KISI, "not what the API describes", false},
    {"roles-part", FAULT_PART, "/roles", EXIT_HELD, "/roles: only a part", false},
    {"roles-twice", FAULT_TWICE_ON_PAGE, "/roles", EXIT_HELD, "the same entry occurs twice", false},
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
			world->fault_times =
			    c->fault == FAULT_ROW_MOVES || c->fault == FAULT_TOTAL_MOVES ? 2 : 1;
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

/* What is not understood in one object is known with the group that it concerns; the rest is read. */
static void
test_doubt(void)
{
	struct world *world = world_with_users(12, NAMES_DIFFERENT);
	struct reading reading;
	const struct kisi_doubt *doubt = NULL;

	world->fault = FAULT_BAD_TIME;
	world->fault_path = "/group_links";
	reading = read_world(world, true);
	g_assert_no_error(reading.error);
	g_assert_cmpuint(reading.snapshot->users->len, ==, 12);
	g_assert_cmpuint(reading.snapshot->doubts->len, ==, 1);
	doubt = snapshot_doubt_of_group(reading.snapshot, 7);
	g_assert_cmpstr(doubt->what, ==, "its end is not a time");
	g_assert_false(snapshot_doubts_group(reading.snapshot, 8));
	g_assert_true(snapshot_doubts_label(reading.snapshot, COUNT_LINKS, "x"));
	reading_done(&reading);
}

/* Where a list is read again, or all people are, what is not understood in it is noted once. */
static void
test_doubt_after_reread(void)
{
	for (int deleted = 0; deleted <= 1; deleted++) {
		struct world *world = world_with_users(12, NAMES_DIFFERENT);
		struct reading reading;

		add(world, "/role_assignments",
		    "{'id':900,'role_id':'group_basic','applies_to_type':'Group','applies_to_id':7,"
		    "'assignee_type':'User','assignee_id':3,'valid_until':'tomorrow',"
		    "'user':{'name':'U'}}");
		if (deleted) {
			add_assignment(world, 901, 43, 7, "Gone");
			world->delete_user = 43;
		} else {
			world->fault = FAULT_TOTAL_MOVES;
			world->fault_path = "/role_assignments";
			world->fault_times = 2;
		}
		reading = read_world(world, true);
		g_assert_no_error(reading.error);
		g_assert_cmpuint(reading.snapshot->doubts->len, ==, 1);
		g_assert_true(snapshot_doubts_slot(reading.snapshot, 3, 7));
		g_assert_false(snapshot_doubts_slot(reading.snapshot, 3, 8));
		g_assert_false(snapshot_doubts_slot(reading.snapshot, 4, 7));
		g_assert_true(snapshot_doubts_id(reading.snapshot, COUNT_ASSIGNMENTS, 900));
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

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/fetch/all", test_all);
	g_test_add_func("/fetch/doors", test_doors);
	g_test_add_func("/fetch/unlisted-users", test_unlisted_users);
	g_test_add_func("/fetch/unlisted-unreadable", test_unlisted_unreadable);
	g_test_add_func("/fetch/deleted-for-ever", test_deleted_for_ever);
	g_test_add_func("/fetch/locks-side", test_locks_side);
	g_test_add_func("/fetch/locks-side-fails", test_locks_side_fails);
	g_test_add_func("/fetch/paging", test_paging);
	g_test_add_func("/fetch/clamped", test_clamped);
	g_test_add_func("/fetch/beyond-reach", test_beyond_reach);
	g_test_add_func("/fetch/unsorted", test_unsorted);
	g_test_add_func("/fetch/unsorted-groups", test_unsorted_groups);
	g_test_add_func("/fetch/sum-of-parts", test_sum_of_parts);
	g_test_add_func("/fetch/parts-overlap", test_parts_overlap);
	g_test_add_func("/fetch/row-never-comes", test_row_never_comes);
	g_test_add_func("/fetch/unsorted-without-parts", test_unsorted_without_parts);
	g_test_add_func("/fetch/many-assignments", test_many_assignments);
	g_test_add_func("/fetch/person-in-many-groups", test_person_in_many_groups);
	for (size_t i = 0; i < G_N_ELEMENTS(fault_cases); i++) {
		char *path = g_strconcat("/fetch/fault/", fault_cases[i].name, NULL);

		g_test_add_data_func(path, &fault_cases[i], test_fault);
		g_free(path);
	}
	g_test_add_func("/fetch/raw-after-reread", test_raw_after_reread);
	g_test_add_func("/fetch/doubt", test_doubt);
	g_test_add_func("/fetch/doubt-after-reread", test_doubt_after_reread);
	return g_test_run();
}
