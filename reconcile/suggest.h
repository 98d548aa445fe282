#ifndef RECONCILE_SUGGEST_H
#define RECONCILE_SUGGEST_H

#include "model/starter.h"
#include "reconcile/census.h"

/*
 * Which group of Kisi a resource or plan may stand for, by its name alone.  Pure.
 *
 * 100: the same by text_key.  95: the same but for punctuation.  80: all words of one are words of the other.  30 to 70:
 * they share at least half of the words of the shorter one, one of them a real word.  0: nothing of this, or both have
 * numbers and other ones: room 1 is never like room 2.
 */
unsigned suggest_score(const char *name, const char *group);

/*
 * A rule for each resource and plan of the census (array of struct census_entry), with the groups of the snapshot that
 * may be meant; with a place (not 0) only its groups and those of the organisation.  Returned array of struct
 * starter_rule *, sorted; caller frees with g_ptr_array_unref; strings are borrowed from census and snapshot.
 */
GPtrArray *suggest_rules(const GArray *entries, const struct snapshot *snapshot, int64_t place_id);

/*
 * How many people are in each group that may be meant, and named by no export: staff, cleaners, whoever was let in by
 * hand.  named: set of canonical addresses.
 */
void suggest_unnamed(GPtrArray *rules, const struct snapshot *snapshot, GHashTable *named);

/* The same of the groups of clear rules, where a dry run has told (of struct starter_hand). */
void suggest_by_hand(GPtrArray *rules, const GArray *by_hand);

/*
 * The place that a text (a path, names of locations) is about: the only one that has a word of its own in it.  NULL when
 * that is none or several.  Owned by the snapshot.
 */
const struct kisi_place *suggest_place(const struct snapshot *snapshot, const char *text);

#endif
