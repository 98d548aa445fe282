/* Lists of people that have lost many lines at once: were they cut short? */
#include "cli/lists.h"

#include "base/text.h"

#include <string.h>

#define HASH_DIGITS 12

enum list { LIST_BLOCKED, LIST_ALIASES, LISTS };

static const char *const names[LISTS] = {"blocked_file", "aliases_file"};

/* More than a person takes out of a list between two runs. */
static const struct limit most_missing = {2, 10};

/* What the configuration has now: of texts it borrows, char * -> char *. */
static GHashTable *
lines_of(const struct config *config, enum list list)
{
	GHashTable *lines = g_hash_table_new(g_str_hash, g_str_equal);
	GHashTableIter iter;
	gpointer alias, email;
	for (guint i = 0; list == LIST_BLOCKED && i < config->people.blocked->len; i++) {
		const struct blocked_entry *entry = g_ptr_array_index(config->people.blocked, i);
		g_hash_table_insert(
		    lines, entry->email, (gpointer)(entry->reason != NULL ? entry->reason : ""));
	}
	g_hash_table_iter_init(&iter, config->people.aliases);
	while (list == LIST_ALIASES && g_hash_table_iter_next(&iter, &alias, &email))
		g_hash_table_insert(lines, alias, email);
	return lines;
}

static char *
hash_of(GHashTable *lines)
{
	g_autoptr(GPtrArray) keys = g_ptr_array_new();
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	GHashTableIter iter;
	gpointer key;
	g_hash_table_iter_init(&iter, lines);
	while (g_hash_table_iter_next(&iter, &key, NULL))
		g_ptr_array_add(keys, key);
	g_ptr_array_sort(keys, text_compare);
	for (guint i = 0; i < keys->len; i++) {
		const char *text = g_ptr_array_index(keys, i);
		g_checksum_update(sum, (const guchar *)text, (gssize)strlen(text) + 1);
	}
	return g_strndup(g_checksum_get_string(sum), HASH_DIGITS);
}

/* What the last apply had and is missing now, sorted: of const char *, the keys of the memory behind its kind. */
static GPtrArray *
missing_of(const struct history *history, enum list list, GHashTable *lines, int64_t *known)
{
	GPtrArray *missing = g_ptr_array_new();
	GHashTable *before = history_memory(history, names[list]);
	GHashTableIter iter;
	gpointer line;
	*known = g_hash_table_size(before);
	g_hash_table_iter_init(&iter, before);
	while (g_hash_table_iter_next(&iter, &line, NULL)) {
		if (!g_hash_table_contains(lines, line))
			g_ptr_array_add(missing, line);
	}
	g_ptr_array_sort(missing, text_compare);
	return missing;
}

static void
put_back(struct session *session, enum list list, const GPtrArray *missing)
{
	struct config *config = session->setup.config;
	for (guint i = 0; i < missing->len; i++) {
		const char *line = g_ptr_array_index(missing, i);
		const char *value = history_recall(session->history, names[list], line);
		if (list == LIST_ALIASES) {
			g_hash_table_insert(
			    config->people.aliases, g_strdup(line), g_strdup(value));
			continue;
		}
		struct blocked_entry *entry = g_new0(struct blocked_entry, 1);
		entry->email = g_strdup(line);
		entry->reason = *value != '\0' ? g_strdup(value) : NULL;
		g_ptr_array_add(config->people.blocked, entry);
	}
}

static bool
is_accepted(const struct session *session, enum list list, const char *hash)
{
	for (char **word = session->options->accept; word != NULL && *word != NULL; word++) {
		const char *at = strrchr(*word, '@');
		if (at != NULL && g_str_has_prefix(*word, names[list]) &&
		    (size_t)(at - *word) == strlen(names[list]) && strlen(at + 1) >= HASH_DIGITS &&
		    g_str_has_prefix(at + 1, hash))
			return true;
	}
	return false;
}

static void
keep_list(struct session *session, enum list list)
{
	g_autoptr(GHashTable) lines = lines_of(session->setup.config, list);
	int64_t known, most;
	g_autoptr(GPtrArray) missing = missing_of(session->history, list, lines, &known);
	if (known == 0)
		return;
	g_autofree char *hash = hash_of(lines);
	most = limit_value(&most_missing, known);
	bool cut = (int64_t)missing->len > most && !is_accepted(session, list, hash);
	g_autofree char *words = g_strdup_printf("apply --accept %s@%s", names[list], hash);
	g_autofree char *command = options_command(session->options, words);
	struct verdict *verdict = g_new0(struct verdict, 1);
	*verdict = (struct verdict){.guard = GUARD_SHORT_LIST,
	    .scope = names[list],
	    .tripped = cut,
	    .measured = missing->len,
	    .limit = most,
	    .text = plan_printf(session->plan,
		"%u of the %" G_GINT64_FORMAT " lines of %s are missing, at most %" G_GINT64_FORMAT
		"%s",
		missing->len, known, names[list], most,
		cut ? "; they stay in force until you say that this is right" : ""),
	    .hint = cut ? plan_printf(session->plan,
			      "put them back, or, if it is right as it is: %s", command)
			: NULL};
	g_ptr_array_add(session->plan->verdicts, verdict);
	if (cut)
		put_back(session, list, missing);
}

void
lists_keep(struct session *session)
{
	for (int list = 0; list < LISTS; list++)
		keep_list(session, (enum list)list);
}

void
lists_remember(struct session *session)
{
	for (int list = 0; list < LISTS; list++) {
		g_autoptr(GHashTable) lines = lines_of(session->setup.config, (enum list)list);
		store_remember_only(session->store, names[list], lines, NULL);
	}
}
