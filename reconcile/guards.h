#ifndef RECONCILE_GUARDS_H
#define RECONCILE_GUARDS_H

#include "reconcile/world.h"

/* What is known of how far this machine's clock is from Kisi's. */
enum clock_state {
	CLOCK_OFFLINE, /* Kisi was not asked: nothing to compare with */
	CLOCK_KNOWN,   /* clock_offset says it */
	CLOCK_UNREADABLE, /* Kisi was asked, and no answer had a Date that can be read, as behind some proxies */
};

/* What the guards look at besides the world. */
struct guard_facts {
	const GPtrArray *imports;	     /* of struct import_facts *, by source */
	const bool *refused;		     /* by source; filled in by guard_inputs */
	const struct remembered *remembered; /* was told of every record */
	GHashTable *rejected;		     /* set of guard_rejected_key texts */
	enum clock_state clock;
	bool clock_known;     /* clock == CLOCK_KNOWN, for guard_clock as it is now */
	instant clock_offset; /* CLOCK_KNOWN: the server's clock minus ours, seconds */
	const char *command;  /* that applies such a plan, whole, as a shell takes it */
	const char
	    *hold; /* why all removals wait, as the hold file says; NULL: there is no such file */
	int64_t own_user;	 /* Kisi user of the API key, never changed; 0: not known */
	const char *only_person; /* canonical address this run is limited to; NULL */
	const char *only_group;	 /* group it is limited to, name or id; NULL */
};

/* The guard that holds what lies outside --only-person and --only-group; no sign of trouble by itself. */
#define GUARD_SCOPE "scope"

/* A rejected row of which nothing tells whose it is. */
#define GUARD_ANYBODY ""

/*
 * The key under which a rejected row of a source is remembered; what: an address, a record id or GUARD_ANYBODY.  Caller
 * frees.
 */
char *guard_rejected_key(const char *source, const char *what);

/*
 * Judge each source's import: unreadable, empty, too old, shrunken, another export, too many rejects, span too short.
 * Adds a verdict for every guard and source, and the finding short_span.  Of facts it looks at imports and remembered.
 * refused: takes the answer, one for each source.
 */
void guard_inputs(const struct config *config, const struct source_policy *policies,
    const struct guard_facts *facts, const struct history *history, instant now, bool *refused,
    struct plan *plan);

/*
 * Judge the changes: what trips is marked held by the guard's name, the rest stays.  Adds a verdict for every guard.
 * plan->id and plan->managed_people must be set; sets plan->removals_id.  An approval in the history that names one of
 * the two lifts the limits on removals, when they are no more than its number.
 */
void guard_changes(struct world *world, const struct guard_facts *facts);

#endif
