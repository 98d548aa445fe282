/* What keeps people who have a group from opening its doors.  It is told, and decides nothing. */
#include "reconcile/unlock.h"

struct word {
	unsigned bit;
	const char *shorter, *plain;
};

static const struct word troubles[] = {
    {TROUBLE_LOCKED_DOWN, "locked down", "locked down"},
    {TROUBLE_OFFLINE, "offline", "offline"},
    {TROUBLE_UNCONFIGURED, "not configured", "not set up in Kisi"},
    {0, NULL, NULL},
};

static const struct word limits[] = {
    {RESTRICTION_READER, "reader", "only at the reader"},
    {RESTRICTION_TAP, "tap", "only by tapping the reader"},
    {RESTRICTION_GEOFENCE, "geofence", "only near the building"},
    {RESTRICTION_TIME, "time", "only at set times"},
    {RESTRICTION_DEVICE, "device", "only with a registered device"},
    {0, NULL, NULL},
};

static void
add_words(GString *out, const struct word *words, unsigned bits, bool plain, const char *between)
{
	for (; words->shorter != NULL; words++) {
		if ((bits & words->bit) == 0)
			continue;
		g_string_append_printf(out, "%s%s", out->len > 0 ? between : "",
		    plain ? words->plain : words->shorter);
	}
}

/* `who: words`, when there are any. */
static void
add_limits(GString *out, const char *who, unsigned trouble, unsigned restrictions, bool plain)
{
	g_autoptr(GString) words = g_string_new(NULL);
	add_words(words, troubles, trouble, plain, ", ");
	add_words(words, limits, restrictions, plain, ", ");
	if (words->len > 0)
		g_string_append_printf(out, "%s%s: %s", out->len > 0 ? "; " : "", who, words->str);
}

static bool
is_locked_down(const struct snapshot *snapshot, int64_t place_id)
{
	const struct kisi_place *place = place_id != 0 ? snapshot_place(snapshot, place_id) : NULL;
	return place != NULL && place->locked_down;
}

/* The group's next lock from *at on in group_locks; NULL when there is none. */
static const struct kisi_lock *
next_door(const struct snapshot *snapshot, int64_t group_id, guint *at)
{
	while (*at < snapshot->group_locks->len) {
		const struct kisi_group_lock *relation = &g_array_index(
		    snapshot->group_locks, struct kisi_group_lock, *at);
		if (relation->group_id != group_id)
			return NULL;
		(*at)++;
		const struct kisi_lock *lock = snapshot_lock(snapshot, relation->lock_id);
		if (lock != NULL)
			return lock;
	}
	return NULL;
}

char *
unlock_limits(const struct snapshot *snapshot, int64_t group_id, bool plain, bool *shut)
{
	const struct kisi_group *group = snapshot_group(snapshot, group_id);
	GString *out = g_string_new(NULL);
	guint at = snapshot_doors(snapshot, group_id), doors = 0, closed = 0;
	const struct kisi_lock *lock;
	while ((lock = next_door(snapshot, group_id, &at)) != NULL) {
		unsigned trouble = lock->trouble;
		if (is_locked_down(snapshot, lock->place_id))
			trouble |= TROUBLE_LOCKED_DOWN;
		doors++;
		/* One that is offline may still open for cards and phones at its reader. */
		closed += (trouble & ~(unsigned)TROUBLE_OFFLINE) != 0;
		add_limits(out, lock->name, trouble, lock->restrictions, plain);
	}
	if (group != NULL)
		add_limits(
		    out, plain ? "the group" : "the group itself", 0, group->restrictions, plain);
	if (group != NULL && !group->login_enabled)
		g_string_append_printf(out,
		    "%sthe group does not let its people unlock with the app",
		    out->len > 0 ? "; " : "");
	/* Kisi may not say which locks a group has. */
	bool none = doors == 0 && group != NULL && group->locks_count == 0;
	if (none)
		g_string_append_printf(
		    out, "%sthis group opens no door in Kisi", out->len > 0 ? "; " : "");
	*shut = none || (doors > 0 && closed == doors);
	return g_string_free(out, out->len == 0);
}

char *
unlock_doors(const struct snapshot *snapshot, int64_t group_id)
{
	GString *out = g_string_new(NULL);
	guint at = snapshot_doors(snapshot, group_id);
	const struct kisi_lock *lock;
	while ((lock = next_door(snapshot, group_id, &at)) != NULL)
		g_string_append_printf(out, "%s%s", out->len > 0 ? "; " : "", lock->name);
	return g_string_free(out, out->len == 0);
}
