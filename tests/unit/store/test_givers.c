/* Who gave time that is still ahead: what comes back, and that only differences are written. */
#include "tests/unit/store/scratch.h"

static struct giver
giver(const char *email, const char *record)
{
	return (struct giver){.kind = GIVER_RECORD,
	    .object = OBJECT_ASSIGNMENT,
	    .email = email,
	    .door_id = 10,
	    .span = {20, 30},
	    .source = "bookings",
	    .record = record,
	    .rule = "room",
	    .record_kind = 4};
}

static struct history *
load(struct store *store)
{
	GError *error = NULL;
	struct history *history = store_history(store, SCRATCH_NOW, &error);
	g_assert_no_error(error);
	return history;
}

static int
written(struct store *store, const GArray *givers)
{
	GError *error = NULL;
	int before = sqlite3_total_changes(store->db);
	g_assert_true(store_save_givers(store, givers, &error));
	g_assert_no_error(error);
	return sqlite3_total_changes(store->db) - before;
}

static void
assert_same(struct store *store, const GArray *givers)
{
	struct history *history = load(store);
	g_assert_cmpuint(history->givers->len, ==, givers->len);
	for (guint i = 0; i < givers->len; i++)
		g_assert_cmpint(giver_compare(&g_array_index(history->givers, struct giver, i),
				    &g_array_index(givers, struct giver, i)),
		    ==, 0);
	history_free(history);
}

static void
test_round_trip(void)
{
	struct scratch s = scratch_open();
	g_autoptr(GArray) givers = g_array_new(FALSE, FALSE, sizeof(struct giver));
	struct giver one = giver("zoë@example.com", "b'17");
	one.via = "people";
	one.content = UINT32_MAX;
	one.how = UINT32_MAX - 1;
	g_array_append_val(givers, one);
	one = (struct giver){.kind = GIVER_HAND,
	    .object = OBJECT_SCHEDULE,
	    .email = "",
	    .door_id = INT64_MAX,
	    .span = {INSTANT_ALWAYS, INSTANT_NEVER}};
	g_array_append_val(givers, one);
	one.kind = GIVER_OURS;
	one.email = "ann@example.com";
	g_array_append_val(givers, one);
	g_array_sort(givers, giver_compare);
	written(s.store, givers);
	scratch_reopen(&s);
	assert_same(s.store, givers);
	scratch_remove(&s);
}

/* Each step changes one thing: as many rows go and come as differ. */
static void
test_writes_only_differences(void)
{
	static const struct {
		const char *records; /* of Ann's, a letter each, in order */
		int written;
	} steps[] = {{"", 0}, {"bd", 2}, {"bd", 0}, {"abcde", 3}, {"ace", 2}, {"e", 2}, {"f", 2},
	    {"af", 1}, {"", 2}, {"", 0}};
	struct scratch s = scratch_open();
	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		g_autoptr(GArray) givers = g_array_new(FALSE, FALSE, sizeof(struct giver));
		char ids[16][2] = {{0}};
		for (size_t j = 0; steps[i].records[j] != '\0'; j++) {
			ids[j][0] = steps[i].records[j];
			struct giver one = giver("ann@example.com", ids[j]);
			g_array_append_val(givers, one);
		}
		g_test_message("%s", steps[i].records);
		g_assert_cmpint(written(s.store, givers), ==, steps[i].written);
		assert_same(s.store, givers);
	}
	scratch_remove(&s);
}

/* ---- later records ---- */

static int
written_later(struct store *store, const struct later_record *records, guint n)
{
	GError *error = NULL;
	g_autoptr(GArray) later = g_array_new(FALSE, FALSE, sizeof *records);
	g_array_append_vals(later, records, n);
	int before = sqlite3_total_changes(store->db);
	g_assert_true(store_save_later(store, later, &error));
	g_assert_no_error(error);
	struct history *history = load(store);
	g_assert_cmpuint(history->later->len, ==, n);
	for (guint i = 0; i < n; i++) {
		const struct later_record *one = &g_array_index(
		    history->later, struct later_record, i);
		g_assert_cmpstr(one->source, ==, records[i].source);
		g_assert_cmpuint(one->key, ==, records[i].key);
		g_assert_cmpint(one->until, ==, records[i].until);
	}
	history_free(history);
	return sqlite3_total_changes(store->db) - before;
}

/* One row for a source and a day; a day that is as it was is not written. */
static void
test_later(void)
{
	struct scratch s = scratch_open();
	struct later_record records[] = {
	    {"bookings", 1, SCRATCH_NOW + 5},
	    {"bookings", UINT64_MAX - 1, SCRATCH_NOW + INSTANT_DAY},
	    {"bookings", UINT64_MAX, SCRATCH_NOW + 6},
	    {"members\nhall", 7, INSTANT_NEVER},
	};
	g_assert_cmpint(written_later(s.store, records, 0), ==, 0);
	g_assert_cmpint(written_later(s.store, records, 4), ==, 3);
	scratch_reopen(&s);
	g_assert_cmpint(written_later(s.store, records, 4), ==, 0);
	g_assert_cmpint(scratch_ask(s.store, "SELECT count(*) FROM later"), ==, 3);
	records[1].until++;
	g_assert_cmpint(written_later(s.store, records, 4), ==, 1);
	/* as long as before, and of the same day */
	records[0].key = 2;
	g_assert_cmpint(written_later(s.store, records, 4), ==, 1);
	g_assert_cmpint(written_later(s.store, records, 3), ==, 1);
	g_assert_cmpint(written_later(s.store, records, 1), ==, 2);
	g_assert_cmpint(written_later(s.store, records, 0), ==, 1);
	scratch_remove(&s);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/givers/round-trip", test_round_trip);
	g_test_add_func("/givers/writes-only-differences", test_writes_only_differences);
	g_test_add_func("/givers/later", test_later);
	return g_test_run();
}
