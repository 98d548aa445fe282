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

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/slots/equal-in-effect", test_equal_in_effect);
	g_test_add_func("/slots/unite-at-random", test_unite_at_random);
	g_test_add_func("/slots/open-ends", test_open_ends);
	return g_test_run();
}
