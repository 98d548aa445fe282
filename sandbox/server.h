#ifndef SANDBOX_SERVER_H
#define SANDBOX_SERVER_H

#include "sandbox/request.h"

/* The HTTP side: one thread a connection, on 127.0.0.1 only. */
struct server;

/*
 * Serve the sandbox (borrowed until server_stop) on this port; 0 takes any free one.  Returned,
 * caller ends with server_stop; NULL and *error (EXIT_FAILED) when the port cannot be had.
 */
struct server *server_start(struct sandbox *sandbox, uint16_t port, GError **error);

/* The port it listens on. */
uint16_t server_port(const struct server *server);

/* Keep requests out of the sandbox meanwhile, so that the caller may look at it. */
void server_lock(struct server *server);
void server_unlock(struct server *server);

/* Close every connection, wake what hangs, and wait for all threads.  NULL is fine. */
void server_stop(struct server *server);

#endif
