/*
 * Instants and calendar dates.  Pure arithmetic on the proleptic Gregorian calendar; zones are base/zone.c.
 */
#include "base/instant.h"

#include "base/text.h"

#include <string.h>

#define FIRST_YEAR 1970
#define LAST_YEAR 2199

static int
month_length(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return month == 2 && leap ? 29 : days[month - 1];
}

static instant
minute_of(instant t)
{
	bool open = t == INSTANT_ALWAYS || t == INSTANT_NEVER;
	return open ? t : t - (t % INSTANT_MINUTE + INSTANT_MINUTE) % INSTANT_MINUTE;
}

struct interval
interval_to_minutes(struct interval span)
{
	return (struct interval){minute_of(span.from), minute_of(span.until)};
}

/* Both directions count in years that begin in March, so that the leap day comes last. */
int64_t
civil_days(int year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t year_of_era = y - era * 400;
	int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
	return era * 146097 + day_of_era - 719468;
}

void
civil_from_days(int64_t days, int *year, int *month, int *day)
{
	days += 719468;
	int64_t era = (days >= 0 ? days : days - 146096) / 146097;
	int64_t day_of_era = days - era * 146097;
	int64_t year_of_era =
	    (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int64_t day_of_year = day_of_era -
			      (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t march_month = (5 * day_of_year + 2) / 153;
	*day = (int)(day_of_year - (153 * march_month + 2) / 5 + 1);
	*month = (int)(march_month < 10 ? march_month + 3 : march_month - 9);
	*year = (int)(year_of_era + era * 400 + (*month <= 2));
}

struct civil
civil_from_seconds(int64_t seconds)
{
	int64_t days = seconds / INSTANT_DAY - (seconds % INSTANT_DAY < 0);
	int64_t rest = seconds - days * INSTANT_DAY;
	struct civil c = {.hour = (int)(rest / 3600),
	    .minute = (int)(rest / 60 % 60),
	    .second = (int)(rest % 60)};
	civil_from_days(days, &c.year, &c.month, &c.day);
	return c;
}

int64_t
civil_seconds(const struct civil *c)
{
	return civil_days(c->year, c->month, c->day) * INSTANT_DAY + c->hour * INSTANT_HOUR +
	       c->minute * INSTANT_MINUTE + c->second;
}

bool
civil_valid(const struct civil *c)
{
	return c->year >= FIRST_YEAR && c->year <= LAST_YEAR && c->month >= 1 && c->month <= 12 &&
	       c->day >= 1 && c->day <= month_length(c->year, c->month) && c->hour >= 0 &&
	       c->hour <= 23 && c->minute >= 0 && c->minute <= 59 && c->second >= 0 &&
	       c->second <= 59;
}

/* Exactly `count` digits at *at, which moves behind them. */
static bool
take_digits(const char **at, int count, int *out)
{
	int value = 0;
	for (int i = 0; i < count; i++) {
		if (!g_ascii_isdigit((*at)[i]))
			return false;
		value = value * 10 + ((*at)[i] - '0');
	}
	*at += count;
	*out = value;
	return true;
}

static bool
take_char(const char **at, const char *any)
{
	if (**at == '\0' || strchr(any, **at) == NULL)
		return false;
	(*at)++;
	return true;
}

/* `Z`, `+hh:mm`, `+hhmm` or `+hh`; seconds east of UTC. */
static bool
take_offset(const char **at, int *out)
{
	if (take_char(at, "Zz")) {
		*out = 0;
		return true;
	}
	int sign = **at == '-' ? -1 : 1;
	int hours, minutes = 0;
	if (!take_char(at, "+-") || !take_digits(at, 2, &hours))
		return false;
	if (**at != '\0') {
		take_char(at, ":");
		if (!take_digits(at, 2, &minutes))
			return false;
	}
	if (hours > 23 || minutes > 59)
		return false;
	*out = sign * (hours * 3600 + minutes * 60);
	return true;
}

static bool
take_clock(const char **at, struct civil *c)
{
	if (!take_digits(at, 2, &c->hour) || !take_char(at, ":") || !take_digits(at, 2, &c->minute))
		return false;
	if (!take_char(at, ":"))
		return true;
	if (!take_digits(at, 2, &c->second))
		return false;
	if (!take_char(at, ".,"))
		return true;
	if (!g_ascii_isdigit(**at))
		return false;
	while (g_ascii_isdigit(**at))
		(*at)++;
	return true;
}

bool
instant_parse(const char *text, instant *out)
{
	struct civil c = {0};
	int offset;
	const char *at = text;
	if (!take_digits(&at, 4, &c.year) || !take_char(&at, "-") ||
	    !take_digits(&at, 2, &c.month) || !take_char(&at, "-") ||
	    !take_digits(&at, 2, &c.day) || !take_char(&at, "Tt ") || !take_clock(&at, &c))
		return false;
	take_char(&at, " ");
	if (!take_offset(&at, &offset) || *at != '\0' || !civil_valid(&c))
		return false;

	instant t = civil_days(c.year, c.month, c.day) * INSTANT_DAY + c.hour * INSTANT_HOUR +
		    c.minute * INSTANT_MINUTE + c.second - offset;
	if (t < INSTANT_FIRST || t >= INSTANT_LAST)
		return false;
	*out = t;
	return true;
}

char *
instant_format(instant t, char buffer[static INSTANT_TEXT])
{
	g_assert(t != INSTANT_ALWAYS && t != INSTANT_NEVER);
	int64_t days = t / INSTANT_DAY - (t % INSTANT_DAY < 0);
	int64_t rest = t - days * INSTANT_DAY;
	int year, month, day;
	civil_from_days(days, &year, &month, &day);
	g_snprintf(buffer, INSTANT_TEXT, "%04d-%02d-%02dT%02d:%02d:%02dZ", year, month, day,
	    (int)(rest / 3600), (int)(rest / 60 % 60), (int)(rest % 60));
	return buffer;
}

char *
instant_stamp(instant t, char buffer[static INSTANT_TEXT])
{
	instant_format(t, buffer);
	for (char *p = buffer; *p != '\0'; p++)
		*p = *p == ':' ? '-' : *p;
	return buffer;
}

static instant
duration_unit(char letter)
{
	switch (letter) {
	case 's':
		return 1;
	case 'm':
		return INSTANT_MINUTE;
	case 'h':
		return INSTANT_HOUR;
	case 'd':
		return INSTANT_DAY;
	default:
		return 0;
	}
}

bool
instant_parse_duration(const char *text, instant *out)
{
	size_t length = strlen(text);
	instant unit = length > 1 ? duration_unit(text[length - 1]) : 0;
	char *number = g_strndup(text, length - (unit != 0));
	int64_t count;
	bool good = text_number(number, 0, 100000, &count) && (unit != 0 || count == 0);
	g_free(number);
	if (good)
		*out = count * unit;
	return good;
}

bool
interval_overlap(struct interval a, struct interval b)
{
	return a.from < b.until && b.from < a.until;
}

bool
interval_covers(struct interval outer, struct interval inner)
{
	return outer.from <= inner.from && inner.until <= outer.until;
}
