#ifndef MODEL_DOUBTS_H
#define MODEL_DOUBTS_H

#include "model/snapshot.h"

/*
 * Objects of Kisi that this version does not understand: a word or a field that is none that it knows.  The rest of the
 * snapshot is good.  What such an object concerns is kept, so that nobody loses access to it and nothing looks as if it
 * were not there.
 */
struct kisi_doubt {
	enum snapshot_count kind; /* which of Kisi's arrays it stands in */
	int64_t id;		  /* 0: these objects have none */
	const char *what;	  /* `its end is not a time` */
	/* What it concerns, as far as it says so; 0 and NULL: it does not say. */
	int64_t group_id;
	int64_t lock_id;
	int64_t place_id;
	int64_t user_id;
	const char *label; /* of a link or schedule */
	bool anywhere;	   /* nobody can tell which groups it concerns */
};

/* Note an object; its texts are copied.  Before snapshot_finish. */
void snapshot_doubt(struct snapshot *snapshot, const struct kisi_doubt *doubt);

/*
 * Find out which groups, locks and slots the doubts concern; part of snapshot_finish.  False and *error (EXIT_HELD) when
 * one stands there twice.
 */
bool doubts_finish(struct snapshot *snapshot, GError **error);

/*
 * Is a part of what is known of this group, or of this lock, not understood?  Then nobody may lose access to it: what
 * looks like nothing may be something.  Of an object that names no group all groups and locks are doubted.
 */
bool snapshot_doubts_group(const struct snapshot *snapshot, int64_t group_id);
bool snapshot_doubts_lock(const struct snapshot *snapshot, int64_t lock_id);

/* The first doubt about the group, or NULL: for the message.  Owned by the snapshot. */
const struct kisi_doubt *snapshot_doubt_of_group(const struct snapshot *snapshot, int64_t group_id);

/* Does the user have something in this group that is not understood?  Then the place is taken, nobody knows by what. */
bool snapshot_doubts_slot(const struct snapshot *snapshot, int64_t user_id, int64_t group_id);

/* Is there such an object with this id, or a link or schedule with this label? */
bool snapshot_doubts_id(const struct snapshot *snapshot, enum snapshot_count kind, int64_t id);
bool snapshot_doubts_label(
    const struct snapshot *snapshot, enum snapshot_count kind, const char *label);

#endif
