#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

/*
 * What every target shares.  A target is LLVMFuzzerTestOneInput: it may be handed any bytes, must end soon, must not leak,
 * and asserts what has to hold whatever came in.
 */

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* How many changed seeds `make check` tries: about two seconds of them. */
extern const unsigned long fuzz_runs;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The bytes as a regular file that needs no disk: its path, valid until the next call. */
static inline const char *
fuzz_file(const uint8_t *data, size_t size)
{
	static int fd = -1;
	static char path[64];
	if (fd < 0) {
		fd = memfd_create("input", MFD_CLOEXEC);
		g_assert_cmpint(fd, >=, 0);
		g_snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	}
	g_assert_true(ftruncate(fd, 0) == 0);
	g_assert_true(size == 0 || pwrite(fd, data, size, 0) == (ssize_t)size);
	return path;
}

/* The bytes as text: what stands before a NUL.  Caller frees with g_free. */
static inline char *
fuzz_text(const uint8_t *data, size_t size)
{
	return size == 0 ? g_strdup("") : g_strndup((const char *)data, size);
}

/* A failure says something, in UTF-8, and has an exit code; success has none. */
static inline void
fuzz_check_error(bool good, GError **error)
{
	g_assert_true(good == (*error == NULL));
	if (*error != NULL) {
		g_assert_cmpint((*error)->code, >, 0);
		g_assert_cmpint(strlen((*error)->message), >, 0);
		g_assert_true(g_utf8_validate((*error)->message, -1, NULL));
	}
	g_clear_error(error);
}

#endif
