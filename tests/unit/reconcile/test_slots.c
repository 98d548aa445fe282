/* Uniting windows, in any order, and equality in effect. */
#include "reconcile/slots.h"

#include <string.h>

#define PEOPLE 3
#define GROUPS 2
#define SPAN 60

static const struct {
	struct interval a, b;
	instant now;
	bool want;
} equals[] = {
    {{10, 20}, {10, 20}, 0, true},
    {{10, 20}, {11, 20}, 0, false},
    {{10, 20}, {11, 20}, 10, false},
    {{10, 20}, {11, 20}, 11, true},
    {{10, 20}, {5, 20}, 15, true},
    {{10, 20}, {10, 21}, 15, false},
    {{INSTANT_ALWAYS, 20}, {10, 20}, 10, true},
    {{INSTANT_ALWAYS, 20}, {11, 20}, 10, false},
    {{10, INSTANT_NEVER}, {10, INSTANT_NEVER}, 0, true},
    {{INSTANT_ALWAYS, INSTANT_NEVER}, {10, INSTANT_NEVER}, 10, true},
    {{10, INSTANT_NEVER}, {10, 20}, 15, false},
};

static void
test_equal_in_effect(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(equals); i++) {
		g_test_message("%zu", i);
		g_assert_cmpint(interval_equal_in_effect(equals[i].a, equals[i].b, equals[i].now),
		    ==, equals[i].want);
		g_assert_cmpint(interval_equal_in_effect(equals[i].b, equals[i].a, equals[i].now),
		    ==, equals[i].want);
	}
}

/* An entitlement made by hand: person 0 .. 2, group references 0 .. 2, the last of them unusable. */
struct made {
	struct entitled entitled;
	struct groups groups;
	GArray *windows, *reasons;
};

static void
made_init(struct made *made)
{
	static const int64_t ids[] = {10, 20, 0};
	memset(made, 0, sizeof *made);
	made->windows = g_array_new(FALSE, TRUE, sizeof(struct raw_window));
	made->reasons = g_array_new(FALSE, TRUE, sizeof(struct raw_reason));
	made->entitled.people = intern_new();
	made->entitled.texts = intern_new();
	made->entitled.windows = made->windows;
	made->entitled.reasons = made->reasons;
	for (int i = 0; i < PEOPLE; i++) {
		char email[] = "a0@example.com";
		email[1] = (char)('0' + i);
		intern_add(made->entitled.people, email);
	}
	made->groups.of_ref = g_array_new(FALSE, FALSE, sizeof(int64_t));
	g_array_append_vals(made->groups.of_ref, ids, G_N_ELEMENTS(ids));
}

static void
made_done(struct made *made)
{
	intern_free(made->entitled.people);
	intern_free((struct intern *)made->entitled.texts);
	g_array_unref(made->windows);
	g_array_unref(made->reasons);
	g_array_unref(made->groups.of_ref);
}

static void
made_add(struct made *made, uint32_t person, uint32_t ref, instant from, instant until)
{
	struct raw_window window = {
	    .person = person, .ref = ref, .span = {from, until}, .reason = made->reasons->len};
	struct raw_reason reason = {.row = made->reasons->len + 1, .record = INTERN_NONE};
	g_array_append_val(made->windows, window);
	g_array_append_val(made->reasons, reason);
}

static void
shuffle(GArray *windows, GRand *random)
{
	for (guint i = windows->len; i > 1; i--) {
		guint j = (guint)g_rand_int_range(random, 0, (gint32)i);
		struct raw_window *a = &g_array_index(windows, struct raw_window, i - 1);
		struct raw_window *b = &g_array_index(windows, struct raw_window, j);
		struct raw_window spare = *a;
		*a = *b;
		*b = spare;
	}
}

/* All slots and windows, and how many raw windows each is made of, as one line. */
static char *
describe(const struct slots *slots)
{
	GString *text = g_string_new(NULL);
	for (guint i = 0; i < slots->slots->len; i++) {
		const struct slot *slot = &g_array_index(slots->slots, struct slot, i);
		g_string_append_printf(text, "[%u %d", slot->person, (int)slot->group_id);
		for (uint32_t j = slot->first; j < slot->first + slot->count; j++) {
			const struct window *window = &g_array_index(
			    slots->windows, struct window, j);
			g_string_append_printf(text, " %d-%d*%u", (int)window->span.from,
			    (int)window->span.until, window->count);
		}
		g_string_append_c(text, ']');
	}
	return g_string_free(text, FALSE);
}

/* Every second that some raw window holds is held by the slot's windows, which are in order and apart. */
static void
check_union(const struct made *made, const struct slots *slots)
{
	bool want[PEOPLE][GROUPS][SPAN] = {{{false}}};
	bool got[PEOPLE][GROUPS][SPAN] = {{{false}}};
	for (guint i = 0; i < made->windows->len; i++) {
		const struct raw_window *raw = &g_array_index(made->windows, struct raw_window, i);
		for (instant t = raw->span.from; raw->ref < GROUPS && t < raw->span.until; t++)
			want[raw->person][raw->ref][t] = true;
	}
	for (guint i = 0; i < slots->slots->len; i++) {
		const struct slot *slot = &g_array_index(slots->slots, struct slot, i);
		instant end = -1;
		g_assert_cmpuint(slot->count, >, 0);
		for (uint32_t j = slot->first; j < slot->first + slot->count; j++) {
			struct interval span = g_array_index(slots->windows, struct window, j).span;
			g_assert_cmpint(span.from, >, end);
			end = span.until;
			for (instant t = span.from; t < span.until; t++)
				got[slot->person][slot->group_id / 10 - 1][t] = true;
		}
	}
	g_assert_cmpmem(want, sizeof want, got, sizeof got);
}

static void
test_unite_at_random(void)
{
	GRand *random = g_rand_new_with_seed(20261114);
	for (int round = 0; round < 3000; round++) {
		struct made made;
		char *first = NULL;
		made_init(&made);
		int n = g_rand_int_range(random, 0, 25);
		for (int i = 0; i < n; i++) {
			instant from = g_rand_int_range(random, 0, SPAN - 10);
			made_add(&made, (uint32_t)g_rand_int_range(random, 0, PEOPLE),
			    (uint32_t)g_rand_int_range(random, 0, 3), from,
			    from + g_rand_int_range(random, 1, 10));
		}
		for (int order = 0; order < 3; order++) {
			struct slots slots;
			slots_unite(&made.entitled, &made.groups, &slots);
			check_union(&made, &slots);
			char *text = describe(&slots);
			if (first == NULL)
				first = g_strdup(text);
			g_assert_cmpstr(text, ==, first);
			g_free(text);
			slots_done(&slots);
			shuffle(made.windows, random);
		}
		g_free(first);
		made_done(&made);
	}
	g_rand_free(random);
}

static void
test_open_ends(void)
{
	struct made made;
	struct slots slots;
	made_init(&made);
	made_add(&made, 0, 0, 100, INSTANT_NEVER);
	made_add(&made, 0, 0, INSTANT_ALWAYS, 100);
	made_add(&made, 1, 0, INSTANT_ALWAYS, INSTANT_NEVER);
	made_add(&made, 1, 0, 5, 6);
	slots_unite(&made.entitled, &made.groups, &slots);
	g_assert_cmpuint(slots.windows->len, ==, 2);
	for (guint i = 0; i < 2; i++) {
		const struct window *window = &g_array_index(slots.windows, struct window, i);
		g_assert_cmpint(window->span.from, ==, INSTANT_ALWAYS);
		g_assert_cmpint(window->span.until, ==, INSTANT_NEVER);
		g_assert_cmpuint(window->count, ==, 2);
	}
	slots_done(&slots);
	made_done(&made);
}

#define PICK_NOW ((instant)1794816000)

/* In minutes from now, with the defaults: the next run can act in 75, and what begins within 24 h is wanted. */
static const struct {
	const char *name;
	bool strict;
	size_t n;
	struct {
		int from, until;
		bool kept;
	} pieces[4];
	bool wanted;
	int from, until;
	uint32_t next, used;
	int late; /* index; -1: none */
} picks[] = {
    {"nothing", false, 0, {{0}}, false, 0, 0, 0, 0, -1},
    {"one that is on", false, 1, {{-60, 60, 0}}, true, -60, 60, 0, 1, -1},
    {"one that is over", false, 1, {{-60, 0, 0}}, false, 0, 0, 1, 0, -1},
    {"the first that is not over", false, 2, {{-60, 0, 0}, {100, 200, 0}}, true, 100, 200, 1, 1,
	-1},
    {"at the lookahead", false, 1, {{1440, 1500, 0}}, true, 1440, 1500, 0, 1, -1},
    {"behind the lookahead", false, 1, {{1441, 1500, 0}}, false, 0, 0, 0, 0, -1},
    {"kept, behind the lookahead", false, 1, {{1441, 1500, 1}}, false, 0, 0, 0, 0, -1},
    {"bridged", false, 2, {{-60, 10, 0}, {74, 90, 0}}, true, -60, 90, 0, 2, -1},
    {"the next run can place it", false, 2, {{-60, 10, 0}, {75, 90, 0}}, true, -60, 10, 0, 1, -1},
    {"bridged twice", false, 3, {{-60, 10, 0}, {20, 30, 0}, {40, 50, 0}}, true, -60, 50, 0, 3, -1},
    {"bridged, then not", false, 3, {{-60, 10, 0}, {20, 30, 0}, {100, 150, 0}}, true, -60, 30, 0, 2,
	-1},
    {"late", true, 2, {{-60, 10, 0}, {20, 30, 0}}, true, -60, 10, 0, 1, 1},
    {"late, and what comes behind is not looked at", true, 3,
	{{-60, 10, 0}, {20, 30, 0}, {40, 50, 0}}, true, -60, 10, 0, 1, 1},
    /* what is kept is not given up for what comes before it */
    {"up to a kept one", false, 2, {{-60, 10, 0}, {300, 360, 1}}, true, -60, 360, 0, 2, -1},
    {"up to the last kept one", false, 4,
	{{-60, 10, 0}, {300, 360, 1}, {400, 500, 0}, {600, 700, 1}}, true, -60, 700, 0, 4, -1},
    {"no further than it", false, 3, {{-60, 10, 0}, {300, 360, 1}, {400, 500, 0}}, true, -60, 360,
	0, 2, -1},
    {"over one that is not kept", false, 3, {{-60, 10, 0}, {200, 250, 0}, {300, 360, 1}}, true, -60,
	360, 0, 3, -1},
    {"kept at the lookahead", false, 2, {{-60, 10, 0}, {1440, 1500, 1}}, true, -60, 1500, 0, 2, -1},
    {"kept behind the lookahead", false, 2, {{-60, 10, 0}, {1441, 1500, 1}}, true, -60, 10, 0, 1,
	-1},
    {"kept first", false, 2, {{-60, 10, 1}, {300, 360, 0}}, true, -60, 10, 0, 1, -1},
    {"bridged to a kept one", false, 2, {{-60, 10, 0}, {20, 30, 1}}, true, -60, 30, 0, 2, -1},
    {"strict, and kept", true, 3, {{-60, 10, 0}, {20, 30, 0}, {300, 360, 1}}, true, -60, 360, 0, 3,
	1},
};

static void
test_pick(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(picks); i++) {
		g_autofree char *ini = g_strconcat(
		    "[source b]\nprofile = p\nfile = f\n[schedule]\n",
		    picks[i].strict ? "between_windows = strict\n" : "", NULL);
		struct config *config = config_read(ini, "t", "/", NULL);
		struct piece_of_time list[4];
		for (size_t j = 0; j < picks[i].n; j++)
			list[j] = (struct piece_of_time){
			    {PICK_NOW + picks[i].pieces[j].from * INSTANT_MINUTE,
				PICK_NOW + picks[i].pieces[j].until * INSTANT_MINUTE},
			    picks[i].pieces[j].kept};
		struct choice choice = slots_pick(config, PICK_NOW, list, picks[i].n);
		g_test_message("%s", picks[i].name);
		g_assert_cmpint(choice.wanted, ==, picks[i].wanted);
		g_assert_cmpuint(choice.next, ==, picks[i].next);
		g_assert_cmpuint(choice.used, ==, picks[i].used);
		g_assert_cmpint((int)choice.late, ==, picks[i].late);
		if (choice.wanted) {
			g_assert_cmpint(
			    choice.want.from, ==, PICK_NOW + picks[i].from * INSTANT_MINUTE);
			g_assert_cmpint(
			    choice.want.until, ==, PICK_NOW + picks[i].until * INSTANT_MINUTE);
		}
		config_free(config);
	}
}

/* Two hours between two windows are bridged, a second more is not. */
static void
test_max_bridge(void)
{
	struct config *config = config_read(
	    "[source b]\nprofile = p\nfile = f\n[schedule]\nrun_every = 5h\n", "t", "/", NULL);
	for (int more = 0; more < 2; more++) {
		const struct piece_of_time list[] = {{{PICK_NOW, PICK_NOW + 60}, false},
		    {{PICK_NOW + 60 + 2 * INSTANT_HOUR + more, PICK_NOW + 4 * INSTANT_HOUR},
			false}};
		struct choice choice = slots_pick(config, PICK_NOW, list, G_N_ELEMENTS(list));
		g_assert_cmpuint(choice.used, ==, more == 0 ? 2 : 1);
		g_assert_cmpint((int)choice.late, ==, more == 0 ? -1 : 1);
	}
	config_free(config);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/slots/equal-in-effect", test_equal_in_effect);
	g_test_add_func("/slots/unite-at-random", test_unite_at_random);
	g_test_add_func("/slots/open-ends", test_open_ends);
	g_test_add_func("/slots/pick", test_pick);
	g_test_add_func("/slots/max-bridge", test_max_bridge);
	return g_test_run();
}
