#ifndef CLI_ASK_H
#define CLI_ASK_H

#include "cli/session.h"

#define ASK_SECONDS 300 /* somebody who went away has not said yes */

/* Is there somebody to ask: a terminal on both sides, and neither -q nor --yes? */
bool ask_is_possible(const struct options *options);

/*
 * Read one line from the file descriptor: is it `yes`?  No after so many seconds without an end of line, at the end of the
 * file, and for any other answer.
 */
bool ask_yes(int fd, int seconds);

/* What somebody was shown and said yes to. */
struct asked {
	bool shown;
	char *plan_id;
	GHashTable *removals; /* set of the ids of changes that take something away */
};
void asked_done(struct asked *asked);

/*
 * Plan without a lock and without a trace, show it, and ask.  approve: what lets an approval count in that session.  Nothing
 * to do is not asked about.  False and *error (EXIT_FAILED) for another answer than yes, and for whatever stopped planning.
 */
bool ask_about_plan(const struct options *options,
    bool (*approve)(struct session *session, GError **error), struct asked *asked, GError **error);

/* Fails (EXIT_HELD) when the plan takes what was not shown. */
bool ask_covers(const struct asked *asked, const struct plan *plan, GError **error);

#endif
