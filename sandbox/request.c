/*
 * Requests and answers as every endpoint sees them; the error bodies and their codes are chosen
 * here alone.
 */
#include "sandbox/request.h"

#include "base/json.h"
#include "base/text.h"
#include "sandbox/field.h"

/*
 * Codes of the Error object.  000404 for an unknown path is known from a client's log; afc516,
 * fcd8ef and 000000 are in Kisi's table or client; what an ordinary "not found" carries nobody
 * has written down, so tests must not depend on it.
 */
static const struct {
	int status;
	const char *code;
	const char *text;
} errors_by_status[] = {
    {400, "000400", "The request could not be understood."},
    {401, "afc496", "Access denied. Please sign in."},
    {403, "fcd8ef", "You are not allowed to do this."},
    {404, "a00404", "The record could not be found"},
    {405, "000405", "The method is not allowed here."},
    {409, "a00409", "The record already exists"},
    {413, "000413", "The request is too large."},
    {422, "000422", "The record is invalid."},
    {429, "000429", "Too many requests."},
    {500, "ffffff", "Something unexpected happened."},
    {503, "000503", "The service is not available."},
};

struct sandbox *
sandbox_new(void)
{
	struct sandbox *sandbox = g_new0(struct sandbox, 1);

	sandbox->state = state_new();
	switches_init(&sandbox->switches);
	sandbox->faults = g_ptr_array_new_with_free_func(fault_free);
	sandbox->recent = g_hash_table_new_full(
	    g_int64_hash, g_int64_equal, g_free, (GDestroyNotify)g_array_unref);
	sandbox->sorted = g_hash_table_new_full(
	    g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
	sandbox->random = g_rand_new();
	sandbox->journal = g_ptr_array_new_with_free_func(g_free);
	sandbox->unlocks = g_ptr_array_new_with_free_func(g_free);
	return sandbox;
}

void
sandbox_free(struct sandbox *sandbox)
{
	if (sandbox == NULL)
		return;
	state_free(sandbox->state);
	g_ptr_array_unref(sandbox->faults);
	g_hash_table_destroy(sandbox->recent);
	g_hash_table_destroy(sandbox->sorted);
	g_rand_free(sandbox->random);
	g_ptr_array_unref(sandbox->journal);
	g_ptr_array_unref(sandbox->unlocks);
	g_free(sandbox->loaded_at);
	g_free(sandbox);
}

instant
sandbox_now(const struct sandbox *sandbox)
{
	return g_get_real_time() / G_USEC_PER_SEC + sandbox->clock_shift;
}

void
request_init(struct request *request, struct sandbox *sandbox)
{
	*request = (struct request){.sandbox = sandbox, .now = sandbox_now(sandbox)};
	request->query = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}

void
request_done(struct request *request)
{
	g_hash_table_destroy(request->query);
	g_free(request->word);
	json_object_put(request->answer.body);
	g_free(request->answer.range);
	g_free(request->answer.text);
	*request = (struct request){0};
}

static void
answer_reset(struct request *request, int status, struct json_object *body)
{
	json_object_put(request->answer.body);
	g_clear_pointer(&request->answer.range, g_free);
	g_clear_pointer(&request->answer.text, g_free);
	request->answer.status = status;
	request->answer.body = body;
}

bool
answer_json(struct request *request, struct json_object *body)
{
	answer_reset(request, 200, body);
	return false;
}

bool
answer_text(struct request *request, char *text)
{
	answer_reset(request, 200, NULL);
	request->answer.text = text;
	return false;
}

bool
answer_empty(struct request *request)
{
	answer_reset(request, 204, NULL);
	return false;
}

bool
answer_error(struct request *request, int status, const char *text)
{
	struct json_object *body = json_object_new_object();
	const char *code = "ffffff", *usual = "Something unexpected happened.";

	for (size_t i = 0; i < G_N_ELEMENTS(errors_by_status); i++) {
		if (errors_by_status[i].status == status) {
			code = errors_by_status[i].code;
			usual = errors_by_status[i].text;
		}
	}
	json_put_text(body, "code", code);
	json_put_text(body, "error", text != NULL ? text : usual);
	answer_reset(request, status, body);
	return false;
}

bool
answer_errors(struct request *request, struct json_object *errors)
{
	struct json_object *body = json_object_new_object();

	json_object_object_add(body, "errors", errors);
	answer_reset(request, 422, body);
	return false;
}

bool
answer_complaint(struct request *request, int status, const char *field, const char *text)
{
	if (status != 422) {
		g_autofree char *whole = g_strdup_printf("%s %s", field, text);
		return answer_error(request, status, whole);
	}
	struct json_object *errors = json_object_new_object();
	field_error(errors, field, text);
	return answer_errors(request, errors);
}

bool
answer_not_found(struct request *request)
{
	return answer_error(request, 404, NULL);
}

bool
answer_no_endpoint(struct request *request)
{
	answer_error(request, 404, "The endpoint does not exist, please check your request.");
	json_put_text(request->answer.body, "code", "000404");
	return false;
}

const char *
request_parameter(const struct request *request, const char *name)
{
	return g_hash_table_lookup(request->query, name);
}

int64_t
request_id(const struct request *request)
{
	int64_t id;

	return request->word != NULL && text_number(request->word, 1, INT64_MAX, &id) ? id : 0;
}

const char *
request_switch(const struct request *request, enum switch_id id)
{
	const char *word = request->sandbox->switches.word[id];

	return word != NULL ? word : "";
}

struct json_object *
request_body(struct request *request, const char *wrapper)
{
	int status = (int)request->sandbox->switches.number[SWITCH_UNWRAPPED];
	struct json_object *inside = json_member(request->body, wrapper);

	if (request->broken_body) {
		answer_error(request, 400, "The body is not JSON.");
		return NULL;
	}
	if (json_object_is_type(inside, json_type_object))
		return inside;
	if (inside == NULL && switch_is(&request->sandbox->switches, SWITCH_UNWRAPPED, "accept") &&
	    json_object_is_type(request->body, json_type_object))
		return request->body;
	answer_complaint(request, status != 0 ? status : 400, wrapper, "is missing");
	return NULL;
}

char *
request_now(const struct request *request)
{
	char buffer[INSTANT_TEXT];

	instant_format(request->now, buffer);
	return field_instant(buffer, request_switch(request, SWITCH_TIMES));
}
