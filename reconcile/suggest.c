/* Which group of Kisi a resource or plan may stand for, by its name alone. */
#include "reconcile/suggest.h"

#include "base/intern.h"
#include "base/text.h"
#include "reconcile/places.h"

#include <string.h>

#define REAL_WORD 3 /* characters of a word that says something */

/* ---- words ---- */

/* The words of a text, folded, each once; of char *. */
static GPtrArray *
words_of(const char *text)
{
	GPtrArray *words = g_ptr_array_new_with_free_func(g_free);
	char *key = text_key(text);
	for (char *p = key; *p != '\0';) {
		char *end = p;
		while (*end != '\0' && g_unichar_isalnum(g_utf8_get_char(end)))
			end = g_utf8_next_char(end);
		char *word = g_strndup(p, (gsize)(end - p));
		if (end > p && !g_ptr_array_find_with_equal_func(words, word, g_str_equal, NULL))
			g_ptr_array_add(words, word);
		else
			g_free(word);
		p = end > p ? end : g_utf8_next_char(p);
	}
	g_free(key);
	return words;
}

static bool
has_word(GPtrArray *words, const char *word)
{
	return g_ptr_array_find_with_equal_func(words, word, g_str_equal, NULL);
}

/* ---- spellings ---- */

struct word {
	uint32_t id;
	bool digit; /* has one */
	bool real;  /* says something by itself */
};

/* A name taken apart, so that it can be compared with many. */
struct spelling {
	char *key, *header_key;
	GArray *words; /* of struct word */
	char *numbers; /* the words with digits, sorted; "" = none */
	bool numbered;
};

static void
spelling_init(struct spelling *spelling, struct intern *texts, const char *text)
{
	g_autoptr(GPtrArray) words = words_of(text);
	*spelling = (struct spelling){.key = text_key(text),
	    .header_key = text_header_key(text),
	    .words = g_array_new(FALSE, FALSE, sizeof(struct word))};
	for (guint i = 0; i < words->len; i++) {
		const char *text_of = words->pdata[i];
		struct word word = {
		    intern_add(texts, text_of), strpbrk(text_of, "0123456789") != NULL, false};
		word.real = !word.digit && g_utf8_strlen(text_of, -1) >= REAL_WORD;
		g_array_append_val(spelling->words, word);
	}
	g_ptr_array_sort(words, text_compare);
	GString *numbers = g_string_new(NULL);
	for (guint i = 0; i < words->len; i++) {
		if (strpbrk(words->pdata[i], "0123456789") != NULL)
			g_string_append_printf(numbers, "%s ", (const char *)words->pdata[i]);
	}
	spelling->numbered = numbers->len > 0;
	spelling->numbers = g_string_free(numbers, FALSE);
}

static void
spelling_done(struct spelling *spelling)
{
	g_free(spelling->key);
	g_free(spelling->header_key);
	g_free(spelling->numbers);
	g_array_unref(spelling->words);
}

static bool
has(const struct spelling *spelling, uint32_t id)
{
	for (guint i = 0; i < spelling->words->len; i++) {
		if (g_array_index(spelling->words, struct word, i).id == id)
			return true;
	}
	return false;
}

static unsigned
score_words(const struct spelling *a, const struct spelling *b)
{
	guint shared = 0, real = 0, least = MIN(a->words->len, b->words->len),
	      most = MAX(a->words->len, b->words->len);
	if (a->numbered && b->numbered && strcmp(a->numbers, b->numbers) != 0)
		return 0;
	for (guint i = 0; i < a->words->len; i++) {
		const struct word *word = &g_array_index(a->words, struct word, i);
		if (!has(b, word->id))
			continue;
		shared++;
		real += word->real;
	}
	if (real == 0 || shared * 2 < least)
		return 0;
	return shared == least ? 80 : 30 + 40 * shared / most;
}

static unsigned
score(const struct spelling *a, const struct spelling *b)
{
	if (strcmp(a->key, b->key) == 0)
		return 100;
	if (*a->header_key != '\0' && strcmp(a->header_key, b->header_key) == 0)
		return STARTER_SAME;
	return score_words(a, b);
}

unsigned
suggest_score(const char *name, const char *group)
{
	struct intern *texts = intern_new();
	struct spelling a, b;
	spelling_init(&a, texts, name);
	spelling_init(&b, texts, group);
	unsigned found = score(&a, &b);
	spelling_done(&a);
	spelling_done(&b);
	intern_free(texts);
	return found;
}

/* ---- rules ---- */

static const struct kisi_place *
place_of(const struct snapshot *snapshot, int64_t id)
{
	for (guint i = 0; i < snapshot->places->len; i++) {
		const struct kisi_place *place = &g_array_index(
		    snapshot->places, struct kisi_place, i);
		if (place->id == id)
			return place;
	}
	return NULL;
}

static int
compare_groups(gconstpointer p, gconstpointer q)
{
	const struct starter_group *a = p, *b = q;
	if (a->score != b->score)
		return a->score > b->score ? -1 : 1;
	int order = strcmp(a->name, b->name);
	return order != 0 ? order : (a->id > b->id) - (a->id < b->id);
}

/* The groups as their names are taken apart, and by what a name must share with them. */
struct catalogue {
	const struct snapshot *snapshot;
	int64_t place_id;
	struct intern *texts;
	struct spelling *groups;
	GHashTable *by_numbers, *by_header; /* of spelling -> GArray of guint */
	GHashTable *locks;	/* header key -> struct kisi_lock; NULL where several have it */
	GHashTable *own_groups; /* int64_t *: lock id -> how many groups open just this lock */
};

static void
list(GHashTable *table, const char *key, guint group)
{
	GArray *groups = g_hash_table_lookup(table, key);
	if (groups == NULL) {
		groups = g_array_new(FALSE, FALSE, sizeof(guint));
		g_hash_table_insert(table, (gpointer)key, groups);
	}
	g_array_append_val(groups, group);
}

static void
array_free(gpointer p)
{
	g_array_unref(p);
}

static void
list_locks(struct catalogue *catalogue)
{
	const struct snapshot *snapshot = catalogue->snapshot;
	for (guint i = 0; i < snapshot->locks->len; i++) {
		struct kisi_lock *lock = &g_array_index(snapshot->locks, struct kisi_lock, i);
		char *key = text_header_key(lock->name);
		if (catalogue->place_id != 0 && lock->place_id != catalogue->place_id)
			g_free(key);
		else
			g_hash_table_insert(catalogue->locks, key,
			    g_hash_table_contains(catalogue->locks, key) ? NULL : lock);
	}
	/* Sorted by group: one that opens a single lock has a single relation. */
	const GArray *all = snapshot->group_locks;
	for (guint i = 0, end; i < all->len; i = end) {
		struct kisi_group_lock *first = &g_array_index(all, struct kisi_group_lock, i);
		for (end = i + 1; end < all->len; end++) {
			if (g_array_index(all, struct kisi_group_lock, end).group_id !=
			    first->group_id)
				break;
		}
		guint count = GPOINTER_TO_UINT(
		    g_hash_table_lookup(catalogue->own_groups, &first->lock_id));
		if (end == i + 1)
			g_hash_table_insert(
			    catalogue->own_groups, &first->lock_id, GUINT_TO_POINTER(count + 1));
	}
}

static void
catalogue_init(struct catalogue *catalogue, const struct snapshot *snapshot, int64_t place_id)
{
	*catalogue = (struct catalogue){.snapshot = snapshot,
	    .place_id = place_id,
	    .texts = intern_new(),
	    .groups = g_new0(struct spelling, snapshot->groups->len + 1),
	    .by_numbers = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, array_free),
	    .by_header = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, array_free),
	    .locks = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
	    .own_groups = g_hash_table_new(g_int64_hash, g_int64_equal)};
	list_locks(catalogue);
	for (guint i = 0; i < snapshot->groups->len; i++) {
		struct spelling *spelling = &catalogue->groups[i];
		spelling_init(spelling, catalogue->texts,
		    g_array_index(snapshot->groups, struct kisi_group, i).name);
		list(catalogue->by_numbers, spelling->numbers, i);
		list(catalogue->by_header, spelling->header_key, i);
	}
}

static void
catalogue_done(struct catalogue *catalogue)
{
	for (guint i = 0; i < catalogue->snapshot->groups->len; i++)
		spelling_done(&catalogue->groups[i]);
	g_free(catalogue->groups);
	g_hash_table_unref(catalogue->by_numbers);
	g_hash_table_unref(catalogue->by_header);
	g_hash_table_unref(catalogue->locks);
	g_hash_table_unref(catalogue->own_groups);
	intern_free(catalogue->texts);
}

static void
weigh(const struct catalogue *catalogue, const struct spelling *own, guint number,
    struct starter_rule *rule)
{
	const struct kisi_group *group = &g_array_index(
	    catalogue->snapshot->groups, struct kisi_group, number);
	bool foreign = catalogue->place_id != 0 && group->place_id != 0 &&
		       group->place_id != catalogue->place_id;
	struct starter_group candidate = {
	    .id = group->id, .name = group->name, .score = score(own, &catalogue->groups[number])};
	if (candidate.score == 0 || foreign)
		return;
	const struct kisi_place *place = place_of(catalogue->snapshot, group->place_id);
	candidate.place = place != NULL ? place->name : NULL;
	g_array_append_val(rule->candidates, candidate);
}

/* A name with numbers is like one that has the same, or none; or it is spelt alike, but for blanks and punctuation. */
static void
weigh_likely(
    const struct catalogue *catalogue, const struct spelling *own, struct starter_rule *rule)
{
	const GArray *const lists[] = {g_hash_table_lookup(catalogue->by_numbers, own->numbers),
	    g_hash_table_lookup(catalogue->by_numbers, ""),
	    g_hash_table_lookup(catalogue->by_header, own->header_key)};
	for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
		for (guint j = 0; lists[i] != NULL && j < lists[i]->len; j++) {
			guint number = g_array_index(lists[i], guint, j);
			const char *numbers = catalogue->groups[number].numbers;
			/* The last list has some of the others', too. */
			if (i < 2 || (*numbers != '\0' && strcmp(numbers, own->numbers) != 0))
				weigh(catalogue, own, number, rule);
		}
	}
}

static void
find_candidates(struct starter_rule *rule, const struct catalogue *catalogue)
{
	struct spelling own;
	spelling_init(&own, catalogue->texts, rule->key);
	if (own.numbered)
		weigh_likely(catalogue, &own, rule);
	for (guint i = 0; !own.numbered && i < catalogue->snapshot->groups->len; i++)
		weigh(catalogue, &own, i, rule);
	spelling_done(&own);
	guint same = 0;
	for (guint i = 0; i < rule->candidates->len; i++)
		same += g_array_index(rule->candidates, struct starter_group, i).score >=
			STARTER_SAME;
	rule->clear = same == 1;
	g_array_sort(rule->candidates, compare_groups);
	if (rule->candidates->len > STARTER_GROUPS)
		g_array_set_size(rule->candidates, STARTER_GROUPS);
}

/* Where no group has the name, a lock may. */
static void
find_lock(struct starter_rule *rule, const struct catalogue *catalogue)
{
	g_autofree char *key = text_header_key(rule->key);
	const struct kisi_lock *lock = !rule->clear && *key != '\0'
					   ? g_hash_table_lookup(catalogue->locks, key)
					   : NULL;
	bool other = rule->candidates->len > 0 &&
		     g_array_index(rule->candidates, struct starter_group, 0).score >= STARTER_SAME;
	rule->lock = lock;
	rule->lock_clear = lock != NULL && !other &&
			   GPOINTER_TO_UINT(
			       g_hash_table_lookup(catalogue->own_groups, &lock->id)) == 1;
}

/* The names of all groups are taken apart once. */
static void
find_all_candidates(GPtrArray *rules, const struct snapshot *snapshot, int64_t place_id)
{
	struct catalogue catalogue;
	catalogue_init(&catalogue, snapshot, place_id);
	for (guint i = 0; i < rules->len; i++) {
		find_candidates(rules->pdata[i], &catalogue);
		find_lock(rules->pdata[i], &catalogue);
	}
	catalogue_done(&catalogue);
}

static void
rule_free(gpointer p)
{
	struct starter_rule *rule = p;
	g_array_unref(rule->candidates);
	g_free(rule->own_key);
	g_free(rule);
}

static int
compare_rules(gconstpointer p, gconstpointer q)
{
	const struct starter_rule *a = *(struct starter_rule *const *)p,
				  *b = *(struct starter_rule *const *)q;
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	int order = strcmp(a->key, b->key);
	return order != 0 ? order : g_strcmp0(a->location, b->location);
}

/* What tells one kind and name from another; with a location (NULL: none) one thing.  Returned, caller frees. */
static char *
thing(enum rule_kind kind, const char *name, const char *location)
{
	g_autofree char *key = text_key(name),
			*place = location != NULL ? text_key(location) : NULL;
	return g_strdup_printf(
	    "%d\n%s\n%s%s", (int)kind, key, place != NULL ? "@" : "", place != NULL ? place : "");
}

/* The rule of the same thing, made when it is new.  Entries come sorted, so that spellings are chosen by order. */
static struct starter_rule *
rule_of(GPtrArray *rules, GHashTable *known, const struct census_entry *entry)
{
	const char *key = entry->name != NULL ? entry->name : entry->id;
	char *what = thing(entry->kind, key, entry->location);
	struct starter_rule *rule = g_hash_table_lookup(known, what);
	if (rule != NULL) {
		g_free(what);
		return rule;
	}
	rule = g_new0(struct starter_rule, 1);
	*rule = (struct starter_rule){.kind = entry->kind,
	    .key = key,
	    .location = entry->location,
	    .candidates = g_array_new(FALSE, FALSE, sizeof(struct starter_group))};
	g_ptr_array_add(rules, rule);
	g_hash_table_insert(known, what, rule);
	return rule;
}

/*
 * A location is only needed where one name stands for several things.  Where it has none then, a rule would reach the
 * others, too.
 */
static void
settle_locations(GPtrArray *rules)
{
	/* name -> its first rule, which goes by itself as long as no other has that name */
	g_autoptr(GHashTable) first = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (guint i = 0; i < rules->len; i++) {
		struct starter_rule *rule = rules->pdata[i];
		char *what = thing(rule->kind, rule->key, NULL);
		struct starter_rule *other = g_hash_table_lookup(first, what);
		if (other != NULL)
			rule->namesakes = other->namesakes = true;
		else
			g_hash_table_insert(first, g_steal_pointer(&what), rule);
		g_free(what);
	}
	for (guint i = 0; i < rules->len; i++) {
		struct starter_rule *rule = rules->pdata[i];
		rule->clear = rule->clear && (!rule->namesakes || rule->location != NULL);
		rule->lock_clear = rule->lock_clear && !rule->namesakes;
		rule->location = rule->namesakes ? rule->location : NULL;
	}
}

/* ---- several places in one text ---- */

/* The names that groups, locks and rooms have by themselves: text_key -> itself, or NULL for those of rooms alone. */
static GHashTable *
names_of(const GArray *entries, const struct snapshot *snapshot)
{
	GHashTable *names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (guint i = 0; i < snapshot->groups->len; i++)
		g_hash_table_add(
		    names, text_key(g_array_index(snapshot->groups, struct kisi_group, i).name));
	for (guint i = 0; i < snapshot->locks->len; i++)
		g_hash_table_add(
		    names, text_key(g_array_index(snapshot->locks, struct kisi_lock, i).name));
	for (guint i = 0; i < entries->len; i++) {
		const char *name = g_array_index(entries, struct census_entry, i).name;
		char *key = name != NULL ? text_key(name) : NULL;
		if (key == NULL || g_hash_table_contains(names, key))
			g_free(key);
		else
			g_hash_table_insert(names, key, NULL);
	}
	return names;
}

static bool
is_name(void *user, const char *place)
{
	g_autofree char *key = text_key(place);
	return g_hash_table_contains(user, key);
}

static void
take_entry(GPtrArray *rules, GHashTable *known, const struct census_entry *entry)
{
	struct starter_rule *rule = rule_of(rules, known, entry);
	rule->records += entry->records;
	rule->group = rule->group != NULL ? rule->group : entry->group;
	if (rule->key == entry->name && rule->own_key == NULL && entry->own)
		rule->key = rule->own_key = g_strdup(entry->name);
}

/* A rule names one place, whatever else stands beside it in the text: a run cuts it by the names of the rules, too. */
static bool
take_places(
    GPtrArray *rules, GHashTable *known, GHashTable *names, const struct census_entry *entry)
{
	g_autoptr(GPtrArray) places = g_ptr_array_new_with_free_func(g_free);
	if (entry->kind != RULE_RESOURCE || entry->name == NULL || entry->group != NULL)
		return false;
	char *whole = text_key(entry->name);
	/* What is a group's name is one place, however it is written. */
	bool group = g_hash_table_lookup(names, whole) != NULL;
	g_hash_table_remove(names, whole);
	bool cut = !group && places_split(entry->name, is_name, names, places);
	g_hash_table_insert(names, whole, group ? whole : NULL);
	for (guint i = 0; cut && i < places->len; i++) {
		struct census_entry part = *entry;
		part.name = g_strstrip(g_ptr_array_index(places, i));
		part.own = true;
		take_entry(rules, known, &part);
	}
	return cut;
}

GPtrArray *
suggest_rules(const GArray *entries, const struct snapshot *snapshot, int64_t place_id)
{
	GPtrArray *rules = g_ptr_array_new_with_free_func(rule_free);
	g_autoptr(GHashTable) known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
			      names = names_of(entries, snapshot);
	for (guint i = 0; i < entries->len; i++) {
		const struct census_entry *entry = &g_array_index(entries, struct census_entry, i);
		if (!take_places(rules, known, names, entry))
			take_entry(rules, known, entry);
	}
	find_all_candidates(rules, snapshot, place_id);
	settle_locations(rules);
	g_ptr_array_sort(rules, compare_rules);
	return rules;
}

/* ---- people ---- */

void
suggest_by_hand(GPtrArray *rules, const GArray *by_hand)
{
	for (guint i = 0; i < rules->len; i++) {
		const struct starter_rule *rule = g_ptr_array_index(rules, i);
		struct starter_group *first = rule->candidates->len > 0
						  ? &g_array_index(
							rule->candidates, struct starter_group, 0)
						  : NULL;
		if (!rule->clear || first == NULL)
			continue;
		first->unnamed = 0;
		for (guint j = 0; j < by_hand->len; j++)
			first->unnamed += g_array_index(by_hand, struct starter_hand, j).group_id ==
					  first->id;
	}
}

/* Group -> set of the users in it whom no export names. */
static GHashTable *
unnamed_of_groups(const struct snapshot *snapshot, GHashTable *named)
{
	GHashTable *groups = g_hash_table_new_full(
	    g_int64_hash, g_int64_equal, NULL, (GDestroyNotify)g_hash_table_unref);
	for (guint i = 0; i < snapshot->assignments->len; i++) {
		const struct kisi_assignment *one = &g_array_index(
		    snapshot->assignments, struct kisi_assignment, i);
		const struct kisi_user *user = one->assignee == ASSIGNEE_USER &&
						       one->applies_to == APPLIES_TO_GROUP
						   ? snapshot_user(snapshot, one->assignee_id)
						   : NULL;
		if (user == NULL || strcmp(one->role_id, ROLE_GROUP_BASIC) != 0 ||
		    (user->person != NULL && g_hash_table_contains(named, user->person)))
			continue;
		GHashTable *users = g_hash_table_lookup(groups, &one->applies_to_id);
		if (users == NULL) {
			users = g_hash_table_new(g_int64_hash, g_int64_equal);
			g_hash_table_insert(groups, (gpointer)&one->applies_to_id, users);
		}
		g_hash_table_add(users, (gpointer)&user->id);
	}
	return groups;
}

void
suggest_unnamed(GPtrArray *rules, const struct snapshot *snapshot, GHashTable *named)
{
	g_autoptr(GHashTable) groups = unnamed_of_groups(snapshot, named);
	for (guint i = 0; i < rules->len; i++) {
		const struct starter_rule *rule = g_ptr_array_index(rules, i);
		for (guint j = 0; j < rule->candidates->len; j++) {
			struct starter_group *group = &g_array_index(
			    rule->candidates, struct starter_group, j);
			GHashTable *users = g_hash_table_lookup(groups, &group->id);
			group->unnamed = users != NULL ? g_hash_table_size(users) : 0;
		}
	}
}

/* ---- places ---- */

/* Has the place's name a word that no other place has, and is it among these? */
static bool
place_speaks(const struct snapshot *snapshot, const struct kisi_place *place, GPtrArray *text)
{
	GPtrArray *own = words_of(place->name);
	bool speaks = false;
	for (guint i = 0; i < own->len; i++) {
		bool shared = false;
		for (guint j = 0; j < snapshot->places->len; j++) {
			const struct kisi_place *other = &g_array_index(
			    snapshot->places, struct kisi_place, j);
			GPtrArray *words = words_of(other->name);
			shared |= other->id != place->id && has_word(words, own->pdata[i]);
			g_ptr_array_unref(words);
		}
		speaks |= !shared && has_word(text, own->pdata[i]);
	}
	g_ptr_array_unref(own);
	return speaks;
}

const struct kisi_place *
suggest_place(const struct snapshot *snapshot, const char *text)
{
	GPtrArray *words = words_of(text);
	const struct kisi_place *found = NULL;
	guint count = 0;
	for (guint i = 0; i < snapshot->places->len; i++) {
		const struct kisi_place *place = &g_array_index(
		    snapshot->places, struct kisi_place, i);
		if (!place_speaks(snapshot, place, words))
			continue;
		found = place;
		count++;
	}
	g_ptr_array_unref(words);
	return count == 1 ? found : NULL;
}
