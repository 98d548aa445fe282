/*
 * The exports in fixtures/sources: good ones are read whole, bad ones refused, and a good one that is cut anywhere
 * is never taken for whole JSON nor yields a row that the whole file does not have.
 */
#include "harness.h"

#define SOURCES "fixtures/sources"
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
	    {"playbypoint-webhooks", "ok-log.ndjson",
		"1:1 confirmed 880001 <noor.haddad@example.org> [|Court 2] at=City Padel "
		"2026-11-14T12:00:00Z/2026-11-14T13:30:00Z\n"
		"2:2 confirmed 880002 <ivy@example.org> [|Court 2] at=City Padel "
		"2026-11-15T04:30:00Z/2026-11-15T05:30:00Z\n"
		"4:4 confirmed 880001 <noor.haddad@example.org> [|Court 2] at=City Padel "
		"2026-11-14T13:00:00Z/2026-11-14T14:30:00Z\n"
		"6:6 cancelled 880002\n"
		"8:8 unknown 880003 <ivy@example.org>\n"
		"8:8 reject: end is blank\ndrop 3\n"},
	    {"playbypoint-webhook-memberships", "ok-log.ndjson",
		"1:1 active 7001 <noor.haddad@example.org> [|Court Plus] "
		"2026-10-01T04:00:00Z/-\n"
		"2:2 active 7002 <ivy@example.org> [|Team Special] "
		"2026-10-19T04:00:00Z/2026-12-01T05:00:00Z\n"
		"3:3 active 7002 <ivy@example.org> [|Team Special] "
		"2026-10-19T04:00:00Z/2027-01-12T05:00:00Z\n"
		"5:5 cancelled 7001\ndrop 1\n"},
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

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/fixtures/good", test_good);
	g_test_add_func("/fixtures/bad", test_bad);
	g_test_add_func("/fixtures/cuts", test_cuts);
	g_test_add_func("/fixtures/items", test_items);
	g_test_add_func("/fixtures/samples", test_samples);
	return g_test_run();
}
