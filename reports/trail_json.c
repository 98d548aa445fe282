/* One run of the audit trail, for programs. */
#include "reports/trail_text.h"

#include "reports/put_json.h"

#define FORMAT_VERSION 1

/* id 0: it has none; nothing at all when it is not there. */
static struct json_object *
span_json(bool there, int64_t id, const struct interval *span)
{
	if (!there)
		return NULL;
	struct json_object *object = json_object_new_object();
	if (id != 0)
		json_put_integer(object, "id", id);
	json_put_instant(object, "from", span->from);
	json_put_instant(object, "until", span->until);
	return object;
}

static struct json_object *
outcomes_json(const struct trail_change *change)
{
	struct json_object *list = json_object_new_array();
	for (guint i = 0; i < change->outcomes->len; i++) {
		const struct trail_outcome *outcome = &g_array_index(
		    change->outcomes, struct trail_outcome, i);
		struct json_object *object = json_object_new_object();
		json_put_instant(object, "at", outcome->at);
		put_text(object, "outcome", outcome_word(outcome->outcome));
		put_text(object, "text", outcome->text);
		json_object_array_add(list, object);
	}
	return list;
}

static struct json_object *
sent_json(const struct trail_change *change, const struct change *planned)
{
	struct json_object *object = json_object_new_object();
	json_put_integer(object, "intent", change->id);
	put_text(object, "id", change->change_id);
	json_put_instant(object, "at", change->at);
	put_text(object, "action", change->action);
	put_text(object, "email", change->email);
	put_id(object, "user_id", change->user_id);
	put_id(object, "group_id", change->group_id);
	put_text(object, "group", planned != NULL ? planned->group : NULL);
	put_id(object, "lock_id", change->lock_id);
	put_text(object, "lock", planned != NULL ? planned->lock : NULL);
	put_text(object, "name", change->label);
	json_object_object_add(
	    object, "have", span_json(change->have_id != 0, change->have_id, &change->have));
	json_object_object_add(object, "want", span_json(change->wanted, 0, &change->want));
	put_text(object, "cause", change->cause);
	put_text(object, "source", change->source);
	put_text(object, "rule", change->rule);
	json_put_boolean(object, "surprising", change->surprising);
	put_text(object, "outcome", outcome_word(trail_outcome(change)));
	json_object_object_add(object, "outcomes", outcomes_json(change));
	return object;
}

static struct json_object *
held_json(const struct plan *plan, const struct change *change)
{
	const struct verdict *verdict = trail_verdict(plan, change);
	struct json_object *object = json_object_new_object();
	put_text(object, "id", change->id);
	put_text(object, "action", action_word(change_action(change, plan->as_of)));
	put_text(object, "email", change->email);
	put_text(object, "group", change->group);
	put_text(object, "lock", change->lock);
	json_object_object_add(
	    object, "have", span_json(change->have_id != 0, change->have_id, &change->have));
	json_object_object_add(object, "want",
	    span_json(change->wanted && change->object != OBJECT_USER, 0, &change->want));
	put_text(object, "cause", cause_word(change->cause));
	put_text(object, "guard", guard_word(change->held));
	put_text(object, "why", verdict != NULL ? verdict->text : NULL);
	return object;
}

static struct json_object *
approval_json(const struct approval *approval)
{
	if (approval->plan_id == NULL)
		return NULL;
	struct json_object *object = json_object_new_object();
	put_text(object, "plan", approval->plan_id);
	json_put_integer(object, "max_removals", approval->max_removals);
	put_text(object, "who", approval->who);
	json_put_instant(object, "at", approval->at);
	return object;
}

char *
trail_json(const struct trail *trail, const struct plan *plan)
{
	struct json_object *object = json_object_new_object();
	json_put_integer(object, "format_version", FORMAT_VERSION);
	put_text(object, "run", trail->id);
	put_text(object, "command", trail->command);
	put_text(object, "who", trail->who);
	put_text(object, "version", trail->version);
	json_put_instant(object, "as_of", trail->as_of);
	json_put_instant(object, "started", trail->started);
	json_put_instant(object, "ended", trail->ended);
	json_object_object_add(
	    object, "exit", trail->exit_code >= 0 ? json_object_new_int(trail->exit_code) : NULL);
	put_text(object, "summary", trail->summary);
	put_text(object, "head", trail->head);
	put_text(object, "removed_by", trail->removed_by);
	put_text(object, "plan", trail->plan);
	put_text(object, "given_plan", trail->applied);
	json_object_object_add(object, "approval", approval_json(&trail->approval));
	struct json_object *sent = json_object_new_array();
	GHashTable *planned = trail_planned(plan);
	for (guint i = 0; i < trail->changes->len; i++) {
		const struct trail_change *change = trail->changes->pdata[i];
		json_object_array_add(
		    sent, sent_json(change, g_hash_table_lookup(planned, change->change_id)));
	}
	g_hash_table_unref(planned);
	json_object_object_add(object, "sent", sent);
	struct json_object *held = json_object_new_array();
	for (guint i = 0; plan != NULL && i < plan->held->len; i++)
		json_object_array_add(held, held_json(plan, plan->held->pdata[i]));
	json_object_object_add(object, "held", held);
	char *text = g_strconcat(json_compact(object), "\n", NULL);
	json_object_put(object);
	return text;
}
