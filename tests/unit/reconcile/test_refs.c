/* Doors as rules and data call them: which rules and words mean the same one. */
#include "reconcile/refs.h"

static const char text[] = "[source a]\nprofile = p\nfile = f\n"
			   "[rule one]\nresource = Room 1\ngroup = Room 1\n"
			   "[rule two]\nresource = Room 2\ngroup = Room 1\nexclusive = no\n"
			   "[rule three]\nresource = Room 3\ngroup = Room 1\n"
			   "[rule link]\nresource = Hall\ngroup = Room 1\nmethod = link\n"
			   "[rule lock]\nresource = Gate\nlock = Room 1\nmethod = unlock\n"
			   "[rule open]\nresource = Bar\nlock = Room 1\nmethod = unlock-schedule\n"
			   "[rule held]\nresource = Attic\nlock = Room 1\n";

struct fixture {
	struct config *config;
	struct intern *texts;
	struct door_refs *refs;
};

static void
begin(struct fixture *f)
{
	f->config = config_read(text, "t", "/", NULL);
	g_assert_nonnull(f->config);
	f->texts = intern_new();
	f->refs = door_refs_new(f->config->rules, f->texts);
}

static void
end(struct fixture *f)
{
	door_refs_free(f->refs);
	intern_free(f->texts);
	config_free(f->config);
}

/* One group by one method is one door; a link to it, and a lock of that name, are others. */
static void
test_rules(void)
{
	static const struct {
		uint32_t ref;
		const char *rules;
		bool lock, exclusive;
		enum method method;
	} wanted[] = {
	    {0, "one; two; three", false, false, METHOD_GROUP},
	    {0, "one; two; three", false, false, METHOD_GROUP},
	    {0, "one; two; three", false, false, METHOD_GROUP},
	    {1, "link", false, true, METHOD_LINK},
	    {2, "lock", true, true, METHOD_UNLOCK},
	    {3, "open", true, true, METHOD_UNLOCK_SCHEDULE},
	    {4, "held", true, true, METHOD_GROUP},
	};
	struct fixture f;
	begin(&f);
	g_assert_cmpuint(door_refs_all(f.refs)->len, ==, 5);
	g_assert_cmpuint(door_refs_of_rules(f.refs)->len, ==, G_N_ELEMENTS(wanted));
	for (uint32_t i = 0; i < G_N_ELEMENTS(wanted); i++) {
		g_test_message("rule %u", i);
		g_assert_cmpuint(door_refs_of_rule(f.refs, i), ==, wanted[i].ref);
		const struct door_ref *ref = door_refs_at(f.refs, wanted[i].ref);
		g_assert_cmpstr(ref->text, ==, "Room 1");
		g_assert_cmpstr(ref->rules, ==, wanted[i].rules);
		g_assert_true(ref->from_rule && !ref->from_data);
		g_assert_true(ref->lock == wanted[i].lock);
		g_assert_true(ref->exclusive == wanted[i].exclusive);
		g_assert_cmpint(ref->method, ==, wanted[i].method);
	}
	end(&f);
}

/* A group that data names is that of a rule with the same words, else a new one of no rule. */
static void
test_data(void)
{
	struct fixture f;
	begin(&f);
	g_assert_cmpuint(door_refs_group(f.refs, "Room 1"), ==, 0);
	uint32_t fresh = door_refs_group(f.refs, "Cellar");
	g_assert_cmpuint(fresh, ==, 5);
	g_assert_cmpuint(door_refs_group(f.refs, "Cellar"), ==, fresh);
	const struct door_ref *ref = door_refs_at(f.refs, fresh);
	g_assert_cmpstr(ref->text, ==, "Cellar");
	g_assert_cmpstr(ref->rules, ==, "");
	g_assert_true(ref->exclusive && !ref->from_rule && !ref->lock);
	g_assert_cmpint(ref->method, ==, METHOD_GROUP);
	end(&f);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/reconcile/refs/rules", test_rules);
	g_test_add_func("/reconcile/refs/data", test_data);
	return g_test_run();
}
