#ifndef APPLY_SENDER_H
#define APPLY_SENDER_H

#include "apply/apply.h"
#include "kisi/access.h"

/* What the files share that send changes; nobody outside apply/ includes this. */

/* What sending came to; the outcome proper is read back later. */
enum sent {
	SENT_DONE,    /* Kisi says it is as wanted */
	SENT_FAILED,  /* Kisi says no */
	SENT_UNKNOWN, /* nobody knows */
	SENT_DENIED,  /* the key is gone */
};

struct sender {
	const struct apply *apply;
	struct apply_result *result;
	GHashTable *created;   /* canonical address -> int64_t: user id of users made in this run */
	GHashTable *went_well; /* id -> struct change *: what Kisi says is as wanted */
	instant as_of;	       /* of the plan */
	const char *text;      /* why the change at hand was no plain success */
};

/* What the answer means; keeps its message as the text of the change at hand. */
enum sent sender_note(struct sender *sender, const struct kisi_reply *reply);
/* The same for the answer to a write. */
enum sent sender_note_write(struct sender *sender, const struct kisi_reply *reply);

/* Delete what has this id; once more when the answer is lost. */
typedef enum kisi_result deleter(struct kisi_client *client, int64_t id, struct kisi_reply *reply);
enum sent sender_remove(struct sender *sender, deleter *delete, int64_t id);

/*
 * Is the change still as it was planned?  SENT_DONE: send it.  SENT_FAILED and SENT_UNKNOWN: leave it out, *why (constant)
 * says why.  SENT_DENIED: the key is gone.
 */
enum sent sender_recheck(struct sender *sender, const struct change *change, const char **why);

/* The user that a change is about; 0 while there is none. */
int64_t sender_user(const struct sender *sender, const struct change *change);

/* ---- users and assignments (apply/assignments.c) ---- */

/* Create the user of the change; one who is there already will do. */
enum sent sender_create_user(struct sender *sender, const struct change *change);
enum sent sender_grant(struct sender *sender, const struct change *change);
/* Change the dates, or where Kisi does not take them, put a new one in the place of the old. */
enum sent sender_adjust(struct sender *sender, const struct change *change);
enum sent sender_remove_assignment(struct sender *sender, const struct change *change);

/* ---- passes: links and schedules made for one booking (apply/passes.c) ---- */

enum sent sender_create_pass(struct sender *sender, const struct change *change);
enum sent sender_delete_pass(struct sender *sender, const struct change *change);

/*
 * Did the creation of the pass with this change id go well in this run, and does Kisi show it?  What it replaces may
 * go only then.  When not, *why says so.
 */
bool sender_stands(struct sender *sender, const char *change_id, const char **why);

#endif
