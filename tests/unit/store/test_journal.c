/* Intents and outcomes, also when the program is killed between them. */
#include "tests/unit/store/scratch.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static struct journal_intent
revoke_of(const char *run)
{
	return (struct journal_intent){.run_id = run,
	    .change_id = "c0ffee000000",
	    .action = "revoke",
	    .email = "ann@example.com",
	    .user_id = 11,
	    .group_id = 22,
	    .have_id = 33,
	    .have = {INSTANT_ALWAYS, SCRATCH_NOW},
	    .want = {1, 2}, /* meaningless */
	    .cause = "hand-made",
	    .surprising = true};
}

static int64_t
intend(struct store *store, const struct journal_intent *intent, instant clock)
{
	GError *error = NULL;
	int64_t id = -1;
	store_intend(store, intent, clock, &id, &error);
	g_assert_no_error(error);
	g_assert_cmpint(id, >, 0);
	return id;
}

static void
settle(struct store *store, int64_t intent, enum outcome outcome)
{
	GError *error = NULL;
	store_outcome(store, intent, outcome, NULL, SCRATCH_NOW, &error);
	g_assert_no_error(error);
}

static unsigned
count_open(struct store *store)
{
	GError *error = NULL;
	GPtrArray *intents = store_open_intents(store, &error);
	g_assert_no_error(error);
	unsigned count = intents->len;
	g_ptr_array_unref(intents);
	return count;
}

static int64_t
day_removals(struct store *store, instant now)
{
	GError *error = NULL;
	struct history *history = store_history(store, now, &error);
	g_assert_no_error(error);
	int64_t removals = history->day_removed->len;
	history_free(history);
	return removals;
}

static void
test_open(void)
{
	struct scratch s = scratch_open();
	GError *error = NULL;
	char run[PLAN_ID];
	scratch_run(s.store, "apply", SCRATCH_NOW, run);
	struct journal_intent revoke = revoke_of(run);
	struct journal_intent grant = {.run_id = run,
	    .change_id = "c0ffee000001",
	    .action = "grant",
	    .email = "bob@example.com",
	    .group_id = 22,
	    .have = {7, 8}, /* meaningless */
	    .want = {SCRATCH_NOW, INSTANT_NEVER},
	    .wanted = true,
	    .lock_id = 44,
	    .label = "kr b1",
	    .cause = "new",
	    .source = "bookings",
	    .rule = "room-1"};
	int64_t first = intend(s.store, &revoke, SCRATCH_NOW + 1);
	int64_t second = intend(s.store, &grant, SCRATCH_NOW + 2);
	g_assert_cmpint(second, >, first);

	GPtrArray *intents = store_open_intents(s.store, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(intents->len, ==, 2);
	const struct journal_open *open = intents->pdata[0];
	g_assert_cmpint(open->id, ==, first);
	g_assert_cmpint(open->at, ==, SCRATCH_NOW + 1);
	g_assert_cmpstr(open->intent.run_id, ==, run);
	g_assert_cmpstr(open->intent.change_id, ==, "c0ffee000000");
	g_assert_cmpstr(open->intent.action, ==, "revoke");
	g_assert_cmpstr(open->intent.email, ==, "ann@example.com");
	g_assert_cmpint(open->intent.user_id, ==, 11);
	g_assert_cmpint(open->intent.group_id, ==, 22);
	g_assert_cmpint(open->intent.lock_id, ==, 0);
	g_assert_null(open->intent.label);
	g_assert_cmpint(open->intent.have_id, ==, 33);
	g_assert_cmpint(open->intent.have.from, ==, INSTANT_ALWAYS);
	g_assert_cmpint(open->intent.have.until, ==, SCRATCH_NOW);
	g_assert_false(open->intent.wanted);
	g_assert_cmpstr(open->intent.cause, ==, "hand-made");
	g_assert_null(open->intent.source);
	g_assert_null(open->intent.rule);
	g_assert_true(open->intent.surprising);
	open = intents->pdata[1];
	g_assert_cmpint(open->id, ==, second);
	g_assert_cmpint(open->intent.have_id, ==, 0);
	g_assert_cmpint(open->intent.lock_id, ==, 44);
	g_assert_cmpstr(open->intent.label, ==, "kr b1");
	g_assert_true(open->intent.wanted);
	g_assert_cmpint(open->intent.want.from, ==, SCRATCH_NOW);
	g_assert_cmpint(open->intent.want.until, ==, INSTANT_NEVER);
	g_assert_cmpstr(open->intent.source, ==, "bookings");
	g_assert_cmpstr(open->intent.rule, ==, "room-1");
	g_assert_false(open->intent.surprising);
	g_ptr_array_unref(intents);
	scratch_remove(&s);
}

static void
test_settles_once(void)
{
	static const enum outcome settled[] = {OUTCOME_DONE, OUTCOME_FAILED};
	struct scratch s = scratch_open();
	GError *error = NULL;
	char run[PLAN_ID];
	scratch_run(s.store, "apply", SCRATCH_NOW, run);
	struct journal_intent intent = revoke_of(run);
	for (size_t i = 0; i < G_N_ELEMENTS(settled); i++) {
		int64_t id = intend(s.store, &intent, SCRATCH_NOW);
		g_assert_cmpuint(count_open(s.store), ==, 1);
		settle(s.store, id, OUTCOME_UNKNOWN);
		settle(s.store, id, OUTCOME_UNKNOWN);
		g_assert_cmpuint(count_open(s.store), ==, 1);
		settle(s.store, id, settled[i]);
		g_assert_cmpuint(count_open(s.store), ==, 0);
		g_assert_false(store_outcome(s.store, id, OUTCOME_DONE, NULL, SCRATCH_NOW, &error));
		scratch_refused(
		    &error, EXIT_FAILED, s.path, "settled already", outcome_word(settled[i]), NULL);
	}
	g_assert_false(store_outcome(s.store, 999, OUTCOME_DONE, NULL, SCRATCH_NOW, &error));
	scratch_refused(&error, EXIT_FAILED, s.path, "no intent 999", NULL);
	scratch_remove(&s);
}

/* Nobody can read back whether a door opened: such an intent stays as it is. */
static void
test_unlock_never_comes_back(void)
{
	struct scratch s = scratch_open();
	char run[PLAN_ID];
	scratch_run(s.store, "unlock-due", SCRATCH_NOW, run);
	struct journal_intent intent = {.run_id = run,
	    .change_id = "c0ffee000002",
	    .action = "unlock",
	    .email = "",
	    .lock_id = 44,
	    .cause = "new"};
	int64_t id = intend(s.store, &intent, SCRATCH_NOW);
	g_assert_cmpuint(count_open(s.store), ==, 0);
	settle(s.store, id, OUTCOME_UNKNOWN);
	g_assert_cmpuint(count_open(s.store), ==, 0);
	scratch_remove(&s);
}

static void
test_needs_its_run(void)
{
	struct scratch s = scratch_open();
	GError *error = NULL;
	int64_t id;
	struct journal_intent intent = revoke_of("norun");
	g_assert_false(store_intend(s.store, &intent, SCRATCH_NOW, &id, &error));
	scratch_refused(&error, EXIT_FAILED, s.path, "write the journal", NULL);
	scratch_remove(&s);
}

/* Kill a child after its intent, and again in the middle of outcome and ledger. */
static void
test_kill(void)
{
	struct ledger_entry entry = {.assignment_id = 77, .email = "ann@example.com", .live = true};
	for (int late = 0; late <= 1; late++) {
		struct scratch s = scratch_folder();
		pid_t child = fork();
		if (child == 0) {
			char run[PLAN_ID];
			struct store *store = store_open(s.path, NULL);
			scratch_run(store, "apply", SCRATCH_NOW, run);
			struct journal_intent intent = revoke_of(run);
			int64_t id = intend(store, &intent, SCRATCH_NOW);
			if (late) {
				store_begin(store);
				store_ledger_put(store, &entry, NULL);
				store_outcome(store, id, OUTCOME_DONE, NULL, SCRATCH_NOW, NULL);
			}
			kill(getpid(), SIGKILL);
		}
		int status;
		g_assert_cmpint(waitpid(child, &status, 0), ==, child);
		g_assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);

		scratch_reopen(&s);
		g_assert_cmpuint(count_open(s.store), ==, 1);
		g_assert_cmpint(scratch_ask(s.store, "SELECT count(*) FROM outcomes"), ==, 0);
		g_assert_cmpint(scratch_ask(s.store, "SELECT count(*) FROM ledger"), ==, 0);
		g_assert_cmpint(day_removals(s.store, SCRATCH_NOW), ==, 1);
		settle(s.store, 1, OUTCOME_FAILED);
		g_assert_cmpuint(count_open(s.store), ==, 0);
		g_assert_cmpint(day_removals(s.store, SCRATCH_NOW), ==, 0);
		scratch_remove(&s);
	}
}

static void
test_day_removals(void)
{
	const instant now = SCRATCH_NOW, day = INSTANT_DAY, ages = 400 * INSTANT_DAY;
	static const bool yes = true, no = false;
	const struct {
		instant as_of, clock;
		bool surprising;
		enum outcome outcome; /* OUTCOME_PENDING: none */
		int64_t counts;
	} cases[] = {
	    {now, now, yes, OUTCOME_DONE, 1},
	    {now, now, yes, OUTCOME_UNKNOWN, 1},
	    {now, now, yes, OUTCOME_PENDING, 1},
	    {now, now, yes, OUTCOME_FAILED, 0},
	    {now, now, no, OUTCOME_DONE, 0},
	    {now - day + 1, now - day + 1, yes, OUTCOME_DONE, 1},
	    {now - day, now - day, yes, OUTCOME_DONE, 0},
	    {now + 1, now + 1, yes, OUTCOME_DONE, 0},
	    /* a rehearsal with --now far from the machine's time, then another as of a bit later */
	    {now - 1, now + ages, yes, OUTCOME_DONE, 1},
	    /* removed today by the machine's time, whatever --now said */
	    {now - ages, now - 1, yes, OUTCOME_DONE, 1},
	    {now - ages, now + ages, yes, OUTCOME_DONE, 0},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct scratch s = scratch_open();
		char run[PLAN_ID];
		scratch_run(s.store, "apply", cases[i].as_of, run);
		struct journal_intent intent = revoke_of(run);
		intent.surprising = cases[i].surprising;
		int64_t id = intend(s.store, &intent, cases[i].clock);
		if (cases[i].outcome != OUTCOME_PENDING)
			settle(s.store, id, cases[i].outcome);
		if (day_removals(s.store, now) != cases[i].counts)
			g_error("case %zu does not count %" G_GINT64_FORMAT, i, cases[i].counts);
		scratch_remove(&s);
	}
}

/* Of the last apply, what was not proved to be made; what a later run has settled is known. */
static void
test_tried(void)
{
	struct scratch s = scratch_open();
	char older[PLAN_ID], run[PLAN_ID], plan[PLAN_ID];
	GError *error = NULL;
	scratch_run(s.store, "apply", SCRATCH_NOW - 2, older);
	struct journal_intent intent = revoke_of(older);
	settle(s.store, intend(s.store, &intent, SCRATCH_NOW - 2), OUTCOME_FAILED);
	scratch_run(s.store, "apply", SCRATCH_NOW - 1, run);
	intent = revoke_of(run);
	settle(s.store, intend(s.store, &intent, SCRATCH_NOW), OUTCOME_DONE);
	store_outcome(s.store, intend(s.store, &intent, SCRATCH_NOW), OUTCOME_FAILED, "no",
	    SCRATCH_NOW, &error);
	g_assert_no_error(error);
	settle(s.store, intend(s.store, &intent, SCRATCH_NOW), OUTCOME_UNKNOWN);
	intend(s.store, &intent, SCRATCH_NOW);
	int64_t settled = intend(s.store, &intent, SCRATCH_NOW);
	settle(s.store, settled, OUTCOME_UNKNOWN);
	settle(s.store, settled, OUTCOME_DONE);
	scratch_run(s.store, "plan", SCRATCH_NOW, plan);
	struct history *history = store_history(s.store, SCRATCH_NOW, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(history->tried->len, ==, 3);
	for (guint i = 0; i < history->tried->len; i++) {
		const struct tried_change *tried = &g_array_index(
		    history->tried, struct tried_change, i);
		g_assert_cmpstr(tried->run, ==, run);
		g_assert_cmpstr(tried->email, ==, intent.email);
		g_assert_cmpint(tried->group_id, ==, intent.group_id);
		g_assert_cmpint(tried->failed, ==, i == 0);
		g_assert_cmpstr(tried->answer, ==, i == 0 ? "no" : NULL);
	}
	history_free(history);
	scratch_remove(&s);
}

/* The limits are of people: two doors of one are one, and so is a removal that a killed run had begun. */
static void
test_day_people(void)
{
	static const char *const emails[] = {
	    "ada@example.com", "ben@example.com", "ada@example.com", ""};
	struct scratch s = scratch_open();
	char run[PLAN_ID];
	scratch_run(s.store, "apply", SCRATCH_NOW, run);
	for (size_t i = 0; i < G_N_ELEMENTS(emails); i++) {
		struct journal_intent intent = revoke_of(run);
		intent.surprising = true;
		intent.email = emails[i];
		intent.label = *emails[i] == '\0' ? "kisi-reconcile bookings/b1" : NULL;
		intend(s.store, &intent, SCRATCH_NOW);
	}
	g_assert_cmpint(day_removals(s.store, SCRATCH_NOW), ==, 3);
	scratch_remove(&s);
}

/* What counts does so under its unit: all whom one booking lets in are one.  What it gives is counted apart. */
static void
test_day_units(void)
{
	static const struct {
		const char *email, *unit, *gain;
		enum outcome outcome;
	} cases[] = {
	    {"ada@example.com", "bookings\nb1", NULL, OUTCOME_DONE},
	    {"ben@example.com", "bookings\nb1", NULL, OUTCOME_DONE},
	    {"cy@example.com", "cy@example.com", "bookings\nb2", OUTCOME_DONE},
	    {"dan@example.com", NULL, "bookings\nb2", OUTCOME_UNKNOWN},
	    {"eve@example.com", NULL, "bookings\nb3", OUTCOME_PENDING},
	    {"fay@example.com", "fay@example.com", "bookings\nb4", OUTCOME_FAILED},
	    {"gus@example.com", NULL, NULL, OUTCOME_DONE},
	};
	static const char *const removed[] = {"bookings\nb1", "cy@example.com"};
	static const char *const given[] = {"bookings\nb2", "bookings\nb3"};
	struct scratch s = scratch_open();
	GError *error = NULL;
	char run[PLAN_ID];
	scratch_run(s.store, "apply", SCRATCH_NOW, run);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct journal_intent intent = revoke_of(run);
		intent.email = cases[i].email;
		intent.surprising = cases[i].unit != NULL;
		intent.unit = cases[i].unit;
		intent.gain_unit = cases[i].gain;
		int64_t id = intend(s.store, &intent, SCRATCH_NOW);
		if (cases[i].outcome != OUTCOME_PENDING)
			settle(s.store, id, cases[i].outcome);
	}
	struct history *history = store_history(s.store, SCRATCH_NOW, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(history->day_removed->len, ==, G_N_ELEMENTS(removed));
	g_assert_cmpuint(history->day_given->len, ==, G_N_ELEMENTS(given));
	for (guint i = 0; i < 2; i++) {
		g_assert_true(g_ptr_array_find_with_equal_func(
		    history->day_removed, removed[i], g_str_equal, NULL));
		g_assert_true(g_ptr_array_find_with_equal_func(
		    history->day_given, given[i], g_str_equal, NULL));
	}
	history_free(history);
	/* a day later none of it counts */
	history = store_history(s.store, SCRATCH_NOW + INSTANT_DAY, &error);
	g_assert_cmpuint(history->day_removed->len, ==, 0);
	g_assert_cmpuint(history->day_given->len, ==, 0);
	history_free(history);
	scratch_remove(&s);
}

/* A door opens once for a booking and lock, whatever became of it; and an apply has nothing to settle there. */
static void
test_doors(void)
{
	struct scratch s = scratch_open();
	GError *error = NULL;
	char run[PLAN_ID];
	bool opened = true;
	int64_t id = 0;
	scratch_run(s.store, "unlock-due", SCRATCH_NOW, run);
	struct journal_intent unlock = {.run_id = run,
	    .change_id = "b00000000001",
	    .action = STORE_ACTION_UNLOCK,
	    .email = "ann@example.com",
	    .lock_id = 20,
	    .want = {SCRATCH_NOW, SCRATCH_NOW + 1},
	    .wanted = true,
	    .cause = "new",
	    .source = "bookings",
	    .rule = "gate"};
	g_assert_true(store_door_opened(s.store, unlock.change_id, "gate", 20, &opened, &error));
	g_assert_false(opened);
	intend(s.store, &unlock, SCRATCH_NOW);

	static const struct {
		const char *booking, *rule;
		int64_t lock_id;
		bool opened;
	} cases[] = {
	    {"b00000000001", "gate", 0, true},
	    {"b00000000001", "other", 20, true},
	    {"b00000000001", "other", 0, false},
	    {"b00000000001", "other", 21, false},
	    {"b00000000002", "gate", 20, false},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_assert_true(store_door_opened(
		    s.store, cases[i].booking, cases[i].rule, cases[i].lock_id, &opened, &error));
		g_assert_cmpint(opened, ==, cases[i].opened);
	}
	g_assert_cmpuint(count_open(s.store), ==, 0);
	g_assert_false(store_intend(s.store, &unlock, SCRATCH_NOW + 1, &id, &error));
	scratch_refused(&error, EXIT_FAILED, "UNIQUE", NULL);
	unlock.lock_id = 21;
	settle(s.store, intend(s.store, &unlock, SCRATCH_NOW + 2), OUTCOME_UNKNOWN);
	g_assert_cmpuint(count_open(s.store), ==, 0);
	/* Other actions may come again. */
	struct journal_intent revoke = revoke_of(run);
	intend(s.store, &revoke, SCRATCH_NOW);
	intend(s.store, &revoke, SCRATCH_NOW);
	scratch_remove(&s);
}

/* The question that is asked each minute goes by the index. */
static void
test_doors_index(void)
{
	struct scratch s = scratch_open();
	char *sql = g_strconcat(
	    "EXPLAIN QUERY PLAN ", sqlite3_sql(s.store->prepared[STMT_DOOR_OPENED]), NULL);
	sqlite3_stmt *stmt = NULL;
	bool indexed = false;
	g_assert_cmpint(sqlite3_prepare_v2(s.store->db, sql, -1, &stmt, NULL), ==, SQLITE_OK);
	while (sqlite3_step(stmt) == SQLITE_ROW)
		indexed |= strstr((const char *)sqlite3_column_text(stmt, 3), "intents_unlock") !=
			   NULL;
	sqlite3_finalize(stmt);
	g_free(sql);
	g_assert_true(indexed);
	scratch_remove(&s);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/journal/open", test_open);
	g_test_add_func("/journal/settles-once", test_settles_once);
	g_test_add_func("/journal/unlock-never-comes-back", test_unlock_never_comes_back);
	g_test_add_func("/journal/needs-its-run", test_needs_its_run);
	g_test_add_func("/journal/kill", test_kill);
	g_test_add_func("/journal/day-removals", test_day_removals);
	g_test_add_func("/journal/tried", test_tried);
	g_test_add_func("/journal/day-people", test_day_people);
	g_test_add_func("/journal/day-units", test_day_units);
	g_test_add_func("/journal/doors", test_doors);
	g_test_add_func("/journal/doors-index", test_doors_index);
	return g_test_run();
}
