/* What is not understood in a snapshot, and what that concerns.  What to do about it is decided elsewhere. */
#include "model/doubts.h"

#include "base/failure.h"

#include <string.h>

void
snapshot_doubt(struct snapshot *snapshot, const struct kisi_doubt *doubt)
{
	struct kisi_doubt copy = *doubt;
	copy.what = snapshot_text(snapshot, doubt->what);
	copy.label = snapshot_text(snapshot, doubt->label);
	g_array_append_val(snapshot->doubts, copy);
}

static int
compare(gconstpointer p, gconstpointer q)
{
	const struct kisi_doubt *a = p, *b = q;
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->id != b->id)
		return a->id < b->id ? -1 : 1;
	if (a->group_id != b->group_id)
		return a->group_id < b->group_id ? -1 : 1;
	return strcmp(a->what, b->what);
}

static const struct kisi_doubt *
doubt_at(const struct snapshot *snapshot, guint i)
{
	return &g_array_index(snapshot->doubts, struct kisi_doubt, i);
}

/* ---- what they concern ---- */

static void
add_group(struct snapshot *snapshot, int64_t group_id, const struct kisi_doubt *doubt)
{
	/* The first stays: doubts are sorted. */
	if (group_id != 0 && !g_hash_table_contains(snapshot->doubted_groups, &group_id))
		g_hash_table_insert(snapshot->doubted_groups, g_memdup2(&group_id, sizeof group_id),
		    (gpointer)doubt);
}

static void
add_groups_of_place(struct snapshot *snapshot, const struct kisi_doubt *doubt)
{
	for (guint i = 0; i < snapshot->groups->len; i++) {
		const struct kisi_group *group = &g_array_index(
		    snapshot->groups, struct kisi_group, i);
		if (group->place_id == doubt->place_id)
			add_group(snapshot, group->id, doubt);
	}
}

static void
add_groups_of_lock(struct snapshot *snapshot, const struct kisi_doubt *doubt)
{
	g_hash_table_add(
	    snapshot->doubted_locks, g_memdup2(&doubt->lock_id, sizeof doubt->lock_id));
	for (guint i = 0; i < snapshot->group_locks->len; i++) {
		const struct kisi_group_lock *relation = &g_array_index(
		    snapshot->group_locks, struct kisi_group_lock, i);
		if (relation->lock_id == doubt->lock_id)
			add_group(snapshot, relation->group_id, doubt);
	}
}

/* Whose address is not understood, may be somebody else than it seems. */
static void
add_groups_of_user(struct snapshot *snapshot, const struct kisi_doubt *doubt)
{
	for (guint i = 0; i < snapshot->assignments->len; i++) {
		const struct kisi_assignment *one = &g_array_index(
		    snapshot->assignments, struct kisi_assignment, i);
		if (one->assignee == ASSIGNEE_USER && one->assignee_id == doubt->user_id &&
		    one->applies_to == APPLIES_TO_GROUP)
			add_group(snapshot, one->applies_to_id, doubt);
	}
}

static const char *
slot_key(char key[static 48], int64_t user_id, int64_t group_id)
{
	g_snprintf(key, 48, "%" G_GINT64_FORMAT " %" G_GINT64_FORMAT, user_id, group_id);
	return key;
}

static void
resolve(struct snapshot *snapshot, const struct kisi_doubt *doubt)
{
	char key[48];
	if (doubt->anywhere && snapshot->doubted_all == NULL)
		snapshot->doubted_all = doubt;
	add_group(snapshot, doubt->group_id, doubt);
	if (doubt->place_id != 0)
		add_groups_of_place(snapshot, doubt);
	if (doubt->lock_id != 0)
		add_groups_of_lock(snapshot, doubt);
	if (doubt->kind == COUNT_USERS)
		add_groups_of_user(snapshot, doubt);
	else if (doubt->user_id != 0)
		g_hash_table_add(snapshot->doubted_slots,
		    g_strdup(slot_key(key, doubt->user_id, doubt->group_id)));
}

/* Of these the model keeps nothing that is not understood, so that one beside it would look like another. */
static bool
is_there(const struct snapshot *snapshot, const struct kisi_doubt *doubt)
{
	const GArray *array = doubt->kind == COUNT_ASSIGNMENTS ? snapshot->assignments
			      : doubt->kind == COUNT_LINKS     ? snapshot->links
			      : doubt->kind == COUNT_SCHEDULES ? snapshot->schedules
							       : NULL;
	guint size = array != NULL ? g_array_get_element_size((GArray *)array) : 0;
	/* Each begins with its id. */
	for (guint i = 0; array != NULL && i < array->len; i++) {
		if (*(const int64_t *)(array->data + (size_t)i * size) == doubt->id)
			return true;
	}
	return false;
}

bool
doubts_finish(struct snapshot *snapshot, GError **error)
{
	g_array_sort(snapshot->doubts, compare);
	for (guint i = 0; i < snapshot->doubts->len; i++) {
		const struct kisi_doubt *doubt = doubt_at(snapshot, i);
		bool again = i > 0 && doubt[-1].kind == doubt->kind && doubt[-1].id == doubt->id;
		if (doubt->id != 0 && (again || is_there(snapshot, doubt)))
			return fail(error, EXIT_HELD,
			    "what was read is not one state: read it again",
			    "snapshot: %s: id %" G_GINT64_FORMAT " occurs twice",
			    snapshot_count_word(doubt->kind), doubt->id);
		resolve(snapshot, doubt);
	}
	return true;
}

/* ---- the answers ---- */

const struct kisi_doubt *
snapshot_doubt_of_group(const struct snapshot *snapshot, int64_t group_id)
{
	const struct kisi_doubt *doubt = g_hash_table_lookup(snapshot->doubted_groups, &group_id);
	return doubt != NULL ? doubt : snapshot->doubted_all;
}

bool
snapshot_doubts_group(const struct snapshot *snapshot, int64_t group_id)
{
	return snapshot_doubt_of_group(snapshot, group_id) != NULL;
}

bool
snapshot_doubts_lock(const struct snapshot *snapshot, int64_t lock_id)
{
	return snapshot->doubted_all != NULL ||
	       g_hash_table_contains(snapshot->doubted_locks, &lock_id);
}

bool
snapshot_doubts_slot(const struct snapshot *snapshot, int64_t user_id, int64_t group_id)
{
	char key[48];
	return g_hash_table_size(snapshot->doubted_slots) > 0 &&
	       (g_hash_table_contains(snapshot->doubted_slots, slot_key(key, user_id, group_id)) ||
		   g_hash_table_contains(snapshot->doubted_slots, slot_key(key, user_id, 0)));
}

bool
snapshot_doubts_id(const struct snapshot *snapshot, enum snapshot_count kind, int64_t id)
{
	for (guint i = 0; i < snapshot->doubts->len; i++) {
		const struct kisi_doubt *doubt = doubt_at(snapshot, i);
		if (doubt->kind == kind && doubt->id == id)
			return true;
	}
	return false;
}

bool
snapshot_doubts_label(const struct snapshot *snapshot, enum snapshot_count kind, const char *label)
{
	for (guint i = 0; i < snapshot->doubts->len; i++) {
		const struct kisi_doubt *doubt = doubt_at(snapshot, i);
		if (doubt->kind == kind && g_strcmp0(doubt->label, label) == 0)
			return true;
	}
	return false;
}
