#ifndef MODEL_ALIAS_H
#define MODEL_ALIAS_H

#include <glib.h>
#include <stdbool.h>

/* One line of the table of aliases. */
struct alias_line {
	const char *alias; /* canonical; a key of the aliases, which own it */
	unsigned row;
};

/*
 * Follow aliases of aliases: afterwards each alias stands for its person in one step.  `x,x` ends the way: x is a person of
 * their own.  aliases: canonical address -> canonical address, changed in place; lines: of struct alias_line, in
 * file order, one for each alias.  False and *error (EXIT_BAD_CONFIG, naming the rows) for aliases in a circle.
 */
bool alias_follow(GHashTable *aliases, const GArray *lines, GError **error);

#endif
