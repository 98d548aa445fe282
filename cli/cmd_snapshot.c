/* snapshot: the whole Kisi state into a file, complete or not at all. */
#include "cli/commands.h"
#include "cli/progress.h"
#include "cli/say.h"
#include "cli/setup.h"
#include "kisi/fetch.h"
#include "kisi/snapshot_file.h"

static bool
save_snapshot(const struct options *options, struct kisi_client *client, GError **error)
{
	struct snapshot_raw *raw = snapshot_raw_new();
	progress_begin("Reading Kisi");
	struct snapshot *snapshot = kisi_fetch(client, options->now, raw, error);
	progress_end();
	bool good = snapshot != NULL &&
		    snapshot_raw_save(raw, options->now, options->output, error);
	if (good && !options->quiet)
		say_note("%s: %u users, %u groups, %u role assignments", options->output,
		    snapshot->users->len, snapshot->groups->len, snapshot->assignments->len);
	snapshot_free(snapshot);
	snapshot_raw_free(raw);
	return good;
}

static int
cmd_snapshot(const struct options *options, char **words, GError **error)
{
	struct setup setup;
	GError *cause = NULL;
	struct kisi_client *client = NULL;
	if (options->output == NULL) {
		fail(error, EXIT_BAD_USAGE, "kisi-reconcile snapshot -o FILE",
		    "snapshot: which file?");
		return EXIT_BAD_USAGE;
	}
	bool good = setup_read(options, &setup, &cause);
	if (good) {
		setup_warn_key(setup.config);
		client = setup_connect(setup.config, setup.config->schedule.deadline, &cause);
		good = client != NULL && save_snapshot(options, client, &cause);
	}
	kisi_close(client);
	setup_done(&setup);
	int code = good ? EXIT_IN_STEP : cause->code;
	if (!good)
		g_propagate_error(error, cause);
	return code;
}

const struct command command_snapshot = {
    .name = "snapshot",
    .arguments = "-o FILE",
    .summary = "save the whole Kisi state as JSON",
    .options = OPTION(OUTPUT),
    .exits = {EXIT_FAILED, EXIT_HELD, EXIT_NO_KISI, EXIT_BAD_CONFIG},
    .run = cmd_snapshot,
};
