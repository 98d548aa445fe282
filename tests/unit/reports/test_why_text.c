/* The words of why: what is said of a person, of each record and door, and the one answer. */
#include "reports/why_text.h"

#include <string.h>

#define NOW ((instant)1794816000) /* 2026-11-16T08:00:00Z */
#define HOUR INSTANT_HOUR

static struct plan *
plan_of_now(void)
{
	struct plan *plan = plan_new();

	plan->as_of = NOW;
	return plan;
}

static struct why *
about_mira(struct plan *plan, instant at)
{
	struct why *why = why_new(plan, "mira@example.org", NULL, at);

	why->asked = "mira@example.org";
	why->fetched_at = NOW;
	why->lookahead = INSTANT_DAY;
	why->known = true;
	return why;
}

static struct why_record *
add_record(struct why *why, enum record_kind kind, enum why_mark mark)
{
	struct why_record *record = why_add_record(why);

	record->source = "bookings";
	record->file = "bookings.csv";
	record->row = 7;
	record->kind = kind;
	record->mark = mark;
	record->span = (struct interval){NOW, NOW + HOUR};
	return record;
}

static struct why_door *
add_door(struct why *why, enum why_can can, enum why_because because)
{
	struct why_door *door = why_add_door(why);

	door->name = "Room 1";
	door->managed = door->exclusive = true;
	door->can = can;
	door->because = because;
	door->span = (struct interval){NOW, NOW + HOUR};
	return door;
}

/* The text must have these parts, NULL-terminated. */
static void
has(const struct why *why, bool verbose, bool quiet, ...)
{
	char *text = why_text(why, verbose, quiet);
	va_list parts;

	va_start(parts, quiet);
	for (const char *part; (part = va_arg(parts, const char *)) != NULL;)
		if (strstr(text, part) == NULL)
			g_error("\"%s\" is not in:\n%s", part, text);
	va_end(parts);
	g_free(text);
}

static void
lacks(const struct why *why, const char *part)
{
	char *text = why_text(why, false, false);

	g_assert_null(strstr(text, part));
	g_free(text);
}

static void
test_person(void)
{
	static const struct kisi_user users[] = {{.id = 2,
						     .person = "mira@example.org",
						     .email = "Mira@example.org",
						     .access_enabled = true,
						     .confirmed = true},
	    {.id = 3, .person = "m@example.org", .email = "m@example.org"}};
	static const struct mismatch mismatch = {.email = "mira@example.org",
	    .kisi_email = "mira@exmaple.org",
	    .evidence = "one letter moved"};
	struct plan *plan = plan_of_now();
	struct why *why = about_mira(plan, NOW);

	has(why, false, false, "mira@example.org  at ", "in Kisi: nobody has this address",
	    "nothing: no record names this address", "none: nothing is about a door", NULL);
	lacks(why, "is an alias");
	lacks(why, "an earlier time");
	why->name = "Mira";
	why->asked = "old@example.org";
	why->fetched_at = NOW + HOUR;
	why->barred = "left";
	why->protected = true;
	why->older = 1;
	why->company = "Acme";
	g_ptr_array_add(why->users, (gpointer)&users[0]);
	g_ptr_array_add(why->users, (gpointer)&users[1]);
	g_ptr_array_add(why->mismatches, (gpointer)&mismatch);
	has(why, false, false, "Mira <mira@example.org>  at ",
	    "old@example.org is an alias of this address", "see the workbook of that day",
	    "BLOCKED: left", "protected: this program never changes", "in Kisi: user 2\n",
	    "user 3, under the address m@example.org; ACCESS IS SWITCHED OFF there; has not "
	    "confirmed",
	    "perhaps the same person", "1 older booking, long over",
	    "no membership of the company \"Acme\"", NULL);
	why->older = 2;
	has(why, false, false, "2 older bookings", NULL);
	why_free(why);
	plan_free(plan);
}

static void
test_records(void)
{
	static const struct {
		enum record_kind kind;
		enum why_mark mark;
		const char *shown;
	} cases[] = {
	    {RECORD_BOOKING, WHY_OVER, "gives nothing: its time is over"},
	    {RECORD_BOOKING, WHY_UNKNOWN, "gives nothing: its status is blank or a word"},
	    {RECORD_PERSON, WHY_UNKNOWN, "it bars nobody"},
	    {RECORD_BOOKING, WHY_REFUSED, "gives nothing: the source is refused: too old"},
	    {RECORD_PERSON, WHY_REFUSED, "gives nothing: the source is refused: too old"},
	    {RECORD_BOOKING, WHY_REJECTED, "the row cannot be read: too old"},
	    {RECORD_PERSON, WHY_BARS, "      takes all access from the person"},
	    {RECORD_MEMBERSHIP, WHY_FROZEN, "it is frozen until "},
	};
	struct plan *plan = plan_of_now();

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct why *why = about_mira(plan, NOW);
		struct why_record *record = add_record(why, cases[i].kind, cases[i].mark);

		record->reason = "too old";
		record->from = NOW + HOUR;
		has(why, false, false, cases[i].shown, "(bookings.csv:7)", NULL);
		why_free(why);
	}
	static const instant ends[] = {0, INSTANT_NEVER};
	for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) {
		struct why *why = about_mira(plan, NOW);

		add_record(why, RECORD_MEMBERSHIP, WHY_FROZEN)->from = ends[i];
		has(why, false, false, "gives nothing: it is frozen\n", NULL);
		why_free(why);
	}
	plan_free(plan);
}

static void
test_given(void)
{
	static const struct verdict refused[] = {
	    {.guard = GUARD_MAX_AGE, .scope = "members", .text = "too old", .hint = "export again"},
	    {.guard = GUARD_MAX_AGE, .scope = "people", .text = "empty"}};
	const struct why_given given[] = {{"Room 1", "one", METHOD_GROUP, {NOW - HOUR, NOW + HOUR}},
	    {"Room 2", NULL, METHOD_LINK, {NOW - 2 * HOUR, NOW - HOUR}},
	    {"Room 3", "three", METHOD_GROUP, {NOW + HOUR, NOW + 2 * HOUR}}};
	struct plan *plan = plan_of_now();
	struct why *why = about_mira(plan, NOW);
	struct why_record *record = add_record(why, RECORD_BOOKING, WHY_GIVES);

	record->id = "b1";
	record->what = "Room 1; Room 2";
	record->company = "Acme";
	record->invited = record->by_company = true;
	g_array_append_vals(record->given, given, G_N_ELEMENTS(given));
	record = add_record(why, RECORD_BOOKING, WHY_BARRED);
	record->id = "an id that is longer than anybody would want to read";
	record->file = NULL;
	g_array_append_vals(record->given, given, 1);
	for (size_t i = 0; i < G_N_ELEMENTS(refused); i++)
		g_ptr_array_add(why->refused, (gpointer)&refused[i]);
	has(why, false, false, "booking b1 (bookings.csv:7)", ", Room 1; Room 2, company Acme",
	    ", as invited, as one of the company", "gives \"Room 1\" by rule one, ",
	    "gave \"Room 2\", which the data names as link, ", "will give \"Room 3\" by rule three",
	    "would give \"Room 1\"", "booking (bookings:7)",
	    "source members is REFUSED, so it gives nothing: too old", "hint: export again",
	    "source people is REFUSED, so it gives nothing: empty\n", NULL);
	why_free(why);
	plan_free(plan);
}

static void
test_doors(void)
{
	static const struct verdict verdict = {
	    .guard = GUARD_MAX_GRANTS, .text = "too many", .hint = "look again"};
	static const struct verdict bare = {.guard = GUARD_HOLD, .text = "held"};
	static const struct missing_group missing = {.text = "no such group", .hint = "make it"};
	static const struct missing_group gone = {.text = "no such lock"};
	struct plan *plan = plan_of_now();
	struct why *why = about_mira(plan, NOW);
	struct why_door *door = add_door(why, WHY_NO, BECAUSE_HELD_BACK);
	struct why_hold *hold = NULL;

	for (int i = -1; i < 5; i++) {
		struct interval span = {NOW + 24 * i * HOUR, NOW + (24 * i + 1) * HOUR};
		g_array_append_val(door->spans, span);
	}
	hold = why_add_hold(door);
	hold->via = "team X";
	hold->span = (struct interval){NOW, INSTANT_NEVER};
	hold->off = true;
	door->verdict = &verdict;
	door->restrictions = "Door: reader";
	has(why, false, false, "entitled: ... and 2 more times (-v)", "in Kisi: team X, ",
	    ", switched off", "restricted in Kisi: Door: reader", "max_grants: too many",
	    "hint: look again", "a guard holds it back (max_grants)", NULL);
	has(why, true, false, "(over)", NULL);
	lacks(why, "(over)");
	door->verdict = &bare;
	has(why, false, false, "hold: held\n", NULL);
	door->verdict = NULL;
	has(why, false, true, "but a guard holds it back\n", NULL);

	door = add_door(why, WHY_NO, BECAUSE_NO_DOOR);
	door->missing = &missing;
	door->method = METHOD_LINK;
	has(why, false, false, "group \"Room 1\" by link", "in Kisi: no such group",
	    "hint: make it", "entitled: no\n", NULL);
	door->missing = &gone;
	door->lock = true;
	has(why, false, false, "lock \"Room 1\"", "in Kisi: no such lock\n", NULL);
	door = add_door(why, WHY_WILL, BECAUSE_OPENED);
	door->method = METHOD_UNLOCK;
	door->managed = false;
	has(why, false, false, "not managed here: no rule names it",
	    "not yet, because `unlock-due` opens the door", NULL);
	why_free(why);
	plan_free(plan);
}

static void
test_tried(void)
{
	struct tried_change tried = {.run = "aaaa00000001", .action = "grant", .at = NOW};
	struct plan *plan = plan_of_now();
	struct why *why = about_mira(plan, NOW);
	struct why_door *door = add_door(why, WHY_NO, BECAUSE_NOT_APPLIED);

	has(why, false, true, "Kisi does not have it yet: run `apply`\n", NULL);
	door->tried = &tried;
	has(why, false, false, "grant, and NOBODY KNOWS what became of it\n",
	    "; the last apply tried, and nobody knows how it ended", NULL);
	tried.answer = "Kisi answered 500";
	has(why, false, false, "what became of it: Kisi answered 500", NULL);
	tried.failed = true;
	has(why, false, false, "run aaaa00000001 tried, ", "grant FAILED: Kisi answered 500",
	    "`history aaaa00000001` shows", "; the last apply tried, and failed: see above", NULL);
	tried.answer = NULL;
	has(why, false, false, "grant FAILED\n", NULL);
	why_free(why);
	plan_free(plan);
}

static void
test_answers(void)
{
	struct plan *plan = plan_of_now();
	struct why *why = about_mira(plan, NOW + HOUR);
	struct why_door *door = add_door(why, WHY_YES, BECAUSE_HELD);

	why->barred = "left";
	door->restrictions = "Door: reader";
	has(why, false, true, "can open Room 1 at ", ": yes, because Kisi has it, ",
	    "; but mind the restrictions", NULL);
	door->can = WHY_NO;
	door->because = BECAUSE_BARRED;
	has(why, false, true, "no, because the person is blocked or deleted: left\n", NULL);
	/* Beyond the lookahead it says from when on; a door of another method is placed at once. */
	door->because = BECAUSE_NOT_YET;
	door->span = (struct interval){NOW + 2 * INSTANT_DAY, INSTANT_NEVER};
	has(why, false, true, "entitled only later", "; a run places it from ", NULL);
	door->method = METHOD_LINK;
	char *text = why_text(why, false, true);
	g_assert_null(strstr(text, "a run places it"));
	g_free(text);
	door->method = METHOD_GROUP;
	door->span.from = NOW + INSTANT_DAY;
	text = why_text(why, false, true);
	g_assert_null(strstr(text, "a run places it"));
	g_free(text);
	door->because = BECAUSE_RECORD;
	door->record = add_record(why, RECORD_BOOKING, WHY_CANCELLED);
	has(why, false, true, "booking (bookings.csv:7): it was cancelled\n", NULL);
	door->record = add_record(why, RECORD_BOOKING, WHY_GIVES);
	has(why, false, true, "booking (bookings.csv:7): see above\n", NULL);
	door->because = BECAUSE_LEFT_OVER;
	has(why, false, true, "though nothing entitles it (booking (bookings.csv:7))", NULL);
	door->record = why->records->pdata[0];
	has(why, false, true, "(booking (bookings.csv:7): it was cancelled)", NULL);
	door->record = NULL;
	has(why, false, true, "though nothing entitles it\n", NULL);
	why_free(why);
	plan_free(plan);
}

/* Nothing leads to a door: what is known best is said. */
static void
test_nothing(void)
{
	static const struct mismatch mismatch = {
	    .email = "mira@example.org", .kisi_email = "m@x.org", .evidence = "name"};
	static const struct verdict refused = {
	    .guard = GUARD_MAX_AGE, .scope = "members", .text = "too old"};
	struct plan *plan = plan_of_now();
	struct why *why = about_mira(plan, NOW);

	has(why, false, true, "can open any door now: no, because no record in any source", NULL);
	why->older = 3;
	has(why, false, true, "because all their bookings are long over", NULL);
	g_ptr_array_add(why->refused, (gpointer)&refused);
	has(why, false, true, "no record names this address, and a source is refused", NULL);
	g_ptr_array_add(why->mismatches, (gpointer)&mismatch);
	has(why, false, true, "because the booking is under another address", NULL);
	add_record(why, RECORD_PERSON, WHY_PERSON);
	has(why, false, true, "known, but without a booking or membership\n", NULL);
	why->company = "Acme";
	has(why, false, true, "and their company has none, either", NULL);
	add_record(why, RECORD_BOOKING, WHY_CANCELLED);
	add_record(why, RECORD_BOOKING, WHY_OVER);
	has(why, false, true, "because booking (bookings.csv:7): it was cancelled", NULL);
	why->barred = "left";
	has(why, false, true, "because the person is blocked or deleted: left", NULL);
	why_free(why);
	plan_free(plan);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/why-text/person", test_person);
	g_test_add_func("/why-text/records", test_records);
	g_test_add_func("/why-text/given", test_given);
	g_test_add_func("/why-text/doors", test_doors);
	g_test_add_func("/why-text/tried", test_tried);
	g_test_add_func("/why-text/answers", test_answers);
	g_test_add_func("/why-text/nothing", test_nothing);
	return g_test_run();
}
