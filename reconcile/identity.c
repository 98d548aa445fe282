/* A person whose address has changed in the booking system is known by the id that the system has for them. */
#include "model/ruling.h"
#include "reconcile/mismatch.h"
#include "reconcile/people.h"

#include <string.h>

#define MEMORY "person" /* of the history: "system\nid" -> address at the last apply */
#define SURE 100

/* ---- who has another address now ---- */

struct seeker {
	struct world *world;
	GHashTable *with_window;
	GPtrArray *found; /* of struct mismatch * */
};

static bool
is_wanted(const struct seeker *seeker, uint32_t person)
{
	return g_hash_table_contains(seeker->with_window, GUINT_TO_POINTER(person + 1));
}

/* The user under the old address, whom nobody wants any more; NULL when there is none, or it is nobody's business. */
static const struct kisi_user *
left_behind(const struct seeker *seeker, uint32_t person)
{
	struct world *world = seeker->world;
	const struct kisi_user *user = g_ptr_array_index(world->user_of, person);
	struct entitled_person who = world_person(world, person);
	return user == NULL || who.blocked || who.deleted || world_protected(world, person) ||
		       is_wanted(seeker, person)
		   ? NULL
		   : user;
}

static void
seek(void *data, const char *name, const char *id, const char *email)
{
	struct seeker *seeker = data;
	struct world *world = seeker->world;
	g_autofree char *key = g_strconcat(name, "\n", id, NULL);
	const char *known = history_recall(world->history, MEMORY, key);
	const char *was = known != NULL ? config_person(world->config, known) : NULL;
	if (was == NULL || strcmp(was, email) == 0 || config_different(world->config, email, was))
		return;
	uint32_t now = intern_find(world->entitled->people, email),
		 before = intern_find(world->entitled->people, was);
	const struct kisi_user *user = before != INTERN_NONE ? left_behind(seeker, before) : NULL;
	if (user == NULL || now == INTERN_NONE || !is_wanted(seeker, now))
		return;
	struct mismatch *mismatch = g_new0(struct mismatch, 1);
	*mismatch = (struct mismatch){.email = plan_text(world->plan, email),
	    .name = plan_text(world->plan, world_person(world, now).name),
	    .kisi_email = plan_text(world->plan, user->email),
	    .kisi_name = plan_text(world->plan, user->name),
	    .user_id = user->id,
	    .score = SURE,
	    .evidence = plan_printf(
		world->plan, "the same id %s of %s under a new address", id, name),
	    .groups = mismatch_groups(world, now),
	    .record = mismatch_record(world, now),
	    .same = mismatch_ruling(world, "same", email, user->person),
	    .different = mismatch_ruling(world, "different", email, user->person),
	    .by_id = true};
	g_ptr_array_add(seeker->found, mismatch);
}

static struct mismatch *
find_pair(const struct plan *plan, const struct mismatch *pair)
{
	for (guint i = 0; i < plan->mismatches->len; i++) {
		struct mismatch *one = g_ptr_array_index(plan->mismatches, i);
		if (one->user_id == pair->user_id && strcmp(one->email, pair->email) == 0)
			return one;
	}
	return NULL;
}

static int
compare_pairs(gconstpointer p, gconstpointer q)
{
	const struct mismatch *a = *(struct mismatch *const *)p, *b = *(struct mismatch *const *)q;
	int order = strcmp(a->email, b->email);
	if (order == 0)
		order = (a->user_id > b->user_id) - (a->user_id < b->user_id);
	return order != 0 ? order : strcmp(a->evidence, b->evidence);
}

void
identity_find(struct world *world, GHashTable *with_window)
{
	g_autoptr(GPtrArray) found = g_ptr_array_new();
	struct seeker seeker = {world, with_window, found};
	directory_identities(world->entitled->directory, seek, &seeker);
	g_ptr_array_sort(found, compare_pairs);
	for (guint i = 0; i < found->len; i++) {
		struct mismatch *pair = g_ptr_array_index(found, i);
		struct mismatch *known = find_pair(world->plan, pair);
		if (known == NULL) {
			g_ptr_array_add(world->plan->mismatches, pair);
			mismatch_say(world, pair);
			continue;
		}
		if (!known->by_id)
			known->evidence = plan_printf(
			    world->plan, "%s; %s", pair->evidence, known->evidence);
		known->score = SURE;
		known->by_id = true;
		g_free(pair);
	}
}

/* ---- for the next run ---- */

struct keeper {
	const struct world *world;
	GHashTable *identities;
};

static bool
has_user(const struct world *world, const char *email)
{
	uint32_t person = intern_find(world->entitled->people, config_person(world->config, email));
	return person != INTERN_NONE && g_ptr_array_index(world->user_of, person) != NULL;
}

/* Does somebody still have to say that the one who had this id is the one who has it? */
static bool
is_open(const struct world *world, const char *email, const char *was)
{
	for (guint i = 0; i < world->plan->mismatches->len; i++) {
		const struct mismatch *pair = g_ptr_array_index(world->plan->mismatches, i);
		const struct kisi_user *user = snapshot_user(world->snapshot, pair->user_id);
		if (pair->by_id && strcmp(pair->email, email) == 0 && user != NULL &&
		    g_strcmp0(user->person, was) == 0)
			return true;
	}
	return false;
}

static void
keep(void *data, const char *name, const char *id, const char *email)
{
	struct keeper *keeper = data;
	char *key = g_strconcat(name, "\n", id, NULL);
	const char *was = history_recall(keeper->world->history, MEMORY, key);
	if (was != NULL && is_open(keeper->world, email, was))
		g_hash_table_replace(keeper->identities, key, g_strdup(was));
	else if (has_user(keeper->world, email))
		g_hash_table_replace(keeper->identities, key, g_strdup(email));
	else
		g_free(key);
}

void
identity_remember(const struct world *world, GHashTable *identities)
{
	struct keeper keeper = {world, identities};
	GHashTableIter iter;
	gpointer key, value;
	/* Of an export that is refused, or has lost rows, what was known stands. */
	g_hash_table_iter_init(&iter, history_memory(world->history, MEMORY));
	while (g_hash_table_iter_next(&iter, &key, &value)) {
		if (has_user(world, value))
			g_hash_table_replace(identities, g_strdup(key), g_strdup(value));
	}
	directory_identities(world->entitled->directory, keep, &keeper);
}
