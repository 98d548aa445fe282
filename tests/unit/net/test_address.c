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

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/net/address/base", test_base);
	return g_test_run();
}
