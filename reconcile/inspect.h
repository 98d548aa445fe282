#ifndef RECONCILE_INSPECT_H
#define RECONCILE_INSPECT_H

#include "model/check.h"
#include "reconcile/census.h"
#include "reconcile/entitle.h"

/*
 * What `check` says about the data and about Kisi's groups: the verdicts and findings of a plan computed as for a dry
 * run, put into lines.  Nothing is judged a second time here, so that a line of `check` and a finding of `plan` cannot
 * disagree.  What only `check` asks (does a group open anything, does a rule fit any record) is asked of the same
 * functions that plan.  Everything is borrowed; members that a failed stage left out are NULL.
 */
struct inspection {
	const struct config *config;
	const struct source_policy *policies; /* one for each source */
	const struct plan *plan;
	const struct entitled *entitled;
	const struct snapshot *snapshot;
	const struct history *history;
	struct census *census;
	const bool *refused; /* by source */
	bool verbose;	     /* a line for each group that is as it should be */
};

/* One block for each: every source; the groups that rules and data name; the people entitled; the rules. */
void inspect_sources(const struct inspection *in, struct check *check);
void inspect_groups(const struct inspection *in, struct check *check);
void inspect_people(const struct inspection *in, struct check *check);
void inspect_rules(const struct inspection *in, struct check *check);

/* The verdict over this machine's clock and Kisi's; nothing when there was no clock to compare with. */
void inspect_clock(const struct inspection *in, struct check *check);

/* Is the kill switch on?  A warning when it is. */
void inspect_hold(const struct inspection *inspection, struct check *check);

#endif
