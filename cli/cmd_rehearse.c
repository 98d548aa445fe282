/*
 * rehearse: an apply on a copy of one's own organisation.  kisi-sandbox stands in for Kisi, with what Kisi holds now; the run has
 * a copy of the state.  It is the very run that `apply` would be, and nothing of it leaves this machine.
 */
#include "cli/commands.h"
#include "cli/plan_run.h"
#include "cli/rehearsal.h"
#include "cli/say.h"
#include "kisi/fetch.h"
#include "kisi/snapshot_file.h"
#include "store/store.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define SANDBOX "kisi-sandbox"
#define SAYS_WHERE "listening on "
#define LINE_MAX_BYTES 200

static void
replace(char **text, const char *by)
{
	g_free(*text);
	*text = g_strdup(by);
}

void
rehearsal_apply(const struct rehearsal *rehearsal, struct setup *setup)
{
	struct config *config = setup->config;
	/* Tables that the configuration does not name lie beside the state: the real one. */
	char **tables[] = {
	    [SETUP_ALIASES] = &config->aliases_file, [SETUP_RULINGS] = &config->rulings_file};
	for (size_t i = 0; i < G_N_ELEMENTS(tables); i++) {
		if (tables[i] != NULL && *tables[i] == NULL)
			*tables[i] = setup_table_path(setup, i);
	}
	replace(&config->kisi.base_url, rehearsal->url);
	replace(&config->kisi.api_key_file, rehearsal->key_file);
	replace(&config->state.database, rehearsal->database);
	replace(&config->state.fetched_dir, rehearsal->fetched);
	replace(&config->reports.dir, rehearsal->reports);
	replace(&config->metrics_file, NULL);
	replace(&config->notify.ping_url_file, NULL);
	config->kisi.rate = 1000;
}

/* ---- the stand-in ---- */

struct stage {
	char *folder; /* everything is in it, and goes with it */
	char *snapshot, *key_file, *database, *reports, *fetched, *url;
	GPid sandbox; /* 0: does not run */
	FILE *told;   /* what it prints */
};

/* Beside this program, else wherever a shell would find it. */
static char *
find_sandbox(GError **error)
{
	g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
	g_autofree char *folder = self != NULL ? g_path_get_dirname(self) : NULL;
	char *path = folder != NULL ? g_build_filename(folder, SANDBOX, NULL) : NULL;
	if (path != NULL && g_file_test(path, G_FILE_TEST_IS_EXECUTABLE))
		return path;
	g_free(path);
	path = g_find_program_in_path(SANDBOX);
	if (path == NULL)
		fail(error, EXIT_FAILED, "install it: it comes with this program",
		    "rehearse: " SANDBOX " is not there");
	return path;
}

/* A Ctrl-C is for the run, which ends in order; the stand-in ends with it. */
static void
begin_child(gpointer user)
{
	(void)setpgid(0, 0);
	(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
}

static bool
write_key(const struct stage *stage, GError **error)
{
	g_autofree char *key = g_uuid_string_random();
	GError *cause = NULL;
	if (g_file_set_contents_full(
		stage->key_file, key, -1, G_FILE_SET_CONTENTS_NONE, 0600, &cause))
		return true;
	fail(error, EXIT_FAILED, NULL, "%s", cause->message);
	g_error_free(cause);
	return false;
}

static bool
start_sandbox(struct stage *stage, const struct options *options, GError **error)
{
	g_autofree char *program = find_sandbox(error);
	char now[INSTANT_TEXT], line[LINE_MAX_BYTES] = "";
	GError *cause = NULL;
	int output;
	if (program == NULL || !write_key(stage, error))
		return false;
	const char *arguments[] = {program, "--snapshot", stage->snapshot, "--key-file",
	    stage->key_file, "--switch", "rate=0", options->now_given ? "--now" : NULL,
	    instant_format(options->now, now), NULL};
	if (!g_spawn_async_with_pipes(NULL, (char **)arguments, NULL, G_SPAWN_DO_NOT_REAP_CHILD,
		begin_child, NULL, &stage->sandbox, NULL, &output, NULL, &cause)) {
		fail(error, EXIT_FAILED, NULL, "%s: %s", program, cause->message);
		g_error_free(cause);
		return false;
	}
	stage->told = fdopen(output, "r");
	if (stage->told == NULL || fgets(line, sizeof line, stage->told) == NULL ||
	    !g_str_has_prefix(line, SAYS_WHERE))
		return fail(error, EXIT_FAILED, "what it said stands above",
		    "rehearse: " SANDBOX " does not start");
	stage->url = g_strdup(g_strstrip(line + strlen(SAYS_WHERE)));
	return true;
}

static void
stop_sandbox(struct stage *stage)
{
	if (stage->sandbox == 0)
		return;
	kill(stage->sandbox, SIGTERM);
	while (waitpid(stage->sandbox, NULL, 0) < 0 && errno == EINTR)
		;
	stage->sandbox = 0;
}

/* ---- the stage ---- */

static bool
set_up(struct stage *stage, const struct config *config, GError **error)
{
	g_autofree char *beside = g_path_get_dirname(config->state.database);
	stage->folder = g_build_filename(beside, "rehearsal-XXXXXX", NULL);
	if (g_mkdtemp_full(stage->folder, 0700) == NULL) {
		fail(error, EXIT_FAILED,
		    "the folder of [state] database must exist and be writable for this user",
		    "%s: %s", beside, g_strerror(errno));
		g_clear_pointer(&stage->folder, g_free);
		return false;
	}
	stage->snapshot = g_build_filename(stage->folder, "kisi.json", NULL);
	stage->key_file = g_build_filename(stage->folder, "rehearsal.key", NULL);
	stage->database = g_build_filename(stage->folder, "state.db", NULL);
	stage->reports = g_build_filename(stage->folder, "reports", NULL);
	stage->fetched = g_build_filename(stage->folder, "fetched", NULL);
	return !g_file_test(config->state.database, G_FILE_TEST_EXISTS) ||
	       store_backup(config->state.database, stage->database, error);
}

/* Everything in it was made here. */
static void
remove_folder(const char *folder)
{
	GDir *dir = g_dir_open(folder, 0, NULL);
	const char *name;
	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		g_autofree char *path = g_build_filename(folder, name, NULL);
		if (g_file_test(path, G_FILE_TEST_IS_DIR) &&
		    !g_file_test(path, G_FILE_TEST_IS_SYMLINK))
			remove_folder(path);
		else
			(void)g_unlink(path);
	}
	if (dir != NULL)
		g_dir_close(dir);
	(void)g_rmdir(folder);
}

static void
clear_up(struct stage *stage)
{
	stop_sandbox(stage);
	if (stage->told != NULL)
		fclose(stage->told);
	if (stage->folder != NULL)
		remove_folder(stage->folder);
	char *const texts[] = {stage->folder, stage->snapshot, stage->key_file, stage->database,
	    stage->reports, stage->fetched, stage->url};
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		g_free(texts[i]);
}

/* What Kisi holds now, or what a file says it does. */
static bool
take_snapshot(
    struct stage *stage, const struct options *options, struct config *config, GError **error)
{
	if (options->snapshot != NULL) {
		replace(&stage->snapshot, options->snapshot);
		return true;
	}
	setup_warn_key(config);
	struct kisi_client *client = setup_connect(config, config->schedule.deadline, error);
	if (client == NULL)
		return false;
	struct snapshot_raw *raw = snapshot_raw_new();
	struct snapshot *snapshot = kisi_fetch(client, options->now, raw, error);
	bool good = snapshot != NULL &&
		    snapshot_raw_save(raw, options->now, stage->snapshot, error);
	snapshot_free(snapshot);
	snapshot_raw_free(raw);
	kisi_close(client);
	return good;
}

/* ---- the rehearsal ---- */

/* Is anything left to do?  Then Kisi would not be as it should be after the apply, either. */
static int
plan_again(const struct options *options, int code, GError **error)
{
	struct options again = *options;
	again.json = NULL;
	again.quiet = true;
	again.silent = true;
	again.detailed_exitcode = true;
	int second = plan_run(&again, NULL, error);
	if (*error != NULL)
		return second;
	if (!options->quiet)
		printf("rehearsed: %s. Nothing outside this machine was changed.\n",
		    second == EXIT_PENDING ? "a second plan still has changes"
					   : "a second plan has nothing left to do");
	return second == EXIT_PENDING ? EXIT_PARTLY : code;
}

static int
rehearse(struct stage *stage, const struct options *options, GError **error)
{
	char *no_plan[] = {NULL};
	const struct rehearsal rehearsal = {.url = stage->url,
	    .key_file = stage->key_file,
	    .database = stage->database,
	    .reports = stage->reports,
	    .fetched = stage->fetched};
	struct options there = *options;
	there.snapshot = NULL;
	there.yes = true;
	there.rehearsal = &rehearsal;
	int code = apply_run(&there, NULL, no_plan, error);
	return *error == NULL ? plan_again(&there, code, error) : code;
}

static int
cmd_rehearse(const struct options *options, char **words, GError **error)
{
	struct setup setup;
	struct stage stage = {0};
	GError *cause = NULL;
	int code = EXIT_FAILED;
	bool ready = setup_read(options, &setup, &cause) && set_up(&stage, setup.config, &cause) &&
		     take_snapshot(&stage, options, setup.config, &cause) &&
		     start_sandbox(&stage, options, &cause);
	setup_done(&setup);
	if (ready)
		code = rehearse(&stage, options, &cause);
	else
		code = cause->code;
	clear_up(&stage);
	if (cause != NULL)
		g_propagate_error(error, cause);
	return code;
}

const struct command command_rehearse = {
    .name = "rehearse",
    .arguments = "",
    .summary = "apply on a copy of Kisi on this machine; nothing outside it changes",
    .options = OPTION(BY) | OPTION(SNAPSHOT) | OPTION(JSON) | OPTION(REPORT_DIR) | OPTION(ACCEPT),
    .exits = {EXIT_FAILED, EXIT_HELD, EXIT_PARTLY, EXIT_BAD_INPUT, EXIT_NO_KISI, EXIT_BAD_CONFIG},
    .run = cmd_rehearse,
};
