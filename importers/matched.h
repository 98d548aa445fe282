#ifndef IMPORTERS_MATCHED_H
#define IMPORTERS_MATCHED_H

#include "importers/language.h"
#include "importers/row.h"
#include "model/facts.h"

/*
 * Which of the things that a profile reads a source has: so that an import can tell that a column is gone which was
 * there at the last one.  A thing is a field, called by its word, or a column of the rules for rows and statuses, called
 * as the profile writes it; and the line break at the end of a table.  What a person is called is none: it decides nothing.
 */
struct matched;

/* profile: borrowed until matched_free, which the caller calls (NULL is fine). */
struct matched *matched_new(const struct profile *profile);
void matched_free(struct matched *matched);

/* A table was found to have these columns, by name of the profile (-1: not there), under these headings. */
void matched_table(struct matched *matched, const int *columns, char *const *headings);

/* Whether that table, read to its end, ends with a line break: one that did, and does not, may be cut in its last cell. */
void matched_table_end(struct matched *matched, bool line_break);

/* A record of JSON or a calendar was bound to the row. */
void matched_record(struct matched *matched, const struct row *row);

/* Once everything was read: fill in facts->columns and facts->missing. */
void matched_finish(const struct matched *matched, struct import_facts *facts);

/* Does the profile read a thing of that name? */
bool matched_asks(const struct profile *profile, const char *thing);

#endif
