/* Can the person open the door, and which of the reasons is the answer? */
#include "reconcile/why.h"

#include "base/text.h"

#include <string.h>

static bool
holds_at(const struct interval *span, instant at)
{
	return span->from <= at && at < span->until;
}

/* The entitlement that counts at the time, or else the next one. */
static const struct interval *
span_at(const struct why_door *door, instant at, bool *now)
{
	const struct interval *next = NULL;
	for (guint i = 0; i < door->spans->len; i++) {
		const struct interval *span = &g_array_index(door->spans, struct interval, i);
		*now = holds_at(span, at);
		if (*now)
			return span;
		if (span->from > at && (next == NULL || span->from < next->from))
			next = span;
	}
	*now = false;
	return next;
}

static void
answer(struct why_door *door, enum why_can can, enum why_because because, struct interval span)
{
	door->can = can;
	door->because = because;
	door->span = span;
}

/* Kisi has it at that time: by something that works, if there is any. */
static bool
answer_held(const struct why *why, struct why_door *door, bool entitled)
{
	const struct why_hold *off = NULL;
	for (guint i = 0; i < door->holds->len; i++) {
		const struct why_hold *hold = door->holds->pdata[i];
		if (!holds_at(&hold->span, why->at))
			continue;
		if (hold->off) {
			off = hold;
			continue;
		}
		answer(door, WHY_YES, entitled || !door->managed ? BECAUSE_HELD : BECAUSE_LEFT_OVER,
		    hold->span);
		return true;
	}
	if (off != NULL)
		answer(door, WHY_NO, BECAUSE_SWITCHED_OFF, off->span);
	return off != NULL;
}

/* Entitled at that time, and Kisi has nothing that would let the person in. */
static enum why_because
why_not_placed(const struct world *world, const struct why *why, const struct why_door *door)
{
	uint32_t person = intern_find(world->entitled->people, why->email);
	for (guint i = 0; i < door->changes->len; i++) {
		const struct change *change = door->changes->pdata[i];
		if (change->wanted)
			return change->held != GUARD_NONE ? BECAUSE_HELD_BACK : BECAUSE_NOT_APPLIED;
	}
	if (why->protected)
		return BECAUSE_PROTECTED;
	if (!door->exclusive)
		return BECAUSE_REPORT_ONLY;
	if (door->method == METHOD_GROUP && world_other_role(world, person, door->id))
		return BECAUSE_OTHER_ROLE;
	if (door->method == METHOD_GROUP && why->users->len == 0 &&
	    world->config->people.create == CREATE_NO)
		return BECAUSE_NO_USER;
	return BECAUSE_NOT_PLACED;
}

static void
answer_entitled(
    const struct world *world, const struct why *why, struct why_door *door, struct interval span)
{
	enum why_because because = why_not_placed(world, why, door);
	if (door->id == 0)
		answer(door, WHY_NO, BECAUSE_NO_DOOR, span);
	else if (door->method == METHOD_UNLOCK)
		answer(door, why->at > world->now ? WHY_WILL : WHY_NO,
		    why->at > world->now ? BECAUSE_OPENED : BECAUSE_OPENED_ONCE, span);
	else if (why->at > world->now &&
		 (because == BECAUSE_NOT_APPLIED || because == BECAUSE_NOT_PLACED))
		answer(door, WHY_WILL, BECAUSE_PLACED_THEN, span);
	else
		answer(door, WHY_NO, because, span);
}

static bool
is_about(const struct why_record *record, const struct why_door *door)
{
	for (guint r = 0; r < record->refs->len; r++) {
		for (guint d = 0; d < door->refs->len; d++) {
			if (g_array_index(record->refs, uint32_t, r) ==
			    g_array_index(door->refs, uint32_t, d))
				return true;
		}
	}
	return false;
}

/* Does it lead to the door, and its source's enabled_doors leave that out? */
static bool
leaves_out(const struct why_record *record, const struct why_door *door)
{
	char id[24];
	g_snprintf(id, sizeof id, "%" G_GINT64_FORMAT, door->id);
	for (guint i = 0; i < record->left_out->len; i++) {
		const char *text = record->left_out->pdata[i];
		if (text_same(text, door->name) || strcmp(text, id) == 0)
			return true;
	}
	return false;
}

/* Of the records about the door the one that says most: what is there is better than what was. */
static const struct why_record *
telling_record(const struct why *why, const struct why_door *door)
{
	const struct why_record *best = NULL;
	for (guint i = 0; i < why->records->len; i++) {
		const struct why_record *record = why->records->pdata[i];
		bool current = record->span.from <= why->at && why->at < record->span.until;
		bool kept = best != NULL && best->span.from <= why->at &&
			    why->at < best->span.until;
		if ((is_about(record, door) || leaves_out(record, door)) &&
		    record->mark != WHY_SUPERSEDED && (current || !kept))
			best = record;
	}
	return best;
}

void
why_answer(const struct world *world, const struct why *why, struct why_door *door)
{
	bool entitled;
	const struct interval *span = span_at(door, why->at, &entitled);
	if (answer_held(why, door, entitled)) {
		if (door->because == BECAUSE_LEFT_OVER)
			door->record = telling_record(why, door);
		return;
	}
	if (entitled) {
		answer_entitled(world, why, door, *span);
		return;
	}
	if (why->barred != NULL)
		answer(door, WHY_NO, BECAUSE_BARRED, (struct interval){0});
	else if (span != NULL)
		answer(door, WHY_NO, BECAUSE_NOT_YET, *span);
	else
		answer(door, WHY_NO, BECAUSE_NOTHING, (struct interval){0});
	door->record = telling_record(why, door);
	if (door->because != BECAUSE_NOTHING || door->record == NULL)
		return;
	/* What the record says else is about its other doors. */
	enum why_mark mark = door->record->mark;
	bool would = mark == WHY_GIVES || mark == WHY_LATER || mark == WHY_REPEATED ||
		     mark == WHY_NOT_ENABLED;
	door->because = would && leaves_out(door->record, door) ? BECAUSE_NOT_ENABLED
								: BECAUSE_RECORD;
}
