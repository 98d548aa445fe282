/*
 * The snapshot as a container: arrays, their order, look-ups and hash.  It decides what makes two
 * snapshots the same; what Kisi's objects mean is kisi/snapshot_object.c, whether the reading was
 * complete is kisi/fetch.c.
 */
#include "model/snapshot.h"

#include "base/email.h"
#include "base/failure.h"
#include "base/sum.h"
#include "model/doubts.h"

#include <string.h>

#define TEXT_CHUNK 65536

/*
 * Where the arrays stand in struct snapshot, and how their elements compare: 0 = the same thing
 * twice.
 */
struct shelf {
	const char *name;
	size_t offset; /* of the GArray * */
	guint size;    /* of one element */
	GCompareFunc order;
};

/* Every element but three begins with its int64_t id. */
static gint
by_id(gconstpointer a, gconstpointer b)
{
	int64_t x = *(const int64_t *)a;
	int64_t y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static gint
by_group_and_lock(gconstpointer a, gconstpointer b)
{
	const struct kisi_group_lock *x = a;
	const struct kisi_group_lock *y = b;

	if (x->group_id != y->group_id)
		return x->group_id < y->group_id ? -1 : 1;
	return (x->lock_id > y->lock_id) - (x->lock_id < y->lock_id);
}

static gint
by_team_and_member(gconstpointer a, gconstpointer b)
{
	const struct kisi_team_member *x = a;
	const struct kisi_team_member *y = b;

	if (x->team_id != y->team_id)
		return x->team_id < y->team_id ? -1 : 1;
	if (x->guest != y->guest)
		return x->guest ? 1 : -1;
	return (x->member_id > y->member_id) - (x->member_id < y->member_id);
}

static gint
by_role(gconstpointer a, gconstpointer b)
{
	return strcmp(((const struct kisi_role *)a)->id, ((const struct kisi_role *)b)->id);
}

static const struct shelf shelves[] = {
    {"users", offsetof(struct snapshot, users), sizeof(struct kisi_user), by_id},
    {"places", offsetof(struct snapshot, places), sizeof(struct kisi_place), by_id},
    {"locks", offsetof(struct snapshot, locks), sizeof(struct kisi_lock), by_id},
    {"groups", offsetof(struct snapshot, groups), sizeof(struct kisi_group), by_id},
    {"group_locks", offsetof(struct snapshot, group_locks), sizeof(struct kisi_group_lock),
	by_group_and_lock},
    {"assignments", offsetof(struct snapshot, assignments), sizeof(struct kisi_assignment), by_id},
    {"links", offsetof(struct snapshot, links), sizeof(struct kisi_link), by_id},
    {"schedules", offsetof(struct snapshot, schedules), sizeof(struct kisi_schedule), by_id},
    {"teams", offsetof(struct snapshot, teams), sizeof(struct kisi_team), by_id},
    {"team_members", offsetof(struct snapshot, team_members), sizeof(struct kisi_team_member),
	by_team_and_member},
    {"roles", offsetof(struct snapshot, roles), sizeof(struct kisi_role), by_role},
};

static GArray **
shelf_array(struct snapshot *snapshot, const struct shelf *shelf)
{
	return (GArray **)((char *)snapshot + shelf->offset);
}

struct snapshot *
snapshot_new(void)
{
	struct snapshot *snapshot = g_new0(struct snapshot, 1);

	for (size_t i = 0; i < G_N_ELEMENTS(shelves); i++)
		*shelf_array(snapshot, &shelves[i]) = g_array_new(FALSE, TRUE, shelves[i].size);
	snapshot->stubs = g_array_new(FALSE, TRUE, sizeof(struct kisi_user));
	snapshot->doubts = g_array_new(FALSE, TRUE, sizeof(struct kisi_doubt));
	snapshot->doubted_groups = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	snapshot->doubted_locks = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	snapshot->doubted_slots = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	snapshot->text = g_string_chunk_new(TEXT_CHUNK);
	snapshot->user_by_id = g_hash_table_new(g_int64_hash, g_int64_equal);
	snapshot->group_by_id = g_hash_table_new(g_int64_hash, g_int64_equal);
	return snapshot;
}

void
snapshot_free(struct snapshot *snapshot)
{
	if (snapshot == NULL)
		return;
	for (size_t i = 0; i < G_N_ELEMENTS(shelves); i++)
		g_array_unref(*shelf_array(snapshot, &shelves[i]));
	g_array_unref(snapshot->stubs);
	g_array_unref(snapshot->doubts);
	g_hash_table_unref(snapshot->doubted_groups);
	g_hash_table_unref(snapshot->doubted_locks);
	g_hash_table_unref(snapshot->doubted_slots);
	g_hash_table_unref(snapshot->user_by_id);
	g_hash_table_unref(snapshot->group_by_id);
	g_string_chunk_free(snapshot->text);
	g_free(snapshot);
}

const char *
snapshot_text(struct snapshot *snapshot, const char *text)
{
	return text == NULL ? NULL : g_string_chunk_insert_const(snapshot->text, text);
}

/* Add the users whom only an assignment names: without them their access would have no person. */
static void
adopt_stubs(struct snapshot *snapshot)
{
	GHashTable *known = g_hash_table_new(g_int64_hash, g_int64_equal);
	GArray *users = g_array_new(FALSE, TRUE, sizeof(struct kisi_user));

	for (guint i = 0; i < snapshot->users->len; i++)
		g_hash_table_add(known, &g_array_index(snapshot->users, struct kisi_user, i).id);
	for (guint i = 0; i < snapshot->stubs->len; i++) {
		struct kisi_user *stub = &g_array_index(snapshot->stubs, struct kisi_user, i);

		if (g_hash_table_add(known, &stub->id))
			g_array_append_val(users, *stub);
	}
	g_hash_table_unref(known);
	g_array_append_vals(snapshot->users, users->data, users->len);
	g_array_unref(users);
	g_array_set_size(snapshot->stubs, 0);
}

/* Name the thing that is there twice: by its id where it has one number. */
static bool
fail_repeated(const struct shelf *shelf, gconstpointer element, GError **error)
{
	const char *hint = "what was read is not one state: read it again";

	if (shelf->order == by_id)
		return fail(error, EXIT_HELD, hint,
		    "snapshot: %s: id %" G_GINT64_FORMAT " occurs twice", shelf->name,
		    *(const int64_t *)element);
	return fail(
	    error, EXIT_HELD, hint, "snapshot: %s: the same entry occurs twice", shelf->name);
}

static bool
sort_shelf(struct snapshot *snapshot, const struct shelf *shelf, GError **error)
{
	GArray *array = *shelf_array(snapshot, shelf);

	g_array_sort(array, shelf->order);
	for (guint i = 1; i < array->len; i++) {
		const char *element = array->data + (size_t)i * shelf->size;

		if (shelf->order(element - shelf->size, element) == 0)
			return fail_repeated(shelf, element, error);
	}
	return true;
}

bool
snapshot_finish(struct snapshot *snapshot, GError **error)
{
	adopt_stubs(snapshot);
	for (size_t i = 0; i < G_N_ELEMENTS(shelves); i++)
		if (!sort_shelf(snapshot, &shelves[i], error))
			return false;

	for (guint i = 0; i < snapshot->users->len; i++) {
		struct kisi_user *user = &g_array_index(snapshot->users, struct kisi_user, i);
		char *person = email_canonical(user->email, NULL);

		user->person = snapshot_text(snapshot, person);
		g_free(person);
		g_hash_table_insert(snapshot->user_by_id, &user->id, user);
	}
	for (guint i = 0; i < snapshot->groups->len; i++) {
		struct kisi_group *group = &g_array_index(snapshot->groups, struct kisi_group, i);

		g_hash_table_insert(snapshot->group_by_id, &group->id, group);
	}
	return doubts_finish(snapshot, error);
}

const struct kisi_user *
snapshot_user(const struct snapshot *snapshot, int64_t id)
{
	return g_hash_table_lookup(snapshot->user_by_id, &id);
}

const struct kisi_group *
snapshot_group(const struct snapshot *snapshot, int64_t id)
{
	return g_hash_table_lookup(snapshot->group_by_id, &id);
}

static const void *
find_by_id(const GArray *array, size_t size, int64_t id)
{
	guint low = 0, high = array->len;
	while (low < high) {
		guint middle = low + (high - low) / 2;
		const int64_t *found = (const int64_t *)(array->data + middle * size);
		if (*found == id)
			return found;
		if (*found < id)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

const struct kisi_lock *
snapshot_lock(const struct snapshot *snapshot, int64_t id)
{
	G_STATIC_ASSERT(offsetof(struct kisi_lock, id) == 0);
	return find_by_id(snapshot->locks, sizeof(struct kisi_lock), id);
}

const struct kisi_place *
snapshot_place(const struct snapshot *snapshot, int64_t id)
{
	G_STATIC_ASSERT(offsetof(struct kisi_place, id) == 0);
	return find_by_id(snapshot->places, sizeof(struct kisi_place), id);
}

guint
snapshot_doors(const struct snapshot *snapshot, int64_t group_id)
{
	const GArray *all = snapshot->group_locks;
	guint low = 0, high = all->len;
	while (low < high) {
		guint middle = low + (high - low) / 2;
		if (g_array_index(all, struct kisi_group_lock, middle).group_id < group_id)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* --- hash --- */

static void
add_number(struct sum *sum, int64_t number)
{
	uint64_t bytes = GUINT64_TO_BE((uint64_t)number);

	sum_add(sum, &bytes, sizeof bytes);
}

/* With its length in front, so that no two lists of texts run into one; NULL differs from "". */
static void
add_text(struct sum *sum, const char *text)
{
	size_t length = text == NULL ? 0 : strlen(text);

	add_number(sum, text == NULL ? -1 : (int64_t)length);
	sum_add(sum, text == NULL ? "" : text, length);
}

static void
add_interval(struct sum *sum, struct interval interval)
{
	add_number(sum, interval.from);
	add_number(sum, interval.until);
}

static void
hash_doors(struct sum *sum, const struct snapshot *snapshot)
{
	for (guint i = 0; i < snapshot->places->len; i++) {
		const struct kisi_place *place = &g_array_index(
		    snapshot->places, struct kisi_place, i);

		add_number(sum, place->id);
		add_text(sum, place->name);
		add_text(sum, place->time_zone);
	}
	for (guint i = 0; i < snapshot->locks->len; i++) {
		const struct kisi_lock *lock = &g_array_index(snapshot->locks, struct kisi_lock, i);

		add_number(sum, lock->id);
		add_text(sum, lock->name);
		add_number(sum, lock->place_id);
		add_number(sum, lock->restrictions);
	}
	for (guint i = 0; i < snapshot->groups->len; i++) {
		const struct kisi_group *group = &g_array_index(
		    snapshot->groups, struct kisi_group, i);

		add_number(sum, group->id);
		add_text(sum, group->name);
		add_number(sum, group->place_id);
		add_number(sum, group->login_enabled);
		add_number(sum, group->restrictions);
	}
	/* Not the relation's own id: it is unknown when it was read from the lock's side. */
	for (guint i = 0; i < snapshot->group_locks->len; i++) {
		const struct kisi_group_lock *relation = &g_array_index(
		    snapshot->group_locks, struct kisi_group_lock, i);

		add_number(sum, relation->group_id);
		add_number(sum, relation->lock_id);
	}
}

static void
hash_people(struct sum *sum, const struct snapshot *snapshot)
{
	for (guint i = 0; i < snapshot->users->len; i++) {
		const struct kisi_user *user = &g_array_index(snapshot->users, struct kisi_user, i);

		add_number(sum, user->id);
		add_text(sum, user->email);
		add_number(sum, user->access_enabled);
	}
	for (guint i = 0; i < snapshot->teams->len; i++)
		add_number(sum, g_array_index(snapshot->teams, struct kisi_team, i).id);
	for (guint i = 0; i < snapshot->team_members->len; i++) {
		const struct kisi_team_member *member = &g_array_index(
		    snapshot->team_members, struct kisi_team_member, i);

		add_number(sum, member->team_id);
		add_number(sum, member->guest);
		add_number(sum, member->member_id);
	}
}

static void
hash_rights(struct sum *sum, const struct snapshot *snapshot)
{
	for (guint i = 0; i < snapshot->assignments->len; i++) {
		const struct kisi_assignment *assignment = &g_array_index(
		    snapshot->assignments, struct kisi_assignment, i);

		add_number(sum, assignment->id);
		add_text(sum, assignment->role_id);
		add_number(sum, (int64_t)assignment->assignee);
		add_number(sum, assignment->assignee_id);
		add_number(sum, (int64_t)assignment->applies_to);
		add_number(sum, assignment->applies_to_id);
		add_interval(sum, assignment->valid);
	}
	for (guint i = 0; i < snapshot->links->len; i++) {
		const struct kisi_link *link = &g_array_index(snapshot->links, struct kisi_link, i);

		add_number(sum, link->id);
		add_text(sum, link->name);
		add_text(sum, link->email);
		add_number(sum, link->group_id);
		add_number(sum, link->enabled);
		add_interval(sum, link->valid);
	}
	for (guint i = 0; i < snapshot->schedules->len; i++) {
		const struct kisi_schedule *schedule = &g_array_index(
		    snapshot->schedules, struct kisi_schedule, i);

		add_number(sum, schedule->id);
		add_text(sum, schedule->name);
		add_text(sum, schedule->type);
		add_text(sum, schedule->consequence);
		add_text(sum, schedule->target_type);
		add_number(sum, schedule->target_id);
		add_number(sum, schedule->enabled);
		add_number(sum, schedule->override);
		add_interval(sum, schedule->span);
	}
	for (guint i = 0; i < snapshot->roles->len; i++) {
		add_text(sum, g_array_index(snapshot->roles, struct kisi_role, i).id);
		add_text(sum, g_array_index(snapshot->roles, struct kisi_role, i).applies_to);
	}
}

static void
hash_doubts(struct sum *sum, const struct snapshot *snapshot)
{
	for (guint i = 0; i < snapshot->doubts->len; i++) {
		const struct kisi_doubt *doubt = &g_array_index(
		    snapshot->doubts, struct kisi_doubt, i);

		add_number(sum, (int64_t)doubt->kind);
		add_number(sum, doubt->id);
		add_text(sum, doubt->what);
		add_number(sum, doubt->group_id);
		add_number(sum, doubt->lock_id);
		add_number(sum, doubt->user_id);
		add_text(sum, doubt->label);
	}
}

char *
snapshot_hash(const struct snapshot *snapshot)
{
	struct sum sum;
	char text[SUM_TEXT];

	sum_begin(&sum);
	add_number(&sum, snapshot->organization_id);
	/* The sizes first: the lists cannot run into one another. */
	for (size_t i = 0; i < G_N_ELEMENTS(shelves); i++)
		add_number(&sum, (*shelf_array((struct snapshot *)snapshot, &shelves[i]))->len);
	hash_doors(&sum, snapshot);
	hash_people(&sum, snapshot);
	hash_rights(&sum, snapshot);
	hash_doubts(&sum, snapshot);
	sum_end(&sum, text);
	return g_strdup(text);
}

/* The words of the bits that are set. */
static char *
words_of(unsigned bits, const char *const *words, size_t n)
{
	GString *out = g_string_new(NULL);

	for (size_t i = 0; i < n; i++)
		if ((bits & 1U << i) != 0)
			g_string_append_printf(out, "%s%s", out->len > 0 ? ", " : "", words[i]);
	return g_string_free(out, FALSE);
}

char *
snapshot_restrictions(unsigned restrictions)
{
	static const char *const words[] = {"reader", "tap", "geofence", "time", "device"};

	return words_of(restrictions, words, G_N_ELEMENTS(words));
}

char *
snapshot_lock_words(unsigned trouble)
{
	static const char *const words[] = {"offline", "not configured", "locked down"};

	return words_of(trouble, words, G_N_ELEMENTS(words));
}

static const struct {
	const char *word;
	size_t offset; /* of the array in struct snapshot */
} counted[SNAPSHOT_COUNTS] = {
    [COUNT_USERS] = {"users", offsetof(struct snapshot, users)},
    [COUNT_GROUPS] = {"groups", offsetof(struct snapshot, groups)},
    [COUNT_ASSIGNMENTS] = {"role_assignments", offsetof(struct snapshot, assignments)},
    [COUNT_LOCKS] = {"locks", offsetof(struct snapshot, locks)},
    [COUNT_GROUP_LOCKS] = {"group_locks", offsetof(struct snapshot, group_locks)},
    [COUNT_PLACES] = {"places", offsetof(struct snapshot, places)},
    [COUNT_LINKS] = {"group_links", offsetof(struct snapshot, links)},
    [COUNT_SCHEDULES] = {"schedules", offsetof(struct snapshot, schedules)},
    [COUNT_TEAMS] = {"teams", offsetof(struct snapshot, teams)},
    [COUNT_TEAM_MEMBERS] = {"team_memberships", offsetof(struct snapshot, team_members)},
    [COUNT_ROLES] = {"roles", offsetof(struct snapshot, roles)},
};

const char *
snapshot_count_word(enum snapshot_count kind)
{
	return counted[kind].word;
}

struct snapshot_facts
snapshot_facts_of(const struct snapshot *snapshot)
{
	struct snapshot_facts facts = {
	    .fetched_at = snapshot->fetched_at, .organization = snapshot->organization};
	for (size_t i = 0; i < SNAPSHOT_COUNTS; i++)
		facts.counts[i] = G_STRUCT_MEMBER(GArray *, snapshot, counted[i].offset)->len;
	return facts;
}
