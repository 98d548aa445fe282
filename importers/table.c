/* Configuration tables: the care of an export, the strictness of a configuration. */
#include "importers/table.h"

#include "base/failure.h"
#include "base/text.h"
#include "importers/bytes.h"
#include "importers/columns.h"
#include "importers/csvfile.h"
#include "importers/limits.h"
#include "importers/names.h"

#include <string.h>

struct reading {
	char *name;
	const struct table_column *wanted;
	struct names names;
	int *columns;
	struct csv_header header;
	size_t width;
	table_row row;
	void *user;
	const char **cells;
	GError *fault;
};

static unsigned
judge(void *user, char *const *cells, size_t n_cells, bool *complete)
{
	struct reading *r = user;
	unsigned found = 0, clash;
	*complete = true;
	columns_match(&r->names, cells, n_cells, r->columns, &clash);
	for (unsigned i = 0; i < r->names.count; i++) {
		found += r->columns[i] >= 0;
		*complete = *complete &&
			    (r->columns[i] >= 0 || r->wanted[i].need != COLUMN_REQUIRED);
	}
	*complete = *complete && found > 0;
	return found;
}

static bool
refuse_missing(struct reading *r, GError **error)
{
	char *const *cells = r->header.cells;
	for (unsigned i = 0; i < r->names.count; i++) {
		if (r->wanted[i].need != COLUMN_REQUIRED || (r->width > 0 && r->columns[i] >= 0))
			continue;
		const char *name = r->wanted[i].name;
		const char *nearest = columns_nearest(name, cells, r->width);
		char *hint = nearest != NULL ? g_strdup_printf("is it \"%s\"?", nearest) : NULL;
		fail(error, EXIT_BAD_CONFIG, hint, "%s: no column \"%s\"", r->name, name);
		g_free(hint);
		return false;
	}
	return fail(error, EXIT_BAD_CONFIG, NULL, "%s: no header", r->name);
}

static bool
check_columns(struct reading *r, GError **error)
{
	GPtrArray *known = g_ptr_array_new();
	for (unsigned i = 0; i < r->names.count; i++)
		g_ptr_array_add(known, r->names.list[i].text);
	g_ptr_array_add(known, NULL);
	bool good = true;
	for (size_t c = 0; c < r->width && good; c++) {
		bool asked = text_blank(r->header.cells[c]);
		for (unsigned i = 0; i < r->names.count; i++)
			asked = asked || r->columns[i] == (int)c;
		if (asked)
			continue;
		const char *nearest = text_nearest(
		    r->header.cells[c], (const char *const *)known->pdata);
		char *hint = nearest != NULL ? g_strdup_printf("is it \"%s\"?", nearest) : NULL;
		good = fail(error, EXIT_BAD_CONFIG, hint, "%s: unknown column \"%s\"", r->name,
		    r->header.cells[c]);
		g_free(hint);
	}
	g_ptr_array_unref(known);
	return good;
}

static bool
match_header(struct reading *r, const struct bytes *bytes, GError **error)
{
	unsigned clash;
	csv_find_header(bytes, judge, r, &r->header);
	r->width = r->header.cells != NULL ? g_strv_length(r->header.cells) : 0;
	bool single = columns_match(&r->names, r->header.cells, r->width, r->columns, &clash);
	if (!r->header.complete)
		return refuse_missing(r, error);
	if (!single)
		return fail(error, EXIT_BAD_CONFIG, NULL, "%s: two columns \"%s\"", r->name,
		    r->wanted[clash].name);
	return check_columns(r, error);
}

/* A title is a single cell and names nobody; anything else above the header is a row that would be lost. */
static bool
check_title(struct reading *r, const struct csv_record *record)
{
	unsigned filled = 0;
	bool address = false;
	for (size_t i = 0; i < record->n_cells; i++) {
		filled += !text_blank(record->cells[i]);
		address = address || strchr(record->cells[i], '@') != NULL;
	}
	if (filled <= 1 && !address)
		return true;
	return fail(&r->fault, EXIT_BAD_CONFIG, "put the header first",
	    "%s: row %u stands above the header, and looks like a row of the table", r->name,
	    record->row);
}

static bool
take(void *user, const struct csv_record *record)
{
	struct reading *r = user;
	if (record->row < r->header.row)
		return check_title(r, record);
	if (record->row == r->header.row)
		return true;
	bool blank = true;
	/* Such a cell arrives as a blank one, and a blank location would be any. */
	if (record->too_long)
		return fail(&r->fault, EXIT_BAD_CONFIG, NULL,
		    "%s: row %u: a cell is longer than 64 KiB", r->name, record->row);
	for (size_t i = 0; i < record->n_cells; i++) {
		record->cells[i] = text_trim(record->cells[i]);
		blank = blank && record->cells[i][0] == '\0';
		if (i >= r->width && record->cells[i][0] != '\0')
			return fail(&r->fault, EXIT_BAD_CONFIG, NULL,
			    "%s: row %u: has %zu cells, the header %zu", r->name, record->row,
			    record->n_cells, r->width);
	}
	if (blank)
		return true;
	for (unsigned i = 0; i < r->names.count; i++) {
		int column = r->columns[i];
		bool there = column >= 0 && (size_t)column < record->n_cells;
		if (!there && (r->wanted[i].need == COLUMN_REQUIRED ||
				  (r->wanted[i].need == COLUMN_TOLD && column >= 0)))
			return fail(&r->fault, EXIT_BAD_CONFIG, NULL, "%s: row %u: no %s", r->name,
			    record->row, r->wanted[i].name);
		r->cells[i] = there ? record->cells[column] : "";
	}
	if (r->row(r->user, r->cells, record->row, &r->fault))
		return true;
	g_prefix_error(&r->fault, "%s: ", r->name);
	return false;
}

static bool
read_rows(struct reading *r, struct bytes *bytes, GError **error)
{
	if (!match_header(r, bytes, error) ||
	    !csv_read(bytes, r->header.delimiter, CSV_WHOLE, take, r, error))
		return false;
	if (r->fault == NULL)
		return true;
	g_propagate_error(error, g_steal_pointer(&r->fault));
	return false;
}

static bool
read_bytes(const char *path, GString **out, GError **error)
{
	char *text;
	gsize length;
	GError *cause = NULL;
	if (!g_file_get_contents(path, &text, &length, &cause)) {
		fail(error, EXIT_BAD_CONFIG, NULL, "%s", cause->message);
		g_error_free(cause);
		return false;
	}
	*out = g_string_new_len(text, (gssize)length);
	g_free(text);
	return true;
}

static void
begin(struct reading *r, const char *path)
{
	r->name = g_path_get_basename(path);
	for (const struct table_column *c = r->wanted; c->name != NULL; c++)
		names_add(&r->names, c->name);
	r->columns = g_new0(int, r->names.count);
	r->cells = g_new0(const char *, r->names.count);
}

static void
end(struct reading *r)
{
	csv_header_done(&r->header);
	g_clear_error(&r->fault);
	g_free(r->cells);
	g_free(r->columns);
	names_done(&r->names);
	g_free(r->name);
}

bool
table_shape(
    const char *path, const struct table_column *columns, struct table_shape *out, GError **error)
{
	struct reading r = {.wanted = columns};
	struct bytes_facts facts;
	begin(&r, path);
	struct bytes *opened = bytes_open(path, r.name, TABLE_FILE_MAX, &facts, error);
	bool good = opened != NULL && match_header(&r, opened, error);
	if (good)
		*out = (struct table_shape){
		    r.header.delimiter, r.width, g_steal_pointer(&r.columns)};
	bytes_close(opened);
	end(&r);
	return good;
}

bool
table_read(const char *path, const struct table_column *columns, table_row row, void *user,
    int code, GString **bytes, GError **error)
{
	struct reading r = {.wanted = columns, .row = row, .user = user};
	struct bytes_facts facts;
	GError *cause = NULL;
	begin(&r, path);
	struct bytes *opened = bytes_open(path, r.name, TABLE_FILE_MAX, &facts, &cause);
	bool good = opened != NULL && read_rows(&r, opened, &cause) &&
		    (bytes == NULL || read_bytes(path, bytes, &cause));
	if (!good) {
		cause->code = code;
		g_propagate_error(error, cause);
	}
	bytes_close(opened);
	end(&r);
	return good;
}
