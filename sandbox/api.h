#ifndef SANDBOX_API_H
#define SANDBOX_API_H

#include "sandbox/request.h"

/*
 * Carry out a request on the API: key, rate, faults that need no connection, path.  Always
 * answers.
 */
void api_handle(struct request *request);

/* The same for the paths under /__sandbox/, which need no key and know no faults. */
void control_handle(struct request *request);

/* Is the path one of those? */
bool control_path(const char *path);

/* Take down what was asked and answered (status 0: no answer) in the sandbox's journal. */
void journal_add(
    struct sandbox *sandbox, const char *method, const char *target, int status, int64_t user_id);

#endif
