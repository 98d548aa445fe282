#ifndef CLI_REHEARSAL_H
#define CLI_REHEARSAL_H

#include "cli/setup.h"

/* Where a rehearsal has what a run would have elsewhere; everything else is as configured. */
struct rehearsal {
	const char *url; /* of the stand-in */
	const char *key_file, *database, *reports, *fetched;
};

/* Let a configuration that was read mean the rehearsal's places: nobody outside is told of it, and no own state is touched. */
void rehearsal_apply(const struct rehearsal *rehearsal, struct setup *setup);

#endif
