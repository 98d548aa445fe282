/* The lock that a rule opens at once: one that is there, here, and the only one of its name. */
#include "reconcile/groups.h"

#include "base/failure.h"

#include <string.h>

static struct snapshot *
make_snapshot(void)
{
	static const struct kisi_place places[] = {{.id = 1, .name = "Harbour", .time_zone = NULL},
	    {.id = 2, .name = "Hill", .time_zone = NULL}};
	static const struct kisi_lock locks[] = {{.id = 20, .name = "Gate", .place_id = 1},
	    {.id = 21, .name = "Door", .place_id = 1}, {.id = 22, .name = "Door", .place_id = 1},
	    {.id = 23, .name = "Gate", .place_id = 2}, {.id = 24, .name = "Barn", .place_id = 2}};
	struct snapshot *snapshot = snapshot_new();
	g_array_append_vals(snapshot->places, places, G_N_ELEMENTS(places));
	g_array_append_vals(snapshot->locks, locks, G_N_ELEMENTS(locks));
	g_assert_true(snapshot_finish(snapshot, NULL));
	return snapshot;
}

static const struct {
	const char *place, *lock;
	int64_t id;
	int code;	   /* when id is 0 */
	const char *words; /* in the message */
} cases[] = {
    {"Harbour", "Gate", 20, 0, NULL},
    {"2", "Gate", 23, 0, NULL},
    {NULL, "Barn", 24, 0, NULL},
    {NULL, "22", 22, 0, NULL},
    {NULL, "Gate", 0, EXIT_HELD, "more than one lock is called \"Gate\""},
    {"Harbour", "Door", 0, EXIT_HELD, "hint: the ids are 21 (Door, Harbour), 22 (Door, Harbour)"},
    {"Harbour", "Barn", 0, EXIT_HELD, "another place owns the lock \"Barn\""},
    {"Harbour", "Gates", 0, EXIT_HELD, "hint: is it \"Gate\"?"},
    {"Harbor", "Gate", 0, EXIT_BAD_CONFIG, "Kisi has no place \"Harbor\""},
};

static void
test_lock(void)
{
	struct snapshot *snapshot = make_snapshot();
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *ini = cases[i].place != NULL
				? g_strdup_printf("[kisi]\nplace = %s\n", cases[i].place)
				: g_strdup("");
		char *text = g_strconcat(ini, "[source b]\nprofile = p\nfile = f\n", NULL);
		struct config *config = config_read(text, "t", "/", NULL);
		const struct door_ref ref = {
		    .text = cases[i].lock, .rules = "gate", .lock = true, .method = METHOD_UNLOCK};
		GError *error = NULL;
		g_test_message("%zu", i);
		g_assert_cmpint(groups_lock(config, snapshot, &ref, &error), ==, cases[i].id);
		if (cases[i].id == 0) {
			g_assert_cmpint(error->code, ==, cases[i].code);
			g_assert_nonnull(strstr(error->message, cases[i].words));
			g_clear_error(&error);
		}
		g_assert_no_error(error);
		config_free(config);
		g_free(text);
		g_free(ini);
	}
	snapshot_free(snapshot);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/groups/lock", test_lock);
	return g_test_run();
}
