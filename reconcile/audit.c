/* The auditor's view.  Nothing here decides about changes. */
#include "reconcile/audit.h"

#include "base/zone.h"
#include "reconcile/cause.h"
#include "reconcile/findings.h"
#include "reconcile/loss.h"
#include "reconcile/passes.h"

#include <string.h>

/* Ids longer than this (a UUID, two of them) tell a reader nothing that file and row do not tell better. */
#define ID_SHOWN 24

/* `booking 17 (bookings.csv:12)`. */
char *
audit_record(const struct world *world, uint32_t number)
{
	const struct raw_reason *reason = &g_array_index(
	    world->entitled->reasons, struct raw_reason, number);
	const char *id = intern_text(world->entitled->texts, reason->record);
	bool shown = id != NULL && g_utf8_strlen(id, -1) <= ID_SHOWN;
	return g_strdup_printf("%s%s%s (%s:%u)", record_kind_word(reason->kind), shown ? " " : "",
	    shown ? id : "", world_file(world, reason), reason->row);
}

/* ---- orphans ---- */

/* Is the person entitled to anything at all, elsewhere? */
static bool
has_other_windows(const struct world *world, uint32_t person)
{
	for (guint i = 0; i < world->groups->managed->len; i++) {
		const struct managed_group *group = &g_array_index(
		    world->groups->managed, struct managed_group, i);
		const struct slot *slot = world_slot(world, person, group->id);
		if (world_next_window(world, slot) != NULL)
			return true;
	}
	return false;
}

static const char *
explained_why(struct world *world, const struct account *account)
{
	static const char *const words[CAUSE_COUNT] = {[CAUSE_ENDED] = "ended",
	    [CAUSE_EXPIRED] = "ran out",
	    [CAUSE_CANCELLED] = "was cancelled",
	    [CAUSE_FROZEN] = "is frozen"};
	g_autofree char *record = audit_record(world, account->reason);
	char until[ZONE_TEXT];
	/* A membership may be called expired by a row that names no day. */
	bool dated = (account->cause == CAUSE_ENDED || account->cause == CAUSE_EXPIRED) &&
		     account->span.until != INSTANT_NEVER;
	const char *word = words[account->cause] != NULL ? words[account->cause]
							 : cause_word(account->cause);
	return plan_printf(world->plan, "%s %s%s%s", record, word, dated ? ": " : "",
	    dated ? zone_format(zone_get(world->groups->zone), account->span.until, until) : "");
}

const char *
audit_nothing(struct world *world, uint32_t person, const struct piece *piece)
{
	static const char *const words[CAUSE_COUNT] = {
	    [CAUSE_ROW_VANISHED] = "its row is no longer in the export",
	    [CAUSE_ABSENT] = "its row is no longer in the export",
	    [CAUSE_RULE_REMOVED] = "the rule that gave it was removed",
	    [CAUSE_HAND_EDITED] = "given by this program, dates changed by hand since",
	    [CAUSE_MOVED] = "its row says something else now",
	    [CAUSE_ENDED] = "what it was given for has ended"};
	struct entitled_person who = world_person(world, person);
	enum cause cause = piece != NULL ? piece->account.cause : CAUSE_COUNT;
	if (cause == CAUSE_BLOCKED || cause == CAUSE_DELETED)
		return plan_printf(world->plan, "%s: %s", cause_word(cause),
		    who.blocked_why != NULL ? who.blocked_why : "");
	if (piece != NULL && piece->account.reason != INTERN_NONE)
		return explained_why(world, &piece->account);
	if (cause != CAUSE_COUNT && words[cause] != NULL)
		return words[cause];
	if (!who.known)
		return "is in none of the exports";
	return has_other_windows(world, person)
		   ? "has a membership or booking, but not for this group"
		   : "is listed, but has no booking or plan";
}

static GHashTable *
removals_by_assignment(const struct plan *plan)
{
	GHashTable *by_id = g_hash_table_new(g_int64_hash, g_int64_equal);
	const GPtrArray *const lists[] = {plan->changes, plan->held};
	for (size_t l = 0; l < G_N_ELEMENTS(lists); l++) {
		for (guint i = 0; i < lists[l]->len; i++) {
			struct change *change = g_ptr_array_index(lists[l], i);
			if (change->have_id != 0 && !change->wanted)
				g_hash_table_insert(by_id, &change->have_id, change);
		}
	}
	return by_id;
}

static void
add_orphan(struct world *world, const struct holding *holding, const struct piece *piece,
    const struct change *change)
{
	struct plan *plan = world->plan;
	struct orphan *orphan = g_new0(struct orphan, 1);
	*orphan = (struct orphan){.email = world_email(world, holding->person),
	    .name = plan_text(plan, holding->user->name),
	    .user_id = holding->user->id,
	    .group_id = holding->group_id,
	    .group = plan_text(plan, groups_managed(world->groups, holding->group_id)->name),
	    .assignment_id = holding->assignment->id,
	    .valid = holding->assignment->valid,
	    .why = audit_nothing(world, holding->person, piece),
	    .change_id = change != NULL ? plan_text(plan, change->id) : NULL,
	    .held = change != NULL ? change->held : GUARD_NONE};
	orphan->email = plan_text(plan, orphan->email);
	g_ptr_array_add(plan->orphans, orphan);
	finding_add(plan, FINDING_ORPHAN, orphan->email, orphan->group, NULL,
	    "has access, but no booking or membership supports it: %s", orphan->why);
}

static int
compare_orphans(gconstpointer p, gconstpointer q)
{
	const struct orphan *a = *(struct orphan *const *)p, *b = *(struct orphan *const *)q;
	int order = strcmp(a->email, b->email);
	return order != 0 ? order : strcmp(a->group, b->group);
}

/* The losses of slots by their assignments: int64_t -> struct loss. */
static GHashTable *
losses_by_assignment(const struct losses *losses)
{
	GHashTable *by_id = g_hash_table_new(g_int64_hash, g_int64_equal);
	for (guint i = 0; i < losses->list->len; i++) {
		struct loss *loss = &g_array_index(losses->list, struct loss, i);
		if (loss->have != NULL)
			g_hash_table_insert(by_id, (gpointer)&loss->have->assignment->id, loss);
	}
	return by_id;
}

struct losses *
audit_left_alone(struct world *world)
{
	struct losses *scratch = losses_new();
	GHashTable *known = losses_by_assignment(world->losses);
	for (guint i = 0; i < world->holdings->len; i++) {
		const struct holding *holding = &g_array_index(world->holdings, struct holding, i);
		struct loss loss = {.person = holding->person,
		    .email = world_email(world, holding->person),
		    .door_id = holding->group_id,
		    .group = groups_managed(world->groups, holding->group_id),
		    .slot = world_slot(world, holding->person, holding->group_id),
		    .have = holding};
		if (!g_hash_table_contains(known, &holding->assignment->id) &&
		    world_next_window(world, loss.slot) == NULL)
			losses_add(world, scratch, &loss);
	}
	g_hash_table_unref(known);
	return scratch;
}

/* Where nobody can know, nobody is called an orphan; and nobody who is out of scope. */
static void
audit_orphans_in(
    struct world *world, const struct losses *losses, GHashTable *by_id, GHashTable *removals)
{
	for (guint i = 0; i < world->holdings->len; i++) {
		const struct holding *holding = &g_array_index(world->holdings, struct holding, i);
		const struct loss *loss = g_hash_table_lookup(by_id, &holding->assignment->id);
		const struct piece *piece = loss != NULL ? loss_telling(losses, loss) : NULL;
		const struct slot *slot = world_slot(world, holding->person, holding->group_id);
		if (piece == NULL || piece->account.standing == STANDING_KEPT ||
		    world_protected(world, holding->person) ||
		    world_next_window(world, slot) != NULL)
			continue;
		add_orphan(
		    world, holding, piece, g_hash_table_lookup(removals, &holding->assignment->id));
	}
}

void
audit_orphans(struct world *world, const struct losses *alone)
{
	GHashTable *removals = removals_by_assignment(world->plan);
	GHashTable *by_id = losses_by_assignment(world->losses);
	GHashTable *alone_by_id = losses_by_assignment(alone);
	audit_orphans_in(world, world->losses, by_id, removals);
	audit_orphans_in(world, alone, alone_by_id, removals);
	g_ptr_array_sort(world->plan->orphans, compare_orphans);
	g_hash_table_unref(alone_by_id);
	g_hash_table_unref(by_id);
	g_hash_table_unref(removals);
}

/* ---- missing groups ---- */

static int
compare_hits(gconstpointer p, gconstpointer q)
{
	const struct missing_hit *a = *(struct missing_hit *const *)p,
				 *b = *(struct missing_hit *const *)q;
	if (a->next.from != b->next.from)
		return a->next.from < b->next.from ? -1 : 1;
	return strcmp(a->email, b->email);
}

/* Of two that begin together the longer one, whichever row comes first. */
static bool
is_sooner(struct interval a, struct interval b)
{
	return a.from < b.from || (a.from == b.from && a.until > b.until);
}

/* Keep for each person the earliest window that is not past. */
static void
add_hit(struct world *world, GHashTable *hits, struct missing_group *missing,
    const struct raw_window *window)
{
	char *key = g_strdup_printf("%u\n%s", window->person, missing->group);
	struct missing_hit *hit = g_hash_table_lookup(hits, key);
	if (hit == NULL) {
		hit = g_new0(struct missing_hit, 1);
		hit->email = plan_text(world->plan, world_email(world, window->person));
		hit->next = window->span;
		g_ptr_array_add(missing->hit, hit);
		g_hash_table_insert(hits, key, hit);
		return;
	}
	if (is_sooner(window->span, hit->next))
		hit->next = window->span;
	g_free(key);
}

void
audit_missing_groups(struct world *world)
{
	if (world->plan->missing_groups->len == 0)
		return;
	GHashTable *hits = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	/* Asked once for each reference: there may be thousands, and of windows a million. */
	g_autofree struct missing_group **of_ref = g_new0(
	    struct missing_group *, world->entitled->refs->len + 1);
	for (guint i = 0; i < world->entitled->refs->len; i++)
		of_ref[i] = world_missing(world, i);
	for (guint i = 0; i < world->entitled->windows->len; i++) {
		const struct raw_window *window = &g_array_index(
		    world->entitled->windows, struct raw_window, i);
		if (of_ref[window->ref] != NULL && window->span.until > world->now)
			add_hit(world, hits, of_ref[window->ref], window);
	}
	for (guint i = 0; i < world->plan->missing_groups->len; i++) {
		struct missing_group *missing = g_ptr_array_index(world->plan->missing_groups, i);
		g_ptr_array_sort(missing->hit, compare_hits);
	}
	g_hash_table_unref(hits);
}

/* ---- blocked people, locks ---- */

/* The group as Kisi calls it, where it can be found; else as rule or data call it. */
static const char *
group_name(const struct world *world, uint32_t ref)
{
	const struct managed_group *group = groups_managed(
	    world->groups, g_array_index(world->groups->of_ref, int64_t, ref));
	return group != NULL ? group->name
			     : g_array_index(world->entitled->refs, struct door_ref, ref).text;
}

void
audit_blocked(struct world *world)
{
	for (guint i = 0; i < world->entitled->blocked_windows->len; i++) {
		const struct raw_window *window = &g_array_index(
		    world->entitled->blocked_windows, struct raw_window, i);
		if (window->span.until <= world->now)
			continue;
		struct entitled_person who = world_person(world, window->person);
		finding_add(world->plan, FINDING_BLOCKED_BUT_BOOKED,
		    world_email(world, window->person), group_name(world, window->ref), NULL,
		    "has a booking or membership and gets no access: %s", who.blocked_why);
	}
}

/* Does a run take this access away? */
static bool
is_taken(const struct world *world, const struct access_now *access)
{
	const GPtrArray *const lists[] = {world->plan->changes, world->plan->held};
	for (size_t l = 0; l < G_N_ELEMENTS(lists); l++) {
		for (guint i = 0; i < lists[l]->len; i++) {
			const struct change *change = g_ptr_array_index(lists[l], i);
			if (change->object == OBJECT_LINK && !change->wanted &&
			    change->group_id == access->group_id &&
			    strcmp(change->email, access->email) == 0 &&
			    strcmp(access->via, "access link") == 0)
				return true;
		}
	}
	const struct managed_group *group = groups_managed(world->groups, access->group_id);
	return group != NULL && group->exclusive != EXCLUSIVE_NO &&
	       strcmp(access->via, "assignment") == 0;
}

void
audit_blocked_elsewhere(struct world *world)
{
	for (guint i = 0; i < world->plan->access->len; i++) {
		const struct access_now *access = g_ptr_array_index(world->plan->access, i);
		uint32_t person = intern_find(world->entitled->people, access->email);
		struct entitled_person who = {0};
		if (person != INTERN_NONE)
			who = world_person(world, person);
		if ((!who.blocked && !who.deleted) || is_taken(world, access))
			continue;
		finding_add(world->plan, FINDING_BLOCKED_ELSEWHERE, access->email, access->group,
		    access->via,
		    "is still in there in Kisi (%s), and no run takes that away, though: %s. Take "
		    "it away in Kisi",
		    access->via, who.blocked_why);
	}
}

static const struct kisi_lock *
restricted_lock(const struct snapshot *snapshot, int64_t lock_id)
{
	for (guint i = 0; i < snapshot->locks->len; i++) {
		const struct kisi_lock *lock = &g_array_index(snapshot->locks, struct kisi_lock, i);
		if (lock->id == lock_id && lock->restrictions != 0)
			return lock;
	}
	return NULL;
}

void
audit_locks(struct world *world)
{
	const struct snapshot *snapshot = world->snapshot;
	for (guint i = 0; i < snapshot->group_locks->len; i++) {
		const struct kisi_group_lock *relation = &g_array_index(
		    snapshot->group_locks, struct kisi_group_lock, i);
		const struct managed_group *group = groups_managed(
		    world->groups, relation->group_id);
		const struct kisi_lock *lock = restricted_lock(snapshot, relation->lock_id);
		if (group == NULL || lock == NULL)
			continue;
		char *which = snapshot_restrictions(lock->restrictions);
		finding_add(world->plan, FINDING_RESTRICTED_LOCK, NULL, group->name, lock->name,
		    "lock \"%s\" has a restriction in Kisi (%s) that can keep people with "
		    "access from opening it",
		    lock->name, which);
		g_free(which);
	}
}
