#ifndef RECONCILE_WHY_H
#define RECONCILE_WHY_H

#include "model/why.h"
#include "reconcile/world.h"

/*
 * The chain of reasons for one person, told by what the stages of a plan concluded: nothing here judges a second time.
 */

/* Who is meant by words, once everything was imported. */
struct why_search {
	const struct config *config;
	const struct entitled *entitled;
	const struct snapshot *snapshot;
};

/*
 * The canonical address of the one person meant: an address, known or not, or a name or part of one that only one person
 * has.  Returned, caller frees with g_free.  NULL and *error (EXIT_FAILED) when nobody, or several people, are meant;
 * it lists who comes near.
 */
char *why_find(const struct why_search *search, const char *words, GError **error);

/* That nobody knows the person, with who comes near.  Returns false. */
bool why_unknown(const struct why_search *search, const char *words, GError **error);

/* ---- what each record says ---- */

/* Everything is borrowed until why_reader_free. */
struct why_reading {
	const struct config *config;
	const struct source_policy *policies; /* one for each source */
	const GPtrArray *imports;	      /* of struct import_facts *, one for each source */
	const struct entitled *entitled;
	const bool *refused; /* by source */
};

/*
 * Reads all sources once more, in the order that entitle_record asks for and with everybody invited, and adds to why
 * the records that name the person.
 */
struct why_reader *why_reader_new(const struct why_reading *reading, struct why *why);
void why_reader_free(struct why_reader *reader);
void why_read_record(struct why_reader *reader, const struct record *record);
void why_read_reject(struct why_reader *reader, const struct record_reject *reject);

/* The end: what is missing between the records. */
void why_reader_finish(struct why_reader *reader);

/* ---- what they should hold, what they hold, and what follows ---- */

/*
 * Fill in the rest, when the plan is finished.  False and *error (EXIT_FAILED) when the group asked about is known to
 * nobody.
 */
bool why_explain(struct world *world, struct why *why, GError **error);

/* What keeps people with access from opening its locks: restrictions with their hours, and locks that are unfit. */
void why_restrictions(const struct world *world, struct why *why, struct why_door *door);

/* Which locks the person can open at the time asked about, and by which of the doors.  After all answers. */
void why_keys(const struct world *world, struct why *why);

/* The answer for one door of which everything else is known. */
void why_answer(const struct world *world, const struct why *why, struct why_door *door);

#endif
