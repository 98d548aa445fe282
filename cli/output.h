#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include "cli/options.h"
#include "model/config.h"
#include "model/run.h"

/* What stops this user from making a file in the folder, or the folder itself; NULL when nothing does. */
const char *output_fault(const char *path);

/* Could the workbook of a run be written?  Asked before anything is sent.  False and *error (EXIT_FAILED). */
bool output_check(const struct options *options, const struct config *config, GError **error);

/* Write the document where --json asks for it, if it does.  False and *error (EXIT_FAILED). */
bool output_json(const struct options *options, const char *document, GError **error);

/*
 * Write the workbook of a run into --report-dir or the configuration's folder, which is made when it is missing; its
 * name tells command, as-of and run.  False and *error (EXIT_FAILED).
 */
bool output_workbook(const struct options *options, const struct config *config,
    const struct run *run, GError **error);

#endif
