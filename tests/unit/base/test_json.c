/* JSON, read strictly, and getters that tell absent from wrong. */
#include "base/json.h"

#include "base/failure.h"

#include <string.h>

static const struct {
	const char *text;
	size_t length; /* 0: to the NUL */
	bool good;
} documents[] = {
    {"{}", 0, true},
    {"[]", 0, true},
    {" {\"a\": [1, 2.5, -3e2, true, false, null, \"x\"]} \n", 0, true},
    {"\"text\"", 0, true},
    {"17", 0, true},
    {"null", 0, false},
    {" null\n", 0, false},
    {"[null]", 0, true},
    {"{\"a\": \"\\u00fc\\ud83d\\ude00\"}", 0, true},
    {"", 0, false},
    {" ", 0, false},
    {"{", 0, false},
    {"{\"a\": 1", 0, false},
    {"{\"a\": 1,}", 0, false},
    {"[1,]", 0, false},
    {"{'a': 1}", 0, false},
    {"{a: 1}", 0, false},
    {"// remark\n{}", 0, false},
    {"/* remark */ {}", 0, false},
    {"{} {}", 0, false},
    {"{} x", 0, false},
    {"{}\0{}", 5, false},
    {"\"a\0b\"", 5, false},
    {"NaN", 0, false},
    {"Infinity", 0, false},
    {"True", 0, false},
    {"TRUE", 0, false},
    {"nulL", 0, false},
    {"-Infinity", 0, false},
    {"01", 0, false},
    {"1.", 0, false},
    {"[1.,2]", 0, false},
    {"[1.5,-2.25E+3]", 0, true},
    {"\"it's \\\" 1. NaN \\\\\"", 0, true},
    {"\"a\\", 0, false},
    {"\"\xff\"", 0, false},
    {"\"\xc3\"", 0, false},
    {"\"a\nb\"", 0, false},
};

static void
test_read(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(documents); i++) {
		GError *error = NULL;
		size_t length = documents[i].length != 0 ? documents[i].length
							 : strlen(documents[i].text);
		struct json_object *value = json_read(documents[i].text, length, "x.json", &error);
		g_test_message("%zu: %s", i, error != NULL ? error->message : "fine");
		g_assert_cmpint(error == NULL, ==, documents[i].good);
		if (error != NULL) {
			g_assert_null(value);
			g_assert_cmpint(error->code, ==, EXIT_BAD_INPUT);
			g_assert_true(g_str_has_prefix(error->message, "x.json: "));
			g_error_free(error);
		}
		json_object_put(value);
	}
}

/* What json-c is given: the same to every version of it. */
static const struct {
	const char *text, *plain;
} plain[] = {
    {"", ""},
    {"{\"a\": [1, \"x\"]}", NULL},
    {"\"Zo\xc3\xab\"", "\"Zo\\u00eb\""},
    {"{\"\xc3\xa9\":\"\xe2\x82\xac\"}", "{\"\\u00e9\":\"\\u20ac\"}"},
    {"\"\xf0\x9d\x84\x9e \xf4\x8f\xbf\xbf\"", "\"\\ud834\\udd1e \\udbff\\udfff\""},
    {"\"\\\"\xc3\xab\\\\\"", "\"\\\"\\u00eb\\\\\""},
    /* An escape that is none must not become one. */
    {"\"\\\xc3\xab\"", "\"\\\xc3\xab\""},
    {"\"\\\xf0\x9d\x84\x9ex\"", "\"\\\xf0\x9d\x84\x9ex\""},
    {"[18446744073709551615,-9223372036854775808]", "[18446744073709551615,-9223372036854775808]"},
    {"[18446744073709551616,-9223372036854775809]", "[18446744073709551615,-9223372036854775808]"},
    {"[1234567890123456789012,2]", "[18446744073709551615,2]"},
    {"[1234567890123456789012.5,1234567890123456789012e1]",
	"[1234567890123456789012.5,1234567890123456789012e1]"},
    {"[\"1234567890123456789012\",\"-1234567890123456789012 \xc3\xab\"]",
	"[\"1234567890123456789012\",\"-1234567890123456789012 \\u00eb\"]"},
    {"\n\"\xc3\xab\"\n", "\n\"\\u00eb\"\n"},
};

static void
test_plain(void)
{
	g_autoptr(GString) scratch = g_string_new("left over");
	for (size_t i = 0; i < G_N_ELEMENTS(plain); i++) {
		size_t length = strlen(plain[i].text);
		const char *got = json_plain(plain[i].text, &length, scratch);
		g_autofree char *copy = g_strndup(got, length);
		const char *meant = plain[i].plain != NULL ? plain[i].plain : plain[i].text;
		g_assert_cmpstr(copy, ==, meant);
	}
}

/* A fault stands where it stands in the file, whatever was escaped in front of it. */
static void
test_place(void)
{
	static const char *const texts[] = {"[\"ab\" \"\"]", "[\"\xc3\xab\" \"\"]"};
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		GError *error = NULL;
		g_assert_null(json_read(texts[i], strlen(texts[i]), "x", &error));
		g_assert_true(g_str_has_prefix(error->message, "x: byte 6: not JSON"));
		g_error_free(error);
	}
}

static void
test_depth(void)
{
	for (int depth = JSON_DEPTH - 1; depth <= JSON_DEPTH + 2; depth++) {
		GString *text = g_string_new(NULL);
		for (int i = 0; i < depth; i++)
			g_string_append_c(text, '[');
		for (int i = 0; i < depth; i++)
			g_string_append_c(text, ']');
		struct json_object *value = json_read(text->str, text->len, "x", NULL);
		if (depth < JSON_DEPTH)
			g_assert_nonnull(value);
		if (depth > JSON_DEPTH)
			g_assert_null(value);
		json_object_put(value);
		g_string_free(text, TRUE);
	}
}

static struct json_object *
read_good(const char *text)
{
	GError *error = NULL;
	struct json_object *value = json_read(text, strlen(text), "x", &error);
	g_assert_no_error(error);
	return value;
}

static void
test_getters(void)
{
	struct json_object *object = read_good(
	    "{\"text\":\"x\",\"nul\":\"a\\u0000b\",\"null\":null,\"number\":45274,\"big\":"
	    "9223372036854775806,"
	    "\"toobig\":9223372036854775808,\"huge\":99999999999999999999,\"small\":-"
	    "9223372036854775809,"
	    "\"real\":1.0,\"flag\":true,\"list\":[1],\"at\":\"2026-11-14T11:00:00.5Z\",\"day\":"
	    "\"2026-11-14\"}");
	int64_t number = -7;
	bool flag = false;
	instant t = -7;

	g_assert_cmpstr(json_text(object, "text"), ==, "x");
	g_assert_null(json_text(object, "nul"));
	g_assert_null(json_text(object, "null"));
	g_assert_null(json_text(object, "absent"));
	g_assert_null(json_text(object, "number"));
	g_assert_null(json_text(NULL, "text"));

	static const char *const no_integers[] = {
	    "toobig", "huge", "small", "real", "text", "null", "absent", "flag"};
	for (size_t i = 0; i < G_N_ELEMENTS(no_integers); i++) {
		g_test_message("%s", no_integers[i]);
		g_assert_false(json_integer(object, no_integers[i], &number));
		g_assert_cmpint(number, ==, -7);
	}
	g_assert_true(json_integer(object, "number", &number));
	g_assert_cmpint(number, ==, 45274);
	g_assert_true(json_integer(object, "big", &number));
	g_assert_cmpint(number, ==, INT64_MAX - 1);

	g_assert_true(json_boolean(object, "flag", &flag));
	g_assert_true(flag);
	g_assert_false(json_boolean(object, "number", &flag));
	g_assert_false(json_boolean(object, "null", &flag));

	g_assert_false(json_instant(object, "day", INSTANT_NEVER, &t));
	g_assert_false(json_instant(object, "number", INSTANT_NEVER, &t));
	g_assert_cmpint(t, ==, -7);
	g_assert_true(json_instant(object, "at", INSTANT_NEVER, &t));
	g_assert_cmpint(t, ==, 1794654000);
	g_assert_true(json_instant(object, "null", INSTANT_NEVER, &t));
	g_assert_cmpint(t, ==, INSTANT_NEVER);
	g_assert_true(json_instant(object, "absent", INSTANT_ALWAYS, &t));
	g_assert_cmpint(t, ==, INSTANT_ALWAYS);

	g_assert_nonnull(json_array(object, "list"));
	g_assert_null(json_array(object, "text"));
	g_assert_null(json_array(object, "absent"));
	json_object_put(object);
}

static void
test_put(void)
{
	struct json_object *object = json_object_new_object();
	json_put_text(object, "text", "a/b");
	json_put_text(object, "none", NULL);
	json_put_integer(object, "id", 9007199254740993);
	json_put_boolean(object, "yes", true);
	json_put_instant(object, "at", 1794654000);
	json_put_instant(object, "open", INSTANT_NEVER);
	json_put_instant(object, "always", INSTANT_ALWAYS);
	g_assert_cmpstr(json_compact(object), ==,
	    "{\"text\":\"a/b\",\"none\":null,\"id\":9007199254740993,\"yes\":true,"
	    "\"at\":\"2026-11-14T11:00:00Z\",\"open\":null,\"always\":null}");
	json_object_put(object);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/json/read", test_read);
	g_test_add_func("/json/plain", test_plain);
	g_test_add_func("/json/place", test_place);
	g_test_add_func("/json/depth", test_depth);
	g_test_add_func("/json/getters", test_getters);
	g_test_add_func("/json/put", test_put);
	return g_test_run();
}
