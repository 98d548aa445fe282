/* Which rules fit. */
#include "reconcile/rules.h"

#include <string.h>

static const char text[] = "[source a]\nprofile = p\nfile = f\n[source b]\nprofile = p\nfile = f\n"
			   "[rule name]\nresource = Room 1\ngroup = G\n"
			   "[rule id]\nresource = 17\ngroup = G\n"
			   "[rule any]\nresource = *\ngroup = G\n"
			   "[rule harbour]\nresource = Room 1\nlocation = Harbour\ngroup = G\n"
			   "[rule somewhere]\nresource = Room 1\nlocation = *\ngroup = G\n"
			   "[rule only b]\nresource = Room 1\nsource = b\ngroup = G\n"
			   "[rule plan]\nplan = Room 1\ngroup = G\n"
			   "[rule any plan]\nplan = *\ngroup = G\n";

static const struct {
	uint32_t source;
	enum rule_kind kind;
	const char *id, *name, *location;
	const char *want; /* names of the rules, `; ` between */
} cases[] = {
    {0, RULE_RESOURCE, NULL, "Room 1", NULL, "name; any"},
    {0, RULE_RESOURCE, NULL, " room  1 ", NULL, "name; any"},
    {0, RULE_RESOURCE, "17", "Room 1", NULL, "name; id; any"},
    {0, RULE_RESOURCE, "17", NULL, NULL, "id; any"},
    {0, RULE_RESOURCE, "Room 1", "17", NULL, "name; id; any"},
    {0, RULE_RESOURCE, NULL, "Room 11", NULL, "any"},
    {0, RULE_RESOURCE, NULL, "*", NULL, "any"},
    {0, RULE_RESOURCE, NULL, "", NULL, ""},
    {0, RULE_RESOURCE, " ", "\xc2\xa0", NULL, ""},
    {0, RULE_RESOURCE, NULL, "Room 1", "HARBOUR ", "name; any; harbour; somewhere"},
    {0, RULE_RESOURCE, NULL, "Room 1", "Hill", "name; any; somewhere"},
    {0, RULE_RESOURCE, NULL, "Room 1", " ", "name; any"},
    {1, RULE_RESOURCE, NULL, "Room 1", NULL, "name; any; only b"},
    {0, RULE_PLAN, NULL, "Room 1", NULL, "plan; any plan"},
    /* what stands in one part of the question must not be taken for another part */
    {0, RULE_RESOURCE, NULL, "Room 1\nHarbour", NULL, "any"},
    {0, RULE_RESOURCE, "Room 1", NULL, "Harbour", "name; any; harbour; somewhere"},
    {0, RULE_RESOURCE, "Harbour", NULL, "Room 1", "any"},
};

static void
check(const struct config *config, struct rule_index *index, size_t i)
{
	size_t count;
	struct record_ref target = {cases[i].id, cases[i].name};
	const uint32_t *rules = rule_index_match(
	    index, cases[i].source, cases[i].kind, &target, cases[i].location, &count);
	GString *found = g_string_new(NULL);
	for (size_t j = 0; j < count; j++) {
		const struct rule *rule = g_ptr_array_index(config->rules, rules[j]);
		g_string_append_printf(found, "%s%s", j > 0 ? "; " : "", rule->name);
	}
	g_test_message("%zu", i);
	g_assert_cmpstr(found->str, ==, cases[i].want);
	g_string_free(found, TRUE);
}

/* Asked in both orders, and twice: answers out of memory are those of the right question. */
static void
test_match(void)
{
	struct config *config = config_read(text, "t", "/", NULL);
	struct source_policy policies[] = {{.name = "a"}, {.name = "b"}};
	struct rule_index *index = rule_index_new(config, policies);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		check(config, index, i);
	for (size_t i = G_N_ELEMENTS(cases); i-- > 0;)
		check(config, index, i);
	rule_index_free(index);
	config_free(config);
}

/* Where membership gives no standing access, a rule must name the plan. */
static void
test_unless_named(void)
{
	struct config *config = config_read(text, "t", "/", NULL);
	struct source_policy policies[] = {{.name = "a", .unless_named = true}, {.name = "b"}};
	struct rule_index *index = rule_index_new(config, policies);
	struct record_ref named = {NULL, "Room 1"}, other = {NULL, "Desk"};
	size_t count;
	rule_index_match(index, 0, RULE_PLAN, &named, NULL, &count);
	g_assert_cmpuint(count, ==, 1);
	rule_index_match(index, 0, RULE_PLAN, &other, NULL, &count);
	g_assert_cmpuint(count, ==, 0);
	rule_index_match(index, 1, RULE_PLAN, &other, NULL, &count);
	g_assert_cmpuint(count, ==, 1);
	/* that is about plans alone */
	rule_index_match(index, 0, RULE_RESOURCE, &other, NULL, &count);
	g_assert_cmpuint(count, ==, 1);
	rule_index_free(index);
	config_free(config);
}

static void
test_could_fit(void)
{
	static const struct {
		enum record_kind kind;
		bool resource, plan, elsewhere;
	} kinds[] = {
	    {RECORD_BOOKING, true, false, false},
	    {RECORD_RESOURCE, true, false, true},
	    {RECORD_MEMBERSHIP, false, true, false},
	    {RECORD_COMPANY, false, true, false},
	    {RECORD_PERSON, true, true, true},
	    {RECORD_GRANT, true, true, false},
	};
	struct rule resource = {.kind = RULE_RESOURCE}, plan = {.kind = RULE_PLAN};
	struct rule elsewhere = {.kind = RULE_RESOURCE, .source = (char *)"b"};
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		struct source_policy policy = {.name = "a", .kind = kinds[i].kind};
		g_assert_cmpint(rule_could_fit(&resource, &policy), ==, kinds[i].resource);
		g_assert_cmpint(rule_could_fit(&plan, &policy), ==, kinds[i].plan);
		/* Lists serve the other sources, too. */
		g_assert_cmpint(rule_could_fit(&elsewhere, &policy), ==, kinds[i].elsewhere);
	}
}

static void
test_fingerprint(void)
{
	static const char base[] = "resource = R\ngroup = G\n";
	static const char *const others[] = {"resource = R\ngroup = H\n",
	    "resource = S\ngroup = G\n", "plan = R\ngroup = G\n",
	    "resource = R\ngroup = G\nlocation = L\n", "resource = R\ngroup = G\nsource = a\n",
	    "resource = R\ngroup = G\ngrace_before = 0\n",
	    "resource = R\ngroup = G\ngrace_after = 0\n",
	    "resource = R\ngroup = G\nexclusive = no\n", "resource = R\nlock = G\n",
	    "resource = R\ngroup = G\nmethod = link\n",
	    "resource = R\nlock = G\nmethod = unlock\n"};
	GHashTable *seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (size_t i = 0; i <= G_N_ELEMENTS(others); i++) {
		char *ini = g_strconcat("[source a]\nprofile = p\nfile = f\n[rule r]\n",
		    i > 0 ? others[i - 1] : base, NULL);
		struct config *config = config_read(ini, "t", "/", NULL);
		g_assert_true(
		    g_hash_table_add(seen, rule_fingerprint(g_ptr_array_index(config->rules, 0))));
		config_free(config);
		g_free(ini);
	}
	/* The name of a rule decides nothing. */
	struct config *config = config_read("[source a]\nprofile = p\nfile = f\n[rule renamed]\n"
					    "resource = R\ngroup = G\n",
	    "t", "/", NULL);
	char *same = rule_fingerprint(g_ptr_array_index(config->rules, 0));
	g_assert_true(g_hash_table_contains(seen, same));
	g_free(same);
	config_free(config);
	g_hash_table_unref(seen);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/rules/match", test_match);
	g_test_add_func("/rules/unless-named", test_unless_named);
	g_test_add_func("/rules/could-fit", test_could_fit);
	g_test_add_func("/rules/fingerprint", test_fingerprint);
	return g_test_run();
}
