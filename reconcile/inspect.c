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

/* Findings of an import that concern its whole source; their texts begin with the source's name. */
static const struct {
	const char *kind, *hint;
} source_findings[] = {
    {"unmatched_columns", "a column that matters is read when it has a name the profile knows"},
    {"short_span", "does the export reach far enough into the future?"},
    {"unknown_status", "such rows give nobody anything until the profile knows the word"},
    {"assumed_date_order", "say date_order = DMY, MDY or YMD for the source"},
    {"mangled_id", "export as text, or keep spreadsheets from opening the file"},
    {"encoding", "export as UTF-8"},
    {"symlink", "name the file itself, unless the link is yours"},
};

/* The guards that judge a source give their verdict under its name. */
static const struct verdict *
source_verdict(const struct inspection *in, guint i, const char *name)
{
	const struct verdict *verdict = in->plan->verdicts->pdata[i];
	return guard_is_of_input(verdict->guard) && strcmp(verdict->scope, name) == 0 ? verdict
										      : NULL;
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
		if (verdict != NULL && strcmp(verdict->guard, "max_age") == 0)
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
		check_wrong(check, EXIT_BAD_INPUT, subject, verdict->hint, "%s: %s", verdict->guard,
		    verdict->text);
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

/* What a finding says of this source, behind its name; NULL when it is about something else. */
static const char *
said_of(const struct finding *finding, const char *name)
{
	const char *text = finding->text;
	if (g_str_has_prefix(text, "source "))
		text += strlen("source ");
	gsize length = strlen(name);
	return strncmp(text, name, length) == 0 && g_str_has_prefix(text + length, ": ")
		   ? text + length + strlen(": ")
		   : NULL;
}

/* One line for each kind, however many rows it happens to. */
static void
source_warnings(
    const struct inspection *in, const char *name, const char *subject, struct check *check)
{
	for (size_t i = 0; i < G_N_ELEMENTS(source_findings); i++) {
		const char *first = NULL;
		guint more = 0;
		for (guint j = 0; j < in->plan->findings->len; j++) {
			const struct finding *finding = in->plan->findings->pdata[j];
			const char *said = strcmp(finding->kind, source_findings[i].kind) == 0
					       ? said_of(finding, name)
					       : NULL;
			more += said != NULL && first != NULL;
			first = first != NULL ? first : said;
		}
		char *others = more > 0 ? g_strdup_printf(" (and %u more)", more) : g_strdup("");
		if (first != NULL)
			check_warn(check, subject, source_findings[i].hint, "%s%s", first, others);
		g_free(others);
	}
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
		source_warnings(in, source->name, subject, check);
		g_free(subject);
	}
}

void
inspect_clock(const struct inspection *in, struct check *check)
{
	for (guint i = 0; i < in->plan->verdicts->len; i++) {
		const struct verdict *verdict = in->plan->verdicts->pdata[i];
		if (strcmp(verdict->guard, "clock") != 0)
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
		if (strcmp(verdict->guard, "hold") == 0 && verdict->tripped)
			check_warn(check, "hold", verdict->hint, "%s", verdict->text);
	}
}

/* ---- groups ---- */

static void
group_faults(const struct inspection *in, struct check *check)
{
	for (guint i = 0; i < in->plan->missing_groups->len; i++) {
		const struct missing_group *missing = in->plan->missing_groups->pdata[i];
		char *subject = g_strdup_printf("%s %s",
		    g_str_has_suffix(missing->kind, "_lock") ? "lock" : "group", missing->group);
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

static void
managed_groups(const struct inspection *in, struct check *check)
{
	struct groups groups;
	struct plan *scratch = plan_new();
	/* It was resolved for the plan just so; the faults it finds again are in that plan. */
	bool again = groups_resolve(in->config, in->entitled, in->snapshot, in->history,
	    scratch, &groups, NULL);
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
	groups_done(&groups);
	plan_free(scratch);
}

/* One line for each lock, not for each group that holds it. */
static void
restricted_locks(const struct inspection *in, struct check *check)
{
	const GPtrArray *findings = in->plan->findings;
	GHashTable *said = g_hash_table_new(g_str_hash, g_str_equal);
	for (guint i = 0; i < findings->len; i++) {
		const struct finding *finding = findings->pdata[i];
		if (strcmp(finding->kind, "restricted_lock") != 0 ||
		    !g_hash_table_add(said, (gpointer)finding->text))
			continue;
		GPtrArray *groups = g_ptr_array_new();
		for (guint j = i; j < findings->len; j++) {
			const struct finding *other = findings->pdata[j];
			if (strcmp(other->kind, finding->kind) == 0 &&
			    strcmp(other->text, finding->text) == 0)
				g_ptr_array_add(groups, (gpointer)other->group);
		}
		char *names = list_names(groups);
		check_warn(check, "lock",
		    "switch the restriction off in the lock's settings in Kisi, unless it is meant",
		    "%s; it belongs to %s", finding->text, names);
		g_free(names);
		g_ptr_array_unref(groups);
	}
	g_hash_table_unref(said);
}

void
inspect_groups(const struct inspection *in, struct check *check)
{
	check_block(check);
	group_faults(in, check);
	managed_groups(in, check);
	restricted_locks(in, check);
}

/* ---- people ---- */

static const struct {
	const char *kind, *what, *hint;
} people_findings[] = {
    {"unconfirmed", "entitled, but never confirmed the e-mail address in Kisi",
	"they must confirm it, or be invited again, before they can unlock with the app"},
    {"suspended", "entitled, but switched off in Kisi", "switch their access on in Kisi"},
    {"email_mismatch", "wanted and no Kisi user, but perhaps one under another address",
	"plan shows each pair, and the commands that say whether it is one person or two"},
    {"no_user", "entitled and no Kisi user, and [people] create says no",
	"add them in Kisi, or set create = managed"},
    {"duplicate_user", "in Kisi more than once", "plan says which user counts; remove the other"},
};

void
inspect_people(const struct inspection *in, struct check *check)
{
	check_block(check);
	guint before = check->lines->len;
	for (size_t i = 0; i < G_N_ELEMENTS(people_findings); i++) {
		GPtrArray *people = g_ptr_array_new();
		for (guint j = 0; j < in->plan->findings->len; j++) {
			const struct finding *finding = in->plan->findings->pdata[j];
			if (strcmp(finding->kind, people_findings[i].kind) == 0 &&
			    !g_ptr_array_find_with_equal_func(
				people, finding->email, g_str_equal, NULL))
				g_ptr_array_add(people, (gpointer)finding->email);
		}
		char *names = list_names(people);
		if (people->len > 0)
			check_warn(check, "people", people_findings[i].hint, "%u %s %s: %s",
			    people->len, people->len == 1 ? "is" : "are", people_findings[i].what,
			    names);
		g_free(names);
		g_ptr_array_unref(people);
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

static const struct {
	const char *kind, *hint;
} rule_findings[] = {
    {"unmapped_resource", "add a rule for it, if it should open something"},
    {"unmapped_plan", "add a rule for it, if it should open something"},
    {"unmanaged_grant", "let a rule name that group, if manual grants should work there"},
    {"not_enabled", "add the door to enabled_doors of the source, if it should open"},
};

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
		char *begin = g_strdup_printf("records of %s would open ", source->name);
		bool mine = source->enabled_doors != NULL && g_str_has_prefix(finding->text, begin);
		g_free(begin);
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
		for (size_t j = 0; j < G_N_ELEMENTS(rule_findings); j++) {
			if (strcmp(finding->kind, rule_findings[j].kind) != 0)
				continue;
			char *hint = finding->group != NULL ? hint_other_name(in, finding) : NULL;
			check_warn(check, "rules", hint != NULL ? hint : rule_findings[j].hint,
			    "%s", finding->text);
			g_free(hint);
		}
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
