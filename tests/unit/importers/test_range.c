/* Two times in one text: where it is cut, which half of the day the first borrows, and what is no range. */
#include "importers/range.h"

#include <glib.h>

#define NNBSP "\xE2\x80\xAF"
#define EN_DASH "\xE2\x80\x93"

static void
test_split(void)
{
	static const struct {
		const char *text, *first, *last; /* first NULL: no range */
	} cases[] = {
	    {"7-8:30am", "7am", "8:30am"},
	    {"7 - 8:30 PM", "7pm", "8:30pm"},
	    {"8:00 a.m." EN_DASH "8:15 a.m.", "8:00am", "8:15am"},
	    {"8:00" NNBSP "a.m." NNBSP EN_DASH NNBSP "8:15" NNBSP "p.m.", "8:00am", "8:15pm"},
	    {"9:00" EN_DASH "10:00", "9:00", "10:00"},
	    {"9:00 to 10:00", "9:00", "10:00"},
	    {"23:00-01:00", "23:00", "01:00"},
	    {"2026-11-14 | 9:00" EN_DASH "10:00", "2026-11-14 9:00", "10:00"},
	    {"11/14/2026 7-8:30am", "11/14/2026 7am", "8:30am"},
	    {"14-11-2026 9:00-10:00", "14-11-2026 9:00", "10:00"},
	    {"Sat, Nov 14, 2026, 7-8pm", "Sat, Nov 14, 2026 7pm", "8pm"},
	    /* the half that lies less than twelve hours before */
	    {"11-1pm", "11am", "1pm"},
	    {"11-12:30pm", "11am", "12:30pm"},
	    {"12-1pm", "12pm", "1pm"},
	    {"10-2am", "10pm", "2am"},
	    {"11-12am", "11pm", "12am"},
	    {"12-12:30am", "12am", "12:30am"},
	    {"7-7am", "7am", "7am"},
	    /* no ranges */
	    {"7am-8:30", NULL, NULL},
	    {"7:00 AM", NULL, NULL},
	    {"2026-11-14", NULL, NULL},
	    {"11-14-26", NULL, NULL},
	    {"2026-11-14T09:00:00-05:00", NULL, NULL},
	    {"9:00-10:00 Court 1", NULL, NULL},
	    {"9:00-10:00-11:00", NULL, NULL},
	    {"-", NULL, NULL},
	    {"", NULL, NULL},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *first = NULL, *last = NULL;
		bool is = range_split(cases[i].text, &first, &last);
		if (is != (cases[i].first != NULL) || g_strcmp0(first, cases[i].first) != 0 ||
		    g_strcmp0(last, cases[i].last) != 0)
			g_test_fail_printf(
			    "\"%s\" gave \"%s\", \"%s\"", cases[i].text, first, last);
		g_free(first);
		g_free(last);
	}
	g_assert_true(range_split("7-8am", NULL, NULL));
}

/* A cell may be 64 KiB long; looking for a range in it must not take longer than reading it. */
static void
test_long(void)
{
	GString *text = g_string_new("9:00");
	for (int i = 0; i < 30000; i++)
		g_string_append_c(text, ' ');
	g_string_append(text, "-10:00");
	g_assert_false(range_split(text->str, NULL, NULL));
	g_string_free(text, TRUE);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/range/split", test_split);
	g_test_add_func("/range/long", test_long);
	return g_test_run();
}
