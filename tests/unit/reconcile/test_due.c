/* When a lock is due: the edges of the two minutes, once for a booking, and never for anything else. */
#include "reconcile/due.h"

#include <string.h>

#define NOW ((instant)1794654000)
#define HOUR INSTANT_HOUR

/* The rules and their source ask for grace: it must not show. */
static const char text[] =
    "[source bookings]\nprofile = p\nfile = f\n[source grants]\nprofile = p\nfile = f\n"
    "[rule gate]\nresource = Court 1\nlock = Gate\nmethod = unlock\ngrace_before = 30m\n"
    "[rule court]\nresource = Court 1\nlock = Court door\nmethod = unlock\n"
    "[rule any]\nresource = *\nlock = Gate\nmethod = unlock\n"
    "[rule hall]\nresource = Hall\ngroup = Hall\n";

enum { BOOKINGS, GRANTS };

static const struct source_policy policies[] = {
    {.name = "bookings",
	.kind = RECORD_BOOKING,
	.grace_before = 1800,
	.grace_after = 1800,
	.attendees = true},
    {.name = "grants", .kind = RECORD_GRANT},
};

static const struct record_ref court[] = {{.name = "Court 1"}}, garden[] = {{.name = "Garden"}};
static const struct record_person guests[] = {
    {.email = "ben@example.com"}, {.email = "cleo@example.com"}};

static struct record
booking(const char *id, const char *email, instant from, instant until)
{
	return (struct record){.kind = RECORD_BOOKING,
	    .place = {.source = BOOKINGS},
	    .id = id,
	    .status = STATUS_CONFIRMED,
	    .person = {.email = email},
	    .targets = court,
	    .n_targets = 1,
	    .span = {from, until}};
}

/* What is due for these records, as lines `record rule lock email offset of start`. */
static char *
due_lines(const struct record *records, size_t n, int refused)
{
	struct config *config = config_read(text, "t", "/", NULL);
	struct plan *plan = plan_new();
	struct entitlement *entitlement = entitlement_new(config, policies, NOW, plan);
	for (size_t i = 0; i < n; i++)
		entitle_record(entitlement, &records[i]);
	entitle_still_blocked(entitlement, BOOKINGS, "eve@example.com", ENTITLE_CERTAIN);
	if (refused >= 0)
		entitle_refuse(entitlement, (uint32_t)refused);
	const struct entitled *entitled = entitle_finish(entitlement);
	GArray *due = due_unlocks(config, entitled, NOW);
	GString *lines = g_string_new(NULL);
	for (guint i = 0; i < due->len; i++) {
		const struct due_unlock *one = &g_array_index(due, struct due_unlock, i);
		g_string_append_printf(lines, "%s %s %s %s %+d\n",
		    one->record != NULL ? one->record : "-", one->rule,
		    g_array_index(entitled->refs, struct door_ref, one->ref).text, one->email,
		    (int)(one->span.from - NOW));
	}
	g_array_unref(due);
	entitlement_free(entitlement);
	plan_free(plan);
	config_free(config);
	return g_string_free(lines, FALSE);
}

static void
expect(const struct record *records, size_t n, int refused, const char *wanted)
{
	char *found = due_lines(records, n, refused);
	g_assert_cmpstr(found, ==, wanted);
	g_free(found);
}

static void
test_edges(void)
{
	static const struct {
		instant from, until; /* after now */
		bool due;
	} cases[] = {
	    {0, HOUR, true}, {1, HOUR, false}, {-1, HOUR, true}, {-119, HOUR, true},
	    {-120, HOUR, false}, {-121, HOUR, false}, {-HOUR, HOUR, false},
	    {1800, HOUR, false},	    /* its window by grace begins now */
	    {-60, 0, false}, {-60, 1, true} /* over already */
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct record record = booking(
		    "b1", "ada@example.com", NOW + cases[i].from, NOW + cases[i].until);
		char *gate = g_strdup_printf(
		    "b1 gate Gate ada@example.com %+d\n", (int)cases[i].from);
		char *door = g_strdup_printf(
		    "b1 court Court door ada@example.com %+d\n", (int)cases[i].from);
		char *both = g_strconcat(gate, door, NULL);
		expect(&record, 1, -1, cases[i].due ? both : "");
		g_free(both);
		g_free(door);
		g_free(gate);
	}
}

/* Several people, several rules for one lock, a row that comes again: still once for each lock. */
static void
test_once(void)
{
	struct record shared = booking("b1", "ada@example.com", NOW, NOW + HOUR);
	shared.attendees = guests;
	shared.n_attendees = G_N_ELEMENTS(guests);
	struct record twice[] = {shared, shared};
	expect(twice, 2, -1,
	    "b1 gate Gate ada@example.com +0\nb1 court Court door ada@example.com +0\n");

	struct record two[] = {booking("b2", "ben@example.com", NOW, NOW + HOUR), shared};
	two[0].targets = garden;
	two[1].targets = garden;
	two[1].n_attendees = 0;
	expect(two, 2, -1, "b1 any Gate ada@example.com +0\nb2 any Gate ben@example.com +0\n");

	/* without ids only their time tells bookings apart: whoever begins then, the lock is opened once */
	two[0].id = two[1].id = NULL;
	expect(two, 2, -1, "- any Gate ben@example.com +0\n");
	two[1].span.from--;
	expect(two, 2, -1, "- any Gate ada@example.com -1\n- any Gate ben@example.com +0\n");
}

static void
test_never(void)
{
	struct record record = booking("b1", "ada@example.com", NOW, NOW + HOUR);
	static const enum record_status words[] = {
	    STATUS_UNKNOWN, STATUS_CANCELLED, STATUS_REQUESTED};
	for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
		record.status = words[i];
		expect(&record, 1, -1, "");
	}
	record.status = STATUS_CONFIRMED;
	expect(&record, 1, BOOKINGS, "");
	expect(&record, 1, GRANTS,
	    "b1 gate Gate ada@example.com +0\nb1 court Court door ada@example.com +0\n");

	record.person.email = "eve@example.com"; /* blocked; whom she brings is not */
	expect(&record, 1, -1, "");
	record.attendees = guests;
	record.n_attendees = 1;
	expect(&record, 1, -1,
	    "b1 gate Gate ben@example.com +0\nb1 court Court door ben@example.com +0\n");

	record = booking("g1", "ada@example.com", NOW, NOW + HOUR);
	record.kind = RECORD_GRANT;
	record.place.source = GRANTS;
	record.status = STATUS_ACTIVE;
	expect(&record, 1, -1, "");
}

/* The id is the booking's: it stays from run to run, and a moved booking has another. */
static void
test_ids(void)
{
	struct config *config = config_read(text, "t", "/", NULL);
	char ids[3][PLAN_ID];
	for (int i = 0; i < 3; i++) {
		struct plan *plan = plan_new();
		struct entitlement *entitlement = entitlement_new(config, policies, NOW, plan);
		struct record record = booking("b1", "ada@example.com", NOW - (i == 2), NOW + HOUR);
		entitle_record(entitlement, &record);
		GArray *due = due_unlocks(config, entitle_finish(entitlement), NOW + 30 * i);
		g_assert_cmpuint(due->len, ==, 2);
		g_assert_cmpstr(g_array_index(due, struct due_unlock, 0).id, ==,
		    g_array_index(due, struct due_unlock, 1).id);
		memcpy(ids[i], g_array_index(due, struct due_unlock, 0).id, PLAN_ID);
		g_array_unref(due);
		entitlement_free(entitlement);
		plan_free(plan);
	}
	config_free(config);
	g_assert_cmpstr(ids[0], ==, ids[1]);
	g_assert_cmpstr(ids[0], !=, ids[2]);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/due/edges", test_edges);
	g_test_add_func("/due/once", test_once);
	g_test_add_func("/due/never", test_never);
	g_test_add_func("/due/ids", test_ids);
	return g_test_run();
}
