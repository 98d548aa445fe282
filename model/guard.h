#ifndef MODEL_GUARD_H
#define MODEL_GUARD_H

#include <stdbool.h>

/*
 * Which guards there are.  All that is known of one stands in one row of one table (model/guard.c); what it asks is in
 * reconcile/guard_*.c and cli/lists.c.
 */
enum guard {
	GUARD_NONE, /* nothing holds it */
	/* is this export fit to act on? */
	GUARD_INPUT_READABLE,
	GUARD_INPUT_EMPTY,
	GUARD_INPUT_UNREAD,
	GUARD_LOST_COLUMNS,
	GUARD_MAX_AGE,
	GUARD_MAX_SHRINK,
	GUARD_SHORT_SPAN,
	GUARD_OTHER_EXPORT,
	GUARD_MAX_REJECTS,
	/* is this list whole? */
	GUARD_SHORT_LIST,
	/* may this be taken? */
	GUARD_SCOPE,
	GUARD_HOLD,
	GUARD_REFUSED_SOURCE,
	GUARD_DOUBTFUL_SOURCE,
	GUARD_REJECTED_ROW,
	GUARD_NOT_UNDERSTOOD, /* objects of Kisi of which this version does not know what they mean */
	GUARD_EMAIL_MISMATCH,
	GUARD_AMBIGUOUS_GROUP,
	GUARD_MISSING_GROUP,
	GUARD_RESTORED, /* the state does not know what was given since a backup of it was made */
	GUARD_RULES_CHANGED,
	GUARD_MAX_GROUP_REMOVALS,
	GUARD_MAX_SOURCE_REMOVALS,
	GUARD_MAX_REMOVALS,
	GUARD_MAX_DAY_REMOVALS,
	/* may this be given, or sent at all? */
	GUARD_REMOVED_TWICE,
	GUARD_MAX_GRANTS,
	GUARD_CLOCK,
	GUARDS
};

/* What one matter of a guard is. */
enum guard_about {
	GUARD_OF_RUN,	 /* what it holds, all of it or of one door or source */
	GUARD_OF_LIMIT,	 /* a limit on what nobody announced; the same, but with a figure */
	GUARD_OF_INPUT,	 /* an export: its scope is the source, whatever is wrong with it */
	GUARD_OF_SOURCE, /* what follows for a source; its scope, too */
	GUARD_OF_LIST,	 /* a list of the configuration; its scope is the key */
	GUARD_OF_PERSON, /* each person at each door, to be ruled on by themselves */
	GUARD_OF_WISH,	 /* what was asked for on the command line: no sign of trouble */
};

struct guard_type {
	const char *word; /* in documents; an interface */
	enum guard_about about;
	const char *hint; /* what to do when it tripped, where nothing better is known; NULL */
};

/* The row of a guard; constant. */
const struct guard_type *guard_type(enum guard guard);

/* `max_removals`, `max_age` ...; NULL for GUARD_NONE. */
const char *guard_word(enum guard guard);

/* The guard with this word; GUARDS when there is none. */
enum guard guard_of_word(const char *word);

/* Is its scope a source, and is what it says about that source? */
bool guard_is_about_source(enum guard guard);

#endif
