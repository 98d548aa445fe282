#ifndef MODEL_STARTER_H
#define MODEL_STARTER_H

#include "model/config.h"
#include "model/snapshot.h"

/*
 * What a first configuration is made of: the exports with the profiles that read them, and for each resource and plan
 * they name the groups of Kisi whose names are like it.
 */

/* A likeness from here on stands for the same name; below it nothing is said without a person. */
#define STARTER_SAME 95

struct starter_group {
	int64_t id;
	const char *name;  /* of the snapshot */
	const char *place; /* name of its place; NULL: the organisation's */
	unsigned score;	   /* 1 .. 100 */
	unsigned unnamed;  /* people in it to whom no export gives it */
};

/* What somebody has in Kisi, and no export gives. */
struct starter_hand {
	const char *email, *name; /* name: NULL */
	int64_t group_id;
	const char *group;
	struct interval valid;
};

/* One resource or plan. */
struct starter_rule {
	enum rule_kind kind;
	const char *key;      /* its name, or its id when it has none */
	const char *location; /* only where its name stands for several things; NULL */
	const char *group;    /* the data names a group for it: no rule is needed; NULL */
	uint64_t records;     /* that name it */
	char *own_key;	      /* where the key is a part of a text; NULL */
	GArray *candidates;   /* of struct starter_group, best first, at most STARTER_GROUPS */
	bool
	    clear; /* the first one has the same name, no other has, and a rule reaches just this */
	bool namesakes; /* its name stands for something else, too */
	const struct kisi_lock
	    *lock;	 /* the only lock of the same name, where no group is clear; NULL */
	bool lock_clear; /* one group opens just that lock, and a rule reaches just this */
};
#define STARTER_GROUPS 5

/* One export and the profile that reads it best. */
struct starter_source {
	char *name;    /* of the section */
	char *profile; /* NULL: none reads it */
	char *title;   /* of the profile; NULL */
	char *file;    /* as the configuration names it */
	uint64_t rows, rejected;
	bool log;		/* its records are events, which an export may stand beside */
	bool local_times;	/* they need a zone */
	char *zone;		/* suggested; NULL: nobody can say */
	char *zone_why;		/* half a sentence; NULL */
	bool ambiguous_dates;	/* days and months can be told apart by nobody but the reader */
	const char *date_order; /* what the dates themselves say, DMY or MDY; NULL; constant */
	const char *
	    assumed_order; /* what the profile takes dates for that have two readings; NULL; constant */
};

struct starter {
	const char *api_key_file, *base_url; /* NULL */
	const struct snapshot *snapshot;
	int64_t place_id;   /* the only place there is; 0 = there are several, or none */
	GPtrArray *sources; /* of struct starter_source * */
	GPtrArray *rules;   /* of struct starter_rule *, by kind, key, location */
	GArray *by_hand;    /* of struct starter_hand, by email, group; NULL: not known (yet) */
	const char *grants_file; /* where they are listed as manual grants; NULL: nowhere */
};

#endif
