/* Whose key this is: what Kisi says, filters not believed. */
#include "kisi/self.h"

#include "fake_kisi.h"

struct setting {
	const char *organization; /* more members of the answer */
	const char *assignments;
	const char *denied; /* path that answers 403 */
};

#define ROLES                                                                                      \
	"[{'id':'reader','permissions':{'places_read':true,'users_read':true}},"                   \
	"{'id':'all','permissions':{'places_read':true,'locks_read':true,'groups_read':true,"      \
	"'group_locks_read':true,'users_read':true,'role_assignments_read':true,"                  \
	"'group_links_read':true,'schedules_read':true,'teams_read':true,"                         \
	"'team_memberships_read':true,'users_write':true,'role_assignments_write':true}},"         \
	"{'id':'silent'},{'permissions':{'users_write':true}}]"
#define LOGINS "[{'type':'api'},{'type':'device'},{'type':'api'}]"
#define ROLE(id, user, type)                                                                       \
	"{'role_id':'" id "','assignee_type':'User','assignee_id':" user                           \
	",'applies_to_type':'" type "','applies_to_id':9}"

static char *
quoted(const char *text)
{
	return g_strdelimit(g_strdup(text), "'", '"');
}

static struct fake_answer
answer_self(void *user, const struct fake_request *request)
{
	const struct setting *setting = user;
	if (setting->denied != NULL && g_str_has_prefix(request->target, setting->denied))
		return (struct fake_answer){
		    .status = 403, .body = quoted("{'code':'x','error':'no'}")};
	if (g_str_has_prefix(request->target, "/user"))
		return (struct fake_answer){
		    .body = quoted("{'id':5,'name':'Olga','email':'olga@example.org'}")};
	if (g_str_has_prefix(request->target, "/organization")) {
		char *text = g_strdup_printf("{'id':9,'name':'Harbour'%s}", setting->organization);
		return (struct fake_answer){.body = g_strdelimit(text, "'", '"')};
	}
	if (g_str_has_prefix(request->target, "/role_assignments"))
		return (struct fake_answer){.body = quoted(setting->assignments)};
	if (g_str_has_prefix(request->target, "/logins"))
		return (struct fake_answer){.body = quoted(LOGINS)};
	return (struct fake_answer){.body = quoted(ROLES)};
}

#define LACKING_OF_READER                                                                          \
	"locks_read, groups_read, group_locks_read, role_assignments_read, group_links_read, "     \
	"schedules_read, teams_read, team_memberships_read, users_write, role_assignments_write"

static const struct {
	struct setting setting;
	bool owner, scim, rights_known;
	const char *roles, *lacking;
	int64_t api_logins;
} cases[] = {
    {{",'user_id':5", "[]", NULL}, true, false, false, "", "", 2},
    {{",'user_id':6,'scim_enabled':true", "[]", NULL}, false, true, false, "", "", 2},
    {{",'user_id':null", "[" ROLE("all", "5", "Organization") "]", NULL}, false, false, true, "all",
	"", 2},
    {{"", "[" ROLE("reader", "5", "Organization") "]", NULL}, false, false, true, "reader",
	LACKING_OF_READER, 2},
    {{"", "[" ROLE("silent", "5", "Organization") "]", NULL}, false, false, false, "silent", "", 2},
    /* what is no role of a user on the organisation, and roles of others or elsewhere */
    {{"",
	 "[{'assignee_type':'User','assignee_id':5,'applies_to_type':'Organization'},"
	 "{'role_id':'all','assignee_type':'Team','assignee_id':5,"
	 "'applies_to_type':'Organization'}]",
	 NULL},
	false, false, false, "", "", 2},
    {{"", "[" ROLE("all", "6", "Organization") "," ROLE("all", "5", "Place") "]", NULL}, false,
	false, false, "", "", 2},
    {{"", "[" ROLE("reader", "5", "Organization") "," ROLE("all", "5", "Organization") "]",
	 "/logins"},
	false, false, true, "reader, all", "", -1},
};

static void
test_reads(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct fake *fake = fake_begin(answer_self, (void *)&cases[i].setting);
		struct kisi_client *client = open_client(fake);
		GError *error = NULL;
		struct kisi_self *self = kisi_self_read(client, &error);
		g_test_message("%zu", i);
		g_assert_no_error(error);
		g_assert_cmpint(self->user_id, ==, 5);
		g_assert_cmpstr(self->email, ==, "olga@example.org");
		g_assert_cmpstr(self->organization, ==, "Harbour");
		g_assert_true(self->owner == cases[i].owner);
		g_assert_true(self->scim == cases[i].scim);
		g_assert_true(self->rights_known == cases[i].rights_known);
		g_assert_cmpstr(self->roles, ==, cases[i].roles);
		g_assert_cmpstr(self->lacking, ==, cases[i].lacking);
		g_assert_cmpint(self->api_logins, ==, cases[i].api_logins);
		kisi_self_free(self);
		kisi_close(client);
		fake_end(fake);
	}
}

static void
test_refused(void)
{
	static const char *const paths[] = {
	    "/user", "/organization", "/role_assignments", "/roles"};
	for (size_t i = 0; i < G_N_ELEMENTS(paths); i++) {
		struct setting setting = {"", "[]", paths[i]};
		struct fake *fake = fake_begin(answer_self, &setting);
		struct kisi_client *client = open_client(fake);
		GError *error = NULL;
		g_assert_null(kisi_self_read(client, &error));
		g_assert_error(error, FAILURE, EXIT_NO_KISI);
		g_assert_nonnull(strstr(error->message, paths[i]));
		g_clear_error(&error);
		kisi_close(client);
		fake_end(fake);
	}
}

/* Another server than Kisi's, or another answer than ours. */
static struct fake_answer
answer_elsewhere(void *user, const struct fake_request *request)
{
	const char *body = user;

	return (struct fake_answer){.body = quoted(body)};
}

static void
test_elsewhere(void)
{
	static const struct {
		const char *body, *message;
	} answers[] = {{"[]", "not the answer that Kisi's API gives"},
	    {"{'name':'Olga'}", "the answer has no id"}, {"{'id':'5'}", "the answer has no id"}};

	for (size_t i = 0; i < G_N_ELEMENTS(answers); i++) {
		struct fake *fake = fake_begin(answer_elsewhere, (void *)answers[i].body);
		struct kisi_client *client = open_client(fake);
		int64_t id = 0;
		GError *error = NULL;

		g_assert_false(kisi_own_user(client, &id, &error));
		g_assert_error(error, FAILURE, EXIT_NO_KISI);
		g_assert_nonnull(strstr(error->message, answers[i].message));
		g_assert_cmpint(id, ==, 0);
		g_clear_error(&error);
		kisi_close(client);
		fake_end(fake);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/self/reads", test_reads);
	g_test_add_func("/self/refused", test_refused);
	g_test_add_func("/self/elsewhere", test_elsewhere);
	return g_test_run();
}
