/* The ledger of links and schedules, whose ids are different spaces. */
#include "tests/unit/store/scratch.h"

static void
put(struct store *store, enum object object, int64_t id, const char *label, const char *email,
    instant made_at)
{
	GError *error = NULL;
	struct ledger_pass pass = {.object = object,
	    .id = id,
	    .label = label,
	    .email = email,
	    .door_id = 10 * id,
	    .valid = {SCRATCH_NOW, id == 5 ? INSTANT_NEVER : SCRATCH_NOW + 60},
	    .source = "bookings",
	    .made_at = made_at,
	    .restored = id % 2 == 1};
	store_pass_put(store, &pass, &error);
	g_assert_no_error(error);
}

static void
gone(struct store *store, enum object object, int64_t id)
{
	GError *error = NULL;
	store_pass_gone(store, object, id, SCRATCH_NOW, &error);
	g_assert_no_error(error);
}

/* `link 1` or `(link 1)` when it does not live, in the order of the history. */
static void
assert_passes(struct store *store, instant now, const char *expected)
{
	GError *error = NULL;
	struct history *history = store_history(store, now, &error);
	g_assert_no_error(error);
	GString *text = g_string_new(NULL);
	for (unsigned i = 0; i < history->passes->len; i++) {
		const struct ledger_pass *pass = &g_array_index(
		    history->passes, struct ledger_pass, i);
		g_string_append_printf(text,
		    pass->live ? "%s %" G_GINT64_FORMAT ", " : "(%s %" G_GINT64_FORMAT "), ",
		    pass->object == OBJECT_LINK ? "link" : "schedule", pass->id);
		g_assert_cmpint(pass->restored, ==, pass->id % 2 == 1);
		g_assert_cmpint(pass->door_id, ==, 10 * pass->id);
		g_assert_cmpstr(pass->source, ==, "bookings");
		g_assert_null(pass->rule);
		g_assert_cmpint(
		    pass->valid.until, ==, pass->id == 5 ? INSTANT_NEVER : SCRATCH_NOW + 60);
	}
	g_assert_cmpstr(text->str, ==, expected);
	g_string_free(text, TRUE);
	history_free(history);
}

static void
test_passes(void)
{
	const instant now = SCRATCH_NOW, week = 7 * INSTANT_DAY;
	struct scratch s = scratch_open();
	put(s.store, OBJECT_SCHEDULE, 1, "kr b1", "", now - week - 1);
	put(s.store, OBJECT_LINK, 1, "kr b2", "bob@example.com", now - week - 1);
	put(s.store, OBJECT_LINK, 2, "kr b2", "ann@example.com", now - 2);
	put(s.store, OBJECT_LINK, 4, "kr b1", "zoe@example.com", now - 1);
	put(s.store, OBJECT_LINK, 3, "kr b1", "zoe@example.com", now - week);
	assert_passes(s.store, now, "link 3, link 4, link 2, link 1, schedule 1, ");

	/* The schedule with the same number stays. */
	gone(s.store, OBJECT_LINK, 1);
	gone(s.store, OBJECT_LINK, 3);
	gone(s.store, OBJECT_LINK, 999);
	assert_passes(s.store, now, "(link 3), link 4, link 2, schedule 1, ");
	assert_passes(s.store, now + 1, "link 4, link 2, schedule 1, ");

	/* Found there again: it lives. */
	put(s.store, OBJECT_LINK, 3, "kr b0", "zoe@example.com", now);
	assert_passes(s.store, now + 60 + week, "link 3, link 4, link 2, schedule 1, ");

	/* One each booking, and nobody may ever see them go: what ended long ago is no news. */
	put(s.store, OBJECT_LINK, 5, "kr b5", "zoe@example.com", now);
	assert_passes(s.store, now + 61 + week, "link 5, ");

	/* The assignments of the ledger are another table. */
	g_assert_cmpint(scratch_ask(s.store, "SELECT count(*) FROM ledger"), ==, 0);
	scratch_remove(&s);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/passes/passes", test_passes);
	return g_test_run();
}
