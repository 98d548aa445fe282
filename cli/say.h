#ifndef CLI_SAY_H
#define CLI_SAY_H

#include <glib.h>
#include <stdbool.h>

/*
 * instance: the organisation that every line names; NULL for none.  log: a file, or the number of an open descriptor, that gets
 * everything once more, one JSON object a line (--log-json); NULL for none.  False and *error when it cannot be opened.  Under
 * the journal every line begins with its priority.  The caller ends it with say_end in any case.
 */
bool say_begin(const char *instance, const char *log, GError **error);
void say_end(void);

/* From now on the log names this run. */
void say_run(const char *run);

/* Noise for people goes to stderr, each line behind the program's name: what went wrong, then `hint: ...`. */
void say_error(const GError *error);
void say_warning(const char *format, ...) G_GNUC_PRINTF(1, 2);
void say_note(const char *format, ...) G_GNUC_PRINTF(1, 2);

#endif
