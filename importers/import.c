/*
 * One source: which files it has, in which order they are read, and what makes it unusable as a whole.
 */
#include "importers/import.h"

#include "base/failure.h"
#include "base/text.h"
#include "base/zone.h"
#include "importers/bytes.h"
#include "importers/icsbook.h"
#include "importers/importer.h"
#include "importers/limits.h"

#include <glob.h>
#include <string.h>
#include <sys/stat.h>

#define CALENDAR "BEGIN:VCALENDAR"

/* The later one; of two equally old ones that with the greater name. */
static const char *
newest(const GPtrArray *paths)
{
	const char *best = NULL;
	struct timespec best_time = {0};
	for (guint i = 0; i < paths->len; i++) {
		struct stat st;
		if (stat(paths->pdata[i], &st) != 0)
			continue;
		bool later = st.st_mtim.tv_sec > best_time.tv_sec ||
			     (st.st_mtim.tv_sec == best_time.tv_sec &&
				 st.st_mtim.tv_nsec >= best_time.tv_nsec);
		if (best == NULL || later) {
			best = paths->pdata[i];
			best_time = st.st_mtim;
		}
	}
	return best;
}

/* The files of the source in byte order of their names; of char *. */
static GPtrArray *
find_files(const struct source_config *source)
{
	GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
	if (strpbrk(source->file, "*?[") == NULL || g_file_test(source->file, G_FILE_TEST_EXISTS)) {
		g_ptr_array_add(paths, g_strdup(source->file));
		return paths;
	}
	glob_t found;
	/* GLOB_NOSORT: the order of glob(3) depends on the locale. */
	if (glob(source->file, GLOB_NOSORT, NULL, &found) == 0) {
		for (size_t i = 0; i < found.gl_pathc; i++)
			g_ptr_array_add(paths, g_strdup(found.gl_pathv[i]));
		globfree(&found);
	}
	g_ptr_array_sort(paths, text_compare);
	if (source->pick == PICK_NEWEST && paths->len > 1) {
		char *one = g_strdup(newest(paths));
		g_ptr_array_set_size(paths, 0);
		if (one != NULL)
			g_ptr_array_add(paths, one);
	}
	return paths;
}

static void
refuse(struct importer *im, GError *error)
{
	import_facts_refuse(im->facts, NULL, "%s", error->message);
	g_error_free(error);
}

/* A link is followed, but said: who may write the export may then choose what is read. */
static void
note_link(struct importer *im, const char *path)
{
	struct record_place place = {.source = im->index, .file = im->file_index};
	char *target = g_file_read_link(path, NULL);
	if (target == NULL)
		return;
	char *text = g_strdup_printf("%s is a symbolic link to %s", im->file->name, target);
	importer_note(im, &place, FINDING_SYMLINK, NULL, im->file->name, text);
	g_free(text);
	g_free(target);
}

static void
note_encoding(struct importer *im)
{
	struct record_place place = {.source = im->index, .file = im->file_index};
	if (strcmp(im->file->encoding, "windows-1252") != 0)
		return;
	char *text = g_strdup_printf(
	    "%s is not UTF-8 and was read as windows-1252: names may look wrong", im->file->name);
	importer_note(im, &place, FINDING_ENCODING, NULL, im->file->name, text);
	g_free(text);
}

const char *
import_format(const struct bytes *bytes)
{
	size_t length;
	const char *head = bytes_head(bytes, &length);
	size_t blank = 0;
	while (blank < length && g_ascii_isspace(head[blank]))
		blank++;
	if (blank < length && (head[blank] == '{' || head[blank] == '['))
		return "json";
	bool ics = g_ascii_strncasecmp(
		       head + blank, CALENDAR, MIN(strlen(CALENDAR), length - blank)) == 0;
	return ics ? "ics" : "csv";
}

static bool
read_format(struct importer *im, struct bytes *bytes, GError **error)
{
	const struct profile *profile = im->profile;
	im->file->format = import_format(bytes);
	bool json = strcmp(im->file->format, "json") == 0;
	if (json && profile->json)
		return json_import(im, bytes, error);
	if (profile->ics && strcmp(im->file->format, "ics") == 0)
		return ics_import(im, bytes, error);
	if (profile->csv && !json)
		return csv_import(im, bytes, error);
	if (profile->ics)
		return fail(error, EXIT_BAD_INPUT, "is this the right profile for this file?",
		    "%s: no iCalendar, but profile %s reads only that", im->file->name,
		    profile->name);
	return fail(error, EXIT_BAD_INPUT, "is this the right profile for this file?",
	    "%s: %s, but profile %s reads %s", im->file->name, json ? "JSON" : "no JSON",
	    profile->name, json ? "only tables (CSV)" : "only JSON");
}

static void
begin_file(struct importer *im, const char *path)
{
	im->file = import_facts_add_file(im->facts, path);
	im->file_index = im->facts->files->len - 1;
}

static void
keep_bytes_facts(struct file_facts *file, const struct bytes_facts *found)
{
	file->sha256 = found->sha256[0] != '\0' ? g_strdup(found->sha256) : NULL;
	file->bytes = found->size;
	file->modified = found->modified;
	file->encoding = found->encoding;
}

static void
import_bytes(struct importer *im, const char *path, struct bytes *bytes)
{
	GError *error = NULL;
	char *folder = g_path_get_dirname(path);
	note_encoding(im);
	if (!joins_fill(im, bytes, folder, &error) || !read_format(im, bytes, &error))
		refuse(im, error);
	look_note(im);
	g_free(folder);
}

/* Which of several calendars' events count was found out in another reading: what is read now must be the same file. */
static bool
as_surveyed(const struct importer *im, GError **error)
{
	if (im->surveyed == NULL ||
	    g_strcmp0(im->surveyed->pdata[im->file_index], im->file->sha256) == 0)
		return true;
	return fail(error, EXIT_BAD_INPUT, "wait until the export is complete",
	    "%s: changed while it was read", im->file->name);
}

static void
import_file(struct importer *im, const char *path)
{
	struct bytes_facts found;
	GError *error = NULL;
	begin_file(im, path);
	note_link(im, path);
	struct bytes *bytes = bytes_open(path, im->file->name, FILE_SIZE_MAX, &found, &error);
	keep_bytes_facts(im->file, &found);
	if (bytes != NULL && as_surveyed(im, &error))
		import_bytes(im, path, bytes);
	else
		refuse(im, error);
	bytes_close(bytes);
}

/* What is wrong with a file is said when its turn comes. */
static void
survey_file(struct importer *im, const char *path)
{
	struct bytes_facts found;
	struct bytes *bytes = bytes_open(path, path, FILE_SIZE_MAX, &found, NULL);
	if (bytes != NULL && strcmp(import_format(bytes), "ics") == 0)
		ics_survey(im, bytes);
	bytes_close(bytes);
	g_ptr_array_add(im->surveyed, found.sha256[0] != '\0' ? g_strdup(found.sha256) : NULL);
}

/* Calendars of several rooms hold each other's events: all are looked at before the first event is read. */
static void
survey_calendars(struct importer *im, const GPtrArray *paths)
{
	im->book = ics_book_new(im->zone);
	im->surveyed = g_ptr_array_new_with_free_func(g_free);
	for (im->file_index = 0; im->file_index < paths->len; im->file_index++)
		survey_file(im, paths->pdata[im->file_index]);
	ics_book_close(im->book);
}

static bool
find_zone(struct importer *im)
{
	const char *name = im->source->timezone != NULL ? im->source->timezone : im->profile->zone;
	im->zone = name != NULL ? zone_get(name) : NULL;
	if (name == NULL || im->zone != NULL)
		return true;
	import_facts_refuse(im->facts, "an IANA name such as Europe/Amsterdam",
	    "source %s: no time zone is called \"%s\"", im->source->name, name);
	return false;
}

static void
importer_init(struct importer *im)
{
	im->addresses = addresses_new();
	im->joins = g_new0(struct join, im->profile->n_tables);
	im->statuses = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	im->person_statuses = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	im->unmatched = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	im->rooms = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	im->events = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	im->matched = matched_new(im->profile);
	im->scratch = g_string_chunk_new(32 * 1024);
	im->values = g_array_new(FALSE, FALSE, sizeof(struct value));
	im->more_values = g_array_new(FALSE, FALSE, sizeof(struct value));
	im->attendees = g_array_new(FALSE, FALSE, sizeof(struct record_person));
	im->targets = g_array_new(FALSE, FALSE, sizeof(struct record_ref));
	im->freezes = g_array_new(FALSE, FALSE, sizeof(struct interval));
	im->starts = g_array_new(FALSE, FALSE, sizeof(int64_t));
	im->budget.steps = RECURRENCE_BUDGET;
}

static void
importer_done(struct importer *im)
{
	joins_clear(im);
	ics_book_free(im->book);
	if (im->surveyed != NULL)
		g_ptr_array_unref(im->surveyed);
	g_free(im->zone_word);
	addresses_free(im->addresses);
	g_free(im->joins);
	g_hash_table_unref(im->statuses);
	g_hash_table_unref(im->person_statuses);
	g_hash_table_unref(im->unmatched);
	matched_free(im->matched);
	g_hash_table_unref(im->events);
	g_hash_table_unref(im->rooms);
	g_string_chunk_free(im->scratch);
	g_array_unref(im->values);
	g_array_unref(im->more_values);
	g_array_unref(im->attendees);
	g_array_unref(im->targets);
	g_array_unref(im->freezes);
	g_array_unref(im->starts);
	g_free(im->open_page);
	if (im->sharers != NULL)
		g_hash_table_unref(im->sharers);
	if (im->lines != NULL)
		g_string_free(im->lines, TRUE);
}

/* Does the profile know the header or key without asking for its value as a field? */
static bool
is_known(const struct profile *profile, const char *header)
{
	char *key = text_header_key(header);
	bool known = g_strv_contains((const char *const *)profile->ignore, key);
	g_free(key);
	known = known || g_strcmp0(profile->each, header) == 0;
	for (size_t i = 0; i < profile->n_tables; i++)
		known = known ||
			g_strv_contains((const char *const *)profile->tables[i].records, header);
	return known;
}

/* The headers nobody asked for, sorted. */
static void
keep_unmatched(struct importer *im)
{
	GHashTableIter iter;
	gpointer header;
	g_hash_table_iter_init(&iter, im->unmatched);
	while (g_hash_table_iter_next(&iter, &header, NULL)) {
		if (!is_known(im->profile, header))
			g_ptr_array_add(im->facts->unmatched, g_strdup(header));
	}
	g_ptr_array_sort(im->facts->unmatched, text_compare);
}

/* The profile's word for the order of dates is only what is usual: something must bear it out. */
static void
note_order(const struct importer *im)
{
	struct record_place place = {.source = im->index};
	if (im->source->date_order != ORDER_NONE || !im->order_open || im->order_told ||
	    im->wrong_order)
		return;
	const char *order = date_order_words[im->policy.date_order - ORDER_DMY];
	char *text = g_strdup_printf(
	    "dates like 03/04/2026 were read as %s, and none of them shows that this is right: set "
	    "date_order in [source %s]",
	    order, im->source->name);
	importer_note(im, &place, FINDING_ASSUMED_DATE_ORDER, NULL, order, text);
	g_free(text);
}

static void
importer_begin(struct importer *im, const struct source_config *source, uint32_t index,
    const struct profile *profile, struct interval around, const struct record_sink *sink)
{
	*im = (struct importer){.source = source,
	    .index = index,
	    .profile = profile,
	    .policy = profile_policy(profile, source),
	    .around = around,
	    .sink = sink,
	    .facts = import_facts_new(source->name, profile->kind)};
	importer_init(im);
}

/* The facts are the caller's. */
static struct import_facts *
importer_end(struct importer *im)
{
	if (im->open_page != NULL && !im->last_page)
		import_facts_refuse(im->facts, PAGES_HINT, "%s", im->open_page);
	note_order(im);
	keep_unmatched(im);
	matched_finish(im->matched, im->facts);
	importer_done(im);
	return im->facts;
}

/* All files, unless there are more of them, or more rows in them, than a source may have: then it is refused. */
static void
import_each(struct importer *im, const GPtrArray *paths)
{
	if (paths->len > FILES_MAX) {
		import_facts_refuse(im->facts, LIMIT_HINT,
		    "source %s: %u files match %s: at most %u may", im->source->name, paths->len,
		    im->source->file, FILES_MAX);
		return;
	}
	if (im->profile->ics && paths->len > 1)
		survey_calendars(im, paths);
	for (guint i = 0; i < paths->len; i++) {
		import_file(im, paths->pdata[i]);
		if (im->facts->rows + im->facts->dropped <= ROWS_MAX)
			continue;
		import_facts_refuse(im->facts, LIMIT_HINT,
		    "source %s: more than %u rows by the end of %s", im->source->name, ROWS_MAX,
		    im->file->name);
		return;
	}
}

struct import_facts *
import_files(const struct source_config *source, uint32_t index, const struct profile *profile,
    const GPtrArray *paths, struct interval around, const struct record_sink *sink)
{
	struct importer im;
	importer_begin(&im, source, index, profile, around, sink);
	if (find_zone(&im))
		import_each(&im, paths);
	return importer_end(&im);
}

struct import_facts *
import_opened(const struct source_config *source, const struct profile *profile,
    struct bytes *bytes, const struct bytes_facts *found, uint64_t rows_max, struct interval around,
    const struct record_sink *sink)
{
	struct importer im;
	importer_begin(&im, source, 0, profile, around, sink);
	im.rows_max = rows_max;
	begin_file(&im, source->file);
	keep_bytes_facts(im.file, found);
	if (find_zone(&im))
		import_bytes(&im, source->file, bytes);
	return importer_end(&im);
}

struct import_facts *
import_source(const struct source_config *source, uint32_t index, const struct profile *profile,
    struct interval around, const struct record_sink *sink)
{
	GPtrArray *paths = find_files(source);
	struct import_facts *facts = import_files(source, index, profile, paths, around, sink);
	if (paths->len == 0)
		import_facts_refuse(facts, "does the export still run, and to this folder?",
		    "source %s: no file matches %s", source->name, source->file);
	g_ptr_array_unref(paths);
	return facts;
}

char *
import_newest(const struct source_config *source)
{
	GPtrArray *paths = find_files(source);
	char *path = g_strdup(newest(paths));
	g_ptr_array_unref(paths);
	return path;
}
