/* A document read back shows what the run showed: the same workbook, byte by byte. */
#include "reports/plan_read.h"

#include "base/json.h"
#include "reports/plan_json.h"
#include "reports/workbook.h"
#include "sample_plan.h"

#include <glib/gstdio.h>

static GBytes *
workbook(const struct run *run, const char *path)
{
	GError *error = NULL;
	char *data = NULL;
	gsize length = 0;
	workbook_write(run, path, false, &error);
	g_assert_no_error(error);
	g_assert_true(g_file_get_contents(path, &data, &length, NULL));
	g_unlink(path);
	return g_bytes_new_take(data, length);
}

/* What stands in the state database alone. */
static void
fill_in(struct run *run, const struct run *from)
{
	run->command = from->command;
	run->version = from->version;
	run->who = from->who;
	run->exit_code = from->exit_code;
}

static void
assert_round_trip(const struct run *run)
{
	GError *error = NULL;
	char *folder = g_dir_make_tmp("plan-read-XXXXXX", NULL);
	char *path = g_build_filename(folder, "plan.xlsx", NULL);
	char *document = plan_json_text(run);
	struct read_run *read = plan_read(document, "document", &error);
	g_assert_no_error(error);
	fill_in(&read->run, run);
	char *again = plan_json_text(&read->run);
	g_assert_cmpstr(document, ==, again);
	GBytes *then = workbook(run, path), *now = workbook(&read->run, path);
	g_assert_true(g_bytes_equal(then, now));
	g_bytes_unref(then);
	g_bytes_unref(now);
	read_run_free(read);
	g_free(again);
	g_free(document);
	g_rmdir(folder);
	g_free(path);
	g_free(folder);
}

static void
test_round_trip(void)
{
	struct sample *(*const samples[])(void) = {
	    sample_empty, sample_new, sample_applied, sample_passes};
	for (size_t i = 0; i < G_N_ELEMENTS(samples); i++) {
		struct sample *sample = samples[i]();
		assert_round_trip(&sample->run);
		sample_free(sample);
	}
}

/* An apply that had nothing to do is no dry run; what it read back is what is there now. */
static void
test_an_apply_of_nothing(void)
{
	struct sample *sample = sample_empty(), *after = sample_new();
	sample->run.outcomes = sample->outcomes;
	sample->run.proof = "nothing to do";
	sample->run.after = after->plan;
	assert_round_trip(&sample->run);
	sample_free(sample);
	sample_free(after);
}

static char *
without(const char *document, const char *key)
{
	struct json_object *object = json_read(document, strlen(document), "document", NULL);
	json_object_object_del(object, key);
	char *text = g_strdup(json_object_to_json_string(object));
	json_object_put(object);
	return text;
}

static void
test_half_a_document_is_none(void)
{
	static const char *const keys[] = {"format_version", "run", "plan", "approval", "snapshot",
	    "changes", "held", "findings", "rejects", "guards", "sources", "mismatches", "orphans",
	    "missing_groups", "access", "groups", "workbook"};
	struct sample *sample = sample_applied();
	char *document = plan_json_text(&sample->run);
	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
		GError *error = NULL;
		char *text = without(document, keys[i]);
		g_assert_null(plan_read(text, "run x", &error));
		g_assert_error(error, FAILURE, EXIT_BAD_INPUT);
		g_clear_error(&error);
		g_free(text);
	}
	g_free(document);
	sample_free(sample);
}

/* One word of a document is replaced by another. */
static void
test_odd_members(void)
{
	static const struct {
		const char *word, *other, *named;
	} rows[] = {
	    {"\"action\":\"grant\"", "\"action\":\"gift\"", "\"action\""},
	    {"\"cause\":\"new\"", "\"cause\":\"old\"", "\"cause\""},
	    {"\"outcome\":\"done\"", "\"outcome\":\"well\"", "\"outcome\""},
	    {"\"user_id\":7", "\"user_id\":\"7\"", "\"user_id\""},
	    {"\"tripped\":true", "\"tripped\":1", "\"tripped\""},
	    {"\"from\":\"2026-11-14T10:30:00Z\"", "\"from\":\"soon\"", "\"from\""},
	    {"\"format_version\": 1", "\"format_version\": 2", "\"format_version\""},
	};
	struct sample *sample = sample_applied();
	char *document = plan_json_text(&sample->run);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		GError *error = NULL;
		char **parts = g_strsplit(document, rows[i].word, 2);
		g_assert_nonnull(parts[1]);
		char *text = g_strconcat(parts[0], rows[i].other, parts[1], NULL);
		g_assert_null(plan_read(text, "run x", &error));
		g_assert_error(error, FAILURE, EXIT_BAD_INPUT);
		g_assert_nonnull(strstr(error->message, rows[i].named));
		g_clear_error(&error);
		g_free(text);
		g_strfreev(parts);
	}
	g_free(document);
	sample_free(sample);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/plan_read/round-trip", test_round_trip);
	g_test_add_func("/plan_read/an-apply-of-nothing", test_an_apply_of_nothing);
	g_test_add_func("/plan_read/half-a-document-is-none", test_half_a_document_is_none);
	g_test_add_func("/plan_read/odd-members", test_odd_members);
	return g_test_run();
}
