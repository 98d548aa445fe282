/*
 * What an earlier run left half done: an access that was taken away to be made anew, and was not.  It is put back as it
 * was, before anything is planned, so that no guard and no refused source can keep the person outside.
 */
#include "apply/apply.h"
#include "apply/settle.h"
#include "kisi/access.h"

#include <string.h>

bool
apply_left_open(struct store *store, bool *open, GError **error)
{
	*open = false;
	GPtrArray *intents = store_open_intents(store, error);
	if (intents == NULL)
		return false;
	for (guint i = 0; i < intents->len; i++) {
		const struct journal_open *one = g_ptr_array_index(intents, i);
		*open |= strcmp(one->intent.action, action_word(ACTION_ADJUST)) == 0;
	}
	g_ptr_array_unref(intents);
	return true;
}

static enum kisi_result
put_back(const struct apply *apply, const struct journal_intent *intent)
{
	struct kisi_reply reply = {0};
	int64_t id;
	enum kisi_result result = kisi_create_assignment(
	    apply->client, intent->user_id, intent->group_id, intent->have, &reply, &id);
	kisi_reply_done(&reply);
	return result;
}

bool
apply_restore(const struct apply *apply, const struct snapshot *snapshot, instant now,
    guint *restored, GPtrArray *outside, GError **error)
{
	*restored = 0;
	GPtrArray *open = store_open_intents(apply->store, error);
	if (open == NULL)
		return false;
	struct evidence *evidence = evidence_new(snapshot, apply->config);
	enum kisi_result result = KISI_OK;
	for (guint i = 0; i < open->len; i++) {
		const struct journal_intent *intent =
		    &((const struct journal_open *)g_ptr_array_index(open, i))->intent;
		if (!evidence_outside(evidence, intent, now))
			continue;
		/* The key is refused, or the run told to stop: nothing more can be sent. */
		if (result != KISI_DENIED && !apply->stopped())
			result = put_back(apply, intent);
		else
			result = KISI_DENIED;
		*restored += result == KISI_OK;
		if (result != KISI_OK && result != KISI_EXISTS)
			g_ptr_array_add(outside, g_strdup(intent->email));
	}
	evidence_free(evidence);
	g_ptr_array_unref(open);
	return true;
}
