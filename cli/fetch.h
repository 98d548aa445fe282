#ifndef CLI_FETCH_H
#define CLI_FETCH_H

#include "cli/options.h"
#include "model/config.h"
#include "model/fetch_rules.h"
#include "net/saved.h"
#include "store/store.h"

/* A file of a source that holds a secret: the address, or who asks there. */
struct fetch_secret {
	const char *key;  /* in the configuration; constant */
	const char *path; /* borrowed from the source */
	const char *what; /* it holds, for messages; constant */
};

#define FETCH_SECRETS 2

/* Fill in those that the source names; how many. */
size_t fetch_secrets(const struct source_config *source, struct fetch_secret out[FETCH_SECRETS]);

/*
 * Fetch the export of a source that names an address, as its profile says, and save it under the id of the run; NULL
 * when there is no run and it is gone again once it is closed.  A run warns of secrets that others can read.  Returned; the
 * caller closes it with saved_close once it is imported.  NULL and *error when it could not be fetched whole: a reason to
 * refuse the source, never to end the run.
 */
struct saved *fetch_source(const struct config *config, const struct source_config *source,
    const struct fetch_rules *rules, instant as_of, const char *run, GError **error);

/*
 * The files (char *) that were fetched last for a source, for who asks without fetching: those of the newest run of this state
 * database that computed for the time it ran at, or, with --now, for that instant or an earlier one.  A look ahead is no answer
 * to what is known now.  Returned, caller frees with g_ptr_array_unref; NULL when there are none, and NULL and
 * *error when the database cannot be read.
 */
GPtrArray *fetch_last(const struct config *config, const struct source_config *source,
    const struct options *options, GError **error);

/* Remove what runs of this state fetched for a source, but for the newest `[fetch] keep` and what fetch_last names. */
void fetch_clear(
    struct store *store, const struct config *config, const struct source_config *source);

#endif
