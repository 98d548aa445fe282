/*
 * Values of a record by name.  Decides what counts as absent, blank, one value or several; not what a value
 * means.
 */
#include "importers/row.h"

#include "base/text.h"
#include "importers/limits.h"

#include <string.h>

struct key_map {
	const struct names *names;
	GHashTable *keys; /* key as spelt -> GArray of unsigned (names), NULL for none */
	struct json_object **values;
	bool *there;
};

struct key_map *
key_map_new(const struct names *names)
{
	struct key_map *map = g_new0(struct key_map, 1);
	map->names = names;
	map->keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	map->values = g_new0(struct json_object *, names->count);
	map->there = g_new0(bool, names->count);
	return map;
}

void
key_map_free(struct key_map *map)
{
	if (map == NULL)
		return;
	GHashTableIter iter;
	gpointer names;
	g_hash_table_iter_init(&iter, map->keys);
	while (g_hash_table_iter_next(&iter, NULL, &names)) {
		if (names != NULL)
			g_array_unref(names);
	}
	g_hash_table_unref(map->keys);
	g_free(map->values);
	g_free(map->there);
	g_free(map);
}

#define KEYS_MAX 4096 /* spellings remembered; ids used as keys would fill the memory */

static GArray *
learn(struct key_map *map, const char *spelt)
{
	char *key = text_header_key(spelt);
	GArray *found = NULL;
	for (unsigned i = 0; i < map->names->count; i++) {
		const struct name *name = &map->names->list[i];
		if (name->each || name->first[0] == '\0' || strcmp(name->first, key) != 0)
			continue;
		if (found == NULL)
			found = g_array_new(FALSE, FALSE, sizeof(unsigned));
		g_array_append_val(found, i);
	}
	g_free(key);
	if (found != NULL || g_hash_table_size(map->keys) < KEYS_MAX)
		g_hash_table_insert(map->keys, g_strdup(spelt), found);
	return found;
}

bool
key_map_bind(struct key_map *map, struct json_object *object, struct row *row, unsigned *clash)
{
	bool good = true;
	memset(map->there, 0, sizeof(bool) * map->names->count);
	row->names = map->names;
	row->columns = NULL;
	row->element = NULL;
	row->values = map->values;
	row->there = map->there;
	if (!json_object_is_type(object, json_type_object))
		return true;
	json_object_object_foreach(object, spelt, value)
	{
		gpointer known;
		GArray *found = g_hash_table_lookup_extended(map->keys, spelt, NULL, &known)
				    ? known
				    : learn(map, spelt);
		for (unsigned i = 0; found != NULL && i < found->len; i++) {
			unsigned name = g_array_index(found, unsigned, i);
			if (map->there[name]) {
				*clash = name;
				good = false;
			}
			map->there[name] = true;
			map->values[name] = value;
		}
	}
	return good;
}

void
key_map_unmatched(const struct key_map *map, GHashTable *set)
{
	GHashTableIter iter;
	gpointer spelt, names;
	g_hash_table_iter_init(&iter, map->keys);
	while (g_hash_table_iter_next(&iter, &spelt, &names)) {
		if (names == NULL)
			g_hash_table_add(set, g_strdup(spelt));
	}
}

/* Most texts have no blanks around them; text_trim looks at every character. */
static char *
trim(char *text)
{
	size_t length = strlen(text);
	if (length == 0 || (g_ascii_isgraph(text[0]) && g_ascii_isgraph(text[length - 1])))
		return text;
	return text_trim(text);
}

/* Spreadsheets are kept from calculating `=1+1` by a `'` before it: it is no part of the value. */
static char *
unguard(char *text)
{
	return text[0] == '\'' && text[1] != '\0' && strchr("=+-@", text[1]) != NULL ? text + 1
										     : text;
}

static void
cell_value(const struct row *row, unsigned name, struct value *out)
{
	int column = row->columns[name];
	if (column < 0)
		return;
	out->presence = VALUE_BLANK;
	if ((size_t)column >= row->n_cells)
		return;
	char *text = unguard(trim(row->cells[column]));
	row->cells[column] = text;
	if (*text == '\0')
		return;
	out->presence = VALUE_TEXT;
	out->text = text;
}

static void
bad_value(struct value *out, const char *reason)
{
	out->presence = VALUE_BAD;
	out->text = reason;
}

static void
string_value(const struct row *row, struct json_object *json, struct value *out)
{
	const char *text = json_object_get_string(json);
	size_t length = (size_t)json_object_get_string_len(json);
	if (strlen(text) != length) {
		bad_value(out, "has a NUL character in it");
		return;
	}
	if (length > CELL_MAX) {
		bad_value(out, "is longer than 64 KiB");
		return;
	}
	out->presence = VALUE_BLANK;
	if (length == 0)
		return;
	if (!g_ascii_isgraph(text[0]) || !g_ascii_isgraph(text[length - 1]) || text[0] == '\'')
		text = unguard(text_trim(g_string_chunk_insert(row->scratch, text)));
	if (*text == '\0')
		return;
	out->presence = VALUE_TEXT;
	out->text = text;
}

static void
json_value(const struct row *row, struct json_object *json, struct value *out)
{
	switch (json_object_get_type(json)) {
	case json_type_null:
		out->presence = VALUE_BLANK;
		break;
	case json_type_string:
		string_value(row, json, out);
		break;
	case json_type_int:
		/* json-c clamps what does not fit: a clamped id would be somebody else's. */
		if (json_object_get_int64(json) == INT64_MIN ||
		    json_object_get_uint64(json) == UINT64_MAX) {
			bad_value(out, "is a number too large to be read exactly");
			break;
		}
		out->presence = VALUE_TEXT;
		out->text = json_object_get_string(json);
		break;
	case json_type_double:
		out->presence = VALUE_TEXT;
		out->text = json_object_get_string(json);
		break;
	case json_type_boolean:
		out->presence = VALUE_FLAG;
		out->text = json_object_get_boolean(json) ? "true" : "false";
		break;
	case json_type_array:
		if (json_object_array_length(json) == 0)
			out->presence = VALUE_BLANK;
		else
			bad_value(out, "is a list where one value belongs");
		break;
	case json_type_object:
		bad_value(out, "is an object where a text belongs");
		break;
	}
}

/* Takes what the steps of a name lead to; present: false when a key on the way is missing. */
typedef void (*json_taker)(void *user, struct json_object *json, bool present);

static void follow(
    const struct name *name, size_t step, struct json_object *at, json_taker take, void *user);

/* at: the value of step number `step`, whose `[]` is still to be done. */
static void
follow_value(
    const struct name *name, size_t step, struct json_object *at, json_taker take, void *user)
{
	bool last = step + 1 == name->n_steps;
	if (!name->steps[step].all || !json_object_is_type(at, json_type_array)) {
		if (last)
			take(user, at, true);
		else
			follow(name, step + 1, at, take, user);
		return;
	}
	size_t n = json_object_array_length(at);
	for (size_t i = 0; i < n; i++) {
		struct json_object *element = json_object_array_get_idx(at, i);
		if (last)
			take(user, element, true);
		else
			follow(name, step + 1, element, take, user);
	}
}

static void
follow(const struct name *name, size_t step, struct json_object *at, json_taker take, void *user)
{
	struct json_object *value;
	if (json_object_is_type(at, json_type_object) &&
	    json_object_object_get_ex(at, name->steps[step].key, &value))
		follow_value(name, step, value, take, user);
	else
		take(user, NULL, false);
}

static void
follow_name(const struct row *row, unsigned number, json_taker take, void *user)
{
	const struct name *name = &row->names->list[number];
	if (name->each)
		follow(name, 0, row->element, take, user);
	else if (row->there[number])
		follow_value(name, 0, row->values[number], take, user);
}

struct single {
	const struct row *row;
	struct value *out;
	bool taken, first;
};

static void
take_single(void *user, struct json_object *json, bool present)
{
	struct single *s = user;
	if (s->first && s->out->presence > VALUE_BLANK)
		return;
	if (s->taken && !s->first)
		bad_value(s->out, "has several values where one belongs");
	else if (present)
		json_value(s->row, json, s->out);
	s->taken = true;
}

static void
single_value(const struct row *row, unsigned name, bool first, struct value *out)
{
	*out = (struct value){.presence = VALUE_ABSENT, .name = name};
	if (row->columns != NULL) {
		cell_value(row, name, out);
		return;
	}
	struct single single = {.row = row, .out = out, .first = first};
	follow_name(row, name, take_single, &single);
}

void
row_value(const struct row *row, unsigned name, struct value *out)
{
	single_value(row, name, false, out);
}

void
row_first(const struct row *row, unsigned name, struct value *out)
{
	single_value(row, name, true, out);
}

struct several {
	const struct row *row;
	unsigned name;
	GArray *out;
};

static void
take_several(void *user, struct json_object *json, bool present)
{
	struct several *s = user;
	if (present && json_object_is_type(json, json_type_array)) {
		size_t n = json_object_array_length(json);
		for (size_t i = 0; i < n; i++)
			take_several(s, json_object_array_get_idx(json, i), true);
		return;
	}
	struct value value = {.presence = VALUE_ABSENT, .name = s->name};
	if (present)
		json_value(s->row, json, &value);
	g_array_append_val(s->out, value);
}

void
row_values(const struct row *row, unsigned name, GArray *out)
{
	if (row->columns == NULL) {
		struct several several = {.row = row, .name = name, .out = out};
		follow_name(row, name, take_several, &several);
		return;
	}
	struct value value;
	row_value(row, name, &value);
	if (value.presence != VALUE_ABSENT)
		g_array_append_val(out, value);
}

bool
row_says(const struct row *row, unsigned name, const char *key)
{
	struct value value;
	row_value(row, name, &value);
	if (value.presence == VALUE_ABSENT || value.presence == VALUE_BLANK)
		return *key == '\0' && (value.presence == VALUE_BLANK || row->columns == NULL);
	if (value.presence == VALUE_BAD)
		return false;
	char *said = text_key(value.text);
	bool same = strcmp(said, key) == 0;
	g_free(said);
	return same;
}

struct json_object *
json_at(struct json_object *object, const struct name *name)
{
	for (size_t i = 0; i < name->n_steps && object != NULL; i++) {
		struct json_object *value = NULL;
		if (json_object_is_type(object, json_type_object))
			json_object_object_get_ex(object, name->steps[i].key, &value);
		object = value;
	}
	return object;
}
