/* revert: undo a past run, where nothing has moved since; dry without --apply. */
#include "cli/commands.h"
#include "cli/plan_run.h"

static int
cmd_revert(const struct options *options, char **words, GError **error)
{
	char *no_plan[] = {NULL};
	if (!options->apply && (options->approve != NULL || options->max_removals >= 0)) {
		fail(error, EXIT_BAD_USAGE, "add --apply",
		    "revert: nothing to approve in a dry run");
		return EXIT_BAD_USAGE;
	}
	return options->apply ? apply_run(options, words[0], no_plan, error)
			      : plan_run(options, words[0], error);
}

const struct command command_revert = {
    .name = "revert",
    .arguments = "RUN",
    .missing = "which run?",
    .least = 1,
    .most = 1,
    .summary = "the plan that undoes a past run; with --apply, do it",
    .options = OPTION(BY) | OPTION(WAIT) | OPTION(JSON) | OPTION(REPORT_DIR) | OPTION(SHEETS) |
	       OPTION(ONLY_PERSON) | OPTION(ONLY_GROUP) | OPTION(APPLY) | OPTION(APPROVE) |
	       OPTION(MAX_REMOVALS),
    .exits = {EXIT_FAILED, EXIT_HELD, EXIT_PARTLY, EXIT_LOCKED, EXIT_BAD_INPUT, EXIT_NO_KISI,
	EXIT_BAD_CONFIG},
    .run = cmd_revert,
};
