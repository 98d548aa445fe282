#include "model/run.h"

const char *
outcome_word(enum outcome outcome)
{
	static const char *const words[OUTCOME_COUNT] = {"pending", "done", "failed", "unknown"};
	return words[outcome];
}

enum outcome
outcome_of_word(const char *word)
{
	enum outcome outcome = OUTCOME_PENDING;
	while (outcome < OUTCOME_COUNT && g_strcmp0(outcome_word(outcome), word) != 0)
		outcome++;
	return outcome;
}

const GPtrArray *
run_access(const struct run *run)
{
	return run->after != NULL ? run->after->access : run->plan->access;
}

const GPtrArray *
run_orphans(const struct run *run)
{
	return run->after != NULL ? run->after->orphans : run->plan->orphans;
}

const GPtrArray *
run_mismatches(const struct run *run)
{
	return run->after != NULL ? run->after->mismatches : run->plan->mismatches;
}

const GPtrArray *
run_groups(const struct run *run)
{
	return run->after != NULL ? run->after->groups : run->plan->groups;
}

void
run_last_done(struct run_last *last)
{
	g_clear_pointer(&last->summary, g_free);
}

bool
run_was_good(int exit_code)
{
	return exit_code == EXIT_IN_STEP || exit_code == EXIT_PENDING || exit_code == EXIT_HELD;
}
