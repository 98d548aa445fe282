#ifndef MODEL_RUN_H
#define MODEL_RUN_H

#include "base/failure.h"
#include "base/instant.h"
#include "model/plan.h"

/* What became of one change. */
enum outcome {
	OUTCOME_PENDING, /* not tried: a dry run, or the run ended before it */
	OUTCOME_DONE,	 /* sent, answered, and read back as wanted */
	OUTCOME_FAILED,	 /* refused, or read back as something else */
	OUTCOME_UNKNOWN, /* sent, no answer, and reading back did not settle it */
	OUTCOME_COUNT
};

/* `pending`, `done`, `failed`, `unknown`. */
const char *outcome_word(enum outcome outcome);
/* The outcome of a word; OUTCOME_COUNT for no such word. */
enum outcome outcome_of_word(const char *word);

struct change_outcome {
	enum outcome outcome;
	const char *text; /* the answer when it was no plain success; NULL */
};

/* Everything reports say about a run besides its plan. */
struct run {
	char id[PLAN_ID];    /* 12 hex digits, different for every run */
	const char *command; /* `plan` or `apply` */
	const char *version; /* of this program */
	const char *who;     /* user name and host that ran it */
	const char *config_path;
	const char *snapshot_source; /* address or file the snapshot came from */
	instant as_of;
	const struct plan *plan;
	const struct plan *after; /* planned again from Kisi as read back; NULL for a dry run */
	const struct change_outcome *outcomes; /* one a change; NULL for a dry run */
	enum exit_code
	    exit_code;	   /* how the run ends, as far as it is known when the report is written */
	const char *head;  /* of the hash chain over the runs, at the end of this one; NULL */
	const char *proof; /* after an apply: what planning again found; NULL for a dry run */
	const char *no_plan;	/* why the run came to no plan; NULL: it has one */
	instant started, ended; /* by the machine's clock; 0 = not known */
	instant review_every;	/* seconds until the next review is due; 0 = nobody says */
	bool links;		/* the workbook links to Kisi's pages */
	bool letter;		/* it is printed on US Letter, else on A4 */
};

/* What the state database remembers of the last run of a command. */
struct run_last {
	bool any; /* false: there was none, and nothing else here means anything */
	char id[PLAN_ID];
	instant as_of, started, ended; /* the last two by the machine's clock */
	int exit_code;
	char *summary; /* one line; NULL */
};
void run_last_done(struct run_last *last);

/*
 * Did a run with this exit code come to its end, whatever it found?  A plan with changes and one of which something waits for a
 * person are good, too.
 */
bool run_was_good(int exit_code);

/* Who has access now: where an apply read Kisi back, what is there since. */
const GPtrArray *run_access(const struct run *run);

/* Who has access that nothing supports, and who may be known by another address: likewise. */
const GPtrArray *run_groups(const struct run *run);
const GPtrArray *run_orphans(const struct run *run);
const GPtrArray *run_mismatches(const struct run *run);

#endif
