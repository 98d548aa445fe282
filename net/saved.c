/* What was fetched, on disk. */
#include "net/saved.h"

#include "base/failure.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define PARTIAL ".partial-"
#define SUMS "SHA256SUMS"
#define OTHER_ENDING "txt"

struct saved {
	char *parent; /* the source's folder */
	char *name;   /* of the finished set */
	char *folder; /* where it is now */
	int lock;     /* the folder, locked as long as the set is in use */
	bool finished;
	instant as_of;
	GPtrArray *files; /* of char *: paths */
	GString *sums;
};

static bool
fail_at(const char *path, GError **error)
{
	return fail(error, EXIT_BAD_INPUT, "what was fetched is saved there first",
	    "%s: cannot be written: %s", path, g_strerror(errno));
}

/* A name of one part, whatever the source is called. */
static char *
folder_name(const char *source)
{
	char *escaped = g_uri_escape_string(source, " ()", FALSE);
	char *name = *escaped == '.' ? g_strconcat("%2E", escaped + 1, NULL) : g_strdup(escaped);

	g_free(escaped);
	return name;
}

static char *
parent_of(const char *dir, const char *source)
{
	g_autofree char *own = folder_name(source);

	return g_build_filename(dir, own, NULL);
}

char *
saved_name(instant as_of, const char *run)
{
	char stamp[INSTANT_TEXT];

	return g_strconcat(instant_stamp(as_of, stamp), "-", run, NULL);
}

/* The folder opened and locked; -1 when somebody else has it open, or it cannot be opened. */
static int
lock_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);

	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}

static bool
write_file(
    const struct saved *saved, const char *name, const char *bytes, size_t length, GError **error)
{
	/* As old as the instant the run computes for, so that the same inputs make the same report. */
	const struct timespec times[2] = {{.tv_sec = saved->as_of}, {.tv_sec = saved->as_of}};
	char *path = g_build_filename(saved->folder, name, NULL);
	GError *trouble = NULL;
	bool good = g_file_set_contents_full(path, bytes, (gssize)length,
	    G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, &trouble);

	if (!good) {
		fail(error, EXIT_BAD_INPUT, NULL, "%s", trouble->message);
		g_error_free(trouble);
	} else if (utimensat(AT_FDCWD, path, times, 0) != 0) {
		good = fail_at(path, error);
	}
	g_free(path);
	return good;
}

struct saved *
saved_begin(const char *dir, const char *source, instant as_of, const char *run, GError **error)
{
	struct saved *saved = g_new0(struct saved, 1);

	saved->parent = parent_of(dir, source);
	saved->name = saved_name(as_of, run != NULL ? run : "");
	saved->as_of = as_of;
	saved->lock = -1;
	saved->files = g_ptr_array_new_with_free_func(g_free);
	saved->sums = g_string_new(NULL);
	if (g_mkdir_with_parents(saved->parent, 0700) != 0) {
		fail_at(saved->parent, error);
		g_clear_pointer(&saved, saved_close);
		return NULL;
	}
	saved->folder = g_build_filename(saved->parent, PARTIAL "XXXXXX", NULL);
	if (g_mkdtemp_full(saved->folder, 0700) == NULL ||
	    (saved->lock = lock_folder(saved->folder)) < 0) {
		fail_at(saved->parent, error);
		g_clear_pointer(&saved, saved_close);
	} else if (!write_file(saved, SUMS, "", 0, error)) {
		/* From now on it carries the mark of what a later run may remove. */
		g_clear_pointer(&saved, saved_close);
	}
	return saved;
}

static const struct {
	const char *beginning, *ending;
} endings[] = {{"{", "json"}, {"[", "json"}, {"BEGIN:VCALENDAR", "ics"}};

/* Only a name for people: importers look at the content. */
static const char *
ending_of(const char *bytes, size_t length)
{
	while (length > 0 && g_ascii_isspace(*bytes)) {
		bytes++;
		length--;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
		size_t n = strlen(endings[i].beginning);

		if (length >= n && memcmp(bytes, endings[i].beginning, n) == 0)
			return endings[i].ending;
	}
	return OTHER_ENDING;
}

bool
saved_page(struct saved *saved, const char *bytes, size_t length, GError **error)
{
	char *name = g_strdup_printf("%04u.%s", saved->files->len + 1, ending_of(bytes, length));
	char *sum = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)bytes, length);
	bool good = false;

	g_string_append_printf(saved->sums, "%s  %s\n", sum, name);
	g_free(sum);
	g_ptr_array_add(saved->files, g_build_filename(saved->folder, name, NULL));
	good = write_file(saved, name, bytes, length, error);
	g_free(name);
	return good;
}

/* `0001.json`, as saved_page calls what it writes. */
static bool
is_page(const char *name)
{
	size_t digits = strspn(name, "0123456789");

	if (digits < 4 || name[digits] != '.')
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
		if (strcmp(name + digits + 1, endings[i].ending) == 0)
			return true;
	}
	return strcmp(name + digits + 1, OTHER_ENDING) == 0;
}

/* What GLib writes before it gives a file its name: that name, and six characters behind a dot. */
static bool
is_half_written(const char *name)
{
	const char *dot = strrchr(name, '.');
	g_autofree char *whole = dot != NULL ? g_strndup(name, (gsize)(dot - name)) : NULL;

	return whole != NULL && strlen(dot) == 7 && (is_page(whole) || strcmp(whole, SUMS) == 0);
}

/* The names in an open folder, of char *; NULL when one of them is no plain file. */
static GPtrArray *
plain_files(int folder, const char *path)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	GDir *dir = g_dir_open(path, 0, NULL);
	bool plain = dir != NULL;
	struct stat about;

	for (const char *name; plain && (name = g_dir_read_name(dir)) != NULL;) {
		plain = fstatat(folder, name, &about, AT_SYMLINK_NOFOLLOW) == 0 &&
			S_ISREG(about.st_mode);
		g_ptr_array_add(names, g_strdup(name));
	}
	if (dir != NULL)
		g_dir_close(dir);
	return plain ? g_steal_pointer(&names) : NULL;
}

/* Does the list of hashes name this page? */
static bool
is_listed(const char *sums, const char *page)
{
	g_auto(GStrv) lines = g_strsplit(sums, "\n", -1);

	for (char **line = lines; *line != NULL; line++) {
		if (strspn(*line, "0123456789abcdef") == 64 && g_str_has_prefix(*line + 64, "  ") &&
		    strcmp(*line + 66, page) == 0)
			return true;
	}
	return false;
}

/*
 * Is it a set that saved_page and saved_finish wrote, and nothing else is in it?  whole: else it is one that a killed run
 * left, whose list is still to be written; one without any file has lost nothing when it goes.
 */
static bool
is_ours(const char *path, const GPtrArray *names, bool whole)
{
	g_autofree char *file = g_build_filename(path, SUMS, NULL), *sums = NULL;

	if (!g_file_get_contents(file, &sums, NULL, NULL))
		return !whole && names->len == 0;
	for (guint i = 0; i < names->len; i++) {
		const char *name = names->pdata[i];
		bool expected = is_page(name) ? !whole || is_listed(sums, name)
					      : !whole && is_half_written(name);

		if (!expected && strcmp(name, SUMS) != 0)
			return false;
	}
	return true;
}

/* Remove a set that nobody has open and that is ours; the list goes last, so that what is left of it is still known. */
static void
remove_set(const char *path, bool whole)
{
	int folder = lock_folder(path);
	g_autoptr(GPtrArray) names = folder >= 0 ? plain_files(folder, path) : NULL;

	if (names != NULL && is_ours(path, names, whole)) {
		for (guint i = 0; i < names->len; i++) {
			if (strcmp(names->pdata[i], SUMS) != 0)
				unlinkat(folder, names->pdata[i], 0);
		}
		unlinkat(folder, SUMS, 0);
		rmdir(path);
	}
	if (folder >= 0)
		close(folder);
}

/* What killed runs left. */
static void
remove_partial(const char *parent)
{
	GDir *dir = g_dir_open(parent, 0, NULL);

	for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
		g_autofree char *path = g_build_filename(parent, name, NULL);

		if (g_str_has_prefix(name, PARTIAL))
			remove_set(path, false);
	}
	if (dir != NULL)
		g_dir_close(dir);
}

void
saved_clear(const char *dir, const char *source, const GPtrArray *names, unsigned keep)
{
	g_autofree char *parent = parent_of(dir, source);
	unsigned there = 0;

	remove_partial(parent);
	for (guint i = 0; i < names->len; i++) {
		g_autofree char *path = g_build_filename(parent, names->pdata[i], NULL);

		if (g_file_test(path, G_FILE_TEST_IS_DIR) && ++there > keep)
			remove_set(path, true);
	}
}

bool
saved_finish(struct saved *saved, GError **error)
{
	char *path = g_build_filename(saved->parent, saved->name, NULL);

	if (!write_file(saved, SUMS, saved->sums->str, saved->sums->len, error)) {
		g_free(path);
		return false;
	}
	if (rename(saved->folder, path) != 0) {
		fail_at(path, error);
		g_free(path);
		return false;
	}
	g_free(saved->folder);
	saved->folder = path;
	saved->finished = true;
	for (guint i = 0; i < saved->files->len; i++) {
		char *old = saved->files->pdata[i];
		char *name = g_path_get_basename(old);

		saved->files->pdata[i] = g_build_filename(saved->folder, name, NULL);
		g_free(name);
		g_free(old);
	}
	return true;
}

const GPtrArray *
saved_files(const struct saved *saved)
{
	return saved->files;
}

GPtrArray *
saved_set(const char *dir, const char *source, const char *name)
{
	g_autofree char *parent = parent_of(dir, source);
	g_autofree char *folder = g_build_filename(parent, name, NULL);
	GDir *set = g_dir_open(folder, 0, NULL);
	GPtrArray *files = set != NULL ? g_ptr_array_new_with_free_func(g_free) : NULL;

	for (const char *page; set != NULL && (page = g_dir_read_name(set)) != NULL;) {
		if (is_page(page))
			g_ptr_array_add(files, g_build_filename(folder, page, NULL));
	}
	if (set != NULL)
		g_dir_close(set);
	if (files != NULL && files->len == 0)
		g_clear_pointer(&files, g_ptr_array_unref);
	if (files != NULL)
		g_ptr_array_sort(files, text_compare);
	return files;
}

void
saved_close(struct saved *saved)
{
	if (saved == NULL)
		return;
	if (saved->lock >= 0)
		close(saved->lock);
	if (!saved->finished && saved->folder != NULL) {
		remove_set(saved->folder, false);
		/* Only when nothing else was ever saved there. */
		rmdir(saved->parent);
	}
	g_ptr_array_unref(saved->files);
	g_string_free(saved->sums, TRUE);
	g_free(saved->parent);
	g_free(saved->name);
	g_free(saved->folder);
	g_free(saved);
}
