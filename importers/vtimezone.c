/*
 * Time zones that a calendar describes itself: from their parts to the instants at which clocks change.  libical would
 * do that, too, but cannot be asked for both instants of a time that comes twice.
 */
#include "importers/vtimezone.h"

#include "importers/icalendar.h"
#include "importers/icsfile.h"
#include "importers/recurrence.h"

#define OFFSET_LONGEST (14 * 3600)
#define STEPS_MAX 1000	  /* changes of one part: yearly since 1970 are 230 */
#define CHANGES_MAX 10000 /* of all parts */
#define YEAR_FIRST 1970	  /* Outlook's rules begin in 1601 */

static bool
offset_of(icalcomponent *part, icalproperty_kind kind, int *out)
{
	icalproperty *property = icalcomponent_get_first_property(part, kind);
	if (property == NULL)
		return false;
	icalvalue *value = icalproperty_get_value(property);
	if (value == NULL || icalvalue_isa(value) != ICAL_UTCOFFSET_VALUE)
		return false;
	*out = icalvalue_get_utcoffset(value);
	return ABS(*out) <= OFFSET_LONGEST && *out % 60 == 0;
}

/* A day that there is, and a time of it, on the clocks of the zone.  libical takes any numbers. */
static bool
is_local(struct icaltimetype t)
{
	return t.year > 0 && t.month > 0 && t.day > 0 && t.day <= 31 &&
	       g_date_valid_dmy((GDateDay)t.day, (GDateMonth)t.month, (GDateYear)t.year) &&
	       t.hour >= 0 && t.hour < 24 && t.minute >= 0 && t.minute < 60 && t.second >= 0 &&
	       t.second < 60 && !icaltime_is_utc(t);
}

/* One part: what clocks showed before it, and show from its onsets on. */
struct observance {
	int before, after;
	struct icaltimetype start;
	GArray *changes; /* of struct zone_change, those of all parts */
};

static void
add_change(const struct observance *o, struct icaltimetype local)
{
	struct zone_change change = {ical_seconds(local) - o->before, o->after};
	g_array_append_val(o->changes, change);
}

/* UNTIL is in UTC, or in the local time before the change. */
static bool
is_after(const struct observance *o, struct icaltimetype local, struct icaltimetype until)
{
	int64_t last = ical_seconds(until) + (until.is_date ? INSTANT_DAY - 1 : 0);
	return ical_seconds(local) - (icaltime_is_utc(until) ? o->before : 0) > last;
}

static bool
add_rule(const struct observance *o, icalproperty *property)
{
	struct icalrecurrencetype rule = icalproperty_get_rrule(property);
	struct icaltimetype until = rule.until, start = o->start;
	bool bounded = !icaltime_is_null_time(until);
	if (rule.freq != ICAL_YEARLY_RECURRENCE)
		return false;
	if (rule.count == 0 && rule.interval <= 1)
		start.year = MAX(start.year, YEAR_FIRST);
	rule.until = icaltime_null_time();
	icalrecur_iterator *dates = icalrecur_iterator_new(rule, start);
	bool good = dates != NULL;
	for (unsigned steps = 0; good; steps++) {
		struct icaltimetype next = icalrecur_iterator_next(dates);
		if (icaltime_is_null_time(next) || (bounded && is_after(o, next, until)) ||
		    ical_seconds(next) >= INSTANT_LAST)
			break;
		good = steps < STEPS_MAX;
		add_change(o, next);
	}
	if (dates != NULL)
		icalrecur_iterator_free(dates);
	return good;
}

/*
 * All onsets of a part.  A start that its rule does not give is none: Outlook's is the first of January 1601.  RDATE
 * in UTC is nothing that anybody writes.
 */
static bool
add_onsets(const struct observance *o, icalcomponent *part)
{
	if (icalcomponent_get_first_property(part, ICAL_RRULE_PROPERTY) == NULL)
		add_change(o, o->start);
	for (icalproperty *p = icalcomponent_get_first_property(part, ICAL_ANY_PROPERTY); p != NULL;
	     p = icalcomponent_get_next_property(part, ICAL_ANY_PROPERTY)) {
		if (icalproperty_isa(p) == ICAL_XLICERROR_PROPERTY ||
		    icalproperty_isa(p) == ICAL_EXRULE_PROPERTY ||
		    icalproperty_isa(p) == ICAL_EXDATE_PROPERTY)
			return false;
		if (icalproperty_isa(p) == ICAL_RRULE_PROPERTY && !add_rule(o, p))
			return false;
		if (icalproperty_isa(p) != ICAL_RDATE_PROPERTY)
			continue;
		struct icaltimetype date = icalproperty_get_rdate(p).time;
		if (!is_local(date))
			return false;
		add_change(o, date);
	}
	return true;
}

static bool
add_part(icalcomponent *part, GArray *changes)
{
	struct observance o = {.changes = changes};
	icalproperty *start = icalcomponent_get_first_property(part, ICAL_DTSTART_PROPERTY);
	if (start == NULL || !offset_of(part, ICAL_TZOFFSETFROM_PROPERTY, &o.before) ||
	    !offset_of(part, ICAL_TZOFFSETTO_PROPERTY, &o.after))
		return false;
	o.start = icalproperty_get_dtstart(start);
	return is_local(o.start) && add_onsets(&o, part);
}

static int
compare_changes(gconstpointer a, gconstpointer b)
{
	const struct zone_change *x = a, *y = b;
	return x->at != y->at ? (x->at > y->at) - (x->at < y->at)
			      : (x->offset > y->offset) - (x->offset < y->offset);
}

/* Its clocks never change: nothing else needs to be understood. */
static struct zone *
fixed_zone(icalcomponent *component)
{
	bool known = false;
	int offset = 0;
	for (icalcomponent *part = icalcomponent_get_first_component(component, ICAL_ANY_COMPONENT);
	     part != NULL; part = icalcomponent_get_next_component(component, ICAL_ANY_COMPONENT)) {
		int own, before;
		if (!offset_of(part, ICAL_TZOFFSETTO_PROPERTY, &own) || (known && own != offset) ||
		    (offset_of(part, ICAL_TZOFFSETFROM_PROPERTY, &before) && before != own))
			return NULL;
		offset = own;
		known = true;
	}
	if (!known)
		return NULL;
	g_autofree char *name = g_strdup_printf(
	    "%c%02d:%02d", offset < 0 ? '-' : '+', ABS(offset) / 3600, ABS(offset) / 60 % 60);
	return zone_get(name);
}

/* The same name and the same changes are one zone, whichever calendar they come from. */
static struct zone *
define(const char *tzid, int first, GArray *changes)
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	g_checksum_update(sum, (const guchar *)&first, sizeof(first));
	for (guint i = 0; i < changes->len; i++) {
		const struct zone_change *c = &g_array_index(changes, struct zone_change, i);
		g_checksum_update(sum, (const guchar *)&c->at, sizeof(c->at));
		g_checksum_update(sum, (const guchar *)&c->offset, sizeof(c->offset));
	}
	/* Behind the name of a time stands its zone's in brackets. */
	g_autofree char *plain = g_strdelimit(g_strdup(tzid), "[]", '_');
	g_autofree char *name = g_strdup_printf("%s #%.8s", plain, g_checksum_get_string(sum));
	return zone_define(
	    name, first, (const struct zone_change *)(void *)changes->data, changes->len);
}

static struct zone *
changing_zone(icalcomponent *component, const char *tzid)
{
	g_autoptr(GArray) changes = g_array_new(FALSE, FALSE, sizeof(struct zone_change));
	int first = 0;
	instant earliest = INSTANT_NEVER;
	for (icalcomponent *part = icalcomponent_get_first_component(component, ICAL_ANY_COMPONENT);
	     part != NULL; part = icalcomponent_get_next_component(component, ICAL_ANY_COMPONENT)) {
		guint known = changes->len;
		if (!add_part(part, changes) || changes->len > CHANGES_MAX)
			return NULL;
		instant at = known < changes->len
				 ? g_array_index(changes, struct zone_change, known).at
				 : INSTANT_NEVER;
		if (at < earliest && offset_of(part, ICAL_TZOFFSETFROM_PROPERTY, &first))
			earliest = at;
	}
	g_array_sort(changes, compare_changes);
	return changes->len > 0 ? define(tzid, first, changes) : NULL;
}

/* libical takes numbers as far as they go. */
static bool
is_sound(const char *line)
{
	const char *value = ics_value(line);
	if (ics_is(line, "RRULE"))
		return recurrence_well_formed(value);
	if (ics_is(line, "TZOFFSETFROM") || ics_is(line, "TZOFFSETTO"))
		return g_regex_match_simple("^[-+]\\d{4}(\\d\\d)?\\s*$", value, 0, 0);
	return true;
}

/*
 * The lines that say when clocks change; what else stands there may be broken.  Of char *, those of `lines`; NULL when
 * one of them is not sound.
 */
static GPtrArray *
telling_lines(const GPtrArray *lines)
{
	static const char *const names[] = {"BEGIN", "END", "TZID", "DTSTART", "TZOFFSETFROM",
	    "TZOFFSETTO", "RRULE", "RDATE", "EXDATE", "EXRULE", NULL};
	GPtrArray *telling = g_ptr_array_new();
	bool sound = true;
	for (guint i = 0; i < lines->len; i++) {
		bool tells = false;
		for (size_t k = 0; names[k] != NULL; k++)
			tells = tells || ics_is(lines->pdata[i], names[k]);
		if (tells)
			g_ptr_array_add(telling, lines->pdata[i]);
		sound = sound && is_sound(lines->pdata[i]);
	}
	if (!sound)
		g_clear_pointer(&telling, g_ptr_array_unref);
	return telling;
}

struct zone *
vtimezone_read(const GPtrArray *lines, char **tzid)
{
	g_autofree char *fault = NULL;
	struct zone *zone = NULL;
	*tzid = NULL;
	g_autoptr(GPtrArray) telling = telling_lines(lines);
	if (telling == NULL)
		return NULL;
	icalcomponent *component = ical_parse(
	    "VTIMEZONE", (const char *const *)telling->pdata, telling->len, &fault);
	if (component == NULL)
		return NULL;
	icalproperty *name = icalcomponent_get_first_property(component, ICAL_TZID_PROPERTY);
	if (name != NULL && icalproperty_get_tzid(name) != NULL)
		*tzid = g_strdup(icalproperty_get_tzid(name));
	if (*tzid != NULL)
		zone = fixed_zone(component);
	if (*tzid != NULL && zone == NULL)
		zone = changing_zone(component, *tzid);
	icalcomponent_free(component);
	return zone;
}
