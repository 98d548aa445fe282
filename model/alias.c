/* Aliases of aliases: decides which person an address stands for in the end. */
#include "model/alias.h"

#include "base/failure.h"

#include <string.h>

#define ROWS_TOLD 10 /* of a circle */

static unsigned
row_of(const GArray *lines, const char *alias)
{
	for (guint i = 0; i < lines->len; i++) {
		const struct alias_line *line = &g_array_index(lines, struct alias_line, i);
		if (strcmp(line->alias, alias) == 0)
			return line->row;
	}
	return 0;
}

static int
compare_rows(gconstpointer p, gconstpointer q)
{
	const unsigned *a = p, *b = q;
	return (*a > *b) - (*a < *b);
}

/* way: the aliases gone through; again: the one that was met a second time. */
static bool
refuse_circle(const GArray *lines, const GPtrArray *way, const char *again, GError **error)
{
	g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(unsigned));
	g_autoptr(GString) text = g_string_new(NULL);
	guint first = 0;
	while (strcmp(g_ptr_array_index(way, first), again) != 0)
		first++;
	for (guint i = first; i < way->len && rows->len < ROWS_TOLD; i++) {
		unsigned row = row_of(lines, g_ptr_array_index(way, i));
		g_array_append_val(rows, row);
	}
	g_array_sort(rows, compare_rows);
	for (guint i = 0; i < rows->len; i++)
		g_string_append_printf(text, "%s%u",
		    i == 0		 ? ""
		    : i + 1 == rows->len ? " and "
					 : ", ",
		    g_array_index(rows, unsigned, i));
	return fail(error, EXIT_BAD_CONFIG, "take one of these rows out",
	    "rows %s: aliases in a circle: each stands for the next one, and nobody is the person",
	    text->str);
}

bool
alias_follow(GHashTable *aliases, const GArray *lines, GError **error)
{
	g_autoptr(GPtrArray) way = g_ptr_array_new();
	g_autoptr(GHashTable) met = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; i < lines->len; i++) {
		const char *at = g_array_index(lines, struct alias_line, i).alias;
		gpointer key, next;
		g_ptr_array_set_size(way, 0);
		g_hash_table_remove_all(met);
		/* Keys stay where they are while values are replaced. */
		while (g_hash_table_lookup_extended(aliases, at, &key, &next) &&
		       strcmp(at, next) != 0) {
			if (!g_hash_table_add(met, key))
				return refuse_circle(lines, way, key, error);
			g_ptr_array_add(way, key);
			at = next;
		}
		g_autofree char *person = g_strdup(at);
		for (guint j = 0; j < way->len; j++)
			g_hash_table_insert(
			    aliases, g_strdup(g_ptr_array_index(way, j)), g_strdup(person));
	}
	return true;
}
