/* Whose key this is, and what it may do. */
#include "kisi/self.h"

#include "base/json.h"
#include "kisi/list.h"

#include <string.h>

/* Everything that a snapshot reads and an apply writes, by Kisi's names of rights (`permissions` of a role). */
static const char *const needed[] = {"places_read", "locks_read", "groups_read", "group_locks_read",
    "users_read", "role_assignments_read", "group_links_read", "schedules_read", "teams_read",
    "team_memberships_read", "users_write", "role_assignments_write"};

/* The answer to a GET; NULL and *error.  Caller puts it. */
static struct json_object *
read_json(struct kisi_client *client, const char *path, enum json_type type, GError **error)
{
	struct kisi_reply reply;
	struct json_object *body = NULL;
	kisi_request(client, "GET", path, NULL, &reply);
	if (reply.result != KISI_OK)
		list_fail_reply(path, &reply, error);
	else if (!json_object_is_type(reply.body, type))
		fail(error, EXIT_NO_KISI, "is base_url the address of the API?",
		    "GET %s: not the answer that Kisi's API gives", path);
	else
		body = json_object_get(reply.body);
	kisi_reply_done(&reply);
	return body;
}

static bool
read_user(struct kisi_client *client, struct kisi_self *self, GError **error)
{
	struct json_object *user = read_json(client, "/user", json_type_object, error);
	if (user == NULL)
		return false;
	self->name = g_strdup(json_text(user, "name"));
	self->email = g_strdup(json_text(user, "email"));
	bool good = json_integer(user, "id", &self->user_id) ||
		    fail(error, EXIT_NO_KISI, NULL, "GET /user: the answer has no id");
	json_object_put(user);
	return good;
}

static bool
read_organization(struct kisi_client *client, struct kisi_self *self, int64_t *id, GError **error)
{
	struct json_object *organization = read_json(
	    client, "/organization", json_type_object, error);
	int64_t owner = 0;
	if (organization == NULL)
		return false;
	self->organization = g_strdup(json_text(organization, "name"));
	json_boolean(organization, "scim_enabled", &self->scim);
	self->owner = json_integer(organization, "user_id", &owner) && owner == self->user_id;
	json_integer(organization, "id", id);
	json_object_put(organization);
	return true;
}

/* The ids of the roles that the user holds on the organisation.  Filters are not believed. */
static bool
read_roles_held(struct kisi_client *client, const struct kisi_self *self, int64_t organization,
    GPtrArray *roles, GError **error)
{
	char *path = g_strdup_printf(
	    "/role_assignments?limit=250&offset=0&assignee_type=User&"
	    "assignee_id=%" G_GINT64_FORMAT
	    "&applies_to_type=Organization&applies_to_id=%" G_GINT64_FORMAT,
	    self->user_id, organization);
	struct json_object *rows = read_json(client, path, json_type_array, error);
	g_free(path);
	for (size_t i = 0; rows != NULL && i < json_object_array_length(rows); i++) {
		struct json_object *row = json_object_array_get_idx(rows, i);
		const char *role = json_text(row, "role_id");
		int64_t user = 0;
		json_integer(row, "assignee_id", &user);
		if (role != NULL && user == self->user_id &&
		    g_strcmp0(json_text(row, "assignee_type"), "User") == 0 &&
		    g_strcmp0(json_text(row, "applies_to_type"), "Organization") == 0)
			g_ptr_array_add(roles, g_strdup(role));
	}
	json_object_put(rows);
	return rows != NULL;
}

/* What the held ones of the roles may do, in allowed (by `needed`). */
static void
add_rights(GPtrArray *held, struct json_object *roles, struct kisi_self *self, bool *allowed)
{
	for (size_t i = 0; i < json_object_array_length(roles); i++) {
		struct json_object *role = json_object_array_get_idx(roles, i);
		const char *id = json_text(role, "id");
		struct json_object *rights = json_member(role, "permissions");
		if (id == NULL || rights == NULL ||
		    !g_ptr_array_find_with_equal_func(held, id, g_str_equal, NULL))
			continue;
		self->rights_known = true;
		for (size_t j = 0; j < G_N_ELEMENTS(needed); j++) {
			bool allows = false;
			json_boolean(rights, needed[j], &allows);
			allowed[j] |= allows;
		}
	}
}

static bool
read_rights(struct kisi_client *client, struct kisi_self *self, int64_t organization,
    GPtrArray *held, GError **error)
{
	bool allowed[G_N_ELEMENTS(needed)] = {false};
	if (!read_roles_held(client, self, organization, held, error))
		return false;
	struct json_object *roles = read_json(client, "/roles", json_type_array, error);
	if (roles == NULL)
		return false;
	add_rights(held, roles, self, allowed);
	json_object_put(roles);

	GString *lacking = g_string_new(NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(needed) && self->rights_known; i++) {
		if (!allowed[i])
			g_string_append_printf(
			    lacking, "%s%s", lacking->len > 0 ? ", " : "", needed[i]);
	}
	self->lacking = g_string_free(lacking, FALSE);
	self->administrator = g_ptr_array_find_with_equal_func(
	    held, "administrator", g_str_equal, NULL);
	g_ptr_array_add(held, NULL);
	self->roles = g_strjoinv(", ", (char **)held->pdata);
	return true;
}

/* One page is enough: no user has more than 40 devices and 10 keys.  Not to be told is no failure. */
static void
read_logins(struct kisi_client *client, struct kisi_self *self)
{
	struct json_object *rows = read_json(
	    client, "/logins?limit=250&offset=0&user_id=me", json_type_array, NULL);
	self->api_logins = rows != NULL ? 0 : -1;
	for (size_t i = 0; rows != NULL && i < json_object_array_length(rows); i++) {
		struct json_object *row = json_object_array_get_idx(rows, i);
		self->api_logins += g_strcmp0(json_text(row, "type"), "api") == 0;
	}
	json_object_put(rows);
}

struct kisi_self *
kisi_self_read(struct kisi_client *client, GError **error)
{
	struct kisi_self *self = g_new0(struct kisi_self, 1);
	GPtrArray *held = g_ptr_array_new_with_free_func(g_free);
	int64_t organization = 0;
	bool good = read_user(client, self, error) &&
		    read_organization(client, self, &organization, error) &&
		    read_rights(client, self, organization, held, error);
	g_ptr_array_unref(held);
	if (good)
		read_logins(client, self);
	if (good)
		return self;
	kisi_self_free(self);
	return NULL;
}

bool
kisi_own_user(struct kisi_client *client, int64_t *user_id, GError **error)
{
	struct kisi_self *self = g_new0(struct kisi_self, 1);
	bool good = read_user(client, self, error);
	*user_id = self->user_id;
	kisi_self_free(self);
	return good;
}

void
kisi_self_free(struct kisi_self *self)
{
	if (self == NULL)
		return;
	g_free(self->name);
	g_free(self->email);
	g_free(self->organization);
	g_free(self->roles);
	g_free(self->lacking);
	g_free(self);
}
