/*
 * Which events count.  Events with one UID are versions of one booking when they begin at one time in one place, or when
 * they lie in one place and each has a SEQUENCE of its own; else a writer has used the UID for several bookings, and
 * none of them may be lost.
 */
#include "importers/icsbook.h"

#include "base/text.h"

struct entry {
	const char *uid, *place; /* interned: equal texts are one pointer; NULL */
	uint32_t file, calendar, number;
	guint run; /* where the events of its UID begin in book->by_uid */
	int64_t sequence, stamp;
	instant start, which;
	int64_t time_of_day; /* series: of its start, in seconds */
	struct zone *zone;   /* series: whose clocks it follows */
	struct ical_time raw_which;
	bool series, days, changes, which_known, foreign, counts, shared;
};

struct ics_book {
	struct zone *zone;
	GStringChunk *texts;
	GPtrArray *files;  /* of GArray of struct entry: by number - 1 */
	GPtrArray *by_uid; /* of struct entry *, those with a UID */
};

static void
array_free(gpointer p)
{
	g_array_unref(p);
}

struct ics_book *
ics_book_new(struct zone *zone)
{
	struct ics_book *book = g_new0(struct ics_book, 1);
	book->zone = zone != NULL ? zone : zone_get("UTC");
	book->texts = g_string_chunk_new(64 * 1024);
	book->files = g_ptr_array_new_with_free_func(array_free);
	book->by_uid = g_ptr_array_new();
	return book;
}

void
ics_book_free(struct ics_book *book)
{
	if (book == NULL)
		return;
	g_string_chunk_free(book->texts);
	g_ptr_array_unref(book->files);
	g_ptr_array_unref(book->by_uid);
	g_free(book);
}

static instant
instant_in(const struct ical_time *t, struct zone *zone)
{
	instant at;
	zone_instant(t->zone != NULL ? t->zone : zone, &t->local, ZONE_EARLIER, &at);
	return at;
}

void
ics_book_add(struct ics_book *book, const struct ics_seen *seen)
{
	g_autofree char *place = text_key(seen->place);
	while (book->files->len <= seen->file)
		g_ptr_array_add(book->files, g_array_new(FALSE, TRUE, sizeof(struct entry)));
	struct entry entry = {.file = seen->file,
	    .calendar = seen->calendar,
	    .number = seen->number,
	    .sequence = seen->sequence,
	    .stamp = seen->stamp,
	    .start = INSTANT_ALWAYS,
	    .which = INSTANT_ALWAYS,
	    .series = seen->series && !seen->changes,
	    .days = seen->starts && seen->days,
	    .changes = seen->changes,
	    .which_known = seen->which_known,
	    .raw_which = seen->which,
	    .counts = true};
	entry.place = g_string_chunk_insert_const(book->texts, place);
	if (seen->uid != NULL)
		entry.uid = g_string_chunk_insert_const(book->texts, seen->uid);
	entry.zone = book->zone;
	if (seen->starts) {
		if (seen->start.zone != NULL)
			entry.zone = seen->start.zone;
		entry.start = instant_in(&seen->start, book->zone);
		entry.time_of_day = civil_seconds(&seen->start.local) % INSTANT_DAY;
	}
	GArray *file = book->files->pdata[seen->file];
	g_array_append_val(file, entry);
	g_assert(file->len == seen->number);
}

/* ---- which occurrence was changed ---- */

#define ORDER(a, b) (((a) > (b)) - ((a) < (b)))

static int
compare_calendars(const struct entry *a, const struct entry *b)
{
	return a->file != b->file ? ORDER(a->file, b->file) : ORDER(a->calendar, b->calendar);
}

/* The events of a UID together; its series first, by calendar. */
static int
compare_uids(gconstpointer p, gconstpointer q)
{
	const struct entry *a = *(const struct entry *const *)p;
	const struct entry *b = *(const struct entry *const *)q;
	int order = ORDER(a->uid, b->uid);
	if (order == 0)
		order = ORDER(b->series, a->series);
	if (order == 0)
		order = compare_calendars(a, b);
	return order != 0 ? order : ORDER(a->number, b->number);
}

/* The first series of the calendar among those of a run. */
static const struct entry *
series_of(struct entry *const *run, guint n_series, const struct entry *of)
{
	guint from = 0, until = n_series;
	while (from < until) {
		guint middle = from + (until - from) / 2;
		if (compare_calendars(run[middle], of) < 0)
			from = middle + 1;
		else
			until = middle;
	}
	return from < n_series && compare_calendars(run[from], of) == 0 ? run[from] : NULL;
}

/* In a series of whole days it is a day, however it is written; a day in any other is its occurrence of that day. */
static instant
which_of(const struct ics_book *book, const struct entry *e, const struct entry *series)
{
	const struct ical_time *t = &e->raw_which;
	bool days = series != NULL ? series->days : t->date;
	if (!days && !t->date)
		return instant_in(t, book->zone);
	struct ical_time at = {.zone = series != NULL ? series->zone : book->zone};
	at.local = civil_from_seconds(ical_day(t, at.zone) + (days ? 0 : series->time_of_day));
	return civil_valid(&at.local) ? instant_in(&at, book->zone) : INSTANT_ALWAYS;
}

static void
settle_changes(const struct ics_book *book, struct entry *const *run, guint n)
{
	guint n_series = 0;
	while (n_series < n && run[n_series]->series)
		n_series++;
	for (guint i = n_series; i < n; i++) {
		struct entry *e = run[i];
		if (!e->changes || !e->which_known)
			continue;
		const struct entry *series = series_of(run, n_series, e);
		e->foreign = series == NULL;
		if (series == NULL && n_series > 0)
			series = run[0];
		e->which = which_of(book, e, series);
	}
}

/* ---- which version counts ---- */

/* The events of one booking, or of one occurrence, together; what is the same time and place, the newest first. */
static int
compare_versions(gconstpointer p, gconstpointer q)
{
	const struct entry *a = *(const struct entry *const *)p;
	const struct entry *b = *(const struct entry *const *)q;
	const int orders[] = {ORDER(a->changes, b->changes), ORDER(a->which, b->which),
	    ORDER(a->start, b->start), ORDER(a->place, b->place), ORDER(b->sequence, a->sequence),
	    ORDER(b->stamp, a->stamp), compare_calendars(b, a), ORDER(b->number, a->number)};
	for (size_t i = 0; i < G_N_ELEMENTS(orders); i++) {
		if (orders[i] != 0)
			return orders[i];
	}
	return 0;
}

static int
compare_sequences(gconstpointer p, gconstpointer q)
{
	const struct entry *a = *(const struct entry *const *)p;
	const struct entry *b = *(const struct entry *const *)q;
	return a->place != b->place ? ORDER(a->place, b->place) : ORDER(b->sequence, a->sequence);
}

/*
 * left: what begins at different times, or lies in different places.  Where no two of one place share a SEQUENCE a writer
 * has counted them as versions, and the newest is all that counts.  Returns how many count.
 */
static guint
settle_left(GPtrArray *left)
{
	guint counting = 0;
	g_ptr_array_sort(left, compare_sequences);
	struct entry *const *all = (struct entry *const *)left->pdata;
	for (guint first = 0, i = 1; i <= left->len; i++) {
		if (i < left->len && all[i]->place == all[first]->place)
			continue;
		bool versions = true;
		for (guint k = first + 1; k < i; k++)
			versions = versions && all[k]->sequence != all[k - 1]->sequence;
		for (guint k = first; k < i; k++)
			all[k]->counts = k == first || !versions;
		counting += versions ? 1 : i - first;
		first = i;
	}
	return counting;
}

static void
settle_versions(struct entry *const *same, guint n)
{
	g_autoptr(GPtrArray) left = g_ptr_array_new();
	for (guint i = 0; i < n; i++) {
		struct entry *e = same[i];
		const struct entry *before = i > 0 ? same[i - 1] : NULL;
		e->counts = before == NULL || before->start != e->start ||
			    before->place != e->place;
		if (e->counts)
			g_ptr_array_add(left, e);
	}
	bool shared = left->len > 1 && settle_left(left) > 1;
	for (guint i = 0; i < left->len; i++)
		((struct entry *)left->pdata[i])->shared = shared;
}

/* Groups of one UID: the bookings themselves, and each occurrence that was changed. */
static void
settle_groups(struct entry *const *run, guint n)
{
	g_autoptr(GPtrArray) list = g_ptr_array_new_full(n, NULL);
	for (guint i = 0; i < n; i++)
		g_ptr_array_add(list, run[i]);
	g_ptr_array_sort(list, compare_versions);
	struct entry *const *all = (struct entry *const *)list->pdata;
	for (guint first = 0, i = 1; i <= n; i++) {
		if (i < n && all[i]->changes == all[first]->changes &&
		    all[i]->which == all[first]->which)
			continue;
		settle_versions(all + first, i - first);
		first = i;
	}
}

void
ics_book_close(struct ics_book *book)
{
	for (guint f = 0; f < book->files->len; f++) {
		GArray *file = book->files->pdata[f];
		for (guint i = 0; i < file->len; i++) {
			struct entry *e = &g_array_index(file, struct entry, i);
			if (e->uid != NULL)
				g_ptr_array_add(book->by_uid, e);
		}
	}
	g_ptr_array_sort(book->by_uid, compare_uids);
	struct entry **all = (struct entry **)book->by_uid->pdata;
	for (guint first = 0, i = 1; i <= book->by_uid->len; i++) {
		if (i < book->by_uid->len && all[i]->uid == all[first]->uid)
			continue;
		for (guint k = first; k < i; k++)
			all[k]->run = first;
		settle_changes(book, all + first, i - first);
		if (i - first > 1)
			settle_groups(all + first, i - first);
		first = i;
	}
}

/* ---- answers ---- */

static const struct entry *
entry_of(const struct ics_book *book, uint32_t file, uint32_t number)
{
	g_assert(file < book->files->len);
	GArray *entries = book->files->pdata[file];
	g_assert(number > 0 && number <= entries->len);
	return &g_array_index(entries, struct entry, number - 1);
}

void
ics_book_verdict(
    const struct ics_book *book, uint32_t file, uint32_t number, struct ics_verdict *out)
{
	const struct entry *e = entry_of(book, file, number);
	*out = (struct ics_verdict){.counts = e->counts,
	    .shared = e->shared,
	    .which = e->which,
	    .start = e->start,
	    .place = e->place};
}

/* A calendar that has the series itself changes that one; else a change holds for the series wherever it is. */
bool
ics_book_changed(
    const struct ics_book *book, uint32_t file, uint32_t number, uint64_t *steps, GArray *instants)
{
	const struct entry *series = entry_of(book, file, number);
	if (series->uid == NULL)
		return true;
	for (guint i = series->run; i < book->by_uid->len; i++) {
		const struct entry *e = book->by_uid->pdata[i];
		if (e->uid != series->uid)
			break;
		if (*steps == 0)
			return false;
		--*steps;
		if (!e->changes || (!e->foreign && compare_calendars(e, series) != 0))
			continue;
		if (e->which == INSTANT_ALWAYS)
			return false;
		g_array_append_val(instants, e->which);
	}
	return true;
}
