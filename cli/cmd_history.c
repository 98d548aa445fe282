/* history: the runs so far, newest first; what one of them did; or all that was sent for one door. */
#include "base/text.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/say.h"
#include "cli/setup.h"
#include "kisi/snapshot_file.h"
#include "reconcile/groups.h"
#include "reports/grid.h"
#include "reports/phrase.h"
#include "reports/plan_read.h"
#include "reports/trail_text.h"
#include "store/store.h"

#include <stdio.h>
#include <string.h>

static void
print_run(void *user, const struct run_row *run)
{
	char as_of[INSTANT_TEXT];
	char **lines = g_strsplit(
	    run->summary != NULL ? run->summary : "is running, or died", "\n", -1);
	char *joined = g_strjoinv("; ", lines);
	char *summary = text_printable(joined);
	char *code = run->exit_code >= 0 ? g_strdup_printf("%d", run->exit_code) : g_strdup("-");
	printf("%s  %s  %-10s exit %-3s %s  %s\n", run->id, instant_format(run->as_of, as_of),
	    run->command, code, run->who, summary);
	g_free(code);
	g_free(summary);
	g_free(joined);
	g_strfreev(lines);
}

/* ---- for a person at a terminal ---- */

struct listing {
	struct clock_face face;
	instant now;
	struct grid *grid;
};

/* `11` of `..., 11 revokes; ...`; NULL where it is not told.  Caller frees. */
static char *
figure(const char *summary, const char *word)
{
	g_autofree char *one = g_strconcat(" ", word, NULL);
	const char *found = summary != NULL ? strstr(summary, one) : NULL;
	const char *first = found;
	while (first != NULL && first > summary && g_ascii_isdigit(first[-1]))
		first--;
	return found == first ? NULL : g_strndup(first, (gsize)(found - first));
}

static void
add_run(void *user, const struct run_row *run)
{
	static const char *const words[] = {"revoke", "grant", "adjust", "held", "FAILED"};
	struct listing *list = user;
	g_autofree char *when = phrase_when(&list->face, list->now, run->started);
	grid_cell(list->grid, run->id);
	grid_cell(list->grid, when);
	grid_cell(list->grid, run->command);
	for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
		g_autofree char *number = figure(run->summary, words[i]);
		grid_cell(list->grid, number != NULL ? number : "-");
	}
	if (run->exit_code >= 0)
		grid_cellf(list->grid, "%d", run->exit_code);
	else
		grid_cell(list->grid, "no end");
	grid_cell(list->grid, run->who);
}

/* The zone of the site as the last run saw it. */
static const char *
zone_of_site(const struct config *config)
{
	g_autofree char *path = g_strconcat(config->state.database, ".kisi.json", NULL);
	struct snapshot *snapshot = g_file_test(path, G_FILE_TEST_EXISTS)
					? snapshot_load(path, NULL)
					: NULL;
	const char *zone = g_intern_string(
	    snapshot != NULL ? groups_zone(config, snapshot) : "UTC");
	snapshot_free(snapshot);
	return zone;
}

static bool
list_runs(const struct config *config, struct store *store, GError **error)
{
	static const char *const headings[] = {"RUN", "STARTED", "COMMAND", "REMOVED", "GIVEN",
	    "CHANGED", "WAIT", "FAILED", "EXIT", "BY"};
	size_t width = screen_width();
	if (width == 0)
		return store_runs(store, 0, print_run, NULL, error);
	struct zone *zone = zone_get(zone_of_site(config));
	instant now = options_clock();
	struct listing list = {.face = {zone, zone_civil(zone, now).year},
	    .now = now,
	    .grid = grid_new(G_N_ELEMENTS(headings))};
	for (size_t i = 0; i < G_N_ELEMENTS(headings); i++)
		grid_cell(list.grid, headings[i]);
	bool good = store_runs(store, 0, add_run, &list, error);
	g_autoptr(GString) out = g_string_new(NULL);
	grid_print_within(list.grid, out, "", width);
	if (good)
		printf("%sTimes: %s.  What a run did: history RUN\n", out->str, zone_name(zone));
	grid_free(list.grid);
	return good;
}

/* ---- one door ---- */

/* What a name stands for in Kisi as the last run read it; an id is a group's. */
static bool
find_door(const struct setup *setup, const char *words, int64_t *group_id, int64_t *lock_id,
    GError **error)
{
	*group_id = *lock_id = 0;
	if (text_digits(words) && text_number(words, 1, INT64_MAX, group_id))
		return true;
	g_autofree char *path = g_strconcat(setup->config->state.database, ".kisi.json", NULL);
	struct snapshot *snapshot = snapshot_load(path, error);
	for (guint i = 0; snapshot != NULL && i < snapshot->groups->len; i++) {
		const struct kisi_group *group = &g_array_index(
		    snapshot->groups, struct kisi_group, i);
		*group_id = text_same(group->name, words) ? group->id : *group_id;
	}
	for (guint i = 0; snapshot != NULL && i < snapshot->locks->len; i++) {
		const struct kisi_lock *lock = &g_array_index(snapshot->locks, struct kisi_lock, i);
		*lock_id = text_same(lock->name, words) ? lock->id : *lock_id;
	}
	bool read = snapshot != NULL;
	snapshot_free(snapshot);
	return read && (*group_id != 0 || *lock_id != 0 ||
			   fail(error, EXIT_FAILED, "name it as Kisi does, or by the group's id",
			       "the last run saw no group or lock \"%s\" in Kisi", words));
}

static void
print_change(void *user, const struct door_row *change)
{
	char at[INSTANT_TEXT], from[INSTANT_TEXT], until[INSTANT_TEXT];
	g_autofree char *email = text_printable(change->email);
	printf("%s  %-15s  %-8s  %s .. %s  run %s  %s\n", instant_format(change->at, at),
	    change->action, change->outcome,
	    change->span.from == INSTANT_ALWAYS ? "always"
						: instant_format(change->span.from, from),
	    change->span.until == INSTANT_NEVER ? "open"
						: instant_format(change->span.until, until),
	    change->run, email);
}

static bool
show_door(const struct setup *setup, struct store *store, const char *words, GError **error)
{
	int64_t group_id, lock_id;
	return find_door(setup, words, &group_id, &lock_id, error) &&
	       store_door_log(store, group_id, lock_id, print_change, NULL, error);
}

/* ---- one run ---- */

/* A document that this version cannot read leaves the journal: what was sent and what became of it. */
static struct read_run *
read_document(const struct trail *trail)
{
	GError *trouble = NULL;
	struct read_run *read = NULL;
	if (trail->damaged != NULL)
		say_warning("what was held is not shown: %s", trail->damaged);
	if (trail->document == NULL)
		return NULL;
	char *name = g_strdup_printf("run %s", trail->id);
	read = plan_read(trail->document, name, &trouble);
	g_free(name);
	if (read == NULL) {
		say_warning("what was held is not shown: %s", trouble->message);
		g_error_free(trouble);
	}
	return read;
}

static bool
show_run(const struct options *options, struct store *store, const char *beginning, GError **error)
{
	char id[PLAN_ID];
	struct trail *trail = NULL;
	if (!store_run_find(store, beginning, id, error) ||
	    (trail = store_trail(store, id, error)) == NULL)
		return false;
	struct read_run *read = read_document(trail);
	const struct plan *plan = read != NULL ? read->plan : NULL;
	if (g_strcmp0(options->json, "-") != 0) {
		char *text = trail_text(trail, plan);
		fputs(text, stdout);
		g_free(text);
	}
	char *document = trail_json(trail, plan);
	bool good = output_json(options, document, error);
	g_free(document);
	read_run_free(read);
	trail_free(trail);
	return good;
}

static int
cmd_history(const struct options *options, char **words, GError **error)
{
	struct setup setup = {0};
	GError *cause = NULL;
	struct store *store = NULL;
	bool good = setup_config(options, &setup, &cause);
	if (good && options->only_group != NULL && (words[0] != NULL || options->json != NULL))
		good = fail(&cause, EXIT_BAD_USAGE, "kisi-reconcile history --only-group GROUP",
		    "history: what was sent for a door is one list over all runs");
	if (good && options->json != NULL && words[0] == NULL)
		good = fail(&cause, EXIT_BAD_USAGE, "kisi-reconcile history RUN --json FILE",
		    "--json: of which run?");
	if (good) {
		store = store_open(setup.config->state.database, &cause);
		if (store == NULL)
			good = false;
		else if (options->only_group != NULL)
			good = show_door(&setup, store, options->only_group, &cause);
		else
			good = words[0] != NULL ? show_run(options, store, words[0], &cause)
						: list_runs(setup.config, store, &cause);
	}
	store_close(store);
	setup_done(&setup);
	int code = good ? EXIT_IN_STEP : cause->code;
	if (!good)
		g_propagate_error(error, cause);
	return code;
}

const struct command command_history = {
    .name = "history",
    .arguments = "[RUN]",
    .most = 1,
    .summary = "the runs so far; or what one of them did (RUN: its id or the beginning of it)",
    .options = OPTION(JSON) | OPTION(ONLY_GROUP),
    .exits = {EXIT_FAILED, EXIT_BAD_CONFIG},
    .run = cmd_history,
};
