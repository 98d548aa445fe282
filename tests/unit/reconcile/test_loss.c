/* What somebody would lose, piece by piece, and what is done when some of the pieces may not go. */
#include "scene.h"

enum { ROOM = 10, HALL = 11 };

#define SOURCES                                                                                    \
	"[source b]\nprofile = p\nfile = f\n[source m]\nprofile = p\nfile = f\n"                   \
	"[source p]\nprofile = p\nfile = f\n"
#define HALL_RULE "[rule hall]\nresource = Hall\ngroup = Hall\n"

static struct scene *
venue_with(const char *keys)
{
	g_autofree char *text = g_strconcat(SOURCES HALL_RULE, keys, NULL);
	struct scene *s = scene_new(text);
	s->policies[1].kind = RECORD_MEMBERSHIP;
	s->policies[2].kind = RECORD_PERSON;
	SCENE_ADD(s->kisi->groups, struct kisi_group, .id = ROOM, .name = "Room 1");
	SCENE_ADD(s->kisi->groups, struct kisi_group, .id = HALL, .name = "Hall");
	SCENE_ADD(s->kisi->users, struct kisi_user, .id = 5, .email = "ada@example.org",
	    .access_enabled = true, .confirmed = true);
	return s;
}

static struct scene *
venue(void)
{
	return venue_with("[rule room]\nresource = Room 1\ngroup = Room 1\n");
}

static void
assign(struct scene *s, int64_t id, struct interval valid)
{
	SCENE_ADD(s->kisi->assignments, struct kisi_assignment, .id = id, .role_id = "group_basic",
	    .assignee_id = 5, .applies_to = APPLIES_TO_GROUP, .applies_to_id = ROOM,
	    .valid = valid);
}

static void
gave(struct scene *s, const char *record, int from, int until)
{
	struct giver giver = scene_giver(
	    "b", record, "ada@example.org", ROOM, scene_span(from, until));
	g_array_append_val(s->history->givers, giver);
}

static void
by_hand(struct scene *s, enum giver_kind kind, struct interval span)
{
	SCENE_ADD(s->history->givers, struct giver, .kind = kind, .object = OBJECT_ASSIGNMENT,
	    .email = "ada@example.org", .door_id = ROOM, .span = span);
}

/* A live entry of the ledger for assignment 100. */
static struct ledger_entry *
made(struct scene *s, struct interval valid)
{
	SCENE_ADD(s->history->ledger, struct ledger_entry, .assignment_id = 100,
	    .email = "ada@example.org", .group_id = ROOM, .valid = valid, .source = "b",
	    .rule = "room", .live = true);
	return &g_array_index(s->history->ledger, struct ledger_entry, 0);
}

static void
cancel(struct scene *s, const char *id, int from, int until)
{
	struct record_ref *target = plan_alloc(s->plan, sizeof *target);
	target->name = "Room 1";
	scene_add(s, (struct record){.kind = RECORD_BOOKING,
			 .id = id,
			 .status = STATUS_CANCELLED,
			 .person = {.email = "ada@example.org"},
			 .targets = target,
			 .n_targets = 1,
			 .span = scene_span(from, until)});
}

static void
expect(struct scene *s, const char *wanted)
{
	scene_expect(s, wanted);
	scene_free(s);
}

static const struct change *
only_change(struct scene *s)
{
	g_assert_true(scene_plan(s));
	g_assert_cmpuint(s->plan->changes->len, ==, 1);
	return s->plan->changes->pdata[0];
}

/* ---- what is no loss ---- */

static void
test_no_loss(void)
{
	/* what only waits for its turn in the slot */
	struct scene *s = venue();
	scene_book(s, 0, "1", "ada@example.org", "Room 1", scene_span(-1, 1));
	scene_book(s, 0, "2", "ada@example.org", "Room 1", scene_span(5, 6));
	gave(s, "1", -1, 1);
	gave(s, "2", 5, 6);
	assign(s, 100, scene_span(5, 6));
	const struct change *change = only_change(s);
	g_assert_cmpint(change->cause, ==, CAUSE_MOVED);
	g_assert_false(change->surprising);
	g_assert_null(change->unit);
	scene_free(s);

	/* what is over */
	s = venue();
	assign(s, 100, scene_span(-3, 0));
	change = only_change(s);
	g_assert_cmpint(change_action(change, SCENE_NOW), ==, ACTION_CLEANUP);
	g_assert_false(change->surprising);
	scene_free(s);
}

/* ---- the account of a piece ---- */

/* Of several givers of one piece the one that is known least counts. */
static void
test_worst_giver(void)
{
	struct scene *s = venue();
	cancel(s, "1", 0, 4);
	gave(s, "1", 0, 4);
	gave(s, "2", 0, 4);
	assign(s, 100, scene_span(0, 4));
	const struct change *change = only_change(s);
	g_assert_cmpint(change->cause, ==, CAUSE_ROW_VANISHED);
	g_assert_true(change->surprising);
	g_assert_cmpstr(change->unit, ==, "b\n2");
	scene_free(s);

	/* each gave its own piece: what nobody explains tells more */
	s = venue();
	cancel(s, "1", 0, 2);
	gave(s, "1", 0, 2);
	gave(s, "2", 2, 4);
	assign(s, 100, scene_span(0, 4));
	change = only_change(s);
	g_assert_cmpint(change->cause, ==, CAUSE_ROW_VANISHED);
	g_assert_cmpstr(change->unit, ==, "b\n2");
	scene_free(s);

	/* time between two pieces gives nothing by itself, whatever order they stand in */
	for (int before = 0; before < 2; before++) {
		s = venue();
		cancel(s, "1", 0, 4);
		if (before)
			by_hand(s, GIVER_OURS, scene_span(-1, 4));
		gave(s, "1", 0, 4);
		if (!before)
			by_hand(s, GIVER_OURS, scene_span(0, 5));
		assign(s, 100, scene_span(0, 4));
		change = only_change(s);
		g_assert_cmpint(change->cause, ==, CAUSE_CANCELLED);
		g_assert_cmpuint(change->reasons[0]->row, ==, 2);
		scene_free(s);
	}

	/* and by itself it ends expectedly */
	s = venue();
	by_hand(s, GIVER_OURS, scene_span(0, 4));
	assign(s, 100, scene_span(0, 4));
	change = only_change(s);
	g_assert_cmpint(change->cause, ==, CAUSE_ENDED);
	g_assert_null(change->unit);
	scene_free(s);
}

/* All who lose by one booking are one, and so is a person by two; who loses by a membership counts for themselves. */
static void
test_units(void)
{
	struct scene *s = venue();
	gave(s, "9", 0, 2);
	gave(s, "1", 2, 4);
	assign(s, 100, scene_span(0, 4));
	g_assert_cmpstr(only_change(s)->unit, ==, "b\n1");
	scene_free(s);

	s = venue();
	gave(s, "9", 0, 2);
	by_hand(s, GIVER_HAND, scene_span(2, 4));
	assign(s, 100, scene_span(0, 4));
	g_assert_cmpstr(only_change(s)->unit, ==, "ada@example.org");
	scene_free(s);
}

/* Without a giver a record of now stands for it, when its own time covers the piece. */
static void
test_by_trace(void)
{
	static const struct {
		const char *name;
		int from, until; /* of the cancelled booking */
		int until_there; /* 99: open */
		enum cause cause;
	} cases[] = {
	    {"all of it", 0, 4, 4, CAUSE_CANCELLED},
	    {"more than it", -2, 6, 4, CAUSE_CANCELLED},
	    {"a part of it", 0, 2, 4, CAUSE_HAND_MADE},
	    {"a booking gives none without an end", 0, 4, 99, CAUSE_HAND_MADE},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct scene *s = venue();
		cancel(s, "1", cases[i].from, cases[i].until);
		assign(s, 100, scene_span(0, cases[i].until_there));
		if (cases[i].until_there == 99)
			g_array_index(s->kisi->assignments, struct kisi_assignment, 0).valid.until =
			    INSTANT_NEVER;
		g_test_message("%s", cases[i].name);
		const struct change *change = only_change(s);
		g_assert_cmpint(change->cause, ==, cases[i].cause);
		g_assert_cmpint(change->surprising, ==, cases[i].cause == CAUSE_HAND_MADE);
		g_assert_cmpuint(change->n_reasons, ==, cases[i].cause == CAUSE_CANCELLED);
		scene_free(s);
	}

	/* of two the longer one tells */
	struct scene *s = venue();
	cancel(s, "1", 0, 5);
	cancel(s, "2", 0, 7);
	cancel(s, "3", 0, 6);
	assign(s, 100, scene_span(0, 4));
	g_assert_cmpstr(only_change(s)->reasons[0]->record, ==, "2");
	scene_free(s);
}

/* Made here, by a record that is not remembered. */
static void
test_by_ledger(void)
{
	struct scene *s = venue();
	made(s, scene_span(0, 4));
	assign(s, 100, scene_span(0, 4));
	g_assert_cmpint(only_change(s)->cause, ==, CAUSE_ROW_VANISHED);
	scene_free(s);

	s = venue();
	made(s, scene_span(0, 4))->rule = "former";
	assign(s, 100, scene_span(0, 4));
	g_assert_cmpint(only_change(s)->cause, ==, CAUSE_RULE_REMOVED);
	scene_free(s);

	s = venue();
	s->policies[0].absence = ABSENCE_CANCELLED;
	made(s, scene_span(0, 4));
	assign(s, 100, scene_span(0, 4));
	g_assert_cmpint(only_change(s)->cause, ==, CAUSE_ABSENT);
	scene_free(s);

	/* longer than this program left it */
	s = venue();
	made(s, scene_span(0, 4));
	assign(s, 100, scene_span(0, 9));
	const struct change *change = only_change(s);
	g_assert_true(change->surprising);
	g_assert_cmpint(change->cause, ==, CAUSE_HAND_EDITED);
	scene_free(s);

	/* its source cannot be judged */
	s = venue();
	s->refused[0] = true;
	made(s, scene_span(0, 4));
	assign(s, 100, scene_span(0, 4));
	expect(s, "held(refused_source) revoke ada@example.org Room 1 #100 0..4 row-vanished\n");

	/* the address of this user was another one then, and belongs to somebody else now */
	s = venue();
	made(s, scene_span(0, 4))->email = "zoe@example.org";
	assign(s, 100, scene_span(0, 4));
	expect(s, "held(email_mismatch) revoke ada@example.org Room 1 #100 0..4 hand-made\n");
}

/* What nobody remembers may be what a source would say that cannot be read, if it could open this door. */
static void
test_by_doubt(void)
{
	static const struct {
		const char *name, *rules;
		int refused, doubted; /* source, or -1 */
		bool known;	      /* it was good once */
		const char *unread;   /* a row of the bookings cannot be read, of this person */
		const char *guard;
	} cases[] = {
	    {"refused", "[rule r]\nresource = Room 1\ngroup = Room 1\n", 0, -1, false, NULL,
		"refused_source"},
	    {"in doubt, and never good", "[rule r]\nresource = Room 1\ngroup = Room 1\n", -1, 0,
		false, NULL, "doubtful_source"},
	    {"in doubt, and it is known what it gave",
		"[rule r]\nresource = Room 1\ngroup = Room 1\n", -1, 0, true, NULL, NULL},
	    {"refused, and memberships open this one", "[rule r]\nplan = Flex\ngroup = Room 1\n", 0,
		-1, false, NULL, NULL},
	    {"refused memberships", "[rule r]\nplan = Flex\ngroup = Room 1\n", 1, -1, false, NULL,
		"refused_source"},
	    {"unread", "[rule r]\nresource = Room 1\ngroup = Room 1\n", -1, -1, false,
		"ada@example.org", "rejected_row"},
	    {"unread, somebody else's", "[rule r]\nresource = Room 1\ngroup = Room 1\n", -1, -1,
		false, "ben@example.org", NULL},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct scene *s = venue_with(cases[i].rules);
		if (cases[i].refused >= 0)
			s->refused[cases[i].refused] = true;
		if (cases[i].doubted >= 0)
			s->doubted[cases[i].doubted] = true;
		if (cases[i].known)
			SCENE_ADD(s->history->imports, struct last_import, .source = "b",
			    .blocked = g_ptr_array_new(), .columns = g_ptr_array_new());
		if (cases[i].unread != NULL)
			SCENE_ADD(s->rejects, struct record_reject, .email = cases[i].unread);
		assign(s, 100, scene_span(0, 4));
		g_autofree char *wanted = g_strdup_printf(
		    "%s%s%srevoke ada@example.org Room 1 #100 0..4 hand-made\n",
		    cases[i].guard != NULL ? "held(" : "",
		    cases[i].guard != NULL ? cases[i].guard : "",
		    cases[i].guard != NULL ? ") " : "");
		g_test_message("%s", cases[i].name);
		expect(s, wanted);
	}

	/* a list of grants may name any group, and so may data that names groups itself */
	struct scene *s = venue();
	s->policies[1].kind = RECORD_GRANT;
	s->refused[1] = true;
	assign(s, 100, scene_span(0, 4));
	expect(s, "held(refused_source) revoke ada@example.org Room 1 #100 0..4 hand-made\n");

	s = venue_with("");
	scene_add(s, (struct record){.kind = RECORD_BOOKING,
			 .status = STATUS_CONFIRMED,
			 .person = {.email = "ben@example.org"},
			 .group = "Room 1",
			 .span = scene_span(40, 41)});
	s->refused[1] = true;
	assign(s, 100, scene_span(0, 4));
	expect(s, "held(refused_source) revoke ada@example.org Room 1 #100 0..4 hand-made\n");
}

/* A blocked person's access goes, whoever gave it. */
static void
test_barred(void)
{
	static const enum record_status words[] = {STATUS_BLOCKED, STATUS_DELETED};
	for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
		struct scene *s = venue();
		s->refused[0] = true;
		scene_bar(s, 2, "ada@example.org", words[i]);
		assign(s, 100, scene_open);
		const struct change *change = only_change(s);
		g_assert_cmpstr(cause_word(change->cause), ==, record_status_word(words[i]));
		g_assert_null(change->unit);
		scene_free(s);
	}
}

/* ---- what staff gave, in a group where that stays ---- */

static void
test_ours(void)
{
	static const char ours[] = "[rule room]\nresource = Room 1\ngroup = Room 1\n"
				   "exclusive = ours\n";
	/* alone it is only listed */
	struct scene *s = venue_with(ours);
	assign(s, 100, scene_open);
	expect(s, "");

	/* inside a hull it is no loss: the slot reaches to its end */
	s = venue_with(ours);
	scene_book(s, 0, "1", "ada@example.org", "Room 1", scene_span(-1, 1));
	gave(s, "1", -1, 1);
	by_hand(s, GIVER_HAND, scene_span(2, 4));
	assign(s, 100, scene_span(-1, 4));
	expect(s, "");

	/* when our part ends it goes back to the hand's own dates */
	s = venue_with(ours);
	cancel(s, "1", -1, 1);
	gave(s, "1", -1, 1);
	by_hand(s, GIVER_OURS, scene_span(1, 2));
	by_hand(s, GIVER_HAND, scene_span(2, 4));
	assign(s, 100, scene_span(-1, 4));
	expect(s, "adjust ada@example.org Room 1 2..4 #100 -1..4 moved\n");
}

/* ---- as it can be done ---- */

/* A held loss and a due gain are sent as what holds both; what would be done otherwise is listed as held. */
static void
test_hull(void)
{
	struct scene *s = venue();
	s->doubted[1] = true;
	struct giver giver = scene_giver("m", "7", "ada@example.org", ROOM, scene_span(3, 5));
	g_array_append_val(s->history->givers, giver);
	scene_book(s, 0, "1", "ada@example.org", "Room 1", scene_span(1, 2));
	assign(s, 100, scene_span(3, 5));
	expect(s, "adjust ada@example.org Room 1 1..5 #100 3..5 moved\n"
		  "held(doubtful_source) adjust ada@example.org Room 1 1..2 #100 3..5 moved\n");

	/* what is there holds both already */
	s = venue();
	s->doubted[1] = true;
	g_array_append_val(s->history->givers, giver);
	scene_book(s, 0, "1", "ada@example.org", "Room 1", scene_span(1, 2));
	assign(s, 100, scene_span(1, 5));
	by_hand(s, GIVER_OURS, scene_span(2, 3));
	expect(s, "held(doubtful_source) adjust ada@example.org Room 1 1..2 #100 1..5 shortened\n");

	/* behind the lookahead it takes its turn, and is remembered */
	s = venue();
	s->doubted[1] = true;
	giver.span = scene_span(30, 32);
	g_array_append_val(s->history->givers, giver);
	scene_book(s, 0, "1", "ada@example.org", "Room 1", scene_span(1, 2));
	assign(s, 100, scene_span(30, 32));
	g_assert_true(scene_plan(s));
	const struct change *change = s->plan->changes->pdata[0];
	g_assert_cmpint(change->want.until, ==, SCENE_NOW + 2 * INSTANT_HOUR);
	g_assert_false(change->surprising);
	g_assert_null(change->unit);
	bool known = false;
	for (guint i = 0; i < s->baseline->givers->len; i++)
		known |= g_strcmp0(
			     g_array_index(s->baseline->givers, struct kept_giver, i).giver.record,
			     "7") == 0;
	g_assert_true(known);
	scene_free(s);

	/* alone it stays where it is */
	s = venue();
	s->doubted[1] = true;
	g_array_append_val(s->history->givers, giver);
	assign(s, 100, scene_span(30, 32));
	expect(s, "held(doubtful_source) revoke ada@example.org Room 1 #100 30..32 row-vanished\n");
}

/* Remembered givers of a source that cannot be used go on giving, also where Kisi has nothing. */
static void
test_stand_in(void)
{
	struct scene *s = venue();
	s->refused[0] = true;
	gave(s, "1", 1, 2);
	gave(s, "2", 3, 4);
	expect(s, "grant ada@example.org Room 1 1..2 new\n");

	/* not yet, not here, not for those whose slots nobody changes */
	static const struct {
		const char *name;
		int from;
		int64_t door_id;
		enum object object;
		bool protected;
	} cases[] = {
	    {"later", 30, ROOM, OBJECT_ASSIGNMENT, false},
	    {"no rule names it", 1, 12, OBJECT_ASSIGNMENT, false},
	    {"a link", 1, ROOM, OBJECT_LINK, false},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		s = venue();
		s->refused[0] = true;
		gave(s, "1", cases[i].from, cases[i].from + 1);
		struct giver *giver = &g_array_index(s->history->givers, struct giver, 0);
		giver->door_id = cases[i].door_id;
		giver->object = cases[i].object;
		g_test_message("%s", cases[i].name);
		expect(s, "");
	}
	s = venue();
	s->refused[0] = true;
	gave(s, "1", 1, 2);
	g_hash_table_add(s->config->people.protected, g_strdup("ada@example.org"));
	expect(s, "");

	/* they extend what today's records give, and take nothing of it */
	s = venue();
	s->refused[1] = true;
	struct giver giver = scene_giver("m", "7", "ada@example.org", ROOM, scene_span(2, 5));
	g_array_append_val(s->history->givers, giver);
	scene_book(s, 0, "1", "ada@example.org", "Room 1", scene_span(1, 2));
	expect(s, "grant ada@example.org Room 1 1..5 new\n");
}

/* Where nothing names a group any more what was made here goes, and nobody's stand-in gives anything. */
static void
test_former(void)
{
	struct scene *s = venue_with("");
	s->refused[0] = true;
	made(s, scene_span(0, 4));
	assign(s, 100, scene_span(0, 4));
	SCENE_ADD(s->kisi->users, struct kisi_user, .id = 6, .email = "ben@example.org",
	    .access_enabled = true, .confirmed = true);
	assign(s, 101, scene_open);
	g_array_index(s->kisi->assignments, struct kisi_assignment, 1).assignee_id = 6;
	gave(s, "1", 0, 4);
	struct giver giver = scene_giver("b", "2", "zoe@example.org", ROOM, scene_span(1, 2));
	g_array_append_val(s->history->givers, giver);
	expect(s, "held(refused_source) revoke ada@example.org Room 1 #100 0..4 row-vanished\n"
		  "former_group - Room 1\n");

	s = venue_with("");
	made(s, scene_span(0, 4));
	assign(s, 100, scene_span(0, 4));
	expect(s, "revoke ada@example.org Room 1 #100 0..4 rule-removed\n"
		  "former_group - Room 1\n");
}

/* A second user of a person keeps what that person is wanted to have now; a held piece of theirs keeps all of it. */
static void
test_second_user(void)
{
	static const struct {
		const char *name;
		int from, until;
		bool refused;
		const char *wanted;
	} cases[] = {
	    {"the same", 1, 2, false, "grant ada@example.org Room 1 1..2 new\n"},
	    {"less", 1, 2, false, "grant ada@example.org Room 1 1..2 new\n"},
	    {"more", 0, 4, false,
		"grant ada@example.org Room 1 1..2 new\n"
		"adjust ada@example.org Room 1 1..2 #100 0..4 hand-made\n"},
	    {"at another time", 5, 6, false,
		"grant ada@example.org Room 1 1..2 new\n"
		"revoke ada@example.org Room 1 #100 5..6 hand-made\n"},
	    {"over", -3, -1, false,
		"grant ada@example.org Room 1 1..2 new\n"
		"cleanup ada@example.org Room 1 #100 -3..-1 ended\n"},
	    {"held", 0, 4, true,
		"grant ada@example.org Room 1 1..2 new\n"
		"held(refused_source) adjust ada@example.org Room 1 1..2 #100 0..4 moved\n"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct scene *s = venue();
		SCENE_ADD(s->kisi->users, struct kisi_user, .id = 6, .email = "Ada@example.org",
		    .access_enabled = true, .confirmed = true);
		scene_book(s, 0, "1", "ada@example.org", "Room 1", scene_span(1, 2));
		assign(s, 100, scene_span(cases[i].from, cases[i].until));
		g_array_index(s->kisi->assignments, struct kisi_assignment, 0).assignee_id = 6;
		s->refused[2] = cases[i].refused;
		g_autofree char *wanted = g_strconcat(
		    cases[i].wanted, "duplicate_user ada@example.org -\n", NULL);
		g_test_message("%s", cases[i].name);
		expect(s, wanted);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/loss/no-loss", test_no_loss);
	g_test_add_func("/loss/worst-giver", test_worst_giver);
	g_test_add_func("/loss/units", test_units);
	g_test_add_func("/loss/by-trace", test_by_trace);
	g_test_add_func("/loss/by-ledger", test_by_ledger);
	g_test_add_func("/loss/by-doubt", test_by_doubt);
	g_test_add_func("/loss/barred", test_barred);
	g_test_add_func("/loss/ours", test_ours);
	g_test_add_func("/loss/hull", test_hull);
	g_test_add_func("/loss/stand-in", test_stand_in);
	g_test_add_func("/loss/former", test_former);
	g_test_add_func("/loss/second-user", test_second_user);
	return g_test_run();
}
