/*
 * May these changes be made?  Each guard marks what it holds and says why; all of them run, and nothing but a
 * narrow approval lifts one.  The limits count people who would lose access nobody announced; expected endings
 * never count, so that a busy morning trips nothing.
 */
#include "reconcile/guards.h"

#include "reconcile/cause.h"
#include "reconcile/mismatch.h"
#include "reconcile/rules.h"

#include <string.h>

#define WHO_SHOWN 10

struct guard_run {
	struct world *world;
	const struct guard_facts *facts;
	struct plan *plan;
	GHashTable *
	    refused_groups; /* set of group ids fed by sources refused without a last good import */
};

char *
guard_rejected_key(const char *source, const char *what)
{
	return g_strconcat(source, "\n", what, NULL);
}

/* ---- what changes are ---- */

static enum action
action_of(const struct guard_run *run, const struct change *change)
{
	return change_action(change, run->world->now);
}

static bool
is_surprising(const struct guard_run *run, const struct change *change)
{
	return action_of(run, change) == ACTION_REVOKE && !cause_expected(change->cause);
}

/* Does somebody have less access after this change than now? */
static bool
takes_away(const struct guard_run *run, const struct change *change)
{
	instant now = run->world->now;
	switch (action_of(run, change)) {
	case ACTION_REVOKE:
		return true;
	case ACTION_ADJUST:
		return change->have.until > now &&
		       (MAX(change->want.from, now) > MAX(change->have.from, now) ||
			   change->want.until < change->have.until);
	default:
		return false;
	}
}

static uint32_t
person_of(const struct guard_run *run, const struct change *change)
{
	return intern_find(run->world->entitled->people, change->email);
}

/* ---- saying what was found ---- */

static int
compare_texts(gconstpointer p, gconstpointer q)
{
	return strcmp(*(const char *const *)p, *(const char *const *)q);
}

/* The first ten people of the changes, each once. */
static char *
who(const GPtrArray *changes)
{
	GPtrArray *emails = g_ptr_array_new();
	GHashTable *seen = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; i < changes->len; i++) {
		const struct change *change = g_ptr_array_index(changes, i);
		if (g_hash_table_add(seen, (gpointer)change->email))
			g_ptr_array_add(emails, (gpointer)change->email);
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

static size_t
count_people(const GPtrArray *changes)
{
	GHashTable *seen = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; i < changes->len; i++)
		g_hash_table_add(
		    seen, (gpointer)((const struct change *)g_ptr_array_index(changes, i))->email);
	size_t count = g_hash_table_size(seen);
	g_hash_table_unref(seen);
	return count;
}

/* Record the verdict; a tripped one holds the changes that nothing holds yet.  text is taken. */
static void
conclude(struct guard_run *run, const char *guard, const char *scope, bool tripped,
    int64_t measured, int64_t limit, const GPtrArray *changes, char *text, const char *hint)
{
	struct verdict *verdict = g_new0(struct verdict, 1);
	char *people = tripped && changes != NULL && changes->len > 0 ? who(changes) : NULL;
	*verdict = (struct verdict){.guard = guard,
	    .scope = plan_text(run->plan, scope),
	    .tripped = tripped,
	    .measured = measured,
	    .limit = limit,
	    .text = people != NULL ? plan_printf(run->plan, "%s: %s", text, people)
				   : plan_text(run->plan, text),
	    .hint = tripped ? plan_text(run->plan, hint) : NULL};
	for (guint i = 0; tripped && changes != NULL && i < changes->len; i++) {
		struct change *change = g_ptr_array_index(changes, i);
		verdict->n_held++;
		if (change->held == NULL)
			change->held = guard;
	}
	g_ptr_array_add(run->plan->verdicts, verdict);
	g_free(people);
	g_free(text);
}

/* The exact command that lets exactly this plan's removals through. */
static char *
approval_hint(const struct guard_run *run, int64_t removals)
{
	const char *config = run->world->config->path;
	return g_strdup_printf("if they are right: kisi-reconcile -c %s apply --approve %s "
			       "--max-removals %" G_GINT64_FORMAT,
	    config != NULL ? config : "CONFIG", run->plan->id, removals);
}

typedef bool (*change_test)(
    const struct guard_run *run, const struct change *change, gconstpointer about);

static GPtrArray *
select_changes(const struct guard_run *run, change_test test, gconstpointer about)
{
	GPtrArray *selected = g_ptr_array_new();
	for (guint i = 0; i < run->plan->changes->len; i++) {
		struct change *change = g_ptr_array_index(run->plan->changes, i);
		if (test(run, change, about))
			g_ptr_array_add(selected, change);
	}
	return selected;
}

/* ---- refused and short sources ---- */

static bool
in_last_import(const struct guard_run *run, const struct change *change, gconstpointer about)
{
	const struct last_import *import = about;
	return takes_away(run, change) && cause_last_window(run->world, import,
					      person_of(run, change), change->group_id) != NULL;
}

static bool
in_refused_group(const struct guard_run *run, const struct change *change, gconstpointer about)
{
	return takes_away(run, change) &&
	       g_hash_table_contains(run->refused_groups, &change->group_id);
}

/* Every group that the source's records might have reached. */
static void
collect_fed_groups(struct guard_run *run, const struct source_policy *policy)
{
	g_hash_table_remove_all(run->refused_groups);
	const GArray *refs = run->world->entitled->refs;
	for (guint i = 0; i < refs->len; i++) {
		const struct group_ref *ref = &g_array_index(refs, struct group_ref, i);
		int64_t *id = &g_array_index(run->world->groups->of_ref, int64_t, i);
		bool fed = ref->from_data || policy->kind == RECORD_GRANT;
		for (guint j = 0; j < run->world->config->rules->len && !fed; j++) {
			const struct rule *rule = g_ptr_array_index(run->world->config->rules, j);
			fed = strcmp(rule->group, ref->text) == 0 && rule_could_fit(rule, policy);
		}
		if (fed && *id != 0)
			g_hash_table_add(run->refused_groups, id);
	}
}

static void
guard_refused(struct guard_run *run)
{
	for (guint i = 0; i < run->facts->imports->len; i++) {
		if (!run->facts->refused[i])
			continue;
		const struct source_policy *policy = &run->world->policies[i];
		const struct last_import *last = history_import(run->world->history, policy->name);
		if (last == NULL)
			collect_fed_groups(run, policy);
		GPtrArray *held = last != NULL ? select_changes(run, in_last_import, last)
					       : select_changes(run, in_refused_group, NULL);
		conclude(run, "refused_source", policy->name, true, held->len, 0, held,
		    g_strdup_printf(
			"source %s is refused, so nothing is taken that it may have given",
			policy->name),
		    "mend the source; what people have is kept until then");
		g_ptr_array_unref(held);
	}
}

static bool
vanished_in(const struct guard_run *run, const struct change *change, gconstpointer about)
{
	return is_surprising(run, change) && in_last_import(run, change, about);
}

/* Only when the export used to reach further is its short span a reason to doubt it. */
static void
guard_span(struct guard_run *run)
{
	instant horizon = run->world->now + run->world->config->schedule.run_every +
			  run->world->config->schedule.slack;
	for (guint i = 0; i < run->facts->imports->len; i++) {
		const struct import_facts *facts = g_ptr_array_index(run->facts->imports, i);
		const struct source_policy *policy = &run->world->policies[i];
		const struct last_import *last = history_import(run->world->history, policy->name);
		if (run->facts->refused[i] || facts->kind != RECORD_BOOKING ||
		    facts->latest >= horizon || last == NULL || last->latest <= facts->latest)
			continue;
		GPtrArray *held = select_changes(run, vanished_in, last);
		conclude(run, "short_span", policy->name, true, held->len, 0, held,
		    g_strdup_printf("source %s ends before the next run, and its last good import "
				    "reached further",
			policy->name),
		    "was the export made for too few days?");
		g_ptr_array_unref(held);
	}
}

static bool
may_be_rejected_row(const struct guard_run *run, const struct change *change, gconstpointer about)
{
	if (!is_surprising(run, change))
		return false;
	const GArray *imports = run->world->history->imports;
	bool found = false;
	for (guint i = 0; i < imports->len && !found; i++) {
		const struct last_import *import = &g_array_index(imports, struct last_import, i);
		const struct last_window *window = cause_last_window(
		    run->world, import, person_of(run, change), change->group_id);
		const char *const whats[] = {
		    window != NULL ? change->email : NULL, window != NULL ? window->record : NULL};
		for (size_t j = 0; j < G_N_ELEMENTS(whats) && !found; j++) {
			char *key = whats[j] != NULL ? guard_rejected_key(import->source, whats[j])
						     : NULL;
			found = key != NULL && g_hash_table_contains(run->facts->rejected, key);
			g_free(key);
		}
	}
	return found;
}

/* A row that cannot be read today is no proof that its booking is gone. */
static void
guard_rejected(struct guard_run *run)
{
	GPtrArray *held = select_changes(run, may_be_rejected_row, NULL);
	conclude(run, "rejected_row", NULL, held->len > 0, held->len, 0, held,
	    g_strdup("access whose row is there but was rejected"),
	    "mend the rows on the sheet \"Rejected rows\"");
	g_ptr_array_unref(held);
}

/* ---- mismatches, hands, rules ---- */

static bool
is_mismatched(const struct guard_run *run, const struct change *change, gconstpointer about)
{
	return g_hash_table_contains((GHashTable *)about, change->email);
}

static void
guard_mismatch(struct guard_run *run)
{
	GHashTable *sides = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; i < run->plan->mismatches->len; i++) {
		const struct mismatch *mismatch = g_ptr_array_index(run->plan->mismatches, i);
		const struct kisi_user *user = snapshot_user(
		    run->world->snapshot, mismatch->user_id);
		if (mismatch->score < MISMATCH_HOLD)
			continue;
		g_hash_table_add(sides, (gpointer)mismatch->email);
		g_hash_table_add(
		    sides, (gpointer)world_email(run->world, world_person_of(run->world, user)));
	}
	GPtrArray *held = select_changes(run, is_mismatched, sides);
	conclude(run, "email_mismatch", NULL, held->len > 0, held->len, 0, held,
	    g_strdup("people who may be in Kisi under another address"),
	    "settle each pair on the sheet \"E-mail mismatches\": add it to [people] aliases_file, "
	    "or correct the address");
	g_ptr_array_unref(held);
	g_hash_table_unref(sides);
}

static bool
is_removed_twice(const struct guard_run *run, const struct change *change, gconstpointer about)
{
	return change->cause == CAUSE_REMOVED_BY_HAND &&
	       cause_restored(run->world, person_of(run, change), change->group_id) > 0;
}

static void
guard_removed_twice(struct guard_run *run)
{
	GPtrArray *held = select_changes(run, is_removed_twice, NULL);
	conclude(run, "removed_twice", NULL, held->len > 0, held->len, 0, held,
	    g_strdup("access that somebody removed by hand twice within 7 days"),
	    "ask who removes it; block the person in the booking system if that is meant");
	g_ptr_array_unref(held);
}

static void
add_touched(const struct guard_run *run, GHashTable *touched, const char *group)
{
	int64_t id = world_group_of(run->world, group);
	if (id != 0)
		g_hash_table_add(touched, g_memdup2(&id, sizeof id));
}

/* Groups whose rules are not those of the last apply. */
static GHashTable *
touched_groups(const struct guard_run *run)
{
	GHashTable *touched = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	GHashTable *former = g_hash_table_new(g_str_hash, g_str_equal);
	const GArray *seen = run->world->history->rules;
	for (guint i = 0; i < seen->len; i++) {
		const struct rule_seen *rule = &g_array_index(seen, struct rule_seen, i);
		g_hash_table_insert(former, (gpointer)rule->text, (gpointer)rule->group);
	}
	for (guint i = 0; i < run->world->config->rules->len; i++) {
		const struct rule *rule = g_ptr_array_index(run->world->config->rules, i);
		char *text = rule_fingerprint(rule);
		if (!g_hash_table_remove(former, text))
			add_touched(run, touched, rule->group);
		g_free(text);
	}
	GHashTableIter iter;
	gpointer group;
	g_hash_table_iter_init(&iter, former);
	while (g_hash_table_iter_next(&iter, NULL, &group))
		add_touched(run, touched, group);
	g_hash_table_unref(former);
	return touched;
}

static bool
is_touched(const struct guard_run *run, const struct change *change, gconstpointer about)
{
	return is_surprising(run, change) &&
	       g_hash_table_contains((GHashTable *)about, &change->group_id);
}

static void
guard_rules_changed(struct guard_run *run)
{
	/* A fresh state is not a rule change: nothing was applied that could have been meant otherwise. */
	if (run->world->history->fresh || run->world->history->rules->len == 0) {
		conclude(run, "rules_changed", NULL, false, 0, 0, NULL,
		    g_strdup("nothing was applied before"), NULL);
		return;
	}
	GHashTable *touched = touched_groups(run);
	GPtrArray *held = select_changes(run, is_touched, touched);
	conclude(run, "rules_changed", NULL, held->len > 0, held->len, 0, held,
	    g_strdup_printf("rules of %u groups changed since the last apply; its first run only "
			    "observes removals there",
		g_hash_table_size(touched)),
	    "look at them; the next apply makes them");
	g_ptr_array_unref(held);
	g_hash_table_unref(touched);
}

/* ---- limits ---- */

/* What another guard holds anyway does not count: it does not happen. */
static bool
counts_as_removal(const struct guard_run *run, const struct change *change, gconstpointer about)
{
	const int64_t *group_id = about;
	return is_surprising(run, change) && change->held == NULL &&
	       (group_id == NULL || change->group_id == *group_id);
}

static size_t
people_in_group(const struct guard_run *run, int64_t group_id)
{
	size_t count = 0;
	for (guint i = 0; i < run->world->holdings->len; i++) {
		const struct holding *holding = &g_array_index(
		    run->world->holdings, struct holding, i);
		count += holding->group_id == group_id &&
			 holding->assignment->valid.until > run->world->now;
	}
	return count;
}

struct limited {
	GPtrArray *changes; /* NULL: passed */
	const char *guard;
	const char *scope;
	int64_t measured, limit;
	char *text;
};

static struct limited
measure(const struct guard_run *run, const char *guard, const char *scope,
    const struct limit *limit, size_t population, int64_t before, const int64_t *group_id)
{
	struct limited result = {.changes = select_changes(run, counts_as_removal, group_id),
	    .guard = guard,
	    .scope = scope};
	int64_t people = (int64_t)count_people(result.changes);
	char *text = limit_text(limit);
	result.measured = people + before;
	result.limit = limit_value(limit, (int64_t)population);
	result.text = g_strdup_printf(
	    "%" G_GINT64_FORMAT
	    " of %zu people%s would lose access nobody announced; at most %" G_GINT64_FORMAT
	    " (%s)",
	    result.measured, population, before > 0 ? ", those of the last 24 h included," : "",
	    result.limit, text);
	g_free(text);
	return result;
}

/* All limits are measured before any of them holds: each speaks for the whole plan. */
static void
guard_limits(struct guard_run *run)
{
	const struct world *world = run->world;
	GArray *results = g_array_new(FALSE, FALSE, sizeof(struct limited));
	for (guint i = 0; i < world->groups->managed->len; i++) {
		const struct managed_group *group = &g_array_index(
		    world->groups->managed, struct managed_group, i);
		struct limited one = measure(run, "max_group_removals", group->name,
		    &world->config->guards.max_group_removals, people_in_group(run, group->id), 0,
		    &group->id);
		g_array_append_val(results, one);
	}
	struct limited all = measure(run, "max_removals", NULL, &world->config->guards.max_removals,
	    run->plan->managed_people, 0, NULL);
	struct limited day = measure(run, "max_day_removals", NULL,
	    &world->config->guards.max_day_removals, run->plan->managed_people,
	    world->history->day_removals, NULL);
	g_array_append_val(results, all);
	g_array_append_val(results, day);
	int64_t removals = all.measured;
	bool fits = world->history->approval != NULL &&
			strcmp(world->history->approval->plan_id, run->plan->id) == 0 &&
			removals <= world->history->approval->max_removals;
	char *hint = approval_hint(run, removals);
	for (guint i = 0; i < results->len; i++) {
		struct limited *one = &g_array_index(results, struct limited, i);
		bool tripped = one->measured > one->limit && one->changes->len > 0;
		if (tripped && fits) {
			char *text = g_strdup_printf(
			    "%s; approved by %s", one->text, world->history->approval->who);
			g_free(one->text);
			one->text = text;
			run->plan->approved = true;
		}
		conclude(run, one->guard, one->scope, tripped && !fits, one->measured,
		    one->limit, one->changes, one->text, hint);
		g_ptr_array_unref(one->changes);
	}
	g_free(hint);
	g_array_unref(results);
}

static bool
is_grant(const struct guard_run *run, const struct change *change, gconstpointer about)
{
	return action_of(run, change) == ACTION_GRANT && change->held == NULL;
}

static void
guard_grants(struct guard_run *run)
{
	const struct limit *limit = &run->world->config->guards.max_grants;
	int64_t most = limit_value(limit, (int64_t)run->plan->managed_people);
	GPtrArray *grants = select_changes(run, is_grant, NULL);
	char *text = limit_text(limit);
	conclude(run, "max_grants", NULL, grants->len > most, grants->len, most, grants,
	    g_strdup_printf("%u grants, %zu people have access now; at most %" G_GINT64_FORMAT
			    " (%s)",
		grants->len, run->plan->managed_people, most, text),
	    "if they are right: raise [guards] max_grants for one run");
	g_free(text);
	g_ptr_array_unref(grants);
}

/* ---- scope and clock ---- */

static bool
is_outside(const struct guard_run *run, const struct change *change, gconstpointer about)
{
	const struct guard_facts *facts = run->facts;
	if (facts->only_person != NULL && strcmp(change->email, facts->only_person) != 0)
		return true;
	/* Creating a user goes with the grants that need it. */
	return facts->only_group != NULL && change->group_id != 0 &&
	    world_group_of(run->world, facts->only_group) != change->group_id;
}

static void
guard_scope(struct guard_run *run)
{
	if (run->facts->only_person == NULL && run->facts->only_group == NULL)
		return;
	GPtrArray *held = select_changes(run, is_outside, NULL);
	conclude(run, GUARD_SCOPE, NULL, held->len > 0, held->len, 0, held,
	    g_strdup("this run is limited to one person or group; changes outside it wait"), NULL);
	g_ptr_array_unref(held);
}

static bool
is_any(const struct guard_run *run, const struct change *change, gconstpointer about)
{
	return true;
}

static void
guard_clock(struct guard_run *run)
{
	instant most = run->world->config->guards.max_clock;
	instant offset = ABS(run->facts->clock_offset);
	bool tripped = run->facts->clock_known && offset > most;
	GPtrArray *held = tripped ? select_changes(run, is_any, NULL) : NULL;
	conclude(run, "clock", NULL, tripped, run->facts->clock_known ? offset : 0, most, held,
	    run->facts->clock_known
		? g_strdup_printf("this machine and Kisi differ by %" G_GINT64_FORMAT
				  " s; at most %" G_GINT64_FORMAT " s",
		      offset, most)
		: g_strdup("offline: no clock to compare with"),
	    "set this machine's clock (or give the right --now)");
	if (held != NULL)
		g_ptr_array_unref(held);
}

/* In this order: what an earlier one holds does not count against the limits. */
static void (*const change_guards[])(struct guard_run *run) = {
    guard_scope,
    guard_refused,
    guard_span,
    guard_rejected,
    guard_mismatch,
    guard_removed_twice,
    guard_rules_changed,
    guard_limits,
    guard_grants,
    guard_clock,
};

void
guard_changes(struct world *world, const struct guard_facts *facts)
{
	struct guard_run run = {.world = world,
	    .facts = facts,
	    .plan = world->plan,
	    .refused_groups = g_hash_table_new(g_int64_hash, g_int64_equal)};
	for (size_t i = 0; i < G_N_ELEMENTS(change_guards); i++)
		change_guards[i](&run);
	g_hash_table_unref(run.refused_groups);
}
