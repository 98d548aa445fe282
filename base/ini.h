#ifndef BASE_INI_H
#define BASE_INI_H

#include "base/instant.h"

/*
 * INI files as people edit them, read strictly over GLib's key file: a section or key given twice is an error
 * (GLib alone would keep the last without a word), and so is every section, key or word nobody asked for.
 * All errors have the code given to ini_read and name file, section and key.
 */
struct ini;

/*
 * Parse text (borrowed, NUL-terminated UTF-8) as the file called name.  code is the exit code of every failure
 * met with this file.  Returned, caller frees with ini_free; NULL with *error set.
 */
struct ini *ini_read(const char *text, const char *name, int code, GError **error);
void ini_free(struct ini *ini);

/* The name given to ini_read; owned by ini. */
const char *ini_name(const struct ini *ini);

/* The section titles in file order, NULL-terminated; owned by ini. */
const char *const *ini_sections(const struct ini *ini);

/* The keys of a section in file order, NULL-terminated; owned by ini.  NULL when there is no such section. */
const char *const *ini_keys(struct ini *ini, const char *section);

/*
 * Getters.  Each marks the key as known.  When it is absent they return `absent` (or NULL) and do not fail.
 * A value that cannot be read sets *error, unless an error is set there already, and returns `absent`: so a
 * reader asks for everything and looks at *error once.
 */
/* The value, trimmed; owned by ini. */
const char *ini_text(struct ini *ini, const char *section, const char *key, const char *absent);
/* `90s 30m 26h 7d`, or 0; seconds. */
instant ini_duration(
    struct ini *ini, const char *section, const char *key, instant absent, GError **error);
/* `14:00`, a time of day; seconds from midnight. */
int ini_clock(struct ini *ini, const char *section, const char *key, int absent, GError **error);
/* One of the NULL-terminated words, compared case-folded; its index. */
int ini_word(struct ini *ini, const char *section, const char *key, const char *const *words,
    int absent, GError **error);
/* yes/no, true/false, on/off, 1/0. */
bool ini_flag(struct ini *ini, const char *section, const char *key, bool absent, GError **error);
int64_t ini_number(struct ini *ini, const char *section, const char *key, int64_t min, int64_t max,
    int64_t absent, GError **error);
/* Items between `;`, trimmed, blank ones dropped.  Returned, caller frees with g_strfreev; never NULL. */
char **ini_list(struct ini *ini, const char *section, const char *key);

/* Fail: the text names file, section and key, then the formatted reason.  Always returns false. */
bool ini_fail(const struct ini *ini, const char *section, const char *key, const char *hint,
    GError **error, const char *format, ...) G_GNUC_PRINTF(6, 7);

/*
 * After everything was asked for: fails on the first section or key nobody asked for, and names the nearest
 * one that was.  sections: NULL-terminated list of the section words that exist, for the hint.
 */
bool ini_finish(struct ini *ini, const char *const *sections, GError **error);

#endif
