#ifndef NET_HEADER_H
#define NET_HEADER_H

#include "base/instant.h"

#include <glib.h>

/* Header lines as HTTP writes them: what answers say, and what a file adds to a request. */

/* Read an HTTP date (`Date`).  False when NULL or unreadable. */
bool header_date(const char *text, instant *out);

/*
 * Read Retry-After: seconds, or an HTTP date counted from server_now (the answer's own Date; 0 when
 * it had none, then a date says nothing).  -1 when NULL or unreadable.
 */
int64_t header_retry_after(const char *text, instant server_now);

/*
 * The header lines of a file (`Name: value`, one a line, blank lines left out).  text: its content.  Returned, caller
 * frees with header_free; NULL and *error (EXIT_BAD_INPUT, with nothing of the text) for a line that is none, for one
 * that steers the exchange itself (Host, Content-Length, Range ...), and when there is no line.
 */
char **header_lines(const char *text, GError **error);

/*
 * The line that logs in with `user:password` (Basic).  text: the content of a file, one line.  Returned and freed as
 * header_lines does; NULL and *error for anything else.
 */
char **header_login(const char *text, GError **error);

/* Wipe and free; NULL is fine. */
void header_free(char **lines);

#endif
