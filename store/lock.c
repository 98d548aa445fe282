/*
 * One run at a time.  The lock is flock(2): the kernel drops it with the process, so nobody has to
 * judge whether an owner is still alive, and nobody can take it from one that is.  What the file
 * says is for people only.
 */
#include "store/store.h"

#include "base/file.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/* Longest note worth reading: pid, host (at most 64 bytes) and start. */
#define LOCK_NOTE 256

/* Beside the database itself, whatever it is called here: two names of one state are one lock. */
static char *
lock_name(const char *path)
{
	g_autofree char *real = file_resolve(path);
	return g_strconcat(real, ".lock", NULL);
}

/* The words `pid host start` of who took the lock last; false when they are not that.  Caller frees. */
static bool
read_note(int fd, char ***words, instant *start)
{
	char note[LOCK_NOTE] = "";
	ssize_t length = pread(fd, note, sizeof note - 1, 0);
	note[length > 0 ? length : 0] = '\0';
	*words = g_strsplit(g_strchomp(note), " ", 3);
	return g_strv_length(*words) == 3 && instant_parse((*words)[2], start);
}

/* Who holds the lock; text that is fit to print, caller frees. */
static char *
describe_owner(int fd, instant clock)
{
	char **words;
	char *owner;
	instant start;
	if (read_note(fd, &words, &start)) {
		char *pid = text_printable(words[0]), *host = text_printable(words[1]);
		owner = g_strdup_printf("process %s on %s, since %s (%" G_GINT64_FORMAT " min)",
		    pid, host, words[2], MAX(clock - start, 0) / INSTANT_MINUTE);
		g_free(pid);
		g_free(host);
	} else {
		owner = g_strdup("another process that has not signed yet");
	}
	g_strfreev(words);
	return owner;
}

static bool
sign(int fd, instant clock)
{
	char start[INSTANT_TEXT];
	char *note = g_strdup_printf(
	    "%ld %s %s\n", (long)getpid(), g_get_host_name(), instant_format(clock, start));
	ssize_t length = (ssize_t)strlen(note);
	bool ok = ftruncate(fd, 0) == 0 && pwrite(fd, note, (size_t)length, 0) == length;
	g_free(note);
	return ok;
}

static bool
take(int fd, const char *name, instant clock, GError **error)
{
	if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
		if (sign(fd, clock))
			return true;
		return fail(
		    error, EXIT_FAILED, NULL, "%s: cannot sign it: %s", name, g_strerror(errno));
	}
	if (errno != EWOULDBLOCK)
		return fail(
		    error, EXIT_FAILED, NULL, "%s: cannot lock it: %s", name, g_strerror(errno));

	char *owner = describe_owner(fd, clock);
	fail(error, EXIT_LOCKED,
	    "wait for it to end; the lock goes with that process, so never delete the file",
	    "%s: another run holds the lock: %s", name, owner);
	g_free(owner);
	return false;
}

int
store_lock(const char *path, instant clock, GError **error)
{
	char *name = lock_name(path);
	int fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0) {
		fail(error, EXIT_FAILED,
		    "the folder of [state] database must exist and be writable for this user",
		    "%s: cannot open it: %s", name, g_strerror(errno));
	} else if (!take(fd, name, clock, error)) {
		close(fd);
		fd = -1;
	}
	g_free(name);
	return fd;
}

/* The file stays: unlinking it would let two runs hold a lock each, on an old and on a new file. */
void
store_unlock(int fd)
{
	if (fd >= 0)
		close(fd);
}

/* There is no asking without trying: a shared lock is held for this instant. */
char *
store_lock_owner(const char *path, instant clock)
{
	char *name = lock_name(path), *owner = NULL;
	int fd = open(name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd >= 0) {
		if (flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK)
			owner = describe_owner(fd, clock);
		close(fd);
	}
	g_free(name);
	return owner;
}

bool
store_lock_taken(const char *path, instant *at)
{
	char *name = lock_name(path);
	int fd = open(name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	char **words = NULL;
	bool taken = fd >= 0 && read_note(fd, &words, at);
	g_strfreev(words);
	if (fd >= 0)
		close(fd);
	g_free(name);
	return taken;
}
