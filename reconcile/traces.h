#ifndef RECONCILE_TRACES_H
#define RECONCILE_TRACES_H

#include "reconcile/entitle.h"

/*
 * Records that explain why a slot is not (or no longer) entitled.  Of those with one person, group, cause and source
 * only the best is kept: a venue's past has thousands of them and one is enough.
 */
struct traces;

/* reasons (of struct raw_reason) and texts: borrowed until traces_free.  Returned, caller frees with traces_free. */
struct traces *traces_new(const GArray *reasons, const struct intern *texts);
void traces_free(struct traces *traces);

/* The one that lasts longest is the best; it takes the place of one whose reason is dead in any case. */
void traces_add(struct traces *traces, const struct trace *trace);

/* Those whose reason is alive, sorted by person, ref, cause, source; owned by traces.  Nothing is added afterwards. */
const GArray *traces_finish(struct traces *traces);

#endif
