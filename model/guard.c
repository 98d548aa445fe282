/* The guards: what is said of each, once. */
#include "model/guard.h"

#include <stddef.h>
#include <string.h>

#define SEE_REJECTS "the sheet \"Rejected rows\" says why; mend the export or the profile"

static const struct guard_type types[GUARDS] = {
    [GUARD_INPUT_READABLE] = {"input_readable", GUARD_OF_INPUT, NULL},
    [GUARD_INPUT_EMPTY] = {"input_empty", GUARD_OF_INPUT,
	"an export without rows looks like a failed one; remove the source if it is meant to be "
	"empty"},
    [GUARD_INPUT_UNREAD] = {"input_unread", GUARD_OF_INPUT, SEE_REJECTS},
    [GUARD_LOST_COLUMNS] = {"lost_columns", GUARD_OF_INPUT,
	"export it again with all columns, or give the profile the new name; if it is gone for "
	"good, say so in the source: without = ..."},
    [GUARD_MAX_AGE] = {"max_age", GUARD_OF_INPUT,
	"export again, or raise max_age if it is meant to be this old"},
    [GUARD_MAX_SHRINK] = {"max_shrink", GUARD_OF_INPUT,
	"was the export cut short, or made for too few days?"},
    [GUARD_SHORT_SPAN] = {"short_span", GUARD_OF_INPUT, "was the export made for too few days?"},
    [GUARD_OTHER_EXPORT] = {"other_export", GUARD_OF_INPUT,
	"is it another report, or another venue's?"},
    [GUARD_MAX_REJECTS] = {"max_rejects", GUARD_OF_INPUT, SEE_REJECTS},
    [GUARD_SHORT_LIST] = {"short_list", GUARD_OF_LIST, NULL},
    [GUARD_SCOPE] = {"scope", GUARD_OF_WISH, NULL},
    [GUARD_HOLD] = {"hold", GUARD_OF_RUN, NULL},
    [GUARD_REFUSED_SOURCE] = {"refused_source", GUARD_OF_SOURCE,
	"mend the source; what people have is kept until then"},
    [GUARD_DOUBTFUL_SOURCE] = {"doubtful_source", GUARD_OF_SOURCE, NULL},
    [GUARD_REJECTED_ROW] = {"rejected_row", GUARD_OF_RUN,
	"mend the rows on the sheet \"Rejected rows\""},
    [GUARD_NOT_UNDERSTOOD] = {"not_understood", GUARD_OF_RUN,
	"see the findings not_understood: set it right in Kisi, or look for a newer version"},
    [GUARD_EMAIL_MISMATCH] = {"email_mismatch", GUARD_OF_PERSON,
	"settle each pair on the sheet \"E-mail mismatches\": `same` when it is one person, "
	"`different` when they are two"},
    [GUARD_AMBIGUOUS_GROUP] = {"ambiguous_group", GUARD_OF_RUN, "name each group by its id"},
    [GUARD_MISSING_GROUP] = {"missing_group", GUARD_OF_RUN,
	"correct the names on the sheet \"Missing groups\", here or in Kisi"},
    [GUARD_RESTORED] = {"restored", GUARD_OF_RUN, "look at them; the next apply makes them"},
    [GUARD_RULES_CHANGED] = {"rules_changed", GUARD_OF_RUN,
	"look at them; the next apply makes them"},
    [GUARD_MAX_GROUP_REMOVALS] = {"max_group_removals", GUARD_OF_LIMIT, NULL},
    [GUARD_MAX_SOURCE_REMOVALS] = {"max_source_removals", GUARD_OF_LIMIT, NULL},
    [GUARD_MAX_REMOVALS] = {"max_removals", GUARD_OF_LIMIT, NULL},
    [GUARD_MAX_DAY_REMOVALS] = {"max_day_removals", GUARD_OF_LIMIT, NULL},
    [GUARD_REMOVED_TWICE] = {"removed_twice", GUARD_OF_PERSON,
	"ask who removes it; block the person in the booking system if that is meant"},
    [GUARD_MAX_GRANTS] = {"max_grants", GUARD_OF_RUN, NULL},
    [GUARD_CLOCK] = {"clock", GUARD_OF_RUN, NULL},
};

const struct guard_type *
guard_type(enum guard guard)
{
	return &types[guard];
}

const char *
guard_word(enum guard guard)
{
	return types[guard].word;
}

enum guard
guard_of_word(const char *word)
{
	int guard = GUARD_NONE + 1;
	while (guard < GUARDS && strcmp(types[guard].word, word) != 0)
		guard++;
	return (enum guard)guard;
}

bool
guard_is_about_source(enum guard guard)
{
	return types[guard].about == GUARD_OF_INPUT || types[guard].about == GUARD_OF_SOURCE;
}
