/* Places, locks, groups, and which locks a group opens; with the actions on places and locks. */
#include "sandbox/resource.h"

#include "base/json.h"
#include "base/text.h"
#include "base/zone.h"

#include <string.h>

static const char *const favorites[] = {"true", "false", "*", NULL};
static const char *const group_scopes[] = {"organization", "place", NULL};

static const struct field place_fields[] = {
    {"name", FIELD_TEXT, FIELD_WRITE | FIELD_REQUIRED, "", NULL, 0},
    {"description", FIELD_TEXT, FIELD_NULL | FIELD_WRITE, NULL, NULL, 0},
    {"created_at", FIELD_INSTANT, 0, "@born", NULL, 0},
    {"updated_at", FIELD_INSTANT, 0, "@born", NULL, 0},
    {"latitude", FIELD_NUMBER, FIELD_NULL | FIELD_WRITE, NULL, NULL, 0},
    {"longitude", FIELD_NUMBER, FIELD_NULL | FIELD_WRITE, NULL, NULL, 0},
    {"address", FIELD_TEXT, FIELD_WRITE | FIELD_REQUIRED, "", NULL, 500},
    {"image", FIELD_URI, FIELD_NULL | FIELD_WRITE, NULL, NULL, 0},
    {"time_zone", FIELD_TEXT, FIELD_NULL | FIELD_WRITE, NULL, NULL, 0},
    {"tz_time_zone", FIELD_TEXT, FIELD_NULL, NULL, NULL, 0},
    {"integrations_count", FIELD_INTEGER, 0, "0", NULL, 0},
    {"locked_down", FIELD_BOOLEAN, 0, "false", NULL, 0},
    {"locked_down_since", FIELD_INSTANT, FIELD_NULL, NULL, NULL, 0},
    {"occupancy_rate", FIELD_NUMBER, FIELD_NULL, NULL, NULL, 0},
    {"color", FIELD_TEXT, FIELD_NULL, NULL, NULL, 0},
    {"logo", FIELD_TEXT, FIELD_NULL, NULL, NULL, 0},
    {"favorite", FIELD_BOOLEAN, FIELD_HIDDEN, "false", NULL, 0},
    {NULL, 0, 0, NULL, NULL, 0},
};

static const struct field lock_fields[] = {
    {"created_at", FIELD_INSTANT, 0, "@born", NULL, 0},
    {"updated_at", FIELD_INSTANT, 0, "@born", NULL, 0},
    {"configured", FIELD_BOOLEAN, 0, "true", NULL, 0},
    {"description", FIELD_TEXT, FIELD_NULL | FIELD_WRITE, NULL, NULL, 0},
    {"first_to_arrive_required_until", FIELD_INSTANT, FIELD_NULL, NULL, NULL, 0},
    {"first_to_arrive_satisfied", FIELD_BOOLEAN, 0, "false", NULL, 0},
    {"latitude", FIELD_NUMBER, FIELD_NULL | FIELD_WRITE, NULL, NULL, 0},
    {"locked_down", FIELD_BOOLEAN, 0, "false", NULL, 0},
    {"locked_down_since", FIELD_INSTANT, FIELD_NULL, NULL, NULL, 0},
    {"longitude", FIELD_NUMBER, FIELD_NULL | FIELD_WRITE, NULL, NULL, 0},
    {"name", FIELD_TEXT, FIELD_WRITE | FIELD_REQUIRED, "", NULL, 0},
    {"on_scheduled_unlock", FIELD_BOOLEAN, 0, "false", NULL, 0},
    {"online", FIELD_BOOLEAN, FIELD_NULL, "true", NULL, 0},
    {"open", FIELD_BOOLEAN, 0, "false", NULL, 0},
    {"order_id", FIELD_INTEGER, FIELD_NULL | FIELD_WRITE, NULL, NULL, 0},
    {"unlocked", FIELD_BOOLEAN, 0, "false", NULL, 0},
    {"geofence_restriction_enabled", FIELD_BOOLEAN, FIELD_NULL | FIELD_WRITE, "false", NULL, 0},
    {"geofence_restriction_radius", FIELD_NUMBER, 0, "300", NULL, 0},
    {"reader_restriction_enabled", FIELD_BOOLEAN, FIELD_NULL | FIELD_WRITE, "false", NULL, 0},
    {"time_restriction_enabled", FIELD_BOOLEAN, FIELD_NULL | FIELD_WRITE, "false", NULL, 0},
    {"time_restriction_time_zone", FIELD_TEXT, FIELD_NULL, NULL, NULL, 0},
    {"place_id", FIELD_INTEGER, FIELD_CREATE | FIELD_REQUIRED, "0", NULL, 0},
    {"floor_id", FIELD_INTEGER, FIELD_NULL | FIELD_WRITE, NULL, NULL, 0},
    {"unlocked_until", FIELD_INSTANT, FIELD_NULL, NULL, NULL, 0},
    {"favorite", FIELD_BOOLEAN, FIELD_HIDDEN | FIELD_WRITE, "false", NULL, 0},
    {NULL, 0, 0, NULL, NULL, 0},
};

static const struct field group_fields[] = {
    {"name", FIELD_TEXT, FIELD_WRITE | FIELD_REQUIRED, "", NULL, 0},
    {"description", FIELD_TEXT, FIELD_NULL | FIELD_WRITE, NULL, NULL, 0},
    {"created_at", FIELD_INSTANT, 0, "@born", NULL, 0},
    {"updated_at", FIELD_INSTANT, 0, "@born", NULL, 0},
    {"geofence_restriction_enabled", FIELD_BOOLEAN, FIELD_WRITE, "false", NULL, 0},
    {"geofence_restriction_radius", FIELD_NUMBER, 0, "300", NULL, 0},
    {"primary_device_restriction_enabled", FIELD_BOOLEAN, FIELD_WRITE, "false", NULL, 0},
    {"managed_device_restriction_enabled", FIELD_BOOLEAN, FIELD_WRITE, "false", NULL, 0},
    {"reader_restriction_enabled", FIELD_BOOLEAN, FIELD_WRITE, "false", NULL, 0},
    {"time_restriction_enabled", FIELD_BOOLEAN, FIELD_WRITE, "false", NULL, 0},
    {"tap_to_access_restriction_enabled", FIELD_BOOLEAN, FIELD_WRITE, "false", NULL, 0},
    {"login_enabled", FIELD_BOOLEAN, FIELD_WRITE, "true", NULL, 0},
    {"elevator_stops_count", FIELD_INTEGER, 0, "0", NULL, 0},
    {"place_id", FIELD_INTEGER, FIELD_NULL | FIELD_CREATE, NULL, NULL, 0},
    {"time_restriction_time_zone", FIELD_TEXT, FIELD_NULL | FIELD_WRITE, NULL, NULL, 0},
    {NULL, 0, 0, NULL, NULL, 0},
};

static const struct field group_lock_fields[] = {
    {"created_at", FIELD_INSTANT, 0, "@born", NULL, 0},
    {"updated_at", FIELD_INSTANT, 0, "@born", NULL, 0},
    {"group_id", FIELD_INTEGER, FIELD_CREATE | FIELD_REQUIRED, "", NULL, 0},
    {"lock_id", FIELD_INTEGER, FIELD_CREATE | FIELD_REQUIRED, "", NULL, 0},
    {NULL, 0, 0, NULL, NULL, 0},
};

static guint
count_where(const struct request *request, enum index_id index, int64_t id)
{
	const GPtrArray *rows = state_where(request->sandbox->state, index, NULL, id);

	return rows != NULL ? rows->len : 0;
}

static const char *
name_of(const struct request *request, enum store_id store, int64_t id)
{
	const struct row *row = state_find(request->sandbox->state, store, id);
	const char *name = row != NULL ? row_text(row, "name") : NULL;

	return name != NULL ? name : "";
}

/* Kisi adds `favorite` only where the request speaks of it. */
static void
show_favorite(const struct request *request, const struct row *row, struct json_object *out)
{
	const char *asked = request_parameter(request, "favorite");

	if (asked != NULL && asked[0] != '\0')
		json_put_boolean(out, "favorite", row_flag(row, "favorite"));
}

static bool
match_favorite(
    const struct request *request, const struct row *row, const struct filter_value *value)
{
	return strcmp(value->text, "*") == 0 ||
	       row_flag(row, "favorite") == (strcmp(value->text, "true") == 0);
}

static bool
match_name(const struct request *request, const struct row *row, const struct filter_value *value)
{
	const char *texts[] = {row_text(row, "name"), NULL};

	return !row_lagging(request, row) && text_holds(value, texts);
}

static char *
sort_by_favorite(const struct state *state, const struct row *row)
{
	g_autofree char *name = sort_by_name(state, row);

	return g_strconcat(row_flag(row, "favorite") ? "0" : "1", name, NULL);
}

static const struct sort door_sorts[] = {
    {"favorite", sort_by_favorite, true},
    {"name", sort_by_name, false},
    {NULL, NULL, false},
};

static const struct filter place_filters[] = {
    {.name = "query", .type = FILTER_TEXT, .match = match_name},
    {.name = "favorite", .type = FILTER_TEXT, .words = favorites, .match = match_favorite},
    {.name = NULL},
};

static bool
prepare_place(struct request *request, const struct row *row, struct json_object *fields,
    struct json_object *body, struct json_object *errors)
{
	const char *zone = json_text(fields, "time_zone");
	struct json_object *ignored;

	if (zone != NULL && zone_get(zone) == NULL)
		field_error(errors, "time_zone", "is not a time zone");
	if (json_object_object_get_ex(fields, "time_zone", &ignored))
		json_put_text(fields, "tz_time_zone", zone);
	return true;
}

static void
show_place(const struct request *request, const struct row *row, struct json_object *out)
{
	if (json_member(out, "tz_time_zone") == NULL)
		json_put_text(out, "tz_time_zone", row_text(row, "time_zone"));
	json_put_integer(out, "locks_count", count_where(request, INDEX_LOCKS_BY_PLACE, row->id));
	json_put_integer(out, "organization_id", state_organization(request->sandbox->state)->id);
	show_typed_stub(request, out, "organization", "Organization", 0);
	json_put_text(out, "user_id", NULL);
	json_put_integer(out, "members_count", 0);
	show_favorite(request, row, out);
}

/* `Place 7` and the like, for sparse objects of a file. */
static void
name_from_id(struct json_object *fields, const char *kind, int64_t id)
{
	g_autofree char *name = g_strdup_printf("%s %" G_GINT64_FORMAT, kind, id);

	if (json_text(fields, "name") == NULL)
		json_put_text(fields, "name", name);
}

static bool
load_place(struct state *state, struct json_object *object, struct json_object *fields, int64_t id,
    const char **why)
{
	name_from_id(fields, "Place", id);
	return true;
}

const struct resource place_resource = {
    .path = "places",
    .wrapper = "place",
    .type = "Place",
    .array = "places",
    .store = STORE_PLACES,
    .verbs = VERB_ALL,
    .limit = 50,
    .limit_max = 250,
    .fields = place_fields,
    .filters = place_filters,
    .sorts = door_sorts,
    .permission = "places",
    .prepare = prepare_place,
    .show = show_place,
    .load = load_place,
};

static const struct filter lock_filters[] = {
    {.name = "query", .type = FILTER_TEXT, .match = match_name},
    {.name = "place_id",
	.type = FILTER_INTEGER,
	.field = "place_id",
	.indexed = true,
	.index = INDEX_LOCKS_BY_PLACE},
    {.name = "floor_id", .type = FILTER_INTEGER, .field = "floor_id"},
    {.name = "configured", .type = FILTER_FLAG, .field = "configured"},
    {.name = "online", .type = FILTER_FLAG, .field = "online"},
    {.name = "unlocked", .type = FILTER_FLAG, .field = "unlocked"},
    {.name = "locked_down", .type = FILTER_FLAG, .field = "locked_down"},
    {.name = "favorite", .type = FILTER_TEXT, .words = favorites, .match = match_favorite},
    {.name = NULL},
};

/* Complain unless the id in this field, when there is one, names a row of the store. */
static void
check_reference(const struct request *request, struct json_object *fields, const char *name,
    enum store_id store, struct json_object *errors)
{
	int64_t id;

	if (json_integer(fields, name, &id) &&
	    state_find(request->sandbox->state, store, id) == NULL)
		field_error(errors, name, "must exist");
}

static bool
prepare_in_place(struct request *request, const struct row *row, struct json_object *fields,
    struct json_object *body, struct json_object *errors)
{
	check_reference(request, fields, "place_id", STORE_PLACES, errors);
	return true;
}

static void
show_lock(const struct request *request, const struct row *row, struct json_object *out)
{
	const struct row *place = state_find(
	    request->sandbox->state, STORE_PLACES, row_integer(row, "place_id"));
	struct json_object *stub = json_object_new_object();

	/* This stub has no resource_type. */
	json_put_integer(stub, "id", place->id);
	json_put_text(stub, "name", row_text(place, "name"));
	json_object_object_add(
	    stub, "latitude", json_object_get(json_member(place->fields, "latitude")));
	json_object_object_add(
	    stub, "longitude", json_object_get(json_member(place->fields, "longitude")));
	json_object_object_add(out, "place", stub);
	json_put_integer(
	    out, "groups_count", count_where(request, INDEX_GROUP_LOCKS_BY_LOCK, row->id));
	show_favorite(request, row, out);
}

static bool
load_lock(struct state *state, struct json_object *object, struct json_object *fields, int64_t id,
    const char **why)
{
	const GPtrArray *places = state_rows(state, STORE_PLACES);
	const struct row *first = places->len > 0 ? g_ptr_array_index(places, 0) : NULL;

	name_from_id(fields, "Lock", id);
	if (json_member(fields, "place_id") == NULL)
		json_put_integer(fields, "place_id", first != NULL ? first->id : 1);
	return true;
}

const struct resource lock_resource = {
    .path = "locks",
    .wrapper = "lock",
    .type = "Lock",
    .array = "locks",
    .store = STORE_LOCKS,
    .verbs = VERB_ALL,
    .limit = 50,
    .limit_max = 250,
    .fields = lock_fields,
    .filters = lock_filters,
    .sorts = door_sorts,
    .permission = "locks",
    .prepare = prepare_in_place,
    .show = show_lock,
    .load = load_lock,
};

static bool
match_group_scope(
    const struct request *request, const struct row *row, const struct filter_value *value)
{
	return (json_member(row->fields, "place_id") == NULL) ==
	       (strcmp(value->text, "organization") == 0);
}

static bool
match_group_of_lock(
    const struct request *request, const struct row *row, const struct filter_value *value)
{
	const GPtrArray *rows = state_where(
	    request->sandbox->state, INDEX_GROUP_LOCKS_BY_LOCK, NULL, value->number);

	for (guint i = 0; rows != NULL && i < rows->len; i++) {
		if (row_integer(g_ptr_array_index(rows, i), "group_id") == row->id)
			return true;
	}
	return false;
}

/* The sandbox has no elevators. */
static bool
match_nothing(
    const struct request *request, const struct row *row, const struct filter_value *value)
{
	return false;
}

static const struct filter group_filters[] = {
    {.name = "query", .type = FILTER_TEXT, .match = match_name},
    {.name = "scope", .type = FILTER_TEXT, .words = group_scopes, .match = match_group_scope},
    {.name = "place_id",
	.type = FILTER_INTEGER,
	.field = "place_id",
	.indexed = true,
	.index = INDEX_GROUPS_BY_PLACE},
    {.name = "lock_id", .type = FILTER_INTEGER, .match = match_group_of_lock},
    {.name = "elevator_stop_id", .type = FILTER_INTEGER, .match = match_nothing},
    {.name = NULL},
};

static const struct sort group_sorts[] = {
    {"name", sort_by_name, false},
    {NULL, NULL, false},
};

static void
show_group(const struct request *request, const struct row *row, struct json_object *out)
{
	int64_t users = group_users(request, row->id);

	json_put_integer(out, "users_count", users);
	json_put_integer(
	    out, "locks_count", count_where(request, INDEX_GROUP_LOCKS_BY_GROUP, row->id));
	json_put_integer(out, "members_count", users);
	show_stub(request, out, "place", STORE_PLACES, row_integer(row, "place_id"));
}

static bool
load_group(struct state *state, struct json_object *object, struct json_object *fields, int64_t id,
    const char **why)
{
	name_from_id(fields, "Group", id);
	return true;
}

const struct resource group_resource = {
    .path = "groups",
    .wrapper = "group",
    .type = "Group",
    .array = "groups",
    .store = STORE_GROUPS,
    .verbs = VERB_ALL,
    .limit = 10,
    .limit_max = 250,
    .fields = group_fields,
    .filters = group_filters,
    .sorts = group_sorts,
    .permission = "groups",
    .prepare = prepare_in_place,
    .show = show_group,
    .load = load_group,
};

static bool
match_pair_name(
    const struct request *request, const struct row *row, const struct filter_value *value)
{
	const char *texts[] = {name_of(request, STORE_GROUPS, row_integer(row, "group_id")),
	    name_of(request, STORE_LOCKS, row_integer(row, "lock_id")), NULL};

	return !row_lagging(request, row) && text_holds(value, texts);
}

static const struct filter group_lock_filters[] = {
    {.name = "group_id",
	.type = FILTER_INTEGER,
	.field = "group_id",
	.required = true,
	.indexed = true,
	.index = INDEX_GROUP_LOCKS_BY_GROUP},
    {.name = "lock_id", .type = FILTER_INTEGER, .field = "lock_id"},
    {.name = "query", .type = FILTER_TEXT, .match = match_pair_name},
    {.name = NULL},
};

static bool
prepare_group_lock(struct request *request, const struct row *row, struct json_object *fields,
    struct json_object *body, struct json_object *errors)
{
	int64_t group_id = 0, lock_id = 0;

	check_reference(request, fields, "group_id", STORE_GROUPS, errors);
	check_reference(request, fields, "lock_id", STORE_LOCKS, errors);
	if (json_object_object_length(errors) > 0)
		return true;
	json_integer(fields, "group_id", &group_id);
	json_integer(fields, "lock_id", &lock_id);
	const GPtrArray *rows = state_where(
	    request->sandbox->state, INDEX_GROUP_LOCKS_BY_GROUP, NULL, group_id);
	for (guint i = 0; rows != NULL && i < rows->len; i++) {
		if (row_integer(g_ptr_array_index(rows, i), "lock_id") == lock_id)
			return answer_duplicate(request, SWITCH_DUPLICATE_PAIR, "lock_id");
	}
	return true;
}

static void
show_group_lock(const struct request *request, const struct row *row, struct json_object *out)
{
	int64_t lock_id = row_integer(row, "lock_id");
	const struct row *lock = state_find(request->sandbox->state, STORE_LOCKS, lock_id);
	struct json_object *stub = json_object_new_object();

	show_stub(request, out, "group", STORE_GROUPS, row_integer(row, "group_id"));
	/* This stub has no resource_type. */
	json_put_integer(stub, "id", lock_id);
	json_put_text(stub, "description", row_text(lock, "description"));
	json_put_text(stub, "name", row_text(lock, "name"));
	json_object_object_add(out, "lock", stub);
	json_put_integer(out, "place_id", row_integer(lock, "place_id"));
	show_stub(request, out, "place", STORE_PLACES, row_integer(lock, "place_id"));
}

const struct resource group_lock_resource = {
    .path = "group_locks",
    .wrapper = "group_lock",
    .type = "GroupLock",
    .array = "group_locks",
    .store = STORE_GROUP_LOCKS,
    .verbs = VERB_LIST | VERB_CREATE | VERB_READ | VERB_DELETE,
    .limit = 10,
    .limit_max = 250,
    .fields = group_lock_fields,
    .filters = group_lock_filters,
    .permission = "group_locks",
    .prepare = prepare_group_lock,
    .show = show_group_lock,
};

/* Of an unknown group there is no empty list but a 404. */
static void
list_group_locks(struct request *request)
{
	const char *text = request_parameter(request, "group_id");
	int64_t id;

	if (text != NULL && text_number(text, 0, INT64_MAX, &id) &&
	    state_find(request->sandbox->state, STORE_GROUPS, id) == NULL)
		answer_not_found(request);
	else
		resource_list(request, &group_lock_resource);
}

/* What a POST to the item's path puts into which fields. */
static const struct {
	const char *word, *field;
	bool value;
	const char *since; /* the field that tells since when, or NULL */
} actions[] = {
    {"lock_down", "locked_down", true, "locked_down_since"},
    {"cancel_lockdown", "locked_down", false, "locked_down_since"},
    {"favorite", "favorite", true, NULL},
    {"unfavorite", "favorite", false, NULL},
    {"first_to_arrive", "first_to_arrive_satisfied", true, NULL},
    {"last_to_leave", "first_to_arrive_satisfied", false, NULL},
};

static void
act(struct request *request, const struct resource *resource)
{
	struct row *row = resource_row(request, resource);
	const char *word = strrchr(request->path, '/') + 1;
	g_autofree char *now = request_now(request);

	for (size_t i = 0; row != NULL && i < G_N_ELEMENTS(actions); i++) {
		if (strcmp(word, actions[i].word) != 0)
			continue;
		struct json_object *fields = json_object_new_object();
		json_put_boolean(fields, actions[i].field, actions[i].value);
		if (actions[i].since != NULL)
			json_put_text(fields, actions[i].since, actions[i].value ? now : NULL);
		if (request->fired.on[FAULT_NOOP])
			json_object_put(fields);
		else
			resource_change(request, resource, row, fields);
		answer_empty(request);
	}
}

static void
act_on_place(struct request *request)
{
	act(request, &place_resource);
}

static void
act_on_lock(struct request *request)
{
	act(request, &lock_resource);
}

/* A door that is locked down stays shut; fad001 is Kisi's code for that. */
static void
unlock(struct request *request)
{
	const struct row *lock = resource_row(request, &lock_resource);

	if (lock == NULL)
		return;
	const struct row *place = state_find(
	    request->sandbox->state, STORE_PLACES, row_integer(lock, "place_id"));
	if (row_flag(lock, "locked_down") || row_flag(place, "locked_down")) {
		answer_error(request, 409, "The door is locked down.");
		json_put_text(request->answer.body, "code", "fad001");
		return;
	}
	if (!fields_flag(lock_fields, lock->fields, "configured")) {
		answer_error(request, 503, "The door is not configured.");
		return;
	}
	struct json_object *entry = json_object_new_object(), *body = json_object_new_object();
	json_put_integer(entry, "lock_id", lock->id);
	json_put_integer(entry, "user_id", request->user_id);
	json_put_instant(entry, "at", request->now);
	if (!request->fired.on[FAULT_NOOP])
		g_ptr_array_add(request->sandbox->unlocks, g_strdup(json_compact(entry)));
	json_object_put(entry);
	json_put_text(body, "message", "Unlocked!");
	answer_json(request, body);
}

const struct route door_routes[] = {
    {"GET", "/group_locks", list_group_locks, false},
    {"POST", "/places/{id}/lock_down", act_on_place, false},
    {"POST", "/places/{id}/cancel_lockdown", act_on_place, false},
    {"POST", "/places/{id}/favorite", act_on_place, false},
    {"POST", "/places/{id}/unfavorite", act_on_place, false},
    {"POST", "/locks/{id}/unlock", unlock, false},
    {"POST", "/locks/{id}/lock_down", act_on_lock, false},
    {"POST", "/locks/{id}/cancel_lockdown", act_on_lock, false},
    {"POST", "/locks/{id}/first_to_arrive", act_on_lock, false},
    {"POST", "/locks/{id}/last_to_leave", act_on_lock, false},
    {"POST", "/locks/{id}/favorite", act_on_lock, false},
    {"POST", "/locks/{id}/unfavorite", act_on_lock, false},
    {NULL, NULL, NULL, false},
};
