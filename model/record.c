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

static uint64_t
mix(uint64_t hash, const void *data, size_t length)
{
	const unsigned char *p = data;
	for (size_t i = 0; i < length; i++)
		hash = (hash ^ p[i]) * UINT64_C(1099511628211);
	return hash;
}

static uint64_t
mix_text(uint64_t hash, const char *text)
{
	return text != NULL ? mix(hash, text, strlen(text) + 1) : mix(hash, "\1", 1);
}

uint64_t
record_content(const struct record *record)
{
	uint64_t hash = UINT64_C(14695981039346656037);
	size_t words[] = {record->kind, record->status, record->n_targets, record->n_attendees,
	    record->n_freezes};
	hash = mix(hash, words, sizeof words);
	hash = mix(hash, &record->span, sizeof record->span);
	const char *const texts[] = {record->person.email, record->person.ref, record->company,
	    record->location, record->group};
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		hash = mix_text(hash, texts[i]);
	for (size_t i = 0; i < record->n_targets; i++)
		hash = mix_text(mix_text(hash, record->targets[i].id), record->targets[i].name);
	for (size_t i = 0; i < record->n_attendees; i++)
		hash = mix_text(
		    mix_text(hash, record->attendees[i].email), record->attendees[i].ref);
	for (size_t i = 0; i < record->n_freezes; i++)
		hash = mix(hash, &record->freezes[i], sizeof record->freezes[i]);
	return hash;
}
