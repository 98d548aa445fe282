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

/* Whatever tells two givers apart puts them in an order, the same from both sides. */
static void
test_giver_compare(void)
{
	const struct giver base = {.kind = GIVER_RECORD,
	    .object = OBJECT_ASSIGNMENT,
	    .email = "b@example.org",
	    .door_id = 5,
	    .span = {5, 9},
	    .source = "b",
	    .record = "b",
	    .rule = "b",
	    .via = "b",
	    .record_kind = 1,
	    .content = 5,
	    .how = 5};
	struct giver later[12];
	for (size_t i = 0; i < G_N_ELEMENTS(later); i++)
		later[i] = base;
	later[0].email = "c@example.org";
	later[1].object = OBJECT_LINK;
	later[2].door_id = 6;
	later[3].span.from = 6;
	later[4].span.until = 10;
	later[5].kind = GIVER_HAND;
	later[6].source = "c";
	later[7].record = "c";
	later[8].rule = "c";
	later[9].via = "c";
	later[10].content = 6;
	later[11].how = 6;
	g_assert_cmpint(giver_compare(&base, &base), ==, 0);
	for (size_t i = 0; i < G_N_ELEMENTS(later); i++) {
		g_test_message("%zu", i);
		g_assert_cmpint(giver_compare(&base, &later[i]), <, 0);
		g_assert_cmpint(giver_compare(&later[i], &base), >, 0);
		/* what comes first decides */
		if (i > 0)
			g_assert_cmpint(giver_compare(&later[i], &later[i - 1]), <, 0);
	}
	struct giver kind = base, nameless = base;
	kind.record_kind = 2;
	g_assert_cmpint(giver_compare(&base, &kind), <, 0);
	nameless.record = NULL;
	g_assert_cmpint(giver_compare(&nameless, &base), <, 0);
	g_assert_cmpint(giver_compare(&nameless, &nameless), ==, 0);
}

/* By kind and key; what is remembered anew replaces the former. */
static void
test_memory(void)
{
	struct history *history = history_new();
	char value[] = "10";
	history_remember(history, "door", "Room 1", value);
	value[0] = '9';
	history_remember(history, "user", "Room 1", "ada@example.org");
	g_assert_cmpstr(history_recall(history, "door", "Room 1"), ==, "10");
	g_assert_cmpstr(history_recall(history, "user", "Room 1"), ==, "ada@example.org");
	g_assert_null(history_recall(history, "door", "Room 2"));
	history_remember(history, "door", "Room 1", "11");
	g_assert_cmpstr(history_recall(history, "door", "Room 1"), ==, "11");
	history_free(history);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/history/new", test_new);
	g_test_add_func("/history/find", test_find);
	g_test_add_func("/history/giver-compare", test_giver_compare);
	g_test_add_func("/history/memory", test_memory);
	return g_test_run();
}
