/* Counts what a run found.  Decides only what counts as what: held changes apart from those that go. */
#include "reports/tally.h"

#include <string.h>

static struct tally_word *
tally_find(GArray *list, const char *word)
{
	for (guint i = 0; i < list->len; i++) {
		struct tally_word *found = &g_array_index(list, struct tally_word, i);
		if (strcmp(found->word, word) == 0)
			return found;
	}
	struct tally_word fresh = {.word = word};
	g_array_append_val(list, fresh);
	return &g_array_index(list, struct tally_word, list->len - 1);
}

/* Two causes may share a word (absence that means cancelled): readers see one. */
static void
add_causes(struct tally *tally, const size_t *goes, const size_t *held)
{
	for (int i = 0; i < CAUSE_COUNT; i++) {
		if (goes[i] + held[i] == 0)
			continue;
		struct tally_word *word = tally_find(tally->causes, cause_word((enum cause)i));
		word->count += goes[i];
		word->held += held[i];
	}
}

static void
count_changes(const struct plan *plan, struct tally *tally)
{
	size_t goes[CAUSE_COUNT] = {0};
	size_t held[CAUSE_COUNT] = {0};
	const struct {
		const GPtrArray *list;
		size_t *by_action;
		size_t *by_cause;
	} lists[] = {
	    {plan->changes, tally->by_action, goes},
	    {plan->held, tally->held_by_action, held},
	};
	for (size_t l = 0; l < G_N_ELEMENTS(lists); l++) {
		for (guint i = 0; i < lists[l].list->len; i++) {
			const struct change *change = lists[l].list->pdata[i];
			enum action action = change_action(change, plan->as_of);
			lists[l].by_action[action]++;
			lists[l].by_cause[change->cause]++;
			if (change->surprising)
				tally->surprising++;
		}
	}
	add_causes(tally, goes, held);
}

void
tally_run(const struct run *run, struct tally *out)
{
	const struct plan *plan = run->plan;
	*out = (struct tally){
	    .changes = plan->changes->len,
	    .held = plan->held->len,
	    .causes = g_array_new(FALSE, FALSE, sizeof(struct tally_word)),
	    .findings = g_array_new(FALSE, FALSE, sizeof(struct tally_word)),
	    .rejects = g_array_new(FALSE, FALSE, sizeof(struct tally_word)),
	};
	count_changes(plan, out);
	if (run->outcomes != NULL) {
		for (guint i = 0; i < plan->changes->len; i++)
			out->by_outcome[run->outcomes[i].outcome]++;
	}
	for (guint i = 0; i < plan->findings->len; i++) {
		const struct finding *finding = plan->findings->pdata[i];
		tally_find(out->findings, finding_word(finding->kind))->count++;
	}
	for (guint i = 0; i < plan->rejects->len; i++) {
		const struct reject *reject = plan->rejects->pdata[i];
		tally_find(out->rejects, reject->source)->count++;
	}
	for (guint i = 0; i < plan->sources->len; i++) {
		const struct source_result *source = plan->sources->pdata[i];
		out->refused += source->refused;
	}
	for (guint i = 0; i < plan->verdicts->len; i++) {
		const struct verdict *verdict = plan->verdicts->pdata[i];
		out->tripped += verdict->tripped;
	}
}

void
tally_done(struct tally *tally)
{
	g_array_free(tally->causes, TRUE);
	g_array_free(tally->findings, TRUE);
	g_array_free(tally->rejects, TRUE);
}
