/* Which addresses secrets may go to. */
#include "base/failure.h"
#include "net/address.h"

#include <string.h>

static void
test_base(void)
{
	static const struct {
		const char *url, *base;
	} cases[] = {
	    {"https://api.kisi.io", "https://api.kisi.io"},
	    {"https://api.kisi.io/", "https://api.kisi.io"},
	    {"HTTPS://api.kisi.io/v1//", "https://api.kisi.io/v1"},
	    {"http://127.0.0.1:8080", "http://127.0.0.1:8080"},
	    {"http://127.8.9.1", "http://127.8.9.1"},
	    {"http://localhost:1", "http://localhost:1"},
	    {"http://[::1]:8080/x/", "http://[::1]:8080/x"},
	    {"http://api.kisi.io", NULL},
	    {"http://127.0.0.1.example.com", NULL},
	    {"http://localhost.example.com", NULL},
	    {"http://127.0.0.1@example.com", NULL},
	    {"http://example.com#@127.0.0.1", NULL},
	    {"http://example.com/?127.0.0.1", NULL},
	    {"http://0.0.0.0", NULL},
	    {"http://128.0.0.1", NULL},
	    {"http://[::2]", NULL},
	    {"http://[1::1]", NULL},
	    {"http://[0:0:1::1]", NULL},
	    {"http://[0:0:0:0:1::1]", NULL},
	    {"http://a", NULL},
	    {"https://:secret@api.kisi.io", NULL},
	    {"http://[::ffff:127.0.0.1]", NULL},
	    {"http://[fe80::1%25lo]", NULL},
	    {"https://user@api.kisi.io", NULL},
	    {"https://user:secret@api.kisi.io", NULL},
	    {"https://api.kisi.io?x=1", NULL},
	    {"ftp://127.0.0.1", NULL},
	    {"file:///etc/passwd", NULL},
	    {"api.kisi.io", NULL},
	    {"https://", NULL},
	    {"", NULL},
	    {NULL, NULL},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		GError *error = NULL;
		char *base = address_base(cases[i].url, &error);

		g_test_message("%s", cases[i].url);
		g_assert_cmpstr(base, ==, cases[i].base);
		if (cases[i].base == NULL) {
			g_assert_error(error, FAILURE, EXIT_BAD_CONFIG);
			g_assert_null(strstr(error->message, "secret"));
		} else {
			g_assert_no_error(error);
		}
		g_clear_error(&error);
		g_free(base);
	}
}

static void
test_export(void)
{
	static const struct {
		const char *url, *good;
	} cases[] = {
	    {"https://feeds.example.org/a.ics?key=x%20y&z",
		"https://feeds.example.org/a.ics?key=x%20y&z"},
	    {"https://feeds.example.org", "https://feeds.example.org/"},
	    {"https://feeds.example.org/?a[b]=1", "https://feeds.example.org/?a[b]=1"},
	    {"http://127.0.0.1:81/x", "http://127.0.0.1:81/x"},
	    {"http://feeds.example.org/a", NULL},
	    {"https://me:hidden@feeds.example.org/a", NULL},
	    {"https://feeds.example.org/a#top", NULL},
	    {"webcal://feeds.example.org/a", NULL},
	    {"feeds.example.org/a", NULL},
	    {"/srv/a.csv", NULL},
	    {"", NULL},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		GError *error = NULL;
		char *good = address_export(cases[i].url, &error);

		g_test_message("%s", cases[i].url);
		g_assert_cmpstr(good, ==, cases[i].good);
		if (cases[i].good == NULL) {
			g_assert_error(error, FAILURE, EXIT_BAD_CONFIG);
			g_assert_null(strstr(error->message, "hidden"));
			g_assert_null(strstr(error->message, "feeds.example.org"));
		}
		g_clear_error(&error);
		g_free(good);
	}
}

static void
test_redirect(void)
{
	static const struct {
		const char *from, *location, *target;
		bool same; /* origin */
	} cases[] = {
	    {"https://a.example/x/y?k", "https://a.example/z", "https://a.example/z", true},
	    {"https://a.example/x/y?k", "/z?q", "https://a.example/z?q", true},
	    {"https://a.example/x/y?k", "z", "https://a.example/x/z", true},
	    {"https://a.example/x", "https://A.example:443/z", "https://A.example:443/z", true},
	    {"https://a.example/x", "https://a.example:8443/z", "https://a.example:8443/z", false},
	    {"https://a.example/x", "https://b.example/z#part", "https://b.example/z", false},
	    {"https://a.example/x", "//b.example/z", "https://b.example/z", false},
	    {"https://a.example/x", "http://a.example/x", NULL, false},
	    {"https://a.example/x", "http://127.0.0.1/x", NULL, false},
	    {"https://a.example/x", "http://[::1]/x", NULL, false},
	    {"https://a.example/x", "https://me:pw@b.example/", NULL, false},
	    {"https://a.example/x", "ftp://b.example/", NULL, false},
	    {"https://a.example/x", "https://", NULL, false},
	    {"https://a.example/x", "https://[::1", NULL, false},
	    {"https://a.example/x", "https://b.example:99999/", NULL, false},
	    {"http://127.0.0.1:81/x", "http://b.example/", NULL, false},
	    {"http://127.0.0.1:81/x", "http://127.0.0.1:81/z", "http://127.0.0.1:81/z", true},
	    {"http://127.0.0.1:81/x", "http://127.0.0.1:82/z", "http://127.0.0.1:82/z", false},
	    {"http://127.0.0.1:81/x", "http://localhost:81/z", "http://localhost:81/z", false},
	    {"http://127.0.0.1:81/x", "https://127.0.0.1:81/z", "https://127.0.0.1:81/z", false},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		GError *error = NULL;
		char *target = address_redirect(cases[i].from, cases[i].location, &error);

		g_test_message("%s: %s", cases[i].from, cases[i].location);
		g_assert_cmpstr(target, ==, cases[i].target);
		if (target == NULL)
			g_assert_error(error, FAILURE, EXIT_BAD_INPUT);
		else
			g_assert_cmpint(
			    address_same_origin(cases[i].from, target), ==, cases[i].same);
		g_clear_error(&error);
		g_free(target);
	}
}

static void
test_query(void)
{
	static const struct {
		const char *url, *name, *value, *longer;
		bool has;
	} cases[] = {
	    {"https://a.example/", "limit", "100", "https://a.example/?limit=100", false},
	    {"https://a.example/?a=1", "t", "x/y & z=?",
		"https://a.example/?a=1&t=x%2fy%20%26%20z%3d%3f", false},
	    {"https://a.example/?a=1", "end[gte]", "2026-01-01T00:00:00Z",
		"https://a.example/?a=1&end%5bgte%5d=2026-01-01T00%3a00%3a00Z", false},
	    {"https://a.example/?end%5bgte%5d=1", "end[gte]", "2",
		"https://a.example/?end%5bgte%5d=1&end%5bgte%5d=2", true},
	    {"https://a.example/?end[gte]=1", "end[gte]", "2",
		"https://a.example/?end[gte]=1&end%5bgte%5d=2", true},
	    {"https://a.example/?limits=1&b", "limit", "2", "https://a.example/?limits=1&b&limit=2",
		false},
	    {"https://a.example/?limits=1&b", "b", "", "https://a.example/?limits=1&b&b=", true},
	    {"https://a.example/limit=1", "limit", "2", "https://a.example/limit=1?limit=2", false},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *longer = address_with(cases[i].url, cases[i].name, cases[i].value);

		g_assert_cmpstr(longer, ==, cases[i].longer);
		g_assert_cmpint(address_has(cases[i].url, cases[i].name), ==, cases[i].has);
		g_assert_true(address_has(longer, cases[i].name));
		g_free(longer);
	}
}

static void
test_host(void)
{
	char *host = address_host("https://feeds.example.org/secret?key=1");
	char *with_port = address_host("http://127.0.0.1:8080/secret");

	g_assert_cmpstr(host, ==, "feeds.example.org");
	g_assert_cmpstr(with_port, ==, "127.0.0.1:8080");
	g_free(host);
	g_free(with_port);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/net/address/base", test_base);
	g_test_add_func("/net/address/export", test_export);
	g_test_add_func("/net/address/redirect", test_redirect);
	g_test_add_func("/net/address/query", test_query);
	g_test_add_func("/net/address/host", test_host);
	return g_test_run();
}
