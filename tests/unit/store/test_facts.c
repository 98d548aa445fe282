/* Facts: known, unknown, changed. */
#include "tests/unit/store/scratch.h"

static void
assert_fact(struct store *store, const char *key, const char *expected)
{
	GError *error = NULL;
	char *value = store_fact(store, key, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(value, ==, expected);
	g_free(value);
}

static void
test_facts(void)
{
	struct scratch s = scratch_open();
	GError *error = NULL;
	assert_fact(s.store, "patch_window", NULL);
	g_assert_true(store_set_fact(s.store, "patch_window", "works", &error));
	assert_fact(s.store, "patch_window", "works");
	int before = sqlite3_total_changes(s.store->db);
	g_assert_true(store_set_fact(s.store, "patch_window", "works", &error));
	g_assert_cmpint(sqlite3_total_changes(s.store->db), ==, before);
	g_assert_true(store_set_fact(s.store, "patch_window", "ignored", &error));
	assert_fact(s.store, "patch_window", "ignored");
	assert_fact(s.store, "other", NULL);
	g_assert_no_error(error);

	stmt_script(s.store, "ALTER TABLE facts RENAME TO lost");
	g_assert_null(store_fact(s.store, "patch_window", &error));
	scratch_refused(&error, EXIT_FAILED, s.path, "read a fact", NULL);
	scratch_remove(&s);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/facts/facts", test_facts);
	return g_test_run();
}
