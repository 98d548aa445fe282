/* plan: a dry run.  Nothing in Kisi changes, and nothing that a later run's guards look at. */
#include "cli/commands.h"
#include "cli/plan_run.h"
#include "cli/session.h"
#include "cli/tell.h"

#include <signal.h>
#include <unistd.h>

static int
plan_exit_code(const struct session *session)
{
	if (session->unusable != NULL)
		return EXIT_BAD_INPUT;
	if (session_held(session))
		return EXIT_HELD;
	return session->options->detailed_exitcode && session->plan->changes->len > 0
		   ? EXIT_PENDING
		   : EXIT_IN_STEP;
}

/* Whoever stops a dry run is told what stands. */
static void
on_interrupt(int number)
{
	static const char text[] = "\nkisi-reconcile: stopped; nothing was changed\n";
	ssize_t ignored = write(STDERR_FILENO, text, sizeof(text) - 1);
	(void)ignored;
	signal(number, SIG_DFL);
	raise(number);
}

int
plan_run(const struct options *options, const char *undo, GError **error)
{
	struct session session;
	GError *cause = NULL;
	int code = EXIT_FAILED;
	signal(SIGINT, on_interrupt);
	bool good = session_open(&session, options, &cause);
	session.undo = undo;
	good = good && session_begin(&session, undo != NULL ? "revert" : "plan", &cause) &&
	       session_import(&session, &cause) &&
	       (options->snapshot != NULL || session_connect(&session, &cause)) &&
	       session_fetch(&session, &cause) && session_plan(&session, &cause);
	if (good) {
		code = plan_exit_code(&session);
		session_forget_inputs(&session);
		good = session_report(&session, code, &cause) && session_usable(&session, &cause);
	} else {
		session_abandon(&session, cause);
	}
	tell_end(&session, good ? code : cause->code);
	session_close(&session);
	if (!good) {
		code = cause->code;
		g_propagate_error(error, cause);
	}
	return code;
}

static int
cmd_plan(const struct options *options, char **words, GError **error)
{
	return plan_run(options, NULL, error);
}

const struct command command_plan = {
    .name = "plan",
    .arguments = "",
    .summary = "dry run: show what an apply would change; changes nothing in Kisi",
    .options = OPTION(BY) | OPTION(SNAPSHOT) | OPTION(JSON) | OPTION(REPORT_DIR) | OPTION(SHEETS) |
	       OPTION(ONLY_PERSON) | OPTION(ONLY_GROUP) | OPTION(DETAILED_EXITCODE) |
	       OPTION(ACCEPT),
    .exits = {EXIT_FAILED, EXIT_PENDING, EXIT_HELD, EXIT_BAD_INPUT, EXIT_NO_KISI, EXIT_BAD_CONFIG},
    .run = cmd_plan,
};
