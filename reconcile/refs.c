/* The groups as rules and data call them.  A rule's group is managed whether or not a record reaches it today. */
#include "reconcile/refs.h"

struct group_refs {
	struct intern *texts;
	GArray *list;	     /* of struct group_ref */
	GHashTable *by_text; /* text -> index + 1 */
};

static void
add_rule(struct group_refs *refs, const struct rule *rule)
{
	struct group_ref *ref = group_refs_at(refs, group_refs_number(refs, rule->group));
	ref->from_rule = true;
	ref->exclusive = ref->exclusive && rule->exclusive;
	char *rules = *ref->rules != '\0' ? g_strconcat(ref->rules, "; ", rule->name, NULL)
					  : g_strdup(rule->name);
	ref->rules = intern_text(refs->texts, intern_add(refs->texts, rules));
	g_free(rules);
}

struct group_refs *
group_refs_new(const GPtrArray *rules, struct intern *texts)
{
	struct group_refs *refs = g_new0(struct group_refs, 1);
	refs->texts = texts;
	refs->list = g_array_new(FALSE, TRUE, sizeof(struct group_ref));
	refs->by_text = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; i < rules->len; i++)
		add_rule(refs, g_ptr_array_index(rules, i));
	return refs;
}

void
group_refs_free(struct group_refs *refs)
{
	g_array_unref(refs->list);
	g_hash_table_unref(refs->by_text);
	g_free(refs);
}

uint32_t
group_refs_number(struct group_refs *refs, const char *text)
{
	guint known = GPOINTER_TO_UINT(g_hash_table_lookup(refs->by_text, text));
	if (known != 0)
		return known - 1;
	struct group_ref ref = {.text = intern_text(refs->texts, intern_add(refs->texts, text)),
	    .exclusive = true,
	    .rules = ""};
	g_array_append_val(refs->list, ref);
	g_hash_table_insert(refs->by_text, (gpointer)ref.text, GUINT_TO_POINTER(refs->list->len));
	return refs->list->len - 1;
}

struct group_ref *
group_refs_at(struct group_refs *refs, uint32_t number)
{
	return &g_array_index(refs->list, struct group_ref, number);
}

const GArray *
group_refs_all(const struct group_refs *refs)
{
	return refs->list;
}
