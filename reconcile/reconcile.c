/* Conducting the pure stages, and freezing their result in the order in which it is to be applied. */
#include "reconcile/reconcile.h"

#include "base/failure.h"
#include "reconcile/audit.h"
#include "reconcile/diff.h"
#include "reconcile/doubts.h"
#include "reconcile/findings.h"
#include "reconcile/matters.h"
#include "reconcile/mismatch.h"
#include "reconcile/passes.h"
#include "reconcile/remember.h"
#include "reconcile/revert.h"
#include "reconcile/why.h"

#include <string.h>

/* ---- the order of apply ---- */

enum rank {
	RANK_SOON,   /* who can stand at a door before the next run could act, soonest first */
	RANK_ENDING, /* access that must end before then */
	RANK_GIVING, /* later gains, soonest first */
	RANK_LATER,  /* access that lies in the future and is not deserved */
	RANK_CLEANUP,
};

struct order {
	instant now, horizon; /* the next run can act from horizon on */
	GHashTable *soon;     /* ids of the gains that begin before then */
};

/* A change that only takes is an ending, whatever it leaves. */
static enum rank
rank_of(const struct change *change, const struct order *order)
{
	bool gives = change->wanted &&
		     (change->have_id == 0 || change->object != OBJECT_ASSIGNMENT ||
			 change->want.until > change->have.until ||
			 MAX(change->want.from, order->now) < MAX(change->have.from, order->now));
	if (gives)
		return change->want.from < order->horizon ? RANK_SOON : RANK_GIVING;
	if (!change->wanted && !change_removes(change, order->now))
		return RANK_CLEANUP;
	/* What is replaced goes when the new one is there. */
	if (change->after != NULL && !g_hash_table_contains(order->soon, change->after))
		return RANK_LATER;
	return change->have.from < order->horizon ? RANK_ENDING : RANK_LATER;
}

static int
compare_changes(gconstpointer p, gconstpointer q, gpointer user)
{
	const struct change *a = *(struct change *const *)p, *b = *(struct change *const *)q;
	const struct order *by = user;
	enum rank rank_a = rank_of(a, by), rank_b = rank_of(b, by);
	if (rank_a != rank_b)
		return rank_a < rank_b ? -1 : 1;
	if ((rank_a == RANK_SOON || rank_a == RANK_GIVING) && a->want.from != b->want.from)
		return a->want.from < b->want.from ? -1 : 1;
	int order = strcmp(a->email, b->email);
	if (order == 0)
		order = g_strcmp0(change_door(a), change_door(b));
	if (order == 0)
		order = (a->group_id > b->group_id) - (a->group_id < b->group_id);
	return order != 0 ? order : strcmp(a->id, b->id);
}

/* Creations come right before the first change that needs the user, and are held when all of those are. */
static void
sort_changes(struct plan *plan, const struct config *config)
{
	g_autoptr(GHashTable) soon = g_hash_table_new(g_str_hash, g_str_equal);
	struct order order = {
	    plan->as_of, plan->as_of + config->schedule.run_every + config->schedule.slack, soon};
	GPtrArray *slots = g_ptr_array_new();
	GHashTable *creations = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; i < plan->changes->len; i++) {
		struct change *change = g_ptr_array_index(plan->changes, i);
		if (change->object == OBJECT_USER)
			g_hash_table_insert(creations, (gpointer)change->email, change);
		else
			g_ptr_array_add(slots, change);
		if (change->wanted && rank_of(change, &order) == RANK_SOON)
			g_hash_table_add(soon, change->id);
	}
	g_ptr_array_sort_with_data(slots, compare_changes, &order);
	g_ptr_array_set_free_func(plan->changes, NULL);
	g_ptr_array_set_size(plan->changes, 0);
	g_ptr_array_set_free_func(plan->changes, g_free);

	/* First those that go, so that a creation goes with the first of them. */
	for (int held = 0; held < 2; held++) {
		for (guint i = 0; i < slots->len; i++) {
			struct change *change = g_ptr_array_index(slots, i);
			if ((change->held != GUARD_NONE) != (held == 1))
				continue;
			GPtrArray *list = held ? plan->held : plan->changes;
			struct change *creation = change->user_id == 0
						      ? g_hash_table_lookup(
							    creations, change->email)
						      : NULL;
			if (creation != NULL) {
				creation->held = change->held;
				g_ptr_array_add(list, creation);
				g_hash_table_remove(creations, change->email);
			}
			g_ptr_array_add(list, change);
		}
	}
	g_hash_table_unref(creations);
	g_ptr_array_unref(slots);
}

/* ---- the plan as a whole ---- */

static int
compare_ids(gconstpointer p, gconstpointer q)
{
	return strcmp((*(struct change *const *)p)->id, (*(struct change *const *)q)->id);
}

/* Over the ids of all changes, whatever guards say: so an approval can name what is not yet approved. */
static void
identify_plan(struct plan *plan)
{
	GString *ids = g_string_new(NULL);
	g_ptr_array_sort(plan->changes, compare_ids);
	for (guint i = 0; i < plan->changes->len; i++)
		g_string_append(
		    ids, ((const struct change *)g_ptr_array_index(plan->changes, i))->id);
	plan_make_id(plan->id, "plan", ids->str, NULL);
	g_string_free(ids, TRUE);
}

/* Everybody who has access that is ours to change: by an assignment, by a link, or by a schedule made for them. */
static size_t
count_managed_people(const struct world *world)
{
	GHashTable *people = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; i < world->holdings->len; i++) {
		const struct holding *holding = &g_array_index(world->holdings, struct holding, i);
		if (holding->assignment->valid.until > world->now)
			g_hash_table_add(people, (gpointer)world_email(world, holding->person));
	}
	for (guint i = 0; i < world->passes->there->len; i++) {
		const struct pass *pass = &g_array_index(world->passes->there, struct pass, i);
		if (pass->span.until > world->now)
			g_hash_table_add(people,
			    (gpointer)(pass->object == OBJECT_LINK ? pass->email : pass->label));
	}
	size_t count = g_hash_table_size(people);
	g_hash_table_unref(people);
	return count;
}

/* A run limited to nobody would look like success. */
static bool
check_scope(const struct world *world, const struct guard_facts *facts, GError **error)
{
	if (facts->only_person != NULL &&
	    intern_find(world->entitled->people, facts->only_person) == INTERN_NONE)
		return fail(error, EXIT_BAD_USAGE, NULL,
		    "--only-person: neither a source nor Kisi knows %s", facts->only_person);
	if (facts->only_group != NULL && world_group_of(world, facts->only_group) == 0)
		return fail(error, EXIT_BAD_USAGE, NULL, "--only-group: Kisi has no group \"%s\"",
		    facts->only_group);
	return true;
}

bool
reconcile(const struct reconcile_input *input, struct plan *plan, GError **error)
{
	struct groups groups;
	struct slots slots;
	if (!groups_resolve(input->config, input->entitled, input->snapshot, input->history, plan,
		&groups, error))
		return false;
	slots_unite(input->entitled, &groups, &slots);
	slots_choose(&slots, input->config, input->entitled, &groups, plan->as_of, plan);

	struct world world = {.config = input->config,
	    .policies = input->policies,
	    .imports = input->facts->imports,
	    .givers = input->facts->givers,
	    .refused = input->facts->refused,
	    .doubted = input->facts->doubted,
	    .losses = losses_new(),
	    .entitled = input->entitled,
	    .groups = &groups,
	    .slots = &slots,
	    .snapshot = input->snapshot,
	    .history = input->history,
	    .own_user = input->facts->own_user,
	    .now = plan->as_of,
	    .plan = plan};
	world_prepare(&world);
	doubts_report(&world);
	struct passes *passes = passes_new(&world);
	world.passes = passes;
	plan->snapshot = snapshot_facts_of(input->snapshot);
	plan->zone = plan_text(plan, groups.zone);
	plan->managed_people = input->facts->before != NULL ? input->facts->before->managed_people
							    : count_managed_people(&world);

	if (!check_scope(&world, input->facts, error)) {
		passes_free(passes);
		losses_free(world.losses);
		world_done(&world);
		slots_done(&slots);
		groups_done(&groups);
		return false;
	}

	if (input->undo != NULL) {
		revert_diff(&world, input->undo);
	} else {
		diff(&world);
		passes_diff(&world);
	}
	identify_plan(plan);
	mismatch_find(&world);
	guard_losses(&world, input->facts);
	diff_settle(&world);
	diff_users(&world);
	guard_changes(&world, input->facts);
	passes_hold_followers(plan);
	if (input->baseline != NULL)
		remember(&world, input->baseline);
	sort_changes(plan, input->config);

	struct losses *alone = audit_left_alone(&world);
	audit_orphans(&world, alone);
	audit_access(&world, alone, input->facts->before != NULL ? input->facts->before : plan);
	audit_groups(&world);
	audit_missing_groups(&world);
	audit_blocked(&world);
	audit_blocked_elsewhere(&world);
	audit_locks(&world);
	passes_audit(&world);
	matters_find(&world, input->undo != NULL);
	findings_finish(plan, input->history);
	bool good = input->why == NULL || why_explain(&world, input->why, error);

	losses_free(alone);
	passes_free(passes);
	losses_free(world.losses);
	world_done(&world);
	slots_done(&slots);
	groups_done(&groups);
	return good;
}
