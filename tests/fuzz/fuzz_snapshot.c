/* Snapshot files. */
#include "fuzz.h"

#include "kisi/snapshot_file.h"

const unsigned long fuzz_runs = 6000;

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	GError *error = NULL;
	struct snapshot *snapshot = snapshot_load(fuzz_file(data, size), &error);
	fuzz_check_error(snapshot != NULL, &error);
	if (snapshot != NULL) {
		char *hash = snapshot_hash(snapshot);
		g_assert_cmpuint(strlen(hash), ==, 64);
		for (guint i = 0; i < snapshot->assignments->len; i++) {
			const struct kisi_assignment *a = &g_array_index(
			    snapshot->assignments, struct kisi_assignment, i);
			g_assert_cmpint(a->id, >, 0);
			g_assert_cmpint(a->valid.from, <, a->valid.until);
		}
		g_free(hash);
	}
	snapshot_free(snapshot);
	return 0;
}
