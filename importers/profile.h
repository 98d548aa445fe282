#ifndef IMPORTERS_PROFILE_H
#define IMPORTERS_PROFILE_H

#include "model/config.h"
#include "model/fetch_rules.h"

/*
 * A profile: the declarative description of one system's export.  importers/profiles/README.md is the
 * reference of the language; a new system is a new profile file and no C.
 */
struct profile;

/*
 * Where the profile `name` is: a path when it has a `/` in it or ends in `.ini` (relative to base_dir), else
 * `<profile_dir>/<name>.ini`.  Returned, caller frees with g_free.
 */
char *profile_path(const char *name, const char *profile_dir, const char *base_dir);

/*
 * Load the profile that is there.  Returned, caller frees with profile_free (NULL is fine); NULL and *error
 * (EXIT_BAD_CONFIG) when it is missing or wrong.
 */
struct profile *profile_load(
    const char *name, const char *profile_dir, const char *base_dir, GError **error);
void profile_free(struct profile *profile);

/* The same from the text of a profile (borrowed), called `name` in messages. */
struct profile *profile_read(const char *text, const char *name, GError **error);

/* The names of the profiles of a folder, sorted, NULL-terminated; caller frees with g_strfreev. */
char **profile_names(const char *profile_dir);

/* The kind of record it yields. */
enum record_kind profile_kind(const struct profile *profile);

/* What holds for the source: its own settings, else the profile's, else 30 min grace, surprising, at-once. */
struct source_policy profile_policy(
    const struct profile *profile, const struct source_config *source);

/*
 * Do source and profile fit?  False and *error (EXIT_BAD_CONFIG) when dates have an order that neither states, or rows
 * of anything but bookings are to be united.
 */
bool profile_suits(
    const struct profile *profile, const struct source_config *source, GError **error);

/* How its export is fetched from an address; owned by the profile. */
const struct fetch_rules *profile_fetch(const struct profile *profile);

/* The text the profile was read from, for the hash of the configuration; owned by the profile. */
const char *profile_text(const struct profile *profile);

#endif
