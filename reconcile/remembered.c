/* Which records of the last good imports are still there. */
#include "reconcile/remembered.h"

#include <string.h>

struct remembered {
	const struct source_policy *policies;
	const struct history *history;
	instant now;
	GString *key;	     /* of key_of, reused */
	GHashTable *known;   /* set of key_of */
	GHashTable *there;   /* set of those keys of known whose record was taken */
	GHashTable *unread;  /* set of key_of */
	GHashTable *renewed; /* set of struct last_window *, of the history */
};

/* An id means something within its system and kind.  Valid until the next call. */
static const char *
key_of(const struct remembered *r, uint32_t source, const char *id)
{
	const struct source_policy *policy = &r->policies[source];
	g_string_printf(r->key, "%d\n%s\n%s", (int)policy->kind,
	    policy->system != NULL ? policy->system : policy->name, id);
	return r->key->str;
}

static bool
is_current(const struct remembered *r, const struct last_window *window)
{
	return window->record != NULL && window->record_until > r->now;
}

static void
expect_import(struct remembered *r, uint32_t source, const struct last_import *import)
{
	for (guint i = 0; i < import->windows->len; i++) {
		const struct last_window *window = &g_array_index(
		    import->windows, struct last_window, i);
		if (!is_current(r, window))
			continue;
		const char *key = key_of(r, source, window->record);
		if (!g_hash_table_contains(r->known, key))
			g_hash_table_add(r->known, g_strdup(key));
	}
}

struct remembered *
remembered_new(const struct config *config, const struct source_policy *policies,
    const struct history *history, instant now)
{
	struct remembered *r = g_new0(struct remembered, 1);
	*r = (struct remembered){.policies = policies,
	    .history = history,
	    .now = now,
	    .key = g_string_new(NULL),
	    .known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
	    .there = g_hash_table_new(g_str_hash, g_str_equal),
	    .unread = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
	    .renewed = g_hash_table_new(NULL, NULL)};
	for (guint i = 0; i < config->sources->len; i++) {
		const struct last_import *import = history_import(history, policies[i].name);
		if (import != NULL)
			expect_import(r, i, import);
	}
	return r;
}

void
remembered_free(struct remembered *r)
{
	if (r == NULL)
		return;
	g_hash_table_unref(r->renewed);
	g_hash_table_unref(r->unread);
	g_hash_table_unref(r->there);
	g_hash_table_unref(r->known);
	g_string_free(r->key, TRUE);
	g_free(r);
}

/* A membership is renewed, or a system counts its records anew: the person and the time are the same, the id is not. */
static void
renew(struct remembered *r, const struct record *record)
{
	bool grants = record->status == STATUS_CONFIRMED || record->status == STATUS_COMPLETED ||
		      record->status == STATUS_ACTIVE || record->status == STATUS_SCHEDULED;
	const char *email = record->person.email;
	const struct last_import *import = history_import(
	    r->history, r->policies[record->place.source].name);
	if (!grants || email == NULL || import == NULL)
		return;
	for (guint i = last_import_first(import, email); i < import->windows->len; i++) {
		struct last_window *window = &g_array_index(import->windows, struct last_window, i);
		if (strcmp(window->email, email) != 0)
			break;
		if (is_current(r, window) && record->span.from < window->record_until &&
		    record->span.until > MAX(r->now, window->span.from))
			g_hash_table_add(r->renewed, window);
	}
}

void
remembered_take(struct remembered *r, const struct record *record)
{
	gpointer key;
	/* What is left of a row that was rejected is no record. */
	if (record->bare && record->status != STATUS_CANCELLED)
		return;
	if (record->id != NULL && g_hash_table_size(r->known) > 0 &&
	    g_hash_table_lookup_extended(
		r->known, key_of(r, record->place.source, record->id), &key, NULL))
		g_hash_table_add(r->there, key);
	if (g_hash_table_size(r->known) > 0)
		renew(r, record);
}

bool
remembered_gone(const struct remembered *r, uint32_t source, const struct last_window *window)
{
	return is_current(r, window) &&
	       !g_hash_table_contains(r->there, key_of(r, source, window->record));
}

void
remembered_reject(struct remembered *r, uint32_t source, const char *id)
{
	if (g_hash_table_size(r->known) > 0)
		g_hash_table_add(r->unread, g_strdup(key_of(r, source, id)));
}

/* An occurrence is known by `<series>/<beginning>`, but a series that cannot be read by its own id. */
static bool
is_unread(const struct remembered *r, uint32_t source, const char *id)
{
	const char *slash = strrchr(id, '/');
	char *series = slash != NULL ? g_strndup(id, (gsize)(slash - id)) : NULL;
	bool unread = g_hash_table_contains(r->unread, key_of(r, source, id)) ||
		      (series != NULL &&
			  g_hash_table_contains(r->unread, key_of(r, source, series)));
	g_free(series);
	return unread;
}

struct remembered_count
remembered_count(const struct remembered *r, uint32_t source)
{
	struct remembered_count count = {0};
	const struct last_import *import = history_import(r->history, r->policies[source].name);
	GHashTable *counted = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; import != NULL && i < import->windows->len; i++) {
		const struct last_window *window = &g_array_index(
		    import->windows, struct last_window, i);
		if (!is_current(r, window) || !g_hash_table_add(counted, (gpointer)window->record))
			continue;
		count.known++;
		bool gone = remembered_gone(r, source, window) &&
			    !is_unread(r, source, window->record);
		count.gone += gone;
		count.renewed += gone && g_hash_table_contains(r->renewed, window);
	}
	g_hash_table_unref(counted);
	return count;
}
