#ifndef MODEL_FETCH_RULES_H
#define MODEL_FETCH_RULES_H

#include "base/instant.h"

#include <stddef.h>

/* A parameter of the query: a text, or an instant counted from `now`. */
struct fetch_parameter {
	char *name;
	char *value;	/* NULL: an instant */
	instant offset; /* seconds from now, when value is NULL */
};

/* What a profile says about fetching its export from an address.  All zero: one request gets everything. */
struct fetch_rules {
	struct fetch_parameter *query; /* added unless the address has a parameter of that name */
	size_t n_query;
	char *next;	      /* path of the token of the next page in a page; NULL: one page */
	char *next_parameter; /* that asks for the page of the token; NULL with next */
	double rate;	      /* requests a second; 0: the fetcher's own */
};

#endif
