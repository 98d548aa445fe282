/*
 * Snapshot files: what is read, what is refused, and that a saved one is the same when it is
 * loaded.
 */
#include "base/failure.h"
#include "base/json.h"
#include "kisi/snapshot_file.h"
#include "model/doubts.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char *
write_file(const char *text)
{
	char *path = NULL;
	int fd = g_file_open_tmp("snapshot-XXXXXX", &path, NULL);

	g_assert_cmpint(fd, >=, 0);
	close(fd);
	g_assert_true(g_file_set_contents(path, text, -1, NULL));
	return path;
}

/* Load JSON written with ' for ". */
static struct snapshot *
load(const char *text, GError **error)
{
	char *json = g_strdelimit(g_strdup(text), "'", '"');
	char *path = write_file(json);
	struct snapshot *snapshot = snapshot_load(path, error);

	unlink(path);
	g_free(path);
	g_free(json);
	return snapshot;
}

#define HEAD "{'format_version':1,'fetched_at':'2026-11-21T12:00:00Z',"
#define NO_RIGHTS HEAD "'places':[],'locks':[],'groups':[],'users':[],'role_assignments':"
#define LINKS                                                                                      \
	HEAD "'places':[],'locks':[],'groups':[],'users':[],'role_assignments':[],'group_links':"

static const char whole[] = HEAD
    "'organization':{'id':9,'name':'Harbour','time_zone':'Europe/Amsterdam'},\n"
    "'places':[{'id':2,'name':'B','tz_time_zone':'Europe/"
    "Berlin','time_zone':'Old'},{'id':1,'name':'A'}],\n"
    "'locks':[{'id':21,'name':'Door','place_id':1,'reader_restriction_enabled':null,'time_"
    "restriction_enabled':true}],\n"
    "'groups':[{'id':7,'name':'Rooms','place_id':null,'locks_count':1,'login_enabled':false,"
    "'tap_to_access_restriction_enabled':true},{'id':8,'name':'X'}],\n"
    "'group_locks':[{'id':31,'group_id':7,'lock_id':21}],\n"
    "'users':[{'id':9007199254740993,'email':' Ann@EXAMPLE.com','name':'Ann','access_enabled':true,"
    "'scim_access_enabled':false,'confirmed':false},{'id':5,'email':'nobody','name':'N'}],\n"
    "'role_assignments':[\n"
    "{'id':3,'role_id':'group_basic','assignee_type':'User','assignee_id':77,'assignee':{'id':77,'"
    "email':'g@h.com',"
    "'name':'Ghost'},'applies_to_type':'Group','applies_to_id':7,'valid_from':'2026-11-20T10:00:00."
    "999+01:00',"
    "'valid_until':'2026-11-20T11:00:00.123Z'},\n"
    "{'id':1,'role_id':'owner','assignee_type':'Team','assignee_id':6,'applies_to_type':'"
    "Organization','applies_to_id':9}],\n"
    "'group_links':[{'id':4,'name':'L','group_id':7,'valid_until':'9999-12-31T23:59:59Z',"
    "'valid_from':'0001-01-01T00:00:00Z','link_enabled':false}],\n"
    "'schedules':[{'id':6,'type':'single_event','consequence':'unlock','scheduleable_type':'Lock','"
    "scheduleable_id':21,"
    "'enabled':false,'override':true,'starts_at':'2026-12-01T00:00:00Z','ends_at':'2026-12-01T01:"
    "00:00Z'}],\n"
    "'teams':[{'id':6,'name':'T'}],\n"
    "'team_memberships':[{'id':1,'team_id':6,'member_type':'Guest','member_id':5}],\n"
    "'roles':[{'id':'group_basic','name':'Basic','applies_to':'Group'}]}\n";

static void
test_whole(void)
{
	GError *error = NULL;
	struct snapshot *snapshot = load(whole, &error);
	const struct kisi_user *user = NULL;
	const struct kisi_group *group = NULL;
	const struct kisi_assignment *assignment = NULL;
	const struct kisi_link *link = NULL;
	const struct kisi_schedule *schedule = NULL;

	g_assert_no_error(error);
	g_assert_cmpint(snapshot->fetched_at, ==, 1795262400);
	g_assert_cmpint(snapshot->organization_id, ==, 9);
	g_assert_cmpstr(snapshot->organization, ==, "Harbour");
	g_assert_cmpstr(snapshot->time_zone, ==, "Europe/Amsterdam");
	g_assert_cmpint(g_array_index(snapshot->places, struct kisi_place, 0).id, ==, 1);
	g_assert_cmpstr(
	    g_array_index(snapshot->places, struct kisi_place, 1).time_zone, ==, "Europe/Berlin");
	g_assert_cmpuint(
	    g_array_index(snapshot->locks, struct kisi_lock, 0).restrictions, ==, RESTRICTION_TIME);

	group = snapshot_group(snapshot, 7);
	g_assert_cmpint(group->place_id, ==, 0);
	g_assert_cmpuint(group->restrictions, ==, RESTRICTION_TAP);
	g_assert_false(group->login_enabled);
	g_assert_cmpint(snapshot_group(snapshot, 8)->locks_count, ==, -1);
	g_assert_null(snapshot_group(snapshot, 9));

	user = snapshot_user(snapshot, 9007199254740993);
	g_assert_cmpstr(user->person, ==, "ann@example.com");
	g_assert_false(user->access_enabled);
	g_assert_false(user->confirmed);
	g_assert_null(snapshot_user(snapshot, 5)->person);
	g_assert_true(snapshot_user(snapshot, 5)->confirmed);
	g_assert_cmpstr(snapshot_user(snapshot, 77)->person, ==, "g@h.com");
	g_assert_cmpuint(snapshot->users->len, ==, 3);

	assignment = &g_array_index(snapshot->assignments, struct kisi_assignment, 0);
	g_assert_cmpint(assignment->id, ==, 1);
	g_assert_cmpint(assignment->assignee, ==, ASSIGNEE_TEAM);
	g_assert_cmpint(assignment->valid.from, ==, INSTANT_ALWAYS);
	assignment++;
	g_assert_cmpint(assignment->valid.from, ==, 1795165200);
	g_assert_cmpint(assignment->valid.until, ==, 1795172400);

	link = &g_array_index(snapshot->links, struct kisi_link, 0);
	g_assert_cmpint(link->valid.from, ==, INSTANT_ALWAYS);
	g_assert_cmpint(link->valid.until, ==, INSTANT_NEVER);
	g_assert_false(link->enabled);
	schedule = &g_array_index(snapshot->schedules, struct kisi_schedule, 0);
	g_assert_cmpint(schedule->span.until - schedule->span.from, ==, 3600);
	g_assert_false(schedule->enabled);
	g_assert_true(schedule->override);
	g_assert_true(g_array_index(snapshot->team_members, struct kisi_team_member, 0).guest);
	g_assert_cmpstr(g_array_index(snapshot->roles, struct kisi_role, 0).id, ==, "group_basic");
	snapshot_free(snapshot);
}

static const struct {
	const char *name, *text, *message;
} refused[] = {
    {"empty", "", "empty"},
    {"not-json", "hello", ""},
    {"not-an-object", "[{'id':1}]", "no format_version"},
    {"version", "{'format_version':2}", "format_version 2"},
    {"version-text", "{'format_version':'1'}", "no format_version"},
    {"no-time", "{'format_version':1,'users':[]}", "fetched_at"},
    {"bad-time", "{'format_version':1,'fetched_at':'today'}", "fetched_at"},
    {"no-users", HEAD "'places':[],'locks':[],'groups':[],'role_assignments':[]}",
	"no array \"users\""},
    {"no-groups", HEAD "'places':[],'locks':[],'users':[],'role_assignments':[]}",
	"no array \"groups\""},
    {"null-places", HEAD "'places':null,'locks':[],'groups':[],'users':[],'role_assignments':[]}",
	"no array \"places\""},
    {"teams-no-array", NO_RIGHTS "[],'teams':{}}", "\"teams\" is not an array"},
    {"truncated", NO_RIGHTS "[", ""},
    {"truncated-at-end", NO_RIGHTS "[]", ""},
    {"two", NO_RIGHTS "[]}{}", "more than one document"},
    {"trailing", NO_RIGHTS "[]}]", ""},
    {"element-number", NO_RIGHTS "[1]}",
	":1: role_assignments: id is missing or no whole number above 0"},
    {"id-text", LINKS "[{'id':'4','name':'L','group_id':7}]}",
	"group_links: id is missing or no whole number above 0"},
    {"id-huge", LINKS "[{'id':99999999999999999999,'name':'L','group_id':7}]}",
	"id is missing or no whole number above 0"},
    {"id-zero", LINKS "[{'id':0,'name':'L','group_id':7}]}",
	"id is missing or no whole number above 0"},
    {"twice", LINKS "[{'id':4,'name':'L','group_id':7},{'id':4,'name':'M','group_id':7}]}",
	"links: id 4 occurs twice"},
    {"twice, once not understood",
	LINKS "[{'id':4,'name':'L','group_id':7},{'id':4,'name':'M','group_id':'7'}]}",
	"group_links: id 4 occurs twice"},
    {"twice, not understood", LINKS "[{'id':4,'name':'L'},{'id':4,'name':'M','group_id':'7'}]}",
	"group_links: id 4 occurs twice"},
    {"a place twice",
	HEAD "'places':[{'id':4,'name':'L'},{'id':4}],'locks':[],'groups':[],'users':[],"
	     "'role_assignments':[]}",
	"places: id 4 occurs twice"},
};

static void
test_refused(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
		GError *error = NULL;
		struct snapshot *snapshot = load(refused[i].text, &error);

		g_test_message("%s: %s", refused[i].name, error == NULL ? "taken" : error->message);
		g_assert_null(snapshot);
		g_assert_error(error, FAILURE, EXIT_BAD_INPUT);
		g_assert_nonnull(strstr(error->message, refused[i].message));
		g_clear_error(&error);
	}
}

/* What is not understood is no reason to read nothing: it is known what it concerns. */
static const struct {
	const char *name, *text, *message;
} doubted[] = {
    {"bad-from", LINKS "[{'id':4,'name':'L','group_id':7,'valid_from':'soon'}]}",
	"its beginning is not a time"},
    {"bad-until", LINKS "[{'id':4,'name':'L','group_id':7,'valid_until':7}]}",
	"its end is not a time"},
    {"year-0001-end",
	LINKS "[{'id':4,'name':'L','group_id':7,'valid_until':'0001-01-01T00:00:00Z'}]}",
	"its end is not a time"},
    {"year-9999-odd",
	LINKS "[{'id':4,'name':'L','group_id':7,'valid_until':'9999-13-01T00:00:00Z'}]}",
	"its end is not a time"},
    {"year-word", LINKS "[{'id':4,'name':'L','group_id':7,'valid_until':'99x9-12-31T00:00:00Z'}]}",
	"its end is not a time"},
    {"inverted",
	LINKS "[{'id':4,'name':'L','group_id':7,'valid_from':'2026-12-02T00:00:00Z','valid_until':'"
	      "2026-12-01T00:00:00Z'}]}",
	"its end is before its beginning"},
    {"assignee",
	NO_RIGHTS "[{'id':4,'role_id':'r','assignee_type':'Robot','assignee_id':1,"
		  "'applies_to_type':'Group','applies_to_id':7}]}",
	"assignee_type"},
    {"applies-to",
	NO_RIGHTS "[{'id':4,'role_id':'r','assignee_type':'User','assignee_id':1,"
		  "'applies_to_type':'Moon','applies_to_id':7}]}",
	"applies_to_type"},
    {"no-role",
	NO_RIGHTS "[{'id':4,'assignee_type':'User','assignee_id':1,'applies_to_type':'Group','"
		  "applies_to_id':7}]}",
	"role_id is missing"},
};

static void
test_doubted(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(doubted); i++) {
		GError *error = NULL;
		struct snapshot *snapshot = load(doubted[i].text, &error);
		const struct kisi_doubt *doubt = NULL;

		g_assert_no_error(error);
		g_test_message("%s", doubted[i].name);
		g_assert_cmpuint(snapshot->links->len + snapshot->assignments->len, ==, 0);
		g_assert_cmpuint(snapshot->doubts->len, ==, 1);
		doubt = snapshot_doubt_of_group(snapshot, 7);
		g_assert_true(g_str_has_prefix(doubt->what, doubted[i].message));
		g_assert_cmpint(doubt->id, ==, 4);
		g_assert_true(snapshot_doubts_group(snapshot, 7));
		snapshot_free(snapshot);
	}
}

/* What an object must have, field by field: where one is of another kind, it is not understood. */
static const struct {
	const char *array, *object;
	const char *fields; /* that it cannot do without, or whose value must be right */
} objects[] = {
    {"places", "{'id':1,'name':'A'}", "id name"},
    {"locks", "{'id':1,'name':'A','place_id':1}", "id name place_id"},
    {"groups", "{'id':1,'name':'A','place_id':1}", "id name place_id"},
    {"group_locks", "{'id':1,'group_id':1,'lock_id':1}", "id group_id lock_id"},
    {"users", "{'id':1,'email':'a@b.org'}", "id email"},
    {"role_assignments",
	"{'id':1,'role_id':'r','assignee_type':'User','assignee_id':1,'applies_to_type':'Group',"
	"'applies_to_id':1,'valid_from':null,'valid_until':null}",
	"id role_id assignee_type assignee_id applies_to_type applies_to_id valid_from "
	"valid_until"},
    {"group_links", "{'id':1,'name':'A','group_id':1}", "id name group_id"},
    {"schedules",
	"{'id':1,'type':'single_event','consequence':'unlock','scheduleable_type':'Lock',"
	"'scheduleable_id':1,'starts_at':null,'ends_at':null}",
	"id type consequence scheduleable_type scheduleable_id starts_at ends_at"},
    {"teams", "{'id':1,'name':'A'}", "id name"},
    {"team_memberships", "{'team_id':1,'member_type':'User','member_id':1}",
	"team_id member_type member_id"},
    {"roles", "{'id':'r','applies_to':'Group'}", "id applies_to"},
};

/* A file with these elements of one array, and all that must be there. */
static struct snapshot *
load_array(const char *array, const char *elements, GError **error)
{
	static const char *const due[] = {"places", "locks", "groups", "users", "role_assignments"};
	GString *text = g_string_new(HEAD);
	struct snapshot *snapshot = NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(due); i++)
		if (strcmp(due[i], array) != 0)
			g_string_append_printf(text, "'%s':[],", due[i]);
	g_string_append_printf(text, "'%s':[%s]}", array, elements);
	snapshot = load(text->str, error);
	g_string_free(text, TRUE);
	return snapshot;
}

static void
test_fields(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(objects); i++) {
		char **fields = g_strsplit(objects[i].fields, " ", 0);
		GError *error = NULL;
		struct snapshot *snapshot = load_array(objects[i].array, objects[i].object, &error);

		g_assert_no_error(error);
		snapshot_free(snapshot);
		for (char **field = fields; *field != NULL; field++) {
			/* The first of two equal keys would be an error of its own. */
			char *key = g_strdup_printf("'%s':", *field);
			char **parts = g_strsplit(objects[i].object, key, 2);
			char *rest = parts[1] + strcspn(parts[1], ",}");
			char *broken = g_strconcat(parts[0], key, "false", rest, NULL);
			bool time = g_str_has_prefix(*field, "valid_") ||
				    g_str_has_suffix(*field, "s_at");

			snapshot = load_array(objects[i].array, broken, &error);
			if (strcmp(*field, "id") == 0 && strcmp(objects[i].array, "roles") != 0) {
				g_assert_null(snapshot);
				g_assert_error(error, FAILURE, EXIT_BAD_INPUT);
				g_assert_nonnull(strstr(error->message, objects[i].array));
				g_assert_nonnull(strstr(error->message, *field));
				g_clear_error(&error);
			} else {
				const struct kisi_doubt *doubt = NULL;

				g_assert_no_error(error);
				g_assert_cmpuint(snapshot->doubts->len, ==, 1);
				doubt = &g_array_index(snapshot->doubts, struct kisi_doubt, 0);
				g_assert_cmpstr(
				    snapshot_count_word(doubt->kind), ==, objects[i].array);
				g_assert_nonnull(strstr(doubt->what, time ? "not a time" : *field));
				snapshot_free(snapshot);
			}
			g_free(broken);
			g_strfreev(parts);
			g_free(key);
		}
		g_strfreev(fields);
	}
}

/* What has no id of its own is the same when it says the same; a user and a guest may share a number. */
static void
test_same(void)
{
	static const struct {
		const char *array, *elements;
		bool good;
	} cases[] = {
	    {"group_locks", "{'id':1,'group_id':1,'lock_id':1},{'id':2,'group_id':1,'lock_id':1}",
		false},
	    {"group_locks", "{'id':1,'group_id':1,'lock_id':1},{'id':1,'group_id':1,'lock_id':2}",
		true},
	    {"team_memberships",
		"{'team_id':1,'member_type':'User','member_id':1},"
		"{'team_id':1,'member_type':'Guest','member_id':1},"
		"{'team_id':1,'member_type':'User','member_id':2},"
		"{'team_id':2,'member_type':'User','member_id':1}",
		true},
	    {"team_memberships",
		"{'team_id':1,'member_type':'Guest','member_id':1},"
		"{'team_id':1,'member_type':'User','member_id':1},"
		"{'team_id':1,'member_type':'Guest','member_id':1}",
		false},
	    {"roles", "{'id':'r','applies_to':'Group'},{'id':'r','applies_to':'Place'}", false},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		GError *error = NULL;
		struct snapshot *snapshot = load_array(cases[i].array, cases[i].elements, &error);

		g_test_message("%s", cases[i].elements);
		g_assert_true((snapshot != NULL) == cases[i].good);
		if (!cases[i].good)
			g_assert_nonnull(strstr(error->message, "the same entry occurs twice"));
		g_clear_error(&error);
		snapshot_free(snapshot);
	}
}

static void
test_missing(void)
{
	static const char *const paths[] = {"/nowhere/snapshot.json", "/"};

	for (size_t i = 0; i < G_N_ELEMENTS(paths); i++) {
		GError *error = NULL;

		g_assert_null(snapshot_load(paths[i], &error));
		g_assert_error(error, FAILURE, EXIT_BAD_INPUT);
		g_assert_true(g_str_has_prefix(error->message, paths[i]));
		g_clear_error(&error);
	}
}

/* A file with a hole has the size without the bytes; a pipe tells only while it is read. */
static void
test_too_large(void)
{
	char *path = write_file(whole);
	GError *error = NULL;

	g_assert_cmpint(truncate(path, SNAPSHOT_FILE_MAX + 1), ==, 0);
	g_assert_null(snapshot_load(path, &error));
	g_assert_error(error, FAILURE, EXIT_BAD_INPUT);
	g_assert_nonnull(strstr(error->message, ": larger than 4096 MiB\nhint: "));
	g_error_free(error);
	unlink(path);
	g_free(path);
}

/* Optional arrays may be absent; parts of a second may make both ends one. */
static void
test_lenient(void)
{
	GError *error = NULL;
	struct snapshot *snapshot = load(LINKS
	    "[{'id':4,'name':'L','group_id':7,'valid_from':'2026-12-01T00:00:00.100Z',"
	    "'valid_until':'2026-12-01T00:00:00.900Z','more':[1,{}]}],'unknown':[1,2]}",
	    &error);
	const struct kisi_link *link = NULL;

	g_assert_no_error(error);
	g_assert_cmpuint(snapshot->schedules->len, ==, 0);
	link = &g_array_index(snapshot->links, struct kisi_link, 0);
	g_assert_cmpint(link->valid.until, ==, link->valid.from + 1);
	g_assert_true(link->enabled);
	snapshot_free(snapshot);
}

static char *
hash_of(const char *text)
{
	GError *error = NULL;
	struct snapshot *snapshot = load(text, &error);
	char *hash = NULL;

	g_assert_no_error(error);
	hash = snapshot_hash(snapshot);
	snapshot_free(snapshot);
	return hash;
}

static char *
replaced(const char *text, const char *from, const char *to)
{
	char **parts = g_strsplit(text, from, 2);
	char *result = g_strjoinv(to, parts);

	g_assert_cmpuint(g_strv_length(parts), ==, 2);
	g_strfreev(parts);
	return result;
}

static void
test_hash(void)
{
	static const struct {
		const char *from, *to;
		bool same;
	} cases[] = {
	    {"2026-11-21T12", "2026-11-21T13", true},
	    {"'member_type':'Guest'", "'member_type':'Robot'", false},
	    {"{'id':2,'name':'B','tz_time_zone':'Europe/"
	     "Berlin','time_zone':'Old'},{'id':1,'name':'A'}",
		"{'id':1,'name':'A'},{'id':2,'name':'B','tz_time_zone':'Europe/"
		"Berlin','updated_at':'x'}",
		true},
	    {"'name':'Ann'", "'name':'Ann B'", true},
	    {".999+01:00", ".111+01:00", true},
	    {"'id':31", "'id':32", true},
	    {"'group_basic','assignee", "'group_manager','assignee", false},
	    {"11:00:00.123Z", "11:00:01Z", false},
	    {"'scim_access_enabled':false", "'scim_access_enabled':true", false},
	    {"'lock_id':21", "'lock_id':22", false},
	    {"'member_type':'Guest'", "'member_type':'User'", false},
	    {"'organization':{'id':9", "'organization':{'id':10", false},
	    {"'name':'Rooms'", "'name':'Room'", false},
	    {"'enabled':false,'override'", "'enabled':true,'override'", false},
	    {"'override':true", "'override':false", false},
	    {"'link_enabled':false", "'link_enabled':true", false},
	};
	char *base = hash_of(whole);

	g_assert_cmpuint(strlen(base), ==, 64);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *text = replaced(whole, cases[i].from, cases[i].to);
		char *hash = hash_of(text);

		g_test_message("%s", cases[i].to);
		g_assert_cmpint(strcmp(hash, base) == 0, ==, cases[i].same);
		g_free(hash);
		g_free(text);
	}
	g_free(base);
}

static void
test_save(void)
{
	struct snapshot_raw *raw = snapshot_raw_new();
	static const char link[] = "{\"id\":4,\"name\":\"a/b \\u00e9\",\"group_id\":7}";
	struct json_object *object = json_read(link, strlen(link), "link", NULL);
	char *path = write_file("old");
	char *text = NULL;
	struct snapshot *snapshot = NULL;
	GError *error = NULL;
	size_t mark = 0;
	struct stat status;

	snapshot_raw_add(raw, SNAPSHOT_GROUP_LINKS, object);
	mark = snapshot_raw_mark(raw, SNAPSHOT_GROUP_LINKS);
	snapshot_raw_add(raw, SNAPSHOT_GROUP_LINKS, object);
	snapshot_raw_rollback(raw, SNAPSHOT_GROUP_LINKS, mark);
	g_assert_true(snapshot_raw_save(raw, 1795262400, path, &error));
	g_assert_no_error(error);
	g_assert_cmpint(stat(path, &status), ==, 0);
	g_assert_cmpint(status.st_mode & 0777, ==, 0600);

	g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
	g_assert_nonnull(
	    strstr(text, "\"group_links\":[{\"id\":4,\"name\":\"a/b \xc3\xa9\",\"group_id\":7}]"));
	snapshot = snapshot_load(path, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(snapshot->links->len, ==, 1);
	g_assert_cmpint(snapshot->fetched_at, ==, 1795262400);

	g_assert_false(snapshot_raw_save(raw, 0, "/nowhere/snapshot.json", &error));
	g_assert_error(error, FAILURE, EXIT_FAILED);
	g_clear_error(&error);
	snapshot_free(snapshot);
	snapshot_raw_free(raw);
	json_object_put(object);
	unlink(path);
	g_free(path);
	g_free(text);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/snapshot-file/whole", test_whole);
	g_test_add_func("/snapshot-file/refused", test_refused);
	g_test_add_func("/snapshot-file/doubted", test_doubted);
	g_test_add_func("/snapshot-file/fields", test_fields);
	g_test_add_func("/snapshot-file/same", test_same);
	g_test_add_func("/snapshot-file/missing", test_missing);
	g_test_add_func("/snapshot-file/too-large", test_too_large);
	g_test_add_func("/snapshot-file/lenient", test_lenient);
	g_test_add_func("/snapshot-file/hash", test_hash);
	g_test_add_func("/snapshot-file/save", test_save);
	return g_test_run();
}
