/* Wiring the stages of one run together.  No decision about access is made here. */
#include "cli/session.h"

#include "base/email.h"
#include "cli/instance.h"
#include "cli/organization.h"
#include "cli/progress.h"
#include "cli/say.h"
#include "cli/secret.h"
#include "kisi/fetch.h"
#include "kisi/self.h"
#include "kisi/snapshot_file.h"
#include "reconcile/why.h"

#include <malloc.h>
#include <string.h>
#include <sys/stat.h>

static char *
who_runs(void)
{
	return g_strdup_printf("%s@%s", g_get_user_name(), g_get_host_name());
}

bool
session_open(struct session *session, const struct options *options, GError **error)
{
	*session = (struct session){.options = options};
	if (!setup_read(options, &session->setup, error))
		return false;
	const struct config *config = session->setup.config;
	if (options->only_person != NULL) {
		char *email = email_canonical(options->only_person, NULL);
		if (email != NULL)
			session->only_person = g_strdup(config_person(config, email));
		g_free(email);
	}
	return true;
}

/* What a run and a look have in common. */
static void
begin_plan(struct session *session, const char *command)
{
	const struct options *options = session->options;
	const struct config *config = session->setup.config;
	session->plan = plan_new();
	session->plan->as_of = options->now;
	session->plan->hash_config = g_strdup(config->sha256);
	session->who = who_runs();
	session->run = (struct run){.command = command,
	    .version = KISI_RECONCILE_VERSION,
	    .who = session->who,
	    .config_path = config->path,
	    .as_of = options->now,
	    .review_every = config->reports.review_every,
	    .links = config->reports.links != 0,
	    .plan = session->plan};
}

bool
session_recall(struct session *session, const char *command, GError **error)
{
	const struct options *options = session->options;
	const char *database = session->setup.config->state.database;
	instance_make_state(options->instance, database);
	session->store = session->applies ? store_open_alone(database, error)
					  : store_open(database, error);
	if (session->store == NULL)
		return false;
	session->history = store_history(session->store, options->now, error);
	if (session->history == NULL)
		return false;
	begin_plan(session, command);
	return true;
}

/* SQLite keeps its log under the name by which the file was opened: after a crash another name would miss it. */
static void
warn_of_names(const char *database)
{
	struct stat about;
	if (stat(database, &about) == 0 && about.st_nlink > 1)
		say_warning("%s: has a second name (a hard link), which may damage it\n"
			    "hint: remove the other name; a symbolic link will do",
		    database);
}

bool
session_record(struct session *session, GError **error)
{
	secret_warn_shared(session->setup.config->state.database);
	warn_of_names(session->setup.config->state.database);
	session->run.started = options_clock();
	bool good = store_run_begin(session->store, session->run.command, session->who,
	    KISI_RECONCILE_VERSION, session->options->now, session->run.started, session->run.id,
	    error);
	say_run(session->run.id);
	return good;
}

bool
session_begin(struct session *session, const char *command, GError **error)
{
	return session_recall(session, command, error) && session_record(session, error);
}

bool
session_look(struct session *session, const char *command, GError **error)
{
	GError *cause = NULL;
	session->history = store_look(
	    session->setup.config->state.database, session->options->now, &cause);
	if (session->history == NULL)
		session->history = history_new();
	begin_plan(session, command);
	if (cause == NULL)
		return true;
	g_propagate_error(error, cause);
	return false;
}

void
session_close(struct session *session)
{
	plan_free(session->after);
	trail_free(session->undone);
	snapshot_free(session->after_snapshot);
	plan_free(session->plan);
	entitlement_free(session->entitlement);
	givers_free(session->givers);
	baseline_free(session->baseline);
	snapshot_free(session->snapshot);
	kisi_close(session->client);
	history_free(session->history);
	history_free(session->former);
	store_close(session->store);
	g_clear_pointer(&session->imports, g_ptr_array_unref);
	g_clear_pointer(&session->accepted, g_ptr_array_unref);
	g_free(session->refused);
	g_free(session->doubted);
	g_free(session->accept);
	g_free(session->unusable);
	g_free(session->only_person);
	g_free(session->hold);
	g_free(session->restored);
	g_free(session->snapshot_source);
	g_free(session->who);
	setup_done(&session->setup);
}

/* ---- Kisi ---- */

bool
session_connect(struct session *session, GError **error)
{
	setup_warn_key(session->setup.config);
	session->client = setup_connect(
	    session->setup.config, session->setup.config->schedule.deadline, error);
	return session->client != NULL;
}

char *
session_kept_path(const struct session *session)
{
	return g_strconcat(session->setup.config->state.database, ".kisi.json", NULL);
}

/* The run goes on without it: only a question asked later would miss it. */
static void
keep_state(const struct session *session, const struct snapshot_raw *raw)
{
	char *path = session_kept_path(session);
	GError *trouble = NULL;
	if (!snapshot_raw_save(raw, session->options->now, path, &trouble)) {
		say_warning("%s", trouble->message);
		g_error_free(trouble);
	}
	g_free(path);
}

struct snapshot *
session_read_kisi(struct session *session, GError **error)
{
	bool keeps = *session->run.id != '\0';
	struct snapshot_raw *raw = keeps ? snapshot_raw_new() : NULL;
	int64_t began = g_get_monotonic_time();
	progress_begin(session->snapshot != NULL ? "Reading Kisi back" : "Reading Kisi");
	struct snapshot *snapshot = kisi_fetch(session->client, session->options->now, raw, error);
	progress_end();
	session->read_took = g_get_monotonic_time() - began;
	if (snapshot != NULL && !organization_check(session, snapshot, error))
		g_clear_pointer(&snapshot, snapshot_free);
	if (snapshot != NULL && keeps)
		keep_state(session, raw);
	snapshot_raw_free(raw);
	return snapshot;
}

bool
session_fetch(struct session *session, GError **error)
{
	const char *file = session->options->snapshot;
	session->read_at = options_clock();
	if (file != NULL) {
		session->snapshot_source = g_strdup(file);
		session->snapshot = snapshot_load(file, error);
		if (session->snapshot != NULL &&
		    !organization_check(session, session->snapshot, error))
			g_clear_pointer(&session->snapshot, snapshot_free);
	} else {
		session->snapshot_source = g_strdup(session->setup.config->kisi.base_url);
		if (kisi_own_user(session->client, &session->facts.own_user, error))
			session->snapshot = session_read_kisi(session, error);
	}
	session->run.snapshot_source = session->snapshot_source;
	for (const char *const *call = session->client != NULL ? kisi_deprecations(session->client)
							       : NULL;
	     call != NULL && *call != NULL; call++)
		say_warning("Kisi will take away what this version uses: %s\nhint: look for a "
			    "newer version",
		    *call);
	if (session->snapshot == NULL)
		return false;
	session->plan->hash_snapshot = snapshot_hash(session->snapshot);
	return true;
}

/* With --now the run's instant is compared: a wrong one would close doors that should be open. */
void
session_compare_clocks(struct session *session)
{
	instant offset;
	if (session->client == NULL)
		return;
	session->facts.clock = CLOCK_UNREADABLE;
	if (!kisi_clock_offset(session->client, &offset))
		return;
	session->facts.clock = CLOCK_KNOWN;
	session->facts.clock_offset = offset;
	if (session->options->now_given)
		session->facts.clock_offset += options_clock() - session->options->now;
}

static struct reconcile_input
input_of(const struct session *session, const struct snapshot *snapshot)
{
	return (struct reconcile_input){.config = session->setup.config,
	    .policies = session->setup.policies,
	    .entitled = session->entitled,
	    .snapshot = snapshot,
	    .history = session->history,
	    .undo = session->undone,
	    .facts = &session->facts};
}

/* --only-person by name: who that is, is known when exports and Kisi are. */
static bool
find_only_person(struct session *session, GError **error)
{
	GError *cause = NULL;
	const struct why_search search = {.config = session->setup.config,
	    .entitled = session->entitled,
	    .snapshot = session->snapshot};
	if (session->options->only_person == NULL || session->only_person != NULL)
		return true;
	session->only_person = why_find(&search, session->options->only_person, &cause);
	session->facts.only_person = session->only_person;
	if (cause == NULL)
		return true;
	cause->code = EXIT_BAD_USAGE;
	g_propagate_prefixed_error(error, cause, "--only-person: ");
	return false;
}

bool
session_plan(struct session *session, GError **error)
{
	session_compare_clocks(session);
	if (!find_only_person(session, error))
		return false;
	if (session->undo != NULL && !session_recall_undone(session, error))
		return false;
	struct reconcile_input input = input_of(session, session->snapshot);
	input.why = session->why;
	session->baseline = baseline_new();
	input.baseline = session->baseline;
	return reconcile(&input, session->plan, error) &&
	       (!session->applies || organization_remember(session, error));
}

/* Whoever has a user by now may still be the one they look like. */
static void
remember_lookalikes(struct session *session)
{
	GHashTableIter iter;
	gpointer key;
	g_hash_table_iter_init(&iter, session->baseline->lookalikes);
	while (g_hash_table_iter_next(&iter, &key, NULL))
		history_remember(session->history, "lookalike", key, "");
}

struct plan *
session_replan(struct session *session, const struct snapshot *snapshot, GError **error)
{
	struct reconcile_input input = input_of(session, snapshot);
	struct guard_facts facts = session->facts;
	struct plan *plan = plan_new();
	remember_lookalikes(session);
	facts.before = session->plan;
	input.facts = &facts;
	plan->as_of = session->options->now;
	if (reconcile(&input, plan, error))
		return plan;
	plan_free(plan);
	return NULL;
}

void
session_forget_inputs(struct session *session)
{
	g_clear_pointer(&session->entitlement, entitlement_free);
	session->entitled = NULL;
	malloc_trim(0);
}
