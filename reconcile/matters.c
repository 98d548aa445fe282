/* What waits for a person, and when that is said.  What is held is decided elsewhere; here it is only told apart. */
#include "reconcile/matters.h"

#include "base/text.h"
#include "model/ruling.h"
#include "reconcile/loss.h"

#include <string.h>

#define MEMORY "matter"

/* ---- what is known of a matter ---- */

/* As the memory has it: first seen, last seen, last said, times seen, whom it hit (hashes, `,` between). */
struct past {
	bool known;
	instant first, last, said;
	int64_t runs;
	char **hit;
};

static struct past
recall(const struct world *world, const char *id)
{
	const char *text = history_recall(world->history, MEMORY, id);
	g_auto(GStrv) words = text != NULL ? g_strsplit(text, " ", 5) : NULL;
	/* Seen again after a while it is a new one: some come and go by the hour. */
	if (words == NULL || g_strv_length(words) != 5 || !matter_is_recent(text, world->now))
		return (struct past){0};
	struct past past = {.known = true,
	    .first = g_ascii_strtoll(words[0], NULL, 10),
	    .last = g_ascii_strtoll(words[1], NULL, 10),
	    .said = g_ascii_strtoll(words[2], NULL, 10),
	    .runs = g_ascii_strtoll(words[3], NULL, 10)};
	past.hit = g_strsplit(words[4], ",", -1);
	return past;
}

/* Days of UTC: which run of a day is the first must not depend on where the venue is. */
static int64_t
day_of(instant t)
{
	return t / INSTANT_DAY;
}

/* After 1, 3 and 7 days, then weekly; only in the first run of a day. */
static bool
is_reminder_due(const struct past *past, instant now)
{
	static const int64_t days[] = {1, 3, 7};
	int64_t age = day_of(now) - day_of(past->first),
		said = day_of(past->said) - day_of(past->first);
	if (day_of(past->last) == day_of(now))
		return false;
	for (size_t i = 0; i < G_N_ELEMENTS(days); i++) {
		if (age >= days[i] && said < days[i])
			return true;
	}
	return age >= said + 7;
}

static char *
hash_of(const char *text)
{
	return g_strdup_printf("%08x", g_str_hash(text));
}

/* Is somebody hit now who was not? */
static bool
has_grown(const struct past *past, const GPtrArray *hit)
{
	g_autoptr(GHashTable) before = g_hash_table_new(g_str_hash, g_str_equal);
	for (char **word = past->hit; *word != NULL; word++)
		g_hash_table_add(before, *word);
	for (guint i = 0; i < hit->len; i++) {
		g_autofree char *hash = hash_of(g_ptr_array_index(hit, i));
		if (!g_hash_table_contains(before, hash))
			return true;
	}
	return false;
}

static const char *
memory_of(const struct world *world, const struct past *past, const GPtrArray *hit, bool said)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GString) text = g_string_new(NULL);
	instant now = world->now;
	g_string_printf(text,
	    "%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " ",
	    past->known ? past->first : now, now, said ? now : past->said,
	    past->runs + (!past->known || past->last != now));
	for (char **word = past->hit; word != NULL && *word != NULL; word++) {
		if (**word != '\0' && g_hash_table_add(seen, g_strdup(*word)))
			g_string_append_printf(text, "%s,", *word);
	}
	for (guint i = 0; i < hit->len; i++) {
		char *hash = hash_of(g_ptr_array_index(hit, i));
		g_string_append_printf(text, g_hash_table_contains(seen, hash) ? "" : "%s,", hash);
		g_hash_table_add(seen, hash);
	}
	return plan_text(world->plan, text->str);
}

/* Add the matter; hit: whom it hits, of const char *, may be empty.  Returned, of the plan. */
static struct matter *
add_matter(const struct world *world, const char *kind, const char *scope, const GPtrArray *hit,
    const char *text, const char *hint)
{
	struct plan *plan = world->plan;
	struct matter *matter = g_new0(struct matter, 1);
	plan_make_id(matter->id, MEMORY, kind, scope != NULL ? scope : "", NULL);
	struct past past = recall(world, matter->id);
	matter->kind = plan_text(plan, kind);
	matter->scope = plan_text(plan, scope);
	matter->text = plan_text(plan, text);
	matter->hint = plan_text(plan, hint);
	matter->accepted = config_ruled_accept(world->config, matter->id, world->now);
	matter->said = !matter->accepted &&
		       (!past.known || has_grown(&past, hit) || is_reminder_due(&past, world->now));
	matter->first_seen = past.known ? past.first : world->now;
	matter->runs_seen = past.runs + (!past.known || past.last != world->now);
	matter->memory = memory_of(world, &past, hit, matter->said);
	g_strfreev(past.hit);
	g_ptr_array_add(plan->matters, matter);
	return matter;
}

/* ---- verdicts ---- */

static GPtrArray *
emails_held(const struct plan *plan, const struct verdict *verdict)
{
	GPtrArray *emails = g_ptr_array_new();
	for (guint i = 0; i < plan->held->len; i++) {
		const struct change *change = g_ptr_array_index(plan->held, i);
		if (change->held == verdict->guard &&
		    g_strcmp0(change->held_scope, verdict->scope) == 0)
			g_ptr_array_add(emails, (gpointer)change->email);
	}
	return emails;
}

static void
find_personal(const struct world *world, struct verdict *verdict)
{
	g_autoptr(GPtrArray) nobody = g_ptr_array_new();
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	verdict->accepted = true;
	for (guint i = 0; i < world->plan->held->len; i++) {
		const struct change *change = g_ptr_array_index(world->plan->held, i);
		const char *door = change_door(change);
		if (change->held != verdict->guard || door == NULL)
			continue;
		char *scope = g_strdup_printf("%s\n%s", change->email, door);
		if (!g_hash_table_add(seen, scope))
			continue;
		g_autofree char *text = g_strdup_printf("%s, %s", change->email, door);
		const struct matter *matter = add_matter(
		    world, guard_word(verdict->guard), scope, nobody, text, verdict->hint);
		verdict->said |= matter->said;
		verdict->accepted &= matter->accepted;
	}
}

static void
find_verdicts(const struct world *world)
{
	struct plan *plan = world->plan;
	for (guint i = 0; i < plan->verdicts->len; i++) {
		struct verdict *verdict = g_ptr_array_index(plan->verdicts, i);
		enum guard_about about = guard_type(verdict->guard)->about;
		if (!verdict->tripped || about == GUARD_OF_WISH)
			continue;
		if (about == GUARD_OF_PERSON) {
			find_personal(world, verdict);
			continue;
		}
		/* A source is one matter, whatever is wrong with it, and whomever that hits as the hours go by. */
		bool source = guard_is_about_source(verdict->guard);
		g_autoptr(GPtrArray) hit = source ? g_ptr_array_new() : emails_held(plan, verdict);
		const struct matter *matter = add_matter(world, guard_word(verdict->guard),
		    verdict->scope, hit, verdict->text, verdict->hint);
		verdict->matter = matter->id;
		verdict->said = matter->said;
		verdict->accepted = matter->accepted;
	}
}

/* ---- closed doors ---- */

static struct closed_door *
add_closed(const struct world *world, const char *email, const char *door, instant from,
    const char *why, const char *hint)
{
	instant soon = world->now + world->config->schedule.run_every +
		       world->config->schedule.slack;
	char at[INSTANT_TEXT];
	g_autofree char *scope = g_strdup_printf(
	    "%s\n%s\n%s", email, door, from != INSTANT_ALWAYS ? instant_format(from, at) : "");
	g_autofree char *begun = g_strdup_printf("%s\n%s\n", email, door);
	g_autoptr(GPtrArray) nobody = g_ptr_array_new();
	struct closed_door *closed = g_new0(struct closed_door, 1);
	bool last = from > world->now && from < soon;
	uint32_t person = intern_find(world->entitled->people, email);
	const char *name = person != INTERN_NONE ? world_person(world, person).name : NULL;
	*closed = (struct closed_door){.email = plan_text(world->plan, email),
	    .name = plan_text(world->plan, name),
	    .door = plan_text(world->plan, door),
	    .from = from,
	    .why = plan_text(world->plan, why),
	    .hint = hint};
	/*
	 * One matter when it becomes known, another in the last run; neither is said again.  Once it has begun, it is one
	 * whenever that was, and what the last run has said is said.
	 */
	char id[PLAN_ID], before[PLAN_ID];
	plan_make_id(before, MEMORY, "last_door", scope, NULL);
	plan_make_id(id, MEMORY, last ? "last_door" : "closed_door",
	    from > world->now ? scope : begun, NULL);
	struct past past = recall(world, id);
	if (!past.known && from <= world->now) {
		g_strfreev(past.hit);
		past = recall(world, before);
	}
	closed->said = !past.known;
	g_strlcpy(closed->id, id, PLAN_ID);
	closed->memory = memory_of(world, &past, nobody, closed->said);
	g_strfreev(past.hit);
	g_ptr_array_add(world->plan->closed, closed);
	return closed;
}

/* Gains that are held as a whole. */
static void
find_held_gains(const struct world *world)
{
	for (guint i = 0; i < world->plan->held->len; i++) {
		const struct change *change = g_ptr_array_index(world->plan->held, i);
		bool gain = change->wanted && change->have_id == 0 &&
			    change->object != OBJECT_USER &&
			    guard_type(change->held)->about != GUARD_OF_WISH;
		if (gain)
			add_closed(world, change->email, change_door(change), change->want.from,
			    guard_word(change->held), NULL);
	}
}

static void
find_missing(const struct world *world)
{
	instant ahead = world->now + world->config->schedule.lookahead;
	for (guint i = 0; i < world->plan->missing_groups->len; i++) {
		struct missing_group *missing = g_ptr_array_index(world->plan->missing_groups, i);
		/* Each who waits for it is a closed door of their own: it does not grow by them. */
		g_autoptr(GPtrArray) nobody = g_ptr_array_new();
		for (guint j = 0; j < missing->hit->len; j++) {
			const struct missing_hit *one = g_ptr_array_index(missing->hit, j);
			if (one->next.from <= ahead)
				missing->said |= add_closed(world, one->email, missing->group,
				    one->next.from, missing->text, NULL)
						     ->said;
		}
		const struct matter *matter = add_matter(world, finding_word(missing->kind),
		    missing->group, nobody, missing->text, missing->hint);
		missing->said |= matter->said;
		missing->accepted = matter->accepted;
	}
}

/* A room or plan that had a rule at the last import and has none under its name now. */
static GHashTable *
lost_names(const struct world *world)
{
	const GArray *unmapped = world->entitled->unmapped;
	GHashTable *names = g_hash_table_new(NULL, NULL);
	for (guint i = 0; i < unmapped->len; i++) {
		const struct unmapped *one = &g_array_index(unmapped, struct unmapped, i);
		const char *name = intern_text(world->entitled->texts, one->name);
		if (history_recall(world->history, "lost_name", name) != NULL ||
		    givers_gave(world->givers, one->source,
			intern_text(world->entitled->texts, one->record), one->content))
			g_hash_table_add(names, GUINT_TO_POINTER(one->name + 1));
	}
	return names;
}

static void
find_lost(const struct world *world)
{
	g_autoptr(GHashTable) names = lost_names(world);
	const GArray *unmapped = world->entitled->unmapped;
	for (guint i = 0; i < unmapped->len; i++) {
		const struct unmapped *one = &g_array_index(unmapped, struct unmapped, i);
		if (!g_hash_table_contains(names, GUINT_TO_POINTER(one->name + 1)))
			continue;
		const char *name = intern_text(world->entitled->texts, one->name);
		g_ptr_array_add(world->plan->lost_names, (gpointer)plan_text(world->plan, name));
		add_closed(world, world_email(world, one->person), name, one->span.from,
		    "no rule names it any more: was it renamed in the booking system?",
		    "write its new name into the rule, or name it back");
	}
}

/* Set of the people, as number + 1, to whom Kisi opens something now or later. */
static GHashTable *
people_inside(const struct world *world)
{
	GHashTable *inside = g_hash_table_new(NULL, NULL);
	for (guint i = 0; i < world->holdings->len; i++) {
		const struct holding *one = &g_array_index(world->holdings, struct holding, i);
		if (one->assignment->valid.until > world->now)
			g_hash_table_add(inside, GUINT_TO_POINTER(one->person + 1));
	}
	return inside;
}

/* Has the person no door to go through: nothing given now, or standing in, or in Kisi? */
static bool
is_outside(const struct world *world, GHashTable *inside, uint32_t person)
{
	if (g_hash_table_contains(inside, GUINT_TO_POINTER(person + 1)))
		return false;
	for (guint i = 0; i < world->groups->managed->len; i++) {
		int64_t id = g_array_index(world->groups->managed, struct managed_group, i).id;
		if (world_next_window(world, world_slot(world, person, id)) != NULL)
			return false;
	}
	return !world_person(world, person).blocked && !world_person(world, person).deleted;
}

/* One for each person and source, however many rows of theirs are damaged: the first tells. */
static void
find_unread(const struct world *world)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GHashTable) inside = people_inside(world);
	for (guint i = 0; i < world->plan->rejects->len; i++) {
		const struct reject *reject = g_ptr_array_index(world->plan->rejects, i);
		uint32_t person = reject->email != NULL
				      ? intern_add(world->entitled->people, reject->email)
				      : INTERN_NONE;
		if (person == INTERN_NONE || !is_outside(world, inside, person) ||
		    !g_hash_table_add(seen, g_strconcat(reject->email, "\n", reject->source, NULL)))
			continue;
		g_autofree char *why = g_strdup_printf(
		    "the row %s:%u cannot be read: %s", reject->file, reject->row, reject->reason);
		g_autofree char *scope = g_strconcat("row of ", reject->source, NULL);
		add_closed(world, reject->email, scope, world->now, why,
		    "mend it in the booking system, or as it says, and export again")
		    ->unread = true;
	}
}

static int
compare_closed(gconstpointer p, gconstpointer q)
{
	const struct closed_door *a = *(struct closed_door *const *)p,
				 *b = *(struct closed_door *const *)q;
	if (a->from != b->from)
		return a->from < b->from ? -1 : 1;
	int order = strcmp(a->email, b->email);
	return order != 0 ? order : strcmp(a->door, b->door);
}

void
matters_find(const struct world *world, bool undoing)
{
	find_verdicts(world);
	find_held_gains(world);
	if (!undoing) {
		find_missing(world);
		find_lost(world);
		find_unread(world);
	}
	g_ptr_array_sort(world->plan->closed, compare_closed);
}
