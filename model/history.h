#ifndef MODEL_HISTORY_H
#define MODEL_HISTORY_H

#include "model/snapshot.h"

#include <glib.h>

/*
 * What earlier runs left behind, as a plain value: the pure stages get it as an argument and never see the
 * database.  Strings belong to the history.
 */

/* An assignment this tool made. */
struct ledger_entry {
	int64_t assignment_id;
	const char *email; /* canonical */
	int64_t group_id;
	struct interval valid; /* as it was made or last adjusted */
	const char *source;    /* of its first reason; NULL */
	const char *rule;      /* NULL */
	instant made_at;
	bool restored; /* made because somebody had removed the one before it by hand */
	bool live;     /* false: this tool removed it since, or found it gone */
};

/* A link or schedule this tool made. */
struct ledger_pass {
	enum object object; /* OBJECT_LINK or OBJECT_SCHEDULE */
	int64_t id;
	const char *label; /* its name in Kisi */
	const char *email; /* canonical; "" when nobody is known */
	int64_t door_id;   /* group of a link, lock of a schedule */
	struct interval valid;
	const char *source; /* of its first reason; NULL */
	const char *rule;   /* NULL */
	instant made_at;
	bool restored; /* made because somebody had removed the one before it by hand */
	bool live;     /* false: this tool removed it since, or found it gone */
};

/* Where time that somebody holds, or will hold, came from. */
enum giver_kind {
	GIVER_RECORD, /* a record of a source */
	GIVER_HAND,   /* it was there before this program wrote into the slot */
	GIVER_OURS,   /* the time between two pieces that one interval had to bridge */
};

/* Who gave a piece of time that was still ahead at the last apply; kept until that time is over. */
struct giver {
	enum giver_kind kind;
	enum object object;   /* assignment, link or schedule */
	const char *email;    /* canonical */
	int64_t door_id;      /* group of an assignment or link, lock of a schedule */
	struct interval span; /* what this giver alone gave, grace included */
	const char *source;   /* NULL when kind is no record */
	const char *record;   /* the system's id; NULL: known by its content */
	const char *rule;     /* NULL */
	const char *via;      /* source of the row that puts the person into the company; NULL */
	int record_kind;      /* enum record_kind */
	uint32_t content;     /* hash of what the record said; 0: not known */
	uint32_t how;	      /* hash of the configuration by which it gave this */
};

/* Of a record whose time lies further ahead a key and the end suffice. */
struct later_record {
	const char *source;
	uint64_t key;
	instant until;
};

struct last_import {
	const char *source;
	instant as_of;
	int64_t rows;
	instant latest;	    /* greatest end of a booking; INSTANT_ALWAYS when none */
	GPtrArray *blocked; /* of const char *: people this source blocked or deleted */
	GPtrArray *columns; /* of const char *: what all of it had, as import_facts.columns */
};

struct rule_seen {
	const char *name;
	const char *text; /* everything that decides what the rule gives */
	const char *group;
};

struct finding_seen {
	const char *id;
	instant first_seen;
	instant last_seen;
	int64_t runs_seen;
};

/* A change that the last apply or revert sent, and that was not proved to be made. */
struct tried_change {
	const char *run;
	const char *action; /* action_word */
	const char *email;  /* canonical */
	int64_t group_id;   /* 0 = none */
	int64_t lock_id;    /* 0 = none */
	bool failed;	    /* else nobody knows yet what became of it */
	const char *answer; /* NULL */
	instant at;	    /* clock */
};

/* Leave to make more removals, or to give more, than a limit allows, for one plan. */
struct approval {
	const char *plan_id;
	int64_t max_removals; /* -1: none is lifted */
	int64_t max_grants;
	const char *who;
	instant at;
};

struct history {
	bool fresh;	  /* nothing was ever applied with this state */
	GArray *ledger;	  /* of struct ledger_entry, sorted by email, group_id, made_at */
	GArray *passes;	  /* of struct ledger_pass, sorted by object, label, email, made_at */
	GArray *givers;	  /* of struct giver, in the order of giver_compare */
	GArray *later;	  /* of struct later_record, by source, key */
	GArray *imports;  /* of struct last_import, one a source */
	GArray *rules;	  /* of struct rule_seen at the last apply; empty when fresh */
	GArray *findings; /* of struct finding_seen, sorted by id */
	/* of const char *, each once: what counted against the limits in the 24 h before now (loss_unit) */
	GPtrArray *day_removed, *day_given;
	GHashTable *memory; /* char * kind -> (char * key -> char *): see history_recall */
	GArray *tried;	    /* of struct tried_change, as they were sent */
	const struct approval *approval; /* for this run, given on the command line; NULL */
	GStringChunk *text;
};

/* An empty, fresh history.  Returned, caller frees with history_free (NULL is fine). */
struct history *history_new(void);
void history_free(struct history *history);

/* A copy of the text that lives as long as the history, equal ones shared; NULL gives NULL. */
const char *history_text(struct history *history, const char *text);

/* The last good import of the source; NULL when there is none.  Owned by the history. */
const struct last_import *history_import(const struct history *history, const char *source);

/* A total order of struct giver: by email, object, door, time, then by everything that tells two apart. */
int giver_compare(gconstpointer a, gconstpointer b);

/* The order of struct later_record: by source, then key. */
int later_compare(gconstpointer a, gconstpointer b);

/*
 * Small things that runs remember, by kind and key: which group a door meant (`door`), whom a Kisi user is (`user`),
 * who looks like whom (`lookalike`) ...  NULL when nothing is known.  Owned by the history.
 */
const char *history_recall(const struct history *history, const char *kind, const char *key);

/* All of one kind: char * key -> char *, perhaps empty.  Owned by the history. */
GHashTable *history_memory(const struct history *history, const char *kind);

/* Remember something of a kind under a key; both and the value are copied. */
void history_remember(
    struct history *history, const char *kind, const char *key, const char *value);

/* What is known of the finding; NULL when it was never seen.  Owned by the history. */
const struct finding_seen *history_finding(const struct history *history, const char *id);

#endif
