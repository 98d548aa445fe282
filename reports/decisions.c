/* What waits for a person, put together from what the plan says of it: one matter, one row.  Nothing is judged here. */
#include "reports/view.h"

#include "base/text.h"

#include <string.h>

#define NAMED 6 /* people of one matter that are named */

/* ---- words ---- */

const char *
view_word(const char *code)
{
	static const struct {
		const char *code, *word;
	} words[] = {
	    {"input_readable", "Can the export be read?"},
	    {"input_empty", "Does the export have rows?"},
	    {"input_unread", "Could every row be understood?"},
	    {"lost_columns", "Are all columns there that were there?"},
	    {"max_age", "Is the export fresh?"},
	    {"max_shrink", "Is the export as long as it was?"},
	    {"max_rejects", "Could its rows be read?"},
	    {"other_export", "Is it the same export as before?"},
	    {"short_span", "Does the export reach far enough ahead?"},
	    {"short_list", "Is the list as long as it was?"},
	    {"refused_source", "Kept: an export is refused"},
	    {"doubtful_source", "Kept: an export is in doubt"},
	    {"rejected_row", "Kept: a row about this person cannot be read"},
	    {"max_removals", "Limit: access taken without a known reason"},
	    {"max_group_removals", "Limit: the same in one group"},
	    {"max_day_removals", "Limit: the same over 24 hours"},
	    {"max_source_removals", "Limit: the same by one export"},
	    {"max_grants", "Limit: new access"},
	    {"removed_twice", "Was it removed by hand twice?"},
	    {"rules_changed", "First run after a change of rules"},
	    {"email_mismatch", "Two addresses, perhaps one person"},
	    {"ambiguous_group", "Two Kisi groups have this name"},
	    {"missing_group", "Kisi has no such group"},
	    {"foreign_group", "The group belongs to another place"},
	    {"missing_lock", "Kisi has no such lock"},
	    {"ambiguous_lock", "Two locks have this name"},
	    {"foreign_lock", "The lock belongs to another place"},
	    {"clock", "Is this machine's clock right?"},
	    {"hold", "Did somebody stop removals?"},
	    {"orphan", "Access that no booking or membership supports"},
	    {"blocked_but_booked", "Blocked, but has a booking or membership"},
	    {"bridged", "Access stays on between two bookings"},
	    {"late", "The second booking's access may come late"},
	    {"duplicate_id", "One number in two different rows"},
	    {"indirect_access", "Access by a team or as a guest"},
	    {"no_email", "A booking without an e-mail address"},
	    {"other_role", "Another Kisi role is in the way"},
	    {"protected", "Protected, so it is left alone"},
	    {"report_only", "The group is only reported on"},
	    {"restricted_lock", "A lock setting may keep people out"},
	    {"suspended", "Switched off in Kisi"},
	    {"unconfirmed", "Has never confirmed the e-mail address"},
	    {"unmanaged_grant", "A manual grant for a group without a rule"},
	    {"unmapped_plan", "A plan without a rule"},
	    {"unmapped_resource", "A room without a rule"},
	    {"dst", "A time that the change of clocks skips or repeats"},
	    {"stale_link", "A link that no booking accounts for"},
	    {"stale_schedule", "An unlock schedule that no booking accounts for"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
		if (strcmp(words[i].code, code) == 0)
			return words[i].word;
	}
	return code;
}

/* ---- one matter ---- */

static struct decision *
add(struct view *view, instant when, int rank, const char *what)
{
	struct decision *decision = g_new0(struct decision, 1);
	decision->when = when;
	decision->rank = rank;
	decision->what = what;
	if (when == INSTANT_NEVER) {
		decision->by = "No date";
	} else if (when <= view->plan->as_of) {
		decision->by = "Now";
	} else {
		g_autofree char *text = phrase_instant(&view->face, when);
		decision->by = view_printf(view, "%s", text);
	}
	g_ptr_array_add(view->decisions, decision);
	return decision;
}

/* Names of people, each once, the first of them. */
static const char *
name_people(struct view *view, const GPtrArray *emails, size_t *people)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GString) out = g_string_new(NULL);
	*people = 0;
	for (guint i = 0; i < emails->len; i++) {
		const char *email = emails->pdata[i];
		if (email == NULL || !g_hash_table_add(seen, (gpointer)email))
			continue;
		if (++*people <= NAMED)
			g_string_append_printf(
			    out, "%s%s", out->len > 0 ? ", " : "", view_name(view, email));
	}
	if (*people > NAMED)
		g_string_append_printf(out, " and %zu more", *people - NAMED);
	return view_printf(view, "%s", out->str);
}

/* A command stands behind the last colon of a hint, or is not there. */
static void
suggest(struct decision *decision, const char *hint)
{
	const char *command = hint != NULL ? strstr(hint, "kisi-reconcile -c") : NULL;
	decision->suggest = hint;
	decision->how = command;
}

/* ---- closed doors ---- */

static bool
same_door(const struct closed_door *a, const struct closed_door *b)
{
	return a->from == b->from && g_strcmp0(a->door, b->door) == 0 &&
	       g_strcmp0(a->why, b->why) == 0;
}

static const char *
hint_of_missing(const struct view *view, const char *door)
{
	for (guint i = 0; i < view->plan->missing_groups->len; i++) {
		const struct missing_group *missing = view->plan->missing_groups->pdata[i];
		if (g_strcmp0(missing->group, door) == 0)
			return missing->hint;
	}
	return NULL;
}

static void
take_closed(struct view *view)
{
	const GPtrArray *all = view->plan->closed;
	for (guint i = 0; i < all->len;) {
		const struct closed_door *first = all->pdata[i];
		g_autoptr(GPtrArray) emails = g_ptr_array_new();
		for (; i < all->len && same_door(first, all->pdata[i]); i++)
			g_ptr_array_add(
			    emails, (gpointer)((const struct closed_door *)all->pdata[i])->email);
		struct decision *decision = add(view, MAX(first->from, view->plan->as_of), 0,
		    first->from > view->plan->as_of ? "Will stand before a closed door"
						    : "Stands before a closed door");
		decision->who = name_people(view, emails, &decision->people);
		decision->door = first->unread ? NULL : first->door;
		decision->why = view_word(first->why);
		suggest(decision,
		    first->hint != NULL ? first->hint : hint_of_missing(view, first->door));
		decision->id = first->id;
		decision->code = "closed_door";
	}
}

/* ---- people who cannot unlock ---- */

static void
take_findings(struct view *view)
{
	static const struct {
		enum finding_kind kind;
		const char *why, *suggest;
	} kinds[] = {
	    {FINDING_SUSPENDED, "Access is switched off for this user in Kisi",
		"Switch it on in Kisi, or end the membership"},
	    {FINDING_UNCONFIRMED, "Has never confirmed the e-mail address in Kisi",
		"Kisi > Users > Resend invitation"},
	};
	for (guint i = 0; i < view->plan->findings->len; i++) {
		const struct finding *finding = view->plan->findings->pdata[i];
		for (size_t k = 0; k < G_N_ELEMENTS(kinds); k++) {
			if (kinds[k].kind != finding->kind)
				continue;
			struct decision *decision = add(
			    view, view->plan->as_of, 1, "Should get in, cannot unlock");
			decision->who = view_name(view, finding->email);
			decision->people = 1;
			decision->why = kinds[k].why;
			decision->suggest = kinds[k].suggest;
			decision->first_seen = finding->first_seen;
			decision->runs_seen = finding->runs_seen;
			decision->id = finding->id;
			decision->code = finding_word(finding->kind);
		}
	}
}

/* ---- two addresses ---- */

/* What is held of the Kisi user: from when it opens something. */
static instant
soonest_of(const struct view *view, int64_t user_id)
{
	instant soonest = INSTANT_NEVER;
	for (guint i = 0; i < view->rights->len; i++) {
		const struct access_now *access =
		    ((const struct right *)view->rights->pdata[i])->access;
		if (access->user_id == user_id)
			soonest = MIN(soonest, MAX(access->valid.from, view->plan->as_of));
	}
	return soonest;
}

static void
take_mismatches(struct view *view)
{
	const GPtrArray *all = run_mismatches(view->run);
	for (guint i = 0; i < all->len; i++) {
		const struct mismatch *mismatch = all->pdata[i];
		struct decision *decision = add(
		    view, soonest_of(view, mismatch->user_id), 2, "One person, two addresses?");
		decision->who = mismatch->name != NULL ? mismatch->name : mismatch->email;
		decision->people = 1;
		decision->door = mismatch->groups;
		decision->why = view_printf(view, "Named as %s; Kisi has %s (%s)", mismatch->email,
		    mismatch->kisi_email, mismatch->evidence);
		decision->suggest = "Ask; then say whether it is one person or two";
		decision->how = mismatch->same;
		decision->code = "email_mismatch";
	}
}

/* ---- what guards hold ---- */

static const char *
people_held(struct view *view, const struct matter *matter, size_t *people)
{
	g_autoptr(GPtrArray) emails = g_ptr_array_new();
	for (guint i = 0; i < view->plan->held->len; i++) {
		const struct change *change = view->plan->held->pdata[i];
		if (g_strcmp0(guard_word(change->held), matter->kind) == 0 &&
		    (matter->scope == NULL || g_strcmp0(change->group, matter->scope) == 0 ||
			view_source(view, matter->scope) != NULL))
			g_ptr_array_add(emails, (gpointer)change->email);
	}
	return name_people(view, emails, people);
}

/* All that is wrong with one export is one matter. */
static bool
is_source_told(const struct view *view, const char *scope)
{
	for (guint i = 0; i < view->decisions->len; i++) {
		const struct decision *decision = view->decisions->pdata[i];
		if (decision->rank == 3 && g_strcmp0(decision->door, scope) == 0)
			return true;
	}
	return false;
}

static void
take_source(struct view *view, const struct matter *matter, const struct source_result *source)
{
	if (is_source_told(view, matter->scope))
		return;
	size_t kept = 0;
	for (guint i = 0; i < view->rights->len; i++)
		kept += ((const struct right *)view->rights->pdata[i])->access->basis ==
			BASIS_UNKNOWN;
	struct decision *decision = add(view, view->plan->as_of, 3,
	    source->refused ? "An export is refused" : "An export is in doubt");
	decision->door = matter->scope;
	decision->people = kept;
	decision->who = kept == 0 ? "Nobody loses anything by it"
				  : view_printf(view, "%zu rights are kept meanwhile", kept);
	decision->why = source->reason != NULL ? source->reason : matter->text;
	suggest(decision, matter->hint);
	decision->id = matter->id;
	decision->code = matter->kind;
	decision->first_seen = matter->first_seen;
	decision->runs_seen = matter->runs_seen;
}

static bool
is_closed_told(const struct view *view, const char *door)
{
	for (guint i = 0; door != NULL && i < view->plan->closed->len; i++) {
		const struct closed_door *closed = view->plan->closed->pdata[i];
		if (g_strcmp0(closed->door, door) == 0)
			return true;
	}
	return false;
}

static void
take_matters(struct view *view)
{
	for (guint i = 0; i < view->plan->matters->len; i++) {
		const struct matter *matter = view->plan->matters->pdata[i];
		const struct source_result *source = view_source(view, matter->scope);
		if (matter->accepted || strcmp(matter->kind, "email_mismatch") == 0 ||
		    is_closed_told(view, matter->scope))
			continue;
		if (source != NULL && (source->refused || source->doubtful)) {
			take_source(view, matter, source);
			continue;
		}
		struct decision *decision = add(view, INSTANT_NEVER, 4, NULL);
		decision->who = people_held(view, matter, &decision->people);
		decision->what = decision->people > 0 ? "A change waits for a decision"
						      : view_word(matter->kind);
		decision->door = matter->scope;
		decision->why = view_printf(view, "%s: %s", view_word(matter->kind), matter->text);
		suggest(decision, matter->hint);
		decision->id = matter->id;
		decision->code = matter->kind;
		decision->first_seen = matter->first_seen;
		decision->runs_seen = matter->runs_seen;
	}
}

/* What nothing supports, and no change takes away. */
static void
take_orphaned(struct view *view)
{
	for (guint i = 0; i < view->rights->len; i++) {
		const struct right *right = view->rights->pdata[i];
		const struct access_now *access = right->access;
		if (access->basis != BASIS_NONE || right->orphan == NULL ||
		    right->orphan->change_id != NULL || right->orphan->held != GUARD_NONE)
			continue;
		struct decision *decision = add(
		    view, INSTANT_NEVER, 5, "Nobody knows why they can enter");
		decision->who = view_name(view, access->email);
		decision->people = 1;
		decision->door = access->group;
		decision->why = view_printf(view, "%s%s%s%s", access->why,
		    access->given_by != NULL ? "; given by " : "",
		    access->given_by != NULL ? access->given_by : "",
		    access->left != NULL ? "; the group is only reported on" : "");
		decision->suggest = "Ask who let them in; then keep or remove it in Kisi";
		decision->code = "orphan";
	}
}

static int
compare_decisions(gconstpointer p, gconstpointer q)
{
	const struct decision *a = *(struct decision *const *)p, *b = *(struct decision *const *)q;
	bool closed_a = a->rank == 0, closed_b = b->rank == 0;
	if (closed_a != closed_b)
		return closed_a ? -1 : 1;
	if (a->when != b->when)
		return a->when < b->when ? -1 : 1;
	if (a->rank != b->rank)
		return a->rank - b->rank;
	int order = g_strcmp0(a->door, b->door);
	return order != 0 ? order : g_strcmp0(a->who, b->who);
}

void
view_decide(struct view *view)
{
	if (view->run->no_plan != NULL) {
		struct decision *decision = add(
		    view, view->plan->as_of, 0, "The run came to no plan");
		decision->why = view->run->no_plan;
		decision->suggest = "Correct it, and run again";
		decision->who = "Nothing was changed";
		decision->code = "no_plan";
	}
	take_closed(view);
	take_findings(view);
	take_mismatches(view);
	take_matters(view);
	take_orphaned(view);
	g_ptr_array_sort(view->decisions, compare_decisions);
	for (guint i = 0; i < view->decisions->len; i++)
		((struct decision *)view->decisions->pdata[i])->row = i + 5;
}
