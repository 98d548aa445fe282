/*
 * Words for people: decides how an instant, a reason and a cause read in mail and workbook.  The machine-readable
 * document has none of this.
 */
#include "reports/phrase.h"

#include <inttypes.h>
#include <string.h>

struct clock_face
clock_face_of(const struct plan *plan)
{
	struct zone *zone = plan->zone != NULL ? zone_get(plan->zone) : NULL;
	if (zone == NULL)
		zone = zone_get("UTC");
	return (struct clock_face){.zone = zone, .year = zone_civil(zone, plan->as_of).year};
}

static bool
same_day(const struct civil *a, const struct civil *b)
{
	return a->year == b->year && a->month == b->month && a->day == b->day;
}

static void
append_day(GString *out, const struct clock_face *face, const struct civil *c)
{
	static const char *const weekdays[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
	static const char *const months[] = {
	    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	int64_t day = civil_days(c->year, c->month, c->day);
	g_string_append_printf(
	    out, "%s %d %s ", weekdays[(day % 7 + 7) % 7], c->day, months[c->month - 1]);
	if (c->year != face->year)
		g_string_append_printf(out, "%d ", c->year);
}

/* In the hour that autumn repeats, a wall time alone would leave the reader an hour in doubt. */
static void
append_offset_if_twofold(
    GString *out, const struct clock_face *face, instant t, const struct civil *c)
{
	instant unused;
	if (!civil_valid(c) || zone_instant(face->zone, c, ZONE_EARLIER, &unused) != ZONE_OVERLAP)
		return;
	int minutes = zone_offset(face->zone, t) / 60;
	g_string_append_printf(
	    out, " (%c%02d:%02d)", minutes < 0 ? '-' : '+', ABS(minutes) / 60, ABS(minutes) % 60);
}

static void
append_time(GString *out, const struct clock_face *face, instant t, const struct civil *c)
{
	g_string_append_printf(out, "%02d:%02d", c->hour, c->minute);
	if (c->second != 0)
		g_string_append_printf(out, ":%02d", c->second);
	append_offset_if_twofold(out, face, t, c);
}

static void
append_instant(GString *out, const struct clock_face *face, instant t)
{
	if (t == INSTANT_ALWAYS || t == INSTANT_NEVER) {
		g_string_append(out, t == INSTANT_ALWAYS ? PHRASE_ALWAYS : PHRASE_NEVER);
		return;
	}
	struct civil c = zone_civil(face->zone, t);
	append_day(out, face, &c);
	append_time(out, face, t, &c);
}

char *
phrase_instant(const struct clock_face *face, instant t)
{
	GString *out = g_string_new(NULL);
	append_instant(out, face, t);
	return g_string_free(out, FALSE);
}

char *
phrase_interval(const struct clock_face *face, const struct interval *span)
{
	GString *out = g_string_new(NULL);
	append_instant(out, face, span->from);
	g_string_append(out, " - ");
	bool real = span->from != INSTANT_ALWAYS && span->until != INSTANT_NEVER;
	struct civil from = {0}, until = {0};
	if (real) {
		from = zone_civil(face->zone, span->from);
		until = zone_civil(face->zone, span->until);
	}
	if (real && same_day(&from, &until))
		append_time(out, face, span->until, &until);
	else
		append_instant(out, face, span->until);
	return g_string_free(out, FALSE);
}

/* ---- as somebody says it today ---- */

static const char *const day_names[] = {
    "Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"};

static int64_t
day_number(const struct civil *c)
{
	return civil_days(c->year, c->month, c->day);
}

static bool
is_midnight(const struct civil *c)
{
	return c->hour == 0 && c->minute == 0 && c->second == 0;
}

/* `today`, `tomorrow`, `yesterday`, `Thu 19 Nov`, without a blank behind it. */
static void
say_day(GString *out, const struct clock_face *face, instant now, const struct civil *c)
{
	struct civil today = zone_civil(face->zone, now);
	int64_t distance = day_number(c) - day_number(&today);
	if (distance >= -1 && distance <= 1) {
		static const char *const near[] = {"yesterday", "today", "tomorrow"};
		g_string_append(out, near[distance + 1]);
		return;
	}
	append_day(out, face, c);
	g_string_truncate(out, out->len - 1);
}

static void
say_time(GString *out, const struct clock_face *face, instant t, const struct civil *c)
{
	g_string_append_printf(out, "%d:%02d", c->hour, c->minute);
	if (c->second != 0)
		g_string_append_printf(out, ":%02d", c->second);
	append_offset_if_twofold(out, face, t, c);
}

static void
say_when(GString *out, const struct clock_face *face, instant now, instant t)
{
	struct civil c = zone_civil(face->zone, t);
	say_day(out, face, now, &c);
	if (is_midnight(&c))
		return;
	g_string_append_c(out, ' ');
	say_time(out, face, t, &c);
}

/* What ends at midnight ends with the day before. */
static void
say_until(GString *out, const struct clock_face *face, instant now, instant until)
{
	struct civil c = zone_civil(face->zone, until);
	if (is_midnight(&c)) {
		struct civil last = zone_civil(face->zone, until - 1);
		g_string_append(out, "to the end of ");
		say_day(out, face, now, &last);
		return;
	}
	g_string_append(out, "until ");
	say_when(out, face, now, until);
}

char *
phrase_when(const struct clock_face *face, instant now, instant t)
{
	GString *out = g_string_new(NULL);
	say_when(out, face, now, t);
	return g_string_free(out, FALSE);
}

/* From a real instant to another. */
static void
say_between(GString *out, const struct clock_face *face, instant now, const struct interval *span)
{
	struct civil from = zone_civil(face->zone, span->from);
	struct civil until = zone_civil(face->zone, span->until);
	say_day(out, face, now, &from);
	g_string_append_c(out, ' ');
	say_time(out, face, span->from, &from);
	g_string_append(out, same_day(&from, &until) ? "-" : " - ");
	if (!same_day(&from, &until)) {
		say_day(out, face, now, &until);
		g_string_append_c(out, ' ');
	}
	say_time(out, face, span->until, &until);
}

static void
say_span(GString *out, const struct clock_face *face, instant now, const struct interval *span)
{
	bool begun = span->from == INSTANT_ALWAYS || span->from <= now;
	if (span->until == INSTANT_NEVER && begun) {
		g_string_append(out, "without end");
	} else if (span->until == INSTANT_NEVER) {
		g_string_append(out, "from ");
		say_when(out, face, now, span->from);
	} else if (begun && (span->until > now || span->from == INSTANT_ALWAYS)) {
		say_until(out, face, now, span->until);
	} else {
		say_between(out, face, now, span);
	}
}

char *
phrase_span(const struct clock_face *face, instant now, const struct interval *span)
{
	GString *out = g_string_new(NULL);
	say_span(out, face, now, span);
	return g_string_free(out, FALSE);
}

char *
phrase_shift(const struct clock_face *face, instant now, const struct interval *have,
    const struct interval *want)
{
	GString *out = g_string_new(NULL);
	g_autofree char *after = phrase_span(face, now, want);
	say_span(out, face, now, have);
	/* The words that both begin with are said once. */
	size_t same = 0;
	for (size_t i = 0; out->str[i] != '\0' && out->str[i] == after[i]; i++) {
		if (out->str[i] == ' ')
			same = i + 1;
	}
	bool day_alone = g_ascii_isalpha(after[same]);
	g_string_append_printf(out, " -> %s", after + (day_alone ? 0 : same));
	/* What goes on now and ends today needs no day. */
	if (same > 0 && g_str_has_prefix(out->str, "until today "))
		g_string_erase(out, strlen("until "), strlen("today "));
	return g_string_free(out, FALSE);
}

char *
phrase_date(const struct clock_face *face, instant t)
{
	struct civil c = zone_civil(face->zone, t);
	const struct clock_face elsewhere = {.zone = face->zone, .year = c.year - 1};
	GString *out = g_string_new(day_names[(day_number(&c) % 7 + 7) % 7]);
	GString *day = g_string_new(NULL);
	append_day(day, &elsewhere, &c);
	g_string_truncate(day, day->len - 1);
	g_string_append_printf(out, "%s, ", strchr(day->str, ' '));
	say_time(out, face, t, &c);
	g_string_free(day, TRUE);
	return g_string_free(out, FALSE);
}

char *
phrase_age(instant seconds)
{
	if (seconds < 0)
		return g_strdup("unknown");
	if (seconds < 2 * INSTANT_HOUR)
		return g_strdup_printf("%" PRId64 " min", seconds / INSTANT_MINUTE);
	if (seconds < 2 * INSTANT_DAY)
		return g_strdup_printf("%" PRId64 " h", seconds / INSTANT_HOUR);
	return g_strdup_printf("%" PRId64 " days", seconds / INSTANT_DAY);
}

/* Ids longer than this (a UUID, two of them) tell a reader nothing that file and row do not tell better. */
#define ID_SHOWN 24

static void
append_reason(GString *out, const struct reason *reason)
{
	const char *kind = record_kind_word((enum record_kind)reason->kind);
	g_string_append(out, kind != NULL ? kind : "record");
	if (reason->record != NULL && g_utf8_strlen(reason->record, -1) <= ID_SHOWN)
		g_string_append_printf(out, " %s", reason->record);
	const char *file = reason->file != NULL ? reason->file : reason->source;
	if (file != NULL && reason->row > 0)
		g_string_append_printf(out, " (%s:%u)", file, reason->row);
	else if (file != NULL)
		g_string_append_printf(out, " (%s)", file);
}

char *
phrase_reason(const struct reason *reason)
{
	GString *out = g_string_new(NULL);
	append_reason(out, reason);
	return g_string_free(out, FALSE);
}

static void
append_reason_full(GString *out, const struct clock_face *face, const struct reason *reason)
{
	append_reason(out, reason);
	if (reason->rule != NULL)
		g_string_append_printf(out, " by rule %s", reason->rule);
	if (reason->span.from < reason->span.until) {
		char *span = phrase_interval(face, &reason->span);
		g_string_append_printf(out, ", %s", span);
		g_free(span);
	}
}

char *
phrase_reason_full(const struct clock_face *face, const struct reason *reason)
{
	GString *out = g_string_new(NULL);
	append_reason_full(out, face, reason);
	return g_string_free(out, FALSE);
}

/* Does the cause say something that neither its word nor the reasons do? */
static bool
cause_speaks(const struct change *change)
{
	switch (change->cause) {
	case CAUSE_ROW_VANISHED:
	case CAUSE_ABSENT:
	case CAUSE_HAND_MADE:
	case CAUSE_RULE_REMOVED:
	case CAUSE_HAND_EDITED:
	case CAUSE_REMOVED_BY_HAND:
	case CAUSE_REVERTED:
		return true;
	default:
		return change->n_reasons == 0;
	}
}

char *
phrase_why(const struct change *change)
{
	GString *out = g_string_new(NULL);
	if (cause_speaks(change))
		g_string_append(out, phrase_cause(change->cause));
	if (change->n_reasons > 0) {
		if (out->len > 0)
			g_string_append(out, ": ");
		append_reason(out, change->reasons[0]);
	}
	if (change->n_reasons > 1)
		g_string_append_printf(out, " and %zu more", change->n_reasons - 1);
	return g_string_free(out, FALSE);
}

char *
phrase_why_full(const struct clock_face *face, const struct change *change)
{
	GString *out = g_string_new(NULL);
	if (cause_speaks(change))
		g_string_append(out, phrase_cause(change->cause));
	for (size_t i = 0; i < change->n_reasons; i++) {
		if (out->len > 0)
			g_string_append_c(out, '\n');
		append_reason_full(out, face, change->reasons[i]);
	}
	return g_string_free(out, FALSE);
}

const char *
phrase_cause(enum cause cause)
{
	static const char *const texts[CAUSE_COUNT] = {
	    [CAUSE_ENDED] = "its time is over",
	    [CAUSE_EXPIRED] = "the membership or grant ran out",
	    [CAUSE_CANCELLED] = "cancelled",
	    [CAUSE_FROZEN] = "the membership is frozen",
	    [CAUSE_BLOCKED] = "the person is blocked",
	    [CAUSE_DELETED] = "the person is deleted",
	    [CAUSE_ROW_VANISHED] = "the row that gave it is gone from the export",
	    [CAUSE_ABSENT] = "gone from the export, which means cancelled there",
	    [CAUSE_HAND_MADE] = "nothing entitles it and this program did not make it",
	    [CAUSE_RULE_REMOVED] = "the rule that gave it is gone",
	    [CAUSE_HAND_EDITED] = "made by this program, changed in Kisi by somebody else",
	    [CAUSE_NEW] = "entitled, and not there yet",
	    [CAUSE_EXTENDED] = "entitled for longer",
	    [CAUSE_SHORTENED] = "entitled for less",
	    [CAUSE_MOVED] = "entitled at another time",
	    [CAUSE_REMOVED_BY_HAND] = "removed in Kisi by somebody, still entitled",
	    [CAUSE_REVERTED] = "put back as it was before the run that is undone",
	};
	return (size_t)cause < CAUSE_COUNT ? texts[cause] : "";
}

const char *
phrase_place(const char *path)
{
	if (path == NULL)
		return "-";
	const char *slash = strrchr(path, '/');
	return slash != NULL && strstr(path, "://") == NULL ? slash + 1 : path;
}
