/*
 * Role assignments, which are group membership: who has which role where, and from when until
 * when.  Their deprecated twins, the shares, are in shares.c.
 */
#include "sandbox/rights.h"

#include "base/json.h"

#include <string.h>

static const char *const target_types[] = {"Organization", "Place", "Group", NULL};
static const char *const assignee_types[] = {"User", "Team", "Guest", NULL};
static const char *const scopes[] = {"organization", "place", "group", "team", NULL};

/*
 * The last four are the keys of the form that Kisi's how-to pages and most clients still use;
 * they are turned into the current ones and never kept.
 */
static const struct field assignment_fields[] = {
    {"created_at", FIELD_INSTANT, 0, "@born", NULL, 0},
    {"updated_at", FIELD_INSTANT, 0, "@born", NULL, 0},
    {"role_id", FIELD_TEXT, FIELD_WRITE | FIELD_REQUIRED, "group_basic", NULL, 0},
    {"notify", FIELD_BOOLEAN, FIELD_CREATE, "true", NULL, 0},
    {"applies_to_type", FIELD_TEXT, FIELD_CREATE, "", target_types, 0},
    {"applies_to_id", FIELD_INTEGER, FIELD_CREATE, "", NULL, 0},
    {"assignee_type", FIELD_TEXT, FIELD_CREATE, "", assignee_types, 0},
    {"assignee_id", FIELD_INTEGER, FIELD_CREATE, "", NULL, 0},
    {"created_by_type", FIELD_TEXT, FIELD_NULL, NULL, NULL, 0},
    {"created_by_id", FIELD_INTEGER, FIELD_NULL, NULL, NULL, 0},
    {"valid_from", FIELD_INSTANT, FIELD_NULL | FIELD_WRITE, NULL, NULL, 0},
    {"valid_until", FIELD_INSTANT, FIELD_NULL | FIELD_WRITE, NULL, NULL, 0},
    {"user_id", FIELD_INTEGER, FIELD_NULL | FIELD_CREATE | FIELD_HIDDEN, NULL, NULL, 0},
    {"group_id", FIELD_INTEGER, FIELD_NULL | FIELD_CREATE | FIELD_HIDDEN, NULL, NULL, 0},
    {"place_id", FIELD_INTEGER, FIELD_NULL | FIELD_CREATE | FIELD_HIDDEN, NULL, NULL, 0},
    {"organization_id", FIELD_INTEGER, FIELD_NULL | FIELD_CREATE | FIELD_HIDDEN, NULL, NULL, 0},
    {NULL, 0, 0, NULL, NULL, 0},
};

bool
holds_group(const struct request *request, const struct row *assignment, int64_t group_id)
{
	return row_integer(assignment, "applies_to_id") == group_id &&
	       row_is(assignment, "applies_to_type", "Group");
}

bool
holds_place(const struct request *request, const struct row *assignment, int64_t place_id)
{
	int64_t id = row_integer(assignment, "applies_to_id");

	if (row_is(assignment, "applies_to_type", "Place"))
		return id == place_id;
	if (!row_is(assignment, "applies_to_type", "Group"))
		return true;
	return row_integer(state_find(request->sandbox->state, STORE_GROUPS, id), "place_id") ==
	       place_id;
}

static bool
assignee_holds(const struct request *request, const char *type, int64_t assignee_id,
    bool (*holds)(const struct request *request, const struct row *assignment, int64_t id),
    int64_t id)
{
	const GPtrArray *rows = state_where(
	    request->sandbox->state, INDEX_ASSIGNMENTS_BY_ASSIGNEE, type, assignee_id);

	for (guint i = 0; rows != NULL && i < rows->len; i++) {
		const struct row *row = g_ptr_array_index(rows, i);
		if (row_current(request, row, "valid_until") && holds(request, row, id))
			return true;
	}
	return false;
}

bool
user_holds(const struct request *request, int64_t user_id,
    bool (*holds)(const struct request *request, const struct row *assignment, int64_t id),
    int64_t id)
{
	if (assignee_holds(request, "User", user_id, holds, id))
		return true;
	const GPtrArray *teams = state_where(
	    request->sandbox->state, INDEX_MEMBERSHIPS_BY_MEMBER, "User", user_id);
	for (guint i = 0; teams != NULL && i < teams->len; i++) {
		const struct row *membership = g_ptr_array_index(teams, i);
		if (assignee_holds(request, "Team", row_integer(membership, "team_id"), holds, id))
			return true;
	}
	return false;
}

static void
add_team_users(const struct request *request, int64_t team_id, GHashTable *users)
{
	const GPtrArray *rows = state_where(
	    request->sandbox->state, INDEX_MEMBERSHIPS_BY_TEAM, NULL, team_id);

	for (guint i = 0; rows != NULL && i < rows->len; i++) {
		const struct row *row = g_ptr_array_index(rows, i);
		if (row_is(row, "member_type", "User"))
			g_hash_table_add(
			    users, GSIZE_TO_POINTER((gsize)row_integer(row, "member_id")));
	}
}

int64_t
group_users(const struct request *request, int64_t group_id)
{
	const struct sandbox *sandbox = request->sandbox;
	const GPtrArray *rows = state_where(
	    sandbox->state, INDEX_ASSIGNMENTS_BY_TARGET, "Group", group_id);
	bool teams = switch_is(&sandbox->switches, SWITCH_USERS_COUNT, "teams");
	g_autoptr(GHashTable) users = g_hash_table_new(NULL, NULL);

	for (guint i = 0; rows != NULL && i < rows->len; i++) {
		const struct row *row = g_ptr_array_index(rows, i);
		int64_t assignee_id = row_integer(row, "assignee_id");
		if (!row_current(request, row, "valid_until"))
			continue;
		if (row_is(row, "assignee_type", "User"))
			g_hash_table_add(users, GSIZE_TO_POINTER((gsize)assignee_id));
		else if (teams && row_is(row, "assignee_type", "Team"))
			add_team_users(request, assignee_id, users);
	}
	return g_hash_table_size(users);
}

static const struct row *
assigned_user(const struct state *state, const struct row *row)
{
	return row_is(row, "assignee_type", "User")
		   ? state_find(state, STORE_USERS, row_integer(row, "assignee_id"))
		   : NULL;
}

bool
right_match_query(
    const struct request *request, const struct row *row, const struct filter_value *value)
{
	const struct row *user = assigned_user(request->sandbox->state, row);

	if (user == NULL || row_lagging(request, row))
		return false;
	const char *texts[] = {row_text(user, "email"), row_text(user, "name"), NULL};
	return text_holds(value, texts);
}

static bool
match_scope(const struct request *request, const struct row *row, const struct filter_value *value)
{
	if (strcmp(value->text, "team") == 0)
		return row_is(row, "assignee_type", "Team");
	return g_ascii_strcasecmp(row_text(row, "applies_to_type"), value->text) == 0;
}

bool
right_match_user(
    const struct request *request, const struct row *row, const struct filter_value *value)
{
	return row_is(row, "assignee_type", "User") &&
	       row_integer(row, "assignee_id") == value->number;
}

static bool
match_place(const struct request *request, const struct row *row, const struct filter_value *value)
{
	return row_is(row, "applies_to_type", "Place") &&
	       row_integer(row, "applies_to_id") == value->number;
}

bool
right_match_group(
    const struct request *request, const struct row *row, const struct filter_value *value)
{
	return holds_group(request, row, value->number);
}

static const struct filter assignment_filters[] = {
    {.name = "query", .type = FILTER_TEXT, .match = right_match_query},
    {.name = "role_id", .type = FILTER_TEXT, .field = "role_id"},
    {.name = "assignee_type",
	.type = FILTER_TEXT,
	.words = assignee_types,
	.field = "assignee_type"},
    {.name = "assignee_id",
	.type = FILTER_INTEGER,
	.field = "assignee_id",
	.needs = "assignee_type",
	.indexed = true,
	.index = INDEX_ASSIGNMENTS_BY_ASSIGNEE},
    {.name = "applies_to_type",
	.type = FILTER_TEXT,
	.words = target_types,
	.field = "applies_to_type"},
    {.name = "applies_to_id",
	.type = FILTER_INTEGER,
	.field = "applies_to_id",
	.needs = "applies_to_type",
	.indexed = true,
	.index = INDEX_ASSIGNMENTS_BY_TARGET},
    {.name = "scope", .type = FILTER_TEXT, .words = scopes, .match = match_scope},
    {.name = "user_id",
	.type = FILTER_USER,
	.match = right_match_user,
	.indexed = true,
	.index = INDEX_ASSIGNMENTS_BY_ASSIGNEE,
	.index_type = "User"},
    {.name = "place_id", .type = FILTER_INTEGER, .match = match_place},
    {.name = "group_id",
	.type = FILTER_INTEGER,
	.match = right_match_group,
	.indexed = true,
	.index = INDEX_ASSIGNMENTS_BY_TARGET,
	.index_type = "Group"},
    {.name = NULL},
};

static char *
sort_by_user_name(const struct state *state, const struct row *row)
{
	const struct row *user = assigned_user(state, row);

	return user != NULL ? sort_by_name(state, user) : NULL;
}

static const struct sort assignment_sorts[] = {
    {"user.name", sort_by_user_name, false},
    {NULL, NULL, false},
};

/* Where the old form of a right says what the current form says otherwise. */
static const struct {
	const char *old_id, *type_name, *type, *id_name;
} legacy[] = {
    {"user_id", "assignee_type", "User", "assignee_id"},
    {"group_id", "applies_to_type", "Group", "applies_to_id"},
    {"place_id", "applies_to_type", "Place", "applies_to_id"},
    {"organization_id", "applies_to_type", "Organization", "applies_to_id"},
};

/* The member as text, "" when it is none. */
static const char *
json_text_or(struct json_object *object, const char *key)
{
	const char *text = json_text(object, key);

	return text != NULL ? text : "";
}

static void
modernise(struct json_object *fields)
{
	for (size_t i = 0; i < G_N_ELEMENTS(legacy); i++) {
		int64_t id;
		if (json_member(fields, legacy[i].type_name) == NULL &&
		    json_integer(fields, legacy[i].old_id, &id)) {
			json_put_text(fields, legacy[i].type_name, legacy[i].type);
			json_put_integer(fields, legacy[i].id_name, id);
		}
		json_object_object_del(fields, legacy[i].old_id);
	}
}

static bool
exists(const struct state *state, struct json_object *fields, const char *type_name,
    const char *id_name)
{
	const char *type = json_text(fields, type_name);
	enum store_id store = store_of_type(type);
	int64_t id = 0;

	json_integer(fields, id_name, &id);
	if (g_strcmp0(type, "Organization") == 0)
		return id == state_organization(state)->id;
	return store < STORE_COUNT && state_find(state, store, id) != NULL;
}

/* Is there such a role for such a target?  The owner's cannot be assigned. */
static void
check_role(
    const struct state *state, const char *role_id, const char *target, struct json_object *errors)
{
	const GPtrArray *roles = state_rows(state, STORE_ROLES);

	for (guint i = 0; i < roles->len; i++) {
		const struct row *role = g_ptr_array_index(roles, i);
		if (row_is(role, "role_id", role_id) && row_is(role, "applies_to", target) &&
		    strcmp(role_id, "owner") != 0)
			return;
	}
	field_error(errors, "role_id", "is not a role that can be assigned here");
}

/* The right this assignee holds on this target already, or NULL. */
static struct row *
same_slot(const struct request *request, struct json_object *fields)
{
	int64_t assignee_id = 0, target_id = 0;

	json_integer(fields, "assignee_id", &assignee_id);
	json_integer(fields, "applies_to_id", &target_id);
	const GPtrArray *rows = state_where(request->sandbox->state, INDEX_ASSIGNMENTS_BY_ASSIGNEE,
	    json_text(fields, "assignee_type"), assignee_id);
	for (guint i = 0; rows != NULL && i < rows->len; i++) {
		struct row *row = g_ptr_array_index(rows, i);
		if (row_integer(row, "applies_to_id") == target_id &&
		    row_is(row, "applies_to_type", json_text(fields, "applies_to_type")))
			return row;
	}
	return NULL;
}

/* Windows belong to groups: elsewhere they are dropped or refused. */
static void
check_windows(const struct request *request, const struct row *row, const char *target,
    struct json_object *fields, struct json_object *errors)
{
	static const char *const names[] = {"valid_from", "valid_until"};

	for (size_t i = 0; i < G_N_ELEMENTS(names) && strcmp(target, "Group") != 0; i++) {
		if (json_member(fields, names[i]) != NULL &&
		    switch_is(&request->sandbox->switches, SWITCH_WINDOW_ELSEWHERE, "422"))
			field_error(errors, names[i], "is allowed for groups only");
		json_object_object_del(fields, names[i]);
	}
	check_window(row, fields, "valid_from", "valid_until", errors);
}

bool
right_prepare_new(struct request *request, struct json_object *fields, struct json_object *errors)
{
	static const char *const needed[] = {
	    "applies_to_type", "applies_to_id", "assignee_type", "assignee_id"};
	struct state *state = request->sandbox->state;

	modernise(fields);
	for (size_t i = 0; i < G_N_ELEMENTS(needed); i++) {
		struct json_object *ignored;
		if (json_member(fields, needed[i]) == NULL &&
		    !json_object_object_get_ex(errors, needed[i], &ignored))
			field_error(errors, needed[i], "can't be blank");
	}
	if (json_object_object_length(errors) > 0)
		return true;
	if (!exists(state, fields, "applies_to_type", "applies_to_id") ||
	    !exists(state, fields, "assignee_type", "assignee_id"))
		return answer_not_found(request);
	check_role(
	    state, json_text(fields, "role_id"), json_text(fields, "applies_to_type"), errors);
	check_windows(request, NULL, json_text(fields, "applies_to_type"), fields, errors);
	if (json_object_object_length(errors) > 0)
		return true;
	struct row *taken = same_slot(request, fields);
	if (taken != NULL && row_current(request, taken, "valid_until"))
		return answer_duplicate(request, SWITCH_DUPLICATE, "assignee_id");
	if (taken != NULL)
		state_remove(state, STORE_ROLE_ASSIGNMENTS, taken);
	if (json_member(fields, "notify") == NULL)
		json_put_boolean(fields, "notify",
		    switch_is(&request->sandbox->switches, SWITCH_NOTIFY_DEFAULT, "on"));
	put_creator(request, fields);
	return true;
}

static bool
prepare_assignment(struct request *request, const struct row *row, struct json_object *fields,
    struct json_object *body, struct json_object *errors)
{
	const char *role_id = json_text(fields, "role_id");
	bool notify;

	if (row == NULL)
		return right_prepare_new(request, fields, errors);
	if (switch_is(&request->sandbox->switches, SWITCH_PATCH_WINDOW, "ignored")) {
		json_object_object_del(fields, "valid_from");
		json_object_object_del(fields, "valid_until");
	}
	if (role_id != NULL)
		check_role(
		    request->sandbox->state, role_id, row_text(row, "applies_to_type"), errors);
	check_windows(request, row, row_text(row, "applies_to_type"), fields, errors);
	/*
	 * Kisi's description of notify in a PATCH is garbled: whatever is no boolean is let pass.
	 */
	if (json_boolean(body, "notify", &notify))
		json_put_boolean(fields, "notify", notify);
	return true;
}

/* The deprecated twins of one end of a right: id and stub under their old names. */
static void
show_old_assignee(const struct request *request, const struct row *row, struct json_object *out)
{
	static const struct {
		const char *type, *id_name, *stub_name;
	} twins[] = {
	    {"User", "user_id", "user"},
	    {"Team", "assignee_team_id", "assignee_team"},
	    {"Guest", "guest_id", "guest"},
	};
	int64_t id = row_integer(row, "assignee_id");

	for (size_t i = 0; i < G_N_ELEMENTS(twins); i++) {
		bool its = row_is(row, "assignee_type", twins[i].type);
		json_object_object_add(
		    out, twins[i].id_name, its ? json_object_new_int64(id) : NULL);
		if (its)
			show_typed_stub(request, out, twins[i].stub_name, twins[i].type, id);
	}
}

static void
show_assignment(const struct request *request, const struct row *row, struct json_object *out)
{
	const char *target = row_text(row, "applies_to_type");
	int64_t target_id = row_integer(row, "applies_to_id");
	g_autofree char *scope = g_ascii_strdown(target, -1);
	g_autofree char *id_name = g_strconcat(scope, "_id", NULL);

	show_typed_stub(request, out, "applies_to", target, target_id);
	show_typed_stub(request, out, "assignee", row_text(row, "assignee_type"),
	    row_integer(row, "assignee_id"));
	show_old_assignee(request, row, out);
	show_creator(request, row, out, false);
	json_object_object_del(out, "created_by");
	json_put_text(out, "type", scope);
	json_put_text(out, "scope", scope);
	json_put_integer(out, id_name, target_id);
	show_typed_stub(request, out, scope, target, target_id);
	if (strcmp(target, "Group") != 0) {
		json_object_object_del(out, "valid_from");
		json_object_object_del(out, "valid_until");
	}
}

static bool
assignment_visible(const struct request *request, const struct row *row)
{
	return row_current(request, row, "valid_until");
}

static bool
load_assignment(struct state *state, struct json_object *object, struct json_object *fields,
    int64_t id, const char **why)
{
	modernise(fields);
	if (json_text(fields, "role_id") == NULL)
		json_put_text(fields, "role_id", "group_basic");
	*why = "assignee or applies_to is missing";
	return g_strv_contains(target_types, json_text_or(fields, "applies_to_type")) &&
	       g_strv_contains(assignee_types, json_text_or(fields, "assignee_type")) &&
	       json_member(fields, "applies_to_id") != NULL &&
	       json_member(fields, "assignee_id") != NULL;
}

const struct resource assignment_resource = {
    .path = "role_assignments",
    .wrapper = "role_assignment",
    .type = "RoleAssignment",
    .array = "role_assignments",
    .store = STORE_ROLE_ASSIGNMENTS,
    .verbs = VERB_ALL,
    .limit = 10,
    .limit_max = 250,
    .fields = assignment_fields,
    .filters = assignment_filters,
    .sorts = assignment_sorts,
    .permission = "role_assignments",
    .visible = assignment_visible,
    .prepare = prepare_assignment,
    .show = show_assignment,
    .load = load_assignment,
};
