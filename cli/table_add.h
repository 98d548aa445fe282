#ifndef CLI_TABLE_ADD_H
#define CLI_TABLE_ADD_H

#include "base/failure.h"
#include "importers/table.h"

/*
 * Held while a table is looked at and added to: of two commands at once the second waits.  path: of the table; its folder
 * must be there.  Returned, caller ends it with close; -1 and *error (EXIT_FAILED).
 */
int table_lock(const char *path, GError **error);

/*
 * Add a row to the table at path, as its other rows are written: in its order of columns, with its delimiter.  cells: UTF-8
 * without control characters, one for each column; "" is a blank one, NULL one that a new table need not have.  The
 * file is replaced in one step, and only when what was added reads back as it was said; owner and mode stay.  A table
 * that is missing is made with its header, for whoever may read its folder.  line: takes the line that was added
 * (returned, caller frees with g_free).  False and *error (EXIT_FAILED, EXIT_BAD_CONFIG); then the table is as it was.
 */
bool table_add(const char *path, const struct table_column *columns, const char *const *cells,
    char **line, GError **error);

#endif
