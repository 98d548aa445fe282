#ifndef RECONCILE_PERSONS_H
#define RECONCILE_PERSONS_H

#include "base/intern.h"
#include "reconcile/entitle.h"

/*
 * The people of all sources by canonical address, aliases resolved: how they are called, and whether they are barred
 * (`struct entitled_person` of entitle.h).
 */
struct persons;

/* config, texts: borrowed until persons_free, which the caller calls. */
struct persons *persons_new(const struct config *config, struct intern *texts);
void persons_free(struct persons *persons);

/* The number of the person with that canonical address, whom some row names.  name: NULL when it has none. */
uint32_t persons_number(struct persons *persons, const char *email, const char *name);

/* The person is blocked, or deleted; why: copied.  Of several reasons the least is kept. */
void persons_bar(struct persons *persons, uint32_t number, bool deleted, const char *why);

/* As persons_bar, for an address. */
void persons_bar_email(struct persons *persons, const char *email, bool deleted, const char *why);

/* Bar everybody on the configuration's blocked list. */
void persons_bar_listed(struct persons *persons);

/* The person with that number; valid until the next one is added. */
const struct entitled_person *persons_at(struct persons *persons, uint32_t number);

/* All of them by number, of struct entitled_person, one for each address; both owned by persons. */
const GArray *persons_all(struct persons *persons);
struct intern *persons_addresses(struct persons *persons);

#endif
