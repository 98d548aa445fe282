/* What all changes share: what an answer means, deleting what has an id, and whom a change is about. */
#include "apply/sender.h"

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

void
sender_say(struct sender *sender, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	g_autofree char *text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	sender->text = g_string_chunk_insert(sender->result->text, text);
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

int64_t
sender_user(const struct sender *sender, const struct change *change)
{
	const int64_t *created = g_hash_table_lookup(sender->created, change->email);
	return change->user_id != 0 ? change->user_id : created != NULL ? *created : 0;
}
