/* What each record says of a person, and which of the reasons answers for a door. */
#include "reconcile/why.h"

#define NOW ((instant)1794816000) /* 2026-11-16T08:00:00Z */
#define HOUR INSTANT_HOUR

static const char text[] =
    "[source people]\nprofile = p\nfile = f\n[source members]\nprofile = p\nfile = f\n"
    "[source bookings]\nprofile = p\nfile = f\nenabled_doors = G1; G2\n"
    "[rule room]\nresource = Room 1\ngroup = G1\n"
    "[rule sauna]\nresource = Sauna\ngroup = G3\n"
    "[rule desk]\nplan = Desk\ngroup = G2\n";

enum { PEOPLE, MEMBERS, BOOKINGS, SOURCES };

static const char *const doors[] = {"g1", "g2", NULL};

static const struct source_policy policies[SOURCES] = {
    {.name = "people", .kind = RECORD_PERSON},
    {.name = "members", .kind = RECORD_MEMBERSHIP},
    {.name = "bookings",
	.kind = RECORD_BOOKING,
	.grace_before = 1800,
	.grace_after = 1800,
	.enabled_doors = doors},
};

static const struct record_ref room = {.name = "Room 1"}, sauna = {.name = "Sauna"},
			       hall = {.name = "Hall"}, desk = {.name = "Desk"};

/* Records to be read twice: as the import does, and then for the person asked about. */
struct fixture {
	struct config *config;
	struct plan *plan;
	struct entitlement *entitlement;
	GPtrArray *imports;
	bool refused[SOURCES];
	struct why *why;
	GArray *records; /* of struct record */
};

static void
free_facts(gpointer p)
{
	import_facts_free(p);
}

static void
begin(struct fixture *f)
{
	GError *error = NULL;
	*f = (struct fixture){.plan = plan_new(),
	    .imports = g_ptr_array_new_with_free_func(free_facts),
	    .records = g_array_new(FALSE, FALSE, sizeof(struct record))};
	f->plan->as_of = NOW;
	f->config = config_read(text, "x.ini", "/", &error);
	g_assert_no_error(error);
	for (size_t i = 0; i < SOURCES; i++) {
		struct import_facts *facts = import_facts_new(policies[i].name, policies[i].kind);
		import_facts_add_file(facts, "/x/f.csv");
		g_ptr_array_add(f->imports, facts);
	}
}

static struct record
booking(const struct record_ref *target, enum record_status status, instant from, instant until)
{
	return (struct record){.kind = RECORD_BOOKING,
	    .place = {.source = BOOKINGS},
	    .id = "b",
	    .status = status,
	    .person = {.email = "mira@example.org", .name = "Mira"},
	    .targets = target,
	    .n_targets = 1,
	    .span = {NOW + from, NOW + until}};
}

/* Rows are counted as they come; ids differ unless one is given twice. */
static void
add(struct fixture *f, struct record record)
{
	record.place.row = f->records->len + 2;
	g_array_append_val(f->records, record);
}

static void
tell(struct fixture *f)
{
	f->entitlement = entitlement_new(f->config, policies, NOW, f->plan);
	for (guint i = 0; i < f->records->len; i++)
		entitle_record(f->entitlement, &g_array_index(f->records, struct record, i));
	for (uint32_t i = 0; i < SOURCES; i++) {
		if (f->refused[i])
			entitle_refuse(f->entitlement, i);
	}
	const struct why_reading reading = {.config = f->config,
	    .policies = policies,
	    .imports = f->imports,
	    .entitled = entitle_finish(f->entitlement),
	    .refused = f->refused};
	f->why = why_new(f->plan, "mira@example.org", NULL, NOW);
	struct why_reader *reader = why_reader_new(&reading, f->why);
	for (guint i = 0; i < f->records->len; i++)
		why_read_record(reader, &g_array_index(f->records, struct record, i));
	why_reader_finish(reader);
	why_reader_free(reader);
}

/* `row mark doors`, one a line. */
static void
end(struct fixture *f, const char *wanted)
{
	GString *out = g_string_new(NULL);
	for (guint i = 0; i < f->why->records->len; i++) {
		const struct why_record *record = f->why->records->pdata[i];
		g_string_append_printf(
		    out, "%u %s %u\n", record->row, why_mark_word(record->mark), record->refs->len);
	}
	g_assert_cmpstr(out->str, ==, wanted);
	g_string_free(out, TRUE);
	why_free(f->why);
	entitlement_free(f->entitlement);
	g_array_unref(f->records);
	g_ptr_array_unref(f->imports);
	plan_free(f->plan);
	config_free(f->config);
}

static void
test_bookings(void)
{
	static const struct {
		const struct record_ref *target;
		enum record_status status;
		int from, until; /* minutes */
		const char *wanted;
	} cases[] = {
	    {&room, STATUS_CONFIRMED, -60, 60, "2 gives 1\n"},
	    {&room, STATUS_COMPLETED, 29, 60, "2 gives 1\n"},
	    {&room, STATUS_CONFIRMED, 31, 60, "2 later 1\n"},
	    {&room, STATUS_CONFIRMED, -90, -29, "2 gives 1\n"},
	    {&room, STATUS_CONFIRMED, -90, -30, "2 over 1\n"},
	    {&room, STATUS_CANCELLED, -60, 60, "2 cancelled 1\n"},
	    {&room, STATUS_TENTATIVE, -60, 60, "2 tentative 1\n"},
	    {&room, STATUS_NO_SHOW, -60, 60, "2 no_show 1\n"},
	    {&room, STATUS_BLOCKED_TIME, -60, 60, "2 blocked_time 1\n"},
	    {&room, STATUS_UNKNOWN, -60, 60, "2 unknown_status 1\n"},
	    {&hall, STATUS_CONFIRMED, -60, 60, "2 unmapped 0\n"},
	    {&hall, STATUS_CANCELLED, -60, 60, "2 cancelled 0\n"},
	    {&sauna, STATUS_CONFIRMED, -60, 60, "2 not_enabled 0\n"},
	    {&room, STATUS_CONFIRMED, -9 * 24 * 60, -8 * 24 * 60, ""},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct fixture f;
		begin(&f);
		add(&f, booking(cases[i].target, cases[i].status, cases[i].from * INSTANT_MINUTE,
			    cases[i].until * INSTANT_MINUTE));
		tell(&f);
		g_assert_true(f.why->known);
		g_assert_cmpuint(f.why->older, ==, *cases[i].wanted == '\0');
		end(&f, cases[i].wanted);
	}
}

static struct record
membership(enum record_status status, instant from, instant until)
{
	struct record record = booking(&desk, status, from, until);
	record.kind = RECORD_MEMBERSHIP;
	record.place.source = MEMBERS;
	return record;
}

static void
test_memberships(void)
{
	static const struct {
		enum record_status status;
		int from, until; /* hours */
		const char *wanted;
	} cases[] = {
	    {STATUS_ACTIVE, -1, 1, "2 gives 1\n"},
	    {STATUS_SCHEDULED, 1, 2, "2 later 1\n"},
	    {STATUS_ACTIVE, -2, 0, "2 expired 1\n"},
	    {STATUS_EXPIRED, -2, 2, "2 expired 1\n"},
	    {STATUS_FROZEN, -2, 2, "2 frozen 1\n"},
	    {STATUS_CANCELLED, -2, 2, "2 cancelled 1\n"},
	    {STATUS_INCOMPLETE, -2, 2, "2 incomplete 1\n"},
	    {STATUS_UNKNOWN, -2, 2, "2 unknown_status 1\n"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct fixture f;
		begin(&f);
		add(&f, membership(cases[i].status, cases[i].from * HOUR, cases[i].until * HOUR));
		tell(&f);
		end(&f, cases[i].wanted);
	}
}

/* A freeze between two windows: frozen now, and until when. */
static void
test_freeze(void)
{
	static const struct interval freeze = {NOW - HOUR, NOW + HOUR};
	struct fixture f;
	begin(&f);
	struct record record = membership(STATUS_ACTIVE, -9 * HOUR, 9 * HOUR);
	record.freezes = &freeze;
	record.n_freezes = 1;
	add(&f, record);
	tell(&f);
	const struct why_record *found = f.why->records->pdata[0];
	g_assert_cmpint(found->from, ==, NOW + HOUR);
	end(&f, "2 frozen 1\n");
}

/* Of two rows with one id the last counts; of two equal ones the first. */
static void
test_repeats(void)
{
	struct fixture f;
	begin(&f);
	add(&f, booking(&room, STATUS_CONFIRMED, -HOUR, HOUR));
	add(&f, booking(&room, STATUS_CONFIRMED, -HOUR, 2 * HOUR));
	add(&f, booking(&room, STATUS_CONFIRMED, -HOUR, 2 * HOUR));
	tell(&f);
	end(&f, "2 superseded 1\n3 gives 1\n4 repeated 0\n");
}

static void
test_refused(void)
{
	struct fixture f;
	begin(&f);
	f.refused[BOOKINGS] = true;
	add(&f, membership(STATUS_ACTIVE, -HOUR, HOUR));
	add(&f, booking(&room, STATUS_CONFIRMED, -HOUR, HOUR));
	tell(&f);
	end(&f, "2 gives 1\n3 refused 1\n");
}

static struct record
person(enum record_status status)
{
	return (struct record){.kind = RECORD_PERSON,
	    .place = {.source = PEOPLE},
	    .id = "p",
	    .status = status,
	    .person = {.email = "mira@example.org", .ref = "p"},
	    .company = "Acme"};
}

static void
test_people(void)
{
	static const struct {
		enum record_status status;
		const char *company; /* that the membership is of */
		const char *wanted;
		const char *lonely;
	} cases[] = {
	    {STATUS_ACTIVE, "ACME", "2 person 0\n3 gives 1\n", NULL},
	    {STATUS_ACTIVE, "Globex", "2 person 0\n", "Acme"},
	    {STATUS_REQUESTED, "Acme", "2 requested 0\n", NULL},
	    {STATUS_BLOCKED, "Acme", "2 bars 0\n3 barred 1\n", NULL},
	    {STATUS_DELETED, "Acme", "2 bars 0\n3 barred 1\n", NULL},
	    {STATUS_UNKNOWN, "Acme", "2 unknown_status 0\n3 gives 1\n", NULL},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct fixture f;
		begin(&f);
		add(&f, person(cases[i].status));
		struct record record = membership(STATUS_ACTIVE, -HOUR, HOUR);
		record.person = (struct record_person){0};
		record.company = cases[i].company;
		add(&f, record);
		tell(&f);
		g_assert_cmpstr(f.why->company, ==, cases[i].lonely);
		end(&f, cases[i].wanted);
	}
}

/* Somebody else's rows say nothing; an attendee's and an id's do. */
static void
test_whose(void)
{
	static const struct record_person invited = {.email = "mira@example.org"};
	struct fixture f;
	begin(&f);
	add(&f, person(STATUS_ACTIVE));
	struct record record = booking(&room, STATUS_CONFIRMED, -HOUR, HOUR);
	record.person.email = "omar@example.org";
	record.id = "b1";
	add(&f, record);
	record.attendees = &invited;
	record.n_attendees = 1;
	record.id = "b2";
	add(&f, record);
	record = booking(&room, STATUS_CONFIRMED, -HOUR, HOUR);
	record.id = "b3";
	add(&f, record);
	tell(&f);
	g_assert_true(((const struct why_record *)f.why->records->pdata[1])->invited);
	end(&f, "2 person 0\n4 gives 1\n5 gives 1\n");
}

/* Which of the reasons counts, when several are there. */
static void
test_answers(void)
{
	static const struct {
		int span,
		    hold; /* hours from now that entitlement and assignment begin; 99 = none */
		bool managed, off, barred;
		enum why_can can;
		enum why_because because;
	} cases[] = {
	    {-1, -1, true, false, false, WHY_YES, BECAUSE_HELD},
	    {99, -1, true, false, false, WHY_YES, BECAUSE_LEFT_OVER},
	    {99, -1, false, false, false, WHY_YES, BECAUSE_HELD},
	    {-1, -1, true, true, false, WHY_NO, BECAUSE_SWITCHED_OFF},
	    {99, 1, true, false, true, WHY_NO, BECAUSE_BARRED},
	    {1, 1, true, false, false, WHY_NO, BECAUSE_NOT_YET},
	    {99, 99, true, false, false, WHY_NO, BECAUSE_NOTHING},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct plan *plan = plan_new();
		struct why *why = why_new(plan, "mira@example.org", NULL, NOW);
		struct why_door *door = why_add_door(why);
		struct interval span = {NOW + cases[i].span * HOUR, NOW + 9 * HOUR};
		const struct world world = {.now = NOW};
		why->barred = cases[i].barred ? "blocked" : NULL;
		door->managed = cases[i].managed;
		if (cases[i].span != 99)
			g_array_append_val(door->spans, span);
		if (cases[i].hold != 99)
			*why_add_hold(door) = (struct why_hold){"assignment",
			    {NOW + cases[i].hold * HOUR, NOW + 9 * HOUR}, cases[i].off};
		why_answer(&world, why, door);
		g_test_message("case %zu", i);
		g_assert_cmpstr(
		    why_because_word(door->because), ==, why_because_word(cases[i].because));
		g_assert_cmpint(door->can, ==, cases[i].can);
		why_free(why);
		plan_free(plan);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/reconcile/why/bookings", test_bookings);
	g_test_add_func("/reconcile/why/memberships", test_memberships);
	g_test_add_func("/reconcile/why/freeze", test_freeze);
	g_test_add_func("/reconcile/why/repeats", test_repeats);
	g_test_add_func("/reconcile/why/refused", test_refused);
	g_test_add_func("/reconcile/why/people", test_people);
	g_test_add_func("/reconcile/why/whose", test_whose);
	g_test_add_func("/reconcile/why/answers", test_answers);
	return g_test_run();
}
