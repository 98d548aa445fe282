#ifndef SANDBOX_REQUEST_H
#define SANDBOX_REQUEST_H

#include "base/instant.h"
#include "sandbox/fault.h"
#include "sandbox/state.h"
#include "sandbox/switches.h"

/*
 * The whole stand-in behind the connection: one lock for all of it, held by the caller of
 * everything here.
 */
struct sandbox {
	struct state *state;
	struct switches switches;
	GPtrArray *faults;  /* struct fault * */
	GHashTable *recent; /* user id -> GArray of the monotonic times of its last requests */
	GHashTable *sorted; /* see list.c */
	uint64_t sorted_generation; /* of state, when sorted was derived */
	GRand *random;
	GPtrArray *journal;  /* JSON text of each request, oldest first */
	GPtrArray *unlocks;  /* JSON text of each lock opened */
	guint64 requests;    /* ever */
	instant clock_shift; /* what the sandbox's clock is ahead of the machine's */
	char *loaded_at;     /* RFC 3339: created_at of objects that came without one */
};

/* What goes back to the client. */
struct answer {
	int status;
	struct json_object *body; /* owned; NULL = no body, unless there is a text */
	char *text;		  /* owned; JSON text that stands for a body; NULL = none */
	char *range;		  /* X-Collection-Range, owned; NULL = none */
	bool deprecated;	  /* send Deprecation and Sunset */
	bool throttled;		  /* send Retry-After, if the switch says so */
};

struct request {
	struct sandbox *sandbox;
	const char *method; /* PUT counts as PATCH */
	const char *path;
	GHashTable *query;	  /* name -> value, both owned by the table */
	struct json_object *body; /* borrowed; NULL when there is none or it is not JSON */
	bool broken_body;	  /* there was a body, and it is not JSON */
	const char *credential;	  /* the Authorization header, or NULL */
	int64_t user_id;	  /* of the key; 0 = none needed and none given */
	int64_t login_id;
	char *word; /* owned; the text at {id} of the path, or NULL */
	struct fired fired;
	instant now; /* on the sandbox's clock */
	struct answer answer;
};

/*
 * A sandbox with an empty organisation, switches at their defaults.  Caller frees with
 * sandbox_free.
 */
struct sandbox *sandbox_new(void);
void sandbox_free(struct sandbox *sandbox);

/* The present on the sandbox's clock. */
instant sandbox_now(const struct sandbox *sandbox);

/*
 * A request of nobody, for looking at objects and adding some; ends with request_done, as every
 * request.
 */
void request_init(struct request *request, struct sandbox *sandbox);
void request_done(struct request *request);

/*
 * Answers.  Each replaces what was answered before, and returns false, so that `return
 * answer_...` reads well in checks.
 */
bool answer_json(struct request *request, struct json_object *body /* taken */);
bool answer_text(struct request *request, char *text /* taken: JSON */);
bool answer_empty(struct request *request); /* 204 */
bool answer_error(struct request *request, int status, const char *text);
bool answer_errors(
    struct request *request, struct json_object *errors /* taken: {"field":["text"]} */);
/* One complaint about one field: Errors when status is 422, else Error. */
bool answer_complaint(struct request *request, int status, const char *field, const char *text);
bool answer_not_found(struct request *request);
bool answer_no_endpoint(struct request *request);

/* A query parameter; NULL when it is absent. */
const char *request_parameter(const struct request *request, const char *name);

/* The {id} of the path as a number; 0 when it is none. */
int64_t request_id(const struct request *request);

/*
 * The wrapped body of a write.  When it is missing, this answers as the switch `unwrapped` says
 * and returns NULL, unless that is `accept`.  Borrowed.
 */
struct json_object *request_body(struct request *request, const char *wrapper);

/* The word of a switch. */
const char *request_switch(const struct request *request, enum switch_id id);

/* The present as Kisi writes it.  Returned, caller frees with g_free. */
char *request_now(const struct request *request);

#endif
