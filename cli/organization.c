/* Which organisation a state database belongs to. */
#include "cli/organization.h"

#include <string.h>

#define FACT "organization" /* `id name`, as it was called when it was remembered */

/* NULL without *error when none is known.  Caller frees. */
static char *
remembered(const struct session *session, GError **error)
{
	return session->store != NULL
		   ? store_fact(session->store, FACT, error)
		   : store_look_fact(session->setup.config->state.database, FACT, error);
}

static char *
describe(const struct snapshot *snapshot)
{
	return g_strdup_printf("%" G_GINT64_FORMAT " %s", snapshot->organization_id,
	    snapshot->organization != NULL ? snapshot->organization : "");
}

bool
organization_check(const struct session *session, const struct snapshot *snapshot, GError **error)
{
	GError *trouble = NULL;
	g_autofree char *ours = remembered(session, &trouble), *theirs = describe(snapshot);
	if (trouble != NULL) {
		g_propagate_error(error, trouble);
		return false;
	}
	if (ours == NULL || snapshot->organization_id == 0 ||
	    g_ascii_strtoll(ours, NULL, 10) == snapshot->organization_id)
		return true;
	return fail(error, EXIT_HELD,
	    "is it the right API key?  Give the other organisation its own configuration with its "
	    "own [state] database",
	    "%s: belongs to organisation %s; %s is of organisation %s: nothing is changed",
	    session->setup.config->state.database, g_strchomp(ours),
	    session->options->snapshot != NULL ? session->options->snapshot : "the API key",
	    g_strchomp(theirs));
}

bool
organization_remember(const struct session *session, GError **error)
{
	GError *trouble = NULL;
	g_autofree char *ours = remembered(session, &trouble),
			*theirs = describe(session->snapshot);
	if (trouble == NULL && ours == NULL && session->snapshot->organization_id != 0)
		store_set_fact(session->store, FACT, theirs, &trouble);
	if (trouble != NULL)
		g_propagate_error(error, trouble);
	return trouble == NULL;
}
