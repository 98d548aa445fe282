/*
 * Strict INI files over GLib's key file.  GLib parses; this file adds what it lets pass: keys given twice,
 * keys nobody asked for, values that are no number, duration or word, and the line of each of them.
 */
#include "base/ini.h"

#include "base/failure.h"
#include "base/text.h"

#include <string.h>

struct ini {
	GKeyFile *file;
	char *name;
	int code;
	char **sections;
	GHashTable *lines; /* "section\nkey" or "section" -> line number */
	GHashTable *known; /* set of "section\nkey" and "section" somebody asked for */
	GPtrArray *lists;  /* key lists handed out by ini_keys */
	GPtrArray *texts;  /* values handed out by ini_text */
};

static char *
slot(const char *section, const char *key)
{
	return key != NULL ? g_strconcat(section, "\n", key, NULL) : g_strdup(section);
}

/* `name:12: [section] key`, as far as it is known. */
static char *
where(const struct ini *ini, const char *section, const char *key)
{
	char *at = slot(section, key);
	guint line = GPOINTER_TO_UINT(g_hash_table_lookup(ini->lines, at));
	g_free(at);
	GString *text = g_string_new(ini->name);
	if (line != 0)
		g_string_append_printf(text, ":%u", line);
	g_string_append_printf(text, ": [%s]", section);
	if (key != NULL)
		g_string_append_printf(text, " %s", key);
	return g_string_free(text, FALSE);
}

static bool
note_line(struct ini *ini, const char *section, const char *key, guint number, GError **error)
{
	char *at = slot(section, key);
	if (g_hash_table_contains(ini->lines, at)) {
		fail(error, ini->code, "keep one of the two",
		    "%s:%u: %s%s%s given twice, first in line %u", ini->name, number,
		    key != NULL ? key : "[", key != NULL ? "" : section, key != NULL ? "" : "]",
		    GPOINTER_TO_UINT(g_hash_table_lookup(ini->lines, at)));
		g_free(at);
		return false;
	}
	g_hash_table_insert(ini->lines, at, GUINT_TO_POINTER(number));
	return true;
}

/* Number the lines and find what is given twice: GLib keeps the last without a word. */
static bool
scan_lines(struct ini *ini, const char *text, GError **error)
{
	char **lines = g_strsplit_set(text, "\n", -1);
	char *section = NULL;
	bool good = true;
	for (guint i = 0; lines[i] != NULL && good; i++) {
		char *line = g_strstrip(lines[i]);
		char *equals = strchr(line, '=');
		if (line[0] == '[' && line[strlen(line) - 1] == ']') {
			g_free(section);
			section = g_strndup(line + 1, strlen(line) - 2);
			good = note_line(ini, section, NULL, i + 1, error);
		} else if (line[0] != '#' && equals != NULL && section != NULL) {
			*equals = '\0';
			good = note_line(ini, section, g_strchomp(line), i + 1, error);
		}
	}
	g_free(section);
	g_strfreev(lines);
	return good;
}

struct ini *
ini_read(const char *text, const char *name, int code, GError **error)
{
	struct ini *ini = g_new0(struct ini, 1);
	GError *cause = NULL;
	ini->file = g_key_file_new();
	ini->name = g_strdup(name);
	ini->code = code;
	ini->lines = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	ini->known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	ini->lists = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
	ini->texts = g_ptr_array_new_with_free_func(g_free);

	/* Without KEEP_TRANSLATIONS `key[xx]` would vanish, depending on the locale. */
	if (!g_utf8_validate(text, -1, NULL)) {
		fail(error, code, "save it as UTF-8", "%s: not UTF-8", name);
		goto failed;
	}
	if (!g_key_file_load_from_data(
		ini->file, text, (gsize)-1, G_KEY_FILE_KEEP_TRANSLATIONS, &cause)) {
		/* An empty file is a file without sections, not an error of its own. */
		if (!text_blank(text)) {
			fail(error, code, NULL, "%s: %s", name, cause->message);
			goto failed;
		}
		g_clear_error(&cause);
	}
	if (!scan_lines(ini, text, error))
		goto failed;
	ini->sections = g_key_file_get_groups(ini->file, NULL);
	return ini;
failed:
	g_clear_error(&cause);
	ini_free(ini);
	return NULL;
}

void
ini_free(struct ini *ini)
{
	if (ini == NULL)
		return;
	g_key_file_unref(ini->file);
	g_free(ini->name);
	g_strfreev(ini->sections);
	g_hash_table_unref(ini->lines);
	g_hash_table_unref(ini->known);
	g_ptr_array_unref(ini->lists);
	g_ptr_array_unref(ini->texts);
	g_free(ini);
}

const char *
ini_name(const struct ini *ini)
{
	return ini->name;
}

const char *const *
ini_sections(const struct ini *ini)
{
	return (const char *const *)ini->sections;
}

const char *const *
ini_keys(struct ini *ini, const char *section)
{
	char **keys = g_key_file_get_keys(ini->file, section, NULL, NULL);
	if (keys == NULL)
		return NULL;
	g_hash_table_add(ini->known, slot(section, NULL));
	g_ptr_array_add(ini->lists, keys);
	return (const char *const *)keys;
}

const char *
ini_text(struct ini *ini, const char *section, const char *key, const char *absent)
{
	g_hash_table_add(ini->known, slot(section, NULL));
	g_hash_table_add(ini->known, slot(section, key));
	char *value = g_key_file_get_value(ini->file, section, key, NULL);
	if (value == NULL)
		return absent;
	g_ptr_array_add(ini->texts, g_strstrip(value));
	return value;
}

instant
ini_duration(struct ini *ini, const char *section, const char *key, instant absent, GError **error)
{
	const char *text = ini_text(ini, section, key, NULL);
	if (text == NULL)
		return absent;
	instant seconds;
	if (instant_parse_duration(text, &seconds))
		return seconds;
	ini_fail(ini, section, key, "a number and s, m, h or d: 90s, 30m, 26h, 7d", error,
	    "not a duration: \"%s\"", text);
	return absent;
}

int
ini_clock(struct ini *ini, const char *section, const char *key, int absent, GError **error)
{
	const char *text = ini_text(ini, section, key, NULL);
	int64_t hour, minute;
	if (text == NULL)
		return absent;
	char **parts = g_strsplit(text, ":", 2);
	bool good = g_strv_length(parts) == 2 && text_number(parts[0], 0, 23, &hour) &&
		    text_number(parts[1], 0, 59, &minute);
	g_strfreev(parts);
	if (good)
		return (int)(hour * INSTANT_HOUR + minute * INSTANT_MINUTE);
	ini_fail(ini, section, key, NULL, error, "not a time like 14:00: \"%s\"", text);
	return absent;
}

int
ini_word(struct ini *ini, const char *section, const char *key, const char *const *words,
    int absent, GError **error)
{
	const char *text = ini_text(ini, section, key, NULL);
	if (text == NULL)
		return absent;
	for (int i = 0; words[i] != NULL; i++) {
		if (g_ascii_strcasecmp(text, words[i]) == 0)
			return i;
	}
	char *all = g_strjoinv(", ", (char **)words);
	char *hint = g_strconcat("one of: ", all, NULL);
	const char *nearest = text_nearest(text, words);
	if (nearest != NULL)
		ini_fail(ini, section, key, hint, error,
		    "unknown word \"%s\"; did you mean \"%s\"?", text, nearest);
	else
		ini_fail(ini, section, key, hint, error, "unknown word \"%s\"", text);
	g_free(hint);
	g_free(all);
	return absent;
}

bool
ini_flag(struct ini *ini, const char *section, const char *key, bool absent, GError **error)
{
	static const char *const words[] = {
	    "no", "yes", "false", "true", "off", "on", "0", "1", NULL};
	return ini_word(ini, section, key, words, absent, error) % 2;
}

int64_t
ini_number(struct ini *ini, const char *section, const char *key, int64_t min, int64_t max,
    int64_t absent, GError **error)
{
	const char *text = ini_text(ini, section, key, NULL);
	int64_t number = absent;
	if (text != NULL && !text_number(text, min, max, &number))
		ini_fail(ini, section, key, NULL, error,
		    "not a whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT ": \"%s\"",
		    min, max, text);
	return number;
}

char **
ini_list(struct ini *ini, const char *section, const char *key)
{
	GPtrArray *items = g_ptr_array_new();
	char **parts = g_strsplit(ini_text(ini, section, key, ""), ";", -1);
	for (char **part = parts; *part != NULL; part++) {
		char *item = g_strstrip(*part);
		if (*item != '\0')
			g_ptr_array_add(items, g_strdup(item));
	}
	g_strfreev(parts);
	g_ptr_array_add(items, NULL);
	return (char **)g_ptr_array_free(items, FALSE);
}

bool
ini_fail(const struct ini *ini, const char *section, const char *key, const char *hint,
    GError **error, const char *format, ...)
{
	if (error == NULL || *error != NULL)
		return false;
	va_list arguments;
	va_start(arguments, format);
	char *reason = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	char *place = where(ini, section, key);
	fail(error, ini->code, hint, "%s: %s", place, reason);
	g_free(place);
	g_free(reason);
	return false;
}

/* The key of the section, among those asked for, that `key` was meant to be; NULL when none is near. */
static const char *
nearest_key(const struct ini *ini, const char *section, const char *key)
{
	GPtrArray *keys = g_ptr_array_new();
	size_t length = strlen(section);
	GHashTableIter iter;
	gpointer at;
	g_hash_table_iter_init(&iter, ini->known);
	while (g_hash_table_iter_next(&iter, &at, NULL)) {
		const char *text = at;
		if (strncmp(text, section, length) == 0 && text[length] == '\n')
			g_ptr_array_add(keys, (gpointer)(text + length + 1));
	}
	g_ptr_array_sort(keys, text_compare);
	g_ptr_array_add(keys, NULL);
	const char *nearest = text_nearest(key, (const char *const *)keys->pdata);
	g_ptr_array_unref(keys);
	return nearest;
}

static bool
unknown_key(const struct ini *ini, const char *section, const char *key, GError **error)
{
	const char *nearest = nearest_key(ini, section, key);
	if (nearest != NULL)
		return ini_fail(
		    ini, section, key, NULL, error, "unknown key; did you mean \"%s\"?", nearest);
	return ini_fail(ini, section, key, NULL, error, "unknown key");
}

static bool
unknown_section(
    const struct ini *ini, const char *section, const char *const *sections, GError **error)
{
	char *word = g_strndup(section, strcspn(section, " "));
	const char *nearest = text_nearest(word, sections);
	char *all = g_strjoinv(", ", (char **)sections);
	char *hint = g_strconcat("sections are: ", all, NULL);
	if (nearest != NULL)
		ini_fail(ini, section, NULL, hint, error, "unknown section; did you mean \"%s\"?",
		    nearest);
	else
		ini_fail(ini, section, NULL, hint, error, "unknown section");
	g_free(hint);
	g_free(all);
	g_free(word);
	return false;
}

static bool
is_known(const struct ini *ini, const char *section, const char *key)
{
	char *at = slot(section, key);
	bool known = g_hash_table_contains(ini->known, at);
	g_free(at);
	return known;
}

bool
ini_finish(struct ini *ini, const char *const *sections, GError **error)
{
	if (error != NULL && *error != NULL)
		return false;
	for (char **section = ini->sections; *section != NULL; section++) {
		if (!is_known(ini, *section, NULL))
			return unknown_section(ini, *section, sections, error);
		char **keys = g_key_file_get_keys(ini->file, *section, NULL, NULL);
		bool good = true;
		for (char **key = keys; *key != NULL && good; key++) {
			if (!is_known(ini, *section, *key))
				good = unknown_key(ini, *section, *key, error);
		}
		g_strfreev(keys);
		if (!good)
			return false;
	}
	return true;
}
