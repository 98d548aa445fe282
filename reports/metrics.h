#ifndef REPORTS_METRICS_H
#define REPORTS_METRICS_H

#include "model/run.h"

/*
 * Figures for a monitoring system, in the text format that the textfile collector of node_exporter reads.  One file an
 * organisation.  Names and help texts are an interface: of two files with different help for one name the collector drops
 * one.  No figure names a person.
 */

/* The last runs of one command. */
struct metrics_command {
	const char *command;
	struct run_last last, good; /* good: the last that came to its end */
};

struct metrics {
	const char *organization; /* label of every figure */
	const char *version;
	const struct metrics_command *commands;
	size_t n_commands;
	const struct run *run;			/* that has a plan; NULL */
	uint64_t requests, repeated, throttled; /* to Kisi, each counted once */
	bool holding;				/* a hold file is there */
};

/* The file.  Returned, caller frees with g_free. */
char *metrics_text(const struct metrics *metrics);

#endif
