/* Last good imports: what comes back, and when nothing is written. */
#include "tests/unit/store/scratch.h"

static struct last_import
import_new(const char *source)
{
	return (struct last_import){.source = source,
	    .as_of = SCRATCH_NOW,
	    .rows = 7,
	    .latest = INSTANT_ALWAYS,
	    .blocked = g_ptr_array_new(),
	    .columns = g_ptr_array_new()};
}

static void
import_done(struct last_import *import)
{
	g_ptr_array_unref(import->blocked);
	g_ptr_array_unref(import->columns);
}

static void
save(struct store *store, const struct last_import *import)
{
	GError *error = NULL;
	store_save_import(store, import, &error);
	g_assert_no_error(error);
}

/* What the history says of a source, as text; caller frees. */
static char *
loaded(struct store *store, const char *source)
{
	GError *error = NULL;
	struct history *history = store_history(store, SCRATCH_NOW, &error);
	g_assert_no_error(error);
	const struct last_import *import = history_import(history, source);
	GString *text = g_string_new(NULL);
	if (import != NULL) {
		g_string_append_printf(text, "%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %s\n",
		    import->as_of, import->rows,
		    import->latest == INSTANT_ALWAYS ? "none" : "some");
		for (unsigned i = 0; i < import->columns->len; i++)
			g_string_append_printf(
			    text, "column %s\n", (char *)import->columns->pdata[i]);
		for (unsigned i = 0; i < import->blocked->len; i++)
			g_string_append_printf(
			    text, "blocked %s\n", (char *)import->blocked->pdata[i]);
	}
	history_free(history);
	return g_string_free(text, FALSE);
}

static void
assert_loaded(struct store *store, const char *source, const char *expected)
{
	char *text = loaded(store, source);
	g_assert_cmpstr(text, ==, expected);
	g_free(text);
}

static void
test_round_trip(void)
{
	struct scratch s = scratch_open();
	struct last_import import = import_new("bookings");
	assert_loaded(s.store, "bookings", "");
	save(s.store, &import);
	assert_loaded(s.store, "bookings", "1772438400 7 none\n");

	import.rows = 9;
	import.latest = SCRATCH_NOW + 5;
	g_ptr_array_add(import.blocked, (gpointer) "yan@example.com");
	g_ptr_array_add(import.blocked, (gpointer) "bob@example.com");
	g_ptr_array_add(import.columns, (gpointer) "status");
	g_ptr_array_add(import.columns, (gpointer) "end");
	g_ptr_array_add(import.blocked, (gpointer) "yan@example.com");
	save(s.store, &import);
	scratch_reopen(&s);
	assert_loaded(s.store, "bookings",
	    "1772438400 9 some\n"
	    "column end\n"
	    "column status\n"
	    "blocked bob@example.com\n"
	    "blocked yan@example.com\n");

	/* What is gone is gone, and other sources are not touched. */
	struct last_import other = import_new("members");
	g_ptr_array_add(other.columns, (gpointer) "plan");
	save(s.store, &other);
	g_ptr_array_set_size(import.blocked, 0);
	g_ptr_array_set_size(import.columns, 0);
	save(s.store, &import);
	assert_loaded(s.store, "bookings", "1772438400 9 some\n");
	assert_loaded(s.store, "members", "1772438400 7 none\ncolumn plan\n");
	import_done(&other);
	import_done(&import);
	scratch_remove(&s);
}

static int
written(struct store *store, const struct last_import *import)
{
	int before = sqlite3_total_changes(store->db);
	save(store, import);
	return sqlite3_total_changes(store->db) - before;
}

/* Each of these makes another content; equal content writes the one row that says when it was seen. */
static void
test_writes_only_differences(void)
{
	struct scratch s = scratch_open();
	struct last_import import = import_new("bookings");
	g_ptr_array_add(import.blocked, (gpointer) "yan@example.com");
	g_ptr_array_add(import.columns, (gpointer) "end");
	g_assert_cmpint(written(s.store, &import), ==, 3);
	g_assert_cmpint(written(s.store, &import), ==, 1);
	import.as_of += INSTANT_HOUR;
	import.rows = 8;
	g_assert_cmpint(written(s.store, &import), ==, 1);
	assert_loaded(
	    s.store, "bookings", "1772442000 8 none\ncolumn end\nblocked yan@example.com\n");

	import.columns->pdata[0] = (gpointer) "status";
	g_assert_cmpint(written(s.store, &import), >, 2);
	g_ptr_array_add(import.blocked, (gpointer) "ann@example.com");
	g_assert_cmpint(written(s.store, &import), >, 3);
	g_assert_cmpint(written(s.store, &import), ==, 1);
	/* what is blocked there is no column here */
	g_ptr_array_set_size(import.columns, 0);
	g_ptr_array_add(import.blocked, (gpointer) "status");
	g_assert_cmpint(written(s.store, &import), >, 3);
	import_done(&import);
	scratch_remove(&s);
}

/* Rows of an export in another order are the same import. */
static void
test_order_free(void)
{
	struct scratch s = scratch_open();
	struct last_import import = import_new("bookings");
	static const char *const people[] = {"b", "a", "c"};
	for (size_t i = 0; i < G_N_ELEMENTS(people); i++) {
		g_ptr_array_add(import.blocked, (gpointer)people[i]);
		g_ptr_array_add(import.columns, (gpointer)people[i]);
	}
	save(s.store, &import);
	char *before = loaded(s.store, "bookings");
	for (guint i = 1; i < G_N_ELEMENTS(people); i++) {
		gpointer swap = import.blocked->pdata[0];
		import.blocked->pdata[0] = import.blocked->pdata[i];
		import.blocked->pdata[i] = swap;
		swap = import.columns->pdata[0];
		import.columns->pdata[0] = import.columns->pdata[i];
		import.columns->pdata[i] = swap;
		g_assert_cmpint(written(s.store, &import), ==, 1);
	}
	assert_loaded(s.store, "bookings", before);
	g_free(before);
	import_done(&import);
	scratch_remove(&s);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/imports/round-trip", test_round_trip);
	g_test_add_func("/imports/writes-only-differences", test_writes_only_differences);
	g_test_add_func("/imports/order-free", test_order_free);
	return g_test_run();
}
