#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Remove blanks from both ends of the NUL-terminated text, in place, and return its new beginning (inside
 * text).  Blanks are those of Unicode, with NBSP, narrow NBSP, zero-width marks, soft hyphen and BOM.
 */
char *text_trim(char *text);

/* Is there nothing but blanks (or nothing at all; NULL counts) in the text? */
bool text_blank(const char *text);

/*
 * The form in which names of things are compared: trimmed, runs of blanks collapsed to one, NFC, case-folded.
 * Returned, caller frees with g_free.  Invalid UTF-8 is compared as if it were Latin-1.
 */
char *text_key(const char *text);

/*
 * The form in which column headers are compared: case-folded letters and digits only, so that
 * `Start Date / Time`, `start_date_time` and a BOM before it are one.  Returned, caller frees with g_free.
 */
char *text_header_key(const char *text);

/* Are a and b the same by text_key?  NULL equals only NULL. */
bool text_same(const char *a, const char *b);

/* Does the text hold only ASCII digits (at least one)? */
bool text_digits(const char *text);

/* Read a whole decimal number in [min, max]; false (and *out untouched) for anything else, also "1 " and "+1". */
bool text_number(const char *text, int64_t min, int64_t max, int64_t *out);

/*
 * Read digits, perhaps a point and more digits, then exactly the unit (`20%`, `4/s`; "" for none).  False for anything
 * else, also for more than 12 characters before the unit.
 */
bool text_decimal(const char *text, const char *unit, double *out);

/*
 * The least number of single-character insertions, deletions, replacements and swaps of neighbours that turn
 * a into b, counted in bytes up to `limit`; limit + 1 means "more than that".
 */
unsigned text_distance(const char *a, const char *b, unsigned limit);

/* Of two pointers to texts, which comes first, byte by byte: sorts an array of const char *. */
int text_compare(gconstpointer a, gconstpointer b);

/* Of the NULL-terminated words, the one nearest to word, when it is near enough to be meant; else NULL. */
const char *text_nearest(const char *word, const char *const *words);

/* A copy fit for one line of a terminal or log: control characters become `?`.  Caller frees with g_free. */
char *text_printable(const char *text);

/* The same, but at most `max` characters (3 or more): of a longer one the last three are `...`. */
char *text_excerpt(const char *text, size_t max);

/* A word as a shell takes it: quoted where it must be.  Caller frees with g_free. */
char *text_shell(const char *word);

#endif
