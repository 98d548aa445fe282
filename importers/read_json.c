/*
 * JSON as source: where its records are, and whether what was saved is everything there was.
 */
#include "base/failure.h"
#include "base/jsonstream.h"
#include "base/text.h"
#include "importers/bytes.h"
#include "importers/importer.h"
#include "importers/limits.h"

#include <string.h>

struct stream {
	struct importer *im;
	const char *name; /* of the file */
	struct key_map *keys;
	uint32_t row;
	uint64_t documents;
	char *left;    /* why the last document cannot be the last, or NULL */
	GError *fault; /* the first */
};

static bool
take_element(void *user, size_t path, struct json_object *element, uint64_t number, uint64_t line)
{
	struct stream *s = user;
	struct importer *im = s->im;
	struct row row = {.place = {.source = im->index,
			      .file = im->file_index,
			      .row = ++s->row,
			      .line = (uint32_t)MIN(line, UINT32_MAX)}};
	char *refused = NULL;
	unsigned clash;
	if (!key_map_bind(s->keys, element, &row, &clash))
		refused = g_strdup_printf(
		    "two keys match \"%s\"", im->profile->names.list[clash].text);
	else if (!json_object_is_type(element, json_type_object))
		refused = g_strdup("not a JSON object");
	build_object(im, &row, element, refused);
	g_free(refused);
	return !importer_full(im);
}

static bool
is_something(struct json_object *value)
{
	switch (json_object_get_type(value)) {
	case json_type_null:
		return false;
	case json_type_boolean:
		return json_object_get_boolean(value);
	case json_type_string:
		return json_object_get_string_len(value) > 0;
	case json_type_array:
		return json_object_array_length(value) > 0;
	case json_type_object:
		return json_object_object_length(value) > 0;
	default:
		return true;
	}
}

/* The first of the names under which the document has something. */
static const char *
something_under(
    const struct profile *profile, const struct alternatives *any, struct json_object *document)
{
	for (size_t i = 0; i < any->count; i++) {
		const struct name *name = &profile->names.list[any->names[i]];
		if (is_something(json_at(document, name)))
			return name->text;
	}
	return NULL;
}

/* The first of the names that every document must have something under, and this one has not. */
static const char *
nothing_under(const struct profile *profile, struct json_object *document)
{
	for (size_t i = 0; i < profile->page_needs.count; i++) {
		const struct name *name = &profile->names.list[profile->page_needs.names[i]];
		if (!is_something(json_at(document, name)))
			return name->text;
	}
	return NULL;
}

static const char *
not_true(const struct profile *profile, struct json_object *document)
{
	for (size_t i = 0; i < profile->page_true.count; i++) {
		const struct name *name = &profile->names.list[profile->page_true.names[i]];
		struct json_object *value = json_at(document, name);
		if (!json_object_is_type(value, json_type_boolean) ||
		    !json_object_get_boolean(value))
			return name->text;
	}
	return NULL;
}

static bool
has_records(const struct stream *s, const bool *found)
{
	for (size_t i = 0; s->im->profile->records[i] != NULL; i++) {
		if (found[i])
			return true;
	}
	return false;
}

static void
take_document(void *user, struct json_object *rest, const bool *found)
{
	struct stream *s = user;
	const struct profile *profile = s->im->profile;
	const char *name;
	s->documents++;
	g_clear_pointer(&s->left, g_free);
	if ((name = something_under(profile, &profile->page_left, rest)) != NULL)
		s->left = g_strdup(name);
	if (s->fault != NULL)
		return;
	if ((name = something_under(profile, &profile->page_errors, rest)) != NULL ||
	    (name = not_true(profile, rest)) != NULL) {
		fail(&s->fault, EXIT_BAD_INPUT, "export it again",
		    "%s: document %" G_GUINT64_FORMAT " is an error answer: %s", s->name,
		    s->documents, name);
	} else if ((name = nothing_under(profile, rest)) != NULL) {
		fail(&s->fault, EXIT_BAD_INPUT, "may the account that exported it see everything?",
		    "%s: document %" G_GUINT64_FORMAT " has nothing under \"%s\"", s->name,
		    s->documents, name);
	} else if (!has_records(s, found)) {
		char *lists = g_strjoinv(", ", profile->records);
		fail(&s->fault, EXIT_BAD_INPUT,
		    "is this the right profile, and was the answer an error?",
		    "%s: document %" G_GUINT64_FORMAT " has no list \"%s\"", s->name, s->documents,
		    lists);
		g_free(lists);
	}
}

/* Pages may be saved one to a file; several in one file must end with the last. */
static bool
check_pages(struct importer *im, const struct stream *s, GError **error)
{
	if (s->left == NULL) {
		im->last_page = true;
		return true;
	}
	char *text = g_strdup_printf(
	    "%s: incomplete: the last page still has %s", s->name, s->left);
	bool single = s->documents == 1;
	if (!single)
		fail(error, EXIT_BAD_INPUT, PAGES_HINT, "%s", text);
	else if (im->open_page == NULL)
		im->open_page = g_steal_pointer(&text);
	g_free(text);
	return single;
}

bool
json_import(struct importer *im, struct bytes *bytes, GError **error)
{
	struct stream s = {
	    .im = im, .name = bytes_name(bytes), .keys = key_map_new(&im->profile->names)};
	struct jsonstream_handler handler = {take_element, take_document, &s, ROWS_MAX};
	memset(im->seen, 0, sizeof(im->seen));
	im->seen_records = 0;
	bool good = bytes_rewind(bytes, error) &&
		    jsonstream_read(bytes_read, bytes, s.name,
			(const char *const *)im->profile->records,
			g_strv_length(im->profile->records), &handler, error);
	if (good && s.fault != NULL) {
		g_propagate_error(error, g_steal_pointer(&s.fault));
		good = false;
	}
	good = good && check_pages(im, &s, error);
	good = good && build_complete(im, s.name, error);
	key_map_unmatched(s.keys, im->unmatched);
	key_map_free(s.keys);
	g_clear_error(&s.fault);
	g_free(s.left);
	return good;
}
