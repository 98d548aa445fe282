/* Which table sheets there are, and what they share. */
#include "reports/sheets.h"

const struct sheet_kind *const sheet_kinds[SHEET_KINDS] = {
    &sheet_decide,
    &sheet_review,
    &sheet_changes,
    &sheet_held,
    &sheet_mismatches,
    &sheet_groups,
    &sheet_orphans,
    &sheet_next,
    &sheet_passes,
    &sheet_outside,
    &sheet_since,
    &sheet_sources,
    &sheet_checks,
    &sheet_rejects,
    &sheet_words,
};

const char *
sheet_count(struct view *view, size_t n, const char *one, const char *many)
{
	return view_printf(view, "%zu %s", n, n == 1 ? one : many);
}

void
sheet_span_of(struct view *view, struct table *table, int64_t group_id, const struct interval *span)
{
	struct zone *zone = view_zone(view, group_id);
	table_instant(table, zone, span->from);
	table_instant(table, zone, span->until);
}

void
sheet_door(struct view *view, struct table *table, const char *name, int64_t id, bool group)
{
	if (name == NULL && id != 0)
		name = view_printf(view, "%" G_GINT64_FORMAT, id);
	table_link(table, group ? view_group_url(view, id) : NULL, name);
}

void
sheet_id(struct view *view, struct table *table, int64_t id)
{
	table_text(table, id != 0 ? view_printf(view, "%" G_GINT64_FORMAT, id) : NULL);
}
