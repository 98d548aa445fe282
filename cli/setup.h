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
};

/* False and *error (EXIT_BAD_CONFIG).  The caller ends setup with setup_done in any case. */
bool setup_read(const struct options *options, struct setup *setup, GError **error);
void setup_done(struct setup *setup);

/*
 * Open the connection to Kisi with the API key from [kisi] api_key_file, a credential of the service manager
 * (kisi-api-key) or the environment (KISI_API_KEY).  Warns on stderr about a key file that others can read.  Nothing
 * is sent yet.  Returned, caller frees with kisi_close; NULL and *error (EXIT_BAD_CONFIG).
 */
struct kisi_client *setup_connect(const struct config *config, GError **error);

#endif
