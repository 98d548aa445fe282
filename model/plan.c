/* The plan as a value: words, ids, and the memory behind it. */
#include "model/plan.h"

#include <string.h>

static const struct {
	const char *word;
	bool expected;
} causes[CAUSE_COUNT] = {
    [CAUSE_ENDED] = {"ended", true},
    [CAUSE_EXPIRED] = {"expired", true},
    [CAUSE_CANCELLED] = {"cancelled", true},
    [CAUSE_FROZEN] = {"frozen", true},
    [CAUSE_BLOCKED] = {"blocked", true},
    [CAUSE_DELETED] = {"deleted", true},
    [CAUSE_ROW_VANISHED] = {"row-vanished", false},
    [CAUSE_ABSENT] = {"cancelled", false},
    [CAUSE_HAND_MADE] = {"hand-made", false},
    [CAUSE_RULE_REMOVED] = {"rule-removed", false},
    [CAUSE_HAND_EDITED] = {"hand-edited", false},
    [CAUSE_NEW] = {"new", true},
    [CAUSE_EXTENDED] = {"extended", true},
    [CAUSE_SHORTENED] = {"shortened", true},
    [CAUSE_MOVED] = {"moved", true},
    [CAUSE_REMOVED_BY_HAND] = {"removed-by-hand", true},
    [CAUSE_REVERTED] = {"reverted", false},
};

const char *
basis_word(enum basis basis)
{
	static const char *const words[BASIS_COUNT] = {[BASIS_MEMBERSHIP] = "membership",
	    [BASIS_BOOKING] = "booking",
	    [BASIS_GRANT] = "manual grant",
	    [BASIS_ROLE] = "role",
	    [BASIS_TEAM] = "team",
	    [BASIS_OUTSIDE] = "out of scope",
	    [BASIS_NONE] = "none",
	    [BASIS_UNKNOWN] = "not known"};
	return words[basis];
}

enum basis
basis_of_word(const char *word)
{
	enum basis basis = BASIS_MEMBERSHIP;
	while (basis < BASIS_COUNT && g_strcmp0(basis_word(basis), word) != 0)
		basis++;
	return basis;
}

const char *
cause_word(enum cause cause)
{
	return causes[cause].word;
}

bool
cause_expected(enum cause cause)
{
	return causes[cause].expected;
}

enum cause
cause_of_word(const char *word, bool expected)
{
	enum cause found = CAUSE_COUNT;
	for (int i = 0; i < CAUSE_COUNT; i++) {
		if (strcmp(causes[i].word, word) == 0 &&
		    (found == CAUSE_COUNT || causes[i].expected == expected))
			found = (enum cause)i;
	}
	return found;
}

static const struct {
	const char *word;
	enum object object;
	bool gives;
} actions[ACTION_COUNT] = {
    [ACTION_CREATE_USER] = {"create_user", OBJECT_USER, true},
    [ACTION_GRANT] = {"grant", OBJECT_ASSIGNMENT, true},
    [ACTION_ADJUST] = {"adjust", OBJECT_ASSIGNMENT, true},
    [ACTION_REVOKE] = {"revoke", OBJECT_ASSIGNMENT, false},
    [ACTION_CLEANUP] = {"cleanup", OBJECT_ASSIGNMENT, false},
    [ACTION_CREATE_LINK] = {"create_link", OBJECT_LINK, true},
    [ACTION_DELETE_LINK] = {"delete_link", OBJECT_LINK, false},
    [ACTION_CREATE_SCHEDULE] = {"create_schedule", OBJECT_SCHEDULE, true},
    [ACTION_DELETE_SCHEDULE] = {"delete_schedule", OBJECT_SCHEDULE, false},
};

const char *
action_word(enum action action)
{
	return actions[action].word;
}

enum action
action_of_word(const char *word)
{
	int action = 0;
	while (action < ACTION_COUNT && strcmp(actions[action].word, word) != 0)
		action++;
	return (enum action)action;
}

enum object
action_object(enum action action)
{
	return actions[action].object;
}

bool
action_gives(enum action action)
{
	return actions[action].gives;
}

enum action
change_action(const struct change *change, instant now)
{
	switch (change->object) {
	case OBJECT_USER:
		return ACTION_CREATE_USER;
	case OBJECT_LINK:
		return change->wanted ? ACTION_CREATE_LINK : ACTION_DELETE_LINK;
	case OBJECT_SCHEDULE:
		return change->wanted ? ACTION_CREATE_SCHEDULE : ACTION_DELETE_SCHEDULE;
	default:
		break;
	}
	if (change->have_id == 0)
		return ACTION_GRANT;
	if (change->wanted)
		return ACTION_ADJUST;
	return change->have.until <= now ? ACTION_CLEANUP : ACTION_REVOKE;
}

bool
change_removes(const struct change *change, instant now)
{
	return !change->wanted && change->have.until > now;
}

bool
change_takes_away(const struct change *change, instant now)
{
	if (change_action(change, now) != ACTION_ADJUST)
		return change_removes(change, now);
	return change->have.until > now &&
	       (MAX(change->want.from, now) > MAX(change->have.from, now) ||
		   change->want.until < change->have.until);
}

bool
change_deletes(const struct change *change, instant now)
{
	enum action action = change_action(change, now);
	return action == ACTION_REVOKE || action == ACTION_CLEANUP ||
	       action == ACTION_DELETE_LINK || action == ACTION_DELETE_SCHEDULE ||
	       change_takes_away(change, now);
}

bool
change_expected(const struct change *change)
{
	return cause_expected(change->cause) && !change->surprising;
}

const char *
change_door(const struct change *change)
{
	return change->group != NULL ? change->group : change->lock;
}

static void
missing_group_free(gpointer p)
{
	struct missing_group *missing = p;
	g_ptr_array_unref(missing->hit);
	g_free(missing);
}

struct plan *
plan_new(void)
{
	struct plan *plan = g_new0(struct plan, 1);
	GPtrArray **const lists[] = {&plan->changes, &plan->held, &plan->findings, &plan->rejects,
	    &plan->verdicts, &plan->mismatches, &plan->orphans, &plan->access, &plan->groups,
	    &plan->sources};
	for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
		*lists[i] = g_ptr_array_new_with_free_func(g_free);
	plan->missing_groups = g_ptr_array_new_with_free_func(missing_group_free);
	plan->doubts = g_ptr_array_new_with_free_func(g_free);
	plan->matters = g_ptr_array_new_with_free_func(g_free);
	plan->closed = g_ptr_array_new_with_free_func(g_free);
	plan->lost_names = g_ptr_array_new();
	plan->text = g_string_chunk_new(1 << 14);
	plan->blocks = g_ptr_array_new_with_free_func(g_free);
	return plan;
}

void
plan_free(struct plan *plan)
{
	if (plan == NULL)
		return;
	GPtrArray *const lists[] = {plan->changes, plan->held, plan->findings, plan->rejects,
	    plan->verdicts, plan->mismatches, plan->orphans, plan->access, plan->groups,
	    plan->sources, plan->missing_groups};
	for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
		g_ptr_array_unref(lists[i]);
	g_free(plan->hash_inputs);
	g_free(plan->hash_config);
	g_free(plan->hash_snapshot);
	g_string_chunk_free(plan->text);
	g_ptr_array_unref(plan->blocks);
	g_ptr_array_unref(plan->doubts);
	g_ptr_array_unref(plan->matters);
	g_ptr_array_unref(plan->closed);
	g_ptr_array_unref(plan->lost_names);
	g_free(plan);
}

void
plan_shown_doubt(struct plan *plan, const char *name, const char *lines)
{
	g_ptr_array_add(plan->doubts, g_strconcat(name, "\n", lines, NULL));
}

const char *
plan_text(struct plan *plan, const char *text)
{
	return text != NULL ? g_string_chunk_insert_const(plan->text, text) : NULL;
}

const char *
plan_printf(struct plan *plan, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	char *text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	const char *kept = plan_text(plan, text);
	g_free(text);
	return kept;
}

void *
plan_alloc(struct plan *plan, size_t bytes)
{
	void *block = g_malloc0(bytes);
	g_ptr_array_add(plan->blocks, block);
	return block;
}

void
plan_make_id(char id[static PLAN_ID], ...)
{
	GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA256);
	va_list parts;
	va_start(parts, id);
	/* The NUL goes in too, so that ("ab","c") and ("a","bc") differ. */
	for (const char *part; (part = va_arg(parts, const char *)) != NULL;)
		g_checksum_update(sum, (const guchar *)part, (gssize)strlen(part) + 1);
	va_end(parts);
	g_strlcpy(id, g_checksum_get_string(sum), 13);
	g_checksum_free(sum);
}

#define MATTER_FORGOTTEN (7 * INSTANT_DAY)

bool
matter_is_recent(const char *memory, instant now)
{
	const char *last = strchr(memory, ' ');
	return last != NULL && g_ascii_strtoll(last + 1, NULL, 10) >= now - MATTER_FORGOTTEN;
}
