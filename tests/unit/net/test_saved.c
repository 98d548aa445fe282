/* Sets of pages on disk. */
#include "net/saved.h"

#include "base/failure.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#define NOW ((instant)1794816000) /* 2026-11-16T08:00:00Z */

static struct saved *
begin(const char *dir, const char *source, instant as_of, const char *run)
{
	GError *error = NULL;
	struct saved *saved = saved_begin(dir, source, as_of, run, &error);

	g_assert_no_error(error);
	return saved;
}

static void
add(struct saved *saved, const char *text)
{
	GError *error = NULL;

	g_assert_true(saved_page(saved, text, strlen(text), &error));
	g_assert_no_error(error);
}

static void
finish(struct saved *saved, unsigned keep)
{
	GError *error = NULL;

	g_assert_true(saved_finish(saved, keep, &error));
	g_assert_no_error(error);
}

static int
compare(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names in the folder, joined by blanks. */
static char *
names(const char *dir, const char *folder)
{
	char *path = g_build_filename(dir, folder, NULL);
	GDir *open = g_dir_open(path, 0, NULL);
	GPtrArray *all = g_ptr_array_new_with_free_func(g_free);
	char *text = NULL;

	for (const char *name; open != NULL && (name = g_dir_read_name(open)) != NULL;)
		g_ptr_array_add(all, g_strdup(name));
	g_ptr_array_sort(all, compare);
	g_ptr_array_add(all, NULL);
	text = g_strjoinv(" ", (char **)all->pdata);
	g_ptr_array_unref(all);
	if (open != NULL)
		g_dir_close(open);
	g_free(path);
	return text;
}

static void
assert_names(const char *dir, const char *folder, const char *wanted)
{
	char *found = names(dir, folder);

	g_assert_cmpstr(found, ==, wanted);
	g_free(found);
}

static void
remove_all(const char *path)
{
	GDir *dir = g_dir_open(path, 0, NULL);

	for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
		char *inner = g_build_filename(path, name, NULL);

		remove_all(inner);
		g_free(inner);
	}
	if (dir != NULL)
		g_dir_close(dir);
	g_remove(path);
}

static void
test_set(void)
{
	char *dir = g_dir_make_tmp("saved-XXXXXX", NULL);
	struct saved *saved = begin(dir, "bookings", NOW, "r1");
	struct stat about;
	char *text = NULL;

	add(saved, " {\"a\":1}");
	add(saved, "BEGIN:VCALENDAR");
	add(saved, "id,email\n");
	add(saved, " \n ");
	/* Nobody may take it for a set yet. */
	text = names(dir, "bookings");
	g_assert_true(g_str_has_prefix(text, ".partial-"));
	g_free(text);
	finish(saved, 3);
	assert_names(dir, "bookings", "2026-11-16T08-00-00Z-r1");
	assert_names(dir, "bookings/2026-11-16T08-00-00Z-r1",
	    "0001.json 0002.ics 0003.txt 0004.txt SHA256SUMS");
	g_assert_cmpuint(saved_files(saved)->len, ==, 4);
	g_assert_true(g_file_get_contents(saved_files(saved)->pdata[2], &text, NULL, NULL));
	g_assert_cmpstr(text, ==, "id,email\n");
	g_assert_cmpint(stat(saved_files(saved)->pdata[0], &about), ==, 0);
	g_assert_cmpint(about.st_mtim.tv_sec, ==, NOW);
	g_assert_cmpint(about.st_mode & 0777, ==, 0600);
	g_free(text);
	saved_close(saved);
	assert_names(dir, "bookings", "2026-11-16T08-00-00Z-r1");
	remove_all(dir);
	g_free(dir);
	saved_close(NULL);
}

static void
test_unfinished(void)
{
	char *dir = g_dir_make_tmp("saved-XXXXXX", NULL);
	struct saved *saved = begin(dir, "bookings", NOW, "r1");

	add(saved, "half");
	saved_close(saved);
	assert_names(dir, "bookings", "");
	remove_all(dir);
	g_free(dir);
}

/* The disk goes away while pages come, or the set is there already: no half set stands for a whole one. */
static void
test_cannot_write(void)
{
	char *dir = g_dir_make_tmp("saved-XXXXXX", NULL);
	struct saved *first = begin(dir, "bookings", NOW, "r1");
	struct saved *again = begin(dir, "bookings", NOW, "r1");
	struct saved *lost = begin(dir, "members", NOW, "r1");
	char *members = g_build_filename(dir, "members", NULL);
	GError *error = NULL;

	add(first, "[1]");
	finish(first, 3);
	add(again, "[1]");
	g_assert_false(saved_finish(again, 3, &error));
	g_assert_error(error, FAILURE, EXIT_BAD_INPUT);
	g_assert_nonnull(strstr(error->message, "bookings/2026-11-16T08-00-00Z-r1"));
	g_clear_error(&error);
	saved_close(again);
	saved_close(first);
	assert_names(dir, "bookings", "2026-11-16T08-00-00Z-r1");

	remove_all(members);
	g_assert_false(saved_page(lost, "[1]", 3, &error));
	g_assert_error(error, FAILURE, EXIT_BAD_INPUT);
	g_clear_error(&error);
	g_assert_false(saved_finish(lost, 3, &error));
	g_assert_error(error, FAILURE, EXIT_BAD_INPUT);
	g_assert_nonnull(strstr(error->message, "members"));
	g_clear_error(&error);
	saved_close(lost);
	g_assert_false(g_file_test(members, G_FILE_TEST_EXISTS));
	g_free(members);
	remove_all(dir);
	g_free(dir);
}

/* Whatever a source is called, its sets stay below the folder. */
static void
test_names(void)
{
	static const struct {
		const char *source, *folder;
	} cases[] = {
	    {"..", "%2E."}, {".", "%2E"}, {"a/../b", "a%2F..%2Fb"}, {"Main hall", "Main hall"}};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *dir = g_dir_make_tmp("saved-XXXXXX", NULL);
		struct saved *saved = begin(dir, cases[i].source, NOW, "r1");

		finish(saved, 1);
		saved_close(saved);
		assert_names(dir, ".", cases[i].folder);
		remove_all(dir);
		g_free(dir);
	}
}

static void
test_keep(void)
{
	char *dir = g_dir_make_tmp("saved-XXXXXX", NULL);
	struct saved *reading = begin(dir, "b", NOW, "r1");
	struct saved *later = NULL;

	finish(reading, 1);
	for (int i = 1; i <= 3; i++) {
		later = begin(dir, "b", NOW + i, "rx");
		finish(later, 2);
		saved_close(later);
	}
	/* The first is read by another run: it may not be removed under it. */
	assert_names(
	    dir, "b", "2026-11-16T08-00-00Z-r1 2026-11-16T08-00-02Z-rx 2026-11-16T08-00-03Z-rx");
	saved_close(reading);
	later = begin(dir, "b", NOW - 60, "ry");
	finish(later, 1);
	saved_close(later);
	assert_names(dir, "b", "2026-11-16T07-59-00Z-ry");
	remove_all(dir);
	g_free(dir);
}

/* The newest set of that source in the order of its pages, and nothing half fetched. */
static void
test_newest(void)
{
	char *dir = g_dir_make_tmp("saved-XXXXXX", NULL);

	g_assert_null(saved_newest(dir, "a/b"));
	for (int i = 0; i < 2; i++) {
		struct saved *saved = begin(dir, "a/b", NOW + i, "r");

		add(saved, "[1]");
		add(saved, "[2]");
		finish(saved, 5);
		saved_close(saved);
	}
	struct saved *half = begin(dir, "a/b", NOW + 2, "r");
	GPtrArray *files = saved_newest(dir, "a/b");

	g_assert_cmpuint(files->len, ==, 2);
	g_assert_true(g_str_has_suffix(files->pdata[0], "/2026-11-16T08-00-01Z-r/0001.json"));
	g_assert_true(g_str_has_suffix(files->pdata[1], "/2026-11-16T08-00-01Z-r/0002.json"));
	g_ptr_array_unref(files);
	saved_close(half);
	remove_all(dir);
	g_free(dir);
}

static void
test_no_place(void)
{
	GError *error = NULL;

	g_assert_null(saved_begin("/proc/nowhere", "b", NOW, "r", &error));
	g_assert_error(error, FAILURE, EXIT_BAD_INPUT);
	g_assert_nonnull(strstr(error->message, "/proc/nowhere/b: cannot be written"));
	g_error_free(error);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/net/saved/set", test_set);
	g_test_add_func("/net/saved/unfinished", test_unfinished);
	g_test_add_func("/net/saved/cannot-write", test_cannot_write);
	g_test_add_func("/net/saved/names", test_names);
	g_test_add_func("/net/saved/keep", test_keep);
	g_test_add_func("/net/saved/newest", test_newest);
	g_test_add_func("/net/saved/no-place", test_no_place);
	return g_test_run();
}
