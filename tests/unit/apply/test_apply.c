/* What is sent, and what a half or lost answer leads to, request by request. */
#include "apply/apply.h"

#include "model/config.h"
#include "tests/unit/kisi/fake_kisi.h"
#include "tests/unit/store/scratch.h"

#define NOW ((instant)1794816000) /* 2026-11-16T08:00:00Z */
#define READ_AT ((instant)1000)
#define OLD ((instant)301) /* so that every change is looked at once more */

static instant now;
static guint stop_after; /* questions whether to stop */

static instant
fake_clock(void)
{
	return now;
}

static bool
stopped(void)
{
	return stop_after-- == 0;
}

/* One request that is due, and its answer. */
struct step {
	const char *request; /* how it begins */
	int status;
	const char *body;
};

#define STEPS 11

static struct fake_answer
play(void *user, const struct fake_request *request)
{
	const struct step *step = (const struct step *)user + request->number - 1;
	const char *body = request->number <= STEPS && step->request != NULL ? step->body : NULL;

	return (struct fake_answer){
	    .status = request->number <= STEPS && step->request != NULL ? step->status : 500,
	    .body = g_strdup(body),
	    .headers = body != NULL && *body == '['
			   ? g_strdup_printf("X-Collection-Range: 0-249/%d\r\n", body[1] != ']')
			   : NULL};
}

enum what { GRANT, ADJUST, REVOKE, USER, USER_AND_GRANT, LINK, SCHEDULE };

static struct change *
change_of(enum what what, const char *id)
{
	struct interval want = {NOW, NOW + 2 * INSTANT_HOUR};
	struct change *change = g_new0(struct change, 1);
	bool has = what == ADJUST || what == REVOKE;

	*change = (struct change){.object = what == USER       ? OBJECT_USER
					    : what == LINK     ? OBJECT_LINK
					    : what == SCHEDULE ? OBJECT_SCHEDULE
							       : OBJECT_ASSIGNMENT,
	    .email = "ada@example.org",
	    .user_id = what == USER || what == USER_AND_GRANT ? 0 : 5,
	    .group_id = what == SCHEDULE ? 0 : 10,
	    .lock_id = what == SCHEDULE ? 20 : 0,
	    .label = what == LINK || what == SCHEDULE ? "kr b1" : NULL,
	    .cause = CAUSE_NEW,
	    .have_id = has ? 100 : 0,
	    .have = {has ? NOW : 0, has ? NOW + INSTANT_HOUR : 0},
	    .want = want,
	    .wanted = what != REVOKE};
	g_strlcpy(change->id, id, sizeof change->id);
	return change;
}

static struct plan *
plan_of(enum what what)
{
	struct plan *plan = plan_new();

	plan->as_of = NOW;
	if (what == USER_AND_GRANT)
		g_ptr_array_add(plan->changes, change_of(USER, "00000000000a"));
	g_ptr_array_add(plan->changes, change_of(what, "00000000000b"));
	return plan;
}

#define RIGHT(id, from, until)                                                                     \
	"{\"id\":" id ",\"role_id\":\"group_basic\",\"assignee_type\":\"User\",\"assignee_id\":5," \
	"\"applies_to_type\":\"Group\",\"applies_to_id\":10,\"valid_from\":\"2026-11-16T" from     \
	":00Z\",\"valid_until\":\"2026-11-16T" until ":00Z\"}"
#define USER_ROW "[{\"id\":5,\"email\":\"ada@example.org\"}]"
#define MADE "{\"id\":7}"
#define POST_USER "POST /users"
#define FIND_USER "GET /users?"
#define POST_RIGHT "POST /role_assignments"
#define FIND_RIGHT "GET /role_assignments?"
#define PATCH_RIGHT "PATCH /role_assignments/100"
#define READ_RIGHT "GET /role_assignments/100"
#define DELETE_RIGHT "DELETE /role_assignments/100"
/* What Kisi says of a second one is the proof that it would take a new one. */
#define TAKES                                                                                      \
	{                                                                                          \
		POST_RIGHT, 409, "{\"error\":\"The record already exists\"}"                       \
	}
#define IGNORED                                                                                    \
	{PATCH_RIGHT, 204, NULL},                                                                  \
	{                                                                                          \
		READ_RIGHT, 200, RIGHT("100", "08:00", "09:00")                                    \
	}
#define SEEN                                                                                       \
	{                                                                                          \
		FIND_RIGHT, 200, "[" RIGHT("7", "08:00", "10:00") "]"                              \
	}
#define SEEN_OLD                                                                                   \
	{                                                                                          \
		FIND_RIGHT, 200, "[" RIGHT("8", "08:00", "09:00") "]"                              \
	}
#define NOT_SEEN                                                                                   \
	{                                                                                          \
		FIND_RIGHT, 200, "[]"                                                              \
	}

static const struct {
	const char *name;
	enum what what;
	instant age;
	struct step steps[STEPS];
	enum outcome outcome; /* of the last change, before it is proved */
	const char *text;     /* a part; NULL: none */
	bool denied;
	size_t took;	  /* writes that were answered with success */
	const char *fact; /* of what a PATCH does */
} cases[] = {
    {"user that exists", USER, 0,
	{{POST_USER, 422, "{\"errors\":{\"email\":[\"is taken\"]}}"}, {FIND_USER, 200, USER_ROW}},
	OUTCOME_UNKNOWN, "is taken", false, 0, NULL},
    {"user refused, and not there", USER, 0,
	{{POST_USER, 422, "{\"errors\":{\"email\":[\"is odd\"]}}"}, {FIND_USER, 200, "[]"},
	    {FIND_USER, 200, "[]"}},
	OUTCOME_UNKNOWN, "is odd", false, 0, NULL},
    {"user, and the key goes", USER, 0, {{POST_USER, 409, "{}"}, {FIND_USER, 401, "{}"}},
	OUTCOME_UNKNOWN, "409", true, 0, NULL},
    {"user whose answer is lost twice", USER, 0,
	{{POST_USER, 500, NULL}, {FIND_USER, 200, "[]"}, {FIND_USER, 200, "[]"},
	    {POST_USER, 500, NULL}, {FIND_USER, 200, "[]"}, {FIND_USER, 200, "[]"}},
	OUTCOME_UNKNOWN, "500", false, 0, NULL},
    {"user and grant, planned long ago", USER_AND_GRANT, OLD,
	{{POST_USER, 200, "{\"id\":5}"}, {FIND_RIGHT, 200, "[]"}, {POST_RIGHT, 200, MADE}},
	OUTCOME_UNKNOWN, NULL, false, 2, NULL},
    {"grant to a user who was not made", USER_AND_GRANT, OLD,
	{{POST_USER, 403, "{\"error\":\"no more seats\"}"}, {FIND_USER, 200, "[]"},
	    {FIND_USER, 200, "[]"}},
	OUTCOME_UNKNOWN, "the user could not be created", false, 0, NULL},
    {"grant that is there as wanted", GRANT, 0,
	{{POST_RIGHT, 409, "{}"}, {FIND_RIGHT, 200, "[" RIGHT("7", "08:00", "10:00") "]"}},
	OUTCOME_UNKNOWN, "409", false, 0, NULL},
    {"grant that is there with another end", GRANT, 0,
	{{POST_RIGHT, 409, "{}"}, {FIND_RIGHT, 200, "[" RIGHT("7", "08:00", "09:00") "]"}},
	OUTCOME_UNKNOWN, "409", false, 0, NULL},
    {"grant whose answer is lost", GRANT, 0,
	{{POST_RIGHT, 500, NULL}, {FIND_RIGHT, 200, "[" RIGHT("7", "08:00", "10:00") "]"}},
	OUTCOME_UNKNOWN, "500", false, 0, NULL},
    {"grant whose answer is lost, before it took", GRANT, 0,
	{{POST_RIGHT, 500, NULL}, {FIND_RIGHT, 200, "[]"}, {POST_RIGHT, 200, MADE}},
	OUTCOME_UNKNOWN, "500", false, 1, NULL},
    {"grant whose answer is lost, and the key goes", GRANT, 0,
	{{POST_RIGHT, 500, NULL}, {FIND_RIGHT, 401, "{}"}}, OUTCOME_UNKNOWN, "500", true, 0, NULL},
    {"grant whose answer is lost, and nobody can say", GRANT, 0,
	{{POST_RIGHT, 500, NULL}, {FIND_RIGHT, 302, NULL}}, OUTCOME_UNKNOWN, "500", false, 0, NULL},
    {"planned long ago, and the key goes", GRANT, OLD, {{FIND_RIGHT, 401, "{}"}}, OUTCOME_FAILED,
	"not sent: Kisi refuses the key", true, 0, NULL},
    {"planned long ago, begins otherwise now", REVOKE, OLD,
	{{READ_RIGHT, 200, RIGHT("100", "08:30", "09:00")}}, OUTCOME_FAILED, "changed it since",
	false, 0, NULL},
    {"adjust by a patch", ADJUST, 0,
	{{PATCH_RIGHT, 204, NULL}, {READ_RIGHT, 200, RIGHT("100", "08:00", "10:00")}},
	OUTCOME_UNKNOWN, NULL, false, 1, "works"},
    {"adjust, patch ignored", ADJUST, 0,
	{IGNORED, TAKES, {DELETE_RIGHT, 204, NULL}, {POST_RIGHT, 200, MADE}, SEEN}, OUTCOME_UNKNOWN,
	NULL, false, 3, "ignored"},
    {"adjust, the patch took the end alone", ADJUST, 0,
	{{PATCH_RIGHT, 204, NULL}, {READ_RIGHT, 200, RIGHT("100", "07:00", "10:00")}, TAKES,
	    {DELETE_RIGHT, 204, NULL}, {POST_RIGHT, 200, MADE}, SEEN},
	OUTCOME_UNKNOWN, NULL, false, 3, "ignored"},
    {"adjust, and nobody can say what the patch did", ADJUST, 0,
	{{PATCH_RIGHT, 204, NULL}, {READ_RIGHT, 302, NULL}}, OUTCOME_UNKNOWN, NULL, false, 1, NULL},
    {"adjust, and the key goes with the patch", ADJUST, 0, {{PATCH_RIGHT, 401, "{}"}},
	OUTCOME_UNKNOWN, "401", true, 0, NULL},
    {"adjust, and the key goes after it", ADJUST, 0,
	{{PATCH_RIGHT, 204, NULL}, {READ_RIGHT, 401, "{}"}}, OUTCOME_UNKNOWN, NULL, true, 1, NULL},
    /* Nothing is taken away before Kisi has shown that it takes a new one. */
    {"adjust, and no new one is taken", ADJUST, 0,
	{IGNORED, {POST_RIGHT, 500, NULL}, {POST_RIGHT, 503, NULL}}, OUTCOME_UNKNOWN,
	"the old access was left alone: Kisi does not take a new one (Kisi answered 503)", false, 1,
	"ignored"},
    {"adjust, and a new one is not allowed", ADJUST, 0,
	{IGNORED, {POST_RIGHT, 403, "{\"error\":\"not yours\"}"}}, OUTCOME_UNKNOWN, "not yours",
	false, 1, "ignored"},
    {"adjust, and the new dates are not taken", ADJUST, 0,
	{IGNORED, {POST_RIGHT, 422, "{\"error\":\"too long\"}"}}, OUTCOME_UNKNOWN, "too long",
	false, 1, "ignored"},
    {"adjust, taken at the second try", ADJUST, 0,
	{IGNORED, {POST_RIGHT, 500, NULL}, TAKES, {DELETE_RIGHT, 204, NULL},
	    {POST_RIGHT, 200, MADE}, SEEN},
	OUTCOME_UNKNOWN, NULL, false, 3, "ignored"},
    {"adjust, and the key goes while it is asked", ADJUST, 0, {IGNORED, {POST_RIGHT, 401, "{}"}},
	OUTCOME_UNKNOWN, "401", true, 1, "ignored"},
    {"adjust, there is one already in other words", ADJUST, 0,
	{IGNORED, {POST_RIGHT, 422, "{\"errors\":{\"assignee\":[\"has already been taken\"]}}"},
	    {DELETE_RIGHT, 204, NULL}, {POST_RIGHT, 200, MADE}, SEEN},
	OUTCOME_UNKNOWN, NULL, false, 3, "ignored"},
    {"adjust, a second one beside the old", ADJUST, 0,
	{IGNORED, {POST_RIGHT, 200, MADE},
	    {"GET /role_assignments/7", 200, RIGHT("7", "08:00", "10:00")},
	    {DELETE_RIGHT, 204, NULL}, SEEN},
	OUTCOME_UNKNOWN, NULL, false, 3, "ignored"},
    {"adjust, in place after all", ADJUST, 0,
	{IGNORED, {POST_RIGHT, 200, "{\"id\":100}"},
	    {READ_RIGHT, 200, RIGHT("100", "08:00", "10:00")}},
	OUTCOME_UNKNOWN, NULL, false, 2, "ignored"},
    {"adjust, a second one that is not there", ADJUST, 0,
	{IGNORED, {POST_RIGHT, 200, MADE}, {"GET /role_assignments/7", 404, "{}"}}, OUTCOME_UNKNOWN,
	"it shows another one", false, 2, "ignored"},
    /* What cannot be taken away is still there: making another would be refused, or worse. */
    {"adjust, the old one cannot be deleted", ADJUST, 0,
	{{PATCH_RIGHT, 422, "{\"error\":\"no patch\"}"},
	    {READ_RIGHT, 200, RIGHT("100", "08:00", "09:00")}, TAKES,
	    {DELETE_RIGHT, 403, "{\"error\":\"not yours\"}"}, SEEN_OLD},
	OUTCOME_UNKNOWN, "not yours", false, 0, NULL},
    {"adjust, deleted without an answer", ADJUST, 0,
	{IGNORED, TAKES, {DELETE_RIGHT, 500, NULL}, {DELETE_RIGHT, 500, NULL}, NOT_SEEN,
	    {POST_RIGHT, 200, MADE}, SEEN},
	OUTCOME_UNKNOWN, "500", false, 2, "ignored"},
    {"adjust, and the key goes before it is deleted", ADJUST, 0,
	{IGNORED, TAKES, {DELETE_RIGHT, 401, "{}"}}, OUTCOME_UNKNOWN, "401", true, 1, "ignored"},
    /* Nobody is left outside for a new date that Kisi does not take. */
    {"adjust, the new one is refused", ADJUST, 0,
	{IGNORED, TAKES, {DELETE_RIGHT, 204, NULL}, {POST_RIGHT, 422, "{\"error\":\"too long\"}"},
	    {POST_RIGHT, 200, MADE}, SEEN_OLD},
	OUTCOME_UNKNOWN, "too long; the old access is there again", false, 3, "ignored"},
    {"adjust, the new one gets no answer", ADJUST, 0,
	{IGNORED, TAKES, {DELETE_RIGHT, 204, NULL}, {POST_RIGHT, 500, NULL}, NOT_SEEN,
	    {POST_RIGHT, 500, NULL}, NOT_SEEN, {POST_RIGHT, 200, MADE}, SEEN_OLD},
	OUTCOME_UNKNOWN, "500; the old access is there again", false, 3, "ignored"},
    {"adjust, the new one answers success and is not there", ADJUST, 0,
	{IGNORED, TAKES, {DELETE_RIGHT, 204, NULL}, {POST_RIGHT, 200, MADE}, NOT_SEEN,
	    {POST_RIGHT, 200, MADE}, SEEN_OLD},
	OUTCOME_UNKNOWN, "the old access is there again", false, 4, "ignored"},
    {"adjust, nobody can say what the new one came to", ADJUST, 0,
	{IGNORED, TAKES, {DELETE_RIGHT, 204, NULL}, {POST_RIGHT, 500, NULL},
	    {FIND_RIGHT, 302, NULL}, {POST_RIGHT, 409, "{}"}, {FIND_RIGHT, 302, NULL}},
	OUTCOME_UNKNOWN, "the old access is there again", false, 2, "ignored"},
    {"adjust, put back at the second try", ADJUST, 0,
	{IGNORED, TAKES, {DELETE_RIGHT, 204, NULL}, {POST_RIGHT, 422, "{\"error\":\"too long\"}"},
	    {POST_RIGHT, 503, NULL}, NOT_SEEN, {POST_RIGHT, 200, MADE}, SEEN_OLD},
	OUTCOME_UNKNOWN, "the old access is there again", false, 3, "ignored"},
    {"adjust, not to be put back", ADJUST, 0,
	{IGNORED, TAKES, {DELETE_RIGHT, 204, NULL}, {POST_RIGHT, 422, "{\"error\":\"too long\"}"},
	    {POST_RIGHT, 503, NULL}, NOT_SEEN, {POST_RIGHT, 503, NULL}, NOT_SEEN},
	OUTCOME_UNKNOWN, "could not be put back, the next run does that first", false, 2,
	"ignored"},
    {"link whose answer is lost, and the key goes", LINK, 0,
	{{"POST /group_links", 500, NULL}, {"GET /group_links?", 401, "{}"}}, OUTCOME_UNKNOWN,
	"500", true, 0, NULL},
    {"link whose answer is lost, and nobody can say", LINK, 0,
	{{"POST /group_links", 500, NULL}, {"GET /group_links?", 302, NULL}}, OUTCOME_UNKNOWN,
	"500", false, 0, NULL},
    {"schedule, planned long ago", SCHEDULE, OLD,
	{{"GET /schedules?", 200, "[]"}, {"POST /schedules", 200, MADE}}, OUTCOME_UNKNOWN, NULL,
	false, 1, NULL},
    {"revoke whose answer is lost", REVOKE, 0,
	{{DELETE_RIGHT, 500, NULL}, {DELETE_RIGHT, 404, "{}"}}, OUTCOME_UNKNOWN, "500", false, 0,
	NULL},
};

static void
check_requests(const struct fake *fake, const struct step *steps)
{
	guint due = 0;

	while (due < STEPS && steps[due].request != NULL)
		due++;
	for (guint i = 0; i < fake->log->len; i++)
		g_test_message("%s", (const char *)fake->log->pdata[i]);
	for (guint i = 0; i < MIN(due, fake->log->len); i++)
		g_assert_true(g_str_has_prefix(fake->log->pdata[i], steps[i].request));
	g_assert_cmpuint(fake->log->len, ==, due);
}

static struct config *
any_config(void)
{
	GError *error = NULL;
	struct config *config = config_read(
	    "[source a]\nprofile = p\nfile = f\n[rule r]\nresource = x\ngroup = y\n", "test.ini",
	    "/", &error);

	g_assert_no_error(error);
	return config;
}

/* A run under way, against a server that plays steps. */
struct stage {
	struct scratch s;
	struct config *config;
	struct fake *fake;
	struct apply apply;
	char run[PLAN_ID];
};

static void
stage_begin(struct stage *stage, const struct step *steps)
{
	stage->s = scratch_open();
	scratch_run(stage->s.store, "apply", NOW, stage->run);
	stage->config = any_config();
	stage->fake = fake_begin(play, (void *)steps);
	stage->apply = (struct apply){.client = open_client(stage->fake),
	    .store = stage->s.store,
	    .config = stage->config,
	    .run_id = stage->run,
	    .clock = fake_clock,
	    .read_at = READ_AT,
	    .stopped = stopped};
	now = READ_AT;
	stop_after = G_MAXUINT;
}

static void
stage_end(struct stage *stage)
{
	kisi_close(stage->apply.client);
	fake_end(stage->fake);
	config_free(stage->config);
	scratch_remove(&stage->s);
}

static void
test_sending(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct stage stage;
		struct plan *plan = plan_of(cases[i].what);
		struct apply_result result;
		const struct change_outcome *last = NULL;
		GError *error = NULL;
		char *fact = NULL;

		g_test_message("%s", cases[i].name);
		stage_begin(&stage, cases[i].steps);
		now = READ_AT + cases[i].age;
		g_assert_true(apply_plan(&stage.apply, plan, &result, &error));
		g_assert_no_error(error);
		check_requests(stage.fake, cases[i].steps);
		last = &result.outcomes[plan->changes->len - 1];
		g_assert_cmpint(last->outcome, ==, cases[i].outcome);
		if (cases[i].text == NULL)
			g_assert_null(last->text);
		else
			g_assert_nonnull(strstr(last->text, cases[i].text));
		g_assert_true(result.denied == cases[i].denied);
		g_assert_cmpuint(result.took, ==, cases[i].took);
		fact = store_fact(stage.s.store, "patch_window", &error);
		g_assert_no_error(error);
		g_assert_cmpstr(fact, ==, cases[i].fact);
		g_free(fact);
		apply_result_done(&result);
		plan_free(plan);
		stage_end(&stage);
	}
}

static int64_t deadline_ms;

/* The answer to the second request comes when the time of the run is over. */
static struct fake_answer
play_late(void *user, const struct fake_request *request)
{
	struct fake_answer answer = play(user, request);
	int64_t left = deadline_ms + 1 - g_get_monotonic_time() / 1000;

	if (request->number == 2 && left > 0)
		answer.hang_ms = (unsigned)left;
	return answer;
}

/* The deadline passes while the old access is being taken away: the new one is made all the same. */
static void
test_deadline_between(void)
{
	static const struct step steps[STEPS] = {TAKES, {DELETE_RIGHT, 204, NULL},
	    {POST_RIGHT, 500, NULL}, NOT_SEEN, {POST_RIGHT, 200, MADE}, SEEN};
	struct stage stage;
	struct plan *plan = plan_of(ADJUST);
	struct apply_result result;
	GError *error = NULL;
	struct kisi_client *client = NULL;

	stage_begin(&stage, steps);
	deadline_ms = g_get_monotonic_time() / 1000 + 1000;
	stage.fake->answer = play_late;
	g_autofree char *url = g_strdup_printf("http://127.0.0.1:%u", stage.fake->port);
	const struct kisi_options options = {.base_url = url,
	    .key = "sesame",
	    .rate = 100000,
	    .version = "test",
	    .attempts = 2,
	    .backoff_ms = 1,
	    .deadline_ms = deadline_ms};
	client = kisi_open(&options, &error);
	g_assert_no_error(error);
	kisi_close(stage.apply.client);
	stage.apply.client = client;
	store_set_fact(stage.s.store, "patch_window", "ignored", NULL);
	g_assert_true(apply_plan(&stage.apply, plan, &result, &error));
	g_assert_no_error(error);
	check_requests(stage.fake, steps);
	apply_result_done(&result);
	plan_free(plan);
	stage_end(&stage);
}

/* After one that failed no other access is taken apart in this run, be it known before or not that a patch is ignored. */
static void
test_stuck(void)
{
	static const struct {
		const char *fact;
		struct step steps[STEPS];
		size_t sent;
	} runs[] = {
	    {"ignored", {{POST_RIGHT, 500, NULL}, {POST_RIGHT, 500, NULL}}, 1},
	    {NULL,
		{{PATCH_RIGHT, 422, "{}"}, {READ_RIGHT, 200, RIGHT("100", "08:00", "09:00")},
		    {POST_RIGHT, 500, NULL}, {POST_RIGHT, 500, NULL}, {PATCH_RIGHT, 422, "{}"},
		    {READ_RIGHT, 200, RIGHT("100", "08:00", "09:00")}},
		2},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(runs); i++) {
		struct stage stage;
		struct plan *plan = plan_of(ADJUST);
		struct apply_result result;
		GError *error = NULL;

		g_ptr_array_add(plan->changes, change_of(ADJUST, "00000000000c"));
		stage_begin(&stage, runs[i].steps);
		if (runs[i].fact != NULL)
			store_set_fact(stage.s.store, "patch_window", runs[i].fact, NULL);
		g_assert_true(apply_plan(&stage.apply, plan, &result, &error));
		g_assert_no_error(error);
		check_requests(stage.fake, runs[i].steps);
		g_assert_cmpuint(result.sent, ==, runs[i].sent);
		g_assert_cmpint(result.outcomes[1].outcome, ==,
		    runs[i].sent == 1 ? OUTCOME_FAILED : OUTCOME_UNKNOWN);
		g_assert_nonnull(strstr(result.outcomes[1].text, "could not be made anew"));
		apply_result_done(&result);
		plan_free(plan);
		stage_end(&stage);
	}
}

/* A right that is there already is a success when it is the one that is wanted, to the second. */
static void
test_existing(void)
{
	static const struct {
		const char *right;
		int good;
	} rights[] = {{"[" RIGHT("7", "08:00", "10:00") "]", 1},
	    {"[" RIGHT("7", "08:00", "09:00") "]", 0}, {"[" RIGHT("7", "07:00", "10:00") "]", 0}};

	for (size_t i = 0; i < G_N_ELEMENTS(rights); i++) {
		const struct step steps[STEPS] = {
		    {POST_RIGHT, 409, "{}"}, {FIND_RIGHT, 200, rights[i].right}};
		struct stage stage;
		struct plan *plan = plan_of(GRANT);
		struct apply_result result;
		GError *error = NULL;

		stage_begin(&stage, steps);
		g_assert_true(apply_plan(&stage.apply, plan, &result, &error));
		g_assert_no_error(error);
		g_assert_cmpint(
		    scratch_ask(stage.s.store,
			"SELECT count(*) FROM outcomes WHERE text = 'answered success'"),
		    ==, rights[i].good);
		/* An answer settles nothing. */
		g_assert_cmpint(scratch_ask(stage.s.store,
				    "SELECT count(*) FROM outcomes WHERE outcome = 'unknown'"),
		    ==, 1);
		apply_result_done(&result);
		plan_free(plan);
		stage_end(&stage);
	}
}

/* Once the key is refused nothing more is meant, let alone sent. */
static void
test_key_refused(void)
{
	static const struct step steps[STEPS] = {{POST_RIGHT, 401, "{}"}};
	struct stage stage;
	struct plan *plan = plan_of(GRANT);
	struct apply_result result;
	GError *error = NULL;

	g_ptr_array_add(plan->changes, change_of(REVOKE, "00000000000c"));
	stage_begin(&stage, steps);
	g_assert_true(apply_plan(&stage.apply, plan, &result, &error));
	g_assert_no_error(error);
	check_requests(stage.fake, steps);
	g_assert_cmpuint(result.sent, ==, 1);
	g_assert_cmpint(result.outcomes[1].outcome, ==, OUTCOME_PENDING);
	g_assert_cmpint(scratch_ask(stage.s.store, "SELECT count(*) FROM intents"), ==, 1);
	apply_result_done(&result);
	plan_free(plan);
	stage_end(&stage);
}

/* What cannot be journalled is not sent: nobody would know of it afterwards. */
static void
test_journal_fails(void)
{
	static const struct {
		const char *table;
		guint requests; /* before the failure */
	} tables[] = {{"intents", 0}, {"outcomes", 1}};
	static const struct step steps[STEPS] = {{POST_RIGHT, 200, MADE}, {POST_RIGHT, 200, MADE}};

	for (size_t i = 0; i < G_N_ELEMENTS(tables); i++) {
		struct stage stage;
		struct plan *plan = plan_of(GRANT);
		struct apply_result result;
		GError *error = NULL;
		char *trigger = g_strdup_printf("CREATE TRIGGER full BEFORE INSERT ON %s BEGIN "
						"SELECT raise(ABORT, 'no room'); END",
		    tables[i].table);

		g_ptr_array_add(plan->changes, change_of(GRANT, "00000000000c"));
		stage_begin(&stage, steps);
		stmt_script(stage.s.store, trigger);
		g_assert_no_error(stage.s.store->failed);
		g_assert_false(apply_plan(&stage.apply, plan, &result, &error));
		g_assert_error(error, FAILURE, EXIT_FAILED);
		g_assert_nonnull(strstr(error->message, "no room"));
		g_assert_cmpuint(stage.fake->log->len, ==, tables[i].requests);
		g_assert_cmpint(result.outcomes[1].outcome, ==, OUTCOME_PENDING);
		g_clear_error(&error);
		g_free(trigger);
		apply_result_done(&result);
		plan_free(plan);
		stage_end(&stage);
	}
}

/* Told to stop, it finishes the change at hand and leaves the rest for the next run. */
static void
test_stop(void)
{
	static const struct step steps[STEPS] = {{POST_RIGHT, 200, MADE}, {POST_RIGHT, 200, MADE}};
	struct stage stage;
	struct plan *plan = plan_of(GRANT);
	struct apply_result result;
	GError *error = NULL;

	g_ptr_array_add(plan->changes, change_of(GRANT, "00000000000c"));
	stage_begin(&stage, steps);
	stop_after = 1;
	g_assert_true(apply_plan(&stage.apply, plan, &result, &error));
	g_assert_no_error(error);
	g_assert_cmpuint(stage.fake->log->len, ==, 1);
	g_assert_cmpuint(result.sent, ==, 1);
	g_assert_cmpint(result.outcomes[0].outcome, ==, OUTCOME_UNKNOWN);
	g_assert_cmpint(result.outcomes[1].outcome, ==, OUTCOME_PENDING);
	apply_result_done(&result);
	plan_free(plan);
	stage_end(&stage);
}

/* Time to read back is kept, and a short run sends something all the same. */
static void
test_reserve(void)
{
	static const struct {
		int64_t left, took, sending; /* seconds */
	} runs[] = {{3000, 1, 2990}, {3000, 60, 2880}, {3000, 1600, 1500}, {20, 1, 10}, {4, 1, 2},
	    {0, 1, 0}, {-5, 1, -5}};
	const int64_t s = G_USEC_PER_SEC, begin = 77 * s;

	for (size_t i = 0; i < G_N_ELEMENTS(runs); i++)
		g_assert_cmpint(apply_send_until(begin, begin + runs[i].left * s, runs[i].took * s),
		    ==, begin + runs[i].sending * s);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/apply/sending", test_sending);
	g_test_add_func("/apply/stuck", test_stuck);
	g_test_add_func("/apply/deadline-between", test_deadline_between);
	g_test_add_func("/apply/existing", test_existing);
	g_test_add_func("/apply/key-refused", test_key_refused);
	g_test_add_func("/apply/journal-fails", test_journal_fails);
	g_test_add_func("/apply/stop", test_stop);
	g_test_add_func("/apply/reserve", test_reserve);
	return g_test_run();
}
