/* Verdicts and findings of a plan, as lines of `check`. */
#include "reconcile/inspect.h"

#include "base/text.h"
#include "reconcile/groups.h"
#include "reconcile/guards.h"
#include "reconcile/rules.h"

#include <string.h>

#define NAMES_SHOWN 10

/* `a, b and 3 more`.  names: of const char *.  Returned, caller frees. */
static char *
list_names(const GPtrArray *names)
{
	GString *out = g_string_new(NULL);
	for (guint i = 0; i < names->len && i < NAMES_SHOWN; i++)
		g_string_append_printf(
		    out, "%s%s", i > 0 ? ", " : "", (const char *)names->pdata[i]);
	if (names->len > NAMES_SHOWN)
		g_string_append_printf(out, " and %u more", names->len - NAMES_SHOWN);
	return g_string_free(out, FALSE);
}

/* ---- sources ---- */

/* The guards that judge a source give their verdict under its name. */
static const struct verdict *
source_verdict(const struct inspection *in, guint i, const char *name)
{
	const struct verdict *verdict = in->plan->verdicts->pdata[i];
	bool of_input = guard_type(verdict->guard)->about == GUARD_OF_INPUT;
	return of_input && strcmp(verdict->scope, name) == 0 ? verdict : NULL;
}

static void
source_facts(const struct inspection *in, const struct source_config *source,
    const struct source_result *result, const char *subject, struct check *check)
{
	const struct import_facts *facts = result->facts;
	GPtrArray *names = g_ptr_array_new();
	int64_t bytes = 0;
	for (guint i = 0; i < facts->files->len; i++) {
		const struct file_facts *file = facts->files->pdata[i];
		g_ptr_array_add(names, file->name);
		bytes += file->bytes;
	}
	const char *age = "";
	for (guint i = 0; i < in->plan->verdicts->len; i++) {
		const struct verdict *verdict = source_verdict(in, i, source->name);
		if (verdict != NULL && verdict->guard == GUARD_MAX_AGE)
			age = verdict->text;
	}
	char *files = list_names(names), *size = g_format_size((guint64)bytes);
	check_ok(check, subject,
	    "%s: %s; %" G_GUINT64_FORMAT " row%s, %" G_GUINT64_FORMAT " rejected; %s; %s%s%s",
	    result->profile, files, facts->rows, facts->rows == 1 ? "" : "s", facts->rejected, size,
	    age, source->timezone != NULL ? "; times in " : "",
	    source->timezone != NULL ? source->timezone : "");
	g_free(size);
	g_free(files);
	g_ptr_array_unref(names);
}

/* False when a guard refuses the source. */
static bool
source_verdicts(
    const struct inspection *in, const char *name, const char *subject, struct check *check)
{
	bool good = true;
	for (guint i = 0; i < in->plan->verdicts->len; i++) {
		const struct verdict *verdict = source_verdict(in, i, name);
		if (verdict == NULL || !verdict->tripped)
			continue;
		check_wrong(check, EXIT_BAD_INPUT, subject, verdict->hint, "%s: %s",
		    guard_word(verdict->guard), verdict->text);
		good = false;
	}
	return good;
}

static void
source_rejects(
    const struct inspection *in, const char *name, const char *subject, struct check *check)
{
	const struct reject *first = NULL;
	guint count = 0;
	for (guint i = 0; i < in->plan->rejects->len; i++) {
		const struct reject *reject = in->plan->rejects->pdata[i];
		if (strcmp(reject->source, name) != 0)
			continue;
		first = first != NULL ? first : reject;
		count++;
	}
	if (count > 0)
		check_warn(check, subject, "these rows give nobody anything; plan lists each",
		    "%u row%s rejected; the first: %s:%u: %s", count, count == 1 ? "" : "s",
		    first->file, first->row, first->reason);
}

/* Is it a kind of this scope that `check` warns of? */
static bool
is_warned_of(enum finding_kind kind, enum finding_scope scope)
{
	return finding_type(kind)->todo != NULL && finding_type(kind)->scope == scope;
}

/* One line for each kind, however many rows it happens to. */
static void
source_warning(const struct inspection *in, enum finding_kind kind, const char *name,
    const char *subject, struct check *check)
{
	const char *first = NULL;
	guint more = 0;
	for (guint i = 0; i < in->plan->findings->len; i++) {
		const struct finding *finding = in->plan->findings->pdata[i];
		if (finding->kind != kind || g_strcmp0(finding->source, name) != 0)
			continue;
		more += first != NULL;
		first = first != NULL ? first : finding->said;
	}
	g_autofree char *others = more > 0 ? g_strdup_printf(" (and %u more)", more) : g_strdup("");
	if (first != NULL)
		check_warn(check, subject, finding_type(kind)->todo, "%s%s", first, others);
}

void
inspect_sources(const struct inspection *in, struct check *check)
{
	check_block(check);
	for (guint i = 0; i < in->plan->sources->len; i++) {
		const struct source_config *source = in->config->sources->pdata[i];
		char *subject = g_strdup_printf("source %s", source->name);
		if (source_verdicts(in, source->name, subject, check)) {
			source_facts(in, source, in->plan->sources->pdata[i], subject, check);
			source_rejects(in, source->name, subject, check);
		}
		for (int kind = 0; kind < FINDING_KINDS; kind++) {
			if (is_warned_of((enum finding_kind)kind, FINDING_OF_SOURCE))
				source_warning(
				    in, (enum finding_kind)kind, source->name, subject, check);
		}
		g_free(subject);
	}
}

void
inspect_clock(const struct inspection *in, struct check *check)
{
	for (guint i = 0; i < in->plan->verdicts->len; i++) {
		const struct verdict *verdict = in->plan->verdicts->pdata[i];
		if (verdict->guard != GUARD_CLOCK)
			continue;
		if (verdict->tripped)
			check_wrong(check, EXIT_HELD, "clock", verdict->hint, "%s", verdict->text);
		else
			check_ok(check, "clock", "%s", verdict->text);
	}
}

void
inspect_hold(const struct inspection *in, struct check *check)
{
	for (guint i = 0; i < in->plan->verdicts->len; i++) {
		const struct verdict *verdict = in->plan->verdicts->pdata[i];
		if (verdict->guard == GUARD_HOLD && verdict->tripped)
			check_warn(check, "hold", verdict->hint, "%s", verdict->text);
	}
}

/* ---- groups ---- */

static void
group_faults(const struct inspection *in, struct check *check)
{
	for (guint i = 0; i < in->plan->missing_groups->len; i++) {
		const struct missing_group *missing = in->plan->missing_groups->pdata[i];
		char *subject = g_strdup_printf(
		    "%s %s", finding_type(missing->kind)->lock ? "lock" : "group", missing->group);
		check_wrong(check, EXIT_HELD, subject, missing->hint, "%s; %u %s for it",
		    missing->text, missing->hit->len,
		    missing->hit->len == 1 ? "person waits" : "people wait");
		g_free(subject);
	}
}

/* Of const char *: names of the locks that the group opens. */
static GPtrArray *
locks_of(const struct snapshot *snapshot, int64_t group_id)
{
	GPtrArray *names = g_ptr_array_new();
	for (guint i = 0; i < snapshot->group_locks->len; i++) {
		const struct kisi_group_lock *relation = &g_array_index(
		    snapshot->group_locks, struct kisi_group_lock, i);
		if (relation->group_id != group_id)
			continue;
		const char *name = "a lock that Kisi does not list";
		for (guint j = 0; j < snapshot->locks->len; j++) {
			const struct kisi_lock *lock = &g_array_index(
			    snapshot->locks, struct kisi_lock, j);
			name = lock->id == relation->lock_id ? lock->name : name;
		}
		g_ptr_array_add(names, (gpointer)name);
	}
	return names;
}

/* True when nothing is to be said against it. */
static bool
inspect_group(const struct inspection *in, const struct managed_group *managed, struct check *check)
{
	const struct kisi_group *group = snapshot_group(in->snapshot, managed->id);
	char *subject = g_strdup_printf("group %s", managed->name);
	char *restrictions = snapshot_restrictions(group->restrictions);
	GPtrArray *locks = locks_of(in->snapshot, managed->id);
	guint before = check->lines->len;
	if (locks->len == 0)
		check_warn(check, subject, "give it locks in Kisi, unless it is for lifts only",
		    "opens no lock");
	if (!group->login_enabled)
		check_warn(check, subject, "allow app access in the group's settings in Kisi",
		    "its people cannot unlock with the app");
	if (*restrictions != '\0')
		check_warn(check, subject,
		    "switch it off in the group's settings in Kisi, unless it is meant",
		    "has a restriction in Kisi (%s) that can keep its people from unlocking",
		    restrictions);
	bool good = check->lines->len == before;
	if (good && in->verbose) {
		char *names = list_names(locks);
		check_ok(check, subject, "opens %s%s", names,
		    managed->exclusive == EXCLUSIVE_NO ? "; only reported on" : "");
		g_free(names);
	}
	g_ptr_array_unref(locks);
	g_free(restrictions);
	g_free(subject);
	return good;
}

/* Does something that rules or data name open the lock? */
static bool
is_managed_lock(const struct inspection *in, const struct groups *groups, int64_t lock_id)
{
	for (guint i = 0; i < in->snapshot->group_locks->len; i++) {
		const struct kisi_group_lock *relation = &g_array_index(
		    in->snapshot->group_locks, struct kisi_group_lock, i);
		if (relation->lock_id == lock_id &&
		    groups_managed(groups, relation->group_id) != NULL)
			return true;
	}
	for (guint i = 0; i < groups->pass_of_ref->len; i++) {
		const struct door_ref *ref = &g_array_index(in->entitled->refs, struct door_ref, i);
		if (ref->lock && g_array_index(groups->pass_of_ref, int64_t, i) == lock_id)
			return true;
	}
	return false;
}

static void
unfit_locks(const struct inspection *in, const struct groups *groups, struct check *check)
{
	for (guint i = 0; i < in->snapshot->locks->len; i++) {
		const struct kisi_lock *lock = &g_array_index(
		    in->snapshot->locks, struct kisi_lock, i);
		if (lock->trouble == 0 || !is_managed_lock(in, groups, lock->id))
			continue;
		g_autofree char *words = snapshot_lock_words(lock->trouble);
		g_autofree char *subject = g_strdup_printf("lock %s", lock->name);
		check_warn(check, subject,
		    "until that is put right in Kisi, nobody can open it, whatever they are given",
		    "Kisi says: %s", words);
	}
}

/* Who gets a link needs the net at the door. */
static void
link_rules(const struct inspection *in, struct check *check)
{
	guint links = 0;
	for (guint i = 0; i < in->config->rules->len; i++)
		links += ((const struct rule *)in->config->rules->pdata[i])->method == METHOD_LINK;
	if (links > 0)
		check_ok(check, "links",
		    "%u rule%s an access link: tell your guests that the phone needs internet at "
		    "the door",
		    links, links == 1 ? " sends" : "s send");
}

static void
managed_groups(const struct inspection *in, struct check *check)
{
	struct groups groups;
	struct plan *scratch = plan_new();
	/* It was resolved for the plan just so; the faults it finds again are in that plan. */
	bool again = groups_resolve(
	    in->config, in->entitled, in->snapshot, in->history, scratch, &groups, NULL);
	g_assert(again);
	guint good = 0, all = groups.managed->len + scratch->missing_groups->len;
	for (guint i = 0; i < groups.managed->len; i++)
		good += inspect_group(
		    in, &g_array_index(groups.managed, struct managed_group, i), check);
	/* What is opened in other ways has no group of its own; to be there is enough. */
	for (guint i = 0; i < groups.pass_of_ref->len; i++) {
		bool there = g_array_index(groups.pass_of_ref, int64_t, i) != 0;
		good += there;
		all += there;
	}
	if (good > 0 && !in->verbose)
		check_ok(check, "groups",
		    "%u of the %u that rules or data name are there and open a lock", good, all);
	unfit_locks(in, &groups, check);
	groups_done(&groups);
	plan_free(scratch);
}

/* One line for each lock, not for each group that holds it. */
static void
restricted_locks(const struct inspection *in, struct check *check)
{
	const GPtrArray *findings = in->plan->findings;
	g_autoptr(GHashTable) said = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; i < findings->len; i++) {
		const struct finding *finding = findings->pdata[i];
		if (finding->kind != FINDING_RESTRICTED_LOCK ||
		    !g_hash_table_add(said, (gpointer)finding->subject))
			continue;
		g_autoptr(GPtrArray) groups = g_ptr_array_new();
		for (guint j = i; j < findings->len; j++) {
			const struct finding *other = findings->pdata[j];
			if (other->kind == finding->kind &&
			    strcmp(other->subject, finding->subject) == 0)
				g_ptr_array_add(groups, (gpointer)other->group);
		}
		g_autofree char *names = list_names(groups);
		check_warn(check, "lock", finding_type(finding->kind)->todo, "%s; it belongs to %s",
		    finding->text, names);
	}
}

void
inspect_groups(const struct inspection *in, struct check *check)
{
	check_block(check);
	group_faults(in, check);
	managed_groups(in, check);
	restricted_locks(in, check);
	link_rules(in, check);
}

/* ---- people ---- */

/* One line for each kind, with whom it is about. */
static void
people_warning(const struct inspection *in, enum finding_kind kind, struct check *check)
{
	g_autoptr(GPtrArray) people = g_ptr_array_new();
	for (guint i = 0; i < in->plan->findings->len; i++) {
		const struct finding *finding = in->plan->findings->pdata[i];
		if (finding->kind == kind &&
		    !g_ptr_array_find_with_equal_func(people, finding->email, g_str_equal, NULL))
			g_ptr_array_add(people, (gpointer)finding->email);
	}
	g_autofree char *names = list_names(people);
	if (people->len > 0)
		check_warn(check, "people", finding_type(kind)->todo, "%u %s %s: %s", people->len,
		    people->len == 1 ? "is" : "are", finding_type(kind)->said, names);
}

void
inspect_people(const struct inspection *in, struct check *check)
{
	check_block(check);
	guint before = check->lines->len;
	for (int kind = 0; kind < FINDING_KINDS; kind++) {
		if (is_warned_of((enum finding_kind)kind, FINDING_OF_PERSON))
			people_warning(in, (enum finding_kind)kind, check);
	}
	if (check->lines->len == before)
		check_ok(check, "people",
		    "nobody who is entitled is unconfirmed, switched off or under another address");
}

/* ---- rules ---- */

/* Rules that fit something the data names; a listed resource may be booked through any source of bookings. */
static bool *
rules_that_fit(const struct inspection *in, const GArray *entries)
{
	bool *fit = g_new0(bool, in->config->rules->len + 1);
	struct rule_index *index = rule_index_new(in->config, in->policies);
	for (guint i = 0; i < entries->len; i++) {
		const struct census_entry *entry = &g_array_index(entries, struct census_entry, i);
		struct record_ref target = {entry->id, entry->name};
		for (uint32_t s = 0; s < in->config->sources->len; s++) {
			bool listed = entry->records == 0 && in->policies[s].kind == RECORD_BOOKING;
			if (s != entry->source && !listed)
				continue;
			size_t count;
			const uint32_t *rules = rule_index_match(
			    index, s, entry->kind, &target, entry->location, &count);
			for (size_t j = 0; j < count; j++)
				fit[rules[j]] = true;
		}
	}
	rule_index_free(index);
	return fit;
}

static const char *
nearest_name(const GArray *entries, const struct rule *rule)
{
	GPtrArray *names = g_ptr_array_new();
	for (guint i = 0; i < entries->len; i++) {
		const struct census_entry *entry = &g_array_index(entries, struct census_entry, i);
		if (entry->kind == rule->kind && entry->name != NULL)
			g_ptr_array_add(names, (gpointer)entry->name);
	}
	g_ptr_array_add(names, NULL);
	const char *nearest = text_nearest(rule->key, (const char *const *)names->pdata);
	g_ptr_array_unref(names);
	return nearest;
}

/* Was a source that could have fed the rule refused?  Then nothing is known about it. */
static bool
fed_by_refused(const struct inspection *in, const struct rule *rule)
{
	for (guint i = 0; i < in->config->sources->len; i++) {
		if (in->refused[i] && rule_could_fit(rule, &in->policies[i]))
			return true;
	}
	return false;
}

static void
idle_rule(const struct inspection *in, const struct rule *rule, const GArray *entries,
    struct check *check)
{
	const char *what = rule->kind == RULE_RESOURCE ? "resource" : "plan";
	const char *nearest = nearest_name(entries, rule);
	char *subject = g_strdup_printf("rule %s", rule->name);
	char *hint = NULL;
	if (nearest != NULL && text_same(nearest, rule->key))
		hint = g_strdup("the name is there, but not at this location or in this source");
	else if (nearest != NULL)
		hint = g_strdup_printf("is it \"%s\"?", nearest);
	else
		hint = g_strdup_printf(
		    "compare the name with the export; a %s that nobody has now is no fault", what);
	check_warn(check, subject, hint, "no record names %s \"%s\"%s%s%s", what, rule->key,
	    rule->location != NULL ? " at \"" : "", rule->location != NULL ? rule->location : "",
	    rule->location != NULL ? "\"" : "");
	g_free(hint);
	g_free(subject);
}

static bool
enabled_by(const struct source_config *source, const char *text)
{
	char *key = text_key(text);
	bool enabled = g_strv_contains((const char *const *)source->enabled_doors, key);
	g_free(key);
	return enabled;
}

/*
 * Does the source that left the group out have it under its other name, the name for the id or the id for the name?  Caller
 * frees the hint; NULL.
 */
static char *
hint_other_name(const struct inspection *in, const struct finding *finding)
{
	for (guint i = 0; in->snapshot != NULL && i < in->config->sources->len; i++) {
		const struct source_config *source = in->config->sources->pdata[i];
		bool mine = source->enabled_doors != NULL &&
			    g_strcmp0(finding->source, source->name) == 0;
		for (guint g = 0; mine && g < in->snapshot->groups->len; g++) {
			const struct kisi_group *group = &g_array_index(
			    in->snapshot->groups, struct kisi_group, g);
			char id[24];
			g_snprintf(id, sizeof id, "%" G_GINT64_FORMAT, group->id);
			const char *other = strcmp(finding->group, id) == 0	     ? group->name
					    : text_same(finding->group, group->name) ? id
										     : NULL;
			if (other != NULL && enabled_by(source, other))
				return g_strdup_printf(
				    "enabled_doors of source %s has it as \"%s\": write \"%s\" "
				    "there, too, as rule or data do",
				    source->name, other, finding->group);
		}
	}
	return NULL;
}

static void
without_rule(const struct inspection *in, struct check *check)
{
	for (guint i = 0; i < in->plan->findings->len; i++) {
		const struct finding *finding = in->plan->findings->pdata[i];
		if (!is_warned_of(finding->kind, FINDING_OF_RULE))
			continue;
		g_autofree char *hint = finding->group != NULL ? hint_other_name(in, finding)
							       : NULL;
		check_warn(check, "rules", hint != NULL ? hint : finding_type(finding->kind)->todo,
		    "%s", finding->text);
	}
}

void
inspect_rules(const struct inspection *in, struct check *check)
{
	const GArray *entries = census_entries(in->census);
	bool *fit = rules_that_fit(in, entries);
	guint good = 0;
	check_block(check);
	for (guint i = 0; i < in->config->rules->len; i++) {
		const struct rule *rule = in->config->rules->pdata[i];
		good += fit[i];
		if (!fit[i] && !fed_by_refused(in, rule))
			idle_rule(in, rule, entries, check);
	}
	if (in->config->rules->len == 0)
		check_warn(check, "rules", "add a [rule NAME] with resource or plan, and group",
		    "there is none: only groups that the data itself names are managed");
	if (good > 0)
		check_ok(check, "rules", "%u of %u fit records of the sources", good,
		    in->config->rules->len);
	without_rule(in, check);
	g_free(fit);
}
