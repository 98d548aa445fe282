/* Records in any order give the same entitlements; and what is long over is not kept. */
#include "reconcile/entitle.h"

#include <string.h>

#define NOW ((instant)1794654000)
#define RECORDS 40

static const char text[] =
    "[source people]\nprofile = p\nfile = f\n[source members]\nprofile = p\nfile = f\n"
    "[source bookings]\nprofile = p\nfile = f\n"
    "[rule room]\nresource = Room 1\ngroup = G1\n"
    "[rule rooms]\nresource = *\ngroup = G2\ngrace_before = 0\n"
    "[rule desk]\nplan = Desk\ngroup = G1\n";

enum { PEOPLE, MEMBERS, BOOKINGS };

static const struct source_policy policies[] = {
    {.name = "people", .kind = RECORD_PERSON},
    {.name = "members", .kind = RECORD_MEMBERSHIP},
    {.name = "bookings",
	.kind = RECORD_BOOKING,
	.grace_before = 1800,
	.grace_after = 1800,
	.attendees = true},
};

static const char *const emails[] = {
    "a@example.com", "b@example.com", "c@example.com", "d@example.com", "e@example.com"};
static const char *const companies[] = {"Acme", "Globex"};
static const struct record_ref rooms[] = {{.name = "Room 1"}, {.name = "Room 2"}},
			       desk[] = {{.name = "Desk"}};

/* Texts of one record; the record points into them. */
struct made {
	struct record record;
	struct record_person attendees[2];
	char id[16];
};

static const char *
any(GRand *random, const char *const *texts, int n)
{
	return texts[g_rand_int_range(random, 0, n)];
}

static void
make_person(struct made *made, GRand *random)
{
	static const enum record_status words[] = {
	    STATUS_ACTIVE, STATUS_ACTIVE, STATUS_ACTIVE, STATUS_REQUESTED, STATUS_BLOCKED};
	made->record.kind = RECORD_PERSON;
	made->record.status = words[g_rand_int_range(random, 0, G_N_ELEMENTS(words))];
	made->record.person.email = any(random, emails, G_N_ELEMENTS(emails));
	made->record.person.name = any(random, companies, 2);
	made->record.company = any(random, companies, 2);
}

static void
make_membership(struct made *made, GRand *random)
{
	static const enum record_status words[] = {STATUS_ACTIVE, STATUS_CANCELLED, STATUS_EXPIRED};
	made->record.kind = RECORD_MEMBERSHIP;
	made->record.status = words[g_rand_int_range(random, 0, G_N_ELEMENTS(words))];
	if (g_rand_boolean(random))
		made->record.person.email = any(random, emails, G_N_ELEMENTS(emails));
	else
		made->record.company = any(random, companies, 2);
	made->record.targets = desk;
	made->record.n_targets = 1;
	made->record.span = (struct interval){NOW - INSTANT_DAY, NOW + INSTANT_DAY};
	if (g_rand_boolean(random))
		made->record.span.until = INSTANT_NEVER;
}

static void
make_booking(struct made *made, GRand *random)
{
	made->record.kind = RECORD_BOOKING;
	made->record.status = g_rand_boolean(random) ? STATUS_CONFIRMED : STATUS_CANCELLED;
	made->record.person.email = any(random, emails, G_N_ELEMENTS(emails));
	for (size_t i = 0; i < 2; i++)
		made->attendees[i].email = any(random, emails, G_N_ELEMENTS(emails));
	made->record.attendees = made->attendees;
	made->record.n_attendees = (size_t)g_rand_int_range(random, 0, 3);
	made->record.targets = rooms;
	made->record.n_targets = (size_t)g_rand_int_range(random, 1, 3);
	made->record.span.from = NOW + g_rand_int_range(random, -80, 80) * INSTANT_DAY / 2;
	made->record.span.until = made->record.span.from + 7200;
}

/* The order of kinds is a promise of the caller; within a kind any order will do. */
static void
make_records(struct made *made, GRand *random)
{
	memset(made, 0, RECORDS * sizeof *made);
	for (int i = 0; i < RECORDS; i++) {
		uint32_t source = i < 8 ? PEOPLE : i < 16 ? MEMBERS : BOOKINGS;
		g_snprintf(made[i].id, sizeof made[i].id, "r%d", i);
		made[i].record.id = made[i].id;
		made[i].record.place.source = source;
		made[i].record.place.row = (uint32_t)i;
		if (source == PEOPLE)
			make_person(&made[i], random);
		else if (source == MEMBERS)
			make_membership(&made[i], random);
		else
			make_booking(&made[i], random);
	}
}

static char *
window_line(const struct entitled *entitled, const char *what, uint32_t person, uint32_t ref,
    struct interval span, uint32_t number)
{
	const struct raw_reason *reason = &g_array_index(
	    entitled->reasons, struct raw_reason, number);
	return g_strdup_printf("%s %s %s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %s %u", what,
	    intern_text(entitled->people, person),
	    g_array_index(entitled->refs, struct door_ref, ref).text, span.from, span.until,
	    intern_text(entitled->texts, reason->record), reason->rule);
}

static int
compare_lines(gconstpointer p, gconstpointer q)
{
	return strcmp(*(const char *const *)p, *(const char *const *)q);
}

/* Everything that was concluded, as sorted lines. */
static char *
describe(const struct entitled *entitled, bool people)
{
	GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
	const struct {
		const char *what;
		const GArray *windows;
	} lists[] = {{"window", entitled->windows}, {"blocked", entitled->blocked_windows}};
	for (size_t l = 0; l < G_N_ELEMENTS(lists); l++) {
		for (guint i = 0; i < lists[l].windows->len; i++) {
			const struct raw_window *w = &g_array_index(
			    lists[l].windows, struct raw_window, i);
			g_ptr_array_add(lines, window_line(entitled, lists[l].what, w->person,
						   w->ref, w->span, w->reason));
		}
	}
	for (guint i = 0; i < entitled->traces->len; i++) {
		const struct trace *t = &g_array_index(entitled->traces, struct trace, i);
		char *what = g_strdup_printf("trace %s", cause_word((enum cause)t->cause));
		g_ptr_array_add(
		    lines, window_line(entitled, what, t->person, t->ref, t->span, t->reason));
		g_free(what);
	}
	for (guint i = 0; people && i < entitled->persons->len; i++) {
		const struct entitled_person *person = &g_array_index(
		    entitled->persons, struct entitled_person, i);
		g_ptr_array_add(
		    lines, g_strdup_printf("person %s %s %d", intern_text(entitled->people, i),
			       person->name != NULL ? person->name : "-", person->blocked));
	}
	g_ptr_array_sort(lines, compare_lines);
	g_ptr_array_add(lines, NULL);
	char *all = g_strjoinv("\n", (char **)lines->pdata);
	g_ptr_array_unref(lines);
	return all;
}

static char *
run(const struct config *config, const struct made *made, const int *order, int refused)
{
	struct plan *plan = plan_new();
	struct entitlement *entitlement = entitlement_new(config, policies, NOW, plan);
	for (int i = 0; i < RECORDS; i++)
		entitle_record(entitlement, &made[order[i]].record);
	if (refused >= 0)
		entitle_refuse(entitlement, (uint32_t)refused);
	char *all = describe(entitle_finish(entitlement), true);
	entitlement_free(entitlement);
	plan_free(plan);
	return all;
}

static void
shuffle(int *order, int from, int to, GRand *random)
{
	for (int i = to - 1; i > from; i--) {
		int j = g_rand_int_range(random, from, i + 1), spare = order[i];
		order[i] = order[j];
		order[j] = spare;
	}
}

static void
test_any_order(void)
{
	struct config *config = config_read(text, "t", "/", NULL);
	GRand *random = g_rand_new_with_seed(20261114);
	for (int round = 0; round < 200; round++) {
		struct made made[RECORDS];
		int order[RECORDS], refused = round % 4 - 1;
		make_records(made, random);
		for (int i = 0; i < RECORDS; i++)
			order[i] = i;
		char *first = run(config, made, order, refused);
		for (int again = 0; again < 3; again++) {
			shuffle(order, 0, 8, random);
			shuffle(order, 8, 16, random);
			shuffle(order, 16, RECORDS, random);
			char *other = run(config, made, order, refused);
			g_assert_cmpstr(other, ==, first);
			g_free(other);
		}
		g_free(first);
	}
	g_rand_free(random);
	config_free(config);
}

/* A refused source leaves what the others give just as if it had never been read. */
static void
test_refuse(void)
{
	struct config *config = config_read(text, "t", "/", NULL);
	GRand *random = g_rand_new_with_seed(7);
	for (int round = 0; round < 100; round++) {
		struct made made[RECORDS];
		make_records(made, random);
		struct plan *plan = plan_new();
		struct entitlement *all = entitlement_new(config, policies, NOW, plan);
		struct entitlement *some = entitlement_new(config, policies, NOW, plan);
		for (int i = 0; i < RECORDS; i++) {
			entitle_record(all, &made[i].record);
			if (made[i].record.place.source != BOOKINGS)
				entitle_record(some, &made[i].record);
		}
		entitle_refuse(all, BOOKINGS);
		/* People whom only the refused source names are still known. */
		char *one = describe(entitle_finish(all), false);
		char *other = describe(entitle_finish(some), false);
		g_assert_cmpstr(one, ==, other);
		g_free(one);
		g_free(other);
		entitlement_free(all);
		entitlement_free(some);
		plan_free(plan);
	}
	g_rand_free(random);
	config_free(config);
}

/* The edge of memory: a booking is kept while its window, grace included, may touch a chain to the present. */
static void
test_past(void)
{
	static const struct {
		instant until; /* of the booking, seconds after now - ENTITLE_PAST */
		guint windows;
	} cases[] = {
	    {1, 2}, {0, 2}, {-1799, 2}, {-1800, 0}, {-INSTANT_DAY, 0}, {-5 * INSTANT_DAY, 0}};
	struct config *config = config_read(text, "t", "/", NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct plan *plan = plan_new();
		struct entitlement *entitlement = entitlement_new(config, policies, NOW, plan);
		struct record record = {.kind = RECORD_BOOKING,
		    .place.source = BOOKINGS,
		    .status = STATUS_CONFIRMED,
		    .person.email = "a@example.com",
		    .targets = rooms,
		    .n_targets = 1};
		record.span.until = NOW - ENTITLE_PAST + cases[i].until;
		record.span.from = record.span.until - 3600;
		entitle_record(entitlement, &record);
		const struct entitled *entitled = entitle_finish(entitlement);
		g_test_message("%zu", i);
		g_assert_cmpuint(entitled->windows->len, ==, cases[i].windows);
		g_assert_true(g_array_index(entitled->persons, struct entitled_person, 0).known);
		entitlement_free(entitlement);
		plan_free(plan);
	}
	config_free(config);
}

/* What a list says of a resource fills in what the booking leaves out, and never replaces what it says. */
static void
test_named(void)
{
	static const struct {
		struct record_ref booked;
		guint windows; /* "Room 1" has a rule of its own */
	} cases[] = {{{"r1", NULL}, 1}, {{"r1", "Room 1"}, 2}, {{NULL, "Room 1"}, 2}};
	static const struct record_ref listed = {"r1", "Cellar"};
	struct config *config = config_read(text, "t", "/", NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct plan *plan = plan_new();
		struct entitlement *entitlement = entitlement_new(config, policies, NOW, plan);
		struct record list = {.kind = RECORD_RESOURCE,
		    .place.source = BOOKINGS,
		    .targets = &listed,
		    .n_targets = 1};
		struct record booking = {.kind = RECORD_BOOKING,
		    .place.source = BOOKINGS,
		    .status = STATUS_CONFIRMED,
		    .person.email = "a@example.com",
		    .targets = &cases[i].booked,
		    .n_targets = 1,
		    .span = {NOW, NOW + 3600}};
		entitle_record(entitlement, &list);
		entitle_record(entitlement, &booking);
		g_test_message("%zu", i);
		g_assert_cmpuint(entitle_finish(entitlement)->windows->len, ==, cases[i].windows);
		entitlement_free(entitlement);
		plan_free(plan);
	}
	config_free(config);
}

/* Only a row that says otherwise lifts a block, or leave for an export that names the person no more. */
static void
test_still_blocked(void)
{
	static const struct {
		const char *name;
		bool named;
		enum record_status status;
		enum entitle_doubt doubt;
		bool blocked;
	} cases[] = {
	    {"named no more", false, STATUS_UNKNOWN, ENTITLE_CERTAIN, true},
	    {"named no more, and accepted", false, STATUS_UNKNOWN, ENTITLE_ACCEPTED, false},
	    {"named no more, beside a row that cannot be read", false, STATUS_UNKNOWN,
		ENTITLE_UNREAD, true},
	    {"active again", true, STATUS_ACTIVE, ENTITLE_CERTAIN, false},
	    {"active again, and accepted", true, STATUS_ACTIVE, ENTITLE_ACCEPTED, false},
	    {"active again, beside a row that cannot be read", true, STATUS_ACTIVE, ENTITLE_UNREAD,
		true},
	    {"an unknown word", true, STATUS_UNKNOWN, ENTITLE_CERTAIN, true},
	    {"an unknown word, and accepted", true, STATUS_UNKNOWN, ENTITLE_ACCEPTED, true},
	};
	struct config *config = config_read(text, "t", "/", NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct plan *plan = plan_new();
		struct entitlement *entitlement = entitlement_new(config, policies, NOW, plan);
		struct record row = {.kind = RECORD_PERSON,
		    .place.source = PEOPLE,
		    .status = cases[i].status,
		    .person.email = "a@example.com"};
		if (cases[i].named)
			entitle_record(entitlement, &row);
		entitle_still_blocked(entitlement, PEOPLE, "a@example.com", cases[i].doubt);
		const struct entitled *entitled = entitle_finish(entitlement);
		uint32_t person = intern_find(entitled->people, "a@example.com");
		bool blocked =
		    person < entitled->persons->len &&
		    g_array_index(entitled->persons, struct entitled_person, person).blocked;
		g_test_message("%s", cases[i].name);
		g_assert_cmpint(blocked, ==, cases[i].blocked);
		/* so that the next run still knows it */
		g_assert_cmpuint(entitled->barred->len, ==, cases[i].blocked);
		entitlement_free(entitlement);
		plan_free(plan);
	}
	config_free(config);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/entitle/any-order", test_any_order);
	g_test_add_func("/entitle/refuse", test_refuse);
	g_test_add_func("/entitle/past", test_past);
	g_test_add_func("/entitle/named", test_named);
	g_test_add_func("/entitle/still-blocked", test_still_blocked);
	return g_test_run();
}
