/* Reading the configuration and the tables and profiles it names. */
#include "cli/setup.h"

#include "base/email.h"
#include "base/text.h"
#include "cli/say.h"
#include "importers/table.h"

#include <string.h>
#include <sys/stat.h>

#define KEY_MAX 512 /* bytes of a key file; keys are far shorter */

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

static bool
alias_row(void *user, const char *const *cells, unsigned row, GError **error)
{
	struct config *config = user;
	char *alias = table_email(cells[0], row, "alias", error);
	char *email = alias != NULL ? table_email(cells[1], row, "email", error) : NULL;
	if (email == NULL) {
		g_free(alias);
		return false;
	}
	const char *known = g_hash_table_lookup(config->people.aliases, alias);
	if (known != NULL && strcmp(known, email) != 0) {
		fail(error, EXIT_BAD_CONFIG, NULL, "row %u: alias %s stands for both %s and %s",
		    row, alias, known, email);
		g_free(alias);
		g_free(email);
		return false;
	}
	g_hash_table_replace(config->people.aliases, alias, email);
	return true;
}

static bool
blocked_row(void *user, const char *const *cells, unsigned row, GError **error)
{
	struct config *config = user;
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
	struct config *config = user;
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
	    .exclusive = true};
	g_ptr_array_add(config->rules, rule);
	g_free(file);
	return rule_row_door(rule, cells[3], cells[4], cells[5], row, error);
}

static const struct table_column alias_columns[] = {
    {"alias", true}, {"email", true}, {NULL, false}};
static const struct table_column blocked_columns[] = {
    {"email", true}, {"reason", false}, {NULL, false}};
static const struct table_column rule_columns[] = {{"location", false}, {"kind", true},
    {"key", true}, {"group", false}, {"lock", false}, {"method", false}, {NULL, false}};

static bool
read_tables(struct config *config, GChecksum *sum, GError **error)
{
	const struct {
		const char *path;
		const struct table_column *columns;
		table_row row;
	} tables[] = {
	    {config->aliases_file, alias_columns, alias_row},
	    {config->blocked_file, blocked_columns, blocked_row},
	    {config->rules_file, rule_columns, rule_row},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(tables); i++) {
		if (tables[i].path == NULL)
			continue;
		GString *bytes = NULL;
		bool good = table_read(tables[i].path, tables[i].columns, tables[i].row, config,
		    EXIT_BAD_CONFIG, &bytes, error);
		if (bytes != NULL) {
			g_checksum_update(sum, (const guchar *)bytes->str, (gssize)bytes->len);
			g_string_free(bytes, TRUE);
		}
		if (!good)
			return false;
	}
	return true;
}

/* ---- profiles ---- */

static bool
load_profiles(const struct options *options, struct setup *setup, GChecksum *sum, GError **error)
{
	const struct config *config = setup->config;
	setup->policies = g_new0(struct source_policy, config->sources->len);
	for (guint i = 0; i < config->sources->len; i++) {
		const struct source_config *source = g_ptr_array_index(config->sources, i);
		struct profile *profile = profile_load(
		    source->profile, options->profile_dir, config->dir, error);
		if (profile == NULL) {
			g_prefix_error(
			    error, "%s: [source %s] profile: ", config->path, source->name);
			return false;
		}
		g_ptr_array_add(setup->profiles, profile);
		if (!profile_suits(profile, source, error)) {
			g_prefix_error(error, "%s: [source %s]: ", config->path, source->name);
			return false;
		}
		setup->policies[i] = profile_policy(profile, source);
		g_checksum_update(sum, (const guchar *)profile_text(profile), -1);
	}
	return true;
}

static void
profile_free_cb(gpointer p)
{
	profile_free(p);
}

bool
setup_read(const struct options *options, struct setup *setup, GError **error)
{
	char *text = NULL;
	gsize length;
	GError *trouble = NULL;
	*setup = (struct setup){.profiles = g_ptr_array_new_with_free_func(profile_free_cb)};
	if (!g_file_get_contents(options->config, &text, &length, &trouble)) {
		fail(error, EXIT_BAD_CONFIG, "name it with -c", "%s", trouble->message);
		g_error_free(trouble);
		return false;
	}
	/* What stands behind a NUL would be left out without a word: rules, for one. */
	if (strlen(text) != length) {
		g_free(text);
		return fail(error, EXIT_BAD_CONFIG, "it may be damaged: restore it",
		    "%s: NUL bytes in it", options->config);
	}
	GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA256);
	char *dir = g_path_get_dirname(options->config);
	g_checksum_update(sum, (const guchar *)text, -1);
	setup->config = config_read(text, options->config, dir, error);
	bool good = setup->config != NULL && read_tables(setup->config, sum, error) &&
		    load_profiles(options, setup, sum, error);
	if (good)
		setup->config->sha256 = g_strdup(g_checksum_get_string(sum));
	g_checksum_free(sum);
	g_free(dir);
	g_free(text);
	return good;
}

void
setup_done(struct setup *setup)
{
	g_clear_pointer(&setup->config, config_free);
	g_clear_pointer(&setup->profiles, g_ptr_array_unref);
	g_clear_pointer(&setup->policies, g_free);
}

/* ---- the key ---- */

static char *
read_key_file(const char *path, GError **error)
{
	char *text;
	gsize length;
	GError *trouble = NULL;
	struct stat status;
	if (stat(path, &status) == 0 && status.st_size > KEY_MAX) {
		fail(error, EXIT_BAD_CONFIG, NULL, "%s: too large for an API key", path);
		return NULL;
	}
	if (!g_file_get_contents(path, &text, &length, &trouble)) {
		fail(error, EXIT_BAD_CONFIG, "the file holds the API key and nothing else", "%s",
		    trouble->message);
		g_error_free(trouble);
		return NULL;
	}
	if (stat(path, &status) == 0 && (status.st_mode & 077) != 0)
		say_warning("%s: others can read the API key\nhint: chmod 600 %s", path, path);
	return text;
}

static char *
read_key(const struct config *config, GError **error)
{
	const char *credentials = g_getenv("CREDENTIALS_DIRECTORY");
	char *key = NULL;
	if (config->kisi.api_key_file != NULL) {
		key = read_key_file(config->kisi.api_key_file, error);
		if (key == NULL)
			return NULL;
	} else if (credentials != NULL) {
		char *path = g_build_filename(credentials, "kisi-api-key", NULL);
		if (g_file_test(path, G_FILE_TEST_EXISTS))
			key = read_key_file(path, error);
		g_free(path);
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
setup_connect(const struct config *config, GError **error)
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
	    .version = KISI_RECONCILE_VERSION,
	    .deadline_ms = g_get_monotonic_time() / 1000 + config->schedule.deadline * 1000};
	struct kisi_client *client = kisi_open(&options, error);
	/* The client has its own copy; this one must not turn up in a core file. */
	explicit_bzero(key, strlen(key));
	g_free(key);
	return client;
}
