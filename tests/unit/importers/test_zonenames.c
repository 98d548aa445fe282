/* Which zone a name means.  All names of Windows are pinned: every release of ICU must read them alike. */
#include "importers/zonenames.h"

#include <string.h>

static const char *const windows[][2] = {
    {"AUS Central Standard Time", "Australia/Darwin"},
    {"AUS Eastern Standard Time", "Australia/Sydney"},
    {"Afghanistan Standard Time", "Asia/Kabul"},
    {"Alaskan Standard Time", "America/Anchorage"},
    {"Aleutian Standard Time", "America/Adak"},
    {"Altai Standard Time", "Asia/Barnaul"},
    {"Arab Standard Time", "Asia/Riyadh"},
    {"Arabian Standard Time", "Asia/Dubai"},
    {"Arabic Standard Time", "Asia/Baghdad"},
    {"Argentina Standard Time", "America/Argentina/Buenos_Aires"},
    {"Astrakhan Standard Time", "Europe/Astrakhan"},
    {"Atlantic Standard Time", "America/Halifax"},
    {"Aus Central W. Standard Time", "Australia/Eucla"},
    {"Azerbaijan Standard Time", "Asia/Baku"},
    {"Azores Standard Time", "Atlantic/Azores"},
    {"Bahia Standard Time", "America/Bahia"},
    {"Bangladesh Standard Time", "Asia/Dhaka"},
    {"Belarus Standard Time", "Europe/Minsk"},
    {"Bougainville Standard Time", "Pacific/Bougainville"},
    {"Canada Central Standard Time", "America/Regina"},
    {"Cape Verde Standard Time", "Atlantic/Cape_Verde"},
    {"Caucasus Standard Time", "Asia/Yerevan"},
    {"Cen. Australia Standard Time", "Australia/Adelaide"},
    {"Central America Standard Time", "America/Guatemala"},
    {"Central Asia Standard Time", "Asia/Bishkek"},
    {"Central Brazilian Standard Time", "America/Cuiaba"},
    {"Central Europe Standard Time", "Europe/Budapest"},
    {"Central European Standard Time", "Europe/Warsaw"},
    {"Central Pacific Standard Time", "Pacific/Guadalcanal"},
    {"Central Standard Time", "America/Chicago"},
    {"Central Standard Time (Mexico)", "America/Mexico_City"},
    {"Chatham Islands Standard Time", "Pacific/Chatham"},
    {"China Standard Time", "Asia/Shanghai"},
    {"Cuba Standard Time", "America/Havana"},
    {"Dateline Standard Time", "Etc/GMT+12"},
    {"E. Africa Standard Time", "Africa/Nairobi"},
    {"E. Australia Standard Time", "Australia/Brisbane"},
    {"E. Europe Standard Time", "Europe/Chisinau"},
    {"E. South America Standard Time", "America/Sao_Paulo"},
    {"Easter Island Standard Time", "Pacific/Easter"},
    {"Eastern Standard Time", "America/New_York"},
    {"Eastern Standard Time (Mexico)", "America/Cancun"},
    {"Egypt Standard Time", "Africa/Cairo"},
    {"Ekaterinburg Standard Time", "Asia/Yekaterinburg"},
    {"FLE Standard Time", "Europe/Kyiv"},
    {"Fiji Standard Time", "Pacific/Fiji"},
    {"GMT Standard Time", "Europe/London"},
    {"GTB Standard Time", "Europe/Bucharest"},
    {"Georgian Standard Time", "Asia/Tbilisi"},
    {"Greenland Standard Time", "America/Nuuk"},
    {"Greenwich Standard Time", "Atlantic/Reykjavik"},
    {"Haiti Standard Time", "America/Port-au-Prince"},
    {"Hawaiian Standard Time", "Pacific/Honolulu"},
    {"India Standard Time", "Asia/Kolkata"},
    {"Iran Standard Time", "Asia/Tehran"},
    {"Israel Standard Time", "Asia/Jerusalem"},
    {"Jordan Standard Time", "Asia/Amman"},
    {"Kaliningrad Standard Time", "Europe/Kaliningrad"},
    {"Korea Standard Time", "Asia/Seoul"},
    {"Libya Standard Time", "Africa/Tripoli"},
    {"Line Islands Standard Time", "Pacific/Kiritimati"},
    {"Lord Howe Standard Time", "Australia/Lord_Howe"},
    {"Magadan Standard Time", "Asia/Magadan"},
    {"Magallanes Standard Time", "America/Punta_Arenas"},
    {"Marquesas Standard Time", "Pacific/Marquesas"},
    {"Mauritius Standard Time", "Indian/Mauritius"},
    {"Middle East Standard Time", "Asia/Beirut"},
    {"Montevideo Standard Time", "America/Montevideo"},
    {"Morocco Standard Time", "Africa/Casablanca"},
    {"Mountain Standard Time", "America/Denver"},
    {"Mountain Standard Time (Mexico)", "America/Mazatlan"},
    {"Myanmar Standard Time", "Asia/Yangon"},
    {"N. Central Asia Standard Time", "Asia/Novosibirsk"},
    {"Namibia Standard Time", "Africa/Windhoek"},
    {"Nepal Standard Time", "Asia/Kathmandu"},
    {"New Zealand Standard Time", "Pacific/Auckland"},
    {"Newfoundland Standard Time", "America/St_Johns"},
    {"Norfolk Standard Time", "Pacific/Norfolk"},
    {"North Asia East Standard Time", "Asia/Irkutsk"},
    {"North Asia Standard Time", "Asia/Krasnoyarsk"},
    {"North Korea Standard Time", "Asia/Pyongyang"},
    {"Omsk Standard Time", "Asia/Omsk"},
    {"Pacific SA Standard Time", "America/Santiago"},
    {"Pacific Standard Time", "America/Los_Angeles"},
    {"Pacific Standard Time (Mexico)", "America/Tijuana"},
    {"Pakistan Standard Time", "Asia/Karachi"},
    {"Paraguay Standard Time", "America/Asuncion"},
    {"Qyzylorda Standard Time", "Asia/Qyzylorda"},
    {"Romance Standard Time", "Europe/Paris"},
    {"Russia Time Zone 10", "Asia/Srednekolymsk"},
    {"Russia Time Zone 11", "Asia/Kamchatka"},
    {"Russia Time Zone 3", "Europe/Samara"},
    {"Russian Standard Time", "Europe/Moscow"},
    {"SA Eastern Standard Time", "America/Cayenne"},
    {"SA Pacific Standard Time", "America/Bogota"},
    {"SA Western Standard Time", "America/La_Paz"},
    {"SE Asia Standard Time", "Asia/Bangkok"},
    {"Saint Pierre Standard Time", "America/Miquelon"},
    {"Sakhalin Standard Time", "Asia/Sakhalin"},
    {"Samoa Standard Time", "Pacific/Apia"},
    {"Sao Tome Standard Time", "Africa/Sao_Tome"},
    {"Saratov Standard Time", "Europe/Saratov"},
    {"Singapore Standard Time", "Asia/Singapore"},
    {"South Africa Standard Time", "Africa/Johannesburg"},
    {"South Sudan Standard Time", "Africa/Juba"},
    {"Sri Lanka Standard Time", "Asia/Colombo"},
    {"Sudan Standard Time", "Africa/Khartoum"},
    {"Syria Standard Time", "Asia/Damascus"},
    {"Taipei Standard Time", "Asia/Taipei"},
    {"Tasmania Standard Time", "Australia/Hobart"},
    {"Tocantins Standard Time", "America/Araguaina"},
    {"Tokyo Standard Time", "Asia/Tokyo"},
    {"Tomsk Standard Time", "Asia/Tomsk"},
    {"Tonga Standard Time", "Pacific/Tongatapu"},
    {"Transbaikal Standard Time", "Asia/Chita"},
    {"Turkey Standard Time", "Europe/Istanbul"},
    {"Turks And Caicos Standard Time", "America/Grand_Turk"},
    {"US Eastern Standard Time", "America/Indiana/Indianapolis"},
    {"US Mountain Standard Time", "America/Phoenix"},
    {"UTC", "UTC"},
    {"UTC+12", "UTC+12"},
    {"UTC+13", "UTC+13"},
    {"UTC-02", "UTC-02"},
    {"UTC-08", "UTC-08"},
    {"UTC-09", "UTC-09"},
    {"UTC-11", "UTC-11"},
    {"Ulaanbaatar Standard Time", "Asia/Ulaanbaatar"},
    {"Venezuela Standard Time", "America/Caracas"},
    {"Vladivostok Standard Time", "Asia/Vladivostok"},
    {"Volgograd Standard Time", "Europe/Volgograd"},
    {"W. Australia Standard Time", "Australia/Perth"},
    {"W. Central Africa Standard Time", "Africa/Lagos"},
    {"W. Europe Standard Time", "Europe/Berlin"},
    {"W. Mongolia Standard Time", "Asia/Hovd"},
    {"West Asia Standard Time", "Asia/Tashkent"},
    {"West Bank Standard Time", "Asia/Hebron"},
    {"West Pacific Standard Time", "Pacific/Port_Moresby"},
    {"Yakutsk Standard Time", "Asia/Yakutsk"},
    {"Yukon Standard Time", "America/Whitehorse"},
};

static void
assert_named(const char *name, const char *want)
{
	struct zone *zone = zone_named(name);
	if (g_strcmp0(zone != NULL ? zone_name(zone) : NULL, want) != 0)
		g_test_message("\"%s\"", name);
	g_assert_cmpstr(zone != NULL ? zone_name(zone) : NULL, ==, want);
}

static void
test_windows(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(windows); i++)
		assert_named(windows[i][0], windows[i][1]);
}

/* As Outlook numbers them, in any letters, and with the dots of older programs. */
static void
test_spellings(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(windows); i++) {
		g_autofree char *numbered = g_strconcat(windows[i][0], " 2", NULL);
		g_autofree char *small = g_ascii_strdown(windows[i][0], -1);
		if (g_str_has_suffix(windows[i][0], "Standard Time")) {
			assert_named(numbered, windows[i][1]);
			assert_named(small, windows[i][1]);
		}
	}
	assert_named("S.A. Pacific Standard Time", "America/Bogota");
	assert_named("W. Europe Daylight Time", "Europe/Berlin");
	assert_named("Jerusalem Daylight Time", "Asia/Jerusalem");
	assert_named("Russia TZ 2 Standard Time", "Europe/Moscow");
	assert_named("Mexico Standard Time 2", "America/Mazatlan");
	assert_named("Mexico Standard Time", "America/Mexico_City");
	assert_named("U.S. Mountain Standard Time", "America/Phoenix");
}

static void
test_display(void)
{
	static const char *const cases[][2] = {
	    {"(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", "Europe/Berlin"},
	    {"(GMT+01.00) Sarajevo/Warsaw/Zagreb", "Europe/Warsaw"},
	    {"(GMT+01:00) Brussels, Copenhagen, Madrid, Paris", "Europe/Paris"},
	    {"(utc-05:00) eastern time (us & canada)", "America/New_York"},
	    {"(GMT-06:00) Central Time (US & Canada); Mexico City", "America/Chicago"},
	    {"(UTC) Coordinated Universal Time", "Etc/UTC"},
	    {"(UTC+00:00) Dublin, Edinburgh, Lisbon, London", "Europe/London"},
	    {"(GMT) Greenwich Mean Time : Dublin, Edinburgh, Lisbon, London", "Europe/London"},
	    {"(UTC-11:00) Coordinated Universal Time-11", "Etc/GMT+11"},
	    {"(UTC+05:30) Chennai, Kolkata, Mumbai, New Delhi", "Asia/Kolkata"},
	    {"(UTC+12:00) Auckland, Wellington", "Pacific/Auckland"},
	    {"(UTC+13:00) Nuku'alofa", "Pacific/Tongatapu"},
	    /* not where these places ever were, and places that nobody knows */
	    {"(UTC-05:00) Amsterdam, Berlin", NULL},
	    {"(UTC+01:00) Olympus Mons", NULL},
	    {"(UTC+01:00)", NULL},
	    {"(UTC+01:00) , Berlin", NULL},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		assert_named(cases[i][0], cases[i][1]);
}

static void
test_others(void)
{
	static const char *const cases[][2] = {
	    {"Europe/Amsterdam", "Europe/Amsterdam"},
	    {"UTC+05:30", "UTC+05:30"},
	    {"/example.org/20260101_1/Europe/Berlin", "Europe/Berlin"},
	    {"tzone://Microsoft/Utc", "Utc"},
	    {"tzone://Microsoft/W. Europe Standard Time", "Europe/Berlin"},
	    {"tzone://Microsoft/Custom", NULL},
	    {"Customized Time Zone", NULL},
	    {"Customized Time Zone 1", NULL},
	    {"Mars/Olympus", NULL},
	    {"Standard Time", NULL},
	    {"UTC@x", NULL},
	    {"W. Europe Standard Time@x", NULL},
	    {"UTC 1", NULL},
	    {"UTC 12", NULL},
	    {"utc/12", NULL},
	    {"UTC-12 1", NULL},
	    {"1", NULL},
	    {" 1", NULL},
	    {"", NULL},
	    {"/", NULL},
	    {"(", NULL},
	    {"W. Europe Standard Time\n", "Europe/Berlin"},
	    {"\xC3\xA9", NULL},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		assert_named(cases[i][0], cases[i][1]);
	g_autofree char *longest = g_strnfill(5000, 'a');
	assert_named(longest, NULL);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/zonenames/windows", test_windows);
	g_test_add_func("/zonenames/spellings", test_spellings);
	g_test_add_func("/zonenames/display", test_display);
	g_test_add_func("/zonenames/others", test_others);
	return g_test_run();
}
