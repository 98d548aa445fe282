/* Is somebody in Kisi under another address?  Evidence, never a decision: a person rules on each pair. */
#include "reconcile/mismatch.h"

#include "base/text.h"
#include "model/ruling.h"
#include "reconcile/findings.h"
#include "reconcile/reasons.h"

#include <string.h>

#define SPELLING_MIN 6	     /* shorter local parts differ by a letter too often */
#define BUCKET_MAX 8	     /* a key shared by more users than this tells nothing */
#define BY_CHANCE 0.1	     /* as many others of a name are expected: more, and it tells nothing */
#define BY_CHANCE_BESIDE 0.3 /* ... beside a local part that says the same */
#define ELSEWHERE 50	     /* people of a small venue are not all there are */
#define PAIRS_MAX 5 /* shown for one wanted person, and more only where both sides are held */

/* One address taken apart. */
struct side {
	uint32_t person;
	const struct kisi_user *user; /* NULL for the wanted side */
	char *email;
	char *local; /* before the @ */
	const char *domain;
	char *bare;  /* local part without plus tag */
	char *plain; /* ... and without dots */
	char *name;  /* sorted words of the name, folded; NULL when there is no full name */
	bool listed; /* an export names this address, too: the system knows both, as two */
};

static void
side_free(gpointer p)
{
	struct side *side = p;
	g_free(side->email);
	g_free(side->local);
	g_free(side->bare);
	g_free(side->plain);
	g_free(side->name);
	g_free(side);
}

/* `Moss, Ada` and `ADA MOSS` are one name.  One word is not enough to tell people apart. */
static char *
name_key(const char *name)
{
	if (text_blank(name))
		return NULL;
	char *key = text_key(name);
	char **words = g_strsplit_set(key, " ,;.", -1);
	GPtrArray *kept = g_ptr_array_new();
	for (char **word = words; *word != NULL; word++) {
		if (**word != '\0')
			g_ptr_array_add(kept, *word);
	}
	g_ptr_array_sort(kept, text_compare);
	size_t n = kept->len;
	g_ptr_array_add(kept, NULL);
	char *joined = n >= 2 ? g_strjoinv(" ", (char **)kept->pdata) : NULL;
	g_ptr_array_unref(kept);
	g_strfreev(words);
	g_free(key);
	return joined;
}

static char *
without_dots(const char *text)
{
	GString *out = g_string_new(NULL);
	for (const char *p = text; *p != '\0'; p++) {
		if (*p != '.')
			g_string_append_c(out, *p);
	}
	return g_string_free(out, FALSE);
}

/* The name that the part before the @ would make; NULL.  Caller frees. */
static char *
name_of_address(const char *email)
{
	g_autofree char *local = email != NULL ? g_strndup(email, strcspn(email, "@")) : NULL;
	return name_key(local);
}

static struct side *
side_new(uint32_t person, const struct kisi_user *user, const char *email, const char *name)
{
	const char *at = strchr(email, '@');
	g_assert(at != NULL); /* canonical addresses only */
	struct side *side = g_new0(struct side, 1);
	side->person = person;
	side->user = user;
	side->email = g_strdup(email);
	side->domain = side->email + (at - email) + 1;
	side->local = g_strndup(email, (size_t)(at - email));
	side->bare = g_strndup(side->local, strcspn(side->local, "+"));
	side->plain = without_dots(side->bare);
	side->name = name_key(name);
	/* Kisi makes a name out of the address when it is given none: that is no second witness. */
	char *made = user != NULL ? name_of_address(side->email) : NULL;
	if (side->name != NULL && made != NULL && strcmp(side->name, made) == 0)
		g_clear_pointer(&side->name, g_free);
	g_free(made);
	return side;
}

/* ---- the index: derived keys of the Kisi side ---- */

static void
bucket_free(gpointer p)
{
	g_ptr_array_unref(p);
}

static void
index_add(GHashTable *index, char *key, struct side *side)
{
	GPtrArray *bucket = g_hash_table_lookup(index, key);
	if (bucket == NULL) {
		bucket = g_ptr_array_new();
		g_hash_table_insert(index, key, bucket);
	} else {
		g_free(key);
	}
	g_ptr_array_add(bucket, side);
}

typedef void (*key_fn)(void *user, char *key, struct side *side);

/*
 * All keys under which a side can be found; each is handed over with its ownership.  Two spellings that differ in
 * one letter share a key with that letter left out.
 */
static void
each_key(struct side *side, key_fn fn, void *user)
{
	fn(user, g_strconcat("local\n", side->plain, NULL), side);
	if (side->name != NULL)
		fn(user, g_strconcat("name\n", side->name, NULL), side);
	size_t length = strlen(side->plain);
	if (length < SPELLING_MIN)
		return;
	for (size_t i = 0; i < length; i++)
		fn(user,
		    g_strdup_printf(
			"near\n%.*s%s@%s", (int)i, side->plain, side->plain + i + 1, side->domain),
		    side);
	fn(user, g_strdup_printf("near\n%s@%s", side->plain, side->domain), side);
}

static void
index_key(void *user, char *key, struct side *side)
{
	index_add(user, key, side);
}

/* ---- evidence ---- */

/* user12 and user13 are two people, whatever their spelling. */
static bool
same_digits(const char *a, const char *b)
{
	for (;;) {
		while (*a != '\0' && !g_ascii_isdigit(*a))
			a++;
		while (*b != '\0' && !g_ascii_isdigit(*b))
			b++;
		if (*a != *b)
			return false;
		if (*a == '\0')
			return true;
		a++;
		b++;
	}
}

struct evidence {
	int score;
	const char *text;
};

/* Of short domains two real ones may lie close together: gmx.de and gmx.at.  The first letter is seldom a typo of two. */
static bool
near_domains(const char *a, const char *b)
{
	size_t shorter = MIN(strlen(a), strlen(b));
	unsigned most = shorter >= 10 && *a == *b ? 2 : 1;
	return shorter >= 6 && text_distance(a, b, most) <= most;
}

/* hana.kim here and hana.kim there is a name twice; info here and info there says nothing by itself. */
static struct evidence
domain_evidence(const struct side *a, const struct side *b)
{
	if (near_domains(a->domain, b->domain))
		return (struct evidence){85, "domain typo"};
	char *full_name = name_key(a->local);
	/* A name on one side alone is no help: the other one may be anybody's. */
	int score = full_name != NULL ? 65 : g_strcmp0(a->name, b->name) == 0 ? 45 : 0;
	g_free(full_name);
	/* Two accounts of one system are two people, as long as nothing but a name speaks against it. */
	if (a->listed || b->listed)
		score = 0;
	return (struct evidence){score, score > 0 ? "same local part" : NULL};
}

static struct evidence
address_evidence(const struct side *a, const struct side *b)
{
	bool same_domain = strcmp(a->domain, b->domain) == 0;
	if (same_domain && strcmp(a->bare, b->bare) == 0)
		return (struct evidence){95, "plus tag"};
	if (same_domain && strcmp(a->plain, b->plain) == 0)
		return (struct evidence){90, "dots"};
	if (!same_domain && strcmp(a->plain, b->plain) == 0)
		return domain_evidence(a, b);
	if (same_domain && same_digits(a->plain, b->plain) &&
	    text_distance(a->bare, b->bare, 2) <= 1)
		return (struct evidence){70, "near spelling"};
	return (struct evidence){0, NULL};
}

/* Does a name tell, by itself, and beside a local part that is the same elsewhere? */
struct witness {
	bool alone, beside;
};

/* Two names that agree speak for the pair, two that differ against it. */
static struct evidence
weigh(const struct side *a, const struct side *b, struct witness name)
{
	struct evidence found = address_evidence(a, b);
	if (found.score > 0 && found.score <= 65 && !name.beside)
		return (struct evidence){0, NULL};
	if (a->name == NULL || b->name == NULL)
		return found;
	if (strcmp(a->name, b->name) != 0)
		return (struct evidence){
		    found.score > 0 ? found.score - (found.score > 85 ? 40 : 50) : 0, found.text};
	if (found.score > 0)
		return (struct evidence){MIN(found.score + 25, 100), found.text};
	return (struct evidence){name.alone && !a->listed && !b->listed ? 60 : 0, NULL};
}

/* ---- the search ---- */

struct search {
	struct world *world;
	GHashTable *index;
	GHashTable *name_counts; /* name key -> number of people in the exports with it */
	GHashTable *user_counts; /* ... and of users in Kisi */
	GHashTable *word_counts; /* word of a name -> number of people, wherever they are */
	guint named;		 /* people with a name */
	GHashTable *paired;	 /* Kisi sides already weighed for this person */
	struct side *wanted;
	GPtrArray *found; /* of struct mismatch *, for this person */
};

/* A remembered giver that stands in for what cannot be known now, so that its person is wanted; NULL. */
static const struct giver *
stand_in_at(const struct world *world, uint32_t person, int64_t group_id)
{
	guint count;
	const struct known_giver *list = givers_of(
	    world->givers, OBJECT_ASSIGNMENT, person, group_id, &count);
	for (guint i = 0; i < count; i++) {
		if (list[i].account.standing == STANDING_KEPT &&
		    list[i].giver->span.until > world->now)
			return list[i].giver;
	}
	return NULL;
}

const char *
mismatch_groups(const struct world *world, uint32_t person)
{
	GString *text = g_string_new(NULL);
	for (guint i = 0; i < world->groups->managed->len; i++) {
		const struct managed_group *group = &g_array_index(
		    world->groups->managed, struct managed_group, i);
		const struct slot *slot = world_slot(world, person, group->id);
		if ((slot != NULL && slot->wanted) || stand_in_at(world, person, group->id) != NULL)
			g_string_append_printf(
			    text, "%s%s", text->len > 0 ? "; " : "", group->name);
	}
	const char *kept = plan_text(world->plan, text->str);
	g_string_free(text, TRUE);
	return kept;
}

/* What is remembered names it, and no row that can be read now. */
static const char *
naming_giver(struct world *world, uint32_t person)
{
	const struct giver *giver = NULL;
	for (guint i = 0; i < world->groups->managed->len && giver == NULL; i++)
		giver = stand_in_at(world, person,
		    g_array_index(world->groups->managed, struct managed_group, i).id);
	if (giver == NULL)
		return "a record whose time comes later";
	return plan_printf(world->plan, "%s%s%s (%s, as it was last read)",
	    record_kind_word((enum record_kind)giver->record_kind),
	    giver->record != NULL ? " " : "", giver->record != NULL ? giver->record : "",
	    giver->source);
}

/* A record that names the wanted address: where a wrong one can be put right. */
const char *
mismatch_record(struct world *world, uint32_t person)
{
	const struct window *window = NULL;
	for (guint i = 0; i < world->groups->managed->len && window == NULL; i++) {
		const struct managed_group *group = &g_array_index(
		    world->groups->managed, struct managed_group, i);
		const struct slot *slot = world_slot(world, person, group->id);
		window = slot != NULL && slot->wanted ? world_next_window(world, slot) : NULL;
	}
	if (window == NULL)
		return naming_giver(world, person);
	struct reason reason;
	const struct raw_window *raw = &g_array_index(
	    world->slots->raw, struct raw_window, window->first);
	reason_fill(world, &reason, raw->reason, raw->span);
	return plan_printf(world->plan, "%s%s%s (%s:%u)",
	    record_kind_word((enum record_kind)reason.kind), reason.record != NULL ? " " : "",
	    reason.record != NULL ? reason.record : "", reason.file, reason.row);
}

/*
 * What to type beside the configuration: reports leave out where on this machine it is.  Addresses come out of exports:
 * none of them may be taken for an option.
 */
const char *
mismatch_ruling(struct world *world, const char *command, const char *a, const char *b)
{
	const char *path = world->config->path;
	g_autofree char *name = path != NULL ? g_path_get_basename(path) : NULL;
	g_autofree char *word = text_shell(name != NULL ? name : "kisi-reconcile.ini");
	g_autofree char *first = text_shell(a), *second = text_shell(b);
	bool like_option = *a == '-' || *b == '-';
	return plan_printf(world->plan, "kisi-reconcile -c %s %s%s %s %s", word, command,
	    like_option ? " --" : "", first, second);
}

static guint
count_of(GHashTable *counts, const char *name)
{
	return GPOINTER_TO_UINT(g_hash_table_lookup(counts, name));
}

/*
 * How many others would be called so by chance?  As many people as have each word of the name, but for these two, say how often
 * words meet: in a whole family, or with a first name of everybody, a name tells little.
 */
static double
chance_of(const struct search *search, const char *name)
{
	double people = search->named + ELSEWHERE, chance = people;
	g_auto(GStrv) words = g_strsplit(name != NULL ? name : "", " ", -1);
	for (char **word = words; *word != NULL; word++) {
		guint all = count_of(search->word_counts, *word);
		chance *= (all > 2 ? all - 2 : 0) / people;
	}
	return chance;
}

/* What the wanted person's name is worth, where Kisi has `alone` one such user, but for a user of their own. */
static struct witness
witness_of(const struct search *search, const char *name, bool alone)
{
	const struct kisi_user *user = g_ptr_array_index(
	    search->world->user_of, search->wanted->person);
	g_autofree char *key = user != NULL ? name_key(user->name) : NULL;
	guint own = name != NULL && g_strcmp0(key, name) == 0;
	double chance = name != NULL ? chance_of(search, name) : 0;
	return (struct witness){
	    .alone = alone && name != NULL && count_of(search->name_counts, name) <= 1 &&
		     count_of(search->user_counts, name) <= 1 + own && chance < BY_CHANCE,
	    .beside = chance < BY_CHANCE_BESIDE};
}

static void
weigh_pair(struct search *search, const struct side *other, bool alone)
{
	struct world *world = search->world;
	const struct side *wanted = search->wanted;
	if (config_different(world->config, wanted->email, other->email))
		return;
	struct evidence evidence = weigh(wanted, other, witness_of(search, wanted->name, alone));
	if (evidence.score < MISMATCH_SHOWN)
		return;
	bool same_name = wanted->name != NULL && g_strcmp0(wanted->name, other->name) == 0;
	struct mismatch *mismatch = g_new0(struct mismatch, 1);
	*mismatch = (struct mismatch){
	    .email = plan_text(world->plan, world_email(world, wanted->person)),
	    .name = plan_text(world->plan, world_person(world, wanted->person).name),
	    .kisi_email = plan_text(world->plan, other->user->email),
	    .kisi_name = plan_text(world->plan, other->user->name),
	    .user_id = other->user->id,
	    .score = evidence.score,
	    .evidence = plan_printf(world->plan, "%s%s%s",
		evidence.text != NULL ? evidence.text : "",
		evidence.text != NULL && same_name ? "; " : "", same_name ? "same name" : ""),
	    .groups = mismatch_groups(world, wanted->person),
	    .record = mismatch_record(world, wanted->person),
	    .same = mismatch_ruling(world, "same", wanted->email, other->email),
	    .different = mismatch_ruling(world, "different", wanted->email, other->email)};
	g_ptr_array_add(search->found, mismatch);
}

static void
look_up(void *user, char *key, struct side *side)
{
	struct search *search = user;
	const GPtrArray *bucket = g_hash_table_lookup(search->index, key);
	g_free(key);
	if (bucket == NULL || bucket->len > BUCKET_MAX)
		return;
	for (guint i = 0; i < bucket->len; i++) {
		struct side *other = g_ptr_array_index(bucket, i);
		if (g_hash_table_add(search->paired, other))
			weigh_pair(search, other, bucket->len == 1);
	}
}

static int
compare_mismatches(gconstpointer p, gconstpointer q)
{
	const struct mismatch *a = *(struct mismatch *const *)p, *b = *(struct mismatch *const *)q;
	if (a->score != b->score)
		return a->score > b->score ? -1 : 1;
	int order = strcmp(a->email, b->email);
	return order != 0 ? order : (a->user_id > b->user_id) - (a->user_id < b->user_id);
}

void
mismatch_say(struct world *world, const struct mismatch *mismatch)
{
	finding_add(world->plan, FINDING_EMAIL_MISMATCH, mismatch->email, NULL,
	    mismatch->kisi_email,
	    "should have access by %s, but is not in Kisi; perhaps the same as %s (%s, "
	    "score %d); if it is one person: %s ; if they are two people: %s",
	    mismatch->record, mismatch->kisi_email, mismatch->evidence, mismatch->score,
	    mismatch->same, mismatch->different);
}

static void
report_found(struct search *search)
{
	struct plan *plan = search->world->plan;
	g_ptr_array_sort(search->found, compare_mismatches);
	for (guint i = 0; i < search->found->len; i++) {
		struct mismatch *mismatch = g_ptr_array_index(search->found, i);
		if (i >= PAIRS_MAX && mismatch->score < MISMATCH_HOLD) {
			g_free(mismatch);
			continue;
		}
		g_ptr_array_add(plan->mismatches, mismatch);
		mismatch_say(search->world, mismatch);
	}
}

static void
search_for(struct search *search, struct side *wanted)
{
	search->wanted = wanted;
	g_hash_table_remove_all(search->paired);
	g_ptr_array_set_size(search->found, 0);
	each_key(wanted, look_up, search);
	report_found(search);
}

/* Nobody wants a user whose person has no window from now on; blocked and protected people are no candidates. */
static GPtrArray *
unwanted_users(const struct world *world, const GHashTable *with_window)
{
	GPtrArray *sides = g_ptr_array_new_with_free_func(side_free);
	for (guint i = 0; i < world->snapshot->users->len; i++) {
		const struct kisi_user *user = &g_array_index(
		    world->snapshot->users, struct kisi_user, i);
		uint32_t person = world_person_of(world, user);
		struct entitled_person who = world_person(world, person);
		if (user->person == NULL || who.blocked || who.deleted ||
		    g_hash_table_contains(
			(GHashTable *)with_window, GUINT_TO_POINTER(person + 1)) ||
		    world_protected(world, person))
			continue;
		struct side *side = side_new(person, user, user->person, user->name);
		side->listed = who.known;
		g_ptr_array_add(sides, side);
	}
	return sides;
}

/* Remembered givers that stand in make their people wanted, too. */
static void
add_stand_ins(
    const struct world *world, GHashTable *with_window, GHashTable *seen, GPtrArray *sides)
{
	const GArray *all = givers_all(world->givers);
	instant last = world->now + world->config->schedule.lookahead;
	for (guint i = 0; i < all->len; i++) {
		const struct known_giver *one = &g_array_index(all, struct known_giver, i);
		gpointer key = GUINT_TO_POINTER(one->person + 1);
		if (one->account.standing != STANDING_KEPT ||
		    one->giver->span.until <= world->now ||
		    one->giver->object != OBJECT_ASSIGNMENT ||
		    groups_managed(world->groups, one->giver->door_id) == NULL)
			continue;
		g_hash_table_add(with_window, key);
		if (one->giver->span.from <= last &&
		    g_ptr_array_index(world->user_of, one->person) == NULL &&
		    g_hash_table_add(seen, key))
			g_ptr_array_add(
			    sides, side_new(one->person, NULL, world_email(world, one->person),
				       world_person(world, one->person).name));
	}
}

static GPtrArray *
userless_people(const struct world *world, GHashTable *with_window)
{
	GPtrArray *sides = g_ptr_array_new_with_free_func(side_free);
	GHashTable *seen = g_hash_table_new(NULL, NULL);
	const GArray *slots = world->slots->slots;
	for (guint i = 0; i < slots->len; i++) {
		const struct slot *slot = &g_array_index(slots, struct slot, i);
		gpointer key = GUINT_TO_POINTER(slot->person + 1);
		if (world_next_window(world, slot) != NULL)
			g_hash_table_add(with_window, key);
		if (!slot->wanted || g_ptr_array_index(world->user_of, slot->person) != NULL ||
		    !g_hash_table_add(seen, key))
			continue;
		g_ptr_array_add(
		    sides, side_new(slot->person, NULL, world_email(world, slot->person),
			       world_person(world, slot->person).name));
	}
	add_stand_ins(world, with_window, seen, sides);
	g_hash_table_unref(seen);
	return sides;
}

static void
count_word(GHashTable *counts, const char *word)
{
	g_hash_table_replace(counts, g_strdup(word), GUINT_TO_POINTER(count_of(counts, word) + 1));
}

/* A name and its words, each person's once. */
static void
count_name(struct search *search, GHashTable *names, const char *name)
{
	g_autofree char *key = name_key(name);
	if (key == NULL)
		return;
	count_word(names, key);
	g_auto(GStrv) words = g_strsplit(key, " ", -1);
	for (char **word = words; *word != NULL; word++)
		count_word(search->word_counts, *word);
	search->named++;
}

/* What people are called, whoever they are: somebody in both places is one. */
static void
count_names(struct search *search)
{
	const struct world *world = search->world;
	const GArray *persons = world->entitled->persons;
	for (guint i = 0; i < persons->len; i++)
		count_name(search, search->name_counts, world_person(world, i).name);
	for (guint i = 0; i < world->snapshot->users->len; i++) {
		const struct kisi_user *user = &g_array_index(
		    world->snapshot->users, struct kisi_user, i);
		g_autofree char *key = name_key(user->name), *made = name_of_address(user->person);
		uint32_t person = world_person_of(world, user);
		if (key == NULL || g_strcmp0(key, made) == 0)
			continue;
		if (person < persons->len && world_person(world, person).name != NULL)
			count_word(search->user_counts, key);
		else
			count_name(search, search->user_counts, user->name);
	}
}

/* Is somebody entitled now who was found to look like this user, and has got a user of their own since? */
static void
weigh_again(struct search *search, GHashTable *with_window, const char *email, int64_t user_id)
{
	struct world *world = search->world;
	uint32_t person = intern_find(world->entitled->people, config_person(world->config, email));
	const struct kisi_user *user = snapshot_user(world->snapshot, user_id);
	if (person == INTERN_NONE || user == NULL || user->person == NULL ||
	    g_ptr_array_index(world->user_of, person) == NULL ||
	    !g_hash_table_contains(with_window, GUINT_TO_POINTER(person + 1)))
		return;
	uint32_t other = world_person_of(world, user);
	struct entitled_person who = world_person(world, other);
	if (other == person || who.blocked || who.deleted || world_protected(world, other) ||
	    g_hash_table_contains(with_window, GUINT_TO_POINTER(other + 1)))
		return;
	struct side *wanted = side_new(
	    person, NULL, world_email(world, person), world_person(world, person).name);
	struct side *there = side_new(other, user, user->person, user->name);
	there->listed = who.known;
	search->wanted = wanted;
	g_ptr_array_set_size(search->found, 0);
	weigh_pair(search, there, true);
	report_found(search);
	side_free(wanted);
	side_free(there);
}

/* A pair is looked at until somebody rules on it, also when the one who was wanted has been let in. */
static void
weigh_remembered(struct search *search, GHashTable *with_window)
{
	GHashTableIter iter;
	gpointer key;
	g_autoptr(GPtrArray) keys = g_ptr_array_new();
	g_hash_table_iter_init(&iter, history_memory(search->world->history, "lookalike"));
	while (g_hash_table_iter_next(&iter, &key, NULL))
		g_ptr_array_add(keys, key);
	g_ptr_array_sort(keys, text_compare);
	for (guint i = 0; i < keys->len; i++) {
		g_auto(GStrv) parts = g_strsplit(g_ptr_array_index(keys, i), "\n", 2);
		int64_t user_id;
		if (g_strv_length(parts) == 2 && text_number(parts[1], 1, INT64_MAX, &user_id))
			weigh_again(search, with_window, parts[0], user_id);
	}
}

void
mismatch_find(struct world *world)
{
	GHashTable *with_window = g_hash_table_new(NULL, NULL);
	GPtrArray *wanted = userless_people(world, with_window);
	GPtrArray *users = wanted->len > 0 ? unwanted_users(world, with_window) : g_ptr_array_new();
	struct search search = {.world = world,
	    .index = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, bucket_free),
	    .name_counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
	    .user_counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
	    .word_counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
	    .paired = g_hash_table_new(NULL, NULL),
	    .found = g_ptr_array_new()};
	for (guint i = 0; i < users->len; i++)
		each_key(g_ptr_array_index(users, i), index_key, search.index);
	count_names(&search);
	for (guint i = 0; i < wanted->len; i++)
		search_for(&search, g_ptr_array_index(wanted, i));
	weigh_remembered(&search, with_window);
	identity_find(world, with_window);
	g_ptr_array_sort(world->plan->mismatches, compare_mismatches);
	g_hash_table_unref(search.index);
	g_hash_table_unref(search.name_counts);
	g_hash_table_unref(search.user_counts);
	g_hash_table_unref(search.word_counts);
	g_hash_table_unref(search.paired);
	g_ptr_array_unref(search.found);
	g_ptr_array_unref(users);
	g_ptr_array_unref(wanted);
	g_hash_table_unref(with_window);
}
