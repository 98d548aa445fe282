/* The auditor's view of groups: each of Kisi's, what it opens, who has it, and what opens it.  Nothing here decides. */
#include "reconcile/audit.h"
#include "reconcile/unlock.h"

#include <string.h>

/* Add a text to a list with `; ` between, once. */
static void
add_text(GString *list, GHashTable *seen, const char *text)
{
	if (text == NULL || *text == '\0' || !g_hash_table_add(seen, (gpointer)text))
		return;
	g_string_append_printf(list, "%s%s", list->len > 0 ? "; " : "", text);
}

/* Rules and what they name, for a group that references stand for. */
static void
find_rules(struct world *world, struct group_facts *facts)
{
	const struct config *config = world->config;
	g_autoptr(GString) rules = g_string_new(NULL);
	g_autoptr(GString) keys = g_string_new(NULL);
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GHashTable) named = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; i < config->rules->len; i++) {
		const struct rule *rule = g_ptr_array_index(config->rules, i);
		uint32_t ref = g_array_index(world->entitled->ref_of_rule, uint32_t, i);
		if (g_array_index(world->groups->of_ref, int64_t, ref) != facts->id &&
		    g_array_index(world->groups->pass_of_ref, int64_t, ref) != facts->id)
			continue;
		add_text(rules, seen, rule->name);
		add_text(keys, named, strcmp(rule->key, "*") == 0 ? "any" : rule->key);
	}
	for (guint i = 0; i < world->entitled->refs->len; i++) {
		const struct door_ref *ref = &g_array_index(
		    world->entitled->refs, struct door_ref, i);
		if (g_array_index(world->groups->of_ref, int64_t, i) == facts->id)
			facts->data |= ref->from_data;
	}
	facts->rules = rules->len > 0 ? plan_text(world->plan, rules->str) : NULL;
	facts->keys = keys->len > 0 ? plan_text(world->plan, keys->str) : NULL;
}

/* Rights in force of each group: int64_t * -> number. */
static GHashTable *
count_people(const struct world *world)
{
	GHashTable *counts = g_hash_table_new(g_int64_hash, g_int64_equal);
	for (guint i = 0; i < world->plan->access->len; i++) {
		struct access_now *access = g_ptr_array_index(world->plan->access, i);
		if (access->pass || access->group_id == 0 || access->valid.from > world->now)
			continue;
		gpointer n = g_hash_table_lookup(counts, &access->group_id);
		g_hash_table_insert(
		    counts, &access->group_id, GUINT_TO_POINTER(GPOINTER_TO_UINT(n) + 1));
	}
	return counts;
}

void
audit_groups(struct world *world)
{
	const struct snapshot *snapshot = world->snapshot;
	g_autoptr(GHashTable) people = count_people(world);
	for (guint i = 0; i < snapshot->groups->len; i++) {
		const struct kisi_group *group = &g_array_index(
		    snapshot->groups, struct kisi_group, i);
		const struct kisi_place *place = group->place_id > 0
						     ? snapshot_place(snapshot, group->place_id)
						     : NULL;
		const struct managed_group *managed = groups_managed(world->groups, group->id);
		g_autofree char *doors = unlock_doors(snapshot, group->id);
		struct group_facts *facts = g_new0(struct group_facts, 1);
		*facts = (struct group_facts){.id = group->id,
		    .name = group->name,
		    .place = place != NULL ? place->name : NULL,
		    .zone = place != NULL ? place->time_zone : NULL,
		    .doors = plan_text(world->plan, doors),
		    .people = GPOINTER_TO_UINT(g_hash_table_lookup(people, &group->id)),
		    .managed = managed != NULL && !managed->former,
		    .reported = managed != NULL && managed->exclusive == EXCLUSIVE_NO,
		    .empty = doors == NULL && group->locks_count == 0};
		find_rules(world, facts);
		g_ptr_array_add(world->plan->groups, facts);
	}
}
