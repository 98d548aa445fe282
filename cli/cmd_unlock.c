/*
 * unlock-due: open the locks whose bookings begin now, each once.  Run every minute, it must be cheap and quiet when
 * nothing is due, and is never held up by an apply: it has a lock file of its own.
 */
#include "base/file.h"
#include "base/json.h"
#include "cli/commands.h"
#include "cli/instance.h"
#include "cli/organization.h"
#include "cli/output.h"
#include "cli/say.h"
#include "cli/session.h"
#include "kisi/access.h"
#include "kisi/fetch.h"
#include "reconcile/due.h"
#include "reconcile/groups.h"

#include <stdio.h>
#include <string.h>

struct job {
	struct session session;
	int64_t began;		     /* monotonic microseconds, when the run's instant was now */
	GArray *due;		     /* of struct due_unlock: those not opened before */
	struct json_object *unlocks; /* what became of each, for --json */
	unsigned opened, failed, held;
};

/* ---- what is due ---- */

static bool
any_rule(const struct config *config)
{
	for (guint i = 0; i < config->rules->len; i++) {
		const struct rule *rule = g_ptr_array_index(config->rules, i);
		if (rule->method == METHOD_UNLOCK)
			return true;
	}
	return false;
}

/* Seconds until it is too late for the first of them; the run may have been slow, or Kisi may be. */
static instant
time_left(const struct job *job)
{
	instant elapsed = (g_get_monotonic_time() - job->began) / G_USEC_PER_SEC;
	instant first = INSTANT_NEVER;
	for (guint i = 0; i < job->due->len; i++)
		first = MIN(first, g_array_index(job->due, struct due_unlock, i).span.from);
	return first + DUE_LATE - (job->session.options->now + elapsed);
}

static bool
in_time(const struct job *job, guint locks, GError **error)
{
	return time_left(job) > 0 ||
	       fail(error, EXIT_PARTLY, "the next run opens those whose time is not over",
		   "%u %s not opened: it took too long to get there", locks,
		   locks == 1 ? "lock was" : "locks were");
}

static bool
find_due(struct job *job, GError **error)
{
	struct session *session = &job->session;
	job->due = due_unlocks(session->setup.config, session->entitled, session->options->now);
	for (guint i = 0; i < job->due->len;) {
		const struct due_unlock *due = &g_array_index(job->due, struct due_unlock, i);
		bool opened;
		if (!store_door_opened(session->store, due->id, due->rule, 0, &opened, error))
			return false;
		if (opened)
			g_array_remove_index(job->due, i);
		else
			i++;
	}
	return true;
}

/* ---- what is said ---- */

/* `booking b-17 of bookings, which begins 2026-11-16T09:00:00Z`.  Returned, caller frees. */
static char *
booking_text(const struct due_unlock *due)
{
	char start[INSTANT_TEXT];
	return g_strdup_printf("%s%s of %s, which begins %s",
	    due->record != NULL ? "booking " : "a booking without id",
	    due->record != NULL ? due->record : "", due->source,
	    instant_format(due->span.from, start));
}

static const char *
lock_text(const struct job *job, const struct due_unlock *due)
{
	return g_array_index(job->session.entitled->refs, struct door_ref, due->ref).text;
}

/* outcome: outcome_word, or `held` for a lock that was not found. */
static void
note_unlock(struct job *job, const struct due_unlock *due, int64_t lock_id, const char *outcome,
    const char *text)
{
	struct json_object *unlock = json_object_new_object();
	json_put_text(unlock, "id", due->id);
	json_put_text(unlock, "source", due->source);
	json_put_text(unlock, "record", due->record);
	json_put_text(unlock, "rule", due->rule);
	json_put_text(unlock, "email", due->email);
	json_put_text(unlock, "lock", lock_text(job, due));
	if (lock_id != 0)
		json_put_integer(unlock, "lock_id", lock_id);
	else
		json_put_text(unlock, "lock_id", NULL);
	json_put_instant(unlock, "from", due->span.from);
	json_put_instant(unlock, "until", due->span.until);
	json_put_text(unlock, "outcome", outcome);
	json_put_text(unlock, "text", text);
	json_object_array_add(job->unlocks, unlock);
}

static void
say_and_clear(GError **trouble)
{
	say_error(*trouble);
	g_clear_error(trouble);
}

static void
say_outcome(
    const struct job *job, const struct due_unlock *due, enum outcome outcome, const char *answer)
{
	const struct options *options = job->session.options;
	char *booking = booking_text(due);
	GError *trouble = NULL;
	if (outcome == OUTCOME_UNKNOWN) {
		fail(&trouble, EXIT_PARTLY, "it is not tried again: look at the door",
		    "\"%s\" (rule %s) may not have opened for %s: %s", lock_text(job, due),
		    due->rule, booking, answer);
		say_and_clear(&trouble);
	} else if (outcome == OUTCOME_FAILED) {
		fail(&trouble, EXIT_PARTLY, "it is not tried again: let them in by hand",
		    "\"%s\" (rule %s) was not opened for %s: %s", lock_text(job, due), due->rule,
		    booking, answer);
		say_and_clear(&trouble);
	} else if (!options->quiet && g_strcmp0(options->json, "-") != 0) {
		printf("opened \"%s\" (rule %s) for %s\n", lock_text(job, due), due->rule, booking);
		fflush(stdout);
	}
	g_free(booking);
}

/* ---- opening ---- */

/* A lock that cannot be told from others stays shut; the rest goes on. */
static bool
find_lock(struct job *job, const struct due_unlock *due, int64_t *lock_id, GError **error)
{
	const struct session *session = &job->session;
	GError *trouble = NULL;
	*lock_id = groups_lock(session->setup.config, session->snapshot,
	    &g_array_index(session->entitled->refs, struct door_ref, due->ref), &trouble);
	if (trouble == NULL)
		return true;
	if (trouble->code != EXIT_HELD) {
		g_propagate_error(error, trouble);
		return false;
	}
	char *booking = booking_text(due);
	note_unlock(job, due, 0, "held", trouble->message);
	g_prefix_error(&trouble, "nothing is opened for %s: ", booking);
	say_and_clear(&trouble);
	job->held++;
	g_free(booking);
	return true;
}

static enum outcome
outcome_of(enum kisi_result result)
{
	if (result == KISI_OK)
		return OUTCOME_DONE;
	return result == KISI_UNKNOWN ? OUTCOME_UNKNOWN : OUTCOME_FAILED;
}

/* Whatever becomes of the request, the intent stands: a door that opens twice lets in who should not be there. */
static bool
open_lock(struct job *job, const struct due_unlock *due, int64_t lock_id, GError **error)
{
	const struct session *session = &job->session;
	const struct journal_intent intent = {.run_id = session->run.id,
	    .change_id = due->id,
	    .action = STORE_ACTION_UNLOCK,
	    .email = due->email != NULL ? due->email : "",
	    .lock_id = lock_id,
	    .want = due->span,
	    .wanted = true,
	    .cause = cause_word(CAUSE_NEW),
	    .source = due->source,
	    .rule = due->rule};
	int64_t id;
	if (!store_intend(session->store, &intent, options_clock(), &id, error))
		return false;
	struct kisi_reply reply;
	enum outcome outcome = outcome_of(kisi_unlock(session->client, lock_id, &reply));
	bool good = store_outcome(
	    session->store, id, outcome, reply.message, options_clock(), error);
	note_unlock(job, due, lock_id, outcome_word(outcome), reply.message);
	say_outcome(job, due, outcome, reply.message);
	*(outcome == OUTCOME_DONE ? &job->opened : &job->failed) += 1;
	if (good && reply.result == KISI_DENIED)
		good = fail(
		    error, EXIT_NO_KISI, "is the key still there in Kisi?", "%s", reply.message);
	kisi_reply_done(&reply);
	return good;
}

static bool
open_locks(struct job *job, GError **error)
{
	for (guint i = 0; i < job->due->len; i++) {
		const struct due_unlock *due = &g_array_index(job->due, struct due_unlock, i);
		int64_t lock_id;
		bool opened = false;
		if (!in_time(job, job->due->len - i, error) ||
		    !find_lock(job, due, &lock_id, error))
			return false;
		if (lock_id == 0)
			continue;
		/* Another rule may mean the same lock by another name. */
		if (!store_door_opened(
			job->session.store, due->id, due->rule, lock_id, &opened, error) ||
		    (!opened && !open_lock(job, due, lock_id, error)))
			return false;
	}
	return true;
}

/* By a wrong clock doors would open for the bookings of another hour. */
static bool
check_clock(struct session *session, GError **error)
{
	instant most = session->setup.config->guards.max_clock;
	session_compare_clocks(session);
	if (session->facts.clock != CLOCK_KNOWN || ABS(session->facts.clock_offset) <= most)
		return true;
	return fail(error, EXIT_HELD, "set this machine's clock (or give the right --now)",
	    "nothing is opened: this machine's clock is %" G_GINT64_FORMAT
	    " s away from Kisi's, at most %" G_GINT64_FORMAT,
	    ABS(session->facts.clock_offset), most);
}

static bool
read_doors(struct job *job, GError **error)
{
	struct session *session = &job->session;
	if (!in_time(job, job->due->len, error))
		return false;
	setup_warn_key(session->setup.config);
	session->client = setup_connect(session->setup.config, time_left(job), error);
	if (session->client == NULL)
		return false;
	session->snapshot = kisi_fetch_doors(session->client, session->options->now, error);
	return session->snapshot != NULL && organization_check(session, session->snapshot, error) &&
	       check_clock(session, error);
}

/* ---- the run ---- */

static int
exit_code_of(const struct job *job)
{
	if (job->failed > 0)
		return EXIT_PARTLY;
	return job->held > 0 ? EXIT_HELD : EXIT_IN_STEP;
}

/* Something is due: from here on there is a run. */
static int
run_due(struct job *job, GError **error)
{
	struct session *session = &job->session;
	if (!session_record(session, error))
		return (*error)->code;
	if (!read_doors(job, error) || !open_locks(job, error)) {
		session_abandon(session, *error);
		return job->opened > 0 ? EXIT_PARTLY : (*error)->code;
	}
	int code = exit_code_of(job);
	char *summary = g_strdup_printf(
	    "opened %u, not opened %u, without a lock %u", job->opened, job->failed, job->held);
	if (!store_run_end(
		session->store, session->run.id, options_clock(), code, summary, NULL, error))
		code = (*error)->code;
	g_free(summary);
	return code;
}

static bool
write_unlocks(const struct job *job, GError **error)
{
	const struct session *session = &job->session;
	struct json_object *document = json_object_new_object();
	json_put_integer(document, "format_version", 1);
	json_put_text(document, "run", *session->run.id != '\0' ? session->run.id : NULL);
	json_put_instant(document, "as_of", session->options->now);
	json_object_object_add(document, "unlocks", json_object_get(job->unlocks));
	char *text = g_strconcat(json_compact(document), "\n", NULL);
	bool good = output_json(session->options, text, error);
	g_free(text);
	json_object_put(document);
	return good;
}

static int
unlock_locked(struct job *job, GError **error)
{
	struct session *session = &job->session;
	int code = EXIT_IN_STEP;
	if (!session_recall(session, "unlock-due", error) || !session_import(session, error) ||
	    !session_usable(session, error) || !find_due(job, error))
		return (*error)->code;
	if (job->due->len > 0)
		code = run_due(job, error);
	return code;
}

static int
cmd_unlock_due(const struct options *options, char **words, GError **error)
{
	struct job job = {.began = g_get_monotonic_time(), .unlocks = json_object_new_array()};
	struct session *session = &job.session;
	int code = EXIT_IN_STEP, lock = -1;
	GError *cause = NULL;
	if (session_open(session, options, &cause) && any_rule(session->setup.config)) {
		g_autofree char *real = file_resolve(session->setup.config->state.database);
		char *path = g_strconcat(real, STORE_UNLOCK_SUFFIX, NULL);
		instance_make_state(options->instance, path);
		lock = store_lock(path, options_clock(), &cause);
		g_free(path);
		if (lock >= 0)
			code = unlock_locked(&job, &cause);
	}
	if (cause == NULL)
		write_unlocks(&job, &cause);
	if (job.due != NULL)
		g_array_unref(job.due);
	session_close(session);
	store_unlock(lock);
	json_object_put(job.unlocks);
	if (cause != NULL) {
		if (code == EXIT_IN_STEP)
			code = cause->code;
		g_propagate_error(error, cause);
	}
	return code;
}

const struct command command_unlock_due = {
    .name = "unlock-due",
    .arguments = "",
    .summary = "open the locks of `method = unlock` whose bookings begin now; for every minute",
    .options = OPTION(JSON),
    .exits = {EXIT_FAILED, EXIT_HELD, EXIT_PARTLY, EXIT_LOCKED, EXIT_BAD_INPUT, EXIT_NO_KISI,
	EXIT_BAD_CONFIG},
    .run = cmd_unlock_due,
};
