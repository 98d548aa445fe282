#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include "cli/setup.h"
#include "kisi/client.h"
#include "model/run.h"
#include "reconcile/census.h"
#include "reconcile/reconcile.h"
#include "store/store.h"

/*
 * One run from its configuration to its plan: the stages of the data way wired together.  The steps are called in the
 * order in which they stand here; each sets *error and returns false when the run cannot go on.
 */
struct session {
	const struct options *options;
	struct setup setup;
	struct store *store;
	struct history *history;
	struct history
	    *former; /* by which the sources were read, where it was read anew since; NULL */
	struct approval approval;
	struct kisi_client *client; /* NULL offline */
	char *snapshot_source;	    /* address or file */
	struct snapshot *snapshot;
	instant read_at;		 /* when its reading began, by the machine's clock */
	int64_t read_took;		 /* the last reading of it from the network, microseconds */
	struct snapshot *after_snapshot; /* Kisi as read back after an apply; NULL */
	struct plan *after;		 /* planned again from it; NULL */
	struct plan *plan;		 /* collects findings from the start */
	struct givers *givers;
	struct baseline *baseline; /* what the plan leaves for the next run, once it is made */
	struct entitlement *entitlement;
	const struct entitled *entitled;
	struct guard_facts facts;
	bool applies;	 /* set by the caller: changes may be sent */
	bool offline;	 /* set by the caller: of sources with an address what was fetched last */
	struct why *why; /* explained by session_plan; borrowed, NULL for nobody */
	struct census *census;	 /* takes every record; borrowed, NULL for none */
	GPtrArray *imports;	 /* of struct import_facts *, one for each source */
	bool *refused, *doubted; /* by source */
	char *
	    unusable; /* why not one source is usable, where what is remembered of them stands in; NULL */
	const char **accept; /* by source: how to accept its export; of the plan */
	GPtrArray *accepted; /* of char *: SOURCE@HASH given with --accept, borrowed; NULL */
	char *only_person;   /* canonical */
	char *hold;	     /* see cli/hold.h */
	char *restored;	     /* see cli/restored.h */
	struct run run;
	const char *undo;      /* beginning of the id of a run that is to be undone; NULL */
	struct trail *undone;  /* that run; NULL */
	char head[STORE_HASH]; /* of the hash chain, once the run has ended */
	const char
	    *plan_shown; /* id of the plan that somebody said yes to; borrowed, NULL for none */
	char *who;
};

/* Read the configuration and the tables and profiles it names. */
bool session_open(struct session *session, const struct options *options, GError **error);

/* Open the state database and begin a run of this command (a constant). */
bool session_begin(struct session *session, const char *command, GError **error);

/* Its two halves, for a command that only sometimes comes to a run: what earlier runs left; the run itself. */
bool session_recall(struct session *session, const char *command, GError **error);
bool session_record(struct session *session, GError **error);

/*
 * Begin without leaving a trace: no run, and the state database is only read, if there is one.  False and *error when
 * it cannot be read; the steps that follow may be called all the same, as in a first run.
 */
bool session_look(struct session *session, const char *command, GError **error);

/* Free everything; the run must have been ended, or is left as one that died. */
void session_close(struct session *session);

/*
 * Import every source, judge the inputs, and compute entitlements.  Fails with EXIT_BAD_INPUT when not one source is
 * usable and no earlier import promised anybody time that is still ahead (for a revert: always then).
 */
bool session_import(struct session *session, GError **error);

/* Fails with EXIT_BAD_INPUT when the run went by what is remembered alone; to be asked once it is done. */
bool session_usable(const struct session *session, GError **error);

/*
 * Read every source once more, in the same order, and hand it to the sink: with everybody who was invited, whether they
 * count or not.  After session_import.
 */
void session_reread(struct session *session, const struct record_sink *sink);

/* Connect to Kisi (needs the key); not called when a snapshot file was given. */
bool session_connect(struct session *session, GError **error);

/* Read the snapshot, from the network or the file. */
bool session_fetch(struct session *session, GError **error);

/*
 * Read all of Kisi, and let a recorded run keep it beside the state database, in place of what was there: what `why`
 * looks at.  Caller frees with snapshot_free.
 */
struct snapshot *session_read_kisi(struct session *session, GError **error);

/* Where it is kept.  Caller frees with g_free. */
char *session_kept_path(const struct session *session);

/* Note for the guards how far this machine's clock (or --now) is from Kisi's; session_plan does it, too. */
void session_compare_clocks(struct session *session);

/* Read what the run that is to be undone did into session->undone; session_plan does it. */
bool session_recall_undone(struct session *session, GError **error);

/* Compute the plan.  It is frozen afterwards. */
bool session_plan(struct session *session, GError **error);

/* Plan again against another snapshot: what a run that came to its end must find empty.  Caller frees. */
struct plan *session_replan(
    struct session *session, const struct snapshot *snapshot, GError **error);

/*
 * Does something wait for a person?  What a guard holds (what is outside the scope of the run not counted), a source that
 * is refused or doubtful, a door that is closed to somebody; not what was accepted.
 */
bool session_held(const struct session *session);

/* Is there something that this run says to a person: new, grown, or a reminder that is due? */
bool session_says(const struct session *session);

/* Free what only planning needs: the entitlements.  Nothing can be planned again after it. */
void session_forget_inputs(struct session *session);

/* Print the plan for people, as the terminal and the options want it. */
void session_show(const struct session *session);

/*
 * Print the plan, write JSON and workbook where they are asked for, save the run's document, and end the run with
 * this code.
 */
bool session_report(struct session *session, int exit_code, GError **error);

/* End a run that came to no plan. */
void session_abandon(struct session *session, const GError *cause);

#endif
