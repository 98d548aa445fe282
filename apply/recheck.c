/* Is a change still as it was planned?  Decides what is looked at once more just before it is sent. */
#include "apply/sender.h"

static enum sent
judge(enum kisi_result result, bool fits, const char *misfit, const char **why)
{
	if (result == KISI_DENIED) {
		*why = "not sent: Kisi refuses the key";
		return SENT_DENIED;
	}
	if (result != KISI_OK && result != KISI_GONE) {
		*why = "not sent: the plan is minutes old, and Kisi does not say whether it still "
		       "fits";
		return SENT_UNKNOWN;
	}
	*why = fits ? NULL : misfit;
	return fits ? SENT_DONE : SENT_FAILED;
}

static enum sent
check_assignment(struct sender *sender, const struct change *change, const char **why)
{
	struct kisi_reply reply = {0};
	struct kisi_assignment found;
	enum kisi_result result = kisi_read_assignment(
	    sender->apply->client, change->have_id, &reply, &found);
	bool fits = result == KISI_OK && found.valid.from == change->have.from &&
		    found.valid.until == change->have.until;
	enum sent sent = judge(result, fits,
	    result == KISI_GONE ? "not sent: somebody has removed it since it was planned"
				: "not sent: somebody has changed it since it was planned",
	    why);
	kisi_reply_done(&reply);
	return sent;
}

static enum sent
check_slot(struct sender *sender, const struct change *change, const char **why)
{
	struct kisi_reply reply = {0};
	struct kisi_assignment found;
	int64_t user_id = sender_user(sender, change);
	if (user_id == 0)
		return SENT_DONE;
	enum kisi_result result = kisi_find_assignment(
	    sender->apply->client, user_id, change->group_id, &reply, &found);
	enum sent sent = judge(result, result == KISI_GONE,
	    "not sent: somebody has given it since it was planned", why);
	kisi_reply_done(&reply);
	return sent;
}

/* A pass that goes must still be there as it was; one that comes must not be there yet. */
static enum sent
check_pass(struct sender *sender, const struct change *change, const char **why)
{
	struct kisi_client *client = sender->apply->client;
	struct interval span = change->wanted ? change->want : change->have;
	struct kisi_reply reply = {0};
	int64_t id;
	enum kisi_result result = change->object == OBJECT_LINK
				      ? kisi_find_link(client, change->label, change->email,
					    change->group_id, span, &reply, &id)
				      : kisi_find_schedule(client, change->label, change->lock_id,
					    span, &reply, &id);
	enum sent sent = judge(result, (result == KISI_GONE) == change->wanted,
	    change->wanted ? "not sent: it is there already"
			   : "not sent: somebody has changed or removed it since it was planned",
	    why);
	kisi_reply_done(&reply);
	return sent;
}

enum sent
sender_recheck(struct sender *sender, const struct change *change, const char **why)
{
	switch (change->object) {
	case OBJECT_USER:
		/* Kisi itself refuses a second one, and then that one is looked up. */
		return SENT_DONE;
	case OBJECT_LINK:
	case OBJECT_SCHEDULE:
		return check_pass(sender, change, why);
	default:
		return change->have_id != 0 ? check_assignment(sender, change, why)
					    : check_slot(sender, change, why);
	}
}
