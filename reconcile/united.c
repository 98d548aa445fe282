/* Bookings that stand in several rows.  Which rows are one booking is decided here, what a booking gives is not. */
#include "reconcile/united.h"

/* Rows of one id that agree; the older ones of that id behind it. */
struct variant {
	enum record_status status;
	struct interval span;
	GArray *holders, *reaches;
	struct variant *next;
};

struct united {
	GPtrArray
	    *ids; /* a GHashTable for each source: id -> struct variant, the last row's first */
};

static void
variants_free(gpointer p)
{
	for (struct variant *variant = p, *next; variant != NULL; variant = next) {
		next = variant->next;
		g_array_unref(variant->holders);
		g_array_unref(variant->reaches);
		g_free(variant);
	}
}

static void
table_free(gpointer p)
{
	g_hash_table_unref(p);
}

struct united *
united_new(guint sources)
{
	struct united *united = g_new0(struct united, 1);
	united->ids = g_ptr_array_new_with_free_func(table_free);
	for (guint i = 0; i < sources; i++)
		g_ptr_array_add(united->ids,
		    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, variants_free));
	return united;
}

void
united_free(struct united *united)
{
	g_ptr_array_unref(united->ids);
	g_free(united);
}

static GHashTable *
table_of(const struct united *united, const struct record *record)
{
	return g_ptr_array_index(united->ids, record->place.source);
}

bool
united_knows(const struct united *united, const struct record *record)
{
	return g_hash_table_contains(table_of(united, record), record->id);
}

static bool
agrees(const struct variant *variant, const struct record *record)
{
	return variant->status == record->status && variant->span.from == record->span.from &&
	       variant->span.until == record->span.until;
}

/* The variant that the record belongs to, moved to the front of its id. */
static struct variant *
variant_of(struct united *united, const struct record *record)
{
	GHashTable *table = table_of(united, record);
	gpointer id = NULL, first = NULL;
	if (g_hash_table_steal_extended(table, record->id, &id, &first) && agrees(first, record)) {
		g_hash_table_insert(table, id, first);
		return first;
	}
	struct variant *variant = NULL;
	for (struct variant *at = first; at != NULL && variant == NULL; at = at->next) {
		if (at->next == NULL || !agrees(at->next, record))
			continue;
		variant = at->next;
		at->next = variant->next;
	}
	if (variant == NULL) {
		variant = g_new0(struct variant, 1);
		variant->status = record->status;
		variant->span = record->span;
		variant->holders = g_array_new(FALSE, FALSE, sizeof(struct holder));
		variant->reaches = g_array_new(FALSE, FALSE, sizeof(struct reach));
	}
	variant->next = first;
	g_hash_table_insert(table, id != NULL ? id : g_strdup(record->id), variant);
	return variant;
}

static bool
has_holder(const struct variant *variant, const struct holder *holder)
{
	for (guint i = 0; i < variant->holders->len; i++) {
		const struct holder *known = &g_array_index(variant->holders, struct holder, i);
		if (known->person == holder->person && known->company == holder->company)
			return true;
	}
	return false;
}

/* One rule is one reason, however many rows it fits. */
static bool
has_reach(const struct variant *variant, const struct reach *reach)
{
	for (guint i = 0; i < variant->reaches->len; i++) {
		const struct reach *known = &g_array_index(variant->reaches, struct reach, i);
		if (known->ref == reach->ref && known->rule == reach->rule)
			return true;
	}
	return false;
}

bool
united_take(struct united *united, const struct record *record, const GArray *holders,
    const GArray *reaches, united_pair pair, void *user)
{
	const struct variant *before = g_hash_table_lookup(table_of(united, record), record->id);
	struct variant *variant = variant_of(united, record);
	for (guint i = 0; i < reaches->len; i++) {
		const struct reach *reach = &g_array_index(reaches, struct reach, i);
		if (has_reach(variant, reach))
			continue;
		g_array_append_val(variant->reaches, *reach);
		for (guint j = 0; j < variant->holders->len; j++)
			pair(user, &g_array_index(variant->holders, struct holder, j), reach);
	}
	for (guint i = 0; i < holders->len; i++) {
		const struct holder *holder = &g_array_index(holders, struct holder, i);
		if (has_holder(variant, holder))
			continue;
		g_array_append_val(variant->holders, *holder);
		for (guint j = 0; j < variant->reaches->len; j++)
			pair(user, holder, &g_array_index(variant->reaches, struct reach, j));
	}
	return before != NULL && before != variant;
}

void
united_bury(const struct united *united, void (*bury)(void *user, uint32_t reason), void *user)
{
	for (guint source = 0; source < united->ids->len; source++) {
		GHashTableIter iter;
		gpointer first;
		g_hash_table_iter_init(&iter, g_ptr_array_index(united->ids, source));
		while (g_hash_table_iter_next(&iter, NULL, &first)) {
			const struct variant *variant = ((struct variant *)first)->next;
			for (; variant != NULL; variant = variant->next) {
				for (guint i = 0; i < variant->reaches->len; i++)
					bury(user, g_array_index(variant->reaches, struct reach, i)
						       .reason);
			}
		}
	}
}
