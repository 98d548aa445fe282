/*
 * A table as source: which row is the header, which column is which field, and which rows have the shape of the
 * header.
 */
#include "base/failure.h"
#include "base/text.h"
#include "importers/columns.h"
#include "importers/csvfile.h"
#include "importers/importer.h"

#include <string.h>

struct table {
	struct importer *im;
	struct csv_header header;
	size_t width; /* of the header */
	int *columns; /* by name */
	bool figures; /* the header holds digits or an @ */
	bool cut;     /* the file ends inside a row */
	bool unended; /* it ends without a line break */
};

static bool
any_column(const struct alternatives *any, const int *columns)
{
	for (size_t i = 0; i < any->count; i++) {
		if (columns[any->names[i]] >= 0)
			return true;
	}
	return false;
}

static bool
field_found(const struct field_spec *spec, const int *columns)
{
	if (any_column(&spec->any, columns) || any_column(&spec->duration, columns) ||
	    spec->constant != NULL)
		return true;
	for (size_t i = 0; i < spec->n_parts; i++) {
		if (!any_column(&spec->parts[i], columns))
			return false;
	}
	return spec->n_parts > 0;
}

/* The profile's rules for rows need their columns, too: without them everything would be left out. */
static bool
keep_found(const struct profile *profile, const int *columns)
{
	for (size_t i = 0; i < profile->keep.count; i++) {
		if (columns[profile->keep.list[i].name] < 0)
			return false;
	}
	return true;
}

static unsigned
judge_header(void *user, char *const *cells, size_t n_cells, bool *complete)
{
	const struct profile *profile = user;
	int *columns = g_new(int, profile->names.count);
	unsigned found = 0, used = 0, clash, required = 0, missing = 0;
	columns_match(&profile->names, cells, n_cells, columns, &clash);
	for (int f = 0; f < FIELDS; f++) {
		const struct field_spec *spec = &profile->fields[f];
		if (!spec->used || spec->constant != NULL)
			continue;
		bool there = field_found(spec, columns);
		used++;
		found += there;
		required += spec->required != REQUIRED_NO;
		missing += spec->required != REQUIRED_NO && !there;
	}
	/* A profile that requires nothing still must not take a title line for the header. */
	*complete = missing == 0 && keep_found(profile, columns) && found > 0 &&
		    (required > 0 || found >= (used + 1) / 2);
	g_free(columns);
	return found;
}

static const char *
first_name(const struct profile *profile, const struct field_spec *spec)
{
	const struct alternatives *any = spec->any.count > 0 ? &spec->any : &spec->parts[0];
	return any->count > 0 ? profile->names.list[any->names[0]].text : "";
}

static void
add_missing(GString *list, const char *name, char *const *cells, size_t n_cells)
{
	const char *nearest = columns_nearest(name, cells, n_cells);
	g_string_append_printf(list, "%s%s", list->len > 0 ? ", " : "", name);
	if (nearest != NULL) {
		char *shown = text_printable(nearest);
		g_string_append_printf(list, " (is it \"%s\"?)", shown);
		g_free(shown);
	}
}

/* The header cells that no name has found: only these may be what is missing.  Caller frees the array with g_free. */
static char **
unread_cells(const struct table *t, size_t *n)
{
	char **cells = g_new(char *, t->width + 1);
	*n = 0;
	for (size_t k = 0; k < t->width; k++) {
		bool read = false;
		for (size_t i = 0; i < t->im->profile->names.count; i++)
			read |= t->columns[i] == (int)k;
		if (!read)
			cells[(*n)++] = t->header.cells[k];
	}
	return cells;
}

#define SHOWN_MAX 300 /* bytes of a header that a message repeats */

static bool
refuse_header(const struct table *t, const struct bytes *bytes, GError **error)
{
	const struct profile *profile = t->im->profile;
	const struct csv_header *header = &t->header;
	char *joined = header->row > 0 ? g_strjoinv(", ", header->cells) : NULL;
	char *shown = text_printable(joined != NULL	     ? joined
				     : header->first != NULL ? header->first
							     : "");
	if (strlen(shown) > SHOWN_MAX)
		memcpy(g_utf8_find_prev_char(shown, shown + SHOWN_MAX), "...", 4);
	size_t n_unread;
	char **unread = unread_cells(t, &n_unread);
	GString *missing = g_string_new(NULL);
	for (int f = 0; f < FIELDS; f++) {
		const struct field_spec *spec = &profile->fields[f];
		if (spec->required != REQUIRED_NO && !field_found(spec, t->columns))
			add_missing(missing, first_name(profile, spec), unread, n_unread);
	}
	for (size_t i = 0; i < profile->keep.count; i++) {
		unsigned name = profile->keep.list[i].name;
		bool said = i > 0 && profile->keep.list[i - 1].name == name;
		if (t->columns[name] < 0 && !said)
			add_missing(missing, profile->names.list[name].text, unread, n_unread);
	}
	if (header->row == 0)
		fail(error, EXIT_BAD_INPUT, "is this the right profile for this file?",
		    "%s: header not matched: needs %s; the first row is: %s", bytes_name(bytes),
		    missing->str, shown);
	else
		fail(error, EXIT_BAD_INPUT,
		    "export all columns, or add the file's own name for it to the profile",
		    "%s: required column missing: %s; row %u has: %s", bytes_name(bytes),
		    missing->str, header->row, shown);
	g_string_free(missing, TRUE);
	g_free(unread);
	g_free(joined);
	g_free(shown);
	return false;
}

/* The second column that matches one field, or -1. */
static int
second_column(const struct alternatives *any, const int *columns)
{
	int first = -1;
	for (size_t i = 0; i < any->count; i++) {
		int column = columns[any->names[i]];
		if (column < 0 || column == first)
			continue;
		if (first >= 0)
			return column;
		first = column;
	}
	return -1;
}

static bool
refuse_double(
    const struct table *t, const struct bytes *bytes, enum field field, int second, GError **error)
{
	char *shown = text_printable(t->header.cells[second]);
	fail(error, EXIT_BAD_INPUT,
	    "rename one of the two columns, or say choice = first in the profile",
	    "%s: two columns match the field %s; the second is \"%s\"", bytes_name(bytes),
	    field_word(field), shown);
	g_free(shown);
	return false;
}

static bool
check_doubles(const struct table *t, const struct bytes *bytes, GError **error)
{
	for (int f = 0; f < FIELDS; f++) {
		const struct field_spec *spec = &t->im->profile->fields[f];
		int second = second_column(&spec->any, t->columns);
		for (size_t i = 0; i < spec->n_parts && second < 0; i++)
			second = second_column(&spec->parts[i], t->columns);
		if (second >= 0 && !spec->first_wins)
			return refuse_double(t, bytes, (enum field)f, second, error);
	}
	return true;
}

/* What rows have and headers seldom do. */
static bool
has_figures(char *const *cells, size_t n_cells)
{
	for (size_t i = 0; i < n_cells; i++) {
		if (strpbrk(cells[i], "0123456789@") != NULL)
			return true;
	}
	return false;
}

static bool
match_header(struct table *t, const struct bytes *bytes, GError **error)
{
	const struct profile *profile = t->im->profile;
	unsigned clash;
	csv_find_header(bytes, judge_header, (void *)profile, &t->header);
	t->im->file->delimiter = t->header.delimiter;
	t->width = t->header.cells != NULL ? g_strv_length(t->header.cells) : 0;
	t->figures = has_figures(t->header.cells, t->width);
	bool single = columns_match(&profile->names, t->header.cells, t->width, t->columns, &clash);
	if (!t->header.complete)
		return refuse_header(t, bytes, error);
	if (!single)
		return fail(error, EXIT_BAD_INPUT, "rename or remove one of them",
		    "%s: two columns match \"%s\"", bytes_name(bytes),
		    profile->names.list[clash].text);
	return check_doubles(t, bytes, error);
}

static void
collect_unmatched(const struct table *t)
{
	const struct profile *profile = t->im->profile;
	for (size_t i = 0; i < t->width; i++) {
		bool asked = false;
		for (unsigned n = 0; n < profile->names.count && !asked; n++)
			asked = t->columns[n] == (int)i;
		if (!asked && !text_blank(t->header.cells[i]))
			g_hash_table_add(t->im->unmatched, text_printable(t->header.cells[i]));
	}
}

static bool
all_blank(const struct csv_record *record, size_t from)
{
	for (size_t i = from; i < record->n_cells; i++) {
		if (!text_blank(record->cells[i]))
			return false;
	}
	return true;
}

/* A blank row, or the line of dashes that some reports draw below their header. */
static bool
says_nothing(const struct csv_record *record)
{
	for (size_t i = 0; i < record->n_cells; i++) {
		const char *cell = record->cells[i];
		if (cell[strspn(cell, "-=_")] != '\0' && !text_blank(cell))
			return false;
	}
	return true;
}

/* Files put together with `cat` repeat their header.  figures: of the record. */
static bool
repeats_header(const struct table *t, const struct csv_record *record, bool figures)
{
	if (record->n_cells < t->width || figures != t->figures || !all_blank(record, t->width))
		return false;
	for (size_t i = 0; i < t->width; i++) {
		const char *cell = record->cells[i];
		if (strcmp(cell, t->header.raw[i]) == 0)
			continue;
		g_autofree char *key = text_header_key(cell);
		g_autofree char *known = text_header_key(t->header.cells[i]);
		if (strcmp(key, known) != 0)
			return false;
	}
	return true;
}

/* The header of another table, whose columns stand in another order: what follows would be read in the wrong ones. */
static bool
begins_other_table(const struct table *t, const struct csv_record *record)
{
	bool complete;
	judge_header((void *)t->im->profile, record->cells, record->n_cells, &complete);
	return complete;
}

static bool
refuse_other_table(const struct table *t, const struct csv_record *record)
{
	import_facts_refuse(t->im->facts, "give each table a file of its own",
	    "%s: another table begins at row %u, with other columns", t->im->file->name,
	    record->row);
	return false;
}

/* Is one of the columns behind the end of a row with so many cells? */
static bool
any_cut(const struct table *t, const struct alternatives *any, size_t n_cells)
{
	for (size_t i = 0; i < any->count; i++) {
		if (t->columns[any->names[i]] >= (int)n_cells)
			return true;
	}
	return false;
}

/* A field without which a row says more than it should: without a status it is confirmed, without an end open. */
static bool
is_decisive(const struct profile *profile, enum field field)
{
	return profile->fields[field].required != REQUIRED_NO || field == FIELD_STATUS ||
	       field == FIELD_PERSON_STATUS || field == FIELD_END || field == FIELD_ITEM_END ||
	       field == FIELD_FREEZE_START || field == FIELD_FREEZE_END;
}

static const char *
cut_field(const struct table *t, size_t n_cells)
{
	for (int f = 0; f < FIELDS; f++) {
		const struct field_spec *spec = &t->im->profile->fields[f];
		if (!is_decisive(t->im->profile, (enum field)f))
			continue;
		bool cut = any_cut(t, &spec->any, n_cells) || any_cut(t, &spec->duration, n_cells);
		for (size_t p = 0; p < spec->n_parts; p++)
			cut = cut || any_cut(t, &spec->parts[p], n_cells);
		if (cut)
			return field_word((enum field)f);
	}
	return NULL;
}

static const char *
cut_condition(const struct table *t, const struct conditions *conditions, size_t n_cells)
{
	for (size_t i = 0; i < conditions->count; i++) {
		unsigned name = conditions->list[i].name;
		if (t->columns[name] >= (int)n_cells)
			return t->im->profile->names.list[name].text;
	}
	return NULL;
}

static const char *
cut_presence(const struct table *t, const struct vocabulary *vocabulary, size_t n_cells)
{
	for (size_t i = 0; i < vocabulary->n_presence; i++) {
		unsigned name = vocabulary->presence[i].condition.name;
		if (t->columns[name] >= (int)n_cells)
			return t->im->profile->names.list[name].text;
	}
	return NULL;
}

/* What decides about a row and lies behind the end of a short one; NULL when nothing does. */
static const char *
cut_off(const struct table *t, size_t n_cells)
{
	const struct profile *profile = t->im->profile;
	const char *cut = cut_field(t, n_cells);
	if (cut == NULL)
		cut = cut_presence(t, &profile->status, n_cells);
	if (cut == NULL)
		cut = cut_presence(t, &profile->person_status, n_cells);
	if (cut == NULL)
		cut = cut_condition(t, &profile->drop, n_cells);
	if (cut == NULL)
		cut = cut_condition(t, &profile->company_rows, n_cells);
	return cut;
}

/* Why a row has not the shape of the header; caller frees.  NULL when it has. */
static char *
shape_fault(const struct table *t, const struct csv_record *record)
{
	if (record->row < t->header.row)
		return g_strdup("stands above the header");
	if (record->fault != NULL)
		return g_strdup(record->fault);
	if (record->too_long)
		return g_strdup("a cell is longer than 64 KiB");
	if (record->n_cells > t->width && !all_blank(record, t->width))
		return g_strdup_printf("has %zu cells, the header %zu", record->n_cells, t->width);
	if (record->n_cells >= t->width)
		return NULL;
	const char *cut = cut_off(t, record->n_cells);
	return cut == NULL ? NULL
			   : g_strdup_printf("has %zu cells, the header %zu: %s is missing",
				 record->n_cells, t->width, cut);
}

/* Above the header stand titles; what has its shape and names somebody is a row that a sort has put there. */
static bool
is_strayed(const struct table *t, const struct csv_record *record)
{
	if (record->n_cells != t->width || t->width < 2)
		return false;
	for (size_t i = 0; i < record->n_cells; i++) {
		if (strchr(record->cells[i], '@') != NULL)
			return true;
	}
	return false;
}

static bool
take_record(void *user, const struct csv_record *record)
{
	struct table *t = user;
	struct importer *im = t->im;
	struct row row = {.names = &im->profile->names,
	    .place = {.source = im->index,
		.file = im->file_index,
		.row = record->row,
		.line = record->line},
	    .columns = t->columns,
	    .cells = record->cells,
	    .n_cells = MIN(record->n_cells, t->width),
	    .width = t->width};
	if (record->row == t->header.row)
		return true;
	if (record->row < t->header.row && !is_strayed(t, record)) {
		if (!says_nothing(record))
			look_list(im, &row);
		return true;
	}
	bool figures = has_figures(record->cells, record->n_cells);
	bool again = repeats_header(t, record, figures);
	if (!record->too_long && (says_nothing(record) || again)) {
		im->facts->dropped++;
		if (again)
			look_list(im, &row);
		return true;
	}
	if (!figures && begins_other_table(t, record))
		return refuse_other_table(t, record);
	char *fault = shape_fault(t, record);
	uint64_t dropped = im->facts->dropped, n_lines = im->n_lines;
	t->unended = record->at_end;
	build_row(im, &row, fault);
	g_free(fault);
	/* A download that broke off must not turn "until June" into "no end". */
	t->cut = record->at_end && record->n_cells < t->width &&
		 (im->facts->dropped == dropped ||
		     (n_lines < im->n_lines && !look_is_report(&row)));
	return !importer_full(im);
}

static bool
refuse_cut(const struct bytes *bytes, GError **error)
{
	return fail(error, EXIT_BAD_INPUT, "export it again",
	    "%s: cut short: the last row has neither all cells nor an end of line",
	    bytes_name(bytes));
}

bool
csv_import(struct importer *im, struct bytes *bytes, GError **error)
{
	struct table t = {.im = im, .columns = g_new(int, im->profile->names.count)};
	bool good = match_header(&t, bytes, error);
	if (t.header.row > 0)
		collect_unmatched(&t);
	if (good)
		matched_table(im->matched, t.columns, t.header.cells);
	good = good &&
	       csv_read(bytes, t.header.delimiter, im->profile->quotes, take_record, &t, error);
	matched_table_end(im->matched, !t.unended);
	good = good && (!t.cut || refuse_cut(bytes, error));
	csv_header_done(&t.header);
	g_free(t.columns);
	return good;
}
