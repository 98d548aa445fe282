#ifndef CLI_LATE_H
#define CLI_LATE_H

#include "model/config.h"
#include "model/run.h"

/* When an apply should have run, and did not. */

/*
 * By when the next apply must have begun, so that nobody stands before a closed door: run_every and slack after the last good
 * one.
 */
instant late_due(const struct config *config, const struct run_last *good);

/* `9 h ago`, to the nearest unit that says enough.  Returned, caller frees with g_free. */
char *late_ago(instant seconds);

/* `last good run 9 h ago; run_every is 1 h`.  Returned, caller frees with g_free. */
char *late_text(const struct config *config, const struct run_last *good, instant now);

#endif
