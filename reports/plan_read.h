#ifndef REPORTS_PLAN_READ_H
#define REPORTS_PLAN_READ_H

#include "model/run.h"

/*
 * A run as its document tells it (reports/plan_json.h): everything that the workbook shows, and no more.  What stands
 * only in the state database - command, version, who, exit code - is for the caller to fill in; the plan planned again
 * after an apply is not kept, only the access it found.
 */
struct read_run {
	struct run run; /* run.plan is plan, run.outcomes is outcomes */
	struct plan *plan;
	struct change_outcome *outcomes; /* NULL for a dry run */
	GPtrArray *facts;		 /* of struct import_facts *, those of plan->sources */
};

/*
 * Read a document (text of NUL-terminated JSON, borrowed for the call; name: for messages).  Returned, caller frees with
 * read_run_free (NULL is fine).  NULL and *error (EXIT_BAD_INPUT) when it is no such document, or one of a version of
 * this program that kept less.
 */
struct read_run *plan_read(const char *text, const char *name, GError **error);
void read_run_free(struct read_run *read);

#endif
