/* One run at a time, told apart by the kernel. */
#include "tests/unit/store/scratch.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char *
note_of(const struct scratch *s)
{
	char *path = g_strconcat(s->path, ".lock", NULL), *note = NULL;
	g_assert_true(g_file_get_contents(path, &note, NULL, NULL));
	g_free(path);
	return note;
}

static void
test_takes(void)
{
	struct scratch s = scratch_folder();
	mode_t before = umask(0);
	GError *error = NULL;
	int fd = store_lock(s.path, SCRATCH_NOW, &error);
	umask(before);
	g_assert_no_error(error);
	g_assert_cmpint(fd, >=, 0);
	g_assert_cmpint(fcntl(fd, F_GETFD) & FD_CLOEXEC, !=, 0);

	struct stat about;
	g_assert_cmpint(fstat(fd, &about), ==, 0);
	g_assert_cmphex(about.st_mode & 0777, ==, 0600);
	char *expected = g_strdup_printf(
	    "%ld %s 2026-03-02T08:00:00Z\n", (long)getpid(), g_get_host_name());
	char *note = note_of(&s);
	g_assert_cmpstr(note, ==, expected);
	g_free(note);
	g_free(expected);

	store_unlock(fd);
	fd = store_lock(s.path, SCRATCH_NOW, &error);
	g_assert_no_error(error);
	store_unlock(fd);
	store_unlock(-1);
	scratch_remove(&s);
}

/* A child that holds the lock until it is killed. */
static pid_t
hold_elsewhere(const struct scratch *s, instant clock)
{
	int ready[2];
	char byte = 0;
	g_assert_cmpint(pipe(ready), ==, 0);
	pid_t child = fork();
	if (child == 0) {
		int fd = store_lock(s->path, clock, NULL);
		byte = fd >= 0 ? 'y' : 'n';
		if (write(ready[1], &byte, 1) != 1)
			_exit(1);
		pause();
	}
	close(ready[1]);
	g_assert_cmpint(read(ready[0], &byte, 1), ==, 1);
	g_assert_cmpint(byte, ==, 'y');
	close(ready[0]);
	return child;
}

static void
test_held(void)
{
	struct scratch s = scratch_folder();
	pid_t child = hold_elsewhere(&s, SCRATCH_NOW);
	GError *error = NULL;
	g_assert_cmpint(store_lock(s.path, SCRATCH_NOW + 12 * INSTANT_MINUTE, &error), ==, -1);
	char *pid = g_strdup_printf("process %ld on %s", (long)child, g_get_host_name());
	scratch_refused(&error, EXIT_LOCKED, s.path, pid, "since 2026-03-02T08:00:00Z (12 min)",
	    "hint: ", NULL);
	g_free(pid);

	/* The refused one has not written over the owner's note. */
	char *owner = store_lock_owner(s.path, SCRATCH_NOW);
	g_assert_nonnull(strstr(owner, "since 2026-03-02T08:00:00Z"));
	g_free(owner);
	char *note = note_of(&s);
	g_assert_true(strtoll(note, NULL, 10) == child);
	g_free(note);

	/* However the owner dies, its lock goes with it. */
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	int fd = store_lock(s.path, SCRATCH_NOW, &error);
	g_assert_no_error(error);
	store_unlock(fd);
	scratch_remove(&s);
}

/* Whatever stands in the file: no crash, and nothing that could upset a terminal. */
static void
test_odd_notes(void)
{
	static const char *const notes[] = {
	    "", "x", "1 2", "1 host yesterday", "\033[2J a 2026-03-02T08:00:00Z"};
	struct scratch s = scratch_folder();
	char *path = g_strconcat(s.path, ".lock", NULL);
	GError *error = NULL;
	int fd = store_lock(s.path, SCRATCH_NOW, &error);
	for (size_t i = 0; i < G_N_ELEMENTS(notes); i++) {
		ssize_t length = (ssize_t)strlen(notes[i]);
		g_assert_cmpint(ftruncate(fd, 0), ==, 0);
		g_assert_cmpint(pwrite(fd, notes[i], (size_t)length, 0), ==, length);
		g_assert_cmpint(store_lock(s.path, SCRATCH_NOW, &error), ==, -1);
		g_assert_error(error, FAILURE, EXIT_LOCKED);
		g_assert_null(strchr(error->message, '\033'));
		g_clear_error(&error);
	}
	store_unlock(fd);
	g_free(path);
	scratch_remove(&s);
}

/* To ask makes no file, and leaves the lock to whoever wants it. */
static void
test_owner(void)
{
	struct scratch s = scratch_folder();
	char *path = g_strconcat(s.path, ".lock", NULL);
	GError *error = NULL;
	g_assert_null(store_lock_owner(s.path, SCRATCH_NOW));
	g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
	store_unlock(store_lock(s.path, SCRATCH_NOW, &error));
	g_assert_null(store_lock_owner(s.path, SCRATCH_NOW));
	int fd = store_lock(s.path, SCRATCH_NOW, &error);
	g_assert_no_error(error);
	store_unlock(fd);
	g_free(path);
	scratch_remove(&s);
}

static void
test_refused(void)
{
	struct scratch s = scratch_folder();
	char *path = g_build_filename(s.folder, "nowhere", "state.db", NULL);
	GError *error = NULL;
	g_assert_cmpint(store_lock(path, SCRATCH_NOW, &error), ==, -1);
	scratch_refused(&error, EXIT_FAILED, path, "hint: ", NULL);
	g_free(path);
	scratch_remove(&s);
}

/* No room for the note: then nobody could be told who runs, and the database will not get on, either. */
static void
test_full_disk(void)
{
	struct scratch s = scratch_folder();
	struct rlimit before;
	GError *error = NULL;
	g_assert_cmpint(getrlimit(RLIMIT_FSIZE, &before), ==, 0);
	struct rlimit none = {.rlim_cur = 0, .rlim_max = before.rlim_max};
	void (*signalled)(int) = signal(SIGXFSZ, SIG_IGN);
	g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &none), ==, 0);
	int fd = store_lock(s.path, SCRATCH_NOW, &error);
	g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &before), ==, 0);
	signal(SIGXFSZ, signalled);
	g_assert_cmpint(fd, ==, -1);
	scratch_refused(&error, EXIT_FAILED, s.path, "cannot sign it", NULL);

	/* It does not keep the lock, either. */
	fd = store_lock(s.path, SCRATCH_NOW, &error);
	g_assert_no_error(error);
	store_unlock(fd);
	scratch_remove(&s);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/lock/takes", test_takes);
	g_test_add_func("/lock/held", test_held);
	g_test_add_func("/lock/odd-notes", test_odd_notes);
	g_test_add_func("/lock/owner", test_owner);
	g_test_add_func("/lock/refused", test_refused);
	g_test_add_func("/lock/full-disk", test_full_disk);
	return g_test_run();
}
