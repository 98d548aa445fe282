/*
 * The table of switches and the reading of their values.  What a switch does is decided where it
 * is asked for; the first word, or the initial number, is the default.
 */
#include "sandbox/switches.h"

#include "base/failure.h"
#include "base/text.h"

#include <string.h>

struct switch_spec {
	const char *name;
	const char *words[4]; /* allowed words, NULL-terminated; the first is the default */
	int64_t max;	      /* > 0: a number in 0 .. max is allowed, too */
	int64_t initial;      /* the default when there are no words */
	const char *meaning;
};

static const struct switch_spec specs[SWITCH_COUNT] = {
    [SWITCH_LIMIT_OVER] = {"limit_over", {"clamp", "400", "422"}, 0, 0,
	"limit above the maximum of the list"},
    [SWITCH_OFFSET_OVER] = {"offset_over", {"400", "422", "empty"}, 0, 0, "offset above 20000"},
    [SWITCH_PAST_END_RANGE] = {"past_end_range", {"numbers", "star"}, 0, 0,
	"X-Collection-Range of a page past the end: start-end/total or */total"},
    [SWITCH_EMPTY_RANGE] = {"empty_range", {"star", "numbers"}, 0, 0,
	"X-Collection-Range of an empty collection: */0 or 0-9/0"},
    [SWITCH_BAD_PARAMETER] = {"bad_parameter", {"400", "422"}, 0, 0,
	"a query parameter that cannot be read, or a missing required one"},
    [SWITCH_PAIR_MISSING] = {"pair_missing", {"400", "422"}, 0, 0,
	"assignee_id without assignee_type and the like"},
    [SWITCH_UNWRAPPED] = {"unwrapped", {"400", "422", "accept"}, 0, 0,
	"a write whose body is not wrapped in the resource's name"},
    [SWITCH_DUPLICATE] = {"duplicate", {"409", "422"}, 0, 0,
	"a second user with that e-mail, a second right of "
	"an assignee in the same group or place"},
    [SWITCH_DUPLICATE_PAIR] = {"duplicate_pair", {"409", "422"}, 0, 0,
	"a second group_lock of the same group and lock, a second membership of a team"},
    [SWITCH_PATCH_WINDOW] = {"patch_window", {"applied", "ignored"}, 0, 0,
	"valid_from/valid_until in PATCH of a role assignment"},
    [SWITCH_WINDOW_ELSEWHERE] = {"window_elsewhere", {"ignore", "422"}, 0, 0,
	"valid_from/valid_until on a role assignment that is not for a group"},
    [SWITCH_EXPIRED] = {"expired", {"kept", "dropped"}, 0, 0,
	"role assignments, links and single events whose end has passed"},
    [SWITCH_RATE] = {"rate", {NULL}, 1000000, 5,
	"requests of one user in any second before 429; 0 = no limit"},
    [SWITCH_RETRY_AFTER] = {"retry_after", {"off"}, 3600, 0, "Retry-After on 429, in seconds"},
    [SWITCH_RATE_BODY] = {"rate_body", {"error", "empty"}, 0, 0, "body of a 429"},
    [SWITCH_ORDER] = {"order", {"shuffled", "id"}, 0, 0,
	"lists without sort: another order in every request, or by id"},
    [SWITCH_SEARCH_LAG_MS] = {"search_lag_ms", {NULL}, 3600000, 0,
	"how long a new row stays invisible to query="},
    [SWITCH_SEARCH_LAG_ON] = {"search_lag_on", {"query", "email"}, 0, 0,
	"search_lag_ms holds for query= alone, or for email=, too"},
    [SWITCH_EMAIL_FILTER] = {"email_filter", {"exact", "partial"}, 0, 0,
	"how /users?email= compares"},
    [SWITCH_DEPRECATION] = {"deprecation", {"on", "off"}, 0, 0,
	"Deprecation and Sunset headers on /members and /shares"},
    [SWITCH_LOGINS_SCOPE_ALL] = {"logins_scope_all", {"off", "on"}, 0, 0,
	"whether /logins?scope=all lists everybody's logins"},
    [SWITCH_LINK_READ] = {"link_read", {"404", "405"}, 0, 0,
	"GET or PATCH of one group link, which do not exist"},
    [SWITCH_LINK_QUOTA] = {"link_quota", {NULL}, 1000000, 1000,
	"group links with an e-mail that may exist at once"},
    [SWITCH_LINK_QUOTA_STATUS] = {"link_quota_status", {"422", "403"}, 0, 0,
	"one link more than that"},
    [SWITCH_INVITE_EXISTING] = {"invite_existing", {"reuse", "409", "422"}, 0, 0,
	"an invite for an e-mail that has a user"},
    [SWITCH_USERS_COUNT] = {"users_count", {"direct", "teams"}, 0, 0,
	"whether a group's users_count includes members of its teams"},
    [SWITCH_NOTIFY_DEFAULT] = {"notify_default", {"on", "off"}, 0, 0,
	"notify of a role assignment that names none"},
    [SWITCH_PERMISSIONS] = {"permissions", {"off", "on"}, 0, 0,
	"403 unless an organisation role of the key's user permits it"},
    [SWITCH_TIMES] = {"times", {"milliseconds", "seconds", "offset"}, 0, 0,
	"how answers write the instants they were given: .000Z, Z or +00:00"},
    [SWITCH_UNKNOWN_FIELDS] = {"unknown_fields", {"off", "on"}, 0, 0,
	"a member nobody documented in every object, as after an update of the API"},
};

static void
put_word(struct switches *switches, size_t i, const char *word)
{
	switches->word[i] = word;
	if (!text_number(word, 0, INT64_MAX, &switches->number[i]))
		switches->number[i] = 0;
}

void
switches_init(struct switches *switches)
{
	for (size_t i = 0; i < SWITCH_COUNT; i++) {
		switches->word[i] = NULL;
		switches->number[i] = specs[i].initial;
		if (specs[i].words[0] != NULL)
			put_word(switches, i, specs[i].words[0]);
	}
}

/* `clamp, 400, 422` or `0 .. 3600, off`.  Caller frees. */
static char *
allowed_values(const struct switch_spec *spec)
{
	GString *text = g_string_new(NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(spec->words) && spec->words[i] != NULL; i++)
		g_string_append_printf(text, "%s%s", text->len > 0 ? "|" : "", spec->words[i]);
	if (spec->max > 0)
		g_string_append_printf(
		    text, "%s0..%" G_GINT64_FORMAT, text->len > 0 ? "|" : "", spec->max);
	return g_string_free(text, FALSE);
}

static bool
set_one(struct switches *switches, size_t i, const char *value)
{
	const struct switch_spec *spec = &specs[i];
	int64_t number;

	for (size_t w = 0; w < G_N_ELEMENTS(spec->words) && spec->words[w] != NULL; w++) {
		if (strcmp(value, spec->words[w]) == 0) {
			put_word(switches, i, spec->words[w]);
			return true;
		}
	}
	if (spec->max == 0 || !text_number(value, 0, spec->max, &number))
		return false;
	switches->word[i] = NULL;
	switches->number[i] = number;
	return true;
}

bool
switches_set(struct switches *switches, const char *name, const char *value, GError **error)
{
	const char *names[SWITCH_COUNT + 1] = {NULL};

	for (size_t i = 0; i < SWITCH_COUNT; i++) {
		names[i] = specs[i].name;
		if (strcmp(name, specs[i].name) != 0)
			continue;
		if (set_one(switches, i, value))
			return true;
		g_autofree char *allowed = allowed_values(&specs[i]);
		return fail(error, EXIT_BAD_USAGE, NULL, "switch %s: \"%s\" is not one of %s", name,
		    value, allowed);
	}
	const char *nearest = text_nearest(name, names);
	g_autofree char *hint = nearest != NULL ? g_strdup_printf("did you mean %s?", nearest)
						: NULL;
	return fail(error, EXIT_BAD_USAGE, hint, "no switch is called \"%s\"", name);
}

bool
switches_parse(struct switches *switches, const char *assignment, GError **error)
{
	const char *equals = strchr(assignment, '=');

	if (equals == NULL)
		return fail(error, EXIT_BAD_USAGE, "write NAME=VALUE", "switch \"%s\" has no value",
		    assignment);
	g_autofree char *name = g_strndup(assignment, (gsize)(equals - assignment));
	return switches_set(switches, name, equals + 1, error);
}

bool
switch_is(const struct switches *switches, enum switch_id id, const char *word)
{
	return switches->word[id] != NULL && strcmp(switches->word[id], word) == 0;
}

struct json_object *
switches_json(const struct switches *switches)
{
	struct json_object *out = json_object_new_object();

	for (size_t i = 0; i < SWITCH_COUNT; i++) {
		g_autofree char *number = g_strdup_printf("%" G_GINT64_FORMAT, switches->number[i]);
		const char *value = switches->word[i] != NULL ? switches->word[i] : number;
		json_object_object_add(out, specs[i].name, json_object_new_string(value));
	}
	return out;
}

char *
switches_help(void)
{
	GString *text = g_string_new(NULL);

	for (size_t i = 0; i < SWITCH_COUNT; i++) {
		g_autofree char *allowed = allowed_values(&specs[i]);
		g_autofree char *initial = g_strdup_printf("%" G_GINT64_FORMAT, specs[i].initial);
		g_string_append_printf(text, "  %-18s %-28s %-13s %s\n", specs[i].name, allowed,
		    specs[i].words[0] != NULL ? specs[i].words[0] : initial, specs[i].meaning);
	}
	return g_string_free(text, FALSE);
}
