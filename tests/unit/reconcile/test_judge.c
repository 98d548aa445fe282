/* What one record by itself says, over every status, and the arithmetic of freezes. */
#include "reconcile/judge.h"

#include <string.h>

#define NOW 1000
#define OPEN INSTANT_NEVER

static const struct interval no_freeze[1];

struct case_of_judge {
	enum record_kind kind;
	enum record_status status;
	struct interval span;
	enum cancelled cancelled;
	const char *spans;   /* `0-100 200-open`, "" = never */
	const char *explain; /* `ended 0-100`; NULL: explains nothing */
};

static const struct case_of_judge cases[] = {
    {RECORD_BOOKING, STATUS_CONFIRMED, {900, 1100}, 0, "900-1100", NULL},
    {RECORD_BOOKING, STATUS_COMPLETED, {900, 1001}, 0, "900-1001", NULL},
    {RECORD_BOOKING, STATUS_CONFIRMED, {900, 1000}, 0, "900-1000", "ended 900-1000"},
    {RECORD_BOOKING, STATUS_TENTATIVE, {900, 1100}, 0, "", "cancelled 900-1100"},
    {RECORD_BOOKING, STATUS_CANCELLED, {900, 1100}, 0, "", "cancelled 900-1100"},
    {RECORD_BOOKING, STATUS_NO_SHOW, {900, 1100}, 0, "", "cancelled 900-1100"},
    {RECORD_BOOKING, STATUS_BLOCKED_TIME, {900, 1100}, 0, "", "cancelled 900-1100"},
    {RECORD_BOOKING, STATUS_UNKNOWN, {900, 1100}, 0, "", NULL},
    {RECORD_MEMBERSHIP, STATUS_ACTIVE, {0, 2000}, 0, "0-2000", NULL},
    {RECORD_MEMBERSHIP, STATUS_ACTIVE, {0, OPEN}, 0, "0-open", NULL},
    {RECORD_MEMBERSHIP, STATUS_ACTIVE, {0, 1000}, 0, "0-1000", "expired 0-1000"},
    {RECORD_MEMBERSHIP, STATUS_SCHEDULED, {1500, 2000}, 0, "1500-2000", NULL},
    {RECORD_MEMBERSHIP, STATUS_FROZEN, {0, 2000}, 0, "", "frozen 0-2000"},
    {RECORD_MEMBERSHIP, STATUS_CANCELLED, {0, 2000}, CANCELLED_AT_ONCE, "", "cancelled 0-2000"},
    {RECORD_MEMBERSHIP, STATUS_CANCELLED, {0, 2000}, CANCELLED_UNTIL_END, "0-2000", NULL},
    {RECORD_MEMBERSHIP, STATUS_CANCELLED, {0, 1000}, CANCELLED_UNTIL_END, "0-1000",
	"expired 0-1000"},
    {RECORD_MEMBERSHIP, STATUS_CANCELLED, {0, OPEN}, CANCELLED_UNTIL_END, "", "cancelled 0-open"},
    {RECORD_MEMBERSHIP, STATUS_EXPIRED, {0, 2000}, 0, "", "expired 0-2000"},
    {RECORD_MEMBERSHIP, STATUS_INCOMPLETE, {0, 2000}, 0, "", "cancelled 0-2000"},
    {RECORD_MEMBERSHIP, STATUS_UNKNOWN, {0, 2000}, 0, "", NULL},
    {RECORD_GRANT, STATUS_ACTIVE, {INSTANT_ALWAYS, OPEN}, 0, "always-open", NULL},
    {RECORD_GRANT, STATUS_ACTIVE, {0, 1000}, 0, "0-1000", "expired 0-1000"},
    {RECORD_GRANT, STATUS_CANCELLED, {0, 2000}, 0, "", "cancelled 0-2000"},
    {RECORD_GRANT, STATUS_UNKNOWN, {0, 2000}, 0, "", NULL},
};

static const struct {
	enum record_status status;
	struct interval span;
	struct interval freezes[3]; /* unsorted; until 0 = none */
	const char *spans;
	const char *explain;
} freezes[] = {
    {STATUS_ACTIVE, {0, 2000}, {{500, 600}}, "0-500 600-2000", NULL},
    {STATUS_ACTIVE, {0, 2000}, {{900, 1001}}, "0-900 1001-2000", "frozen 900-1001"},
    {STATUS_ACTIVE, {0, 2000}, {{1000, 1001}}, "0-1000 1001-2000", "frozen 1000-1001"},
    {STATUS_ACTIVE, {0, 2000}, {{900, 1000}}, "0-900 1000-2000", NULL},
    {STATUS_ACTIVE, {0, 2000}, {{1001, 1100}}, "0-1001 1100-2000", NULL},
    {STATUS_ACTIVE, {0, OPEN}, {{900, OPEN}}, "0-900", "frozen 900-open"},
    {STATUS_ACTIVE, {0, OPEN}, {{0, OPEN}}, "", "frozen 0-open"},
    {STATUS_ACTIVE, {0, 2000}, {{0, 2000}}, "", "frozen 0-2000"},
    {STATUS_ACTIVE, {100, 2000}, {{0, 3000}}, "", "frozen 0-3000"},
    {STATUS_ACTIVE, {100, 2000}, {{0, 100}, {2000, 3000}}, "100-2000", NULL},
    {STATUS_ACTIVE, {100, 2000}, {{0, 101}, {1999, 3000}}, "101-1999", NULL},
    {STATUS_ACTIVE, {0, 2000}, {{700, 800}, {100, 200}, {400, 500}},
	"0-100 200-400 500-700 800-2000", NULL},
    /* freezes that overlap, touch, or lie in each other */
    {STATUS_ACTIVE, {0, 2000}, {{100, 300}, {200, 400}}, "0-100 400-2000", NULL},
    {STATUS_ACTIVE, {0, 2000}, {{100, 200}, {200, 300}}, "0-100 300-2000", NULL},
    {STATUS_ACTIVE, {0, 2000}, {{100, 400}, {200, 300}}, "0-100 400-2000", NULL},
    /* it ran out in its freeze: that it ran out is the reason */
    {STATUS_ACTIVE, {0, 1000}, {{500, 1500}}, "0-500", "expired 0-1000"},
    {STATUS_FROZEN, {0, 2000}, {{900, 1100}}, "0-900 1100-2000", "frozen 900-1100"},
    {STATUS_FROZEN, {0, 2000}, {{1500, 1600}}, "0-1500 1600-2000", NULL},
    {STATUS_FROZEN, {0, 2000}, {{1500, OPEN}}, "", "frozen 0-2000"},
    {STATUS_FROZEN, {0, 2000}, {{100, 200}, {1500, OPEN}}, "", "frozen 0-2000"},
};

static void
append_end(GString *out, instant t)
{
	if (t == INSTANT_ALWAYS || t == INSTANT_NEVER)
		g_string_append(out, t == INSTANT_NEVER ? "open" : "always");
	else
		g_string_append_printf(out, "%d", (int)t);
}

static void
append_interval(GString *out, struct interval span)
{
	append_end(out, span.from);
	g_string_append_c(out, '-');
	append_end(out, span.until);
}

static void
check(const struct judgement *judgement, const char *spans, const char *explain)
{
	GString *text = g_string_new(NULL);
	for (guint i = 0; i < judgement->spans->len; i++) {
		if (i > 0)
			g_string_append_c(text, ' ');
		append_interval(text, g_array_index(judgement->spans, struct interval, i));
	}
	g_assert_cmpstr(text->str, ==, spans);
	g_assert_cmpint(judgement->explains, ==, explain != NULL);
	if (explain != NULL) {
		g_string_printf(text, "%s ", cause_word(judgement->cause));
		append_interval(text, judgement->span);
		g_assert_cmpstr(text->str, ==, explain);
	}
	g_string_free(text, TRUE);
}

static void
test_statuses(void)
{
	struct judgement judgement;
	judgement_init(&judgement);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct record record = {.kind = cases[i].kind,
		    .status = cases[i].status,
		    .span = cases[i].span,
		    .freezes = no_freeze};
		struct source_policy policy = {.name = "s", .cancelled = cases[i].cancelled};
		g_test_message("%zu: %s %s", i, record_kind_word(cases[i].kind),
		    record_status_word(cases[i].status));
		judge(&record, &policy, NOW, &judgement);
		check(&judgement, cases[i].spans, cases[i].explain);
	}
	judgement_done(&judgement);
	judgement_done(&judgement);
}

static void
test_freezes(void)
{
	struct judgement judgement;
	struct source_policy policy = {.name = "s"};
	judgement_init(&judgement);
	for (size_t i = 0; i < G_N_ELEMENTS(freezes); i++) {
		size_t n = 0;
		while (n < 3 && freezes[i].freezes[n].until != 0)
			n++;
		struct record record = {.kind = RECORD_MEMBERSHIP,
		    .status = freezes[i].status,
		    .span = freezes[i].span,
		    .freezes = freezes[i].freezes,
		    .n_freezes = n};
		g_test_message("%zu: %s", i, freezes[i].spans);
		judge(&record, &policy, NOW, &judgement);
		check(&judgement, freezes[i].spans, freezes[i].explain);
	}
	judgement_done(&judgement);
}

/* Against a second by second count: the parts are in order, apart, and hold just what no freeze holds. */
static void
test_freezes_at_random(void)
{
	struct judgement judgement;
	struct source_policy policy = {.name = "s"};
	GRand *random = g_rand_new_with_seed(20261114);
	judgement_init(&judgement);
	for (int round = 0; round < 20000; round++) {
		struct interval some[4];
		size_t n = (size_t)g_rand_int_range(random, 1, 5);
		for (size_t i = 0; i < n; i++) {
			some[i].from = g_rand_int_range(random, 0, 40);
			some[i].until = some[i].from + g_rand_int_range(random, 1, 20);
		}
		struct record record = {.kind = RECORD_MEMBERSHIP,
		    .status = STATUS_ACTIVE,
		    .span = {10, 50},
		    .freezes = some,
		    .n_freezes = n};
		judge(&record, &policy, 100, &judgement);
		instant end = -1;
		bool granted[70] = {false};
		for (guint i = 0; i < judgement.spans->len; i++) {
			struct interval part = g_array_index(judgement.spans, struct interval, i);
			g_assert_cmpint(part.from, >, end);
			g_assert_cmpint(part.from, <, part.until);
			end = part.until;
			for (instant t = part.from; t < part.until; t++)
				granted[t] = true;
		}
		for (instant t = 0; t < 70; t++) {
			bool want = t >= 10 && t < 50;
			for (size_t i = 0; i < n; i++)
				want = want && !(some[i].from <= t && t < some[i].until);
			g_assert_cmpint(granted[t], ==, want);
		}
	}
	judgement_done(&judgement);
	g_rand_free(random);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/judge/statuses", test_statuses);
	g_test_add_func("/judge/freezes", test_freezes);
	g_test_add_func("/judge/freezes-at-random", test_freezes_at_random);
	return g_test_run();
}
