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

/* False: the key is refused, nothing more can be sent. */
static bool
put_back(const struct apply *apply, const struct journal_intent *intent)
{
	struct kisi_reply reply = {0};
	int64_t id;
	enum kisi_result result = kisi_create_assignment(
	    apply->client, intent->user_id, intent->group_id, intent->have, &reply, &id);
	kisi_reply_done(&reply);
	return result != KISI_DENIED;
}

bool
apply_restore(const struct apply *apply, const struct snapshot *snapshot, instant now,
    guint *restored, GError **error)
{
	*restored = 0;
	GPtrArray *open = store_open_intents(apply->store, error);
	if (open == NULL)
		return false;
	struct evidence *evidence = evidence_new(snapshot, apply->config);
	bool going = true;
	for (guint i = 0; i < open->len && going && !apply->stopped(); i++) {
		const struct journal_open *one = g_ptr_array_index(open, i);
		if (!evidence_outside(evidence, &one->intent, now))
			continue;
		going = put_back(apply, &one->intent);
		*restored += going;
	}
	evidence_free(evidence);
	g_ptr_array_unref(open);
	return true;
}
