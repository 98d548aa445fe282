/*
 * Telling repetitions from contradictions.  Of a row only a hash is kept: exports hold the same rows over and over,
 * and their texts would fill the memory.
 */
#include "reconcile/repeats.h"

#include <string.h>

struct repeats {
	GPtrArray *ids; /* a GHashTable for each source and kind: id -> index into rows + 1 */
	GStringChunk *text;
	GArray *rows;	  /* of struct kept_row */
	uint64_t content; /* of the record that was looked up last */
};

static void
table_free(gpointer p)
{
	g_hash_table_unref(p);
}

struct repeats *
repeats_new(guint sources)
{
	struct repeats *repeats = g_new0(struct repeats, 1);
	repeats->ids = g_ptr_array_new_with_free_func(table_free);
	for (guint i = 0; i < sources * RECORD_KINDS; i++)
		g_ptr_array_add(repeats->ids, g_hash_table_new(g_str_hash, g_str_equal));
	repeats->text = g_string_chunk_new(4096);
	repeats->rows = g_array_new(FALSE, FALSE, sizeof(struct kept_row));
	return repeats;
}

void
repeats_free(struct repeats *repeats)
{
	g_ptr_array_unref(repeats->ids);
	g_string_chunk_free(repeats->text);
	g_array_unref(repeats->rows);
	g_free(repeats);
}

static struct kept_row *
find_row(const struct repeats *repeats, uint32_t source, enum record_kind kind, const char *id)
{
	GHashTable *ids = g_ptr_array_index(repeats->ids, source * RECORD_KINDS + kind);
	guint known = GPOINTER_TO_UINT(g_hash_table_lookup(ids, id));
	return known != 0 ? &g_array_index(repeats->rows, struct kept_row, known - 1) : NULL;
}

enum repeat
repeats_look(
    struct repeats *repeats, const struct record *record, bool log, struct reason_range *former)
{
	if (record->id == NULL)
		return REPEAT_NEW;
	repeats->content = record_content(record);
	struct kept_row *row = find_row(repeats, record->place.source, record->kind, record->id);
	if (row == NULL)
		return REPEAT_NEW;
	if (log && !row->undated && !record->undated && record->made < row->made)
		return REPEAT_OLDER;
	if (row->content == repeats->content) {
		/* An event that says the same again says that it still holds. */
		row->made = record->made;
		row->undated = record->undated;
		return REPEAT_EQUAL;
	}
	*former = row->gave;
	return REPEAT_DIFFERENT;
}

void
repeats_keep(struct repeats *repeats, const struct record *record, struct reason_range gave)
{
	if (record->id == NULL)
		return;
	struct kept_row *known = find_row(repeats, record->place.source, record->kind, record->id);
	struct kept_row row = {
	    .id = known != NULL ? known->id : g_string_chunk_insert(repeats->text, record->id),
	    .content = repeats->content,
	    .gave = gave,
	    .source = record->place.source,
	    .kind = record->kind,
	    .made = record->made,
	    .undated = record->undated,
	    .bare = record->bare};
	if (known != NULL) {
		*known = row;
		return;
	}
	g_array_append_val(repeats->rows, row);
	GHashTable *ids = g_ptr_array_index(
	    repeats->ids, record->place.source * RECORD_KINDS + record->kind);
	g_hash_table_insert(ids, (gpointer)row.id, GUINT_TO_POINTER(repeats->rows->len));
}

const struct kept_row *
repeats_row(const struct repeats *repeats, uint32_t source, enum record_kind kind, const char *id)
{
	return find_row(repeats, source, kind, id);
}

void
repeats_each(const struct repeats *repeats, uint32_t source,
    void (*take)(void *user, const char *id, const struct kept_row *row), void *user)
{
	for (guint i = 0; i < repeats->rows->len; i++) {
		const struct kept_row *row = &g_array_index(repeats->rows, struct kept_row, i);
		if (row->source == source)
			take(user, row->id, row);
	}
}
