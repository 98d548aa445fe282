/* kisi-reconcile: which command, and how it ended.  No logic of its own. */
#include "cli/commands.h"
#include "cli/say.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/poll.h>
#include <sys/resource.h>
#include <sys/stat.h>

static const struct {
	const char *name;
	int max_words;
	int (*run)(const struct options *options, char **words, GError **error);
} commands[] = {
    {"init", G_MAXINT, cmd_init},
    {"check", 0, cmd_check},
    {"plan", 0, cmd_plan},
    {"apply", 1, cmd_apply},
    {"why", 2, cmd_why},
    {"same", 2, cmd_rule},
    {"different", 2, cmd_rule},
    {"protect", 1, cmd_rule},
    {"accept", 1, cmd_rule},
    {"unlock-due", 0, cmd_unlock_due},
    {"snapshot", 0, cmd_snapshot},
    {"history", 1, cmd_history},
    {"report", 1, cmd_report},
    {"verify", 0, cmd_verify},
    {"revert", 1, cmd_revert},
    {"describe", 1, cmd_describe},
};

static int
run_command(const struct options *options, GError **error)
{
	const char *name = options->words[0];
	for (size_t i = 0; i < G_N_ELEMENTS(commands); i++) {
		if (strcmp(commands[i].name, name) != 0)
			continue;
		if ((int)g_strv_length(options->words) - 1 > commands[i].max_words) {
			fail(error, EXIT_BAD_USAGE, "kisi-reconcile --help",
			    "%s: one word too many: \"%s\"", name,
			    options->words[commands[i].max_words + 1]);
			return EXIT_BAD_USAGE;
		}
		if (!options_check(options, name, error))
			return EXIT_BAD_USAGE;
		return commands[i].run(options, options->words + 1, error);
	}
	fail(error, EXIT_BAD_USAGE, "kisi-reconcile --help", "unknown command \"%s\"", name);
	return EXIT_BAD_USAGE;
}

/* What was printed must have gone out: that the disk behind `>` is full shows only here. */
static int
flush_output(int code, GError **error)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return code;
	struct pollfd output = {.fd = STDOUT_FILENO, .events = POLLOUT};
	bool closed = poll(&output, 1, 0) > 0 && (output.revents & POLLERR) != 0;
	if (*error == NULL && closed)
		fail(error, EXIT_FAILED, "the rest was not shown; what the command did is done",
		    "standard output: whoever read it has stopped reading");
	else if (*error == NULL)
		fail(error, EXIT_FAILED, "is its disk full?", "standard output: cannot be written");
	return code == EXIT_IN_STEP || code == EXIT_PENDING ? EXIT_FAILED : code;
}

int
main(int argc, char **argv)
{
	struct options options;
	GError *error = NULL;
	bool done = false;
	int code = EXIT_IN_STEP;
	/* Everything this program writes holds personal data. */
	umask(077);
	/* A core file would hold the key, and personal data. */
	setrlimit(RLIMIT_CORE, &(struct rlimit){0});
	/* Behind `| head` a run still ends as it should, in the state database, too; what was not said is an error. */
	signal(SIGPIPE, SIG_IGN);
	if (!options_read(argc, argv, &options, &done, &error))
		code = error->code;
	else if (!done)
		code = say_begin(options.instance, options.log_json, &error)
			   ? run_command(&options, &error)
			   : error->code;
	code = flush_output(code, &error);
	if (error != NULL) {
		say_error(error);
		g_error_free(error);
	}
	say_end();
	options_done(&options);
	return code;
}
