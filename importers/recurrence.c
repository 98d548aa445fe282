/*
 * Recurring bookings: libical says on which dates a rule falls; what is left out, where it ends and which instants
 * these are is decided here, in the same way as for every other booking.
 */
#include "importers/recurrence.h"

#include "base/text.h"
#include "importers/icalendar.h"
#include "importers/limits.h"

#include <string.h>

#define RULE_SHOWN 60 /* characters of a bad rule that a message repeats */

struct expansion {
	const struct series *series;
	struct ical_reading reading;
	struct interval span;
	struct recurrence_budget *budget;
	int64_t start;	 /* of the first occurrence */
	GArray *found;	 /* of int64_t */
	GArray *without; /* of int64_t: local starts that an EXDATE takes out */
	GArray *days;	 /* of int64_t: whole days that an EXDATE takes out */
	char *fault;	 /* the first */
};

static bool refuse(struct expansion *e, const char *format, ...) G_GNUC_PRINTF(2, 3);

static bool
refuse(struct expansion *e, const char *format, ...)
{
	if (e->fault == NULL) {
		va_list arguments;
		va_start(arguments, format);
		e->fault = g_strdup_vprintf(format, arguments);
		va_end(arguments);
	}
	return false;
}

static instant
instant_of(const struct expansion *e, int64_t local)
{
	struct civil c = civil_from_seconds(local);
	instant at = INSTANT_NEVER;
	if (civil_valid(&c))
		zone_instant(e->series->zone, &c, ZONE_EARLIER, &at);
	return at;
}

/* Keep it when it touches the span; a day more, since the clocks may change while it lasts. */
static bool
keep(struct expansion *e, int64_t local)
{
	instant at = instant_of(e, local);
	if (at >= e->span.until || at + e->series->length + INSTANT_DAY <= e->span.from)
		return true;
	if (e->found->len >= OCCURRENCES_MAX)
		return refuse(e, "more than %d occurrences", OCCURRENCES_MAX);
	g_array_append_val(e->found, local);
	return true;
}

/*
 * libical reads as many digits as there are and stops at an empty part: `COUNT=3x` would be 3, `FREQ=DAILY;;COUNT=3`
 * endless.  So the form is looked at first.
 */
bool
recurrence_well_formed(const char *rule)
{
	static const char part[] = "^(FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)|UNTIL=\\d{8}(T\\d{6}Z?)?|"
				   "COUNT=\\d{1,5}|INTERVAL=\\d{1,4}|WKST=(MO|TU|WE|TH|FR|SA|SU)|"
				   "BY[A-Z]+=[-+0-9A-Z,]+)$";
	char **parts = g_strsplit(rule, ";", -1);
	bool good = true;
	for (size_t i = 0; parts[i] != NULL; i++) {
		/* A semicolon at the end separates nothing. */
		if (*parts[i] == '\0' && i > 0 && parts[i + 1] == NULL)
			break;
		good = good && g_regex_match_simple(part, parts[i], G_REGEX_CASELESS, 0);
		size_t word = strcspn(parts[i], "=");
		for (size_t k = 0; k < i; k++)
			good = good && g_ascii_strncasecmp(parts[i], parts[k], word + 1) != 0;
	}
	g_strfreev(parts);
	return good;
}

/* Does it fill whole days, on the clocks? */
static bool
is_of_days(const struct series *series)
{
	return series->start % INSTANT_DAY == 0 && series->length > 0 &&
	       series->length % INSTANT_DAY == 0;
}

/* Is the occurrence behind the last one that UNTIL allows? */
static bool
is_after(const struct expansion *e, int64_t local, const struct ical_time *until)
{
	if (until->date || is_of_days(e->series))
		return local >= ical_day(until, e->series->zone) + INSTANT_DAY;
	if (until->zone == NULL)
		return local > ical_local(until, e->series->zone);
	instant end;
	zone_instant(until->zone, &until->local, ZONE_LATER, &end);
	return instant_of(e, local) > end;
}

static struct icaltimetype
ical_time_at(int64_t local)
{
	struct civil c = civil_from_seconds(local);
	struct icaltimetype t = icaltime_null_time();
	t.year = c.year;
	t.month = c.month;
	t.day = c.day;
	t.hour = c.hour;
	t.minute = c.minute;
	t.second = c.second;
	return t;
}

/* What of a rule is judged here and not by libical. */
struct judged {
	int count;		/* 0: none */
	struct ical_time until; /* where `bounded` */
	bool bounded;
	int weeks;	/* every so many weeks */
	int week_start; /* the day they begin on; Sunday is 1 */
};

/* Number of the week, counted from long before any date; 1970 began on a Thursday. */
static int64_t
week_of(int64_t local, int week_start)
{
	int64_t days = (local + 700000 * INSTANT_DAY) / INSTANT_DAY;
	return (days + ICAL_THURSDAY_WEEKDAY - week_start) / 7;
}

/* Go through the dates of a rule; the first occurrence is one of those that COUNT counts even where it fits no rule. */
static bool
walk(struct expansion *e, icalrecur_iterator *dates, const struct judged *rule)
{
	int n = 0;
	unsigned steps = 0;
	for (;;) {
		struct icaltimetype next = icalrecur_iterator_next(dates);
		if (icaltime_is_null_time(next))
			return true;
		int64_t local = ical_seconds(next);
		if (++steps > RECURRENCE_STEPS || e->budget->steps-- == 0) {
			e->budget->steps = 0;
			return refuse(e, "too long ago, or too often, to be followed");
		}
		if ((rule->bounded && is_after(e, local, &rule->until)) ||
		    instant_of(e, local) >= e->span.until)
			return true;
		if ((week_of(local, rule->week_start) - week_of(e->start, rule->week_start)) %
			rule->weeks !=
		    0)
			continue;
		if (n == 0 && local != e->start)
			n = 1;
		if (rule->count > 0 && ++n > rule->count)
			return true;
		if (!keep(e, local))
			return false;
	}
}

/*
 * Where to begin with a rule.  Days and weeks repeat evenly, so that years behind the span need not be gone through;
 * a COUNT must be counted from the first.
 */
static int64_t
first_step(const struct expansion *e, const struct icalrecurrencetype *rule)
{
	int64_t past = e->start + e->series->length + 2 * INSTANT_DAY;
	int64_t period = rule->interval * (rule->freq == ICAL_DAILY_RECURRENCE ? INSTANT_DAY
					      : rule->freq == ICAL_WEEKLY_RECURRENCE
						  ? 7 * INSTANT_DAY
						  : 0);
	if (period <= 0 || e->span.from <= past)
		return e->start;
	return e->start + (e->span.from - past) / period * period;
}

/*
 * Take from the rule what libical (3.0.16) does not do as it must: it compares UNTIL with local times as if they were
 * UTC, and of every second week it may take the others (INTERVAL=2;BYDAY=SU from a Friday).
 */
static bool
judge(struct expansion *e, struct icalrecurrencetype *rule, struct judged *out)
{
	*out = (struct judged){.count = rule->count,
	    .bounded = !icaltime_is_null_time(rule->until),
	    .weeks = 1,
	    .week_start = rule->week_start};
	if (out->bounded && !ical_time_of(&e->reading, rule->until, NULL, &out->until, &e->fault))
		return false;
	rule->count = 0;
	rule->until = icaltime_null_time();
	if (rule->freq == ICAL_WEEKLY_RECURRENCE && rule->interval > 0) {
		out->weeks = rule->interval;
		rule->interval = 1;
	}
	return true;
}

static bool
add_rule(struct expansion *e, icalproperty *property)
{
	struct icalrecurrencetype rule = icalproperty_get_rrule(property);
	struct judged judged;
	if (rule.freq == ICAL_NO_RECURRENCE)
		return refuse(e, "a rule that cannot be read");
	if (!judge(e, &rule, &judged))
		return false;
	int64_t start = judged.count > 0 ? e->start : first_step(e, &rule);
	icalrecur_iterator *dates = icalrecur_iterator_new(rule, ical_time_at(start));
	if (dates == NULL)
		return refuse(e, "a rule that cannot be read");
	bool good = walk(e, dates, &judged);
	icalrecur_iterator_free(dates);
	return good;
}

/* RANGE moves all that follows, too: what it would do to the others is not followed. */
static bool
add_date(struct expansion *e, icalproperty *property, bool without)
{
	struct ical_time t;
	if (icalproperty_get_first_parameter(property, ICAL_RANGE_PARAMETER) != NULL)
		return refuse(e, "one change moves all later occurrences (RANGE)");
	if (!ical_time_read(&e->reading, property, &t, &e->fault))
		return false;
	bool day = t.date || is_of_days(e->series);
	int64_t local = day ? ical_day(&t, e->series->zone) : ical_local(&t, e->series->zone);
	if (without)
		g_array_append_val(day ? e->days : e->without, local);
	/* A bare date in a series that has a time of day is at that time. */
	else if (!keep(e, day ? local + e->start % INSTANT_DAY : local))
		return false;
	return true;
}

static bool
add_property(struct expansion *e, icalproperty *property)
{
	switch (icalproperty_isa(property)) {
	case ICAL_RRULE_PROPERTY:
		return add_rule(e, property);
	case ICAL_RDATE_PROPERTY:
		return add_date(e, property, false);
	case ICAL_EXDATE_PROPERTY:
		return add_date(e, property, true);
	case ICAL_DTSTART_PROPERTY:
	case ICAL_DTEND_PROPERTY:
		return true;
	default:
		return refuse(e, "%s is not understood", icalproperty_get_property_name(property));
	}
}

/* The rules' own beginning; its time of day must be that of the record, or one of the two is misread. */
static bool
read_start(struct expansion *e, icalcomponent *component)
{
	icalproperty *own = icalcomponent_get_first_property(component, ICAL_DTSTART_PROPERTY);
	struct ical_time t;
	e->start = e->series->start;
	if (own == NULL)
		return true;
	if (!ical_time_read(&e->reading, own, &t, &e->fault))
		return false;
	e->start = ical_local(&t, e->series->zone);
	if (t.date)
		e->start += e->series->start % INSTANT_DAY;
	return e->start % INSTANT_DAY == e->series->start % INSTANT_DAY ||
	       refuse(e, "its DTSTART is at another time of day than the record");
}

static bool
is_without(const struct expansion *e, int64_t local)
{
	instant at = instant_of(e, local);
	for (guint i = 0; i < e->without->len; i++) {
		int64_t out = g_array_index(e->without, int64_t, i);
		if (out == local || instant_of(e, out) == at)
			return true;
	}
	for (guint i = 0; i < e->days->len; i++) {
		int64_t day = g_array_index(e->days, int64_t, i);
		if (local >= day && local < day + INSTANT_DAY)
			return true;
	}
	return false;
}

static int
compare_starts(gconstpointer a, gconstpointer b)
{
	const int64_t *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

static void
hand_out(struct expansion *e, GArray *starts)
{
	g_array_sort(e->found, compare_starts);
	for (guint i = 0; i < e->found->len; i++) {
		int64_t local = g_array_index(e->found, int64_t, i);
		bool again = i > 0 && g_array_index(e->found, int64_t, i - 1) == local;
		if (!again && !is_without(e, local))
			g_array_append_val(starts, local);
	}
}

static bool
expand(struct expansion *e, icalcomponent *component)
{
	if (!read_start(e, component))
		return false;
	for (icalproperty *p = icalcomponent_get_first_property(component, ICAL_ANY_PROPERTY);
	     p != NULL; p = icalcomponent_get_next_property(component, ICAL_ANY_PROPERTY)) {
		if (!add_property(e, p))
			return false;
	}
	return keep(e, e->start);
}

/* The rule itself, without the name of its property: `FREQ=WEEKLY;COUNT=3`. */
static bool
is_bare_rule(const char *line)
{
	return strchr(line, ':') == NULL &&
	       g_regex_match_simple("(^|;)FREQ=", line, G_REGEX_CASELESS, 0) &&
	       recurrence_well_formed(line);
}

/* The lines without their blanks; blank ones are none.  Of char *. */
static GPtrArray *
lines_of(struct expansion *e, const char *text)
{
	GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
	char **all = g_strsplit_set(text, "\r\n", -1);
	for (char **line = all; *line != NULL; line++) {
		g_strstrip(*line);
		if (is_bare_rule(*line)) {
			g_ptr_array_add(lines, g_strconcat("RRULE:", *line, NULL));
			continue;
		}
		const char *value = strchr(*line, ':');
		if (value == NULL && **line != '\0')
			refuse(e, "neither RRULE, RDATE nor EXDATE: \"%.60s\"", *line);
		if (value != NULL && g_ascii_strncasecmp(*line, "RRULE", 5) == 0 &&
		    !recurrence_well_formed(value + 1)) {
			char *shown = text_excerpt(value + 1, RULE_SHOWN);
			refuse(e, "a rule that cannot be read: \"%s\"", shown);
			g_free(shown);
		}
		if (**line != '\0')
			g_ptr_array_add(lines, g_strdup(*line));
	}
	g_strfreev(all);
	return lines;
}

bool
recurrence_expand(const char *text, const struct series *series, struct interval span,
    struct recurrence_budget *budget, GArray *starts, char **fault)
{
	struct expansion e = {.series = series,
	    .reading = {.zones = ical_zones_named, .z_is_local = series->z_is_local},
	    .span = span,
	    .budget = budget,
	    .found = g_array_new(FALSE, FALSE, sizeof(int64_t)),
	    .without = g_array_new(FALSE, FALSE, sizeof(int64_t)),
	    .days = g_array_new(FALSE, FALSE, sizeof(int64_t))};
	GPtrArray *lines = lines_of(&e, text);
	icalcomponent *component = NULL;
	if (e.fault == NULL)
		component = ical_parse(
		    "VEVENT", (const char *const *)lines->pdata, lines->len, &e.fault);
	if (component != NULL && expand(&e, component))
		hand_out(&e, starts);
	if (component != NULL)
		icalcomponent_free(component);
	g_ptr_array_unref(lines);
	g_array_unref(e.found);
	g_array_unref(e.without);
	g_array_unref(e.days);
	*fault = e.fault;
	return e.fault == NULL;
}
