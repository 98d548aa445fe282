/* The whole way in one call: limited to somebody nobody knows, and what the history keeps of it. */
#include "scene.h"

#include "base/failure.h"

static const char text[] = "[source b]\nprofile = p\nfile = f\n[source c]\nprofile = p\nfile = f\n"
			   "[rule room]\nresource = Room 1\ngroup = Room 1\n"
			   "[rule too]\nresource = Room 1\ngroup = Room 1\ngrace_after = 1h\n"
			   "[rule hall]\nresource = Hall\ngroup = Hall\n"
			   "[rule gate]\nresource = Gate\ngroup = Hall\nmethod = link\n";

static struct scene *
venue(void)
{
	struct scene *s = scene_new(text);
	SCENE_ADD(s->kisi->groups, struct kisi_group, .id = 10, .name = "Room 1");
	SCENE_ADD(s->kisi->groups, struct kisi_group, .id = 11, .name = "Hall");
	return s;
}

/* A run limited to nobody would look like success. */
static void
test_scope(void)
{
	static const struct {
		const char *person, *group, *said;
	} cases[] = {
	    {"ada@example.org", "Hall", NULL},
	    {"zoe@example.org", NULL,
		"--only-person: neither a source nor Kisi knows zoe@example.org"},
	    {NULL, "Attic", "--only-group: Kisi has no group \"Attic\""},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct scene *s = venue();
		scene_book(s, 0, "1", "ada@example.org", "Hall", scene_span(1, 2));
		s->facts.only_person = cases[i].person;
		s->facts.only_group = cases[i].group;
		g_assert_true(scene_plan(s) == (cases[i].said == NULL));
		if (cases[i].said != NULL) {
			g_assert_cmpstr(s->error->message, ==, cases[i].said);
			g_assert_cmpint(s->error->code, ==, EXIT_BAD_USAGE);
		}
		scene_free(s);
	}
}

/* One row for each person, group and rule, whatever order the bookings came in. */
static void
test_windows(void)
{
	static const struct {
		const char *email, *resource;
		uint32_t source;
		int from, until;
	} booked[] = {
	    {"ben@example.org", "Room 1", 0, 5, 6}, {"ada@example.org", "Room 1", 0, 7, 8},
	    {"ada@example.org", "Hall", 0, 3, 4}, {"ada@example.org", "Room 1", 0, 1, 2},
	    {"ada@example.org", "Room 1", 0, 3, 5},
	    {"ada@example.org", "Room 1", 1, 9, 10},  /* of another source */
	    {"ada@example.org", "Room 1", 0, -3, -1}, /* over */
	    {"ada@example.org", "Gate", 0, 1, 2},     /* links name their record themselves */
	};
	struct scene *s = venue();
	GString *out = g_string_new(NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(booked); i++)
		scene_book(s, booked[i].source, NULL, booked[i].email, booked[i].resource,
		    scene_span(booked[i].from, booked[i].until));
	/* named by the data itself */
	scene_add(s, (struct record){.kind = RECORD_BOOKING,
			 .status = STATUS_CONFIRMED,
			 .person = {.email = "ben@example.org"},
			 .group = "Hall",
			 .span = scene_span(2, 3)});
	g_assert_true(scene_plan(s));
	const struct reconcile_input input = {.config = s->config, .entitled = s->entitled};
	GArray *windows = reconcile_windows_of(&input, 0, SCENE_NOW);
	for (guint i = 0; i < windows->len; i++) {
		const struct last_window *window = &g_array_index(windows, struct last_window, i);
		g_string_append_printf(out, "%s %s %s ", window->email, window->group,
		    window->rule != NULL ? window->rule : "-");
		scene_put_span(out, window->span);
		g_string_append_c(out, '\n');
	}
	g_assert_cmpstr(out->str, ==,
	    "ada@example.org Hall hall 3..4\n"
	    "ada@example.org Room 1 room 1..8\n"
	    "ada@example.org Room 1 too 1..9\n"
	    "ben@example.org Hall - 2..3\n"
	    "ben@example.org Room 1 room 5..6\n"
	    "ben@example.org Room 1 too 5..7\n");
	g_string_free(out, TRUE);
	g_array_unref(windows);
	scene_free(s);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/reconcile/scope", test_scope);
	g_test_add_func("/reconcile/windows-of", test_windows);
	return g_test_run();
}
