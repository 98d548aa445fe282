/* What Kisi shows decides what became of a change. */
#include "apply/settle.h"

#include "model/config.h"

#define NOW ((instant)1794816000) /* 2026-11-16T08:00:00Z */
#define HOUR INSTANT_HOUR

static struct config *
config_with_alias(void)
{
	GError *error = NULL;
	struct config *config = config_read(
	    "[source a]\nprofile = p\nfile = f\n[rule r]\nresource = x\ngroup = y\n", "test.ini",
	    "/", &error);
	g_assert_no_error(error);
	g_hash_table_insert(
	    config->people.aliases, g_strdup("old@example.com"), g_strdup("ada@example.com"));
	return config;
}

/* User 5 holds group 10 from NOW - 1 h to NOW + 2 h by assignment 100; user 6 is known under an alias. */
static struct snapshot *
small_snapshot(void)
{
	GError *error = NULL;
	struct snapshot *snapshot = snapshot_new();
	const struct kisi_user users[] = {{.id = 5,
					      .email = "Bea@Example.com",
					      .name = "Bea",
					      .access_enabled = true,
					      .confirmed = true},
	    {.id = 6,
		.email = "old@example.com",
		.name = "Ada",
		.access_enabled = true,
		.confirmed = true}};
	const struct kisi_assignment assignments[] = {{.id = 100,
							  .role_id = "group_basic",
							  .assignee = ASSIGNEE_USER,
							  .assignee_id = 5,
							  .applies_to = APPLIES_TO_GROUP,
							  .applies_to_id = 10,
							  .valid = {NOW - HOUR, NOW + 2 * HOUR}},
	    {.id = 101,
		.role_id = "group_manager",
		.assignee = ASSIGNEE_USER,
		.assignee_id = 5,
		.applies_to = APPLIES_TO_GROUP,
		.applies_to_id = 11,
		.valid = {INSTANT_ALWAYS, INSTANT_NEVER}},
	    {.id = 102,
		.role_id = "group_basic",
		.assignee = ASSIGNEE_TEAM,
		.assignee_id = 5,
		.applies_to = APPLIES_TO_GROUP,
		.applies_to_id = 12,
		.valid = {INSTANT_ALWAYS, INSTANT_NEVER}}};
	g_array_append_vals(snapshot->users, users, G_N_ELEMENTS(users));
	g_array_append_vals(snapshot->assignments, assignments, G_N_ELEMENTS(assignments));
	g_assert_true(snapshot_finish(snapshot, &error));
	g_assert_no_error(error);
	return snapshot;
}

static void
test_goals(void)
{
	static const struct {
		const char *name;
		struct goal goal;
		bool met;
		int64_t found; /* assignment in the slot; 0 = none */
	} cases[] = {
	    {"grant that is there",
		{.action = ACTION_GRANT,
		    .email = "bea@example.com",
		    .user_id = 5,
		    .group_id = 10,
		    .have_id = 0,
		    .want = {NOW - HOUR, NOW + 2 * HOUR}},
		true, 100},
	    {"grant that began at another past moment",
		{.action = ACTION_GRANT,
		    .email = "bea@example.com",
		    .user_id = 5,
		    .group_id = 10,
		    .have_id = 0,
		    .want = {NOW - 3 * HOUR, NOW + 2 * HOUR}},
		true, 100},
	    {"grant with another end",
		{.action = ACTION_GRANT,
		    .email = "bea@example.com",
		    .user_id = 5,
		    .group_id = 10,
		    .have_id = 0,
		    .want = {NOW, NOW + HOUR}},
		false, 100},
	    {"grant that begins later",
		{.action = ACTION_GRANT,
		    .email = "bea@example.com",
		    .user_id = 5,
		    .group_id = 10,
		    .have_id = 0,
		    .want = {NOW + 1, NOW + 2 * HOUR}},
		false, 100},
	    {"grant of a user made in the run, found by address",
		{.action = ACTION_GRANT,
		    .email = "bea@example.com",
		    .user_id = 0,
		    .group_id = 10,
		    .have_id = 0,
		    .want = {NOW, NOW + 2 * HOUR}},
		true, 100},
	    {"grant of nobody",
		{.action = ACTION_GRANT,
		    .email = "new@example.com",
		    .user_id = 0,
		    .group_id = 10,
		    .have_id = 0,
		    .want = {NOW, NOW + 2 * HOUR}},
		false, 0},
	    {"another role is not the grant",
		{.action = ACTION_GRANT,
		    .email = "bea@example.com",
		    .user_id = 5,
		    .group_id = 11,
		    .have_id = 0,
		    .want = {INSTANT_ALWAYS, INSTANT_NEVER}},
		false, 0},
	    {"nor is a team's",
		{.action = ACTION_GRANT,
		    .email = "bea@example.com",
		    .user_id = 5,
		    .group_id = 12,
		    .have_id = 0,
		    .want = {INSTANT_ALWAYS, INSTANT_NEVER}},
		false, 0},
	    {"adjust that was replaced by another assignment",
		{.action = ACTION_ADJUST,
		    .email = "bea@example.com",
		    .user_id = 5,
		    .group_id = 10,
		    .have_id = 99,
		    .want = {NOW, NOW + 2 * HOUR}},
		true, 100},
	    {"revoke of what is gone",
		{.action = ACTION_REVOKE,
		    .email = "bea@example.com",
		    .user_id = 5,
		    .group_id = 10,
		    .have_id = 99,
		    .want = {0, 0}},
		true, 100},
	    {"revoke of what is still there",
		{.action = ACTION_REVOKE,
		    .email = "bea@example.com",
		    .user_id = 5,
		    .group_id = 10,
		    .have_id = 100,
		    .want = {0, 0}},
		false, 100},
	    {"cleanup of what is still there",
		{.action = ACTION_CLEANUP,
		    .email = "bea@example.com",
		    .user_id = 5,
		    .group_id = 10,
		    .have_id = 100,
		    .want = {0, 0}},
		false, 100},
	    {"user that exists",
		{.action = ACTION_CREATE_USER,
		    .email = "bea@example.com",
		    .user_id = 0,
		    .group_id = 0,
		    .have_id = 0,
		    .want = {0, 0}},
		true, 0},
	    {"user known under an alias",
		{.action = ACTION_CREATE_USER,
		    .email = "ada@example.com",
		    .user_id = 0,
		    .group_id = 0,
		    .have_id = 0,
		    .want = {0, 0}},
		true, 0},
	    {"user that does not",
		{.action = ACTION_CREATE_USER,
		    .email = "new@example.com",
		    .user_id = 0,
		    .group_id = 0,
		    .have_id = 0,
		    .want = {0, 0}},
		false, 0},
	};
	struct config *config = config_with_alias();
	struct snapshot *snapshot = small_snapshot();
	struct evidence *evidence = evidence_new(snapshot, config);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct found found;
		g_test_message("%s", cases[i].name);
		g_assert_cmpint(
		    evidence_met(evidence, &cases[i].goal, NOW, &found), ==, cases[i].met);
		g_assert_cmpint(found.id, ==, cases[i].found);
	}
	evidence_free(evidence);
	snapshot_free(snapshot);
	config_free(config);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/settle/goals", test_goals);
	return g_test_run();
}
