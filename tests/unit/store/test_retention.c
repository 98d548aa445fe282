/* Retention: what is old leaves, what is open stays, and the chain still proves the rest. */
#include "tests/unit/store/scratch.h"

/* A run of one change, whose outcome may be missing. */
static void
leave_run(
    struct store *store, const char *action, instant at, bool settled, char run[static PLAN_ID])
{
	GError *error = NULL;
	int64_t id = 0;
	scratch_run(store, "apply", at, run);
	const struct journal_intent intent = {.run_id = run,
	    .change_id = "c1",
	    .action = action,
	    .email = "ada@example.org",
	    .lock_id = at,
	    .cause = "new",
	    .surprising = true,
	    .unit = "ada@example.org",
	    .gain_unit = "bookings\n1"};
	store_intend(store, &intent, at, &id, &error);
	store_outcome(store, id, OUTCOME_UNKNOWN, "answered success", at, &error);
	if (settled)
		store_outcome(store, id, OUTCOME_DONE, NULL, at, &error);
	store_run_end(store, run, at, 0, "1 change", "{}", &error);
	g_assert_no_error(error);
}

static void
retain(struct store *store, instant before, instant clock, char run[static PLAN_ID])
{
	GError *error = NULL;
	scratch_run(store, "apply", clock, run);
	store_begin(store);
	store_retain(store, run, before, clock, NULL);
	store_run_end(store, run, clock, 0, "kept house", "{}", NULL);
	store_commit(store, &error);
	g_assert_no_error(error);
}

static char *
first_fault(struct store *store, guint removals)
{
	GError *error = NULL;
	struct chain_proof proof;
	store_verify(store, NULL, &proof, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(proof.removals->len, ==, removals);
	char *text = proof.faults->len == 0
			 ? NULL
			 : g_strdup(((struct chain_fault *)proof.faults->pdata[0])->text);
	chain_proof_done(&proof);
	return text;
}

/* What grows beside the audit trail has an end, too; what lives stays, however old it is. */
static void
test_what_nobody_looks_at(void)
{
	struct scratch s = scratch_open();
	GError *error = NULL;
	char keeper[PLAN_ID];
	struct finding found = {.id = "aaaa", .kind = FINDING_ORPHAN, .text = ""},
		       lately = {.id = "bbbb", .kind = FINDING_ORPHAN, .text = ""};
	g_autoptr(GPtrArray) findings = g_ptr_array_new();
	g_ptr_array_add(findings, &found);
	store_save_findings(s.store, findings, 1000, &error);
	g_ptr_array_add(findings, &lately);
	g_ptr_array_remove_index(findings, 0);
	store_save_findings(s.store, findings, 2000, &error);
	static const struct {
		int64_t id;
		instant made, gone;
	} entries[] = {{1, 1000, 1100}, {2, 1000, 2000}, {3, 1000, 0}};
	for (size_t i = 0; i < G_N_ELEMENTS(entries); i++) {
		const struct ledger_entry entry = {.assignment_id = entries[i].id,
		    .email = "ada@example.org",
		    .group_id = 10 + (int64_t)i,
		    .made_at = entries[i].made};
		const struct ledger_pass pass = {.object = OBJECT_LINK,
		    .id = entries[i].id,
		    .label = "kisi-reconcile b/1",
		    .email = "ada@example.org",
		    .door_id = 10,
		    .made_at = entries[i].made};
		store_ledger_put(s.store, &entry, &error);
		store_pass_put(s.store, &pass, &error);
		if (entries[i].gone == 0)
			continue;
		store_ledger_gone(s.store, entries[i].id, entries[i].gone, &error);
		store_pass_gone(s.store, OBJECT_LINK, entries[i].id, entries[i].gone, &error);
	}
	g_assert_no_error(error);
	retain(s.store, 1500, 3000, keeper);
	g_assert_cmpint(scratch_ask(s.store, "SELECT count(*) FROM findings"), ==, 1);
	g_assert_cmpint(scratch_ask(s.store, "SELECT sum(assignment_id) FROM ledger"), ==, 5);
	g_assert_cmpint(scratch_ask(s.store, "SELECT sum(id) FROM passes"), ==, 5);
	scratch_remove(&s);
}

static void
test_what_goes_and_what_stays(void)
{
	struct scratch s = scratch_open();
	char old[PLAN_ID], open[PLAN_ID], unlock[PLAN_ID], young[PLAN_ID], keeper[PLAN_ID];
	leave_run(s.store, "grant", 1000, true, old);
	leave_run(s.store, "grant", 1001, false, open);
	leave_run(s.store, "unlock", 1002, false, unlock);
	leave_run(s.store, "grant", 2000, true, young);
	retain(s.store, 1500, 3000, keeper);

	static const struct {
		const char *sql;
		int64_t want;
	} rows[] = {
	    {"SELECT count(*) FROM runs", 5},
	    {"SELECT count(*) FROM runs WHERE packed IS NULL", 3},
	    {"SELECT count(*) FROM intents", 2}, /* the open one and the young one */
	    {"SELECT count(*) FROM intents WHERE at IN (1001, 2000)", 2},
	    {"SELECT count(*) FROM counted", 4}, /* they go with their intents */
	    {"SELECT count(*) FROM outcomes", 3},
	    {"SELECT documents * 100 + intents * 10 + outcomes FROM retention", 323},
	    {"SELECT before FROM retention", 1500},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		g_assert_cmpint(scratch_ask(s.store, rows[i].sql), ==, rows[i].want);
	g_assert_null(first_fault(s.store, 1));

	struct trail *trail = store_trail(s.store, old, NULL);
	g_assert_cmpstr(trail->removed_by, ==, keeper);
	g_assert_cmpint(trail->removed_at, ==, 3000);
	g_assert_cmpstr(trail->summary, ==, "1 change");
	trail_free(trail);
	trail = store_trail(s.store, young, NULL);
	g_assert_null(trail->removed_by);
	trail_free(trail);

	retain(s.store, 1500, 3001, keeper); /* nothing is left to remove, and nothing is said */
	g_assert_null(first_fault(s.store, 1));
	retain(s.store, 2500, 3002, keeper); /* the newest intent stays */
	g_assert_null(first_fault(s.store, 2));
	g_assert_cmpint(
	    scratch_ask(s.store, "SELECT count(*) FROM intents WHERE at = 2000"), ==, 1);
	scratch_remove(&s);
}

/* What is not sealed, or not marked at its seal, cannot go; a mark cannot be taken back. */
static void
test_only_this_way(void)
{
	static const char *const attempts[] = {
	    "DELETE FROM intents WHERE at = 2000",
	    "DELETE FROM outcomes WHERE intent = (SELECT max(id) FROM intents)",
	    "UPDATE runs SET packed = NULL WHERE seq = 2",
	    "UPDATE runs SET packed = NULL, size = NULL WHERE seq = 2",
	    "UPDATE runs SET packed = x'01' WHERE seq = 1",
	    "UPDATE runs SET document = '' WHERE seq = 1",
	    "UPDATE runs SET summary = '' WHERE seq = 1",
	    "UPDATE seals SET removed = NULL WHERE removed = 1",
	    "UPDATE seals SET removed = 1 WHERE part = 'runs'",
	    "UPDATE retention SET intents = 0",
	    "DELETE FROM retention",
	    /* Who can write the file can switch off what binds outcomes to their intents. */
	    "PRAGMA foreign_keys = OFF; DELETE FROM intents WHERE at = 2000",
	};
	struct scratch s = scratch_open();
	char run[PLAN_ID];
	leave_run(s.store, "grant", 1000, true, run);
	leave_run(s.store, "grant", 2000, true, run);
	retain(s.store, 1500, 3000, run);
	for (size_t i = 0; i < G_N_ELEMENTS(attempts); i++) {
		int rc = sqlite3_exec(s.store->db, attempts[i], NULL, NULL, NULL);
		if (rc != SQLITE_CONSTRAINT)
			g_error("%s gave %d", attempts[i], rc);
	}
	scratch_remove(&s);
}

/* Who removes more under the name of retention is found out. */
static void
test_more_than_was_removed(void)
{
	static const struct {
		const char *sql, *named;
	} rows[] = {
	    {"UPDATE seals SET removed = 1 WHERE part = 'packed' AND row = 2;"
	     "UPDATE runs SET packed = NULL, size = NULL WHERE seq = 2",
		"retention, row 1"},
	    {"UPDATE seals SET removed = 2 WHERE part = 'packed' AND row = 2;"
	     "UPDATE runs SET packed = NULL, size = NULL WHERE seq = 2",
		"packed, row 2: marked as removed, by no run"},
	    {"UPDATE seals SET removed = 2 WHERE part = 'packed' AND row = 2;"
	     "UPDATE runs SET packed = NULL, size = NULL WHERE seq = 2;"
	     "INSERT INTO retention SELECT 2, run, at, before, 1, 0, 0, 'x' FROM retention",
		"retention, row 2"},
	    {"DROP TRIGGER runs_ended; UPDATE runs SET packed = x'01' WHERE seq = 1",
		"was removed, and put back"},
	    {"DROP TRIGGER retention_fixed; UPDATE retention SET before = 7", "retention, row 1"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct scratch s = scratch_open();
		char run[PLAN_ID];
		leave_run(s.store, "grant", 1000, true, run);
		leave_run(s.store, "grant", 2000, true, run);
		retain(s.store, 1500, 3000, run);
		stmt_script(s.store, rows[i].sql);
		g_assert_no_error(s.store->failed);
		char *text = first_fault(
		    s.store, scratch_ask(s.store, "SELECT count(*) FROM retention"));
		if (text == NULL || strstr(text, rows[i].named) == NULL)
			g_error("%s: %s", rows[i].sql, text);
		g_free(text);
		scratch_remove(&s);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/retention/what-goes-and-what-stays", test_what_goes_and_what_stays);
	g_test_add_func("/retention/what-nobody-looks-at", test_what_nobody_looks_at);
	g_test_add_func("/retention/only-this-way", test_only_this_way);
	g_test_add_func("/retention/more-than-was-removed", test_more_than_was_removed);
	return g_test_run();
}
