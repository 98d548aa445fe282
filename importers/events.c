/*
 * Logs of events.  Decides which event is there twice, when one happened, and what one still says whose data cannot be
 * read; which event counts against which is decided later.
 */
#include "importers/importer.h"

bool
event_repeats(struct importer *im, const struct row *row)
{
	const struct alternatives *once = &im->profile->once;
	GString *key = g_string_new(NULL);
	bool named = false;
	for (size_t i = 0; i < once->count; i++) {
		struct value value;
		row_value(row, once->names[i], &value);
		bool there = value.presence == VALUE_TEXT || value.presence == VALUE_FLAG;
		/* Without its first name an event is like no other. */
		named = there && (i == 0 || named);
		g_string_append_printf(key, "%s\n", there ? value.text : "");
	}
	bool repeats = named && !g_hash_table_add(im->events, g_strdup(key->str));
	g_string_free(key, TRUE);
	return repeats;
}

static void
note_undated(struct importer *im, const struct row *row)
{
	if (im->undated || im->source->log_of == NULL)
		return;
	im->undated = true;
	char *text = g_strdup_printf("%s: not every event says when it happened: those that do not "
				     "lose against every booking that source %s has",
	    im->file->name, im->source->log_of);
	importer_note(im, &row->place, FINDING_UNDATED_EVENTS, NULL, NULL, text);
	g_free(text);
}

bool
event_read(struct draft *draft)
{
	struct importer *im = draft->im;
	struct record *record = &draft->record;
	record->made = im->file->modified;
	if (!im->profile->log)
		return true;
	record->undated = !span_made(draft, &record->made);
	if (record->undated)
		note_undated(im, draft->row);
	return record->id != NULL || draft_refuse(draft, "id is blank: what is this event about?");
}

/*
 * May the row count in place of an earlier one of its id?  Of a table whose cells have shifted not even the id is sure,
 * and of a booking in several rows each stands by itself.
 */
static bool
replaces(const struct draft *draft)
{
	const struct importer *im = draft->im;
	bool access = draft->record.kind == RECORD_BOOKING || draft->record.kind == RECORD_GRANT ||
		      draft->record.kind == RECORD_MEMBERSHIP;
	return im->profile->log ||
	       (access && im->policy.same_id == SAME_ID_LAST && draft->record.id != NULL);
}

bool
event_salvage(struct draft *draft, char **unknown)
{
	struct record *record = &draft->record;
	if (draft->empty || !replaces(draft))
		return false;
	person_recognise(draft);
	if (record->id == NULL)
		return false;
	*record = (struct record){.kind = record->kind,
	    .place = record->place,
	    .id = record->id,
	    .status = record->status == STATUS_CANCELLED ? STATUS_CANCELLED : STATUS_UNKNOWN,
	    .person.email = record->person.email,
	    .span = {INSTANT_ALWAYS, INSTANT_NEVER},
	    .made = record->made,
	    .undated = record->undated,
	    .bare = true};
	draft->recurs = false;
	if (draft->notes != NULL)
		g_ptr_array_set_size(draft->notes, 0);
	g_free(*unknown);
	*unknown = record->status == STATUS_CANCELLED ? NULL : g_strdup(draft->reason);
	if (record->status == STATUS_CANCELLED)
		draft->nobody = NULL;
	return true;
}
