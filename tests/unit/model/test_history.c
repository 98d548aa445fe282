/* The history as a value. */
#include "model/history.h"

static void
test_new(void)
{
	struct history *history = history_new();
	g_assert_true(history->fresh);
	g_assert_cmpuint(history->day_removed->len, ==, 0);
	g_assert_null(history->approval);
	g_assert_null(history_import(history, "bookings"));
	g_assert_null(history_finding(history, "a"));
	history_free(history);
	history_free(NULL);
}

static void
test_find(void)
{
	static const char *const ids[] = {"a", "c", "e"};
	struct history *history = history_new();
	for (size_t i = 0; i < G_N_ELEMENTS(ids); i++) {
		struct finding_seen finding = {.id = ids[i], .runs_seen = (int64_t)i};
		struct last_import import = {
		    .source = ids[i], .blocked = g_ptr_array_new(), .columns = g_ptr_array_new()};
		g_array_append_val(history->findings, finding);
		g_array_append_val(history->imports, import);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(ids); i++) {
		g_assert_cmpint(history_finding(history, ids[i])->runs_seen, ==, (int64_t)i);
		g_assert_cmpstr(history_import(history, ids[i])->source, ==, ids[i]);
	}
	g_assert_null(history_finding(history, "b"));
	g_assert_null(history_finding(history, "f"));
	g_assert_null(history_import(history, "b"));
	history_free(history);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/history/new", test_new);
	g_test_add_func("/history/find", test_find);
	return g_test_run();
}
