/* Names of values: headers of a table, paths into JSON. */
#include "importers/names.h"

#include "base/text.h"

#include <string.h>

#define EACH "each."

static void
add_step(struct name *name, const char *text, size_t length)
{
	struct name_step *step = &name->steps[name->n_steps++];
	step->all = length > 2 && strncmp(text + length - 2, "[]", 2) == 0;
	step->key = g_strndup(text, length - (step->all ? 2 : 0));
}

/* A header like `Conf. No.` has dots that separate nothing: a blank, or nothing between two dots, tells. */
static bool
is_path(const char *text)
{
	return strpbrk(text, " \t") == NULL && text[0] != '.' && strstr(text, "..") == NULL &&
	       text[strlen(text) - 1] != '.';
}

static void
split_steps(struct name *name)
{
	const char *at = name->text;
	name->each = g_str_has_prefix(at, EACH);
	if (name->each)
		at += strlen(EACH);
	size_t dots = 0;
	for (const char *p = at; *p != '\0'; p++)
		dots += *p == '.';
	name->steps = g_new0(struct name_step, dots + 1);
	if (*at == '\0' || !is_path(at)) {
		add_step(name, at, strlen(at));
		return;
	}
	for (const char *dot; (dot = strchr(at, '.')) != NULL; at = dot + 1)
		add_step(name, at, (size_t)(dot - at));
	add_step(name, at, strlen(at));
}

unsigned
names_add(struct names *names, const char *text)
{
	for (unsigned i = 0; i < names->count; i++) {
		if (strcmp(names->list[i].text, text) == 0)
			return i;
	}
	names->list = g_renew(struct name, names->list, names->count + 1);
	struct name *name = &names->list[names->count];
	*name = (struct name){.text = g_strdup(text), .key = text_header_key(text)};
	split_steps(name);
	name->first = text_header_key(name->steps[0].key);
	return names->count++;
}

void
names_done(struct names *names)
{
	for (unsigned i = 0; i < names->count; i++) {
		struct name *name = &names->list[i];
		for (size_t k = 0; k < name->n_steps; k++)
			g_free(name->steps[k].key);
		g_free(name->steps);
		g_free(name->text);
		g_free(name->key);
		g_free(name->first);
	}
	g_free(names->list);
	*names = (struct names){0};
}
