/*
 * No allocation fails in silence.  GLib ends the process when there is no memory, but the libraries below it go on without
 * what they could not make: json-c leaves out a member, libical a property, so that a cancelled booking is one without a
 * status.  So malloc and its kin are stood before here, for the whole process, and end it.  That is a run that was
 * killed, as any other.
 *
 * The next ones are the C library's, or whatever stands before it.  Sanitizers bring their own, which end the process, too.
 */
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

#ifndef __has_feature
#define __has_feature(feature) 0
#endif

#if !defined(__SANITIZE_ADDRESS__) && !__has_feature(address_sanitizer) &&                         \
    !__has_feature(memory_sanitizer)

static void *
enough(void *block)
{
	static const char text[] = "kisi-reconcile: error: out of memory\n"
				   "kisi-reconcile: hint: the next run settles what was begun\n";
	if (block == NULL) {
		ssize_t written = write(STDERR_FILENO, text, sizeof text - 1);
		(void)written;
		abort();
	}
	return block;
}

/* ISO C knows no way from what dlsym returns to a function. */
static void
find_next(void *function, const char *name)
{
	if (*(void **)function == NULL)
		*(void **)function = enough(dlsym(RTLD_NEXT, name));
}

void *
malloc(size_t size)
{
	static void *(*next)(size_t);
	find_next(&next, "malloc");
	return enough(next(size));
}

void *
calloc(size_t count, size_t size)
{
	static void *(*next)(size_t, size_t);
	find_next(&next, "calloc");
	return enough(next(count, size));
}

void *
realloc(void *block, size_t size)
{
	static void *(*next)(void *, size_t);
	find_next(&next, "realloc");
	void *moved = next(block, size);
	/* Of nothing nothing is left. */
	return size == 0 ? moved : enough(moved);
}

#endif
