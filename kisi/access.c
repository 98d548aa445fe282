/*
 * The writes, and the reads that prove them, in Kisi's words.  Filters are never believed: what
 * comes back is compared field by field.  When to write, and what to do about an unknown outcome,
 * is decided in apply/.
 */
#include "kisi/access.h"

#include "base/email.h"
#include "base/json.h"
#include "kisi/fetch.h"
#include "kisi/list.h"
#include "kisi/snapshot_object.h"

#include <string.h>

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
	       assignment->applies_to_id == group_id &&
	       strcmp(assignment->role_id, ROLE_GROUP_BASIC) == 0;
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
	json_put_text(assignment, "role_id", ROLE_GROUP_BASIC);
	put_validity(assignment, valid);
	return create(client, "/role_assignments", "role_assignment", assignment, reply, id);
}

static enum kisi_result
by_id(struct kisi_client *client, const char *method, const char *collection, int64_t id,
    struct json_object *body, struct kisi_reply *reply)
{
	char *path = g_strdup_printf("%s/%" G_GINT64_FORMAT, collection, id);

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
	by_id(client, "PATCH", "/role_assignments", id, body, reply);
	json_object_put(body);
	return reply->result;
}

enum kisi_result
kisi_delete_assignment(struct kisi_client *client, int64_t id, struct kisi_reply *reply)
{
	return by_id(client, "DELETE", "/role_assignments", id, NULL, reply);
}

enum kisi_result
kisi_read_assignment(struct kisi_client *client, int64_t id, struct kisi_reply *reply,
    struct kisi_assignment *assignment)
{
	struct kisi_assignment found;
	GError *error = NULL;

	if (by_id(client, "GET", "/role_assignments", id, NULL, reply) != KISI_OK)
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

/* --- links and schedules --- */

enum kisi_result
kisi_create_link(struct kisi_client *client, const char *name, const char *email, int64_t group_id,
    struct interval valid, struct kisi_reply *reply, int64_t *id)
{
	struct json_object *link = json_object_new_object();
	enum kisi_result result;

	json_put_text(link, "name", name);
	json_put_integer(link, "group_id", group_id);
	json_put_text(link, "email", *email != '\0' ? email : NULL);
	json_put_instant(link, "valid_from", valid.from);
	json_put_instant(link, "valid_until", valid.until);
	json_put_boolean(link, "link_enabled", true);
	json_put_text(link, "quick_response_code_type", NULL);
	result = create(client, "/group_links", "group_link", link, reply, id);
	json_object_put(reply->body);
	reply->body = NULL;
	/* Where the link may have been made, an answer out of order may quote its secret. */
	if (result == KISI_UNKNOWN && reply->status >= 300) {
		char *message = g_strdup_printf("Kisi answered %ld", reply->status);
		settle(reply, result, message);
		g_free(message);
	}
	return result;
}

enum kisi_result
kisi_create_schedule(struct kisi_client *client, const char *name, int64_t lock_id,
    struct interval span, struct kisi_reply *reply, int64_t *id)
{
	struct json_object *schedule = json_object_new_object();

	json_put_text(schedule, "type", "single_event");
	json_put_text(schedule, "name", name);
	json_put_boolean(schedule, "enabled", true);
	json_put_boolean(schedule, "override", false);
	json_put_text(schedule, "consequence", "unlock");
	json_put_text(schedule, "scheduleable_type", "Lock");
	json_put_integer(schedule, "scheduleable_id", lock_id);
	json_put_instant(schedule, "starts_at", span.from);
	json_put_instant(schedule, "ends_at", span.until);
	return create(client, "/schedules", "schedule", schedule, reply, id);
}

enum kisi_result
kisi_delete_link(struct kisi_client *client, int64_t id, struct kisi_reply *reply)
{
	return by_id(client, "DELETE", "/group_links", id, NULL, reply);
}

enum kisi_result
kisi_delete_schedule(struct kisi_client *client, int64_t id, struct kisi_reply *reply)
{
	return by_id(client, "DELETE", "/schedules", id, NULL, reply);
}

static bool
same_span(struct interval a, struct interval b)
{
	return a.from == b.from && a.until == b.until;
}

bool
kisi_is_link(const struct kisi_link *link, const char *name, const char *email, int64_t group_id,
    struct interval valid)
{
	if (!link->enabled || link->group_id != group_id || strcmp(link->name, name) != 0 ||
	    !same_span(link->valid, valid))
		return false;

	char *canonical = email_canonical(link->email, NULL);
	const char *its = canonical != NULL ? canonical : link->email != NULL ? link->email : "";
	bool same = strcmp(its, email) == 0;
	g_free(canonical);
	return same;
}

bool
kisi_is_schedule(
    const struct kisi_schedule *schedule, const char *name, int64_t lock_id, struct interval span)
{
	return schedule->enabled && !schedule->override && schedule->target_id == lock_id &&
	       strcmp(schedule->target_type, "Lock") == 0 &&
	       strcmp(schedule->type, "single_event") == 0 &&
	       strcmp(schedule->consequence, "unlock") == 0 &&
	       g_strcmp0(schedule->name, name) == 0 &&
	       same_span(interval_to_minutes(schedule->span), interval_to_minutes(span));
}

/*
 * Everything the query selects, by id.  NULL, with the reply saying why, when it could not be read
 * whole.  Freed by the caller.
 */
static struct snapshot *
read_whole(struct kisi_client *client, const struct list_query *query, enum snapshot_array array,
    struct kisi_reply *reply)
{
	struct snapshot *snapshot = snapshot_new();
	struct list_sink sink;
	int64_t total;
	GError *error = NULL;

	*reply = (struct kisi_reply){
	    .result = KISI_OK, .range_start = -1, .range_end = -1, .range_total = -1};
	list_sink_init(&sink, snapshot, NULL, array);
	enum list_end end = list_read(client, query, &sink, &total, &error);
	list_sink_done(&sink);
	if (end == LIST_COMPLETE && snapshot_finish(snapshot, &error))
		return snapshot;
	settle(reply, kisi_denied(client) ? KISI_DENIED : KISI_DOWN,
	    error != NULL ? error->message : "the list is too long to be read");
	g_clear_error(&error);
	snapshot_free(snapshot);
	return NULL;
}

/* What is not understood may be the very one.  Frees the list. */
static enum kisi_result
end_search(struct snapshot *found, struct kisi_reply *reply)
{
	if (reply->result == KISI_GONE && found->doubts->len > 0)
		settle(reply, KISI_DOWN, "one of the list is not understood");
	snapshot_free(found);
	return reply->result;
}

#define PAGE 250 /* rows of a page at most (kisi-api 2.3) */

enum kisi_result
kisi_find_link(struct kisi_client *client, const char *name, const char *email, int64_t group_id,
    struct interval valid, struct kisi_reply *reply, int64_t *id)
{
	char *filter = g_strdup_printf("group_id=%" G_GINT64_FORMAT, group_id);
	const struct list_query query = {.path = "/group_links",
	    .filter = filter,
	    .sort = "name",
	    .tie = "name",
	    .limit = PAGE,
	    .max_offset = KISI_MAX_OFFSET};
	struct snapshot *found = read_whole(client, &query, SNAPSHOT_GROUP_LINKS, reply);

	g_free(filter);
	if (found == NULL)
		return reply->result;
	settle(reply, KISI_GONE, "there is no such link");
	for (guint i = 0; i < found->links->len && reply->result == KISI_GONE; i++) {
		const struct kisi_link *link = &g_array_index(found->links, struct kisi_link, i);
		if (!kisi_is_link(link, name, email, group_id, valid))
			continue;
		*id = link->id;
		settle(reply, KISI_OK, NULL);
	}
	return end_search(found, reply);
}

enum kisi_result
kisi_find_schedule(struct kisi_client *client, const char *name, int64_t lock_id,
    struct interval span, struct kisi_reply *reply, int64_t *id)
{
	char *filter = g_strdup_printf("consequence=unlock&scheduleable_type=Lock"
				       "&scheduleable_id=%" G_GINT64_FORMAT,
	    lock_id);
	const struct list_query query = {
	    .path = "/schedules", .filter = filter, .limit = PAGE, .max_offset = KISI_MAX_OFFSET};
	struct snapshot *found = read_whole(client, &query, SNAPSHOT_SCHEDULES, reply);

	g_free(filter);
	if (found == NULL)
		return reply->result;
	settle(reply, KISI_GONE, "there is no such schedule");
	for (guint i = 0; i < found->schedules->len && reply->result == KISI_GONE; i++) {
		const struct kisi_schedule *schedule = &g_array_index(
		    found->schedules, struct kisi_schedule, i);
		if (!kisi_is_schedule(schedule, name, lock_id, span))
			continue;
		*id = schedule->id;
		settle(reply, KISI_OK, NULL);
	}
	return end_search(found, reply);
}

/* --- doors --- */

enum kisi_result
kisi_unlock(struct kisi_client *client, int64_t lock_id, struct kisi_reply *reply)
{
	char *path = g_strdup_printf("/locks/%" G_GINT64_FORMAT "/unlock", lock_id);
	struct json_object *body = json_object_new_object();

	kisi_request(client, "POST", path, body, reply);
	json_object_put(body);
	g_free(path);
	return reply->result;
}
