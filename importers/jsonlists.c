/*
 * Where JSON keeps its records.  json-c gives nothing of a document that breaks off, and a document of a million records
 * must not be read whole to learn where they are: so brackets and keys of its beginning are followed by hand.
 */
#include "importers/jsonlists.h"

#include <stdbool.h>
#include <string.h>

#define DEPTH_MAX 6

struct walk {
	const char *at, *end;
	GString *path;	  /* of the value that comes next */
	GPtrArray *lists; /* of char * */
};

static bool walk_value(struct walk *w, unsigned depth);

static void
skip_blanks(struct walk *w)
{
	while (w->at < w->end && g_ascii_isspace(*w->at))
		w->at++;
}

static bool
take(struct walk *w, char c)
{
	skip_blanks(w);
	if (w->at == w->end || *w->at != c)
		return false;
	w->at++;
	return true;
}

/* A string with its quotes; false when it breaks off. */
static bool
walk_string(struct walk *w, const char **text, size_t *length)
{
	if (!take(w, '"'))
		return false;
	*text = w->at;
	while (w->at < w->end && *w->at != '"')
		w->at += *w->at == '\\' && w->at + 1 < w->end ? 2 : 1;
	*length = (size_t)(w->at - *text);
	return take(w, '"');
}

static bool
walk_object(struct walk *w, unsigned depth)
{
	size_t before = w->path->len;
	if (take(w, '}'))
		return true;
	do {
		const char *key;
		size_t length;
		if (!walk_string(w, &key, &length) || !take(w, ':'))
			return false;
		if (before > 0)
			g_string_append_c(w->path, '.');
		g_string_append_len(w->path, key, (gssize)length);
		if (!walk_value(w, depth))
			return false;
		g_string_truncate(w->path, before);
	} while (take(w, ','));
	return take(w, '}');
}

/* Past the end of a list, whatever is in it. */
static bool
skip_list(struct walk *w)
{
	unsigned open = 1;
	while (open > 0) {
		const char *text;
		size_t length;
		skip_blanks(w);
		if (w->at == w->end)
			return false;
		if (*w->at == '"') {
			if (!walk_string(w, &text, &length))
				return false;
			continue;
		}
		open += *w->at == '[' || *w->at == '{';
		open -= *w->at == ']' || *w->at == '}';
		w->at++;
	}
	return true;
}

static bool
walk_value(struct walk *w, unsigned depth)
{
	const char *text;
	size_t length;
	skip_blanks(w);
	if (w->at == w->end)
		return false;
	if (*w->at == '"')
		return walk_string(w, &text, &length);
	if (take(w, '{'))
		return depth < DEPTH_MAX && walk_object(w, depth + 1);
	if (take(w, '[')) {
		skip_blanks(w);
		if (w->at < w->end && *w->at == '{')
			g_ptr_array_add(w->lists, g_strdup(w->path->str));
		return skip_list(w);
	}
	while (w->at < w->end && strchr(",]} \t\r\n", *w->at) == NULL)
		w->at++;
	return true;
}

GPtrArray *
json_lists(const char *text, size_t length)
{
	struct walk w = {.at = text, .end = text + length, .path = g_string_new(NULL)};
	w.lists = g_ptr_array_new_with_free_func(g_free);
	bool whole = walk_value(&w, 0);
	skip_blanks(&w);
	if (whole && w.at < w.end)
		g_ptr_array_set_size(w.lists, 0);
	g_string_free(w.path, TRUE);
	return w.lists;
}
