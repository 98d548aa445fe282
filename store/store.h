#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/failure.h"
#include "model/history.h"
#include "model/run.h"
#include "model/trail.h"

/*
 * The state database: runs, what sources gave at their last good import, the ledger of assignments,
 * links and schedules this program made, the journal of every request that changes something, findings, saved plans and
 * approvals.  SQLite in WAL mode; every statement is prepared and bound.  Unless said otherwise a
 * failure is *error with EXIT_FAILED, its text names the file, and nothing of the failed call is in
 * the database.
 *
 * Neither the API key nor anything else of the configuration's secrets has a place here: documents
 * and texts are stored as they come, so the caller hands over none that holds one.
 */
struct store;

/*
 * Open the database at path, creating it (mode 0600, its -wal and -shm too) or moving its schema up
 * as needed; refuses a schema newer than this program and a database of another program.  Two
 * processes may have it open at once.  Returned, caller frees with store_close (NULL is fine),
 * which drops a transaction not committed.
 */
struct store *store_open(const char *path, GError **error);

/*
 * The same for a run that must be the only one of its kind, by whatever name others call the file: EXIT_LOCKED when another
 * process opened it so.  A file with several names (hard links) is opened so in any case.
 */
struct store *store_open_alone(const char *path, GError **error);
void store_close(struct store *store);

/*
 * What store_history would say, for somebody who only looks: makes no database and changes none.  Where there is none
 * yet, or one whose schema the next run will move up, the history is that of a first run.  error: not NULL.  Returned,
 * caller frees with history_free.
 */
struct history *store_look(const char *path, instant now, GError **error);

/*
 * Copy the database at path into the file `to` (mode 0600; whole or not there), while others may read and write it.  The copy
 * is one file, and was found sound.
 */
bool store_backup(const char *path, const char *to, GError **error);

/* Behind the path of the database: the state whose lock `unlock-due` takes, so that no apply makes it late. */
#define STORE_UNLOCK_SUFFIX "-unlock"

/*
 * The lock of one state: the file `<path>.lock` beside the database at path (where its links lead), held by flock(2) and
 * naming pid, host and start.  clock: the machine's time, for that start and for the message.
 * Returns a descriptor to hand to store_unlock, or -1 with *error: EXIT_LOCKED names the owner and
 * since when.  A lock ends with its process, so a dead owner needs no clearing; the file stays.
 * store_unlock(-1) does nothing.
 */
int store_lock(const char *path, instant clock, GError **error);
void store_unlock(int fd);

/* Who holds that lock, as one phrase; NULL when nobody does.  Makes no file.  Returned, caller frees with g_free. */
char *store_lock_owner(const char *path, instant clock);

/* When that lock was last taken, by a run that may have ended since; false when it never was.  Makes no file. */
bool store_lock_taken(const char *path, instant *at);

/*
 * Make the calls between these two one transaction: all of them are on disk when store_commit
 * returns true, none when it returns false or the program dies before.  After the first call that
 * fails the others do nothing and fail with the same error, and so does store_commit: it is enough
 * to look at its result.
 */
void store_begin(struct store *store);
bool store_commit(struct store *store, GError **error);

/*
 * Everything the pure stages need to know about earlier runs, except the approval.  Ledger and
 * passes hold what lives and what was made in the 7 days before now; a pass that ended before them
 * is left out, since Kisi may have dropped it by itself.  A surprising removal counts in
 * day_removals when it was not refused (done, unknown, or still open) and its run's as-of or its
 * own time lies in (now - 24 h, now].  Returned, caller frees with history_free.
 */
struct history *store_history(struct store *store, instant now, GError **error);

/* ---- what a run leaves behind ---- */

/* Begin a run: makes its id (12 hex digits, unique in the database) and its row. */
bool store_run_begin(struct store *store, const char *command, const char *who, const char *version,
    instant as_of, instant clock, char id[static PLAN_ID], GError **error);

/*
 * End it, once: exit code, one-line summary, and the run's document (plan JSON as text; NULL when
 * the run came to none).
 */
bool store_run_end(struct store *store, const char *id, instant clock, int exit_code,
    const char *summary, const char *document, GError **error);

/*
 * Save what a source was (rows, blocked people, columns) as its last good import.  Only called for a source that was
 * neither refused nor doubted.
 */
bool store_save_import(struct store *store, const struct last_import *import, GError **error);
/*
 * Save who gave time that is still ahead (of struct giver, in the order of giver_compare, each once), and what is known of
 * later records (of struct later_record, by source and key, each once); only what differs from what is there is written.
 */
bool store_save_givers(struct store *store, const GArray *givers, GError **error);
bool store_save_later(struct store *store, const GArray *later, GError **error);

/*
 * Remember something of a kind under a key (history_recall), or exactly these of a kind: values is char * -> char *, and
 * what else there was of that kind is forgotten.
 */
bool store_remember(
    struct store *store, const char *kind, const char *key, const char *value, GError **error);
bool store_remember_only(struct store *store, const char *kind, GHashTable *values, GError **error);

/*
 * Save the rules in force (of struct rule_seen) as the rules last applied; writes only when they
 * differ.
 */
bool store_save_rules(struct store *store, const GArray *rules, GError **error);

/*
 * Findings (of struct finding *) seen as of `now`.  Planning again as of the same instant changes
 * nothing.
 */
bool store_save_findings(
    struct store *store, const GPtrArray *findings, instant now, GError **error);

/*
 * A run came to this plan: the document that ends the run is the plan's.  approval_id: what the plan offers to approve;
 * NULL.  Saving a plan again adds a newer document and does not undo its use.
 */
bool store_save_plan(struct store *store, const char *plan_id, const char *approval_id,
    const char *run_id, GError **error);
/*
 * As of when did a run last come to the plan of this id, or to one that offers the approval of this id?  INSTANT_ALWAYS:
 * none ever did.
 */
bool store_last_shown(struct store *store, const char *id, instant *as_of, GError **error);
/*
 * The newest document of an ended run under this id (returned, caller frees); *used tells whether it was
 * applied already.  NULL with *error also when there is no such plan.
 */
char *store_load_plan(struct store *store, const char *plan_id, bool *used, GError **error);
/* Mark a saved plan as applied by this run; false with EXIT_HELD when it was applied before. */
bool store_use_plan(struct store *store, const char *plan_id, const char *run_id, GError **error);

/* Record an approval; false with EXIT_HELD when this plan's approval was used before. */
bool store_save_approval(
    struct store *store, const struct approval *approval, const char *run_id, GError **error);

/* ---- the journal: intent committed -> request -> outcome committed ---- */

struct journal_intent {
	const char *run_id;
	const char *change_id;
	const char *action; /* action_word */
	const char *email;
	int64_t user_id;
	int64_t group_id;     /* 0 = none */
	int64_t lock_id;      /* 0 = none */
	const char *label;    /* name of a link or schedule in Kisi; NULL */
	int64_t have_id;      /* assignment, link or schedule, as the action says; 0 = none */
	struct interval have; /* meaningless when have_id is 0 */
	struct interval want; /* meaningless when wanted is false */
	bool wanted;
	const char *cause;     /* cause_word */
	const char *source;    /* of its first reason; NULL */
	const char *rule;      /* NULL */
	bool surprising;       /* a removal that counts against the limits ... */
	const char *unit;      /* ... under this text (change.unit); NULL */
	const char *gain_unit; /* the same for what it gives (change.gain_unit); NULL */
};

/* Commit an intent; *id is its number. */
bool store_intend(struct store *store, const struct journal_intent *intent, instant clock,
    int64_t *id, GError **error);
/*
 * Commit its outcome, anything but OUTCOME_PENDING.  An unknown one may be settled later, also by
 * another run; a second settled one is refused.  What the outcome means for the ledger belongs into
 * the same transaction (store_begin), or before it: a kill in between must leave the intent open,
 * never the ledger behind.
 */
bool store_outcome(struct store *store, int64_t intent, enum outcome outcome, const char *text,
    instant clock, GError **error);

/* An intent that is not settled: the program died, or Kisi did not answer. */
struct journal_open {
	int64_t id;
	instant at;		      /* clock of the intent */
	struct journal_intent intent; /* as it was committed; strings belong to the journal_open */
};
/*
 * The intents that are not settled (of struct journal_open *), oldest first.  Without the unlocking
 * of doors (action `unlock`): what a door did cannot be read back.  Returned, caller frees with
 * g_ptr_array_unref (elements go with it).
 */
GPtrArray *store_open_intents(struct store *store, GError **error);

/*
 * The action word of intents to open a door.  Its change_id is the booking's (reconcile/due.h); a booking has one such
 * intent for each lock and never a second one, whatever became of the first: the database refuses it.
 */
#define STORE_ACTION_UNLOCK "unlock"

/*
 * Did a run intend to open a door for this booking, by this rule or (lock_id not 0) at this lock?  The answer is in
 * *opened.
 */
bool store_door_opened(struct store *store, const char *booking, const char *rule, int64_t lock_id,
    bool *opened, GError **error);

/* ---- the ledger ---- */

/*
 * This program made or adjusted an assignment: replaces what the ledger had under this id, and it
 * lives.
 */
bool store_ledger_put(struct store *store, const struct ledger_entry *entry, GError **error);
/*
 * The assignment is gone (removed by this program, or found gone).  One the ledger does not know is
 * no error.
 */
bool store_ledger_gone(struct store *store, int64_t assignment_id, instant when, GError **error);
/*
 * What this program had made as `old` was put back as it was, and has this id now.  Nothing happens where the ledger has
 * no live `old`: then somebody else had made it.  Before store_ledger_gone of the old one.
 */
bool store_ledger_follow(
    struct store *store, int64_t old, int64_t id, instant when, GError **error);

/* The same two for a pass: a link or schedule made for one booking.  object: one of these. */
bool store_pass_put(struct store *store, const struct ledger_pass *pass, GError **error);
bool store_pass_gone(
    struct store *store, enum object object, int64_t id, instant when, GError **error);

/*
 * Small facts about the Kisi at the other end (`patch_window` = `works` | `ignored`; `organization` = `ID NAME`).  Returned,
 * caller frees; NULL without *error when the fact is not known.
 */
char *store_fact(struct store *store, const char *key, GError **error);
bool store_set_fact(struct store *store, const char *key, const char *value, GError **error);
/* The same for somebody who only looks, as store_look does. */
char *store_look_fact(const char *path, const char *key, GError **error);

/* ---- reading back ---- */

/* One change that was sent for a door; the strings are valid during the callback. */
struct door_row {
	const char *run, *action, *email;
	const char *outcome;  /* done, failed, unknown; `open`: nobody knows yet */
	struct interval span; /* what was wanted, or taken */
	instant at;
};

/* Hand all changes that were sent for a group or a lock (0: none) to a callback, oldest first. */
bool store_door_log(struct store *store, int64_t group_id, int64_t lock_id,
    void (*row)(void *user, const struct door_row *change), void *user, GError **error);

/* The strings are valid during the callback. */
struct run_row {
	const char *id, *command, *who, *version;
	const char *summary;	       /* NULL while it runs or when it died */
	instant as_of, started, ended; /* ended: INSTANT_NEVER while it runs or when it died */
	int exit_code;		       /* -1 while unknown */
};
/* Hand runs to a callback, newest first; limit 0 = all. */
bool store_runs(struct store *store, unsigned limit,
    void (*row)(void *user, const struct run_row *run), void *user, GError **error);
/* The same for somebody who only looks, as store_look does: all of them; none where store_look sees a first run. */
bool store_look_runs(const char *path, void (*row)(void *user, const struct run_row *run),
    void *user, GError **error);
/*
 * The last run of a command that has ended, or (good) the last of them that came to its end (run_was_good).  The caller ends
 * last with run_last_done in any case.
 */
bool store_last(
    struct store *store, const char *command, bool good, struct run_last *last, GError **error);
/* The same for somebody who only looks, as store_look does. */
bool store_look_last(
    const char *path, const char *command, bool good, struct run_last *last, GError **error);
/*
 * Which run is meant: id is its id or a beginning of it that no other run has, or NULL for the newest
 * run that left a document.
 */
bool store_run_find(
    struct store *store, const char *id, char found[static PLAN_ID], GError **error);
/* What the audit trail has of the run of this (whole) id.  Returned, caller frees with trail_free. */
struct trail *store_trail(struct store *store, const char *id, GError **error);

/*
 * Remove documents, changes and outcomes of the runs that began before this instant, and record that this run did it.
 * What is still open stays, and so does everything that guards and later runs look at.  Findings that nobody has seen since, and
 * entries of the ledger for what was made and is gone since before then, leave, too: they are no part of the trail.
 */
bool store_retain(
    struct store *store, const char *run_id, instant before, instant clock, GError **error);

/* ---- the hash chain over the audit trail ---- */

#define STORE_HASH 65 /* room for a SHA-256 in hex, with its NUL */

/* The head of the chain as the end of this run left it, or its beginning, when it has no end; "": there was no chain yet. */
bool store_head(struct store *store, const char *run, char head[static STORE_HASH], GError **error);

/* Something in the audit trail that is not as it was sealed. */
struct chain_fault {
	int64_t link; /* where it shows: orders faults */
	char *text;   /* table, row, whose and what, as one line */
};

struct chain_proof {
	int64_t links;
	int64_t runs;	  /* in the database */
	int64_t endless;  /* of these, without an end: they go on, or died */
	int64_t older;	  /* of these, ended before the chain began: sealed as they were then */
	int64_t unsealed; /* rows of runs that go on */
	char head[STORE_HASH];	 /* "" when there is no link */
	int64_t known;		 /* link that has the head asked for; 0: none has */
	int64_t since;		 /* runs that ended behind it */
	char known_run[PLAN_ID]; /* who made it */
	GPtrArray
	    *removals; /* of char *: what retention removed, when, by which run; a line each */
	GPtrArray
	    *faults; /* of struct chain_fault *, first link first; empty: the chain is whole */
};

/*
 * Prove the chain: recompute every link and every row it seals.  head: a hash written down elsewhere, or its first
 * digits; NULL for none.  What is wrong with the chain is no failure of the call.  The caller ends proof with
 * chain_proof_done unless the call failed.
 */
bool store_verify(struct store *store, const char *head, struct chain_proof *proof, GError **error);
void chain_proof_done(struct chain_proof *proof);

#endif
