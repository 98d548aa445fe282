/*
 * Which records grant, and for when.  This is the only place that gives canonical status words a meaning for
 * access; payment never matters, and a word nobody knows never grants.
 */
#include "reconcile/judge.h"

#include <string.h>

void
judgement_init(struct judgement *judgement)
{
	memset(judgement, 0, sizeof *judgement);
	judgement->spans = g_array_new(FALSE, FALSE, sizeof(struct interval));
}

void
judgement_done(struct judgement *judgement)
{
	g_clear_pointer(&judgement->spans, g_array_unref);
}

static void
explain(struct judgement *judgement, enum cause cause, struct interval span)
{
	judgement->explains = true;
	judgement->cause = cause;
	judgement->span = span;
}

static void
judge_booking(const struct record *record, instant now, struct judgement *judgement)
{
	switch (record->status) {
	case STATUS_CONFIRMED:
	case STATUS_COMPLETED:
		g_array_append_val(judgement->spans, record->span);
		if (record->span.until <= now)
			explain(judgement, CAUSE_ENDED, record->span);
		break;
	case STATUS_UNKNOWN:
		break;
	default:
		explain(judgement, CAUSE_CANCELLED, record->span);
	}
}

static int
compare_intervals(gconstpointer p, gconstpointer q)
{
	const struct interval *a = p, *b = q;
	return (a->from > b->from) - (a->from < b->from);
}

/* The span minus the freezes. */
static void
grant_around_freezes(const struct record *record, instant now, struct judgement *judgement)
{
	GArray *freezes = g_array_new(FALSE, FALSE, sizeof(struct interval));
	g_array_append_vals(freezes, record->freezes, (guint)record->n_freezes);
	g_array_sort(freezes, compare_intervals);
	struct interval rest = record->span;
	for (guint i = 0; i < freezes->len && rest.from < rest.until; i++) {
		struct interval freeze = g_array_index(freezes, struct interval, i);
		if (freeze.until <= rest.from || freeze.from >= rest.until)
			continue;
		struct interval piece = {rest.from, freeze.from};
		if (piece.from < piece.until)
			g_array_append_val(judgement->spans, piece);
		if (freeze.from <= now && now < freeze.until)
			explain(judgement, CAUSE_FROZEN, freeze);
		rest.from = freeze.until;
	}
	if (rest.from < rest.until)
		g_array_append_val(judgement->spans, rest);
	g_array_unref(freezes);
}

static void
grant_membership(const struct record *record, instant now, struct judgement *judgement)
{
	if (record->n_freezes > 0)
		grant_around_freezes(record, now, judgement);
	else
		g_array_append_val(judgement->spans, record->span);
	if (record->span.until <= now)
		explain(judgement, CAUSE_EXPIRED, record->span);
}

/* A membership that is frozen grants only when both ends of its freeze are known. */
static bool
freeze_is_bounded(const struct record *record)
{
	for (size_t i = 0; i < record->n_freezes; i++) {
		if (record->freezes[i].until == INSTANT_NEVER)
			return false;
	}
	return record->n_freezes > 0;
}

static void
judge_membership(const struct record *record, const struct source_policy *policy, instant now,
    struct judgement *judgement)
{
	switch (record->status) {
	case STATUS_ACTIVE:
	case STATUS_SCHEDULED:
		grant_membership(record, now, judgement);
		break;
	case STATUS_FROZEN:
		if (freeze_is_bounded(record))
			grant_membership(record, now, judgement);
		else
			explain(judgement, CAUSE_FROZEN, record->span);
		break;
	case STATUS_CANCELLED:
		if (policy->cancelled == CANCELLED_UNTIL_END && record->span.until != INSTANT_NEVER)
			grant_membership(record, now, judgement);
		else
			explain(judgement, CAUSE_CANCELLED, record->span);
		break;
	case STATUS_EXPIRED:
		explain(judgement, CAUSE_EXPIRED, record->span);
		break;
	case STATUS_UNKNOWN:
		break;
	default:
		explain(judgement, CAUSE_CANCELLED, record->span);
	}
}

/* A manual grant holds for its own time; words that end it are those of memberships. */
static void
judge_grant(const struct record *record, instant now, struct judgement *judgement)
{
	switch (record->status) {
	case STATUS_ACTIVE:
	case STATUS_SCHEDULED:
	case STATUS_CONFIRMED:
		g_array_append_val(judgement->spans, record->span);
		if (record->span.until <= now)
			explain(judgement, CAUSE_EXPIRED, record->span);
		break;
	case STATUS_UNKNOWN:
		break;
	case STATUS_EXPIRED:
		explain(judgement, CAUSE_EXPIRED, record->span);
		break;
	default:
		explain(judgement, CAUSE_CANCELLED, record->span);
	}
}

void
judge(const struct record *record, const struct source_policy *policy, instant now,
    struct judgement *judgement)
{
	g_array_set_size(judgement->spans, 0);
	judgement->explains = false;
	if (record->kind == RECORD_BOOKING) {
		judge_booking(record, now, judgement);
	} else if (record->kind == RECORD_MEMBERSHIP) {
		judge_membership(record, policy, now, judgement);
	} else {
		g_assert(record->kind == RECORD_GRANT);
		judge_grant(record, now, judgement);
	}
}
