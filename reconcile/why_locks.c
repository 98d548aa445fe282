/* The locks behind a door: what keeps them shut for people with access, and which of them somebody can open. */
#include "reconcile/why.h"

#include "reconcile/unlock.h"

#include <string.h>

static void say(GString *text, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void
say(GString *text, const char *format, ...)
{
	va_list arguments;
	if (text->len > 0)
		g_string_append(text, "; ");
	va_start(arguments, format);
	g_string_append_vprintf(text, format, arguments);
	va_end(arguments);
}

/* Does a relation say that the door (a group) opens the lock?  A door that is a lock opens itself. */
static bool
opens(const struct snapshot *snapshot, const struct why_door *door, int64_t lock_id)
{
	if (door->lock)
		return door->id == lock_id;
	for (guint i = 0; i < snapshot->group_locks->len; i++) {
		const struct kisi_group_lock *relation = &g_array_index(
		    snapshot->group_locks, struct kisi_group_lock, i);
		if (relation->group_id == door->id && relation->lock_id == lock_id)
			return true;
	}
	return false;
}

/* ---- what keeps it shut ---- */

/* The hours in which a restricted group or lock opens: `Office hours: Mon Tue 08:00-17:30`. */
static void
say_hours(
    GString *text, const struct snapshot *snapshot, const char *type, int64_t id, const char *of)
{
	for (guint i = 0; i < snapshot->schedules->len; i++) {
		const struct kisi_schedule *one = &g_array_index(
		    snapshot->schedules, struct kisi_schedule, i);
		if (!one->enabled || one->override || one->target_id != id ||
		    strcmp(one->consequence, "allow") != 0 || strcmp(one->target_type, type) != 0)
			continue;
		say(text, "%s opens by \"%s\"%s%s", of, one->name != NULL ? one->name : "",
		    one->hours != NULL ? ", " : "", one->hours != NULL ? one->hours : "");
	}
}

/* A door that is a lock itself. */
static void
say_lock(GString *text, const struct kisi_lock *lock)
{
	g_autofree char *words = snapshot_restrictions(lock->restrictions),
			*trouble = snapshot_lock_words(lock->trouble);
	if (*words != '\0' || *trouble != '\0')
		say(text, "%s: %s%s%s", lock->name, trouble,
		    *words != '\0' && *trouble != '\0' ? ", " : "", words);
}

void
why_restrictions(const struct world *world, struct why *why, struct why_door *door)
{
	const struct snapshot *snapshot = world->snapshot;
	const struct kisi_group *group = door->lock ? NULL : snapshot_group(snapshot, door->id);
	bool shut = false;
	g_autofree char *limits = door->lock ? NULL
					     : unlock_limits(snapshot, door->id, false, &shut);
	GString *text = g_string_new(limits);
	for (guint i = 0; i < snapshot->locks->len; i++) {
		const struct kisi_lock *lock = &g_array_index(snapshot->locks, struct kisi_lock, i);
		if (!opens(snapshot, door, lock->id))
			continue;
		if (door->lock)
			say_lock(text, lock);
		if ((lock->restrictions & RESTRICTION_TIME) != 0)
			say_hours(text, snapshot, "Lock", lock->id, lock->name);
	}
	if (group != NULL && (group->restrictions & RESTRICTION_TIME) != 0)
		say_hours(text, snapshot, "Group", group->id, "the group");
	if (text->len > 0)
		door->restrictions = plan_text(why->plan, text->str);
	g_string_free(text, TRUE);
}

/* ---- keys ---- */

static int
compare_keys(gconstpointer p, gconstpointer q)
{
	const struct why_key *a = p, *b = q;
	return strcmp(a->lock, b->lock);
}

void
why_keys(const struct world *world, struct why *why)
{
	const struct snapshot *snapshot = world->snapshot;
	for (guint i = 0; i < snapshot->locks->len; i++) {
		const struct kisi_lock *lock = &g_array_index(snapshot->locks, struct kisi_lock, i);
		GString *by = g_string_new(NULL);
		for (guint d = 0; d < why->doors->len; d++) {
			const struct why_door *door = why->doors->pdata[d];
			if (door->can == WHY_YES && opens(snapshot, door, lock->id))
				say(by, "%s", door->name);
		}
		struct why_key key = {lock->name, plan_text(why->plan, by->str)};
		if (by->len > 0)
			g_array_append_val(why->keys, key);
		g_string_free(by, TRUE);
	}
	g_array_sort(why->keys, compare_keys);
}
