#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "base/failure.h"
#include "base/instant.h"
#include "cli/screen.h"
#include "model/record.h"
#include "reports/plan_text.h"

/* The command line, read.  Everything belongs to the options. */
struct options {
	char *config;	/* path; never NULL */
	char *instance; /* --instance: the organisation's name; NULL */
	char *log_json; /* file or descriptor; NULL */
	instant wait;	/* how long to wait for another run, seconds */
	bool now_given;
	instant now;	   /* --now, else the clock, read once */
	instant at;	   /* why: --at, else now */
	char *snapshot;	   /* file instead of the network; NULL */
	char *json;	   /* file for the plan; `-` is stdout; NULL */
	char *report_dir;  /* NULL: the configuration's */
	char *profile_dir; /* never NULL */
	bool profile_dir_given;
	bool at_given;
	char *at_text;	     /* as it was given; NULL */
	char *only_person;   /* NULL */
	char *only_group;    /* NULL */
	char *output;	     /* init and snapshot: -o; NULL */
	char *api_key_file;  /* init; NULL */
	char *base_url;	     /* init; NULL */
	char *source;	     /* describe: of the configuration; NULL */
	char *profile;	     /* describe, init: the only one to try; NULL */
	char *timezone;	     /* describe; NULL */
	char *date_order;    /* describe; NULL */
	char *kind;	     /* describe, init: what the records are; NULL */
	char *write_profile; /* describe: file for it; `-` is stdout; NULL */
	char *approve;	     /* plan id or plan file; NULL */
	int max_removals;    /* -1: not given */
	int max_grants;	     /* -1: not given */
	char **accept;	     /* SOURCE@HASH; NULL: none */
	char *head;	     /* verify: a hash written down; NULL */
	char *until;	     /* protect, accept: how long; NULL: for good */
	char *reason;	     /* same, different, protect, accept; NULL */
	enum colour_wish colour;
	enum text_order by; /* plan, apply, revert: how changes are sorted */
	bool by_given;
	bool records; /* why: every record, too */
	bool yes;     /* apply: do not ask */
	bool apply;   /* revert: not only the plan */
	bool detailed_exitcode;
	bool quiet;
	bool verbose;
	char **words; /* what is left: command and its arguments */
};

/*
 * Read the command line.  Prints help or version and sets *done when that was asked for.  False and *error
 * (EXIT_BAD_USAGE) for anything wrong.  The caller ends options with options_done in any case.
 */
bool options_read(int argc, char **argv, struct options *options, bool *done, GError **error);
void options_done(struct options *options);

/* Fails when an option was given that the command does not know. */
bool options_check(const struct options *options, const char *command, GError **error);

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
