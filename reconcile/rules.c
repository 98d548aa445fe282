/* Which rules fit a record.  Grace and exclusiveness are the rules' own; this file only matches. */
#include "reconcile/rules.h"

#include "base/text.h"
#include "reconcile/places.h"

#include <string.h>

/* Stands in the fingerprint of a rule with another method than METHOD_GROUP. */
#define METHOD_MARK " method="

struct rule_keys {
	char *key;	/* NULL: any that is not blank */
	char *location; /* NULL: any */
	bool needs_location;
	char *door;
	uint32_t source; /* UINT32_MAX: any */
};

struct rule_index {
	const struct config *config;
	const struct source_policy *policies;
	struct rule_keys *keys; /* one for each rule */
	GHashTable *by_key; /* key -> GArray of uint32_t: its rules, rising; "*" for those of any */
	GHashTable *answers; /* question -> GArray of uint32_t */
	GString *question;   /* kept for its memory */
};

static bool
is_any(const char *text)
{
	return strcmp(text, "*") == 0;
}

/* A rule that names a source which is not there is refused with the configuration. */
static uint32_t
source_number(const struct config *config, const char *name)
{
	for (guint i = 0;; i++) {
		g_assert(i < config->sources->len);
		const struct source_config *source = g_ptr_array_index(config->sources, i);
		if (strcmp(source->name, name) == 0)
			return i;
	}
}

static void
answer_free(gpointer p)
{
	g_array_unref(p);
}

static void
add_key(struct rule_index *index, const char *key, uint32_t rule)
{
	GArray *rules = g_hash_table_lookup(index->by_key, key);
	if (rules == NULL) {
		rules = g_array_new(FALSE, FALSE, sizeof(uint32_t));
		g_hash_table_insert(index->by_key, g_strdup(key), rules);
	}
	g_array_append_val(rules, rule);
}

struct rule_index *
rule_index_new(const struct config *config, const struct source_policy *policies)
{
	struct rule_index *index = g_new0(struct rule_index, 1);
	index->config = config;
	index->policies = policies;
	index->keys = g_new0(struct rule_keys, config->rules->len);
	index->answers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, answer_free);
	index->by_key = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, answer_free);
	index->question = g_string_new(NULL);
	for (guint i = 0; i < config->rules->len; i++) {
		const struct rule *rule = g_ptr_array_index(config->rules, i);
		struct rule_keys *keys = &index->keys[i];
		keys->key = is_any(rule->key) ? NULL : text_key(rule->key);
		add_key(index, keys->key != NULL ? keys->key : "*", i);
		keys->needs_location = rule->location != NULL;
		keys->door = text_key(rule->door);
		if (rule->location != NULL && !is_any(rule->location))
			keys->location = text_key(rule->location);
		keys->source = rule->source != NULL ? source_number(config, rule->source)
						    : UINT32_MAX;
	}
	return index;
}

void
rule_index_free(struct rule_index *index)
{
	for (guint i = 0; i < index->config->rules->len; i++) {
		g_free(index->keys[i].key);
		g_free(index->keys[i].location);
		g_free(index->keys[i].door);
	}
	g_free(index->keys);
	g_hash_table_unref(index->by_key);
	g_hash_table_unref(index->answers);
	g_string_free(index->question, TRUE);
	g_free(index);
}

struct question {
	uint32_t source;
	enum rule_kind kind;
	char *id, *name, *location; /* text_key of each; NULL when blank */
};

static char *
key_or_null(const char *text)
{
	return text_blank(text) ? NULL : text_key(text);
}

bool
door_enabled(const struct source_policy *policy, const char *door)
{
	if (policy->enabled_doors == NULL)
		return true;
	char *key = text_key(door);
	bool enabled = g_strv_contains(policy->enabled_doors, key);
	g_free(key);
	return enabled;
}

bool
rule_index_enabled(const struct rule_index *index, uint32_t source, uint32_t rule)
{
	const struct source_policy *policy = &index->policies[source];
	if (policy->enabled_doors == NULL)
		return true;
	return g_strv_contains(policy->enabled_doors, index->keys[rule].door);
}

static bool
fits(const struct rule_index *index, guint i, const struct question *asked)
{
	const struct rule *rule = g_ptr_array_index(index->config->rules, i);
	const struct rule_keys *keys = &index->keys[i];
	if (rule->kind != asked->kind ||
	    (keys->source != UINT32_MAX && keys->source != asked->source))
		return false;
	if (keys->needs_location &&
	    (asked->location == NULL ||
		(keys->location != NULL && strcmp(keys->location, asked->location) != 0)))
		return false;
	if (keys->key == NULL) {
		const struct source_policy *policy = &index->policies[asked->source];
		/* Who was given one door by hand was not given all of them. */
		bool named = (policy->unless_named && rule->kind == RULE_PLAN) ||
			     policy->kind == RECORD_GRANT;
		return !named && (asked->id != NULL || asked->name != NULL);
	}
	return g_strcmp0(keys->key, asked->name) == 0 || g_strcmp0(keys->key, asked->id) == 0;
}

static int
compare_rules(gconstpointer p, gconstpointer q)
{
	uint32_t a = *(const uint32_t *)p, b = *(const uint32_t *)q;
	return (a > b) - (a < b);
}

/* Those among the rules of this key that fit; a key of NULL has none. */
static void
add_fitting(
    const struct rule_index *index, const struct question *asked, const char *key, GArray *out)
{
	const GArray *rules = key != NULL ? g_hash_table_lookup(index->by_key, key) : NULL;
	for (guint i = 0; rules != NULL && i < rules->len; i++) {
		uint32_t rule = g_array_index(rules, uint32_t, i);
		if (fits(index, rule, asked))
			g_array_append_val(out, rule);
	}
}

/* Whether a rule names the place itself: one for any place knows none. */
struct asked_place {
	const struct rule_index *index;
	struct question asked;
	GArray *rules; /* those that fit, reused */
};

static bool
is_named(void *user, const char *place)
{
	struct asked_place *p = user;
	g_autofree char *key = text_key(place);
	p->asked.name = key;
	g_array_set_size(p->rules, 0);
	if (strcmp(key, "*") != 0)
		add_fitting(p->index, &p->asked, key, p->rules);
	p->asked.name = NULL;
	return p->rules->len > 0;
}

/* The rules of every place when the text is several, each named by a rule, and no rule names the whole. */
static void
add_places(
    const struct rule_index *index, const struct question *asked, const char *text, GArray *out)
{
	g_autoptr(GArray) rules = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	g_autoptr(GPtrArray) places = g_ptr_array_new_with_free_func(g_free);
	struct asked_place p = {.index = index, .asked = *asked, .rules = rules};
	if (is_named(&p, text) || !places_split(text, is_named, &p, places))
		return;
	g_autoptr(GHashTable) known = g_hash_table_new(NULL, NULL);
	for (guint i = 0; i < out->len; i++)
		g_hash_table_add(known, GUINT_TO_POINTER(g_array_index(out, uint32_t, i)));
	for (guint k = 0; k < places->len; k++) {
		is_named(&p, places->pdata[k]);
		for (guint i = 0; i < rules->len; i++) {
			uint32_t rule = g_array_index(rules, uint32_t, i);
			if (g_hash_table_add(known, GUINT_TO_POINTER(rule)))
				g_array_append_val(out, rule);
		}
	}
}

static GArray *
answer(const struct rule_index *index, uint32_t source, enum rule_kind kind,
    const struct record_ref *target, const char *location)
{
	struct question asked = {.source = source,
	    .kind = kind,
	    .id = key_or_null(target->id),
	    .name = key_or_null(target->name),
	    .location = key_or_null(location)};
	GArray *rules = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	const char *const keys[] = {"*", g_strcmp0(asked.name, "*") != 0 ? asked.name : NULL,
	    g_strcmp0(asked.id, asked.name) != 0 && g_strcmp0(asked.id, "*") != 0 ? asked.id
										  : NULL};
	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++)
		add_fitting(index, &asked, keys[i], rules);
	if (kind == RULE_RESOURCE && index->policies[source].split_places && asked.id == NULL &&
	    asked.name != NULL)
		add_places(index, &asked, target->name, rules);
	g_array_sort(rules, compare_rules);
	g_free(asked.id);
	g_free(asked.name);
	g_free(asked.location);
	return rules;
}

const uint32_t *
rule_index_match(struct rule_index *index, uint32_t source, enum rule_kind kind,
    const struct record_ref *target, const char *location, size_t *count)
{
	GString *question = index->question;
	g_string_printf(question, "%u %d", source, (int)kind);
	const char *const parts[] = {target->id, target->name, location};
	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
		g_string_append_c(question, '\n');
		g_string_append(question, parts[i] != NULL ? parts[i] : "");
	}
	GArray *rules = g_hash_table_lookup(index->answers, question->str);
	if (rules == NULL) {
		rules = answer(index, source, kind, target, location);
		g_hash_table_insert(index->answers, g_strdup(question->str), rules);
	}
	*count = rules->len;
	return (const uint32_t *)(void *)rules->data;
}

bool
rule_could_fit(const struct rule *rule, const struct source_policy *policy)
{
	/* A list of people, companies or rooms serves the records of every source. */
	bool directory = policy->kind == RECORD_PERSON || policy->kind == RECORD_COMPANY ||
			 policy->kind == RECORD_RESOURCE;
	if (rule->source != NULL && !directory && strcmp(rule->source, policy->name) != 0)
		return false;
	switch (policy->kind) {
	case RECORD_BOOKING:
	case RECORD_RESOURCE:
		return rule->kind == RULE_RESOURCE;
	case RECORD_MEMBERSHIP:
	case RECORD_COMPANY:
		return rule->kind == RULE_PLAN;
	default:
		/* A manual grant may name any group, and any record may name people by their ids. */
		return true;
	}
}

char *
rule_door_key(const struct rule *rule)
{
	bool pass = rule->method != METHOD_GROUP;
	return g_strconcat(pass ? method_word(rule->method) : "", pass ? " " : "",
	    rule->lock ? GROUPS_OF_LOCK
	    : pass     ? "group="
		       : "",
	    rule->door, NULL);
}

char *
rule_fingerprint(const struct rule *rule)
{
	/* The method that every rule once had goes without saying: what an apply saved long ago still compares. */
	bool pass = rule->method != METHOD_GROUP;
	return g_strdup_printf("%s=%s location=%s source=%s %s=%s%s%s grace=%" G_GINT64_FORMAT
			       "/%" G_GINT64_FORMAT " exclusive=%d",
	    rule->kind == RULE_RESOURCE ? "resource" : "plan", rule->key,
	    rule->location != NULL ? rule->location : "", rule->source != NULL ? rule->source : "",
	    rule->lock ? "lock" : "group", rule->door, pass ? METHOD_MARK : "",
	    pass ? method_word(rule->method) : "", rule->grace_before, rule->grace_after,
	    rule->exclusive);
}

bool
rule_makes_passes(const char *fingerprint)
{
	return strstr(fingerprint, METHOD_MARK) != NULL;
}

#define SOURCE_SEEN "source="

bool
rule_seen_is_source(const char *text)
{
	return g_str_has_prefix(text, SOURCE_SEEN);
}

static void
clear_seen(gpointer p)
{
	struct rule_seen *seen = p;
	g_free((char *)seen->name);
	g_free((char *)seen->text);
	g_free((char *)seen->group);
}

GArray *
rules_seen_now(const struct config *config, const struct source_policy *policies)
{
	GArray *all = g_array_new(FALSE, FALSE, sizeof(struct rule_seen));
	g_autoptr(GHashTable) texts = g_hash_table_new(g_str_hash, g_str_equal);
	g_array_set_clear_func(all, clear_seen);
	for (guint i = 0; i < config->rules->len; i++) {
		const struct rule *rule = g_ptr_array_index(config->rules, i);
		char *text = rule_fingerprint(rule);
		if (!g_hash_table_add(texts, text)) {
			g_free(text);
			continue;
		}
		struct rule_seen seen = {g_strdup(rule->name), text, rule_door_key(rule)};
		g_array_append_val(all, seen);
	}
	for (guint i = 0; i < config->sources->len; i++) {
		const char *name = policies[i].name;
		struct rule_seen seen = {g_strdup(name),
		    g_strdup_printf(SOURCE_SEEN "%s how=%08x", name, policies[i].how),
		    g_strdup(name)};
		g_array_append_val(all, seen);
	}
	return all;
}
