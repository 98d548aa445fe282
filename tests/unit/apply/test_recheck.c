/* What was planned minutes ago is looked at once more before it is sent. */
#include "apply/apply.h"
#include "tests/unit/kisi/fake_kisi.h"
#include "tests/unit/store/scratch.h"

#define NOW ((instant)1794816000) /* 2026-11-16T08:00:00Z */
#define READ_AT ((instant)1000)

static instant now;
static bool held;

static instant
fake_clock(void)
{
	return now;
}

static bool
never(void)
{
	return false;
}

static bool
holding(void)
{
	return held;
}

#define RIGHT                                                                                      \
	"{\"id\":100,\"role_id\":\"group_basic\",\"assignee_type\":\"User\",\"assignee_id\":5,"    \
	"\"applies_to_type\":\"Group\",\"applies_to_id\":10,\"valid_until\":\"2026-11-16T"
#define LINK                                                                                       \
	"[{\"id\":7,\"name\":\"m b/1\",\"email\":\"ada@example.org\",\"group_id\":10,"             \
	"\"link_enabled\":true,\"valid_from\":\"2026-11-16T08:00:00Z\","                           \
	"\"valid_until\":\"2026-11-16T10:00:00Z\"}]"

static const struct {
	const char *what;
	instant age;
	int status; /* of the look */
	const char *body;
	bool held;
	const char *why; /* in the outcome; NULL: sent */
	unsigned looks;
} cases[] = {
    {"revoke", 300, 200, RIGHT "09:00:00Z\"}", false, NULL, 0},
    {"revoke", 301, 200, RIGHT "10:00:00Z\"}", false, NULL, 1},
    {"revoke", 301, 200, RIGHT "09:00:00Z\"}", false, "changed it since", 1},
    {"revoke", 301, 404, NULL, false, "removed it since", 1},
    {"revoke", 301, 422, NULL, false, "does not say", 1},
    {"revoke", 0, 200, RIGHT "10:00:00Z\"}", true, "hold file", 0},
    {"grant", 0, 200, "[]", true, NULL, 0},
    {"grant", 301, 200, "[]", false, NULL, 1},
    {"grant", 301, 200, "[" RIGHT "09:00:00Z\"}]", false, "given it since", 1},
    {"link goes", 301, 200, LINK, false, NULL, 1},
    {"link goes", 301, 200, "[]", false, "changed or removed it", 1},
    {"link goes", 0, 200, LINK, true, "hold file", 0},
    {"link comes", 301, 200, "[]", false, NULL, 1},
    {"link comes", 301, 200, LINK, false, "there already", 1},
};

static struct fake_answer
look_up(void *user, const struct fake_request *request)
{
	const size_t *i = user;
	bool list = cases[*i].body == NULL || *cases[*i].body == '[';
	bool empty = g_strcmp0(cases[*i].body, "[]") == 0;
	if (strcmp(request->method, "GET") != 0)
		return (struct fake_answer){.status = 200, .body = g_strdup("{\"id\":7}")};
	return (struct fake_answer){.status = cases[*i].status,
	    .body = g_strdup(cases[*i].body != NULL ? cases[*i].body : "{}"),
	    .headers = !list   ? NULL
		       : empty ? g_strdup("X-Collection-Range: */0\r\n")
			       : g_strdup("X-Collection-Range: 0-0/1\r\n")};
}

static struct change *
make_change(const char *what)
{
	struct interval span = {NOW, NOW + 2 * INSTANT_HOUR};
	struct change *change = g_new0(struct change, 1);
	bool link = g_str_has_prefix(what, "link");
	*change = (struct change){.object = link ? OBJECT_LINK : OBJECT_ASSIGNMENT,
	    .email = "ada@example.org",
	    .user_id = 5,
	    .group_id = 10,
	    .group = "Room 1",
	    .label = link ? "m b/1" : NULL,
	    .cause = CAUSE_HAND_MADE,
	    .want = span,
	    .wanted = strcmp(what, "grant") == 0 || strcmp(what, "link comes") == 0};
	if (!change->wanted) {
		change->have_id = link ? 7 : 100;
		change->have = span;
		if (!link)
			change->have.from = INSTANT_ALWAYS;
	}
	g_strlcpy(change->id, "0123456789ab", sizeof change->id);
	return change;
}

static void
try(size_t i, struct scratch *s, const char *run)
{
	struct fake *fake = fake_begin(look_up, &i);
	struct apply apply = {.client = open_client(fake),
	    .store = s->store,
	    .run_id = run,
	    .clock = fake_clock,
	    .read_at = READ_AT,
	    .holding = holding,
	    .stopped = never};
	struct plan *plan = plan_new();
	struct apply_result result;
	GError *error = NULL;
	unsigned looks = 0, writes = 0;
	plan->as_of = NOW;
	g_ptr_array_add(plan->changes, make_change(cases[i].what));
	now = READ_AT + cases[i].age;
	held = cases[i].held;
	g_assert_true(apply_plan(&apply, plan, &result, &error));
	g_assert_no_error(error);
	for (guint k = 0; k < fake->log->len; k++)
		*(g_str_has_prefix(fake->log->pdata[k], "GET ") ? &looks : &writes) += 1;
	g_test_message("%zu: %s: %s", i, cases[i].what, result.outcomes[0].text);
	g_assert_cmpuint(writes, ==, cases[i].why == NULL ? 1 : 0);
	g_assert_cmpuint(result.sent, ==, cases[i].why == NULL ? 1 : 0);
	g_assert_cmpint(looks > 0, ==, cases[i].looks > 0);
	if (cases[i].why != NULL) {
		g_assert_cmpint(result.outcomes[0].outcome, ==, OUTCOME_FAILED);
		g_assert_nonnull(strstr(result.outcomes[0].text, "not sent: "));
		g_assert_nonnull(strstr(result.outcomes[0].text, cases[i].why));
	}
	apply_result_done(&result);
	plan_free(plan);
	kisi_close(apply.client);
	fake_end(fake);
}

static void
test_recheck(void)
{
	struct scratch s = scratch_open();
	char run[PLAN_ID];
	scratch_run(s.store, "apply", NOW, run);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		try(i, &s, run);
	scratch_remove(&s);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/recheck/before-sending", test_recheck);
	return g_test_run();
}
