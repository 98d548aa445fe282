/* Joining people of the booking systems with users of Kisi, and finding the assignments in scope. */
#include "reconcile/world.h"

#include "base/text.h"
#include "reconcile/findings.h"

#include <string.h>

#define ROLE_BASIC "group_basic"

/*
 * What a user's person goes by.  Without an address the user can be nobody's, but must be reported under some text:
 * not under the name, which several have and which may even look like somebody's address.
 */
static const char *
user_text(const struct world *world, const struct kisi_user *user)
{
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
	finding_add(world->plan, "duplicate_user", address, NULL, subject,
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
	finding_add(world->plan, "indirect_access", NULL, group->name, subject,
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
	/* A second user of somebody who is deserved is left alone; one of nobody is no way in. */
	if (g_ptr_array_index(world->user_of, person) != user &&
	    world_next_window(world, world_slot(world, person, group->id)) != NULL)
		return;
	if (strcmp(assignment->role_id, ROLE_BASIC) != 0) {
		g_hash_table_add(world->other_roles, pair_key(person, group->id));
		return;
	}
	struct holding holding = {person, group->id, assignment, user};
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

void
world_prepare(struct world *world)
{
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

const struct window *
world_next_window(const struct world *world, const struct slot *slot)
{
	if (slot == NULL || slot->next == slot->first + slot->count)
		return NULL;
	return &g_array_index(world->slots->windows, struct window, slot->next);
}
