#ifndef BASE_MOMENT_H
#define BASE_MOMENT_H

#include "base/zone.h"

/*
 * A time as somebody types it: RFC 3339 with a zone, or by the clocks of `zone`: `18:45`, `today 18:45`, `tomorrow 9:00`,
 * `yesterday 9:00`, `2026-11-30 18:45`; days count from the one of `now`.  In an hour that is there twice the earlier is meant.
 * False, *out left alone, for anything else.
 */
bool moment_parse(const char *text, struct zone *zone, instant now, instant *out);

#endif
