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
	const GPtrArray *imports; /* of struct import_facts *, by source */
	bool *refused, *doubted;  /* by source; filled in by guard_inputs */
	/* By source, filled in by guard_inputs: how to accept a doubtful export, or another one; NULL: nobody can. */
	const char **accept;
	const struct givers *givers; /* was told of every record */
	const GPtrArray
	    *accepted;	/* of const char *: SOURCE@HASH, as given on the command line; NULL */
	instant latest; /* the later of now and the machine's clock */
	enum clock_state clock;
	instant clock_offset; /* CLOCK_KNOWN: the server's clock minus ours, seconds */
	const struct plan
	    *before;	     /* this run's plan before its own changes, when it plans again; NULL */
	const char *command; /* that applies such a plan, whole, as a shell takes it */
	const char
	    *hold; /* why all removals wait, as the hold file says; NULL: there is no such file */
	const char *
	    restored; /* which run the state does not know, for it was restored from a backup; NULL */
	int64_t own_user;	 /* Kisi user of the API key, never changed; 0: not known */
	const char *only_person; /* canonical address this run is limited to; NULL */
	const char *only_group;	 /* group it is limited to, name or id; NULL */
};

/*
 * Judge each source's import.  Unusable (cannot be read, empty, lost columns, another export): it gives nothing new and
 * takes nothing, what it gave stands in.  Doubtful (old, from the future, many rejects, shorter): it gives, and takes nothing.
 * Adds a verdict for every guard and source, and the finding short_span.  Of facts it looks at imports, givers, accepted
 * and latest, and fills in refused, doubted and accept.
 */
void guard_inputs(const struct config *config, const struct source_policy *policies,
    struct guard_facts *facts, const struct history *history, instant now, struct plan *plan);

/* Is the source's name among these words of --accept (of const char *; NULL: none)? */
bool guard_accepts(const GPtrArray *accepted, const char *source);

/* Why the source is refused or doubtful: what tripped, as one text of the plan; NULL when nothing did. */
const char *guard_reason(struct plan *plan, const char *source);

/* The same by the verdicts of another plan; the text is plan's. */
const char *guard_reason_of(const struct plan *judged, struct plan *plan, const char *source);

/*
 * Judge world->losses: pieces that may not go are marked held by the guard.  Adds a verdict for every guard.
 * plan->id and plan->managed_people must be set; sets plan->removals_id.  An approval in the history that names one of
 * the two lifts the limits, when what they hold is no more than its number.
 */
void guard_losses(struct world *world, const struct guard_facts *facts);

/* The same for what is left to be sent: marks whole changes. */
void guard_changes(struct world *world, const struct guard_facts *facts);

#endif
