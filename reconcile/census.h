#ifndef RECONCILE_CENSUS_H
#define RECONCILE_CENSUS_H

#include "model/config.h"
#include "model/record.h"

/*
 * Which resources and plans the records name, whatever becomes of the records: what rules could be written for.
 * Pure; what comes out does not depend on the order of rows.
 */
struct census;

/* One resource or plan as one source names it. */
struct census_entry {
	enum rule_kind kind;
	uint32_t source;      /* index into config->sources */
	const char *system;   /* in which its ids mean something; NULL: in the source alone */
	const char *id;	      /* NULL */
	const char *name;     /* NULL when only the id is known */
	const char *location; /* NULL */
	const char *group;    /* Kisi group that the data itself names for it; NULL */
	bool own;	      /* its name belongs to whoever made the entry */
	uint64_t records;     /* bookings or memberships that name it; 0: it is only listed */
};

struct census *census_new(void);
void census_free(struct census *census);

/*
 * Take one record, in the order that entitle_record asks for, of a source that belongs to a system (NULL: to none, see
 * source_policy).  Borrowed for the call.
 */
void census_take(struct census *census, const struct record *record, const char *system);

/*
 * Everything that was named, by kind, name, location, source, id.  Bookings that name a resource by its id alone have
 * what a list of resources of their system says about it.  Returned array (of struct census_entry) and its strings are owned by the
 * census and stay valid until the next census_take.
 */
const GArray *census_entries(struct census *census);

#endif
