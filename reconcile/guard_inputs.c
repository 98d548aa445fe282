/* Is this input fit to act on?  One that is not takes access from nobody, and what it gave stands. */
#include "reconcile/guards.h"

#include "base/zone.h"
#include "reconcile/findings.h"

#include <string.h>

#define HEADERS_SHOWN 20
#define SPAN_MISSING 2	/* a single one may have been cancelled */
#define DOUBT_DIGITS 12 /* of the export's hash, in what is shown and asked for */

struct input {
	const struct config *config;
	const struct source_config *source;
	const struct import_facts *facts;
	const struct last_import *last; /* NULL */
	const struct source_policy *policy;
	const struct givers *givers;
	uint32_t number;
	struct givers_count records;
	instant now, latest;
	const struct plan *plan; /* its rejects */
	instant age;		 /* of the newest file; -1 when there is none */
};

struct finding_text {
	bool tripped;
	int64_t measured, limit; /* limit -1: no number */
	char *text;		 /* taken by the verdict */
	const char *hint;	 /* NULL: what the guard's row says */
};

/* The newest file tells how fresh an export is; a file from after now has age 0. */
static instant
input_age(const struct import_facts *facts, instant now)
{
	instant age = -1;
	for (guint i = 0; i < facts->files->len; i++) {
		const struct file_facts *file = g_ptr_array_index(facts->files, i);
		instant own = MAX(now - file->modified, 0);
		if (age < 0 || own < age)
			age = own;
	}
	return age;
}

static char *
age_text(instant seconds)
{
	if (seconds < 2 * INSTANT_HOUR)
		return g_strdup_printf("%" G_GINT64_FORMAT " min", seconds / INSTANT_MINUTE);
	if (seconds < 3 * INSTANT_DAY)
		return g_strdup_printf("%" G_GINT64_FORMAT " h", seconds / INSTANT_HOUR);
	return g_strdup_printf("%" G_GINT64_FORMAT " days", seconds / INSTANT_DAY);
}

static struct finding_text
judge_readable(const struct input *in)
{
	const GPtrArray *refusals = in->facts->refusals;
	if (refusals->len == 0)
		return (struct finding_text){.limit = -1, .text = g_strdup("read to its end")};
	GString *text = g_string_new(NULL);
	const char *hint = NULL;
	for (guint i = 0; i < refusals->len; i++) {
		const char *refusal = g_ptr_array_index(refusals, i);
		const char *end = strstr(refusal, "\nhint: ");
		g_string_append_printf(text, "%s%.*s", i > 0 ? "; " : "",
		    (int)(end != NULL ? end - refusal : (int)strlen(refusal)), refusal);
		if (end != NULL && hint == NULL)
			hint = end + strlen("\nhint: ");
	}
	return (struct finding_text){.tripped = true,
	    .measured = refusals->len,
	    .limit = -1,
	    .text = g_string_free(text, FALSE),
	    .hint = hint};
}

static struct finding_text
judge_empty(const struct input *in)
{
	/* A venue may well have nothing ahead; one that had something an hour ago has not. */
	bool empty = in->facts->rows == 0 && (in->last == NULL || in->records.known > 0 ||
						 in->facts->kind != RECORD_BOOKING);
	return (struct finding_text){.tripped = empty,
	    .measured = (int64_t)in->facts->rows,
	    .limit = -1,
	    .text = empty ? g_strdup("not one row")
			  : g_strdup_printf("%" G_GUINT64_FORMAT " rows", in->facts->rows)};
}

/* More than the clocks of two machines may differ. */
static bool
is_future(const struct input *in)
{
	for (guint i = 0; i < in->facts->files->len; i++) {
		const struct file_facts *file = g_ptr_array_index(in->facts->files, i);
		if (file->modified > in->latest + in->config->guards.max_clock)
			return true;
	}
	return false;
}

/* The first reason often says it all: a missing time zone, another order of dates. */
static const char *
first_reason(const struct input *in)
{
	for (guint i = 0; i < in->plan->rejects->len; i++) {
		const struct reject *reject = g_ptr_array_index(in->plan->rejects, i);
		if (strcmp(reject->source, in->source->name) == 0)
			return reject->reason;
	}
	return "";
}

/* Where the configuration leaves the zone or the order of dates open, no row of an export can be read. */
static struct finding_text
judge_unread(const struct input *in)
{
	bool none = in->facts->rejected == in->facts->rows &&
		    2 * in->facts->unsettled > in->facts->rows;
	return (struct finding_text){.tripped = none,
	    .measured = (int64_t)(in->facts->rows - in->facts->rejected),
	    .limit = -1,
	    .text = none ? g_strdup_printf("not one of %" G_GUINT64_FORMAT
					   " rows can be read; the first: %s",
			       in->facts->rows, first_reason(in))
			 : g_strdup("has rows that can be read")};
}

static struct finding_text
judge_age(const struct input *in)
{
	instant limit = in->source->max_age != UNSET ? in->source->max_age
						     : in->config->guards.max_age;
	bool old = in->age > limit;
	if (is_future(in))
		return (struct finding_text){.tripped = true,
		    .limit = limit,
		    .text = g_strdup("a file is dated later than now"),
		    .hint = "is the clock of the machine that wrote it right?"};
	char *age = age_text(MAX(in->age, 0)), *most = age_text(limit);
	struct finding_text text = {.tripped = old,
	    .measured = MAX(in->age, 0),
	    .limit = limit,
	    /* "26 h old, at most 26 h" would be a riddle. */
	    .text = old && strcmp(age, most) == 0
			? g_strdup_printf("%" G_GINT64_FORMAT " min older than %s",
			      MAX((in->age - limit) / INSTANT_MINUTE, 1), most)
			: g_strdup_printf("%s old, at most %s", age, most)};
	g_free(age);
	g_free(most);
	return text;
}

/* Of what is cancelled by its absence alone more may be missing. */
static int64_t
shrink_limit(const struct input *in)
{
	static const struct limit absent = {5, 30};
	int64_t most = limit_value(&in->config->guards.max_shrink, in->records.known);
	if (in->policy->absence == ABSENCE_CANCELLED)
		most = MAX(most, limit_value(&absent, in->records.known));
	return most;
}

/* Not rows: what is over leaves an export every day. */
static struct finding_text
judge_shrink(const struct input *in)
{
	if (in->last == NULL)
		return (struct finding_text){
		    .limit = -1, .text = g_strdup("no earlier import to compare with")};
	int64_t most = shrink_limit(in), missing = in->records.gone - in->records.renewed;
	bool shrunk = missing > most;
	return (struct finding_text){.tripped = shrunk,
	    .measured = missing,
	    .limit = most,
	    .text = g_strdup_printf("%" G_GINT64_FORMAT " of the %" G_GINT64_FORMAT
				    " records that had time ahead at the last good import are "
				    "missing, at most %" G_GINT64_FORMAT,
		missing, in->records.known, most)};
}

/* Columns that were there and are not: of char *, of the facts; caller frees with g_ptr_array_unref. */
static GPtrArray *
lost_columns(const struct input *in)
{
	const char *const *without = (const char *const *)in->source->without;
	GPtrArray *lost = g_ptr_array_new();
	for (guint i = 0; in->last != NULL && i < in->facts->missing->len; i++) {
		const char *thing = g_ptr_array_index(in->facts->missing, i);
		if (!g_strv_contains(without, thing) &&
		    g_ptr_array_find_with_equal_func(in->last->columns, thing, g_str_equal, NULL))
			g_ptr_array_add(lost, (gpointer)thing);
	}
	/* Memberships that had a last day and have none now would go on for ever. */
	if (in->last != NULL && !g_strv_contains(without, "end") &&
	    givers_lost_ends(in->givers, in->number))
		g_ptr_array_add(lost, (gpointer) "end");
	/* Nor is a membership's rest over because its days are blank. */
	if (in->last != NULL && !g_strv_contains(without, "freeze_start") &&
	    freezes_lost(givers_freezes(in->givers), in->number))
		g_ptr_array_add(lost, (gpointer) "freeze_start");
	return lost;
}

static void
append_list(GString *text, const GPtrArray *list, const char *quote)
{
	for (guint i = 0; i < list->len && i < HEADERS_SHOWN; i++)
		g_string_append_printf(text, "%s%s%s%s", i > 0 ? ", " : "", quote,
		    (const char *)g_ptr_array_index(list, i), quote);
	if (list->len > HEADERS_SHOWN)
		g_string_append_printf(text, " and %u more", list->len - HEADERS_SHOWN);
}

/* Without its status a cancelled booking is a confirmed one: what an export had yesterday it must not lose in silence. */
static struct finding_text
judge_columns(const struct input *in)
{
	GPtrArray *lost = lost_columns(in);
	bool tripped = lost->len > 0 && in->facts->rows > 0;
	GString *text = g_string_new(NULL);
	if (tripped) {
		append_list(text, lost, "");
		g_string_append(text, ": there at the last good import, and not now");
	} else {
		g_string_append(text, "has what the last good import had");
	}
	if (tripped && in->facts->unmatched->len > 0) {
		g_string_append(text, "; columns nobody reads: ");
		append_list(text, in->facts->unmatched, "\"");
	}
	struct finding_text found = {.tripped = tripped,
	    .measured = lost->len,
	    .limit = -1,
	    .text = g_string_free(text, FALSE)};
	g_ptr_array_unref(lost);
	return found;
}

/* Bookings that end before the next run, and some that reached further are gone: it was made for too few days. */
static struct finding_text
judge_span(const struct input *in)
{
	instant horizon = in->now + in->config->schedule.run_every + in->config->schedule.slack;
	bool cut = in->facts->kind == RECORD_BOOKING && in->last != NULL &&
		   in->facts->latest < horizon && in->last->latest > in->facts->latest &&
		   in->records.gone - in->records.renewed >= SPAN_MISSING;
	return (struct finding_text){.tripped = cut,
	    .limit = -1,
	    .text = g_strdup(cut ? "ends before the next run, and its last good import reached "
				   "further"
				 : "reaches as far as before")};
}

/* The headings of the tables are no longer those of the last good import, which there must be. */
static bool
is_headed_anew(const struct input *in)
{
	const char *headings = NULL;
	for (guint i = 0; i < in->last->columns->len; i++) {
		const char *thing = g_ptr_array_index(in->last->columns, i);
		if (g_str_has_prefix(thing, FACTS_HEADINGS))
			headings = thing;
	}
	return headings != NULL &&
	       !g_ptr_array_find_with_equal_func(in->facts->columns, headings, g_str_equal, NULL);
}

/*
 * Another report, or another venue's, has none of the records that were there an hour ago.  A single one may have been
 * cancelled; and when most of the people have another record for the same time, only ids are new.  Who allows all rows to
 * go has said that this may happen.
 */
static struct finding_text
judge_other(const struct input *in)
{
	int64_t known = in->records.known;
	bool other = known > 0 && in->records.gone == known && in->records.renewed * 2 <= known &&
		     in->config->guards.max_shrink.percent < 100 &&
		     (known > 1 || (in->last != NULL && is_headed_anew(in)));
	return (struct finding_text){.tripped = other,
	    .measured = known - in->records.gone,
	    .limit = -1,
	    .text = g_strdup_printf("%" G_GINT64_FORMAT " of the %" G_GINT64_FORMAT
				    " records that gave access at the last good import and "
				    "still would",
		known - in->records.gone, known)};
}

static struct finding_text
judge_rejects(const struct input *in)
{
	/* The count forgives single rows of a short file, never all of them. */
	struct limit limit = in->config->guards.max_rejects;
	limit.count = MIN(limit.count, (int64_t)in->facts->rows - 1);
	int64_t most = limit_value(&limit, (int64_t)in->facts->rows);
	bool many = (int64_t)in->facts->rejected > most;
	return (struct finding_text){.tripped = many,
	    .measured = (int64_t)in->facts->rejected,
	    .limit = most,
	    .text = g_strdup_printf("%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT
				    " rows rejected, at most %" G_GINT64_FORMAT "%s%s",
		in->facts->rejected, in->facts->rows, most, many ? "; the first: " : "",
		many ? first_reason(in) : "")};
}

/* What a guard that trips makes of the source. */
enum worth { WORTH_NOTHING, WORTH_ANOTHER, WORTH_DOUBT };

static const struct {
	enum guard guard;
	struct finding_text (*judge)(const struct input *in);
	enum worth worth; /* WORTH_ANOTHER: nothing, unless somebody says that it is right */
} input_guards[] = {
    {GUARD_INPUT_READABLE, judge_readable, WORTH_NOTHING},
    {GUARD_INPUT_EMPTY, judge_empty, WORTH_NOTHING},
    {GUARD_INPUT_UNREAD, judge_unread, WORTH_NOTHING},
    {GUARD_LOST_COLUMNS, judge_columns, WORTH_NOTHING},
    {GUARD_MAX_AGE, judge_age, WORTH_DOUBT},
    {GUARD_MAX_SHRINK, judge_shrink, WORTH_DOUBT},
    {GUARD_SHORT_SPAN, judge_span, WORTH_DOUBT},
    {GUARD_OTHER_EXPORT, judge_other, WORTH_ANOTHER},
    {GUARD_MAX_REJECTS, judge_rejects, WORTH_DOUBT},
};

const char *
guard_reason_of(const struct plan *judged, struct plan *plan, const char *source)
{
	g_autoptr(GString) text = g_string_new(NULL);
	for (guint i = 0; i < judged->verdicts->len; i++) {
		const struct verdict *verdict = g_ptr_array_index(judged->verdicts, i);
		if (verdict->tripped && guard_type(verdict->guard)->about == GUARD_OF_INPUT &&
		    strcmp(verdict->scope, source) == 0)
			g_string_append_printf(
			    text, "%s%s", text->len > 0 ? "; " : "", verdict->text);
	}
	return text->len > 0 ? plan_text(plan, text->str) : NULL;
}

const char *
guard_reason(struct plan *plan, const char *source)
{
	return guard_reason_of(plan, plan, source);
}

/* ---- accepting a doubt ---- */

bool
guard_accepts(const GPtrArray *accepted, const char *source)
{
	for (guint i = 0; accepted != NULL && i < accepted->len; i++) {
		const char *word = g_ptr_array_index(accepted, i), *at = strrchr(word, '@');
		if (at != NULL && strlen(source) == (size_t)(at - word) &&
		    strncmp(word, source, (size_t)(at - word)) == 0)
			return true;
	}
	return false;
}

/* What is doubted, a line each: the guards, and the records that are missing. */
static GPtrArray *
doubt_of(const struct input *in, const bool *tripped)
{
	GPtrArray *lines = in->policy->log ? g_ptr_array_new_with_free_func(g_free)
					   : givers_missing(in->givers, in->number);
	for (size_t i = 0; i < G_N_ELEMENTS(input_guards); i++) {
		if (tripped[i])
			g_ptr_array_add(lines, g_strdup(guard_word(input_guards[i].guard)));
	}
	return lines;
}

static bool
is_within(const GPtrArray *lines, const char *accepted)
{
	g_auto(GStrv) words = g_strsplit(accepted, "\n", -1);
	g_autoptr(GHashTable) set = g_hash_table_new(g_str_hash, g_str_equal);
	for (char **word = words; *word != NULL; word++)
		g_hash_table_add(set, *word);
	for (guint i = 0; i < lines->len; i++) {
		if (!g_hash_table_contains(set, g_ptr_array_index(lines, i)))
			return false;
	}
	return true;
}

/* Does this word name what is there now, or a doubt that was shown and was no smaller? */
static bool
accepts(const struct input *in, const struct history *history, const char *word, const char *hash,
    const GPtrArray *doubt)
{
	const char *at = strrchr(word, '@');
	if (at == NULL || strlen(at + 1) < DOUBT_DIGITS ||
	    strlen(in->source->name) != (size_t)(at - word) ||
	    strncmp(word, in->source->name, (size_t)(at - word)) != 0)
		return false;
	if (g_str_has_prefix(hash, at + 1))
		return true;
	g_autofree char *key = g_strdup_printf("%.*s", (int)(at - word) + 1 + DOUBT_DIGITS, word);
	const char *shown = history_recall(history, "doubt", key);
	return shown != NULL && is_within(doubt, shown);
}

static bool
is_accepted(const struct input *in, const struct guard_facts *about, const struct history *history,
    const char *hash, const GPtrArray *doubt)
{
	for (guint i = 0; about->accepted != NULL && i < about->accepted->len; i++) {
		if (accepts(in, history, g_ptr_array_index(about->accepted, i), hash, doubt))
			return true;
	}
	return false;
}

static void
add_verdict(
    const struct input *in, struct plan *plan, size_t i, struct finding_text *found, bool lifted)
{
	struct verdict *verdict = g_new0(struct verdict, 1);
	*verdict = (struct verdict){.guard = input_guards[i].guard,
	    .scope = plan_text(plan, in->source->name),
	    .tripped = found->tripped && !lifted,
	    .measured = found->measured,
	    .limit = found->limit,
	    .text = plan_printf(plan, "%s%s", found->text, lifted ? "; accepted" : ""),
	    .hint = lifted || !found->tripped ? NULL
		    : found->hint != NULL     ? plan_text(plan, found->hint)
					      : guard_type(input_guards[i].guard)->hint};
	g_ptr_array_add(plan->verdicts, verdict);
	g_free(found->text);
}

static void
conclude_source(const struct input *in, struct guard_facts *about, const struct history *history,
    struct finding_text *found, const bool *tripped, struct plan *plan)
{
	g_autoptr(GPtrArray) doubt = doubt_of(in, tripped);
	g_autofree char *hash = import_facts_hash(in->facts);
	bool accepted = is_accepted(in, about, history, hash, doubt);
	bool refused = false, doubted = false, hopeless = false;
	for (size_t i = 0; i < G_N_ELEMENTS(input_guards) && found[i].text != NULL; i++) {
		hopeless |= tripped[i] && input_guards[i].worth == WORTH_NOTHING;
		bool lifted = tripped[i] && accepted && input_guards[i].worth != WORTH_NOTHING;
		refused |= tripped[i] && !lifted && input_guards[i].worth != WORTH_DOUBT;
		doubted |= tripped[i] && !lifted && input_guards[i].worth == WORTH_DOUBT;
		add_verdict(in, plan, i, &found[i], lifted);
	}
	about->refused[in->number] = refused;
	about->doubted[in->number] = doubted && !refused;
	if ((!refused && !doubted) || hopeless)
		return;
	g_autofree char *key = g_strdup_printf("%s@%.*s", in->source->name, DOUBT_DIGITS, hash);
	g_ptr_array_add(doubt, NULL);
	g_autofree char *lines = g_strjoinv("\n", (char **)doubt->pdata);
	about->accept[in->number] = plan_printf(plan,
	    "mend the export, or, if it is right as it is: %s --accept %s", about->command, key);
	plan_shown_doubt(plan, key, lines);
}

static void
judge_source(const struct input *in, struct guard_facts *about, const struct history *history,
    struct plan *plan)
{
	struct finding_text found[G_N_ELEMENTS(input_guards)] = {0};
	bool tripped[G_N_ELEMENTS(input_guards)] = {0};
	for (size_t i = 0; i < G_N_ELEMENTS(input_guards); i++) {
		/* Nothing was read: the other figures would be noise. */
		if (i > 0 && in->facts->refusals->len > 0)
			break;
		found[i] = input_guards[i].judge(in);
		tripped[i] = found[i].tripped;
	}
	conclude_source(in, about, history, found, tripped, plan);
}

/* Of a source with rows.  Bookings that end before the next run could act: perhaps somebody exported the wrong days. */
static void
report_short_span(const struct input *in, struct plan *plan)
{
	instant horizon = in->now + in->config->schedule.run_every + in->config->schedule.slack;
	if (in->facts->kind != RECORD_BOOKING || in->facts->latest == INSTANT_ALWAYS ||
	    in->facts->latest >= horizon)
		return;
	char latest[INSTANT_TEXT];
	finding_add_of_source(plan, FINDING_SHORT_SPAN, in->source->name, "source ", NULL,
	    in->source->name, "its last booking ends at %s, before the next run",
	    instant_format(in->facts->latest, latest));
}

/* A renamed column is no error, yet what it said is gone: somebody should know. */
static void
report_unmatched(const struct input *in, struct plan *plan)
{
	const GPtrArray *unmatched = in->facts->unmatched;
	if (unmatched->len == 0)
		return;
	GString *headers = g_string_new(NULL);
	append_list(headers, unmatched, "\"");
	finding_add_of_source(plan, FINDING_UNMATCHED_COLUMNS, in->source->name, "source ", NULL,
	    in->source->name, "columns that its profile does not know are not read: %s",
	    headers->str);
	g_string_free(headers, TRUE);
}

static void
note_refusal(const struct input *in, const struct guard_facts *about, struct plan *plan)
{
	if (about->refused[in->number])
		finding_add(plan, FINDING_REFUSED_SOURCE, NULL, NULL, in->source->name,
		    "source %s is refused: it takes access from nobody, and gives nothing new",
		    in->source->name);
	else if (about->doubted[in->number])
		finding_add(plan, FINDING_DOUBTFUL_SOURCE, NULL, NULL, in->source->name,
		    "source %s is in doubt: it gives as always, and takes access from nobody",
		    in->source->name);
}

void
guard_inputs(const struct config *config, const struct source_policy *policies,
    struct guard_facts *about, const struct history *history, instant now, struct plan *plan)
{
	for (guint i = 0; i < about->imports->len; i++) {
		const struct import_facts *facts = g_ptr_array_index(about->imports, i);
		struct input in = {.config = config,
		    .source = g_ptr_array_index(config->sources, i),
		    .facts = facts,
		    .last = history_import(history, policies[i].name),
		    .policy = &policies[i],
		    .givers = about->givers,
		    .number = i,
		    .records = policies[i].log ? (struct givers_count){0}
					       : givers_count(about->givers, i),
		    .now = now,
		    .latest = about->latest,
		    .plan = plan,
		    .age = input_age(facts, now)};
		judge_source(&in, about, history, plan);
		report_unmatched(&in, plan);
		note_refusal(&in, about, plan);
		if (!about->refused[i])
			report_short_span(&in, plan);
	}
}
