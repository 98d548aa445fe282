#ifndef TESTS_FUZZ_IMPORT_H
#define TESTS_FUZZ_IMPORT_H

/* Any bytes through a shipped profile, as one source of a run. */

#include "fuzz.h"

#include "base/email.h"
#include "importers/import.h"
#include "importers/language.h"
#include "importers/profile.h"

#define PROFILES "importers/profiles"
/* 2026-10-01 to 2027-01-01: series are expanded within. */
#define FUZZ_AROUND ((struct interval){1790812800, 1798761600})
#define FUZZ_PROFILES_MAX 64

/* All shipped profiles in the order of their names; NULL where the target does not take one. */
struct fuzz_profiles {
	struct profile *of[FUZZ_PROFILES_MAX];
	size_t n;
};

static inline void
fuzz_profiles_load(struct fuzz_profiles *profiles, bool (*takes)(const struct profile *profile))
{
	char **names = profile_names(PROFILES);
	bool any = false;
	for (char **name = names; *name != NULL; name++) {
		GError *error = NULL;
		struct profile *profile = profile_load(*name, PROFILES, ".", &error);
		g_assert_no_error(error);
		g_assert_cmpuint(profiles->n, <, FUZZ_PROFILES_MAX);
		bool taken = takes(profile);
		if (!taken)
			g_clear_pointer(&profile, profile_free);
		profiles->of[profiles->n++] = profile;
		any = any || taken;
	}
	g_strfreev(names);
	g_assert_true(any);
}

/* That of this number, or the next one that is taken. */
static inline struct profile *
fuzz_profile(const struct fuzz_profiles *profiles, size_t number)
{
	while (profiles->of[number % profiles->n] == NULL)
		number++;
	return profiles->of[number % profiles->n];
}

static inline void
fuzz_check_span(struct interval span)
{
	g_assert_cmpint(span.from, <, span.until);
	/* A local day may begin before 1970 in UTC, and end after 2199. */
	g_assert_true(span.from == INSTANT_ALWAYS ||
		      (span.from >= INSTANT_FIRST - INSTANT_DAY && span.from < INSTANT_LAST));
	g_assert_true(span.until == INSTANT_NEVER ||
		      (span.until >= INSTANT_FIRST && span.until <= INSTANT_LAST + INSTANT_DAY));
}

static inline void
fuzz_check_address(const char *address)
{
	if (address == NULL)
		return;
	char *again = email_canonical(address, NULL);
	g_assert_cmpstr(again, ==, address);
	g_free(again);
}

static inline void
fuzz_check_text(const char *text)
{
	g_assert_true(text == NULL || g_utf8_validate(text, -1, NULL));
}

static inline void
fuzz_record(void *user, const struct record *record)
{
	(void)user;
	fuzz_check_address(record->person.email);
	fuzz_check_text(record->person.name);
	fuzz_check_text(record->id);
	fuzz_check_text(record->company);
	fuzz_check_text(record->location);
	fuzz_check_text(record->group);
	for (size_t i = 0; i < record->n_attendees; i++)
		fuzz_check_address(record->attendees[i].email);
	for (size_t i = 0; i < record->n_targets; i++) {
		fuzz_check_text(record->targets[i].id);
		fuzz_check_text(record->targets[i].name);
	}
	for (size_t i = 0; i < record->n_freezes; i++)
		fuzz_check_span(record->freezes[i]);
	if (!record->bare)
		fuzz_check_span(record->span);
}

static inline void
fuzz_reject(void *user, const struct record_reject *reject)
{
	(void)user;
	g_assert_true(g_utf8_validate(reject->reason, -1, NULL));
	fuzz_check_address(reject->email);
}

static inline void
fuzz_note(void *user, const struct record_note *note)
{
	(void)user;
	fuzz_check_text(note->text);
	fuzz_check_text(note->subject);
	fuzz_check_address(note->email);
}

static inline struct source_config
fuzz_source(const char *path)
{
	struct source_config source = source_config_plain("src", "fuzz", path);
	source.timezone = (char *)"Europe/Amsterdam";
	source.date_order = ORDER_DMY;
	return source;
}

/* The first byte chooses the profile, the rest is the export. */
static inline int
fuzz_import(const struct fuzz_profiles *profiles, const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	struct profile *profile = fuzz_profile(profiles, data[0]);
	struct source_config source = fuzz_source(fuzz_file(data + 1, size - 1));
	const struct record_sink sink = {fuzz_record, fuzz_reject, fuzz_note, NULL};
	struct import_facts *facts = import_source(&source, 0, profile, FUZZ_AROUND, &sink);
	g_assert_cmpuint(facts->rejected, <=, facts->rows);
	for (guint i = 0; i < facts->refusals->len; i++)
		g_assert_true(g_utf8_validate(facts->refusals->pdata[i], -1, NULL));
	import_facts_free(facts);
	return 0;
}

#endif
