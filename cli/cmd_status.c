/* status: when did this program last run, and is a run late?  One line; reads the state database and nothing else. */
#include "base/json.h"
#include "cli/commands.h"
#include "cli/late.h"
#include "cli/output.h"
#include "cli/setup.h"
#include "store/store.h"

#include <stdio.h>

struct status {
	const struct options *options;
	const struct config *config;
	struct run_last last, good; /* of apply */
	bool late;
};

/* `exit 3: 2 changes: 2 grants; 1 held`.  Caller frees with g_free. */
static char *
end_text(const struct run_last *last)
{
	bool summary = last->summary != NULL && *last->summary != '\0';
	return g_strdup_printf(
	    "exit %d%s%s", last->exit_code, summary ? ": " : "", summary ? last->summary : "");
}

static char *
line_of(const struct status *status)
{
	instant now = status->options->now;
	char due[INSTANT_TEXT];
	if (!status->last.any)
		return g_strdup("LATE: apply never ran with this state");
	g_autofree char *end = end_text(&status->last);
	g_autofree char *since = late_ago(now - status->last.as_of);
	if (!status->good.any)
		return g_strdup_printf(
		    "LATE: no run was good yet; the last one, %s, ended with %s", since, end);
	g_autofree char *good = late_text(status->config, &status->good, now);
	instant by = late_due(status->config, &status->good);
	if (status->late)
		return g_strdup_printf(
		    "LATE: %s; the last run, %s, ended with %s", good, since, end);
	return g_strdup_printf("%s; the next is due by %s; %s", good, instant_format(by, due), end);
}

static struct json_object *
run_json(const struct run_last *last)
{
	if (!last->any)
		return NULL;
	struct json_object *run = json_object_new_object();
	json_put_text(run, "run", last->id);
	json_put_instant(run, "as_of", last->as_of);
	json_put_instant(run, "started", last->started);
	json_put_instant(run, "ended", last->ended);
	json_put_integer(run, "exit", last->exit_code);
	json_put_text(run, "summary", last->summary);
	return run;
}

static bool
write_json(const struct status *status, GError **error)
{
	if (status->options->json == NULL)
		return true;
	struct json_object *document = json_object_new_object();
	bool known = status->good.any;
	json_put_integer(document, "format_version", 1);
	json_put_text(document, "organization", status->options->instance);
	json_put_instant(document, "as_of", status->options->now);
	json_put_boolean(document, "late", status->late);
	json_put_instant(
	    document, "due", known ? late_due(status->config, &status->good) : INSTANT_NEVER);
	json_object_object_add(document, "last_run", run_json(&status->last));
	json_object_object_add(document, "last_good_run", run_json(&status->good));
	g_autofree char *text = g_strconcat(json_compact(document), "\n", NULL);
	bool good = output_json(status->options, text, error);
	json_object_put(document);
	return good;
}

static bool
tell(struct status *status, GError **error)
{
	const char *database = status->config->state.database;
	if (!store_look_last(database, "apply", false, &status->last, error) ||
	    !store_look_last(database, "apply", true, &status->good, error))
		return false;
	status->late = !status->good.any ||
		       status->options->now > late_due(status->config, &status->good);
	g_autofree char *line = line_of(status);
	const char *name = status->options->instance;
	if (g_strcmp0(status->options->json, "-") != 0 && (!status->options->quiet || status->late))
		printf("%s%s%s\n", name != NULL ? name : "", name != NULL ? ": " : "", line);
	return write_json(status, error);
}

static int
cmd_status(const struct options *options, char **words, GError **error)
{
	struct setup setup;
	struct status status = {.options = options};
	GError *cause = NULL;
	if (setup_config(options, &setup, &cause)) {
		status.config = setup.config;
		tell(&status, &cause);
	}
	run_last_done(&status.last);
	run_last_done(&status.good);
	setup_done(&setup);
	if (cause == NULL)
		return status.late ? EXIT_HELD : EXIT_IN_STEP;
	int code = cause->code;
	g_propagate_error(error, cause);
	return code;
}

const struct command command_status = {
    .name = "status",
    .arguments = "",
    .summary = "when did it last run, and is a run late?  Exits with 3 when one is",
    .options = OPTION(JSON),
    .exits = {EXIT_FAILED, EXIT_HELD, EXIT_BAD_CONFIG},
    .run = cmd_status,
};
