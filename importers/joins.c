/* Side tables: people, rooms or plans that records name by id only. */
#include "base/failure.h"
#include "base/jsonstream.h"
#include "importers/bytes.h"
#include "importers/columns.h"
#include "importers/csvfile.h"
#include "importers/importer.h"
#include "importers/limits.h"

#include <string.h>

struct filling {
	const struct table_spec *spec;
	struct join *join;
	struct key_map *keys;
	int *columns;
	uint32_t header_row;
	GStringChunk *scratch;
};

/* The last row of a key wins, as with records. */
static void
add_row(struct filling *f, const struct row *row)
{
	struct value key, value;
	row_value(row, 0, &key);
	if (key.presence != VALUE_TEXT)
		return;
	char **values = g_new0(char *, f->spec->names.count + 1);
	/* A vector must not end at a value that is missing: g_strfreev would stop there. */
	for (unsigned i = 1; i < f->spec->names.count; i++) {
		row_value(row, i, &value);
		values[i - 1] = g_strdup(value.presence == VALUE_TEXT ? value.text : "");
	}
	g_hash_table_replace(f->join->rows, g_strdup(key.text), values);
	g_string_chunk_clear(f->scratch);
}

static bool
take_element(void *user, size_t path, struct json_object *element, uint64_t number, uint64_t line)
{
	struct filling *f = user;
	struct row row = {.scratch = f->scratch};
	unsigned clash;
	if (key_map_bind(f->keys, element, &row, &clash))
		add_row(f, &row);
	return true;
}

static bool
fill_from_json(struct filling *f, struct bytes *bytes, GError **error)
{
	struct jsonstream_handler handler = {take_element, NULL, f, ROWS_MAX};
	f->keys = key_map_new(&f->spec->names);
	bool good = bytes_rewind(bytes, error) &&
		    jsonstream_read(bytes_read, bytes, bytes_name(bytes),
			(const char *const *)f->spec->records, g_strv_length(f->spec->records),
			&handler, error);
	key_map_free(f->keys);
	return good;
}

static unsigned
judge(void *user, char *const *cells, size_t n_cells, bool *complete)
{
	struct filling *f = user;
	unsigned found = 0, clash;
	bool single = columns_match(&f->spec->names, cells, n_cells, f->columns, &clash);
	for (unsigned i = 0; i < f->spec->names.count; i++)
		found += f->columns[i] >= 0;
	*complete = single && found == f->spec->names.count;
	return found;
}

static bool
take_record(void *user, const struct csv_record *record)
{
	struct filling *f = user;
	struct row row = {.names = &f->spec->names,
	    .scratch = f->scratch,
	    .columns = f->columns,
	    .cells = record->cells,
	    .n_cells = record->n_cells};
	if (record->row > f->header_row && record->n_cells > 0)
		add_row(f, &row);
	return true;
}

static bool
fill_from_csv(struct filling *f, struct bytes *bytes, GError **error)
{
	struct csv_header header;
	f->columns = g_new(int, f->spec->names.count);
	csv_find_header(bytes, judge, f, &header);
	bool good = header.complete;
	if (good) {
		bool complete;
		judge(f, header.cells, g_strv_length(header.cells), &complete);
		f->header_row = header.row;
		good = csv_read(bytes, header.delimiter, CSV_WHOLE, take_record, f, error);
	} else {
		fail(error, EXIT_BAD_INPUT, NULL, "%s: not the columns of [table %s]",
		    bytes_name(bytes), f->spec->name);
	}
	csv_header_done(&header);
	g_free(f->columns);
	return good;
}

/* The facts of a table's own file: its hash belongs to the inputs. */
static struct bytes *
open_table(struct importer *im, const char *path, GError **error)
{
	static const char hint[] = "save it in the folder of the export, under this name";
	struct bytes_facts found;
	struct file_facts *facts = NULL;
	for (guint i = 0; i < im->facts->files->len; i++) {
		struct file_facts *known = im->facts->files->pdata[i];
		if (strcmp(known->path, path) == 0)
			facts = known;
	}
	if (facts == NULL)
		facts = import_facts_add_file(im->facts, path);
	if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
		fail(error, EXIT_BAD_INPUT, hint, "%s: not there, and the profile needs it",
		    facts->name);
		return NULL;
	}
	struct bytes *bytes = bytes_open(path, facts->name, FILE_SIZE_MAX, &found, error);
	g_free(facts->sha256);
	facts->sha256 = found.sha256[0] != '\0' ? g_strdup(found.sha256) : NULL;
	facts->bytes = found.size;
	facts->modified = found.modified;
	facts->encoding = found.encoding;
	return bytes;
}

static bool
is_json(const struct bytes *bytes)
{
	size_t length;
	const char *head = bytes_head(bytes, &length);
	while (length > 0 && g_ascii_isspace(*head)) {
		head++;
		length--;
	}
	return length > 0 && (*head == '{' || *head == '[');
}

/* Does the source itself say what the table would: the zone, and nothing else? */
static bool
is_settled(const struct importer *im, int table)
{
	bool settled = im->source->timezone != NULL;
	for (int f = 0; f < FIELDS; f++)
		settled = settled && (im->profile->fields[f].table != table || f == FIELD_ZONE ||
					 !im->profile->fields[f].used);
	return settled;
}

static bool
fill(struct importer *im, size_t table, struct bytes *bytes, const char *folder, GError **error)
{
	struct filling f = {.spec = &im->profile->tables[table],
	    .join = &im->joins[table],
	    .scratch = g_string_chunk_new(1024)};
	f.join->rows = g_hash_table_new_full(
	    g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_strfreev);
	struct bytes *own = NULL;
	bool good = true;
	if (f.spec->file != NULL) {
		char *path = g_path_is_absolute(f.spec->file)
				 ? g_strdup(f.spec->file)
				 : g_build_filename(folder, f.spec->file, NULL);
		own = open_table(im, path, error);
		good = own != NULL;
		bytes = own;
		g_free(path);
	}
	if (good)
		good = is_json(bytes) ? fill_from_json(&f, bytes, error)
				      : fill_from_csv(&f, bytes, error);
	/* Else an answer that is an error would take every name away, and with it what its rules give. */
	if (good && own != NULL && g_hash_table_size(f.join->rows) == 0 &&
	    !is_settled(im, (int)table))
		good = fail(error, EXIT_BAD_INPUT, "save it again; it belongs to the export",
		    "%s: nothing in it for [table %s]", bytes_name(own), f.spec->name);
	bytes_close(own);
	g_string_chunk_free(f.scratch);
	return good;
}

bool
joins_fill(struct importer *im, struct bytes *bytes, const char *folder, GError **error)
{
	joins_clear(im);
	for (size_t i = 0; i < im->profile->n_tables; i++) {
		if (!fill(im, i, bytes, folder, error))
			return false;
	}
	return true;
}

void
joins_clear(struct importer *im)
{
	for (size_t i = 0; i < im->profile->n_tables; i++)
		g_clear_pointer(&im->joins[i].rows, g_hash_table_unref);
}

const char *
joins_get(const struct importer *im, int table, const char *key, unsigned take)
{
	char *const *values = g_hash_table_lookup(im->joins[table].rows, key);
	if (values == NULL)
		return NULL;
	const char *value = take == 0 ? key : values[take - 1];
	return *value != '\0' ? value : NULL;
}
