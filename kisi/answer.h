#ifndef KISI_ANSWER_H
#define KISI_ANSWER_H

#include <json-c/json.h>
#include <stdbool.h>

/* The readable parts of an answer, as text in and values out. */

struct answer_range {
	int64_t start; /* row offset of the page; -1 for `*` and when absent */
	int64_t end;   /* of the range asked for, not of the rows returned; -1 likewise */
	int64_t total; /* -1 when absent */
};

/*
 * Read X-Collection-Range: `<start>-<end>/<total>` or `*` + `/<total>`.  NULL or unreadable: false,
 * all -1.
 */
bool answer_range(const char *text, struct answer_range *out);

/*
 * What an error answer says, as one printable line: `error` with its code, else `errors` flattened,
 * else the beginning of the body.  body: the JSON, or NULL; text: the bytes, `length` of them.
 * Returned, caller frees with g_free; NULL when it says nothing.
 */
char *answer_message(struct json_object *body, const char *text, size_t length);

#endif
