#ifndef BASE_INTERN_H
#define BASE_INTERN_H

#include <stdint.h>

/* A set of strings, each with a number: equal strings get equal numbers, counted from 0. */
struct intern;

#define INTERN_NONE UINT32_MAX

/* Returned, caller frees with intern_free. */
struct intern *intern_new(void);

/* Frees the set and its strings; NULL is fine. */
void intern_free(struct intern *set);

/* The number of text, adding a copy when it is new.  NULL gives INTERN_NONE. */
uint32_t intern_add(struct intern *set, const char *text);

/* The number of text, or INTERN_NONE when it is not in the set. */
uint32_t intern_find(const struct intern *set, const char *text);

/* The string with this number; owned by the set, valid until it is freed.  INTERN_NONE gives NULL. */
const char *intern_text(const struct intern *set, uint32_t number);

/* How many strings there are; their numbers are 0 .. count - 1. */
uint32_t intern_count(const struct intern *set);

#endif
