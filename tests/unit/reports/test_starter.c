/* A first configuration as text: what is active, and that names stay on their line. */
#include "reports/starter.h"

#include <string.h>

struct world {
	struct snapshot *snapshot;
	struct starter starter;
};

static struct world
make_world(guint places)
{
	static const struct kisi_place all[] = {
	    {.id = 1, .name = "Harbour", .time_zone = "Europe/Amsterdam"},
	    {.id = 2, .name = "Mill", .time_zone = "Europe/London"}};
	static const struct kisi_group groups[] = {{.id = 10, .name = "Room 1", .place_id = 1},
	    {.id = 11, .name = "12345", .place_id = 1},
	    {.id = 12, .name = "Staff\n[rule x]\nplan = *\ngroup = 10"}};
	struct world w = {.snapshot = snapshot_new()};
	g_array_append_vals(w.snapshot->places, all, places);
	g_array_append_vals(w.snapshot->groups, groups, G_N_ELEMENTS(groups));
	w.snapshot->organization = snapshot_text(w.snapshot, "House\n[kisi]");
	g_assert_true(snapshot_finish(w.snapshot, NULL));
	w.starter = (struct starter){.snapshot = w.snapshot,
	    .place_id = places == 1 ? 1 : 0,
	    .sources = g_ptr_array_new_with_free_func(g_free),
	    .rules = g_ptr_array_new_with_free_func(g_free)};
	static const struct starter_source source = {.name = (char *)"bookings",
	    .profile = (char *)"generic-bookings",
	    .file = (char *)"b.csv",
	    .local_times = true,
	    .ambiguous_dates = true};
	g_ptr_array_add(w.starter.sources, g_memdup2(&source, sizeof(source)));
	return w;
}

static void
add_rule(struct world *w, const char *key, int64_t id, const char *name, bool clear)
{
	struct starter_group group = {.id = id, .name = name, .score = 100};
	struct starter_rule rule = {.kind = RULE_RESOURCE,
	    .key = key,
	    .records = 1,
	    .candidates = g_array_new(FALSE, FALSE, sizeof(struct starter_group)),
	    .clear = clear};
	g_array_append_val(rule.candidates, group);
	g_ptr_array_add(w->starter.rules, g_memdup2(&rule, sizeof(rule)));
}

static void
free_world(struct world *w)
{
	for (guint i = 0; i < w->starter.rules->len; i++)
		g_array_unref(((struct starter_rule *)w->starter.rules->pdata[i])->candidates);
	g_ptr_array_unref(w->starter.rules);
	g_ptr_array_unref(w->starter.sources);
	snapshot_free(w->snapshot);
}

/* The text is read back by the one reader there is. */
static struct config *
read_back(const struct world *w)
{
	GError *error = NULL;
	char *text = starter_text(&w->starter);
	struct config *config = config_read(text, "x.ini", "/", &error);
	g_test_message("%s", text);
	g_assert_no_error(error);
	g_free(text);
	return config;
}

static void
test_one_place(void)
{
	struct world w = make_world(1);
	add_rule(&w, "Room 1", 10, "Room 1", true);
	add_rule(&w, "room  1", 11, "12345", true);
	add_rule(&w, "Caf\xc3\xa9 #1", 10, "Room 1", false);
	struct config *config = read_back(&w);
	g_assert_cmpstr(config->kisi.place, ==, "Harbour");
	g_assert_cmpuint(config->rules->len, ==, 2);
	const struct rule *first = config->rules->pdata[0], *second = config->rules->pdata[1];
	g_assert_cmpstr(first->name, ==, "room-1");
	g_assert_cmpstr(first->key, ==, "Room 1");
	g_assert_cmpstr(first->door, ==, "Room 1");
	/* a name that looks like an id is said by its id */
	g_assert_cmpstr(second->name, ==, "room-1-2");
	g_assert_cmpstr(second->door, ==, "11");
	const struct source_config *source = config->sources->pdata[0];
	g_assert_null(source->timezone);
	g_assert_true(source->date_order == ORDER_NONE);
	config_free(config);
	free_world(&w);
}

static void
test_settled_source(void)
{
	struct world w = make_world(2);
	struct starter_source *source = w.starter.sources->pdata[0];
	source->zone = (char *)"Europe/London";
	source->zone_why = (char *)"that of Mill";
	source->date_order = "MDY";
	w.starter.api_key_file = "k";
	struct config *config = read_back(&w);
	g_assert_null(config->kisi.place);
	g_assert_cmpstr(config->kisi.api_key_file, ==, "/k");
	const struct source_config *read = config->sources->pdata[0];
	g_assert_cmpstr(read->timezone, ==, "Europe/London");
	g_assert_true(read->date_order == ORDER_MDY);
	config_free(config);
	free_world(&w);
}

/* What a profile takes for granted is said, and changes nothing. */
static void
test_assumed_order(void)
{
	struct world w = make_world(1);
	struct starter_source *source = w.starter.sources->pdata[0];
	source->ambiguous_dates = false;
	source->assumed_order = "DMY";
	char *text = starter_text(&w.starter);
	g_assert_nonnull(strstr(text, "takes them as DMY.  Else:\n# date_order = MDY\n"));
	g_free(text);
	struct config *config = read_back(&w);
	g_assert_true(
	    ((const struct source_config *)config->sources->pdata[0])->date_order == ORDER_NONE);
	config_free(config);
	free_world(&w);
}

/* Beside a full export a log must say so; which one that is, only a person knows. */
static void
test_log(void)
{
	struct world w = make_world(1);
	struct starter_source *source = w.starter.sources->pdata[0];
	char *plain = starter_text(&w.starter);
	g_assert_null(strstr(plain, "log_of"));
	g_free(plain);
	source->log = true;
	char *text = starter_text(&w.starter);
	g_assert_nonnull(strstr(text, "\n# log_of   = NAME\n"));
	g_free(text);
	free_world(&w);
}

/* Names that would write rules of their own, if they could. */
static void
test_hostile_names(void)
{
	static const char *const keys[] = {"*", " ", "a\n[rule y]\nplan = *\ngroup = 10", "\x1b[2J",
	    "]", "x\rgroup = 11", " Room 1"};
	struct world w = make_world(2);
	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++)
		add_rule(&w, keys[i], 10, "Room 1", true);
	struct config *config = read_back(&w);
	g_assert_cmpuint(config->rules->len, ==, 1);
	g_assert_cmpstr(((const struct rule *)config->rules->pdata[0])->key, ==, "]");
	config_free(config);
	free_world(&w);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/starter/one-place", test_one_place);
	g_test_add_func("/starter/settled-source", test_settled_source);
	g_test_add_func("/starter/assumed-order", test_assumed_order);
	g_test_add_func("/starter/log", test_log);
	g_test_add_func("/starter/hostile-names", test_hostile_names);
	return g_test_run();
}
