#ifndef MODEL_RECORD_H
#define MODEL_RECORD_H

#include "base/instant.h"
#include "model/finding.h"

#include <stddef.h>

/*
 * The normalised records that every importer produces, whatever the system: words are canonical, addresses
 * are canonical, times are instants.  What could not be brought into this form is a reject, never a record.
 */
enum record_kind {
	RECORD_RESOURCE, /* a bookable thing, so that bookings can name it by id; may carry its own Kisi group */
	RECORD_COMPANY,	   /* a company, so that memberships can name it by id */
	RECORD_PERSON,	   /* somebody the system knows: company, blocked or deleted */
	RECORD_MEMBERSHIP, /* a plan that a person or a company holds */
	RECORD_BOOKING,	   /* a resource held for a time */
	RECORD_GRANT,	   /* access given by hand in the booking system */
	RECORD_KINDS
};

/* Canonical words.  Which of them grant is decided in reconcile/entitle.c, nowhere else. */
enum record_status {
	STATUS_UNKNOWN, /* blank, or a word the profile does not know: never grants, always reported */
	/* bookings */
	STATUS_CONFIRMED,
	STATUS_COMPLETED,
	STATUS_TENTATIVE,
	STATUS_NO_SHOW,
	STATUS_BLOCKED_TIME, /* the venue's own block: cleaning, a hold */
	/* bookings and memberships */
	STATUS_CANCELLED,
	/* memberships and people */
	STATUS_ACTIVE,
	STATUS_SCHEDULED,
	STATUS_FROZEN,
	STATUS_EXPIRED,
	STATUS_INCOMPLETE,
	/* people */
	STATUS_BLOCKED,
	STATUS_DELETED,
	STATUS_REQUESTED, /* asked to join; not in the company yet */
	STATUS_COUNT
};

/* The canonical word of a status (`confirmed`, `no_show`), and back; STATUS_COUNT for no such word. */
const char *record_status_word(enum record_status status);
enum record_status record_status_of(const char *word);

/* The word of a kind (`booking`), and the plural that profiles use (`bookings`); RECORD_KINDS for no such word. */
const char *record_kind_word(enum record_kind kind);
enum record_kind record_kind_of_plural(const char *word);

/* Something a record names by id, by name, or both; either may be NULL, both never are. */
struct record_ref {
	const char *id;
	const char *name;
};

struct record_person {
	const char *email; /* canonical (base/email.h), or NULL when only ref is known */
	const char *ref; /* the system's id of the person, or NULL; RECORD_PERSON rows resolve it */
	const char *name; /* for display, or NULL */
};

/* Where a record, reject or note came from. */
struct record_place {
	uint32_t source; /* index into config->sources */
	uint32_t file;	 /* index into the source's import_facts->files */
	uint32_t row;	 /* as a spreadsheet shows it: title and header count; JSON from 1 */
	uint32_t line;	 /* physical line of its beginning, from 1 */
};

/* What happened to its local times, or-ed. */
enum { RECORD_DST_GAP = 1, RECORD_DST_OVERLAP = 2 };

/*
 * One record.  All pointers are borrowed and valid during the call that hands the record over.
 * span: a booking's is its own time without grace; a membership's begins at a local midnight and ends after
 * its last day; open ends only where the kind allows them.
 */
struct record {
	enum record_kind kind;
	struct record_place place;
	const char *id; /* the system's id of the record, or NULL */
	enum record_status status;
	struct record_person person;	       /* booker or holder; all NULL for a company's row */
	const struct record_person *attendees; /* further people of a booking who count */
	size_t n_attendees;
	const char *company;		  /* id or title, or NULL; for RECORD_COMPANY its title */
	const struct record_ref *targets; /* resources, plan, or a resource itself */
	size_t n_targets;
	const char *assigned; /* of a membership: id of a resource that comes with it, or NULL */
	const char *location; /* id or name, or NULL */
	const char *
	    group; /* RECORD_GRANT: the Kisi group; else a Kisi group the data itself names, or NULL */
	struct interval span;
	const struct interval *freezes; /* whole local days in which a membership rests */
	size_t n_freezes;
	unsigned dst; /* RECORD_DST_* */
	instant
	    made; /* since when it is known to be so: the time of the event, else that of the file */
	bool undated; /* an event of a log that does not say when it happened */
	bool bare; /* an event or row of which only id and status could be read, or only its id */
};

/*
 * A hash of everything a record says, but for where it stands and how its people are called.  It is remembered from run to
 * run: where another version hashes anything else, every record looks changed once.
 */
uint64_t record_content(const struct record *record);

/* A refused row. */
struct record_reject {
	struct record_place place;
	const char *reason; /* lower case; names the field and the text that could not be read */
	const char *email;  /* canonical, when the row's address could be read; else NULL */
	const char *id;	    /* the record's id, when it could be read; else NULL */
	bool
	    record_like; /* it has an address, an id or two dates: else nothing tells that it is one */
};

/* A row that was read, with something a person should look at; it becomes a finding. */
struct record_note {
	struct record_place place;
	enum finding_kind kind;
	const char *email; /* canonical, or NULL */
	const char *
	    subject; /* what tells this note from others of its kind: a record id, a word, a header; or NULL */
	const char *text;
};

/* Takes what an importer yields, in file order.  The pointers inside are valid during the call only. */
struct record_sink {
	void (*record)(void *user, const struct record *record);
	void (*reject)(void *user, const struct record_reject *reject);
	void (*note)(void *user, const struct record_note *note);
	void *user;
};

#endif
