/* Reading `[field WORD]` of a profile: where a value is found and what is done to it before it is read. */
#include "importers/language.h"

#include "base/ini.h"
#include "base/text.h"

#include <string.h>

#define BIT(kind) (1u << (kind))
#define HOLDERS                                                                                    \
	(BIT(RECORD_PERSON) | BIT(RECORD_MEMBERSHIP) | BIT(RECORD_BOOKING) | BIT(RECORD_GRANT))
#define TIMED (BIT(RECORD_MEMBERSHIP) | BIT(RECORD_BOOKING) | BIT(RECORD_GRANT))
#define EVERY (HOLDERS | BIT(RECORD_RESOURCE) | BIT(RECORD_COMPANY))

static const char *const words[FIELDS + 1] = {
    [FIELD_ID] = "id",
    [FIELD_EMAIL] = "email",
    [FIELD_REF] = "ref",
    [FIELD_NAME] = "name",
    [FIELD_COMPANY] = "company",
    [FIELD_RESOURCE] = "resource",
    [FIELD_RESOURCE_ID] = "resource_id",
    [FIELD_PLAN] = "plan",
    [FIELD_PLAN_ID] = "plan_id",
    [FIELD_TITLE] = "title",
    [FIELD_LOCATION] = "location",
    [FIELD_GROUP] = "group",
    [FIELD_START] = "start",
    [FIELD_END] = "end",
    [FIELD_ITEM_START] = "item_start",
    [FIELD_ITEM_END] = "item_end",
    [FIELD_ZONE] = "zone",
    [FIELD_STATUS] = "status",
    [FIELD_PERSON_STATUS] = "person_status",
    [FIELD_ATTENDEES] = "attendees",
    [FIELD_ATTENDEE_REFS] = "attendee_refs",
    [FIELD_GUESTS] = "guests",
    [FIELD_FREEZE_START] = "freeze_start",
    [FIELD_FREEZE_END] = "freeze_end",
    [FIELD_RECURRENCE] = "recurrence",
    [FIELD_MADE] = "made",
};

static const unsigned kinds[FIELDS] = {
    [FIELD_ID] = EVERY,
    [FIELD_EMAIL] = HOLDERS,
    [FIELD_REF] = HOLDERS,
    [FIELD_NAME] = HOLDERS,
    [FIELD_COMPANY] = BIT(RECORD_PERSON) | BIT(RECORD_MEMBERSHIP) | BIT(RECORD_BOOKING),
    [FIELD_RESOURCE] = BIT(RECORD_BOOKING) | BIT(RECORD_GRANT),
    [FIELD_RESOURCE_ID] = BIT(RECORD_BOOKING) | BIT(RECORD_MEMBERSHIP),
    [FIELD_PLAN] = BIT(RECORD_MEMBERSHIP),
    [FIELD_PLAN_ID] = BIT(RECORD_MEMBERSHIP),
    [FIELD_TITLE] = BIT(RECORD_RESOURCE) | BIT(RECORD_COMPANY),
    [FIELD_LOCATION] = TIMED | BIT(RECORD_RESOURCE),
    [FIELD_GROUP] = TIMED | BIT(RECORD_RESOURCE),
    [FIELD_START] = TIMED,
    [FIELD_END] = TIMED,
    [FIELD_ITEM_START] = BIT(RECORD_MEMBERSHIP),
    [FIELD_ITEM_END] = BIT(RECORD_MEMBERSHIP),
    [FIELD_ZONE] = TIMED,
    [FIELD_STATUS] = HOLDERS | BIT(RECORD_COMPANY),
    [FIELD_PERSON_STATUS] = BIT(RECORD_MEMBERSHIP),
    [FIELD_ATTENDEES] = BIT(RECORD_BOOKING),
    [FIELD_ATTENDEE_REFS] = BIT(RECORD_BOOKING),
    [FIELD_GUESTS] = BIT(RECORD_BOOKING),
    [FIELD_FREEZE_START] = BIT(RECORD_MEMBERSHIP),
    [FIELD_FREEZE_END] = BIT(RECORD_MEMBERSHIP),
    [FIELD_RECURRENCE] = BIT(RECORD_BOOKING),
    [FIELD_MADE] = BIT(RECORD_MEMBERSHIP) | BIT(RECORD_BOOKING),
};

const char *
field_word(enum field field)
{
	return words[field];
}

enum field
field_of(const char *word)
{
	int field = 0;
	while (field < FIELDS && strcmp(word, words[field]) != 0)
		field++;
	return (enum field)field;
}

const char *const *
field_words(void)
{
	return words;
}

bool
field_fits(enum field field, enum record_kind kind)
{
	return (kinds[field] & BIT(kind)) != 0;
}

bool
field_is_time(enum field field)
{
	return field == FIELD_START || field == FIELD_END || field == FIELD_ITEM_START ||
	       field == FIELD_ITEM_END || field == FIELD_FREEZE_START ||
	       field == FIELD_FREEZE_END || field == FIELD_MADE;
}

void
alternatives_read(struct profile *profile, struct ini *ini, const char *section, const char *key,
    struct alternatives *out)
{
	char **list = ini_list(ini, section, key);
	out->names = g_new0(unsigned, g_strv_length(list));
	out->count = 0;
	for (char **item = list; *item != NULL; item++)
		out->names[out->count++] = names_add(&profile->names, *item);
	g_strfreev(list);
}

struct when_formats *
formats_read(
    struct profile *profile, struct ini *ini, const char *section, const char *key, GError **error)
{
	char **list = ini_list(ini, section, key), *fault = NULL;
	struct when_formats *formats = NULL;
	if (list[0] != NULL)
		formats = when_formats_new((const char *const *)list, profile->z_is_local, &fault);
	profile->ordered = profile->ordered || (formats != NULL && when_formats_ordered(formats));
	if (fault != NULL)
		ini_fail(ini, section, key,
		    "formats: rfc3339, local, zoned, date, unix, unix_ms, ticks, excel, excel1904, "
		    "or "
		    "with %Y %y %m %d %b %a %x %H %I %M %S %p %T %r %z",
		    error, "%s", fault);
	g_free(fault);
	g_strfreev(list);
	return formats;
}

static void
parts_read(struct profile *profile, struct field_spec *spec, struct ini *ini, const char *section)
{
	static const char *const keys[PARTS_MAX] = {"part1", "part2", "part3", "part4"};
	for (size_t i = 0; i < PARTS_MAX; i++) {
		alternatives_read(profile, ini, section, keys[i], &spec->parts[i]);
		if (spec->parts[i].count > 0)
			spec->n_parts = i + 1;
	}
	spec->glue = ini_text(ini, section, "glue", " ");
}

static void
regex_read(struct field_spec *spec, struct ini *ini, const char *section, GError **error)
{
	const char *pattern = ini_text(ini, section, "regex", NULL);
	GError *cause = NULL;
	if (pattern == NULL)
		return;
	spec->regex = g_regex_new(pattern, G_REGEX_CASELESS | G_REGEX_OPTIMIZE, 0, &cause);
	if (spec->regex == NULL)
		ini_fail(ini, section, "regex", NULL, error, "%s", cause->message);
	else if (g_regex_get_capture_count(spec->regex) < 1)
		ini_fail(ini, section, "regex", "put what you want to keep in ( )", error,
		    "no group in \"%s\"", pattern);
	g_clear_error(&cause);
}

static void
table_read_use(struct profile *profile, struct field_spec *spec, struct ini *ini,
    const char *section, GError **error)
{
	const char *table = ini_text(ini, section, "table", NULL);
	const char *take = ini_text(ini, section, "take", NULL);
	spec->table = -1;
	if (table == NULL && take == NULL)
		return;
	if (table == NULL || take == NULL) {
		ini_fail(ini, section, table == NULL ? "take" : "table", NULL, error,
		    "table and take belong together");
		return;
	}
	for (size_t i = 0; i < profile->n_tables; i++) {
		if (strcmp(profile->tables[i].name, table) == 0)
			spec->table = (int)i;
	}
	if (spec->table < 0)
		ini_fail(ini, section, "table", NULL, error, "there is no [table %s]", table);
	else
		spec->take = names_add(&profile->tables[spec->table].names, take);
}

static void
end_read(struct profile *profile, struct field_spec *spec, struct ini *ini, const char *section,
    GError **error)
{
	static const char *const units[] = {"seconds", "minutes", "hours", "days", "none", NULL};
	static const instant seconds[] = {1, INSTANT_MINUTE, INSTANT_HOUR, INSTANT_DAY, 0};
	alternatives_read(profile, ini, section, "duration", &spec->duration);
	spec->unit = seconds[ini_word(ini, section, "unit", units, 1, error)];
	spec->next_day = ini_flag(ini, section, "next_day", false, error);
	spec->range = ini_flag(ini, section, "range", false, error);
}

void
field_read(struct profile *profile, enum field field, struct ini *ini, GError **error)
{
	static const char *const required[] = {"no", "header", "yes", NULL};
	static const char *const choices[] = {"one", "first", NULL};
	struct field_spec *spec = &profile->fields[field];
	char *section = g_strconcat("field ", words[field], NULL);
	spec->used = true;
	alternatives_read(profile, ini, section, "any", &spec->any);
	parts_read(profile, spec, ini, section);
	spec->required = (enum required)ini_word(
	    ini, section, "required", required, REQUIRED_NO, error);
	spec->first_wins = ini_word(ini, section, "choice", choices, 0, error) == 1;
	spec->constant = g_strdup(ini_text(ini, section, "const", NULL));
	const char *split = ini_text(ini, section, "split", NULL);
	spec->split = split != NULL ? g_strconcat(split, "\r\n", NULL) : NULL;
	regex_read(spec, ini, section, error);
	table_read_use(profile, spec, ini, section, error);
	spec->default_clock = -1;
	if (field_is_time(field)) {
		spec->times = formats_read(profile, ini, section, "times", error);
		spec->default_clock = ini_clock(ini, section, "default_time", -1, error);
	}
	if (field == FIELD_END)
		end_read(profile, spec, ini, section, error);
	if (spec->any.count == 0 && spec->n_parts == 0 && spec->constant == NULL &&
	    spec->duration.count == 0 && !spec->range)
		ini_fail(ini, section, NULL, "name its columns with any = ...", error,
		    "says nowhere where its value is");
	g_free(section);
}

void
field_done(struct field_spec *spec)
{
	g_free(spec->any.names);
	for (size_t i = 0; i < PARTS_MAX; i++)
		g_free(spec->parts[i].names);
	g_free(spec->duration.names);
	g_free(spec->constant);
	g_free(spec->split);
	g_clear_pointer(&spec->regex, g_regex_unref);
	when_formats_free(spec->times);
}
