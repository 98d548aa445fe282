/* Who is meant: an address, or a part of a name that only one person has. */
#include "reconcile/why.h"

#include "base/email.h"
#include "base/failure.h"
#include "base/text.h"

#include <string.h>

#define CANDIDATES 20 /* shown */
#define TYPOS 2	      /* letters by which a mistyped address may differ */

/* Somebody whom a source or Kisi knows. */
struct candidate {
	const char *email;
	const char *name; /* NULL */
};

static void
offer(GArray *found, GHashTable *seen, const char *email, const char *name)
{
	struct candidate candidate = {email, name};
	if (g_hash_table_add(seen, (gpointer)email))
		g_array_append_val(found, candidate);
}

static int
compare_candidates(gconstpointer p, gconstpointer q)
{
	const struct candidate *a = p, *b = q;
	return strcmp(a->email, b->email);
}

/* Everybody the question is put to, of struct candidate, by address. */
static GArray *
choose(const struct why_search *search, bool (*meant)(const struct candidate *who, const char *key),
    const char *key)
{
	const struct entitled *entitled = search->entitled;
	GArray *found = g_array_new(FALSE, FALSE, sizeof(struct candidate));
	GHashTable *seen = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; i < entitled->persons->len; i++) {
		const struct entitled_person *person = &g_array_index(
		    entitled->persons, struct entitled_person, i);
		struct candidate who = {intern_text(entitled->people, i), person->name};
		if (meant(&who, key))
			offer(found, seen, who.email, who.name);
	}
	for (guint i = 0; i < search->snapshot->users->len; i++) {
		const struct kisi_user *user = &g_array_index(
		    search->snapshot->users, struct kisi_user, i);
		if (user->person == NULL)
			continue;
		struct candidate who = {config_person(search->config, user->person), user->name};
		if (meant(&who, key))
			offer(found, seen, who.email, who.name);
	}
	g_hash_table_unref(seen);
	g_array_sort(found, compare_candidates);
	return found;
}

static bool
is_called(const struct candidate *who, const char *key)
{
	char *name = who->name != NULL ? text_key(who->name) : NULL;
	bool same = name != NULL && strcmp(name, key) == 0;
	g_free(name);
	return same;
}

/* Does the text stand in the other one at the beginning of a word? */
static bool
begins_word(const char *text, const char *key)
{
	for (const char *found = strstr(text, key); found != NULL; found = strstr(found + 1, key)) {
		const char *before = found > text ? g_utf8_prev_char(found) : NULL;
		if (before == NULL || !g_unichar_isalnum(g_utf8_get_char(before)))
			return true;
	}
	return false;
}

/* Words are meant from their beginning on: `an` is Ana, and not Susan. */
static bool
has_part(const struct candidate *who, const char *key)
{
	g_autofree char *name = who->name != NULL ? text_key(who->name) : NULL;
	return begins_word(who->email, key) || (name != NULL && begins_word(name, key));
}

/* The same mailbox elsewhere, the same with a plus tag, or a slip of the hand. */
static bool
comes_near(const struct candidate *who, const char *key)
{
	size_t local = strcspn(key, "@+"), other = strcspn(who->email, "@+");
	return (local == other && strncmp(who->email, key, local) == 0) ||
	       text_distance(who->email, key, TYPOS) <= TYPOS;
}

static char *
list_of(const GArray *found)
{
	GString *text = g_string_new(NULL);
	for (guint i = 0; i < MIN(found->len, CANDIDATES); i++) {
		const struct candidate *who = &g_array_index(found, struct candidate, i);
		g_string_append_printf(text, "\n  %s", who->email);
		if (!text_blank(who->name))
			g_string_append_printf(text, " (%s)", who->name);
	}
	if (found->len > CANDIDATES)
		g_string_append_printf(text, "\n  ... and %u more", found->len - CANDIDATES);
	return g_string_free(text, FALSE);
}

bool
why_unknown(const struct why_search *search, const char *words, GError **error)
{
	GArray *near = choose(search, comes_near, words);
	char *list = list_of(near);
	fail(error, EXIT_FAILED,
	    "ask the person for the address they booked with; part of a name will do here, too",
	    "neither a source nor Kisi knows \"%s\"%s%s", words, near->len > 0 ? "; near it:" : "",
	    list);
	g_free(list);
	g_array_unref(near);
	return false;
}

static char *
find_by_name(const struct why_search *search, const char *words, GError **error)
{
	char *key = text_key(words), *email = NULL;
	GArray *found = choose(search, is_called, key);
	if (found->len != 1) {
		g_array_unref(found);
		found = choose(search, has_part, key);
	}
	if (found->len == 1) {
		email = g_strdup(g_array_index(found, struct candidate, 0).email);
	} else if (found->len == 0 || *key == '\0') {
		why_unknown(search, words, error);
	} else {
		char *list = list_of(found);
		fail(error, EXIT_FAILED, "name one of them by address",
		    "\"%s\" may be any of %u people:%s", words, found->len, list);
		g_free(list);
	}
	g_array_unref(found);
	g_free(key);
	return email;
}

char *
why_find(const struct why_search *search, const char *words, GError **error)
{
	char *email = email_canonical(words, NULL);
	if (email == NULL)
		return find_by_name(search, words, error);
	char *person = g_strdup(config_person(search->config, email));
	g_free(email);
	return person;
}
