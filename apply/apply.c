/* Sending a plan: intent committed, request, answer committed.  Whether it took is decided by apply/settle.c. */
#include "apply/apply.h"

#include "apply/sender.h"

static enum sent (*const senders[ACTION_COUNT])(
    struct sender *sender, const struct change *change) = {
    [ACTION_CREATE_USER] = sender_create_user,
    [ACTION_GRANT] = sender_grant,
    [ACTION_ADJUST] = sender_adjust,
    [ACTION_REVOKE] = sender_remove_assignment,
    [ACTION_CLEANUP] = sender_remove_assignment,
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
	    .surprising = change->unit != NULL,
	    .unit = change->unit,
	    .gain_unit = change->gain_unit};
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
	if (sender_is_stuck(sender, change)) {
		*why = SENDER_STUCK;
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

#define RESERVE_LEAST (10 * G_USEC_PER_SEC)

int64_t
apply_send_until(int64_t now, int64_t deadline, int64_t read_took)
{
	int64_t left = MAX(deadline - now, 0);
	return deadline - MIN(MAX(RESERVE_LEAST, 2 * read_took), left / 2);
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
	/* Open from before, after all was settled: somebody is outside who could not be let in again, or nobody can say. */
	bool good = apply_left_open(apply->store, &sender.stuck, error);
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
