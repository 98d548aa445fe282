/* The plan as programs read it: exact text, figures that agree with the lists, and speed. */
#include "reports/plan_json.h"

#include "base/json.h"
#include "sample_plan.h"

#include <time.h>

/* With ' for ", to be readable here. */
static const char empty[] =
    "{\n"
    "  'format_version': 1,\n"
    "  'run': 'a1b2c3d4e5f6',\n"
    "  'as_of': '2026-11-14T10:00:00Z',\n"
    "  'plan': '3f2a9c81d04e',\n"
    "  'approval': '77aa9c81d04e',\n"
    "  'zone': 'Europe/Amsterdam',\n"
    "  'hashes': {'inputs':'1111','config':'2222','snapshot':'3333'},\n"
    "  'configuration': 'kisi-reconcile.ini',\n"
    "  'snapshot': {'source':'https://api.kisi.io','fetched_at':'2026-11-14T09:59:58Z',"
    "'organization':'Harbour House','users':0,'groups':0,'role_assignments':0,'locks':0,"
    "'group_locks':0,'places':0,'group_links':0,'schedules':0,'teams':0,'team_memberships':0,"
    "'roles':0,'managed_people':6},\n"
    "  'changes': [],\n"
    "  'held': [],\n"
    "  'findings': [],\n"
    "  'rejects': [],\n"
    "  'guards': [],\n"
    "  'sources': [],\n"
    "  'matters': [],\n"
    "  'closed_doors': [],\n"
    "  'mismatches': [],\n"
    "  'orphans': [],\n"
    "  'missing_groups': [],\n"
    "  'access': [],\n"
    "  'groups': [],\n"
    "  'counts': {'changes':0,'held':0,'findings':0,'rejects':0,"
    "'changes_by_action':{'create_user':0,'grant':0,'adjust':0,'revoke':0,"
    "'cleanup':0,'create_link':0,'delete_link':0,'create_schedule':0,'delete_schedule':0},'changes_"
    "by_cause':{},'held_by_action':{'create_user':0,'grant':0,"
    "'adjust':0,'revoke':0,'cleanup':0,'create_link':0,'delete_link':0,'create_schedule':0,'delete_"
    "schedule':0},'held_by_cause':{},'findings_by_kind':{},"
    "'rejects_by_source':{}},\n"
    "  'workbook': {'links':false,'letter':false,'review_every':0}\n"
    "}\n";

/* Lines of the sample after an apply: an adjust without an answer, a held revoke. */
static const char *const lines[] = {
    "    {'id':'da9b6193db62','action':'adjust','email':'cleo@example.com',"
    "'person':'Cl\xc3\xa9o \xf0\x9f\x9a\xaa',"
    "'user_id':7,'group_id':45,'group':'Room 1 + Front door',"
    "'from':'2026-11-14T10:30:00Z','until':'2027-01-02T01:00:00Z','have':{'id':901,"
    "'from':'2026-11-14T10:30:00Z','until':'2026-11-14T12:30:00Z'},"
    "'cause':'extended','reasons':[{'source':'bookings','file':'bookings.csv',"
    "'record':'17','row':12,'rule':'meeting-room-1','kind':'booking','from':'2026-11-14T10:30:00Z',"
    "'until':'2026-11-14T15:30:00Z'},{'source':'bookings',"
    "'file':'bookings.csv','record':'18','row':13,'rule':'meeting-room-1','kind':'booking','from':'"
    "2026-11-14T10:30:00Z','until':'2026-11-14T15:30:00Z'}],"
    "'expected':true,'outcome':'unknown','answer':'no answer within 30 s'},\n",
    "    {'id':'e0db0201ad56','action':'revoke','email':'gus@example.com','person':null,"
    "'user_id':7,'group_id':45,'group':'Room 1 + Front door','from':null,"
    "'until':null,'have':{'id':906,'from':'2026-11-01T23:00:00Z',"
    "'until':'2026-12-01T23:00:00Z'},'cause':'cancelled','reasons':[],"
    "'expected':false,'guard':'max_removals'}\n",
};

/* Links and schedules: their name in Kisi, and the lock of a schedule. */
static const char *const pass_lines[] = {
    "    {'id':'f6df638672db','action':'delete_link','email':'ada@example.com','person':null,"
    "'user_id':null,'group_id':51,'group':'Suite','name':'kisi-reconcile bookings/17',"
    "'from':null,'until':null,'have':{'id':301,"
    "'from':'2026-11-14T09:00:00Z','until':'2026-11-14T12:00:00Z'},"
    "'cause':'moved','reasons':[{'source':'bookings','file':'bookings.csv',"
    "'record':'17','row':12,'rule':'meeting-room-1','kind':'booking','from':'2026-11-14T10:30:00Z',"
    "'until':'2026-11-14T15:30:00Z'}],'expected':true,"
    "'outcome':'failed','answer':'not sent: what replaces it was not made'},\n",
    "    {'id':'e4fa0bb50393','action':'create_schedule','email':'','person':null,"
    "'user_id':null,'group_id':null,'group':null,'lock_id':52,'lock':'Gate',"
    "'name':'kisi-reconcile bookings/18',"
    "'from':'2026-11-14T10:30:00Z','until':'2026-11-14T15:30:00Z','have':null,"
    "'cause':'moved','reasons':[{'source':'bookings','file':'bookings.csv',"
    "'record':'17','row':12,'rule':'meeting-room-1','kind':'booking','from':'2026-11-14T10:30:00Z',"
    "'until':'2026-11-14T15:30:00Z'}],'expected':true,"
    "'outcome':'done','answer':null},\n",
};

/* Caller frees. */
static char *
quoted(const char *text)
{
	return g_strdelimit(g_strdup(text), "'", '"');
}

static void
test_empty(void)
{
	struct sample *sample = sample_empty();
	char *text = plan_json_text(&sample->run);
	char *wanted = quoted(empty);
	g_assert_cmpstr(text, ==, wanted);
	g_free(wanted);
	g_free(text);
	sample_free(sample);
}

static void
test_lines(void)
{
	struct sample *sample = sample_applied();
	char *text = plan_json_text(&sample->run);
	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
		char *line = quoted(lines[i]);
		g_assert_nonnull(strstr(text, line));
		g_free(line);
	}
	g_free(text);
	sample_free(sample);
}

static void
test_passes(void)
{
	struct sample *sample = sample_passes();
	char *text = plan_json_text(&sample->run);
	for (size_t i = 0; i < G_N_ELEMENTS(pass_lines); i++) {
		char *line = quoted(pass_lines[i]);
		g_assert_nonnull(strstr(text, line));
		g_free(line);
	}
	g_free(text);
	sample_free(sample);
}

/* The document as a strict reader sees it.  Caller puts it. */
static struct json_object *
document(const struct run *run)
{
	char *text = plan_json_text(run);
	GError *error = NULL;
	struct json_object *root = json_read(text, strlen(text), "plan", &error);
	g_assert_no_error(error);
	g_assert_true(g_str_has_suffix(text, "\n}\n"));
	g_free(text);
	return root;
}

/* How many elements of the list have this word under this key. */
static int64_t
count(struct json_object *list, const char *key, const char *word)
{
	int64_t n = 0;
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		const char *text = json_text(json_object_array_get_idx(list, i), key);
		n += g_strcmp0(text, word) == 0;
	}
	return n;
}

static void
test_counts_agree(void)
{
	static const struct {
		const char *list, *key, *counts;
		int words;
	} tables[] = {
	    {"changes", "action", "changes_by_action", ACTION_COUNT},
	    {"changes", "cause", "changes_by_cause", 6},
	    {"changes", "outcome", "outcomes", OUTCOME_COUNT},
	    {"held", "action", "held_by_action", ACTION_COUNT},
	    {"held", "cause", "held_by_cause", 2},
	    {"findings", "kind", "findings_by_kind", 3},
	    {"rejects", "source", "rejects_by_source", 2},
	};
	struct sample *sample = sample_applied();
	struct json_object *root = document(&sample->run);
	struct json_object *counts = json_member(root, "counts");
	for (size_t i = 0; i < G_N_ELEMENTS(tables); i++) {
		struct json_object *list = json_array(root, tables[i].list);
		int64_t total, sum = 0;
		g_assert_true(json_integer(counts, tables[i].list, &total));
		g_assert_cmpint(total, ==, (int64_t)json_object_array_length(list));
		struct json_object *words = json_member(counts, tables[i].counts);
		g_assert_cmpint(json_object_object_length(words), ==, tables[i].words);
		json_object_object_foreach(words, word, value)
		{
			g_assert_cmpint(
			    json_object_get_int64(value), ==, count(list, tables[i].key, word));
			sum += json_object_get_int64(value);
		}
		g_assert_cmpint(sum, ==, total);
	}
	json_object_put(root);
	sample_free(sample);
}

static void
test_any_text(void)
{
	struct sample *sample = sample_new();
	struct change *change = sample->plan->changes->pdata[1];
	change->email = "a\"b\\c\x01\xff@example.com";
	struct finding *finding = sample->plan->findings->pdata[0];
	finding->text = "\xf0\x9f\x9a\xaa </script>\n";
	struct json_object *root = document(&sample->run);
	struct json_object *changes = json_array(root, "changes");
	g_assert_cmpstr(json_text(json_object_array_get_idx(changes, 1), "email"), ==,
	    "a\"b\\c\x01\xef\xbf\xbd@example.com");
	struct json_object *findings = json_array(root, "findings");
	g_assert_cmpstr(
	    json_text(json_object_array_get_idx(findings, 0), "text"), ==, finding->text);
	g_assert_cmpuint(
	    strlen(json_text(json_object_array_get_idx(findings, 3), "text")), ==, 40000);
	json_object_put(root);
	sample_free(sample);
}

static void
test_sources(void)
{
	struct sample *sample = sample_new();
	struct json_object *root = document(&sample->run);
	struct json_object *members = json_object_array_get_idx(json_array(root, "sources"), 1);
	bool refused = false;
	g_assert_true(json_boolean(members, "refused", &refused));
	g_assert_true(refused);
	struct json_object *file = json_object_array_get_idx(json_array(members, "files"), 0);
	int64_t rejected = -1;
	g_assert_true(json_integer(file, "rejected", &rejected));
	g_assert_cmpint(rejected, ==, 1);
	g_assert_cmpstr(json_text(file, "name"), ==, "members.csv");
	json_object_put(root);
	sample_free(sample);
}

/* A hundred thousand changes in about a second of processor time, even where it is slow. */
static void
test_speed(void)
{
	struct sample *sample = sample_empty();
	for (int i = 0; i < 100000; i++) {
		struct change *change = sample_change(
		    sample, sample->plan->changes, "ada@example.com", CAUSE_NEW);
		change->wanted = true;
		change->want = span(NULL, "2026-11-14T15:30:00Z");
	}
	clock_t before = clock();
	char *text = plan_json_text(&sample->run);
	double seconds = (double)(clock() - before) / CLOCKS_PER_SEC;
	g_test_message("%.2f s for %zu bytes", seconds, strlen(text));
	g_assert_cmpfloat(seconds, <, 5);
	g_free(text);
	sample_free(sample);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/plan-json/empty", test_empty);
	g_test_add_func("/plan-json/lines", test_lines);
	g_test_add_func("/plan-json/passes", test_passes);
	g_test_add_func("/plan-json/counts-agree", test_counts_agree);
	g_test_add_func("/plan-json/any-text", test_any_text);
	g_test_add_func("/plan-json/sources", test_sources);
	g_test_add_func("/plan-json/speed", test_speed);
	return g_test_run();
}
