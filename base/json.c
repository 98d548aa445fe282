/* json-c with its lenient defaults switched off, and getters that tell absent from wrong. */
#include "base/json.h"

#include "base/failure.h"

#include <string.h>

/* Everything that stands outside strings and numbers: punctuation, blanks, and the letters of true, false and null. */
#define OUTSIDE_STRINGS "{}[]:, \t\r\netrufalsn"

static const char *
skip_digits(const char *p, const char *end)
{
	while (p < end && g_ascii_isdigit(*p))
		p++;
	return p;
}

size_t
json_number_length(const char *text, size_t length)
{
	const char *p = text, *end = text + length;
	p += p < end && *p == '-';
	const char *whole = p;
	p = skip_digits(p, end);
	if (p == whole || (p > whole + 1 && *whole == '0'))
		return 0;
	if (p < end && *p == '.') {
		const char *fraction = ++p;
		p = skip_digits(p, end);
		if (p == fraction)
			return 0;
	}
	if (p < end && (*p == 'e' || *p == 'E')) {
		p++;
		p += p < end && (*p == '+' || *p == '-');
		const char *exponent = p;
		p = skip_digits(p, end);
		if (p == exponent)
			return 0;
	}
	return (size_t)(p - text);
}

/*
 * What json-c lets pass even when strict: single quotes, NaN, raw control characters, numbers like `1.` and `-00`, and
 * whatever stands behind a NUL.  The byte it begins at; length when there is none.
 */
static size_t
find_fault(const char *text, size_t length)
{
	bool inside = false;
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i];
		if (c == '"') {
			inside = !inside;
		} else if (inside && c == '\\') {
			i++;
		} else if (inside) {
			if (c < 0x20)
				return i;
		} else if (c == '-' || g_ascii_isdigit(c)) {
			size_t number = json_number_length(text + i, length - i);
			if (number == 0)
				return i;
			i += number - 1;
		} else if (c == '\0' || strchr(OUTSIDE_STRINGS, c) == NULL) {
			return i;
		}
	}
	return length;
}

struct json_object *
json_read(const char *text, size_t length, const char *name, GError **error)
{
	struct json_tokener *tokener = json_tokener_new_ex(JSON_DEPTH);
	struct json_object *value = NULL;
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	if (length > INT32_MAX) {
		fail(error, EXIT_BAD_INPUT, NULL, "%s: larger than 2 GiB", name);
		goto done;
	}
	/* json-c's own look at UTF-8 takes what lies beyond Unicode, and halves of a pair. */
	const char *end;
	size_t fault = g_utf8_validate_len(text, length, &end) ? find_fault(text, length)
							       : (size_t)(end - text);
	if (fault < length) {
		fail(error, EXIT_BAD_INPUT, NULL, "%s: byte %zu: not JSON", name, fault);
		goto done;
	}
	value = json_tokener_parse_ex(tokener, text, (int)length);
	enum json_tokener_error state = json_tokener_get_error(tokener);
	/* A number at the very end is only complete once the tokener sees something behind it. */
	if (state == json_tokener_continue && length > 0) {
		value = json_tokener_parse_ex(tokener, "", 1);
		state = json_tokener_get_error(tokener);
	}
	if (state != json_tokener_success) {
		fail(error, EXIT_BAD_INPUT, NULL, "%s: byte %zu: not JSON: %s", name,
		    json_tokener_get_parse_end(tokener), json_tokener_error_desc(state));
		json_object_put(value);
		value = NULL;
	} else if (value == NULL) {
		fail(error, EXIT_BAD_INPUT, NULL, "%s: nothing but null", name);
	}
done:
	json_tokener_free(tokener);
	return value;
}

struct json_object *
json_member(struct json_object *object, const char *key)
{
	struct json_object *value = NULL;
	if (!json_object_is_type(object, json_type_object) ||
	    !json_object_object_get_ex(object, key, &value))
		return NULL;
	return value;
}

const char *
json_text(struct json_object *object, const char *key)
{
	struct json_object *value = json_member(object, key);
	if (!json_object_is_type(value, json_type_string))
		return NULL;
	const char *text = json_object_get_string(value);
	return strlen(text) == (size_t)json_object_get_string_len(value) ? text : NULL;
}

bool
json_integer(struct json_object *object, const char *key, int64_t *out)
{
	struct json_object *value = json_member(object, key);
	if (!json_object_is_type(value, json_type_int))
		return false;
	int64_t number = json_object_get_int64(value);
	/* json-c clamps what does not fit: a clamped id would be somebody else's. */
	if (number == INT64_MAX || number == INT64_MIN)
		return false;
	*out = number;
	return true;
}

bool
json_boolean(struct json_object *object, const char *key, bool *out)
{
	struct json_object *value = json_member(object, key);
	if (!json_object_is_type(value, json_type_boolean))
		return false;
	*out = json_object_get_boolean(value);
	return true;
}

bool
json_instant(struct json_object *object, const char *key, instant open, instant *out)
{
	if (json_member(object, key) == NULL) {
		*out = open;
		return true;
	}
	const char *text = json_text(object, key);
	return text != NULL && instant_parse(text, out);
}

struct json_object *
json_array(struct json_object *object, const char *key)
{
	struct json_object *value = json_member(object, key);
	return json_object_is_type(value, json_type_array) ? value : NULL;
}

const char *
json_compact(struct json_object *value)
{
	return json_object_to_json_string_ext(
	    value, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
}

void
json_put_text(struct json_object *object, const char *key, const char *text)
{
	json_object_object_add(object, key, text != NULL ? json_object_new_string(text) : NULL);
}

void
json_put_integer(struct json_object *object, const char *key, int64_t value)
{
	json_object_object_add(object, key, json_object_new_int64(value));
}

void
json_put_boolean(struct json_object *object, const char *key, bool value)
{
	json_object_object_add(object, key, json_object_new_boolean(value));
}

void
json_put_instant(struct json_object *object, const char *key, instant t)
{
	char buffer[INSTANT_TEXT];
	bool open = t == INSTANT_ALWAYS || t == INSTANT_NEVER;
	json_put_text(object, key, open ? NULL : instant_format(t, buffer));
}
