/* Streams of JSON: what is handed out, what is refused, and where the line number points. */
#include "base/jsonstream.h"

#include "base/failure.h"

#include <string.h>

#define MOST 6 /* elements of a list */

struct text {
	const char *at;
	size_t left;
	size_t step; /* bytes a read gives: 1 puts every token across a refill */
};

static gssize
give(void *user, char *buffer, size_t room, GError **error)
{
	struct text *text = user;
	size_t n = MIN(MIN(text->step, text->left), room);
	memcpy(buffer, text->at, n);
	text->at += n;
	text->left -= n;
	return (gssize)n;
}

static bool
on_element(void *user, size_t path, struct json_object *element, uint64_t number, uint64_t line)
{
	GString *log = user;
	g_string_append_printf(
	    log, "%zu.%d@%d:%s ", path, (int)number, (int)line, json_compact(element));
	return strstr(log->str, "stop") == NULL;
}

static void
on_document(void *user, struct json_object *rest, const bool *found)
{
	g_string_append_printf(user, "%s%s; ", json_compact(rest), found[0] ? "" : "!");
}

static char *
run(const char *text, size_t length, const char *const *paths, size_t step, GError **error)
{
	GString *log = g_string_new(NULL);
	struct text source = {text, length, step};
	struct jsonstream_handler handler = {on_element, on_document, log, MOST};
	size_t count = g_strv_length((char **)paths);
	if (jsonstream_read(give, &source, "f.json", paths, count, &handler, error))
		return g_string_free(log, FALSE);
	g_string_free(log, TRUE);
	return NULL;
}

static void
test_good(void)
{
	static const struct {
		const char *text;
		const char *paths[3];
		const char *log;
	} cases[] = {
	    {"[]", {""}, "[]; "},
	    {"[1, \"a\" ,null,{\"b\":[1,2]}]", {""},
		"0.1@1:1 0.2@1:\"a\" 0.3@1:null 0.4@1:{\"b\":[1,2]} []; "},
	    {"{\"a\":1}\n{\"a\":2}\n", {""},
		"0.1@1:{\"a\":1} {\"a\":1}; 0.2@2:{\"a\":2} {\"a\":2}; "},
	    {"{\"a\":1}{\"a\":2}", {""}, "0.1@1:{\"a\":1} {\"a\":1}; 0.2@1:{\"a\":2} {\"a\":2}; "},
	    {"{\"n\":[{\"x\":1},\n\n{\"x\":2}],\"t\":\"p\"}\n{\"n\":[{\"x\":3}]}", {"n"},
		"0.1@1:{\"x\":1} 0.2@3:{\"x\":2} {\"n\":[],\"t\":\"p\"}; 0.3@4:{\"x\":3} "
		"{\"n\":[]}; "},
	    {"{\"data\":{\"items\":[1],\"x\":{\"items\":[2]}},\"items\":[3]}", {"data.items"},
		"0.1@1:1 {\"data\":{\"items\":[],\"x\":{\"items\":[2]}},\"items\":[3]}; "},
	    {"{\"b\":[1],\"a\":[2]}", {"a", "b"}, "1.1@1:1 0.1@1:2 {\"b\":[],\"a\":[]}; "},
	    {"{\"bookings\":[{\"i\":1}]}", {"", "bookings"},
		"1.1@1:{\"i\":1} {\"bookings\":[]}!; "},
	    {"{\"error\":\"no\"}", {"bookings"}, "{\"error\":\"no\"}!; "},
	    {"{\"bookings\":null}", {"bookings"}, "{\"bookings\":null}!; "},
	    {"[{\"bookings\":[1]}]", {"bookings"}, "[{\"bookings\":[1]}]!; "},
	    {"[\"\\\"]\\\\\",\"\xc3\xa9\"]", {""}, "0.1@1:\"\\\"]\\\\\" 0.2@1:\"\xc3\xa9\" []; "},
	    {"[0,-0.5,1e5,1.5E+10,true,false]", {""},
		"0.1@1:0 0.2@1:-0.5 0.3@1:1e5 0.4@1:1.5E+10 0.5@1:true 0.6@1:false []; "},
	    {"[1,\"stop\",3] broken", {""}, "0.1@1:1 0.2@1:\"stop\" "},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		for (size_t step = 1; step <= 64; step *= 4) {
			GError *error = NULL;
			char *log = run(
			    cases[i].text, strlen(cases[i].text), cases[i].paths, step, &error);
			g_assert_no_error(error);
			g_assert_cmpstr(log, ==, cases[i].log);
			g_free(log);
		}
	}
}

static void
test_refused(void)
{
	static const struct {
		const char *text;
		const char *message;
	} cases[] = {
	    {"", "f.json:1: empty"},
	    {" \n ", "f.json:2: empty"},
	    {"[1,,2]", "f.json:1: not JSON: a value is missing"},
	    {"[,1]", "f.json:1: not JSON: a value is missing"},
	    {"[1,]", "f.json:1: not JSON: a value is missing"},
	    {"[1\n2]", "f.json:2: not JSON: no comma between two elements"},
	    {"[{\"a\":1,}]", "f.json:1: not JSON: unexpected character"},
	    {"[{\"a\":[1,,2]}]", "f.json:1: not JSON: unexpected character"},
	    {"[\n// no\n1]", "f.json:2: not JSON: neither"},
	    {"[/* no */1]", "f.json:1: not JSON: neither"},
	    {"[NaN]", "f.json:1: not JSON: neither"},
	    {"[-Infinity]", "f.json:1: not JSON: neither"},
	    {"[00]", "f.json:1: not JSON: neither"},
	    {"[1.]", "f.json:1: not JSON: neither"},
	    {"[+1]", "f.json:1: not JSON: neither"},
	    {"['a']", "f.json:1: not JSON: neither"},
	    {"[True]", "f.json:1: not JSON: neither"},
	    {"[\"a\nb\"]", "f.json:1: not JSON: a control character"},
	    {"[{\"a\" 1}]", "f.json:1: not JSON: object property name separator"},
	    {"[{\n\n\"a\":1]}]", "f.json:3: not JSON"},
	    {"[1", "f.json:1: not JSON: the text ends inside a document"},
	    {"[\n{\"a\":", "f.json:2: not JSON: the text ends inside a document"},
	    {"[\"ab", "f.json:1: not JSON: the text ends inside a document"},
	    {"[\"ab\\", "f.json:1: not JSON: the text ends inside a document"},
	    {"{\"n\":[1]", "f.json:1: not JSON: the text ends inside a document"},
	    {"{\"n\":[1],\"n\":[2]}", "f.json:1: the array of records is there twice"},
	    {"[1] x", "f.json:1: not JSON: neither"},
	    {"[1]\n]", "f.json:2: not JSON: unexpected character"},
	    {"{\"a\" \"b\"}", "f.json:1: not JSON: object property name separator"},
	    {"{\"a\":1 2}", "f.json:1: not JSON"},
	    {"{\"a\":[1,]}", "f.json:1: not JSON"},
	    {"[\"\xff\"]", "f.json:1: not UTF-8"},
	    {"[\"\xc3\"]", "f.json:1: not UTF-8"},
	    {"\xef\xbb\xbf[]", "f.json:1: not JSON"},
	    {"<html>", "f.json:1: not JSON: neither"},
	    {"[1,2,3,4,5,6,\n7]", "f.json:2: a list of more than 6 elements\nhint: "},
	    {"1 2 3 4 5 6 7", "f.json:1: a list of more than 6 elements"},
	    {"{\"n\":[1,2,3,4]}\n{\"n\":[5,6,7]}", "f.json:2: a list of more than 6 elements"},
	};
	static const char *const paths[] = {"", "n", NULL};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		for (size_t step = 1; step <= 64; step *= 4) {
			GError *error = NULL;
			char *log = run(cases[i].text, strlen(cases[i].text), paths, step, &error);
			g_assert_null(log);
			g_assert_error(error, FAILURE, EXIT_BAD_INPUT);
			if (!g_str_has_prefix(error->message, cases[i].message))
				g_error("case %zu: %s", i, error->message);
			g_error_free(error);
		}
	}
}

/* Cut anywhere, a document is never taken for a whole one. */
static void
test_every_cut(void)
{
	static const char text[] =
	    "{\"n\":[{\"a\":\"x\\\"\",\"b\":[1.5,true]},{\"a\":null}],\"t\":{\"u\":-2}}";
	static const char *const paths[] = {"n", NULL};
	for (size_t length = 0; length < sizeof(text) - 1; length++) {
		GError *error = NULL;
		g_assert_null(run(text, length, paths, 7, &error));
		g_assert_error(error, FAILURE, EXIT_BAD_INPUT);
		g_error_free(error);
	}
}

static void
test_nul_and_depth(void)
{
	static const char *const paths[] = {"", NULL};
	GError *error = NULL;
	g_assert_null(run("[\"a\0b\"]", 7, paths, 64, &error));
	g_assert_nonnull(strstr(error->message, "NUL"));
	g_clear_error(&error);

	GString *deep = g_string_new(NULL);
	for (int i = 0; i < 5000; i++)
		g_string_append(deep, "[");
	g_assert_null(run(deep->str, deep->len, paths, 64, &error));
	g_clear_error(&error);
	g_string_assign(deep, "{\"x\":");
	for (int i = 0; i < 5000; i++)
		g_string_append(deep, "[");
	g_assert_null(run(deep->str, deep->len, paths, 64, &error));
	g_assert_nonnull(strstr(error->message, "deeper"));
	g_clear_error(&error);
	g_string_free(deep, TRUE);
}

/* An element longer than a block is put together; one without end is refused before it fills the memory. */
static void
test_long(void)
{
	static const char *const paths[] = {"", NULL};
	GError *error = NULL;
	GString *text = g_string_new("[\"");
	for (int i = 0; i < 100000; i++)
		g_string_append(text, "0123456789");
	g_string_append(text, "\"]");
	char *log = run(text->str, text->len, paths, 4096, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(strlen(log), >, 1000000);
	g_free(log);

	g_string_truncate(text, text->len - 2);
	while (text->len <= JSONSTREAM_ELEMENT_MAX + (1 << 20))
		g_string_append_len(text, "0123456789", 10);
	g_assert_null(run(text->str, text->len, paths, 65536, &error));
	g_assert_nonnull(strstr(error->message, "16 MiB"));
	g_error_free(error);
	g_string_free(text, TRUE);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/jsonstream/good", test_good);
	g_test_add_func("/jsonstream/refused", test_refused);
	g_test_add_func("/jsonstream/every-cut", test_every_cut);
	g_test_add_func("/jsonstream/nul-and-depth", test_nul_and_depth);
	g_test_add_func("/jsonstream/long", test_long);
	return g_test_run();
}
