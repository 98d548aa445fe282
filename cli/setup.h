#ifndef CLI_SETUP_H
#define CLI_SETUP_H

#include "cli/options.h"
#include "importers/profile.h"
#include "importers/table.h"
#include "kisi/client.h"
#include "model/config.h"

/* The configuration with everything it names: tables read, profiles loaded, policies put together. */
struct setup {
	struct config *config;
	GPtrArray *profiles;		/* of struct profile *, one for each source */
	struct source_policy *policies; /* one for each source */
	GChecksum *sum;			/* over everything read so far */
	instant now;			/* rulings that are over by then protect nobody */
};

/* False and *error (EXIT_BAD_CONFIG).  The caller ends setup with setup_done in any case. */
bool setup_read(const struct options *options, struct setup *setup, GError **error);
void setup_done(struct setup *setup);

/*
 * The folder in which a profile of that name is: [profiles] dir of the configuration (NULL: none) where it has one of that
 * name, else ours.  --profile-dir beats both.  Borrowed.
 */
const char *setup_profile_dir(
    const struct options *options, const struct config *config, const char *name);

/*
 * The same in parts, for who wants to know of every fault: the file itself, which comes first and fills in *setup; who can
 * write it, a table of it or the state database; each table, in this order; the profile of each source; then whether
 * logs speak of what their exports do.  False and *error (EXIT_BAD_CONFIG).
 */
bool setup_config(const struct options *options, struct setup *setup, GError **error);
bool setup_writers(const struct setup *setup, GError **error);
enum { SETUP_ALIASES, SETUP_BLOCKED, SETUP_RULES, SETUP_RULINGS, SETUP_TABLES };
bool setup_table(struct setup *setup, size_t table, GError **error);
bool setup_profile(const struct options *options, struct setup *setup, guint i, GError **error);
bool setup_logs(struct setup *setup, GError **error);

/* What a table is called, and its columns. */
const char *setup_table_name(size_t table);
const struct table_column *setup_table_columns(size_t table);

/*
 * Where a table is, or would be: as the configuration names it, else, of aliases and rulings, beside the state database.
 * Returned, caller frees with g_free; NULL: the configuration names none.
 */
char *setup_table_place(const struct setup *setup, size_t table);

/* The same, but NULL when the configuration does not name it and there is none: then it is read as an empty one. */
char *setup_table_path(const struct setup *setup, size_t table);

/*
 * Where the API key comes from: [kisi] api_key_file, a credential of the service manager (kisi-api-key), or the
 * environment (KISI_API_KEY).  *exposed: it is a file that others can read.  Returned, caller frees with g_free.
 */
char *setup_key_source(const struct config *config, bool *exposed);

/* Is any key named, be it one that cannot be read? */
bool setup_has_key(const struct config *config);

/* Warn on stderr about a key file that others can read. */
void setup_warn_key(const struct config *config);

/*
 * Open the connection to Kisi with that key; nothing is sent yet, and nothing later than this many seconds from now.
 * Returned, caller frees with kisi_close; NULL and *error (EXIT_BAD_CONFIG).
 */
struct kisi_client *setup_connect(const struct config *config, instant within, GError **error);

#endif
