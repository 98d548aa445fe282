/* Groups and locks by name.  Which of several is meant is decided in groups.c. */
#include "reconcile/namesakes.h"

#include "base/text.h"

enum { GROUPS, LOCKS, KINDS };

struct namesakes {
	GHashTable *by_id[KINDS];  /* int64_t -> struct named */
	GHashTable *exact[KINDS];  /* name -> GArray of struct named */
	GHashTable *folded[KINDS]; /* text_key -> the same */
	GHashTable *alone;	   /* id of a lock -> GArray of struct named: groups */
};

static void
array_free(gpointer p)
{
	g_array_unref(p);
}

/* key: taken. */
static void
put(GHashTable *table, gpointer key, const struct named *named)
{
	GArray *list = g_hash_table_lookup(table, key);
	if (list == NULL) {
		list = g_array_new(FALSE, FALSE, sizeof(struct named));
		g_hash_table_insert(table, key, list);
	} else {
		g_free(key);
	}
	g_array_append_val(list, *named);
}

static void
add(struct namesakes *names, int kind, const struct named *named)
{
	g_hash_table_insert(names->by_id[kind], g_memdup2(&named->id, sizeof named->id),
	    g_memdup2(named, sizeof *named));
	put(names->exact[kind], g_strdup(named->name), named);
	put(names->folded[kind], text_key(named->name), named);
}

/* Relations are sorted by group. */
static void
add_alone(struct namesakes *names, const GArray *relations)
{
	for (guint i = 0, next; i < relations->len; i = next) {
		const struct kisi_group_lock *first = &g_array_index(
		    relations, struct kisi_group_lock, i);
		next = i + 1;
		while (next < relations->len &&
		       g_array_index(relations, struct kisi_group_lock, next).group_id ==
			   first->group_id)
			next++;
		const struct named *group = g_hash_table_lookup(
		    names->by_id[GROUPS], &first->group_id);
		if (next == i + 1 && group != NULL)
			put(names->alone, g_memdup2(&first->lock_id, sizeof first->lock_id), group);
	}
}

struct namesakes *
namesakes_new(const struct snapshot *snapshot)
{
	struct namesakes *names = g_new0(struct namesakes, 1);
	for (int i = 0; i < KINDS; i++) {
		names->by_id[i] = g_hash_table_new_full(
		    g_int64_hash, g_int64_equal, g_free, g_free);
		names->exact[i] = g_hash_table_new_full(
		    g_str_hash, g_str_equal, g_free, array_free);
		names->folded[i] = g_hash_table_new_full(
		    g_str_hash, g_str_equal, g_free, array_free);
	}
	names->alone = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, array_free);
	for (guint i = 0; i < snapshot->groups->len; i++) {
		const struct kisi_group *group = &g_array_index(
		    snapshot->groups, struct kisi_group, i);
		add(names, GROUPS, &(struct named){group->id, group->place_id, group->name});
	}
	for (guint i = 0; i < snapshot->locks->len; i++) {
		const struct kisi_lock *lock = &g_array_index(snapshot->locks, struct kisi_lock, i);
		add(names, LOCKS, &(struct named){lock->id, lock->place_id, lock->name});
	}
	add_alone(names, snapshot->group_locks);
	return names;
}

void
namesakes_free(struct namesakes *names)
{
	if (names == NULL)
		return;
	for (int i = 0; i < KINDS; i++) {
		g_hash_table_unref(names->by_id[i]);
		g_hash_table_unref(names->exact[i]);
		g_hash_table_unref(names->folded[i]);
	}
	g_hash_table_unref(names->alone);
	g_free(names);
}

bool
namesakes_by_id(const struct namesakes *names, bool lock, int64_t id, struct named *out)
{
	const struct named *named = g_hash_table_lookup(names->by_id[lock ? LOCKS : GROUPS], &id);
	if (named != NULL)
		*out = *named;
	return named != NULL;
}

const GArray *
namesakes_called(const struct namesakes *names, bool lock, const char *text, bool exact)
{
	int kind = lock ? LOCKS : GROUPS;
	g_autofree char *key = exact ? g_strdup(text) : text_key(text);
	return g_hash_table_lookup(exact ? names->exact[kind] : names->folded[kind], key);
}

const GArray *
namesakes_of_lock(const struct namesakes *names, int64_t lock_id)
{
	return g_hash_table_lookup(names->alone, &lock_id);
}
