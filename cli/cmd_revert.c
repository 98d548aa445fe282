/* revert: undo a past run, where nothing has moved since; dry without --apply. */
#include "cli/commands.h"
#include "cli/plan_run.h"

int
cmd_revert(const struct options *options, char **words, GError **error)
{
	char *no_plan[] = {NULL};
	if (words[0] == NULL) {
		fail(error, EXIT_BAD_USAGE, "kisi-reconcile revert RUN; `history` lists the runs",
		    "revert: which run?");
		return EXIT_BAD_USAGE;
	}
	if (!options->apply && (options->approve != NULL || options->max_removals >= 0)) {
		fail(error, EXIT_BAD_USAGE, "add --apply",
		    "revert: nothing to approve in a dry run");
		return EXIT_BAD_USAGE;
	}
	return options->apply ? apply_run(options, words[0], no_plan, error)
			      : plan_run(options, words[0], error);
}
