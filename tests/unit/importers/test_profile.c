/* The language of profiles: what it can say, and that whatever it cannot say is an error with a hint. */
#include "harness.h"

#include "base/failure.h"

static char *
fault(const char *text)
{
	GError *error = NULL;
	char *dir = g_dir_make_tmp("profile-XXXXXX", NULL);
	char *path = g_build_filename(dir, "p.ini", NULL);
	g_assert_true(g_file_set_contents(path, text, -1, NULL));
	struct profile *profile = profile_load("p.ini", PROFILES, dir, &error);
	g_unlink(path);
	g_rmdir(dir);
	g_free(path);
	g_free(dir);
	char *message = error != NULL ? g_strdup(error->message) : NULL;
	if (error != NULL)
		g_assert_error(error, FAILURE, EXIT_BAD_CONFIG);
	g_assert_true((profile == NULL) == (error != NULL));
	g_clear_error(&error);
	profile_free(profile);
	return message;
}

#define PEOPLE "[profile]\nkind = people\n"
#define MAIL "[field email]\nany = email\n"

static void
test_faults(void)
{
	static const struct {
		const char *text, *message; /* NULL: no fault */
	} cases[] = {
	    {PEOPLE MAIL, NULL},
	    {"", "p.ini: [profile] kind: missing"},
	    {"[profile]\nkind = bookigns\n",
		"unknown kind \"bookigns\"; did you mean \"bookings\"?"},
	    {PEOPLE "titel = x\n" MAIL, "unknown key; did you mean \"title\"?"},
	    {PEOPLE MAIL "[feild name]\nany = n\n", "unknown section; did you mean \"field\"?"},
	    {PEOPLE MAIL "[field nmae]\nany = n\n", "unknown field; did you mean \"name\"?"},
	    {PEOPLE MAIL "[field start]\nany = n\n", "a person has no start"},
	    {PEOPLE MAIL "[field name]\nnay = n\n", "says nowhere where its value is"},
	    {PEOPLE MAIL "[field name]\nany = n\nrequird = yes\n", "did you mean \"required\"?"},
	    {PEOPLE MAIL "[field name]\nany = n\nrequired = ja\n", "unknown word \"ja\""},
	    {PEOPLE MAIL "[field name]\nany = n\nregex = (\n", "p.ini:7: [field name] regex"},
	    {PEOPLE MAIL "[field name]\nany = n\nregex = x\n", "no group in \"x\""},
	    {PEOPLE MAIL "[field name]\nany = n\ntable = t\n", "table and take belong together"},
	    {PEOPLE MAIL "[field name]\nany = n\ntable = t\ntake = x\n", "there is no [table t]"},
	    {PEOPLE MAIL "[table t]\nrecords = x\nkey = id\n",
		"a table in the same file needs JSON"},
	    {PEOPLE "formats = json\n" MAIL "[table t]\nrecords = x\n", "[table t] key: missing"},
	    {PEOPLE "formats = xlsx\n" MAIL, "unknown format \"xlsx\""},
	    {PEOPLE "each = items\n" MAIL, "a table has no lists of items"},
	    {PEOPLE "formats = json\n[field email]\nany = each.email\n", "no list is named here"},
	    {PEOPLE "zone = Mars/Olympus\n" MAIL, "unknown time zone"},
	    {PEOPLE "times = rfc3338\n" MAIL, "did you mean \"rfc3339\"?"},
	    {PEOPLE "date_order = DYM\n" MAIL, "unknown word \"DYM\""},
	    {PEOPLE "grace_before = half an hour\n" MAIL, "not a duration"},
	    {PEOPLE MAIL "[status]\nconfirmed = yes\n", "no status of a person: \"confirmed\""},
	    {PEOPLE MAIL "[status]\nactiv = yes\n", "did you mean \"active\"?"},
	    {PEOPLE MAIL "[status]\nactive = a; b\nblocked = B\n", "\"B\" is there twice"},
	    {PEOPLE MAIL "[status]\nabsent = here\n", "no status of a person: \"here\""},
	    {PEOPLE MAIL "[field person_status]\nany = s\n", "a person has no person_status"},
	    {PEOPLE MAIL "[person_status]\nblocked = x\n", "[person_status]: unknown section"},
	    {"[profile]\nkind = memberships\n" MAIL "[person_status]\nfrozen = x\n",
		"[person_status] frozen: no status of a person: \"frozen\""},
	    {"[profile]\nkind = memberships\n" MAIL "[person_presence]\nactive = x\n",
		"[person_presence] active: ends neither in _if"},
	    {PEOPLE "same_id = unite\n" MAIL, "[profile] same_id: only bookings can be united"},
	    {PEOPLE "nobody = ignore\n" MAIL, "unknown word \"ignore\""},
	    {PEOPLE MAIL "[presence]\nblocked = x\n", "ends neither in _if"},
	    {PEOPLE MAIL "[presence]\ncancelled_if = x\n", "no status of a person: \"cancelled\""},
	    {PEOPLE MAIL "[rows]\nkeep = Source\n", "no condition: \"Source\""},
	    {PEOPLE MAIL "[rows]\nkep = Source: Manual\n", "did you mean \"keep\"?"},
	    {PEOPLE MAIL "[complete]\nlast = x\n", "unknown key"},
	    {PEOPLE MAIL "[fetch]\nquery = a=1&b={now-31d}&c={now}&d=\nrate = 2.5/s\n", NULL},
	    {PEOPLE MAIL "[fetch]\nquery = a=1&b\n", "[fetch] query: not a parameter: \"b\""},
	    {PEOPLE MAIL "[fetch]\nquery = a=1&\n", "not a parameter: \"\""},
	    {PEOPLE MAIL "[fetch]\nquery = =1\n", "not a parameter: \"=1\""},
	    {PEOPLE MAIL "[fetch]\nquery = a={now-31}\n", "not a moment: \"{now-31}\""},
	    {PEOPLE MAIL "[fetch]\nquery = a={now*2d}\n", "not a moment"},
	    {PEOPLE MAIL "[fetch]\nquery = a={today}\n", "not a moment"},
	    {PEOPLE MAIL "[fetch]\nnext = token\n", "next and next_parameter go together"},
	    {PEOPLE MAIL "[fetch]\nrate = 10\n", "not a rate: \"10\""},
	    {PEOPLE MAIL "[fetch]\nrate = 0/s\n", "not a rate"},
	    {PEOPLE MAIL "[fetch]\nrat = 1/s\n", "did you mean \"rate\"?"},
	    {PEOPLE "log = yes\n" MAIL, "events need [field id]"},
	    {"[profile]\nkind = bookings\n[field start]\nany = s\n", "a booking needs [field end]"},
	    {"[profile]\nkind = bookings\n[field end]\ndefault_time = 25:00\nany = e\n",
		"not a time like 14:00"},
	    {"[profile]\nkind = memberships\n" MAIL
	     "[field start]\nany = s\n[field end]\nany = e\n",
		"a membership needs [field plan]"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *message = fault(cases[i].text);
		if (cases[i].message == NULL
			? message != NULL
			: message == NULL || strstr(message, cases[i].message) == NULL)
			g_test_fail_printf("%s\ngave %s", cases[i].text, message);
		g_free(message);
	}
}

static void
test_shipped(void)
{
	GDir *dir = g_dir_open(PROFILES, 0, NULL);
	g_assert_nonnull(dir);
	size_t n = 0;
	for (const char *file; (file = g_dir_read_name(dir)) != NULL;) {
		if (!g_str_has_suffix(file, ".ini"))
			continue;
		GError *error = NULL;
		char *name = g_strndup(file, strlen(file) - 4);
		struct profile *profile = profile_load(name, PROFILES, "/", &error);
		g_assert_no_error(error);
		g_assert_cmpuint(strlen(profile_text(profile)), >, 0);
		g_assert_cmpint(profile_kind(profile), <, RECORD_KINDS);
		profile_free(profile);
		g_free(name);
		n++;
	}
	g_assert_cmpuint(n, >=, 9);
	g_dir_close(dir);

	GError *error = NULL;
	g_assert_null(profile_load("generic-booking", PROFILES, "/", &error));
	g_assert_nonnull(strstr(error->message, "did you mean \"generic-bookings\"?"));
	g_error_free(error);
}

static void
test_policy(void)
{
	struct source_config source = {.name = (char *)"s",
	    .start_time = UNSET,
	    .end_time = UNSET,
	    .grace_before = UNSET,
	    .grace_after = UNSET,
	    .absence = UNSET,
	    .cancelled = UNSET,
	    .same_id = UNSET,
	    .attendees = UNSET,
	    .guests = UNSET};
	struct profile *plain = profile_load("generic-bookings", PROFILES, "/", NULL);
	struct source_policy policy = profile_policy(plain, &source);
	g_assert_cmpint(policy.grace_before, ==, 1800);
	g_assert_cmpint(policy.grace_after, ==, 1800);
	g_assert_cmpint(policy.absence, ==, ABSENCE_SURPRISING);
	g_assert_cmpint(policy.cancelled, ==, CANCELLED_AT_ONCE);
	g_assert_true(policy.attendees);
	g_assert_false(policy.unless_named);
	source.grace_before = 0;
	source.absence = ABSENCE_CANCELLED;
	source.cancelled = CANCELLED_UNTIL_END;
	source.attendees = 0;
	policy = profile_policy(plain, &source);
	g_assert_cmpint(policy.grace_before, ==, 0);
	g_assert_cmpint(policy.grace_after, ==, 1800);
	g_assert_cmpint(policy.absence, ==, ABSENCE_CANCELLED);
	g_assert_cmpint(policy.cancelled, ==, CANCELLED_UNTIL_END);
	g_assert_false(policy.attendees);
	profile_free(plain);
}

#define BOOKINGS "[profile]\nkind = bookings\n"
#define WHO                                                                                        \
	"[field email]\nany = Email\nrequired = yes\n[field resource]\nany = Court\nsplit = ;,\n"
#define SPAN "[field start]\nany = Start\nrequired = yes\n[field end]\nany = End\n"
#define NY "America/New_York"

/* Date and clock in columns of their own, an end on the next day, a length, and 12-hour clocks. */
static void
test_parts(void)
{
	static const char parts[] = BOOKINGS
	    "date_order = MDY\ntimes = %x %r\n" WHO
	    "[field start]\npart1 = Date; Reservation date\npart2 = Start Time\nrequired = yes\n"
	    "[field end]\npart1 = Date; Reservation date\npart2 = End Time\nduration = "
	    "Length\nunit = "
	    "minutes\nnext_day = yes\n"
	    "[field name]\npart1 = First\npart2 = Last\n";
	trial_expect(parts,
	    "Email,Court,Date,Start Time,End Time,Length\n"
	    "a@example.com,\"1, 2\",11/14/2026,7:00 AM,8:30 AM,\n"
	    "a@example.com,1,11/14/2026,11:30 PM,12:30 AM,\n"
	    "a@example.com,1,11/14/2026,11:30 PM,,1:30\n"
	    "a@example.com,1,11/14/2026,11:30 PM,,\n"
	    "a@example.com,1,11/14/2026,,8:30 AM,\n"
	    "a@example.com,1,11/14/2026,7:00 AM,,soon\n",
	    NY,
	    "2:2 confirmed - <a@example.com> [|1] [|2] 2026-11-14T12:00:00Z/2026-11-14T13:30:00Z\n"
	    "3:3 confirmed - <a@example.com> [|1] 2026-11-15T04:30:00Z/2026-11-15T05:30:00Z\n"
	    "4:4 confirmed - <a@example.com> [|1] 2026-11-15T04:30:00Z/2026-11-15T06:00:00Z\n"
	    "5:5 reject: end is blank\n6:6 reject: start is blank\n"
	    "7:7 reject: duration: not a length of time: \"soon\"\n");
	trial_expect(parts,
	    "Email,Court,Date,Start Time,End Time\n"
	    "a@example.com,1,03/04/2026,7:00 AM,8:30 AM\na@example.com,1,14/11/2026,7:00 AM,8:30 "
	    "AM\n",
	    NY,
	    "2:2 confirmed - <a@example.com> [|1] 2026-03-04T12:00:00Z/2026-03-04T13:30:00Z\n"
	    "3:3 reject: start: not a date or time this profile knows: \"14/11/2026 7:00 AM\"\n"
	    "REFUSED f:3: start \"14/11/2026 7:00 AM\": day and month are not in the order MDY\n");
	/* a time of day alone borrows the date of the start */
	trial_expect(BOOKINGS "times = local; %T\n" WHO SPAN "next_day = yes\n",
	    "Email,Court,Start,End\na@example.com,1,2026-11-14 23:00,01:00\n", "UTC",
	    "2:2 confirmed - <a@example.com> [|1] 2026-11-14T23:00:00Z/2026-11-15T01:00:00Z\n");
	/* with a date of its own an end before the start is a fault */
	trial_expect(BOOKINGS WHO SPAN "next_day = yes\n",
	    "Email,Court,Start,End\na@example.com,1,2026-11-14 23:00,2026-11-14 01:00\n", "UTC",
	    "2:2 reject: ends before or when it starts\n");
}

static void
test_days(void)
{
	static const char text[] = "Email,Court,Start,End\na@example.com,1,2026-11-14,2026-11-15\n";
	trial_expect(BOOKINGS "times = date\n" WHO SPAN, text, "UTC",
	    "2:2 confirmed - <a@example.com> [|1] 2026-11-14T00:00:00Z/2026-11-16T00:00:00Z\n");
	trial_expect(BOOKINGS "times = date\nend_dates = until\n" WHO SPAN, text, "UTC",
	    "2:2 confirmed - <a@example.com> [|1] 2026-11-14T00:00:00Z/2026-11-15T00:00:00Z\n");
	trial_expect(BOOKINGS
	    "times = date\n" WHO
	    "[field start]\nany = Start\ndefault_time = 14:00\n[field end]\nany = "
	    "End\ndefault_time = 11:00\n",
	    text, "UTC",
	    "2:2 confirmed - <a@example.com> [|1] 2026-11-14T14:00:00Z/2026-11-15T11:00:00Z\n");
	/* profile's zone, source's zone, the record's own zone: the last one wins */
	trial_expect(BOOKINGS "times = date\nzone = UTC\n" WHO SPAN "[field zone]\nany = Zone\n",
	    "Email,Court,Start,End,Zone\na@example.com,1,2026-11-14,2026-11-14,\n"
	    "a@example.com,1,2026-11-14,2026-11-14,Asia/Singapore\n"
	    "a@example.com,1,2026-11-14,2026-11-14,Venus\n",
	    NULL,
	    "2:2 confirmed - <a@example.com> [|1] 2026-11-14T00:00:00Z/2026-11-15T00:00:00Z\n"
	    "3:3 confirmed - <a@example.com> [|1] 2026-11-13T16:00:00Z/2026-11-14T16:00:00Z\n"
	    "4:4 reject: zone: no time zone is called \"Venus\"\n");
	trial_expect(
	    "[profile]\nkind = memberships\nopen = Never; -\n[field email]\nany = Email\n[field "
	    "plan]\nany = Plan\n[field start]\nany = Start\n[field end]\nany = End\n",
	    "Email,Plan,Start,End\na@example.com,P,2026-11-14,NEVER\na@example.com,P,2026-11-14,-\n"
	    "a@example.com,P,2026-11-14,never ever\n",
	    "UTC",
	    "2:2 active - <a@example.com> [|P] 2026-11-14T00:00:00Z/-\n"
	    "3:3 active - <a@example.com> [|P] 2026-11-14T00:00:00Z/-\n"
	    "4:4 reject: end: not a date or time this profile knows: \"never ever\"\n");
}

static void
test_rules_for_rows(void)
{
	static const char rules[] = BOOKINGS WHO SPAN
	    "[field status]\nany = Status\n[status]\nabsent = tentative\nconfirmed = ok*; all "
	    "right\n"
	    "cancelled = ok but cancelled*\n"
	    "[presence]\ncancelled_if = Deleted at\ntentative_if_true = "
	    "Maybe\nblocked_time_if_word = "
	    "Type: 2; Type: closed\n"
	    "[rows]\nkeep = Source: Manual; Source: Web\ndrop = Email: demo@example.com; Court:\n";
#define LINE(source, rest)                                                                         \
	"a@example.com,C,2026-11-14T09:00:00Z,2026-11-14T10:00:00Z," source "," rest "\n"
#define IS(place, status)                                                                          \
	place " " status " - <a@example.com> [|C] 2026-11-14T09:00:00Z/2026-11-14T10:00:00Z\n"
	trial_expect(rules,
	    "Email,Court,Start,End,Source,Status,Deleted at,Maybe,Type\n" LINE(
		"manual", "OK then,,no,1") LINE("Booking", "OK,,,")
		LINE("web", "ok but cancelled by Ada,,,") LINE("web", "ok,2026-11-01,,")
		    LINE("web", "ok,,TRUE,") LINE("web", "ok,,,Closed") LINE("web",
			"ok,,perhaps,") "demo@example.com,C,,,web,,,,\na@example.com,,,,web,,,,\n",
	    NULL,
	    IS("2:2", "confirmed") IS("4:4", "cancelled") IS("5:5", "cancelled")
		IS("6:6", "tentative") IS("7:7",
		    "blocked_time") "8:8 reject: Maybe: neither yes nor no: \"perhaps\"\ndrop 3\n");
	trial_expect(
	    rules, "Email,Court,Start,End,Source\n" LINE("Web", ""), NULL, IS("2:2", "tentative"));
	trial_expect(rules, "Email,Court,Start,End\n", NULL,
	    "REFUSED f: required column missing: Source; row 1 has: Email, "
	    "Court, Start, End\n");
}

static void
test_values(void)
{
	static const char choice[] = "[profile]\nkind = people\n[field email]\nany = Work mail; "
				     "Email\nchoice = first\n[field "
				     "company]\nany = Plan\nregex = ^(.*?)(?: - .*)?$\n[field "
				     "id]\nconst = c\n[field ref]\nany = "
				     "Ref\nregex = ^x(\\d+)$\n";
	trial_expect(choice,
	    "Email,Work mail,Plan,Ref\na@example.com,,COURT PLUS - monthly,x7\n"
	    "a@example.com,w@example.com,TEAM,y7\n",
	    NULL,
	    "2:2 active c <a@example.com> ref=7 company=COURT PLUS\n"
	    "3:3 reject: ref does not have the form that the profile describes\n");
	trial_expect("[profile]\nkind = people\n[field email]\nany = Work mail; Email\n",
	    "Email,Work mail\n", NULL,
	    "REFUSED f: two columns match the field email; the second is \"Email\"\n");
	/* flattened JSON: dots, slashes and underlines are one */
	trial_expect("[profile]\nkind = people\n[field email]\nany = user.email\n",
	    "user/email\na@example.com\n", NULL, "2:2 active - <a@example.com>\n");
	trial_expect("[profile]\nkind = people\n[field email]\nany = user.email\n",
	    "[{\"User\":{\"email\":\"a@example.com\"}},{\"user\":null},{\"user\":{\"Email\":1}}]",
	    NULL,
	    "1:1 active - <a@example.com>\n2:1 reject: email is blank\n2 note no_email: nobody can "
	    "be told "
	    "from this person (no e-mail address)\n3:1 reject: email is blank\n3 note no_email: "
	    "nobody can "
	    "be told from this person (no e-mail address)\n");
}

/* Ids of people and rooms are looked up in other lists of the same answer. */
static void
test_tables(void)
{
	static const char joined[] =
	    "[profile]\nkind = bookings\nformats = json\nrecords = bookings\n"
	    "[table user]\nrecords = venueusers\nkey = id\n[table space]\nrecords = assets\nkey = "
	    "id\n"
	    "[field email]\nany = venueuser\ntable = user\ntake = username\n"
	    "[field name]\nany = venueuser\ntable = user\ntake = firstName\n"
	    "[field resource_id]\nany = spaces[]\n[field resource]\nany = spaces[]\ntable = "
	    "space\ntake = "
	    "name\n"
	    "[field start]\nany = start\n[field end]\nany = end\n";
#define SPACES "\"start\":\"2026-11-14T09:00:00\",\"end\":\"2026-11-14T10:00:00\",\"spaces\":"
	trial_expect(joined,
	    "{\"bookings\":[{\"venueuser\":7," SPACES
	    "[\"1\",\"9\",\"2\"]},{\"venueuser\":\"8\"," SPACES "[]},{\"venueuser\":null," SPACES
	    "[\"1\"]}],"
	    "\"venueusers\":[{\"id\":\"7\",\"username\":\"a@example.com\"},{\"id\":8,\"username\":"
	    "\"b@"
	    "example.com\"}],\"assets\":[{\"id\":\"1\",\"name\":\"Bay "
	    "1\"},{\"id\":\"2\",\"name\":\"Bay "
	    "2\"}]}",
	    "UTC",
	    "1:1 confirmed - <a@example.com> [1|Bay 1] [9|] [2|Bay 2] "
	    "2026-11-14T09:00:00Z/2026-11-14T10:00:00Z\n"
	    "2:1 reject: resource is blank\n3:1 reject: email is blank\n3 note no_email: nobody "
	    "can be told "
	    "from this booking (no e-mail address), resource \"Bay 1\", start "
	    "\"2026-11-14T09:00:00\"\n");

	static const char beside[] = "[profile]\nkind = people\n[table mails]\nfile = "
				     "mails.csv\nkey = Number\n[field email]\nany = "
				     "Number\ntable = mails\ntake = Mail\n";
	struct trial t;
	trial_run(&t, beside, "f", "Number\n1\n2\n", -1, NULL);
	g_assert_nonnull(
	    strstr(t.log->str, "REFUSED mails.csv: not there, and the profile needs it"));
	char *path = g_build_filename(t.dir, "mails.csv", NULL);
	g_assert_true(g_file_set_contents(path, "Number;Mail\n1;a@example.com\n", -1, NULL));
	struct record_sink sink = {log_record, log_reject, log_note, t.log};
	g_string_truncate(t.log, 0);
	struct import_facts *facts = import_source(&t.source, 0, t.profile, TRIAL_AROUND, &sink);
	g_assert_true(g_str_has_prefix(
	    t.log->str, "2:2 active - <a@example.com>\n3:3 reject: email is blank\n"));
	g_assert_cmpuint(facts->files->len, ==, 2);
	g_assert_nonnull(((struct file_facts *)facts->files->pdata[1])->sha256);
	import_facts_free(facts);
	g_unlink(path);
	g_free(path);
	trial_done(&t);
}

static void
test_complete(void)
{
	static const char rules[] =
	    "[profile]\nkind = people\nformats = json\nrecords = Data; "
	    "data.people\n[field email]\nany = email\n[complete]\nwithout = "
	    "errors\nwith_true = IsSuccessStatusCode\nlast_without = meta.next\n";
	static const struct {
		const char *text, *want;
	} cases[] = {
	    {"{\"IsSuccessStatusCode\":true,\"Data\":[{\"email\":\"a@example.com\"}]}",
		"1:1 active - <a@example.com>\n"},
	    {"{\"IsSuccessStatusCode\":true,\"errors\":[],\"data\":{\"people\":[{\"email\":\"a@"
	     "example.com\"}]}}",
		"1:1 active - <a@example.com>\n"},
	    {"{\"IsSuccessStatusCode\":false,\"Data\":[]}",
		"REFUSED f: document 1 is an error answer: IsSuccessStatusCode\n"},
	    {"{\"IsSuccessStatusCode\":true,\"Data\":[],\"errors\":[{}]}",
		"REFUSED f: document 1 is an error answer: errors\n"},
	    {"{\"IsSuccessStatusCode\":true,\"Data\":[],\"meta\":{\"next\":2}}",
		"REFUSED f: incomplete: the last page still has meta.next\n"},
	    {"{\"IsSuccessStatusCode\":true,\"data\":[]}",
		"REFUSED f: document 1 has no list \"Data, data.people\"\n"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		trial_expect(rules, cases[i].text, NULL, cases[i].want);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/profile/faults", test_faults);
	g_test_add_func("/profile/shipped", test_shipped);
	g_test_add_func("/profile/policy", test_policy);
	g_test_add_func("/profile/parts", test_parts);
	g_test_add_func("/profile/days", test_days);
	g_test_add_func("/profile/rules-for-rows", test_rules_for_rows);
	g_test_add_func("/profile/values", test_values);
	g_test_add_func("/profile/tables", test_tables);
	g_test_add_func("/profile/complete", test_complete);
	return g_test_run();
}
