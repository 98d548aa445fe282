/*
 * What became of a change is what Kisi shows afterwards.  An answer of success that did nothing and a lost answer to
 * a write that took are both told apart from the truth here, and nowhere else.
 */
#include "apply/settle.h"

#include "apply/apply.h"
#include "kisi/access.h"
#include "model/doubts.h"
#include "reconcile/slots.h"

#include <string.h>

struct slot_key {
	int64_t user_id, group_id;
};

/* Ids of assignments, links and schedules are different spaces. */
struct evidence {
	const struct config *config;
	const struct snapshot *snapshot;
	GHashTable *slots;     /* struct slot_key -> struct kisi_assignment */
	GHashTable *ids;       /* assignment id -> itself */
	GHashTable *links;     /* likewise */
	GHashTable *schedules; /* likewise */
	GHashTable *people;    /* canonical address -> struct kisi_user */
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

/* Every element begins with its int64_t id. */
static GHashTable *
ids_of(const GArray *array)
{
	GHashTable *ids = g_hash_table_new(g_int64_hash, g_int64_equal);
	guint size = g_array_get_element_size((GArray *)array);
	for (guint i = 0; i < array->len; i++)
		g_hash_table_add(ids, array->data + (size_t)i * size);
	return ids;
}

struct evidence *
evidence_new(const struct snapshot *snapshot, const struct config *config)
{
	struct evidence *evidence = g_new0(struct evidence, 1);
	evidence->config = config;
	evidence->snapshot = snapshot;
	evidence->slots = g_hash_table_new_full(slot_key_hash, slot_key_equal, g_free, NULL);
	evidence->ids = ids_of(snapshot->assignments);
	evidence->links = ids_of(snapshot->links);
	evidence->schedules = ids_of(snapshot->schedules);
	evidence->people = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; i < snapshot->assignments->len; i++) {
		struct kisi_assignment *one = &g_array_index(
		    snapshot->assignments, struct kisi_assignment, i);
		if (one->applies_to != APPLIES_TO_GROUP || one->assignee != ASSIGNEE_USER ||
		    strcmp(one->role_id, ROLE_GROUP_BASIC) != 0)
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
	g_hash_table_unref(evidence->links);
	g_hash_table_unref(evidence->schedules);
	g_hash_table_unref(evidence->people);
	g_free(evidence);
}

static int64_t
user_of(const struct evidence *evidence, const struct goal *goal)
{
	const struct kisi_user *user = g_hash_table_lookup(evidence->people, goal->email);
	return goal->user_id != 0 ? goal->user_id : user != NULL ? user->id : 0;
}

static struct found
find_assignment(const struct evidence *evidence, const struct goal *goal)
{
	struct slot_key key = {user_of(evidence, goal), goal->group_id};
	const struct kisi_assignment *one = key.user_id != 0
						? g_hash_table_lookup(evidence->slots, &key)
						: NULL;
	return one != NULL ? (struct found){one->id, one->assignee_id, one->valid}
			   : (struct found){0};
}

static struct found
find_link(const struct evidence *evidence, const struct goal *goal)
{
	const GArray *links = evidence->snapshot->links;
	for (guint i = 0; i < links->len; i++) {
		const struct kisi_link *one = &g_array_index(links, struct kisi_link, i);
		if (kisi_is_link(one, goal->label, goal->email, goal->group_id, goal->want))
			return (struct found){one->id, 0, one->valid};
	}
	return (struct found){0};
}

static struct found
find_schedule(const struct evidence *evidence, const struct goal *goal)
{
	const GArray *schedules = evidence->snapshot->schedules;
	for (guint i = 0; i < schedules->len; i++) {
		const struct kisi_schedule *one = &g_array_index(
		    schedules, struct kisi_schedule, i);
		if (kisi_is_schedule(one, goal->label, goal->lock_id, goal->want))
			return (struct found){one->id, 0, one->span};
	}
	return (struct found){0};
}

bool
evidence_met(
    const struct evidence *evidence, const struct goal *goal, instant now, struct found *found)
{
	*found = (struct found){0};
	switch (goal->action) {
	case ACTION_CREATE_LINK:
		*found = find_link(evidence, goal);
		return found->id != 0;
	case ACTION_CREATE_SCHEDULE:
		*found = find_schedule(evidence, goal);
		return found->id != 0;
	case ACTION_DELETE_LINK:
		return !g_hash_table_contains(evidence->links, &goal->have_id);
	case ACTION_DELETE_SCHEDULE:
		return !g_hash_table_contains(evidence->schedules, &goal->have_id);
	case ACTION_CREATE_USER:
		return g_hash_table_contains(evidence->people, goal->email);
	default:
		break;
	}
	*found = find_assignment(evidence, goal);
	if (goal->action == ACTION_GRANT || goal->action == ACTION_ADJUST)
		return found->id != 0 && interval_equal_in_effect(found->valid, goal->want, now);
	return !g_hash_table_contains(evidence->ids, &goal->have_id);
}

bool
evidence_doubted(const struct evidence *evidence, const struct goal *goal)
{
	const struct snapshot *snapshot = evidence->snapshot;
	enum object object = action_object(goal->action);
	enum snapshot_count kind = object == OBJECT_LINK       ? COUNT_LINKS
				   : object == OBJECT_SCHEDULE ? COUNT_SCHEDULES
							       : COUNT_ASSIGNMENTS;
	if (snapshot->doubts->len == 0 || object == OBJECT_USER)
		return false;
	if (goal->have_id != 0 && snapshot_doubts_id(snapshot, kind, goal->have_id))
		return true;
	if (object != OBJECT_ASSIGNMENT)
		return snapshot_doubts_label(snapshot, kind, goal->label);
	return snapshot_doubts_slot(snapshot, user_of(evidence, goal), goal->group_id);
}

/* ---- open intents ---- */

static bool
restored(const struct journal_intent *intent)
{
	return strcmp(intent->cause, cause_word(CAUSE_REMOVED_BY_HAND)) == 0;
}

static struct goal
goal_of(const struct journal_intent *intent)
{
	enum action action = action_of_word(intent->action);
	/* This program wrote it into the journal: a newer one's database is not opened. */
	g_assert(action < ACTION_COUNT);
	return (struct goal){.action = action,
	    .email = intent->email,
	    .user_id = intent->user_id,
	    .group_id = intent->group_id,
	    .lock_id = intent->lock_id,
	    .label = intent->label,
	    .have_id = intent->have_id,
	    .want = intent->want};
}

bool
evidence_outside(const struct evidence *evidence, const struct journal_intent *intent, instant now)
{
	struct goal goal = goal_of(intent);
	return goal.action == ACTION_ADJUST && intent->have.until > now &&
	       !evidence_doubted(evidence, &goal) &&
	       !g_hash_table_contains(evidence->ids, &goal.have_id) &&
	       find_assignment(evidence, &goal).id == 0 &&
	       snapshot_user(evidence->snapshot, goal.user_id) != NULL &&
	       snapshot_group(evidence->snapshot, goal.group_id) != NULL;
}

/* The ledger says whose an assignment is: it follows what Kisi shows, whether or not the change took. */
static void
settle_ledger(struct store *store, const struct journal_intent *intent, bool met,
    const struct found *found, instant now, instant clock)
{
	bool put_back = !met && intent->wanted && found->id != 0 && intent->have_id != 0 &&
			found->valid.from == intent->have.from &&
			found->valid.until == intent->have.until;
	if (put_back && found->id != intent->have_id)
		store_ledger_follow(store, intent->have_id, found->id, now, NULL);
	if (intent->have_id != 0 && found->id != intent->have_id)
		store_ledger_gone(store, intent->have_id, clock, NULL);
	if (!met || !intent->wanted || found->id == 0)
		return;
	struct ledger_entry entry = {.assignment_id = found->id,
	    .email = intent->email,
	    .group_id = intent->group_id,
	    .valid = found->valid,
	    .source = intent->source,
	    .rule = intent->rule,
	    .made_at = now,
	    .restored = restored(intent),
	    .live = true};
	store_ledger_put(store, &entry, NULL);
	g_autofree char *user = g_strdup_printf("%" G_GINT64_FORMAT, found->user_id);
	store_remember(store, "user", user, intent->email, NULL);
}

static void
settle_pass(struct store *store, enum object object, const struct journal_intent *intent, bool met,
    const struct found *found, instant now, instant clock)
{
	if (met && !intent->wanted)
		store_pass_gone(store, object, intent->have_id, clock, NULL);
	if (!met || !intent->wanted)
		return;
	struct ledger_pass pass = {.object = object,
	    .id = found->id,
	    .label = intent->label,
	    .email = intent->email,
	    .door_id = object == OBJECT_LINK ? intent->group_id : intent->lock_id,
	    .valid = found->valid,
	    .source = intent->source,
	    .rule = intent->rule,
	    .made_at = now,
	    .restored = restored(intent),
	    .live = true};
	store_pass_put(store, &pass, NULL);
}

static bool
settle_one(struct store *store, const struct evidence *evidence, const struct journal_open *open,
    instant now, instant clock, GError **error)
{
	const struct journal_intent *intent = &open->intent;
	struct goal goal = goal_of(intent);
	struct found found;
	/* It stays open, so that the next run puts the old access back (apply/restore.c). */
	if (evidence_outside(evidence, intent, now))
		return true;
	/* Or until somebody can say. */
	if (evidence_doubted(evidence, &goal))
		return true;
	bool met = evidence_met(evidence, &goal, now, &found);
	enum object object = action_object(goal.action);
	store_begin(store);
	if (object == OBJECT_LINK || object == OBJECT_SCHEDULE)
		settle_pass(store, object, intent, met, &found, now, clock);
	else
		settle_ledger(store, intent, met, &found, now, clock);
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
		struct found found;
		struct goal goal = {.action = change_action(change, plan->as_of),
		    .email = change->email,
		    .user_id = change->user_id,
		    .group_id = change->group_id,
		    .lock_id = change->lock_id,
		    .label = change->label,
		    .have_id = change->have_id,
		    .want = change->want};
		/* Of the others nothing was sent. */
		if (outcome->outcome != OUTCOME_UNKNOWN)
			continue;
		if (evidence_doubted(evidence, &goal)) {
			outcome->text = "Kisi shows something there that this version does not "
					"understand";
			continue;
		}
		bool met = evidence_met(evidence, &goal, plan->as_of, &found);
		outcome->outcome = met ? OUTCOME_DONE : OUTCOME_FAILED;
		if (met)
			outcome->text = NULL;
		else if (outcome->text == NULL)
			outcome->text = "Kisi answered success, but does not show the change";
	}
	evidence_free(evidence);
}
