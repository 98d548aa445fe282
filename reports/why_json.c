/* Why somebody can get in, or not, for programs. */
#include "reports/why_text.h"

#include "model/run.h"
#include "reports/put_json.h"

#define FORMAT_VERSION 1

static struct json_object *
given_json(const struct why_record *record)
{
	struct json_object *list = json_object_new_array();
	for (guint i = 0; i < record->given->len; i++) {
		const struct why_given *given = &g_array_index(record->given, struct why_given, i);
		struct json_object *object = json_object_new_object();
		put_text(object, "door", given->door);
		put_text(object, "rule", given->rule);
		put_text(object, "method", method_word(given->method));
		put_interval(object, true, &given->span);
		json_object_array_add(list, object);
	}
	return list;
}

static struct json_object *
record_json(const struct why_record *record)
{
	bool readable = record->mark != WHY_REJECTED;
	struct json_object *object = json_object_new_object();
	put_text(object, "source", record->source);
	put_text(object, "file", record->file);
	json_put_integer(object, "row", record->row);
	put_text(object, "record", record->id);
	put_text(object, "kind", record_kind_word(record->kind));
	put_text(object, "status", readable ? record_status_word(record->status) : NULL);
	put_text(object, "what", record->what);
	put_text(object, "company", record->company);
	json_put_boolean(object, "invited", record->invited);
	put_interval(object, readable && record->kind != RECORD_PERSON, &record->span);
	put_text(object, "says", why_mark_word(record->mark));
	put_text(object, "reason", record->reason);
	json_object_object_add(object, "gives", given_json(record));
	return object;
}

static struct json_object *
changes_json(const struct why *why, const struct why_door *door)
{
	struct json_object *list = json_object_new_array();
	for (guint i = 0; i < door->changes->len; i++) {
		const struct change *change = door->changes->pdata[i];
		struct json_object *object = json_object_new_object();
		put_text(object, "id", change->id);
		put_text(object, "action", action_word(change_action(change, why->plan->as_of)));
		put_text(object, "cause", cause_word(change->cause));
		put_interval(object, change->wanted, &change->want);
		put_text(object, "guard", guard_word(change->held));
		json_object_array_add(list, object);
	}
	return list;
}

static struct json_object *
holds_json(const struct why_door *door)
{
	struct json_object *list = json_object_new_array();
	for (guint i = 0; i < door->holds->len; i++) {
		const struct why_hold *hold = door->holds->pdata[i];
		struct json_object *object = json_object_new_object();
		put_text(object, "via", hold->via);
		put_interval(object, true, &hold->span);
		json_put_boolean(object, "switched_off", hold->off);
		json_object_array_add(list, object);
	}
	return list;
}

static struct json_object *
spans_json(const struct why_door *door)
{
	struct json_object *list = json_object_new_array();
	for (guint i = 0; i < door->spans->len; i++) {
		struct json_object *object = json_object_new_object();
		put_interval(object, true, &g_array_index(door->spans, struct interval, i));
		json_object_array_add(list, object);
	}
	return list;
}

static struct json_object *
tried_json(const struct tried_change *tried)
{
	if (tried == NULL)
		return NULL;
	struct json_object *object = json_object_new_object();
	put_text(object, "run", tried->run);
	put_text(object, "action", tried->action);
	put_text(object, "outcome", outcome_word(tried->failed ? OUTCOME_FAILED : OUTCOME_UNKNOWN));
	put_text(object, "answer", tried->answer);
	json_put_instant(object, "at", tried->at);
	return object;
}

static struct json_object *
door_json(const struct why *why, const struct why_door *door)
{
	static const char *const words[] = {
	    [WHY_NO] = "no", [WHY_YES] = "yes", [WHY_WILL] = "will"};
	struct json_object *object = json_object_new_object();
	put_text(object, door->lock ? "lock" : "group", door->name);
	if (door->id != 0)
		json_put_integer(object, "id", door->id);
	put_text(object, "method", method_word(door->method));
	json_put_boolean(object, "managed", door->managed);
	put_text(object, "can_open", words[door->can]);
	put_text(object, "because", why_because_word(door->because));
	json_object_object_add(object, "entitled", spans_json(door));
	json_object_object_add(object, "holds", holds_json(door));
	json_object_object_add(object, "changes", changes_json(why, door));
	json_object_object_add(object, "tried", tried_json(door->tried));
	put_text(object, "guard", door->verdict != NULL ? door->verdict->text : NULL);
	put_text(object, "hint", door->verdict != NULL ? door->verdict->hint : NULL);
	put_text(object, "missing", door->missing != NULL ? door->missing->text : NULL);
	put_text(object, "restrictions", door->restrictions);
	return object;
}

static struct json_object *
keys_json(const struct why *why)
{
	struct json_object *list = json_object_new_array();
	for (guint i = 0; i < why->keys->len; i++) {
		const struct why_key *key = &g_array_index(why->keys, struct why_key, i);
		struct json_object *object = json_object_new_object();
		put_text(object, "lock", key->lock);
		put_text(object, "by", key->by);
		json_object_array_add(list, object);
	}
	return list;
}

static struct json_object *
users_json(const struct why *why)
{
	struct json_object *list = json_object_new_array();
	for (guint i = 0; i < why->users->len; i++) {
		const struct kisi_user *user = why->users->pdata[i];
		struct json_object *object = json_object_new_object();
		json_put_integer(object, "id", user->id);
		put_text(object, "email", user->email);
		put_text(object, "name", user->name);
		json_put_boolean(object, "access_enabled", user->access_enabled);
		json_put_boolean(object, "confirmed", user->confirmed);
		json_object_array_add(list, object);
	}
	return list;
}

static struct json_object *
mismatches_json(const struct why *why)
{
	struct json_object *list = json_object_new_array();
	for (guint i = 0; i < why->mismatches->len; i++) {
		const struct mismatch *mismatch = why->mismatches->pdata[i];
		struct json_object *object = json_object_new_object();
		put_text(object, "email", mismatch->email);
		put_text(object, "kisi_email", mismatch->kisi_email);
		json_put_integer(object, "score", mismatch->score);
		put_text(object, "evidence", mismatch->evidence);
		put_text(object, "same", mismatch->same);
		put_text(object, "different", mismatch->different);
		json_object_array_add(list, object);
	}
	return list;
}

static struct json_object *
findings_json(const struct why *why)
{
	struct json_object *list = json_object_new_array();
	for (guint i = 0; i < why->findings->len; i++) {
		const struct finding *finding = why->findings->pdata[i];
		struct json_object *object = json_object_new_object();
		put_text(object, "kind", finding_word(finding->kind));
		put_text(object, "group", finding->group);
		put_text(object, "text", finding->text);
		json_object_array_add(list, object);
	}
	return list;
}

static struct json_object *
refused_json(const struct why *why)
{
	struct json_object *list = json_object_new_array();
	for (guint i = 0; i < why->refused->len; i++) {
		const struct verdict *verdict = why->refused->pdata[i];
		struct json_object *object = json_object_new_object();
		put_text(object, "source", verdict->scope);
		put_text(object, "guard", guard_word(verdict->guard));
		put_text(object, "text", verdict->text);
		json_object_array_add(list, object);
	}
	return list;
}

char *
why_json(const struct why *why)
{
	struct json_object *object = json_object_new_object();
	struct json_object *records = json_object_new_array(), *doors = json_object_new_array();
	json_put_integer(object, "format_version", FORMAT_VERSION);
	put_text(object, "email", why->email);
	put_text(object, "name", why->name);
	json_put_instant(object, "at", why->at);
	json_put_instant(object, "as_of", why->plan->as_of);
	json_put_instant(object, "kisi_read_at", why->fetched_at);
	put_text(object, "blocked", why->barred);
	json_put_boolean(object, "protected", why->protected);
	json_object_object_add(object, "users", users_json(why));
	for (guint i = 0; i < why->records->len; i++)
		json_object_array_add(records, record_json(why->records->pdata[i]));
	json_object_object_add(object, "records", records);
	json_put_integer(object, "older_bookings", why->older);
	put_text(object, "company_without_membership", why->company);
	for (guint i = 0; i < why->doors->len; i++)
		json_object_array_add(doors, door_json(why, why->doors->pdata[i]));
	json_object_object_add(object, "doors", doors);
	json_object_object_add(object, "opens", keys_json(why));
	json_object_object_add(object, "mismatches", mismatches_json(why));
	json_object_object_add(object, "findings", findings_json(why));
	json_object_object_add(object, "refused", refused_json(why));
	char *text = g_strconcat(json_compact(object), "\n", NULL);
	json_object_put(object);
	return text;
}
