/*
 * CSV over libcsv in its strict mode.  Adds what libcsv does not do: numbers of rows and lines, blank lines, limits,
 * stopping, files that were put together, and going on behind a row whose quotes do not fit.  What the cells mean is
 * not decided here.
 */
#include "importers/csvfile.h"

#include "base/failure.h"
#include "base/text.h"
#include "importers/limits.h"

#include <csv.h>
#include <string.h>

#define BLOCK ((size_t)256 << 10)
#define ESCAPED_MAX CELL_MAX /* bytes of a row that is read once more, with backslashes */
#define PROBE_MAX 48	     /* bytes of the first line by which it is known again */
#define PROBE_MIN 6
#define BOM "\xEF\xBB\xBF"
#define BOM_LENGTH ((size_t)3)
#define STRAY "has a stray quote: inside quotes a quote is written twice"

/* Why a row could not be read on. */
enum trouble { TROUBLE_NONE, TROUBLE_STRAY, TROUBLE_UNCLOSED, TROUBLE_HUGE };

struct reader {
	struct csv_parser parser;
	char delimiter;
	enum csv_quotes quotes;
	csv_taker take;
	void *user;
	bool stopped;
	const char *over; /* the limit at which it stopped; constant, or NULL */

	/* What was read of the file, from the beginning of the current record on; `at` is what libcsv has seen. */
	struct bytes *bytes; /* NULL: text is all there is */
	GString *held;
	size_t begin, at, skip;
	bool ended;	      /* the file has no more */
	bool fired;	      /* a record was finished */
	bool escaped;	      /* the current one is read once more, with backslashes */
	enum trouble trouble; /* why */
	char probe[PROBE_MAX];
	size_t n_probe;

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
drop_cells(struct reader *r)
{
	r->n_cells = 0;
	r->too_long = false;
	g_string_truncate(r->text, 0);
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

/* fault: why nobody knows what its cells are; NULL. */
static void
deliver(struct reader *r, bool at_end, const char *fault)
{
	if (r->row == ROWS_MAX) {
		stop_at(r, "is one row too many: there may be 20,000,000");
		return;
	}
	for (size_t i = 0; i < r->n_cells; i++)
		r->cells[i] = r->text->str + r->starts[i];
	uint32_t lines = 1 + (fault == NULL || r->escaped ? breaks_inside(r->text) : 0);
	struct csv_record record = {.cells = r->cells,
	    .n_cells = r->n_cells,
	    .row = ++r->row,
	    .line = r->line,
	    .at_end = at_end,
	    .too_long = r->too_long,
	    .fault = fault};
	r->stopped = !r->take(r->user, &record);
	r->line += lines;
	drop_cells(r);
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
	r->fired = true;
	if (second_half || (end == -1 && r->n_cells == 0))
		return;
	deliver(r, end == -1, r->escaped && r->quotes != CSV_BACKSLASH ? STRAY : NULL);
}
static void
parser_init(struct reader *r)
{
	/* REPALL_NL: without it blank lines vanish and every row number behind one is wrong. */
	int rc = csv_init(
	    &r->parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL | CSV_REPALL_NL);
	g_assert(rc == 0);
	csv_set_delim(&r->parser, (unsigned char)r->delimiter);
	/* libcsv would grow a long cell by 128 bytes at a time, and copy it each time. */
	csv_set_blk_size(&r->parser, CELL_MAX);
}

static void
reader_init(struct reader *r, char delimiter, enum csv_quotes quotes, csv_taker take, void *user)
{
	*r = (struct reader){.delimiter = delimiter,
	    .quotes = quotes,
	    .take = take,
	    .user = user,
	    .line = 1,
	    .held = g_string_new(NULL),
	    .text = g_string_sized_new(512)};
	parser_init(r);
}

static void
reader_done(struct reader *r)
{
	csv_free(&r->parser);
	g_string_free(r->held, TRUE);
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
refuse_quote(const struct reader *r, enum trouble trouble, GError **error)
{
	static const char *const words[] = {[TROUBLE_STRAY] = "a stray quote",
	    [TROUBLE_UNCLOSED] = "a quote that is never closed",
	    [TROUBLE_HUGE] = "a cell of more than 8 MiB: is a quote never closed?"};
	return fail(error, EXIT_BAD_INPUT,
	    "inside quotes a quote is written twice; export it again or repair that row",
	    "%s:%u: %s (row %u)", r->bytes != NULL ? bytes_name(r->bytes) : "", r->line,
	    words[trouble], r->row + 1);
}

/* ---- lines ---- */

/* What lies before the current record is no more needed. */
static bool
refill(struct reader *r, GError **error)
{
	g_string_erase(r->held, 0, (gssize)r->begin);
	r->at -= r->begin;
	r->begin = 0;
	gsize length = r->held->len;
	g_string_set_size(r->held, length + BLOCK);
	gssize got = bytes_read(r->bytes, r->held->str + length, BLOCK, error);
	g_string_set_size(r->held, length + (gsize)MAX(got, 0));
	r->ended = got <= 0;
	if (got > 0 && memchr(r->held->str + length, '\0', (size_t)got) != NULL)
		return fail(error, EXIT_BAD_INPUT, "it may be damaged: export it again",
		    "%s: NUL bytes in it, not text", bytes_name(r->bytes));
	return got >= 0;
}

/* Where the first line of another file comes behind a BOM, without a line break before it; NULL. */
static const char *
glued_file(const struct reader *r, const char *line, size_t length)
{
	const char *at = line, *end = line + length;
	while (r->n_probe > 0 && (at = memmem(at, (size_t)(end - at), BOM, BOM_LENGTH)) != NULL) {
		const char *behind = at + BOM_LENGTH;
		if (at > line && (size_t)(end - behind) >= r->n_probe &&
		    memcmp(behind, r->probe, r->n_probe) == 0)
			return at;
		at = behind;
	}
	return NULL;
}

/*
 * How many bytes the line at that place has, its line break among them; *whole: it has one, or the file ends with it;
 * *glued: another file follows without one.
 */
static size_t
line_length(const struct reader *r, size_t from, bool *whole, bool *glued)
{
	const char *line = r->held->str + from, *end = r->held->str + r->held->len, *p = line;
	while (p < end && *p != '\n' && *p != '\r')
		p++;
	*whole = p < end || r->ended;
	p += p < end && *p == '\r' && p + 1 < end && p[1] == '\n';
	p += p < end;
	const char *glue = glued_file(r, line, (size_t)(p - line));
	*glued = glue != NULL;
	return (size_t)((glue != NULL ? glue : p) - line);
}

static void
learn_probe(struct reader *r, const char *line, size_t length)
{
	size_t n = 0;
	while (n < length && n < PROBE_MAX && line[n] != '\n' && line[n] != '\r')
		n++;
	if (n < PROBE_MIN)
		return;
	memcpy(r->probe, line, n);
	r->n_probe = n;
}

/* ---- records ---- */

/* With `\"` as `""`, which libcsv knows. */
static GString *
unescaped(const char *text, size_t length)
{
	GString *out = g_string_sized_new(length);
	for (size_t i = 0; i < length; i++) {
		bool pair = text[i] == '\\' && i + 1 < length &&
			    (text[i + 1] == '\\' || text[i + 1] == '"');
		g_string_append_c(out, pair && text[i + 1] == '"' ? '"' : text[i]);
		if (pair)
			g_string_append_c(out, text[++i]);
	}
	return out;
}

static bool
feed(struct reader *r, const char *text, size_t length)
{
	return csv_parse(&r->parser, text, length, on_cell, on_record, r) == length;
}

static bool
feed_line(struct reader *r, size_t length, bool glued)
{
	const char *text = r->held->str + r->at;
	bool good;
	r->at += length;
	if (r->escaped) {
		GString *plain = unescaped(text, length);
		good = feed(r, plain->str, plain->len);
		g_string_free(plain, TRUE);
	} else {
		good = feed(r, text, length);
	}
	return good && (!glued || r->stopped || feed(r, "\n", 1));
}

static void
parser_reset(struct reader *r)
{
	csv_free(&r->parser);
	parser_init(r);
	drop_cells(r);
	r->last_end = 0;
	r->fired = false;
	r->at = r->begin;
}

/*
 * The row is lost, but whose it was may still show: its cells are what lies between the delimiters.  False when the line
 * is so long that its end is not read yet: then nobody knows where the next row begins.
 */
static bool
lose_line(struct reader *r)
{
	bool whole, glued;
	size_t length = line_length(r, r->begin, &whole, &glued);
	if (!whole)
		return false;
	bool at_end = r->ended && !glued && r->begin + length == r->held->len &&
		      strchr("\r\n", r->held->str[r->held->len - 1]) == NULL;
	const char delimiter[] = {r->delimiter, '\0'};
	g_autofree char *line = g_strndup(r->held->str + r->begin, length);
	g_auto(GStrv) pieces = g_strsplit(line, delimiter, -1);
	for (char **piece = pieces; *piece != NULL && !r->stopped; piece++) {
		char *cell = g_strstrip(*piece);
		size_t n = strlen(cell);
		bool quoted = n > 1 && cell[0] == '"' && cell[n - 1] == '"';
		on_cell(cell + quoted, n - (quoted ? 2 : 0), r);
	}
	r->escaped = false;
	if (!r->stopped)
		deliver(r, at_end, STRAY);
	r->begin += length;
	r->at = r->begin;
	r->trouble = TROUBLE_NONE;
	return true;
}

/*
 * Behind a quote that does not fit.  Where there are backslashes the row is read once more, with `\"` as a quote; else it
 * is lost, and the next line begins a new one: what the quote has swallowed comes again.  A quote that is never
 * closed may be all there is of a file that was cut.
 */
static bool
recover(struct reader *r, enum trouble trouble, GError **error)
{
	bool again = !r->escaped && r->quotes != CSV_WHOLE &&
		     memmem(r->held->str + r->begin, r->at - r->begin, "\\\"", 2) != NULL;
	if (r->trouble == TROUBLE_NONE || trouble == TROUBLE_UNCLOSED)
		r->trouble = trouble;
	if (!again && (r->quotes == CSV_WHOLE || r->trouble != TROUBLE_STRAY))
		return refuse_quote(r, r->trouble, error);
	parser_reset(r);
	r->escaped = again;
	return again || lose_line(r) || refuse_quote(r, r->trouble, error);
}

static bool
read_line(struct reader *r, size_t length, bool glued, GError **error)
{
	bool good = feed_line(r, length, glued);
	if (r->stopped)
		return true;
	if (!good || (r->escaped && !r->fired && r->at - r->begin > ESCAPED_MAX))
		return recover(r, TROUBLE_STRAY, error);
	if (csv_get_buffer_size(&r->parser) > CELL_BUFFER_MAX)
		return recover(r, TROUBLE_HUGE, error);
	if (r->fired) {
		r->begin = r->at;
		r->escaped = r->fired = false;
		r->trouble = TROUBLE_NONE;
	}
	return true;
}

/* True at the end of the file, and when the end shows that the last row was none. */
static bool
read_end(struct reader *r, bool *done, GError **error)
{
	*done = csv_fini(&r->parser, on_cell, on_record, r) == 0 || r->stopped;
	return *done || recover(r, TROUBLE_UNCLOSED, error);
}

static bool
read_records(struct reader *r, GError **error)
{
	bool done = false;
	while (!done && !r->stopped) {
		bool whole, glued;
		if (r->skip > 0 && r->held->len > r->begin) {
			size_t n = MIN(r->skip, r->held->len - r->begin);
			r->skip -= n;
			r->at = r->begin += n;
		}
		size_t length = line_length(r, r->at, &whole, &glued);
		if (!whole && length < BLOCK) {
			if (!refill(r, error))
				return false;
			continue;
		}
		const char *line = r->held->str + r->at;
		if (r->row == 0 && r->at == r->begin)
			learn_probe(r, line, length);
		bool bom = r->at == r->begin && length >= BOM_LENGTH &&
			   memcmp(line, BOM, BOM_LENGTH) == 0;
		if (bom)
			r->at = r->begin += BOM_LENGTH;
		else if (length > 0 && !read_line(r, length, glued, error))
			return false;
		else if (length == 0 && !read_end(r, &done, error))
			return false;
	}
	/* Where the header is looked for there is no name to say; the reading meets it again. */
	if (r->over != NULL && r->bytes != NULL)
		return fail(error, EXIT_BAD_INPUT, LIMIT_HINT, "%s:%u: row %u %s",
		    bytes_name(r->bytes), r->line, r->row + 1, r->over);
	return true;
}

bool
csv_read(struct bytes *bytes, char delimiter, enum csv_quotes quotes, csv_taker take, void *user,
    GError **error)
{
	struct reader r;
	size_t length;
	const char *head = bytes_head(bytes, &length);
	if (!bytes_rewind(bytes, error))
		return false;
	reader_init(&r, delimiter, quotes, take, user);
	r.bytes = bytes;
	r.line += separator_line(head, length, &r.skip) != 0;
	bool good = read_records(&r, error);
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
	if (record->row > HEADER_ROWS || record->n_cells == 0 || record->fault != NULL)
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
		reader_init(&r, *d, CSV_DOUBLED, consider, &search);
		g_string_append_len(r.held, head + skip, (gssize)(length - skip));
		r.ended = true;
		/* With the wrong delimiter quotes look stray; with the right one the reading will say so. */
		read_records(&r, NULL);
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
