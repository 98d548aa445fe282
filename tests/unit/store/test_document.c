/* Packed documents: they come back to the byte, and what is damaged is an error that names its run. */
#include "tests/unit/store/scratch.h"

#include "store/document.h"

/* A run that left this document, and a plan of the same name as its seq. */
static void
leave(struct store *store, const char *document, char run[static PLAN_ID])
{
	GError *error = NULL;
	scratch_run(store, "plan", SCRATCH_NOW, run);
	store_save_plan(store, "p", NULL, run, NULL);
	store_run_end(store, run, SCRATCH_NOW, 0, "a plan", document, &error);
	g_assert_no_error(error);
}

/* Who can enter, as plans list it. */
static char *
access_list(unsigned people)
{
	GString *list = g_string_new("{\n");
	for (unsigned i = 0; i < people; i++)
		g_string_append_printf(list,
		    "{\"email\":\"member%05u@example.org\",\"name\":\"Mira Moss\",\"group_id\":10,"
		    "\"group\":\"Desk\",\"via\":\"assignment\",\"from\":\"2026-10-%02uT22:00:00Z\","
		    "\"until\":\"2027-05-%02uT22:00:00Z\",\"why\":\"membership ms-%09u "
		    "(memberships.csv:%u)\"},\n",
		    i, 1 + i % 31, 1 + i * 7 % 31, i * 2654435761U % 1000000000, i + 2);
	g_string_append(list, "}\n");
	return g_string_free(list, FALSE);
}

static void
test_comes_back(void)
{
	char *list = access_list(3000);
	const char *const documents[] = {
	    "", "{}", "{\"name\":\"Z\xc3\xbcrich \xf0\x9d\x84\x9e\"}\n", list};
	struct scratch s = scratch_open();
	for (size_t i = 0; i < G_N_ELEMENTS(documents); i++) {
		char run[PLAN_ID];
		bool used;
		leave(s.store, documents[i], run);
		struct trail *trail = store_trail(s.store, run, NULL);
		g_assert_cmpstr(trail->document, ==, documents[i]);
		g_assert_null(trail->damaged);
		trail_free(trail);
		char *document = store_load_plan(s.store, "p", &used, NULL);
		g_assert_cmpstr(document, ==, documents[i]);
		g_free(document);
	}
	g_assert_cmpint(scratch_ask(s.store, "SELECT count(document) FROM runs"), ==, 0);
	g_assert_cmpint(scratch_ask(s.store, "SELECT max(size) FROM runs"), ==, strlen(list));
	g_assert_cmpint(
	    scratch_ask(s.store, "SELECT max(length(packed)) FROM runs"), <, strlen(list) / 6);
	g_free(list);
	scratch_remove(&s);
}

static void
test_none(void)
{
	struct scratch s = scratch_open();
	char run[PLAN_ID];
	leave(s.store, NULL, run);
	g_assert_cmpint(
	    scratch_ask(s.store, "SELECT packed IS NULL AND size IS NULL FROM runs"), ==, 1);
	struct trail *trail = store_trail(s.store, run, NULL);
	g_assert_null(trail->document);
	g_assert_null(trail->damaged);
	trail_free(trail);
	scratch_remove(&s);
}

/* Whatever was done to it: no crash, no half of a document, and `verify` names the row. */
static void
test_damaged(void)
{
	static const char *const ways[] = {
	    "packed = x''",
	    "packed = x'00'",
	    "packed = substr(packed, 1, length(packed) - 1)",
	    "packed = substr(packed, 1, length(packed) / 2)",
	    "packed = substr(packed, 2)",
	    "packed = CAST(substr(packed, 1, 40) || x'ff' || substr(packed, 42) AS BLOB)",
	    "packed = zeroblob(1000)",
	    "packed = (SELECT packed FROM runs WHERE seq = 2)",
	    "packed = (SELECT packed FROM runs WHERE seq = 2), size = 3", /* holds a NUL */
	    "size = size - 1",
	    "size = size + 1",
	    "size = 0",
	    "size = -1",
	    "size = 268435457",
	    "size = 9223372036854775807",
	    "size = NULL",
	};
	for (size_t i = 0; i < G_N_ELEMENTS(ways); i++) {
		struct scratch s = scratch_open();
		char run[PLAN_ID], *list = access_list(20);
		bool used;
		GError *error = NULL;
		struct chain_proof proof;
		leave(s.store, list, run);
		sqlite3_exec(s.store->db,
		    "DROP TRIGGER runs_ended; INSERT INTO runs (seq, id, command, who, version, "
		    "as_of, "
		    "started, packed) VALUES (2, 'x', '', '', '', 0, 0, x'789c636062060000090004')",
		    NULL, NULL, NULL);
		char *sql = g_strdup_printf("UPDATE runs SET %s WHERE seq = 1", ways[i]);
		stmt_script(s.store, sql);
		g_assert_no_error(s.store->failed);

		struct trail *trail = store_trail(s.store, run, &error);
		g_assert_no_error(error);
		g_assert_null(trail->document);
		if (trail->damaged == NULL || strstr(trail->damaged, run) == NULL)
			g_error("%s: %s", ways[i], trail->damaged);
		g_assert_cmpstr(trail->summary, ==, "a plan");
		trail_free(trail);
		g_assert_null(store_load_plan(s.store, "p", &used, &error));
		scratch_refused(&error, EXIT_FAILED, s.path, run, "damaged", NULL);
		store_verify(s.store, NULL, &proof, &error);
		g_assert_no_error(error);
		g_assert_cmpuint(proof.faults->len, >=, 1);
		const char *fault = ((struct chain_fault *)proof.faults->pdata[0])->text;
		g_assert_nonnull(strstr(fault, "packed, row 1: document of run"));
		chain_proof_done(&proof);
		g_free(sql);
		g_free(list);
		scratch_remove(&s);
	}
}

static void
test_too_large(void)
{
	struct scratch s = scratch_open();
	char run[PLAN_ID];
	GError *error = NULL;
	char *huge = g_malloc(DOCUMENT_MAX + 2);
	memset(huge, ' ', DOCUMENT_MAX + 1);
	huge[DOCUMENT_MAX + 1] = '\0';
	scratch_run(s.store, "plan", SCRATCH_NOW, run);
	g_assert_false(store_run_end(s.store, run, SCRATCH_NOW, 0, "", huge, &error));
	scratch_refused(&error, EXIT_FAILED, s.path, run, "268435457 bytes", NULL);
	g_free(huge);
	scratch_remove(&s);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/document/comes-back", test_comes_back);
	g_test_add_func("/document/none", test_none);
	g_test_add_func("/document/damaged", test_damaged);
	g_test_add_func("/document/too-large", test_too_large);
	return g_test_run();
}
