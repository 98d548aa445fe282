/* The arithmetic of the guards on inputs, at their edges. */
#include "reconcile/guards.h"

#include <string.h>

#define NOW ((instant)1794654000)
#define LATE (NOW + 30 * INSTANT_DAY)

static const char text[] = "[source b]\nprofile = p\nfile = f\n";

static const struct {
	const char *keys; /* more configuration */
	uint64_t rows, rejected;
	instant ages[2]; /* of the files; -1 = no such file */
	int known;	 /* records with time ahead at the last good import; -1 = there was none */
	int there;	 /* of them: those that are there now */
	const char *tripped; /* guard; NULL = the source is used */
	bool refused;	     /* it is of no use; else only in doubt */
	uint64_t unsettled;  /* of the rejected: for want of a zone or an order of dates */
} cases[] = {
    {"", 100, 0, {0, -1}, -1, 0, NULL, false, 0},
    {"", 0, 0, {0, -1}, -1, 0, "input_empty", true, 0},
    {"", 0, 0, {0, -1}, 0, 0, NULL, false, 0}, /* nothing ahead then, nothing now */
    {"", 0, 0, {0, -1}, 1, 0, "input_empty", true, 0},
    {"", 1, 0, {0, -1}, -1, 0, NULL, false, 0},
    /* the newest file tells the age */
    {"", 100, 0, {26 * INSTANT_HOUR, -1}, -1, 0, NULL, false, 0},
    {"", 100, 0, {26 * INSTANT_HOUR + 1, -1}, -1, 0, "max_age", false, 0},
    {"", 100, 0, {90 * INSTANT_DAY, INSTANT_HOUR}, -1, 0, NULL, false, 0},
    {"[guards]\nmax_age = 1h\n", 100, 0, {3601, -1}, -1, 0, "max_age", false, 0},
    {"[guards]\nmax_age = 0\n", 100, 0, {1, -1}, -1, 0, "max_age", false, 0},
    {"[guards]\nmax_age = 0\n", 100, 0, {0, -1}, -1, 0, NULL, false, 0},
    /* one from the future tells nothing but that a clock is wrong */
    {"", 100, 0, {-2 * INSTANT_MINUTE, -1}, -1, 0, NULL, false, 0},
    {"", 100, 0, {-2 * INSTANT_MINUTE - 1, -1}, -1, 0, "max_age", false, 0},
    {"", 100, 0, {INSTANT_HOUR, -5 * INSTANT_DAY}, -1, 0, "max_age", false, 0},
    /* what had time ahead is missing: more than three, and more than a fifth; how many rows there are tells nothing */
    {"", 1, 0, {0, -1}, 100, 80, NULL, false, 0},
    {"", 500, 0, {0, -1}, 100, 79, "max_shrink", false, 0},
    {"", 9, 0, {0, -1}, 10, 7, NULL, false, 0},
    {"", 9, 0, {0, -1}, 10, 6, "max_shrink", false, 0},
    {"[guards]\nmax_shrink = 100%\n", 1, 0, {0, -1}, 100, 0, NULL, false, 0},
    {"[guards]\nmax_shrink = 0\n", 9, 0, {0, -1}, 10, 9, "max_shrink", false, 0},
    /* nothing of it is there: another export; a single booking may have been cancelled */
    {"", 9, 0, {0, -1}, 1, 0, NULL, false, 0},
    {"", 9, 0, {0, -1}, 2, 0, "other_export", true, 0},
    {"", 9, 0, {0, -1}, 2, 1, NULL, false, 0},
    /* more than a twentieth rejected, and more than one */
    {"", 100, 5, {0, -1}, -1, 0, NULL, false, 0},
    {"", 100, 6, {0, -1}, -1, 0, "max_rejects", false, 0},
    {"", 3, 1, {0, -1}, -1, 0, NULL, false, 0},
    {"", 3, 2, {0, -1}, -1, 0, "max_rejects", false, 0},
    {"", 59, 2, {0, -1}, -1, 0, NULL, false, 0},
    {"", 39, 2, {0, -1}, -1, 0, "max_rejects", false, 0},
    {"[guards]\nmax_rejects = 100%\n", 3, 2, {0, -1}, -1, 0, NULL, false, 0},
    {"[guards]\nmax_rejects = 100%\n", 3, 3, {0, -1}, -1, 0, NULL, false, 0},
    /* no row can be read, and most of them because nobody says how */
    {"[guards]\nmax_rejects = 100%\n", 3, 3, {0, -1}, -1, 0, "input_unread", true, 2},
    {"[guards]\nmax_rejects = 100%\n", 3, 3, {0, -1}, -1, 0, NULL, false, 1},
    {"[guards]\nmax_rejects = 100%\n", 3, 2, {0, -1}, -1, 0, NULL, false, 2},
    {"[guards]\nmax_rejects = 5%\n", 19, 1, {0, -1}, -1, 0, "max_rejects", false, 0},
    {"[guards]\nmax_rejects = 5%\n", 20, 1, {0, -1}, -1, 0, NULL, false, 0},
    {"[guards]\nmax_rejects = 0\n", 20, 1, {0, -1}, -1, 0, "max_rejects", false, 0},
};

/* What guard_inputs makes of one source. */
struct judged {
	int there;    /* how many of the remembered records the export has */
	bool renewed; /* it has another record of their person at their time */
	const char *accepted;
	bool refused, doubted;
	const char *accept;
};

static void
judge(struct judged *judged, const struct config *config, const struct source_policy *policy,
    const GPtrArray *imports, const struct history *history, struct plan *plan)
{
	g_autoptr(GPtrArray) accepted = g_ptr_array_new();
	struct givers *givers = givers_new(config, policy, history, NOW);
	for (int i = 0; i < judged->there; i++) {
		g_autofree char *id = g_strdup_printf("r%d", i);
		struct record record = {.kind = RECORD_BOOKING, .id = id, .span = {NOW, LATE}};
		givers_take(givers, &record);
	}
	struct record another = {.kind = RECORD_BOOKING,
	    .id = "another",
	    .status = STATUS_CONFIRMED,
	    .person = {.email = "ada@example.org"},
	    .span = {NOW, LATE}};
	if (judged->renewed)
		givers_take(givers, &another);
	if (judged->accepted != NULL)
		g_ptr_array_add(accepted, (gpointer)judged->accepted);
	struct guard_facts about = {.imports = imports,
	    .refused = &judged->refused,
	    .doubted = &judged->doubted,
	    .accept = &judged->accept,
	    .accepted = judged->accepted != NULL ? accepted : NULL,
	    .givers = givers,
	    .latest = NOW,
	    .command = "go"};
	guard_inputs(config, policy, &about, history, NOW, plan);
	givers_free(givers);
}

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
	facts->unsettled = cases[i].unsettled;
	facts->latest = LATE;
	return facts;
}

static struct history *
make_history(int known)
{
	struct history *history = history_new();
	for (int i = 0; i < known; i++) {
		g_autofree char *id = g_strdup_printf("r%d", i);
		struct giver giver = {.object = OBJECT_ASSIGNMENT,
		    .email = "ada@example.org",
		    .door_id = 10,
		    .span = {NOW, LATE},
		    .source = "b",
		    .record = history_text(history, id),
		    .record_kind = RECORD_BOOKING};
		g_array_append_val(history->givers, giver);
	}
	if (known >= 0) {
		struct last_import import = {.source = "b",
		    .rows = known,
		    .latest = LATE,
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
		struct history *history = make_history(cases[i].known);
		GPtrArray *imports = g_ptr_array_new();
		struct import_facts *facts = make_facts(i, config);
		struct judged judged = {.there = cases[i].there};
		g_ptr_array_add(imports, facts);
		plan->as_of = NOW;
		judge(&judged, config, &policy, imports, history, plan);
		g_test_message("%zu: %s", i, cases[i].tripped != NULL ? cases[i].tripped : "fine");
		g_assert_cmpint(judged.refused, ==, cases[i].tripped != NULL && cases[i].refused);
		g_assert_cmpint(judged.doubted, ==, cases[i].tripped != NULL && !cases[i].refused);
		for (guint j = 0; j < plan->verdicts->len; j++) {
			const struct verdict *verdict = g_ptr_array_index(plan->verdicts, j);
			bool want = g_strcmp0(guard_word(verdict->guard), cases[i].tripped) == 0;
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

/* Of a record that is there under another id nothing is missing. */
static void
test_renewed(void)
{
	for (int renewed = 0; renewed < 2; renewed++) {
		struct config *config = config_read(text, "t", "/", NULL);
		struct source_policy policy = {.name = "b", .kind = RECORD_BOOKING};
		struct plan *plan = plan_new();
		struct history *history = make_history(10);
		GPtrArray *imports = g_ptr_array_new();
		struct import_facts *facts = make_facts(0, config);
		struct judged judged = {.there = 6, .renewed = renewed == 1};
		g_ptr_array_add(imports, facts);
		judge(&judged, config, &policy, imports, history, plan);
		g_assert_cmpint(judged.doubted, ==, !renewed);
		g_ptr_array_unref(imports);
		import_facts_free(facts);
		history_free(history);
		plan_free(plan);
		config_free(config);
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
	struct judged judged = {0};
	g_ptr_array_add(imports, facts);
	judge(&judged, config, &policy, imports, history, plan);
	for (guint i = 0; i < plan->verdicts->len; i++) {
		const struct verdict *verdict = g_ptr_array_index(plan->verdicts, i);
		if (strcmp(guard_word(verdict->guard), guard) == 0)
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

/* A doubt that was shown is accepted by its name, also for what lacks no more; never what cannot be used at all. */
static void
test_accept(void)
{
	static const struct {
		const char *accepted; /* NULL: nothing */
		const char *shown; /* which records were missing when the doubt was shown; NULL */
		bool doubted;
	} accepts[] = {
	    {NULL, NULL, true},
	    {"b@000000000000", NULL, true},
	    {"b@000000000000", "r6 r7 r8 r9", false},
	    {"b@000000000000", "r7 r8 r9", true},
	    {"c@000000000000", "r6 r7 r8 r9", true},
	    {"b@00000", "r6 r7 r8 r9", true},
	    {"b", "r6 r7 r8 r9", true},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(accepts); i++) {
		struct config *config = config_read(text, "t", "/", NULL);
		struct source_policy policy = {.name = "b", .kind = RECORD_BOOKING};
		struct plan *plan = plan_new();
		struct history *history = make_history(10);
		g_autoptr(GPtrArray) imports = g_ptr_array_new();
		struct import_facts *facts = import_facts_new("b", RECORD_BOOKING);
		struct judged judged = {.there = 6, .accepted = accepts[i].accepted};
		import_facts_add_file(facts, "/f")->modified = NOW;
		facts->rows = 9;
		facts->latest = LATE;
		g_ptr_array_add(imports, facts);
		if (accepts[i].shown != NULL) {
			g_autoptr(GString) lines = g_string_new("max_shrink");
			g_auto(GStrv) list = g_strsplit(accepts[i].shown, " ", -1);
			for (char **id = list; *id != NULL; id++)
				g_string_append_printf(
				    lines, "\n%d b %s", (int)RECORD_BOOKING, *id);
			history_remember(history, "doubt", "b@000000000000", lines->str);
		}
		judge(&judged, config, &policy, imports, history, plan);
		g_test_message("%zu", i);
		g_assert_cmpint(judged.doubted, ==, accepts[i].doubted);
		g_assert_cmpint(judged.accept != NULL, ==, accepts[i].doubted);
		g_assert_cmpuint(plan->doubts->len, ==, accepts[i].doubted);
		import_facts_free(facts);
		history_free(history);
		plan_free(plan);
		config_free(config);
	}
}

/* Another export may be right; of one that cannot be read nobody can say so, and nothing is offered. */
static void
test_accept_refused(void)
{
	static const struct {
		uint64_t rows;
		const char *accepted; /* source, NULL: nothing is */
		int digits;	      /* of the hash */
		bool refused, offered;
	} refused[] = {
	    {9, NULL, 0, true, true},
	    {9, "b", 12, false, false},
	    {9, "b", 11, true, true},
	    {9, "c", 12, true, true},
	    {0, NULL, 0, true, false},
	    {0, "b", 12, true, false},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
		struct config *config = config_read(text, "t", "/", NULL);
		struct source_policy policy = {.name = "b", .kind = RECORD_BOOKING};
		struct plan *plan = plan_new();
		struct history *history = make_history(2);
		g_autoptr(GPtrArray) imports = g_ptr_array_new();
		struct import_facts *facts = import_facts_new("b", RECORD_BOOKING);
		import_facts_add_file(facts, "/f")->modified = NOW;
		facts->rows = refused[i].rows;
		facts->latest = LATE;
		g_ptr_array_add(imports, facts);
		g_autofree char *hash = import_facts_hash(facts);
		g_autofree char *word = g_strdup_printf("%s@%.*s",
		    refused[i].accepted != NULL ? refused[i].accepted : "", refused[i].digits,
		    hash);
		struct judged judged = {.accepted = refused[i].accepted != NULL ? word : NULL};
		judge(&judged, config, &policy, imports, history, plan);
		g_test_message("%zu", i);
		g_assert_cmpint(judged.refused, ==, refused[i].refused);
		g_assert_cmpint(judged.accept != NULL, ==, refused[i].offered);
		import_facts_free(facts);
		history_free(history);
		plan_free(plan);
		config_free(config);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/guard_inputs/edges", test_edges);
	g_test_add_func("/guard_inputs/renewed", test_renewed);
	g_test_add_func("/guard_inputs/refusals", test_refusals);
	g_test_add_func("/guard_inputs/lost", test_lost);
	g_test_add_func("/guard_inputs/first-reason", test_first_reason);
	g_test_add_func("/guard_inputs/unmatched", test_unmatched);
	g_test_add_func("/guard_inputs/accept", test_accept);
	g_test_add_func("/guard_inputs/accept-refused", test_accept_refused);
	return g_test_run();
}
