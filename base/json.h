#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/instant.h"

#include <json-c/json.h>

/*
 * Strict reading and typed getting over json-c 0.16 to 0.18, whose defaults accept comments, bad UTF-8 and clamp
 * large integers without a word.  A getter that says "false" leaves *out alone.
 */

/* Deepest nesting accepted anywhere. */
#define JSON_DEPTH 32

/*
 * Parse exactly one document.  Returned, caller frees with json_object_put; NULL and *error (code
 * EXIT_BAD_INPUT, text `<name>: byte N: ...`) when text is not strict JSON in UTF-8 with nothing behind it, or nothing but
 * null, which is json-c's NULL.
 */
struct json_object *json_read(const char *text, size_t length, const char *name, GError **error);

/*
 * The text (valid UTF-8, *length bytes) as every version of json-c reads it alike.  0.18 in its strict mode refuses every byte
 * above 0x7f in a string, and every integer beyond 64 bits, which 0.16 clamps: here such characters become escapes, and
 * such integers are clamped.  Returned: text itself where nothing is to be done, else scratch->str, which is overwritten;
 * *length is of what is returned.  Lines stay lines.
 */
const char *json_plain(const char *text, size_t *length, GString *scratch);

/* How many bytes of the text (length of them) are a number by JSON's own grammar; 0 when it begins with none. */
size_t json_number_length(const char *text, size_t length);

/* The member of an object; NULL when it is absent or null, or when object is not an object.  Borrowed. */
struct json_object *json_member(struct json_object *object, const char *key);

/* The member as text when it is a string without NUL inside; else NULL.  Owned by the object. */
const char *json_text(struct json_object *object, const char *key);

/* The member as an integer: a JSON integer that fits int64 exactly. */
bool json_integer(struct json_object *object, const char *key, int64_t *out);

/* The member as a boolean: JSON true or false. */
bool json_boolean(struct json_object *object, const char *key, bool *out);

/* The member as an RFC 3339 instant.  Absent or null gives `open` and true; unreadable text gives false. */
bool json_instant(struct json_object *object, const char *key, instant open, instant *out);

/* The member as an array; NULL when it is absent, null or something else.  Borrowed. */
struct json_object *json_array(struct json_object *object, const char *key);

/* Compact text of the value, slashes not escaped; owned by the value, valid until it changes. */
const char *json_compact(struct json_object *value);

/* Add a member: text (NULL becomes null), integer, instant (an open end becomes null). */
void json_put_text(struct json_object *object, const char *key, const char *text);
void json_put_integer(struct json_object *object, const char *key, int64_t value);
void json_put_boolean(struct json_object *object, const char *key, bool value);
void json_put_instant(struct json_object *object, const char *key, instant t);

#endif
