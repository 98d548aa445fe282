/* The tables of a configuration: the first byte chooses aliases, blocked people, rules or rulings. */
#include "fuzz.h"

#include "cli/setup.h"

const unsigned long fuzz_runs = 4000;

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char text[] =
	    "[source s]\nprofile = p\nfile = f\n[rule r]\nresource = R\ngroup = G\n";
	if (size == 0)
		return 0;
	GError *error = NULL;
	size_t table = data[0] % SETUP_TABLES;
	struct setup setup = {.config = config_read(text, "venue.ini", "/srv", &error),
	    .sum = g_checksum_new(G_CHECKSUM_SHA256)};
	g_assert_no_error(error);
	char **const paths[SETUP_TABLES] = {
	    [SETUP_ALIASES] = &setup.config->aliases_file,
	    [SETUP_BLOCKED] = &setup.config->blocked_file,
	    [SETUP_RULES] = &setup.config->rules_file,
	    [SETUP_RULINGS] = &setup.config->rulings_file,
	};
	g_free(*paths[table]);
	*paths[table] = g_strdup(fuzz_file(data + 1, size - 1));
	fuzz_check_error(setup_table(&setup, table, &error), &error);
	for (guint i = 0; i < setup.config->rules->len; i++)
		if (table == SETUP_RULES && i + 1 < setup.config->rules->len)
			g_assert_null(rule_fault(g_ptr_array_index(setup.config->rules, i)));
	setup_done(&setup);
	return 0;
}
