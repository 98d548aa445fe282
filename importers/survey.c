/*
 * One look through a whole file without any profile.  Decides which row of a table is its header and where JSON keeps its
 * records; what the values are is guessed in guess.c.
 */
#include "importers/survey.h"

#include "base/failure.h"
#include "base/jsonstream.h"
#include "base/text.h"
#include "importers/csvfile.h"
#include "importers/icsfile.h"
#include "importers/jsonlists.h"
#include "importers/limits.h"

#include <string.h>

#define COLUMNS_MAX 200 /* looked at; no export that people read has more */
#define STEPS_MAX 6	/* of a path into a record */
#define PATHS_MAX 30	/* of lists; base/jsonstream.c follows 32 */

static void
column_free(gpointer p)
{
	struct survey_column *column = p;
	g_free(column->name);
	g_free(column->first);
	g_free(column->rest);
	guess_free(column->guess);
	g_free(column);
}

static struct survey *
survey_new(enum survey_kind kind)
{
	struct survey *s = g_new0(struct survey, 1);
	s->kind = kind;
	s->columns = g_ptr_array_new_with_free_func(column_free);
	s->by_path = g_hash_table_new(g_str_hash, g_str_equal);
	s->found = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return s;
}

void
survey_free(struct survey *s)
{
	if (s == NULL)
		return;
	g_ptr_array_unref(s->columns);
	g_hash_table_unref(s->by_path);
	g_hash_table_unref(s->found);
	g_free(s->lists);
	g_free(s);
}

/* NULL when there are too many. */
static struct survey_column *
add_column(struct survey *s, const char *name)
{
	if (s->columns->len == COLUMNS_MAX) {
		s->more_columns++;
		return NULL;
	}
	struct survey_column *column = g_new0(struct survey_column, 1);
	column->name = g_strdup(name);
	column->guess = guess_new(name);
	g_ptr_array_add(s->columns, column);
	return column;
}

/* ---- tables ---- */

static bool
is_known(const struct names *names, const char *key)
{
	for (unsigned i = 0; names != NULL && i < names->count; i++) {
		if (strcmp(names->list[i].key, key) == 0)
			return true;
	}
	return false;
}

/* Cells that are data and no headers: addresses, numbers, and what has more digits than letters. */
static bool
is_data(const char *cell)
{
	size_t digits = 0, others = 0;
	for (const char *p = cell; *p != '\0'; p++) {
		digits += g_ascii_isdigit(*p);
		others += g_ascii_isalpha(*p) || (*p & 0x80) != 0;
	}
	return strchr(cell, '@') != NULL || digits >= others;
}

/* The header is the row of most texts that are no data; a word that a profile knows weighs more. */
static unsigned
judge_header(void *user, char *const *cells, size_t n_cells, bool *complete)
{
	const struct survey_hints *hints = user;
	unsigned score = 0;
	*complete = false;
	for (size_t i = 0; i < n_cells; i++) {
		if (text_blank(cells[i]) || is_data(cells[i]))
			continue;
		char *key = text_header_key(cells[i]);
		score += is_known(hints->names, key) ? 4 : 1;
		g_free(key);
	}
	return score;
}

struct table {
	struct survey *survey;
	uint32_t header_row;
	size_t width;
	struct survey_column **columns;
	char **cells; /* of the header */
};

/* Files put together with `cat` repeat their header. */
static bool
repeats_header(const struct table *t, const struct csv_record *record)
{
	bool same = record->n_cells == t->width;
	for (size_t i = 0; i < t->width && same; i++)
		same = strcmp(text_trim(record->cells[i]), t->cells[i]) == 0;
	return same;
}

static bool
take_row(void *user, const struct csv_record *record)
{
	struct table *t = user;
	bool any = false;
	if (record->row <= t->header_row || record->fault != NULL || repeats_header(t, record))
		return true;
	for (size_t i = 0; i < record->n_cells && i < t->width; i++) {
		char *value = text_trim(record->cells[i]);
		if (*value == '\0')
			continue;
		any = true;
		if (t->columns[i] != NULL)
			guess_add(t->columns[i]->guess, value);
	}
	t->survey->rows += any;
	return true;
}

struct survey *
survey_table(struct bytes *bytes, const struct survey_hints *hints, GError **error)
{
	struct survey *s = survey_new(SURVEY_TABLE);
	struct csv_header header;
	csv_find_header(bytes, judge_header, (void *)hints, &header);
	s->delimiter = header.delimiter;
	s->header_row = header.row;
	struct table t = {.survey = s, .header_row = header.row, .cells = header.cells};
	t.width = header.cells != NULL ? g_strv_length(header.cells) : 0;
	t.columns = g_new0(struct survey_column *, t.width + 1);
	for (size_t i = 0; i < t.width; i++) {
		t.columns[i] = add_column(s, header.cells[i]);
		if (t.columns[i] != NULL)
			t.columns[i]->first = text_header_key(header.cells[i]);
	}
	if (t.width > 0)
		csv_read(bytes, s->delimiter, CSV_BACKSLASH, take_row, &t, error);
	csv_header_done(&header);
	g_free(t.columns);
	return s;
}

/* ---- JSON ---- */

struct stream {
	struct survey *survey;
	const struct survey_hints *hints;
	GPtrArray *paths; /* of char *, NULL-terminated */
	size_t chosen;	  /* the list whose elements are looked at; paths->len: none yet */
	bool known;	  /* some profile looks there */
	GString *at;	  /* path of the value that is looked at */
	unsigned steps;
};

static struct survey_column *
path_column(struct survey *s, const char *path)
{
	struct survey_column *column = g_hash_table_lookup(s->by_path, path);
	if (column != NULL || s->columns->len == COLUMNS_MAX)
		return column;
	column = add_column(s, path);
	char **parts = g_strsplit(path, "[]", -1);
	char *plain = g_strjoinv("", parts);
	char *dot = strchr(plain, '.');
	column->rest = dot != NULL ? g_strdup(dot + 1) : NULL;
	if (dot != NULL)
		*dot = '\0';
	column->first = text_header_key(plain);
	g_free(plain);
	g_strfreev(parts);
	g_hash_table_insert(s->by_path, column->name, column);
	return column;
}

static void take_value(struct stream *s, struct json_object *value);

static void
take_members(struct stream *s, struct json_object *object)
{
	size_t length = s->at->len;
	if (++s->steps <= STEPS_MAX) {
		json_object_object_foreach(object, key, value)
		{
			g_string_append_printf(s->at, "%s%s", length > 0 ? "." : "", key);
			take_value(s, value);
			g_string_truncate(s->at, length);
		}
	}
	s->steps--;
}

static void
take_list(struct stream *s, struct json_object *list)
{
	size_t length = s->at->len, n = json_object_array_length(list);
	g_string_append(s->at, "[]");
	for (size_t i = 0; i < n; i++)
		take_value(s, json_object_array_get_idx(list, i));
	g_string_truncate(s->at, length);
}

static void
take_value(struct stream *s, struct json_object *value)
{
	if (json_object_is_type(value, json_type_object)) {
		take_members(s, value);
		return;
	}
	if (json_object_is_type(value, json_type_array)) {
		take_list(s, value);
		return;
	}
	struct survey_column *column = path_column(s->survey, s->at->str);
	const char *raw = value != NULL ? json_object_get_string(value) : "";
	if (column == NULL || text_blank(raw))
		return;
	char *text = g_strdup(raw);
	guess_add(column->guess, text_trim(text));
	g_free(text);
}

static bool
contains(const GPtrArray *paths, const char *path)
{
	return g_ptr_array_find_with_equal_func((GPtrArray *)paths, path, g_str_equal, NULL);
}

/* The records are in the first list that a profile knows, else in the first list at all. */
static bool
choose(struct stream *s, size_t path)
{
	if (path == s->chosen)
		return true;
	bool known = contains(s->hints->paths, s->paths->pdata[path]);
	if (s->chosen < s->paths->len && (s->known || !known))
		return false;
	g_hash_table_remove_all(s->survey->by_path);
	g_ptr_array_set_size(s->survey->columns, 0);
	s->survey->rows = 0;
	s->chosen = path;
	s->known = known;
	return true;
}

static bool
take_element(void *user, size_t path, struct json_object *element, uint64_t number, uint64_t line)
{
	struct stream *s = user;
	if (number == 1)
		g_hash_table_add(s->survey->found, g_strdup(s->paths->pdata[path]));
	if (!choose(s, path))
		return true;
	s->survey->rows++;
	if (json_object_is_type(element, json_type_object))
		take_members(s, element);
	return true;
}

/* A list that is there and empty has no records to tell of it. */
static void
take_document(void *user, struct json_object *rest, const bool *found)
{
	struct stream *s = user;
	for (guint i = 0; i + 1 < s->paths->len; i++) {
		if (found[i])
			g_hash_table_add(s->survey->found, g_strdup(s->paths->pdata[i]));
	}
}

/* Where profiles would look, and what the beginning of the file shows. */
static GPtrArray *
paths_to_read(const struct bytes *bytes, const struct survey_hints *hints)
{
	size_t length;
	const char *head = bytes_head(bytes, &length);
	GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
	GPtrArray *seen = json_lists(head, length);
	g_ptr_array_add(paths, g_strdup(""));
	const GPtrArray *from[] = {hints->paths, seen};
	for (size_t k = 0; k < G_N_ELEMENTS(from); k++) {
		for (guint i = 0; i < from[k]->len && paths->len < PATHS_MAX; i++) {
			if (!contains(paths, from[k]->pdata[i]))
				g_ptr_array_add(paths, g_strdup(from[k]->pdata[i]));
		}
	}
	g_ptr_array_unref(seen);
	g_ptr_array_add(paths, NULL);
	return paths;
}

static char *
join_found(const struct stream *s)
{
	GString *list = g_string_new(NULL);
	for (guint i = 0; i + 1 < s->paths->len; i++) {
		const char *path = s->paths->pdata[i];
		if (g_hash_table_contains(s->survey->found, path))
			g_string_append_printf(
			    list, "%s%s", list->len > 0 ? ", " : "", *path != '\0' ? path : ".");
	}
	return g_string_free(list, FALSE);
}

struct survey *
survey_json(struct bytes *bytes, const struct survey_hints *hints, GError **error)
{
	struct stream s = {
	    .survey = survey_new(SURVEY_JSON), .hints = hints, .at = g_string_new(NULL)};
	struct jsonstream_handler handler = {take_element, take_document, &s, ROWS_MAX};
	s.paths = paths_to_read(bytes, hints);
	s.chosen = s.paths->len;
	if (bytes_rewind(bytes, error))
		jsonstream_read(bytes_read, bytes, bytes_name(bytes),
		    (const char *const *)s.paths->pdata, s.paths->len - 1, &handler, error);
	s.survey->lists = join_found(&s);
	g_ptr_array_unref(s.paths);
	g_string_free(s.at, TRUE);
	return s.survey;
}

/* ---- iCalendar ---- */

static bool
want_all(void *user, const char *name, size_t length)
{
	return true;
}

/* What read_ics.c makes of properties that no profile asks for by their own names. */
static const char *
read_as(const char *property)
{
	static const char *const others[][2] = {{"RRULE", "RECURRENCE"}, {"RDATE", "RECURRENCE"},
	    {"EXDATE", "RECURRENCE"}, {"EXRULE", "RECURRENCE"}, {"DURATION", "DTEND"},
	    {"RECURRENCE-ID", "UID"}, {"SEQUENCE", "UID"}};
	for (size_t i = 0; i < G_N_ELEMENTS(others); i++) {
		if (strcmp(property, others[i][0]) == 0)
			return others[i][1];
	}
	return property;
}

static struct survey_column *
property_column(struct survey *s, const char *line)
{
	char *name = g_ascii_strup(line, (gssize)strcspn(line, ";:"));
	struct survey_column *column = g_hash_table_lookup(s->by_path, name);
	if (column == NULL && (column = add_column(s, name)) != NULL) {
		column->first = text_header_key(read_as(name));
		g_hash_table_insert(s->by_path, column->name, column);
	}
	g_free(name);
	return column;
}

/* A start or end that is neither in a zone nor UTC. */
static bool
is_floating(const char *line)
{
	const char *value = ics_value(line);
	char *head = g_ascii_strup(line, value - line);
	bool floats = (ics_is(line, "DTSTART") || ics_is(line, "DTEND")) &&
		      strstr(head, ";TZID=") == NULL && !g_str_has_suffix(value, "Z");
	g_free(head);
	return floats;
}

static bool
take_event(void *user, const struct ics_component *component, GError **error)
{
	struct survey *s = user;
	if (!component->event)
		return true;
	s->rows++;
	for (guint i = 0; i < component->lines->len; i++) {
		const char *line = component->lines->pdata[i];
		struct survey_column *column = property_column(s, line);
		char *value = g_strdup(ics_value(line));
		s->floating = s->floating || is_floating(line);
		char *text = text_trim(value);
		if (column != NULL && *text != '\0')
			guess_add(column->guess, text);
		g_free(value);
	}
	return true;
}

struct survey *
survey_ics(struct bytes *bytes, GError **error)
{
	struct survey *s = survey_new(SURVEY_ICS);
	struct ics_handler handler = {want_all, take_event, s};
	ics_read(bytes, &handler, error);
	return s;
}

/* ---- names ---- */

/* Is the path `rest` what the steps of the name from `step` on say?  Lists are followed by either. */
static bool
same_steps(const struct name *name, size_t step, const char *rest)
{
	for (; step < name->n_steps; step++) {
		const char *key = name->steps[step].key;
		size_t length = strlen(key);
		if (rest == NULL || strncmp(rest, key, length) != 0)
			return false;
		if (rest[length] != '\0' && rest[length] != '.')
			return false;
		rest = rest[length] == '.' ? rest + length + 1 : NULL;
	}
	return rest == NULL;
}

bool
survey_asks(const struct survey *s, const struct survey_column *column, const struct name *name,
    const char *each)
{
	if (s->kind == SURVEY_ICS)
		return strcmp(column->first, name->first) == 0;
	if (s->kind == SURVEY_TABLE)
		return name->key[0] != '\0' && strcmp(column->first, name->key) == 0;
	if (!name->each)
		return strcmp(column->first, name->first) == 0 && same_steps(name, 1, column->rest);
	char *list = text_header_key(each != NULL ? each : "");
	bool same = strcmp(column->first, list) == 0 && same_steps(name, 0, column->rest);
	g_free(list);
	return same;
}
