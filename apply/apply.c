/*
 * Sending a plan: intent committed, request, answer committed.  Decides how each kind of change is sent and what a
 * lost answer leads to; whether it took is decided by apply/settle.c.
 */
#include "apply/apply.h"

#include "apply/sender.h"
#include "kisi/access.h"

#include <string.h>

enum sent
sender_note(struct sender *sender, const struct kisi_reply *reply)
{
	if (reply->message != NULL)
		sender->text = g_string_chunk_insert(sender->result->text, reply->message);
	switch (reply->result) {
	case KISI_OK:
		return SENT_DONE;
	case KISI_UNKNOWN:
		return SENT_UNKNOWN;
	case KISI_DENIED:
		return SENT_DENIED;
	default:
		return SENT_FAILED;
	}
}

enum sent
sender_note_write(struct sender *sender, const struct kisi_reply *reply)
{
	sender->result->took += reply->result == KISI_OK;
	return sender_note(sender, reply);
}

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
static enum sent
send_create_user(struct sender *sender, const struct change *change)
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

int64_t
sender_user(const struct sender *sender, const struct change *change)
{
	const int64_t *created = g_hash_table_lookup(sender->created, change->email);
	return change->user_id != 0 ? change->user_id : created != NULL ? *created : 0;
}

/* ---- assignments ---- */

/* Is the slot already as wanted?  SENT_DONE yes, SENT_FAILED no, else nobody can say. */
static enum sent
look(struct sender *sender, int64_t user_id, int64_t group_id, struct interval want)
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
static enum sent
create(struct sender *sender, int64_t user_id, int64_t group_id, struct interval want)
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
		enum sent there = look(sender, user_id, group_id, want);
		sender->text = answer;
		if (there == SENT_DONE || there == SENT_DENIED)
			sent = there;
		else if (there == SENT_UNKNOWN)
			return SENT_UNKNOWN;
	}
	return sent;
}

enum sent
sender_remove(struct sender *sender, deleter *delete, int64_t id)
{
	enum sent sent = SENT_UNKNOWN;
	for (int attempt = 0; attempt < 2 && sent == SENT_UNKNOWN; attempt++) {
		struct kisi_reply reply = {0};
		enum kisi_result result = delete (sender->apply->client, id, &reply);
		/* Gone is what was wanted; asking again after a lost answer is therefore safe. */
		sent = result == KISI_GONE ? SENT_DONE : sender_note_write(sender, &reply);
		kisi_reply_done(&reply);
	}
	return sent;
}

/* Has the assignment these dates now? */
static enum sent
read_dates(struct sender *sender, int64_t id, struct interval want)
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
	enum sent dates = read_dates(sender, change->have_id, change->want);
	if (sent == SENT_DONE && (dates == SENT_DONE || dates == SENT_FAILED))
		store_set_fact(sender->apply->store, FACT_PATCH,
		    dates == SENT_DONE ? "works" : "ignored", NULL);
	return dates;
}

/* Between the two the person has no access: nothing else may happen there. */
static enum sent
replace(struct sender *sender, const struct change *change)
{
	enum sent gone = sender_remove(sender, kisi_delete_assignment, change->have_id);
	if (gone != SENT_DONE)
		return gone;
	enum sent made = create(sender, change->user_id, change->group_id, change->want);
	/* A success that did nothing must not leave the person outside until the next run. */
	if (made == SENT_DONE)
		made = look(sender, change->user_id, change->group_id, change->want);
	if (made == SENT_FAILED) {
		const char *answer = sender->text;
		create(sender, change->user_id, change->group_id, change->have);
		sender->text = answer;
	}
	return made;
}

static enum sent
send_adjust(struct sender *sender, const struct change *change)
{
	char *fact = store_fact(sender->apply->store, FACT_PATCH, NULL);
	bool try_patch = g_strcmp0(fact, "ignored") != 0;
	g_free(fact);
	enum sent sent = try_patch ? patch(sender, change) : SENT_FAILED;
	if (sent == SENT_FAILED) {
		sender->text = NULL;
		sent = replace(sender, change);
	}
	return sent;
}

static enum sent
send_grant(struct sender *sender, const struct change *change)
{
	int64_t user_id = sender_user(sender, change);
	if (user_id == 0) {
		sender->text = "the user could not be created";
		return SENT_FAILED;
	}
	return create(sender, user_id, change->group_id, change->want);
}

static enum sent
send_removal(struct sender *sender, const struct change *change)
{
	return sender_remove(sender, kisi_delete_assignment, change->have_id);
}

static enum sent (*const senders[ACTION_COUNT])(
    struct sender *sender, const struct change *change) = {
    [ACTION_CREATE_USER] = send_create_user,
    [ACTION_GRANT] = send_grant,
    [ACTION_ADJUST] = send_adjust,
    [ACTION_REVOKE] = send_removal,
    [ACTION_CLEANUP] = send_removal,
    [ACTION_CREATE_LINK] = sender_create_pass,
    [ACTION_DELETE_LINK] = sender_delete_pass,
    [ACTION_CREATE_SCHEDULE] = sender_create_pass,
    [ACTION_DELETE_SCHEDULE] = sender_delete_pass,
};

/* ---- the walk ---- */

static bool
intend(struct sender *sender, const struct change *change, enum action action, int64_t *id,
    GError **error)
{
	const struct reason *first = change->n_reasons > 0 ? change->reasons[0] : NULL;
	struct journal_intent intent = {.run_id = sender->apply->run_id,
	    .change_id = change->id,
	    .action = action_word(action),
	    .email = change->email,
	    .user_id = sender_user(sender, change),
	    .group_id = change->group_id,
	    .lock_id = change->lock_id,
	    .label = change->label,
	    .have_id = change->have_id,
	    .have = change->have,
	    .want = change->want,
	    .wanted = change->wanted,
	    .cause = cause_word(change->cause),
	    .source = first != NULL ? first->source : NULL,
	    .rule = first != NULL ? first->rule : NULL,
	    .surprising = change_surprising(change, sender->as_of)};
	return store_intend(sender->apply->store, &intent, sender->apply->clock(), id, error);
}

#define FRESH_FOR                                                                                  \
	(5 * INSTANT_MINUTE) /* what was read longer ago may have been changed by others */

/* Somebody may have thrown the switch while the run was on, or changed in Kisi what it was planned from. */
static bool
is_left_out(struct sender *sender, const struct change *change, const char **why)
{
	const struct apply *apply = sender->apply;
	if (apply->holding != NULL && change_deletes(change, sender->as_of) && apply->holding()) {
		*why = "not sent: the hold file has appeared";
		return true;
	}
	if (apply->clock() - apply->read_at <= FRESH_FOR)
		return false;
	enum sent sent = sender_recheck(sender, change, why);
	sender->result->denied = sent == SENT_DENIED;
	return sent != SENT_DONE;
}

static bool
send_change(
    struct sender *sender, const struct change *change, instant as_of, guint i, GError **error)
{
	enum action action = change_action(change, as_of);
	struct change_outcome *outcome = &sender->result->outcomes[i];
	int64_t intent;
	if (change->after != NULL && !sender_stands(sender, change->after, &outcome->text)) {
		outcome->outcome = OUTCOME_FAILED;
		return true;
	}
	if (is_left_out(sender, change, &outcome->text)) {
		outcome->outcome = OUTCOME_FAILED;
		return true;
	}
	if (!intend(sender, change, action, &intent, error))
		return false;
	sender->text = NULL;
	outcome->outcome = OUTCOME_UNKNOWN;
	sender->result->sent++;
	enum sent sent = senders[action](sender, change);
	outcome->text = sender->text;
	sender->result->denied = sent == SENT_DENIED;
	if (sent == SENT_DONE)
		g_hash_table_insert(sender->went_well, (gpointer)change->id, (gpointer)change);
	/* The answer is evidence, not the outcome: the intent stays open until Kisi was read back. */
	return store_outcome(sender->apply->store, intent, OUTCOME_UNKNOWN,
	    sent == SENT_DONE ? "answered success" : sender->text, sender->apply->clock(), error);
}

bool
apply_plan(
    const struct apply *apply, const struct plan *plan, struct apply_result *result, GError **error)
{
	struct sender sender = {.apply = apply,
	    .result = result,
	    .as_of = plan->as_of,
	    .created = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free),
	    .went_well = g_hash_table_new(g_str_hash, g_str_equal)};
	guint n = plan->changes->len;
	/* Never NULL, not even for no changes: that would stand for a dry run. */
	*result = (struct apply_result){
	    .outcomes = g_new0(struct change_outcome, n + 1), .text = g_string_chunk_new(1024)};
	bool good = true;
	for (guint i = 0; i < n && good && !result->denied && !apply->stopped(); i++) {
		good = send_change(
		    &sender, g_ptr_array_index(plan->changes, i), plan->as_of, i, error);
		if (apply->progress != NULL)
			apply->progress(i + 1, n);
	}
	g_hash_table_unref(sender.created);
	g_hash_table_unref(sender.went_well);
	return good;
}

void
apply_result_done(struct apply_result *result)
{
	g_clear_pointer(&result->outcomes, g_free);
	g_clear_pointer(&result->text, g_string_chunk_free);
}
