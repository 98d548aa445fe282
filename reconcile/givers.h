#ifndef RECONCILE_GIVERS_H
#define RECONCILE_GIVERS_H

#include "reconcile/entitle.h"
#include "reconcile/freezes.h"

/*
 * What became of the records that gave the time which people still have ahead.  A piece of access that is to go is
 * explained by the very record that gave it, or it is not explained.
 */
struct givers;

/* All borrowed until givers_free (NULL is fine).  policies: one for each of config->sources.  Caller frees. */
struct givers *givers_new(const struct config *config, const struct source_policy *policies,
    const struct history *history, instant now);
void givers_free(struct givers *givers);

/* Take one record that could be read, of any source. */
void givers_take(struct givers *givers, const struct record *record);

/* A row that could not be read; email: of the person, aliases followed, or NULL. */
void givers_reject(struct givers *givers, uint32_t source, const char *id, const char *email);

/* What the last good import of a source promised from now on, and what of it is missing now. */
struct givers_count {
	int64_t known; /* records whose time goes on beyond now */
	int64_t gone;  /* of them: those that are not there, readable or not */
	int64_t
	    renewed; /* of these: those whose person has another record of the source for the same time */
};

struct givers_count givers_count(const struct givers *givers, uint32_t source);

/* The keys of the missing ones that are not renewed, sorted; of const char *.  Caller frees with g_ptr_array_unref. */
GPtrArray *givers_missing(const struct givers *givers, uint32_t source);

/* The freezes of the memberships that were taken; owned by givers. */
const struct freezes *givers_freezes(const struct givers *givers);

/*
 * Have at least two of the source's memberships that are still there, and more than half of those that had an end, none
 * now?
 */
bool givers_lost_ends(const struct givers *givers, uint32_t source);

/* Did the last good import have this record, or a row without an id that says the same? */
bool givers_knew(const struct givers *givers, const struct reason *reason);

/*
 * All records were taken: find out what those that are remembered give now.  refused, doubted: by source.  Everything is
 * borrowed until givers_free; people may be added to entitled.
 */
void givers_settle(struct givers *givers, const struct entitled *entitled, const bool *refused,
    const bool *doubted);

enum standing {
	STANDING_EXPLAINED,   /* the record is there and says so */
	STANDING_UNEXPLAINED, /* it is gone, leads nowhere now, or nobody knows one */
	STANDING_KEPT,	      /* that cannot be known now: what it gave stands */
};

/* Why a piece of time is not given any more. */
struct account {
	enum standing standing;
	enum cause cause;
	bool counted;		   /* against the limits */
	enum guard guard;	   /* STANDING_KEPT: what keeps it */
	const char *scope;	   /* of that guard; NULL */
	const char *booking;	   /* the record by whose loss all its people lose, as one; NULL */
	const struct giver *giver; /* NULL: none is remembered */
	uint32_t reason;	   /* in entitled->reasons: the record that says so; INTERN_NONE */
	struct interval span;	   /* what that record would have given */
};

/* One remembered giver with the number that its person has today. */
struct known_giver {
	uint32_t person;
	const struct giver *giver;
	struct account account; /* as if nothing gave its time any more */
};

/* Those of one person at one door; owned by givers.  After givers_settle. */
const struct known_giver *givers_of(const struct givers *givers, enum object object,
    uint32_t person, int64_t door_id, guint *count);

/* All of them, of struct known_giver, by person, object, door, beginning; owned by givers.  After givers_settle. */
const GArray *givers_all(const struct givers *givers);

/*
 * What keeps the time that a record gave to a person although no record says so now: the guard, and its scope in *scope;
 * GUARD_NONE: nothing does.  record: NULL when it is not known.
 */
enum guard givers_keep(const struct givers *givers, uint32_t source, const char *record,
    const char *email, const char **scope);

/* Did this record give somebody something that is still ahead?  record: NULL when it is known by its content. */
bool givers_gave(
    const struct givers *givers, uint32_t source, const char *record, uint32_t content);

/* Is a row of this source unreadable that names this person?  One that names nobody speaks only for what was given. */
bool givers_unread(const struct givers *givers, uint32_t source, const char *email);

/* How the configuration makes of a record what it gives: hash of its source's part and the rule's; rule: NULL. */
uint32_t givers_how(const struct source_policy *policy, const struct rule *rule);

/* The key of a record among those of later time. */
uint64_t givers_later_key(const struct source_policy *policy, const char *record, uint32_t content);

#endif
