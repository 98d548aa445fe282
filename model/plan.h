#ifndef MODEL_PLAN_H
#define MODEL_PLAN_H

#include "base/instant.h"
#include "model/config.h"
#include "model/facts.h"
#include "model/finding.h"
#include "model/guard.h"
#include "model/snapshot.h"

#include <glib.h>

/*
 * What a run concluded: changes, what guards hold back, findings, rejects, verdicts.  A plan is frozen when it
 * leaves reconcile/: nobody adds to it later.  Strings belong to the plan (plan_text) unless said otherwise.
 */

#define PLAN_ID 16 /* room for an id: 12 hex digits and a NUL */

/* Why a window is there, or why it is not. */
struct reason {
	const char *source; /* name in the configuration */
	const char *file;   /* file name without folders */
	const char *record; /* the system's id of the record; NULL */
	const char *rule;   /* rule name; NULL for access the data itself names */
	uint32_t row;
	uint32_t kind;	      /* enum record_kind */
	struct interval span; /* the window this record alone gives, grace included */
	uint32_t content;     /* hash of what the record says; not in documents */
};

/* Why a change is there. */
enum cause {
	/* removals that were to be expected: the row says so, or the time ran out */
	CAUSE_ENDED,   /* the booking is over */
	CAUSE_EXPIRED, /* the membership or grant ran out */
	CAUSE_CANCELLED,
	CAUSE_FROZEN,
	CAUSE_BLOCKED,
	CAUSE_DELETED,
	/* removals nobody announced: these count against the limits */
	CAUSE_ROW_VANISHED, /* a row entitled it at the last good import and is gone */
	CAUSE_ABSENT, /* the same where the profile says that absence means cancelled; word: cancelled */
	CAUSE_HAND_MADE,    /* nobody entitles it and this tool did not make it */
	CAUSE_RULE_REMOVED, /* the rule that gave it is gone */
	CAUSE_HAND_EDITED,  /* made by this tool, its dates changed by somebody else */
	/* grants and adjusts */
	CAUSE_NEW,
	CAUSE_EXTENDED,
	CAUSE_SHORTENED,
	CAUSE_MOVED,
	CAUSE_REMOVED_BY_HAND, /* this tool made it, somebody removed it, it is still deserved */
	/* removals, grants and adjusts that undo a run */
	CAUSE_REVERTED,
	CAUSE_COUNT
};

/* `row-vanished`, `hand-made` ... */
const char *cause_word(enum cause cause);
/* The cause with this word; two share one: what was expected tells them apart.  CAUSE_COUNT when there is none. */
enum cause cause_of_word(const char *word, bool expected);
/* Was a removal with this cause to be expected?  True for grants and adjusts that follow from the inputs. */
bool cause_expected(enum cause cause);

/* What a change does; derived from its object, have and want by change_action, never stored. */
enum action {
	ACTION_CREATE_USER,
	ACTION_GRANT,
	ACTION_ADJUST,
	ACTION_REVOKE,
	ACTION_CLEANUP,
	ACTION_CREATE_LINK,
	ACTION_DELETE_LINK,
	ACTION_CREATE_SCHEDULE,
	ACTION_DELETE_SCHEDULE,
	ACTION_COUNT
};
const char *action_word(enum action action);
/* The action with this word; ACTION_COUNT when there is none. */
enum action action_of_word(const char *word);
/* What it makes, changes or takes away, and whether something is wanted there afterwards. */
enum object action_object(enum action action);
bool action_gives(enum action action);

struct change {
	char id[PLAN_ID];   /* the same whenever the same change is planned again */
	enum object object; /* what it makes, changes or takes away */
	const char *
	    email; /* canonical; Kisi's own text when that is no address; "" when nobody is known */
	const char *name;  /* for display and for creating the user; NULL */
	int64_t user_id;   /* 0: the user does not exist yet; assignments only */
	int64_t group_id;  /* of assignments and links, else 0 */
	const char *group; /* its name; NULL when there is none */
	int64_t lock_id;   /* of schedules, else 0 */
	const char *lock;  /* its name; NULL when there is none */
	const char *
	    label; /* of links and schedules: their name in Kisi, with marker and record; else NULL */
	int64_t have_id;      /* assignment, link or schedule there now; 0 = none */
	struct interval have; /* its validity; meaningless when have_id is 0 */
	bool wanted;	      /* false: nothing is wanted in this slot */
	struct interval want; /* meaningless when wanted is false */
	enum cause cause;
	const struct reason *const *reasons; /* why it is wanted, or what used to entitle it */
	size_t n_reasons;
	bool surprising;       /* takes what nobody explains */
	const char *unit;      /* under what the limits count what it takes; NULL: they do not */
	const char *gain_unit; /* the same for what it gives */
	const char
	    *after; /* id of the change that must have succeeded for this one to be sent; NULL */
	enum guard held; /* that holds it back; GUARD_NONE: it goes */
	const char
	    *held_scope; /* of that guard's verdict; NULL = the whole run; not in documents */
};

/* now decides between revoke and cleanup: cleanup is for access that is past already. */
enum action change_action(const struct change *change, instant now);

/* Does it end access that is not past at now, by whatever object: a revoke, or the deletion of a link or schedule? */
bool change_removes(const struct change *change, instant now);

/* Does somebody have less access after this change than at now? */
bool change_takes_away(const struct change *change, instant now);

/* Does it take away, or delete anything at all? */
bool change_deletes(const struct change *change, instant now);

/* Follows it from what the inputs say, without anything that nobody explains? */
bool change_expected(const struct change *change);

/* The name of the group or lock it is about; NULL for users. */
const char *change_door(const struct change *change);

struct finding {
	char id[PLAN_ID]; /* the same for the same thing in every run */
	enum finding_kind kind;
	const char *email;   /* NULL */
	const char *group;   /* name or id as the rule has it; NULL */
	const char *source;  /* name of the source it is about; NULL; not in documents */
	const char *subject; /* what tells it from others of its kind; NULL; not in documents */
	const char *text;
	const char *said;   /* the text behind the name of its source; not in documents */
	instant first_seen; /* as-of of the first run that saw it */
	int64_t runs_seen;  /* runs with different as-of that saw it, this one included */
};

struct reject {
	const char *source;
	const char *file;
	uint32_t row;
	uint32_t line;
	const char *reason;
	const char *email; /* canonical, when it is known; NULL; not in documents */
};

/* Verdict of one guard over one scope. */
struct verdict {
	enum guard guard;
	const char *scope; /* source, group or person it is about; NULL = the whole run */
	bool tripped;
	bool not_judged; /* there was nothing to judge by */
	int64_t measured;
	int64_t limit;	     /* -1: the guard has no number */
	size_t n_held;	     /* changes it holds */
	const char *text;    /* one line: what was measured against what, and who (first ten) */
	const char *hint;    /* the exact next command, or what to do; NULL */
	const char *matter;  /* its id; NULL when it did not trip */
	bool said, accepted; /* as its matter */
};

/* A wanted person without a Kisi user beside a Kisi user nobody wants. */
struct mismatch {
	const char *email;	/* wanted, canonical */
	const char *name;	/* NULL */
	const char *kisi_email; /* as Kisi has it */
	const char *kisi_name;
	int64_t user_id;
	int score;		      /* 1 .. 100 */
	const char *evidence;	      /* `plus tag`, `same name; domain typo` ... */
	const char *groups;	      /* groups the person waits for, `; ` between; NULL */
	const char *record;	      /* that names the address: `booking 17 (bookings.csv:12)` */
	const char *same, *different; /* the commands that say which of the two it is */
	bool by_id; /* the booking system's own id of the person says so; not in documents */
};

/* A Kisi user that holds a managed group which nothing entitles. */
struct orphan {
	const char *email;
	const char *name;
	int64_t user_id;
	int64_t group_id;
	const char *group;
	int64_t assignment_id;
	struct interval valid;
	const char *why;       /* never known; ended ...; cancelled ...; other groups only */
	const char *change_id; /* the change that takes it away; NULL */
	enum guard held;       /* that holds that change */
};

/* A group that rules or data name and that Kisi does not have (or has twice, or elsewhere). */
struct missing_group {
	const char *group; /* as the rule has it */
	enum finding_kind kind;
	const char *rules;   /* names of the rules, `; ` between */
	const char *text;    /* what was looked for and what was found instead */
	const char *hint;    /* what to do: the names that come near, or the ids to choose from */
	GPtrArray *hit;	     /* of struct missing_hit *, soonest first */
	bool said, accepted; /* as its matter, or one of its hits */
};

/* Something that waits for a person. */
struct matter {
	char id[PLAN_ID];  /* the same in every run */
	const char *kind;  /* guard, or kind of a missing group */
	const char *scope; /* NULL: the whole run */
	const char *text;
	const char *hint;   /* NULL */
	instant first_seen; /* as-of */
	int64_t runs_seen;  /* this one included */
	bool said;	    /* by this run: it is new, has grown, or a reminder is due */
	bool accepted;	    /* somebody ruled that it may stay as it is */
	const char *memory; /* what the next run is to know of it */
};

/* Somebody will stand before a closed door, or does. */
struct closed_door {
	char id[PLAN_ID];
	const char *email;
	const char *name; /* NULL */
	const char *door; /* group, lock, room or plan as it is known */
	bool unread;	  /* a row cannot be read: which door it opens nobody knows */
	instant from;
	const char *why;
	const char *hint; /* NULL where something else says it */
	bool said;
	const char *memory;
};

struct missing_hit {
	const char *email;
	struct interval next; /* the first window not yet past */
};

/* What a right rests on. */
enum basis {
	BASIS_MEMBERSHIP,
	BASIS_BOOKING,
	BASIS_GRANT, /* manual grant of the booking system */
	BASIS_ROLE,  /* another role than that of a group's people: owner, administrator, manager */
	BASIS_TEAM,  /* Kisi's own */
	BASIS_OUTSIDE, /* out of scope: protected, a group without a rule, a guest, not made here */
	BASIS_NONE,    /* nothing that is known */
	BASIS_UNKNOWN, /* what would tell cannot be used now */
	BASIS_COUNT
};

/* `membership`, `booking`, `manual grant`, `role`, `team`, `out of scope`, `none`, `not known`. */
const char *basis_word(enum basis basis);
/* The basis of a word; BASIS_COUNT for no such word. */
enum basis basis_of_word(const char *word);

/* A right that Kisi holds at the as-of instant or for later: somebody can open a group's doors. */
struct access_now {
	const char *email;
	const char *name;
	int64_t group_id;
	const char *group;
	const char *via; /* `assignment`, `team X`, `guest`, `place role` ...: how Kisi gives it */
	struct interval valid;
	const char *why; /* the reasons, or what is known instead of one */
	enum basis basis;
	bool pass;	   /* an access link or unlock schedule, no role assignment */
	bool cannot;	   /* though in force it opens nothing now: `can` says why */
	const char *can;   /* Yes; From ...; No: ...; with what may keep them out all the same */
	const char *place; /* name; NULL = the organisation's */
	const char *doors; /* names of the locks, `; ` between; NULL when they are not known */
	const char *left;  /* why it is left alone whatever the exports say; NULL */
	const char *role;  /* Kisi's word */
	int64_t user_id;   /* 0 = no user */
	int64_t assignment_id; /* of the assignment, link or schedule */
	instant given_at;      /* 0 = not known, by Kisi's clock; so the next */
	instant last_used;     /* of the user, anywhere */
	const char *given_by;  /* NULL = not known */
};

/* A group of Kisi, with what opens it. */
struct group_facts {
	int64_t id;
	const char *name;
	const char *place; /* NULL = the organisation's */
	const char *zone;  /* of its place; IANA; NULL = not known */
	const char *doors; /* names of its locks, `; ` between; NULL = none is known */
	const char *rules; /* names of the rules that name it, `; ` between; NULL */
	const char *keys;  /* rooms and plans that they name, `; ` between; NULL */
	size_t people;	   /* rights of people that are in force */
	bool managed;	   /* a rule or the data names it */
	bool data;	   /* the data does */
	bool reported;	   /* only reported on */
	bool empty;	   /* it opens no door in Kisi */
};

/* What one source contributed; for the summary. */
struct source_result {
	const struct import_facts *facts; /* borrowed from the run */
	const char *profile;
	bool refused;	    /* cannot be used: it gives nothing new, and takes nothing */
	bool doubtful;	    /* it gives, and takes nothing */
	const char *reason; /* why either; NULL */
	size_t kept;	    /* people whose access stands only because of either */
	instant age;	    /* seconds of the oldest file at as-of; -1 when there is no file */
};

struct plan {
	char id[PLAN_ID]; /* over the ids of changes and held ones: the same plan has the same id */
	char removals_id[PLAN_ID]; /* over the removals that limits hold: what an approval names */
	instant as_of;
	const char *zone; /* IANA name of the site's zone; reports show times in it */
	char *hash_inputs, *hash_config, *hash_snapshot;
	GPtrArray *changes;	   /* of struct change *, in the order of apply */
	GPtrArray *held;	   /* of struct change *, same order */
	GPtrArray *findings;	   /* of struct finding *, by kind, email, group, id */
	GPtrArray *rejects;	   /* of struct reject *, in reading order */
	GPtrArray *verdicts;	   /* of struct verdict *, every guard, in fixed order */
	GPtrArray *mismatches;	   /* of struct mismatch *, best score first */
	GPtrArray *orphans;	   /* of struct orphan * */
	GPtrArray *missing_groups; /* of struct missing_group * */
	GPtrArray *access;	   /* of struct access_now *, by group, email; later ones, too */
	GPtrArray *groups;	   /* of struct group_facts *, by id */
	GPtrArray *sources;	   /* of struct source_result *, in configuration order */
	struct snapshot_facts snapshot; /* its text borrowed: the snapshot must outlive the plan */
	bool approved;			/* an approval lifted the limits on removals */
	GPtrArray *matters;		/* of struct matter * */
	GPtrArray *closed;		/* of struct closed_door *, soonest first */
	GPtrArray *lost_names;		/* of const char *: rooms and plans that lost their rule */
	GPtrArray *
	    doubts; /* of char *: `SOURCE@HASH` and, behind a line break, what is doubted, a line each */
	size_t managed_people; /* people who hold a managed group now: what percentages refer to */
	GStringChunk *text;
	GPtrArray *blocks; /* memory of plan_alloc */
};

/* An empty plan.  Returned, caller frees with plan_free (NULL is fine). */
struct plan *plan_new(void);
void plan_free(struct plan *plan);

/* Note that the plan shows a doubt, so that it can be accepted by this name; both copied. */
void plan_shown_doubt(struct plan *plan, const char *name, const char *lines);

/* Is this memory of a matter of the last week? */
bool matter_is_recent(const char *memory, instant now);

/* A copy that lives as long as the plan; NULL gives NULL. */
const char *plan_text(struct plan *plan, const char *text);
const char *plan_printf(struct plan *plan, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Zeroed memory that lives as long as the plan. */
void *plan_alloc(struct plan *plan, size_t bytes);

/* Write 12 hex digits of a hash over the NULL-terminated parts into id.  A NULL part cannot be said: use "". */
void plan_make_id(char id[static PLAN_ID], ...) G_GNUC_NULL_TERMINATED;

#endif
