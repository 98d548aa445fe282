/* Is this input fit to act on?  A source that is not takes access from nobody. */
#include "reconcile/guards.h"

#include "base/zone.h"
#include "reconcile/findings.h"

#include <string.h>

#define HEADERS_SHOWN 20

struct input {
	const struct config *config;
	const struct source_config *source;
	const struct import_facts *facts;
	const struct last_import *last; /* NULL */
	struct remembered_count records;
	instant now;
	const struct plan *plan; /* its rejects */
	instant age;		 /* of the newest file; -1 when there is none */
};

struct finding_text {
	bool tripped;
	int64_t measured, limit; /* limit -1: no number */
	char *text;		 /* taken by the verdict */
	const char *hint;
};

/* The newest file tells how fresh an export is; a file from the future has age 0. */
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
	bool empty = in->facts->rows == 0;
	return (struct finding_text){.tripped = empty,
	    .measured = (int64_t)in->facts->rows,
	    .limit = -1,
	    .text = empty ? g_strdup("not one row")
			  : g_strdup_printf("%" G_GUINT64_FORMAT " rows", in->facts->rows),
	    .hint = empty ? "an export without rows looks like a failed one; remove the source if "
			    "it is meant to be empty"
			  : NULL};
}

static struct finding_text
judge_age(const struct input *in)
{
	instant limit = in->source->max_age != UNSET ? in->source->max_age
						     : in->config->guards.max_age;
	bool old = in->age > limit;
	char *age = age_text(MAX(in->age, 0)), *most = age_text(limit);
	struct finding_text text = {.tripped = old,
	    .measured = MAX(in->age, 0),
	    .limit = limit,
	    /* "26 h old, at most 26 h" would be a riddle. */
	    .text = old && strcmp(age, most) == 0
			? g_strdup_printf("%" G_GINT64_FORMAT " min older than %s",
			      MAX((in->age - limit) / INSTANT_MINUTE, 1), most)
			: g_strdup_printf("%s old, at most %s", age, most),
	    .hint = old ? "export again, or raise max_age if it is meant to be this old" : NULL};
	g_free(age);
	g_free(most);
	return text;
}

static struct finding_text
judge_shrink(const struct input *in)
{
	if (in->last == NULL)
		return (struct finding_text){
		    .limit = -1, .text = g_strdup("no earlier import to compare with")};
	int64_t least = in->last->rows -
			limit_value(&in->config->guards.max_shrink, in->last->rows);
	bool shrunk = (int64_t)in->facts->rows < least;
	return (struct finding_text){.tripped = shrunk,
	    .measured = (int64_t)in->facts->rows,
	    .limit = least,
	    .text = g_strdup_printf("%" G_GUINT64_FORMAT " rows; %" G_GINT64_FORMAT
				    " at the last good import, at least %" G_GINT64_FORMAT " now",
		in->facts->rows, in->last->rows, least),
	    .hint = shrunk ? "was the export cut short? if it is right, raise [guards] max_shrink "
			     "for one run"
			   : NULL};
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
	    .text = g_string_free(text, FALSE),
	    .hint = tripped ? "export it again with all columns, or give the profile the new name; "
			      "if it is gone for good, say so in the source: without = ..."
			    : NULL};
	g_ptr_array_unref(lost);
	return found;
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
		     (known > 1 || is_headed_anew(in));
	return (struct finding_text){.tripped = other,
	    .measured = known - in->records.gone,
	    .limit = -1,
	    .text = g_strdup_printf("%" G_GINT64_FORMAT " of the %" G_GINT64_FORMAT
				    " records that gave access at the last good import and "
				    "still would",
		known - in->records.gone, known),
	    .hint = other ? "is it another report, or another venue's? if it is right, set "
			    "[guards] max_shrink = 100% for one run"
			  : NULL};
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
		many ? first_reason(in) : ""),
	    .hint = many ? "the sheet \"Rejected rows\" says why; mend the export or the profile"
			 : NULL};
}

/* Every one of these refuses the source when it trips. */
static const struct {
	const char *guard;
	struct finding_text (*judge)(const struct input *in);
} input_guards[] = {
    {"input_readable", judge_readable},
    {"input_empty", judge_empty},
    {"lost_columns", judge_columns},
    {"max_age", judge_age},
    {"max_shrink", judge_shrink},
    {"other_export", judge_other},
    {"max_rejects", judge_rejects},
};

static bool
judge_source(const struct input *in, struct plan *plan)
{
	bool refused = false;
	for (size_t i = 0; i < G_N_ELEMENTS(input_guards); i++) {
		/* Nothing was read: the other figures would be noise. */
		if (i > 0 && in->facts->refusals->len > 0)
			break;
		struct finding_text found = input_guards[i].judge(in);
		struct verdict *verdict = g_new0(struct verdict, 1);
		*verdict = (struct verdict){.guard = input_guards[i].guard,
		    .scope = plan_text(plan, in->source->name),
		    .tripped = found.tripped,
		    .measured = found.measured,
		    .limit = found.limit,
		    .text = plan_text(plan, found.text),
		    .hint = plan_text(plan, found.hint)};
		g_ptr_array_add(plan->verdicts, verdict);
		g_free(found.text);
		refused |= found.tripped;
	}
	return refused;
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
	finding_add(plan, "short_span", NULL, NULL, in->source->name,
	    "source %s: its last booking ends at %s, before the next run", in->source->name,
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
	finding_add(plan, "unmatched_columns", NULL, NULL, in->source->name,
	    "source %s: columns that its profile does not know are not read: %s", in->source->name,
	    headers->str);
	g_string_free(headers, TRUE);
}

static void
note_refusal(const struct input *in, struct plan *plan)
{
	finding_add(plan, "refused_source", NULL, NULL, in->source->name,
	    "source %s is refused: it takes access from nobody, and gives none", in->source->name);
}

void
guard_inputs(const struct config *config, const struct source_policy *policies,
    const struct guard_facts *about, const struct history *history, instant now, bool *refused,
    struct plan *plan)
{
	for (guint i = 0; i < about->imports->len; i++) {
		const struct import_facts *facts = g_ptr_array_index(about->imports, i);
		struct input in = {.config = config,
		    .source = g_ptr_array_index(config->sources, i),
		    .facts = facts,
		    .last = history_import(history, policies[i].name),
		    .records = policies[i].log ? (struct remembered_count){0}
					       : remembered_count(about->remembered, i),
		    .now = now,
		    .plan = plan,
		    .age = input_age(facts, now)};
		refused[i] = judge_source(&in, plan);
		report_unmatched(&in, plan);
		if (refused[i])
			note_refusal(&in, plan);
		else
			report_short_span(&in, plan);
	}
}
