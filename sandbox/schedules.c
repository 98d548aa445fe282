/*
 * Schedules: four kinds in one resource.  Which fields a kind has, which of them it needs and in
 * what order its ends must stand is in the table of kinds.
 */
#include "sandbox/resource.h"

#include "base/json.h"
#include "base/text.h"
#include "base/zone.h"
#include "sandbox/regions.h"

#include <string.h>

#define WEEKDAYS 7

static const char *const consequences[] = {"allow", "first_to_arrive", "permit", "unlock", NULL};
static const char *const target_types[] = {"Group", "Lock", "ElevatorStop", NULL};
static const char *const types[] = {
    "recurring_event", "single_event", "single_all_day_event", "holiday_calendar", NULL};

static const struct field schedule_fields[] = {
    {"created_at", FIELD_INSTANT, 0, "@born", NULL, 0},
    {"updated_at", FIELD_INSTANT, 0, "@born", NULL, 0},
    {"name", FIELD_TEXT, FIELD_NULL | FIELD_WRITE, NULL, NULL, 0},
    {"enabled", FIELD_BOOLEAN, FIELD_WRITE | FIELD_REQUIRED, "true", NULL, 0},
    {"override", FIELD_BOOLEAN, FIELD_WRITE, "false", NULL, 0},
    {"consequence", FIELD_TEXT, FIELD_CREATE | FIELD_REQUIRED, "", consequences, 0},
    {"scheduleable_type", FIELD_TEXT, FIELD_CREATE | FIELD_REQUIRED, "", target_types, 0},
    {"scheduleable_id", FIELD_INTEGER, FIELD_CREATE | FIELD_REQUIRED, "", NULL, 0},
    {"integration_id", FIELD_INTEGER, FIELD_NULL, NULL, NULL, 0},
    {"type", FIELD_TEXT, FIELD_WRITE, "", types, 0},
    /* The fields of one kind or another; shown by show_schedule. */
    {"monday", FIELD_BOOLEAN, FIELD_WRITE | FIELD_HIDDEN, "false", NULL, 0},
    {"tuesday", FIELD_BOOLEAN, FIELD_WRITE | FIELD_HIDDEN, "false", NULL, 0},
    {"wednesday", FIELD_BOOLEAN, FIELD_WRITE | FIELD_HIDDEN, "false", NULL, 0},
    {"thursday", FIELD_BOOLEAN, FIELD_WRITE | FIELD_HIDDEN, "false", NULL, 0},
    {"friday", FIELD_BOOLEAN, FIELD_WRITE | FIELD_HIDDEN, "false", NULL, 0},
    {"saturday", FIELD_BOOLEAN, FIELD_WRITE | FIELD_HIDDEN, "false", NULL, 0},
    {"sunday", FIELD_BOOLEAN, FIELD_WRITE | FIELD_HIDDEN, "false", NULL, 0},
    {"starts_at_time", FIELD_HOUR_MINUTE, FIELD_WRITE | FIELD_HIDDEN, "00:00", NULL, 0},
    {"ends_at_time", FIELD_HOUR_MINUTE, FIELD_WRITE | FIELD_HIDDEN, "23:59", NULL, 0},
    {"starts_at", FIELD_INSTANT, FIELD_WRITE | FIELD_HIDDEN, "", NULL, 0},
    {"ends_at", FIELD_INSTANT, FIELD_WRITE | FIELD_HIDDEN, "", NULL, 0},
    {"starts_at_date", FIELD_DATE, FIELD_WRITE | FIELD_HIDDEN, "", NULL, 0},
    {"ends_at_date", FIELD_DATE, FIELD_WRITE | FIELD_HIDDEN, "", NULL, 0},
    {"region", FIELD_TEXT, FIELD_WRITE | FIELD_HIDDEN, "", NULL, 0},
    {"observed", FIELD_BOOLEAN, FIELD_WRITE | FIELD_HIDDEN, "false", NULL, 0},
    {"ignored_holidays", FIELD_TEXTS, FIELD_WRITE | FIELD_HIDDEN, "[]", NULL, 0},
    {NULL, 0, 0, NULL, NULL, 0},
};

static const char *const weekdays[] = {
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};

struct kind {
	const char *type;
	const char *fields[10]; /* its own, NULL-terminated; the first `needed` must be given */
	size_t needed;
	const char *start, *end; /* start before end; NULL = no such pair */
	bool same_allowed;	 /* start may equal end */
};

static const struct kind kinds[] = {
    {"recurring_event",
	{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
	    "starts_at_time", "ends_at_time"},
	WEEKDAYS, "starts_at_time", "ends_at_time", false},
    {"single_event", {"starts_at", "ends_at"}, 2, "starts_at", "ends_at", false},
    {"single_all_day_event", {"starts_at_date", "ends_at_date"}, 2, "starts_at_date",
	"ends_at_date", true},
    {"holiday_calendar", {"region", "observed", "ignored_holidays"}, 2, NULL, NULL, false},
};

static const struct filter schedule_filters[] = {
    {.name = "consequence", .type = FILTER_TEXT, .words = consequences, .field = "consequence"},
    {.name = "scheduleable_type",
	.type = FILTER_TEXT,
	.words = target_types,
	.field = "scheduleable_type",
	.needs = "scheduleable_id"},
    {.name = "scheduleable_id",
	.type = FILTER_INTEGER,
	.field = "scheduleable_id",
	.needs = "scheduleable_type",
	.indexed = true,
	.index = INDEX_SCHEDULES_BY_TARGET},
    {.name = NULL},
};

static const struct kind *
kind_of(const char *type)
{
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		if (g_strcmp0(type, kinds[i].type) == 0)
			return &kinds[i];
	}
	return NULL;
}

/* The kind whose own fields are there, for a schedule that names none; NULL when none is. */
static const struct kind *
guess_kind(struct json_object *fields)
{
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		for (size_t f = 0; kinds[i].fields[f] != NULL; f++) {
			if (json_member(fields, kinds[i].fields[f]) != NULL)
				return &kinds[i];
		}
	}
	return NULL;
}

/* The text as it will be: sent, else kept. */
static const char *
future_text(const struct row *row, struct json_object *fields, const char *name)
{
	const char *text = json_text(fields, name);

	return text != NULL || row == NULL ? text : row_text(row, name);
}

static bool
future_flag(const struct row *row, struct json_object *fields, const char *name)
{
	bool value;

	return json_boolean(fields, name, &value) ? value : row != NULL && row_flag(row, name);
}

/*
 * Do the ends stand the wrong way round?  Instants are compared as such, dates and times of day
 * as text.
 */
static bool
reversed(const struct kind *kind, const char *start, const char *end)
{
	instant from, until;
	int order = strcmp(start, end);

	if (strlen(start) > strlen("YYYY-MM-DD") && instant_parse(start, &from) &&
	    instant_parse(end, &until))
		order = from < until ? -1 : from > until;
	return order > 0 || (order == 0 && !kind->same_allowed);
}

static void
check_kind(const struct kind *kind, const struct row *row, struct json_object *fields,
    struct json_object *errors)
{
	bool same_kind = row != NULL && g_strcmp0(row_text(row, "type"), kind->type) == 0;
	const char *start = kind->start != NULL ? future_text(row, fields, kind->start) : NULL;
	const char *end = kind->end != NULL ? future_text(row, fields, kind->end) : NULL;
	const char *region = json_text(fields, "region");
	bool any_day = false;

	for (size_t i = 0; i < kind->needed && !same_kind; i++) {
		struct json_object *ignored;
		if (json_member(fields, kind->fields[i]) == NULL &&
		    !json_object_object_get_ex(errors, kind->fields[i], &ignored))
			field_error(errors, kind->fields[i], "can't be blank");
	}
	if (start != NULL && end != NULL && reversed(kind, start, end))
		field_error(errors, kind->end, "must be after the start");
	for (size_t i = 0; i < WEEKDAYS; i++)
		any_day = any_day || future_flag(row, fields, weekdays[i]);
	if (kind == &kinds[0] && !any_day)
		field_error(errors, "base", "needs at least one weekday");
	if (region != NULL && !region_known(region))
		field_error(errors, "region", "is not included in the list");
}

/*
 * What may follow on what: doors are unlocked, elevator stops permitted, access allowed anywhere.
 */
static bool
fits(const char *consequence, const char *target)
{
	if (strcmp(consequence, "allow") == 0)
		return true;
	return strcmp(target, strcmp(consequence, "permit") == 0 ? "ElevatorStop" : "Lock") == 0;
}

static void
check_target(const struct request *request, struct json_object *fields, struct json_object *errors)
{
	const char *target = json_text(fields, "scheduleable_type"),
		   *consequence = json_text(fields, "consequence");
	enum store_id store = store_of_type(target);
	int64_t id;

	if (target == NULL || consequence == NULL || !json_integer(fields, "scheduleable_id", &id))
		return;
	/* There are no elevators here. */
	if (store == STORE_COUNT || state_find(request->sandbox->state, store, id) == NULL)
		field_error(errors, "scheduleable", "must exist");
	if (!fits(consequence, target))
		field_error(errors, "consequence", "does not fit the scheduleable");
}

/* Kisi leaves the seconds out (kisi-api 5.10). */
static void
drop_seconds(struct json_object *fields, const char *name)
{
	instant t;

	if (instant_parse(json_text(fields, name) != NULL ? json_text(fields, name) : "", &t))
		json_put_instant(fields, name, t - t % INSTANT_MINUTE);
}

static bool
prepare_schedule(struct request *request, const struct row *row, struct json_object *fields,
    struct json_object *body, struct json_object *errors)
{
	const char *type = future_text(row, fields, "type");
	struct json_object *ignored;
	const struct kind *kind = type != NULL ? kind_of(type) : guess_kind(fields);

	if (kind == NULL) {
		if (!json_object_object_get_ex(errors, "type", &ignored))
			field_error(errors, "type", "can't be blank");
		return true;
	}
	json_put_text(fields, "type", kind->type);
	check_kind(kind, row, fields, errors);
	if (row == NULL)
		check_target(request, fields, errors);
	drop_seconds(fields, "starts_at");
	drop_seconds(fields, "ends_at");
	return true;
}

/* Minutes after midnight of `hh:mm`. */
static int
minutes_of(const char *text)
{
	return (text[0] - '0') * 600 + (text[1] - '0') * 60 + (text[3] - '0') * 10 +
	       (text[4] - '0');
}

static instant
clock_of_day(struct zone *zone, const struct civil *day, const char *text)
{
	struct civil local = *day;
	instant t;

	local.hour = minutes_of(text) / 60;
	local.minute = minutes_of(text) % 60;
	local.second = 0;
	zone_instant(zone, &local, ZONE_EARLIER, &t);
	return t;
}

/*
 * The next time a weekly schedule is on, in its place's zone; a schedule without a day names
 * today.
 */
static void
show_next(
    const struct request *request, const struct row *row, int64_t place_id, struct json_object *out)
{
	const struct row *place = state_find(request->sandbox->state, STORE_PLACES, place_id);
	const char *name = place != NULL ? row_text(place, "time_zone") : NULL;
	struct zone *zone = name != NULL ? zone_get(name) : NULL;
	struct json_object *next = json_object_new_object();
	instant from = request->now, until = request->now;

	if (zone == NULL)
		zone = zone_get("UTC");
	for (int ahead = 0; ahead <= WEEKDAYS; ahead++) {
		struct civil day = zone_civil(zone, zone_midnight(zone, request->now, ahead));
		/* 1970-01-01 was a Thursday. */
		int weekday = (int)((civil_days(day.year, day.month, day.day) + 3) % WEEKDAYS);
		if (!row_flag(row, weekdays[weekday]))
			continue;
		from = clock_of_day(zone, &day, json_text(out, "starts_at_time"));
		until = clock_of_day(zone, &day, json_text(out, "ends_at_time"));
		if (until > request->now)
			break;
	}
	json_put_instant(next, "starts_at", from);
	json_put_instant(next, "ends_at", until);
	json_object_object_add(out, "next_occurence", next);
}

static void
show_target(const struct request *request, const struct row *row, struct json_object *out,
    int64_t *place_id)
{
	const char *type = row_text(row, "scheduleable_type");
	int64_t id = row_integer(row, "scheduleable_id");
	enum store_id store = store_of_type(type);
	const struct row *target = store < STORE_COUNT
				       ? state_find(request->sandbox->state, store, id)
				       : NULL;
	g_autofree char *made_up = g_strdup_printf("Elevator stop %" G_GINT64_FORMAT, id);
	struct json_object *stub = json_object_new_object();

	json_put_integer(stub, "id", id);
	json_put_text(stub, "type", type);
	json_put_text(stub, "name", target != NULL ? row_text(target, "name") : made_up);
	json_object_object_add(out, "scheduleable", stub);
	*place_id = target != NULL ? row_integer(target, "place_id") : 0;
	json_object_object_add(
	    out, "place_id", *place_id != 0 ? json_object_new_int64(*place_id) : NULL);
	show_stub(request, out, "place", STORE_PLACES, *place_id);
}

static void
show_schedule(const struct request *request, const struct row *row, struct json_object *out)
{
	const struct kind *kind = kind_of(row_text(row, "type"));
	struct field own[G_N_ELEMENTS(kind->fields) + 1] = {{0}};
	size_t count = 0;
	int64_t place_id;

	show_target(request, row, out, &place_id);
	for (const struct field *field = schedule_fields; field->name != NULL; field++) {
		if (!g_strv_contains(kind->fields, field->name))
			continue;
		own[count] = *field;
		own[count].flags &= ~(unsigned)FIELD_HIDDEN;
		count++;
	}
	fields_show(own, row->fields, request->sandbox->loaded_at, out);
	if (kind == &kinds[0])
		show_next(request, row, place_id, out);
	if (strcmp(kind->type, "holiday_calendar") == 0)
		json_object_object_add(out, "holidays", json_object_new_array());
}

static bool
schedule_visible(const struct request *request, const struct row *row)
{
	return !row_is(row, "type", "single_event") || row_current(request, row, "ends_at");
}

static bool
is_flag(const char *name)
{
	for (const struct field *field = schedule_fields; field->name != NULL; field++) {
		if (strcmp(field->name, name) == 0)
			return field->type == FIELD_BOOLEAN;
	}
	return false;
}

static bool
load_schedule(struct state *state, struct json_object *object, struct json_object *fields,
    int64_t id, const char **why)
{
	const char *type = json_text(fields, "type");
	const char *target = json_text(fields, "scheduleable_type");
	const char *consequence = json_text(fields, "consequence");
	const struct kind *kind = type != NULL ? kind_of(type) : guess_kind(fields);

	*why = kind == NULL ? "type is missing or unknown"
			    : "scheduleable_type is missing or unknown";
	if (kind == NULL || target == NULL || !g_strv_contains(target_types, target))
		return false;
	json_put_text(fields, "type", kind->type);
	if (consequence == NULL)
		json_put_text(
		    fields, "consequence", strcmp(target, "Lock") == 0 ? "unlock" : "allow");
	for (size_t i = 0; i < kind->needed; i++) {
		*why = kind->fields[i];
		if (!is_flag(kind->fields[i]) && json_text(fields, kind->fields[i]) == NULL)
			return false;
	}
	*why = "starts_at_time or ends_at_time is not hh:mm";
	for (int i = 0; i < 2; i++) {
		const char *text = json_text(fields, i == 0 ? "starts_at_time" : "ends_at_time");
		instant ignored;
		g_autofree char *whole = g_strconcat(
		    "2000-01-01T", text != NULL ? text : "00:00", ":00Z", NULL);
		if (!instant_parse(whole, &ignored) || (text != NULL && strlen(text) != 5))
			return false;
	}
	return true;
}

const struct resource schedule_resource = {
    .path = "schedules",
    .wrapper = "schedule",
    .type = "Schedule",
    .array = "schedules",
    .store = STORE_SCHEDULES,
    .verbs = VERB_ALL,
    .limit = 10,
    .limit_max = 250,
    .fields = schedule_fields,
    .filters = schedule_filters,
    .permission = "schedules",
    .visible = schedule_visible,
    .prepare = prepare_schedule,
    .show = show_schedule,
    .load = load_schedule,
};
