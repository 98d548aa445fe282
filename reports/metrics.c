/* Figures for a monitoring system. */
#include "reports/metrics.h"

#include "reports/tally.h"

#include <string.h>

#define PREFIX "kisi_reconcile_"

struct writer {
	GString *out;
	const char *organization;
};

/* The head of the figures that follow.  Never change a text: see the header. */
static void
name_it(const struct writer *writer, const char *name, const char *help)
{
	g_string_append_printf(
	    writer->out, "# HELP " PREFIX "%s %s\n# TYPE " PREFIX "%s gauge\n", name, help, name);
}

static void
put_label(GString *out, const char *name, const char *value)
{
	g_string_append_printf(out, "%s=\"", name);
	for (const char *p = value; *p != '\0'; p++) {
		if (*p == '\n') {
			g_string_append(out, "\\n");
			continue;
		}
		if (*p == '\\' || *p == '"')
			g_string_append_c(out, '\\');
		g_string_append_c(out, *p);
	}
	g_string_append_c(out, '"');
}

/* One or two labels beside the organisation; NULL for none. */
static void
figure(const struct writer *writer, const char *name, const char *label, const char *value,
    const char *second, const char *second_value, int64_t number)
{
	GString *out = writer->out;
	g_string_append_printf(out, PREFIX "%s{", name);
	put_label(out, "organization", writer->organization);
	if (label != NULL) {
		g_string_append_c(out, ',');
		put_label(out, label, value);
	}
	if (second != NULL) {
		g_string_append_c(out, ',');
		put_label(out, second, second_value);
	}
	g_string_append_printf(out, "} %" G_GINT64_FORMAT "\n", number);
}

static void
put_command_figures(const struct writer *writer, const struct metrics *in, const char *name,
    const char *help, int64_t (*value)(const struct run_last *last), bool of_good)
{
	name_it(writer, name, help);
	for (size_t i = 0; i < in->n_commands; i++) {
		const struct metrics_command *command = &in->commands[i];
		const struct run_last *last = of_good ? &command->good : &command->last;
		if (last->any)
			figure(writer, name, "command", command->command, NULL, NULL, value(last));
	}
}

static int64_t
ended(const struct run_last *last)
{
	return last->ended;
}

static int64_t
code(const struct run_last *last)
{
	return last->exit_code;
}

static int64_t
duration(const struct run_last *last)
{
	return last->ended - last->started;
}

static void
put_commands(const struct writer *writer, const struct metrics *in)
{
	put_command_figures(writer, in, "last_run_timestamp_seconds",
	    "When the last run of this command ended.", ended, false);
	put_command_figures(writer, in, "last_success_timestamp_seconds",
	    "When the last run of this command ended that came to its end (exit code 0, 2 or 3).",
	    ended, true);
	put_command_figures(writer, in, "last_exit_code",
	    "Exit code of the last run of this command.", code, false);
	put_command_figures(writer, in, "last_duration_seconds",
	    "How long the last run of this command took.", duration, false);
}

static void
put_changes(const struct writer *writer, const struct run *run)
{
	size_t counts[ACTION_COUNT][OUTCOME_COUNT] = {0};
	const struct plan *plan = run->plan;
	for (guint i = 0; i < plan->changes->len; i++) {
		const struct change *change = g_ptr_array_index(plan->changes, i);
		enum outcome outcome = run->outcomes != NULL ? run->outcomes[i].outcome
							     : OUTCOME_PENDING;
		counts[change_action(change, plan->as_of)][outcome]++;
	}
	name_it(writer, "changes", "Changes of the last plan, by what became of them.");
	for (int action = 0; action < ACTION_COUNT; action++) {
		for (int outcome = 0; outcome < OUTCOME_COUNT; outcome++)
			figure(writer, "changes", "action", action_word(action), "outcome",
			    outcome_word(outcome), (int64_t)counts[action][outcome]);
	}
	name_it(writer, "drift", "Changes of the last plan, whatever became of them.");
	figure(writer, "drift", NULL, NULL, NULL, NULL, plan->changes->len);
}

/* Held changes by guard; a guard has a verdict for each thing that it judges. */
static void
put_held(const struct writer *writer, const struct plan *plan)
{
	bool done[GUARDS] = {false};
	name_it(writer, "held", "Changes that a guard holds back until somebody decides.");
	for (guint i = 0; i < plan->verdicts->len; i++) {
		const enum guard guard = ((const struct verdict *)plan->verdicts->pdata[i])->guard;
		int64_t held = 0;
		if (done[guard])
			continue;
		done[guard] = true;
		for (guint j = 0; j < plan->held->len; j++) {
			const struct change *change = g_ptr_array_index(plan->held, j);
			held += change->held == guard;
		}
		figure(writer, "held", "guard", guard_word(guard), NULL, NULL, held);
	}
	name_it(writer, "matters", "What waits for a person.");
	figure(writer, "matters", NULL, NULL, NULL, NULL, plan->matters->len);
	name_it(writer, "closed_doors", "People who will stand before a closed door, or do.");
	figure(writer, "closed_doors", NULL, NULL, NULL, NULL, plan->closed->len);
}

static void
put_findings(const struct writer *writer, const struct run *run)
{
	struct tally tally;
	tally_run(run, &tally);
	name_it(writer, "findings", "What somebody should look at, by kind.");
	for (guint i = 0; i < tally.findings->len; i++) {
		const struct tally_word *word = &g_array_index(
		    tally.findings, struct tally_word, i);
		figure(writer, "findings", "kind", word->word, NULL, NULL, (int64_t)word->count);
	}
	tally_done(&tally);
}

static int64_t
newest(const struct import_facts *facts)
{
	instant time = 0;
	for (guint i = 0; i < facts->files->len; i++) {
		const struct file_facts *file = g_ptr_array_index(facts->files, i);
		time = MAX(time, file->modified);
	}
	return time;
}

enum source_figure { REFUSED, ROWS, REJECTED, TIME };

static void
put_source_figures(const struct writer *writer, const struct plan *plan, const char *name,
    const char *help, enum source_figure which)
{
	name_it(writer, name, help);
	for (guint i = 0; i < plan->sources->len; i++) {
		const struct source_result *source = g_ptr_array_index(plan->sources, i);
		const struct import_facts *facts = source->facts;
		const int64_t values[] = {[REFUSED] = source->refused || source->doubtful,
		    [ROWS] = (int64_t)facts->rows,
		    [REJECTED] = (int64_t)facts->rejected,
		    [TIME] = newest(facts)};
		figure(writer, name, "source", facts->source, NULL, NULL, values[which]);
	}
}

static void
put_plan(const struct writer *writer, const struct metrics *in)
{
	const struct plan *plan = in->run->plan;
	put_changes(writer, in->run);
	put_held(writer, plan);
	put_findings(writer, in->run);
	put_source_figures(writer, plan, "source_refused",
	    "Is the export refused or doubtful? 1 is yes.", REFUSED);
	put_source_figures(writer, plan, "source_rows", "Rows of the export.", ROWS);
	put_source_figures(writer, plan, "source_rejected_rows",
	    "Rows of the export that could not be read.", REJECTED);
	put_source_figures(writer, plan, "source_timestamp_seconds",
	    "When the export was made: the time of its newest file.", TIME);
	name_it(writer, "assignments", "Role assignments that Kisi had.");
	figure(writer, "assignments", NULL, NULL, NULL, NULL,
	    (int64_t)plan->snapshot.counts[COUNT_ASSIGNMENTS]);
	name_it(writer, "people", "People who held a managed group.");
	figure(writer, "people", NULL, NULL, NULL, NULL, (int64_t)plan->managed_people);
	name_it(writer, "requests", "Requests of the last run to Kisi, by how they went.");
	figure(writer, "requests", "result", "ok", NULL, NULL,
	    (int64_t)(in->requests - MIN(in->requests, in->repeated + in->throttled)));
	figure(writer, "requests", "result", "retried", NULL, NULL, (int64_t)in->repeated);
	figure(writer, "requests", "result", "throttled", NULL, NULL, (int64_t)in->throttled);
}

char *
metrics_text(const struct metrics *metrics)
{
	const struct writer writer = {g_string_new(NULL), metrics->organization};
	name_it(&writer, "build_info", "The version of the program; always 1.");
	figure(&writer, "build_info", "version", metrics->version, NULL, NULL, 1);
	put_commands(&writer, metrics);
	name_it(&writer, "hold_file", "Does a hold file stop all removals? 1 is yes.");
	figure(&writer, "hold_file", NULL, NULL, NULL, NULL, metrics->holding);
	if (metrics->run != NULL)
		put_plan(&writer, metrics);
	return g_string_free(writer.out, FALSE);
}
