/* Small files, read whole and with a limit. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLOCK ((size_t)64 << 10)
#define LINKS_MAX 40 /* that Linux follows, too */

/* The file's bytes and a NUL, at most max + 1 of them; *length is set.  NULL when reading fails: errno. */
static char *
read_bytes(int fd, size_t max, size_t *length)
{
	size_t room = MIN(max + 1, BLOCK);
	char *text = g_malloc(room + 1);
	ssize_t got = 1;
	for (*length = 0; got != 0 && *length <= max;) {
		if (*length == room) {
			room = MIN(room * 2, max + 1);
			text = g_realloc(text, room + 1);
		}
		got = read(fd, text + *length, room - *length);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			break;
		*length += (size_t)got;
	}
	text[*length] = '\0';
	if (got >= 0)
		return text;
	int why = errno;
	explicit_bzero(text, *length);
	g_free(text);
	errno = why;
	return NULL;
}

/* Whatever else the caller would advise: the file is there. */
#define FORBIDDEN "run this as the user who may read it, or let this user read it"

char *
file_read(const char *path, size_t max, enum exit_code code, const char *hint, GError **error)
{
	size_t length = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	char *text = fd >= 0 ? read_bytes(fd, max, &length) : NULL;
	if (text == NULL)
		fail(error, code, errno == EACCES ? FORBIDDEN : hint, "%s: cannot be read: %s",
		    path, g_strerror(errno));
	if (fd >= 0)
		close(fd);
	if (text == NULL || (length <= max && strlen(text) == length))
		return text;
	if (length > max)
		fail(error, code, NULL, "%s: larger than %zu KiB", path, max >> 10);
	else
		fail(error, code, "it may be damaged: restore it", "%s: NUL bytes in it", path);
	explicit_bzero(text, length);
	g_free(text);
	return NULL;
}

char *
file_resolve(const char *path)
{
	g_autofree char *at = g_strdup(path);
	/* The last part by itself: realpath(3) gives up where nothing is. */
	for (unsigned links = 0; links < LINKS_MAX; links++) {
		g_autofree char *target = g_file_read_link(at, NULL);
		if (target == NULL)
			break;
		g_autofree char *folder = g_path_get_dirname(at);
		g_free(at);
		at = g_path_is_absolute(target) ? g_strdup(target)
						: g_build_filename(folder, target, NULL);
	}
	g_autofree char *folder = g_path_get_dirname(at), *name = g_path_get_basename(at);
	char *real = realpath(folder, NULL);
	if (real == NULL)
		return g_strdup(path);
	char *whole = g_build_filename(real, name, NULL);
	free(real);
	return whole;
}

bool
file_write_all(int fd, const char *text, size_t length)
{
	while (length > 0) {
		ssize_t n = write(fd, text, length);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		text += n;
		length -= (size_t)n;
	}
	return true;
}

static bool
write_into(const char *path, const char *text, size_t length)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return false;
	bool good = file_write_all(fd, text, length);
	int why = errno;
	good = close(fd) == 0 && good;
	errno = why;
	return good;
}

bool
file_write(const char *path, const char *text, size_t length, int mode, GError **error)
{
	GError *cause = NULL;
	/* /dev/stdout is a link, perhaps to a regular file. */
	bool device = g_str_has_prefix(path, "/dev/") ||
		      !g_file_test(path, G_FILE_TEST_IS_REGULAR | G_FILE_TEST_IS_DIR);
	if (device && g_file_test(path, G_FILE_TEST_EXISTS))
		return write_into(path, text, length) ||
		       fail(error, EXIT_FAILED, NULL, "%s: cannot be written: %s", path,
			   g_strerror(errno));
	if (g_file_set_contents_full(path, text, (gssize)length,
		G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, mode, &cause))
		return true;
	fail(error, EXIT_FAILED, NULL, "%s: cannot be written: %s", path, cause->message);
	g_error_free(cause);
	return false;
}
