/* Lengths of time as exports write them.  A length is never guessed: what cannot be read is no duration. */
#include "importers/duration.h"

#include <string.h>

#define LONGEST (366 * INSTANT_DAY)
#define DIGITS "0123456789"

/* Digits with an optional fraction. */
static bool
take_amount(const char **at, double *out)
{
	char number[24];
	size_t length = strspn(*at, DIGITS);
	if (length == 0)
		return false;
	if ((*at)[length] == '.')
		length += 1 + strspn(*at + length + 1, DIGITS);
	if (length >= sizeof(number))
		return false;
	memcpy(number, *at, length);
	number[length] = '\0';
	*out = g_ascii_strtod(number, NULL);
	*at += length;
	return true;
}

/* Between one and max digits. */
static bool
take_part(const char **at, size_t max, int64_t *out)
{
	size_t length = strspn(*at, DIGITS);
	if (length == 0 || length > max)
		return false;
	*out = 0;
	while (length-- > 0)
		*out = *out * 10 + (*(*at)++ - '0');
	return true;
}

/* `1:30`, `01:30:00` */
static bool
read_clock(const char *at, double *seconds)
{
	int64_t hours, minutes, rest = 0;
	if (!take_part(&at, 4, &hours) || *at++ != ':' || !take_part(&at, 2, &minutes))
		return false;
	if (*at == ':') {
		at++;
		if (!take_part(&at, 2, &rest))
			return false;
	}
	*seconds = (double)(hours * INSTANT_HOUR + minutes * INSTANT_MINUTE + rest);
	return *at == '\0' && minutes < 60 && rest < 60;
}

static instant
unit_of(char letter)
{
	switch (g_ascii_tolower(letter)) {
	case 'd':
		return INSTANT_DAY;
	case 'h':
		return INSTANT_HOUR;
	case 'm':
		return INSTANT_MINUTE;
	case 's':
		return 1;
	default:
		return 0;
	}
}

/* `1h 30m`, `90 minutes`, `PT1H30M`, `P1DT2H` */
static bool
read_units(const char *at, double *seconds)
{
	bool iso = g_ascii_tolower(*at) == 'p', any = false;
	at += iso;
	*seconds = 0;
	for (;;) {
		at += strspn(at, " ");
		if (iso && g_ascii_tolower(*at) == 't')
			at++;
		if (*at == '\0')
			return any;
		double amount;
		if (!take_amount(&at, &amount))
			return false;
		at += strspn(at, " ");
		instant unit = unit_of(*at);
		if (unit == 0)
			return false;
		at++;
		while (!iso && g_ascii_isalpha(*at))
			at++;
		*seconds += amount * (double)unit;
		any = true;
	}
}

bool
duration_parse(const char *text, instant unit, instant *out)
{
	const char *at = text;
	double seconds;
	if (take_amount(&at, &seconds) && *at == '\0')
		seconds *= (double)unit;
	else if (!read_clock(text, &seconds) && !read_units(text, &seconds))
		return false;
	if (seconds < 1 || seconds > (double)LONGEST)
		return false;
	*out = (instant)(seconds + 0.5);
	return true;
}
