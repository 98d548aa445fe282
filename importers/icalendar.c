/* iCalendar over libical: what it read, whether it read all of it, and which zone a name means. */
#include "importers/icalendar.h"

#include <string.h>

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
			    "no time zone is called \"%s\", nor is it one of a fixed offset", tzid);
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

int64_t
ical_local(const struct ical_time *t, struct zone *zone)
{
	if (t->zone == NULL || t->zone == zone)
		return civil_seconds(&t->local);
	instant at;
	zone_instant(t->zone, &t->local, ZONE_EARLIER, &at);
	return at + zone_offset(zone, at);
}

/* Names that Windows and Outlook use, as Unicode CLDR maps them to IANA's (its territory 001). */
static const char *const windows_names[][2] = {
    {"GMT Standard Time", "Europe/London"},
    {"Greenwich Standard Time", "Atlantic/Reykjavik"},
    {"W. Europe Standard Time", "Europe/Berlin"},
    {"Central Europe Standard Time", "Europe/Budapest"},
    {"Central European Standard Time", "Europe/Warsaw"},
    {"Romance Standard Time", "Europe/Paris"},
    {"E. Europe Standard Time", "Europe/Chisinau"},
    {"FLE Standard Time", "Europe/Kiev"},
    {"GTB Standard Time", "Europe/Bucharest"},
    {"Turkey Standard Time", "Europe/Istanbul"},
    {"Russian Standard Time", "Europe/Moscow"},
    {"Israel Standard Time", "Asia/Jerusalem"},
    {"South Africa Standard Time", "Africa/Johannesburg"},
    {"Arabian Standard Time", "Asia/Dubai"},
    {"India Standard Time", "Asia/Calcutta"},
    {"China Standard Time", "Asia/Shanghai"},
    {"Singapore Standard Time", "Asia/Singapore"},
    {"Tokyo Standard Time", "Asia/Tokyo"},
    {"AUS Eastern Standard Time", "Australia/Sydney"},
    {"E. Australia Standard Time", "Australia/Brisbane"},
    {"New Zealand Standard Time", "Pacific/Auckland"},
    {"Newfoundland Standard Time", "America/St_Johns"},
    {"Atlantic Standard Time", "America/Halifax"},
    {"Eastern Standard Time", "America/New_York"},
    {"Central Standard Time", "America/Chicago"},
    {"Mountain Standard Time", "America/Denver"},
    {"US Mountain Standard Time", "America/Phoenix"},
    {"Pacific Standard Time", "America/Los_Angeles"},
    {"Alaskan Standard Time", "America/Anchorage"},
    {"Hawaiian Standard Time", "Pacific/Honolulu"},
    {"E. South America Standard Time", "America/Sao_Paulo"},
};

struct zone *
ical_zone_named(const char *tzid)
{
	/* `/softwarestudio.org/Tzfile/Europe/Berlin`: what a registry of zones puts in front. */
	for (const char *name = tzid; name != NULL; name = strchr(name, '/')) {
		name += *name == '/';
		struct zone *zone = zone_get(name);
		if (zone != NULL)
			return zone;
		if (tzid[0] != '/')
			break;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(windows_names); i++) {
		if (g_ascii_strcasecmp(tzid, windows_names[i][0]) == 0)
			return zone_get(windows_names[i][1]);
	}
	return NULL;
}

struct zone *
ical_zones_named(const void *user, const char *tzid)
{
	return ical_zone_named(tzid);
}

struct zone *
ical_zone_fixed(icalcomponent *vtimezone)
{
	bool known = false;
	int offset = 0;
	for (icalcomponent *part = icalcomponent_get_first_component(vtimezone, ICAL_ANY_COMPONENT);
	     part != NULL; part = icalcomponent_get_next_component(vtimezone, ICAL_ANY_COMPONENT)) {
		icalproperty *to = icalcomponent_get_first_property(part, ICAL_TZOFFSETTO_PROPERTY);
		if (to == NULL || (known && icalproperty_get_tzoffsetto(to) != offset))
			return NULL;
		offset = icalproperty_get_tzoffsetto(to);
		known = true;
	}
	if (!known || offset % 60 != 0 || ABS(offset) > 14 * 3600)
		return NULL;
	char name[16];
	g_snprintf(name, sizeof(name), "%c%02d:%02d", offset < 0 ? '-' : '+', ABS(offset) / 3600,
	    ABS(offset) / 60 % 60);
	return zone_get(name);
}
