/* Sending what is about users and their assignments, and what a lost answer leads to. */
#include "apply/sender.h"

/* ---- users ---- */

static enum sent
find_user(struct sender *sender, const char *email, int64_t *user_id)
{
	struct kisi_reply reply = {0};
	kisi_find_user(sender->apply->client, email, &reply, user_id);
	enum sent sent = sender_note(sender, &reply);
	kisi_reply_done(&reply);
	return sent;
}

/*
 * Addresses are unique in Kisi, so a creation may be repeated once after looking: at worst it answers that the
 * user exists.
 */
enum sent
sender_create_user(struct sender *sender, const struct change *change)
{
	bool invited = sender->apply->config->people.create == CREATE_INVITED;
	int64_t user_id = 0;
	enum sent sent = SENT_UNKNOWN;
	for (int attempt = 0; attempt < 2 && sent == SENT_UNKNOWN; attempt++) {
		struct kisi_reply reply = {0};
		enum kisi_result result = kisi_create_user(
		    sender->apply->client, change->email, change->name, invited, &reply, &user_id);
		sent = sender_note_write(sender, &reply);
		kisi_reply_done(&reply);
		/* A duplicate is answered with 409, or 422 in the documentation's words: look it up. */
		if (result == KISI_EXISTS || result == KISI_REFUSED || result == KISI_UNKNOWN) {
			const char *answer = sender->text;
			enum sent found = find_user(sender, change->email, &user_id);
			sent = found == SENT_DONE || found == SENT_DENIED ? found : sent;
			sender->text = answer;
		}
	}
	if (sent == SENT_DONE)
		g_hash_table_insert(
		    sender->created, (gpointer)change->email, g_memdup2(&user_id, sizeof user_id));
	return sent;
}

/* ---- assignments ---- */

enum sent
sender_look(struct sender *sender, int64_t user_id, int64_t group_id, struct interval want)
{
	struct kisi_reply reply = {0};
	struct kisi_assignment found;
	enum kisi_result result = kisi_find_assignment(
	    sender->apply->client, user_id, group_id, &reply, &found);
	enum sent sent = result == KISI_GONE   ? SENT_FAILED
			 : result == KISI_DOWN ? SENT_UNKNOWN
					       : sender_note(sender, &reply);
	if (result == KISI_OK && (found.valid.from != want.from || found.valid.until != want.until))
		sent = SENT_FAILED;
	kisi_reply_done(&reply);
	return sent;
}

/* One role for each user and group: a repeated creation can only answer that it exists. */
enum sent
sender_make(struct sender *sender, int64_t user_id, int64_t group_id, struct interval want)
{
	enum sent sent = SENT_UNKNOWN;
	for (int attempt = 0; attempt < 2 && sent == SENT_UNKNOWN; attempt++) {
		struct kisi_reply reply = {0};
		int64_t id;
		enum kisi_result result = kisi_create_assignment(
		    sender->apply->client, user_id, group_id, want, &reply, &id);
		sent = sender_note_write(sender, &reply);
		kisi_reply_done(&reply);
		if (result != KISI_EXISTS && result != KISI_UNKNOWN)
			continue;
		const char *answer = sender->text;
		enum sent there = sender_look(sender, user_id, group_id, want);
		sender->text = answer;
		if (there == SENT_DONE || there == SENT_DENIED)
			sent = there;
		else if (there == SENT_UNKNOWN)
			return SENT_UNKNOWN;
	}
	return sent;
}

enum sent
sender_read_dates(struct sender *sender, int64_t id, struct interval want)
{
	struct kisi_reply reply = {0};
	struct kisi_assignment found;
	enum kisi_result result = kisi_read_assignment(sender->apply->client, id, &reply, &found);
	enum sent sent = result == KISI_DENIED ? SENT_DENIED
			 : result == KISI_DOWN ? SENT_UNKNOWN
					       : SENT_FAILED;
	if (result == KISI_OK && found.valid.from == want.from && found.valid.until == want.until)
		sent = SENT_DONE;
	kisi_reply_done(&reply);
	return sent;
}

#define FACT_PATCH "patch_window"

/* Whether Kisi takes new dates in a PATCH is not documented: try it once, and remember what was read back. */
static enum sent
patch(struct sender *sender, const struct change *change)
{
	struct kisi_reply reply = {0};
	kisi_patch_assignment(sender->apply->client, change->have_id, change->want, &reply);
	enum sent sent = sender_note_write(sender, &reply);
	bool unsent = reply.result == KISI_DOWN;
	kisi_reply_done(&reply);
	/* What kept this from being sent would keep the new assignment from being made, too: nothing is deleted. */
	if (sent == SENT_DENIED || unsent)
		return unsent ? SENT_UNKNOWN : sent;
	enum sent dates = sender_read_dates(sender, change->have_id, change->want);
	if (sent == SENT_DONE && (dates == SENT_DONE || dates == SENT_FAILED))
		store_set_fact(sender->apply->store, FACT_PATCH,
		    dates == SENT_DONE ? "works" : "ignored", NULL);
	return dates;
}

/* Does Kisi ignore new dates for what is there? */
static bool
replaces(const struct sender *sender)
{
	g_autofree char *fact = store_fact(sender->apply->store, FACT_PATCH, NULL);
	return g_strcmp0(fact, "ignored") == 0;
}

bool
sender_is_stuck(const struct sender *sender, const struct change *change)
{
	return sender->stuck && change->object == OBJECT_ASSIGNMENT && change->have_id != 0 &&
	       change->wanted && replaces(sender);
}

enum sent
sender_adjust(struct sender *sender, const struct change *change)
{
	enum sent sent = !replaces(sender) ? patch(sender, change) : SENT_FAILED;
	if (sent == SENT_FAILED) {
		sender->text = NULL;
		sent = sender_replace(sender, change);
	}
	return sent;
}

enum sent
sender_grant(struct sender *sender, const struct change *change)
{
	int64_t user_id = sender_user(sender, change);
	if (user_id == 0) {
		sender->text = "the user could not be created";
		return SENT_FAILED;
	}
	return sender_make(sender, user_id, change->group_id, change->want);
}

enum sent
sender_remove_assignment(struct sender *sender, const struct change *change)
{
	return sender_remove(sender, kisi_delete_assignment, change->have_id);
}
