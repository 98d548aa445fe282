/* How each style looks.  Data, and one function that turns it into the library's own. */
#include "reports/sheet_look.h"

#define NAVY 0x1F3A5F
#define GREY 0x7A828C
#define RED 0xA8071A
#define YELLOW 0xFFF6D6
#define DARK_YELLOW 0xF2DFA0

static const struct look looks[STYLE_COUNT] = {
    [STYLE_TEXT] = {.wrap = true},
    [STYLE_STRONG] = {.wrap = true, .bold = true},
    [STYLE_HEADER] = {.bold = true, .wrap = true, .colour = 0xFFFFFF, .background = NAVY},
    [STYLE_HEADER_ENTRY] =
	{.bold = true, .wrap = true, .colour = NAVY, .background = DARK_YELLOW, .border = true},
    [STYLE_INTEGER] = {.number_format = "#,##0", .align = LXW_ALIGN_RIGHT, .indent = 1},
    [STYLE_FIGURE] = {.number_format = "0", .align = LXW_ALIGN_LEFT},
    [STYLE_PERCENT] = {.number_format = "0%", .align = LXW_ALIGN_LEFT},
    [STYLE_ENTRY] = {.wrap = true, .background = YELLOW, .border = true, .open = true},
    [STYLE_ENTRY_DATE] = {.number_format = "d mmm yyyy",
	.background = YELLOW,
	.border = true,
	.open = true,
	.align = LXW_ALIGN_LEFT},
    [STYLE_ALARM] = {.bold = true, .wrap = true, .colour = RED},
    [STYLE_GREY] = {.wrap = true, .colour = GREY, .size = 9},
    [STYLE_LINK] = {.wrap = true, .colour = 0x0B4F9E},
    [STYLE_LINK_PLAIN] = {.colour = 0x0B4F9E},
    [STYLE_SMALL] = {.colour = GREY},
    [STYLE_TITLE] = {.bold = true, .size = 16, .colour = NAVY},
    [STYLE_ABOUT] = {.colour = 0x5A626C},
    [STYLE_STATUS] = {.bold = true, .size = 11},
    [STYLE_SECTION] = {.bold = true, .size = 12, .colour = NAVY, .line = true},
    [STYLE_LABEL] = {.bold = true},
    [STYLE_PLAIN] = {0},
    [STYLE_BAR_RED] = {.bold = true, .size = 13, .background = 0xF8D7DA, .colour = 0x6A0410},
    [STYLE_BAR_YELLOW] = {.bold = true, .size = 13, .background = 0xFCE8B2, .colour = 0x1F2933},
    [STYLE_BAR_GREEN] = {.bold = true, .size = 13, .background = 0xD9EFDD, .colour = 0x14532D},
    [STYLE_BIG] = {.bold = true,
	.size = 20,
	.colour = NAVY,
	.background = 0xF1F3F6,
	.align = LXW_ALIGN_CENTER_ACROSS,
	.number_format = "#,##0"},
    [STYLE_BIG_RED] = {.bold = true,
	.size = 20,
	.colour = RED,
	.background = 0xF1F3F6,
	.align = LXW_ALIGN_CENTER_ACROSS,
	.number_format = "#,##0"},
    [STYLE_BIG_NOTE] = {.colour = 0x5A626C,
	.background = 0xF1F3F6,
	.align = LXW_ALIGN_CENTER_ACROSS},
    [STYLE_CAPTION] = {.bold = true, .colour = 0x5A626C},
    [STYLE_FRAME] = {.wrap = true, .border = true},
    [STYLE_TICK] = {.bold = true, .colour = 0x14532D},
};

struct look
sheet_look_of(enum style style)
{
	struct look look = looks[style];
	if (look.size <= 0)
		look.size = SHEET_FONT;
	return look;
}

lxw_format *
sheet_look_format(lxw_workbook *workbook, const struct look *look)
{
	lxw_format *format = workbook_add_format(workbook);
	if (format == NULL)
		return NULL;
	format_set_align(format, LXW_ALIGN_VERTICAL_TOP);
	format_set_font_size(format, look->size);
	if (look->number_format != NULL)
		format_set_num_format(format, look->number_format);
	if (look->font != NULL)
		format_set_font_name(format, look->font);
	if (look->colour != 0)
		format_set_font_color(format, look->colour);
	if (look->background != 0)
		format_set_bg_color(format, look->background);
	if (look->bold)
		format_set_bold(format);
	if (look->wrap)
		format_set_text_wrap(format);
	if (look->open)
		format_set_unlocked(format);
	if (look->border) {
		format_set_border(format, LXW_BORDER_THIN);
		format_set_border_color(format, 0xBFBFBF);
	}
	if (look->line) {
		format_set_bottom(format, LXW_BORDER_THIN);
		format_set_bottom_color(format, NAVY);
	}
	if (look->align != LXW_ALIGN_NONE)
		format_set_align(format, (uint8_t)look->align);
	if (look->indent != 0)
		format_set_indent(format, look->indent);
	return format;
}
