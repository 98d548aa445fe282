/* iCalendar: what an event becomes, what is rejected, and what refuses the file. */
#include "harness.h"

#include "base/failure.h"
#include "importers/icsfile.h"
#include "importers/limits.h"

#include <unistd.h>

#define AMS "Europe/Amsterdam"
#define CALENDAR(events) "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" events "END:VCALENDAR\r\n"
#define EVENT(lines) "BEGIN:VEVENT\r\n" lines "END:VEVENT\r\n"
#define ZONE(name, parts) "BEGIN:VTIMEZONE\r\nTZID:" name "\r\n" parts "END:VTIMEZONE\r\n"
#define OFFSET(kind, to)                                                                           \
	"BEGIN:" kind "\r\nTZOFFSETFROM:" to "\r\nTZOFFSETTO:" to "\r\nEND:" kind "\r\n"
#define RULED(name)                                                                                \
	ZONE(name, RULE("STANDARD", "03", "+0200", "+0100", "10")                                  \
		       RULE("DAYLIGHT", "02", "+0100", "+0200", "3"))
#define RULE(kind, hour, from, to, month)                                                          \
	"BEGIN:" kind "\r\nDTSTART:16010101T" hour "0000\r\nTZOFFSETFROM:" from                    \
	"\r\nTZOFFSETTO:" to "\r\nRRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=" month          \
	"\r\nEND:" kind "\r\n"
#define ROOM "LOCATION:R\r\n"
#define MIRA "ORGANIZER:mailto:mira@example.com\r\n"
#define WHO ROOM MIRA
#define AT(start, end) "DTSTART" start "\r\nDTEND" end "\r\n"
#define B1(lines) CALENDAR(EVENT("UID:b1\r\n" WHO lines))
#define NINE ":20261114T090000Z"
#define TEN ":20261114T100000Z"
#define OUT9(id)                                                                                   \
	"1:3 confirmed " id " <mira@example.com> [|R] 2026-11-14T09:00:00Z/2026-11-14T10:00:00Z\n"
#define OUT8 "1:3 confirmed b1 <mira@example.com> [|R] 2026-11-14T08:00:00Z/2026-11-14T09:00:00Z\n"
#define REJECT(why) "1:3 reject: " why "\n"

struct ics_case {
	const char *text, *timezone, *want;
};

static void
run(const struct ics_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++)
		trial_expect("ical", cases[i].text, cases[i].timezone, cases[i].want);
}

static void
test_times(void)
{
	static const struct ics_case cases[] = {
	    {B1(AT(NINE, TEN)), NULL, OUT9("b1")},
	    {B1(AT(";TZID=Europe/Amsterdam:20261114T090000",
		 ";TZID=Europe/Amsterdam:20261114T100000")),
		NULL, OUT8},
	    {B1(AT(";TZID=/example.org/2020/Europe/Amsterdam:20261114T090000", NINE)), NULL, OUT8},
	    {B1(AT(";TZID=W. Europe Standard Time:20261114T090000", NINE)), NULL, OUT8},
	    {B1(AT(";TZID=UTC+01:20261114T090000", ";TZID=UTC+01:30:20261114T103000")), NULL, OUT8},
	    {B1(AT(":20261114T090000", ":20261114T100000")), AMS, OUT8},
	    {B1(AT(":20261114T090000", ":20261114T100000")), NULL,
		REJECT("start: local time, but source src has no timezone (set timezone = "
		       "Area/City in "
		       "[source src])")},
	    {B1(AT(";VALUE=DATE:20261114", ";VALUE=DATE:20261115")), AMS,
		"1:3 confirmed b1 <mira@example.com> [|R] "
		"2026-11-13T23:00:00Z/2026-11-14T23:00:00Z\n"},
	    {B1("DTSTART;VALUE=DATE:20261114\r\n"), AMS,
		"1:3 confirmed b1 <mira@example.com> [|R] "
		"2026-11-13T23:00:00Z/2026-11-14T23:00:00Z\n"},
	    {B1("DTSTART" NINE "\r\nDURATION:PT1H\r\n"), NULL, OUT9("b1")},
	    /* what is said twice, and what says nothing */
	    {B1(AT(NINE, TEN) "DURATION:PT1H\r\n"), NULL, OUT9("b1")},
	    {B1(AT(NINE, TEN) "DURATION:PT0S\r\n"), NULL, OUT9("b1")},
	    {B1(AT(NINE, TEN) "DURATION: \r\n"), NULL, OUT9("b1")},
	    {B1(AT(";TZID=Europe/Amsterdam:20261114T100000", TEN) "DURATION:PT1H\r\n"), AMS,
		OUT9("b1")},
	    {B1(AT(";VALUE=DATE:20261114", ";VALUE=DATE:20261114")), AMS,
		"1:3 confirmed b1 <mira@example.com> [|R] "
		"2026-11-13T23:00:00Z/2026-11-14T23:00:00Z\n"},
	    {B1("DTSTART;VALUE=DATE:20261114\r\nDURATION:P0D\r\n"), AMS,
		"1:3 confirmed b1 <mira@example.com> [|R] "
		"2026-11-13T23:00:00Z/2026-11-14T23:00:00Z\n"},
	    {B1(AT(";VALUE=DATE:20261114", ";VALUE=DATE:20261113")), AMS,
		REJECT("ends before or when it starts")},
	    /* half or contradicting times are none */
	    {B1(AT(NINE, TEN) "DTEND" TEN "\r\n"), NULL, REJECT("has DTEND twice")},
	    {B1(AT(NINE, TEN) "DTSTART" TEN "\r\n"), NULL, REJECT("has DTSTART twice")},
	    {B1("DTSTART" NINE "\r\nDURATION:PT1H\r\nDURATION:PT2H\r\n"), NULL,
		REJECT("has DURATION twice")},
	    {B1("UID:b2\r\n" AT(NINE, TEN)), NULL, REJECT("has UID twice")},
	    {B1("DTSTART;VALUE=DATE:20261114\r\nDURATION:PT1H\r\n"), AMS,
		REJECT("DURATION: hours behind a date")},
	    {B1("DTSTART;VALUE=DATE:20261114\r\nDURATION:P401D\r\n"), AMS,
		REJECT("DURATION: longer than 400 days")},
	    {B1("DTSTART;VALUE=DATE:20261114\r\nDURATION:P2D\r\n"), AMS,
		"1:3 confirmed b1 <mira@example.com> [|R] "
		"2026-11-13T23:00:00Z/2026-11-15T23:00:00Z\n"},
	    {B1("DTSTART;TZID=Europe/Amsterdam:21991230T090000\r\nDURATION:P10DT1H\r\n"), NULL,
		REJECT("DURATION: ends behind 2200")},
	    {B1("DTSTART;TZID=Europe/Amsterdam:21991231T090000\r\nDURATION:P2D\r\n"), NULL,
		REJECT("DURATION: ends behind 2200")},
	    {B1("DTSTART:21991231T090000Z\r\nDURATION:PT24H\r\n"), NULL,
		REJECT("DURATION: ends behind 2200")},
	    {B1("DTSTART:21991231T090000\r\nDURATION:PT24H\r\n"), NULL,
		REJECT("DURATION: ends behind 2200")},
	    {B1("DTSTART;VALUE=DATE:21991231\r\nDURATION:P1D\r\n"), AMS,
		REJECT("DURATION: ends behind 2200")},
	    {B1("DTSTART" NINE "\r\nDURATION:PT9999H\r\n"), NULL,
		REJECT("DURATION: longer than 400 days")},
	    /* a week of days follows the calendar, hours the time that passes */
	    {B1("DTSTART;TZID=Europe/Amsterdam:20261024T220000\r\nDURATION:P1D\r\n"), NULL,
		"1:3 confirmed b1 <mira@example.com> [|R] "
		"2026-10-24T20:00:00Z/2026-10-25T21:00:00Z\n"},
	    {B1("DTSTART;TZID=Europe/Amsterdam:20261024T220000\r\nDURATION:PT24H\r\n"), NULL,
		"1:3 confirmed b1 <mira@example.com> [|R] "
		"2026-10-24T20:00:00Z/2026-10-25T20:00:00Z\n"},
	    /* the change of clocks, as for every other booking */
	    {B1(AT(";TZID=Europe/Amsterdam:20261025T021500",
		 ";TZID=Europe/Amsterdam:20261025T024500")),
		NULL,
		"1 note dst: start 2026-10-25 02:15 happens twice in Europe/Amsterdam: taken as "
		"2026-10-25T00:15:00Z\n"
		"1 note dst: end 2026-10-25 02:45 happens twice in Europe/Amsterdam: taken as "
		"2026-10-25T01:45:00Z\n"
		"1:3 confirmed b1 <mira@example.com> [|R] "
		"2026-10-25T00:15:00Z/2026-10-25T01:45:00Z overlap\n"},
	    /* rejected */
	    {B1("DTEND" TEN "\r\n"), AMS, REJECT("has no DTSTART")},
	    {B1("DTSTART" NINE "\r\n"), AMS, REJECT("has neither DTEND nor DURATION")},
	    {B1("DTSTART" NINE "\r\nDTEND:\r\n"), AMS,
		REJECT("no value for DTEND property. Removing entire property:")},
	    {B1(AT(NINE, TEN) "DURATION:PT2H\r\n"), AMS,
		REJECT("has both DTEND and DURATION, and they differ")},
	    {B1(AT(NINE, TEN) "DURATION:-PT1H\r\n"), AMS, REJECT("DURATION: not a length of time")},
	    {B1(AT(NINE, TEN) "DTSTART" NINE "\r\n"), AMS, REJECT("has DTSTART twice")},
	    {B1(AT(TEN, NINE)), AMS, REJECT("ends before or when it starts")},
	    {B1(AT(NINE, NINE)), AMS, REJECT("ends before or when it starts")},
	    {B1("DTSTART" NINE "\r\nDURATION:-PT1H\r\n"), AMS,
		REJECT("DURATION: not a length of time")},
	    {B1("DTSTART" NINE "\r\nDURATION:P99999999999999999999W\r\n"), AMS,
		REJECT("DURATION: not a length of time")},
	    {B1("DTSTART" NINE "\r\nDURATION:P4294967297D\r\n"), AMS,
		REJECT("DURATION: not a length of time")},
	    {B1("DTSTART" NINE "\r\nDURATION:P60W\r\n"), AMS,
		REJECT("DURATION: longer than 400 days")},
	    {B1(AT(":20261314T090000Z", TEN)), AMS,
		REJECT("DTSTART: not a date or time: \"20261314T090000Z\"")},
	    {B1(AT(":20261114T250000Z", TEN)), AMS,
		REJECT("DTSTART: not a date or time: \"20261114T250000Z\"")},
	    {B1(AT(":20261114T0900", TEN)), AMS,
		REJECT(
		    "can't parse as DATE-TIME value in DTSTART property. Removing entire property: "
		    "20261114T0900")},
	    {B1(AT(";TZID=Mars/Olympus:20261114T090000", TEN)), AMS,
		REJECT("DTSTART: no time zone is called \"Mars/Olympus\", nor does the "
		       "calendar describe it")},
	    {B1(AT(";TZID=UTC+1:20261114T090000", TEN)), AMS,
		REJECT("DTSTART: no time zone is called \"UTC+1\", nor does the calendar describe "
		       "it")},
	};
	run(cases, G_N_ELEMENTS(cases));
}

static void
test_zones(void)
{
	static const struct ics_case cases[] = {
	    /* the calendar's own definition of a name that is nobody else's */
	    {CALENDAR(ZONE("Hall", OFFSET("STANDARD", "-0500")) EVENT(
		 "UID:b1\r\n" WHO AT(";TZID=Hall:20261114T040000", ";TZID=Hall:20261114T050000"))),
		AMS,
		"1:10 confirmed b1 <mira@example.com> [|R] "
		"2026-11-14T09:00:00Z/2026-11-14T10:00:00Z\n"},
	    {CALENDAR(EVENT("UID:b1\r\n" WHO AT(";TZID=UTC-05:20261114T040000", TEN))
		     ZONE("UTC-05", OFFSET("STANDARD", "-0500"))),
		AMS, OUT9("b1")},
	    /* its rules for summer time, also where they begin in 1601 and under a known name */
	    {CALENDAR(RULED("Customized Time Zone")
		     EVENT("UID:b1\r\n" WHO AT(";TZID=Customized Time Zone:20261024T110000",
			 ";TZID=\"Customized Time Zone\":20261025T100000"))),
		NULL,
		"1:18 confirmed b1 <mira@example.com> [|R] "
		"2026-10-24T09:00:00Z/2026-10-25T09:00:00Z\n"},
	    {CALENDAR(RULED("Eastern Standard Time") EVENT("UID:b1\r\n" WHO AT(
		 ";TZID=Eastern Standard Time:20260714T110000", ":20260714T100000Z"))),
		NULL,
		"1:18 confirmed b1 <mira@example.com> [|R] "
		"2026-07-14T09:00:00Z/2026-07-14T10:00:00Z\n"},
	    /* each calendar of a file means its own; without one, that of another */
	    {CALENDAR(ZONE("Hall", OFFSET("STANDARD", "-0500"))
		     EVENT("UID:b1\r\n" WHO AT(";TZID=Hall:20261114T040000", TEN)))
		    CALENDAR(ZONE("Hall", OFFSET("STANDARD", "+0100"))
			    EVENT("UID:b2\r\n" WHO AT(";TZID=Hall:20261114T100000", TEN)))
			CALENDAR(EVENT("UID:b3\r\n" WHO AT(";TZID=Hall:20261114T100000", TEN))),
		NULL,
		"1:10 confirmed b1 <mira@example.com> [|R] "
		"2026-11-14T09:00:00Z/2026-11-14T10:00:00Z\n"
		"2:27 confirmed b2 <mira@example.com> [|R] "
		"2026-11-14T09:00:00Z/2026-11-14T10:00:00Z\n"
		"3:37 confirmed b3 <mira@example.com> [|R] "
		"2026-11-14T09:00:00Z/2026-11-14T10:00:00Z\n"},
	    /* what the calendar calls its own is no answer, but worth a word */
	    {CALENDAR("X-WR-TIMEZONE:Pacific/Auckland\r\n" EVENT(
		 "UID:b1\r\n" WHO AT(":20261114T090000", ":20261114T100000"))),
		NULL,
		"1:4 reject: start: local time, but source src has no timezone (set timezone = "
		"Area/City in [source src]; the calendar calls its own Pacific/Auckland)\n"},
	    /* a name that a typographer wrote */
	    {CALENDAR(ZONE("Hall \xE2\x80\x93\xC2\xA0North",
		 RULE("STANDARD", "03", "+0200", "+0100", "10")
		     RULE("DAYLIGHT", "02", "+0100", "+0200", "3"))
		     EVENT("UID:b1\r\n" WHO AT(
			 ";TZID=\"Hall \xE2\x80\x93\xC2\xA0North\":20261114T100000", TEN))),
		NULL,
		"1:18 confirmed b1 <mira@example.com> [|R] "
		"2026-11-14T09:00:00Z/2026-11-14T10:00:00Z\n"},
	    /* one whose rules cannot be followed to the letter is none */
	    {CALENDAR(EVENT("UID:b1\r\n" WHO AT(";TZID=Hall:20261114T040000", TEN))
		     ZONE("Hall", OFFSET("STANDARD", "+0100") OFFSET("DAYLIGHT", "+0200"))),
		AMS,
		REJECT(
		    "DTSTART: no time zone is called \"Hall\", nor does the calendar describe it")},
	    /* a copy of a known zone does not count */
	    {CALENDAR(EVENT("UID:b1\r\n" WHO AT(";TZID=Europe/Amsterdam:20261114T090000", NINE))
		     ZONE("Europe/Amsterdam", OFFSET("STANDARD", "-0500"))),
		AMS, OUT8},
	};
	run(cases, G_N_ELEMENTS(cases));
}

static void
test_people(void)
{
#define B(lines) CALENDAR(EVENT("UID:b1\r\n" ROOM AT(NINE, TEN) lines))
#define RECORD(people) "1:3 confirmed b1 " people "\n"
#define SPAN "[|R] 2026-11-14T09:00:00Z/2026-11-14T10:00:00Z"
	static const struct ics_case cases[] = {
	    {B("ATTENDEE;CN=\"Holt, Mira\":MAILTO:Mira@Example.com\r\n"), AMS,
		RECORD("<mira@example.com> " SPAN " +mira@example.com")},
	    {B(MIRA "ATTENDEE;PARTSTAT=DECLINED:mailto:a@example.com\r\n"
		    "ATTENDEE;PARTSTAT=declined:mailto:b@example.com\r\n"
		    "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:c@example.com\r\n"
		    "ATTENDEE;CUTYPE=ROOM:mailto:d@example.com\r\n"
		    "ATTENDEE;ROLE=NON-PARTICIPANT:mailto:e@example.com\r\n"
		    "ATTENDEE:mailto:f@example.com\r\n"),
		AMS, RECORD("<mira@example.com> " SPAN " +c@example.com +f@example.com")},
	    {B("ATTENDEE;PARTSTAT=DECLINED:mailto:mira@example.com\r\n"), AMS,
		RECORD(SPAN) "1 note no_email: nobody can be told from this booking (no e-mail "
			     "address), resource \"R\", start \"2026-11-14T09:00:00[UTC]\"\n"},
	    {B("ORGANIZER;EMAIL=mira@example.com:urn:uuid:1\r\n"), AMS,
		RECORD("<mira@example.com> " SPAN)},
	    {B("ORGANIZER:invalid:nomail\r\nATTENDEE:mailto:mira@example.com\r\n"), AMS,
		RECORD("<mira@example.com> " SPAN " +mira@example.com")},
	    {B("ORGANIZER:mailto:nobody\r\n"), AMS,
		REJECT(
		    "email is no address: \"mailto:nobody\": no @ in it") "1 note no_email: nobody "
									  "can be told from this "
									  "booking (no @ in it), "
									  "resource "
									  "\"R\", start "
									  "\"2026-11-14T09:00:00["
									  "UTC]\"\n"},
	};
	run(cases, G_N_ELEMENTS(cases));
}

static void
test_events(void)
{
#define E(uid, more, hour)                                                                         \
	EVENT("UID:" uid "\r\n" WHO more AT(":20261114T" hour "0000Z", ":20261114T230000Z"))
#define FROM(place, id, hour)                                                                      \
	place " confirmed " id " <mira@example.com> [|R] 2026-11-14T" hour                         \
	      ":00:00Z/2026-11-14T23:00:00Z\n"
	static const struct ics_case cases[] = {
	    /* a UID whose events each have a SEQUENCE is one booking: the highest counts */
	    {CALENDAR(E("b1", "SEQUENCE:2\r\n", "09") E("b1", "SEQUENCE:1\r\n", "10")), NULL,
		FROM("1:3", "b1", "09") "drop 1\n"},
	    /* else events at other times are bookings of their own; at one time and place they are versions */
	    {CALENDAR(
		 E("b1", "", "09") E("b1", "SEQUENCE:0\r\n", "10") E("b1", "SEQUENCE:1\r\n", "11")),
		NULL,
		FROM("1:3", "b1/2026-11-14T09:00:00Z/r", "09")
		    FROM("2:10", "b1/2026-11-14T10:00:00Z/r", "10")
			FROM("3:18", "b1/2026-11-14T11:00:00Z/r", "11")},
	    {CALENDAR(E("b1", "SEQUENCE:1\r\nSTATUS:TENTATIVE\r\n", "09") E("b1", "", "09")), NULL,
		"1:3 tentative b1 <mira@example.com> [|R] "
		"2026-11-14T09:00:00Z/2026-11-14T23:00:00Z\ndrop 1\n"},
	    /* in each place by itself: a newer version in one says nothing of another */
	    {CALENDAR(
		 E("b1", "", "09") E("b1", "SEQUENCE:1\r\n", "10") E("b1", "LOCATION:S\r\n", "09")),
		NULL,
		FROM("2:10", "b1/2026-11-14T10:00:00Z/r",
		    "10") "3:18 confirmed b1/2026-11-14T09:00:00Z/r, s <mira@example.com> [|R] "
			  "[|S] "
			  "2026-11-14T09:00:00Z/2026-11-14T23:00:00Z\ndrop 1\n"},
	    {CALENDAR(E("b1", "DTSTAMP:20261101T090000Z\r\n", "09")
		     E("b1", "DTSTAMP:20261031T090000Z\r\n", "09")),
		NULL, FROM("1:3", "b1", "09") "drop 1\n"},
	    {CALENDAR(E("b1", "", "09") E("b1", "", "09")), NULL,
		FROM("2:10", "b1", "09") "drop 1\n"},
	    {CALENDAR(E("b1", "", "09")) CALENDAR(E("b2", "", "10")), NULL,
		FROM("1:3", "b1", "09") FROM("2:13", "b2", "10")},
	    /* folded anywhere, in any case of letters, with LF alone */
	    {"begin:vcalendar\nBegin:Vevent\nui\n d:b\n\t1\nLOCATION:R\nORGANIZER:mai\n "
	     "lto:mira@example."
	     "com\nDTSTART:20261114T0\n 90000Z\nDTEND" TEN "\nEND:VEVENT\nEND:VCALENDAR",
		NULL,
		"1:2 confirmed b1 <mira@example.com> [|R] "
		"2026-11-14T09:00:00Z/2026-11-14T10:00:00Z\n"},
	    /* what nobody asked for may be broken or blank */
	    {B1(AT(NINE, TEN) "X-FOO;A=\"b:c\r\nDESCRIPTION:\r\nSUMMARY:\r\nGEO:x\r\n"), NULL,
		OUT9("b1")},
	    {B1(AT(NINE, TEN) "BEGIN:VALARM\r\nTRIGGER:nonsense\r\nDTSTART:x\r\nEND:VALARM\r\n"),
		NULL, OUT9("b1")},
	    {CALENDAR("BEGIN:VTODO\r\nUID:t\r\nEND:VTODO\r\n"), NULL, ""},
	    {CALENDAR(EVENT("UID:b1\r\n" MIRA
			    "RESOURCES:A\\, B,C\r\nRESOURCES:D\r\nLOCATION:L\r\n" AT(NINE, TEN))),
		NULL,
		"1:3 confirmed b1 <mira@example.com> [|A, B] [|C] [|D] "
		"2026-11-14T09:00:00Z/2026-11-14T10:00:00Z\n"},
	    {B1(AT(NINE, TEN) "STATUS:CANCELLED\r\n"), NULL,
		"1:3 cancelled b1 <mira@example.com> [|R] "
		"2026-11-14T09:00:00Z/2026-11-14T10:00:00Z\n"},
	    {B1(AT(NINE, TEN) "STATUS:MAYBE\r\n"), NULL,
		"1:3 unknown b1 <mira@example.com> [|R] "
		"2026-11-14T09:00:00Z/2026-11-14T10:00:00Z\n" REJECT("unknown status \"MAYBE\"")},
	    /* a blank one is not the same as none */
	    {B1(AT(NINE, TEN) "STATUS: \r\n"), NULL,
		"1:3 unknown b1 <mira@example.com> [|R] "
		"2026-11-14T09:00:00Z/2026-11-14T10:00:00Z\n" REJECT("status is blank")},
	    {CALENDAR(EVENT(WHO AT(NINE, TEN)) EVENT("UID:\r\n" WHO AT(NINE, TEN))), NULL,
		OUT9("-") "2:9 confirmed - <mira@example.com> [|R] "
			  "2026-11-14T09:00:00Z/2026-11-14T10:00:00Z\n"},
	    /* line breaks as they are: in a text that nobody reads they do no harm */
	    {B1(AT(NINE, TEN) "DESCRIPTION:shoes\r\nand a towel\r\n\r\nNote: soap\r\nplease\r\n"),
		NULL, OUT9("b1")},
	    {B1(AT(NINE, TEN) "a line\r\n"), NULL, REJECT("has a line that is not iCalendar")},
	    {B1(AT(NINE, TEN) "LOCATION:S\r\nsecond floor\r\n"), NULL,
		REJECT("has a line that is not iCalendar")},
	    /* files put one behind another, with their marks, and without a line break between them */
	    {"\xEF\xBB\xBF" CALENDAR(E("b1", "", "09")) "\xEF\xBB\xBF" CALENDAR(E("b2", "", "10")),
		NULL, FROM("1:3", "b1", "09") FROM("2:13", "b2", "10")},
	    {"BEGIN:VCALENDAR\n" E("b1", "", "09") "END:VCALENDAR\xEF\xBB\xBF" CALENDAR(
		 E("b2", "", "10")),
		NULL, FROM("1:2", "b1", "09") FROM("2:11", "b2", "10")},
	    {"BEGIN:VCALENDAR\n" E("b1", "", "09") "END:VCALENDAR" CALENDAR(E("b2", "", "10")),
		NULL, FROM("1:2", "b1", "09") FROM("2:11", "b2", "10")},
	    /* folded inside a character */
	    {CALENDAR(EVENT("UID:b1\r\nLOCATION:Caf\xc3\r\n \xa9\r\n" MIRA AT(NINE, TEN))), NULL,
		"1:3 confirmed b1 <mira@example.com> [|Caf\xc3\xa9] "
		"2026-11-14T09:00:00Z/2026-11-14T10:00:00Z\n"},
	    {B1(AT(NINE, TEN) "SEQUENCE:x\r\n"), NULL, REJECT("SEQUENCE: not a number")},
	    {B1(AT(NINE, TEN) "LOCATION:S\r\n"), NULL,
		"1:3 confirmed b1 <mira@example.com> [|R] [|S] "
		"2026-11-14T09:00:00Z/2026-11-14T10:00:00Z\n"},
	};
	run(cases, G_N_ELEMENTS(cases));
}

static void
test_refused(void)
{
	static const struct ics_case cases[] = {
	    {"BEGIN:VCALENDAR\r\n" EVENT("UID:b1\r\n"), NULL,
		"REFUSED f: cut short: it ends inside VCALENDAR\n"},
	    {"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:b1\r\n", NULL,
		"REFUSED f: cut short: it ends inside VEVENT\n"},
	    {CALENDAR("BEGIN:VEVENT\r\n"), NULL,
		"REFUSED f:4: END:VCALENDAR, but VEVENT is open\n"},
	    {CALENDAR("BEGIN:VEVENT\r\n" EVENT("") "END:VEVENT\r\n"), NULL,
		"REFUSED f:4: VEVENT where it cannot be\n"},
	    {CALENDAR("END:VEVENT\r\n"), NULL, "REFUSED f:3: END:VEVENT, but VCALENDAR is open\n"},
	    {CALENDAR("BEGIN:VTODO\r\n" EVENT("") "END:VTODO\r\n"), NULL,
		"REFUSED f:4: VEVENT where it cannot be\n"},
	    {CALENDAR("BEGIN\r\n"), NULL, "REFUSED f:4: END:VCALENDAR, but  is open\n"},
	    {CALENDAR("") "and more\r\n", NULL,
		"REFUSED f:4: outside of a calendar: \"and more\"\n"},
	    /* A message ends at a whole character. */
	    {CALENDAR("") "12345678901234567890123456\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\r\n",
		NULL,
		"REFUSED f:4: outside of a calendar: \"12345678901234567890123456\xc3\xa9...\"\n"},
	    {CALENDAR("BEGIN:A\x1b[2J\r\n"), NULL,
		"REFUSED f:4: END:VCALENDAR, but A?[2J is open\n"},
	    {CALENDAR("METHOD:REPLY\r\n"), NULL,
		"REFUSED f:3: a message (METHOD:REPLY), not a calendar\n"},
	    {"UID,START\r\n", NULL,
		"REFUSED f: no iCalendar, but profile ical.ini reads only that\n"},
	    {"[]", NULL, "REFUSED f: no iCalendar, but profile ical.ini reads only that\n"},
	    /* other records: none of them has a place */
	    {CALENDAR(EVENT("UID:b1\r\n" MIRA AT(NINE, TEN))), NULL,
		"1:3 reject: resource is blank\n"
		"REFUSED f: required column missing: no record has \"RESOURCES\"\n"},
	};
	run(cases, G_N_ELEMENTS(cases));
}

/* Occurrences within 2026-10-01 to 2027-01-01, in local time over the change of the clocks of 25 October. */
static void
test_series(void)
{
#define LOCAL(start, end) AT(";TZID=Europe/Amsterdam:" start, ";TZID=Europe/Amsterdam:" end)
#define WEEKLY LOCAL("20261015T180000", "20261015T190000") "RRULE:FREQ=WEEKLY;COUNT=3\r\n"
#define ONE(place, id, day, hour, end)                                                             \
	place " confirmed b1/" id " <mira@example.com> [|R] 2026-" day "T" hour                    \
	      ":00:00Z/2026-" day "T" end ":00:00Z\n"
	static const struct ics_case cases[] = {
	    {B1(WEEKLY), NULL,
		ONE("1:3", "2026-10-15T16:00:00Z", "10-15", "16", "17")
		    ONE("1:3", "2026-10-22T16:00:00Z", "10-22", "16", "17")
			ONE("1:3", "2026-10-29T17:00:00Z", "10-29", "17", "18")},
	    /* moved, and known by the time it had; before or behind its series */
	    {CALENDAR(EVENT("UID:b1\r\n" WHO "RECURRENCE-ID:20261022T160000Z\r\n" AT(
		 ":20261023T080000Z", ":20261023T090000Z")) EVENT("UID:b1\r\n" WHO WEEKLY)),
		NULL,
		ONE("1:3", "2026-10-22T16:00:00Z", "10-23", "08", "09")
		    ONE("2:11", "2026-10-15T16:00:00Z", "10-15", "16", "17")
			ONE("2:11", "2026-10-29T17:00:00Z", "10-29", "17", "18")},
	    /* rejected for another reason, it does not come back at its old time */
	    {CALENDAR(EVENT("UID:b1\r\n" WHO WEEKLY) EVENT(
		 "UID:b1\r\n" WHO "RECURRENCE-ID;TZID=Europe/Amsterdam:20261022T180000\r\n")),
		NULL,
		ONE("1:3", "2026-10-15T16:00:00Z", "10-15", "16", "17") ONE("1:3",
		    "2026-10-29T17:00:00Z", "10-29", "17", "18") "2:11 reject: has no DTSTART\n"},
	    /* a change that cannot be read, or that moves all later ones, rejects the series with it */
	    {CALENDAR(EVENT("UID:b1\r\n" WHO WEEKLY)
		     EVENT("UID:b1\r\n" WHO
			   "RECURRENCE-ID;RANGE=THISANDFUTURE:20261022T160000Z\r\n" AT(NINE, TEN))),
		NULL,
		"1:3 reject: one of its changes does not say of which occurrence\n"
		"2:11 reject: moves all later occurrences (RANGE)\n"},
	    {CALENDAR(EVENT("UID:b1\r\n" WHO WEEKLY)
		     EVENT("UID:b1\r\n" WHO "RECURRENCE-ID:2026\r\n" AT(NINE, TEN))),
		NULL,
		"1:3 reject: one of its changes does not say of which occurrence\n"
		"2:11 reject: can't parse as DATE-TIME value in RECURRENCE-ID property. Removing "
		"entire property: 2026\n"},
	    {B1(WEEKLY
		 "EXDATE:20261015T160000Z\r\nRDATE;TZID=Europe/Amsterdam:20261101T080000\r\n"),
		NULL,
		ONE("1:3", "2026-10-22T16:00:00Z", "10-22", "16", "17")
		    ONE("1:3", "2026-10-29T17:00:00Z", "10-29", "17", "18")
			ONE("1:3", "2026-11-01T07:00:00Z", "11-01", "07", "08")},
	    /* all day, in a zone with and without the change */
	    {B1("DTSTART;VALUE=DATE:20261024\r\nRRULE:FREQ=DAILY;COUNT=2\r\n"), AMS,
		"1:3 confirmed b1/2026-10-23T22:00:00Z <mira@example.com> [|R] "
		"2026-10-23T22:00:00Z/2026-10-24T22:00:00Z\n"
		"1:3 confirmed b1/2026-10-24T22:00:00Z <mira@example.com> [|R] "
		"2026-10-24T22:00:00Z/2026-10-25T23:00:00Z\n"},
	    {B1(WEEKLY "RRULE:FREQ=WEEKLY;COUNT=3x\r\n"), NULL,
		REJECT("recurrence: a rule that cannot be read: \"FREQ=WEEKLY;COUNT=3x\"")},
	    {B1(WEEKLY "EXRULE:FREQ=WEEKLY\r\n"), NULL,
		REJECT("recurrence: EXRULE is not understood")},
	    /* a change that repeats the rules of its series */
	    {B1(WEEKLY "RECURRENCE-ID:20261022T160000Z\r\n"), NULL,
		ONE("1:3", "2026-10-22T16:00:00Z", "10-15", "16", "17")},
	    /* whole days that are taken out or changed, however the day is written */
	    {B1("DTSTART;VALUE=DATE:20261101\r\nRRULE:FREQ=DAILY;COUNT=8\r\n"
		"EXDATE;VALUE=DATE:20261101\r\nEXDATE:20261102T000000\r\nEXDATE:"
		"20261102T230000Z\r\n"
		"EXDATE;TZID=GMT Standard Time:20261104T000000\r\nEXDATE:20261105T000000Z\r\n"
		"EXDATE;TZID=Europe/Amsterdam:20261106T000000\r\n"
		"EXDATE;TZID=America/New_York:20261107T000000\r\n"),
		AMS,
		"1:3 confirmed b1/2026-11-07T23:00:00Z <mira@example.com> [|R] "
		"2026-11-07T23:00:00Z/2026-11-08T23:00:00Z\n"},
	    {CALENDAR(EVENT("UID:b1\r\n" WHO "DTSTART;VALUE=DATE:20261101\r\n"
			    "RRULE:FREQ=DAILY;COUNT=3\r\n")
		     EVENT("UID:b1\r\n" WHO "RECURRENCE-ID:20261101T000000Z\r\n"
			   "DTSTART;VALUE=DATE:20261110\r\n")
			 EVENT("UID:b1\r\n" WHO "RECURRENCE-ID:20261101T230000Z\r\n"
			       "DTSTART;VALUE=DATE:20261111\r\n")),
		AMS,
		"1:3 confirmed b1/2026-11-02T23:00:00Z <mira@example.com> [|R] "
		"2026-11-02T23:00:00Z/2026-11-03T23:00:00Z\n"
		"2:10 confirmed b1/2026-10-31T23:00:00Z <mira@example.com> [|R] "
		"2026-11-09T23:00:00Z/2026-11-10T23:00:00Z\n"
		"3:17 confirmed b1/2026-11-01T23:00:00Z <mira@example.com> [|R] "
		"2026-11-10T23:00:00Z/2026-11-11T23:00:00Z\n"},
	    /* the last day of a series, too */
	    {B1("DTSTART;VALUE=DATE:20261101\r\nRRULE:FREQ=DAILY;UNTIL=20261102T000000Z\r\n"),
		"America/New_York",
		"1:3 confirmed b1/2026-11-01T04:00:00Z <mira@example.com> [|R] "
		"2026-11-01T04:00:00Z/2026-11-02T05:00:00Z\n"
		"1:3 confirmed b1/2026-11-02T05:00:00Z <mira@example.com> [|R] "
		"2026-11-02T05:00:00Z/2026-11-03T05:00:00Z\n"},
	    /* one occurrence by three spellings is one: its newest version counts */
	    {CALENDAR(EVENT("UID:b1\r\n" WHO WEEKLY) EVENT(
		 "UID:b1\r\nSEQUENCE:1\r\n" WHO
		 "RECURRENCE-ID:20261022T160000Z\r\n" AT(":20261023T080000Z", ":20261023T090000Z"))
		     EVENT("UID:b1\r\nSEQUENCE:3\r\n" WHO
			   "RECURRENCE-ID;TZID=Europe/Amsterdam:20261022T180000\r\n" AT(
			       ":20261024T080000Z", ":20261024T090000Z"))
			 EVENT("UID:b1\r\nSEQUENCE:2\r\n" WHO
			       "RECURRENCE-ID;VALUE=DATE:20261022\r\n" AT(
				   ":20261025T080000Z", ":20261025T090000Z"))),
		NULL,
		ONE("1:3", "2026-10-15T16:00:00Z", "10-15", "16", "17")
		    ONE("1:3", "2026-10-29T17:00:00Z", "10-29", "17", "18")
			ONE("3:20", "2026-10-22T16:00:00Z", "10-24", "08", "09") "drop 2\n"},
	    {B1(WEEKLY "RDATE;VALUE=PERIOD:20261101T080000Z/PT1H\r\n"), NULL,
		REJECT("RDATE: not a date or time")},
	};
	run(cases, G_N_ELEMENTS(cases));
}

static bool
wants_nothing(void *user, const char *name, size_t length)
{
	return false;
}

static bool
count_component(void *user, const struct ics_component *component, GError **error)
{
	*(unsigned *)user += component->event;
	return true;
}

static void
test_too_many(void)
{
	GString *text = g_string_new("BEGIN:VCALENDAR\n");
	struct bytes_facts facts;
	GError *error = NULL;
	unsigned count = 0;
	const struct ics_handler handler = {wants_nothing, count_component, &count};
	char *path = g_strdup_printf("%s/too-many-%d.ics", g_get_tmp_dir(), (int)getpid());
	for (unsigned i = 0; i <= ICS_EVENTS_MAX; i++)
		g_string_append(text, "BEGIN:VEVENT\nEND:VEVENT\n");
	g_string_append(text, "END:VCALENDAR\n");
	g_assert_true(g_file_set_contents(path, text->str, (gssize)text->len, NULL));
	struct bytes *bytes = bytes_open(path, "f.ics", FILE_SIZE_MAX, &facts, &error);
	g_assert_no_error(error);
	g_assert_false(ics_read(bytes, &handler, &error));
	g_assert_error(error, FAILURE, EXIT_BAD_INPUT);
	g_assert_nonnull(strstr(error->message, "more than 500000 events"));
	g_assert_cmpuint(count, ==, ICS_EVENTS_MAX);
	g_clear_error(&error);
	bytes_close(bytes);
	g_unlink(path);
	g_free(path);
	g_string_free(text, TRUE);
}

static void
test_too_many_zones(void)
{
	GString *text = g_string_new("BEGIN:VCALENDAR\r\n");
	for (unsigned i = 0; i <= ICS_ZONES_MAX; i++)
		g_string_append_printf(text,
		    "BEGIN:VTIMEZONE\r\nTZID:z%u\r\n" OFFSET(
			"STANDARD", "+0100") "END:VTIMEZONE\r\n",
		    i);
	g_string_append(text, "END:VCALENDAR\r\n");
	trial_expect("ical", text->str, AMS, "REFUSED f: more than 500 time zones\n");
	/* several calendars are surveyed together first */
	struct trial t;
	trial_run(&t, "ical", "f", text->str, -1, AMS);
	g_autoptr(GPtrArray) paths = g_ptr_array_new();
	g_ptr_array_add(paths, t.path);
	g_ptr_array_add(paths, t.path);
	struct record_sink sink = {log_record, log_reject, log_note, t.log};
	struct import_facts *facts = import_files(
	    &t.source, 0, t.profile, paths, TRIAL_AROUND, &sink);
	g_assert_cmpint(facts->refusals->len, >, 0);
	import_facts_free(facts);
	trial_done(&t);
	g_string_free(text, TRUE);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ics/times", test_times);
	g_test_add_func("/ics/zones", test_zones);
	g_test_add_func("/ics/people", test_people);
	g_test_add_func("/ics/events", test_events);
	g_test_add_func("/ics/refused", test_refused);
	g_test_add_func("/ics/series", test_series);
	g_test_add_func("/ics/too-many", test_too_many);
	g_test_add_func("/ics/too-many-zones", test_too_many_zones);
	return g_test_run();
}
