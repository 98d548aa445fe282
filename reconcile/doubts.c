/* What is not understood in Kisi, as findings and as places that are left alone. */
#include "reconcile/doubts.h"

#include "model/doubts.h"
#include "reconcile/findings.h"

#include <string.h>

/* ---- findings ---- */

/* Doubts of one kind that say the same of one group are one finding: a new word may stand in thousands of objects. */
struct bundle {
	const struct kisi_doubt *first;
	guint count;
};

static char *
bundle_key(const struct kisi_doubt *doubt)
{
	return g_strdup_printf("%s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %d %s",
	    snapshot_count_word(doubt->kind), doubt->group_id, doubt->lock_id, doubt->anywhere,
	    doubt->what);
}

static const char *
effect_of(const struct kisi_doubt *doubt)
{
	if (doubt->anywhere)
		return "it does not say which door it is about, so nobody loses access to any door";
	if (doubt->group_id != 0 || doubt->lock_id != 0 || doubt->place_id != 0 ||
	    doubt->user_id != 0)
		return "nobody loses access to the doors that it is about";
	return "it is left out";
}

static void
report(const struct world *world, const struct bundle *bundle, const char *key)
{
	const struct kisi_doubt *doubt = bundle->first;
	const struct kisi_group *group = doubt->group_id != 0 && !doubt->anywhere
					     ? snapshot_group(world->snapshot, doubt->group_id)
					     : NULL;
	g_autofree char *id = doubt->id != 0
				  ? g_strdup_printf(" (id %" G_GINT64_FORMAT "%s)", doubt->id,
					bundle->count > 1 ? ", the first" : "")
				  : g_strdup("");
	finding_add(world->plan, FINDING_NOT_UNDERSTOOD, NULL, group != NULL ? group->name : NULL,
	    key, "this version does not understand %u of the %s in Kisi%s: %s; %s", bundle->count,
	    snapshot_count_word(doubt->kind), id, doubt->what, effect_of(doubt));
}

void
doubts_report(const struct world *world)
{
	const GArray *doubts = world->snapshot->doubts;
	g_autoptr(GHashTable)
	    bundles = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	GHashTableIter iter;
	gpointer key, value;
	for (guint i = 0; i < doubts->len; i++) {
		const struct kisi_doubt *doubt = &g_array_index(doubts, struct kisi_doubt, i);
		char *text = bundle_key(doubt);
		struct bundle *bundle = g_hash_table_lookup(bundles, text);
		if (bundle != NULL) {
			bundle->count++;
			g_free(text);
			continue;
		}
		bundle = g_new(struct bundle, 1);
		*bundle = (struct bundle){doubt, 1};
		g_hash_table_insert(bundles, text, bundle);
	}
	/* In any order: findings are sorted in the end. */
	g_hash_table_iter_init(&iter, bundles);
	while (g_hash_table_iter_next(&iter, &key, &value))
		report(world, value, key);
}

/* ---- places that are taken ---- */

bool
doubts_slot(const struct world *world, uint32_t person, int64_t group_id, const char *group,
    const char *should)
{
	const struct kisi_user *user = g_ptr_array_index(world->user_of, person);
	if (user == NULL || !snapshot_doubts_slot(world->snapshot, user->id, group_id))
		return false;
	finding_add(world->plan, FINDING_NOT_UNDERSTOOD, world_email(world, person), group, NULL,
	    "%s; Kisi shows something there that this version does not understand, so it is left "
	    "as it is",
	    should);
	return true;
}

/* One that was made here is known by its id, too: its name may be what cannot be read. */
static bool
made_and_doubted(const struct world *world, const struct pass *wanted, enum snapshot_count kind)
{
	const GArray *made = world->history->passes;
	for (guint i = 0; i < made->len; i++) {
		const struct ledger_pass *entry = &g_array_index(made, struct ledger_pass, i);
		if (entry->live && entry->object == wanted->object &&
		    strcmp(entry->label, wanted->label) == 0 &&
		    snapshot_doubts_id(world->snapshot, kind, entry->id))
			return true;
	}
	return false;
}

bool
doubts_pass(const struct world *world, const struct pass *wanted)
{
	enum snapshot_count kind = wanted->object == OBJECT_LINK ? COUNT_LINKS : COUNT_SCHEDULES;
	if (world->snapshot->doubts->len == 0 ||
	    (!snapshot_doubts_label(world->snapshot, kind, wanted->label) &&
		!made_and_doubted(world, wanted, kind)))
		return false;
	finding_add(world->plan, FINDING_NOT_UNDERSTOOD, wanted->email, pass_door(world, wanted),
	    wanted->label,
	    "%s should be there; Kisi shows something under that name that this version does not "
	    "understand, so none is made",
	    wanted->label);
	return true;
}
