/*
 * Users, their deprecated twins the members (other ids, other wrapper), guests, and the key's own
 * user.
 */
#include "sandbox/resource.h"

#include "base/json.h"
#include "base/text.h"

#include <string.h>

/* Member ids differ from user ids; this keeps them apart so that mixing them up shows. */
#define MEMBER_SHIFT 700000000

enum { PASSWORD_MIN = 8, PASSWORD_MAX = 128 };

static const char *const locales[] = {"en", "fr", "es", "de", NULL};

static const struct field user_fields[] = {
    {"name", FIELD_TEXT, FIELD_WRITE, "", NULL, 0},
    {"email", FIELD_EMAIL, FIELD_CREATE | FIELD_REQUIRED, "", NULL, 0},
    {"created_at", FIELD_INSTANT, 0, "@born", NULL, 0},
    {"updated_at", FIELD_INSTANT, 0, "@born", NULL, 0},
    {"metadata", FIELD_METADATA, FIELD_WRITE, "{}", NULL, 0},
    {"image", FIELD_URI, FIELD_NULL | FIELD_WRITE, NULL, NULL, 0},
    {"otp_required_for_login", FIELD_BOOLEAN, 0, "false", NULL, 0},
    {"password_flow_enabled", FIELD_BOOLEAN, FIELD_WRITE, "true", NULL, 0},
    {"access_enabled", FIELD_BOOLEAN, FIELD_WRITE, "true", NULL, 0},
    {"last_accessed_at", FIELD_INSTANT, FIELD_NULL, NULL, NULL, 0},
    {"scim_access_enabled", FIELD_BOOLEAN, 0, "true", NULL, 0},
    {"notes", FIELD_TEXT, FIELD_NULL | FIELD_WRITE, NULL, NULL, 0},
    {"confirmed", FIELD_BOOLEAN, 0, "true", NULL, 0},
    {"send_emails", FIELD_BOOLEAN, FIELD_CREATE | FIELD_FORGOTTEN, NULL, NULL, 0},
    {"confirm", FIELD_BOOLEAN, FIELD_CREATE | FIELD_FORGOTTEN, NULL, NULL, 0},
    {NULL, 0, 0, NULL, NULL, 0},
};

/* The fields a member shares with its user; the rest is added by show_member. */
static const struct field member_fields[] = {
    {"name", FIELD_TEXT, FIELD_WRITE, "", NULL, 0},
    {"image", FIELD_TEXT, FIELD_NULL | FIELD_WRITE, NULL, NULL, 0},
    {"password_flow_enabled", FIELD_BOOLEAN, FIELD_WRITE, "true", NULL, 0},
    {"access_enabled", FIELD_BOOLEAN, FIELD_WRITE, "true", NULL, 0},
    {"scim_access_enabled", FIELD_BOOLEAN, 0, "true", NULL, 0},
    {"last_accessed_at", FIELD_INSTANT, FIELD_NULL, NULL, NULL, 0},
    {"created_at", FIELD_INSTANT, 0, "@born", NULL, 0},
    {"updated_at", FIELD_INSTANT, 0, "@born", NULL, 0},
    {"notes", FIELD_TEXT, FIELD_NULL | FIELD_WRITE, NULL, NULL, 0},
    {"metadata", FIELD_METADATA, FIELD_WRITE, "{}", NULL, 0},
    {"confirmed", FIELD_BOOLEAN, 0, "true", NULL, 0},
    {"email", FIELD_EMAIL, FIELD_CREATE | FIELD_REQUIRED | FIELD_HIDDEN, "", NULL, 0},
    {"send_emails", FIELD_BOOLEAN, FIELD_CREATE | FIELD_FORGOTTEN, NULL, NULL, 0},
    {"confirm", FIELD_BOOLEAN, FIELD_CREATE | FIELD_FORGOTTEN, NULL, NULL, 0},
    {NULL, 0, 0, NULL, NULL, 0},
};

/* What PATCH /user may set; kept with the user. */
static const struct field current_user_fields[] = {
    {"name", FIELD_TEXT, FIELD_PATCH, "", NULL, 0},
    {"image", FIELD_URI, FIELD_NULL | FIELD_PATCH, NULL, NULL, 0},
    {"locale", FIELD_TEXT, FIELD_NULL | FIELD_PATCH, NULL, locales, 0},
    {"announcements_last_seen_at", FIELD_INSTANT, FIELD_NULL | FIELD_PATCH, NULL, NULL, 0},
    {"last_read_at", FIELD_METADATA, FIELD_NULL | FIELD_PATCH, NULL, NULL, 0},
    {"current_password", FIELD_TEXT, FIELD_PATCH | FIELD_FORGOTTEN, NULL, NULL, PASSWORD_MAX},
    {"password", FIELD_TEXT, FIELD_PATCH | FIELD_FORGOTTEN, NULL, NULL, PASSWORD_MAX},
    {"password_confirmation", FIELD_TEXT, FIELD_PATCH | FIELD_FORGOTTEN, NULL, NULL, PASSWORD_MAX},
    {NULL, 0, 0, NULL, NULL, 0},
};

static const struct field guest_fields[] = {
    {"name", FIELD_TEXT, FIELD_CREATE | FIELD_REQUIRED, "", NULL, 0},
    {"email", FIELD_EMAIL, FIELD_NULL | FIELD_CREATE, NULL, NULL, 0},
    {"phone_number", FIELD_PHONE, FIELD_NULL | FIELD_CREATE, NULL, NULL, 0},
    {"created_at", FIELD_INSTANT, 0, "@born", NULL, 0},
    {"updated_at", FIELD_INSTANT, 0, "@born", NULL, 0},
    {NULL, 0, 0, NULL, NULL, 0},
};

static bool
match_email(const struct request *request, const struct row *row, const struct filter_value *value)
{
	const struct switches *switches = &request->sandbox->switches;
	g_autofree char *folded = g_utf8_casefold(row_text(row, "email"), -1);

	if (switch_is(switches, SWITCH_SEARCH_LAG_ON, "email") && row_lagging(request, row))
		return false;
	if (switch_is(switches, SWITCH_EMAIL_FILTER, "partial"))
		return strstr(folded, value->folded) != NULL;
	return strcmp(folded, value->folded) == 0;
}

static bool
match_person(const struct request *request, const struct row *row, const struct filter_value *value)
{
	const char *notes = row_text(row, "notes");
	const char *texts[] = {row_text(row, "email"), row_text(row, "name"), notes, NULL};

	return !row_lagging(request, row) && text_holds(value, texts);
}

static bool
match_guest(const struct request *request, const struct row *row, const struct filter_value *value)
{
	const char *texts[] = {row_text(row, "name"), NULL};

	return !row_lagging(request, row) && text_holds(value, texts);
}

static bool
match_group(const struct request *request, const struct row *row, const struct filter_value *value)
{
	return user_holds(request, row->id, holds_group, value->number);
}

static bool
match_place(const struct request *request, const struct row *row, const struct filter_value *value)
{
	return user_holds(request, row->id, holds_place, value->number);
}

static bool
match_user(const struct request *request, const struct row *row, const struct filter_value *value)
{
	return row->id == value->number;
}

static const struct filter user_filters[] = {
    {.name = "email", .type = FILTER_TEXT, .match = match_email},
    {.name = "query", .type = FILTER_TEXT, .match = match_person},
    {.name = "place_id", .type = FILTER_INTEGER, .match = match_place},
    {.name = "group_id", .type = FILTER_INTEGER, .match = match_group},
    {.name = "user_id", .type = FILTER_USER, .match = match_user},
    {.name = NULL},
};

static const struct filter guest_filters[] = {
    {.name = "query", .type = FILTER_TEXT, .match = match_guest},
    {.name = NULL},
};

static char *
sort_by_unlock(const struct state *state, const struct row *row)
{
	return g_strdup(row_text(row, "last_accessed_at"));
}

static char *
sort_by_access(const struct state *state, const struct row *row)
{
	return g_strdup(fields_flag(user_fields, row->fields, "access_enabled") ? "1" : "0");
}

static const struct sort user_sorts[] = {
    {"name", sort_by_name, false},
    {"unlock", sort_by_unlock, false},
    {"access_enabled", sort_by_access, false},
    {NULL, NULL, false},
};

struct row *
user_by_email(const struct state *state, const char *email)
{
	return state_where_text(state, INDEX_USERS_BY_EMAIL, email);
}

/* Kisi fills a missing name from the e-mail address. */
static void
name_from_email(struct json_object *fields)
{
	const char *email = json_text(fields, "email");
	const char *at = email != NULL ? strchr(email, '@') : NULL;

	if (!text_blank(json_text(fields, "name")) || email == NULL)
		return;
	g_autofree char *name = at != NULL ? g_strndup(email, (gsize)(at - email))
					   : g_strdup(email);
	json_put_text(fields, "name", name);
}

struct row *
user_add(const struct request *request, const char *email, const char *name)
{
	struct json_object *fields = json_object_new_object();

	json_put_text(fields, "email", email);
	if (name != NULL)
		json_put_text(fields, "name", name);
	name_from_email(fields);
	json_put_boolean(fields, "confirmed", false);
	return resource_add(request, &user_resource, fields);
}

static bool
prepare_user(struct request *request, const struct row *row, struct json_object *fields,
    struct json_object *body, struct json_object *errors)
{
	const char *email = json_text(fields, "email");
	bool confirm = false;

	if (row != NULL) {
		if (json_member(fields, "name") != NULL && text_blank(json_text(fields, "name")))
			field_error(errors, "name", "can't be blank");
		return true;
	}
	if (email != NULL && user_by_email(request->sandbox->state, email) != NULL &&
	    json_object_object_length(errors) == 0)
		return answer_duplicate(request, SWITCH_DUPLICATE, "email");
	name_from_email(fields);
	json_boolean(body, "confirm", &confirm);
	json_put_boolean(fields, "confirmed", confirm);
	return true;
}

static bool
prepare_member(struct request *request, const struct row *row, struct json_object *fields,
    struct json_object *body, struct json_object *errors)
{
	if (row == NULL && json_member(body, "place_id") != NULL)
		field_error(errors, "place_id", "is not allowed in an organization");
	return prepare_user(request, row, fields, body, errors);
}

static bool
user_deletable(struct request *request, const struct row *row)
{
	if (row_integer(state_organization(request->sandbox->state), "user_id") != row->id)
		return true;
	return answer_complaint(request, 422, "base", "the owner cannot be deleted");
}

/* How many rights on groups the user holds directly. */
static int64_t
groups_of(const struct request *request, int64_t user_id)
{
	const GPtrArray *rows = state_where(
	    request->sandbox->state, INDEX_ASSIGNMENTS_BY_ASSIGNEE, "User", user_id);
	int64_t count = 0;

	for (guint i = 0; rows != NULL && i < rows->len; i++) {
		const struct row *row = g_ptr_array_index(rows, i);
		count += row_is(row, "applies_to_type", "Group") &&
			 row_current(request, row, "valid_until");
	}
	return count;
}

static void
show_user(const struct request *request, const struct row *row, struct json_object *out)
{
	json_put_integer(out, "organization_id", state_organization(request->sandbox->state)->id);
	json_put_integer(out, "groups_count", groups_of(request, row->id));
}

/* The organisation role of a user as the deprecated member shows it. */
static const char *
organization_role(const struct request *request, int64_t user_id)
{
	const GPtrArray *rows = state_where(
	    request->sandbox->state, INDEX_ASSIGNMENTS_BY_ASSIGNEE, "User", user_id);

	if (row_integer(state_organization(request->sandbox->state), "user_id") == user_id)
		return "owner";
	for (guint i = 0; rows != NULL && i < rows->len; i++) {
		const struct row *row = g_ptr_array_index(rows, i);
		if (row_is(row, "applies_to_type", "Organization"))
			return row_text(row, "role_id");
	}
	return "basic";
}

static void
show_member(const struct request *request, const struct row *row, struct json_object *out)
{
	struct json_object *stub = NULL;

	json_put_text(out, "role_id", organization_role(request, row->id));
	json_put_integer(out, "organization_id", state_organization(request->sandbox->state)->id);
	json_put_integer(out, "user_id", row->id);
	show_stub(request, out, "user", STORE_USERS, row->id);
	json_object_object_get_ex(out, "user", &stub);
	json_put_boolean(stub, "otp_required_for_login", row_flag(row, "otp_required_for_login"));
	json_put_text(out, "place_id", NULL);
	json_put_integer(out, "shares_count", groups_of(request, row->id));
}

static bool
load_user(struct state *state, struct json_object *object, struct json_object *fields, int64_t id,
    const char **why)
{
	if (text_blank(json_text(fields, "email"))) {
		g_autofree char *email = g_strdup_printf(
		    "user%" G_GINT64_FORMAT "@example.org", id);
		json_put_text(fields, "email", email);
	}
	name_from_email(fields);
	if (user_by_email(state, json_text(fields, "email")) != NULL) {
		*why = "email is that of another user";
		return false;
	}
	return true;
}

static bool
load_guest(struct state *state, struct json_object *object, struct json_object *fields, int64_t id,
    const char **why)
{
	if (json_text(fields, "name") == NULL)
		json_put_text(fields, "name", "Guest");
	return true;
}

const struct resource user_resource = {
    .path = "users",
    .wrapper = "user",
    .type = "User",
    .array = "users",
    .store = STORE_USERS,
    .verbs = VERB_ALL,
    .limit = 50,
    .limit_max = 100,
    .fields = user_fields,
    .filters = user_filters,
    .sorts = user_sorts,
    .permission = "users",
    .prepare = prepare_user,
    .deletable = user_deletable,
    .show = show_user,
    .load = load_user,
};

const struct resource member_resource = {
    .path = "members",
    .wrapper = "member",
    .type = "Member",
    .store = STORE_USERS,
    .id_shift = MEMBER_SHIFT,
    .verbs = VERB_ALL,
    .limit = 50,
    .limit_max = 100,
    .fields = member_fields,
    .filters = user_filters + 1, /* members have no filter `email` */
    .sorts = user_sorts,
    .deprecated = true,
    .permission = "users",
    .prepare = prepare_member,
    .deletable = user_deletable,
    .show = show_member,
};

const struct resource guest_resource = {
    .path = "guests",
    .wrapper = "guest",
    .type = "Guest",
    .array = "guests",
    .store = STORE_GUESTS,
    .verbs = VERB_LIST | VERB_CREATE | VERB_READ | VERB_DELETE,
    .limit = 10,
    .limit_max = 250,
    .fields = guest_fields,
    .filters = guest_filters,
    .permission = "guests",
    .load = load_guest,
};

static struct json_object *
copy_member(const struct row *row, const char *name)
{
	return json_object_get(json_member(row->fields, name));
}

static void
read_current_user(struct request *request)
{
	const struct state *state = request->sandbox->state;
	const struct row *row = state_find(state, STORE_USERS, request->user_id);
	const GPtrArray *logins = state_where(state, INDEX_LOGINS_BY_USER, NULL, row->id);
	struct json_object *user = resource_object(request, &user_resource, row);
	static const char *const other[] = {"metadata", "password_flow_enabled", "access_enabled",
	    "last_accessed_at", "scim_access_enabled", "confirmed", "groups_count", NULL};
	bool primary = false;

	for (size_t i = 0; other[i] != NULL; i++)
		json_object_object_del(user, other[i]);
	for (guint i = 0; logins != NULL && i < logins->len; i++)
		primary = primary || row_flag(g_ptr_array_index(logins, i), "primary");
	json_object_object_add(user, "locale", copy_member(row, "locale"));
	json_put_integer(user, "notifications_unread_count", 0);
	json_put_text(user, "otp_enabled_at", NULL);
	json_put_boolean(user, "primary_login_exists", primary);
	json_object_object_add(
	    user, "announcements_last_seen_at", copy_member(row, "announcements_last_seen_at"));
	json_object_object_add(user, "last_read_at", copy_member(row, "last_read_at"));
	show_typed_stub(request, user, "organization", "Organization", 0);
	answer_json(request, user);
}

static void
check_passwords(struct json_object *body, struct json_object *errors)
{
	static const char *const names[] = {
	    "current_password", "password", "password_confirmation"};

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		const char *text = json_text(body, names[i]);
		if (text != NULL && g_utf8_strlen(text, -1) < PASSWORD_MIN)
			field_error(errors, names[i], "is too short (minimum is 8 characters)");
	}
}

/* The values of last_read_at are instants, which metadata in general are not. */
static void
check_last_read(struct json_object *last_read, struct json_object *errors)
{
	instant ignored;

	if (!json_object_is_type(last_read, json_type_object))
		return;
	json_object_object_foreach(last_read, key, value)
	{
		if (value == NULL || !json_instant(last_read, key, 0, &ignored)) {
			field_error(errors, "last_read_at", "must hold date-times");
			return;
		}
	}
}

static bool
prepare_current_user(struct request *request, const struct row *row, struct json_object *fields,
    struct json_object *body, struct json_object *errors)
{
	check_passwords(body, errors);
	check_last_read(json_member(fields, "last_read_at"), errors);
	return prepare_user(request, row, fields, body, errors);
}

/*
 * The user as his own key may change him: not in the list of resources, for it has no collection.
 */
static const struct resource current_user_resource = {
    .path = "user",
    .wrapper = "user",
    .store = STORE_USERS,
    .fields = current_user_fields,
    .prepare = prepare_current_user,
};

static void
update_current_user(struct request *request)
{
	resource_update_row(request, &current_user_resource,
	    state_find(request->sandbox->state, STORE_USERS, request->user_id));
}

static void
delete_current_user(struct request *request)
{
	struct row *row = state_find(request->sandbox->state, STORE_USERS, request->user_id);

	if (row_integer(state_organization(request->sandbox->state), "user_id") == row->id) {
		answer_error(request, 403, "The owner cannot be deleted");
		return;
	}
	if (!request->fired.on[FAULT_NOOP])
		state_remove(request->sandbox->state, STORE_USERS, row);
	answer_empty(request);
}

const struct route user_routes[] = {
    {"GET", "/user", read_current_user, false},
    {"PATCH", "/user", update_current_user, false},
    {"DELETE", "/user", delete_current_user, false},
    {NULL, NULL, NULL, false},
};
