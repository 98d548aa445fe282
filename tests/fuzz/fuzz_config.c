/* The configuration. */
#include "fuzz.h"

#include "model/config.h"

const unsigned long fuzz_runs = 15000;

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	GError *error = NULL;
	char *text = fuzz_text(data, size);
	struct config *config = config_read(text, "venue.ini", "/srv", &error);
	fuzz_check_error(config != NULL, &error);
	if (config != NULL) {
		g_assert_cmpint(config->schedule.run_every, >, 0);
		g_assert_cmpfloat(config->kisi.rate, >, 0);
		for (guint i = 0; i < config->rules->len; i++)
			g_assert_null(rule_fault(g_ptr_array_index(config->rules, i)));
	}
	config_free(config);
	g_free(text);
	return 0;
}
