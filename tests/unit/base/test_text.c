/* Comparing what people typed. */
#include "base/text.h"

#include <string.h>

#define NBSP "\xc2\xa0"
#define ZWSP "\xe2\x80\x8b"
#define BOM "\xef\xbb\xbf"

static void
test_trim(void)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
	    {"", ""},
	    {"  ", ""},
	    {"a", "a"},
	    {" a b \t\r\n", "a b"},
	    {NBSP "a" NBSP "b" NBSP, "a" NBSP "b"},
	    {BOM "a" ZWSP, "a"},
	    {"\xe2\x80\xaf"
	     "a\xc2\xad",
		"a"},
	    {"\xff a \xff", "\xff a \xff"}, /* not UTF-8: bytes are kept */
	    {" \xff ", "\xff"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *copy = g_strdup(cases[i].text);
		g_assert_cmpstr(text_trim(copy), ==, cases[i].want);
		g_assert_cmpint(text_blank(cases[i].text), ==, *cases[i].want == '\0');
		g_free(copy);
	}
	g_assert_true(text_blank(NULL));
}

static void
test_key(void)
{
	static const struct {
		const char *text, *key, *header;
	} cases[] = {
	    {"", "", ""},
	    {"Room 1", "room 1", "room1"},
	    {"  ROOM \t 1 ", "room 1", "room1"},
	    {"Room" NBSP "1", "room 1", "room1"},
	    {BOM "Start Date / Time", "start date / time", "startdatetime"},
	    {"start_date_time", "start_date_time", "startdatetime"},
	    {"E-Mail (2)", "e-mail (2)", "email2"},
	    {"B\xc3\xbcro", "b\xc3\xbcro", "b\xc3\xbcro"},
	    {"Bu\xcc\x88ro", "b\xc3\xbcro", "b\xc3\xbcro"},
	    {"STRASSE", "strasse", "strasse"},
	    {"Stra\xc3\x9f"
	     "e",
		"strasse", "strasse"},
	    {"B\xfcro", "b\xc3\xbcro", "b\xc3\xbcro"}, /* Latin-1 */
	    /* I is i in every locale */
	    {"TITLE", "title", "title"},
	    {"\xd0\x97\xd0\x90\xd0\x9b 1", "\xd0\xb7\xd0\xb0\xd0\xbb 1",
		"\xd0\xb7\xd0\xb0\xd0\xbb"
		"1"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *key = text_key(cases[i].text), *header = text_header_key(cases[i].text);
		char *again = text_key(key);
		g_assert_cmpstr(key, ==, cases[i].key);
		g_assert_cmpstr(header, ==, cases[i].header);
		g_assert_cmpstr(again, ==, key);
		g_assert_true(text_same(cases[i].text, cases[i].key));
		g_free(key);
		g_free(header);
		g_free(again);
	}
	g_assert_true(text_same(NULL, NULL));
	g_assert_false(text_same(NULL, ""));
	g_assert_false(text_same("", NULL));
	g_assert_false(text_same("Room 1", "Room 11"));
}

static void
test_number(void)
{
	static const struct {
		const char *text;
		int64_t min, max, want; /* want -99: refused */
		bool digits;
	} cases[] = {
	    {"0", 0, 9, 0, true},
	    {"9", 0, 9, 9, true},
	    {"10", 0, 9, -99, true},
	    {"007", 0, 9, 7, true},
	    {"-1", -5, 9, -1, false},
	    {"-6", -5, 9, -99, false},
	    {"+1", 0, 9, -99, false},
	    {" 1", 0, 9, -99, false},
	    {"1 ", 0, 9, -99, false},
	    {"", 0, 9, -99, false},
	    {"1.0", 0, 9, -99, false},
	    {"0x1", 0, 9, -99, false},
	    {"1e1", 0, 99, -99, false},
	    {"\xd9\xa1", 0, 9, -99, false}, /* an Arabic digit */
	    {"9223372036854775807", 0, INT64_MAX, INT64_MAX, true},
	    {"9223372036854775808", 0, INT64_MAX, -99, true},
	    {"-9223372036854775808", INT64_MIN, 0, INT64_MIN, false},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		int64_t out = -99;
		bool read = text_number(cases[i].text, cases[i].min, cases[i].max, &out);
		g_test_message("\"%s\"", cases[i].text);
		g_assert_cmpint(out, ==, cases[i].want);
		g_assert_cmpint(read, ==, cases[i].want != -99);
		g_assert_cmpint(text_digits(cases[i].text), ==, cases[i].digits);
	}
}

static void
test_distance(void)
{
	static const struct {
		const char *a, *b;
		unsigned want; /* with a limit of 3; 4 = more */
	} cases[] = {
	    {"", "", 0},
	    {"a", "", 1},
	    {"moss", "moss", 0},
	    {"moss", "mos", 1},
	    {"moss", "mosss", 1},
	    {"moss", "mass", 1},
	    {"moss", "msos", 1},
	    {"example.com", "exmaple.com", 1},
	    {"gmail.com", "gmial.con", 2},
	    {"kitten", "sitting", 3},
	    {"abcdef", "uvwxyz", 4},
	    {"a", "abcdefgh", 4},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_assert_cmpuint(text_distance(cases[i].a, cases[i].b, 3), ==, cases[i].want);
		g_assert_cmpuint(text_distance(cases[i].b, cases[i].a, 3), ==, cases[i].want);
	}
	g_assert_cmpuint(text_distance("kitten", "sitting", 1), ==, 2);
}

static void
test_nearest(void)
{
	static const char *const words[] = {"run_every", "slack", "lookahead", "max_bridge", NULL};
	static const char *const none[] = {NULL};
	g_assert_cmpstr(text_nearest("lookahed", words), ==, "lookahead");
	g_assert_cmpstr(text_nearest("slak", words), ==, "slack");
	g_assert_cmpstr(text_nearest("run-every", words), ==, "run_every");
	g_assert_null(text_nearest("colour", words));
	g_assert_null(text_nearest("slack", none));
}

static void
test_printable(void)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
	    {"Ada Moss", "Ada Moss"},
	    {"a\tb\nc\x1b[31m\x7f", "a?b?c?[31m?"},
	    {"\xc2\x9b"
	     "31m",
		"?31m"}, /* a control character of the second set */
	    {"a\xe2\x80\xae"
	     "b",
		"a?b"}, /* right-to-left override */
	    {"a\xe2\x80\xa8"
	     "b",
		"a?b"}, /* line separator */
	    {"B\xc3\xbcro", "B\xc3\xbcro"},
	    {"B\xfcro", "B\xc3\xbcro"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *text = text_printable(cases[i].text);
		g_assert_cmpstr(text, ==, cases[i].want);
		g_free(text);
	}
}

static void
test_decimal(void)
{
	static const struct {
		const char *text, *unit;
		double value; /* -1: none */
	} cases[] = {{"20%", "%", 20}, {"2.5/s", "/s", 2.5}, {"4", "", 4}, {"4/s", "", -1},
	    {"4", "/s", -1}, {".5%", "%", -1}, {"5.%", "%", -1}, {"0x4", "", -1}, {"1e3", "", -1},
	    {"-1", "", -1}, {"", "", -1}, {"1234567890123", "", -1}};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		double value = -1;
		g_assert_cmpint(
		    text_decimal(cases[i].text, cases[i].unit, &value), ==, cases[i].value >= 0);
		g_assert_cmpfloat(value, ==, cases[i].value);
	}
}

static void
test_excerpt(void)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
	    {"", ""},
	    {"short", "short"},
	    {"exactly8", "exactly8"},
	    {"nine char", "nine ..."},
	    {"B\xc3\xbcro\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc",
		"B\xc3\xbcro\xc3\xbc..."},
	    {"a\tb", "a?b"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *text = text_excerpt(cases[i].text, 8);
		g_assert_cmpstr(text, ==, cases[i].want);
		g_free(text);
	}
}

static void
test_shell(void)
{
	static const struct {
		const char *word, *want;
	} cases[] = {
	    {"/etc/kisi-reconcile/venue.ini", "/etc/kisi-reconcile/venue.ini"},
	    {"ada+1@example.org", "ada+1@example.org"},
	    {"", "''"},
	    {"Room 1", "'Room 1'"},
	    {"it's", "'it'\\''s'"},
	    {"$(rm x)", "'$(rm x)'"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *word = text_shell(cases[i].word);
		g_assert_cmpstr(word, ==, cases[i].want);
		g_free(word);
	}
}

static void
test_compare(void)
{
	const char *const texts[] = {"b", "\xc3\xa4", "a", "B", ""};
	g_autoptr(GPtrArray) list = g_ptr_array_new();
	g_autoptr(GString) out = g_string_new(NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		g_ptr_array_add(list, (gpointer)texts[i]);
	g_ptr_array_sort(list, text_compare);
	for (guint i = 0; i < list->len; i++)
		g_string_append_printf(out, "%s,", (const char *)g_ptr_array_index(list, i));
	g_assert_cmpstr(out->str, ==, ",B,a,b,\xc3\xa4,");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/text/trim", test_trim);
	g_test_add_func("/text/key", test_key);
	g_test_add_func("/text/number", test_number);
	g_test_add_func("/text/decimal", test_decimal);
	g_test_add_func("/text/distance", test_distance);
	g_test_add_func("/text/nearest", test_nearest);
	g_test_add_func("/text/printable", test_printable);
	g_test_add_func("/text/excerpt", test_excerpt);
	g_test_add_func("/text/shell", test_shell);
	g_test_add_func("/text/compare", test_compare);
	return g_test_run();
}
