#ifndef BASE_JSONSTREAM_H
#define BASE_JSONSTREAM_H

#include "base/json.h"

#include <stdio.h>

/*
 * Reads JSON far larger than memory: the elements of chosen arrays are parsed one at a time, everything else
 * of a document (the "rest", with those arrays left empty) as a whole.  A file may hold several documents one
 * after another (NDJSON, pages).
 *
 * A path names an array from the top of a document: "" is the document itself when it is an array (or, when
 * it is not, the whole document counts as one element: NDJSON), "data.items" a member of a member.
 */
struct jsonstream_handler {
	/*
	 * One element of the array paths[path].  element: borrowed, freed after the call.  number counts the
	 * elements of that path over the whole file, from 1.  line is the line the element begins on, from 1.
	 * Return false to stop; jsonstream_read then returns true.
	 */
	bool (*element)(
	    void *user, size_t path, struct json_object *element, uint64_t number, uint64_t line);
	/*
	 * The end of a document; rest: borrowed, the document with its chosen arrays empty.  found tells for each
	 * path whether this document had such an array.  May be NULL.
	 */
	void (*document)(void *user, struct json_object *rest, const bool *found);
	void *user;
	uint64_t most; /* elements of one path; more refuse the input */
};

/* Longest text of one element, and of one rest. */
#define JSONSTREAM_ELEMENT_MAX ((size_t)16 << 20)

/*
 * Gives the next bytes: at most `room` into buffer; returns how many, 0 at the end, and -1 with *error set
 * when reading failed.  The text must be UTF-8 without a BOM.
 */
typedef gssize (*jsonstream_source)(void *user, char *buffer, size_t room, GError **error);

/*
 * Read all documents.  paths: borrowed, `count` of them.  name stands in messages.
 * Returns false with *error (EXIT_BAD_INPUT, `<name>:<line>: ...`) at the first byte that is not strict JSON, when
 * the text ends inside a document, or is empty.  What was handed out before that stays handed out: the
 * caller discards it when a partial file must not count.
 */
bool jsonstream_read(jsonstream_source source, void *source_user, const char *name,
    const char *const *paths, size_t count, const struct jsonstream_handler *handler,
    GError **error);

#endif
