/*
 * The writes, and the reads that prove them, in Kisi's words.  Filters are never believed: what
 * comes back is compared field by field.  When to write, and what to do about an unknown outcome,
 * is decided in apply/.
 */
#include "kisi/access.h"

#include "base/email.h"
#include "base/json.h"
#include "kisi/snapshot_object.h"

#include <string.h>

#define ROLE "group_basic"
#define MARK "created by kisi-reconcile"

/* End with another result than the answer's own. */
static enum kisi_result
settle(struct kisi_reply *reply, enum kisi_result result, const char *message)
{
	char *copy = g_strdup(message);

	g_free(reply->message);
	reply->message = copy;
	reply->result = result;
	return result;
}

/* --- users --- */

/* The least id among the rows with this address; false when there is none. */
static bool
pick_user(struct json_object *rows, const char *person, int64_t *user_id)
{
	bool found = false;

	for (size_t i = 0; i < json_object_array_length(rows); i++) {
		struct json_object *row = json_object_array_get_idx(rows, i);
		char *canonical = email_canonical(json_text(row, "email"), NULL);
		int64_t id = 0;

		if (g_strcmp0(canonical, person) == 0 && json_integer(row, "id", &id) &&
		    (!found || id < *user_id)) {
			*user_id = id;
			found = true;
		}
		g_free(canonical);
	}
	return found;
}

/*
 * One page is enough: a search for a whole address that finds more than a page has found something
 * else.
 */
static enum kisi_result
search_user(struct kisi_client *client, const char *key, const char *person,
    struct kisi_reply *reply, int64_t *user_id)
{
	char *escaped = g_uri_escape_string(person, NULL, FALSE);
	char *path = g_strdup_printf("/users?limit=100&offset=0&%s=%s", key, escaped);

	kisi_request(client, "GET", path, NULL, reply);
	g_free(path);
	g_free(escaped);
	if (reply->result != KISI_OK)
		return reply->result;
	if (!json_object_is_type(reply->body, json_type_array))
		return settle(reply, KISI_DOWN, "the answer is not a list");
	if (!pick_user(reply->body, person, user_id))
		return settle(reply, KISI_GONE, "there is no user with this address");
	return KISI_OK;
}

enum kisi_result
kisi_find_user(
    struct kisi_client *client, const char *person, struct kisi_reply *reply, int64_t *user_id)
{
	/*
	 * `email` is the newer filter; whether it is exact, and whether it stays, is not
	 * documented.
	 */
	enum kisi_result result = search_user(client, "email", person, reply, user_id);

	if (result != KISI_GONE && result != KISI_REFUSED)
		return result;
	kisi_reply_done(reply);
	return search_user(client, "query", person, reply, user_id);
}

/* POST `{"<wrapper>": inner}`, inner taken, and take the id of what was made. */
static enum kisi_result
create(struct kisi_client *client, const char *path, const char *wrapper, struct json_object *inner,
    struct kisi_reply *reply, int64_t *id)
{
	struct json_object *body = json_object_new_object();

	json_object_object_add(body, wrapper, inner);
	kisi_request(client, "POST", path, body, reply);
	json_object_put(body);
	if (reply->result == KISI_OK && !json_integer(reply->body, "id", id))
		return settle(reply, KISI_UNKNOWN, "the answer does not say what was made");
	return reply->result;
}

enum kisi_result
kisi_create_user(struct kisi_client *client, const char *email, const char *name, bool invited,
    struct kisi_reply *reply, int64_t *user_id)
{
	struct json_object *user = json_object_new_object();

	json_put_text(user, "email", email);
	if (name != NULL)
		json_put_text(user, "name", name);
	json_put_boolean(user, "send_emails", invited);
	json_put_boolean(user, "confirm", !invited);
	json_put_text(user, "notes", MARK);
	return create(client, "/users", "user", user, reply, user_id);
}

/* --- assignments --- */

static bool
is_slot(const struct kisi_assignment *assignment, int64_t user_id, int64_t group_id)
{
	return assignment->assignee == ASSIGNEE_USER && assignment->assignee_id == user_id &&
	       assignment->applies_to == APPLIES_TO_GROUP &&
	       assignment->applies_to_id == group_id && strcmp(assignment->role_id, ROLE) == 0;
}

static enum kisi_result
pick_assignment(
    struct kisi_reply *reply, int64_t user_id, int64_t group_id, struct kisi_assignment *out)
{
	size_t count = json_object_array_length(reply->body);

	for (size_t i = 0; i < count; i++) {
		struct json_object *row = json_object_array_get_idx(reply->body, i);
		struct kisi_assignment assignment;
		GError *error = NULL;

		if (!snapshot_parse_assignment(row, &assignment, &error)) {
			settle(reply, KISI_DOWN, error->message);
			g_error_free(error);
			return KISI_DOWN;
		}
		if (is_slot(&assignment, user_id, group_id)) {
			*out = assignment;
			return KISI_OK;
		}
	}
	/* Were the filter ignored, the slot could be on a page that was not read. */
	if (reply->range_total > (int64_t)count)
		return settle(reply, KISI_DOWN, "the list is longer than its page");
	return settle(reply, KISI_GONE, "there is no such assignment");
}

enum kisi_result
kisi_find_assignment(struct kisi_client *client, int64_t user_id, int64_t group_id,
    struct kisi_reply *reply, struct kisi_assignment *assignment)
{
	char *path = g_strdup_printf("/role_assignments?limit=250&offset=0&sort=user.name"
				     "&assignee_type=User&assignee_id=%" G_GINT64_FORMAT
				     "&applies_to_type=Group&applies_to_id=%" G_GINT64_FORMAT,
	    user_id, group_id);

	kisi_request(client, "GET", path, NULL, reply);
	g_free(path);
	if (reply->result != KISI_OK)
		return reply->result;
	if (!json_object_is_type(reply->body, json_type_array))
		return settle(reply, KISI_DOWN, "the answer is not a list");
	return pick_assignment(reply, user_id, group_id, assignment);
}

/*
 * What Kisi does when `notify` is left out is not documented; a nightly job must not mail people.
 */
static void
put_validity(struct json_object *object, struct interval valid)
{
	json_put_instant(object, "valid_from", valid.from);
	json_put_instant(object, "valid_until", valid.until);
	json_put_boolean(object, "notify", false);
}

enum kisi_result
kisi_create_assignment(struct kisi_client *client, int64_t user_id, int64_t group_id,
    struct interval valid, struct kisi_reply *reply, int64_t *id)
{
	struct json_object *assignment = json_object_new_object();

	json_put_text(assignment, "applies_to_type", "Group");
	json_put_integer(assignment, "applies_to_id", group_id);
	json_put_text(assignment, "assignee_type", "User");
	json_put_integer(assignment, "assignee_id", user_id);
	json_put_text(assignment, "role_id", ROLE);
	put_validity(assignment, valid);
	return create(client, "/role_assignments", "role_assignment", assignment, reply, id);
}

static enum kisi_result
by_id(struct kisi_client *client, const char *method, int64_t id, struct json_object *body,
    struct kisi_reply *reply)
{
	char *path = g_strdup_printf("/role_assignments/%" G_GINT64_FORMAT, id);

	kisi_request(client, method, path, body, reply);
	g_free(path);
	return reply->result;
}

enum kisi_result
kisi_patch_assignment(
    struct kisi_client *client, int64_t id, struct interval valid, struct kisi_reply *reply)
{
	struct json_object *body = json_object_new_object();
	struct json_object *assignment = json_object_new_object();

	put_validity(assignment, valid);
	json_object_object_add(body, "role_assignment", assignment);
	by_id(client, "PATCH", id, body, reply);
	json_object_put(body);
	return reply->result;
}

enum kisi_result
kisi_delete_assignment(struct kisi_client *client, int64_t id, struct kisi_reply *reply)
{
	return by_id(client, "DELETE", id, NULL, reply);
}

enum kisi_result
kisi_read_assignment(struct kisi_client *client, int64_t id, struct kisi_reply *reply,
    struct kisi_assignment *assignment)
{
	struct kisi_assignment found;
	GError *error = NULL;

	if (by_id(client, "GET", id, NULL, reply) != KISI_OK)
		return reply->result;
	if (!snapshot_parse_assignment(reply->body, &found, &error)) {
		settle(reply, KISI_DOWN, error->message);
		g_error_free(error);
		return KISI_DOWN;
	}
	if (found.id != id)
		return settle(reply, KISI_DOWN, "the answer is about another assignment");
	*assignment = found;
	return KISI_OK;
}
