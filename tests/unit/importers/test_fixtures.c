/*
 * The exports in fixtures/sources: good ones are read whole, bad ones refused, and a good one that is cut anywhere
 * is never taken for whole JSON or a whole calendar, nor yields a row that the whole file does not have.
 */
#include "harness.h"

#define AMS "Europe/Amsterdam"
#define CUT_STEP 7 /* bytes; each file is cut a few hundred times */

typedef void (*visitor)(const char *profile, const char *name, const char *text, gsize length);

static void
each_fixture(const char *prefix, visitor visit)
{
	GDir *profiles = g_dir_open(SOURCES, 0, NULL);
	g_assert_nonnull(profiles);
	size_t n = 0;
	for (const char *profile; (profile = g_dir_read_name(profiles)) != NULL;) {
		char *folder = g_build_filename(SOURCES, profile, NULL);
		char *known = g_strconcat(PROFILES "/", profile, ".ini", NULL);
		GDir *files = g_dir_open(folder, 0, NULL);
		bool ours = g_file_test(known, G_FILE_TEST_EXISTS);
		for (const char *file; ours && (file = g_dir_read_name(files)) != NULL;) {
			char *path = g_build_filename(folder, file, NULL), *text;
			gsize length;
			if (g_str_has_prefix(file, prefix)) {
				g_assert_true(g_file_get_contents(path, &text, &length, NULL));
				visit(profile, file, text, length);
				g_free(text);
				n++;
			}
			g_free(path);
		}
		g_dir_close(files);
		g_free(folder);
		g_free(known);
	}
	g_dir_close(profiles);
	g_assert_cmpuint(n, >, 0);
}

static void
reads_whole(const char *profile, const char *name, const char *text, gsize length)
{
	struct trial t;
	trial_run(&t, profile, name, text, (gssize)length, AMS);
	if (t.facts->refusals->len > 0 || t.facts->rows == 0)
		g_test_fail_printf("%s/%s: %s", profile, name, t.log->str);
	trial_done(&t);
}

static void
is_refused(const char *profile, const char *name, const char *text, gsize length)
{
	struct trial t;
	trial_run(&t, profile, name, text, (gssize)length, AMS);
	if (t.facts->refusals->len == 0)
		g_test_fail_printf("%s/%s: %s", profile, name, t.log->str);
	trial_done(&t);
}

/* Does the whole log have each of its lines but the last few, which tell of the row that was cut? */
static bool
is_beginning(const char *whole, const char *part)
{
	const char *last = strrchr(part, '\n');
	size_t common = 0;
	while (part[common] != '\0' && part[common] == whole[common])
		common++;
	/* The cut row may differ, with its reject and its note: three lines at most. */
	size_t lines = 0;
	for (const char *p = part + common; last != NULL && *p != '\0'; p++)
		lines += *p == '\n';
	return lines <= 3;
}

static void
survives_cuts(const char *profile, const char *name, const char *text, gsize length)
{
	struct trial whole;
	bool json = text[0] == '{' || text[0] == '[';
	const char *closed = g_strrstr(text, "END:VCALENDAR");
	trial_run(&whole, profile, name, text, (gssize)length, AMS);
	char *tail = strstr(whole.log->str, "drop ");
	if (tail != NULL)
		*tail = '\0';
	for (gsize cut = 0; cut + 1 < length; cut += CUT_STEP) {
		struct trial t;
		trial_run(&t, profile, name, text, (gssize)cut, AMS);
		bool refused = t.facts->refusals->len > 0;
		/* Behind a whole document NDJSON may end. */
		bool between = cut > 0 && (text[cut] == '\n' || text[cut - 1] == '\n');
		if (json && !refused && !between)
			g_test_fail_printf("%s/%s cut at %zu: not noticed", profile, name, cut);
		/* A calendar is whole when its last line says so. */
		if (closed != NULL && !refused &&
		    cut < (gsize)(closed - text) + strlen("END:VCALENDAR"))
			g_test_fail_printf("%s/%s cut at %zu: not noticed", profile, name, cut);
		if (!refused && !is_beginning(whole.log->str, t.log->str))
			g_test_fail_printf("%s/%s cut at %zu:\n%s", profile, name, cut, t.log->str);
		trial_done(&t);
	}
	trial_done(&whole);
}

static void
test_good(void)
{
	each_fixture("ok-", reads_whole);
}

static void
test_bad(void)
{
	each_fixture("bad-", is_refused);
}

static void
test_cuts(void)
{
	each_fixture("ok-", survives_cuts);
}

/* A subscription gives one membership for each of its items, within its own dates. */
static void
test_items(void)
{
	char *text;
	g_assert_true(g_file_get_contents(
	    SOURCES "/spacebring-subscriptions/ok-items.json", &text, NULL, NULL));
	trial_expect("spacebring-subscriptions", text, NULL,
	    "1:2 active s1/i1 <mira@example.com> ref=u1 [p1|Resident Desk] group=45274 "
	    "2026-08-31T22:00:00Z/-\n"
	    "1:2 active s1/i2 <mira@example.com> ref=u1 [p2|Parking] "
	    "2026-09-30T22:00:00Z/2026-11-30T23:00:00Z\n"
	    "2:7 active s2/i3 company=co1 [p1|Resident Desk] "
	    "2026-08-31T22:00:00Z/2026-11-30T23:00:00Z\n"
	    "3:10 incomplete s3/i4 ref=33333333-0000-4000-8000-000000000004 [p1|Resident Desk] "
	    "2026-08-31T22:00:00Z/-\n"
	    "4 note no_items: a record without items: it gives nothing\n");
	g_free(text);
}

/* What the samples of one profile say, each worked out by hand; New York is five hours behind UTC in November. */
static void
test_samples(void)
{
#define R "playbypoint-reservations"
#define M "playbypoint-members"
	static const struct {
		const char *profile, *file, *want;
	} cases[] = {
	    {R, "ok-columns.csv",
		"2:2 confirmed 880001 <noor.haddad@example.org> [|Court 2] "
		"2026-11-14T12:00:00Z/2026-11-14T13:30:00Z +leo@example.org\n"
		"3:3 cancelled 880002 <ivy@example.org> [|Court 1] "
		"2026-11-15T04:30:00Z/2026-11-15T05:30:00Z\n"
		"4:4 confirmed 880003 <ray@example.org> [|Court 1] [|Court 2] "
		"2026-11-15T17:00:00Z/2026-11-15T18:00:00Z\n"},
	    {R, "ok-ranges.csv",
		"2:2 confirmed 880011 <noor.haddad@example.org> [|Court 2] "
		"2026-11-14T12:00:00Z/2026-11-14T13:30:00Z\n"
		"3:3 confirmed 880012 <ivy@example.org> [|Court 1] "
		"2026-11-14T13:00:00Z/2026-11-14T13:15:00Z\n"
		"4:4 confirmed 880013 <ray@example.org> [|Court 1] "
		"2026-11-15T16:00:00Z/2026-11-15T18:00:00Z\n"},
	    {R, "ok-lengths.csv",
		"2:2 confirmed 880021 <noor.haddad@example.org> [|Court 2] "
		"2026-11-14T12:00:00Z/2026-11-14T13:30:00Z\n"
		"3:3 no_show 880022 <ivy@example.org> [|Court 1] "
		"2026-11-15T01:00:00Z/2026-11-15T02:30:00Z\n"},
	    {R, "ok-messy.csv",
		"5:6 confirmed 880031 <noor.haddad@example.org> [|Court 2] "
		"2026-11-14T12:00:00Z/2026-11-14T13:30:00Z\n"
		"8:10 reject: end is blank\ndrop 3\n"},
	    {R, "ok-utf16.csv",
		"2:3 confirmed 880041 <noor.haddad@example.org> [|Court 2] "
		"2026-11-14T12:00:00Z/2026-11-14T13:30:00Z\n"},
	    {M, "ok-list.csv",
		"2:2 active - <noor.haddad@example.org> [|COURT PLUS] "
		"2026-03-15T04:00:00Z/2026-12-02T05:00:00Z\n"
		"3:3 active - <leo@example.org> [|TEAM SPECIAL] "
		"2026-10-19T04:00:00Z/2026-12-01T05:00:00Z\n"
		"6:6 active - <ray@example.org> [|Family - Gold] 2026-05-02T04:00:00Z/-\n"
		"drop 2\n"},
	    {M, "ok-semicolons.csv",
		"2:3 active - <noor.haddad@example.org> [|Court Plus] 2026-03-15T04:00:00Z/-\n"},
	    {"spacebring-subscriptions-csv", "ok-report.csv",
		"2:2 active - <mira@example.org> [|Resident Desk] 2026-09-01T04:00:00Z/-\n"
		"3:3 scheduled - <tom@example.org> [|Hot Desk 10] "
		"2026-12-01T05:00:00Z/2027-03-02T05:00:00Z\n"
		"4:4 active - company=Birch Studio [|Team Office] 2026-09-01T04:00:00Z/-\n"
		"5:5 incomplete - <ann@example.org> [|Resident Desk] 2026-09-01T04:00:00Z/-\n"},
	    {"spacebring-subscriptions-csv", "ok-customers.csv",
		"2:2 active - company=Birch Studio [|Team Office] at=Harbour House "
		"2026-09-01T04:00:00Z/-\n"
		"3:3 cancelled - <tom@example.org> [|Hot Desk 10] at=Harbour House "
		"2026-09-01T04:00:00Z/2026-11-01T04:00:00Z\n"},
	    {"spacebring-users-csv", "ok-report.csv",
		"2:2 active - <mira@example.org> company=Birch Studio\n"
		"3:3 active - <tom@example.org>\n"},
	    {"playbypoint-webhooks", "ok-log.ndjson",
		"1:1 confirmed 880001 <noor.haddad@example.org> [|Court 2] at=City Padel "
		"2026-11-14T12:00:00Z/2026-11-14T13:30:00Z\n"
		"2:2 confirmed 880002 <ivy@example.org> [|Court 2] at=City Padel "
		"2026-11-15T04:30:00Z/2026-11-15T05:30:00Z\n"
		"4:4 confirmed 880001 <noor.haddad@example.org> [|Court 2] at=City Padel "
		"2026-11-14T13:00:00Z/2026-11-14T14:30:00Z\n"
		"6:6 cancelled 880002\n"
		"8:8 reject: end is blank\ndrop 3\n"},
	    {"playbypoint-webhook-memberships", "ok-log.ndjson",
		"1:1 active 7001 <noor.haddad@example.org> [|Court Plus] "
		"2026-10-01T04:00:00Z/-\n"
		"2:2 active 7002 <ivy@example.org> [|Team Special] "
		"2026-10-19T04:00:00Z/2026-12-01T05:00:00Z\n"
		"3:3 active 7002 <ivy@example.org> [|Team Special] "
		"2026-10-19T04:00:00Z/2027-01-12T05:00:00Z\n"
		"5:5 cancelled 7001\ndrop 1\n"},
	    {"allbooked-bookings", "ok-list.json",
		"1:2 confirmed 70000001 <mira@example.org> [11|Bay 1] [12|Bay 2] "
		"2026-11-14T14:00:00Z/2026-11-14T16:00:00Z\n"
		"2:5 confirmed 70000002 [13|Putting green] "
		"2026-11-15T04:00:00Z/2026-11-15T06:00:00Z\n"
		"2 note no_email: nobody can be told from this booking (no e-mail address), "
		"start \"2026-11-14T23:00:00\"\n"
		"3:7 blocked_time 70000003 [11|Bay 1] [12|Bay 2] [13|Putting green] "
		"2026-11-15T11:00:00Z/2026-11-15T13:00:00Z\n"
		"4:9 confirmed 70000004/2026-10-27T22:00:00Z <noor@example.org> [11|Bay 1] "
		"2026-10-27T22:00:00Z/2026-10-27T23:30:00Z\n"
		"4:9 confirmed 70000004/2026-11-03T23:00:00Z <noor@example.org> [11|Bay 1] "
		"2026-11-03T23:00:00Z/2026-11-04T00:30:00Z\n"
		"4:9 confirmed 70000004/2026-11-10T23:00:00Z <noor@example.org> [11|Bay 1] "
		"2026-11-10T23:00:00Z/2026-11-11T00:30:00Z\n"},
	    {"allbooked-csv", "ok-list.csv",
		"2:2 confirmed 70000001 <mira@example.org> [|Bay 1] [|Bay 2] "
		"2026-11-14T14:00:00Z/2026-11-14T16:00:00Z\n"
		"3:3 confirmed 70000002 [|Bay 3] 2026-11-15T04:00:00Z/2026-11-15T06:00:00Z\n"
		"3 note no_email: nobody can be told from this booking (no e-mail address), name "
		"\"Casual user\", resource \"Bay 3\", start \"2026-11-14 23:00\"\n"},
	    {"allbooked-csv", "ok-approval.csv",
		"2:2 confirmed - <mira@example.org> [|Bay 1] "
		"2026-11-14T14:00:00Z/2026-11-14T16:00:00Z\n"
		"3:3 tentative - <noor@example.org> [|Bay 3] "
		"2026-11-15T04:00:00Z/2026-11-15T06:00:00Z\n"
		"4:4 cancelled - <noor@example.org> [|Bay 3] "
		"2026-11-15T14:00:00Z/2026-11-15T16:00:00Z\n"
		"5:5 blocked_time - [|Bay 1] 2026-11-15T11:00:00Z/2026-11-15T13:00:00Z\n"},
	    {"allbooked-csv", "ok-scheduled.csv",
		"2:2 confirmed 70000001 <mira@example.org> [|Bay 1] [|Bay 2] "
		"2026-11-14T13:00:00Z/2026-11-14T13:15:00Z\n"},
	    {"allbooked-users", "ok-users.csv",
		"2:2 active - <mira@example.org>\n"
		"3:3 active - <noor@example.org> company=Harbour Golf\n"},
	};
#undef R
#undef M
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *path = g_build_filename(SOURCES, cases[i].profile, cases[i].file, NULL),
		     *text;
		gsize length;
		struct trial t;
		g_assert_true(g_file_get_contents(path, &text, &length, NULL));
		trial_run(&t, cases[i].profile, "f", text, (gssize)length, "America/New_York");
		if (strcmp(t.log->str, cases[i].want) != 0)
			g_test_fail_printf(
			    "%s\ngave\n%swanted\n%s", path, t.log->str, cases[i].want);
		trial_done(&t);
		g_free(text);
		g_free(path);
	}
}

/* What becomes of each row of a sample. */
static void
expect_sample(const char *profile, const char *file, const char *want)
{
	char *path = g_build_filename(SOURCES, profile, file, NULL), *text;
	g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
	trial_expect(profile, text, AMS, want);
	g_free(text);
	g_free(path);
}

static void
test_codesk(void)
{
	expect_sample("codesk-bookings", "ok-hourly.csv",
	    "2:2 confirmed 2101 <nadia@example.org> [|Meeting Room 2] at=Canal House "
	    "2026-11-16T08:00:00Z/2026-11-16T10:00:00Z\n"
	    "3:3 tentative 2102 <piet@example.org> [|Meeting Room 2] at=Canal House "
	    "2026-11-16T10:00:00Z/2026-11-16T11:30:00Z\n"
	    "4:4 tentative 2103 <piet@example.org> [|Phone Booth] at=Canal House "
	    "2026-11-17T22:00:00Z/2026-11-18T00:00:00Z\n"
	    "5:5 cancelled 2104 <nadia@example.org> [|Meeting Room 2] at=Canal House "
	    "2026-11-18T08:00:00Z/2026-11-18T10:00:00Z\n"
	    "6:6 cancelled 2105 <ruth@example.org> [|Meeting Room 2] at=Canal House "
	    "2026-11-18T08:00:00Z/2026-11-18T10:00:00Z\n"
	    "7:7 no_show 2106 <ruth@example.org> [|Meeting Room 2] at=Canal House "
	    "2026-11-13T08:00:00Z/2026-11-13T10:00:00Z\n");
	expect_sample("codesk-bookings", "ok-days.csv",
	    "3:3 confirmed 2201 <nadia@example.org> [|Hot Desk] at=Canal House "
	    "2026-11-15T23:00:00Z/2026-11-16T23:00:00Z\n"
	    "4:4 confirmed 2202 <piet@example.org> [|Office 4] at=Canal House "
	    "2026-10-31T23:00:00Z/2026-11-30T23:00:00Z\n"
	    "5:5 reject: email is blank\n"
	    "5 note no_email: nobody can be told from this booking (no e-mail address), name "
	    "\"Walk-in\", resource \"Hot Desk\", start \"16/11/2026\"\n"
	    "8:8 reject: email is no address: \"ruth at example.org\": no @ in it\n"
	    "8 note no_email: nobody can be told from this booking (no @ in it), name \"Ruth "
	    "Amsel\", resource \"Hot Desk\", start \"16/11/2026\"\n"
	    "drop 3\n");
	expect_sample("codesk-reservations", "ok-stays.csv",
	    "2:2 confirmed 91 <ines@example.org> [|Loft 3] at=Mill House "
	    "2026-11-14T13:00:00Z/2026-11-30T10:00:00Z\n"
	    "3:3 confirmed 92 <tariq@example.org> [|Lofts] at=Mill House "
	    "2026-11-21T17:00:00Z/2026-11-22T10:00:00Z\n"
	    "4:4 cancelled 93 <tariq@example.org> [|Loft 1] at=Mill House "
	    "2026-11-01T13:00:00Z/2026-11-13T10:00:00Z\n"
	    "5:5 reject: ends before or when it starts\n"
	    "6:6 tentative 95 <olga@example.org> [|Loft 1] at=Mill House "
	    "2026-11-15T13:00:00Z/2026-11-20T10:00:00Z\n"
	    "7:7 unknown 96 <olga@example.org> [|Loft 1] at=Mill House "
	    "2026-11-15T13:00:00Z/2026-11-20T10:00:00Z\n"
	    "7:7 reject: unknown status \"Somehow\"\n");
	expect_sample("codesk-subscriptions", "ok-list.csv",
	    "2:2 active 501 <nadia@example.org> [|Resident] at=Canal House 2026-09-30T22:00:00Z/-\n"
	    "3:3 cancelled 502 <piet@example.org> [|Resident] at=Canal House "
	    "2026-07-31T22:00:00Z/2026-11-30T23:00:00Z\n"
	    "4:4 cancelled 503 <piet@example.org> [|Parking] at=Canal House "
	    "2026-08-14T22:00:00Z/-\n"
	    "5:5 incomplete 504 <ruth@example.org> [|Resident] at=Canal House "
	    "2026-11-30T23:00:00Z/-\n"
	    "6:6 reject: start: not a date or time this profile knows: \"soon\"\n"
	    "7:7 reject: end: not a date or time this profile knows: \"until further notice\"\n");
	expect_sample("codesk-grants", "ok-access.csv",
	    "2:2 active - <nadia@example.org> [|Side door] at=Canal House\n"
	    "3:3 active - <piet@example.org> [|Side door] at=Canal House "
	    "2026-11-16T07:00:00Z/2026-11-20T17:00:00Z\n"
	    "6:6 cancelled - <ruth@example.org> [|Side door] at=Canal House\n"
	    "7:7 expired - <ruth@example.org> [|Side door] at=Canal House "
	    "2026-09-30T22:00:00Z/2026-10-31T23:00:00Z\n"
	    "8:8 reject: email is blank\n"
	    "8 note no_email: nobody can be told from this grant (no e-mail address), name \"Ruth "
	    "Amsel\", resource \"Side door\"\n"
	    "9:9 reject: end: not a date or time this profile knows: \"one day\"\n"
	    "drop 2\n");
}

static void
test_finegym(void)
{
	expect_sample("finegym-members", "ok-members.csv",
	    "2:2 active 701/Unlimited Monthly/2026-02-10 <lena@example.com>\n"
	    "2:2 active 701/Unlimited Monthly/2026-02-10 <lena@example.com> [|Unlimited Monthly] "
	    "2026-02-09T23:00:00Z/-\n"
	    "3:3 active 701/Sauna/2026-01-01 <lena@example.com>\n"
	    "3:3 expired 701/Sauna/2026-01-01 <lena@example.com> [|Sauna] "
	    "2025-12-31T23:00:00Z/2026-06-30T22:00:00Z\n"
	    "4:4 active 702/Unlimited Monthly/2026-03-01 <ari+gym@example.com>\n"
	    "4:4 frozen 702/Unlimited Monthly/2026-03-01 <ari+gym@example.com> [|Unlimited "
	    "Monthly] 2026-02-28T23:00:00Z/- freeze=2026-10-31T23:00:00Z/2026-11-30T23:00:00Z\n"
	    "5 note no_email: nobody can be told from this membership (no e-mail address), name "
	    "\"Kim Dorn\", plan \"Kids\", start \"2026-02-10\"\n"
	    "6:6 blocked 704/10 Visits/2026-09-01 <sol@example.com>\n"
	    "6:6 active 704/10 Visits/2026-09-01 <sol@example.com> [|10 Visits] "
	    "2026-08-31T22:00:00Z/2027-03-01T23:00:00Z\n"
	    "7:7 active 705 <uma@example.com>\n"
	    "8:8 deleted 706/Unlimited Monthly/2025-01-10 <bo@example.com>\n"
	    "8:8 cancelled 706/Unlimited Monthly/2025-01-10 <bo@example.com> [|Unlimited Monthly] "
	    "2025-01-09T23:00:00Z/-\n"
	    "9:9 unknown 707/Unlimited Monthly/2026-05-01 <ola@example.com>\n"
	    "9 note unknown_status: unknown person_status \"On tour\"\n"
	    "9:9 reject: ends before or when it starts\n"
	    "10:10 active 708/Unlimited Monthly/2026-05-01 <ola@example.com>\n"
	    "10:10 unknown 708/Unlimited Monthly/2026-05-01 <ola@example.com> [|Unlimited Monthly] "
	    "2026-04-30T22:00:00Z/-\n"
	    "10:10 reject: unknown status \"Resting\"\n"
	    "11:11 active 709/Unlimited Monthly/2026-05-01 <ola@example.com>\n"
	    "11:11 reject: freeze_end lies before freeze_start\n");
	expect_sample("finegym-members", "ok-bosanski.csv",
	    "2:2 active 711/Mjesečna/2026-02-10 <lejla@example.com>\n"
	    "2:2 active 711/Mjesečna/2026-02-10 <lejla@example.com> [|Mjesečna] "
	    "2026-02-09T23:00:00Z/-\n"
	    "3:3 blocked 712/Mjesečna/2026-02-10 <edin@example.com>\n"
	    "3:3 frozen 712/Mjesečna/2026-02-10 <edin@example.com> [|Mjesečna] "
	    "2026-02-09T23:00:00Z/2026-12-31T23:00:00Z\n");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/fixtures/good", test_good);
	g_test_add_func("/fixtures/bad", test_bad);
	g_test_add_func("/fixtures/cuts", test_cuts);
	g_test_add_func("/fixtures/items", test_items);
	g_test_add_func("/fixtures/codesk", test_codesk);
	g_test_add_func("/fixtures/finegym", test_finegym);
	g_test_add_func("/fixtures/samples", test_samples);
	return g_test_run();
}
