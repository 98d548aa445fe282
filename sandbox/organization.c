/* The organisation: one, read-only. */
#include "sandbox/organization.h"

#include "base/json.h"

static const struct field organization_fields[] = {
    {"name", FIELD_TEXT, 0, "Sandbox", NULL, 0},
    {"domain", FIELD_TEXT, 0, "sandbox", NULL, 0},
    {"logo", FIELD_TEXT, FIELD_NULL, NULL, NULL, 0},
    {"address", FIELD_TEXT, FIELD_NULL, NULL, NULL, 0},
    {"description", FIELD_TEXT, FIELD_NULL, NULL, NULL, 0},
    {"device_logins_expire_after", FIELD_INTEGER, FIELD_NULL, "1209600", NULL, 0},
    {"scim_enabled", FIELD_BOOLEAN, 0, "false", NULL, 0},
    {"sso_flow_enabled", FIELD_BOOLEAN, 0, "false", NULL, 0},
    {"sso_expiration_override_enabled", FIELD_BOOLEAN, 0, "false", NULL, 0},
    {"sso_expiration_override", FIELD_INTEGER, FIELD_NULL, NULL, NULL, 0},
    {"metadata", FIELD_TEXT, FIELD_NULL, NULL, NULL, 0},
    {"time_zone", FIELD_TEXT, 0, "UTC", NULL, 0},
    {"web_authentication_api_enabled", FIELD_BOOLEAN, 0, "false", NULL, 0},
    {"apple_pass_enabled", FIELD_BOOLEAN, 0, "false", NULL, 0},
    {"created_at", FIELD_INSTANT, 0, "@born", NULL, 0},
    {"updated_at", FIELD_INSTANT, 0, "@born", NULL, 0},
    {"user_id", FIELD_INTEGER, FIELD_NULL, NULL, NULL, 0},
    {"transfer_to_id", FIELD_INTEGER, FIELD_NULL, NULL, NULL, 0},
    {"image", FIELD_TEXT, FIELD_NULL, NULL, NULL, 0},
    {"color", FIELD_TEXT, FIELD_NULL, NULL, NULL, 0},
    {NULL, 0, 0, NULL, NULL, 0},
};

struct json_object *
organization_object(const struct request *request)
{
	const struct row *row = state_organization(request->sandbox->state);
	struct json_object *out = json_object_new_object();
	int64_t transfer_to = row_integer(row, "transfer_to_id");

	json_put_integer(out, "id", row->id);
	json_put_text(out, "resource_type", "Organization");
	fields_show(organization_fields, row->fields, request->sandbox->loaded_at, out);
	json_put_integer(
	    out, "places_count", state_rows(request->sandbox->state, STORE_PLACES)->len);
	if (transfer_to != 0)
		show_stub(request, out, "transfer_to", STORE_USERS, transfer_to);
	return out;
}

bool
organization_load(struct state *state, struct json_object *object, const char **why)
{
	struct row *row = state_organization(state);
	struct json_object *fields = fields_load(organization_fields, object, why);

	if (fields == NULL)
		return false;
	/*
	 * Stubs of other objects show these two, so they are kept even when they are the default.
	 */
	if (json_text(fields, "name") == NULL)
		json_put_text(fields, "name", "Sandbox");
	if (json_text(fields, "domain") == NULL)
		json_put_text(fields, "domain", "sandbox");
	json_integer(object, "id", &row->id);
	state_change(state, STORE_COUNT, row, fields);
	return true;
}

static void
read_organization(struct request *request)
{
	answer_json(request, organization_object(request));
}

static void
list_organizations(struct request *request)
{
	struct json_object *body = json_object_new_array();

	json_object_array_add(body, organization_object(request));
	answer_json(request, body);
}

const struct route organization_routes[] = {
    {"GET", "/organization", read_organization, false},
    {"GET", "/organizations", list_organizations, false},
    {NULL, NULL, NULL, false},
};
