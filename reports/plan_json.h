#ifndef REPORTS_PLAN_JSON_H
#define REPORTS_PLAN_JSON_H

#include "model/run.h"

#include <json-c/json.h>

/* The plan as the machine-readable document that README.md describes.  Returned, caller puts it. */
struct json_object *plan_json(const struct run *run);

/* The same as indented text with a final newline.  Returned, caller frees with g_free. */
char *plan_json_text(const struct run *run);

#endif
