/* Reading the configuration and the tables and profiles it names. */
#include "cli/setup.h"
#include "cli/progress.h"

#include "base/email.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/instance.h"
#include "cli/rehearsal.h"
#include "cli/secret.h"
#include "model/alias.h"
#include "model/ruling.h"
#include "cli/writers.h"
#include "importers/table.h"
#include "net/address.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CONFIG_FILE_MAX ((size_t)4 << 20) /* bytes; a rule takes about 100 */

/* ---- tables ---- */

static char *
table_email(const char *text, unsigned row, const char *column, GError **error)
{
	const char *why;
	char *email = email_canonical(text, &why);
	if (email == NULL)
		fail(error, EXIT_BAD_CONFIG, NULL, "row %u: %s: not an e-mail address: \"%s\" (%s)",
		    row, column, text, why);
	return email;
}

/* What the rows of a table go into. */
struct reading {
	struct config *config;
	GArray *aliases; /* of struct alias_line: the rows so far */
};

static bool
alias_row(void *user, const char *const *cells, unsigned row, GError **error)
{
	struct reading *reading = user;
	GHashTable *aliases = reading->config->people.aliases;
	g_autofree char *alias = table_email(cells[0], row, "alias", error);
	g_autofree char *email = alias != NULL ? table_email(cells[1], row, "email", error) : NULL;
	if (email == NULL)
		return false;
	const char *known = g_hash_table_lookup(aliases, alias);
	if (known != NULL && strcmp(known, email) != 0)
		return fail(error, EXIT_BAD_CONFIG, NULL,
		    "row %u: alias %s stands for both %s and %s", row, alias, known, email);
	if (known == NULL) {
		struct alias_line line = {alias, row};
		g_array_append_val(reading->aliases, line);
		g_hash_table_insert(aliases, g_steal_pointer(&alias), g_steal_pointer(&email));
	}
	return true;
}

static bool
ruling_row(void *user, const char *const *cells, unsigned row, GError **error)
{
	struct config *config = ((struct reading *)user)->config;
	struct ruling *ruling = ruling_read(cells, error);
	if (ruling == NULL) {
		g_prefix_error(error, "row %u: ", row);
		return false;
	}
	g_ptr_array_add(config->rulings, ruling);
	const char *person = config_person(config, ruling->who);
	return ruling->other == NULL || strcmp(person, config_person(config, ruling->other)) != 0 ||
	       fail(error, EXIT_BAD_CONFIG, "take this row out, or the alias",
		   "row %u: %s and %s are one person by their aliases", row, ruling->who,
		   ruling->other);
}

static bool
blocked_row(void *user, const char *const *cells, unsigned row, GError **error)
{
	struct config *config = ((struct reading *)user)->config;
	char *email = table_email(cells[0], row, "email", error);
	if (email == NULL)
		return false;
	struct blocked_entry *entry = g_new0(struct blocked_entry, 1);
	entry->email = email;
	entry->reason = text_blank(cells[1]) ? NULL : g_strdup(cells[1]);
	g_ptr_array_add(config->people.blocked, entry);
	return true;
}

static char *
cell_or_null(const char *cell)
{
	return text_blank(cell) ? NULL : g_strdup(cell);
}

/* What the row opens and how; the same rules as for [rule NAME] in the configuration. */
static bool
rule_row_door(struct rule *rule, const char *group, const char *lock, const char *method,
    unsigned row, GError **error)
{
	if (text_blank(group) == text_blank(lock))
		return fail(error, EXIT_BAD_CONFIG, NULL, "row %u: %s", row,
		    text_blank(group) ? "group is blank" : "has both group and lock");
	rule->lock = text_blank(group);
	rule->door = g_strdup(rule->lock ? lock : group);
	while (rule->method < METHODS && !text_same(method, method_word(rule->method)))
		rule->method++;
	if (text_blank(method))
		rule->method = METHOD_GROUP;
	const char *why = rule->method == METHODS ? "unknown" : rule_fault(rule);
	return why == NULL ||
	       fail(error, EXIT_BAD_CONFIG, NULL, "row %u: method \"%s\": %s", row, method, why);
}

/* location, kind, key, group, lock, method */
static bool
rule_row(void *user, const char *const *cells, unsigned row, GError **error)
{
	struct config *config = ((struct reading *)user)->config;
	bool resource = text_same(cells[1], "resource");
	if (!resource && !text_same(cells[1], "plan"))
		return fail(error, EXIT_BAD_CONFIG, NULL,
		    "row %u: kind: neither resource nor plan: \"%s\"", row, cells[1]);
	if (text_blank(cells[2]))
		return fail(error, EXIT_BAD_CONFIG, NULL, "row %u: key is blank", row);
	char *file = g_path_get_basename(config->rules_file);
	struct rule *rule = g_new0(struct rule, 1);
	/* Named by what it says, not by its row: rows move when one above them goes. */
	*rule = (struct rule){.name = g_strdup_printf("%s: %s%s%s", file, cells[2],
				  text_blank(cells[0]) ? "" : " at ", cells[0]),
	    .kind = resource ? RULE_RESOURCE : RULE_PLAN,
	    .key = g_strdup(cells[2]),
	    .location = cell_or_null(cells[0]),
	    .grace_before = UNSET,
	    .grace_after = UNSET,
	    .exclusive = EXCLUSIVE_YES};
	g_ptr_array_add(config->rules, rule);
	g_free(file);
	return rule_row_door(rule, cells[3], cells[4], cells[5], row, error);
}

static const struct table_column alias_columns[] = {{"alias", COLUMN_REQUIRED},
    {"email", COLUMN_REQUIRED}, {"reason", COLUMN_OPTIONAL}, {NULL, COLUMN_OPTIONAL}};
static const struct table_column blocked_columns[] = {
    {"email", COLUMN_REQUIRED}, {"reason", COLUMN_OPTIONAL}, {NULL, COLUMN_OPTIONAL}};
/* A location that is blank is any: it must not come of a row that lost its end. */
static const struct table_column rule_columns[] = {{"location", COLUMN_TOLD},
    {"kind", COLUMN_REQUIRED}, {"key", COLUMN_REQUIRED}, {"group", COLUMN_OPTIONAL},
    {"lock", COLUMN_OPTIONAL}, {"method", COLUMN_OPTIONAL}, {NULL, COLUMN_OPTIONAL}};

/* A row that lost its end would protect for good, or accept for good. */
static const struct table_column ruling_columns[] = {{"ruling", COLUMN_REQUIRED},
    {"who", COLUMN_REQUIRED}, {"other", COLUMN_OPTIONAL}, {"until", COLUMN_TOLD},
    {"by", COLUMN_OPTIONAL}, {"at", COLUMN_OPTIONAL}, {"reason", COLUMN_OPTIONAL},
    {NULL, COLUMN_OPTIONAL}};

/* In this order their bytes count for the hash of the configuration; rulings speak of the aliases. */
static const struct {
	const char *name;
	const struct table_column *columns;
	table_row row;
	const char *
	    beside; /* its name beside the state database, where the configuration names none; NULL */
} tables[SETUP_TABLES] = {
    [SETUP_ALIASES] = {"aliases", alias_columns, alias_row, "aliases.csv"},
    [SETUP_BLOCKED] = {"blocked", blocked_columns, blocked_row, NULL},
    [SETUP_RULES] = {"rules", rule_columns, rule_row, NULL},
    [SETUP_RULINGS] = {"rulings", ruling_columns, ruling_row, "rulings.csv"},
};

/* As the configuration names it; NULL when it does not. */
static const char *
table_named(const struct setup *setup, size_t table)
{
	const char *const paths[SETUP_TABLES] = {
	    [SETUP_ALIASES] = setup->config->aliases_file,
	    [SETUP_BLOCKED] = setup->config->blocked_file,
	    [SETUP_RULES] = setup->config->rules_file,
	    [SETUP_RULINGS] = setup->config->rulings_file,
	};
	return paths[table];
}

char *
setup_table_place(const struct setup *setup, size_t table)
{
	const char *named = table_named(setup, table);
	if (named != NULL || tables[table].beside == NULL)
		return g_strdup(named);
	g_autofree char *folder = g_path_get_dirname(setup->config->state.database);
	return g_build_filename(folder, tables[table].beside, NULL);
}

char *
setup_table_path(const struct setup *setup, size_t table)
{
	g_autofree char *place = setup_table_place(setup, table);
	struct stat status;
	/* One that is there and cannot be read is an error, not an empty one. */
	if (place != NULL && table_named(setup, table) == NULL && lstat(place, &status) != 0 &&
	    errno == ENOENT)
		return NULL;
	return g_steal_pointer(&place);
}

const char *
setup_table_name(size_t table)
{
	return tables[table].name;
}

const struct table_column *
setup_table_columns(size_t table)
{
	return tables[table].columns;
}

/* In a folder like /tmp anybody can put a table that the configuration does not name: then its owner must be one of us. */
static bool
check_owner(const struct setup *setup, size_t table, const char *path, GError **error)
{
	struct stat folder, file, config;
	if (table_named(setup, table) != NULL || lstat(path, &file) != 0)
		return true;
	g_autofree char *place = g_path_get_dirname(path);
	if (stat(place, &folder) != 0 || (folder.st_mode & S_IWOTH) == 0 || file.st_uid == 0 ||
	    file.st_uid == geteuid())
		return true;
	if (stat(setup->config->path, &config) == 0 && file.st_uid == config.st_uid)
		return true;
	return fail(error, EXIT_BAD_CONFIG, "name it in [people], or remove it",
	    "%s: belongs to somebody else, and lies where everybody can put files", path);
}

/* What only shows once all rows are known. */
static bool
finish_table(const struct setup *setup, size_t table, struct reading *reading, GError **error)
{
	if (table == SETUP_RULINGS)
		config_protect_ruled(reading->config, setup->now);
	return table != SETUP_ALIASES ||
	       alias_follow(reading->config->people.aliases, reading->aliases, error);
}

bool
setup_table(struct setup *setup, size_t table, GError **error)
{
	g_autofree char *path = setup_table_path(setup, table);
	if (path == NULL)
		return true;
	if (!check_owner(setup, table, path, error))
		return false;
	GString *bytes = NULL;
	g_autofree char *name = g_path_get_basename(path);
	g_autoptr(GArray) aliases = g_array_new(FALSE, FALSE, sizeof(struct alias_line));
	struct reading reading = {setup->config, aliases};
	bool good = table_read(path, tables[table].columns, tables[table].row, &reading,
	    EXIT_BAD_CONFIG, &bytes, error);
	if (good && !finish_table(setup, table, &reading, error)) {
		g_prefix_error(error, "%s: ", name);
		good = false;
	}
	if (bytes != NULL) {
		g_checksum_update(setup->sum, (const guchar *)bytes->str, (gssize)bytes->len);
		g_string_free(bytes, TRUE);
	}
	return good;
}

/* ---- profiles ---- */

/* Everything in profile and source that decides what its records give: what it said by another one explains nothing. */
static uint32_t
how_of(const struct profile *profile, const struct source_config *source)
{
	g_autofree char *doors = source->enabled_doors != NULL
				     ? g_strjoinv("\n", source->enabled_doors)
				     : g_strdup("");
	g_autofree char *text = g_strdup_printf("%s\n%s\n%s\n%d %d %d %" G_GINT64_FORMAT
						" %" G_GINT64_FORMAT " %d %d %d %d %d\n%s",
	    profile_text(profile), source->timezone != NULL ? source->timezone : "",
	    source->location != NULL ? source->location : "", (int)source->date_order,
	    source->start_time, source->end_time, source->grace_before, source->grace_after,
	    source->absence, source->cancelled, source->same_id, source->attendees, source->guests,
	    doors);
	return g_str_hash(text) | 1;
}

const char *
setup_profile_dir(const struct options *options, const struct config *config, const char *name)
{
	if (config == NULL || config->profiles_dir == NULL || options->profile_dir_given)
		return options->profile_dir;
	g_autofree char *file = g_strconcat(name, ".ini", NULL);
	g_autofree char *path = g_build_filename(config->profiles_dir, file, NULL);
	return g_file_test(path, G_FILE_TEST_EXISTS) ? config->profiles_dir : options->profile_dir;
}

bool
setup_profile(const struct options *options, struct setup *setup, guint i, GError **error)
{
	const struct config *config = setup->config;
	const struct source_config *source = g_ptr_array_index(config->sources, i);
	const char *folder = setup_profile_dir(options, config, source->profile);
	/* Its words decide which rows let somebody in. */
	g_autofree char *path = profile_path(source->profile, folder, config->dir);
	struct profile *profile = NULL;
	if (writers_check(path, error))
		profile = profile_load(source->profile, folder, config->dir, error);
	if (profile == NULL) {
		g_prefix_error(error, "%s: [source %s] profile: ", config->path, source->name);
		return false;
	}
	g_ptr_array_index(setup->profiles, i) = profile;
	if (!profile_suits(profile, source, error)) {
		g_prefix_error(error, "%s: [source %s]: ", config->path, source->name);
		return false;
	}
	setup->policies[i] = profile_policy(profile, source);
	setup->policies[i].how = how_of(profile, source);
	g_checksum_update(setup->sum, (const guchar *)profile_text(profile), -1);
	return true;
}

/* An address in the configuration is right or wrong for good; one in a file of its own is a matter of the run. */
static bool
check_addresses(const struct config *config, GError **error)
{
	for (guint i = 0; i < config->sources->len; i++) {
		const struct source_config *source = g_ptr_array_index(config->sources, i);
		char *url = source->url != NULL ? address_export(source->url, error) : NULL;
		if (source->url != NULL && url == NULL) {
			g_prefix_error(error, "%s: [source %s] ", config->path, source->name);
			return false;
		}
		g_free(url);
	}
	return true;
}

bool
setup_logs(struct setup *setup, GError **error)
{
	const struct config *config = setup->config;
	for (guint i = 0; i < config->sources->len; i++) {
		const struct source_config *source = g_ptr_array_index(config->sources, i),
					   *export = config_log_of(config, i);
		guint number;
		if (export == NULL || !g_ptr_array_find(config->sources, export, &number))
			continue;
		setup->policies[number].logged = true;
		if (!setup->policies[i].log)
			return fail(error, EXIT_BAD_CONFIG, "only a log of events may have log_of",
			    "%s: [source %s] log_of: profile %s describes no log", config->path,
			    source->name, source->profile);
		if (setup->policies[i].same_id == SAME_ID_UNITE ||
		    setup->policies[number].same_id == SAME_ID_UNITE)
			return fail(error, EXIT_BAD_CONFIG, "same_id = last in both",
			    "%s: [source %s] log_of: rows of one id are not united here",
			    config->path, source->name);
		if (setup->policies[i].kind != setup->policies[number].kind)
			return fail(error, EXIT_BAD_CONFIG, NULL,
			    "%s: [source %s] log_of: it has %ss, [source %s] has not", config->path,
			    source->name, record_kind_word(setup->policies[i].kind), export->name);
	}
	return true;
}

static void
profile_free_cb(gpointer p)
{
	profile_free(p);
}

/* ---- the whole ---- */

bool
setup_config(const struct options *options, struct setup *setup, GError **error)
{
	*setup = (struct setup){.profiles = g_ptr_array_new_with_free_func(profile_free_cb),
	    .sum = g_checksum_new(G_CHECKSUM_SHA256),
	    .now = options->now};
	/* What stands behind a NUL would be left out without a word: rules, for one. */
	char *text = options->config_text != NULL ? g_strdup(options->config_text)
						  : file_read(options->config, CONFIG_FILE_MAX,
							EXIT_BAD_CONFIG, "name it with -c", error);
	if (text == NULL)
		return false;
	char *dir = g_path_get_dirname(options->config);
	g_checksum_update(setup->sum, (const guchar *)text, -1);
	g_autofree char *state = instance_state(options->instance, dir);
	setup->config = config_read_apart(text, options->config, dir, state, error);
	g_free(dir);
	g_free(text);
	if (setup->config == NULL || !check_addresses(setup->config, error))
		return false;
	if (options->rehearsal != NULL)
		rehearsal_apply(options->rehearsal, setup);
	g_ptr_array_set_size(setup->profiles, (int)setup->config->sources->len);
	setup->policies = g_new0(struct source_policy, setup->config->sources->len);
	return true;
}

/*
 * Access is what the configuration and its tables say: whoever can write them decides who gets in.  Whoever can write the
 * state database decides what this program takes for its own, and which approval was given.
 */
bool
setup_writers(const struct setup *setup, GError **error)
{
	g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(paths, g_strdup(setup->config->path));
	g_ptr_array_add(paths, g_strdup(setup->config->state.database));
	for (size_t i = 0; i < SETUP_TABLES; i++)
		g_ptr_array_add(paths, setup_table_path(setup, i));
	for (guint i = 0; i < paths->len; i++) {
		if (!writers_check(g_ptr_array_index(paths, i), error))
			return false;
	}
	return true;
}

bool
setup_read(const struct options *options, struct setup *setup, GError **error)
{
	bool good = setup_config(options, setup, error) && setup_writers(setup, error);
	for (size_t i = 0; good && i < SETUP_TABLES; i++)
		good = setup_table(setup, i, error);
	for (guint i = 0; good && i < setup->config->sources->len; i++)
		good = setup_profile(options, setup, i, error);
	good = good && setup_logs(setup, error);
	if (good)
		setup->config->sha256 = g_strdup(g_checksum_get_string(setup->sum));
	return good;
}

void
setup_done(struct setup *setup)
{
	g_clear_pointer(&setup->config, config_free);
	g_clear_pointer(&setup->profiles, g_ptr_array_unref);
	g_clear_pointer(&setup->policies, g_free);
	g_clear_pointer(&setup->sum, g_checksum_free);
}

/* ---- the key ---- */

/* The file that the key comes from; NULL: the environment.  Caller frees. */
static char *
key_path(const struct config *config)
{
	const char *credentials = g_getenv("CREDENTIALS_DIRECTORY");
	if (config->kisi.api_key_file != NULL)
		return secret_place(config->kisi.api_key_file);
	char *path = credentials != NULL ? g_build_filename(credentials, "kisi-api-key", NULL)
					 : NULL;
	if (path != NULL && !g_file_test(path, G_FILE_TEST_EXISTS))
		g_clear_pointer(&path, g_free);
	return path;
}

char *
setup_key_source(const struct config *config, bool *exposed)
{
	char *path = key_path(config);
	*exposed = path != NULL && secret_exposed(path);
	return path != NULL ? path : g_strdup("KISI_API_KEY in the environment");
}

bool
setup_has_key(const struct config *config)
{
	g_autofree char *path = key_path(config);
	const char *own = g_getenv("KISI_API_KEY");
	return path != NULL || (own != NULL && *own != '\0');
}

void
setup_warn_key(const struct config *config)
{
	char *path = key_path(config);
	if (path != NULL)
		secret_warn(path, "the API key");
	g_free(path);
}

static char *
read_key(const struct config *config, GError **error)
{
	char *path = key_path(config), *key = NULL;
	if (path != NULL) {
		key = secret_read(path, "the API key", error);
		g_free(path);
		if (key == NULL)
			return NULL;
	}
	if (key == NULL)
		key = g_strdup(g_getenv("KISI_API_KEY"));
	if (key != NULL && *g_strstrip(key) != '\0')
		return key;
	g_free(key);
	fail(error, EXIT_BAD_CONFIG, "set [kisi] api_key_file, or KISI_API_KEY in the environment",
	    "no API key");
	return NULL;
}

struct kisi_client *
setup_connect(const struct config *config, instant within, GError **error)
{
	char *key = read_key(config, error);
	if (key == NULL)
		return NULL;
	struct kisi_options options = {.base_url = config->kisi.base_url,
	    .key = key,
	    .rate = config->kisi.rate,
	    .attempts = (unsigned)config->kisi.attempts,
	    /* 0 would be the client's own default. */
	    .backoff_ms = config->kisi.backoff > 0 ? (unsigned)config->kisi.backoff * 1000 : 1,
	    .timeout_ms = (unsigned)config->kisi.timeout * 1000,
	    .version = KISI_RECONCILE_VERSION,
	    .deadline_ms = g_get_monotonic_time() / 1000 + within * 1000};
	struct kisi_client *client = kisi_open(&options, error);
	/* The client has its own copy; this one must not turn up in a core file. */
	secret_free(key);
	/* Asked before each request whether it is to stop, which is when there is a sign of life. */
	if (client != NULL)
		kisi_stop_when(client, progress_tick);
	return client;
}
