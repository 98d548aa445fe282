/*
 * Which role a column plays.  Decides by a table of names that exports use (importers/rolewords.def), and by what the
 * column holds.
 */
#include "importers/roles.h"

#include "base/text.h"

#include <string.h>

/* What a column must hold to be taken for a role. */
enum demand { ANYTHING, ADDRESSES, TIMES };

static const struct {
	const char *field; /* as a profile calls it; NULL */
	enum demand demand;
} roles[ROLES] = {
    [ROLE_ID] = {"id", ANYTHING},
    [ROLE_EMAIL] = {"email", ADDRESSES},
    [ROLE_NAME] = {"name", ANYTHING},
    [ROLE_FIRST_NAME] = {"name", ANYTHING},
    [ROLE_LAST_NAME] = {"name", ANYTHING},
    [ROLE_COMPANY] = {"company", ANYTHING},
    [ROLE_RESOURCE] = {"resource", ANYTHING},
    [ROLE_PLAN] = {"plan", ANYTHING},
    [ROLE_LOCATION] = {"location", ANYTHING},
    [ROLE_GROUP] = {"group", ANYTHING},
    [ROLE_START] = {"start", TIMES},
    [ROLE_END] = {"end", TIMES},
    [ROLE_DATE] = {"start", TIMES},
    [ROLE_DURATION] = {"end", ANYTHING},
    [ROLE_STATUS] = {"status", ANYTHING},
    [ROLE_ATTENDEES] = {"attendees", ADDRESSES},
    [ROLE_HOST] = {NULL, ANYTHING},
    [ROLE_ZONE] = {"zone", ANYTHING},
    [ROLE_RECURRENCE] = {"recurrence", ANYTHING},
    [ROLE_CANCELLED] = {"status", ANYTHING},
    [ROLE_FREEZE_START] = {"freeze_start", TIMES},
    [ROLE_FREEZE_END] = {"freeze_end", TIMES},
};

#define COLUMN(role, names) {ROLE_##role, names},
#define STATUS(status, words)
static const struct {
	enum role role;
	const char *names;
} column_names[] = {
#include "importers/rolewords.def"
};
#undef COLUMN
#undef STATUS

#define COLUMN(role, names)
#define STATUS(status, words) {STATUS_##status, words},
static const struct {
	enum record_status status;
	const char *words;
} status_words[] = {
#include "importers/rolewords.def"
};
#undef COLUMN
#undef STATUS

/* text_header_key without accents: exports leave them out as they like.  Caller frees. */
static char *
plain_key(const char *text)
{
	g_autofree char *key = text_header_key(text);
	g_autofree char *apart = g_utf8_normalize(key, -1, G_NORMALIZE_ALL);
	GString *plain = g_string_new(NULL);
	for (const char *p = apart; *p != '\0'; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		if (c == 0x00E6) /* ae */
			g_string_append(plain, "ae");
		else if (!g_unichar_ismark(c))
			g_string_append_unichar(plain, c == 0x0142 ? 'l' : c == 0x00F8 ? 'o' : c);
	}
	return g_string_free(plain, FALSE);
}

/* The place of the key among those of the role, from 1; 0 when it is none. */
static unsigned
rank(enum role role, const char *key)
{
	size_t length = strlen(key);
	for (size_t i = 0; i < G_N_ELEMENTS(column_names) && length > 0; i++) {
		unsigned place = 1;
		const char *at = column_names[i].role == role ? column_names[i].names : NULL;
		for (; at != NULL; at = strchr(at, ' '), place++) {
			at += *at == ' ';
			if (strncmp(at, key, length) == 0 &&
			    (at[length] == ' ' || at[length] == '\0'))
				return place;
		}
	}
	return 0;
}

bool
role_named(enum role role, const char *name)
{
	g_autofree char *key = plain_key(name);
	return rank(role, key) > 0;
}

static bool
meets(enum role role, const struct described_column *column)
{
	if (roles[role].demand == ADDRESSES)
		return column->holds == HOLDS_ADDRESSES;
	if (roles[role].demand == TIMES)
		return column->holds == HOLDS_TIMES;
	return column->holds != HOLDS_NOTHING;
}

/* Does a step of the path on the way to its value name the role? */
static bool
lies_below(const struct described_column *column, enum role role)
{
	g_auto(GStrv) steps = g_strsplit(column->name, ".", -1);
	for (size_t i = 0; steps[i] != NULL && steps[i + 1] != NULL; i++) {
		if (role_named(role, steps[i]))
			return true;
	}
	return false;
}

/* The address of a host is none of a customer, and that of an attendee is not that of whoever booked. */
static bool
belongs_elsewhere(enum role role, const struct described_column *column)
{
	if (role == ROLE_HOST || role == ROLE_ATTENDEES)
		return false;
	return lies_below(column, ROLE_HOST) ||
	       (column->holds == HOLDS_ADDRESSES && lies_below(column, ROLE_ATTENDEES));
}

/* `room.displayName` is a room, and `start.timeZone` the zone of the start. */
static bool
below_name(enum role role, const struct described_column *column)
{
	static const char *const names[] = {
	    "name", "displayname", "title", "label", "fullname", NULL};
	g_auto(GStrv) steps = g_strsplit(column->name, ".", -1);
	guint n = g_strv_length(steps);
	g_autofree char *last = plain_key(steps[n - 1]);
	if (role == ROLE_ZONE)
		return rank(ROLE_ZONE, last) > 0 && role_named(ROLE_START, steps[0]);
	return n > 1 && g_strv_contains(names, last) && role_named(role, steps[n - 2]);
}

/* Of a path only the last step may tell, too. */
unsigned
role_rank(enum role role, const struct described_column *column)
{
	if (!meets(role, column) || belongs_elsewhere(role, column))
		return 0;
	g_autofree char *key = plain_key(column->name);
	unsigned best = rank(role, key);
	const char *dot = strrchr(column->name, '.');
	if (best > 0 || dot == NULL)
		return best;
	if (role == ROLE_HOST || role == ROLE_ATTENDEES)
		return lies_below(column, role) ? 100 : 0;
	if (roles[role].demand == ANYTHING)
		return below_name(role, column) ? 50 : 0;
	g_autofree char *last = plain_key(dot);
	best = rank(role, last);
	return best > 0 ? best + 100 : 0;
}

/* The role that a column's name speaks of; ROLES for none. */
static enum role
role_of(const struct described_column *column)
{
	for (int r = 0; r < ROLES; r++) {
		if (role_rank((enum role)r, column) > 0)
			return (enum role)r;
	}
	return ROLES;
}

const char *
role_suggested(const struct described_column *column)
{
	enum role role = role_of(column);
	if (role_rank(ROLE_HOST, column) > 0)
		return NULL;
	if (role < ROLES)
		return roles[role].field;
	return column->holds == HOLDS_ADDRESSES ? "email" : NULL;
}

bool
role_public(const struct described_column *column)
{
	enum role role = role_of(column);
	return role == ROLE_RESOURCE || role == ROLE_PLAN || role == ROLE_LOCATION ||
	       role == ROLE_GROUP || role == ROLE_STATUS;
}

static bool
tells(const struct described_column *column)
{
	static const enum role telling[] = {ROLE_PLAN, ROLE_START, ROLE_END, ROLE_DATE, ROLE_STATUS,
	    ROLE_CANCELLED, ROLE_RECURRENCE};
	for (size_t i = 0; i < G_N_ELEMENTS(telling); i++) {
		if (role_rank(telling[i], column) > 0)
			return true;
	}
	return false;
}

bool
role_decides(const char *name)
{
	return role_named(ROLE_RECURRENCE, name) || role_named(ROLE_CANCELLED, name) ||
	       role_named(ROLE_STATUS, name) || role_named(ROLE_ATTENDEES, name);
}

char *
role_overlooked(const struct description *d, bool ignored_too)
{
	GString *list = g_string_new(NULL);
	for (guint i = 0; i < d->columns->len; i++) {
		const struct described_column *c = d->columns->pdata[i];
		if (c->fields == NULL && !c->in_rules && (ignored_too || !c->ignored) && tells(c))
			g_string_append_printf(list, "%s%s", list->len > 0 ? ", " : "", c->name);
	}
	return g_string_free(list, list->len == 0);
}

const char *
role_field(enum role role)
{
	return roles[role].field;
}

/* A booking is not active but confirmed, and a membership that waits is not complete. */
static enum record_status
of_kind(enum record_kind kind, enum record_status status)
{
	if (kind == RECORD_BOOKING && status == STATUS_ACTIVE)
		return STATUS_CONFIRMED;
	if (kind == RECORD_MEMBERSHIP && status == STATUS_TENTATIVE)
		return STATUS_INCOMPLETE;
	bool fits = kind == RECORD_BOOKING ? status <= STATUS_CANCELLED
		    : kind == RECORD_MEMBERSHIP
			? status >= STATUS_CANCELLED && status <= STATUS_INCOMPLETE
			: status == STATUS_ACTIVE;
	return fits ? status : STATUS_UNKNOWN;
}

enum record_status
role_status(enum record_kind kind, const char *word)
{
	g_autofree char *key = text_key(word);
	for (size_t i = 0; i < G_N_ELEMENTS(status_words); i++) {
		g_auto(GStrv) words = g_strsplit(status_words[i].words, ";", -1);
		if (of_kind(kind, status_words[i].status) != STATUS_UNKNOWN &&
		    g_strv_contains((const char *const *)words, key))
			return of_kind(kind, status_words[i].status);
	}
	return STATUS_UNKNOWN;
}
