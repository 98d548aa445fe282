#ifndef MODEL_LIMIT_H
#define MODEL_LIMIT_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* A limit `N`, `P%` or `N or P%`: the larger one holds. */
struct limit {
	int64_t count;	/* 0 when only a share is given */
	double percent; /* 0 when only a count is given */
};

/* The number a limit allows for a population of this size, rounded down. */
int64_t limit_value(const struct limit *limit, int64_t population);

/* `2 or 20%` as it was given.  Returned, caller frees with g_free. */
char *limit_text(const struct limit *limit);

/* Read `N`, `P%` or `N or P%`; false, and *out as it was, for anything else. */
bool limit_parse(const char *text, struct limit *out);

#endif
