#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/failure.h"
#include "model/history.h"
#include "model/run.h"

/*
 * The state database: runs, what sources gave at their last good import, the ledger of assignments this program
 * made, the journal of every request that changes something, findings, saved plans and approvals.  SQLite in WAL
 * mode; every statement is prepared and bound.  All failures are *error with EXIT_FAILED and name the file.
 */
struct store;

/*
 * Open the database at path, creating it (mode 0600) or moving its schema up as needed; refuses a schema newer
 * than this program.  Returned, caller frees with store_close (NULL is fine).
 */
struct store *store_open(const char *path, GError **error);
void store_close(struct store *store);

/*
 * The lock of one state: a file beside the database, held by flock(2) and naming pid, host and start.  Returns a
 * descriptor to hand to store_unlock, or -1 with *error: EXIT_LOCKED names the owner and for how long.
 */
int store_lock(const char *path, instant now, GError **error);
void store_unlock(int fd);

/* Everything the pure stages need to know about earlier runs.  Returned, caller frees with history_free. */
struct history *store_history(struct store *store, instant now, GError **error);

/* ---- what a run leaves behind ---- */

/* Begin a run: makes its id (12 hex digits, unique in the database) and its row. */
bool store_run_begin(struct store *store, const char *command, const char *who, const char *version, instant as_of,
    instant clock, char id[static PLAN_ID], GError **error);

/* End it: exit code, one-line summary, and the run's document (plan JSON as text). */
bool store_run_end(struct store *store, const char *id, instant clock, int exit_code, const char *summary,
    const char *document, GError **error);

/*
 * Save what the sources gave (imports, windows, blocked people) as their last good import, and the rules in force
 * as the rules last applied.  Only called for sources that were not refused; one transaction; nothing is
 * written for a source whose windows are unchanged.
 */
bool store_save_import(struct store *store, const struct last_import *import, GError **error);
bool store_save_rules(struct store *store, const GArray *rules, GError **error);

/* Findings seen by a run as of `now`: counts each as-of once, so that planning twice changes nothing. */
bool store_save_findings(struct store *store, const GPtrArray *findings, instant now, GError **error);

/* A plan saved under its id, and its single use. */
bool store_save_plan(struct store *store, const char *plan_id, const char *run_id, const char *document,
    GError **error);
/* The saved document (returned, caller frees) or NULL: *used tells whether it was applied already. */
char *store_load_plan(struct store *store, const char *plan_id, bool *used, GError **error);
bool store_use_plan(struct store *store, const char *plan_id, const char *run_id, GError **error);

/* Record an approval; false with EXIT_HELD when this plan's approval was used before. */
bool store_save_approval(struct store *store, const struct approval *approval, const char *run_id, GError **error);

/* ---- the journal: intent committed -> request -> outcome committed ---- */

struct journal_intent {
	const char *run_id;
	const char *change_id;
	const char *action;	/* action_word */
	const char *email;
	int64_t user_id;
	int64_t group_id;
	int64_t have_id;
	struct interval have, want;
	bool wanted;
	const char *cause;
	bool surprising;	/* a removal that counts against the limits */
};

/* Commit an intent; *id is its number. */
bool store_intend(struct store *store, const struct journal_intent *intent, instant clock, int64_t *id,
    GError **error);
/* Commit its outcome. */
bool store_outcome(struct store *store, int64_t intent, enum outcome outcome, const char *text, instant clock,
    GError **error);

/* An intent whose outcome is not known: the program died, or Kisi did not answer. */
struct journal_open {
	int64_t id;
	char action[16];
	char *email;
	int64_t user_id, group_id, have_id;
	struct interval want;
	bool wanted;
	char *source, *rule;	/* of the change; NULL */
};
/* Intents left open by earlier runs.  Returned, caller frees with g_ptr_array_unref (elements go with it). */
GPtrArray *store_open_intents(struct store *store, GError **error);

/* ---- the ledger ---- */

/* This program made or adjusted an assignment: replaces what the ledger had under this id. */
bool store_ledger_put(struct store *store, const struct ledger_entry *entry, GError **error);
/* The assignment is gone (removed by this program, or found gone). */
bool store_ledger_gone(struct store *store, int64_t assignment_id, instant when, GError **error);

/* Small facts about the Kisi at the other end (`patch_window` = `works` | `ignored`).  Caller frees the text. */
char *store_fact(struct store *store, const char *key);
bool store_set_fact(struct store *store, const char *key, const char *value, GError **error);

/* ---- reading back ---- */

/* Print runs, newest first, through a callback; limit 0 = all. */
struct run_row {
	const char *id, *command, *who, *version, *summary;
	instant as_of, started, ended;	/* ended: INSTANT_NEVER while it runs or when it died */
	int exit_code;			/* -1 while unknown */
};
bool store_runs(struct store *store, unsigned limit, void (*row)(void *user, const struct run_row *run), void *user,
    GError **error);
/* The document of a run (id or unique beginning of it; NULL = the newest); caller frees.  NULL and *error. */
char *store_run_document(struct store *store, const char *id, GError **error);

#endif
