/* Decides how a table sits on a sheet: header, empty and overfull tables, entry columns.  Knows nothing of plans. */
#include "reports/table.h"

#define COLUMNS_MAX 40
#define LINKS_ALL 50000 /* above it only the first of a row's links is made */
#define LINKS_NONE                                                                                 \
	65530 /* above it none: Excel takes no more, and the library keeps them in memory */

struct table {
	struct sheet *sheet;
	const struct table_column *columns;
	uint16_t n_columns;
	size_t keep; /* rows that fit */
	size_t left_out;
	const char *nothing;
	size_t links_a_row, linked; /* allowed, and made in this row */
	uint32_t row;		    /* the current one; TABLE_FIRST - 1 is the header */
	uint16_t column;	    /* the next one of the current row, or how many it has */
};

static bool
is_entry(const struct table_column *column)
{
	return column->type == CELL_ENTRY || column->type == CELL_ENTRY_DATE;
}

size_t
table_left_out(size_t rows, size_t room)
{
	g_assert(room >= TABLE_FIRST + 2);
	return rows <= room - TABLE_FIRST ? 0 : rows - (room - TABLE_FIRST - 1);
}

/* The last column that is printed. */
static uint16_t
printed(const struct table *table)
{
	uint16_t last = table->n_columns;
	while (last > 1 && table->columns[last - 1].grey)
		last--;
	return (uint16_t)(last - 1);
}

static void
write_head(struct table *table, const struct table_head *head, size_t rows)
{
	struct sheet *sheet = table->sheet;
	sheet_text(sheet, 0, 0, STYLE_TITLE, head->title);
	bool cut = rows > LINKS_NONE || (head->links > 1 && rows * head->links > LINKS_ALL);
	g_autofree char *about = g_strdup_printf("%s%s", head->about,
	    !cut || head->links == 0 ? ""
	    : rows > LINKS_NONE	     ? "  So many rows have no links."
				     : "  Of so many rows only the first column has links.");
	table->links_a_row = rows > LINKS_NONE ? 0 : cut ? 1 : head->links;
	sheet_text(sheet, 1, 0, STYLE_ABOUT, about);
	if (head->status_formula != NULL && rows > 0)
		sheet_formula(sheet, 2, 0, STYLE_STATUS, head->status_formula, head->status);
	else
		sheet_text(sheet, 2, 0, STYLE_STATUS, head->status);
	for (uint16_t i = 0; i < table->n_columns; i++)
		sheet_text(sheet, TABLE_FIRST - 1, i,
		    is_entry(&table->columns[i]) ? STYLE_HEADER_ENTRY : STYLE_HEADER,
		    table->columns[i].title);
}

struct table *
table_begin(struct sheet *sheet, const struct table_head *head, const struct table_column *columns,
    size_t n_columns, size_t rows, size_t room)
{
	g_assert(n_columns > 0 && n_columns <= COLUMNS_MAX);
	struct table *table = g_new0(struct table, 1);
	table->sheet = sheet;
	table->columns = columns;
	table->n_columns = (uint16_t)n_columns;
	table->left_out = table_left_out(rows, room);
	table->keep = rows - table->left_out;
	table->nothing = head->nothing;
	for (uint16_t i = 0; i < table->n_columns; i++)
		sheet_width(sheet, i, columns[i].width);
	sheet_freeze(sheet, TABLE_FIRST, head->frozen);
	write_head(table, head, rows);
	table->row = TABLE_FIRST - 1;
	table->column = table->n_columns;
	return table;
}

/* Entries up to the next column that is none get their look. */
static void
pass_entries(struct table *table)
{
	while (table->row >= TABLE_FIRST && table->column < table->n_columns &&
	       is_entry(&table->columns[table->column])) {
		bool day = table->columns[table->column].type == CELL_ENTRY_DATE;
		sheet_text(table->sheet, table->row, table->column,
		    day ? STYLE_ENTRY_DATE : STYLE_ENTRY, NULL);
		table->column++;
	}
}

static const struct table_column *
next_column(struct table *table, enum cell_type type)
{
	pass_entries(table);
	g_assert(table->row >= TABLE_FIRST && table->column < table->n_columns);
	const struct table_column *column = &table->columns[table->column++];
	g_assert(column->type == type);
	return column;
}

/* Every column of the current row must have been filled. */
static void
complete_row(struct table *table)
{
	pass_entries(table);
	g_assert(table->column == table->n_columns);
}

bool
table_row(struct table *table)
{
	complete_row(table);
	if (table->row - (TABLE_FIRST - 1) == table->keep)
		return false;
	table->row++;
	table->column = 0;
	table->linked = 0;
	return true;
}

uint32_t
table_number(const struct table *table)
{
	return table->row + 1;
}

static void
put_text(struct table *table, enum style style, const char *text)
{
	const struct table_column *column = next_column(table, CELL_TEXT);
	sheet_text(table->sheet, table->row, (uint16_t)(table->column - 1),
	    column->grey ? STYLE_GREY : style, text);
}

void
table_text(struct table *table, const char *text)
{
	put_text(table, STYLE_TEXT, text);
}

void
table_strong(struct table *table, const char *text)
{
	put_text(table, STYLE_STRONG, text);
}

void
table_alarm(struct table *table, const char *text)
{
	put_text(table, STYLE_ALARM, text);
}

void
table_link(struct table *table, const char *url, const char *text)
{
	if (url == NULL || table->linked >= table->links_a_row) {
		table_text(table, text);
		return;
	}
	next_column(table, CELL_TEXT);
	table->linked++;
	sheet_link(table->sheet, table->row, (uint16_t)(table->column - 1), STYLE_LINK, url, text);
}

void
table_instant(struct table *table, struct zone *zone, instant t)
{
	next_column(table, CELL_INSTANT);
	sheet_instant(table->sheet, table->row, (uint16_t)(table->column - 1), zone, t);
}

void
table_integer(struct table *table, int64_t value)
{
	next_column(table, CELL_INTEGER);
	sheet_integer(table->sheet, table->row, (uint16_t)(table->column - 1), STYLE_FIGURE, value);
}

void
table_percent(struct table *table, int percent)
{
	next_column(table, CELL_PERCENT);
	sheet_percent(table->sheet, table->row, (uint16_t)(table->column - 1), percent);
}

void
table_empty(struct table *table)
{
	pass_entries(table);
	g_assert(table->column < table->n_columns);
	table->column++;
}

/* A last row that is a sentence instead of data. */
static void
write_remark(struct table *table, enum style style, const char *text)
{
	sheet_text(table->sheet, table->row + 1, 0, style, text);
}

static void
open_entries(struct table *table)
{
	for (uint16_t i = 0; i < table->n_columns; i++) {
		const struct table_column *column = &table->columns[i];
		if (column->choices != NULL)
			sheet_choices(table->sheet, i, TABLE_FIRST, table->row, column->choices);
		else if (column->type == CELL_ENTRY_DATE)
			sheet_days(table->sheet, i, TABLE_FIRST, table->row);
	}
}

uint32_t
table_end(struct table *table)
{
	complete_row(table);
	g_assert(table->row - (TABLE_FIRST - 1) == table->keep);
	uint32_t last = table->row;
	/* Before the remark: the library takes no row that lies above the last one written. */
	if (last >= TABLE_FIRST) {
		open_entries(table);
		sheet_filter(table->sheet, TABLE_FIRST - 1, last, table->n_columns);
	}
	if (table->left_out > 0) {
		g_autofree char *text = g_strdup_printf(
		    "%zu MORE ROWS ARE LEFT OUT: a sheet cannot hold them. "
		    "All of them are in the JSON plan.",
		    table->left_out);
		write_remark(table, STYLE_LABEL, text);
	} else if (last < TABLE_FIRST) {
		write_remark(table, STYLE_PLAIN, table->nothing);
	}
	sheet_print(table->sheet, MAX(last, TABLE_FIRST) + (table->left_out > 0), printed(table));
	sheet_protect(table->sheet);
	g_free(table);
	return last;
}
