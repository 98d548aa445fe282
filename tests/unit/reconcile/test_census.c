/* Which resources and plans the records name. */
#include "reconcile/census.h"

#include <string.h>

static const struct {
	enum record_kind kind;
	uint32_t source; /* those from 4 on belong to no system */
	struct record_ref target;
	const char *location, *group;
} rows[] = {
    {RECORD_RESOURCE, 0, {"r1", "Room 1"}, "Quay", "G1"},
    {RECORD_RESOURCE, 0, {"r2", "Room 2"}, NULL, NULL},
    {RECORD_BOOKING, 1, {"r1", NULL}, NULL, NULL},
    {RECORD_BOOKING, 1, {"r1", NULL}, NULL, NULL},
    {RECORD_BOOKING, 1, {"r1", "First"}, "Pier", "G9"},
    {RECORD_BOOKING, 1, {NULL, "Hall"}, "Mill", NULL},
    {RECORD_BOOKING, 1, {NULL, "Hall"}, " ", "B"},
    {RECORD_BOOKING, 1, {NULL, "Hall"}, "", "A"},
    {RECORD_BOOKING, 1, {NULL, " "}, NULL, NULL},
    {RECORD_MEMBERSHIP, 2, {"p", "Desk"}, NULL, NULL},
    {RECORD_PERSON, 3, {"x", "Nobody"}, NULL, NULL},
    {RECORD_RESOURCE, 0, {NULL, "Attic"}, NULL, NULL},
    {RECORD_RESOURCE, 3, {"r1", "Zoo"}, NULL, NULL},
    {RECORD_RESOURCE, 4, {"r2", "Cellar"}, NULL, NULL},
    {RECORD_BOOKING, 4, {"r2", NULL}, NULL, NULL},
    {RECORD_BOOKING, 5, {"r2", NULL}, NULL, NULL},
};

static const char *const want[] = {
    "0 5 r2/-/- - 1",
    "0 0 -/Attic/- - 0",
    "0 4 r2/Cellar/- - 1",
    "0 4 r2/Cellar/- - 0",
    "0 1 r1/First/Pier G9 1",
    "0 1 -/Hall/- A 2",
    "0 1 -/Hall/Mill - 1",
    "0 0 r1/Room 1/Quay G1 0",
    "0 1 r1/Room 1/Quay G1 2",
    "0 0 r2/Room 2/- - 0",
    "0 3 r1/Zoo/- - 0",
    "1 2 p/Desk/- - 1",
};

static const char *
shown(const char *text)
{
	return text != NULL ? text : "-";
}

static void
take(struct census *census, size_t i)
{
	struct record record = {.kind = rows[i].kind,
	    .place = {.source = rows[i].source},
	    .targets = &rows[i].target,
	    .n_targets = 1,
	    .location = rows[i].location,
	    .group = rows[i].group};
	census_take(census, &record, rows[i].source < 4 ? "s" : NULL);
}

static void
check(struct census *census)
{
	const GArray *entries = census_entries(census);
	g_assert_cmpuint(entries->len, ==, G_N_ELEMENTS(want));
	for (guint i = 0; i < entries->len; i++) {
		const struct census_entry *e = &g_array_index(entries, struct census_entry, i);
		char *text = g_strdup_printf("%d %u %s/%s/%s %s %" G_GUINT64_FORMAT, (int)e->kind,
		    e->source, shown(e->id), shown(e->name), shown(e->location), shown(e->group),
		    e->records);
		g_assert_cmpstr(text, ==, want[i]);
		g_free(text);
	}
}

static void
test_rows(void)
{
	struct census *forward = census_new(), *backward = census_new();
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		take(forward, i);
		take(backward, G_N_ELEMENTS(rows) - 1 - i);
	}
	check(forward);
	check(backward);
	check(forward);
	census_free(forward);
	census_free(backward);
	census_free(NULL);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/census/rows", test_rows);
	return g_test_run();
}
