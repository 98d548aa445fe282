#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "cli/options.h"

#define COMMAND_EXITS 8 /* room for the exit codes of one command */

/* All that is known of a command, at the end of its own file. */
struct command {
	const char *name;
	const char *arguments; /* `PERSON [GROUP]`; "" */
	const char *missing;   /* what to say when there are too few of them; NULL: it needs none */
	int least, most;       /* words it takes */
	bool texts;	       /* its words are text, not names of files */
	const char *summary;   /* for --help, one line */
	uint64_t options;      /* set of OPTION(...), besides OPTIONS_OF_ALL */
	int exits[COMMAND_EXITS]; /* besides 0 and EXIT_BAD_USAGE; 0 ends them */
	/*
	 * Returns the exit code of the process; when it is an error, *error says why.  words are those behind the
	 * command, NULL-terminated.
	 */
	int (*run)(const struct options *options, char **words, GError **error);
};

extern const struct command command_init, command_check, command_plan, command_apply, command_why,
    command_same, command_different, command_protect, command_accept, command_unlock_due,
    command_snapshot, command_history, command_report, command_revert, command_verify,
    command_describe, command_rehearse, command_status, command_backup, command_fleet;

/* All of them, in the order of --help; NULL ends them. */
extern const struct command *const commands[];

/* NULL when there is none of that name. */
const struct command *command_find(const char *name);

/* What --help says; of one command, or NULL: of the whole program.  Returned, caller frees with g_free. */
char *command_help(const struct command *command);

#endif
