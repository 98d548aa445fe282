#ifndef RECONCILE_PEOPLE_H
#define RECONCILE_PEOPLE_H

#include "base/intern.h"
#include "model/config.h"
#include "model/record.h"

#include <glib.h>

/*
 * Who is known to the booking systems: the ids by which records name people, companies and resources, and who
 * belongs to which company.  Filled from people, company and resource records; asked by reconcile/entitle.c.
 * An id means what the system of its source means by it (source_policy.system), a company's title the same everywhere.
 */
struct directory;

struct directory_resource {
	const char *name;     /* NULL */
	const char *location; /* NULL */
	const char *group;    /* Kisi group the data itself names; NULL */
};

/* policies: one for each source, borrowed.  Returned, caller frees with directory_free. */
struct directory *directory_new(const struct source_policy *policies);
void directory_free(struct directory *directory);

/* Take a resource or a company. */
void directory_add_resource(struct directory *directory, const struct record *record);
void directory_add_company(struct directory *directory, const struct record *record);

/*
 * Take a people row of `person` (a number of the caller's).  A later row of the same source and id takes the
 * place of the former.
 */
void directory_add_person(
    struct directory *directory, const struct record *record, uint32_t person);

/*
 * Take what another kind of row says of its person: whether it is blocked or deleted.  Its id is the row's and names
 * nobody; else as directory_add_person.  Returns the number of the row.
 */
uint32_t directory_add_status(
    struct directory *directory, const struct record *record, uint32_t person);

/*
 * Note under which address a row of the source names the person of this id of its system.  An id that live rows have under
 * several addresses tells nothing.
 */
void directory_identify(
    struct directory *directory, uint32_t source, const char *id, const char *email);

/* Call for every id that has one address by live rows; name: of its system, or of its source. */
void directory_identities(const struct directory *directory,
    void (*known)(void *user, const char *name, const char *id, const char *email), void *user);

/* Forget what a source gave. */
void directory_refuse(struct directory *directory, uint32_t source);

/* The person that an id in a row of the source stands for, or INTERN_NONE. */
uint32_t directory_person(const struct directory *directory, uint32_t source, const char *ref);

/* The resource that an id in a row of the source stands for, or NULL; owned by the directory. */
const struct directory_resource *directory_resource(
    const struct directory *directory, uint32_t source, const char *id);

/* The number of a company that a row of the source names by id or title; those nobody listed differ by their text. */
uint32_t directory_company(struct directory *directory, uint32_t source, const char *text);

/*
 * Call once for every person whom a live row of the source puts into the company.  Rows of people who only asked to join
 * do not.
 */
void directory_members(const struct directory *directory, uint32_t company,
    void (*member)(void *user, uint32_t person, uint32_t source), void *user);

/* Does a live row of the source name the person?  *status: what the last one says. */
bool directory_names(const struct directory *directory, uint32_t source, uint32_t person,
    enum record_status *status);

/* Call for every live row that blocks or deletes its person. */
void directory_barred(const struct directory *directory,
    void (*barred)(
	void *user, uint32_t person, enum record_status status, uint32_t source, uint32_t row),
    void *user);

#endif
