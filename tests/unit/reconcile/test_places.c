/* Several places in one text: what is cut, and what stays whole. */
#include "reconcile/places.h"

#include <string.h>

static bool
is_known(void *user, const char *place)
{
	static const char *const known[] = {
	    "Hall", "Studio", "Hall, 2nd floor", "R&D lab", "Zoom room", NULL};
	g_autofree char *text = g_strstrip(g_strdup(place));
	return g_strv_contains(known, text);
}

static void
test_cut(void)
{
	static const struct {
		const char *text, *want; /* places with a `+` between; NULL: it stays whole */
	} cases[] = {
	    {"Hall; Studio", "Hall+Studio"},
	    {"Hall,Studio", "Hall+Studio"},
	    {"Hall / Studio", "Hall+Studio"},
	    {"Hall & Studio", "Hall+Studio"},
	    {"Hall\nStudio", "Hall+Studio"},
	    {"Hall;;Hall ;", "Hall+Hall"},
	    /* a separator inside a name, beside another one */
	    {"Hall, 2nd floor; Studio", "Hall, 2nd floor+Studio"},
	    {"R&D lab, Hall & Studio", "R&D lab+Hall+Studio"},
	    /* what is online is no place, unless a rule names it */
	    {"Microsoft Teams Meeting; Hall", "Hall"},
	    {"Hall; Réunion Microsoft Teams", "Hall"},
	    {"Hall, https://meet.example.org/a,b", NULL},
	    {"https://teams.example.org/l/1?a=2/3&b; Hall", "Hall"},
	    {"Zoom room; Hall", "Zoom room+Hall"},
	    /* a part that nobody knows */
	    {"Hall; Cellar", NULL},
	    {"Hall; Cellar, Studio", NULL},
	    {"Microsoft Teams Meeting", NULL},
	    {"Microsoft Teams Meeting; https://example.org", NULL},
	    {"Hall", NULL},
	    {"", NULL},
	    {";", NULL},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GPtrArray) out = g_ptr_array_new_with_free_func(g_free);
		GString *got = g_string_new(NULL);
		bool cut = places_split(cases[i].text, is_known, NULL, out);
		for (guint k = 0; k < out->len; k++)
			g_string_append_printf(
			    got, "%s%s", k > 0 ? "+" : "", g_strstrip(out->pdata[k]));
		if (g_strcmp0(cut ? got->str : NULL, cases[i].want) != 0)
			g_test_message("\"%s\"", cases[i].text);
		g_assert_cmpstr(cut ? got->str : NULL, ==, cases[i].want);
		g_assert_true(cut || out->len == 0);
		g_string_free(got, TRUE);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/places/cut", test_cut);
	return g_test_run();
}
