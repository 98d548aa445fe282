/* Decides how a table sits on a sheet: header, empty and overfull tables, entry columns.  Knows nothing of plans. */
#include "reports/table.h"

#define COLUMNS_MAX 32

struct table {
	struct sheet *sheet;
	const struct table_column *columns;
	uint16_t n_columns;
	size_t keep; /* rows that fit */
	size_t left_out;
	uint32_t row;	 /* the current one; 0 is the header */
	uint16_t column; /* the next one of the current row, or how many it has */
};

size_t
table_left_out(size_t rows, size_t room)
{
	g_assert(room >= 3);
	return rows <= room - 1 ? 0 : rows - (room - 2);
}

static void
write_header(struct table *table)
{
	sheet_freeze(table->sheet, 1);
	for (uint16_t i = 0; i < table->n_columns; i++)
		sheet_width(table->sheet, i, table->columns[i].width);
}

/* Returned, caller frees with g_free. */
static char *
title(const struct table *table, uint16_t column)
{
	const struct table_column *c = &table->columns[column];
	return c->type == CELL_INSTANT
		   ? g_strdup_printf("%s (%s)", c->title, sheet_zone(table->sheet))
		   : g_strdup(c->title);
}

struct table *
table_begin(struct sheet *sheet, const struct table_column *columns, size_t n_columns, size_t rows,
    size_t room)
{
	g_assert(n_columns > 0 && n_columns <= COLUMNS_MAX);
	struct table *table = g_new0(struct table, 1);
	table->sheet = sheet;
	table->columns = columns;
	table->n_columns = (uint16_t)n_columns;
	table->left_out = table_left_out(rows, room);
	table->keep = rows - table->left_out;
	write_header(table);
	for (uint16_t i = 0; i < table->n_columns; i++) {
		char *text = title(table, i);
		sheet_text(sheet, 0, i, STYLE_HEADER, text);
		g_free(text);
	}
	table->column = table->n_columns;
	return table;
}

static const struct table_column *
next_column(struct table *table, enum cell_type type)
{
	g_assert(table->row > 0 && table->column < table->n_columns);
	const struct table_column *column = &table->columns[table->column++];
	g_assert(column->type == type);
	return column;
}

/* Entry columns of the current row get their look; every other one must have been filled. */
static void
complete_row(struct table *table)
{
	while (table->row > 0 && table->column < table->n_columns) {
		next_column(table, CELL_ENTRY);
		sheet_text(
		    table->sheet, table->row, (uint16_t)(table->column - 1), STYLE_ENTRY, NULL);
	}
}

bool
table_row(struct table *table)
{
	complete_row(table);
	if (table->row == table->keep)
		return false;
	table->row++;
	table->column = 0;
	return true;
}

void
table_text(struct table *table, const char *text)
{
	next_column(table, CELL_TEXT);
	sheet_text(table->sheet, table->row, (uint16_t)(table->column - 1), STYLE_TEXT, text);
}

void
table_alarm(struct table *table, const char *text)
{
	next_column(table, CELL_TEXT);
	sheet_text(table->sheet, table->row, (uint16_t)(table->column - 1), STYLE_ALARM, text);
}

void
table_instant(struct table *table, instant t)
{
	next_column(table, CELL_INSTANT);
	sheet_instant(table->sheet, table->row, (uint16_t)(table->column - 1), t);
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
table_flag(struct table *table, bool yes)
{
	next_column(table, CELL_FLAG);
	sheet_text(table->sheet, table->row, (uint16_t)(table->column - 1), STYLE_TEXT,
	    yes ? "yes" : "no");
}

void
table_empty(struct table *table)
{
	g_assert(table->column < table->n_columns);
	table->column++;
}

/* A last row that is a sentence instead of data. */
static void
write_remark(struct table *table, enum style style, const char *text)
{
	table->row++;
	sheet_text(table->sheet, table->row, 0, style, text);
	table->column = table->n_columns;
}

static void
offer_choices(struct table *table)
{
	for (uint16_t i = 0; i < table->n_columns; i++) {
		if (table->columns[i].choices != NULL)
			sheet_choices(table->sheet, i, 1, table->row, table->columns[i].choices);
	}
}

void
table_end(struct table *table)
{
	complete_row(table);
	g_assert(table->row == table->keep);
	if (table->left_out > 0) {
		char *text = g_strdup_printf(
		    "%zu MORE ROWS ARE LEFT OUT: a sheet cannot hold them. "
		    "All of them are in the JSON plan.",
		    table->left_out);
		write_remark(table, STYLE_ALARM, text);
		g_free(text);
	} else if (table->row == 0) {
		/* A table without a row of data is a damaged file. */
		write_remark(table, STYLE_PLAIN, "Nothing to list.");
	}
	offer_choices(table);
	char **titles = g_new0(char *, table->n_columns + 1);
	for (uint16_t i = 0; i < table->n_columns; i++)
		titles[i] = title(table, i);
	sheet_table(table->sheet, table->row, (const char *const *)titles, table->n_columns);
	g_strfreev(titles);
	g_free(table);
}
