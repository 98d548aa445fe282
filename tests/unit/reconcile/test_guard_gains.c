/* What holds whole changes: too much at once, what somebody removed twice, and the clock. */
#include "scene.h"

enum { ROOM = 10, HALL = 11 };

static const char text[] = "[source b]\nprofile = p\nfile = f\n"
			   "[rule room]\nresource = Room 1\ngroup = Room 1\n"
			   "[rule gate]\nresource = Gate\ngroup = Hall\nmethod = link\n"
			   "[guards]\nmax_grants = 2\n";

static struct scene *
venue(void)
{
	struct scene *s = scene_new(text);
	SCENE_ADD(s->kisi->groups, struct kisi_group, .id = ROOM, .name = "Room 1");
	SCENE_ADD(s->kisi->groups, struct kisi_group, .id = HALL, .name = "Hall");
	SCENE_ADD(s->kisi->users, struct kisi_user, .id = 5, .email = "ada@example.org",
	    .access_enabled = true, .confirmed = true);
	return s;
}

static struct kisi_assignment *
assign(struct scene *s, int64_t id, struct interval valid)
{
	SCENE_ADD(s->kisi->assignments, struct kisi_assignment, .id = id, .role_id = "group_basic",
	    .assignee_id = 5, .applies_to = APPLIES_TO_GROUP, .applies_to_id = ROOM,
	    .valid = valid);
	return &g_array_index(
	    s->kisi->assignments, struct kisi_assignment, s->kisi->assignments->len - 1);
}

static const struct verdict *
verdict(const struct scene *s, const char *guard)
{
	for (guint i = 0; i < s->plan->verdicts->len; i++) {
		const struct verdict *one = s->plan->verdicts->pdata[i];
		if (strcmp(guard_word(one->guard), guard) == 0)
			return one;
	}
	g_error("no verdict %s", guard);
}

/* Those who would come in, but for the accounts that are made for them, by whether they go. */
static void
expect(struct scene *s, const char *going, const char *held)
{
	g_autoptr(GString) out = g_string_new(NULL);
	const GPtrArray *const lists[] = {s->plan->changes, s->plan->held};
	const char *const wanted[] = {going, held};
	for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
		g_string_truncate(out, 0);
		for (guint j = 0; j < lists[i]->len; j++) {
			const struct change *change = lists[i]->pdata[j];
			if (change->object != OBJECT_USER)
				g_string_append_printf(out, "%.3s ", change->email);
		}
		g_assert_cmpstr(out->str, ==, wanted[i]);
	}
}

/* ---- too much at once ---- */

static void
book_four(struct scene *s)
{
	scene_book(s, 0, "4", "dan@example.org", "Room 1", scene_span(4, 5));
	scene_book(s, 0, "2", "ben@example.org", "Room 1", scene_span(2, 3));
	scene_book(s, 0, "3", "cy.@example.org", "Room 1", scene_span(3, 4));
	scene_book(s, 0, "1", "ada@example.org", "Room 1", scene_span(1, 2));
}

/* The soonest go. */
static void
test_grants(void)
{
	struct scene *s = venue();
	book_four(s);
	g_assert_true(scene_plan(s));
	expect(s, "ada ben ", "cy. dan ");
	const struct verdict *one = verdict(s, "max_grants");
	g_assert_true(one->tripped);
	g_assert_cmpint(one->measured, ==, 4);
	g_assert_cmpint(one->limit, ==, 2);
	g_assert_cmpuint(one->n_held, ==, 2);
	g_autofree char *hint = g_strdup_printf(
	    "if they are right: apply --approve %s --max-grants 2", s->plan->removals_id);
	g_assert_cmpstr(one->hint, ==, hint);
	g_assert_cmpint(((struct change *)s->plan->held->pdata[0])->held, ==, GUARD_MAX_GRANTS);
	scene_free(s);

	/* with nothing to compare with nothing is judged */
	s = venue();
	book_four(s);
	s->history->fresh = true;
	g_assert_true(scene_plan(s));
	expect(s, "ada ben cy. dan ", "");
	g_assert_true(verdict(s, "max_grants")->not_judged);
	scene_free(s);
}

/* All guests of one booking are one; so is what the last good import had none, and what came in the 24 h before counts. */
static void
test_grant_units(void)
{
	struct scene *s = venue();
	static const struct record_person guests[] = {{.email = "ben@example.org"},
	    {.email = "cy.@example.org"}, {.email = "dan@example.org"}};
	struct record_ref target = {NULL, "Room 1"};
	s->policies[0].attendees = true;
	scene_add(s, (struct record){.kind = RECORD_BOOKING,
			 .status = STATUS_CONFIRMED,
			 .person = {.email = "ada@example.org"},
			 .attendees = guests,
			 .n_attendees = G_N_ELEMENTS(guests),
			 .targets = &target,
			 .n_targets = 1,
			 .span = scene_span(1, 2)});
	g_assert_true(scene_plan(s));
	expect(s, "ada ben cy. dan ", "");
	g_assert_cmpint(verdict(s, "max_grants")->measured, ==, 1);
	scene_free(s);

	s = venue();
	book_four(s);
	struct giver known = scene_giver("b", "1", "ada@example.org", ROOM, scene_span(1, 2));
	g_array_append_val(s->history->givers, known);
	g_assert_true(scene_plan(s));
	expect(s, "ada ben cy. ", "dan ");
	g_assert_null(((struct change *)s->plan->changes->pdata[0])->gain_unit);
	scene_free(s);

	s = venue();
	book_four(s);
	g_ptr_array_add(s->history->day_given, (gpointer) "b\n1");
	g_ptr_array_add(s->history->day_given, (gpointer) "b\n77");
	g_assert_true(scene_plan(s));
	expect(s, "ada ", "ben cy. dan ");
	g_assert_cmpint(verdict(s, "max_grants")->measured, ==, 5);
	scene_free(s);

	/* what was held before stays new, though the last good import had it */
	s = venue();
	book_four(s);
	known = scene_giver("b", "1", "ada@example.org", ROOM, scene_span(1, 2));
	g_array_append_val(s->history->givers, known);
	history_remember(s->history, "pending", "b\n1", "");
	g_assert_true(scene_plan(s));
	expect(s, "ada ben ", "cy. dan ");
	scene_free(s);

	/* a link for a new booking counts as much, and what is taken does not */
	s = venue();
	scene_book(s, 0, "1", "ada@example.org", "Gate", scene_span(1, 2));
	scene_book(s, 0, "2", "ben@example.org", "Gate", scene_span(2, 3));
	scene_book(s, 0, "3", "cy.@example.org", "Gate", scene_span(3, 4));
	assign(s, 100, scene_open);
	g_assert_true(scene_plan(s));
	expect(s, "ada ada ben ", "cy. ");
	scene_free(s);
}

/* An approval lifts it for as many as it names, and for this plan alone. */
static void
test_grants_approved(void)
{
	struct scene *s = venue();
	char id[PLAN_ID];
	book_four(s);
	g_assert_true(scene_plan(s));
	g_strlcpy(id, s->plan->id, PLAN_ID);
	scene_free(s);
	const struct {
		struct approval approval;
		bool good;
	} cases[] = {
	    {{.plan_id = id, .max_removals = -1, .max_grants = 2, .who = "ada"}, true},
	    {{.plan_id = id, .max_removals = -1, .max_grants = 1, .who = "ada"}, false},
	    {{.plan_id = id, .max_removals = 9, .max_grants = -1, .who = "ada"}, false},
	    {{.plan_id = "000000000000", .max_removals = -1, .max_grants = 9, .who = "ada"}, false},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		s = venue();
		book_four(s);
		s->history->approval = &cases[i].approval;
		g_assert_true(scene_plan(s));
		g_test_message("%zu", i);
		g_assert_cmpint(s->plan->approved, ==, cases[i].good);
		expect(s, cases[i].good ? "ada ben cy. dan " : "ada ben ",
		    cases[i].good ? "" : "cy. dan ");
		g_assert_cmpint(strstr(verdict(s, "max_grants")->text, "approved by ada") != NULL,
		    ==, cases[i].good);
		scene_free(s);
	}
}

/* Planned again after its own changes, a run holds what it held before, and nothing else. */
static void
test_grants_again(void)
{
	struct scene *first = venue();
	book_four(first);
	g_assert_true(scene_plan(first));
	struct scene *s = venue();
	book_four(s);
	scene_book(s, 0, "5", "eve@example.org", "Room 1", scene_span(5, 6));
	assign(s, 100, scene_span(1, 2));
	g_ptr_array_add(s->history->day_given, (gpointer) "b\n1");
	s->facts.before = first->plan;
	g_assert_true(scene_plan(s));
	expect(s, "ben eve ", "cy. dan ");
	scene_free(s);

	/* held by something else it was not held by this */
	((struct change *)first->plan->held->pdata[1])->held = GUARD_CLOCK;
	((struct change *)first->plan->held->pdata[3])->held = GUARD_CLOCK;
	s = venue();
	book_four(s);
	s->facts.before = first->plan;
	g_assert_true(scene_plan(s));
	expect(s, "ada ben cy. dan ", "");
	scene_free(s);
	scene_free(first);
}

/* ---- hands ---- */

/* A membership of somebody who has been let in before goes on; a booking of theirs is as new as anybody's. */
static void
test_renewal(void)
{
	static const struct {
		const char *email;
		bool booked, held;
	} cases[] = {{"ada@example.org", false, false}, {"ada@example.org", true, true},
	    {"ben@example.org", false, true}};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct scene *s = scene_new("[source b]\nprofile = p\nfile = f\n"
					    "[source m]\nprofile = p\nfile = f\n"
					    "[rule room]\nresource = Room 1\ngroup = Room 1\n"
					    "[rule desk]\nplan = Desk\ngroup = Room 1\n"
					    "[guards]\nmax_grants = 0\n");
		struct record_ref desk = {.name = "Desk"};
		s->policies[1].kind = RECORD_MEMBERSHIP;
		SCENE_ADD(s->kisi->groups, struct kisi_group, .id = ROOM, .name = "Room 1");
		SCENE_ADD(s->history->ledger, struct ledger_entry, .assignment_id = 100,
		    .email = "ada@example.org", .group_id = ROOM, .valid = scene_span(-9, -1),
		    .made_at = SCENE_NOW - INSTANT_DAY);
		if (cases[i].booked)
			scene_book(s, 0, "1", cases[i].email, "Room 1", scene_span(1, 2));
		else
			scene_add(s, (struct record){.kind = RECORD_MEMBERSHIP,
					 .place = {.source = 1},
					 .id = "1",
					 .status = STATUS_ACTIVE,
					 .person = {.email = cases[i].email},
					 .targets = &desk,
					 .n_targets = 1,
					 .span = scene_span(-1, 99)});
		g_assert_true(scene_plan(s));
		g_test_message("%zu", i);
		expect(s, cases[i].held ? "" : "ada ",
		    !cases[i].held ? ""
		    : i == 1	   ? "ada "
				   : "ben ");
		scene_free(s);
	}
}

static void
test_removed_twice(void)
{
	for (int restored = 0; restored < 2; restored++) {
		struct scene *s = venue();
		scene_book(s, 0, "1", "ada@example.org", "Room 1", scene_span(1, 2));
		SCENE_ADD(s->history->ledger, struct ledger_entry, .assignment_id = 100,
		    .email = "ada@example.org", .group_id = ROOM, .valid = scene_span(1, 2),
		    .made_at = SCENE_NOW - INSTANT_HOUR, .restored = restored == 1, .live = true);
		scene_expect(s, restored ? "held(removed_twice) grant ada@example.org Room 1 1..2 "
					   "removed-by-hand\n"
					 : "grant ada@example.org Room 1 1..2 removed-by-hand\n");
		scene_free(s);
	}
}

/* ---- the clock ---- */

static void
test_clock(void)
{
	static const struct {
		const char *name;
		enum clock_state clock;
		instant offset;
		const char *going, *held;
		bool tripped, not_judged;
	} cases[] = {
	    {"offline", CLOCK_OFFLINE, 0, "ben cy. ada eve ", "", false, true},
	    {"right", CLOCK_KNOWN, 120, "ben cy. ada eve ", "", false, false},
	    {"slow", CLOCK_KNOWN, 121, "", "ben cy. ada eve ", true, false},
	    {"fast", CLOCK_KNOWN, -121, "", "ben cy. ada eve ", true, false},
	    /* what gives goes; what takes waits, and so does what drops access that was called past */
	    {"not known", CLOCK_UNREADABLE, 0, "ben ", "cy. ada eve ", true, false},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct scene *s = venue();
		SCENE_ADD(s->kisi->users, struct kisi_user, .id = 6, .email = "cy.@example.org",
		    .access_enabled = true, .confirmed = true);
		SCENE_ADD(s->kisi->users, struct kisi_user, .id = 7, .email = "eve@example.org",
		    .access_enabled = true, .confirmed = true);
		scene_book(s, 0, "1", "ben@example.org", "Room 1", scene_span(1, 2));
		scene_book(s, 0, "2", "cy.@example.org", "Room 1", scene_span(1, 2));
		assign(s, 100, scene_open);
		assign(s, 101, scene_span(-3, -2))->assignee_id = 6;
		assign(s, 102, scene_span(-3, -2))->assignee_id = 7;
		s->facts.clock = cases[i].clock;
		s->facts.clock_offset = cases[i].offset;
		g_test_message("%s", cases[i].name);
		g_assert_true(scene_plan(s));
		expect(s, cases[i].going, cases[i].held);
		g_assert_cmpint(verdict(s, "clock")->tripped, ==, cases[i].tripped);
		g_assert_cmpint(verdict(s, "clock")->not_judged, ==, cases[i].not_judged);
		scene_free(s);
	}

	/* nothing to take: an answer without a time holds nothing */
	struct scene *s = venue();
	scene_book(s, 0, "1", "ben@example.org", "Room 1", scene_span(1, 2));
	s->facts.clock = CLOCK_UNREADABLE;
	g_assert_true(scene_plan(s));
	g_assert_false(verdict(s, "clock")->tripped);
	scene_free(s);
}

/* ---- limited runs, and the kill switch ---- */

static void
test_scope(void)
{
	for (int group = 0; group < 2; group++) {
		struct scene *s = venue();
		scene_book(s, 0, "1", "ada@example.org", "Room 1", scene_span(1, 2));
		scene_book(s, 0, "2", "ben@example.org", "Gate", scene_span(1, 2));
		s->facts.only_person = group ? NULL : "ben@example.org";
		s->facts.only_group = group ? "Hall" : NULL;
		g_assert_true(scene_plan(s));
		expect(s, "ben ", "ada ");
		const struct verdict *one = verdict(s, "scope");
		g_assert_true(one->tripped);
		g_assert_cmpuint(one->n_held, ==, 1);
		scene_free(s);
	}
}

/* With a hold file what is past stays as well: whose clock says that it is past? */
static void
test_hold(void)
{
	for (int past = 0; past < 2; past++) {
		struct scene *s = venue();
		scene_book(s, 0, "2", "ben@example.org", "Room 1", scene_span(1, 2));
		assign(s, 100, past ? scene_span(-3, -2) : scene_open);
		s->facts.hold = past ? "holidays" : "";
		g_assert_true(scene_plan(s));
		expect(s, "ben ", "ada ");
		const struct verdict *one = verdict(s, "hold");
		g_assert_true(one->tripped);
		g_assert_cmpuint(one->n_held, ==, 1);
		g_assert_nonnull(strstr(one->text, past ? "holidays" : "it gives no reason"));
		scene_free(s);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/guard_gains/grants", test_grants);
	g_test_add_func("/guard_gains/grant-units", test_grant_units);
	g_test_add_func("/guard_gains/grants-approved", test_grants_approved);
	g_test_add_func("/guard_gains/grants-again", test_grants_again);
	g_test_add_func("/guard_gains/renewal", test_renewal);
	g_test_add_func("/guard_gains/removed-twice", test_removed_twice);
	g_test_add_func("/guard_gains/clock", test_clock);
	g_test_add_func("/guard_gains/scope", test_scope);
	g_test_add_func("/guard_gains/hold", test_hold);
	return g_test_run();
}
