/* What becomes of rows: structure of tables and JSON, statuses, people, times.  One log for each case. */
#include "harness.h"

#include <unistd.h>
#include <utime.h>

#define HEAD "booking_id,email,name,resource,location,start,end,status,attendees\n"
#define ROW(id, rest) id ",mira@example.com,,R,," rest "\n"
#define T9 "2026-11-14T09:00:00Z"
#define T10 "2026-11-14T10:00:00Z"
#define OUT(place, id) place " confirmed " id " <mira@example.com> [|R] " T9 "/" T10
#define AMS "Europe/Amsterdam"

struct trial_case {
	const char *text, *timezone, *want;
};

static void
run(const char *profile, const struct trial_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++)
		trial_expect(profile, cases[i].text, cases[i].timezone, cases[i].want);
}

static void
test_structure(void)
{
	static const struct trial_case cases[] = {
	    {HEAD ROW("b1", T9 "," T10 ",confirmed,"), NULL, OUT("2:2", "b1") "\n"},
	    {"\xEF\xBB\xBF\"booking_id\",email,resource,start,end\nb1,mira@example.com,R," T9
	     "," T10 "\n",
		NULL, OUT("2:2", "b1") "\n"},
	    {"Booking ID;E-Mail;RESOURCE; Start ;End\nb1;mira@example.com;R;" T9 ";" T10 "\n", NULL,
		OUT("2:2", "b1") "\n"},
	    {"sep=;\r\nbooking_id;email;resource;start;end\r\nb1;mira@example.com;R;" T9 ";" T10
	     "\r\n",
		NULL, OUT("2:3", "b1") "\n"},
	    {"Report\n\n" HEAD "\n,,,,,,,,\n" ROW("b1", T9 "," T10 ",confirmed,"), NULL,
		OUT("6:6", "b1") "\ndrop 2\n"},
	    {HEAD ROW("b1", T9 "," T10 ",confirmed,") HEAD ROW("b2", T9 "," T10 ",confirmed,"),
		NULL, OUT("2:2", "b1") "\n" OUT("4:4", "b2") "\ndrop 1\n"},
	    {HEAD ROW("b1", T9 "," T10 ",confirmed,") ",,,Total,,,,,12\n", NULL,
		OUT("2:2", "b1") "\ndrop 1\n"},
	    {HEAD "Total,,,,,,,,12\n", NULL, "drop 1\n"},
	    /* a last line without its line break may be the beginning of a row, unless it begins like a report's */
	    {"email,resource,start,end\nmira@example.com,R," T9 "," T10 "\nben", NULL,
		"2:2 confirmed - <mira@example.com> [|R] " T9 "/" T10
		"\ndrop 1\nREFUSED f: cut short: the last row has neither all cells nor an end of "
		"line\n"},
	    {"email,resource,start,end\nmira@example.com,R," T9 "," T10 "\n(1 row)", NULL,
		"2:2 confirmed - <mira@example.com> [|R] " T9 "/" T10 "\ndrop 1\n"},
	    {HEAD "b1,mira@example.com,,R,,Total," T10 ",confirmed,\n", NULL,
		"2:2 reject: start: not a date or time this profile knows: \"Total\"\n"},
	    {HEAD ROW("b1", T9 "," T10 ",confirmed,,,"), NULL, OUT("2:2", "b1") "\n"},
	    {HEAD ROW("b1", T9 "," T10 ",confirmed,,,x"), NULL,
		"2:2 reject: has 11 cells, the header 9\n"},
	    {HEAD "b1,mira@example.com,,R,," T9 "\n", NULL,
		"2:2 reject: has 6 cells, the header 9: end is missing\n"},
	    {HEAD "b1,mira@example.com,,R,," T9 "," T10 ",confirmed\n", NULL,
		OUT("2:2", "b1") "\n"},
	    {HEAD "b1,mira@example.com,,R,," T9 "," T10 ",confirmed", NULL,
		OUT("2:2", "b1") "\nREFUSED f: cut short: the last row has neither all cells nor "
				 "an end of line\n"},
	    {HEAD "b1,mira@example.com,,R,," T9 "," T10 ",confirmed,", NULL, OUT("2:2", "b1") "\n"},
	    {"booking_id,email,resource,start,end,notes,notes,Email 2\nb1,mira@example.com,R," T9
	     "," T10 ",x,y,other@example.com\n",
		NULL, OUT("2:2", "b1") "\n"},
	    {"booking_id,email,resource,start,end,notes\nb1,mira@example.com,R," T9 "," T10
	     ",\"two\nlines\"\nb2,mira@example.com,R," T9 "," T10 ",\n",
		NULL, OUT("2:2", "b1") "\n" OUT("3:4", "b2") "\n"},
	    {HEAD "'=b1,mira@example.com,,'+R,," T9 "," T10 ",confirmed,\n", NULL,
		"2:2 confirmed =b1 <mira@example.com> [|+R] " T9 "/" T10 "\n"},
	    {HEAD "1.55E+10,mira@example.com,,R,," T9 "," T10 ",confirmed,\n", NULL,
		"2 note mangled_id: a spreadsheet program has rounded this id: export it as text\n"
		"2:2 confirmed - <mira@example.com> [|R] " T9 "/" T10 "\n"},
	    {HEAD, NULL, ""},
	    /* refusals */
	    {"email,resource,start\nx,y,z\n", NULL,
		"REFUSED f: required column missing: end; row 1 has: email, resource, start\n"},
	    {"e-mial,resource,start,end\nx,y,z,w\n", NULL,
		"REFUSED f: required column missing: email (is it \"e-mial\"?); row 1 has: e-mial, "
		"resource, start, end\n"},
	    {"a,b\n1,2\n", NULL,
		"REFUSED f: header not matched: needs email, resource, start, end; the first row "
		"is: a, b\n"},
	    {"booking_id,email,E-Mail,resource,start,end\n", NULL,
		"REFUSED f: two columns match \"email\"\n"},
	    {HEAD ROW("b1", T9 "," T10 ",\"confirmed,"), NULL,
		"REFUSED f:2: a quote that is never closed (row 2)\n"},
	};
	run("generic-bookings", cases, G_N_ELEMENTS(cases));
}

static void
test_bookings(void)
{
#define LOCAL(status, start, end) HEAD "b,mira@example.com,,R,," start "," end "," status ",\n"
#define GOOD(status, span) "2:2 " status " b <mira@example.com> [|R] " span "\n"
	static const struct trial_case cases[] = {
	    {LOCAL("Confirmed", "2026-11-14 12:00", "2026-11-14 16:00"), AMS,
		GOOD("confirmed", "2026-11-14T11:00:00Z/2026-11-14T15:00:00Z")},
	    {LOCAL(" CHECKED  IN ", "2026-11-14T12:00", "2026-11-14T16:00:00"), AMS,
		GOOD("confirmed", "2026-11-14T11:00:00Z/2026-11-14T15:00:00Z")},
	    {LOCAL("no show", T9, T10), NULL, GOOD("no_show", T9 "/" T10)},
	    {LOCAL("completed", T9, T10), NULL, GOOD("completed", T9 "/" T10)},
	    {LOCAL("waitlist", T9, T10), NULL, GOOD("tentative", T9 "/" T10)},
	    {LOCAL("Declined", T9, T10), NULL, GOOD("cancelled", T9 "/" T10)},
	    {LOCAL("blocked_time", T9, T10), NULL, GOOD("blocked_time", T9 "/" T10)},
	    {LOCAL("confirmed by Ada", T9, T10), NULL,
		GOOD("unknown", T9 "/" T10) "2:2 reject: unknown status \"confirmed by Ada\"\n"},
	    {LOCAL("unknown", T9, T10), NULL,
		GOOD("unknown", T9 "/" T10) "2:2 reject: unknown status \"unknown\"\n"},
	    {LOCAL("", T9, T10), NULL, GOOD("unknown", T9 "/" T10) "2:2 reject: status is blank\n"},
	    {LOCAL("\xC2\xA0", T9, T10), NULL,
		GOOD("unknown", T9 "/" T10) "2:2 reject: status is blank\n"},
	    {LOCAL("confirmed", "2026-11-14 12:00", T10), NULL,
		"2:2 reject: start: local time, but source src has no timezone (set timezone = "
		"Area/City in "
		"[source src])\n"},
	    {LOCAL("confirmed", T9, T10), "Mars/Olympus",
		"REFUSED source src: no time zone is called \"Mars/Olympus\"\n"},
	    {LOCAL("confirmed", "2026-11-14", "2026-11-15"), AMS,
		"2:2 reject: start: not a date or time this profile knows: \"2026-11-14\"\n"},
	    {LOCAL("confirmed", T9, "soon"), AMS,
		"2:2 reject: end: not a date or time this profile knows: \"soon\"\n"},
	    {LOCAL("confirmed", T9, ""), AMS, "2:2 reject: end is blank\n"},
	    {LOCAL("confirmed", "", T10), AMS, "2:2 reject: start is blank\n"},
	    {LOCAL("confirmed", T10, T10), AMS, "2:2 reject: ends before or when it starts\n"},
	    /* 12:30+02:00 is before 11:00Z although its digits are greater */
	    {LOCAL("confirmed", "2026-11-14T11:00:00Z", "2026-11-14T12:30:00+02:00"), AMS,
		"2:2 reject: ends before or when it starts\n"},
	    {LOCAL("confirmed", "2026-11-14T09:00:00Z", "2028-11-14T09:00:00Z"), AMS,
		"2:2 reject: longer than 400 days\n"},
	    {LOCAL("confirmed", "2026-11-14 23:00", "2026-11-15 01:00"), "America/New_York",
		GOOD("confirmed", "2026-11-15T04:00:00Z/2026-11-15T06:00:00Z")},
	    {HEAD "b,mira@example.com,,,," T9 "," T10 ",confirmed,\n", NULL,
		"2:2 reject: resource is blank\n"},
	    {HEAD "b,mira@example.com,,\"A; B;;\",Harbour," T9 "," T10 ",confirmed,\n", NULL,
		"2:2 confirmed b <mira@example.com> [|A] [|B] at=Harbour " T9 "/" T10 "\n"},
	};
	run("generic-bookings", cases, G_N_ELEMENTS(cases));
}

/* The nights of the clock change in Amsterdam: 02:00 to 03:00 is missing in March and there twice in October. */
static void
test_clock_changes(void)
{
	static const struct trial_case cases[] = {
	    {LOCAL("confirmed", "2026-03-29 02:30", "2026-03-29 04:00"), AMS,
		"2 note dst: start 2026-03-29 02:30 does not exist in Europe/Amsterdam: taken as "
		"2026-03-29T01:00:00Z\n"
		"2:2 confirmed b <mira@example.com> [|R] 2026-03-29T01:00:00Z/2026-03-29T02:00:00Z "
		"gap\n"},
	    {LOCAL("confirmed", "2026-03-29 01:00", "2026-03-29 02:30"), AMS,
		"2 note dst: end 2026-03-29 02:30 does not exist in Europe/Amsterdam: taken as "
		"2026-03-29T01:00:00Z\n"
		"2:2 confirmed b <mira@example.com> [|R] 2026-03-29T00:00:00Z/2026-03-29T01:00:00Z "
		"gap\n"},
	    {LOCAL("confirmed", "2026-03-29 02:10", "2026-03-29 02:50"), AMS,
		"2:2 reject: ends before or when it starts\n"},
	    {LOCAL("confirmed", "2026-10-25 02:30", "2026-10-25 02:30"), AMS,
		"2 note dst: start 2026-10-25 02:30 happens twice in Europe/Amsterdam: taken as "
		"2026-10-25T00:30:00Z\n"
		"2 note dst: end 2026-10-25 02:30 happens twice in Europe/Amsterdam: taken as "
		"2026-10-25T01:30:00Z\n"
		"2:2 confirmed b <mira@example.com> [|R] 2026-10-25T00:30:00Z/2026-10-25T01:30:00Z "
		"overlap\n"},
	    {LOCAL("confirmed", "2026-10-25T02:30:00+01:00", "2026-10-25 03:30"), AMS,
		"2:2 confirmed b <mira@example.com> [|R] "
		"2026-10-25T01:30:00Z/2026-10-25T02:30:00Z\n"},
	};
	run("generic-bookings", cases, G_N_ELEMENTS(cases));
}

static void
test_people_of_bookings(void)
{
#define WHO(email, attendees) HEAD "b," email ",N,R,," T9 "," T10 ",confirmed," attendees "\n"
#define IS(email, rest) "2:2 confirmed b <" email "> [|R] " T9 "/" T10 rest "\n"
	static const struct trial_case cases[] = {
	    {WHO(" Mira <MIRA@Example.com> ", ""), NULL, IS("mira@example.com", "")},
	    {WHO("mailto:mira@example.com", ""), NULL, IS("mira@example.com", "")},
	    {WHO("mira@example.com", "gus@example.org; Tom <TOM@example.com>;"), NULL,
		IS("mira@example.com", " +gus@example.org +tom@example.com")},
	    {WHO("mira@example.com", "Gus;tom@example.com"), NULL,
		"2 note bad_attendee: attendee \"Gus\": no @ in it\n" IS(
		    "mira@example.com", " +tom@example.com")},
	    {WHO("", ""), NULL,
		"2:2 reject: email is blank\n2 note no_email: nobody can be told from this booking "
		"(no "
		"e-mail address), name \"N\", resource \"R\", start \"" T9 "\"\n"},
	    {WHO("mira(at)example.com", ""), NULL,
		"2:2 reject: email is no address: \"mira(at)example.com\": no @ in it\n2 note "
		"no_email: "
		"nobody can be told from this booking (no @ in it), name \"N\", resource \"R\", "
		"start "
		"\"" T9 "\"\n"},
	    {WHO("noemail@example.com", ""), NULL,
		"2:2 reject: email looks invented: \"noemail@example.com\"\n"
		"2 note no_email: nobody can be told from this booking (the address looks "
		"invented), name \"N\", resource \"R\", start \"2026-11-14T09:00:00Z\"\n"},
	    {HEAD "b,,N,R,," T9 "," T10 ",cancelled,\n", NULL,
		"2:2 cancelled b [|R] " T9 "/" T10 "\n"},
	};
	run("generic-bookings", cases, G_N_ELEMENTS(cases));
}

#define MEMBERS                                                                                    \
	"membership_id,email,name,company,plan,location,start,end,status,freeze_start,freeze_"     \
	"end\n"
#define MEMBER(dates) MEMBERS "m,mira@example.com,,,P,," dates "\n"
#define TERM(status, span) "2:2 " status " m <mira@example.com> [|P] " span "\n"

static void
test_memberships(void)
{
	static const struct trial_case cases[] = {
	    {MEMBER("2026-09-01,,active,,"), AMS, TERM("active", "2026-08-31T22:00:00Z/-")},
	    {MEMBER("2026-09-01,2026-12-31,live,,"), AMS,
		TERM("active", "2026-08-31T22:00:00Z/2026-12-31T23:00:00Z")},
	    {MEMBER("2026-09-01 15:30,2026-12-31 15:30,active,,"), AMS,
		TERM("active", "2026-08-31T22:00:00Z/2026-12-31T14:30:00Z")},
	    {MEMBER("2026-09-01T15:30:00Z,2026-12-31T15:30:00Z,active,,"), AMS,
		TERM("active", "2026-08-31T22:00:00Z/2026-12-31T15:30:00Z")},
	    {MEMBER("2026-09-01T22:30:00Z,,active,,"), AMS,
		TERM("active", "2026-09-01T22:00:00Z/-")},
	    {MEMBER("2026-09-01,2026-09-01,active,,"), AMS,
		TERM("active", "2026-08-31T22:00:00Z/2026-09-01T22:00:00Z")},
	    {MEMBER("2199-12-01,2199-12-31,active,,"), AMS,
		"2:2 reject: end lies outside 1970 to 2200\n"},
	    {MEMBER("1970-01-01T00:00:00Z,,active,,"), "America/New_York",
		"2:2 reject: start lies outside 1970 to 2200\n"},
	    {MEMBER("2026-09-01,2026-08-31,active,,"), AMS,
		"2:2 reject: ends before or when it starts\n"},
	    {MEMBER("2026-09-01,Never,active,,"), AMS,
		"2:2 reject: end: not a date or time this profile knows: \"Never\"\n"},
	    {MEMBER(",2026-08-31,active,,"), AMS, "2:2 reject: start is blank\n"},
	    {MEMBER("2026-09-01,,active,,"), NULL,
		"2:2 reject: start: local time, but source src has no timezone (set timezone = "
		"Area/City in "
		"[source src])\n"},
	    {MEMBER("2026-09-01T00:00:00Z,,active,,"), NULL,
		"2:2 reject: start: its day begins at local midnight, but source src has no "
		"timezone (set "
		"timezone = Area/City in [source src])\n"},
	    {MEMBER("2026-09-01,,past due,,"), AMS, TERM("incomplete", "2026-08-31T22:00:00Z/-")},
	    {MEMBER("2026-09-01,,Archived,,"), AMS, TERM("cancelled", "2026-08-31T22:00:00Z/-")},
	    {MEMBER("2026-09-01,,what,,"), AMS,
		TERM("unknown", "2026-08-31T22:00:00Z/-") "2:2 reject: unknown status \"what\"\n"},
	    {MEMBERS "m,,Eva,Birch Studio,P,,2026-09-01,,active,,\n", AMS,
		"2:2 active m company=Birch Studio [|P] 2026-08-31T22:00:00Z/-\n"},
	    {MEMBERS "m,mira@example.com,,Birch Studio,P,,2026-09-01,,active,,\n", AMS,
		"2:2 active m <mira@example.com> company=Birch Studio [|P] "
		"2026-08-31T22:00:00Z/-\n"},
	    {MEMBERS "m,eva,,Birch Studio,P,,2026-09-01,,active,,\n", AMS,
		"2:2 reject: email is no address: \"eva\": no @ in it\n2 note no_email: nobody can "
		"be told from "
		"this membership (no @ in it), plan \"P\", start \"2026-09-01\"\n"},
	    {MEMBERS "m,,,,P,,2026-09-01,,active,,\n", AMS,
		"2:2 reject: email and company are blank\n2 note no_email: nobody can be told from "
		"this "
		"membership (no e-mail address), plan \"P\", start \"2026-09-01\"\n"},
	    {MEMBERS "m,mira@example.com,,,,,2026-09-01,,active,,\n", AMS,
		"2:2 reject: plan is blank\n"},
	    /* freezes: whole local days, both ends included */
	    {MEMBER("2026-03-01,,frozen,2026-11-01,2026-11-30"), AMS,
		TERM("frozen",
		    "2026-02-28T23:00:00Z/- freeze=2026-10-31T23:00:00Z/2026-11-30T23:00:00Z")},
	    {MEMBER("2026-03-01,,active,2026-11-01T12:00:00Z,2026-11-01T13:00:00Z"), AMS,
		TERM("active",
		    "2026-02-28T23:00:00Z/- freeze=2026-10-31T23:00:00Z/2026-11-01T23:00:00Z")},
	    {MEMBER("2026-03-01,,frozen,2026-11-01,"), AMS,
		TERM("frozen", "2026-02-28T23:00:00Z/- freeze=2026-10-31T23:00:00Z/-")},
	    {MEMBER("2026-03-01,,frozen,,"), AMS, TERM("frozen", "2026-02-28T23:00:00Z/-")},
	    {MEMBER("2026-03-01,,frozen,,2026-11-30"), AMS,
		"2:2 reject: freeze_end without freeze_start\n"},
	    {MEMBER("2026-03-01,,frozen,2026-11-30,2026-11-29"), AMS,
		"2:2 reject: freeze_end lies before freeze_start\n"},
	    {MEMBER("2026-03-01,,frozen,2026-11-01,later"), AMS,
		"2:2 reject: freeze_end: not a date or time this profile knows: \"later\"\n"},
	    {MEMBER("2026-03-01,,frozen,now,2026-11-30"), AMS,
		"2:2 reject: freeze_start: not a date or time this profile knows: \"now\"\n"},
	    {MEMBER("2026-03-01,,frozen,2026-11-01,2199-12-31"), AMS,
		"2:2 reject: freeze_end lies outside 1970 to 2200\n"},
	};
	run("generic-memberships", cases, G_N_ELEMENTS(cases));
}

static void
test_people_and_grants(void)
{
	static const struct trial_case people[] = {
	    {"person_id,email,name,company,status\np,mira@example.com,,Birch,active\n", NULL,
		"2:2 active p <mira@example.com> company=Birch\n"},
	    {"email,company\nmira@example.com,Birch\n", NULL,
		"2:2 active - <mira@example.com> company=Birch\n"},
	    {"email,status\nmira@example.com,Suspended\n", NULL,
		"2:2 blocked - <mira@example.com>\n"},
	    {"email,status\nmira@example.com,away\n", NULL,
		"2:2 unknown - <mira@example.com>\n2 note unknown_status: unknown status "
		"\"away\"\n"},
	    {"email,status\n,active\n", NULL,
		"2:2 reject: email is blank\n2 note no_email: nobody can be told from this person "
		"(no e-mail "
		"address)\n"},
	};
	static const struct trial_case grants[] = {
	    {"grant_id,email,group,start,end,note\ng,mira@example.com,Door,,,x\n", NULL,
		"2:2 active g <mira@example.com> group=Door\n"},
	    {"grant_id,email,group,start,end\ng,mira@example.com,Door,2026-11-14,2026-11-14\n", AMS,
		"2:2 active g <mira@example.com> group=Door "
		"2026-11-13T23:00:00Z/2026-11-14T23:00:00Z\n"},
	    {"grant_id,email,group,start,end\ng,mira@example.com,Door,," T10 "\n", NULL,
		"2:2 active g <mira@example.com> group=Door -/" T10 "\n"},
	    {"grant_id,email,group,start,end\ng,mira@example.com,Door,2026-11-14,\n", NULL,
		"2:2 reject: start: local time, but source src has no timezone (set timezone = "
		"Area/City in "
		"[source src])\n"},
	    {"grant_id,email,group,start,end\ng,mira@example.com,Door," T10 "," T9 "\n", NULL,
		"2:2 reject: ends before or when it starts\n"},
	    {"grant_id,email,group,start,end\ng,mira@example.com,Door," T10 ",never\n", NULL,
		"2:2 reject: end: not a date or time this profile knows: \"never\"\n"},
	    {"grant_id,email,group,start,end\ng,mira@example.com,,,\n", NULL,
		"2:2 reject: group is blank\n"},
	};
	run("generic-people", people, G_N_ELEMENTS(people));
	run("generic-grants", grants, G_N_ELEMENTS(grants));
}

#define JSON(more)                                                                                 \
	"{\"booking_id\":\"b\",\"email\":\"mira@example.com\",\"resource\":\"R\",\"start\":\"" T9  \
	"\",\"end\":\"" T10 "\"" more "}"

static void
test_json(void)
{
	static const struct trial_case cases[] = {
	    {"[" JSON("") "," JSON("") "]", NULL, OUT("1:1", "b") "\n" OUT("2:1", "b") "\n"},
	    {JSON("") "\n\n" JSON("") "\n", NULL, OUT("1:1", "b") "\n" OUT("2:3", "b") "\n"},
	    {"{\"bookings\":[" JSON("") "]}", NULL, OUT("1:1", "b") "\n"},
	    {"\xEF\xBB\xBF[" JSON("") "]", NULL, OUT("1:1", "b") "\n"},
	    {"[" JSON(",\"status\":\"cancelled\",\"attendees\":[\"gus@example.org\",null]") "]",
		NULL,
		"1 note bad_attendee: an attendee has neither address nor reference\n"
		"1:1 cancelled b <mira@example.com> [|R] " T9 "/" T10 " +gus@example.org\n"},
	    {"[" JSON(",\"attendees\":\"gus@example.org; tom@example.com\"") "]", NULL,
		OUT("1:1", "b") " +gus@example.org +tom@example.com\n"},
	    {"[" JSON(",\"status\":null") "]", NULL,
		"1:1 unknown b <mira@example.com> [|R] " T9 "/" T10
		"\n1:1 reject: status is blank\n"},
	    {"[" JSON(",\"status\":[\"a\",\"b\"]") "]", NULL,
		"1:1 unknown b <mira@example.com> [|R] " T9 "/" T10
		"\n1:1 reject: status is a list where one value belongs\n"},
	    {"[" JSON(",\"Booking ID\":\"c\"") "]", NULL,
		"1:1 reject: two keys match \"booking_id\"\n"},
	    {"[" JSON(",\"location\":{\"a\":1}") "]", NULL,
		"1:1 reject: location is an object where a text belongs\n"},
	    {"[" JSON(",\"name\":\"a\\u0000b\"") "]", NULL,
		"1:1 reject: name has a NUL character in it\n"},
	    {"[1," JSON("") "]", NULL, "1:1 reject: not a JSON object\n" OUT("2:1", "b") "\n"},
	    {"[]", NULL, ""},
	    {"{\"bookings\":[]}", NULL, ""},
	    {"[{\"id\":1}]", NULL,
		"1:1 reject: email is blank\n1 note no_email: nobody can be told from this booking "
		"(no e-mail "
		"address)\nREFUSED f: required column missing: no record has \"email\"\n"},
	    {"[" JSON("") ",]", NULL,
		OUT("1:1", "b") "\nREFUSED f:1: not JSON: a value is missing\n"},
	    {"[" JSON("") "]x", NULL,
		OUT("1:1", "b") "\nREFUSED f:1: not JSON: neither a text, a number, true, false "
				"nor null\n"},
	};
	run("generic-bookings", cases, G_N_ELEMENTS(cases));

	/* Nothing is made out of what is no text. */
	static const struct trial_case odd[] = {
	    {"[{\"email\":\"mira@example.com\",\"resource\":{\"a\":1},\"start\":\"" T9
	     "\",\"end\":\"" T10 "\"}]",
		NULL, "1:1 reject: resource is an object where a text belongs\n"},
	    {"[{\"email\":\"mira@example.com\",\"resource\":\"R\",\"start\":[],\"end\":\"" T10
	     "\"}]",
		NULL, "1:1 reject: start is blank\n"},
	    {"[{\"email\":\"mira@example.com\",\"resource\":\"R\",\"start\":{\"a\":1},\"end\":"
	     "\"" T10 "\"}]",
		NULL, "1:1 reject: start is an object where a text belongs\n"},
	    {"[{\"email\":\"mira@example.com\",\"resource\":\"R\",\"start\":\"" T9
	     "\",\"end\":{\"a\":1}}]",
		NULL, "1:1 reject: end is an object where a text belongs\n"},
	    {"[{\"email\":{\"a\":1},\"resource\":\"R\",\"start\":\"" T9 "\",\"end\":\"" T10 "\"}]",
		NULL, "1:1 reject: email is an object where a text belongs\n"},
	    {"[{\"booking_id\":\"b\",\"email\":\"mira@example.com\",\"resource\":1.5,\"start\":"
	     "\"" T9 "\",\"end\":\"" T10 "\"}]",
		NULL, "1:1 confirmed b <mira@example.com> [|1.5] " T9 "/" T10 "\n"},
	    {"[{\"booking_id\":true,\"email\":\"mira@example.com\",\"resource\":\"R\",\"start\":"
	     "\"" T9 "\",\"end\":\"" T10 "\"}]",
		NULL, "1:1 confirmed true <mira@example.com> [|R] " T9 "/" T10 "\n"},
	};
	run("generic-bookings", odd, G_N_ELEMENTS(odd));

#define MEMBER_JSON(more) "[{\"membership_id\":\"m\",\"email\":\"mira@example.com\"," more "}]"
	static const struct trial_case terms[] = {
	    {MEMBER_JSON("\"plan\":{\"a\":1},\"start\":\"2026-09-01\""), AMS,
		"1:1 reject: plan is an object where a text belongs\n"},
	    {MEMBER_JSON("\"plan\":\"P\",\"start\":\"2026-09-01\",\"freeze_start\":{\"a\":1}"), AMS,
		"1:1 reject: freeze dates: is an object where a text belongs\n"},
	    {MEMBER_JSON("\"plan\":\"P\",\"start\":\"2026-09-01\",\"freeze_start\":\"2026-10-01\","
			 "\"freeze_end\":{\"a\":1}"),
		AMS, "1:1 reject: freeze dates: is an object where a text belongs\n"},
	    {MEMBER_JSON("\"plan\":\"P\",\"start\":\"2026-09-01\",\"company\":{\"a\":1}"), AMS,
		"1:1 reject: company is an object where a text belongs\n"},
	    {MEMBER_JSON("\"plan\":\"P\",\"start\":\"2026-09-01\",\"end\":{\"a\":1}"), AMS,
		"1:1 reject: end is an object where a text belongs\n"},
	};
	run("generic-memberships", terms, G_N_ELEMENTS(terms));

	static const struct trial_case grants[] = {
	    {"[{\"grant_id\":\"g\",\"email\":\"mira@example.com\",\"group\":{\"a\":1}}]", NULL,
		"1:1 reject: group is an object where a text belongs\n"},
	    {"[{\"grant_id\":\"g\",\"email\":\"mira@example.com\",\"group\":\"D\",\"start\":[1,2]}"
	     "]",
		NULL, "1:1 reject: start is a list where one value belongs\n"},
	};
	run("generic-grants", grants, G_N_ELEMENTS(grants));

	static const struct trial_case ids[] = {
	    {"[{\"person_id\":7,\"email\":\"a@example.com\"}]", NULL,
		"1:1 active 7 <a@example.com>\n"},
	    {"[{\"person_id\":18446744073709551614,\"email\":\"a@example.com\"}]", NULL,
		"1:1 active 18446744073709551614 <a@example.com>\n"},
	    {"[{\"person_id\":99999999999999999999,\"email\":\"a@example.com\"}]", NULL,
		"1:1 reject: id is a number too large to be read exactly\n"},
	    {"[{\"person_id\":[],\"email\":\"a@example.com\"}]", NULL,
		"1:1 active - <a@example.com>\n"},
	};
	run("generic-people", ids, G_N_ELEMENTS(ids));
}

static void
test_pages(void)
{
#define PAGE(rest) "{\"bookings\":[]" rest "}\n"
	static const struct trial_case cases[] = {
	    {PAGE(",\"nextPageToken\":\"x\"") PAGE(""), NULL, ""},
	    {PAGE(",\"nextPageToken\":\"x\"") PAGE(",\"nextPageToken\":null"), NULL, ""},
	    {PAGE(",\"nextPageToken\":\"x\"") PAGE(",\"nextPageToken\":\"\""), NULL, ""},
	    {PAGE("") PAGE(",\"nextPageToken\":\"x\""), NULL,
		"REFUSED f: incomplete: the last page still has nextPageToken\n"},
	    {PAGE("") "{\"error\":\"rate limit\"}\n", NULL,
		"REFUSED f: document 2 has no list \"bookings\"\n"},
	    {"[]", NULL, "REFUSED f: document 1 has no list \"bookings\"\n"},
	    {PAGE("") "{\"bookings\":[", NULL,
		"REFUSED f:2: not JSON: the text ends inside a document\n"},
	    {"id,email\n", NULL,
		"REFUSED f: no JSON, but profile spacebring-bookings.ini reads only JSON\n"},
	};
	run("spacebring-bookings", cases, G_N_ELEMENTS(cases));
}

/* The file's own facts, its unmatched headers and its span. */
static void
test_facts(void)
{
	struct trial t;
	static const char text[] =
	    "zeta,booking_id,email,resource,start,end,alpha,,zeta\n"
	    "x,b1,mira@example.com,R," T9 "," T10 ",,,\n"
	    "x,b2,tom@example.com,R,2026-11-01T00:00:00Z,2026-11-02T00:00:00Z,,,\n"
	    "x,b3,,R," T9 "," T10 ",,,\n";
	trial_run(&t, "generic-bookings", "x.csv", text, -1, NULL);
	const struct file_facts *file = t.facts->files->pdata[0];
	g_assert_cmpstr(file->name, ==, "x.csv");
	g_assert_cmpstr(file->format, ==, "csv");
	g_assert_cmpstr(file->encoding, ==, "UTF-8");
	g_assert_cmpint(file->delimiter, ==, ',');
	g_assert_cmpint(file->bytes, ==, sizeof(text) - 1);
	g_assert_cmpint(file->modified, >, 0);
	g_assert_cmpuint(strlen(file->sha256), ==, 64);
	g_assert_cmpuint(file->rows, ==, 3);
	g_assert_cmpuint(t.facts->rows, ==, 3);
	g_assert_cmpuint(t.facts->rejected, ==, 1);
	g_assert_cmpint(t.facts->earliest, ==, 1793491200);
	g_assert_cmpint(t.facts->latest, ==, 1794650400);
	g_assert_cmpuint(t.facts->unmatched->len, ==, 2);
	g_assert_cmpstr(t.facts->unmatched->pdata[0], ==, "alpha");
	g_assert_cmpstr(t.facts->unmatched->pdata[1], ==, "zeta");
	trial_done(&t);

	trial_run(&t, "generic-bookings", "gone.csv", NULL, 0, NULL);
	g_assert_cmpuint(t.facts->refusals->len, ==, 1);
	file = t.facts->files->pdata[0];
	g_assert_null(file->sha256);
	trial_done(&t);
}

/* What the source says beside its zone: attendees that do not count, a location, a link, an old encoding. */
static void
test_source(void)
{
	static const char text[] = HEAD "b,mira@example.com,,R\xE9,," T9 "," T10
					",confirmed,gus@example.org;nobody\n"
					"c,mira@example.com,,R,Mill," T9 "," T10 ",confirmed,\n";
	struct trial t;
	trial_run(&t, "generic-bookings", "f.csv", text, -1, NULL);
	struct record_sink sink = {log_record, log_reject, log_note, t.log};
	char *link = g_build_filename(t.dir, "link.csv", NULL);
	g_assert_cmpint(symlink("f.csv", link), ==, 0);
	t.source.file = link;
	t.source.attendees = 0;
	t.source.location = (char *)"Harbour";
	g_string_truncate(t.log, 0);
	import_facts_free(import_source(&t.source, 3, t.profile, TRIAL_AROUND, &sink));
	g_assert_cmpstr(t.log->str, ==,
	    "0 note symlink: link.csv is a symbolic link to f.csv\n"
	    "0 note encoding: link.csv is not UTF-8 and was read as windows-1252: names may look "
	    "wrong\n"
	    "2:2 confirmed b <mira@example.com> [|R\xC3\xA9] at=Harbour " T9 "/" T10 "\n"
	    "3:3 confirmed c <mira@example.com> [|R] at=Mill " T9 "/" T10 "\n");
	g_unlink(link);
	g_free(link);
	trial_done(&t);
}

static void
count_record(void *user, const struct record *record)
{
	g_string_append_printf(user, "%u/%s ", record->place.file, record->id);
}

/* Globs: byte order of the names, the newest, none. */
static void
test_files(void)
{
	struct trial t;
	trial_run(&t, "generic-people", "b.csv", "person_id,email\nb,b@example.com\n", -1, NULL);
	static const char *const names[] = {"C.csv", "a.csv"};
	char *paths[2];
	for (size_t i = 0; i < 2; i++) {
		char *text = g_strdup_printf("person_id,email\n%c,x@example.com\n", names[i][0]);
		paths[i] = g_build_filename(t.dir, names[i], NULL);
		g_assert_true(g_file_set_contents(paths[i], text, -1, NULL));
		g_free(text);
	}
	struct utimbuf old = {.modtime = 1000000000}, new = {.modtime = 2000000000};
	g_utime(t.path, &old);
	g_utime(paths[0], &old);
	g_utime(paths[1], &new);
	GString *seen = g_string_new(NULL);
	struct record_sink sink = {count_record, log_reject, log_note, seen};
	t.source.file = g_build_filename(t.dir, "*.csv", NULL);
	import_facts_free(import_source(&t.source, 0, t.profile, TRIAL_AROUND, &sink));
	g_assert_cmpstr(seen->str, ==, "0/C 1/a 2/b ");
	g_string_truncate(seen, 0);
	t.source.pick = PICK_NEWEST;
	import_facts_free(import_source(&t.source, 0, t.profile, TRIAL_AROUND, &sink));
	g_assert_cmpstr(seen->str, ==, "0/a ");
	g_free(t.source.file);
	t.source.file = g_build_filename(t.dir, "*.json", NULL);
	struct import_facts *facts = import_source(&t.source, 0, t.profile, TRIAL_AROUND, &sink);
	g_assert_cmpuint(facts->refusals->len, ==, 1);
	import_facts_free(facts);
	g_free(t.source.file);
	g_string_free(seen, TRUE);
	for (size_t i = 0; i < 2; i++) {
		g_unlink(paths[i]);
		g_free(paths[i]);
	}
	trial_done(&t);
}

/* One JSON record may hold several: what the guard on rejects counts is rows. */
static void
test_rejected_rows(void)
{
	static const char text[] =
	    "{\"subscriptions\":[{\"id\":\"s1\",\"status\":\"active\",\"startDate\":\"soon\","
	    "\"subscriptionType\":\"user\",\"timezoneId\":\"Europe/Amsterdam\","
	    "\"customer\":{\"type\":\"user\",\"user\":{\"email\":\"ada@example.org\"}},"
	    "\"items\":[{\"id\":\"i1\",\"title\":\"Desk\"},{\"id\":\"i2\",\"title\":\"Parking\"}]}"
	    "]";
	struct trial t;
	trial_run(&t, "spacebring-subscriptions", "f", text, -1, NULL);
	g_assert_cmpuint(t.facts->rows, ==, 1);
	g_assert_cmpuint(t.facts->rejected, ==, 1);
	const char *first = strstr(t.log->str, "reject:");
	g_assert_nonnull(first);
	g_assert_nonnull(strstr(first + 1, "reject:"));
	trial_done(&t);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/import/structure", test_structure);
	g_test_add_func("/import/bookings", test_bookings);
	g_test_add_func("/import/clock-changes", test_clock_changes);
	g_test_add_func("/import/people-of-bookings", test_people_of_bookings);
	g_test_add_func("/import/memberships", test_memberships);
	g_test_add_func("/import/people-and-grants", test_people_and_grants);
	g_test_add_func("/import/json", test_json);
	g_test_add_func("/import/pages", test_pages);
	g_test_add_func("/import/facts", test_facts);
	g_test_add_func("/import/source", test_source);
	g_test_add_func("/import/files", test_files);
	g_test_add_func("/import/rejected-rows", test_rejected_rows);
	return g_test_run();
}
