/*
 * Cells and files over libxlsxwriter 1.1.4.  Decides how text gets into a cell unharmed and how the file gets to its
 * place; what stands in the cells is decided in sheets.c and summary.c.
 */
#include "reports/sheet.h"

#include "reports/advance.h"
#include "reports/parts.h"
#include "reports/phrase.h"
#include "reports/sheet_look.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define TEXT_MAX 32767 /* UTF-16 units in one cell; Excel calls more a damaged file */
#define CUT_MARK " ... (cut)"
#define EXACT_MAX ((int64_t)1 << 53) /* above it a spreadsheet's numbers skip integers */
#define PAPER_OF_A4 9
#define PAPER_OF_LETTER 1
#define SHEET_COLUMNS 40
#define LINES_MAX 12	/* one endless text must not fill pages; Excel ends at 27 */
#define LINKS_MAX 65530 /* of a sheet: Excel takes no more */
#define LINE 1.24	/* height of a line, in sizes of its font */
#define PADDING 3.0	/* points above and below the text of a cell together */
#define DAY_ALWAYS 1	/* of a spreadsheet: sorts before every other, and reads as a word */
#define DAY_NEVER 2958465

struct book {
	char *path;
	char *temp;
	int fd; /* of temp, for the sync */
	lxw_workbook *workbook;
	lxw_format *formats[STYLE_COUNT];
	struct look looks[STYLE_COUNT];
	lxw_format *always, *never;
	GHashTable *dates; /* char *: number format -> lxw_format * */
	GPtrArray *sheets;
	char *venue, *as_of, *footer;
	struct zone *zone;
	bool letter;
	char *problem; /* the first error; NULL */
};

struct sheet {
	struct book *book;
	lxw_worksheet *worksheet;
	const char *name;	      /* owned by worksheet */
	double widths[SHEET_COLUMNS]; /* in digits */
	uint32_t row;		      /* being written */
	bool fixed;		      /* its height is said */
	double points;		      /* that its highest cell needs */
	size_t links;
};

static lxw_format *
date_format(struct book *book, const char *number_format)
{
	lxw_format *format = g_hash_table_lookup(book->dates, number_format);
	if (format != NULL)
		return format;
	struct look look = {
	    .number_format = number_format, .size = SHEET_FONT, .align = LXW_ALIGN_LEFT};
	format = sheet_look_format(book->workbook, &look);
	g_hash_table_insert(book->dates, g_strdup(number_format), format);
	return format;
}

static bool
make_formats(struct book *book)
{
	for (int i = 0; i < STYLE_COUNT; i++) {
		book->looks[i] = sheet_look_of((enum style)i);
		book->formats[i] = sheet_look_format(book->workbook, &book->looks[i]);
		if (book->formats[i] == NULL)
			return false;
	}
	book->always = date_format(book, "\"" PHRASE_ALWAYS "\"");
	book->never = date_format(book, "\"" PHRASE_NEVER "\"");
	return book->always != NULL && book->never != NULL;
}

static bool
start_workbook(struct book *book, const struct book_facts *facts)
{
	/* Its temporary files hold personal data too: beside the workbook, not in a common folder. */
	char *folder = g_path_get_dirname(book->path);
	lxw_workbook_options options = {.constant_memory = true, .tmpdir = folder};
	book->workbook = workbook_new_opt(book->temp, &options);
	g_free(folder);
	if (book->workbook == NULL || !make_formats(book))
		return false;
	/* libxlsxwriter takes char * but copies. */
	lxw_doc_properties properties = {
	    .title = (char *)facts->title,
	    .author = (char *)facts->author,
	    .created = (time_t)facts->created,
	};
	return workbook_set_properties(book->workbook, &properties) == LXW_NO_ERROR;
}

/* Header and footer have commands behind `&`, and take 255 characters. */
static char *
page_text(const char *text)
{
	g_autofree char *valid = g_utf8_make_valid(text != NULL ? text : "", -1);
	GString *out = g_string_new(NULL);
	int n = 0;
	for (const char *p = valid; *p != '\0' && n < 60; p = g_utf8_next_char(p), n++) {
		gunichar c = g_utf8_get_char(p);
		g_string_append_unichar(out, c == '&' || c < ' ' ? ' ' : c);
	}
	return g_string_free(out, FALSE);
}

struct book *
book_new(const char *path, const struct book_facts *facts, GError **error)
{
	struct book *book = g_new0(struct book, 1);
	book->path = g_strdup(path);
	book->temp = g_strconcat(path, ".tmp-XXXXXX", NULL);
	book->sheets = g_ptr_array_new_with_free_func(g_free);
	book->venue = page_text(facts->venue);
	book->as_of = page_text(facts->as_of);
	book->footer = page_text(facts->footer);
	book->dates = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	book->zone = facts->zone;
	book->letter = facts->letter;
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
	g_free(book->venue);
	g_free(book->as_of);
	g_free(book->footer);
	g_hash_table_unref(book->dates);
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
	worksheet_set_paper(sheet->worksheet, book->letter ? PAPER_OF_LETTER : PAPER_OF_A4);
	worksheet_fit_to_pages(sheet->worksheet, 1, 0);
	worksheet_set_margins(sheet->worksheet, 0.4, 0.4, 0.7, 0.6);
	g_autofree char *header = g_strdup_printf(
	    "&L&\"Calibri,Bold\"%s: &A&R%s", book->venue, book->as_of);
	g_autofree char *footer = g_strdup_printf("&L%s&RPage &P of &N", book->footer);
	check(sheet, 0, worksheet_set_header(sheet->worksheet, header));
	check(sheet, 0, worksheet_set_footer(sheet->worksheet, footer));
	return sheet;
}

void
sheet_page(struct sheet *sheet)
{
	worksheet_set_portrait(sheet->worksheet);
	worksheet_fit_to_pages(sheet->worksheet, 1, 1);
	worksheet_set_margins(sheet->worksheet, 0.6, 0.6, 0.5, 0.6);
	worksheet_gridlines(sheet->worksheet, LXW_HIDE_ALL_GRIDLINES);
	check(sheet, 0, worksheet_set_header(sheet->worksheet, ""));
}

lxw_workbook *
sheet_workbook(struct sheet *sheet)
{
	return sheet->book->workbook;
}

lxw_worksheet *
sheet_worksheet(struct sheet *sheet)
{
	return sheet->worksheet;
}

struct zone *
sheet_zone(const struct sheet *sheet)
{
	return sheet->book->zone;
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
	if (sheet->points > 0 && !sheet->fixed)
		set_height(sheet, sheet->row, sheet->points);
	sheet->points = 0;
	sheet->fixed = false;
}

static void
begin_cell(struct sheet *sheet, uint32_t row)
{
	g_assert(row >= sheet->row);
	if (row > sheet->row)
		end_row(sheet);
	sheet->row = row;
}

static void
measure(struct sheet *sheet, uint16_t column, enum style style, const char *text)
{
	const struct look *look = &sheet->book->looks[style];
	double width = sheet->widths[column];
	size_t lines = look->wrap && width > 0 ? advance_lines(text, width, look->size, look->bold)
					       : 1;
	double points = (double)MIN(lines, LINES_MAX) * look->size * LINE + PADDING;
	sheet->points = MAX(sheet->points, points);
}

static void
write_text(struct sheet *sheet, uint32_t row, uint16_t column, enum style style, const char *text)
{
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
sheet_text(struct sheet *sheet, uint32_t row, uint16_t column, enum style style, const char *text)
{
	begin_cell(sheet, row);
	write_text(sheet, row, column, style, text);
}

void
sheet_link(struct sheet *sheet, uint32_t row, uint16_t column, enum style style, const char *url,
    const char *text)
{
	begin_cell(sheet, row);
	if (url != NULL && text != NULL && *text != '\0' && sheet->links < LINKS_MAX) {
		sheet->links++;
		check(sheet, row,
		    worksheet_write_url(
			sheet->worksheet, row, column, url, sheet->book->formats[style]));
	}
	write_text(sheet, row, column, style, text);
}

/* `Europe/New_York` -> `New York`. */
static char *
zone_word(struct zone *zone)
{
	const char *name = zone_name(zone), *slash = strrchr(name, '/');
	return g_strdelimit(g_strndup(slash != NULL ? slash + 1 : name, 9), "_\"", ' ');
}

static void
write_day(struct sheet *sheet, uint32_t row, uint16_t column, double day, lxw_format *format)
{
	check(sheet, row, worksheet_write_number(sheet->worksheet, row, column, day, format));
	sheet->points = MAX(sheet->points, SHEET_FONT * LINE + PADDING);
}

void
sheet_instant(struct sheet *sheet, uint32_t row, uint16_t column, struct zone *zone, instant t)
{
	struct book *book = sheet->book;
	begin_cell(sheet, row);
	if (t == INSTANT_ALWAYS || t == INSTANT_NEVER) {
		bool always = t == INSTANT_ALWAYS;
		write_day(sheet, row, column, always ? DAY_ALWAYS : DAY_NEVER,
		    always ? book->always : book->never);
		return;
	}
	bool other = zone != NULL && strcmp(zone_name(zone), zone_name(book->zone)) != 0;
	struct civil c = zone_civil(zone != NULL ? zone : book->zone, t);
	lxw_datetime wall = {.year = c.year,
	    .month = c.month,
	    .day = c.day,
	    .hour = c.hour,
	    .min = c.minute,
	    .sec = c.second};
	g_autofree char *word = other ? zone_word(zone) : NULL;
	g_autofree char *format = g_strdup_printf("d mmm %s hh:mm%s%s%s%s", other ? "yy" : "yyyy",
	    c.second != 0 ? ":ss" : "", other ? " \"(" : "", other ? word : "", other ? ")\"" : "");
	check(sheet, row,
	    worksheet_write_datetime(
		sheet->worksheet, row, column, &wall, date_format(book, format)));
	sheet->points = MAX(sheet->points, SHEET_FONT * LINE + PADDING);
}

static void
sheet_number(struct sheet *sheet, uint32_t row, uint16_t column, enum style style, double value)
{
	begin_cell(sheet, row);
	check(sheet, row,
	    worksheet_write_number(
		sheet->worksheet, row, column, value, sheet->book->formats[style]));
	sheet->points = MAX(sheet->points, sheet->book->looks[style].size * LINE + PADDING);
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
sheet_formula(struct sheet *sheet, uint32_t row, uint16_t column, enum style style,
    const char *formula, const char *value)
{
	begin_cell(sheet, row);
	lxw_format *format = sheet->book->formats[style];
	char *end = NULL;
	double number = g_ascii_strtod(value, &end);
	bool is_number = end != value && *end == '\0';
	check(sheet, row,
	    is_number ? worksheet_write_formula_num(
			    sheet->worksheet, row, column, formula, format, number)
		      : worksheet_write_formula_str(
			    sheet->worksheet, row, column, formula, format, value));
	measure(sheet, column, style, value);
}

void
sheet_width(struct sheet *sheet, uint16_t column, double width)
{
	g_assert(column < SHEET_COLUMNS);
	sheet->widths[column] = width;
	check(sheet, 0, worksheet_set_column(sheet->worksheet, column, column, width, NULL));
}

void
sheet_height(struct sheet *sheet, uint32_t row, double height)
{
	begin_cell(sheet, row);
	sheet->fixed = true;
	set_height(sheet, row, height);
}

double
sheet_span(const struct sheet *sheet, uint16_t first, uint16_t last)
{
	double width = 0;
	for (uint16_t i = first; i <= last; i++)
		width += sheet->widths[i];
	return width;
}

void
sheet_freeze(struct sheet *sheet, uint32_t row, uint16_t column)
{
	worksheet_freeze_panes(sheet->worksheet, row, column);
	check(sheet, row, worksheet_repeat_rows(sheet->worksheet, row - 1, row - 1));
}

void
sheet_print(struct sheet *sheet, uint32_t last, uint16_t column)
{
	check(sheet, last, worksheet_print_area(sheet->worksheet, 0, 0, last, column));
}

void
sheet_filter(struct sheet *sheet, uint32_t header, uint32_t last, uint16_t n)
{
	check(sheet, header,
	    worksheet_autofilter(sheet->worksheet, header, 0, last, (lxw_col_t)(n - 1)));
}

void
sheet_protect(struct sheet *sheet)
{
	lxw_protection open = {.autofilter = true,
	    .sort = true,
	    .format_cells = true,
	    .format_columns = true,
	    .format_rows = true};
	worksheet_protect(sheet->worksheet, NULL, &open);
}

void
sheet_choices(
    struct sheet *sheet, uint16_t column, uint32_t first, uint32_t last, const char *const *words)
{
	lxw_data_validation validation = {
	    .validate = LXW_VALIDATION_TYPE_LIST,
	    .error_type = LXW_VALIDATION_ERROR_TYPE_STOP,
	    /* char ** in 1.1, const char ** from 1.2 on */
	    .value_list = (void *)words,
	    .error_title = (char *)"Not one of the words",
	    .error_message = (char *)"Choose a word from the list.",
	};
	check(sheet, first,
	    worksheet_data_validation_range(
		sheet->worksheet, first, column, last, column, &validation));
}

void
sheet_days(struct sheet *sheet, uint16_t column, uint32_t first, uint32_t last)
{
	lxw_data_validation validation = {
	    .validate = LXW_VALIDATION_TYPE_DATE,
	    .criteria = LXW_VALIDATION_CRITERIA_GREATER_THAN_OR_EQUAL_TO,
	    .minimum_datetime = {.year = 2020, .month = 1, .day = 1},
	    .value_datetime = {.year = 2020, .month = 1, .day = 1},
	    .error_type = LXW_VALIDATION_ERROR_TYPE_STOP,
	    .error_title = (char *)"Not a day",
	    .error_message = (char *)"Write a date, such as 16 Nov 2026.",
	};
	check(sheet, first,
	    worksheet_data_validation_range(
		sheet->worksheet, first, column, last, column, &validation));
}

void
sheet_red(struct sheet *sheet, uint16_t column, uint32_t first, uint32_t last, const char *formula)
{
	struct look look = {.size = SHEET_FONT, .background = 0xF4A6AD, .bold = true};
	lxw_format *format = sheet_look_format(sheet->book->workbook, &look);
	lxw_conditional_format red = {.type = LXW_CONDITIONAL_TYPE_FORMULA,
	    .value_string = (char *)formula,
	    .format = format};
	check(sheet, first,
	    worksheet_conditional_format_range(
		sheet->worksheet, first, column, last, column, &red));
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
