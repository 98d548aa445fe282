/*
 * From a request to the function that answers it: who asks, how often, whether he may, and which
 * path it is.
 */
#include "sandbox/api.h"

#include "base/json.h"
#include "sandbox/resource.h"

#include <string.h>

#define KEY_SCHEME "KISI-LOGIN "

static const struct route *const route_tables[] = {user_routes, door_routes, role_routes,
    right_routes, link_routes, login_routes, organization_routes};

static const struct {
	const char *method;
	bool item; /* the path has an id */
	enum verb verb;
	void (*handle)(struct request *request, const struct resource *resource);
} verbs[] = {
    {"GET", false, VERB_LIST, resource_list},
    {"POST", false, VERB_CREATE, resource_create},
    {"GET", true, VERB_READ, resource_read},
    {"PATCH", true, VERB_UPDATE, resource_update},
    {"DELETE", true, VERB_DELETE, resource_delete},
};

/* What a path leads to: a route, or a verb of a resource. */
struct target {
	const struct route *route;
	const struct resource *resource;
	size_t verb; /* place in verbs */
};

/* Does the path have this form?  Then *word is what stands at {id} (borrowed), or NULL. */
static bool
path_fits(char **segments, const char *form, const char **word)
{
	g_auto(GStrv) wanted = g_strsplit(form + 1, "/", -1);
	size_t i = 0;

	*word = NULL;
	for (; segments[i] != NULL && wanted[i] != NULL; i++) {
		if (strcmp(wanted[i], "{id}") == 0)
			*word = segments[i];
		else if (strcmp(wanted[i], segments[i]) != 0)
			return false;
	}
	return segments[i] == NULL && wanted[i] == NULL;
}

static bool
find_route(struct request *request, char **segments, struct target *out)
{
	for (size_t t = 0; t < G_N_ELEMENTS(route_tables); t++) {
		for (const struct route *route = route_tables[t]; route->method != NULL; route++) {
			const char *word;
			if (strcmp(route->method, request->method) != 0 ||
			    !path_fits(segments, route->path, &word))
				continue;
			out->route = route;
			request->word = g_strdup(word);
			return true;
		}
	}
	return false;
}

static bool
find_resource(struct request *request, char **segments, struct target *out)
{
	bool item = segments[0] != NULL && segments[1] != NULL;

	for (size_t r = 0; segments[0] != NULL && resources[r] != NULL; r++) {
		if (strcmp(segments[0], resources[r]->path) != 0 || (item && segments[2] != NULL))
			continue;
		for (size_t v = 0; v < G_N_ELEMENTS(verbs); v++) {
			if (strcmp(request->method, verbs[v].method) != 0 ||
			    item != verbs[v].item || (resources[r]->verbs & verbs[v].verb) == 0)
				continue;
			out->resource = resources[r];
			out->verb = v;
			request->word = g_strdup(segments[1]);
			return true;
		}
	}
	return false;
}

/* Find the login of the key; the request stays nobody's when there is none. */
static void
recognise(struct request *request)
{
	const char *credential = request->credential;

	if (credential == NULL || !g_utf8_validate(credential, -1, NULL) ||
	    g_ascii_strncasecmp(credential, KEY_SCHEME, strlen(KEY_SCHEME)) != 0)
		return;
	const char *secret = credential + strlen(KEY_SCHEME);
	const struct row *login = state_where_text(
	    request->sandbox->state, INDEX_LOGINS_BY_SECRET, secret);
	if (login == NULL || !row_is(login, "secret", secret))
		return;
	request->login_id = login->id;
	request->user_id = row_integer(login, "user_id");
}

/*
 * Kisi counts per user, over all of his keys; nobody's requests count together, as from one
 * address.
 */
static bool
within_rate(struct request *request)
{
	struct sandbox *sandbox = request->sandbox;
	int64_t limit = sandbox->switches.number[SWITCH_RATE];
	gint64 now = g_get_monotonic_time();
	GArray *times = g_hash_table_lookup(sandbox->recent, &request->user_id);
	guint old = 0;

	if (limit == 0)
		return true;
	if (times == NULL) {
		times = g_array_new(FALSE, FALSE, sizeof(gint64));
		g_hash_table_insert(
		    sandbox->recent, g_memdup2(&request->user_id, sizeof request->user_id), times);
	}
	while (old < times->len && g_array_index(times, gint64, old) <= now - G_USEC_PER_SEC)
		old++;
	g_array_remove_range(times, 0, old);
	while (request->fired.on[FAULT_BUSY] && times->len < limit)
		g_array_append_val(times, now);
	if (times->len >= limit)
		return false;
	g_array_append_val(times, now);
	return true;
}

static void
answer_throttled(struct request *request)
{
	answer_error(request, 429, NULL);
	request->answer.throttled = true;
	if (switch_is(&request->sandbox->switches, SWITCH_RATE_BODY, "empty")) {
		json_object_put(request->answer.body);
		request->answer.body = NULL;
	}
}

/* May the key's user do this, by the roles he has in the organisation? */
static bool
permitted(const struct request *request, const struct resource *resource)
{
	const struct state *state = request->sandbox->state;
	const char *suffix = strcmp(request->method, "GET") == 0 ? "_read" : "_write";
	const GPtrArray *rows = state_where(
	    state, INDEX_ASSIGNMENTS_BY_ASSIGNEE, "User", request->user_id);

	if (!switch_is(&request->sandbox->switches, SWITCH_PERMISSIONS, "on") ||
	    resource->permission == NULL ||
	    row_integer(state_organization(state), "user_id") == request->user_id)
		return true;
	g_autofree char *permission = g_strconcat(resource->permission, suffix, NULL);
	for (guint i = 0; rows != NULL && i < rows->len; i++) {
		const struct row *row = g_ptr_array_index(rows, i);
		if (row_is(row, "applies_to_type", "Organization") &&
		    role_permits(state, row_text(row, "role_id"), permission))
			return true;
	}
	return false;
}

/* The answer of a fault of kind status. */
static void
answer_fault(struct request *request)
{
	const struct fault_terms *terms = &request->fired.terms[FAULT_STATUS];
	int status = (int)terms->status;
	const char *quoted = terms->quote != 0 ? request->credential : NULL;

	if (status == 429)
		answer_throttled(request);
	else if (status == 422)
		answer_complaint(
		    request, 422, "base", quoted != NULL ? quoted : "is refused by a fault");
	else
		answer_error(request, status, quoted);
}

static void
carry_out(struct request *request, const struct target *target)
{
	if (target->route != NULL) {
		target->route->handle(request);
	} else if (!permitted(request, target->resource)) {
		answer_error(request, 403, NULL);
	} else {
		request->answer.deprecated = target->resource->deprecated;
		verbs[target->verb].handle(request, target->resource);
	}
}

void
api_handle(struct request *request)
{
	g_auto(GStrv) segments = g_strsplit(request->path + 1, "/", -1);
	struct target target = {0};
	size_t count = g_strv_length(segments);
	bool fault = request->fired.on[FAULT_STATUS];

	/* A slash at the end changes nothing. */
	if (count > 1 && segments[count - 1][0] == '\0')
		g_clear_pointer(&segments[count - 1], g_free);
	recognise(request);
	bool known = find_route(request, segments, &target) ||
		     find_resource(request, segments, &target);
	bool open = known && target.route != NULL && target.route->open;

	if (fault && request->fired.terms[FAULT_STATUS].commit == 0)
		answer_fault(request);
	else if (!within_rate(request))
		answer_throttled(request);
	else if (!known)
		answer_no_endpoint(request);
	else if (request->user_id == 0 && !open)
		answer_error(request, 401, NULL);
	else
		carry_out(request, &target);
	if (fault && request->fired.terms[FAULT_STATUS].commit != 0)
		answer_fault(request);
}
