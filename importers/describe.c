/*
 * What is this file?  Decides which profile fits best, by letting each read it: the reader is the one of a real import,
 * so that what is said here is what a run will do.
 */
#include "importers/describe.h"

#include "base/failure.h"
#include "base/text.h"
#include "importers/importer.h"
#include "importers/limits.h"
#include "importers/propose.h"
#include "importers/roles.h"
#include "importers/uses.h"

#include <string.h>

#define SAMPLE 1000   /* rows on which profiles are compared */
#define REJECTS_MAX 5 /* shown */

struct look {
	const struct source_config *source;
	const GPtrArray *profiles;  /* of const struct profile * */
	const struct profile *only; /* to be tried; NULL: all */
	struct description *out;
	struct bytes *bytes;
	struct bytes_facts found;
	struct survey *survey;
	struct interval around;
	enum date_answer dates;
	const struct profile *best; /* NULL: none fits */
	const struct profile
	    *shown; /* that columns are explained by: the best, else one that lacks little */
};

/* ---- trying ---- */

struct trial {
	struct description *keep;	/* takes span and rejects; NULL */
	struct described_reject reject; /* the first */
	uint64_t rejected;		/* rows, whatever they look like */
	uint32_t row;			/* the last of them */
};

static char *
first_reject(const struct trial *trial)
{
	return g_strdup_printf(
	    "not one of the rows can be read with it; the first reason is, row %u: %s",
	    trial->reject.row, trial->reject.reason);
}

static void
take_record(void *user, const struct record *record)
{
	struct trial *t = user;
	struct description *d = t->keep;
	bool timed = record->kind == RECORD_BOOKING || record->kind == RECORD_MEMBERSHIP ||
		     record->kind == RECORD_GRANT;
	if (d == NULL || !timed || record->bare)
		return;
	if (record->span.from != INSTANT_ALWAYS)
		d->from = MIN(d->from, record->span.from);
	if (record->span.until != INSTANT_NEVER)
		d->until = MAX(d->until, record->span.until);
	else
		d->open_ends++;
}

static void
take_reject(void *user, const struct record_reject *reject)
{
	struct trial *t = user;
	t->rejected += t->rejected == 0 || reject->place.row != t->row;
	t->row = reject->place.row;
	if (t->reject.reason == NULL)
		t->reject = (struct described_reject){
		    reject->place.row, text_printable(reject->reason)};
	if (t->keep == NULL || t->keep->rejects->len == REJECTS_MAX)
		return;
	struct described_reject *kept = g_new0(struct described_reject, 1);
	*kept = (struct described_reject){reject->place.row, text_printable(reject->reason)};
	g_ptr_array_add(t->keep->rejects, kept);
}

static void
take_note(void *user, const struct record_note *note)
{
}

/* The order of day and month to read with: what somebody said, else what the dates say, else the profile's. */
static enum date_order
order_for(const struct look *l, const struct profile *profile)
{
	if (l->source->date_order != ORDER_NONE)
		return l->source->date_order;
	if (l->dates == DATES_DAY_FIRST || l->dates == DATES_MONTH_FIRST)
		return l->dates == DATES_DAY_FIRST ? ORDER_DMY : ORDER_MDY;
	return profile->date_order;
}

/*
 * The source as it must be set for this file.  Where nothing says the zone or the order, any will do to see which rows can
 * be read; the times are then not believed.
 */
static struct source_config
source_for(const struct look *l, const struct profile *profile)
{
	struct source_config source = *l->source;
	if (source.timezone == NULL && profile->zone == NULL)
		source.timezone = (char *)"UTC";
	source.date_order = order_for(l, profile);
	if (source.date_order == ORDER_NONE)
		source.date_order = ORDER_DMY;
	return source;
}

/*
 * Import up to rows_max rows (0: all) through the profile; NULL when the file is none for it at all.  keep: takes what
 * was read; NULL.  Caller frees with described_profile_free.
 */
static struct described_profile *
try_profile(const struct look *l, const struct profile *profile, uint64_t rows_max,
    struct description *keep)
{
	struct trial trial = {.keep = keep};
	struct record_sink sink = {take_record, take_reject, take_note, &trial};
	struct source_config source = source_for(l, profile);
	struct import_facts *facts = import_opened(
	    &source, profile, l->bytes, &l->found, rows_max, l->around, &sink);
	struct described_profile *p = g_new0(struct described_profile, 1);
	p->name = g_strndup(profile->name, strcspn(profile->name, "."));
	p->title = g_strdup(profile->title);
	p->kind = profile->kind;
	p->log = profile->log;
	p->rows = facts->rows;
	p->rejected = MIN(trial.rejected, facts->rows);
	for (guint i = 0; i < l->survey->columns->len; i++) {
		struct use use;
		bool known = use_of(l->survey, l->survey->columns->pdata[i], profile, &use);
		p->columns += known;
		p->ignored += use.ignored && known;
		p->exact += use.exact;
	}
	for (int f = 0; f < FIELDS; f++)
		p->lacking += profile->fields[f].required != REQUIRED_NO &&
			      !use_found(l->survey, profile, (enum field)f);
	const struct date_evidence *dates = &l->out->dates;
	if (facts->refusals->len > 0 && p->lacking == 0 && profile->ordered &&
	    l->dates == DATES_BOTH)
		p->refusal = g_strdup_printf(
		    "its dates contradict each other: %s has the day first, %s the month\n"
		    "hint: has a spreadsheet program saved it? export it again",
		    dates->day_example, dates->month_example);
	else if (facts->refusals->len > 0)
		p->refusal = g_strdup(facts->refusals->pdata[0]);
	else if (p->rejected == p->rows && p->rows > 0)
		p->refusal = first_reject(&trial);
	else if (p->columns == 0)
		p->refusal = g_strdup("none of the columns that it asks for is there");
	p->fits = p->refusal == NULL;
	if (keep != NULL)
		keep->dropped = facts->dropped;
	g_free(trial.reject.reason);
	import_facts_free(facts);
	return p;
}

/* Is there a list of records where the profile looks, and does it read this kind of file? */
static bool
may_fit(const struct look *l, const struct profile *profile)
{
	if (l->out->kind_said != RECORD_KINDS && l->out->kind_said != profile->kind)
		return false;
	if (l->survey->kind != SURVEY_JSON)
		return l->survey->kind == SURVEY_ICS ? profile->ics : profile->csv;
	for (char **path = profile->records; profile->json && *path != NULL; path++) {
		if (g_hash_table_contains(l->survey->found, *path))
			return true;
	}
	return false;
}

/* Does a column that the profile does not know speak of that role? */
static bool
leaves(const struct look *l, const struct profile *profile, enum role role)
{
	struct use use;
	for (guint i = 0; i < l->survey->columns->len; i++) {
		const struct survey_column *column = l->survey->columns->pdata[i];
		if (!use_of(l->survey, column, profile, &use) && role_named(role, column->name))
			return true;
	}
	return false;
}

/* What it knows and does not read does not count. */
static unsigned
used(const struct described_profile *p)
{
	return p->columns - p->ignored;
}

/*
 * A profile that asks for little fits many files: a list of people is not what a table of bookings is, although it has
 * addresses, too.
 */
static bool
misses_most(const struct look *l, const struct profile *profile, const struct described_profile *p)
{
	if (p->kind == RECORD_BOOKING || p->kind == RECORD_MEMBERSHIP || p->kind == RECORD_GRANT)
		return false;
	return used(p) * 2 < l->survey->columns->len || leaves(l, profile, ROLE_PLAN) ||
	       leaves(l, profile, ROLE_RESOURCE) ||
	       (leaves(l, profile, ROLE_START) && leaves(l, profile, ROLE_END));
}

/*
 * How much of the file a profile makes use of: columns it knows, weighed by the rows it can read.  What it knows and does
 * not read says little: a list of people may name plans and dates, too.  Of two that know equally many, that whose own
 * names the file uses.
 */
static double
score(const struct described_profile *p)
{
	/* Where all rows are left out, the file is about something else. */
	double share = p->rows > 0 ? (double)(p->rows - p->rejected) / (double)p->rows : 0;
	return (used(p) + 0.01 * p->exact + 0.001) * (share + 0.01);
}

static int
compare_profiles(gconstpointer a, gconstpointer b)
{
	const struct described_profile *x = *(struct described_profile *const *)a;
	const struct described_profile *y = *(struct described_profile *const *)b;
	double difference = score(y) - score(x);
	return difference > 0 ? 1 : difference < 0 ? -1 : strcmp(x->name, y->name);
}

/* The nearest lacks least; of those that lack equally little, the one that knows most. */
static void
keep_nearest(struct description *d, struct described_profile *p)
{
	const struct described_profile *n = d->nearest;
	bool nearer = n == NULL || p->lacking < n->lacking ||
		      (p->lacking == n->lacking && used(p) > used(n));
	if (nearer && (p->columns > 0 || d->rows == 0)) {
		described_profile_free(d->nearest);
		d->nearest = p;
	} else {
		described_profile_free(p);
	}
}

static const struct profile *
profile_called(const struct look *l, const char *name)
{
	for (guint i = 0; i < l->profiles->len && l->only == NULL; i++) {
		const struct profile *profile = l->profiles->pdata[i];
		if (strncmp(profile->name, name, strlen(name)) == 0 &&
		    profile->name[strlen(name)] == '.')
			return profile;
	}
	return l->only;
}

static void
try_profiles(struct look *l)
{
	struct description *d = l->out;
	const struct profile *only = l->only;
	for (guint i = 0; i < l->profiles->len; i++) {
		const struct profile *profile = l->profiles->pdata[i];
		if ((only != NULL && profile != only) || (only == NULL && !may_fit(l, profile)))
			continue;
		struct described_profile *p = try_profile(l, profile, SAMPLE, NULL);
		if (p->fits && only == NULL && misses_most(l, profile, p))
			described_profile_free(p);
		else if (p->fits)
			g_ptr_array_add(d->profiles, p);
		else
			keep_nearest(d, p);
	}
	g_ptr_array_sort(d->profiles, compare_profiles);
	/* One that lacks a field and knows few columns is not near. */
	struct described_profile *n = d->nearest;
	if (n != NULL && only == NULL && n->lacking > 0 && used(n) * 2 < l->survey->columns->len)
		g_clear_pointer(&d->nearest, described_profile_free);
}

/* The best profile once more, on the whole file. */
static void
read_whole(struct look *l)
{
	struct description *d = l->out;
	const struct described_profile *first = description_best(d);
	if (first == NULL)
		return;
	l->best = profile_called(l, first->name);
	struct described_profile *p = try_profile(l, l->best, 0, d);
	if (p->fits) {
		described_profile_free(d->profiles->pdata[0]);
		d->profiles->pdata[0] = p;
		return;
	}
	/* What is wrong shows at the end of the file only; the others would fare no better. */
	l->best = NULL;
	g_ptr_array_set_size(d->profiles, 0);
	described_profile_free(d->nearest);
	d->nearest = p;
	d->from = INSTANT_NEVER;
	d->until = INSTANT_ALWAYS;
	d->open_ends = 0;
	g_ptr_array_set_size(d->rejects, 0);
}

/* ---- columns ---- */

static char *
field_list(const struct use *use)
{
	GString *list = g_string_new(NULL);
	for (int f = 0; f < FIELDS; f++) {
		if (use->fields[f])
			g_string_append_printf(
			    list, "%s%s", list->len > 0 ? ", " : "", field_word((enum field)f));
	}
	return g_string_free(list, list->len == 0);
}

/* Words of these are things and states of the venue, not people. */
static bool
is_public(const struct use *use)
{
	static const enum field fields[] = {FIELD_RESOURCE, FIELD_RESOURCE_ID, FIELD_PLAN,
	    FIELD_PLAN_ID, FIELD_LOCATION, FIELD_GROUP, FIELD_ZONE, FIELD_STATUS,
	    FIELD_PERSON_STATUS, FIELD_TITLE};
	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
		if (use->fields[fields[i]])
			return true;
	}
	return use->rules;
}

static void
give_meanings(const struct vocabulary *vocabulary, struct described_column *column)
{
	column->status = true;
	for (guint i = 0; column->words != NULL && i < column->words->len; i++) {
		struct described_word *word = column->words->pdata[i];
		enum record_status status = vocabulary_status(vocabulary, word->text);
		word->meaning = status != STATUS_UNKNOWN ? record_status_word(status) : NULL;
	}
}

static void
describe_column(struct look *l, const struct survey_column *from)
{
	struct description *d = l->out;
	struct described_column *column = described_column_new(from->name);
	struct use use = {0};
	if (l->shown != NULL)
		use_of(l->survey, from, l->shown, &use);
	enum expected expected = use.fields[FIELD_ID] ? EXPECT_TEXTS : EXPECT_NOTHING;
	for (int f = 0; f < FIELDS; f++) {
		if (use.fields[f] && field_is_time((enum field)f))
			expected = EXPECT_TIMES;
	}
	if (use.fields[FIELD_EMAIL] || use.fields[FIELD_ATTENDEES])
		expected = EXPECT_ADDRESSES;
	guess_conclude(from->guess, expected, column);
	column->fields = field_list(&use);
	column->in_rules = use.rules;
	column->ignored = use.ignored;
	column->suggested = column->fields == NULL ? role_suggested(column) : NULL;
	column->listed = is_public(&use) ||
			 (column->suggested != NULL
				 ? role_public(column)
				 : column->fields == NULL && words_are_public(column));
	if (use.fields[FIELD_STATUS] || use.fields[FIELD_PERSON_STATUS])
		give_meanings(
		    use.fields[FIELD_STATUS] ? &l->shown->status : &l->shown->person_status,
		    column);
	column->of_person = column->status &&
			    (l->shown->kind == RECORD_PERSON || use.fields[FIELD_PERSON_STATUS]);
	if (expected == EXPECT_TIMES && column->holds == HOLDS_TIMES && column->local)
		d->needs_zone = true;
	g_ptr_array_add(d->columns, column);
}

/* ---- the whole ---- */

static bool
names_a_zone(const struct look *l)
{
	for (guint i = 0; i < l->survey->columns->len; i++) {
		if (use_asks(l->survey, l->survey->columns->pdata[i], l->best, FIELD_ZONE))
			return true;
	}
	return false;
}

static char *
missing_fields(const struct look *l)
{
	GString *list = g_string_new(NULL);
	for (int f = 0; f < FIELDS; f++) {
		if (!use_found(l->survey, l->best, (enum field)f))
			g_string_append_printf(
			    list, "%s%s", list->len > 0 ? ", " : "", field_word((enum field)f));
	}
	return g_string_free(list, list->len == 0);
}

/* What the best profile leaves to the source. */
static void
settle_needs(struct look *l)
{
	struct description *d = l->out;
	if (l->best == NULL) {
		d->needs_zone = false;
		return;
	}
	d->missing = missing_fields(l);
	if (l->best->fields[FIELD_STATUS].used && !use_found(l->survey, l->best, FIELD_STATUS))
		d->no_status = record_status_word(l->best->status.absent);
	if (l->survey->kind == SURVEY_ICS)
		d->needs_zone = l->survey->floating;
	d->zone = l->source->timezone != NULL ? l->source->timezone : l->best->zone;
	d->needs_zone = (d->needs_zone || l->best->kind == RECORD_MEMBERSHIP) && d->zone == NULL &&
			!names_a_zone(l);
	enum date_order order = order_for(l, l->best);
	d->order = order != ORDER_NONE ? date_order_words[order - ORDER_DMY] : NULL;
	d->needs_order = l->best->ordered && l->source->date_order == ORDER_NONE &&
			 l->best->date_order != order;
	if (l->best->ordered && order == ORDER_NONE)
		d->needs_order = l->best->order_needed || l->dates != DATES_NONE;
	d->order_assumed = l->best->ordered && l->source->date_order == ORDER_NONE &&
			   order != ORDER_NONE && l->dates == DATES_EITHER;
}

static void
settle_overlooked(struct look *l)
{
	struct description *d = l->out;
	if (l->best == NULL || l->survey->kind == SURVEY_ICS)
		return;
	enum record_kind kind = propose_kind(d);
	bool other = kind != l->best->kind && kind != RECORD_PERSON;
	d->overlooked = role_overlooked(d, other);
	d->other_kind = other && d->overlooked != NULL ? kind : RECORD_KINDS;
}

/* What profiles call headers, and where they look for lists. */
static void
hints_take(const GPtrArray *profiles, struct names *names, GPtrArray *paths)
{
	for (guint i = 0; i < profiles->len; i++) {
		const struct profile *profile = profiles->pdata[i];
		for (unsigned n = 0; profile->csv && n < profile->names.count; n++)
			names_add(names, profile->names.list[n].text);
		for (char **path = profile->records; profile->json && *path != NULL; path++) {
			if (**path != '\0' &&
			    !g_ptr_array_find_with_equal_func(paths, *path, g_str_equal, NULL))
				g_ptr_array_add(paths, *path);
		}
	}
}

static void
survey_file(struct look *l)
{
	struct description *d = l->out;
	struct names names = {0};
	GPtrArray *paths = g_ptr_array_new();
	GError *error = NULL;
	hints_take(l->profiles, &names, paths);
	struct survey_hints hints = {&names, paths};
	d->format = import_format(l->bytes);
	l->survey = strcmp(d->format, "json") == 0  ? survey_json(l->bytes, &hints, &error)
		    : strcmp(d->format, "ics") == 0 ? survey_ics(l->bytes, &error)
						    : survey_table(l->bytes, &hints, &error);
	d->delimiter = l->survey->delimiter;
	d->header_row = l->survey->header_row;
	d->lists = g_strdup(l->survey->lists);
	d->rows = l->survey->rows;
	if (error != NULL)
		d->fault = g_strdup(error->message);
	g_clear_error(&error);
	for (guint i = 0; i < l->survey->columns->len; i++) {
		const struct survey_column *column = l->survey->columns->pdata[i];
		date_evidence_add(&d->dates, guess_dates(column->guess));
	}
	l->dates = date_evidence_answer(&d->dates);
	names_done(&names);
	g_ptr_array_unref(paths);
}

/* A profile that was made up from the file must read it like any other. */
static void
try_proposal(struct look *l)
{
	struct description *d = l->out;
	GError *error = NULL;
	struct profile *profile = profile_read(d->proposal, "proposed.ini", NULL);
	if (profile == NULL) {
		/* The file calls its columns what no profile can say. */
		g_clear_pointer(&d->proposal, g_free);
		return;
	}
	d->proposed = try_profile(l, profile, 0, NULL);
	if (!profile_suits(profile, l->source, &error)) {
		char *other = d->proposed->refusal;
		d->proposed->fits = false;
		d->proposed->refusal = g_strdup_printf(
		    "date_order: somebody must say whether day or month comes first%s%s",
		    other != NULL ? "\n" : "", other != NULL ? other : "");
		g_free(other);
		g_error_free(error);
	}
	profile_free(profile);
}

static bool
any_suggested(const struct description *d)
{
	for (guint i = 0; i < d->columns->len; i++) {
		if (role_suggested(d->columns->pdata[i]) != NULL)
			return true;
	}
	return false;
}

/* A profile to edit: one of ours when it only lacks a word here or there, else one made up from the file. */
static void
propose(struct look *l)
{
	struct description *d = l->out;
	const struct described_profile *near = description_best(d);
	bool ics = l->survey->kind == SURVEY_ICS;
	if (near == NULL && d->fault == NULL && d->nearest != NULL &&
	    (ics || d->nearest->lacking == 0))
		near = d->nearest;
	if (near != NULL) {
		const struct profile *profile = profile_called(l, near->name);
		d->proposal = propose_copy(d, near->name, profile_text(profile));
	} else if (d->fault == NULL && !ics && any_suggested(d)) {
		d->proposal = propose_profile(d, l->profiles);
		try_proposal(l);
	}
}

struct description *
describe_file(const struct source_config *source, const GPtrArray *profiles,
    const struct profile *only, enum record_kind kind, struct interval around)
{
	char *name = g_path_get_basename(source->file);
	struct description *d = description_new(name);
	struct look look = {.source = source,
			.profiles = profiles,
			.only = only,
			.around = around,
			.out = d},
		    *l = &look;
	GError *error = NULL;
	d->kind_said = kind;
	d->path = g_canonicalize_filename(source->file, NULL);
	d->zone_said = source->timezone != NULL;
	d->order_said = source->date_order != ORDER_NONE;
	l->bytes = bytes_open(source->file, d->name, FILE_SIZE_MAX, &l->found, &error);
	g_free(name);
	d->bytes = l->found.size;
	d->encoding = l->found.encoding;
	if (l->bytes == NULL) {
		d->fault = g_strdup(error->message);
		g_error_free(error);
		return d;
	}
	survey_file(l);
	try_profiles(l);
	read_whole(l);
	l->shown = l->best;
	if (l->best == NULL && d->nearest != NULL && d->nearest->lacking <= 1)
		l->shown = profile_called(l, d->nearest->name);
	for (guint i = 0; i < l->survey->columns->len; i++)
		describe_column(l, l->survey->columns->pdata[i]);
	settle_needs(l);
	settle_overlooked(l);
	propose(l);
	survey_free(l->survey);
	bytes_close(l->bytes);
	return d;
}
