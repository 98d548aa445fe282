/* The people of all sources: one for each address, however many rows name them, and in whatever order. */
#include "reconcile/persons.h"

struct fixture {
	struct config *config;
	struct intern *texts;
	struct persons *persons;
};

static void
begin(struct fixture *f)
{
	f->config = config_read("[source a]\nprofile = p\nfile = f\n", "t", "/", NULL);
	g_assert_nonnull(f->config);
	f->texts = intern_new();
	f->persons = persons_new(f->config, f->texts);
}

static void
end(struct fixture *f)
{
	persons_free(f->persons);
	intern_free(f->texts);
	config_free(f->config);
}

/* Of several names the least, so that the order of rows does not show. */
static void
test_names(void)
{
	static const char *const names[][3] = {
	    {"Ada", "Ada Moss", "Beth"},
	    {"Beth", "Ada Moss", "Ada"},
	    {"Ada", NULL, " "},
	    {NULL, " ", "Ada"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		struct fixture f;
		begin(&f);
		for (size_t j = 0; j < G_N_ELEMENTS(names[i]); j++)
			g_assert_cmpuint(
			    persons_number(f.persons, "ada@example.org", names[i][j]), ==, 0);
		g_assert_cmpstr(persons_at(f.persons, 0)->name, ==, "Ada");
		g_assert_true(persons_at(f.persons, 0)->known);
		end(&f);
	}
}

static void
test_aliases(void)
{
	struct fixture f;
	begin(&f);
	g_hash_table_insert(
	    f.config->people.aliases, g_strdup("old@example.org"), g_strdup("ada@example.org"));
	uint32_t ada = persons_number(f.persons, "ada@example.org", NULL);
	uint32_t ben = persons_number(f.persons, "ben@example.org", NULL);
	g_assert_cmpuint(persons_number(f.persons, "old@example.org", NULL), ==, ada);
	g_assert_cmpuint(ben, !=, ada);
	persons_bar_email(f.persons, "old@example.org", true, "gone");
	g_assert_true(persons_at(f.persons, ada)->deleted);
	g_assert_false(persons_at(f.persons, ben)->deleted);
	g_assert_cmpstr(intern_text(persons_addresses(f.persons), ada), ==, "ada@example.org");
	end(&f);
}

/* Blocked by one row and deleted by another is both; of the reasons the least is told. */
static void
test_bars(void)
{
	static const char *const whys[][2] = {{"a, row 2", "b, row 1"}, {"b, row 1", "a, row 2"}};
	for (size_t i = 0; i < G_N_ELEMENTS(whys); i++) {
		struct fixture f;
		begin(&f);
		uint32_t ada = persons_number(f.persons, "ada@example.org", NULL);
		persons_bar(f.persons, ada, false, whys[i][0]);
		g_assert_true(persons_at(f.persons, ada)->blocked);
		g_assert_false(persons_at(f.persons, ada)->deleted);
		persons_bar(f.persons, ada, true, whys[i][1]);
		persons_bar(f.persons, ada, false, whys[i][0]);
		g_assert_true(persons_at(f.persons, ada)->blocked);
		g_assert_true(persons_at(f.persons, ada)->deleted);
		g_assert_cmpstr(persons_at(f.persons, ada)->blocked_why, ==, "a, row 2");
		end(&f);
	}
}

/* Whoever stands on the list is barred, and no row needs to name them. */
static void
test_listed(void)
{
	struct fixture f;
	begin(&f);
	struct blocked_entry entries[] = {
	    {(char *)"ada@example.org", (char *)"owes rent"}, {(char *)"ben@example.org", NULL}};
	g_ptr_array_set_free_func(f.config->people.blocked, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(entries); i++)
		g_ptr_array_add(f.config->people.blocked, &entries[i]);
	g_assert_cmpuint(persons_all(f.persons)->len, ==, 0);
	persons_bar_listed(f.persons);
	g_assert_cmpuint(persons_all(f.persons)->len, ==, 2);
	const struct entitled_person *ada = persons_at(f.persons, 0),
				     *ben = persons_at(f.persons, 1);
	g_assert_true(ada->blocked && ben->blocked);
	g_assert_false(ada->known || ada->deleted);
	g_assert_cmpstr(ada->blocked_why, ==, "blocked list: owes rent");
	g_assert_cmpstr(ben->blocked_why, ==, "blocked list");
	end(&f);
}

/* One for each address, also for those of whom nothing is known but the number. */
static void
test_all(void)
{
	struct fixture f;
	begin(&f);
	persons_number(f.persons, "ada@example.org", "Ada");
	intern_add(persons_addresses(f.persons), "ben@example.org");
	const GArray *all = persons_all(f.persons);
	g_assert_cmpuint(all->len, ==, 2);
	g_assert_false(g_array_index(all, struct entitled_person, 1).known);
	end(&f);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/reconcile/persons/names", test_names);
	g_test_add_func("/reconcile/persons/aliases", test_aliases);
	g_test_add_func("/reconcile/persons/bars", test_bars);
	g_test_add_func("/reconcile/persons/listed", test_listed);
	g_test_add_func("/reconcile/persons/all", test_all);
	return g_test_run();
}
