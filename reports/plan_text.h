#ifndef REPORTS_PLAN_TEXT_H
#define REPORTS_PLAN_TEXT_H

#include "model/run.h"

/* How the changes are sorted: by what is done, or all that is done about one person, group or door together. */
enum text_order { ORDER_TURN, ORDER_PERSON, ORDER_GROUP, ORDER_DOOR };

/* How a text is to look. */
struct text_style {
	size_t
	    width; /* columns of the terminal; 0: none, each change is one line with address and ids */
	bool colour;  /* repeats the signs */
	bool verbose; /* every id, reason and verdict, and what was cleared away */
	enum text_order by;
	const char *next;  /* the command that does what a dry run shows; NULL: it is not said */
	GHashTable *locks; /* group id (int64_t *) -> names of its doors; NULL: not known */
	bool shown;	   /* the plan itself was shown: only what became of it is */
	const char *only_person; /* canonical: nobody else is listed; NULL */
};

/*
 * The plan as text for a terminal or mail.  What needs a person comes first (failures, refused exports), then what is
 * removed, changed and given, what waits for a decision and how to decide it, and who will stand before a closed door; at
 * the end the sum and the next command.  Times are those of the plan's zone, named once at the top.
 * Nothing in it depends on run->id unless there are outcomes: two dry runs of one plan give the same text.
 * Returned, caller frees with g_free.
 */
char *plan_text_format(const struct run *run, const struct text_style *style);

/* `Remove 11, give 9, change 5?  Type yes: `.  Returned, caller frees with g_free. */
char *plan_text_question(const struct plan *plan);

/*
 * A run in one line, without its end: `3 changes: 1 grant, 2 revokes; 1 held; 5 findings`; after an apply the outcomes
 * stand behind the actions.  Returned, caller frees with g_free.
 */
char *plan_text_summary(const struct run *run);

#endif
