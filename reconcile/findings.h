#ifndef RECONCILE_FINDINGS_H
#define RECONCILE_FINDINGS_H

#include "model/history.h"
#include "model/plan.h"

/*
 * Add a finding to the plan.  email, group: copied, may be NULL.  subject: what tells it from
 * others of its kind, person and group (a record id, a window's start); NULL when nothing else does.  Its id
 * comes from these four alone, so the text may change from run to run.  Returned, of the plan.
 */
struct finding *finding_add(struct plan *plan, enum finding_kind kind, const char *email,
    const char *group, const char *subject, const char *format, ...) G_GNUC_PRINTF(6, 7);

/* The same about a source: its text is `NAME: ...` behind lead (`source `, or nothing). */
void finding_add_of_source(struct plan *plan, enum finding_kind kind, const char *source,
    const char *lead, const char *email, const char *subject, const char *format, ...)
    G_GNUC_PRINTF(7, 8);

/* Drop repeated ids (the first stays), fill in first_seen and runs_seen from history, sort by kind, email, group, id. */
void findings_finish(struct plan *plan, const struct history *history);

#endif
