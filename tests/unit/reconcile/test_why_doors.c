/* What one person should hold, what Kisi has of it, and the answer for each door. */
#include "scene.h"

#include "base/failure.h"

static const char text[] = "[source b]\nprofile = p\nfile = f\n"
			   "[rule room]\nresource = Room 1\ngroup = Room 1\n"
			   "[rule hall]\nresource = Hall\ngroup = Hall\nmethod = link\n"
			   "[rule gate]\nresource = Gate\nlock = Gate\nmethod = unlock-schedule\n"
			   "[rule once]\nresource = Bell\nlock = Gate\nmethod = unlock\n";

enum { ROOM = 10, HALL = 11, ATTIC = 12, MILL = 13, GATE = 20, ADA = 5 };

/* rules: more of the configuration. */
static struct scene *
venue(const char *rules)
{
	char *whole = g_strconcat(text, rules, NULL);
	struct scene *s = scene_new(whole);
	SCENE_ADD(s->kisi->groups, struct kisi_group, .id = ROOM, .name = "Room 1",
	    .locks_count = 1, .place_id = 1, .login_enabled = true);
	SCENE_ADD(s->kisi->groups, struct kisi_group, .id = HALL, .name = "Hall", .locks_count = 1,
	    .place_id = 1, .login_enabled = true);
	SCENE_ADD(s->kisi->groups, struct kisi_group, .id = ATTIC, .name = "Attic",
	    .locks_count = 1, .place_id = 2, .login_enabled = true);
	SCENE_ADD(s->kisi->locks, struct kisi_lock, .id = GATE, .name = "Gate", .place_id = 1);
	SCENE_ADD(s->kisi->users, struct kisi_user, .id = ADA, .email = "ada@example.org",
	    .name = "Ada Moss", .access_enabled = true, .confirmed = true);
	s->why = why_new(s->plan, "ada@example.org", NULL, SCENE_NOW);
	g_free(whole);
	return s;
}

static struct kisi_assignment *
assign(struct scene *s, int64_t id, int64_t group, struct interval valid)
{
	SCENE_ADD(s->kisi->assignments, struct kisi_assignment, .id = id, .role_id = "group_basic",
	    .assignee_id = ADA, .applies_to = APPLIES_TO_GROUP, .applies_to_id = group,
	    .valid = valid);
	return &g_array_index(
	    s->kisi->assignments, struct kisi_assignment, s->kisi->assignments->len - 1);
}

static void
book(struct scene *s, const char *id, const char *resource, struct interval span)
{
	scene_book(s, 0, id, "ada@example.org", resource, span);
}

static void
put_door(GString *out, const struct why_door *door)
{
	static const char *const cans[] = {"no", "yes", "will"};
	g_string_append_printf(out, "%s by %s: %s, %s", door->name, method_word(door->method),
	    cans[door->can], why_because_word(door->because));
	if (door->span.from != 0 || door->span.until != 0) {
		g_string_append_c(out, ' ');
		scene_put_span(out, door->span);
	}
	g_string_append_printf(out, "%s\n", door->missing != NULL ? ", missing" : "");
	for (guint i = 0; i < door->holds->len; i++) {
		const struct why_hold *hold = door->holds->pdata[i];
		g_string_append_printf(out, "- %s ", hold->via);
		scene_put_span(out, hold->span);
		g_string_append(out, hold->off ? " off\n" : "\n");
	}
	scene_put_changes(out, door->changes);
	if (door->verdict != NULL)
		g_string_append_printf(out, "because %s\n", door->verdict->text);
	if (door->restrictions != NULL)
		g_string_append_printf(out, "but %s\n", door->restrictions);
}

/* `DOOR by METHOD: CAN, BECAUSE WHEN`, then what Kisi has, what a run would do, and why that is held. */
static void
expect_doors(struct scene *s, const char *wanted)
{
	GString *out = g_string_new(NULL);
	g_assert_true(scene_plan(s));
	for (guint i = 0; i < s->why->doors->len; i++)
		put_door(out, s->why->doors->pdata[i]);
	g_assert_cmpstr(out->str, ==, wanted);
	g_string_free(out, TRUE);
	scene_free(s);
}

/* ---- which doors ---- */

/* One name may be a group, a link to it, a lock, and two groups: each is a door of its own. */
static void
test_doors(void)
{
	static const char rules[] =
	    "[rule by id]\nresource = Room 1\ngroup = 10\n"
	    "[rule link]\nresource = Room 1\ngroup = 10\nmethod = link\n"
	    "[rule link too]\nresource = Room 1\ngroup = 12\nmethod = link\n"
	    "[rule gate too]\nresource = Bolt\nlock = Gate\n"
	    "method = unlock-schedule\n"
	    "[rule mill]\nresource = Mill\ngroup = 13\n"
	    "[rule bolt]\nresource = Bolt\nlock = Bolt\n"
	    "method = unlock-schedule\n";
	struct scene *s = venue(rules);
	SCENE_ADD(s->kisi->groups, struct kisi_group, .id = MILL, .name = "Hall", .locks_count = 1,
	    .login_enabled = true);
	SCENE_ADD(s->kisi->group_locks, struct kisi_group_lock, 1, ROOM, GATE);
	/* a lock with the number of a group is not that group */
	SCENE_ADD(s->kisi->locks, struct kisi_lock, .id = ROOM, .name = "Bolt");
	book(s, "1", "Mill", scene_span(5, 6));
	book(s, "2", "Room 1", scene_span(5, 6));
	book(s, "3", "Room 1", scene_span(7, 8));
	book(s, "4", "Bolt", scene_span(5, 6));
	assign(s, 100, HALL, scene_span(4, 9));
	s->why->at = SCENE_NOW + 5 * INSTANT_HOUR;
	expect_doors(s, "Attic by link: will, placed_then 5..6\n"
			"create_link ada@example.org Attic 5..6 new\n"
			"create_link ada@example.org Attic 7..8 new\n"
			"Bolt by unlock-schedule: will, placed_then 5..6\n"
			"create_schedule ada@example.org Bolt 5..6 new\n"
			"Gate by unlock-schedule: will, placed_then 5..6\n"
			"create_schedule ada@example.org Gate 5..6 new\n"
			"Hall by group: yes, held 4..9\n- assignment 4..9\n"
			"Hall by group: will, placed_then 5..6\n"
			"grant ada@example.org Hall 5..6 new\n"
			"Room 1 by group: will, placed_then 5..6\n"
			"grant ada@example.org Room 1 5..6 new\n"
			"Room 1 by link: will, placed_then 5..6\n"
			"create_link ada@example.org Room 1 5..6 new\n"
			"create_link ada@example.org Room 1 7..8 new\n");
}

/* What Kisi does not have opens nothing, by whatever method, and is told by name. */
static void
test_missing(void)
{
	static const char rules[] =
	    "[rule cellar]\nresource = Cellar\ngroup = Cellar\n"
	    "[rule vault]\nresource = Cellar\ngroup = Vault\n"
	    "[rule bell]\nresource = Cellar\nlock = Bell\nmethod = unlock\n";
	struct scene *s = venue(rules);
	book(s, "1", "Cellar", scene_span(-1, 2));
	book(s, "2", "Cellar", scene_span(3, 4));
	expect_doors(s, "Bell by unlock: no, no_door -1..2, missing\n"
			"Cellar by group: no, no_door -1..2, missing\n"
			"Vault by group: no, no_door -1..2, missing\n");

	s = venue(rules);
	book(s, "1", "Cellar", scene_span(3, 4));
	s->why->at = SCENE_NOW + 3 * INSTANT_HOUR;
	s->why->only = "bell";
	expect_doors(s, "Bell by unlock: no, no_door 3..4, missing\n");
}

/* A group that only a grant by hand names is managed by nobody: it is there, and nothing is done about it. */
static void
test_unmanaged_grant(void)
{
	struct scene *s = venue("");
	s->policies[0].kind = RECORD_GRANT;
	scene_add(s, (struct record){.kind = RECORD_GRANT,
			 .id = "g",
			 .status = STATUS_ACTIVE,
			 .person = {.email = "ada@example.org"},
			 .group = "Attic",
			 .span = scene_span(-1, 2)});
	expect_doors(s, "Attic by group: no, no_door -1..2\n");
}

/* ---- the door asked about ---- */

static void
test_only(void)
{
	static const struct {
		const char *only;
		const char *wanted; /* NULL: there is no such door */
	} cases[] = {
	    {"room 1", "Room 1 by group: yes, held -1..2\n- assignment -1..2\n"},
	    {"10", "Room 1 by group: yes, held -1..2\n- assignment -1..2\n"},
	    {"attic", "Attic by group: no, nothing\n"},
	    {"12", "Attic by group: no, nothing\n"},
	    /* as the rule calls it, though Kisi has another name for it or none */
	    {"Vault", "Vault by group: no, no_door -1..2, missing\n"},
	    {"0", NULL},
	    {"Roof", NULL},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct scene *s = venue("[rule vault]\nresource = Vault\ngroup = Vault\n");
		book(s, "1", "Room 1", scene_span(-1, 2));
		book(s, "2", "Vault", scene_span(-1, 2));
		assign(s, 100, ROOM, scene_span(-1, 2));
		s->why->only = cases[i].only;
		g_test_message("%s", cases[i].only);
		if (cases[i].wanted != NULL) {
			expect_doors(s, cases[i].wanted);
			continue;
		}
		g_assert_false(scene_plan(s));
		g_assert_cmpint(s->error->code, ==, EXIT_FAILED);
		char *said = g_strdup_printf(
		    "neither Kisi nor a rule has a group \"%s\"", cases[i].only);
		g_assert_true(g_str_has_prefix(s->error->message, said));
		g_free(said);
		scene_free(s);
	}
}

/* ---- what Kisi has ---- */

static void
put_team(struct scene *s, int64_t team, bool guest, int64_t member)
{
	SCENE_ADD(s->kisi->team_members, struct kisi_team_member, team, guest, member);
}

/* By a team when the person is in it: not as a guest of that number, nor by another team. */
static void
test_teams(void)
{
	static const struct {
		int64_t team;
		bool guest;
		int64_t member;
		const char *wanted;
	} cases[] = {
	    {3, false, ADA,
		"Room 1 by group: yes, left_over always..open\n- team Crew always..open\n"},
	    {4, false, ADA,
		"Room 1 by group: yes, left_over always..open\n- team 4 always..open\n"},
	    {5, false, ADA, ""},
	    {3, true, ADA, ""},
	    {3, false, 6, ""},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct scene *s = venue("");
		SCENE_ADD(s->kisi->teams, struct kisi_team, 3, "Crew");
		struct kisi_assignment *given = assign(s, 100, ROOM, scene_open);
		given->assignee = ASSIGNEE_TEAM;
		given->assignee_id = cases[i].team == 5 ? 3 : cases[i].team;
		put_team(s, cases[i].team, cases[i].guest, cases[i].member);
		g_test_message("%zu", i);
		expect_doors(s, cases[i].wanted);
	}
}

/* A role of the organisation reaches every door that is there, one of a place the groups of that place. */
static void
test_roles(void)
{
	static const struct {
		enum applies_to where;
		int64_t id;
		const char *attic; /* how the role shows at a group of place 2 */
	} cases[] = {
	    {APPLIES_TO_ORGANIZATION, 9,
		"yes, held always..open\n- role administrator always..open\n"},
	    {APPLIES_TO_PLACE, 2, "yes, held always..open\n- role administrator always..open\n"},
	    {APPLIES_TO_PLACE, 1, "no, nothing\n"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct scene *s = venue("");
		book(s, "1", "Gate", scene_span(5, 6));
		struct kisi_assignment *given = assign(s, 100, cases[i].id, scene_open);
		given->role_id = "administrator";
		given->applies_to = cases[i].where;
		s->why->only = "attic";
		char *wanted = g_strconcat("Attic by group: ", cases[i].attic, NULL);
		g_test_message("%zu", i);
		expect_doors(s, wanted);
		g_free(wanted);
	}
	for (size_t i = 0; i < 2; i++) {
		struct scene *s = venue("[rule vault]\nresource = Gate\ngroup = Vault\n");
		book(s, "1", "Gate", scene_span(5, 6));
		struct kisi_assignment *given = assign(s, 100, i == 0 ? 1 : 9, scene_open);
		given->role_id = "manager";
		given->applies_to = i == 0 ? APPLIES_TO_PLACE : APPLIES_TO_ORGANIZATION;
		char *wanted = g_strconcat("Gate by unlock-schedule: ",
		    i == 0 ? "no, not_yet 5..6\n"
			   : "yes, left_over always..open\n- role manager always..open\n",
		    "create_schedule ada@example.org Gate 5..6 new\n"
		    "Vault by group: no, not_yet 5..6, missing\n",
		    NULL);
		expect_doors(s, wanted);
		g_free(wanted);
	}
}

/* What is of somebody else, or leads to a group that is gone, is not the person's. */
static void
test_others(void)
{
	struct scene *s = venue("");
	assign(s, 100, 99, scene_open);
	assign(s, 101, ROOM, scene_open)->assignee_id = 6;
	SCENE_ADD(s->kisi->links, struct kisi_link, .id = 50, .name = "for anybody",
	    .group_id = HALL, .enabled = true, .valid = scene_open);
	SCENE_ADD(s->kisi->links, struct kisi_link, .id = 51, .name = "Ben's",
	    .email = "ben@example.org", .group_id = HALL, .enabled = true, .valid = scene_open);
	SCENE_ADD(s->kisi->links, struct kisi_link, .id = 52, .name = "gone",
	    .email = "Ada@example.org", .group_id = 99, .enabled = true, .valid = scene_open);
	SCENE_ADD(s->kisi->links, struct kisi_link, .id = 53, .name = "off",
	    .email = "Ada@example.org", .group_id = HALL, .valid = scene_open);
	expect_doors(s, "Hall by link: no, switched_off always..open\n- link always..open off\n");
}

/* The lock stays open for the booking: by a schedule that does this, once, to this lock. */
static void
test_schedules(void)
{
	static const struct {
		const char *type, *target;
		int64_t id;
		bool off;
		const char *wanted;
	} cases[] = {
	    {"single_event", "Lock", GATE, false, "yes, held -1..2\n- unlock schedule -1..2\n"},
	    {"single_event", "Lock", GATE, true,
		"no, switched_off -1..2\n- unlock schedule -1..2 off\n"},
	    {"recurring", "Lock", GATE, false, "no, not_applied -1..2\n"},
	    {"single_event", "Group", GATE, false, "no, not_applied -1..2\n"},
	    {"single_event", "Lock", 21, false, "no, not_applied -1..2\n"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct scene *s = venue("");
		book(s, "1", "Gate", scene_span(-1, 2));
		SCENE_ADD(s->kisi->schedules, struct kisi_schedule, .id = 50, .name = "by hand",
		    .type = cases[i].type, .consequence = "unlock", .target_type = cases[i].target,
		    .target_id = cases[i].id, .enabled = !cases[i].off, .span = scene_span(-1, 2));
		char *wanted = g_strconcat("Gate by unlock-schedule: ", cases[i].wanted,
		    "create_schedule ada@example.org Gate -1..2 new\n", NULL);
		g_test_message("%zu", i);
		expect_doors(s, wanted);
		g_free(wanted);
	}
}

/* Whatever in Kisi may keep somebody with access from opening is named, of every lock and of the group. */
static void
test_restrictions(void)
{
	struct scene *s = venue("");
	struct kisi_group *room = &g_array_index(s->kisi->groups, struct kisi_group, 0);
	struct kisi_group *attic = &g_array_index(s->kisi->groups, struct kisi_group, 2);
	SCENE_ADD(s->kisi->locks, struct kisi_lock, .id = 21, .name = "Door",
	    .restrictions = RESTRICTION_READER | RESTRICTION_TIME);
	SCENE_ADD(s->kisi->locks, struct kisi_lock, .id = 22, .name = "Lift",
	    .restrictions = RESTRICTION_TAP);
	SCENE_ADD(s->kisi->group_locks, struct kisi_group_lock, 1, ROOM, 21);
	SCENE_ADD(s->kisi->group_locks, struct kisi_group_lock, 2, ROOM, 22);
	SCENE_ADD(s->kisi->group_locks, struct kisi_group_lock, 3, ROOM, GATE);
	SCENE_ADD(s->kisi->group_locks, struct kisi_group_lock, 4, HALL, 21);
	room->restrictions = RESTRICTION_GEOFENCE;
	room->login_enabled = false;
	attic->login_enabled = false;
	assign(s, 100, ROOM, scene_open);
	assign(s, 101, ATTIC, scene_open);
	expect_doors(s,
	    "Attic by group: yes, held always..open\n- assignment always..open\n"
	    "but the group does not let its people unlock with the app\n"
	    "Room 1 by group: yes, left_over always..open\n- assignment always..open\n"
	    "revoke ada@example.org Room 1 #100 always..open hand-made\n"
	    "but Door: reader, time; Lift: tap; the group itself: geofence; the group does not let "
	    "its people unlock with the app\n");

	s = venue("");
	g_array_index(s->kisi->groups, struct kisi_group, 0).restrictions = RESTRICTION_DEVICE;
	assign(s, 100, ROOM, scene_open);
	expect_doors(s, "Room 1 by group: yes, left_over always..open\n- assignment always..open\n"
			"revoke ada@example.org Room 1 #100 always..open hand-made\n"
			"but the group itself: device\n");
}

/* ---- what a run would do ---- */

/* Of two refused sources that one is named which the change waits for, not the first. */
static void
test_refused(void)
{
	struct scene *s = venue("[source c]\nprofile = p\nfile = f\n"
				"[rule c]\nresource = Room 2\ngroup = Room 1\nsource = c\n");
	struct giver had = scene_giver("c", "1", "ada@example.org", ROOM, scene_span(-1, 2));
	had.rule = "c";
	g_array_append_val(s->history->givers, had);
	s->refused[0] = s->refused[1] = true;
	assign(s, 100, ROOM, scene_span(-1, 2));
	expect_doors(s,
	    "Room 1 by group: yes, left_over -1..2\n- assignment -1..2\n"
	    "held(refused_source) revoke ada@example.org Room 1 #100 -1..2 row-vanished\n"
	    "because source c is refused, so nothing is taken that it may have given: "
	    "ada@example.org\n");
}

/* Two changes at one door that wait for one thing: it is told once. */
static void
test_held(void)
{
	struct scene *s = venue("[guards]\nmax_grants = 0\n");
	book(s, "1", "Hall", scene_span(-1, 2));
	SCENE_ADD(s->kisi->links, struct kisi_link, .id = 50, .name = "kisi-reconcile b/1",
	    .email = "ada@example.org", .group_id = HALL, .enabled = true,
	    .valid = scene_span(1, 2));
	expect_doors(s, "Hall by link: no, held_back -1..2\n- link 1..2\n"
			"held(max_grants) create_link ada@example.org Hall -1..2 moved\n"
			"held(max_grants) delete_link ada@example.org Hall #50 1..2 moved\n"
			"because 1 new bookings or memberships would let somebody in within a "
			"day; at most 0 (0), the soonest go: ada@example.org\n");
}

/* What the last run tried in vain is told of the door that it was about, as long as there is something left to do. */
static void
test_tried(void)
{
	static const struct {
		const char *name, *resource, *action, *email;
		int64_t group_id, lock_id;
		bool user, told;
	} cases[] = {
	    {"this group", "Room 1", "grant", "ada@example.org", ROOM, 0, true, true},
	    {"another group", "Room 1", "grant", "ada@example.org", ATTIC, 0, true, false},
	    {"somebody else", "Room 1", "grant", "ben@example.org", ROOM, 0, true, false},
	    {"a link to it", "Room 1", "create_link", "ada@example.org", ROOM, 0, true, false},
	    {"this link", "Hall", "create_link", "ada@example.org", HALL, 0, true, true},
	    {"the group of the link", "Hall", "grant", "ada@example.org", HALL, 0, true, false},
	    {"this schedule", "Gate", "create_schedule", "ada@example.org", 0, GATE, true, true},
	    {"another lock", "Gate", "create_schedule", "ada@example.org", 0, 21, true, false},
	    {"no account", "Room 1", "create_user", "ada@example.org", 0, 0, false, true},
	    {"the account is there", "Room 1", "create_user", "ada@example.org", 0, 0, true, false},
	    {"a link needs no account", "Hall", "create_user", "ada@example.org", 0, 0, false,
		false},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct scene *s = venue("");
		if (!cases[i].user)
			g_array_set_size(s->kisi->users, 0);
		book(s, "1", cases[i].resource, scene_span(-1, 2));
		SCENE_ADD(s->history->tried, struct tried_change, .action = cases[i].action,
		    .email = cases[i].email, .group_id = cases[i].group_id,
		    .lock_id = cases[i].lock_id);
		g_test_message("%s", cases[i].name);
		g_assert_true(scene_plan(s));
		g_assert_cmpuint(s->why->doors->len, ==, 1);
		const struct why_door *door = s->why->doors->pdata[0];
		g_assert_true((door->tried != NULL) == cases[i].told);
		scene_free(s);
	}
	/* given since then: nothing is left to do */
	struct scene *s = venue("");
	book(s, "1", "Room 1", scene_span(-1, 2));
	assign(s, 100, ROOM, scene_span(-1, 2));
	SCENE_ADD(s->history->tried, struct tried_change, .action = "grant",
	    .email = "ada@example.org", .group_id = ROOM);
	g_assert_true(scene_plan(s));
	g_assert_null(((const struct why_door *)s->why->doors->pdata[0])->tried);
	scene_free(s);
}

/* Which sources are refused, by the guards that say so; no other verdict belongs there. */
static void
test_sources(void)
{
	static const struct verdict verdicts[] = {
	    {.guard = GUARD_MAX_AGE, .scope = "b", .text = "young enough"},
	    {.guard = GUARD_MAX_GROUP_REMOVALS, .scope = "c", .tripped = true, .text = "a group"},
	    {.guard = GUARD_MAX_AGE, .scope = "c", .tripped = true, .text = "too old"},
	    {.guard = GUARD_MAX_REJECTS,
		.scope = "b",
		.tripped = true,
		.text = "not refused for it"}};
	struct scene *s = venue("[source c]\nprofile = p\nfile = f\n"
				"[source d]\nprofile = p\nfile = f\n");
	for (size_t i = 0; i < G_N_ELEMENTS(verdicts); i++)
		g_ptr_array_add(s->plan->verdicts, g_memdup2(&verdicts[i], sizeof verdicts[i]));
	for (guint i = 0; i < s->imports->len; i++) {
		struct source_result *result = g_new0(struct source_result, 1);
		*result = (struct source_result){.facts = s->imports->pdata[i], .refused = i == 1};
		g_ptr_array_add(s->plan->sources, result);
	}
	g_assert_true(scene_plan(s));
	g_assert_cmpuint(s->why->refused->len, ==, 1);
	g_assert_cmpstr(((const struct verdict *)s->why->refused->pdata[0])->text, ==, "too old");
	scene_free(s);
}

/* ---- the answer ---- */

/* Entitled to a group that is only reported on; barred; or with nothing but a record that says why not. */
static void
test_reasons(void)
{
	struct scene *s = venue("[rule loft]\nresource = Loft\ngroup = Attic\nexclusive = no\n");
	book(s, "1", "Loft", scene_span(-1, 2));
	expect_doors(s, "Attic by group: no, report_only -1..2\n");

	s = venue("");
	book(s, "1", "Room 1", scene_span(-3, -1));
	expect_doors(s, "Room 1 by group: no, record\n");

	/* until now is over, from now on is not */
	s = venue("");
	assign(s, 100, ROOM, scene_span(-1, 0));
	assign(s, 101, ATTIC, scene_span(0, 1));
	expect_doors(s, "Attic by group: yes, held 0..1\n- assignment 0..1\n"
			"Room 1 by group: no, nothing\n- assignment -1..0\n"
			"cleanup ada@example.org Room 1 #100 -1..0 ended\n");

	for (int deleted = 0; deleted < 2; deleted++) {
		s = venue("");
		scene_bar(s, 0, "ada@example.org", deleted == 1 ? STATUS_DELETED : STATUS_BLOCKED);
		book(s, "1", "Room 1", scene_span(-1, 2));
		struct why *why = s->why;
		g_assert_true(scene_plan(s));
		const struct why_door *door = why->doors->pdata[0];
		g_assert_cmpstr(why->barred, ==,
		    deleted == 1 ? "deleted in b, row 99" : "blocked in b, row 99");
		g_assert_cmpint(door->can, ==, WHY_NO);
		g_assert_cmpint(door->because, ==, BECAUSE_BARRED);
		g_assert_cmpuint(door->record->row, ==, 3);
		scene_free(s);
	}
}

/* Of windows that are no slot the next one counts, whatever order they come in; a change that takes gives nothing. */
static void
test_next(void)
{
	struct scene *s = venue("");
	book(s, "1", "Hall", scene_span(50, 51));
	book(s, "2", "Hall", scene_span(40, 41));
	book(s, "3", "Hall", scene_span(60, 61));
	book(s, "4", "Hall", scene_span(-2, -1));
	SCENE_ADD(s->kisi->links, struct kisi_link, .id = 50, .name = "kisi-reconcile b/2",
	    .email = "ada@example.org", .group_id = HALL, .enabled = true,
	    .valid = scene_span(30, 31));
	expect_doors(s, "Hall by link: no, not_yet 40..41\n- link 30..31\n"
			"delete_link ada@example.org Hall #50 30..31 moved\n");

	s = venue("");
	book(s, "2", "Hall", scene_span(40, 41));
	SCENE_ADD(s->kisi->links, struct kisi_link, .id = 50, .name = "kisi-reconcile b/2",
	    .email = "ada@example.org", .group_id = HALL, .enabled = true,
	    .valid = scene_span(30, 31));
	s->why->at = SCENE_NOW + 40 * INSTANT_HOUR;
	expect_doors(s, "Hall by link: will, placed_then 40..41\n- link 30..31\n"
			"delete_link ada@example.org Hall #50 30..31 moved\n");
}

/* Of several records about a door that tells most which is of the time asked about, else the last; none that is superseded. */
static void
test_telling(void)
{
	static const struct {
		const char *name;
		struct {
			const char *id;	 /* NULL: no such row */
			int from, until; /* hours */
		} rows[3];
		uint32_t row;
	} cases[] = {
	    {"the only one", {{"1", 3, 4}}, 2},
	    {"the last of the past ones", {{"1", -4, -3}, {"2", -3, -2}}, 3},
	    {"the last of the coming ones", {{"1", 5, 6}, {"2", 3, 4}}, 3},
	    {"the current one, come first", {{"1", -1, 2}, {"2", 3, 4}, {"3", -4, -3}}, 2},
	    {"the current one, come last", {{"1", 3, 4}, {"2", -4, -3}, {"3", -1, 2}}, 4},
	    {"the last current one", {{"1", -1, 2}, {"2", 3, 4}, {"3", -2, 1}}, 4},
	    {"what counts of an id", {{"1", 3, 4}, {"2", -4, -3}, {"2", -5, -4}}, 4},
	    {"one that begins now", {{"1", 0, 1}, {"2", 3, 4}}, 2},
	    {"the last one, if it begins now", {{"1", -1, 2}, {"2", 0, 1}}, 3},
	    {"none that ends now", {{"1", -1, 0}, {"2", 3, 4}}, 3},
	    {"the first one, if the last ends now", {{"1", -1, 2}, {"2", -1, 0}}, 2},
	    {"nothing that another row replaced", {{"1", -1, 2}, {"1", 3, 4}}, 3},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct scene *s = venue("");
		for (size_t r = 0; r < G_N_ELEMENTS(cases[i].rows); r++) {
			static const struct record_ref room = {NULL, "Room 1"};
			if (cases[i].rows[r].id == NULL)
				break;
			scene_add(s,
			    (struct record){.kind = RECORD_BOOKING,
				.id = cases[i].rows[r].id,
				.status = STATUS_CANCELLED,
				.person = {.email = "ada@example.org"},
				.targets = &room,
				.n_targets = 1,
				.span = scene_span(cases[i].rows[r].from, cases[i].rows[r].until)});
		}
		assign(s, 100, ROOM, scene_open);
		g_test_message("%s", cases[i].name);
		g_assert_true(scene_plan(s));
		const struct why_door *door = s->why->doors->pdata[0];
		g_assert_cmpint(door->because, ==, BECAUSE_LEFT_OVER);
		g_assert_nonnull(door->record);
		g_assert_cmpuint(door->record->row, ==, cases[i].row);
		scene_free(s);
	}
}

/* A door that is opened once: before the booking it will be, during it was. */
static void
test_once(void)
{
	static const struct {
		int from, at;
		const char *wanted;
	} cases[] = {
	    {-1, 0, "Gate by unlock: no, opened_once -1..4\n"},
	    {3, 3, "Gate by unlock: will, opened 3..4\n"},
	    {3, 0, "Gate by unlock: no, not_yet 3..4\n"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct scene *s = venue("");
		book(s, "1", "Bell", scene_span(cases[i].from, 4));
		s->why->at = SCENE_NOW + cases[i].at * INSTANT_HOUR;
		expect_doors(s, cases[i].wanted);
	}
}

/* Entitled at a later time, and what would be in the way then. */
static void
test_then(void)
{
	static const struct {
		const char *name, *config;
		bool user, other_role, protected;
		const char *wanted;
	} cases[] = {
	    {"beyond the lookahead", "", true, false, false, "will, placed_then 40..41\n"},
	    {"for whom a user is made", "", false, false, false, "will, placed_then 40..41\n"},
	    {"for whom none is made", "[people]\ncreate = no\n", false, false, false,
		"no, no_user 40..41\n"},
	    {"of a protected person", "", true, false, true, "no, protected 40..41\n"},
	    {"beside another role", "", true, true, false,
		"no, other_role 40..41\n- role group_manager 50..60\n"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct scene *s = venue(cases[i].config);
		if (!cases[i].user)
			g_array_set_size(s->kisi->users, 0);
		if (cases[i].protected)
			g_hash_table_add(s->config->people.protected, g_strdup("ada@example.org"));
		if (cases[i].other_role)
			assign(s, 100, ROOM, scene_span(50, 60))->role_id = "group_manager";
		book(s, "1", "Room 1", scene_span(40, 41));
		s->why->at = SCENE_NOW + 40 * INSTANT_HOUR;
		char *wanted = g_strconcat("Room 1 by group: ", cases[i].wanted, NULL);
		g_test_message("%s", cases[i].name);
		expect_doors(s, wanted);
		g_free(wanted);
	}
}

/* ---- the person ---- */

/* A name: of the rows, else of the first user that has one. */
static void
test_name(void)
{
	static const struct {
		const char *row, *first, *second, *wanted;
	} cases[] = {
	    {"A. Moss", "Ada Moss", "Ada", "A. Moss"},
	    {NULL, "Ada Moss", "Ada", "Ada Moss"},
	    {NULL, " ", "Ada", "Ada"},
	    {NULL, NULL, NULL, NULL},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct scene *s = venue("");
		g_array_index(s->kisi->users, struct kisi_user, 0).name = cases[i].first;
		SCENE_ADD(s->kisi->users, struct kisi_user, .id = 6, .email = "Ada@example.org",
		    .name = cases[i].second);
		SCENE_ADD(s->kisi->users, struct kisi_user, .id = 7, .email = "ben@example.org",
		    .name = "Ben");
		scene_add(s, (struct record){.kind = RECORD_PERSON,
				 .id = "p",
				 .status = STATUS_ACTIVE,
				 .person = {.email = "ada@example.org", .name = cases[i].row}});
		g_assert_true(scene_plan(s));
		g_assert_cmpstr(s->why->name, ==, cases[i].wanted);
		g_assert_cmpuint(s->why->users->len, ==, 2);
		scene_free(s);
	}
}

/* A pair of addresses that may be one person is told to whichever of the two is asked about, and to nobody else. */
static void
test_mismatches(void)
{
	static const struct {
		const char *asked;
		guint told;
	} cases[] = {{"ada@example.org", 1}, {"ada+old@example.org", 1}, {"ben@example.org", 0}};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct scene *s = venue("");
		struct kisi_user *user = &g_array_index(s->kisi->users, struct kisi_user, 0);
		user->email = "Ada+old@example.org";
		assign(s, 100, ROOM, scene_open);
		why_free(s->why);
		s->why = why_new(s->plan, cases[i].asked, NULL, SCENE_NOW);
		book(s, "1", "Room 1", scene_span(-1, 2));
		g_assert_true(scene_plan(s));
		g_assert_cmpuint(s->plan->mismatches->len, ==, 1);
		g_assert_cmpuint(s->why->mismatches->len, ==, cases[i].told);
		scene_free(s);
	}
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(void);
	} tests[] = {
	    {"doors", test_doors},
	    {"missing", test_missing},
	    {"unmanaged-grant", test_unmanaged_grant},
	    {"only", test_only},
	    {"teams", test_teams},
	    {"roles", test_roles},
	    {"others", test_others},
	    {"schedules", test_schedules},
	    {"restrictions", test_restrictions},
	    {"refused", test_refused},
	    {"held", test_held},
	    {"tried", test_tried},
	    {"sources", test_sources},
	    {"reasons", test_reasons},
	    {"next", test_next},
	    {"telling", test_telling},
	    {"once", test_once},
	    {"then", test_then},
	    {"name", test_name},
	    {"mismatches", test_mismatches},
	};
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(tests); i++) {
		char *path = g_strconcat("/reconcile/why-doors/", tests[i].name, NULL);
		g_test_add_func(path, tests[i].run);
		g_free(path);
	}
	return g_test_run();
}
