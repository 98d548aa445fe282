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
finish(struct saved *saved)
{
	GError *error = NULL;

	g_assert_true(saved_finish(saved, &error));
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
	finish(saved);
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
	finish(first);
	add(again, "[1]");
	g_assert_false(saved_finish(again, &error));
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
	g_assert_false(saved_finish(lost, &error));
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

		finish(saved);
		saved_close(saved);
		assert_names(dir, ".", cases[i].folder);
		remove_all(dir);
		g_free(dir);
	}
}

/* Of the sets with these names in this order all but the first keep go. */
static void
clear(const char *dir, unsigned keep, const char *const *order)
{
	GPtrArray *names = g_ptr_array_new();

	for (; *order != NULL; order++)
		g_ptr_array_add(names, (gpointer)*order);
	saved_clear(dir, "b", names, keep);
	g_ptr_array_unref(names);
}

static const char *const order[] = {"2026-11-16T07-59-00Z-ry", "2026-11-16T09-00-00Z-never-there",
    "2026-11-16T08-00-02Z-rx", "2026-11-16T08-00-01Z-rx", "2026-11-16T08-00-00Z-r1", NULL};

static void
test_keep(void)
{
	char *dir = g_dir_make_tmp("saved-XXXXXX", NULL);
	struct saved *reading = begin(dir, "b", NOW, "r1");
	struct saved *later = NULL;

	add(reading, "[1]");
	finish(reading);
	for (int i = 1; i <= 3; i++) {
		later = begin(dir, "b", NOW + i, "rx");
		add(later, "[1]");
		finish(later);
		saved_close(later);
	}
	later = begin(dir, "b", NOW - 60, "ry");
	finish(later);
	saved_close(later);
	clear(dir, 2, order);
	/* The first is read by another run, and one belongs to somebody else: they stay. */
	assert_names(dir, "b",
	    "2026-11-16T07-59-00Z-ry 2026-11-16T08-00-00Z-r1 2026-11-16T08-00-02Z-rx"
	    " 2026-11-16T08-00-03Z-rx");
	saved_close(reading);
	clear(dir, 1, order);
	assert_names(dir, "b", "2026-11-16T07-59-00Z-ry 2026-11-16T08-00-03Z-rx");
	remove_all(dir);
	g_free(dir);
}

static void
put(const char *dir, const char *folder, const char *name, const char *text)
{
	char *parent = g_build_filename(dir, "b", folder, NULL);
	char *path = g_build_filename(parent, name, NULL);

	g_assert_cmpint(g_mkdir_with_parents(parent, 0700), ==, 0);
	if (text == NULL)
		g_assert_cmpint(g_mkdir_with_parents(path, 0700), ==, 0);
	else
		g_assert_true(g_file_set_contents(path, text, -1, NULL));
	g_free(path);
	g_free(parent);
}

#define HASH "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* Whatever is not exactly what this program writes belongs to somebody else. */
static void
test_of_others(void)
{
	static const struct {
		const char *what, *folder, *name, *text, *sums;
		bool stays;
	} cases[] = {
	    {"a set", "2026-11-16T08-00-00Z-r1", "0001.txt", "x", HASH "  0001.txt\n", false},
	    {"half removed", "2026-11-16T08-00-00Z-r1", "0002.txt", "x",
		HASH "  0001.txt\n" HASH "  0002.txt\n", false},
	    {"no list", "2026-11-16T08-00-00Z-r1", "0001.txt", "x", NULL, true},
	    {"empty", "2026-11-16T08-00-00Z-r1", NULL, NULL, NULL, true},
	    {"not listed", "2026-11-16T08-00-00Z-r1", "0001.txt", "x", HASH "  0002.txt\n", true},
	    {"no hash", "2026-11-16T08-00-00Z-r1", "0001.txt", "x", "ff  0001.txt\n", true},
	    {"another file", "2026-11-16T08-00-00Z-r1", "notes.txt", "x", HASH "  notes.txt\n",
		true},
	    {"another ending", "2026-11-16T08-00-00Z-r1", "0001.csv", "x", HASH "  0001.csv\n",
		true},
	    {"a folder in it", "2026-11-16T08-00-00Z-r1", "0001.txt", NULL, HASH "  0001.txt\n",
		true},
	    {"half written", ".partial-killed", "0001.txt", "x", "", false},
	    {"a page that has no name yet", ".partial-killed", "0001.txt.AB12CD", "x", "", false},
	    {"nothing in it", ".partial-killed", NULL, NULL, NULL, false},
	    {"half, without a list", ".partial-killed", "0001.txt", "x", NULL, true},
	    {"half, with another file", ".partial-killed", "notes.txt", "x", "", true},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *dir = g_dir_make_tmp("saved-XXXXXX", NULL);
		char *path = g_build_filename(dir, "b", cases[i].folder, NULL);

		put(dir, "", cases[i].folder, NULL);
		if (cases[i].name != NULL)
			put(dir, cases[i].folder, cases[i].name, cases[i].text);
		if (cases[i].sums != NULL)
			put(dir, cases[i].folder, "SHA256SUMS", cases[i].sums);
		clear(dir, 0, order);
		g_test_message("%s", cases[i].what);
		g_assert_cmpint(g_file_test(path, G_FILE_TEST_IS_DIR), ==, cases[i].stays);
		remove_all(dir);
		g_free(path);
		g_free(dir);
	}
}

/* The pages of one set in their order, and nothing half fetched. */
static void
test_pages(void)
{
	char *dir = g_dir_make_tmp("saved-XXXXXX", NULL);
	struct saved *saved = begin(dir, "a/b", NOW + 1, "r"), *empty = begin(dir, "a/b", NOW, "r");

	add(saved, "[1]");
	add(saved, "[2]");
	g_assert_null(saved_set(dir, "a/b", "2026-11-16T08-00-01Z-r"));
	finish(saved);
	finish(empty);
	saved_close(saved);
	saved_close(empty);
	char *name = saved_name(NOW + 1, "r");
	GPtrArray *files = saved_set(dir, "a/b", name);

	g_assert_cmpstr(name, ==, "2026-11-16T08-00-01Z-r");
	g_assert_cmpuint(files->len, ==, 2);
	g_assert_true(g_str_has_suffix(files->pdata[0], "/2026-11-16T08-00-01Z-r/0001.json"));
	g_assert_true(g_str_has_suffix(files->pdata[1], "/2026-11-16T08-00-01Z-r/0002.json"));
	g_ptr_array_unref(files);
	g_assert_null(saved_set(dir, "a/b", "2026-11-16T08-00-00Z-r"));
	g_free(name);
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
	g_test_add_func("/net/saved/of-others", test_of_others);
	g_test_add_func("/net/saved/pages", test_pages);
	g_test_add_func("/net/saved/no-place", test_no_place);
	return g_test_run();
}
