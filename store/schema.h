#ifndef STORE_SCHEMA_H
#define STORE_SCHEMA_H

#include "store/stmt.h"

/*
 * Make the open database one of this program's newest schema: create or move up its tables, a step
 * at a time, each in its own transaction.  The store has failed afterwards when it is newer than
 * this program or somebody else's.
 */
void schema_upgrade(struct store *store);

/*
 * Is the open database one of this program's newest schema?  Changes nothing; the store has failed afterwards in the
 * same cases.
 */
bool schema_current(struct store *store);

#endif
