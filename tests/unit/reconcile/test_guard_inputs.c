/* The arithmetic of the guards on inputs, at their edges. */
#include "reconcile/guards.h"

#include <string.h>

#define NOW ((instant)1794654000)
#define LATE (NOW + 30 * INSTANT_DAY)

static const char text[] = "[source b]\nprofile = p\nfile = f\n";

static const struct {
	const char *keys; /* more configuration */
	uint64_t rows, rejected;
	instant ages[2];     /* of the files; -1 = no such file */
	int64_t last_rows;   /* at the last good import; -1 = there was none */
	const char *tripped; /* guard; NULL = the source is used */
} cases[] = {
    {"", 100, 0, {0, -1}, -1, NULL},
    {"", 0, 0, {0, -1}, -1, "input_empty"},
    {"", 1, 0, {0, -1}, -1, NULL},
    /* the newest file tells the age; one from the future has none */
    {"", 100, 0, {26 * INSTANT_HOUR, -1}, -1, NULL},
    {"", 100, 0, {26 * INSTANT_HOUR + 1, -1}, -1, "max_age"},
    {"", 100, 0, {90 * INSTANT_DAY, INSTANT_HOUR}, -1, NULL},
    {"", 100, 0, {-5 * INSTANT_DAY, -1}, -1, NULL},
    {"[guards]\nmax_age = 1h\n", 100, 0, {3601, -1}, -1, "max_age"},
    {"[guards]\nmax_age = 0\n", 100, 0, {1, -1}, -1, "max_age"},
    {"[guards]\nmax_age = 0\n", 100, 0, {0, -1}, -1, NULL},
    /* fewer rows by more than a tenth */
    {"", 90, 0, {0, -1}, 100, NULL},
    {"", 89, 0, {0, -1}, 100, "max_shrink"},
    {"", 9, 0, {0, -1}, 10, NULL},
    {"", 8, 0, {0, -1}, 10, "max_shrink"},
    {"", 9, 0, {0, -1}, 9, NULL},
    {"", 500, 0, {0, -1}, 100, NULL},
    {"[guards]\nmax_shrink = 100%\n", 1, 0, {0, -1}, 100, NULL},
    {"[guards]\nmax_shrink = 3 or 10%\n", 2, 0, {0, -1}, 5, NULL},
    {"[guards]\nmax_shrink = 3 or 10%\n", 1, 0, {0, -1}, 5, "max_shrink"},
    /* more than a twentieth rejected, and more than one */
    {"", 100, 5, {0, -1}, -1, NULL},
    {"", 100, 6, {0, -1}, -1, "max_rejects"},
    {"", 3, 1, {0, -1}, -1, NULL},
    {"", 3, 2, {0, -1}, -1, "max_rejects"},
    {"", 59, 2, {0, -1}, -1, NULL},
    {"", 39, 2, {0, -1}, -1, "max_rejects"},
    {"[guards]\nmax_rejects = 5%\n", 19, 1, {0, -1}, -1, "max_rejects"},
    {"[guards]\nmax_rejects = 5%\n", 20, 1, {0, -1}, -1, NULL},
    {"[guards]\nmax_rejects = 0\n", 20, 1, {0, -1}, -1, "max_rejects"},
};

static struct import_facts *
make_facts(size_t i, const struct config *config)
{
	const struct source_config *source = g_ptr_array_index(config->sources, 0);
	struct import_facts *facts = import_facts_new(source->name, RECORD_BOOKING);
	for (size_t j = 0; j < 2; j++) {
		if (cases[i].ages[j] != -1)
			import_facts_add_file(facts, "/f")->modified = NOW - cases[i].ages[j];
	}
	facts->rows = cases[i].rows;
	facts->rejected = cases[i].rejected;
	facts->latest = LATE;
	return facts;
}

static struct history *
make_history(int64_t last_rows)
{
	struct history *history = history_new();
	if (last_rows >= 0) {
		struct last_import import = {.source = "b",
		    .rows = last_rows,
		    .latest = LATE,
		    .windows = g_array_new(FALSE, FALSE, sizeof(struct last_window)),
		    .blocked = g_ptr_array_new(),
		    .columns = g_ptr_array_new()};
		g_array_append_val(history->imports, import);
	}
	return history;
}

static void
test_edges(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *ini = g_strconcat(text, cases[i].keys, NULL);
		struct config *config = config_read(ini, "t", "/", NULL);
		struct source_policy policy = {.name = "b", .kind = RECORD_BOOKING};
		struct plan *plan = plan_new();
		struct history *history = make_history(cases[i].last_rows);
		GPtrArray *imports = g_ptr_array_new();
		struct import_facts *facts = make_facts(i, config);
		bool refused;
		g_ptr_array_add(imports, facts);
		plan->as_of = NOW;
		struct remembered *remembered = remembered_new(config, &policy, history, NOW);
		const struct guard_facts about = {.imports = imports, .remembered = remembered};
		guard_inputs(config, &policy, &about, history, NOW, &refused, plan);
		remembered_free(remembered);
		g_test_message("%zu: %s", i, cases[i].tripped != NULL ? cases[i].tripped : "fine");
		g_assert_cmpint(refused, ==, cases[i].tripped != NULL);
		for (guint j = 0; j < plan->verdicts->len; j++) {
			const struct verdict *verdict = g_ptr_array_index(plan->verdicts, j);
			bool want = g_strcmp0(verdict->guard, cases[i].tripped) == 0;
			g_assert_cmpint(verdict->tripped, ==, want);
			g_assert_cmpstr(verdict->scope, ==, "b");
		}
		g_ptr_array_unref(imports);
		import_facts_free(facts);
		history_free(history);
		plan_free(plan);
		config_free(config);
		g_free(ini);
	}
}

/* What a guard says about one import; the text is the caller's to free. */
static char *
said(struct import_facts *facts, struct history *history, struct plan *plan, const char *guard)
{
	char *ini = g_strconcat(text, "[guards]\nmax_rejects = 0\n", NULL);
	struct config *config = config_read(ini, "t", "/", NULL);
	struct source_policy policy = {.name = "b", .kind = RECORD_BOOKING};
	GPtrArray *imports = g_ptr_array_new();
	char *found = NULL;
	bool refused;
	g_ptr_array_add(imports, facts);
	struct remembered *remembered = remembered_new(config, &policy, history, NOW);
	const struct guard_facts about = {.imports = imports, .remembered = remembered};
	guard_inputs(config, &policy, &about, history, NOW, &refused, plan);
	remembered_free(remembered);
	for (guint i = 0; i < plan->verdicts->len; i++) {
		const struct verdict *verdict = g_ptr_array_index(plan->verdicts, i);
		if (strcmp(verdict->guard, guard) == 0)
			found = g_strdup_printf("%d %s|%s", verdict->tripped, verdict->text,
			    verdict->hint != NULL ? verdict->hint : "");
	}
	g_ptr_array_unref(imports);
	config_free(config);
	g_free(ini);
	return found;
}

/* Every refusal is said, and what to do about the first that says so. */
static void
test_refusals(void)
{
	struct plan *plan = plan_new();
	struct history *history = history_new();
	struct import_facts *facts = import_facts_new("b", RECORD_BOOKING);
	g_ptr_array_add(facts->refusals, g_strdup("x.csv: odd"));
	g_ptr_array_add(facts->refusals, g_strdup("y.csv: no file\nhint: make it"));
	g_ptr_array_add(facts->refusals, g_strdup("z.csv: no rights\nhint: take them"));
	char *found = said(facts, history, plan, "input_readable");
	g_assert_cmpstr(found, ==, "1 x.csv: odd; y.csv: no file; z.csv: no rights|make it");
	g_free(found);
	import_facts_free(facts);
	history_free(history);
	plan_free(plan);
}

/* Where nothing is left of a list, its columns are no news. */
static void
test_lost(void)
{
	static const struct {
		uint64_t rows;
		int unmatched;
		const char *want; /* how it begins */
	} lost[] = {
	    {0, 2, "0 has what the last good import had|"},
	    {1, 2,
		"1 status: there at the last good import, and not now; columns nobody reads: "
		"\"h0\", \"h1\"|export it again"},
	    {1, 0, "1 status: there at the last good import, and not now|export it again"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(lost); i++) {
		struct plan *plan = plan_new();
		struct history *history = make_history(1);
		struct import_facts *facts = import_facts_new("b", RECORD_BOOKING);
		struct last_import *last = &g_array_index(history->imports, struct last_import, 0);
		g_ptr_array_add(last->columns, (gpointer) "status");
		g_ptr_array_add(facts->missing, g_strdup("status"));
		g_ptr_array_add(facts->missing, g_strdup("location"));
		for (int j = 0; j < lost[i].unmatched; j++)
			g_ptr_array_add(facts->unmatched, g_strdup_printf("h%d", j));
		facts->rows = lost[i].rows;
		char *found = said(facts, history, plan, "lost_columns");
		g_test_message("%s", found);
		g_assert_true(g_str_has_prefix(found, lost[i].want));
		g_free(found);
		import_facts_free(facts);
		history_free(history);
		plan_free(plan);
	}
}

/* The first reason of this source; what comes from the row of another is none. */
static void
test_first_reason(void)
{
	struct plan *plan = plan_new();
	struct history *history = history_new();
	struct import_facts *facts = import_facts_new("b", RECORD_BOOKING);
	static const struct reject rejects[] = {{.source = "a", .reason = "another's"},
	    {.source = "b", .reason = "end is blank"}, {.source = "b", .reason = "start is blank"}};
	for (size_t i = 0; i < G_N_ELEMENTS(rejects); i++)
		g_ptr_array_add(plan->rejects, g_memdup2(&rejects[i], sizeof rejects[i]));
	facts->rows = 9;
	facts->rejected = 2;
	char *found = said(facts, history, plan, "max_rejects");
	g_assert_true(
	    g_str_has_prefix(found, "1 2 of 9 rows rejected, at most 0; the first: end is blank|"));
	g_free(found);
	import_facts_free(facts);
	history_free(history);
	plan_free(plan);
}

/* Of many headers that nobody reads the first twenty are named. */
static void
test_unmatched(void)
{
	struct plan *plan = plan_new();
	struct history *history = history_new();
	struct import_facts *facts = import_facts_new("b", RECORD_BOOKING);
	for (int i = 0; i < 22; i++)
		g_ptr_array_add(facts->unmatched, g_strdup_printf("h%d", i));
	facts->rows = 1;
	facts->latest = LATE;
	g_free(said(facts, history, plan, "max_age"));
	g_assert_cmpuint(plan->findings->len, ==, 1);
	const struct finding *finding = g_ptr_array_index(plan->findings, 0);
	g_assert_true(g_str_has_suffix(finding->text, "\"h18\", \"h19\" and 2 more"));
	import_facts_free(facts);
	history_free(history);
	plan_free(plan);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/guard_inputs/edges", test_edges);
	g_test_add_func("/guard_inputs/refusals", test_refusals);
	g_test_add_func("/guard_inputs/lost", test_lost);
	g_test_add_func("/guard_inputs/first-reason", test_first_reason);
	g_test_add_func("/guard_inputs/unmatched", test_unmatched);
	return g_test_run();
}
