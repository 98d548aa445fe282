#ifndef SANDBOX_RESOURCE_H
#define SANDBOX_RESOURCE_H

#include "sandbox/field.h"
#include "sandbox/request.h"

/* Kisi: "maximum offset 20000 on every list". */
#define OFFSET_MAX 20000

enum verb {
	VERB_LIST = 1,
	VERB_CREATE = 2,
	VERB_READ = 4,
	VERB_UPDATE = 8,
	VERB_DELETE = 16,
	VERB_ALL = 31,
};

/* What the value of a filter must look like. */
enum filter_type {
	FILTER_INTEGER,
	FILTER_USER, /* a user id, or `me` */
	FILTER_FLAG,
	FILTER_TEXT,
};

struct filter_value {
	const char *text;
	char *folded;	/* case-folded text */
	int64_t number; /* FILTER_INTEGER, FILTER_USER; 0 or 1 for FILTER_FLAG */
};

/*
 * One filter of a list; tables of them end with a name of NULL.  `ids` works on every list by
 * itself.
 */
struct filter {
	const char *name;
	enum filter_type type;
	const char *const *words; /* allowed texts; NULL = any */
	const char *field;	  /* compared when match is NULL; both NULL: does not narrow */
	bool (*match)(
	    const struct request *request, const struct row *row, const struct filter_value *value);
	enum index_id index; /* with indexed: rows are looked up there first */
	bool indexed;
	const char *index_type; /* type word of the index, or NULL */
	const char *needs;	/* the parameter that must come with this one, or NULL */
	bool required;
};

/* One word of `sort` (without `-`); tables end with a name of NULL. */
struct sort {
	const char *name;
	/* Rows ascend by this text, then by id.  Returned, caller frees. */
	char *(*key)(const struct state *state, const struct row *row);
	bool one_way; /* there is no `-` form */
};

struct resource {
	const char *path;    /* collection, without slash */
	const char *wrapper; /* of write bodies */
	const char *type;    /* resource_type; NULL = the objects carry none */
	const char *array;   /* in snapshot files; NULL = not there */
	enum store_id store;
	int64_t id_shift; /* outside id minus id of the row */
	unsigned verbs;
	int limit, limit_max; /* default and maximum of `limit`; 0 = not paged */
	const struct field *fields;
	const struct filter *filters; /* may be NULL */
	const struct sort *sorts;     /* may be NULL */
	bool deprecated;
	const char *permission; /* prefix of the role permissions _read and _write */

	/* All of these may be NULL.  Is the row part of this resource? */
	bool (*visible)(const struct request *request, const struct row *row);
	/*
	 * Check and complete what POST (row NULL) or PATCH sent: fields may be changed,
	 * complaints go into errors.  False when it has answered itself.
	 */
	bool (*prepare)(struct request *request, const struct row *row, struct json_object *fields,
	    struct json_object *body, struct json_object *errors);
	/* May it be deleted?  False when it has answered. */
	bool (*deletable)(struct request *request, const struct row *row);
	/* Add stubs, counts and twins to the object that goes out. */
	void (*show)(const struct request *request, const struct row *row, struct json_object *out);
	/* The same for what only the answer to POST holds. */
	void (*created)(
	    const struct request *request, const struct row *row, struct json_object *out);
	/*
	 * Read what a snapshot file may say otherwise or leave out, before an object of it is
	 * kept.  False and *why (constant text) when it cannot be used.
	 */
	bool (*load)(struct state *state, struct json_object *object, struct json_object *fields,
	    int64_t id, const char **why);
};

/* A path that is not one of the five verbs of a collection; tables end with a method of NULL. */
struct route {
	const char *method;
	const char *path; /* `{id}` stands for one segment */
	void (*handle)(struct request *request);
	bool open; /* needs no key */
};

extern const struct resource place_resource, lock_resource, group_resource, group_lock_resource;
extern const struct resource user_resource, member_resource, guest_resource, team_resource,
    membership_resource;
extern const struct resource assignment_resource, share_resource, role_resource, link_resource;
extern const struct resource schedule_resource, login_resource;
extern const struct route user_routes[], door_routes[], role_routes[], right_routes[],
    link_routes[];
extern const struct route login_routes[], organization_routes[];

/* Every resource, in the order of a snapshot file; ends with NULL. */
extern const struct resource *const resources[];

/* The five verbs.  Each answers. */
void resource_list(struct request *request, const struct resource *resource);
void resource_create(struct request *request, const struct resource *resource);
void resource_read(struct request *request, const struct resource *resource);
void resource_update(struct request *request, const struct resource *resource);
void resource_delete(struct request *request, const struct resource *resource);

/* PATCH of a row that the path does not name by its id. */
void resource_update_row(struct request *request, const struct resource *resource, struct row *row);

/* The row that {id} of the path names, if it is visible; else answers 404 and returns NULL. */
struct row *resource_row(struct request *request, const struct resource *resource);

/* The object as Kisi would answer it.  Returned, caller frees with json_object_put. */
struct json_object *resource_object(
    const struct request *request, const struct resource *resource, const struct row *row);

/* Keep a new row (fields: taken) now.  Owned by the state. */
struct row *resource_add(
    const struct request *request, const struct resource *resource, struct json_object *fields);

/* Change some fields of a row (taken), and its updated_at. */
void resource_change(const struct request *request, const struct resource *resource,
    struct row *row, struct json_object *fields);

/*
 * Add `<name>` as the stub of the row with this id, {id, resource_type, name, ...} as the store's
 * kind has it.  Adds nothing when there is no such row: a stub is absent, never null.
 */
void show_stub(const struct request *request, struct json_object *out, const char *name,
    enum store_id store, int64_t id);

/* The same from a type word ("User", "Group", ...) and an id; "Organization" is one, too. */
void show_typed_stub(const struct request *request, struct json_object *out, const char *name,
    const char *type, int64_t id);

/* The store of a type word; STORE_COUNT for the others. */
enum store_id store_of_type(const char *type);

/* Has the instant in this field of the row passed?  False when there is none. */
bool row_expired(const struct request *request, const struct row *row, const char *field);

/* True, or what is expired is kept (switch `expired`). */
bool row_current(const struct request *request, const struct row *row, const char *field);

/*
 * A window: complains in errors when `until` is not after `from`.  Looks at fields, then at the
 * row's (may be NULL).
 */
void check_window(const struct row *row, struct json_object *fields, const char *from,
    const char *until, struct json_object *errors);

/* Does any of the NULL-terminated texts hold the (case-folded) needle?  For the query= filters. */
bool text_holds(const struct filter_value *value, const char *const *texts);

/* Is the row too new for a search (switch `search_lag_ms`)? */
bool row_lagging(const struct request *request, const struct row *row);

/*
 * Answer that the record exists already, as a switch with 409 and 422 says; field is named by the
 * 422.
 */
bool answer_duplicate(struct request *request, enum switch_id id, const char *field);

/* Put created_by_* of the key's user. */
void put_creator(const struct request *request, struct json_object *fields);

/* Show created_by (absent when unknown) and the deprecated issued_by_*. */
void show_creator(const struct request *request, const struct row *row, struct json_object *out,
    bool with_issuer);

/* The user with this e-mail, or NULL. */
struct row *user_by_email(const struct state *state, const char *email);

/*
 * Add a user as POST /users would, with a name from the e-mail when name is NULL.  Owned by the
 * state.
 */
struct row *user_add(const struct request *request, const char *email, const char *name);

/*
 * Does the user hold a right that `holds` accepts, directly or as a member of a team?  Rights
 * that are over and not shown any more do not count.
 */
bool user_holds(const struct request *request, int64_t user_id,
    bool (*holds)(const struct request *request, const struct row *assignment, int64_t id),
    int64_t id);

/*
 * What user_holds can be asked: a right on this group; a right in this place (itself, or one of
 * its groups).
 */
bool holds_group(const struct request *request, const struct row *assignment, int64_t group_id);
bool holds_place(const struct request *request, const struct row *assignment, int64_t place_id);

/* How many different users hold a right on the group, as the switch `users_count` says. */
int64_t group_users(const struct request *request, int64_t group_id);

/* Add the roles that stand in when a snapshot has none. */
void roles_add_built_in(struct state *state);

/* Does the role say true to this permission (`users_write`)? */
bool role_permits(const struct state *state, const char *role_id, const char *permission);

/* Add a login of the user whose key is `secret`.  fields: taken.  Owned by the state. */
struct row *login_add(const struct request *request, int64_t user_id, const char *type,
    const char *secret, struct json_object *fields);

/* Make the secret of a new login or link.  Returned, caller frees with g_free. */
char *new_secret(struct sandbox *sandbox);

/* Sort keys used by several resources. */
char *sort_by_name(const struct state *state, const struct row *row);

#endif
