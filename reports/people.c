/* Names instead of addresses.  Decides when a name is enough to know somebody by. */
#include "reports/people.h"

#include "base/text.h"

#include <string.h>

struct people {
	GHashTable *names; /* address -> name, borrowed; first one wins */
	GHashTable
	    *known; /* key of a name -> the address that has it, borrowed; "" where several have */
	GHashTable *shown; /* address -> char *, owned */
};

/* Kisi makes a name out of the address when it is given none. */
static bool
is_made_up(const char *name, const char *email)
{
	const char *at = strchr(email, '@');
	g_autofree char *local = g_strndup(email, at != NULL ? (gsize)(at - email) : strlen(email));
	g_autofree char *a = text_header_key(name);
	g_autofree char *b = text_header_key(local);
	return strchr(name, ' ') == NULL && strcmp(a, b) == 0;
}

static void
add(struct people *people, const char *email, const char *name)
{
	if (email == NULL || *email == '\0' || text_blank(name) || is_made_up(name, email) ||
	    g_hash_table_contains(people->names, email))
		return;
	g_hash_table_insert(people->names, (gpointer)email, (gpointer)name);
}

/* Of those who gain or lose something now, two of one name must be told apart. */
static void
note_namesakes(struct people *people, const GPtrArray *changes)
{
	for (guint i = 0; i < changes->len; i++) {
		const struct change *change = changes->pdata[i];
		const char *name = g_hash_table_lookup(people->names, change->email);
		if (name == NULL)
			continue;
		char *key = text_key(name);
		const char *other = g_hash_table_lookup(people->known, key);
		bool same = other == NULL || strcmp(other, change->email) == 0;
		g_hash_table_insert(people->known, key, (gpointer)(same ? change->email : ""));
	}
}

struct people *
people_of(const struct plan *plan)
{
	struct people *people = g_new0(struct people, 1);
	people->names = g_hash_table_new(g_str_hash, g_str_equal);
	people->known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	people->shown = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	const GPtrArray *const lists[] = {plan->changes, plan->held};
	for (size_t l = 0; l < G_N_ELEMENTS(lists); l++) {
		for (guint i = 0; i < lists[l]->len; i++) {
			const struct change *change = lists[l]->pdata[i];
			add(people, change->email, change->name);
		}
	}
	for (guint i = 0; i < plan->mismatches->len; i++) {
		const struct mismatch *pair = plan->mismatches->pdata[i];
		add(people, pair->email, pair->name);
		add(people, pair->kisi_email, pair->kisi_name);
	}
	for (guint i = 0; i < plan->orphans->len; i++) {
		const struct orphan *orphan = plan->orphans->pdata[i];
		add(people, orphan->email, orphan->name);
	}
	for (guint i = 0; i < plan->access->len; i++) {
		const struct access_now *access = plan->access->pdata[i];
		add(people, access->email, access->name);
	}
	for (guint i = 0; i < plan->closed->len; i++) {
		const struct closed_door *closed = plan->closed->pdata[i];
		add(people, closed->email, closed->name);
	}
	note_namesakes(people, plan->changes);
	return people;
}

void
people_free(struct people *people)
{
	if (people == NULL)
		return;
	g_hash_table_unref(people->names);
	g_hash_table_unref(people->known);
	g_hash_table_unref(people->shown);
	g_free(people);
}

const char *
people_name(struct people *people, const char *email)
{
	const char *shown = g_hash_table_lookup(people->shown, email);
	if (shown != NULL)
		return shown;
	const char *name = g_hash_table_lookup(people->names, email);
	g_autofree char *key = name != NULL ? text_key(name) : NULL;
	const char *owner = key != NULL ? g_hash_table_lookup(people->known, key) : NULL;
	g_autofree char *short_name = text_excerpt(name != NULL ? name : email, NAME_MOST);
	char *text;
	if (name != NULL && owner != NULL && *owner == '\0')
		text = g_strdup_printf("%s <%s>", short_name, email);
	else
		text = g_steal_pointer(&short_name);
	g_hash_table_insert(people->shown, g_strdup(email), text);
	return text;
}

char *
people_list(struct people *people, const GPtrArray *emails, guint most)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; i < emails->len; i++) {
		const char *email = emails->pdata[i];
		if (*email != '\0' && g_hash_table_add(seen, (gpointer)email))
			g_ptr_array_add(names, (gpointer)people_name(people, email));
	}
	GString *out = g_string_new(NULL);
	guint shown = names->len > most + 1 ? most : names->len;
	for (guint i = 0; i < shown; i++)
		g_string_append_printf(
		    out, "%s%s", i > 0 ? ", " : "", (const char *)names->pdata[i]);
	if (names->len > shown)
		g_string_append_printf(out, " and %u more", names->len - shown);
	return g_string_free(out, FALSE);
}
