#ifndef IMPORTERS_DURATION_H
#define IMPORTERS_DURATION_H

#include "base/instant.h"

/*
 * Read a length of time: `90`, `1.5` (in units of `unit` seconds), `1:30`, `01:30:00`, `1h 30m`, `90 minutes`,
 * `PT1H30M`; seconds.  Without a unit (0) the first two are none.  False, and *out untouched, when it is none of these, zero, or longer than a year.
 */
bool duration_parse(const char *text, instant unit, instant *out);

#endif
