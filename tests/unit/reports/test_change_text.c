/* One change, as a person says it. */
#include "reports/change_text.h"

#include "sample_plan.h"

static void
test_clauses(void)
{
	static const struct {
		enum cause cause;
		bool have, want;
		size_t reasons;
		const char *why; /* of the orphan; NULL: none */
		const char *text;
	} cases[] = {
	    {CAUSE_CANCELLED, true, false, 1, NULL, "booking cancelled"},
	    {CAUSE_ENDED, true, false, 0, NULL, "access ended"},
	    {CAUSE_FROZEN, true, false, 1, NULL, "frozen until today 16:30"},
	    {CAUSE_BLOCKED, true, false, 0, "blocked: blocked list: damage", "blocked: damage"},
	    {CAUSE_DELETED, true, false, 0, "deleted: deleted in people, row 6",
		"deleted: in people, row 6"},
	    {CAUSE_HAND_MADE, true, false, 0, "never known: no source names this person",
		"by hand, since Mon 2 Nov; in no export"},
	    {CAUSE_HAND_MADE, true, false, 0, NULL,
		"by hand, since Mon 2 Nov; no booking or membership supports it"},
	    {CAUSE_ROW_VANISHED, true, false, 1, NULL, "booking is no longer in the export"},
	    {CAUSE_ABSENT, true, false, 1, NULL,
		"booking is no longer in the export, so cancelled"},
	    {CAUSE_RULE_REMOVED, true, false, 1, NULL, "the rule that gave it is gone"},
	    {CAUSE_NEW, false, true, 1, NULL, "booked"},
	    {CAUSE_NEW, false, true, 2, NULL, "2 bookings"},
	    {CAUSE_REMOVED_BY_HAND, false, true, 1, NULL,
		"booked; somebody had removed it in Kisi"},
	    {CAUSE_EXTENDED, true, true, 1, NULL, "booking is longer"},
	    {CAUSE_EXTENDED, true, true, 2, NULL, "2 bookings, joined"},
	    {CAUSE_SHORTENED, true, true, 1, NULL, "booking is shorter"},
	    {CAUSE_MOVED, true, true, 1, NULL, "booking moved"},
	    {CAUSE_HAND_MADE, true, true, 1, NULL, "set by hand; now as the booking says"},
	};
	struct sample *sample = sample_empty();
	struct clock_face face = clock_face_of(sample->plan);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct change *change = sample_change(
		    sample, sample->plan->changes, "ada@example.com", cases[i].cause);
		struct orphan orphan = {.why = cases[i].why};
		change->have_id = cases[i].have ? 1 : 0;
		change->have = span("2026-11-01T23:00:00Z", NULL);
		change->wanted = cases[i].want;
		change->want = span("2026-11-14T10:30:00Z", NULL);
		if (cases[i].reasons > 0)
			sample_reasons(sample, change, cases[i].reasons);
		g_autofree char *text = change_clause(
		    &face, sample->plan->as_of, change, cases[i].why != NULL ? &orphan : NULL);
		g_assert_cmpstr(text, ==, cases[i].text);
	}
	sample_free(sample);
}

static void
test_signs(void)
{
	struct sample *sample = sample_new();
	static const char *const signs[] = {"+", "+", "+", "~", "-", "!", "-"};
	for (guint i = 0; i < G_N_ELEMENTS(signs); i++)
		g_assert_cmpstr(change_sign(sample->plan->changes->pdata[i], sample->plan->as_of),
		    ==, signs[i]);
	sample_free(sample);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/change-text/clauses", test_clauses);
	g_test_add_func("/change-text/signs", test_signs);
	return g_test_run();
}
