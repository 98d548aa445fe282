/*
 * The words of a profile: which raw status is which canonical one, which values cancel a record, and which rows
 * are left out.
 */
#include "importers/language.h"

#include "base/ini.h"
#include "base/text.h"

#include <string.h>

#define BIT(status) (1u << (status))

/* The canonical words that make sense for a kind. */
static const unsigned statuses[RECORD_KINDS] = {
    [RECORD_RESOURCE] = BIT(STATUS_ACTIVE),
    [RECORD_COMPANY] = BIT(STATUS_ACTIVE) | BIT(STATUS_DELETED),
    [RECORD_PERSON] = BIT(STATUS_ACTIVE) | BIT(STATUS_BLOCKED) | BIT(STATUS_DELETED) |
		      BIT(STATUS_REQUESTED),
    [RECORD_MEMBERSHIP] = BIT(STATUS_ACTIVE) | BIT(STATUS_SCHEDULED) | BIT(STATUS_FROZEN) |
			  BIT(STATUS_EXPIRED) | BIT(STATUS_CANCELLED) | BIT(STATUS_INCOMPLETE),
    [RECORD_BOOKING] = BIT(STATUS_CONFIRMED) | BIT(STATUS_COMPLETED) | BIT(STATUS_TENTATIVE) |
		       BIT(STATUS_NO_SHOW) | BIT(STATUS_BLOCKED_TIME) | BIT(STATUS_CANCELLED),
    [RECORD_GRANT] = BIT(STATUS_ACTIVE) | BIT(STATUS_CANCELLED) | BIT(STATUS_EXPIRED),
};

/* Fails for a word that is no canonical status of the kind. */
static enum record_status
status_word(const struct vocabulary *vocabulary, struct ini *ini, const char *section,
    const char *key, const char *word, GError **error)
{
	enum record_status status = record_status_of(word);
	if (status < STATUS_COUNT && (statuses[vocabulary->kind] & BIT(status)) != 0)
		return status;
	GPtrArray *all = g_ptr_array_new();
	for (int i = 0; i < STATUS_COUNT; i++) {
		if ((statuses[vocabulary->kind] & BIT(i)) != 0)
			g_ptr_array_add(all, (gpointer)record_status_word((enum record_status)i));
	}
	g_ptr_array_add(all, NULL);
	const char *nearest = text_nearest(word, (const char *const *)all->pdata);
	char *list = g_strjoinv(", ", (char **)all->pdata);
	char *hint = g_strconcat("one of: ", list, NULL);
	ini_fail(ini, section, key, hint, error, "no status of a %s: \"%s\"%s%s%s",
	    record_kind_word(vocabulary->kind), word, nearest != NULL ? "; did you mean \"" : "",
	    nearest != NULL ? nearest : "", nearest != NULL ? "\"?" : "");
	g_free(hint);
	g_free(list);
	g_ptr_array_unref(all);
	return STATUS_UNKNOWN;
}

/* Longer prefixes stand first, so that the most exact one wins. */
static void
add_prefix(struct vocabulary *vocabulary, char *key, enum record_status status)
{
	unsigned at = 0;
	int value = (int)status;
	while (at < vocabulary->prefixes->len &&
	       strlen(vocabulary->prefixes->pdata[at]) >= strlen(key))
		at++;
	g_ptr_array_insert(vocabulary->prefixes, (int)at, key);
	g_array_insert_val(vocabulary->prefix_status, at, value);
}

static void
add_word(struct vocabulary *vocabulary, struct ini *ini, const char *section, const char *key,
    const char *raw, enum record_status status, GError **error)
{
	char *word = text_key(raw);
	size_t length = strlen(word);
	if (length > 1 && word[length - 1] == '*') {
		word[length - 1] = '\0';
		add_prefix(vocabulary, word, status);
	} else if (g_hash_table_contains(vocabulary->words, word)) {
		ini_fail(ini, section, key, NULL, error, "\"%s\" is there twice", raw);
		g_free(word);
	} else {
		g_hash_table_insert(vocabulary->words, word, GINT_TO_POINTER(status));
	}
}

static void
words_of(struct vocabulary *vocabulary, struct ini *ini, const char *section, GError **error)
{
	const char *const *keys = ini_keys(ini, section);
	for (; keys != NULL && *keys != NULL; keys++) {
		if (strcmp(*keys, "absent") == 0) {
			vocabulary->absent = status_word(vocabulary, ini, section, *keys,
			    ini_text(ini, section, *keys, ""), error);
			continue;
		}
		char **raws = ini_list(ini, section, *keys);
		enum record_status status = status_word(
		    vocabulary, ini, section, *keys, *keys, error);
		for (char **raw = raws; *raw != NULL; raw++)
			add_word(vocabulary, ini, section, *keys, *raw, status, error);
		g_strfreev(raws);
	}
}

enum record_status
vocabulary_status(const struct vocabulary *vocabulary, const char *raw)
{
	char *key = text_key(raw);
	gpointer value;
	enum record_status status = STATUS_UNKNOWN;
	if (g_hash_table_lookup_extended(vocabulary->words, key, NULL, &value))
		status = (enum record_status)GPOINTER_TO_INT(value);
	for (unsigned i = 0; status == STATUS_UNKNOWN && i < vocabulary->prefixes->len; i++) {
		if (g_str_has_prefix(key, vocabulary->prefixes->pdata[i]))
			status = (enum record_status)g_array_index(
			    vocabulary->prefix_status, int, i);
	}
	g_free(key);
	return status;
}

/* `Source: Manual`; nothing behind the colon asks for a blank value. */
static bool
condition_read(struct profile *profile, struct ini *ini, const char *section, const char *key,
    const char *text, struct condition *out, GError **error)
{
	const char *colon = strrchr(text, ':');
	if (colon == NULL || colon == text)
		return ini_fail(ini, section, key, "write it as Column: word", error,
		    "no condition: \"%s\"", text);
	char *name = g_strchomp(g_strndup(text, (gsize)(colon - text)));
	out->name = names_add(&profile->names, name);
	out->key = text_key(colon + 1);
	g_free(name);
	return true;
}

static void
conditions_read(struct profile *profile, struct ini *ini, const char *section, const char *key,
    struct conditions *out, GError **error)
{
	char **list = ini_list(ini, section, key);
	out->list = g_new0(struct condition, g_strv_length(list));
	out->count = 0;
	for (char **item = list; *item != NULL; item++) {
		if (condition_read(
			profile, ini, section, key, *item, &out->list[out->count], error))
			out->count++;
	}
	g_strfreev(list);
}

static const struct {
	const char *suffix;
	enum presence_test test;
} tests[] = {
    {"_if_true", PRESENT_TRUE},
    {"_if_word", PRESENT_WORD},
    {"_if", PRESENT_FILLED},
};

/* `cancelled_if = deleteDate` */
static void
presence_key(struct profile *profile, struct vocabulary *vocabulary, struct ini *ini,
    const char *section, const char *key, GError **error)
{
	size_t kind = 0;
	while (kind < G_N_ELEMENTS(tests) && !g_str_has_suffix(key, tests[kind].suffix))
		kind++;
	if (kind == G_N_ELEMENTS(tests)) {
		ini_fail(
		    ini, section, key, NULL, error, "ends neither in _if, _if_true nor _if_word");
		return;
	}
	char *word = g_strndup(key, strlen(key) - strlen(tests[kind].suffix));
	struct presence_rule rule = {.test = tests[kind].test};
	rule.status = status_word(vocabulary, ini, section, key, word, error);
	g_free(word);

	char **list = ini_list(ini, section, key);
	for (char **item = list; *item != NULL; item++) {
		if (rule.test != PRESENT_WORD)
			rule.condition = (struct condition){
			    .name = names_add(&profile->names, *item)};
		else if (!condition_read(profile, ini, section, key, *item, &rule.condition, error))
			break;
		vocabulary->presence = g_renew(
		    struct presence_rule, vocabulary->presence, vocabulary->n_presence + 1);
		vocabulary->presence[vocabulary->n_presence++] = rule;
	}
	g_strfreev(list);
}

static void
vocabulary_read(struct profile *profile, struct vocabulary *vocabulary, enum record_kind kind,
    struct ini *ini, const char *words, const char *presence, GError **error)
{
	vocabulary->kind = kind;
	vocabulary->words = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	vocabulary->prefixes = g_ptr_array_new_with_free_func(g_free);
	vocabulary->prefix_status = g_array_new(FALSE, FALSE, sizeof(int));
	vocabulary->absent = kind == RECORD_BOOKING ? STATUS_CONFIRMED : STATUS_ACTIVE;
	words_of(vocabulary, ini, words, error);
	const char *const *keys = ini_keys(ini, presence);
	for (; keys != NULL && *keys != NULL; keys++) {
		ini_text(ini, presence, *keys, NULL);
		presence_key(profile, vocabulary, ini, presence, *keys, error);
	}
}

bool
says_person(const struct profile *profile)
{
	return profile->fields[FIELD_PERSON_STATUS].used || profile->person_status.n_presence > 0;
}

void
words_read(struct profile *profile, struct ini *ini, GError **error)
{
	vocabulary_read(profile, &profile->status, profile->kind, ini, "status", "presence", error);
	if (profile->kind == RECORD_MEMBERSHIP)
		vocabulary_read(profile, &profile->person_status, RECORD_PERSON, ini,
		    "person_status", "person_presence", error);
	conditions_read(profile, ini, "rows", "keep", &profile->keep, error);
	conditions_read(profile, ini, "rows", "drop", &profile->drop, error);
	conditions_read(profile, ini, "rows", "company", &profile->company_rows, error);
	alternatives_read(profile, ini, "rows", "once", &profile->once);
	alternatives_read(profile, ini, "complete", "last_without", &profile->page_left);
	alternatives_read(profile, ini, "complete", "without", &profile->page_errors);
	alternatives_read(profile, ini, "complete", "with", &profile->page_needs);
	alternatives_read(profile, ini, "complete", "with_true", &profile->page_true);
}

static void
vocabulary_done(struct vocabulary *vocabulary)
{
	g_clear_pointer(&vocabulary->words, g_hash_table_unref);
	g_clear_pointer(&vocabulary->prefixes, g_ptr_array_unref);
	g_clear_pointer(&vocabulary->prefix_status, g_array_unref);
	for (size_t i = 0; i < vocabulary->n_presence; i++)
		g_free(vocabulary->presence[i].condition.key);
	g_free(vocabulary->presence);
}

static void
conditions_done(struct conditions *conditions)
{
	for (size_t i = 0; i < conditions->count; i++)
		g_free(conditions->list[i].key);
	g_free(conditions->list);
}

void
words_done(struct profile *profile)
{
	vocabulary_done(&profile->status);
	vocabulary_done(&profile->person_status);
	conditions_done(&profile->keep);
	conditions_done(&profile->drop);
	conditions_done(&profile->company_rows);
	g_free(profile->once.names);
	g_free(profile->page_left.names);
	g_free(profile->page_errors.names);
	g_free(profile->page_needs.names);
	g_free(profile->page_true.names);
}
