/*
 * The endpoints under /__sandbox/: what tests and rehearsals ask about the sandbox and tell it,
 * and the journal they read.  Not part of Kisi.
 */
#include "sandbox/api.h"

#include "base/json.h"
#include "sandbox/snapshot.h"

#include <string.h>

#define CONTROL_PREFIX "/__sandbox/"

/* Requests remembered; the oldest go. */
enum { JOURNAL_MAX = 100000 };

bool
control_path(const char *path)
{
	return g_str_has_prefix(path, CONTROL_PREFIX);
}

void
journal_add(
    struct sandbox *sandbox, const char *method, const char *target, int status, int64_t user_id)
{
	struct json_object *entry = json_object_new_object();
	g_autofree char *valid = g_utf8_make_valid(target, -1);
	g_auto(GStrv) parts = g_strsplit(valid, "?", 2);

	sandbox->requests++;
	json_put_integer(entry, "number", (int64_t)sandbox->requests);
	json_put_text(entry, "method", method);
	json_put_text(entry, "path", parts[0]);
	json_put_text(entry, "query", parts[0] != NULL && parts[1] != NULL ? parts[1] : "");
	json_put_integer(entry, "status", status);
	json_put_integer(entry, "user_id", user_id);
	if (sandbox->journal->len >= JOURNAL_MAX)
		g_ptr_array_remove_range(sandbox->journal, 0, JOURNAL_MAX / 10);
	g_ptr_array_add(sandbox->journal, g_strdup(json_compact(entry)));
	json_object_put(entry);
}

/* An array of JSON texts. */
static struct json_object *
parsed(const GPtrArray *texts)
{
	struct json_object *out = json_object_new_array();

	for (guint i = 0; i < texts->len; i++) {
		const char *text = g_ptr_array_index(texts, i);
		json_object_array_add(out, json_read(text, strlen(text), "journal", NULL));
	}
	return out;
}

static void
get_state(struct request *request)
{
	answer_text(request, sandbox_text(request->sandbox));
}

static void
get_requests(struct request *request)
{
	struct json_object *body = json_object_new_object();

	json_put_integer(body, "count", (int64_t)request->sandbox->requests);
	json_object_object_add(body, "requests", parsed(request->sandbox->journal));
	answer_json(request, body);
}

static void
delete_requests(struct request *request)
{
	request->sandbox->requests = 0;
	g_ptr_array_set_size(request->sandbox->journal, 0);
	answer_empty(request);
}

static void
get_unlocks(struct request *request)
{
	answer_json(request, parsed(request->sandbox->unlocks));
}

static void
get_faults(struct request *request)
{
	struct json_object *body = json_object_new_array();

	for (guint i = 0; i < request->sandbox->faults->len; i++)
		json_object_array_add(
		    body, fault_json(g_ptr_array_index(request->sandbox->faults, i)));
	answer_json(request, body);
}

static void
post_faults(struct request *request)
{
	g_autoptr(GError) error = NULL;
	struct fault *fault = fault_from_json(request->body, &error);

	if (fault == NULL) {
		answer_error(request, 400, error->message);
		return;
	}
	g_ptr_array_add(request->sandbox->faults, fault);
	answer_json(request, fault_json(fault));
}

static void
delete_faults(struct request *request)
{
	g_ptr_array_set_size(request->sandbox->faults, 0);
	answer_empty(request);
}

static void
get_switches(struct request *request)
{
	answer_json(request, switches_json(&request->sandbox->switches));
}

static void
post_switches(struct request *request)
{
	struct switches changed = request->sandbox->switches;
	g_autoptr(GError) error = NULL;

	if (!json_object_is_type(request->body, json_type_object)) {
		answer_error(request, 400, "write {\"name\":\"value\"}");
		return;
	}
	json_object_object_foreach(request->body, name, value)
	{
		const char *text = value != NULL ? json_object_get_string(value) : "";
		if (!switches_set(&changed, name, text, &error)) {
			answer_error(request, 400, error->message);
			return;
		}
	}
	request->sandbox->switches = changed;
	get_switches(request);
}

static const struct {
	const char *method, *path;
	void (*handle)(struct request *request);
} controls[] = {
    {"GET", CONTROL_PREFIX "state", get_state},
    {"GET", CONTROL_PREFIX "requests", get_requests},
    {"DELETE", CONTROL_PREFIX "requests", delete_requests},
    {"GET", CONTROL_PREFIX "unlocks", get_unlocks},
    {"GET", CONTROL_PREFIX "faults", get_faults},
    {"POST", CONTROL_PREFIX "faults", post_faults},
    {"DELETE", CONTROL_PREFIX "faults", delete_faults},
    {"GET", CONTROL_PREFIX "switches", get_switches},
    {"POST", CONTROL_PREFIX "switches", post_switches},
};

void
control_handle(struct request *request)
{
	answer_no_endpoint(request);
	for (size_t i = 0; i < G_N_ELEMENTS(controls); i++) {
		if (strcmp(request->method, controls[i].method) == 0 &&
		    strcmp(request->path, controls[i].path) == 0)
			controls[i].handle(request);
	}
}
