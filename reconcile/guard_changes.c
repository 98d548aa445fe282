/*
 * May these changes be made?  Each guard marks what it holds and says why; all of them run.  The limits are in
 * reconcile/guard_limits.c.
 */
#include "reconcile/guard_run.h"

#include "base/text.h"
#include "reconcile/cause.h"
#include "reconcile/mismatch.h"
#include "reconcile/passes.h"
#include "reconcile/rules.h"

#include <string.h>

char *
guard_rejected_key(const char *source, const char *what)
{
	return g_strconcat(source, "\n", what, NULL);
}

/* ---- refused and short sources ---- */

/* Nobody can entitle a blocked person, whatever a source would say. */
static bool
might_be_deserved(const struct guard_run *run, const struct change *change)
{
	return guard_takes_away(run, change) && change->cause != CAUSE_BLOCKED &&
	       change->cause != CAUSE_DELETED;
}

static bool
is_rejected(const struct guard_run *run, const char *source, const char *what)
{
	char *key = what != NULL ? guard_rejected_key(source, what) : NULL;
	bool found = key != NULL && g_hash_table_contains(run->facts->rejected, key);
	g_free(key);
	return found;
}

/* What other sources entitle may hang on it: a company's membership on the people who belong to it. */
static bool
is_directory(const struct source_policy *policy)
{
	return policy->kind == RECORD_RESOURCE || policy->kind == RECORD_COMPANY ||
	       policy->kind == RECORD_PERSON;
}

/* An occurrence of a series is known by `<series>/<beginning>`, but a series that cannot be read by its own id. */
static bool
is_series_rejected(const struct guard_run *run, const char *source, const char *record)
{
	const char *slash = record != NULL ? strrchr(record, '/') : NULL;
	char *series = slash != NULL ? g_strndup(record, (gsize)(slash - record)) : NULL;
	bool found = is_rejected(run, source, series);
	g_free(series);
	return found;
}

/* Is a row of the window rejected, of its own source or of a list that says who its person is? */
static bool
is_row_rejected(
    const struct guard_run *run, const struct last_import *import, const struct last_window *window)
{
	bool found = is_rejected(run, import->source, GUARD_ANYBODY) ||
		     is_rejected(run, import->source, window->email) ||
		     is_rejected(run, import->source, window->record) ||
		     is_series_rejected(run, import->source, window->record);
	for (guint i = 0; i < run->facts->imports->len && !found; i++)
		found = is_directory(&run->world->policies[i]) &&
			is_rejected(run, run->world->policies[i].name, window->email);
	return found;
}

/*
 * Add the groups in which the import saw somebody who is no Kisi user.  The mismatches of this run do not know them
 * when their row cannot be read, and what looks made by hand there may be theirs, under another address.
 */
static void
collect_userless(const struct guard_run *run, const struct last_import *import, bool rejected,
    GHashTable *groups)
{
	const struct world *world = run->world;
	for (guint i = 0; i < import->windows->len; i++) {
		const struct last_window *window = &g_array_index(
		    import->windows, struct last_window, i);
		uint32_t person = intern_find(world->entitled->people, window->email);
		if (window->span.until <= world->now ||
		    (person != INTERN_NONE && g_ptr_array_index(world->user_of, person) != NULL) ||
		    (rejected && !is_row_rejected(run, import, window)))
			continue;
		int64_t id = world_group_of(world, window->group);
		g_hash_table_add(groups, g_memdup2(&id, sizeof id));
	}
}

static bool
in_group(const struct change *change, const GHashTable *groups)
{
	return g_hash_table_contains((GHashTable *)groups, &change->group_id);
}

/* What an import that is missed now gave. */
struct missed {
	const struct last_import *import;
	uint32_t source;
	const GHashTable *groups; /* set of ids of those in which what looks hand-made may be its */
};

static bool
in_last_import(const struct guard_run *run, const struct change *change, gconstpointer about)
{
	const struct missed *missed = about;
	if (change->label != NULL)
		return might_be_deserved(run, change) &&
		       pass_source(run->world, change) == missed->source;
	if (change->cause == CAUSE_HAND_MADE && in_group(change, missed->groups))
		return true;
	return might_be_deserved(run, change) &&
	       cause_last_window(run->world, missed->import, guard_person_of(run, change),
		   change->group_id) != NULL;
}

static bool
in_refused_group(const struct guard_run *run, const struct change *change, gconstpointer about)
{
	if (!might_be_deserved(run, change))
		return false;
	/* Any pass may hang on a list of people or rooms; else its label says where it comes from. */
	const uint32_t *source = about;
	if (change->label != NULL)
		return is_directory(&run->world->policies[*source]) ||
		       pass_source(run->world, change) == *source;
	return in_group(change, run->refused_groups);
}

/* Add every group that the source's records might have reached to refused_groups. */
static void
collect_fed_groups(struct guard_run *run, const struct source_policy *policy)
{
	const GArray *refs = run->world->entitled->refs;
	for (guint i = 0; i < refs->len; i++) {
		const struct door_ref *ref = &g_array_index(refs, struct door_ref, i);
		int64_t *id = &g_array_index(run->world->groups->of_ref, int64_t, i);
		bool fed = ref->from_data || policy->kind == RECORD_GRANT;
		for (guint j = 0; j < run->world->config->rules->len && !fed; j++) {
			const struct rule *rule = g_ptr_array_index(run->world->config->rules, j);
			fed = g_array_index(run->world->entitled->ref_of_rule, uint32_t, j) == i &&
			      rule_could_fit(rule, policy);
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
		bool remembered = last != NULL && !is_directory(policy);
		g_hash_table_remove_all(run->refused_groups);
		collect_fed_groups(run, policy);
		/* What looks made by hand may be what today's export would have said. */
		struct missed missed = {last, i, run->refused_groups};
		GPtrArray *held = remembered ? guard_select_changes(run, in_last_import, &missed)
					     : guard_select_changes(run, in_refused_group, &i);
		guard_conclude(run, "refused_source", policy->name, true, held->len, -1, held,
		    g_strdup_printf(
			"source %s is refused, so nothing is taken that it may have given",
			policy->name),
		    "mend the source; what people have is kept until then");
		g_ptr_array_unref(held);
	}
}

/* A removal that no row announces, or part of one: of two bookings whose windows are one, the second may be missing. */
static bool
takes_unannounced(const struct guard_run *run, const struct change *change)
{
	return guard_is_surprising(run, change) ||
	       (guard_action_of(run, change) == ACTION_ADJUST && guard_takes_away(run, change));
}

static bool
vanished_in(const struct guard_run *run, const struct change *change, gconstpointer about)
{
	return takes_unannounced(run, change) && in_last_import(run, change, about);
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
		GHashTable *userless = g_hash_table_new_full(
		    g_int64_hash, g_int64_equal, g_free, NULL);
		collect_userless(run, last, false, userless);
		struct missed missed = {last, i, userless};
		GPtrArray *held = guard_select_changes(run, vanished_in, &missed);
		guard_conclude(run, "short_span", policy->name, true, held->len, -1, held,
		    g_strdup_printf("source %s ends before the next run, and its last good import "
				    "reached further",
			policy->name),
		    "was the export made for too few days?");
		g_ptr_array_unref(held);
		g_hash_table_unref(userless);
	}
}

/* What ended early by the rows that can be read may go on in one that cannot. */
static bool
may_go_on(const struct guard_run *run, const struct change *change)
{
	return takes_unannounced(run, change) ||
	       (guard_takes_away(run, change) && change->cause == CAUSE_ENDED);
}

/* Its own row, or one that says who its person is, or what a room is called. */
static bool
is_pass_rejected(const struct guard_run *run, const struct change *change)
{
	uint32_t source = pass_source(run->world, change);
	g_assert(source != UINT32_MAX); /* only what is there and ours is taken away */
	bool found = is_rejected(
			 run, run->world->policies[source].name, pass_record(run->world, change)) ||
		     is_rejected(run, run->world->policies[source].name, change->email);
	for (guint i = 0; i < run->facts->imports->len && !found; i++) {
		const struct import_facts *facts = g_ptr_array_index(run->facts->imports, i);
		found = is_directory(&run->world->policies[i]) && facts->rejected > 0;
	}
	return found;
}

static bool
may_be_rejected_row(const struct guard_run *run, const struct change *change, gconstpointer about)
{
	if (!may_go_on(run, change))
		return false;
	if (change->label != NULL)
		return is_pass_rejected(run, change);
	bool vanished = change->cause == CAUSE_ROW_VANISHED || change->cause == CAUSE_ABSENT;
	if ((change->cause == CAUSE_HAND_MADE && in_group(change, about)) ||
	    (vanished && in_group(change, run->refused_groups)))
		return true;
	const GArray *imports = run->world->history->imports;
	bool found = false;
	for (guint i = 0; i < imports->len && !found; i++) {
		const struct last_import *import = &g_array_index(imports, struct last_import, i);
		const struct last_window *window = cause_last_window(
		    run->world, import, guard_person_of(run, change), change->group_id);
		found = window != NULL && is_row_rejected(run, import, window);
	}
	return found;
}

/*
 * Rows of others may name a room, a company or a person by its id alone, and without its row they lead nowhere.  Of a
 * person whose address can still be read the address tells more.
 */
static void
collect_lost_lists(struct guard_run *run)
{
	g_hash_table_remove_all(run->refused_groups);
	for (guint i = 0; i < run->facts->imports->len; i++) {
		const struct import_facts *facts = g_ptr_array_index(run->facts->imports, i);
		const struct source_policy *policy = &run->world->policies[i];
		if ((facts->rejected > 0 &&
			(facts->kind == RECORD_RESOURCE || facts->kind == RECORD_COMPANY)) ||
		    (facts->kind == RECORD_PERSON && is_rejected(run, policy->name, GUARD_ANYBODY)))
			collect_fed_groups(run, &run->world->policies[i]);
	}
}

/* A row that cannot be read today is no proof that its booking is gone. */
static void
guard_rejected(struct guard_run *run)
{
	const GArray *imports = run->world->history->imports;
	GHashTable *userless = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	for (guint i = 0; i < imports->len && g_hash_table_size(run->facts->rejected) > 0; i++)
		collect_userless(
		    run, &g_array_index(imports, struct last_import, i), true, userless);
	collect_lost_lists(run);
	GPtrArray *held = guard_select_changes(run, may_be_rejected_row, userless);
	guard_conclude(run, "rejected_row", NULL, held->len > 0, held->len, -1, held,
	    g_strdup("access whose row is there but was rejected"),
	    "mend the rows on the sheet \"Rejected rows\"");
	g_ptr_array_unref(held);
	g_hash_table_unref(userless);
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
	GPtrArray *held = guard_select_changes(run, is_mismatched, sides);
	guard_conclude(run, "email_mismatch", NULL, held->len > 0, held->len, -1, held,
	    g_strdup("people who may be in Kisi under another address"),
	    "settle each pair on the sheet \"E-mail mismatches\": add it to [people] aliases_file, "
	    "or correct the address");
	g_ptr_array_unref(held);
	g_hash_table_unref(sides);
}

static bool
is_doubted(const struct guard_run *run, const struct change *change, gconstpointer about)
{
	return guard_takes_away(run, change) &&
	       groups_doubted(run->world->groups, change->group_id);
}

static void
guard_ambiguous(struct guard_run *run)
{
	GPtrArray *held = guard_select_changes(run, is_doubted, NULL);
	guard_conclude(run, "ambiguous_group", NULL, held->len > 0, held->len, -1, held,
	    g_strdup("groups that share a name which a rule or the data uses"),
	    "name each group by its id");
	g_ptr_array_unref(held);
}

/* The names of the rules whose group or lock was not found. */
static GHashTable *
rules_without_door(const struct world *world)
{
	GHashTable *rules = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; i < world->config->rules->len; i++) {
		const struct rule *rule = g_ptr_array_index(world->config->rules, i);
		uint32_t ref = g_array_index(world->entitled->ref_of_rule, uint32_t, i);
		if (world_missing(world, ref) != NULL)
			g_hash_table_add(rules, rule->name);
	}
	return rules;
}

/* Was it given by such a rule?  Then this is the group that its name led to, and another rule's as well. */
static bool
may_be_missing(const struct guard_run *run, const struct change *change, gconstpointer about)
{
	const struct ledger_entry *made = change->label == NULL
					      ? cause_ledger(run->world,
						    guard_person_of(run, change), change->group_id)
					      : NULL;
	return takes_unannounced(run, change) && made != NULL && made->rule != NULL &&
	       g_hash_table_contains((GHashTable *)about, made->rule);
}

static void
guard_missing(struct guard_run *run)
{
	GHashTable *rules = rules_without_door(run->world);
	GPtrArray *held = guard_select_changes(run, may_be_missing, rules);
	guard_conclude(run, "missing_group", NULL, held->len > 0, held->len, -1, held,
	    g_strdup("access by a rule whose group or lock was not found"),
	    "correct the names on the sheet \"Missing groups\", here or in Kisi");
	g_ptr_array_unref(held);
	g_hash_table_unref(rules);
}

static bool
is_removed_twice(const struct guard_run *run, const struct change *change, gconstpointer about)
{
	if (change->cause != CAUSE_REMOVED_BY_HAND)
		return false;
	unsigned restored = change->label != NULL
				? pass_restored(run->world, change)
				: cause_restored(
				      run->world, guard_person_of(run, change), change->group_id);
	return restored > 0;
}

static void
guard_removed_twice(struct guard_run *run)
{
	GPtrArray *held = guard_select_changes(run, is_removed_twice, NULL);
	guard_conclude(run, "removed_twice", NULL, held->len > 0, held->len, -1, held,
	    g_strdup("access that somebody removed by hand twice within 7 days"),
	    "ask who removes it; block the person in the booking system if that is meant");
	g_ptr_array_unref(held);
}

/* A name that two groups share touches both; 0 stands for all passes. */
static void
add_touched(
    const struct guard_run *run, GHashTable *touched, const char *fingerprint, const char *door)
{
	if (rule_makes_passes(fingerprint)) {
		g_hash_table_add(touched, g_new0(int64_t, 1));
		return;
	}
	GArray *ids = groups_candidates(run->world->groups, run->world->snapshot, door);
	for (guint i = 0; i < ids->len; i++) {
		int64_t id = g_array_index(ids, int64_t, i);
		g_hash_table_add(touched, g_memdup2(&id, sizeof id));
	}
	g_array_unref(ids);
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
		char *text = rule_fingerprint(rule), *door = rule_door_key(rule);
		if (!g_hash_table_remove(former, text))
			add_touched(run, touched, text, door);
		g_free(text);
		g_free(door);
	}
	GHashTableIter iter;
	gpointer text, door;
	g_hash_table_iter_init(&iter, former);
	while (g_hash_table_iter_next(&iter, &text, &door))
		add_touched(run, touched, text, door);
	g_hash_table_unref(former);
	return touched;
}

static bool
is_touched(const struct guard_run *run, const struct change *change, gconstpointer about)
{
	const int64_t any_pass = 0;
	return guard_is_surprising(run, change) &&
	       (g_hash_table_contains((GHashTable *)about, &change->group_id) ||
		   (change->label != NULL &&
		       g_hash_table_contains((GHashTable *)about, &any_pass)));
}

static void
guard_rules_changed(struct guard_run *run)
{
	/* A fresh state is not a rule change: nothing was applied that could have been meant otherwise. */
	if (run->world->history->fresh || run->world->history->rules->len == 0) {
		guard_conclude(run, "rules_changed", NULL, false, 0, -1, NULL,
		    g_strdup("nothing was applied before"), NULL);
		return;
	}
	GHashTable *touched = touched_groups(run);
	GPtrArray *held = guard_select_changes(run, is_touched, touched);
	guard_conclude(run, "rules_changed", NULL, held->len > 0, held->len, -1, held,
	    g_strdup_printf("rules of %u groups changed since the last apply; its first run only "
			    "observes removals there",
		g_hash_table_size(touched)),
	    "look at them; the next apply makes them");
	g_ptr_array_unref(held);
	g_hash_table_unref(touched);
}

/* ---- scope and clock ---- */

static bool
is_outside(const struct guard_run *run, const struct change *change, gconstpointer about)
{
	const struct guard_facts *facts = run->facts;
	if (facts->only_person != NULL && strcmp(change->email, facts->only_person) != 0)
		return true;
	/* Creating a user goes with the grants that need it. */
	return facts->only_group != NULL && change->object != OBJECT_USER &&
	       world_group_of(run->world, facts->only_group) != change->group_id;
}

static void
guard_scope(struct guard_run *run)
{
	if (run->facts->only_person == NULL && run->facts->only_group == NULL)
		return;
	GPtrArray *held = guard_select_changes(run, is_outside, NULL);
	guard_conclude(run, GUARD_SCOPE, NULL, held->len > 0, held->len, -1, held,
	    g_strdup("this run is limited to one person or group; changes outside it wait"), NULL);
	g_ptr_array_unref(held);
}

/* ---- the kill switch ---- */

static bool
is_removal(const struct guard_run *run, const struct change *change, gconstpointer about)
{
	return change_deletes(change, run->world->now);
}

static void
guard_hold(struct guard_run *run)
{
	const char *reason = run->facts->hold;
	if (reason == NULL) {
		guard_conclude(
		    run, "hold", NULL, false, 0, -1, NULL, g_strdup("no hold file"), NULL);
		return;
	}
	GPtrArray *held = guard_select_changes(run, is_removal, NULL);
	char *file = g_path_get_basename(run->world->config->guards.hold_file);
	char *path = text_shell(run->world->config->guards.hold_file);
	char *hint = g_strdup_printf("when removals may go on, delete the file: rm %s", path);
	guard_conclude(run, "hold", NULL, true, held->len, -1, held,
	    g_strdup_printf("while the file \"%s\" is there nothing is removed: %s", file,
		*reason != '\0' ? reason : "it gives no reason"),
	    hint);
	g_free(hint);
	g_free(path);
	g_free(file);
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
	GPtrArray *held = tripped ? guard_select_changes(run, is_any, NULL) : NULL;
	guard_conclude(run, "clock", NULL, tripped, run->facts->clock_known ? offset : 0, most,
	    held,
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
    guard_hold,
    guard_refused,
    guard_span,
    guard_rejected,
    guard_mismatch,
    guard_ambiguous,
    guard_missing,
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
