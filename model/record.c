/* The canonical words.  Profiles map a system's own words onto these. */
#include "model/record.h"

#include <glib.h>
#include <string.h>

static const char *const status_words[STATUS_COUNT] = {
    [STATUS_UNKNOWN] = "unknown",
    [STATUS_CONFIRMED] = "confirmed",
    [STATUS_COMPLETED] = "completed",
    [STATUS_TENTATIVE] = "tentative",
    [STATUS_NO_SHOW] = "no_show",
    [STATUS_BLOCKED_TIME] = "blocked_time",
    [STATUS_CANCELLED] = "cancelled",
    [STATUS_ACTIVE] = "active",
    [STATUS_SCHEDULED] = "scheduled",
    [STATUS_FROZEN] = "frozen",
    [STATUS_EXPIRED] = "expired",
    [STATUS_INCOMPLETE] = "incomplete",
    [STATUS_BLOCKED] = "blocked",
    [STATUS_DELETED] = "deleted",
    [STATUS_REQUESTED] = "requested",
};

static const struct {
	const char *word;
	const char *plural;
} kind_words[RECORD_KINDS] = {
    [RECORD_RESOURCE] = {"resource", "resources"},
    [RECORD_COMPANY] = {"company", "companies"},
    [RECORD_PERSON] = {"person", "people"},
    [RECORD_MEMBERSHIP] = {"membership", "memberships"},
    [RECORD_BOOKING] = {"booking", "bookings"},
    [RECORD_GRANT] = {"grant", "grants"},
};

const char *
record_status_word(enum record_status status)
{
	return status_words[status];
}

enum record_status
record_status_of(const char *word)
{
	for (int i = 0; i < STATUS_COUNT; i++) {
		if (strcmp(word, status_words[i]) == 0)
			return i;
	}
	return STATUS_COUNT;
}

const char *
record_kind_word(enum record_kind kind)
{
	return kind_words[kind].word;
}

enum record_kind
record_kind_of_plural(const char *word)
{
	for (int i = 0; i < RECORD_KINDS; i++) {
		if (strcmp(word, kind_words[i].plural) == 0)
			return i;
	}
	return RECORD_KINDS;
}
