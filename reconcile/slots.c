/* Uniting windows, and choosing the one interval that Kisi can hold. */
#include "reconcile/slots.h"

#include "reconcile/findings.h"

#include <string.h>

struct raw_order {
	const struct entitled *entitled;
	const int64_t *group_of_ref;
};

static int
compare_numbers(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

/* By person, group and time; equal ones by what they come from, so that the order of rows does not show. */
static int
compare_raw(gconstpointer p, gconstpointer q, gpointer user)
{
	const struct raw_order *by = user;
	const struct raw_window *a = p, *b = q;
	int order = compare_numbers(a->person, b->person);
	if (order == 0)
		order = compare_numbers(by->group_of_ref[a->ref], by->group_of_ref[b->ref]);
	if (order == 0)
		order = compare_numbers(a->span.from, b->span.from);
	if (order == 0)
		order = compare_numbers(a->span.until, b->span.until);
	if (order != 0)
		return order;
	const struct raw_reason *ra = &g_array_index(
	    by->entitled->reasons, struct raw_reason, a->reason);
	const struct raw_reason *rb = &g_array_index(
	    by->entitled->reasons, struct raw_reason, b->reason);
	order = compare_numbers(ra->source, rb->source);
	if (order == 0)
		order = g_strcmp0(intern_text(by->entitled->texts, ra->record),
		    intern_text(by->entitled->texts, rb->record));
	return order != 0 ? order : compare_numbers(ra->rule, rb->rule);
}

static void
begin_slot(struct slots *out, uint32_t person, int64_t group_id)
{
	struct slot slot = {.person = person, .group_id = group_id, .first = out->windows->len};
	g_array_append_val(out->slots, slot);
}

/* The raw windows are sorted: each one opens a slot, opens a window, or widens the last one. */
static void
unite(struct slots *out, const int64_t *group_of_ref)
{
	struct slot *slot = NULL;
	struct window *last = NULL;
	for (guint i = 0; i < out->raw->len; i++) {
		const struct raw_window *raw = &g_array_index(out->raw, struct raw_window, i);
		int64_t group_id = group_of_ref[raw->ref];
		if (slot == NULL || slot->person != raw->person || slot->group_id != group_id) {
			begin_slot(out, raw->person, group_id);
			slot = &g_array_index(out->slots, struct slot, out->slots->len - 1);
			last = NULL;
		}
		if (last != NULL && raw->span.from <= last->span.until) {
			last->span.until = MAX(last->span.until, raw->span.until);
			last->count++;
			continue;
		}
		struct window window = {raw->span, i, 1};
		g_array_append_val(out->windows, window);
		last = &g_array_index(out->windows, struct window, out->windows->len - 1);
		slot->count++;
	}
}

void
slots_unite(const struct entitled *entitled, const struct groups *groups, struct slots *out)
{
	const int64_t *group_of_ref = (const int64_t *)(void *)groups->of_ref->data;
	out->raw = g_array_new(FALSE, FALSE, sizeof(struct raw_window));
	out->windows = g_array_new(FALSE, FALSE, sizeof(struct window));
	out->slots = g_array_new(FALSE, FALSE, sizeof(struct slot));
	for (guint i = 0; i < entitled->windows->len; i++) {
		const struct raw_window *raw = &g_array_index(
		    entitled->windows, struct raw_window, i);
		if (group_of_ref[raw->ref] != 0)
			g_array_append_val(out->raw, *raw);
	}
	struct raw_order by = {entitled, group_of_ref};
	g_array_sort_with_data(out->raw, compare_raw, &by);
	unite(out, group_of_ref);
}

void
slots_done(struct slots *slots)
{
	g_clear_pointer(&slots->raw, g_array_unref);
	g_clear_pointer(&slots->windows, g_array_unref);
	g_clear_pointer(&slots->slots, g_array_unref);
}

static const struct window *
window_at(const struct slots *slots, uint32_t i)
{
	return &g_array_index(slots->windows, struct window, i);
}

struct chooser {
	struct slots *slots;
	const struct config *config;
	const struct entitled *entitled;
	const struct groups *groups;
	instant now;
	struct plan *plan;
};

static void
report(const struct chooser *c, const struct slot *slot, const char *kind, instant at,
    const char *text)
{
	char subject[INSTANT_TEXT];
	finding_add(c->plan, kind, intern_text(c->entitled->people, slot->person),
	    groups_managed(c->groups, slot->group_id)->name, instant_format(at, subject), "%s",
	    text);
}

/* Take in the windows that begin before the next run could place them. */
static void
extend(const struct chooser *c, struct slot *slot)
{
	instant horizon = c->now + c->config->schedule.run_every + c->config->schedule.slack;
	for (uint32_t i = slot->next + 1; i < slot->first + slot->count; i++) {
		const struct window *window = window_at(c->slots, i);
		instant gap = window->span.from - slot->want.until;
		if (window->span.from >= horizon)
			return;
		if (c->config->schedule.between == BETWEEN_STRICT ||
		    gap > c->config->schedule.max_bridge) {
			report(c, slot, "late", window->span.from,
			    "the next window begins before the next run can place it; it can only "
			    "be placed then");
			return;
		}
		char *text = g_strdup_printf(
		    "access stays on for the %" G_GINT64_FORMAT
		    " minutes between two windows, since Kisi holds one interval",
		    gap / INSTANT_MINUTE);
		report(c, slot, "bridged", window->span.from, text);
		g_free(text);
		slot->want.until = window->span.until;
		slot->used++;
	}
}

static void
choose(const struct chooser *c, struct slot *slot)
{
	slot->next = slot->first;
	while (slot->next < slot->first + slot->count &&
	       window_at(c->slots, slot->next)->span.until <= c->now)
		slot->next++;
	if (slot->next == slot->first + slot->count)
		return;
	struct interval span = window_at(c->slots, slot->next)->span;
	if (span.from > c->now + c->config->schedule.lookahead)
		return;
	slot->wanted = true;
	slot->want = span;
	slot->used = 1;
	extend(c, slot);
}

void
slots_choose(struct slots *slots, const struct config *config, const struct entitled *entitled,
    const struct groups *groups, instant now, struct plan *plan)
{
	struct chooser chooser = {slots, config, entitled, groups, now, plan};
	for (guint i = 0; i < slots->slots->len; i++)
		choose(&chooser, &g_array_index(slots->slots, struct slot, i));
}

bool
interval_equal_in_effect(struct interval a, struct interval b, instant now)
{
	return MAX(a.from, now) == MAX(b.from, now) && a.until == b.until;
}
