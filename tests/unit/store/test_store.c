/* Opening: who may read the file, what is refused, and that nothing is ever half there. */
#include "tests/unit/store/scratch.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static unsigned
mode_of(const struct scratch *s, const char *suffix)
{
	struct stat about;
	char *path = g_strconcat(s->path, suffix, NULL);
	g_assert_cmpint(stat(path, &about), ==, 0);
	g_free(path);
	return about.st_mode & 0777;
}

static void
test_private(void)
{
	mode_t before = umask(0);
	struct scratch s = scratch_open();
	g_assert_true(store_set_fact(s.store, "a", "b", NULL));
	g_assert_cmphex(mode_of(&s, ""), ==, 0600);
	g_assert_cmphex(mode_of(&s, "-wal"), ==, 0600);
	g_assert_cmphex(mode_of(&s, "-shm"), ==, 0600);
	umask(before);
	scratch_remove(&s);
}

static void
test_settings(void)
{
	struct scratch s = scratch_open();
	g_assert_cmpint(scratch_ask(s.store, "PRAGMA synchronous"), ==, 2);
	g_assert_cmpint(scratch_ask(s.store, "PRAGMA foreign_keys"), ==, 1);
	g_assert_cmpint(scratch_ask(s.store, "PRAGMA secure_delete"), ==, 1);
	g_assert_cmpint(scratch_ask(s.store, "PRAGMA temp_store"), ==, 2);
	g_assert_cmpint(
	    scratch_ask(s.store, "SELECT journal_mode = 'wal' FROM pragma_journal_mode"), ==, 1);
	scratch_remove(&s);
}

static void
test_reopen(void)
{
	struct scratch s = scratch_open();
	GError *error = NULL;
	store_set_fact(s.store, "patch_window", "works", &error);
	g_assert_no_error(error);
	scratch_reopen(&s);
	char *value = store_fact(s.store, "patch_window", &error);
	g_assert_no_error(error);
	g_assert_cmpstr(value, ==, "works");
	g_free(value);
	scratch_remove(&s);
}

static void
test_refuses_folder(void)
{
	struct scratch s = scratch_folder();
	GError *error = NULL;
	g_assert_null(store_open(s.folder, &error));
	scratch_refused(&error, EXIT_FAILED, s.folder, "not a file", "hint: ", NULL);
	scratch_remove(&s);
}

static void
test_refuses_missing_folder(void)
{
	struct scratch s = scratch_folder();
	char *path = g_build_filename(s.folder, "nowhere", "state.db", NULL);
	GError *error = NULL;
	g_assert_null(store_open(path, &error));
	scratch_refused(&error, EXIT_FAILED, path, "No such file", "hint: ", NULL);
	g_free(path);
	scratch_remove(&s);
}

/* The disk with the database is not there today: no new one is begun elsewhere. */
static void
test_refuses_dangling_link(void)
{
	struct scratch s = scratch_folder();
	char *away = g_build_filename(s.folder, "away", "state.db", NULL);
	GError *error = NULL;
	g_assert_cmpint(symlink(away, s.path), ==, 0);
	g_assert_null(store_open(s.path, &error));
	scratch_refused(&error, EXIT_FAILED, s.path, "cannot open it", "hint: ", NULL);
	g_free(away);
	scratch_remove(&s);
}

/* All pages but the first are junk: what can be said is said, and that a backup is needed. */
static void
test_refuses_corrupt(void)
{
	struct scratch s = scratch_open();
	GError *error = NULL;
	char *bytes = NULL;
	gsize length = 0;
	store_close(g_steal_pointer(&s.store));
	g_assert_true(g_file_get_contents(s.path, &bytes, &length, NULL));
	g_assert_cmpuint(length, >, 8192);
	memset(bytes + 4096, 'x', length - 4096);
	g_assert_true(g_file_set_contents(s.path, bytes, (gssize)length, NULL));
	g_assert_null(store_open(s.path, &error));
	scratch_refused(&error, EXIT_FAILED, s.path, "malformed", "restore it from a backup", NULL);
	g_assert_null(store_look(s.path, SCRATCH_NOW, &error));
	scratch_refused(&error, EXIT_FAILED, s.path, "malformed", NULL);
	g_free(bytes);
	scratch_remove(&s);
}

static void
test_refuses_other_files(void)
{
	struct scratch s = scratch_folder();
	GError *error = NULL;
	char *junk = g_strnfill(5000, 'x');
	g_assert_true(g_file_set_contents(s.path, junk, -1, NULL));
	g_assert_null(store_open(s.path, &error));
	scratch_refused(&error, EXIT_FAILED, s.path, "not a database", "hint: ", NULL);

	char *after = NULL;
	g_assert_true(g_file_get_contents(s.path, &after, NULL, NULL));
	g_assert_cmpstr(after, ==, junk);
	g_free(after);
	g_free(junk);
	scratch_remove(&s);
}

static void
test_refuses_other_databases(void)
{
	struct scratch s = scratch_folder();
	sqlite3 *db;
	g_assert_cmpint(sqlite3_open(s.path, &db), ==, SQLITE_OK);
	g_assert_cmpint(
	    sqlite3_exec(db, "CREATE TABLE songs (title)", NULL, NULL, NULL), ==, SQLITE_OK);
	sqlite3_close(db);

	GError *error = NULL;
	g_assert_null(store_open(s.path, &error));
	scratch_refused(&error, EXIT_FAILED, s.path, "another program", "hint: ", NULL);
	scratch_remove(&s);
}

static void
test_refuses_newer(void)
{
	struct scratch s = scratch_open();
	stmt_script(s.store, "PRAGMA user_version = 99");
	store_close(s.store);

	GError *error = NULL;
	s.store = store_open(s.path, &error);
	g_assert_null(s.store);
	scratch_refused(&error, EXIT_FAILED, s.path, "schema 99", "hint: ", NULL);
	scratch_remove(&s);
}

static void
test_refuses_damaged(void)
{
	struct scratch s = scratch_open();
	stmt_script(s.store, "DROP TABLE facts");
	store_close(s.store);

	GError *error = NULL;
	s.store = store_open(s.path, &error);
	g_assert_null(s.store);
	scratch_refused(&error, EXIT_FAILED, s.path, "facts", NULL);
	scratch_remove(&s);
}

/* Exit code 0 when store_open fails as it must for a user who may not write (or read) the file. */
static void
open_as_nobody(const struct scratch *s, const char *expected)
{
	GError *error = NULL;
	if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
		_exit(2);
	struct store *store = store_open(s->path, &error);
	_exit(store == NULL && strstr(error->message, s->path) != NULL &&
		      strstr(error->message, expected) != NULL
		  ? 0
		  : 1);
}

static void
test_refuses_rights(void)
{
	static const struct {
		int mode;
		const char *expected;
	} cases[] = {{0444, "cannot be written"}, {0000, "cannot open it"}};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct scratch s = scratch_open();
		store_close(g_steal_pointer(&s.store));
		g_assert_cmpint(g_chmod(s.folder, 0755), ==, 0);
		g_assert_cmpint(g_chmod(s.path, cases[i].mode), ==, 0);
		pid_t child = fork();
		if (child == 0)
			open_as_nobody(&s, cases[i].expected);
		int status;
		g_assert_cmpint(waitpid(child, &status, 0), ==, child);
		g_assert_true(WIFEXITED(status));
		g_assert_cmpint(WEXITSTATUS(status), ==, 0);
		scratch_remove(&s);
	}
}

/* The disk has become read-only while the run was on. */
static void
test_read_only(void)
{
	struct scratch s = scratch_open();
	GError *error = NULL;
	stmt_script(s.store, "PRAGMA query_only = ON");
	g_assert_false(store_set_fact(s.store, "a", "1", &error));
	scratch_refused(&error, EXIT_FAILED, s.path, "readonly", "must be able to write", NULL);
	stmt_script(s.store, "PRAGMA query_only = OFF");
	g_assert_true(store_set_fact(s.store, "a", "1", &error));
	scratch_remove(&s);
}

/* A query that fails is no query without rows: nothing was open, nothing was altered, nothing was there. */
static void
test_lost_tables(void)
{
	static const char *const tables[] = {"intents", "seals", "rules", "runs", "retention"};
	for (size_t i = 0; i < G_N_ELEMENTS(tables); i++) {
		struct scratch s = scratch_open();
		struct chain_proof proof;
		GError *error = NULL;
		char *rename = g_strdup_printf("ALTER TABLE %s RENAME TO lost", tables[i]);
		g_assert_true(store_verify(s.store, NULL, &proof, &error));
		chain_proof_done(&proof);
		stmt_script(s.store, rename);
		switch (i) {
		case 0:
			g_assert_null(store_open_intents(s.store, &error));
			break;
		case 2:
			g_assert_null(store_history(s.store, SCRATCH_NOW, &error));
			break;
		default:
			g_assert_false(store_verify(s.store, NULL, &proof, &error));
			g_assert_null(proof.faults);
		}
		scratch_refused(&error, EXIT_FAILED, s.path, tables[i], NULL);
		g_free(rename);
		scratch_remove(&s);
	}
}

static GArray *
many_givers(unsigned count)
{
	GArray *givers = g_array_new(FALSE, FALSE, sizeof(struct giver));
	for (unsigned i = 0; i < count; i++) {
		struct giver giver = {.email = "ann@example.com",
		    .door_id = 1,
		    .span = {SCRATCH_NOW + i, INSTANT_NEVER},
		    .source = "bookings"};
		g_array_append_val(givers, giver);
	}
	return givers;
}

static void
test_full_disk(void)
{
	struct scratch s = scratch_open();
	g_autoptr(GArray) givers = many_givers(5000);
	GError *error = NULL;
	int64_t pages = scratch_ask(s.store, "PRAGMA page_count");
	char *limit = g_strdup_printf("PRAGMA max_page_count = %" G_GINT64_FORMAT, pages + 10);
	scratch_ask(s.store, limit);
	g_free(limit);

	g_assert_false(store_save_givers(s.store, givers, &error));
	scratch_refused(&error, EXIT_FAILED, s.path, "save who gave time", "full", "hint: ", NULL);
	g_assert_cmpint(scratch_ask(s.store, "SELECT count(*) FROM givers"), ==, 0);

	/* With room again the same connection goes on. */
	scratch_ask(s.store, "PRAGMA max_page_count = 100000");
	g_assert_true(store_save_givers(s.store, givers, &error));
	g_assert_no_error(error);
	g_assert_cmpint(scratch_ask(s.store, "SELECT count(*) FROM givers"), ==, 5000);
	scratch_remove(&s);
}

static void
test_commit(void)
{
	struct scratch s = scratch_open();
	GError *error = NULL;
	store_begin(s.store);
	g_assert_true(store_set_fact(s.store, "a", "1", &error));
	g_assert_true(store_set_fact(s.store, "b", "2", &error));
	g_assert_true(store_commit(s.store, &error));
	g_assert_no_error(error);
	g_assert_cmpint(scratch_ask(s.store, "SELECT count(*) FROM facts"), ==, 2);
	scratch_remove(&s);
}

/* The first failure sticks: what comes after it does nothing, and all of it is gone. */
static void
test_commit_after_failure(void)
{
	struct scratch s = scratch_open();
	GError *error = NULL;
	store_begin(s.store);
	g_assert_true(store_set_fact(s.store, "a", "1", NULL));
	g_assert_false(store_run_end(s.store, "nothere", SCRATCH_NOW, 0, "", NULL, &error));
	scratch_refused(&error, EXIT_FAILED, "run nothere is not there", NULL);
	g_assert_false(store_set_fact(s.store, "b", "2", NULL));
	g_assert_null(store_history(s.store, SCRATCH_NOW, NULL));
	g_assert_false(store_commit(s.store, &error));
	scratch_refused(&error, EXIT_FAILED, "run nothere is not there", NULL);
	g_assert_cmpint(scratch_ask(s.store, "SELECT count(*) FROM facts"), ==, 0);

	g_assert_true(store_set_fact(s.store, "c", "3", &error));
	g_assert_no_error(error);
	scratch_remove(&s);
}

static void
test_close_drops_transaction(void)
{
	struct scratch s = scratch_open();
	store_begin(s.store);
	g_assert_true(store_set_fact(s.store, "a", "1", NULL));
	scratch_reopen(&s);
	g_assert_cmpint(scratch_ask(s.store, "SELECT count(*) FROM facts"), ==, 0);
	scratch_remove(&s);
	store_close(NULL);
}

/* Several processes make the same new database, and each writes its runs. */
static void
test_processes(void)
{
	enum { PROCESSES = 4, RUNS = 10 };
	struct scratch s = scratch_folder();
	pid_t children[PROCESSES];
	for (int i = 0; i < PROCESSES; i++) {
		children[i] = fork();
		if (children[i] != 0)
			continue;
		GError *error = NULL;
		struct store *store = store_open(s.path, &error);
		for (int run = 0; run < RUNS && error == NULL; run++) {
			char id[PLAN_ID];
			store_run_begin(
			    store, "plan", "w", "v", SCRATCH_NOW, SCRATCH_NOW, id, &error);
		}
		if (error != NULL)
			g_printerr("# %s\n", error->message);
		store_close(store);
		_exit(error == NULL ? 0 : 1);
	}
	for (int i = 0; i < PROCESSES; i++) {
		int status;
		g_assert_cmpint(waitpid(children[i], &status, 0), ==, children[i]);
		g_assert_cmpint(status, ==, 0);
	}
	scratch_reopen(&s);
	g_assert_cmpint(
	    scratch_ask(s.store, "SELECT count(*) FROM runs"), ==, (int64_t)PROCESSES * RUNS);
	scratch_remove(&s);
}

static void
test_busy(void)
{
	struct scratch s = scratch_open();
	GError *error = NULL;
	struct store *other = store_open(s.path, &error);
	g_assert_no_error(error);
	sqlite3_busy_timeout(other->db, 10);
	store_begin(s.store);
	g_assert_false(store_set_fact(other, "a", "1", &error));
	scratch_refused(&error, EXIT_FAILED, s.path, "locked", "hint: ", NULL);

	/* Readers do not wait for writers. */
	struct history *history = store_history(other, SCRATCH_NOW, &error);
	g_assert_no_error(error);
	history_free(history);
	g_assert_true(store_commit(s.store, NULL));
	g_assert_true(store_set_fact(other, "a", "1", NULL));
	store_close(other);
	scratch_remove(&s);
}

/* Exit code 0 when nobody else may open the file alone, by whatever name. */
static int
is_claimed(const struct scratch *s)
{
	GError *error = NULL;
	char *other = g_strconcat(s->path, "-other", NULL);
	if (link(s->path, other) != 0 || store_open_alone(other, &error) != NULL ||
	    !g_error_matches(error, FAILURE, EXIT_LOCKED))
		return 1;
	g_clear_error(&error);
	/* With two names nobody may: SQLite would not see its own log. */
	if (store_open(other, &error) != NULL || !g_error_matches(error, FAILURE, EXIT_LOCKED))
		return 2;
	g_clear_error(&error);
	g_unlink(other);
	struct store *store = store_open(s->path, &error);
	return store != NULL ? 0 : 3;
}

static void
test_alone(void)
{
	struct scratch s = scratch_folder();
	GError *error = NULL;
	int status = -1;
	s.store = store_open_alone(s.path, &error);
	g_assert_no_error(error);
	pid_t child = fork();
	if (child == 0)
		_exit(is_claimed(&s));
	g_assert_cmpint(waitpid(child, &status, 0), ==, child);
	g_assert_cmpint(status, ==, 0);
	store_close(s.store);
	s.store = store_open_alone(s.path, &error);
	g_assert_no_error(error);
	scratch_remove(&s);
}

/* To look makes no database, moves none up, and sees what is there. */
static void
test_look(void)
{
	struct scratch s = scratch_folder();
	GError *error = NULL;
	struct history *history = store_look(s.path, SCRATCH_NOW, &error);
	g_assert_no_error(error);
	g_assert_true(history->fresh);
	g_assert_false(g_file_test(s.path, G_FILE_TEST_EXISTS));
	history_free(history);

	s.store = store_open(s.path, &error);
	g_assert_no_error(error);
	char id[PLAN_ID];
	g_assert_true(
	    store_run_begin(s.store, "apply", "w", "1", SCRATCH_NOW, SCRATCH_NOW, id, &error));
	g_assert_true(store_run_end(s.store, id, SCRATCH_NOW, 0, "", "{}", &error));
	history = store_look(s.path, SCRATCH_NOW, &error);
	g_assert_no_error(error);
	g_assert_false(history->fresh);
	history_free(history);

	/* an older schema counts as nothing, and stays */
	stmt_script(s.store, "PRAGMA user_version = 1");
	history = store_look(s.path, SCRATCH_NOW, &error);
	g_assert_no_error(error);
	g_assert_true(history->fresh);
	g_assert_cmpint(stmt_ask(s.store, "PRAGMA user_version"), ==, 1);
	history_free(history);

	stmt_script(s.store, "PRAGMA application_id = 7");
	g_assert_null(store_look(s.path, SCRATCH_NOW, &error));
	scratch_refused(&error, EXIT_FAILED, s.path, "another program", NULL);
	scratch_remove(&s);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/store/private", test_private);
	g_test_add_func("/store/settings", test_settings);
	g_test_add_func("/store/reopen", test_reopen);
	g_test_add_func("/store/refuses/folder", test_refuses_folder);
	g_test_add_func("/store/refuses/missing-folder", test_refuses_missing_folder);
	g_test_add_func("/store/refuses/dangling-link", test_refuses_dangling_link);
	g_test_add_func("/store/refuses/corrupt", test_refuses_corrupt);
	g_test_add_func("/store/refuses/other-files", test_refuses_other_files);
	g_test_add_func("/store/refuses/other-databases", test_refuses_other_databases);
	g_test_add_func("/store/refuses/newer", test_refuses_newer);
	g_test_add_func("/store/refuses/damaged", test_refuses_damaged);
	g_test_add_func("/store/refuses/rights", test_refuses_rights);
	g_test_add_func("/store/read-only", test_read_only);
	g_test_add_func("/store/lost-tables", test_lost_tables);
	g_test_add_func("/store/full-disk", test_full_disk);
	g_test_add_func("/store/commit", test_commit);
	g_test_add_func("/store/commit-after-failure", test_commit_after_failure);
	g_test_add_func("/store/close-drops-transaction", test_close_drops_transaction);
	g_test_add_func("/store/processes", test_processes);
	g_test_add_func("/store/busy", test_busy);
	g_test_add_func("/store/alone", test_alone);
	g_test_add_func("/store/look", test_look);
	return g_test_run();
}
