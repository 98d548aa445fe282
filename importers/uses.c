/* Which columns of a surveyed file a profile asks for. */
#include "importers/uses.h"

#include "base/text.h"

#include <string.h>

static bool
asks_any(const struct survey *s, const struct survey_column *column, const struct profile *profile,
    const struct alternatives *any)
{
	for (size_t i = 0; i < any->count; i++) {
		if (survey_asks(s, column, &profile->names.list[any->names[i]], profile->each))
			return true;
	}
	return false;
}

static bool
asks_conditions(const struct survey *s, const struct survey_column *column,
    const struct profile *profile, const struct conditions *conditions)
{
	for (size_t i = 0; i < conditions->count; i++) {
		const struct name *name = &profile->names.list[conditions->list[i].name];
		if (survey_asks(s, column, name, profile->each))
			return true;
	}
	return false;
}

static bool
asks_presence(const struct survey *s, const struct survey_column *column,
    const struct profile *profile, const struct vocabulary *vocabulary)
{
	for (size_t i = 0; i < vocabulary->n_presence; i++) {
		const struct name *name =
		    &profile->names.list[vocabulary->presence[i].condition.name];
		if (survey_asks(s, column, name, profile->each))
			return true;
	}
	return false;
}

bool
use_asks(const struct survey *s, const struct survey_column *column, const struct profile *profile,
    enum field field)
{
	const struct field_spec *spec = &profile->fields[field];
	if (!spec->used)
		return false;
	bool asks = asks_any(s, column, profile, &spec->any) ||
		    asks_any(s, column, profile, &spec->duration);
	for (size_t i = 0; i < spec->n_parts && !asks; i++)
		asks = asks_any(s, column, profile, &spec->parts[i]);
	return asks;
}

/* JSON: does the profile ask for another part of the same member? */
static bool
asks_beside(
    const struct survey *s, const struct survey_column *column, const struct profile *profile)
{
	char *list = text_header_key(profile->each != NULL ? profile->each : "");
	bool asks = s->kind == SURVEY_JSON && strcmp(list, column->first) == 0;
	g_free(list);
	for (unsigned i = 0; s->kind == SURVEY_JSON && i < profile->names.count && !asks; i++)
		asks = strcmp(profile->names.list[i].first, column->first) == 0;
	return asks;
}

/* Is the column called by the name that the profile puts first for the field? */
static bool
asks_first(const struct survey *s, const struct survey_column *column,
    const struct profile *profile, enum field field)
{
	const struct alternatives *any = &profile->fields[field].any;
	return any->count > 0 &&
	       survey_asks(s, column, &profile->names.list[any->names[0]], profile->each);
}

bool
use_of(const struct survey *s, const struct survey_column *column, const struct profile *profile,
    struct use *use)
{
	bool any = false;
	*use = (struct use){0};
	for (int f = 0; f < FIELDS; f++) {
		use->fields[f] = use_asks(s, column, profile, (enum field)f);
		any = any || use->fields[f];
		use->exact = use->exact ||
			     (use->fields[f] && asks_first(s, column, profile, (enum field)f));
	}
	use->rules = asks_conditions(s, column, profile, &profile->keep) ||
		     asks_conditions(s, column, profile, &profile->drop) ||
		     asks_conditions(s, column, profile, &profile->company_rows);
	const struct vocabulary *const vocabularies[] = {&profile->status, &profile->person_status};
	for (size_t v = 0; v < G_N_ELEMENTS(vocabularies); v++)
		use->rules = use->rules || asks_presence(s, column, profile, vocabularies[v]);
	bool known = any || use->rules ||
		     g_strv_contains((const char *const *)profile->ignore, column->first);
	use->ignored = !any && !use->rules && (known || asks_beside(s, column, profile));
	return known;
}

static bool
any_found(const struct survey *s, const struct profile *profile, const struct alternatives *any)
{
	bool found = false;
	for (guint i = 0; i < s->columns->len && !found; i++)
		found = asks_any(s, s->columns->pdata[i], profile, any);
	return found;
}

bool
use_found(const struct survey *s, const struct profile *profile, enum field field)
{
	const struct field_spec *spec = &profile->fields[field];
	if (!spec->used || spec->constant != NULL || any_found(s, profile, &spec->any) ||
	    any_found(s, profile, &spec->duration))
		return true;
	bool parts = spec->n_parts > 0;
	for (size_t i = 0; i < spec->n_parts && parts; i++)
		parts = any_found(s, profile, &spec->parts[i]);
	return parts;
}
