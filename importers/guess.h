#ifndef IMPORTERS_GUESS_H
#define IMPORTERS_GUESS_H

#include "model/description.h"

/*
 * What the values of one column look like, from the values alone.  Bounded: however many values come, it keeps a few
 * hundred words and a handful of examples.
 */
struct guess;

/*
 * A guess for the column called name (borrowed for the call): numbers are taken for times only where the name speaks
 * of time.  Returned, caller frees with guess_free (NULL is fine).
 */
struct guess *guess_new(const char *name);
void guess_free(struct guess *guess);

/* One value, trimmed, not blank. */
void guess_add(struct guess *guess, const char *value);

/* What its dates say so far; owned by the guess. */
const struct date_evidence *guess_dates(const struct guess *guess);

/* What a reader expects of the column: then what does not fit is shown. */
enum expected { EXPECT_NOTHING, EXPECT_ADDRESSES, EXPECT_TIMES, EXPECT_TEXTS };

/* Fill what the column holds, with its examples.  Once for each guess: words move to the column. */
void guess_conclude(struct guess *guess, enum expected expected, struct described_column *out);

/* May the words of a column that no profile knows be shown?  Not when its name or its words look like people. */
bool words_are_public(const struct described_column *column);

#endif
