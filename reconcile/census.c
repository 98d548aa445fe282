/* Which resources and plans the records name. */
#include "reconcile/census.h"

#include "base/text.h"

#include <string.h>

struct census {
	GHashTable *entries; /* key -> struct census_entry * */
	GStringChunk *texts;
	GArray *sorted; /* of struct census_entry */
};

struct census *
census_new(void)
{
	struct census *census = g_new0(struct census, 1);
	census->entries = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	census->texts = g_string_chunk_new(4096);
	census->sorted = g_array_new(FALSE, FALSE, sizeof(struct census_entry));
	return census;
}

void
census_free(struct census *census)
{
	if (census == NULL)
		return;
	g_hash_table_unref(census->entries);
	g_string_chunk_free(census->texts);
	g_array_unref(census->sorted);
	g_free(census);
}

static const char *
keep(struct census *census, const char *text)
{
	return text_blank(text) ? NULL : g_string_chunk_insert_const(census->texts, text);
}

static struct census_entry *
entry_of(struct census *census, const struct census_entry *wanted)
{
	char *key = g_strdup_printf("%d\n%u\n%s\n%s\n%s", (int)wanted->kind, wanted->source,
	    wanted->id != NULL ? wanted->id : "", wanted->name != NULL ? wanted->name : "",
	    wanted->location != NULL ? wanted->location : "");
	struct census_entry *entry = g_hash_table_lookup(census->entries, key);
	if (entry != NULL) {
		g_free(key);
		return entry;
	}
	entry = g_memdup2(wanted, sizeof(*wanted));
	g_hash_table_insert(census->entries, key, entry);
	return entry;
}

void
census_take(struct census *census, const struct record *record, const char *system)
{
	if (record->kind != RECORD_RESOURCE && record->kind != RECORD_BOOKING &&
	    record->kind != RECORD_MEMBERSHIP)
		return;
	for (size_t i = 0; i < record->n_targets; i++) {
		struct census_entry wanted = {
		    .kind = record->kind == RECORD_MEMBERSHIP ? RULE_PLAN : RULE_RESOURCE,
		    .source = record->place.source,
		    .system = keep(census, system),
		    .id = keep(census, record->targets[i].id),
		    .name = keep(census, record->targets[i].name),
		    .location = keep(census, record->location)};
		if (wanted.id == NULL && wanted.name == NULL)
			continue;
		struct census_entry *entry = entry_of(census, &wanted);
		entry->records += record->kind != RECORD_RESOURCE;
		/* Of several the least, so that the order of rows does not show. */
		const char *group = keep(census, record->group);
		if (group != NULL && (entry->group == NULL || strcmp(group, entry->group) < 0))
			entry->group = group;
	}
}

static int
compare_entries(gconstpointer p, gconstpointer q)
{
	const struct census_entry *a = p, *b = q;
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	int order = g_strcmp0(a->name, b->name);
	if (order == 0)
		order = g_strcmp0(a->location, b->location);
	if (order == 0)
		order = (a->source > b->source) - (a->source < b->source);
	return order != 0 ? order : g_strcmp0(a->id, b->id);
}

/* The id as its source means it: number 7 of one system is another room than number 7 of the next.  Caller frees. */
static char *
scoped_id(const struct census_entry *entry)
{
	return entry->system != NULL ? g_strconcat(entry->system, "\n", entry->id, NULL)
				     : g_strdup_printf("\n%u\n%s", entry->source, entry->id);
}

/* A booking that names a resource by its id alone learns the rest from the list. */
static void
complete(struct census_entry *entry, GHashTable *listed)
{
	if (entry->kind != RULE_RESOURCE || entry->records == 0 || entry->id == NULL)
		return;
	char *id = scoped_id(entry);
	const struct census_entry *resource = g_hash_table_lookup(listed, id);
	g_free(id);
	if (resource == NULL)
		return;
	entry->name = entry->name != NULL ? entry->name : resource->name;
	entry->location = entry->location != NULL ? entry->location : resource->location;
	entry->group = entry->group != NULL ? entry->group : resource->group;
}

const GArray *
census_entries(struct census *census)
{
	GHashTableIter iter;
	gpointer value;
	g_array_set_size(census->sorted, 0);
	g_hash_table_iter_init(&iter, census->entries);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		g_array_append_vals(census->sorted, value, 1);
	g_array_sort(census->sorted, compare_entries);

	GHashTable *listed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	for (guint i = 0; i < census->sorted->len; i++) {
		const struct census_entry *entry = &g_array_index(
		    census->sorted, struct census_entry, i);
		if (entry->kind != RULE_RESOURCE || entry->records > 0 || entry->id == NULL)
			continue;
		char *id = scoped_id(entry);
		if (g_hash_table_contains(listed, id))
			g_free(id);
		else
			g_hash_table_insert(listed, id, g_memdup2(entry, sizeof(*entry)));
	}
	for (guint i = 0; i < census->sorted->len; i++)
		complete(&g_array_index(census->sorted, struct census_entry, i), listed);
	g_hash_table_unref(listed);
	g_array_sort(census->sorted, compare_entries);
	return census->sorted;
}
