#ifndef IMPORTERS_DESCRIBE_H
#define IMPORTERS_DESCRIBE_H

#include "importers/profile.h"
#include "model/description.h"

/*
 * What is this file?  Looks through it without a profile, then tries every profile that may fit on its first rows, and
 * reads the whole file with the best one.  Never fails: what is wrong with the file is in the description.
 *
 * source: its file is the one; its other settings hold as in a run.  Borrowed, and must outlive the description.
 * profiles: of struct profile *, all there are.  only: the one to be tried, or NULL.
 * kind: what its records are, when somebody has said so; else RECORD_KINDS.
 * around: of series that go on and on, as for import_source.
 * Returned, caller frees with description_free.
 */
struct description *describe_file(const struct source_config *source, const GPtrArray *profiles,
    const struct profile *only, enum record_kind kind, struct interval around);

#endif
