/* Which group of Kisi a resource or plan may stand for, by its name alone. */
#include "reconcile/suggest.h"

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

static bool
has_digit(const char *word)
{
	return strpbrk(word, "0123456789") != NULL;
}

/* Does a have a number that b lacks? */
static bool
numbers_missing(const GPtrArray *a, GPtrArray *b)
{
	for (guint i = 0; i < a->len; i++) {
		if (has_digit(a->pdata[i]) && !has_word(b, a->pdata[i]))
			return true;
	}
	return false;
}

static bool
any_number(const GPtrArray *words)
{
	for (guint i = 0; i < words->len; i++) {
		if (has_digit(words->pdata[i]))
			return true;
	}
	return false;
}

static unsigned
score_words(GPtrArray *a, GPtrArray *b)
{
	guint shared = 0, real = 0, least = MIN(a->len, b->len), most = MAX(a->len, b->len);
	if (any_number(a) && any_number(b) && (numbers_missing(a, b) || numbers_missing(b, a)))
		return 0;
	for (guint i = 0; i < a->len; i++) {
		if (!has_word(b, a->pdata[i]))
			continue;
		shared++;
		real += !has_digit(a->pdata[i]) && g_utf8_strlen(a->pdata[i], -1) >= REAL_WORD;
	}
	if (real == 0 || shared * 2 < least)
		return 0;
	return shared == least ? 80 : 30 + 40 * shared / most;
}

unsigned
suggest_score(const char *name, const char *group)
{
	if (text_same(name, group))
		return 100;
	char *name_key = text_header_key(name), *group_key = text_header_key(group);
	bool same = *name_key != '\0' && strcmp(name_key, group_key) == 0;
	g_free(name_key);
	g_free(group_key);
	if (same)
		return STARTER_SAME;
	GPtrArray *a = words_of(name), *b = words_of(group);
	unsigned score = score_words(a, b);
	g_ptr_array_unref(a);
	g_ptr_array_unref(b);
	return score;
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
find_candidates(struct starter_rule *rule, const struct snapshot *snapshot, int64_t place_id)
{
	guint same = 0;
	for (guint i = 0; i < snapshot->groups->len; i++) {
		const struct kisi_group *group = &g_array_index(
		    snapshot->groups, struct kisi_group, i);
		const struct kisi_place *place = place_of(snapshot, group->place_id);
		struct starter_group candidate = {.id = group->id,
		    .name = group->name,
		    .place = place != NULL ? place->name : NULL,
		    .score = suggest_score(rule->key, group->name)};
		bool foreign = place_id != 0 && group->place_id != 0 && group->place_id != place_id;
		if (candidate.score == 0 || foreign)
			continue;
		same += candidate.score >= STARTER_SAME;
		g_array_append_val(rule->candidates, candidate);
	}
	g_array_sort(rule->candidates, compare_groups);
	if (rule->candidates->len > STARTER_GROUPS)
		g_array_set_size(rule->candidates, STARTER_GROUPS);
	rule->clear = same == 1;
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

/* The rule of the same thing, made when it is new.  Entries come sorted, so that spellings are chosen by order. */
static struct starter_rule *
rule_of(GPtrArray *rules, const struct census_entry *entry)
{
	const char *key = entry->name != NULL ? entry->name : entry->id;
	for (guint i = 0; i < rules->len; i++) {
		struct starter_rule *rule = rules->pdata[i];
		if (rule->kind == entry->kind && text_same(rule->key, key) &&
		    text_same(rule->location, entry->location))
			return rule;
	}
	struct starter_rule *rule = g_new0(struct starter_rule, 1);
	*rule = (struct starter_rule){.kind = entry->kind,
	    .key = key,
	    .location = entry->location,
	    .candidates = g_array_new(FALSE, FALSE, sizeof(struct starter_group))};
	g_ptr_array_add(rules, rule);
	return rule;
}

/*
 * A location is only needed where one name stands for several things.  Where it has none then, a rule would reach the
 * others, too.
 */
static void
settle_locations(GPtrArray *rules)
{
	for (guint i = 0; i < rules->len; i++) {
		struct starter_rule *rule = rules->pdata[i];
		bool alone = true;
		for (guint j = 0; j < rules->len && alone; j++) {
			const struct starter_rule *other = rules->pdata[j];
			alone = i == j || rule->kind != other->kind ||
				!text_same(rule->key, other->key);
		}
		rule->clear = rule->clear && (alone || rule->location != NULL);
		rule->namesakes = !alone;
	}
	for (guint i = 0; i < rules->len; i++) {
		struct starter_rule *rule = rules->pdata[i];
		rule->location = rule->namesakes ? rule->location : NULL;
	}
}

GPtrArray *
suggest_rules(const GArray *entries, const struct snapshot *snapshot, int64_t place_id)
{
	GPtrArray *rules = g_ptr_array_new_with_free_func(rule_free);
	for (guint i = 0; i < entries->len; i++) {
		const struct census_entry *entry = &g_array_index(entries, struct census_entry, i);
		struct starter_rule *rule = rule_of(rules, entry);
		rule->records += entry->records;
		rule->group = rule->group != NULL ? rule->group : entry->group;
	}
	for (guint i = 0; i < rules->len; i++)
		find_candidates(rules->pdata[i], snapshot, place_id);
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
