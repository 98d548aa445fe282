/* Can they get in, and what to tell them? */
#include "reports/answer_text.h"

#include <string.h>

#define NOW ((instant)1794816000) /* 2026-11-16T08:00:00Z */

static struct why *
about_mira(struct plan *plan)
{
	plan->as_of = NOW;
	struct why *why = why_new(plan, "mira@example.org", NULL, NOW);
	why->asked = "mira@example.org";
	why->fetched_at = NOW;
	why->known = true;
	return why;
}

static struct why_door *
add_door(struct why *why, enum why_can can, enum why_because because)
{
	struct why_door *door = why_add_door(why);
	door->name = "Room 1";
	door->managed = true;
	door->can = can;
	door->because = because;
	door->span = (struct interval){NOW + INSTANT_HOUR, NOW + 2 * INSTANT_HOUR};
	return door;
}

/* Every reason has its clause, and every no that somebody can end has what to do. */
static void
test_reasons(void)
{
	static const struct {
		enum why_can can;
		enum why_because because;
		const char *answer, *said;
	} cases[] = {
	    {WHY_YES, BECAUSE_HELD, "YES ", "today 9:00-10:00"},
	    {WHY_WILL, BECAUSE_PLACED_THEN, "NOT YET ", "a run sets it up when it is near"},
	    {WHY_WILL, BECAUSE_OPENED, "NOT YET ", "opened for everybody at the start"},
	    {WHY_NO, BECAUSE_SWITCHED_OFF, "NO ", "switch this person on"},
	    {WHY_NO, BECAUSE_NO_DOOR, "NO ", "make the group in Kisi"},
	    {WHY_NO, BECAUSE_PROTECTED, "NO ", "give it by hand in Kisi"},
	    {WHY_NO, BECAUSE_OTHER_ROLE, "NO ", "other role in this group away"},
	    {WHY_NO, BECAUSE_REPORT_ONLY, "NO ", "exclusive = no"},
	    {WHY_NO, BECAUSE_HELD_BACK, "NO ", "decide: see plan."},
	    {WHY_NO, BECAUSE_NO_USER, "NO ", "[people] create = managed"},
	    {WHY_NO, BECAUSE_NOT_APPLIED, "NO ", "run apply now."},
	    {WHY_NO, BECAUSE_NOT_PLACED, "NO ", "--records."},
	    {WHY_NO, BECAUSE_NOT_YET, "NOT YET ", "the door opens from today 9:00 on."},
	    {WHY_NO, BECAUSE_NOTHING, "NO ", "no booking or membership is for it"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct plan *plan = plan_new();
		struct why *why = about_mira(plan);
		add_door(why, cases[i].can, cases[i].because);
		g_autofree char *text = answer_text(why, 0);
		g_autofree char *line = g_strconcat("\n", cases[i].answer, " Room 1", NULL);
		if (strstr(text, line) == NULL || strstr(text, cases[i].said) == NULL)
			g_error("%s: not in it: %s, %s", text, line, cases[i].said);
		why_free(why);
		plan_free(plan);
	}
}

/* A door that Kisi does not have does not open later, either. */
static void
test_missing(void)
{
	struct plan *plan = plan_new();
	struct why *why = about_mira(plan);
	struct why_door *door = add_door(why, WHY_NO, BECAUSE_NOT_YET);
	const struct missing_group missing = {
	    .text = "Kisi has no group \"45299\"", .hint = "make it in Kisi"};
	door->missing = &missing;
	g_autofree char *text = answer_text(why, 0);
	g_assert_nonnull(strstr(text, "\nNO  Room 1"));
	g_assert_nonnull(strstr(text, "will not open then, either"));
	g_assert_nonnull(strstr(text, "Admin:      make it in Kisi\n"));
	g_assert_null(strstr(text, "the door opens from"));
	why_free(why);
	plan_free(plan);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/answer-text/reasons", test_reasons);
	g_test_add_func("/answer-text/missing", test_missing);
	return g_test_run();
}
