#ifndef CLI_ORGANIZATION_H
#define CLI_ORGANIZATION_H

#include "cli/session.h"

/*
 * One state database is of one organisation.  What it holds - who gave which access, what exports said - would be read as that
 * of the people of another one, whose ids and e-mail addresses may be the same.
 */

/*
 * False and *error: EXIT_FAILED when the state cannot be read; EXIT_HELD when the snapshot is of another organisation than the one that the state remembers.  Where
 * either is not known nothing is judged.
 */
bool organization_check(
    const struct session *session, const struct snapshot *snapshot, GError **error);

/*
 * A run that may send changes begins: from now on the state belongs to the organisation of its snapshot.  False and *error
 * (EXIT_FAILED) when that cannot be saved.
 */
bool organization_remember(const struct session *session, GError **error);

#endif
