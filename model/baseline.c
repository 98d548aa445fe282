/* What an apply leaves for the next run: put in order, and without what Kisi does not show any more. */
#include "model/baseline.h"

#include <string.h>

struct baseline *
baseline_new(void)
{
	struct baseline *baseline = g_new0(struct baseline, 1);
	baseline->givers = g_array_new(FALSE, FALSE, sizeof(struct kept_giver));
	baseline->later = g_array_new(FALSE, FALSE, sizeof(struct later_record));
	baseline->doors = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	baseline->pending = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	baseline->identities = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	baseline->lookalikes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return baseline;
}

void
baseline_free(struct baseline *baseline)
{
	if (baseline == NULL)
		return;
	g_array_unref(baseline->givers);
	g_array_unref(baseline->later);
	g_hash_table_unref(baseline->doors);
	g_hash_table_unref(baseline->lookalikes);
	g_hash_table_unref(baseline->identities);
	g_hash_table_unref(baseline->pending);
	g_free(baseline);
}

static char *
slot_key(int64_t user_id, int64_t group_id)
{
	return g_strdup_printf("%" G_GINT64_FORMAT " %" G_GINT64_FORMAT, user_id, group_id);
}

/* What users have in groups: slot_key -> struct interval of the snapshot. */
static GHashTable *
slots_of(const struct snapshot *snapshot)
{
	GHashTable *slots = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (guint i = 0; i < snapshot->assignments->len; i++) {
		struct kisi_assignment *one = &g_array_index(
		    snapshot->assignments, struct kisi_assignment, i);
		if (one->applies_to == APPLIES_TO_GROUP && one->assignee == ASSIGNEE_USER)
			g_hash_table_insert(
			    slots, slot_key(one->assignee_id, one->applies_to_id), &one->valid);
	}
	return slots;
}

static bool
is_there(GHashTable *slots, const struct kept_giver *kept, instant now)
{
	if (kept->user_id == 0)
		return true;
	g_autofree char *key = slot_key(kept->user_id, kept->giver.door_id);
	const struct interval *valid = g_hash_table_lookup(slots, key);
	return valid != NULL && MAX(valid->from, now) < kept->giver.span.until &&
	       kept->giver.span.from < valid->until && valid->until > now;
}

GArray *
baseline_givers(const struct baseline *baseline, const struct snapshot *snapshot, instant now)
{
	GArray *list = g_array_new(FALSE, FALSE, sizeof(struct giver));
	g_autoptr(GHashTable) slots = slots_of(snapshot);
	for (guint i = 0; i < baseline->givers->len; i++) {
		const struct kept_giver *kept = &g_array_index(
		    baseline->givers, struct kept_giver, i);
		if (is_there(slots, kept, now))
			g_array_append_val(list, kept->giver);
	}
	g_array_sort(list, giver_compare);
	guint n = 0;
	for (guint i = 0; i < list->len; i++) {
		struct giver one = g_array_index(list, struct giver, i);
		if (n == 0 || giver_compare(&g_array_index(list, struct giver, n - 1), &one) != 0)
			g_array_index(list, struct giver, n++) = one;
	}
	g_array_set_size(list, n);
	return list;
}

GArray *
baseline_later(const struct baseline *baseline)
{
	GArray *list = g_array_new(FALSE, FALSE, sizeof(struct later_record));
	guint n = 0;
	g_array_append_vals(list, baseline->later->data, baseline->later->len);
	g_array_sort(list, later_compare);
	for (guint i = 0; i < list->len; i++) {
		struct later_record one = g_array_index(list, struct later_record, i);
		struct later_record *last = n > 0 ? &g_array_index(list, struct later_record, n - 1)
						  : NULL;
		if (last == NULL || later_compare(last, &one) != 0)
			g_array_index(list, struct later_record, n++) = one;
		else
			last->until = MAX(last->until, one.until);
	}
	g_array_set_size(list, n);
	return list;
}
