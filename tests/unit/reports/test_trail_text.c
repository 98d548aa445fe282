/* One run of the audit trail, as text and as JSON: what was sent, what was held, and what never went out. */
#include "reports/trail_text.h"

#include "base/json.h"

#include <string.h>

#define NOW ((instant)1794816000) /* 2026-11-16T08:00:00Z */

static struct trail *
run_of(const char *command)
{
	struct trail *trail = trail_new();

	trail->id = "aaaa00000001";
	trail->command = command;
	trail->who = "root@desk";
	trail->version = "0.1.0";
	trail->as_of = NOW;
	trail->started = NOW + 1;
	trail->ended = NOW + 9;
	return trail;
}

static struct trail_change *
add_sent(struct trail *trail, const char *id)
{
	struct trail_change *change = trail_add(trail);

	change->id = trail->changes->len;
	change->change_id = id;
	change->action = "grant";
	change->email = "ada@example.org";
	change->group_id = 10;
	change->want = (struct interval){NOW, INSTANT_NEVER};
	change->wanted = true;
	change->cause = "new";
	change->at = NOW + 2;
	return change;
}

static void
add_outcome(struct trail_change *change, enum outcome outcome, const char *text)
{
	struct trail_outcome one = {outcome, text, NOW + 3};

	g_array_append_val(change->outcomes, one);
}

static struct change *
add_planned(GPtrArray *list, const char *id, enum object object)
{
	struct change *change = g_new0(struct change, 1);

	*change = (struct change){.object = object,
	    .email = "bob@example.org",
	    .group_id = 11,
	    .group = "Room 1",
	    .wanted = true,
	    .want = {INSTANT_ALWAYS, NOW + INSTANT_HOUR},
	    .cause = CAUSE_NEW};
	g_strlcpy(change->id, id, sizeof change->id);
	g_ptr_array_add(list, change);
	return change;
}

/* The text must have these parts, NULL-terminated. */
static void
has(char *text, ...)
{
	va_list parts;

	va_start(parts, text);
	for (const char *part; (part = va_arg(parts, const char *)) != NULL;)
		if (strstr(text, part) == NULL)
			g_error("\"%s\" is not in:\n%s", part, text);
	va_end(parts);
	g_free(text);
}

static void
test_run(void)
{
	struct trail *trail = run_of("apply");

	has(trail_text(trail, NULL), "root@desk", "2026-11-16T08:00:09Z", "\nsent: nothing\n",
	    NULL);
	has(trail_json(trail, NULL), "\"approval\":null", "\"ended\":\"2026-11-16T08:00:09Z\"",
	    NULL);
	trail->ended = INSTANT_NEVER;
	char *text = trail_text(trail, NULL);
	g_assert_null(strstr(text, "exit"));
	has(text, "is running, or died", NULL);
	trail->approval = (struct approval){
	    .plan_id = "0123456789ab", .max_removals = 7, .who = "olga@desk", .at = NOW};
	trail->removed_by = "bbbb00000002";
	trail->removed_at = NOW + INSTANT_DAY;
	trail->head = "ffff";
	trail->plan = "cccc00000003";
	trail->applied = "dddd00000004";
	trail->summary = "1 change";
	has(trail_text(trail, NULL),
	    "0123456789ab, at most 7 removals, by olga@desk at 2026-11-16T08:00:00Z",
	    "document and changes, by run bbbb00000002 at 2026-11-17T08:00:00Z (keep_runs)",
	    "cccc00000003", "dddd00000004", "1 change", NULL);
	has(trail_json(trail, NULL), "\"max_removals\":7", "\"who\":\"olga@desk\"", NULL);
	trail_free(trail);
}

static void
test_sent(void)
{
	struct trail *trail = run_of("apply");
	struct plan *plan = plan_new();
	struct trail_change *change = add_sent(trail, "000000000001");

	plan->as_of = NOW;
	change->surprising = true;
	change->user_id = 5;
	change->source = "bookings";
	change->rule = "room";
	change->label = "kr b1";
	change->have_id = 100;
	change->have = (struct interval){INSTANT_ALWAYS, NOW};
	add_outcome(change, OUTCOME_UNKNOWN, NULL);
	add_outcome(change, OUTCOME_UNKNOWN, "Kisi answered 500");
	add_outcome(change, OUTCOME_FAILED, "read back, and not as wanted");
	change = add_sent(trail, "000000000002");
	change->group_id = 0;
	change->lock_id = 20;
	change->wanted = false;
	add_outcome(change, OUTCOME_DONE, NULL);
	change = add_sent(trail, "000000000003");
	change->group_id = 0;
	add_planned(plan->changes, "000000000003", OBJECT_ASSIGNMENT);
	has(trail_text(trail, plan), "sent: 3", "group 10", "lock 20", "Room 1",
	    "2026-11-16T08:00:00Z - no end",
	    "change 000000000001, cause new, source bookings, rule room, user 5, \"kr b1\"",
	    "was there: 100, always - 2026-11-16T08:00:00Z", "answer: none",
	    "answer: Kisi answered 500", "settled: failed, read back, and not as wanted",
	    "settled: done\n", NULL);
	has(trail_json(trail, plan), "\"surprising\":true", "\"lock_id\":20", NULL);
	plan_free(plan);
	trail_free(trail);
}

static void
test_not_sent(void)
{
	struct trail *trail = run_of("apply");
	struct plan *plan = plan_new();
	static const struct verdict verdicts[] = {
	    {.guard = GUARD_MAX_REMOVALS, .tripped = false, .text = "did not trip"},
	    {.guard = GUARD_MAX_AGE, .tripped = true, .text = "another guard"},
	    {.guard = GUARD_MAX_REMOVALS,
		.scope = "Sauna",
		.tripped = true,
		.text = "of the sauna"},
	    {.guard = GUARD_MAX_REMOVALS,
		.scope = "Room 1",
		.tripped = true,
		.text = "of the room"},
	    {.guard = GUARD_MAX_REMOVALS, .scope = "Gym", .tripped = true, .text = "of the gym"},
	    {.guard = GUARD_REMOVED_TWICE, .scope = "bob@example.org", .tripped = true},
	};
	char *text = NULL;

	plan->as_of = NOW;
	add_sent(trail, "000000000001");
	add_planned(plan->changes, "000000000001", OBJECT_ASSIGNMENT);
	text = trail_text(trail, plan);
	g_assert_null(strstr(text, "not sent"));
	g_assert_null(strstr(text, "held"));
	g_free(text);

	add_planned(plan->changes, "000000000002", OBJECT_ASSIGNMENT);
	add_planned(plan->changes, "000000000003", OBJECT_USER)->group = NULL;
	for (size_t i = 0; i < G_N_ELEMENTS(verdicts); i++)
		g_ptr_array_add(plan->verdicts, g_memdup2(&verdicts[i], sizeof verdicts[i]));
	add_planned(plan->held, "000000000004", OBJECT_ASSIGNMENT)->held = GUARD_MAX_REMOVALS;
	add_planned(plan->held, "000000000005", OBJECT_USER)->held = GUARD_REMOVED_TWICE;
	add_planned(plan->held, "000000000006", OBJECT_ASSIGNMENT)->held = GUARD_HOLD;
	add_planned(plan->held, "000000000007", OBJECT_ASSIGNMENT)->wanted = false;
	((struct change *)plan->held->pdata[3])->held = GUARD_MAX_AGE;
	text = trail_text(trail, plan);
	/* The verdict of its own door, not of the first or last one. */
	g_assert_null(strstr(text, "of the sauna"));
	g_assert_null(strstr(text, "of the gym"));
	g_assert_null(strstr(text, "did not trip"));
	has(text, "planned, not sent: 2", "create_user", "always - 2026-11-16T09:00:00Z", "held: 4",
	    "of the room", "removed_twice", "hold", "another guard", NULL);
	has(trail_json(trail, plan), "\"why\":\"of the room\"", "\"guard\":\"hold\"",
	    "\"why\":null", NULL);
	plan_free(plan);
	trail_free(trail);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/trail-text/run", test_run);
	g_test_add_func("/trail-text/sent", test_sent);
	g_test_add_func("/trail-text/not-sent", test_not_sent);
	return g_test_run();
}
