/* Which commands there are, and what --help says of them: each has its row in its own file. */
#include "cli/commands.h"

#include <string.h>

const struct command *const commands[] = {&command_init, &command_check, &command_plan,
    &command_rehearse, &command_apply, &command_why, &command_same, &command_different,
    &command_protect, &command_accept, &command_unlock_due, &command_snapshot, &command_history,
    &command_report, &command_revert, &command_status, &command_backup, &command_verify,
    &command_fleet, &command_describe, NULL};

static const struct {
	int code;
	const char *text;
} exits[] = {
    {EXIT_IN_STEP, "nothing to do, all done, or the question was answered"},
    {EXIT_FAILED, "an error; or what was asked for was not found, or is not as it was"},
    {EXIT_PENDING, "there are changes to make (only with --detailed-exitcode)"},
    {EXIT_HELD, "something waits for a person to decide; or Kisi could not be read whole"},
    {EXIT_PARTLY, "only a part was done, or Kisi does not show it: look, and run it again"},
    {EXIT_LOCKED, "another run is going on"},
    {EXIT_BAD_USAGE, "wrong command line"},
    {EXIT_BAD_INPUT, "no export can be used, or a file cannot be read"},
    {EXIT_NO_KISI, "Kisi cannot be reached, or it refuses the key"},
    {EXIT_BAD_CONFIG, "the configuration is wrong"},
};

const struct command *
command_find(const char *name)
{
	for (size_t i = 0; commands[i] != NULL; i++) {
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	}
	return NULL;
}

/* May it end so?  NULL: any may. */
static bool
ends_with(const struct command *command, int code)
{
	if (command == NULL || code == EXIT_IN_STEP || code == EXIT_BAD_USAGE)
		return true;
	for (const int *own = command->exits; *own != 0; own++) {
		if (*own == code)
			return true;
	}
	return false;
}

static void
list_commands(GString *out)
{
	g_string_append(out, "\nCommands:\n");
	for (size_t i = 0; commands[i] != NULL; i++) {
		g_autofree char *call = g_strdup_printf(
		    "%s %s", commands[i]->name, commands[i]->arguments);
		g_string_append_printf(out, "  %-20s%s\n", call, commands[i]->summary);
	}
}

char *
command_help(const struct command *command)
{
	GString *out = g_string_new("Usage:\n  kisi-reconcile [OPTION...] ");
	if (command == NULL) {
		g_string_append(out, "COMMAND\n\nKeeps Kisi groups in step with bookings and "
				     "memberships.\n");
		list_commands(out);
	} else {
		g_string_append_printf(out, "%s%s%s\n\n%s\n", command->name,
		    *command->arguments != '\0' ? " " : "", command->arguments, command->summary);
	}
	g_string_append(out, "\nOptions:\n");
	options_lines(
	    command != NULL ? command->options | OPTIONS_OF_ALL : UINT64_MAX, command == NULL, out);
	g_string_append(out, "\nExit codes:\n");
	for (size_t i = 0; i < G_N_ELEMENTS(exits); i++) {
		if (ends_with(command, exits[i].code))
			g_string_append_printf(out, "  %2d  %s\n", exits[i].code, exits[i].text);
	}
	if (command == NULL)
		g_string_append(out, "\n`kisi-reconcile COMMAND --help` has the options of a "
				     "command alone.\n");
	return g_string_free(out, FALSE);
}
