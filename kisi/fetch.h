#ifndef KISI_FETCH_H
#define KISI_FETCH_H

#include "kisi/client.h"
#include "model/snapshot.h"

/* How often a list that changed while it was read is read again before it is refused. */
#define KISI_REREADS 3

/* The largest `offset` that Kisi takes. */
#define KISI_MAX_OFFSET 20000

/*
 * Read the whole state of the organisation: complete, or nothing.
 *
 * Paging as Kisi documents it (limit always sent; X-Collection-Range checked; ids must not repeat;
 * the total must be the same on every page and equal the rows collected); a list that changed while
 * it was read is read again, at most KISI_REREADS times.  Past Kisi's offset limit a collection is
 * read in parts whose sum is checked, or from both ends.  Lists that can be sorted are; those that
 * cannot are read in parts that fit one page.
 *
 * fetched_at: what the snapshot says about its time.  raw: when not NULL, takes the objects as they
 * came (kisi/snapshot_file.h).  Returned, caller frees with snapshot_free.  NULL and *error:
 * EXIT_NO_KISI (not reachable, key refused) or EXIT_HELD (read, but not as one state).
 */
struct snapshot_raw;
struct snapshot *kisi_fetch(
    struct kisi_client *client, instant fetched_at, struct snapshot_raw *raw, GError **error);

/*
 * Read the organisation, places and locks only, each list as completely as there, for whom that is all of Kisi that
 * matters: groups and people are not in it.  Returned, caller frees with snapshot_free; NULL and *error as for kisi_fetch.
 */
struct snapshot *kisi_fetch_doors(struct kisi_client *client, instant fetched_at, GError **error);

/*
 * The whole state from a server with other limits: rows of a page at most (0 = Kisi's own), and the
 * largest offset.
 */
struct snapshot *kisi_fetch_within(struct kisi_client *client, instant fetched_at,
    struct snapshot_raw *raw, unsigned page, int64_t max_offset, GError **error);

#endif
