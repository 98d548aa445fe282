#ifndef REPORTS_PLAN_JSON_H
#define REPORTS_PLAN_JSON_H

#include "model/run.h"

/*
 * The plan as the machine-readable document that README.md describes: strict JSON with a final newline, keys
 * in fixed order, one element of a list on each line, so that two plans can be compared line by line.  Texts that are
 * not UTF-8 are made so.  Returned, caller frees with g_free.
 */
char *plan_json_text(const struct run *run);

#endif
