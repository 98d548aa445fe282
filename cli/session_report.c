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
