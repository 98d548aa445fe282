/* Small files: their limit, NULs, and what is no file. */
#include "base/file.h"

#include <glib/gstdio.h>
#include <string.h>

#define ROOM ((size_t)200 << 10) /* more than one block of reading */

static char *path;

static void
fill(const char *text, size_t length)
{
	GError *error = NULL;
	g_file_set_contents(path, text, (gssize)length, &error);
	g_assert_no_error(error);
}

static void
expect(const char *from, const char *want, const char *message)
{
	GError *error = NULL;
	char *text = file_read(from, ROOM, EXIT_BAD_CONFIG, "look there", &error);
	g_assert_cmpstr(text, ==, want);
	g_assert_true((text == NULL) == (error != NULL));
	if (error != NULL) {
		g_assert_error(error, FAILURE, EXIT_BAD_CONFIG);
		g_assert_nonnull(strstr(error->message, message));
	}
	g_clear_error(&error);
	g_free(text);
}

static void
test_texts(void)
{
	fill("", 0);
	expect(path, "", NULL);
	fill("a = b\n", 6);
	expect(path, "a = b\n", NULL);
	fill("a = b\0c = d\n", 12);
	expect(path, NULL, "NUL bytes in it");
}

static void
test_limit(void)
{
	char *text = g_strnfill(ROOM + 1, 'x');
	fill(text, ROOM + 1);
	expect(path, NULL, "larger than 200 KiB");
	text[ROOM] = '\0';
	fill(text, ROOM);
	expect(path, text, NULL);
	g_free(text);
}

static void
test_no_file(void)
{
	expect("/nowhere/at/all", NULL, "/nowhere/at/all: cannot be read: No such file");
	expect("/", NULL, "/: cannot be read: Is a directory");
	expect("/dev/null", "", NULL);
	expect("/dev/zero", NULL, "larger than 200 KiB");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	int fd = g_file_open_tmp("file-XXXXXX", &path, NULL);
	g_assert_cmpint(fd, >=, 0);
	g_close(fd, NULL);
	g_test_add_func("/file/texts", test_texts);
	g_test_add_func("/file/limit", test_limit);
	g_test_add_func("/file/no-file", test_no_file);
	int code = g_test_run();
	g_unlink(path);
	g_free(path);
	return code;
}
