#ifndef IMPORTERS_IMPORT_H
#define IMPORTERS_IMPORT_H

#include "importers/profile.h"
#include "model/facts.h"

/*
 * Read all files of a source (one that names files) through its profile, in name order, and hand every record, reject and note to
 * the sink in reading order.  Never fails: whatever makes the source unusable as a whole is a refusal in the
 * returned facts, and then the caller must not use the records it was handed.  One bad row is a reject and
 * stops nothing.
 *
 * source: borrowed, `index` its number in the configuration.  Returned, caller frees with import_facts_free.
 * around: of a series that goes on and on, the occurrences that touch this time are handed over.
 * The clock is not read; ages are judged later from file_facts.modified.
 */
struct import_facts *import_source(const struct source_config *source, uint32_t index,
    const struct profile *profile, struct interval around, const struct record_sink *sink);

/* The same from these files (paths, of char *), in their order, whatever files the source names. */
struct import_facts *import_files(const struct source_config *source, uint32_t index,
    const struct profile *profile, const GPtrArray *paths, struct interval around,
    const struct record_sink *sink);

/* The path of that file of such a source that was modified last; NULL when there is none.  Caller frees with g_free. */
char *import_newest(const struct source_config *source);

#endif
