#ifndef KISI_COLLECTION_H
#define KISI_COLLECTION_H

#include "kisi/list.h"

/* What a reading of the organisation works on. */
struct fetch {
	struct kisi_client *client;
	struct snapshot *snapshot;
	struct snapshot_raw *raw; /* or NULL */
	unsigned page;		  /* rows of a page at most; 0 = as Kisi documents */
	int64_t max_offset;
};

/* How a collection, or a part of it, is divided into parts. */
struct division;

struct collection {
	enum snapshot_array array;
	const char *path;
	unsigned page;		      /* Kisi's largest `limit` */
	const char *sort, *tie;	      /* as in struct list_query */
	const struct division *parts; /* disjoint, and together the whole; or NULL */
	const struct division *more;  /* may overlap and miss rows, the last resort; or NULL */
};

extern const struct division collection_places, collection_scopes, collection_groups,
    collection_targets, collection_consequences, collection_teams;

/*
 * Read what the filter (already escaped, "" = all) selects of the collection into the sink: as one
 * list where that can be trusted; else in parts, whose sum must be the whole before and after;
 * else, where the parts do not cover it, as one list after all, as well as that goes.  The parts
 * are those of what fetch->snapshot has already. False and *error: EXIT_NO_KISI, or EXIT_HELD when
 * it cannot be read as one state.
 */
bool collection_read(const struct fetch *fetch, const struct collection *collection,
    const char *filter, struct list_sink *sink, GError **error);

#endif
