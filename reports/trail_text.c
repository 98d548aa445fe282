/* One run of the audit trail, for people. */
#include "reports/trail_text.h"

#include "reports/grid.h"

#include <inttypes.h>
#include <string.h>

GHashTable *
trail_planned(const struct plan *plan)
{
	GHashTable *planned = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; plan != NULL && i < plan->changes->len; i++) {
		struct change *change = g_ptr_array_index(plan->changes, i);
		g_hash_table_insert(planned, change->id, change);
	}
	return planned;
}

/* Guards that look at parts of the whole may have several verdicts: that of the change's door, else any that tripped. */
const struct verdict *
trail_verdict(const struct plan *plan, const struct change *held)
{
	const struct verdict *found = NULL;
	for (guint i = 0; i < plan->verdicts->len; i++) {
		const struct verdict *verdict = g_ptr_array_index(plan->verdicts, i);
		if (!verdict->tripped || verdict->guard != held->held)
			continue;
		if (found == NULL || g_strcmp0(verdict->scope, change_door(held)) == 0 ||
		    g_strcmp0(verdict->scope, held->email) == 0)
			found = verdict;
	}
	return found;
}

/* ---- words ---- */

static const char *
instant_text(instant t, char buffer[static INSTANT_TEXT])
{
	if (t == INSTANT_ALWAYS)
		return "always";
	return t == INSTANT_NEVER ? "no end" : instant_format(t, buffer);
}

/* Caller frees. */
static char *
span_text(const struct interval *span)
{
	char from[INSTANT_TEXT], until[INSTANT_TEXT];
	return g_strdup_printf(
	    "%s - %s", instant_text(span->from, from), instant_text(span->until, until));
}

static void
put_door(struct grid *grid, const char *name, int64_t group_id, int64_t lock_id)
{
	if (name != NULL)
		grid_cell(grid, name);
	else if (group_id != 0 || lock_id != 0)
		grid_cellf(grid, "%s %" PRId64, group_id != 0 ? "group" : "lock",
		    group_id != 0 ? group_id : lock_id);
	else
		grid_cell(grid, NULL);
}

static void
put_span(struct grid *grid, bool there, const struct interval *span)
{
	char *text = there ? span_text(span) : NULL;
	grid_cell(grid, text);
	g_free(text);
}

/* ---- the run ---- */

static void
fact(struct grid *grid, const char *label, const char *text)
{
	if (text == NULL)
		return;
	grid_cell(grid, label);
	grid_cell(grid, text);
}

static void
append_run(GString *out, const struct trail *trail)
{
	char t[INSTANT_TEXT];
	struct grid *grid = grid_new(2);
	bool died = trail->ended == INSTANT_NEVER;
	fact(grid, "run", trail->id);
	fact(grid, "command", trail->command);
	fact(grid, "by", trail->who);
	fact(grid, "version", trail->version);
	fact(grid, "as of", instant_format(trail->as_of, t));
	fact(grid, "started", instant_format(trail->started, t));
	fact(grid, "ended", died ? "is running, or died" : instant_format(trail->ended, t));
	if (!died) {
		grid_cell(grid, "exit");
		grid_cellf(grid, "%d", trail->exit_code);
	}
	fact(grid, "plan", trail->plan);
	fact(grid, "given plan", trail->applied);
	if (trail->approval.plan_id != NULL) {
		grid_cell(grid, "approval");
		grid_cellf(grid, "%s, at most %" PRId64 " removals, by %s at %s",
		    trail->approval.plan_id, trail->approval.max_removals, trail->approval.who,
		    instant_format(trail->approval.at, t));
	}
	if (trail->removed_by != NULL) {
		grid_cell(grid, "removed");
		grid_cellf(grid, "document and changes, by run %s at %s (keep_runs)",
		    trail->removed_by, instant_format(trail->removed_at, t));
	}
	fact(grid, "head", trail->head);
	fact(grid, "summary", trail->summary);
	grid_print(grid, out, "");
	grid_free(grid);
}

/* ---- what was sent ---- */

static void
note_origin(struct grid *grid, const struct trail_change *change)
{
	GString *line = g_string_new(NULL);
	g_string_append_printf(line, "change %s, cause %s", change->change_id, change->cause);
	if (change->source != NULL)
		g_string_append_printf(line, ", source %s", change->source);
	if (change->rule != NULL)
		g_string_append_printf(line, ", rule %s", change->rule);
	if (change->user_id != 0)
		g_string_append_printf(line, ", user %" PRId64, change->user_id);
	if (change->label != NULL)
		g_string_append_printf(line, ", \"%s\"", change->label);
	grid_note(grid, line->str);
	g_string_free(line, TRUE);
}

static void
note_outcomes(struct grid *grid, const struct trail_change *change)
{
	char t[INSTANT_TEXT];
	for (guint i = 0; i < change->outcomes->len; i++) {
		const struct trail_outcome *outcome = &g_array_index(
		    change->outcomes, struct trail_outcome, i);
		bool answer = outcome->outcome == OUTCOME_UNKNOWN;
		char *line = g_strdup_printf("%s %s: %s%s%s", instant_format(outcome->at, t),
		    answer ? "answer" : "settled",
		    answer ? (outcome->text != NULL ? outcome->text : "none")
			   : outcome_word(outcome->outcome),
		    !answer && outcome->text != NULL ? ", " : "",
		    !answer && outcome->text != NULL ? outcome->text : "");
		grid_note(grid, line);
		g_free(line);
	}
}

static void
put_sent(struct grid *grid, const struct trail_change *change, const struct change *planned)
{
	char t[INSTANT_TEXT];
	grid_cell(grid, instant_format(change->at, t));
	grid_cell(grid, change->surprising ? "!" : NULL);
	grid_cell(grid, change->action);
	grid_cell(grid, change->email);
	put_door(
	    grid, planned != NULL ? change_door(planned) : NULL, change->group_id, change->lock_id);
	put_span(grid, change->wanted, &change->want);
	grid_cell(grid, outcome_word(trail_outcome(change)));
	if (change->have_id != 0) {
		char *span = span_text(&change->have);
		char *line = g_strdup_printf("was there: %" PRId64 ", %s", change->have_id, span);
		grid_note(grid, line);
		g_free(line);
		g_free(span);
	}
	note_origin(grid, change);
	note_outcomes(grid, change);
}

static void
append_sent(GString *out, const struct trail *trail, const struct plan *plan)
{
	if (trail->changes->len == 0) {
		g_string_append(out, "\nsent: nothing\n");
		return;
	}
	g_string_append_printf(out, "\nsent: %u\n", trail->changes->len);
	struct grid *grid = grid_new(7);
	GHashTable *planned = trail_planned(plan);
	for (guint i = 0; i < trail->changes->len; i++) {
		const struct trail_change *change = g_ptr_array_index(trail->changes, i);
		put_sent(grid, change, g_hash_table_lookup(planned, change->change_id));
	}
	grid_print(grid, out, "  ");
	g_hash_table_unref(planned);
	grid_free(grid);
}

/* ---- what was not sent ---- */

static void
put_unsent(struct grid *grid, const struct plan *plan, const struct change *change)
{
	grid_cell(grid, action_word(change_action(change, plan->as_of)));
	grid_cell(grid, change->email);
	put_door(grid, change_door(change), change->group_id, change->lock_id);
	put_span(grid, change->wanted && change->object != OBJECT_USER, &change->want);
	grid_cell(grid, cause_word(change->cause));
	grid_cell(grid, guard_word(change->held));
}

static void
append_held(GString *out, const struct plan *plan)
{
	if (plan->held->len == 0)
		return;
	g_string_append_printf(out, "\nheld: %u\n", plan->held->len);
	struct grid *grid = grid_new(6);
	for (guint i = 0; i < plan->held->len; i++) {
		const struct change *change = g_ptr_array_index(plan->held, i);
		const struct verdict *verdict = trail_verdict(plan, change);
		put_unsent(grid, plan, change);
		if (verdict != NULL && verdict->text != NULL)
			grid_note(grid, verdict->text);
	}
	grid_print(grid, out, "  ");
	grid_free(grid);
}

/* An apply that stopped, or a change that waited for another. */
static void
append_unsent(GString *out, const struct trail *trail, const struct plan *plan)
{
	GHashTable *sent = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; i < trail->changes->len; i++)
		g_hash_table_add(sent,
		    (gpointer)((const struct trail_change *)trail->changes->pdata[i])->change_id);
	struct grid *grid = grid_new(6);
	for (guint i = 0; i < plan->changes->len; i++) {
		const struct change *change = g_ptr_array_index(plan->changes, i);
		if (!g_hash_table_contains(sent, change->id))
			put_unsent(grid, plan, change);
	}
	if (grid_rows(grid) > 0)
		g_string_append_printf(out, "\nplanned, not sent: %zu\n", grid_rows(grid));
	grid_print(grid, out, "  ");
	grid_free(grid);
	g_hash_table_unref(sent);
}

char *
trail_text(const struct trail *trail, const struct plan *plan)
{
	GString *out = g_string_new(NULL);
	append_run(out, trail);
	append_sent(out, trail, plan);
	if (plan != NULL) {
		append_unsent(out, trail, plan);
		append_held(out, plan);
	}
	return g_string_free(out, FALSE);
}
