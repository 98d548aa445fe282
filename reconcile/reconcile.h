#ifndef RECONCILE_RECONCILE_H
#define RECONCILE_RECONCILE_H

#include "model/baseline.h"
#include "model/trail.h"
#include "reconcile/guards.h"

/*
 * The whole way from entitlements and a snapshot to a frozen plan, as a pure function.  Everything in the input is
 * borrowed during the call; only the snapshot must outlive the plan.
 */
struct reconcile_input {
	const struct config *config;
	const struct source_policy *policies; /* one for each source */
	const struct entitled *entitled;      /* its findings went to the same plan */
	const struct snapshot *snapshot;
	const struct history *history;
	const struct trail *undo;	 /* the run to undo, in place of comparing; NULL */
	const struct guard_facts *facts; /* refused already filled in by guard_inputs */
	struct baseline *baseline; /* takes what the next run is to know; NULL */
	struct why *why;		 /* explained when the plan is finished; NULL for nobody */
};

/*
 * Fill in the plan (made by plan_new, as_of set, holding the findings, rejects and input verdicts so far).  False
 * and *error (EXIT_BAD_CONFIG) when the configured place cannot be found, or
 * (EXIT_BAD_USAGE) the person or group the run is limited to, or as why_explain.
 */
bool reconcile(const struct reconcile_input *input, struct plan *plan, GError **error);

#endif
