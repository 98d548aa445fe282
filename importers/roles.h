#ifndef IMPORTERS_ROLES_H
#define IMPORTERS_ROLES_H

#include "model/description.h"

/* What a column is for, told by its name and by what it holds. */
enum role {
	ROLE_ID,
	ROLE_EMAIL,
	ROLE_NAME,
	ROLE_FIRST_NAME,
	ROLE_LAST_NAME,
	ROLE_COMPANY,
	ROLE_RESOURCE,
	ROLE_PLAN,
	ROLE_LOCATION,
	ROLE_GROUP,
	ROLE_START,
	ROLE_END,
	ROLE_DATE,
	ROLE_DURATION,
	ROLE_STATUS,
	ROLE_ATTENDEES,
	ROLE_HOST, /* of the venue: never a customer */
	ROLE_ZONE,
	ROLE_RECURRENCE,
	ROLE_CANCELLED, /* says by itself that something is off: yes or no, or when */
	ROLE_FREEZE_START,
	ROLE_FREEZE_END,
	ROLES
};

/* How surely the column plays the role: 0 not at all, else the lower the surer. */
unsigned role_rank(enum role role, const struct described_column *column);

/* Does the name of a column speak of the role, whatever the column holds? */
bool role_named(enum role role, const char *name);

/*
 * What a word of a status means for records of the kind, in any of the languages of the venues; STATUS_UNKNOWN when
 * none of them has it.
 */
enum record_status role_status(enum record_kind kind, const char *word);

/* The field of a role, as a profile calls it; NULL when it has none of its own.  Constant. */
const char *role_field(enum role role);

/* The field that the column's name and content suggest, as a profile calls it; NULL when none does.  Constant. */
const char *role_suggested(const struct described_column *column);

/*
 * The columns that nothing reads although they look like what decides who may come in, and when: a plan, a time, a status.
 * ignored_too: those that the profile leaves out on purpose, too.  Caller frees with g_free; NULL: there are none.
 */
char *role_overlooked(const struct description *description, bool ignored_too);

/* May a column of that name, empty in one file, decide in the next?  It is never left out without a word. */
bool role_decides(const char *name);

/* Are its words those of things and states of the venue, not of people? */
bool role_public(const struct described_column *column);

#endif
