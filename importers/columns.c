/* Header cells and the names that ask for them. */
#include "importers/columns.h"

#include "base/text.h"

#include <string.h>

static char **
header_keys(char *const *cells, size_t n_cells)
{
	char **keys = g_new0(char *, n_cells + 1);
	for (size_t i = 0; i < n_cells; i++)
		keys[i] = text_header_key(cells[i]);
	return keys;
}

bool
columns_match(
    const struct names *names, char *const *cells, size_t n_cells, int *columns, unsigned *clash)
{
	char **keys = header_keys(cells, n_cells);
	bool good = true;
	for (unsigned i = 0; i < names->count; i++) {
		columns[i] = -1;
		for (size_t k = 0; k < n_cells && names->list[i].key[0] != '\0'; k++) {
			if (strcmp(keys[k], names->list[i].key) != 0)
				continue;
			if (columns[i] >= 0) {
				*clash = i;
				good = false;
			} else {
				columns[i] = (int)k;
			}
		}
	}
	g_strfreev(keys);
	return good;
}

const char *
columns_nearest(const char *text, char *const *cells, size_t n_cells)
{
	char **keys = header_keys(cells, n_cells);
	char *key = text_header_key(text);
	const char *nearest = text_nearest(key, (const char *const *)keys), *cell = NULL;
	for (size_t i = 0; nearest != NULL && cell == NULL; i++) {
		if (keys[i] == nearest)
			cell = cells[i];
	}
	g_free(key);
	g_strfreev(keys);
	return cell;
}
