/* Who is told that a run began and how it ended: a dead-man service, and a monitoring system. */
#include "cli/tell.h"

#include "base/file.h"
#include "cli/hold.h"
#include "cli/late.h"
#include "cli/say.h"
#include "cli/secret.h"
#include "net/ping.h"
#include "reports/metrics.h"
#include "reports/plan_text.h"

#include <string.h>
#include <sys/stat.h>

/* ---- the dead-man service ---- */

static void
send_ping(const struct config *config, const char *word, const char *text)
{
	GError *trouble = NULL;
	const char *path = config->notify.ping_url_file;
	char *url = secret_read(path, "the address", &trouble);
	if (url != NULL)
		ping(g_strstrip(url), word, text, KISI_RECONCILE_VERSION, &trouble);
	secret_free(url);
	if (trouble == NULL)
		return;
	say_warning(
	    "[notify] ping_url_file: nobody could be told of this run: %s", trouble->message);
	g_error_free(trouble);
}

/* A line of counts: errors may quote addresses, which are nobody else's business. */
static char *
headline(const struct session *session, int code)
{
	bool planned = session->plan != NULL && session->baseline != NULL;
	g_autofree char *summary = planned ? plan_text_summary(&session->run) : NULL;
	const char *name = session->options->instance;
	return g_strdup_printf("%s%sexit %d%s%s\n", name != NULL ? name : "",
	    name != NULL ? ": " : "", code, summary != NULL ? ": " : "",
	    summary != NULL ? summary : "");
}

void
tell_begin(const struct session *session)
{
	const struct config *config = session->setup.config;
	if (config->notify.ping_url_file != NULL)
		send_ping(config, "start", "");
}

static void
ping_end(const struct session *session, int code)
{
	const struct config *config = session->setup.config;
	if (config->notify.ping_url_file == NULL || !session->applies)
		return;
	bool good = code >= 0 && code < 32 && (config->notify.ping_ok & (1u << code)) != 0;
	g_autofree char *word = g_strdup_printf("%d", good ? 0 : code);
	g_autofree char *text = headline(session, code);
	send_ping(config, word, text);
}

/* ---- the monitoring system ---- */

static char *
organization_label(const struct session *session)
{
	if (session->options->instance != NULL)
		return g_strdup(session->options->instance);
	char *name = g_path_get_basename(session->setup.config->path);
	char *end = strrchr(name, '.');
	if (end != NULL && end != name)
		*end = '\0';
	return name;
}

static char *
figures(const struct session *session, GError **error)
{
	static const char *const words[] = {"apply", "plan", "unlock-due"};
	struct metrics_command commands[G_N_ELEMENTS(words)] = {0};
	bool good = true;
	for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
		commands[i].command = words[i];
		good = good &&
		       store_last(session->store, words[i], false, &commands[i].last, error) &&
		       store_last(session->store, words[i], true, &commands[i].good, error);
	}
	g_autofree char *label = organization_label(session);
	g_autofree char *hold = hold_reason(session->setup.config);
	struct kisi_traffic traffic = session->client != NULL ? kisi_traffic(session->client)
							      : (struct kisi_traffic){0};
	const struct metrics metrics = {.organization = label,
	    .version = KISI_RECONCILE_VERSION,
	    .commands = commands,
	    .n_commands = G_N_ELEMENTS(commands),
	    .run = session->baseline != NULL && session->snapshot != NULL ? &session->run : NULL,
	    .requests = traffic.requests,
	    .repeated = traffic.repeated,
	    .throttled = traffic.throttled,
	    .holding = hold != NULL};
	char *text = good ? metrics_text(&metrics) : NULL;
	for (size_t i = 0; i < G_N_ELEMENTS(commands); i++) {
		run_last_done(&commands[i].last);
		run_last_done(&commands[i].good);
	}
	return text;
}

/* Another user reads it, so that here, and nowhere else, the umask of this program is in the way. */
static void
write_metrics(const struct session *session)
{
	GError *trouble = NULL;
	const char *path = session->setup.config->metrics_file;
	if (path == NULL || session->options->snapshot != NULL)
		return;
	g_autofree char *text = figures(session, &trouble);
	mode_t usual = umask(022);
	if (text != NULL)
		file_write(path, text, strlen(text), 0644, &trouble);
	umask(usual);
	if (trouble == NULL)
		return;
	say_warning("[metrics] file: %s", trouble->message);
	g_error_free(trouble);
}

void
tell_end(const struct session *session, int code)
{
	if (session->store == NULL || *session->run.id == '\0')
		return;
	write_metrics(session);
	ping_end(session, code);
}

/* ---- a run that did not come ---- */

static guint
began_between(const struct entitled *entitled, instant from, instant until)
{
	guint n = 0;
	for (guint i = 0; i < entitled->windows->len; i++) {
		const struct raw_window *window = &g_array_index(
		    entitled->windows, struct raw_window, i);
		n += window->span.from > from && window->span.from <= until;
	}
	return n;
}

void
tell_missed(const struct session *session)
{
	const struct config *config = session->setup.config;
	instant now = session->options->now;
	struct run_last good;
	guint n = 0;
	if (store_last(session->store, "apply", true, &good, NULL) && good.any &&
	    now > late_due(config, &good))
		n = began_between(session->entitled, good.as_of, now);
	/* A night without a run, in which nobody was to get in, is nobody's business. */
	if (n > 0) {
		g_autofree char *text = late_text(config, &good, now);
		say_warning("%s; %u window%s began in it\nhint: is cron, or the timer, still at "
			    "work? `status` says when a run is late",
		    text, n, n == 1 ? "" : "s");
	}
	run_last_done(&good);
}
