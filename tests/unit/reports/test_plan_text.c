/* The plan as people read it: exact texts, and what no text may do to a terminal. */
#include "reports/plan_text.h"

#include "reports/grid.h"
#include "sample_plan.h"

static const struct text_style log_style = {.next = "kisi-reconcile -c venue.ini apply"};
static const struct text_style verbose_style = {
    .verbose = true, .next = "kisi-reconcile -c venue.ini apply"};
static const struct text_style screen_style = {
    .width = 80, .next = "kisi-reconcile -c venue.ini apply"};

static const char dry_run[] =
    "Harbour House, Saturday 14 Nov 2026, 11:00 (Europe/Amsterdam)\n"
    "Dry run, nothing is changed.  - removed  + given  ~ dates changed  ! unexplained\n"
    "\n"
    "REFUSED members: members.csv: header not matched: no column email; nobody loses"
    " access because of it\n"
    "   Do: see `describe members.csv`\n"
    "\n"
    "REMOVE 2 rights from 2 people\n"
    " -  dan@example.com  'quoted                   Room 1 + Front door  booking"
    " cancelled (until today 13:00)  change 0f4d9624a530, user 7, group 45, assignment"
    " 902\n"
    " !  eve@example.com  Eve ?evil?new line?tab ?  -2+3|cmd             by hand; in no"
    " export                  change 412aecc58a2b, user 7, group 46, assignment 903\n"
    "\n"
    "CHANGE 1 right of 1 person\n"
    " ~  cleo@example.com  Cléo 🚪  Room 1 + Front door  today 11:30-13:30 -> 11:30 - Sat"
    " 2 Jan 2027 2:00  2 bookings, joined  change da9b6193db62, user 7, group 45,"
    " assignment 901\n"
    "\n"
    "GIVE 2 rights to 2 people (1 is new in Kisi: Ada, =1+1)\n"
    " +  ada@example.com  =1+1  Room 1 + Front door  today 11:30-16:30, booked          "
    "          change 721da0a85680, group 45\n"
    " +  bo@example.com   @x    Room 1 + Front door  3 bookings; somebody had removed it"
    " in Kisi  change be6cd38d3482, user 7, group 45\n"
    "\n"
    "CREATE 1 in Kisi\n"
    " +  ada@example.com  Ada, =1+1  new in Kisi  change da4186f7ad86\n"
    "\n"
    "WAITING 2 changes, 4 decisions: nothing happens until you decide\n"
    " 1 members: members.csv: header not matched (not_understood)\n"
    "   Do: kisi-reconcile describe members.csv\n"
    " 2 3 of the 6 people would lose access, and nothing explains it; without approval"
    " at most 2 may (max_removals)\n"
    "     =xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..., gus@example.com\n"
    "   Do: kisi-reconcile apply --approve 77aa9c81d04e --max-removals 3\n"
    " 3 No group of this name; nearest: Room 8; 2 people wait for it\n"
    " 4 No group of this name; nearest: Room 8\n"
    " !  fay@example.com  =xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...  Room 1 +"
    " Front door  booking is no longer in the export            waits: max_removals "
    " change d396434d8a52, user 7, group 45, assignment 905\n"
    " !  gus@example.com                                                Room 1 + Front"
    " door  access is no longer in the export, so cancelled (to the end of Tue 1 Dec) "
    " waits: max_removals  change e0db0201ad56, user 7, group 45, assignment 906\n"
    "\n"
    "NOTES 1\n"
    "\n"
    "Also: 3 rows could not be read.  -v lists them.\n"
    "\n"
    "2 to remove, 2 to give, 1 to change, 1 new in Kisi, 1 expired to clear away; 2"
    " wait\n"
    "Plan:  3f2a9c81d04e\n"
    "Do it: kisi-reconcile -c venue.ini apply\n";

static const char in_step[] = "Harbour House, Saturday 14 Nov 2026, 11:00 (Europe/Amsterdam)\n"
			      "Dry run, nothing is changed.\n"
			      "\n"
			      "Kisi is as it should be: there is nothing to change.\n"
			      "\n"
			      "No changes\n"
			      "Plan:  3f2a9c81d04e\n";

static const char applied_top[] =
    "Harbour House, Saturday 14 Nov 2026, 11:00 (Europe/Amsterdam)\n"
    "Applied in run a1b2c3d4e5f6 by mira@front-desk.\n"
    "- removed  + given  ~ dates changed  ! unexplained\n"
    "\n"
    "REFUSED members: members.csv: header not matched: no column email; nobody loses"
    " access because of it\n"
    "   Do: see `describe members.csv`\n"
    "\n"
    "NOT DONE 3 of 7: the next run tries again, or run apply now\n"
    " x  bo@example.com    @x               Room 1 + Front door                         "
    "                       3 bookings; somebody had removed it in Kisi  FAILED    "
    " change be6cd38d3482, user 7, group 45\n"
    "       booking 17 (bookings.csv:12) by rule meeting-room-1, Sat 14 Nov 11:30 -"
    " 16:30\n"
    "       booking 18 (bookings.csv:13) by rule meeting-room-1, Sat 14 Nov 11:30 -"
    " 16:30\n"
    "       booking 19 (bookings.csv:14) by rule meeting-room-1, Sat 14 Nov 11:30 -"
    " 16:30\n"
    "       422: role is taken\n"
    " x  cleo@example.com  Cléo 🚪          Room 1 + Front door  today 11:30-13:30 ->"
    " 11:30 - Sat 2 Jan 2027 2:00  2 bookings, joined                           UNKNOWN "
    "   change da9b6193db62, user 7, group 45, assignment 901\n"
    "       booking 17 (bookings.csv:12) by rule meeting-room-1, Sat 14 Nov 11:30 -"
    " 16:30\n"
    "       booking 18 (bookings.csv:13) by rule meeting-room-1, Sat 14 Nov 11:30 -"
    " 16:30\n"
    "       no answer within 30 s\n"
    " x  +49301234567      李 小龍 _x0041_  group 45                                       "
    "                    access ended Sun 25 Oct 2:30:17 (+01:00)     not tried  change"
    " d851cf1b14ff, user 7, group 45, assignment 904\n"
    "\n";

static const char applied_tail[] =
    "GUARDS 3\n"
    "  max_age         bookings  ok       720  limit 93600  oldest file is 12 min old,"
    " limit 26 h\n"
    "  not_understood  members   TRIPPED  1                 members.csv: header not"
    " matched\n"
    "  max_removals              TRIPPED  3    limit 2      3 of 6 people would lose"
    " access that nobody announced: eve@example.com, fay@example.com, gus@example.com\n"
    "\n"
    "Checked afterwards: 3 changes left\n"
    "\n"
    "2 removed, 1 given, 1 new in Kisi, 1 FAILED, 1 UNKNOWN, 1 not tried; 2 wait\n";

/* A link and a schedule moved; the new link was refused. */
static const char passes[] =
    "Harbour House, Saturday 14 Nov 2026, 11:00 (Europe/Amsterdam)\n"
    "Applied in run a1b2c3d4e5f6 by mira@front-desk.\n"
    "- removed  + given  ~ dates changed  ! unexplained\n"
    "\n"
    "NOT DONE 2 of 4: the next run tries again, or run apply now\n"
    " x  ada@example.com  Suite  today 11:30-16:30, booked; Kisi mails a link  FAILED "
    " change e91da99c0aa1, group 51, \"kisi-reconcile bookings/17\"\n"
    "       booking 17 (bookings.csv:12) by rule meeting-room-1, Sat 14 Nov 11:30 -"
    " 16:30\n"
    "       422: too many links\n"
    " x  ada@example.com  Suite  booking moved (until today 13:00)             FAILED "
    " change f6df638672db, group 51, link 301, \"kisi-reconcile bookings/17\"\n"
    "       booking 17 (bookings.csv:12) by rule meeting-room-1, Sat 14 Nov 11:30 -"
    " 16:30\n"
    "       not sent: what replaces it was not made\n"
    "\n"
    "REMOVED 1 right\n"
    " -  lock 52  booking moved (until today 13:00)  change fcbef13a9b25, lock 52,"
    " schedule 401, \"kisi-reconcile bookings/18\"\n"
    "       booking 17 (bookings.csv:12) by rule meeting-room-1, Sat 14 Nov 11:30 -"
    " 16:30\n"
    "\n"
    "GIVEN 1 right\n"
    " +  Gate  today 11:30-16:30, booked; the door is open for anyone then  change"
    " e4fa0bb50393, lock 52, \"kisi-reconcile bookings/18\"\n"
    "       booking 17 (bookings.csv:12) by rule meeting-room-1, Sat 14 Nov 11:30 -"
    " 16:30\n"
    "\n"
    "1 removed, 1 given, 2 FAILED\n";

static const char screen[] =
    "Harbour House, Saturday 14 Nov 2026, 11:00 (Europe/Amsterdam)\n"
    "Dry run, nothing is changed.  - removed  + given  ~ dates changed  ! unexplained\n"
    "\n"
    "REFUSED members: members.csv: header not matched: no column email; nobody\n"
    "    loses access because of it\n"
    "   Do: see `describe members.csv`\n"
    "\n"
    "REMOVE 2 rights from 2 people\n"
    " -  'quoted                   Room 1 + Front door  booking cancelled (until\n"
    "                                                   today 13:00)\n"
    " !  Eve ?evil?new line?tab ?  -2+3|cmd             by hand; in no export\n"
    "\n"
    "CHANGE 1 right of 1 person\n"
    " ~  Cléo 🚪  Room 1 + Front door  today 11:30-13:30 -> 11:30  2 bookings, joined\n"
    "                                  - Sat 2 Jan 2027 2:00\n"
    "\n"
    "GIVE 2 rights to 2 people (1 is new in Kisi: Ada, =1+1)\n"
    " +  Ada, =1+1  Room 1 + Front door  today 11:30-16:30, booked\n"
    " +  @x         Room 1 + Front door  3 bookings; somebody had removed it in Kisi\n"
    "\n"
    "WAITING 2 changes, 4 decisions: nothing happens until you decide\n"
    " 1 members: members.csv: header not matched\n"
    "   Do: kisi-reconcile describe members.csv\n"
    " 2 3 of the 6 people would lose access, and nothing explains it; without\n"
    "   approval at most 2 may\n"
    "     =xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..., gus@example.com\n"
    "   Do: kisi-reconcile apply --approve 77aa9c81d04e --max-removals 3\n"
    " 3 No group of this name; nearest: Room 8; 2 people wait for it\n"
    " 4 No group of this name; nearest: Room 8\n"
    "\n"
    "Also: 3 rows could not be read, 1 room or plan has no rule.  -v lists them.\n"
    "\n"
    "2 to remove, 2 to give, 1 to change, 1 new in Kisi, 1 expired to clear away; 2\n"
    "wait\n"
    "Plan:  3f2a9c81d04e\n"
    "Do it: kisi-reconcile -c venue.ini apply\n";

/* The note of 40,000 characters is looked at below. */
static char *
without_long(char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	GString *out = g_string_new(NULL);
	for (char **line = lines; *line != NULL; line++) {
		if (strstr(*line, "... (cut)") == NULL)
			g_string_append_printf(out, "%s%s", *line, line[1] != NULL ? "\n" : "");
	}
	g_free(text);
	return g_string_free(out, FALSE);
}

static void
test_dry_run(void)
{
	struct sample *sample = sample_new();
	char *text = without_long(plan_text_format(&sample->run, &log_style));
	g_assert_cmpstr(text, ==, dry_run);
	g_free(text);
	/* The run's own id is not in it: the same plan twice is the same text. */
	g_strlcpy(sample->run.id, "000000000000", PLAN_ID);
	text = without_long(plan_text_format(&sample->run, &log_style));
	g_assert_cmpstr(text, ==, dry_run);
	g_free(text);
	sample_free(sample);
}

/* On a terminal people are names, and no line is wider than it. */
static void
test_screen(void)
{
	struct sample *sample = sample_new();
	g_autofree char *text = plan_text_format(&sample->run, &screen_style);
	g_assert_cmpstr(text, ==, screen);
	g_assert_null(strstr(text, "dan@example.com"));
	sample_free(sample);
	sample = sample_applied();
	for (size_t width = 60; width <= 200; width += 20) {
		const struct text_style style = {.width = width, .next = screen_style.next};
		g_autofree char *page = plan_text_format(&sample->run, &style);
		g_auto(GStrv) lines = g_strsplit(page, "\n", -1);
		for (char **line = lines; *line != NULL; line++)
			g_assert_cmpuint(grid_width(*line), <=, width);
	}
	sample_free(sample);
}

/* Colour says nothing of its own. */
static void
test_colour(void)
{
	struct sample *sample = sample_new();
	struct text_style style = screen_style;
	style.colour = true;
	g_autofree char *text = plan_text_format(&sample->run, &style);
	g_assert_nonnull(strstr(text, "\n \x1b[31m-\x1b[0m  'quoted"));
	g_assert_nonnull(strstr(text, "\n\x1b[1mREMOVE\x1b[0m 2 rights"));
	g_autoptr(GRegex) escapes = g_regex_new("\x1b\\[[0-9;]*m", 0, 0, NULL);
	g_autofree char *plain = g_regex_replace_literal(escapes, text, -1, 0, "", 0, NULL);
	g_assert_cmpstr(plain, ==, screen);
	sample_free(sample);
}

/* All that is done about one person, or at one door, stands together. */
static void
test_orders(void)
{
	struct sample *sample = sample_new();
	struct text_style style = {.width = 200, .by = ORDER_PERSON};
	g_autofree char *people = plan_text_format(&sample->run, &style);
	const char *ada = strstr(people, "\n +  Ada, =1+1"), *eve = strstr(people, "\n !  Eve");
	g_assert_nonnull(strstr(people, "\nCHANGES 5, by person\n"));
	g_assert_true(ada != NULL && eve != NULL && ada < eve);
	style.by = ORDER_GROUP;
	g_autofree char *groups = plan_text_format(&sample->run, &style);
	ada = strstr(groups, "\n +  Ada, =1+1");
	eve = strstr(groups, "\n !  Eve");
	g_assert_true(ada != NULL && eve != NULL && eve < ada);
	g_assert_null(strstr(groups, "\nREMOVE"));
	g_autoptr(GHashTable) locks = g_hash_table_new(g_int64_hash, g_int64_equal);
	const int64_t group = 46;
	g_hash_table_insert(locks, (gpointer)&group, (gpointer) "Side door, Gate");
	style.by = ORDER_DOOR;
	style.locks = locks;
	g_autofree char *doors = plan_text_format(&sample->run, &style);
	g_assert_nonnull(strstr(doors, "\nCHANGES 5, by door\n"));
	g_assert_nonnull(strstr(doors, "Side door, Gate"));
	sample_free(sample);
}

/* A run that is limited to one person lists nobody else. */
static void
test_only_person(void)
{
	struct sample *sample = sample_new();
	struct text_style style = log_style;
	style.only_person = "gus@example.com";
	g_autofree char *text = plan_text_format(&sample->run, &style);
	g_assert_nonnull(strstr(text, " !  gus@example.com"));
	g_assert_null(strstr(text, "fay@example.com"));
	g_assert_null(strstr(text, "No group of this name"));
	sample_free(sample);
}

static void
test_in_step(void)
{
	struct sample *sample = sample_empty();
	char *text = plan_text_format(&sample->run, &log_style);
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
	g_autofree char *text = plan_text_format(&sample->run, &log_style);
	g_assert_null(strstr(text, "as it should be"));
	g_assert_nonnull(strstr(text,
	    "\nCLOSED DOORS (3) unless somebody acts\n"
	    "   now          ada@example.com   Room 9  Kisi has no group of this name\n"
	    "         Do: make the group in Kisi\n"
	    "   today 19:00  bo@example.com    Room 9  Kisi has no group of this name\n"
	    "   now          cleo@example.com          members.csv:4: end is blank\n"));
	sample_free(sample);
}

static void
test_applied(void)
{
	struct sample *sample = sample_applied();
	char *text = plan_text_format(&sample->run, &verbose_style);
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
	char *text = plan_text_format(&sample->run, &verbose_style);
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
	g_autofree char *text = plan_text_format(&sample->run, &screen_style);
	g_assert_cmpuint(count(text, "Room 1 + Front door"), ==, 200);
	g_assert_nonnull(strstr(text, "\n   ... and 812 more (see the workbook)\n"));
	g_assert_nonnull(strstr(text, "\nREMOVE 1012 rights from 1 person\n"));
	/* A log is searched: it has them all. */
	g_autofree char *log = plan_text_format(&sample->run, &log_style);
	g_assert_cmpuint(count(log, "ada@example.com"), ==, 1012);
	sample_free(sample);
}

static void
test_passes(void)
{
	struct sample *sample = sample_passes();
	char *text = plan_text_format(&sample->run, &verbose_style);
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
	g_test_add_func("/plan-text/screen", test_screen);
	g_test_add_func("/plan-text/colour", test_colour);
	g_test_add_func("/plan-text/orders", test_orders);
	g_test_add_func("/plan-text/only-person", test_only_person);
	g_test_add_func("/plan-text/in-step", test_in_step);
	g_test_add_func("/plan-text/closed-doors", test_closed_doors);
	g_test_add_func("/plan-text/applied", test_applied);
	g_test_add_func("/plan-text/harmless", test_harmless);
	g_test_add_func("/plan-text/long-lists-end", test_long_lists_end);
	g_test_add_func("/plan-text/passes", test_passes);
	g_test_add_func("/plan-text/summary", test_summary);
	return g_test_run();
}
