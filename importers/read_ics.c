/*
 * iCalendar as source.  The file is read twice: first for its time zones, and for which of several events with one
 * UID counts and which occurrences of a series were moved or cancelled; then each event becomes a row.
 */
#include "base/failure.h"
#include "base/text.h"
#include "importers/bytes.h"
#include "importers/icalendar.h"
#include "importers/icsfile.h"
#include "importers/importer.h"
#include "importers/limits.h"

#include <string.h>

/* Which of the events with one UID (and one RECURRENCE-ID) counts. */
struct winner {
	int64_t sequence;
	uint32_t number;
};

struct calendar {
	struct importer *im;
	const char *name; /* of the file */
	struct key_map *keys;
	struct ical_reading reading;
	GHashTable *zones;   /* TZID -> struct zone * */
	GHashTable *winners; /* identity -> struct winner * */
	GHashTable *
	    moved; /* UID -> GPtrArray of char *: an EXDATE for each occurrence that has its own event */
	GHashTable *wanted; /* property name as spelt -> is it wanted? */
};

/* An event on its way to a row. */
struct event {
	struct calendar *c;
	const struct ics_component *found;
	icalcomponent *component;
	struct json_object *object;
	struct zone *zone; /* of its start, else of the source; NULL */
	char *fault;	   /* the first */
};

/* Properties that are looked at whatever the profile asks for. */
static const char *const own_properties[] = {"UID", "DTSTART", "DTEND", "DURATION", "RRULE",
    "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID", "SEQUENCE", "STATUS", NULL};

static bool event_refuse(struct event *e, const char *format, ...) G_GNUC_PRINTF(2, 3);

static bool
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

/* ---- names and zones ---- */

static bool
is_asked_for(const struct calendar *c, const char *name)
{
	for (size_t i = 0; own_properties[i] != NULL; i++) {
		if (g_ascii_strcasecmp(name, own_properties[i]) == 0)
			return true;
	}
	const struct names *names = &c->im->profile->names;
	char *key = text_header_key(name);
	bool found = false;
	for (unsigned i = 0; i < names->count && *key != '\0'; i++)
		found = found || strcmp(names->list[i].first, key) == 0;
	g_free(key);
	return found;
}

#define NAMES_MAX 1024 /* spellings remembered */

static bool
is_wanted(void *user, const char *text, size_t length)
{
	struct calendar *c = user;
	char *name = g_strndup(text, length);
	gpointer known;
	if (!g_hash_table_lookup_extended(c->wanted, name, NULL, &known)) {
		known = GINT_TO_POINTER(is_asked_for(c, name));
		if (g_hash_table_size(c->wanted) < NAMES_MAX)
			g_hash_table_insert(c->wanted, g_strdup(name), known);
	}
	g_free(name);
	return GPOINTER_TO_INT(known);
}

/* A zone of the world is taken from this machine's data, which is newer than a calendar's copy of it. */
static struct zone *
find_zone(const void *user, const char *tzid)
{
	const struct calendar *c = user;
	struct zone *own = g_hash_table_lookup(c->zones, tzid);
	return own != NULL && strchr(tzid, '/') == NULL ? own
	       : ical_zone_named(tzid) != NULL		? ical_zone_named(tzid)
							: own;
}

/* ---- the first reading ---- */

static const char *
line_of(const struct ics_component *component, const char *name)
{
	for (guint i = 0; i < component->lines->len; i++) {
		if (ics_is(component->lines->pdata[i], name))
			return component->lines->pdata[i];
	}
	return NULL;
}

/* UID and RECURRENCE-ID as they are written; NULL without a UID.  Caller frees. */
static char *
identity(const struct ics_component *component)
{
	const char *uid = line_of(component, "UID");
	const char *moved = line_of(component, "RECURRENCE-ID");
	if (uid == NULL)
		return NULL;
	return g_strconcat(ics_value(uid), "\n", moved != NULL ? moved : "", NULL);
}

static void
note_zone(struct calendar *c, const struct ics_component *component)
{
	char *fault = NULL;
	GPtrArray *lines = component->lines;
	icalcomponent *zone = ical_parse(
	    "VTIMEZONE", (const char *const *)lines->pdata, lines->len, &fault);
	g_free(fault);
	if (zone == NULL)
		return;
	icalproperty *tzid = icalcomponent_get_first_property(zone, ICAL_TZID_PROPERTY);
	struct zone *fixed = ical_zone_fixed(zone);
	if (tzid != NULL && fixed != NULL)
		g_hash_table_insert(c->zones, g_strdup(icalproperty_get_tzid(tzid)), fixed);
	icalcomponent_free(zone);
}

/* The event with the highest SEQUENCE counts; of equal ones the last. */
static void
note_winner(struct calendar *c, const struct ics_component *component, char *key)
{
	const char *line = line_of(component, "SEQUENCE");
	struct winner found = {.number = component->number};
	if (line != NULL && !text_number(ics_value(line), 0, INT32_MAX, &found.sequence))
		found.sequence = 0; /* the event will be rejected for it, if it counts */
	struct winner *known = g_hash_table_lookup(c->winners, key);
	if (known == NULL)
		g_hash_table_insert(c->winners, key, g_memdup2(&found, sizeof(found)));
	else
		g_free(key);
	if (known != NULL && found.sequence >= known->sequence)
		*known = found;
}

static void
note_moved(struct calendar *c, const char *uid, const char *line)
{
	GPtrArray *list = g_hash_table_lookup(c->moved, uid);
	if (list == NULL) {
		list = g_ptr_array_new_with_free_func(g_free);
		g_hash_table_insert(c->moved, g_strdup(uid), list);
	}
	g_ptr_array_add(list, g_strconcat("EXDATE", line + strlen("RECURRENCE-ID"), NULL));
}

static bool
survey(void *user, const struct ics_component *component, GError **error)
{
	struct calendar *c = user;
	if (!component->event) {
		note_zone(c, component);
		return true;
	}
	char *key = identity(component);
	const char *moved = line_of(component, "RECURRENCE-ID");
	if (key == NULL)
		return true;
	if (moved != NULL)
		note_moved(c, ics_value(line_of(component, "UID")), moved);
	note_winner(c, component, key);
	return true;
}

/* ---- times ---- */

static void
add_text(struct event *e, const char *key, const char *text)
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
	add_text(e, key, text);
	g_free(text);
}

/* The only property of a kind; NULL when there is none.  False when there are several. */
static bool
single(struct event *e, icalproperty_kind kind, icalproperty **out)
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
	if (!single(e, kind, &property))
		return false;
	*there = property != NULL;
	if (property == NULL || ical_time_read(&e->c->reading, property, out, &fault))
		return true;
	event_refuse(e, "%s: %s", icalproperty_get_property_name(property), fault);
	g_free(fault);
	return false;
}

/* Days follow the calendar, hours and minutes the time that passes. */
static bool
add_length(struct event *e, const struct ical_time *start, icalproperty *property)
{
	struct icaldurationtype length = icalproperty_get_duration(property);
	const char *text = ics_value(line_of(e->found, "DURATION"));
	/* libical lets numbers overflow. */
	if (!g_regex_match_simple("^\\+?P(\\d{1,5}[WDHMS]|T)+$", text, G_REGEX_CASELESS, 0))
		return event_refuse(e, "DURATION: not a length of time");
	int64_t days = (int64_t)length.weeks * 7 + length.days;
	int64_t rest = length.hours * INSTANT_HOUR + length.minutes * INSTANT_MINUTE +
		       length.seconds;
	if (days > 400 || rest > BOOKING_LONGEST || (start->date && rest % INSTANT_DAY != 0))
		return event_refuse(e, "DURATION: %s",
		    start->date && rest % INSTANT_DAY != 0 ? "hours behind a date"
							   : "longer than 400 days");
	struct ical_time end = *start;
	int64_t local = civil_seconds(&start->local) + days * INSTANT_DAY;
	if (start->date || rest == 0 || e->zone == NULL) {
		end.local = civil_from_seconds(local + rest);
	} else {
		instant at;
		struct civil day = civil_from_seconds(local);
		if (!civil_valid(&day))
			return event_refuse(e, "DURATION: ends behind 2200");
		zone_instant(e->zone, &day, ZONE_EARLIER, &at);
		end.zone = zone_get("UTC");
		end.local = civil_from_seconds(at + rest);
	}
	add_time(e, "DTEND", &end);
	return true;
}

/* DTSTART and DTEND; a date without an end is one day. */
static bool
add_times(struct event *e, struct ical_time *start)
{
	struct ical_time end;
	bool there, ends;
	icalproperty *length;
	if (!read_time(e, ICAL_DTSTART_PROPERTY, start, &there))
		return false;
	if (!there)
		return event_refuse(e, "has no DTSTART");
	e->zone = start->zone != NULL ? start->zone : e->c->im->zone;
	add_time(e, "DTSTART", start);
	if (!read_time(e, ICAL_DTEND_PROPERTY, &end, &ends) ||
	    !single(e, ICAL_DURATION_PROPERTY, &length))
		return false;
	if (ends && length != NULL)
		return event_refuse(e, "has both DTEND and DURATION");
	if (length != NULL)
		return add_length(e, start, length);
	if (!ends && !start->date)
		return event_refuse(e, "has neither DTEND nor DURATION");
	if (!ends) {
		end = *start;
		end.local = civil_from_seconds(civil_seconds(&start->local) + INSTANT_DAY);
	}
	add_time(e, "DTEND", &end);
	return true;
}

/* ---- recurrence ---- */

/* A date of a series, on the clocks of its start. */
static bool
add_rule_date(struct event *e, GString *rules, icalproperty *property)
{
	struct ical_time t;
	const char *name = icalproperty_get_property_name(property);
	char *fault = NULL;
	if (icalproperty_get_first_parameter(property, ICAL_RANGE_PARAMETER) != NULL)
		return event_refuse(e, "one of its changes moves all later occurrences (RANGE)");
	if (!ical_time_read(&e->c->reading, property, &t, &fault)) {
		event_refuse(e, "%s: %s", name, fault);
		g_free(fault);
		return false;
	}
	struct civil c = civil_from_seconds(
	    e->zone != NULL ? ical_local(&t, e->zone) : civil_seconds(&t.local));
	if (t.date)
		g_string_append_printf(
		    rules, "%s;VALUE=DATE:%04d%02d%02d\n", name, c.year, c.month, c.day);
	else
		g_string_append_printf(rules, "%s:%04d%02d%02dT%02d%02d%02d\n", name, c.year,
		    c.month, c.day, c.hour, c.minute, c.second);
	return true;
}

/* The rules of a series in the form of the field `recurrence`. */
static bool
add_rules(struct event *e)
{
	GString *rules = g_string_new(NULL);
	bool good = true, recurs = false;
	const struct ics_component *found = e->found;
	for (guint i = 0; i < found->lines->len; i++) {
		const char *line = found->lines->pdata[i];
		bool rule = ics_is(line, "RRULE") || ics_is(line, "EXRULE");
		recurs = recurs || rule || ics_is(line, "RDATE");
		if (rule)
			g_string_append_printf(rules, "%s\n", line);
	}
	for (icalproperty *p = icalcomponent_get_first_property(e->component, ICAL_ANY_PROPERTY);
	     p != NULL && good && recurs;
	     p = icalcomponent_get_next_property(e->component, ICAL_ANY_PROPERTY)) {
		if (icalproperty_isa(p) == ICAL_RDATE_PROPERTY ||
		    icalproperty_isa(p) == ICAL_EXDATE_PROPERTY)
			good = add_rule_date(e, rules, p);
	}
	if (good && recurs)
		add_text(e, "RECURRENCE", rules->str);
	g_string_free(rules, TRUE);
	return good;
}

/* The id of an occurrence that has its own event is that which the series would have given it. */
static bool
add_id(struct event *e)
{
	struct ical_time t;
	bool moved;
	icalproperty *uid;
	if (!single(e, ICAL_UID_PROPERTY, &uid))
		return false;
	if (uid == NULL)
		return event_refuse(e, "has no UID");
	add_text(e, "UID", icalproperty_get_uid(uid));
	if (!read_time(e, ICAL_RECURRENCEID_PROPERTY, &t, &moved) || !moved)
		return e->fault == NULL;
	icalproperty *which = icalcomponent_get_first_property(
	    e->component, ICAL_RECURRENCEID_PROPERTY);
	if (icalproperty_get_first_parameter(which, ICAL_RANGE_PARAMETER) != NULL)
		return event_refuse(e, "moves all later occurrences (RANGE)");
	struct zone *zone = t.zone != NULL ? t.zone : e->c->im->zone;
	if (zone == NULL)
		return true; /* it is refused for want of a zone soon */
	instant at;
	char text[INSTANT_TEXT];
	zone_instant(zone, &t.local, ZONE_EARLIER, &at);
	char *id = g_strconcat(icalproperty_get_uid(uid), "/", instant_format(at, text), NULL);
	add_text(e, "UID", id);
	g_free(id);
	return true;
}

/* ---- other properties ---- */

/* Whoever declined does not come; rooms and lists of people are no persons. */
static bool
is_coming(icalproperty *attendee)
{
	icalparameter *p = icalproperty_get_first_parameter(attendee, ICAL_PARTSTAT_PARAMETER);
	icalparameter_partstat answer = p != NULL ? icalparameter_get_partstat(p)
						  : ICAL_PARTSTAT_NONE;
	p = icalproperty_get_first_parameter(attendee, ICAL_CUTYPE_PARAMETER);
	icalparameter_cutype type = p != NULL ? icalparameter_get_cutype(p) : ICAL_CUTYPE_NONE;
	p = icalproperty_get_first_parameter(attendee, ICAL_ROLE_PARAMETER);
	icalparameter_role role = p != NULL ? icalparameter_get_role(p) : ICAL_ROLE_NONE;
	return answer != ICAL_PARTSTAT_DECLINED && answer != ICAL_PARTSTAT_DELEGATED &&
	       type != ICAL_CUTYPE_ROOM && type != ICAL_CUTYPE_RESOURCE &&
	       type != ICAL_CUTYPE_GROUP && role != ICAL_ROLE_NONPARTICIPANT;
}

/* {"email": ..., "name": ...}; what is not there is left out. */
static struct json_object *
person(icalproperty *property)
{
	struct json_object *object = json_object_new_object();
	const char *address = icalproperty_get_value_as_string(property);
	icalparameter *name = icalproperty_get_first_parameter(property, ICAL_CN_PARAMETER);
	icalparameter *email = icalproperty_get_first_parameter(property, ICAL_EMAIL_PARAMETER);
	bool is_mail = address != NULL && (strchr(address, ':') == NULL ||
					      g_ascii_strncasecmp(address, "mailto:", 7) == 0);
	if (!is_mail)
		address = email != NULL ? icalparameter_get_email(email) : NULL;
	if (address != NULL)
		json_object_object_add(object, "email", json_object_new_string(address));
	if (name != NULL && icalparameter_get_cn(name) != NULL)
		json_object_object_add(
		    object, "name", json_object_new_string(icalparameter_get_cn(name)));
	return object;
}

static void
add_value(struct event *e, const char *name, struct json_object *value)
{
	struct json_object *known, *list;
	if (!json_object_object_get_ex(e->object, name, &known)) {
		json_object_object_add(e->object, name, value);
		return;
	}
	if (json_object_is_type(known, json_type_array)) {
		json_object_array_add(known, value);
		return;
	}
	list = json_object_new_array();
	json_object_array_add(list, json_object_get(known));
	json_object_array_add(list, value);
	json_object_object_add(e->object, name, list);
}

static void
add_property(struct event *e, icalproperty *property)
{
	icalproperty_kind kind = icalproperty_isa(property);
	const char *name = icalproperty_get_property_name(property);
	icalvalue *value = icalproperty_get_value(property);
	const char *text;
	switch (kind) {
	case ICAL_UID_PROPERTY:
	case ICAL_DTSTART_PROPERTY:
	case ICAL_DTEND_PROPERTY:
	case ICAL_DURATION_PROPERTY:
	case ICAL_RRULE_PROPERTY:
	case ICAL_RDATE_PROPERTY:
	case ICAL_EXDATE_PROPERTY:
		return;
	case ICAL_ATTENDEE_PROPERTY:
	case ICAL_ORGANIZER_PROPERTY:
		if (kind == ICAL_ORGANIZER_PROPERTY || is_coming(property))
			add_value(e, name, person(property));
		return;
	default:
		text = icalvalue_isa(value) == ICAL_TEXT_VALUE
			   ? icalvalue_get_text(value)
			   : icalproperty_get_value_as_string(property);
		if (text != NULL)
			add_value(e, name, json_object_new_string(text));
	}
}

/* ---- the second reading ---- */

/* A property without a value is no property, unless it says when something is. */
static bool
is_nothing(const char *line)
{
	static const char *const times[] = {
	    "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", NULL};
	for (size_t i = 0; times[i] != NULL; i++) {
		if (ics_is(line, times[i]))
			return false;
	}
	return text_blank(ics_value(line));
}

/* The lines of the event, and for a series an EXDATE for each of its occurrences that has its own event. */
static icalcomponent *
parse_event(struct event *e)
{
	const struct ics_component *found = e->found;
	GPtrArray *lines = g_ptr_array_new();
	const char *uid = line_of(found, "UID");
	GPtrArray *moved = uid != NULL && line_of(found, "RECURRENCE-ID") == NULL
			       ? g_hash_table_lookup(e->c->moved, ics_value(uid))
			       : NULL;
	for (guint i = 0; i < found->lines->len; i++) {
		if (!is_nothing(found->lines->pdata[i]))
			g_ptr_array_add(lines, found->lines->pdata[i]);
		else if (ics_is(found->lines->pdata[i], "STATUS"))
			add_text(e, "STATUS", ""); /* that is not the same as none */
	}
	for (guint i = 0; moved != NULL && i < moved->len; i++)
		g_ptr_array_add(lines, moved->pdata[i]);
	icalcomponent *component = ical_parse(
	    "VEVENT", (const char *const *)lines->pdata, lines->len, &e->fault);
	g_ptr_array_unref(lines);
	return component;
}

static bool
read_event(struct event *e)
{
	const struct ics_component *found = e->found;
	struct ical_time start;
	int64_t sequence;
	const char *line = line_of(found, "SEQUENCE");
	if (found->fault != NULL)
		return event_refuse(e, "%s", found->fault);
	e->component = parse_event(e);
	if (e->component == NULL)
		return false;
	for (icalproperty *p = icalcomponent_get_first_property(e->component, ICAL_ANY_PROPERTY);
	     p != NULL; p = icalcomponent_get_next_property(e->component, ICAL_ANY_PROPERTY))
		add_property(e, p);
	if (line != NULL && !is_nothing(line) &&
	    !text_number(ics_value(line), 0, INT32_MAX, &sequence))
		return event_refuse(e, "SEQUENCE: not a number");
	if (line_of(found, "RECURRENCE-ID") != NULL && line_of(found, "RRULE") != NULL)
		return event_refuse(e, "has both RECURRENCE-ID and RRULE");
	return add_id(e) && add_times(e, &start) && add_rules(e);
}

static bool
counts(const struct calendar *c, const struct ics_component *component)
{
	char *key = identity(component);
	const struct winner *winner = key != NULL ? g_hash_table_lookup(c->winners, key) : NULL;
	g_free(key);
	return winner == NULL || winner->number == component->number;
}

static bool
build(void *user, const struct ics_component *component, GError **error)
{
	struct calendar *c = user;
	struct importer *im = c->im;
	if (!component->event)
		return true;
	if (!counts(c, component)) {
		im->facts->dropped++;
		return true;
	}
	struct event e = {.c = c, .found = component, .object = json_object_new_object()};
	struct row row = {.place = {.source = im->index,
			      .file = im->file_index,
			      .row = component->number,
			      .line = component->line}};
	unsigned clash;
	read_event(&e);
	if (!key_map_bind(c->keys, e.object, &row, &clash))
		event_refuse(
		    &e, "two properties match \"%s\"", im->profile->names.list[clash].text);
	build_object(im, &row, e.object, e.fault);
	json_object_put(e.object);
	if (e.component != NULL)
		icalcomponent_free(e.component);
	g_free(e.fault);
	return true;
}

bool
ics_import(struct importer *im, struct bytes *bytes, GError **error)
{
	struct calendar c = {.im = im, .name = bytes_name(bytes)};
	c.keys = key_map_new(&im->profile->names);
	c.reading = (struct ical_reading){
	    .zones = find_zone, .user = &c, .z_is_local = im->profile->z_is_local};
	c.zones = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	c.winners = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	c.moved = g_hash_table_new_full(
	    g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
	c.wanted = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	memset(im->seen, 0, sizeof(im->seen));
	im->seen_records = 0;
	struct ics_handler first = {is_wanted, survey, &c}, second = {is_wanted, build, &c};
	bool good = ics_read(bytes, &first, error) && ics_read(bytes, &second, error) &&
		    build_complete(im, c.name, error);
	key_map_free(c.keys);
	g_hash_table_unref(c.zones);
	g_hash_table_unref(c.winners);
	g_hash_table_unref(c.moved);
	g_hash_table_unref(c.wanted);
	return good;
}
