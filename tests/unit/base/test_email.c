/* When two texts are one address, and what is none. */
#include "base/email.h"

#include <string.h>

static const struct {
	const char *raw;
	const char *want; /* NULL: no address ... */
	const char *why;  /* ... and why */
} addresses[] = {
    {"ada@example.com", "ada@example.com", NULL},
    {"  Ada.Moss@Example.COM\t\r\n", "ada.moss@example.com", NULL},
    {"\xc2\xa0"
     "ada@example.com\xe2\x80\x8b",
	"ada@example.com", NULL},
    {"\xef\xbb\xbf"
     "ada@example.com",
	"ada@example.com", NULL},
    {"Ada Moss <ada@example.com>", "ada@example.com", NULL},
    {"\"Moss, Ada\" <Ada@Example.com>", "ada@example.com", NULL},
    {"<ada@example.com>", "ada@example.com", NULL},
    {"Ada Moss (ada@example.com)", "ada@example.com", NULL},
    {"Moss, Ada (Room 1) ( Ada@Example.com )", "ada@example.com", NULL},
    {"Ada Moss [ada@example.com]", "ada@example.com", NULL},
    {"ada@example.com (Ada Moss)", "ada@example.com", NULL},
    {"Ada (mailto:ada@example.com)", "ada@example.com", NULL},
    {"ben@example.com (ada@example.com)", NULL, "more than one @ in it"},
    {"Ada Moss (no mail)", NULL, "no @ in it"},
    {"< ada@example.com >", "ada@example.com", NULL},
    {"mailto:ada@example.com", "ada@example.com", NULL},
    {"MAILTO:ada@example.com?subject=Hi", "ada@example.com", NULL},
    {"Ada <mailto:ada@example.com>", "ada@example.com", NULL},
    {"mailto:ada%2Bgym%40example.com", "ada+gym@example.com", NULL},
    {"mailto:ada%00@example.com", "ada%00@example.com", NULL},
    {"mailto:ada%FF@example.com", "ada%ff@example.com", NULL},
    {"mailto:ada%0A@example.com", NULL, "a blank inside"},
    {"ada%2Bgym@example.com", "ada%2bgym@example.com", NULL},
    /* plus tags and dots are other addresses */
    {"ada+gym@example.com", "ada+gym@example.com", NULL},
    {"a.d.a@example.com", "a.d.a@example.com", NULL},
    {"o'brien_1-2@sub.example.co.uk", "o'brien_1-2@sub.example.co.uk", NULL},
    /* one address in several spellings of Unicode */
    {"J\xc3\xbcrgen@example.com", "j\xc3\xbcrgen@example.com", NULL},
    {"Ju\xcc\x88rgen@example.com", "j\xc3\xbcrgen@example.com", NULL},
    {"stra\xc3\x9f"
     "e@example.com",
	"strasse@example.com", NULL},
    {"ada@M\xc3\x9cLLER.example", "ada@xn--mller-kva.example", NULL},
    {"ada@mu\xcc\x88ller.example", "ada@xn--mller-kva.example", NULL},
    {"ada@xn--mller-kva.example", "ada@xn--mller-kva.example", NULL},
    {"ada@XN--MLLER-KVA.example", "ada@xn--mller-kva.example", NULL},
    /* in a Turkish locale, too, I is i */
    {"IDA@EXAMPLE.COM", "ida@example.com", NULL},
    /* no addresses */
    {NULL, NULL, "blank"},
    {"", NULL, "blank"},
    {" \xc2\xa0 ", NULL, "blank"},
    {"ada", NULL, "no @ in it"},
    {"ada example.com", NULL, "no @ in it"},
    {"ada@b@example.com", NULL, "more than one @ in it"},
    {"ada@example.com, ben@example.com", NULL, "more than one @ in it"},
    {"ada moss@example.com", NULL, "a blank inside"},
    {"ada@example .com", NULL, "a blank inside"},
    {"ada\xc2\xa0moss@example.com", NULL, "a blank inside"},
    {"ada\x01@example.com", NULL, "a control character inside"},
    {"ada\xe2\x80\xae@example.com", NULL, "a control character inside"},
    {"ada@example.com;", NULL, "a character that addresses do not have"},
    {"ada@[127.0.0.1]", NULL, "a character that addresses do not have"},
    {"@example.com", NULL, "nothing before the @"},
    {"ada@", NULL, "not a domain after the @"},
    {"ada@example", NULL, "not a domain after the @"},
    {"ada@.example.com", NULL, "not a domain after the @"},
    {"ada@example.com.", NULL, "not a domain after the @"},
    {"ada@example..com", NULL, "not a domain after the @"},
    {"ada@-example.com", NULL, "not a domain after the @"},
    {"ada@example-.com", NULL, "not a domain after the @"},
    {"ada@exam!ple.com", NULL, "not a domain after the @"},
    {"ada@\xe2\x98\x83..example", NULL, "not a domain after the @"},
    {"ada@"
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa."
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa."
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa."
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa."
     "aaaaaaaaaaaaaaaa.example.com",
	NULL, "not a domain after the @"},
    {"ada@host_1.example.com", "ada@host_1.example.com", NULL},
    {"<ada@example.com", NULL, "a character that addresses do not have"},
    {"Ada <ada@example.com> Moss", NULL, "a blank inside"},
    {"ada\xff@example.com", NULL, "not UTF-8"},
};

static void
test_canonical(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(addresses); i++) {
		const char *why = "untouched";
		char *address = email_canonical(addresses[i].raw, &why);
		g_test_message(
		    "%zu: %s", i, addresses[i].want != NULL ? addresses[i].want : addresses[i].why);
		g_assert_cmpstr(address, ==, addresses[i].want);
		if (address == NULL)
			g_assert_cmpstr(why, ==, addresses[i].why);
		g_free(address);
		address = email_canonical(addresses[i].raw, NULL);
		g_assert_cmpstr(address, ==, addresses[i].want);
		g_free(address);
	}
}

/* What came out once comes out again. */
static void
test_canonical_twice(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(addresses); i++) {
		if (addresses[i].want == NULL)
			continue;
		char *again = email_canonical(addresses[i].want, NULL);
		g_assert_cmpstr(again, ==, addresses[i].want);
		g_free(again);
	}
}

static char *
long_address(size_t local, size_t label, size_t labels)
{
	GString *text = g_string_new(NULL);
	for (size_t i = 0; i < local; i++)
		g_string_append_c(text, 'a');
	g_string_append_c(text, '@');
	for (size_t i = 0; i < labels; i++) {
		for (size_t j = 0; j < label; j++)
			g_string_append_c(text, 'b');
		g_string_append_c(text, '.');
	}
	g_string_append(text, "com");
	return g_string_free(text, FALSE);
}

static void
test_length(void)
{
	static const struct {
		size_t local, label, labels;
		bool want;
	} cases[] = {
	    {64, 10, 1, true}, {65, 10, 1, false}, {10, 63, 1, true}, {10, 64, 1, false},
	    {58, 63, 3, true},	/* 58 + 1 + 195 = 254 */
	    {59, 63, 3, false}, /* 255 */
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *text = long_address(cases[i].local, cases[i].label, cases[i].labels);
		char *address = email_canonical(text, NULL);
		g_assert_cmpint(address != NULL, ==, cases[i].want);
		g_free(address);
		g_free(text);
	}
}

static void
test_placeholder(void)
{
	static const char *const invented[] = {"noemail@example.com", "no-reply@example.com",
	    "x@x.x", "none@none.example", "ada@users.noreply.example.com", "ada@example.invalid"};
	static const char *const real[] = {"ada@example.com", "noemail2@example.com",
	    "unknown.soldier@example.com", "nora@x.example"};
	for (size_t i = 0; i < G_N_ELEMENTS(invented); i++)
		g_assert_true(email_placeholder(invented[i]));
	for (size_t i = 0; i < G_N_ELEMENTS(real); i++)
		g_assert_false(email_placeholder(real[i]));
}

static void
test_lookalike(void)
{
	static const struct {
		const char *raw;
		bool lookalike;
	} cases[] = {
	    {"ada@example.org", false},
	    {"b\u00fcro@b\u00fccher.example", false},
	    {"\u0430\u0434\u0430@example.org", false}, /* wholly Cyrillic, before the @ */
	    {"\u5c71\u7530.taro@example.org", false},
	    {"\u03bc\u03b1\u03c1\u03af\u03b1@"
	     "\u03c0\u03b1\u03c1\u03ac\u03b4\u03b5\u03b9\u03b3\u03bc\u03b1.example",
		false},
	    {"\u0430da@example.org", true},
	    {"ad\u03b1@example.org", true},
	    {"ada@ex\u0430mple.org", true},
	    {"ada@\u0430\u0440\u0440\u04cf\u0435.example", true},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *email = email_canonical(cases[i].raw, NULL);
		g_test_message("%s", cases[i].raw);
		g_assert_nonnull(email);
		g_assert_cmpint(email_lookalike(email), ==, cases[i].lookalike);
		g_free(email);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/email/canonical", test_canonical);
	g_test_add_func("/email/canonical-twice", test_canonical_twice);
	g_test_add_func("/email/length", test_length);
	g_test_add_func("/email/placeholder", test_placeholder);
	g_test_add_func("/email/lookalike", test_lookalike);
	return g_test_run();
}
