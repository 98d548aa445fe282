/* The words for one change: what is done, and why.  Decides nothing about access. */
#include "reports/change_text.h"

#include <inttypes.h>
#include <string.h>

enum turn
change_turn(const struct change *change, instant now)
{
	static const enum turn turns[ACTION_COUNT] = {
	    [ACTION_CREATE_USER] = TURN_CREATE,
	    [ACTION_GRANT] = TURN_GIVE,
	    [ACTION_ADJUST] = TURN_CHANGE,
	    [ACTION_REVOKE] = TURN_REMOVE,
	    [ACTION_CLEANUP] = TURN_CLEAR,
	    [ACTION_CREATE_LINK] = TURN_GIVE,
	    [ACTION_DELETE_LINK] = TURN_REMOVE,
	    [ACTION_CREATE_SCHEDULE] = TURN_GIVE,
	    [ACTION_DELETE_SCHEDULE] = TURN_REMOVE,
	};
	return turns[change_action(change, now)];
}

const char *
change_sign(const struct change *change, instant now)
{
	static const char *const signs[TURN_COUNT] = {"-", "~", "+", "-", "+"};
	return change->surprising ? "!" : signs[change_turn(change, now)];
}

char *
change_place(const struct change *change)
{
	if (change_door(change) != NULL)
		return g_strdup(change_door(change));
	if (change->object == OBJECT_USER)
		return g_strdup("");
	if (change->object == OBJECT_SCHEDULE)
		return g_strdup_printf("lock %" PRId64, change->lock_id);
	return g_strdup_printf("group %" PRId64, change->group_id);
}

char *
change_times(const struct clock_face *face, instant now, const struct change *change)
{
	switch (change_turn(change, now)) {
	case TURN_CHANGE:
		return phrase_shift(face, now, &change->have, &change->want);
	case TURN_GIVE:
		return phrase_span(face, now, &change->want);
	case TURN_CREATE:
		return g_strdup("");
	default:
		return phrase_span(face, now, &change->have);
	}
}

/* ---- why ---- */

static const char *
record_noun(const struct change *change)
{
	if (change->n_reasons == 0)
		return "access";
	switch ((enum record_kind)change->reasons[0]->kind) {
	case RECORD_BOOKING:
		return "booking";
	case RECORD_MEMBERSHIP:
		return "membership";
	case RECORD_GRANT:
		return "manual grant";
	default:
		return "access";
	}
}

/* A rule of a table is called `FILE: what it says`. */
static const char *
rule_short(const char *rule)
{
	const char *colon = strstr(rule, ": ");
	return colon != NULL ? colon + 2 : rule;
}

static void
append_kind(GString *out, const struct change *change)
{
	const struct reason *first = change->n_reasons > 0 ? change->reasons[0] : NULL;
	if (first == NULL) {
		g_string_append(out, phrase_cause(change->cause));
		return;
	}
	switch ((enum record_kind)first->kind) {
	case RECORD_BOOKING:
		if (change->n_reasons > 1)
			g_string_append_printf(out, "%zu bookings", change->n_reasons);
		else
			g_string_append(out, "booked");
		return;
	case RECORD_GRANT:
		g_string_append(out, "manual grant");
		return;
	default:
		g_string_append(out, "membership");
		if (first->rule != NULL)
			g_string_append_printf(out, " (%s)", rule_short(first->rule));
	}
}

static void
append_given(GString *out, const struct change *change)
{
	append_kind(out, change);
	if (change->object == OBJECT_LINK)
		g_string_append(out, "; Kisi mails a link");
	else if (change->object == OBJECT_SCHEDULE)
		g_string_append(out, "; the door is open for anyone then");
	else if (change->cause == CAUSE_REMOVED_BY_HAND)
		g_string_append(out, "; somebody had removed it in Kisi");
	else if (change->cause == CAUSE_REVERTED)
		g_string_append(out, "; put back as it was");
}

static void
append_changed(GString *out, const struct change *change)
{
	const char *noun = record_noun(change);
	size_t n = change->n_reasons;
	switch (change->cause) {
	case CAUSE_EXTENDED:
	case CAUSE_NEW:
		if (n > 1 && strcmp(noun, "booking") == 0)
			g_string_append_printf(out, "%zu bookings, joined", n);
		else
			g_string_append_printf(out, "%s is longer", noun);
		return;
	case CAUSE_SHORTENED:
		g_string_append_printf(out, "%s is shorter", noun);
		return;
	case CAUSE_MOVED:
		g_string_append_printf(out, "%s moved", noun);
		return;
	case CAUSE_REMOVED_BY_HAND:
		g_string_append_printf(out, "%s; somebody had changed it in Kisi",
		    n > 1 && strcmp(noun, "booking") == 0 ? "2 bookings, joined" : noun);
		return;
	case CAUSE_HAND_EDITED:
		g_string_append(out, "somebody had changed the dates in Kisi");
		return;
	case CAUSE_HAND_MADE:
		g_string_append_printf(out, "set by hand; now as the %s says", noun);
		return;
	case CAUSE_ROW_VANISHED:
	case CAUSE_ABSENT:
		g_string_append(out, "part of it is no longer in the export");
		return;
	case CAUSE_RULE_REMOVED:
		g_string_append(out, "a rule that gave it is gone");
		return;
	default:
		g_string_append_printf(out, "%s; dates changed", noun);
	}
}

/* What the plan says of access that nothing gives, behind its first colon. */
static const char *
detail_of(const struct orphan *orphan)
{
	static const char *const lead[] = {"blocked: blocked list: ", "blocked: ", "deleted: "};
	for (size_t i = 0; orphan != NULL && i < G_N_ELEMENTS(lead); i++) {
		if (g_str_has_prefix(orphan->why, lead[i]))
			return orphan->why + strlen(lead[i]);
	}
	return NULL;
}

static void
append_by_hand(GString *out, const struct clock_face *face, instant now,
    const struct change *change, const struct orphan *orphan)
{
	static const struct {
		const char *begins, *said;
	} words[] = {
	    {"never known", "in no export"},
	    {"entitled to other groups only",
		"has bookings or a membership, but not for this door"},
	    {"known to a source", "listed, but no booking or plan"},
	};
	g_string_append(out, "by hand");
	if (change->have.from != INSTANT_ALWAYS && change->have.from <= now) {
		instant day = zone_midnight(face->zone, change->have.from, 0);
		g_autofree char *since = phrase_when(face, now, day);
		g_string_append_printf(out, ", since %s", since);
	}
	for (size_t i = 0; orphan != NULL && i < G_N_ELEMENTS(words); i++) {
		if (g_str_has_prefix(orphan->why, words[i].begins)) {
			g_string_append_printf(out, "; %s", words[i].said);
			return;
		}
	}
	g_string_append(out, "; no booking or membership supports it");
}

/* When the first record's time begins or ends, if it is told. */
static void
append_moment(GString *out, const struct clock_face *face, instant now, const char *before,
    instant t, bool told)
{
	if (!told)
		return;
	g_autofree char *when = phrase_when(face, now, t);
	g_string_append_printf(out, "%s%s", before, when);
}

static void
append_over(GString *out, const struct clock_face *face, instant now, const struct change *change)
{
	const char *noun = record_noun(change);
	instant until = change->n_reasons > 0 ? change->reasons[0]->span.until : INSTANT_NEVER;
	if (until == INSTANT_NEVER)
		until = change->have.until;
	g_string_append_printf(out, "%s ended", noun);
	append_moment(out, face, now, " ", until, until <= now);
}

static void
append_removed(GString *out, const struct clock_face *face, instant now,
    const struct change *change, const struct orphan *orphan)
{
	const char *noun = record_noun(change), *detail = detail_of(orphan);
	instant until = change->n_reasons > 0 ? change->reasons[0]->span.until : INSTANT_NEVER;
	switch (change->cause) {
	case CAUSE_ENDED:
	case CAUSE_EXPIRED:
		append_over(out, face, now, change);
		return;
	case CAUSE_CANCELLED:
		g_string_append_printf(out, "%s cancelled", noun);
		return;
	case CAUSE_FROZEN:
		g_string_append(out, "frozen");
		append_moment(
		    out, face, now, " until ", until, until != INSTANT_NEVER && until > now);
		return;
	case CAUSE_BLOCKED:
	case CAUSE_DELETED:
		g_string_append(out, change->cause == CAUSE_BLOCKED ? "blocked" : "deleted");
		if (detail != NULL)
			g_string_append_printf(out, ": %s",
			    g_str_has_prefix(detail, "deleted in ") ? detail + strlen("deleted ")
								    : detail);
		return;
	case CAUSE_ROW_VANISHED:
	case CAUSE_ABSENT:
		g_string_append_printf(out, "%s is no longer in the export%s", noun,
		    change->cause == CAUSE_ABSENT ? ", so cancelled" : "");
		return;
	case CAUSE_HAND_MADE:
		append_by_hand(out, face, now, change, orphan);
		return;
	case CAUSE_MOVED:
	case CAUSE_SHORTENED:
		g_string_append_printf(
		    out, "%s %s", noun, change->cause == CAUSE_MOVED ? "moved" : "is shorter");
		return;
	default:
		g_string_append(out, phrase_cause(change->cause));
	}
}

char *
change_clause(const struct clock_face *face, instant now, const struct change *change,
    const struct orphan *orphan)
{
	GString *out = g_string_new(NULL);
	switch (change_turn(change, now)) {
	case TURN_GIVE:
	case TURN_CREATE:
		append_given(out, change);
		break;
	case TURN_CHANGE:
		append_changed(out, change);
		break;
	default:
		append_removed(out, face, now, change, orphan);
	}
	return g_string_free(out, FALSE);
}
