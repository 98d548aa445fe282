#ifndef RECONCILE_REFS_H
#define RECONCILE_REFS_H

#include "base/intern.h"
#include "reconcile/entitle.h"

/* Groups and locks as rules and data call them, each with a number: `struct door_ref` of entitle.h. */
struct door_refs;

/* Begin with the doors that the rules name.  rules: of struct rule *; both borrowed.  Caller frees with door_refs_free. */
struct door_refs *door_refs_new(const GPtrArray *rules, struct intern *texts);
void door_refs_free(struct door_refs *refs);

/* The number of the door of that rule. */
uint32_t door_refs_of_rule(const struct door_refs *refs, uint32_t rule);

/* The number of a group by its name or id as written, opened by assignments; new ones are added. */
uint32_t door_refs_group(struct door_refs *refs, const char *group);

/* The reference with that number; valid until the next one is added. */
struct door_ref *door_refs_at(struct door_refs *refs, uint32_t number);

/* All of them, of struct door_ref, by number; owned by refs. */
const GArray *door_refs_all(const struct door_refs *refs);

/* door_refs_of_rule of all rules, of uint32_t; owned by refs. */
const GArray *door_refs_of_rules(const struct door_refs *refs);

#endif
