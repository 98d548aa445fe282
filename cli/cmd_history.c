/* history: the runs so far, newest first; or what one of them did. */
#include "base/text.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/say.h"
#include "cli/setup.h"
#include "reports/plan_read.h"
#include "reports/trail_text.h"
#include "store/store.h"

#include <stdio.h>

static void
print_run(void *user, const struct run_row *run)
{
	char as_of[INSTANT_TEXT];
	char **lines = g_strsplit(
	    run->summary != NULL ? run->summary : "is running, or died", "\n", -1);
	char *joined = g_strjoinv("; ", lines);
	char *summary = text_printable(joined);
	char *code = run->exit_code >= 0 ? g_strdup_printf("%d", run->exit_code) : g_strdup("-");
	printf("%s  %s  %-10s exit %-3s %s  %s\n", run->id, instant_format(run->as_of, as_of),
	    run->command, code, run->who, summary);
	g_free(code);
	g_free(summary);
	g_free(joined);
	g_strfreev(lines);
}

static bool
list_runs(struct store *store, GError **error)
{
	return store_runs(store, 0, print_run, NULL, error);
}

/* ---- one run ---- */

/* A document that this version cannot read leaves the journal: what was sent and what became of it. */
static struct read_run *
read_document(const struct trail *trail)
{
	GError *trouble = NULL;
	struct read_run *read = NULL;
	if (trail->damaged != NULL)
		say_warning("what was held is not shown: %s", trail->damaged);
	if (trail->document == NULL)
		return NULL;
	char *name = g_strdup_printf("run %s", trail->id);
	read = plan_read(trail->document, name, &trouble);
	g_free(name);
	if (read == NULL) {
		say_warning("what was held is not shown: %s", trouble->message);
		g_error_free(trouble);
	}
	return read;
}

static bool
show_run(const struct options *options, struct store *store, const char *beginning, GError **error)
{
	char id[PLAN_ID];
	struct trail *trail = NULL;
	if (!store_run_find(store, beginning, id, error) ||
	    (trail = store_trail(store, id, error)) == NULL)
		return false;
	struct read_run *read = read_document(trail);
	const struct plan *plan = read != NULL ? read->plan : NULL;
	if (g_strcmp0(options->json, "-") != 0) {
		char *text = trail_text(trail, plan);
		fputs(text, stdout);
		g_free(text);
	}
	char *document = trail_json(trail, plan);
	bool good = output_json(options, document, error);
	g_free(document);
	read_run_free(read);
	trail_free(trail);
	return good;
}

static int
cmd_history(const struct options *options, char **words, GError **error)
{
	struct setup setup = {0};
	GError *cause = NULL;
	struct store *store = NULL;
	bool good = setup_config(options, &setup, &cause);
	if (good && options->json != NULL && words[0] == NULL)
		good = fail(&cause, EXIT_BAD_USAGE, "kisi-reconcile history RUN --json FILE",
		    "--json: of which run?");
	if (good) {
		store = store_open(setup.config->state.database, &cause);
		good = store != NULL &&
		       (words[0] != NULL ? show_run(options, store, words[0], &cause)
					 : list_runs(store, &cause));
	}
	store_close(store);
	setup_done(&setup);
	int code = good ? EXIT_IN_STEP : cause->code;
	if (!good)
		g_propagate_error(error, cause);
	return code;
}

const struct command command_history = {
    .name = "history",
    .arguments = "[RUN]",
    .most = 1,
    .summary = "the runs so far; or what one of them did (RUN: its id or the beginning of it)",
    .options = OPTION(JSON),
    .exits = {EXIT_FAILED, EXIT_BAD_CONFIG},
    .run = cmd_history,
};
