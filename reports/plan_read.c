/* Reads back what plan_json.c wrote.  A member that is missing or odd spoils the whole: half a past run is a wrong one. */
#include "reports/plan_read.h"

#include "base/json.h"

#include <string.h>

#define FORMAT_VERSION 1

struct reader {
	struct read_run *read;
	struct plan *plan;
	const char *odd; /* key of the first member that is not as it should be; NULL */
};

static void
odd(struct reader *in, const char *key)
{
	if (in->odd == NULL)
		in->odd = key;
}

/* ---- members ---- */

/* NULL for null. */
static const char *
text_of(struct reader *in, struct json_object *object, const char *key)
{
	const char *text = json_text(object, key);
	if (text == NULL && json_member(object, key) != NULL)
		odd(in, key);
	return plan_text(in->plan, text);
}

static const char *
word_of(struct reader *in, struct json_object *object, const char *key)
{
	const char *text = text_of(in, object, key);
	if (text == NULL)
		odd(in, key);
	return text != NULL ? text : "";
}

static int64_t
number_of(struct reader *in, struct json_object *object, const char *key)
{
	int64_t number = 0;
	if (!json_integer(object, key, &number))
		odd(in, key);
	return number;
}

/* An id of Kisi; null is 0. */
static int64_t
id_of(struct reader *in, struct json_object *object, const char *key)
{
	return json_member(object, key) != NULL ? number_of(in, object, key) : 0;
}

static bool
flag_of(struct reader *in, struct json_object *object, const char *key)
{
	bool flag = false;
	if (!json_boolean(object, key, &flag))
		odd(in, key);
	return flag;
}

static instant
instant_of(struct reader *in, struct json_object *object, const char *key, instant open)
{
	instant t = open;
	if (!json_instant(object, key, open, &t))
		odd(in, key);
	return t;
}

static struct interval
interval_of(struct reader *in, struct json_object *object)
{
	return (struct interval){instant_of(in, object, "from", INSTANT_ALWAYS),
	    instant_of(in, object, "until", INSTANT_NEVER)};
}

static void
copy_id(struct reader *in, char id[static PLAN_ID], struct json_object *object, const char *key)
{
	g_strlcpy(id, word_of(in, object, key), PLAN_ID);
}

/* NULL is GUARD_NONE. */
static enum guard
guard_of(struct reader *in, const char *word, const char *key)
{
	enum guard guard = word != NULL ? guard_of_word(word) : GUARD_NONE;
	if (guard == GUARDS)
		odd(in, key);
	return guard != GUARDS ? guard : GUARD_NONE;
}

typedef void element_reader(struct reader *in, struct json_object *element);

static void
each(struct reader *in, struct json_object *object, const char *key, element_reader *element)
{
	struct json_object *list = json_array(object, key);
	if (list == NULL)
		odd(in, key);
	size_t n = list != NULL ? json_object_array_length(list) : 0;
	for (size_t i = 0; i < n && in->odd == NULL; i++)
		element(in, json_object_array_get_idx(list, i));
}

/* Add a copy of the element to a list of the plan, which frees it. */
#define KEEP(list, element) g_ptr_array_add((list), g_memdup2(&(element), sizeof(element)))

/* ---- changes ---- */

static uint32_t
kind_of(const char *word)
{
	for (int i = 0; i < RECORD_KINDS && word != NULL; i++) {
		if (strcmp(record_kind_word((enum record_kind)i), word) == 0)
			return (uint32_t)i;
	}
	return RECORD_KINDS;
}

static enum action
read_action(struct reader *in, struct json_object *object)
{
	enum action action = action_of_word(word_of(in, object, "action"));
	if (action == ACTION_COUNT)
		odd(in, "action");
	return action != ACTION_COUNT ? action : ACTION_GRANT;
}

static enum cause
read_cause(struct reader *in, struct json_object *object, bool expected)
{
	enum cause cause = cause_of_word(word_of(in, object, "cause"), expected);
	if (cause == CAUSE_COUNT)
		odd(in, "cause");
	return cause != CAUSE_COUNT ? cause : CAUSE_NEW;
}

static struct reason *
read_reason(struct reader *in, struct json_object *object)
{
	struct reason *reason = plan_alloc(in->plan, sizeof(*reason));
	*reason = (struct reason){.source = text_of(in, object, "source"),
	    .file = text_of(in, object, "file"),
	    .record = text_of(in, object, "record"),
	    .rule = text_of(in, object, "rule"),
	    .row = (uint32_t)number_of(in, object, "row"),
	    .kind = kind_of(text_of(in, object, "kind")),
	    .span = interval_of(in, object)};
	return reason;
}

static void
read_reasons(struct reader *in, struct json_object *object, struct change *change)
{
	struct json_object *list = json_array(object, "reasons");
	if (list == NULL)
		odd(in, "reasons");
	change->n_reasons = list != NULL ? json_object_array_length(list) : 0;
	const struct reason **reasons = plan_alloc(
	    in->plan, MAX(change->n_reasons, 1) * sizeof(*reasons));
	for (size_t i = 0; i < change->n_reasons; i++)
		reasons[i] = read_reason(in, json_object_array_get_idx(list, i));
	change->reasons = reasons;
}

/* What both lists have in common.  Caller frees. */
static struct change *
read_change(struct reader *in, struct json_object *object)
{
	struct change *change = g_new0(struct change, 1);
	enum action action = read_action(in, object);
	struct json_object *have = json_member(object, "have");
	copy_id(in, change->id, object, "id");
	change->object = action_object(action);
	change->email = word_of(in, object, "email");
	change->name = text_of(in, object, "person");
	change->user_id = id_of(in, object, "user_id");
	change->group_id = id_of(in, object, "group_id");
	change->group = text_of(in, object, "group");
	change->lock_id = id_of(in, object, "lock_id");
	change->lock = text_of(in, object, "lock");
	change->label = text_of(in, object, "name");
	if (have != NULL) {
		change->have_id = number_of(in, have, "id");
		change->have = interval_of(in, have);
	}
	change->wanted = action_gives(action);
	change->want = interval_of(in, object);
	bool expected = flag_of(in, object, "expected");
	change->cause = read_cause(in, object, expected);
	change->surprising = !expected && change_takes_away(change, in->plan->as_of);
	read_reasons(in, object, change);
	return change;
}

static void
read_planned(struct reader *in, struct json_object *object)
{
	g_ptr_array_add(in->plan->changes, read_change(in, object));
}

static void
read_held(struct reader *in, struct json_object *object)
{
	struct change *change = read_change(in, object);
	change->held = guard_of(in, word_of(in, object, "guard"), "guard");
	g_ptr_array_add(in->plan->held, change);
}

static enum outcome
outcome_of(struct reader *in, struct json_object *object)
{
	enum outcome outcome = outcome_of_word(word_of(in, object, "outcome"));
	if (outcome == OUTCOME_COUNT)
		odd(in, "outcome");
	return outcome;
}

/* An apply counts its outcomes, one without changes too. */
static void
read_outcomes(struct reader *in, struct json_object *document)
{
	struct json_object *list = json_array(document, "changes");
	if (json_member(json_member(document, "counts"), "outcomes") == NULL || list == NULL)
		return;
	guint n = in->plan->changes->len;
	in->read->outcomes = g_new0(struct change_outcome, n + 1);
	in->read->run.outcomes = in->read->outcomes;
	for (guint i = 0; i < n; i++) {
		struct json_object *object = json_object_array_get_idx(list, i);
		in->read->outcomes[i] = (struct change_outcome){
		    .outcome = outcome_of(in, object), .text = text_of(in, object, "answer")};
	}
}

/* ---- the other lists ---- */

static enum finding_kind
kind_of_finding(struct reader *in, struct json_object *object)
{
	enum finding_kind kind = finding_of_word(word_of(in, object, "kind"));
	if (kind == FINDING_KINDS)
		odd(in, "kind");
	return kind;
}

static void
read_finding(struct reader *in, struct json_object *object)
{
	struct finding finding = {.kind = kind_of_finding(in, object),
	    .email = text_of(in, object, "email"),
	    .group = text_of(in, object, "group"),
	    .text = text_of(in, object, "text"),
	    .first_seen = instant_of(in, object, "first_seen", INSTANT_ALWAYS),
	    .runs_seen = number_of(in, object, "runs_seen")};
	copy_id(in, finding.id, object, "id");
	KEEP(in->plan->findings, finding);
}

static void
read_reject(struct reader *in, struct json_object *object)
{
	struct reject reject = {.source = word_of(in, object, "source"),
	    .file = text_of(in, object, "file"),
	    .row = (uint32_t)number_of(in, object, "row"),
	    .line = (uint32_t)number_of(in, object, "line"),
	    .reason = text_of(in, object, "reason")};
	KEEP(in->plan->rejects, reject);
}

static void
read_verdict(struct reader *in, struct json_object *object)
{
	struct verdict verdict = {.guard = guard_of(in, word_of(in, object, "guard"), "guard"),
	    .scope = text_of(in, object, "scope"),
	    .tripped = flag_of(in, object, "tripped"),
	    .measured = number_of(in, object, "measured"),
	    .limit = number_of(in, object, "limit"),
	    .n_held = (size_t)number_of(in, object, "held"),
	    .text = text_of(in, object, "text"),
	    .hint = text_of(in, object, "hint"),
	    .not_judged = strcmp(word_of(in, object, "verdict"), "not judged") == 0,
	    .matter = text_of(in, object, "matter")};
	KEEP(in->plan->verdicts, verdict);
}

static void
read_matter(struct reader *in, struct json_object *object)
{
	struct matter matter = {.kind = word_of(in, object, "kind"),
	    .scope = text_of(in, object, "scope"),
	    .text = text_of(in, object, "text"),
	    .hint = text_of(in, object, "hint"),
	    .first_seen = instant_of(in, object, "first_seen", INSTANT_ALWAYS),
	    .runs_seen = number_of(in, object, "runs_seen"),
	    .said = flag_of(in, object, "said"),
	    .accepted = flag_of(in, object, "accepted")};
	copy_id(in, matter.id, object, "id");
	KEEP(in->plan->matters, matter);
}

static void
read_closed(struct reader *in, struct json_object *object)
{
	const char *door = text_of(in, object, "door");
	struct closed_door closed = {.email = word_of(in, object, "email"),
	    .name = text_of(in, object, "person"),
	    .door = door,
	    .unread = door == NULL,
	    .from = instant_of(in, object, "from", INSTANT_ALWAYS),
	    .why = text_of(in, object, "why"),
	    .hint = text_of(in, object, "hint"),
	    .said = flag_of(in, object, "said")};
	copy_id(in, closed.id, object, "id");
	KEEP(in->plan->closed, closed);
}

static void
read_mismatch(struct reader *in, struct json_object *object)
{
	struct mismatch mismatch = {.email = text_of(in, object, "email"),
	    .name = text_of(in, object, "name"),
	    .kisi_email = text_of(in, object, "kisi_email"),
	    .kisi_name = text_of(in, object, "kisi_name"),
	    .user_id = id_of(in, object, "user_id"),
	    .score = (int)number_of(in, object, "score"),
	    .evidence = text_of(in, object, "evidence"),
	    .groups = text_of(in, object, "groups"),
	    .record = text_of(in, object, "record"),
	    .same = text_of(in, object, "same"),
	    .different = text_of(in, object, "different")};
	KEEP(in->plan->mismatches, mismatch);
}

static void
read_orphan(struct reader *in, struct json_object *object)
{
	struct orphan orphan = {.email = text_of(in, object, "email"),
	    .name = text_of(in, object, "name"),
	    .user_id = id_of(in, object, "user_id"),
	    .group_id = id_of(in, object, "group_id"),
	    .group = text_of(in, object, "group"),
	    .assignment_id = id_of(in, object, "assignment_id"),
	    .valid = interval_of(in, object),
	    .why = text_of(in, object, "why"),
	    .change_id = text_of(in, object, "change_id"),
	    .held = guard_of(in, text_of(in, object, "held"), "held")};
	KEEP(in->plan->orphans, orphan);
}

static void
read_hit(struct reader *in, struct json_object *object)
{
	GPtrArray *groups = in->plan->missing_groups;
	struct missing_group *missing = g_ptr_array_index(groups, groups->len - 1);
	struct missing_hit hit = {text_of(in, object, "email"), interval_of(in, object)};
	KEEP(missing->hit, hit);
}

static void
read_missing_group(struct reader *in, struct json_object *object)
{
	struct missing_group missing = {.group = text_of(in, object, "group"),
	    .kind = kind_of_finding(in, object),
	    .rules = text_of(in, object, "rules"),
	    .text = text_of(in, object, "text"),
	    .hint = text_of(in, object, "hint"),
	    .hit = g_ptr_array_new_with_free_func(g_free)};
	KEEP(in->plan->missing_groups, missing);
	each(in, object, "hit", read_hit);
}

static void
read_access(struct reader *in, struct json_object *object)
{
	struct access_now now = {.email = text_of(in, object, "email"),
	    .name = text_of(in, object, "name"),
	    .group_id = id_of(in, object, "group_id"),
	    .group = text_of(in, object, "group"),
	    .via = text_of(in, object, "via"),
	    .valid = interval_of(in, object),
	    .why = text_of(in, object, "why"),
	    .basis = basis_of_word(word_of(in, object, "basis")),
	    .pass = flag_of(in, object, "pass"),
	    .can = text_of(in, object, "can_unlock"),
	    .cannot = !flag_of(in, object, "opens"),
	    .place = text_of(in, object, "place"),
	    .doors = text_of(in, object, "doors"),
	    .left = text_of(in, object, "left_alone"),
	    .role = text_of(in, object, "role"),
	    .user_id = id_of(in, object, "user_id"),
	    .assignment_id = id_of(in, object, "assignment_id"),
	    .given_at = instant_of(in, object, "given_at", 0),
	    .given_by = text_of(in, object, "given_by"),
	    .last_used = instant_of(in, object, "last_used", 0)};
	if (now.basis == BASIS_COUNT)
		odd(in, "basis");
	KEEP(in->plan->access, now);
}

static void
read_group(struct reader *in, struct json_object *object)
{
	struct group_facts group = {.id = id_of(in, object, "id"),
	    .name = text_of(in, object, "name"),
	    .place = text_of(in, object, "place"),
	    .zone = text_of(in, object, "zone"),
	    .doors = text_of(in, object, "doors"),
	    .rules = text_of(in, object, "rules"),
	    .keys = text_of(in, object, "rooms_and_plans"),
	    .people = (size_t)number_of(in, object, "people"),
	    .managed = flag_of(in, object, "managed"),
	    .data = flag_of(in, object, "named_by_data"),
	    .reported = flag_of(in, object, "only_reported"),
	    .empty = flag_of(in, object, "opens_nothing")};
	KEEP(in->plan->groups, group);
}

static struct import_facts *
last_facts(struct reader *in)
{
	return g_ptr_array_index(in->read->facts, in->read->facts->len - 1);
}

static void
read_file(struct reader *in, struct json_object *object)
{
	struct file_facts *file = import_facts_add_file(
	    last_facts(in), word_of(in, object, "name"));
	file->sha256 = g_strdup(text_of(in, object, "sha256"));
	file->bytes = number_of(in, object, "bytes");
	file->rows = (uint64_t)number_of(in, object, "rows");
}

static void
read_source(struct reader *in, struct json_object *object)
{
	/* Of which kind its records are no report says. */
	struct import_facts *facts = import_facts_new(word_of(in, object, "name"), RECORD_KINDS);
	g_ptr_array_add(in->read->facts, facts);
	facts->rows = (uint64_t)number_of(in, object, "rows");
	facts->rejected = (uint64_t)number_of(in, object, "rejected");
	struct json_object *refusals = json_array(object, "refusals");
	size_t n = refusals != NULL ? json_object_array_length(refusals) : 0;
	for (size_t i = 0; i < n; i++)
		import_facts_refuse(facts, NULL, "%s",
		    json_object_get_string(json_object_array_get_idx(refusals, i)));
	each(in, object, "files", read_file);
	struct source_result result = {.facts = facts,
	    .profile = text_of(in, object, "profile"),
	    .refused = flag_of(in, object, "refused"),
	    .doubtful = flag_of(in, object, "doubtful"),
	    .reason = text_of(in, object, "reason"),
	    .age = json_member(object, "age") != NULL ? number_of(in, object, "age") : -1};
	KEEP(in->plan->sources, result);
}

/* ---- the document ---- */

static void
read_snapshot(struct reader *in, struct json_object *object)
{
	struct snapshot_facts *facts = &in->plan->snapshot;
	in->read->run.snapshot_source = text_of(in, object, "source");
	facts->fetched_at = instant_of(in, object, "fetched_at", INSTANT_FIRST);
	facts->organization = text_of(in, object, "organization");
	for (int i = 0; i < SNAPSHOT_COUNTS; i++)
		facts->counts[i] = (size_t)number_of(
		    in, object, snapshot_count_word((enum snapshot_count)i));
	in->plan->managed_people = (size_t)number_of(in, object, "managed_people");
}

static void
read_head(struct reader *in, struct json_object *document)
{
	struct run *run = &in->read->run;
	struct json_object *hashes = json_member(document, "hashes");
	if (number_of(in, document, "format_version") != FORMAT_VERSION)
		odd(in, "format_version");
	copy_id(in, run->id, document, "run");
	copy_id(in, in->plan->id, document, "plan");
	copy_id(in, in->plan->removals_id, document, "approval");
	run->as_of = in->plan->as_of = instant_of(in, document, "as_of", INSTANT_FIRST);
	run->config_path = text_of(in, document, "configuration");
	run->proof = text_of(in, document, "proof");
	run->no_plan = text_of(in, json_member(document, "no_plan"), "reason");
	struct json_object *book = json_member(document, "workbook");
	run->links = flag_of(in, book, "links");
	run->letter = flag_of(in, book, "letter");
	run->review_every = number_of(in, book, "review_every");
	in->plan->zone = text_of(in, document, "zone");
	in->plan->hash_inputs = g_strdup(text_of(in, hashes, "inputs"));
	in->plan->hash_config = g_strdup(text_of(in, hashes, "config"));
	in->plan->hash_snapshot = g_strdup(text_of(in, hashes, "snapshot"));
}

static void
read_document(struct reader *in, struct json_object *document)
{
	static const struct {
		const char *key;
		element_reader *element;
	} lists[] = {
	    {"changes", read_planned},
	    {"held", read_held},
	    {"findings", read_finding},
	    {"rejects", read_reject},
	    {"guards", read_verdict},
	    {"sources", read_source},
	    {"matters", read_matter},
	    {"closed_doors", read_closed},
	    {"mismatches", read_mismatch},
	    {"orphans", read_orphan},
	    {"missing_groups", read_missing_group},
	    {"access", read_access},
	    {"groups", read_group},
	};
	read_head(in, document);
	read_snapshot(in, json_member(document, "snapshot"));
	for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
		each(in, document, lists[i].key, lists[i].element);
	if (in->odd == NULL)
		read_outcomes(in, document);
}

struct read_run *
plan_read(const char *text, const char *name, GError **error)
{
	struct json_object *document = json_read(text, strlen(text), name, error);
	if (document == NULL)
		return NULL;
	struct read_run *read = g_new0(struct read_run, 1);
	read->plan = plan_new();
	read->run.plan = read->plan;
	read->facts = g_ptr_array_new_with_free_func((GDestroyNotify)import_facts_free);
	struct reader in = {.read = read, .plan = read->plan};
	read_document(&in, document);
	json_object_put(document);
	if (in.odd == NULL)
		return read;
	fail(error, EXIT_BAD_INPUT, "older versions kept less of a run than reports show",
	    "%s: \"%s\" is missing, or not as this version writes it", name, in.odd);
	read_run_free(read);
	return NULL;
}

void
read_run_free(struct read_run *read)
{
	if (read == NULL)
		return;
	plan_free(read->plan);
	g_ptr_array_unref(read->facts);
	g_free(read->outcomes);
	g_free(read);
}
