/* Which group of Kisi a resource or plan may stand for, by its name alone. */
#include "reconcile/suggest.h"

#include "base/intern.h"
#include "base/text.h"

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
		spelling->numbered |= word.digit;
		g_array_append_val(spelling->words, word);
	}
}

static void
spelling_done(struct spelling *spelling)
{
	g_free(spelling->key);
	g_free(spelling->header_key);
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

/* Does a have a number that b lacks? */
static bool
numbers_missing(const struct spelling *a, const struct spelling *b)
{
	for (guint i = 0; i < a->words->len; i++) {
		const struct word *word = &g_array_index(a->words, struct word, i);
		if (word->digit && !has(b, word->id))
			return true;
	}
	return false;
}

static unsigned
score_words(const struct spelling *a, const struct spelling *b)
{
	guint shared = 0, real = 0, least = MIN(a->words->len, b->words->len),
	      most = MAX(a->words->len, b->words->len);
	if (a->numbered && b->numbered && (numbers_missing(a, b) || numbers_missing(b, a)))
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

static void
find_candidates(struct starter_rule *rule, const struct snapshot *snapshot, int64_t place_id,
    struct intern *texts, const struct spelling *groups)
{
	guint same = 0;
	struct spelling own;
	spelling_init(&own, texts, rule->key);
	for (guint i = 0; i < snapshot->groups->len; i++) {
		const struct kisi_group *group = &g_array_index(
		    snapshot->groups, struct kisi_group, i);
		bool foreign = place_id != 0 && group->place_id != 0 && group->place_id != place_id;
		struct starter_group candidate = {
		    .id = group->id, .name = group->name, .score = score(&own, &groups[i])};
		if (candidate.score == 0 || foreign)
			continue;
		const struct kisi_place *place = place_of(snapshot, group->place_id);
		candidate.place = place != NULL ? place->name : NULL;
		same += candidate.score >= STARTER_SAME;
		g_array_append_val(rule->candidates, candidate);
	}
	spelling_done(&own);
	g_array_sort(rule->candidates, compare_groups);
	if (rule->candidates->len > STARTER_GROUPS)
		g_array_set_size(rule->candidates, STARTER_GROUPS);
	rule->clear = same == 1;
}

/* The names of all groups are taken apart once. */
static void
find_all_candidates(GPtrArray *rules, const struct snapshot *snapshot, int64_t place_id)
{
	guint n = snapshot->groups->len;
	struct intern *texts = intern_new();
	g_autofree struct spelling *groups = g_new0(struct spelling, n + 1);
	for (guint i = 0; i < n; i++)
		spelling_init(
		    &groups[i], texts, g_array_index(snapshot->groups, struct kisi_group, i).name);
	for (guint i = 0; i < rules->len; i++)
		find_candidates(rules->pdata[i], snapshot, place_id, texts, groups);
	for (guint i = 0; i < n; i++)
		spelling_done(&groups[i]);
	intern_free(texts);
}

static void
rule_free(gpointer p)
{
	struct starter_rule *rule = p;
	g_array_unref(rule->candidates);
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
		rule->location = rule->namesakes ? rule->location : NULL;
	}
}

GPtrArray *
suggest_rules(const GArray *entries, const struct snapshot *snapshot, int64_t place_id)
{
	GPtrArray *rules = g_ptr_array_new_with_free_func(rule_free);
	g_autoptr(GHashTable) known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (guint i = 0; i < entries->len; i++) {
		const struct census_entry *entry = &g_array_index(entries, struct census_entry, i);
		struct starter_rule *rule = rule_of(rules, known, entry);
		rule->records += entry->records;
		rule->group = rule->group != NULL ? rule->group : entry->group;
	}
	find_all_candidates(rules, snapshot, place_id);
	settle_locations(rules);
	g_ptr_array_sort(rules, compare_rules);
	return rules;
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
