#ifndef MODEL_FINDING_H
#define MODEL_FINDING_H

#include <stdbool.h>

/*
 * Which kinds of findings there are.  All that is known of a kind stands in one row of one table (model/finding.c), in the
 * order of this enum; `check` says those of one scope in this order.
 */
enum finding_kind {
	/* of a source and its rows */
	FINDING_UNMATCHED_COLUMNS,
	FINDING_SHORT_SPAN,
	FINDING_UNKNOWN_STATUS,
	FINDING_ASSUMED_DATE_ORDER,
	FINDING_MANGLED_ID,
	FINDING_ENCODING,
	FINDING_SYMLINK,
	FINDING_REFUSED_SOURCE,
	FINDING_DOUBTFUL_SOURCE,
	FINDING_NO_RECORD,
	FINDING_NO_ITEMS,
	FINDING_NO_EMAIL,
	FINDING_BAD_ATTENDEE,
	FINDING_DST,
	FINDING_DUPLICATE_ID,
	FINDING_CANCELLED_WITHOUT_END,
	FINDING_UNDATED_EVENTS,
	FINDING_SHARED_ADDRESS,
	FINDING_LOOKALIKE,
	/* of rules */
	FINDING_UNMAPPED_RESOURCE,
	FINDING_UNMAPPED_PLAN,
	FINDING_UNMANAGED_GRANT,
	FINDING_NOT_ENABLED,
	/* of groups, locks, and what is in them */
	FINDING_MISSING_GROUP,
	FINDING_AMBIGUOUS_GROUP,
	FINDING_FOREIGN_GROUP,
	FINDING_MISSING_LOCK,
	FINDING_AMBIGUOUS_LOCK,
	FINDING_FOREIGN_LOCK,
	FINDING_RENAMED_GROUP,
	FINDING_FORMER_GROUP,
	FINDING_RESTRICTED_LOCK,
	FINDING_INDIRECT_ACCESS,
	FINDING_STALE_LINK,
	FINDING_STALE_SCHEDULE,
	FINDING_NOT_UNDERSTOOD,
	FINDING_MOVED_SINCE,
	/* of people */
	FINDING_UNCONFIRMED,
	FINDING_SUSPENDED,
	FINDING_BLOCKED_ELSEWHERE,
	FINDING_EMAIL_MISMATCH,
	FINDING_NO_USER,
	FINDING_DUPLICATE_USER,
	FINDING_ADDRESS_CHANGED,
	FINDING_DUPLICATE_ASSIGNMENT,
	FINDING_ORPHAN,
	FINDING_PROTECTED,
	FINDING_REPORT_ONLY,
	FINDING_OTHER_ROLE,
	FINDING_BLOCKED_BUT_BOOKED,
	FINDING_BRIDGED,
	FINDING_LATE,
	FINDING_KINDS
};

enum finding_scope { FINDING_OF_SOURCE, FINDING_OF_RULE, FINDING_OF_DOOR, FINDING_OF_PERSON };

struct finding_type {
	const char *word; /* in documents; an interface */
	enum finding_scope scope;
	bool checked; /* `check` warns of it */
	bool lock;    /* of doors: it is about a lock, not a group */
	const char *
	    where; /* where it is put right: export, configuration, Kisi; NULL: nowhere, it only informs */
	const char *said; /* of people: what they are, behind "is" or "are"; NULL */
	const char *todo; /* what to do about it, for people */
};

/* The row of a kind; constant. */
const struct finding_type *finding_type(enum finding_kind kind);

/* `orphan`, `missing_group` ... */
const char *finding_word(enum finding_kind kind);

/* The kind with this word; FINDING_KINDS when there is none. */
enum finding_kind finding_of_word(const char *word);

#endif
