/*
 * What became of a change is what Kisi shows afterwards.  An answer of success that did nothing and a lost answer to
 * a write that took are both told apart from the truth here, and nowhere else.
 */
#include "apply/settle.h"

#include "apply/apply.h"
#include "reconcile/slots.h"

#include <string.h>

struct slot_key {
	int64_t user_id, group_id;
};

struct evidence {
	const struct config *config;
	GHashTable *slots;  /* struct slot_key -> struct kisi_assignment */
	GHashTable *ids;    /* assignment id -> itself */
	GHashTable *people; /* canonical address -> struct kisi_user */
};

static guint
slot_key_hash(gconstpointer p)
{
	const struct slot_key *key = p;
	return (guint)(key->user_id * 2654435761 + key->group_id * 40503);
}

static gboolean
slot_key_equal(gconstpointer p, gconstpointer q)
{
	const struct slot_key *a = p, *b = q;
	return a->user_id == b->user_id && a->group_id == b->group_id;
}

struct evidence *
evidence_new(const struct snapshot *snapshot, const struct config *config)
{
	struct evidence *evidence = g_new0(struct evidence, 1);
	evidence->config = config;
	evidence->slots = g_hash_table_new_full(slot_key_hash, slot_key_equal, g_free, NULL);
	evidence->ids = g_hash_table_new(g_int64_hash, g_int64_equal);
	evidence->people = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; i < snapshot->assignments->len; i++) {
		struct kisi_assignment *one = &g_array_index(
		    snapshot->assignments, struct kisi_assignment, i);
		g_hash_table_add(evidence->ids, &one->id);
		if (one->applies_to != APPLIES_TO_GROUP || one->assignee != ASSIGNEE_USER ||
		    strcmp(one->role_id, "group_basic") != 0)
			continue;
		struct slot_key key = {one->assignee_id, one->applies_to_id};
		g_hash_table_insert(evidence->slots, g_memdup2(&key, sizeof key), one);
	}
	for (guint i = 0; i < snapshot->users->len; i++) {
		struct kisi_user *user = &g_array_index(snapshot->users, struct kisi_user, i);
		if (user->person != NULL)
			g_hash_table_insert(
			    evidence->people, (gpointer)config_person(config, user->person), user);
	}
	return evidence;
}

void
evidence_free(struct evidence *evidence)
{
	g_hash_table_unref(evidence->slots);
	g_hash_table_unref(evidence->ids);
	g_hash_table_unref(evidence->people);
	g_free(evidence);
}

bool
evidence_met(const struct evidence *evidence, const struct goal *goal, instant now,
    const struct kisi_assignment **found)
{
	const struct kisi_user *user = g_hash_table_lookup(evidence->people, goal->email);
	struct slot_key key = {goal->user_id != 0 ? goal->user_id
			       : user != NULL	  ? user->id
						  : 0,
	    goal->group_id};
	*found = key.user_id != 0 ? g_hash_table_lookup(evidence->slots, &key) : NULL;
	switch (goal->action) {
	case ACTION_CREATE_USER:
		return user != NULL;
	case ACTION_GRANT:
	case ACTION_ADJUST:
		return *found != NULL && interval_equal_in_effect((*found)->valid, goal->want, now);
	default:
		return !g_hash_table_contains(evidence->ids, &goal->have_id);
	}
}

/* ---- open intents ---- */

static enum action
action_of_word(const char *word)
{
	for (int action = 0; action < ACTION_COUNT; action++) {
		if (strcmp(action_word(action), word) == 0)
			return action;
	}
	return ACTION_COUNT;
}

/* The ledger says whose an assignment is: it follows what Kisi shows, whether or not the change took. */
static void
settle_ledger(struct store *store, const struct journal_intent *intent, bool met,
    const struct kisi_assignment *found, instant clock)
{
	if (intent->have_id != 0 && (found == NULL || found->id != intent->have_id))
		store_ledger_gone(store, intent->have_id, clock, NULL);
	if (!met || !intent->wanted || found == NULL)
		return;
	struct ledger_entry entry = {.assignment_id = found->id,
	    .email = intent->email,
	    .group_id = intent->group_id,
	    .valid = found->valid,
	    .source = intent->source,
	    .rule = intent->rule,
	    .made_at = clock,
	    .restored = strcmp(intent->cause, cause_word(CAUSE_REMOVED_BY_HAND)) == 0,
	    .live = true};
	store_ledger_put(store, &entry, NULL);
}

static bool
settle_one(struct store *store, const struct evidence *evidence, const struct journal_open *open,
    instant now, instant clock, GError **error)
{
	const struct journal_intent *intent = &open->intent;
	struct goal goal = {.action = action_of_word(intent->action),
	    .email = intent->email,
	    .user_id = intent->user_id,
	    .group_id = intent->group_id,
	    .have_id = intent->have_id,
	    .want = intent->want};
	const struct kisi_assignment *found;
	bool met = evidence_met(evidence, &goal, now, &found);
	store_begin(store);
	settle_ledger(store, intent, met, found, clock);
	store_outcome(store, open->id, met ? OUTCOME_DONE : OUTCOME_FAILED,
	    met ? "read back as wanted" : "read back, and not as wanted", clock, NULL);
	return store_commit(store, error);
}

bool
apply_settle(struct store *store, const struct snapshot *snapshot, const struct config *config,
    instant now, instant clock, GError **error)
{
	GPtrArray *open = store_open_intents(store, error);
	if (open == NULL)
		return false;
	struct evidence *evidence = evidence_new(snapshot, config);
	bool good = true;
	for (guint i = 0; i < open->len && good; i++)
		good = settle_one(store, evidence, g_ptr_array_index(open, i), now, clock, error);
	evidence_free(evidence);
	g_ptr_array_unref(open);
	return good;
}

void
apply_prove(struct apply_result *result, const struct plan *plan, const struct snapshot *snapshot,
    const struct config *config)
{
	struct evidence *evidence = evidence_new(snapshot, config);
	for (guint i = 0; i < plan->changes->len; i++) {
		const struct change *change = g_ptr_array_index(plan->changes, i);
		struct change_outcome *outcome = &result->outcomes[i];
		const struct kisi_assignment *found;
		struct goal goal = {.action = change_action(change, plan->as_of),
		    .email = change->email,
		    .user_id = change->user_id,
		    .group_id = change->group_id,
		    .have_id = change->have_id,
		    .want = change->want};
		if (outcome->outcome == OUTCOME_PENDING)
			continue;
		bool met = evidence_met(evidence, &goal, plan->as_of, &found);
		outcome->outcome = met ? OUTCOME_DONE : OUTCOME_FAILED;
		if (met)
			outcome->text = NULL;
		else if (outcome->text == NULL)
			outcome->text = "Kisi answered success, but does not show the change";
	}
	evidence_free(evidence);
}
