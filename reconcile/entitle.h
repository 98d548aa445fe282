#ifndef RECONCILE_ENTITLE_H
#define RECONCILE_ENTITLE_H

#include "base/intern.h"
#include "model/config.h"
#include "model/history.h"
#include "model/plan.h"
#include "model/record.h"

/*
 * Records and rules become windows: who is entitled to which group, from when until when, and why.  Pure: what
 * comes out depends on the records, the configuration and now, and not on the order of rows (except that of
 * rows with one id, where the last counts).
 *
 * Groups and locks are still what rules and data call them ("door references"); reconcile/groups.h finds them in
 * Kisi.
 * Records are taken one at a time; only what can still matter at now is kept, so memory follows people and
 * groups rather than rows.
 */
struct entitlement;

/*
 * How long ago a window may have ended and still be kept: a window that touches one which touches a current one
 * belongs to it, so the past is not thrown away at once.  Older ones could only move the beginning of an access
 * that is already there further back, which has no effect.
 */
#define ENTITLE_PAST (31 * INSTANT_DAY)

/* How a rule or the data names what it opens. */
struct door_ref {
	const char *key;    /* rule_door_key: the history's text for it */
	const char *text;   /* name or id of the group or lock as written */
	bool lock;	    /* it is a lock */
	enum method method; /* METHOD_GROUP wherever the data names it */
	enum exclusive exclusive; /* of all its rules what takes least */
	bool from_rule;	    /* some rule names it */
	bool from_data;	    /* data names it; when neither does, only a manual grant does */
	const char *rules;  /* rule names, `; ` between; "" when none */
};

struct entitled_person {
	const char *name; /* NULL */
	bool known;	  /* some row names this person */
	bool blocked;	  /* blocked or suspended: no windows */
	bool deleted;
	const char *blocked_why; /* source and row, or the reason of the blocked list; NULL */
};

/* A row of the source blocks or deletes the person. */
struct entitled_bar {
	uint32_t person; /* number in people */
	uint32_t source; /* index into config->sources */
};

/* One record's window, not yet united with others.  Its reason is the record itself. */
struct raw_window {
	uint32_t person;      /* number in people */
	uint32_t via; /* source of the row that puts the person into a company; else INTERN_NONE */
	uint32_t ref;	      /* index into refs */
	struct interval span; /* with its grace; METHOD_UNLOCK: the booking's own time */
	uint32_t reason;      /* index into reasons */
};

/* A record that explains why a slot is not (or no longer) entitled. */
struct trace {
	uint32_t person;
	uint32_t ref;
	struct interval span; /* the window it would have given */
	uint32_t reason;
	uint32_t cause; /* enum cause */
};

/* A booking or membership of somebody that opens nothing, since no rule names its room or plan. */
struct unmapped {
	uint32_t person;
	uint32_t name; /* number in texts */
	uint32_t source;
	uint32_t record; /* number in texts, or INTERN_NONE */
	uint32_t content;
	struct interval span; /* its own time */
};

struct raw_reason {
	uint32_t source; /* index into config->sources */
	uint32_t file;	 /* index into the source's import_facts->files */
	uint32_t record; /* number in texts, or INTERN_NONE */
	uint32_t row;
	uint32_t rule; /* index into config->rules, or INTERN_NONE */
	uint32_t content; /* of record_content, folded */
	uint16_t kind; /* enum record_kind */
	uint16_t dead; /* superseded by a later row with the same id, or its source was refused */
};

/* What entitle_finish yields; everything belongs to the entitlement. */
struct entitled {
	struct intern *people; /* canonical addresses; Kisi's own people may be added */
	const GArray *persons; /* of struct entitled_person, by number */
	const struct intern *texts;
	const GArray *refs; /* of struct door_ref */
	const GArray *
	    windows; /* of struct raw_window with until > now - ENTITLE_PAST; none of blocked people */
	const GArray *
	    blocked_windows; /* of struct raw_window: what blocked and deleted people would have had */
	const GArray *traces;  /* of struct trace, by person, ref, cause, source */
	const GArray *reasons; /* of struct raw_reason */
	const GArray *unmapped; /* of struct unmapped, of those that begin within the lookahead */
	const GArray *barred;  /* of struct entitled_bar: by rows of sources that are not refused */
	const struct directory *directory; /* who the people rows say that people are */
	const GArray *ref_of_rule; /* of uint32_t: index into refs, one for each of config->rules */
};

/*
 * config and policies (one for each source): borrowed until entitlement_free.  plan collects findings; borrowed.
 * Returned, caller frees with entitlement_free.
 */
struct entitlement *entitlement_new(const struct config *config,
    const struct source_policy *policies, instant now, struct plan *plan);
void entitlement_free(struct entitlement *entitlement);

/*
 * Take one record.  Sources must come in the order of enum record_kind, so that resources, companies and people
 * are known before what refers to them.
 */
void entitle_record(struct entitlement *entitlement, const struct record *record);

/*
 * Of a source that another one is a log of, before entitle_finish: is its export good, and when was it made?  Of ids that
 * it does not have only later events count (INSTANT_NEVER: none).  A bad one says nothing about the ids it has.
 */
void entitle_export(struct entitlement *entitlement, uint32_t source, bool good, instant made);

/* Forget everything this source gave: it is refused. */
void entitle_refuse(struct entitlement *entitlement, uint32_t source);

/*
 * A person whom the source blocked at its last good import stays blocked, unless a row of it that can be read says
 * otherwise, or it names the person no more and that was accepted.  email: canonical.  Before entitle_finish.
 */
enum entitle_doubt {
	ENTITLE_CERTAIN,
	ENTITLE_UNREAD,	  /* a row that may be this person's cannot be read */
	ENTITLE_ACCEPTED, /* that the source names them no more is right */
};

void entitle_still_blocked(struct entitlement *entitlement, uint32_t source, const char *email,
    enum entitle_doubt doubt);

/* Expand companies, drop what is dead or of blocked people, and hand out the result. */
const struct entitled *entitle_finish(struct entitlement *entitlement);

#endif
