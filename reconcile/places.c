/* Several places in one text.  A place of which nobody knows what it is keeps the text whole: it may be its name. */
#include "reconcile/places.h"

#include "base/text.h"

#include <string.h>

/* The surest first: a comma may be part of a name whose list has semicolons. */
static const char separators[] = "\n;|,/+&";

struct cut {
	bool (*known)(void *user, const char *place);
	void *user;
	GPtrArray *out;
};

static bool
is_online(const char *part)
{
	static const char *const words[] = {"microsoft teams", "teams meeting", "google meet",
	    "zoom meeting", "zoom.us", "webex", "skype", "online", "http:", "https:"};
	g_autofree char *key = text_key(part);
	for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
		if (strstr(key, words[i]) != NULL)
			return true;
	}
	return false;
}

static bool cut_at(const struct cut *cut, const char *text, const char *from);

static bool
take_part(const struct cut *cut, const char *part, const char *rest)
{
	if (text_blank(part))
		return true;
	if (cut->known(cut->user, part)) {
		g_ptr_array_add(cut->out, g_strdup(part));
		return true;
	}
	return is_online(part) || cut_at(cut, part, rest);
}

/* By one of the separators from that one on. */
static bool
cut_at(const struct cut *cut, const char *text, const char *from)
{
	for (const char *s = from; *s != '\0'; s++) {
		if (strchr(text, *s) == NULL)
			continue;
		guint before = cut->out->len;
		const char one[] = {*s, '\0'};
		char **parts = g_strsplit(text, one, -1);
		bool good = true;
		for (char **part = parts; *part != NULL && good; part++)
			good = take_part(cut, *part, s + 1);
		g_strfreev(parts);
		if (good)
			return true;
		while (cut->out->len > before)
			g_free(g_ptr_array_steal_index(cut->out, before));
	}
	return false;
}

bool
places_split(
    const char *text, bool (*known)(void *user, const char *place), void *user, GPtrArray *out)
{
	const struct cut cut = {known, user, out};
	guint before = out->len;
	/* The link to a meeting has separators of its own. */
	g_autoptr(GRegex) link = g_regex_new("https?://[^\\s;,]+", G_REGEX_CASELESS, 0, NULL);
	g_autofree char *plain = g_regex_replace_literal(link, text, -1, 0, ";", 0, NULL);
	return plain != NULL && cut_at(&cut, plain, separators) && out->len > before;
}
