#ifndef IMPORTERS_NAMES_H
#define IMPORTERS_NAMES_H

#include <glib.h>
#include <stdbool.h>

/*
 * The names by which a profile asks for values.  One name serves both kinds of file: in a table it is a header, in
 * JSON a path of steps (`user.email`, `attendees[].user.email`), whose first step is compared like a header.
 */
struct name_step {
	char *key; /* member of an object */
	bool all;  /* `[]`: every element of the array there */
};

struct name {
	char *text; /* as the profile writes it */
	char *key;  /* text_header_key of it: compared with headers */
	char
	    *first; /* text_header_key of the first step: compared with the keys of a JSON record */
	struct name_step *steps;
	size_t n_steps;
	bool
	    each; /* begins with `each.`: asks the element of `each`, not the record; steps without that */
};

struct names {
	struct name *list;
	unsigned count;
};

#define NO_NAME UINT_MAX

/* Add a name, or find the equal one that is there; its number. */
unsigned names_add(struct names *names, const char *text);

/* Empty it; the struct itself is the caller's. */
void names_done(struct names *names);

#endif
