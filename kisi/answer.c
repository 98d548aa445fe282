/*
 * Reads the headers and error bodies of Kisi.  Nothing here is trusted, and nothing here decides what an answer
 * means.
 */
#include "kisi/answer.h"

#include "base/json.h"
#include "base/text.h"

#include <string.h>

#define EXCERPT 300 /* characters of a body worth showing */

bool
answer_range(const char *text, struct answer_range *out)
{
	struct answer_range range = {-1, -1, -1};
	char **parts = NULL;
	char **ends = NULL;
	bool ok = false;

	*out = range;
	if (text == NULL)
		return false;
	parts = g_strsplit(text, "/", 0);
	if (g_strv_length(parts) == 2 && text_number(parts[1], 0, INT64_MAX, &range.total)) {
		ends = g_strsplit(parts[0], "-", 0);
		ok = strcmp(parts[0], "*") == 0 ||
		     (g_strv_length(ends) == 2 &&
			 text_number(ends[0], 0, INT64_MAX, &range.start) &&
			 text_number(ends[1], 0, INT64_MAX, &range.end));
	}
	if (ok)
		*out = range;
	g_strfreev(ends);
	g_strfreev(parts);
	return ok;
}

static const char *
shown(struct json_object *value)
{
	return value == NULL ? "null" : json_object_get_string(value);
}

/* `field: text, text; field: text` */
static char *
flatten(struct json_object *errors)
{
	GString *line = g_string_new(NULL);

	json_object_object_foreach(errors, field, texts)
	{
		g_string_append_printf(line, "%s%s: ", line->len > 0 ? "; " : "", field);
		if (!json_object_is_type(texts, json_type_array)) {
			g_string_append(line, shown(texts));
			continue;
		}
		for (size_t i = 0; i < json_object_array_length(texts); i++) {
			g_string_append(line, i > 0 ? ", " : "");
			g_string_append(line, shown(json_object_array_get_idx(texts, i)));
		}
	}
	return g_string_free(line, FALSE);
}

static char *
excerpt(const char *text, size_t length)
{
	char *valid = g_utf8_make_valid(text, (gssize)MIN(length, EXCERPT * 4));
	char *shorter = g_utf8_strlen(valid, -1) > EXCERPT ? g_utf8_substring(valid, 0, EXCERPT)
							   : g_strdup(valid);
	bool cut = strlen(shorter) < strlen(valid);
	char *line = g_strconcat(g_strstrip(shorter), cut ? "..." : "", NULL);

	g_free(valid);
	g_free(shorter);
	return line;
}

/*
 * There is no `message` key in Kisi's errors: a client that reads one logs every 422 as unknown
 * (kisi-api 4.1).
 */
char *
answer_message(struct json_object *body, const char *text, size_t length)
{
	const char *error = json_text(body, "error");
	const char *code = json_text(body, "code");
	struct json_object *errors = json_member(body, "errors");
	char *line = NULL;
	char *printable = NULL;
	char *beginning = NULL;

	if (error != NULL)
		line = code == NULL ? g_strdup(error) : g_strdup_printf("%s (%s)", error, code);
	else if (json_object_is_type(errors, json_type_object))
		line = flatten(errors);
	else
		line = g_strndup(
		    text == NULL ? "" : text, text == NULL ? 0 : MIN(length, EXCERPT * 4));
	beginning = excerpt(line, strlen(line));
	printable = text_printable(beginning);
	g_free(beginning);
	g_free(line);
	if (*printable == '\0')
		g_clear_pointer(&printable, g_free);
	return printable;
}
