#ifndef RECONCILE_JUDGE_H
#define RECONCILE_JUDGE_H

#include "model/config.h"
#include "model/plan.h"
#include "model/record.h"

/* What one record by itself says: when it grants, or why it does not. */
struct judgement {
	GArray *
	    spans; /* of struct interval: when it grants, grace not included, in order; empty = never */
	bool explains;	      /* it is the reason for a missing entitlement ... */
	enum cause cause;     /* ... of this kind ... */
	struct interval span; /* ... for this time, grace not included */
};

/*
 * Judge a membership, booking or manual grant.  judgement->spans is set up by the caller (judgement_init) and may
 * be used again for the next record.
 */
void judge(const struct record *record, const struct source_policy *policy, instant now,
    struct judgement *judgement);

/* Set up the caller's storage, and free what it holds; done is fine after itself. */
void judgement_init(struct judgement *judgement);
void judgement_done(struct judgement *judgement);

#endif
