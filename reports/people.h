#ifndef REPORTS_PEOPLE_H
#define REPORTS_PEOPLE_H

#include "model/plan.h"

/*
 * How people are called where somebody reads: by their name, and by their address where they have none, where it is
 * nothing but a piece of the address, and, behind the name, where two addresses in the plan have one name.
 */
struct people;

#define NAME_MOST 48 /* characters of a name; more tells nobody more */

/* plan: borrowed until people_free (NULL is fine).  Returned, caller frees with it. */
struct people *people_of(const struct plan *plan);
void people_free(struct people *people);

/* The name, cut where it is absurdly long; owned by people.  email: as the plan has it. */
const char *people_name(struct people *people, const char *email);

/* `Ada Moss, Bo Lind and 3 more`: at most `most` of the addresses (of const char *), each once.  Caller frees with g_free. */
char *people_list(struct people *people, const GPtrArray *emails, guint most);

#endif
