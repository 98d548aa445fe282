/*
 * A web server for one test: a function answers each request, and may also cut, hang or lie about
 * the length. Everything is served one request at a time, whatever the number of connections.
 */
#ifndef TESTS_FAKE_HTTP_H
#define TESTS_FAKE_HTTP_H

#include <arpa/inet.h>
#include <glib.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct fake_request {
	const char *method;
	const char *target; /* path and query */
	const char *head;   /* the whole head */
	const char *body;
	guint number; /* of this request, from 1 */
};

struct fake_answer {
	int status;	  /* 0 = 200 */
	char *headers;	  /* each ended by \r\n; owned; NULL for none */
	char *body;	  /* owned; NULL for none */
	gsize length;	  /* of body; 0 = strlen */
	gsize claim;	  /* Content-Length to claim; 0 = the true one */
	bool silent;	  /* read the request, then close without a byte */
	unsigned hang_ms; /* wait before answering */
};

struct fake {
	struct fake_answer (*answer)(void *user, const struct fake_request *request);
	void *user;
	int listener;
	unsigned port;
	GThread *acceptor;
	GPtrArray *threads;	/* of GThread * */
	GPtrArray *connections; /* of int */
	GMutex lock;
	GPtrArray *log;	   /* of char *: "GET /users?..." */
	GPtrArray *bodies; /* of char * */
};

static inline void
fake_send(int fd, const char *bytes, gsize length)
{
	while (length > 0) {
		ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL);

		if (sent <= 0)
			return;
		bytes += sent;
		length -= (gsize)sent;
	}
}

/* Read one request; false at the end of the connection.  text holds it, *body its body. */
static inline bool
fake_receive(int fd, GString *text, char **body)
{
	char buffer[4096];
	char *end = NULL;
	char *header = NULL;
	gsize length = 0;

	g_string_truncate(text, 0);
	for (;;) {
		ssize_t count = recv(fd, buffer, sizeof buffer, 0);

		if (count <= 0)
			return false;
		g_string_append_len(text, buffer, count);
		end = strstr(text->str, "\r\n\r\n");
		if (end == NULL)
			continue;
		header = strcasestr(text->str, "\r\nContent-Length:");
		length = header != NULL && header < end ? g_ascii_strtoull(header + 17, NULL, 10)
							: 0;
		if (text->len >= (gsize)(end + 4 - text->str) + length)
			break;
	}
	end[2] = '\0';
	*body = end + 4;
	return true;
}

static inline bool
fake_reply(int fd, struct fake_answer answer)
{
	gsize length = answer.body == NULL ? 0
		       : answer.length > 0 ? answer.length
					   : strlen(answer.body);
	int status = answer.status > 0 ? answer.status : 200;
	GString *head = g_string_new(NULL);

	if (answer.hang_ms > 0)
		g_usleep((gulong)answer.hang_ms * 1000);
	g_string_printf(
	    head, "HTTP/1.1 %d X\r\n%s", status, answer.headers == NULL ? "" : answer.headers);
	if (status != 204)
		g_string_append_printf(
		    head, "Content-Length: %zu\r\n", answer.claim > 0 ? answer.claim : length);
	g_string_append(head, "\r\n");
	if (!answer.silent) {
		g_string_append_len(head, answer.body, (gssize)length);
		fake_send(fd, head->str, head->len);
	}
	g_string_free(head, TRUE);
	g_free(answer.headers);
	g_free(answer.body);
	return !answer.silent && answer.claim == 0;
}

struct fake_connection {
	struct fake *fake;
	int fd;
};

static inline gpointer
fake_serve(gpointer data)
{
	struct fake_connection *connection = data;
	struct fake *fake = connection->fake;
	GString *text = g_string_new(NULL);
	char *body = NULL;
	bool on = true;

	while (on && fake_receive(connection->fd, text, &body)) {
		char **words = g_strsplit(text->str, " ", 3);
		struct fake_request request = {
		    .method = words[0], .target = words[1], .head = text->str, .body = body};
		struct fake_answer answer;

		g_mutex_lock(&fake->lock);
		g_ptr_array_add(fake->log, g_strdup_printf("%s %s", words[0], words[1]));
		g_ptr_array_add(fake->bodies, g_strdup(body));
		request.number = fake->log->len;
		answer = fake->answer(fake->user, &request);
		g_mutex_unlock(&fake->lock);
		on = fake_reply(connection->fd, answer);
		g_strfreev(words);
	}
	/*
	 * Only shut down: the number is given back when the test ends, or another thread could get
	 * it meanwhile.
	 */
	shutdown(connection->fd, SHUT_RDWR);
	g_string_free(text, TRUE);
	g_free(connection);
	return NULL;
}

static inline gpointer
fake_accept(gpointer data)
{
	struct fake *fake = data;

	for (;;) {
		int fd = accept(fake->listener, NULL, NULL);
		struct fake_connection *connection = NULL;

		if (fd < 0)
			break;
		connection = g_new(struct fake_connection, 1);
		*connection = (struct fake_connection){fake, fd};
		g_mutex_lock(&fake->lock);
		g_ptr_array_add(fake->connections, GINT_TO_POINTER(fd));
		g_ptr_array_add(fake->threads, g_thread_new("serve", fake_serve, connection));
		g_mutex_unlock(&fake->lock);
	}
	return NULL;
}

/* Serve on a free port of loopback.  Caller ends it with fake_end. */
static inline struct fake *
fake_begin(struct fake_answer (*answer)(void *user, const struct fake_request *request), void *user)
{
	struct fake *fake = g_new0(struct fake, 1);
	struct sockaddr_in address = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof address;

	fake->answer = answer;
	fake->user = user;
	fake->log = g_ptr_array_new_with_free_func(g_free);
	fake->bodies = g_ptr_array_new_with_free_func(g_free);
	fake->threads = g_ptr_array_new();
	fake->connections = g_ptr_array_new();
	g_mutex_init(&fake->lock);
	fake->listener = socket(AF_INET, SOCK_STREAM, 0);
	g_assert_cmpint(bind(fake->listener, (struct sockaddr *)&address, size), ==, 0);
	g_assert_cmpint(listen(fake->listener, 8), ==, 0);
	g_assert_cmpint(getsockname(fake->listener, (struct sockaddr *)&address, &size), ==, 0);
	fake->port = ntohs(address.sin_port);
	fake->acceptor = g_thread_new("accept", fake_accept, fake);
	return fake;
}

static inline void
fake_end(struct fake *fake)
{
	shutdown(fake->listener, SHUT_RDWR);
	close(fake->listener);
	g_thread_join(fake->acceptor);
	for (guint i = 0; i < fake->connections->len; i++)
		shutdown(GPOINTER_TO_INT(fake->connections->pdata[i]), SHUT_RDWR);
	for (guint i = 0; i < fake->threads->len; i++)
		g_thread_join(fake->threads->pdata[i]);
	for (guint i = 0; i < fake->connections->len; i++)
		close(GPOINTER_TO_INT(fake->connections->pdata[i]));
	g_ptr_array_unref(fake->threads);
	g_ptr_array_unref(fake->connections);
	g_ptr_array_unref(fake->log);
	g_ptr_array_unref(fake->bodies);
	g_mutex_clear(&fake->lock);
	g_free(fake);
}

#endif
