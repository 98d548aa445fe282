/* What the guards on changes share: choosing changes, and saying what was found about them. */
#include "reconcile/guard_run.h"

#include <string.h>

#define WHO_SHOWN 10

/* ---- what changes are ---- */

enum action
guard_action_of(const struct guard_run *run, const struct change *change)
{
	return change_action(change, run->world->now);
}

bool
guard_is_surprising(const struct guard_run *run, const struct change *change)
{
	return change_surprising(change, run->world->now);
}

bool
guard_takes_away(const struct guard_run *run, const struct change *change)
{
	return change_takes_away(change, run->world->now);
}

uint32_t
guard_person_of(const struct guard_run *run, const struct change *change)
{
	return intern_find(run->world->entitled->people, change->email);
}

/* ---- saying what was found ---- */

static int
compare_texts(gconstpointer p, gconstpointer q)
{
	return strcmp(*(const char *const *)p, *(const char *const *)q);
}

/* Whom a change is about; of a schedule whose booker nobody remembers, its name. */
static const char *
who_of(const struct change *change)
{
	return *change->email != '\0' ? change->email : change->label;
}

/* The first ten people of the changes, each once. */
static char *
who(const GPtrArray *changes)
{
	GPtrArray *emails = g_ptr_array_new();
	GHashTable *seen = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; i < changes->len; i++) {
		const struct change *change = g_ptr_array_index(changes, i);
		if (g_hash_table_add(seen, (gpointer)who_of(change)))
			g_ptr_array_add(emails, (gpointer)who_of(change));
	}
	g_ptr_array_sort(emails, compare_texts);
	GString *text = g_string_new(NULL);
	for (guint i = 0; i < emails->len && i < WHO_SHOWN; i++)
		g_string_append_printf(
		    text, "%s%s", i > 0 ? ", " : "", (const char *)g_ptr_array_index(emails, i));
	if (emails->len > WHO_SHOWN)
		g_string_append_printf(text, " and %u more", emails->len - WHO_SHOWN);
	g_hash_table_unref(seen);
	g_ptr_array_unref(emails);
	return g_string_free(text, FALSE);
}

size_t
guard_count_people(const GPtrArray *changes, const GPtrArray *others)
{
	GHashTable *seen = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; i < changes->len; i++)
		g_hash_table_add(seen, (gpointer)who_of(g_ptr_array_index(changes, i)));
	for (guint i = 0; others != NULL && i < others->len; i++)
		g_hash_table_add(seen, g_ptr_array_index(others, i));
	size_t count = g_hash_table_size(seen);
	g_hash_table_unref(seen);
	return count;
}

void
guard_conclude(struct guard_run *run, const char *guard, const char *scope, bool tripped,
    int64_t measured, int64_t limit, const GPtrArray *changes, char *text, const char *hint)
{
	struct verdict *verdict = g_new0(struct verdict, 1);
	char *people = tripped && changes->len > 0 ? who(changes) : NULL;
	*verdict = (struct verdict){.guard = guard,
	    .scope = plan_text(run->plan, scope),
	    .tripped = tripped,
	    .measured = measured,
	    .limit = limit,
	    .text = people != NULL ? plan_printf(run->plan, "%s: %s", text, people)
				   : plan_text(run->plan, text),
	    .hint = tripped ? plan_text(run->plan, hint) : NULL};
	for (guint i = 0; tripped && i < changes->len; i++) {
		struct change *change = g_ptr_array_index(changes, i);
		verdict->n_held++;
		if (change->held != NULL)
			continue;
		change->held = guard;
		change->held_scope = verdict->scope;
	}
	g_ptr_array_add(run->plan->verdicts, verdict);
	g_free(people);
	g_free(text);
}

GPtrArray *
guard_select_changes(const struct guard_run *run, change_test test, gconstpointer about)
{
	GPtrArray *selected = g_ptr_array_new();
	for (guint i = 0; i < run->plan->changes->len; i++) {
		struct change *change = g_ptr_array_index(run->plan->changes, i);
		if (test(run, change, about))
			g_ptr_array_add(selected, change);
	}
	return selected;
}
