/* Small things that runs remember, by kind and key. */
#include "tests/unit/store/scratch.h"

static void
assert_recalled(struct store *store, const char *kind, const char *key, const char *value)
{
	GError *error = NULL;
	struct history *history = store_history(store, SCRATCH_NOW, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(history_recall(history, kind, key), ==, value);
	history_free(history);
}

static void
test_remember(void)
{
	struct scratch s = scratch_open();
	GError *error = NULL;
	g_assert_true(store_remember(s.store, "door", "Räum 1", "10", &error));
	g_assert_true(store_remember(s.store, "user", "Räum 1", "ann@example.com", &error));
	g_assert_true(store_remember(s.store, "door", "Hall", "11", &error));
	g_assert_true(store_remember(s.store, "door", "Hall", "12", &error));
	g_assert_no_error(error);
	scratch_reopen(&s);
	assert_recalled(s.store, "door", "Räum 1", "10");
	assert_recalled(s.store, "user", "Räum 1", "ann@example.com");
	assert_recalled(s.store, "door", "Hall", "12");
	assert_recalled(s.store, "user", "Hall", NULL);

	/* what is known already is not written */
	int before = sqlite3_total_changes(s.store->db);
	g_assert_true(store_remember(s.store, "door", "Hall", "12", &error));
	g_assert_cmpint(sqlite3_total_changes(s.store->db), ==, before);
	scratch_remove(&s);
}

/* Exactly these of a kind; the other kinds stay. */
static void
test_only(void)
{
	struct scratch s = scratch_open();
	GError *error = NULL;
	g_autoptr(GHashTable) values = g_hash_table_new(g_str_hash, g_str_equal);
	store_remember(s.store, "doubt", "a", "1", NULL);
	store_remember(s.store, "doubt", "b", "2", NULL);
	store_remember(s.store, "door", "a", "10", &error);
	g_assert_no_error(error);
	g_hash_table_insert(values, (gpointer) "b", (gpointer) "3");
	g_hash_table_insert(values, (gpointer) "c", (gpointer) "4");
	g_assert_true(store_remember_only(s.store, "doubt", values, &error));
	g_assert_no_error(error);
	assert_recalled(s.store, "doubt", "a", NULL);
	assert_recalled(s.store, "doubt", "b", "3");
	assert_recalled(s.store, "doubt", "c", "4");
	assert_recalled(s.store, "door", "a", "10");
	g_hash_table_remove_all(values);
	g_assert_true(store_remember_only(s.store, "doubt", values, &error));
	assert_recalled(s.store, "doubt", "b", NULL);
	assert_recalled(s.store, "door", "a", "10");
	scratch_remove(&s);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/memory/remember", test_remember);
	g_test_add_func("/memory/only", test_only);
	return g_test_run();
}
