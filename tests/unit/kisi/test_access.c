/* The writes in Kisi's words, and the reads that prove them, which do not believe filters. */
#include "kisi/access.h"

#include "fake_kisi.h"

static struct fake_answer
answer_everything(void *user, const struct fake_request *request)
{
	static const char users[] =
	    "[{\"id\":1,\"email\":\"xann@example.com\"},{\"id\":2,\"email\":\"Ann@Example.com\"}]";
	static const char rights[] =
	    "[{\"id\":5,\"role_id\":\"group_basic\",\"assignee_type\":\"User\",\"assignee_id\":3,"
	    "\"applies_to_type\":\"Group\",\"applies_to_id\":7},"
	    "{\"id\":6,\"role_id\":\"group_manager\",\"assignee_type\":\"User\",\"assignee_id\":2,"
	    "\"applies_to_type\":\"Group\",\"applies_to_id\":7},"
	    "{\"id\":8,\"role_id\":\"group_basic\",\"assignee_type\":\"Team\",\"assignee_id\":2,"
	    "\"applies_to_type\":\"Group\",\"applies_to_id\":7},"
	    "{\"id\":9,\"role_id\":\"group_basic\",\"assignee_type\":\"User\",\"assignee_id\":2,"
	    "\"applies_to_type\":\"Group\",\"applies_to_id\":7,\"valid_until\":\"2026-12-01T00:00:"
	    "00Z\"}]";
	bool is_users = strstr(request->target, "/users") != NULL;

	if (strcmp(request->method, "GET") != 0)
		return (struct fake_answer){
		    .status = strcmp(request->method, "POST") == 0 ? 200 : 204,
		    .body = strcmp(request->method, "POST") == 0 ? g_strdup("{\"id\":77}") : NULL};
	return (struct fake_answer){
	    .body = g_strdup(is_users ? users : rights),
	    .headers = g_strdup(
		is_users ? "X-Collection-Range: 0-99/2\r\n" : "X-Collection-Range: 0-249/4\r\n"),
	};
}

static void
test_access_reads(void)
{
	struct fake *fake = fake_begin(answer_everything, NULL);
	struct kisi_client *client = open_client(fake);
	struct kisi_reply reply;
	struct kisi_assignment found;
	int64_t id = 0;

	g_assert_cmpint(kisi_find_user(client, "ann@example.com", &reply, &id), ==, KISI_OK);
	g_assert_cmpint(id, ==, 2);
	kisi_reply_done(&reply);
	g_assert_cmpstr(
	    fake->log->pdata[0], ==, "GET /users?limit=100&offset=0&email=ann%40example.com");
	g_assert_cmpint(kisi_find_user(client, "bob+x@example.com", &reply, &id), ==, KISI_GONE);
	g_assert_cmpint(reply.result, ==, KISI_GONE);
	kisi_reply_done(&reply);
	g_assert_cmpstr(
	    fake->log->pdata[2], ==, "GET /users?limit=100&offset=0&query=bob%2Bx%40example.com");

	g_assert_cmpint(kisi_find_assignment(client, 2, 7, &reply, &found), ==, KISI_OK);
	g_assert_cmpint(found.id, ==, 9);
	g_assert_cmpint(found.valid.from, ==, INSTANT_ALWAYS);
	g_assert_cmpint(found.valid.until, ==, 1796083200);
	g_assert_cmpstr(found.role_id, ==, "group_basic");
	kisi_reply_done(&reply);
	g_assert_cmpint(kisi_find_assignment(client, 2, 8, &reply, &found), ==, KISI_GONE);
	kisi_reply_done(&reply);
	kisi_close(client);
	fake_end(fake);
}

static void
test_access_writes(void)
{
	struct fake *fake = fake_begin(answer_everything, NULL);
	struct kisi_client *client = open_client(fake);
	const struct interval open = {INSTANT_ALWAYS, INSTANT_NEVER};
	const struct interval valid = {1796083200, 1796086800};
	struct kisi_reply reply;
	int64_t id = 0;

	g_assert_cmpint(
	    kisi_create_user(client, "ann@example.com", NULL, false, &reply, &id), ==, KISI_OK);
	g_assert_cmpint(id, ==, 77);
	kisi_reply_done(&reply);
	g_assert_cmpint(
	    kisi_create_user(client, "ann@example.com", "Ann", true, &reply, &id), ==, KISI_OK);
	kisi_reply_done(&reply);
	g_assert_cmpint(kisi_create_assignment(client, 2, 7, valid, &reply, &id), ==, KISI_OK);
	kisi_reply_done(&reply);
	g_assert_cmpint(kisi_patch_assignment(client, 9, open, &reply), ==, KISI_OK);
	kisi_reply_done(&reply);
	g_assert_cmpint(kisi_delete_assignment(client, 9, &reply), ==, KISI_OK);
	kisi_reply_done(&reply);
	g_assert_cmpstr(fake->bodies->pdata[0], ==,
	    "{\"user\":{\"email\":\"ann@example.com\",\"send_emails\":false,\"confirm\":true,"
	    "\"notes\":\"created by kisi-reconcile\"}}");
	g_assert_cmpstr(fake->bodies->pdata[1], ==,
	    "{\"user\":{\"email\":\"ann@example.com\",\"name\":\"Ann\",\"send_emails\":true,"
	    "\"confirm\":false,"
	    "\"notes\":\"created by kisi-reconcile\"}}");
	g_assert_cmpstr(fake->bodies->pdata[2], ==,
	    "{\"role_assignment\":{\"applies_to_type\":\"Group\",\"applies_to_id\":7,\"assignee_"
	    "type\":\"User\","
	    "\"assignee_id\":2,\"role_id\":\"group_basic\",\"valid_from\":\"2026-12-01T00:00:00Z\","
	    "\"valid_until\":\"2026-12-01T01:00:00Z\",\"notify\":false}}");
	g_assert_cmpstr(fake->log->pdata[3], ==, "PATCH /role_assignments/9");
	g_assert_cmpstr(fake->bodies->pdata[3], ==,
	    "{\"role_assignment\":{\"valid_from\":null,\"valid_until\":null,\"notify\":false}}");
	g_assert_cmpstr(fake->log->pdata[4], ==, "DELETE /role_assignments/9");
	g_assert_cmpstr(fake->bodies->pdata[4], ==, "");
	kisi_close(client);
	fake_end(fake);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/access/reads", test_access_reads);
	g_test_add_func("/access/writes", test_access_writes);
	return g_test_run();
}
