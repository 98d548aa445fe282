#ifndef IMPORTERS_USES_H
#define IMPORTERS_USES_H

#include "importers/language.h"
#include "importers/survey.h"

/* How a profile uses a column. */
struct use {
	bool fields[FIELDS];
	bool rules, ignored;
	bool exact; /* by the first of the names that the profile has for it */
};

/* Fill how the profile uses the column; false when it does not know it. */
bool use_of(const struct survey *survey, const struct survey_column *column,
    const struct profile *profile, struct use *use);

/* Is the column one that the field is read from? */
bool use_asks(const struct survey *survey, const struct survey_column *column,
    const struct profile *profile, enum field field);

/* Do columns hold the field, or does it need none? */
bool use_found(const struct survey *survey, const struct profile *profile, enum field field);

#endif
