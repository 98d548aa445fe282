/*
 * May this be taken?  Each guard holds pieces of losses and says why; all of them run.  What is given is no matter of
 * theirs (reconcile/guard_gains.c), the limits are in reconcile/guard_limits.c.
 */
#include "reconcile/guard_run.h"

#include "base/text.h"
#include "model/doubts.h"
#include "reconcile/mismatch.h"
#include "reconcile/rules.h"

#include <string.h>

static bool
is_unexplained(const struct piece *piece)
{
	return piece->account.standing == STANDING_UNEXPLAINED;
}

static bool
is_barred(const struct piece *piece)
{
	return piece->account.cause == CAUSE_BLOCKED || piece->account.cause == CAUSE_DELETED;
}

/* ---- what cannot be known ---- */

/* Pieces of which nobody can know are held from the start; here it is only said by whom. */
static void
say_kept(struct guard_run *run, enum guard guard, const char *scope, bool tripped, char *text,
    const char *hint)
{
	g_autoptr(GPtrArray) held = guard_held(run, guard, scope);
	guard_conclude(
	    run, guard, scope, tripped || held->len > 0, held->len, -1, held, text, hint);
}

static void
guard_sources(struct guard_run *run)
{
	for (guint i = 0; i < run->facts->imports->len; i++) {
		const char *name = run->world->policies[i].name;
		if (run->facts->refused[i])
			say_kept(run, GUARD_REFUSED_SOURCE, name, true,
			    g_strdup_printf("source %s is refused, so nothing is taken that it may "
					    "have given",
				name),
			    run->facts->accept[i]);
		else if (run->facts->doubted[i])
			say_kept(run, GUARD_DOUBTFUL_SOURCE, name, true,
			    g_strdup_printf(
				"source %s is in doubt: it gives as always, and nothing "
				"is taken that it gave",
				name),
			    run->facts->accept[i]);
	}
	say_kept(run, GUARD_REJECTED_ROW, NULL, false,
	    g_strdup("access whose row is there but was rejected"), NULL);
}

/* ---- scope, the kill switch, the clock ---- */

static bool
is_outside(const struct guard_run *run, const struct loss *loss, const struct piece *piece,
    gconstpointer about)
{
	const struct guard_facts *facts = run->facts;
	return (facts->only_person != NULL && strcmp(loss->email, facts->only_person) != 0) ||
	       (facts->only_group != NULL &&
		   (loss->object == OBJECT_SCHEDULE ||
		       world_group_of(run->world, facts->only_group) != loss->door_id));
}

static void
guard_scope(struct guard_run *run)
{
	if (run->facts->only_person == NULL && run->facts->only_group == NULL)
		return;
	g_autoptr(GPtrArray) held = guard_hold_pieces(run, GUARD_SCOPE, NULL, is_outside, NULL);
	guard_conclude(run, GUARD_SCOPE, NULL, held->len > 0, held->len, -1, held,
	    g_strdup("this run is limited to one person or group; changes outside it wait"), NULL);
}

static bool
is_any(const struct guard_run *run, const struct loss *loss, const struct piece *piece,
    gconstpointer about)
{
	return true;
}

static void
guard_hold(struct guard_run *run)
{
	const char *reason = run->facts->hold;
	if (reason == NULL) {
		guard_conclude(
		    run, GUARD_HOLD, NULL, false, 0, -1, NULL, g_strdup("no hold file"), NULL);
		return;
	}
	g_autoptr(GPtrArray) held = guard_hold_pieces(run, GUARD_HOLD, NULL, is_any, NULL);
	g_autofree char *file = g_path_get_basename(run->world->config->guards.hold_file);
	g_autofree char *path = text_shell(run->world->config->guards.hold_file);
	g_autofree char *hint = g_strdup_printf(
	    "when removals may go on, delete the file: rm %s", path);
	guard_conclude(run, GUARD_HOLD, NULL, true, held->len, -1, held,
	    g_strdup_printf("while the file \"%s\" is there nothing is removed: %s", file,
		*reason != '\0' ? reason : "it gives no reason"),
	    hint);
}

/* ---- look-alikes ---- */

/* The users that may be somebody whom a source names under another address: set of person + 1; of some by their id. */
static GHashTable *
lookalikes(const struct guard_run *run, bool by_id)
{
	GHashTable *people = g_hash_table_new(NULL, NULL);
	for (guint i = 0; i < run->plan->mismatches->len; i++) {
		const struct mismatch *mismatch = g_ptr_array_index(run->plan->mismatches, i);
		const struct kisi_user *user = snapshot_user(
		    run->world->snapshot, mismatch->user_id);
		if (mismatch->score >= MISMATCH_HOLD && (mismatch->by_id || !by_id))
			g_hash_table_add(
			    people, GUINT_TO_POINTER(world_person_of(run->world, user) + 1));
	}
	return people;
}

/* What a record takes it takes from whoever they are. */
static bool
is_lookalike(const struct guard_run *run, const struct loss *loss, const struct piece *piece,
    gconstpointer about)
{
	return is_unexplained(piece) &&
	       g_hash_table_contains((GHashTable *)about, GUINT_TO_POINTER(loss->person + 1));
}

/*
 * A person whose address has changed has not handed anything to somebody else.  But a user whom this program made under an
 * address that the same record has corrected is nobody.
 */
static bool
is_moved_along(const struct guard_run *run, const struct loss *loss, const struct piece *piece,
    gconstpointer about)
{
	return piece->account.cause == CAUSE_MOVED &&
	       history_recall(run->world->history, "made", loss->email) == NULL &&
	       g_hash_table_contains((GHashTable *)about, GUINT_TO_POINTER(loss->person + 1));
}

static void
guard_mismatch(struct guard_run *run)
{
	g_autoptr(GHashTable) people = lookalikes(run, false), by_id = lookalikes(run, true);
	g_ptr_array_unref(guard_hold_pieces(run, GUARD_EMAIL_MISMATCH, NULL, is_lookalike, people));
	g_ptr_array_unref(
	    guard_hold_pieces(run, GUARD_EMAIL_MISMATCH, NULL, is_moved_along, by_id));
	say_kept(run, GUARD_EMAIL_MISMATCH, NULL, false,
	    g_strdup("people who may be in Kisi under another address"), NULL);
}

/* ---- what Kisi says and nobody understands ---- */

static bool
is_not_understood(const struct guard_run *run, const struct loss *loss, const struct piece *piece,
    gconstpointer about)
{
	const struct snapshot *snapshot = run->world->snapshot;
	return loss->object == OBJECT_SCHEDULE ? snapshot_doubts_lock(snapshot, loss->door_id)
					       : snapshot_doubts_group(snapshot, loss->door_id);
}

static void
guard_not_understood(struct guard_run *run)
{
	guint doubts = run->world->snapshot->doubts->len;
	if (doubts == 0)
		return;
	g_autoptr(GPtrArray)
	    held = guard_hold_pieces(run, GUARD_NOT_UNDERSTOOD, NULL, is_not_understood, NULL);
	guard_conclude(run, GUARD_NOT_UNDERSTOOD, NULL, held->len > 0, held->len, -1, held,
	    g_strdup_printf("Kisi shows %u thing%s that this version does not understand; nobody "
			    "loses access to the doors concerned",
		doubts, doubts == 1 ? "" : "s"),
	    NULL);
}

/* ---- groups and rules ---- */

static bool
is_doubted(const struct guard_run *run, const struct loss *loss, const struct piece *piece,
    gconstpointer about)
{
	return loss->object != OBJECT_SCHEDULE && !is_barred(piece) &&
	       groups_doubted(run->world->groups, loss->door_id);
}

static void
guard_ambiguous(struct guard_run *run)
{
	g_autoptr(GPtrArray)
	    held = guard_hold_pieces(run, GUARD_AMBIGUOUS_GROUP, NULL, is_doubted, NULL);
	guard_conclude(run, GUARD_AMBIGUOUS_GROUP, NULL, held->len > 0, held->len, -1, held,
	    g_strdup("groups that share a name which a rule or the data uses"), NULL);
}

/* The names of the rules whose group or lock was not found. */
static GHashTable *
rules_without_door(const struct world *world)
{
	GHashTable *rules = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; i < world->config->rules->len; i++) {
		const struct rule *rule = g_ptr_array_index(world->config->rules, i);
		uint32_t ref = g_array_index(world->entitled->ref_of_rule, uint32_t, i);
		if (world_missing(world, ref) != NULL)
			g_hash_table_add(rules, rule->name);
	}
	return rules;
}

/* Was it given by such a rule?  Then this is the group that its name led to, and another rule's as well. */
static bool
may_be_missing(const struct guard_run *run, const struct loss *loss, const struct piece *piece,
    gconstpointer about)
{
	const struct giver *giver = piece->account.giver;
	const char *rule = giver != NULL ? giver->rule : NULL;
	const struct ledger_entry *made = rule == NULL && loss->have != NULL
					      ? g_hash_table_lookup(
						    run->world->ledger, &loss->have->assignment->id)
					      : NULL;
	if (made != NULL)
		rule = made->rule;
	bool gone = is_unexplained(piece) || piece->account.cause == CAUSE_MOVED;
	return gone && rule != NULL && g_hash_table_contains((GHashTable *)about, rule);
}

static void
guard_missing(struct guard_run *run)
{
	g_autoptr(GHashTable) rules = rules_without_door(run->world);
	g_autoptr(GPtrArray)
	    held = guard_hold_pieces(run, GUARD_MISSING_GROUP, NULL, may_be_missing, rules);
	guard_conclude(run, GUARD_MISSING_GROUP, NULL, held->len > 0, held->len, -1, held,
	    g_strdup("access by a rule whose group or lock was not found"), NULL);
}

/* What is not as it was at the last apply: groups by their rules, and sources by how they are read. */
struct touched {
	GHashTable *groups;  /* set of int64_t; 0 stands for all passes */
	GHashTable *sources; /* set of names */
};

/* A name that two groups share touches both. */
static void
add_touched(
    const struct guard_run *run, struct touched *touched, const char *text, const char *door)
{
	if (rule_seen_is_source(text)) {
		g_hash_table_add(touched->sources, g_strdup(door));
		return;
	}
	if (rule_makes_passes(text)) {
		g_hash_table_add(touched->groups, g_new0(int64_t, 1));
		return;
	}
	g_autoptr(GArray) ids = groups_candidates(run->world->groups, run->world->snapshot, door);
	for (guint i = 0; i < ids->len; i++)
		g_hash_table_add(
		    touched->groups, g_memdup2(&g_array_index(ids, int64_t, i), sizeof(int64_t)));
	const char *known = history_recall(run->world->history, "door", door);
	int64_t id = 0;
	if (known != NULL && text_number(known, 1, INT64_MAX, &id))
		g_hash_table_add(touched->groups, g_memdup2(&id, sizeof id));
}

/* A source that was not there has given nothing. */
static bool
knew_source(const GArray *seen, const char *name)
{
	for (guint i = 0; i < seen->len; i++) {
		const struct rule_seen *rule = &g_array_index(seen, struct rule_seen, i);
		if (rule_seen_is_source(rule->text) && strcmp(rule->name, name) == 0)
			return true;
	}
	return false;
}

static void
find_touched(const struct guard_run *run, struct touched *touched)
{
	g_autoptr(GHashTable) former = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GHashTable) now = g_hash_table_new(g_str_hash, g_str_equal);
	const GArray *seen = run->world->history->rules;
	g_autoptr(GArray) rules = rules_seen_now(run->world->config, run->world->policies);
	for (guint i = 0; i < seen->len; i++)
		g_hash_table_add(former, (gpointer)g_array_index(seen, struct rule_seen, i).text);
	for (guint i = 0; i < rules->len; i++) {
		const struct rule_seen *rule = &g_array_index(rules, struct rule_seen, i);
		g_hash_table_add(now, (gpointer)rule->text);
		bool known = g_hash_table_contains(former, rule->text) ||
			     (rule_seen_is_source(rule->text) && !knew_source(seen, rule->name));
		if (!known)
			add_touched(run, touched, rule->text, rule->group);
	}
	for (guint i = 0; i < seen->len; i++) {
		const struct rule_seen *rule = &g_array_index(seen, struct rule_seen, i);
		if (!g_hash_table_contains(now, rule->text))
			add_touched(run, touched, rule->text, rule->group);
	}
}

static bool
is_touched(const struct guard_run *run, const struct loss *loss, const struct piece *piece,
    gconstpointer about)
{
	const struct touched *touched = about;
	const struct giver *giver = piece->account.giver;
	const int64_t door = loss->object == OBJECT_ASSIGNMENT ? loss->door_id : 0;
	return is_unexplained(piece) &&
	       (g_hash_table_contains(touched->groups, &door) ||
		   (giver != NULL && giver->source != NULL &&
		       g_hash_table_contains(touched->sources, giver->source)));
}

static bool
is_unexplained_piece(const struct guard_run *run, const struct loss *loss,
    const struct piece *piece, gconstpointer about)
{
	return is_unexplained(piece);
}

/* What was given since the backup was made looks as if somebody had given it by hand. */
static void
guard_restored(struct guard_run *run)
{
	if (run->facts->restored == NULL || run->world->history->fresh)
		return;
	g_autoptr(GPtrArray)
	    held = guard_hold_pieces(run, GUARD_RESTORED, NULL, is_unexplained_piece, NULL);
	guard_conclude(run, GUARD_RESTORED, NULL, true, held->len, -1, held,
	    g_strdup_printf("the state was restored from a backup: %s; its first run only observes "
			    "removals that no booking or membership explains",
		run->facts->restored),
	    NULL);
}

static void
guard_rules_changed(struct guard_run *run)
{
	/* A fresh state is not a rule change: nothing was applied that could have been meant otherwise. */
	if (run->world->history->fresh || run->world->history->rules->len == 0) {
		guard_conclude(run, GUARD_RULES_CHANGED, NULL, false, 0, -1, NULL,
		    g_strdup("nothing was applied before"), NULL)
		    ->not_judged = true;
		return;
	}
	struct touched touched = {g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL),
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL)};
	find_touched(run, &touched);
	g_autoptr(GPtrArray)
	    held = guard_hold_pieces(run, GUARD_RULES_CHANGED, NULL, is_touched, &touched);
	guint groups = g_hash_table_size(touched.groups),
	      sources = g_hash_table_size(touched.sources);
	guard_conclude(run, GUARD_RULES_CHANGED, NULL, held->len > 0, held->len, -1, held,
	    sources > 0
		? g_strdup_printf("rules of %u groups and the reading of %u sources changed "
				  "since the last apply; its first run only observes "
				  "removals there",
		      groups, sources)
		: g_strdup_printf("rules of %u groups changed since the last apply; its "
				  "first run only observes removals there",
		      groups),
	    NULL);
	g_hash_table_unref(touched.groups);
	g_hash_table_unref(touched.sources);
}

/* In this order: what an earlier one holds does not count against the limits. */
static void (*const loss_guards[])(struct guard_run *run) = {
    guard_scope,
    guard_hold,
    guard_sources,
    guard_not_understood,
    guard_mismatch,
    guard_ambiguous,
    guard_missing,
    guard_restored,
    guard_rules_changed,
    guard_limits,
};

void
guard_losses(struct world *world, const struct guard_facts *facts)
{
	struct guard_run run = {
	    .world = world, .facts = facts, .plan = world->plan, .losses = world->losses};
	for (size_t i = 0; i < G_N_ELEMENTS(loss_guards); i++)
		loss_guards[i](&run);
}
