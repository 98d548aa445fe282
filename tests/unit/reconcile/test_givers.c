/* What became of the records that gave time which is still ahead. */
#include "scene.h"

#include "reconcile/rules.h"

/* Sources are numbered so; the room, company and people lists are of one system with the bookings and memberships. */
enum { BOOKINGS, MEMBERS, PEOPLE, ROOMS };
enum { ROOM = 10, HALL = 11 };

static const char text[] = "[source b]\nprofile = p\nfile = f\n[source m]\nprofile = p\nfile = f\n"
			   "[source p]\nprofile = p\nfile = f\n[source r]\nprofile = p\nfile = f\n"
			   "[rule room]\nresource = Room 1\ngroup = Room 1\n"
			   "[rule flex]\nplan = Flex\ngroup = Hall\n";

static struct scene *
venue(void)
{
	struct scene *s = scene_new(text);
	static const enum record_kind kinds[] = {
	    RECORD_BOOKING, RECORD_MEMBERSHIP, RECORD_PERSON, RECORD_RESOURCE};
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		s->policies[i].kind = kinds[i];
		s->policies[i].how = (uint32_t)i + 100;
	}
	SCENE_ADD(s->kisi->groups, struct kisi_group, .id = ROOM, .name = "Room 1");
	SCENE_ADD(s->kisi->groups, struct kisi_group, .id = HALL, .name = "Hall");
	return s;
}

static const struct record_ref room[] = {{NULL, "Room 1"}}, attic[] = {{NULL, "Attic"}},
			       flex[] = {{NULL, "Flex"}};

/* A booking of Ada's, from then until then. */
static struct record
booking(const char *id, int from, int until)
{
	return (struct record){.kind = RECORD_BOOKING,
	    .place = {.source = BOOKINGS},
	    .id = id,
	    .status = STATUS_CONFIRMED,
	    .person = {.email = "ada@example.org"},
	    .targets = room,
	    .n_targets = 1,
	    .span = scene_span(from, until)};
}

static struct record
membership(const char *id, int from, int until)
{
	return (struct record){.kind = RECORD_MEMBERSHIP,
	    .place = {.source = MEMBERS},
	    .id = id,
	    .status = STATUS_ACTIVE,
	    .person = {.email = "ada@example.org"},
	    .targets = flex,
	    .n_targets = 1,
	    .span = scene_span(from, until)};
}

static uint32_t
content_of(const struct record *record)
{
	uint64_t content = record_content(record);
	return (uint32_t)(content ^ content >> 32);
}

/* What the record gave Ada at the last apply, when it was like this. */
static struct giver *
gave(struct scene *s, const struct record *record, int64_t door_id)
{
	struct giver giver = scene_giver(s->policies[record->place.source].name, record->id,
	    "ada@example.org", door_id, record->span);
	giver.record_kind = record->kind;
	giver.content = content_of(record);
	g_array_append_val(s->history->givers, giver);
	return &g_array_index(s->history->givers, struct giver, s->history->givers->len - 1);
}

static void
reject(struct scene *s, uint32_t source, const char *id, const char *email)
{
	SCENE_ADD(s->rejects, struct record_reject, .place = {.source = source}, .id = id,
	    .email = email);
}

static void
settle(struct scene *s)
{
	for (int i = 0; i < SCENE_SOURCES; i++) {
		if (s->refused[i])
			entitle_refuse(s->entitlement, (uint32_t)i);
	}
	s->entitled = entitle_finish(s->entitlement);
	scene_settle(s);
}

/* `PERSON FROM..UNTIL STANDING CAUSE`, then, where they are set, counted, the guard and its scope, the booking, the reason. */
static void
expect(struct scene *s, const char *wanted)
{
	static const char *const standings[] = {"explained", "unexplained", "kept"};
	g_autoptr(GString) out = g_string_new(NULL);
	settle(s);
	const GArray *all = givers_all(s->givers);
	for (guint i = 0; i < all->len; i++) {
		const struct known_giver *one = &g_array_index(all, struct known_giver, i);
		const struct account *account = &one->account;
		g_assert_true(account->giver == one->giver);
		g_string_append_printf(out, "%s ", intern_text(s->entitled->people, one->person));
		scene_put_span(out, one->giver->span);
		g_string_append_printf(out, " %s %s%s", standings[account->standing],
		    cause_word(account->cause), account->counted ? " counted" : "");
		if (account->guard != GUARD_NONE)
			g_string_append_printf(out, " %s(%s)", guard_word(account->guard),
			    account->scope != NULL ? account->scope : "");
		if (account->booking != NULL)
			g_string_append_printf(out, " booking %s", account->booking);
		if (account->reason != INTERN_NONE) {
			g_string_append_printf(out, " row %u ",
			    g_array_index(s->entitled->reasons, struct raw_reason, account->reason)
				.row);
			scene_put_span(out, account->span);
		}
		g_string_append_c(out, '\n');
	}
	g_assert_cmpstr(out->str, ==, wanted);
	scene_free(s);
}

/* ---- records that are gone ---- */

static void
test_gone(void)
{
	struct record one = booking("1", 1, 2), nameless = booking(NULL, 3, 4);
	struct record member = membership("7", 0, 5);
	struct scene *s = venue();
	gave(s, &one, ROOM);
	gave(s, &nameless, ROOM);
	gave(s, &member, HALL);
	expect(s, "ada@example.org 1..2 unexplained row-vanished counted booking 1\n"
		  "ada@example.org 3..4 unexplained row-vanished counted\n"
		  "ada@example.org 0..5 unexplained row-vanished counted\n");

	/* where absence says cancelled it is called so, and counts */
	s = venue();
	s->policies[BOOKINGS].absence = ABSENCE_CANCELLED;
	gave(s, &one, ROOM);
	expect(s, "ada@example.org 1..2 unexplained cancelled counted booking 1\n");

	s = venue();
	s->refused[BOOKINGS] = true;
	gave(s, &one, ROOM);
	expect(s, "ada@example.org 1..2 kept row-vanished refused_source(b)\n");

	s = venue();
	s->doubted[BOOKINGS] = true;
	gave(s, &one, ROOM);
	expect(s, "ada@example.org 1..2 kept row-vanished doubtful_source(b)\n");

	/* a source that is configured no more has no rows */
	s = venue();
	gave(s, &one, ROOM)->source = "former";
	expect(s, "ada@example.org 1..2 unexplained rule-removed counted\n");

	/* what is over by now is nobody's business */
	s = venue();
	one.span = scene_span(-1, 0);
	gave(s, &one, ROOM);
	expect(s, "");
}

/* A row that cannot be read, and that may be this one or this person's, is no proof that it is gone. */
static void
test_unread(void)
{
	static const struct {
		const char *name, *record, *id, *email;
		bool kept;
	} cases[] = {
	    {"this row", "1", "1", "ben@example.org", true},
	    {"of this series", "yoga/2026-11-17", "yoga", "ben@example.org", true},
	    {"another series", "yoga/2026-11-17", "dance", "ben@example.org", false},
	    {"another row, of this person", "1", "2", "ada@example.org", true},
	    {"another row, of somebody else", "1", "2", "ben@example.org", false},
	    {"another row, of nobody knows whom", "1", "2", NULL, true},
	    {"no id, this person", "1", NULL, "ada@example.org", true},
	    {"no id, somebody else", "1", NULL, "ben@example.org", false},
	    {"neither", "1", NULL, NULL, true},
	    {"a row without an id", NULL, "1", "ben@example.org", false},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct scene *s = venue();
		struct record one = booking(cases[i].record, 1, 2);
		gave(s, &one, ROOM);
		reject(s, BOOKINGS, cases[i].id, cases[i].email);
		g_test_message("%s", cases[i].name);
		settle(s);
		const struct known_giver *known = &g_array_index(
		    givers_all(s->givers), struct known_giver, 0);
		g_assert_cmpint(known->account.standing, ==,
		    cases[i].kept ? STANDING_KEPT : STANDING_UNEXPLAINED);
		if (cases[i].kept)
			g_assert_cmpint(known->account.guard, ==, GUARD_REJECTED_ROW);
		scene_free(s);
	}

	/* the row that is known by its id, and cannot be read, is told of nobody else */
	struct scene *s = venue();
	struct record one = booking("1", 1, 2), two = booking("2", 3, 4);
	gave(s, &one, ROOM);
	gave(s, &two, ROOM);
	reject(s, BOOKINGS, "1", NULL);
	expect(s, "ada@example.org 1..2 kept row-vanished rejected_row()\n"
		  "ada@example.org 3..4 unexplained row-vanished counted booking 2\n");
}

/* What is left of a row that was rejected is no record, unless it says that it is cancelled. */
static void
test_bare(void)
{
	for (int cancelled = 0; cancelled < 2; cancelled++) {
		struct scene *s = venue();
		struct record one = booking("1", 1, 2);
		gave(s, &one, ROOM);
		one.bare = true;
		one.status = cancelled ? STATUS_CANCELLED : STATUS_CONFIRMED;
		scene_add(s, one);
		settle(s);
		const struct account *account =
		    &g_array_index(givers_all(s->givers), struct known_giver, 0).account;
		g_assert_cmpint(account->booking != NULL, ==, !cancelled);
		g_assert_cmpint(givers_count(s->givers, BOOKINGS).gone, ==, !cancelled);
		scene_free(s);
	}
}

/* ---- records that are there ---- */

static void
test_says(void)
{
	struct record was = booking("1", 1, 2), now = was;
	struct scene *s = venue();
	gave(s, &was, ROOM);
	now.status = STATUS_CANCELLED;
	scene_add(s, now);
	expect(s, "ada@example.org 1..2 explained cancelled row 2 1..2\n");

	s = venue();
	gave(s, &was, ROOM);
	scene_add(s, booking("1", 5, 6));
	expect(s, "ada@example.org 1..2 explained moved\n");

	s = venue();
	gave(s, &was, ROOM);
	scene_add(s, booking("1", -3, -2));
	expect(s, "ada@example.org 1..2 explained ended row 2 -3..-2\n");

	/* it lets in somebody else: right for one, but a sorted column swaps everybody */
	s = venue();
	now = was;
	now.person.email = "ben@example.org";
	gave(s, &was, ROOM);
	scene_add(s, now);
	expect(s, "ada@example.org 1..2 explained moved counted\n");

	/* a room that no rule knows is no move */
	s = venue();
	now = was;
	now.targets = attic;
	gave(s, &was, ROOM);
	scene_add(s, now);
	expect(s, "ada@example.org 1..2 unexplained rule-removed counted\n");

	/* nor is a status that nobody understands */
	s = venue();
	now = was;
	now.status = STATUS_UNKNOWN;
	gave(s, &was, ROOM);
	scene_add(s, now);
	expect(s, "ada@example.org 1..2 unexplained rule-removed counted\n");

	/* an export in doubt takes nothing, whatever it says */
	s = venue();
	now = was;
	now.status = STATUS_CANCELLED;
	s->doubted[BOOKINGS] = true;
	gave(s, &was, ROOM);
	scene_add(s, now);
	expect(s, "ada@example.org 1..2 kept cancelled doubtful_source(b) row 2 1..2\n");
}

/* A row that says the same as before ends nothing: the configuration or the day made the difference. */
static void
test_unchanged(void)
{
	struct record was = booking("1", 1, 2);
	struct scene *s = venue();
	gave(s, &was, HALL);
	scene_add(s, was);
	expect(s, "ada@example.org 1..2 unexplained rule-removed counted\n");

	/* its source reads it another way, or its rule is another one: what it says now explains nothing */
	s = venue();
	struct giver *giver = gave(s, &was, ROOM);
	giver->how = givers_how(&s->policies[BOOKINGS], s->config->rules->pdata[0]) + 1;
	scene_add(s, booking("1", 5, 6));
	expect(s, "ada@example.org 1..2 unexplained rule-removed counted\n");
	for (int rule = 0; rule < 2; rule++) {
		s = venue();
		giver = gave(s, &was, ROOM);
		giver->how = givers_how(
		    &s->policies[BOOKINGS], rule ? s->config->rules->pdata[0] : NULL);
		scene_add(s, booking("1", 5, 6));
		expect(s, "ada@example.org 1..2 explained moved\n");
	}

	/* a day that had not come then */
	struct record member = membership("7", -5, 0);
	s = venue();
	giver = gave(s, &member, HALL);
	giver->span = scene_span(-5, 3);
	scene_add(s, member);
	expect(s, "ada@example.org -5..3 explained expired\n");

	/* cancelled it was then, too: `until-end` became `at-once` */
	member.status = STATUS_CANCELLED;
	member.span = scene_span(-5, 3);
	s = venue();
	s->policies[MEMBERS].cancelled = CANCELLED_AT_ONCE;
	gave(s, &member, HALL);
	scene_add(s, member);
	expect(s, "ada@example.org -5..3 unexplained rule-removed counted\n");

	/* what cannot be read of the rooms may be what named this one */
	s = venue();
	s->refused[ROOMS] = true;
	gave(s, &was, HALL);
	scene_add(s, was);
	expect(s, "ada@example.org 1..2 kept row-vanished refused_source(r)\n");

	s = venue();
	s->refused[ROOMS] = true;
	giver = gave(s, &was, ROOM);
	giver->how = 1;
	scene_add(s, booking("1", 5, 6));
	expect(s, "ada@example.org 1..2 kept row-vanished refused_source(r)\n");
}

/* Lists of rooms, companies and people that are not as they should be keep what may hang on them. */
static void
test_lists(void)
{
	static const struct {
		uint32_t source;
		bool refused, doubted, unread;
		const char *email; /* of the row that cannot be read */
		const char *wanted;
	} cases[] = {
	    {ROOMS, false, false, false, NULL, "unexplained rule-removed counted"},
	    {ROOMS, true, false, false, NULL, "kept row-vanished refused_source(r)"},
	    {ROOMS, false, true, false, NULL, "kept row-vanished doubtful_source(r)"},
	    {ROOMS, false, false, true, NULL, "kept row-vanished rejected_row(r)"},
	    {PEOPLE, true, false, false, NULL, "kept row-vanished refused_source(p)"},
	    {PEOPLE, false, false, true, "ada@example.org", "kept row-vanished rejected_row(p)"},
	    {PEOPLE, false, false, true, "ben@example.org", "unexplained rule-removed counted"},
	    /* those of bookings and memberships name neither */
	    {MEMBERS, true, false, false, NULL, "unexplained rule-removed counted"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct record was = booking("1", 1, 2), now = was;
		struct scene *s = venue();
		now.targets = attic;
		gave(s, &was, ROOM);
		scene_add(s, now);
		s->refused[cases[i].source] = cases[i].refused;
		s->doubted[cases[i].source] = cases[i].doubted;
		if (cases[i].unread)
			reject(s, cases[i].source, NULL, cases[i].email);
		g_autofree char *wanted = g_strdup_printf(
		    "ada@example.org 1..2 %s\n", cases[i].wanted);
		g_test_message("%zu", i);
		expect(s, wanted);
	}
	/* of companies, too */
	struct record was = booking("1", 1, 2), now = was;
	struct scene *s = venue();
	s->policies[ROOMS].kind = RECORD_COMPANY;
	s->refused[ROOMS] = true;
	now.targets = attic;
	gave(s, &was, ROOM);
	scene_add(s, now);
	expect(s, "ada@example.org 1..2 kept row-vanished refused_source(r)\n");
}

/* What is over by the rows that can be read may go on in one that cannot. */
static void
test_may_go_on(void)
{
	static const struct {
		const char *name;
		int from, until;
		const char *email; /* of the row that cannot be read */
		bool kept;
	} cases[] = {
	    {"over, anybody's", -3, -2, NULL, true},
	    {"over, this person's", -3, -2, "ada@example.org", true},
	    {"over, another's", -3, -2, "ben@example.org", false},
	    {"moved, anybody's", 5, 6, NULL, false},
	    {"moved, this person's", 5, 6, "ada@example.org", true},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct record was = booking("1", 1, 2);
		struct scene *s = venue();
		gave(s, &was, ROOM);
		scene_add(s, booking("1", cases[i].from, cases[i].until));
		reject(s, BOOKINGS, NULL, cases[i].email);
		g_test_message("%s", cases[i].name);
		settle(s);
		const struct account *account =
		    &g_array_index(givers_all(s->givers), struct known_giver, 0).account;
		g_assert_cmpint(
		    account->standing, ==, cases[i].kept ? STANDING_KEPT : STANDING_EXPLAINED);
		scene_free(s);
	}

	/* what ran out, too */
	struct record was = membership("7", -5, 3), now = was;
	struct scene *s = venue();
	now.status = STATUS_EXPIRED;
	gave(s, &was, HALL);
	scene_add(s, now);
	reject(s, MEMBERS, NULL, NULL);
	expect(s, "ada@example.org -5..3 kept expired rejected_row() row 2 -5..3\n");

	/* but not what is cancelled */
	s = venue();
	now.status = STATUS_CANCELLED;
	gave(s, &was, HALL);
	scene_add(s, now);
	reject(s, MEMBERS, NULL, NULL);
	expect(s, "ada@example.org -5..3 explained cancelled row 2 -5..3\n");
}

/* ---- companies ---- */

/* A company's membership gave it; whether Ada is in the company is what her row says. */
static void
test_company(void)
{
	static const struct {
		const char *name;
		const char *via;   /* the list that had her in the company */
		const char *there; /* the company her row names now; NULL: she has no row */
		enum record_status status;
		bool refused, doubted;
		const char *unread; /* a row of this person cannot be read */
		const char *wanted;
	} cases[] = {
	    {"elsewhere", "p", "Other", STATUS_ACTIVE, false, false, NULL, "explained moved"},
	    {"gone", "p", NULL, 0, false, false, NULL, "unexplained row-vanished counted"},
	    {"refused", "p", "Other", STATUS_ACTIVE, true, false, NULL,
		"kept row-vanished refused_source(p)"},
	    {"in doubt, and gone", "p", NULL, 0, false, true, NULL,
		"kept row-vanished doubtful_source(p)"},
	    {"in doubt, and elsewhere", "p", "Other", STATUS_ACTIVE, false, true, NULL,
		"explained moved"},
	    {"unread", "p", "Other", STATUS_ACTIVE, false, false, "ada@example.org",
		"kept row-vanished rejected_row()"},
	    {"another's unread", "p", NULL, 0, false, false, "ben@example.org",
		"unexplained row-vanished counted"},
	    {"a word nobody knows", "p", "Other", STATUS_UNKNOWN, false, false, NULL,
		"kept row-vanished rejected_row()"},
	    {"by no row", NULL, NULL, 0, false, false, NULL, "unexplained rule-removed counted"},
	    {"by a list that is configured no more", "q", NULL, 0, false, false, NULL,
		"unexplained rule-removed counted"},
	};
	for (int changed = 0; changed < 2; changed++) {
		for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
			struct scene *s = venue();
			struct record was = membership("7", -5, 3);
			was.person.email = NULL;
			was.company = "Acme";
			struct giver *giver = gave(s, &was, HALL);
			giver->via = cases[i].via;
			if (cases[i].there != NULL)
				scene_add(s, (struct record){.kind = RECORD_PERSON,
						 .place = {.source = PEOPLE},
						 .status = cases[i].status,
						 .company = cases[i].there,
						 .person = {.email = "ada@example.org"}});
			/* a changed row that gives nobody anything says as little as an unchanged one */
			if (changed)
				was.location = "Harbour";
			scene_add(s, was);
			s->refused[PEOPLE] = cases[i].refused;
			s->doubted[PEOPLE] = cases[i].doubted;
			if (cases[i].unread != NULL)
				reject(s, PEOPLE, NULL, cases[i].unread);
			g_autofree char *wanted = g_strdup_printf(
			    "ada@example.org -5..3 %s\n", cases[i].wanted);
			g_test_message("%s, %d", cases[i].name, changed);
			expect(s, wanted);
		}
	}
}

/* ---- people and other givers ---- */

static void
test_barred(void)
{
	static const enum record_status words[] = {STATUS_BLOCKED, STATUS_DELETED};
	for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
		struct scene *s = venue();
		struct record was = booking("1", 1, 2);
		s->refused[BOOKINGS] = true;
		gave(s, &was, ROOM);
		scene_bar(s, PEOPLE, "ada@example.org", words[i]);
		g_autofree char *wanted = g_strdup_printf(
		    "ada@example.org 1..2 explained %s\n", record_status_word(words[i]));
		expect(s, wanted);
	}
}

static void
test_hand_and_ours(void)
{
	struct scene *s = venue();
	SCENE_ADD(s->history->givers, struct giver, .kind = GIVER_HAND, .object = OBJECT_ASSIGNMENT,
	    .email = "ada@example.org", .door_id = ROOM, .span = scene_span(0, 4));
	SCENE_ADD(s->history->givers, struct giver, .kind = GIVER_OURS, .object = OBJECT_ASSIGNMENT,
	    .email = "ada@example.org", .door_id = ROOM, .span = scene_span(2, 3));
	/* they are no records: nobody misses them */
	expect(s, "ada@example.org 0..4 unexplained hand-made counted\n"
		  "ada@example.org 2..3 explained ended\n");
}

/* Those of one person at one door are together, also when today another address is theirs. */
static void
test_of(void)
{
	struct scene *s = venue();
	struct record one = booking("1", 3, 4), two = booking("2", 1, 2),
		      three = booking("3", 1, 2);
	g_hash_table_insert(
	    s->config->people.aliases, g_strdup("old@example.org"), g_strdup("ada@example.org"));
	gave(s, &one, ROOM);
	gave(s, &two, ROOM)->email = "old@example.org";
	gave(s, &three, HALL);
	gave(s, &three, ROOM)->email = "ben@example.org";
	gave(s, &three, ROOM)->object = OBJECT_LINK;
	settle(s);
	guint count;
	uint32_t ada = intern_find(s->entitled->people, "ada@example.org");
	const struct known_giver *found = givers_of(
	    s->givers, OBJECT_ASSIGNMENT, ada, ROOM, &count);
	g_assert_cmpuint(count, ==, 2);
	g_assert_cmpstr(found[0].giver->record, ==, "1");
	g_assert_cmpstr(found[1].giver->record, ==, "2");
	found = givers_of(s->givers, OBJECT_ASSIGNMENT, ada, HALL, &count);
	g_assert_cmpuint(count, ==, 1);
	g_assert_cmpstr(found[0].giver->record, ==, "3");
	found = givers_of(s->givers, OBJECT_LINK, ada, ROOM, &count);
	g_assert_cmpuint(count, ==, 1);
	givers_of(s->givers, OBJECT_ASSIGNMENT, ada, 12, &count);
	g_assert_cmpuint(count, ==, 0);
	givers_of(s->givers, OBJECT_SCHEDULE, ada + 100, ROOM, &count);
	g_assert_cmpuint(count, ==, 0);
	scene_free(s);
}

/* What keeps the time of a record of which only the source is known. */
static void
test_keep(void)
{
	static const struct {
		const char *name;
		int refused, doubted, unread; /* source, or -1 */
		const char *id, *email;
		const char *guard, *scope;
	} cases[] = {
	    {"all well", -1, -1, -1, NULL, NULL, NULL, NULL},
	    {"refused", BOOKINGS, -1, -1, NULL, NULL, "refused_source", "b"},
	    {"in doubt", -1, BOOKINGS, -1, NULL, NULL, "doubtful_source", "b"},
	    {"this row", -1, -1, BOOKINGS, "1", "ben@example.org", "rejected_row", NULL},
	    {"this person", -1, -1, BOOKINGS, NULL, "ada@example.org", "rejected_row", NULL},
	    {"another", -1, -1, BOOKINGS, "2", "ben@example.org", NULL, NULL},
	    {"a list", ROOMS, -1, -1, NULL, NULL, "refused_source", "r"},
	    {"other records", MEMBERS, -1, -1, NULL, NULL, NULL, NULL},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct scene *s = venue();
		const char *scope = "";
		if (cases[i].refused >= 0)
			s->refused[cases[i].refused] = true;
		if (cases[i].doubted >= 0)
			s->doubted[cases[i].doubted] = true;
		if (cases[i].unread >= 0)
			reject(s, (uint32_t)cases[i].unread, cases[i].id, cases[i].email);
		settle(s);
		g_test_message("%s", cases[i].name);
		g_assert_cmpstr(
		    guard_word(givers_keep(s->givers, BOOKINGS, "1", "ada@example.org", &scope)),
		    ==, cases[i].guard);
		g_assert_cmpstr(scope, ==, cases[i].scope);
		scene_free(s);
	}
}

/* A row of people is known by its id in another list: it is nobody's that a membership's row names. */
static void
test_person_row_unread(void)
{
	const char *scope;
	struct scene *s = venue();
	reject(s, PEOPLE, "5", NULL);
	settle(s);
	g_assert_cmpint(givers_keep(s->givers, BOOKINGS, "1", "ada@example.org", &scope), ==,
	    GUARD_REJECTED_ROW);
	/* What was given is kept; what nobody knows is not this person's for that. */
	g_assert_false(givers_unread(s->givers, PEOPLE, "ada@example.org"));
	g_assert_false(givers_unread(s->givers, BOOKINGS, "ada@example.org"));
	scene_free(s);

	s = venue();
	reject(s, PEOPLE, "5", "ben@example.org");
	settle(s);
	g_assert_false(givers_unread(s->givers, PEOPLE, "ada@example.org"));
	g_assert_true(givers_unread(s->givers, PEOPLE, "ben@example.org"));
	scene_free(s);
}

/* ---- counting ---- */

static void
expect_count(struct scene *s, int64_t known, int64_t gone, int64_t renewed)
{
	struct givers_count count = givers_count(s->givers, BOOKINGS);
	g_autoptr(GPtrArray) missing = givers_missing(s->givers, BOOKINGS);
	g_assert_cmpint(count.known, ==, known);
	g_assert_cmpint(count.gone, ==, gone);
	g_assert_cmpint(count.renewed, ==, renewed);
	g_assert_cmpuint(missing->len, ==, gone - renewed);
	for (guint i = 1; i < missing->len; i++)
		g_assert_cmpstr(missing->pdata[i - 1], <, missing->pdata[i]);
}

/* Each record counts once while its time goes on, whomever it lets in where; cancelled or moved ones are not gone. */
static void
test_count(void)
{
	struct scene *s = venue();
	struct record one = booking("1", 1, 2), over = booking("2", -2, 0);
	struct record three = booking("3", 1, 2), four = booking("4", 1, 2);
	struct record nameless = booking(NULL, 1, 2), member = membership("1", 1, 2);
	gave(s, &one, ROOM);
	gave(s, &one, HALL);
	gave(s, &one, ROOM)->email = "ben@example.org";
	gave(s, &over, ROOM);
	gave(s, &three, ROOM);
	gave(s, &four, ROOM);
	gave(s, &nameless, ROOM);
	gave(s, &member, HALL);
	SCENE_ADD(s->history->givers, struct giver, .kind = GIVER_HAND, .email = "ada@example.org",
	    .span = scene_span(0, 4));
	three.status = STATUS_CANCELLED;
	scene_add(s, three);
	scene_add(s, booking("9", 5, 6));
	reject(s, BOOKINGS, "4", NULL);
	settle(s);
	expect_count(s, 4, 2, 0);
	g_assert_cmpint(givers_count(s->givers, MEMBERS).gone, ==, 1);
	g_assert_cmpint(givers_count(s->givers, PEOPLE).known, ==, 0);
	scene_free(s);
}

/* The same person has another record for the same time: only ids are new. */
static void
test_renewed(void)
{
	static const struct {
		const char *name;
		int from, until;
		enum record_status status;
		const char *email;
		uint32_t source;
		bool renewed;
	} cases[] = {
	    {"the same time", 1, 3, STATUS_CONFIRMED, "ada@example.org", BOOKINGS, true},
	    {"held", 1, 3, STATUS_COMPLETED, "ada@example.org", BOOKINGS, true},
	    {"active", 1, 3, STATUS_ACTIVE, "ada@example.org", BOOKINGS, true},
	    {"scheduled", 1, 3, STATUS_SCHEDULED, "ada@example.org", BOOKINGS, true},
	    {"touches it only", 3, 4, STATUS_CONFIRMED, "ada@example.org", BOOKINGS, false},
	    {"before it", 0, 1, STATUS_CONFIRMED, "ada@example.org", BOOKINGS, false},
	    {"cancelled", 1, 3, STATUS_CANCELLED, "ada@example.org", BOOKINGS, false},
	    {"somebody else", 1, 3, STATUS_CONFIRMED, "ben@example.org", BOOKINGS, false},
	    {"nobody", 1, 3, STATUS_CONFIRMED, NULL, BOOKINGS, false},
	    {"another source", 1, 3, STATUS_ACTIVE, "ada@example.org", MEMBERS, false},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct scene *s = venue();
		struct record was = booking("1", 1, 3), over = booking("0", -1, 0);
		gave(s, &over, ROOM);
		gave(s, &was, ROOM);
		struct giver *bens = gave(s, &was, ROOM);
		bens->email = "bert@example.org";
		bens->record = "5";
		struct record now = cases[i].source == MEMBERS
					? membership("2", cases[i].from, cases[i].until)
					: booking("2", cases[i].from, cases[i].until);
		now.status = cases[i].status;
		now.person.email = cases[i].email;
		now.targets = cases[i].source == MEMBERS ? flex : room;
		g_test_message("%s", cases[i].name);
		scene_add(s, now);
		settle(s);
		expect_count(s, 2, 2, cases[i].renewed);
		scene_free(s);
	}
}

/* Of records that lie further ahead the key tells whether they are there. */
static void
test_later(void)
{
	struct scene *s = venue();
	struct record named = booking("1", 500, 501), nameless = booking(NULL, 600, 601);
	const struct source_policy *policy = &s->policies[BOOKINGS];
	const struct later_record later[] = {
	    {"b", givers_later_key(policy, "1", content_of(&named)), named.span.until},
	    {"b", givers_later_key(policy, NULL, content_of(&nameless)), nameless.span.until},
	    {"b", givers_later_key(policy, "gone", 0), named.span.until},
	    {"b", givers_later_key(policy, "over", 0), SCENE_NOW},
	    {"m", givers_later_key(&s->policies[MEMBERS], "1", 0), named.span.until}};
	g_array_append_vals(s->history->later, later, G_N_ELEMENTS(later));
	/* an id tells it by itself */
	g_assert_cmpuint(later[0].key, ==, givers_later_key(policy, "1", 77));
	g_assert_cmpuint(later[0].key, !=, later[4].key);
	named.location = "Harbour";
	scene_add(s, named);
	scene_add(s, nameless);
	scene_add(s, booking("over", -2, -1));
	settle(s);
	expect_count(s, 3, 1, 0);
	g_assert_cmpint(givers_count(s->givers, MEMBERS).gone, ==, 1);
	scene_free(s);

	/* one list of a system may have what was in another */
	s = venue();
	s->policies[MEMBERS].kind = RECORD_BOOKING;
	s->policies[MEMBERS].system = s->policies[BOOKINGS].system = "s";
	g_array_append_vals(s->history->later,
	    &(struct later_record){
		"b", givers_later_key(&s->policies[BOOKINGS], "1", 0), named.span.until},
	    1);
	gave(s, &nameless, ROOM)->record = "2";
	named.place.source = MEMBERS;
	scene_add(s, named);
	nameless.id = "2";
	nameless.place.source = MEMBERS;
	scene_add(s, nameless);
	settle(s);
	expect_count(s, 2, 0, 0);
	scene_free(s);
}

/* Without anything to remember no record is looked at, and a row of another kind never is. */
static void
test_nothing_known(void)
{
	struct scene *s = venue();
	scene_add(s, booking("1", 1, 2));
	settle(s);
	expect_count(s, 0, 0, 0);
	scene_free(s);

	s = venue();
	struct record one = membership("5", -1, 2);
	gave(s, &one, HALL);
	struct record person = {.kind = RECORD_PERSON,
	    .place = {.source = MEMBERS},
	    .id = "5",
	    .status = STATUS_ACTIVE,
	    .person = {.email = "ada@example.org"}};
	scene_add(s, person);
	settle(s);
	g_assert_cmpint(givers_count(s->givers, MEMBERS).gone, ==, 1);
	scene_free(s);
	givers_free(NULL);
}

/* Two memberships or more, and more than half of those that had an end, have none now. */
static void
test_lost_ends(void)
{
	static const struct {
		const char *
		    ids; /* of memberships: upper case: they had an end; then whether they have one now */
		bool lost;
	} cases[] = {
	    {"A-", false},
	    {"A-B-", true},
	    {"A-B+", false},
	    {"A-B-C+D+", false},
	    {"A-B-C+", true},
	    {"A-a-b-", false}, /* these never had one */
	    {"A-B C ", false}, /* gone */
	    {"A-B-C D E ", true},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct scene *s = venue();
		for (const char *c = cases[i].ids; *c != '\0'; c += 2) {
			struct record was = membership(plan_printf(s->plan, "%c", *c), -5, 1000);
			if (g_ascii_islower(*c))
				was.span.until = INSTANT_NEVER;
			gave(s, &was, HALL);
			/* one piece of it around a freeze ends, the other never does: it has no end */
			if (g_ascii_islower(*c))
				gave(s, &was, HALL)->span.until = SCENE_NOW + INSTANT_HOUR;
			was.span.until = c[1] == '+' ? SCENE_NOW + INSTANT_DAY : INSTANT_NEVER;
			if (c[1] != ' ')
				scene_add(s, was);
		}
		g_test_message("%s", cases[i].ids);
		settle(s);
		g_assert_cmpint(givers_lost_ends(s->givers, MEMBERS), ==, cases[i].lost);
		g_assert_false(givers_lost_ends(s->givers, BOOKINGS));
		scene_free(s);
	}
}

/* Likewise of freezes: they are known by the keys of the memberships that had one. */
static void
test_lost_freezes(void)
{
	static const struct {
		const char
		    *ids; /* of memberships: upper case: they had one; then whether they have */
		guint frozen;
		bool lost;
	} cases[] = {
	    {"A-", 0, false}, {"A-B-", 0, true}, {"A-B+", 1, false}, {"A-B-C+D+", 2, false},
	    {"A-B-C+", 1, true}, {"A-a-b-", 0, false}, /* these never had one */
	    {"A-B C ", 0, false},		       /* gone */
	    {"X-Y-", 0, false},			       /* theirs are over */
	};
	const struct interval freeze = scene_span(24, 48);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct scene *s = venue();
		for (const char *c = cases[i].ids; *c != '\0'; c += 2) {
			struct record one = membership(plan_printf(s->plan, "%c", *c), -5, 1000);
			g_autofree char *key = g_strdup_printf("m\n%016" G_GINT64_MODIFIER "x",
			    givers_later_key(&s->policies[MEMBERS], one.id, 0));
			g_autofree char *end = g_strdup_printf(
			    "%" G_GINT64_FORMAT, SCENE_NOW + (*c >= 'X' ? -1 : 2) * INSTANT_DAY);
			if (g_ascii_isupper(*c))
				history_remember(s->history, "frozen", key, end);
			one.freezes = &freeze;
			one.n_freezes = c[1] == '+';
			if (c[1] != ' ')
				scene_add(s, one);
		}
		g_test_message("%s", cases[i].ids);
		settle(s);
		g_assert_cmpint(
		    freezes_lost(givers_freezes(s->givers), MEMBERS), ==, cases[i].lost);
		g_assert_false(freezes_lost(givers_freezes(s->givers), BOOKINGS));
		g_assert_cmpuint(g_hash_table_size(freezes_ahead(givers_freezes(s->givers))), ==,
		    cases[i].frozen);
		scene_free(s);
	}
}

/* Was this record there at the last good import? */
static void
test_knew(void)
{
	struct scene *s = venue();
	struct record one = booking("1", 1, 2), nameless = booking(NULL, 1, 2);
	gave(s, &one, ROOM);
	gave(s, &nameless, ROOM);
	const struct source_policy *policy = &s->policies[BOOKINGS];
	for (int i = 0; i < 9; i++) {
		g_autofree char *id = g_strdup_printf("l%d", i);
		struct later_record later[] = {
		    {"a", givers_later_key(policy, id, 0), one.span.until},
		    {"b", givers_later_key(policy, id, 0), one.span.until},
		    {"c", givers_later_key(policy, id, 0), one.span.until}};
		g_array_append_vals(s->history->later, later, i < 5 ? 3 : 1);
	}
	for (guint i = 1; i < s->history->later->len; i++) {
		for (guint j = i; j > 0; j--) {
			struct later_record *a = &g_array_index(
			    s->history->later, struct later_record, j - 1);
			struct later_record swap = a[0];
			int order = strcmp(a[0].source, a[1].source);
			if (order < 0 || (order == 0 && a[0].key < a[1].key))
				break;
			a[0] = a[1];
			a[1] = swap;
		}
	}
	settle(s);
	const struct {
		const char *source, *record;
		uint32_t content;
		bool knew;
	} cases[] = {
	    {"b", "1", 0, true}, {"b", "2", 0, false}, {"b", NULL, content_of(&nameless), true},
	    {"b", NULL, 1, false}, {"m", "1", 0, false}, {"b", "l0", 0, true}, {"b", "l1", 0, true},
	    {"b", "l2", 0, true}, {"b", "l3", 0, true}, {"b", "l4", 0, true},
	    {"b", "l5", 0, false}, /* another source's */
	    {"b", "l6", 0, false}, {"b", "l7", 0, false},
	    {"former", "1", 0, true}, /* of a source nobody reads any more nothing is new */
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		const struct reason reason = {.source = cases[i].source,
		    .record = cases[i].record,
		    .content = cases[i].content};
		g_test_message("%zu", i);
		g_assert_cmpint(givers_knew(s->givers, &reason), ==, cases[i].knew);
	}
	scene_free(s);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/givers/gone", test_gone);
	g_test_add_func("/givers/unread", test_unread);
	g_test_add_func("/givers/bare", test_bare);
	g_test_add_func("/givers/says", test_says);
	g_test_add_func("/givers/unchanged", test_unchanged);
	g_test_add_func("/givers/lists", test_lists);
	g_test_add_func("/givers/may-go-on", test_may_go_on);
	g_test_add_func("/givers/company", test_company);
	g_test_add_func("/givers/barred", test_barred);
	g_test_add_func("/givers/hand-and-ours", test_hand_and_ours);
	g_test_add_func("/givers/of", test_of);
	g_test_add_func("/givers/keep", test_keep);
	g_test_add_func("/givers/person-row-unread", test_person_row_unread);
	g_test_add_func("/givers/count", test_count);
	g_test_add_func("/givers/renewed", test_renewed);
	g_test_add_func("/givers/later", test_later);
	g_test_add_func("/givers/nothing-known", test_nothing_known);
	g_test_add_func("/givers/lost-ends", test_lost_ends);
	g_test_add_func("/givers/lost-freezes", test_lost_freezes);
	g_test_add_func("/givers/knew", test_knew);
	return g_test_run();
}
