/* The rules last applied. */
#include "tests/unit/store/scratch.h"

static GArray *
rules_of(const struct rule_seen *rules, unsigned count)
{
	GArray *array = g_array_new(FALSE, FALSE, sizeof(struct rule_seen));
	g_array_append_vals(array, rules, count);
	return array;
}

/* Save them and count what was written; then the history must have just these. */
static int
save(struct store *store, const struct rule_seen *rules, unsigned count)
{
	GError *error = NULL;
	GArray *array = rules_of(rules, count);
	int before = sqlite3_total_changes(store->db);
	store_save_rules(store, array, &error);
	g_assert_no_error(error);
	int changes = sqlite3_total_changes(store->db) - before;
	g_array_unref(array);

	struct history *history = store_history(store, SCRATCH_NOW, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(history->rules->len, ==, count);
	for (unsigned i = 0; i < count; i++) {
		const struct rule_seen *rule = &g_array_index(history->rules, struct rule_seen, i);
		g_assert_cmpstr(rule->name, ==, rules[i].name);
		g_assert_cmpstr(rule->text, ==, rules[i].text);
		g_assert_cmpstr(rule->group, ==, rules[i].group);
	}
	history_free(history);
	return changes;
}

static void
test_save(void)
{
	static const struct rule_seen one[] = {{"room-1", "resource=Room 1", "Room 1"}};
	static const struct rule_seen two[] = {
	    {"room-1", "resource=Room 1", "Room 1"}, {"resident", "plan=Desk", "45274"}};
	static const struct rule_seen edited[] = {
	    {"room-1", "resource=Room 1;grace=0", "Room 1"}, {"resident", "plan=Desk", "45274"}};
	static const struct rule_seen moved[] = {
	    {"room-1", "resource=Room 1;grace=0", "Room 2"}, {"resident", "plan=Desk", NULL}};
	static const struct rule_seen renamed[] = {
	    {"room-1", "resource=Room 1;grace=0", "Room 2"}, {"desks", "plan=Desk", NULL}};
	struct scratch s = scratch_open();
	g_assert_cmpint(save(s.store, NULL, 0), ==, 0);
	g_assert_cmpint(save(s.store, one, 1), >, 0);
	g_assert_cmpint(save(s.store, one, 1), ==, 0);
	g_assert_cmpint(save(s.store, two, 2), >, 0);
	g_assert_cmpint(save(s.store, two, 2), ==, 0);
	g_assert_cmpint(save(s.store, edited, 2), >, 0);
	g_assert_cmpint(save(s.store, moved, 2), >, 0);
	g_assert_cmpint(save(s.store, moved, 2), ==, 0);
	g_assert_cmpint(save(s.store, renamed, 2), >, 0);
	g_assert_cmpint(save(s.store, one, 1), >, 0);
	g_assert_cmpint(save(s.store, NULL, 0), >, 0);
	scratch_remove(&s);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/rules/save", test_save);
	return g_test_run();
}
