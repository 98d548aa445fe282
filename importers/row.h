#ifndef IMPORTERS_ROW_H
#define IMPORTERS_ROW_H

#include "importers/names.h"
#include "model/record.h"

#include <json-c/json.h>

/* One record of an export before anybody knows what it means: cells of a table or an object of JSON. */

enum presence {
	VALUE_ABSENT, /* no such column or key */
	VALUE_BLANK,  /* there, but blank, null or an empty list */
	VALUE_TEXT,
	VALUE_FLAG, /* JSON true or false; text says which */
	VALUE_BAD,  /* cannot be a value; text is the reason, lower case */
};

/* text: trimmed; valid until the row is given back. */
struct value {
	enum presence presence;
	const char *text;
	unsigned name; /* that it came from, or NO_NAME */
	bool joined;   /* put together from parts; name is that of the first */
};

/* Which keys of JSON records answer to which names; it learns each spelling once. */
struct key_map;

struct row {
	const struct names *names;
	struct record_place place;
	GStringChunk *scratch; /* texts that live as long as the row */
	/* a table's row */
	const int *columns; /* by name: index of its cell, or -1 */
	char **cells;
	size_t n_cells, width; /* width: of the header */
	/* a JSON record; columns is NULL */
	struct json_object *element; /* of the list that `each` names; NULL */
	struct json_object **values; /* by name: of its first step */
	bool *there;		     /* by name: has the record that key? */
};

/* Returned, caller frees with key_map_free (NULL is fine).  names: borrowed. */
struct key_map *key_map_new(const struct names *names);
void key_map_free(struct key_map *map);

/*
 * Make row the JSON record `object` (borrowed, not NULL).  False when two of its keys answer to one name; then
 * *clash is the name.
 */
bool key_map_bind(
    struct key_map *map, struct json_object *object, struct row *row, unsigned *clash);

/* Add the keys that answered to no name to the set. */
void key_map_unmatched(const struct key_map *map, GHashTable *set);

/* The one value of a name. */
void row_value(const struct row *row, unsigned name, struct value *out);

/* The first of a name's values that is one; else as row_value. */
void row_first(const struct row *row, unsigned name, struct value *out);

/* All values of a name: the elements of a JSON list, else the one; appended to out, of struct value. */
void row_values(const struct row *row, unsigned name, GArray *out);

/* Does the value of the name meet a condition: the word with this text_key, or blank for "". */
bool row_says(const struct row *row, unsigned name, const char *key);

/* The object's value at the steps of a name, when it is there and not null; else NULL.  Borrowed. */
struct json_object *json_at(struct json_object *object, const struct name *name);

#endif
