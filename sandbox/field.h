#ifndef SANDBOX_FIELD_H
#define SANDBOX_FIELD_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

/* What a member of a resource may hold. */
enum field_type {
	FIELD_INTEGER,
	FIELD_NUMBER,
	FIELD_BOOLEAN,
	FIELD_TEXT,
	FIELD_EMAIL,
	FIELD_URI,
	FIELD_PHONE,	   /* E.164 */
	FIELD_INSTANT,	   /* RFC 3339 */
	FIELD_DATE,	   /* YYYY-MM-DD */
	FIELD_HOUR_MINUTE, /* hh:mm */
	FIELD_METADATA,	   /* flat object, Kisi's limits */
	FIELD_TEXTS,	   /* array of text */
};

enum field_flags {
	FIELD_NULL = 1,	      /* may be null */
	FIELD_CREATE = 2,     /* POST may set it */
	FIELD_PATCH = 4,      /* PATCH may set it */
	FIELD_REQUIRED = 8,   /* POST must set it */
	FIELD_HIDDEN = 16,    /* kept, but not shown by itself */
	FIELD_FORGOTTEN = 32, /* accepted and checked, then dropped */
};

/* One member of a resource; tables of them end with a name of NULL. */
struct field {
	const char *name;
	enum field_type type;
	unsigned flags;
	/*
	 * What stands for it when nothing is kept: null (also NULL), true, false, {}, [], digits,
	 * a plain text, or "@born" for the time the object came to be.
	 */
	const char *absent;
	const char *const *words; /* allowed texts, NULL-terminated; NULL = any */
	int max;		  /* longest text in characters; 0 = any */
};

/* What writes may do to a field. */
#define FIELD_WRITE (FIELD_CREATE | FIELD_PATCH)

/*
 * Take from body the members that verb (FIELD_CREATE or FIELD_PATCH) may set.  What is wrong is
 * added to errors as {"name":["text"]}; members of other names are ignored, as Kisi does.  times:
 * how instants are written (a word of the switch `times`).  Returned, caller frees with
 * json_object_put.
 */
struct json_object *fields_take(const struct field *fields, struct json_object *body, unsigned verb,
    const char *times, struct json_object *errors);

/*
 * Take from an object of a snapshot file the members to keep: types are checked, formats are not,
 * so that odd data of a real organisation can be rehearsed; what equals the default is not kept.
 * Returned, caller frees with json_object_put; NULL and *why names the member (points to a field
 * name).
 */
struct json_object *fields_load(
    const struct field *fields, struct json_object *object, const char **why);

/*
 * Add every member that is not hidden to out: what is kept, else its default.  born: the text of
 * "@born".
 */
void fields_show(const struct field *fields, struct json_object *kept, const char *born,
    struct json_object *out);

/* The boolean of that name as fields_show would show it; null and unknown names are false. */
bool fields_flag(const struct field *fields, struct json_object *kept, const char *name);

/* Add one text to errors. */
void field_error(struct json_object *errors, const char *name, const char *text);

/*
 * Write an instant as the switch `times` wants it; any other text is copied.  Caller frees with
 * g_free.
 */
char *field_instant(const char *text, const char *times);

#endif
