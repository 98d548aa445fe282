#ifndef RECONCILE_REFS_H
#define RECONCILE_REFS_H

#include "base/intern.h"
#include "reconcile/entitle.h"

/* The groups as rules and data call them, each with a number: `struct group_ref` of entitle.h. */
struct group_refs;

/* Begin with the groups that the rules name.  rules: of struct rule *; both borrowed.  Caller frees with group_refs_free. */
struct group_refs *group_refs_new(const GPtrArray *rules, struct intern *texts);
void group_refs_free(struct group_refs *refs);

/* The number of a name or id as written; new ones are added. */
uint32_t group_refs_number(struct group_refs *refs, const char *text);

/* The reference with that number; valid until the next one is added. */
struct group_ref *group_refs_at(struct group_refs *refs, uint32_t number);

/* All of them, of struct group_ref, by number; owned by refs. */
const GArray *group_refs_all(const struct group_refs *refs);

#endif
