/* Who is who in Kisi, and which assignments are there to be compared. */
#include "scene.h"

static const char text[] = "[source b]\nprofile = p\nfile = f\n"
			   "[rule room]\nresource = Room 1\ngroup = Room 1\n"
			   "[rule hall]\nresource = Hall\ngroup = Hall\n";

enum { ROOM = 10, HALL = 11, ATTIC = 12 };

static struct scene *
venue(void)
{
	struct scene *s = scene_new(text);
	SCENE_ADD(s->kisi->groups, struct kisi_group, .id = ROOM, .name = "Room 1");
	SCENE_ADD(s->kisi->groups, struct kisi_group, .id = HALL, .name = "Hall");
	SCENE_ADD(s->kisi->groups, struct kisi_group, .id = ATTIC, .name = "Attic");
	return s;
}

static void
put_user(struct scene *s, int64_t id, const char *email)
{
	SCENE_ADD(s->kisi->users, struct kisi_user, .id = id, .email = email,
	    .access_enabled = true, .confirmed = true);
}

static struct kisi_assignment *
assign(struct scene *s, int64_t id, int64_t user, int64_t group)
{
	SCENE_ADD(s->kisi->assignments, struct kisi_assignment, .id = id, .role_id = "group_basic",
	    .assignee_id = user, .applies_to = APPLIES_TO_GROUP, .applies_to_id = group,
	    .valid = scene_open);
	return &g_array_index(
	    s->kisi->assignments, struct kisi_assignment, s->kisi->assignments->len - 1);
}

/* Of several users of one person that with just this address counts, else the oldest; it is said which. */
static void
test_duplicates(void)
{
	static const struct {
		const char *first, *second;
		int64_t used, other;
	} cases[] = {
	    {"ada@example.org", "Ada@Example.org", 5, 6},
	    {"old@example.org", "ada@example.org", 6, 5},
	    {"ada@example.org", "old@example.org", 5, 6},
	    {"old@example.org", "OLD@example.org", 5, 6},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct scene *s = venue();
		g_hash_table_insert(s->config->people.aliases, g_strdup("old@example.org"),
		    g_strdup("ada@example.org"));
		put_user(s, 5, cases[i].first);
		put_user(s, 6, cases[i].second);
		scene_book(s, 0, "1", "ada@example.org", "Room 1", scene_span(1, 2));
		/* what the other one has is cut to what the person is deserved there now */
		assign(s, 100, cases[i].other, ROOM);
		assign(s, 101, cases[i].other, HALL);
		scene_expect(s, "grant ada@example.org Room 1 1..2 new\n"
				"revoke ada@example.org Hall #101 always..open hand-made\n"
				"adjust ada@example.org Room 1 1..2 #100 always..open hand-made\n"
				"duplicate_user ada@example.org -\n");
		const int64_t users[] = {cases[i].used, cases[i].other, cases[i].other};
		for (size_t j = 0; j < G_N_ELEMENTS(users); j++) {
			const struct change *change = s->plan->changes->pdata[j];
			g_assert_cmpint(change->user_id, ==, users[j]);
		}
		char *said = g_strdup_printf(
		    "Kisi has this person more than once: user %d is used, "
		    "user %d (%s) is given nothing",
		    (int)cases[i].used, (int)cases[i].other,
		    cases[i].other == 5 ? cases[i].first : cases[i].second);
		g_assert_cmpstr(scene_finding(s, "duplicate_user"), ==, said);
		g_free(said);
		scene_free(s);
	}
}

/* What both users of one person have goes, in the order of groups, users and assignments, however Kisi lists it. */
static void
test_holdings(void)
{
	static const struct {
		int64_t id, user, group;
	} wanted[] = {{104, 5, ROOM}, {105, 5, ROOM}, {102, 6, ROOM}, {103, 6, ROOM},
	    {101, 5, HALL}, {106, 5, HALL}, {100, 6, HALL}, {107, 6, HALL}};
	struct scene *s = venue();
	put_user(s, 5, "ada@example.org");
	put_user(s, 6, "Ada@Example.org");
	for (size_t i = 0; i < G_N_ELEMENTS(wanted); i++)
		assign(s, wanted[i].id, wanted[i].user, wanted[i].group);
	g_assert_true(snapshot_finish(s->kisi, NULL));
	s->entitled = entitle_finish(s->entitlement);
	struct groups groups;
	struct slots slots;
	g_assert_true(groups_resolve(
	    s->config, s->entitled, s->kisi, s->history, s->plan, &groups, &s->error));
	slots_unite(s->entitled, &groups, &slots);
	struct world world = {.config = s->config,
	    .policies = s->policies,
	    .entitled = s->entitled,
	    .groups = &groups,
	    .slots = &slots,
	    .snapshot = s->kisi,
	    .history = s->history,
	    .now = SCENE_NOW,
	    .plan = s->plan};
	world_prepare(&world);
	g_assert_cmpuint(world.holdings->len, ==, G_N_ELEMENTS(wanted));
	for (guint i = 0; i < world.holdings->len; i++) {
		const struct holding *holding = &g_array_index(world.holdings, struct holding, i);
		g_assert_cmpint(holding->assignment->id, ==, wanted[i].id);
		g_assert_cmpint(holding->user->id, ==, wanted[i].user);
		g_assert_cmpint(holding->group_id, ==, wanted[i].group);
	}
	world_done(&world);
	slots_done(&slots);
	groups_done(&groups);
	scene_free(s);
}

/* A user without an address is nobody's, and is told by what Kisi has, or by its number. */
static void
test_no_address(void)
{
	struct scene *s = venue();
	put_user(s, 5, "front desk");
	put_user(s, 6, " ");
	put_user(s, 7, NULL);
	for (int64_t user = 5; user <= 7; user++)
		assign(s, 95 + user, user, ROOM);
	scene_expect(s,
	    "held(max_group_removals) revoke front desk Room 1 #100 always..open hand-made\n"
	    "held(max_group_removals) revoke user 6 Room 1 #101 always..open hand-made\n"
	    "held(max_group_removals) revoke user 7 Room 1 #102 always..open hand-made\n");
	scene_free(s);
}

/* Teams and guests are only reported; whoever Kisi does not tell is not touched. */
static void
test_indirect(void)
{
	static const struct {
		enum assignee assignee;
		int64_t id;
		const char *said;
	} cases[] = {
	    {ASSIGNEE_TEAM, 3, "team \"Crew\" has access"},
	    {ASSIGNEE_TEAM, 4, "team 4 has access"},
	    {ASSIGNEE_GUEST, 3, "guest 3 has access"},
	    {ASSIGNEE_USER, 3, NULL},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct scene *s = venue();
		SCENE_ADD(s->kisi->teams, struct kisi_team, 2, "Others");
		SCENE_ADD(s->kisi->teams, struct kisi_team, 3, "Crew");
		assign(s, 100, cases[i].id, ROOM)->assignee = cases[i].assignee;
		assign(s, 101, cases[i].id, ATTIC)->assignee = cases[i].assignee;
		scene_expect(s, cases[i].said != NULL ? "indirect_access - Room 1\n" : "");
		if (cases[i].said != NULL)
			g_assert_true(
			    g_str_has_prefix(scene_finding(s, "indirect_access"), cases[i].said));
		scene_free(s);
	}
}

/* Whoever's key it is keeps what they have, and so do protected people; it is said which of the two. */
static void
test_own(void)
{
	static const struct {
		int64_t own;
		bool protected;
		const char *wanted, *said;
	} cases[] = {
	    {0, false, "revoke ada@example.org Room 1 #100 always..open hand-made\n", NULL},
	    {5, false, "protected ada@example.org Room 1\n",
		"has access that nothing entitles; the account of the API key is never changed"},
	    {6, true, "protected ada@example.org Room 1\n",
		"has access that nothing entitles; protected people are never changed"},
	    {0, true, "protected ada@example.org Room 1\n",
		"has access that nothing entitles; protected people are never changed"},
	    /* a key of somebody whom Kisi does not list */
	    {7, false, "revoke ada@example.org Room 1 #100 always..open hand-made\n", NULL},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct scene *s = venue();
		put_user(s, 5, "ada@example.org");
		put_user(s, 6, "ben@example.org");
		assign(s, 100, 5, ROOM);
		if (cases[i].protected)
			g_hash_table_add(s->config->people.protected, g_strdup("ada@example.org"));
		s->facts.own_user = cases[i].own;
		g_test_message("%zu", i);
		scene_expect(s, cases[i].wanted);
		if (cases[i].said != NULL)
			g_assert_cmpstr(scene_finding(s, "protected"), ==, cases[i].said);
		scene_free(s);
	}
}

/* A user known by id whose address changed is the same person, unless somebody else has one of the two addresses. */
static void
test_adopted(void)
{
	static const struct {
		const char *name, *known, *is, *other; /* other: address of another user */
		bool booked;			       /* an export names the new address, too */
		bool adopted;
	} cases[] = {
	    {"another address", "ada@example.org", "ada@new.example", NULL, false, true},
	    {"none any more", "ada@example.org", NULL, NULL, false, true},
	    {"the same", "ada@example.org", "ada@example.org", NULL, false, false},
	    {"an unknown user", NULL, "ada@new.example", NULL, false, false},
	    {"the new one is somebody's", "ada@example.org", "ada@new.example", NULL, true, false},
	    {"the old one is somebody's", "ada@example.org", "ada@new.example", "ada@example.org",
		false, false},
	    {"nobody any source knows", "zoe@example.org", "ada@new.example", NULL, false, false},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct scene *s = venue();
		put_user(s, 5, cases[i].is);
		if (cases[i].other != NULL)
			put_user(s, 6, cases[i].other);
		if (cases[i].known != NULL)
			history_remember(s->history, "user", "5", cases[i].known);
		scene_book(s, 0, "1", "ada@example.org", "Room 1", scene_span(1, 2));
		if (cases[i].booked)
			scene_book(s, 0, "2", "ada@new.example", "Hall", scene_span(1, 2));
		g_test_message("%s", cases[i].name);
		g_assert_true(scene_plan(s));
		bool found = false;
		for (guint j = 0; j < s->plan->findings->len; j++) {
			const struct finding *one = s->plan->findings->pdata[j];
			found |= one->kind == FINDING_ADDRESS_CHANGED;
		}
		g_assert_cmpint(found, ==, cases[i].adopted);
		guint assignments = 0;
		for (guint j = 0; j < s->plan->changes->len; j++) {
			const struct change *change = s->plan->changes->pdata[j];
			assignments += change->object == OBJECT_ASSIGNMENT;
			if (cases[i].adopted && change->object == OBJECT_ASSIGNMENT)
				g_assert_cmpint(change->user_id, ==, 5);
		}
		g_assert_cmpuint(assignments, >, 0);
		scene_free(s);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/reconcile/world/duplicates", test_duplicates);
	g_test_add_func("/reconcile/world/holdings", test_holdings);
	g_test_add_func("/reconcile/world/no-address", test_no_address);
	g_test_add_func("/reconcile/world/indirect", test_indirect);
	g_test_add_func("/reconcile/world/own", test_own);
	g_test_add_func("/reconcile/world/adopted", test_adopted);
	return g_test_run();
}
