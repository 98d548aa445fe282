#ifndef REPORTS_TALLY_H
#define REPORTS_TALLY_H

#include "model/run.h"

/* The figures of a run, counted once from its lists, so that every report shows the same ones. */

struct tally_word {
	const char *word; /* borrowed from the plan, or constant */
	size_t count;	  /* changes that go, findings or rejects: what the list counts */
	size_t held;	  /* changes held back; of causes only */
};

struct tally {
	size_t changes, held;
	size_t by_action[ACTION_COUNT];
	size_t held_by_action[ACTION_COUNT];
	size_t by_outcome[OUTCOME_COUNT]; /* all 0 when the run has no outcomes */
	size_t surprising;		  /* removals that nobody announced, held ones included */
	GArray *
	    causes; /* of struct tally_word by cause_word, those that occur, in the order of the enum */
	GArray *findings; /* of struct tally_word by kind, in order of the first of each */
	GArray *rejects;  /* of struct tally_word by source, likewise */
	size_t refused;	  /* sources */
	size_t tripped;	  /* verdicts */
};

/* Count.  run: borrowed; its words stay borrowed in *out.  The caller ends with tally_done. */
void tally_run(const struct run *run, struct tally *out);
void tally_done(struct tally *tally);

#endif
