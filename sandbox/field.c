/*
 * Field tables at work: reading request bodies and snapshot files by them, and completing what is
 * kept to what Kisi would answer.  Rules between fields and between objects belong to the
 * resource files.
 */
#include "sandbox/field.h"

#include "base/instant.h"
#include "base/json.h"
#include "base/text.h"

#include <glib.h>
#include <string.h>

/* Kisi's documented limits of `metadata`. */
enum { METADATA_KEYS = 50, METADATA_KEY_MAX = 50, METADATA_VALUE_MAX = 500 };

void
field_error(struct json_object *errors, const char *name, const char *text)
{
	struct json_object *list;

	if (!json_object_object_get_ex(errors, name, &list)) {
		list = json_object_new_array();
		json_object_object_add(errors, name, list);
	}
	json_object_array_add(list, json_object_new_string(text));
}

static bool
is_email(const char *text)
{
	const char *at = strchr(text, '@');

	if (at == NULL || at == text || at[1] == '\0' || strchr(at + 1, '@') != NULL ||
	    strlen(text) > 254)
		return false;
	for (const char *p = text; *p != '\0'; p++) {
		if (g_ascii_isspace(*p) || g_ascii_iscntrl(*p) || strchr("<>,;\"", *p) != NULL)
			return false;
	}
	return true;
}

/* Kisi takes numbers of the US, Canada and Puerto Rico only: +1 and ten digits. */
static bool
is_phone(const char *text)
{
	return g_str_has_prefix(text, "+1") && strlen(text) == 12 && text_digits(text + 1);
}

static bool
is_date(const char *text)
{
	instant ignored;
	g_autofree char *whole = g_strconcat(text, "T00:00:00Z", NULL);

	return strlen(text) == 10 && instant_parse(whole, &ignored);
}

static bool
is_hour_minute(const char *text)
{
	instant ignored;
	g_autofree char *whole = g_strconcat("2000-01-01T", text, ":00Z", NULL);

	return strlen(text) == 5 && instant_parse(whole, &ignored);
}

static bool
is_uri(const char *text)
{
	return g_uri_is_valid(text, G_URI_FLAGS_NONE, NULL);
}

static bool
is_instant(const char *text)
{
	instant ignored;

	return instant_parse(text, &ignored);
}

static const struct {
	bool (*fits)(const char *text);
	const char *complaint;
} formats[] = {
    [FIELD_EMAIL] = {is_email, "is not an email"},
    [FIELD_URI] = {is_uri, "is not a valid URL"},
    [FIELD_PHONE] = {is_phone, "is not a supported phone number"},
    [FIELD_INSTANT] = {is_instant, "is not a valid date-time"},
    [FIELD_DATE] = {is_date, "is not a valid date"},
    [FIELD_HOUR_MINUTE] = {is_hour_minute, "is not a valid time"},
    [FIELD_TEXTS] = {NULL, NULL},
};

static const struct {
	enum json_type type;
	const char *complaint;
} shapes[] = {
    [FIELD_INTEGER] = {json_type_int, "is not an integer"},
    [FIELD_NUMBER] = {json_type_double, "is not a number"},
    [FIELD_BOOLEAN] = {json_type_boolean, "is not a boolean"},
    [FIELD_TEXT] = {json_type_string, "is not a string"},
    [FIELD_EMAIL] = {json_type_string, "is not a string"},
    [FIELD_URI] = {json_type_string, "is not a string"},
    [FIELD_PHONE] = {json_type_string, "is not a string"},
    [FIELD_INSTANT] = {json_type_string, "is not a string"},
    [FIELD_DATE] = {json_type_string, "is not a string"},
    [FIELD_HOUR_MINUTE] = {json_type_string, "is not a string"},
    [FIELD_METADATA] = {json_type_object, "is not an object"},
    [FIELD_TEXTS] = {json_type_array, "is not an array"},
};

/* Text without a NUL inside: nothing behind this door could carry one. */
static bool
is_plain_text(struct json_object *value)
{
	return json_object_is_type(value, json_type_string) &&
	       strlen(json_object_get_string(value)) == (size_t)json_object_get_string_len(value);
}

static bool
has_shape(const struct field *field, struct json_object *value)
{
	if (field->type == FIELD_NUMBER && json_object_is_type(value, json_type_int))
		return true;
	if (!json_object_is_type(value, shapes[field->type].type))
		return false;
	if (shapes[field->type].type == json_type_string)
		return is_plain_text(value);
	/* json-c clamps what does not fit. */
	if (field->type == FIELD_INTEGER)
		return json_object_get_int64(value) != INT64_MAX &&
		       json_object_get_int64(value) != INT64_MIN;
	if (field->type != FIELD_TEXTS)
		return true;
	for (size_t i = 0; i < json_object_array_length(value); i++) {
		if (!is_plain_text(json_object_array_get_idx(value, i)))
			return false;
	}
	return true;
}

/* NULL when the metadata keeps Kisi's limits, else the complaint. */
static const char *
metadata_complaint(struct json_object *metadata)
{
	if (json_object_object_length(metadata) > METADATA_KEYS)
		return "has too many keys (maximum is 50)";
	json_object_object_foreach(metadata, key, value)
	{
		if (g_utf8_strlen(key, -1) > METADATA_KEY_MAX)
			return "has a key that is too long (maximum is 50 characters)";
		if (json_object_is_type(value, json_type_object) ||
		    json_object_is_type(value, json_type_array))
			return "must hold basic types only";
		if (json_object_is_type(value, json_type_string) &&
		    g_utf8_strlen(json_object_get_string(value), -1) > METADATA_VALUE_MAX)
			return "has a value that is too long (maximum is 500 characters)";
	}
	return NULL;
}

static const char *
text_complaint(const struct field *field, const char *text)
{
	if (field->words != NULL && !g_strv_contains(field->words, text))
		return "is not included in the list";
	if (field->max > 0 && g_utf8_strlen(text, -1) > field->max)
		return "is too long";
	if (field->type < G_N_ELEMENTS(formats) && formats[field->type].fits != NULL &&
	    !formats[field->type].fits(text))
		return formats[field->type].complaint;
	if ((field->flags & FIELD_REQUIRED) != 0 && text_blank(text))
		return "can't be blank";
	return NULL;
}

static const char *
complaint(const struct field *field, struct json_object *value)
{
	if (value == NULL)
		return (field->flags & FIELD_NULL) != 0 ? NULL : "can't be blank";
	if (!has_shape(field, value))
		return shapes[field->type].complaint;
	if (field->type == FIELD_METADATA)
		return metadata_complaint(value);
	if (shapes[field->type].type == json_type_string)
		return text_complaint(field, json_object_get_string(value));
	return NULL;
}

char *
field_instant(const char *text, const char *times)
{
	char buffer[INSTANT_TEXT];
	instant t;

	if (!instant_parse(text, &t))
		return g_strdup(text);
	instant_format(t, buffer);
	buffer[strlen(buffer) - 1] = '\0';
	return g_strconcat(buffer,
	    strcmp(times, "seconds") == 0  ? "Z"
	    : strcmp(times, "offset") == 0 ? "+00:00"
					   : ".000Z",
	    NULL);
}

/*
 * The value as it is kept: ids sent as text become integers (clients do that, and Kisi takes it).
 */
static struct json_object *
settled(const struct field *field, struct json_object *value, const char *times)
{
	int64_t number;

	if (field->type == FIELD_INTEGER && json_object_is_type(value, json_type_string) &&
	    text_number(json_object_get_string(value), 0, INT64_MAX, &number))
		return json_object_new_int64(number);
	if (field->type == FIELD_INSTANT && json_object_is_type(value, json_type_string)) {
		g_autofree char *text = field_instant(json_object_get_string(value), times);
		return json_object_new_string(text);
	}
	return json_object_get(value);
}

struct json_object *
fields_take(const struct field *fields, struct json_object *body, unsigned verb, const char *times,
    struct json_object *errors)
{
	struct json_object *out = json_object_new_object();

	for (const struct field *field = fields; field->name != NULL; field++) {
		struct json_object *sent;
		if ((field->flags & verb) == 0)
			continue;
		if (!json_object_object_get_ex(body, field->name, &sent)) {
			if (verb == FIELD_CREATE && (field->flags & FIELD_REQUIRED) != 0)
				field_error(errors, field->name, "can't be blank");
			continue;
		}
		struct json_object *value = settled(field, sent, times);
		const char *wrong = complaint(field, value);
		if (wrong != NULL)
			field_error(errors, field->name, wrong);
		if (wrong != NULL || (field->flags & FIELD_FORGOTTEN) != 0)
			json_object_put(value);
		else
			json_object_object_add(out, field->name, value);
	}
	return out;
}

/* A new value for the default of a field; NULL stands for null. */
static struct json_object *
absent_value(const struct field *field, const char *born)
{
	const char *text = field->absent;

	if (text == NULL || strcmp(text, "null") == 0)
		return NULL;
	if (strcmp(text, "@born") == 0)
		return json_object_new_string(born);
	if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0)
		return json_object_new_boolean(text[0] == 't');
	if (strcmp(text, "{}") == 0)
		return json_object_new_object();
	if (strcmp(text, "[]") == 0)
		return json_object_new_array();
	if (text_digits(text))
		return json_object_new_int64(g_ascii_strtoll(text, NULL, 10));
	return json_object_new_string(text);
}

struct json_object *
fields_load(const struct field *fields, struct json_object *object, const char **why)
{
	struct json_object *out = json_object_new_object();

	for (const struct field *field = fields; field->name != NULL; field++) {
		struct json_object *value;
		if ((field->flags & FIELD_FORGOTTEN) != 0 ||
		    !json_object_object_get_ex(object, field->name, &value) ||
		    (value == NULL && (field->flags & FIELD_NULL) == 0))
			continue;
		if (value != NULL && !has_shape(field, value)) {
			*why = field->name;
			json_object_put(out);
			return NULL;
		}
		struct json_object *absent = absent_value(field, "");
		if (!json_object_equal(absent, value))
			json_object_object_add(out, field->name, json_object_get(value));
		json_object_put(absent);
	}
	return out;
}

void
fields_show(
    const struct field *fields, struct json_object *kept, const char *born, struct json_object *out)
{
	for (const struct field *field = fields; field->name != NULL; field++) {
		struct json_object *value;
		if ((field->flags & (FIELD_HIDDEN | FIELD_FORGOTTEN)) != 0)
			continue;
		if (json_object_object_get_ex(kept, field->name, &value))
			value = json_object_get(value);
		else
			value = absent_value(field, born);
		json_object_object_add(out, field->name, value);
	}
}

bool
fields_flag(const struct field *fields, struct json_object *kept, const char *name)
{
	struct json_object *value;

	if (json_object_object_get_ex(kept, name, &value))
		return json_object_get_boolean(value);
	for (const struct field *field = fields; field->name != NULL; field++) {
		if (strcmp(field->name, name) == 0)
			return g_strcmp0(field->absent, "true") == 0;
	}
	return false;
}
