#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "base/failure.h"
#include "base/instant.h"
#include "cli/screen.h"
#include "model/record.h"
#include "reports/plan_text.h"

struct command;
struct rehearsal;

/* The options; what is known of each stands in one row of the table in cli/options.c, in this order in --help. */
enum option {
	OPTION_CONFIG,
	OPTION_INSTANCE,
	OPTION_NOW,
	OPTION_AT,
	OPTION_SNAPSHOT,
	OPTION_JSON,
	OPTION_REPORT_DIR,
	OPTION_SHEETS,
	OPTION_ONLY_PERSON,
	OPTION_ONLY_GROUP,
	OPTION_APPLY,
	OPTION_YES,
	OPTION_RECORDS,
	OPTION_BY,
	OPTION_COLOR,
	OPTION_DETAILED_EXITCODE,
	OPTION_APPROVE,
	OPTION_MAX_REMOVALS,
	OPTION_MAX_GRANTS,
	OPTION_ACCEPT,
	OPTION_UNTIL,
	OPTION_REASON,
	OPTION_HEAD,
	OPTION_OUTPUT,
	OPTION_API_KEY_FILE,
	OPTION_BASE_URL,
	OPTION_SOURCE,
	OPTION_PROFILE,
	OPTION_TIMEZONE,
	OPTION_DATE_ORDER,
	OPTION_KIND,
	OPTION_WRITE_PROFILE,
	OPTION_PROFILE_DIR,
	OPTION_WAIT,
	OPTION_JOBS,
	OPTION_SHARD,
	OPTION_LOG_JSON,
	OPTION_QUIET,
	OPTION_VERBOSE,
	OPTION_HELP,
	OPTION_VERSION,
	OPTIONS
};

/* A set of options. */
#define OPTION(name) (UINT64_C(1) << OPTION_##name)

/* Every command takes these. */
#define OPTIONS_OF_ALL                                                                             \
	(OPTION(CONFIG) | OPTION(INSTANCE) | OPTION(LOG_JSON) | OPTION(NOW) |                      \
	    OPTION(PROFILE_DIR) | OPTION(COLOR) | OPTION(QUIET) | OPTION(VERBOSE) | OPTION(HELP) | \
	    OPTION(VERSION))

/* The command line, read.  Everything belongs to the options; what a command does not take is not set. */
struct options {
	const struct command *command; /* constant */
	char *config;		       /* path; never NULL */
	const char *config_text; /* init: what would stand in the configuration; NULL: it is read */
	char *instance;		 /* the organisation's name; NULL */
	char *log_json;		 /* file or descriptor; NULL */
	char *jobs, *shard;	 /* of a fleet, as given; NULL */
	const struct rehearsal *rehearsal; /* set by `rehearse`; NULL */
	bool silent; /* set by `rehearse`: what waits for a person was said before */
	char *now_text, *at_text, *wait_text, *colour_text, *by_text; /* as given; NULL */
	instant wait; /* how long to wait for another run, seconds */
	bool now_given;
	instant now;	   /* --now, else the clock, read once */
	instant at;	   /* --at, else now */
	char *snapshot;	   /* file instead of the network; NULL */
	char *json;	   /* file for the plan; `-` is stdout; NULL */
	char *report_dir;  /* NULL: the configuration's */
	char *sheets;	   /* `changes`: only those of the workbook; NULL: all */
	char *profile_dir; /* never NULL */
	bool profile_dir_given;
	char *only_person;   /* NULL */
	char *only_group;    /* NULL */
	char *output;	     /* NULL */
	char *api_key_file;  /* NULL */
	char *base_url;	     /* NULL */
	char *source;	     /* of the configuration; NULL */
	char *profile;	     /* the only one to try; NULL */
	char *timezone;	     /* NULL */
	char *date_order;    /* NULL */
	char *kind;	     /* what the records are; NULL */
	char *write_profile; /* file for it; `-` is stdout; NULL */
	char *approve;	     /* plan id or plan file; NULL */
	int max_removals;    /* -1: not given */
	int max_grants;	     /* -1: not given */
	char **accept;	     /* SOURCE@HASH; NULL: none */
	char *head;	     /* a hash written down; NULL */
	char *until;	     /* how long; NULL: for good */
	char *reason;	     /* NULL */
	enum colour_wish colour;
	enum text_order by; /* how changes are sorted */
	gboolean records;   /* every record, too */
	gboolean yes;	    /* do not ask */
	gboolean apply;	    /* not only the plan */
	gboolean detailed_exitcode;
	gboolean quiet;
	gboolean verbose;
	gboolean help, version;
	char **words; /* what is left: command and its arguments */
};

/*
 * Read the command line.  Prints help or version and sets *done when that was asked for; else there is a command, with
 * as many words as it needs and only the options that it takes.  False and *error (EXIT_BAD_USAGE) for anything wrong.
 * The caller ends options with options_done in any case.
 */
bool options_read(int argc, char **argv, struct options *options, bool *done, GError **error);
void options_done(struct options *options);

/*
 * Append a line for each option of the set, as --help prints them.  named: with the commands that take it, where these are
 * not all.
 */
void options_lines(uint64_t set, bool named, GString *out);

/*
 * The command with these words and the options that decide what is planned, as a shell takes it in any folder: whoever reads
 * it in a mail is not where this run was.  Caller frees with g_free.
 */
char *options_command(const struct options *options, const char *words);

/* The words of --accept, of const char *, borrowed; NULL for none.  Caller frees with g_ptr_array_unref. */
GPtrArray *options_accepted(const struct options *options);

/* --kind; RECORD_KINDS without it.  False with *error (EXIT_BAD_USAGE) for a word that is no kind. */
bool options_kind(const struct options *options, enum record_kind *kind, GError **error);

/* The machine's clock. */
instant options_clock(void);

#endif
