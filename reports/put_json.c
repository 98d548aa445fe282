/* What the JSON writers share. */
#include "reports/put_json.h"

struct json_object *
new_text(const char *text)
{
	if (text == NULL || g_utf8_validate(text, -1, NULL))
		return text != NULL ? json_object_new_string(text) : NULL;
	char *valid = g_utf8_make_valid(text, -1);
	struct json_object *value = json_object_new_string(valid);
	g_free(valid);
	return value;
}

void
put_text(struct json_object *object, const char *key, const char *text)
{
	json_object_object_add(object, key, new_text(text));
}

void
put_id(struct json_object *object, const char *key, int64_t id)
{
	if (id != 0)
		json_put_integer(object, key, id);
	else
		json_put_text(object, key, NULL);
}

void
put_count(struct json_object *object, const char *key, size_t count)
{
	json_put_integer(object, key, (int64_t)count);
}

void
put_interval(struct json_object *object, bool there, const struct interval *span)
{
	json_put_instant(object, "from", there ? span->from : INSTANT_ALWAYS);
	json_put_instant(object, "until", there ? span->until : INSTANT_NEVER);
}
