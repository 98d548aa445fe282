/*
 * A library to be preloaded (tests/e2e/test_crash.py): counts the calls by which a program changes files or talks over
 * the network, and at one of them stops it or has the disk fail.  The program under test knows nothing of it.
 *
 * STOP_AT_MODE: count, kill (before the call), torn (half of a write is made, then it is killed), full (from there on
 * nothing can be written), full-once (that call alone), sync (from there on nothing gets onto the disk), term (a SIGTERM
 * comes).
 * STOP_AT: which call, from 1.  STOP_AT_LOG: a file that gets a letter for each: w(rite), s(ync), d(irectory), n(etwork).
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

enum what { A_WRITE, A_SYNC, A_DIRECTORY, A_NETWORK };

static long calls;
static __thread int inside;

static int
is_mode(const char *mode)
{
	const char *set = getenv("STOP_AT_MODE");
	return set != NULL && strcmp(set, mode) == 0;
}

static void
note(enum what what)
{
	static const char letters[] = "wsdn";
	const char *log = getenv("STOP_AT_LOG");
	int fd = log != NULL ? open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
	if (fd < 0)
		return;
	if (NEXT(write)(fd, &letters[what], 1) != 1)
		abort();
	close(fd);
}

/* Count the call.  0: go on; an errno: the call fails with it; -1: half of it is to be made. */
static int
stop(enum what what)
{
	const char *at = getenv("STOP_AT");
	long number = ++calls, wanted = at != NULL ? atol(at) : 0;

	note(what);
	if (wanted <= 0 || number < wanted)
		return 0;
	if (is_mode("kill") || (is_mode("torn") && what != A_WRITE))
		kill(getpid(), SIGKILL);
	if (is_mode("torn"))
		return -1;
	if (is_mode("term") && number == wanted)
		kill(getpid(), SIGTERM);
	if (is_mode("full"))
		return what == A_WRITE ? ENOSPC : 0;
	if (is_mode("full-once"))
		return what == A_WRITE && number == wanted ? ENOSPC : 0;
	return is_mode("sync") && what == A_SYNC ? EIO : 0;
}

static int
on_disk(int fd)
{
	struct stat about;
	return !inside && fstat(fd, &about) == 0 && S_ISREG(about.st_mode);
}

static int
on_network(int fd)
{
	struct sockaddr_storage address;
	socklen_t length = sizeof address;
	return !inside && getsockname(fd, (struct sockaddr *)&address, &length) == 0 &&
	       (address.ss_family == AF_INET || address.ss_family == AF_INET6);
}

/* Ask; 1: go on, 0: errno is set. */
static int
may(enum what what, int fd, const void *bytes, size_t count, off_t offset)
{
	inside = 1;
	int trouble = stop(what);
	if (trouble < 0) {
		if (bytes != NULL && offset >= 0 && pwrite(fd, bytes, count / 2, offset) < 0)
			abort();
		kill(getpid(), SIGKILL);
	}
	inside = 0;
	errno = trouble;
	return trouble == 0;
}

ssize_t
write(int fd, const void *bytes, size_t count)
{
	if (on_disk(fd) && !may(A_WRITE, fd, NULL, 0, -1))
		return -1;
	return NEXT(write)(fd, bytes, count);
}

ssize_t
pwrite(int fd, const void *bytes, size_t count, off_t offset)
{
	if (on_disk(fd) && !may(A_WRITE, fd, bytes, count, offset))
		return -1;
	return NEXT(pwrite)(fd, bytes, count, offset);
}

ssize_t
pwrite64(int fd, const void *bytes, size_t count, off64_t offset)
{
	if (on_disk(fd) && !may(A_WRITE, fd, bytes, count, offset))
		return -1;
	return NEXT(pwrite64)(fd, bytes, count, offset);
}

int
ftruncate(int fd, off_t length)
{
	return on_disk(fd) && !may(A_WRITE, fd, NULL, 0, -1) ? -1 : NEXT(ftruncate)(fd, length);
}

int
ftruncate64(int fd, off64_t length)
{
	return on_disk(fd) && !may(A_WRITE, fd, NULL, 0, -1) ? -1 : NEXT(ftruncate64)(fd, length);
}

int
fsync(int fd)
{
	return on_disk(fd) && !may(A_SYNC, fd, NULL, 0, -1) ? -1 : NEXT(fsync)(fd);
}

int
fdatasync(int fd)
{
	return on_disk(fd) && !may(A_SYNC, fd, NULL, 0, -1) ? -1 : NEXT(fdatasync)(fd);
}

int
rename(const char *from, const char *to)
{
	return !inside && !may(A_DIRECTORY, -1, NULL, 0, -1) ? -1 : NEXT(rename)(from, to);
}

int
unlink(const char *path)
{
	return !inside && !may(A_DIRECTORY, -1, NULL, 0, -1) ? -1 : NEXT(unlink)(path);
}

ssize_t
send(int fd, const void *bytes, size_t count, int flags)
{
	if (on_network(fd))
		may(A_NETWORK, fd, NULL, 0, -1);
	return NEXT(send)(fd, bytes, count, flags);
}

/* Only what has come counts: how often it is looked for in vain is up to chance. */
ssize_t
recv(int fd, void *bytes, size_t count, int flags)
{
	ssize_t got = NEXT(recv)(fd, bytes, count, flags);
	int kept = errno;

	if (got > 0 && on_network(fd))
		may(A_NETWORK, fd, NULL, 0, -1);
	errno = kept;
	return got;
}
