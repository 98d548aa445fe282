#ifndef MODEL_WHY_H
#define MODEL_WHY_H

#include "model/history.h"
#include "model/plan.h"

/*
 * Why somebody can open a door at some time, or why not: what each record says of them, what they should hold, what
 * Kisi has, and what a run would do about it.  Everything but the arrays belongs to the plan it was made beside.
 */

/* What one record means for the person at the time asked about. */
enum why_mark {
	WHY_GIVES,   /* access at that time */
	WHY_LATER,   /* access from a later time on */
	WHY_OVER,    /* its time is over */
	WHY_UNKNOWN, /* its status is blank, or a word that the profile does not know */
	WHY_CANCELLED,
	WHY_TENTATIVE,
	WHY_NO_SHOW,
	WHY_VENUE_BLOCK, /* the venue's own block */
	WHY_EXPIRED,
	WHY_FROZEN,
	WHY_INCOMPLETE,
	WHY_UNMAPPED,	  /* no rule names its resource or plan */
	WHY_NOT_ENABLED,  /* a rule does, and enabled_doors leaves the door out */
	WHY_INVITED_ONLY, /* invited, and the source says that attendees or guests do not count */
	WHY_NOT_MEMBER,	  /* a company's, and the row that puts the person there does not count */
	WHY_SUPERSEDED,	  /* a later row or event with the same id counts */
	WHY_REPEATED,	  /* another row says the same */
	WHY_EVENT,	  /* an event of a log that tells no times */
	WHY_REFUSED,	  /* the whole source is refused */
	WHY_REJECTED,	  /* the row cannot be read */
	WHY_BARRED,	  /* it would, but the person is blocked or deleted */
	WHY_PERSON,	  /* it says who the person is, nothing about access */
	WHY_BARS,	  /* it blocks or deletes the person */
	WHY_REQUESTED,	  /* it says that the person only asked to join */
	WHY_MARKS
};

/* `gives`, `later`, `unknown_status` ... */
const char *why_mark_word(enum why_mark mark);

/* One door of a record, and when. */
struct why_given {
	const char *door; /* as rule or data call it */
	const char *rule; /* NULL: the data names the door itself */
	enum method method;
	struct interval span; /* with its grace */
};

struct why_record {
	const char *source;
	const char *file;
	const char *id; /* NULL */
	uint32_t row;
	enum record_kind kind;
	enum record_status status;
	const char *what;     /* resources, plan or group, `; ` between; NULL */
	const char *company;  /* NULL */
	bool by_company;      /* theirs because they belong to the company */
	bool invited;	      /* theirs as an attendee */
	struct interval span; /* its own time; meaningless of people and of rejected rows */
	enum why_mark mark;
	instant from; /* WHY_LATER: since when it gives; WHY_FROZEN: until when, or INSTANT_NEVER */
	const char *reason; /* WHY_REJECTED, WHY_REFUSED: why; else NULL */
	GArray *given;	    /* of struct why_given: what it gives, gave, or will */
	GArray *refs; /* of uint32_t: the doors it is about, as struct entitled numbers them */
	GPtrArray *left_out; /* of const char *: doors it leads to, and enabled_doors leaves out */
};

/* A lock that the person can open. */
struct why_key {
	const char *lock;
	const char *by; /* names of the groups and passes that open it, `; ` between */
};

/* Access that Kisi has. */
struct why_hold {
	const char *via; /* `assignment`, `team X`, `role administrator`, `link`, `schedule` */
	struct interval span;
	bool off; /* its user, or the link, is switched off */
};

/* Can the person open the door at the time asked about? */
enum why_can { WHY_NO, WHY_YES, WHY_WILL };

enum why_because {
	BECAUSE_HELD,	     /* yes: Kisi has it, and it is deserved or not managed here */
	BECAUSE_LEFT_OVER,   /* yes: Kisi has it, and nothing entitles it */
	BECAUSE_PLACED_THEN, /* will: entitled then; a run places it */
	BECAUSE_OPENED, /* will: entitled then; `unlock-due` opens it when the booking begins */
	BECAUSE_SWITCHED_OFF, /* from here on no: Kisi has it, but the user or link is switched off */
	BECAUSE_NO_DOOR,      /* entitled; Kisi has no such group or lock */
	BECAUSE_PROTECTED,    /* entitled; the person is never changed */
	BECAUSE_OTHER_ROLE,   /* entitled; another role in the group keeps it from being given */
	BECAUSE_REPORT_ONLY, /* entitled; exclusive = no */
	BECAUSE_HELD_BACK,   /* entitled; a guard holds the change */
	BECAUSE_NO_USER,     /* entitled; not in Kisi, and people.create = no */
	BECAUSE_NOT_APPLIED, /* entitled; the next apply gives it */
	BECAUSE_NOT_PLACED,  /* entitled; and no run would give it: see the findings */
	BECAUSE_OPENED_ONCE, /* the door is opened once, when the booking begins, and for nobody else */
	BECAUSE_BARRED,	     /* the person is blocked or deleted */
	BECAUSE_NOT_YET,     /* entitled from a later time on */
	BECAUSE_RECORD,	     /* a record says why not */
	BECAUSE_NOT_ENABLED, /* a record leads to it, and its source's enabled_doors leave it out */
	BECAUSE_NOTHING,     /* no record of theirs is about this door */
	BECAUSES
};

/* `held`, `left_over` ... */
const char *why_because_word(enum why_because because);

struct why_door {
	const char *name; /* in Kisi; else as rule or data call it */
	int64_t id;	  /* group or lock; 0 when Kisi does not have it */
	bool lock;
	bool managed; /* a rule or the data names it */
	bool exclusive;
	enum method method;
	const struct missing_group *missing; /* why it cannot be used; NULL */
	GArray *refs;			     /* of uint32_t: as in struct why_record */
	GArray *spans;	      /* of struct interval: when the person is entitled, in order */
	bool wanted;	      /* something is to be there now ... */
	struct interval want; /* ... for this time */
	GPtrArray *holds;     /* of struct why_hold * */
	GPtrArray *changes;   /* of const struct change *: what a run would do; held ones, too */
	const struct verdict *verdict; /* of the guard that holds one of them; NULL */
	/* What the last apply tried of it in vain, or nobody knows how; borrowed from the history; NULL. */
	const struct tried_change *tried;
	const char *restrictions; /* of its locks, `lock: reader, time`; NULL */
	enum why_can can;
	enum why_because because;
	struct interval span; /* the time that the answer is about: held, entitled, or next */
	const struct why_record *record; /* that explains the answer; NULL */
};

struct why {
	struct plan *plan;  /* borrowed */
	const char *asked;  /* the words of the question */
	const char *email;  /* canonical */
	const char *name;   /* NULL */
	const char *only;   /* group asked about; NULL = all */
	instant at;	    /* the time asked about */
	bool known;	    /* a source or Kisi knows the person */
	const char *barred; /* why blocked or deleted; NULL */
	bool protected;
	instant fetched_at;    /* when Kisi was read */
	instant lookahead;     /* seconds */
	GPtrArray *users;      /* of const struct kisi_user *: the person in Kisi */
	GPtrArray *records;    /* of struct why_record * */
	guint older;	       /* bookings long over, left out */
	const char *company;   /* that the person belongs to and that has no membership; NULL */
	GPtrArray *doors;      /* of struct why_door *, by name */
	GArray *keys;	       /* of struct why_key, by lock: what opens at the time asked about */
	GPtrArray *mismatches; /* of const struct mismatch * about the person */
	GPtrArray *findings;   /* of const struct finding * about the person */
	GPtrArray *refused;    /* of const struct verdict *: sources that are refused */
};

/*
 * Nothing known yet about the person with this canonical address.  Texts are copied into the plan, which must outlive
 * it.  Returned, caller frees with why_free (NULL is fine).
 */
struct why *why_new(struct plan *plan, const char *email, const char *only, instant at);
void why_free(struct why *why);

/* Add an empty record, door or hold; all of them belong to why. */
struct why_record *why_add_record(struct why *why);
struct why_door *why_add_door(struct why *why);
struct why_hold *why_add_hold(struct why_door *door);

#endif
