/* Undoing a run: what is put back, and what stays because somebody or something has moved it since. */
#include "scene.h"

static const char text[] = "[source b]\nprofile = p\nfile = f\n"
			   "[rule room]\nresource = Room 1\ngroup = Room 1\n"
			   "[rule seen]\nresource = Room 2\ngroup = Room 2\nexclusive = no\n"
			   "[rule hall]\nresource = Hall\ngroup = Hall\nmethod = link\n"
			   "[rule gate]\nresource = Gate\nlock = Gate\nmethod = unlock-schedule\n";

enum { ROOM = 10, SEEN = 11, HALL = 12, ATTIC = 13, GATE = 20, ADA = 5, BEN = 6 };

static struct scene *
venue(void)
{
	struct scene *s = scene_new(text);
	s->undo = true;
	SCENE_ADD(s->kisi->groups, struct kisi_group, .id = ROOM, .name = "Room 1");
	SCENE_ADD(s->kisi->groups, struct kisi_group, .id = SEEN, .name = "Room 2");
	SCENE_ADD(s->kisi->groups, struct kisi_group, .id = HALL, .name = "Hall");
	SCENE_ADD(s->kisi->groups, struct kisi_group, .id = ATTIC, .name = "Attic");
	SCENE_ADD(s->kisi->locks, struct kisi_lock, .id = GATE, .name = "Gate");
	SCENE_ADD(s->kisi->users, struct kisi_user, .id = ADA, .email = "ada@example.org");
	SCENE_ADD(s->kisi->users, struct kisi_user, .id = BEN, .email = "ben@example.org");
	return s;
}

static void
assign(struct scene *s, int64_t id, int64_t user, int64_t group, struct interval valid)
{
	SCENE_ADD(s->kisi->assignments, struct kisi_assignment, .id = id, .role_id = "group_basic",
	    .assignee_id = user, .applies_to = APPLIES_TO_GROUP, .applies_to_id = group,
	    .valid = valid);
}

/* What the run did in one slot. */
static struct trail_change *
slot(struct scene *s, const char *action, int64_t group)
{
	struct trail_change *done = scene_done(s, action, "ada@example.org", OUTCOME_DONE);
	done->user_id = ADA;
	done->group_id = group;
	return done;
}

static struct trail_change *
granted(struct scene *s, int64_t group)
{
	struct trail_change *done = slot(s, "grant", group);
	done->wanted = true;
	done->want = scene_span(-1, 2);
	return done;
}

static struct trail_change *
revoked(struct scene *s, int64_t group, struct interval span)
{
	struct trail_change *done = slot(s, "revoke", group);
	done->have_id = 99;
	done->have = span;
	return done;
}

/* One change of the run, what is there now, and what undoes it. */
static void
test_slots(void)
{
	static const struct {
		const char *name;
		int had_from, had_until, gave_until; /* hours; 0: nothing was there, or left */
		int there_from, there_until;	     /* 0 and 0: nothing is there now */
		const char *wanted;
	} cases[] = {
	    {"granted", 0, 0, 2, -1, 2, "revoke ada@example.org Room 1 #100 -1..2 reverted\n"},
	    {"granted, gone since", 0, 0, 2, 0, 0, ""},
	    {"granted, other dates since", 0, 0, 2, -1, 3, "moved_since ada@example.org Room 1\n"},
	    {"prolonged", -1, 1, 2, -1, 2,
		"adjust ada@example.org Room 1 -1..1 #100 -1..2 reverted\n"},
	    {"prolonged, put back since", -1, 1, 2, -1, 1, ""},
	    {"prolonged, gone since", -1, 1, 2, 0, 0, "moved_since ada@example.org Room 1\n"},
	    {"revoked", -1, 1, 0, 0, 0, "grant ada@example.org Room 1 -1..1 reverted\n"},
	    {"revoked, given again since", -1, 1, 0, -1, 1, ""},
	    {"revoked, others gave since", -1, 1, 0, -1, 9, "moved_since ada@example.org Room 1\n"},
	    {"revoked, past by now", -3, -1, 0, 0, 0, ""},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct scene *s = venue();
		bool had = cases[i].had_until != 0, gave = cases[i].gave_until != 0;
		struct trail_change *done = slot(s,
		    !gave ? "revoke"
		    : had ? "adjust"
			  : "grant",
		    ROOM);
		done->have_id = had ? 99 : 0;
		done->have = scene_span(cases[i].had_from, cases[i].had_until);
		done->wanted = gave;
		done->want = scene_span(-1, cases[i].gave_until);
		/* somebody else's, and the person's own elsewhere, are not looked at */
		assign(s, 90, BEN, ROOM, scene_span(-5, 5));
		assign(s, 91, ADA, SEEN, scene_span(-5, 5));
		if (cases[i].there_until != 0)
			assign(s, 100, ADA, ROOM,
			    scene_span(cases[i].there_from, cases[i].there_until));
		g_test_message("%s", cases[i].name);
		scene_expect(s, cases[i].wanted);
		scene_free(s);
	}
}

/* A run that made the user knows no id yet: the address tells who it is. */
static void
test_made_user(void)
{
	struct scene *s = venue();
	granted(s, ROOM)->user_id = 0;
	assign(s, 100, ADA, ROOM, scene_span(-1, 2));
	scene_expect(s, "revoke ada@example.org Room 1 #100 -1..2 reverted\n");
	scene_free(s);
}

static void
test_gone(void)
{
	struct scene *s = venue();
	struct trail_change *done = granted(s, ROOM);
	done->user_id = 0;
	done->email = "zoe@example.org";
	scene_expect(s, "moved_since zoe@example.org Room 1\n");
	g_assert_cmpstr(scene_finding(s, "moved_since"), ==,
	    "grant of run run-1 is not undone: the person is no Kisi user now");
	scene_free(s);

	s = venue();
	granted(s, ROOM)->user_id = 7;
	scene_expect(s, "moved_since ada@example.org Room 1\n");
	scene_free(s);

	s = venue();
	granted(s, ATTIC);
	scene_expect(s, "moved_since ada@example.org Attic\n");
	g_assert_cmpstr(scene_finding(s, "moved_since"), ==,
	    "grant of run run-1 is not undone: its group is not managed now");
	scene_free(s);

	s = venue();
	granted(s, 14);
	scene_expect(s, "moved_since ada@example.org -\n");
	scene_free(s);
}

/* What the difference leaves alone is left alone here, too, and said. */
static void
test_left_alone(void)
{
	struct scene *s = venue();
	g_hash_table_add(s->config->people.protected, g_strdup("ada@example.org"));
	granted(s, ROOM);
	assign(s, 100, ADA, ROOM, scene_span(-1, 2));
	scene_expect(s, "protected ada@example.org Room 1\n");
	scene_free(s);

	s = venue();
	granted(s, SEEN);
	assign(s, 100, ADA, SEEN, scene_span(-1, 2));
	scene_expect(s, "report_only ada@example.org Room 2\n");
	scene_free(s);

	/* beside another role Kisi would have two */
	s = venue();
	revoked(s, ROOM, scene_span(-1, 1));
	SCENE_ADD(s->kisi->assignments, struct kisi_assignment, .id = 100,
	    .role_id = "group_manager", .assignee_id = ADA, .applies_to = APPLIES_TO_GROUP,
	    .applies_to_id = ROOM, .valid = scene_open);
	scene_expect(s, "other_role ada@example.org Room 1\n");
	scene_free(s);
}

/* ---- links and schedules ---- */

static struct trail_change *
pass(struct scene *s, const char *action, struct interval span)
{
	bool link = strstr(action, "link") != NULL, made = g_str_has_prefix(action, "create");
	struct trail_change *done = scene_done(
	    s, action, link ? "ada@example.org" : "", OUTCOME_DONE);
	done->group_id = link ? HALL : 0;
	done->lock_id = link ? 0 : GATE;
	done->label = "kisi-reconcile b/1";
	done->wanted = made;
	*(made ? &done->want : &done->have) = span;
	done->have_id = made ? 0 : 99;
	return done;
}

static void
add_link(struct scene *s, int64_t id, const char *name, const char *email, struct interval span,
    bool enabled)
{
	SCENE_ADD(s->kisi->links, struct kisi_link, .id = id, .name = name, .email = email,
	    .group_id = HALL, .enabled = enabled, .valid = span);
}

static void
add_schedule(struct scene *s, int64_t id, struct interval span)
{
	SCENE_ADD(s->kisi->schedules, struct kisi_schedule, .id = id, .name = "kisi-reconcile b/1",
	    .type = "single_event", .consequence = "unlock", .target_type = "Lock",
	    .target_id = GATE, .enabled = true, .span = span);
}

static void
test_passes(void)
{
	static const struct {
		const char *name, *action;
		int until;	 /* hours: of the one that the run made or took away */
		int there_until; /* 0: none is there now */
		bool off;
		const char *wanted;
	} cases[] = {
	    {"made", "create_link", 2, 2, false,
		"delete_link ada@example.org Hall #50 -1..2 reverted\n"},
	    {"made, gone since", "create_link", 2, 0, false, ""},
	    {"made, switched off since", "create_link", 2, 2, true, ""},
	    {"made, other dates since", "create_link", 2, 3, false,
		"moved_since ada@example.org Hall\n"},
	    {"taken", "delete_link", 2, 0, false,
		"create_link ada@example.org Hall -1..2 reverted\n"},
	    {"taken, put back since", "delete_link", 2, 2, false, ""},
	    {"taken, one is there that is off", "delete_link", 2, 2, true,
		"moved_since ada@example.org Hall\n"},
	    {"taken, past by now", "delete_link", 0, 0, false, ""},
	    {"made", "create_schedule", 2, 2, false, "delete_schedule  Gate #50 -1..2 reverted\n"},
	    {"made, other dates since", "create_schedule", 2, 3, false, "moved_since  Gate\n"},
	    {"taken", "delete_schedule", 2, 0, false, "create_schedule  Gate -1..2 reverted\n"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct scene *s = venue();
		bool link = strstr(cases[i].action, "link") != NULL;
		pass(s, cases[i].action, scene_span(-1, cases[i].until));
		/* of another booking, or of somebody else: not the one that is meant */
		add_link(s, 40, "kisi-reconcile b/2", "ada@example.org", scene_span(-1, 2), true);
		add_link(s, 41, "kisi-reconcile b/1", "ben@example.org", scene_span(-1, 2), true);
		if (cases[i].there_until != 0 && link)
			add_link(s, 50, "kisi-reconcile b/1", "ada@example.org",
			    scene_span(-1, cases[i].there_until), !cases[i].off);
		else if (cases[i].there_until != 0)
			add_schedule(s, 50, scene_span(-1, cases[i].there_until));
		g_test_message("%s %s", cases[i].action, cases[i].name);
		scene_expect(s, cases[i].wanted);
		for (guint c = 0; c < s->plan->changes->len; c++) {
			const struct change *change = s->plan->changes->pdata[c];
			g_assert_cmpint(change->group_id, ==, link ? HALL : 0);
			g_assert_cmpint(change->lock_id, ==, link ? 0 : GATE);
		}
		scene_free(s);
	}
}

/* A moved booking: what the run made in the place of the old one is no sign that somebody has been there since. */
static void
test_moved_pass(void)
{
	struct scene *s = venue();
	pass(s, "create_link", scene_span(-1, 3))->change_id = "new";
	pass(s, "delete_link", scene_span(-1, 2))->change_id = "old";
	add_link(s, 50, "kisi-reconcile b/1", "ada@example.org", scene_span(-1, 3), true);
	scene_expect(s, "create_link ada@example.org Hall -1..2 reverted\n"
			"delete_link ada@example.org Hall #50 -1..3 reverted\n");
	scene_free(s);

	/* with other dates again it is one, whatever the run made for another booking */
	s = venue();
	pass(s, "create_link", scene_span(-1, 4))->label = "kisi-reconcile b/2";
	pass(s, "create_link", scene_span(-1, 3))->change_id = "new";
	pass(s, "delete_link", scene_span(-1, 2))->change_id = "old";
	add_link(s, 50, "kisi-reconcile b/1", "ada@example.org", scene_span(-1, 4), true);
	scene_expect(s, "moved_since ada@example.org Hall\nmoved_since ada@example.org Hall\n");
	scene_free(s);
}

/* Another door is another pass. */
static void
test_doors(void)
{
	struct scene *s = venue();
	pass(s, "create_link", scene_span(-1, 2))->group_id = 14;
	add_link(s, 50, "kisi-reconcile b/1", "ada@example.org", scene_span(-1, 2), true);
	scene_expect(s, "moved_since ada@example.org -\n");
	g_assert_cmpstr(scene_finding(s, "moved_since"), ==,
	    "create_link of run run-1 is not undone: its door is gone from Kisi");
	scene_free(s);

	s = venue();
	pass(s, "create_schedule", scene_span(-1, 2))->lock_id = 21;
	add_schedule(s, 50, scene_span(-1, 2));
	scene_expect(s, "moved_since  -\n");
	scene_free(s);
}

static void
test_protected_pass(void)
{
	struct scene *s = venue();
	g_hash_table_add(s->config->people.protected, g_strdup("ada@example.org"));
	pass(s, "delete_link", scene_span(-1, 2));
	scene_expect(s, "protected ada@example.org Hall\n");
	scene_free(s);
}

/* ---- what is no change that can be undone ---- */

static void
test_outcomes(void)
{
	static const struct {
		const char *action;
		enum outcome outcome;
		const char *wanted;
	} cases[] = {
	    {"grant", OUTCOME_FAILED, ""},
	    {"grant", OUTCOME_UNKNOWN, "moved_since ada@example.org -\n"},
	    /* a user stays, and a door that was opened was opened */
	    {"create_user", OUTCOME_DONE, ""},
	    {"unlock", OUTCOME_DONE, ""},
	    {"unlock", OUTCOME_UNKNOWN, ""},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct scene *s = venue();
		struct trail_change *done = scene_done(
		    s, cases[i].action, "ada@example.org", cases[i].outcome);
		done->user_id = ADA;
		done->group_id = ROOM;
		done->wanted = true;
		done->want = scene_span(-1, 2);
		assign(s, 100, ADA, ROOM, scene_span(-1, 2));
		g_test_message("%s %s", cases[i].action, outcome_word(cases[i].outcome));
		scene_expect(s, cases[i].wanted);
		scene_free(s);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/reconcile/revert/slots", test_slots);
	g_test_add_func("/reconcile/revert/made-user", test_made_user);
	g_test_add_func("/reconcile/revert/gone", test_gone);
	g_test_add_func("/reconcile/revert/left-alone", test_left_alone);
	g_test_add_func("/reconcile/revert/passes", test_passes);
	g_test_add_func("/reconcile/revert/moved-pass", test_moved_pass);
	g_test_add_func("/reconcile/revert/doors", test_doors);
	g_test_add_func("/reconcile/revert/protected-pass", test_protected_pass);
	g_test_add_func("/reconcile/revert/outcomes", test_outcomes);
	return g_test_run();
}
