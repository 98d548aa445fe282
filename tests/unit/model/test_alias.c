/* Aliases of aliases: who is the person in the end, and what is a circle. */
#include "model/alias.h"

#include "base/failure.h"

#include <string.h>

/* `a>b` a line, the first of them in row 2; the answer: who a stands for, or the message. */
static const struct {
	const char *lines, *alias, *person, *message;
} cases[] = {
    {"", "a", NULL, NULL},
    {"a>b", "a", "b", NULL},
    {"a>b b>c c>d", "a", "d", NULL},
    {"c>d b>c a>b", "a", "d", NULL},
    {"c>d b>c a>b", "b", "d", NULL},
    {"a>b c>b b>d", "c", "d", NULL},
    {"a>a", "a", "a", NULL},
    {"b>a a>a", "b", "a", NULL},
    {"c>b b>a a>a", "c", "a", NULL},
    {"a>b b>a", NULL, NULL, "rows 2 and 3: "},
    {"x>y a>b c>c b>d d>a", NULL, NULL, "rows 3, 5 and 6: "},
    {"z>a a>b b>a", NULL, NULL, "rows 3 and 4: "}, /* z only leads there */
    {"a>b b>c c>d d>e e>f f>g g>h h>i i>j j>k k>l l>a", NULL, NULL,
	"rows 2, 3, 4, 5, 6, 7, 8, 9, 10 and 11: "},
};

static void
test_follow(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GHashTable)
		    aliases = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
		g_autoptr(GArray) lines = g_array_new(FALSE, FALSE, sizeof(struct alias_line));
		g_auto(GStrv) words = g_strsplit(cases[i].lines, " ", -1);
		g_autoptr(GError) error = NULL;
		for (unsigned j = 0; words[j] != NULL; j++) {
			char *email = strchr(words[j], '>');
			*email++ = '\0';
			struct alias_line line = {g_strdup(words[j]), j + 2};
			g_hash_table_insert(aliases, (gpointer)line.alias, g_strdup(email));
			g_array_append_val(lines, line);
		}
		g_test_message("%s", cases[i].lines);
		g_assert_cmpint(alias_follow(aliases, lines, &error), ==, cases[i].message == NULL);
		if (cases[i].message != NULL) {
			g_assert_error(error, FAILURE, EXIT_BAD_CONFIG);
			g_assert_true(g_str_has_prefix(error->message, cases[i].message));
		} else {
			g_assert_cmpstr(
			    g_hash_table_lookup(aliases, cases[i].alias), ==, cases[i].person);
		}
	}
}

/* A long way takes one step for each of its lines, not for each pair of them. */
static void
test_long(void)
{
	enum { LINES = 200000 };
	g_autoptr(GHashTable)
	    aliases = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_autoptr(GArray) lines = g_array_new(FALSE, FALSE, sizeof(struct alias_line));
	for (unsigned i = LINES; i > 0; i--) {
		struct alias_line line = {g_strdup_printf("%u", i), i};
		g_hash_table_insert(aliases, (gpointer)line.alias, g_strdup_printf("%u", i - 1));
		g_array_append_val(lines, line);
	}
	g_assert_true(alias_follow(aliases, lines, NULL));
	g_assert_cmpstr(g_hash_table_lookup(aliases, "200000"), ==, "0");
	g_assert_cmpstr(g_hash_table_lookup(aliases, "1"), ==, "0");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/alias/follow", test_follow);
	g_test_add_func("/alias/long", test_long);
	return g_test_run();
}
