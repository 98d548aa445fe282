/* What lifts a limit: leave for this plan, or for just what the limit holds of it, and for as many. */
#include "reconcile/reconcile.h"

#include <string.h>

#define NOW ((instant)1794654000)

/* Three people of whom no source knows anything, in a group where two removals are the most. */
static const char text[] = "[source b]\nprofile = p\nfile = f\n"
			   "[rule room]\nresource = Room 1\ngroup = Room 1\n";

static struct snapshot *
make_snapshot(void)
{
	static const struct kisi_group groups[] = {{.id = 10, .name = "Room 1"}};
	struct snapshot *snapshot = snapshot_new();
	g_array_append_vals(snapshot->groups, groups, 1);
	for (int64_t i = 1; i <= 3; i++) {
		char *email = g_strdup_printf("p%d@example.com", (int)i);
		struct kisi_user user = {.id = i,
		    .email = snapshot_text(snapshot, email),
		    .access_enabled = true,
		    .confirmed = true};
		struct kisi_assignment assignment = {.id = 100 + i,
		    .role_id = "group_basic",
		    .assignee = ASSIGNEE_USER,
		    .assignee_id = i,
		    .applies_to = APPLIES_TO_GROUP,
		    .applies_to_id = 10,
		    .valid = {INSTANT_ALWAYS, INSTANT_NEVER}};
		g_array_append_val(snapshot->users, user);
		g_array_append_val(snapshot->assignments, assignment);
		g_free(email);
	}
	g_assert_true(snapshot_finish(snapshot, NULL));
	return snapshot;
}

static struct plan *
plan_with(const struct approval *approval, struct snapshot *snapshot, const struct plan *before)
{
	static const struct source_policy policy = {.name = "b", .kind = RECORD_BOOKING};
	static bool refused = false, doubted = false;
	struct config *config = config_read(text, "t", "/", NULL);
	struct plan *plan = plan_new();
	struct history *history = history_new();
	struct entitlement *entitlement = entitlement_new(config, &policy, NOW, plan);
	struct import_facts *facts = import_facts_new("b", RECORD_BOOKING);
	GPtrArray *imports = g_ptr_array_new();
	struct givers *givers = givers_new(config, &policy, history, NOW);
	const struct entitled *entitled = entitle_finish(entitlement);
	const struct guard_facts guard_facts = {.imports = imports,
	    .refused = &refused,
	    .doubted = &doubted,
	    .givers = givers,
	    .before = before,
	    .command = "go"};
	g_ptr_array_add(imports, facts);
	history->approval = approval;
	plan->as_of = NOW;
	givers_settle(givers, entitled, &refused, &doubted);
	const struct reconcile_input input = {.config = config,
	    .policies = &policy,
	    .entitled = entitled,
	    .snapshot = snapshot,
	    .history = history,
	    .facts = &guard_facts};
	GError *error = NULL;
	g_assert_true(reconcile(&input, plan, &error));
	g_assert_no_error(error);
	givers_free(givers);
	g_ptr_array_unref(imports);
	import_facts_free(facts);
	entitlement_free(entitlement);
	history_free(history);
	config_free(config);
	return plan;
}

static const struct verdict *
verdict_of(const struct plan *plan, const char *guard)
{
	for (guint i = 0; i < plan->verdicts->len; i++) {
		const struct verdict *verdict = g_ptr_array_index(plan->verdicts, i);
		if (strcmp(guard_word(verdict->guard), guard) == 0)
			return verdict;
	}
	g_assert_not_reached();
}

static void
test_approval(void)
{
	struct snapshot *snapshot = make_snapshot();
	struct plan *held = plan_with(NULL, snapshot, NULL);
	g_assert_cmpuint(held->held->len, ==, 3);
	g_assert_false(held->approved);
	char *hint = g_strdup_printf(
	    "if they are right: go --approve %s --max-removals 3", held->removals_id);
	g_assert_cmpstr(verdict_of(held, "max_removals")->hint, ==, hint);
	g_free(hint);

	const struct {
		struct approval approval;
		bool good;
	} cases[] = {
	    {{.plan_id = held->removals_id, .max_removals = 3, .max_grants = -1, .who = "ada"},
		true},
	    {{.plan_id = held->id, .max_removals = 4, .max_grants = -1, .who = "ada"}, true},
	    {{.plan_id = held->removals_id, .max_removals = 2, .max_grants = -1, .who = "ada"},
		false},
	    {{.plan_id = "000000000000", .max_removals = 3, .max_grants = -1, .who = "ada"}, false},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct plan *plan = plan_with(&cases[i].approval, snapshot, NULL);
		g_test_message("%zu", i);
		g_assert_cmpint(plan->approved, ==, cases[i].good);
		g_assert_cmpuint(plan->changes->len, ==, cases[i].good ? 3 : 0);
		g_assert_cmpint(
		    strstr(verdict_of(plan, "max_removals")->text, "approved by ada") != NULL, ==,
		    cases[i].good);
		plan_free(plan);
	}
	plan_free(held);
	snapshot_free(snapshot);
}

/* Planned again after its own changes, a run holds by the limits what it held before them, and nothing else. */
static void
test_before(void)
{
	struct snapshot *snapshot = make_snapshot();
	struct plan *held = plan_with(NULL, snapshot, NULL);
	struct approval approval = {
	    .plan_id = held->removals_id, .max_removals = 3, .max_grants = -1, .who = "ada"};
	struct plan *approved = plan_with(&approval, snapshot, NULL);
	struct plan *again = plan_with(NULL, snapshot, held);
	g_assert_cmpuint(again->held->len, ==, 3);
	plan_free(again);
	again = plan_with(NULL, snapshot, approved);
	g_assert_cmpuint(again->held->len, ==, 0);
	g_assert_cmpuint(again->changes->len, ==, 3);
	plan_free(again);
	plan_free(approved);
	plan_free(held);
	snapshot_free(snapshot);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/guard_limits/approval", test_approval);
	g_test_add_func("/guard_limits/before", test_before);
	return g_test_run();
}
