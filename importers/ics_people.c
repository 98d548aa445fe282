/* Whom an event names, and which of its rooms have agreed. */
#include "importers/ics.h"

#include "base/text.h"

#include <string.h>

static icalparameter_partstat
answer_of(icalproperty *attendee)
{
	icalparameter *p = icalproperty_get_first_parameter(attendee, ICAL_PARTSTAT_PARAMETER);
	return p != NULL ? icalparameter_get_partstat(p) : ICAL_PARTSTAT_NONE;
}

static icalparameter_cutype
type_of(icalproperty *attendee)
{
	icalparameter *p = icalproperty_get_first_parameter(attendee, ICAL_CUTYPE_PARAMETER);
	return p != NULL ? icalparameter_get_cutype(p) : ICAL_CUTYPE_NONE;
}

static bool
is_room(icalproperty *attendee)
{
	icalparameter_cutype type = type_of(attendee);
	return type == ICAL_CUTYPE_ROOM || type == ICAL_CUTYPE_RESOURCE;
}

bool
event_is_coming(icalproperty *attendee)
{
	icalparameter_partstat answer = answer_of(attendee);
	icalparameter *p = icalproperty_get_first_parameter(attendee, ICAL_ROLE_PARAMETER);
	icalparameter_role role = p != NULL ? icalparameter_get_role(p) : ICAL_ROLE_NONE;
	return answer != ICAL_PARTSTAT_DECLINED && answer != ICAL_PARTSTAT_DELEGATED &&
	       !is_room(attendee) && type_of(attendee) != ICAL_CUTYPE_GROUP &&
	       role != ICAL_ROLE_NONPARTICIPANT;
}

/* An address that may be a person's; *relay: it is one, but of no person. */
static bool
is_address(const struct event *e, const char *text, bool *relay)
{
	const char *why;
	bool placeholder;
	*relay = false;
	if (text == NULL || strchr(text, '@') == NULL)
		return false;
	const char *address = addresses_get(e->c->im->addresses, text, &placeholder, &why);
	*relay = address != NULL && is_no_person(e->c->im, address);
	return address != NULL && !*relay;
}

/*
 * Where a person's address stands: the value, or the parameter EMAIL.  iCloud writes a path or a relay of its own into one
 * of them, whichever it likes.  What is no address is taken when there is nothing else, so that it is reported.
 */
static const char *
address_of(const struct event *e, icalproperty *property)
{
	icalparameter *p = icalproperty_get_first_parameter(property, ICAL_EMAIL_PARAMETER);
	const char *value = icalproperty_get_value_as_string(property);
	const char *email = p != NULL ? icalparameter_get_email(p) : NULL;
	bool value_relays, email_relays;
	bool mail = value != NULL &&
		    (strchr(value, ':') == NULL || g_ascii_strncasecmp(value, "mailto:", 7) == 0);
	if (!mail)
		value = NULL;
	if (is_address(e, value, &value_relays))
		return value;
	if (is_address(e, email, &email_relays))
		return email;
	if (value_relays || email_relays)
		return value_relays ? value : email;
	return value != NULL && *value != '/' ? value : email;
}

/* A room that is booked in its own calendar is its organizer, too, and then only its invitation says that it is one. */
void
event_note_rooms(struct event *e)
{
	static const icalproperty_kind kinds[] = {ICAL_ATTENDEE_PROPERTY, ICAL_ORGANIZER_PROPERTY};
	struct importer *im = e->c->im;
	g_hash_table_remove_all(im->rooms);
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		for (icalproperty *p = icalcomponent_get_first_property(e->component, kinds[i]);
		     p != NULL; p = icalcomponent_get_next_property(e->component, kinds[i])) {
			const char *why, *text = icalproperty_get_value_as_string(p);
			bool placeholder;
			const char *address = NULL;
			if (is_room(p) && text != NULL)
				address = addresses_get(im->addresses, text, &placeholder, &why);
			if (address != NULL)
				g_hash_table_add(im->rooms, g_strdup(address));
		}
	}
}

struct json_object *
event_person(const struct event *e, icalproperty *property)
{
	struct json_object *object = json_object_new_object();
	icalparameter *name = icalproperty_get_first_parameter(property, ICAL_CN_PARAMETER);
	const char *address = address_of(e, property);
	if (address != NULL)
		json_object_object_add(object, "email", json_object_new_string(address));
	if (name != NULL && icalparameter_get_cn(name) != NULL)
		json_object_object_add(
		    object, "name", json_object_new_string(icalparameter_get_cn(name)));
	return object;
}

/* ---- rooms that declined ---- */

#define SEPARATORS ";,\r\n"

/* The rooms of an event, by what the invitation calls them: text_key of CN; "". */
struct rooms {
	GPtrArray *declined, *agreed; /* of char * */
};

static void
find_rooms(const struct event *e, struct rooms *out)
{
	*out = (struct rooms){
	    g_ptr_array_new_with_free_func(g_free), g_ptr_array_new_with_free_func(g_free)};
	for (icalproperty *p =
		 icalcomponent_get_first_property(e->component, ICAL_ATTENDEE_PROPERTY);
	     p != NULL; p = icalcomponent_get_next_property(e->component, ICAL_ATTENDEE_PROPERTY)) {
		icalparameter *name = icalproperty_get_first_parameter(p, ICAL_CN_PARAMETER);
		const char *text = name != NULL ? icalparameter_get_cn(name) : NULL;
		if (is_room(p))
			g_ptr_array_add(
			    answer_of(p) == ICAL_PARTSTAT_DECLINED ? out->declined : out->agreed,
			    text_key(text != NULL ? text : ""));
	}
}

/* Is the place one of these rooms?  part: the one name may be part of the other, `Hall` of `Building 2 Hall (40)`. */
static bool
is_among(const GPtrArray *rooms, const char *place, bool part)
{
	for (guint i = 0; i < rooms->len; i++) {
		const char *room = rooms->pdata[i];
		if (strcmp(room, place) == 0 ||
		    (part && *room != '\0' &&
			(strstr(room, place) != NULL || strstr(place, room) != NULL)))
			return true;
	}
	return false;
}

static bool
has_declined(const struct rooms *rooms, const char *place)
{
	g_autofree char *key = text_key(place);
	if (is_among(rooms->declined, key, false))
		return true;
	return is_among(rooms->declined, key, true) && !is_among(rooms->agreed, key, true);
}

/* The text without the places that declined; *left: so many others are in it.  Caller frees with g_free. */
static char *
without_declined(const struct rooms *rooms, const char *text, unsigned *left)
{
	g_autoptr(GString) kept = g_string_new(NULL);
	*left = 0;
	if (has_declined(rooms, text))
		return g_strdup("");
	char **parts = g_strsplit_set(text, SEPARATORS, -1);
	for (char **part = parts; *part != NULL; part++) {
		if (text_blank(*part) || has_declined(rooms, *part))
			continue;
		g_string_append_printf(kept, "%s%s", *left > 0 ? ";" : "", *part);
		*left += 1;
	}
	bool all = *left == g_strv_length(parts);
	g_strfreev(parts);
	return all ? g_strdup(text) : g_strdup(kept->str);
}

/* Those of one property, whose values may be several; returns how many places are left. */
static unsigned
leave_places(struct event *e, const char *key, const struct rooms *rooms)
{
	struct json_object *value;
	if (!json_object_object_get_ex(e->object, key, &value))
		return 0;
	bool list = json_object_is_type(value, json_type_array);
	size_t n = list ? json_object_array_length(value) : 1;
	struct json_object *kept = json_object_new_array();
	unsigned left, sum = 0;
	for (size_t i = 0; i < n; i++) {
		struct json_object *one = list ? json_object_array_get_idx(value, i) : value;
		g_autofree char *text = without_declined(rooms, json_object_get_string(one), &left);
		if (left > 0)
			json_object_array_add(kept, json_object_new_string(text));
		sum += left;
	}
	if (sum > 0)
		json_object_object_add(e->object, key,
		    list ? json_object_get(kept)
			 : json_object_get(json_object_array_get_idx(kept, 0)));
	json_object_put(kept);
	return sum;
}

void
event_leave_declined(struct event *e)
{
	struct rooms rooms;
	find_rooms(e, &rooms);
	if (rooms.declined->len > 0) {
		unsigned left = leave_places(e, "RESOURCES", &rooms) +
				leave_places(e, "LOCATION", &rooms);
		/* One place, and every room that was asked has declined: it is that one, whatever it is called. */
		if (left == 0 || (left <= rooms.declined->len && rooms.agreed->len == 0)) {
			event_add_text(e, "STATUS", "CANCELLED");
			if (vocabulary_status(&e->c->im->profile->status, "CANCELLED") !=
			    STATUS_CANCELLED)
				event_refuse(e, "its room has declined");
		}
	}
	g_ptr_array_unref(rooms.declined);
	g_ptr_array_unref(rooms.agreed);
}
