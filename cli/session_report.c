/* What a run leaves behind: the plan as text and JSON, the workbook, its row in the state database. */
#include "base/zone.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/say.h"
#include "cli/screen.h"
#include "cli/session.h"
#include "reports/plan_json.h"
#include "reports/plan_text.h"

#include <malloc.h>
#include <stdio.h>
#include <string.h>

/* What can be accepted by its id, a line each: `ID, KIND: whom`. */
static void
name_matters(const struct plan *plan, const struct verdict *verdict, GString *text)
{
	for (guint i = 0; i < plan->matters->len; i++) {
		const struct matter *matter = g_ptr_array_index(plan->matters, i);
		if (verdict->matter == NULL &&
		    strcmp(matter->kind, guard_word(verdict->guard)) == 0 && !matter->accepted)
			g_string_append_printf(text, "\nmatter %s: %s", matter->id, matter->text);
	}
}

static void
warn_of_verdict(const struct plan *plan, const struct verdict *verdict)
{
	g_autoptr(GString) matters = g_string_new(NULL);
	name_matters(plan, verdict, matters);
	say_warning("%s%s%s%s: %s%s%s%s", guard_word(verdict->guard),
	    verdict->scope != NULL ? " (" : "", verdict->scope != NULL ? verdict->scope : "",
	    verdict->scope != NULL ? ")" : "", verdict->text, matters->str,
	    verdict->hint != NULL ? "\nhint: " : "", verdict->hint != NULL ? verdict->hint : "");
}

static void
warn_of_closed(const struct plan *plan)
{
	for (guint i = 0; i < plan->closed->len; i++) {
		const struct closed_door *closed = g_ptr_array_index(plan->closed, i);
		char at[ZONE_TEXT];
		if (!closed->said)
			continue;
		bool later = closed->from > plan->as_of;
		const char *lead = closed->hint != NULL ? "\nhint: " : "";
		const char *hint = closed->hint != NULL ? closed->hint : "";
		if (closed->unread)
			say_warning("closed door: %s stays outside: %s%s%s", closed->email,
			    closed->why, lead, hint);
		else
			say_warning("closed door: %s will not get into %s%s%s: %s%s%s",
			    closed->email, closed->door, later ? " from " : "",
			    later ? zone_format(zone_get(plan->zone), closed->from, at) : "",
			    closed->why, lead, hint);
	}
}

/* A quiet run under cron says what a person has to decide, once, and then reminds: cron mails what is printed. */
static void
warn_of_trouble(const struct plan *plan)
{
	for (guint i = 0; i < plan->missing_groups->len; i++) {
		const struct missing_group *missing = g_ptr_array_index(plan->missing_groups, i);
		if (missing->said)
			say_warning("%s: %s; %u %s for it\nhint: %s", finding_word(missing->kind),
			    missing->text, missing->hit->len,
			    missing->hit->len == 1 ? "person waits" : "people wait", missing->hint);
	}
	for (guint i = 0; i < plan->verdicts->len; i++) {
		const struct verdict *verdict = g_ptr_array_index(plan->verdicts, i);
		if (verdict->said)
			warn_of_verdict(plan, verdict);
	}
	warn_of_closed(plan);
}

/* Nothing that was undone is what the inputs say. */
static void
warn_of_next_apply(const struct session *session)
{
	say_warning(
	    "the next apply undoes this again, unless its inputs say otherwise by then\n"
	    "hint: stop cron, or make [guards] hold_file; correct the export, the rule or the "
	    "aliases, or name people in [people] protected; then look at `plan`%s",
	    session->run.outcomes == NULL ? ". To undo run with --apply" : "");
}

static guint
session_waiting(const struct session *session)
{
	const struct plan *plan = session->plan;
	guint waits = plan->closed->len;
	for (guint i = 0; i < plan->matters->len; i++)
		waits += !((const struct matter *)g_ptr_array_index(plan->matters, i))->accepted;
	return waits;
}

/* Written down elsewhere, it shows whether somebody made the whole chain anew. */
static bool
say_head(struct session *session, GError **error)
{
	const struct options *options = session->options;
	g_autoptr(GString) waiting = g_string_new(NULL);
	guint waits = session->plan != NULL ? session_waiting(session) : 0;
	if (waits > 0)
		g_string_printf(
		    waiting, "; %u matter%s: see plan", waits, waits == 1 ? " waits" : "s wait");
	if (!store_head(session->store, session->run.id, session->head, error))
		return false;
	if (session->applies && *session->head != '\0' && !options->quiet &&
	    g_strcmp0(options->json, "-") != 0)
		printf("audit trail: run %s, head %s%s\n", session->run.id, session->head,
		    waiting->str);
	return true;
}

bool
session_held(const struct session *session)
{
	return session_waiting(session) > 0;
}

bool
session_says(const struct session *session)
{
	const struct plan *plan = session->plan;
	for (guint i = 0; i < plan->matters->len; i++) {
		if (((const struct matter *)g_ptr_array_index(plan->matters, i))->said)
			return true;
	}
	for (guint i = 0; i < plan->closed->len; i++) {
		if (((const struct closed_door *)g_ptr_array_index(plan->closed, i))->said)
			return true;
	}
	return false;
}

/* Only an apply marks a matter as said. */
static void
save_matters(struct session *session)
{
	const struct plan *plan = session->plan;
	g_autoptr(GHashTable) kept = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	GHashTableIter iter;
	gpointer key, value;
	g_hash_table_iter_init(&iter, history_memory(session->history, "matter"));
	while (g_hash_table_iter_next(&iter, &key, &value)) {
		if (matter_is_recent(value, plan->as_of))
			g_hash_table_replace(kept, g_strdup(key), g_strdup(value));
	}
	for (guint i = 0; i < plan->matters->len; i++) {
		const struct matter *matter = g_ptr_array_index(plan->matters, i);
		g_hash_table_replace(kept, g_strdup(matter->id), g_strdup(matter->memory));
	}
	for (guint i = 0; i < plan->closed->len; i++) {
		const struct closed_door *closed = g_ptr_array_index(plan->closed, i);
		g_hash_table_replace(kept, g_strdup(closed->id), g_strdup(closed->memory));
	}
	store_remember_only(session->store, "matter", kept, NULL);
}

/* Names without a rule that had one; while a source cannot be believed, those known before stay. */
static void
save_lost_names(struct session *session)
{
	const struct plan *plan = session->plan;
	g_autoptr(GHashTable) lost = g_hash_table_new(g_str_hash, g_str_equal);
	GHashTableIter iter;
	gpointer key;
	bool believed = true;
	for (guint i = 0; i < session->imports->len; i++)
		believed &= !session->refused[i] && !session->doubted[i];
	g_hash_table_iter_init(&iter, history_memory(session->history, "lost_name"));
	while (!believed && g_hash_table_iter_next(&iter, &key, NULL))
		g_hash_table_insert(lost, key, (gpointer) "");
	for (guint i = 0; i < plan->lost_names->len; i++)
		g_hash_table_insert(lost, g_ptr_array_index(plan->lost_names, i), (gpointer) "");
	store_remember_only(session->store, "lost_name", lost, NULL);
}

#define DOUBTS_KEPT (7 * INSTANT_DAY) /* a doubt that was shown longer ago must be shown again */

/* What was shown by its name, so that a later export that lacks no more can be accepted by the same name. */
static void
save_doubts(struct session *session)
{
	g_autoptr(GHashTable)
	    doubts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	GHashTableIter iter;
	gpointer key, value;
	instant now = session->options->now;
	g_hash_table_iter_init(&iter, history_memory(session->history, "doubt"));
	while (g_hash_table_iter_next(&iter, &key, &value)) {
		if (g_ascii_strtoll(value, NULL, 10) > now - DOUBTS_KEPT)
			g_hash_table_replace(doubts, g_strdup(key), g_strdup(value));
	}
	for (guint i = 0; i < session->plan->doubts->len; i++) {
		const char *doubt = g_ptr_array_index(session->plan->doubts, i);
		const char *lines = strchr(doubt, '\n');
		g_hash_table_replace(doubts, g_strndup(doubt, (gsize)(lines - doubt)),
		    g_strdup_printf("%" G_GINT64_FORMAT "%s", now, lines));
	}
	store_remember_only(session->store, "doubt", doubts, NULL);
}

/* Group id -> `Front door, Room 1`: what each group opens.  Caller frees. */
static GHashTable *
doors_of_groups(const struct snapshot *snapshot)
{
	GHashTable *doors = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
	for (guint i = 0; i < snapshot->group_locks->len; i++) {
		const struct kisi_group_lock *one = &g_array_index(
		    snapshot->group_locks, struct kisi_group_lock, i);
		const struct kisi_lock *lock = snapshot_lock(snapshot, one->lock_id);
		const char *before = g_hash_table_lookup(doors, &one->group_id);
		if (lock == NULL || lock->name == NULL)
			continue;
		char *all = before != NULL ? g_strconcat(before, ", ", lock->name, NULL)
					   : g_strdup(lock->name);
		g_hash_table_insert(doors, g_memdup2(&one->group_id, sizeof(one->group_id)), all);
	}
	return doors;
}

void
session_show(const struct session *session)
{
	g_autoptr(GHashTable) doors = doors_of_groups(session->snapshot);
	const struct options *options = session->options;
	const struct text_style style = {.width = screen_width(),
	    .colour = screen_colour(options->colour),
	    .verbose = options->verbose,
	    .by = options->by,
	    .locks = doors,
	    .next = options->command != &command_apply ? session->facts.command : NULL,
	    .only_person = session->only_person,
	    .shown = session->run.outcomes != NULL &&
		     g_strcmp0(session->plan_shown, session->plan->id) == 0};
	g_autofree char *text = plan_text_format(&session->run, &style);
	fputs(text, stdout);
	fflush(stdout);
}

/* Paper of the country: by the zone of the site, unless it is said. */
static void
choose_paper(struct session *session)
{
	enum paper paper = session->setup.config->reports.paper;
	const char *zone = session->plan->zone;
	bool america = zone != NULL &&
		       (g_str_has_prefix(zone, "America/") || g_str_has_prefix(zone, "US/"));
	session->run.letter = paper == PAPER_LETTER || (paper == PAPER_AUTO && america);
}

/* Did this run do something, or does it say something that was not said? */
static bool
happened(const struct session *session)
{
	return session->plan->changes->len > 0 || session_says(session) ||
	       session->run.exit_code != EXIT_IN_STEP;
}

bool
session_report(struct session *session, int exit_code, GError **error)
{
	session->run.exit_code = exit_code;
	bool json_only = g_strcmp0(session->options->json, "-") == 0;
	choose_paper(session);
	if (!session->options->quiet && !json_only) {
		session_show(session);
	}
	if (session->options->quiet && !session->options->silent)
		warn_of_trouble(session->plan);
	if (session->undo != NULL && session->plan->changes->len > 0)
		warn_of_next_apply(session);
	/* The document of a large plan is large: it is gone before the workbook is made. */
	char *document = plan_json_text(&session->run);
	char *summary = plan_text_summary(&session->run);
	store_begin(session->store);
	store_save_findings(session->store, session->plan->findings, session->options->now, NULL);
	save_doubts(session);
	if (session->applies)
		save_matters(session);
	/* What a revert does says nothing about the inputs. */
	if (session->applies && session->undo == NULL)
		save_lost_names(session);
	store_save_plan(
	    session->store, session->plan->id, session->plan->removals_id, session->run.id, NULL);
	instant keep = session->setup.config->state.keep_runs;
	if (session->run.outcomes != NULL && keep > 0)
		store_retain(
		    session->store, session->run.id, options_clock() - keep, options_clock(), NULL);
	session->run.ended = options_clock();
	store_run_end(session->store, session->run.id, session->run.ended, exit_code, summary,
	    document, NULL);
	bool good = store_commit(session->store, error) && say_head(session, error) &&
		    output_json(session->options, document, error);
	g_free(document);
	g_free(summary);
	malloc_trim(0);
	session->run.head = session->head;
	return good && output_workbook(session->options, session->setup.config, &session->run,
			   happened(session) ? OUTPUT_NEWS : OUTPUT_NOTHING_NEW, error);
}

/* Did the inputs get so far that somebody must be told why there is no plan? */
static bool
leaves_report(const struct session *session, const GError *cause)
{
	return session->imports != NULL &&
	       (cause->code == EXIT_BAD_INPUT || cause->code == EXIT_NO_KISI);
}

/* A plan that was begun would look like one: of it only the sources and their verdicts stay. */
static char *
document_without_plan(struct session *session, const GError *cause)
{
	const char *hint = strstr(cause->message, "\nhint: ");
	g_ptr_array_set_size(session->plan->changes, 0);
	g_ptr_array_set_size(session->plan->held, 0);
	session->run.exit_code = cause->code;
	session->run.no_plan = plan_printf(session->plan, "%.*s",
	    (int)(hint != NULL ? hint - cause->message : (int)strlen(cause->message)),
	    cause->message);
	choose_paper(session);
	return plan_json_text(&session->run);
}

void
session_abandon(struct session *session, const GError *cause)
{
	if (session->store == NULL || *session->run.id == '\0')
		return;
	bool leaves = leaves_report(session, cause);
	g_autofree char *document = leaves ? document_without_plan(session, cause) : NULL;
	GError *trouble = NULL;
	session->run.ended = options_clock();
	store_run_end(session->store, session->run.id, session->run.ended, cause->code,
	    cause->message, document, NULL);
	say_head(session, NULL);
	session->run.head = session->head;
	if (leaves && (!output_json(session->options, document, &trouble) ||
			  !output_workbook(session->options, session->setup.config, &session->run,
			      OUTPUT_NEWS, &trouble))) {
		say_error(trouble);
		g_error_free(trouble);
	}
}
