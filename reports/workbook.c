/* The workbook as a whole: which sheets, in which order, and in which mode. */
#include "reports/workbook.h"

#include "reports/phrase.h"
#include "reports/sheets.h"
#include "reports/summary.h"

/* Half a million rows take about a gigabyte before they are written; 1,048,576 is what Excel can hold. */
static const struct workbook_limits usual = {.table_rows = 50000, .sheet_rows = 1048576};

bool
workbook_write(const struct run *run, const char *path, GError **error)
{
	return workbook_write_within(run, path, &usual, error);
}

bool
workbook_write_within(
    const struct run *run, const char *path, const struct workbook_limits *limits, GError **error)
{
	size_t rows = 0;
	for (size_t i = 0; i < SHEET_KINDS; i++)
		rows += sheet_kinds[i].rows(run);
	char *title = g_strdup_printf("kisi-reconcile plan %s", run->plan->id);
	char *author = g_strdup_printf("kisi-reconcile %s", run->version);
	struct book_facts facts = {
	    .title = title,
	    .author = author,
	    .footer = title,
	    .created = run->plan->as_of,
	    .zone = clock_face_of(run->plan).zone,
	    .streaming = rows > limits->table_rows,
	};
	struct book *book = book_new(path, &facts, error);
	g_free(title);
	g_free(author);
	if (book == NULL)
		return false;
	summary_write(run, book_sheet(book, "Summary"), limits->sheet_rows);
	for (size_t i = 0; i < SHEET_KINDS; i++) {
		const struct sheet_kind *kind = &sheet_kinds[i];
		struct table *table = table_begin(book_sheet(book, kind->name), kind->columns,
		    kind->n_columns, kind->rows(run), limits->sheet_rows);
		kind->fill(run, table);
		table_end(table);
	}
	return book_finish(book, error);
}
