/* What was fetched, on disk. */
#include "net/saved.h"

#include "base/failure.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define PARTIAL ".partial-"
#define SUMS "SHA256SUMS"

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

struct saved *
saved_begin(const char *dir, const char *source, instant as_of, const char *run, GError **error)
{
	struct saved *saved = g_new0(struct saved, 1);
	char *own = folder_name(source);
	char stamp[INSTANT_TEXT];

	saved->parent = g_build_filename(dir, own, NULL);
	saved->name = g_strconcat(instant_stamp(as_of, stamp), run != NULL ? "-" : NULL, run, NULL);
	saved->as_of = as_of;
	saved->lock = -1;
	saved->files = g_ptr_array_new_with_free_func(g_free);
	saved->sums = g_string_new(NULL);
	g_free(own);
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
	}
	return saved;
}

/* Only a name for people: importers look at the content. */
static const char *
ending_of(const char *bytes, size_t length)
{
	static const struct {
		const char *beginning, *ending;
	} endings[] = {{"{", "json"}, {"[", "json"}, {"BEGIN:VCALENDAR", "ics"}};

	while (length > 0 && g_ascii_isspace(*bytes)) {
		bytes++;
		length--;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
		size_t n = strlen(endings[i].beginning);

		if (length >= n && memcmp(bytes, endings[i].beginning, n) == 0)
			return endings[i].ending;
	}
	return "txt";
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

/* A set that nobody has open.  Only files are in it, and only ours. */
static void
remove_set(const char *path)
{
	int lock = lock_folder(path);
	GDir *dir = lock >= 0 ? g_dir_open(path, 0, NULL) : NULL;

	if (dir != NULL) {
		for (const char *name; (name = g_dir_read_name(dir)) != NULL;)
			unlinkat(lock, name, 0);
		g_dir_close(dir);
		rmdir(path);
	}
	if (lock >= 0)
		close(lock);
}

static int
newest_first(gconstpointer a, gconstpointer b)
{
	return -strcmp(*(char *const *)a, *(char *const *)b);
}

/* What a killed run left, and all but the newest sets. */
static void
remove_older(const struct saved *saved, unsigned keep)
{
	GPtrArray *sets = g_ptr_array_new_with_free_func(g_free);
	GDir *dir = g_dir_open(saved->parent, 0, NULL);

	for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
		char *path = g_build_filename(saved->parent, name, NULL);

		if (g_str_has_prefix(name, PARTIAL))
			remove_set(path);
		if (g_ascii_isdigit(*name) && strcmp(name, saved->name) != 0)
			g_ptr_array_add(sets, path);
		else
			g_free(path);
	}
	if (dir != NULL)
		g_dir_close(dir);
	g_ptr_array_sort(sets, newest_first);
	for (guint i = keep - 1; i < sets->len; i++)
		remove_set(sets->pdata[i]);
	g_ptr_array_unref(sets);
}

bool
saved_finish(struct saved *saved, unsigned keep, GError **error)
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
	remove_older(saved, keep);
	return true;
}

const GPtrArray *
saved_files(const struct saved *saved)
{
	return saved->files;
}

static char *
newest_folder(const char *parent)
{
	char *newest = NULL;
	GDir *dir = g_dir_open(parent, 0, NULL);

	for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
		if (g_ascii_isdigit(*name) && (newest == NULL || strcmp(name, newest) > 0)) {
			g_free(newest);
			newest = g_strdup(name);
		}
	}
	if (dir != NULL)
		g_dir_close(dir);
	char *path = newest != NULL ? g_build_filename(parent, newest, NULL) : NULL;
	g_free(newest);
	return path;
}

static int
compare_paths(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

GPtrArray *
saved_newest(const char *dir, const char *source)
{
	char *own = folder_name(source), *parent = g_build_filename(dir, own, NULL);
	char *folder = newest_folder(parent);
	GDir *set = folder != NULL ? g_dir_open(folder, 0, NULL) : NULL;
	GPtrArray *files = set != NULL ? g_ptr_array_new_with_free_func(g_free) : NULL;

	for (const char *name; set != NULL && (name = g_dir_read_name(set)) != NULL;) {
		if (g_ascii_isdigit(*name))
			g_ptr_array_add(files, g_build_filename(folder, name, NULL));
	}
	if (files != NULL)
		g_ptr_array_sort(files, compare_paths);
	if (set != NULL)
		g_dir_close(set);
	g_free(folder);
	g_free(parent);
	g_free(own);
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
		remove_set(saved->folder);
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
