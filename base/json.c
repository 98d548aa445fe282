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

/* Digits from which on an integer may be too large. */
#define DIGITS_MANY 19

static bool
all_plain(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if ((unsigned char)text[i] >= 0x80)
			return false;
	}
	/* So many digits in a row cannot hide between two places that are as far apart. */
	for (size_t i = DIGITS_MANY - 1; i < length; i += DIGITS_MANY) {
		size_t from = i, to = i;
		if (!g_ascii_isdigit(text[i]))
			continue;
		while (from > 0 && g_ascii_isdigit(text[from - 1]))
			from--;
		while (to < length && g_ascii_isdigit(text[to]))
			to++;
		if (to - from >= DIGITS_MANY)
			return false;
	}
	return true;
}

/* An integer that does not fit becomes the last one that does, which no getter takes. */
static void
put_number(GString *out, const char *number, size_t length)
{
	bool negative = *number == '-';
	const char *most = negative ? "9223372036854775808" : "18446744073709551615";
	const char *digits = number + negative;
	size_t count = length - negative, limit = strlen(most);
	bool whole = skip_digits(digits, number + length) == number + length;
	if (!whole || count < limit || (count == limit && strncmp(digits, most, limit) <= 0))
		g_string_append_len(out, number, (gssize)length);
	else
		g_string_append_printf(out, "%s%s", negative ? "-" : "", most);
}

/* Returned: the bytes taken of the UTF-8 character at text. */
static size_t
put_escaped(GString *out, const char *text)
{
	gunichar c = g_utf8_get_char(text);
	if (c >= 0x10000)
		g_string_append_printf(out, "\\u%04x\\u%04x", 0xd800 + ((c - 0x10000) >> 10),
		    0xdc00 + ((c - 0x10000) & 0x3ff));
	else
		g_string_append_printf(out, "\\u%04x", c);
	return (size_t)(g_utf8_next_char(text) - text);
}

/* Rewrite until `most` bytes are written.  Returned: how many bytes of text that took. */
static size_t
rewrite(GString *out, const char *text, size_t length, size_t most)
{
	bool inside = false;
	size_t i = 0;
	g_string_truncate(out, 0);
	while (i < length && out->len < most) {
		char c = text[i];
		if (!inside && (c == '-' || g_ascii_isdigit(c))) {
			size_t number = MAX(json_number_length(text + i, length - i), 1);
			put_number(out, text + i, number);
			i += number;
		} else if (inside && c == '\\' && i + 1 < length) {
			/* What may not be escaped must stay next to its backslash. */
			g_string_append_len(out, text + i, 2);
			i += 2;
			while (i < length && ((unsigned char)text[i] & 0xc0) == 0x80)
				g_string_append_c(out, text[i++]);
		} else if ((unsigned char)c >= 0x80) {
			i += put_escaped(out, text + i);
		} else {
			inside = inside != (c == '"');
			g_string_append_c(out, c);
			i++;
		}
	}
	return i;
}

const char *
json_plain(const char *text, size_t *length, GString *scratch)
{
	if (all_plain(text, *length))
		return text;
	rewrite(scratch, text, *length, SIZE_MAX);
	*length = scratch->len;
	return scratch->str;
}

/* Where in text stands what json_plain put at byte `at`. */
static size_t
place_of(const char *text, size_t length, size_t at)
{
	g_autoptr(GString) out = g_string_new(NULL);
	return all_plain(text, length) ? at : rewrite(out, text, length, at);
}

struct json_object *
json_read(const char *text, size_t length, const char *name, GError **error)
{
	struct json_tokener *tokener = json_tokener_new_ex(JSON_DEPTH);
	struct json_object *value = NULL;
	g_autoptr(GString) scratch = g_string_new(NULL);
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	/* Escaped, two bytes become six. */
	if (length > INT32_MAX / 3) {
		fail(error, EXIT_BAD_INPUT, NULL, "%s: larger than 682 MiB", name);
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
	size_t plain_length = length;
	const char *plain = json_plain(text, &plain_length, scratch);
	value = json_tokener_parse_ex(tokener, plain, (int)plain_length);
	enum json_tokener_error state = json_tokener_get_error(tokener);
	/* A number at the very end is only complete once the tokener sees something behind it. */
	if (state == json_tokener_continue && length > 0) {
		value = json_tokener_parse_ex(tokener, "", 1);
		state = json_tokener_get_error(tokener);
	}
	if (state != json_tokener_success) {
		fail(error, EXIT_BAD_INPUT, NULL, "%s: byte %zu: not JSON: %s", name,
		    place_of(text, length, json_tokener_get_parse_end(tokener)),
		    json_tokener_error_desc(state));
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
