/*
 * Dates that Kisi does not change in place: a new access in the place of the old.  Between the two requests the person
 * stands outside, so nothing is taken away before Kisi has shown that it takes the new one, and what goes wrong after
 * that is put right at once.
 */
#include "apply/sender.h"

#include <string.h>

static struct kisi_client *
client_of(const struct sender *sender)
{
	return sender->apply->client;
}

/* Does the person hold anything there?  SENT_DONE yes, SENT_FAILED no, else nobody can say. */
static enum sent
holds(struct sender *sender, const struct change *change)
{
	struct kisi_reply reply = {0};
	struct kisi_assignment found;
	enum kisi_result result = kisi_find_assignment(
	    client_of(sender), change->user_id, change->group_id, &reply, &found);
	kisi_reply_done(&reply);
	return result == KISI_OK       ? SENT_DONE
	       : result == KISI_GONE   ? SENT_FAILED
	       : result == KISI_DENIED ? SENT_DENIED
				       : SENT_UNKNOWN;
}

#define STATUS_UNPROCESSABLE 422

/* A second one for the same person and group is answered with 409, or 422 and words. */
static bool
says_there_is_one(const struct kisi_reply *reply)
{
	return reply->result == KISI_EXISTS ||
	       (reply->status == STATUS_UNPROCESSABLE && reply->message != NULL &&
		   strstr(reply->message, "already") != NULL);
}

/*
 * Ask for the new one while the old is there.  Kisi holds one for each person and group, so it must say that there is
 * one: then it takes such requests.  SENT_DONE: it does.  *beside: one that it made all the same; 0 = none.
 */
static enum sent
ask_for_new(struct sender *sender, const struct change *change, int64_t *beside)
{
	enum sent sent = SENT_UNKNOWN;
	bool ready = false;
	*beside = 0;
	for (int attempt = 0; attempt < 2 && sent == SENT_UNKNOWN && !ready; attempt++) {
		struct kisi_reply reply = {0};
		kisi_create_assignment(client_of(sender), change->user_id, change->group_id,
		    change->want, &reply, beside);
		sent = sender_note_write(sender, &reply);
		ready = says_there_is_one(&reply);
		kisi_reply_done(&reply);
	}
	if (!ready && sent == SENT_DONE)
		sent = sender_read_dates(sender, *beside, change->want);
	if (ready || sent == SENT_DONE) {
		sender->text = NULL;
		return SENT_DONE;
	}
	sender_say(sender, "the old access was left alone: Kisi does not take a new one (%s)",
	    sender->text != NULL ? sender->text : "it shows another one than it was asked for");
	return sent == SENT_DENIED ? SENT_DENIED : SENT_FAILED;
}

/* Give back what there was.  Should anything be there after all, Kisi says so, and nothing is changed. */
static bool
put_back(struct sender *sender, const struct change *change)
{
	for (unsigned repeat = 1;; repeat++) {
		struct kisi_reply reply = {0};
		int64_t id;
		enum kisi_result result = kisi_create_assignment(client_of(sender), change->user_id,
		    change->group_id, change->have, &reply, &id);
		bool there = result == KISI_OK || says_there_is_one(&reply);
		sender->result->took += result == KISI_OK;
		kisi_reply_done(&reply);
		enum sent held = holds(sender, change);
		if (held == SENT_DONE || (held == SENT_UNKNOWN && there))
			return true;
		if (held == SENT_DENIED || !kisi_again(client_of(sender), repeat))
			return false;
	}
}

/* From here on somebody may stand outside. */
static enum sent
exchange(struct sender *sender, const struct change *change, bool beside)
{
	enum sent gone = sender_remove(sender, kisi_delete_assignment, change->have_id);
	if (gone == SENT_DENIED || (gone != SENT_DONE && holds(sender, change) == SENT_DONE))
		return gone;
	enum sent made = beside
			     ? SENT_DONE
			     : sender_make(sender, change->user_id, change->group_id, change->want);
	/* A success that did nothing must not leave the person outside until the next run. */
	if (made == SENT_DONE)
		made = sender_look(sender, change->user_id, change->group_id, change->want);
	if (made == SENT_DONE || made == SENT_DENIED || change->have.until <= sender->as_of)
		return made;
	const char *answer = sender->text != NULL ? sender->text : "Kisi does not show the new one";
	sender_say(sender, "%s; %s", answer,
	    put_back(sender, change)
		? "the old access is there again"
		: "the old access could not be put back, the next run does that first");
	return made;
}

enum sent
sender_replace(struct sender *sender, const struct change *change)
{
	int64_t beside;
	if (sender->stuck) {
		sender->text = SENDER_STUCK;
		return SENT_FAILED;
	}
	enum sent sent = ask_for_new(sender, change, &beside);
	/* Kisi has changed the old one after all: there is nothing to take away. */
	if (sent == SENT_DONE && beside != change->have_id) {
		kisi_see_through(client_of(sender), true);
		sent = exchange(sender, change, beside != 0);
		kisi_see_through(client_of(sender), false);
	}
	sender->stuck = sent != SENT_DONE;
	return sent;
}
