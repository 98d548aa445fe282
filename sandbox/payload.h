#ifndef SANDBOX_PAYLOAD_H
#define SANDBOX_PAYLOAD_H

#include "sandbox/fault.h"

#include <microhttpd.h>

/*
 * A response with this body (taken, may be empty), in the shape the fired faults want: whole,
 * truncated, gzip, in chunks, or followed by blanks.  Content-Encoding is set; other headers are
 * not.  Returned, caller ends with MHD_destroy_response; NULL when memory is short.
 */
struct MHD_Response *payload_response(GString *body, const struct fired *fired);

#endif
