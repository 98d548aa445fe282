#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * What a phase that takes over a second is doing, on stderr: on a terminal one line that is written anew, elsewhere a line
 * when it turns out to be long, one a minute, and one at its end.  One phase at a time; a short one says nothing.
 */

/* Nothing is said from now on. */
void progress_silence(void);

/* what: constant, `Reading Kisi`. */
void progress_begin(const char *what);

/* A sign of life; returns false, so that it may stand where the client asks whether it is to stop. */
bool progress_tick(void);

/* A sign of life that knows how much there is. */
void progress_count(size_t done, size_t all);
void progress_end(void);

#endif
