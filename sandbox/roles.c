/*
 * Roles, read-only.  A snapshot brings its organisation's own; without any, these stand in.  Ids
 * for groups and organisations are Kisi's; those for places nobody has written down, so they are
 * made up here.
 */
#include "sandbox/resource.h"

#include "base/json.h"

#include <string.h>

enum grants { GRANTS_NOTHING, GRANTS_READING, GRANTS_PEOPLE, GRANTS_ALL };

static const struct {
	const char *id, *applies_to, *name;
	enum grants grants;
} built_in[] = {
    {"owner", "Organization", "Owner", GRANTS_ALL},
    {"administrator", "Organization", "Administrator", GRANTS_ALL},
    {"manager", "Organization", "Manager", GRANTS_ALL},
    {"user_manager", "Organization", "User manager", GRANTS_PEOPLE},
    {"observer", "Organization", "Observer", GRANTS_READING},
    {"basic", "Organization", "Basic", GRANTS_NOTHING},
    {"place_administrator", "Place", "Place administrator (made up)", GRANTS_ALL},
    {"place_basic", "Place", "Place basic (made up)", GRANTS_NOTHING},
    {"group_manager", "Group", "Group manager", GRANTS_PEOPLE},
    {"group_basic", "Group", "Group basic", GRANTS_NOTHING},
};

/*
 * What Kisi's permissions are about; each gives <name>_read and <name>_write, or the one that is
 * written out.
 */
static const char *const permissions[] = {"groups", "group_links", "group_locks", "guests", "locks",
    "logins", "places", "role_assignments", "schedules", "shares", "team_memberships", "teams",
    "users", "custom_roles", "integrations", "reports", "cards", "card_assignments", "elevators",
    "elevator_stops", "floors", "hardware"};

static const char *const people[] = {"groups", "group_links", "guests", "role_assignments",
    "shares", "team_memberships", "teams", "users", NULL};

static const char *const target_types[] = {"Organization", "Place", "Group", NULL};

static const struct field role_fields[] = {
    {"role_id", FIELD_TEXT, FIELD_HIDDEN, NULL, NULL, 0},
    {"applies_to", FIELD_TEXT, 0, "", target_types, 0},
    {"name", FIELD_TEXT, 0, "", NULL, 0},
    {"description", FIELD_TEXT, FIELD_NULL, NULL, NULL, 0},
    {"custom", FIELD_BOOLEAN, 0, "false", NULL, 0},
    {"permissions", FIELD_METADATA, 0, "{}", NULL, 0},
    {"custom_role_id", FIELD_INTEGER, FIELD_NULL, NULL, NULL, 0},
    {NULL, 0, 0, NULL, NULL, 0},
};

static struct json_object *
granted(enum grants grants)
{
	struct json_object *out = json_object_new_object();

	for (size_t i = 0; i < G_N_ELEMENTS(permissions); i++) {
		bool write = grants == GRANTS_ALL ||
			     (grants == GRANTS_PEOPLE && g_strv_contains(people, permissions[i]));
		bool read = write || grants == GRANTS_READING;
		g_autofree char *read_name = g_strconcat(permissions[i], "_read", NULL);
		g_autofree char *write_name = g_strconcat(permissions[i], "_write", NULL);
		json_put_boolean(out, read_name, read);
		json_put_boolean(out, write_name, write);
	}
	json_put_boolean(out, "events_read", grants == GRANTS_ALL || grants == GRANTS_READING);
	json_put_boolean(out, "invites_write", grants == GRANTS_ALL || grants == GRANTS_PEOPLE);
	json_put_boolean(out, "locks_unlock", grants == GRANTS_ALL);
	return out;
}

void
roles_add_built_in(struct state *state)
{
	for (size_t i = 0; i < G_N_ELEMENTS(built_in); i++) {
		struct json_object *fields = json_object_new_object();
		json_put_text(fields, "role_id", built_in[i].id);
		json_put_text(fields, "applies_to", built_in[i].applies_to);
		json_put_text(fields, "name", built_in[i].name);
		json_object_object_add(fields, "permissions", granted(built_in[i].grants));
		state_add(state, STORE_ROLES, 0, fields, 0);
	}
}

static const struct row *
role_by_id(const struct state *state, const char *id)
{
	const GPtrArray *rows = state_rows(state, STORE_ROLES);

	for (guint i = 0; i < rows->len; i++) {
		const struct row *row = g_ptr_array_index(rows, i);
		if (row_is(row, "role_id", id))
			return row;
	}
	return NULL;
}

static bool
load_role(struct state *state, struct json_object *object, struct json_object *fields, int64_t id,
    const char **why)
{
	const char *text = json_text(object, "id");

	if (text == NULL) {
		*why = "id is not a text";
		return false;
	}
	if (role_by_id(state, text) != NULL) {
		*why = "id is that of another role";
		return false;
	}
	json_put_text(fields, "role_id", text);
	if (json_text(fields, "applies_to") == NULL)
		json_put_text(fields, "applies_to",
		    g_str_has_prefix(text, "group_") ? "Group" : "Organization");
	if (json_text(fields, "name") == NULL)
		json_put_text(fields, "name", text);
	return true;
}

static void
read_role(struct request *request)
{
	const struct row *row = role_by_id(request->sandbox->state, request->word);

	if (row != NULL)
		answer_json(request, resource_object(request, &role_resource, row));
	else
		answer_not_found(request);
}

bool
role_permits(const struct state *state, const char *role_id, const char *permission)
{
	const struct row *row = role_by_id(state, role_id);
	bool value = false;

	return row != NULL &&
	       json_boolean(json_member(row->fields, "permissions"), permission, &value) && value;
}

const struct resource role_resource = {
    .path = "roles",
    .wrapper = "role",
    .type = "Role",
    .array = "roles",
    .store = STORE_ROLES,
    .verbs = VERB_LIST,
    .fields = role_fields,
    .load = load_role,
};

const struct route role_routes[] = {
    {"GET", "/roles/{id}", read_role, false},
    {NULL, NULL, NULL, false},
};
