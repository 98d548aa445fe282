/* Which group a resource or plan may stand for. */
#include "reconcile/suggest.h"

#include <string.h>

static const struct {
	const char *name, *group;
	unsigned score;
} scores[] = {
    {"Meeting Room 1", "meeting  room 1 ", 100},
    {"Caf\xc3\xa9", "Cafe\xcc\x81", 100},
    {"Meeting-Room 1", "Meeting Room 1", 95},
    {"Meeting Room 1", "Meeting Room 1 + Front door", 80},
    {"Resident", "Resident floor", 80},
    {"Resident Desk", "Resident floor", 50},
    {"Night Pass", "London night access", 43},
    /* other numbers: another room */
    {"Meeting Room 1", "Meeting Room 2", 0},
    {"Meeting Room 1", "Meeting Room 11", 0},
    {"Room 1", "Room 1 and 2", 0},
    {"Room A1", "Room A2", 0},
    {"Meeting Room", "Meeting Room 2", 80},
    /* a number, or a short word, is no likeness */
    {"1", "Court 1", 0},
    {"a b", "b c", 0},
    {"Hot Desk", "Harbour House members", 0},
    /* a word that is said twice is one word */
    {"Hall", "Hall hall", 80},
    {"Hall north hall", "Hall south east", 43},
    /* one word in common of four */
    {"Meeting room north wing", "Meeting hall south tower", 0},
    {"+", "-", 0},
    {"", "Room", 0},
};

static void
test_scores(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(scores); i++) {
		g_test_message("\"%s\" \"%s\"", scores[i].name, scores[i].group);
		g_assert_cmpuint(
		    suggest_score(scores[i].name, scores[i].group), ==, scores[i].score);
		g_assert_cmpuint(
		    suggest_score(scores[i].group, scores[i].name), ==, scores[i].score);
	}
}

static struct snapshot *
make_snapshot(void)
{
	static const struct kisi_place places[] = {
	    {.id = 1, .name = "Harbour House", .time_zone = NULL},
	    {.id = 2, .name = "Harbour Mill", .time_zone = NULL}};
	static const struct kisi_group groups[] = {{.id = 10, .name = "Room 1", .place_id = 1},
	    {.id = 11, .name = "Studio", .place_id = 1},
	    {.id = 12, .name = "Studio", .place_id = 2}, {.id = 13, .name = "Hall", .place_id = 2},
	    {.id = 14, .name = "Hall and stage"}};
	struct snapshot *snapshot = snapshot_new();
	g_array_append_vals(snapshot->places, places, G_N_ELEMENTS(places));
	g_array_append_vals(snapshot->groups, groups, G_N_ELEMENTS(groups));
	g_assert_true(snapshot_finish(snapshot, NULL));
	return snapshot;
}

static const struct census_entry entries[] = {
    {.kind = RULE_RESOURCE, .source = 0, .name = "Hall", .records = 3},
    {.kind = RULE_RESOURCE, .source = 1, .name = "hall", .records = 4},
    {.kind = RULE_RESOURCE, .source = 0, .id = "77", .records = 1},
    {.kind = RULE_RESOURCE, .source = 0, .name = "Room 1", .location = "House", .records = 1},
    {.kind = RULE_RESOURCE, .source = 0, .name = "Studio", .records = 2},
    {.kind = RULE_PLAN, .source = 2, .name = "Hall", .group = "13", .records = 4},
    {.kind = RULE_PLAN, .source = 3, .name = "Hall", .group = "12", .records = 1},
};

static char *
shown(const GPtrArray *rules)
{
	GString *out = g_string_new(NULL);
	for (guint i = 0; i < rules->len; i++) {
		const struct starter_rule *rule = rules->pdata[i];
		g_string_append_printf(out,
		    "%d %s@%s %s %" G_GUINT64_FORMAT " %s:", (int)rule->kind, rule->key,
		    rule->location != NULL ? rule->location : "-",
		    rule->group != NULL ? rule->group : "-", rule->records,
		    rule->clear ? "clear" : "-");
		for (guint j = 0; j < rule->candidates->len; j++) {
			const struct starter_group *group = &g_array_index(
			    rule->candidates, struct starter_group, j);
			g_string_append_printf(
			    out, " %" G_GINT64_FORMAT "/%u", group->id, group->score);
		}
		g_string_append_c(out, '\n');
	}
	return g_string_free(out, FALSE);
}

/* The snapshot is freed. */
static void
check_rules(struct snapshot *snapshot, const struct census_entry *list, size_t count, int64_t place,
    const char *want)
{
	GArray *array = g_array_new(FALSE, FALSE, sizeof(struct census_entry));
	g_array_append_vals(array, list, (guint)count);
	GPtrArray *rules = suggest_rules(array, snapshot, place);
	char *text = shown(rules);
	g_assert_cmpstr(text, ==, want);
	g_free(text);
	g_ptr_array_unref(rules);
	g_array_unref(array);
	snapshot_free(snapshot);
}

static void
test_rules(void)
{
	check_rules(make_snapshot(), entries, G_N_ELEMENTS(entries), 0,
	    "0 77@- - 1 -:\n"
	    "0 Hall@- - 7 clear: 13/100 14/80\n"
	    "0 Room 1@- - 1 clear: 10/100\n"
	    "0 Studio@- - 2 -: 11/100 12/100\n"
	    "1 Hall@- 13 5 clear: 13/100 14/80\n");
	/* with a place, groups of others do not count */
	check_rules(make_snapshot(), &entries[4], 1, 1, "0 Studio@- - 2 clear: 11/100\n");
	check_rules(make_snapshot(), &entries[0], 1, 1, "0 Hall@- - 3 -: 14/80\n");
}

/* The best groups are offered, by likeness, then name, then id; rules by kind, then key, then location. */
static void
test_order(void)
{
	static const char *const names[] = {
	    "Hall 5", "Hall 4", "Hall 3", "Hall 2", "Hall 1", "Hall 1", "Hall"};
	static const struct census_entry plan_first[] = {
	    {.kind = RULE_PLAN, .name = "Bar", .records = 1},
	    {.kind = RULE_RESOURCE, .name = "Hall", .records = 1},
	    {.kind = RULE_RESOURCE, .name = "Gate", .location = "Mill", .records = 1},
	    {.kind = RULE_RESOURCE, .name = "Gate", .location = "House", .records = 1},
	    {.kind = RULE_RESOURCE, .name = "Gate", .records = 1}};
	struct snapshot *snapshot = snapshot_new();
	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		struct kisi_group group = {.id = 10 + i, .name = names[i]};
		g_array_append_val(snapshot->groups, group);
	}
	g_assert_true(snapshot_finish(snapshot, NULL));
	check_rules(snapshot, plan_first, G_N_ELEMENTS(plan_first), 0,
	    "0 Gate@- - 1 -:\n0 Gate@House - 1 -:\n0 Gate@Mill - 1 -:\n0 Hall@- - 1 clear: 16/100 "
	    "14/80 15/80 13/80 12/80\n"
	    "1 Bar@- - 1 -:\n");
}

/* One name, several things: a rule without location would reach both. */
static void
test_namesakes(void)
{
	static const struct census_entry twins[] = {
	    {.kind = RULE_RESOURCE, .name = "Room 1", .records = 1},
	    {.kind = RULE_RESOURCE, .name = "room 1", .location = "Mill", .records = 1},
	};
	check_rules(make_snapshot(), twins, 2, 0,
	    "0 Room 1@- - 1 -: 10/100\n0 room 1@Mill - 1 clear: 10/100\n");
}

static const struct {
	const char *text;
	int64_t place; /* 0: nobody can say */
} texts[] = {
    {"exports/mill/bookings.csv", 2},
    {"exports/House/x.csv", 1},
    {"exports/harbour/x.csv", 0},
    {"mill and house", 0},
    {"treadmill.csv", 0},
    {"", 0},
};

static void
test_places(void)
{
	struct snapshot *snapshot = make_snapshot();
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		const struct kisi_place *place = suggest_place(snapshot, texts[i].text);
		g_test_message("%s", texts[i].text);
		g_assert_cmpint(place != NULL ? place->id : 0, ==, texts[i].place);
	}
	snapshot_free(snapshot);
}

/* Staff, a user without an address and twice the same person are counted as people; managers and the named are not. */
static void
test_unnamed(void)
{
	static const struct kisi_user users[] = {
	    {.id = 1, .email = "Ada@example.org", .person = "ada@example.org"},
	    {.id = 2, .email = "cleaner@example.org", .person = "cleaner@example.org"},
	    {.id = 3, .email = "reception"},
	    {.id = 4, .email = "boss@example.org", .person = "boss@example.org"}};
	static const struct {
		int64_t user, group;
		const char *role;
	} held[] = {{1, 10, ROLE_GROUP_BASIC}, {2, 10, ROLE_GROUP_BASIC}, {2, 10, ROLE_GROUP_BASIC},
	    {3, 10, ROLE_GROUP_BASIC}, {4, 10, "group_manager"}, {1, 14, ROLE_GROUP_BASIC},
	    {2, 13, ROLE_GROUP_BASIC}};
	struct snapshot *snapshot = make_snapshot();
	g_array_append_vals(snapshot->users, users, G_N_ELEMENTS(users));
	for (guint i = 0; i < G_N_ELEMENTS(held); i++) {
		struct kisi_assignment one = {.id = i + 1,
		    .role_id = held[i].role,
		    .assignee_id = held[i].user,
		    .applies_to = APPLIES_TO_GROUP,
		    .applies_to_id = held[i].group};
		g_array_append_val(snapshot->assignments, one);
	}
	g_assert_true(snapshot_finish(snapshot, NULL));
	g_autoptr(GArray) array = g_array_new(FALSE, FALSE, sizeof(struct census_entry));
	g_array_append_vals(array, entries, 4);
	g_autoptr(GHashTable) named = g_hash_table_new(g_str_hash, g_str_equal);
	g_hash_table_add(named, (gpointer) "ada@example.org");
	g_autoptr(GPtrArray) rules = suggest_rules(array, snapshot, 0);
	suggest_unnamed(rules, snapshot, named);
	g_autoptr(GString) out = g_string_new(NULL);
	for (guint i = 0; i < rules->len; i++) {
		const struct starter_rule *rule = rules->pdata[i];
		for (guint j = 0; j < rule->candidates->len; j++) {
			const struct starter_group *group = &g_array_index(
			    rule->candidates, struct starter_group, j);
			g_string_append_printf(
			    out, "%" G_GINT64_FORMAT ":%u ", group->id, group->unnamed);
		}
	}
	g_assert_cmpstr(out->str, ==, "13:1 14:0 10:2 ");
	snapshot_free(snapshot);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/suggest/scores", test_scores);
	g_test_add_func("/suggest/rules", test_rules);
	g_test_add_func("/suggest/order", test_order);
	g_test_add_func("/suggest/namesakes", test_namesakes);
	g_test_add_func("/suggest/places", test_places);
	g_test_add_func("/suggest/unnamed", test_unnamed);
	return g_test_run();
}
