/* Teams and who is in them. */
#include "sandbox/resource.h"

#include "base/json.h"

#include <string.h>

static const char *const member_types[] = {"User", "Guest", NULL};
static const char *const team_scopes[] = {"organization", "place", NULL};

static const struct field team_fields[] = {
    {"name", FIELD_TEXT, FIELD_WRITE | FIELD_REQUIRED, "", NULL, 0},
    {"created_at", FIELD_INSTANT, 0, "@born", NULL, 0},
    {"updated_at", FIELD_INSTANT, 0, "@born", NULL, 0},
    {NULL, 0, 0, NULL, NULL, 0},
};

static const struct field membership_fields[] = {
    {"created_at", FIELD_INSTANT, 0, "@born", NULL, 0},
    {"updated_at", FIELD_INSTANT, 0, "@born", NULL, 0},
    {"team_id", FIELD_INTEGER, FIELD_CREATE | FIELD_REQUIRED, "", NULL, 0},
    {"member_type", FIELD_TEXT, FIELD_CREATE | FIELD_REQUIRED, "User", member_types, 0},
    {"member_id", FIELD_INTEGER, FIELD_CREATE | FIELD_REQUIRED, "", NULL, 0},
    {NULL, 0, 0, NULL, NULL, 0},
};

static bool
match_name(const struct request *request, const struct row *row, const struct filter_value *value)
{
	const char *texts[] = {row_text(row, "name"), NULL};

	return !row_lagging(request, row) && text_holds(value, texts);
}

/* All teams of the sandbox are the organisation's. */
static bool
match_scope(const struct request *request, const struct row *row, const struct filter_value *value)
{
	return strcmp(value->text, "organization") == 0;
}

static const struct filter team_filters[] = {
    {.name = "query", .type = FILTER_TEXT, .match = match_name},
    {.name = "scope", .type = FILTER_TEXT, .words = team_scopes, .match = match_scope},
    {.name = NULL},
};

static const struct sort team_sorts[] = {
    {"name", sort_by_name, false},
    {NULL, NULL, false},
};

static bool
load_team(struct state *state, struct json_object *object, struct json_object *fields, int64_t id,
    const char **why)
{
	g_autofree char *name = g_strdup_printf("Team %" G_GINT64_FORMAT, id);

	if (json_text(fields, "name") == NULL)
		json_put_text(fields, "name", name);
	return true;
}

const struct resource team_resource = {
    .path = "teams",
    .wrapper = "team",
    .type = "Team",
    .array = "teams",
    .store = STORE_TEAMS,
    .verbs = VERB_ALL,
    .limit = 10,
    .limit_max = 250,
    .fields = team_fields,
    .filters = team_filters,
    .sorts = team_sorts,
    .permission = "teams",
    .load = load_team,
};

static const struct filter membership_filters[] = {
    {.name = "team_id",
	.type = FILTER_INTEGER,
	.field = "team_id",
	.indexed = true,
	.index = INDEX_MEMBERSHIPS_BY_TEAM},
    {.name = "member_type", .type = FILTER_TEXT, .words = member_types, .field = "member_type"},
    {.name = "member_id",
	.type = FILTER_INTEGER,
	.field = "member_id",
	.needs = "member_type",
	.indexed = true,
	.index = INDEX_MEMBERSHIPS_BY_MEMBER},
    {.name = NULL},
};

static bool
prepare_membership(struct request *request, const struct row *row, struct json_object *fields,
    struct json_object *body, struct json_object *errors)
{
	const struct state *state = request->sandbox->state;
	const char *type = json_text(fields, "member_type");
	int64_t team_id = 0, member_id = 0;

	if (json_object_object_length(errors) > 0)
		return true;
	json_integer(fields, "team_id", &team_id);
	json_integer(fields, "member_id", &member_id);
	if (state_find(state, STORE_TEAMS, team_id) == NULL)
		field_error(errors, "team_id", "must exist");
	if (state_find(state, store_of_type(type), member_id) == NULL)
		field_error(errors, "member_id", "must exist");
	const GPtrArray *rows = state_where(state, INDEX_MEMBERSHIPS_BY_MEMBER, type, member_id);
	for (guint i = 0; rows != NULL && i < rows->len; i++) {
		if (row_integer(g_ptr_array_index(rows, i), "team_id") == team_id)
			return answer_duplicate(request, SWITCH_DUPLICATE_PAIR, "member_id");
	}
	return true;
}

static void
show_membership(const struct request *request, const struct row *row, struct json_object *out)
{
	show_stub(request, out, "team", STORE_TEAMS, row_integer(row, "team_id"));
	show_typed_stub(
	    request, out, "member", row_text(row, "member_type"), row_integer(row, "member_id"));
}

static bool
load_membership(struct state *state, struct json_object *object, struct json_object *fields,
    int64_t id, const char **why)
{
	/* What equals a default is not kept, but this one is part of a key. */
	if (json_text(fields, "member_type") == NULL)
		json_put_text(fields, "member_type", "User");
	*why = "member_type is not User or Guest";
	return g_strv_contains(member_types, json_text(fields, "member_type"));
}

const struct resource membership_resource = {
    .path = "team_memberships",
    .wrapper = "team_membership",
    .type = "TeamMembership",
    .array = "team_memberships",
    .store = STORE_TEAM_MEMBERSHIPS,
    .verbs = VERB_LIST | VERB_CREATE | VERB_READ | VERB_DELETE,
    .limit = 10,
    .limit_max = 250,
    .fields = membership_fields,
    .filters = membership_filters,
    .permission = "team_memberships",
    .prepare = prepare_membership,
    .show = show_membership,
    .load = load_membership,
};
