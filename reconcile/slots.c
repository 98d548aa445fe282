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

static void
bridge(const struct config *config, instant now, const struct piece_of_time *list, size_t n,
    struct choice *choice)
{
	instant horizon = now + config->schedule.run_every + config->schedule.slack;
	for (uint32_t i = choice->next + 1; i < n; i++) {
		const struct interval *span = &list[i].span;
		if (span->from >= horizon)
			return;
		if (config->schedule.between == BETWEEN_STRICT ||
		    span->from - choice->want.until > config->schedule.max_bridge) {
			choice->late = i;
			return;
		}
		choice->want.until = span->until;
		choice->used++;
	}
}

/* What is there and must stay is not given up for what comes before it. */
static void
reach_kept(instant last, const struct piece_of_time *list, size_t n, struct choice *choice)
{
	for (uint32_t i = choice->next + choice->used; i < n && list[i].span.from <= last; i++) {
		if (!list[i].kept)
			continue;
		choice->want.until = list[i].span.until;
		choice->used = i - choice->next + 1;
	}
}

struct choice
slots_pick(const struct config *config, instant now, const struct piece_of_time *list, size_t n)
{
	struct choice choice = {.late = UINT32_MAX};
	instant last = now + config->schedule.lookahead;
	while (choice.next < n && list[choice.next].span.until <= now)
		choice.next++;
	if (choice.next == n || list[choice.next].span.from > last)
		return choice;
	choice.wanted = true;
	choice.want = list[choice.next].span;
	choice.used = 1;
	bridge(config, now, list, n, &choice);
	reach_kept(last, list, n, &choice);
	return choice;
}

struct chooser {
	struct slots *slots;
	const struct config *config;
	const struct entitled *entitled;
	const struct groups *groups;
	instant now;
	struct plan *plan;
	GArray *list; /* of struct piece_of_time, reused */
};

static void
report(const struct chooser *c, const struct slot *slot, enum finding_kind kind, instant at,
    const char *text)
{
	char subject[INSTANT_TEXT];
	finding_add(c->plan, kind, intern_text(c->entitled->people, slot->person),
	    groups_managed(c->groups, slot->group_id)->name, instant_format(at, subject), "%s",
	    text);
}

static void
report_choice(const struct chooser *c, const struct slot *slot, const struct choice *choice)
{
	for (uint32_t i = 1; i < choice->used; i++) {
		const struct window *window = window_at(c->slots, slot->next + i);
		g_autofree char *text = g_strdup_printf(
		    "access stays on for the %" G_GINT64_FORMAT
		    " minutes between two windows, since Kisi holds one interval",
		    (window->span.from - window_at(c->slots, slot->next + i - 1)->span.until) /
			INSTANT_MINUTE);
		report(c, slot, FINDING_BRIDGED, window->span.from, text);
	}
	if (choice->late != UINT32_MAX)
		report(c, slot, FINDING_LATE,
		    window_at(c->slots, slot->first + choice->late)->span.from,
		    "the next window begins before the next run can place it; it can only "
		    "be placed then");
}

static void
choose(const struct chooser *c, struct slot *slot)
{
	g_array_set_size(c->list, 0);
	for (uint32_t i = 0; i < slot->count; i++) {
		struct piece_of_time piece = {window_at(c->slots, slot->first + i)->span, false};
		g_array_append_val(c->list, piece);
	}
	struct choice choice = slots_pick(
	    c->config, c->now, (const struct piece_of_time *)(void *)c->list->data, slot->count);
	slot->next = slot->first + choice.next;
	slot->wanted = choice.wanted;
	slot->want = choice.want;
	slot->used = choice.used;
	report_choice(c, slot, &choice);
}

void
slots_choose(struct slots *slots, const struct config *config, const struct entitled *entitled,
    const struct groups *groups, instant now, struct plan *plan)
{
	struct chooser chooser = {slots, config, entitled, groups, now, plan,
	    g_array_new(FALSE, FALSE, sizeof(struct piece_of_time))};
	for (guint i = 0; i < slots->slots->len; i++)
		choose(&chooser, &g_array_index(slots->slots, struct slot, i));
	g_array_unref(chooser.list);
}

bool
interval_equal_in_effect(struct interval a, struct interval b, instant now)
{
	return MAX(a.from, now) == MAX(b.from, now) && a.until == b.until;
}
