#ifndef REPORTS_WHY_TEXT_H
#define REPORTS_WHY_TEXT_H

#include "model/why.h"

/*
 * The chain of reasons in words that a front desk understands; the last lines are the answers, one for each door.
 * verbose: every window of a door, and not only the next ones.  quiet: the answers alone.
 * Returned, caller frees with g_free.
 */
char *why_text(const struct why *why, bool verbose, bool quiet);

/* The same for programs.  Returned, caller frees with g_free. */
char *why_json(const struct why *why);

#endif
