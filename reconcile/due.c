/* Which locks are to be opened now, because a booking begins. */
#include "reconcile/due.h"

#include <string.h>

static bool
is_due(const struct entitled *entitled, const struct raw_window *window, instant now)
{
	const struct door_ref *ref = &g_array_index(entitled->refs, struct door_ref, window->ref);
	const struct raw_reason *reason = &g_array_index(
	    entitled->reasons, struct raw_reason, window->reason);
	/* A manual grant may name the door as the rule does, but it is no booking that begins. */
	return ref->method == METHOD_UNLOCK && reason->kind == RECORD_BOOKING &&
	       window->span.from > now - DUE_LATE && window->span.from <= now &&
	       window->span.until > now;
}

static struct due_unlock
due_of(
    const struct config *config, const struct entitled *entitled, const struct raw_window *window)
{
	const struct raw_reason *reason = &g_array_index(
	    entitled->reasons, struct raw_reason, window->reason);
	const struct source_config *source = g_ptr_array_index(config->sources, reason->source);
	const struct rule *rule = g_ptr_array_index(config->rules, reason->rule);
	struct due_unlock due = {.span = window->span,
	    .ref = window->ref,
	    .source = source->name,
	    .record = intern_text(entitled->texts, reason->record),
	    .rule = rule->name,
	    .email = intern_text(entitled->people, window->person)};
	char start[INSTANT_TEXT];
	plan_make_id(due.id, "unlock", due.source, due.record != NULL ? due.record : "",
	    instant_format(due.span.from, start), NULL);
	return due;
}

/* In the order of the array; equal ones keep the order of the rows, and of the people in them. */
static int
compare_due(gconstpointer p, gconstpointer q)
{
	const struct due_unlock *a = p, *b = q;
	int order = (a->span.from > b->span.from) - (a->span.from < b->span.from);
	if (order == 0)
		order = strcmp(a->source, b->source);
	if (order == 0)
		order = g_strcmp0(a->record, b->record);
	return order != 0 ? order : (a->ref > b->ref) - (a->ref < b->ref);
}

GArray *
due_unlocks(const struct config *config, const struct entitled *entitled, instant now)
{
	GArray *due = g_array_new(FALSE, FALSE, sizeof(struct due_unlock));
	for (guint i = 0; i < entitled->windows->len; i++) {
		const struct raw_window *window = &g_array_index(
		    entitled->windows, struct raw_window, i);
		if (!is_due(entitled, window, now))
			continue;
		struct due_unlock found = due_of(config, entitled, window);
		g_array_append_val(due, found);
	}
	g_array_sort(due, compare_due);
	guint n = 0;
	for (guint i = 0; i < due->len; i++) {
		struct due_unlock *one = &g_array_index(due, struct due_unlock, i);
		if (n == 0 || compare_due(&g_array_index(due, struct due_unlock, n - 1), one) != 0)
			g_array_index(due, struct due_unlock, n++) = *one;
	}
	g_array_set_size(due, n);
	return due;
}
