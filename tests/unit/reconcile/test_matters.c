/* What waits for a person, and when that is said; who stands before a closed door. */
#include "model/ruling.h"

#include "scene.h"

enum { ROOM = 10 };

static struct scene *
venue_with(const char *keys)
{
	g_autofree char *text = g_strconcat("[source b]\nprofile = p\nfile = f\n"
					    "[rule room]\nresource = Room 1\ngroup = Room 1\n"
					    "[rule hall]\nresource = Hall\ngroup = Hall\n",
	    keys, NULL);
	struct scene *s = scene_new(text);
	SCENE_ADD(s->kisi->groups, struct kisi_group, .id = ROOM, .name = "Room 1");
	return s;
}

static void
add_user(struct scene *s, int64_t id, const char *email, struct interval valid)
{
	SCENE_ADD(s->kisi->users, struct kisi_user, .id = id, .email = email,
	    .access_enabled = true, .confirmed = true);
	SCENE_ADD(s->kisi->assignments, struct kisi_assignment, .id = 100 + id,
	    .role_id = "group_basic", .assignee_id = id, .applies_to = APPLIES_TO_GROUP,
	    .applies_to_id = ROOM, .valid = valid);
}

/* Two people lose by hand what they have, and no removal is allowed. */
static struct scene *
two_held(void)
{
	struct scene *s = venue_with("[guards]\nmax_removals = 0\n");
	add_user(s, 5, "ada@example.org", scene_span(-1, 4));
	add_user(s, 6, "ben@example.org", scene_span(-1, 4));
	return s;
}

static const struct matter *
find_matter(const struct scene *s, const char *kind)
{
	for (guint i = 0; i < s->plan->matters->len; i++) {
		const struct matter *one = s->plan->matters->pdata[i];
		if (strcmp(one->kind, kind) == 0)
			return one;
	}
	return NULL;
}

static const struct matter *
matter_of(const struct scene *s, const char *kind)
{
	const struct matter *found = find_matter(s, kind);
	g_assert_nonnull(found);
	return found;
}

/* In hours from SCENE_NOW: when it was first seen, last seen, last said. */
static void
know_matter(struct scene *s, const char *id, int first, int last, int said, const char *const *hit)
{
	g_autoptr(GString) text = g_string_new(NULL);
	const int hours[] = {first, last, said};
	for (size_t i = 0; i < G_N_ELEMENTS(hours); i++)
		g_string_append_printf(
		    text, "%" G_GINT64_FORMAT " ", SCENE_NOW + hours[i] * INSTANT_HOUR);
	g_string_append(text, "1 ");
	for (; hit != NULL && *hit != NULL; hit++)
		g_string_append_printf(text, "%08x,", g_str_hash(*hit));
	history_remember(s->history, "matter", id, text->str);
}

/* ---- matters ---- */

static void
test_said(void)
{
	static const char *const both[] = {"ada@example.org", "ben@example.org", NULL};
	static const struct {
		const char *name;
		int first, last, said;
		guint hit; /* of both, so many were hit before */
		bool expected;
	} cases[] = {
	    {"an hour ago", -1, -1, -1, 2, false},
	    {"somebody else is hit now", -1, -1, -1, 1, true},
	    {"fewer are hit now: the rest is known", -2, -1, -2, 2, false},
	    {"a day ago", -24, -24, -24, 2, true},
	    {"a day ago, but not the first run of this day", -24, -1, -24, 2, false},
	    {"two days ago", -48, -24, -24, 2, false},
	    {"three days ago", -72, -24, -48, 2, true},
	    {"a week ago", -7 * 24, -24, -4 * 24, 2, true},
	    {"ten days ago", -10 * 24, -24, -3 * 24, 2, false},
	    {"two weeks ago", -14 * 24, -24, -7 * 24, 2, true},
	    {"so long ago that it is a new one", -30 * 24, -8 * 24, -8 * 24, 2, true},
	};
	char id[PLAN_ID];
	plan_make_id(id, "matter", "max_removals", "", NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		const char *hit[] = {both[0], cases[i].hit > 1 ? both[1] : NULL, NULL};
		struct scene *s = two_held();
		g_test_message("%s", cases[i].name);
		know_matter(s, id, cases[i].first, cases[i].last, cases[i].said, hit);
		g_assert_true(scene_plan(s));
		g_assert_cmpstr(matter_of(s, "max_removals")->id, ==, id);
		g_assert_cmpint(matter_of(s, "max_removals")->said, ==, cases[i].expected);
		scene_free(s);
	}

	/* what is new */
	struct scene *s = two_held();
	g_assert_true(scene_plan(s));
	g_assert_true(matter_of(s, "max_removals")->said);
	g_assert_cmpint(matter_of(s, "max_removals")->runs_seen, ==, 1);
	scene_free(s);
}

static void
test_accepted(void)
{
	for (int over = 0; over < 2; over++) {
		struct scene *s = two_held();
		struct ruling *ruling = g_new0(struct ruling, 1);
		char id[PLAN_ID];
		plan_make_id(id, "matter", "max_removals", "", NULL);
		*ruling = (struct ruling){.kind = RULING_ACCEPT,
		    .who = g_strdup(id),
		    .until = SCENE_NOW + (over ? 0 : INSTANT_HOUR)};
		g_ptr_array_add(s->config->rulings, ruling);
		g_assert_true(scene_plan(s));
		g_assert_cmpint(matter_of(s, "max_removals")->accepted, ==, !over);
		g_assert_cmpint(matter_of(s, "max_removals")->said, ==, over);
		scene_free(s);
	}
}

/* A refused source is one matter: whom it hits changes by the hour. */
static void
test_source(void)
{
	struct scene *s = venue_with("");
	char id[PLAN_ID];
	plan_make_id(id, "matter", "refused_source", "b", NULL);
	struct giver giver = scene_giver("b", "1", "ada@example.org", ROOM, scene_span(-1, 4));
	g_array_append_val(s->history->givers, giver);
	add_user(s, 5, "ada@example.org", scene_span(-1, 6));
	s->refused[0] = true;
	know_matter(s, id, -1, -1, -1, NULL);
	g_assert_true(scene_plan(s));
	g_assert_cmpuint(s->plan->held->len, >, 0);
	g_assert_cmpstr(matter_of(s, "refused_source")->id, ==, id);
	g_assert_false(matter_of(s, "refused_source")->said);
	scene_free(s);
}

/* Each removal by hand is ruled on by itself; what a run left aside is nobody's matter. */
static void
test_personal(void)
{
	struct scene *s = venue_with("");
	char id[PLAN_ID];
	plan_make_id(id, "matter", "removed_twice", "ada@example.org\nRoom 1", NULL);
	scene_book(s, 0, "1", "ada@example.org", "Room 1", scene_span(1, 2));
	SCENE_ADD(s->history->ledger, struct ledger_entry, .assignment_id = 100,
	    .email = "ada@example.org", .group_id = ROOM, .valid = scene_span(1, 2),
	    .made_at = SCENE_NOW - INSTANT_HOUR, .restored = true, .live = true);
	g_assert_true(scene_plan(s));
	g_assert_cmpstr(matter_of(s, "removed_twice")->id, ==, id);
	scene_free(s);

	s = two_held();
	s->facts.only_person = "zoe@example.org";
	scene_book(s, 0, "1", "zoe@example.org", "Room 1", scene_span(1, 2));
	g_assert_true(scene_plan(s));
	g_assert_cmpuint(s->plan->held->len, ==, 2);
	g_assert_null(find_matter(s, "scope"));
	scene_free(s);
}

/* ---- closed doors ---- */

/* `EMAIL DOOR HOURS` of each, ` said` when it is. */
static void
expect_closed(struct scene *s, const char *wanted)
{
	g_autoptr(GString) out = g_string_new(NULL);
	g_assert_true(scene_plan(s));
	for (guint i = 0; i < s->plan->closed->len; i++) {
		const struct closed_door *one = s->plan->closed->pdata[i];
		g_string_append_printf(out, "%s %s %g%s\n", one->email, one->door,
		    (double)(one->from - SCENE_NOW) / INSTANT_HOUR, one->said ? " said" : "");
	}
	g_assert_cmpstr(out->str, ==, wanted);
	scene_free(s);
}

/* When it becomes known, once more in the last run before, and no more. */
static void
test_said_once(void)
{
	static const struct {
		int from;
		bool known, known_last, said;
	} cases[] = {{5, false, false, true}, {5, true, false, false}, {1, false, false, true},
	    {1, true, false, true}, {1, true, true, false}};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct scene *s = venue_with("");
		char at[INSTANT_TEXT], id[PLAN_ID];
		g_autofree char *scope = g_strdup_printf("ada@example.org\nHall\n%s",
		    instant_format(SCENE_NOW + cases[i].from * INSTANT_HOUR, at));
		plan_make_id(id, "matter", "closed_door", scope, NULL);
		if (cases[i].known)
			know_matter(s, id, -1, -1, -1, NULL);
		plan_make_id(id, "matter", "last_door", scope, NULL);
		if (cases[i].known_last)
			know_matter(s, id, 0, 0, 0, NULL);
		scene_book(s, 0, "1", "ada@example.org", "Hall",
		    scene_span(cases[i].from, cases[i].from + 1));
		g_test_message("%zu", i);
		g_autofree char *wanted = g_strdup_printf(
		    "ada@example.org Hall %d%s\n", cases[i].from, cases[i].said ? " said" : "");
		expect_closed(s, wanted);
	}
}

static void
test_held_gain(void)
{
	struct scene *s = venue_with("[guards]\nmax_grants = 0\n");
	scene_book(s, 0, "1", "ada@example.org", "Room 1", scene_span(2, 3));
	expect_closed(s, "ada@example.org Room 1 2 said\n");
}

/* A room whose rule has gone is lost only to those whom it let in. */
static void
test_lost_name(void)
{
	for (int gave = 0; gave < 2; gave++) {
		struct scene *s = venue_with("");
		struct giver giver = scene_giver(
		    "b", "1", "ada@example.org", ROOM, scene_span(2, 3));
		if (gave)
			g_array_append_val(s->history->givers, giver);
		scene_book(s, 0, "1", "ada@example.org", "Room 1 (new)", scene_span(2, 3));
		expect_closed(s, gave ? "ada@example.org Room 1 (new) 2 said\n" : "");
	}
}

/* Who has another door does not stand before a closed one for a row that cannot be read. */
static void
test_unread(void)
{
	for (int inside = 0; inside < 2; inside++) {
		struct scene *s = venue_with("");
		struct reject *reject = g_new0(struct reject, 1);
		*reject = (struct reject){.source = "b",
		    .file = "f.csv",
		    .row = 2,
		    .email = "ada@example.org",
		    .reason = "no end"};
		g_ptr_array_add(s->plan->rejects, reject);
		if (inside)
			scene_book(s, 0, "1", "ada@example.org", "Room 1", scene_span(1, 2));
		expect_closed(s, inside ? "" : "ada@example.org row of b 0 said\n");
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/matters/said", test_said);
	g_test_add_func("/matters/accepted", test_accepted);
	g_test_add_func("/matters/source", test_source);
	g_test_add_func("/matters/personal", test_personal);
	g_test_add_func("/matters/said-once", test_said_once);
	g_test_add_func("/matters/held-gain", test_held_gain);
	g_test_add_func("/matters/lost-name", test_lost_name);
	g_test_add_func("/matters/unread", test_unread);
	return g_test_run();
}
