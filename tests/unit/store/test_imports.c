/* Last good imports: what comes back, and when nothing is written. */
#include "tests/unit/store/scratch.h"

static struct last_import
import_new(const char *source)
{
	return (struct last_import){.source = source,
	    .as_of = SCRATCH_NOW,
	    .rows = 7,
	    .latest = INSTANT_ALWAYS,
	    .windows = g_array_new(FALSE, FALSE, sizeof(struct last_window)),
	    .blocked = g_ptr_array_new(),
	    .columns = g_ptr_array_new()};
}

static void
import_done(struct last_import *import)
{
	g_array_unref(import->windows);
	g_ptr_array_unref(import->blocked);
	g_ptr_array_unref(import->columns);
}

static void
add_window(struct last_import *import, const char *email, const char *group, instant from,
    instant until, const char *record, const char *rule)
{
	struct last_window window = {.email = email,
	    .group = group,
	    .span = {from, until},
	    .record = record,
	    .record_until = until,
	    .rule = rule};
	g_array_append_val(import->windows, window);
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
		for (unsigned i = 0; i < import->windows->len; i++) {
			const struct last_window *w = &g_array_index(
			    import->windows, struct last_window, i);
			g_string_append_printf(text,
			    "%s|%s|%" G_GINT64_FORMAT "|%" G_GINT64_FORMAT "|%s|%s\n", w->email,
			    w->group, w->span.from, w->span.until, w->record ? w->record : "-",
			    w->rule ? w->rule : "-");
			g_assert_cmpint(w->record_until, ==, w->span.until);
		}
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
	add_window(&import, "zoë@example.com", "Studio", 20, 30, "b'17", "rule \"a\"");
	add_window(&import, "ann@example.com", "Studio", INSTANT_ALWAYS, INSTANT_NEVER, NULL, NULL);
	add_window(&import, "ann@example.com", "Court", 10, 20, NULL, "r");
	g_ptr_array_add(import.blocked, (gpointer) "yan@example.com");
	g_ptr_array_add(import.blocked, (gpointer) "bob@example.com");
	g_ptr_array_add(import.columns, (gpointer) "status");
	g_ptr_array_add(import.columns, (gpointer) "end");
	g_ptr_array_add(import.blocked, (gpointer) "yan@example.com");
	save(s.store, &import);
	scratch_reopen(&s);
	assert_loaded(s.store, "bookings",
	    "1772438400 9 some\n"
	    "ann@example.com|Court|10|20|-|r\n"
	    "ann@example.com|Studio|-9223372036854775808|9223372036854775807|-|-\n"
	    "zoë@example.com|Studio|20|30|b'17|rule \"a\"\n"
	    "column end\n"
	    "column status\n"
	    "blocked bob@example.com\n"
	    "blocked yan@example.com\n");

	/* What is gone is gone, and other sources are not touched. */
	struct last_import other = import_new("members");
	add_window(&other, "cy@example.com", "Gym", 1, 2, "m", "r");
	save(s.store, &other);
	g_array_set_size(import.windows, 1);
	g_ptr_array_set_size(import.blocked, 0);
	g_ptr_array_set_size(import.columns, 0);
	save(s.store, &import);
	assert_loaded(s.store, "bookings",
	    "1772438400 9 some\nzoë@example.com|Studio|20|30|b'17|rule \"a\"\n");
	assert_loaded(s.store, "members", "1772438400 7 none\ncy@example.com|Gym|1|2|m|r\n");
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
	add_window(&import, "ann@example.com", "Studio", 10, 20, "1", "r");
	add_window(&import, "bob@example.com", "Studio", 10, 20, NULL, "r");
	g_ptr_array_add(import.blocked, (gpointer) "yan@example.com");
	g_assert_cmpint(written(s.store, &import), ==, 4);
	g_assert_cmpint(written(s.store, &import), ==, 1);
	import.as_of += INSTANT_HOUR;
	import.rows = 8;
	g_assert_cmpint(written(s.store, &import), ==, 1);
	assert_loaded(s.store, "bookings",
	    "1772442000 8 none\n"
	    "ann@example.com|Studio|10|20|1|r\n"
	    "bob@example.com|Studio|10|20|-|r\n"
	    "blocked yan@example.com\n");

	struct last_window *first = &g_array_index(import.windows, struct last_window, 0);
	first->span.until = 21;
	g_assert_cmpint(written(s.store, &import), >, 4);
	first->record = "";
	g_assert_cmpint(written(s.store, &import), >, 4);
	first->record = NULL;
	g_assert_cmpint(written(s.store, &import), >, 4);
	first->rule = NULL;
	g_assert_cmpint(written(s.store, &import), >, 4);
	g_ptr_array_add(import.blocked, (gpointer) "ann@example.com");
	g_assert_cmpint(written(s.store, &import), >, 4);
	g_assert_cmpint(written(s.store, &import), ==, 1);
	import_done(&import);
	scratch_remove(&s);
}

/* Rows of an export in another order are the same import. */
static void
test_order_free(void)
{
	struct scratch s = scratch_open();
	struct last_import import = import_new("bookings");
	GRand *dice = g_rand_new_with_seed(42);
	for (int i = 0; i < 200; i++)
		add_window(&import, i % 3 == 0 ? "ann@example.com" : "bob@example.com",
		    i % 2 == 0 ? "Studio" : "Court", i % 5, 10 + i % 7, i % 4 == 0 ? NULL : "r",
		    i % 11 == 0 ? "x" : NULL);
	g_ptr_array_add(import.blocked, (gpointer) "a");
	g_ptr_array_add(import.blocked, (gpointer) "b");
	save(s.store, &import);
	char *before = loaded(s.store, "bookings");

	for (int round = 0; round < 20; round++) {
		struct last_window *w = (struct last_window *)import.windows->data;
		for (unsigned i = import.windows->len - 1; i > 0; i--) {
			unsigned j = (unsigned)g_rand_int_range(dice, 0, (gint32)i + 1);
			struct last_window swap = w[i];
			w[i] = w[j];
			w[j] = swap;
		}
		gpointer swap = import.blocked->pdata[0];
		import.blocked->pdata[0] = import.blocked->pdata[1];
		import.blocked->pdata[1] = swap;
		g_assert_cmpint(written(s.store, &import), ==, 1);
	}
	assert_loaded(s.store, "bookings", before);
	g_free(before);
	g_rand_free(dice);
	import_done(&import);
	scratch_remove(&s);
}

/* A large venue's hourly run: 120,000 windows. */
static void
test_large(void)
{
	enum { COUNT = 120000 };
	struct scratch s = scratch_open();
	struct last_import import = import_new("bookings");
	GStringChunk *text = g_string_chunk_new(1 << 16);
	for (int i = 0; i < COUNT; i++) {
		char number[64];
		g_snprintf(number, sizeof number, "person%05d@example.com", i / 8);
		const char *email = g_string_chunk_insert_const(text, number);
		g_snprintf(number, sizeof number, "booking-%d", i);
		add_window(&import, email, "Studio 2 + front door", SCRATCH_NOW + i,
		    SCRATCH_NOW + i + 3600, g_string_chunk_insert(text, number), "studio-2");
	}
	static const char *const steps[] = {"first save", "unchanged", "one changed"};
	for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		if (i == 2)
			g_array_index(import.windows, struct last_window, 5).span.until++;
		g_test_timer_start();
		save(s.store, &import);
		g_test_message("%s: %.2f s", steps[i], g_test_timer_elapsed());
	}
	g_test_timer_start();
	GError *error = NULL;
	struct history *history = store_history(s.store, SCRATCH_NOW, &error);
	g_assert_no_error(error);
	g_test_message("load: %.2f s", g_test_timer_elapsed());
	g_assert_cmpuint(history_import(history, "bookings")->windows->len, ==, COUNT);
	history_free(history);
	g_string_chunk_free(text);
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
	g_test_add_func("/imports/large", test_large);
	return g_test_run();
}
