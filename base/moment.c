/* Times as people type them.  Decides only which day is meant. */
#include "base/moment.h"

#include <string.h>

/* `9:00`, `18:45` and nothing behind it. */
static bool
read_clock(const char *text, struct civil *c)
{
	char *end = NULL;
	if (!g_ascii_isdigit(text[0]))
		return false;
	c->hour = (int)g_ascii_strtoll(text, &end, 10);
	if (end - text > 2 || *end != ':' || !g_ascii_isdigit(end[1]) || !g_ascii_isdigit(end[2]) ||
	    end[3] != '\0')
		return false;
	c->minute = (end[1] - '0') * 10 + (end[2] - '0');
	c->second = 0;
	return civil_valid(c);
}

/* `2026-11-30` and a blank; the length of it, 0 for anything else. */
static size_t
read_date(const char *text, struct civil *c)
{
	static const char form[] = "dddd-dd-dd ";
	for (size_t i = 0; i < sizeof(form) - 1; i++) {
		if (form[i] == 'd' ? !g_ascii_isdigit(text[i]) : text[i] != form[i])
			return 0;
	}
	c->year = (int)g_ascii_strtoll(text, NULL, 10);
	c->month = (int)g_ascii_strtoll(text + 5, NULL, 10);
	c->day = (int)g_ascii_strtoll(text + 8, NULL, 10);
	return sizeof(form) - 1;
}

bool
moment_parse(const char *text, struct zone *zone, instant now, instant *out)
{
	static const struct {
		const char *word;
		int days;
	} days[] = {{"today ", 0}, {"tomorrow ", 1}, {"yesterday ", -1}};
	if (instant_parse(text, out))
		return true;
	struct civil c = zone_civil(zone, now);
	size_t used = read_date(text, &c);
	for (size_t i = 0; i < G_N_ELEMENTS(days); i++) {
		if (!g_str_has_prefix(text, days[i].word))
			continue;
		used = strlen(days[i].word);
		civil_from_days(
		    civil_days(c.year, c.month, c.day) + days[i].days, &c.year, &c.month, &c.day);
	}
	if (!read_clock(text + used, &c))
		return false;
	zone_instant(zone, &c, ZONE_EARLIER, out);
	return true;
}
