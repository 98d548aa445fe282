/* Who is meant by words: an address, a name, or a part of one that only one person has. */
#include "scene.h"

#include "base/failure.h"

static const char text[] = "[source b]\nprofile = p\nfile = f\n";

/* Whom a source names, and whom Kisi has. */
static const struct {
	const char *email, *name;
} rows[] = {{"ada@example.org", "Ada Moss"}, {"adam@example.net", NULL},
    {"ben@example.org", "Ben  Ray"}, {"zoe@example.org", NULL}},
  users[] = {{"cleo@example.org", "Cleo Fox"}, {"dan@example.org", NULL}, {"reception", "Desk"},
      {"Ada@Example.org", "Ada M."}, {"old@example.org", "Old Dan"}};

static struct scene *
venue(size_t n_users)
{
	struct scene *s = scene_new(text);
	g_hash_table_insert(
	    s->config->people.aliases, g_strdup("old@example.org"), g_strdup("dan@example.org"));
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		scene_add(s, (struct record){.kind = RECORD_PERSON,
				 .status = STATUS_ACTIVE,
				 .person = {.email = rows[i].email, .name = rows[i].name}});
	for (size_t i = 0; i < n_users; i++)
		SCENE_ADD(s->kisi->users, struct kisi_user, .id = 5 + (int64_t)i,
		    .email = users[i].email, .name = users[i].name);
	return s;
}

static char *
find(struct scene *s, const char *words, GError **error)
{
	g_assert_true(snapshot_finish(s->kisi, NULL));
	const struct why_search search = {
	    .config = s->config, .entitled = entitle_finish(s->entitlement), .snapshot = s->kisi};
	return why_find(&search, words, error);
}

static void
test_found(void)
{
	static const struct {
		const char *words, *email;
	} cases[] = {
	    /* an address is taken as it is, known or not; an alias stands for another */
	    {"Ada@Example.org", "ada@example.org"},
	    {"nobody@example.org", "nobody@example.org"},
	    {"old@example.org", "dan@example.org"},
	    /* a whole name before a part of one, whoever has it */
	    {"ada moss", "ada@example.org"},
	    {"Ben Ray", "ben@example.org"},
	    {"cleo FOX", "cleo@example.org"},
	    /* a part of a name, or of an address */
	    {"fox", "cleo@example.org"},
	    {"example.net", "adam@example.net"},
	    {"dan@", "dan@example.org"},
	    {"zoe", "zoe@example.org"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct scene *s = venue(G_N_ELEMENTS(users));
		char *email = find(s, cases[i].words, &s->error);
		g_assert_no_error(s->error);
		g_assert_cmpstr(email, ==, cases[i].email);
		g_free(email);
		scene_free(s);
	}
}

static void
test_not_found(void)
{
	static const struct {
		const char *words, *said;
	} cases[] = {
	    {"ada", "\"ada\" may be any of 2 people:\n  ada@example.org (Ada Moss)\n"
		    "  adam@example.net\nhint: name one of them by address"},
	    {"nobody", "neither a source nor Kisi knows \"nobody\"\nhint: ask the person for the "
		       "address they booked with; part of a name will do here, too"},
	    /* no words are everybody's, and so nobody's */
	    {" ",
		"neither a source nor Kisi knows \" \"\nhint: ask the person for the address they "
		"booked with; part of a name will do here, too"},
	    /* who has no address cannot be asked about */
	    {"desk", "neither a source nor Kisi knows \"desk\"\nhint: ask the person for the "
		     "address they booked with; part of a name will do here, too"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct scene *s = venue(G_N_ELEMENTS(users));
		g_assert_null(find(s, cases[i].words, &s->error));
		g_assert_error(s->error, FAILURE, EXIT_FAILED);
		g_assert_cmpstr(s->error->message, ==, cases[i].said);
		scene_free(s);
	}
}

/* Who comes near an address that nobody knows: the same mailbox elsewhere, with a tag, or a slip of the hand. */
static void
test_near(void)
{
	static const struct {
		const char *words, *near; /* addresses, a blank before each */
	} cases[] = {
	    {"ada@example.com", " ada@example.org"},
	    {"ada+gym@else.org", " ada@example.org"},
	    {"adb@else.org", ""},
	    {"adn@example.org", " ada@example.org ben@example.org dan@example.org"},
	    {"ada", " ada@example.org"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct scene *s = venue(G_N_ELEMENTS(users));
		g_assert_true(snapshot_finish(s->kisi, NULL));
		const struct why_search search = {.config = s->config,
		    .entitled = entitle_finish(s->entitlement),
		    .snapshot = s->kisi};
		g_assert_false(why_unknown(&search, cases[i].words, &s->error));
		GString *near = g_string_new(NULL);
		char **lines = g_strsplit(s->error->message, "\n", -1);
		for (char **line = lines + 1; *line != NULL; line++) {
			if (g_str_has_prefix(*line, "  "))
				g_string_append_printf(
				    near, " %.*s", (int)strcspn(*line + 2, " "), *line + 2);
		}
		g_test_message("%s", cases[i].words);
		g_assert_cmpstr(near->str, ==, cases[i].near);
		g_string_free(near, TRUE);
		g_strfreev(lines);
		scene_free(s);
	}
}

/* So many that a person would not read them all. */
static void
test_many(void)
{
	for (int extra = 0; extra < 2; extra++) {
		struct scene *s = venue(0);
		for (int i = 0; i < 20 + extra; i++)
			scene_add(s, (struct record){.kind = RECORD_PERSON,
					 .status = STATUS_ACTIVE,
					 .person = {.email = plan_printf(
							s->plan, "guest%02d@hotel.example", i)}});
		g_assert_null(find(s, "hotel", &s->error));
		g_assert_true(
		    (strstr(s->error->message, "\n  ... and 1 more\n") != NULL) == (extra == 1));
		g_assert_nonnull(strstr(s->error->message, "guest19@"));
		g_assert_null(strstr(s->error->message, "guest20@"));
		scene_free(s);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/reconcile/why-find/found", test_found);
	g_test_add_func("/reconcile/why-find/not-found", test_not_found);
	g_test_add_func("/reconcile/why-find/near", test_near);
	g_test_add_func("/reconcile/why-find/many", test_many);
	return g_test_run();
}
