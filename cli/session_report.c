/* What a run leaves behind: the plan as text and JSON, the workbook, its row in the state database. */
#include "cli/output.h"
#include "cli/say.h"
#include "cli/session.h"
#include "reports/plan_json.h"
#include "reports/plan_text.h"

#include <malloc.h>
#include <stdio.h>
#include <string.h>

/* A quiet run under cron must still say what a person has to decide: cron mails what is printed. */
static void
warn_of_trouble(const struct plan *plan)
{
	for (guint i = 0; i < plan->missing_groups->len; i++) {
		const struct missing_group *missing = g_ptr_array_index(plan->missing_groups, i);
		say_warning("%s: %s; %u people wait for it", missing->kind, missing->text,
		    missing->hit->len);
	}
	for (guint i = 0; i < plan->verdicts->len; i++) {
		const struct verdict *verdict = g_ptr_array_index(plan->verdicts, i);
		if (!verdict->tripped || strcmp(verdict->guard, GUARD_SCOPE) == 0)
			continue;
		say_warning("%s%s%s%s: %s%s%s", verdict->guard, verdict->scope != NULL ? " (" : "",
		    verdict->scope != NULL ? verdict->scope : "", verdict->scope != NULL ? ")" : "",
		    verdict->text, verdict->hint != NULL ? "\nhint: " : "",
		    verdict->hint != NULL ? verdict->hint : "");
	}
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

/* Written down elsewhere, it shows whether somebody made the whole chain anew. */
static bool
say_head(struct session *session, GError **error)
{
	const struct options *options = session->options;
	if (!store_head(session->store, session->run.id, session->head, error))
		return false;
	if (session->applies && *session->head != '\0' && !options->quiet &&
	    g_strcmp0(options->json, "-") != 0)
		printf("audit trail: run %s, head %s\n", session->run.id, session->head);
	return true;
}

bool
session_held(const struct session *session)
{
	bool held = false;
	for (guint i = 0; i < session->plan->held->len && !held; i++) {
		const struct change *change = g_ptr_array_index(session->plan->held, i);
		held = strcmp(change->held, GUARD_SCOPE) != 0;
	}
	/* What a refused source would have given is held back unseen. */
	for (guint i = 0; i < session->imports->len && !held; i++)
		held = session->refused[i];
	return held;
}

#define DOUBTS_KEPT (7 * INSTANT_DAY) /* a doubt that was shown longer ago must be shown again */

/* What was shown by its name, so that a later export that lacks no more can be accepted by the same name. */
static void
save_doubts(struct session *session)
{
	g_autoptr(GHashTable) doubts = g_hash_table_new_full(
	    g_str_hash, g_str_equal, g_free, g_free);
	GHashTableIter iter;
	gpointer key, value;
	instant now = session->options->now;
	g_hash_table_iter_init(&iter, session->history->memory);
	while (g_hash_table_iter_next(&iter, &key, &value)) {
		if (g_str_has_prefix(key, "doubt\n") &&
		    g_ascii_strtoll(value, NULL, 10) > now - DOUBTS_KEPT)
			g_hash_table_replace(doubts, g_strdup((char *)key + strlen("doubt\n")),
			    g_strdup(value));
	}
	for (guint i = 0; i < session->plan->doubts->len; i++) {
		const char *doubt = g_ptr_array_index(session->plan->doubts, i);
		const char *lines = strchr(doubt, '\n');
		g_hash_table_replace(doubts, g_strndup(doubt, (gsize)(lines - doubt)),
		    g_strdup_printf("%" G_GINT64_FORMAT "%s", now, lines));
	}
	store_remember_only(session->store, "doubt", doubts, NULL);
}

bool
session_report(struct session *session, int exit_code, GError **error)
{
	session->run.exit_code = exit_code;
	bool json_only = g_strcmp0(session->options->json, "-") == 0;
	if (!session->options->quiet && !json_only) {
		char *text = plan_text_format(&session->run, session->options->verbose);
		fputs(text, stdout);
		fflush(stdout);
		g_free(text);
	}
	if (session->options->quiet)
		warn_of_trouble(session->plan);
	if (session->undo != NULL && session->plan->changes->len > 0)
		warn_of_next_apply(session);
	/* The document of a large plan is large: it is gone before the workbook is made. */
	char *document = plan_json_text(&session->run);
	char *summary = plan_text_summary(&session->run);
	store_begin(session->store);
	store_save_findings(session->store, session->plan->findings, session->options->now, NULL);
	save_doubts(session);
	store_save_plan(
	    session->store, session->plan->id, session->plan->removals_id, session->run.id, NULL);
	instant keep = session->setup.config->state.keep_runs;
	if (session->run.outcomes != NULL && keep > 0)
		store_retain(
		    session->store, session->run.id, options_clock() - keep, options_clock(), NULL);
	store_run_end(
	    session->store, session->run.id, options_clock(), exit_code, summary, document, NULL);
	bool good = store_commit(session->store, error) && say_head(session, error) &&
		    output_json(session->options, document, error);
	g_free(document);
	g_free(summary);
	malloc_trim(0);
	session->run.head = session->head;
	return good &&
	       output_workbook(session->options, session->setup.config, &session->run, error);
}

void
session_abandon(struct session *session, const GError *cause)
{
	if (session->store == NULL || *session->run.id == '\0')
		return;
	store_run_end(session->store, session->run.id, options_clock(), cause->code, cause->message,
	    NULL, NULL);
	say_head(session, NULL);
}
