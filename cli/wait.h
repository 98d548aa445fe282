#ifndef CLI_WAIT_H
#define CLI_WAIT_H

#include "cli/options.h"

/*
 * Take the lock of the state at this path (store_lock); while another run holds it, wait for as long as --wait says, or
 * until `stopped` says so (NULL: never).  *waited: it was not free at once, so that by now it is later than the options say.
 * Returns what store_lock does.
 */
int wait_for_lock(const struct options *options, const char *path, bool (*stopped)(void),
    bool *waited, GError **error);

#endif
