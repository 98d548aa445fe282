/* A copy of the state database, made while runs go on. */
#include "store/store.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUSY_TRIES 100
#define BUSY_MS 100

static bool
fail_copy(const char *path, const char *what, sqlite3 *db, int rc, GError **error)
{
	return fail(error, EXIT_FAILED, NULL, "%s: %s: %s", path, what,
	    db != NULL ? sqlite3_errmsg(db) : sqlite3_errstr(rc));
}

/* All pages under one lock for reading: a run that writes meanwhile is in it wholly or not at all. */
static bool
copy_pages(sqlite3 *from, sqlite3 *to, const char *path, GError **error)
{
	sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");
	if (backup == NULL)
		return fail_copy(path, "cannot be copied", to, 0, error);
	int rc = sqlite3_backup_step(backup, -1);
	for (int i = 0; i < BUSY_TRIES && (rc == SQLITE_BUSY || rc == SQLITE_LOCKED); i++) {
		sqlite3_sleep(BUSY_MS);
		rc = sqlite3_backup_step(backup, -1);
	}
	int end = sqlite3_backup_finish(backup);
	if (rc != SQLITE_DONE || end != SQLITE_OK)
		return fail_copy(
		    path, "cannot be copied", NULL, rc != SQLITE_DONE ? rc : end, error);
	return true;
}

static int
note_answer(void *user, int columns, char **values, char **names)
{
	*(bool *)user = columns == 1 && values[0] != NULL && strcmp(values[0], "ok") == 0;
	return 0;
}

/* One file without a log beside it, and sound: a copy that cannot be read is found out today, not on the day it is needed. */
static bool
finish_copy(sqlite3 *db, const char *path, GError **error)
{
	bool sound = false;
	int rc = sqlite3_exec(db, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(db, "PRAGMA quick_check(1)", note_answer, &sound, NULL);
	if (rc != SQLITE_OK)
		return fail_copy(path, "cannot be copied", db, rc, error);
	return sound || fail(error, EXIT_FAILED, "restore it from a backup",
			    "%s: is damaged: the copy is not sound", path);
}

static bool
copy_into(const char *path, const char *to, GError **error)
{
	sqlite3 *source = NULL, *target = NULL;
	bool good = false;
	int rc = sqlite3_open_v2(path, &source, SQLITE_OPEN_READONLY, NULL);
	if (rc != SQLITE_OK)
		fail_copy(path, "cannot be read", source, rc, error);
	else if ((rc = sqlite3_open_v2(to, &target, SQLITE_OPEN_READWRITE, NULL)) != SQLITE_OK)
		fail_copy(to, "cannot be written", target, rc, error);
	else
		good = copy_pages(source, target, path, error) && finish_copy(target, path, error);
	sqlite3_close(source);
	if (sqlite3_close(target) != SQLITE_OK && good)
		good = fail(error, EXIT_FAILED, NULL, "%s: not written", to);
	return good;
}

static bool
on_disk(const char *path, GError **error)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	bool good = fd >= 0 && fsync(fd) == 0;
	int why = errno;
	if (fd >= 0)
		close(fd);
	return good || fail(error, EXIT_FAILED, NULL, "%s: not written: %s", path, g_strerror(why));
}

bool
store_backup(const char *path, const char *to, GError **error)
{
	g_autofree char *from = file_resolve(path), *target = file_resolve(to);
	struct stat about;
	if (stat(from, &about) != 0)
		return fail(error, EXIT_FAILED, "has any run been recorded here?", "%s: %s", path,
		    g_strerror(errno));
	if (strcmp(from, target) == 0)
		return fail(error, EXIT_BAD_USAGE, "name another file",
		    "%s: is the state database itself", to);
	g_autofree char *made = g_strconcat(target, ".XXXXXX", NULL);
	int fd = g_mkstemp_full(made, O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0)
		return fail(error, EXIT_FAILED, "the folder must exist and be writable",
		    "%s: cannot be written: %s", to, g_strerror(errno));
	close(fd);
	bool good = copy_into(from, made, error) && on_disk(made, error);
	if (good && g_rename(made, target) != 0)
		good = fail(
		    error, EXIT_FAILED, NULL, "%s: cannot be written: %s", to, g_strerror(errno));
	if (!good)
		(void)g_unlink(made);
	return good;
}
