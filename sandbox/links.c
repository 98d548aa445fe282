/* Access links: made, listed and deleted; never read one by one, never changed. */
#include "sandbox/resource.h"

#include "base/json.h"

#include <string.h>

static const char *const code_types[] = {"online", "offline", NULL};

static const struct field link_fields[] = {
    {"name", FIELD_TEXT, FIELD_CREATE | FIELD_REQUIRED, "", NULL, 0},
    {"email", FIELD_EMAIL, FIELD_NULL | FIELD_CREATE, NULL, NULL, 0},
    {"phone", FIELD_PHONE, FIELD_NULL | FIELD_CREATE, NULL, NULL, 0},
    {"last_used_at", FIELD_INSTANT, FIELD_NULL, NULL, NULL, 0},
    {"link_enabled", FIELD_BOOLEAN, FIELD_CREATE, "true", NULL, 0},
    {"quick_response_code_type", FIELD_TEXT, FIELD_NULL | FIELD_CREATE, NULL, code_types, 0},
    {"valid_from", FIELD_INSTANT, FIELD_NULL | FIELD_CREATE, NULL, NULL, 0},
    {"valid_until", FIELD_INSTANT, FIELD_NULL | FIELD_CREATE, NULL, NULL, 0},
    {"created_at", FIELD_INSTANT, 0, "@born", NULL, 0},
    {"updated_at", FIELD_INSTANT, 0, "@born", NULL, 0},
    {"group_id", FIELD_INTEGER, FIELD_CREATE | FIELD_REQUIRED, "", NULL, 0},
    {"created_by_type", FIELD_TEXT, FIELD_NULL, NULL, NULL, 0},
    {"created_by_id", FIELD_INTEGER, FIELD_NULL, NULL, NULL, 0},
    {NULL, 0, 0, NULL, NULL, 0},
};

static const char *
group_name(const struct state *state, const struct row *row)
{
	return row_text(state_find(state, STORE_GROUPS, row_integer(row, "group_id")), "name");
}

static bool
match_query(const struct request *request, const struct row *row, const struct filter_value *value)
{
	const char *all[] = {row_text(row, "name"), group_name(request->sandbox->state, row),
	    row_text(row, "email"), row_text(row, "phone")};
	const char *texts[G_N_ELEMENTS(all) + 1] = {NULL};
	size_t count = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(all); i++) {
		if (all[i] != NULL)
			texts[count++] = all[i];
	}
	return !row_lagging(request, row) && text_holds(value, texts);
}

static const struct filter link_filters[] = {
    {.name = "group_id",
	.type = FILTER_INTEGER,
	.field = "group_id",
	.indexed = true,
	.index = INDEX_LINKS_BY_GROUP},
    {.name = "query", .type = FILTER_TEXT, .match = match_query},
    {.name = NULL},
};

static char *
sort_by_use(const struct state *state, const struct row *row)
{
	return g_strdup(row_text(row, "last_used_at"));
}

static char *
sort_by_end(const struct state *state, const struct row *row)
{
	return g_strdup(row_text(row, "valid_until"));
}

static char *
sort_by_group(const struct state *state, const struct row *row)
{
	return g_utf8_casefold(group_name(state, row), -1);
}

static const struct sort link_sorts[] = {
    {"name", sort_by_name, false},
    {"unlock", sort_by_use, false},
    {"valid_until", sort_by_end, false},
    {"group_name", sort_by_group, false},
    {NULL, NULL, false},
};

static bool
link_visible(const struct request *request, const struct row *row)
{
	return row_current(request, row, "valid_until");
}

/* How many links with an e-mail there are: Kisi limits those. */
static int64_t
email_links(const struct request *request)
{
	const GPtrArray *rows = state_rows(request->sandbox->state, STORE_GROUP_LINKS);
	int64_t count = 0;

	for (guint i = 0; i < rows->len; i++) {
		const struct row *row = g_ptr_array_index(rows, i);
		count += row_text(row, "email") != NULL && link_visible(request, row);
	}
	return count;
}

static bool
prepare_link(struct request *request, const struct row *row, struct json_object *fields,
    struct json_object *body, struct json_object *errors)
{
	const struct switches *switches = &request->sandbox->switches;
	int64_t group_id;

	if (json_integer(fields, "group_id", &group_id) &&
	    state_find(request->sandbox->state, STORE_GROUPS, group_id) == NULL)
		field_error(errors, "group", "must exist");
	check_window(NULL, fields, "valid_from", "valid_until", errors);
	if (json_object_object_length(errors) > 0)
		return true;
	if (json_text(fields, "email") != NULL &&
	    email_links(request) >= switches->number[SWITCH_LINK_QUOTA])
		return answer_complaint(request, (int)switches->number[SWITCH_LINK_QUOTA_STATUS],
		    "base", "has too many links");
	put_creator(request, fields);
	return true;
}

static void
show_link(const struct request *request, const struct row *row, struct json_object *out)
{
	show_stub(request, out, "group", STORE_GROUPS, row_integer(row, "group_id"));
	show_creator(request, row, out, true);
}

/* The secret is in no other answer, so it need not be kept. */
static void
show_new_link(const struct request *request, const struct row *row, struct json_object *out)
{
	g_autofree char *secret = new_secret(request->sandbox);
	g_autofree char *token = new_secret(request->sandbox);
	bool has_code = row_text(row, "quick_response_code_type") != NULL;

	json_put_text(out, "secret", secret);
	json_put_text(out, "quick_response_code_token", has_code ? token : NULL);
	json_put_text(out, "quick_response_code_image",
	    has_code ? "data:image/png;base64,iVBORw0KGgo=" : NULL);
}

static bool
load_link(struct state *state, struct json_object *object, struct json_object *fields, int64_t id,
    const char **why)
{
	g_autofree char *name = g_strdup_printf("Link %" G_GINT64_FORMAT, id);

	if (json_text(fields, "name") == NULL)
		json_put_text(fields, "name", name);
	return true;
}

const struct resource link_resource = {
    .path = "group_links",
    .wrapper = "group_link",
    .type = "GroupLink",
    .array = "group_links",
    .store = STORE_GROUP_LINKS,
    .verbs = VERB_LIST | VERB_CREATE | VERB_DELETE,
    .limit = 10,
    .limit_max = 250,
    .fields = link_fields,
    .filters = link_filters,
    .sorts = link_sorts,
    .permission = "group_links",
    .visible = link_visible,
    .prepare = prepare_link,
    .show = show_link,
    .created = show_new_link,
    .load = load_link,
};

static void
refuse_link(struct request *request)
{
	if (request->sandbox->switches.number[SWITCH_LINK_READ] == 405)
		answer_error(request, 405, NULL);
	else
		answer_no_endpoint(request);
}

const struct route link_routes[] = {
    {"GET", "/group_links/{id}", refuse_link, false},
    {"PATCH", "/group_links/{id}", refuse_link, false},
    {NULL, NULL, NULL, false},
};
