/* Migration, and that the audit trail cannot be rewritten. */
#include "tests/unit/store/scratch.h"

#include "store/schema.h"

#define NEWEST 12

static void
test_from_nothing(void)
{
	struct scratch s = scratch_open();
	g_assert_cmpint(scratch_ask(s.store, "PRAGMA user_version"), ==, NEWEST);
	g_assert_cmpint(scratch_ask(s.store, "PRAGMA application_id"), ==, 0x4b695265);
	g_assert_cmpint(scratch_ask(s.store, "SELECT count(*) FROM pragma_table_list"
					     " WHERE schema = 'main' AND type = 'table' AND name "
					     "NOT LIKE 'sqlite_%' AND NOT strict"),
	    ==, 0);
	scratch_remove(&s);
}

#define WITHOUT_STEP_12                                                                            \
	"DROP TABLE givers; DROP TABLE later; DROP TABLE memory; DROP TABLE counted;"              \
	"CREATE TABLE windows ("                                                                   \
	" import INTEGER NOT NULL REFERENCES imports (id), n INTEGER NOT NULL,"                    \
	" email TEXT NOT NULL, grp TEXT NOT NULL, valid_from INTEGER, valid_until INTEGER,"        \
	" record TEXT, rule TEXT, PRIMARY KEY (import, n)) STRICT, WITHOUT ROWID;"

#define WITHOUT_STEP_7                                                                             \
	"DROP TABLE retention; DROP INDEX seals_removed; DROP INDEX intents_run;"                  \
	"DROP INDEX outcomes_intent; DROP TRIGGER seals_marked; DROP TRIGGER intents_kept;"        \
	"DROP TRIGGER outcomes_kept; DROP TRIGGER runs_ended; ALTER TABLE seals DROP COLUMN "      \
	"removed; DROP INDEX plans_approval; ALTER TABLE plans DROP COLUMN "                       \
	"approval;" WITHOUT_STEP_12                                                                \
	"ALTER TABLE runs DROP COLUMN packed; ALTER TABLE runs DROP COLUMN size;"                  \
	"CREATE TRIGGER runs_ended BEFORE UPDATE ON runs BEGIN SELECT 1; END;"                     \
	"CREATE TRIGGER intents_kept BEFORE DELETE ON intents BEGIN SELECT 1; END;"                \
	"CREATE TRIGGER outcomes_kept BEFORE DELETE ON outcomes BEGIN SELECT 1; END;"

#define WITHOUT_STEP_5                                                                             \
	"DROP TABLE import_columns;" WITHOUT_STEP_7                                                \
	"DROP TABLE chain; DROP TABLE seals; DROP INDEX plan_uses_seq; DROP INDEX approvals_seq;"  \
	"DROP TRIGGER plan_uses_fixed; DROP TRIGGER plans_kept;"                                   \
	"ALTER TABLE plan_uses DROP COLUMN seq; ALTER TABLE approvals DROP COLUMN seq;"

#define WITHOUT_STEP_3                                                                             \
	WITHOUT_STEP_5                                                                             \
	"DROP INDEX intents_unlock;"                                                               \
	"DROP TABLE passes; ALTER TABLE intents DROP COLUMN lock_id;"                              \
	"ALTER TABLE intents DROP COLUMN label;"

/* A database of schema 1 keeps its rows, and gets what later steps add. */
static void
test_from_older(void)
{
	struct scratch s = scratch_open();
	char id[PLAN_ID];
	scratch_run(s.store, "plan", SCRATCH_NOW, id);
	int64_t triggers = scratch_ask(
	    s.store, "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger'");
	g_assert_cmpint(triggers, >, 0);
	stmt_script(s.store, WITHOUT_STEP_3
	    "DROP TRIGGER runs_begun; DROP TRIGGER runs_ended; DROP TRIGGER runs_kept;"
	    "DROP TRIGGER intents_fixed; DROP TRIGGER intents_kept; DROP TRIGGER outcomes_fixed;"
	    "DROP TRIGGER outcomes_kept; DROP TRIGGER plans_fixed; DROP TRIGGER plan_uses_kept;"
	    "DROP TRIGGER approvals_fixed; DROP TRIGGER approvals_kept; PRAGMA user_version = 1");
	g_assert_no_error(s.store->failed);

	scratch_reopen(&s);
	g_assert_cmpint(scratch_ask(s.store, "PRAGMA user_version"), ==, NEWEST);
	g_assert_cmpint(
	    scratch_ask(s.store, "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger'"), ==,
	    triggers);
	g_assert_cmpint(scratch_ask(s.store, "SELECT count(*) FROM runs"), ==, 1);
	scratch_remove(&s);
}

/* A journal of schema 2 keeps its intents, which are about no lock and have no label. */
static void
test_journal_from_older(void)
{
	struct scratch s = scratch_open();
	char id[PLAN_ID];
	GError *error = NULL;
	scratch_run(s.store, "apply", SCRATCH_NOW, id);
	stmt_script(s.store, WITHOUT_STEP_3
	    "INSERT INTO intents (run, change_id, action, email, user_id, group_id, have_id,"
	    " wanted, cause, surprising, at)"
	    " SELECT id, 'c', 'grant', 'ann@example.com', 1, 2, 0, 1, 'new', 0, 5 FROM runs;"
	    "PRAGMA user_version = 2");
	g_assert_no_error(s.store->failed);

	scratch_reopen(&s);
	GPtrArray *open = store_open_intents(s.store, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(open->len, ==, 1);
	const struct journal_open *one = open->pdata[0];
	g_assert_cmpint(one->intent.group_id, ==, 2);
	g_assert_cmpint(one->intent.lock_id, ==, 0);
	g_assert_null(one->intent.label);
	g_ptr_array_unref(open);
	scratch_remove(&s);
}

/* What schema 11 remembered of the last imports goes; the rest stays, and what counted still counts. */
static void
test_givers_from_older(void)
{
	struct scratch s = scratch_open();
	char id[PLAN_ID];
	GError *error = NULL;
	struct last_import import = {.source = "bookings",
	    .as_of = SCRATCH_NOW,
	    .blocked = g_ptr_array_new(),
	    .columns = g_ptr_array_new()};
	g_ptr_array_add(import.blocked, (gpointer) "yan@example.com");
	scratch_run(s.store, "apply", SCRATCH_NOW, id);
	store_save_import(s.store, &import, NULL);
	stmt_script(s.store, WITHOUT_STEP_12
	    "ALTER TABLE windows ADD COLUMN record_until INTEGER;"
	    "INSERT INTO windows SELECT id, 0, 'ann@example.com', 'Gym', 1, NULL, 'b1', 'r', 9"
	    " FROM imports;"
	    "INSERT INTO intents (run, change_id, action, email, user_id, group_id, have_id,"
	    " wanted, cause, surprising, at)"
	    " SELECT id, 'c', 'revoke', 'ann@example.com', 1, 2, 7, 0, 'hand-made', 1,"
	    " as_of FROM runs;"
	    "PRAGMA user_version = 11");
	g_assert_no_error(s.store->failed);

	scratch_reopen(&s);
	g_assert_cmpint(scratch_ask(s.store, "PRAGMA user_version"), ==, NEWEST);
	struct history *history = store_history(s.store, SCRATCH_NOW, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(history->givers->len, ==, 0);
	g_assert_cmpuint(history->later->len, ==, 0);
	g_assert_cmpuint(g_hash_table_size(history->memory), ==, 0);
	g_assert_cmpuint(history->day_given->len, ==, 0);
	g_assert_cmpuint(history->day_removed->len, ==, 1);
	g_assert_cmpstr(history->day_removed->pdata[0], ==, "ann@example.com");
	g_assert_cmpuint(history_import(history, "bookings")->blocked->len, ==, 1);
	g_assert_cmpint(
	    scratch_ask(s.store, "SELECT count(*) FROM sqlite_schema WHERE name = 'windows'"), ==,
	    0);
	g_ptr_array_unref(import.blocked);
	g_ptr_array_unref(import.columns);
	history_free(history);
	scratch_remove(&s);
}

/* Uses and approvals of schema 4 get numbers in their order, and the chain takes them in. */
static void
test_uses_from_older(void)
{
	struct scratch s = scratch_open();
	char id[PLAN_ID];
	GError *error = NULL;
	scratch_run(s.store, "apply", SCRATCH_NOW, id);
	stmt_script(s.store,
	    WITHOUT_STEP_5 "INSERT INTO plan_uses SELECT 'zz', id FROM runs;"
			   "INSERT INTO plan_uses SELECT 'aa', id FROM runs;"
			   "INSERT INTO approvals SELECT 'zz', 3, 'me', 5, id FROM runs;"
			   "INSERT INTO approvals SELECT 'aa', 4, 'me', 6, id FROM runs;"
			   "PRAGMA user_version = 4");
	g_assert_no_error(s.store->failed);

	scratch_reopen(&s);
	g_assert_cmpint(scratch_ask(s.store, "SELECT seq FROM plan_uses WHERE plan = 'aa'"), ==, 2);
	g_assert_cmpint(scratch_ask(s.store, "SELECT seq FROM approvals WHERE plan = 'zz'"), ==, 1);
	store_run_end(s.store, id, SCRATCH_NOW, 0, "done", NULL, &error);
	g_assert_no_error(error);
	g_assert_cmpint(scratch_ask(s.store, "SELECT count(*) FROM seals"), ==, 6);
	scratch_remove(&s);
}

/* A step that cannot be made leaves the version before it. */
static void
test_broken_step(void)
{
	struct scratch s = scratch_open();
	stmt_script(s.store, "PRAGMA user_version = 1"); /* its triggers are there: step 2 fails */
	store_close(s.store);
	GError *error = NULL;
	s.store = store_open(s.path, &error);
	g_assert_null(s.store);
	scratch_refused(&error, EXIT_FAILED, s.path, "already exists", NULL);

	sqlite3 *db;
	struct store raw = {.path = s.path};
	g_assert_cmpint(sqlite3_open(s.path, &db), ==, SQLITE_OK);
	raw.db = db;
	g_assert_cmpint(scratch_ask(&raw, "PRAGMA user_version"), ==, 1);
	sqlite3_close(db);
	scratch_remove(&s);
}

static void
test_trail_is_kept(void)
{
	static const char *const attempts[] = {
	    "DELETE FROM runs",
	    "UPDATE runs SET as_of = 0",
	    "UPDATE runs SET id = 'x'",
	    "UPDATE runs SET exit_code = 0",
	    "UPDATE runs SET ended = 1",
	    "UPDATE intents SET email = 'x'",
	    "DELETE FROM intents",
	    "UPDATE outcomes SET outcome = 'failed'",
	    "DELETE FROM outcomes",
	    "INSERT INTO outcomes (intent, outcome, at) SELECT id, 'failed', 1 FROM intents",
	    "UPDATE plans SET id = ''",
	    "DELETE FROM plan_uses",
	    "UPDATE approvals SET max_removals = 1000",
	    "DELETE FROM approvals",
	    "UPDATE plan_uses SET plan = 'x'",
	    "DELETE FROM plans",
	    "UPDATE chain SET sha256 = ''",
	    "DELETE FROM chain",
	    "UPDATE seals SET sha256 = ''",
	    "DELETE FROM seals",
	};
	struct scratch s = scratch_open();
	struct journal_intent intent = {.change_id = "c",
	    .action = "grant",
	    .email = "ann@example.com",
	    .cause = "new",
	    .have_id = 0,
	    .wanted = true,
	    .want = {SCRATCH_NOW, INSTANT_NEVER}};
	struct approval approval = {
	    .plan_id = "p", .max_removals = 3, .who = "me", .at = SCRATCH_NOW};
	char id[PLAN_ID];
	int64_t number;
	GError *error = NULL;
	scratch_run(s.store, "apply", SCRATCH_NOW, id);
	intent.run_id = id;
	store_begin(s.store);
	store_intend(s.store, &intent, SCRATCH_NOW, &number, NULL);
	store_outcome(s.store, number, OUTCOME_DONE, NULL, SCRATCH_NOW, NULL);
	store_save_plan(s.store, "p", NULL, id, NULL);
	store_use_plan(s.store, "p", id, NULL);
	store_save_approval(s.store, &approval, id, NULL);
	store_run_end(s.store, id, SCRATCH_NOW, 0, "done", "{}", NULL);
	store_commit(s.store, &error);
	g_assert_no_error(error);

	for (size_t i = 0; i < G_N_ELEMENTS(attempts); i++) {
		int rc = sqlite3_exec(s.store->db, attempts[i], NULL, NULL, NULL);
		if (rc != SQLITE_CONSTRAINT)
			g_error("%s gave %d", attempts[i], rc);
	}
	scratch_remove(&s);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/schema/from-nothing", test_from_nothing);
	g_test_add_func("/schema/from-older", test_from_older);
	g_test_add_func("/schema/journal-from-older", test_journal_from_older);
	g_test_add_func("/schema/givers-from-older", test_givers_from_older);
	g_test_add_func("/schema/uses-from-older", test_uses_from_older);
	g_test_add_func("/schema/broken-step", test_broken_step);
	g_test_add_func("/schema/trail-is-kept", test_trail_is_kept);
	return g_test_run();
}
