#ifndef MODEL_TRAIL_H
#define MODEL_TRAIL_H

#include "model/history.h"
#include "model/run.h"

/*
 * What the audit trail has of one run, read back: the run as it began and ended, and everything it sent.  A run that
 * died has no end and no document; what it sent is there all the same, settled by whichever run came next.
 */

/* One thing that was learnt about a change: an answer, or what reading back showed. */
struct trail_outcome {
	enum outcome outcome;
	const char *text; /* the answer, or what was found; NULL */
	instant at;	  /* clock */
};

/* A change that was sent, or was about to be when the program died. */
struct trail_change {
	int64_t id; /* number in the journal */
	const char *change_id;
	const char *action; /* action_word, or `unlock` */
	const char *email;
	int64_t user_id;
	int64_t group_id;  /* 0 = none */
	int64_t lock_id;   /* 0 = none */
	const char *label; /* name of a link or schedule in Kisi; NULL */
	int64_t have_id;   /* 0 = nothing was there */
	struct interval have, want;
	bool wanted;
	const char *cause, *source, *rule; /* source and rule: of its first reason; NULL */
	bool surprising;
	instant at;	  /* clock */
	GArray *outcomes; /* of struct trail_outcome, as they came */
};

struct trail {
	const char *id, *command, *who, *version;
	instant as_of, started, ended; /* ended: INSTANT_NEVER while it runs or when it died */
	int exit_code;		       /* -1 while unknown */
	const char *summary;	       /* NULL while unknown */
	const char *document;	       /* plan JSON; NULL when there is none */
	const char *damaged;	       /* why the document cannot be read; NULL */
	const char *head;	       /* of the hash chain at its end; NULL when there was none */
	const char *plan;	       /* id of the plan it came to; NULL */
	const char *applied;	       /* id of the saved plan it was told to apply; NULL */
	const char *removed_by;	  /* run that removed what this one sent, and its document; NULL */
	instant removed_at;	  /* its time; meaningless without removed_by */
	struct approval approval; /* plan_id NULL: none was used */
	GPtrArray *changes;	  /* of struct trail_change *, as they were sent */
	GStringChunk *text;
};

/* An empty one.  Returned, caller frees with trail_free (NULL is fine). */
struct trail *trail_new(void);
void trail_free(struct trail *trail);

/* Add a change; it belongs to the trail. */
struct trail_change *trail_add(struct trail *trail);

/* What became of it in the end: the settled outcome, else unknown. */
enum outcome trail_outcome(const struct trail_change *change);

#endif
