/*
 * What earlier runs left behind: holds it and finds things in it; what it means is decided in
 * reconcile/.
 */
#include "model/history.h"

#include <string.h>

static void
clear_import(gpointer pointer)
{
	struct last_import *import = pointer;
	g_clear_pointer(&import->blocked, g_ptr_array_unref);
	g_clear_pointer(&import->columns, g_ptr_array_unref);
}

struct history *
history_new(void)
{
	struct history *history = g_new0(struct history, 1);
	history->fresh = true;
	history->ledger = g_array_new(FALSE, FALSE, sizeof(struct ledger_entry));
	history->passes = g_array_new(FALSE, FALSE, sizeof(struct ledger_pass));
	history->givers = g_array_new(FALSE, FALSE, sizeof(struct giver));
	history->later = g_array_new(FALSE, FALSE, sizeof(struct later_record));
	history->imports = g_array_new(FALSE, FALSE, sizeof(struct last_import));
	g_array_set_clear_func(history->imports, clear_import);
	history->rules = g_array_new(FALSE, FALSE, sizeof(struct rule_seen));
	history->findings = g_array_new(FALSE, FALSE, sizeof(struct finding_seen));
	history->tried = g_array_new(FALSE, FALSE, sizeof(struct tried_change));
	history->day_removed = g_ptr_array_new();
	history->day_given = g_ptr_array_new();
	history->memory = g_hash_table_new_full(
	    g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_hash_table_unref);
	history->text = g_string_chunk_new(1 << 16);
	return history;
}

void
history_free(struct history *history)
{
	if (history == NULL)
		return;
	g_array_unref(history->ledger);
	g_array_unref(history->passes);
	g_array_unref(history->givers);
	g_array_unref(history->later);
	g_array_unref(history->imports);
	g_array_unref(history->rules);
	g_array_unref(history->findings);
	g_array_unref(history->tried);
	g_ptr_array_unref(history->day_removed);
	g_ptr_array_unref(history->day_given);
	g_hash_table_unref(history->memory);
	g_string_chunk_free(history->text);
	g_free(history);
}

const char *
history_text(struct history *history, const char *text)
{
	return text == NULL ? NULL : g_string_chunk_insert_const(history->text, text);
}

const struct last_import *
history_import(const struct history *history, const char *source)
{
	for (unsigned i = 0; i < history->imports->len; i++) {
		const struct last_import *import = &g_array_index(
		    history->imports, struct last_import, i);
		if (strcmp(import->source, source) == 0)
			return import;
	}
	return NULL;
}

static int
compare_numbers(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

int
giver_compare(gconstpointer p, gconstpointer q)
{
	const struct giver *a = p, *b = q;
	int order = strcmp(a->email, b->email);
	if (order != 0)
		return order;
	const int64_t numbers[][2] = {{a->object, b->object}, {a->door_id, b->door_id},
	    {a->span.from, b->span.from}, {a->span.until, b->span.until}, {a->kind, b->kind}};
	for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
		if ((order = compare_numbers(numbers[i][0], numbers[i][1])) != 0)
			return order;
	}
	const char *const texts[][2] = {
	    {a->source, b->source}, {a->record, b->record}, {a->rule, b->rule}, {a->via, b->via}};
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		if ((order = g_strcmp0(texts[i][0], texts[i][1])) != 0)
			return order;
	}
	const int64_t rest[][2] = {
	    {a->record_kind, b->record_kind}, {a->content, b->content}, {a->how, b->how}};
	for (size_t i = 0; i < G_N_ELEMENTS(rest) && order == 0; i++)
		order = compare_numbers(rest[i][0], rest[i][1]);
	return order;
}

GHashTable *
history_memory(const struct history *history, const char *kind)
{
	GHashTable *all = g_hash_table_lookup(history->memory, kind);
	if (all == NULL) {
		all = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
		g_hash_table_insert(history->memory, g_strdup(kind), all);
	}
	return all;
}

const char *
history_recall(const struct history *history, const char *kind, const char *key)
{
	return g_hash_table_lookup(history_memory(history, kind), key);
}

void
history_remember(struct history *history, const char *kind, const char *key, const char *value)
{
	g_hash_table_replace(history_memory(history, kind), g_strdup(key), g_strdup(value));
}

int
later_compare(gconstpointer p, gconstpointer q)
{
	const struct later_record *a = p, *b = q;
	int order = strcmp(a->source, b->source);
	return order != 0 ? order : (a->key > b->key) - (a->key < b->key);
}

static int
compare_finding(gconstpointer left, gconstpointer right)
{
	const struct finding_seen *a = left, *b = right;
	return strcmp(a->id, b->id);
}

const struct finding_seen *
history_finding(const struct history *history, const char *id)
{
	struct finding_seen wanted = {.id = id};
	unsigned at;
	if (!g_array_binary_search(history->findings, &wanted, compare_finding, &at))
		return NULL;
	return &g_array_index(history->findings, struct finding_seen, at);
}
