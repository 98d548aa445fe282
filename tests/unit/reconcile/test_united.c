/* Bookings in several rows: which pairs of holder and reach each row adds, and which reasons are buried. */
#include "reconcile/united.h"

#include <string.h>

struct step {
	const char *id;
	enum record_status status;
	instant until;
	const char *holders, *rules; /* a digit each; a holder that is a letter is a company */
	bool differs;
	const char *
	    pairs; /* `holder:rule ` in the order told; the reason of a rule is its row * 10 + rule */
};

static void
tell_pair(void *user, const struct holder *holder, const struct reach *reach)
{
	g_string_append_printf(user, "%c:%u ",
	    (char)('0' + (holder->company == INTERN_NONE ? holder->person : holder->company)),
	    reach->reason);
}

static void
tell_reason(void *user, uint32_t reason)
{
	g_string_append_printf(user, "%u ", reason);
}

static void
take(struct united *united, const struct step *step, uint32_t row)
{
	struct record record = {.kind = RECORD_BOOKING,
	    .id = step->id,
	    .status = step->status,
	    .span = {10, step->until}};
	GArray *holders = g_array_new(FALSE, FALSE, sizeof(struct holder));
	GArray *reaches = g_array_new(FALSE, FALSE, sizeof(struct reach));
	GString *pairs = g_string_new(NULL);
	for (const char *p = step->holders; *p != '\0'; p++) {
		uint32_t number = (uint32_t)(*p - '0');
		bool person = g_ascii_isdigit(*p);
		struct holder holder = {
		    person ? number : INTERN_NONE, person ? INTERN_NONE : number};
		g_array_append_val(holders, holder);
	}
	for (const char *p = step->rules; *p != '\0'; p++) {
		uint32_t rule = (uint32_t)(*p - '0');
		/* 8 and 9 are two rules of one door */
		struct reach reach = {.ref = MIN(rule, 8), .rule = rule, .reason = row * 10 + rule};
		g_array_append_val(reaches, reach);
	}
	bool differs = united_take(united, &record, holders, reaches, tell_pair, pairs);
	g_assert_true(differs == step->differs);
	g_assert_cmpstr(pairs->str, ==, step->pairs);
	g_assert_true(united_knows(united, &record));
	g_string_free(pairs, TRUE);
	g_array_unref(holders);
	g_array_unref(reaches);
}

static void
test_take(void)
{
	static const struct step steps[] = {
	    {"a", STATUS_CONFIRMED, 20, "1", "1", false, "1:1 "},
	    {"a", STATUS_CONFIRMED, 20, "1", "1", false, ""},
	    {"a", STATUS_CONFIRMED, 20, "2", "12", false, "1:22 2:1 2:22 "},
	    {"b", STATUS_CONFIRMED, 20, "3", "", false, ""},
	    {"b", STATUS_CONFIRMED, 20, "", "3", false, "3:43 "},
	    {"a", STATUS_CONFIRMED, 21, "1", "1", true, "1:51 "},
	    {"a", STATUS_CANCELLED, 21, "1", "1", true, "1:61 "},
	    {"a", STATUS_CONFIRMED, 20, "3", "1", true, "3:1 3:22 "},
	};
	struct united *united = united_new(1);
	for (uint32_t i = 0; i < G_N_ELEMENTS(steps); i++) {
		g_test_message("%u", i);
		take(united, &steps[i], i);
	}
	GString *buried = g_string_new(NULL);
	united_bury(united, tell_reason, buried);
	g_assert_cmpstr(buried->str, ==, "51 61 ");
	g_string_free(buried, TRUE);
	united_free(united);
}

/* Companies, and rules of one door, are told apart. */
static void
test_alike(void)
{
	static const struct step steps[] = {
	    {"a", STATUS_CONFIRMED, 20, "A", "8", false, "A:8 "},
	    {"a", STATUS_CONFIRMED, 20, "B", "8", false, "B:8 "},
	    {"a", STATUS_CONFIRMED, 20, "A", "9", false, "A:29 B:29 "},
	    {"a", STATUS_CONFIRMED, 20, "AB", "89", false, ""},
	};
	struct united *united = united_new(1);
	for (uint32_t i = 0; i < G_N_ELEMENTS(steps); i++)
		take(united, &steps[i], i);
	united_free(united);
}

/* Back to a time that neither the last row nor the first one had. */
static void
test_middle(void)
{
	static const struct step steps[] = {
	    {"a", STATUS_CONFIRMED, 20, "1", "1", false, "1:1 "},
	    {"a", STATUS_CONFIRMED, 21, "1", "1", true, "1:11 "},
	    {"a", STATUS_CONFIRMED, 22, "1", "1", true, "1:21 "},
	    {"a", STATUS_CONFIRMED, 21, "2", "1", true, "2:11 "},
	};
	struct united *united = united_new(1);
	GString *buried = g_string_new(NULL);
	for (uint32_t i = 0; i < G_N_ELEMENTS(steps); i++)
		take(united, &steps[i], i);
	united_bury(united, tell_reason, buried);
	g_assert_cmpstr(buried->str, ==, "1 21 ");
	g_string_free(buried, TRUE);
	united_free(united);
}

#define CROWD 100

static void
count_pair(void *user, const struct holder *holder, const struct reach *reach)
{
	(*(guint *)user)++;
}

/* A class with a row for each guest, and each row twice: everybody once, by each rule. */
static void
test_crowd(void)
{
	struct united *united = united_new(1);
	struct record record = {
	    .kind = RECORD_BOOKING, .id = "class", .status = STATUS_CONFIRMED, .span = {10, 20}};
	GArray *holders = g_array_new(FALSE, FALSE, sizeof(struct holder));
	GArray *reaches = g_array_new(FALSE, FALSE, sizeof(struct reach));
	guint pairs = 0;
	for (uint32_t i = 0; i < 2 * CROWD; i++) {
		struct holder holder = {i % CROWD, INTERN_NONE};
		struct reach reach = {.ref = i % 2, .rule = i % CROWD, .reason = i};
		g_array_set_size(holders, 0);
		g_array_set_size(reaches, 0);
		g_array_append_val(holders, holder);
		g_array_append_val(reaches, reach);
		g_assert_false(united_take(united, &record, holders, reaches, count_pair, &pairs));
	}
	g_assert_cmpuint(pairs, ==, CROWD * CROWD);
	g_array_unref(holders);
	g_array_unref(reaches);
	united_free(united);
}

static void
test_sources(void)
{
	static const struct step step = {"a", STATUS_CONFIRMED, 20, "1", "1", false, "1:1 "};
	struct united *united = united_new(2);
	struct record other = {.kind = RECORD_BOOKING, .id = "a", .place.source = 1};
	take(united, &step, 0);
	g_assert_false(united_knows(united, &other));
	united_free(united);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/united/take", test_take);
	g_test_add_func("/united/alike", test_alike);
	g_test_add_func("/united/middle", test_middle);
	g_test_add_func("/united/crowd", test_crowd);
	g_test_add_func("/united/sources", test_sources);
	return g_test_run();
}
