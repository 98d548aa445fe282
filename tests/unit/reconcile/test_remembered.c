#include "reconcile/remembered.h"

#include <string.h>

#define NOW 1000

/* Source 0 is on its own; 1 and 2 are of one system. */
static const struct source_policy policies[] = {
    {.name = "alone", .kind = RECORD_BOOKING},
    {.name = "one", .kind = RECORD_BOOKING, .system = "s"},
    {.name = "two", .kind = RECORD_BOOKING, .system = "s"},
    {.name = "members", .kind = RECORD_MEMBERSHIP, .system = "s"},
};

struct fixture {
	struct config *config;
	struct history *history;
	struct remembered *remembered;
};

static void
window(struct history *history, const char *source, const char *record, instant until)
{
	for (guint i = 0; i < history->imports->len; i++) {
		struct last_import *import = &g_array_index(
		    history->imports, struct last_import, i);
		struct last_window last = {.email = "ada@example.com",
		    .group = "Room",
		    .span = {0, INSTANT_NEVER},
		    .record = record,
		    .record_until = until};
		if (strcmp(import->source, source) == 0)
			g_array_append_val(import->windows, last);
	}
}

static void
set_up(struct fixture *f, gconstpointer data)
{
	GString *ini = g_string_new(NULL);
	f->history = history_new();
	for (size_t i = 0; i < G_N_ELEMENTS(policies); i++) {
		g_string_append_printf(
		    ini, "[source %s]\nprofile = p\nfile = f\n", policies[i].name);
		struct last_import import = {.source = policies[i].name,
		    .windows = g_array_new(FALSE, FALSE, sizeof(struct last_window)),
		    .blocked = g_ptr_array_new(),
		    .columns = g_ptr_array_new()};
		g_array_append_val(f->history->imports, import);
	}
	f->config = config_read(ini->str, "t", "/", NULL);
	g_assert_nonnull(f->config);
	g_string_free(ini, TRUE);
	window(f->history, "alone", "b1", NOW + 1);
	window(f->history, "alone", "b1", NOW + 2);
	window(f->history, "alone", "b2", INSTANT_NEVER);
	window(f->history, "alone", "over", NOW);
	window(f->history, "alone", "old database", INSTANT_ALWAYS);
	window(f->history, "alone", NULL, NOW + 1);
	window(f->history, "one", "7", NOW + 1);
	window(f->history, "members", "7", NOW + 1);
	f->remembered = remembered_new(f->config, policies, f->history, NOW);
}

static void
tear_down(struct fixture *f, gconstpointer data)
{
	remembered_free(f->remembered);
	history_free(f->history);
	config_free(f->config);
}

static void
take(struct fixture *f, uint32_t source, const char *id)
{
	struct record record = {.kind = policies[source].kind, .id = id, .place.source = source};
	remembered_take(f->remembered, &record);
}

static bool
gone(const struct fixture *f, uint32_t source, guint number)
{
	const struct last_import *import = history_import(f->history, policies[source].name);
	return remembered_gone(
	    f->remembered, source, &g_array_index(import->windows, struct last_window, number));
}

static void
assert_count(const struct fixture *f, uint32_t source, int64_t known, int64_t missed)
{
	struct remembered_count count = remembered_count(f->remembered, source);
	g_assert_cmpint(count.known, ==, known);
	g_assert_cmpint(count.gone, ==, missed);
}

/* Each record counts once, while its own time goes on. */
static void
test_time(struct fixture *f, gconstpointer data)
{
	assert_count(f, 0, 2, 2);
	take(f, 0, "b2");
	take(f, 0, "b9");
	take(f, 0, NULL);
	assert_count(f, 0, 2, 1);
	g_assert_true(gone(f, 0, 0));
	g_assert_true(gone(f, 0, 1));
	g_assert_false(gone(f, 0, 2));
	for (guint i = 3; i <= 5; i++)
		g_assert_false(gone(f, 0, i));
	assert_count(f, 2, 0, 0);
}

/* A booking may stand in another list of its system; a membership is something else. */
static void
test_systems(struct fixture *f, gconstpointer data)
{
	take(f, 0, "7");
	assert_count(f, 1, 1, 1);
	take(f, 2, "7");
	assert_count(f, 1, 1, 0);
	g_assert_false(gone(f, 1, 0));
	assert_count(f, 3, 1, 1);
}

/* What cannot be read is there, and yet says nothing. */
static void
test_rejected(struct fixture *f, gconstpointer data)
{
	remembered_reject(f->remembered, 0, "b1");
	struct record salvaged = {.kind = RECORD_BOOKING, .id = "b1", .bare = true};
	remembered_take(f->remembered, &salvaged);
	assert_count(f, 0, 2, 1);
	g_assert_true(gone(f, 0, 0));
	salvaged.status = STATUS_CANCELLED;
	remembered_take(f->remembered, &salvaged);
	g_assert_false(gone(f, 0, 0));
}

/* A series that cannot be read stands for its occurrences. */
static void
test_series(void)
{
	struct fixture f;
	set_up(&f, NULL);
	window(f.history, "two", "yoga/2026-11-14", NOW + 1);
	struct remembered *remembered = remembered_new(f.config, policies, f.history, NOW);
	g_assert_cmpint(remembered_count(remembered, 2).gone, ==, 1);
	remembered_reject(remembered, 2, "yoga");
	g_assert_cmpint(remembered_count(remembered, 2).gone, ==, 0);
	remembered_free(remembered);
	tear_down(&f, NULL);
}

/* Without an import before, nothing is missed. */
static void
test_first(void)
{
	struct fixture f;
	set_up(&f, NULL);
	struct history *fresh = history_new();
	struct remembered *remembered = remembered_new(f.config, policies, fresh, NOW);
	remembered_reject(remembered, 0, "b1");
	g_assert_cmpint(remembered_count(remembered, 0).known, ==, 0);
	remembered_free(remembered);
	remembered_free(NULL);
	history_free(fresh);
	tear_down(&f, NULL);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/remembered/time", struct fixture, NULL, set_up, test_time, tear_down);
	g_test_add("/remembered/systems", struct fixture, NULL, set_up, test_systems, tear_down);
	g_test_add("/remembered/rejected", struct fixture, NULL, set_up, test_rejected, tear_down);
	g_test_add_func("/remembered/series", test_series);
	g_test_add_func("/remembered/first", test_first);
	return g_test_run();
}
