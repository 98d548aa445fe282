#ifndef SANDBOX_SWITCHES_H
#define SANDBOX_SWITCHES_H

#include <glib.h>
#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * What nobody outside Kisi knows for sure, or what operators may set: one switch each (table in
 * switches.c).
 */
enum switch_id {
	SWITCH_LIMIT_OVER,
	SWITCH_OFFSET_OVER,
	SWITCH_PAST_END_RANGE,
	SWITCH_EMPTY_RANGE,
	SWITCH_BAD_PARAMETER,
	SWITCH_PAIR_MISSING,
	SWITCH_UNWRAPPED,
	SWITCH_DUPLICATE,
	SWITCH_DUPLICATE_PAIR,
	SWITCH_PATCH_WINDOW,
	SWITCH_WINDOW_ELSEWHERE,
	SWITCH_EXPIRED,
	SWITCH_RATE,
	SWITCH_RETRY_AFTER,
	SWITCH_RATE_BODY,
	SWITCH_ORDER,
	SWITCH_SEARCH_LAG_MS,
	SWITCH_SEARCH_LAG_ON,
	SWITCH_EMAIL_FILTER,
	SWITCH_DEPRECATION,
	SWITCH_LOGINS_SCOPE_ALL,
	SWITCH_LINK_READ,
	SWITCH_LINK_QUOTA,
	SWITCH_LINK_QUOTA_STATUS,
	SWITCH_INVITE_EXISTING,
	SWITCH_USERS_COUNT,
	SWITCH_NOTIFY_DEFAULT,
	SWITCH_PERMISSIONS,
	SWITCH_TIMES,
	SWITCH_UNKNOWN_FIELDS,
	SWITCH_COUNT
};

struct switches {
	const char *word[SWITCH_COUNT]; /* the word chosen, static; NULL when a number was */
	int64_t number[SWITCH_COUNT];	/* the number, or that of a word like 400; else 0 */
};

/* Put every switch to its default. */
void switches_init(struct switches *switches);

/*
 * Set one switch.  False and *error (EXIT_BAD_USAGE) for an unknown name or a value it does not
 * have.
 */
bool switches_set(struct switches *switches, const char *name, const char *value, GError **error);

/* The same from `NAME=VALUE`. */
bool switches_parse(struct switches *switches, const char *assignment, GError **error);

/* Does the switch stand at this word? */
bool switch_is(const struct switches *switches, enum switch_id id, const char *word);

/* All switches as {"name":"value",...}.  Returned, caller frees with json_object_put. */
struct json_object *switches_json(const struct switches *switches);

/* The table as text, one switch a line.  Returned, caller frees with g_free. */
char *switches_help(void);

#endif
