/* The whole way in one call: limited to somebody nobody knows. */
#include "scene.h"

#include "base/failure.h"

static const char text[] = "[source b]\nprofile = p\nfile = f\n"
			   "[rule room]\nresource = Room 1\ngroup = Room 1\n"
			   "[rule hall]\nresource = Hall\ngroup = Hall\n";

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

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/reconcile/scope", test_scope);
	return g_test_run();
}
