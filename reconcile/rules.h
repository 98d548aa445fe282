#ifndef RECONCILE_RULES_H
#define RECONCILE_RULES_H

#include "model/config.h"
#include "model/history.h"
#include "model/record.h"

/* Before the name of a lock, in texts that name the group which holds just that lock. */
#define GROUPS_OF_LOCK "lock="

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

/* May records of the source open the rule's door?  Where its enabled_doors leave it out they may not. */
bool rule_index_enabled(const struct rule_index *index, uint32_t source, uint32_t rule);

/* The same for a group that the data names. */
bool door_enabled(const struct source_policy *policy, const char *door);

/*
 * Could this rule give something because of a record of this source: one that fits it, or a person, company or
 * resource that a record of the rule's own source names?  (Used when a source is refused: whom might it have fed?)
 */
bool rule_could_fit(const struct rule *rule, const struct source_policy *policy);

/*
 * What the rule opens, as one text: the history keeps it, and two rules with the same text open the same by the same
 * method.  A group opened by assignments is its name or id as written; see groups_find.  Caller frees with g_free.
 */
char *rule_door_key(const struct rule *rule);

/* Everything that decides what a rule gives, as one line: two rules with the same line are the same rule. */
char *rule_fingerprint(const struct rule *rule);

/* Is this the fingerprint of a rule by another method than METHOD_GROUP? */
bool rule_makes_passes(const char *fingerprint);

/*
 * The rules of the configuration and how its sources are read, each once, as the history keeps them: of struct rule_seen,
 * which owns its texts.  Of two rules that say the same the first counts.  Returned, caller frees with g_array_unref.
 */
GArray *rules_seen_now(const struct config *config, const struct source_policy *policies);

/* Is this text about how a source is read?  Then group is its name. */
bool rule_seen_is_source(const char *text);

#endif
