/*
 * A library to be preloaded (tests/e2e/test_memory.py): at one allocation, or from there on, there is no memory.  The
 * program under test knows nothing of it.
 *
 * NO_MEMORY_AT: which allocation, from 1; 0: count alone.  NO_MEMORY_MODE: once; always (from there on); or each: at every
 * NO_MEMORY_AT-th one a copy of the process is made, in which it fails, and which must be gone by SIGABRT at once.
 * NO_MEMORY_LOG: a file that gets, when the process ends, the number of allocations, and of the copies how many were made
 * and which was the first that lived on (0: none).
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *block, size_t size);

static atomic_long calls;
static long at = -1, copies, survivor;
static int always, each, is_copy;
static __thread int inside;

/* What becomes of a copy without this block?  1 in the copy. */
static int
copy_fails(long number)
{
	int status = 0;
	pid_t copy = fork();
	if (copy == 0) {
		/* All of them would say the same. */
		close(STDERR_FILENO);
		is_copy = 1;
		alarm(5);
		return 1;
	}
	copies++;
	if (copy < 0 || waitpid(copy, &status, 0) != copy || !WIFSIGNALED(status) ||
	    WTERMSIG(status) != SIGABRT)
		survivor = survivor == 0 ? number : survivor;
	return 0;
}

static int
fails(void)
{
	if (at < 0) {
		const char *text = getenv("NO_MEMORY_AT"), *mode = getenv("NO_MEMORY_MODE");
		at = text != NULL ? atol(text) : 0;
		always = mode != NULL && strcmp(mode, "always") == 0;
		each = mode != NULL && strcmp(mode, "each") == 0;
	}
	long number = ++calls;
	if (each && !inside && !is_copy && survivor == 0 && number % at == 0) {
		inside = 1;
		int copy = copy_fails(number);
		inside = 0;
		errno = ENOMEM;
		return copy;
	}
	if (each)
		return 0;
	if (at <= 0 || number < at || (number > at && !always))
		return 0;
	errno = ENOMEM;
	return 1;
}

void *
malloc(size_t size)
{
	return fails() ? NULL : __libc_malloc(size);
}

void *
calloc(size_t count, size_t size)
{
	return fails() ? NULL : __libc_calloc(count, size);
}

void *
realloc(void *block, size_t size)
{
	return size > 0 && fails() ? NULL : __libc_realloc(block, size);
}

__attribute__((destructor)) static void
note(void)
{
	const char *path = getenv("NO_MEMORY_LOG");
	int fd = path != NULL && *path != '\0'
		     ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)
		     : -1;
	char text[96];
	int length = snprintf(text, sizeof text, "%ld %ld %ld\n", (long)calls, copies, survivor);
	if (fd < 0 || is_copy)
		return;
	if (write(fd, text, (size_t)length) != length)
		_exit(99);
	close(fd);
}
