/* What the guards share: holding pieces, and saying what was found about them. */
#include "reconcile/guard_run.h"

#include "base/text.h"

#include <string.h>

#define WHO_SHOWN 10

/* ---- saying what was found ---- */

/* The first ten people, each once.  emails: of const char *. */
static char *
who(GPtrArray *emails)
{
	g_autoptr(GString) text = g_string_new(NULL);
	guint n = 0;
	g_ptr_array_sort(emails, text_compare);
	for (guint i = 0; i < emails->len; i++) {
		const char *email = g_ptr_array_index(emails, i);
		if (i > 0 && strcmp(email, g_ptr_array_index(emails, i - 1)) == 0)
			continue;
		if (n++ < WHO_SHOWN)
			g_string_append_printf(text, "%s%s", n > 1 ? ", " : "", email);
	}
	if (n > WHO_SHOWN)
		g_string_append_printf(text, " and %u more", n - WHO_SHOWN);
	return g_strdup(text->str);
}

static struct verdict *
add_verdict(
    struct guard_run *run, struct verdict filled, GPtrArray *emails, char *text, const char *hint)
{
	struct verdict *verdict = g_new0(struct verdict, 1);
	g_autofree char *people = filled.tripped && emails->len > 0 ? who(emails) : NULL;
	*verdict = filled;
	verdict->scope = plan_text(run->plan, filled.scope);
	verdict->text = people != NULL ? plan_printf(run->plan, "%s: %s", text, people)
				       : plan_text(run->plan, text);
	verdict->hint = !filled.tripped ? NULL
			: hint != NULL	? plan_text(run->plan, hint)
					: guard_type(filled.guard)->hint;
	g_ptr_array_add(run->plan->verdicts, verdict);
	g_free(text);
	return verdict;
}

struct verdict *
guard_conclude(struct guard_run *run, enum guard guard, const char *scope, bool tripped,
    int64_t measured, int64_t limit, const GPtrArray *losses, char *text, const char *hint)
{
	g_autoptr(GPtrArray) emails = g_ptr_array_new();
	for (guint i = 0; losses != NULL && i < losses->len; i++) {
		const struct loss *loss = g_ptr_array_index(losses, i);
		bool nameless = *loss->email == '\0' && loss->change != NULL;
		g_ptr_array_add(emails, (gpointer)(nameless ? loss->change->label : loss->email));
	}
	struct verdict filled = {.guard = guard,
	    .scope = scope,
	    .tripped = tripped,
	    .measured = measured,
	    .limit = limit,
	    .n_held = tripped && losses != NULL ? losses->len : 0};
	return add_verdict(run, filled, emails, text, hint);
}

struct verdict *
guard_conclude_changes(struct guard_run *run, enum guard guard, bool tripped, int64_t measured,
    int64_t limit, const GPtrArray *changes, char *text, const char *hint)
{
	g_autoptr(GPtrArray) emails = g_ptr_array_new();
	for (guint i = 0; tripped && i < changes->len; i++) {
		struct change *change = g_ptr_array_index(changes, i);
		g_ptr_array_add(
		    emails, (gpointer)(*change->email != '\0' ? change->email : change->label));
		if (change->held == GUARD_NONE)
			change->held = guard;
	}
	struct verdict filled = {.guard = guard,
	    .tripped = tripped,
	    .measured = measured,
	    .limit = limit,
	    .n_held = tripped ? changes->len : 0};
	return add_verdict(run, filled, emails, text, hint);
}

/* ---- holding ---- */

GPtrArray *
guard_hold_pieces(const struct guard_run *run, enum guard guard, const char *scope, piece_test test,
    gconstpointer about)
{
	GPtrArray *found = g_ptr_array_new();
	for (guint i = 0; i < run->losses->list->len; i++) {
		struct loss *loss = &g_array_index(run->losses->list, struct loss, i);
		bool holds = false;
		for (uint32_t j = 0; j < loss->count; j++) {
			struct piece *piece = loss_piece(run->losses, loss, j);
			if (piece->held != GUARD_NONE || piece->by_hand ||
			    !test(run, loss, piece, about))
				continue;
			piece->held = guard;
			piece->scope = scope;
			holds = true;
		}
		if (holds)
			g_ptr_array_add(found, loss);
	}
	return found;
}

GPtrArray *
guard_held(const struct guard_run *run, enum guard guard, const char *scope)
{
	GPtrArray *found = g_ptr_array_new();
	for (guint i = 0; i < run->losses->list->len; i++) {
		struct loss *loss = &g_array_index(run->losses->list, struct loss, i);
		bool holds = false;
		for (uint32_t j = 0; j < loss->count && !holds; j++) {
			const struct piece *piece = loss_piece(run->losses, loss, j);
			holds = piece->held == guard &&
				(scope == NULL || g_strcmp0(piece->scope, scope) == 0);
		}
		if (holds)
			g_ptr_array_add(found, loss);
	}
	return found;
}

const struct verdict *
guard_before(const struct guard_run *run, enum guard guard, const char *scope)
{
	const struct plan *before = run->facts->before;
	for (guint i = 0; before != NULL && i < before->verdicts->len; i++) {
		const struct verdict *verdict = g_ptr_array_index(before->verdicts, i);
		if (verdict->guard == guard && g_strcmp0(verdict->scope, scope) == 0)
			return verdict;
	}
	return NULL;
}

bool
guard_approved(const struct guard_run *run, int64_t leave, int64_t wanted)
{
	const struct approval *approval = run->world->history->approval;
	return approval != NULL && wanted <= leave &&
	       (strcmp(approval->plan_id, run->plan->removals_id) == 0 ||
		   strcmp(approval->plan_id, run->plan->id) == 0);
}
