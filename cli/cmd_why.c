/* why: can somebody get in, and why, or why not?  From stored inputs, offline; changes nothing anywhere. */
#include "base/moment.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/session.h"
#include "kisi/snapshot_file.h"
#include "reconcile/groups.h"
#include "reconcile/why.h"
#include "reports/answer_text.h"
#include "reports/paint.h"
#include "reports/why_text.h"

#include <stdio.h>
#include <string.h>

static void
take_record(void *user, const struct record *record)
{
	why_read_record(user, record);
}

static void
take_reject(void *user, const struct record_reject *reject)
{
	why_read_reject(user, reject);
}

/* What was noted became findings when the sources were read before. */
static void
take_note(void *user, const struct record_note *note)
{
}

/* What each record says of the person: all sources once more. */
static void
read_records(struct session *session, struct why *why)
{
	const struct why_reading reading = {.config = session->setup.config,
	    .policies = session->setup.policies,
	    .imports = session->imports,
	    .entitled = session->entitled,
	    .refused = session->refused};
	struct why_reader *reader = why_reader_new(&reading, why);
	const struct record_sink sink = {take_record, take_reject, take_note, reader};
	session_reread(session, &sink);
	why_reader_finish(reader);
	why_reader_free(reader);
}

/* Kisi as --snapshot has it, else as the last run read it. */
static bool
load_kisi(struct session *session, GError **error)
{
	const char *given = session->options->snapshot;
	char *path = given != NULL ? g_strdup(given) : session_kept_path(session);
	bool there = given != NULL || g_file_test(path, G_FILE_TEST_EXISTS);
	if (there)
		session->snapshot = snapshot_load(path, error);
	else
		fail(error, EXIT_BAD_INPUT, "run `plan` first, or name a file: --snapshot FILE",
		    "%s: what Kisi holds is not known: no run has read it yet", path);
	g_free(path);
	return session->snapshot != NULL;
}

/* That no source is usable is part of the answer. */
static bool
prepare(struct session *session, const struct options *options, GError **error)
{
	GError *none_usable = NULL;
	if (!session_open(session, options, error))
		return false;
	session->offline = true;
	if (!session_look(session, "why", error) || !load_kisi(session, error))
		return false;
	session_import(session, &none_usable);
	g_clear_error(&none_usable);
	return true;
}

static bool
print_answer(const struct session *session, const struct why *why, GError **error)
{
	const struct options *options = session->options;
	if (g_strcmp0(options->json, "-") != 0) {
		bool records = options->records || options->verbose || options->quiet;
		g_autofree char *answer = answer_text(why, screen_width());
		g_autofree char *all = why_text(why, options->verbose, options->quiet);
		g_autofree char *text = g_strconcat(options->quiet ? "" : answer,
		    options->quiet || !records ? "" : "\n", records ? all : "", NULL);
		g_autofree char *painted = screen_colour(options->colour) ? paint(text) : NULL;
		fputs(painted != NULL ? painted : text, stdout);
	}
	char *document = why_json(why);
	bool good = output_json(options, document, error);
	g_free(document);
	return good;
}

/* By the clocks of the site. */
static instant
asked_time(const struct session *session)
{
	const struct options *options = session->options;
	instant at = options->at;
	const char *zone = groups_zone(session->setup.config, session->snapshot);
	if (options->at_text != NULL)
		moment_parse(options->at_text, zone_get(zone), options->now, &at);
	return at;
}

static bool
explain(struct session *session, char **words, GError **error)
{
	const struct why_search search = {.config = session->setup.config,
	    .entitled = session->entitled,
	    .snapshot = session->snapshot};
	char *email = why_find(&search, words[0], error);
	if (email == NULL)
		return false;
	struct why *why = why_new(session->plan, email, words[1], asked_time(session));
	why->asked = plan_text(session->plan, words[0]);
	session->why = why;
	read_records(session, why);
	bool good = session_plan(session, error);
	if (good)
		good = why->known || why_unknown(&search, email, error);
	if (good)
		good = print_answer(session, why, error);
	why_free(why);
	g_free(email);
	return good;
}

static int
cmd_why(const struct options *options, char **words, GError **error)
{
	struct session session = {0};
	GError *cause = NULL;
	bool good = prepare(&session, options, &cause) && explain(&session, words, &cause);
	session_close(&session);
	int code = good ? EXIT_IN_STEP : cause->code;
	if (!good)
		g_propagate_error(error, cause);
	return code;
}

const struct command command_why = {
    .name = "why",
    .arguments = "PERSON [GROUP]",
    .missing = "who?",
    .least = 1,
    .most = 2,
    .texts = true,
    .summary = "can they get in, and why, or why not?  Offline; changes nothing",
    .options = OPTION(RECORDS) | OPTION(AT) | OPTION(SNAPSHOT) | OPTION(JSON),
    .exits = {EXIT_FAILED, EXIT_BAD_INPUT, EXIT_BAD_CONFIG},
    .run = cmd_why,
};
