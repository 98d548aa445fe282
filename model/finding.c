/* The kinds of findings: what is said of each, once. */
#include "model/finding.h"

#include <stddef.h>
#include <string.h>

#define ADD_RULE "add a rule for it, if it should open something"
#define CORRECT_NAME "make it in Kisi, or correct the name"
#define OTHER_PLACE "name one of [kisi] place, or change the place"

static const struct finding_type types[FINDING_KINDS] = {
    [FINDING_UNMATCHED_COLUMNS] = {"unmatched_columns", FINDING_OF_SOURCE,
	.todo = "a column that matters is read when it has a name the profile knows"},
    [FINDING_SHORT_SPAN] = {"short_span", FINDING_OF_SOURCE,
	.todo = "does the export reach far enough into the future?"},
    [FINDING_UNKNOWN_STATUS] = {"unknown_status", FINDING_OF_SOURCE,
	.todo = "such rows give nobody anything until the profile knows the word"},
    [FINDING_ASSUMED_DATE_ORDER] = {"assumed_date_order", FINDING_OF_SOURCE,
	.todo = "say date_order = DMY, MDY or YMD for the source"},
    [FINDING_MANGLED_ID] = {"mangled_id", FINDING_OF_SOURCE,
	.todo = "export as text, or keep spreadsheets from opening the file"},
    [FINDING_ENCODING] = {"encoding", FINDING_OF_SOURCE, .todo = "export as UTF-8"},
    [FINDING_SYMLINK] = {"symlink", FINDING_OF_SOURCE,
	.todo = "name the file itself, unless the link is yours"},
    [FINDING_REFUSED_SOURCE] = {"refused_source", FINDING_OF_SOURCE},
    [FINDING_DOUBTFUL_SOURCE] = {"doubtful_source", FINDING_OF_SOURCE},
    [FINDING_NO_RECORD] = {"no_record", FINDING_OF_SOURCE},
    [FINDING_NO_ITEMS] = {"no_items", FINDING_OF_SOURCE},
    [FINDING_NO_EMAIL] = {"no_email", FINDING_OF_SOURCE},
    [FINDING_BAD_ATTENDEE] = {"bad_attendee", FINDING_OF_SOURCE},
    [FINDING_DST] = {"dst", FINDING_OF_SOURCE},
    [FINDING_DUPLICATE_ID] = {"duplicate_id", FINDING_OF_SOURCE},
    [FINDING_CANCELLED_WITHOUT_END] = {"cancelled_without_end", FINDING_OF_SOURCE},
    [FINDING_UNDATED_EVENTS] = {"undated_events", FINDING_OF_SOURCE},
    [FINDING_SHARED_ADDRESS] = {"shared_address", FINDING_OF_SOURCE},
    [FINDING_LOOKALIKE] = {"lookalike", FINDING_OF_SOURCE},
    [FINDING_UNMAPPED_RESOURCE] = {"unmapped_resource", FINDING_OF_RULE, .todo = ADD_RULE},
    [FINDING_UNMAPPED_PLAN] = {"unmapped_plan", FINDING_OF_RULE, .todo = ADD_RULE},
    [FINDING_UNMANAGED_GRANT] = {"unmanaged_grant", FINDING_OF_RULE,
	.todo = "let a rule name that group, if manual grants should work there"},
    [FINDING_NOT_ENABLED] = {"not_enabled", FINDING_OF_RULE,
	.todo = "add the door to enabled_doors of the source, if it should open"},
    [FINDING_MISSING_GROUP] = {"missing_group", FINDING_OF_DOOR, .todo = CORRECT_NAME},
    [FINDING_AMBIGUOUS_GROUP] = {"ambiguous_group", FINDING_OF_DOOR},
    [FINDING_FOREIGN_GROUP] = {"foreign_group", FINDING_OF_DOOR, .todo = OTHER_PLACE},
    [FINDING_MISSING_LOCK] = {"missing_lock", FINDING_OF_DOOR, .lock = true, .todo = CORRECT_NAME},
    [FINDING_AMBIGUOUS_LOCK] = {"ambiguous_lock", FINDING_OF_DOOR, .lock = true},
    [FINDING_FOREIGN_LOCK] = {"foreign_lock", FINDING_OF_DOOR, .lock = true, .todo = OTHER_PLACE},
    [FINDING_RENAMED_GROUP] = {"renamed_group", FINDING_OF_DOOR},
    [FINDING_FORMER_GROUP] = {"former_group", FINDING_OF_DOOR},
    [FINDING_RESTRICTED_LOCK] = {"restricted_lock", FINDING_OF_DOOR,
	.todo = "switch the restriction off in the lock's settings in Kisi, unless it is meant"},
    [FINDING_INDIRECT_ACCESS] = {"indirect_access", FINDING_OF_DOOR},
    [FINDING_STALE_LINK] = {"stale_link", FINDING_OF_DOOR},
    [FINDING_STALE_SCHEDULE] = {"stale_schedule", FINDING_OF_DOOR},
    [FINDING_NOT_UNDERSTOOD] = {"not_understood", FINDING_OF_DOOR},
    [FINDING_MOVED_SINCE] = {"moved_since", FINDING_OF_DOOR},
    [FINDING_UNCONFIRMED] = {"unconfirmed", FINDING_OF_PERSON,
	.said = "entitled, but never confirmed the e-mail address in Kisi",
	.todo = "they must confirm it, or be invited again, before they can unlock with the app"},
    [FINDING_SUSPENDED] = {"suspended", FINDING_OF_PERSON,
	.said = "entitled, but switched off in Kisi", .todo = "switch their access on in Kisi"},
    [FINDING_BLOCKED_ELSEWHERE] = {"blocked_elsewhere", FINDING_OF_PERSON,
	.said = "blocked, and still in Kisi where no run takes them out",
	.todo = "take them out in Kisi by hand; the plan names each group"},
    [FINDING_EMAIL_MISMATCH] = {"email_mismatch", FINDING_OF_PERSON,
	.said = "wanted and no Kisi user, but perhaps one under another address",
	.todo = "plan shows each pair, and the commands that say whether it is one person or two"},
    [FINDING_NO_USER] = {"no_user", FINDING_OF_PERSON,
	.said = "entitled and no Kisi user, and [people] create says no",
	.todo = "add them in Kisi, or set create = managed"},
    [FINDING_DUPLICATE_USER] = {"duplicate_user", FINDING_OF_PERSON,
	.said = "in Kisi more than once", .todo = "plan says which user counts; remove the other"},
    [FINDING_ADDRESS_CHANGED] = {"address_changed", FINDING_OF_PERSON},
    [FINDING_DUPLICATE_ASSIGNMENT] = {"duplicate_assignment", FINDING_OF_PERSON},
    [FINDING_ORPHAN] = {"orphan", FINDING_OF_PERSON},
    [FINDING_PROTECTED] = {"protected", FINDING_OF_PERSON},
    [FINDING_REPORT_ONLY] = {"report_only", FINDING_OF_PERSON},
    [FINDING_OTHER_ROLE] = {"other_role", FINDING_OF_PERSON},
    [FINDING_BLOCKED_BUT_BOOKED] = {"blocked_but_booked", FINDING_OF_PERSON},
    [FINDING_BRIDGED] = {"bridged", FINDING_OF_PERSON},
    [FINDING_LATE] = {"late", FINDING_OF_PERSON},
};

const struct finding_type *
finding_type(enum finding_kind kind)
{
	return &types[kind];
}

const char *
finding_word(enum finding_kind kind)
{
	return types[kind].word;
}

enum finding_kind
finding_of_word(const char *word)
{
	int kind = 0;
	while (kind < FINDING_KINDS && strcmp(types[kind].word, word) != 0)
		kind++;
	return (enum finding_kind)kind;
}
