#ifndef IMPORTERS_LIMITS_H
#define IMPORTERS_LIMITS_H

#include "base/instant.h"

#include <stddef.h>

/* What an import refuses to swallow.  All of them lie far beyond a sound export; docs/trust.md has them for people. */
#define FILES_MAX 100000u		   /* files of one source */
#define FILE_SIZE_MAX ((int64_t)4 << 30)   /* bytes of one file */
#define TABLE_FILE_MAX ((int64_t)64 << 20) /* bytes of a table of the configuration */
#define ROWS_MAX 20000000u		   /* rows of one file, blank ones too, and of one source */
#define PROFILE_FILE_MAX ((size_t)1 << 20) /* bytes of a profile */
#define CELL_MAX ((size_t)64 << 10) /* bytes of one cell; a spreadsheet holds 32,767 characters */
#define CELL_BUFFER_MAX                                                                            \
	((size_t)8 << 20) /* bytes libcsv may collect for one cell: a quote that is never closed */
#define CELLS_MAX ((size_t)4096)   /* cells of one row */
#define ROW_MAX ((size_t)16 << 20) /* bytes of one row; base/jsonstream.h has as much for JSON */
#define HEADER_ROWS 10		   /* rows in which the header is looked for */
#define LIST_MAX ((size_t)1000)	   /* values of one list field */
#define BOOKING_LONGEST (400 * INSTANT_DAY) /* from start to end of a booking */
#define ICS_EVENTS_MAX 500000u		    /* events of one calendar */
#define ICS_ZONES_MAX 500u		    /* time zones that one file describes */
#define ICS_COMPONENT_MAX ((size_t)1 << 20) /* bytes of one event that are looked at */
#define OCCURRENCES_MAX 1000		    /* of one series, in the time that matters */
#define RECURRENCE_STEPS 50000u /* dates of one rule that are gone through: daily since 1890 */
#define RECURRENCE_BUDGET ((uint64_t)5000000) /* the same, for all rules of a source */

/* What to do when one of them is reached: nothing is ever cut off at a limit. */
#define LIMIT_HINT "no real one is so large: is it the right file?  Export a shorter time span"

#endif
