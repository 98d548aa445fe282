#ifndef CLI_PLAN_RUN_H
#define CLI_PLAN_RUN_H

#include "cli/options.h"

/*
 * One whole run, dry or applied, and its exit code; when it is an error, *error says why.  undo: the run that is to be
 * undone, by its id or a beginning of it, in place of a plan from the inputs; NULL.  words: a saved plan, or none.
 */
int plan_run(const struct options *options, const char *undo, GError **error);
int apply_run(const struct options *options, const char *undo, char **words, GError **error);

#endif
