/* Two times of day in one text.  Decides where the first ends and which half of the day it means; not what they mean. */
#include "importers/range.h"

#include "base/text.h"

#include <glib.h>
#include <string.h>

#define LONGEST 100 /* bytes; no date with two times is longer */

#define CLOCK "(\\d{1,2})(?::(\\d\\d)(?::\\d\\d)?)?"
#define HALF "\\h*(?:([ap])\\.?\\h?m\\.?)?"
#define DASH "(?:[-\\x{2010}-\\x{2015}\\x{2212}~]|to)"
/* \h is every blank of Unicode; a clock behind anything but blanks, `|` or a comma is part of a date. */
#define RANGE "^(?:(.*[^\\h|,])?[\\h|,]+)?(" CLOCK ")" HALF "\\h*" DASH "\\h*(" CLOCK ")" HALF "$"

enum group {
	GROUP_BEFORE = 1,
	GROUP_FIRST,
	GROUP_FIRST_HOUR,
	GROUP_FIRST_MINUTE,
	GROUP_FIRST_HALF,
	GROUP_LAST,
	GROUP_LAST_HOUR,
	GROUP_LAST_MINUTE,
	GROUP_LAST_HALF,
};

/* Minutes on a dial of twelve hours. */
static int64_t
dial(GMatchInfo *match, enum group hour, enum group minute)
{
	char *hours = g_match_info_fetch(match, hour), *minutes = g_match_info_fetch(match, minute);
	int64_t h = 0, m = 0; /* the minutes may be missing */
	text_number(hours, 0, 99, &h);
	text_number(minutes, 0, 99, &m);
	g_free(hours);
	g_free(minutes);
	return h % 12 * 60 + m;
}

static char
half(GMatchInfo *match, enum group group)
{
	char *letter = g_match_info_fetch(match, group);
	char c = letter != NULL ? g_ascii_tolower(letter[0]) : '\0';
	g_free(letter);
	return c;
}

/* The half of the first time that has none of its own: less than twelve hours lie between the two. */
static char
borrowed(GMatchInfo *match, char last)
{
	bool same = dial(match, GROUP_FIRST_HOUR, GROUP_FIRST_MINUTE) <=
		    dial(match, GROUP_LAST_HOUR, GROUP_LAST_MINUTE);
	return same ? last : last == 'a' ? 'p' : 'a';
}

static char *
clock_text(const char *before, const char *clock, char half_letter)
{
	const char *suffix = half_letter == 'a' ? "am" : half_letter == 'p' ? "pm" : "";
	return g_strconcat(before, *before != '\0' ? " " : "", clock, suffix, NULL);
}

bool
range_split(const char *text, char **first, char **last)
{
	static GRegex *regex; /* compiled once: rows are many */
	GMatchInfo *match = NULL;
	if (regex == NULL)
		regex = g_regex_new(RANGE, G_REGEX_CASELESS | G_REGEX_OPTIMIZE, 0, NULL);
	if (strlen(text) > LONGEST)
		return false;
	if (!g_regex_match(regex, text, 0, &match)) {
		g_match_info_unref(match);
		return false;
	}
	char first_half = half(match, GROUP_FIRST_HALF), last_half = half(match, GROUP_LAST_HALF);
	bool good = first_half == '\0' || last_half != '\0';
	if (first_half == '\0' && last_half != '\0')
		first_half = borrowed(match, last_half);
	char *before = g_match_info_fetch(match, GROUP_BEFORE);
	char *clocks[] = {
	    g_match_info_fetch(match, GROUP_FIRST), g_match_info_fetch(match, GROUP_LAST)};
	if (good && first != NULL)
		*first = clock_text(before, clocks[0], first_half);
	if (good && last != NULL)
		*last = clock_text("", clocks[1], last_half);
	g_free(clocks[0]);
	g_free(clocks[1]);
	g_free(before);
	g_match_info_unref(match);
	return good;
}
