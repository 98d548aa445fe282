/* The hash chain: whole when nobody touched anything, and every touch is found and named. */
#include "tests/unit/store/scratch.h"

/* What one apply leaves: something in every table of the audit trail. */
static void
leave_run(struct store *store, const char *plan, instant at, char run[static PLAN_ID])
{
	GError *error = NULL;
	const struct approval approval = {
	    .plan_id = plan, .max_removals = 3, .who = "mira@host", .at = at};
	scratch_run(store, "apply", at, run);
	store_use_plan(store, plan, run, NULL);
	store_save_approval(store, &approval, run, &error);
	for (int i = 0; i < 3; i++) {
		struct journal_intent intent = {.run_id = run,
		    .change_id = "c1",
		    .action = i == 2 ? "create_link" : "grant",
		    .email = i == 0 ? "ada@example.org" : "bo@example.org",
		    .user_id = 7 + i,
		    .group_id = 10,
		    .lock_id = 0,
		    .label = i == 2 ? "marker 17" : NULL,
		    .have_id = 301,
		    .have = {at, at + 200},
		    .want = {at + 1, at + 300},
		    .wanted = true,
		    .cause = "new",
		    .source = "bookings",
		    .rule = "room",
		    .surprising = false};
		int64_t id = 0;
		store_intend(store, &intent, at + i, &id, &error);
		store_outcome(store, id, OUTCOME_UNKNOWN, "answered success", at + i, &error);
		store_outcome(store, id, OUTCOME_DONE, "read back", at + 5, &error);
	}
	store_save_plan(store, plan, "a1", run, &error);
	store_run_end(store, run, at + 9, 0, "3 changes", "{\"format_version\":1}", &error);
	g_assert_no_error(error);
}

static struct chain_proof
prove(struct store *store, const char *head)
{
	GError *error = NULL;
	struct chain_proof proof;
	store_verify(store, head, &proof, &error);
	g_assert_no_error(error);
	return proof;
}

static void
assert_whole(struct store *store, int64_t links, int64_t unsealed)
{
	struct chain_proof proof = prove(store, NULL);
	if (proof.faults->len > 0)
		g_error("%s", ((struct chain_fault *)proof.faults->pdata[0])->text);
	g_assert_cmpint(proof.links, ==, links);
	g_assert_cmpint(proof.unsealed, ==, unsealed);
	chain_proof_done(&proof);
}

static struct scratch
scratch_with_runs(void)
{
	struct scratch s = scratch_open();
	char run[PLAN_ID];
	static const char *const plans[] = {"p1", "p2", "p3"};
	for (size_t i = 0; i < G_N_ELEMENTS(plans); i++) {
		scratch_run(s.store, "plan", SCRATCH_NOW, run);
		store_save_plan(s.store, plans[i], NULL, run, NULL);
		store_run_end(s.store, run, SCRATCH_NOW, 0, "a plan", "{}", NULL);
		leave_run(s.store, plans[i], SCRATCH_NOW + (instant)i * 1000, run);
	}
	return s;
}

static void
test_whole(void)
{
	struct scratch s = scratch_open();
	char run[PLAN_ID], head[STORE_HASH], newer[STORE_HASH];
	GError *error = NULL;
	assert_whole(s.store, 0, 0);
	scratch_run(s.store, "plan", SCRATCH_NOW, run);
	assert_whole(s.store, 1, 0);
	store_head(s.store, "0123456789ab", head, &error);
	g_assert_cmpstr(head, ==, "");
	store_head(s.store, run, newer, &error);
	g_assert_cmpuint(strlen(newer), ==, 64);
	store_run_end(s.store, run, SCRATCH_NOW, 1, "failed early", NULL, &error);
	assert_whole(s.store, 2, 0);
	store_head(s.store, run, head, &error);
	g_assert_cmpuint(strlen(head), ==, 64);
	g_assert_cmpstr(head, !=, newer);
	scratch_run(s.store, "plan", SCRATCH_NOW, run);
	store_run_end(s.store, run, SCRATCH_NOW, 1, "failed early", NULL, &error);
	store_head(s.store, run, newer, &error);
	g_assert_cmpstr(head, !=, newer);

	struct chain_proof proof = prove(s.store, head);
	g_assert_cmpint(proof.known, ==, 2);
	g_assert_cmpint(proof.since, ==, 1);
	g_assert_cmpstr(proof.head, ==, newer);
	chain_proof_done(&proof);
	proof = prove(s.store, "0123456789ab");
	g_assert_cmpint(proof.known, ==, 0);
	chain_proof_done(&proof);
	scratch_remove(&s);
}

/* What a run that died left is sealed by the next; it is settled, and sealed, by whoever finds out. */
static void
test_a_run_that_died(void)
{
	struct scratch s = scratch_with_runs();
	char dead[PLAN_ID], run[PLAN_ID];
	int64_t id = 0;
	GError *error = NULL;
	const struct journal_intent intent = {.run_id = dead,
	    .change_id = "c9",
	    .action = "grant",
	    .email = "cleo@example.org",
	    .cause = "new"};
	scratch_run(s.store, "apply", SCRATCH_NOW, dead);
	store_intend(s.store, &intent, SCRATCH_NOW, &id, &error);
	assert_whole(s.store, 13, 1);
	scratch_run(s.store, "plan", SCRATCH_NOW, run);
	assert_whole(s.store, 14, 0);
	store_run_end(s.store, run, SCRATCH_NOW, 0, "", NULL, &error);
	assert_whole(s.store, 15, 0);
	scratch_run(s.store, "apply", SCRATCH_NOW, run);
	store_outcome(s.store, id, OUTCOME_FAILED, "not there", SCRATCH_NOW, &error);
	assert_whole(s.store, 16, 1);
	store_run_end(s.store, run, SCRATCH_NOW, 0, "", NULL, &error);
	assert_whole(s.store, 17, 0);
	g_assert_no_error(error);
	struct chain_proof proof = prove(s.store, NULL);
	g_assert_cmpint(proof.endless, ==, 1);
	chain_proof_done(&proof);
	scratch_remove(&s);
}

/* ---- tampering ---- */

/* As somebody would who has sqlite3(1) and time. */
static void
disarm(struct store *store)
{
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	sqlite3_stmt *row = NULL;
	sqlite3_prepare_v2(
	    store->db, "SELECT name FROM sqlite_schema WHERE type = 'trigger'", -1, &row, NULL);
	while (sqlite3_step(row) == SQLITE_ROW)
		g_ptr_array_add(names, g_strdup((const char *)sqlite3_column_text(row, 0)));
	sqlite3_finalize(row);
	for (guint i = 0; i < names->len; i++) {
		char *sql = g_strdup_printf("DROP TRIGGER %s", (char *)names->pdata[i]);
		stmt_script(store, sql);
		g_free(sql);
	}
	g_ptr_array_unref(names);
	stmt_script(store, "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON");
	g_assert_no_error(store->failed);
}

/* Do this to the database, look, and take it back.  named: what the first fault must name. */
static void
assert_found(struct store *store, const char *sql, const char *named)
{
	struct chain_proof proof = {0};
	stmt_begin(store, STMT_WRITE);
	stmt_script(store, sql);
	if (store->failed != NULL)
		g_error("%s: %s", sql, store->failed->message);
	g_assert_cmpint(sqlite3_total_changes(store->db), >, 0);
	g_assert_true(store_verify(store, NULL, &proof, NULL));
	if (proof.faults->len == 0)
		g_error("not found: %s", sql);
	const char *text = ((struct chain_fault *)proof.faults->pdata[0])->text;
	if (strstr(text, named) == NULL)
		g_error("%s: \"%s\" does not name %s", sql, text, named);
	chain_proof_done(&proof);
	stmt_fail(store, EXIT_FAILED, NULL, "take it back");
	stmt_end(store, NULL);
	g_clear_error(&store->failed);
}

static const struct {
	const char *table, *key;
} audited[] = {
    {"runs", "seq"},
    {"intents", "id"},
    {"outcomes", "id"},
    {"plans", "seq"},
    {"plan_uses", "seq"},
    {"approvals", "seq"},
    {"chain", "seq"},
    {"seals", "link"},
};

/* Every column of the first, a middle and the last row. */
static void
test_every_column(void)
{
	struct scratch s = scratch_with_runs();
	disarm(s.store);
	unsigned columns = 0;
	for (size_t t = 0; t < G_N_ELEMENTS(audited); t++) {
		sqlite3_stmt *row = NULL;
		char *sql = g_strdup_printf(
		    "SELECT name, type FROM pragma_table_info('%s')", audited[t].table);
		sqlite3_prepare_v2(s.store->db, sql, -1, &row, NULL);
		while (sqlite3_step(row) == SQLITE_ROW) {
			const char *name = (const char *)sqlite3_column_text(row, 0);
			const char *type = (const char *)sqlite3_column_text(row, 1);
			bool text = strcmp(type, "TEXT") == 0, blob = strcmp(type, "BLOB") == 0;
			char *change = g_strdup_printf(
			    blob   ? "UPDATE %s SET %s = zeroblob(length(%s)) WHERE %s = (SELECT %s"
				     " FROM %s LIMIT 1)"
			    : text ? "UPDATE %s SET %s = ifnull(%s, '') || 'x'"
				     " WHERE %s = (SELECT %s FROM %s LIMIT 1)"
				   : "UPDATE %s SET %s = ifnull(%s, 0) + 1000"
				     " WHERE %s = (SELECT %s FROM %s LIMIT 1)",
			    audited[t].table, name, name, audited[t].key,
			    columns % 2 == 0 ? "min(rowid)" : "max(rowid)", audited[t].table);
			char *sane = strcmp(audited[t].table, "seals") == 0
					 ? g_strdup_printf(
					       text ? "UPDATE seals SET %s = %s || 'x'"
						      " WHERE part = 'intents' AND row = 2"
						    : "UPDATE seals SET %s = ifnull(%s, 0) + 1000"
						      " WHERE part = 'intents' AND row = 2",
					       name, name)
					 : g_strdup(change);
			assert_found(s.store, sane, "");
			g_free(sane);
			g_free(change);
			columns++;
		}
		sqlite3_finalize(row);
		g_free(sql);
	}
	g_assert_cmpuint(columns, >=, 52);
	assert_whole(s.store, 12, 0);
	scratch_remove(&s);
}

#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"

static void
test_named(void)
{
	static const struct {
		const char *sql, *named;
	} rows[] = {
	    {"UPDATE intents SET email = 'eve@example.org' WHERE id = 5", "intents, row 5"},
	    /* a letter that moves from one column to the next */
	    {"UPDATE intents SET email = substr(action, -1) || email,"
	     " action = substr(action, 1, length(action) - 1) WHERE id = 5",
		"intents, row 5"},
	    {"UPDATE runs SET who = 'nobody' WHERE seq = 3", "runs, row 3: beginning of run"},
	    {"UPDATE runs SET exit_code = 0 WHERE seq = 3; UPDATE runs SET exit_code = 4"
	     " WHERE seq = 4",
		"ends, row 4"},
	    {"UPDATE runs SET document = '{}' WHERE seq = 4", "documents, row 4"},
	    {"UPDATE runs SET packed = x'01' WHERE seq = 4", "packed, row 4: document of run"},
	    {"UPDATE runs SET packed = NULL WHERE seq = 4",
		"packed, row 4: document is missing since run"},
	    {"UPDATE runs SET ended = NULL WHERE seq = 2", "of run"},
	    {"DELETE FROM outcomes WHERE id = 4", "outcomes, row 4: outcome is missing"},
	    {"DELETE FROM intents WHERE id = 9", "intents, row 9: intent is missing"},
	    {"DELETE FROM plans WHERE seq = 1", "plans, row 1"},
	    {"UPDATE plans SET approval = 'a2' WHERE seq = 4", "offers, row 4: approval that"},
	    {"UPDATE plans SET approval = 'a1' WHERE seq = 3", "offers, row 3"},
	    {"DELETE FROM plan_uses WHERE seq = 3", "plan_uses, row 3"},
	    {"DELETE FROM approvals", "approvals, row 1"},
	    {"DELETE FROM runs WHERE seq = 6", "is of run"},
	    {"DELETE FROM chain WHERE seq = 3", "link 3 is missing"},
	    {"DELETE FROM chain WHERE seq = 12", "seals of a link that is not there"},
	    {"DELETE FROM chain WHERE seq = 12; DELETE FROM seals WHERE link = 12", "was added"},
	    {"DELETE FROM seals WHERE part = 'intents' AND row = 2", "link 4"},
	    {"INSERT INTO intents SELECT 100, run, change_id, action, email, user_id, group_id,"
	     " have_id, have_from, have_until, wanted, want_from, want_until, cause, source, rule,"
	     " surprising, at, lock_id, label FROM intents WHERE id = 1",
		"intents, row 100: intent of run"},
	    {"INSERT INTO outcomes (id, intent, outcome, at) VALUES (100, 1, 'unknown', 5)",
		"outcomes, row 100"},
	    {"INSERT INTO plans (id, run) SELECT 'p9', id FROM runs LIMIT 1", "plans, row 7"},
	    {"INSERT INTO plan_uses (plan, run, seq) SELECT 'p9', id, 9 FROM runs LIMIT 1",
		"plan_uses, row 9"},
	    {"INSERT INTO approvals SELECT 'p9', 9, who, at, run, 9 FROM approvals LIMIT 1",
		"approvals, row 9"},
	    {"INSERT INTO runs (id, command, who, version, as_of, started, ended)"
	     " VALUES ('x', 'apply', 'w', 'v', 1, 1, 2)",
		"was added"},
	    {"INSERT INTO runs (id, command, who, version, as_of, started)"
	     " VALUES ('x', 'apply', 'w', 'v', 1, 1)",
		"runs, row 7: beginning of run x was added"},
	    {"INSERT INTO runs (seq, id, command, who, version, as_of, started)"
	     " VALUES (-1, 'x', 'apply', 'w', 'v', 1, 1)",
		"runs, row -1: beginning of run x was added"},
	    {"INSERT INTO chain VALUES (13, 'x', 'y')", "link 13"},
	    {"INSERT INTO seals VALUES ('intents', 50, 3, 'y', NULL)", "link 3"},
	    /* swapped */
	    {"UPDATE intents SET id = 1000 WHERE id = 1; UPDATE intents SET id = 1 WHERE id = 2;"
	     " UPDATE intents SET id = 2 WHERE id = 1000",
		"intents, row 1"},
	    {"UPDATE runs SET seq = 1000 WHERE seq = 2; UPDATE runs SET seq = 2 WHERE seq = 4;"
	     " UPDATE runs SET seq = 4 WHERE seq = 1000",
		"row 2"},
	    {"UPDATE chain SET seq = 1000 WHERE seq = 2; UPDATE chain SET seq = 2 WHERE seq = 3;"
	     " UPDATE chain SET seq = 3 WHERE seq = 1000",
		"link 2"},
	};
	struct scratch s = scratch_with_runs();
	disarm(s.store);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		assert_found(s.store, rows[i].sql, rows[i].named);
	assert_whole(s.store, 12, 0);
	scratch_remove(&s);
}

/* Who makes one link anew must make anew all that follow. */
static void
test_links_hang_together(void)
{
	struct scratch s = scratch_with_runs();
	struct chain_proof proof;
	disarm(s.store);
	stmt_script(s.store, "UPDATE chain SET sha256 = '" ZEROS "' WHERE seq = 2");
	g_assert_no_error(s.store->failed);
	proof = prove(s.store, NULL);
	g_assert_cmpuint(proof.faults->len, ==, 2);
	for (guint i = 0; i < proof.faults->len; i++) {
		const struct chain_fault *found = proof.faults->pdata[i];
		g_assert_cmpint(found->link, ==, 2 + (int64_t)i);
	}
	chain_proof_done(&proof);
	scratch_remove(&s);
}

/* Whose name a forged row bears, and what the first fault says of it. */
static void
assert_fault(struct store *store, const char *named)
{
	struct chain_proof proof = prove(store, NULL);
	if (proof.faults->len != 1)
		g_error("%u faults for %s", proof.faults->len, named);
	const char *text = ((struct chain_fault *)proof.faults->pdata[0])->text;
	if (strstr(text, named) == NULL)
		g_error("\"%s\" does not name %s", text, named);
	chain_proof_done(&proof);
}

/* A row of a run that never was looks like one that died, but for its seal; and no later run gives it one. */
static void
test_a_forged_beginning(void)
{
	struct scratch s = scratch_with_runs();
	char run[PLAN_ID];
	stmt_script(s.store,
	    "INSERT INTO runs (id, command, who, version, as_of, started)"
	    " VALUES ('f0f0f0f0f0f0', 'apply', 'mira@host', '0.0', 1772438400, 1772438400)");
	g_assert_no_error(s.store->failed);
	assert_fault(s.store, "runs, row 7: beginning of run f0f0f0f0f0f0 was added");
	leave_run(s.store, "p4", SCRATCH_NOW, run);
	leave_run(s.store, "p5", SCRATCH_NOW, run);
	assert_fault(s.store, "runs, row 7: beginning of run f0f0f0f0f0f0 was added");
	scratch_remove(&s);
}

/* A run that died adds nothing once another has begun under its lock; until then it may go on. */
static void
test_added_to_a_dead_run(void)
{
	static const char *const rows[] = {
	    "INSERT INTO outcomes (intent, outcome, at) SELECT max(id), 'failed', 5 FROM intents",
	    "INSERT INTO intents SELECT id + 1, run, change_id, action, 'eve@example.org', user_id,"
	    " group_id, have_id, have_from, have_until, wanted, want_from, want_until, cause, "
	    "source,"
	    " rule, surprising, at, lock_id, label FROM intents ORDER BY id DESC LIMIT 1",
	};
	static const char *const named[] = {"outcomes, row 19", "intents, row 11"};
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct scratch s = scratch_with_runs();
		char dead[PLAN_ID], run[PLAN_ID];
		int64_t id = 0;
		GError *error = NULL;
		const struct journal_intent intent = {.run_id = dead,
		    .change_id = "c9",
		    .action = "grant",
		    .email = "cleo@example.org",
		    .cause = "new"};
		scratch_run(s.store, "revert", SCRATCH_NOW, dead);
		store_intend(s.store, &intent, SCRATCH_NOW, &id, &error);
		scratch_run(s.store, "unlock-due", SCRATCH_NOW, run);
		store_run_end(s.store, run, SCRATCH_NOW, 0, "", NULL, &error);
		scratch_run(s.store, "revert", SCRATCH_NOW, run); /* a dry one may run beside */
		store_run_end(s.store, run, SCRATCH_NOW, 0, "", NULL, &error);
		stmt_script(s.store, rows[i]);
		g_assert_no_error(s.store->failed);
		assert_whole(s.store, 17, 1);
		stmt_script(s.store,
		    "DROP TRIGGER intents_kept; DROP TRIGGER outcomes_kept;"
		    "DELETE FROM outcomes WHERE id = 19; DELETE FROM intents WHERE id = 11");
		scratch_run(s.store, "apply", SCRATCH_NOW, run);
		store_run_end(s.store, run, SCRATCH_NOW, 0, "", NULL, &error);
		assert_whole(s.store, 19, 0);
		stmt_script(s.store, rows[i]);
		assert_fault(s.store, named[i]);
		g_assert_no_error(error);
		scratch_remove(&s);
	}
}

/* Who cuts the end off, and every trace of it, leaves a whole chain: only the head written down tells. */
static void
test_a_cut_end(void)
{
	struct scratch s = scratch_with_runs();
	struct chain_proof proof = prove(s.store, NULL);
	char head[STORE_HASH];
	g_strlcpy(head, proof.head, STORE_HASH);
	chain_proof_done(&proof);
	disarm(s.store);
	stmt_script(s.store,
	    "DELETE FROM chain WHERE seq > 10; DELETE FROM seals WHERE link > 10;"
	    "DELETE FROM intents WHERE id > 6; DELETE FROM outcomes WHERE intent > 6;"
	    "DELETE FROM plan_uses WHERE seq = 3; DELETE FROM approvals WHERE seq = 3;"
	    "DELETE FROM plans WHERE seq = 6; DELETE FROM runs WHERE seq = 6");
	g_assert_no_error(s.store->failed);
	assert_whole(s.store, 10, 0);
	proof = prove(s.store, head);
	g_assert_cmpint(proof.known, ==, 0);
	chain_proof_done(&proof);
	scratch_remove(&s);
}

/* Runs of a database older than the chain: its first link seals them as they are then. */
static void
test_older_runs(void)
{
	struct scratch s = scratch_with_runs();
	char run[PLAN_ID];
	disarm(s.store);
	stmt_script(s.store, "DELETE FROM chain; DELETE FROM seals");
	assert_whole(s.store, 0, 60);
	leave_run(s.store, "p4", SCRATCH_NOW, run);
	struct chain_proof proof = prove(s.store, NULL);
	g_assert_cmpuint(proof.faults->len, ==, 0);
	g_assert_cmpint(proof.links, ==, 2);
	g_assert_cmpint(proof.runs, ==, 7);
	g_assert_cmpint(proof.older, ==, 6);
	chain_proof_done(&proof);
	assert_found(s.store, "UPDATE runs SET summary = 'x' WHERE seq = 1", "ends, row 1");
	scratch_remove(&s);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/chain/whole", test_whole);
	g_test_add_func("/chain/a-run-that-died", test_a_run_that_died);
	g_test_add_func("/chain/every-column", test_every_column);
	g_test_add_func("/chain/named", test_named);
	g_test_add_func("/chain/links-hang-together", test_links_hang_together);
	g_test_add_func("/chain/a-forged-beginning", test_a_forged_beginning);
	g_test_add_func("/chain/added-to-a-dead-run", test_added_to_a_dead_run);
	g_test_add_func("/chain/a-cut-end", test_a_cut_end);
	g_test_add_func("/chain/older-runs", test_older_runs);
	return g_test_run();
}
