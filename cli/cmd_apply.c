/*
 * apply: plan, send, read back, plan again.  A given plan is applied exactly or refused; an approval lets exactly one
 * plan's removals through, once.
 */
#include "apply/apply.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/ask.h"
#include "cli/commands.h"
#include "cli/hold.h"
#include "cli/lists.h"
#include "cli/plan_run.h"
#include "cli/progress.h"
#include "cli/output.h"
#include "cli/restored.h"
#include "cli/saved_plan.h"
#include "cli/say.h"
#include "cli/session.h"
#include "cli/tell.h"
#include "cli/wait.h"
#include "kisi/fetch.h"
#include "reconcile/rules.h"

#include <signal.h>
#include <string.h>

/* ---- stopping ---- */

static volatile sig_atomic_t signalled;
static int64_t deadline;	     /* monotonic microseconds */
static int64_t send_until;	     /* likewise; the rest is for reading back */
static const struct config *held_by; /* whose hold file counts */

static void
on_signal(int number)
{
	signalled = number;
}

/* The request at hand is finished and journalled; what is left is for the next run. */
static bool
stopped(void)
{
	return signalled != 0 || g_get_monotonic_time() > send_until;
}

static bool
holding(void)
{
	char *reason = hold_reason(held_by);
	bool held = reason != NULL;
	g_free(reason);
	return held;
}

static bool
told_to_stop(void)
{
	progress_tick();
	return signalled != 0;
}

static void
prepare_stopping(const struct config *config)
{
	struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
	sigemptyset(&action.sa_mask);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	held_by = config;
	deadline = g_get_monotonic_time() + config->schedule.deadline * G_USEC_PER_SEC;
	send_until = deadline;
}

/* ---- which plan ---- */

#define PLAN_FILE_MAX ((size_t)256 << 20) /* bytes; a change takes less than 1 KiB */

/* The id of a plan is that of all it found; which of that is held, a scope or the limits of a day may change. */
static bool
same_changes(const struct plan *plan, const struct saved_plan *saved)
{
	GString *ids = g_string_new(NULL);
	for (guint i = 0; i < plan->changes->len; i++)
		g_string_append_printf(
		    ids, "%s\n", ((const struct change *)g_ptr_array_index(plan->changes, i))->id);
	bool same = strcmp(ids->str, saved->changes) == 0;
	g_string_free(ids, TRUE);
	return same;
}

/* A plan is named by its file, or by its id when the state database has it. */
static bool
load_saved(struct store *store, const char *plan, struct saved_plan *saved, GError **error)
{
	char *text = NULL;
	bool used;
	*saved = (struct saved_plan){0};
	if (g_file_test(plan, G_FILE_TEST_EXISTS))
		text = file_read(plan, PLAN_FILE_MAX, EXIT_BAD_INPUT, NULL, error);
	else
		text = store_load_plan(store, plan, &used, error);
	bool good = text != NULL && saved_plan_read(text, plan, saved, error);
	g_free(text);
	return good;
}

/* Said before anything is compared: what an applied plan was made from has changed, by applying it. */
static bool
check_unused(struct store *store, const struct saved_plan *saved, GError **error)
{
	bool used = false;
	char *document = store_load_plan(store, saved->id, &used, NULL);
	g_free(document);
	return !used || fail(error, EXIT_HELD, "plan again and apply the new plan",
			    "plan %s was applied before", saved->id);
}

/* Exactly that plan, or a refusal that says what moved. */
static bool
check_saved(const struct plan *plan, const struct saved_plan *saved, GError **error)
{
	const struct {
		const char *what, *then, *now;
	} hashes[] = {
	    {"the configuration", saved->config, plan->hash_config},
	    {"an input file", saved->inputs, plan->hash_inputs},
	    {"Kisi", saved->snapshot, plan->hash_snapshot},
	    {"the time, and with it the plan,", saved->id, plan->id},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(hashes); i++) {
		if (strcmp(hashes[i].then, hashes[i].now) != 0)
			return fail(error, EXIT_HELD, "look at a new plan, and apply that",
			    "plan %s is not applied: %s changed since", saved->id, hashes[i].what);
	}
	return same_changes(plan, saved) ||
	       fail(error, EXIT_HELD,
		   "give --only-person or --only-group as it was given then, or look at a new plan",
		   "plan %s is not applied: other changes are held now", saved->id);
}

/* What was right an hour ago was looked at an hour ago. */
static bool
check_expiry(const struct session *session, const struct saved_plan *saved, GError **error)
{
	const struct config *config = session->setup.config;
	instant age = session->options->now - saved->as_of;
	if (age <= config->guards.plan_expiry)
		return true;
	char *path = text_shell(config->path);
	char *hint = g_strdup_printf(
	    "look at a new one: kisi-reconcile -c %s plan --json FILE, then apply FILE; or raise "
	    "[guards] plan_expiry",
	    path);
	g_free(path);
	fail(error, EXIT_HELD, hint,
	    "plan %s is not applied: it is %" G_GINT64_FORMAT
	    " min old, and expires after %" G_GINT64_FORMAT " min",
	    saved->id, age / INSTANT_MINUTE, config->guards.plan_expiry / INSTANT_MINUTE);
	g_free(hint);
	return false;
}

struct request {
	bool exactly; /* a plan was named */
	bool approving;
	struct saved_plan saved; /* the plan named either way; empty for an approval by its id */
};

/* An approval names a saved plan file, or the id that the message of the limit gave. */
static bool
read_approval(struct session *session, struct request *request, GError **error)
{
	const struct options *options = session->options;
	bool file = g_file_test(options->approve, G_FILE_TEST_EXISTS);
	if (file && (!load_saved(session->store, options->approve, &request->saved, error) ||
			!check_expiry(session, &request->saved, error)))
		return false;
	session->approval = (struct approval){
	    .plan_id = file ? request->saved.approval : options->approve,
	    .max_removals = options->max_removals,
	    .max_grants = options->max_grants,
	    .who = session->who,
	    .at = options_clock()};
	session->history->approval = &session->approval;
	return true;
}

static bool
read_request(struct session *session, char **words, struct request *request, GError **error)
{
	const struct options *options = session->options;
	*request = (struct request){
	    .exactly = words[0] != NULL, .approving = options->approve != NULL};
	if (request->approving != (options->max_removals >= 0 || options->max_grants >= 0))
		return fail(error, EXIT_BAD_USAGE,
		    "apply --approve PLAN --max-removals N, or --max-grants N",
		    "--approve goes with --max-removals or --max-grants, and these with it");
	if (request->exactly && request->approving)
		return fail(
		    error, EXIT_BAD_USAGE, NULL, "name the plan once: as PLAN, or with --approve");
	if (request->exactly)
		return load_saved(session->store, words[0], &request->saved, error) &&
		       check_unused(session->store, &request->saved, error) &&
		       check_expiry(session, &request->saved, error);
	if (request->approving)
		return read_approval(session, request, error);
	return true;
}

/* An id is as old as the message that named it last: who read it looked at what was right then. */
static bool
check_shown(const struct session *session, const char *approved, GError **error)
{
	instant shown, now = session->options->now;
	instant expiry = session->setup.config->guards.plan_expiry;
	if (!store_last_shown(session->store, approved, &shown, error))
		return false;
	if (shown != INSTANT_ALWAYS && now - shown <= expiry)
		return true;
	char *when = shown == INSTANT_ALWAYS
			 ? g_strdup("no run has shown it")
			 : g_strdup_printf("it was last shown %" G_GINT64_FORMAT
					   " min ago, and expires after %" G_GINT64_FORMAT " min",
			       (now - shown) / INSTANT_MINUTE, expiry / INSTANT_MINUTE);
	char *words = session->undo != NULL ? g_strdup_printf("revert %s", session->undo)
					    : g_strdup("plan");
	char *command = options_command(session->options, words);
	char *hint = g_strdup_printf(
	    "look at it as it is now, and approve what that names: %s", command);
	fail(error, EXIT_HELD, hint, "approval %s does not hold: %s", approved, when);
	g_free(hint);
	g_free(command);
	g_free(words);
	g_free(when);
	return false;
}

/* Who let a doubtful export pass stands in the audit trail beside the approvals. */
static bool
record_accepted(struct session *session, GError **error)
{
	for (guint i = 0; session->accepted != NULL && i < session->accepted->len; i++) {
		g_autofree char *name = g_strdup_printf("%s of run %s",
		    (const char *)g_ptr_array_index(session->accepted, i), session->run.id);
		struct approval approval = {
		    .plan_id = name, .who = session->who, .at = options_clock()};
		if (!store_save_approval(session->store, &approval, session->run.id, error))
			return false;
	}
	return true;
}

/* Before the first change: what may happen only once is used up. */
static bool
use_request(struct session *session, const struct request *request, GError **error)
{
	const struct plan *plan = session->plan;
	if (!record_accepted(session, error))
		return false;
	if (request->exactly)
		return check_saved(plan, &request->saved, error) &&
		       store_use_plan(session->store, request->saved.id, session->run.id, error);
	if (!request->approving)
		return true;
	const char *approved = session->approval.plan_id;
	if (strcmp(approved, plan->removals_id) != 0 && strcmp(approved, plan->id) != 0)
		return fail(error, EXIT_HELD, "look at a new plan, and approve that",
		    "%s is not the removals that are to be approved now: those are %s", approved,
		    plan->removals_id);
	if (request->saved.id == NULL && !check_shown(session, approved, error))
		return false;
	/* One that lets nothing through is not used up: the number was too small, or no limit stood in the way. */
	if (!plan->approved)
		return true;
	struct approval grants = session->approval;
	g_autofree char *name = g_strdup_printf("%s max-grants", session->approval.plan_id);
	grants.plan_id = name;
	grants.max_removals = session->approval.max_grants;
	return (session->approval.max_removals < 0 ||
		   store_save_approval(
		       session->store, &session->approval, session->run.id, error)) &&
	       (session->approval.max_grants < 0 ||
		   store_save_approval(session->store, &grants, session->run.id, error));
}

/* ---- what is remembered for the next run ---- */

/* Each source remembers its own: somebody it lets in again must not stay out for another source's sake. */
static GPtrArray *
barred_people(const struct session *session, guint source)
{
	GPtrArray *people = g_ptr_array_new();
	const struct entitled *entitled = session->entitled;
	for (guint i = 0; i < entitled->barred->len; i++) {
		const struct entitled_bar *bar = &g_array_index(
		    entitled->barred, struct entitled_bar, i);
		if (bar->source == source)
			g_ptr_array_add(
			    people, (gpointer)intern_text(entitled->people, bar->person));
	}
	return people;
}

static void
save_source(struct session *session, guint i)
{
	const struct import_facts *facts = g_ptr_array_index(session->imports, i);
	struct last_import import = {.source = facts->source,
	    .as_of = session->options->now,
	    .rows = (int64_t)facts->rows,
	    .latest = facts->latest,
	    .blocked = barred_people(session, i),
	    .columns = facts->columns};
	store_save_import(session->store, &import, NULL);
	g_ptr_array_unref(import.blocked);
}

/* Kisi as the run left it. */
static const struct snapshot *
kisi_now(const struct session *session)
{
	return session->after_snapshot != NULL ? session->after_snapshot : session->snapshot;
}

static void
save_givers(struct session *session)
{
	const struct snapshot *now = kisi_now(session);
	g_autoptr(GArray) givers = baseline_givers(session->baseline, now, session->options->now);
	g_autoptr(GArray) later = baseline_later(session->baseline);
	store_save_givers(session->store, givers, NULL);
	store_save_later(session->store, later, NULL);
}

static void
save_set(struct session *session, const char *kind, GHashTable *set)
{
	GHashTableIter iter;
	gpointer key;
	g_autoptr(GHashTable) pairs = g_hash_table_new(g_str_hash, g_str_equal);
	g_hash_table_iter_init(&iter, set);
	while (g_hash_table_iter_next(&iter, &key, NULL))
		g_hash_table_insert(pairs, key, (gpointer) "");
	store_remember_only(session->store, kind, pairs, NULL);
}

/* Of a source that is refused or doubtful what was known stays. */
static void
save_frozen(struct session *session)
{
	GHashTableIter iter;
	gpointer key, value;
	GHashTable *frozen = freezes_ahead(givers_freezes(session->givers));
	g_hash_table_iter_init(&iter, history_memory(session->history, "frozen"));
	while (g_hash_table_iter_next(&iter, &key, &value)) {
		for (guint i = 0; i < session->imports->len; i++) {
			const char *source = session->setup.policies[i].name;
			if ((session->refused[i] || session->doubted[i]) &&
			    g_str_has_prefix(key, source) &&
			    ((const char *)key)[strlen(source)] == '\n')
				g_hash_table_replace(frozen, g_strdup(key), g_strdup(value));
		}
	}
	store_remember_only(session->store, "frozen", frozen, NULL);
}

/* There may be as many as people: they are written when one of them is another. */
static bool
same_memory(const struct session *session, const char *kind, GHashTable *values)
{
	GHashTable *known = history_memory(session->history, kind);
	GHashTableIter iter;
	gpointer key, value;
	if (g_hash_table_size(known) != g_hash_table_size(values))
		return false;
	g_hash_table_iter_init(&iter, values);
	while (g_hash_table_iter_next(&iter, &key, &value)) {
		if (g_strcmp0(g_hash_table_lookup(known, key), value) != 0)
			return false;
	}
	return true;
}

/* Whom this program has made, as long as Kisi has a user of that address. */
static void
save_made(struct session *session)
{
	const struct plan *plan = session->plan;
	const struct snapshot *now = kisi_now(session);
	g_autoptr(GHashTable) made = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; i < now->users->len; i++) {
		const struct kisi_user *user = &g_array_index(now->users, struct kisi_user, i);
		if (user->person != NULL &&
		    history_recall(session->history, "made", user->person) != NULL)
			g_hash_table_insert(made, (gpointer)user->person, (gpointer) "");
	}
	for (guint i = 0; i < plan->changes->len; i++) {
		const struct change *change = g_ptr_array_index(plan->changes, i);
		if (change->object == OBJECT_USER &&
		    session->run.outcomes[i].outcome == OUTCOME_DONE)
			g_hash_table_insert(made, (gpointer)change->email, (gpointer) "");
	}
	if (!same_memory(session, "made", made))
		store_remember_only(session->store, "made", made, NULL);
}

static void
save_memory(struct session *session)
{
	GHashTableIter iter;
	gpointer key, value;
	g_hash_table_iter_init(&iter, session->baseline->doors);
	while (g_hash_table_iter_next(&iter, &key, &value))
		store_remember(session->store, "door", key, value, NULL);
	save_set(session, "lookalike", session->baseline->lookalikes);
	if (!same_memory(session, "person", session->baseline->identities))
		store_remember_only(session->store, "person", session->baseline->identities, NULL);
	save_frozen(session);
	save_made(session);
	save_set(session, "pending", session->baseline->pending);
}

static void
save_rules(struct session *session)
{
	const struct setup *setup = &session->setup;
	g_autoptr(GArray) seen = rules_seen_now(setup->config, setup->policies);
	store_save_rules(session->store, seen, NULL);
}

static bool
remember(struct session *session, GError **error)
{
	store_begin(session->store);
	for (guint i = 0; i < session->imports->len; i++) {
		if (!session->refused[i] && !session->doubted[i])
			save_source(session, i);
	}
	save_givers(session);
	save_memory(session);
	lists_remember(session);
	/* A run limited to some has not shown what changed rules remove elsewhere. */
	if (session->options->only_person == NULL && session->options->only_group == NULL)
		save_rules(session);
	return store_commit(session->store, error);
}

/*
 * Before the first change: once an interval of ours is laid over what staff gave, nothing in Kisi shows theirs any more,
 * and a run that is killed comes to no end.
 */
static bool
remember_first(struct session *session, GError **error)
{
	if (session->undo != NULL || session->plan->changes->len == 0)
		return true;
	store_begin(session->store);
	save_givers(session);
	save_set(session, "pending", session->baseline->pending);
	return store_commit(session->store, error);
}

/* ---- proof ---- */

static bool
all_done(const struct apply_result *result, const struct plan *plan)
{
	for (guint i = 0; i < plan->changes->len; i++) {
		if (result->outcomes[i].outcome != OUTCOME_DONE)
			return false;
	}
	return true;
}

/* Read Kisi back, settle every outcome by it, and plan again. */
static bool
prove(struct session *session, struct apply_result *result, GError **error)
{
	struct plan *plan = session->plan;
	session->after_snapshot = session_read_kisi(session, error);
	if (session->after_snapshot == NULL)
		return false;
	apply_prove(result, plan, session->after_snapshot, session->setup.config);
	if (!apply_settle(session->store, session->after_snapshot, session->setup.config,
		session->options->now, options_clock(), error))
		return false;
	session->after = session_replan(session, session->after_snapshot, error);
	session->run.after = session->after;
	if (session->after == NULL)
		return false;
	guint left = session->after->changes->len;
	session->run.proof = left == 0 ? "planned again: nothing left to do"
				       : plan_printf(plan,
					     "planned again: %u changes left, not converged", left);
	return left == 0 || fail(error, EXIT_PARTLY, "run apply again; look at the outcomes first",
				"%s", session->run.proof);
}

static guint
count_untried(const struct apply_result *result, const struct plan *plan)
{
	guint untried = 0;
	for (guint i = 0; i < plan->changes->len; i++)
		untried += result->outcomes[i].outcome == OUTCOME_PENDING;
	return untried;
}

/* No run that did not do all of it may end without a word, a quiet one under cron neither. */
static void
warn_undone(const struct apply_result *result, const struct plan *plan)
{
	guint undone = 0;
	for (guint i = 0; i < plan->changes->len; i++)
		undone += result->outcomes[i].outcome != OUTCOME_DONE;
	say_warning(
	    "%u of %u changes are not proved to be made: %s\nhint: the next run makes what is "
	    "missing",
	    undone, plan->changes->len,
	    result->denied		      ? "Kisi refused the key"
	    : signalled != 0		      ? "the run was told to stop"
	    : count_untried(result, plan) > 0 ? "the time for this run is over"
					      : "their outcomes say why");
}

static int
finish(struct session *session, struct apply_result *result)
{
	GError *trouble = NULL;
	bool proved = true;
	if (result->sent > 0 && !result->denied && signalled == 0) {
		proved = prove(session, result, &trouble);
	} else if (result->sent == 0) {
		session->run.proof = session->plan->changes->len == 0 ? "nothing to do"
								      : "nothing was sent";
	}
	if (trouble != NULL) {
		say_error(trouble);
		if (session->run.proof == NULL)
			session->run.proof = plan_printf(
			    session->plan, "not proved: %s", trouble->message);
		g_error_free(trouble);
	}
	if (result->sent > 0 && session->run.proof == NULL)
		session->run.proof =
		    "not proved: the run was stopped before it could read Kisi back";
	bool done = all_done(result, session->plan);
	if (!done && (proved || count_untried(result, session->plan) > 0))
		warn_undone(result, session->plan);
	if (!proved || !done)
		return result->denied && result->took == 0 ? EXIT_NO_KISI : EXIT_PARTLY;
	if (session->unusable != NULL)
		return EXIT_BAD_INPUT;
	/* Whoever approves something is told when it did not let that through. */
	bool in_vain = session->options->approve != NULL && !session->plan->approved &&
		       session->plan->held->len > 0;
	return session_says(session) || in_vain ? EXIT_HELD : EXIT_IN_STEP;
}

/* ---- the command ---- */

static struct apply
apply_of(const struct session *session)
{
	return (struct apply){.client = session->client,
	    .store = session->store,
	    .config = session->setup.config,
	    .run_id = session->run.id,
	    .clock = options_clock,
	    .read_at = session->read_at,
	    .holding = holding,
	    .stopped = stopped,
	    .progress = progress_count};
}

static bool
send_plan(struct session *session, struct apply_result *result, GError **error)
{
	struct apply apply = apply_of(session);
	send_until = apply_send_until(g_get_monotonic_time(), deadline, session->read_took);
	progress_begin("Changing Kisi");
	bool good = apply_plan(&apply, session->plan, result, error);
	progress_end();
	session->run.outcomes = result->outcomes;
	return good;
}

static bool
connect(struct session *session, GError **error)
{
	if (session->client == NULL && !session_connect(session, error))
		return false;
	kisi_stop_when(session->client, told_to_stop);
	return true;
}

/* Who stands outside because a run ended half-way gets back in before anything else, whatever the sources say now. */
static bool
restore(struct session *session, GError **error)
{
	bool open;
	guint restored = 0;
	if (!apply_left_open(session->store, &open, error))
		return false;
	if (!open)
		return true;
	if (!connect(session, error))
		return false;
	struct apply apply = apply_of(session);
	struct snapshot *snapshot = session_read_kisi(session, error);
	g_autoptr(GPtrArray) outside = g_ptr_array_new_with_free_func(g_free);
	bool good = snapshot != NULL && apply_restore(&apply, snapshot, session->options->now,
					    &restored, outside, error);
	snapshot_free(snapshot);
	if (restored > 0)
		say_warning("an earlier run took away %u access%s to give other dates and came to "
			    "no end; what was there before was given back first",
		    restored, restored == 1 ? "" : "es");
	for (guint i = 0; i < outside->len; i++)
		say_warning("an earlier run took away an access of %s to give other dates, and it "
			    "could not be given back\nhint: the next run tries again; until then "
			    "let them in by hand",
		    (const char *)g_ptr_array_index(outside, i));
	return good;
}

/* What an approval lets through is shown to whoever is asked, too. */
static bool
approve_preview(struct session *session, GError **error)
{
	struct request request;
	char *none[] = {NULL};
	bool good = read_request(session, none, &request, error);
	saved_plan_done(&request.saved);
	return good;
}

/* Everything up to the frozen plan; what a run that died left open is settled on the way. */
static bool
make_plan(struct session *session, char **words, const struct asked *asked, struct request *request,
    GError **error)
{
	if (!read_request(session, words, request, error) || !restore(session, error) ||
	    !session_import(session, error))
		return false;
	if (session->undo == NULL)
		tell_missed(session);
	if (!connect(session, error) || !session_fetch(session, error) ||
	    !apply_settle(session->store, session->snapshot, session->setup.config,
		session->options->now, options_clock(), error))
		return false;
	/* Settling may have changed the ledger; what was imported is judged by the history that it was read with. */
	session->former = session->history;
	session->history = store_history(session->store, session->options->now, error);
	if (session->history == NULL)
		return false;
	if (request->approving)
		session->history->approval = &session->approval;
	session->plan_shown = asked->plan_id;
	return session_plan(session, error) && ask_covers(asked, session->plan, error) &&
	       use_request(session, request, error) && remember_first(session, error);
}

/* What is done is done: say what went wrong behind it, and go on.  Returned: the exit code by now. */
static int
say_trouble(GError **trouble, int code)
{
	say_error(*trouble);
	g_clear_error(trouble);
	return code == EXIT_IN_STEP ? EXIT_FAILED : code;
}

static int
apply_locked(struct session *session, char **words, const struct asked *asked, GError **error)
{
	struct request request = {0};
	struct apply_result result = {0};
	int code = EXIT_FAILED;
	bool good = make_plan(session, words, asked, &request, error);
	if (!good && signalled != 0 && (*error)->code == EXIT_NO_KISI) {
		g_clear_error(error);
		fail(error, EXIT_PARTLY, "the next run makes what is to be made",
		    "told to stop before the first change");
	}
	if (!good) {
		session_abandon(session, *error);
	} else {
		good = send_plan(session, &result, error);
		code = good ? finish(session, &result) : EXIT_PARTLY;
		GError *trouble = NULL;
		/* What a revert does says nothing about the inputs. */
		if (session->undo == NULL && !remember(session, &trouble))
			code = say_trouble(&trouble, code);
		if (!session_report(session, code, &trouble))
			code = say_trouble(&trouble, code);
		restored_note(session);
		if (good)
			session_usable(session, error);
	}
	if (!good && code == EXIT_FAILED)
		code = (*error)->code;
	tell_end(session, code);
	apply_result_done(&result);
	saved_plan_done(&request.saved);
	return code;
}

static int
apply_asked(const struct options *options, const char *undo, char **words,
    const struct asked *asked, GError **error)
{
	struct session session;
	struct options later = *options;
	int code = EXIT_FAILED, lock = -1;
	bool waited = false;
	GError *cause = NULL;
	/* The lock comes before the database is looked at: two runs must not plan from the same state. */
	if (session_open(&session, options, &cause)) {
		prepare_stopping(session.setup.config);
		if (output_check(options, session.setup.config, &cause))
			lock = wait_for_lock(options, session.setup.config->state.database,
			    told_to_stop, &waited, &cause);
	}
	/* What was true before the other run ended may be long over. */
	if (waited) {
		prepare_stopping(session.setup.config);
		if (!options->now_given)
			later.now = options_clock();
		session.options = &later;
	}
	if (lock >= 0) {
		session.undo = undo;
		session.applies = true;
		if (session_begin(&session, undo != NULL ? "revert" : "apply", &cause)) {
			tell_begin(&session);
			code = apply_locked(&session, words, asked, &cause);
		} else {
			session_abandon(&session, cause);
		}
	}
	session_close(&session);
	store_unlock(lock);
	if (cause != NULL) {
		if (code == EXIT_FAILED)
			code = cause->code;
		g_propagate_error(error, cause);
	}
	return code;
}

int
apply_run(const struct options *options, const char *undo, char **words, GError **error)
{
	struct options later = *options;
	struct asked asked = {0};
	GError *cause = NULL;
	int code = EXIT_FAILED;
	bool asks = undo == NULL && words[0] == NULL && ask_is_possible(options);
	bool good = !asks || ask_about_plan(options, approve_preview, &asked, &cause);
	/* Somebody may have thought for minutes. */
	if (asks && !options->now_given)
		later.now = later.at = options_clock();
	if (good)
		code = apply_asked(&later, undo, words, &asked, &cause);
	else
		code = cause->code;
	asked_done(&asked);
	if (cause != NULL)
		g_propagate_error(error, cause);
	return code;
}

static int
cmd_apply(const struct options *options, char **words, GError **error)
{
	return apply_run(options, NULL, words, error);
}

const struct command command_apply = {
    .name = "apply",
    .arguments = "[PLAN]",
    .most = 1,
    .summary = "plan, and make the changes; with PLAN (a plan file or id) exactly those or none",
    .options = OPTION(YES) | OPTION(BY) | OPTION(WAIT) | OPTION(JSON) | OPTION(REPORT_DIR) |
	       OPTION(SHEETS) | OPTION(ONLY_PERSON) | OPTION(ONLY_GROUP) | OPTION(APPROVE) |
	       OPTION(MAX_REMOVALS) | OPTION(MAX_GRANTS) | OPTION(ACCEPT),
    .exits = {EXIT_FAILED, EXIT_HELD, EXIT_PARTLY, EXIT_LOCKED, EXIT_BAD_INPUT, EXIT_NO_KISI,
	EXIT_BAD_CONFIG},
    .run = cmd_apply,
};
