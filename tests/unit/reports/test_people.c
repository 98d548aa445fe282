/* Names instead of addresses. */
#include "reports/people.h"

#include "sample_plan.h"

static struct sample *
namesakes(void)
{
	struct sample *sample = sample_empty();
	static const char *const people[][2] = {{"ada@example.com", "Ada Moss"},
	    {"ada@work.example.com", "ada moss"}, {"info@example.net", "Info"},
	    {"bo@example.com", "Bo Lind"}};
	for (size_t i = 0; i < G_N_ELEMENTS(people); i++) {
		struct change *change = sample_change(
		    sample, sample->plan->changes, people[i][0], CAUSE_NEW);
		change->name = people[i][1];
	}
	return sample;
}

/* A piece of the address is no name, and two of one name are told apart. */
static void
test_names(void)
{
	struct sample *sample = namesakes();
	struct people *people = people_of(sample->plan);
	g_assert_cmpstr(people_name(people, "bo@example.com"), ==, "Bo Lind");
	g_assert_cmpstr(people_name(people, "info@example.net"), ==, "info@example.net");
	g_assert_cmpstr(people_name(people, "nobody@example.net"), ==, "nobody@example.net");
	g_assert_cmpstr(people_name(people, "ada@example.com"), ==, "Ada Moss <ada@example.com>");
	g_assert_cmpstr(
	    people_name(people, "ada@work.example.com"), ==, "ada moss <ada@work.example.com>");
	people_free(people);
	sample_free(sample);
}

static void
test_list(void)
{
	struct sample *sample = namesakes();
	struct people *people = people_of(sample->plan);
	g_autoptr(GPtrArray) emails = g_ptr_array_new();
	const char *const list[] = {
	    "bo@example.com", "info@example.net", "bo@example.com", "c", "d"};
	for (size_t i = 0; i < G_N_ELEMENTS(list); i++)
		g_ptr_array_add(emails, (gpointer)list[i]);
	g_autofree char *all = people_list(people, emails, 10);
	g_assert_cmpstr(all, ==, "Bo Lind, info@example.net, c, d");
	g_autofree char *some = people_list(people, emails, 2);
	g_assert_cmpstr(some, ==, "Bo Lind, info@example.net and 2 more");
	people_free(people);
	sample_free(sample);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/people/names", test_names);
	g_test_add_func("/people/list", test_list);
	return g_test_run();
}
