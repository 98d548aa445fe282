#ifndef REPORTS_ANSWER_TEXT_H
#define REPORTS_ANSWER_TEXT_H

#include "model/why.h"

/*
 * The answer of `why` for somebody who has a person before them: YES, NO or NOT YET for each door with a clause why, then what to
 * tell the person, and what an admin can do.  width: columns of the terminal, 0 for none.  Returned, caller frees with g_free.
 */
char *answer_text(const struct why *why, size_t width);

#endif
