#ifndef CLI_SAVED_PLAN_H
#define CLI_SAVED_PLAN_H

#include "base/instant.h"

#include <glib.h>
#include <stdbool.h>

/* What a plan that was saved as JSON (`plan --json`) was made from. */
struct saved_plan {
	char *id;
	char *approval; /* what approves its removals */
	char *inputs, *config, *snapshot;
	instant as_of;
	char *changes; /* the ids of what it would make, in that order, a line each */
};

/*
 * Read one.  text: borrowed; name stands in messages.  False and *error (EXIT_BAD_INPUT) when it is not strict JSON or
 * not a plan of this program.  The caller ends saved with saved_plan_done in any case.
 */
bool saved_plan_read(const char *text, const char *name, struct saved_plan *saved, GError **error);
void saved_plan_done(struct saved_plan *saved);

#endif
