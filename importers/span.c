/*
 * When a record holds.  Decides what becomes of days, local times, missing and unreadable ends for each kind of
 * record; an unreadable end is never "no end".
 */
#include "importers/importer.h"

#include "base/text.h"
#include "importers/duration.h"
#include "importers/limits.h"
#include "importers/range.h"
#include "importers/zonenames.h"

#include <string.h>

enum edge { EDGE_START, EDGE_END };

/* A time field as read. */
struct edge_time {
	bool there;
	bool open; /* an end that one of the profile's words calls open */
	struct when when;
	struct value value;
	const char *rest; /* of a start that was a range: its second time; NULL */
};

/* A row is like the one before it: names that are looked up in tables are looked up once. */
static struct zone *
known_zone(struct importer *im, const char *name)
{
	struct zone *zone = zone_get(name);
	if (zone != NULL)
		return zone;
	if (im->zone_word == NULL || strcmp(im->zone_word, name) != 0) {
		g_free(im->zone_word);
		im->zone_word = g_strdup(name);
		im->zone_meant = zone_named(name);
	}
	return im->zone_meant;
}

bool
span_zone(struct draft *draft)
{
	struct value value;
	draft->zone = draft->im->zone;
	field_value(draft->im, draft->row, FIELD_ZONE, &value);
	if (value.presence == VALUE_BAD)
		return draft_refuse(draft, "zone %s", value.text);
	if (value.presence < VALUE_TEXT)
		return true;
	draft->zone = known_zone(draft->im, value.text);
	return draft->zone != NULL || draft_refuse(draft, "zone: no time zone is called \"%s\"",
					  draft_quote(draft, value.text));
}

/* Whose clocks show the time; NULL when nobody says. */
static struct zone *
zone_of(const struct draft *draft, const struct when *when)
{
	return when->zone != NULL ? when->zone : draft->zone;
}

static bool
needs_zone(struct draft *draft, enum field field, const struct when *when)
{
	if (zone_of(draft, when) != NULL)
		return true;
	const char *own = draft->im->calendar_zone;
	draft->unsettled = true;
	return draft_refuse(draft,
	    "%s: local time, but source %s has no timezone (set timezone = Area/City in [source "
	    "%s]%s%s)",
	    field_word(field), draft->im->source->name, draft->im->source->name,
	    own != NULL ? "; the calendar calls its own " : "",
	    own != NULL ? draft_quote(draft, own) : "");
}

static bool
is_open_word(const struct profile *profile, const char *text)
{
	if (profile->open_words[0] == NULL)
		return false;
	char *key = text_key(text);
	bool open = g_strv_contains((const char *const *)profile->open_words, key);
	g_free(key);
	return open;
}

static void
next_day(struct when *when)
{
	struct civil *c = &when->local;
	civil_from_days(civil_days(c->year, c->month, c->day) + 1, &c->year, &c->month, &c->day);
}

/* The order is wrong for all rows then, also for those whose day happens to be below 13. */
static void
refuse_order(struct draft *draft, enum field field, const char *text)
{
	struct importer *im = draft->im;
	if (im->wrong_order)
		return;
	im->wrong_order = true;
	char *hint = g_strdup_printf(
	    "set date_order in [source %s] to the order of this export", im->source->name);
	import_facts_refuse(im->facts, hint,
	    "%s:%u: %s \"%s\": day and month are not in the order %s", im->file->name,
	    draft->row->place.line, field_word(field), draft_quote(draft, text),
	    date_order_words[im->policy.date_order - ORDER_DMY]);
	g_free(hint);
}

/* The time of day of a date that stands alone, in seconds; -1: it is the day itself. */
static int
default_clock(const struct draft *draft, enum field field)
{
	const struct source_config *source = draft->im->source;
	if (field == FIELD_START && source->start_time != UNSET)
		return source->start_time;
	if (field == FIELD_END && source->end_time != UNSET)
		return source->end_time;
	return draft->im->profile->fields[field].default_clock;
}

enum when_result
span_try(const struct draft *draft, enum field field, const char *text, struct when *out)
{
	const struct profile *profile = draft->im->profile;
	const struct field_spec *spec = &profile->fields[field];
	return when_read(spec->times != NULL ? spec->times : profile->times,
	    draft->im->policy.date_order, text, out);
}

/*
 * A language that this program does not know has some months that look like those of another: what is refused month by
 * month would go unnoticed until then.
 */
static void
refuse_word(struct draft *draft, enum field field, const char *text)
{
	struct importer *im = draft->im;
	if (im->unknown_word)
		return;
	im->unknown_word = true;
	import_facts_refuse(im->facts,
	    "write dates with numbers in this export, or in English: 2026-11-16 14:00",
	    "%s:%u: %s \"%s\": no month or weekday of a language that this program knows",
	    im->file->name, draft->row->place.line, field_word(field), draft_quote(draft, text));
}

/* Could it be read if somebody said which number is the day? */
static bool
lacks_order(const struct draft *draft, enum field field, const char *text)
{
	const struct profile *profile = draft->im->profile;
	const struct field_spec *spec = &profile->fields[field];
	struct when when;
	return draft->im->policy.date_order == ORDER_NONE &&
	       when_read(spec->times != NULL ? spec->times : profile->times, ORDER_DMY, text,
		   &when) != WHEN_UNREADABLE;
}

/* Read the text of a time field. */
static bool
read_text(struct draft *draft, enum field field, const char *text, struct when *out)
{
	switch (span_try(draft, field, text, out)) {
	case WHEN_READ:
		break;
	case WHEN_UNKNOWN_WORD:
		refuse_word(draft, field, text);
		return draft_refuse(draft, "%s: no month that this program knows: \"%s\"",
		    field_word(field), draft_quote(draft, text));
	case WHEN_OTHER_ORDER:
		refuse_order(draft, field, text);
		/* fall through */
	case WHEN_UNREADABLE:
		draft->unsettled = lacks_order(draft, field, text);
		if (draft->unsettled)
			return draft_refuse(draft,
			    "%s: day or month first?  Nothing says: \"%s\" (set date_order in "
			    "[source %s])",
			    field_word(field), draft_quote(draft, text), draft->im->source->name);
		return draft_refuse(draft, "%s: not a date or time this profile knows: \"%s\"",
		    field_word(field), draft_quote(draft, text));
	}
	draft->im->order_open |= out->order == WHEN_ORDER_OPEN;
	draft->im->order_told |= out->order == WHEN_ORDER_TOLD;
	int clock = default_clock(draft, field);
	if (out->shape == WHEN_DATE && clock >= 0) {
		out->shape = WHEN_LOCAL;
		out->local.hour = clock / 3600;
		out->local.minute = clock / 60 % 60;
	}
	return true;
}

/* `2026-11-14 09:00-05:00` looks like a range, too: what can be read as one time is one. */
static void
cut_range(const struct draft *draft, struct edge_time *edge)
{
	struct when whole;
	char *first, *last;
	if (span_try(draft, FIELD_START, edge->value.text, &whole) != WHEN_UNREADABLE ||
	    !range_split(edge->value.text, &first, &last))
		return;
	edge->value.text = g_string_chunk_insert(draft->im->scratch, first);
	edge->rest = g_string_chunk_insert(draft->im->scratch, last);
	g_free(first);
	g_free(last);
}

/* A time may stand beside its date and be whole nevertheless: then the two together are no time. */
static void
take_whole(const struct draft *draft, enum field field, struct value *value)
{
	struct when when;
	struct value whole;
	bool text = value->presence == VALUE_TEXT;
	if (value->presence == VALUE_BAD || (text && !value->joined) ||
	    (text && span_try(draft, field, value->text, &when) != WHEN_UNREADABLE))
		return;
	field_whole(draft->im, draft->row, field, &whole);
	if (whole.presence == VALUE_TEXT &&
	    span_try(draft, field, whole.text, &when) == WHEN_READ &&
	    (when.shape == WHEN_INSTANT || when.shape == WHEN_LOCAL))
		*value = whole;
}

static bool
read_edge(struct draft *draft, enum field field, struct edge_time *out)
{
	*out = (struct edge_time){0};
	field_value(draft->im, draft->row, field, &out->value);
	if (draft->im->profile->fields[field].n_parts > 0)
		take_whole(draft, field, &out->value);
	if (out->value.presence == VALUE_BAD)
		return draft_refuse(draft, "%s %s", field_word(field), out->value.text);
	if (out->value.presence < VALUE_TEXT)
		return true;
	bool end = field == FIELD_END || field == FIELD_ITEM_END;
	if (end && is_open_word(draft->im->profile, out->value.text)) {
		out->open = true;
		return true;
	}
	out->there = true;
	if (field == FIELD_START && draft->im->profile->fields[FIELD_END].range)
		cut_range(draft, out);
	return read_text(draft, field, out->value.text, &out->when);
}

static void
note_dst(
    struct draft *draft, enum field field, const struct when *when, enum zone_fit fit, instant t)
{
	char text[INSTANT_TEXT];
	const struct civil *local = &when->local;
	draft->record.dst |= fit == ZONE_GAP ? RECORD_DST_GAP : RECORD_DST_OVERLAP;
	if (draft->notes == NULL)
		draft->notes = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(
	    draft->notes, g_strdup_printf("%s %04d-%02d-%02d %02d:%02d %s in %s: taken as %s",
			      field_word(field), local->year, local->month, local->day, local->hour,
			      local->minute, fit == ZONE_GAP ? "does not exist" : "happens twice",
			      zone_name(zone_of(draft, when)), instant_format(t, text)));
}

static bool
outside(struct draft *draft, enum field field)
{
	return draft_refuse(draft, "%s lies outside 1970 to 2200", field_word(field));
}

/* The first instant of a local day, moved by days; needs the zone. */
static bool
day_start(struct draft *draft, enum field field, const struct when *when, int days, instant *out)
{
	const struct civil *c = &when->local;
	int64_t day = civil_days(c->year, c->month, c->day) + days;
	if (day < INSTANT_FIRST / INSTANT_DAY || day >= INSTANT_LAST / INSTANT_DAY)
		return outside(draft, field);
	*out = zone_day_start(zone_of(draft, when), c->year, c->month, c->day, days);
	return *out >= INSTANT_FIRST || outside(draft, field);
}

/* Where the time lies; a date alone begins its day, or as an end runs through it if the profile says so. */
static bool
settle(struct draft *draft, enum field field, const struct when *when, enum edge edge, instant *out)
{
	if (when->shape != WHEN_INSTANT && !needs_zone(draft, field, when))
		return false;
	const struct civil *c = &when->local;
	enum zone_fit fit;
	switch (when->shape) {
	case WHEN_INSTANT:
		*out = when->at;
		break;
	case WHEN_DATE:
		return day_start(
		    draft, field, when, edge == EDGE_END && draft->im->profile->end_through, out);
	case WHEN_LOCAL:
		if (!civil_valid(c))
			return outside(draft, field);
		fit = zone_instant(
		    zone_of(draft, when), c, edge == EDGE_START ? ZONE_EARLIER : ZONE_LATER, out);
		if (fit != ZONE_EXACT)
			note_dst(draft, field, when, fit, *out);
		break;
	case WHEN_CLOCK:
		return draft_refuse(draft, "%s: a time of day without its date", field_word(field));
	}
	return (*out >= INSTANT_FIRST && *out < INSTANT_LAST) || outside(draft, field);
}

/* The first instant of the local day that the time lies in, moved by days. */
static bool
settle_day(struct draft *draft, enum field field, const struct when *when, int days, instant *out)
{
	if (when->shape == WHEN_CLOCK)
		return draft_refuse(draft, "%s: a time of day without its date", field_word(field));
	draft->unsettled = when->shape == WHEN_INSTANT && draft->zone == NULL;
	if (draft->unsettled)
		return draft_refuse(draft,
		    "%s: its day begins at local midnight, but source %s has no timezone (set "
		    "timezone = "
		    "Area/City in [source %s])",
		    field_word(field), draft->im->source->name, draft->im->source->name);
	if (!needs_zone(draft, field, when))
		return false;
	struct when day = *when;
	if (when->shape == WHEN_INSTANT)
		day.local = zone_civil(draft->zone, when->at);
	return day_start(draft, field, &day, days, out);
}

/* The date on which a time of day lies that has none of its own. */
static void
borrow_date(const struct draft *draft, const struct when *from, struct when *to)
{
	struct civil date = from->shape == WHEN_INSTANT && draft->zone != NULL
				? zone_civil(draft->zone, from->at)
				: from->local;
	to->shape = WHEN_LOCAL;
	to->local.year = date.year;
	to->local.month = date.month;
	to->local.day = date.day;
	if (to->local.hour == 24) {
		to->local.hour = 0;
		next_day(to);
	}
}

/* A length in place of an end. */
static bool
settle_duration(struct draft *draft, instant start, instant *out)
{
	const struct field_spec *spec = &draft->im->profile->fields[FIELD_END];
	for (size_t i = 0; i < spec->duration.count; i++) {
		struct value value;
		instant length;
		row_value(draft->row, spec->duration.names[i], &value);
		if (value.presence < VALUE_TEXT)
			continue;
		if (value.presence != VALUE_TEXT ||
		    !duration_parse(value.text, spec->unit, &length))
			return draft_refuse(draft, "duration: %s: \"%s\"",
			    spec->unit == 0 && duration_parse(value.text, INSTANT_MINUTE, &length)
				? "a number without a unit"
				: "not a length of time",
			    draft_quote(draft, value.text));
		*out = start + length;
		return true;
	}
	return draft_refuse(draft, "end is blank");
}

static bool
settle_end(struct draft *draft, const struct edge_time *start, struct edge_time *end, instant from,
    instant *out)
{
	const struct field_spec *spec = &draft->im->profile->fields[FIELD_END];
	bool own_date = end->when.shape != WHEN_CLOCK &&
			!(end->value.joined && end->value.name == start->value.name);
	if (end->when.shape == WHEN_CLOCK)
		borrow_date(draft, &start->when, &end->when);
	guint notes = draft->notes != NULL ? draft->notes->len : 0;
	unsigned dst = draft->record.dst;
	if (!settle(draft, FIELD_END, &end->when, EDGE_END, out))
		return false;
	if (*out >= from || !spec->next_day || own_date || end->when.shape != WHEN_LOCAL)
		return true;
	/* `11:30 PM` to `12:30 AM` on one date; what the first try said of the clocks is void. */
	if (draft->notes != NULL)
		g_ptr_array_set_size(draft->notes, (gint)notes);
	draft->record.dst = dst;
	next_day(&end->when);
	return settle(draft, FIELD_END, &end->when, EDGE_END, out);
}

/* The rules of the record's recurrence, one a line; NULL when it happens once. */
static bool
read_rules(struct draft *draft, const char **out)
{
	struct importer *im = draft->im;
	*out = NULL;
	if (!im->profile->fields[FIELD_RECURRENCE].used)
		return true;
	if (!draft_values(draft, FIELD_RECURRENCE, im->values))
		return false;
	GString *lines = g_string_new(NULL);
	bool good = true;
	for (guint i = 0; good && i < im->values->len; i++) {
		const struct value *value = &g_array_index(im->values, struct value, i);
		if (value->presence == VALUE_BAD)
			good = draft_refuse(draft, "recurrence %s", value->text);
		else if (value->presence >= VALUE_TEXT)
			g_string_append_printf(lines, "%s\n", value->text);
	}
	if (lines->len > 0)
		*out = g_string_chunk_insert(im->scratch, lines->str);
	g_string_free(lines, TRUE);
	return good;
}

static int64_t
clock_seconds(struct zone *zone, const struct when *when, instant at)
{
	bool shown = when->shape == WHEN_LOCAL && (when->zone == NULL || when->zone == zone);
	return shown ? civil_seconds(&when->local) : at + zone_offset(zone, at);
}

/* Where the series falls; the record's own times are those of its first occurrence. */
static bool
read_series(struct draft *draft, const struct when *start, const struct when *end)
{
	struct importer *im = draft->im;
	const struct interval *first = &draft->record.span;
	const char *rules;
	if (!read_rules(draft, &rules))
		return false;
	if (rules == NULL)
		return true;
	if (!needs_zone(draft, FIELD_START, start))
		return false;
	struct zone *zone = zone_of(draft, start);
	int64_t from = clock_seconds(zone, start, first->from);
	draft->series = (struct series){.zone = zone,
	    .start = from,
	    .length = clock_seconds(zone, end, first->until) - from,
	    .z_is_local = im->profile->z_is_local};
	draft->recurs = true;
	char *fault = NULL;
	g_array_set_size(im->starts, 0);
	bool good = draft->series.length > 0 ? recurrence_expand(rules, &draft->series, im->around,
						   &im->budget, im->starts, &fault)
					     : draft_refuse(draft, "ends before or when it starts");
	if (fault != NULL)
		draft_refuse(draft, "recurrence: %s", draft_quote(draft, fault));
	g_free(fault);
	return good;
}

bool
span_occurrence(struct draft *draft, int64_t start)
{
	struct interval *span = &draft->record.span;
	struct when from = {.shape = WHEN_LOCAL, .zone = draft->series.zone}, until = from;
	from.local = civil_from_seconds(start);
	until.local = civil_from_seconds(start + draft->series.length);
	g_clear_pointer(&draft->notes, g_ptr_array_unref);
	draft->record.dst = 0;
	return settle(draft, FIELD_START, &from, EDGE_START, &span->from) &&
	       settle(draft, FIELD_END, &until, EDGE_END, &span->until) && span->from < span->until;
}

bool
span_made(const struct draft *draft, instant *made)
{
	struct value value;
	struct when when;
	field_value(draft->im, draft->row, FIELD_MADE, &value);
	if (value.presence != VALUE_TEXT ||
	    span_try(draft, FIELD_MADE, value.text, &when) != WHEN_READ)
		return false;
	if (when.shape == WHEN_LOCAL && draft->im->zone != NULL && civil_valid(&when.local))
		zone_instant(draft->im->zone, &when.local, ZONE_EARLIER, made);
	else if (when.shape == WHEN_INSTANT)
		*made = when.at;
	return when.shape == WHEN_INSTANT || (when.shape == WHEN_LOCAL && draft->im->zone != NULL);
}

bool
span_booking(struct draft *draft)
{
	struct interval *span = &draft->record.span;
	struct edge_time start, end;
	if (!read_edge(draft, FIELD_START, &start) || !read_edge(draft, FIELD_END, &end))
		return false;
	if (!start.there)
		return draft_refuse(draft, "start is blank");
	if (!end.there && start.rest != NULL) {
		end.there = true;
		if (!read_text(draft, FIELD_END, start.rest, &end.when))
			return false;
	}
	if (!settle(draft, FIELD_START, &start.when, EDGE_START, &span->from))
		return false;
	if (!end.there ? !settle_duration(draft, span->from, &span->until)
		       : !settle_end(draft, &start, &end, span->from, &span->until))
		return false;
	if (span->until <= span->from)
		return draft_refuse(draft, "ends before or when it starts");
	if (span->until - span->from > BOOKING_LONGEST)
		return draft_refuse(draft, "longer than 400 days");
	return read_series(draft, &start.when, &end.when);
}

/* A start at its local midnight and an end that may be open. */
static bool
settle_term(struct draft *draft, enum field start_field, enum field end_field, struct interval *out)
{
	struct edge_time start, end;
	if (!read_edge(draft, start_field, &start) || !read_edge(draft, end_field, &end))
		return false;
	*out = (struct interval){INSTANT_ALWAYS, INSTANT_NEVER};
	if (start.there && !settle_day(draft, start_field, &start.when, 0, &out->from))
		return false;
	return !end.there || settle(draft, end_field, &end.when, EDGE_END, &out->until);
}

bool
span_membership(struct draft *draft)
{
	struct interval *span = &draft->record.span, item;
	if (!settle_term(draft, FIELD_START, FIELD_END, span) ||
	    !settle_term(draft, FIELD_ITEM_START, FIELD_ITEM_END, &item))
		return false;
	if (span->from == INSTANT_ALWAYS)
		return draft_refuse(draft, "start is blank");
	if (span->until <= span->from)
		return draft_refuse(draft, "ends before or when it starts");
	/* A line of a subscription cannot outlive it. */
	span->from = MAX(span->from, item.from);
	span->until = MIN(span->until, item.until);
	return span->from < span->until ||
	       draft_refuse(draft, "the item's own dates leave nothing of the subscription's");
}

bool
span_grant(struct draft *draft)
{
	struct interval *span = &draft->record.span;
	struct edge_time start, end;
	if (!read_edge(draft, FIELD_START, &start) || !read_edge(draft, FIELD_END, &end))
		return false;
	*span = (struct interval){INSTANT_ALWAYS, INSTANT_NEVER};
	if (start.there && !settle(draft, FIELD_START, &start.when, EDGE_START, &span->from))
		return false;
	if (end.there && !settle(draft, FIELD_END, &end.when, EDGE_END, &span->until))
		return false;
	return span->from < span->until || draft_refuse(draft, "ends before or when it starts");
}

/* One freeze: whole local days, both inclusive; without an end it is open. */
static bool
add_freeze(struct draft *draft, const struct value *start, const struct value *end)
{
	struct interval freeze = {INSTANT_ALWAYS, INSTANT_NEVER};
	struct when when;
	if (start->presence == VALUE_BAD || end->presence == VALUE_BAD)
		return draft_refuse(draft, "freeze dates: %s",
		    start->presence == VALUE_BAD ? start->text : end->text);
	if (start->presence < VALUE_TEXT && end->presence < VALUE_TEXT)
		return true;
	if (start->presence < VALUE_TEXT)
		return draft_refuse(draft, "freeze_end without freeze_start");
	if (!read_text(draft, FIELD_FREEZE_START, start->text, &when) ||
	    !settle_day(draft, FIELD_FREEZE_START, &when, 0, &freeze.from))
		return false;
	if (end->presence >= VALUE_TEXT &&
	    (!read_text(draft, FIELD_FREEZE_END, end->text, &when) ||
		!settle_day(draft, FIELD_FREEZE_END, &when, 1, &freeze.until)))
		return false;
	if (freeze.until <= freeze.from)
		return draft_refuse(draft, "freeze_end lies before freeze_start");
	g_array_append_val(draft->im->freezes, freeze);
	return true;
}

bool
span_freezes(struct draft *draft)
{
	static const struct value none = {.presence = VALUE_ABSENT};
	struct importer *im = draft->im;
	g_array_set_size(im->freezes, 0);
	if (!im->profile->fields[FIELD_FREEZE_START].used)
		return true;
	if (!draft_values(draft, FIELD_FREEZE_START, im->values) ||
	    !draft_values(draft, FIELD_FREEZE_END, im->more_values))
		return false;
	for (guint i = 0; i < MAX(im->values->len, im->more_values->len); i++) {
		const struct value *start = i < im->values->len
						? &g_array_index(im->values, struct value, i)
						: &none;
		const struct value *end = i < im->more_values->len
					      ? &g_array_index(im->more_values, struct value, i)
					      : &none;
		if (!add_freeze(draft, start, end))
			return false;
	}
	draft->record.freezes = (const struct interval *)(void *)im->freezes->data;
	draft->record.n_freezes = im->freezes->len;
	return true;
}
