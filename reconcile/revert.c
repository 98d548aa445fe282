/*
 * Undoing a run.  Decides what the state before it was, and whether it may still be put back: only where nobody, and no
 * later run, has touched what the run left.
 */
#include "reconcile/revert.h"

#include "model/doubts.h"
#include "reconcile/findings.h"
#include "reconcile/loss.h"
#include "reconcile/passes.h"

#include <string.h>

/* One change of the run, and what is there now. */
struct undo {
	struct world *world;
	const struct trail *trail;
	const struct trail_change *done;
	enum action action;
	uint32_t person; /* INTERN_NONE: nobody is known */
	const char *email, *door;
};

static void
moved_since(const struct undo *undo, const char *why)
{
	finding_add(undo->world->plan, FINDING_MOVED_SINCE, undo->email, undo->door,
	    undo->done->change_id, "%s of run %s is not undone: %s", undo->done->action,
	    undo->trail->id, why);
}

/* Was there something before the run that is not past by now? */
static bool
was_there(const struct undo *undo)
{
	return undo->done->have_id != 0 && undo->done->have.until > undo->world->now;
}

static bool
is_protected(const struct undo *undo)
{
	if (undo->person == INTERN_NONE || !world_protected(undo->world, undo->person))
		return false;
	finding_add(undo->world->plan, FINDING_PROTECTED, undo->email, undo->door, NULL,
	    "%s of run %s is not undone; protected people are never changed", undo->done->action,
	    undo->trail->id);
	return true;
}

/* have_id 0: nothing is there. */
static struct change *
add_change(
    const struct undo *undo, enum object object, int64_t have_id, const struct interval *have)
{
	struct plan *plan = undo->world->plan;
	struct change *change = g_new0(struct change, 1);
	change->object = object;
	change->email = plan_text(plan, undo->email);
	change->label = plan_text(plan, undo->done->label);
	change->have_id = have_id;
	change->have = have_id != 0 ? *have : (struct interval){INSTANT_ALWAYS, INSTANT_NEVER};
	change->wanted = was_there(undo);
	change->want = change->wanted ? undo->done->have
				      : (struct interval){INSTANT_ALWAYS, INSTANT_NEVER};
	change->cause = CAUSE_REVERTED;
	plan_make_id(change->id, "revert", undo->trail->id, undo->done->change_id,
	    plan_printf(plan, "%" G_GINT64_FORMAT, have_id), NULL);
	g_ptr_array_add(plan->changes, change);
	return change;
}

/* ---- groups ---- */

static const struct kisi_user *
user_of(const struct world *world, const struct trail_change *done)
{
	if (done->user_id != 0)
		return snapshot_user(world->snapshot, done->user_id);
	uint32_t person = intern_find(world->entitled->people, done->email);
	return person != INTERN_NONE ? g_ptr_array_index(world->user_of, person) : NULL;
}

static const struct holding *
holding_of(const struct world *world, const struct kisi_user *user, int64_t group_id)
{
	for (guint i = 0; i < world->holdings->len; i++) {
		const struct holding *holding = &g_array_index(world->holdings, struct holding, i);
		if (holding->user->id == user->id && holding->group_id == group_id)
			return holding;
	}
	return NULL;
}

/* Is this there, where NULL stands for nothing? */
static bool
is_there(const struct world *world, const struct holding *have, const struct interval *span)
{
	if (have == NULL || span == NULL)
		return have == NULL && span == NULL;
	return interval_equal_in_effect(have->assignment->valid, *span, world->now);
}

/* Reasons to leave a slot alone that the difference has, too; each is reported. */
static bool
left_alone(const struct undo *undo, const struct managed_group *group, const struct holding *have)
{
	if (is_protected(undo))
		return true;
	if (group->exclusive == EXCLUSIVE_NO) {
		finding_add(undo->world->plan, FINDING_REPORT_ONLY, undo->email, undo->door, NULL,
		    "%s of run %s is not undone; this group is only reported on",
		    undo->done->action, undo->trail->id);
		return true;
	}
	if (have == NULL && world_other_role(undo->world, undo->person, group->id)) {
		finding_add(undo->world->plan, FINDING_OTHER_ROLE, undo->email, undo->door, NULL,
		    "holds another role in this group, so that access cannot be put back beside "
		    "it");
		return true;
	}
	return false;
}

static void
revert_slot(struct undo *undo)
{
	struct world *world = undo->world;
	const struct trail_change *done = undo->done;
	const struct managed_group *group = groups_managed(world->groups, done->group_id);
	const struct kisi_user *user = user_of(world, done);
	const struct kisi_group *named = snapshot_group(world->snapshot, done->group_id);
	undo->door = named != NULL ? named->name : NULL;
	undo->person = user != NULL ? world_person_of(world, user) : INTERN_NONE;
	if (group == NULL || undo->person == INTERN_NONE) {
		moved_since(undo, group == NULL ? "its group is not managed now"
						: "the person is no Kisi user now");
		return;
	}
	undo->email = world_email(world, undo->person);
	const struct holding *have = holding_of(world, user, group->id);
	const struct interval *before = was_there(undo) ? &done->have : NULL;
	if (is_there(world, have, before))
		return;
	if (snapshot_doubts_slot(world->snapshot, user->id, group->id)) {
		moved_since(
		    undo, "Kisi shows something there that this version does not understand");
		return;
	}
	if (!is_there(world, have, done->wanted ? &done->want : NULL)) {
		moved_since(undo, "what is there is not what the run left");
		return;
	}
	if (left_alone(undo, group, have))
		return;
	struct change *change = add_change(undo, OBJECT_ASSIGNMENT,
	    have != NULL ? have->assignment->id : 0,
	    have != NULL ? &have->assignment->valid : NULL);
	change->name = plan_text(world->plan, user->name);
	change->user_id = user->id;
	change->group_id = group->id;
	change->group = plan_text(world->plan, group->name);
}

/* ---- links and schedules ---- */

static bool
is_same_pass(const struct pass *pass, enum object object, const struct trail_change *done)
{
	return pass->object == object && g_strcmp0(pass->label, done->label) == 0 &&
	       pass->door_id == (object == OBJECT_LINK ? done->group_id : done->lock_id) &&
	       (object == OBJECT_SCHEDULE || strcmp(pass->email, done->email) == 0);
}

/* Did the run make one with these dates beside the one it took away? */
static bool
made_by_run(const struct undo *undo, enum object object, const struct pass *pass)
{
	for (guint i = 0; i < undo->trail->changes->len; i++) {
		const struct trail_change *other = g_ptr_array_index(undo->trail->changes, i);
		if (other->wanted && is_same_pass(pass, object, other) &&
		    interval_equal_in_effect(pass->span, other->want, undo->world->now))
			return true;
	}
	return false;
}

/* The one with these dates; *others: there are some that the run did not leave. */
static const struct pass *
find_pass(const struct undo *undo, enum object object, const struct interval *span, bool *others)
{
	const GArray *there = undo->world->passes->there;
	const struct pass *found = NULL;
	for (guint i = 0; i < there->len; i++) {
		const struct pass *pass = &g_array_index(there, struct pass, i);
		if (!is_same_pass(pass, object, undo->done))
			continue;
		if (!pass->off && interval_equal_in_effect(pass->span, *span, undo->world->now))
			found = pass;
		else if (!made_by_run(undo, object, pass))
			*others = true;
	}
	return found;
}

static void
revert_pass(struct undo *undo, enum object object)
{
	struct world *world = undo->world;
	const struct trail_change *done = undo->done;
	const struct kisi_group *group = snapshot_group(world->snapshot, done->group_id);
	const char *lock = passes_lock(world, done->lock_id);
	bool others = false;
	const struct pass *pass = find_pass(
	    undo, object, done->wanted ? &done->want : &done->have, &others);
	undo->door = object == OBJECT_LINK ? (group != NULL ? group->name : NULL) : lock;
	if (undo->door == NULL || others) {
		moved_since(undo, others ? "what is there is not what the run left"
					 : "its door is gone from Kisi");
		return;
	}
	if (snapshot_doubts_label(world->snapshot,
		object == OBJECT_LINK ? COUNT_LINKS : COUNT_SCHEDULES, done->label)) {
		moved_since(
		    undo, "Kisi shows something there that this version does not understand");
		return;
	}
	/* Taken away by others meanwhile, or put back, or past by now: nothing is left to undo. */
	if (done->wanted ? pass == NULL : pass != NULL || !was_there(undo))
		return;
	if (is_protected(undo))
		return;
	struct change *change = add_change(
	    undo, object, pass != NULL ? pass->id : 0, pass != NULL ? &pass->span : NULL);
	change->group_id = object == OBJECT_LINK ? done->group_id : 0;
	change->lock_id = object == OBJECT_SCHEDULE ? done->lock_id : 0;
	change->group = object == OBJECT_LINK ? plan_text(world->plan, undo->door) : NULL;
	change->lock = object == OBJECT_SCHEDULE ? plan_text(world->plan, undo->door) : NULL;
}

/* ---- the walk ---- */

static void
revert_one(struct undo *undo)
{
	switch (undo->action) {
	case ACTION_GRANT:
	case ACTION_ADJUST:
	case ACTION_REVOKE:
	case ACTION_CLEANUP:
		revert_slot(undo);
		break;
	case ACTION_CREATE_LINK:
	case ACTION_DELETE_LINK:
		revert_pass(undo, OBJECT_LINK);
		break;
	case ACTION_CREATE_SCHEDULE:
	case ACTION_DELETE_SCHEDULE:
		revert_pass(undo, OBJECT_SCHEDULE);
		break;
	default: /* users stay, and a door that was opened was opened */
		break;
	}
}

void
revert_diff(struct world *world, const struct trail *trail)
{
	for (guint i = 0; i < trail->changes->len; i++) {
		const struct trail_change *done = g_ptr_array_index(trail->changes, i);
		struct undo undo = {.world = world,
		    .trail = trail,
		    .done = done,
		    .action = action_of_word(done->action),
		    .person = intern_find(world->entitled->people, done->email),
		    .email = done->email};
		enum outcome outcome = trail_outcome(done);
		if (outcome == OUTCOME_DONE)
			revert_one(&undo);
		else if (outcome == OUTCOME_UNKNOWN && undo.action != ACTION_COUNT)
			moved_since(
			    &undo, "what became of it is not known; the next apply finds out");
	}
	/* What is undone no record announces. */
	const struct account account = {.standing = STANDING_UNEXPLAINED,
	    .cause = CAUSE_REVERTED,
	    .counted = true,
	    .reason = INTERN_NONE};
	for (guint i = 0; i < world->plan->changes->len; i++)
		losses_add_change(
		    world, world->losses, g_ptr_array_index(world->plan->changes, i), &account);
}
