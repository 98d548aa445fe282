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

static const char *const sections[] = {"kisi", "state", "fetch", "schedule", "people", "guards",
    "reports", "rules", "source NAME", "rule NAME", NULL};

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

static struct limit
read_limit_of(
    struct ini *ini, const char *section, const char *key, const char *standard, GError **error)
{
	struct limit limit = {.count = -1};
	const char *text = ini_text(ini, section, key, standard);
	if (text != NULL && !limit_parse(text, &limit))
		ini_fail(ini, section, key, "a number, a share, or both: 10, 20%, 2 or 20%", error,
		    "not a limit: \"%s\"", text);
	return limit;
}

static struct limit
read_limit(struct ini *ini, const char *key, const char *standard, GError **error)
{
	return read_limit_of(ini, "guards", key, standard, error);
}

static char *
absolute(const char *dir, const char *path)
{
	return path != NULL && *path != '\0' ? g_canonicalize_filename(path, dir) : NULL;
}

/* A path that is there must name something: a blank one would mean no blocked people, for one, without a word. */
static char *
read_path(struct ini *ini, const char *dir, const char *section, const char *key,
    const char *absent, GError **error)
{
	const char *path = ini_text(ini, section, key, absent);
	if (path != NULL && *path == '\0') {
		ini_fail(
		    ini, section, key, "name one, or leave the key out", error, "nothing given");
		path = absent;
	}
	return absolute(dir, path);
}

/* A glob keeps its pattern: only the folder in front is put before it. */
static char *
absolute_glob(const char *dir, const char *pattern)
{
	return g_path_is_absolute(pattern) ? g_strdup(pattern)
					   : g_build_filename(dir, pattern, NULL);
}

static double
read_rate(struct ini *ini, GError **error)
{
	const char *text = ini_text(ini, "kisi", "rate", "4/s");
	double rate = 0;
	/* Kisi allows five requests a second for each user. */
	if (!(text_decimal(text, "/s", &rate) || text_decimal(text, "", &rate)) || rate <= 0 ||
	    rate > 1000)
		ini_fail(ini, "kisi", "rate", "requests a second: 4/s", error, "not a rate: \"%s\"",
		    text);
	return rate;
}

/* The marker tells our links and schedules from everybody else's: it must be one word, and no beginning of nothing. */
static char *
read_marker(struct ini *ini, GError **error)
{
	const char *text = ini_text(ini, "kisi", "marker", "kisi-reconcile");
	size_t length = strspn(
	    text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");
	if (length < 3 || length > 40 || text[length] != '\0')
		ini_fail(ini, "kisi", "marker", "such as kisi-reconcile-north", error,
		    "not a word of 3 to 40 letters, digits, '-', '_' and '.': \"%s\"", text);
	return g_strdup(text);
}

/* How long to wait for others; "not at all" would be "for ever" to a library. */
static instant
read_patience(struct ini *ini, const char *section, const char *key, instant absent, GError **error)
{
	instant patience = ini_duration(ini, section, key, absent, error);
	if (patience == 0 || patience > INSTANT_DAY)
		ini_fail(ini, section, key, NULL, error, "from 1s to 1d");
	return patience;
}

/* An apply settles what the last ones left, and the guards look back a day: what is younger than a month may be needed. */
static instant
read_keep_runs(struct ini *ini, GError **error)
{
	instant keep = ini_duration(ini, "state", "keep_runs", 400 * INSTANT_DAY, error);
	if (keep != 0 && keep < 31 * INSTANT_DAY)
		ini_fail(ini, "state", "keep_runs", "31d or more; 0 keeps them for ever", error,
		    "too short");
	return keep;
}

/* What is named starts at the configuration's folder; what is not is in that of the state. */
static char *
read_own(struct ini *ini, const char *dir, const char *state, const char *section, const char *key,
    const char *absent, GError **error)
{
	return read_path(ini, ini_text(ini, section, key, NULL) != NULL ? dir : state, section, key,
	    absent, error);
}

static void
read_general(struct config *config, struct ini *ini, const char *state, GError **error)
{
	static const char *const between[] = {"bridge", "strict", NULL};
	static const char *const create[] = {"managed", "invited", "no", NULL};
	const char *dir = config->dir;
	config->kisi.base_url = g_strdup(ini_text(ini, "kisi", "base_url", "https://api.kisi.io"));
	config->kisi.api_key_file = read_path(ini, dir, "kisi", "api_key_file", NULL, error);
	config->kisi.place = g_strdup(ini_text(ini, "kisi", "place", NULL));
	config->kisi.marker = read_marker(ini, error);
	config->kisi.rate = read_rate(ini, error);
	config->kisi.attempts = ini_number(ini, "kisi", "attempts", 1, 20, 6, error);
	config->kisi.backoff = ini_duration(ini, "kisi", "backoff", 1, error);
	config->kisi.timeout = read_patience(ini, "kisi", "timeout", 30, error);
	config->state.database = read_own(
	    ini, dir, state, "state", "database", "kisi-reconcile.db", error);
	config->state.keep_runs = read_keep_runs(ini, error);
	/* Two venues may keep their databases in one folder, and call their sources by the same names. */
	config->state.fetched_dir = read_path(ini, dir, "state", "fetched_dir", NULL, error);
	if (config->state.fetched_dir == NULL)
		config->state.fetched_dir = g_strconcat(config->state.database, ".fetched", NULL);
	char *beside = g_path_get_dirname(config->state.database);
	config->guards.hold_file = absolute(dir, ini_text(ini, "guards", "hold_file", NULL));
	if (config->guards.hold_file == NULL)
		config->guards.hold_file = g_build_filename(beside, "hold", NULL);
	g_free(beside);
	config->fetch.timeout = read_patience(ini, "fetch", "timeout", INSTANT_MINUTE, error);
	config->fetch.deadline = read_patience(
	    ini, "fetch", "deadline", 10 * INSTANT_MINUTE, error);
	config->fetch.attempts = ini_number(ini, "fetch", "attempts", 1, 20, 4, error);
	config->fetch.backoff = ini_duration(ini, "fetch", "backoff", 1, error);
	config->fetch.keep = ini_number(ini, "fetch", "keep", 1, 1000, 5, error);
	config->schedule.run_every = ini_duration(
	    ini, "schedule", "run_every", INSTANT_HOUR, error);
	config->schedule.slack = ini_duration(ini, "schedule", "slack", 15 * INSTANT_MINUTE, error);
	config->schedule.lookahead = ini_duration(ini, "schedule", "lookahead", INSTANT_DAY, error);
	config->schedule.max_bridge = ini_duration(
	    ini, "schedule", "max_bridge", 2 * INSTANT_HOUR, error);
	config->schedule.deadline = ini_duration(
	    ini, "schedule", "deadline", 50 * INSTANT_MINUTE, error);
	config->schedule.between = ini_word(
	    ini, "schedule", "between_windows", between, BETWEEN_BRIDGE, error);
	config->people.create = ini_word(ini, "people", "create", create, CREATE_MANAGED, error);
	config->profiles_dir = read_path(ini, dir, "profiles", "dir", NULL, error);
	config->aliases_file = read_path(ini, dir, "people", "aliases_file", NULL, error);
	config->blocked_file = read_path(ini, dir, "people", "blocked_file", NULL, error);
	config->rulings_file = read_path(ini, dir, "people", "rulings_file", NULL, error);
	config->rules_file = read_path(ini, dir, "rules", "file", NULL, error);
	config->reports.dir = read_own(ini, dir, state, "reports", "dir", "reports", error);
	config->guards.max_age = ini_duration(ini, "guards", "max_age", 26 * INSTANT_HOUR, error);
	config->guards.max_clock = ini_duration(
	    ini, "guards", "max_clock", 2 * INSTANT_MINUTE, error);
	config->guards.plan_expiry = ini_duration(
	    ini, "guards", "plan_expiry", INSTANT_HOUR, error);
	config->guards.max_shrink = read_limit(ini, "max_shrink", "3 or 20%", error);
	config->guards.max_rejects = read_limit(ini, "max_rejects", "1 or 5%", error);
	config->guards.max_removals = read_limit(ini, "max_removals", "2 or 20%", error);
	config->guards.max_group_removals = read_limit(
	    ini, "max_group_removals", "2 or 25%", error);
	config->guards.max_day_removals = read_limit(ini, "max_day_removals", "3 or 30%", error);
	config->guards.max_grants = read_limit(ini, "max_grants", "25 or 50%", error);
}

static void
read_protected(struct config *config, struct ini *ini, GError **error)
{
	char **items = ini_list(ini, "people", "protected");
	for (char **item = items; *item != NULL; item++) {
		const char *why;
		char *email = email_canonical(*item, &why);
		if (email != NULL)
			g_hash_table_add(config->people.protected, email);
		else
			ini_fail(ini, "people", "protected", NULL, error,
			    "not an e-mail address: \"%s\" (%s)", *item, why);
	}
	g_strfreev(items);
}

static void
source_free(gpointer p)
{
	struct source_config *source = p;
	g_free(source->name);
	g_free(source->profile);
	g_free(source->file);
	g_free(source->url);
	g_free(source->url_file);
	g_free(source->credentials_file);
	g_free(source->header_file);
	g_free(source->timezone);
	g_free(source->system);
	g_strfreev(source->without);
	g_free(source->log_of);
	g_free(source->location);
	g_strfreev(source->enabled_doors);
	g_free(source);
}

static void
rule_free(gpointer p)
{
	struct rule *rule = p;
	g_free(rule->name);
	g_free(rule->key);
	g_free(rule->location);
	g_free(rule->source);
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

/* A flag that may be left to somebody else. */
static int
read_maybe(struct ini *ini, const char *section, const char *key, GError **error)
{
	static const char *const words[] = {"no", "yes", NULL};
	return ini_word(ini, section, key, words, (int)UNSET, error);
}

/* Grace widens a booking by minutes; a day or more would be a typing error that opens doors. */
static instant
read_grace(struct ini *ini, const char *section, const char *key, GError **error)
{
	instant grace = ini_duration(ini, section, key, UNSET, error);
	if (grace > INSTANT_DAY)
		ini_fail(ini, section, key, NULL, error, "more than a day");
	return grace;
}

/* NULL when the key is not given; given and empty it enables nothing. */
static char **
read_enabled(struct ini *ini, const char *section)
{
	if (ini_text(ini, section, "enabled_doors", NULL) == NULL)
		return NULL;
	char **doors = ini_list(ini, section, "enabled_doors");
	for (char **door = doors; *door != NULL; door++) {
		char *key = text_key(*door);
		g_free(*door);
		*door = key;
	}
	return doors;
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

	source->credentials_file = read_path(ini, dir, section, "credentials_file", NULL, error);
	source->header_file = read_path(ini, dir, section, "header_file", NULL, error);
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
	static const char *const picks[] = {"all", "newest", NULL};
	static const char *const absences[] = {"surprising", "cancelled", NULL};
	static const char *const cancelleds[] = {"at-once", "until-end", NULL};
	struct source_config *source = g_new0(struct source_config, 1);

	source->name = g_strdup(section + strlen("source "));
	source->profile = g_strdup(required(ini, section, "profile", error));
	source->pick = ini_word(ini, section, "pick", picks, PICK_ALL, error);
	read_place(source, config->dir, ini, section, error);
	source->timezone = g_strdup(ini_text(ini, section, "timezone", NULL));
	source->system = g_strdup(ini_text(ini, section, "system", NULL));
	source->without = ini_list(ini, section, "without");
	source->location = g_strdup(ini_text(ini, section, "location", NULL));
	source->date_order = (enum date_order)(
	    ORDER_DMY + ini_word(ini, section, "date_order", date_order_words, -1, error));
	source->start_time = ini_clock(ini, section, "start_time", (int)UNSET, error);
	source->end_time = ini_clock(ini, section, "end_time", (int)UNSET, error);
	source->grace_before = read_grace(ini, section, "grace_before", error);
	source->grace_after = read_grace(ini, section, "grace_after", error);
	source->absence = ini_word(ini, section, "absence", absences, (int)UNSET, error);
	source->cancelled = ini_word(ini, section, "cancelled", cancelleds, (int)UNSET, error);
	source->same_id = ini_word(ini, section, "same_id", same_id_words, (int)UNSET, error);
	source->attendees = read_maybe(ini, section, "attendees", error);
	source->guests = read_maybe(ini, section, "guests", error);
	source->log_of = g_strdup(ini_text(ini, section, "log_of", NULL));
	source->max_age = ini_duration(ini, section, "max_age", UNSET, error);
	source->max_removals = read_limit_of(ini, section, "max_removals", NULL, error);
	source->enabled_doors = read_enabled(ini, section);
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
	rule->method = ini_word(ini, section, "method", method_words, METHOD_GROUP, error);
}

static enum exclusive
read_exclusive(struct ini *ini, const char *section, GError **error)
{
	static const char *const words[] = {
	    "no", "yes", "ours", "false", "true", "off", "on", "0", "1", NULL};
	static const enum exclusive meant[] = {EXCLUSIVE_NO, EXCLUSIVE_YES, EXCLUSIVE_OURS,
	    EXCLUSIVE_NO, EXCLUSIVE_YES, EXCLUSIVE_NO, EXCLUSIVE_YES, EXCLUSIVE_NO, EXCLUSIVE_YES};
	return meant[ini_word(ini, section, "exclusive", words, 1, error)];
}

static struct rule *
read_rule(struct ini *ini, const char *section, GError **error)
{
	struct rule *rule = g_new0(struct rule, 1);
	rule->name = g_strdup(section + strlen("rule "));
	read_rule_key(rule, ini, section, error);
	rule->location = g_strdup(ini_text(ini, section, "location", NULL));
	rule->source = g_strdup(ini_text(ini, section, "source", NULL));
	read_rule_door(rule, ini, section, error);
	rule->grace_before = read_grace(ini, section, "grace_before", error);
	rule->grace_after = read_grace(ini, section, "grace_after", error);
	rule->exclusive = read_exclusive(ini, section, error);
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
	read_protected(config, ini, &trouble);
	read_lists(config, ini, &trouble);
	/* A key nobody knows is why another one is missing: it is what the reader must be told. */
	GError *unknown = NULL;
	if (!ini_finish(ini, sections, &unknown)) {
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
	char *const texts[] = {config->path, config->dir, config->sha256, config->kisi.base_url,
	    config->kisi.api_key_file, config->kisi.place, config->kisi.marker,
	    config->state.database, config->state.fetched_dir, config->guards.hold_file,
	    config->reports.dir, config->profiles_dir, config->aliases_file, config->blocked_file,
	    config->rules_file, config->rulings_file};
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		g_free(texts[i]);
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
