#ifndef NET_PING_H
#define NET_PING_H

#include <glib.h>
#include <stdbool.h>

/*
 * Tell a dead-man service that something began or ended: POST <url>/<word> with a text of at most 10 kB (more is cut).
 * Three tries, at most 10 s each.  url: as address_export takes it; no message shows it, since whoever knows it can ping.
 * False and *error (EXIT_FAILED, EXIT_BAD_CONFIG).
 */
bool ping(const char *url, const char *word, const char *text, const char *version, GError **error);

#endif
