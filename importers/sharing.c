/*
 * One address, several people?  A family or a club may share a mailbox: whoever holds the access is then not one person.
 * Decides by the names that rows of one source give beside the address; nobody loses or gets anything by it.
 */
#include "importers/importer.h"

#include "base/text.h"

#include <string.h>

#define NAME_LONGEST                                                                               \
	200 /* bytes; what is longer is no name, and each of its words is looked for among all others */

struct sharer {
	char *name; /* the first one, as written */
	bool told;
};

static void
sharer_free(gpointer p)
{
	struct sharer *sharer = p;
	g_free(sharer->name);
	g_free(sharer);
}

/* The words of a name, small, without signs: `Moss, A.` has `moss` and `a`. */
static char **
words_of(const char *name)
{
	g_autofree char *key = text_key(name);
	return g_strsplit_set(g_strdelimit(key, ",.;-'\"()", ' '), " ", -1);
}

/* Is the word, or what it is the initial of, among the others? */
static bool
is_among(const char *word, char **others)
{
	for (; *others != NULL; others++) {
		bool initial = g_utf8_strlen(word, -1) == 1 || g_utf8_strlen(*others, -1) == 1;
		if (strcmp(word, *others) == 0 ||
		    (initial && **others != '\0' &&
			g_utf8_get_char(word) == g_utf8_get_char(*others)))
			return true;
	}
	return false;
}

static bool
all_among(char **words, char **others)
{
	for (; *words != NULL; words++) {
		if (**words != '\0' && !is_among(*words, others))
			return false;
	}
	return true;
}

/* `Ada Moss`, `Moss, Ada`, `A. Moss` and `Ada` may be one person; `Ben Moss` is another one. */
static bool
may_be_one(const char *a, const char *b)
{
	g_auto(GStrv) first = words_of(a);
	g_auto(GStrv) second = words_of(b);
	return all_among(first, second) || all_among(second, first);
}

void
sharing_look(struct importer *im, const struct record *record)
{
	const struct record_person *person = &record->person;
	if (person->email == NULL || person->name == NULL || text_blank(person->name) ||
	    strlen(person->name) > NAME_LONGEST || strchr(person->name, '@') != NULL)
		return;
	if (im->sharers == NULL)
		im->sharers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, sharer_free);
	struct sharer *sharer = g_hash_table_lookup(im->sharers, person->email);
	if (sharer == NULL) {
		sharer = g_new0(struct sharer, 1);
		sharer->name = g_strdup(person->name);
		g_hash_table_insert(im->sharers, g_strdup(person->email), sharer);
		return;
	}
	if (sharer->told || strcmp(sharer->name, person->name) == 0 ||
	    may_be_one(sharer->name, person->name))
		return;
	sharer->told = true;
	g_autofree char *first = text_excerpt(sharer->name, 60);
	g_autofree char *other = text_excerpt(person->name, 60);
	g_autofree char *text = g_strdup_printf(
	    "%s is the address of several people: \"%s\" and \"%s\" (row %u).  Access goes to the "
	    "address: whatever one of them has, all of them have",
	    person->email, first, other, record->place.row);
	importer_note(
	    im, &record->place, FINDING_SHARED_ADDRESS, person->email, person->email, text);
}
