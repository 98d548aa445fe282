/*
 * Time zones over GLib's GTimeZone.  This file decides what becomes of a local time that does not exist or
 * exists twice; libc's mktime is not used because its answer in the repeated hour depends on earlier calls.
 */
#include "base/zone.h"

#include <string.h>

#define CACHE_DAYS 1024 /* a power of two; about three years of days without a collision */

/* The offset of a whole UTC day, when it is one offset for the whole day. */
struct day_offset {
	int64_t day;
	int offset;
	bool uniform;
	bool known;
};

struct zone {
	char *name;
	GTimeZone *zone; /* NULL: a fixed offset, until the changes */
	int fixed;
	struct zone_change *changes;
	size_t n_changes;
	struct day_offset cache[CACHE_DAYS];
};

/* `+hh`, `+hh:mm`, `+hhmm`; seconds. */
static bool
parse_offset(const char *text, int *out)
{
	size_t length = strlen(text);
	if ((text[0] != '+' && text[0] != '-') || length < 3 || length > 6)
		return false;
	char digits[5] = "0000";
	size_t n = 0;
	for (const char *p = text + 1; *p != '\0'; p++) {
		if (*p == ':' && p == text + 3)
			continue;
		if (!g_ascii_isdigit(*p) || n == 4)
			return false;
		digits[n++] = *p;
	}
	if (n != 2 && n != 4)
		return false;
	int hours = (digits[0] - '0') * 10 + digits[1] - '0';
	int minutes = (digits[2] - '0') * 10 + digits[3] - '0';
	if (hours > 14 || minutes > 59)
		return false;
	*out = (text[0] == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
	return true;
}

/*
 * GLib would read any file a name like "/etc/passwd" or "../x" points to: only IANA names pass.  Among the zones lie
 * files that mean the machine's zone, or count leap seconds.
 */
static bool
plausible_name(const char *name)
{
	static const char *const traps[] = {"localtime", "posixrules", "right/", "posix/"};
	if (!g_ascii_isalpha(name[0]) || strlen(name) > 64 || strstr(name, "..") != NULL)
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(traps); i++) {
		if (g_str_has_prefix(name, traps[i]))
			return false;
	}
	for (const char *p = name; *p != '\0'; p++) {
		if (!g_ascii_isalnum(*p) && strchr("/_+-", *p) == NULL)
			return false;
	}
	/* GLib reads `UTC+1` and `X-3` as POSIX does: signs the other way round, any letters before them. */
	return g_str_has_prefix(name, "Etc/") || strpbrk(name, "0123456789") == NULL;
}

static struct zone *
zone_open(const char *name)
{
	static const char *const utc_names[] = {"UTC", "GMT", NULL};
	struct zone *zone = g_new0(struct zone, 1);
	for (size_t i = 0; utc_names[i] != NULL; i++) {
		size_t length = strlen(utc_names[i]);
		if (g_ascii_strncasecmp(name, utc_names[i], length) == 0 &&
		    (name[length] == '\0' || parse_offset(name + length, &zone->fixed)))
			goto found;
	}
	if (parse_offset(name, &zone->fixed))
		goto found;
	if (plausible_name(name))
		zone->zone = g_time_zone_new_identifier(name);
	if (zone->zone == NULL) {
		g_free(zone);
		return NULL;
	}
found:
	zone->name = g_strdup(name);
	return zone;
}

/* All zones that were asked for, by name. */
static GHashTable *
known_zones(void)
{
	static GHashTable *zones;
	if (zones == NULL)
		zones = g_hash_table_new(g_str_hash, g_str_equal);
	return zones;
}

struct zone *
zone_get(const char *name)
{
	struct zone *zone = g_hash_table_lookup(known_zones(), name);
	if (zone == NULL && (zone = zone_open(name)) != NULL)
		g_hash_table_insert(known_zones(), zone->name, zone);
	return zone;
}

struct zone *
zone_define(const char *name, int first, const struct zone_change *changes, size_t count)
{
	struct zone *zone = zone_get(name);
	if (zone != NULL)
		return zone;
	zone = g_new0(struct zone, 1);
	zone->name = g_strdup(name);
	zone->fixed = first;
	zone->changes = g_memdup2(changes, count * sizeof(*changes));
	zone->n_changes = count;
	g_hash_table_insert(known_zones(), zone->name, zone);
	return zone;
}

const char *
zone_name(const struct zone *zone)
{
	return zone->name;
}

/* By the last change that is not after t. */
static int
offset_by_changes(const struct zone *zone, instant t)
{
	size_t from = 0, until = zone->n_changes;
	while (from < until) {
		size_t middle = from + (until - from) / 2;
		if (zone->changes[middle].at <= t)
			from = middle + 1;
		else
			until = middle;
	}
	return from > 0 ? zone->changes[from - 1].offset : zone->fixed;
}

static int
offset_uncached(const struct zone *zone, instant t)
{
	if (zone->zone == NULL)
		return offset_by_changes(zone, t);
	int i = g_time_zone_find_interval(zone->zone, G_TIME_TYPE_UNIVERSAL, t);
	return g_time_zone_get_offset(zone->zone, i);
}

int
zone_offset(struct zone *zone, instant t)
{
	if (zone->zone == NULL && zone->n_changes == 0)
		return zone->fixed;
	int64_t day = t / INSTANT_DAY - (t % INSTANT_DAY < 0);
	struct day_offset *entry = &zone->cache[(uint64_t)day % CACHE_DAYS];
	if (!entry->known || entry->day != day) {
		entry->known = true;
		entry->day = day;
		entry->offset = offset_uncached(zone, day * INSTANT_DAY);
		entry->uniform = entry->offset == offset_uncached(zone, (day + 1) * INSTANT_DAY);
	}
	return entry->uniform ? entry->offset : offset_uncached(zone, t);
}

/* The first instant in (before, after] whose offset is not that of `before`. */
static instant
transition(struct zone *zone, instant before, instant after)
{
	int old = zone_offset(zone, before);
	while (after - before > 1) {
		instant middle = before + (after - before) / 2;
		if (zone_offset(zone, middle) == old)
			before = middle;
		else
			after = middle;
	}
	return after;
}

enum zone_fit
zone_instant(struct zone *zone, const struct civil *local, enum zone_pick pick, instant *out)
{
	g_assert(civil_valid(local));
	instant naive = civil_seconds(local);

	/* Transitions lie weeks apart, so a day before and a day after show all offsets that can matter. */
	int before = zone_offset(zone, naive - INSTANT_DAY);
	int after = zone_offset(zone, naive + INSTANT_DAY);
	if (before == after) {
		*out = naive - before;
		return ZONE_EXACT;
	}
	bool old_fits = zone_offset(zone, naive - before) == before;
	bool new_fits = zone_offset(zone, naive - after) == after;
	if (old_fits && new_fits) {
		instant earlier = naive - MAX(before, after), later = naive - MIN(before, after);
		*out = pick == ZONE_EARLIER ? earlier : later;
		return ZONE_OVERLAP;
	}
	if (old_fits || new_fits) {
		*out = naive - (old_fits ? before : after);
		return ZONE_EXACT;
	}
	*out = transition(zone, naive - after, naive - before);
	return ZONE_GAP;
}

struct civil
zone_civil(struct zone *zone, instant t)
{
	return civil_from_seconds(t + zone_offset(zone, t));
}

instant
zone_day_start(struct zone *zone, int year, int month, int day, int days)
{
	struct civil c = {0};
	civil_from_days(civil_days(year, month, day) + days, &c.year, &c.month, &c.day);
	instant t;
	zone_instant(zone, &c, ZONE_EARLIER, &t);
	return t;
}

instant
zone_midnight(struct zone *zone, instant t, int days)
{
	struct civil c = zone_civil(zone, t);
	return zone_day_start(zone, c.year, c.month, c.day, days);
}

char *
zone_format(struct zone *zone, instant t, char buffer[static ZONE_TEXT])
{
	static const char *const weekdays[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
	struct civil c = zone_civil(zone, t);
	int64_t weekday = (civil_days(c.year, c.month, c.day) % 7 + 7) % 7;
	g_snprintf(buffer, ZONE_TEXT, "%s %04d-%02d-%02d %02d:%02d", weekdays[weekday], c.year,
	    c.month, c.day, c.hour, c.minute);
	return buffer;
}
