#ifndef CLI_FETCH_H
#define CLI_FETCH_H

#include "model/config.h"
#include "model/fetch_rules.h"
#include "net/saved.h"

/*
 * Fetch the export of a source that names an address, as its profile says, and save it under the id of the run; NULL
 * when there is no run and it is gone again once it is closed.  Returned; the caller closes it with saved_close once it is imported.  NULL and *error when it could not be
 * fetched whole: a reason to refuse the source, never to end the run.
 */
struct saved *fetch_source(const struct config *config, const struct source_config *source,
    const struct fetch_rules *rules, instant as_of, const char *run, GError **error);

#endif
