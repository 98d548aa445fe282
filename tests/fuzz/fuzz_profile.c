/* A profile, and what it makes of a small export. */
#include "import.h"

const unsigned long fuzz_runs = 4000;

static const char table[] = "id,email,name,start,end,status,resource,plan\n"
			    "1,a@example.org,Ada,2026-11-20 10:00,2026-11-20 11:00,confirmed,R,P\n";

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	GError *error = NULL;
	char *text = fuzz_text(data, size);
	struct profile *profile = profile_read(text, "ours", &error);
	fuzz_check_error(profile != NULL, &error);
	if (profile != NULL) {
		static const uint8_t first = 0;
		struct fuzz_profiles one = {{profile}, 1};
		GByteArray *export = g_byte_array_new();
		g_byte_array_append(export, &first, 1);
		g_byte_array_append(export, (const guint8 *)table, sizeof(table) - 1);
		fuzz_import(&one, export->data, export->len);
		g_byte_array_unref(export);
	}
	profile_free(profile);
	g_free(text);
	return 0;
}
