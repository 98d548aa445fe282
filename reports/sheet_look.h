#ifndef REPORTS_SHEET_LOOK_H
#define REPORTS_SHEET_LOOK_H

#include "reports/sheet.h"

#include <xlsxwriter.h>

/* How cells look; for sheet.c alone. */
struct look {
	const char *number_format;
	const char *font;
	double size; /* 0: SHEET_FONT */
	lxw_color_t colour;
	lxw_color_t background;
	bool bold, wrap, border, open, line;
	enum lxw_format_alignments align;
	uint8_t indent;
};

#define SHEET_FONT 10.0 /* points */

/* Of each style; its font size is filled in. */
struct look sheet_look_of(enum style style);

/* NULL when there is no memory. */
lxw_format *sheet_look_format(lxw_workbook *workbook, const struct look *look);

/* Of sheet.c, for what is no cell. */
lxw_workbook *sheet_workbook(struct sheet *sheet);
lxw_worksheet *sheet_worksheet(struct sheet *sheet);

#endif
