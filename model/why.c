/* Why somebody can open a door, or not: the value, and its words for programs. */
#include "model/why.h"

const char *
why_mark_word(enum why_mark mark)
{
	static const char *const words[WHY_MARKS] = {[WHY_GIVES] = "gives",
	    [WHY_LATER] = "later",
	    [WHY_OVER] = "over",
	    [WHY_UNKNOWN] = "unknown_status",
	    [WHY_CANCELLED] = "cancelled",
	    [WHY_TENTATIVE] = "tentative",
	    [WHY_NO_SHOW] = "no_show",
	    [WHY_VENUE_BLOCK] = "blocked_time",
	    [WHY_EXPIRED] = "expired",
	    [WHY_FROZEN] = "frozen",
	    [WHY_INCOMPLETE] = "incomplete",
	    [WHY_UNMAPPED] = "unmapped",
	    [WHY_NOT_ENABLED] = "not_enabled",
	    [WHY_INVITED_ONLY] = "attendees_off",
	    [WHY_NOT_MEMBER] = "not_member",
	    [WHY_SUPERSEDED] = "superseded",
	    [WHY_REPEATED] = "repeated",
	    [WHY_EVENT] = "event",
	    [WHY_REFUSED] = "refused",
	    [WHY_REJECTED] = "rejected",
	    [WHY_BARRED] = "barred",
	    [WHY_PERSON] = "person",
	    [WHY_BARS] = "bars",
	    [WHY_REQUESTED] = "requested"};
	return words[mark];
}

const char *
why_because_word(enum why_because because)
{
	static const char *const words[BECAUSES] = {[BECAUSE_HELD] = "held",
	    [BECAUSE_LEFT_OVER] = "left_over",
	    [BECAUSE_PLACED_THEN] = "placed_then",
	    [BECAUSE_OPENED] = "opened",
	    [BECAUSE_SWITCHED_OFF] = "switched_off",
	    [BECAUSE_NO_DOOR] = "no_door",
	    [BECAUSE_PROTECTED] = "protected",
	    [BECAUSE_OTHER_ROLE] = "other_role",
	    [BECAUSE_REPORT_ONLY] = "report_only",
	    [BECAUSE_HELD_BACK] = "held_back",
	    [BECAUSE_NO_USER] = "no_user",
	    [BECAUSE_NOT_APPLIED] = "not_applied",
	    [BECAUSE_NOT_PLACED] = "not_placed",
	    [BECAUSE_OPENED_ONCE] = "opened_once",
	    [BECAUSE_BARRED] = "barred",
	    [BECAUSE_NOT_YET] = "not_yet",
	    [BECAUSE_RECORD] = "record",
	    [BECAUSE_NOT_ENABLED] = "not_enabled",
	    [BECAUSE_NOTHING] = "nothing"};
	return words[because];
}

static void
record_free(gpointer p)
{
	struct why_record *record = p;
	g_array_unref(record->given);
	g_array_unref(record->refs);
	g_ptr_array_unref(record->left_out);
	g_free(record);
}

static void
door_free(gpointer p)
{
	struct why_door *door = p;
	g_array_unref(door->refs);
	g_array_unref(door->spans);
	g_ptr_array_unref(door->holds);
	g_ptr_array_unref(door->changes);
	g_free(door);
}

struct why *
why_new(struct plan *plan, const char *email, const char *only, instant at)
{
	struct why *why = g_new0(struct why, 1);
	why->plan = plan;
	why->email = plan_text(plan, email);
	why->only = plan_text(plan, only);
	why->at = at;
	why->users = g_ptr_array_new();
	why->records = g_ptr_array_new_with_free_func(record_free);
	why->doors = g_ptr_array_new_with_free_func(door_free);
	why->keys = g_array_new(FALSE, FALSE, sizeof(struct why_key));
	why->mismatches = g_ptr_array_new();
	why->findings = g_ptr_array_new();
	why->refused = g_ptr_array_new();
	return why;
}

void
why_free(struct why *why)
{
	if (why == NULL)
		return;
	GPtrArray *const arrays[] = {
	    why->users, why->records, why->doors, why->mismatches, why->findings, why->refused};
	for (size_t i = 0; i < G_N_ELEMENTS(arrays); i++)
		g_ptr_array_unref(arrays[i]);
	g_array_unref(why->keys);
	g_free(why);
}

struct why_record *
why_add_record(struct why *why)
{
	struct why_record *record = g_new0(struct why_record, 1);
	record->given = g_array_new(FALSE, FALSE, sizeof(struct why_given));
	record->refs = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	record->left_out = g_ptr_array_new();
	g_ptr_array_add(why->records, record);
	return record;
}

struct why_door *
why_add_door(struct why *why)
{
	struct why_door *door = g_new0(struct why_door, 1);
	door->refs = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	door->spans = g_array_new(FALSE, FALSE, sizeof(struct interval));
	door->holds = g_ptr_array_new_with_free_func(g_free);
	door->changes = g_ptr_array_new();
	g_ptr_array_add(why->doors, door);
	return door;
}

struct why_hold *
why_add_hold(struct why_door *door)
{
	struct why_hold *hold = g_new0(struct why_hold, 1);
	g_ptr_array_add(door->holds, hold);
	return hold;
}
