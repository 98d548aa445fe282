#ifndef MODEL_CHECK_H
#define MODEL_CHECK_H

#include "base/failure.h"

/*
 * What `check` found, as a list of lines: how it stands with one thing, and what to do about it.  Lines are added in
 * the order in which they are shown; those about one matter form a block.
 */
enum check_mark { CHECK_OK, CHECK_WARN, CHECK_WRONG };

struct check_line {
	enum check_mark mark;
	int code;      /* enum exit_code; 0 unless wrong */
	bool block;    /* first line of a block */
	char *subject; /* `source bookings`, `group Kade` */
	char *text;    /* one line */
	char *hint;    /* NULL */
};

struct check {
	GPtrArray *lines; /* of struct check_line * */
	bool block;	  /* the next line begins a block */
};

/* An empty list.  Returned, caller frees with check_free (NULL is fine). */
struct check *check_new(void);
void check_free(struct check *check);

/* The next line begins a block. */
void check_block(struct check *check);

/* Add a line.  All texts are copied; hint may be NULL. */
void check_ok(struct check *check, const char *subject, const char *format, ...)
    G_GNUC_PRINTF(3, 4);
void check_warn(struct check *check, const char *subject, const char *hint, const char *format, ...)
    G_GNUC_PRINTF(4, 5);
void check_wrong(struct check *check, enum exit_code code, const char *subject, const char *hint,
    const char *format, ...) G_GNUC_PRINTF(5, 6);

/* Add a wrong line from an error of this program: its code, its text, its hint.  Frees the error. */
void check_error(struct check *check, const char *subject, GError *error);

/* The exit code: 0 when nothing is wrong, else the greatest code of a line. */
int check_code(const struct check *check);

/* Lines with this mark. */
guint check_count(const struct check *check, enum check_mark mark);

#endif
