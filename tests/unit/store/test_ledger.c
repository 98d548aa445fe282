/* The ledger: what this program made, and how long it remembers what is gone. */
#include "tests/unit/store/scratch.h"

static void
put(struct store *store, int64_t id, const char *email, int64_t group, instant made_at)
{
	GError *error = NULL;
	struct ledger_entry entry = {.assignment_id = id,
	    .email = email,
	    .group_id = group,
	    .valid = {SCRATCH_NOW, INSTANT_NEVER},
	    .source = "bookings",
	    .made_at = made_at,
	    .restored = id % 2 == 1};
	store_ledger_put(store, &entry, &error);
	g_assert_no_error(error);
}

static void
gone(struct store *store, int64_t id)
{
	GError *error = NULL;
	store_ledger_gone(store, id, SCRATCH_NOW, &error);
	g_assert_no_error(error);
}

/* `id` or `(id)` when it does not live, in the order of the history. */
static void
assert_ledger(struct store *store, instant now, const char *expected)
{
	GError *error = NULL;
	struct history *history = store_history(store, now, &error);
	g_assert_no_error(error);
	GString *text = g_string_new(NULL);
	for (unsigned i = 0; i < history->ledger->len; i++) {
		const struct ledger_entry *entry = &g_array_index(
		    history->ledger, struct ledger_entry, i);
		g_string_append_printf(text,
		    entry->live ? "%" G_GINT64_FORMAT " " : "(%" G_GINT64_FORMAT ") ",
		    entry->assignment_id);
		g_assert_cmpint(entry->restored, ==, entry->assignment_id % 2 == 1);
		g_assert_cmpstr(entry->source, ==, "bookings");
		g_assert_null(entry->rule);
		g_assert_cmpint(entry->valid.until, ==, INSTANT_NEVER);
	}
	g_assert_cmpstr(text->str, ==, expected);
	g_string_free(text, TRUE);
	history_free(history);
}

static void
test_ledger(void)
{
	const instant now = SCRATCH_NOW, week = 7 * INSTANT_DAY;
	struct scratch s = scratch_open();
	put(s.store, 1, "bob@example.com", 5, now - week - 1);
	put(s.store, 2, "ann@example.com", 9, now - 2);
	put(s.store, 3, "ann@example.com", 5, now - 1);
	put(s.store, 4, "ann@example.com", 5, now - week);
	assert_ledger(s.store, now, "4 3 2 1 ");

	gone(s.store, 1);
	gone(s.store, 4);
	gone(s.store, 4);
	gone(s.store, 999);
	assert_ledger(s.store, now, "(4) 3 2 ");
	assert_ledger(s.store, now + 1, "3 2 ");

	/* Adjusted: the same id again, and it lives. */
	put(s.store, 4, "ann@example.com", 5, now);
	put(s.store, 3, "zoe@example.com", 5, now);
	assert_ledger(s.store, now + 100 * week, "4 2 3 ");
	scratch_remove(&s);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ledger/ledger", test_ledger);
	return g_test_run();
}
