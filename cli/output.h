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

/* What a workbook would tell. */
enum output_news {
	OUTPUT_NOTHING_NEW,
	OUTPUT_NEWS,  /* something happened, or is said for the first time */
	OUTPUT_ASKED, /* somebody asked for it */
};

/*
 * Write the workbook of a run into --report-dir or the configuration's folder, which is made when it is missing, as
 * access-review-<as-of, local>-<run>.xlsx; or do not, where [reports] workbook says so.  Workbooks there that are older
 * than [reports] keep are removed.  False and *error (EXIT_FAILED).
 */
bool output_workbook(const struct options *options, const struct config *config,
    const struct run *run, enum output_news news, GError **error);

#endif
