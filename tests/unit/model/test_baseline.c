/* What an apply leaves: in order, each once, and without what Kisi does not show any more. */
#include "model/baseline.h"

#include <string.h>

#define NOW 100

static struct giver
giver(const char *email, int64_t door_id, instant from, instant until)
{
	return (struct giver){.kind = GIVER_RECORD,
	    .object = OBJECT_ASSIGNMENT,
	    .email = email,
	    .door_id = door_id,
	    .span = {from, until},
	    .source = "b"};
}

static void
keep(struct baseline *baseline, struct giver one, int64_t user_id)
{
	struct kept_giver kept = {one, user_id};
	g_array_append_val(baseline->givers, kept);
}

static void
assign(struct snapshot *snapshot, int64_t user, int64_t group, instant from, instant until)
{
	struct kisi_assignment one = {.id = snapshot->assignments->len + 1,
	    .role_id = "group_basic",
	    .assignee = ASSIGNEE_USER,
	    .assignee_id = user,
	    .applies_to = APPLIES_TO_GROUP,
	    .applies_to_id = group,
	    .valid = {from, until}};
	g_array_append_val(snapshot->assignments, one);
}

static void
test_givers(void)
{
	struct baseline *baseline = baseline_new();
	struct snapshot *snapshot = snapshot_new();
	keep(baseline, giver("ben", 1, 200, 300), 0);
	keep(baseline, giver("ada", 2, 200, 300), 0);
	keep(baseline, giver("ada", 1, 200, 300), 0);
	keep(baseline, giver("ben", 1, 200, 300), 0);
	keep(baseline, giver("ada", 1, 150, 300), 0);
	g_autoptr(GArray) list = baseline_givers(baseline, snapshot, NOW);
	static const struct {
		const char *email;
		int64_t door_id;
		instant from;
	} wanted[] = {{"ada", 1, 150}, {"ada", 1, 200}, {"ada", 2, 200}, {"ben", 1, 200}};
	g_assert_cmpuint(list->len, ==, G_N_ELEMENTS(wanted));
	for (guint i = 0; i < list->len; i++) {
		const struct giver *one = &g_array_index(list, struct giver, i);
		g_assert_cmpstr(one->email, ==, wanted[i].email);
		g_assert_cmpint(one->door_id, ==, wanted[i].door_id);
		g_assert_cmpint(one->span.from, ==, wanted[i].from);
	}
	snapshot_free(snapshot);
	baseline_free(baseline);
	baseline_free(NULL);
}

/* Of a user of Kisi only what there is still some time of, from now on. */
static void
test_is_there(void)
{
	static const struct {
		const char *name;
		int64_t user, group; /* of what Kisi has */
		instant from, until;
		bool kept;
	} cases[] = {
	    {"some of it", 5, 1, 250, 900, true},
	    {"all of it", 5, 1, INSTANT_ALWAYS, INSTANT_NEVER, true},
	    {"another user", 6, 1, 200, 300, false},
	    {"another group", 5, 2, 200, 300, false},
	    {"before it", 5, 1, 0, 200, false},
	    {"behind it", 5, 1, 300, 400, false},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct baseline *baseline = baseline_new();
		struct snapshot *snapshot = snapshot_new();
		keep(baseline, giver("ada", 1, 200, 300), 5);
		assign(snapshot, cases[i].user, cases[i].group, cases[i].from, cases[i].until);
		g_autoptr(GArray) list = baseline_givers(baseline, snapshot, NOW);
		g_test_message("%s", cases[i].name);
		g_assert_cmpuint(list->len, ==, cases[i].kept);
		snapshot_free(snapshot);
		baseline_free(baseline);
	}

	/* over, though their times met: that is no access any more */
	static const struct interval spans[][2] = {{{0, 300}, {50, 100}}, {{0, 100}, {50, 900}}};
	for (size_t i = 0; i < G_N_ELEMENTS(spans); i++) {
		struct baseline *baseline = baseline_new();
		struct snapshot *snapshot = snapshot_new();
		keep(baseline, giver("ada", 1, spans[i][0].from, spans[i][0].until), 5);
		assign(snapshot, 5, 1, spans[i][1].from, spans[i][1].until);
		g_autoptr(GArray) list = baseline_givers(baseline, snapshot, NOW);
		g_assert_cmpuint(list->len, ==, 0);
		snapshot_free(snapshot);
		baseline_free(baseline);
	}
}

/* What a team has, or a guest, or somebody at a place, is no slot of a user in a group. */
static void
test_other_assignments(void)
{
	struct baseline *baseline = baseline_new();
	struct snapshot *snapshot = snapshot_new();
	keep(baseline, giver("ada", 1, 200, 300), 5);
	assign(snapshot, 5, 1, 200, 300);
	assign(snapshot, 5, 1, 200, 300);
	g_array_index(snapshot->assignments, struct kisi_assignment, 0).assignee = ASSIGNEE_TEAM;
	g_array_index(snapshot->assignments, struct kisi_assignment, 1).applies_to =
	    APPLIES_TO_PLACE;
	g_autoptr(GArray) list = baseline_givers(baseline, snapshot, NOW);
	g_assert_cmpuint(list->len, ==, 0);
	snapshot_free(snapshot);
	baseline_free(baseline);
}

/* Of one record with several pieces of time the last end counts. */
static void
test_later(void)
{
	struct baseline *baseline = baseline_new();
	const struct later_record added[] = {
	    {"m", 1, 10}, {"b", 9, 20}, {"b", 2, 30}, {"b", 9, 40}, {"b", 9, 35}};
	static const struct later_record wanted[] = {{"b", 2, 30}, {"b", 9, 40}, {"m", 1, 10}};
	g_array_append_vals(baseline->later, added, G_N_ELEMENTS(added));
	g_autoptr(GArray) list = baseline_later(baseline);
	g_assert_cmpuint(list->len, ==, G_N_ELEMENTS(wanted));
	for (guint i = 0; i < list->len; i++) {
		const struct later_record *one = &g_array_index(list, struct later_record, i);
		g_assert_cmpstr(one->source, ==, wanted[i].source);
		g_assert_cmpuint(one->key, ==, wanted[i].key);
		g_assert_cmpint(one->until, ==, wanted[i].until);
	}
	baseline_free(baseline);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/baseline/givers", test_givers);
	g_test_add_func("/baseline/is-there", test_is_there);
	g_test_add_func("/baseline/other-assignments", test_other_assignments);
	g_test_add_func("/baseline/later", test_later);
	return g_test_run();
}
