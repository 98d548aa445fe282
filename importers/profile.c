/*
 * Loading a profile: its file, `[profile]`, `[table NAME]`, and whether the whole makes sense.  Fields are read
 * in fields.c, status words and rules for rows in words.c.
 */
#include "importers/profile.h"

#include "base/file.h"
#include "base/ini.h"
#include "base/text.h"
#include "base/zone.h"
#include "importers/language.h"
#include "importers/limits.h"
#include "importers/matched.h"

#include <string.h>

#define DEFAULT_GRACE (30 * INSTANT_MINUTE)

static const char *const sections[] = {"profile", "field", "table", "status", "presence",
    "person_status", "person_presence", "rows", "complete", "fetch", NULL};

static void
kind_read(struct profile *profile, struct ini *ini, GError **error)
{
	static const char *const plurals[] = {
	    "resources", "companies", "people", "memberships", "bookings", "grants", NULL};
	const char *word = ini_text(ini, "profile", "kind", NULL);
	if (word == NULL) {
		ini_fail(ini, "profile", "kind", "kind = bookings", error, "missing");
		return;
	}
	profile->kind = record_kind_of_plural(word);
	if (profile->kind < RECORD_KINDS)
		return;
	profile->kind = RECORD_BOOKING;
	const char *nearest = text_nearest(word, plurals);
	ini_fail(ini, "profile", "kind",
	    "one of: bookings, memberships, people, grants, companies, resources", error,
	    "unknown kind \"%s\"%s%s%s", word, nearest != NULL ? "; did you mean \"" : "",
	    nearest != NULL ? nearest : "", nearest != NULL ? "\"?" : "");
}

static void
formats_of_file(struct profile *profile, struct ini *ini, GError **error)
{
	char **list = ini_list(ini, "profile", "formats");
	for (char **item = list; *item != NULL; item++) {
		if (strcmp(*item, "csv") == 0)
			profile->csv = true;
		else if (strcmp(*item, "json") == 0)
			profile->json = true;
		else if (strcmp(*item, "ics") == 0)
			profile->ics = true;
		else
			ini_fail(ini, "profile", "formats", "ics, or one or both of: csv, json",
			    error, "unknown format \"%s\"", *item);
	}
	if (profile->ics && (profile->csv || profile->json))
		ini_fail(ini, "profile", "formats", "make two profiles", error,
		    "no other format goes with ics");
	if (list[0] == NULL)
		profile->csv = profile->json = true;
	g_strfreev(list);
}

static void
keys_of_list(char **list, char *(*key)(const char *))
{
	for (; *list != NULL; list++) {
		char *text = key(*list);
		g_free(*list);
		*list = text;
	}
}

static void
times_read(struct profile *profile, struct ini *ini, GError **error)
{
	static const char *const ends[] = {"until", "through", NULL};
	static const char *const moments[] = {"rfc3339", "local", NULL};
	static const char *const days_too[] = {"rfc3339", "local", "date", NULL};
	static const char *const of_calendars[] = {"zoned", "local", "date", NULL};
	profile->date_order = (enum date_order)(
	    ORDER_DMY + ini_word(ini, "profile", "date_order", date_order_words, -1, error));
	profile->order_needed = ini_flag(ini, "profile", "order_needed", true, error);
	profile->z_is_local = ini_flag(ini, "profile", "z_is_local", false, error);
	profile->end_through = ini_word(ini, "profile", "end_dates", ends, !profile->ics, error) ==
			       1;
	profile->open_words = ini_list(ini, "profile", "open");
	keys_of_list(profile->open_words, text_key);
	profile->zone = g_strdup(ini_text(ini, "profile", "zone", NULL));
	if (profile->zone != NULL && zone_get(profile->zone) == NULL)
		ini_fail(ini, "profile", "zone", "an IANA name such as Europe/Amsterdam", error,
		    "unknown time zone \"%s\"", profile->zone);
	profile->times = formats_read(profile, ini, "profile", "times", error);
	char *fault = NULL;
	if (profile->times == NULL)
		profile->times = when_formats_new(profile->ics			    ? of_calendars
						  : profile->kind == RECORD_BOOKING ? moments
										    : days_too,
		    profile->z_is_local, &fault);
	g_assert(fault == NULL);
}

static void
policy_read(struct profile *profile, struct ini *ini, GError **error)
{
	static const char *const absences[] = {"surprising", "cancelled", NULL};
	static const char *const ends[] = {"at-once", "until-end", NULL};
	static const char *const flags[] = {"no", "yes", NULL};
	static const char *const nobody[] = {"reject", "report", NULL};
	profile->grace_before = ini_duration(ini, "profile", "grace_before", UNSET, error);
	profile->grace_after = ini_duration(ini, "profile", "grace_after", UNSET, error);
	profile->absence = ini_word(ini, "profile", "absence", absences, UNSET, error);
	profile->cancelled = ini_word(ini, "profile", "cancelled", ends, UNSET, error);
	profile->same_id = ini_word(ini, "profile", "same_id", same_id_words, UNSET, error);
	if (profile->kind != RECORD_BOOKING && profile->same_id == SAME_ID_UNITE)
		ini_fail(ini, "profile", "same_id", NULL, error, "only bookings can be united");
	profile->attendees = ini_word(ini, "profile", "attendees", flags, UNSET, error);
	profile->guests = ini_word(ini, "profile", "guests", flags, UNSET, error);
	profile->unless_named = ini_flag(ini, "profile", "unless_named", false, error);
	profile->report_nobody = ini_word(ini, "profile", "nobody", nobody, 0, error) == 1;
	profile->log = ini_flag(ini, "profile", "log", false, error);
	profile->no_person = ini_list(ini, "profile", "no_person");
	keys_of_list(profile->no_person, text_key);
}

/* Paths of lists of records; without any, and for `.`, the document itself. */
static char **
paths_read(struct ini *ini, const char *section)
{
	char **paths = ini_list(ini, section, "records");
	for (char **path = paths; *path != NULL; path++) {
		if (strcmp(*path, ".") == 0)
			**path = '\0';
	}
	if (paths[0] == NULL) {
		g_strfreev(paths);
		paths = g_new0(char *, 2);
		paths[0] = g_strdup("");
	}
	return paths;
}

static void
head_read(struct profile *profile, struct ini *ini, GError **error)
{
	kind_read(profile, ini, error);
	profile->title = ini_text(ini, "profile", "title", NULL);
	profile->description = ini_text(ini, "profile", "description", NULL);
	profile->system = ini_text(ini, "profile", "system", NULL);
	formats_of_file(profile, ini, error);
	profile->records = paths_read(ini, "profile");
	profile->each = g_strdup(ini_text(ini, "profile", "each", NULL));
	if (profile->each != NULL && (profile->csv || profile->ics))
		ini_fail(ini, "profile", "each", "formats = json", error,
		    "a table has no lists of items inside a row");
	static const char *const quotes[] = {"doubled", "backslash", NULL};
	profile->quotes = (enum csv_quotes)(
	    CSV_DOUBLED + ini_word(ini, "profile", "quotes", quotes, 0, error));
	profile->ignore = ini_list(ini, "profile", "ignore");
	keys_of_list(profile->ignore, text_header_key);
	times_read(profile, ini, error);
	policy_read(profile, ini, error);
}

static void
table_section(struct profile *profile, struct ini *ini, const char *section, GError **error)
{
	profile->tables = g_renew(struct table_spec, profile->tables, profile->n_tables + 1);
	struct table_spec *table = &profile->tables[profile->n_tables++];
	*table = (struct table_spec){.name = g_strdup(section + strlen("table ")),
	    .file = g_strdup(ini_text(ini, section, "file", NULL)),
	    .records = paths_read(ini, section)};
	const char *key = ini_text(ini, section, "key", NULL);
	if (key == NULL)
		ini_fail(ini, section, "key", NULL, error, "missing");
	else
		names_add(&table->names, key);
	if (table->file == NULL && (profile->csv || profile->ics))
		ini_fail(ini, section, NULL, "name a file, or say formats = json", error,
		    "a table in the same file needs JSON");
}

static void
sections_read(struct profile *profile, struct ini *ini, GError **error)
{
	const char *const *all = ini_sections(ini);
	for (size_t i = 0; all[i] != NULL; i++) {
		if (g_str_has_prefix(all[i], "table "))
			table_section(profile, ini, all[i], error);
	}
	for (size_t i = 0; all[i] != NULL; i++) {
		if (!g_str_has_prefix(all[i], "field "))
			continue;
		const char *word = all[i] + strlen("field ");
		enum field field = field_of(word);
		if (field < FIELDS && field_fits(field, profile->kind)) {
			field_read(profile, field, ini, error);
			continue;
		}
		const char *nearest = text_nearest(word, field_words());
		const char *kind = record_kind_word(profile->kind);
		if (field < FIELDS)
			ini_fail(ini, all[i], NULL, NULL, error, "a %s has no %s", kind, word);
		else
			ini_fail(ini, all[i], NULL, NULL, error, "unknown field%s%s%s",
			    nearest != NULL ? "; did you mean \"" : "",
			    nearest != NULL ? nearest : "", nearest != NULL ? "\"?" : "");
	}
}

/* What a record of the kind cannot do without: at least one of each group. */
static const struct {
	enum record_kind kind;
	enum field any[3]; /* the first again where there are fewer */
} needs[] = {
    {RECORD_BOOKING, {FIELD_START, FIELD_START, FIELD_START}},
    {RECORD_BOOKING, {FIELD_END, FIELD_END, FIELD_END}},
    {RECORD_BOOKING, {FIELD_EMAIL, FIELD_REF, FIELD_EMAIL}},
    {RECORD_BOOKING, {FIELD_RESOURCE, FIELD_RESOURCE_ID, FIELD_GROUP}},
    {RECORD_MEMBERSHIP, {FIELD_START, FIELD_START, FIELD_START}},
    {RECORD_MEMBERSHIP, {FIELD_END, FIELD_END, FIELD_END}},
    {RECORD_MEMBERSHIP, {FIELD_EMAIL, FIELD_REF, FIELD_COMPANY}},
    {RECORD_MEMBERSHIP, {FIELD_PLAN, FIELD_PLAN_ID, FIELD_GROUP}},
    {RECORD_PERSON, {FIELD_EMAIL, FIELD_REF, FIELD_ID}},
    {RECORD_GRANT, {FIELD_EMAIL, FIELD_REF, FIELD_EMAIL}},
    {RECORD_GRANT, {FIELD_GROUP, FIELD_RESOURCE, FIELD_GROUP}},
    {RECORD_COMPANY, {FIELD_ID, FIELD_ID, FIELD_ID}},
    {RECORD_RESOURCE, {FIELD_ID, FIELD_ID, FIELD_ID}},
};

static void
needs_check(struct profile *profile, struct ini *ini, GError **error)
{
	for (size_t i = 0; i < G_N_ELEMENTS(needs); i++) {
		const enum field *any = needs[i].any;
		if (needs[i].kind != profile->kind || profile->fields[any[0]].used ||
		    profile->fields[any[1]].used || profile->fields[any[2]].used)
			continue;
		ini_fail(ini, "profile", "kind", NULL, error, "a %s needs [field %s]",
		    record_kind_word(profile->kind), field_word(any[0]));
	}
	/* A series that is not read as one would give its first occurrence only. */
	static const enum field of_calendars[] = {FIELD_ID, FIELD_RECURRENCE};
	for (size_t i = 0; profile->ics && i < G_N_ELEMENTS(of_calendars); i++) {
		if (profile->kind != RECORD_BOOKING)
			ini_fail(ini, "profile", "kind", "kind = bookings", error,
			    "a calendar holds bookings");
		else if (!profile->fields[of_calendars[i]].used)
			ini_fail(ini, "profile", "formats", NULL, error,
			    "a calendar needs [field %s]", field_word(of_calendars[i]));
	}
	if (profile->log && !profile->fields[FIELD_ID].used)
		ini_fail(ini, "profile", "log", NULL, error, "events need [field id]");
	for (unsigned i = 0; i < profile->names.count; i++) {
		const struct name *name = &profile->names.list[i];
		if (name->each && profile->each == NULL)
			ini_fail(ini, "profile", "each", NULL, error,
			    "\"%s\" is used but no list is named here", name->text);
	}
}

bool
profile_no_person(const struct profile *profile, const char *address)
{
	for (size_t i = 0; profile->no_person[i] != NULL; i++) {
		if (g_pattern_match_simple(profile->no_person[i], address))
			return true;
	}
	return false;
}

char *
profile_path(const char *name, const char *profile_dir, const char *base_dir)
{
	if (g_path_is_absolute(name))
		return g_strdup(name);
	if (strchr(name, '/') != NULL || g_str_has_suffix(name, ".ini"))
		return g_build_filename(base_dir, name, NULL);
	char *file = g_strconcat(name, ".ini", NULL);
	char *path = g_build_filename(profile_dir, file, NULL);
	g_free(file);
	return path;
}

char **
profile_names(const char *profile_dir)
{
	GPtrArray *names = g_ptr_array_new();
	GDir *dir = g_dir_open(profile_dir, 0, NULL);
	for (const char *file; dir != NULL && (file = g_dir_read_name(dir)) != NULL;) {
		if (g_str_has_suffix(file, ".ini"))
			g_ptr_array_add(names, g_strndup(file, strlen(file) - strlen(".ini")));
	}
	if (dir != NULL)
		g_dir_close(dir);
	g_ptr_array_sort(names, text_compare);
	g_ptr_array_add(names, NULL);
	return (char **)g_ptr_array_free(names, FALSE);
}

/* The profile of that folder whose name is nearest; caller frees.  NULL when none is near. */
static char *
nearest_profile(const char *name, const char *profile_dir)
{
	char **names = profile_names(profile_dir);
	char *nearest = g_strdup(text_nearest(name, (const char *const *)names));
	g_strfreev(names);
	return nearest;
}

static char *
read_file(const char *name, const char *path, const char *profile_dir, GError **error)
{
	char *nearest = nearest_profile(name, profile_dir);
	char *hint = nearest != NULL ? g_strdup_printf("did you mean \"%s\"?", nearest)
				     : g_strdup_printf("profiles are in %s", profile_dir);
	char *text = file_read(path, PROFILE_FILE_MAX, EXIT_BAD_CONFIG, hint, error);
	if (text == NULL)
		g_prefix_error(error, "profile %s: ", name);
	g_free(hint);
	g_free(nearest);
	return text;
}

struct profile *
profile_read(const char *text, const char *name, GError **error)
{
	struct profile *profile = g_new0(struct profile, 1);
	GError *cause = NULL;
	profile->text = g_strdup(text);
	profile->name = g_strdup(name);
	struct ini *ini = profile->ini = ini_read(text, name, EXIT_BAD_CONFIG, error);
	if (ini == NULL) {
		profile_free(profile);
		return NULL;
	}
	head_read(profile, ini, &cause);
	sections_read(profile, ini, &cause);
	words_read(profile, ini, &cause);
	fetch_rules_read(profile, ini, &cause);
	needs_check(profile, ini, &cause);
	if (cause == NULL)
		ini_finish(ini, sections, &cause);
	if (cause == NULL)
		return profile;
	g_propagate_error(error, cause);
	profile_free(profile);
	return NULL;
}

struct profile *
profile_load(const char *name, const char *profile_dir, const char *base_dir, GError **error)
{
	char *path = profile_path(name, profile_dir, base_dir);
	char *text = read_file(name, path, profile_dir, error);
	char *base = g_path_get_basename(path);
	struct profile *profile = text != NULL ? profile_read(text, base, error) : NULL;
	g_free(text);
	g_free(base);
	g_free(path);
	return profile;
}

void
profile_free(struct profile *profile)
{
	if (profile == NULL)
		return;
	for (int i = 0; i < FIELDS; i++)
		field_done(&profile->fields[i]);
	for (size_t i = 0; i < profile->n_tables; i++) {
		g_free(profile->tables[i].name);
		g_free(profile->tables[i].file);
		g_strfreev(profile->tables[i].records);
		names_done(&profile->tables[i].names);
	}
	g_free(profile->tables);
	words_done(profile);
	fetch_rules_done(&profile->fetch);
	names_done(&profile->names);
	when_formats_free(profile->times);
	g_strfreev(profile->records);
	g_strfreev(profile->open_words);
	g_strfreev(profile->no_person);
	g_strfreev(profile->ignore);
	g_free(profile->each);
	g_free(profile->zone);
	g_free(profile->name);
	ini_free(profile->ini);
	g_free(profile->text);
	g_free(profile);
}

enum record_kind
profile_kind(const struct profile *profile)
{
	return profile->kind;
}

const struct fetch_rules *
profile_fetch(const struct profile *profile)
{
	return &profile->fetch;
}

const char *
profile_text(const struct profile *profile)
{
	return profile->text;
}

/* The first that is set. */
static instant
settle(instant source, instant profile, instant otherwise)
{
	return source != UNSET ? source : profile != UNSET ? profile : otherwise;
}

struct source_policy
profile_policy(const struct profile *profile, const struct source_config *source)
{
	bool attendees = settle(source->attendees, profile->attendees, 1) == 1;
	return (struct source_policy){
	    .name = source->name,
	    .kind = profile->kind,
	    .system = source->system != NULL ? source->system : profile->system,
	    .grace_before = settle(source->grace_before, profile->grace_before, DEFAULT_GRACE),
	    .grace_after = settle(source->grace_after, profile->grace_after, DEFAULT_GRACE),
	    .absence = (enum absence)settle(source->absence, profile->absence, ABSENCE_SURPRISING),
	    .cancelled = (enum cancelled)settle(
		source->cancelled, profile->cancelled, CANCELLED_AT_ONCE),
	    .same_id = (enum same_id)settle(source->same_id, profile->same_id, SAME_ID_LAST),
	    .date_order = source->date_order != ORDER_NONE ? source->date_order
							   : profile->date_order,
	    .attendees = attendees,
	    .guests = settle(source->guests, profile->guests, attendees) == 1,
	    .split_places = profile->kind == RECORD_BOOKING &&
			    profile->fields[FIELD_RESOURCE].split == NULL,
	    .unless_named = profile->unless_named,
	    .log = profile->log,
	    .enabled_doors = (const char *const *)source->enabled_doors,
	};
}

bool
profile_suits(const struct profile *profile, const struct source_config *source, GError **error)
{
	if (profile->kind != RECORD_BOOKING && source->same_id == SAME_ID_UNITE)
		return fail(error, EXIT_BAD_CONFIG, "leave it out: the last row of an id counts",
		    "same_id = unite is for bookings, and profile %s has none", profile->name);
	for (char **thing = source->without; thing != NULL && *thing != NULL; thing++) {
		if (!matched_asks(profile, *thing))
			return fail(error, EXIT_BAD_CONFIG,
			    "a field as the profile calls it, or a column of its [presence] or "
			    "[rows]",
			    "without: profile %s reads no \"%s\"", profile->name, *thing);
	}
	if (!profile->ordered || !profile->order_needed || source->date_order != ORDER_NONE ||
	    profile->date_order != ORDER_NONE)
		return true;
	char *hint = g_strdup_printf(
	    "set date_order = DMY, MDY or YMD in [source %s]", source->name);
	fail(error, EXIT_BAD_CONFIG, hint,
	    "profile %s reads dates like 03/04/2026, and nothing says which number is the day",
	    profile->name);
	g_free(hint);
	return false;
}
