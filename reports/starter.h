#ifndef REPORTS_STARTER_H
#define REPORTS_STARTER_H

#include "model/starter.h"

/*
 * A first configuration as text: commented, to be read and edited.  Only what is sure is active: the sources, the only
 * place there is, and rules for resources and plans of the very name of one group; everything else stands there behind
 * `#`.  What names hold cannot leave their line.  Returned, caller frees with g_free.
 */
char *starter_text(const struct starter *starter);

/*
 * What staff gave by hand (starter->by_hand, which must be known) as a table of manual grants: generic-grants reads it.
 * Returned, caller frees with g_free.
 */
char *starter_grants(const struct starter *starter);

#endif
