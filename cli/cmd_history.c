/* history: the runs so far, newest first. */
#include "base/text.h"
#include "cli/commands.h"
#include "cli/setup.h"
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

int
cmd_history(const struct options *options, char **words, GError **error)
{
	struct setup setup;
	GError *cause = NULL;
	struct store *store = NULL;
	bool good = setup_read(options, &setup, &cause);
	if (good) {
		store = store_open(setup.config->state.database, &cause);
		good = store != NULL && store_runs(store, 0, print_run, NULL, &cause);
	}
	store_close(store);
	setup_done(&setup);
	int code = good ? EXIT_IN_STEP : cause->code;
	if (!good)
		g_propagate_error(error, cause);
	return code;
}
