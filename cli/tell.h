#ifndef CLI_TELL_H
#define CLI_TELL_H

#include "cli/session.h"

/*
 * Who is told that a run began and how it ended, besides the person before the terminal: a dead-man service ([notify]) and a
 * monitoring system ([metrics]).  What goes wrong there is said, and changes nothing about the run.
 */

/* An apply has begun. */
void tell_begin(const struct session *session);

/* A recorded run ends with this exit code; before session_close. */
void tell_end(const struct session *session, int code);

/* The last good run is too long ago, and somebody should have got in since: say so.  Once the sources are read. */
void tell_missed(const struct session *session);

#endif
