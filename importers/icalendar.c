/* iCalendar over libical: what it read, and whether it read all of it. */
#include "importers/icalendar.h"

#include "importers/limits.h"
#include "importers/zonenames.h"

#define DAYS_LONGEST 400

/* What libical says about a line that it left out, and of its values. */
static char *
first_error(icalcomponent *component)
{
	icalproperty *error = icalcomponent_get_first_property(component, ICAL_XLICERROR_PROPERTY);
	return error != NULL ? g_strdup(icalproperty_get_xlicerror(error)) : NULL;
}

icalcomponent *
ical_parse(const char *kind, const char *const *lines, size_t count, char **fault)
{
	GString *text = g_string_new(NULL);
	g_string_printf(text, "BEGIN:%s\r\n", kind);
	for (size_t i = 0; i < count; i++)
		g_string_append_printf(text, "%s\r\n", lines[i]);
	g_string_append_printf(text, "END:%s\r\n", kind);
	/* The library may have been built to end the process at an error. */
	icalerror_set_errors_are_fatal(false);
	icalcomponent *component = icalparser_parse_string(text->str);
	g_string_free(text, TRUE);
	if (component != NULL && icalcomponent_isa(component) == icalcomponent_string_to_kind(kind))
		*fault = first_error(component);
	else
		*fault = g_strdup("not iCalendar");
	if (*fault == NULL)
		return component;
	/* Its sentences begin with a capital and quote the line. */
	(*fault)[0] = g_ascii_tolower((*fault)[0]);
	if (component != NULL)
		icalcomponent_free(component);
	return NULL;
}

bool
ical_time_of(const struct ical_reading *reading, struct icaltimetype value, const char *tzid,
    struct ical_time *out, char **fault)
{
	*out = (struct ical_time){.date = value.is_date,
	    .local = {value.year, value.month, value.day, value.hour, value.minute, value.second}};
	if (value.is_date)
		out->local.hour = out->local.minute = out->local.second = 0;
	if (!civil_valid(&out->local)) {
		*fault = g_strdup_printf(
		    "not a date or time: \"%s\"", icaltime_as_ical_string(value));
		return false;
	}
	if (value.is_date)
		return true;
	if (icaltime_is_utc(value)) {
		out->zone = reading->z_is_local ? NULL : zone_get("UTC");
	} else if (tzid != NULL) {
		out->zone = reading->zones(reading->user, tzid);
		if (out->zone == NULL)
			*fault = g_strdup_printf(
			    "no time zone is called \"%s\", nor does the calendar describe it",
			    tzid);
	}
	return *fault == NULL;
}

bool
ical_time_read(
    const struct ical_reading *reading, icalproperty *property, struct ical_time *out, char **fault)
{
	icalvalue *value = icalproperty_get_value(property);
	icalvalue_kind kind = value != NULL ? icalvalue_isa(value) : ICAL_NO_VALUE;
	struct icaltimetype time = icaltime_null_time();
	if (kind == ICAL_DATE_VALUE)
		time = icalvalue_get_date(value);
	else if (kind == ICAL_DATETIME_VALUE)
		time = icalvalue_get_datetime(value);
	else if (kind == ICAL_DATETIMEDATE_VALUE)
		time = icalvalue_get_datetimedate(value);
	if (icaltime_is_null_time(time)) {
		*fault = g_strdup("not a date or time");
		return false;
	}
	icalparameter *tzid = icalproperty_get_first_parameter(property, ICAL_TZID_PARAMETER);
	return ical_time_of(
	    reading, time, tzid != NULL ? icalparameter_get_tzid(tzid) : NULL, out, fault);
}

bool
ical_time_line(const struct ical_reading *reading, const char *line, struct ical_time *out)
{
	char *fault = NULL;
	icalproperty *property = icalproperty_new_from_string(line);
	bool good = property != NULL && ical_time_read(reading, property, out, &fault);
	g_free(fault);
	if (property != NULL)
		icalproperty_free(property);
	return good;
}

int64_t
ical_local(const struct ical_time *t, struct zone *zone)
{
	if (t->zone == NULL || t->zone == zone)
		return civil_seconds(&t->local);
	instant at;
	zone_instant(t->zone, &t->local, ZONE_EARLIER, &at);
	return at + zone_offset(zone, at);
}

int64_t
ical_seconds(struct icaltimetype t)
{
	return civil_days(t.year, t.month, t.day) * INSTANT_DAY + t.hour * INSTANT_HOUR +
	       t.minute * INSTANT_MINUTE + t.second;
}

struct zone *
ical_zones_named(const void *user, const char *tzid)
{
	return zone_named(tzid);
}

bool
ical_midnight(const struct ical_time *t)
{
	return t->local.hour == 0 && t->local.minute == 0 && t->local.second == 0;
}

bool
ical_whole_days(const struct ical_time *start, const struct ical_time *end)
{
	return start->date ||
	       (ical_midnight(start) && ical_midnight(end) && start->zone == end->zone);
}

/* So many days of the calendar and so many seconds; NULL, or why it is none. */
static const char *
read_length(const char *text, bool date, int64_t *days, int64_t *rest)
{
	/* libical lets numbers overflow. */
	if (!g_regex_match_simple("^\\+?P(\\d{1,5}[WDHMS]|T)+$", text, G_REGEX_CASELESS, 0))
		return "not a length of time";
	g_autofree char *upper = g_ascii_strup(text, -1);
	struct icaldurationtype length = icaldurationtype_from_string(upper);
	*days = (int64_t)length.weeks * 7 + length.days;
	*rest = length.hours * INSTANT_HOUR + length.minutes * INSTANT_MINUTE + length.seconds;
	if (icaldurationtype_is_bad_duration(length))
		return "not a length of time";
	if (date && *rest % INSTANT_DAY != 0)
		return "hours behind a date";
	return *days > DAYS_LONGEST || *rest > BOOKING_LONGEST ? "longer than 400 days" : NULL;
}

bool
ical_end(const struct ical_time *start, const char *length, struct zone *zone,
    struct ical_time *end, char **fault)
{
	int64_t days = 0, rest = 0;
	const char *why = read_length(length, start->date, &days, &rest);
	*end = *start;
	end->local = civil_from_seconds(civil_seconds(&start->local) + days * INSTANT_DAY);
	if (why == NULL && !start->date && rest != 0 && zone != NULL && civil_valid(&end->local)) {
		instant at;
		zone_instant(zone, &end->local, ZONE_EARLIER, &at);
		end->zone = zone_get("UTC");
		end->local = civil_from_seconds(at + rest);
	} else if (why == NULL) {
		end->local = civil_from_seconds(civil_seconds(&end->local) + rest);
	}
	if (why == NULL && !civil_valid(&end->local))
		why = "ends behind 2200";
	*fault = g_strdup(why);
	return why == NULL;
}

int64_t
ical_day(const struct ical_time *t, struct zone *zone)
{
	struct civil day = t->local;
	if (t->zone != NULL && !ical_midnight(t))
		day = civil_from_seconds(ical_local(t, zone));
	return civil_days(day.year, day.month, day.day) * INSTANT_DAY;
}
