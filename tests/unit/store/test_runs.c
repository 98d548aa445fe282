/* Runs: begun once, ended once, read back by the beginning of an id. */
#include "tests/unit/store/scratch.h"

/* A run whose id the test chooses. */
static void
add_run(struct store *store, const char *id, const char *document)
{
	GError *error = NULL;
	store_begin(store);
	stmt_run(store, STMT_RUN_BEGIN, "ttttii", id, "plan", "w", "v", SCRATCH_NOW, SCRATCH_NOW);
	store_run_end(store, id, SCRATCH_NOW, 0, "", document, NULL);
	store_commit(store, &error);
	g_assert_no_error(error);
}

static void
test_ids(void)
{
	struct scratch s = scratch_open();
	GHashTable *seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (int i = 0; i < 100; i++) {
		char id[PLAN_ID];
		scratch_run(s.store, "plan", SCRATCH_NOW, id);
		g_assert_cmpuint(strlen(id), ==, 12);
		g_assert_cmpuint(strspn(id, "0123456789abcdef"), ==, 12);
		g_assert_true(g_hash_table_add(seen, g_strdup(id)));
	}
	g_hash_table_unref(seen);
	scratch_remove(&s);
}

static void
collect(void *user, const struct run_row *run)
{
	g_string_append_printf(user,
	    "%s %s %s %s as of %" G_GINT64_FORMAT " from %" G_GINT64_FORMAT, run->command, run->who,
	    run->version, run->summary != NULL ? run->summary : "(none)", run->as_of, run->started);
	if (run->ended == INSTANT_NEVER)
		g_string_append(user, " runs");
	else
		g_string_append_printf(user, " to %" G_GINT64_FORMAT, run->ended);
	g_string_append_printf(user, " code %d\n", run->exit_code);
}

/* Newest first by the order they began in, whatever their clocks said. */
static void
test_rows(void)
{
	struct scratch s = scratch_open();
	GError *error = NULL;
	char first[PLAN_ID], second[PLAN_ID];
	GString *rows = g_string_new(NULL);
	g_assert_true(store_run_begin(s.store, "apply", "a@h", "1.0", 500, 900, first, &error));
	g_assert_true(store_run_begin(s.store, "plan", "b@h", "1.0", 400, 100, second, &error));
	g_assert_true(store_run_end(s.store, first, 910, 3, "held", "{}", &error));
	g_assert_no_error(error);

	g_assert_true(store_runs(s.store, 0, collect, rows, &error));
	g_assert_cmpstr(rows->str, ==,
	    "plan b@h 1.0 (none) as of 400 from 100 runs code -1\n"
	    "apply a@h 1.0 held as of 500 from 900 to 910 code 3\n");
	g_string_truncate(rows, 0);
	g_assert_true(store_runs(s.store, 1, collect, rows, &error));
	g_assert_cmpstr(rows->str, ==, "plan b@h 1.0 (none) as of 400 from 100 runs code -1\n");
	g_string_free(rows, TRUE);
	scratch_remove(&s);
}

static void
test_ends_once(void)
{
	struct scratch s = scratch_open();
	GError *error = NULL;
	char id[PLAN_ID];
	scratch_run(s.store, "plan", SCRATCH_NOW, id);
	g_assert_true(store_run_end(s.store, id, SCRATCH_NOW, 0, "", NULL, &error));
	g_assert_false(store_run_end(s.store, id, SCRATCH_NOW, 1, "", NULL, &error));
	scratch_refused(&error, EXIT_FAILED, s.path, id, "has ended", NULL);
	g_assert_false(store_run_end(s.store, "x", SCRATCH_NOW, 1, "", NULL, &error));
	scratch_refused(&error, EXIT_FAILED, s.path, "run x is not there", NULL);
	scratch_remove(&s);
}

static void
assert_found(struct store *store, const char *id, const char *expected)
{
	GError *error = NULL;
	char found[PLAN_ID];
	store_run_find(store, id, found, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(found, ==, expected);
}

static void
test_find(void)
{
	struct scratch s = scratch_open();
	GError *error = NULL;
	char found[PLAN_ID];
	g_assert_false(store_run_find(s.store, NULL, found, &error));
	scratch_refused(&error, EXIT_FAILED, s.path, "no run has left a document", NULL);

	add_run(s.store, "aaaa11110000", "first");
	add_run(s.store, "aaaa22220000", "second");
	add_run(s.store, "ffffffffffff", "last");
	add_run(s.store, "bbbb00000000", NULL);
	assert_found(s.store, "aaaa11110000", "aaaa11110000");
	assert_found(s.store, "AAAA2", "aaaa22220000");
	assert_found(s.store, "b", "bbbb00000000");
	assert_found(s.store, NULL, "ffffffffffff");

	g_assert_false(store_run_find(s.store, "aaaa", found, &error));
	scratch_refused(&error, EXIT_FAILED, "2 runs begin with \"aaaa\"",
	    "aaaa22220000, aaaa11110000", "hint: ", NULL);
	g_assert_false(store_run_find(s.store, "", found, &error));
	scratch_refused(&error, EXIT_FAILED, "4 runs", NULL);
	static const char *const strangers[] = {
	    "c", "zz", "aaaa%", "aaaa_", "' OR 1 --", "aaaa111100000"};
	for (size_t i = 0; i < G_N_ELEMENTS(strangers); i++) {
		g_assert_false(store_run_find(s.store, strangers[i], found, &error));
		scratch_refused(&error, EXIT_FAILED, "no run begins with", NULL);
	}
	scratch_remove(&s);
}

static void
test_many_candidates(void)
{
	struct scratch s = scratch_open();
	GError *error = NULL;
	char found[PLAN_ID];
	for (int i = 0; i < 7; i++) {
		char *id = g_strdup_printf("cccc%08d", i);
		add_run(s.store, id, "x");
		g_free(id);
	}
	g_assert_false(store_run_find(s.store, "cccc", found, &error));
	scratch_refused(&error, EXIT_FAILED, "7 runs", "cccc00000006", "cccc00000002 ...", NULL);
	scratch_remove(&s);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/runs/ids", test_ids);
	g_test_add_func("/runs/rows", test_rows);
	g_test_add_func("/runs/ends-once", test_ends_once);
	g_test_add_func("/runs/find", test_find);
	g_test_add_func("/runs/many-candidates", test_many_candidates);
	return g_test_run();
}
