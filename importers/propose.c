/*
 * A profile to edit: its text, from the roles that columns play.  What only a person can know is left open.
 */
#include "importers/propose.h"

#include "base/text.h"
#include "base/zone.h"
#include "importers/language.h"
#include "importers/roles.h"

#include <string.h>

typedef const struct described_column *column_ref;

/* The columns that a point of time is made of. */
struct moment {
	column_ref whole, date, clock;
};

struct mapping {
	const struct description *from;
	enum record_kind kind;
	column_ref columns[ROLES];
	struct moment start, end;
	GPtrArray *used; /* of column_ref */
	GString *text;
	bool ordered; /* some format has %x */
};

static column_ref
best_column(const struct description *d, enum role role, int shape)
{
	column_ref best = NULL;
	unsigned least = G_MAXUINT;
	for (guint i = 0; i < d->columns->len; i++) {
		column_ref column = d->columns->pdata[i];
		unsigned place = role_rank(role, column);
		if (place == 0 || place >= least || (shape >= 0 && (int)column->shape != shape))
			continue;
		best = column;
		least = place;
	}
	return best;
}

static struct moment
find_moment(const struct description *d, enum role role)
{
	struct moment m = {.whole = best_column(d, role, TIME_LOCAL),
	    .date = best_column(d, role, TIME_DATE),
	    .clock = best_column(d, role, TIME_CLOCK)};
	if (m.whole == NULL)
		m.whole = best_column(d, role, TIME_INSTANT);
	return m;
}

/* The one column of addresses, whatever it is called. */
static column_ref
only_addresses(const struct description *d)
{
	column_ref found = NULL;
	for (guint i = 0; i < d->columns->len; i++) {
		column_ref column = d->columns->pdata[i];
		char *key = text_header_key(column->name);
		bool named = *key != '\0';
		g_free(key);
		if (!named || column->holds != HOLDS_ADDRESSES ||
		    role_rank(ROLE_ATTENDEES, column) > 0 || role_rank(ROLE_HOST, column) > 0)
			continue;
		if (found != NULL)
			return NULL;
		found = column;
	}
	return found;
}

/* A room and times are bookings, a plan and dates memberships; without a word for either, the clock tells. */
static enum record_kind
guess_kind(const struct mapping *m)
{
	bool clocked = m->start.whole != NULL || m->start.clock != NULL;
	bool dated = m->start.date != NULL || m->end.date != NULL || m->end.whole != NULL;
	bool room = m->columns[ROLE_RESOURCE] != NULL, plan = m->columns[ROLE_PLAN] != NULL;
	if (room &&
	    (clocked ? !plan || m->start.whole == NULL || m->start.whole->local : dated && !plan))
		return RECORD_BOOKING;
	if (plan && (clocked || dated))
		return RECORD_MEMBERSHIP;
	if (m->columns[ROLE_GROUP] != NULL)
		return RECORD_GRANT;
	if (clocked)
		return RECORD_BOOKING;
	return dated ? RECORD_MEMBERSHIP : RECORD_PERSON;
}

static void
map_columns(struct mapping *m)
{
	const struct description *d = m->from;
	for (int r = 0; r < ROLES; r++)
		m->columns[r] = best_column(d, (enum role)r, -1);
	if (m->columns[ROLE_EMAIL] == NULL)
		m->columns[ROLE_EMAIL] = only_addresses(d);
	m->start = find_moment(d, ROLE_START);
	m->end = find_moment(d, ROLE_END);
	if (m->start.date == NULL)
		m->start.date = best_column(d, ROLE_DATE, TIME_DATE);
	m->kind = m->from->kind_said != RECORD_KINDS ? m->from->kind_said : guess_kind(m);
}

/* ---- writing ---- */

/* A header as a profile can write it: compared by letters and digits, so that signs do not matter. */
static void
put_name(struct mapping *m, column_ref column)
{
	char *name = g_strdup(column->name);
	g_strdelimit(name, ";\\\r\n", ' ');
	g_string_append(m->text, g_strstrip(name));
	g_free(name);
	g_ptr_array_add(m->used, (gpointer)column);
}

static void
put_key(struct mapping *m, const char *key, column_ref column)
{
	g_string_append_printf(m->text, "%-8s = ", key);
	put_name(m, column);
	g_string_append_c(m->text, '\n');
}

static void
put_field(struct mapping *m, const char *field)
{
	g_string_append_printf(m->text, "\n[field %s]\n", field);
}

/* A field that is needed and has no column: the profile loads, and refuses the file until somebody names one. */
static void
put_open_field(struct mapping *m, const char *field, const char *question)
{
	g_string_append_printf(m->text, "\n# %s\n", question);
	g_string_append_printf(m->text,
	    "[field %s]\nany      = (which column is the %s?)\nrequired = yes\n", field, field);
}

static void
put_simple(struct mapping *m, enum role role, bool needed, const char *question)
{
	column_ref column = m->columns[role];
	if (column == NULL) {
		if (needed)
			put_open_field(m, role_field(role), question);
		return;
	}
	put_field(m, role_field(role));
	put_key(m, "any", column);
	if (needed)
		g_string_append(m->text, "required = yes\n");
}

static void
put_person(struct mapping *m)
{
	column_ref email = m->columns[ROLE_EMAIL];
	column_ref attendees = m->columns[ROLE_ATTENDEES];
	if (email == NULL && attendees != NULL && m->kind == RECORD_BOOKING) {
		g_string_append(
		    m->text, "\n# Who booked is the first who attends; hosts are never let in.");
		put_field(m, "email");
		put_key(m, "any", attendees);
		g_string_append(m->text, m->from->delimiter != 0
					     ? "split    = ;,\nrequired = yes\n"
					     : "choice   = first\nrequired = yes\n");
	} else {
		put_simple(m, ROLE_EMAIL, true, "No column holds addresses: who may come in?");
	}
	if (email != NULL && email->lists)
		g_string_append(
		    m->text, "# Some cells hold several addresses: these rows are rejected.\n");
	if (m->columns[ROLE_FIRST_NAME] != NULL && m->columns[ROLE_LAST_NAME] != NULL) {
		put_field(m, "name");
		put_key(m, "part1", m->columns[ROLE_FIRST_NAME]);
		put_key(m, "part2", m->columns[ROLE_LAST_NAME]);
	} else {
		put_simple(m, ROLE_NAME, false, NULL);
	}
	if (m->kind != RECORD_GRANT)
		put_simple(m, ROLE_COMPANY, false, NULL);
}

static void
put_formats(struct mapping *m, column_ref date, column_ref clock)
{
	const char *const dates[] = {date->format, date->other_format};
	const char *const clocks[] = {
	    clock != NULL ? clock->format : "", clock != NULL ? clock->other_format : NULL};
	const char *separator = "";
	g_string_append_printf(m->text, "%-8s = ", "times");
	for (size_t i = 0; i < 2 && dates[i] != NULL; i++) {
		for (size_t k = 0; k < 2 && clocks[k] != NULL; k++) {
			/* The word `date` has no place in a pattern. */
			bool word = clock != NULL && strcmp(dates[i], "date") == 0;
			g_string_append_printf(m->text, "%s%s%s%s", separator,
			    word ? "%Y-%m-%d" : dates[i], clock != NULL ? " " : "", clocks[k]);
			separator = "; ";
		}
		m->ordered = m->ordered || strstr(dates[i], "%x") != NULL;
	}
	g_string_append_c(m->text, '\n');
}

static void
put_examples(struct mapping *m, column_ref column)
{
	g_string_append(m->text, "#");
	for (size_t i = 0; i < EXAMPLES && column->examples[i] != NULL; i++)
		g_string_append_printf(m->text, "%s %s", i > 0 ? ";" : "", column->examples[i]);
	g_string_append_c(m->text, '\n');
}

/* A time in one column, or in one for the date and one for the clock. */
static bool
put_moment(
    struct mapping *m, const char *field, const struct moment *moment, bool days, bool needed)
{
	bool whole = moment->whole != NULL;
	bool parts = !whole && !days && moment->date != NULL && moment->clock != NULL;
	column_ref one = whole ? moment->whole : moment->date;
	if (one == NULL)
		return false;
	put_field(m, field);
	put_examples(m, one);
	if (parts) {
		put_examples(m, moment->clock);
		put_key(m, "part1", one);
		put_key(m, "part2", moment->clock);
	} else {
		put_key(m, "any", one);
	}
	put_formats(m, one, parts ? moment->clock : NULL);
	if (needed)
		g_string_append(m->text, "required = yes\n");
	return true;
}

static void
put_booking_end(struct mapping *m)
{
	struct moment end = m->end;
	bool own_date = end.whole != NULL || end.date != NULL;
	if (end.date == NULL)
		end.date = m->start.date;
	if (end.whole != NULL || (end.date != NULL && end.clock != NULL)) {
		put_moment(m, "end", &end, false, true);
		if (!own_date)
			g_string_append(m->text,
			    "# 23:00 to 01:00: the end is on the next day\nnext_day = yes\n");
	} else if (m->columns[ROLE_DURATION] != NULL) {
		put_field(m, "end");
		put_examples(m, m->columns[ROLE_DURATION]);
		put_key(m, "duration", m->columns[ROLE_DURATION]);
		g_string_append(m->text, "unit     = minutes\nrequired = yes\n");
	} else if (!put_moment(m, "end", &m->end, true, true)) {
		put_open_field(m, "end", "No column says when a booking ends.");
	}
}

static void
put_times(struct mapping *m)
{
	bool booking = m->kind == RECORD_BOOKING, grant = m->kind == RECORD_GRANT;
	if (m->kind == RECORD_PERSON)
		return;
	if (!put_moment(m, "start", &m->start, !booking, !grant))
		put_open_field(m, "start", "No column says when it begins.");
	if (booking)
		put_booking_end(m);
	else if (!put_moment(m, "end", &m->end, true, false))
		put_open_field(m, "end",
		    "No column says when it ends.  Without one, nobody's access would ever end.");
	if (m->kind != RECORD_MEMBERSHIP)
		return;
	for (int r = ROLE_FREEZE_START; r <= ROLE_FREEZE_END; r++) {
		struct moment freeze = {.whole = m->columns[r]};
		put_moment(m, role_field((enum role)r), &freeze, true, false);
	}
}

/* ---- status ---- */

static const struct profile *
generic_of(const struct mapping *m, const GPtrArray *profiles)
{
	for (guint i = 0; i < profiles->len; i++) {
		const struct profile *profile = profiles->pdata[i];
		if (profile->kind == m->kind && g_str_has_prefix(profile->name, "generic-"))
			return profile;
	}
	return NULL;
}

static enum record_status
meaning_of(const struct mapping *m, const struct profile *generic, const char *word)
{
	enum record_status status = generic != NULL ? vocabulary_status(&generic->status, word)
						    : STATUS_UNKNOWN;
	return status != STATUS_UNKNOWN ? status : role_status(m->kind, word);
}

/* The words of the file that mean this status, as a line; STATUS_UNKNOWN: those nobody knows, as comments. */
static void
put_status(
    struct mapping *m, const struct profile *generic, column_ref column, enum record_status wanted)
{
	const char *separator = "";
	for (guint i = 0; i < column->words->len; i++) {
		const struct described_word *word = column->words->pdata[i];
		enum record_status status = meaning_of(m, generic, word->text);
		if (status != wanted || strpbrk(word->text, ";\\") != NULL)
			continue;
		if (wanted == STATUS_UNKNOWN)
			g_string_append_printf(m->text, "#   %s\n", word->text);
		else if (*separator == '\0')
			g_string_append_printf(
			    m->text, "%-9s = %s", record_status_word(status), word->text);
		else
			g_string_append_printf(m->text, "%s%s", separator, word->text);
		separator = "; ";
	}
	if (*separator != '\0' && wanted != STATUS_UNKNOWN)
		g_string_append_c(m->text, '\n');
}

/* Does the column hold nothing but yes and no? */
static bool
is_flag(column_ref column)
{
	static const char *const flags[] = {"true", "false", "yes", "no", "y", "n", "1", "0", NULL};
	for (guint i = 0; column->words != NULL && i < column->words->len; i++) {
		const struct described_word *word = column->words->pdata[i];
		g_autofree char *key = text_key(word->text);
		if (!g_strv_contains(flags, key))
			return false;
	}
	return column->words != NULL;
}

/* What says by itself that something was cancelled beats every status. */
static void
put_presence(struct mapping *m)
{
	column_ref column = m->columns[ROLE_CANCELLED];
	if (column == NULL || (m->kind != RECORD_BOOKING && m->kind != RECORD_MEMBERSHIP))
		return;
	g_string_append(m->text, "\n[presence]\n");
	put_key(m, is_flag(column) ? "cancelled_if_true" : "cancelled_if", column);
}

/* A series that is read as one booking gives its first occurrence only. */
static void
put_recurrence(struct mapping *m)
{
	column_ref column = m->columns[ROLE_RECURRENCE];
	if (m->kind != RECORD_BOOKING || column == NULL)
		return;
	bool rules = false;
	for (size_t i = 0; i < EXAMPLES && column->examples[i] != NULL; i++)
		rules = rules || strstr(column->examples[i], "FREQ=") != NULL ||
			strstr(column->examples[i], "RRULE") != NULL ||
			strstr(column->examples[i], "DTSTART") != NULL;
	if (rules) {
		put_simple(m, ROLE_RECURRENCE, false, NULL);
		return;
	}
	g_string_append(m->text, "\n# Bookings that repeat: do they stand in one row each?  Then "
				 "all but the first are lost.\n#   ");
	put_name(m, column);
	g_string_append_c(m->text, '\n');
}

static void
put_zone(struct mapping *m)
{
	column_ref column = m->columns[ROLE_ZONE];
	for (guint i = 0; column != NULL && column->words != NULL && i < column->words->len; i++) {
		if (zone_get(((const struct described_word *)column->words->pdata[i])->text) ==
		    NULL)
			return;
	}
	if (column != NULL && column->words != NULL)
		put_simple(m, ROLE_ZONE, false, NULL);
}

static void
put_statuses(struct mapping *m, const GPtrArray *profiles)
{
	column_ref column = m->columns[ROLE_STATUS];
	const struct profile *generic = generic_of(m, profiles);
	if (column == NULL || m->kind == RECORD_GRANT) {
		if (m->kind != RECORD_GRANT)
			g_string_append(
			    m->text, m->columns[ROLE_CANCELLED] == NULL
					 ? "\n# No column is called a status: every row counts.\n"
					 : "");
		return;
	}
	put_simple(m, ROLE_STATUS, false, NULL);
	g_string_append(m->text, "\n[status]\n");
	if (column->words == NULL) {
		g_string_append(m->text, "# More different words than a status has: is it one?\n");
		return;
	}
	for (int s = STATUS_UNKNOWN + 1; s < STATUS_COUNT; s++)
		put_status(m, generic, column, (enum record_status)s);
	g_string_append(m->text, "# Words on none of these lines never let anybody in.\n");
	gsize before = m->text->len;
	put_status(m, generic, column, STATUS_UNKNOWN);
	if (m->text->len > before)
		g_string_insert(
		    m->text, (gssize)before, "# Put each of these on the line where it belongs:\n");
}

/* ---- the head ---- */

static bool
first_step_used(const struct mapping *m, column_ref column)
{
	size_t length = strcspn(column->name, ".[");
	for (guint i = 0; i < m->used->len; i++) {
		column_ref used = m->used->pdata[i];
		if (used == column ||
		    (m->from->delimiter == 0 && strcspn(used->name, ".[") == length &&
			strncmp(used->name, column->name, length) == 0))
			return true;
	}
	return false;
}

/* Headers that are left: known and not used. */
static char *
ignored(const struct mapping *m)
{
	GString *list = g_string_new(NULL);
	GHashTable *seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (guint i = 0; i < m->from->columns->len; i++) {
		column_ref column = m->from->columns->pdata[i];
		size_t length = m->from->delimiter != 0 ? strlen(column->name)
							: strcspn(column->name, ".[");
		char *name = g_strndup(column->name, length);
		g_strdelimit(name, ";\\\r\n", ' ');
		g_strstrip(name);
		if (!first_step_used(m, column) && *name != '\0' && !role_decides(name) &&
		    !g_hash_table_contains(seen, name))
			g_string_append_printf(list, "%s%s", list->len > 0 ? "; " : "", name);
		g_hash_table_add(seen, name);
	}
	g_hash_table_unref(seen);
	return g_string_free(list, FALSE);
}

static void
put_order(const struct mapping *m, GString *head)
{
	const struct date_evidence *e = &m->from->dates;
	enum date_answer answer = date_evidence_answer(e);
	if (!m->ordered)
		return;
	if (answer == DATES_DAY_FIRST)
		g_string_append_printf(head,
		    "# Day first: %s has no other reading.\ndate_order = DMY\n", e->day_example);
	else if (answer == DATES_MONTH_FIRST)
		g_string_append_printf(head,
		    "# Month first: %s has no other reading.\ndate_order = MDY\n",
		    e->month_example);
	else if (answer == DATES_BOTH)
		g_string_append_printf(head,
		    "# Day or month first?  %s says day, %s says month: the file contradicts "
		    "itself.\n"
		    "# date_order = DMY\n",
		    e->day_example, e->month_example);
	else
		g_string_append_printf(head,
		    "# Day or month first?  Nothing in the file tells how %s is meant: ask, then "
		    "choose.\n"
		    "# date_order = DMY\n# date_order = MDY\n",
		    e->either_example);
}

static const char *
plural(enum record_kind kind)
{
	static const char *const plurals[RECORD_KINDS] = {[RECORD_PERSON] = "people",
	    [RECORD_MEMBERSHIP] = "memberships",
	    [RECORD_BOOKING] = "bookings",
	    [RECORD_GRANT] = "grants"};
	return plurals[kind];
}

static char *
put_head(const struct mapping *m)
{
	const struct description *d = m->from;
	GString *head = g_string_new(NULL);
	g_string_append_printf(head,
	    "# A profile for files like %s, proposed from what its columns are called and hold.\n"
	    "# Read every line; the language is explained in profiles/README.md.  Then look "
	    "again:\n"
	    "#   kisi-reconcile describe --profile ./THIS.ini %s\n\n",
	    d->name, d->name);
	g_string_append_printf(head,
	    "[profile]\nkind    = %s\ntitle   = Files like %s\nformats = %s\n", plural(m->kind),
	    d->name, d->format);
	bool list = d->lists != NULL && d->lists[0] != '\0' && d->lists[0] != '.';
	if (list)
		g_string_append_printf(
		    head, "records = %.*s\n", (int)strcspn(d->lists, ","), d->lists);
	put_order(m, head);
	char *rest = ignored(m);
	if (*rest != '\0')
		g_string_append_printf(head,
		    "# Columns that are left out.  Does one of them decide who may come "
		    "in?\nignore  = %s\n",
		    rest);
	g_free(rest);
	return g_string_free(head, FALSE);
}

char *
propose_profile(const struct description *d, const GPtrArray *profiles)
{
	struct mapping m = {.from = d, .used = g_ptr_array_new(), .text = g_string_new(NULL)};
	map_columns(&m);
	put_simple(&m, ROLE_ID, false, NULL);
	put_person(&m);
	if (m.kind == RECORD_BOOKING) {
		put_simple(&m, ROLE_RESOURCE, true, "No column is called a room, court or desk.");
		if (m.columns[ROLE_RESOURCE] != NULL)
			g_string_append(m.text, "# several in one cell?\n# split  = ;,\n");
	}
	if (m.kind == RECORD_MEMBERSHIP)
		put_simple(&m, ROLE_PLAN, true, "No column is called a plan.");
	if (m.kind == RECORD_GRANT)
		put_simple(&m, ROLE_GROUP, true, NULL);
	if (m.kind != RECORD_PERSON)
		put_simple(&m, ROLE_LOCATION, false, NULL);
	put_times(&m);
	if (m.kind != RECORD_PERSON)
		put_zone(&m);
	put_recurrence(&m);
	if (m.kind == RECORD_BOOKING && m.columns[ROLE_ATTENDEES] != NULL) {
		bool list = d->delimiter == 0 || m.columns[ROLE_EMAIL] != NULL;
		if (list)
			put_simple(&m, ROLE_ATTENDEES, false, NULL);
		if (list && d->delimiter != 0)
			g_string_append(m.text, "split    = ;,\n");
	}
	put_statuses(&m, profiles);
	put_presence(&m);
	char *head = put_head(&m);
	char *whole = g_strconcat(head, m.text->str, NULL);
	g_free(head);
	g_string_free(m.text, TRUE);
	g_ptr_array_unref(m.used);
	return whole;
}

enum record_kind
propose_kind(const struct description *d)
{
	struct mapping m = {.from = d};
	map_columns(&m);
	return guess_kind(&m);
}

char *
propose_copy(const struct description *d, const char *name, const char *text)
{
	GString *copy = g_string_new(NULL);
	g_string_append_printf(copy,
	    "# Profile %s, for files like %s.  The language is explained in profiles/README.md.\n",
	    name, d->name);
	for (guint i = 0; i < d->columns->len; i++) {
		column_ref column = d->columns->pdata[i];
		bool known = column->fields != NULL || column->in_rules || column->ignored;
		if (!known && d->profiles->len > 0)
			g_string_append_printf(copy, "# Not read: column \"%s\"\n", column->name);
		for (guint k = 0; column->status && column->words != NULL && k < column->words->len;
		     k++) {
			const struct described_word *word = column->words->pdata[k];
			if (word->meaning == NULL)
				g_string_append_printf(copy,
				    "# Unknown status, add it to a line of [status]: %s\n",
				    word->text);
		}
	}
	g_string_append_printf(copy, "\n%s", text);
	return g_string_free(copy, FALSE);
}
