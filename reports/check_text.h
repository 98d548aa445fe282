#ifndef REPORTS_CHECK_TEXT_H
#define REPORTS_CHECK_TEXT_H

#include "model/check.h"

/*
 * The lines of `check` for a terminal or mail: `ok|warn|wrong  subject  what was found`, the hint below, blocks parted
 * by a blank line, and one line of counts at the end.  quiet leaves out what is ok, the counts too.  Returned, caller
 * frees with g_free; "" when there is nothing to say.
 */
char *check_text_format(const struct check *check, bool quiet);

#endif
