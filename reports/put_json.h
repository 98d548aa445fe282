#ifndef REPORTS_PUT_JSON_H
#define REPORTS_PUT_JSON_H

#include "base/instant.h"
#include "base/json.h"

/* What the JSON writers share.  object: borrowed; texts: copied. */

/* A text as JSON; NULL for NULL.  Data may hold bytes that no JSON may: they are replaced, visibly.  Caller owns it. */
struct json_object *new_text(const char *text);

/* The same as a member of object. */
void put_text(struct json_object *object, const char *key, const char *text);

/* An id of Kisi; 0 stands for "there is none" and becomes null. */
void put_id(struct json_object *object, const char *key, int64_t id);

void put_count(struct json_object *object, const char *key, size_t count);

/* The members from and until, RFC 3339 UTC; null where the interval is open, or is not there. */
void put_interval(struct json_object *object, bool there, const struct interval *span);

#endif
