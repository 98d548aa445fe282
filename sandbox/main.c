/* The program kisi-sandbox: its options, its signals, and nothing of what it stands in for. */
#include "base/failure.h"
#include "base/text.h"
#include "sandbox/server.h"
#include "sandbox/snapshot.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

struct options {
	char *snapshot, *dump, *now;
	char **keys, **key_files, **switches, **faults;
	int port;
	gboolean version;
};

static const char summary[] =
    "An in-memory stand-in for the Kisi API on 127.0.0.1, for demos, tests and rehearsals.\n"
    "It speaks HTTP, prints its address when it is ready, and ends on SIGTERM or SIGINT.\n"
    "SIGUSR1 writes the dump at once.";

/*
 * The help below the options: both tables, and the endpoints of the sandbox itself.  Caller
 * frees.
 */
static char *
help_text(void)
{
	g_autofree char *switches = switches_help();
	g_autofree char *faults = faults_help();

	return g_strdup_printf(
	    "Switches (name, values, default, meaning):\n%s\n"
	    "Faults: 'METHOD PATH KIND [count=N] [after=N] [NAME=NUMBER ...]'; METHOD may be *, "
	    "PATH may\nhold *; count=0 means always, after= lets that many matching requests pass. "
	    "Kinds:\n%s\n"
	    "Control endpoints, without key: GET /__sandbox/state, /__sandbox/unlocks; "
	    "GET and DELETE\n/__sandbox/requests; GET, POST and DELETE /__sandbox/faults; "
	    "GET and POST /__sandbox/switches.\n",
	    switches, faults);
}

static bool
read_options(int *argc, char ***argv, struct options *out, GError **error)
{
	const GOptionEntry entries[] = {
	    {"snapshot", 's', 0, G_OPTION_ARG_FILENAME, &out->snapshot,
		"snapshot file to begin with", "FILE"},
	    {"port", 'p', 0, G_OPTION_ARG_INT, &out->port,
		"port on 127.0.0.1; 0 (default) = any free one", "N"},
	    {"key", 'k', 0, G_OPTION_ARG_STRING_ARRAY, &out->keys,
		"API key to accept, of a user (repeatable)", "KEY[@USER_ID]"},
	    {"key-file", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &out->key_files,
		"keys, one a line (repeatable)", "FILE"},
	    {"dump", 'd', 0, G_OPTION_ARG_FILENAME, &out->dump, "write the state there at the end",
		"FILE"},
	    {"switch", 0, 0, G_OPTION_ARG_STRING_ARRAY, &out->switches, "set a switch (repeatable)",
		"NAME=VALUE"},
	    {"fault", 0, 0, G_OPTION_ARG_STRING_ARRAY, &out->faults, "add a fault (repeatable)",
		"FAULT"},
	    {"now", 0, 0, G_OPTION_ARG_STRING, &out->now,
		"where the sandbox's clock starts (RFC 3339)", "T"},
	    {"version", 0, 0, G_OPTION_ARG_NONE, &out->version, "print the version and exit", NULL},
	    G_OPTION_ENTRY_NULL,
	};
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	g_autofree char *help = help_text();
	g_autoptr(GError) cause = NULL;

	g_option_context_add_main_entries(context, entries, NULL);
	g_option_context_set_summary(context, summary);
	g_option_context_set_description(context, help);
	if (!g_option_context_parse(context, argc, argv, &cause))
		return fail(error, EXIT_BAD_USAGE, "see --help", "%s", cause->message);
	if (*argc > 1)
		return fail(
		    error, EXIT_BAD_USAGE, "see --help", "\"%s\" is not an option", (*argv)[1]);
	if (out->port < 0 || out->port > 65535)
		return fail(error, EXIT_BAD_USAGE, NULL, "--port %d: not a port", out->port);
	return true;
}

static bool
add_keys_of_file(struct sandbox *sandbox, const char *path, GError **error)
{
	g_autofree char *text = NULL;
	g_autoptr(GError) cause = NULL;

	if (!g_file_get_contents(path, &text, NULL, &cause))
		return fail(error, EXIT_BAD_CONFIG, NULL, "%s", cause->message);
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	for (size_t i = 0; lines[i] != NULL; i++) {
		if (!text_blank(lines[i]) && !sandbox_add_key(sandbox, text_trim(lines[i]), error))
			return false;
	}
	return true;
}

/*
 * Switches, faults and clock come before the snapshot, keys after it: they belong to users in it.
 */
static bool
set_up(struct sandbox *sandbox, const struct options *options, GError **error)
{
	instant now;

	for (char **text = options->switches; text != NULL && *text != NULL; text++) {
		if (!switches_parse(&sandbox->switches, *text, error))
			return false;
	}
	for (char **text = options->faults; text != NULL && *text != NULL; text++) {
		struct fault *fault = fault_parse(*text, error);
		if (fault == NULL)
			return false;
		g_ptr_array_add(sandbox->faults, fault);
	}
	if (options->now != NULL && !instant_parse(options->now, &now))
		return fail(error, EXIT_BAD_USAGE, "write 2026-11-14T12:00:00Z",
		    "--now %s: not an instant", options->now);
	if (options->now != NULL)
		sandbox->clock_shift = now - sandbox_now(sandbox);
	if (!sandbox_load(sandbox, options->snapshot, error))
		return false;
	for (char **key = options->keys; key != NULL && *key != NULL; key++) {
		if (!sandbox_add_key(sandbox, *key, error))
			return false;
	}
	for (char **path = options->key_files; path != NULL && *path != NULL; path++) {
		if (!add_keys_of_file(sandbox, *path, error))
			return false;
	}
	return true;
}

/*
 * Serve until a signal says stop.  The signals are blocked in every thread, so that they only
 * come here.
 */
static bool
serve(struct sandbox *sandbox, const struct options *options, GError **error)
{
	g_autoptr(GError) trouble = NULL;
	sigset_t signals;
	int number = 0;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGUSR1);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	signal(SIGPIPE, SIG_IGN);
	struct server *server = server_start(sandbox, (uint16_t)options->port, error);
	if (server == NULL)
		return false;
	printf("listening on http://127.0.0.1:%u\n", server_port(server));
	fflush(stdout);
	while (sigwait(&signals, &number) == 0 && number == SIGUSR1) {
		server_lock(server);
		if (options->dump != NULL && !sandbox_save(sandbox, options->dump, &trouble))
			g_printerr("kisi-sandbox: %s\n", trouble->message);
		server_unlock(server);
		g_clear_error(&trouble);
	}
	server_stop(server);
	return options->dump == NULL || sandbox_save(sandbox, options->dump, error);
}

static void
options_done(struct options *options)
{
	g_free(options->snapshot);
	g_free(options->dump);
	g_free(options->now);
	g_strfreev(options->keys);
	g_strfreev(options->key_files);
	g_strfreev(options->switches);
	g_strfreev(options->faults);
}

int
main(int argc, char **argv)
{
	struct options options = {0};
	struct sandbox *sandbox = sandbox_new();
	g_autoptr(GError) error = NULL;
	int code = EXIT_SUCCESS;

	if (!read_options(&argc, &argv, &options, &error)) {
		code = error->code;
	} else if (options.version) {
		puts("kisi-sandbox " KISI_RECONCILE_VERSION);
	} else if (!set_up(sandbox, &options, &error) || !serve(sandbox, &options, &error)) {
		code = error->code;
	}
	if (error != NULL)
		g_printerr("kisi-sandbox: %s\n", error->message);
	options_done(&options);
	sandbox_free(sandbox);
	return code;
}
