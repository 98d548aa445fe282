/*
 * iCalendar as source.  A file is read three times: for its time zones, for which of several events with one UID counts
 * and which occurrences of a series were changed, and then each event becomes a row.  The second is done for all
 * files of a source before the third: calendars of several rooms hold each other's events.
 */
#include "base/failure.h"
#include "base/text.h"
#include "importers/bytes.h"
#include "importers/ics.h"
#include "importers/limits.h"
#include "importers/vtimezone.h"
#include "importers/zonenames.h"

#include <string.h>

/* What a property is wanted for. */
enum { WANTED_READ = 1, WANTED_PLACE = 2 };

/* Properties that are looked at whatever the profile asks for. */
static const char *const own_properties[] = {"UID", "DTSTART", "DTEND", "DURATION", "RRULE",
    "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID", "SEQUENCE", "DTSTAMP", "STATUS", NULL};

/* ---- names ---- */

static bool
is_among(const struct profile *profile, const struct alternatives *any, const char *key)
{
	for (size_t i = 0; i < any->count; i++) {
		if (strcmp(profile->names.list[any->names[i]].first, key) == 0)
			return true;
	}
	return false;
}

static int
wanted_for(const struct calendar *c, const char *name)
{
	static const enum field places[] = {
	    FIELD_RESOURCE, FIELD_RESOURCE_ID, FIELD_LOCATION, FIELD_GROUP};
	const struct profile *profile = c->im->profile;
	int wanted = 0;
	for (size_t i = 0; own_properties[i] != NULL; i++) {
		if (g_ascii_strcasecmp(name, own_properties[i]) == 0)
			wanted = WANTED_READ;
	}
	g_autofree char *key = text_header_key(name);
	for (unsigned i = 0; i < profile->names.count && *key != '\0'; i++) {
		if (strcmp(profile->names.list[i].first, key) == 0)
			wanted |= WANTED_READ;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(places) && *key != '\0'; i++) {
		if (is_among(profile, &profile->fields[places[i]].any, key))
			wanted |= WANTED_PLACE;
	}
	return wanted;
}

#define NAMES_MAX 1024 /* spellings remembered */

static int
known_wanted(const struct calendar *c, const char *text, size_t length)
{
	g_autofree char *name = g_strndup(text, length);
	gpointer known;
	if (!g_hash_table_lookup_extended(c->wanted, name, NULL, &known)) {
		known = GINT_TO_POINTER(wanted_for(c, name));
		if (g_hash_table_size(c->wanted) < NAMES_MAX)
			g_hash_table_insert(c->wanted, g_strdup(name), known);
	}
	return GPOINTER_TO_INT(known);
}

static bool
is_wanted(void *user, const char *text, size_t length)
{
	return known_wanted(user, text, length) != 0;
}

static bool
is_unwanted(void *user, const char *text, size_t length)
{
	return false;
}

/* ---- zones ---- */

static bool
note_zone(void *user, const struct ics_component *component, GError **error)
{
	struct calendar *c = user;
	if (component->event || component->fault != NULL)
		return true;
	if (c->zones_seen++ >= ICS_ZONES_MAX)
		return fail(error, EXIT_BAD_INPUT, LIMIT_HINT, "%s: more than %u time zones",
		    c->name, ICS_ZONES_MAX);
	g_autofree char *tzid = NULL;
	struct zone *zone = vtimezone_read(component->lines, &tzid);
	if (zone == NULL)
		return true;
	g_hash_table_insert(c->zones, g_strdup_printf("%u\n%s", component->calendar, tzid), zone);
	/* Of calendars that were put together only one may describe what all of them use. */
	g_hash_table_insert(c->zones, g_strdup_printf("0\n%s", tzid), zone);
	return true;
}

/* The zone of IANA's name, perhaps behind what a registry puts in front; NULL for other names. */
static struct zone *
iana_zone(const char *tzid)
{
	if (strchr(tzid, '/') == NULL)
		return NULL;
	return *tzid == '/' ? zone_named(tzid) : zone_get(tzid);
}

/*
 * A calendar's own description is the truth about its TZID, but for names of IANA: of those it holds a copy, which is
 * often cut short or old, and this machine the original.
 */
static struct zone *
resolve_zone(const struct calendar *c, const char *tzid)
{
	g_autofree char *here = g_strdup_printf("%u\n%s", c->number, tzid);
	g_autofree char *anywhere = g_strdup_printf("0\n%s", tzid);
	struct zone *zone = iana_zone(tzid);
	if (zone == NULL)
		zone = g_hash_table_lookup(c->zones, here);
	if (zone == NULL)
		zone = g_hash_table_lookup(c->zones, anywhere);
	return zone != NULL ? zone : zone_named(tzid);
}

static struct zone *
find_zone(const void *user, const char *tzid)
{
	const struct calendar *c = user;
	gpointer known;
	if (!g_hash_table_lookup_extended(c->resolved, tzid, NULL, &known)) {
		known = resolve_zone(c, tzid);
		g_hash_table_insert(c->resolved, g_strdup(tzid), known);
	}
	return known;
}

/* From here on a TZID means what it means in this calendar. */
static void
enter_calendar(struct calendar *c, const struct ics_component *component)
{
	if (c->number != component->calendar)
		g_hash_table_remove_all(c->resolved);
	c->number = component->calendar;
}

/* ---- which events count ---- */

/* The properties that say where, as written. */
static char *
place_of(const struct calendar *c, const struct ics_component *component)
{
	GString *place = g_string_new(NULL);
	for (guint i = 0; i < component->lines->len; i++) {
		const char *line = component->lines->pdata[i];
		if ((known_wanted(c, line, strcspn(line, ":;")) & WANTED_PLACE) == 0 ||
		    text_blank(ics_value(line)))
			continue;
		g_string_append_printf(place, "%s%s", place->len > 0 ? ", " : "", ics_value(line));
	}
	return g_string_free(place, FALSE);
}

/* The digits of a DTSTAMP, which is always in UTC: the later is the greater. */
static int64_t
stamp_of(const char *line)
{
	int64_t stamp = 0;
	for (const char *p = line != NULL ? ics_value(line) : ""; *p != '\0'; p++) {
		if (g_ascii_isdigit(*p) && stamp < INT64_MAX / 100)
			stamp = stamp * 10 + (*p - '0');
	}
	return stamp;
}

/* A change of all later occurrences is none that can be followed. */
static bool
has_range(const char *line)
{
	g_autofree char *parameters = g_ascii_strup(line, ics_value(line) - line);
	return strstr(parameters, ";RANGE=") != NULL;
}

/* Is it of whole days, by its end or its length?  event_times asks the same of what it has read. */
static bool
is_of_days(
    const struct calendar *c, const struct ics_component *component, const struct ical_time *start)
{
	const char *line = ics_line(component, "DTEND"), *length = ics_line(component, "DURATION");
	struct zone *zone = start->zone != NULL ? start->zone : c->im->zone;
	struct ical_time end = *start;
	g_autofree char *fault = NULL;
	bool ends = line != NULL
			? ical_time_line(&c->reading, line, &end)
			: length != NULL && ical_end(start, ics_value(length), zone, &end, &fault);
	return start->date || (ends && ical_whole_days(start, &end));
}

static bool
survey(void *user, const struct ics_component *component, GError **error)
{
	struct calendar *c = user;
	if (!component->event)
		return true;
	enter_calendar(c, component);
	const char *uid = ics_line(component, "UID"), *start = ics_line(component, "DTSTART");
	const char *which = ics_line(component, "RECURRENCE-ID");
	const char *sequence = ics_line(component, "SEQUENCE");
	g_autofree char *place = place_of(c, component);
	struct ics_seen seen = {.file = c->im->file_index,
	    .calendar = component->calendar,
	    .number = component->number,
	    .uid = uid != NULL && !text_blank(ics_value(uid)) ? ics_value(uid) : NULL,
	    .place = place,
	    .stamp = stamp_of(ics_line(component, "DTSTAMP")),
	    .series = ics_line(component, "RRULE") != NULL || ics_line(component, "RDATE") != NULL,
	    .changes = which != NULL};
	if (sequence != NULL && !text_number(ics_value(sequence), 0, INT32_MAX, &seen.sequence))
		seen.sequence = 0; /* the event will be rejected for it, if it counts */
	seen.starts = start != NULL && ical_time_line(&c->reading, start, &seen.start);
	seen.days = seen.starts && is_of_days(c, component, &seen.start);
	seen.which_known = which != NULL && !has_range(which) &&
			   ical_time_line(&c->reading, which, &seen.which);
	ics_book_add(c->im->book, &seen);
	return true;
}

/* ---- from event to row ---- */

#define PLACE_IN_ID 40 /* bytes of a place that an id repeats */

/* The place as part of an id, which must not grow with what somebody writes into it. */
static char *
place_in_id(const char *place)
{
	if (strlen(place) <= PLACE_IN_ID)
		return g_strdup(place);
	g_autofree char *sum = g_compute_checksum_for_string(G_CHECKSUM_SHA256, place, -1);
	return g_strndup(sum, 12);
}

/* Where others with the same UID count, too, when and where it is tells them apart. */
static bool
add_id(struct event *e, const struct ics_verdict *verdict)
{
	char text[INSTANT_TEXT];
	icalproperty *uid;
	if (!event_single(e, ICAL_UID_PROPERTY, &uid))
		return false;
	if (uid == NULL)
		return true;
	g_autoptr(GString) id = g_string_new(icalproperty_get_uid(uid));
	/* The id of an occurrence that has its own event is that which the series would have given it. */
	if (e->changes && verdict->which == INSTANT_ALWAYS)
		return event_refuse(e, "does not say which occurrence it changes");
	if (e->changes)
		g_string_append_printf(id, "/%s", instant_format(verdict->which, text));
	if (verdict->shared && verdict->start != INSTANT_ALWAYS) {
		g_autofree char *place = place_in_id(verdict->place);
		g_string_append_printf(id, "/%s/%s", instant_format(verdict->start, text), place);
	}
	event_add_text(e, "UID", id->str);
	return true;
}

/* RANGE and what cannot be read are the reasons that a person can look for. */
static bool
check_which(struct event *e)
{
	icalproperty *which;
	struct ical_time t;
	char *fault = NULL;
	if (!event_single(e, ICAL_RECURRENCEID_PROPERTY, &which))
		return false;
	if (which == NULL)
		return true;
	if (icalproperty_get_first_parameter(which, ICAL_RANGE_PARAMETER) != NULL)
		return event_refuse(e, "moves all later occurrences (RANGE)");
	if (ical_time_read(&e->c->reading, which, &t, &fault))
		return true;
	event_refuse(e, "RECURRENCE-ID: %s", fault);
	g_free(fault);
	return false;
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
		if (kind == ICAL_ORGANIZER_PROPERTY || event_is_coming(property))
			add_value(e, name, event_person(e, property));
		return;
	default:
		text = icalvalue_isa(value) == ICAL_TEXT_VALUE
			   ? icalvalue_get_text(value)
			   : icalproperty_get_value_as_string(property);
		if (text != NULL)
			add_value(e, name, json_object_new_string(text));
	}
}

/* A property without a value is no property, unless it says when something is.  ends: there is a DTEND. */
static bool
is_nothing(bool ends, const char *line)
{
	static const char *const times[] = {
	    "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", NULL};
	if (!text_blank(ics_value(line)))
		return false;
	bool length = ends && ics_is(line, "DURATION");
	for (size_t i = 0; times[i] != NULL && !length; i++) {
		if (ics_is(line, times[i]))
			return false;
	}
	return true;
}

static icalcomponent *
parse_event(struct event *e)
{
	const struct ics_component *found = e->found;
	bool ends = ics_line(found, "DTEND") != NULL;
	g_autoptr(GPtrArray) lines = g_ptr_array_new();
	for (guint i = 0; i < found->lines->len; i++) {
		if (!is_nothing(ends, found->lines->pdata[i]))
			g_ptr_array_add(lines, found->lines->pdata[i]);
		else if (ics_is(found->lines->pdata[i], "STATUS"))
			event_add_text(e, "STATUS", ""); /* that is not the same as none */
	}
	return ical_parse("VEVENT", (const char *const *)lines->pdata, lines->len, &e->fault);
}

static bool
read_event(struct event *e, const struct ics_verdict *verdict)
{
	const struct ics_component *found = e->found;
	int64_t sequence;
	const char *line = ics_line(found, "SEQUENCE");
	if (found->fault != NULL)
		return event_refuse(e, "%s", found->fault);
	e->component = parse_event(e);
	if (e->component == NULL)
		return false;
	event_note_rooms(e);
	for (icalproperty *p = icalcomponent_get_first_property(e->component, ICAL_ANY_PROPERTY);
	     p != NULL; p = icalcomponent_get_next_property(e->component, ICAL_ANY_PROPERTY))
		add_property(e, p);
	event_leave_declined(e);
	if (line != NULL && !text_blank(ics_value(line)) &&
	    !text_number(ics_value(line), 0, INT32_MAX, &sequence))
		return event_refuse(e, "SEQUENCE: not a number");
	return check_which(e) && add_id(e, verdict) && event_times(e) && event_rules(e);
}

static bool
build(void *user, const struct ics_component *component, GError **error)
{
	struct calendar *c = user;
	struct importer *im = c->im;
	struct ics_verdict verdict;
	if (!component->event)
		return true;
	ics_book_verdict(im->book, im->file_index, component->number, &verdict);
	if (!verdict.counts) {
		im->facts->dropped++;
		return true;
	}
	enter_calendar(c, component);
	im->calendar_zone = component->zone;
	struct event e = {.c = c,
	    .found = component,
	    .object = json_object_new_object(),
	    .changes = ics_line(component, "RECURRENCE-ID") != NULL};
	struct row row = {.place = {.source = im->index,
			      .file = im->file_index,
			      .row = component->number,
			      .line = component->line}};
	unsigned clash;
	read_event(&e, &verdict);
	if (!key_map_bind(c->keys, e.object, &row, &clash))
		event_refuse(
		    &e, "two properties match \"%s\"", im->profile->names.list[clash].text);
	build_object(im, &row, e.object, e.fault);
	json_object_put(e.object);
	if (e.component != NULL)
		icalcomponent_free(e.component);
	g_free(e.fault);
	im->calendar_zone = NULL;
	return true;
}

/* ---- files ---- */

static void
calendar_begin(struct calendar *c, struct importer *im, const char *name)
{
	*c = (struct calendar){.im = im,
	    .name = name,
	    .keys = key_map_new(&im->profile->names),
	    .zones = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
	    .resolved = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
	    .wanted = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL)};
	c->reading = (struct ical_reading){
	    .zones = find_zone, .user = c, .z_is_local = im->profile->z_is_local};
}

static void
calendar_end(struct calendar *c)
{
	key_map_free(c->keys);
	g_hash_table_unref(c->zones);
	g_hash_table_unref(c->resolved);
	g_hash_table_unref(c->wanted);
}

static bool
survey_zones(struct calendar *c, struct bytes *bytes, GError **error)
{
	const struct ics_handler handler = {is_unwanted, note_zone, c};
	return ics_read(bytes, &handler, error);
}

static bool
survey_events(struct calendar *c, struct bytes *bytes, GError **error)
{
	const struct ics_handler handler = {is_wanted, survey, c};
	return ics_read(bytes, &handler, error);
}

void
ics_survey(struct importer *im, struct bytes *bytes)
{
	struct calendar c;
	calendar_begin(&c, im, bytes_name(bytes));
	/* What is wrong with it is said when its events are read. */
	if (survey_zones(&c, bytes, NULL))
		survey_events(&c, bytes, NULL);
	calendar_end(&c);
}

bool
ics_import(struct importer *im, struct bytes *bytes, GError **error)
{
	struct calendar c;
	const struct ics_handler handler = {is_wanted, build, &c};
	bool alone = im->book == NULL;
	calendar_begin(&c, im, bytes_name(bytes));
	memset(im->seen, 0, sizeof(im->seen));
	im->seen_records = 0;
	bool good = survey_zones(&c, bytes, error);
	if (alone)
		im->book = ics_book_new(im->zone);
	if (good && alone && (good = survey_events(&c, bytes, error)))
		ics_book_close(im->book);
	good = good && ics_read(bytes, &handler, error) &&
	       build_complete(im, bytes_name(bytes), error);
	if (alone)
		g_clear_pointer(&im->book, ics_book_free);
	calendar_end(&c);
	return good;
}
