/* What each record says of one person: whose it is, what it names, and why it gives nothing. */
#include "scene.h"

static const char text[] = "[source lists]\nprofile = p\nfile = f\n"
			   "[source members]\nprofile = p\nfile = f\n"
			   "[source bookings]\nprofile = p\nfile = f\n"
			   "[source grants]\nprofile = p\nfile = f\n"
			   "[rule room]\nresource = Room 1\ngroup = Room 1\n"
			   "[rule mill]\nresource = Hall\nlocation = Mill\ngroup = Hall\n"
			   "[rule both]\nresource = Both\ngroup = Room 1\n"
			   "[rule both too]\nresource = Both\ngroup = Hall\n"
			   "[rule desk]\nplan = Desk\ngroup = Desks\n";

enum { LISTS, MEMBERS, BOOKINGS, GRANTS };

static const struct record_ref room = {.name = "Room 1"}, both = {.name = "Both"},
			       desk = {.name = "Desk"};

/* Asked about is mira@example.org, now. */
static struct scene *
venue(void)
{
	static const enum record_kind kinds[] = {
	    RECORD_PERSON, RECORD_MEMBERSHIP, RECORD_BOOKING, RECORD_GRANT};
	struct scene *s = scene_new(text);
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		s->policies[i].kind = kinds[i];
		s->policies[i].system = "coworks";
	}
	s->why = why_new(s->plan, "mira@example.org", NULL, SCENE_NOW);
	return s;
}

static struct record
person(const char *id, const char *email, enum record_status status)
{
	return (struct record){.kind = RECORD_PERSON,
	    .place = {.source = LISTS},
	    .id = id,
	    .status = status,
	    .person = {.email = email}};
}

static struct record
booking(const char *id, const struct record_ref *target, struct interval span)
{
	return (struct record){.kind = RECORD_BOOKING,
	    .place = {.source = BOOKINGS},
	    .id = id,
	    .status = STATUS_CONFIRMED,
	    .person = {.email = "mira@example.org"},
	    .targets = target,
	    .n_targets = 1,
	    .span = span};
}

static struct record
membership(const char *company)
{
	return (struct record){.kind = RECORD_MEMBERSHIP,
	    .place = {.source = MEMBERS},
	    .id = "m",
	    .status = STATUS_ACTIVE,
	    .company = company,
	    .targets = &desk,
	    .n_targets = 1,
	    .span = scene_span(-1, 2)};
}

static struct record
grant(const char *group)
{
	return (struct record){.kind = RECORD_GRANT,
	    .place = {.source = GRANTS},
	    .id = "g",
	    .status = STATUS_ACTIVE,
	    .person = {.email = "mira@example.org"},
	    .group = group,
	    .span = scene_span(-1, 2)};
}

/* `ROW MARK WHAT REFS`, then what it gives: `, DOOR by RULE FROM..UNTIL`. */
static void
expect(struct scene *s, const char *wanted)
{
	GString *out = g_string_new(NULL);
	s->entitled = entitle_finish(s->entitlement);
	scene_read_again(s);
	for (guint i = 0; i < s->why->records->len; i++) {
		const struct why_record *record = s->why->records->pdata[i];
		g_string_append_printf(out, "%u %s %s %u", record->row, why_mark_word(record->mark),
		    record->what != NULL ? record->what : "-", record->refs->len);
		for (guint g = 0; g < record->given->len; g++) {
			const struct why_given *given = &g_array_index(
			    record->given, struct why_given, g);
			g_string_append_printf(out, ", %s by %s ", given->door,
			    given->rule != NULL ? given->rule : "-");
			scene_put_span(out, given->span);
		}
		if (record->reason != NULL)
			g_string_append_printf(out, ": %s", record->reason);
		g_string_append_c(out, '\n');
	}
	g_assert_cmpstr(out->str, ==, wanted);
	g_string_free(out, TRUE);
	scene_free(s);
}

/* ---- whose it is ---- */

/* By address, or by the id that a list gives to it; an id that no list knows is nobody's. */
static void
test_ids(void)
{
	static const struct {
		const char *ref;
		bool theirs;
	} cases[] = {{"p1", true}, {"p2", false}, {"p3", false}, {NULL, false}};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct scene *s = venue();
		scene_add(s, person("p1", "mira@example.org", STATUS_ACTIVE));
		scene_add(s, person("p2", "omar@example.org", STATUS_ACTIVE));
		struct record record = booking("b", &room, scene_span(-1, 2));
		record.person = (struct record_person){.ref = cases[i].ref};
		scene_add(s, record);
		g_test_message("%s", cases[i].ref);
		expect(s, cases[i].theirs ? "2 person - 0\n4 gives Room 1 1, Room 1 by room -1..2\n"
					  : "2 person - 0\n");
	}
}

/* One of several guests; the rest are not asked for once the person is found. */
static void
test_attendees(void)
{
	static const struct record_person guests[] = {{.email = "omar@example.org"},
	    {.email = "mira@example.org"}, {.email = "zoe@example.org"}};
	for (size_t n = 0; n <= G_N_ELEMENTS(guests); n++) {
		struct scene *s = venue();
		struct record record = booking("b", &room, scene_span(-1, 2));
		record.person.email = "lee@example.org";
		record.attendees = guests;
		record.n_attendees = n;
		scene_add(s, record);
		expect(s, n < 2 ? "" : "2 gives Room 1 1, Room 1 by room -1..2\n");
	}
}

/* Where guests do not count the import never saw them: the record is theirs, and gives them nothing. */
static void
test_invited_only(void)
{
	static const struct record_person guest = {.email = "mira@example.org"};
	struct scene *s = venue();
	struct record record = booking("b", &room, scene_span(-1, 2));
	record.person.email = "lee@example.org";
	scene_add(s, record);
	g_array_index(s->records, struct record, 0).attendees = &guest;
	g_array_index(s->records, struct record, 0).n_attendees = 1;
	expect(s, "2 attendees_off Room 1 1\n");
}

/* A company's membership is its people's; one that is somebody's own is not, whatever company they are of. */
static void
test_companies(void)
{
	static const struct {
		struct record_person holder;
		bool theirs;
	} cases[] = {{{0}, true}, {{.email = "omar@example.org"}, false}, {{.ref = "p2"}, false}};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct scene *s = venue();
		struct record mira = person("p1", "mira@example.org", STATUS_ACTIVE);
		mira.company = "c7";
		scene_add(s, (struct record){.kind = RECORD_COMPANY,
				 .place = {.source = LISTS},
				 .id = "c7",
				 .company = "Acme"});
		scene_add(s, mira);
		scene_add(s, person("p2", "omar@example.org", STATUS_ACTIVE));
		struct record record = membership("Acme");
		record.person = cases[i].holder;
		scene_add(s, record);
		expect(s, cases[i].theirs ? "3 person - 0\n5 gives Desk 1, Desks by desk -1..2\n"
					  : "3 person - 0\n");
	}
}

/* The list that puts the person into the company is refused: the membership is theirs, and gives them nothing. */
static void
test_refused_list(void)
{
	struct scene *s = venue();
	struct record mira = person("p1", "mira@example.org", STATUS_ACTIVE);
	mira.company = "Acme";
	scene_add(s, mira);
	scene_add(s, membership("Acme"));
	static const struct verdict verdicts[] = {
	    {.guard = GUARD_MAX_AGE, .scope = "members", .tripped = true, .text = "another one"},
	    {.guard = GUARD_MAX_GROUP_REMOVALS,
		.scope = "lists",
		.tripped = true,
		.text = "a group"},
	    {.guard = GUARD_MAX_REJECTS, .scope = "lists", .text = "no trouble"},
	    {.guard = GUARD_MAX_AGE, .scope = "lists", .tripped = true, .text = "too old"}};
	for (size_t i = 0; i < G_N_ELEMENTS(verdicts); i++)
		g_ptr_array_add(s->plan->verdicts, g_memdup2(&verdicts[i], sizeof verdicts[i]));
	s->refused[LISTS] = true;
	entitle_refuse(s->entitlement, LISTS);
	expect(s, "2 refused - 0: too old\n3 not_member Desk 1\n");
}

/* A log whose export is refused still gives what is new; what it cannot give is told with the export's name. */
static void
test_log(void)
{
	struct scene *s = venue();
	scene_add(s, booking("b1", &room, scene_span(-1, 2)));
	struct record omar = booking("b2", &room, scene_span(-1, 2));
	omar.place.source = MEMBERS;
	s->policies[MEMBERS].kind = RECORD_BOOKING;
	scene_add(s, omar);
	s->refused[BOOKINGS] = s->refused[MEMBERS] = true;
	entitle_refuse(s->entitlement, MEMBERS);
	expect(s, "2 gives Room 1 1, Room 1 by room -1..2\n"
		  "3 refused Room 1 1: the export it is a log of is refused\n");
}

/* Who has no address is nobody here; a status in a membership's row is no list's row and puts nobody into a company. */
static void
test_people(void)
{
	static const struct {
		enum record_status status;
		uint32_t source;
		const char *email, *company, *wanted;
		bool lonely; /* of a company that has no membership */
	} cases[] = {
	    {STATUS_ACTIVE, LISTS, NULL, "Acme", "", false},
	    {STATUS_ACTIVE, LISTS, "omar@example.org", "Acme", "", false},
	    {STATUS_ACTIVE, LISTS, "mira@example.org", NULL, "2 person - 0\n", false},
	    {STATUS_ACTIVE, LISTS, "mira@example.org", "Acme", "2 person - 0\n", true},
	    {STATUS_REQUESTED, LISTS, "mira@example.org", "Acme", "2 requested - 0\n", false},
	    {STATUS_BLOCKED, MEMBERS, "mira@example.org", "Acme", "2 bars - 0\n", false},
	    {STATUS_ACTIVE, MEMBERS, "mira@example.org", "Acme", "2 person - 0\n", false},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct scene *s = venue();
		struct record record = person("p", cases[i].email, cases[i].status);
		record.place.source = cases[i].source;
		record.company = cases[i].company;
		g_array_append_val(s->records, record);
		g_array_index(s->records, struct record, 0).place.row = 2;
		s->entitled = entitle_finish(s->entitlement);
		scene_read_again(s);
		g_test_message("%zu", i);
		g_assert_true((s->why->company != NULL) == cases[i].lonely);
		g_assert_true(s->why->known == (*cases[i].wanted != '\0'));
		g_ptr_array_set_size(s->why->records, 0);
		expect(s, cases[i].wanted);
	}
}

/* ---- which of the rows ---- */

/* The same row of another file, another id of the same row, another time of the same series: each for itself. */
static void
test_rows(void)
{
	struct scene *s = venue();
	import_facts_add_file(s->imports->pdata[BOOKINGS], "/x/g.csv");
	struct record record = booking("b1", &room, scene_span(-1, 2));
	record.place.row = 7;
	scene_add(s, record);
	record.place.file = 1;
	record.id = "b2";
	record.span = scene_span(3, 4);
	scene_add(s, record);
	record.id = "b3";
	record.span = scene_span(5, 6);
	scene_add(s, record);
	expect(s, "7 gives Room 1 1, Room 1 by room -1..2\n"
		  "7 later Room 1 1, Room 1 by room 3..4\n"
		  "7 later Room 1 1, Room 1 by room 5..6\n");

	s = venue();
	record = booking(NULL, &room, scene_span(-1, 2));
	record.place.row = 7;
	scene_add(s, record);
	record.span = scene_span(3, 4);
	scene_add(s, record);
	expect(s, "7 gives Room 1 1, Room 1 by room -1..2\n"
		  "7 later Room 1 1, Room 1 by room 3..4\n");
}

/* Long over is only counted, but what an event without times says is told whenever it was. */
static void
test_long_over(void)
{
	struct scene *s = venue();
	s->policies[BOOKINGS].log = true;
	scene_add(s, booking("b1", &room, scene_span(-200, -168)));
	scene_add(s, booking("b2", &room, scene_span(-200, -167)));
	struct record event = booking("b3", NULL, scene_span(-200, -199));
	event.n_targets = 0;
	event.status = STATUS_CANCELLED;
	event.bare = true;
	scene_add(s, event);
	struct why *why = s->why;
	s->entitled = entitle_finish(s->entitlement);
	scene_read_again(s);
	g_assert_cmpuint(why->older, ==, 1);
	g_ptr_array_set_size(why->records, 0);
	expect(s, "3 over Room 1 1, Room 1 by room -200..-167\n4 event - 0\n");
}

/* Two doors, by two rules, or twice by the same one. */
static void
test_doors(void)
{
	static const struct record_ref twice[] = {{NULL, "Both"}, {"7", NULL}};
	static const struct interval rest = {
	    SCENE_NOW + INSTANT_HOUR, SCENE_NOW + 2 * INSTANT_HOUR};
	struct scene *s = venue();
	struct record record = booking("b1", twice, scene_span(-1, 2));
	record.n_targets = 2;
	scene_add(s, record);
	record = membership(NULL);
	record.person.email = "mira@example.org";
	record.freezes = &rest;
	record.n_freezes = 1;
	record.span = scene_span(-1, 3);
	scene_add(s, record);
	scene_add(s, grant("Cellar"));
	expect(s, "2 gives Both; 7 2, Room 1 by both -1..2, Hall by both too -1..2\n"
		  "3 gives Desk 1, Desks by desk -1..1, Desks by desk 2..3\n"
		  "4 gives Cellar 1, Cellar by - -1..2\n");
}

/* ---- what it names, and why nothing came of it ---- */

/* A resource that is named by its id is what the list says of it: its name, its location, its own group. */
static void
test_resources(void)
{
	static const struct {
		const char *name, *location, *group;	/* in the list */
		const char *booked_name, *booked_place; /* in the booking */
		const char *wanted;
	} cases[] = {
	    {"Room 1", NULL, NULL, NULL, NULL, "not_enabled Room 1"},
	    {"Hall", "Mill", NULL, NULL, NULL, "not_enabled Hall"},
	    {"Hall", "House", NULL, NULL, NULL, "unmapped Hall"},
	    {"Hall", "Mill", NULL, NULL, "House", "unmapped Hall"},
	    {"Hall", "Mill", NULL, "Attic", NULL, "unmapped Attic"},
	    {"Attic", NULL, "Loft", NULL, NULL, "not_enabled Attic"},
	    {NULL, NULL, "Loft", NULL, NULL, "not_enabled 7"},
	    {NULL, NULL, NULL, NULL, NULL, "unmapped 7"},
	};
	static const char *const none[] = {"elsewhere", NULL};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct scene *s = venue();
		const struct record_ref listed = {"7", cases[i].name},
					booked = {"7", cases[i].booked_name};
		s->policies[BOOKINGS].enabled_doors = none;
		scene_add(s, (struct record){.kind = RECORD_RESOURCE,
				 .place = {.source = LISTS},
				 .id = "7",
				 .targets = &listed,
				 .n_targets = 1,
				 .location = cases[i].location,
				 .group = cases[i].group});
		struct record record = booking("b", &booked, scene_span(-1, 2));
		record.location = cases[i].booked_place;
		scene_add(s, record);
		char *wanted = g_strdup_printf("3 %s 0\n", cases[i].wanted);
		g_test_message("%zu", i);
		expect(s, wanted);
		g_free(wanted);
	}
}

/* A plan of that number is no resource. */
static void
test_plan_ids(void)
{
	static const struct record_ref listed = {"7", "Room 1"}, held = {"7", NULL};
	struct scene *s = venue();
	scene_add(s, (struct record){.kind = RECORD_RESOURCE,
			 .place = {.source = LISTS},
			 .id = "7",
			 .targets = &listed,
			 .n_targets = 1});
	struct record record = membership(NULL);
	record.person.email = "mira@example.org";
	record.targets = &held;
	scene_add(s, record);
	expect(s, "3 unmapped 7 0\n");
}

/* A group that the row itself names: kept out by enabled_doors, or said by another row. */
static void
test_named(void)
{
	static const char *const none[] = {"elsewhere", NULL};
	struct scene *s = venue();
	scene_add(s, grant("Cellar"));
	scene_add(s, grant("Cellar"));
	expect(s, "2 gives Cellar 1, Cellar by - -1..2\n3 repeated Cellar 0\n");

	s = venue();
	s->policies[GRANTS].enabled_doors = none;
	scene_add(s, grant("Cellar"));
	expect(s, "2 not_enabled Cellar 0\n");

	/* a resource's own group, said twice */
	s = venue();
	static const struct record_ref attic = {"7", "Attic"};
	scene_add(s, (struct record){.kind = RECORD_RESOURCE,
			 .place = {.source = LISTS},
			 .id = "7",
			 .targets = &attic,
			 .n_targets = 1,
			 .group = "Loft"});
	scene_add(s, booking("b", &attic, scene_span(-1, 2)));
	scene_add(s, booking("b", &attic, scene_span(-1, 2)));
	expect(s, "3 gives Attic 1, Loft by - -1..2\n4 repeated Attic 0\n");
}

/* A door given by hand stands under what the row calls it, not under a group it also names. */
static void
test_given_by_hand(void)
{
	struct scene *s = venue();
	struct record record = grant(NULL);
	record.targets = &room;
	record.n_targets = 1;
	scene_add(s, record);
	record = grant("Cellar");
	record.id = "g2";
	record.targets = &both;
	record.n_targets = 1;
	scene_add(s, record);
	expect(s,
	    "2 gives Room 1 1, Room 1 by room -1..2\n"
	    "3 gives Both 3, Cellar by - -1..2, Room 1 by both -1..2, Hall by both too -1..2\n");
}

/* A membership that rests from its first day to its last has a word that grants, and no day. */
static void
test_all_frozen(void)
{
	const struct interval always = scene_span(-9, 9);
	struct scene *s = venue();
	struct record record = membership(NULL);
	record.person.email = "mira@example.org";
	record.freezes = &always;
	record.n_freezes = 1;
	scene_add(s, record);
	expect(s, "2 frozen Desk 1\n");
}

/* What would give, or would later, is barred; what is over was. */
static void
test_barred(void)
{
	struct scene *s = venue();
	scene_add(s, person("p", "mira@example.org", STATUS_DELETED));
	scene_add(s, booking("b1", &room, scene_span(-1, 2)));
	scene_add(s, booking("b2", &room, scene_span(3, 4)));
	scene_add(s, booking("b3", &room, scene_span(-3, -2)));
	expect(s, "2 bars - 0\n3 barred Room 1 1, Room 1 by room -1..2\n"
		  "4 barred Room 1 1, Room 1 by room 3..4\n"
		  "5 over Room 1 1, Room 1 by room -3..-2\n");
}

/* ---- rows that could not be read ---- */

/* By its address, or by a piece of it in what is said of the row; a short piece stands in too many texts. */
static void
test_rejects(void)
{
	static const struct {
		const char *asked, *email, *reason;
		bool theirs;
	} cases[] = {
	    {"mira@example.org", "mira@example.org", "start: no time", true},
	    {"mira@example.org", "omar@example.org", "start: no time of mira", false},
	    {"mira@example.org", NULL, "email is no address: \"Mira@\"", true},
	    {"mira@example.org", NULL, "email is no address: \"omar@\"", false},
	    {"lee@example.org", NULL, "email is no address: \"lee@\"", false},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct scene *s = venue();
		why_free(s->why);
		s->why = why_new(s->plan, cases[i].asked, NULL, SCENE_NOW);
		SCENE_ADD(s->rejects, struct record_reject, .place = {.source = BOOKINGS, .row = 9},
		    .email = cases[i].email, .reason = cases[i].reason);
		char *wanted = g_strdup_printf("9 rejected - 0: %s\n", cases[i].reason);
		g_test_message("%zu", i);
		expect(s, cases[i].theirs ? wanted : "");
		g_free(wanted);
	}
}

static void
test_free(void)
{
	why_reader_free(NULL);
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(void);
	} tests[] = {
	    {"ids", test_ids},
	    {"attendees", test_attendees},
	    {"invited-only", test_invited_only},
	    {"companies", test_companies},
	    {"refused-list", test_refused_list},
	    {"log", test_log},
	    {"people", test_people},
	    {"rows", test_rows},
	    {"long-over", test_long_over},
	    {"doors", test_doors},
	    {"resources", test_resources},
	    {"plan-ids", test_plan_ids},
	    {"named", test_named},
	    {"given-by-hand", test_given_by_hand},
	    {"all-frozen", test_all_frozen},
	    {"barred", test_barred},
	    {"rejects", test_rejects},
	    {"free", test_free},
	};
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(tests); i++) {
		char *path = g_strconcat("/reconcile/why-records/", tests[i].name, NULL);
		g_test_add_func(path, tests[i].run);
		g_free(path);
	}
	return g_test_run();
}
