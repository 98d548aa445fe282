/*
 * CSV over libcsv in its strict mode.  Adds what libcsv does not do: numbers of rows and lines, blank lines,
 * limits, and stopping.  What the cells mean is not decided here.
 */
#include "importers/csvfile.h"

#include "base/failure.h"
#include "base/text.h"
#include "importers/limits.h"

#include <csv.h>
#include <string.h>

#define BLOCK ((size_t)256 << 10)

struct reader {
	struct csv_parser parser;
	csv_taker take;
	void *user;
	bool stopped;
	const char *over; /* the limit at which it stopped; constant, or NULL */

	GString *text;	/* the cells of the record, each with its NUL */
	size_t *starts; /* of the cells in text */
	char **cells;
	size_t n_cells, room;
	bool too_long;

	uint32_t row;  /* of the last finished record */
	uint32_t line; /* that the current record begins on */
	int last_end;  /* what ended the last record: CR, LF, or 0 when a cell came after it */
};

static void
stop_at(struct reader *r, const char *limit)
{
	r->stopped = true;
	r->over = limit;
}

static void
on_cell(void *cell, size_t length, void *user)
{
	struct reader *r = user;
	if (r->stopped)
		return;
	if (r->n_cells == CELLS_MAX || r->text->len + length > ROW_MAX) {
		stop_at(r,
		    r->n_cells == CELLS_MAX ? "has more than 4096 cells" : "is longer than 16 MiB");
		return;
	}
	if (r->n_cells == r->room) {
		r->room = r->room * 2 + 32;
		r->starts = g_renew(size_t, r->starts, r->room);
		r->cells = g_renew(char *, r->cells, r->room);
	}
	if (length > CELL_MAX) {
		r->too_long = true;
		length = 0;
	}
	r->starts[r->n_cells++] = r->text->len;
	g_string_append_len(r->text, cell, (gssize)length);
	g_string_append_c(r->text, '\0');
	r->last_end = 0;
}

/* Line breaks inside quoted cells; CR LF is one. */
static uint32_t
breaks_inside(const GString *text)
{
	const char *p = text->str, *end = p + text->len;
	if (memchr(p, '\n', text->len) == NULL && memchr(p, '\r', text->len) == NULL)
		return 0;
	uint32_t n = 0;
	for (; p < end; p++)
		n += *p == '\n' || (*p == '\r' && (p + 1 == end || p[1] != '\n'));
	return n;
}

/* end: the character that ended the record; -1 at the end of the file. */
static void
on_record(int end, void *user)
{
	struct reader *r = user;
	if (r->stopped)
		return;
	/* libcsv ends the record at CR and reports LF as one more, empty record. */
	bool second_half = end == '\n' && r->last_end == '\r' && r->n_cells == 0;
	r->last_end = second_half ? 0 : end;
	if (second_half || (end == -1 && r->n_cells == 0))
		return;
	if (r->row == ROWS_MAX) {
		stop_at(r, "is one row too many: there may be 20,000,000");
		return;
	}
	for (size_t i = 0; i < r->n_cells; i++)
		r->cells[i] = r->text->str + r->starts[i];
	uint32_t lines = 1 + breaks_inside(r->text);
	struct csv_record record = {.cells = r->cells,
	    .n_cells = r->n_cells,
	    .row = ++r->row,
	    .line = r->line,
	    .at_end = end == -1,
	    .too_long = r->too_long};
	r->stopped = !r->take(r->user, &record);
	r->line += lines;
	r->n_cells = 0;
	r->too_long = false;
	g_string_truncate(r->text, 0);
}

static void
reader_init(struct reader *r, char delimiter, csv_taker take, void *user)
{
	*r = (struct reader){
	    .take = take, .user = user, .line = 1, .text = g_string_sized_new(512)};
	/* REPALL_NL: without it blank lines vanish and every row number behind one is wrong. */
	int rc = csv_init(
	    &r->parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL | CSV_REPALL_NL);
	g_assert(rc == 0);
	csv_set_delim(&r->parser, (unsigned char)delimiter);
	/* libcsv would grow a long cell by 128 bytes at a time, and copy it each time. */
	csv_set_blk_size(&r->parser, CELL_MAX);
}

static void
reader_done(struct reader *r)
{
	csv_free(&r->parser);
	g_string_free(r->text, TRUE);
	g_free(r->starts);
	g_free(r->cells);
}

/* The delimiter that a first line `sep=;` names, or 0; *length is that line's. */
static char
separator_line(const char *text, size_t length, size_t *skip)
{
	*skip = 0;
	size_t at = length > 0 && text[0] == '"';
	if (length < at + 6 || g_ascii_strncasecmp(text + at, "sep=", 4) != 0)
		return 0;
	char delimiter = text[at + 4];
	size_t end = at + 5 + at;
	if (at == 1 && text[at + 5] != '"')
		return 0;
	if (end < length && text[end] == '\r')
		end++;
	if (end < length && text[end] == '\n')
		end++;
	if (end == at + 5 + at || delimiter == '"' || g_ascii_isalnum(delimiter))
		return 0;
	*skip = end;
	return delimiter;
}

static bool
refuse_quote(const struct reader *r, const struct bytes *bytes, const char *what, GError **error)
{
	return fail(error, EXIT_BAD_INPUT,
	    "inside quotes a quote is written twice; export it again or repair that row",
	    "%s:%u: %s (row %u)", bytes_name(bytes), r->line, what, r->row + 1);
}

static bool
parse_block(
    struct reader *r, const struct bytes *bytes, const char *block, size_t length, GError **error)
{
	if (memchr(block, '\0', length) != NULL)
		return fail(error, EXIT_BAD_INPUT, "it may be damaged: export it again",
		    "%s: NUL bytes in it, not text", bytes_name(bytes));
	size_t parsed = csv_parse(&r->parser, block, length, on_cell, on_record, r);
	if (r->stopped)
		return true;
	if (parsed != length)
		return refuse_quote(r, bytes, "a stray quote", error);
	if (csv_get_buffer_size(&r->parser) > CELL_BUFFER_MAX)
		return refuse_quote(
		    r, bytes, "a cell of more than 8 MiB: is a quote never closed?", error);
	return true;
}

static bool
read_blocks(struct reader *r, struct bytes *bytes, GError **error)
{
	char *block = g_malloc(BLOCK);
	size_t skip;
	bool good = true;
	size_t head_length;
	const char *head = bytes_head(bytes, &head_length);
	r->line += separator_line(head, head_length, &skip) != 0;
	gssize got = 0;
	while (good && !r->stopped && (got = bytes_read(bytes, block, BLOCK, error)) > 0) {
		size_t from = MIN(skip, (size_t)got);
		skip -= from;
		good = parse_block(r, bytes, block + from, (size_t)got - from, error);
	}
	g_free(block);
	if (!good || got < 0)
		return false;
	if (!r->stopped && csv_fini(&r->parser, on_cell, on_record, r) != 0)
		return refuse_quote(r, bytes, "a quote that is never closed", error);
	if (r->over != NULL)
		return fail(error, EXIT_BAD_INPUT, LIMIT_HINT, "%s:%u: row %u %s",
		    bytes_name(bytes), r->line, r->row + 1, r->over);
	return true;
}

bool
csv_read(struct bytes *bytes, char delimiter, csv_taker take, void *user, GError **error)
{
	struct reader r;
	if (!bytes_rewind(bytes, error))
		return false;
	reader_init(&r, delimiter, take, user);
	bool good = read_blocks(&r, bytes, error);
	reader_done(&r);
	return good;
}

struct search {
	csv_judge judge;
	void *user;
	char delimiter;
	unsigned best;
	struct csv_header *out;
};

static char **
copy_cells(const struct csv_record *record)
{
	char **copy = g_new0(char *, record->n_cells + 1);
	for (size_t i = 0; i < record->n_cells; i++)
		copy[i] = g_strdup(record->cells[i]);
	return copy;
}

static bool
consider(void *user, const struct csv_record *record)
{
	struct search *s = user;
	struct csv_header *out = s->out;
	if (record->row > HEADER_ROWS || record->n_cells == 0)
		return record->row < HEADER_ROWS;
	char **raw = copy_cells(record), **cells = copy_cells(record);
	for (size_t i = 0; i < record->n_cells; i++) {
		const char *trimmed = text_trim(cells[i]);
		memmove(cells[i], trimmed, strlen(trimmed) + 1);
	}
	if (out->first == NULL)
		out->first = g_strjoinv(", ", cells);
	bool complete = false;
	unsigned score = s->judge(s->user, cells, record->n_cells, &complete);
	if ((complete && !out->complete) || (complete == out->complete && score > s->best)) {
		g_strfreev(out->cells);
		g_strfreev(out->raw);
		out->cells = g_steal_pointer(&cells);
		out->raw = g_steal_pointer(&raw);
		out->row = record->row;
		out->delimiter = s->delimiter;
		out->complete = complete;
		s->best = score;
	}
	g_strfreev(cells);
	g_strfreev(raw);
	return !(complete && out->delimiter == s->delimiter);
}

void
csv_find_header(const struct bytes *bytes, csv_judge judge, void *user, struct csv_header *out)
{
	size_t length, skip;
	const char *head = bytes_head(bytes, &length);
	char named = separator_line(head, length, &skip);
	const char delimiters[] = {named != 0 ? named : ',', ';', '\t', '|', '\0'};
	*out = (struct csv_header){.delimiter = delimiters[0]};
	struct search search = {.judge = judge, .user = user, .out = out};
	for (const char *d = delimiters; *d != '\0' && (named == 0 || d == delimiters); d++) {
		struct reader r;
		search.delimiter = *d;
		reader_init(&r, *d, consider, &search);
		/* With the wrong delimiter quotes look stray; with the right one the reading will say so. */
		size_t parsed = csv_parse(
		    &r.parser, head + skip, length - skip, on_cell, on_record, &r);
		if (parsed == length - skip && !r.stopped)
			csv_fini(&r.parser, on_cell, on_record, &r);
		reader_done(&r);
	}
}

void
csv_header_done(struct csv_header *header)
{
	g_strfreev(header->cells);
	g_strfreev(header->raw);
	g_free(header->first);
	*header = (struct csv_header){0};
}
