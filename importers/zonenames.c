/*
 * Names of time zones as exports write them.  Which IANA zone a name of Windows means is ICU's to say (its data is
 * Unicode's, which Microsoft follows); here is only what ICU does not know: how Windows shows them to people.
 */
#include "importers/zonenames.h"

#include "base/text.h"

#include <string.h>
#include <unicode/putil.h>
#include <unicode/ucal.h>

#define NAME_MAX_BYTES 128
/* Those of all names of Windows; of others ICU would read the name as far as they go. */
#define NAME_CHARACTERS G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS " .()+-"

/* What Windows shows first in a list of places, and the name of the zone; every name of Windows that ICU knows. */
static const char *const shown[][2] = {
    {"International Date Line West", "Dateline Standard Time"},
    {"Coordinated Universal Time-11", "UTC-11"},
    {"Aleutian Islands", "Aleutian Standard Time"},
    {"Hawaii", "Hawaiian Standard Time"},
    {"Marquesas Islands", "Marquesas Standard Time"},
    {"Alaska", "Alaskan Standard Time"},
    {"Coordinated Universal Time-09", "UTC-09"},
    {"Baja California", "Pacific Standard Time (Mexico)"},
    {"Tijuana", "Pacific Standard Time (Mexico)"},
    {"Coordinated Universal Time-08", "UTC-08"},
    {"Pacific Time (US & Canada)", "Pacific Standard Time"},
    {"Arizona", "US Mountain Standard Time"},
    {"Chihuahua", "Mountain Standard Time (Mexico)"},
    {"La Paz", "Mountain Standard Time (Mexico)"},
    {"Mountain Time (US & Canada)", "Mountain Standard Time"},
    {"Yukon", "Yukon Standard Time"},
    {"Central America", "Central America Standard Time"},
    {"Central Time (US & Canada)", "Central Standard Time"},
    {"Easter Island", "Easter Island Standard Time"},
    {"Guadalajara", "Central Standard Time (Mexico)"},
    {"Saskatchewan", "Canada Central Standard Time"},
    {"Bogota", "SA Pacific Standard Time"},
    {"Chetumal", "Eastern Standard Time (Mexico)"},
    {"Eastern Time (US & Canada)", "Eastern Standard Time"},
    {"Haiti", "Haiti Standard Time"},
    {"Havana", "Cuba Standard Time"},
    {"Indiana (East)", "US Eastern Standard Time"},
    {"Turks and Caicos", "Turks And Caicos Standard Time"},
    {"Asuncion", "Paraguay Standard Time"},
    {"Atlantic Time (Canada)", "Atlantic Standard Time"},
    {"Caracas", "Venezuela Standard Time"},
    {"Cuiaba", "Central Brazilian Standard Time"},
    {"Manaus", "SA Western Standard Time"},
    {"Georgetown", "SA Western Standard Time"},
    {"Santiago", "Pacific SA Standard Time"},
    {"Newfoundland", "Newfoundland Standard Time"},
    {"Araguaina", "Tocantins Standard Time"},
    {"Brasilia", "E. South America Standard Time"},
    {"Cayenne", "SA Eastern Standard Time"},
    {"City of Buenos Aires", "Argentina Standard Time"},
    {"Buenos Aires", "Argentina Standard Time"},
    {"Greenland", "Greenland Standard Time"},
    {"Montevideo", "Montevideo Standard Time"},
    {"Punta Arenas", "Magallanes Standard Time"},
    {"Saint Pierre and Miquelon", "Saint Pierre Standard Time"},
    {"Salvador", "Bahia Standard Time"},
    {"Coordinated Universal Time-02", "UTC-02"},
    {"Azores", "Azores Standard Time"},
    {"Cabo Verde Is.", "Cape Verde Standard Time"},
    {"Cape Verde Is.", "Cape Verde Standard Time"},
    {"Coordinated Universal Time", "UTC"},
    {"Casablanca", "Morocco Standard Time"},
    {"Dublin", "GMT Standard Time"},
    {"Greenwich Mean Time", "GMT Standard Time"},
    {"Monrovia", "Greenwich Standard Time"},
    {"Sao Tome", "Sao Tome Standard Time"},
    {"Amsterdam", "W. Europe Standard Time"},
    {"Belgrade", "Central Europe Standard Time"},
    {"Brussels", "Romance Standard Time"},
    {"Sarajevo", "Central European Standard Time"},
    {"West Central Africa", "W. Central Africa Standard Time"},
    {"Windhoek", "Namibia Standard Time"},
    {"Amman", "Jordan Standard Time"},
    {"Athens", "GTB Standard Time"},
    {"Bucharest", "GTB Standard Time"},
    {"Beirut", "Middle East Standard Time"},
    {"Cairo", "Egypt Standard Time"},
    {"Chisinau", "E. Europe Standard Time"},
    {"Damascus", "Syria Standard Time"},
    {"Gaza", "West Bank Standard Time"},
    {"Harare", "South Africa Standard Time"},
    {"Helsinki", "FLE Standard Time"},
    {"Istanbul", "Turkey Standard Time"},
    {"Jerusalem", "Israel Standard Time"},
    {"Juba", "South Sudan Standard Time"},
    {"Kaliningrad", "Kaliningrad Standard Time"},
    {"Khartoum", "Sudan Standard Time"},
    {"Tripoli", "Libya Standard Time"},
    {"Baghdad", "Arabic Standard Time"},
    {"Kuwait", "Arab Standard Time"},
    {"Minsk", "Belarus Standard Time"},
    {"Moscow", "Russian Standard Time"},
    {"Nairobi", "E. Africa Standard Time"},
    {"Volgograd", "Volgograd Standard Time"},
    {"Tehran", "Iran Standard Time"},
    {"Abu Dhabi", "Arabian Standard Time"},
    {"Astrakhan", "Astrakhan Standard Time"},
    {"Baku", "Azerbaijan Standard Time"},
    {"Izhevsk", "Russia Time Zone 3"},
    {"Port Louis", "Mauritius Standard Time"},
    {"Saratov", "Saratov Standard Time"},
    {"Tbilisi", "Georgian Standard Time"},
    {"Yerevan", "Caucasus Standard Time"},
    {"Kabul", "Afghanistan Standard Time"},
    {"Ashgabat", "West Asia Standard Time"},
    {"Tashkent", "West Asia Standard Time"},
    {"Ekaterinburg", "Ekaterinburg Standard Time"},
    {"Islamabad", "Pakistan Standard Time"},
    {"Qyzylorda", "Qyzylorda Standard Time"},
    {"Chennai", "India Standard Time"},
    {"Sri Jayawardenepura", "Sri Lanka Standard Time"},
    {"Kathmandu", "Nepal Standard Time"},
    {"Astana", "Central Asia Standard Time"},
    {"Dhaka", "Bangladesh Standard Time"},
    {"Omsk", "Omsk Standard Time"},
    {"Yangon (Rangoon)", "Myanmar Standard Time"},
    {"Bangkok", "SE Asia Standard Time"},
    {"Barnaul", "Altai Standard Time"},
    {"Hovd", "W. Mongolia Standard Time"},
    {"Krasnoyarsk", "North Asia Standard Time"},
    {"Novosibirsk", "N. Central Asia Standard Time"},
    {"Tomsk", "Tomsk Standard Time"},
    {"Beijing", "China Standard Time"},
    {"Irkutsk", "North Asia East Standard Time"},
    {"Kuala Lumpur", "Singapore Standard Time"},
    {"Perth", "W. Australia Standard Time"},
    {"Taipei", "Taipei Standard Time"},
    {"Ulaanbaatar", "Ulaanbaatar Standard Time"},
    {"Eucla", "Aus Central W. Standard Time"},
    {"Chita", "Transbaikal Standard Time"},
    {"Osaka", "Tokyo Standard Time"},
    {"Pyongyang", "North Korea Standard Time"},
    {"Seoul", "Korea Standard Time"},
    {"Yakutsk", "Yakutsk Standard Time"},
    {"Adelaide", "Cen. Australia Standard Time"},
    {"Darwin", "AUS Central Standard Time"},
    {"Brisbane", "E. Australia Standard Time"},
    {"Canberra", "AUS Eastern Standard Time"},
    {"Guam", "West Pacific Standard Time"},
    {"Hobart", "Tasmania Standard Time"},
    {"Vladivostok", "Vladivostok Standard Time"},
    {"Lord Howe Island", "Lord Howe Standard Time"},
    {"Bougainville Island", "Bougainville Standard Time"},
    {"Chokurdakh", "Russia Time Zone 10"},
    {"Magadan", "Magadan Standard Time"},
    {"Norfolk Island", "Norfolk Standard Time"},
    {"Sakhalin", "Sakhalin Standard Time"},
    {"Solomon Is.", "Central Pacific Standard Time"},
    {"Anadyr", "Russia Time Zone 11"},
    {"Auckland", "New Zealand Standard Time"},
    {"Coordinated Universal Time+12", "UTC+12"},
    {"Fiji", "Fiji Standard Time"},
    {"Chatham Islands", "Chatham Islands Standard Time"},
    {"Coordinated Universal Time+13", "UTC+13"},
    {"Nuku'alofa", "Tonga Standard Time"},
    {"Samoa", "Samoa Standard Time"},
    {"Kiritimati Island", "Line Islands Standard Time"},
};

/* What Windows itself calls some of them in a clock, and names of old programs. */
static const char *const aliases[][2] = {
    {"Armenian Standard Time", "Caucasus Standard Time"},
    {"Cabo Verde Standard Time", "Cape Verde Standard Time"},
    {"Coordinated Universal Time", "UTC"},
    {"Jerusalem Standard Time", "Israel Standard Time"},
    {"Kamchatka Standard Time", "Russia Time Zone 11"},
    {"Malay Peninsula Standard Time", "Singapore Standard Time"},
    {"Mexico Standard Time", "Central Standard Time (Mexico)"},
    {"Mexico Standard Time 2", "Mountain Standard Time (Mexico)"},
    {"Russia TZ 1 Standard Time", "Kaliningrad Standard Time"},
    {"Russia TZ 2 Standard Time", "Russian Standard Time"},
    {"Russia TZ 3 Standard Time", "Russia Time Zone 3"},
    {"Russia TZ 4 Standard Time", "Ekaterinburg Standard Time"},
    {"Russia TZ 5 Standard Time", "N. Central Asia Standard Time"},
    {"Russia TZ 6 Standard Time", "North Asia Standard Time"},
    {"Russia TZ 7 Standard Time", "North Asia East Standard Time"},
    {"Russia TZ 8 Standard Time", "Yakutsk Standard Time"},
    {"Russia TZ 9 Standard Time", "Vladivostok Standard Time"},
    {"Russia TZ 10 Standard Time", "Russia Time Zone 10"},
    {"Russia TZ 11 Standard Time", "Russia Time Zone 11"},
    {"West Bank Gaza Standard Time", "West Bank Standard Time"},
};

/* What Windows means since two countries moved their clocks: Unicode knows it from ICU 76 on. */
static const char *const moved[][2] = {
    {"Central Asia Standard Time", "Asia/Bishkek"},
    {"Mountain Standard Time (Mexico)", "America/Mazatlan"},
};

/* Names that Unicode keeps for the sake of old data, and those under which tzdata has the zones. */
static const char *const renamed[][2] = {
    {"America/Buenos_Aires", "America/Argentina/Buenos_Aires"},
    {"America/Godthab", "America/Nuuk"},
    {"America/Indianapolis", "America/Indiana/Indianapolis"},
    {"Asia/Calcutta", "Asia/Kolkata"},
    {"Asia/Katmandu", "Asia/Kathmandu"},
    {"Asia/Rangoon", "Asia/Yangon"},
    {"Europe/Kiev", "Europe/Kyiv"},
};

/* Debian 13 has the old names in a package of its own. */
static struct zone *
zone_of_unicode(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(renamed); i++) {
		struct zone *zone = strcmp(renamed[i][0], name) == 0 ? zone_get(renamed[i][1])
								     : NULL;
		if (zone != NULL)
			return zone;
	}
	return zone_get(name);
}

/* The zone of a name of Windows in its exact spelling. */
static struct zone *
zone_of_windows(const char *windows)
{
	UChar wide[NAME_MAX_BYTES], found[NAME_MAX_BYTES];
	char name[NAME_MAX_BYTES];
	UErrorCode status = U_ZERO_ERROR;
	for (size_t i = 0; i < G_N_ELEMENTS(moved); i++) {
		if (strcmp(moved[i][0], windows) == 0)
			return zone_get(moved[i][1]);
	}
	size_t size = strlen(windows) + 1;
	if (size > NAME_MAX_BYTES || windows[strspn(windows, NAME_CHARACTERS)] != '\0')
		return NULL;
	u_charsToUChars(windows, wide, (int32_t)size);
	int32_t length = ucal_getTimeZoneIDForWindowsID(
	    wide, -1, NULL, found, NAME_MAX_BYTES, &status);
	if (U_FAILURE(status) || length == 0 || length >= NAME_MAX_BYTES)
		return NULL;
	u_UCharsToChars(found, name, length);
	name[length] = '\0';
	return zone_of_unicode(name);
}

/*
 * By letters and digits: old programs write `S.A. Pacific Standard Time`.  column: of what is looked for; the name is in
 * the second one.
 */
static struct zone *
find_in(const char *const (*table)[2], size_t n, const char *text, int column)
{
	g_autofree char *key = text_header_key(text);
	for (size_t i = 0; i < n && *key != '\0'; i++) {
		g_autofree char *other = text_header_key(table[i][column]);
		if (strcmp(key, other) == 0)
			return zone_of_windows(table[i][1]);
	}
	return NULL;
}

/* `W. Europe Daylight Time` is what the same clocks are called in summer. */
static struct zone *
zone_of_spelling(const char *name)
{
	static const char summer[] = " Daylight Time";
	g_autofree char *plain = g_strdup(name), *small = g_ascii_strdown(name, -1);
	/* Without its signs `UTC-12` would be `UTC+12`. */
	if (strstr(small, "time") == NULL)
		return NULL;
	if (g_str_has_suffix(name, summer)) {
		plain[strlen(name) - strlen(summer)] = '\0';
		char *winter = g_strconcat(plain, " Standard Time", NULL);
		g_free(plain);
		plain = winter;
	}
	struct zone *zone = find_in(aliases, G_N_ELEMENTS(aliases), plain, 0);
	return zone != NULL ? zone : find_in(shown, G_N_ELEMENTS(shown), plain, 1);
}

/* Has the zone been that far ahead of UTC in these years?  Else the places have moved to another zone since. */
static bool
had_offset(struct zone *zone, int offset)
{
	for (int year = 2008; year <= 2026; year++) {
		for (int month = 1; month <= 7; month += 6) {
			if (zone_offset(zone, civil_days(year, month, 1) * INSTANT_DAY) == offset)
				return true;
		}
	}
	return false;
}

/* `(UTC+01:00) Amsterdam, Berlin, Bern`, `(GMT-05.00) Eastern Time (US & Canada)`, `(UTC) Dublin, ...` */
static struct zone *
zone_of_display(const char *text)
{
	GRegex *form = g_regex_new(
	    "^\\((?:UTC|GMT) ?(?:([-+])(\\d\\d?)[:.]?(\\d\\d))?\\) ?([^,;/:]+)", G_REGEX_CASELESS,
	    0, NULL);
	GMatchInfo *match = NULL;
	struct zone *zone = NULL;
	if (g_regex_match(form, text, 0, &match)) {
		char *sign = g_match_info_fetch(match, 1), *hours = g_match_info_fetch(match, 2);
		char *minutes = g_match_info_fetch(match, 3), *place = g_match_info_fetch(match, 4);
		int offset = (int)(g_ascii_strtoll(hours, NULL, 10) * 3600 +
				   g_ascii_strtoll(minutes, NULL, 10) * 60);
		zone = find_in(shown, G_N_ELEMENTS(shown), place, 0);
		if (zone != NULL && !had_offset(zone, *sign == '-' ? -offset : offset))
			zone = NULL;
		g_free(sign);
		g_free(hours);
		g_free(minutes);
		g_free(place);
	}
	g_match_info_unref(match);
	g_regex_unref(form);
	return zone;
}

/* Of two zones with one name Outlook numbers the second: `W. Europe Standard Time 1`. */
static struct zone *
zone_of_numbered(const char *name)
{
	size_t length = strlen(name);
	while (length > 0 && g_ascii_isdigit(name[length - 1]))
		length--;
	if (name[length] == '\0' || length == 0 || name[length - 1] != ' ')
		return NULL;
	g_autofree char *plain = g_strndup(name, length - 1);
	return zone_of_spelling(plain);
}

/* `/softwarestudio.org/Tzfile/Europe/Berlin`: what a registry of zones puts in front. */
static struct zone *
zone_behind_prefix(const char *name)
{
	struct zone *zone = NULL;
	for (const char *part = name; part != NULL && zone == NULL; part = strchr(part, '/')) {
		part += *part == '/';
		zone = zone_get(part);
	}
	return zone;
}

struct zone *
zone_named(const char *name)
{
	static const char microsoft[] = "tzone://Microsoft/";
	if (strlen(name) > NAME_MAX_BYTES)
		return NULL;
	struct zone *zone = zone_get(name);
	if (zone == NULL && *name == '/')
		zone = zone_behind_prefix(name);
	if (zone == NULL && g_ascii_strncasecmp(name, microsoft, strlen(microsoft)) == 0)
		return zone_named(name + strlen(microsoft));
	if (zone == NULL && *name == '(')
		return zone_of_display(name);
	if (zone == NULL)
		zone = zone_of_windows(name);
	if (zone == NULL)
		zone = zone_of_spelling(name);
	return zone != NULL ? zone : zone_of_numbered(name);
}
