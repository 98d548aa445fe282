/*
 * Reading dates and times.  Decides which text is which time of day on which date, by the formats of the
 * profile and nothing else: no guess from the data, no locale.  What the time means in a zone is not decided here.
 */
#include "importers/when.h"

#include "base/text.h"
#include "importers/datewords.h"

#include <string.h>

enum format_kind {
	FORMAT_RFC3339,
	FORMAT_LOCAL,
	FORMAT_ZONED,
	FORMAT_DATE,
	FORMAT_UNIX,
	FORMAT_UNIX_MS,
	FORMAT_TICKS,
	FORMAT_EXCEL,
	FORMAT_EXCEL_1904,
	FORMAT_PATTERN,
};

static const char *const format_words[] = {
    "rfc3339", "local", "zoned", "date", "unix", "unix_ms", "ticks", "excel", "excel1904", NULL};

struct format {
	enum format_kind kind;
	char *pattern; /* FORMAT_PATTERN */
};

struct when_formats {
	struct format *formats;
	size_t count;
	bool z_is_local;
};

/* What a pattern has read so far. */
struct reading {
	struct civil c;
	bool date, clock, offset_known, twelve, half_known, afternoon, other_order;
	bool named, unknown_word; /* the month is a word; some word is none that is known */
	int offset;		  /* seconds east of UTC */
};

#define PATTERN_LETTERS "YymdHIMSpbazxTr%"

/* Numbers behind 2100 or before 2000 are no times of bookings but misread ids or other units. */
#define UNIX_FIRST ((instant)946684800)
#define UNIX_LAST ((instant)4102444800)
#define TICKS_PER_SECOND 10000000 /* .NET: 100 ns since 0001-01-01 */
#define TICKS_UNIX_EPOCH 62135596800
#define EXCEL_UNIX_EPOCH 25569 /* the serial of 1970-01-01 in the 1900 system */
#define EXCEL_1904_SHIFT 1462

static bool
has_letter(const char *pattern, const char *letters)
{
	for (const char *p = strchr(pattern, '%'); p != NULL; p = strchr(p + 2, '%')) {
		if (strchr(letters, p[1]) != NULL)
			return true;
	}
	return false;
}

/* Why a pattern cannot be used; caller frees.  A date without its year would be a guess. */
static char *
pattern_fault(const char *pattern)
{
	for (const char *p = strchr(pattern, '%'); p != NULL; p = strchr(p + 2, '%')) {
		if (p[1] == '\0' || strchr(PATTERN_LETTERS, p[1]) == NULL)
			return g_strdup_printf("\"%s\" has an unknown %% letter", pattern);
	}
	bool year = has_letter(pattern, "Yy"), month = has_letter(pattern, "mb"),
	     day = has_letter(pattern, "d"), date = has_letter(pattern, "x");
	if (year != month || year != day)
		return g_strdup_printf(
		    "\"%s\" needs year, month and day, or none of them", pattern);
	if (has_letter(pattern, "I") != has_letter(pattern, "p"))
		return g_strdup_printf("\"%s\" has only one of %%I and %%p", pattern);
	bool clock = has_letter(pattern, "HITr");
	if (!clock && (has_letter(pattern, "MS") || !(year || date)))
		return g_strdup_printf("\"%s\" has no hour", pattern);
	return NULL;
}

struct when_formats *
when_formats_new(const char *const *formats, bool z_is_local, char **fault)
{
	struct when_formats *set = g_new0(struct when_formats, 1);
	set->formats = g_new0(struct format, g_strv_length((char **)formats));
	set->z_is_local = z_is_local;
	*fault = NULL;
	for (; *formats != NULL && *fault == NULL; formats++) {
		struct format *f = &set->formats[set->count++];
		int kind = 0;
		while (format_words[kind] != NULL && strcmp(format_words[kind], *formats) != 0)
			kind++;
		f->kind = (enum format_kind)kind;
		if (f->kind != FORMAT_PATTERN)
			continue;
		f->pattern = g_strdup(*formats);
		if (strchr(*formats, '%') != NULL) {
			*fault = pattern_fault(*formats);
			continue;
		}
		const char *nearest = text_nearest(*formats, format_words);
		*fault = g_strdup_printf("unknown time format \"%s\"%s%s%s", *formats,
		    nearest != NULL ? "; did you mean \"" : "", nearest != NULL ? nearest : "",
		    nearest != NULL ? "\"?" : "");
	}
	if (*fault != NULL)
		g_clear_pointer(&set, when_formats_free);
	return set;
}

bool
when_formats_ordered(const struct when_formats *set)
{
	for (size_t i = 0; i < set->count; i++) {
		if (set->formats[i].pattern != NULL && has_letter(set->formats[i].pattern, "x"))
			return true;
	}
	return false;
}

void
when_formats_free(struct when_formats *set)
{
	if (set == NULL)
		return;
	for (size_t i = 0; i < set->count; i++)
		g_free(set->formats[i].pattern);
	g_free(set->formats);
	g_free(set);
}

/* Between min and max digits; at least one. */
static bool
take_number(const char **at, int min, int max, int *out)
{
	int value = 0, n = 0;
	while (n < max && g_ascii_isdigit((*at)[n])) {
		value = value * 10 + ((*at)[n] - '0');
		n++;
	}
	if (n < min)
		return false;
	*at += n;
	*out = value;
	return true;
}

static bool
take_char(const char **at, char c)
{
	if (**at != c)
		return false;
	(*at)++;
	return true;
}

static void
skip_blanks(const char **at)
{
	while (**at == ' ' || **at == '\t')
		(*at)++;
}

/* `am`, `PM`, `a.m.`, `p. m.` */
static bool
take_half(const char **at, struct reading *r)
{
	skip_blanks(at);
	char c = g_ascii_tolower(**at);
	if (c != 'a' && c != 'p')
		return false;
	(*at)++;
	take_char(at, '.');
	skip_blanks(at);
	if (g_ascii_tolower(**at) != 'm')
		return false;
	(*at)++;
	take_char(at, '.');
	r->half_known = true;
	r->afternoon = c == 'p';
	return true;
}

static bool
take_year(const char **at, int *out)
{
	const char *p = *at;
	int year;
	if (!take_number(&p, 2, 4, &year) || (p - *at != 2 && p - *at != 4))
		return false;
	*out = p - *at == 2 ? 2000 + year : year;
	*at = p;
	return true;
}

/* `14/11/2026`, `14.11.26`, `2026-11-14` in the order given. */
static bool
take_ordered_date(const char **at, enum date_order order, struct reading *r)
{
	int *first = order == ORDER_MDY ? &r->c.month : &r->c.day;
	int *second = order == ORDER_MDY ? &r->c.day : &r->c.month;
	char separator;
	if (order == ORDER_NONE)
		return false;
	if (order == ORDER_YMD) {
		if (!take_number(at, 4, 4, &r->c.year) || **at == '\0' ||
		    strchr("/.-", **at) == NULL)
			return false;
		separator = *(*at)++;
		return take_number(at, 1, 2, &r->c.month) && take_char(at, separator) &&
		       take_number(at, 1, 2, &r->c.day);
	}
	if (!take_number(at, 1, 2, first) || **at == '\0' || strchr("/.-", **at) == NULL)
		return false;
	separator = *(*at)++;
	/* `16. 11. 2026`, as in Prague */
	size_t gap = separator == '.' ? strspn(*at, " ") : 0;
	*at += gap;
	if (!take_number(at, 1, 2, second) || !take_char(at, separator))
		return false;
	*at += gap > 0 ? strspn(*at, " ") : 0;
	if (!take_year(at, &r->c.year))
		return false;
	r->other_order = r->c.month > 12 && r->c.month <= 31 && r->c.day <= 12;
	return true;
}

/* `9:00`, `09:00:30`; with a half of the day also `9`. */
static bool
take_clock(const char **at, bool twelve, struct reading *r)
{
	if (!take_number(at, 1, 2, &r->c.hour))
		return false;
	if (take_char(at, ':')) {
		if (!take_number(at, 2, 2, &r->c.minute))
			return false;
		if (take_char(at, ':') && !take_number(at, 2, 2, &r->c.second))
			return false;
	} else if (!twelve) {
		return false;
	}
	r->clock = true;
	r->twelve = twelve;
	return !twelve || take_half(at, r);
}

static bool
take_offset(const char **at, struct reading *r)
{
	skip_blanks(at);
	r->offset_known = true;
	if (take_char(at, 'Z') || take_char(at, 'z'))
		return true;
	int sign = **at == '-' ? -1 : 1, hours, minutes = 0;
	if (!take_char(at, '+') && !take_char(at, '-'))
		return false;
	if (!take_number(at, 2, 2, &hours))
		return false;
	take_char(at, ':');
	if (g_ascii_isdigit(**at) && !take_number(at, 2, 2, &minutes))
		return false;
	r->offset = sign * (hours * 3600 + minutes * 60);
	return hours <= 14 && minutes <= 59;
}

static bool
take_letter(const char **at, char letter, enum date_order order, struct reading *r)
{
	enum dateword word;
	switch (letter) {
	case 'Y':
		r->date = true;
		if (r->named)
			dateword_skip_particles(at);
		return take_number(at, 4, 4, &r->c.year);
	case 'y':
		r->date = true;
		return take_year(at, &r->c.year);
	case 'm':
		return take_number(at, 1, 2, &r->c.month);
	case 'd':
		return take_number(at, 1, 2, &r->c.day);
	case 'b':
		word = dateword_month(at, &r->c.month);
		r->unknown_word |= word == DATEWORD_UNKNOWN;
		r->named = true;
		return word != DATEWORD_NONE;
	case 'a':
		word = dateword_weekday(at);
		r->unknown_word |= word == DATEWORD_UNKNOWN;
		return word != DATEWORD_NONE;
	case 'H':
	case 'I':
		r->clock = true;
		r->twelve = letter == 'I';
		return take_number(at, 1, 2, &r->c.hour);
	case 'M':
		return take_number(at, 2, 2, &r->c.minute);
	case 'S':
		return take_number(at, 2, 2, &r->c.second);
	case 'p':
		return take_half(at, r);
	case 'z':
		return take_offset(at, r);
	case 'x':
		r->date = true;
		return take_ordered_date(at, order, r);
	case 'T':
		return take_clock(at, false, r);
	case 'r':
		return take_clock(at, true, r);
	default:
		return take_char(at, letter);
	}
}

/* Noon is 12 PM, midnight 12 AM. */
static bool
settle_half(struct reading *r)
{
	if (!r->twelve)
		return true;
	if (r->c.hour < 1 || r->c.hour > 12)
		return false;
	r->c.hour = r->c.hour % 12 + (r->afternoon ? 12 : 0);
	return true;
}

/* The end of a day is the beginning of the next. */
static void
next_day(struct civil *c)
{
	civil_from_days(civil_days(c->year, c->month, c->day) + 1, &c->year, &c->month, &c->day);
}

static enum when_result
conclude(struct reading *r, struct when *out)
{
	if (!settle_half(r))
		return WHEN_UNREADABLE;
	bool day_end = !r->twelve && r->c.hour == 24 && r->c.minute == 0 && r->c.second == 0;
	if (day_end)
		r->c.hour = 0;
	struct civil valid = r->c;
	if (!r->date) {
		valid.year = 2000;
		valid.month = valid.day = 1;
	}
	if (!civil_valid(&valid))
		return WHEN_UNREADABLE;
	if (day_end && r->date)
		next_day(&r->c);
	else if (day_end)
		r->c.hour = 24;
	*out = (struct when){.local = r->c};
	out->shape = !r->clock ? WHEN_DATE : !r->date ? WHEN_CLOCK : WHEN_LOCAL;
	if (!r->offset_known)
		return WHEN_READ;
	if (out->shape != WHEN_LOCAL)
		return WHEN_UNREADABLE;
	out->shape = WHEN_INSTANT;
	out->at = civil_days(r->c.year, r->c.month, r->c.day) * INSTANT_DAY +
		  r->c.hour * INSTANT_HOUR + r->c.minute * INSTANT_MINUTE + r->c.second - r->offset;
	return out->at >= INSTANT_FIRST && out->at < INSTANT_LAST ? WHEN_READ : WHEN_UNREADABLE;
}

static enum when_result
read_pattern(const char *pattern, enum date_order order, const char *text, struct when *out)
{
	struct reading r = {0};
	const char *at = text;
	for (const char *p = pattern; *p != '\0'; p++) {
		bool good;
		if (*p == ' ') {
			skip_blanks(&at);
			good = true;
		} else if (*p == '%') {
			good = take_letter(&at, *++p, order, &r);
		} else {
			good = g_ascii_tolower(*at) == g_ascii_tolower(*p);
			at += good;
		}
		if (!good)
			return WHEN_UNREADABLE;
	}
	skip_blanks(&at);
	if (*at != '\0')
		return WHEN_UNREADABLE;
	if (r.other_order)
		return WHEN_OTHER_ORDER;
	if (r.unknown_word)
		return WHEN_UNKNOWN_WORD;
	int day = r.c.day, month = r.c.month; /* as written: 24:00 moves them */
	if (conclude(&r, out) != WHEN_READ)
		return WHEN_UNREADABLE;
	if (order != ORDER_YMD && has_letter(pattern, "x"))
		out->order = day > 12	    ? WHEN_ORDER_TOLD
			     : day != month ? WHEN_ORDER_OPEN
					    : WHEN_ORDER_NONE;
	return WHEN_READ;
}

/* `2026-11-14 09:00[:30[.5]]` with a blank or T, or the date alone. */
static enum when_result
read_iso(const char *text, bool clock, struct when *out)
{
	struct reading r = {.date = true, .clock = clock};
	const char *at = text;
	if (!take_number(&at, 4, 4, &r.c.year) || !take_char(&at, '-') ||
	    !take_number(&at, 2, 2, &r.c.month) || !take_char(&at, '-') ||
	    !take_number(&at, 2, 2, &r.c.day))
		return WHEN_UNREADABLE;
	if (clock) {
		if (!take_char(&at, 'T') && !take_char(&at, 't') && !take_char(&at, ' '))
			return WHEN_UNREADABLE;
		skip_blanks(&at);
		if (!take_number(&at, 1, 2, &r.c.hour) || !take_char(&at, ':') ||
		    !take_number(&at, 2, 2, &r.c.minute))
			return WHEN_UNREADABLE;
		if (take_char(&at, ':')) {
			if (!take_number(&at, 2, 2, &r.c.second))
				return WHEN_UNREADABLE;
			if (take_char(&at, '.'))
				at += strspn(at, "0123456789");
		}
	}
	return *at == '\0' ? conclude(&r, out) : WHEN_UNREADABLE;
}

/* `2026-11-14T09:00[Europe/Amsterdam]`: a local time with its zone behind it, as RFC 9557 writes it. */
static enum when_result
read_zoned(const char *text, struct when *out)
{
	const char *open = strchr(text, '[');
	size_t length = strlen(text);
	if (open == NULL || text[length - 1] != ']')
		return WHEN_UNREADABLE;
	char *local = g_strndup(text, (gsize)(open - text));
	char *name = g_strndup(open + 1, (gsize)(text + length - 1 - (open + 1)));
	struct zone *zone = zone_get(name);
	enum when_result result = zone != NULL ? read_iso(local, true, out) : WHEN_UNREADABLE;
	if (result == WHEN_READ)
		out->zone = zone;
	g_free(local);
	g_free(name);
	return result;
}

static enum when_result
read_rfc3339(const char *text, bool z_is_local, struct when *out)
{
	size_t length = strlen(text);
	/* The shortest is 2026-11-14T09:00Z: keeps local times, the common case, off the slow way. */
	if (length < 17 || !g_ascii_isdigit(text[0]))
		return WHEN_UNREADABLE;
	if (z_is_local) {
		size_t cut = g_ascii_toupper(text[length - 1]) == 'Z' ? 1
			     : g_str_has_suffix(text, "+00:00")	      ? 6
								      : 0;
		char *local = g_strndup(text, length - cut);
		enum when_result result = cut > 0 ? read_iso(local, true, out) : WHEN_UNREADABLE;
		g_free(local);
		return result;
	}
	/* Kisi's own times are never written like this: so it is no matter of instant_parse. */
	g_autofree char *midnight = NULL;
	if (strncmp(text + strlen("2026-11-14T"), "24:00", 5) == 0 &&
	    (text[16] != ':' || strncmp(text + 16, ":00", 3) == 0)) {
		midnight = g_strdup(text);
		midnight[11] = midnight[12] = '0';
	}
	if (!instant_parse(midnight != NULL ? midnight : text, &out->at))
		return WHEN_UNREADABLE;
	out->at += midnight != NULL ? INSTANT_DAY : 0;
	if (out->at >= INSTANT_LAST)
		return WHEN_UNREADABLE;
	out->shape = WHEN_INSTANT;
	return WHEN_READ;
}

static enum when_result
read_count(const char *text, int64_t per_second, int64_t epoch, struct when *out)
{
	int64_t count;
	if (!text_number(text, 0, INT64_MAX, &count))
		return WHEN_UNREADABLE;
	instant t = count / per_second - epoch;
	if (t < UNIX_FIRST || t >= UNIX_LAST)
		return WHEN_UNREADABLE;
	*out = (struct when){.shape = WHEN_INSTANT, .at = t};
	return WHEN_READ;
}

/* Days since 1899-12-30 with the time of day as fraction: a wall clock without zone. */
static enum when_result
read_excel(const char *text, int shift, struct when *out)
{
	size_t whole = strspn(text, "0123456789");
	size_t fraction = text[whole] == '.' ? strspn(text + whole + 1, "0123456789") + 1 : 0;
	if (whole == 0 || whole > 6 || text[whole + fraction] != '\0' || fraction == 1)
		return WHEN_UNREADABLE;
	double serial = g_ascii_strtod(text, NULL) + shift;
	/* Up to 60 the 1900 system counts a leap day that never was. */
	if (serial <= 60)
		return WHEN_UNREADABLE;
	int64_t seconds = (int64_t)(serial * (double)INSTANT_DAY + 0.5) -
			  EXCEL_UNIX_EPOCH * INSTANT_DAY;
	if (seconds < INSTANT_FIRST || seconds >= INSTANT_LAST)
		return WHEN_UNREADABLE;
	*out = (struct when){.shape = fraction > 0 ? WHEN_LOCAL : WHEN_DATE};
	int rest = (int)(seconds % INSTANT_DAY);
	civil_from_days(
	    seconds / INSTANT_DAY, &out->local.year, &out->local.month, &out->local.day);
	out->local.hour = rest / 3600;
	out->local.minute = rest / 60 % 60;
	out->local.second = rest % 60;
	return WHEN_READ;
}

static enum when_result
read_format(const struct when_formats *set, const struct format *f, enum date_order order,
    const char *text, struct when *out)
{
	switch (f->kind) {
	case FORMAT_RFC3339:
		return read_rfc3339(text, set->z_is_local, out);
	case FORMAT_LOCAL:
		return read_iso(text, true, out);
	case FORMAT_ZONED:
		return read_zoned(text, out);
	case FORMAT_DATE:
		return read_iso(text, false, out);
	case FORMAT_UNIX:
		return read_count(text, 1, 0, out);
	case FORMAT_UNIX_MS:
		return read_count(text, 1000, 0, out);
	case FORMAT_TICKS:
		return read_count(text, TICKS_PER_SECOND, TICKS_UNIX_EPOCH, out);
	case FORMAT_EXCEL:
		return read_excel(text, 0, out);
	case FORMAT_EXCEL_1904:
		return read_excel(text, EXCEL_1904_SHIFT, out);
	case FORMAT_PATTERN:
		return read_pattern(f->pattern, order, text, out);
	}
	return WHEN_UNREADABLE;
}

/*
 * Blanks and dashes of typographers become those of the keyboard; NULL when there are none.  The name of a zone, in
 * brackets behind the time, stays as it is.
 */
static char *
plain_text(const char *text)
{
	if (g_str_is_ascii(text))
		return NULL;
	GString *plain = g_string_new(NULL);
	size_t length = strcspn(text, "[");
	for (const char *p = text; p < text + length; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		if (c == 0x2013 || c == 0x2212 || c == 0x2010 || c == 0x2011)
			c = '-';
		else if (g_unichar_isspace(c) || c == 0x00A0 || c == 0x202F)
			c = ' ';
		else if (c == 0x200B || c == 0x200E || c == 0x200F || c == 0x2060)
			continue;
		g_string_append_unichar(plain, c);
	}
	g_string_append(plain, text + length);
	return g_string_free(plain, FALSE);
}

enum when_result
when_read(const struct when_formats *set, enum date_order order, const char *text, struct when *out)
{
	char *plain = plain_text(text);
	enum when_result worst = WHEN_UNREADABLE;
	*out = (struct when){0};
	for (size_t i = 0; i < set->count; i++) {
		enum when_result result = read_format(
		    set, &set->formats[i], order, plain != NULL ? plain : text, out);
		if (result != WHEN_UNREADABLE)
			worst = result;
		if (result == WHEN_READ)
			break;
	}
	g_free(plain);
	return worst;
}
