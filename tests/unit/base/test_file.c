/* Small files: their limit, NULs, and what is no file. */
#include "base/file.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

static void
resolves(const char *folder, const char *from, const char *to)
{
	g_autofree char *name = g_build_filename(folder, from, NULL),
			*want = g_build_filename(folder, to, NULL), *real = file_resolve(name);
	g_assert_cmpstr(real, ==, want);
}

/* Where a file is that is there, that is not there yet, or that never can be. */
static void
test_resolve(void)
{
	static const struct {
		const char *name, *target;
	} links[] = {
	    {"near.db", "state.db"}, {"far/up.db", "../near.db"}, {"way", "far"}, {"loop", "loop"}};
	g_autofree char *top = g_dir_make_tmp("file-XXXXXX", NULL);
	g_autofree char *folder = g_canonicalize_filename(top, NULL),
			*far = g_build_filename(folder, "far", NULL);
	g_assert_cmpint(g_mkdir(far, 0700), ==, 0);
	for (size_t i = 0; i < G_N_ELEMENTS(links); i++) {
		g_autofree char *name = g_build_filename(folder, links[i].name, NULL);
		g_assert_cmpint(symlink(links[i].target, name), ==, 0);
	}
	for (int there = 0; there < 2; there++) {
		g_autofree char *state = g_build_filename(folder, "state.db", NULL);
		if (there == 1)
			g_assert_true(g_file_set_contents(state, "", 0, NULL));
		resolves(folder, "state.db", "state.db");
		resolves(folder, "near.db", "state.db");
		resolves(folder, "far/up.db", "state.db");
		resolves(folder, "way/up.db", "state.db");
		resolves(folder, "way/../state.db", "state.db");
		g_unlink(state);
	}
	resolves(folder, "loop", "loop");
	resolves(folder, "nowhere/state.db", "nowhere/state.db");
	for (size_t i = 0; i < G_N_ELEMENTS(links); i++) {
		g_autofree char *name = g_build_filename(folder, links[i].name, NULL);
		g_unlink(name);
	}
	g_rmdir(far);
	g_rmdir(folder);
}

/* Whoever wants no JSON writes it to /dev/null, as root: what is no regular file stays what it is. */
static void
test_write(void)
{
	g_autofree char *dir = g_dir_make_tmp(NULL, NULL);
	g_autofree char *file = g_build_filename(dir, "file", NULL);
	g_autofree char *pipe = g_build_filename(dir, "pipe", NULL);
	g_autofree char *text = NULL;
	char got[8] = {0};
	g_assert_true(file_write(file, "one", 3, 0600, NULL));
	g_assert_true(file_write(file, "two", 3, 0600, NULL));
	g_assert_true(g_file_get_contents(file, &text, NULL, NULL));
	g_assert_cmpstr(text, ==, "two");

	g_assert_cmpint(mkfifo(pipe, 0600), ==, 0);
	int fd = open(pipe, O_RDWR);
	g_assert_cmpint(fd, >=, 0);
	g_assert_true(file_write(pipe, "three", 5, 0600, NULL));
	g_assert_cmpint(read(fd, got, sizeof got), ==, 5);
	g_assert_cmpstr(got, ==, "three");
	struct stat status;
	g_assert_cmpint(lstat(pipe, &status), ==, 0);
	g_assert_true(S_ISFIFO(status.st_mode));
	close(fd);

	g_autoptr(GError) error = NULL;
	g_assert_false(file_write(dir, "four", 4, 0600, &error));
	g_assert_nonnull(error);
	unlink(file);
	unlink(pipe);
	rmdir(dir);
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
	g_test_add_func("/file/write", test_write);
	g_test_add_func("/file/resolve", test_resolve);
	int code = g_test_run();
	g_unlink(path);
	g_free(path);
	return code;
}
