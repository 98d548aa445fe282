#ifndef CLI_LISTS_H
#define CLI_LISTS_H

#include "cli/session.h"

/*
 * The lists of blocked people and of aliases, which are kept by hand or by another program: one that has lost more lines
 * than a person takes out is taken for cut short, and what it had at the last apply stays in force until that is accepted
 * (`--accept blocked_file@HASH`): it is added to the configuration of this run.  Before the sources are imported; adds a
 * verdict for each list.
 */
void lists_keep(struct session *session);

/* Remember both as this run took them; a cut one as it was.  Inside the transaction that saves what an apply leaves. */
void lists_remember(struct session *session);

#endif
