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
	g_clear_pointer(&import->windows, g_array_unref);
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
	history->imports = g_array_new(FALSE, FALSE, sizeof(struct last_import));
	g_array_set_clear_func(history->imports, clear_import);
	history->rules = g_array_new(FALSE, FALSE, sizeof(struct rule_seen));
	history->findings = g_array_new(FALSE, FALSE, sizeof(struct finding_seen));
	history->tried = g_array_new(FALSE, FALSE, sizeof(struct tried_change));
	history->day_removed = g_ptr_array_new();
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
	g_array_unref(history->imports);
	g_array_unref(history->rules);
	g_array_unref(history->findings);
	g_array_unref(history->tried);
	g_ptr_array_unref(history->day_removed);
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

unsigned
last_import_first(const struct last_import *import, const char *email)
{
	unsigned low = 0, high = import->windows->len;
	while (low < high) {
		unsigned middle = low + (high - low) / 2;
		if (strcmp(g_array_index(import->windows, struct last_window, middle).email,
			email) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
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
