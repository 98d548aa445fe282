/* SHA-256: the examples of FIPS 180-4, in one piece and in many. */
#include "base/sum.h"

#include <glib.h>
#include <string.h>

static void
test_examples(void)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
	    {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
	    {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
	    {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		"248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
	};
	struct sum sum;
	char whole[SUM_TEXT], pieces[SUM_TEXT];
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		const char *text = cases[i].text;
		sum_begin(&sum);
		sum_add(&sum, text, strlen(text));
		sum_end(&sum, whole);
		g_assert_cmpstr(whole, ==, cases[i].want);
		/* It begins anew by itself. */
		for (size_t k = 0; k < strlen(text); k++)
			sum_add(&sum, text + k, 1);
		sum_end(&sum, pieces);
		g_assert_cmpstr(pieces, ==, cases[i].want);
	}
}

static void
test_long(void)
{
	g_autofree char *text = g_malloc(1 << 20);
	memset(text, 'a', 1 << 20);
	g_autofree char *like = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, 1 << 20);
	struct sum sum;
	char got[SUM_TEXT];
	sum_begin(&sum);
	sum_add(&sum, text, 1 << 20);
	sum_end(&sum, got);
	g_assert_cmpstr(got, ==, like);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/sum/examples", test_examples);
	g_test_add_func("/sum/long", test_long);
	return g_test_run();
}
