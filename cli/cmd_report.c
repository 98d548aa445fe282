/* report: the workbook of a past run once more, byte for byte, from the document that the run left. */
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/setup.h"
#include "reports/plan_read.h"
#include "store/store.h"

/* Where the plan is made again, what stands in the run's row. */
static void
fill_in(struct run *run, const struct trail *trail)
{
	run->command = trail->command;
	run->version = trail->version;
	run->who = trail->who;
	run->head = trail->head;
	run->exit_code = (enum exit_code)trail->exit_code;
	run->started = trail->started;
	run->ended = trail->ended;
}

static bool
write_report(const struct options *options, const struct config *config, const struct trail *trail,
    GError **error)
{
	if (trail->document == NULL && trail->removed_by != NULL)
		return fail(error, EXIT_FAILED, "[state] keep_runs says how long they are kept",
		    "run %s: its document was removed by run %s", trail->id, trail->removed_by);
	if (trail->damaged != NULL)
		return fail(error, EXIT_FAILED, NULL, "%s", trail->damaged);
	if (trail->document == NULL)
		return fail(error, EXIT_FAILED, "`history` lists the runs",
		    "run %s has no document: it runs still, or died", trail->id);
	char *name = g_strdup_printf("run %s", trail->id);
	struct read_run *read = plan_read(trail->document, name, error);
	g_free(name);
	if (read == NULL)
		return false;
	fill_in(&read->run, trail);
	bool good = output_json(options, trail->document, error) &&
		    output_workbook(options, config, &read->run, OUTPUT_ASKED, error);
	read_run_free(read);
	return good;
}

static int
cmd_report(const struct options *options, char **words, GError **error)
{
	struct setup setup = {0};
	char id[PLAN_ID];
	GError *cause = NULL;
	struct store *store = NULL;
	struct trail *trail = NULL;
	bool good = setup_config(options, &setup, &cause);
	if (good) {
		store = store_open(setup.config->state.database, &cause);
		good = store != NULL && store_run_find(store, words[0], id, &cause) &&
		       (trail = store_trail(store, id, &cause)) != NULL &&
		       write_report(options, setup.config, trail, &cause);
	}
	trail_free(trail);
	store_close(store);
	setup_done(&setup);
	int code = good ? EXIT_IN_STEP : cause->code;
	if (!good)
		g_propagate_error(error, cause);
	return code;
}

const struct command command_report = {
    .name = "report",
    .arguments = "[RUN]",
    .most = 1,
    .summary = "write the workbook of a past run again (default: the newest)",
    .options = OPTION(JSON) | OPTION(REPORT_DIR) | OPTION(SHEETS),
    .exits = {EXIT_FAILED, EXIT_BAD_INPUT, EXIT_BAD_CONFIG},
    .run = cmd_report,
};
