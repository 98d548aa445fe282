/* The table of finding kinds: whole, and without two rows for one word. */
#include "model/finding.h"

#include <glib.h>

static void
test_rows(void)
{
	for (int i = 0; i < FINDING_KINDS; i++) {
		enum finding_kind kind = (enum finding_kind)i;
		const struct finding_type *type = finding_type(kind);
		g_assert_nonnull(type->word);
		g_assert_cmpint(finding_of_word(type->word), ==, kind);
		g_assert_cmpstr(finding_word(kind), ==, type->word);
		/* `check` says of people what they are, and of everything else what the finding says. */
		g_assert_true((type->said != NULL) ==
			      (type->todo != NULL && type->scope == FINDING_OF_PERSON));
	}
	g_assert_cmpint(finding_of_word("no such kind"), ==, FINDING_KINDS);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/finding/rows", test_rows);
	return g_test_run();
}
