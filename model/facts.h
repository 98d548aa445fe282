#ifndef MODEL_FACTS_H
#define MODEL_FACTS_H

#include "base/instant.h"
#include "model/record.h"

#include <glib.h>

/* Begins what stands in import_facts.columns for the headings of a table: a digest of all of them follows. */
#define FACTS_HEADINGS "headings "

/* What an import learnt about one file.  The strings belong to the facts. */
struct file_facts {
	char *path;   /* as found */
	char *name;   /* last part of path, printable: what reports and messages show */
	char *sha256; /* 64 hex digits; NULL when the file could not be read */
	int64_t bytes;
	instant modified;     /* time of last modification */
	const char *encoding; /* UTF-8, UTF-16LE, UTF-16BE, windows-1252; constant */
	const char *format;   /* csv, json; constant */
	char delimiter;	      /* csv only; 0 else */
	uint64_t rows;	      /* records read, rejects included, header and blank rows not */
};

/* What an import learnt about one source. */
struct import_facts {
	const char *source; /* name in the configuration; borrowed from it */
	enum record_kind kind;
	GPtrArray *files;     /* of struct file_facts *, in reading order */
	uint64_t rows;	      /* over all files */
	uint64_t rejected;    /* of them: rows of which something was refused */
	uint64_t unsettled;   /* of these: nobody says in which zone, or which number is the day */
	uint64_t dropped;     /* blank rows, repeated headers, totals */
	instant earliest;     /* least start of a booking; INSTANT_NEVER when there is none */
	instant latest;	      /* greatest end of a booking; INSTANT_ALWAYS when there is none */
	GPtrArray *unmatched; /* of char *: column headers no field asked for, sorted, once each */
	/*
	 * What the profile reads, of char *: what all of the source had (every table, every record), and what it lacks (some
	 * table, every record).  What only some of its records had is in neither.  Besides, in columns alone, FACTS_HEADINGS
	 * and a digest of the headings, where all tables have the same.
	 */
	GPtrArray *columns, *missing;
	/*
	 * Why the source cannot be used as a whole (file missing, header not matched, truncated ...): of char *,
	 * each one line with an optional "\nhint: ..." after it.  Empty: the source was read to its end.
	 */
	GPtrArray *refusals;
};

/* Returned, caller frees with import_facts_free (NULL is fine). */
struct import_facts *import_facts_new(const char *source, enum record_kind kind);
void import_facts_free(struct import_facts *facts);

/* Add a file; the returned facts belong to `facts`. */
struct file_facts *import_facts_add_file(struct import_facts *facts, const char *path);

/* SHA-256 over all its files; of a single one it is the file's own.  Returned, caller frees with g_free. */
char *import_facts_hash(const struct import_facts *facts);

/* Note a reason to refuse the whole source. */
void import_facts_refuse(struct import_facts *facts, const char *hint, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

#endif
