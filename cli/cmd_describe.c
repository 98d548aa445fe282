/* describe: what is this file?  Needs no configuration, unless it is to be read as a source of it; no key, no network. */
#include "cli/commands.h"

#include "base/file.h"
#include "base/text.h"
#include "base/zone.h"
#include "cli/fetch.h"
#include "cli/say.h"
#include "cli/setup.h"
#include "importers/describe.h"
#include "importers/import.h"
#include "reports/describe_text.h"

#include <stdio.h>
#include <string.h>

/* Of what recurs without end, two months each way are shown. */
#define AROUND (62 * INSTANT_DAY)

static void
profile_free_cb(gpointer p)
{
	profile_free(p);
}

/* What is to be described, and how it is read. */
struct subject {
	struct setup setup;	     /* empty unless a source was named */
	struct source_config source; /* its file is the one; texts are borrowed */
	char *path;		     /* of the file */
	const char *profile;	     /* the only one to be tried; NULL */
	const char *folder;	     /* that the profile's path starts at */
};

/* All profiles of the folder; one that is broken is said and left out.  The one asked for comes in *only. */
static GPtrArray *
load_profiles(const struct options *options, const struct subject *subject, struct profile **only,
    GError **error)
{
	GPtrArray *profiles = g_ptr_array_new_with_free_func(profile_free_cb);
	char **names = profile_names(options->profile_dir);
	for (char **name = names; *name != NULL; name++) {
		GError *cause = NULL;
		struct profile *profile = profile_load(*name, options->profile_dir, ".", &cause);
		if (profile != NULL)
			g_ptr_array_add(profiles, profile);
		else
			say_warning("%s", cause->message);
		g_clear_error(&cause);
	}
	g_strfreev(names);
	if (subject->profile == NULL)
		return profiles;
	*only = profile_load(subject->profile,
	    setup_profile_dir(options, subject->setup.config, subject->profile), subject->folder,
	    error);
	if (*only != NULL)
		g_ptr_array_add(profiles, *only);
	return profiles;
}

static bool
read_order(const char *word, enum date_order *out, GError **error)
{
	for (int i = 0; word != NULL && date_order_words[i] != NULL; i++) {
		if (g_ascii_strcasecmp(word, date_order_words[i]) == 0) {
			*out = (enum date_order)(ORDER_DMY + i);
			return true;
		}
	}
	return word == NULL || fail(error, EXIT_BAD_USAGE, "DMY, MDY or YMD",
				   "--date-order: no order of dates: \"%s\"", word);
}

static const struct source_config *
find_source(const struct config *config, const char *name, GError **error)
{
	GPtrArray *names = g_ptr_array_new();
	for (guint i = 0; i < config->sources->len; i++) {
		const struct source_config *source = config->sources->pdata[i];
		g_ptr_array_add(names, source->name);
		if (strcmp(source->name, name) == 0) {
			g_ptr_array_unref(names);
			return source;
		}
	}
	g_ptr_array_add(names, NULL);
	const char *nearest = text_nearest(name, (const char *const *)names->pdata);
	char *hint = nearest != NULL ? g_strdup_printf("is it \"%s\"?", nearest) : NULL;
	fail(error, EXIT_BAD_USAGE, hint, "--source: %s has no [source %s]", config->path, name);
	g_free(hint);
	g_ptr_array_unref(names);
	return NULL;
}

/* The newest file that the source has: of an address, what was fetched last. */
static char *
newest_file(const struct options *options, const struct config *config,
    const struct source_config *source, GError **error)
{
	g_autofree char *path = source->file != NULL ? import_newest(source) : NULL;
	GError *trouble = NULL;
	g_autoptr(GPtrArray)
	    pages = source->file == NULL ? fetch_last(config, source, options, &trouble) : NULL;
	if (pages != NULL)
		path = g_strdup(pages->pdata[0]);
	if (path != NULL)
		return g_steal_pointer(&path);
	if (trouble != NULL)
		g_propagate_error(error, trouble);
	else
		fail(error, EXIT_BAD_INPUT,
		    source->file != NULL ? "does the export still run, and to this folder?"
					 : "`plan` fetches it; or name a file",
		    "source %s: %s", source->name,
		    source->file != NULL ? "no file matches" : "was never fetched here");
	return NULL;
}

/* The settings of a source, as a run would use them. */
static bool
read_source(const struct options *options, struct subject *out, GError **error)
{
	const struct source_config *source;
	if (options->profile != NULL)
		return fail(error, EXIT_BAD_USAGE, "the source names its profile",
		    "--source and --profile: only one of them");
	if (!setup_config(options, &out->setup, error) ||
	    (source = find_source(out->setup.config, options->source, error)) == NULL ||
	    (out->path == NULL &&
		(out->path = newest_file(options, out->setup.config, source, error)) == NULL))
		return false;
	out->source = *source;
	out->source.file = out->path;
	out->profile = source->profile;
	out->folder = out->setup.config->dir;
	return true;
}

static bool
read_settings(
    const struct options *options, const char *path, struct subject *subject, GError **error)
{
	struct source_config *out = &subject->source;
	subject->path = g_strdup(path);
	subject->profile = options->profile;
	subject->folder = ".";
	*out = source_config_plain("NAME", "", subject->path);
	if (options->source != NULL && !read_source(options, subject, error))
		return false;
	if (options->timezone != NULL)
		out->timezone = options->timezone;
	if (options->timezone != NULL && zone_get(options->timezone) == NULL)
		return fail(error, EXIT_BAD_USAGE, "an IANA name such as Europe/Amsterdam",
		    "--timezone: no time zone is called \"%s\"", options->timezone);
	return read_order(options->date_order, &out->date_order, error);
}

/* Whoever edited a profile must not lose it to the next look at a file. */
static bool
write_new(const char *path, const char *text, GError **error)
{
	GError *cause = NULL;
	if (strcmp(path, "-") == 0) {
		fputs(text, stdout);
		return true;
	}
	if (g_file_test(path, G_FILE_TEST_EXISTS))
		return fail(error, EXIT_FAILED, "name another file", "%s is there already", path);
	if (g_file_set_contents_full(path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0644, &cause))
		return true;
	fail(error, EXIT_FAILED, NULL, "%s: %s", path, cause->message);
	g_error_free(cause);
	return false;
}

static bool
write_json(const struct options *options, const struct description *d, GError **error)
{
	if (options->json == NULL)
		return true;
	char *json = describe_json(d);
	bool good = true;
	if (strcmp(options->json, "-") == 0)
		fputs(json, stdout);
	else
		good = file_write(options->json, json, strlen(json), 0644, error);
	g_free(json);
	return good;
}

/* What keeps the file from being imported, as the error of the command. */
static bool
judge(const struct options *options, const struct description *d, GError **error)
{
	if (description_best(d) != NULL)
		return true;
	if (options->write_profile != NULL && d->proposed != NULL)
		return d->proposed->fits ||
		       fail(error, EXIT_BAD_INPUT, "edit it, then: describe --profile",
			   "%s: something must be settled in the profile first: %s", d->name,
			   d->proposed->refusal);
	if (d->format == NULL || (d->fault != NULL && d->nearest == NULL)) {
		g_set_error_literal(error, FAILURE, EXIT_BAD_INPUT, d->fault);
		return false;
	}
	if (d->nearest != NULL && d->nearest->refusal != NULL)
		return fail(error, EXIT_BAD_INPUT,
		    d->proposal != NULL ? "describe --write-profile FILE writes one to edit" : NULL,
		    "no profile can use %s; the nearest is %s: %s", d->name, d->nearest->name,
		    d->nearest->refusal);
	return fail(error, EXIT_BAD_INPUT,
	    d->proposal != NULL ? "describe --write-profile FILE writes one to edit" : NULL,
	    "no profile fits %s", d->name);
}

static bool
present(const struct options *options, const struct description *d, GError **error)
{
	bool taken = g_strcmp0(options->json, "-") == 0 ||
		     g_strcmp0(options->write_profile, "-") == 0;
	if (!options->quiet && !taken && d->format != NULL) {
		char *text = describe_text(d);
		fputs(text, stdout);
		g_free(text);
	}
	if (!write_json(options, d, error))
		return false;
	if (options->write_profile == NULL)
		return true;
	if (d->proposal == NULL)
		return d->format == NULL || fail(error, EXIT_BAD_INPUT, NULL,
						"%s: nothing in it to make a profile of", d->name);
	if (!write_new(options->write_profile, d->proposal, error))
		return false;
	if (strcmp(options->write_profile, "-") != 0)
		say_note("profile written to %s", options->write_profile);
	return true;
}

static void
describe(const struct options *options, struct subject *subject, const GPtrArray *profiles,
    const struct profile *only, GError **error)
{
	struct source_config *source = &subject->source;
	/* A run believes the profile where the source says nothing, and never guesses by the dates. */
	if (options->source != NULL)
		source->date_order = profile_policy(only, source).date_order;
	enum record_kind kind;
	if (!options_kind(options, &kind, error))
		return;
	struct description *d = describe_file(source, profiles, only, kind,
	    (struct interval){options->now - AROUND, options->now + AROUND});
	d->source = options->source;
	d->profile_said = options->profile;
	if (present(options, d, error))
		judge(options, d, error);
	description_free(d);
}

static int
cmd_describe(const struct options *options, char **words, GError **error)
{
	struct subject subject = {0};
	struct profile *only = NULL;
	GError *cause = NULL;
	if (words[0] == NULL && options->source == NULL) {
		fail(
		    error, EXIT_BAD_USAGE, "kisi-reconcile describe FILE", "describe: which file?");
		return EXIT_BAD_USAGE;
	}
	if (read_settings(options, words[0], &subject, &cause)) {
		GPtrArray *profiles = load_profiles(options, &subject, &only, &cause);
		if (cause == NULL)
			describe(options, &subject, profiles, only, &cause);
		g_ptr_array_unref(profiles);
	}
	setup_done(&subject.setup);
	g_free(subject.path);
	if (cause == NULL)
		return EXIT_IN_STEP;
	int code = cause->code;
	g_propagate_error(error, cause);
	return code;
}

const struct command command_describe = {
    .name = "describe",
    .arguments = "FILE",
    .most = 1,
    .summary = "what is this export, and which profile reads it?  Needs no configuration",
    .options = OPTION(JSON) | OPTION(SOURCE) | OPTION(PROFILE) | OPTION(TIMEZONE) |
	       OPTION(DATE_ORDER) | OPTION(KIND) | OPTION(WRITE_PROFILE),
    .exits = {EXIT_FAILED, EXIT_BAD_INPUT, EXIT_BAD_CONFIG},
    .run = cmd_describe,
};
