/* Strings as small numbers: a hash table for finding, an array for naming. */
#include "base/intern.h"

#include <glib.h>

struct intern {
	GHashTable *numbers; /* text -> number + 1 */
	GPtrArray *texts;
	GStringChunk *chunk;
};

struct intern *
intern_new(void)
{
	struct intern *set = g_new0(struct intern, 1);
	set->numbers = g_hash_table_new(g_str_hash, g_str_equal);
	set->texts = g_ptr_array_new();
	set->chunk = g_string_chunk_new(1 << 16);
	return set;
}

void
intern_free(struct intern *set)
{
	if (set == NULL)
		return;
	g_hash_table_unref(set->numbers);
	g_ptr_array_unref(set->texts);
	g_string_chunk_free(set->chunk);
	g_free(set);
}

uint32_t
intern_find(const struct intern *set, const char *text)
{
	gpointer number = text != NULL ? g_hash_table_lookup(set->numbers, text) : NULL;
	return number != NULL ? GPOINTER_TO_UINT(number) - 1 : INTERN_NONE;
}

uint32_t
intern_add(struct intern *set, const char *text)
{
	uint32_t number = intern_find(set, text);
	if (number != INTERN_NONE || text == NULL)
		return number;
	char *copy = g_string_chunk_insert(set->chunk, text);
	g_ptr_array_add(set->texts, copy);
	g_hash_table_insert(set->numbers, copy, GUINT_TO_POINTER(set->texts->len));
	return set->texts->len - 1;
}

const char *
intern_text(const struct intern *set, uint32_t number)
{
	return number != INTERN_NONE ? g_ptr_array_index(set->texts, number) : NULL;
}

uint32_t
intern_count(const struct intern *set)
{
	return set->texts->len;
}
