/*
 * The engine: create, read, update and delete of any resource by its table, and the pieces of
 * objects that several resources share.  Lists are in list.c; rules of one resource are in its
 * own file.
 */
#include "sandbox/resource.h"

#include "base/json.h"

#include <string.h>

const struct resource *const resources[] = {
    &place_resource,
    &lock_resource,
    &group_resource,
    &group_lock_resource,
    &user_resource,
    &assignment_resource,
    &link_resource,
    &schedule_resource,
    &team_resource,
    &membership_resource,
    &role_resource,
    &guest_resource,
    &login_resource,
    &member_resource,
    &share_resource,
    NULL,
};

static const struct {
	const char *type;
	enum store_id store;
} stores_by_type[] = {
    {"User", STORE_USERS},
    {"Group", STORE_GROUPS},
    {"Place", STORE_PLACES},
    {"Team", STORE_TEAMS},
    {"Guest", STORE_GUESTS},
    {"Lock", STORE_LOCKS},
};

enum store_id
store_of_type(const char *type)
{
	for (size_t i = 0; i < G_N_ELEMENTS(stores_by_type); i++) {
		if (g_strcmp0(type, stores_by_type[i].type) == 0)
			return stores_by_type[i].store;
	}
	return STORE_COUNT;
}

static const char *
type_of_store(enum store_id store)
{
	for (size_t i = 0; i < G_N_ELEMENTS(stores_by_type); i++) {
		if (store == stores_by_type[i].store)
			return stores_by_type[i].type;
	}
	return NULL;
}

void
show_stub(const struct request *request, struct json_object *out, const char *name,
    enum store_id store, int64_t id)
{
	const struct row *row = store < STORE_COUNT ? state_find(request->sandbox->state, store, id)
						    : NULL;

	if (row == NULL)
		return;
	struct json_object *stub = json_object_new_object();
	json_put_integer(stub, "id", id);
	json_put_text(stub, "resource_type", type_of_store(store));
	if (store == STORE_USERS || store == STORE_GUESTS)
		json_put_text(stub, "email", row_text(row, "email"));
	json_put_text(stub, "name", row_text(row, "name"));
	if (store == STORE_GUESTS)
		json_put_text(stub, "phone_number", row_text(row, "phone_number"));
	json_object_object_add(out, name, stub);
}

static void
show_organization_stub(const struct request *request, struct json_object *out, const char *name)
{
	const struct row *row = state_organization(request->sandbox->state);
	struct json_object *stub = json_object_new_object();

	json_put_integer(stub, "id", row->id);
	json_put_text(stub, "resource_type", "Organization");
	json_put_text(stub, "name", row_text(row, "name"));
	json_put_text(stub, "domain", row_text(row, "domain"));
	json_object_object_add(out, name, stub);
}

void
show_typed_stub(const struct request *request, struct json_object *out, const char *name,
    const char *type, int64_t id)
{
	if (g_strcmp0(type, "Organization") == 0)
		show_organization_stub(request, out, name);
	else
		show_stub(request, out, name, store_of_type(type), id);
}

bool
row_expired(const struct request *request, const struct row *row, const char *field)
{
	instant until;

	return json_instant(row->fields, field, INSTANT_NEVER, &until) && until <= request->now;
}

bool
row_current(const struct request *request, const struct row *row, const char *field)
{
	return switch_is(&request->sandbox->switches, SWITCH_EXPIRED, "kept") ||
	       !row_expired(request, row, field);
}

bool
row_lagging(const struct request *request, const struct row *row)
{
	int64_t lag_us = request->sandbox->switches.number[SWITCH_SEARCH_LAG_MS] * 1000;

	return row->born_us != 0 && g_get_monotonic_time() < row->born_us + lag_us;
}

/* Where a window's edge stands: in what was sent, else in what is kept. */
static bool
edge(const struct row *row, struct json_object *fields, const char *name, instant *out)
{
	struct json_object *ignored;
	struct json_object *where = row != NULL &&
					    !json_object_object_get_ex(fields, name, &ignored)
					? row->fields
					: fields;

	return json_instant(where, name, INSTANT_NEVER, out) && *out != INSTANT_NEVER;
}

void
check_window(const struct row *row, struct json_object *fields, const char *from, const char *until,
    struct json_object *errors)
{
	instant begin, end;

	if (edge(row, fields, from, &begin) && edge(row, fields, until, &end) && end <= begin) {
		g_autofree char *text = g_strdup_printf("must be after %s", from);
		field_error(errors, until, text);
	}
}

bool
text_holds(const struct filter_value *value, const char *const *texts)
{
	for (; *texts != NULL; texts++) {
		g_autofree char *folded = g_utf8_casefold(*texts, -1);
		if (strstr(folded, value->folded) != NULL)
			return true;
	}
	return false;
}

char *
sort_by_name(const struct state *state, const struct row *row)
{
	const char *name = row_text(row, "name");

	return g_utf8_casefold(name != NULL ? name : "", -1);
}

struct json_object *
resource_object(
    const struct request *request, const struct resource *resource, const struct row *row)
{
	struct json_object *out = json_object_new_object();

	if (resource->store == STORE_ROLES)
		json_put_text(out, "id", row_text(row, "role_id"));
	else
		json_put_integer(out, "id", row->id + resource->id_shift);
	if (resource->type != NULL)
		json_put_text(out, "resource_type", resource->type);
	fields_show(resource->fields, row->fields, request->sandbox->loaded_at, out);
	if (resource->show != NULL)
		resource->show(request, row, out);
	if (switch_is(&request->sandbox->switches, SWITCH_UNKNOWN_FIELDS, "on"))
		json_object_object_add(out, "tomorrows_field", json_object_new_array());
	return out;
}

struct row *
resource_add(
    const struct request *request, const struct resource *resource, struct json_object *fields)
{
	g_autofree char *now = request_now(request);

	json_put_text(fields, "created_at", now);
	json_put_text(fields, "updated_at", now);
	return state_add(
	    request->sandbox->state, resource->store, 0, fields, g_get_monotonic_time());
}

void
resource_change(const struct request *request, const struct resource *resource, struct row *row,
    struct json_object *fields)
{
	g_autofree char *now = request_now(request);
	struct json_object *whole = json_object_new_object();

	json_object_object_foreach(row->fields, kept_name, kept)
	    json_object_object_add(whole, kept_name, json_object_get(kept));
	json_object_object_foreach(fields, name, value)
	    json_object_object_add(whole, name, json_object_get(value));
	json_put_text(whole, "updated_at", now);
	json_object_put(fields);
	state_change(request->sandbox->state, resource->store, row, whole);
}

struct row *
resource_row(struct request *request, const struct resource *resource)
{
	int64_t id = request_id(request) - resource->id_shift;
	struct row *row = state_find(request->sandbox->state, resource->store, id);

	if (row != NULL && (resource->visible == NULL || resource->visible(request, row)))
		return row;
	answer_not_found(request);
	return NULL;
}

void
resource_read(struct request *request, const struct resource *resource)
{
	const struct row *row = resource_row(request, resource);

	if (row != NULL)
		answer_json(request, resource_object(request, resource, row));
}

/*
 * The fields a write may set, checked by the table and by the resource; NULL when that was
 * answered. row: what PATCH changes; NULL for POST.
 */
static struct json_object *
take_fields(struct request *request, const struct resource *resource, const struct row *row)
{
	struct json_object *body = request_body(request, resource->wrapper);

	if (body == NULL)
		return NULL;
	struct json_object *errors = json_object_new_object();
	struct json_object *fields = fields_take(resource->fields, body,
	    row != NULL ? FIELD_PATCH : FIELD_CREATE, request_switch(request, SWITCH_TIMES),
	    errors);
	bool answered = resource->prepare != NULL &&
			!resource->prepare(request, row, fields, body, errors);

	if (!answered && json_object_object_length(errors) == 0) {
		json_object_put(errors);
		return fields;
	}
	json_object_put(fields);
	if (answered)
		json_object_put(errors);
	else
		answer_errors(request, errors);
	return NULL;
}

void
resource_create(struct request *request, const struct resource *resource)
{
	struct json_object *fields = take_fields(request, resource, NULL);

	if (fields == NULL)
		return;
	struct row *row = resource_add(request, resource, fields);
	struct json_object *out = resource_object(request, resource, row);
	if (resource->created != NULL)
		resource->created(request, row, out);
	if (request->fired.on[FAULT_NOOP])
		state_remove(request->sandbox->state, resource->store, row);
	answer_json(request, out);
}

void
resource_update_row(struct request *request, const struct resource *resource, struct row *row)
{
	struct json_object *fields = take_fields(request, resource, row);

	if (fields == NULL)
		return;
	if (request->fired.on[FAULT_NOOP] || request->fired.on[FAULT_IGNORE_PATCH])
		json_object_put(fields);
	else
		resource_change(request, resource, row, fields);
	answer_empty(request);
}

void
resource_update(struct request *request, const struct resource *resource)
{
	struct row *row = resource_row(request, resource);

	if (row != NULL)
		resource_update_row(request, resource, row);
}

void
resource_delete(struct request *request, const struct resource *resource)
{
	struct row *row = resource_row(request, resource);

	if (row == NULL || (resource->deletable != NULL && !resource->deletable(request, row)))
		return;
	if (!request->fired.on[FAULT_NOOP])
		state_remove(request->sandbox->state, resource->store, row);
	answer_empty(request);
}

bool
answer_duplicate(struct request *request, enum switch_id id, const char *field)
{
	if (request->sandbox->switches.number[id] == 409)
		return answer_error(request, 409, NULL);
	return answer_complaint(request, 422, field, "has already been taken");
}

void
put_creator(const struct request *request, struct json_object *fields)
{
	if (request->user_id == 0)
		return;
	json_put_text(fields, "created_by_type", "User");
	json_put_integer(fields, "created_by_id", request->user_id);
}

void
show_creator(
    const struct request *request, const struct row *row, struct json_object *out, bool with_issuer)
{
	const char *type = row_text(row, "created_by_type");
	int64_t id = row_integer(row, "created_by_id");
	bool by_user = g_strcmp0(type, "User") == 0;

	if (g_strcmp0(type, "MarketplaceInstallation") == 0) {
		struct json_object *stub = json_object_new_object();
		json_put_integer(stub, "id", id);
		json_put_text(stub, "resource_type", type);
		json_object_object_add(out, "created_by", stub);
	} else if (by_user) {
		show_stub(request, out, "created_by", STORE_USERS, id);
	}
	json_object_object_add(out, "issued_by_id", by_user ? json_object_new_int64(id) : NULL);
	if (by_user && with_issuer)
		show_stub(request, out, "issued_by", STORE_USERS, id);
}

char *
new_secret(struct sandbox *sandbox)
{
	GString *text = g_string_new(NULL);

	for (int i = 0; i < 4; i++)
		g_string_append_printf(text, "%08x", g_rand_int(sandbox->random));
	return g_string_free(text, FALSE);
}
