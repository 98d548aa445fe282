/* A run in one line, and the words it shares with the plan as text. */
#include "reports/headline.h"

void
headline_count(GString *out, size_t count, const char *word)
{
	g_string_append_printf(out, "%zu %s%s", count, word, count == 1 ? "" : "s");
}

const char *
headline_outcome(enum outcome outcome)
{
	static const char *const words[OUTCOME_COUNT] = {
	    [OUTCOME_PENDING] = "not tried",
	    [OUTCOME_DONE] = "done",
	    [OUTCOME_FAILED] = "FAILED",
	    [OUTCOME_UNKNOWN] = "UNKNOWN",
	};
	return words[outcome];
}

static void
append_actions(GString *out, const struct tally *tally)
{
	static const char *const words[ACTION_COUNT] = {"new user", "grant", "adjust", "revoke",
	    "cleanup", "new link", "deleted link", "new schedule", "deleted schedule"};
	if (tally->changes == 0) {
		g_string_append(out, "no changes");
		return;
	}
	headline_count(out, tally->changes, "change");
	const char *before = ": ";
	for (int i = 0; i < ACTION_COUNT; i++) {
		if (tally->by_action[i] == 0)
			continue;
		g_string_append(out, before);
		headline_count(out, tally->by_action[i], words[i]);
		before = ", ";
	}
}

static void
append_outcomes(GString *out, const struct tally *tally)
{
	static const enum outcome order[] = {
	    OUTCOME_DONE, OUTCOME_FAILED, OUTCOME_UNKNOWN, OUTCOME_PENDING};
	const char *before = "; ";
	for (size_t i = 0; i < G_N_ELEMENTS(order); i++) {
		if (tally->by_outcome[order[i]] == 0)
			continue;
		g_string_append_printf(out, "%s%zu %s", before, tally->by_outcome[order[i]],
		    headline_outcome(order[i]));
		before = ", ";
	}
}

void
headline_append(GString *out, const struct run *run, const struct tally *tally)
{
	append_actions(out, tally);
	append_outcomes(out, tally);
	if (tally->held > 0)
		g_string_append_printf(out, "; %zu held", tally->held);
	g_string_append(out, "; ");
	headline_count(out, run->plan->findings->len, "finding");
	if (run->plan->rejects->len > 0) {
		g_string_append(out, "; ");
		headline_count(out, run->plan->rejects->len, "row");
		g_string_append(out, " rejected");
	}
	if (tally->refused > 0) {
		g_string_append(out, "; ");
		headline_count(out, tally->refused, "source");
		g_string_append(out, " refused");
	}
}
