#ifndef REPORTS_DESCRIBE_TEXT_H
#define REPORTS_DESCRIBE_TEXT_H

#include "model/description.h"

/* What a file is, for the person who wants to import it: aligned text.  Returned, caller frees with g_free. */
char *describe_text(const struct description *description);

/* The same for programs: a JSON document.  Returned, caller frees with g_free. */
char *describe_json(const struct description *description);

#endif
