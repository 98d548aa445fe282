#ifndef IMPORTERS_ZONENAMES_H
#define IMPORTERS_ZONENAMES_H

#include "base/zone.h"

/*
 * The zone that an export calls so: an IANA name, perhaps behind a vendor's prefix (`/example.org/Europe/Berlin`,
 * `tzone://Microsoft/Utc`), a fixed offset as zone_get takes it, or what Windows calls it: `W. Europe Standard Time`,
 * the same with a number behind it, or `(UTC+01:00) Amsterdam, Berlin, ...`.  Owned as those of zone_get; NULL for
 * any other name.
 */
struct zone *zone_named(const char *name);

#endif
