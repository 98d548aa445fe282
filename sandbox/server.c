/*
 * HTTP over libmicrohttpd: reads a request whole, has it answered under the one lock, and sends
 * the answer or fails to, as the fired faults say.  What is answered is decided in api.c and
 * control.c.
 */
#include "sandbox/server.h"

#include "base/failure.h"
#include "base/json.h"
#include "sandbox/api.h"
#include "sandbox/payload.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>

/* Longest body of a request; a longer one is answered 413. */
#define BODY_MAX ((size_t)1 << 20)

#define MEMORY_MAX ((size_t)128 << 10) /* of one connection: headers and address */

struct server {
	struct MHD_Daemon *daemon;
	struct sandbox *sandbox;
	GMutex lock;	/* of the sandbox */
	GMutex waiting; /* of stopping */
	GCond wake;
	bool stopping;
};

/* One request while it comes in. */
struct exchange {
	char *target; /* path and query as sent */
	GString *body;
	bool too_large;
	bool answered;
};

static void *
begin_exchange(void *user, const char *target, struct MHD_Connection *connection)
{
	struct exchange *exchange = g_new0(struct exchange, 1);

	exchange->target = g_strdup(target);
	exchange->body = g_string_new(NULL);
	return exchange;
}

static void
end_exchange(void *user, struct MHD_Connection *connection, void **place,
    enum MHD_RequestTerminationCode why)
{
	struct exchange *exchange = *place;

	if (exchange == NULL)
		return;
	g_free(exchange->target);
	g_string_free(exchange->body, TRUE);
	g_free(exchange);
	*place = NULL;
}

/* Wait, but not for a sandbox that stops; ms 0 waits for that alone. */
static void
wait_ms(struct server *server, int64_t ms)
{
	gint64 end = g_get_monotonic_time() + ms * 1000;
	bool late = false;

	g_mutex_lock(&server->waiting);
	while (!server->stopping && !late) {
		if (ms == 0)
			g_cond_wait(&server->wake, &server->waiting);
		else
			late = !g_cond_wait_until(&server->wake, &server->waiting, end);
	}
	g_mutex_unlock(&server->waiting);
}

struct parameters {
	GHashTable *out;
	bool valid;
};

static enum MHD_Result
take_parameter(void *user, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct parameters *parameters = user;
	const char *text = value != NULL ? value : "";

	if (!g_utf8_validate(name, -1, NULL) || !g_utf8_validate(text, -1, NULL)) {
		parameters->valid = false;
		return MHD_NO;
	}
	/*
	 * Clients that send lists as ids[]=1&ids[]=2 mean all of them; of anything else the last
	 * counts.
	 */
	const char *before = g_str_has_suffix(name, "[]")
				 ? g_hash_table_lookup(parameters->out, name)
				 : NULL;
	char *whole = before != NULL ? g_strconcat(before, ",", text, NULL) : g_strdup(text);
	g_hash_table_replace(parameters->out, g_strdup(name), whole);
	return MHD_YES;
}

/* Answer what cannot be understood as a request at all; true when there was no such thing. */
static bool
understood(struct request *request, const struct exchange *exchange, bool valid)
{
	if (exchange->too_large)
		return answer_error(request, 413, NULL);
	if (!g_utf8_validate(request->path, -1, NULL))
		return answer_no_endpoint(request);
	return valid || answer_error(request, 400, "A parameter is not UTF-8.");
}

/* Fill in request->answer.  Called under the lock. */
static void
handle(struct request *request, struct MHD_Connection *connection, const struct exchange *exchange)
{
	struct parameters parameters = {request->query, true};
	struct json_object *body = NULL;

	MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, take_parameter, &parameters);
	if (exchange->body->len > 0) {
		body = json_read(exchange->body->str, exchange->body->len, "body", NULL);
		request->broken_body = body == NULL;
	}
	request->body = body;
	if (understood(request, exchange, parameters.valid)) {
		if (control_path(request->path))
			control_handle(request);
		else
			api_handle(request);
	}
	json_object_put(body);
	request->body = NULL;
}

/* The text that goes out for this answer. */
static GString *
answer_body(struct request *request, const char **type)
{
	static const char page[] = "<!DOCTYPE html>\n<html><head><title>Bad gateway</title></head>"
				   "<body><h1>Bad gateway</h1>";
	const struct fault_terms *html = &request->fired.terms[FAULT_HTML];

	*type = "application/json";
	if (request->fired.on[FAULT_HTML]) {
		GString *text = g_string_new(page);
		request->answer.status = (int)html->status;
		*type = "text/html";
		if (html->quote != 0 && request->credential != NULL)
			g_string_append_printf(text, "<pre>%s</pre>", request->credential);
		return g_string_append(text, "</body></html>\n");
	}
	if (request->fired.on[FAULT_EMPTY]) {
		request->answer.status = (int)request->fired.terms[FAULT_EMPTY].status;
		return g_string_new(NULL);
	}
	if (request->answer.text != NULL)
		return g_string_new(request->answer.text);
	return g_string_new(
	    request->answer.body != NULL ? json_compact(request->answer.body) : NULL);
}

static void
add_headers(struct MHD_Response *response, const struct request *request, const char *type)
{
	const struct switches *switches = &request->sandbox->switches;
	int64_t ahead = request->fired.on[FAULT_CLOCK] ? request->fired.terms[FAULT_CLOCK].seconds
						       : 0;
	g_autoptr(GDateTime) when = g_date_time_new_from_unix_utc(request->now + ahead);
	g_autofree char *date = g_date_time_format(when, "%a, %d %b %Y %H:%M:%S GMT");

	/* Without one the library adds its own. */
	MHD_add_response_header(
	    response, MHD_HTTP_HEADER_DATE, request->fired.on[FAULT_UNDATED] ? "no time" : date);
	if (type != NULL)
		MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
	if (request->answer.range != NULL)
		MHD_add_response_header(response, "X-Collection-Range", request->answer.range);
	if (request->answer.deprecated && switch_is(switches, SWITCH_DEPRECATION, "on")) {
		MHD_add_response_header(response, "Deprecation", "Thu, 01 Jun 2023 00:00:00 GMT");
		MHD_add_response_header(response, "Sunset", "Fri, 31 Dec 2027 00:00:00 GMT");
	}
	int64_t retry = request->fired.terms[FAULT_STATUS].retry;
	bool throttled = request->answer.throttled &&
			 !switch_is(switches, SWITCH_RETRY_AFTER, "off");
	if (retry > 0 || throttled) {
		g_autofree char *seconds = g_strdup_printf(
		    "%" G_GINT64_FORMAT, retry > 0 ? retry : switches->number[SWITCH_RETRY_AFTER]);
		MHD_add_response_header(response, MHD_HTTP_HEADER_RETRY_AFTER, seconds);
	}
}

/* The response to a request that is answered. */
static struct MHD_Response *
build_response(struct request *request)
{
	const char *type;
	GString *body = answer_body(request, &type);
	bool empty = body->len == 0;
	struct MHD_Response *response = payload_response(body, &request->fired);

	if (response != NULL)
		add_headers(response, request, empty ? NULL : type);
	return response;
}

/* Faults of kind html and empty answer in the place of the API, unless they let it act first. */
static bool
replaced(const struct fired *fired)
{
	return (fired->on[FAULT_HTML] && fired->terms[FAULT_HTML].commit == 0) ||
	       (fired->on[FAULT_EMPTY] && fired->terms[FAULT_EMPTY].commit == 0);
}

/* Have the request answered and taken down; NULL when the connection must break instead. */
static struct MHD_Response *
answer(struct server *server, struct MHD_Connection *connection, const char *path,
    const char *method, const struct exchange *exchange, const struct fired *fired, int *status)
{
	bool silent = fired->on[FAULT_CUT_BEFORE] ||
		      (fired->on[FAULT_HANG] && fired->terms[FAULT_HANG].commit == 0);
	bool broken = silent || fired->on[FAULT_CUT_AFTER] || fired->on[FAULT_HANG];
	struct MHD_Response *response = NULL;
	struct request request;

	g_mutex_lock(&server->lock);
	request_init(&request, server->sandbox);
	request.path = path;
	request.method = strcmp(method, MHD_HTTP_METHOD_PUT) == 0 ? MHD_HTTP_METHOD_PATCH : method;
	request.fired = *fired;
	request.credential = MHD_lookup_connection_value(
	    connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_AUTHORIZATION);
	if (!silent && !replaced(fired))
		handle(&request, connection, exchange);
	if (!broken)
		response = build_response(&request);
	*status = request.answer.status;
	if (!control_path(path))
		journal_add(server->sandbox, method, exchange->target, broken ? 0 : *status,
		    request.user_id);
	request_done(&request);
	g_mutex_unlock(&server->lock);
	return response;
}

static enum MHD_Result
respond(struct server *server, struct MHD_Connection *connection, const char *path,
    const char *method, struct exchange *exchange)
{
	const char *query = strchr(exchange->target, '?');
	struct fired fired = {0};
	int status = 0;

	g_mutex_lock(&server->lock);
	if (!control_path(path))
		faults_fire(
		    server->sandbox->faults, method, path, query != NULL ? query + 1 : "", &fired);
	g_mutex_unlock(&server->lock);
	if (fired.on[FAULT_SLOW])
		wait_ms(server, fired.terms[FAULT_SLOW].ms);
	struct MHD_Response *response = answer(
	    server, connection, path, method, exchange, &fired, &status);
	if (fired.on[FAULT_HANG])
		wait_ms(server, fired.terms[FAULT_HANG].ms);
	if (response == NULL)
		return MHD_NO;
	enum MHD_Result result = MHD_queue_response(connection, (unsigned)status, response);
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result
on_request(void *user, struct MHD_Connection *connection, const char *path, const char *method,
    const char *version, const char *upload, size_t *upload_size, void **place)
{
	struct exchange *exchange = *place;

	/* The first call comes with the headers alone. */
	if (!exchange->answered) {
		exchange->answered = true;
		return MHD_YES;
	}
	if (*upload_size > 0) {
		exchange->too_large = exchange->too_large ||
				      exchange->body->len + *upload_size > BODY_MAX;
		if (!exchange->too_large)
			g_string_append_len(exchange->body, upload, (gssize)*upload_size);
		*upload_size = 0;
		return MHD_YES;
	}
	return respond(user, connection, path, method, exchange);
}

struct server *
server_start(struct sandbox *sandbox, uint16_t port, GError **error)
{
	struct server *server = g_new0(struct server, 1);
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	server->sandbox = sandbox;
	g_mutex_init(&server->lock);
	g_mutex_init(&server->waiting);
	g_cond_init(&server->wake);
	server->daemon = MHD_start_daemon(
	    MHD_USE_POLL_INTERNAL_THREAD | MHD_USE_THREAD_PER_CONNECTION, port, NULL, NULL,
	    on_request, server, MHD_OPTION_SOCK_ADDR, &address, MHD_OPTION_URI_LOG_CALLBACK,
	    begin_exchange, NULL, MHD_OPTION_NOTIFY_COMPLETED, end_exchange, NULL,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, MEMORY_MAX, MHD_OPTION_END);
	if (server->daemon != NULL)
		return server;
	fail(error, EXIT_FAILED, NULL, "cannot listen on 127.0.0.1, port %u: %s", port,
	    g_strerror(errno));
	server_stop(server);
	return NULL;
}

uint16_t
server_port(const struct server *server)
{
	return MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
}

void
server_lock(struct server *server)
{
	g_mutex_lock(&server->lock);
}

void
server_unlock(struct server *server)
{
	g_mutex_unlock(&server->lock);
}

void
server_stop(struct server *server)
{
	if (server == NULL)
		return;
	g_mutex_lock(&server->waiting);
	server->stopping = true;
	g_cond_broadcast(&server->wake);
	g_mutex_unlock(&server->waiting);
	if (server->daemon != NULL)
		MHD_stop_daemon(server->daemon);
	g_mutex_clear(&server->lock);
	g_mutex_clear(&server->waiting);
	g_cond_clear(&server->wake);
	g_free(server);
}
