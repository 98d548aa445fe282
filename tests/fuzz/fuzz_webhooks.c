/* logs of events, through the profiles that read them */
#include "import.h"

const unsigned long fuzz_runs = 600;

static bool
takes(const struct profile *profile)
{
	return profile->log;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct fuzz_profiles profiles;
	if (profiles.n == 0)
		fuzz_profiles_load(&profiles, takes);
	return fuzz_import(&profiles, data, size);
}
