/* The audit trail of one run as a value. */
#include "model/trail.h"

static void
change_free(gpointer p)
{
	struct trail_change *change = p;
	g_array_unref(change->outcomes);
	g_free(change);
}

struct trail *
trail_new(void)
{
	struct trail *trail = g_new0(struct trail, 1);
	trail->changes = g_ptr_array_new_with_free_func(change_free);
	trail->text = g_string_chunk_new(1 << 12);
	return trail;
}

void
trail_free(struct trail *trail)
{
	if (trail == NULL)
		return;
	g_ptr_array_unref(trail->changes);
	g_string_chunk_free(trail->text);
	g_free(trail);
}

struct trail_change *
trail_add(struct trail *trail)
{
	struct trail_change *change = g_new0(struct trail_change, 1);
	change->outcomes = g_array_new(FALSE, FALSE, sizeof(struct trail_outcome));
	g_ptr_array_add(trail->changes, change);
	return change;
}

enum outcome
trail_outcome(const struct trail_change *change)
{
	for (guint i = 0; i < change->outcomes->len; i++) {
		const struct trail_outcome *outcome = &g_array_index(
		    change->outcomes, struct trail_outcome, i);
		if (outcome->outcome != OUTCOME_UNKNOWN)
			return outcome->outcome;
	}
	return OUTCOME_UNKNOWN;
}
