/* The command line: one table of options; which of them a command takes stands in its own row. */
#include "cli/commands.h"

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

/* How a value is given and kept. */
enum value {
	VALUE_FLAG,   /* gboolean */
	VALUE_NUMBER, /* int; -1 when it is not given */
	VALUE_PATH,   /* char *: the bytes as they are, for files are called what they are */
	VALUE_TEXT,   /* char *: in UTF-8 */
	VALUE_PATHS,  /* char **: may be given more than once */
	VALUE_MAYBE,  /* char *: `-` when the option is given without a value */
};

static const struct {
	const char *name;
	char letter;	      /* 0: none */
	const char *argument; /* NULL: a flag */
	const char *text;     /* NULL: not shown */
	enum value value;
	size_t place; /* in struct options */
} table[OPTIONS] = {
#define AT(member) offsetof(struct options, member)
    [OPTION_CONFIG] = {"config", 'c', "FILE",
	"the configuration (default: ./kisi-reconcile.ini, else " DEFAULT_CONFIG ")", VALUE_PATH,
	AT(config)},
    [OPTION_INSTANCE] = {"instance", 0, "NAME",
	"one of several organisations: /etc/kisi-reconcile/NAME.ini, with state of its own",
	VALUE_PATH, AT(instance)},
    [OPTION_NOW] = {"now", 0, "T", "compute for this time, as 2026-11-14T11:00:00Z, not for now",
	VALUE_TEXT, AT(now_text)},
    [OPTION_AT] = {"at", 0, "T", "can they get in at this time?  Default: now", VALUE_TEXT,
	AT(at_text)},
    [OPTION_SNAPSHOT] = {"snapshot", 0, "FILE",
	"read Kisi from this file, which `snapshot` wrote, and do not ask Kisi", VALUE_PATH,
	AT(snapshot)},
    [OPTION_JSON] = {"json", 0, "FILE", "write what was found as JSON, too; - is standard output",
	VALUE_PATH, AT(json)},
    [OPTION_REPORT_DIR] = {"report-dir", 0, "DIR", "the folder of the workbook", VALUE_PATH,
	AT(report_dir)},
    [OPTION_SHEETS] = {"sheets", 0, "WHICH", "only these sheets of the workbook: changes",
	VALUE_TEXT, AT(sheets)},
    [OPTION_ONLY_PERSON] = {"only-person", 0, "PERSON", "leave everybody else as they are",
	VALUE_TEXT, AT(only_person)},
    [OPTION_ONLY_GROUP] = {"only-group", 0, "GROUP",
	"leave every other group as it is; history: this door alone", VALUE_TEXT, AT(only_group)},
    [OPTION_APPLY] = {"apply", 0, NULL, "make the changes, and do not only show them", VALUE_FLAG,
	AT(apply)},
    [OPTION_YES] = {"yes", 'y', NULL, "do not ask before anything changes", VALUE_FLAG, AT(yes)},
    [OPTION_RECORDS] = {"records", 0, NULL, "list every record about this person, too", VALUE_FLAG,
	AT(records)},
    [OPTION_BY] = {"by", 0, "WORD", "sort changes by person, group or door", VALUE_TEXT,
	AT(by_text)},
    [OPTION_COLOR] = {"color", 0, "WHEN", "when to use colours: auto, always or never", VALUE_TEXT,
	AT(colour_text)},
    [OPTION_DETAILED_EXITCODE] = {"detailed-exitcode", 0, NULL,
	"exit with 2 when there are changes to make", VALUE_FLAG, AT(detailed_exitcode)},
    [OPTION_APPROVE] = {"approve", 0, "PLAN",
	"let through, once, what a limit holds; the message of the limit has the whole command",
	VALUE_PATH, AT(approve)},
    [OPTION_MAX_REMOVALS] = {"max-removals", 0, "N",
	"with --approve: the removals, when they are at most this many", VALUE_NUMBER,
	AT(max_removals)},
    [OPTION_MAX_GRANTS] = {"max-grants", 0, "N",
	"with --approve: what is given, when it is at most this many", VALUE_NUMBER,
	AT(max_grants)},
    [OPTION_ACCEPT] = {"accept", 0, "SOURCE@HASH",
	"this export is right as it is, or this list (blocked_file@HASH); may be given more than "
	"once",
	VALUE_PATHS, AT(accept)},
    [OPTION_UNTIL] = {"until", 0, "T", "only until this time, or the end of this date", VALUE_PATH,
	AT(until)},
    [OPTION_REASON] = {"reason", 0, "TEXT", "why, for whoever reads the table", VALUE_PATH,
	AT(reason)},
    [OPTION_HEAD] = {"head", 0, "HASH", "is this head, written down elsewhere, one of the trail?",
	VALUE_TEXT, AT(head)},
    [OPTION_OUTPUT] = {"output", 'o', "FILE", "the file to write", VALUE_PATH, AT(output)},
    [OPTION_API_KEY_FILE] = {"api-key-file", 0, "FILE",
	"the file with the API key (default: KISI_API_KEY)", VALUE_PATH, AT(api_key_file)},
    [OPTION_BASE_URL] = {"base-url", 0, "URL", NULL, VALUE_TEXT, AT(base_url)},
    [OPTION_SOURCE] = {"source", 0, "NAME", "read it as this source of the configuration",
	VALUE_TEXT, AT(source)},
    [OPTION_PROFILE] = {"profile", 0, "PROFILE", "try only this profile, by name or path",
	VALUE_PATH, AT(profile)},
    [OPTION_TIMEZONE] = {"timezone", 0, "ZONE", "the zone of local times, as Europe/Amsterdam",
	VALUE_TEXT, AT(timezone)},
    [OPTION_DATE_ORDER] = {"date-order", 0, "ORDER",
	"what dates like 03/04/2026 mean: DMY, MDY or YMD", VALUE_TEXT, AT(date_order)},
    [OPTION_KIND] = {"kind", 0, "KIND",
	"what the records are: bookings, memberships, people or grants", VALUE_PATH, AT(kind)},
    [OPTION_WRITE_PROFILE] = {"write-profile", 0, "FILE",
	"write a profile to edit; without FILE, or with -, to standard output", VALUE_MAYBE,
	AT(write_profile)},
    [OPTION_PROFILE_DIR] = {"profile-dir", 0, "DIR", "the folder of the import profiles",
	VALUE_PATH, AT(profile_dir)},
    [OPTION_WAIT] = {"wait", 0, "TIME", "wait so long, as 10m, for another run to end", VALUE_TEXT,
	AT(wait_text)},
    [OPTION_JOBS] = {"jobs", 'j', "N", "so many organisations at a time", VALUE_TEXT, AT(jobs)},
    [OPTION_SHARD] = {"shard", 0, "I/N", "only this part of them; the first is 0", VALUE_TEXT,
	AT(shard)},
    [OPTION_LOG_JSON] = {"log-json", 0, "FILE",
	"write errors and warnings as JSON, too, one a line; a number is an open descriptor",
	VALUE_PATH, AT(log_json)},
    [OPTION_QUIET] = {"quiet", 'q', NULL, "print nothing but answers, errors and warnings",
	VALUE_FLAG, AT(quiet)},
    [OPTION_VERBOSE] = {"verbose", 'v', NULL, "print every reason and every guard's verdict",
	VALUE_FLAG, AT(verbose)},
    [OPTION_HELP] = {"help", 'h', NULL, "print this", VALUE_FLAG, AT(help)},
    [OPTION_VERSION] = {"version", 0, NULL, "print the version", VALUE_FLAG, AT(version)},
#undef AT
};

static void *
place_of(const struct options *options, size_t option)
{
	return (char *)options + table[option].place;
}

static bool
is_given(const struct options *options, size_t option)
{
	switch (table[option].value) {
	case VALUE_FLAG:
		return *(gboolean *)place_of(options, option);
	case VALUE_NUMBER:
		return *(int *)place_of(options, option) != -1;
	default:
		return *(void **)place_of(options, option) != NULL;
	}
}

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
read_looks(struct options *options, GError **error)
{
	static const char *const colours[] = {"auto", "always", "never", NULL};
	static const char *const orders[] = {"action", "person", "group", "door", NULL};
	int wish, order;
	if (!read_choice("--color", options->colour_text, colours, &wish, error) ||
	    !read_choice("--by", options->by_text, orders, &order, error))
		return false;
	options->colour = (enum colour_wish)wish;
	options->by = (enum text_order)order;
	return true;
}

static bool
read_texts(struct options *options, GError **error)
{
	for (size_t i = 0; i < OPTIONS; i++) {
		g_autofree char *name = g_strconcat("--", table[i].name, NULL);
		if (table[i].value == VALUE_TEXT && !read_text(name, place_of(options, i), error))
			return false;
	}
	for (char **word = options->words + 1; options->command->texts && *word != NULL; word++) {
		if (!read_text(options->command->name, word, error))
			return false;
	}
	return true;
}

static bool
finish(struct options *options, GError **error)
{
	options->now_given = options->now_text != NULL;
	options->profile_dir_given = options->profile_dir != NULL;
	if (options->instance != NULL && !instance_check(options->instance, error))
		return false;
	if (options->sheets != NULL && strcmp(options->sheets, "changes") != 0)
		return fail(error, EXIT_BAD_USAGE, "changes", "--sheets: no such selection: \"%s\"",
		    options->sheets);
	if (options->config == NULL)
		options->config = options->instance != NULL ? instance_config(options->instance)
							    : default_config();
	if (!options->profile_dir_given)
		options->profile_dir = default_profile_dir();
	if (options->wait_text != NULL &&
	    !instant_parse_duration(options->wait_text, &options->wait))
		return fail(error, EXIT_BAD_USAGE, "30s, 10m, 2h", "--wait: not a duration: \"%s\"",
		    options->wait_text);
	options->now = options_clock();
	if (options->now_text != NULL && !instant_parse(options->now_text, &options->now))
		return fail(error, EXIT_BAD_USAGE, TIME_HINT, "--now: not a time: \"%s\"",
		    options->now_text);
	options->at = options->now;
	/* Whose clocks are meant is known when Kisi's places are. */
	if (options->at_text != NULL &&
	    !moment_parse(options->at_text, zone_get("UTC"), options->now, &options->at))
		return fail(error, EXIT_BAD_USAGE,
		    "18:45, \"tomorrow 9:00\", \"2026-11-30 18:45\", or " TIME_HINT,
		    "--at: not a time: \"%s\"", options->at_text);
	return true;
}

/* Has the command the words that it needs, and none besides, and only options that it takes? */
static bool
check_call(const struct options *options, GError **error)
{
	const struct command *command = options->command;
	int words = (int)g_strv_length(options->words) - 1;
	g_autofree char *call = g_strdup_printf(
	    "kisi-reconcile %s %s", command->name, command->arguments);
	g_autofree char *help = g_strdup_printf("kisi-reconcile %s --help", command->name);
	if (words > command->most)
		return fail(error, EXIT_BAD_USAGE, help, "%s: one word too many: \"%s\"",
		    command->name, options->words[command->most + 1]);
	for (size_t i = 0; i < OPTIONS; i++) {
		bool taken = ((command->options | OPTIONS_OF_ALL) & UINT64_C(1) << i) != 0;
		if (!taken && is_given(options, i))
			return fail(error, EXIT_BAD_USAGE, help, "%s has no option --%s",
			    command->name, table[i].name);
	}
	return words >= command->least ||
	       fail(error, EXIT_BAD_USAGE, call, "%s: %s", command->name, command->missing);
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

/* All values as the bytes they are: GLib would read text by a locale, which is "C" here, always. */
static bool
parse(struct options *options, int argc, char **argv, GError **trouble)
{
	static const GOptionArg args[] = {[VALUE_FLAG] = G_OPTION_ARG_NONE,
	    [VALUE_NUMBER] = G_OPTION_ARG_INT,
	    [VALUE_PATH] = G_OPTION_ARG_FILENAME,
	    [VALUE_TEXT] = G_OPTION_ARG_FILENAME,
	    [VALUE_PATHS] = G_OPTION_ARG_FILENAME_ARRAY,
	    [VALUE_MAYBE] = G_OPTION_ARG_CALLBACK};
	GOptionEntry entries[OPTIONS + 2] = {{NULL, 0, 0, 0, NULL, NULL, NULL}};
	for (size_t i = 0; i < OPTIONS; i++) {
		bool maybe = table[i].value == VALUE_MAYBE;
		entries[i] = (GOptionEntry){table[i].name, table[i].letter,
		    maybe ? G_OPTION_FLAG_OPTIONAL_ARG | G_OPTION_FLAG_FILENAME : 0,
		    args[table[i].value],
		    maybe ? (gpointer)(guintptr)take_write_profile : place_of(options, i), NULL,
		    NULL};
	}
	entries[OPTIONS] = (GOptionEntry){
	    G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->words, NULL, NULL};
	GOptionContext *context = g_option_context_new(NULL);
	GOptionGroup *group = g_option_group_new("", "", "", options, NULL);
	g_option_group_add_entries(group, entries);
	g_option_context_set_main_group(context, group);
	g_option_context_set_help_enabled(context, FALSE);
	bool good = g_option_context_parse(context, &argc, &argv, trouble);
	g_option_context_free(context);
	return good;
}

/* Without a command --help is about all of them. */
static bool
find_command(struct options *options, GError **error)
{
	bool none = options->words == NULL || options->words[0] == NULL;
	if (none && !options->help)
		return fail(error, EXIT_BAD_USAGE, "kisi-reconcile --help", "which command?");
	options->command = none ? NULL : command_find(options->words[0]);
	return none || options->command != NULL ||
	       fail(error, EXIT_BAD_USAGE, "kisi-reconcile --help", "unknown command \"%s\"",
		   options->words[0]);
}

bool
options_read(int argc, char **argv, struct options *options, bool *done, GError **error)
{
	g_autoptr(GError) trouble = NULL;
	*options = (struct options){.max_removals = -1, .max_grants = -1};
	if (!parse(options, argc, argv, &trouble))
		return fail(error, EXIT_BAD_USAGE, "kisi-reconcile --help", "%s", trouble->message);
	drop_dash(options);
	*done = options->version || options->help;
	if (options->version)
		printf("kisi-reconcile %s\n", KISI_RECONCILE_VERSION);
	else if (!find_command(options, error))
		return false;
	if (!*done)
		return check_call(options, error) && read_texts(options, error) &&
		       read_looks(options, error) && finish(options, error);
	g_autofree char *help = options->version ? g_strdup("") : command_help(options->command);
	fputs(help, stdout);
	return true;
}

void
options_done(struct options *options)
{
	for (size_t i = 0; i < OPTIONS; i++) {
		if (table[i].argument != NULL && table[i].value == VALUE_PATHS)
			g_strfreev(*(char ***)place_of(options, i));
		else if (table[i].argument != NULL && table[i].value != VALUE_NUMBER)
			g_free(*(char **)place_of(options, i));
	}
	g_strfreev(options->words);
}

/* `plan, apply: `; nothing when all take it. */
static void
append_takers(size_t option, GString *out)
{
	const uint64_t bit = UINT64_C(1) << option;
	const char *between = "";
	for (size_t i = 0; (OPTIONS_OF_ALL & bit) == 0 && commands[i] != NULL; i++) {
		if ((commands[i]->options & bit) == 0)
			continue;
		g_string_append_printf(out, "%s%s", between, commands[i]->name);
		between = ", ";
	}
	g_string_append(out, *between != '\0' ? ": " : "");
}

void
options_lines(uint64_t set, bool named, GString *out)
{
	for (size_t i = 0; i < OPTIONS; i++) {
		if ((set & UINT64_C(1) << i) == 0 || table[i].text == NULL)
			continue;
		bool maybe = table[i].value == VALUE_MAYBE;
		g_autofree char *argument = table[i].argument == NULL
						? g_strdup("")
						: g_strdup_printf("%s=%s%s", maybe ? "[" : "",
						      table[i].argument, maybe ? "]" : "");
		g_autofree char *name = g_strconcat(table[i].name, argument, NULL);
		if (table[i].letter != 0)
			g_string_append_printf(out, "  -%c, --%-20s", table[i].letter, name);
		else
			g_string_append_printf(out, "      --%-20s", name);
		g_string_append_c(out, ' ');
		if (named)
			append_takers(i, out);
		g_string_append_printf(out, "%s\n", table[i].text);
	}
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
