/* When a record holds: what becomes of times that are no text, that lie outside, or that are only half there. */
#include "harness.h"

#define AMS "Europe/Amsterdam"

/* Bookings with a zone of their own, and a length where there is no end. */
static const char bookings[] =
    "[profile]\n"
    "kind = bookings\n"
    "times = rfc3339; local; %T\n"
    "[field id]\nany = id\n"
    "[field email]\nany = email\nrequired = yes\n"
    "[field resource]\nany = room\nrequired = yes\n"
    "[field start]\nany = start\nrequired = yes\n"
    "[field end]\nany = end\nduration = length\nunit = none\nnext_day = yes\n"
    "[field zone]\nany = zone\n";

#define ROW(more) "[{\"id\":\"b\",\"email\":\"mira@example.com\",\"room\":\"R\"," more "}]"
#define NINE "\"start\":\"2026-11-14T09:00:00Z\""
#define GOOD(span) "1:1 confirmed b <mira@example.com> [|R] " span "\n"
#define REJECT(why) "1:1 reject: " why "\n"

struct span_case {
	const char *text, *timezone, *want;
};

static void
run(const char *profile, const struct span_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++)
		trial_expect(profile, cases[i].text, cases[i].timezone, cases[i].want);
}

static void
test_bookings(void)
{
	static const struct span_case cases[] = {
	    /* the record's own zone beats the source's */
	    {ROW("\"start\":\"2026-11-14 09:00\",\"end\":\"2026-11-14 "
		 "10:00\",\"zone\":\"Asia/Tokyo\""),
		AMS, GOOD("2026-11-14T00:00:00Z/2026-11-14T01:00:00Z")},
	    {ROW(NINE ",\"end\":\"2026-11-14 12:00\",\"zone\":\"Mars/Base\""), AMS,
		REJECT("zone: no time zone is called \"Mars/Base\"")},
	    {ROW(NINE ",\"end\":\"2026-11-14 12:00\",\"zone\":{\"a\":1}"), AMS,
		REJECT("zone is an object where a text belongs")},
	    /* a time of day lies on the date of the start, on the clocks of the zone */
	    {ROW(NINE ",\"end\":\"10:30\""), AMS,
		GOOD("2026-11-14T09:00:00Z/2026-11-14T09:30:00Z")},
	    {ROW("\"start\":\"2026-11-14T23:30:00Z\",\"end\":\"01:00\""), AMS,
		GOOD("2026-11-14T23:30:00Z/2026-11-15T00:00:00Z")},
	    {ROW("\"start\":\"2026-11-14 22:00\",\"end\":\"01:00\""), AMS,
		GOOD("2026-11-14T21:00:00Z/2026-11-15T00:00:00Z")},
	    {ROW("\"start\":\"09:00\",\"end\":\"2026-11-14 12:00\""), AMS,
		REJECT("start: a time of day without its date")},
	    /* the first try of an end that moves to the next day says nothing of the clocks */
	    {ROW("\"start\":\"2026-10-25 03:30\",\"end\":\"02:30\""), AMS,
		GOOD("2026-10-25T02:30:00Z/2026-10-26T01:30:00Z")},
	    /* lengths */
	    {ROW(NINE ",\"length\":\"90 min\""), NULL,
		GOOD("2026-11-14T09:00:00Z/2026-11-14T10:30:00Z")},
	    {ROW(NINE ",\"length\":90"), NULL, REJECT("duration: a number without a unit: \"90\"")},
	    {ROW(NINE ",\"length\":\"long\""), NULL,
		REJECT("duration: not a length of time: \"long\"")},
	    {ROW(NINE ",\"length\":\"\""), NULL, REJECT("end is blank")},
	    /* years that nobody means */
	    {ROW("\"start\":\"1970-01-01 00:30\",\"end\":\"1970-01-01 02:30\""), AMS,
		REJECT("start lies outside 1970 to 2200")},
	    {ROW("\"start\":\"2199-12-31 20:00\",\"end\":\"2199-12-31 23:30\""), "America/New_York",
		REJECT("start lies outside 1970 to 2200")},
	    {ROW("\"start\":\"2199-12-31 18:00\",\"end\":\"2199-12-31 19:30\""), "America/New_York",
		REJECT("end lies outside 1970 to 2200")},
	};
	run(bookings, cases, G_N_ELEMENTS(cases));
}

#define SUBSCRIPTION(more)                                                                         \
	"{\"subscriptions\":[{\"id\":\"s\",\"status\":\"active\",\"timezoneId\":\"" AMS "\","      \
	"\"startDate\":\"2026-09-01\",\"user\":{\"email\":\"ada@example.com\"}" more "}]}"
#define ITEM(more) ",\"items\":[{\"id\":\"i\",\"title\":\"Desk\"" more "}]"
#define TERM(span) "1:1 active s/i <ada@example.com> [|Desk] " span "\n"

static void
test_items(void)
{
	static const struct span_case cases[] = {
	    {SUBSCRIPTION(ITEM("")), NULL, TERM("2026-08-31T22:00:00Z/-")},
	    /* an item's own dates can only make it shorter */
	    {SUBSCRIPTION(ITEM(",\"customStart\":\"2026-10-01\",\"customEnd\":\"2026-10-31\"")),
		NULL, TERM("2026-09-30T22:00:00Z/2026-10-31T23:00:00Z")},
	    {SUBSCRIPTION(ITEM(",\"customStart\":\"2026-08-01\"")), NULL,
		TERM("2026-08-31T22:00:00Z/-")},
	    {SUBSCRIPTION(ITEM(",\"customEnd\":\"2026-08-01\"")), NULL,
		REJECT("the item's own dates leave nothing of the subscription's")},
	    {SUBSCRIPTION(ITEM(",\"customEnd\":true")), NULL, TERM("2026-08-31T22:00:00Z/-")},
	    {SUBSCRIPTION(ITEM(",\"customEnd\":\"soon\"")), NULL,
		REJECT("item_end: not a date or time this profile knows: \"soon\"")},
	    {SUBSCRIPTION(",\"items\":{\"id\":\"i\"}"), NULL, REJECT("items is no list")},
	    {SUBSCRIPTION(",\"items\":[]"), NULL,
		"1 note no_items: a record without items: it gives nothing\n"},
	    {SUBSCRIPTION(""), NULL, "1 note no_items: a record without items: it gives nothing\n"},
	    {SUBSCRIPTION(ITEM("") ",\"endDate\":\"2026-08-01\""), NULL,
		REJECT("ends before or when it starts")},
	};
	run("spacebring-subscriptions", cases, G_N_ELEMENTS(cases));
}

static void
test_companies_and_resources(void)
{
	static const struct span_case companies[] = {
	    {"{\"companies\":[{\"id\":\"c\",\"title\":\"Acme\"}]}", NULL,
		"1:1 active c company=Acme\n"},
	    {"{\"companies\":[{\"title\":\"Acme\"}]}", NULL,
		REJECT("id is blank") "REFUSED f: required column missing: no record has \"id\"\n"},
	    {"{\"companies\":[{\"id\":\"c\",\"title\":{\"a\":1}}]}", NULL,
		REJECT("title is an object where a text belongs")},
	};
	static const struct span_case resources[] = {
	    {"{\"resources\":[{\"title\":\"Room\"}]}", NULL,
		REJECT("id is blank") "REFUSED f: required column missing: no record has \"id\"\n"},
	    {"{\"resources\":[{\"id\":\"r\",\"title\":{\"a\":1}}]}", NULL,
		REJECT("title is an object where a text belongs")},
	};
	run("spacebring-companies", companies, G_N_ELEMENTS(companies));
	run("spacebring-resources", resources, G_N_ELEMENTS(resources));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/span/bookings", test_bookings);
	g_test_add_func("/span/items", test_items);
	g_test_add_func("/span/companies-and-resources", test_companies_and_resources);
	return g_test_run();
}
