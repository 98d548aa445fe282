/* Rows with one id: what makes them equal, and what different. */
#include "reconcile/repeats.h"

#include <string.h>

static const struct record_person someone[] = {{.email = "ben@example.com"}};
static const struct record_ref room[] = {{.name = "Room 1"}}, by_id[] = {{.id = "Room 1"}},
			       rooms[] = {{.name = "Room 1"}, {.name = "Room 2"}};
static const struct interval frozen[] = {{10, 20}};

/* Every one of these differs from every other one. */
static const struct record different[] = {
    {.kind = RECORD_BOOKING, .id = "1", .status = STATUS_CONFIRMED, .span = {10, 20}},
    {.kind = RECORD_BOOKING, .id = "1", .status = STATUS_COMPLETED, .span = {10, 20}},
    {.kind = RECORD_BOOKING, .id = "1", .status = STATUS_CONFIRMED, .span = {10, 21}},
    {.kind = RECORD_BOOKING, .id = "1", .status = STATUS_CONFIRMED, .span = {11, 20}},
    {.kind = RECORD_MEMBERSHIP, .id = "1", .status = STATUS_CONFIRMED, .span = {10, 20}},
    {.kind = RECORD_BOOKING,
	.id = "1",
	.status = STATUS_CONFIRMED,
	.span = {10, 20},
	.company = "x"},
    {.kind = RECORD_BOOKING,
	.id = "1",
	.status = STATUS_CONFIRMED,
	.span = {10, 20},
	.location = "x"},
    {.kind = RECORD_BOOKING, .id = "1", .status = STATUS_CONFIRMED, .span = {10, 20}, .group = "x"},
    {.kind = RECORD_BOOKING,
	.id = "1",
	.status = STATUS_CONFIRMED,
	.span = {10, 20},
	.company = ""},
    {.kind = RECORD_BOOKING,
	.id = "1",
	.status = STATUS_CONFIRMED,
	.span = {10, 20},
	.person.email = "x"},
    {.kind = RECORD_BOOKING,
	.id = "1",
	.status = STATUS_CONFIRMED,
	.span = {10, 20},
	.person.ref = "x"},
    {.kind = RECORD_BOOKING,
	.id = "1",
	.status = STATUS_CONFIRMED,
	.span = {10, 20},
	.targets = room,
	.n_targets = 1},
    {.kind = RECORD_BOOKING,
	.id = "1",
	.status = STATUS_CONFIRMED,
	.span = {10, 20},
	.targets = by_id,
	.n_targets = 1},
    {.kind = RECORD_BOOKING,
	.id = "1",
	.status = STATUS_CONFIRMED,
	.span = {10, 20},
	.targets = rooms,
	.n_targets = 2},
    {.kind = RECORD_BOOKING,
	.id = "1",
	.status = STATUS_CONFIRMED,
	.span = {10, 20},
	.attendees = someone,
	.n_attendees = 1},
    {.kind = RECORD_BOOKING,
	.id = "1",
	.status = STATUS_CONFIRMED,
	.span = {10, 20},
	.freezes = frozen,
	.n_freezes = 1},
};

static void
test_different(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(different); i++) {
		for (size_t j = 0; j < G_N_ELEMENTS(different); j++) {
			struct repeats *repeats = repeats_new(1);
			struct reason_range former = {7, 7}, gave = {3, 4};
			g_test_message("%zu %zu", i, j);
			g_assert_cmpint(
			    repeats_look(repeats, &different[i], false, &former), ==, REPEAT_NEW);
			repeats_keep(repeats, &different[i], gave);
			enum repeat repeat = repeats_look(repeats, &different[j], false, &former);
			/* A row may tell of its person, too: records of two kinds with one id. */
			enum repeat want = different[i].kind != different[j].kind ? REPEAT_NEW
					   : i == j				  ? REPEAT_EQUAL
						    : REPEAT_DIFFERENT;
			g_assert_cmpint(repeat, ==, want);
			g_assert_cmpuint(former.first, ==, want == REPEAT_DIFFERENT ? 3 : 7);
			g_assert_cmpuint(former.count, ==, want == REPEAT_DIFFERENT ? 4 : 7);
			repeats_free(repeats);
		}
	}
}

/* Where a row stands and how its person is called makes no difference. */
static void
test_equal(void)
{
	struct repeats *repeats = repeats_new(1);
	struct reason_range former, gave = {0, 1};
	struct record record = different[9];
	record.place.row = 2;
	record.person.name = "Ada Moss";
	g_assert_cmpint(repeats_look(repeats, &record, false, &former), ==, REPEAT_NEW);
	repeats_keep(repeats, &record, gave);
	record.place.row = 99;
	record.place.file = 1;
	record.person.name = "A. Moss";
	g_assert_cmpint(repeats_look(repeats, &record, false, &former), ==, REPEAT_EQUAL);
	repeats_free(repeats);
}

/* The last one kept is the one compared with, and what it gave is handed out. */
static void
test_last_counts(void)
{
	struct repeats *repeats = repeats_new(1);
	struct reason_range former;
	for (uint32_t i = 0; i < 4; i++) {
		const struct record *record = &different[i % 2];
		enum repeat repeat = repeats_look(repeats, record, false, &former);
		g_assert_cmpint(repeat, ==, i == 0 ? REPEAT_NEW : REPEAT_DIFFERENT);
		if (i > 0)
			g_assert_cmpuint(former.first, ==, 10 * (i - 1));
		repeats_keep(repeats, record, (struct reason_range){10 * i, 1});
	}
	repeats_free(repeats);
}

static void
test_apart(void)
{
	struct repeats *repeats = repeats_new(2);
	struct reason_range former, gave = {0, 1};
	struct record record = different[0], nameless = different[0];
	repeats_look(repeats, &record, false, &former);
	repeats_keep(repeats, &record, gave);
	/* another source, another id, none at all */
	record.place.source = 1;
	g_assert_cmpint(repeats_look(repeats, &record, false, &former), ==, REPEAT_NEW);
	record.place.source = 0;
	record.id = "11";
	g_assert_cmpint(repeats_look(repeats, &record, false, &former), ==, REPEAT_NEW);
	nameless.id = NULL;
	for (int i = 0; i < 2; i++) {
		g_assert_cmpint(repeats_look(repeats, &nameless, false, &former), ==, REPEAT_NEW);
		repeats_keep(repeats, &nameless, gave);
	}
	repeats_free(repeats);
}

/* Of events that say when they happened the later one counts, whatever order they come in. */
static void
test_log(void)
{
	struct repeats *repeats = repeats_new(1);
	struct reason_range gave = {3, 2}, former = {0};
	struct record event = {.kind = RECORD_BOOKING, .id = "1", .span = {10, 20}, .made = 100};
	g_assert_cmpint(repeats_look(repeats, &event, true, &former), ==, REPEAT_NEW);
	repeats_keep(repeats, &event, gave);
	event.span.until = 30;
	event.made = 99;
	g_assert_cmpint(repeats_look(repeats, &event, true, &former), ==, REPEAT_OLDER);
	g_assert_cmpint(repeats_look(repeats, &event, false, &former), ==, REPEAT_DIFFERENT);
	event.undated = true;
	g_assert_cmpint(repeats_look(repeats, &event, true, &former), ==, REPEAT_DIFFERENT);
	event.undated = false;
	event.made = 100;
	g_assert_cmpint(repeats_look(repeats, &event, true, &former), ==, REPEAT_DIFFERENT);
	/* the same again says that it still holds */
	event.span.until = 20;
	event.made = 200;
	g_assert_cmpint(repeats_look(repeats, &event, true, &former), ==, REPEAT_EQUAL);
	g_assert_cmpint(repeats_row(repeats, 0, RECORD_BOOKING, "1")->made, ==, 200);
	g_assert_null(repeats_row(repeats, 0, RECORD_BOOKING, "2"));
	repeats_free(repeats);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/repeats/different", test_different);
	g_test_add_func("/repeats/equal", test_equal);
	g_test_add_func("/repeats/last-counts", test_last_counts);
	g_test_add_func("/repeats/apart", test_apart);
	g_test_add_func("/repeats/log", test_log);
	return g_test_run();
}
