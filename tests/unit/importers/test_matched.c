/* What a source has of the things its profile reads. */
#include "harness.h"

#include "importers/matched.h"

static const char profile[] =
    "[profile]\nkind = bookings\n[field id]\nany = id\n[field email]\nany = email\n"
    "[field name]\nany = name\n[field resource]\nany = room; space\n[field start]\nany = from\n"
    "[field end]\npart1 = day\npart2 = to\n[field status]\nany = status\n[presence]\n"
    "cancelled_if = gone\n[rows]\ndrop = kind: note\n";

static const struct {
	const char *text;
	unsigned times; /* the part behind the first line is repeated */
	const char *columns, *missing;
} cases[] = {
    {"id,email,name,room,from,day,to,status,gone,kind\n", 0,
	"id email resource start end status kind gone last line break ", ""},
    /* of a table that ended with a line break and does not any more the last cell may be cut */
    {"id,email,name,room,from,day,to,status,gone,kind\n1,a@b.example,A,R,x,x,x,x,,x", 1,
	"id email resource start end status kind gone ", "last line break "},
    /* another name of the same thing will do; half of a joined one will not; who is called how does not matter */
    {"id,email,space,from,to\n", 0, "id email resource start last line break ",
	"end status kind gone "},
    /* of a single record only a status is certain */
    {"[\n{\"id\":1,\"email\":\"a@b.example\",\"room\":\"R\",\"status\":null}", 1, "status ",
	"start end kind gone "},
    {"[\n{\"id\":1,\"email\":\"a@b.example\",\"room\":\"R\"}", 20, "id email resource ",
	"start end status kind gone "},
    {"[{\"status\":\"x\",\"gone\":1},\n{\"id\":1,\"email\":\"a@b.example\",\"room\":\"R\"}", 19, "",
	"start end kind "},
};

static char *
joined(const GPtrArray *texts)
{
	GString *all = g_string_new(NULL);
	for (guint i = 0; i < texts->len; i++) {
		if (!g_str_has_prefix(texts->pdata[i], FACTS_HEADINGS))
			g_string_append_printf(all, "%s ", (char *)texts->pdata[i]);
	}
	return g_string_free(all, FALSE);
}

static void
test_things(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		const char *line = strchr(cases[i].text, '\n') + 1;
		GString *text = g_string_new_len(cases[i].text, line - cases[i].text);
		for (unsigned k = 0; k < cases[i].times; k++)
			g_string_append_printf(text, "%s%s", k > 0 ? "," : "", line);
		if (cases[i].times > 0 && text->str[0] == '[')
			g_string_append_c(text, ']');
		struct trial t;
		trial_run(&t, profile, "f", text->str, -1, "UTC");
		char *columns = joined(t.facts->columns), *missing = joined(t.facts->missing);
		g_test_message("%s", cases[i].text);
		g_assert_cmpstr(columns, ==, cases[i].columns);
		g_assert_cmpstr(missing, ==, cases[i].missing);
		g_free(columns);
		g_free(missing);
		g_string_free(text, TRUE);
		trial_done(&t);
	}
}

static void
test_asks(void)
{
	struct profile *read = profile_read(profile, "p", NULL);
	g_assert_true(matched_asks(read, "status"));
	g_assert_true(matched_asks(read, "gone"));
	g_assert_true(matched_asks(read, "kind"));
	g_assert_false(matched_asks(read, "name"));
	g_assert_false(matched_asks(read, "plan"));
	char *ini = g_strdup("[source a]\nprofile = p\nfile = f\nwithout = gone; sttus\n");
	struct config *config = config_read(ini, "t", "/", NULL);
	GError *error = NULL;
	g_assert_false(profile_suits(read, g_ptr_array_index(config->sources, 0), &error));
	g_assert_nonnull(strstr(error->message, "reads no \"sttus\""));
	g_error_free(error);
	config_free(config);
	g_free(ini);
	profile_free(read);
}

/* Caller frees; NULL when there are none. */
static char *
headings_of(const char *text)
{
	char *headings = NULL;
	struct trial t;
	trial_run(&t, profile, "f", text, -1, "UTC");
	for (guint i = 0; i < t.facts->columns->len; i++) {
		const char *thing = t.facts->columns->pdata[i];
		if (g_str_has_prefix(thing, FACTS_HEADINGS))
			headings = g_strdup(thing);
	}
	trial_done(&t);
	return headings;
}

/* Rows do not matter, and every heading does, also of what nobody reads. */
static void
test_headings(void)
{
	char *one = headings_of("id,email,room,from,to,else\n1,a@b.example,A,x,x,x\n");
	char *same = headings_of("id,email,room,from,to,else\n");
	char *other = headings_of("id,email,room,from,to,other\n");
	g_assert_nonnull(one);
	g_assert_cmpstr(one, ==, same);
	g_assert_cmpstr(one, !=, other);
	g_assert_null(headings_of("[{\"id\":1,\"email\":\"a@b.example\",\"status\":\"x\"}]"));
	g_free(one);
	g_free(same);
	g_free(other);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/matched/things", test_things);
	g_test_add_func("/matched/asks", test_asks);
	g_test_add_func("/matched/headings", test_headings);
	return g_test_run();
}
