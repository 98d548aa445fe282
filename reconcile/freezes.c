/* Which memberships have a freeze ahead, and which had one at the last good import. */
#include "reconcile/freezes.h"

struct freezes {
	const struct history *history;
	instant now;
	GHashTable *ahead; /* char * -> char *: key and end of the last freeze */
	guint *had,
	    *lost; /* by source: memberships that had one, and of them those that have none now */
};

struct freezes *
freezes_new(guint sources, const struct history *history, instant now)
{
	struct freezes *f = g_new(struct freezes, 1);
	*f = (struct freezes){.history = history,
	    .now = now,
	    .ahead = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free),
	    .had = g_new0(guint, sources + 1),
	    .lost = g_new0(guint, sources + 1)};
	return f;
}

void
freezes_free(struct freezes *f)
{
	if (f == NULL)
		return;
	g_hash_table_unref(f->ahead);
	g_free(f->had);
	g_free(f->lost);
	g_free(f);
}

/* When the last one ends; INSTANT_ALWAYS without one. */
static instant
end_of(const struct record *record)
{
	instant end = INSTANT_ALWAYS;
	for (size_t i = 0; i < record->n_freezes; i++)
		end = MAX(end, record->freezes[i].until);
	return end;
}

void
freezes_take(struct freezes *f, const struct record *record, const char *source, uint64_t key)
{
	uint32_t number = record->place.source;
	if (record->kind != RECORD_MEMBERSHIP)
		return;
	g_autofree char *name = g_strdup_printf("%s\n%016" G_GINT64_MODIFIER "x", source, key);
	const char *known = history_recall(f->history, "frozen", name);
	instant end = end_of(record);
	if (known != NULL && g_ascii_strtoll(known, NULL, 10) > f->now) {
		f->had[number]++;
		f->lost[number] += record->n_freezes == 0;
	}
	if (end > f->now)
		g_hash_table_insert(
		    f->ahead, g_steal_pointer(&name), g_strdup_printf("%" G_GINT64_FORMAT, end));
}

bool
freezes_lost(const struct freezes *f, uint32_t source)
{
	return f->lost[source] >= 2 && f->lost[source] * 2 > f->had[source];
}

GHashTable *
freezes_ahead(const struct freezes *f)
{
	return f->ahead;
}
