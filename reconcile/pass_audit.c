/* What links and schedules there are: those of others that no booking accounts for, and whom they let in now. */
#include "base/zone.h"
#include "reconcile/findings.h"
#include "reconcile/passes.h"

#include <string.h>

/* A link or schedule of somebody else. */
struct strange {
	enum finding_kind kind;
	const char *what; /* for people */
	int64_t id;
	const char *name;
	const char *email; /* canonical; NULL = anybody */
	const char *door;
	struct interval span;
	int64_t group_id, lock_id; /* one of them is 0 */
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

/* ---- which references lead where ---- */

static void
array_free(gpointer p)
{
	g_array_unref(p);
}

struct ways {
	GHashTable *groups, *locks; /* id -> GArray of uint32_t: references that lead there */
};

static void
lead(GHashTable *table, int64_t id, uint32_t ref)
{
	GArray *refs = g_hash_table_lookup(table, &id);
	if (refs == NULL) {
		refs = g_array_new(FALSE, FALSE, sizeof(uint32_t));
		g_hash_table_insert(table, g_memdup2(&id, sizeof id), refs);
	}
	g_array_append_val(refs, ref);
}

/* A reference leads to its group and to the locks which that opens, or to its lock alone. */
static void
ways_init(const struct world *world, struct ways *ways)
{
	ways->groups = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, array_free);
	ways->locks = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, array_free);
	for (guint i = 0; i < world->entitled->refs->len; i++) {
		enum method method =
		    g_array_index(world->entitled->refs, struct door_ref, i).method;
		int64_t group = g_array_index(world->groups->of_ref, int64_t, i);
		int64_t pass = g_array_index(world->groups->pass_of_ref, int64_t, i);
		bool of_lock = method == METHOD_UNLOCK_SCHEDULE || method == METHOD_UNLOCK;
		if (of_lock && pass != 0)
			lead(ways->locks, pass, i);
		if (group != 0 || (!of_lock && pass != 0))
			lead(ways->groups, group != 0 ? group : pass, i);
	}
	for (guint i = 0; i < world->snapshot->group_locks->len; i++) {
		const struct kisi_group_lock *relation = &g_array_index(
		    world->snapshot->group_locks, struct kisi_group_lock, i);
		const GArray *refs = g_hash_table_lookup(ways->groups, &relation->group_id);
		for (guint j = 0; refs != NULL && j < refs->len; j++)
			lead(ways->locks, relation->lock_id, g_array_index(refs, uint32_t, j));
	}
}

static void
ways_done(struct ways *ways)
{
	g_hash_table_unref(ways->groups);
	g_hash_table_unref(ways->locks);
}

static const GArray *
ways_to(const struct ways *ways, const struct strange *strange)
{
	return strange->group_id != 0 ? g_hash_table_lookup(ways->groups, &strange->group_id)
				      : g_hash_table_lookup(ways->locks, &strange->lock_id);
}

/* ---- which bookings are there ---- */

/* A window of a reference: once for its person, once for anybody. */
struct booked {
	uint32_t ref;
	const char *email; /* "" = anybody */
	instant from, until;
	instant latest; /* end of all up to this one that are of the same reference and person */
};

static int
compare_booked(gconstpointer p, gconstpointer q)
{
	const struct booked *a = p, *b = q;
	if (a->ref != b->ref)
		return a->ref < b->ref ? -1 : 1;
	int order = strcmp(a->email, b->email);
	return order != 0 ? order : (a->from > b->from) - (a->from < b->from);
}

/* The windows of references that lead to something strange.  Returned, caller frees. */
static GArray *
book(const struct world *world, const struct ways *ways, const GArray *strange)
{
	const GArray *windows = world->entitled->windows;
	GArray *books = g_array_new(FALSE, FALSE, sizeof(struct booked));
	g_autofree bool *asked = g_new0(bool, world->entitled->refs->len + 1);
	for (guint i = 0; i < strange->len; i++) {
		const GArray *refs = ways_to(ways, &g_array_index(strange, struct strange, i));
		for (guint j = 0; refs != NULL && j < refs->len; j++)
			asked[g_array_index(refs, uint32_t, j)] = true;
	}
	for (guint i = 0; i < windows->len; i++) {
		const struct raw_window *window = &g_array_index(windows, struct raw_window, i);
		struct booked booked = {.ref = window->ref,
		    .email = "",
		    .from = window->span.from,
		    .until = window->span.until};
		if (!asked[window->ref])
			continue;
		g_array_append_val(books, booked);
		booked.email = world_email(world, window->person);
		g_array_append_val(books, booked);
	}
	g_array_sort(books, compare_booked);
	for (guint i = 0; i < books->len; i++) {
		struct booked *own = &g_array_index(books, struct booked, i);
		const struct booked *last = i > 0 ? own - 1 : own;
		bool more = i > 0 && last->ref == own->ref && strcmp(last->email, own->email) == 0;
		own->latest = more ? MAX(last->latest, own->until) : own->until;
	}
	return books;
}

/* Is there a booking by this reference at that time?  The last one that begins before its end tells. */
static bool
is_booked(const GArray *books, const struct strange *strange, uint32_t ref)
{
	struct booked end = {.ref = ref,
	    .email = strange->email != NULL ? strange->email : "",
	    .from = strange->span.until};
	guint low = 0, high = books->len;
	while (low < high) {
		guint middle = low + (high - low) / 2;
		if (compare_booked(&g_array_index(books, struct booked, middle), &end) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	const struct booked *last = low > 0 ? &g_array_index(books, struct booked, low - 1) : NULL;
	return last != NULL && last->ref == ref && strcmp(last->email, end.email) == 0 &&
	       strange->span.from < last->latest;
}

/* Is there a booking there at that time, of that person if it is for one? */
static bool
is_accounted(const GArray *books, const struct ways *ways, const struct strange *strange)
{
	const GArray *refs = ways_to(ways, strange);
	for (guint i = 0; refs != NULL && i < refs->len; i++) {
		if (is_booked(books, strange, g_array_index(refs, uint32_t, i)))
			return true;
	}
	return false;
}

static void
report(struct world *world, const struct strange *strange)
{
	char from[ZONE_TEXT] = "always", until[ZONE_TEXT] = "no end";
	struct zone *zone = zone_get(world->groups->zone);
	if (strange->span.from != INSTANT_ALWAYS)
		zone_format(zone, strange->span.from, from);
	if (strange->span.until != INSTANT_NEVER)
		zone_format(zone, strange->span.until, until);
	g_autofree char *subject = g_strdup_printf("%" G_GINT64_FORMAT, strange->id);
	finding_add(world->plan, strange->kind, strange->email, strange->door, subject,
	    "%s %s \"%s\" (%s - %s) was not made by this program, and no booking "
	    "accounts for it: delete it in Kisi unless it is meant",
	    strange->what, subject, strange->name != NULL ? strange->name : "", from, until);
}

/* ---- which are ours ---- */

/* By object: id -> struct pass. */
struct ours {
	GHashTable *passes[OBJECT_SCHEDULE + 1];
};

static void
ours_init(const struct world *world, struct ours *ours)
{
	const GArray *there = world->passes->there;
	for (size_t i = 0; i < G_N_ELEMENTS(ours->passes); i++)
		ours->passes[i] = g_hash_table_new(g_int64_hash, g_int64_equal);
	for (guint i = 0; i < there->len; i++) {
		struct pass *pass = &g_array_index(there, struct pass, i);
		g_hash_table_insert(ours->passes[pass->object], &pass->id, pass);
	}
}

static void
ours_done(struct ours *ours)
{
	for (size_t i = 0; i < G_N_ELEMENTS(ours->passes); i++)
		g_hash_table_unref(ours->passes[i]);
}

static const struct pass *
find_ours(const struct ours *ours, enum object object, int64_t id)
{
	return g_hash_table_lookup(ours->passes[object], &id);
}

/* ---- what is strange ---- */

static void
find_links(struct world *world, const struct watched *watched, const struct ours *ours, GArray *out)
{
	for (guint i = 0; i < world->snapshot->links->len; i++) {
		const struct kisi_link *link = &g_array_index(
		    world->snapshot->links, struct kisi_link, i);
		if (!link->enabled || link->valid.until <= world->now ||
		    !g_hash_table_contains(watched->groups, &link->group_id) ||
		    find_ours(ours, OBJECT_LINK, link->id) != NULL)
			continue;
		/* What is watched is there. */
		struct strange strange = {.kind = FINDING_STALE_LINK,
		    .what = "access link",
		    .id = link->id,
		    .name = link->name,
		    .email = link->email != NULL ? passes_person(world, link->email) : NULL,
		    .door = snapshot_group(world->snapshot, link->group_id)->name,
		    .span = link->valid,
		    .group_id = link->group_id};
		g_array_append_val(out, strange);
	}
}

/* Weekly schedules are opening hours: they are meant. */
static void
find_schedules(
    const struct world *world, const struct watched *watched, const struct ours *ours, GArray *out)
{
	for (guint i = 0; i < world->snapshot->schedules->len; i++) {
		const struct kisi_schedule *schedule = &g_array_index(
		    world->snapshot->schedules, struct kisi_schedule, i);
		if (!is_single_unlock(schedule) || !schedule->enabled || schedule->override ||
		    schedule->span.until <= world->now ||
		    !g_hash_table_contains(watched->locks, &schedule->target_id) ||
		    find_ours(ours, OBJECT_SCHEDULE, schedule->id) != NULL)
			continue;
		struct strange strange = {.kind = FINDING_STALE_SCHEDULE,
		    .what = "unlock schedule",
		    .id = schedule->id,
		    .name = schedule->name,
		    .door = passes_lock(world, schedule->target_id),
		    .span = schedule->span,
		    .lock_id = schedule->target_id};
		g_array_append_val(out, strange);
	}
}

static GArray *
find_strange(struct world *world)
{
	GArray *all = g_array_new(FALSE, FALSE, sizeof(struct strange));
	struct watched watched;
	struct ours ours;
	watched_init(world, &watched);
	ours_init(world, &ours);
	find_links(world, &watched, &ours, all);
	find_schedules(world, &watched, &ours, all);
	ours_done(&ours);
	watched_done(&watched);
	return all;
}

void
passes_audit(struct world *world)
{
	g_autoptr(GArray) strange = find_strange(world);
	if (strange->len == 0)
		return;
	struct ways ways;
	ways_init(world, &ways);
	g_autoptr(GArray) books = book(world, &ways, strange);
	for (guint i = 0; i < strange->len; i++) {
		const struct strange *one = &g_array_index(strange, struct strange, i);
		if (!is_accounted(books, &ways, one))
			report(world, one);
	}
	ways_done(&ways);
}

/* ---- who can enter now ---- */

static int
compare_passes(gconstpointer p, gconstpointer q)
{
	return pass_compare(p, q);
}

/* Why a link or schedule is there, as far as we know: ours carries its booking in its name. */
static const char *
why_there(struct world *world, const struct ours *ours, enum object object, int64_t id)
{
	const struct pass *pass = find_ours(ours, object, id);
	if (pass == NULL)
		return "not made here";
	if (g_array_binary_search(world->passes->wanted, pass, compare_passes, NULL))
		return plan_printf(world->plan, "booking %s of %s", pass->record,
		    world->policies[pass->source].name);
	return "nothing entitles this";
}

static bool
is_ahead(const struct world *world, struct interval span)
{
	return world->now < span.until;
}

static const char *
can_pass(struct world *world, struct interval span)
{
	char at[ZONE_TEXT];
	return span.from <= world->now
		   ? "Yes"
		   : plan_printf(world->plan, "From %s",
			 zone_format(zone_get(world->groups->zone), span.from, at));
}

static void
add_pass(struct world *world, struct access_now access, const struct ours *ours, enum object object)
{
	access.pass = true;
	access.can = can_pass(world, access.valid);
	access.why = why_there(world, ours, object, access.assignment_id);
	const struct pass *pass = find_ours(ours, object, access.assignment_id);
	bool wanted = pass != NULL &&
		      g_array_binary_search(world->passes->wanted, pass, compare_passes, NULL);
	access.basis = wanted ? BASIS_BOOKING : pass != NULL ? BASIS_NONE : BASIS_OUTSIDE;
	access.left = pass == NULL ? "not made here" : NULL;
	g_ptr_array_add(world->plan->access, g_memdup2(&access, sizeof(access)));
}

void
passes_access(struct world *world)
{
	const struct snapshot *snapshot = world->snapshot;
	struct ours ours;
	ours_init(world, &ours);
	for (guint i = 0; i < snapshot->links->len; i++) {
		const struct kisi_link *link = &g_array_index(snapshot->links, struct kisi_link, i);
		const struct kisi_group *group = snapshot_group(snapshot, link->group_id);
		if (!link->enabled || !is_ahead(world, link->valid))
			continue;
		struct access_now access = {.email = link->email != NULL
							 ? passes_person(world, link->email)
							 : "(whoever has the link)",
		    .name = link->name,
		    .group_id = link->group_id,
		    .group = group != NULL ? group->name : NULL,
		    .via = "access link",
		    .valid = link->valid,
		    .assignment_id = link->id};
		add_pass(world, access, &ours, OBJECT_LINK);
	}
	for (guint i = 0; i < snapshot->schedules->len; i++) {
		const struct kisi_schedule *schedule = &g_array_index(
		    snapshot->schedules, struct kisi_schedule, i);
		if (!is_single_unlock(schedule) || !schedule->enabled || schedule->override ||
		    !is_ahead(world, schedule->span))
			continue;
		struct access_now access = {.email = "(anyone)",
		    .name = schedule->name,
		    .group = passes_lock(world, schedule->target_id),
		    .via = "unlock schedule",
		    .valid = schedule->span,
		    .assignment_id = schedule->id};
		add_pass(world, access, &ours, OBJECT_SCHEDULE);
	}
	ours_done(&ours);
}
