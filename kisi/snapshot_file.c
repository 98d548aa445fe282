/*
 * Snapshot files: written from the texts that Kisi sent, read element by element so that memory
 * holds the model and never the file.  What an object means is kisi/snapshot_object.c.
 */
#include "kisi/snapshot_file.h"

#include "base/failure.h"
#include "base/file.h"
#include "base/json.h"
#include "base/jsonstream.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define FILE_MODE 0600 /* it names everybody who may enter */

struct snapshot_raw {
	char *organization;
	GString *arrays[SNAPSHOT_ARRAYS]; /* the objects, separated by ",\n" */
};

struct snapshot_raw *
snapshot_raw_new(void)
{
	struct snapshot_raw *raw = g_new0(struct snapshot_raw, 1);

	for (int i = 0; i < SNAPSHOT_ARRAYS; i++)
		raw->arrays[i] = g_string_new(NULL);
	return raw;
}

void
snapshot_raw_free(struct snapshot_raw *raw)
{
	if (raw == NULL)
		return;
	for (int i = 0; i < SNAPSHOT_ARRAYS; i++)
		g_string_free(raw->arrays[i], TRUE);
	g_free(raw->organization);
	g_free(raw);
}

void
snapshot_raw_add(struct snapshot_raw *raw, enum snapshot_array array, struct json_object *object)
{
	GString *text = raw->arrays[array];

	if (text->len > 0)
		g_string_append(text, ",\n");
	g_string_append(text, json_compact(object));
}

void
snapshot_raw_organization(struct snapshot_raw *raw, struct json_object *object)
{
	g_free(raw->organization);
	raw->organization = g_strdup(json_compact(object));
}

size_t
snapshot_raw_mark(const struct snapshot_raw *raw, enum snapshot_array array)
{
	return raw->arrays[array]->len;
}

void
snapshot_raw_rollback(struct snapshot_raw *raw, enum snapshot_array array, size_t mark)
{
	g_string_truncate(raw->arrays[array], mark);
}

bool
snapshot_raw_save(
    const struct snapshot_raw *raw, instant fetched_at, const char *path, GError **error)
{
	char time[INSTANT_TEXT];
	GString *text = g_string_new(NULL);
	bool done = false;

	g_string_append_printf(text,
	    "{\"format_version\":%d,\"fetched_at\":\"%s\",\"organization\":%s",
	    SNAPSHOT_FORMAT_VERSION, instant_format(fetched_at, time),
	    raw->organization == NULL ? "null" : raw->organization);
	for (int i = 0; i < SNAPSHOT_ARRAYS; i++) {
		const GString *array = raw->arrays[i];

		g_string_append_printf(text, ",\n\"%s\":[", snapshot_array_name(i));
		g_string_append_len(text, array->str, (gssize)array->len);
		g_string_append_c(text, ']');
	}
	g_string_append(text, "}\n");
	done = file_write(path, text->str, text->len, FILE_MODE, error);
	g_string_free(text, TRUE);
	return done;
}

/* --- loading --- */

static const enum snapshot_array needed[] = {
    SNAPSHOT_USERS, SNAPSHOT_GROUPS, SNAPSHOT_ROLE_ASSIGNMENTS, SNAPSHOT_PLACES, SNAPSHOT_LOCKS};

struct loader {
	const char *path;
	FILE *file;
	int64_t bytes; /* read so far */
	struct snapshot *snapshot;
	unsigned documents;
	GError *error; /* the first */
};

/* A file is as large as it says; of a pipe only the reading tells. */
static bool
fits(const struct loader *loader, int64_t bytes, GError **error)
{
	return bytes <= SNAPSHOT_FILE_MAX ||
	       fail(error, EXIT_BAD_INPUT, "no real one is so large: is it the right file?",
		   "%s: larger than %" G_GINT64_FORMAT " MiB", loader->path,
		   SNAPSHOT_FILE_MAX >> 20);
}

static gssize
read_file(void *user, char *buffer, size_t room, GError **error)
{
	struct loader *loader = user;
	size_t length = fread(buffer, 1, room, loader->file);

	if (length == 0 && ferror(loader->file)) {
		fail(error, EXIT_BAD_INPUT, NULL, "%s: cannot be read: %s", loader->path,
		    g_strerror(errno));
		return -1;
	}
	loader->bytes += (int64_t)length;
	return fits(loader, loader->bytes, error) ? (gssize)length : -1;
}

static bool
load_element(void *user, size_t path, struct json_object *element, uint64_t number, uint64_t line)
{
	struct loader *loader = user;

	if (snapshot_parse(loader->snapshot, (enum snapshot_array)path, element, &loader->error))
		return true;
	g_prefix_error(&loader->error, "%s:%" G_GUINT64_FORMAT ": ", loader->path, line);
	return false;
}

/* Are the arrays there, and arrays? */
static bool
check_arrays(
    const struct loader *loader, struct json_object *rest, const bool *found, GError **error)
{
	for (size_t i = 0; i < G_N_ELEMENTS(needed); i++)
		if (!found[needed[i]])
			return fail(error, EXIT_BAD_INPUT, "make a new one with `snapshot -o FILE`",
			    "%s: it has no array \"%s\"", loader->path,
			    snapshot_array_name(needed[i]));
	for (int i = 0; i < SNAPSHOT_ARRAYS; i++)
		if (!found[i] && json_member(rest, snapshot_array_name(i)) != NULL)
			return fail(error, EXIT_BAD_INPUT, NULL, "%s: \"%s\" is not an array",
			    loader->path, snapshot_array_name(i));
	return true;
}

static bool
check_document(struct loader *loader, struct json_object *rest, const bool *found, GError **error)
{
	int64_t version = 0;

	if (++loader->documents > 1)
		return fail(
		    error, EXIT_BAD_INPUT, NULL, "%s: more than one document", loader->path);
	if (!json_integer(rest, "format_version", &version))
		return fail(error, EXIT_BAD_INPUT, NULL,
		    "%s: not a snapshot file: it has no format_version", loader->path);
	if (version != SNAPSHOT_FORMAT_VERSION)
		return fail(error, EXIT_BAD_INPUT, "make a new one with `snapshot -o FILE`",
		    "%s: format_version %" G_GINT64_FORMAT
		    " is not the one this program reads (%d)",
		    loader->path, version, SNAPSHOT_FORMAT_VERSION);
	if (json_member(rest, "fetched_at") == NULL ||
	    !json_instant(rest, "fetched_at", 0, &loader->snapshot->fetched_at))
		return fail(
		    error, EXIT_BAD_INPUT, NULL, "%s: fetched_at is not a time", loader->path);
	if (!check_arrays(loader, rest, found, error))
		return false;
	snapshot_parse_organization(loader->snapshot, json_member(rest, "organization"));
	return true;
}

static void
load_document(void *user, struct json_object *rest, const bool *found)
{
	struct loader *loader = user;

	if (loader->error == NULL)
		check_document(loader, rest, found, &loader->error);
}

static void
load_stream(struct loader *loader)
{
	const struct jsonstream_handler handler = {
	    load_element, load_document, loader, SNAPSHOT_OBJECTS_MAX};
	const char *paths[SNAPSHOT_ARRAYS];
	GError *error = NULL;

	for (int i = 0; i < SNAPSHOT_ARRAYS; i++)
		paths[i] = snapshot_array_name(i);
	if (!jsonstream_read(
		read_file, loader, loader->path, paths, SNAPSHOT_ARRAYS, &handler, &error) &&
	    loader->error == NULL)
		g_propagate_error(&loader->error, g_steal_pointer(&error));
	g_clear_error(&error);
}

struct snapshot *
snapshot_load(const char *path, GError **error)
{
	struct loader loader = {.path = path};
	struct stat st;

	loader.file = fopen(path, "rbe");
	if (loader.file == NULL) {
		fail(error, EXIT_BAD_INPUT, NULL, "%s: cannot be opened: %s", path,
		    g_strerror(errno));
		return NULL;
	}
	loader.snapshot = snapshot_new();
	if (fstat(fileno(loader.file), &st) != 0 || fits(&loader, st.st_size, &loader.error))
		load_stream(&loader);
	fclose(loader.file);
	if (loader.error == NULL && !snapshot_finish(loader.snapshot, &loader.error))
		g_prefix_error(&loader.error, "%s: ", path);
	if (loader.error == NULL)
		return loader.snapshot;
	/* Whatever refused it below, a file that cannot be taken is bad input. */
	loader.error->code = EXIT_BAD_INPUT;
	g_propagate_error(error, loader.error);
	snapshot_free(loader.snapshot);
	return NULL;
}
