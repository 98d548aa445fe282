#ifndef CLI_HOLD_H
#define CLI_HOLD_H

#include "model/config.h"

/* What the first line of the hold file says, "" when nothing; NULL when there is no such file.  Caller frees. */
char *hold_reason(const struct config *config);

#endif
