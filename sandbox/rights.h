#ifndef SANDBOX_RIGHTS_H
#define SANDBOX_RIGHTS_H

#include "sandbox/resource.h"

/* What role assignments and shares have in common.  The filters look at the user a right is of. */
bool right_match_query(
    const struct request *request, const struct row *row, const struct filter_value *value);
bool right_match_user(
    const struct request *request, const struct row *row, const struct filter_value *value);
bool right_match_group(
    const struct request *request, const struct row *row, const struct filter_value *value);

/*
 * Check and complete the fields of a new right, in the current form or the old one; as `prepare`
 * of a resource.
 */
bool right_prepare_new(
    struct request *request, struct json_object *fields, struct json_object *errors);

#endif
