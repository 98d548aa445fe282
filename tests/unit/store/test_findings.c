/* How long and how often a finding was seen. */
#include "tests/unit/store/scratch.h"

static void
see(struct store *store, const char *id, instant now)
{
	GError *error = NULL;
	struct finding finding = {.kind = FINDING_ORPHAN, .text = "..."};
	g_strlcpy(finding.id, id, sizeof finding.id);
	GPtrArray *findings = g_ptr_array_new();
	g_ptr_array_add(findings, &finding);
	g_ptr_array_add(findings, &finding); /* the same id twice is seen once */
	store_save_findings(store, findings, now, &error);
	g_assert_no_error(error);
	g_ptr_array_unref(findings);
}

static void
assert_seen(struct store *store, const char *id, instant first, instant last, int64_t runs)
{
	GError *error = NULL;
	struct history *history = store_history(store, SCRATCH_NOW, &error);
	g_assert_no_error(error);
	const struct finding_seen *seen = history_finding(history, id);
	g_assert_nonnull(seen);
	g_assert_cmpint(seen->first_seen, ==, first);
	g_assert_cmpint(seen->last_seen, ==, last);
	g_assert_cmpint(seen->runs_seen, ==, runs);
	history_free(history);
}

static void
test_counts(void)
{
	struct scratch s = scratch_open();
	see(s.store, "b", 100);
	assert_seen(s.store, "b", 100, 100, 1);
	see(s.store, "b", 100);
	assert_seen(s.store, "b", 100, 100, 1);
	see(s.store, "b", 200);
	see(s.store, "b", 200);
	assert_seen(s.store, "b", 100, 200, 2);

	/* A look back counts as another run, and repeating it changes nothing. */
	see(s.store, "b", 50);
	assert_seen(s.store, "b", 50, 50, 3);
	see(s.store, "b", 50);
	assert_seen(s.store, "b", 50, 50, 3);

	see(s.store, "a", 300);
	see(s.store, "c", 300);
	assert_seen(s.store, "a", 300, 300, 1);
	assert_seen(s.store, "b", 50, 50, 3);
	assert_seen(s.store, "c", 300, 300, 1);
	scratch_remove(&s);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/findings/counts", test_counts);
	return g_test_run();
}
