/* Any file at all, through `describe`, which tries every profile on it, and the profile it proposes. */
#include "import.h"

#include "importers/describe.h"
#include "importers/propose.h"

const unsigned long fuzz_runs = 40;

static bool
takes(const struct profile *profile)
{
	return profile != NULL;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct fuzz_profiles profiles;
	if (profiles.n == 0)
		fuzz_profiles_load(&profiles, takes);
	GPtrArray *all = g_ptr_array_new();
	for (size_t i = 0; i < profiles.n; i++)
		g_ptr_array_add(all, profiles.of[i]);
	struct source_config source = fuzz_source(fuzz_file(data, size));
	struct description *description = describe_file(
	    &source, all, NULL, RECORD_KINDS, FUZZ_AROUND);
	description_free(description);
	g_ptr_array_unref(all);
	return 0;
}
