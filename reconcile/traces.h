#ifndef RECONCILE_TRACES_H
#define RECONCILE_TRACES_H

#include "reconcile/entitle.h"

/*
 * Records that explain why a slot is not (or no longer) entitled.  All of them are kept: which one explains the end
 * of a certain access is only known once that access is looked at, and a later cancellation must not hide it.
 */
struct traces;

/* reasons (of struct raw_reason) and texts: borrowed until traces_free.  Returned, caller frees with traces_free. */
struct traces *traces_new(const GArray *reasons, const struct intern *texts);
void traces_free(struct traces *traces);

/* Keep a copy of the trace. */
void traces_add(struct traces *traces, const struct trace *trace);

/* Those whose reason is alive, sorted by person, ref, cause, source; owned by traces.  Nothing is added afterwards. */
const GArray *traces_finish(struct traces *traces);

#endif
