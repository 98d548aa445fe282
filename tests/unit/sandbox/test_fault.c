/* Faults: reading them from text and JSON, and when they fire. */
#include "sandbox/fault.h"

#include "base/failure.h"
#include "base/json.h"

#include <string.h>

static void
test_parse(void)
{
	struct fault *fault = fault_parse("GET  /users* slow ms=20 count=0 after=3", NULL);

	g_assert_cmpstr(fault->method, ==, "GET");
	g_assert_cmpstr(fault->path, ==, "/users*");
	g_assert_cmpint(fault->kind, ==, FAULT_SLOW);
	g_assert_cmpint(fault->terms.ms, ==, 20);
	g_assert_cmpint(fault->terms.count, ==, 0);
	g_assert_cmpint(fault->terms.after, ==, 3);
	fault_free(fault);

	fault = fault_parse("* /users 503", NULL);
	g_assert_cmpint(fault->kind, ==, FAULT_STATUS);
	g_assert_cmpint(fault->terms.status, ==, 503);
	g_assert_cmpint(fault->terms.count, ==, 1);
	fault_free(fault);

	fault = fault_parse("GET /users clock seconds=-90", NULL);
	g_assert_cmpint(fault->terms.seconds, ==, -90);
	fault_free(fault);
}

static void
test_refused(void)
{
	static const char *const texts[] = {"", "GET", "GET /users", "GET /users nonsense",
	    "GET /users 99", "GET /users 600", "GET /users slow ms",
	    "GET /users slow ms=", "GET /users slow ms=x", "GET /users slow ms=-1",
	    "GET /users slow pace=1", "GET /users slow =1", "GET /users slow count=99999999999"};

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(GError) error = NULL;
		g_assert_null(fault_parse(texts[i], &error));
		g_assert_error(error, FAILURE, EXIT_BAD_USAGE);
	}
}

/* What fault_json writes, fault_from_json reads. */
static void
test_json(void)
{
	struct fault *fault = fault_parse("PATCH /role_assignments/* ignore-patch count=2", NULL);
	struct json_object *json = fault_json(fault);
	struct fault *again = fault_from_json(json, NULL);

	g_assert_cmpstr(again->method, ==, "PATCH");
	g_assert_cmpint(again->kind, ==, FAULT_IGNORE_PATCH);
	g_assert_cmpint(again->terms.count, ==, 2);
	json_object_put(json);
	fault_free(fault);
	fault_free(again);

	static const char *const wrong[] = {"{}", "{\"path\":\"/x\"}",
	    "{\"path\":\"/x\",\"kind\":null}", "{\"path\":\"/x\",\"kind\":\"slow\",\"ms\":null}",
	    "{\"fault\":\"x\"}", "[]"};
	for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
		json = json_read(wrong[i], strlen(wrong[i]), "fault", NULL);
		g_autoptr(GError) error = NULL;
		g_assert_null(fault_from_json(json, &error));
		g_assert_nonnull(error);
		json_object_put(json);
	}
}

static bool
fires(const GPtrArray *faults, const char *method, const char *path, enum fault_kind kind)
{
	struct fired fired;

	faults_fire(faults, method, path, "limit=1", &fired);
	return fired.on[kind];
}

static void
test_fire(void)
{
	GPtrArray *faults = g_ptr_array_new_with_free_func(fault_free);

	g_ptr_array_add(faults, fault_parse("GET /users 500 after=1 count=2", NULL));
	g_assert_false(fires(faults, "POST", "/users", FAULT_STATUS));
	g_assert_false(fires(faults, "GET", "/users/1", FAULT_STATUS));
	g_assert_false(fires(faults, "GET", "/users", FAULT_STATUS));
	g_assert_true(fires(faults, "GET", "/users", FAULT_STATUS));
	g_assert_true(fires(faults, "GET", "/users", FAULT_STATUS));
	g_assert_false(fires(faults, "GET", "/users", FAULT_STATUS));
	g_ptr_array_set_size(faults, 0);

	g_ptr_array_add(faults, fault_parse("* /groups?limit=1 clock count=0", NULL));
	g_ptr_array_add(faults, fault_parse("GET * gzip", NULL));
	g_assert_true(fires(faults, "GET", "/groups", FAULT_CLOCK));
	g_assert_true(fires(faults, "DELETE", "/groups", FAULT_CLOCK));
	g_assert_false(fires(faults, "GET", "/groups", FAULT_GZIP));
	g_ptr_array_unref(faults);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/fault/parse", test_parse);
	g_test_add_func("/fault/refused", test_refused);
	g_test_add_func("/fault/json", test_json);
	g_test_add_func("/fault/fire", test_fire);
	return g_test_run();
}
