/* What older versions wrote is read, proved and kept as before. */
#include "tests/unit/store/scratch.h"

#define STEP_7 "tests/unit/store/step7.sql"
#define STEP_7_RUNS 4
#define STEP_7_DEAD "c88a3cac4e1c" /* had no end */

static struct scratch
scratch_of_step_7(void)
{
	struct scratch s = scratch_folder();
	char *sql = NULL;
	GError *error = NULL;
	sqlite3 *db = NULL;
	g_file_get_contents(STEP_7, &sql, NULL, &error);
	g_assert_no_error(error);
	g_assert_cmpint(sqlite3_open(s.path, &db), ==, SQLITE_OK);
	g_assert_cmpint(sqlite3_exec(db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
	sqlite3_close(db);
	g_free(sql);
	scratch_reopen(&s);
	return s;
}

static void
assert_whole(struct store *store, int64_t runs, guint removals)
{
	GError *error = NULL;
	struct chain_proof proof;
	store_verify(store, NULL, &proof, &error);
	g_assert_no_error(error);
	if (proof.faults->len > 0)
		g_error("%s", ((struct chain_fault *)proof.faults->pdata[0])->text);
	g_assert_cmpint(proof.runs, ==, runs);
	g_assert_cmpuint(proof.removals->len, ==, removals);
	chain_proof_done(&proof);
}

static void
assert_document(struct store *store, const char *beginning, const char *document)
{
	char run[PLAN_ID];
	GError *error = NULL;
	store_run_find(store, beginning, run, &error);
	struct trail *trail = store_trail(store, run, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(trail->document, ==, document);
	trail_free(trail);
}

static void
test_reads(void)
{
	struct scratch s = scratch_of_step_7();
	bool used = false;
	assert_document(s.store, "67811bcb7a0e", "{\"plan\":\"the first\"}\n");
	assert_document(s.store, "36237d1762ce", "{\"plan\":\"the second\"}\n");
	assert_document(s.store, NULL, "{\"plan\":\"the third\"}\n");
	char *document = store_load_plan(s.store, "p1", &used, NULL);
	g_assert_cmpstr(document, ==, "{\"plan\":\"the second\"}\n");
	g_assert_true(used);
	g_free(document);
	GPtrArray *open = store_open_intents(s.store, NULL);
	g_assert_cmpuint(open->len, ==, 1);
	g_ptr_array_unref(open);
	scratch_remove(&s);
}

static void
test_proves_and_goes_on(void)
{
	struct scratch s = scratch_of_step_7();
	char run[PLAN_ID];
	GError *error = NULL;
	assert_whole(s.store, STEP_7_RUNS, 0);
	scratch_run(s.store, "plan", SCRATCH_NOW + 3600, run);
	assert_whole(s.store, STEP_7_RUNS + 1, 0);
	store_run_end(s.store, run, SCRATCH_NOW + 3600, 0, "", "{\"plan\":\"new\"}\n", &error);
	g_assert_no_error(error);
	assert_whole(s.store, STEP_7_RUNS + 1, 0);
	assert_document(s.store, NULL, "{\"plan\":\"new\"}\n");
	assert_document(s.store, "67811bcb7a0e", "{\"plan\":\"the first\"}\n");

	stmt_script(
	    s.store, "DROP TRIGGER runs_ended; UPDATE runs SET document = '{}' WHERE seq = 2");
	struct chain_proof proof;
	store_verify(s.store, NULL, &proof, &error);
	g_assert_cmpuint(proof.faults->len, ==, 1);
	chain_proof_done(&proof);
	scratch_remove(&s);
}

/* Old and new documents leave together. */
static void
test_retains(void)
{
	struct scratch s = scratch_of_step_7();
	char run[PLAN_ID];
	GError *error = NULL;
	scratch_run(s.store, "plan", 1600000000, run);
	store_run_end(s.store, run, 1600000000, 0, "", "{\"plan\":\"new\"}\n", &error);
	scratch_run(s.store, "apply", SCRATCH_NOW + 3600, run);
	store_begin(s.store);
	store_retain(s.store, run, SCRATCH_NOW - 60, SCRATCH_NOW + 3600, NULL);
	store_run_end(s.store, run, SCRATCH_NOW + 3600, 0, "", NULL, NULL);
	store_commit(s.store, &error);
	g_assert_no_error(error);
	g_assert_cmpint(
	    scratch_ask(s.store, "SELECT count(document) * 10 + count(packed) FROM runs"), ==,
	    10); /* the third */
	g_assert_cmpint(scratch_ask(s.store, "SELECT documents * 10 + intents FROM retention"), ==,
	    30); /* the newest outcome stays, and its change */
	assert_whole(s.store, STEP_7_RUNS + 2, 1);
	scratch_remove(&s);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/upgrade/reads", test_reads);
	g_test_add_func("/upgrade/proves-and-goes-on", test_proves_and_goes_on);
	g_test_add_func("/upgrade/retains", test_retains);
	return g_test_run();
}
