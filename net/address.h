#ifndef NET_ADDRESS_H
#define NET_ADDRESS_H

#include <glib.h>
#include <stdbool.h>

/*
 * Which addresses may be sent a secret: https to any host, http to the machine itself only (127.0.0.0/8, ::1,
 * localhost); no user name or password, no fragment.  Judged on the address as libcurl itself reads it, never on its
 * spelling.  Messages never quote an address: it may hold a secret.  Texts returned are freed with g_free.
 */

/* The base address of an API, without `/` at its end and without a query; NULL and *error (EXIT_BAD_CONFIG). */
char *address_base(const char *url, GError **error);

/* The address of an export, perhaps with a query; NULL and *error (EXIT_BAD_CONFIG). */
char *address_export(const char *url, GError **error);

/*
 * Where an answer's Location, seen at the address `from`, leads.  NULL and *error (EXIT_BAD_INPUT) when it may not be
 * followed: whoever began with https is never sent to http, not even on this machine.
 */
char *address_redirect(const char *from, const char *location, GError **error);

/* Scheme, host and port of two good addresses are the same: what is told to one may be told to the other. */
bool address_same_origin(const char *a, const char *b);

/* Host and, unless it is the usual one, port of a good address: what messages may show. */
char *address_host(const char *url);

/* Does the query of a good address have a parameter of that name, however it is spelt? */
bool address_has(const char *url, const char *name);

/* A good address with one more parameter in its query; name and value as they are meant, not yet escaped. */
char *address_with(const char *url, const char *name, const char *value);

#endif
