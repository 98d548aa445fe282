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

#define SECRET "s3cr3t-of-the-link"

/* What a test of passes answers: a link that quotes its secret, and lists that filters leave too long. */
struct passes_world {
	int post_status; /* of the answer to a creation */
	bool bare;	 /* the answer is not worded as an error, whatever its status */
};

static struct fake_answer
answer_passes(void *user, const struct fake_request *request)
{
	static const char made[] = "{\"id\":77,\"name\":\"L\",\"secret\":\"" SECRET "\"}";
	static const char refusal[] = "{\"errors\":{\"base\":[\"has too many links\"]}}";
	static const char links[] =
	    "[{\"id\":1,\"name\":\"kr b1\",\"email\":\"ann@example.com\",\"group_id\":8,"
	    "\"valid_from\":\"2026-12-01T00:00:00Z\",\"valid_until\":\"2026-12-01T01:00:00Z\"},"
	    "{\"id\":2,\"name\":\"kr b1\",\"email\":\"ann@example.com\",\"group_id\":7,"
	    "\"valid_from\":\"2026-12-01T00:00:00Z\",\"valid_until\":\"2026-12-01T01:00:01Z\"},"
	    "{\"id\":3,\"name\":\"kr b1\",\"email\":\"ann@example.com\",\"group_id\":7,"
	    "\"link_enabled\":false,"
	    "\"valid_from\":\"2026-12-01T00:00:00Z\",\"valid_until\":\"2026-12-01T01:00:00Z\"},"
	    "{\"id\":5,\"name\":\"kr b1\",\"email\":\"Ann@Example.com\",\"group_id\":7,"
	    "\"valid_from\":\"2026-12-01T00:00:00.5Z\",\"valid_until\":\"2026-12-01T01:00:00Z\"},"
	    "{\"id\":4,\"name\":\"kr b11\",\"email\":null,\"group_id\":7,"
	    "\"valid_from\":\"2026-12-01T00:00:00Z\",\"valid_until\":\"2026-12-01T01:00:00Z\"}]";
#define SCHEDULE(id, lock, more, from, until)                                                      \
	"{\"id\":" id ",\"name\":\"kr b1\",\"consequence\":\"unlock\","                            \
	"\"scheduleable_type\":\"Lock\",\"scheduleable_id\":" lock                                 \
	",\"type\":\"single_event\"," more "\"starts_at\":\"2026-12-01T" from                      \
	"Z\",\"ends_at\":\"2026-12-01T" until "Z\"}"
	static const char schedules[] = "[" SCHEDULE(
	    "1", "21", "", "00:00:00", "01:00:00") "," SCHEDULE("2", "20", "\"enabled\":false,",
	    "00:00:00", "01:00:00") "," SCHEDULE("3", "20", "\"override\":true,", "00:00:00",
	    "01:00:00") "," SCHEDULE("4", "20", "", "00:01:00", "01:00:00") "," SCHEDULE("6", "20",
	    "", "00:00:00", "01:00:30") "," SCHEDULE("5", "20", "", "00:00:59", "01:00:59") "]";
	const struct passes_world *world = user;
	bool is_links = strstr(request->target, "/group_links") != NULL;

	if (strcmp(request->method, "POST") == 0)
		return (struct fake_answer){.status = world->post_status,
		    .body = g_strdup(world->post_status >= 400 && !world->bare ? refusal : made)};
	if (strcmp(request->method, "DELETE") == 0)
		return (struct fake_answer){
		    .status = strstr(request->target, "/9") != NULL ? 404 : 204};
	return (struct fake_answer){
	    .body = g_strdup(is_links ? links : schedules),
	    .headers = g_strdup(
		is_links ? "X-Collection-Range: 0-249/5\r\n" : "X-Collection-Range: 0-249/6\r\n"),
	};
}

static const struct interval hour = {1796083200, 1796086800}; /* 2026-12-01, 00:00 to 01:00 */

static void
test_pass_reads(void)
{
	static const struct {
		const char *name, *email;
		int64_t group;
		struct interval valid;
		int64_t id; /* 0: there is none */
	} links[] = {
	    {"kr b1", "ann@example.com", 7, {1796083200, 1796086800}, 5},
	    {"kr b1", "ann@example.com", 8, {1796083200, 1796086800}, 1},
	    {"kr b1", "ann@example.com", 7, {1796083200, 1796086801}, 2},
	    {"kr b1", "ann@example.com", 7, {1796083200, 1796086802}, 0},
	    {"kr b1", "bob@example.com", 7, {1796083200, 1796086800}, 0},
	    {"kr b1", "", 7, {1796083200, 1796086800}, 0},
	    {"kr b11", "", 7, {1796083200, 1796086800}, 4},
	    {"kr b", "ann@example.com", 7, {1796083200, 1796086800}, 0},
	};
	struct passes_world world = {.post_status = 200};
	struct fake *fake = fake_begin(answer_passes, &world);
	struct kisi_client *client = open_client(fake);
	struct kisi_reply reply;

	for (size_t i = 0; i < G_N_ELEMENTS(links); i++) {
		int64_t id = 0;
		enum kisi_result result = kisi_find_link(client, links[i].name, links[i].email,
		    links[i].group, links[i].valid, &reply, &id);

		g_assert_cmpint(result, ==, links[i].id != 0 ? KISI_OK : KISI_GONE);
		g_assert_cmpint(reply.result, ==, result);
		g_assert_cmpint(id, ==, links[i].id);
		kisi_reply_done(&reply);
	}
	g_assert_cmpstr(
	    fake->log->pdata[0], ==, "GET /group_links?limit=250&offset=0&sort=name&group_id=7");

	int64_t id = 0;
	const struct interval seconds = {hour.from + 30, hour.until + 1};
	g_assert_cmpint(kisi_find_schedule(client, "kr b1", 20, seconds, &reply, &id), ==, KISI_OK);
	g_assert_cmpint(id, ==, 5);
	kisi_reply_done(&reply);
	g_assert_cmpint(kisi_find_schedule(client, "kr b2", 20, hour, &reply, &id), ==, KISI_GONE);
	kisi_reply_done(&reply);
	g_assert_cmpint(kisi_find_schedule(client, "kr b1", 22, hour, &reply, &id), ==, KISI_GONE);
	kisi_reply_done(&reply);
	g_assert_cmpstr(fake->log->pdata[fake->log->len - 2], ==,
	    "GET /schedules?limit=250&offset=0&consequence=unlock&scheduleable_type=Lock"
	    "&scheduleable_id=20");
	kisi_close(client);
	fake_end(fake);
}

static void
test_pass_writes(void)
{
	struct passes_world world = {.post_status = 200};
	struct fake *fake = fake_begin(answer_passes, &world);
	struct kisi_client *client = open_client(fake);
	struct kisi_reply reply;
	int64_t id = 0;

	g_assert_cmpint(kisi_create_link(client, "kr b1", "ann@example.com", 7, hour, &reply, &id),
	    ==, KISI_OK);
	g_assert_cmpint(id, ==, 77);
	g_assert_null(reply.body);
	kisi_reply_done(&reply);
	g_assert_cmpstr(fake->log->pdata[0], ==, "POST /group_links");
	g_assert_cmpstr(fake->bodies->pdata[0], ==,
	    "{\"group_link\":{\"name\":\"kr b1\",\"group_id\":7,\"email\":\"ann@example.com\","
	    "\"valid_from\":\"2026-12-01T00:00:00Z\",\"valid_until\":\"2026-12-01T01:00:00Z\","
	    "\"link_enabled\":true,\"quick_response_code_type\":null}}");
	g_assert_cmpint(kisi_create_schedule(client, "kr b1", 20, hour, &reply, &id), ==, KISI_OK);
	kisi_reply_done(&reply);
	g_assert_cmpstr(fake->log->pdata[1], ==, "POST /schedules");
	g_assert_cmpstr(fake->bodies->pdata[1], ==,
	    "{\"schedule\":{\"type\":\"single_event\",\"name\":\"kr b1\",\"enabled\":true,"
	    "\"override\":false,\"consequence\":\"unlock\",\"scheduleable_type\":\"Lock\","
	    "\"scheduleable_id\":20,\"starts_at\":\"2026-12-01T00:00:00Z\","
	    "\"ends_at\":\"2026-12-01T01:00:00Z\"}}");
	g_assert_cmpint(kisi_delete_link(client, 5, &reply), ==, KISI_OK);
	kisi_reply_done(&reply);
	g_assert_cmpint(kisi_delete_schedule(client, 9, &reply), ==, KISI_GONE);
	kisi_reply_done(&reply);
	g_assert_cmpstr(fake->log->pdata[2], ==, "DELETE /group_links/5");
	g_assert_cmpstr(fake->log->pdata[3], ==, "DELETE /schedules/9");
	kisi_close(client);
	fake_end(fake);
}

/* Whatever Kisi answers, and however out of order: a reason comes through, the secret does not. */
static void
test_link_secret(void)
{
	static const struct {
		int status;
		bool bare;
		enum kisi_result result;
		const char *message; /* NULL: none */
	} cases[] = {
	    {200, false, KISI_OK, NULL},
	    {422, false, KISI_REFUSED, "Kisi answered 422: base: has too many links"},
	    {403, false, KISI_REFUSED, "Kisi answered 403: base: has too many links"},
	    {500, true, KISI_UNKNOWN, "Kisi answered 500"},
	    {302, true, KISI_UNKNOWN, "Kisi answered 302"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct passes_world world = {.post_status = cases[i].status, .bare = cases[i].bare};
		struct fake *fake = fake_begin(answer_passes, &world);
		struct kisi_client *client = open_client(fake);
		struct kisi_reply reply;
		int64_t id = 0;

		g_assert_cmpint(
		    kisi_create_link(client, "kr b1", "ann@example.com", 7, hour, &reply, &id), ==,
		    cases[i].result);
		g_assert_cmpstr(reply.message, ==, cases[i].message);
		g_assert_null(reply.body);
		g_assert_cmpuint(fake->log->len, ==, 1);
		kisi_reply_done(&reply);
		kisi_close(client);
		fake_end(fake);
	}
}

static void
test_unlock(void)
{
	static const struct {
		int status;
		enum kisi_result result;
	} cases[] = {{200, KISI_OK}, {404, KISI_GONE}, {409, KISI_EXISTS}, {503, KISI_UNKNOWN}};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct passes_world world = {.post_status = cases[i].status};
		struct fake *fake = fake_begin(answer_passes, &world);
		struct kisi_client *client = open_client(fake);
		struct kisi_reply reply;

		g_assert_cmpint(kisi_unlock(client, 20, &reply), ==, cases[i].result);
		g_assert_cmpint(reply.status, ==, cases[i].status);
		kisi_reply_done(&reply);
		/* Never twice: a door that opened may have been closed again. */
		g_assert_cmpuint(fake->log->len, ==, 1);
		g_assert_cmpstr(fake->log->pdata[0], ==, "POST /locks/20/unlock");
		kisi_close(client);
		fake_end(fake);
	}
}

/* --- half answers: nothing is taken for what it does not say --- */

#define RIGHT(id)                                                                                  \
	"{\"id\":" id ",\"role_id\":\"group_basic\",\"assignee_type\":\"User\","                   \
	"\"assignee_id\":2,\"applies_to_type\":\"Group\",\"applies_to_id\":7}"
#define RIGHT_OF_PLACE                                                                             \
	"{\"id\":5,\"role_id\":\"group_basic\",\"assignee_type\":\"User\","                        \
	"\"assignee_id\":2,\"applies_to_type\":\"Place\",\"applies_to_id\":7}"
#define LINK_ROW(more)                                                                             \
	"{\"id\":3,\"name\":\"kr b1\"," more                                                       \
	",\"group_id\":7,\"valid_from\":\"2026-12-01T00:00:00Z\","                                 \
	"\"valid_until\":\"2026-12-01T01:00:00Z\"}"
#define SCHEDULE_ROW(type, target, consequence)                                                    \
	"{\"id\":3,\"name\":\"kr b1\",\"type\":\"" type "\",\"consequence\":\"" consequence        \
	"\",\"scheduleable_type\":\"" target "\",\"scheduleable_id\":20,"                          \
	"\"starts_at\":\"2026-12-01T00:00:00Z\",\"ends_at\":\"2026-12-01T01:00:00Z\"}"

enum question { FIND_USER, FIND_RIGHT, READ_RIGHT, FIND_LINK, FIND_SCHEDULE, MAKE_USER };

static const struct half_answer {
	enum question question;
	const char *body;
	const char *range; /* of the list; NULL = no header */
	enum kisi_result result;
	int64_t id;	     /* 0: none was given */
	const char *message; /* a part of it; NULL: none */
} half_answers[] = {
    {FIND_USER, "{\"id\":2}", NULL, KISI_DOWN, 0, "not a list"},
    {FIND_USER, "[]", "0-99/0", KISI_GONE, 0, "no user"},
    {FIND_USER, "[{\"email\":\"ann@example.com\"}]", "0-99/1", KISI_GONE, 0, "no user"},
    /* twice in Kisi: the older one, in whatever order they come */
    {FIND_USER,
	"[{\"id\":8,\"email\":\"ann@example.com\"},{\"id\":4,\"email\":\"ann@example.com\"},"
	"{\"id\":6,\"email\":\"ann@example.com\"}]",
	"0-99/3", KISI_OK, 4, NULL},
    {FIND_RIGHT, "{\"id\":2}", NULL, KISI_DOWN, 0, "not a list"},
    {FIND_RIGHT, "[{\"id\":2}]", "0-249/1", KISI_DOWN, 0, "assignee_type"},
    {FIND_RIGHT, "[" RIGHT_OF_PLACE "]", "0-249/1", KISI_GONE, 0, "no such"},
    {FIND_RIGHT, "[" RIGHT_OF_PLACE "," RIGHT("6") "]", "0-249/9", KISI_OK, 6, NULL},
    {FIND_RIGHT, "[" RIGHT_OF_PLACE "]", "0-249/2", KISI_DOWN, 0, "longer than its page"},
    {READ_RIGHT, RIGHT("9"), NULL, KISI_OK, 9, NULL},
    {READ_RIGHT, RIGHT("8"), NULL, KISI_DOWN, 0, "another assignment"},
    {READ_RIGHT, "[]", NULL, KISI_DOWN, 0, "id is missing"},
    {FIND_LINK, "[" LINK_ROW("\"email\":\"ann@example.com\"") "]", "0-249/1", KISI_OK, 3, NULL},
    {FIND_LINK, "[" LINK_ROW("\"email\":\"not an address\"") "]", "0-249/1", KISI_GONE, 0,
	"no such link"},
    {FIND_LINK, "[" LINK_ROW("\"email\":\"ann@example.com\"") "]", "*/2", KISI_DOWN, 0,
	"never came"},
    {FIND_LINK, "[]", NULL, KISI_DOWN, 0, "X-Collection-Range"},
    /* what is not understood may be the very one: nobody may make another */
    {FIND_LINK, "[{\"id\":3,\"name\":\"kr b1\",\"group_id\":7,\"valid_until\":7}]", "0-249/1",
	KISI_DOWN, 0, "not understood"},
    {FIND_SCHEDULE, "[{\"id\":3,\"name\":\"kr b1\",\"type\":7}]", "0-249/1", KISI_DOWN, 0,
	"not understood"},
    {FIND_SCHEDULE, "[" SCHEDULE_ROW("single_event", "Lock", "unlock") "]", "0-249/1", KISI_OK, 3,
	NULL},
    {FIND_SCHEDULE, "[" SCHEDULE_ROW("recurring_event", "Lock", "unlock") "]", "0-249/1", KISI_GONE,
	0, "no such schedule"},
    {FIND_SCHEDULE, "[" SCHEDULE_ROW("single_event", "ElevatorStop", "unlock") "]", "0-249/1",
	KISI_GONE, 0, "no such schedule"},
    {FIND_SCHEDULE, "[" SCHEDULE_ROW("single_event", "Lock", "first_to_arrive") "]", "0-249/1",
	KISI_GONE, 0, "no such schedule"},
    {FIND_SCHEDULE, "{}", NULL, KISI_DOWN, 0, "not a list"},
    /* it may be there now: to be found before it is made again */
    {MAKE_USER, "{\"email\":\"ann@example.com\"}", NULL, KISI_UNKNOWN, 0, "what was made"},
    {MAKE_USER, "[]", NULL, KISI_UNKNOWN, 0, "what was made"},
};

static struct fake_answer
answer_half(void *user, const struct fake_request *request)
{
	const struct half_answer *half = user;

	return (struct fake_answer){.body = g_strdup(half->body),
	    .headers = half->range == NULL
			   ? NULL
			   : g_strdup_printf("X-Collection-Range: %s\r\n", half->range)};
}

static enum kisi_result
ask(struct kisi_client *client, enum question question, struct kisi_reply *reply, int64_t *id)
{
	struct kisi_assignment found = {0};
	enum kisi_result result = KISI_DOWN;

	switch (question) {
	case FIND_USER:
		return kisi_find_user(client, "ann@example.com", reply, id);
	case FIND_LINK:
		return kisi_find_link(client, "kr b1", "ann@example.com", 7, hour, reply, id);
	case FIND_SCHEDULE:
		return kisi_find_schedule(client, "kr b1", 20, hour, reply, id);
	case MAKE_USER:
		return kisi_create_user(client, "ann@example.com", NULL, false, reply, id);
	case FIND_RIGHT:
		result = kisi_find_assignment(client, 2, 7, reply, &found);
		break;
	case READ_RIGHT:
		result = kisi_read_assignment(client, 9, reply, &found);
		break;
	}
	*id = found.id;
	return result;
}

static void
test_half_answers(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(half_answers); i++) {
		const struct half_answer *half = &half_answers[i];
		struct fake *fake = fake_begin(answer_half, (void *)half);
		struct kisi_client *client = open_client(fake);
		struct kisi_reply reply;
		int64_t id = 0;
		enum kisi_result result = ask(client, half->question, &reply, &id);

		g_test_message("%s: %s", half->body, reply.message);
		g_assert_cmpint(result, ==, half->result);
		g_assert_cmpint(reply.result, ==, half->result);
		g_assert_cmpint(id, ==, half->id);
		if (half->message != NULL)
			g_assert_nonnull(strstr(reply.message, half->message));
		else
			g_assert_null(reply.message);
		kisi_reply_done(&reply);
		kisi_close(client);
		fake_end(fake);
	}
}

static struct fake_answer
answer_status(void *user, const struct fake_request *request)
{
	const int *status = user;

	return (struct fake_answer){.status = *status, .body = g_strdup("{}")};
}

/* A list that was not read is no list without the thing in it; and a key that is gone is told apart. */
static void
test_no_answer(void)
{
	static const struct {
		enum question question;
		int status;
		enum kisi_result result;
	} cases[] = {
	    {FIND_USER, 401, KISI_DENIED},
	    {FIND_RIGHT, 401, KISI_DENIED},
	    {FIND_RIGHT, 403, KISI_REFUSED},
	    {READ_RIGHT, 404, KISI_GONE},
	    {FIND_LINK, 401, KISI_DENIED},
	    {FIND_LINK, 403, KISI_DOWN},
	    {FIND_LINK, 404, KISI_DOWN},
	    {FIND_SCHEDULE, 401, KISI_DENIED},
	    {FIND_SCHEDULE, 404, KISI_DOWN},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		int status = cases[i].status;
		struct fake *fake = fake_begin(answer_status, &status);
		struct kisi_client *client = open_client(fake);
		struct kisi_reply reply;
		int64_t id = 0;

		g_assert_cmpint(ask(client, cases[i].question, &reply, &id), ==, cases[i].result);
		g_assert_cmpint(id, ==, 0);
		g_assert_nonnull(reply.message);
		kisi_reply_done(&reply);
		kisi_close(client);
		fake_end(fake);
	}
}

/* A link to nobody: the code is shown at the desk. */
static void
test_link_to_nobody(void)
{
	struct passes_world world = {.post_status = 200};
	struct fake *fake = fake_begin(answer_passes, &world);
	struct kisi_client *client = open_client(fake);
	struct kisi_reply reply;
	int64_t id = 0;

	g_assert_cmpint(kisi_create_link(client, "kr b1", "", 7, hour, &reply, &id), ==, KISI_OK);
	g_assert_nonnull(strstr(fake->bodies->pdata[0], "\"email\":null"));
	kisi_reply_done(&reply);
	kisi_close(client);
	fake_end(fake);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/access/reads", test_access_reads);
	g_test_add_func("/access/writes", test_access_writes);
	g_test_add_func("/access/pass-reads", test_pass_reads);
	g_test_add_func("/access/pass-writes", test_pass_writes);
	g_test_add_func("/access/link-secret", test_link_secret);
	g_test_add_func("/access/unlock", test_unlock);
	g_test_add_func("/access/half-answers", test_half_answers);
	g_test_add_func("/access/no-answer", test_no_answer);
	g_test_add_func("/access/link-to-nobody", test_link_to_nobody);
	return g_test_run();
}
