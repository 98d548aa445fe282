#ifndef MODEL_CONFIG_H
#define MODEL_CONFIG_H

#include "base/instant.h"
#include "model/limit.h"
#include "model/record.h"

#include <glib.h>

/*
 * The configuration as the rest of the program sees it: words are enums, durations seconds, paths absolute.
 * Meanings: docs/configuration.md.  Everything belongs to struct config.
 */

enum between_windows { BETWEEN_BRIDGE, BETWEEN_STRICT };
enum people_create { CREATE_MANAGED, CREATE_INVITED, CREATE_NO };
enum absence { ABSENCE_SURPRISING, ABSENCE_CANCELLED };
enum cancelled { CANCELLED_AT_ONCE, CANCELLED_UNTIL_END };
/* What rows of one id are: corrections of the one before, or parts of one booking. */
enum same_id { SAME_ID_LAST, SAME_ID_UNITE };
enum pick { PICK_ALL, PICK_NEWEST };
/* The order of the numbers in dates like 03/04/2026. */
enum date_order { ORDER_NONE, ORDER_DMY, ORDER_MDY, ORDER_YMD };

/* The words of enum same_id, and of enum date_order from ORDER_DMY on, NULL-terminated. */
extern const char *const same_id_words[];
extern const char *const date_order_words[];

/* How a rule lets people in. */
enum method {
	METHOD_GROUP,		/* an assignment in a group */
	METHOD_LINK,		/* an access link for each booking and person, mailed by Kisi */
	METHOD_UNLOCK_SCHEDULE, /* the lock stays unlocked for the booking: anyone can enter */
	METHOD_UNLOCK,		/* the lock is opened once, when the booking begins */
	METHODS
};

/* `group`, `link`, `unlock-schedule`, `unlock`. */
const char *method_word(enum method method);

#define UNSET                                                                                      \
	((instant)-1) /* of a duration, flag or word that a section may leave to a more general one */

struct source_config {
	char *name;
	char *profile; /* name in the profile folder, or the path of a profile file */
	/* Where the export is: exactly one of these three. */
	char *file;	/* absolute path or glob */
	char *url;	/* address to fetch it from, as written */
	char *url_file; /* absolute path of a file that holds the address */
	/* Absolute path of a file that says who fetches, `user:password` or header lines: one of them, or neither. */
	char *credentials_file;
	char *header_file;
	enum pick pick;
	char *timezone; /* IANA; NULL */
	char **
	    without; /* things of the profile that the export is known to lack; NULL in tests: none */
	char *system;		    /* whose ids its rows have; NULL: the profile decides */
	char *location;		    /* stands in where a row has none; NULL */
	enum date_order date_order; /* ORDER_NONE: the profile decides */
	int start_time; /* seconds from midnight for a start that is a date alone, or UNSET: the profile decides */
	int end_time;
	instant grace_before; /* seconds, or UNSET */
	instant grace_after;
	int absence;	 /* enum absence, or UNSET: the profile decides */
	int cancelled;	 /* enum cancelled, or UNSET */
	int same_id;	 /* enum same_id, or UNSET */
	int attendees;	 /* 1, 0, or UNSET */
	int guests;	 /* 1, 0, or UNSET: the profile decides, else as attendees */
	char *log_of;	 /* name of the source whose later events this one has; NULL */
	instant max_age; /* seconds, or UNSET: [guards] decides */
	/* of the people that it gave access at its last good import; a count of -1: none but those of [guards] */
	struct limit max_removals;
	char **
	    enabled_doors; /* text_key of the only groups and locks its records may open; NULL = all */
};

/* A source without any setting: its profile decides everything.  The texts are borrowed; file may be NULL. */
struct source_config source_config_plain(const char *name, const char *profile, const char *file);

enum rule_kind { RULE_RESOURCE, RULE_PLAN };

/* Which runs leave a workbook. */
enum workbook_when {
	WORKBOOK_UNSAID, /* every plan; an apply in which something happened */
	WORKBOOK_ALWAYS,
	WORKBOOK_CHANGES,
	WORKBOOK_NIGHTLY, /* the first run of a local day, and those that change something */
	WORKBOOK_NO,
};

enum paper { PAPER_AUTO, PAPER_A4, PAPER_LETTER };

/* Whose access in a rule's group is taken when nothing entitles it. */
enum exclusive {
	EXCLUSIVE_NO,  /* nobody's: the group is only reported on */
	EXCLUSIVE_YES, /* everybody's */
	EXCLUSIVE_OURS /* what this program gave, or a record explains; what staff gave stays */
};

/* What holds for a group that two rules name: what takes least. */
enum exclusive exclusive_least(enum exclusive a, enum exclusive b);

struct rule {
	char *name; /* section name, or `rules.csv:12` */
	enum rule_kind kind;
	char *key; /* name or id of the resource or plan as written; `*` = any that is not blank */
	char *location;	      /* NULL = any */
	char *source;	      /* NULL = any */
	char *door;	      /* group or lock, name or id as written */
	bool lock;	      /* the door is a lock */
	enum method method;   /* others than METHOD_GROUP only with resources */
	instant grace_before; /* seconds, or UNSET */
	instant grace_after;
	enum exclusive exclusive;
};

/* Why a rule's method does not go with the rest of it; NULL when it does.  Constant. */
const char *rule_fault(const struct rule *rule);

/* What holds for the records of one source once profile and configuration are put together. */
struct source_policy {
	const char *name; /* of the source; borrowed from its configuration */
	enum record_kind kind;
	const char *
	    system; /* its ids mean the same in all sources of this system; NULL: in this source alone */
	instant grace_before; /* of bookings, where no rule says otherwise */
	instant grace_after;
	enum absence absence; /* what a vanished row means */
	enum cancelled cancelled;
	enum same_id same_id;
	enum date_order date_order; /* ORDER_NONE: nobody says */
	bool attendees;		    /* do attendees of a booking count? */
	bool guests;		    /* do its guests? */
	uint32_t
	    how;  /* hash of everything in profile and source that decides what its records give */
	bool log; /* its records are events: the last one of an id counts */
	bool logged; /* some source is a log of it */
	bool
	    split_places; /* a resource may be several: its profile does not say how they are separated */
	bool unless_named; /* memberships count only where a rule names the plan, not `*` */
	const char *const *enabled_doors; /* of the source's configuration, borrowed; NULL = all */
};

struct blocked_entry {
	char *email;  /* canonical */
	char *reason; /* NULL */
};

struct config {
	char *path;   /* as given; NULL in tests */
	char *dir;    /* folder that relative paths start at */
	char *sha256; /* over the file and the tables it names */
	struct {
		char *base_url;
		char *api_key_file; /* NULL */
		char *place;	    /* name or id; NULL = the whole organisation */
		char *marker;	    /* begins the names of the links and schedules made here */
		double rate;	    /* requests a second */
		int64_t attempts;   /* tries of a request that may be repeated */
		instant backoff;    /* seconds before the first repeat, doubled each time */
		instant timeout;    /* seconds for one request */
	} kisi;
	char *metrics_file; /* for node_exporter; NULL */
	struct {
		char *ping_url_file; /* holds the address that is told of runs; NULL */
		uint32_t ping_ok;    /* bit N: exit code N is told as a good end */
	} notify;
	struct {
		char *database;
		char *fetched_dir; /* what was fetched is kept there */
		instant keep_runs; /* how long their documents and changes are kept; 0 = for ever */
	} state;
	struct {
		instant timeout;  /* of one request; seconds */
		instant deadline; /* of one source */
		int64_t attempts; /* tries of one request */
		instant backoff;  /* before the first repeat, doubled each time */
		int64_t keep;	  /* how many fetches of a source stay on disk */
	} fetch;
	struct {
		instant run_every, slack, lookahead, max_bridge; /* seconds */
		instant deadline;				 /* of a run; seconds */
		enum between_windows between;
	} schedule;
	struct {
		enum people_create create;
		GHashTable
		    *aliases; /* canonical alias -> canonical address of the person; x -> x: own */
		GHashTable *protected; /* set of canonical addresses */
		GPtrArray *blocked;    /* of struct blocked_entry * */
	} people;
	struct {
		instant max_age;
		struct limit max_shrink, max_rejects;
		struct limit max_removals, max_group_removals, max_day_removals, max_grants;
		instant max_clock;   /* seconds */
		char *hold_file;     /* while it is there nothing is removed */
		instant plan_expiry; /* seconds a saved plan may be applied for */
	} guards;
	struct {
		char *dir;
		enum workbook_when workbook;
		instant keep;	      /* seconds since it was written; 0 = for good */
		instant review_every; /* seconds until the next review is due */
		int links;	      /* into Kisi */
		enum paper paper;
	} reports;
	GPtrArray *sources; /* of struct source_config *, in file order */
	GPtrArray *rules;   /* of struct rule *, in file order, then those of the table */
	GPtrArray *rulings; /* of struct ruling * (model/ruling.h), in file order */
	/* tables named by the file; read by cli/setup.c, absolute paths or NULL */
	char *aliases_file, *blocked_file, *rules_file, *rulings_file;
	char *profiles_dir; /* own profiles, looked for by name before ours; NULL */
};

/*
 * Read the configuration text (borrowed, NUL-terminated).  path names it in messages; dir is where relative
 * paths start.  The tables are not read.  Returned, caller frees with config_free; NULL and *error
 * (EXIT_BAD_CONFIG) for anything unknown, missing or out of range.
 */
struct config *config_read(const char *text, const char *path, const char *dir, GError **error);
/* The same; what is not configured of state and reports is in the folder `state` (NULL: dir). */
struct config *config_read_apart(
    const char *text, const char *path, const char *dir, const char *state, GError **error);
void config_free(struct config *config);

/* The source whose later events the source of that number has; NULL when it is no log, or when there is none. */
const struct source_config *config_log_of(const struct config *config, guint log);

/*
 * The person that a canonical address stands for: what its alias leads to (model/alias.h has followed it), or itself.
 * Borrowed.
 */
const char *config_person(const struct config *config, const char *email);

#endif
