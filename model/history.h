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

/* A slot that a source entitled at its last good import. */
struct last_window {
	const char *email; /* canonical */
	const char *group; /* as the rule names it */
	struct interval span;
	const char *record;   /* that gave its beginning; NULL */
	instant record_until; /* where that record's own part ends; INSTANT_ALWAYS: not known */
	const char *rule;     /* NULL */
};

struct last_import {
	const char *source;
	instant as_of;
	int64_t rows;
	instant latest;	    /* greatest end of a booking; INSTANT_ALWAYS when none */
	GArray *windows;    /* of struct last_window, sorted by email, group, from */
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

/* Leave to make more removals than a limit allows, for one plan. */
struct approval {
	const char *plan_id;
	int64_t max_removals;
	const char *who;
	instant at;
};

struct history {
	bool fresh;	  /* nothing was ever applied with this state */
	GArray *ledger;	  /* of struct ledger_entry, sorted by email, group_id, made_at */
	GArray *passes;	  /* of struct ledger_pass, sorted by object, label, email, made_at */
	GArray *imports;  /* of struct last_import, one a source */
	GArray *rules;	  /* of struct rule_seen at the last apply; empty when fresh */
	GArray *findings; /* of struct finding_seen, sorted by id */
	/* of const char *, each once: whom surprising removals in the 24 h before now concerned (address, else label) */
	GPtrArray *day_removed;
	GArray *tried;			 /* of struct tried_change, as they were sent */
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

/* Index of the first window of somebody in an import, or of who comes next. */
unsigned last_import_first(const struct last_import *import, const char *email);

/* What is known of the finding; NULL when it was never seen.  Owned by the history. */
const struct finding_seen *history_finding(const struct history *history, const char *id);

#endif
