#ifndef RECONCILE_RULES_H
#define RECONCILE_RULES_H

#include "model/config.h"
#include "model/record.h"

/* The configured rules, made ready for matching many records. */
struct rule_index;

/* config, policies: borrowed until rule_index_free.  Returned, caller frees with rule_index_free. */
struct rule_index *rule_index_new(
    const struct config *config, const struct source_policy *policies);
void rule_index_free(struct rule_index *index);

/*
 * The rules that fit a record's resource or plan: every one that does counts.  target: its id and name (either may
 * be NULL); location: of the record, or NULL.  kind tells resources from plans.  *count is set; the returned
 * indexes into config->rules are owned by the index and stay valid; equal questions are answered from memory.
 */
const uint32_t *rule_index_match(struct rule_index *index, uint32_t source, enum rule_kind kind,
    const struct record_ref *target, const char *location, size_t *count);

/*
 * Could this rule give something because of a record of this source: one that fits it, or a person, company or
 * resource that a record of the rule's own source names?  (Used when a source is refused: whom might it have fed?)
 */
bool rule_could_fit(const struct rule *rule, const struct source_policy *policy);

/* Everything that decides what a rule gives, as one line: two rules with the same line are the same rule. */
char *rule_fingerprint(const struct rule *rule);

#endif
