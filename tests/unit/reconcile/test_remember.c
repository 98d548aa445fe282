/* What the next run is to know: every giver of time that is still ahead, and who had what before this program came. */
#include "scene.h"

#include "reconcile/givers.h"

enum { ROOM = 10, HALL = 11 };

static struct scene *
venue_with(const char *keys)
{
	g_autofree char *text = g_strconcat(
	    "[source b]\nprofile = p\nfile = f\n[source m]\nprofile = p\nfile = f\n"
	    "[rule room]\nresource = Room 1\ngroup = Room 1\n",
	    keys, NULL);
	struct scene *s = scene_new(text);
	SCENE_ADD(s->kisi->groups, struct kisi_group, .id = ROOM, .name = "Room 1");
	SCENE_ADD(s->kisi->groups, struct kisi_group, .id = HALL, .name = "Hall");
	SCENE_ADD(s->kisi->users, struct kisi_user, .id = 5, .email = "ada@example.org",
	    .access_enabled = true, .confirmed = true);
	return s;
}

static struct scene *
venue(void)
{
	return venue_with("");
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

/*
 * A line for each giver: `KIND PERSON DOOR SPAN SOURCE/RECORD RULE`, `@USER` where it lasts only as long as Kisi shows some of
 * it; then `later SOURCE UNTIL` for each later record.
 */
static void
expect(struct scene *s, const char *wanted)
{
	static const char *const kinds[] = {"record", "hand", "ours"};
	g_autoptr(GString) out = g_string_new(NULL);
	g_assert_true(scene_plan(s));
	g_array_sort(s->baseline->givers, giver_compare);
	for (guint i = 0; i < s->baseline->givers->len; i++) {
		const struct kept_giver *kept = &g_array_index(
		    s->baseline->givers, struct kept_giver, i);
		const struct giver *giver = &kept->giver;
		g_assert_cmpint(giver->object, ==, OBJECT_ASSIGNMENT);
		g_string_append_printf(out, "%s %s %" G_GINT64_FORMAT " ", kinds[giver->kind],
		    giver->email, giver->door_id);
		scene_put_span(out, giver->span);
		if (giver->kind == GIVER_RECORD)
			g_string_append_printf(out, " %s/%s %s", giver->source,
			    giver->record != NULL ? giver->record : "-",
			    giver->rule != NULL ? giver->rule : "-");
		if (kept->user_id != 0)
			g_string_append_printf(out, " @%" G_GINT64_FORMAT, kept->user_id);
		g_string_append_c(out, '\n');
	}
	for (guint i = 0; i < s->baseline->later->len; i++) {
		const struct later_record *later = &g_array_index(
		    s->baseline->later, struct later_record, i);
		g_string_append_printf(out, "later %s ", later->source);
		scene_put_time(out, later->until);
		g_string_append_c(out, '\n');
	}
	g_assert_cmpstr(out->str, ==, wanted);
	scene_free(s);
}

/* ---- records of now ---- */

/* Also when nothing had to be changed, and when somebody has to wait. */
static void
test_windows(void)
{
	struct scene *s = venue();
	scene_book(s, 0, "1", "ada@example.org", "Room 1", scene_span(1, 2));
	scene_book(s, 0, NULL, "ben@example.org", "Room 1", scene_span(3, 4));
	scene_book(s, 0, "3", "ada@example.org", "Room 1", scene_span(-2, 0)); /* over */
	scene_book(s, 0, "4", "ada@example.org", "Attic", scene_span(1, 2));   /* opens nothing */
	scene_add(s, (struct record){.kind = RECORD_BOOKING,
			 .id = "5",
			 .status = STATUS_CONFIRMED,
			 .person = {.email = "ada@example.org"},
			 .group = "Hall",
			 .span = scene_span(2, 3)});
	assign(s, 100, scene_span(1, 2));
	expect(s, "record ada@example.org 10 1..2 b/1 room\n"
		  "record ada@example.org 11 2..3 b/5 -\n"
		  "record ben@example.org 10 3..4 b/- room\n");

	/* what the row said and how it was read goes with it */
	s = venue();
	s->policies[0].how = 77;
	scene_book(s, 0, "1", "ada@example.org", "Room 1", scene_span(1, 2));
	g_assert_true(scene_plan(s));
	const struct giver *giver = &g_array_index(s->baseline->givers, struct kept_giver, 0).giver;
	uint64_t content = record_content(&g_array_index(s->records, struct record, 0));
	g_assert_cmpuint(giver->content, ==, (uint32_t)(content ^ content >> 32));
	g_assert_cmpuint(giver->how, ==, givers_how(&s->policies[0], s->config->rules->pdata[0]));
	g_assert_null(giver->via);
	g_assert_cmpint(giver->record_kind, ==, RECORD_BOOKING);
	scene_free(s);
}

/* Whose row lets somebody in as one of a company goes with it, too. */
static void
test_via(void)
{
	struct scene *s = venue_with("[rule flex]\nplan = Flex\ngroup = Hall\n");
	struct record_ref plan = {NULL, "Flex"};
	s->policies[0].kind = RECORD_PERSON;
	s->policies[1].kind = RECORD_MEMBERSHIP;
	scene_add(s, (struct record){.kind = RECORD_PERSON,
			 .status = STATUS_ACTIVE,
			 .company = "Acme",
			 .person = {.email = "ada@example.org"}});
	scene_add(s, (struct record){.kind = RECORD_MEMBERSHIP,
			 .place = {.source = 1},
			 .id = "7",
			 .status = STATUS_ACTIVE,
			 .company = "Acme",
			 .targets = &plan,
			 .n_targets = 1,
			 .span = scene_span(-5, 5)});
	g_assert_true(scene_plan(s));
	g_assert_cmpuint(s->baseline->givers->len, ==, 1);
	g_assert_cmpstr(
	    g_array_index(s->baseline->givers, struct kept_giver, 0).giver.via, ==, "b");
	scene_free(s);
}

/* A week behind the lookahead a key is enough, unless Kisi holds it already. */
static void
test_later(void)
{
	const int far = 8 * 24;
	struct scene *s = venue();
	scene_book(s, 0, "1", "ada@example.org", "Room 1", scene_span(far, far + 1));
	scene_book(s, 0, "2", "ada@example.org", "Room 1", scene_span(far + 2, far + 3));
	expect(s, "record ada@example.org 10 192..193 b/1 room\nlater b 195\n");

	s = venue();
	scene_book(s, 0, "2", "ada@example.org", "Room 1", scene_span(far + 2, far + 3));
	assign(s, 100, scene_span(far + 2, far + 3));
	expect(s, "record ada@example.org 10 194..195 b/2 room\n");

	/* what is there is over by then */
	s = venue();
	scene_book(s, 0, "1", "ada@example.org", "Room 1", scene_span(1, 2));
	scene_book(s, 0, "2", "ada@example.org", "Room 1", scene_span(far + 2, far + 3));
	assign(s, 100, scene_span(1, 2));
	expect(s, "record ada@example.org 10 1..2 b/1 room\nlater b 195\n");

	/* links and missing groups have no slot: that the record is known is enough */
	s = venue_with("[rule gate]\nresource = Gate\ngroup = Hall\nmethod = link\n"
		       "[rule vault]\nresource = Vault\ngroup = Vault\n");
	scene_book(s, 0, "1", "ada@example.org", "Gate", scene_span(1, 2));
	scene_book(s, 0, "2", "ada@example.org", "Vault", scene_span(1, 3));
	expect(s, "later b 2\nlater b 3\n");
}

/* ---- what was known before ---- */

static void
test_known(void)
{
	/* what nobody can judge now stays known, as it is */
	struct scene *s = venue();
	s->refused[0] = true;
	gave(s, "1", 1, 2);
	SCENE_ADD(s->history->later, struct later_record, "b", 5, SCENE_NOW + INSTANT_HOUR);
	SCENE_ADD(s->history->later, struct later_record, "b", 6, SCENE_NOW);
	SCENE_ADD(s->history->later, struct later_record, "m", 7, SCENE_NOW + INSTANT_HOUR);
	SCENE_ADD(s->history->later, struct later_record, "x", 8, SCENE_NOW + INSTANT_HOUR);
	expect(s, "record ada@example.org 10 1..2 b/1 -\nlater b 1\n");

	s = venue();
	s->doubted[0] = true;
	SCENE_ADD(s->history->later, struct later_record, "b", 5, SCENE_NOW + INSTANT_HOUR);
	expect(s, "later b 1\n");

	/* the rest as long as Kisi has some of its time */
	s = venue();
	gave(s, "1", 1, 4);
	gave(s, "2", 6, 8);
	gave(s, "3", -3, 2);
	assign(s, 100, scene_span(2, 5));
	expect(s, "record ada@example.org 10 1..4 b/1 - @5\n");

	/* and nothing of now gives it */
	s = venue();
	gave(s, "1", 1, 3);
	gave(s, "2", 2, 5);
	scene_book(s, 0, "9", "ada@example.org", "Room 1", scene_span(1, 4));
	assign(s, 100, scene_span(1, 5));
	expect(s, "record ada@example.org 10 1..4 b/9 room\n"
		  "record ada@example.org 10 2..5 b/2 - @5\n");

	s = venue();
	gave(s, "1", 1, 3);
	expect(s, "");
}

/* ---- hands, and the time between ---- */

static void
test_hand(void)
{
	/* what is in a slot before the first write here, also when our interval is laid over it */
	struct scene *s = venue();
	scene_book(s, 0, "1", "ada@example.org", "Room 1", scene_span(1, 2));
	assign(s, 100, scene_span(1, 5));
	expect(s, "record ada@example.org 10 1..2 b/1 room\n"
		  "hand ada@example.org 10 2..5 @5\n");

	/* not what this program made */
	s = venue();
	scene_book(s, 0, "1", "ada@example.org", "Room 1", scene_span(1, 2));
	assign(s, 100, scene_span(1, 5));
	SCENE_ADD(s->history->ledger, struct ledger_entry, .assignment_id = 100,
	    .email = "ada@example.org", .group_id = ROOM, .valid = scene_span(1, 5), .live = true);
	expect(s, "record ada@example.org 10 1..2 b/1 room\n");

	/* nor what a record of now explains, or what is over */
	s = venue();
	struct record_ref target = {NULL, "Room 1"};
	scene_book(s, 0, "1", "ada@example.org", "Room 1", scene_span(1, 2));
	scene_add(s, (struct record){.kind = RECORD_BOOKING,
			 .id = "2",
			 .status = STATUS_CANCELLED,
			 .person = {.email = "ada@example.org"},
			 .targets = &target,
			 .n_targets = 1,
			 .span = scene_span(2, 5)});
	assign(s, 100, scene_span(1, 5));
	expect(s, "record ada@example.org 10 1..2 b/1 room\n");

	s = venue();
	scene_book(s, 0, "1", "ada@example.org", "Room 1", scene_span(1, 2));
	assign(s, 100, scene_span(-4, -3));
	expect(s, "record ada@example.org 10 1..2 b/1 room\n");

	/* where staff's own stays, all of it is staff's */
	s = venue_with("[rule ours]\nresource = Room 1\ngroup = Room 1\nexclusive = ours\n");
	scene_book(s, 0, "1", "ada@example.org", "Room 1", scene_span(-2, 2));
	assign(s, 100, scene_span(-1, 1));
	expect(s, "record ada@example.org 10 -2..2 b/1 ours\n"
		  "record ada@example.org 10 -2..2 b/1 room\n"
		  "hand ada@example.org 10 -1..1 @5\n");

	/* but not what this program made */
	s = venue_with("[rule ours]\nresource = Room 1\ngroup = Room 1\nexclusive = ours\n");
	scene_book(s, 0, "1", "ada@example.org", "Room 1", scene_span(-2, 2));
	assign(s, 100, scene_span(-1, 1));
	SCENE_ADD(s->history->ledger, struct ledger_entry, .assignment_id = 100,
	    .email = "ada@example.org", .group_id = ROOM, .valid = scene_span(-1, 1), .live = true);
	expect(s, "record ada@example.org 10 -2..2 b/1 ours\n"
		  "record ada@example.org 10 -2..2 b/1 room\n");
}

/* Time that one interval has to bridge is ours. */
static void
test_between(void)
{
	struct scene *s = venue();
	scene_book(s, 0, "1", "ada@example.org", "Room 1", scene_span(-1, 0));
	scene_book(s, 0, "2", "ada@example.org", "Room 1", scene_span(-1, 1));
	scene_book(s, 0, "3", "ada@example.org", "Room 1", scene_span(2, 3));
	s->config->schedule.run_every = 3 * INSTANT_HOUR;
	expect(s, "record ada@example.org 10 -1..1 b/2 room\n"
		  "ours ada@example.org 10 1..2\n"
		  "record ada@example.org 10 2..3 b/3 room\n");

	/* beside what stands in, and beside what is held */
	s = venue();
	s->refused[0] = true;
	gave(s, "1", 3, 4);
	scene_book(s, 1, "2", "ada@example.org", "Room 1", scene_span(1, 2));
	assign(s, 100, scene_span(3, 4));
	expect(s, "record ada@example.org 10 1..2 m/2 room\n"
		  "ours ada@example.org 10 2..3\n"
		  "record ada@example.org 10 3..4 b/1 -\n");

	s = venue();
	s->facts.hold = "holidays";
	gave(s, "1", 3, 4);
	scene_book(s, 1, "2", "ada@example.org", "Room 1", scene_span(1, 2));
	assign(s, 100, scene_span(3, 4));
	expect(s, "record ada@example.org 10 1..2 m/2 room\n"
		  "ours ada@example.org 10 2..3\n"
		  "record ada@example.org 10 3..4 b/1 - @5\n");
}

/* ---- doors and look-alikes ---- */

static void
test_doors(void)
{
	struct scene *s = venue_with("[rule vault]\nresource = Vault\ngroup = Vault\n");
	scene_book(s, 0, "1", "ada@example.org", "Vault", scene_span(1, 2));
	g_assert_true(scene_plan(s));
	g_assert_cmpuint(g_hash_table_size(s->baseline->doors), ==, 1);
	GHashTableIter iter;
	gpointer key, value;
	g_hash_table_iter_init(&iter, s->baseline->doors);
	g_assert_true(g_hash_table_iter_next(&iter, &key, &value));
	g_assert_cmpstr(value, ==, "10");
	scene_free(s);
}

static void
test_lookalikes(void)
{
	struct scene *s = venue();
	scene_book(s, 0, "1", "ada+gym@example.org", "Room 1", scene_span(1, 2));
	assign(s, 100, scene_open);
	g_assert_true(scene_plan(s));
	g_assert_cmpuint(s->plan->mismatches->len, ==, 1);
	g_assert_true(g_hash_table_contains(s->baseline->lookalikes, "ada+gym@example.org\n5"));
	scene_free(s);

	/* too little alike to hold anything */
	s = venue();
	scene_book(s, 0, "1", "ada@elsewhere.example", "Room 1", scene_span(1, 2));
	assign(s, 100, scene_open);
	g_assert_true(scene_plan(s));
	g_assert_cmpuint(s->plan->mismatches->len, ==, 1);
	g_assert_cmpuint(g_hash_table_size(s->baseline->lookalikes), ==, 0);
	scene_free(s);
}

/* What is held for being too much stays new until it may go. */
static void
test_pending(void)
{
	struct scene *s = venue_with("[guards]\nmax_grants = 1\n");
	scene_book(s, 0, "1", "ada@example.org", "Room 1", scene_span(1, 2));
	scene_book(s, 0, "2", "ben@example.org", "Room 1", scene_span(2, 3));
	g_assert_true(scene_plan(s));
	g_assert_cmpuint(g_hash_table_size(s->baseline->pending), ==, 1);
	g_assert_true(g_hash_table_contains(s->baseline->pending, "b\n2"));
	scene_free(s);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/remember/windows", test_windows);
	g_test_add_func("/remember/via", test_via);
	g_test_add_func("/remember/later", test_later);
	g_test_add_func("/remember/known", test_known);
	g_test_add_func("/remember/hand", test_hand);
	g_test_add_func("/remember/between", test_between);
	g_test_add_func("/remember/doors", test_doors);
	g_test_add_func("/remember/lookalikes", test_lookalikes);
	g_test_add_func("/remember/pending", test_pending);
	return g_test_run();
}
