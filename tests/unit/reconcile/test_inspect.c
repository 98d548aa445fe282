/* Verdicts and findings as lines of `check`. */
#include "reconcile/inspect.h"

#include "reconcile/findings.h"

#include <string.h>

static const char text[] = "[source b]\nprofile = p\nfile = f\n[source bb]\nprofile = p\nfile = f\n"
			   "[rule one]\nresource = Room 1\ngroup = Room 1\n"
			   "[rule two]\nresource = Rom 2\ngroup = Room 2\n"
			   "[rule three]\nplan = Flex\nsource = bb\ngroup = Room 2\n";

struct fixture {
	struct config *config;
	struct source_policy policies[2];
	struct snapshot *snapshot;
	struct history *history;
	struct plan *plan;
	struct entitlement *entitlement;
	struct census *census;
	bool refused[2];
	struct check *check;
};

static struct snapshot *
make_snapshot(void)
{
	static const struct kisi_lock locks[] = {
	    {.id = 20, .name = "Door", .restrictions = RESTRICTION_READER}};
	static const struct kisi_group groups[] = {
	    {.id = 10, .name = "Room 1", .login_enabled = true},
	    {.id = 11, .name = "Room 2", .restrictions = RESTRICTION_TAP | RESTRICTION_TIME}};
	static const struct kisi_group_lock held[] = {{30, 10, 20}};
	struct snapshot *snapshot = snapshot_new();
	g_array_append_vals(snapshot->locks, locks, G_N_ELEMENTS(locks));
	g_array_append_vals(snapshot->groups, groups, G_N_ELEMENTS(groups));
	g_array_append_vals(snapshot->group_locks, held, G_N_ELEMENTS(held));
	g_assert_true(snapshot_finish(snapshot, NULL));
	return snapshot;
}

static void
take_booking(struct fixture *f, const char *room)
{
	struct record_ref target = {NULL, room};
	struct record record = {.kind = RECORD_BOOKING, .targets = &target, .n_targets = 1};
	census_take(f->census, &record, NULL);
}

static struct inspection
begin_with(struct fixture *f, const char *ini)
{
	*f = (struct fixture){.snapshot = make_snapshot(),
	    .history = history_new(),
	    .plan = plan_new(),
	    .census = census_new(),
	    .check = check_new()};
	f->config = config_read(ini, "x.ini", "/", NULL);
	g_assert_nonnull(f->config);
	f->policies[0] = (struct source_policy){.name = "b", .kind = RECORD_BOOKING};
	f->policies[1] = (struct source_policy){.name = "bb", .kind = RECORD_MEMBERSHIP};
	f->entitlement = entitlement_new(f->config, f->policies, 0, f->plan);
	return (struct inspection){.config = f->config,
	    .policies = f->policies,
	    .plan = f->plan,
	    .entitled = entitle_finish(f->entitlement),
	    .snapshot = f->snapshot,
	    .history = f->history,
	    .census = f->census,
	    .refused = f->refused};
}

static struct inspection
begin(struct fixture *f)
{
	return begin_with(f, text);
}

static void
end(struct fixture *f, const char *want)
{
	static const char *const marks[] = {"ok", "warn", "wrong"};
	GString *out = g_string_new(NULL);
	for (guint i = 0; i < f->check->lines->len; i++) {
		const struct check_line *line = f->check->lines->pdata[i];
		g_string_append_printf(out, "%s|%s|%s|%s\n", marks[line->mark], line->subject,
		    line->text, line->hint != NULL ? line->hint : "");
	}
	g_assert_cmpstr(out->str, ==, want);
	g_string_free(out, TRUE);
	check_free(f->check);
	census_free(f->census);
	entitlement_free(f->entitlement);
	plan_free(f->plan);
	history_free(f->history);
	snapshot_free(f->snapshot);
	config_free(f->config);
}

static void
test_groups(void)
{
	struct fixture f;
	struct inspection in = begin(&f);
	in.verbose = true;
	inspect_groups(&in, f.check);
	end(&f,
	    "ok|group Room 1|opens Door|\n"
	    "warn|group Room 2|opens no lock|give it locks in Kisi, unless it is for lifts only\n"
	    "warn|group Room 2|its people cannot unlock with the app|allow app access in the "
	    "group's settings in Kisi\n"
	    "warn|group Room 2|has a restriction in Kisi (tap, time) that can keep its people from "
	    "unlocking|switch it off in the group's settings in Kisi, unless it is meant\n");
}

static void
test_reported_only(void)
{
	struct fixture f;
	struct inspection in = begin_with(&f, "[source b]\nprofile = p\nfile = f\n[source bb]\n"
					      "profile = p\nfile = f\n[rule one]\nresource = *\n"
					      "group = Room 1\nexclusive = no\n");
	in.verbose = true;
	inspect_groups(&in, f.check);
	end(&f, "ok|group Room 1|opens Door; only reported on|\n");
}

/* A lock is one line, however many groups hold it. */
static void
test_restricted(void)
{
	static const char hint[] =
	    "switch the restriction off in the lock's settings in Kisi, unless it is meant";
	struct fixture f;
	struct inspection in = begin_with(
	    &f, "[source b]\nprofile = p\nfile = f\n[source bb]\nprofile = p\nfile = f\n");
	finding_add(f.plan, FINDING_ORPHAN, "p@example.org", "Room 1", NULL, "Gate");
	finding_add(f.plan, FINDING_RESTRICTED_LOCK, NULL, "Room 1", "Gate", "Gate");
	finding_add(f.plan, FINDING_RESTRICTED_LOCK, NULL, "Room 1", "Door", "Door");
	finding_add(f.plan, FINDING_RESTRICTED_LOCK, NULL, "Room 2", "Gate", "Gate");
	inspect_groups(&in, f.check);
	char *want = g_strdup_printf("warn|lock|Gate; it belongs to Room 1, Room 2|%s\n"
				     "warn|lock|Door; it belongs to Room 1|%s\n",
	    hint, hint);
	end(&f, want);
	g_free(want);
}

static void
test_rules(void)
{
	struct fixture f;
	struct inspection in = begin(&f);
	take_booking(&f, "ROOM 1");
	take_booking(&f, "Room 2");
	/* what nobody could read says nothing about the rules that it feeds */
	f.refused[1] = true;
	inspect_rules(&in, f.check);
	end(&f, "warn|rule two|no record names resource \"Rom 2\"|is it \"Room 2\"?\n"
		"ok|rules|1 of 3 fit records of the sources|\n");
}

/* What to do about a rule that fits nothing depends on what comes near. */
static void
test_idle(void)
{
	struct fixture f;
	struct inspection in = begin_with(&f,
	    "[source b]\nprofile = p\nfile = f\n[source bb]\nprofile = p\nfile = f\n"
	    "[rule one]\nresource = Room 1\nlocation = Mill\ngroup = Room 1\n"
	    "[rule two]\nplan = Flex\ngroup = Room 1\n");
	struct record_ref named = {NULL, "Room 1"}, numbered = {"17", NULL}, flex = {NULL, "Gold"};
	struct record quay = {
	    .kind = RECORD_BOOKING, .targets = &named, .n_targets = 1, .location = "Quay"};
	struct record other = {.kind = RECORD_BOOKING, .targets = &numbered, .n_targets = 1};
	struct record plan = {
	    .kind = RECORD_MEMBERSHIP, .place = {.source = 1}, .targets = &flex, .n_targets = 1};
	census_take(f.census, &quay, NULL);
	census_take(f.census, &other, NULL);
	census_take(f.census, &plan, NULL);
	inspect_rules(&in, f.check);
	end(&f,
	    "warn|rule one|no record names resource \"Room 1\" at \"Mill\"|the name is there, but "
	    "not at this location or in this source\n"
	    "warn|rule two|no record names plan \"Flex\"|compare the name with the export; a plan "
	    "that nobody has now is no fault\n");
}

static void
add_verdict(struct fixture *f, enum guard guard, const char *scope)
{
	struct verdict *verdict = g_new0(struct verdict, 1);
	*verdict = (struct verdict){
	    .guard = guard, .scope = scope, .tripped = true, .text = "no", .hint = "mend it"};
	g_ptr_array_add(f->plan->verdicts, verdict);
}

/* What other guards say is not about sources, although a group may be called as one. */
static void
test_verdicts(void)
{
	struct fixture f;
	struct inspection in = begin(&f);
	struct import_facts *facts = import_facts_new("b", RECORD_BOOKING);
	for (int i = 0; i < 2; i++) {
		struct source_result *result = g_new0(struct source_result, 1);
		*result = (struct source_result){.facts = facts, .profile = "p"};
		g_ptr_array_add(f.plan->sources, result);
	}
	add_verdict(&f, GUARD_INPUT_EMPTY, "bb");
	add_verdict(&f, GUARD_MAX_REJECTS, "bb");
	add_verdict(&f, GUARD_MAX_GROUP_REMOVALS, "b");
	add_verdict(&f, GUARD_CLOCK, NULL);
	inspect_sources(&in, f.check);
	end(&f, "ok|source b|p: ; 0 rows, 0 rejected; 0 bytes; |\n"
		"wrong|source bb|input_empty: no|mend it\n"
		"wrong|source bb|max_rejects: no|mend it\n");
	import_facts_free(facts);
}

/* One line for each kind; another source's name is not this one's. */
static void
test_sources(void)
{
	struct fixture f;
	struct inspection in = begin(&f);
	struct import_facts *facts = import_facts_new("b", RECORD_BOOKING);
	for (int i = 0; i < 2; i++) {
		struct source_result *result = g_new0(struct source_result, 1);
		*result = (struct source_result){.facts = facts, .profile = "p"};
		g_ptr_array_add(f.plan->sources, result);
	}
	finding_add_of_source(f.plan, FINDING_UNKNOWN_STATUS, "bb", "", NULL, "1", "odd");
	finding_add_of_source(f.plan, FINDING_UNKNOWN_STATUS, "bb", "", NULL, "2", "odder");
	finding_add_of_source(f.plan, FINDING_SHORT_SPAN, "b", "source ", NULL, "b", "short");
	inspect_sources(&in, f.check);
	end(&f, "ok|source b|p: ; 0 rows, 0 rejected; 0 bytes; |\n"
		"warn|source b|short|does the export reach far enough into the future?\n"
		"ok|source bb|p: ; 0 rows, 0 rejected; 0 bytes; |\n"
		"warn|source bb|odd (and 1 more)|such rows give nobody anything until the profile "
		"knows the word\n");
	import_facts_free(facts);
}

static void
test_people(void)
{
	struct fixture f;
	struct inspection in = begin(&f);
	for (int i = 0; i < 12; i++) {
		char *email = g_strdup_printf("p%02d@example.org", i);
		finding_add(f.plan, FINDING_UNCONFIRMED, email, NULL, NULL, "x");
		finding_add(f.plan, FINDING_UNCONFIRMED, email, "again", NULL, "x");
		g_free(email);
	}
	inspect_people(&in, f.check);
	const struct check_line *line = f.check->lines->pdata[0];
	g_assert_true(g_str_has_prefix(line->text, "12 are entitled, but never confirmed"));
	g_assert_true(g_str_has_suffix(line->text, "p09@example.org and 2 more"));
	check_free(f.check);
	f.check = check_new();
	end(&f, "");
}

/* A group that enabled_doors have by its other name; without Kisi nobody knows which that is. */
static void
test_other_name(void)
{
	for (int known = 0; known <= 1; known++) {
		struct fixture f;
		struct inspection in = begin_with(&f,
		    "[source b]\nprofile = p\nfile = f\nenabled_doors = Room 1\n"
		    "[source bb]\nprofile = p\nfile = f\nenabled_doors = Room 1\n");
		in.snapshot = known ? f.snapshot : NULL;
		finding_add(f.plan, FINDING_NOT_ENABLED, NULL, "10", "bb 10",
		    "records of bb would open \"10\", which its enabled_doors leave out")
		    ->source = "bb";
		inspect_rules(&in, f.check);
		char *want = g_strdup_printf(
		    "warn|rules|there is none: only groups that the data "
		    "itself names are managed|add a "
		    "[rule NAME] with resource or plan, and group\n"
		    "warn|rules|records of bb would open \"10\", which its "
		    "enabled_doors leave out|%s\n",
		    known ? "enabled_doors of source bb has it as \"Room 1\": write \"10\" there, "
			    "too, "
			    "as rule or data do"
			  : "add the door to enabled_doors of the source, if it should open");
		end(&f, want);
		g_free(want);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/inspect/groups", test_groups);
	g_test_add_func("/inspect/reported-only", test_reported_only);
	g_test_add_func("/inspect/restricted", test_restricted);
	g_test_add_func("/inspect/rules", test_rules);
	g_test_add_func("/inspect/idle", test_idle);
	g_test_add_func("/inspect/verdicts", test_verdicts);
	g_test_add_func("/inspect/sources", test_sources);
	g_test_add_func("/inspect/people", test_people);
	g_test_add_func("/inspect/other-name", test_other_name);
	return g_test_run();
}
