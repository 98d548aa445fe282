/* When an event is: its start, its end or length, and the rules of a series. */
#include "importers/ics.h"

bool
event_refuse(struct event *e, const char *format, ...)
{
	if (e->fault == NULL) {
		va_list arguments;
		va_start(arguments, format);
		e->fault = g_strdup_vprintf(format, arguments);
		va_end(arguments);
	}
	return false;
}

void
event_add_text(struct event *e, const char *key, const char *text)
{
	json_object_object_add(e->object, key, json_object_new_string(text));
}

/* As the time format `zoned`, `local` or `date` reads it. */
static void
add_time(struct event *e, const char *key, const struct ical_time *t)
{
	const struct civil *c = &t->local;
	char *text = t->date
			 ? g_strdup_printf("%04d-%02d-%02d", c->year, c->month, c->day)
			 : g_strdup_printf("%04d-%02d-%02dT%02d:%02d:%02d%s%s%s", c->year, c->month,
			       c->day, c->hour, c->minute, c->second, t->zone != NULL ? "[" : "",
			       t->zone != NULL ? zone_name(t->zone) : "",
			       t->zone != NULL ? "]" : "");
	event_add_text(e, key, text);
	g_free(text);
}

/* The only property of a kind; NULL when there is none.  False when there are several. */
bool
event_single(struct event *e, icalproperty_kind kind, icalproperty **out)
{
	*out = icalcomponent_get_first_property(e->component, kind);
	icalproperty *second = NULL;
	if (*out != NULL)
		second = icalcomponent_get_next_property(e->component, kind);
	return second == NULL ||
	       event_refuse(e, "has %s twice", icalproperty_get_property_name(second));
}

/* False when it is there but cannot be read; *there tells whether it is. */
static bool
read_time(struct event *e, icalproperty_kind kind, struct ical_time *out, bool *there)
{
	icalproperty *property;
	char *fault = NULL;
	if (!event_single(e, kind, &property))
		return false;
	*there = property != NULL;
	if (property == NULL || ical_time_read(&e->c->reading, property, out, &fault))
		return true;
	event_refuse(e, "%s: %s", icalproperty_get_property_name(property), fault);
	g_free(fault);
	return false;
}

static bool
end_by_length(struct event *e, const struct ical_time *start, struct ical_time *end)
{
	char *fault = NULL;
	if (ical_end(start, ics_value(ics_line(e->found, "DURATION")), e->zone, end, &fault))
		return true;
	event_refuse(e, "DURATION: %s", fault);
	g_free(fault);
	return false;
}

/* Are these two ends the same?  Without a zone nobody can tell, and the event is refused for want of one. */
static bool
is_same_time(const struct event *e, const struct ical_time *a, const struct ical_time *b)
{
	return e->zone == NULL ||
	       (a->date == b->date && ical_local(a, e->zone) == ical_local(b, e->zone));
}

/* A length beside an end says nothing new when it is none, or leads to that end. */
static bool
check_length(struct event *e, const struct ical_time *start, const struct ical_time *end)
{
	struct ical_time by_length;
	if (!end_by_length(e, start, &by_length))
		return false;
	return is_same_time(e, &by_length, end) || is_same_time(e, &by_length, start) ||
	       event_refuse(e, "has both DTEND and DURATION, and they differ");
}

/* A date without an end, or that ends on its own day, is one day. */
bool
event_times(struct event *e)
{
	struct ical_time start, end;
	bool there, ends;
	icalproperty *length;
	if (!read_time(e, ICAL_DTSTART_PROPERTY, &start, &there))
		return false;
	if (!there)
		return event_refuse(e, "has no DTSTART");
	e->zone = start.zone != NULL ? start.zone : e->c->im->zone;
	add_time(e, "DTSTART", &start);
	if (!read_time(e, ICAL_DTEND_PROPERTY, &end, &ends) ||
	    !event_single(e, ICAL_DURATION_PROPERTY, &length))
		return false;
	if (!ends && length == NULL && !start.date)
		return event_refuse(e, "has neither DTEND nor DURATION");
	if (length != NULL &&
	    !(ends ? check_length(e, &start, &end) : end_by_length(e, &start, &end)))
		return false;
	if (!ends && length == NULL)
		end = start;
	if (start.date && end.date && civil_seconds(&end.local) == civil_seconds(&start.local))
		end.local = civil_from_seconds(civil_seconds(&start.local) + INSTANT_DAY);
	add_time(e, "DTEND", &end);
	e->days = ical_whole_days(&start, &end);
	return true;
}

/* ---- rules ---- */

/* A line of a rule, such as `EXDATE:20261116T090000`; local: in seconds, as series count. */
static void
add_date(GString *rules, const char *name, int64_t local, bool day)
{
	struct civil c = civil_from_seconds(local);
	if (day)
		g_string_append_printf(
		    rules, "%s;VALUE=DATE:%04d%02d%02d\n", name, c.year, c.month, c.day);
	else
		g_string_append_printf(rules, "%s:%04d%02d%02dT%02d%02d%02d\n", name, c.year,
		    c.month, c.day, c.hour, c.minute, c.second);
}

/* A date of a series, on the clocks of its start; a day of one of whole days. */
static bool
add_rule_date(struct event *e, GString *rules, icalproperty *property)
{
	struct ical_time t;
	const char *name = icalproperty_get_property_name(property);
	char *fault = NULL;
	if (icalproperty_get_first_parameter(property, ICAL_RANGE_PARAMETER) != NULL)
		return event_refuse(e, "one of its dates moves all later occurrences (RANGE)");
	if (!ical_time_read(&e->c->reading, property, &t, &fault)) {
		event_refuse(e, "%s: %s", name, fault);
		g_free(fault);
		return false;
	}
	if (e->zone == NULL)
		add_date(rules, name, civil_seconds(&t.local), t.date);
	else if (e->days)
		add_date(rules, name, ical_day(&t, e->zone), true);
	else
		add_date(rules, name, ical_local(&t, e->zone), t.date);
	return true;
}

/* An occurrence that has an event of its own is none of the series. */
static bool
add_changed(struct event *e, GString *rules)
{
	g_autoptr(GArray) changed = g_array_new(FALSE, FALSE, sizeof(instant));
	struct importer *im = e->c->im;
	if (!ics_book_changed(
		im->book, im->file_index, e->found->number, &im->budget.steps, changed))
		return event_refuse(e, im->budget.steps == 0
					   ? "too many changes to be followed"
					   : "one of its changes does not say of which occurrence");
	for (guint i = 0; i < changed->len && e->zone != NULL; i++) {
		instant at = g_array_index(changed, instant, i);
		add_date(rules, "EXDATE", at + zone_offset(e->zone, at), e->days);
	}
	return true;
}

/* A changed occurrence may repeat the rules of its series: they are not its own. */
bool
event_rules(struct event *e)
{
	g_autoptr(GString) rules = g_string_new(NULL);
	bool good = true, recurs = false;
	const struct ics_component *found = e->found;
	for (guint i = 0; i < found->lines->len && !e->changes; i++) {
		const char *line = found->lines->pdata[i];
		bool rule = ics_is(line, "RRULE") || ics_is(line, "EXRULE");
		recurs = recurs || rule || ics_is(line, "RDATE");
		if (rule)
			g_string_append_printf(rules, "%s\n", line);
	}
	if (!recurs)
		return true;
	for (icalproperty *p = icalcomponent_get_first_property(e->component, ICAL_ANY_PROPERTY);
	     p != NULL && good;
	     p = icalcomponent_get_next_property(e->component, ICAL_ANY_PROPERTY)) {
		if (icalproperty_isa(p) == ICAL_RDATE_PROPERTY ||
		    icalproperty_isa(p) == ICAL_EXDATE_PROPERTY)
			good = add_rule_date(e, rules, p);
	}
	good = good && add_changed(e, rules);
	if (good)
		event_add_text(e, "RECURRENCE", rules->str);
	return good;
}
