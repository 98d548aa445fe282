#ifndef CLI_SETUP_H
#define CLI_SETUP_H

#include "cli/options.h"
#include "importers/profile.h"
#include "kisi/client.h"
#include "model/config.h"

/* The configuration with everything it names: tables read, profiles loaded, policies put together. */
struct setup {
	struct config *config;
	GPtrArray *profiles;		/* of struct profile *, one for each source */
	struct source_policy *policies; /* one for each source */
	GChecksum *sum;			/* over everything read so far */
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
 * The same in parts, for who wants to know of every fault: the file itself, which comes first and fills in *setup; each
 * table (aliases, blocked people, rules); the profile of each source; then whether logs speak of what their exports do.
 * False and *error (EXIT_BAD_CONFIG).
 */
bool setup_config(const struct options *options, struct setup *setup, GError **error);
enum { SETUP_TABLES = 3 };
bool setup_table(struct setup *setup, size_t table, GError **error);
bool setup_profile(const struct options *options, struct setup *setup, guint i, GError **error);
bool setup_logs(struct setup *setup, GError **error);

/*
 * What everybody on this machine can write: the file, or the folder it lies in, which must not be without the sticky bit
 * then.  Returned, caller frees with g_free; NULL: neither, or path is NULL.
 */
char *setup_exposed(const char *path);

/* What a table is called, and its path; NULL when the configuration names none. */
const char *setup_table_name(size_t table);
const char *setup_table_path(const struct setup *setup, size_t table);

/*
 * Where the API key comes from: [kisi] api_key_file, a credential of the service manager (kisi-api-key), or the
 * environment (KISI_API_KEY).  *exposed: it is a file that others can read.  Returned, caller frees with g_free.
 */
char *setup_key_source(const struct config *config, bool *exposed);

/* Warn on stderr about a key file that others can read. */
void setup_warn_key(const struct config *config);

/*
 * Open the connection to Kisi with that key; nothing is sent yet, and nothing later than this many seconds from now.
 * Returned, caller frees with kisi_close; NULL and *error (EXIT_BAD_CONFIG).
 */
struct kisi_client *setup_connect(const struct config *config, instant within, GError **error);

#endif
