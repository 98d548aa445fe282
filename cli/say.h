#ifndef CLI_SAY_H
#define CLI_SAY_H

#include <glib.h>

/* Noise for people goes to stderr, each line behind the program's name: what went wrong, then `hint: ...`. */
void say_error(const GError *error);
void say_warning(const char *format, ...) G_GNUC_PRINTF(1, 2);
void say_note(const char *format, ...) G_GNUC_PRINTF(1, 2);

/* A progress bar, on a terminal only; done == all ends it. */
void say_progress(size_t done, size_t all);

#endif
