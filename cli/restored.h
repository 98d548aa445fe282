#ifndef CLI_RESTORED_H
#define CLI_RESTORED_H

#include "cli/session.h"

/*
 * Is the state older than it was?  Beside the database, in `<database>.head`, stands which run was applied last and the head
 * of the audit trail at its end.  A database that does not have that run was restored from a backup: it does not know
 * what was given since.
 */

/* Which run it lacks, as one phrase; NULL: none.  Returned, caller frees with g_free. */
char *restored_reason(struct store *store, const char *database);

/* This run was applied last.  What goes wrong is said, and changes nothing. */
void restored_note(const struct session *session);

#endif
