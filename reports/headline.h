#ifndef REPORTS_HEADLINE_H
#define REPORTS_HEADLINE_H

#include "reports/tally.h"

/* A run in one line. */

/* Append `1 finding`, `2 findings`. */
void headline_count(GString *out, size_t count, const char *word);

/* An outcome as a reader must not miss it: `done`, `FAILED` ...; constant. */
const char *headline_outcome(enum outcome outcome);

/* Append what the run would do or did, what became of it, and what somebody should look at. */
void headline_append(GString *out, const struct run *run, const struct tally *tally);

#endif
