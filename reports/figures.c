/* Units of the figures that guards compare. */
#include "reports/figures.h"

#include "reports/phrase.h"

#include <string.h>

char *
figure_text(const char *guard, int64_t figure)
{
	static const struct {
		const char *guard, *one, *many;
	} units[] = {
	    {"max_removals", "person", "people"},
	    {"max_group_removals", "person", "people"},
	    {"max_day_removals", "person", "people"},
	    {"max_source_removals", "person", "people"},
	    {"max_grants", "record", "records"},
	    {"max_shrink", "record", "records"},
	    {"max_rejects", "row", "rows"},
	    {"other_export", "record", "records"},
	    {"lost_columns", "column", "columns"},
	    {"removed_twice", "change", "changes"},
	    {"input_empty", "row", "rows"},
	    {"email_mismatch", "person", "people"},
	    {"short_list", "line", "lines"},
	};
	if (strcmp(guard, "max_age") == 0)
		return phrase_age(figure);
	if (strcmp(guard, "clock") == 0)
		return g_strdup_printf("%" G_GINT64_FORMAT " s", figure);
	for (size_t i = 0; i < G_N_ELEMENTS(units); i++) {
		if (strcmp(units[i].guard, guard) == 0)
			return g_strdup_printf("%" G_GINT64_FORMAT " %s", figure,
			    figure == 1 ? units[i].one : units[i].many);
	}
	return g_strdup_printf("%" G_GINT64_FORMAT, figure);
}
