/*
 * What RFC 8259 takes for JSON, class by class: both readers must take it, and nothing else.  The classes are those that public
 * sets of cases have (JSONTestSuite's y_, n_ and i_); the cases are our own.  Where the RFC leaves it open, our choice is in `meant`
 * and among the bad: no byte order mark, nothing but UTF-8, no more than JSON_DEPTH levels.
 */
#include "base/failure.h"
#include "base/jsonstream.h"

#include <string.h>

static const char *const good[] = {
    /* numbers */
    "0",
    "-0",
    "1",
    "-1",
    "10",
    "0.5",
    "-0.0",
    "1.25",
    "1e1",
    "1E1",
    "1e+1",
    "1e-1",
    "0e0",
    "0E+1",
    "-1.5e-7",
    "123456789012345678901234567890",
    "1.7976931348623157e308",
    "20e1",
    "0.000000000000000000000000000000000000000000000000000000000001",
    "-0.1e-0",
    "[-12.5E+003]",
    /* literals */
    "true",
    "false",
    "[null]",
    /* strings */
    "\"\"",
    "\"a\"",
    "\" \"",
    "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
    "\"\\u0041\\u00e9\\u20AC\"",
    "\"\\ud834\\udd1e\"",
    "\"\xc3\xa9\xe2\x82\xac\xf0\x9d\x84\x9e\"",
    "\"\x7f\"",
    "\"\xef\xbf\xbf\"",
    "\"\xe2\x80\xa8\"",
    "\"\xef\xbb\xbf\"",
    "\"/* not a remark */ // nor this\"",
    "\"[{,:}]\"",
    "\"'\"",
    "\"\\u0000\"",
    "\"\\u0012\\u001f\\u007F\"",
    "\"\\\\u0000 \\\\n\"",
    "\"\\u0022\\u005C\\u002f\"",
    "\"\\uFFFE\\uffff\\uFDD0\"",
    "\"\\uDBFF\\uDFFF\"",
    "\"\\ud800\\udc00\\uD83d\\uDE39\"",
    "\"\xf4\x8f\xbf\xbf\xf0\x9b\xbf\xbf\"",
    "\"\xe2\x80\x8b\xe2\x81\xa0\xc2\xa0\"",
    /* arrays and objects */
    "[]",
    "[ ]",
    "{}",
    "{ }",
    "[[]]",
    "[[],[[]]]",
    "[1,2]",
    "[1 , 2 ]",
    "[null,true,\"\",{}]",
    "{\"a\":1}",
    "{\"a\":1,\"b\":[]}",
    "{\"\":0}",
    "{\"a\":{\"a\":{}}}",
    "{\"\\u0061\":1}",
    "{\"a\\u0000b\":1}",
    "{\"\\uDFAA\":0}",
    "{\"a\":1,\"a\":1}",
    "{\"a\":1,\"a\":2}",
    "{\"a\":[],\n\"b\":{}}",
    "[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]",
    "[1,null,null,null,2]",
    "[\"\",0.5,{\"a\":[true]},false]",
    /* blanks */
    " 1 ",
    "\t[\n1\r\n]\n",
    "\r[]",
};

static const char *const bad[] = {
    /* nothing, or not all */
    "",
    " ",
    "\n",
    "[",
    "{",
    "[1",
    "[1,",
    "{\"a\"",
    "{\"a\":",
    "{\"a\":1",
    "{\"a\":1,",
    "\"",
    "\"a",
    "\"\\",
    "tru",
    "nul",
    "[tru]",
    "[nul]",
    "\"\\u12",
    "[\"a",
    "[\"a\\",
    "[\"a\\\"",
    /* numbers */
    "-",
    "+1",
    "01",
    "-01",
    "00",
    "-00",
    "1.",
    ".1",
    "-.1",
    "1.e1",
    "1e",
    "1e+",
    "1e-",
    "1E",
    "1eE2",
    "1e1.5",
    "1.2.3",
    "--1",
    "1-",
    "1-2",
    "[1-2]",
    "[1--2]",
    "[1.5.5]",
    "1+1",
    "0x10",
    "1_000",
    "1 000",
    "1,5",
    "1a",
    "-a",
    "- 1",
    "1e 1",
    "NaN",
    "nan",
    "Infinity",
    "-Infinity",
    "inf",
    "\xe2\x88\x9e",
    "[-]",
    "[1.]",
    "[01]",
    "[1e]",
    "[-.1]",
    "[0x10]",
    "[+1]",
    "[1e1.5]",
    "[.5]",
    "0.3e",
    "0.3e+",
    "0e+",
    "0E",
    "1.0e-",
    "0.e1",
    "2.e+3",
    "9.e+",
    "0e+-1",
    "[++1]",
    "[-2.]",
    "[-1.0.]",
    "[.-1]",
    "[.2e-3]",
    "[1+2]",
    "[1ea]",
    "[-1x]",
    "[1.2a-3]",
    "[1.5H-3]",
    "[-NaN]",
    "[+Inf]",
    "[-foo]",
    "[012]",
    "[-012]",
    "[0\xe5]",
    "[1e\xe5]",
    "[1e1\xe5]",
    "[\xef\xbc\x91]",
    "2@",
    /* literals */
    "[nul",
    "[true, fals",
    "[\"x\", truth]",
    "True",
    "TRUE",
    "FALSE",
    "None",
    "undefined",
    "truee",
    "nulll",
    "tru e",
    "[truefalse]",
    "[1true]",
    "[true1]",
    /* strings */
    "'a'",
    "\"a\nb\"",
    "\"a\tb\"",
    "\"\x01\"",
    "\"\x1f\"",
    "\"\\a\"",
    "\"\\x41\"",
    "\"\\0\"",
    "\"\\'\"",
    "\"\\u\"",
    "\"\\u00\"",
    "\"\\u00g0\"",
    "\"\\U0041\"",
    "\"\\ \"",
    "\"a\" \"b\"",
    "\"a\"b\"",
    "\"\"x",
    "abc",
    "\"\\\\\\\"",
    "\"\\\t\"",
    "\"\\\xf0\x9f\x8c\x80\"",
    "\"\\\xe5\"",
    "\"\\u\xe5\"",
    "\"\\u00A\"",
    "\"\\uqqqq\"",
    "\"\\uD834\\uDd\"",
    "\"\\uD800\\u\"",
    "\"\\uD800\\u1x\"",
    "\"\\uD800\\uD800\\x\"",
    "[\\u0020\"a\"]",
    "[\\n]",
    "[\\u000A\"\"]",
    /* UTF-8: lone, cut, too long, halves of a pair, beyond Unicode */
    "\"\x80\"",
    "\"\xc3\"",
    "\"\xe2\x82\"",
    "\"\xc0\xaf\"",
    "\"\xe0\x80\xaf\"",
    "\"\xed\xa0\x80\"",
    "\"\xf4\x90\x80\x80\"",
    "\"\xff\"",
    "\"\xfc\x83\xbf\xbf\xbf\xbf\"",
    "\"\xf4\xbf\xbf\xbf\"",
    "\"\xe6\x97\xa5\xd1\x88\xfa\"",
    "{\"\xb9\":0}",
    "\xe5",
    "\xef\xbb{}",
    "\xef\xbb\xbf",
    "\xff\xfe[",
    "a\xc3\xa5",
    "\xc3\xa9",
    "[\xc3\xa9]",
    /* arrays and objects */
    "]",
    "}",
    "[]]",
    "{}}",
    "[}",
    "{]",
    "[1}",
    "{\"a\":1]",
    ",",
    "[,]",
    "[,1]",
    "[1,]",
    "[1,,2]",
    "[1 2]",
    "[1][2]x",
    ":",
    "[1:2]",
    "[\"a\":1]",
    "{,}",
    "{\"a\":1,}",
    "{,\"a\":1}",
    "{\"a\":1,,\"b\":2}",
    "{\"a\" 1}",
    "{\"a\"::1}",
    "{\"a\":1:2}",
    "{\"a\",1}",
    "{:1}",
    "{1:1}",
    "{null:1}",
    "{a:1}",
    "{'a':1}",
    "{\"a\":}",
    "{\"a\":1 \"b\":2}",
    "{\"a\"}",
    "{[]:1}",
    "[1]]",
    "1]",
    "[3[4]]",
    "[*]",
    "*",
    "[1\n,1\n,1",
    "[\"\",]",
    "[{",
    "[{}",
    "[{]",
    "[[}]",
    "{[",
    "{[: \"x\"}",
    "{\"a",
    "{'a'",
    "{\"a\" b}",
    "{\"a\":\"a\" 1}",
    "{\"a\":\"a",
    "{\"a\":0,,,,}",
    "{\"a\":0,\"b\"}",
    "{9999E9999:1}",
    "{null:1,null:1}",
    "{\xf0\x9f\x87\xa8\xf0\x9f\x87\xad}",
    "{\"a\":1}x",
    "{\"a\":1}}",
    /* remarks, and blanks that are none */
    "/**/1",
    "1//",
    "[1]/**/",
    "# 1",
    "[1/**/]",
    "{\"a\":/* */1}",
    "{\"a\":1}/**/",
    "{\"a\":1}/**//",
    "{\"a\":1}//",
    "{\"a\":1}/",
    "{\"a\":1}#",
    "[1]#[]",
    "[\xe2\x81\xa0]",
    "<.>",
    "[<null>]",
    "\f1",
    "[\f]",
    "[\v1]",
    "\xc2\xa0[]",
    "[]\xe2\x80\x8b",
    "\xef\xbb\xbf[]",
    "<a/>",
    "(1)",
    "[1];",
};

/*
 * What the RFC leaves to who reads, or readers take to mean different things: what it is here.  No number becomes another one
 * unseen: those that do not fit are asked for by json_integer, which says so, or stay the text that they were.
 */
static const struct {
	const char *text, *means;
} meant[] = {
    /* The last of two members counts. */
    {"{\"a\":1,\"b\":2,\"a\":3}", "{\"a\":3,\"b\":2}"},
    /* Half of a pair is a character that stands for none: half an emoji in a name must not stop a run. */
    {"\"\\uD800\"", "\"\xef\xbf\xbd\""},
    {"\"\\uDADAx\"", "\"\xef\xbf\xbdx\""},
    {"\"\\uDd1ea\"", "\"\xef\xbf\xbd"
		     "a\""},
    {"\"\\uDd1e\\uD834\"", "\"\xef\xbf\xbd\xef\xbf\xbd\""},
    {"\"\\uD800\\n\"", "\"\xef\xbf\xbd\\n\""},
    {"\"\\uD888\\u1234\"", "\"\xef\xbf\xbd\xe1\x88\xb4\""},
    {"\"\\u0000\"", "\"\\u0000\""},
    {"[1.50,1e2,-0,-0.0,0e1]", "[1.50,1e2,0,-0.0,0e1]"},
    {"[1e9999,-1e9999,1e-9999]", "[1e9999,-1e9999,1e-9999]"},
    {"[123456789012345678901234567890]", "[18446744073709551615]"},
    {"[-123456789012345678901234567890]", "[-9223372036854775808]"},
};

struct text {
	const char *at;
	size_t left;
};

static gssize
next_bytes(void *user, char *buffer, size_t room, GError **error)
{
	struct text *text = user;
	(void)error;
	size_t n = MIN(room, text->left);
	memcpy(buffer, text->at, n);
	text->at += n;
	text->left -= n;
	return (gssize)n;
}

static bool
take(void *user, size_t path, struct json_object *element, uint64_t number, uint64_t line)
{
	(void)user, (void)path, (void)element, (void)number, (void)line;
	return true;
}

static bool
streams(const char *document)
{
	static const char *const paths[] = {""};
	struct text text = {document, strlen(document)};
	const struct jsonstream_handler handler = {take, NULL, NULL, UINT64_MAX};
	return jsonstream_read(next_bytes, &text, "x", paths, 1, &handler, NULL);
}

static bool
reads(const char *document)
{
	GError *error = NULL;
	json_object_put(json_read(document, strlen(document), "x", &error));
	bool fine = error == NULL;
	g_clear_error(&error);
	return fine;
}

static void
test_good(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
		if (!reads(good[i]))
			g_test_fail_printf("json_read refuses %s", good[i]);
		if (!streams(good[i]))
			g_test_fail_printf("jsonstream_read refuses %s", good[i]);
	}
}

static void
complain(const char *who, const char *text)
{
	char *shown = g_strescape(text, NULL);
	g_test_fail_printf("%s takes %s", who, shown);
	g_free(shown);
}

/* Documents one after another are a matter of the stream alone. */
static void
test_bad(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		char *inside = g_strdup_printf("{\"a\":[%s\n]}", bad[i]);
		bool blank = bad[i][strspn(bad[i], " \t\r\n")] == '\0';
		if (reads(bad[i]))
			complain("json_read", bad[i]);
		if (strcmp(bad[i], "\"a\" \"b\"") != 0 && streams(bad[i]))
			complain("jsonstream_read", bad[i]);
		if (!blank && strcmp(bad[i], "1,5") != 0 && reads(inside))
			complain("json_read", inside);
		if (!blank && strcmp(bad[i], "1,5") != 0 && streams(inside))
			complain("jsonstream_read", inside);
		g_free(inside);
	}
}

static void
test_meant(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(meant); i++) {
		GError *error = NULL;
		struct json_object *value = json_read(
		    meant[i].text, strlen(meant[i].text), "x", &error);
		g_assert_no_error(error);
		g_assert_cmpstr(json_compact(value), ==, meant[i].means);
		if (!streams(meant[i].text))
			g_test_fail_printf("jsonstream_read refuses %s", meant[i].text);
		json_object_put(value);
	}
}

/* So many levels, what is in the last of them one more; and a NUL where none can be. */
static void
test_deep(void)
{
	for (int levels = JSON_DEPTH - 2; levels < JSON_DEPTH + 3; levels++) {
		GString *lists = g_string_new(NULL), *objects = g_string_new(NULL);
		for (int i = 0; i < levels; i++) {
			g_string_append_c(lists, '[');
			g_string_append(objects, "{\"a\":");
		}
		g_string_append(objects, "1");
		for (int i = 0; i < levels; i++) {
			g_string_append_c(lists, ']');
			g_string_append_c(objects, '}');
		}
		g_assert_cmpint(reads(lists->str), ==, levels <= JSON_DEPTH);
		g_assert_cmpint(reads(objects->str), ==, levels < JSON_DEPTH);
		/* The list of the records is not counted. */
		g_assert_cmpint(streams(lists->str), ==, levels <= JSON_DEPTH + 1);
		g_assert_cmpint(streams(objects->str), ==, levels < JSON_DEPTH);
		g_string_free(lists, TRUE);
		g_string_free(objects, TRUE);
	}
	GError *error = NULL;
	g_assert_null(json_read("[\0]", 3, "x", &error));
	g_assert_nonnull(error);
	g_clear_error(&error);
	g_assert_null(json_read("[1]\0", 4, "x", &error));
	g_assert_nonnull(error);
	g_clear_error(&error);
}

/* Whatever was read means the same once it was written and read again. */
static void
test_again(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
		struct json_object *first = json_read(good[i], strlen(good[i]), "x", NULL);
		char *text = g_strdup(json_compact(first));
		GError *error = NULL;
		struct json_object *second = json_read(text, strlen(text), "x", &error);
		g_assert_no_error(error);
		g_assert_cmpstr(json_compact(second), ==, text);
		g_assert_true(json_object_equal(first, second));
		json_object_put(first);
		json_object_put(second);
		g_free(text);
	}
}

/* What is read and written again is the same text. */
static void
test_round_trip(void)
{
	static const char *const texts[] = {
	    "{\"a\":[1,-2,true,null,\"\\\"\\\\\\n\\u0001\",{}],\"\":\"\xc3\xa9\xf0\x9d\x84\x9e/\"}",
	    "[9223372036854775807,-9223372036854775808]",
	};
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		GError *error = NULL;
		struct json_object *value = json_read(texts[i], strlen(texts[i]), "x", &error);
		g_assert_no_error(error);
		g_assert_cmpstr(json_compact(value), ==, texts[i]);
		json_object_put(value);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/json/conformance/good", test_good);
	g_test_add_func("/json/conformance/bad", test_bad);
	g_test_add_func("/json/conformance/meant", test_meant);
	g_test_add_func("/json/conformance/deep", test_deep);
	g_test_add_func("/json/conformance/again", test_again);
	g_test_add_func("/json/conformance/round-trip", test_round_trip);
	return g_test_run();
}
