/* What links and schedules there are: those of others that no booking accounts for, and whom they let in now. */
#include "base/zone.h"
#include "reconcile/findings.h"
#include "reconcile/passes.h"

#include <string.h>

/* A link or schedule of somebody else. */
struct strange {
	const char *kind; /* of the finding */
	const char *what; /* for people */
	int64_t id;
	const char *name;
	const char *email; /* canonical; NULL = anybody */
	const char *door;
	struct interval span;
};

/* The groups our rules name, and the locks that they open or that our rules name: sets of int64_t. */
struct watched {
	GHashTable *groups, *locks;
};

static void
watch(GHashTable *set, int64_t id)
{
	g_hash_table_add(set, g_memdup2(&id, sizeof id));
}

static void
watched_init(const struct world *world, struct watched *watched)
{
	watched->groups = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	watched->locks = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	for (guint i = 0; i < world->groups->managed->len; i++)
		watch(watched->groups,
		    g_array_index(world->groups->managed, struct managed_group, i).id);
	for (guint i = 0; i < world->entitled->refs->len; i++) {
		int64_t id = g_array_index(world->groups->pass_of_ref, int64_t, i);
		bool link = g_array_index(world->entitled->refs, struct door_ref, i).method ==
			    METHOD_LINK;
		if (id != 0)
			watch(link ? watched->groups : watched->locks, id);
	}
	for (guint i = 0; i < world->snapshot->group_locks->len; i++) {
		const struct kisi_group_lock *relation = &g_array_index(
		    world->snapshot->group_locks, struct kisi_group_lock, i);
		if (g_hash_table_contains(watched->groups, &relation->group_id))
			watch(watched->locks, relation->lock_id);
	}
}

static void
watched_done(struct watched *watched)
{
	g_hash_table_unref(watched->groups);
	g_hash_table_unref(watched->locks);
}

static bool
opens(const struct world *world, int64_t group_id, int64_t lock_id)
{
	const GArray *relations = world->snapshot->group_locks;
	for (guint i = 0; i < relations->len; i++) {
		const struct kisi_group_lock *relation = &g_array_index(
		    relations, struct kisi_group_lock, i);
		if (relation->group_id == group_id && relation->lock_id == lock_id)
			return true;
	}
	return false;
}

/* References that lead to this group, or to this lock by any way; one flag for each reference. */
static bool *
refs_to(const struct world *world, int64_t group_id, int64_t lock_id)
{
	const GArray *refs = world->entitled->refs;
	bool *leads = g_new0(bool, refs->len + 1);
	for (guint i = 0; i < refs->len; i++) {
		enum method method = g_array_index(refs, struct door_ref, i).method;
		int64_t group = g_array_index(world->groups->of_ref, int64_t, i);
		int64_t pass = g_array_index(world->groups->pass_of_ref, int64_t, i);
		bool of_lock = method == METHOD_UNLOCK_SCHEDULE || method == METHOD_UNLOCK;
		if (group == 0 && !of_lock)
			group = pass;
		if (group_id != 0)
			leads[i] = group == group_id;
		else
			leads[i] = (of_lock && pass == lock_id) ||
				   (group != 0 && opens(world, group, lock_id));
	}
	return leads;
}

/* Is there a booking there at that time, of that person if it is for one? */
static bool
is_accounted(const struct world *world, const struct strange *strange, const bool *leads)
{
	const GArray *windows = world->entitled->windows;
	for (guint i = 0; i < windows->len; i++) {
		const struct raw_window *window = &g_array_index(windows, struct raw_window, i);
		if (leads[window->ref] && window->span.from < strange->span.until &&
		    strange->span.from < window->span.until &&
		    (strange->email == NULL ||
			strcmp(world_email(world, window->person), strange->email) == 0))
			return true;
	}
	return false;
}

static void
report(struct world *world, const struct strange *strange, int64_t group_id, int64_t lock_id)
{
	bool *leads = refs_to(world, group_id, lock_id);
	if (!is_accounted(world, strange, leads)) {
		char from[ZONE_TEXT] = "always", until[ZONE_TEXT] = "no end";
		struct zone *zone = zone_get(world->groups->zone);
		if (strange->span.from != INSTANT_ALWAYS)
			zone_format(zone, strange->span.from, from);
		if (strange->span.until != INSTANT_NEVER)
			zone_format(zone, strange->span.until, until);
		char *subject = g_strdup_printf("%" G_GINT64_FORMAT, strange->id);
		finding_add(world->plan, strange->kind, strange->email, strange->door, subject,
		    "%s %s \"%s\" (%s - %s) was not made by this program, and no booking "
		    "accounts for it: delete it in Kisi unless it is meant",
		    strange->what, subject, strange->name != NULL ? strange->name : "", from,
		    until);
		g_free(subject);
	}
	g_free(leads);
}

static const struct pass *
find_ours(const struct world *world, enum object object, int64_t id)
{
	const GArray *there = world->passes->there;
	for (guint i = 0; i < there->len; i++) {
		const struct pass *pass = &g_array_index(there, struct pass, i);
		if (pass->object == object && pass->id == id)
			return pass;
	}
	return NULL;
}

static void
audit_links(struct world *world, const struct watched *watched)
{
	for (guint i = 0; i < world->snapshot->links->len; i++) {
		const struct kisi_link *link = &g_array_index(
		    world->snapshot->links, struct kisi_link, i);
		if (!link->enabled || link->valid.until <= world->now ||
		    !g_hash_table_contains(watched->groups, &link->group_id) ||
		    find_ours(world, OBJECT_LINK, link->id) != NULL)
			continue;
		const char *email = link->email != NULL ? passes_person(world, link->email) : NULL;
		/* What is watched is there. */
		struct strange strange = {"stale_link", "access link", link->id, link->name, email,
		    snapshot_group(world->snapshot, link->group_id)->name, link->valid};
		report(world, &strange, link->group_id, 0);
	}
}

/* Weekly schedules are opening hours: they are meant. */
static void
audit_schedules(struct world *world, const struct watched *watched)
{
	for (guint i = 0; i < world->snapshot->schedules->len; i++) {
		const struct kisi_schedule *schedule = &g_array_index(
		    world->snapshot->schedules, struct kisi_schedule, i);
		if (!is_single_unlock(schedule) || !schedule->enabled || schedule->override ||
		    schedule->span.until <= world->now ||
		    !g_hash_table_contains(watched->locks, &schedule->target_id) ||
		    find_ours(world, OBJECT_SCHEDULE, schedule->id) != NULL)
			continue;
		struct strange strange = {"stale_schedule", "unlock schedule", schedule->id,
		    schedule->name, NULL, passes_lock(world, schedule->target_id), schedule->span};
		report(world, &strange, 0, schedule->target_id);
	}
}

void
passes_audit(struct world *world)
{
	struct watched watched;
	watched_init(world, &watched);
	audit_links(world, &watched);
	audit_schedules(world, &watched);
	watched_done(&watched);
}

/* ---- who can enter now ---- */

/* Why a link or schedule is there, as far as we know: ours carries its booking in its name. */
static const char *
why_there(struct world *world, enum object object, int64_t id)
{
	const struct pass *pass = find_ours(world, object, id);
	if (pass == NULL)
		return "not made here";
	for (guint i = 0; i < world->passes->wanted->len; i++) {
		const struct pass *wanted = &g_array_index(world->passes->wanted, struct pass, i);
		if (pass_compare(pass, wanted) == 0)
			return plan_printf(world->plan, "booking %s of %s", pass->record,
			    world->policies[pass->source].name);
	}
	return "nothing entitles this";
}

static bool
is_now(const struct world *world, struct interval span)
{
	return span.from <= world->now && world->now < span.until;
}

void
passes_access(struct world *world)
{
	const struct snapshot *snapshot = world->snapshot;
	for (guint i = 0; i < snapshot->links->len; i++) {
		const struct kisi_link *link = &g_array_index(snapshot->links, struct kisi_link, i);
		const struct kisi_group *group = snapshot_group(snapshot, link->group_id);
		if (!link->enabled || !is_now(world, link->valid))
			continue;
		struct access_now *access = g_new0(struct access_now, 1);
		*access = (struct access_now){.email = link->email != NULL
							   ? passes_person(world, link->email)
							   : "(whoever has the link)",
		    .name = link->name,
		    .group_id = link->group_id,
		    .group = group != NULL ? group->name : NULL,
		    .via = "access link",
		    .valid = link->valid,
		    .why = why_there(world, OBJECT_LINK, link->id)};
		g_ptr_array_add(world->plan->access, access);
	}
	for (guint i = 0; i < snapshot->schedules->len; i++) {
		const struct kisi_schedule *schedule = &g_array_index(
		    snapshot->schedules, struct kisi_schedule, i);
		if (!is_single_unlock(schedule) || !schedule->enabled || schedule->override ||
		    !is_now(world, schedule->span))
			continue;
		struct access_now *access = g_new0(struct access_now, 1);
		*access = (struct access_now){.email = "(anyone)",
		    .name = schedule->name,
		    .group = passes_lock(world, schedule->target_id),
		    .via = "unlock schedule",
		    .valid = schedule->span,
		    .why = why_there(world, OBJECT_SCHEDULE, schedule->id)};
		g_ptr_array_add(world->plan->access, access);
	}
}
