/*
 * Shares, the deprecated view of role assignments: group rights of users only, keyed by e-mail,
 * with ids and role words of their own.
 */
#include "sandbox/rights.h"

#include "base/json.h"

#include <string.h>

/*
 * Whether the ids of a share and of its role assignment agree nobody has written down: here they
 * do not.
 */
#define SHARE_SHIFT 300000000

static const char *const share_roles[] = {"manager", "basic", NULL};

static const struct field share_fields[] = {
    {"created_at", FIELD_INSTANT, 0, "@born", NULL, 0},
    {"updated_at", FIELD_INSTANT, 0, "@born", NULL, 0},
    {"email", FIELD_EMAIL, FIELD_CREATE | FIELD_REQUIRED | FIELD_HIDDEN, NULL, NULL, 0},
    {"group_id", FIELD_INTEGER, FIELD_CREATE | FIELD_REQUIRED | FIELD_HIDDEN, NULL, NULL, 0},
    {"notify", FIELD_BOOLEAN, FIELD_NULL | FIELD_WRITE, "true", NULL, 0},
    {"role_id", FIELD_TEXT, FIELD_WRITE | FIELD_HIDDEN, NULL, share_roles, 0},
    {"valid_from", FIELD_INSTANT, FIELD_NULL | FIELD_WRITE, NULL, NULL, 0},
    {"valid_until", FIELD_INSTANT, FIELD_NULL | FIELD_WRITE, NULL, NULL, 0},
    {NULL, 0, 0, NULL, NULL, 0},
};

static bool
share_visible(const struct request *request, const struct row *row)
{
	return row_is(row, "applies_to_type", "Group") && row_is(row, "assignee_type", "User") &&
	       (row_is(row, "role_id", "group_basic") || row_is(row, "role_id", "group_manager")) &&
	       row_current(request, row, "valid_until");
}

static bool
match_share_member(
    const struct request *request, const struct row *row, const struct filter_value *value)
{
	return row_integer(row, "assignee_id") == value->number - member_resource.id_shift;
}

static bool
match_share_place(
    const struct request *request, const struct row *row, const struct filter_value *value)
{
	return holds_place(request, row, value->number);
}

static bool
match_share_role(
    const struct request *request, const struct row *row, const struct filter_value *value)
{
	return strcmp(row_text(row, "role_id") + strlen("group_"), value->text) == 0;
}

static const struct filter share_filters[] = {
    {.name = "query", .type = FILTER_TEXT, .match = right_match_query},
    {.name = "group_id",
	.type = FILTER_INTEGER,
	.match = right_match_group,
	.indexed = true,
	.index = INDEX_ASSIGNMENTS_BY_TARGET,
	.index_type = "Group"},
    {.name = "member_id", .type = FILTER_INTEGER, .match = match_share_member},
    {.name = "place_id", .type = FILTER_INTEGER, .match = match_share_place},
    {.name = "user_id", .type = FILTER_USER, .match = right_match_user},
    {.name = "role_id", .type = FILTER_TEXT, .words = share_roles, .match = match_share_role},
    {.name = NULL},
};

/* A new share is a new right of the user with that e-mail, who is made when there is none. */
static bool
prepare_share(struct request *request, const struct row *row, struct json_object *fields,
    struct json_object *body, struct json_object *errors)
{
	struct state *state = request->sandbox->state;
	const char *role = json_text(fields, "role_id");
	g_autofree char *role_id = g_strconcat("group_", role != NULL ? role : "basic", NULL);
	g_autofree char *email = g_strdup(json_text(fields, "email"));
	int64_t group_id = 0;

	if (json_member(fields, "notify") == NULL)
		json_object_object_del(fields, "notify");
	if (row == NULL || role != NULL)
		json_put_text(fields, "role_id", role_id);
	if (row != NULL || json_object_object_length(errors) > 0) {
		check_window(row, fields, "valid_from", "valid_until", errors);
		return true;
	}
	json_integer(fields, "group_id", &group_id);
	if (state_find(state, STORE_GROUPS, group_id) == NULL)
		field_error(errors, "group", "must exist");
	check_window(NULL, fields, "valid_from", "valid_until", errors);
	if (json_object_object_length(errors) > 0)
		return true;
	const struct row *user = user_by_email(state, email);
	if (user == NULL)
		user = user_add(request, email, NULL);
	json_object_object_del(fields, "email");
	json_put_integer(fields, "user_id", user->id);
	return right_prepare_new(request, fields, errors);
}

static void
show_share(const struct request *request, const struct row *row, struct json_object *out)
{
	struct state *state = request->sandbox->state;
	int64_t user_id = row_integer(row, "assignee_id"),
		group_id = row_integer(row, "applies_to_id");
	int64_t place_id = row_integer(state_find(state, STORE_GROUPS, group_id), "place_id");
	const struct row *user = state_find(state, STORE_USERS, user_id);
	struct json_object *member = json_object_new_object();

	json_put_text(out, "email", row_text(user, "email"));
	json_put_text(out, "role_id", row_text(row, "role_id") + strlen("group_"));
	json_put_integer(out, "group_id", group_id);
	show_stub(request, out, "group", STORE_GROUPS, group_id);
	json_put_integer(member, "id", user_id + member_resource.id_shift);
	json_put_text(member, "resource_type", "Member");
	json_put_text(member, "name", row_text(user, "name"));
	json_put_integer(out, "member_id", user_id + member_resource.id_shift);
	json_object_object_add(out, "member", member);
	json_object_object_add(
	    out, "place_id", place_id != 0 ? json_object_new_int64(place_id) : NULL);
	show_stub(request, out, "place", STORE_PLACES, place_id);
	json_put_integer(out, "user_id", user_id);
	show_stub(request, out, "user", STORE_USERS, user_id);
	json_object_object_add(
	    out, "created_by_type", json_object_get(json_member(row->fields, "created_by_type")));
	json_object_object_add(
	    out, "created_by_id", json_object_get(json_member(row->fields, "created_by_id")));
	show_creator(request, row, out, true);
	json_put_text(out, "lock_id", NULL);
	json_put_boolean(out, "apply_to_place", false);
	json_put_text(out, "role", NULL);
	json_put_integer(out, "issued_to_id", user_id);
	json_put_text(out, "issued_to_email", row_text(user, "email"));
}

const struct resource share_resource = {
    .path = "shares",
    .wrapper = "share",
    .type = "Share",
    .store = STORE_ROLE_ASSIGNMENTS,
    .id_shift = SHARE_SHIFT,
    .verbs = VERB_ALL,
    .limit = 10,
    .limit_max = 250,
    .fields = share_fields,
    .filters = share_filters,
    .deprecated = true,
    .permission = "role_assignments",
    .visible = share_visible,
    .prepare = prepare_share,
    .show = show_share,
};
