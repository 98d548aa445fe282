/*
 * Sending links and schedules.  Kisi takes any number of equal ones, so a creation whose answer is lost is repeated only
 * after looking; and what a pass replaces goes only when the new one is seen to be there.
 */
#include "apply/sender.h"

static enum kisi_result
create(struct sender *sender, const struct change *change, struct kisi_reply *reply, int64_t *id)
{
	struct kisi_client *client = sender->apply->client;
	return change->object == OBJECT_LINK
		   ? kisi_create_link(client, change->label, change->email, change->group_id,
			 change->want, reply, id)
		   : kisi_create_schedule(
			 client, change->label, change->lock_id, change->want, reply, id);
}

static enum kisi_result
find(struct sender *sender, const struct change *change, struct kisi_reply *reply, int64_t *id)
{
	struct kisi_client *client = sender->apply->client;
	return change->object == OBJECT_LINK ? kisi_find_link(client, change->label, change->email,
						   change->group_id, change->want, reply, id)
					     : kisi_find_schedule(client, change->label,
						   change->lock_id, change->want, reply, id);
}

/* Is exactly this pass there?  SENT_DONE yes, SENT_FAILED no, else nobody can say. */
static enum sent
look(struct sender *sender, const struct change *change)
{
	struct kisi_reply reply = {0};
	const char *answer = sender->text;
	int64_t id;
	enum kisi_result result = find(sender, change, &reply, &id);
	enum sent sent = result == KISI_GONE   ? SENT_FAILED
			 : result == KISI_DOWN ? SENT_UNKNOWN
					       : sender_note(sender, &reply);
	kisi_reply_done(&reply);
	/* The answer to the write says more than that to the look. */
	sender->text = answer;
	return sent;
}

enum sent
sender_create_pass(struct sender *sender, const struct change *change)
{
	enum sent sent = SENT_UNKNOWN;
	for (int attempt = 0; attempt < 2 && sent == SENT_UNKNOWN; attempt++) {
		struct kisi_reply reply = {0};
		int64_t id;
		enum kisi_result result = create(sender, change, &reply, &id);
		sent = sender_note_write(sender, &reply);
		kisi_reply_done(&reply);
		if (result != KISI_UNKNOWN && result != KISI_EXISTS)
			continue;
		enum sent there = look(sender, change);
		if (there == SENT_DONE || there == SENT_DENIED)
			sent = there;
		else if (there == SENT_UNKNOWN)
			return SENT_UNKNOWN;
	}
	return sent;
}

enum sent
sender_delete_pass(struct sender *sender, const struct change *change)
{
	return sender_remove(sender,
	    change->object == OBJECT_LINK ? kisi_delete_link : kisi_delete_schedule,
	    change->have_id);
}

bool
sender_stands(struct sender *sender, const char *change_id, const char **why)
{
	const struct change *made = g_hash_table_lookup(sender->went_well, change_id);
	*why = made == NULL ? "not sent: what replaces it was not made"
			    : "not sent: Kisi does not show what replaces it";
	return made != NULL && look(sender, made) == SENT_DONE;
}
