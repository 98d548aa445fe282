#ifndef MODEL_RULING_H
#define MODEL_RULING_H

#include "model/config.h"

/* What a person ruled: one row of [people] rulings_file. */

enum ruling_kind {
	RULING_DIFFERENT, /* who and other are two people */
	RULING_PROTECT,	  /* nothing about who is changed */
	RULING_ACCEPT,	  /* the held matter of that id is accepted as it is */
	RULINGS
};

/* `different`, `protect`, `accept`. */
const char *ruling_word(enum ruling_kind kind);

struct ruling {
	enum ruling_kind kind;
	char *who;     /* canonical address; of RULING_ACCEPT an id, 12 hex digits in lower case */
	char *other;   /* canonical address; NULL but of RULING_DIFFERENT */
	instant until; /* holds before it; INSTANT_NEVER: for good */
	instant at;    /* when it was said; INSTANT_ALWAYS: nobody knows */
	char *by;      /* who said it; NULL */
	char *reason;  /* NULL */
};

/* The cells of a row: ruling, who, other, until, by, at, reason. */
enum {
	RULING_CELL_WORD,
	RULING_CELL_WHO,
	RULING_CELL_OTHER,
	RULING_CELL_UNTIL,
	RULING_CELL_BY,
	RULING_CELL_AT,
	RULING_CELL_REASON,
	RULING_CELLS
};

/*
 * Read the cells (trimmed, "" where there is nothing).  Returned, caller frees with ruling_free; NULL and *error
 * (EXIT_BAD_CONFIG; names the cell, not the row) for an unknown word, a bad address, id or time, and for a cell that the
 * ruling lacks or has no use for.
 */
struct ruling *ruling_read(const char *const cells[RULING_CELLS], GError **error);
void ruling_free(struct ruling *ruling); /* NULL is fine */

/*
 * Read an end: RFC 3339, or a date, which counts until it is over everywhere on Earth (noon UTC of the next day), since
 * nobody says in which zone.  False, and *until untouched, for anything else.
 */
bool ruling_until(const char *text, instant *until);

/* Until when a ruling of that kind holds for who (canonical address or id); INSTANT_ALWAYS: there is none. */
instant config_ruled_until(const struct config *config, enum ruling_kind kind, const char *who);

/*
 * Did somebody rule that these canonical addresses are two people, by `different`, or because one of them is a person of
 * their own (`x,x` in the aliases)?  Both by their aliases, in either order.
 */
bool config_different(const struct config *config, const char *a, const char *b);

/* Is the held matter of this id (12 hex digits, lower case) accepted as it is, at now? */
bool config_ruled_accept(const struct config *config, const char *id, instant now);

/* Add whom `protect` protects at now to config->people.protected. */
void config_protect_ruled(struct config *config, instant now);

#endif
