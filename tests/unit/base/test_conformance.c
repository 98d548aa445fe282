/*
 * What RFC 8259 takes for JSON, class by class: both readers must take it, and nothing else.  Where the RFC leaves it open, what is
 * here is our choice: no byte order mark, no half of a surrogate pair, no more than JSON_DEPTH levels.
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
    /* literals */
    "true",
    "false",
    "null",
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
    /* literals */
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
    /* UTF-8: lone, cut, too long, halves of a pair, beyond Unicode */
    "\"\x80\"",
    "\"\xc3\"",
    "\"\xe2\x82\"",
    "\"\xc0\xaf\"",
    "\"\xe0\x80\xaf\"",
    "\"\xed\xa0\x80\"",
    "\"\xf4\x90\x80\x80\"",
    "\"\xff\"",
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
    /* remarks, and blanks that are none */
    "/**/1",
    "1//",
    "[1]/**/",
    "# 1",
    "[1/**/]",
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
	g_test_add_func("/json/conformance/round-trip", test_round_trip);
	return g_test_run();
}
