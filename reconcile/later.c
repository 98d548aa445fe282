/* Records of later time: which of them are remembered, and which are there. */
#include "reconcile/later.h"

#include <string.h>

struct later {
	const GArray *known; /* of struct later_record, by source and key */
	instant now;
	GHashTable *there; /* set of uint64_t */
};

struct later *
later_new(const struct history *history, instant now)
{
	struct later *l = g_new(struct later, 1);
	*l = (struct later){.known = history->later,
	    .now = now,
	    .there = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL)};
	return l;
}

void
later_free(struct later *l)
{
	if (l == NULL)
		return;
	g_hash_table_unref(l->there);
	g_free(l);
}

void
later_take(struct later *l, uint64_t key)
{
	if (l->known->len > 0)
		g_hash_table_add(l->there, g_memdup2(&key, sizeof key));
}

bool
later_knew(const struct later *l, const char *source, uint64_t key)
{
	struct later_record at = {.source = (char *)source, .key = key};
	return g_array_binary_search((GArray *)l->known, &at, later_compare, NULL);
}

guint
later_missing(const struct later *l, const char *source, GPtrArray *missing)
{
	guint known = 0;
	for (guint i = 0; i < l->known->len; i++) {
		const struct later_record *one = &g_array_index(l->known, struct later_record, i);
		if (one->until <= l->now || strcmp(one->source, source) != 0)
			continue;
		known++;
		if (!g_hash_table_contains(l->there, &one->key))
			g_ptr_array_add(
			    missing, g_strdup_printf("%016" G_GINT64_MODIFIER "x", one->key));
	}
	return known;
}
