/* Plan files, as `apply PLAN` reads them. */
#include "fuzz.h"

#include "cli/saved_plan.h"

const unsigned long fuzz_runs = 20000;

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	GError *error = NULL;
	struct saved_plan saved;
	char *text = fuzz_text(data, size);
	bool good = saved_plan_read(text, "plan.json", &saved, &error);
	fuzz_check_error(good, &error);
	if (good)
		g_assert_true(saved.id != NULL && saved.changes != NULL && saved.inputs != NULL);
	saved_plan_done(&saved);
	g_free(text);
	return 0;
}
