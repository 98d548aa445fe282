/* kisi-reconcile: which command, and how it ended.  No logic of its own. */
#include "cli/commands.h"
#include "cli/progress.h"
#include "cli/say.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/poll.h>
#include <sys/resource.h>
#include <sys/stat.h>

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
	bool read = options_read(argc, argv, &options, &done, &error);
	if (read && options.quiet)
		progress_silence();
	if (!read)
		code = error->code;
	else if (!done)
		code = say_begin(options.instance, options.log_json, &error)
			   ? options.command->run(&options, options.words + 1, &error)
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
