/* same, different, protect, accept: what a person rules, as a row of a table of the configuration. */
#include "base/email.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/setup.h"
#include "cli/table_add.h"
#include "cli/writers.h"
#include "model/ruling.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* One command on its way. */
struct rule_run {
	const struct options *options;
	struct setup setup;
	char *place;		   /* of the table */
	char *cells[RULING_CELLS]; /* of the new row, whichever table it is for; owned */
	struct ruling *ruling;	   /* the row as it is read; NULL for `same` */
	char *effect;		   /* what the next run will do */
	char *known;		   /* said before: why nothing is written; NULL */
};

/* Fills in cells, effect and known; false and *error when the words make no sense. */
typedef bool rule_step(struct rule_run *run, char **words, GError **error);

static rule_step rule_same, rule_different, rule_protect, rule_accept;

static const struct {
	const struct command *command;
	size_t table;
	rule_step *step;
} rulings[] = {
    {&command_same, SETUP_ALIASES, rule_same},
    {&command_different, SETUP_RULINGS, rule_different},
    {&command_protect, SETUP_RULINGS, rule_protect},
    {&command_accept, SETUP_RULINGS, rule_accept},
};

static void
rule_done(struct rule_run *run)
{
	for (size_t i = 0; i < RULING_CELLS; i++)
		g_free(run->cells[i]);
	ruling_free(run->ruling);
	g_free(run->effect);
	g_free(run->known);
	g_free(run->place);
	setup_done(&run->setup);
}

/* ---- the words ---- */

static bool
take_address(char **word, GError **error)
{
	const char *why;
	char *email = email_canonical(*word, &why);
	if (email == NULL) {
		g_autofree char *shown = text_printable(*word);
		return fail(
		    error, EXIT_BAD_USAGE, NULL, "not an e-mail address: \"%s\" (%s)", shown, why);
	}
	g_free(*word);
	*word = email;
	return true;
}

static bool
take_two(char **words, GError **error)
{
	if (!take_address(&words[0], error) || !take_address(&words[1], error))
		return false;
	return strcmp(words[0], words[1]) != 0 || fail(error, EXIT_BAD_USAGE, "name two addresses",
						      "that is one address twice: %s", words[0]);
}

/* Who is behind sudo rules, not root. */
static char *
who_rules(void)
{
	const char *behind = g_getenv("SUDO_USER");
	return text_printable(text_blank(behind) ? g_get_user_name() : behind);
}

/* The row is read as the next run will read it. */
static bool
take_ruling(struct rule_run *run, enum ruling_kind kind, char **words, GError **error)
{
	const struct options *options = run->options;
	char at[INSTANT_TEXT];
	g_autofree char *by = who_rules();
	const char *const cells[RULING_CELLS] = {
	    [RULING_CELL_WORD] = ruling_word(kind),
	    [RULING_CELL_WHO] = words[0],
	    [RULING_CELL_OTHER] = kind == RULING_DIFFERENT ? words[1] : "",
	    [RULING_CELL_UNTIL] = options->until != NULL ? options->until : "",
	    [RULING_CELL_BY] = by,
	    [RULING_CELL_AT] = instant_format(options->now, at),
	    [RULING_CELL_REASON] = options->reason != NULL ? options->reason : "",
	};
	GError *cause = NULL;
	for (size_t i = 0; i < RULING_CELLS; i++)
		run->cells[i] = g_strdup(cells[i]);
	run->ruling = ruling_read((const char *const *)run->cells, &cause);
	if (cause != NULL) {
		cause->code = EXIT_BAD_USAGE;
		g_propagate_error(error, cause);
		return false;
	}
	return run->ruling->until > options->now ||
	       fail(error, EXIT_BAD_USAGE, "name a time to come", "until: %s is over already",
		   options->until);
}

/* ---- what each of them says ---- */

/* Said first by hand: `x,x` in the aliases. */
static bool
refuse_own(const struct rule_run *run, const char *person, GError **error)
{
	const GHashTable *aliases = run->setup.config->people.aliases;
	const char *alias = g_hash_table_lookup((GHashTable *)aliases, person);
	return g_strcmp0(alias, person) != 0 ||
	       fail(error, EXIT_BAD_USAGE, "take that row out first, if it is wrong",
		   "%s is a person of their own: \"%s,%s\" in %s", person, person, person,
		   run->place);
}

/* The second address becomes a further one of the first person; both may have others already. */
static bool
rule_same(struct rule_run *run, char **words, GError **error)
{
	const struct config *config = run->setup.config;
	if (!take_two(words, error))
		return false;
	const char *person = config_person(config, words[0]);
	const char *alias = config_person(config, words[1]);
	if (strcmp(person, alias) == 0)
		run->known = g_strdup_printf(
		    "%s and %s are one person already", words[0], words[1]);
	else if (!refuse_own(run, person, error) || !refuse_own(run, alias, error))
		return false;
	else if (config_different(config, person, alias))
		return fail(error, EXIT_BAD_USAGE,
		    "take that row out of the rulings first, if it is wrong",
		    "%s and %s were ruled to be two people", words[0], words[1]);
	run->cells[0] = g_strdup(alias);
	run->cells[1] = g_strdup(words[0]);
	run->cells[2] = g_strdup(run->options->reason);
	run->effect = g_strdup_printf("the next run takes %s and %s for one person: what either "
				      "is entitled to, that person is",
	    words[0], words[1]);
	return true;
}

static bool
rule_different(struct rule_run *run, char **words, GError **error)
{
	const struct config *config = run->setup.config;
	if (!take_two(words, error) || !take_ruling(run, RULING_DIFFERENT, words, error))
		return false;
	if (strcmp(config_person(config, words[0]), config_person(config, words[1])) == 0)
		return fail(error, EXIT_BAD_USAGE, "take the alias out first, if it is wrong",
		    "%s and %s are one person by their aliases", words[0], words[1]);
	if (config_different(config, words[0], words[1]))
		run->known = g_strdup_printf(
		    "%s and %s are two people already", words[0], words[1]);
	run->effect = g_strdup_printf("the next run takes %s and %s for two people: neither "
				      "waits for the other any more",
	    words[0], words[1]);
	return true;
}

/* What is said for good, or for as long, covers it.  until: of what is there. */
static void
know_until(struct rule_run *run, instant until, const char *what)
{
	char text[INSTANT_TEXT];
	if (until == INSTANT_NEVER)
		run->known = g_strdup_printf("%s is %s already", run->ruling->who, what);
	else if (until >= run->ruling->until)
		run->known = g_strdup_printf("%s is %s already, until %s", run->ruling->who, what,
		    instant_format(until, text));
}

/* `, until ...`, or nothing.  Caller frees. */
static char *
end_text(const struct ruling *ruling)
{
	char text[INSTANT_TEXT];
	return ruling->until == INSTANT_NEVER
		   ? g_strdup("")
		   : g_strdup_printf(", until %s", instant_format(ruling->until, text));
}

static bool
rule_protect(struct rule_run *run, char **words, GError **error)
{
	const struct config *config = run->setup.config;
	if (!take_address(&words[0], error) || !take_ruling(run, RULING_PROTECT, words, error))
		return false;
	instant until = config_ruled_until(config, RULING_PROTECT, words[0]);
	/* Whom no ruling protects is named in [people] protected. */
	if (until <= run->options->now && g_hash_table_contains(config->people.protected, words[0]))
		until = INSTANT_NEVER;
	know_until(run, until, "protected");
	g_autofree char *end = end_text(run->ruling);
	run->effect = g_strdup_printf(
	    "the next run changes nothing about %s%s", run->ruling->who, end);
	return true;
}

static bool
rule_accept(struct rule_run *run, char **words, GError **error)
{
	if (!take_ruling(run, RULING_ACCEPT, words, error))
		return false;
	const char *id = run->ruling->who;
	know_until(run, config_ruled_until(run->setup.config, RULING_ACCEPT, id), "accepted");
	g_free(run->cells[RULING_CELL_WHO]);
	run->cells[RULING_CELL_WHO] = g_strdup(id);
	g_autofree char *end = end_text(run->ruling);
	run->effect = g_strdup_printf(
	    "the next run leaves what is held as %s as it is now%s", id, end);
	return true;
}

/* ---- the run ---- */

static bool
check_reason(const char *reason, GError **error)
{
	if (reason == NULL)
		return true;
	if (!g_utf8_validate(reason, -1, NULL))
		return fail(error, EXIT_BAD_USAGE, NULL, "--reason: not UTF-8");
	g_autofree char *plain = text_printable(reason);
	g_autofree char *trimmed = g_strdup(plain);
	return (strcmp(plain, reason) == 0 && strcmp(text_trim(trimmed), reason) == 0) ||
	       fail(error, EXIT_BAD_USAGE, "one line of plain text, without blanks around it",
		   "--reason: cannot be kept as it is: \"%s\"", plain);
}

/* The tables that rulings are judged by, as far as they are there: these commands make them. */
static bool
read_tables(struct rule_run *run, GError **error)
{
	static const size_t needed[] = {SETUP_ALIASES, SETUP_RULINGS};
	bool good = setup_writers(&run->setup, error) && writers_check(run->place, error);
	for (size_t i = 0; i < G_N_ELEMENTS(needed) && good; i++) {
		g_autofree char *place = setup_table_place(&run->setup, needed[i]);
		if (g_file_test(place, G_FILE_TEST_EXISTS))
			good = setup_table(&run->setup, needed[i], error);
	}
	return good;
}

static bool
write_row(struct rule_run *run, size_t table, GError **error)
{
	g_autofree char *line = NULL;
	if (run->known == NULL && !table_add(run->place, setup_table_columns(table),
				      (const char *const *)run->cells, &line, error))
		return false;
	if (!run->options->quiet && run->known != NULL)
		printf("%s: nothing was written\n", run->known);
	else if (!run->options->quiet)
		printf("written to %s: %s\n%s\n", run->place, line, run->effect);
	return true;
}

static bool
run_ruling(struct rule_run *run, size_t i, char **words, GError **error)
{
	if (!check_reason(run->options->reason, error) ||
	    !setup_config(run->options, &run->setup, error))
		return false;
	run->place = setup_table_place(&run->setup, rulings[i].table);
	int lock = table_lock(run->place, error);
	if (lock < 0)
		return false;
	bool good = read_tables(run, error) && rulings[i].step(run, words, error) &&
		    write_row(run, rulings[i].table, error);
	close(lock);
	return good;
}

static int
cmd_rule(const struct options *options, char **words, GError **error)
{
	struct rule_run run = {.options = options};
	GError *cause = NULL;
	size_t i = 0;
	while (rulings[i].command != options->command)
		i++;
	run_ruling(&run, i, words, &cause);
	rule_done(&run);
	int code = cause != NULL ? cause->code : EXIT_IN_STEP;
	if (cause != NULL)
		g_propagate_error(error, cause);
	return code;
}

const struct command command_same = {
    .name = "same",
    .arguments = "A B",
    .missing = "a word is missing",
    .least = 2,
    .most = 2,
    .summary = "from now on these two addresses are one person",
    .options = OPTION(REASON),
    .exits = {EXIT_FAILED, EXIT_BAD_CONFIG},
    .run = cmd_rule,
};

const struct command command_different = {
    .name = "different",
    .arguments = "A B",
    .missing = "a word is missing",
    .least = 2,
    .most = 2,
    .summary = "from now on these two look-alikes are two people",
    .options = OPTION(REASON),
    .exits = {EXIT_FAILED, EXIT_BAD_CONFIG},
    .run = cmd_rule,
};

const struct command command_protect = {
    .name = "protect",
    .arguments = "WHO",
    .missing = "a word is missing",
    .least = 1,
    .most = 1,
    .summary = "from now on nothing about this person is changed",
    .options = OPTION(UNTIL) | OPTION(REASON),
    .exits = {EXIT_FAILED, EXIT_BAD_CONFIG},
    .run = cmd_rule,
};

const struct command command_accept = {
    .name = "accept",
    .arguments = "ID",
    .missing = "a word is missing",
    .least = 1,
    .most = 1,
    .summary = "what a run holds back under this id stays as it is",
    .options = OPTION(UNTIL) | OPTION(REASON),
    .exits = {EXIT_FAILED, EXIT_BAD_CONFIG},
    .run = cmd_rule,
};
