/*
 * Cells and files over libxlsxwriter 1.1.4.  Decides how text gets into a cell unharmed and how the file gets to its
 * place; what stands in the cells is decided in sheets.c and summary.c.
 */
#include "reports/sheet.h"

#include "reports/parts.h"
#include "reports/phrase.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>
#include <xlsxwriter.h>

#define TEXT_MAX 32767 /* UTF-16 units in one cell; Excel calls more a damaged file */
#define CUT_MARK " ... (cut)"
#define EXACT_MAX ((int64_t)1 << 53) /* above it a spreadsheet's numbers skip integers */
#define PAPER_A4 9
#define SHEET_COLUMNS 32
#define LINE_POINTS 15.0 /* height of a line of the default font */
#define LINES_MAX 12	 /* one endless text must not fill pages; Excel ends at 27 */

struct book {
	char *path;
	char *temp;
	int fd; /* of temp, for the sync */
	lxw_workbook *workbook;
	lxw_format *formats[STYLE_COUNT];
	GPtrArray *sheets;
	char *footer;
	struct zone *zone;
	bool streaming;
	char *problem; /* the first error; NULL */
};

struct sheet {
	struct book *book;
	lxw_worksheet *worksheet;
	const char *name;		/* owned by worksheet */
	uint16_t widths[SHEET_COLUMNS]; /* in characters */
	uint32_t row;			/* being written */
	size_t lines;			/* that its highest cell needs */
};

struct look {
	const char *number_format;
	const char *font;
	double size;
	lxw_color_t colour;
	lxw_color_t background;
	bool bold, wrap, border;
	enum lxw_format_alignments align;
	uint8_t indent;
};

static const struct look looks[STYLE_COUNT] = {
    [STYLE_TEXT] = {.wrap = true},
    [STYLE_HEADER] =
	{.bold = true, .wrap = true, .colour = 0xFFFFFF, .background = 0x1F3A5F, .size = 9},
    [STYLE_HEADER_RIGHT] = {.bold = true,
	.wrap = true,
	.colour = 0xFFFFFF,
	.background = 0x1F3A5F,
	.size = 9,
	.align = LXW_ALIGN_RIGHT,
	.indent = 1},
    [STYLE_INSTANT] = {.number_format = "yyyy\\-mm\\-dd hh:mm", .align = LXW_ALIGN_LEFT},
    [STYLE_SECONDS] = {.number_format = "yyyy\\-mm\\-dd hh:mm:ss", .align = LXW_ALIGN_LEFT},
    [STYLE_INTEGER] = {.number_format = "0", .align = LXW_ALIGN_RIGHT, .indent = 1},
    [STYLE_FIGURE] = {.number_format = "0", .align = LXW_ALIGN_LEFT},
    [STYLE_PERCENT] = {.number_format = "0%", .align = LXW_ALIGN_LEFT},
    [STYLE_CENTRE] = {.align = LXW_ALIGN_CENTER},
    [STYLE_ENTRY] = {.wrap = true, .background = 0xFFF8DC, .border = true},
    [STYLE_ALARM] = {.bold = true, .wrap = true, .colour = 0xB00020},
    [STYLE_TITLE] = {.bold = true, .size = 18},
    [STYLE_SECTION] = {.bold = true, .size = 13, .colour = 0x1F3A5F},
    [STYLE_LABEL] = {.bold = true},
    [STYLE_PLAIN] = {0},
    [STYLE_CODE] = {.font = "Courier New", .size = 10, .align = LXW_ALIGN_LEFT},
};

static lxw_format *
make_format(lxw_workbook *workbook, const struct look *look)
{
	lxw_format *format = workbook_add_format(workbook);
	if (format == NULL)
		return NULL;
	format_set_align(format, LXW_ALIGN_VERTICAL_TOP);
	if (look->number_format != NULL)
		format_set_num_format(format, look->number_format);
	if (look->font != NULL)
		format_set_font_name(format, look->font);
	if (look->size > 0)
		format_set_font_size(format, look->size);
	if (look->colour != 0)
		format_set_font_color(format, look->colour);
	if (look->background != 0)
		format_set_bg_color(format, look->background);
	if (look->bold)
		format_set_bold(format);
	if (look->wrap)
		format_set_text_wrap(format);
	if (look->border) {
		format_set_border(format, LXW_BORDER_THIN);
		format_set_border_color(format, 0xBFBFBF);
	}
	if (look->align != LXW_ALIGN_NONE)
		format_set_align(format, (uint8_t)look->align);
	if (look->indent != 0)
		format_set_indent(format, look->indent);
	return format;
}

static bool
start_workbook(struct book *book, const struct book_facts *facts)
{
	/* Its temporary files hold personal data too: beside the workbook, not in a common folder. */
	char *folder = g_path_get_dirname(book->path);
	lxw_workbook_options options = {.constant_memory = facts->streaming, .tmpdir = folder};
	book->workbook = workbook_new_opt(book->temp, &options);
	g_free(folder);
	if (book->workbook == NULL)
		return false;
	for (int i = 0; i < STYLE_COUNT; i++) {
		book->formats[i] = make_format(book->workbook, &looks[i]);
		if (book->formats[i] == NULL)
			return false;
	}
	/* libxlsxwriter takes char * but copies. */
	lxw_doc_properties properties = {
	    .title = (char *)facts->title,
	    .author = (char *)facts->author,
	    .created = (time_t)facts->created,
	};
	return workbook_set_properties(book->workbook, &properties) == LXW_NO_ERROR;
}

struct book *
book_new(const char *path, const struct book_facts *facts, GError **error)
{
	struct book *book = g_new0(struct book, 1);
	book->path = g_strdup(path);
	book->temp = g_strconcat(path, ".tmp-XXXXXX", NULL);
	book->sheets = g_ptr_array_new_with_free_func(g_free);
	book->footer = g_strdup(facts->footer);
	book->zone = facts->zone;
	book->streaming = facts->streaming;
	book->fd = g_mkstemp_full(book->temp, O_RDWR | O_CLOEXEC, 0600);
	if (book->fd < 0) {
		fail(error, EXIT_FAILED, "the folder must exist and be writable",
		    "%s: cannot make a file beside it: %s", path, g_strerror(errno));
		g_clear_pointer(&book->temp, g_free);
		book_discard(book);
		return NULL;
	}
	if (!start_workbook(book, facts)) {
		fail(error, EXIT_FAILED, NULL, "%s: cannot begin the workbook", path);
		book_discard(book);
		return NULL;
	}
	return book;
}

void
book_discard(struct book *book)
{
	if (book == NULL)
		return;
	lxw_workbook_free(book->workbook);
	if (book->fd >= 0)
		close(book->fd);
	if (book->temp != NULL)
		g_unlink(book->temp);
	g_ptr_array_unref(book->sheets);
	g_free(book->path);
	g_free(book->temp);
	g_free(book->footer);
	g_free(book->problem);
	g_free(book);
}

/* Keep the first thing that went wrong. */
static void
check(struct sheet *sheet, uint32_t row, lxw_error result)
{
	if (result == LXW_NO_ERROR || sheet->book->problem != NULL)
		return;
	sheet->book->problem = g_strdup_printf(
	    "sheet %s, row %u: %s", sheet->name, row + 1, lxw_strerror(result));
}

struct sheet *
book_sheet(struct book *book, const char *name)
{
	struct sheet *sheet = g_new0(struct sheet, 1);
	g_ptr_array_add(book->sheets, sheet);
	sheet->book = book;
	sheet->worksheet = workbook_add_worksheet(book->workbook, name);
	g_assert(sheet->worksheet != NULL);
	sheet->name = sheet->worksheet->name;
	worksheet_set_landscape(sheet->worksheet);
	worksheet_set_paper(sheet->worksheet, PAPER_A4);
	worksheet_fit_to_pages(sheet->worksheet, 1, 0);
	worksheet_set_margins(sheet->worksheet, 0.4, 0.4, 0.5, 0.6);
	char *footer = g_strdup_printf("&L%s&C&A&R&P / &N", book->footer);
	check(sheet, 0, worksheet_set_footer(sheet->worksheet, footer));
	g_free(footer);
	return sheet;
}

const char *
sheet_zone(const struct sheet *sheet)
{
	return zone_name(sheet->book->zone);
}

/* Is it ASCII that goes into a cell as it is?  Most texts are, and there are millions of them. */
static bool
plain(const char *text)
{
	size_t length = 0;
	for (const char *p = text; *p != '\0'; p++, length++) {
		if (!g_ascii_isprint(*p) || (*p == '_' && p[1] == 'x'))
			return false;
	}
	return length <= TEXT_MAX;
}

/* `_xHHHH_` is how the format spells a character: in data it has to be taken apart. */
static bool
looks_escaped(const char *p)
{
	return p[0] == '_' && p[1] == 'x' && g_ascii_isxdigit(p[2]) && g_ascii_isxdigit(p[3]) &&
	       g_ascii_isxdigit(p[4]) && g_ascii_isxdigit(p[5]) && p[6] == '_';
}

/* May XML 1.0 hold it, is it no invisible control, and does it leave the order of the others alone? */
static bool
allowed(gunichar c)
{
	bool control = (c < ' ' && c != '\n' && c != '\t') || (c >= 0x7f && c <= 0x9f);
	bool reorders = (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
	bool no_character = (c & 0xFFFE) == 0xFFFE;
	return !control && !reorders && !no_character;
}

/* Returned, caller frees. */
static char *
cell_text(const char *text)
{
	char *valid = g_utf8_make_valid(text, -1);
	GString *out = g_string_sized_new(strlen(valid));
	size_t units = 0;
	gsize fits = 0; /* length of out that leaves room for the mark */
	for (const char *p = valid; *p != '\0' && units <= TEXT_MAX; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		if (c == '\r' && p[1] == '\n')
			continue;
		if (looks_escaped(p)) {
			g_string_append(out, "_x005F");
			units += strlen("_x005F");
		}
		g_string_append_unichar(out, allowed(c) ? c : c == '\r' ? '\n' : 0xFFFD);
		units += c > 0xFFFF ? 2 : 1;
		if (units + strlen(CUT_MARK) <= TEXT_MAX)
			fits = out->len;
	}
	if (units > TEXT_MAX) {
		g_string_truncate(out, fits);
		g_string_append(out, CUT_MARK);
	}
	g_free(valid);
	return g_string_free(out, FALSE);
}

static void
set_height(struct sheet *sheet, uint32_t row, double height)
{
	check(sheet, row, worksheet_set_row(sheet->worksheet, row, height, NULL));
}

/*
 * Give the row its height.  Spreadsheets can do so by themselves, but not all do it for files they did not write; in
 * constant memory it must be done before the next row begins.
 */
static void
end_row(struct sheet *sheet)
{
	if (sheet->lines > 1)
		set_height(sheet, sheet->row, LINE_POINTS * (double)MIN(sheet->lines, LINES_MAX));
	sheet->lines = 0;
}

static void
begin_cell(struct sheet *sheet, uint32_t row)
{
	g_assert(row >= sheet->row);
	if (row > sheet->row)
		end_row(sheet);
	sheet->row = row;
}

/* Lines that the text takes when it is wrapped to so many characters; words make them a little uneven. */
static size_t
wrapped_lines(const char *text, size_t width)
{
	size_t lines = 1, used = 0;
	for (const char *p = text; *p != '\0' && lines < LINES_MAX; p = g_utf8_next_char(p)) {
		if (*p == '\n' || used >= width) {
			lines++;
			used = 0;
		}
		used += *p != '\n';
	}
	return lines;
}

static void
measure(struct sheet *sheet, uint16_t column, enum style style, const char *text)
{
	size_t width = sheet->widths[column];
	if (!looks[style].wrap || width == 0)
		return;
	size_t lines = wrapped_lines(text, MAX(width - width / 8, 1));
	sheet->lines = MAX(sheet->lines, lines);
}

void
sheet_text(struct sheet *sheet, uint32_t row, uint16_t column, enum style style, const char *text)
{
	begin_cell(sheet, row);
	lxw_format *format = sheet->book->formats[style];
	char *fixed = text == NULL || plain(text) ? NULL : cell_text(text);
	lxw_error result;
	if (text == NULL || *text == '\0')
		result = worksheet_write_blank(sheet->worksheet, row, column, format);
	else
		result = worksheet_write_string(
		    sheet->worksheet, row, column, fixed != NULL ? fixed : text, format);
	if (text != NULL)
		measure(sheet, column, style, fixed != NULL ? fixed : text);
	check(sheet, row, result);
	g_free(fixed);
}

void
sheet_merge(struct sheet *sheet, uint32_t row, uint16_t first, uint16_t last, enum style style,
    const char *text)
{
	begin_cell(sheet, row);
	lxw_format *format = sheet->book->formats[style];
	check(
	    sheet, row, worksheet_merge_range(sheet->worksheet, row, first, row, last, "", format));
	sheet_text(sheet, row, first, style, text);
}

void
sheet_instant(struct sheet *sheet, uint32_t row, uint16_t column, instant t)
{
	if (t == INSTANT_ALWAYS || t == INSTANT_NEVER) {
		sheet_text(sheet, row, column, STYLE_TEXT,
		    t == INSTANT_ALWAYS ? PHRASE_ALWAYS : PHRASE_NEVER);
		return;
	}
	begin_cell(sheet, row);
	struct civil c = zone_civil(sheet->book->zone, t);
	lxw_datetime wall = {.year = c.year,
	    .month = c.month,
	    .day = c.day,
	    .hour = c.hour,
	    .min = c.minute,
	    .sec = c.second};
	enum style style = c.second != 0 ? STYLE_SECONDS : STYLE_INSTANT;
	check(sheet, row,
	    worksheet_write_datetime(
		sheet->worksheet, row, column, &wall, sheet->book->formats[style]));
}

static void
sheet_number(struct sheet *sheet, uint32_t row, uint16_t column, enum style style, double value)
{
	begin_cell(sheet, row);
	check(sheet, row,
	    worksheet_write_number(
		sheet->worksheet, row, column, value, sheet->book->formats[style]));
}

void
sheet_integer(struct sheet *sheet, uint32_t row, uint16_t column, enum style style, int64_t value)
{
	if (value > -EXACT_MAX && value < EXACT_MAX) {
		sheet_number(sheet, row, column, style, (double)value);
		return;
	}
	char *text = g_strdup_printf("%" G_GINT64_FORMAT, value);
	sheet_text(sheet, row, column, STYLE_TEXT, text);
	g_free(text);
}

void
sheet_percent(struct sheet *sheet, uint32_t row, uint16_t column, int percent)
{
	sheet_number(sheet, row, column, STYLE_PERCENT, percent / 100.0);
}

void
sheet_width(struct sheet *sheet, uint16_t column, double width)
{
	g_assert(column < SHEET_COLUMNS);
	sheet->widths[column] = (uint16_t)width;
	check(sheet, 0, worksheet_set_column(sheet->worksheet, column, column, width, NULL));
}

void
sheet_height(struct sheet *sheet, uint32_t row, double height)
{
	begin_cell(sheet, row);
	set_height(sheet, row, height);
}

void
sheet_blank_paper(struct sheet *sheet)
{
	worksheet_gridlines(sheet->worksheet, LXW_HIDE_ALL_GRIDLINES);
}

void
sheet_freeze(struct sheet *sheet, uint32_t row)
{
	worksheet_freeze_panes(sheet->worksheet, row, 0);
	check(sheet, row, worksheet_repeat_rows(sheet->worksheet, 0, row - 1));
}

void
sheet_table(struct sheet *sheet, uint32_t last, const char *const *titles, uint16_t n)
{
	if (sheet->book->streaming) { /* the library has no tables then */
		check(sheet, 0,
		    worksheet_autofilter(sheet->worksheet, 0, 0, last, (lxw_col_t)(n - 1)));
		return;
	}
	lxw_table_column *columns = g_new0(lxw_table_column, n);
	lxw_table_column **list = g_new0(lxw_table_column *, n + 1);
	for (uint16_t i = 0; i < n; i++) {
		columns[i].header = (char *)titles[i];
		columns[i].header_format = sheet->book->formats[STYLE_HEADER];
		list[i] = &columns[i];
	}
	lxw_table_options options = {
	    .columns = list, .style_type = LXW_TABLE_STYLE_TYPE_LIGHT, .style_type_number = 1};
	check(sheet, 0,
	    worksheet_add_table(sheet->worksheet, 0, 0, last, (lxw_col_t)(n - 1), &options));
	g_free(list);
	g_free(columns);
}

void
sheet_choices(
    struct sheet *sheet, uint16_t column, uint32_t first, uint32_t last, const char *const *words)
{
	lxw_data_validation validation = {
	    .validate = LXW_VALIDATION_TYPE_LIST,
	    .error_type = LXW_VALIDATION_ERROR_TYPE_INFORMATION,
	    .show_error = LXW_VALIDATION_OFF,
	    /* char ** in 1.1, const char ** from 1.2 on */
	    .value_list = (void *)words,
	};
	check(sheet, first,
	    worksheet_data_validation_range(
		sheet->worksheet, first, column, last, column, &validation));
}

/* A renamed file is only safe once its folder is on disk too. */
static bool
sync_folder(const char *path)
{
	char *folder = g_path_get_dirname(path);
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	g_free(folder);
	bool synced = fd >= 0 && fsync(fd) == 0;
	if (fd >= 0)
		close(fd);
	return synced;
}

static bool
move_into_place(struct book *book, GError **error)
{
	if (fchmod(book->fd, 0600) != 0 || fsync(book->fd) != 0 ||
	    g_rename(book->temp, book->path) != 0)
		return fail(
		    error, EXIT_FAILED, NULL, "%s: not written: %s", book->path, g_strerror(errno));
	g_clear_pointer(&book->temp, g_free);
	if (!sync_folder(book->path))
		return fail(error, EXIT_FAILED, NULL, "%s: written, but its folder not synced: %s",
		    book->path, g_strerror(errno));
	return true;
}

/* Close the workbook, which frees it, and look whether all of it arrived.  Caller frees the reason; NULL is well. */
static char *
close_workbook(struct book *book)
{
	for (guint i = 0; i < book->sheets->len; i++)
		end_row(book->sheets->pdata[i]);
	if (book->problem != NULL)
		return g_strdup(book->problem);
	lxw_error result = workbook_close(g_steal_pointer(&book->workbook));
	return result == LXW_NO_ERROR ? parts_problem(book->temp) : g_strdup(lxw_strerror(result));
}

bool
book_finish(struct book *book, GError **error)
{
	bool written = false;
	char *problem = close_workbook(book);
	if (problem == NULL)
		written = move_into_place(book, error);
	else
		fail(error, EXIT_FAILED, "is there room on the disk?", "%s: not written: %s",
		    book->path, problem);
	g_free(problem);
	book_discard(book);
	return written;
}
