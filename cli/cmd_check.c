/* check: is everything as a run needs it?  Goes on after a fault where it can, and changes nothing. */
#include "base/file.h"
#include "cli/commands.h"
#include "cli/fetch.h"
#include "cli/late.h"
#include "cli/output.h"
#include "cli/secret.h"
#include "cli/session.h"
#include "cli/writers.h"
#include "kisi/self.h"
#include "model/check.h"
#include "reconcile/findings.h"
#include "reconcile/inspect.h"
#include "reports/check_text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Of this many API logins on, making another one may fail soon. */
#define MANY_LOGINS (KISI_API_LOGINS - 2)

struct checkup {
	struct session session;
	struct check *check;
};

/* ---- this machine ---- */

/* True, and said, when everybody can write the file or replace it. */
static bool
check_writers(struct checkup *up, const char *subject, const char *path)
{
	GError *error = NULL;
	if (writers_check(path, &error))
		return false;
	check_error(up->check, subject, error);
	return true;
}

/* Access is what the configuration says: whoever can write it decides who gets in. */
static void
check_config_file(struct checkup *up)
{
	const struct config *config = up->session.setup.config;
	if (check_writers(up, "configuration", config->path))
		return;
	check_ok(up->check, "configuration", "%s: %u source%s, %u rule%s", config->path,
	    config->sources->len, config->sources->len == 1 ? "" : "s", config->rules->len,
	    config->rules->len == 1 ? "" : "s");
}

/* False when a table or profile is wrong: then nobody can say what the data would give. */
static bool
check_parts(struct checkup *up)
{
	struct setup *setup = &up->session.setup;
	GError *error = NULL;
	bool good = true;
	for (size_t i = 0; i < SETUP_TABLES; i++) {
		g_autofree char *path = setup_table_path(setup, i);
		char *subject = g_strdup_printf("table %s", setup_table_name(i));
		guint rules = setup->config->rules->len;
		if (!setup_table(setup, i, &error)) {
			check_error(up->check, subject, g_steal_pointer(&error));
			good = false;
		} else if (!check_writers(up, subject, path) && path != NULL) {
			const guint rows[SETUP_TABLES] = {
			    [SETUP_ALIASES] = g_hash_table_size(setup->config->people.aliases),
			    [SETUP_BLOCKED] = setup->config->people.blocked->len,
			    [SETUP_RULES] = setup->config->rules->len - rules,
			    [SETUP_RULINGS] = setup->config->rulings->len,
			};
			check_ok(up->check, subject, "%s: %u row%s", path, rows[i],
			    rows[i] == 1 ? "" : "s");
		}
		g_free(subject);
	}
	for (guint i = 0; i < setup->config->sources->len; i++) {
		const struct source_config *source = setup->config->sources->pdata[i];
		if (setup_profile(up->session.options, setup, i, &error))
			continue;
		char *subject = g_strdup_printf("source %s", source->name);
		check_error(up->check, subject, g_steal_pointer(&error));
		g_free(subject);
		good = false;
	}
	if (good && !setup_logs(setup, &error)) {
		check_error(up->check, "log_of", g_steal_pointer(&error));
		good = false;
	}
	return good;
}

static void
check_reports(struct checkup *up)
{
	const struct options *options = up->session.options;
	const char *dir = options->report_dir != NULL ? options->report_dir
						      : up->session.setup.config->reports.dir;
	const char *fault = output_fault(dir);
	if (fault != NULL)
		check_wrong(up->check, EXIT_FAILED, "reports",
		    "name another folder in [reports] dir", "%s: %s", dir, fault);
	else
		check_ok(up->check, "reports", "%s%s", dir,
		    g_file_test(dir, G_FILE_TEST_EXISTS) ? "" : ": will be made");
}

/* Who asks at an address, and sometimes the address itself, is nobody else's business. */
static void
check_secrets(struct checkup *up)
{
	const GPtrArray *sources = up->session.setup.config->sources;
	struct fetch_secret secrets[FETCH_SECRETS];
	for (guint i = 0; i < sources->len; i++) {
		const struct source_config *source = sources->pdata[i];
		size_t n = fetch_secrets(source, secrets);
		for (size_t j = 0; j < n; j++) {
			char *hint = g_strdup_printf("chmod 600 %s", secrets[j].path);
			g_autofree char *place = secret_place(secrets[j].path);
			/* What else may be wrong with it is said by the source, which needs it. */
			if (secret_exposed(secrets[j].path))
				check_warn(up->check, secrets[j].key, hint,
				    "%s: others can read %s of source %s", secrets[j].path,
				    secrets[j].what, source->name);
			else if (access(place, F_OK) == 0)
				check_ok(up->check, secrets[j].key, "%s", place);
			g_free(hint);
		}
	}
}

/* unlock-due must run every minute; after so long it was missed several times. */
#define UNLOCK_SILENCE (5 * INSTANT_MINUTE)

/* Rules that open doors do so only while something runs unlock-due; its lock tells when it ran last. */
static void
check_unlocking(struct checkup *up)
{
	static const char hint[] = "every minute: the line in crontab.example, or systemctl enable "
				   "--now kisi-reconcile-unlock@NAME.timer";
	const struct config *config = up->session.setup.config;
	g_autofree char *real = file_resolve(config->state.database);
	char *path = g_strconcat(real, STORE_UNLOCK_SUFFIX, NULL);
	char text[INSTANT_TEXT];
	instant at, clock = options_clock();
	guint n = 0;
	for (guint i = 0; i < config->rules->len; i++) {
		const struct rule *rule = config->rules->pdata[i];
		n += rule->method == METHOD_UNLOCK;
	}
	if (n > 0 && !store_lock_taken(path, &at))
		check_warn(up->check, "unlock-due", hint,
		    "never ran with this state, and %u rule%s by it", n,
		    n == 1 ? " opens a door" : "s open doors");
	else if (n > 0 && clock - at > UNLOCK_SILENCE)
		check_warn(up->check, "unlock-due", hint,
		    "ran last at %s, %" G_GINT64_FORMAT " minutes ago: %u rule%s by it",
		    instant_format(at, text), (clock - at) / INSTANT_MINUTE, n,
		    n == 1 ? " opens a door" : "s open doors");
	else if (n > 0)
		check_ok(up->check, "unlock-due", "ran last at %s", instant_format(at, text));
	g_free(path);
}

/* Nobody but this tells that cron has stopped. */
static void
check_last_run(struct checkup *up)
{
	const struct config *config = up->session.setup.config;
	instant now = up->session.options->now;
	struct run_last good;
	if (store_look_last(config->state.database, "apply", true, &good, NULL) && good.any) {
		g_autofree char *text = late_text(config, &good, now);
		if (now > late_due(config, &good))
			check_warn(up->check, "last run",
			    "is cron, or the timer, still at work? `history` lists the runs", "%s",
			    text);
		else
			check_ok(up->check, "last run", "%s", text);
	}
	run_last_done(&good);
}

static void
check_lock(struct checkup *up, const char *database)
{
	char *owner = store_lock_owner(database, options_clock());
	if (owner != NULL)
		check_warn(up->check, "lock",
		    "what stands below about Kisi may change while it runs",
		    "another run is under way: %s", owner);
	g_free(owner);
}

static void
check_database(struct checkup *up, const char *path)
{
	char *folder = g_path_get_dirname(path);
	bool exists = g_file_test(path, G_FILE_TEST_EXISTS);
	const char *fault = g_file_test(folder, G_FILE_TEST_EXISTS) ? output_fault(folder)
								    : "there is no such folder";
	if (fault != NULL)
		check_wrong(up->check, EXIT_FAILED, "state",
		    "the folder of [state] database must exist and be writable for this user",
		    "%s: %s", folder, fault);
	else if (secret_shared(path)) {
		char *hint = g_strdup_printf("chmod 600 %s", path);
		check_warn(up->check, "state", hint,
		    "%s: others can read it, and it holds personal data", path);
		g_free(hint);
	} else
		check_ok(up->check, "state", "%s%s", path,
		    exists ? up->session.history->fresh ? ": nothing was applied yet" : ""
			   : ": will be made");
	g_free(folder);
}

static void
check_state(struct checkup *up, GError *error)
{
	const char *path = up->session.setup.config->state.database;
	if (error != NULL)
		check_error(up->check, "state", error);
	else if (!check_writers(up, "state", path))
		check_database(up, path);
	check_lock(up, path);
	check_last_run(up);
}

/* ---- Kisi ---- */

static void
check_rights(struct checkup *up, const struct kisi_self *self)
{
	static const char owner_hint[] =
	    "make the key as the organisation's owner, or give its user the role administrator";
	if (self->owner)
		check_ok(up->check, "rights", "owner of the organisation");
	else if (*self->roles == '\0')
		check_wrong(
		    up->check, EXIT_NO_KISI, "rights", owner_hint, "no role on the organisation");
	else if (*self->lacking != '\0')
		check_wrong(up->check, EXIT_NO_KISI, "rights", owner_hint,
		    "%s on the organisation, which may not: %s", self->roles, self->lacking);
	else if (!self->rights_known)
		check_warn(up->check, "rights", owner_hint,
		    "%s on the organisation; Kisi does not say what that may do", self->roles);
	else
		check_ok(up->check, "rights",
		    "%s on the organisation; the key ends with that right", self->roles);
}

static void
check_self(struct checkup *up, const struct kisi_self *self)
{
	struct check *check = up->check;
	const char *url = up->session.setup.config->kisi.base_url;
	check_ok(check, "Kisi", "%s answers%s", url,
	    g_str_has_prefix(url, "https:") ? ", its certificate is good"
					    : " (without TLS: this machine only)");
	check_ok(check, "organisation", "%s",
	    self->organization != NULL ? self->organization : "without a name");
	check_ok(check, "key", "of %s <%s>", self->name != NULL ? self->name : "?",
	    self->email != NULL ? self->email : "?");
	check_rights(up, self);
	if (self->api_logins > MANY_LOGINS)
		check_warn(check, "API logins", "remove keys that nobody uses, in Kisi",
		    "%" G_GINT64_FORMAT " of at most %d for this user; one more than that is "
		    "refused",
		    self->api_logins, KISI_API_LOGINS);
	else if (self->api_logins >= 0)
		check_ok(check, "API logins", "%" G_GINT64_FORMAT " of at most %d for this user",
		    self->api_logins, KISI_API_LOGINS);
	if (self->scim)
		check_warn(check, "SCIM",
		    "let the identity provider manage other groups than the rules name",
		    "an identity provider manages people here, and may undo what this program "
		    "does");
}

/* False when Kisi cannot be asked for more. */
static bool
check_kisi(struct checkup *up)
{
	const struct config *config = up->session.setup.config;
	const char *file = up->session.options->snapshot;
	GError *error = NULL;
	bool exposed;
	check_block(up->check);
	if (file != NULL) {
		check_ok(up->check, "Kisi", "not asked, and no key looked at: %s stands in for it",
		    file);
		return true;
	}
	char *source = setup_key_source(config, &exposed);
	up->session.client = setup_connect(config, config->schedule.deadline, &error);
	if (error != NULL)
		check_error(up->check, "key file", g_steal_pointer(&error));
	else if (exposed) {
		char *hint = g_strdup_printf("chmod 600 %s", source);
		check_warn(up->check, "key file", hint, "%s: others can read the API key", source);
		g_free(hint);
	} else
		check_ok(up->check, "key file", "%s", source);
	g_free(source);
	if (up->session.client == NULL)
		return false;
	struct kisi_self *self = kisi_self_read(up->session.client, &error);
	if (self != NULL)
		check_self(up, self);
	else
		check_error(up->check, "Kisi", error);
	kisi_self_free(self);
	return self != NULL;
}

/* The whole state, and the plan that a dry run would show.  False when there is none. */
static bool
check_plan(struct checkup *up)
{
	struct session *session = &up->session;
	GError *error = NULL;
	if (!session_fetch(session, &error)) {
		check_error(up->check, "snapshot", error);
		return false;
	}
	const struct snapshot *snapshot = session->snapshot;
	check_ok(up->check, "snapshot", "%u places, %u locks, %u groups, %u users, %u assignments",
	    snapshot->places->len, snapshot->locks->len, snapshot->groups->len,
	    snapshot->users->len, snapshot->assignments->len);
	if (!session_plan(session, &error)) {
		check_error(up->check, "place", error);
		return false;
	}
	const char *place = session->setup.config->kisi.place;
	if (place != NULL)
		check_ok(
		    up->check, "place", "%s; reports show times in %s", place, session->plan->zone);
	else
		check_ok(up->check, "place",
		    "none set: groups of every place count; reports show times in %s",
		    session->plan->zone);
	return true;
}

/* ---- the whole ---- */

static struct inspection
inspection_of(const struct checkup *up)
{
	const struct session *session = &up->session;
	return (struct inspection){.config = session->setup.config,
	    .policies = session->setup.policies,
	    .plan = session->plan,
	    .entitled = session->entitled,
	    .snapshot = session->snapshot,
	    .history = session->history,
	    .census = session->census,
	    .refused = session->refused,
	    .verbose = session->options->verbose};
}

static void
check_data(struct checkup *up)
{
	struct session *session = &up->session;
	GError *none_usable = NULL;
	session->census = census_new();
	/* That no source is usable is said by the line of each. */
	session_import(session, &none_usable);
	g_clear_error(&none_usable);
	struct inspection in = inspection_of(up);
	inspect_sources(&in, up->check);
	bool planned = check_kisi(up) && check_plan(up);
	in = inspection_of(up);
	if (planned) {
		if (session->client != NULL)
			inspect_clock(&in, up->check);
		inspect_hold(&in, up->check);
		inspect_groups(&in, up->check);
		inspect_people(&in, up->check);
	} else {
		findings_finish(session->plan, session->history);
	}
	inspect_rules(&in, up->check);
	census_free(session->census);
}

static void
run_check(struct checkup *up)
{
	GError *error = NULL;
	if (!setup_config(up->session.options, &up->session.setup, &error)) {
		check_error(up->check, "configuration", error);
		return;
	}
	check_config_file(up);
	bool good = check_parts(up);
	session_look(&up->session, "check", &error);
	check_state(up, error);
	check_reports(up);
	check_unlocking(up);
	check_secrets(up);
	if (good) {
		check_data(up);
		return;
	}
	check_kisi(up);
	check_block(up->check);
	check_warn(up->check, "data", "correct the configuration first",
	    "sources, groups and rules were not looked at");
}

static int
cmd_check(const struct options *options, char **words, GError **error)
{
	struct checkup up = {.session = {.options = options}, .check = check_new()};
	run_check(&up);
	char *text = check_text_format(up.check, options->quiet);
	int code = check_code(up.check);
	fputs(text, stdout);
	g_free(text);
	check_free(up.check);
	session_close(&up.session);
	return code;
}

const struct command command_check = {
    .name = "check",
    .arguments = "",
    .summary = "configuration, files, key, groups: is all as it should be?",
    .options = OPTION(SNAPSHOT) | OPTION(REPORT_DIR),
    .exits = {EXIT_FAILED, EXIT_HELD, EXIT_BAD_INPUT, EXIT_NO_KISI, EXIT_BAD_CONFIG},
    .run = cmd_check,
};
