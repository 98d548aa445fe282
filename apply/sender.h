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
	bool stuck; /* an access could not be made anew: no other is taken apart in this run */
	const char *text; /* why the change at hand was no plain success */
};

/* What the answer means; keeps its message as the text of the change at hand. */
enum sent sender_note(struct sender *sender, const struct kisi_reply *reply);
/* The same for the answer to a write. */
enum sent sender_note_write(struct sender *sender, const struct kisi_reply *reply);

/* Keep a text for the change at hand. */
void sender_say(struct sender *sender, const char *format, ...) G_GNUC_PRINTF(2, 3);

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
/* Give access to a user who may have been created in this run; one that is there already is looked at. */
enum sent sender_grant(struct sender *sender, const struct change *change);
/* Change the dates, or where Kisi does not take them, put a new one in the place of the old. */
enum sent sender_adjust(struct sender *sender, const struct change *change);
/* Take away the assignment that the change names; one that is gone already will do. */
enum sent sender_remove_assignment(struct sender *sender, const struct change *change);

/* One role for each user and group: a creation whose answer is lost may be repeated. */
enum sent sender_make(
    struct sender *sender, int64_t user_id, int64_t group_id, struct interval want);
/* Is the slot as wanted?  SENT_DONE yes, SENT_FAILED no, else nobody can say. */
enum sent sender_look(
    struct sender *sender, int64_t user_id, int64_t group_id, struct interval want);
/* Has the assignment with this id these dates?  Answers likewise. */
enum sent sender_read_dates(struct sender *sender, int64_t id, struct interval want);

/* ---- a new assignment in the place of the old (apply/replace.c) ---- */

/* SENT_DONE: the new one was seen there.  Else the old one is there, or was tried to be put back. */
enum sent sender_replace(struct sender *sender, const struct change *change);

/* Would the change be sent that way, after another that failed? */
bool sender_is_stuck(const struct sender *sender, const struct change *change);
#define SENDER_STUCK                                                                               \
	"not sent: another access, of this run or an earlier one, could not be made anew, so "     \
	"this one is left as it is"

/* ---- passes: links and schedules made for one booking (apply/passes.c) ---- */

enum sent sender_create_pass(struct sender *sender, const struct change *change);
enum sent sender_delete_pass(struct sender *sender, const struct change *change);

/*
 * Did the creation of the pass with this change id go well in this run, and does Kisi show it?  What it replaces may
 * go only then.  When not, *why says so.
 */
bool sender_stands(struct sender *sender, const char *change_id, const char **why);

#endif
