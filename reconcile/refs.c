/* What rules and data open.  A rule's group is managed whether or not a record reaches it today. */
#include "reconcile/refs.h"

#include "reconcile/rules.h"

struct door_refs {
	struct intern *texts;
	GArray *list;	    /* of struct door_ref */
	GArray *of_rule;    /* of uint32_t */
	GHashTable *by_key; /* key -> index + 1 */
};

/* The reference with this key; made like fresh when it is new. */
static uint32_t
number_of(struct door_refs *refs, const char *key, const struct door_ref *fresh)
{
	guint known = GPOINTER_TO_UINT(g_hash_table_lookup(refs->by_key, key));
	if (known != 0)
		return known - 1;
	struct door_ref ref = *fresh;
	ref.key = intern_text(refs->texts, intern_add(refs->texts, key));
	ref.text = intern_text(refs->texts, intern_add(refs->texts, fresh->text));
	ref.exclusive = EXCLUSIVE_YES;
	ref.rules = "";
	g_array_append_val(refs->list, ref);
	g_hash_table_insert(refs->by_key, (gpointer)ref.key, GUINT_TO_POINTER(refs->list->len));
	return refs->list->len - 1;
}

static void
add_rule(struct door_refs *refs, const struct rule *rule)
{
	char *key = rule_door_key(rule);
	struct door_ref fresh = {.text = rule->door, .lock = rule->lock, .method = rule->method};
	uint32_t number = number_of(refs, key, &fresh);
	struct door_ref *ref = door_refs_at(refs, number);
	ref->from_rule = true;
	ref->exclusive = exclusive_least(ref->exclusive, rule->exclusive);
	g_array_append_val(refs->of_rule, number);
	g_free(key);
}

/* Put together once: a thousand rooms may have one door. */
static void
name_rules(struct door_refs *refs, const GPtrArray *rules)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	for (guint i = 0; i < refs->list->len; i++)
		g_ptr_array_add(names, g_string_new(NULL));
	for (guint i = 0; i < rules->len; i++) {
		const struct rule *rule = g_ptr_array_index(rules, i);
		GString *text = names->pdata[g_array_index(refs->of_rule, uint32_t, i)];
		g_string_append_printf(text, "%s%s", text->len > 0 ? "; " : "", rule->name);
	}
	for (guint i = 0; i < refs->list->len; i++) {
		GString *text = names->pdata[i];
		door_refs_at(refs, i)->rules = intern_text(
		    refs->texts, intern_add(refs->texts, text->str));
		g_string_free(text, TRUE);
	}
}

struct door_refs *
door_refs_new(const GPtrArray *rules, struct intern *texts)
{
	struct door_refs *refs = g_new0(struct door_refs, 1);
	refs->texts = texts;
	refs->list = g_array_new(FALSE, TRUE, sizeof(struct door_ref));
	refs->of_rule = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	refs->by_key = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; i < rules->len; i++)
		add_rule(refs, g_ptr_array_index(rules, i));
	name_rules(refs, rules);
	return refs;
}

void
door_refs_free(struct door_refs *refs)
{
	g_array_unref(refs->list);
	g_array_unref(refs->of_rule);
	g_hash_table_unref(refs->by_key);
	g_free(refs);
}

uint32_t
door_refs_of_rule(const struct door_refs *refs, uint32_t rule)
{
	return g_array_index(refs->of_rule, uint32_t, rule);
}

uint32_t
door_refs_group(struct door_refs *refs, const char *group)
{
	struct door_ref fresh = {.text = group, .method = METHOD_GROUP};
	return number_of(refs, group, &fresh);
}

struct door_ref *
door_refs_at(struct door_refs *refs, uint32_t number)
{
	return &g_array_index(refs->list, struct door_ref, number);
}

const GArray *
door_refs_all(const struct door_refs *refs)
{
	return refs->list;
}

const GArray *
door_refs_of_rules(const struct door_refs *refs)
{
	return refs->of_rule;
}
