#ifndef REPORTS_VIEW_H
#define REPORTS_VIEW_H

#include "model/run.h"
#include "reports/phrase.h"

/* A run as the workbook looks at it: the same lists, found again by ids, in the order of its sheets. */

/* A right on the sheet Access review. */
struct right {
	const struct access_now *access;
	const struct orphan *orphan; /* NULL */
	char ref[12];		     /* `R001` */
	char seal[PLAN_ID];	     /* over what the row says and the run it is of */
	uint32_t row;		     /* on its sheet, as a spreadsheet counts */
};

/* One matter that waits for a person. */
struct decision {
	instant when;	/* INSTANT_NEVER: no date */
	int rank;	/* which come first of those with the same time */
	const char *by; /* when, in words */
	const char *what, *who, *door, *why, *suggest;
	size_t people;
	const char *how;    /* command or line to paste; NULL */
	instant first_seen; /* 0: not known */
	int64_t runs_seen;
	const char *id, *code; /* NULL */
	uint32_t row;
};

struct view {
	const struct run *run;
	const struct plan *plan;
	struct clock_face face;
	GPtrArray *rights;	   /* of struct right *, in the order of the sheet */
	GPtrArray *decisions;	   /* of struct decision *, likewise */
	GHashTable *groups;	   /* int64_t * -> const struct group_facts * */
	GHashTable *names;	   /* char *: e-mail -> name */
	GHashTable *by_assignment; /* int64_t * -> struct right *, the first of them */
	GStringChunk *text;
	size_t by_basis[BASIS_COUNT]; /* rights */
	size_t in_force, later;	      /* of them */
};

/* run: borrowed until view_free. */
struct view *view_new(const struct run *run);
void view_free(struct view *view);

const char *view_printf(struct view *view, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* `Mira Oyelaran`, or the address where no name is known. */
const char *view_name(const struct view *view, const char *email);

/* The zone of a group's place; NULL for the site's. */
struct zone *view_zone(const struct view *view, int64_t group_id);

/* Kisi's page of a user or group; NULL when there is none, or no links are wanted. */
const char *view_user_url(struct view *view, int64_t id);
const char *view_group_url(struct view *view, int64_t id);

/* Whose source is this?  NULL when it is no name of one. */
const struct source_result *view_source(const struct view *view, const char *name);

/* Fill in view->decisions; by view_new. */
void view_decide(struct view *view);

/* What a guard or finding is about, in words for people; the code itself where none are known. */
const char *view_word(const char *code);

#endif
