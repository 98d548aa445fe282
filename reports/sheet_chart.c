/* Charts over the figures of a sheet.  Grey print is told apart by hatching. */
#include "reports/sheet_look.h"

#include <glib.h>

static const lxw_color_t colours[] = {0x8FA8CC, 0xD5DEEA, 0xA8071A};

static void
add_series(lxw_chart *chart, const struct sheet_chart *from, size_t i)
{
	g_autofree char *names = g_strdup_printf("='%s'!$%c$%u:$%c$%u", from->data,
	    'A' + from->names, from->first + 1, 'A' + from->names, from->last + 1);
	g_autofree char *values = g_strdup_printf("='%s'!$%c$%u:$%c$%u", from->data,
	    'A' + from->series[i], from->first + 1, 'A' + from->series[i], from->last + 1);
	lxw_chart_series *series = chart_add_series(chart, names, values);
	if (series == NULL)
		return;
	chart_series_set_name(series, from->titles[i]);
	lxw_chart_line edge = {.color = 0x5A626C, .width = 0.5};
	chart_series_set_line(series, &edge);
	if (from->hatched[i]) {
		lxw_chart_pattern hatch = {.fg_color = 0xA8071A,
		    .bg_color = 0xFFFFFF,
		    .type = LXW_CHART_PATTERN_WIDE_UPWARD_DIAGONAL};
		chart_series_set_pattern(series, &hatch);
	} else {
		lxw_chart_fill solid = {.color = colours[i % G_N_ELEMENTS(colours)]};
		chart_series_set_fill(series, &solid);
	}
}

void
sheet_chart(struct sheet *sheet, uint32_t row, uint16_t column, const struct sheet_chart *from)
{
	lxw_chart *chart = workbook_add_chart(
	    sheet_workbook(sheet), from->across ? LXW_CHART_BAR_STACKED : LXW_CHART_COLUMN_STACKED);
	if (chart == NULL)
		return;
	for (size_t i = 0; i < G_N_ELEMENTS(from->series) && from->series[i] != 0; i++)
		add_series(chart, from, i);
	lxw_chart_font title = {.size = 10, .bold = LXW_TRUE};
	lxw_chart_font small = {.size = 8};
	chart_title_set_name(chart, from->title);
	chart_title_set_name_font(chart, &title);
	chart_axis_set_num_font(chart->x_axis, &small);
	chart_axis_set_num_font(chart->y_axis, &small);
	chart_axis_set_num_format(from->across ? chart->x_axis : chart->y_axis, "0");
	if (from->across)
		chart_axis_set_reverse(chart->y_axis);
	chart_legend_set_position(chart, LXW_CHART_LEGEND_BOTTOM);
	chart_legend_set_font(chart, &small);
	lxw_chart_options size = {.x_scale = from->width / 480.0, .y_scale = from->height / 288.0};
	worksheet_insert_chart_opt(sheet_worksheet(sheet), row, column, chart, &size);
}
