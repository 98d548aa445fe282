/* The command line: one table of options, and which command knows which. */
#include "cli/options.h"

#include "base/moment.h"
#include "base/text.h"
#include "cli/instance.h"

#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define DEFAULT_CONFIG "/etc/kisi-reconcile/kisi-reconcile.ini"

#define TIME_HINT "RFC 3339 with a zone: 2026-11-14T11:00:00Z"

static const char summary[] =
    "Keeps Kisi groups in step with bookings and memberships.\n"
    "\n"
    "Commands:\n"
    "  init EXPORT...      write a first configuration to edit, from exports and Kisi's groups\n"
    "  check               configuration, files, key, groups: is all as it should be?\n"
    "  plan                dry run: import, snapshot, compute, report; changes nothing\n"
    "  apply [PLAN]        plan and apply; with PLAN (a plan file or id) exactly that plan or a "
    "refusal\n"
    "  why PERSON [GROUP]  can they get in, and why, or why not?  Offline; changes nothing\n"
    "  same A B            from now on these two addresses are one person\n"
    "  different A B       from now on these two look-alikes are two people\n"
    "  protect WHO         from now on nothing about this person is changed\n"
    "  accept ID           what a run holds back under this id stays as it is\n"
    "  unlock-due          open the locks of `method = unlock` whose bookings begin now; for every "
    "minute\n"
    "  snapshot -o FILE    save the whole Kisi state as JSON\n"
    "  history [RUN]       the runs so far; or what one of them did (RUN: its id or the beginning "
    "of it)\n"
    "  report [RUN]        write the workbook of a past run again (default: the newest)\n"
    "  revert RUN          the plan that undoes a past run; with --apply, do it\n"
    "  verify              is the audit trail what it was when its runs ended?\n"
    "  describe FILE       what is this export, and which profile reads it?  Needs no "
    "configuration";

static const char description[] =
    "Exit: 0 in step or all applied, 1 error, 2 changes pending (--detailed-exitcode), 3 held by a "
    "guard,\n"
    "4 partly applied or not converged, 5 another run holds the lock, 64 usage, 65 input refused,\n"
    "69 Kisi unreachable or key refused, 78 configuration.";

instant
options_clock(void)
{
	return g_get_real_time() / G_USEC_PER_SEC;
}

/* Beside the program: in the tree it was built in, or where `make install` put both. */
static char *
default_profile_dir(void)
{
	static const char *const places[] = {
	    "../importers/profiles", "../share/kisi-reconcile/profiles", NULL};
	char *program = g_file_read_link("/proc/self/exe", NULL);
	char *folder = program != NULL ? g_path_get_dirname(program) : g_strdup(".");
	char *found = NULL;
	for (size_t i = 0; places[i] != NULL; i++) {
		g_free(found);
		found = g_canonicalize_filename(places[i], folder);
		if (g_file_test(found, G_FILE_TEST_IS_DIR))
			break;
	}
	g_free(program);
	g_free(folder);
	return found;
}

static char *
default_config(void)
{
	return g_strdup(g_file_test("kisi-reconcile.ini", G_FILE_TEST_EXISTS) ? "kisi-reconcile.ini"
									      : DEFAULT_CONFIG);
}

/* What the terminal's locale calls its letters; NULL when it does not say.  The program itself stays in locale "C". */
static const char *
terminal_charset(void)
{
	locale_t locale = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
	if (locale == (locale_t)0)
		return NULL;
	const char *charset = g_intern_string(nl_langinfo_l(CODESET, locale));
	freelocale(locale);
	return charset;
}

/* Text of the command line in UTF-8.  UTF-8 is taken in any locale; what is none may be the terminal's own. */
static bool
read_text(const char *option, char **value, GError **error)
{
	if (*value == NULL || g_utf8_validate(*value, -1, NULL))
		return true;
	const char *charset = terminal_charset();
	char *text = charset != NULL ? g_convert(*value, -1, "UTF-8", charset, NULL, NULL, NULL)
				     : NULL;
	if (text == NULL || strcmp(charset, "UTF-8") == 0) {
		g_free(text);
		return fail(error, EXIT_BAD_USAGE, "type it on a terminal that is set to UTF-8",
		    "%s: this is no text in UTF-8", option);
	}
	g_free(*value);
	*value = text;
	return true;
}

/* The place of a word among others; false with *error for one that is not there.  NULL is the first. */
static bool
read_choice(
    const char *option, const char *word, const char *const *words, int *out, GError **error)
{
	*out = 0;
	for (int i = 0; word != NULL; i++) {
		if (words[i] == NULL) {
			g_autofree char *list = g_strjoinv(", ", (char **)words);
			return fail(
			    error, EXIT_BAD_USAGE, list, "%s: no such word: \"%s\"", option, word);
		}
		if (strcmp(words[i], word) == 0) {
			*out = i;
			break;
		}
	}
	return true;
}

/* How what is printed looks. */
static bool
read_looks(struct options *options, const char *colour, const char *by, GError **error)
{
	static const char *const colours[] = {"auto", "always", "never", NULL};
	static const char *const orders[] = {"action", "person", "group", "door", NULL};
	int wish, order;
	if (!read_choice("--color", colour, colours, &wish, error) ||
	    !read_choice("--by", by, orders, &order, error))
		return false;
	options->colour = (enum colour_wish)wish;
	options->by = (enum text_order)order;
	options->by_given = by != NULL;
	return true;
}

/* Files are called what they are; --approve may be one, and so may the words, but for those of `why`. */
static bool
read_texts(struct options *options, char **now, char **at, GError **error)
{
	const struct {
		const char *option;
		char **value;
	} texts[] = {{"--now", now}, {"--at", at}, {"--only-person", &options->only_person},
	    {"--only-group", &options->only_group}, {"--head", &options->head},
	    {"--base-url", &options->base_url}, {"--source", &options->source},
	    {"--timezone", &options->timezone}, {"--date-order", &options->date_order}};
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		if (!read_text(texts[i].option, texts[i].value, error))
			return false;
	}
	if (options->words == NULL || g_strcmp0(options->words[0], "why") != 0)
		return true;
	for (char **word = options->words + 1; *word != NULL; word++) {
		if (!read_text("why", word, error))
			return false;
	}
	return true;
}

static bool
finish(struct options *options, const char *now, const char *at, const char *wait, GError **error)
{
	options->now_given = now != NULL;
	options->now = options_clock();
	if (now != NULL && !instant_parse(now, &options->now))
		return fail(error, EXIT_BAD_USAGE, TIME_HINT, "--now: not a time: \"%s\"", now);
	options->at_given = at != NULL;
	options->at = options->now;
	/* Whose clocks are meant is known when Kisi's places are. */
	options->at_text = g_strdup(at);
	if (at != NULL && !moment_parse(at, zone_get("UTC"), options->now, &options->at))
		return fail(error, EXIT_BAD_USAGE,
		    "18:45, \"tomorrow 9:00\", \"2026-11-30 18:45\", or " TIME_HINT,
		    "--at: not a time: \"%s\"", at);
	if (wait != NULL && !instant_parse_duration(wait, &options->wait))
		return fail(
		    error, EXIT_BAD_USAGE, "30s, 10m, 2h", "--wait: not a duration: \"%s\"", wait);
	if (options->instance != NULL && !instance_check(options->instance, error))
		return false;
	if (options->config == NULL)
		options->config = options->instance != NULL ? instance_config(options->instance)
							    : default_config();
	options->profile_dir_given = options->profile_dir != NULL;
	if (!options->profile_dir_given)
		options->profile_dir = default_profile_dir();
	if (options->words == NULL || options->words[0] == NULL)
		return fail(error, EXIT_BAD_USAGE, "kisi-reconcile --help", "which command?");
	return true;
}

/* GLib takes no value that begins with a dash for an option whose value may be left out. */
static void
drop_dash(struct options *options)
{
	char **last = options->words;
	if (g_strcmp0(options->write_profile, "-") != 0 || last == NULL || last[0] == NULL)
		return;
	while (last[1] != NULL)
		last++;
	if (strcmp(*last, "-") == 0)
		g_clear_pointer(last, g_free);
}

static gboolean
take_write_profile(const char *name, const char *value, gpointer user, GError **error)
{
	struct options *options = user;
	g_free(options->write_profile);
	options->write_profile = g_strdup(value != NULL ? value : "-");
	return TRUE;
}

static bool
parse(struct options *options, const GOptionEntry *entries, int argc, char **argv, GError **trouble)
{
	GOptionContext *context = g_option_context_new(NULL);
	g_option_context_set_summary(context, summary);
	g_option_context_set_description(context, description);
	GOptionGroup *group = g_option_group_new("", "", "", options, NULL);
	g_option_group_add_entries(group, entries);
	g_option_context_set_main_group(context, group);
	bool good = g_option_context_parse(context, &argc, &argv, trouble);
	g_option_context_free(context);
	return good;
}

/* What is not kept as it is given. */
struct given {
	gboolean version, quiet, verbose, detailed, apply, yes, records;
	char *now, *at, *wait, *colour, *by;
};

/* All values as the bytes they are: GLib would read text by a locale, which is "C" here, always. */
static bool
read_words(int argc, char **argv, struct options *options, struct given *given, GError **trouble)
{
	const GOptionEntry entries[] = {
	    {"config", 'c', 0, G_OPTION_ARG_FILENAME, &options->config,
		"configuration (default: ./kisi-reconcile.ini, else " DEFAULT_CONFIG ")", "FILE"},
	    {"instance", 0, 0, G_OPTION_ARG_FILENAME, &options->instance,
		"one of several organisations: /etc/kisi-reconcile/NAME.ini, and state of its own",
		"NAME"},
	    {"now", 0, 0, G_OPTION_ARG_FILENAME, &given->now,
		"compute as of this instant instead of the clock's", "T"},
	    {"at", 0, 0, G_OPTION_ARG_FILENAME, &given->at, "why: can they get in then?", "T"},
	    {"snapshot", 0, 0, G_OPTION_ARG_FILENAME, &options->snapshot,
		"read Kisi's state from a file (plan, check, init, why)", "FILE"},
	    {"json", 0, 0, G_OPTION_ARG_FILENAME, &options->json,
		"write the plan, description, answer or run as JSON; - is stdout", "FILE"},
	    {"report-dir", 0, 0, G_OPTION_ARG_FILENAME, &options->report_dir,
		"folder of the workbook", "DIR"},
	    {"only-person", 0, 0, G_OPTION_ARG_FILENAME, &options->only_person,
		"leave everybody else as they are", "PERSON"},
	    {"only-group", 0, 0, G_OPTION_ARG_FILENAME, &options->only_group,
		"leave every other group as it is", "GROUP"},
	    {"apply", 0, 0, G_OPTION_ARG_NONE, &given->apply, "revert: do it, not only the plan",
		NULL},
	    {"yes", 'y', 0, G_OPTION_ARG_NONE, &given->yes, "apply: do not ask", NULL},
	    {"records", 0, 0, G_OPTION_ARG_NONE, &given->records, "why: each record", NULL},
	    {"by", 0, 0, G_OPTION_ARG_FILENAME, &given->by,
		"plan, apply, revert: sort changes by person, group or door", "WORD"},
	    {"color", 0, 0, G_OPTION_ARG_FILENAME, &given->colour, "auto, always or never", "WHEN"},
	    {"detailed-exitcode", 0, 0, G_OPTION_ARG_NONE, &given->detailed,
		"plan: exit 2 when changes are pending", NULL},
	    {"approve", 0, 0, G_OPTION_ARG_FILENAME, &options->approve,
		"apply, revert: let exactly this plan's removals through, once", "PLAN"},
	    {"max-removals", 0, 0, G_OPTION_ARG_INT, &options->max_removals,
		"apply, revert: ... when they are at most this many", "N"},
	    {"max-grants", 0, 0, G_OPTION_ARG_INT, &options->max_grants,
		"apply: let so many gains of this plan through, once", "N"},
	    {"accept", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->accept,
		"plan, apply: this export is right as it is", "SOURCE@HASH"},
	    {"until", 0, 0, G_OPTION_ARG_FILENAME, &options->until,
		"protect, accept: only until then, a time or a date", "T"},
	    {"reason", 0, 0, G_OPTION_ARG_FILENAME, &options->reason,
		"same, different, protect, accept: why, for whoever reads the table", "TEXT"},
	    {"head", 0, 0, G_OPTION_ARG_FILENAME, &options->head,
		"verify: a head of the chain written down elsewhere", "HASH"},
	    {"output", 'o', 0, G_OPTION_ARG_FILENAME, &options->output,
		"init, snapshot: the file to write", "FILE"},
	    {"api-key-file", 0, 0, G_OPTION_ARG_FILENAME, &options->api_key_file,
		"init: the file with the API key (else KISI_API_KEY)", "FILE"},
	    {"base-url", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_FILENAME, &options->base_url,
		"init: another address than Kisi's", "URL"},
	    {"source", 0, 0, G_OPTION_ARG_FILENAME, &options->source,
		"describe: as this source of the configuration reads it", "NAME"},
	    {"profile", 0, 0, G_OPTION_ARG_FILENAME, &options->profile,
		"describe, init: try only this profile, by name or path", "PROFILE"},
	    {"timezone", 0, 0, G_OPTION_ARG_FILENAME, &options->timezone,
		"describe: the zone of local times", "ZONE"},
	    {"date-order", 0, 0, G_OPTION_ARG_FILENAME, &options->date_order,
		"describe: DMY, MDY or YMD", "ORDER"},
	    {"kind", 0, 0, G_OPTION_ARG_FILENAME, &options->kind,
		"describe, init: bookings, memberships, people or grants", "KIND"},
	    {"write-profile", 0, G_OPTION_FLAG_OPTIONAL_ARG | G_OPTION_FLAG_FILENAME,
		G_OPTION_ARG_CALLBACK, (gpointer)(guintptr)take_write_profile,
		"describe: write a profile to edit; - or nothing is stdout", "FILE"},
	    {"profile-dir", 0, 0, G_OPTION_ARG_FILENAME, &options->profile_dir,
		"folder of the import profiles", "DIR"},
	    {"wait", 0, 0, G_OPTION_ARG_FILENAME, &given->wait,
		"apply, revert: wait so long for another run to end", "TIME"},
	    {"log-json", 0, 0, G_OPTION_ARG_FILENAME, &options->log_json,
		"what is said on stderr once more, one JSON object a line; a number is a "
		"descriptor",
		"FILE"},
	    {"quiet", 'q', 0, G_OPTION_ARG_NONE, &given->quiet,
		"print nothing but errors and warnings", NULL},
	    {"verbose", 'v', 0, G_OPTION_ARG_NONE, &given->verbose,
		"print every reason and every guard's verdict", NULL},
	    {"version", 0, 0, G_OPTION_ARG_NONE, &given->version, "print the version", NULL},
	    {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->words, NULL,
		"COMMAND"},
	    {NULL, 0, 0, 0, NULL, NULL, NULL},
	};
	return parse(options, entries, argc, argv, trouble);
}

bool
options_read(int argc, char **argv, struct options *options, bool *done, GError **error)
{
	struct given given = {0};
	GError *trouble = NULL;
	*options = (struct options){.max_removals = -1, .max_grants = -1};
	bool good = read_words(argc, argv, options, &given, &trouble);
	drop_dash(options);
	options->quiet = given.quiet;
	options->verbose = given.verbose;
	options->detailed_exitcode = given.detailed;
	options->apply = given.apply;
	options->yes = given.yes;
	options->records = given.records;
	if (!good) {
		fail(error, EXIT_BAD_USAGE, "kisi-reconcile --help", "%s", trouble->message);
		g_error_free(trouble);
	} else if (given.version) {
		printf("kisi-reconcile %s\n", KISI_RECONCILE_VERSION);
		*done = true;
	} else {
		good = read_texts(options, &given.now, &given.at, error) &&
		       read_looks(options, given.colour, given.by, error) &&
		       finish(options, given.now, given.at, given.wait, error);
	}
	g_free(given.now);
	g_free(given.at);
	g_free(given.wait);
	g_free(given.colour);
	g_free(given.by);
	return good;
}

void
options_done(struct options *options)
{
	char *const texts[] = {options->config, options->snapshot, options->json,
	    options->report_dir, options->profile_dir, options->only_person, options->only_group,
	    options->at_text, options->output, options->api_key_file, options->base_url,
	    options->approve, options->profile, options->timezone, options->date_order,
	    options->kind, options->write_profile, options->head, options->source, options->until,
	    options->reason, options->instance, options->log_json};
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		g_free(texts[i]);
	g_strfreev(options->accept);
	g_strfreev(options->words);
}

bool
options_check(const struct options *options, const char *command, GError **error)
{
	/* Options that only some commands know. */
	const struct {
		const char *name;
		const char *commands;
		bool given;
	} restricted[] = {
	    {"--api-key-file", "init", options->api_key_file != NULL},
	    {"--base-url", "init", options->base_url != NULL},
	    {"--output", "init snapshot", options->output != NULL},
	    {"--head", "verify", options->head != NULL},
	    {"--until", "protect accept", options->until != NULL},
	    {"--reason", "same different protect accept", options->reason != NULL},
	    {"--at", "why", options->at_given},
	    {"--apply", "revert", options->apply},
	    {"--yes", "apply", options->yes},
	    {"--records", "why", options->records},
	    {"--by", "plan apply revert", options->by_given},
	    {"--approve", "apply revert", options->approve != NULL},
	    {"--max-removals", "apply revert", options->max_removals != -1},
	    {"--max-grants", "apply", options->max_grants != -1},
	    {"--accept", "plan apply", options->accept != NULL},
	    {"--detailed-exitcode", "plan", options->detailed_exitcode},
	    {"--source", "describe", options->source != NULL},
	    {"--profile", "describe init", options->profile != NULL},
	    {"--timezone", "describe", options->timezone != NULL},
	    {"--date-order", "describe", options->date_order != NULL},
	    {"--kind", "describe init", options->kind != NULL},
	    {"--write-profile", "describe", options->write_profile != NULL},
	    {"--snapshot", "plan check init why", options->snapshot != NULL},
	    {"--json", "plan apply describe unlock-due history report why revert",
		options->json != NULL},
	    {"--report-dir", "plan apply check report revert", options->report_dir != NULL},
	    {"--wait", "apply revert", options->wait > 0},
	    {"--only-person", "plan apply revert", options->only_person != NULL},
	    {"--only-group", "plan apply revert", options->only_group != NULL},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(restricted); i++) {
		char **commands = g_strsplit(restricted[i].commands, " ", -1);
		bool known = g_strv_contains((const char *const *)commands, command);
		g_strfreev(commands);
		if (!known && restricted[i].given)
			return fail(error, EXIT_BAD_USAGE, "kisi-reconcile --help",
			    "%s has no option %s", command, restricted[i].name);
	}
	return true;
}

char *
options_command(const struct options *options, const char *words)
{
	char at[INSTANT_TEXT];
	g_autofree char *usual = options->instance != NULL ? instance_config(options->instance)
							   : NULL;
	bool by_name = g_strcmp0(usual, options->config) == 0;
	const struct {
		const char *name, *value;
		bool is_path;
	} deciding[] = {
	    {"--instance", options->instance, false},
	    {"-c", by_name ? NULL : options->config, true},
	    {"--profile-dir", options->profile_dir_given ? options->profile_dir : NULL, true},
	    {"--now", options->now_given ? instant_format(options->now, at) : NULL, false},
	    {"--only-person", options->only_person, false},
	    {"--only-group", options->only_group, false},
	};
	GString *text = g_string_new("kisi-reconcile");
	for (size_t i = 0; i < G_N_ELEMENTS(deciding); i++) {
		if (deciding[i].value == NULL)
			continue;
		char *value = deciding[i].is_path ? g_canonicalize_filename(deciding[i].value, NULL)
						  : g_strdup(deciding[i].value);
		char *word = text_shell(value);
		g_string_append_printf(text, " %s %s", deciding[i].name, word);
		g_free(word);
		g_free(value);
	}
	g_string_append_printf(text, " %s", words);
	return g_string_free(text, FALSE);
}

GPtrArray *
options_accepted(const struct options *options)
{
	if (options->accept == NULL)
		return NULL;
	GPtrArray *words = g_ptr_array_new();
	for (char **word = options->accept; *word != NULL; word++) {
		if (!g_ptr_array_find_with_equal_func(words, *word, g_str_equal, NULL))
			g_ptr_array_add(words, *word);
	}
	return words;
}

bool
options_kind(const struct options *options, enum record_kind *kind, GError **error)
{
	*kind = options->kind != NULL ? record_kind_of_plural(options->kind) : RECORD_KINDS;
	bool known = *kind == RECORD_BOOKING || *kind == RECORD_MEMBERSHIP ||
		     *kind == RECORD_PERSON || *kind == RECORD_GRANT;
	return options->kind == NULL || known ||
	       fail(error, EXIT_BAD_USAGE, "bookings, memberships, people or grants",
		   "--kind: no kind of records: \"%s\"", options->kind);
}
