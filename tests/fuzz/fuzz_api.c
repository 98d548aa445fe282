/* Bodies and headers of Kisi's answers: a list of objects, an error, the header that counts rows. */
#include "fuzz.h"

#include "base/json.h"
#include "kisi/answer.h"
#include "kisi/snapshot_object.h"

const unsigned long fuzz_runs = 20000;

static void
take_list(enum snapshot_array array, struct json_object *body)
{
	GError *error = NULL;
	struct snapshot *snapshot = snapshot_new();
	size_t n = json_object_is_type(body, json_type_array) ? json_object_array_length(body) : 0;
	for (size_t i = 0; i < n; i++) {
		struct json_object *object = json_object_array_get_idx(body, i);
		fuzz_check_error(snapshot_parse(snapshot, array, object, &error), &error);
	}
	snapshot_parse_organization(snapshot, body);
	fuzz_check_error(snapshot_finish(snapshot, &error), &error);
	snapshot_free(snapshot);
}

/* The first byte chooses the list. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	GError *error = NULL;
	const char *text = (const char *)data + 1;
	struct json_object *body = json_read(text, size - 1, "answer", &error);
	bool null = size == 5 && memcmp(text, "null", 4) == 0;
	if (body != NULL || !null)
		fuzz_check_error(error == NULL, &error);
	if (body != NULL)
		take_list(data[0] % SNAPSHOT_ARRAYS, body);
	char *message = answer_message(body, text, size - 1);
	g_assert_true(message == NULL || g_utf8_validate(message, -1, NULL));
	g_free(message);
	json_object_put(body);

	struct answer_range range;
	char *header = fuzz_text(data + 1, size - 1);
	if (answer_range(header, &range))
		g_assert_cmpint(range.total, >=, 0);
	g_free(header);
	return 0;
}
