/* Where the lists of records are, from the beginning of a file. */
#include "importers/jsonlists.h"

#include <string.h>

static const struct {
	const char *text, *paths; /* of the lists, a blank behind each */
} cases[] = {
    {"[{\"a\":1}]", " "},
    {"{\"bookings\":[{\"a\":1}]}", "bookings "},
    {"{\"meta\":{\"n\":[1,2]},\"data\":{\"items\":[{\"a\":[{}]}],\"x\":1}}", "data.items "},
    {"{\"a\":[{\"t\":\"]\\\"}\"}],\"b\":[{}]}", "a b "},
    {"{\"a\":[],\"b\":[1]}", ""},
    /* breaks off inside the first record */
    {"{\"page\":1,\"rows\":[{\"a\":\"x", "rows "},
    /* one record a line: lists inside them are no lists of records */
    {"{\"id\":1,\"items\":[{\"a\":1}]}\n{\"id\":2}", ""},
    {"[{\"a\":1}]  \n", " "},
    {"{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":{\"f\":{\"g\":[{}]}}}}}}}", ""},
    {"{\"a\\", ""},
    {"{", ""},
    {"", ""},
};

static void
test_lists(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		GPtrArray *lists = json_lists(cases[i].text, strlen(cases[i].text));
		GString *found = g_string_new(NULL);
		for (guint k = 0; k < lists->len; k++)
			g_string_append_printf(found, "%s ", (char *)lists->pdata[k]);
		if (strcmp(found->str, cases[i].paths) != 0)
			g_test_fail_printf("%s: \"%s\"", cases[i].text, found->str);
		g_string_free(found, TRUE);
		g_ptr_array_unref(lists);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/jsonlists/lists", test_lists);
	return g_test_run();
}
