/* The configuration as values: defaults, arithmetic of limits, and what is refused. */
#include "model/config.h"

#include "base/failure.h"

#include <string.h>

#define SOURCE "[source b]\nprofile = generic-bookings\nfile = b.csv\n"

static struct config *
read_good(const char *text)
{
	GError *error = NULL;
	struct config *config = config_read(text, "test.ini", "/etc/kisi", &error);
	g_assert_no_error(error);
	return config;
}

/* Every key has a default that is safe. */
static void
test_defaults(void)
{
	struct config *config = read_good(SOURCE);
	g_assert_cmpstr(config->kisi.base_url, ==, "https://api.kisi.io");
	g_assert_cmpfloat(config->kisi.rate, ==, 4);
	g_assert_null(config->kisi.place);
	g_assert_null(config->rulings_file);
	g_assert_cmpuint(config->rulings->len, ==, 0);
	g_assert_null(config->kisi.api_key_file);
	g_assert_cmpstr(config->state.database, ==, "/etc/kisi/kisi-reconcile.db");
	g_assert_cmpint(config->state.keep_runs, ==, 400 * 86400);
	g_assert_cmpint(config->schedule.run_every, ==, 3600);
	g_assert_cmpint(config->schedule.slack, ==, 900);
	g_assert_cmpint(config->schedule.lookahead, ==, 86400);
	g_assert_cmpint(config->schedule.max_bridge, ==, 7200);
	g_assert_cmpint(config->schedule.between, ==, BETWEEN_BRIDGE);
	g_assert_cmpint(config->people.create, ==, CREATE_MANAGED);
	g_assert_cmpint(config->guards.max_age, ==, 26 * 3600);
	g_assert_cmpint(config->guards.max_clock, ==, 120);
	static const struct {
		size_t offset;
		int64_t count;
		double percent;
	} limits[] = {
	    {offsetof(struct config, guards.max_removals), 2, 20},
	    {offsetof(struct config, guards.max_group_removals), 2, 25},
	    {offsetof(struct config, guards.max_day_removals), 3, 30},
	    {offsetof(struct config, guards.max_grants), 25, 50},
	    {offsetof(struct config, guards.max_shrink), 3, 20},
	    {offsetof(struct config, guards.max_rejects), 1, 5},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(limits); i++) {
		const struct limit *limit = &G_STRUCT_MEMBER(
		    struct limit, config, limits[i].offset);
		g_assert_cmpint(limit->count, ==, limits[i].count);
		g_assert_cmpfloat(limit->percent, ==, limits[i].percent);
	}
	const struct source_config *source = g_ptr_array_index(config->sources, 0);
	g_assert_cmpstr(source->name, ==, "b");
	g_assert_cmpstr(source->file, ==, "/etc/kisi/b.csv");
	g_assert_cmpint(source->pick, ==, PICK_ALL);
	g_assert_cmpint(source->grace_before, ==, UNSET);
	g_assert_cmpint(source->grace_after, ==, UNSET);
	g_assert_cmpint(source->date_order, ==, ORDER_NONE);
	g_assert_cmpint(source->start_time, ==, UNSET);
	g_assert_cmpint(source->end_time, ==, UNSET);
	g_assert_cmpint(source->absence, ==, UNSET);
	g_assert_cmpint(source->cancelled, ==, UNSET);
	g_assert_cmpint(source->attendees, ==, UNSET);
	g_assert_cmpint(source->same_id, ==, UNSET);
	g_assert_cmpint(source->max_age, ==, UNSET);
	config_free(config);
	config_free(NULL);
}

static void
test_limits(void)
{
	static const struct {
		const char *text;
		int64_t population, want; /* want -1: refused */
	} cases[] = {
	    {"2 or 20%", 0, 2},
	    {"2 or 20%", 10, 2},
	    {"2 or 20%", 14, 2}, /* 2.8 */
	    {"2 or 20%", 15, 3},
	    {"2 or 20%", 1000, 200},
	    {"3 or 30%", 11, 3},
	    {"3 or 30%", 10, 3},
	    {"0", 100, 0},
	    {"7", 3, 7},
	    {"10%", 9, 0},
	    {"10%", 10, 1},
	    {"100%", 7, 7},
	    {"33.3%", 10, 3},
	    {"0.5%", 1000, 5},
	    {"29%", 100, 29}, /* 28.999... in binary */
	    {"2  or  20%", 100, 20},
	    {"", 0, -1},
	    {"two", 0, -1},
	    {"-1", 0, -1},
	    {"20 %", 0, -1},
	    {"%", 0, -1},
	    {"20% or 2", 0, -1},
	    {"2 or 3", 0, -1},
	    {"2 or", 0, -1},
	    {"2 or 20% or 3", 0, -1},
	    {"2 and 20%", 0, -1},
	    {"1e3%", 0, -1},
	    {"0x10%", 0, -1},
	    {".5%", 0, -1},
	    {"5.%", 0, -1},
	    {"nan%", 0, -1},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		GError *error = NULL;
		char *text = g_strconcat(
		    SOURCE "[guards]\nmax_removals = ", cases[i].text, "\n", NULL);
		struct config *config = config_read(text, "test.ini", "/", &error);
		g_test_message("\"%s\" of %d", cases[i].text, (int)cases[i].population);
		g_assert_cmpint(config != NULL, ==, cases[i].want >= 0);
		if (config != NULL)
			g_assert_cmpint(
			    limit_value(&config->guards.max_removals, cases[i].population), ==,
			    cases[i].want);
		config_free(config);
		g_clear_error(&error);
		g_free(text);
	}
}

static void
test_limit_text(void)
{
	static const struct {
		struct limit limit;
		const char *want;
	} cases[] = {
	    {{2, 20}, "2 or 20%"},
	    {{0, 20}, "20%"},
	    {{7, 0}, "7"},
	    {{0, 0}, "0"},
	    {{1, 2.5}, "1 or 2.5%"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *text = limit_text(&cases[i].limit);
		g_assert_cmpstr(text, ==, cases[i].want);
		g_free(text);
	}
}

static void
test_refused(void)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
	    {"", "test.ini: no source"},
	    {"[kisi]\nplace = 1\n", "no source"},
	    {"[source b]\nfile = b.csv\n", "[source b]: key \"profile\" is missing"},
	    {"[source b]\nprofile = x\n", "[source b]: key \"file\" is missing"},
	    {"[kisi]\nmarker = kr\n[source b]\nprofile = x\nfile = f\n", "not a word of 3 to 40"},
	    {"[kisi]\nmarker = our marker\n[source b]\nprofile = x\nfile = f\n",
		"not a word of 3 to 40"},
	    {"[kisi]\nmarker = a234567890123456789012345678901234567890x\n[source b]\nprofile = "
	     "x\nfile = f\n",
		"not a word of 3 to 40"},
	    {"[source b]\nprofile = x\nfile = f\n[rule r]\nresource = R\ngroup = G\nlock = L\n",
		"has both group and lock"},
	    {"[source b]\nprofile = x\nfile = f\n[rule r]\nresource = R\ngroup = G\nmethod = "
	     "link\nexclusive = no\n",
		"exclusive = no and ours are for groups"},
	    {"[source b]\nprofile = x\nfile = f\n[rule r]\nresource = R\ngroup = G\nmethod = "
	     "link\nexclusive = ours\n",
		"exclusive = no and ours are for groups"},
	    {"[source b]\nprofile = x\nfile = f\n[rule r]\nresource = R\ngroup = G\n"
	     "exclusive = mine\n",
		"unknown word \"mine\""},
	    {"[source a]\nprofile = x\nfile = f\n[source b]\nprofile = x\nfile = f\nlog_of = a\n"
	     "[source c]\nprofile = x\nfile = f\nlog_of = b\n",
		"[source b] is a log, too"},
	    {"[source ]\nprofile = x\nfile = f\n", "source"},
	    {"[source b]\nprofile = x\nfile = f\n[rule ]\nresource = R\ngroup = G\n", "rule"},
	    {"no section = 1\n", "test.ini"},
	    {"[source b]\nprofile = x\nfile =\n", "[source b] file: nothing given"},
	    {"[source b]\nprofile = x\nurl =\n", "[source b] url: nothing given"},
	    {SOURCE "url_file = u\n", "only one of file, url and url_file"},
	    {SOURCE "header_file = h\n", "credentials_file and header_file go with url"},
	    {"[source b]\nprofile = x\nurl = https://a.example/\nfile = f\n", "only one of"},
	    {"[source b]\nprofile = x\nurl_file = u\npick = newest\n", "it goes with file"},
	    {"[source b]\nprofile = x\nurl_file = u\ncredentials_file = c\nheader_file = h\n",
		"either credentials_file or header_file"},
	    {SOURCE "[fetch]\ntimeout = 0\n", "[fetch] timeout: from 1s to 1d"},
	    {SOURCE "[fetch]\ndeadline = 2d\n", "[fetch] deadline: from 1s to 1d"},
	    {SOURCE "[state]\nkeep_runs = 30d\n", "[state] keep_runs: too short"},
	    {SOURCE "[fetch]\nkeep = 0\n", "[fetch] keep"},
	    {SOURCE "timezone = Mars/Olympus\n", "unknown time zone \"Mars/Olympus\""},
	    {SOURCE "timezone = localtime\n", "unknown time zone"},
	    {SOURCE "date_order = DDMMYYYY\n", "[source b] date_order: unknown word"},
	    {SOURCE "start_time = 2pm\n", "[source b] start_time: not a time like 14:00"},
	    {SOURCE "grace_before = 25h\n", "[source b] grace_before: more than a day"},
	    {SOURCE "cancelled = later\n", "unknown word \"later\""},
	    {SOURCE "attendees = some\n", "unknown word \"some\""},
	    {SOURCE "colour = red\n", "[source b] colour: unknown key"},
	    {SOURCE "[rule r]\ngroup = G\n", "needs resource or plan"},
	    {SOURCE "[rule r]\nresource = R\nplan = P\ngroup = G\n", "has both resource and plan"},
	    {SOURCE "[rule r]\nresource = R\n", "needs group or lock"},
	    {SOURCE "[rule r]\nresource =\ngroup = G\n", "[rule r] resource: nothing given"},
	    {SOURCE "[rule r]\nresource = R\ngroup = G\nsource = c\n", "there is no [source c]"},
	    {SOURCE "[rule r]\nresource = R\ngroup = G\nmethod = magic\n",
		"unknown word \"magic\""},
	    {SOURCE "[people]\nprotected = ada\n", "not an e-mail address: \"ada\""},
	    {SOURCE "[people]\ncreate = yes\n", "unknown word \"yes\""},
	    {SOURCE "[schedule]\nbetween_windows = bridged\n", "did you mean \"bridge\"?"},
	    {SOURCE "[kisi]\nrate = fast\n", "not a rate: \"fast\""},
	    {SOURCE "[kisi]\nrate = 0/s\n", "not a rate"},
	    {SOURCE "[kisi]\nrate = 0x4/s\n", "not a rate"},
	    {SOURCE "[kisi]\nrate = 4/m\n", "not a rate"},
	    {SOURCE "[kisi]\nrate = 1001/s\n", "not a rate"},
	    {SOURCE "[state]\ndatabase =\n", "[state] database: nothing given"},
	    {SOURCE "[people]\nblocked_file =\n", "[people] blocked_file: nothing given"},
	    {SOURCE "[reports]\ndir =\n", "[reports] dir: nothing given"},
	    {SOURCE "[guards]\nhold_file =\n", "[guards] hold_file: nothing given"},
	    {SOURCE "[profile]\ndir = x\n", "did you mean \"profiles\"?"},
	    {SOURCE "[shedule]\n", "unknown section; did you mean \"schedule\"?"},
	    {SOURCE "[source]\nfile = x\n", "unknown section"},
	    {SOURCE "[guards]\nmax_remvals = 3\n", "did you mean \"max_removals\"?"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		GError *error = NULL;
		struct config *config = config_read(cases[i].text, "test.ini", "/", &error);
		g_test_message("%zu: %s", i, error != NULL ? error->message : "fine");
		g_assert_null(config);
		g_assert_error(error, FAILURE, EXIT_BAD_CONFIG);
		g_assert_nonnull(strstr(error->message, cases[i].want));
		g_error_free(error);
	}
}

/* What two rules say of one group: what takes least. */
static void
test_exclusive(void)
{
	static const enum exclusive least[3][3] = {
	    [EXCLUSIVE_NO] = {EXCLUSIVE_NO, EXCLUSIVE_NO, EXCLUSIVE_NO},
	    [EXCLUSIVE_YES] = {EXCLUSIVE_NO, EXCLUSIVE_YES, EXCLUSIVE_OURS},
	    [EXCLUSIVE_OURS] = {EXCLUSIVE_NO, EXCLUSIVE_OURS, EXCLUSIVE_OURS}};
	for (int a = 0; a < 3; a++) {
		for (int b = 0; b < 3; b++)
			g_assert_cmpint(
			    exclusive_least((enum exclusive)a, (enum exclusive)b), ==, least[a][b]);
	}
}

static void
test_values(void)
{
	struct config *config = read_good(
	    "[kisi]\nplace = Harbour House\nrate = 2.5/s\n[state]\ndatabase = ../var/x.db\n"
	    "[schedule]\nrun_every = 10m\nbetween_windows = STRICT\n"
	    "[people]\nprotected = Ada <ADA@example.com>; ben@example.com;\ncreate = no\n"
	    "rulings_file = ruled.csv\n"
	    "[source b]\nprofile = p\nfile = /srv/*.csv\ntimezone = Europe/Amsterdam\nlocation = "
	    "Harbour\n"
	    "grace_before = 0\ngrace_after = 90s\nabsence = cancelled\ncancelled = "
	    "until-end\nattendees = no\n"
	    "pick = newest\nmax_age = 7d\ndate_order = MDY\nstart_time = 15:00\nend_time = "
	    "00:00\nsame_id = unite\n"
	    "[rule one]\nresource = *\ngroup = Room 1 + Front door\nsource = b\nexclusive = no\n"
	    "[rule two]\nplan = Desk\ngroup = 45274\nlocation = Harbour\ngrace_after = 5m\n");
	const struct source_config *source = g_ptr_array_index(config->sources, 0);
	const struct rule *one = g_ptr_array_index(config->rules, 0);
	const struct rule *two = g_ptr_array_index(config->rules, 1);
	g_assert_cmpfloat(config->kisi.rate, ==, 2.5);
	g_assert_cmpstr(config->state.database, ==, "/etc/var/x.db");
	g_assert_cmpint(config->schedule.between, ==, BETWEEN_STRICT);
	g_assert_cmpint(config->people.create, ==, CREATE_NO);
	g_assert_cmpuint(g_hash_table_size(config->people.protected), ==, 2);
	g_assert_true(g_hash_table_contains(config->people.protected, "ada@example.com"));
	g_assert_cmpstr(config->rulings_file, ==, "/etc/kisi/ruled.csv");
	g_assert_cmpstr(source->file, ==, "/srv/*.csv");
	g_assert_cmpint(source->grace_before, ==, 0);
	g_assert_cmpint(source->grace_after, ==, 90);
	g_assert_cmpint(source->absence, ==, ABSENCE_CANCELLED);
	g_assert_cmpint(source->cancelled, ==, CANCELLED_UNTIL_END);
	g_assert_cmpint(source->attendees, ==, 0);
	g_assert_cmpint(source->pick, ==, PICK_NEWEST);
	g_assert_cmpint(source->date_order, ==, ORDER_MDY);
	g_assert_cmpint(source->start_time, ==, 54000);
	g_assert_cmpint(source->end_time, ==, 0);
	g_assert_cmpint(source->same_id, ==, SAME_ID_UNITE);
	g_assert_cmpint(source->max_age, ==, 604800);
	g_assert_cmpint(one->kind, ==, RULE_RESOURCE);
	g_assert_cmpstr(one->door, ==, "Room 1 + Front door");
	g_assert_false(one->exclusive);
	g_assert_cmpint(one->grace_after, ==, UNSET);
	g_assert_cmpint(two->kind, ==, RULE_PLAN);
	g_assert_true(two->exclusive);
	g_assert_cmpint(two->grace_after, ==, 300);
	config_free(config);
}

/* One step, so that two entries cannot lead round in a circle: model/alias.h has followed them. */
static void
test_alias(void)
{
	struct config *config = read_good(SOURCE);
	g_hash_table_insert(
	    config->people.aliases, g_strdup("a@x.example"), g_strdup("b@x.example"));
	g_hash_table_insert(
	    config->people.aliases, g_strdup("b@x.example"), g_strdup("a@x.example"));
	g_assert_cmpstr(config_person(config, "a@x.example"), ==, "b@x.example");
	g_assert_cmpstr(config_person(config, "b@x.example"), ==, "a@x.example");
	g_assert_cmpstr(config_person(config, "c@x.example"), ==, "c@x.example");
	config_free(config);
}

static void
test_fetched(void)
{
	struct config *config = read_good(
	    "[source a]\nprofile = p\nurl = https://a.example/x?y\nheader_file = h\n"
	    "[source b]\nprofile = p\nurl_file = secret\ncredentials_file = /run/login\n"
	    "[state]\ndatabase = /var/lib/venue/x.db\n[fetch]\ntimeout = 5s\nattempts = 2\n"
	    "[kisi]\ntimeout = 1m\n");
	const struct source_config *a = g_ptr_array_index(config->sources, 0);
	const struct source_config *b = g_ptr_array_index(config->sources, 1);
	g_assert_null(a->file);
	g_assert_cmpstr(a->url, ==, "https://a.example/x?y");
	g_assert_null(a->url_file);
	g_assert_cmpstr(a->header_file, ==, "/etc/kisi/h");
	g_assert_null(a->credentials_file);
	g_assert_null(b->file);
	g_assert_cmpstr(b->url_file, ==, "/etc/kisi/secret");
	g_assert_cmpstr(b->credentials_file, ==, "/run/login");
	g_assert_cmpstr(config->state.fetched_dir, ==, "/var/lib/venue/x.db.fetched");
	g_assert_cmpint(config->kisi.timeout, ==, 60);
	g_assert_cmpint(config->fetch.timeout, ==, 5);
	g_assert_cmpint(config->fetch.deadline, ==, 600);
	g_assert_cmpint(config->fetch.attempts, ==, 2);
	g_assert_cmpint(config->fetch.keep, ==, 5);
	config_free(config);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/config/defaults", test_defaults);
	g_test_add_func("/config/limits", test_limits);
	g_test_add_func("/config/limit-text", test_limit_text);
	g_test_add_func("/config/refused", test_refused);
	g_test_add_func("/config/values", test_values);
	g_test_add_func("/config/exclusive", test_exclusive);
	g_test_add_func("/config/fetched", test_fetched);
	g_test_add_func("/config/alias", test_alias);
	return g_test_run();
}
