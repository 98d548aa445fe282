#ifndef NET_ADDRESS_H
#define NET_ADDRESS_H

#include <glib.h>
#include <stdbool.h>

/*
 * May the key be sent to this base address?  https to any host, http to the machine itself only
 * (127.0.0.0/8, ::1, localhost); no user name, password, query or fragment.  Judged on the parsed
 * address, never on its spelling. Returned without `/` at its end, caller frees with g_free; NULL
 * and *error (EXIT_BAD_CONFIG).  Messages never quote the address: it may hold a password.
 */
char *address_base(const char *url, GError **error);

#endif
