#ifndef IMPORTERS_BYTES_H
#define IMPORTERS_BYTES_H

#include "base/sum.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * A file as UTF-8 text, whatever it was saved as.  Opening reads it once (hash, encoding), so that a file that
 * turns out to be windows-1252 in its last line is read as that from its first.
 */
struct bytes;

struct bytes_facts {
	char sha256[SUM_TEXT]; /* hex, of the bytes on disk; empty when they could not be read */
	int64_t size;	       /* bytes on disk */
	int64_t modified;      /* seconds since 1970 */
	const char *encoding;  /* UTF-8, UTF-16LE, UTF-16BE, windows-1252; constant */
};

/*
 * Open the regular file at path.  name stands in messages.  most: bytes it may have.  facts: filled as far as the file could be read,
 * also when it is refused.  Returned, caller closes with bytes_close; NULL and *error (EXIT_BAD_INPUT) when it is
 * missing, unreadable, empty, too large, no text, a spreadsheet or a web page.
 */
struct bytes *bytes_open(
    const char *path, const char *name, int64_t most, struct bytes_facts *facts, GError **error);

/* NULL is fine. */
void bytes_close(struct bytes *bytes);

/*
 * The next text, as UTF-8 without BOM: at most `room` bytes (at least 16) into buffer; how many, 0 at the end, -1
 * with *error set.  user: the struct bytes.  Characters may be split between two reads.
 */
gssize bytes_read(void *user, char *buffer, size_t room, GError **error);

/* Begin again.  False with *error set when the file cannot be read again. */
bool bytes_rewind(struct bytes *bytes, GError **error);

/* The first text, up to 64 KiB; *length is set; owned by bytes. */
const char *bytes_head(const struct bytes *bytes, size_t *length);

/* The name given to bytes_open; owned by bytes. */
const char *bytes_name(const struct bytes *bytes);

#endif
