/*
 * Logins: the keys and devices of users.  An API key of the command line is a login, too, and
 * dies with it.  Passwords are not known here: any that is not empty is right.
 */
#include "sandbox/resource.h"

#include "base/json.h"
#include "base/text.h"

#include <string.h>

/* Kisi: 10 API logins and 40 device logins a user. */
enum { API_LOGINS_MAX = 10, DEVICE_LOGINS_MAX = 40 };

static const char *const login_types[] = {"api", "device", NULL};
static const char *const scopes[] = {"me", "all", NULL};

static const struct field login_fields[] = {
    {"created_at", FIELD_INSTANT, 0, "@born", NULL, 0},
    {"updated_at", FIELD_INSTANT, 0, "@born", NULL, 0},
    {"type", FIELD_TEXT, FIELD_CREATE, "device", login_types, 0},
    {"name", FIELD_TEXT, FIELD_NULL | FIELD_WRITE, NULL, NULL, 0},
    {"primary", FIELD_BOOLEAN, 0, "false", NULL, 0},
    {"expire", FIELD_BOOLEAN, FIELD_CREATE, "true", NULL, 0},
    {"last_used_at", FIELD_INSTANT, FIELD_NULL, NULL, NULL, 0},
    {"device_brand", FIELD_TEXT, FIELD_NULL | FIELD_CREATE, NULL, NULL, 0},
    {"device_model", FIELD_TEXT, FIELD_NULL | FIELD_CREATE, NULL, NULL, 0},
    {"os_name", FIELD_TEXT, FIELD_NULL | FIELD_CREATE, NULL, NULL, 0},
    {"user_id", FIELD_INTEGER, FIELD_REQUIRED, "", NULL, 0},
    {"email", FIELD_EMAIL, FIELD_CREATE | FIELD_FORGOTTEN, NULL, NULL, 0},
    {"device_uid", FIELD_TEXT, FIELD_NULL | FIELD_CREATE | FIELD_FORGOTTEN, NULL, NULL, 0},
    {"push_token", FIELD_TEXT, FIELD_WRITE | FIELD_FORGOTTEN, NULL, NULL, 0},
    {"ios_voip_push_token", FIELD_TEXT, FIELD_WRITE | FIELD_FORGOTTEN, NULL, NULL, 0},
    {NULL, 0, 0, NULL, NULL, 0},
};

static const struct filter login_filters[] = {
    {.name = "user_id",
	.type = FILTER_USER,
	.field = "user_id",
	.indexed = true,
	.index = INDEX_LOGINS_BY_USER},
    {.name = "scope", .type = FILTER_TEXT, .words = scopes},
    {.name = NULL},
};

/* A list shows the caller's own, unless it names a user or asks for all; a DELETE may be of any. */
static bool
login_visible(const struct request *request, const struct row *row)
{
	const char *user = request_parameter(request, "user_id"),
		   *scope = request_parameter(request, "scope");

	if (g_strcmp0(request->method, "GET") != 0 || (user != NULL && user[0] != '\0'))
		return true;
	if (g_strcmp0(scope, "all") == 0 &&
	    switch_is(&request->sandbox->switches, SWITCH_LOGINS_SCOPE_ALL, "on"))
		return true;
	return row_integer(row, "user_id") == request->user_id;
}

static void
show_login(const struct request *request, const struct row *row, struct json_object *out)
{
	struct json_object *device = json_object_new_object(), *os = json_object_new_object();

	show_stub(request, out, "user", STORE_USERS, row_integer(row, "user_id"));
	json_put_text(device, "brand", row_text(row, "device_brand"));
	json_put_text(device, "model", row_text(row, "device_model"));
	json_put_text(os, "name", row_text(row, "os_name"));
	json_put_text(os, "version", NULL);
	json_object_object_add(out, "app", json_object_new_object());
	json_object_object_add(out, "user_agent", json_object_new_object());
	json_object_object_add(out, "device", device);
	json_object_object_add(out, "os", os);
}

/* The login a sign-in is for: whose, by which right.  NULL when that was answered. */
static const struct row *
login_owner(struct request *request, struct json_object *login, struct json_object *sign_in,
    const char *type)
{
	const struct state *state = request->sandbox->state;
	const char *managed = json_text(login, "email");
	const char *email = json_text(sign_in, "email"), *domain = json_text(sign_in, "domain");
	const struct row *user = email != NULL ? user_by_email(state, email) : NULL;

	if (request->user_id != 0 && managed != NULL) {
		user = user_by_email(state, managed);
		if (user == NULL)
			answer_not_found(request);
		else if (strcmp(type, "api") == 0 && user->id != request->user_id)
			answer_error(request, 403, "API logins cannot be made for others");
		else
			return user;
		return NULL;
	}
	if (user == NULL || text_blank(json_text(sign_in, "password")) ||
	    g_strcmp0(domain, row_text(state_organization(state), "domain")) != 0) {
		answer_error(request, 401, "Wrong email or password.");
		json_put_text(request->answer.body, "code", "afc516");
		return NULL;
	}
	return user;
}

/* Keep Kisi's limits: the oldest device login makes room, an API login too many is refused. */
static bool
make_room(struct request *request, int64_t user_id, const char *type)
{
	struct state *state = request->sandbox->state;
	const GPtrArray *rows = state_where(state, INDEX_LOGINS_BY_USER, NULL, user_id);
	struct row *oldest = NULL;
	int count = 0;

	for (guint i = 0; rows != NULL && i < rows->len; i++) {
		struct row *row = g_ptr_array_index(rows, i);
		const char *its = row_text(row, "type");
		if (strcmp(its != NULL ? its : "device", type) != 0)
			continue;
		count++;
		if (oldest == NULL || row->id < oldest->id)
			oldest = row;
	}
	if (strcmp(type, "api") == 0)
		return count < API_LOGINS_MAX ||
		       answer_error(request, 403, "There are too many API logins.");
	if (count >= DEVICE_LOGINS_MAX)
		state_remove(state, STORE_LOGINS, oldest);
	return true;
}

/* A sign-in: whose login it is becomes a field of it.  PATCH has nothing to check. */
static bool
prepare_login(struct request *request, const struct row *row, struct json_object *fields,
    struct json_object *body, struct json_object *errors)
{
	const char *type = json_text(fields, "type");

	if (row != NULL || json_object_object_length(errors) > 0)
		return true;
	if (type == NULL)
		json_put_text(fields, "type", type = "device");
	const struct row *user = login_owner(
	    request, body, json_member(request->body, "user"), type);
	if (user == NULL || !make_room(request, user->id, type))
		return false;
	g_autofree char *secret = new_secret(request->sandbox);
	json_put_integer(fields, "user_id", user->id);
	json_put_text(fields, "secret", secret);
	return true;
}

/* What only the answer to a sign-in tells. */
static void
show_signed_in(const struct request *request, const struct row *row, struct json_object *out)
{
	const struct row *user = state_find(
	    request->sandbox->state, STORE_USERS, row_integer(row, "user_id"));
	const char *secret = row_text(row, "secret");

	json_put_text(out, "scram_credentials", NULL);
	json_put_text(out, "secret", secret);
	json_put_text(out, "authentication_token", secret);
	json_put_boolean(out, "has_primary_device", false);
	json_put_text(out, "email", row_text(user, "email"));
	json_put_integer(out, "notifications_unread_count", 0);
	json_put_boolean(out, "otp_required_for_login", row_flag(user, "otp_required_for_login"));
	json_put_text(out, "otp_enabled_at", NULL);
	json_put_text(out, "image", row_text(user, "image"));
	json_put_boolean(out, "primary_login_exists", false);
}

const struct resource login_resource = {
    .path = "logins",
    .wrapper = "login",
    .array = "logins",
    .store = STORE_LOGINS,
    .verbs = VERB_LIST | VERB_DELETE,
    .limit = 10,
    .limit_max = 250,
    .fields = login_fields,
    .filters = login_filters,
    .permission = "logins",
    .visible = login_visible,
    .prepare = prepare_login,
    .show = show_login,
    .created = show_signed_in,
};

struct row *
login_add(const struct request *request, int64_t user_id, const char *type, const char *secret,
    struct json_object *fields)
{
	json_put_integer(fields, "user_id", user_id);
	json_put_text(fields, "type", type);
	json_put_text(fields, "secret", secret);
	return resource_add(request, &login_resource, fields);
}

/* Open: who signs in has no key yet. */
static void
create_login(struct request *request)
{
	resource_create(request, &login_resource);
}

static struct row *
own_login(const struct request *request)
{
	return state_find(request->sandbox->state, STORE_LOGINS, request->login_id);
}

static void
read_own_login(struct request *request)
{
	struct json_object *out = resource_object(request, &login_resource, own_login(request));

	json_put_text(out, "scram_credentials", NULL);
	answer_json(request, out);
}

/* Kisi documents PUT here, which counts as PATCH. */
static void
update_own_login(struct request *request)
{
	resource_update_row(request, &login_resource, own_login(request));
}

static void
delete_own_login(struct request *request)
{
	if (!request->fired.on[FAULT_NOOP])
		state_remove(request->sandbox->state, STORE_LOGINS, own_login(request));
	answer_empty(request);
}

static void
delete_other_logins(struct request *request)
{
	struct state *state = request->sandbox->state;
	const GPtrArray *rows = state_where(state, INDEX_LOGINS_BY_USER, NULL, request->user_id);

	/* The own one stays, so the array does. */
	for (guint i = rows->len; i > 0 && !request->fired.on[FAULT_NOOP]; i--) {
		struct row *row = g_ptr_array_index(rows, i - 1);
		if (row->id != request->login_id)
			state_remove(state, STORE_LOGINS, row);
	}
	answer_empty(request);
}

const struct route login_routes[] = {
    {"POST", "/logins", create_login, true},
    {"GET", "/login", read_own_login, false},
    {"PATCH", "/login", update_own_login, false},
    {"DELETE", "/login", delete_own_login, false},
    {"DELETE", "/login/elsewhere", delete_other_logins, false},
    {NULL, NULL, NULL, false},
};
