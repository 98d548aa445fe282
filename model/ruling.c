/* What people ruled: decides what a row of the table means, and whether it still holds. */
#include "model/ruling.h"

#include "base/email.h"
#include "base/failure.h"
#include "base/text.h"

#include <string.h>

#define DATE_LENGTH 10 /* 2026-12-31 */
#define ID_LENGTH 12

static const char *const words[RULINGS + 1] = {"different", "protect", "accept", NULL};

const char *
ruling_word(enum ruling_kind kind)
{
	return words[kind];
}

void
ruling_free(struct ruling *ruling)
{
	if (ruling == NULL)
		return;
	g_free(ruling->who);
	g_free(ruling->other);
	g_free(ruling->by);
	g_free(ruling->reason);
	g_free(ruling);
}

/* RFC 3339, or a date: that many seconds after its beginning in UTC. */
static bool
read_time(const char *text, instant into_day, instant *out)
{
	if (strlen(text) != DATE_LENGTH)
		return instant_parse(text, out);
	g_autofree char *midnight = g_strconcat(text, "T00:00:00Z", NULL);
	instant day;
	if (!instant_parse(midnight, &day))
		return false;
	*out = day + into_day;
	return true;
}

bool
ruling_until(const char *text, instant *until)
{
	return read_time(text, INSTANT_DAY + 12 * INSTANT_HOUR, until);
}

static bool
read_kind(enum ruling_kind *kind, const char *word, GError **error)
{
	for (*kind = 0; *kind < RULINGS; ++*kind) {
		if (text_same(word, words[*kind]))
			return true;
	}
	const char *nearest = text_nearest(word, words);
	g_autofree char *hint = nearest != NULL ? g_strdup_printf("is it \"%s\"?", nearest) : NULL;
	return fail(error, EXIT_BAD_CONFIG, hint != NULL ? hint : "different, protect or accept",
	    "ruling: unknown word \"%s\"", word);
}

static char *
read_address(const char *text, const char *column, GError **error)
{
	const char *why;
	char *email = email_canonical(text, &why);
	if (email == NULL)
		fail(error, EXIT_BAD_CONFIG, NULL, "%s: not an e-mail address: \"%s\" (%s)", column,
		    text, why);
	return email;
}

static char *
read_id(const char *text, GError **error)
{
	size_t length = strspn(text, "0123456789abcdefABCDEF");
	if (length == ID_LENGTH && text[length] == '\0')
		return g_ascii_strdown(text, -1);
	fail(error, EXIT_BAD_CONFIG, "the id stands beside what is held, in the plan",
	    "who: not an id of 12 hex digits: \"%s\"", text);
	return NULL;
}

static bool
read_people(struct ruling *ruling, const char *const *cells, GError **error)
{
	const char *who = cells[RULING_CELL_WHO], *other = cells[RULING_CELL_OTHER];
	ruling->who = ruling->kind == RULING_ACCEPT ? read_id(who, error)
						    : read_address(who, "who", error);
	if (ruling->who == NULL)
		return false;
	if (ruling->kind != RULING_DIFFERENT)
		return text_blank(other) ||
		       fail(error, EXIT_BAD_CONFIG, "leave it blank", "other: %s has none: \"%s\"",
			   words[ruling->kind], other);
	ruling->other = read_address(other, "other", error);
	return ruling->other != NULL && (strcmp(ruling->who, ruling->other) != 0 ||
					    fail(error, EXIT_BAD_CONFIG, "name two addresses",
						"%s stands there twice", ruling->who));
}

static bool
read_times(struct ruling *ruling, const char *const *cells, GError **error)
{
	static const char hint[] = "2026-12-31, or 2026-12-31T18:00:00Z";
	const char *until = cells[RULING_CELL_UNTIL], *at = cells[RULING_CELL_AT];
	ruling->until = INSTANT_NEVER;
	ruling->at = INSTANT_ALWAYS;
	if (!text_blank(until) && ruling->kind == RULING_DIFFERENT)
		return fail(error, EXIT_BAD_CONFIG, "leave it blank",
		    "until: two people are two people for good: \"%s\"", until);
	if (!text_blank(until) && !ruling_until(until, &ruling->until))
		return fail(error, EXIT_BAD_CONFIG, hint, "until: not a time: \"%s\"", until);
	return text_blank(at) || read_time(at, 0, &ruling->at) ||
	       fail(error, EXIT_BAD_CONFIG, hint, "at: not a time: \"%s\"", at);
}

static char *
cell_or_null(const char *cell)
{
	return text_blank(cell) ? NULL : g_strdup(cell);
}

struct ruling *
ruling_read(const char *const cells[RULING_CELLS], GError **error)
{
	struct ruling *ruling = g_new0(struct ruling, 1);
	if (!read_kind(&ruling->kind, cells[RULING_CELL_WORD], error) ||
	    !read_people(ruling, cells, error) || !read_times(ruling, cells, error)) {
		ruling_free(ruling);
		return NULL;
	}
	ruling->by = cell_or_null(cells[RULING_CELL_BY]);
	ruling->reason = cell_or_null(cells[RULING_CELL_REASON]);
	return ruling;
}

/* ---- what was ruled ---- */

/* A person of their own: `x,x`. */
static bool
is_own(const struct config *config, const char *person)
{
	return g_strcmp0(g_hash_table_lookup(config->people.aliases, person), person) == 0;
}

bool
config_different(const struct config *config, const char *a, const char *b)
{
	a = config_person(config, a);
	b = config_person(config, b);
	if (strcmp(a, b) == 0)
		return false;
	bool different = is_own(config, a) || is_own(config, b);
	for (guint i = 0; i < config->rulings->len && !different; i++) {
		const struct ruling *ruling = g_ptr_array_index(config->rulings, i);
		if (ruling->kind != RULING_DIFFERENT)
			continue;
		const char *who = config_person(config, ruling->who);
		const char *other = config_person(config, ruling->other);
		different = (strcmp(who, a) == 0 && strcmp(other, b) == 0) ||
			    (strcmp(who, b) == 0 && strcmp(other, a) == 0);
	}
	return different;
}

instant
config_ruled_until(const struct config *config, enum ruling_kind kind, const char *who)
{
	instant until = INSTANT_ALWAYS;
	for (guint i = 0; i < config->rulings->len; i++) {
		const struct ruling *ruling = g_ptr_array_index(config->rulings, i);
		if (ruling->kind == kind && strcmp(ruling->who, who) == 0)
			until = MAX(until, ruling->until);
	}
	return until;
}

bool
config_ruled_accept(const struct config *config, const char *id, instant now)
{
	return now < config_ruled_until(config, RULING_ACCEPT, id);
}

void
config_protect_ruled(struct config *config, instant now)
{
	for (guint i = 0; i < config->rulings->len; i++) {
		const struct ruling *ruling = g_ptr_array_index(config->rulings, i);
		if (ruling->kind == RULING_PROTECT && now < ruling->until)
			g_hash_table_add(config->people.protected, g_strdup(ruling->who));
	}
}
