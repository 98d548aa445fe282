/*
 * Opens and closes the state database.  Who may read it (mode 0600, before SQLite writes a byte),
 * how safe a commit is, and that nothing of it ends up in a temporary file, is decided here.
 */
#include "store/store.h"

#include "base/file.h"
#include "store/schema.h"
#include "store/stmt.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* How long a statement waits for another process before it fails. */
#define STORE_BUSY_MS 10000

/*
 * How long to wait before asking again for what SQLite refuses at once instead of waiting itself.
 */
#define STORE_RETRY_MS 50

static const char connection_settings[] =
    "PRAGMA synchronous = FULL;" /* an intent must be on disk before its request goes out */
    "PRAGMA foreign_keys = ON;"
    "PRAGMA secure_delete = ON;" /* what is replaced, people's addresses too, leaves the disk */
    "PRAGMA temp_store = MEMORY;"
    "PRAGMA trusted_schema = OFF;";

/*
 * SQLite gives the -wal and -shm files the mode of the database, so it is enough to make that one
 * first.  A file that is there already is left alone, and not even opened: closing it would drop
 * the locks that SQLite holds on it.
 */
static bool
make_file(const char *path, GError **error)
{
	struct stat about;
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd >= 0) {
		close(fd);
		return true;
	}
	if (errno != EEXIST)
		return fail(error, EXIT_FAILED,
		    "the folder of [state] database must exist and be writable for this user",
		    "%s: cannot make it: %s", path, g_strerror(errno));
	if (stat(path, &about) == 0 && !S_ISREG(about.st_mode))
		return fail(error, EXIT_FAILED, "name a file in [state] database",
		    "%s: is not a file", path);
	return true;
}

static void
connect(struct store *store)
{
	int rc = sqlite3_open_v2(store->path, &store->db, SQLITE_OPEN_READWRITE, NULL);
	if (rc != SQLITE_OK) {
		int number = sqlite3_system_errno(store->db);
		stmt_fail(store, EXIT_FAILED, "this user must be able to read and write it",
		    "cannot open it: %s", number != 0 ? g_strerror(number) : sqlite3_errstr(rc));
		return;
	}
	sqlite3_busy_timeout(store->db, STORE_BUSY_MS);
	/* SQLite falls back to reading without a word when it may not write. */
	if (sqlite3_db_readonly(store->db, "main") == 1)
		stmt_fail(
		    store, EXIT_FAILED, "this user must be able to write it", "cannot be written");
}

/*
 * The switch to WAL does not wait for another process that has the file open: that one may be
 * switching, too.
 */
static void
use_wal(struct store *store)
{
	int rc = SQLITE_BUSY;
	for (int waited = 0; rc == SQLITE_BUSY && waited < STORE_BUSY_MS && store->failed == NULL;
	     waited += STORE_RETRY_MS) {
		if (waited > 0)
			sqlite3_sleep(STORE_RETRY_MS);
		rc = sqlite3_exec(store->db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
	}
	if (rc != SQLITE_OK)
		stmt_fail_sqlite(store, "open it");
}

static struct store *
new_store(const char *path)
{
	struct store *store = g_new0(struct store, 1);
	store->path = g_strdup(path);
	store->claim = -1;
	return store;
}

/*
 * The name of the lock file says nothing of a database that has two names in its folders (hard links); the file itself
 * does.  Under two names SQLite would not even see its own log, so then nobody else may have it open at all.  Taken before
 * SQLite opens the file, and let go after: see make_file.
 */
static void
claim(struct store *store, bool alone)
{
	struct stat about;
	if (!alone && (stat(store->path, &about) != 0 || about.st_nlink < 2))
		return;
	store->claim = open(store->path, O_RDONLY | O_CLOEXEC);
	if (store->claim < 0 || flock(store->claim, LOCK_EX | LOCK_NB) != 0)
		stmt_fail(store, errno == EWOULDBLOCK ? EXIT_LOCKED : EXIT_FAILED,
		    "wait for it to end; one state database should have one name", "%s",
		    errno == EWOULDBLOCK ? "another run has it open, under another name"
					 : "cannot lock it");
}

static struct store *
open_store(const char *path, bool alone, GError **error)
{
	g_autofree char *real = file_resolve(path);
	if (!make_file(real, error))
		return NULL;

	struct store *store = new_store(path);
	claim(store, alone);
	if (store->failed == NULL)
		connect(store);
	stmt_script(store, connection_settings);
	schema_upgrade(store);
	use_wal(store);
	if (stmt_prepare(store))
		return store;

	g_propagate_error(error, g_steal_pointer(&store->failed));
	store_close(store);
	return NULL;
}

struct store *
store_open(const char *path, GError **error)
{
	return open_store(path, false, error);
}

struct store *
store_open_alone(const char *path, GError **error)
{
	return open_store(path, true, error);
}

/* The database for somebody who only looks; NULL, with or without *error, when there is nothing to see. */
static struct store *
look_into(const char *path, GError **error)
{
	if (!g_file_test(path, G_FILE_TEST_EXISTS))
		return NULL;

	struct store *store = new_store(path);
	connect(store);
	stmt_script(store, connection_settings);
	if (schema_current(store) && stmt_prepare(store))
		return store;
	if (store->failed != NULL)
		g_propagate_error(error, g_steal_pointer(&store->failed));
	store_close(store);
	return NULL;
}

struct history *
store_look(const char *path, instant now, GError **error)
{
	GError *trouble = NULL;
	struct history *history = NULL;
	struct store *store = look_into(path, &trouble);
	if (store != NULL)
		history = store_history(store, now, error);
	else if (trouble == NULL)
		history = history_new();
	else
		g_propagate_error(error, trouble);
	store_close(store);
	return history;
}

bool
store_look_runs(const char *path, void (*row)(void *user, const struct run_row *run), void *user,
    GError **error)
{
	GError *trouble = NULL;
	struct store *store = look_into(path, &trouble);
	bool good = store != NULL ? store_runs(store, 0, row, user, error) : trouble == NULL;
	if (trouble != NULL)
		g_propagate_error(error, trouble);
	store_close(store);
	return good;
}

bool
store_look_last(
    const char *path, const char *command, bool good, struct run_last *last, GError **error)
{
	GError *trouble = NULL;
	struct store *store = look_into(path, &trouble);
	*last = (struct run_last){.any = false};
	bool fine = store != NULL ? store_last(store, command, good, last, error) : trouble == NULL;
	if (trouble != NULL)
		g_propagate_error(error, trouble);
	store_close(store);
	return fine;
}

char *
store_look_fact(const char *path, const char *key, GError **error)
{
	struct store *store = look_into(path, error);
	char *value = store != NULL ? store_fact(store, key, error) : NULL;
	store_close(store);
	return value;
}

void
store_close(struct store *store)
{
	if (store == NULL)
		return;
	stmt_finalize(store);
	sqlite3_close(store->db);
	if (store->claim >= 0)
		close(store->claim);
	g_clear_error(&store->failed);
	g_free(store->path);
	g_free(store);
}

void
store_begin(struct store *store)
{
	stmt_begin(store, STMT_WRITE);
}

bool
store_commit(struct store *store, GError **error)
{
	return stmt_end(store, error);
}
