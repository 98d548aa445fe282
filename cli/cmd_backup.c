/* backup: a copy of the state database, while runs go on. */
#include "cli/commands.h"
#include "cli/say.h"
#include "cli/setup.h"
#include "store/store.h"

static int
cmd_backup(const struct options *options, char **words, GError **error)
{
	struct setup setup;
	GError *cause = NULL;
	if (setup_config(options, &setup, &cause) &&
	    store_backup(setup.config->state.database, words[0], &cause) && !options->quiet)
		say_note("%s: a copy of %s, and sound", words[0], setup.config->state.database);
	setup_done(&setup);
	if (cause == NULL)
		return EXIT_IN_STEP;
	int code = cause->code;
	g_propagate_error(error, cause);
	return code;
}

const struct command command_backup = {
    .name = "backup",
    .arguments = "FILE",
    .missing = "which file?",
    .least = 1,
    .most = 1,
    .summary = "copy the state database into FILE, while runs go on",
    .options = 0,
    .exits = {EXIT_FAILED, EXIT_BAD_CONFIG},
    .run = cmd_backup,
};
