#ifndef SANDBOX_ORGANIZATION_H
#define SANDBOX_ORGANIZATION_H

#include "sandbox/resource.h"

/* The organisation as Kisi would answer it.  Returned, caller frees with json_object_put. */
struct json_object *organization_object(const struct request *request);

/*
 * Take it from a snapshot file; an empty object gives a made-up one.  False and *why (the field)
 * when a member has the wrong type.
 */
bool organization_load(struct state *state, struct json_object *object, const char **why);

#endif
