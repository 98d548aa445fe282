/*
 * What became of the records that gave the time which people still have ahead.  Decides what explains the end of a piece
 * of access; what is done about it is decided by the guards.
 */
#include "reconcile/givers.h"

#include "base/text.h"
#include "reconcile/later.h"
#include "reconcile/people.h"
#include "reconcile/rules.h"

#include <string.h>

/* A remembered record, and what is there of it now. */
struct record_now {
	uint32_t source;
	bool had_end; /* it is a membership, and gave nothing without an end */
	bool has_end;
	bool there;
	bool gives;  /* somebody something, now or later */
	bool traced; /* it is there and says why it gives nothing, or no more */
	enum cause cause;
	uint32_t reason; /* that says so */
	struct interval span;
};

struct givers {
	const struct config *config;
	const struct source_policy *policies;
	const struct history *history;
	instant now;
	GString *key;		   /* of key_of, reused */
	GHashTable *numbers;	   /* key_of -> index into records + 1 */
	GArray *records;	   /* of struct record_now */
	GHashTable *contents;	   /* set of int64_t: index and content of rows that are there */
	GHashTable *unread;	   /* set of key_of */
	GHashTable *unread_people; /* set of "source\nemail" */
	GHashTable *by_email;	   /* email -> index of its first in history->givers + 1 */
	GHashTable *renewed;	   /* set of struct giver *, of the history */
	struct later *later;
	struct freezes *freezes;
	bool *unread_any; /* by source: a row of which nothing tells whose it is */
	const struct entitled *entitled;
	const bool *refused, *doubted;
	GHashTable *hows;  /* set of int64_t: source and how */
	GHashTable *gives; /* set of int64_t: record index and person */
	GArray *known;	   /* of struct known_giver */
};

/* ---- keys ---- */

/* An id means something within its system and kind; what has none is known by its content.  Valid until the next call. */
static const char *
key_of(const struct givers *g, const struct source_policy *policy, const char *id, uint32_t content)
{
	g_string_printf(g->key, "%d\n%s\n", (int)policy->kind,
	    policy->system != NULL ? policy->system : policy->name);
	if (id != NULL)
		g_string_append(g->key, id);
	else
		g_string_append_printf(g->key, "\n%08x", content);
	return g->key->str;
}

static int64_t *
pair_key(uint32_t a, uint32_t b)
{
	int64_t key = (int64_t)a << 32 | b;
	return g_memdup2(&key, sizeof key);
}

static bool
has_pair(GHashTable *set, uint32_t a, uint32_t b)
{
	int64_t key = (int64_t)a << 32 | b;
	return g_hash_table_contains(set, &key);
}

static const struct source_policy *
policy_of(const struct givers *g, const char *source, uint32_t *number)
{
	for (guint i = 0; source != NULL && i < g->config->sources->len; i++) {
		if (strcmp(g->policies[i].name, source) == 0) {
			*number = i;
			return &g->policies[i];
		}
	}
	return NULL;
}

static uint32_t
fold(uint64_t content)
{
	return (uint32_t)(content ^ content >> 32);
}

uint64_t
givers_later_key(const struct source_policy *policy, const char *record, uint32_t content)
{
	uint64_t hash = UINT64_C(14695981039346656037);
	const char *const texts[] = {
	    policy->system != NULL ? policy->system : policy->name, record != NULL ? record : ""};
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		for (const char *p = texts[i];; p++) {
			hash = (hash ^ (unsigned char)*p) * UINT64_C(1099511628211);
			if (*p == '\0')
				break;
		}
	}
	hash ^= (uint64_t)policy->kind;
	return record != NULL ? hash : (hash ^ content) * UINT64_C(1099511628211);
}

uint32_t
givers_how(const struct source_policy *policy, const struct rule *rule)
{
	g_autofree char *text = rule != NULL ? rule_fingerprint(rule) : g_strdup("");
	return policy->how ^ (g_str_hash(text) * 2654435761u);
}

/* ---- what is remembered ---- */

static bool
is_current(const struct givers *g, const struct giver *giver)
{
	return giver->kind == GIVER_RECORD && giver->span.until > g->now;
}

static void
expect(struct givers *g, const struct giver *giver)
{
	uint32_t source;
	const struct source_policy *policy = policy_of(g, giver->source, &source);
	if (policy == NULL || giver->kind != GIVER_RECORD)
		return;
	const char *key = key_of(g, policy, giver->record, giver->content);
	bool ends = giver->record_kind == RECORD_MEMBERSHIP && giver->span.until != INSTANT_NEVER;
	guint number = GPOINTER_TO_UINT(g_hash_table_lookup(g->numbers, key));
	if (number != 0) {
		g_array_index(g->records, struct record_now, number - 1).had_end &= ends;
		return;
	}
	struct record_now record = {.source = source, .had_end = ends};
	g_array_append_val(g->records, record);
	g_hash_table_insert(g->numbers, g_strdup(key), GUINT_TO_POINTER(g->records->len));
}

struct givers *
givers_new(const struct config *config, const struct source_policy *policies,
    const struct history *history, instant now)
{
	struct givers *g = g_new0(struct givers, 1);
	*g = (struct givers){.config = config,
	    .policies = policies,
	    .history = history,
	    .now = now,
	    .key = g_string_new(NULL),
	    .numbers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
	    .records = g_array_new(FALSE, TRUE, sizeof(struct record_now)),
	    .contents = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL),
	    .unread = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
	    .unread_people = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
	    .by_email = g_hash_table_new(g_str_hash, g_str_equal),
	    .renewed = g_hash_table_new(NULL, NULL),
	    .later = later_new(history, now),
	    .freezes = freezes_new(config->sources->len, history, now),
	    .unread_any = g_new0(bool, config->sources->len + 1),
	    .hows = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL),
	    .gives = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL),
	    .known = g_array_new(FALSE, FALSE, sizeof(struct known_giver))};
	for (guint i = 0; i < history->givers->len; i++) {
		const struct giver *giver = &g_array_index(history->givers, struct giver, i);
		expect(g, giver);
		if (!g_hash_table_contains(g->by_email, giver->email))
			g_hash_table_insert(
			    g->by_email, (gpointer)giver->email, GUINT_TO_POINTER(i + 1));
	}
	return g;
}

void
givers_free(struct givers *g)
{
	if (g == NULL)
		return;
	GHashTable *const tables[] = {g->numbers, g->contents, g->unread, g->unread_people,
	    g->by_email, g->renewed, g->hows, g->gives};
	for (size_t i = 0; i < G_N_ELEMENTS(tables); i++)
		g_hash_table_unref(tables[i]);
	g_array_unref(g->records);
	g_array_unref(g->known);
	g_string_free(g->key, TRUE);
	freezes_free(g->freezes);
	later_free(g->later);
	g_free(g->unread_any);
	g_free(g);
}

/* ---- taking records ---- */

/* A membership is renewed, or a system counts its records anew: the person and the time are the same, the id is not. */
static void
renew(struct givers *g, const struct record *record)
{
	bool grants = record->status == STATUS_CONFIRMED || record->status == STATUS_COMPLETED ||
		      record->status == STATUS_ACTIVE || record->status == STATUS_SCHEDULED;
	const char *email = record->person.email != NULL
				? config_person(g->config, record->person.email)
				: NULL;
	guint first = grants && email != NULL
			  ? GPOINTER_TO_UINT(g_hash_table_lookup(g->by_email, email))
			  : 0;
	const GArray *givers = g->history->givers;
	for (guint i = first - 1; first != 0 && i < givers->len; i++) {
		struct giver *giver = &g_array_index(givers, struct giver, i);
		if (strcmp(giver->email, email) != 0)
			break;
		if (is_current(g, giver) &&
		    strcmp(giver->source, g->policies[record->place.source].name) == 0 &&
		    record->span.from < giver->span.until &&
		    record->span.until > MAX(g->now, giver->span.from))
			g_hash_table_add(g->renewed, giver);
	}
}

void
givers_take(struct givers *g, const struct record *record)
{
	/* What is left of a row that was rejected is no record. */
	if (record->bare && record->status != STATUS_CANCELLED)
		return;
	const struct source_policy *policy = &g->policies[record->place.source];
	if (record->id != NULL)
		freezes_take(
		    g->freezes, record, policy->name, givers_later_key(policy, record->id, 0));
	if (g_hash_table_size(g->numbers) == 0 && g->history->later->len == 0)
		return;
	/* A row of people has no time, and its id is not that of what it lets in. */
	if (record->kind != policy->kind)
		return;
	uint32_t content = fold(record_content(record));
	guint number = GPOINTER_TO_UINT(
	    g_hash_table_lookup(g->numbers, key_of(g, policy, record->id, content)));
	if (record->span.until > g->now)
		later_take(g->later, givers_later_key(policy, record->id, content));
	if (number != 0) {
		struct record_now *known = &g_array_index(
		    g->records, struct record_now, number - 1);
		known->there = true;
		known->has_end |= record->span.until != INSTANT_NEVER;
		g_hash_table_add(g->contents, pair_key(number - 1, content));
	} else {
		renew(g, record);
	}
}

static char *
person_key(const char *source, const char *email)
{
	return g_strconcat(source, "\n", email, NULL);
}

void
givers_reject(struct givers *g, uint32_t source, const char *id, const char *email)
{
	const struct source_policy *policy = &g->policies[source];
	/* The id of a person's row is not what a membership's row is known by. */
	bool person = policy->kind == RECORD_PERSON;
	const char *key = id != NULL && !person ? key_of(g, policy, id, 0) : NULL;
	bool known = key != NULL && g_hash_table_contains(g->numbers, key);
	if (key != NULL)
		g_hash_table_add(g->unread, g_strdup(key));
	if (email != NULL)
		g_hash_table_add(g->unread_people, person_key(policy->name, email));
	else if (!known)
		g->unread_any[source] = true;
}

/* An occurrence is known by `<series>/<beginning>`, but a series that cannot be read by its own id. */
static bool
is_unread(const struct givers *g, const struct source_policy *policy, const char *id)
{
	const char *slash = id != NULL ? strrchr(id, '/') : NULL;
	g_autofree char *series = slash != NULL ? g_strndup(id, (gsize)(slash - id)) : NULL;
	return id != NULL && (g_hash_table_contains(g->unread, key_of(g, policy, id, 0)) ||
				 (series != NULL && g_hash_table_contains(
							g->unread, key_of(g, policy, series, 0))));
}

bool
givers_unread(const struct givers *g, uint32_t source, const char *email)
{
	g_autofree char *key = person_key(g->policies[source].name, email);
	return g_hash_table_contains(g->unread_people, key);
}

static bool
is_person_unread(const struct givers *g, uint32_t source, const char *email)
{
	return g->unread_any[source] || givers_unread(g, source, email);
}

static const struct record_now *
record_of(const struct givers *g, const struct source_policy *policy, const char *id,
    uint32_t content, uint32_t *index)
{
	guint number = GPOINTER_TO_UINT(
	    g_hash_table_lookup(g->numbers, key_of(g, policy, id, content)));
	if (number == 0)
		return NULL;
	*index = number - 1;
	return &g_array_index(g->records, struct record_now, number - 1);
}

/* ---- counting ---- */

static bool
is_gone(const struct givers *g, const struct source_policy *policy, const struct giver *giver)
{
	uint32_t index;
	const struct record_now *record = record_of(
	    g, policy, giver->record, giver->content, &index);
	return (record == NULL || !record->there) && !is_unread(g, policy, giver->record);
}

struct counting {
	struct givers_count count;
	GHashTable *seen;   /* set of char *: keys */
	GPtrArray *missing; /* of char *: keys that are gone and not renewed */
};

static void
count_current(const struct givers *g, uint32_t source, struct counting *c)
{
	const struct source_policy *policy = &g->policies[source];
	for (guint i = 0; i < g->history->givers->len; i++) {
		struct giver *giver = &g_array_index(g->history->givers, struct giver, i);
		if (!is_current(g, giver) || strcmp(giver->source, policy->name) != 0)
			continue;
		char *key = g_strdup(key_of(g, policy, giver->record, giver->content));
		if (!g_hash_table_add(c->seen, key))
			continue;
		c->count.known++;
		if (!is_gone(g, policy, giver))
			continue;
		c->count.gone++;
		if (g_hash_table_contains(g->renewed, giver))
			c->count.renewed++;
		else
			/* One line each, as they are remembered. */
			g_ptr_array_add(c->missing, g_strdelimit(g_strdup(key), "\n", ' '));
	}
}

static struct counting
count_all(const struct givers *g, uint32_t source)
{
	struct counting c = {.seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
	    .missing = g_ptr_array_new_with_free_func(g_free)};
	count_current(g, source, &c);
	guint before = c.missing->len;
	c.count.known += later_missing(g->later, g->policies[source].name, c.missing);
	c.count.gone += c.missing->len - before;
	g_ptr_array_sort(c.missing, text_compare);
	g_hash_table_unref(c.seen);
	return c;
}

struct givers_count
givers_count(const struct givers *g, uint32_t source)
{
	struct counting c = count_all(g, source);
	g_ptr_array_unref(c.missing);
	return c.count;
}

GPtrArray *
givers_missing(const struct givers *g, uint32_t source)
{
	return count_all(g, source).missing;
}

bool
givers_lost_ends(const struct givers *g, uint32_t source)
{
	guint had = 0, lost = 0;
	for (guint i = 0; i < g->records->len; i++) {
		const struct record_now *record = &g_array_index(g->records, struct record_now, i);
		if (record->source != source || !record->had_end || !record->there)
			continue;
		had++;
		lost += !record->has_end;
	}
	return lost >= 2 && lost * 2 > had;
}

const struct freezes *
givers_freezes(const struct givers *g)
{
	return g->freezes;
}

bool
givers_knew(const struct givers *g, const struct reason *reason)
{
	uint32_t source;
	const struct source_policy *policy = policy_of(g, reason->source, &source);
	if (policy == NULL ||
	    g_hash_table_contains(g->numbers, key_of(g, policy, reason->record, reason->content)))
		return true;
	return later_knew(
	    g->later, policy->name, givers_later_key(policy, reason->record, reason->content));
}

/* ---- what remembered records say now ---- */

static void
note_windows(struct givers *g, const GArray *windows)
{
	const struct entitled *entitled = g->entitled;
	for (guint i = 0; i < windows->len; i++) {
		const struct raw_window *window = &g_array_index(windows, struct raw_window, i);
		const struct raw_reason *reason = &g_array_index(
		    entitled->reasons, struct raw_reason, window->reason);
		uint32_t index;
		if (record_of(g, &g->policies[reason->source],
			intern_text(entitled->texts, reason->record), reason->content,
			&index) == NULL)
			continue;
		g_array_index(g->records, struct record_now, index).gives = true;
		g_hash_table_add(g->gives, pair_key(index, window->person));
	}
}

/* All traces of a record have the cause of its row; the first one in their order counts. */
static void
note_traces(struct givers *g)
{
	const struct entitled *entitled = g->entitled;
	for (guint i = 0; i < entitled->traces->len; i++) {
		const struct trace *trace = &g_array_index(entitled->traces, struct trace, i);
		const struct raw_reason *reason = &g_array_index(
		    entitled->reasons, struct raw_reason, trace->reason);
		uint32_t index;
		const struct record_now *known = record_of(g, &g->policies[reason->source],
		    intern_text(entitled->texts, reason->record), reason->content, &index);
		if (known == NULL || known->traced)
			continue;
		struct record_now *record = &g_array_index(g->records, struct record_now, index);
		record->traced = true;
		record->cause = (enum cause)trace->cause;
		record->reason = trace->reason;
		record->span = trace->span;
	}
}

static void
note_hows(struct givers *g)
{
	for (guint i = 0; i < g->config->sources->len; i++) {
		g_hash_table_add(g->hows, pair_key(i, givers_how(&g->policies[i], NULL)));
		for (guint j = 0; j < g->config->rules->len; j++)
			g_hash_table_add(
			    g->hows, pair_key(i, givers_how(&g->policies[i],
						     g_ptr_array_index(g->config->rules, j))));
	}
}

/* ---- the account ---- */

static enum cause
cause_of_absence(const struct givers *g, const struct giver *giver)
{
	uint32_t source;
	const struct source_policy *policy = policy_of(g, giver->source, &source);
	return policy != NULL && policy->absence == ABSENCE_CANCELLED ? CAUSE_ABSENT
								      : CAUSE_ROW_VANISHED;
}

static struct account
kept_by(const struct givers *g, const struct giver *giver, enum guard guard, const char *scope)
{
	return (struct account){.standing = STANDING_KEPT,
	    .cause = cause_of_absence(g, giver),
	    .giver = giver,
	    .guard = guard,
	    .scope = scope,
	    .reason = INTERN_NONE};
}

/* What the record says is not believed yet. */
static struct account
kept_as(struct account account, enum guard guard, const char *scope)
{
	account.standing = STANDING_KEPT;
	account.guard = guard;
	account.scope = scope;
	account.counted = false;
	return account;
}

static struct account
unexplained(const struct giver *giver, enum cause cause)
{
	return (struct account){.standing = STANDING_UNEXPLAINED,
	    .cause = cause,
	    .counted = true,
	    .giver = giver,
	    .reason = INTERN_NONE};
}

static struct account
explained(const struct giver *giver, enum cause cause)
{
	return (struct account){
	    .standing = STANDING_EXPLAINED, .cause = cause, .giver = giver, .reason = INTERN_NONE};
}

/* Names of people, rooms and companies stand in lists of their own: is one of them not as it should be? */
static bool
is_list_doubted(const struct givers *g, struct account *account, const struct giver *giver)
{
	for (guint i = 0; i < g->config->sources->len; i++) {
		enum record_kind kind = g->policies[i].kind;
		if (kind != RECORD_RESOURCE && kind != RECORD_COMPANY && kind != RECORD_PERSON)
			continue;
		enum guard guard = g->refused[i]			  ? GUARD_REFUSED_SOURCE
				   : g->doubted[i]			  ? GUARD_DOUBTFUL_SOURCE
				   : is_person_unread(g, i, giver->email) ? GUARD_REJECTED_ROW
									  : GUARD_NONE;
		if (guard == GUARD_NONE)
			continue;
		*account = kept_by(g, giver, guard, g->policies[i].name);
		return true;
	}
	return false;
}

/* The person had it as one of a company, and has it no more, though the company's record gives others something. */
static bool
account_for_member(const struct givers *g, const struct known_giver *known, struct account *out)
{
	const struct giver *giver = known->giver;
	uint32_t via;
	enum record_status status;
	if (giver->via == NULL || policy_of(g, giver->via, &via) == NULL)
		return false;
	if (g->refused[via])
		*out = kept_by(g, giver, GUARD_REFUSED_SOURCE, giver->via);
	else if (is_person_unread(g, via, giver->email))
		*out = kept_by(g, giver, GUARD_REJECTED_ROW, NULL);
	else if (directory_names(g->entitled->directory, via, known->person, &status))
		*out = status == STATUS_UNKNOWN ? kept_by(g, giver, GUARD_REJECTED_ROW, NULL)
						: explained(giver, CAUSE_MOVED);
	else if (g->doubted[via])
		*out = kept_by(g, giver, GUARD_DOUBTFUL_SOURCE, giver->via);
	else
		*out = unexplained(giver, CAUSE_ROW_VANISHED);
	return true;
}

static struct account
account_for_gone(const struct givers *g, const struct giver *giver, uint32_t source)
{
	const struct source_policy *policy = &g->policies[source];
	if (is_person_unread(g, source, giver->email))
		return kept_by(g, giver, GUARD_REJECTED_ROW, NULL);
	if (g->doubted[source])
		return kept_by(g, giver, GUARD_DOUBTFUL_SOURCE, policy->name);
	struct account account = unexplained(giver, cause_of_absence(g, giver));
	if (giver->record_kind == RECORD_BOOKING && giver->record != NULL)
		account.booking = giver->record;
	return account;
}

/* A row that says the same as before ends nothing: what made the difference stands elsewhere. */
static struct account
account_for_unchanged(
    const struct givers *g, const struct known_giver *known, const struct record_now *record)
{
	const struct giver *giver = known->giver;
	struct account account;
	if (account_for_member(g, known, &account) || is_list_doubted(g, &account, giver))
		return account;
	/* A day that had not come then: the freeze began, the membership ran out. */
	if (record->traced && record->cause != CAUSE_CANCELLED)
		return explained(giver, record->cause);
	return unexplained(giver, CAUSE_RULE_REMOVED);
}

/*
 * What is over, or elsewhere, by the rows that can be read may go on in one that cannot: of this person by their address,
 * of anybody only where time alone ended it.
 */
static bool
may_go_on_unread(const struct givers *g, const struct giver *giver, uint32_t source, bool over)
{
	return givers_unread(g, source, giver->email) || (over && g->unread_any[source]);
}

static struct account
account_for_changed(const struct givers *g, const struct known_giver *known,
    const struct record_now *record, uint32_t index)
{
	const struct giver *giver = known->giver;
	struct account account;
	bool over = record->traced &&
		    (record->cause == CAUSE_ENDED || record->cause == CAUSE_EXPIRED);
	bool elsewhere = !record->traced && has_pair(g->gives, index, known->person);
	account = explained(giver, record->traced ? record->cause : CAUSE_MOVED);
	account.reason = record->traced ? record->reason : INTERN_NONE;
	account.span = record->span;
	if ((over || elsewhere) && may_go_on_unread(g, giver, record->source, over))
		return kept_as(account, GUARD_REJECTED_ROW, NULL);
	if (record->traced || elsewhere)
		return account;
	if (account_for_member(g, known, &account))
		return account;
	/* It names somebody else now: right for one, but a sorted column swaps everybody. */
	if (record->gives) {
		account = explained(giver, CAUSE_MOVED);
		account.counted = true;
		return account;
	}
	if (is_list_doubted(g, &account, giver))
		return account;
	return unexplained(giver, CAUSE_RULE_REMOVED);
}

static struct account
account_for_there(const struct givers *g, const struct known_giver *known,
    const struct record_now *record, uint32_t index, uint32_t source)
{
	const struct giver *giver = known->giver;
	if (giver->content != 0 && has_pair(g->contents, index, giver->content))
		return account_for_unchanged(g, known, record);
	/* What another configuration gave, no record explains. */
	if (giver->how != 0 && !has_pair(g->hows, source, giver->how)) {
		struct account account;
		return is_list_doubted(g, &account, giver) ? account
							   : unexplained(giver, CAUSE_RULE_REMOVED);
	}
	return account_for_changed(g, known, record, index);
}

static struct account
account_for(const struct givers *g, const struct known_giver *known)
{
	const struct giver *giver = known->giver;
	uint32_t source, index = 0;
	if (giver->kind == GIVER_HAND)
		return unexplained(giver, CAUSE_HAND_MADE);
	if (giver->kind == GIVER_OURS)
		return explained(giver, CAUSE_ENDED);
	const struct source_policy *policy = policy_of(g, giver->source, &source);
	if (policy == NULL)
		return unexplained(giver, CAUSE_RULE_REMOVED);
	if (g->refused[source])
		return kept_by(g, giver, GUARD_REFUSED_SOURCE, policy->name);
	if (is_unread(g, policy, giver->record))
		return kept_by(g, giver, GUARD_REJECTED_ROW, NULL);
	const struct record_now *record = record_of(
	    g, policy, giver->record, giver->content, &index);
	if (record == NULL || !record->there)
		return account_for_gone(g, giver, source);
	struct account account = account_for_there(g, known, record, index, source);
	if (g->doubted[source] && account.standing != STANDING_KEPT)
		account = kept_as(account, GUARD_DOUBTFUL_SOURCE, policy->name);
	return account;
}

/* Nobody can entitle a blocked person, whatever a source would say. */
static bool
account_for_barred(const struct givers *g, const struct known_giver *known, struct account *out)
{
	if (known->person >= g->entitled->persons->len)
		return false;
	const struct entitled_person *who = &g_array_index(
	    g->entitled->persons, struct entitled_person, known->person);
	if (!who->blocked && !who->deleted)
		return false;
	*out = explained(known->giver, who->blocked ? CAUSE_BLOCKED : CAUSE_DELETED);
	return true;
}

static int
compare_known(gconstpointer p, gconstpointer q)
{
	const struct known_giver *a = p, *b = q;
	const int64_t numbers[][2] = {{a->person, b->person}, {a->giver->object, b->giver->object},
	    {a->giver->door_id, b->giver->door_id}};
	for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
		if (numbers[i][0] != numbers[i][1])
			return numbers[i][0] < numbers[i][1] ? -1 : 1;
	}
	return giver_compare(a->giver, b->giver);
}

void
givers_settle(
    struct givers *g, const struct entitled *entitled, const bool *refused, const bool *doubted)
{
	g->entitled = entitled;
	g->refused = refused;
	g->doubted = doubted;
	if (g->records->len > 0) {
		note_windows(g, entitled->windows);
		note_traces(g);
	}
	note_hows(g);
	for (guint i = 0; i < g->history->givers->len; i++) {
		const struct giver *giver = &g_array_index(g->history->givers, struct giver, i);
		if (giver->span.until <= g->now)
			continue;
		struct known_giver known = {.giver = giver,
		    .person = intern_add(entitled->people, config_person(g->config, giver->email))};
		if (!account_for_barred(g, &known, &known.account))
			known.account = account_for(g, &known);
		g_array_append_val(g->known, known);
	}
	g_array_sort(g->known, compare_known);
}

const GArray *
givers_all(const struct givers *g)
{
	return g->known;
}

const struct known_giver *
givers_of(
    const struct givers *g, enum object object, uint32_t person, int64_t door_id, guint *count)
{
	const struct giver at = {
	    .object = object, .door_id = door_id, .email = "", .span = {INSTANT_ALWAYS, 0}};
	guint low = 0, high = g->known->len;
	while (low < high) {
		guint middle = low + (high - low) / 2;
		const struct known_giver *one = &g_array_index(
		    g->known, struct known_giver, middle);
		bool before = one->person != person	     ? one->person < person
			      : one->giver->object != object ? one->giver->object < object
							     : one->giver->door_id < at.door_id;
		if (before)
			low = middle + 1;
		else
			high = middle;
	}
	guint end = low;
	for (; end < g->known->len; end++) {
		const struct known_giver *one = &g_array_index(g->known, struct known_giver, end);
		if (one->person != person || one->giver->object != object ||
		    one->giver->door_id != door_id)
			break;
	}
	*count = end - low;
	return &g_array_index(g->known, struct known_giver, low);
}

bool
givers_gave(const struct givers *g, uint32_t source, const char *record, uint32_t content)
{
	uint32_t index;
	return record_of(g, &g->policies[source], record, content, &index) != NULL;
}

enum guard
givers_keep(const struct givers *g, uint32_t source, const char *record, const char *email,
    const char **scope)
{
	const struct source_policy *policy = &g->policies[source];
	struct account account;
	const struct giver nobody = {.email = email};
	*scope = policy->name;
	if (g->refused[source])
		return GUARD_REFUSED_SOURCE;
	if (g->doubted[source])
		return GUARD_DOUBTFUL_SOURCE;
	*scope = NULL;
	if (is_unread(g, policy, record) || is_person_unread(g, source, email))
		return GUARD_REJECTED_ROW;
	if (!is_list_doubted(g, &account, &nobody))
		return GUARD_NONE;
	*scope = account.scope;
	return account.guard;
}
