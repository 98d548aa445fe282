/* Joining people of the booking systems with users of Kisi, and finding the assignments in scope. */
#include "reconcile/world.h"

#include "base/text.h"
#include "reconcile/findings.h"

#include <string.h>

/*
 * What a user's person goes by.  Without an address the user can be nobody's, but must be reported under some text:
 * not under the name, which several have and which may even look like somebody's address.
 */
static const char *
user_text(const struct world *world, const struct kisi_user *user)
{
	const char *former = g_hash_table_lookup(world->adopted, &user->id);
	if (former != NULL)
		return former;
	if (user->person != NULL)
		return config_person(world->config, user->person);
	return text_blank(user->email)
		   ? plan_printf(world->plan, "user %" G_GINT64_FORMAT, user->id)
		   : user->email;
}

/* Of several users of one person the one with exactly this address counts, else the oldest. */
static void
adopt_user(struct world *world, const struct kisi_user *user)
{
	uint32_t person = intern_add(world->entitled->people, user_text(world, user));
	if (person >= world->user_of->len)
		g_ptr_array_set_size(world->user_of, (int)person + 1);
	const struct kisi_user **place = (const struct kisi_user **)&world->user_of->pdata[person];
	if (*place == NULL) {
		*place = user;
		return;
	}
	const char *address = world_email(world, person);
	bool better = g_strcmp0(user->person, address) == 0 &&
		      g_strcmp0((*place)->person, address) != 0;
	const struct kisi_user *other = better ? *place : user;
	if (better)
		*place = user;
	char *subject = g_strdup_printf("%" G_GINT64_FORMAT, other->id);
	finding_add(world->plan, FINDING_DUPLICATE_USER, address, NULL, subject,
	    "Kisi has this person more than once: user %" G_GINT64_FORMAT
	    " is used, user %" G_GINT64_FORMAT " (%s) is given nothing",
	    (*place)->id, other->id, other->email);
	g_free(subject);
}

const char *
world_team(const struct world *world, int64_t id)
{
	const GArray *teams = world->snapshot->teams;
	for (guint i = 0; i < teams->len; i++) {
		const struct kisi_team *team = &g_array_index(teams, struct kisi_team, i);
		if (team->id == id)
			return team->name;
	}
	return NULL;
}

static char *
pair_key(uint32_t person, int64_t group_id)
{
	return g_strdup_printf("%u %" G_GINT64_FORMAT, person, group_id);
}

static void
report_indirect(struct world *world, const struct kisi_assignment *assignment,
    const struct managed_group *group)
{
	char *subject = g_strdup_printf("%" G_GINT64_FORMAT, assignment->id);
	const char *team = assignment->assignee == ASSIGNEE_TEAM
			       ? world_team(world, assignment->assignee_id)
			       : NULL;
	char *who = team != NULL ? g_strdup_printf("team \"%s\"", team)
				 : g_strdup_printf("%s %" G_GINT64_FORMAT,
				       assignment->assignee == ASSIGNEE_TEAM ? "team" : "guest",
				       assignment->assignee_id);
	finding_add(world->plan, FINDING_INDIRECT_ACCESS, NULL, group->name, subject,
	    "%s has access to this managed group; only assignments of users are changed", who);
	g_free(who);
	g_free(subject);
}

static void
take_assignment(struct world *world, const struct kisi_assignment *assignment)
{
	const struct managed_group *group = assignment->applies_to == APPLIES_TO_GROUP
						? groups_managed(
						      world->groups, assignment->applies_to_id)
						: NULL;
	if (group == NULL)
		return;
	if (assignment->assignee != ASSIGNEE_USER) {
		report_indirect(world, assignment, group);
		return;
	}
	const struct kisi_user *user = snapshot_user(world->snapshot, assignment->assignee_id);
	if (user == NULL)
		return;
	uint32_t person = world_person_of(world, user);
	if (strcmp(assignment->role_id, ROLE_GROUP_BASIC) != 0) {
		g_hash_table_add(world->other_roles, pair_key(person, group->id));
		return;
	}
	/* Where nothing names a group any more, only what was made here is anybody's business. */
	if (group->former && !g_hash_table_contains(world->ledger, &assignment->id))
		return;
	struct holding holding = {.person = person,
	    .group_id = group->id,
	    .assignment = assignment,
	    .user = user,
	    .second = g_ptr_array_index(world->user_of, person) != user};
	g_array_append_val(world->holdings, holding);
}

static int
compare_holdings(gconstpointer p, gconstpointer q)
{
	const struct holding *a = p, *b = q;
	if (a->person != b->person)
		return a->person < b->person ? -1 : 1;
	if (a->group_id != b->group_id)
		return a->group_id < b->group_id ? -1 : 1;
	if (a->user->id != b->user->id)
		return a->user->id < b->user->id ? -1 : 1;
	return (a->assignment->id > b->assignment->id) - (a->assignment->id < b->assignment->id);
}

static void
protect(struct world *world, const char *email)
{
	uint32_t person = intern_add(world->entitled->people, email);
	g_hash_table_add(world->protected, GUINT_TO_POINTER(person + 1));
}

/* Whoever goes by a protected address, as it is or through an alias. */
static void
protect_people(struct world *world)
{
	GHashTableIter iter;
	gpointer email;
	g_hash_table_iter_init(&iter, world->config->people.protected);
	while (g_hash_table_iter_next(&iter, &email, NULL)) {
		protect(world, email);
		protect(world, config_person(world->config, email));
	}
}

/* A run that locks out its own account cannot put anything right again. */
static void
protect_own(struct world *world)
{
	const struct kisi_user *own = world->own_user != 0
					  ? snapshot_user(world->snapshot, world->own_user)
					  : NULL;
	if (own != NULL)
		protect(world, user_text(world, own));
}

/* The ledger by the ids of Kisi: addresses and names may be others by now. */
static void
index_ledger(struct world *world)
{
	const GArray *ledger = world->history->ledger;
	for (guint i = 0; i < ledger->len; i++) {
		struct ledger_entry *entry = &g_array_index(ledger, struct ledger_entry, i);
		if (entry->live)
			g_hash_table_insert(world->ledger, &entry->assignment_id, entry);
	}
}

static bool
is_named(const struct world *world, const char *email)
{
	uint32_t person = intern_find(world->entitled->people, email);
	return person != INTERN_NONE && world_person(world, person).known;
}

/*
 * A user whom this program knows by id has another address now: the same person, unless the new address is itself
 * somebody's whom an export names, or another user has the old one.
 */
static void
adopt_changed_address(struct world *world, GHashTable *addresses, struct kisi_user *user)
{
	g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, user->id);
	const char *known = history_recall(world->history, "user", id);
	const char *was = known != NULL ? config_person(world->config, known) : NULL;
	const char *is = user->person != NULL ? config_person(world->config, user->person) : "";
	if (was == NULL || strcmp(was, is) == 0 || is_named(world, is) ||
	    g_hash_table_contains(addresses, was) ||
	    intern_find(world->entitled->people, was) == INTERN_NONE)
		return;
	g_hash_table_insert(world->adopted, &user->id, (gpointer)plan_text(world->plan, was));
	finding_add(world->plan, FINDING_ADDRESS_CHANGED, was, NULL, id,
	    "Kisi has this person under another address now (%s): the same user, so nothing is "
	    "taken. If that is the right address, correct it in the booking system",
	    user->email != NULL ? user->email : "none");
}

static void
adopt_changed_addresses(struct world *world)
{
	g_autoptr(GHashTable) addresses = g_hash_table_new(g_str_hash, g_str_equal);
	const GArray *users = world->snapshot->users;
	for (guint i = 0; i < users->len; i++) {
		const struct kisi_user *user = &g_array_index(users, struct kisi_user, i);
		if (user->person != NULL)
			g_hash_table_add(
			    addresses, (gpointer)config_person(world->config, user->person));
	}
	for (guint i = 0; i < users->len; i++)
		adopt_changed_address(world, addresses, &g_array_index(users, struct kisi_user, i));
}

void
world_prepare(struct world *world)
{
	world->ledger = g_hash_table_new(g_int64_hash, g_int64_equal);
	world->adopted = g_hash_table_new(g_int64_hash, g_int64_equal);
	index_ledger(world);
	adopt_changed_addresses(world);
	world->user_of = g_ptr_array_new();
	world->holdings = g_array_new(FALSE, FALSE, sizeof(struct holding));
	world->protected = g_hash_table_new(NULL, NULL);
	world->other_roles = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	world->group_texts = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
	protect_people(world);
	g_ptr_array_set_size(world->user_of, (int)intern_count(world->entitled->people));
	const GArray *users = world->snapshot->users;
	for (guint i = 0; i < users->len; i++)
		adopt_user(world, &g_array_index(users, struct kisi_user, i));
	protect_own(world);
	const GArray *assignments = world->snapshot->assignments;
	for (guint i = 0; i < assignments->len; i++)
		take_assignment(world, &g_array_index(assignments, struct kisi_assignment, i));
	g_array_sort(world->holdings, compare_holdings);
}

void
world_done(struct world *world)
{
	g_ptr_array_unref(world->user_of);
	g_array_unref(world->holdings);
	g_hash_table_unref(world->ledger);
	g_hash_table_unref(world->adopted);
	g_hash_table_unref(world->protected);
	g_hash_table_unref(world->other_roles);
	g_hash_table_unref(world->group_texts);
}

const char *
world_email(const struct world *world, uint32_t person)
{
	return intern_text(world->entitled->people, person);
}

struct entitled_person
world_person(const struct world *world, uint32_t person)
{
	if (person >= world->entitled->persons->len)
		return (struct entitled_person){0};
	return g_array_index(world->entitled->persons, struct entitled_person, person);
}

uint32_t
world_person_of(const struct world *world, const struct kisi_user *user)
{
	return intern_find(world->entitled->people, user_text(world, user));
}

bool
world_protected(const struct world *world, uint32_t person)
{
	return g_hash_table_contains(world->protected, GUINT_TO_POINTER(person + 1));
}

bool
world_own(const struct world *world, uint32_t person)
{
	const struct kisi_user *own = world->own_user != 0
					  ? snapshot_user(world->snapshot, world->own_user)
					  : NULL;
	return own != NULL && world_person_of(world, own) == person;
}

bool
world_other_role(const struct world *world, uint32_t person, int64_t group_id)
{
	char *key = pair_key(person, group_id);
	bool has = g_hash_table_contains(world->other_roles, key);
	g_free(key);
	return has;
}

const char *
world_file(const struct world *world, const struct raw_reason *reason)
{
	const struct import_facts *facts = g_ptr_array_index(world->imports, reason->source);
	return ((const struct file_facts *)g_ptr_array_index(facts->files, reason->file))->name;
}

static int
compare_slots(gconstpointer p, gconstpointer q)
{
	const struct slot *a = p, *b = q;
	if (a->person != b->person)
		return a->person < b->person ? -1 : 1;
	return (a->group_id > b->group_id) - (a->group_id < b->group_id);
}

const struct slot *
world_slot(const struct world *world, uint32_t person, int64_t group_id)
{
	struct slot key = {.person = person, .group_id = group_id};
	guint at;
	if (!g_array_binary_search(world->slots->slots, &key, compare_slots, &at))
		return NULL;
	return &g_array_index(world->slots->slots, struct slot, at);
}

int64_t
world_group_of(const struct world *world, const char *text)
{
	int64_t *known = g_hash_table_lookup(world->group_texts, text);
	if (known == NULL) {
		known = g_new(int64_t, 1);
		*known = groups_find(world->groups, world->snapshot, text);
		g_hash_table_insert(world->group_texts, (gpointer)text, known);
	}
	return *known;
}

struct missing_group *
world_missing(const struct world *world, uint32_t ref)
{
	if (g_array_index(world->groups->of_ref, int64_t, ref) != 0 ||
	    g_array_index(world->groups->pass_of_ref, int64_t, ref) != 0)
		return NULL;
	const char *text = g_array_index(world->entitled->refs, struct door_ref, ref).text;
	for (guint i = 0; i < world->plan->missing_groups->len; i++) {
		struct missing_group *missing = g_ptr_array_index(world->plan->missing_groups, i);
		if (strcmp(missing->group, text) == 0)
			return missing;
	}
	return NULL;
}

guint
world_traces(const struct world *world, uint32_t person)
{
	const GArray *traces = world->entitled->traces;
	guint low = 0, high = traces->len;
	while (low < high) {
		guint middle = low + (high - low) / 2;
		if (g_array_index(traces, struct trace, middle).person < person)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

guint
world_holdings(const struct world *world, uint32_t person, int64_t group_id)
{
	guint low = 0, high = world->holdings->len;
	while (low < high) {
		guint middle = low + (high - low) / 2;
		const struct holding *one = &g_array_index(world->holdings, struct holding, middle);
		bool before = one->person != person ? one->person < person
						    : one->group_id < group_id;
		if (before)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool
world_entitles(const struct world *world, const struct slot *slot, struct interval span)
{
	for (uint32_t i = 0; slot != NULL && i < slot->count; i++) {
		if (interval_covers(
			g_array_index(world->slots->windows, struct window, slot->first + i).span,
			span))
			return true;
	}
	return false;
}

const struct window *
world_next_window(const struct world *world, const struct slot *slot)
{
	if (slot == NULL || slot->next == slot->first + slot->count)
		return NULL;
	return &g_array_index(world->slots->windows, struct window, slot->next);
}
