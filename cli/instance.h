#ifndef CLI_INSTANCE_H
#define CLI_INSTANCE_H

#include <glib.h>
#include <stdbool.h>

/*
 * One of several organisations on one machine: `--instance NAME`.  Its configuration is NAME.ini in $CONFIGURATION_DIRECTORY,
 * else in /etc/kisi-reconcile; its state and its reports are in $STATE_DIRECTORY, else in /var/lib/kisi-reconcile/NAME.
 */

/* Is that a name?  False with *error (EXIT_BAD_USAGE). */
bool instance_check(const char *name, GError **error);

/* Path of the configuration.  Caller frees with g_free. */
char *instance_config(const char *name);

/*
 * Where state and reports are, unless the configuration says otherwise; caller frees with g_free.  name: NULL without
 * --instance; then the service manager's folder counts, unless a state database is beside the configuration in `dir` already.
 * NULL: beside the configuration.
 */
char *instance_state(const char *name, const char *dir);

/* Make the folder of this state database, if nobody has: the one that an instance is given.  What fails shows soon enough. */
void instance_make_state(const char *name, const char *database);

#endif
