/*
 * From the names of a field to its value: which alternative is taken, and the profile's joining, splitting,
 * capturing and looking up.
 */
#include "importers/importer.h"

#include "base/text.h"
#include "importers/limits.h"

#include <string.h>

static bool
has_value(const struct value *value)
{
	return value->presence > VALUE_BLANK;
}

/* The first alternative with a value; else the best that was found: blank before absent. */
static void
first_value(
    const struct row *row, const struct alternatives *any, bool first, bool time, struct value *out)
{
	*out = (struct value){.presence = VALUE_ABSENT, .name = NO_NAME};
	for (size_t i = 0; i < any->count; i++) {
		struct value value;
		(first ? row_first : row_value)(row, any->names[i], &value);
		/* Some systems answer "has it a date of its own?" under the name of a date. */
		if (time && value.presence == VALUE_FLAG)
			value.presence = VALUE_BLANK;
		if (value.presence > out->presence)
			*out = value;
		if (has_value(out))
			return;
	}
}

/* All parts are needed of a time: a date whose clock is missing would become a whole day. */
static void
joined_value(const struct importer *im, const struct row *row, const struct field_spec *spec,
    bool time, struct value *out)
{
	struct value parts[PARTS_MAX];
	size_t n = 0;
	for (size_t i = 0; i < spec->n_parts; i++) {
		first_value(row, &spec->parts[i], spec->first_wins, time, &parts[n]);
		if (parts[n].presence == VALUE_BAD) {
			*out = parts[n];
			return;
		}
		if (parts[n].presence > out->presence && !has_value(&parts[n]))
			out->presence = parts[n].presence;
		n += has_value(&parts[n]);
	}
	if (n == 0)
		return;
	if (time && n < spec->n_parts) {
		out->presence = VALUE_BLANK;
		return;
	}
	GString *text = g_string_new(parts[0].text);
	for (size_t i = 1; i < n; i++)
		g_string_append_printf(text, "%s%s", spec->glue, parts[i].text);
	*out = (struct value){.presence = VALUE_TEXT,
	    .text = g_string_chunk_insert(im->scratch, text->str),
	    .name = parts[0].name,
	    .joined = true};
	g_string_free(text, TRUE);
}

/* The number of the part that the name belongs to; n_parts when it is none. */
static size_t
part_of(const struct field_spec *spec, unsigned name)
{
	for (size_t i = 0; i < spec->n_parts; i++) {
		for (size_t k = 0; k < spec->parts[i].count; k++) {
			if (spec->parts[i].names[k] == name)
				return i;
		}
	}
	return spec->n_parts;
}

/* A column of dates may be the whole value in one table and a part in another: do the other parts exist? */
static bool
is_part(const struct row *row, const struct field_spec *spec, const struct value *taken)
{
	size_t part = part_of(spec, taken->name);
	for (size_t i = 0; part < spec->n_parts && i < spec->n_parts; i++) {
		struct value other;
		if (i == part)
			continue;
		first_value(row, &spec->parts[i], false, false, &other);
		if (other.presence > VALUE_ABSENT)
			return true;
	}
	return false;
}

static void
capture(const struct importer *im, const struct field_spec *spec, struct value *value)
{
	GMatchInfo *match = NULL;
	if (!g_regex_match(spec->regex, value->text, 0, &match)) {
		value->presence = VALUE_BAD;
		value->text = "does not have the form that the profile describes";
	} else {
		char *text = g_match_info_fetch(match, 1);
		g_strstrip(text);
		value->presence = *text != '\0' ? VALUE_TEXT : VALUE_BLANK;
		value->text = g_string_chunk_insert(im->scratch, text);
		g_free(text);
	}
	g_match_info_unref(match);
}

static void
refine(const struct importer *im, const struct field_spec *spec, struct value *value)
{
	if (spec->regex != NULL && (value->presence == VALUE_TEXT || value->presence == VALUE_FLAG))
		capture(im, spec, value);
	if (spec->table < 0 || (value->presence != VALUE_TEXT && value->presence != VALUE_FLAG))
		return;
	value->text = joins_get(im, spec->table, value->text, spec->take);
	value->presence = value->text != NULL ? VALUE_TEXT : VALUE_BLANK;
}

void
field_whole(const struct importer *im, const struct row *row, enum field field, struct value *out)
{
	const struct field_spec *spec = &im->profile->fields[field];
	first_value(row, &spec->any, spec->first_wins, field_is_time(field), out);
}

void
field_value(const struct importer *im, const struct row *row, enum field field, struct value *out)
{
	const struct field_spec *spec = &im->profile->fields[field];
	bool time = field_is_time(field);
	*out = (struct value){.presence = VALUE_ABSENT, .name = NO_NAME};
	if (!spec->used)
		return;
	first_value(row, &spec->any, spec->first_wins, time, out);
	if (has_value(out) && is_part(row, spec, out))
		*out = (struct value){.presence = VALUE_ABSENT, .name = NO_NAME};
	if (!has_value(out) && spec->n_parts > 0)
		joined_value(im, row, spec, time, out);
	if (!has_value(out) && spec->constant != NULL)
		*out = (struct value){
		    .presence = VALUE_TEXT, .text = spec->constant, .name = NO_NAME};
	if (spec->regex != NULL || spec->table >= 0)
		refine(im, spec, out);
}

/* Cut a text at the separators; blank pieces are nothing. */
static void
split_value(
    const struct importer *im, const char *separators, const struct value *value, GArray *out)
{
	char *text = g_string_chunk_insert(im->scratch, value->text);
	size_t pieces = 0;
	while (*text != '\0' && pieces <= LIST_MAX) {
		size_t length = strcspn(text, separators);
		char *next = text + length + (text[length] != '\0');
		text[length] = '\0';
		struct value piece = *value;
		piece.text = text_trim(text);
		text = next;
		if (*piece.text == '\0')
			continue;
		pieces++;
		g_array_append_val(out, piece);
	}
}

static void
split_values(const struct importer *im, const char *separators, GArray *out)
{
	guint n = out->len;
	for (guint i = 0; i < n; i++) {
		struct value value = g_array_index(out, struct value, i);
		if (value.presence == VALUE_TEXT)
			split_value(im, separators, &value, out);
		else
			g_array_append_val(out, value);
	}
	g_array_remove_range(out, 0, n);
}

static bool
any_value(const GArray *values)
{
	for (guint i = 0; i < values->len; i++) {
		if (has_value(&g_array_index(values, struct value, i)))
			return true;
	}
	return false;
}

void
field_values(const struct importer *im, const struct row *row, enum field field, GArray *out)
{
	const struct field_spec *spec = &im->profile->fields[field];
	g_array_set_size(out, 0);
	if (!spec->used)
		return;
	for (size_t i = 0; i < spec->any.count && !any_value(out); i++) {
		g_array_set_size(out, 0);
		row_values(row, spec->any.names[i], out);
	}
	if (!any_value(out)) {
		/* Nothing under its names: there may be parts or a constant. */
		struct value value;
		g_array_set_size(out, 0);
		field_value(im, row, field, &value);
		if (has_value(&value))
			g_array_append_val(out, value);
		return;
	}
	if (spec->split != NULL)
		split_values(im, spec->split, out);
	for (guint i = 0; i < out->len; i++)
		refine(im, spec, &g_array_index(out, struct value, i));
}

bool
draft_values(struct draft *draft, enum field field, GArray *out)
{
	field_values(draft->im, draft->row, field, out);
	return out->len <= LIST_MAX ||
	       draft_refuse(draft, "%s has more than %zu values", field_word(field), LIST_MAX);
}
