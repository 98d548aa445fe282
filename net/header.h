#ifndef NET_HEADER_H
#define NET_HEADER_H

#include "base/instant.h"

/* Header lines as HTTP writes them, as text in and values out. */

/* Read an HTTP date (`Date`).  False when NULL or unreadable. */
bool header_date(const char *text, instant *out);

/*
 * Read Retry-After: seconds, or an HTTP date counted from server_now (the answer's own Date; 0 when
 * it had none, then a date says nothing).  -1 when NULL or unreadable.
 */
int64_t header_retry_after(const char *text, instant server_now);

#endif
