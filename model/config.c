/*
 * The configuration file: words become enums, durations seconds, paths absolute.  Decides what is a valid
 * configuration; whether files, groups and places exist is found out later.
 */
#include "model/config.h"

#include "base/email.h"
#include "base/failure.h"
#include "base/ini.h"
#include "base/text.h"
#include "base/zone.h"
#include "model/ruling.h"

#include <string.h>

const char *const same_id_words[] = {"last", "unite", NULL};
const char *const date_order_words[] = {"DMY", "MDY", "YMD", NULL};
static const char *const method_words[] = {"group", "link", "unlock-schedule", "unlock", NULL};

const char *
method_word(enum method method)
{
	return method_words[method];
}

/* Passes are made for bookings, and a lock is what schedules and unlocking are about. */
enum exclusive
exclusive_least(enum exclusive a, enum exclusive b)
{
	if (a == EXCLUSIVE_NO || b == EXCLUSIVE_NO)
		return EXCLUSIVE_NO;
	return a == EXCLUSIVE_OURS ? a : b;
}

const char *
rule_fault(const struct rule *rule)
{
	if (rule->method != METHOD_GROUP && rule->kind != RULE_RESOURCE)
		return "is for bookings: it needs resource, and a plan needs a group";
	if (rule->method != METHOD_GROUP && rule->exclusive != EXCLUSIVE_YES)
		return "cannot only be reported on: exclusive = no and ours are for groups";
	bool about_lock = rule->method == METHOD_UNLOCK_SCHEDULE || rule->method == METHOD_UNLOCK;
	return about_lock && !rule->lock ? "needs lock, not group" : NULL;
}

struct source_config
source_config_plain(const char *name, const char *profile, const char *file)
{
	return (struct source_config){.name = (char *)name,
	    .profile = (char *)profile,
	    .file = (char *)file,
	    .start_time = (int)UNSET,
	    .end_time = (int)UNSET,
	    .grace_before = UNSET,
	    .grace_after = UNSET,
	    .absence = (int)UNSET,
	    .cancelled = (int)UNSET,
	    .same_id = (int)UNSET,
	    .attendees = (int)UNSET,
	    .guests = (int)UNSET,
	    .max_age = UNSET};
}

/* ---- how a value is read ---- */

/* One key of one section on its way into its place. */
struct reading {
	struct ini *ini;
	const char *section; /* as it is called in the file */
	const char *dir;     /* where relative paths start */
	const char *state;   /* where paths are that nobody named */
	GError **error;
};

enum type {
	TYPE_TEXT,	/* char * */
	TYPE_PATH,	/* char *: absolute */
	TYPE_LIST,	/* char **: items between `;` */
	TYPE_DOORS,	/* char **: the same as text_key; NULL when the key is not given */
	TYPE_PEOPLE,	/* GHashTable *: canonical addresses */
	TYPE_WORD,	/* enum or int: the first of the words has the number `first` */
	TYPE_EXCLUSIVE, /* enum exclusive */
	TYPE_NUMBER,	/* int64_t from 1 to `most` */
	TYPE_CLOCK,	/* int: seconds from midnight */
	TYPE_DURATION,	/* instant: seconds */
	TYPE_PATIENCE,	/* instant: how long to wait for others */
	TYPE_GRACE,	/* instant: by how much a booking is widened */
	TYPE_KEEP,	/* instant: how long runs are kept */
	TYPE_LIMIT,	/* struct limit */
	TYPE_RATE,	/* double: requests a second */
	TYPE_MARKER,	/* char * */
	TYPE_CODES,
	TYPE_OWN, /* read, and released, by the code of its section */
	TYPES
};

struct key {
	const char *section; /* `kisi`; `source NAME` and `rule NAME` stand for all of them */
	const char *key;
	enum type type;
	const char *standard; /* the default, as it would be written; NULL: nothing, or UNSET */
	size_t place;	      /* in struct config, source_config or rule */
	const char *const *words;
	int first, most;
};

static const char *
given(const struct reading *in, const struct key *key)
{
	return ini_text(in->ini, in->section, key->key, key->standard);
}

static char *
absolute(const char *dir, const char *path)
{
	return path != NULL && *path != '\0' ? g_canonicalize_filename(path, dir) : NULL;
}

/* A glob keeps its pattern: only the folder in front is put before it. */
static char *
absolute_glob(const char *dir, const char *pattern)
{
	return g_path_is_absolute(pattern) ? g_strdup(pattern)
					   : g_build_filename(dir, pattern, NULL);
}

static void
read_text(const struct reading *in, const struct key *key, void *place)
{
	*(char **)place = g_strdup(given(in, key));
}

/* A path that is there must name something: a blank one would mean no blocked people, for one, without a word. */
static void
read_path(const struct reading *in, const struct key *key, void *place)
{
	const char *path = ini_text(in->ini, in->section, key->key, NULL);
	if (path != NULL && *path == '\0')
		ini_fail(in->ini, in->section, key->key, "name one, or leave the key out",
		    in->error, "nothing given");
	bool named = path != NULL && *path != '\0';
	*(char **)place = absolute(named ? in->dir : in->state, named ? path : key->standard);
}

static void
read_list(const struct reading *in, const struct key *key, void *place)
{
	*(char ***)place = ini_list(in->ini, in->section, key->key);
}

/* Given and empty it enables nothing. */
static void
read_doors(const struct reading *in, const struct key *key, void *place)
{
	if (given(in, key) == NULL)
		return;
	char **doors = *(char ***)place = ini_list(in->ini, in->section, key->key);
	for (char **door = doors; *door != NULL; door++) {
		char *text = text_key(*door);
		g_free(*door);
		*door = text;
	}
}

static void
read_people(const struct reading *in, const struct key *key, void *place)
{
	g_auto(GStrv) items = ini_list(in->ini, in->section, key->key);
	for (char **item = items; *item != NULL; item++) {
		const char *why;
		char *email = email_canonical(*item, &why);
		if (email != NULL)
			g_hash_table_add(*(GHashTable **)place, email);
		else
			ini_fail(in->ini, in->section, key->key, NULL, in->error,
			    "not an e-mail address: \"%s\" (%s)", *item, why);
	}
}

static void
read_word(const struct reading *in, const struct key *key, void *place)
{
	int absent = -1;
	for (int i = 0; key->standard != NULL && key->words[i] != NULL; i++)
		absent = strcmp(key->words[i], key->standard) == 0 ? i : absent;
	*(int *)place = key->first +
			ini_word(in->ini, in->section, key->key, key->words, absent, in->error);
}

static void
read_exclusive(const struct reading *in, const struct key *key, void *place)
{
	static const char *const words[] = {
	    "no", "yes", "ours", "false", "true", "off", "on", "0", "1", NULL};
	static const enum exclusive meant[] = {EXCLUSIVE_NO, EXCLUSIVE_YES, EXCLUSIVE_OURS,
	    EXCLUSIVE_NO, EXCLUSIVE_YES, EXCLUSIVE_NO, EXCLUSIVE_YES, EXCLUSIVE_NO, EXCLUSIVE_YES};
	struct key all = *key;
	int word;
	all.words = words;
	read_word(in, &all, &word);
	*(enum exclusive *)place = meant[word];
}

static void
read_number(const struct reading *in, const struct key *key, void *place)
{
	*(int64_t *)place = ini_number(in->ini, in->section, key->key, 1, key->most,
	    g_ascii_strtoll(key->standard, NULL, 10), in->error);
}

static void
read_clock(const struct reading *in, const struct key *key, void *place)
{
	*(int *)place = ini_clock(in->ini, in->section, key->key, (int)UNSET, in->error);
}

static void
read_duration(const struct reading *in, const struct key *key, void *place)
{
	instant absent = UNSET;
	if (key->standard != NULL)
		instant_parse_duration(key->standard, &absent);
	*(instant *)place = ini_duration(in->ini, in->section, key->key, absent, in->error);
}

/* "Not at all" would be "for ever" to a library. */
static void
read_patience(const struct reading *in, const struct key *key, void *place)
{
	instant *patience = place;
	read_duration(in, key, place);
	if (*patience == 0 || *patience > INSTANT_DAY)
		ini_fail(in->ini, in->section, key->key, NULL, in->error, "from 1s to 1d");
}

/* Grace widens a booking by minutes; a day or more would be a typing error that opens doors. */
static void
read_grace(const struct reading *in, const struct key *key, void *place)
{
	read_duration(in, key, place);
	if (*(instant *)place > INSTANT_DAY)
		ini_fail(in->ini, in->section, key->key, NULL, in->error, "more than a day");
}

/* An apply settles what the last ones left, and the guards look back a day: what is younger than a month may be needed. */
static void
read_keep(const struct reading *in, const struct key *key, void *place)
{
	instant *keep = place;
	read_duration(in, key, place);
	if (*keep != 0 && *keep < 31 * INSTANT_DAY)
		ini_fail(in->ini, in->section, key->key, "31d or more; 0 keeps them for ever",
		    in->error, "too short");
}

static void
read_limit(const struct reading *in, const struct key *key, void *place)
{
	struct limit *limit = place;
	const char *text = given(in, key);
	*limit = (struct limit){.count = -1};
	if (text != NULL && !limit_parse(text, limit))
		ini_fail(in->ini, in->section, key->key,
		    "a number, a share, or both: 10, 20%, 2 or 20%", in->error,
		    "not a limit: \"%s\"", text);
}

static void
read_rate(const struct reading *in, const struct key *key, void *place)
{
	const char *text = given(in, key);
	double *rate = place;
	/* Kisi allows five requests a second for each user. */
	if (!(text_decimal(text, "/s", rate) || text_decimal(text, "", rate)) || *rate <= 0 ||
	    *rate > 1000)
		ini_fail(in->ini, in->section, key->key, "requests a second: 4/s", in->error,
		    "not a rate: \"%s\"", text);
}

/* The marker tells our links and schedules from everybody else's: it must be one word, and no beginning of nothing. */
static void
read_marker(const struct reading *in, const struct key *key, void *place)
{
	const char *text = given(in, key);
	size_t length = strspn(
	    text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");
	if (length < 3 || length > 40 || text[length] != '\0')
		ini_fail(in->ini, in->section, key->key, "such as kisi-reconcile-north", in->error,
		    "not a word of 3 to 40 letters, digits, '-', '_' and '.': \"%s\"", text);
	*(char **)place = g_strdup(text);
}

/* Exit codes, as a set of bits: `0 3`. */
static void
read_codes(const struct reading *in, const struct key *key, void *place)
{
	g_auto(GStrv) codes = g_strsplit_set(given(in, key), " ;,", -1);
	uint32_t set = 0;
	for (char **code = codes; *code != NULL; code++) {
		int64_t number;
		if (**code == '\0')
			continue;
		if (text_number(*code, 0, 5, &number))
			set |= 1u << number;
		else
			ini_fail(in->ini, in->section, key->key, "such as 0 3", in->error,
			    "not an exit code from 0 to 5: \"%s\"", *code);
	}
	*(uint32_t *)place = set;
}

/* That it is asked for makes it known. */
static void
read_own(const struct reading *in, const struct key *key, void *place)
{
	given(in, key);
}

static const struct {
	void (*read)(const struct reading *in, const struct key *key, void *place);
	enum { HELD, OWNED, OWNED_LIST } memory;
} types[TYPES] = {
    [TYPE_TEXT] = {read_text, OWNED},
    [TYPE_PATH] = {read_path, OWNED},
    [TYPE_LIST] = {read_list, OWNED_LIST},
    [TYPE_DOORS] = {read_doors, OWNED_LIST},
    [TYPE_PEOPLE] = {read_people, HELD},
    [TYPE_WORD] = {read_word, HELD},
    [TYPE_EXCLUSIVE] = {read_exclusive, HELD},
    [TYPE_NUMBER] = {read_number, HELD},
    [TYPE_CLOCK] = {read_clock, HELD},
    [TYPE_DURATION] = {read_duration, HELD},
    [TYPE_PATIENCE] = {read_patience, HELD},
    [TYPE_GRACE] = {read_grace, HELD},
    [TYPE_KEEP] = {read_keep, HELD},
    [TYPE_LIMIT] = {read_limit, HELD},
    [TYPE_RATE] = {read_rate, HELD},
    [TYPE_MARKER] = {read_marker, OWNED},
    [TYPE_CODES] = {read_codes, HELD},
    [TYPE_OWN] = {read_own, HELD},
};

/* ---- all keys ---- */

static const char *const between_words[] = {"bridge", "strict", NULL};
static const char *const create_words[] = {"managed", "invited", "no", NULL};
static const char *const pick_words[] = {"all", "newest", NULL};
static const char *const absence_words[] = {"surprising", "cancelled", NULL};
static const char *const cancelled_words[] = {"at-once", "until-end", NULL};
static const char *const maybe_words[] = {"no", "yes", NULL};

#define SOURCE "source NAME"
#define RULE "rule NAME"

/* The sections in the order in which they are listed; docs/configuration.md says what each key means. */
static const char *const workbook_words[] = {"always", "changes", "nightly", "no", NULL};
static const char *const paper_words[] = {"auto", "a4", "letter", NULL};

static const struct key keys[] = {
#define AT(member) .place = offsetof(struct config, member)
    {"kisi", "base_url", TYPE_TEXT, "https://api.kisi.io", AT(kisi.base_url)},
    {"kisi", "api_key_file", TYPE_PATH, NULL, AT(kisi.api_key_file)},
    {"kisi", "place", TYPE_TEXT, NULL, AT(kisi.place)},
    {"kisi", "marker", TYPE_MARKER, "kisi-reconcile", AT(kisi.marker)},
    {"kisi", "rate", TYPE_RATE, "4/s", AT(kisi.rate)},
    {"kisi", "attempts", TYPE_NUMBER, "6", AT(kisi.attempts), .most = 20},
    {"kisi", "backoff", TYPE_DURATION, "1s", AT(kisi.backoff)},
    {"kisi", "timeout", TYPE_PATIENCE, "30s", AT(kisi.timeout)},
    {"state", "database", TYPE_PATH, "kisi-reconcile.db", AT(state.database)},
    {"state", "keep_runs", TYPE_KEEP, "400d", AT(state.keep_runs)},
    {"state", "fetched_dir", TYPE_PATH, NULL, AT(state.fetched_dir)},
    {"fetch", "timeout", TYPE_PATIENCE, "1m", AT(fetch.timeout)},
    {"fetch", "deadline", TYPE_PATIENCE, "10m", AT(fetch.deadline)},
    {"fetch", "attempts", TYPE_NUMBER, "4", AT(fetch.attempts), .most = 20},
    {"fetch", "backoff", TYPE_DURATION, "1s", AT(fetch.backoff)},
    {"fetch", "keep", TYPE_NUMBER, "5", AT(fetch.keep), .most = 1000},
    {"schedule", "run_every", TYPE_DURATION, "1h", AT(schedule.run_every)},
    {"schedule", "slack", TYPE_DURATION, "15m", AT(schedule.slack)},
    {"schedule", "lookahead", TYPE_DURATION, "24h", AT(schedule.lookahead)},
    {"schedule", "between_windows", TYPE_WORD, "bridge", AT(schedule.between),
	.words = between_words},
    {"schedule", "max_bridge", TYPE_DURATION, "2h", AT(schedule.max_bridge)},
    {"schedule", "deadline", TYPE_DURATION, "50m", AT(schedule.deadline)},
    {"people", "create", TYPE_WORD, "managed", AT(people.create), .words = create_words},
    {"people", "aliases_file", TYPE_PATH, NULL, AT(aliases_file)},
    {"people", "rulings_file", TYPE_PATH, NULL, AT(rulings_file)},
    {"people", "protected", TYPE_PEOPLE, NULL, AT(people.protected)},
    {"people", "blocked_file", TYPE_PATH, NULL, AT(blocked_file)},
    {"profiles", "dir", TYPE_PATH, NULL, AT(profiles_dir)},
    {"guards", "max_age", TYPE_DURATION, "26h", AT(guards.max_age)},
    {"guards", "max_shrink", TYPE_LIMIT, "3 or 20%", AT(guards.max_shrink)},
    {"guards", "max_rejects", TYPE_LIMIT, "1 or 5%", AT(guards.max_rejects)},
    {"guards", "max_removals", TYPE_LIMIT, "2 or 20%", AT(guards.max_removals)},
    {"guards", "max_group_removals", TYPE_LIMIT, "2 or 25%", AT(guards.max_group_removals)},
    {"guards", "max_day_removals", TYPE_LIMIT, "3 or 30%", AT(guards.max_day_removals)},
    {"guards", "max_grants", TYPE_LIMIT, "25 or 50%", AT(guards.max_grants)},
    {"guards", "max_clock", TYPE_DURATION, "2m", AT(guards.max_clock)},
    {"guards", "hold_file", TYPE_PATH, NULL, AT(guards.hold_file)},
    {"guards", "plan_expiry", TYPE_DURATION, "1h", AT(guards.plan_expiry)},
    {"metrics", "file", TYPE_PATH, NULL, AT(metrics_file)},
    {"notify", "ping_url_file", TYPE_PATH, NULL, AT(notify.ping_url_file)},
    {"notify", "ping_ok", TYPE_CODES, "0", AT(notify.ping_ok)},
    {"reports", "dir", TYPE_PATH, "reports", AT(reports.dir)},
    {"reports", "workbook", TYPE_WORD, NULL, AT(reports.workbook), .words = workbook_words,
	.first = WORKBOOK_ALWAYS},
    {"reports", "keep", TYPE_DURATION, "0", AT(reports.keep)},
    {"reports", "review_every", TYPE_DURATION, "90d", AT(reports.review_every)},
    {"reports", "links", TYPE_WORD, "yes", AT(reports.links), .words = maybe_words},
    {"reports", "paper", TYPE_WORD, "auto", AT(reports.paper), .words = paper_words},
    {"rules", "file", TYPE_PATH, NULL, AT(rules_file)},
#undef AT
#define AT(member) .place = offsetof(struct source_config, member)
    {SOURCE, "profile", TYPE_OWN, .standard = NULL},
    {SOURCE, "file", TYPE_OWN, .standard = NULL},
    {SOURCE, "url", TYPE_OWN, .standard = NULL},
    {SOURCE, "url_file", TYPE_OWN, .standard = NULL},
    {SOURCE, "credentials_file", TYPE_PATH, NULL, AT(credentials_file)},
    {SOURCE, "header_file", TYPE_PATH, NULL, AT(header_file)},
    {SOURCE, "pick", TYPE_WORD, "all", AT(pick), .words = pick_words},
    {SOURCE, "timezone", TYPE_TEXT, NULL, AT(timezone)},
    {SOURCE, "system", TYPE_TEXT, NULL, AT(system)},
    {SOURCE, "date_order", TYPE_WORD, NULL, AT(date_order), .words = date_order_words,
	.first = ORDER_DMY},
    {SOURCE, "start_time", TYPE_CLOCK, NULL, AT(start_time)},
    {SOURCE, "end_time", TYPE_CLOCK, NULL, AT(end_time)},
    {SOURCE, "location", TYPE_TEXT, NULL, AT(location)},
    {SOURCE, "grace_before", TYPE_GRACE, NULL, AT(grace_before)},
    {SOURCE, "grace_after", TYPE_GRACE, NULL, AT(grace_after)},
    {SOURCE, "absence", TYPE_WORD, NULL, AT(absence), .words = absence_words},
    {SOURCE, "cancelled", TYPE_WORD, NULL, AT(cancelled), .words = cancelled_words},
    {SOURCE, "same_id", TYPE_WORD, NULL, AT(same_id), .words = same_id_words},
    {SOURCE, "attendees", TYPE_WORD, NULL, AT(attendees), .words = maybe_words},
    {SOURCE, "guests", TYPE_WORD, NULL, AT(guests), .words = maybe_words},
    {SOURCE, "log_of", TYPE_TEXT, NULL, AT(log_of)},
    {SOURCE, "max_age", TYPE_DURATION, NULL, AT(max_age)},
    {SOURCE, "max_removals", TYPE_LIMIT, NULL, AT(max_removals)},
    {SOURCE, "without", TYPE_LIST, NULL, AT(without)},
    {SOURCE, "enabled_doors", TYPE_DOORS, NULL, AT(enabled_doors)},
#undef AT
#define AT(member) .place = offsetof(struct rule, member)
    {RULE, "resource", TYPE_OWN, .standard = NULL},
    {RULE, "plan", TYPE_OWN, .standard = NULL},
    {RULE, "group", TYPE_OWN, .standard = NULL},
    {RULE, "lock", TYPE_OWN, .standard = NULL},
    {RULE, "location", TYPE_TEXT, NULL, AT(location)},
    {RULE, "source", TYPE_TEXT, NULL, AT(source)},
    {RULE, "grace_before", TYPE_GRACE, NULL, AT(grace_before)},
    {RULE, "grace_after", TYPE_GRACE, NULL, AT(grace_after)},
    {RULE, "method", TYPE_WORD, "group", AT(method), .words = method_words},
    {RULE, "exclusive", TYPE_EXCLUSIVE, "yes", AT(exclusive)},
#undef AT
};

/* Has the key its place in that structure? */
static bool
is_of(const struct key *key, const char *whose)
{
	bool general = strcmp(key->section, SOURCE) != 0 && strcmp(key->section, RULE) != 0;
	return whose != NULL ? strcmp(key->section, whose) == 0 : general;
}

/* whose: SOURCE or RULE with the section that is one; NULL: all others, each in the section of its own name. */
static void
read_keys(const char *whose, void *out, struct ini *ini, const char *section, const char *dir,
    const char *state, GError **error)
{
	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
		const struct reading in = {
		    ini, whose != NULL ? section : keys[i].section, dir, state, error};
		if (is_of(&keys[i], whose))
			types[keys[i].type].read(&in, &keys[i], (char *)out + keys[i].place);
	}
}

static void
free_keys(const char *whose, void *out)
{
	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
		void *place = (char *)out + keys[i].place;
		if (is_of(&keys[i], whose) && types[keys[i].type].memory == OWNED)
			g_free(*(char **)place);
		else if (is_of(&keys[i], whose) && types[keys[i].type].memory == OWNED_LIST)
			g_strfreev(*(char ***)place);
	}
}

/* Two venues may keep their databases in one folder, and call their sources by the same names. */
static void
read_general(struct config *config, struct ini *ini, const char *state, GError **error)
{
	read_keys(NULL, config, ini, NULL, config->dir, state, error);
	g_autofree char *beside = g_path_get_dirname(config->state.database);
	if (config->state.fetched_dir == NULL)
		config->state.fetched_dir = g_strconcat(config->state.database, ".fetched", NULL);
	if (config->guards.hold_file == NULL)
		config->guards.hold_file = g_build_filename(beside, "hold", NULL);
}

static void
source_free(gpointer p)
{
	struct source_config *source = p;
	free_keys(SOURCE, source);
	g_free(source->name);
	g_free(source->profile);
	g_free(source->file);
	g_free(source->url);
	g_free(source->url_file);
	g_free(source);
}

static void
rule_free(gpointer p)
{
	struct rule *rule = p;
	free_keys(RULE, rule);
	g_free(rule->name);
	g_free(rule->key);
	g_free(rule->door);
	g_free(rule);
}

static void
blocked_free(gpointer p)
{
	struct blocked_entry *entry = p;
	g_free(entry->email);
	g_free(entry->reason);
	g_free(entry);
}

/* What must be there: says so when it is not, and when it is blank. */
static const char *
required(struct ini *ini, const char *section, const char *key, GError **error)
{
	const char *text = ini_text(ini, section, key, NULL);
	if (text == NULL)
		ini_fail(ini, section, NULL, NULL, error, "key \"%s\" is missing", key);
	else if (*text == '\0')
		ini_fail(ini, section, key, NULL, error, "nothing given");
	return text;
}

/* Exactly one place the export comes from, and who asks for it there. */
static void
read_place(struct source_config *source, const char *dir, struct ini *ini, const char *section,
    GError **error)
{
	const char *file = ini_text(ini, section, "file", NULL);
	const char *url = ini_text(ini, section, "url", NULL);
	const char *url_file = ini_text(ini, section, "url_file", NULL);
	const char *key = file != NULL ? "file" : url != NULL ? "url" : "url_file";
	int places = (file != NULL) + (url != NULL) + (url_file != NULL);

	if (places == 0)
		ini_fail(ini, section, NULL, "or url, or url_file, for what is to be fetched",
		    error, "key \"file\" is missing");
	else if (places > 1)
		ini_fail(ini, section, key, NULL, error, "only one of file, url and url_file");
	else if (*required(ini, section, key, error) == '\0')
		return;
	else if (file != NULL && (source->credentials_file != NULL || source->header_file != NULL))
		ini_fail(ini, section, key, NULL, error,
		    "credentials_file and header_file go with url or url_file");
	else if (file == NULL && source->pick != PICK_ALL)
		ini_fail(ini, section, "pick", NULL, error, "it goes with file");
	else if (source->credentials_file != NULL && source->header_file != NULL)
		ini_fail(ini, section, "header_file", "Authorization: Basic ... may stand there",
		    error, "either credentials_file or header_file");
	if (file != NULL)
		source->file = absolute_glob(dir, file);
	source->url = g_strdup(url);
	source->url_file = absolute(dir, url_file);
}

const struct source_config *
config_log_of(const struct config *config, guint log)
{
	const struct source_config *source = g_ptr_array_index(config->sources, log);
	for (guint i = 0; i < config->sources->len && source->log_of != NULL; i++) {
		const struct source_config *other = g_ptr_array_index(config->sources, i);
		if (strcmp(other->name, source->log_of) == 0)
			return other;
	}
	return NULL;
}

static struct source_config *
read_source(const struct config *config, struct ini *ini, const char *section, GError **error)
{
	struct source_config *source = g_new0(struct source_config, 1);
	source->name = g_strdup(section + strlen("source "));
	source->profile = g_strdup(required(ini, section, "profile", error));
	read_keys(SOURCE, source, ini, section, config->dir, NULL, error);
	read_place(source, config->dir, ini, section, error);
	if (source->timezone != NULL && zone_get(source->timezone) == NULL)
		ini_fail(ini, section, "timezone", "an IANA name such as Europe/Amsterdam", error,
		    "unknown time zone \"%s\"", source->timezone);
	return source;
}

static void
read_rule_key(struct rule *rule, struct ini *ini, const char *section, GError **error)
{
	const char *resource = ini_text(ini, section, "resource", NULL);
	const char *plan = ini_text(ini, section, "plan", NULL);
	if ((resource == NULL) == (plan == NULL))
		ini_fail(ini, section, NULL, "what is booked (resource) or what is held (plan)",
		    error,
		    resource == NULL ? "needs resource or plan" : "has both resource and plan");
	rule->kind = resource != NULL ? RULE_RESOURCE : RULE_PLAN;
	rule->key = g_strdup(required(ini, section, resource != NULL ? "resource" : "plan", error));
}

static void
read_rule_door(struct rule *rule, struct ini *ini, const char *section, GError **error)
{
	const char *group = ini_text(ini, section, "group", NULL);
	const char *lock = ini_text(ini, section, "lock", NULL);
	if ((group == NULL) == (lock == NULL))
		ini_fail(ini, section, NULL, "what it opens: a group or a lock of Kisi", error,
		    group == NULL ? "needs group or lock" : "has both group and lock");
	rule->lock = lock != NULL;
	rule->door = g_strdup(required(ini, section, lock != NULL ? "lock" : "group", error));
}

static struct rule *
read_rule(struct ini *ini, const char *section, GError **error)
{
	struct rule *rule = g_new0(struct rule, 1);
	rule->name = g_strdup(section + strlen("rule "));
	read_rule_key(rule, ini, section, error);
	read_rule_door(rule, ini, section, error);
	read_keys(RULE, rule, ini, section, NULL, NULL, error);
	const char *why = rule_fault(rule);
	if (why != NULL)
		ini_fail(
		    ini, section, "method", NULL, error, "%s %s", method_word(rule->method), why);
	return rule;
}

static void
read_lists(struct config *config, struct ini *ini, GError **error)
{
	for (const char *const *section = ini_sections(ini); *section != NULL; section++) {
		if (g_str_has_prefix(*section, "source ") && (*section)[7] != '\0')
			g_ptr_array_add(config->sources, read_source(config, ini, *section, error));
		else if (g_str_has_prefix(*section, "rule ") && (*section)[5] != '\0')
			g_ptr_array_add(config->rules, read_rule(ini, *section, error));
	}
}

/* A log completes one export; what completes the log would have to be weighed against both. */
static void
check_logs(const struct config *config, struct ini *ini, GError **error)
{
	for (guint i = 0; i < config->sources->len && *error == NULL; i++) {
		const struct source_config *source = g_ptr_array_index(config->sources, i);
		const struct source_config *export = config_log_of(config, i);
		char *section = g_strconcat("source ", source->name, NULL);
		if (source->log_of != NULL && export == NULL)
			ini_fail(ini, section, "log_of", NULL, error, "there is no [source %s]",
			    source->log_of);
		else if (export != NULL && export->log_of != NULL)
			ini_fail(ini, section, "log_of", "name the full export itself", error,
			    "[source %s] is a log, too", export->name);
		g_free(section);
	}
}

static bool
has_source(const struct config *config, const char *name)
{
	for (guint i = 0; i < config->sources->len; i++) {
		const struct source_config *source = g_ptr_array_index(config->sources, i);
		if (strcmp(source->name, name) == 0)
			return true;
	}
	return false;
}

/* What only shows once everything is read. */
static void
check_whole(const struct config *config, struct ini *ini, GError **error)
{
	if (*error == NULL && config->sources->len == 0)
		fail(error, EXIT_BAD_CONFIG, "add a [source NAME] with profile and file",
		    "%s: no source", config->path);
	for (guint i = 0; i < config->rules->len && *error == NULL; i++) {
		const struct rule *rule = g_ptr_array_index(config->rules, i);
		char *section = g_strconcat("rule ", rule->name, NULL);
		if (rule->source != NULL && !has_source(config, rule->source))
			ini_fail(ini, section, "source", NULL, error, "there is no [source %s]",
			    rule->source);
		g_free(section);
	}
	check_logs(config, ini, error);
}

/* Fails on the first key that is not in the table, with the nearest that is. */
static bool
check_known(struct ini *ini, GError **error)
{
	g_autoptr(GPtrArray) sections = g_ptr_array_new();
	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
		if (i == 0 || strcmp(keys[i].section, keys[i - 1].section) != 0)
			g_ptr_array_add(sections, (gpointer)keys[i].section);
	}
	g_ptr_array_add(sections, NULL);
	return ini_finish(ini, (const char *const *)sections->pdata, error);
}

struct config *
config_read(const char *text, const char *path, const char *dir, GError **error)
{
	return config_read_apart(text, path, dir, NULL, error);
}

struct config *
config_read_apart(
    const char *text, const char *path, const char *dir, const char *state, GError **error)
{
	struct ini *ini = ini_read(text, path, EXIT_BAD_CONFIG, error);
	if (ini == NULL)
		return NULL;

	GError *trouble = NULL;
	struct config *config = g_new0(struct config, 1);
	config->path = g_strdup(path);
	config->dir = g_canonicalize_filename(dir, NULL);
	config->people.aliases = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	config->people.protected = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	config->people.blocked = g_ptr_array_new_with_free_func(blocked_free);
	config->sources = g_ptr_array_new_with_free_func(source_free);
	config->rules = g_ptr_array_new_with_free_func(rule_free);
	config->rulings = g_ptr_array_new_with_free_func((GDestroyNotify)ruling_free);

	read_general(config, ini, state != NULL ? state : config->dir, &trouble);
	read_lists(config, ini, &trouble);
	/* A key nobody knows is why another one is missing: it is what the reader must be told. */
	GError *unknown = NULL;
	if (!check_known(ini, &unknown)) {
		g_clear_error(&trouble);
		trouble = unknown;
	}
	check_whole(config, ini, &trouble);
	ini_free(ini);
	if (trouble != NULL) {
		g_propagate_error(error, trouble);
		config_free(config);
		return NULL;
	}
	return config;
}

void
config_free(struct config *config)
{
	if (config == NULL)
		return;
	free_keys(NULL, config);
	g_free(config->path);
	g_free(config->dir);
	g_free(config->sha256);
	g_hash_table_unref(config->people.aliases);
	g_hash_table_unref(config->people.protected);
	g_ptr_array_unref(config->people.blocked);
	g_ptr_array_unref(config->sources);
	g_ptr_array_unref(config->rules);
	g_ptr_array_unref(config->rulings);
	g_free(config);
}

const char *
config_person(const struct config *config, const char *email)
{
	const char *person = g_hash_table_lookup(config->people.aliases, email);
	return person != NULL ? person : email;
}
