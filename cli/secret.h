#ifndef CLI_SECRET_H
#define CLI_SECRET_H

#include <glib.h>
#include <stdbool.h>

/*
 * Where a secret is that the configuration names by this path: in the service manager's $CREDENTIALS_DIRECTORY when it has
 * one of that (last) name, else at the path.  The functions below look there by themselves.  Caller frees with g_free.
 */
char *secret_place(const char *path);

/*
 * The text of a file that holds a secret and nothing else, at most 16 KiB; what: its name in messages (`the API key`).
 * Returned, caller wipes and frees it with secret_free; NULL and *error (EXIT_BAD_CONFIG), which never holds any of it.
 */
char *secret_read(const char *path, const char *what, GError **error);

/*
 * Can others read the file?  False, too, when it is not there.  One of mode 0440 may be its group's, when that is a group of
 * this process.
 */
bool secret_exposed(const char *path);

/* Warn on stderr when they can. */
void secret_warn(const char *path, const char *what);

/* The same for a file that this program made and that holds personal data: it is its owner's alone. */
bool secret_shared(const char *path);
void secret_warn_shared(const char *path);

/* NULL is fine. */
void secret_free(char *secret);

#endif
