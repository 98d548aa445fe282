/* Sources that name an address: which address, who asks, how long to wait, where it is saved. */
#include "cli/fetch.h"

#include "cli/secret.h"
#include "model/plan.h"
#include "net/address.h"
#include "net/download.h"
#include "net/header.h"

size_t
fetch_secrets(const struct source_config *source, struct fetch_secret out[FETCH_SECRETS])
{
	const struct fetch_secret all[] = {{"url_file", source->url_file, "the address"},
	    {"credentials_file", source->credentials_file, "the login"},
	    {"header_file", source->header_file, "the header"}};
	size_t n = 0;
	/* Of the last two a source has one at most. */
	for (size_t i = 0; i < G_N_ELEMENTS(all) && n < FETCH_SECRETS; i++) {
		if (all[i].path != NULL)
			out[n++] = all[i];
	}
	return n;
}

/* The address, from the configuration or from its own file. */
static char *
read_address(const struct source_config *source, GError **error)
{
	char *text = NULL;
	char *url = NULL;
	if (source->url != NULL)
		return address_export(source->url, error);
	text = secret_read(source->url_file, "the address", error);
	if (text == NULL)
		return NULL;
	url = address_export(g_strstrip(text), error);
	if (url == NULL)
		g_prefix_error(error, "%s: ", source->url_file);
	secret_free(text);
	return url;
}

/* Who asks, as header lines; *lines NULL when nobody is named. */
static bool
read_identity(const struct source_config *source, char ***lines, GError **error)
{
	bool login = source->credentials_file != NULL;
	const char *path = login ? source->credentials_file : source->header_file;
	*lines = NULL;
	if (path == NULL)
		return true;
	char *text = secret_read(path, login ? "the login" : "the header", error);
	if (text == NULL)
		return false;
	*lines = login ? header_login(text, error) : header_lines(text, error);
	secret_free(text);
	if (*lines == NULL)
		g_prefix_error(error, "%s: ", path);
	return *lines != NULL;
}

struct saved *
fetch_source(const struct config *config, const struct source_config *source,
    const struct fetch_rules *rules, instant as_of, const char *run, GError **error)
{
	struct saved *saved = NULL;
	char **lines = NULL;
	struct fetch_secret secrets[FETCH_SECRETS];
	size_t n_secrets = run != NULL ? fetch_secrets(source, secrets) : 0;
	for (size_t i = 0; i < n_secrets; i++)
		secret_warn(secrets[i].path, secrets[i].what);
	char *url = read_address(source, error);
	bool good = url != NULL && read_identity(source, &lines, error);
	if (good)
		saved = saved_begin(config->state.fetched_dir, source->name, as_of, run, error);
	if (saved != NULL) {
		const struct download what = {.url = url,
		    .headers = (const char *const *)lines,
		    .rules = rules,
		    .as_of = as_of,
		    .version = KISI_RECONCILE_VERSION,
		    .timeout_ms = (unsigned)config->fetch.timeout * 1000,
		    .attempts = (unsigned)config->fetch.attempts,
		    .backoff_ms = (unsigned)config->fetch.backoff * 1000,
		    .deadline_ms = g_get_monotonic_time() / 1000 + config->fetch.deadline * 1000};
		if (!download(&what, saved, error) || (run != NULL && !saved_finish(saved, error)))
			g_clear_pointer(&saved, saved_close);
	}
	header_free(lines);
	secret_free(url);
	return saved;
}

/* ---- what runs fetched ---- */

/* A run computes for now when its instant is the clock's, but for the time it takes to begin. */
#define NOW_WITHIN (2 * INSTANT_MINUTE)

struct past_run {
	char id[PLAN_ID];
	instant as_of;
	bool of_now;
};

static void
take_run(void *user, const struct run_row *row)
{
	struct past_run run = {
	    .as_of = row->as_of, .of_now = ABS(row->started - row->as_of) <= NOW_WITHIN};
	g_strlcpy(run.id, row->id, sizeof run.id);
	g_array_append_val((GArray *)user, run);
}

static bool
is_there(const struct config *config, const struct source_config *source, const char *name)
{
	g_autoptr(GPtrArray) files = saved_set(config->state.fetched_dir, source->name, name);
	return files != NULL;
}

GPtrArray *
fetch_last(const struct config *config, const struct source_config *source,
    const struct options *options, GError **error)
{
	g_autoptr(GArray) runs = g_array_new(FALSE, FALSE, sizeof(struct past_run));
	GPtrArray *files = NULL;
	if (!store_look_runs(config->state.database, take_run, runs, error))
		return NULL;
	for (guint i = 0; i < runs->len && files == NULL; i++) {
		const struct past_run *run = &g_array_index(runs, struct past_run, i);
		g_autofree char *name = saved_name(run->as_of, run->id);
		if (run->of_now || (options->now_given && run->as_of <= options->now))
			files = saved_set(config->state.fetched_dir, source->name, name);
	}
	return files;
}

void
fetch_clear(struct store *store, const struct config *config, const struct source_config *source)
{
	g_autoptr(GArray) runs = g_array_new(FALSE, FALSE, sizeof(struct past_run));
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	/* What cannot be read now fails where the run needs it. */
	if (!store_runs(store, 0, take_run, runs, NULL))
		return;
	bool asked = false;
	for (guint i = 0; i < runs->len; i++) {
		const struct past_run *run = &g_array_index(runs, struct past_run, i);
		g_autofree char *name = saved_name(run->as_of, run->id);
		/* What `why` reads is no part of the count, however many looks ahead came after it. */
		bool spared = !asked && run->of_now && is_there(config, source, name);
		asked = asked || spared;
		if (!spared || i == 0)
			g_ptr_array_add(names, g_steal_pointer(&name));
	}
	saved_clear(config->state.fetched_dir, source->name, names, (unsigned)config->fetch.keep);
}
