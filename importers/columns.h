#ifndef IMPORTERS_COLUMNS_H
#define IMPORTERS_COLUMNS_H

#include "importers/names.h"

#include <stddef.h>

/*
 * Find the column of each name among the header cells.  columns: room for names->count; index, or -1.
 * False when two columns are called by one name; then *clash is the name.
 */
bool columns_match(
    const struct names *names, char *const *cells, size_t n_cells, int *columns, unsigned *clash);

/* The header cell nearest to the text, by header keys; NULL when none is near.  Owned by cells. */
const char *columns_nearest(const char *text, char *const *cells, size_t n_cells);

#endif
