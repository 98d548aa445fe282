/* The plan as people read it: exact texts, and what no text may do to a terminal. */
#include "reports/plan_text.h"

#include "sample_plan.h"

static const char dry_run[] =
    "kisi-reconcile plan 3f2a9c81d04e  as of Sat 2026-11-14 11:00 (Europe/Amsterdam)\n"
    "Dry run: nothing was changed.\n"
    "\n"
    "LOOK AT THIS\n"
    "  1 source REFUSED: what people have from it is kept\n"
    "  2 changes HELD BACK by guards\n"
    "  3 removals that nobody announced (marked !)\n"
    "\n"
    "INPUT (2)\n"
    "  bookings  spacebring-bookings  120 rows  2 rejected  age 12 min\n"
    "  members   memberships          3 rows    1 rejected  age unknown  REFUSED\n"
    "\n"
    "REFUSED SOURCES (1)   -- what they gave at their last good import stays in force\n"
    "  members\n"
    "    members.csv: header not matched: no column email\n"
    "    hint: see `describe members.csv`\n"
    "\n"
    "HELD BACK (2)   -- not done until somebody decides\n"
    "  source_refused (members)\n"
    "    members.csv: header not matched\n"
    "    next: kisi-reconcile describe members.csv\n"
    "  max_removals: 3, limit 2: holds 2 changes\n"
    "    3 of 6 people would lose access that nobody announced: eve@example.com,"
    " fay@example.com, gus@example.com\n"
    "    next: kisi-reconcile apply --approve 77aa9c81d04e --max-removals 3\n"
    "      !  revoke  fay@example.com  Room 1 + Front door  Mon 2 Nov 00:00 - no end    "
    "       row-vanished  the row that gave it is gone from the export: booking 17"
    " (bookings.csv:12)\n"
    "      !  revoke  gus@example.com  Room 1 + Front door  Mon 2 Nov 00:00 - Wed 2 Dec"
    " 00:00  cancelled     gone from the export, which means cancelled there\n"
    "\n"
    "REVOKE (2)   -- these people lose access\n"
    "     dan@example.com  Room 1 + Front door  Sat 14 Nov 10:00 - 13:00  cancelled "
    " booking 17 (bookings.csv:12)\n"
    "  !  eve@example.com  -2+3|cmd             always - no end           hand-made "
    " nothing entitles it and this program did not make it\n"
    "\n"
    "ADJUST (1)\n"
    "  cleo@example.com  Room 1 + Front door  Sat 14 Nov 11:30 - 13:30  -> Sat 14 Nov"
    " 11:30 - Sat 2 Jan 2027 02:00  extended  booking 17 (bookings.csv:12) and 1 more\n"
    "\n"
    "CREATE USER (1)\n"
    "  ada@example.com  Ada, =1+1  new  booking 17 (bookings.csv:12)\n"
    "\n"
    "GRANT (2)\n"
    "  ada@example.com  Room 1 + Front door  Sat 14 Nov 11:30 - 16:30  new             "
    " booking 17 (bookings.csv:12)\n"
    "  bo@example.com   Room 1 + Front door  Mon 2 Nov 00:00 - no end  removed-by-hand "
    " removed in Kisi by somebody, still entitled: booking 17 (bookings.csv:12) and 2"
    " more\n"
    "\n"
    "CLEANUP (1)   -- past already, nobody loses access\n"
    "  +49301234567  group 45  Sun 25 Oct 02:30 (+02:00) - 02:30:17 (+01:00)  ended  its"
    " time is over\n"
    "\n"
    "FINDINGS (4)   -- somebody should look\n"
    "  email_mismatch     new       ada@example.com          may be ada@exmaple.com in"
    " Kisi\n"
    "  email_mismatch     300 runs  zed@example.com          =HYPERLINK(\"http://x\")\n"
    "  missing_group      24 runs                    Room 9  no group of this name in"
    " Kisi\n"
    "\n"
    "REJECTED ROWS (3)   -- they give nobody anything\n"
    "  bookings  bookings.csv:41  line 44  start: not a date: \"31/02\"\n"
    "  bookings  bookings.csv:42           email: \"=cmd|' /C calc'!A0\": no @ in it\n"
    "  members   members.csv:3             end: \"?[31mred\": not a date\n"
    "\n"
    "7 changes: 1 new user, 2 grants, 1 adjust, 2 revokes, 1 cleanup; 2 held; 4"
    " findings; 3 rows rejected; 1 source refused\n";

static const char in_step[] =
    "kisi-reconcile plan 3f2a9c81d04e  as of Sat 2026-11-14 11:00 (Europe/Amsterdam)\n"
    "Dry run: nothing was changed.\n"
    "\n"
    "In step: Kisi holds what the inputs entitle.\n"
    "\n"
    "no changes; 0 findings\n";

static const char applied_top[] =
    "kisi-reconcile plan 3f2a9c81d04e  as of Sat 2026-11-14 11:00 (Europe/Amsterdam)\n"
    "Applied in run a1b2c3d4e5f6 by mira@front-desk.\n"
    "\n"
    "LOOK AT THIS\n"
    "  1 change FAILED\n"
    "  1 change with UNKNOWN outcome\n"
    "  1 change not tried\n"
    "  1 source REFUSED: what people have from it is kept\n"
    "  2 changes HELD BACK by guards\n"
    "  3 removals that nobody announced (marked !)\n"
    "\n"
    "NOT DONE (2)   -- the next run tries again; look at what Kisi answered\n"
    "  grant   bo@example.com    Room 1 + Front door                            Mon 2"
    " Nov 00:00 - no end                    removed-by-hand  removed in Kisi by"
    " somebody, still entitled: booking 17 (bookings.csv:12) and 2 more  FAILED\n"
    "        422: role is taken\n"
    "        change be6cd38d3482, user 7, group 45\n"
    "        booking 17 (bookings.csv:12) by rule meeting-room-1, Sat 14 Nov 11:30 -"
    " 16:30\n"
    "        booking 18 (bookings.csv:13) by rule meeting-room-1, Sat 14 Nov 11:30 -"
    " 16:30\n"
    "        booking 19 (bookings.csv:14) by rule meeting-room-1, Sat 14 Nov 11:30 -"
    " 16:30\n"
    "  adjust  cleo@example.com  Room 1 + Front door  Sat 14 Nov 11:30 - 13:30  -> Sat"
    " 14 Nov 11:30 - Sat 2 Jan 2027 02:00  extended         booking 17 (bookings.csv:12)"
    " and 1 more       UNKNOWN\n"
    "        no answer within 30 s\n"
    "        change da9b6193db62, user 7, group 45, assignment 901\n"
    "        booking 17 (bookings.csv:12) by rule meeting-room-1, Sat 14 Nov 11:30 -"
    " 16:30\n"
    "        booking 18 (bookings.csv:13) by rule meeting-room-1, Sat 14 Nov 11:30 -"
    " 16:30\n"
    "\n";

static const char applied_tail[] =
    "GUARDS (3)\n"
    "  max_age         bookings  ok       720  limit 93600  oldest file is 12 min old,"
    " limit 26 h\n"
    "  source_refused  members   TRIPPED  1                 members.csv: header not"
    " matched\n"
    "  max_removals              TRIPPED  3    limit 2      3 of 6 people would lose"
    " access that nobody announced: eve@example.com, fay@example.com, gus@example.com\n"
    "\n"
    "PROOF\n"
    "  planned again: 3 changes left\n"
    "\n"
    "7 changes: 1 new user, 2 grants, 1 adjust, 2 revokes, 1 cleanup; 4 done, 1 FAILED,"
    " 1 UNKNOWN, 1 not tried; 2 held; 4 findings; 3 rows rejected; 1 source refused\n";

/* A link and a schedule moved; the new link was refused. */
static const char passes[] =
    "kisi-reconcile plan 3f2a9c81d04e  as of Sat 2026-11-14 11:00 (Europe/Amsterdam)\n"
    "Applied in run a1b2c3d4e5f6 by mira@front-desk.\n"
    "\n"
    "LOOK AT THIS\n"
    "  2 changes FAILED\n"
    "\n"
    "NOT DONE (2)   -- the next run tries again; look at what Kisi answered\n"
    "  create_link  ada@example.com  Suite                            Sat 14 Nov 11:30 - 16:30  "
    "moved  booking 17 (bookings.csv:12)  FAILED\n"
    "        422: too many links\n"
    "        change e91da99c0aa1, group 51, \"kisi-reconcile bookings/17\"\n"
    "        booking 17 (bookings.csv:12) by rule meeting-room-1, Sat 14 Nov 11:30 - 16:30\n"
    "  delete_link  ada@example.com  Suite  Sat 14 Nov 10:00 - 13:00                            "
    "moved  booking 17 (bookings.csv:12)  FAILED\n"
    "        not sent: what replaces it was not made\n"
    "        change f6df638672db, group 51, link 301, \"kisi-reconcile bookings/17\"\n"
    "        booking 17 (bookings.csv:12) by rule meeting-room-1, Sat 14 Nov 11:30 - 16:30\n"
    "\n"
    "DELETE LINK (1)   -- what Kisi mailed opens nothing any more\n"
    "  ada@example.com  Suite  Sat 14 Nov 10:00 - 13:00  moved  booking 17 (bookings.csv:12)  "
    "FAILED\n"
    "        not sent: what replaces it was not made\n"
    "        change f6df638672db, group 51, link 301, \"kisi-reconcile bookings/17\"\n"
    "        booking 17 (bookings.csv:12) by rule meeting-room-1, Sat 14 Nov 11:30 - 16:30\n"
    "\n"
    "DELETE SCHEDULE (1)   -- these doors stay shut in that time\n"
    "  lock 52  Sat 14 Nov 10:00 - 13:00  moved  booking 17 (bookings.csv:12)  done\n"
    "        change fcbef13a9b25, lock 52, schedule 401, \"kisi-reconcile bookings/18\"\n"
    "        booking 17 (bookings.csv:12) by rule meeting-room-1, Sat 14 Nov 11:30 - 16:30\n"
    "\n"
    "CREATE LINK (1)   -- Kisi mails each to its person\n"
    "  ada@example.com  Suite  Sat 14 Nov 11:30 - 16:30  moved  booking 17 (bookings.csv:12)  "
    "FAILED\n"
    "        422: too many links\n"
    "        change e91da99c0aa1, group 51, \"kisi-reconcile bookings/17\"\n"
    "        booking 17 (bookings.csv:12) by rule meeting-room-1, Sat 14 Nov 11:30 - 16:30\n"
    "\n"
    "CREATE SCHEDULE (1)   -- these doors open for anyone in that time\n"
    "  Gate  Sat 14 Nov 11:30 - 16:30  moved  booking 17 (bookings.csv:12)  done\n"
    "        change e4fa0bb50393, lock 52, \"kisi-reconcile bookings/18\"\n"
    "        booking 17 (bookings.csv:12) by rule meeting-room-1, Sat 14 Nov 11:30 - 16:30\n"
    "\n"
    "4 changes: 1 new link, 1 deleted link, 1 new schedule, 1 deleted schedule; 2 done, 2 FAILED; "
    "0 findings\n";

/* The text without its lines that hold `part`.  text: taken.  Caller frees. */
static char *
without(char *text, const char *part)
{
	char **lines = g_strsplit(text, "\n", -1);
	GString *out = g_string_new(NULL);
	for (char **line = lines; *line != NULL; line++) {
		if (strstr(*line, part) == NULL && (line[1] != NULL || **line != '\0'))
			g_string_append_printf(out, "%s\n", *line);
	}
	g_strfreev(lines);
	g_free(text);
	return g_string_free(out, FALSE);
}

static void
test_dry_run(void)
{
	struct sample *sample = sample_new();
	/* The finding of 40,000 characters is looked at below. */
	char *text = without(plan_text_format(&sample->run, false), "xxxxxx");
	g_assert_cmpstr(text, ==, dry_run);
	g_free(text);
	/* The run's own id is not in it: the same plan twice is the same text. */
	g_strlcpy(sample->run.id, "000000000000", PLAN_ID);
	text = without(plan_text_format(&sample->run, false), "xxxxxx");
	g_assert_cmpstr(text, ==, dry_run);
	g_free(text);
	sample_free(sample);
}

static void
test_in_step(void)
{
	struct sample *sample = sample_empty();
	char *text = plan_text_format(&sample->run, false);
	g_assert_cmpstr(text, ==, in_step);
	g_free(text);
	sample_free(sample);
}

/* Nothing to do, and yet somebody will stand outside. */
static void
test_closed_doors(void)
{
	struct sample *sample = sample_empty();
	const struct closed_door doors[] = {
	    {.email = "ada@example.com",
		.door = "Room 9",
		.from = at("2026-11-14T09:00:00Z"),
		.why = "Kisi has no group of this name",
		.hint = "make the group in Kisi"},
	    {.email = "bo@example.com",
		.door = "Room 9",
		.from = at("2026-11-14T18:00:00Z"),
		.why = "Kisi has no group of this name"},
	    {.email = "cleo@example.com", .unread = true, .why = "members.csv:4: end is blank"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(doors); i++)
		g_ptr_array_add(sample->plan->closed, g_memdup2(&doors[i], sizeof(doors[i])));
	g_autofree char *text = plan_text_format(&sample->run, false);
	g_assert_null(strstr(text, "In step"));
	g_assert_nonnull(strstr(text,
	    "\nCLOSED DOORS (3)   -- these people stay outside\n"
	    "  ada@example.com   Room 9  now                    Kisi has no group of this name\n"
	    "        next: make the group in Kisi\n"
	    "  bo@example.com    Room 9  from Sat 14 Nov 19:00  Kisi has no group of this name\n"
	    "  cleo@example.com                                 members.csv:4: end is blank\n"));
	sample_free(sample);
}

static void
test_applied(void)
{
	struct sample *sample = sample_applied();
	char *text = plan_text_format(&sample->run, true);
	g_assert_true(g_str_has_prefix(text, applied_top));
	g_assert_true(g_str_has_suffix(text, applied_tail));
	g_free(text);
	sample_free(sample);
}

static void
test_harmless(void)
{
	struct sample *sample = sample_new();
	struct change *change = sample->plan->changes->pdata[5];
	change->group = "\x1b[2J\xe2\x80\xae"
			"evil\r\nGRANT\t\xff";
	char *text = plan_text_format(&sample->run, true);
	g_assert_true(g_utf8_validate(text, -1, NULL));
	for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		g_assert_true(c == '\n' || !g_unichar_iscntrl(c));
		g_assert_true(c < 0x202a || c > 0x202e);
	}
	char **lines = g_strsplit(text, "\n", -1);
	for (char **line = lines; *line != NULL; line++) {
		g_assert_false(g_str_has_suffix(*line, " "));
		g_assert_cmpint(g_utf8_strlen(*line, -1), <, 600);
	}
	g_assert_nonnull(strstr(text, "xxxx... (cut)\n"));
	g_strfreev(lines);
	g_free(text);
	sample_free(sample);
}

static size_t
count(const char *text, const char *part)
{
	size_t n = 0;
	while ((text = strstr(text, part)) != NULL) {
		text += strlen(part);
		n++;
	}
	return n;
}

static void
test_long_lists_end(void)
{
	struct sample *sample = sample_empty();
	for (int i = 0; i < 1012; i++) {
		struct change *change = sample_change(
		    sample, sample->plan->changes, "ada@example.com", CAUSE_HAND_MADE);
		change->have_id = 1;
		change->have = span(NULL, NULL);
	}
	char *text = plan_text_format(&sample->run, false);
	g_assert_cmpuint(count(text, "ada@example.com"), ==, 200);
	g_assert_nonnull(strstr(text, "\n  ... and 812 more (see the workbook)\n"));
	g_assert_nonnull(strstr(text, "\nREVOKE (1012)   -- these people lose access\n"));
	g_free(text);
	sample_free(sample);
}

static void
test_passes(void)
{
	struct sample *sample = sample_passes();
	char *text = plan_text_format(&sample->run, true);
	g_assert_cmpstr(text, ==, passes);
	g_free(text);
	sample_free(sample);
}

static void
test_summary(void)
{
	struct sample *sample = sample_applied();
	char *text = plan_text_summary(&sample->run);
	g_assert_cmpstr(text, ==,
	    "7 changes: 1 new user, 2 grants, 1 adjust, 2 revokes, 1 cleanup; 4 done, 1 FAILED, "
	    "1 UNKNOWN, 1 not tried; 2 held; 4 findings; 3 rows rejected; 1 source refused");
	g_free(text);
	sample_free(sample);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/plan-text/dry-run", test_dry_run);
	g_test_add_func("/plan-text/in-step", test_in_step);
	g_test_add_func("/plan-text/closed-doors", test_closed_doors);
	g_test_add_func("/plan-text/applied", test_applied);
	g_test_add_func("/plan-text/harmless", test_harmless);
	g_test_add_func("/plan-text/long-lists-end", test_long_lists_end);
	g_test_add_func("/plan-text/passes", test_passes);
	g_test_add_func("/plan-text/summary", test_summary);
	return g_test_run();
}
