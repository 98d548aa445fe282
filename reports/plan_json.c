/*
 * Writes the plan for programs.  Each element is built with json-c and printed at once: a document of a hundred
 * thousand changes as one tree would take ten times the memory of its text.
 */
#include "reports/plan_json.h"

#include "reports/phrase.h"
#include "reports/put_json.h"
#include "reports/tally.h"

#define FORMAT_VERSION 1

static struct json_object *
reasons_json(const struct change *change)
{
	struct json_object *list = json_object_new_array_ext((int)change->n_reasons);
	for (size_t i = 0; i < change->n_reasons; i++) {
		const struct reason *reason = change->reasons[i];
		struct json_object *object = json_object_new_object();
		put_text(object, "source", reason->source);
		put_text(object, "file", reason->file);
		put_text(object, "record", reason->record);
		json_put_integer(object, "row", reason->row);
		put_text(object, "rule", reason->rule);
		put_text(object, "kind", record_kind_word((enum record_kind)reason->kind));
		put_interval(object, true, &reason->span);
		json_object_array_add(list, object);
	}
	return list;
}

static struct json_object *
have_json(const struct change *change)
{
	if (change->have_id == 0)
		return NULL;
	struct json_object *have = json_object_new_object();
	json_put_integer(have, "id", change->have_id);
	put_interval(have, true, &change->have);
	return have;
}

static struct json_object *
change_json(const struct run *run, const struct change *change)
{
	struct json_object *object = json_object_new_object();
	put_text(object, "id", change->id);
	put_text(object, "action", action_word(change_action(change, run->plan->as_of)));
	put_text(object, "email", change->email);
	put_text(object, "person", change->name);
	put_id(object, "user_id", change->user_id);
	put_id(object, "group_id", change->group_id);
	put_text(object, "group", change->group);
	if (change->object == OBJECT_SCHEDULE) {
		put_id(object, "lock_id", change->lock_id);
		put_text(object, "lock", change->lock);
	}
	if (change->label != NULL)
		put_text(object, "name", change->label);
	put_interval(object, change->wanted && change->object != OBJECT_USER, &change->want);
	json_object_object_add(object, "have", have_json(change));
	put_text(object, "cause", cause_word(change->cause));
	json_object_object_add(object, "reasons", reasons_json(change));
	json_put_boolean(object, "expected", change_expected(change));
	return object;
}

static struct json_object *
planned_json(const struct run *run, size_t i)
{
	struct json_object *object = change_json(run, run->plan->changes->pdata[i]);
	if (run->outcomes != NULL) {
		put_text(object, "outcome", outcome_word(run->outcomes[i].outcome));
		put_text(object, "answer", run->outcomes[i].text);
	}
	return object;
}

static struct json_object *
held_json(const struct run *run, size_t i)
{
	const struct change *change = run->plan->held->pdata[i];
	struct json_object *object = change_json(run, change);
	put_text(object, "guard", guard_word(change->held));
	return object;
}

static struct json_object *
finding_json(const struct run *run, size_t i)
{
	const struct finding *finding = run->plan->findings->pdata[i];
	struct json_object *object = json_object_new_object();
	put_text(object, "id", finding->id);
	put_text(object, "kind", finding_word(finding->kind));
	put_text(object, "email", finding->email);
	put_text(object, "group", finding->group);
	put_text(object, "text", finding->text);
	json_put_instant(object, "first_seen", finding->first_seen);
	json_put_integer(object, "runs_seen", finding->runs_seen);
	return object;
}

static struct json_object *
reject_json(const struct run *run, size_t i)
{
	const struct reject *reject = run->plan->rejects->pdata[i];
	struct json_object *object = json_object_new_object();
	put_text(object, "source", reject->source);
	put_text(object, "file", reject->file);
	json_put_integer(object, "row", reject->row);
	json_put_integer(object, "line", reject->line);
	put_text(object, "reason", reject->reason);
	return object;
}

static struct json_object *
matter_json(const struct run *run, size_t i)
{
	const struct matter *matter = run->plan->matters->pdata[i];
	struct json_object *object = json_object_new_object();
	put_text(object, "id", matter->id);
	put_text(object, "kind", matter->kind);
	put_text(object, "scope", matter->scope);
	put_text(object, "text", matter->text);
	put_text(object, "hint", matter->hint);
	json_put_instant(object, "first_seen", matter->first_seen);
	json_put_integer(object, "runs_seen", matter->runs_seen);
	json_put_boolean(object, "said", matter->said);
	json_put_boolean(object, "accepted", matter->accepted);
	return object;
}

static struct json_object *
closed_json(const struct run *run, size_t i)
{
	const struct closed_door *closed = run->plan->closed->pdata[i];
	struct json_object *object = json_object_new_object();
	put_text(object, "id", closed->id);
	put_text(object, "email", closed->email);
	put_text(object, "person", closed->name);
	put_text(object, "door", closed->unread ? NULL : closed->door);
	json_put_instant(object, "from", closed->from);
	put_text(object, "why", closed->why);
	put_text(object, "hint", closed->hint);
	json_put_boolean(object, "said", closed->said);
	return object;
}

static struct json_object *
guard_json(const struct run *run, size_t i)
{
	const struct verdict *verdict = run->plan->verdicts->pdata[i];
	struct json_object *object = json_object_new_object();
	put_text(object, "guard", guard_word(verdict->guard));
	put_text(object, "scope", verdict->scope);
	json_put_boolean(object, "tripped", verdict->tripped);
	put_text(object, "verdict",
	    verdict->tripped	  ? "held"
	    : verdict->not_judged ? "not judged"
				  : "passed");
	put_text(object, "matter", verdict->matter);
	json_put_integer(object, "measured", verdict->measured);
	json_put_integer(object, "limit", verdict->limit);
	put_count(object, "held", verdict->n_held);
	put_text(object, "text", verdict->text);
	put_text(object, "hint", verdict->hint);
	return object;
}

static size_t
count_rejects(const struct plan *plan, const char *source, const char *file)
{
	size_t count = 0;
	for (guint i = 0; i < plan->rejects->len; i++) {
		const struct reject *reject = plan->rejects->pdata[i];
		count += g_strcmp0(reject->file, file) == 0 &&
			 g_strcmp0(reject->source, source) == 0;
	}
	return count;
}

static struct json_object *
files_json(const struct plan *plan, const struct import_facts *facts)
{
	struct json_object *list = json_object_new_array();
	for (guint i = 0; i < facts->files->len; i++) {
		const struct file_facts *file = facts->files->pdata[i];
		struct json_object *object = json_object_new_object();
		put_text(object, "name", file->name);
		put_text(object, "sha256", file->sha256);
		json_put_integer(object, "bytes", file->bytes);
		put_count(object, "rows", file->rows);
		put_count(object, "rejected", count_rejects(plan, facts->source, file->name));
		json_object_array_add(list, object);
	}
	return list;
}

static struct json_object *
source_json(const struct run *run, size_t i)
{
	const struct source_result *source = run->plan->sources->pdata[i];
	const struct import_facts *facts = source->facts;
	struct json_object *object = json_object_new_object();
	put_text(object, "name", facts->source);
	put_text(object, "profile", source->profile);
	if (source->age >= 0)
		json_put_integer(object, "age", source->age);
	else
		json_put_text(object, "age", NULL);
	json_put_boolean(object, "refused", source->refused);
	json_put_boolean(object, "doubtful", source->doubtful);
	put_text(object, "reason", source->reason);
	struct json_object *refusals = json_object_new_array();
	for (guint r = 0; r < facts->refusals->len; r++)
		json_object_array_add(refusals, new_text(facts->refusals->pdata[r]));
	json_object_object_add(object, "refusals", refusals);
	json_object_object_add(object, "files", files_json(run->plan, facts));
	put_count(object, "rows", facts->rows);
	put_count(object, "rejected", facts->rejected);
	return object;
}

static struct json_object *
mismatch_json(const struct run *run, size_t i)
{
	const struct mismatch *mismatch = run_mismatches(run)->pdata[i];
	struct json_object *object = json_object_new_object();
	put_text(object, "email", mismatch->email);
	put_text(object, "name", mismatch->name);
	put_text(object, "kisi_email", mismatch->kisi_email);
	put_text(object, "kisi_name", mismatch->kisi_name);
	put_id(object, "user_id", mismatch->user_id);
	json_put_integer(object, "score", mismatch->score);
	put_text(object, "evidence", mismatch->evidence);
	put_text(object, "groups", mismatch->groups);
	put_text(object, "record", mismatch->record);
	put_text(object, "same", mismatch->same);
	put_text(object, "different", mismatch->different);
	return object;
}

static struct json_object *
orphan_json(const struct run *run, size_t i)
{
	const struct orphan *orphan = run_orphans(run)->pdata[i];
	struct json_object *object = json_object_new_object();
	put_text(object, "email", orphan->email);
	put_text(object, "name", orphan->name);
	put_id(object, "user_id", orphan->user_id);
	put_id(object, "group_id", orphan->group_id);
	put_text(object, "group", orphan->group);
	put_id(object, "assignment_id", orphan->assignment_id);
	put_interval(object, true, &orphan->valid);
	put_text(object, "why", orphan->why);
	put_text(object, "change_id", orphan->change_id);
	put_text(object, "held", guard_word(orphan->held));
	return object;
}

static struct json_object *
missing_group_json(const struct run *run, size_t i)
{
	const struct missing_group *missing = run->plan->missing_groups->pdata[i];
	struct json_object *object = json_object_new_object();
	put_text(object, "group", missing->group);
	put_text(object, "kind", finding_word(missing->kind));
	put_text(object, "rules", missing->rules);
	put_text(object, "text", missing->text);
	put_text(object, "hint", missing->hint);
	struct json_object *hits = json_object_new_array();
	for (guint h = 0; missing->hit != NULL && h < missing->hit->len; h++) {
		const struct missing_hit *hit = missing->hit->pdata[h];
		struct json_object *one = json_object_new_object();
		put_text(one, "email", hit->email);
		put_interval(one, true, &hit->next);
		json_object_array_add(hits, one);
	}
	json_object_object_add(object, "hit", hits);
	return object;
}

/* By Kisi's clock; 0 is not known. */
static void
put_moment(struct json_object *object, const char *key, instant t)
{
	json_put_instant(object, key, t == 0 ? INSTANT_ALWAYS : t);
}

static struct json_object *
access_json(const struct run *run, size_t i)
{
	const struct access_now *now = run_access(run)->pdata[i];
	struct json_object *object = json_object_new_object();
	put_text(object, "email", now->email);
	put_text(object, "name", now->name);
	put_id(object, "group_id", now->group_id);
	put_text(object, "group", now->group);
	put_text(object, "via", now->via);
	put_interval(object, true, &now->valid);
	put_text(object, "why", now->why);
	put_text(object, "basis", basis_word(now->basis));
	json_put_boolean(object, "pass", now->pass);
	put_text(object, "can_unlock", now->can);
	json_put_boolean(object, "opens", !now->cannot);
	put_text(object, "place", now->place);
	put_text(object, "doors", now->doors);
	put_text(object, "left_alone", now->left);
	put_text(object, "role", now->role);
	put_id(object, "user_id", now->user_id);
	put_id(object, "assignment_id", now->assignment_id);
	put_moment(object, "given_at", now->given_at);
	put_text(object, "given_by", now->given_by);
	put_moment(object, "last_used", now->last_used);
	return object;
}

static struct json_object *
group_json(const struct run *run, size_t i)
{
	const struct group_facts *group = run_groups(run)->pdata[i];
	struct json_object *object = json_object_new_object();
	put_id(object, "id", group->id);
	put_text(object, "name", group->name);
	put_text(object, "place", group->place);
	put_text(object, "zone", group->zone);
	put_text(object, "doors", group->doors);
	put_text(object, "rules", group->rules);
	put_text(object, "rooms_and_plans", group->keys);
	put_count(object, "people", group->people);
	json_put_boolean(object, "managed", group->managed);
	json_put_boolean(object, "named_by_data", group->data);
	json_put_boolean(object, "only_reported", group->reported);
	json_put_boolean(object, "opens_nothing", group->empty);
	return object;
}

static struct json_object *
actions_json(const size_t *by_action)
{
	struct json_object *object = json_object_new_object();
	for (int i = 0; i < ACTION_COUNT; i++)
		put_count(object, action_word((enum action)i), by_action[i]);
	return object;
}

/* Words that do not occur are left out. */
static struct json_object *
words_json(const GArray *words, bool held)
{
	struct json_object *object = json_object_new_object();
	for (guint i = 0; i < words->len; i++) {
		const struct tally_word *word = &g_array_index(words, struct tally_word, i);
		size_t count = held ? word->held : word->count;
		if (count > 0)
			put_count(object, word->word, count);
	}
	return object;
}

static struct json_object *
outcomes_json(const size_t *by_outcome)
{
	struct json_object *object = json_object_new_object();
	for (int i = 0; i < OUTCOME_COUNT; i++)
		put_count(object, outcome_word((enum outcome)i), by_outcome[i]);
	return object;
}

static struct json_object *
counts_json(const struct run *run)
{
	struct tally tally;
	tally_run(run, &tally);
	struct json_object *object = json_object_new_object();
	put_count(object, "changes", tally.changes);
	put_count(object, "held", tally.held);
	put_count(object, "findings", run->plan->findings->len);
	put_count(object, "rejects", run->plan->rejects->len);
	json_object_object_add(object, "changes_by_action", actions_json(tally.by_action));
	json_object_object_add(object, "changes_by_cause", words_json(tally.causes, false));
	json_object_object_add(object, "held_by_action", actions_json(tally.held_by_action));
	json_object_object_add(object, "held_by_cause", words_json(tally.causes, true));
	json_object_object_add(object, "findings_by_kind", words_json(tally.findings, false));
	json_object_object_add(object, "rejects_by_source", words_json(tally.rejects, false));
	if (run->outcomes != NULL)
		json_object_object_add(object, "outcomes", outcomes_json(tally.by_outcome));
	tally_done(&tally);
	return object;
}

static struct json_object *
hashes_json(const struct plan *plan)
{
	struct json_object *object = json_object_new_object();
	put_text(object, "inputs", plan->hash_inputs);
	put_text(object, "config", plan->hash_config);
	put_text(object, "snapshot", plan->hash_snapshot);
	return object;
}

static struct json_object *
snapshot_json(const struct run *run)
{
	const struct snapshot_facts *snapshot = &run->plan->snapshot;
	struct json_object *object = json_object_new_object();
	put_text(object, "source",
	    run->snapshot_source != NULL ? phrase_place(run->snapshot_source) : NULL);
	json_put_instant(object, "fetched_at", snapshot->fetched_at);
	put_text(object, "organization", snapshot->organization);
	for (int i = 0; i < SNAPSHOT_COUNTS; i++)
		put_count(object, snapshot_count_word((enum snapshot_count)i), snapshot->counts[i]);
	put_count(object, "managed_people", run->plan->managed_people);
	return object;
}

/* What the workbook of the run was told to be, so that it can be made again. */
static struct json_object *
workbook_json(const struct run *run)
{
	struct json_object *object = json_object_new_object();
	json_put_boolean(object, "links", run->links);
	json_put_boolean(object, "letter", run->letter);
	json_put_integer(object, "review_every", run->review_every);
	return object;
}

static struct json_object *
no_plan_json(const struct run *run)
{
	struct json_object *object = json_object_new_object();
	json_put_integer(object, "exit", run->exit_code);
	put_text(object, "reason", run->no_plan);
	return object;
}

/* `  "key": value` after the comma that the member before it needs; the value is put. */
static void
append_member(GString *out, const char *key, struct json_object *value)
{
	g_string_append_printf(out, "%s\n  \"%s\": ", out->len > 1 ? "," : "", key);
	g_string_append(out, value != NULL ? json_compact(value) : "null");
	json_object_put(value);
}

typedef struct json_object *element_maker(const struct run *run, size_t i);

static void
append_list(GString *out, const struct run *run, const char *key, const GPtrArray *array,
    element_maker *element_of)
{
	g_string_append_printf(out, ",\n  \"%s\": [", key);
	for (guint i = 0; i < array->len; i++) {
		struct json_object *element = element_of(run, i);
		g_string_append(out, i > 0 ? ",\n    " : "\n    ");
		g_string_append(out, json_compact(element));
		json_object_put(element);
	}
	g_string_append(out, array->len > 0 ? "\n  ]" : "]");
}

char *
plan_json_text(const struct run *run)
{
	const struct plan *plan = run->plan;
	const struct {
		const char *key;
		const GPtrArray *array;
		element_maker *element;
	} lists[] = {
	    {"changes", plan->changes, planned_json},
	    {"held", plan->held, held_json},
	    {"findings", plan->findings, finding_json},
	    {"rejects", plan->rejects, reject_json},
	    {"guards", plan->verdicts, guard_json},
	    {"sources", plan->sources, source_json},
	    {"matters", plan->matters, matter_json},
	    {"closed_doors", plan->closed, closed_json},
	    {"mismatches", run_mismatches(run), mismatch_json},
	    {"orphans", run_orphans(run), orphan_json},
	    {"missing_groups", plan->missing_groups, missing_group_json},
	    {"access", run_access(run), access_json},
	    {"groups", run_groups(run), group_json},
	};
	char as_of[INSTANT_TEXT];
	GString *out = g_string_new("{");
	append_member(out, "format_version", json_object_new_int(FORMAT_VERSION));
	append_member(out, "run", new_text(run->id));
	append_member(out, "as_of", new_text(instant_format(plan->as_of, as_of)));
	append_member(out, "plan", new_text(plan->id));
	append_member(out, "approval", new_text(plan->removals_id));
	append_member(out, "zone", new_text(plan->zone));
	append_member(out, "hashes", hashes_json(plan));
	append_member(out, "configuration",
	    new_text(run->config_path != NULL ? phrase_place(run->config_path) : NULL));
	append_member(out, "snapshot", snapshot_json(run));
	for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
		append_list(out, run, lists[i].key, lists[i].array, lists[i].element);
	append_member(out, "counts", counts_json(run));
	append_member(out, "workbook", workbook_json(run));
	if (run->proof != NULL)
		append_member(out, "proof", new_text(run->proof));
	if (run->no_plan != NULL)
		append_member(out, "no_plan", no_plan_json(run));
	g_string_append(out, "\n}\n");
	return g_string_free(out, FALSE);
}
